"""A process that prints: `python -P -m handouts.worker FD STORE MEMORY`, with a socket to the process that asks.

It reads tasks until the other end is closed, also where that was killed. Ctrl-C is for the process that asks.
"""

from __future__ import annotations

import resource
import signal
import sys
from multiprocessing.connection import Connection
from pathlib import Path

from handouts.findings import HandoutError
from handouts.task import Outcome, carry_out


def main(handle: int, store: Path, memory: int) -> None:
    """Answer each task with its outcome, or with the exception that says what this machine lacks.

    `store` is where fonts are kept, `memory` the number of bytes of address space that the process may have, 0 for no
    limit.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if memory:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    with Connection(handle) as line:
        while True:
            try:
                task = line.recv()
            except (EOFError, ConnectionError):
                return
            try:
                answer: Outcome | HandoutError = carry_out(task, store)
            except HandoutError as error:
                answer = error
            line.send(answer)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))

"""A process that prints: `python -P -m handouts.worker FD STORE MEMORY`, with a socket to the process that asks.

It says that it has started, then answers tasks until the other end is closed. It ends with the process that started it,
also where that was killed; Ctrl-C is for that process.
"""

from __future__ import annotations

import ctypes
import resource
import signal
import sys
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from handouts.findings import HandoutError
from handouts.task import READY, Outcome, Task, carry_out

_PR_SET_PDEATHSIG: Final = 1


def main(handle: int, store: Path, memory: int) -> None:
    """Answer each task with its outcome, or with the exception that says what this machine lacks.

    `store` is where fonts are kept, `memory` the number of bytes of address space that the process may have, 0 for no
    limit.
    """
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL))  # a page that hangs would outlive its reader
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if memory:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    with Connection(handle) as line, suppress(EOFError, ConnectionError):  # the other end is closed
        line.send(READY)
        while True:
            line.send(_answer(line.recv(), store))


def _answer(task: Task, store: Path) -> Outcome | HandoutError | MemoryError:
    try:
        return carry_out(task, store)
    except HandoutError as error:
        return error
    except MemoryError:
        return MemoryError()


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))

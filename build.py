"""The door to the handouts: `python3 build.py` is `handouts build`, with the same options.

Works with any python3: it runs itself again inside `.venv`, or says the one line to type.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path

MACHINE_LACKS = 3
ENVIRONMENT = Path(__file__).resolve().parent / ".venv"


def run_inside(python: Path) -> None:
    """Replaces this process by the same command under `python`; does not return."""
    os.execv(python, [str(python), str(Path(__file__).resolve()), *sys.argv[1:]])  # noqa: S606  # our own file, no shell


def main() -> int:
    """Exit code of `handouts build`, or 3 where set-up has not been done."""
    python = ENVIRONMENT / "bin" / "python"
    if Path(sys.prefix) != ENVIRONMENT and python.exists():
        run_inside(python)
    if importlib.util.find_spec("handouts") is None:
        print("build.py: set-up is not done: type `make handouts`", file=sys.stderr)
        return MACHINE_LACKS
    from handouts.cli import main as handouts  # not there before set-up

    return handouts(["build", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())

"""What a process has cost: CPU time of it and of all that it started, to the microsecond where the system tells it."""

from __future__ import annotations

import ctypes
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_TICKS: Final = os.sysconf("SC_CLK_TCK")
_PR_SET_CHILD_SUBREAPER: Final = 36
_PARENT, _REAPED_USER, _REAPED_SYSTEM = 1, 13, 14
"""Fields of /proc/PID/stat, counted from the state, which follows the name: proc_pid_stat(5)."""


def cpu_seconds(root: int) -> float:
    """User and system time of a process and its descendants, living and dead, in seconds.

    Living processes by their CPU clocks (nanoseconds, all threads), dead ones by what their parents inherited
    from them (hundredths of a second). A process that nobody waited for is counted while it lives.
    """
    stats = dict(_stats())
    tree = {root}
    while grown := {pid for pid, fields in stats.items() if int(fields[_PARENT]) in tree} - tree:
        tree |= grown
    return sum(_clock(pid) + _inherited(stats[pid]) for pid in tree & stats.keys())


def _stats() -> Iterator[tuple[int, list[str]]]:
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                text = (folder / "stat").read_text()
            except (FileNotFoundError, ProcessLookupError):  # it ended meanwhile
                continue
            yield int(folder.name), text.rpartition(")")[2].split()


def _clock(pid: int) -> float:
    """The CPU clock of a process; its number is made as clock_getcpuclockid(3) makes it on Linux."""
    try:
        return time.clock_gettime((~pid << 3) | 2)
    except OSError:  # it ended meanwhile
        return 0.0


def _inherited(fields: list[str]) -> float:
    return (int(fields[_REAPED_USER]) + int(fields[_REAPED_SYSTEM])) / _TICKS


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent ends, so that none escapes the count: prctl(2)."""
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


def reap_orphans() -> None:
    """Wait for every child there is."""
    try:
        while True:
            os.wait()
    except ChildProcessError:
        return

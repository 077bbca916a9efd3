"""Whole commands as somebody types them: what each costs, what its processes take, what a build makes."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple

from documents import DAY

HANDOUTS: Final = (sys.executable, "-P", "-m", "handouts")
Hear = Callable[[int, str], None]
"""Is told of each line that a command writes to standard error, and of the command's process."""


class Cost(NamedTuple):
    """Seconds on the clock of the wall, and CPU seconds of a command and all that it started and waited for."""

    wall: float
    cpu: float


def middle(costs: Sequence[Cost]) -> Cost:
    """The median of several costs, of each kind of time for itself."""
    return Cost(median(each.wall for each in costs), median(each.cpu for each in costs))


def timed(command: Sequence[str], hear: Hear = lambda _process, _line: None) -> Cost:
    """What a command costs. Raises RuntimeError with its last words where it fails."""
    last: deque[str] = deque(maxlen=5)
    since = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        for line in process.stderr:
            last.append(line)
            hear(process.pid, line)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - since
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}: {''.join(last)}")
    return Cost(wall, usage.ru_utime + usage.ru_stime)


class Built(NamedTuple):
    """What a build cost, which files it made, and which have other bytes than before."""

    cost: Cost
    made: frozenset[str]
    changed: frozenset[str]


@dataclass(frozen=True)
class Build:
    """A build of a project with a cache and an output of its own in a folder; `options` choose what is made."""

    project: Path
    folder: Path
    options: tuple[str, ...]

    def run(self, jobs: int, hear: Hear = lambda _process, _line: None) -> Built:
        """Build with so many workers."""
        before, report = self._digests(), self.folder / "report.json"
        self.folder.mkdir(parents=True, exist_ok=True)
        options = {
            "--project": self.project,
            "--out": self.out,
            "--cache": self.folder / "cache",
            "--jobs": jobs,
            "--today": DAY,
            "--format": "json",
            "--output": report,
        }
        told = [str(each) for option in options.items() for each in option]
        cost = timed([*HANDOUTS, "build", *self.options, *told], hear)
        after = self._digests()
        files = json.loads(report.read_text("utf-8"))["build"]["files"]
        made = frozenset(file["path"] for file in files if file["how"] == "made")
        return Built(cost, made, frozenset(dict(after.items() - before.items())))

    @property
    def out(self) -> Path:
        """Where the files are."""
        return self.folder / "dist"

    def _digests(self) -> dict[str, str]:
        return {
            path.relative_to(self.out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in self.out.rglob("*.pdf")
        }


# --- Memory -------------------------------------------------------------------------------------


class Peaks(NamedTuple):
    """The most that a process has taken till now, in bytes, after so many files: the parent, and the worst worker."""

    files: int
    parent: int
    worker: int


@dataclass
class Memory:
    """Hears of a build's files, and notes what its processes have taken: each time `step` files are done, and last."""

    step: int
    found: list[Peaks] = field(default_factory=list)

    def hear(self, process: int, line: str) -> None:
        """Note the peaks, where a line tells that a file is done: `5/182 ...`."""
        done, _, rest = line.partition("/")
        total = rest.partition(" ")[0]
        if not done.isdecimal() or not total.isdecimal():
            return
        if int(done) % self.step == 0 or int(done) == int(total) - 1:  # after the last one workers end
            workers = [peak(child) for child in children(process)]
            self.found.append(Peaks(int(done), peak(process), max(workers, default=0)))

    def after(self, files: int) -> Peaks:
        """The last peaks that were noted before more than so many files were done."""
        return max((each for each in self.found if each.files <= files), default=Peaks(0, 0, 0))


def children(process: int) -> list[int]:
    """The processes that a process has started and that live."""
    with suppress(OSError):
        return [int(name) for name in Path(f"/proc/{process}/task/{process}/children").read_text("ascii").split()]
    return []


def peak(process: int) -> int:
    """The most memory that a process ever had, in bytes; 0 where it has ended."""
    with suppress(OSError):
        return peak_in(Path(f"/proc/{process}/status").read_text("utf-8").splitlines())
    return 0


def peak_in(status: Iterable[str]) -> int:
    """The most memory that /proc/PID/status tells of; 0 of a process that has given it all back."""
    told = next((line for line in status if line.startswith("VmHWM:")), "VmHWM: 0 kB")
    return int(told.split()[1]) * 1024

"""Workers on this machine: processes that print, each kept warm, and replaced when it dies or hangs.

Neither `concurrent.futures` nor `multiprocessing.Pool` goes on after a worker was killed, and neither can end one task
that hangs (docs/decisions/024-batch.md). What goes wrong in a worker is a finding of its file.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, Final

from handouts.aside import Aside
from handouts.findings import Finding, HandoutError, Location, MachineLacks
from handouts.task import ENDLESS, TRIES, Outcome, Task

GRACE: Final = 60.0
"""Seconds that a worker has to start, and beyond the time limit of its file, to make its press and check the page."""
AHEAD: Final = 2
"""How many tasks are made ready for each worker before it asks."""
HOPELESS: Final = 8
"""How many files may be lost before any was made: then it is the machine and not the files."""


def cores() -> int:
    """How many processes can run at once: the processor cores that this process may use."""
    return len(os.sched_getaffinity(0))


class WorkerLostError(Exception):
    """A worker ended, or did not answer in time, while it had a task."""


@dataclass(eq=False)
class Worker:
    """A process and the line to it. It prints one task at a time. `store` is where it keeps fonts.

    What the typesetter writes meanwhile lies aside in the store: processes that are killed take nothing away.
    """

    store: Path
    memory: int = 0
    process: subprocess.Popen[bytes] = field(init=False)
    line: Connection = field(init=False)
    ready: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        try:
            self._aside = Aside(self.store / "workers", "worker-")
        except OSError as error:
            raise MachineLacks([_no_workers(str(error))]) from None
        self.line, theirs = Pipe()
        try:
            with theirs:
                self.process = self._start(theirs.fileno())
        except OSError as error:
            self.line.close()
            self._aside.close()
            raise MachineLacks([_no_workers(str(error))]) from None

    def _start(self, handle: int) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 - ourselves
            [sys.executable, "-P", "-m", "handouts.worker", str(handle), str(self.store), str(self.memory)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=[handle],
            env={**os.environ, "TMPDIR": str(self._aside.path)},
            process_group=0,  # Ctrl-C at a terminal is for us alone
        )

    def carry_out(self, task: Task) -> Outcome:
        """The outcome of a task. Raises WorkerLostError, TimeoutError, and MachineLacks where it can print nothing."""
        if not self.ready:
            self._wait(GRACE)
            self.greet()
        self.send(task)
        self._wait(task.seconds + GRACE)
        return self.receive()

    def greet(self) -> None:
        """Hear that it has started, waited for. Raises WorkerLostError."""
        self._hear()
        self.ready = True

    def send(self, task: Task) -> None:
        """Give it a task. Raises WorkerLostError."""
        try:
            self.line.send(task)
        except OSError:
            raise WorkerLostError(self._end()) from None

    def receive(self) -> Outcome:
        """The outcome of its task, waited for. Raises WorkerLostError, and MachineLacks where it can print nothing."""
        answer = self._hear()
        if isinstance(answer, MemoryError):
            raise WorkerLostError("it had no memory left")
        if isinstance(answer, HandoutError):
            raise answer
        outcome: Outcome = answer
        return outcome

    def close(self) -> None:
        """End it at once, whatever it does: it writes to no place where half a file would be seen."""
        self.process.kill()
        self.process.wait()
        self.line.close()
        self._aside.close()

    def _wait(self, seconds: float) -> None:
        if not self.line.poll(seconds):
            raise TimeoutError

    def _hear(self) -> Any:
        try:
            return self.line.recv()
        except (EOFError, OSError):
            raise WorkerLostError(self._end()) from None

    def _end(self) -> str:
        code = self.process.wait()
        return f"it was ended by signal {-code}" if code < 0 else f"it ended with exit code {code}"


@dataclass(eq=False)
class _Desk:
    """A worker's place: who works there, on what, and since when (seconds of a clock that never jumps)."""

    worker: Worker
    number: int = -1
    task: Task | None = None
    tries: int = 0
    since: float = field(default_factory=time.monotonic)

    @property
    def is_free(self) -> bool:
        """Whether it waits for a task."""
        return self.worker.ready and self.task is None

    @property
    def left(self) -> float:
        """Seconds until its worker has taken too long, to start or for its task."""
        return self.since + (self.task.seconds if self.task else 0) + GRACE - time.monotonic()

    def give(self, number: int, task: Task, tries: int) -> None:
        """Begin a task."""
        self.number, self.task, self.tries, self.since = number, task, tries + 1, time.monotonic()
        with suppress(WorkerLostError):  # it is found dead when its answer is waited for
            self.worker.send(task)


@dataclass
class Pool:
    """Carries tasks out by a number of workers at once. `memory` is the limit of each in bytes, 0 for none."""

    jobs: int
    store: Path
    memory: int = 0

    def run(self, tasks: Iterable[Task]) -> Iterator[tuple[int, Outcome]]:
        """The outcome of each task. Raises MachineLacks where workers cannot print at all."""
        round_ = _Round(iter(enumerate(tasks)), self.jobs, partial(Worker, self.store, self.memory))
        try:
            yield from round_.all()
        finally:
            round_.close()


class _Round:
    """One run of a pool."""

    def __init__(self, source: Iterator[tuple[int, Task]], jobs: int, hire: Callable[[], Worker]) -> None:
        self.source, self.jobs, self.hire = source, jobs, hire
        self.prepared: deque[tuple[int, Task, int]] = deque()
        self.desks: list[_Desk] = []
        self.exhausted = False
        self.failed_starts = 0
        self.lost_files = 0
        self.done = 0

    def all(self) -> Iterator[tuple[int, Outcome]]:
        """Every outcome, as it comes."""
        while self.prepared or self._prepare() or any(desk.task for desk in self.desks):
            self._hand_out()
            busy = [desk for desk in self.desks if not desk.is_free]
            seconds = 0.0 if self._prepare() else max(0.0, min(desk.left for desk in busy))
            ready = wait([desk.worker.line for desk in busy], seconds)
            answered = [desk for desk in busy if desk.worker.line in ready]
            late = [desk for desk in busy if desk not in answered and desk.left <= 0]  # before a slow reader gets any
            for desk in answered:
                yield from self._receive(desk)
            for desk in late:
                yield from self._too_long(desk)

    def close(self) -> None:
        """End all workers."""
        for desk in self.desks:
            desk.worker.close()
        self.desks.clear()

    def _prepare(self) -> bool:
        """Make the next task ready where there is room for one; whether one was."""
        if self.exhausted or len(self.prepared) >= self.jobs * AHEAD:
            return False
        try:
            number, task = next(self.source)
        except StopIteration:
            self.exhausted = True
            return False
        self.prepared.append((number, task, 0))
        return True

    def _hand_out(self) -> None:
        """Give tasks to those who wait for one, and hire for the others: workers start side by side."""
        for desk in self.desks:
            if desk.is_free and self.prepared:
                desk.give(*self.prepared.popleft())
        starting = sum(not desk.worker.ready for desk in self.desks)
        for _ in range(min(len(self.prepared) - starting, self.jobs - len(self.desks))):
            self.desks.append(_Desk(self.hire()))

    def _receive(self, desk: _Desk) -> Iterator[tuple[int, Outcome]]:
        try:
            if not desk.worker.ready:
                desk.worker.greet()
                self.failed_starts = 0
                return
            outcome = desk.worker.receive()
        except WorkerLostError as error:
            yield from self._lost(desk, str(error))
            return
        number, desk.task = desk.number, None
        self.done += 1
        if any(each.id == ENDLESS for each in outcome.findings):
            self._dismiss(desk)  # what was cut off anywhere may have left anything behind
        self._hand_out()  # before the reader takes his time
        yield number, outcome

    def _lost(self, desk: _Desk, how: str) -> Iterator[tuple[int, Outcome]]:
        """A worker died: its task goes to another one, unless it has killed two."""
        task, number, tries = desk.task, desk.number, desk.tries
        self._dismiss(desk)
        if task is None:
            self._note_failed_start(how)
        elif tries < TRIES:
            self.prepared.appendleft((number, task, tries))
        else:
            self.lost_files += 1
            if not self.done and self.lost_files >= HOPELESS:
                raise MachineLacks([_no_workers(how)])
            yield number, lost(task, how)

    def _too_long(self, desk: _Desk) -> Iterator[tuple[int, Outcome]]:
        """A worker hangs where its own clock does not reach: in a library, or before it has started."""
        task, number = desk.task, desk.number
        self._dismiss(desk)
        if task is None:
            self._note_failed_start("it did not start in time")
        else:
            yield number, too_long(task)

    def _note_failed_start(self, how: str) -> None:
        self.failed_starts += 1
        if self.failed_starts > self.jobs + TRIES:
            raise MachineLacks([_no_workers(how)])

    def _dismiss(self, desk: _Desk) -> None:
        desk.worker.close()
        self.desks.remove(desk)


def lost(task: Task, how: str) -> Outcome:
    """The outcome of a task that no worker survives."""
    remedy = "give workers more memory (`--memory`), or make the templates and the style sheet simpler"
    return Outcome(findings=(task.finding("page/worker", f"the worker that made it was lost, twice; {how}", remedy),))


def too_long(task: Task) -> Outcome:
    """The outcome of a task that hangs where the worker's own clock does not reach."""
    remedy = "make the templates and the style sheet simpler: fewer boxes within one another"
    what = f"the page is not done after {task.seconds:g} seconds"
    return Outcome(findings=(task.finding(ENDLESS, what, remedy),))


def _no_workers(how: str) -> Finding:
    what = f"no worker stays alive; of the last one: {how}"
    return Finding("machine/workers", Location("machine"), what, "look at what it said on standard error")

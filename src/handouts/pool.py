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
from typing import Final

from handouts.findings import Finding, HandoutError, Location, MachineLacks
from handouts.task import TRIES, Outcome, Task

GRACE: Final = 60.0
"""Seconds that a worker has beyond the time limit of its file, to start, to make its press and to check the page."""
AHEAD: Final = 2
"""How many tasks are made ready for each worker before it asks."""


def cores() -> int:
    """How many processes can run at once: the processor cores that this process may use."""
    return len(os.sched_getaffinity(0))


class WorkerLostError(Exception):
    """A worker ended, or did not answer in time, while it had a task."""


@dataclass(eq=False)
class Worker:
    """A process and the line to it. It prints one task at a time. `store` is where it keeps fonts."""

    store: Path
    memory: int = 0
    process: subprocess.Popen[bytes] = field(init=False)
    line: Connection = field(init=False)

    def __post_init__(self) -> None:
        self.line, theirs = Pipe()
        with theirs:
            told = [str(theirs.fileno()), str(self.store), str(self.memory)]
            self.process = subprocess.Popen(  # noqa: S603 - ourselves
                [sys.executable, "-P", "-m", "handouts.worker", *told],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )

    def carry_out(self, task: Task) -> Outcome:
        """The outcome of a task. Raises WorkerLostError, TimeoutError, and MachineLacks where it can print nothing."""
        self.send(task)
        if not self.line.poll(task.seconds + GRACE):
            raise TimeoutError
        return self.receive()

    def send(self, task: Task) -> None:
        """Give it a task. Raises WorkerLostError."""
        try:
            self.line.send(task)
        except OSError:
            raise WorkerLostError(self._end()) from None

    def receive(self) -> Outcome:
        """The outcome of its task, waited for. Raises WorkerLostError, and MachineLacks where it can print nothing."""
        try:
            answer: Outcome | HandoutError = self.line.recv()
        except (EOFError, OSError):
            raise WorkerLostError(self._end()) from None
        if isinstance(answer, HandoutError):
            raise answer
        return answer

    def close(self) -> None:
        """End it at once, whatever it does: it writes to no place where half a file would be seen."""
        self.process.kill()
        self.process.wait()
        self.line.close()

    def _end(self) -> str:
        code = self.process.wait()
        return f"it was ended by signal {-code}" if code < 0 else f"it ended with exit code {code}"


@dataclass
class _Desk:
    """A worker's place: who works there, on what, and since when (seconds of a clock that never jumps)."""

    worker: Worker
    number: int = -1
    task: Task | None = None
    tries: int = 0
    since: float = 0.0

    @property
    def left(self) -> float:
        """Seconds until its task has taken too long."""
        assert self.task is not None
        return self.since + self.task.seconds + GRACE - time.monotonic()


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
        self.answered = False
        self.deaths = 0

    def all(self) -> Iterator[tuple[int, Outcome]]:
        """Every outcome, as it comes."""
        while True:
            self._hand_out()
            busy = [desk for desk in self.desks if desk.task]
            if not busy and not self.prepared and not self._prepare():
                return
            if not busy:
                continue
            waits = 0.0 if self._prepare() else max(0.0, min(desk.left for desk in busy))
            ready = wait([desk.worker.line for desk in busy], waits)
            for desk in busy:
                if desk.worker.line in ready:
                    yield from self._receive(desk)
                elif desk.left <= 0:
                    yield self._too_long(desk)

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
        while self.prepared:
            desk = next((desk for desk in self.desks if desk.task is None), None)
            if desk is None:
                if len(self.desks) == self.jobs:
                    return
                desk = _Desk(self.hire())
                self.desks.append(desk)
            number, task, tries = self.prepared.popleft()
            desk.number, desk.task, desk.tries, desk.since = number, task, tries + 1, time.monotonic()
            with suppress(WorkerLostError):  # it is found dead when its answer is waited for
                desk.worker.send(task)

    def _receive(self, desk: _Desk) -> Iterator[tuple[int, Outcome]]:
        number = desk.number
        try:
            outcome = desk.worker.receive()
        except WorkerLostError as error:
            yield from self._lost(desk, str(error))
            return
        desk.task, self.answered = None, True
        yield number, outcome

    def _lost(self, desk: _Desk, how: str) -> Iterator[tuple[int, Outcome]]:
        """A worker died: its task goes to another one, unless it has killed two."""
        task, number, tries = desk.task, desk.number, desk.tries
        assert task is not None
        self._dismiss(desk)
        self.deaths += 1
        if not self.answered and self.deaths > self.jobs + TRIES:
            raise MachineLacks([_no_workers(how)])
        if tries < TRIES:
            self.prepared.appendleft((number, task, tries))
            return
        yield number, lost(task, how)

    def _too_long(self, desk: _Desk) -> tuple[int, Outcome]:
        """A worker hangs where its own clock does not reach: in a library."""
        task, number = desk.task, desk.number
        assert task is not None
        self._dismiss(desk)
        return number, too_long(task)

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
    return Outcome(findings=(task.finding("page/endless", what, remedy),))


def _no_workers(how: str) -> Finding:
    what = f"no worker stays alive; of the last one: {how}"
    return Finding("machine/workers", Location("machine"), what, "look at what it said on standard error")

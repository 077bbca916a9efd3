"""Workers that are really started: whatever becomes of one of them, its file is a finding and the rest goes on."""

from __future__ import annotations

import os
import pickle
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from specimens import TODAY, write_tiny

from handouts import desk, pool
from handouts.findings import MachineLacks
from handouts.pool import Pool, Worker
from handouts.printing import Tasks
from handouts.task import SECONDS_A_SHEET, Outcome, Task, carry_out

DEADLINE = 60.0
"""Seconds until a test that waits gives up."""


class Bomb:
    """What does something to the worker that reads it."""

    def __init__(self, script: str) -> None:
        self.script = script

    def __reduce__(self) -> tuple[Callable[..., object], tuple[str]]:
        return exec, (f"import os, re, signal\n{self.script}",)


@pytest.fixture(scope="module")
def task(store: Path, tmp_path_factory: pytest.TempPathFactory) -> Task:
    """A page that is made in a fraction of a second; the fonts are there."""
    project = tmp_path_factory.mktemp("project")
    write_tiny(project, "tiny")
    made = desk.plan(desk.Request(TODAY, ("tiny",), ("en",), ("a4",), project=project, store=store))
    task, found = Tasks(made, SECONDS_A_SHEET).of(made.jobs[0])
    assert task is not None, found
    carry_out(task, store)
    return task


def saying(task: Task, words: str) -> Task:
    return replace(task, html=task.html.replace("Stay well.", words))


def bomb(task: Task, script: str) -> Task:
    return replace(task, html=Bomb(script))  # type: ignore[arg-type]


def kill(task: Task) -> Task:
    """A page that kills whoever reads it."""
    return bomb(task, "os.kill(os.getpid(), signal.SIGKILL)")


def ids(outcome: Outcome) -> list[str]:
    return [finding.id for finding in outcome.findings]


def wait_until(holds: Callable[[], object]) -> None:
    end = time.monotonic() + DEADLINE
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def workers_of(pid: int) -> list[int]:
    """The workers that a process started and that still run."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = re.sub(r"^.*\) ", "", stat.read_text("ascii", "replace")).split()[:2]
            command = (stat.parent / "cmdline").read_bytes()
        except OSError:
            continue
        if int(parent) == pid and state != "Z" and b"handouts.worker" in command:
            found.append(int(stat.parent.name))
    return found


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture(autouse=True)
def nothing_left(store: Path) -> Iterator[None]:
    """No test leaves a worker, or what one has put aside."""
    yield
    assert workers_of(os.getpid()) == []
    assert list((store / "workers").glob("*")) == []


# --- All is well --------------------------------------------------------------------------------------------------


def test_each_task_gives_one_outcome_the_same_as_here(task: Task, store: Path) -> None:
    tasks = [saying(task, f"Stay well, {number}.") for number in range(6)]
    outcomes = dict(Pool(2, store).run(tasks))
    assert sorted(outcomes) == list(range(6))
    assert [outcomes[number] for number in range(6)] == [carry_out(each, store) for each in tasks]


def test_without_a_task_no_worker_is_started(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "Popen", None)
    assert list(Pool(2, store).run([])) == []


def test_there_are_no_more_workers_than_tasks(task: Task, store: Path) -> None:
    seen = [len(workers_of(os.getpid())) for _ in Pool(8, store).run([task])]
    assert seen == [1]


def test_tasks_are_taken_when_there_is_room_and_not_before(task: Task, store: Path) -> None:
    taken = []

    def tasks() -> Iterator[Task]:
        for number in range(9):
            taken.append(number)
            yield task

    running: Any = Pool(1, store).run(tasks())
    next(running)
    assert len(taken) <= 2 + pool.AHEAD
    running.close()


def test_a_reader_who_takes_his_time_makes_no_worker_late(
    task: Task, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    running: Any = Pool(2, store).run([task, task])
    outcomes = [next(running)]
    (busy,) = [desk for desk in running.gi_frame.f_locals["round_"].desks if desk.task]
    wait_until(busy.worker.line.poll)
    monkeypatch.setattr(pool, "GRACE", -2 * SECONDS_A_SHEET)
    outcomes += running
    assert [ids(outcome) for _, outcome in outcomes] == [[], []]


# --- A worker is lost ---------------------------------------------------------------------------------------------


def test_a_worker_that_is_killed_is_replaced_and_nothing_is_lost(task: Task, store: Path) -> None:
    tasks = [saying(task, f"Stay well, {number}.") for number in range(6)]
    outcomes: dict[int, Outcome] = {}
    for number, outcome in Pool(2, store).run(tasks):
        if not outcomes:
            os.kill(workers_of(os.getpid())[0], signal.SIGKILL)
        outcomes[number] = outcome
    assert [outcomes[number] for number in range(6)] == [carry_out(each, store) for each in tasks]


@pytest.mark.parametrize("place", [0, 1])
def test_a_page_that_kills_two_workers_is_a_finding_and_the_rest_goes_on(task: Task, store: Path, place: int) -> None:
    tasks = [task, task]
    tasks.insert(place, kill(task))
    outcomes = dict(Pool(1, store).run(tasks))
    assert [ids(outcomes[number]) for number in range(3)] == [["page/worker"] if i == place else [] for i in range(3)]
    (finding,) = outcomes[place].findings
    assert "signal 9" in finding.what
    assert finding.handout == "tiny"


def test_several_pages_that_kill_stop_nobody(task: Task, store: Path) -> None:
    """Also where they come first, and nothing was made before."""
    outcomes = dict(Pool(2, store).run([kill(task), kill(task), kill(task), task]))
    assert [ids(outcomes[number]) for number in range(4)] == [["page/worker"]] * 3 + [[]]


def test_where_every_page_is_lost_it_is_the_machine(task: Task, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "HOPELESS", 2)
    with pytest.raises(MachineLacks) as caught:
        list(Pool(2, store).run(kill(task) for _ in range(50)))
    assert [finding.id for finding in caught.value.findings] == ["machine/workers"]


def test_where_no_worker_starts_it_is_the_machine(task: Task, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(MachineLacks, match="exit code 1"):
        list(Pool(2, store).run([task]))


def test_where_no_process_can_be_started_it_is_the_machine(
    task: Task, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(MachineLacks) as caught:
        list(Pool(2, store).run([task]))
    assert [finding.id for finding in caught.value.findings] == ["machine/workers"]


def test_what_a_machine_lacks_comes_through(task: Task, store: Path) -> None:
    packed = replace(pickle.loads(task.setup), versions={"pango": "0"}).packed()  # noqa: S301 - our own
    with pytest.raises(MachineLacks) as caught:
        list(Pool(1, store).run([replace(task, setup=packed)]))
    assert [finding.id for finding in caught.value.findings] == ["machine/other-versions"]


# --- A worker hangs -----------------------------------------------------------------------------------------------


def test_a_page_that_takes_too_long_is_a_finding_and_the_rest_goes_on(task: Task, store: Path) -> None:
    endless = replace(saying(task, "Stay well, all of you. " * 20_000), seconds=0.2)
    outcomes = dict(Pool(1, store).run([endless, task]))
    assert [ids(outcomes[number]) for number in range(2)] == [["page/endless"], []]
    assert outcomes[1] == carry_out(task, store)


def test_a_worker_that_hangs_where_its_clock_does_not_reach_is_ended(
    task: Task, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = Pool(1, store).run([task, replace(bomb(task, "os.kill(os.getpid(), signal.SIGSTOP)"), seconds=0.1), task])
    outcomes = dict([next(running)])
    monkeypatch.setattr(pool, "GRACE", 20.0)
    outcomes |= running
    assert [ids(outcomes[number]) for number in range(3)] == [[], ["page/endless"], []]


def test_a_worker_that_never_starts_is_given_up(task: Task, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hanging = store.parent / "hanging"
    hanging.write_text("#!/bin/sh\nexec sleep 600\n", encoding="utf-8")
    hanging.chmod(0o755)
    monkeypatch.setattr(sys, "executable", os.fspath(hanging))
    monkeypatch.setattr(pool, "GRACE", 0.1)
    with pytest.raises(MachineLacks, match="did not start in time"):
        list(Pool(1, store).run([task]))


# --- Memory -------------------------------------------------------------------------------------------------------


def test_a_page_that_takes_all_memory_is_a_finding_and_the_rest_goes_on(task: Task, store: Path) -> None:
    greedy = bomb(task, "bytearray(1_000_000_000_000)")
    outcomes = dict(Pool(1, store, memory=4_000_000_000).run([task, greedy, task]))
    assert [ids(outcomes[number]) for number in range(3)] == [[], ["page/worker"], []]
    assert "--memory" in outcomes[1].findings[0].remedy


# --- The end ------------------------------------------------------------------------------------------------------


def test_workers_end_with_a_reader_who_stops(task: Task, store: Path) -> None:
    running: Any = Pool(2, store).run([task] * 6)
    next(running)
    workers = workers_of(os.getpid())
    assert workers
    running.close()
    assert not any(map(is_alive, workers))


PARENT = """
import pickle, sys, time
from pathlib import Path
from handouts.pool import Worker
workers = [Worker(Path(sys.argv[1])) for _ in range(2)]
for worker in workers:
    worker.greet()
workers[0].line.send_bytes(Path(sys.argv[2]).read_bytes())
print("started", flush=True)
time.sleep(600)
"""


HANG = Bomb("re.match('(a*)*b', 'a' * 60)")
"""Keeps who reads it busy and lets no other passage of it run: the end of its line is not seen."""


def test_workers_end_when_their_reader_is_killed_whatever_they_do(store: Path, tmp_path: Path) -> None:
    (tmp_path / "hang").write_bytes(pickle.dumps(HANG))
    command = [sys.executable, "-c", PARENT, os.fspath(store), os.fspath(tmp_path / "hang")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"started\n"
        workers = workers_of(parent.pid)
        assert len(workers) == 2
        parent.kill()
    wait_until(lambda: not any(map(is_alive, workers)))
    worker = Worker(store)  # the next one takes away what they left
    worker.close()

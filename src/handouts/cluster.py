"""Workers on many machines, by a Dask scheduler: an optional extra, `patient-handouts[cluster]`.

Whoever can reach a scheduler without TLS can run any program on its workers, and read what travels. So one is refused
unless it listens on this machine alone. Tasks are whole: workers need this program, its fonts, and nothing else. Dask
carries them and tells who is there; which worker gets what is decided here (docs/decisions/025-cluster.md).
"""

from __future__ import annotations

import pickle
import re
import threading
import time
import warnings
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Final
from uuid import uuid4

from handouts import fonts
from handouts.findings import NOWHERE, Finding, HandoutError, Location, MachineLacks, Severity, UsageError
from handouts.pool import Worker, WorkerLostError, lost, too_long
from handouts.recipe import machine
from handouts.task import ENDLESS, TRIES, Outcome, Task, other_versions

AHEAD: Final = 2
"""How many tasks are under way for each thread of the cluster: one is printed, the other travels."""
LOSSES: Final = 5
"""How many workers of a cluster may die with a task before it is given up: what machines do is not its fault."""
SECONDS_TO_CONNECT: Final = 10.0
SECONDS_TO_ANSWER: Final = 60.0
SECONDS_TO_FETCH: Final = 10.0
SECONDS_BETWEEN_LOOKS: Final = 1.0
SECONDS_WITHOUT_WORKERS: Final = 30.0
"""How long a cluster may be without a worker that can be used: those that died may be started again."""

_ENCRYPTED: Final = "tls://"
_LOOPBACK: Final = re.compile(r"tcp://(127\.0\.0\.1|localhost|\[::1\]):[0-9]{1,5}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Keys:
    """The files of TLS, in PEM: the authority that signs the cluster's certificates, our own one and its key."""

    authority: Path | None = None
    certificate: Path | None = None
    key: Path | None = None


def _hear_nothing(_finding: Finding) -> None:
    """Nobody asks which workers are not used."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Carries tasks out by the workers of a Dask scheduler. `memory` is the limit of each task in bytes, 0 for none.

    `hear` is told of each worker that is not used, and why. Raises UsageError for an address that is open to anyone.
    """

    address: str
    keys: Keys = field(default_factory=Keys)
    memory: int = 0
    hear: Callable[[Finding], None] = _hear_nothing

    def __post_init__(self) -> None:
        if not self.address.startswith(_ENCRYPTED) and not _LOOPBACK.fullmatch(self.address):
            what = f"without TLS anyone who can reach `{self.address}` can run programs on its workers"
            raise UsageError([_fault(what, "use `tls://` with `--tls-ca`, `--tls-cert` and `--tls-key`")])

    def run(self, tasks: Iterable[Task]) -> Iterator[tuple[int, Outcome]]:
        """The outcome of each task, wherever it was printed; a worker that dies loses none.

        Raises UsageError where the scheduler cannot be used, MachineLacks where no worker can. Where there is nothing
        to do, nobody is asked.
        """
        source = iter(enumerate(tasks))
        first = next(source, None)
        if first is None:
            return
        client = _connect(self.address, self.keys)
        try:
            yield from _Round(client, first, source, self).all()
        finally:
            with suppress(OSError):
                client.close(timeout=1)


@dataclass(eq=False)
class _Member:
    """A worker of the cluster: good when it has said that its versions are ours, refused when it cannot be used."""

    address: str
    threads: int
    good: bool = False
    refused: bool = False
    busy: int = 0

    @property
    def load(self) -> float:
        """How many tasks each of its threads has."""
        return self.busy / self.threads


@dataclass
class _Errand:
    """What a member was asked to do: a task, or None for the question of its versions."""

    future: Any
    member: _Member
    number: int
    task: Task | None
    losses: int


class _Round:
    """One run on a cluster."""

    def __init__(
        self, client: Any, first: tuple[int, Task], source: Iterator[tuple[int, Task]], cluster: Cluster
    ) -> None:
        self.client, self.source, self.cluster = client, source, cluster
        self.waiting: deque[tuple[int, Task, int]] = deque([(*first, 0)])
        self.members: dict[str, _Member] = {}
        self.errands: dict[str, _Errand] = {}
        self.finished: SimpleQueue[Any] = SimpleQueue()
        self.ours = machine()
        self.exhausted = False
        self.next_look = 0.0
        self.hopeful = time.monotonic()
        self.used = False
        self.last: Finding | None = None

    def all(self) -> Iterator[tuple[int, Outcome]]:
        """Every outcome, as it comes."""
        while True:
            if time.monotonic() >= self.next_look:
                self._look_around()
                self.next_look = time.monotonic() + SECONDS_BETWEEN_LOOKS
            self._hand_out()
            if self.exhausted and not self.waiting and not any(errand.task for errand in self.errands.values()):
                return
            yield from self._receive()

    # --- Who is there

    def _look_around(self) -> None:
        """Ask those who are new for their versions; what those had who are gone is done by others."""
        there = self._there()
        for address in self.members.keys() - there.keys():
            self._bury(self.members.pop(address))
        for address in there.keys() - self.members.keys():
            member = _Member(address, max(1, there[address]["nthreads"]))
            self.members[address] = member
            self._submit(member, -1, None, 0)
        self._give_up()

    def _there(self) -> Mapping[str, Mapping[str, Any]]:
        """The workers by address. Raises MachineLacks where the scheduler does not answer."""
        try:
            if self.client.status != "running":
                raise ConnectionError("the line was cut")
            told = self.client.sync(self.client.scheduler.identity, callback_timeout=SECONDS_TO_ANSWER)
        except OSError as error:
            what = f"the scheduler `{self.cluster.address}` was lost: {_one_line(error)}"
            raise MachineLacks([_fault(what, "look at its log, then build again")]) from None
        there: Mapping[str, Mapping[str, Any]] = told["workers"]
        return there

    def _give_up(self) -> None:
        """Raise MachineLacks where nobody is left to wait for."""
        if not all(member.refused for member in self.members.values()):
            self.hopeful = time.monotonic()
            return
        patience = SECONDS_WITHOUT_WORKERS if self.used or not self.members else 0
        if time.monotonic() - self.hopeful >= patience:
            raise MachineLacks([_no_worker(self.last)])

    def _bury(self, member: _Member) -> None:
        for key, errand in list(self.errands.items()):
            if errand.member is member:
                del self.errands[key]
                if errand.task:
                    self.waiting.append((errand.number, errand.task, errand.losses + 1))

    def _refuse(self, member: _Member, finding: Finding) -> None:
        if member.refused:
            return
        member.good, member.refused = False, True
        what = f"the worker {member.address} is not used: {finding.what}"
        self.last = replace(finding, what=what)
        self.cluster.hear(replace(self.last, severity=Severity.WARNING))

    # --- Who does what

    def _hand_out(self) -> None:
        while True:
            free = [member for member in self.members.values() if member.good and member.load < AHEAD]
            if not free or not self._prepare():
                return
            self._submit(min(free, key=lambda member: member.load), *self.waiting.popleft())

    def _prepare(self) -> bool:
        """Whether a task waits; the next one is fetched where none does."""
        if not self.waiting and not self.exhausted:
            following = next(self.source, None)
            if following is None:
                self.exhausted = True
            else:
                self.waiting.append((*following, 0))
        return bool(self.waiting)

    def _submit(self, member: _Member, number: int, task: Task | None, losses: int) -> None:
        key = f"handouts-{uuid4().hex}"
        work: tuple[Any, ...] = (machine,)
        if task:
            work = carry_out_packed, zlib.compress(pickle.dumps(task), 1), self.cluster.memory
        future = self.client.submit(*work, key=key, pure=False, workers=[member.address], allow_other_workers=False)
        self.errands[key] = _Errand(future, member, number, task, losses)
        member.busy += 1
        future.add_done_callback(self.finished.put)

    # --- What comes back

    def _receive(self) -> Iterator[tuple[int, Outcome]]:
        """The outcome of an errand that is done, if there is one soon."""
        try:
            future = self.finished.get(timeout=SECONDS_BETWEEN_LOOKS)
        except Empty:
            return
        errand = self.errands.get(future.key)
        if errand is None:  # its worker was gone for a while
            return
        try:
            answer = _answer(future)
        except TimeoutError:  # its worker may have died since; the next look tells
            self.finished.put(future)
            return
        del self.errands[future.key]
        errand.member.busy -= 1
        if errand.task is None:
            self._judge(errand.member, answer)
        else:
            yield from self._settle(errand, errand.task, answer)

    def _judge(self, member: _Member, versions: Mapping[str, str] | Exception) -> None:
        """Use a worker whose versions are ours, and no other."""
        if versions == self.ours:
            member.good = self.used = True
        elif isinstance(versions, Exception):
            what = f"it cannot say its versions: {_one_line(versions)}"
            self._refuse(member, Finding(_OTHER, _MACHINE, what, "install this program on every worker"))
        else:
            self._refuse(member, other_versions(self.ours, versions))
        self._give_up()

    def _settle(self, errand: _Errand, task: Task, answer: Outcome | Exception) -> Iterator[tuple[int, Outcome]]:
        """Pass an outcome on. What a worker could not do, another one does."""
        if isinstance(answer, Outcome):
            yield errand.number, answer
        elif isinstance(answer, HandoutError):
            self._refuse(errand.member, answer.findings[0])
            self.waiting.append((errand.number, task, errand.losses))
        elif errand.losses + 1 < LOSSES:
            self.waiting.append((errand.number, task, errand.losses + 1))
        else:
            yield errand.number, lost(task, _one_line(answer))


def _answer(future: Any) -> Any:
    """What an errand came to, be it an exception. Raises TimeoutError where it does not come."""
    try:
        return future.result(timeout=SECONDS_TO_FETCH)
    except TimeoutError:
        if future.status == "error":
            return future.exception()
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, it was raised there, not here
        return error


# --- On a worker of the cluster ---------------------------------------------------------------------------------------

_THREAD: Final = threading.local()


def carry_out_packed(packed: bytes, memory: int) -> Outcome | HandoutError:
    """The outcome of a task, printed in a process of this thread's own, which is kept warm for the next one.

    So a page that hangs, or takes all memory, takes no worker of the cluster with it.
    """
    task: Task = pickle.loads(zlib.decompress(packed))  # noqa: S301 - who reaches a scheduler runs what he likes anyway
    how = ""
    for _ in range(TRIES):
        try:
            return _printed(task, memory)
        except HandoutError as error:
            return error
        except WorkerLostError as error:
            how = str(error)
        _dismiss()
    return lost(task, how)


def _printed(task: Task, memory: int) -> Outcome:
    """The outcome of a task. Raises WorkerLostError, and MachineLacks where this machine can print nothing."""
    worker = _worker(memory)
    try:
        outcome = worker.carry_out(task)
    except TimeoutError:
        if not worker.ready:
            raise WorkerLostError("it did not start in time") from None
        outcome = too_long(task)
    if any(finding.id == ENDLESS for finding in outcome.findings):
        _dismiss()  # what was cut off anywhere may have left anything behind
    return outcome


def _worker(memory: int) -> Worker:
    if getattr(_THREAD, "worker", None) is None or _THREAD.worker.memory != memory:
        _dismiss()
        _THREAD.worker = Worker(fonts.default_store(), memory)
    worker: Worker = _THREAD.worker
    return worker


def _dismiss() -> None:
    if getattr(_THREAD, "worker", None) is not None:
        _THREAD.worker.close()
    _THREAD.worker = None


# --- The scheduler ----------------------------------------------------------------------------------------------------


def _connect(address: str, keys: Keys) -> Any:
    """A client of the scheduler. Raises UsageError."""
    try:
        import dask

        dask.config.set(_QUIET)  # read when `distributed` is imported
        from distributed import Client
        from distributed.security import Security
    except ImportError:
        raise UsageError([_fault("there is no Dask here", "install `patient-handouts[cluster]`")]) from None
    warnings.filterwarnings("ignore", module="distributed")  # of versions that differ: we compare those that matter
    try:
        security = _security(Security, keys) if address.startswith(_ENCRYPTED) else None
        return Client(address, security=security, timeout=SECONDS_TO_CONNECT, set_as_default=False)
    except (OSError, TypeError, ValueError, RuntimeError) as error:
        what = f"the scheduler `{address}` cannot be reached: {_one_line(error)}"
        raise UsageError([_fault(what, "look at its address and at the three TLS files")]) from None


def _security(kind: Any, keys: Keys) -> Any:
    """What Dask calls its TLS files: ours, or those of its own configuration. Raises UsageError where a file is not."""
    files = {"tls_ca_file": keys.authority, "tls_client_cert": keys.certificate, "tls_client_key": keys.key}
    given = {name: str(path) for name, path in files.items() if path}
    security = kind(require_encryption=True, **given)
    for name in files:
        path = getattr(security, name)
        if not path or not Path(path).is_file():
            what = f"there is no TLS file `{path}`" if path else "TLS needs three files, and not all are named"
            raise UsageError([_fault(what, "name them with `--tls-ca`, `--tls-cert` and `--tls-key`")])
    return security


_QUIET: Final = {
    "logging": dict.fromkeys(("distributed", "distributed.client", "tornado.application"), "critical"),
    "distributed.admin.large-graph-warning-threshold": "1GB",
}
"""What goes wrong in a cluster is told by findings, once, and not by Dask's log as well."""
_MACHINE: Final = Location("machine")
_OTHER: Final = "machine/other-versions"


def _one_line(error: BaseException) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())}"[:200]


def _fault(what: str, remedy: str) -> Finding:
    return Finding("usage/scheduler", NOWHERE, what, remedy)


def _no_worker(last: Finding | None) -> Finding:
    """Why nobody can do anything: what was said of the worker that was refused last, if there was any."""
    if last is None:
        return Finding("machine/workers", _MACHINE, "the cluster has no worker", "start workers, then try again")
    return replace(last, what=f"no worker of the cluster can be used; {last.what}")

"""Workers on many machines, by a Dask scheduler: an optional extra, `patient-handouts[cluster]`.

Whoever can reach a scheduler without TLS can run any program on its workers, and read what travels. So one is refused
unless it listens on this machine alone. Tasks are whole: workers need this program, its fonts, and nothing else.
"""

from __future__ import annotations

import pickle
import threading
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from handouts import fonts, typeset
from handouts.findings import NOWHERE, Finding, HandoutError, MachineLacks, UsageError
from handouts.pool import Worker, WorkerLostError, lost, too_long
from handouts.task import TRIES, OtherVersions, Outcome, Task, other_versions

AHEAD: Final = 3
"""How many tasks are under way for each thread of the cluster: one is printed, the others travel."""
SECONDS_TO_CONNECT: Final = 30
_LOOPBACK: Final = ("tcp://127.0.0.1:", "tcp://localhost:", "tcp://[::1]:")


@dataclass(frozen=True, slots=True)
class Keys:
    """The files of TLS, in PEM: the authority that signs the cluster's certificates, our own one and its key."""

    authority: Path | None = None
    certificate: Path | None = None
    key: Path | None = None


@dataclass(frozen=True, slots=True)
class Cluster:
    """Carries tasks out by the workers of a Dask scheduler. `memory` is the limit of each task in bytes, 0 for none."""

    address: str
    keys: Keys = field(default_factory=Keys)
    memory: int = 0

    def run(self, tasks: Iterable[Task]) -> Iterator[tuple[int, Outcome]]:
        """The outcome of each task, wherever it was printed; a worker that dies loses none.

        Raises UsageError where the scheduler cannot be used, MachineLacks where no worker has our versions.
        """
        client = _connect(self.address, self.keys)
        try:
            yield from _Round(client, iter(enumerate(tasks)), self.memory).all()
        finally:
            client.close(timeout=1)


class _Round:
    """One run on a cluster."""

    def __init__(self, client: Any, source: Iterator[tuple[int, Task]], memory: int) -> None:
        self.client, self.source, self.memory = client, source, memory
        self.under_way: dict[str, tuple[int, Task]] = {}
        self.workers: list[str] | None = None  # whoever there is, as long as all have our versions
        self.name = uuid4().hex

    def all(self) -> Iterator[tuple[int, Outcome]]:
        from distributed import as_completed

        self._look_at_workers()
        coming = as_completed([], raise_errors=False)
        while self._fill(coming) or self.under_way:
            future = next(coming)
            number, task = self.under_way.pop(future.key)
            answer = _answer(future, task)
            future.release()
            if isinstance(answer, OtherVersions):
                self._look_at_workers()
                self._send(number, task, coming)
            else:
                yield number, answer

    def _fill(self, coming: Any) -> bool:
        """Send tasks until enough are under way; whether any was sent."""
        room = AHEAD * max(1, sum(self.client.nthreads().values())) - len(self.under_way)
        sent = False
        for _ in range(room):
            following = next(self.source, None)
            if following is None:
                break
            self._send(*following, coming)
            sent = True
        return sent

    def _send(self, number: int, task: Task, coming: Any) -> None:
        key = f"handouts-{self.name}-{number}-{uuid4().hex[:8]}"
        packed = zlib.compress(pickle.dumps(task), 1)
        where = {} if self.workers is None else {"workers": self.workers, "allow_other_workers": False}
        future = self.client.submit(carry_out_packed, packed, self.memory, key=key, pure=False, **where)
        self.under_way[key] = (number, task)
        coming.add(future)

    def _look_at_workers(self) -> None:
        """Find the workers that set type as we do; the others get nothing to do. Raises MachineLacks without any."""
        ours = dict(typeset.versions())
        told: Mapping[str, Any] = self.client.run(versions_here, on_error="return")
        good = [address for address, versions in told.items() if versions == ours]
        if not good:
            raise MachineLacks([_no_worker(told, ours)])
        self.workers = good if len(good) < len(told) else None


def _answer(future: Any, task: Task) -> Outcome | OtherVersions:
    """What a task came to, or the exception that says that its worker sets type otherwise."""
    if future.status == "finished":
        answer: Outcome | HandoutError = future.result()
        if isinstance(answer, Outcome | OtherVersions):
            return answer
        raise answer
    return lost(task, f"{type(future.exception()).__name__} in the cluster")


# --- On a worker of the cluster ---------------------------------------------------------------------------------------

_THREAD: Final = threading.local()


def versions_here() -> dict[str, str]:
    """The versions of this machine, as `typeset.versions`."""
    return dict(typeset.versions())


def carry_out_packed(packed: bytes, memory: int) -> Outcome | HandoutError:
    """The outcome of a task, printed in a process of this thread's own, which is kept warm for the next one.

    So a page that hangs, or takes all memory, takes no worker of the cluster with it.
    """
    task: Task = pickle.loads(zlib.decompress(packed))  # noqa: S301 - who reaches a scheduler runs what he likes anyway
    how = ""
    for _ in range(TRIES):
        worker = _worker(memory)
        try:
            return worker.carry_out(task)
        except HandoutError as error:
            return error
        except TimeoutError:
            _dismiss()
            return too_long(task)
        except WorkerLostError as error:
            _dismiss()
            how = str(error)
    return lost(task, how)


def _worker(memory: int) -> Worker:
    if getattr(_THREAD, "worker", None) is None:
        _THREAD.worker = Worker(fonts.default_store(), memory)
    worker: Worker = _THREAD.worker
    return worker


def _dismiss() -> None:
    _THREAD.worker.close()
    _THREAD.worker = None


# --- The scheduler ----------------------------------------------------------------------------------------------------


def _connect(address: str, keys: Keys) -> Any:
    """A client of the scheduler. Raises UsageError."""
    try:
        from distributed import Client
        from distributed.security import Security
    except ImportError:
        raise UsageError([_fault("there is no Dask here", "install `patient-handouts[cluster]`")]) from None
    if not address.startswith(("tls://", *_LOOPBACK)):
        what = f"the scheduler `{address}` is open to anyone who can reach it"
        raise UsageError([_fault(what, "use `tls://` with `--tls-ca`, `--tls-cert` and `--tls-key`")])
    files = {
        "tls_ca_file": keys.authority,
        "tls_client_cert": keys.certificate,
        "tls_client_key": keys.key,
    }
    given = {name: str(path) for name, path in files.items() if path}
    try:
        security = Security(require_encryption=True, **given) if address.startswith("tls://") else None
        return Client(address, security=security, timeout=SECONDS_TO_CONNECT, set_as_default=False)
    except (OSError, TypeError, ValueError, RuntimeError) as error:
        what = f"the scheduler `{address}` cannot be reached: {type(error).__name__}: {str(error)[:200]}"
        raise UsageError([_fault(what, "look at its address and at the three TLS files")]) from None


def _fault(what: str, remedy: str) -> Finding:
    return Finding("usage/scheduler", NOWHERE, what, remedy)


def _no_worker(told: Mapping[str, Any], ours: Mapping[str, str]) -> Finding:
    if not told:
        return _fault("the cluster has no worker", "start workers, then try again")
    address, versions = next(iter(told.items()))
    if not isinstance(versions, dict):
        versions = {}
    finding = other_versions(ours, versions)
    return Finding(
        finding.id,
        finding.where,
        f"no worker of the cluster sets type as this machine: on {address}, {finding.what}",
        finding.remedy,
    )

"""Builds on a cluster: a real Dask scheduler and real workers, each a process with a disk of its own."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from specimens import write_tiny

from handouts import cluster
from handouts.cli import main

SOURCE = os.fspath(Path(cluster.__file__).resolve().parents[1])
HANDOUTS = ("one", "two", "three")
OPEN = "tcp://scheduler.example:8786"

WORKER = """
import os, signal, time
from pathlib import Path
from handouts import typeset

home, press, versions = Path(os.environ["XDG_CACHE_HOME"]), typeset.typeset, typeset.versions()

def watched(page, *rest):
    words = "".join(page.itertext())
    if "This ends its process." in words:
        os.kill(os.getpid(), signal.SIGKILL)
    if "This never ends." in words:
        time.sleep(600)
    (home / "began").touch()
    while (home / "hold").exists():
        time.sleep(0.02)
    return press(page, *rest)

typeset.typeset = watched
if (home / "other-versions").exists():
    typeset.versions = lambda: {**versions, "pango": "0.0.1"}
"""
"""What each Python of a worker does first: notes that it prints, waits while it is held, and breaks where a page asks.

It finds its orders beside its cache, which is its own.
"""


def until(happened: Callable[[], object], what: str) -> None:
    """Wait until something has happened, within bounds."""
    end = time.monotonic() + 120
    while not happened():
        assert time.monotonic() < end, what
        time.sleep(0.02)


@dataclass
class Node:
    """A process of the cluster, with its own folder."""

    home: Path
    process: subprocess.Popen[bytes]

    @property
    def log(self) -> str:
        return (self.home / "log").read_text("utf-8")

    @property
    def began(self) -> bool:
        """Whether it began to print anything."""
        return (self.home / "began").exists()


@dataclass
class Machines:
    """A scheduler and what is started beside it. `site` holds what each worker does first, `keys` the TLS files."""

    folder: Path
    site: Path
    keys: Path | None = None
    address: str = ""
    scheduler: Node | None = None

    def start_scheduler(self, stack: ExitStack) -> None:
        protocol = "tls" if self.keys else "tcp"
        told = ["--protocol", protocol, "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--no-show"]
        self.scheduler = node = stack.enter_context(self.started("scheduler", *told))
        until(lambda: re.search(r"Scheduler at: +(\S+)\n", node.log), "the scheduler started")
        (self.address,) = re.findall(r"Scheduler at: +(\S+)\n", node.log)

    @contextmanager
    def worker(self, name: str, *orders: str) -> Iterator[Node]:
        """A worker that has registered, and is killed in the end."""
        for order in orders:
            (self.folder / name).mkdir()
            (self.folder / name / order).touch()
        told = [self.address, "--no-nanny", "--nthreads", "1", "--no-dashboard", "--name", name]
        try:
            with self.started("worker", *told, name=name) as node:
                until(lambda: "Registered to:" in node.log, "the worker registered")
                yield node
        finally:
            (self.folder / name / "hold").unlink(missing_ok=True)  # or the process that prints would outlive it

    @contextmanager
    def started(self, command: str, *told: str, name: str = "scheduler") -> Iterator[Node]:
        home = self.folder / name
        home.mkdir(exist_ok=True)
        files = [f"--tls-{option}={self.keys / file}" for option, file in TLS_FILES.items()] if self.keys else []
        program = [sys.executable, "-m", f"distributed.cli.dask_{command}", *told, *files]
        environment = {
            **os.environ,
            "PYTHONPATH": f"{self.site}{os.pathsep}{SOURCE}" if command == "worker" else SOURCE,
            "XDG_CACHE_HOME": str(home),
            "DASK_CONFIG": str(home),
        }
        with (home / "log").open("wb") as log:
            process = subprocess.Popen(program, cwd=home, env=environment, stdout=log, stderr=log)
        try:
            yield Node(home, process)
        finally:
            process.kill()
            process.wait()


@dataclass
class Build:
    """The command, as a person starts it."""

    folder: Path
    cache_home: Path
    machines: Machines

    def start(self, *arguments: str, out: str, before: str = "") -> subprocess.Popen[str]:
        script = f"import sys\nfrom handouts import cluster\n{before}\nfrom handouts.cli import main\n"
        told = ["build", *arguments, "--project", "project", "--lang", "en", "--today", "2026-11-22", "--no-cache"]
        environment = {
            **os.environ,
            "PYTHONPATH": SOURCE,
            "XDG_CACHE_HOME": str(self.cache_home),
            "DASK_CONFIG": str(self.folder),
            "PYTHONFAULTHANDLER": "1",
        }
        return subprocess.Popen(
            [sys.executable, "-c", f"{script}sys.exit(main(sys.argv[1:]))", *told, "--out", out],
            cwd=self.folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def on_cluster(self, *arguments: str, out: str, machines: Machines | None = None) -> subprocess.Popen[str]:
        there = machines or self.machines
        files = {"--tls-ca": "ca.pem", "--tls-cert": "cert.pem", "--tls-key": "key.pem"} if there.keys else {}
        keys = [word for option, file in files.items() for word in (option, f"{there.keys}/{file}")]
        return self.start(*(arguments or HANDOUTS), "--scheduler", there.address, *keys, out=out)


@contextmanager
def held(workers: list[Node]) -> Iterator[None]:
    """Workers begin their next page within this, and do not end it before."""
    for worker in workers:
        (worker.home / "hold").touch()
        (worker.home / "began").unlink(missing_ok=True)
    try:
        yield
    finally:
        for worker in workers:
            (worker.home / "hold").unlink()


TLS_FILES = {"ca-file": "ca.pem", "cert": "cert.pem", "key": "key.pem"}


def make_keys(folder: Path) -> Path:
    """An authority of the cluster's own, and one certificate, as docs/decisions/025-cluster.md says."""
    folder.mkdir()
    new = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    for command in (
        [*new, "-days", "3650", "-subj", "/CN=cluster", "-keyout", "ca-key.pem", "-out", "ca.pem"],
        [
            *(*new, "-days", "365", "-subj", "/CN=node", "-CA", "ca.pem", "-CAkey", "ca-key.pem"),
            *("-keyout", "key.pem", "-out", "cert.pem"),
        ],
    ):
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return folder


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    """The exit code and what stood on the screen. Nobody sees Dask's log, or a traceback."""
    try:
        out, err = process.communicate(timeout=120)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGABRT)  # says where it stands, with PYTHONFAULTHANDLER
        out, err = process.communicate()
        pytest.fail(f"the build did not end: {out}{err}")
    assert not re.search(r"Traceback|distributed\.\w+ - |tornado\.|asyncio|Warning:", out + err), out + err
    return process.returncode, out + err


def findings(told: str) -> list[str]:
    return re.findall(r"error: .*\[([a-z]+/[a-z-]+)\]", told)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# --- The machines -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    (folder / "sitecustomize.py").write_text(WORKER, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory, site: Path) -> Iterator[Machines]:
    """A scheduler over TLS, without workers."""
    folder = tmp_path_factory.mktemp("machines")
    there = Machines(folder, site, make_keys(folder / "keys"))
    with ExitStack() as stack:
        there.start_scheduler(stack)
        yield there


@pytest.fixture(scope="module")
def workers(machines: Machines) -> Iterator[list[Node]]:
    """Two good workers."""
    with machines.worker("first") as first, machines.worker("second") as second:
        yield [first, second]


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory, cache_home: Path, machines: Machines) -> Build:
    """The command in a folder with a project of three handouts, on two papers each."""
    folder = tmp_path_factory.mktemp("build")
    for name in HANDOUTS:
        write_tiny(folder / "project", name, says=f"Stay well, {name}.")
    write_tiny(folder / "project", "endless", says="This never ends.")
    write_tiny(folder / "project", "deadly", says="This ends its process.")
    return Build(folder, cache_home, machines)


@pytest.fixture(scope="module")
def local(build: Build) -> dict[str, bytes]:
    """What a build on this machine alone gives."""
    code, told = ended(build.start(*HANDOUTS, out="local"))
    assert code == 0, told
    made = contents(build.folder / "local")
    assert len(made) == 2 * len(HANDOUTS) + 1
    return made


# --- The same, whoever prints it ----------------------------------------------------------------------------


def test_workers_without_a_common_disk_give_the_same_bytes_and_manifest(
    build: Build, workers: list[Node], local: dict[str, bytes]
) -> None:
    code, told = ended(build.on_cluster(out="cluster"))
    assert code == 0, told
    assert contents(build.folder / "cluster") == local
    assert all(worker.began for worker in workers)


def test_a_worker_that_is_killed_in_the_middle_loses_no_file(
    build: Build, workers: list[Node], local: dict[str, bytes]
) -> None:
    with build.machines.worker("doomed", "hold") as doomed:
        with held(workers):  # they cannot do all before it began
            process = build.on_cluster(out="killed")
            until(lambda: doomed.began, "the worker began a page")
            doomed.process.kill()
        code, told = ended(process)
    assert code == 0, told
    assert contents(build.folder / "killed") == local


# --- Other versions -----------------------------------------------------------------------------------------


def test_workers_with_other_versions_print_nothing_be_they_there_or_join_in_the_middle(
    build: Build, workers: list[Node], local: dict[str, bytes]
) -> None:
    with ExitStack() as stack:
        with held(workers):  # they cannot do all before the others were asked
            others = [stack.enter_context(build.machines.worker("other", "other-versions"))]
            process = build.on_cluster(out="refused")
            until(lambda: any(worker.began for worker in workers), "a page was begun")
            others.append(stack.enter_context(build.machines.worker("late", "other-versions")))
            assert process.stderr
            refusals = (line for line in process.stderr if "is not used: this worker has pango 0.0.1 and not" in line)
            named = [next(refusals) for _ in others]
        code, told = ended(process)
    assert len(set(named)) == 2
    assert code == 0, told
    assert contents(build.folder / "refused") == local
    assert not any(other.began for other in others)


def test_without_a_good_worker_nothing_is_published(build: Build, site: Path, tmp_path: Path) -> None:
    alone = Machines(tmp_path, site)
    with ExitStack() as stack:
        alone.start_scheduler(stack)
        stack.enter_context(alone.worker("other", "other-versions"))
        code, told = ended(build.on_cluster(out="nothing", machines=alone))
    assert alone.address.startswith("tcp://127.0.0.1:")  # which nobody else can reach
    assert (code, findings(told)) == (3, ["machine/other-versions"]), told
    assert not (build.folder / "nothing").exists()


# --- What breaks --------------------------------------------------------------------------------------------


def test_a_page_that_hangs_or_ends_its_process_is_a_finding_and_the_rest_is_made(
    build: Build, workers: list[Node]
) -> None:
    told_to = ["one", "endless", "deadly", "two", "--paper", "a4", "--time-limit", "12"]
    code, told = ended(build.on_cluster(*told_to, out="broken"))
    assert (code, sorted(findings(told))) == (1, ["page/endless", "page/worker"]), told
    assert {Path(path).stem for path in contents(build.folder / "broken")} == {
        *("manifest", "one-standard-a4", "two-standard-a4")
    }
    assert [worker.process.poll() for worker in workers] == [None, None]


def test_ctrl_c_ends_the_build_and_leaves_the_workers_for_the_next(
    build: Build, workers: list[Node], local: dict[str, bytes]
) -> None:
    with held(workers):
        process = build.on_cluster(out="stopped")
        until(lambda: any(worker.began for worker in workers), "a page was begun")
        process.send_signal(signal.SIGINT)
        code, told = ended(process)
    assert code == 130, told
    assert not (build.folder / "stopped").exists()
    code, told = ended(build.on_cluster(out="stopped"))
    assert code == 0, told
    assert contents(build.folder / "stopped") == local


def test_a_scheduler_that_is_lost_in_the_middle_is_one_finding(build: Build, site: Path, tmp_path: Path) -> None:
    alone = Machines(tmp_path, site)
    with ExitStack() as stack:
        alone.start_scheduler(stack)
        busy = stack.enter_context(alone.worker("held", "hold"))
        process = build.on_cluster(out="lost", machines=alone)
        until(lambda: busy.began, "a page was begun")
        assert alone.scheduler
        alone.scheduler.process.kill()
        code, told = ended(process)
    assert (code, findings(told)) == (3, ["usage/scheduler"]), told
    assert not (build.folder / "lost").exists()


# --- Schedulers that cannot be used -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address", [OPEN, "scheduler.example:8786", "tcp://127.0.0.1.example:8786", "tcp://localhost:1@example:8786", ""]
)
def test_a_scheduler_that_others_can_reach_without_tls_is_refused(
    address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["build", "--project", str(tmp_path), "--scheduler", address]) == 2
    assert findings(capsys.readouterr().err) == ["usage/scheduler"]


@pytest.mark.parametrize(
    "address", ["tls://10.1.2.3:8786", "tcp://127.0.0.1:8786", "tcp://localhost:1", "tcp://[::1]:1"]
)
def test_tls_and_this_machine_alone_are_allowed(address: str) -> None:
    assert cluster.Cluster(address).address == address


@pytest.mark.parametrize("fault", ["another authority", "no such file", "no keys", "nobody there"])
def test_a_scheduler_that_cannot_be_used_is_one_finding(fault: str, build: Build, tmp_path: Path) -> None:
    keys = build.machines.keys
    assert keys
    address = "tls://127.0.0.1:1" if fault == "nobody there" else build.machines.address
    folder = make_keys(tmp_path / "keys") if fault == "another authority" else shutil.copytree(keys, tmp_path / "keys")
    if fault == "no such file":
        (folder / "key.pem").unlink()
    told_to = [f"--tls-ca={folder / 'ca.pem'}", f"--tls-cert={folder / 'cert.pem'}", f"--tls-key={folder / 'key.pem'}"]
    process = build.start(
        *("one", "--scheduler", address, *(() if fault == "no keys" else told_to)),
        out="unreachable",
        before="cluster.SECONDS_TO_CONNECT = 1.0",
    )
    code, told = ended(process)
    assert (code, findings(told)) == (2, ["usage/scheduler"]), told
    assert not (build.folder / "unreachable").exists()


def test_without_dask_the_extra_is_named(build: Build) -> None:
    process = build.start(
        *("one", "--scheduler", "tcp://127.0.0.1:1"), out="unreachable", before="sys.modules['distributed'] = None"
    )
    code, told = ended(process)
    assert (code, findings(told)) == (2, ["usage/scheduler"]), told
    assert "install `patient-handouts[cluster]`" in told


def test_where_nothing_is_to_be_made_nobody_is_asked() -> None:
    assert list(cluster.Cluster("tls://127.0.0.1:1").run([])) == []

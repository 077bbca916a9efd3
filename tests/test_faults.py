"""A build that is killed, stopped, refused a disk, or disturbed by another one: no file is ever half or unlisted.

And the next build ends as if nothing had happened.
"""

from __future__ import annotations

import errno
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdfium2  # type: ignore[import-untyped]
import pytest
from specimens import TODAY, write_tiny
from test_pool import is_alive, wait_until, workers_of
from test_publish import SCOPE, SHEET

from handouts import desk, fonts, pipeline, publish
from handouts.findings import HandoutError, MachineLacks
from handouts.publish import MANIFEST, ManifestEntry, Staging, read_manifest, sheet_path
from handouts.verify import find_damage

SOURCE = os.fspath(Path(publish.__file__).resolve().parents[1])
HANDOUTS = ("tiny", "small", "short")
ROUNDS = 6


def files_in(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, hidden ones too."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def published(out: Path) -> dict[str, bytes]:
    """Every file that a reader of the folder would take for a finished one."""
    return {name: data for name, data in files_in(out).items() if not name.startswith(".") and name != MANIFEST}


# --- Publishing, cut off at every step ----------------------------------------------------------------------------

STEPS = {Path: ("replace", "unlink", "rmdir", "mkdir", "chmod"), os: ("link", "fsync", "rmdir", "unlink")}
"""All by which publishing changes the disk."""


def sheets_of(edition: str) -> dict[str, tuple[ManifestEntry, bytes]]:
    """The files of an edition of three handouts: the first stays, the second changes, the third goes or comes."""
    words = {"stays": b"same", "changes": edition.encode(), f"only-{edition}": b"alone"}
    found = {}
    for handout, data in words.items():
        pdf = b"%PDF " + data
        sheet = replace(SHEET, handout=handout, language=edition if "only" in handout else "en")
        sheet = replace(sheet, sha256=publish.sha256(pdf), bytes=len(pdf))
        found[sheet_path("default", sheet.language, handout, "standard", "a4")] = (sheet, pdf)
    return found


def publish_edition(out: Path, edition: str) -> None:
    made = sheets_of(edition)
    with Staging(out) as staging:
        for path, (_, pdf) in made.items():
            staging.put(path, pdf)
        staging.publish({path: sheet for path, (sheet, _) in made.items()}, SCOPE, {"program": "1"}, {})


def assert_whole_and_listed(out: Path) -> None:
    known = [{path: pdf for path, (_, pdf) in sheets_of(edition).items()} for edition in ("old", "new")]
    listed = read_manifest(out)["files"]
    for path, data in published(out).items():
        assert data in [each[path] for each in known if path in each], f"{path} is half written"
        assert path in listed, f"{path} is not listed"


def at_step(number: int, act: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Act instead of the step of that number, from 0; the steps that were taken."""
    taken: list[str] = []

    def counted(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def step(*arguments: Any, **more: Any) -> Any:
            taken.append(name)
            if len(taken) - 1 == number:
                act()
            return function(*arguments, **more)

        return step

    for owner, names in STEPS.items():
        for name in names:
            monkeypatch.setattr(owner, name, counted(name, getattr(owner, name)))
    return taken


def steps_of_a_publication(tmp_path: Path) -> int:
    with pytest.MonkeyPatch.context() as patch:
        publish_edition(tmp_path / "count", "old")
        taken = at_step(-1, lambda: None, patch)
        publish_edition(tmp_path / "count", "new")
        return len(taken)


def killed_in_a_child(work: Callable[[], None]) -> bool:
    """Whether a child process that works was killed."""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def test_a_publication_that_is_killed_at_any_step_leaves_whole_files_that_are_listed(tmp_path: Path) -> None:
    publish_edition(tmp_path / "undisturbed", "new")
    steps = steps_of_a_publication(tmp_path)
    assert steps > 15
    for number in range(steps):
        out = tmp_path / f"dist{number}"
        publish_edition(out, "old")

        def work(number: int = number, out: Path = out) -> None:
            with pytest.MonkeyPatch.context() as patch:
                at_step(number, lambda: os.kill(os.getpid(), signal.SIGKILL), patch)
                publish_edition(out, "new")

        assert killed_in_a_child(work)
        assert_whole_and_listed(out)
        publish_edition(out, "new")
        assert files_in(out) == files_in(tmp_path / "undisturbed"), f"step {number}"
        assert not [path for path in out.rglob("*") if path.is_dir() and not any(path.iterdir())]


def test_a_publication_that_the_disk_refuses_at_any_step_leaves_whole_files_that_are_listed(tmp_path: Path) -> None:
    publish_edition(tmp_path / "undisturbed", "new")
    for step in range(steps_of_a_publication(tmp_path)):
        out = tmp_path / f"dist{step}"
        publish_edition(out, "old")
        with pytest.MonkeyPatch.context() as patch, suppress(HandoutError):
            at_step(step, full, patch)
            publish_edition(out, "new")
        assert_whole_and_listed(out)
        publish_edition(out, "new")
        assert files_in(out) == files_in(tmp_path / "undisturbed"), f"step {step}"


def full(*_arguments: object, **_more: object) -> None:
    """What any call gets from a full disk."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_is_found_before_anything_is_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish_edition(tmp_path, "old")
    before = files_in(tmp_path)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(HandoutError, match="No space left"):
        publish_edition(tmp_path, "new")
    assert files_in(tmp_path) == before


def test_ctrl_c_waits_for_a_publication_that_has_begun(tmp_path: Path) -> None:
    publish_edition(tmp_path / "undisturbed", "new")
    out = tmp_path / "dist"
    publish_edition(out, "old")
    with pytest.MonkeyPatch.context() as patch:
        steps = at_step(-1, lambda: None, patch)
        publish_edition(tmp_path / "count", "old")
        begun = len(steps) - steps[::-1].index("replace") - 1  # the last file moves to its place
    with pytest.MonkeyPatch.context() as patch:
        at_step(begun, lambda: signal.raise_signal(signal.SIGINT), patch)
        with pytest.raises(KeyboardInterrupt):
            publish_edition(out, "new")
    assert files_in(out) == files_in(tmp_path / "undisturbed")


def test_another_build_that_publishes_in_between_leaves_no_file_of_another_digest(tmp_path: Path) -> None:
    publish_edition(tmp_path, "new")
    made = sheets_of("new")
    with Staging(tmp_path) as staging:
        for path, (_, pdf) in made.items():
            staging.put(path, pdf)  # the very same lie there already
        publish_edition(tmp_path, "old")
        staging.publish({path: sheet for path, (sheet, _) in made.items()}, SCOPE, {"program": "1"}, {})
    assert find_damage(tmp_path) == []
    assert published(tmp_path) == {path: pdf for path, (_, pdf) in made.items()}


def test_a_build_that_fails_beside_another_takes_away_nothing_of_it(tmp_path: Path) -> None:
    out = tmp_path / "dist"
    with Staging(out) as other:
        with pytest.raises(HandoutError), Staging(out):
            raise HandoutError([])
        assert other.folder.is_dir()
        other.put("default/en/a.pdf", b"%PDF")
    assert not out.exists()


# --- Builds in processes of their own -----------------------------------------------------------------------------


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in HANDOUTS:
        write_tiny(tmp_path / "project", name, f"Stay {name}.")
    return tmp_path / "project"


Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(project: Path, cache_home: Path) -> Start:
    """Starts `handouts build` in a process group of its own."""

    def begin(out: Path, *more: str, handouts: tuple[str, ...] = HANDOUTS) -> subprocess.Popen[str]:
        choice = [*handouts, "--lang", "en", "--paper", "a4", "--today", TODAY.isoformat(), "--project", str(project)]
        means = ["--out", str(out), "--cache", str(project.parent / "cache"), "--jobs", "2", *more]
        return subprocess.Popen(
            [sys.executable, "-m", "handouts", "build", *choice, *means],
            env={**os.environ, "PYTHONPATH": SOURCE, "XDG_CACHE_HOME": str(cache_home)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    return begin


def ended(process: subprocess.Popen[str], within: float | None = None) -> int:
    process.communicate(timeout=within)
    return process.returncode


@pytest.fixture
def undisturbed(start: Start, tmp_path: Path) -> dict[str, bytes]:
    """What the build leaves when nothing happens, without a cache."""
    assert ended(start(tmp_path / "undisturbed", "--no-cache")) == 0
    return files_in(tmp_path / "undisturbed")


def opens(pdf: bytes) -> bool:
    """Whether a file is a whole PDF."""
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        return len(document) == 1 and pdf.rstrip().endswith(b"%%EOF")


def test_a_build_that_is_killed_at_any_moment_loses_nothing(
    start: Start, project: Path, undisturbed: dict[str, bytes], tmp_path: Path, store: Path
) -> None:
    """At moments from its start to its end: the words of one handout are others in each round."""
    moments = random.Random(7)  # noqa: S311 - the same moments each time
    out = tmp_path / "dist"
    longest = 1.0
    for number in range(ROUNDS):
        write_tiny(project, "tiny", f"Stay well, {number}.")
        process = start(out)
        workers: list[int] = []
        end = time.monotonic() + moments.uniform(0.3, 1) * longest
        while process.poll() is None and time.monotonic() < end:
            workers = workers_of(process.pid) or workers
            time.sleep(0.02)
        if process.poll() is None:
            longest *= 1.5
            process.kill()
        process.communicate()
        assert set(published(out)) <= set(read_manifest(out)["files"])
        assert all(opens(data) for data in published(out).values())
        wait_until(lambda workers=workers: not any(map(is_alive, workers)))  # type: ignore[misc]
    write_tiny(project, "tiny", "Stay tiny.")
    assert ended(start(out)) == 0
    assert files_in(out) == undisturbed
    assert not list(store.rglob(".partial-*"))
    assert not list((store / "workers").glob("*"))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_build_that_is_stopped_ends_cleanly(
    start: Start, undisturbed: dict[str, bytes], tmp_path: Path, number: signal.Signals
) -> None:
    out = tmp_path / "dist"
    process = start(out, "--no-cache")
    wait_until(lambda: len(workers_of(process.pid)) == 2)
    workers = workers_of(process.pid)
    os.killpg(process.pid, number)
    assert ended(process, within=20) == 130
    assert not any(map(is_alive, workers))
    assert not out.exists()
    assert ended(start(out)) == 0
    assert files_in(out) == undisturbed


def test_two_builds_into_one_folder_end_as_one(start: Start, undisturbed: dict[str, bytes], tmp_path: Path) -> None:
    for number, shares in enumerate([(HANDOUTS, HANDOUTS), (HANDOUTS[:2], HANDOUTS[1:])]):
        out = tmp_path / f"dist{number}"
        both = [start(out, handouts=share) for share in shares]
        assert [ended(process) for process in both] == [0, 0]
        assert files_in(out) == undisturbed


# --- What disturbs a build in this process ------------------------------------------------------------------------


Build = Callable[..., pipeline.Result]


@pytest.fixture
def build(project: Path, tmp_path: Path, store: Path) -> Build:
    def run(hear: Callable[[], None] = lambda: None, out: Path = tmp_path / "dist", **asked: Any) -> pipeline.Result:
        usual = {"handouts": HANDOUTS, "languages": ("en",), "papers": ("a4",), "store": store}
        request = desk.Request(TODAY, project=project, out=out, **{**usual, **asked})
        return pipeline.build(request, lambda _total, _made: hear())

    return run


@pytest.fixture
def whole(build: Build, tmp_path: Path) -> dict[str, bytes]:
    build(out=tmp_path / "whole")
    return files_in(tmp_path / "whole")


def test_a_disk_that_is_full_before_the_end_changes_nothing(
    build: Build, project: Path, whole: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At each of the files that the build puts aside, and at the manifest."""
    build()
    write_tiny(project, "tiny", "Other words.")
    for allowed in range(2):
        left = [None] * allowed

        def refuse(_handle: int, left: list[None] = left) -> None:
            if not left:
                full()
            left.pop()

        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", refuse)
            with pytest.raises(HandoutError, match="No space left"):
                build()
        assert files_in(tmp_path / "dist") == whole


def test_a_small_disk_that_is_full_changes_nothing(build: Build, whole: dict[str, bytes], tmp_path: Path) -> None:
    """A real one, where this process may mount it."""
    disk = tmp_path / "disk"
    disk.mkdir()
    size = sum(map(len, whole.values())) + 60_000
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(disk)]
    if os.geteuid() or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("only root may mount a disk")
    try:
        out = disk / "dist"
        build(out=out)
        before = files_in(out)
        (disk / "large").write_bytes(b"x" * 40_000)
        with pytest.raises(HandoutError, match="No space left"):
            build(out=out, papers=("a4", "letter"))
        assert files_in(out) == before
        (disk / "large").unlink()
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_folder_that_cannot_be_written_is_told_and_nothing_is_changed(build: Build, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"mine")
    for out in (tmp_path / "file", tmp_path / "file" / "dist"):
        with pytest.raises(HandoutError) as caught:
            build(out=out)
        assert [finding.id for finding in caught.value.findings] == ["publish/write"]
    assert (tmp_path / "file").read_bytes() == b"mine"


def test_an_input_that_vanishes_in_the_middle_is_missed_by_the_next_build_alone(
    build: Build, project: Path, whole: dict[str, bytes], tmp_path: Path
) -> None:
    build(hear=lambda: (project / "content/handouts/short.yaml").unlink(missing_ok=True))
    assert files_in(tmp_path / "dist") == whole
    build(handouts=HANDOUTS[:2])
    assert set(published(tmp_path / "dist")) == {name for name in whole if "short" not in name} - {MANIFEST}
    write_tiny(project, "short", "Stay short.")
    build()
    assert files_in(tmp_path / "dist") == whole


def test_fonts_that_vanish_in_the_middle_are_made_again(build: Build, whole: dict[str, bytes], tmp_path: Path) -> None:
    other = tmp_path / "store"
    fonts.prepare(["Latn"], other)

    def lose() -> None:
        for font in other.glob("*.ttf"):
            font.unlink()

    build(hear=lose, store=other)
    assert files_in(tmp_path / "dist") == whole


def test_a_disk_without_room_for_fonts_takes_no_file_away(
    build: Build, whole: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build()

    monkeypatch.setattr("handouts.typeset.typeset", full)
    with pytest.raises(MachineLacks, match="No space left"):
        build()
    assert files_in(tmp_path / "dist") == whole


@pytest.mark.parametrize("seconds", [0.0, 4e9])
def test_a_clock_that_jumps_changes_nothing(
    build: Build,
    project: Path,
    whole: dict[str, bytes],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    seconds: float,
) -> None:
    def jump() -> None:
        for path in [*project.rglob("*"), *(tmp_path / "dist").rglob("*")]:
            os.utime(path, (seconds, seconds))
        monkeypatch.setattr(time, "time", lambda: 4e9 - seconds)

    build(hear=jump)
    assert files_in(tmp_path / "dist") == whole
    write_tiny(project, "tiny", "Other words.")
    os.utime(project / "content/handouts/tiny.yaml", (seconds, seconds))
    build()
    assert files_in(tmp_path / "dist")["default/en/tiny-standard-a4.pdf"] != whole["default/en/tiny-standard-a4.pdf"]

"""What earlier builds left: an entry is the very file that its recipe makes, or it is not there."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handouts import aside
from handouts.batch import Job
from handouts.cache import FolderCache, NoCache
from handouts.findings import Finding, Location, Severity
from handouts.recipe import Recipe
from handouts.task import Outcome

JOB = Job("tiny", "en", "a4", "standard", "default")
FINDING = Finding("page/overflow", Location("a.yaml", 3, 5), "too long", "shorten it", Severity.WARNING, block="said")
OUTCOME = Outcome(b"%PDF of\nlines", 2, (), {"said": "1", "title": "2"}, ("said",), 9.5)
TOLD = replace(OUTCOME, findings=(FINDING,))
PARTS = {"page": "1", "words": "2", "style": "3", "fonts": "4", "pango": "1.50"}


def recipe(places: str = "here", **parts: str) -> Recipe:
    return Recipe({**PARTS, **parts}, places)


@pytest.fixture
def cache(tmp_path: Path) -> FolderCache:
    return FolderCache(tmp_path / "cache")


def entries(folder: Path, kind: str = "*") -> list[Path]:
    return [path for path in folder.glob(f"*/{kind}/**/*") if path.is_file()]


def damage_all(folder: Path, change: Callable[[bytes], bytes]) -> None:
    for path in entries(folder):
        path.write_bytes(change(path.read_bytes()))


# --- What is kept -------------------------------------------------------------------------------------------------


findings = st.builds(
    Finding,
    st.text(),
    st.builds(Location, st.text(), st.none() | st.integers(1), st.none() | st.integers(1)),
    st.text(),
    st.text(),
    st.sampled_from(Severity),
    handout=st.none() | st.text(),
    block=st.none() | st.text(),
)
outcomes = st.builds(
    Outcome,
    st.binary(min_size=1),
    st.integers(1, 99),
    st.lists(findings, max_size=3).map(tuple),
    st.dictionaries(st.text(), st.text(), max_size=3),
    st.lists(st.text(), max_size=3).map(tuple),
    st.none() | st.floats(1, 99),
)


@given(outcomes)
def test_what_is_kept_comes_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, outcome: Outcome) -> None:
    cache = FolderCache(tmp_path_factory.mktemp("cache"))
    cache.put(JOB, recipe(), outcome)
    assert cache.get(recipe()) == outcome


def test_what_is_not_kept_is_not_there(cache: FolderCache) -> None:
    assert cache.get(recipe()) is None
    assert cache.get_build("0" * 64) is None
    cache.trim()
    assert not cache.folder.exists()


@pytest.mark.parametrize("part", PARTS)
def test_any_other_part_is_another_file(cache: FolderCache, part: str) -> None:
    cache.put(JOB, recipe(), OUTCOME)
    assert cache.get(recipe(**{part: "other"})) is None
    assert cache.get(recipe(more="new")) is None


def test_a_file_whose_findings_name_lines_that_moved_is_made_again(cache: FolderCache) -> None:
    cache.put(JOB, recipe(), TOLD)
    assert cache.get(recipe()) == TOLD
    assert cache.get(recipe(places="elsewhere")) is None


def test_a_file_without_findings_hangs_on_no_line(cache: FolderCache) -> None:
    cache.put(JOB, recipe(), OUTCOME)
    assert cache.get(recipe(places="elsewhere")) == OUTCOME


def test_a_build_comes_back_as_it_was(cache: FolderCache) -> None:
    build = {"files": [["a", 1, None]], "report": {"é": 1.5}}
    cache.put_build("0" * 64, build)
    assert cache.get_build("0" * 64) == build


def test_no_cache_remembers_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    cache = NoCache()
    cache.put(JOB, recipe(), OUTCOME)
    cache.put_build("0" * 64, {})
    assert cache.get(recipe()) is cache.get_build("0" * 64) is None
    assert not list(tmp_path.iterdir())


# --- What is damaged ----------------------------------------------------------------------------------------------


@given(st.data())
def test_an_entry_with_any_other_byte_is_thrown_away(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    cache = FolderCache(tmp_path_factory.mktemp("cache"))
    cache.put(JOB, recipe(), TOLD)
    (path,) = entries(cache.folder, "sheets")
    whole = path.read_bytes()
    place = data.draw(st.integers(0, len(whole) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda byte: byte != whole[place]))
    path.write_bytes(whole[:place] + bytes([other]) + whole[place + 1 :])
    assert cache.get(recipe()) is None
    assert not path.exists()


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda _data: b"", id="empty"),
        pytest.param(lambda data: data[:-1], id="cut at its end"),
        pytest.param(lambda data: data[: len(data) // 2], id="cut in the middle"),
        pytest.param(lambda data: data[:64], id="its digest alone"),
        pytest.param(lambda data: data + b"\n", id="longer"),
    ],
)
def test_a_damaged_entry_is_made_again(cache: FolderCache, change: Callable[[bytes], bytes]) -> None:
    cache.put(JOB, recipe(), OUTCOME)
    cache.put_build("0" * 64, {})
    damage_all(cache.folder, change)
    assert cache.get(recipe()) is cache.get_build("0" * 64) is None
    assert "not made before" in cache.why(JOB, recipe(), OUTCOME)
    cache.put(JOB, recipe(), OUTCOME)
    assert cache.get(recipe()) == OUTCOME


def test_an_entry_under_the_name_of_another_is_a_damaged_one(cache: FolderCache) -> None:
    cache.put(JOB, recipe(), OUTCOME)
    (other,) = entries(cache.folder, "sheets")
    cache.put(JOB, recipe(page="changed"), replace(OUTCOME, pdf=b"%PDF changed"))
    (ours,) = set(entries(cache.folder, "sheets")) - {other}
    ours.write_bytes(other.read_bytes())
    assert cache.get(recipe(page="changed")) is None
    assert cache.get(recipe()) == OUTCOME


def test_a_folder_in_the_place_of_an_entry_stops_nobody(cache: FolderCache) -> None:
    cache.put(JOB, recipe(), OUTCOME)
    for path in entries(cache.folder):
        path.unlink()
        path.mkdir()
    cache.put(JOB, recipe(), OUTCOME)
    assert cache.get(recipe()) is None
    cache.trim()


# --- Others who use it --------------------------------------------------------------------------------------------


def test_two_who_write_one_entry_leave_one_that_is_whole(cache: FolderCache, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second one begins and ends while the first is about to put its entry into place."""
    begun: list[Path] = []
    replace_file = Path.replace

    def meanwhile(path: Path, target: Path) -> Path:
        if not begun:
            begun.append(path)
            monkeypatch.setattr("handouts.aside.alone", unlocked)
            FolderCache(cache.folder).put(JOB, recipe(), OUTCOME)
        return replace_file(path, target)

    @contextmanager
    def unlocked(folder: Path) -> Iterator[bool]:
        folder.mkdir(parents=True, exist_ok=True)
        yield False

    monkeypatch.setattr(Path, "replace", meanwhile)
    cache.put(JOB, recipe(), OUTCOME)
    assert begun
    assert cache.get(recipe()) == OUTCOME
    assert len(entries(cache.folder)) == 2  # the file, and what it was made of


def test_it_may_be_moved_and_used_from_another_working_folder(
    cache: FolderCache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.put(JOB, recipe(), TOLD)
    cache.put_build("0" * 64, {"a": 1})
    moved = cache.folder.rename(tmp_path / "moved")
    monkeypatch.chdir(tmp_path)
    assert FolderCache(moved.relative_to(tmp_path)).get(recipe()) == TOLD
    assert FolderCache(moved).get_build("0" * 64) == {"a": 1}


def test_what_one_that_was_killed_left_half_written_is_taken_away(cache: FolderCache) -> None:
    cache.put(JOB, recipe(), OUTCOME)
    (entry,) = entries(cache.folder, "sheets")
    (entry.parent / f"{aside.PARTIAL}x").write_bytes(b"half")
    cache.trim()
    assert [path.name for path in entry.parent.iterdir()] == [entry.name]
    assert cache.get(recipe()) == OUTCOME


def test_what_another_one_is_writing_is_waited_for(cache: FolderCache) -> None:
    """Nobody sweeps a folder while somebody writes there."""
    cache.put(JOB, recipe(), OUTCOME)
    (entry,) = entries(cache.folder, "sheets")
    partial = entry.parent / f"{aside.PARTIAL}x"
    sweeper = threading.Thread(target=cache.trim)
    with aside.alone(entry.parent):
        partial.write_bytes(b"half")
        sweeper.start()
        sweeper.join(0.2)
        assert partial.exists()
    sweeper.join()
    assert not partial.exists()


@pytest.mark.parametrize("number", [13, 28, 30])  # not allowed, no space left, read only
def test_a_cache_that_cannot_be_written_stops_nobody(
    cache: FolderCache, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    cache.put(JOB, recipe(), OUTCOME)

    def refuse(*_arguments: object, **_more: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("tempfile.mkstemp", refuse)
    for name in ("unlink", "replace", "mkdir"):
        monkeypatch.setattr(Path, name, refuse)
    monkeypatch.setattr(os, "utime", refuse)
    assert cache.get(recipe()) == OUTCOME
    cache.put(JOB, recipe(page="new"), OUTCOME)
    assert cache.get(recipe(page="new")) is None
    damage_all(cache.folder, lambda data: data[:-1])
    assert cache.get(recipe()) is None
    FolderCache(cache.folder, 0).trim()


def test_a_cache_in_the_place_of_a_file_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"mine")
    cache = FolderCache(tmp_path / "file")
    cache.put(JOB, recipe(), OUTCOME)
    cache.trim()
    assert cache.get(recipe()) is None
    assert (tmp_path / "file").read_bytes() == b"mine"


# --- How large it gets --------------------------------------------------------------------------------------------


def aged(cache: FolderCache, name: str, used: float) -> Path:
    """An entry of its own, used at that time; its file."""
    before = set(entries(cache.folder))
    cache.put(JOB, recipe(page=name), OUTCOME)
    (path,) = {each for each in entries(cache.folder) if each.parent.parent.name == "sheets"} - before
    os.utime(path, (used, used))
    for known in entries(cache.folder, "known"):
        known.unlink()
    return path


def test_what_was_not_used_for_longest_goes_first(cache: FolderCache) -> None:
    paths = {name: aged(cache, name, used) for name, used in (("b", 2e9), ("a", 1e9), ("c", 3e9))}
    size = paths["a"].stat().st_size
    FolderCache(cache.folder, 3 * size).trim()
    assert all(path.exists() for path in paths.values())
    FolderCache(cache.folder, 2 * size).trim()
    assert [name for name, path in paths.items() if path.exists()] == ["b", "c"]
    FolderCache(cache.folder, size - 1).trim()
    assert not entries(cache.folder)


def test_what_is_used_stays_longer(cache: FolderCache) -> None:
    paths = {name: aged(cache, name, used) for name, used in (("a", 1.0), ("b", 2.0))}
    assert cache.get(recipe(page="a")) == OUTCOME
    FolderCache(cache.folder, paths["a"].stat().st_size).trim()
    assert [name for name, path in paths.items() if path.exists()] == ["a"]


@pytest.mark.parametrize("used", [0.0, 1.0, 4e9])
def test_a_clock_that_jumps_changes_no_answer(cache: FolderCache, used: float) -> None:
    cache.put(JOB, recipe(), OUTCOME)
    cache.put_build("0" * 64, {})
    for path in entries(cache.folder):
        os.utime(path, (used, used))
    cache.trim()
    assert cache.get(recipe()) == OUTCOME
    assert cache.get_build("0" * 64) == {}


def test_no_file_of_another_is_ever_thrown_away(tmp_path: Path) -> None:
    """Whatever folder was named: a home folder too."""
    foreign = [tmp_path / name for name in ("letter.txt", "1/sheets/ab/letter.txt", "a/b", "f" * 64)]
    for path in foreign:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"mine")
    cache = FolderCache(tmp_path, 0)
    cache.put(JOB, recipe(), OUTCOME)
    cache.trim()
    assert cache.get(recipe()) is None
    assert all(path.read_bytes() == b"mine" for path in foreign)


# --- Why ----------------------------------------------------------------------------------------------------------


def why(cache: FolderCache, *, page: str = "1", blocks: dict[str, str] | None = None, **parts: str) -> str:
    outcome = replace(OUTCOME, blocks=OUTCOME.blocks if blocks is None else blocks)
    return cache.why(JOB, recipe(page=page, **parts), outcome)


def test_it_says_why_a_file_was_made(cache: FolderCache) -> None:
    assert "not made before" in why(cache)
    cache.put(JOB, recipe(), OUTCOME)
    assert "gone, damaged" in why(cache)
    assert "`said`" in why(cache, page="2", blocks={"said": "9", "title": "2"})
    assert "`title`" not in why(cache, page="2", blocks={"said": "9", "title": "2"})
    assert "around its words" in why(cache, page="2")
    assert "style sheet" in why(cache, style="other")
    assert "fonts" in why(cache, fonts="other")
    assert "checked against" in why(cache, words="other")
    assert "1.51" in why(cache, pango="1.51")
    assert "1.50" in why(cache, pango="1.51")


def test_why_is_told_of_each_file_for_itself(cache: FolderCache) -> None:
    cache.put(JOB, recipe(), OUTCOME)
    for job in (replace(JOB, paper="letter"), replace(JOB, brand="other"), replace(JOB, tag="es")):
        assert "not made before" in cache.why(job, recipe(), OUTCOME)

"""Which folder is the project: the one that is named, or the one that somebody stands in; never a library."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from signed_clinic import write_clinic
from specimens import write_tiny

from handouts import arguments, cli
from handouts.arguments import counted, own_project, project_here
from handouts.cli import main
from handouts.findings import UsageError
from handouts.layers import library_root


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def checkout(folder: Path) -> Path:
    """The checkout of a library, as far as anybody can tell it from a project."""
    for name in ("content", "locales", "templates", "src/handouts"):
        (folder / name).mkdir(parents=True)
    return folder


# --- Reading ------------------------------------------------------------------------------------------------


def test_an_empty_folder_is_no_project(here: Path) -> None:
    (here / "content").write_text("a file", "utf-8")
    assert project_here(None) is None


@pytest.mark.parametrize("name", ["content", "locales", "templates"])
def test_one_folder_makes_a_project(here: Path, name: str) -> None:
    (here / name).mkdir()
    assert project_here(None) == here


@pytest.mark.usefixtures("here")
def test_the_folder_that_is_named_is_the_project(tmp_path: Path) -> None:
    assert project_here(tmp_path / "clinic") == tmp_path / "clinic"
    assert own_project(tmp_path / "clinic") == tmp_path / "clinic"


def test_a_library_is_no_project(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert project_here(library_root()) is None
    checkout(here)
    assert project_here(None) is None
    monkeypatch.chdir(library_root())
    assert project_here(None) is None


# --- Writing ------------------------------------------------------------------------------------------------


def test_a_command_writes_into_the_working_folder_before_it_is_a_project(here: Path) -> None:
    assert own_project(None) == here


def test_the_checkout_that_runs_is_written_into(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(library_root())
    assert own_project(None) is None
    assert own_project(library_root()) is None


def test_another_checkout_is_written_into_only_where_it_is_named(here: Path) -> None:
    checkout(here)
    with pytest.raises(UsageError) as caught:
        own_project(None)
    assert [finding.id for finding in caught.value.findings] == ["usage/project"]
    assert own_project(here) == here


@pytest.mark.parametrize("named", [True, False])
def test_an_installed_library_is_never_written_into(
    named: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = tmp_path / "_library"
    installed.mkdir()
    monkeypatch.chdir(installed)
    for root in (installed, library_root()):
        monkeypatch.setattr(arguments, "library_root", lambda root=root: root)
        with pytest.raises(UsageError) as caught:
            own_project(installed if named else None)
        assert "`--project`" in caught.value.findings[0].remedy


WRITING = {
    "extract": ["i18n", "extract"],
    "merge": ["i18n", "merge", "es"],
    "init": ["i18n", "init", "sw"],
    "import": ["i18n", "import", "../visit.csv", "--lang", "es"],
    "sign": ["review", "sign", "nobody", "--lang", "en", "--role", "clinical_review", "--by", "Test Reviewer"],
}


@pytest.mark.parametrize("name", WRITING)
def test_no_command_writes_into_another_checkout(name: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here.parent / "visit.csv").write_text("key,english,translation\nmsc:title,x,y\n", "utf-8")
    before = sorted(checkout(here).rglob("*"))
    assert main(WRITING[name]) == 2
    assert "[usage/project]" in capsys.readouterr().err
    assert sorted(here.rglob("*")) == before


def test_init_begins_a_project_where_somebody_stands(here: Path) -> None:
    assert main(["i18n", "init", "sw"]) == 0
    assert sorted(path.relative_to(here).as_posix() for path in here.rglob("*.*")) == [
        "locales/languages.yaml",
        "locales/sw/LC_MESSAGES/content.po",
        "locales/sw/LC_MESSAGES/ui.po",
    ]


# --- Every command means the same folder --------------------------------------------------------------------

TINY = ["tiny", "--lang", "en"]
READING = {
    "check": ["check", *TINY, "--level", "content", "--fail-on", "never"],
    "build": ["build", *TINY, "--paper", "a4"],
    "appraise": ["appraise", *TINY, "--format", "json"],
    "review status": ["review", "status", *TINY],
    "review diff": ["review", "diff", *TINY],
    "i18n status": ["i18n", "status", "tiny", "--lang", "es"],
    "i18n export": ["i18n", "export", "tiny", "--lang", "es"],
    "i18n proof": ["i18n", "proof", "tiny", "--lang", "es"],
}


@pytest.mark.parametrize("name", READING)
def test_a_command_in_a_clinics_folder_reads_that_clinic(
    name: str, here: Path, cache_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", os.fspath(cache_home))
    write_tiny(here, "tiny")
    assert main(READING[name]) == 0


def test_lists_schemas_and_templates_are_those_of_the_folder(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for told in (False, True):
        for name in ("list", "schema"):
            assert main([name]) == 0
            assert ("tiny" in capsys.readouterr().out) is told
        write_tiny(here, "tiny")
        (here / "content/kinds.yaml").write_text("tiny_kind: {shape: prose, heading: Here}\n", "utf-8")
    assert main(["i18n", "extract"]) == 0
    assert 'msgid "A tiny handout"' in (here / "locales/content.pot").read_text("utf-8")


def test_a_sign_off_lies_where_somebody_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clinic = write_clinic(tmp_path / "clinic")
    monkeypatch.chdir(clinic)
    assert main([*WRITING["sign"][:2], "dosed", *WRITING["sign"][3:]]) == 0
    written = capsys.readouterr().out.splitlines()
    assert written
    assert all((clinic / name).is_file() for name in written)


# --- Another door -------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("here")
def test_the_package_runs_as_a_module() -> None:
    source = os.fspath(Path(cli.__file__).resolve().parents[1])
    command = [sys.executable, "-m", "handouts", "explain", "source/alais"]
    done = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": source}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "did you mean `source/alias`?" in done.stderr


def test_things_are_counted_in_words() -> None:
    assert [counted(number, "page") for number in (0, 1, 2)] == ["0 pages", "1 page", "2 pages"]

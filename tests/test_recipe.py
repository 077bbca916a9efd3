"""What a file is made of: all of it, and nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from specimens import TODAY, write_tiny

from handouts import desk, fonts, recipe, typeset
from handouts.batch import Job
from handouts.layers import Layers, library_root
from handouts.printing import Tasks
from handouts.recipe import Recipe, fingerprint, program_digest
from handouts.task import SECONDS_A_SHEET, Setup, Task, carry_out

CLINIC = (Path(__file__).parent / "data" / "clinic").resolve()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    write_tiny(folder, "tiny")
    return folder


def task_of(project: Path, store: Path, tag: str = "en") -> tuple[Task, Setup, fonts.FontSet]:
    made = desk.plan(desk.Request(TODAY, ("tiny",), (tag,), ("a4",), project=project, store=store))
    tasks = Tasks(made, SECONDS_A_SHEET)
    task, found = tasks.of(made.jobs[0])
    assert task is not None, found
    return task, tasks.setups["default"], made.clinics["default"].fonts


def recipe_of(project: Path, store: Path) -> Recipe:
    return recipe.recipe_of(*task_of(project, store))


def parts_that_differ(one: Recipe, other: Recipe) -> set[str]:
    return {name for name in {*one.parts, *other.parts} if one.parts.get(name) != other.parts.get(name)}


def test_the_same_content_has_the_same_recipe_wherever_it_lies(
    project: Path, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = recipe_of(project, store)
    moved = project.rename(tmp_path / "elsewhere")
    monkeypatch.chdir(tmp_path)
    after = recipe_of(moved, store)
    assert after.key == before.key
    assert after.places != before.places


def test_a_comment_moves_lines_and_changes_no_file(project: Path, store: Path) -> None:
    before = recipe_of(project, store)
    file = project / "content/handouts/tiny.yaml"
    file.write_text("# a note\n\n" + file.read_text("utf-8"), "utf-8")
    after = recipe_of(project, store)
    assert after.key == before.key
    assert after.places != before.places


def test_a_word_changes_the_page_and_what_it_is_checked_against(project: Path, store: Path) -> None:
    before = recipe_of(project, store)
    write_tiny(project, "tiny", says="Another sentence stands here.")
    assert parts_that_differ(before, recipe_of(project, store)) == {"page", "words"}


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("weasyprint", lambda versions: {**versions, "weasyprint": "1.0"}),
        ("pango", lambda versions: {**versions, "pango": "1.0"}),
        ("harfbuzz", lambda versions: {**versions, "harfbuzz": "1.0"}),
    ],
)
def test_a_version_of_what_sets_type_is_a_part(
    name: str,
    change: Callable[[dict[str, str]], dict[str, str]],
    project: Path,
    store: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = recipe_of(project, store)
    known = dict(typeset.versions())
    monkeypatch.setattr(typeset, "versions", lambda: change(known))
    assert parts_that_differ(before, recipe_of(project, store)) == {name}


def test_a_font_that_the_page_does_not_use_is_no_part(project: Path, store: Path) -> None:
    task, setup, font_set = task_of(project, store)
    html = task.html.replace("script-Khmr", "")
    task = replace(task, html=html)
    without = fonts.FontSet(tuple(face for face in font_set.faces if face.family != "Handout Khmer"))
    assert len(without.faces) < len(font_set.faces)
    assert recipe.recipe_of(task, setup, without) == recipe.recipe_of(task, setup, font_set)
    latin = fonts.FontSet(tuple(face for face in font_set.faces if face.family != fonts.LATIN.name))
    assert parts_that_differ(recipe.recipe_of(task, setup, latin), recipe.recipe_of(task, setup, font_set)) == {"fonts"}
    named = replace(setup, style=setup.style + 'p { font-family: "Handout Khmer" }')
    assert recipe.recipe_of(task, named, without).key != recipe.recipe_of(task, named, font_set).key


def test_a_font_that_is_at_hand_and_not_used_changes_no_byte(project: Path, store: Path) -> None:
    """What `test_a_font_that_the_page_does_not_use_is_no_part` rests on."""
    task, setup, _ = task_of(project, store, "es")
    fewer = replace(task, setup=replace(setup, scripts=("Latn",)).packed())
    assert not {script for script in setup.scripts if f"script-{script}" in task.html} - {"Latn"}
    assert carry_out(fewer, store).pdf == carry_out(task, store).pdf != b""


# --- The program and the whole build -----------------------------------------------------------------------------


def test_the_program_is_all_its_modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = Path(recipe.__file__).parent
    files = {path.relative_to(package) for path in package.rglob("*.py")}
    copy = tmp_path / "handouts"
    for name in files:
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_bytes((package / name).read_bytes())
    monkeypatch.setattr(recipe, "__file__", str(copy / "recipe.py"))
    assert program_digest.__wrapped__() == program_digest()
    (copy / "pdf/text.py").write_text("changed", "utf-8")
    assert program_digest.__wrapped__() != program_digest()


def print_of(project: Path | None, *asked: str) -> str | None:
    return fingerprint(Layers.of(project), asked)


def test_a_fingerprint_is_that_of_the_bytes(project: Path) -> None:
    before = print_of(project, "en")
    assert before is not None
    assert before == print_of(project, "en") != print_of(project, "es")
    file = project / "content/handouts/tiny.yaml"
    text = file.read_bytes()
    os.utime(file, (0, 0))
    assert print_of(project, "en") == before
    file.write_bytes(text + b"\n")
    assert print_of(project, "en") != before
    file.write_bytes(text)
    assert print_of(project, "en") == before
    (project / "content/anything").write_bytes(b"")
    assert print_of(project, "en") != before


def test_behind_a_folder_that_is_a_link_there_is_no_fingerprint(project: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (project / "content/blocks").symlink_to(tmp_path / "other", target_is_directory=True)
    assert print_of(project, "en") is None


OPENED = """
import json, os, sys
opened = set()
def hear(event, arguments):
    if event == "open" and isinstance(arguments[0], (str, bytes)):
        opened.add(os.path.abspath(os.fsdecode(arguments[0])))
sys.addaudithook(hear)
from handouts.cli import main
code = main(sys.argv[2:])
open(sys.argv[1], "w").write(json.dumps(sorted(opened)))
sys.exit(code)
"""


def test_a_build_opens_no_content_that_its_fingerprint_leaves_out(tmp_path: Path) -> None:
    heard = tmp_path / "opened.json"
    words = ["build", "sound", "--brand", "sound", "--project", os.fspath(CLINIC), "--paper", "a4", "--no-cache"]
    environment = {**os.environ, "PYTHONPATH": os.fspath(Path(recipe.__file__).parents[1])}
    environment["XDG_CACHE_HOME"] = os.fspath(tmp_path / "cache")
    words += ["--lang", "en,es", "--out", os.fspath(tmp_path / "dist"), "--today", str(TODAY)]
    subprocess.run([sys.executable, "-c", OPENED, heard, *words], env=environment, check=True, capture_output=True)
    opened = [Path(name) for name in json.loads(heard.read_text("utf-8"))]
    of_clinic = [path.relative_to(CLINIC) for path in opened if path.is_relative_to(CLINIC) and path.is_file()]
    elsewhere = (CLINIC, Path(sys.prefix), Path(recipe.__file__).parent)  # all may lie within a checkout
    of_library = [
        path.relative_to(library_root())
        for path in opened
        if path.is_relative_to(library_root()) and path.is_file() and not any(map(path.is_relative_to, elsewhere))
    ]
    for files in (of_clinic, of_library):
        assert len(files) > 1
        assert {path.parts[0] for path in files} <= {"content", "locales", "templates"}


def test_a_job_belongs_to_a_unit() -> None:
    assert Job("after", "es", "a4", "standard", "ours").unit == ("ours", "after", "es")

"""What there is to translate: each sentence once, with what a translator must know, and nothing else."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

import handouts
from handouts.catalog import CONTENT, INTERFACE
from handouts.findings import HandoutError
from handouts.i18n.messages import SAFETY, Message, find_messages, words_in_program, write_templates
from handouts.i18n.pofile import read_po
from handouts.layers import Layers, library_root
from handouts.model import Library, texts_in
from handouts.reader import handout_ids, read_handout

ROOT = Path(__file__).resolve().parents[1]
HANDOUT = """\
id: test
code: T-1
version: "1.0"
title: A title
# i18n: keep it short
subtitle: A subtitle
topic: lupus
audience: Everyone
purpose: To test.
treatment: false
published: 2026-11-22
last_reviewed: null
next_review: 2027-05-22
blocks:
  # i18n: said by a nurse,
  # to a friend
  - id: now
    kind: next_steps
    outro: {say: "See [the risks](ref:bad)."}
    steps:
      one: {name: First}
      # a remark for editors
      two: {name: Second, say: "It costs {clinic_price_high}.", only: [us]}
  - id: bad
    kind: risks
    heading: Our risks
    items:
      # i18n: a common word, not the medical one
      fever:
        name: Fever
        say: "Over {fever}."
  - use: ours
    only: [us]
"""
BLOCK = "kind: warning\nitems:\n  shared: {say: A shared warning.}\n"


def lay(root: Path, **files: str) -> Layers:
    for name, text in files.items():
        path = root / name.replace("__", "/").replace("_html", ".html").replace("_yaml", ".yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return Layers((root, library_root()))


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Layers:
    root = tmp_path_factory.mktemp("clinic")
    page = (
        '{% extends "library:page.html" %}\n'
        "{% block title %}\n"
        "{# Translators: the name of a ward,\n"
        "   not of a person #}\n"
        '<p>{{ ui("clinic.ward", "Ward {number}", number=3) }}</p>\n'
        "{% macro line(words) %}{{ words('clinic.line', \"It's \" ~ 'ours') }}{% endmacro %}\n"
        '{{ line("not.a", "message") }}{{ cycler("odd.row", "even") }}{{ ui(a, "x") }}{{ sheet.date("a", "b") }}\n'
        "{% endblock %}\n"
    )
    return lay(root, content__handouts__test_yaml=HANDOUT, content__blocks__ours_yaml=BLOCK, templates__page_html=page)


@pytest.fixture(scope="module")
def found(clinic: Layers) -> dict[str, Message]:
    return {message.key: message for message in find_messages(clinic)}


def test_the_messages_of_the_library_are_those_that_its_handouts_print(layers: Layers, library: Library) -> None:
    printed = {(text.key, text.value) for shared in (library.kinds, library.terms) for text in texts_in(shared)}
    for handout_id in handout_ids(layers):
        printed |= {(text.key, text.value) for text in texts_in(read_handout(layers, handout_id, library)[0])}
    content = [message for message in find_messages(layers) if message.domain == CONTENT]
    assert len(content) > 600
    assert {(message.key, message.english) for message in content} == printed
    assert len(content) == len(printed)


def test_what_nobody_translates_is_no_message(layers: Layers, library: Library) -> None:
    english = {message.english for message in find_messages(layers)}
    values = {fact.web or fact.email for fact in library.facts.values()} - {None}
    assert values
    assert not english & values
    assert not english & {source.short for source in library.sources.values()}
    assert not english & {"SCT-7", "Your Clinic", *library.kinds, *library.regions}


def test_a_title_has_a_limit(found: dict[str, Message]) -> None:
    assert found["test:title"].max_length == 65
    assert found["test:subtitle"].max_length is None
    assert found["mark.overdue"].max_length == 20


def test_a_note_holds_for_the_line_below_and_all_that_is_indented_under_it(found: dict[str, Message]) -> None:
    assert found["test:subtitle"].comments == ("keep it short",)
    assert found["test:audience"].comments == ()
    for key in ("test:now:outro.say", "test:now:steps.one.name", "test:now:steps.two.say"):
        assert found[key].comments[:2] == ("said by a nurse, to a friend", "In the block: What you can do now")
    assert "said by a nurse, to a friend" not in found["test:bad:heading"].comments
    assert found["test:bad:items.fever.say"].comments[0] == "a common word, not the medical one"


def test_a_translator_is_told_what_is_safety_text_and_what_stays(found: dict[str, Message]) -> None:
    assert SAFETY in found["test:bad:items.fever.name"].comments
    assert SAFETY not in found["test:now:steps.one.name"].comments
    assert found["test:bad:items.fever.say"].comments[-1].startswith("Keep {fever}: it is printed as 100.4\u00a0°F")
    assert found["test:now:outro.say"].comments[-1] == (
        "Keep (ref:bad) as it is, and translate the words in [ ] before it."
    )
    assert "Printed only in: us" in found["test:now:steps.two.say"].comments
    assert "Printed only in: us" in found["blocks:ours:items.shared.say"].comments
    assert not [each for each in found["test:now:steps.one.name"].comments if "Printed" in each]


def test_places_are_lines_of_the_files(found: dict[str, Message], clinic: Layers) -> None:
    (place,) = found["test:bad:items.fever.say"].places
    assert Path(place.path) == clinic.roots[0] / "content/handouts/test.yaml"
    assert HANDOUT.splitlines()[place.line - 1].strip() == 'say: "Over {fever}."'


def test_messages_are_in_the_order_of_reading_with_shared_ones_last(found: dict[str, Message]) -> None:
    keys = [key for key in found if key.startswith(("test:bad:", "test:now:"))]
    assert keys[:3] == ["test:now:outro.say", "test:now:steps.one.name", "test:now:steps.two.name"]
    shared = [
        key.partition(":")[0] for key in found if key.partition(":")[0] in ("blocks", "imprint", "kinds", "glossary")
    ]
    assert shared == sorted(shared, key=["blocks", "imprint", "kinds", "glossary"].index)
    assert list(found).index("test:bad:heading") < list(found).index("blocks:ours:items.shared.say")


def test_words_of_a_clinics_template_are_found_in_its_tree(found: dict[str, Message]) -> None:
    ward, line = found["clinic.ward"], found["clinic.line"]
    assert (ward.domain, ward.english) == (INTERFACE, "Ward {number}")
    assert ward.comments == (
        "the name of a ward, not of a person",
        "Keep {number}: the program fills it in.",
    )
    assert [place.line for place in ward.places] == [5]
    assert line.english == "It's ours"
    assert not {"not.a", "odd.row", "a"} & set(found)
    assert "languages.offer" in found  # of the library's templates


def test_every_word_that_the_program_itself_asks_for_is_a_message(layers: Layers) -> None:
    assert ("text.untranslated", "[not translated]") in {(each.key, each.english) for each in words_in_program()}
    words = {(message.key, message.english) for message in find_messages(layers) if message.domain == INTERFACE}
    first_parts = {key.partition(".")[0] for key, _ in words}
    trees = [ast.parse(path.read_text("utf-8")) for path in sorted(Path(handouts.__file__).parent.rglob("*.py"))]
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    given = [tuple(each.value for each in call.args if isinstance(each, ast.Constant)) for call in calls]
    asked = {pair for pair in given if len(pair) == 2 and str(pair[0]).partition(".")[0] in first_parts}
    asked = {pair for pair in asked if re.fullmatch(r"[a-z]+\.[a-z_]+", str(pair[0]))}
    assert asked
    assert asked <= words


def test_a_template_that_cannot_be_parsed_and_a_broken_handout_are_both_told(tmp_path: Path) -> None:
    layers = lay(tmp_path, templates__parts_html="{% if %}\n", content__handouts__test_yaml="id: [\n")
    with pytest.raises(HandoutError) as caught:
        find_messages(layers)
    assert {finding.id for finding in caught.value.findings} >= {"template/error", "source/syntax"}


def test_templates_for_translators_have_places_and_limits(clinic: Layers, tmp_path: Path) -> None:
    paths = write_templates(clinic, tmp_path)
    assert [path.name for path in paths] == ["content.pot", "ui.pot"]
    entries = {entry.source.context: entry for path in paths for entry in read_po(path).entries}
    assert entries["test:title"].places == ("content/handouts/test.yaml:4",)
    assert entries["test:title"].flags == ("max-length:65",)
    assert entries["clinic.ward"].places == ("templates/page.html:5",)
    assert not any(entry.has_text for entry in entries.values())
    before = [path.stat().st_mtime_ns for path in paths]
    write_templates(clinic, tmp_path)
    assert [path.stat().st_mtime_ns for path in paths] == before
    for path in paths:
        subprocess.run(["msgfmt", "--output-file=-", path], capture_output=True, check=True)


# --- The plugin for Babel -----------------------------------------------------------------------------------


def extracted(folder: Path, mapping: Path, out: Path) -> dict[tuple[str | None, str], tuple[str, ...]]:
    command = [
        sys.executable,
        "-m",
        "babel.messages.frontend",
        "-q",
        "extract",
        "-F",
        str(mapping),
        "-o",
        str(out),
        ".",
    ]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return {entry.source.identity: entry.places for entry in read_po(out).entries}


def test_plain_pybabel_extract_gives_the_same_messages(layers: Layers, tmp_path: Path) -> None:
    theirs = extracted(ROOT, ROOT / "pyproject.toml", tmp_path / "all.pot")
    paths = write_templates(layers, tmp_path)
    ours = {entry.source.identity: entry.places for path in paths for entry in read_po(path).entries}
    assert len(ours) > 600
    assert {key: set(places) for key, places in theirs.items()} == {key: set(places) for key, places in ours.items()}


def test_pybabel_finds_the_messages_of_a_clinics_files(clinic: Layers, tmp_path: Path) -> None:
    mapping = tmp_path / "babel.toml"
    mapping.write_text(
        '[[mappings]]\nmethod = "handouts.i18n.extraction:extract"\n'
        'pattern = ["content/**.yaml", "templates/**.html"]\n',
        "utf-8",
    )
    theirs = extracted(clinic.roots[0], mapping, tmp_path / "all.pot")
    ours = {
        (message.key, message.english)
        for message in find_messages(clinic)
        for place in message.places
        if Path(place.path).is_relative_to(clinic.roots[0])
    }
    assert set(theirs) == ours
    assert len(ours) > 10


def test_the_entry_point_leads_to_the_extractor() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    module, _, name = project["entry-points"]["babel.extractors"]["handouts"].partition(":")
    assert callable(getattr(import_module(module), name))

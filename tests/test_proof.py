"""The proof: both languages side by side, what is unfinished shown, and a PDF as good as a handout's."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import oracles
import pytest
from specimens import TODAY
from structure_check import expectation_of, find_structure_faults

from handouts import fonts
from handouts.appraisal.sheet import Look, as_print
from handouts.catalog import INTERFACE, Catalog, Message, read_catalog, translate
from handouts.checks.check import Translation
from handouts.findings import HandoutError
from handouts.i18n import messages as i18n_messages
from handouts.i18n.proof import HEAD, SHARED, WORDS, Proof, State, as_html, proof_of, read_proof_style, sheet_path
from handouts.layers import Layers
from handouts.reader import read_handout
from handouts.render import make_environment
from handouts.shelf import Shelf, read_dress, read_shelf
from handouts.typeset import Press, Print, make_press

Key = tuple[str, str]
HANDOUT = "msc"
BOX = re.compile(r'<span class="box" aria-hidden="true"></span>|\u200b')
"""A decoration beside words, and where a line may break: neither is read."""


@pytest.fixture(scope="module")
def shelf(layers: Layers) -> Shelf:
    return read_shelf(layers)[0]


@pytest.fixture(scope="module")
def messages(layers: Layers) -> tuple[i18n_messages.Message, ...]:
    return i18n_messages.find_messages(layers)


@pytest.fixture(scope="module")
def look(layers: Layers, shelf: Shelf) -> Look:
    dress = read_dress(layers, "sample", shelf.library)
    return Look(dress.brand, dress.logo, "a4")


@pytest.fixture(scope="module")
def make(layers: Layers, shelf: Shelf, messages: tuple[i18n_messages.Message, ...]) -> Callable[..., Proof]:
    """Makes the proof of a handout in a language, some of whose messages may be replaced."""

    def of(tag: str, changed: Mapping[Key, Message | None] | None = None, handout: str = HANDOUT) -> Proof:
        english, _ = read_handout(layers, handout, shelf.library)
        known = {**shelf.catalogs[tag].messages, **(changed or {})}
        content = Catalog(tag, {key: message for key, message in known.items() if message is not None})
        other, _ = translate(english, content)
        pairs = zip(shelf.library.shared_by(english), shelf.libraries[tag].shared_by(english), strict=True)
        subject = Translation(english, other, tuple(pairs), shelf.library, tag, TODAY)
        return proof_of(subject, content, read_catalog(layers, tag, INTERFACE), messages, "0123abcd")

    return of


# --- What it says -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tag", ["es", "ar", "zh-Hans", "hi"])
def test_every_message_of_the_handout_is_there_once(
    tag: str, make: Callable[..., Proof], messages: tuple[i18n_messages.Message, ...]
) -> None:
    proof = make(tag)
    keys = [line.key for line in proof.lines]
    assert len(keys) == len(set(keys)) > 150
    own = {each.key for each in messages if each.key.startswith(f"{HANDOUT}:")}
    assert own <= set(keys)
    assert {each.key for each in messages if each.domain == INTERFACE} <= set(keys)
    assert [line.number for line in proof.lines] == list(range(1, len(keys) + 1))
    assert proof.count(State.TRANSLATED) == len(keys)
    assert (proof.sections[0].id, *(section.id for section in proof.sections[-2:])) == (HEAD, SHARED, WORDS)


def test_fuzzy_and_missing_are_shown(make: Callable[..., Proof], shelf: Shelf, look: Look, layers: Layers) -> None:
    first, second = [key for key in shelf.catalogs["es"].messages if key[0].startswith(f"{HANDOUT}:")][:2]
    known = shelf.catalogs["es"].messages[first]
    proof = make("es", {first: replace(known, fuzzy=True), second: None})
    states = {line.key: line.state for line in proof.lines}
    assert (states[first[0]], states[second[0]]) == (State.FUZZY, State.MISSING)
    page = as_html(proof, look, read_proof_style(layers), make_environment(layers))
    assert page.count('<tr class="is-fuzzy">') == page.count('<tr class="is-missing">') == 1
    assert "1 fuzzy, 1 missing" in page
    assert known.forms[0].split()[0] in page


def test_safety_text_and_negations_are_marked(make: Callable[..., Proof], shelf: Shelf) -> None:
    proof = make("es")
    safety = {section.id for section in proof.sections if section.safety}
    kinds = shelf.library.kinds
    assert safety == {block.id for block in proof.handout.blocks if kinds[block.kind].safety}
    assert safety
    assert any(line.negation for line in proof.lines)
    assert not all(line.negation for line in proof.lines)


def test_facts_are_shown_as_they_are_printed(make: Callable[..., Proof], look: Look, layers: Layers) -> None:
    page = as_html(make("es", handout="after"), look, read_proof_style(layers), make_environment(layers))
    assert '<span class="fact" dir="ltr">100.4\u00a0°F (38.0\u00a0°C)</span>' in page
    assert '<span class="fact" dir="ltr">{version}</span>' in page
    assert "0123abcd" in page


def test_no_word_of_a_translation_is_markup(
    make: Callable[..., Proof], shelf: Shelf, look: Look, layers: Layers
) -> None:
    first = next(key for key in shelf.catalogs["es"].messages if key[0].startswith(f"{HANDOUT}:"))
    evil = replace(shelf.catalogs["es"].messages[first], forms=("<img src=x> **a** [b](ref:c)",))
    page = as_html(make("es", {first: evil}), look, read_proof_style(layers), make_environment(layers))
    assert "&lt;img src=x&gt; <strong>a</strong> <u>b</u>" in page


def test_a_clinics_template_that_fails_is_a_finding(tmp_path: Path, make: Callable[..., Proof], look: Look) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates/proof.html").write_text("{{ nothing }}", "utf-8")
    (tmp_path / "templates/proof.css").write_text("p { color: red }\n/* </style> */", "utf-8")
    clinic = Layers.of(tmp_path)
    with pytest.raises(HandoutError) as failed:
        as_html(make("es"), look, "", make_environment(clinic))
    assert [each.id for each in failed.value.findings] == ["template/error"]
    with pytest.raises(HandoutError) as refused:
        read_proof_style(clinic)
    assert [(each.id, each.where.line) for each in refused.value.findings] == [("template/unsafe", 2)]


# --- The PDF ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def press(shelf: Shelf, store: Path) -> Press:
    scripts = sorted({language.script for language in shelf.library.languages.values()})
    return make_press("", fonts.prepare(scripts, store), store)


@pytest.fixture(scope="module", params=[("ar", "a4"), ("zh-Hans", "letter"), ("hi", "a4")], ids=str)
def printed(
    request: pytest.FixtureRequest,
    make: Callable[..., Proof],
    look: Look,
    layers: Layers,
    press: Press,
    store: Path,
) -> tuple[str, Print]:
    tag, paper = request.param
    page = as_html(make(tag), replace(look, paper=paper), read_proof_style(layers), make_environment(layers))
    return page, as_print(page, layers, press, store)


def test_the_typesetter_has_nothing_to_complain_of(printed: tuple[str, Print]) -> None:
    sheet = printed[1]
    assert 15 < sheet.pages < 50
    assert not sheet.complaints
    assert not sheet.overflows


def test_the_pdf_is_pdf_ua_and_says_what_the_page_says(printed: tuple[str, Print], tmp_path: Path) -> None:
    page, sheet = printed
    file = tmp_path / "proof.pdf"
    file.write_bytes(sheet.pdf)
    assert not find_structure_faults(file, expectation_of(BOX.sub("", page)))
    assert oracles.verapdf([file]) == {file: []}


def test_the_words_of_the_translation_run_as_they_are_read(printed: tuple[str, Print]) -> None:
    cells = re.findall(r'<div lang="([^"]+)" dir="([^"]+)" class="other script-(\w+)">', printed[0])
    assert len(cells) > 150
    assert set(cells) <= {("ar", "rtl", "Arab"), ("zh-Hans", "ltr", "Hans"), ("hi", "ltr", "Deva")}
    assert len(set(cells)) == 1


def test_a_proof_lies_beside_its_handout() -> None:
    assert sheet_path("default", "ar", "ahsct", "a4") == "default/ar/ahsct-proof-a4.pdf"

"""The gate: a release prints what is signed, without a draft mark, and refuses all else block by block."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from shutil import copytree
from typing import Any

import printed
import pytest
from signed_clinic import DOSE, STEP_ONE, STEP_TWO, WARNING, change, request, sign_all, write_clinic

from handouts import desk, fonts, pipeline, printing
from handouts.checks.check import Level, Profile
from handouts.findings import Finding, HandoutError, errors
from handouts.layers import library_root

HANDOUT = "content/handouts/dosed.yaml"
BRAND = "content/brands/sound/brand.yaml"
HAN = re.compile("[\u4e00-\u9fff]")
WORDS_ONLY = frozenset({Level.CONTENT, Level.TRANSLATION})


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A clinic that nobody has signed anything of, and one where all is signed."""
    folder = tmp_path_factory.mktemp("clinics")
    unsigned = write_clinic(folder / "unsigned")
    signed = Path(copytree(unsigned, folder / "signed"))
    sign_all(signed)
    return unsigned, signed


@pytest.fixture
def clinic(untouched: tuple[Path, Path], tmp_path: Path) -> Path:
    return Path(copytree(untouched[0], tmp_path / "clinic"))


@pytest.fixture
def signed(untouched: tuple[Path, Path], tmp_path: Path) -> Path:
    return Path(copytree(untouched[1], tmp_path / "clinic"))


def build(folder: Path, store: Path, *handouts: str, **more: Any) -> tuple[list[str], list[Finding]]:
    """The handouts and languages that are printed, and the errors."""
    fonts.private_fontconfig(store)
    result = pipeline.build(request(folder, *handouts, store=store, **more), lambda _total, _made: None)
    return sorted(f"{each.handout}.{each.language}" for each in result.sheets.values()), errors(result.findings)


def told(found: list[Finding], *ids: str) -> set[tuple[str, str, str, str]]:
    """What was found, as (id, handout, language, block); every finding has a remedy."""
    assert all(each.remedy for each in found)
    return {(each.id, each.handout, each.language, each.block) for each in found if not ids or each.id in ids}


def in_one_line(pdf: Path) -> str:
    """The words of a PDF, with a space between them."""
    return " ".join(printed.words(pdf).split())


STALE = ("review/stale", "translation/stale")


def test_a_signed_release_has_no_draft_mark_and_says_who_signed(signed: Path, store: Path) -> None:
    made, found = build(signed, store, "dosed")
    assert not found
    assert made == ["dosed.en", "dosed.es"]
    english, spanish = (in_one_line(signed / f"dist/sound/{tag}/dosed-standard-a4.pdf") for tag in ("en", "es"))
    assert "Medical content checked by: Test Clinician · November 22, 2026" in english
    assert "Last reviewed November 22, 2026" in english
    for line in (
        "Traducción automática corregida por: Test Translator · 22 de noviembre de 2026",
        "Machine translation corrected by: Test Translator · November 22, 2026",
        "Lenguaje revisado por: Test Reviewer · 22 de noviembre de 2026",
        "Contenido médico de la versión en inglés revisado por: Test Clinician · 22 de noviembre de 2026",
        "Medical content of the English checked by: Test Clinician · November 22, 2026",
    ):
        assert line in spanish
    for words in (english, spanish):
        assert not {"draft", "borrador"} & set(words.lower().split())


def test_a_draft_of_what_is_signed_says_that_it_is_a_draft(signed: Path, store: Path) -> None:
    made, found = build(signed, store, "dosed", profile=Profile.DRAFT)
    assert made == ["dosed.en", "dosed.es"]
    assert not found
    spanish = in_one_line(signed / "dist/sound/es/dosed-standard-a4.pdf")
    assert "BORRADOR · no publicado" in spanish
    assert "DRAFT · not released" in spanish
    assert "It has not been released." in spanish


def test_a_release_offers_no_language_that_nobody_approved(signed: Path, store: Path) -> None:
    for profile, offered in ((Profile.RELEASE, False), (Profile.DRAFT, True)):
        out = signed / profile
        build(signed, store, "dosed", tags=("en",), profile=profile, out=out)
        english = in_one_line(out / "sound/en/dosed-standard-a4.pdf")
        assert "Puede pedir esta hoja en español." in english
        assert bool(HAN.search(english)) is offered


def test_a_release_refuses_what_nobody_has_signed(clinic: Path, store: Path) -> None:
    made, found = build(clinic, store)
    assert not made
    assert not (clinic / "dist" / "sound").exists()
    assert told(found) == {
        ("review/never", "dosed", "", ""),
        ("review/never", "plain_one", "", ""),
        ("translation/unsigned", "dosed", "es", ""),
        ("translation/unsigned", "plain_one", "es", ""),
    }
    assert sum(each.id == "translation/unsigned" for each in found) == 4
    assert any("--role language_review" in each.remedy for each in found)


def test_a_check_for_a_release_looks_at_the_pages_of_what_nobody_has_signed(clinic: Path, store: Path) -> None:
    style = (library_root() / "templates/style.css").read_text("utf-8")
    (clinic / "templates").mkdir()
    (clinic / "templates/style.css").write_text(f"{style}\nmain li {{ font-size: 7pt }}\n", encoding="utf-8")
    fonts.private_fontconfig(store)
    found = pipeline.check(request(clinic, "dosed", tags=("en",), store=store)).findings
    assert {"review/never", "page/smallest-print"} <= {each.id for each in errors(found)}


@pytest.mark.parametrize(
    ("name", "old", "new", "block"),
    [
        ("content/facts.yaml", "5 mg", "50 mg", "what"),
        (HANDOUT, WARNING, "You may stop any medicine on your own.", "key"),
        (HANDOUT, "Bring this sheet,", "Forget this sheet,", "steps"),
    ],
)
def test_a_release_refuses_what_has_changed_and_names_the_block(
    signed: Path, store: Path, name: str, old: str, new: str, block: str
) -> None:
    change(signed, name, old, new)
    made, found = build(signed, store)
    assert made == ["plain_one.en", "plain_one.es"]
    assert {
        ("review/stale", "dosed", "", block),
        ("translation/stale", "dosed", "es", block),
    } == told(found, *STALE)
    assert {each.handout for each in found} == {"dosed"}
    safety = [each for each in found if each.id in STALE and "safety block" in each.what]
    assert bool(safety) == (block == "key")
    english = next(each for each in found if each.id == "review/stale")
    assert english.where.path.endswith(HANDOUT)
    assert english.where.line > 1
    assert "handouts review diff dosed --lang en" in english.remedy


def test_two_steps_change_places_and_the_release_goes_on(signed: Path, store: Path) -> None:
    change(signed, HANDOUT, STEP_ONE + STEP_TWO, STEP_TWO + STEP_ONE)
    made, found = build(signed, store)
    assert made == ["dosed.en", "dosed.es", "plain_one.en", "plain_one.es"]
    assert not found


def test_a_changed_translation_stops_its_language_alone(signed: Path, store: Path) -> None:
    entry = 'msgctxt "dosed:known:items.visit.say"\nmsgid "Visits help."\nmsgstr "'
    change(signed, "locales/es/LC_MESSAGES/content.po", f"{entry}Digamos", f"{entry}Se dice")
    made, found = build(signed, store, "plain_one")
    assert made == ["plain_one.en", "plain_one.es"]
    assert not found
    made, found = build(signed, store, "dosed")
    assert made == ["dosed.en"]
    assert {("translation/stale", "dosed", "es", "known")} == told(found, *STALE)
    assert next(each for each in found if each.id in STALE).where.path.endswith(".po")


def test_a_fuzzy_warning_stops_its_language_and_is_named(signed: Path, store: Path) -> None:
    change(signed, "locales/es/LC_MESSAGES/content.po", 'msgctxt "dosed:key:', '#, fuzzy\nmsgctxt "dosed:key:')
    made, found = build(signed, store, "dosed")
    assert made == ["dosed.en"]
    assert ("translation/safety", "dosed", "es", "key") in told(found)


def found_in_words(folder: Path, **more: Any) -> list[Finding]:
    """The errors of a release's words, without a PDF."""
    return errors(pipeline.check(request(folder, **more), WORDS_ONLY).findings)


def test_words_of_the_page_in_english_stop_a_release(signed: Path, store: Path) -> None:
    assert not [each for each in found_in_words(signed, store=store) if each.id == "translation/words"]
    path = signed / "templates" / "notice.html"
    path.parent.mkdir()
    path.write_text('<p>{{ ui("test.word", "A word of a clinic") }}</p>\n', encoding="utf-8")
    found = [each for each in found_in_words(signed, store=store) if each.id == "translation/words"]
    assert {each.language for each in found} == {"es"}
    assert "`test.word`" in found[0].what


def test_a_review_that_is_overdue_stops_a_release(clinic: Path, store: Path) -> None:
    change(clinic, HANDOUT, "next_review: 2027-05-22", "next_review: 2026-11-23")
    sign_all(clinic)
    later = request(clinic, "dosed").today.replace(day=24)
    found = pipeline.check(request(clinic, "dosed", store=store), WORDS_ONLY).findings
    assert not errors(found)
    late = errors(pipeline.check(replace(request(clinic, "dosed", store=store), today=later), WORDS_ONLY).findings)
    assert {each.id for each in late} == {"review/overdue"}


def test_a_brand_without_the_numbers_that_a_call_line_needs_stops_a_release(signed: Path, store: Path) -> None:
    change(signed, BRAND, ", night: 555-0199", "")
    made, found = build(signed, store, "dosed")
    assert not made
    assert {each.id for each in found} == {"brand/contact"}
    assert "night" in found[0].what


def test_a_tagline_in_another_language_stops_a_release(signed: Path, store: Path) -> None:
    change(signed, BRAND, "paper: [a4]", "paper: [a4]\ntagline: We listen\n")
    made, found = build(signed, store, "dosed")
    assert not made
    assert {each.id for each in found} == {"brand/tagline"}


ENGLISH = """msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgctxt "kinds:when_to_call:heading"
msgid "When to call"
msgstr "Never call"
"""


def test_a_catalog_for_the_english_changes_no_word_of_it_and_is_told(signed: Path, store: Path) -> None:
    catalog = signed / "locales/en/LC_MESSAGES/content.po"
    catalog.parent.mkdir(parents=True)
    catalog.write_text(ENGLISH, "utf-8")
    made, found = build(signed, store, "dosed", tags=("en",))
    assert made == ["dosed.en"]
    assert not found
    words = in_one_line(signed / "dist/sound/en/dosed-standard-a4.pdf")
    assert "When to call" in words
    assert "Never call" not in words
    told_of = pipeline.check(request(signed, "dosed", store=store), WORDS_ONLY).findings
    assert [(each.where.line, each.severity) for each in told_of if each.id == "translation/source-language"] == [
        (6, "warning")
    ]


@pytest.mark.parametrize("words", ["  ", "\u200b\u200b", "\u00a0", "**\u200b**", "\u3164"])
def test_a_translation_that_shows_nothing_is_none(signed: Path, store: Path, words: str) -> None:
    catalog = signed / "locales/es/LC_MESSAGES/content.po"
    text, count = re.subn(r'msgstr "Digamos: \*\*Do not stop .*"', f'msgstr "{words}"', catalog.read_text("utf-8"))
    assert count == 1
    catalog.write_text(text, "utf-8")
    made, found = build(signed, store, "dosed")
    assert made == ["dosed.en"]
    assert "translation/safety" in {each.id for each in found}


@pytest.mark.parametrize("mark", ["#, Fuzzy", "#fuzzy", "# fuzzy", '#, "fuzzy"', "#| fuzzy", "#, fuzzy x"])
def test_however_fuzzy_is_written_the_translation_is_unfinished(signed: Path, store: Path, mark: str) -> None:
    change(signed, "locales/es/LC_MESSAGES/content.po", 'msgctxt "dosed:key:', f'{mark}\nmsgctxt "dosed:key:')
    assert build(signed, store, "dosed")[0] == ["dosed.en"]


def test_a_word_that_no_catalog_could_foresee_keeps_a_sheet_out_of_a_release(clinic: Path, store: Path) -> None:
    (clinic / "templates").mkdir()
    own = '{% block title %}{{ super() }}{% set word = "own" %}<p>{{ ui(word, "Keep calm") }}</p>{% endblock %}'
    (clinic / "templates/page.html").write_text(f'{{% extends "library:page.html" %}}{own}', "utf-8")
    sign_all(clinic)
    made, found = build(clinic, store, "dosed")
    assert made == ["dosed.en"]
    assert {each.id for each in found} == {"translation/missing-word"}


@pytest.mark.parametrize("number", ["' '", '"\\u200b"', "to come", "'-'", "55"])
def test_a_number_that_nobody_can_call_is_refused(signed: Path, store: Path, number: str) -> None:
    change(signed, BRAND, "day: 555-0100", f"day: {number}")
    with pytest.raises(HandoutError) as caught:
        build(signed, store, "dosed", tags=("en",))
    assert {each.id for each in caught.value.findings} == {"content/wrong-value"}


def test_a_template_that_changes_while_a_build_runs_is_printed_as_it_was(signed: Path, store: Path) -> None:
    made = desk.plan(request(signed, "dosed", tags=("en",), store=store))
    (signed / "templates").mkdir()
    (signed / "templates/page.html").write_text("Take 500 mg at once.", "utf-8")
    html, found = printing.rendered(made, made.jobs[0])
    assert not found
    assert "Take 500 mg" not in html


def test_a_policy_may_refuse_what_began_as_a_machine_draft(signed: Path, store: Path) -> None:
    text = "translation: {signoffs: [translator, language_review], methods: [human]}\n"
    (signed / "content" / "policy.yaml").write_text(text, encoding="utf-8")
    found = found_in_words(signed, store=store)
    assert told(found) == {("translation/unsigned", name, "es", "") for name in ("dosed", "plain_one")}
    assert "the policy does not accept `machine_drafted`" in found[0].what


def test_the_clinic_of_these_tests_prints_what_they_are_about(clinic: Path) -> None:
    text = (clinic / HANDOUT).read_text("utf-8")
    assert all(text.count(passage) == 1 for passage in (DOSE, WARNING, STEP_ONE + STEP_TWO))

"""Pseudo-locales: what of a page escapes translation, and what breaks when words are longer or run the other way."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
from hypothesis import given
from hypothesis import strategies as st
from specimens import TODAY

from handouts import desk, markup, pipeline, printing
from handouts.catalog import CONTENT, INTERFACE
from handouts.checks.measures import amounts_in
from handouts.checks.numbers import numbers_in
from handouts.desk import Plan
from handouts.elements import read_page
from handouts.fonts import prepare
from handouts.i18n.messages import Message, find_messages
from handouts.i18n.pseudo import ACCENTED, LANGUAGES, RIGHT_TO_LEFT, catalog_of, pseudo_text, with_pseudo_locales
from handouts.layers import Layers
from handouts.model import SOURCE_LANGUAGE
from handouts.region import date_text, fact_text
from handouts.shelf import Shelf, read_shelf

HANDOUTS = ("after", "clinics_cost_rules")
"""One with a log and a telephone block, one with facts, addresses and prices."""


@pytest.fixture(scope="module")
def messages(layers: Layers) -> tuple[Message, ...]:
    return find_messages(layers)


EXPECTED = {
    "page/hyphenation": "a word of 18 letters in the head of a narrow column is broken, as in German",
}
"""What longer words may bring about, and why no template can help it."""


# --- Texts ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tag", LANGUAGES)
def test_what_counts_is_kept_in_every_message(tag: str, messages: tuple[Message, ...]) -> None:
    assert len(messages) > 600
    for message in messages:
        english, other = message.english, pseudo_text(message.english, tag)
        assert markup.placeholders(other) == markup.placeholders(english)
        assert markup.references(other) == markup.references(english)
        assert markup.bold_runs(other) == markup.bold_runs(english)
        assert numbers_in(other) == numbers_in(english)
        assert not list(markup.find_markup_faults(other))


@pytest.mark.parametrize("tag", LANGUAGES)
@given(st.text(alphabet=st.sampled_from("ab Q.7,{}*[]()xñ\u00a0")))
def test_no_text_gets_marks_that_it_had_not(tag: str, text: str) -> None:
    if not list(markup.find_markup_faults(text)):
        assert not list(markup.find_markup_faults(pseudo_text(text, tag)))
        assert markup.placeholders(pseudo_text(text, tag)) == markup.placeholders(text)


@pytest.mark.parametrize(
    ("english", "accented", "right_to_left"),
    [
        ("Call us.", "[Çááļļ ûûš.]", "[كالل وس.]"),
        ("Wait **6 months**", "[Ŵááîîţ **6 ṁööñţĥš ļööŕééṁ**]", "[وايت **6 مونتهس**]"),
        ("See [it](ref:it_id), {fact}", None, "[سيي [يت](ref:it_id), {fact}]"),
        ("Write {{braces}}", None, "[وريتي {{براكيس}}]"),
        ("Take 2.5 mg", None, "[تاكي 2.5 mg]"),
        ("Look at fda.gov/drugs", None, "[لووك ات fda.gov/drugs]"),
        (": ", ": ", ": "),
        ("38 °C", "38 °C", "38 °C"),
    ],
)
def test_a_text_in_both(english: str, accented: str | None, right_to_left: str) -> None:
    assert accented is None or pseudo_text(english, ACCENTED) == accented
    assert pseudo_text(english, RIGHT_TO_LEFT) == right_to_left


def test_accented_english_is_two_fifths_longer(messages: tuple[Message, ...]) -> None:
    shares = [
        len(pseudo_text(each.english, ACCENTED)) / len(each.english) for each in messages if len(each.english) > 40
    ]
    assert len(shares) > 200
    assert min(shares) >= 1.3  # what is kept does not grow
    assert 1.38 < sum(shares) / len(shares) < 1.5


@pytest.mark.parametrize("tag", LANGUAGES)
def test_our_fonts_have_every_letter(tag: str, store: Path) -> None:
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = pseudo_text(f"{letters} {letters.upper()}", tag)
    faces = prepare(["Arab", "Latn"], store)
    assert not list(faces.missing(words + LANGUAGES[tag].autonym, LANGUAGES[tag].script))


def test_units_stay_with_their_numbers() -> None:
    for tag in LANGUAGES:
        english = "Take 2.5 mg, 10 mL or 3 kg at 38 °C"
        assert amounts_in(pseudo_text(english, tag), "en") == amounts_in(english, "en")


# --- Catalogs and shelf -----------------------------------------------------------------------------------------------


def test_a_catalog_has_each_message_of_its_domain(messages: tuple[Message, ...]) -> None:
    for domain in (CONTENT, INTERFACE):
        catalog = catalog_of(ACCENTED, domain, messages)
        own = [each for each in messages if each.domain == domain]
        assert len(own) > 40
        assert all(catalog.find(each.key, each.english) for each in own)


def test_a_shelf_has_pseudo_locales_only_when_asked(layers: Layers, messages: tuple[Message, ...]) -> None:
    shelf, _ = read_shelf(layers)
    assert with_pseudo_locales(shelf, ["es"], messages) is shelf
    assert not LANGUAGES.keys() & shelf.library.languages.keys()
    more = with_pseudo_locales(shelf, [ACCENTED], messages)
    assert more.library.languages.keys() - shelf.library.languages.keys() == {ACCENTED}
    assert all(ACCENTED in library.languages for library in more.libraries.values())


# --- Pages ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def made(store: Path, tmp_path_factory: pytest.TempPathFactory) -> pipeline.Result:
    """Two handouts in both, on the narrower paper."""
    out = tmp_path_factory.mktemp("pseudo")
    return pipeline.build(_request(store, out), lambda _total, _made: None)


def _request(store: Path, out: Path) -> desk.Request:
    return desk.Request(
        today=TODAY, handouts=HANDOUTS, languages=tuple(LANGUAGES), papers=("a4",), brand="sample", out=out, store=store
    )


def test_no_page_breaks(made: pipeline.Result) -> None:
    assert len(made.sheets) == len(HANDOUTS) * len(LANGUAGES)
    wrong = [finding for finding in made.findings if finding.id.partition("/")[0] in ("page", "template")]
    assert [finding.what for finding in wrong if finding.id not in EXPECTED] == []
    assert not [sheet for sheet in made.sheets.values() if sheet.untranslated]


@pytest.mark.parametrize("handout", HANDOUTS)
@pytest.mark.parametrize("tag", LANGUAGES)
def test_no_sentence_escapes_translation(tag: str, handout: str, store: Path, tmp_path: Path) -> None:
    plan = desk.plan(_request(store, tmp_path))
    job = next(job for job in plan.jobs if (job.handout, job.tag) == (handout, tag))
    html, found = printing.rendered(plan, job)
    assert not found
    kept = _kept(plan, job.handout)
    page = read_page(html)
    assert len(list(_words(page, tag))) > 80
    assert _escaped(page, tag, kept) == []


def _words(element: Element, tag: str) -> Iterator[str]:
    """The passages of a page in its own language; what a screen reader is told (`alt`, `title`) among them."""
    if element.get("lang", tag) != tag or element.tag in ("style", "meta"):
        return
    for text in (element.get("alt"), element.get("title"), element.text):
        if text and text.strip():
            yield text.strip()
    for child in element:
        yield from _words(child, tag)
        if child.tail and child.tail.strip():
            yield child.tail.strip()


_ADDRESS = re.compile(r"[\w.+-]+@[\w.-]+|[\w-]+(\.[\w-]+)+(/\S*)?")


def _escaped(element: Element, tag: str, kept: Mapping[str, str]) -> list[str]:
    """The passages of a page with a word in plain letters that is neither an address nor on the written list."""
    found = []
    for words in _words(element, tag):
        left = _ADDRESS.sub(" ", words)
        for value in sorted(kept, key=len, reverse=True):
            left = left.replace(value, " ")
        if re.search(r"(?<![^\W\d_])[a-zA-Z]{2,}(?![^\W\d_])", left):
            found.append(words)
    return found


def _kept(plan: Plan, handout_id: str) -> Mapping[str, str]:
    """The written list of what no language translates, each with the reason."""
    (clinic,) = plan.clinics.values()
    handout, brand = clinic.ready[handout_id, SOURCE_LANGUAGE], clinic.dress.brand
    library, where = plan.desk.shelf.library, plan.desk.shelf.library.regions[brand.region]
    dates = [date for date in (handout.published, handout.last_reviewed, handout.next_review) if date]
    return {
        handout.code: "the code of the sheet",
        brand.name.default: "the name of the clinic, which has its own translations",
        **({brand.tagline.default: "the clinic's own words"} if brand.tagline else {}),
        **{str(value): "how to reach the clinic" for value in brand.contacts.model_dump().values() if value},
        **{language.autonym: "what a language calls itself" for language in LANGUAGES.values()},
        **{fact_text(fact, where, tag): "a fact" for fact in library.facts.values() for tag in LANGUAGES},
        **{source.short: "a source, as it is cited" for source in library.sources.values()},
        **{date_text(date, tag): "a date, which CLDR writes" for date in dates for tag in LANGUAGES},
    }


def test_the_guard_can_fail(store: Path, tmp_path: Path) -> None:
    plan = desk.plan(_request(store, tmp_path))
    kept = _kept(plan, "after")
    for tag in LANGUAGES:
        page = read_page("<html lang='" + tag + "'><body><p>Call us now</p><p lang='en'>Call</p></body></html>")
        assert _escaped(page, tag, kept) == ["Call us now"]


def test_what_no_message_is_made_of_is_seen(store: Path, tmp_path: Path, messages: tuple[Message, ...]) -> None:
    lacking = tuple(each for each in messages if each.key != "about.made_by")
    shelf: Shelf = with_pseudo_locales(read_shelf(Layers.of(None))[0], [ACCENTED], lacking)
    plan = desk.plan(_request(store, tmp_path))
    plan = replace(plan, desk=replace(plan.desk, shelf=shelf))
    job = next(job for job in plan.jobs if job.tag == ACCENTED)
    page = read_page(printing.rendered(plan, job)[0])
    assert _escaped(page, ACCENTED, _kept(plan, job.handout)) == ["[Made by]"]

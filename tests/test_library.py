"""The library itself: true, plain, whole, and safe in every region."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from handouts import markup
from handouts.checks.numbers import numbers_in
from handouts.desk import Request
from handouts.findings import Severity
from handouts.layers import Layers, library_root
from handouts.model import (
    Block,
    Callout,
    Chance,
    Count,
    Frozen,
    Group,
    Handout,
    Library,
    Outcomes,
    Point,
    Points,
    Prose,
    Questions,
    Steps,
    Text,
    map_texts,
    statements_in,
    texts_in,
)
from handouts.pipeline import check
from handouts.reader import BLOCKS, brand_ids, handout_ids, read_brand, read_handout
from handouts.region import fact_text, for_region
from handouts.source import read_yaml

LAYERS = Layers.of(None)
IDS = handout_ids(LAYERS)
SEED = read_yaml(Path(__file__).parent / "data" / "seed_items.yaml")[0]
UNSAFE: list[tuple[str, str]] = [(entry["id"], pattern) for entry in SEED["unsafe"] for pattern in entry["patterns"]]

LONGEST_SENTENCE = 20
LONGEST_LIST = 7
HIGHEST_GRADE = 8.0
FORMULA = "Kincaid, Fishburne, Rogers and Chissom 1975: 0.39 words/sentences + 11.8 syllables/words - 15.59"

RESERVE: dict[str, str] = {}
"""Kinds of kinds.yaml that no handout uses yet, each with the reason why it stays."""

REGIONS = ("us", "international")


@pytest.fixture(scope="module")
def handouts(library: Library) -> dict[str, Handout]:
    return {handout_id: read_handout(LAYERS, handout_id, library)[0] for handout_id in IDS}


def blocks_of(handout: Handout, kind: str) -> list[Block]:
    return [block for block in handout.blocks if block.kind == kind]


def words(text: str) -> list[str]:
    return re.findall(r"[A-Za-z0-9][A-Za-z0-9\u2019'.,/-]*", text)


def plain(text: Text, library: Library, region: str) -> str:
    """A text as it is printed in English: facts filled in, marks gone."""
    shown = []
    for piece in markup.parse(text.value):
        if isinstance(piece, markup.Placeholder):
            shown.append(fact_text(library.facts[piece.name], library.regions[region], "en"))
        else:
            shown.append(piece.value)
    return "".join(shown)


def sentences(text: str) -> list[str]:
    """The sentences of a passage; a number such as 38.5 ends none, nor does a web address."""
    return [part for part in re.split(r"(?<=[.!?])[”\")]*\s+", text) if words(part)]


def printed_texts(handout: Handout, library: Library) -> Iterator[tuple[str, Text]]:
    """Every text of a sheet with its block: its own, and the headings and terms that it shares."""
    yield from (("", text) for text in texts_in(handout.model_copy(update={"blocks": ()})))
    for block in handout.blocks:
        yield from ((block.id, text) for text in texts_in(block))
    yield from (("", text) for shared in library.shared_by(handout) for text in texts_in(shared))


# --- Whole --------------------------------------------------------------------------------------


def test_nothing_is_found_in_the_english(store: Path) -> None:
    request = Request(today=datetime.date(2026, 11, 22), languages=("en",), store=store)
    findings = [each for each in check(request).findings if each.severity is not Severity.HINT]
    assert {each.id for each in findings} == {"claims/unverified"}  # what only a person can look up again


def test_the_seven_handouts_are_there(handouts: dict[str, Handout]) -> None:
    assert set(IDS) == {"overview", "ahsct", "msc", "evidence", "clinics_cost_rules", "decide", "after"}
    assert len({handout.code for handout in handouts.values()}) == 7
    assert len({handout.title.value for handout in handouts.values()}) == 7


def test_every_kind_is_used_or_kept_for_a_reason(handouts: dict[str, Handout], library: Library) -> None:
    used = {block.kind for handout in handouts.values() for block in handout.blocks}
    assert used
    assert set(library.kinds) == used | set(RESERVE)
    assert not used & set(RESERVE)
    assert all(len(reason.split()) > 3 for reason in RESERVE.values())


def test_every_shared_block_is_used(handouts: dict[str, Handout]) -> None:
    shared = set(LAYERS.names(BLOCKS, ".yaml"))
    keys = {text.key for handout in handouts.values() for block in handout.blocks for text in texts_in(block)}
    assert shared
    assert shared == {key.split(":")[1] for key in keys if key.startswith("blocks:")}


def test_every_source_carries_a_claim(library: Library) -> None:
    carried = {
        source
        for claim in library.claims.values()
        for source in (*claim.sources, *claim.more, *chain(*(figure.sources for figure in claim.figures.values())))
    }
    assert len(carried) > 20
    assert set(library.sources) == carried


def test_every_claim_has_sources_and_every_source_says_how_it_was_read(library: Library) -> None:
    assert len(library.claims) > 40
    assert all(claim.sources for claim in library.claims.values())
    assert all(source.url.startswith("http") and source.citation for source in library.sources.values())
    assert all(source.checked <= datetime.date(2026, 11, 22) for source in library.sources.values())


def test_every_fact_is_used_and_every_term_is_there(handouts: dict[str, Handout], library: Library) -> None:
    texts = [text.value for handout in handouts.values() for _, text in printed_texts(handout, library)]
    facts = {name for text in texts for name in markup.placeholders(text)}
    terms = {
        term for handout in handouts.values() for block in blocks_of(handout, "glossary") for term in _terms(block)
    }
    assert facts == set(library.facts)
    assert terms <= set(library.terms)
    assert len(terms) > 15


def _terms(block: Block) -> tuple[str, ...]:
    found: tuple[str, ...] = getattr(block, "terms", ())
    return found


@pytest.mark.parametrize("handout_id", IDS)
def test_a_handout_begins_with_its_one_key_message(handouts: dict[str, Handout], handout_id: str) -> None:
    handout = handouts[handout_id]
    assert [index for index, block in enumerate(handout.blocks) if block.kind == "key_message"] == [0]
    assert isinstance(handout.blocks[0], Callout)
    assert handout.blocks[0].lead
    assert handout.blocks[0].then


@pytest.mark.parametrize("handout_id", IDS)
def test_a_handout_has_what_every_handout_needs(handouts: dict[str, Handout], handout_id: str) -> None:
    handout = handouts[handout_id]
    kinds = [block.kind for block in handout.blocks]
    needed = {
        "key_message",
        "known",
        "not_known",
        "when_to_call",
        "questions",
        "glossary",
        "sources",
        "about",
        "languages",
    }
    assert needed <= set(kinds)
    assert kinds[-3:] == ["languages", "sources", "about"]
    assert "next_steps" in kinds or "process" in kinds
    if handout.treatment:
        assert "choices" in kinds
        assert {"risks", "benefits"} <= set(kinds) or "comparison" in kinds


@pytest.mark.parametrize("handout_id", IDS)
def test_a_handout_says_that_nobody_has_reviewed_it_and_when_it_is_due(
    handouts: dict[str, Handout], handout_id: str
) -> None:
    handout = handouts[handout_id]
    assert handout.last_reviewed is None
    assert handout.published < handout.next_review
    assert all(text.value for text in texts_in(handout.imprint))


@pytest.mark.parametrize("handout_id", IDS)
def test_every_statement_but_an_instruction_names_its_claims(
    handouts: dict[str, Handout], library: Library, handout_id: str
) -> None:
    checked = 0
    for block in handouts[handout_id].blocks:
        for statement in statements_in(block):
            checked += 1
            if isinstance(block, Questions) or statement.claims:
                assert {claim.partition(".")[0] for claim in statement.claims} <= set(library.claims)
            else:
                said = " ".join(text.value for text in texts_in(statement))
                assert not numbers_in(said)
                assert not re.search(r"(?i)\b(study|studies|risk|die|died|death|cure|safe|approved)\b", said)
    assert checked > 10


# --- Safe ---------------------------------------------------------------------------------------


def test_risks_stand_before_benefits(handouts: dict[str, Handout]) -> None:
    both = 0
    for handout in handouts.values():
        kinds = [block.kind for block in handout.blocks]
        if "benefits" in kinds:
            both += 1
            assert kinds.index("risks") < kinds.index("benefits")
    assert both >= 4


@pytest.mark.parametrize("handout_id", ["ahsct", "decide", "evidence", "msc"])
def test_death_is_the_first_risk(handouts: dict[str, Handout], handout_id: str) -> None:
    blocks = blocks_of(handouts[handout_id], "risks")
    assert blocks
    for block in blocks:
        assert isinstance(block, Outcomes)
        first = next(iter(block.items.values()))
        assert first.name.value.startswith("Death")
        if handout_id != "msc":
            assert first.chance


def test_risks_and_benefits_have_one_shape_and_so_one_size(library: Library) -> None:
    assert library.kinds["risks"].shape == library.kinds["benefits"].shape == "outcomes"
    assert library.kinds["risks"].safety


def groups_of(handout: Handout) -> Iterator[tuple[Block, list[Group]]]:
    for block in handout.blocks:
        groups: Mapping[str, Group] = getattr(block, "groups", {})
        if groups:
            yield block, list(groups.values())


@pytest.mark.parametrize("handout_id", IDS)
def test_the_emergency_comes_first_where_one_is_told_whom_to_call(
    handouts: dict[str, Handout], handout_id: str
) -> None:
    blocks = blocks_of(handouts[handout_id], "when_to_call")
    assert len(blocks) == 1
    assert isinstance(blocks[0], Callout)
    calls = [group.call for group in blocks[0].groups.values()]
    assert calls[0] == "emergency"
    assert calls.count("emergency") == 1
    assert "team" in calls
    elsewhere = [
        group for block, groups in groups_of(handouts[handout_id]) if block is not blocks[0] for group in groups
    ]
    assert not [group for group in elsewhere if group.call]


def test_emergency_signs_stand_in_one_list_only(handouts: dict[str, Handout]) -> None:
    signs: dict[str, set[str]] = {}
    for handout in handouts.values():
        for block, groups in groups_of(handout):
            for group in groups:
                if group.call == "emergency":
                    signs |= {sign: _content_words(point.say.value) for sign, point in group.items.items()}
                    assert block.kind == "when_to_call"
    assert len(signs) >= 5
    for handout in handouts.values():
        for point in _points(handout, skip="emergency"):
            for sign, wanted in signs.items():
                assert not wanted <= _content_words(point), f"{handout.id}: {sign} again: {point}"


def _content_words(text: str) -> set[str]:
    found = {word.lower().strip(".,") for word in words(text)}
    return found - {"a", "an", "the", "or", "and", "with", "that", "will", "not", "very", "of", "in", "to"}


def _points(handout: Handout, skip: str) -> Iterator[str]:
    """The words of every entry of every list, but for those of the groups with that call."""
    for block in handout.blocks:
        groups: Mapping[str, Group] = getattr(block, "groups", {})
        items: Mapping[str, Any] = getattr(block, "items", {})
        lists = [items, *(group.items for group in groups.values() if group.call != skip)]
        for entry in chain(*(each.values() for each in lists)):
            yield " ".join(text.value for text in texts_in(entry))


def test_there_are_sentences_to_look_for() -> None:
    assert len({unsafe for unsafe, _ in UNSAFE}) == 33
    assert all(re.compile(pattern) for _, pattern in UNSAFE)


@pytest.mark.parametrize(("unsafe", "pattern"), UNSAFE)
def test_no_unsafe_sentence_survives(handouts: dict[str, Handout], library: Library, unsafe: str, pattern: str) -> None:
    found = [
        f"{unsafe} in {handout.id}:{block}: {text.value}"
        for handout in handouts.values()
        for block, text in printed_texts(handout, library)
        if re.search(pattern, text.value, re.IGNORECASE)
    ]
    assert not found


TELEPHONE = re.compile(r"\+\d{6,}|\b\d{3}[-. ]\d{4}\b|\(\d{3}\)\s*\d|\b1-8\d\d\b|\b8(?:00|88|77|66|55|44|33)-\d")


def test_no_text_has_a_telephone_number(handouts: dict[str, Handout], library: Library) -> None:
    assert TELEPHONE.search("1-800-332-1088")
    assert TELEPHONE.search("call 555-0100")
    assert TELEPHONE.search("(800) 332")
    assert not TELEPHONE.search("204,000 people in 2018")
    texts = [text for handout in handouts.values() for _, text in printed_texts(handout, library)]
    assert len(texts) > 700
    assert not [text.value for text in texts if TELEPHONE.search(text.value)]
    assert not [name for name, fact in library.facts.items() if fact.phone]


def test_bidi_controls_and_addresses_stand_in_no_text(handouts: dict[str, Handout], library: Library) -> None:
    for handout in handouts.values():
        for _, text in printed_texts(handout, library):
            assert not re.search(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069]|https?:|www\.", text.value)


# --- Regions ------------------------------------------------------------------------------------


def only_regions(value: object) -> Iterator[tuple[str, ...]]:
    """Every `only` that is given below a model."""
    if isinstance(value, Frozen):
        only = getattr(value, "only", ())
        if only:
            yield only
        for name in type(value).model_fields:
            yield from only_regions(getattr(value, name))
    elif isinstance(value, Mapping | tuple):
        for item in value.values() if isinstance(value, Mapping) else value:
            yield from only_regions(item)


@pytest.mark.parametrize("handout_id", IDS)
def test_a_sheet_for_other_countries_has_nothing_of_the_us(
    handouts: dict[str, Handout], library: Library, handout_id: str
) -> None:
    sheet = for_region(handouts[handout_id], "international")
    assert all("international" in only for only in only_regions(sheet.blocks))
    texts = [plain(text, library, "international") for _, text in printed_texts(sheet, library)]
    assert len(texts) > 50
    assert not [text for text in texts if re.search(r"\b911\b|°F|Fahrenheit|\b100\.4\b", text)]


def test_the_sheet_for_the_us_has_its_units(handouts: dict[str, Handout], library: Library) -> None:
    texts = [plain(text, library, "us") for _, text in printed_texts(for_region(handouts["after"], "us"), library)]
    assert any("100.4\u00a0°F" in text for text in texts)
    assert any("us" in only for handout in handouts.values() for only in only_regions(handout))


def test_what_differs_between_regions_comes_from_the_region_or_the_brand(
    handouts: dict[str, Handout], library: Library
) -> None:
    words_of_regions = re.compile(r"\b(911|112|999)\b|°|\bFahrenheit\b|\bCelsius\b|[$€£]|\bUSD\b")
    for handout in handouts.values():
        for _, text in printed_texts(handout, library):
            assert not words_of_regions.search(text.value), text.value
    assert library.regions["us"].emergency
    assert library.regions["international"].emergency is None


def test_every_region_keeps_every_block_and_the_same_heads(handouts: dict[str, Handout], library: Library) -> None:
    assert set(REGIONS) <= set(library.regions)
    for handout in handouts.values():
        for region in REGIONS:
            assert [block.id for block in for_region(handout, region).blocks] == [block.id for block in handout.blocks]


def test_the_sample_clinic_is_marked_as_an_example() -> None:
    assert {"default", "sample"} <= set(brand_ids(LAYERS))
    brand, _ = read_brand(LAYERS, "sample")
    assert "example" in brand.name.default.lower()
    assert brand.online
    assert ".example" in brand.online
    for number in (brand.contacts.day, brand.contacts.night):
        assert number
        assert number.startswith("555-01")  # numbers that the US keeps for examples
    assert (brand.contacts.email or "").endswith(".example")


# --- Plain --------------------------------------------------------------------------------------


def lists_of(block: Block) -> Iterator[tuple[str, int]]:
    if isinstance(block, Points | Questions | Outcomes | Callout):
        yield block.id, len(getattr(block, "items", {}))
        yield from ((f"{block.id}.{name}", len(group.items)) for name, group in getattr(block, "groups", {}).items())
    if isinstance(block, Steps):
        yield block.id, len(block.steps)
        yield from ((f"{block.id}.{name}", len(phase.steps)) for name, phase in block.phases.items())


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("handout_id", IDS)
def test_no_list_is_longer_than_a_person_can_hold(handouts: dict[str, Handout], handout_id: str, region: str) -> None:
    lengths = dict(chain(*(lists_of(block) for block in for_region(handouts[handout_id], region).blocks)))
    assert len(lengths) > 3
    assert not {name: length for name, length in lengths.items() if length > LONGEST_LIST}


@pytest.mark.parametrize("handout_id", IDS)
def test_an_entry_of_a_plain_list_is_one_sentence(handouts: dict[str, Handout], handout_id: str) -> None:
    long = []
    for block in handouts[handout_id].blocks:
        if isinstance(block, Points):
            entries: list[Point] = list(block.items.values())
            entries += [point for group in block.groups.values() for point in group.items.values()]
            long += [f"{block.id}: {point.say}" for point in entries if len(sentences(point.say.value)) > 1]
    assert not long


@pytest.mark.parametrize("handout_id", IDS)
def test_no_sentence_is_longer_than_20_words(handouts: dict[str, Handout], library: Library, handout_id: str) -> None:
    lengths: dict[str, int] = {}
    for region in REGIONS:
        for _, text in printed_texts(for_region(handouts[handout_id], region), library):
            lengths |= {sentence: len(sentence.split()) for sentence in sentences(plain(text, library, region))}
    assert len(lengths) > 50
    assert not {sentence: length for sentence, length in lengths.items() if length > LONGEST_SENTENCE}
    assert sum(lengths.values()) / len(lengths) < 12


@pytest.mark.parametrize("handout_id", IDS)
def test_no_paragraph_has_more_than_three_sentences(handouts: dict[str, Handout], handout_id: str) -> None:
    passages = [
        text.value
        for block in handouts[handout_id].blocks
        if isinstance(block, Prose | Points | Steps | Outcomes | Callout)
        for text in texts_in(block)
    ]
    assert passages
    assert not [passage for passage in passages if len(sentences(passage)) > 3]


def syllables(word: str) -> int:
    """Groups of vowels, without the silent ones at the end; at least one, and one a letter in an abbreviation."""
    letters = re.sub(r"[^a-z]", "", word.lower())
    if word.isupper() and len(letters) > 1:
        return len(letters)
    count = len(re.findall(r"[aeiouy]+", letters))
    if count > 1 and letters.endswith("e") and not letters.endswith("le"):
        count -= 1
    if count > 1 and re.search(r"[^td]ed$", letters):
        count -= 1
    return max(1, count)


def grade(units: list[str]) -> float:
    """The reading grade of sentences, by the formula of Flesch-Kincaid (see FORMULA)."""
    counted = [[word for word in words(unit) if re.search("[A-Za-z]", word)] for unit in units]
    every = [word for sentence in counted for word in sentence]
    in_sentence = len(every) / len([sentence for sentence in counted if sentence])
    in_word = sum(map(syllables, every)) / len(every)
    return 0.39 * in_sentence + 11.8 * in_word - 15.59


def test_the_grade_is_measured_rightly() -> None:
    assert [syllables(word) for word in ("you", "called", "wanted", "table", "medicine", "stem", "FDA")] == [
        *(1, 1, 2, 2, 3, 1, 3)
    ]
    assert grade(["The cat sat on the mat."]) == pytest.approx(0.39 * 6 + 11.8 - 15.59)
    hard = "Immunoablative conditioning precedes autologous hematopoietic transplantation."
    assert grade([hard]) > 20
    assert "0.39" in FORMULA


@pytest.mark.parametrize("handout_id", IDS)
def test_a_handout_can_be_read_after_eight_years_of_school(
    handouts: dict[str, Handout], library: Library, handout_id: str
) -> None:
    units = [
        sentence
        for block in handouts[handout_id].blocks
        for text in texts_in(block)
        for sentence in sentences(plain(text, library, "us"))
    ]
    assert len(units) > 40
    assert grade(units) <= HIGHEST_GRADE


@pytest.mark.parametrize("handout_id", IDS)
def test_a_title_fits_and_headings_are_there(handouts: dict[str, Handout], library: Library, handout_id: str) -> None:
    handout = handouts[handout_id]
    assert len(handout.title.value) <= 65
    headings = [(block.heading or library.kinds[block.kind].heading).value for block in handout.blocks]
    assert all(headings)
    assert len(headings) == len(set(headings))


def test_the_sheet_speaks_to_the_reader(handouts: dict[str, Handout], library: Library) -> None:
    for handout in handouts.values():
        said = " ".join(text.value for _, text in printed_texts(handout, library))
        assert len(re.findall(r"(?i)\byou(r|rs)?\b", said)) > 5
        assert not re.search(r"(?i)\b(patients?|the patient) (should|must|may|can)\b|\bshall\b", said)


def test_every_study_figure_has_its_number_of_people(library: Library) -> None:
    figures = [figure for claim in library.claims.values() for figure in claim.figures.values()]
    counts = [figure for figure in figures if isinstance(figure, Count)]
    chances = [figure for figure in figures if isinstance(figure, Chance)]
    assert len(counts) > 5
    assert len(chances) > 3
    assert all(0 <= figure.count <= figure.of for figure in counts)
    assert all(0 <= figure.low <= figure.high <= figure.per for figure in chances)
    assert all(figure.people for figure in chances)


def test_the_walks_lose_nothing(handouts: dict[str, Handout]) -> None:
    for handout in handouts.values():
        seen: list[Text] = []

        def note(text: Text, _path: tuple[str, ...], seen: list[Text] = seen) -> Text:
            seen.append(text)
            return text

        assert map_texts(handout, note) == handout
        assert len(seen) == len(list(texts_in(handout))) > 40
        assert len(list(statements_in(handout.blocks))) > 10


def test_the_library_lies_where_a_newcomer_looks() -> None:
    top = library_root()
    assert (top / "locales" / "languages.yaml").is_file()
    names = ("claims", "sources", "glossary", "facts", "kinds", "regions", "imprint", "coverage")
    assert all((top / "content" / f"{name}.yaml").is_file() for name in names)

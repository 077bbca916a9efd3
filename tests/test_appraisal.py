"""The appraisal sheet: what passes, fails, does not apply or stays open, and that no total is claimed too early."""

from __future__ import annotations

import datetime
import importlib.util
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import oracles
import pytest
from specimens import TODAY
from structure_check import expectation_of, find_structure_faults

from handouts import fonts
from handouts.appraisal import figures, sheet
from handouts.appraisal.case import CARRIED_BY, Case, Looked, looked
from handouts.appraisal.figures import Figure
from handouts.appraisal.judge import Appraisal, Judged, State, Verdict, appraise
from handouts.appraisal.sheet import Look, as_html, as_json, as_print, read_sheet_style, sheet_path
from handouts.appraisal.standard import (
    Attestation,
    FigureName,
    Item,
    Part,
    RuleName,
    Standard,
    find_attestation_faults,
    find_standard_faults,
    read_attestations,
    read_standards,
)
from handouts.catalog import translate
from handouts.checks.check import Check, Flaw, Level, Profile
from handouts.findings import Finding, HandoutError, Location, Severity
from handouts.layers import Layers
from handouts.model import Handout, Library, Text
from handouts.readback import read_back, unread
from handouts.reader import handout_ids, read_handout
from handouts.region import for_region
from handouts.render import Status, make_environment
from handouts.shelf import read_dress, read_shelf
from handouts.typeset import Print, make_press

SIGN = re.compile(r'<span class="sign" aria-hidden="true">.</span> ')
ITEMS = {"pemat": 24, "cci": 20, "ipdas": 12, "discern": 16}
AGREED = frozenset(
    (
        *("plain/reading-grade", "plain/long-sentence", "plain/long-paragraph", "plain/passive", "plain/indirect"),
        *("plain/unexplained-term", "plain/unexplained-abbreviation", "plain/hard-word", "plain/double-negative"),
        *("plain/capitals", "structure/title", "structure/headings", "structure/long-list", "structure/bullet"),
        *("structure/key-message", "structure/summary", "structure/action", "structure/when-to-call"),
        *("structure/tool", "structure/known-and-not", "structure/about", "structure/languages", "structure/sources"),
        *("claims/unsourced-number", "claims/unsourced-statement", "claims/undated-source", "claims/unverified"),
        *("claims/hope", "numbers/percentage", "numbers/denominators", "numbers/decimal", "numbers/arithmetic"),
        *("numbers/study-size", "balance/parts", "balance/ratio", "review/overdue", "review/never", "review/dates"),
        *("brand/contact", "translation/unsigned", "translation/numbers", "translation/missing"),
        *("page/heading-order", "page/reading-order", "page/figure-words", "page/table-heads"),
    )
)
"""Ids of checks, which are never renamed."""


@pytest.fixture(scope="module")
def standards(layers: Layers) -> Mapping[str, Standard]:
    read, found = read_standards(layers)
    assert not found
    return read


@pytest.fixture(scope="module")
def ahsct(layers: Layers, library: Library) -> Handout:
    return for_region(read_handout(layers, "ahsct", library)[0], "us")


@pytest.fixture(scope="module")
def after(layers: Layers, library: Library) -> Handout:
    return for_region(read_handout(layers, "after", library)[0], "us")


def case_of(handout: Handout, library: Library, *findings: Finding, tag: str = "en", **fields: Any) -> Case:
    """A case in which all checks looked, unless `here` and `english` say otherwise."""
    here = fields.pop("here", AGREED)
    english = fields.pop("english", AGREED)
    case = Case(handout, library, tag, Profile.DRAFT, Status(), TODAY, Looked(findings, here, english))
    return replace(case, **fields)


def finding_of(check: str, severity: Severity = Severity.WARNING, language: str = "") -> Finding:
    where = Location("content/handouts/ahsct.yaml", 33, 5)
    return Finding(check, where, "what was found", "mend it", severity, handout="ahsct", language=language)


def standard_of(score: str = "share", /, *items: Item, **fields: Any) -> Standard:
    """A standard of one part, its items numbered from 1."""
    numbered = {str(number): item for number, item in enumerate(items, 1)}
    part = Part(name="All", items=numbered)
    return Standard.model_validate(
        {"name": "T", "full": "Test", "link": "https://example.org/", "about": "x", "score": score, **fields}
        | {"parts": {"all": part}}
    )


def verdict_of(item: Item, case: Case, *attestations: Attestation) -> Verdict:
    judged = judged_of(standard_of("share", item), case, *attestations)
    return judged.verdicts[0]


def judged_of(standard: Standard, case: Case, *attestations: Attestation) -> Judged:
    return appraise(case, {"test": standard}, attestations).standards[0]


def attestation_of(**fields: Any) -> Attestation:
    values: dict[str, Any] = {"handout": "ahsct", "language": "en", "version": "0.1", "items": {"test": ("1",)}}
    values |= {"name": "A Person", "role": "reader", "date": TODAY, "about": "read it"}
    return Attestation.model_validate(values | fields)


# --- The data of the library --------------------------------------------------------------------------------


def test_each_standard_has_all_its_items(standards: Mapping[str, Standard]) -> None:
    assert {name: len(standard.items()) for name, standard in standards.items()} == ITEMS
    numbers = [str(number) for number in (*range(1, 13), *range(15, 27))]
    assert list(standards["pemat"].items()) == numbers
    assert list(standards["cci"].items()) == [str(number) for number in range(1, 21)]
    assert list(standards["discern"].items()) == [str(number) for number in range(1, 17)]
    assert [len(part.items) for part in standards["ipdas"].parts.values()] == [6, 6]
    assert [len(part.items) for part in standards["pemat"].parts.values()] == [17, 7]


def test_every_item_rests_on_a_check_that_exists(standards: Mapping[str, Standard]) -> None:
    assert sum(len(item.decided_by) for standard in standards.values() for item in standard.items().values()) > 40
    assert not list(find_standard_faults(standards, known_checks()))


def known_checks() -> frozenset[str]:
    """The ids of the written list of checks; until there is one, those that were agreed on."""
    if importlib.util.find_spec("handouts.checks.registry") is None:
        return AGREED
    registry = importlib.import_module("handouts.checks.registry")
    return frozenset(check.id for check in registry.CHECKS)


def test_what_the_whole_list_of_checks_misses_is_found() -> None:
    item = Item(asks="x", decided_by=("plain/long-word",))
    nobody = Item(asks="y")
    person = Item(asks="z", person=True)
    lacking = Item(asks="w", needs=("key",), lacking="person")
    found = list(find_standard_faults({"test": standard_of("share", item, nobody, person, lacking)}, AGREED))
    assert [each.id for each in found] == ["appraisal/unknown-check", *["appraisal/undecided"] * 3]


def test_every_figure_and_rule_has_its_function() -> None:
    assert set(figures.FIGURES) == set(get_args(FigureName))
    assert set(figures.RULES) == set(get_args(RuleName))


def test_nobody_has_attested_anything(layers: Layers) -> None:
    assert read_attestations(layers) == ({}, [])


# --- States -------------------------------------------------------------------------------------------------


def test_an_item_passes_where_its_checks_looked_and_found_nothing(ahsct: Handout, library: Library) -> None:
    item = Item(asks="x", decided_by=("structure/action",), needs=("action",), figure="steps")
    verdict = verdict_of(item, case_of(ahsct, library))
    assert (verdict.state, verdict.figure) == (State.PASSED, "4 numbered steps to take")
    assert verdict.checks == ("structure/action",)


@pytest.mark.parametrize("severity", [Severity.ERROR, Severity.WARNING])
def test_a_finding_fails_its_item_and_is_told(severity: Severity, ahsct: Handout, library: Library) -> None:
    item = Item(asks="x", decided_by=("structure/action",))
    verdict = verdict_of(item, case_of(ahsct, library, finding_of("structure/action", severity)))
    assert verdict.state is State.FAILED
    assert verdict.findings == ("what was found (content/handouts/ahsct.yaml:33)",)


def test_a_finding_of_another_check_fails_nothing(ahsct: Handout, library: Library) -> None:
    item = Item(asks="x", decided_by=("structure/action",))
    assert verdict_of(item, case_of(ahsct, library, finding_of("structure/tool"))).state is State.PASSED


def test_a_hint_is_shown_and_fails_nothing(ahsct: Handout, library: Library) -> None:
    item = Item(asks="x", decided_by=("plain/passive",), person=True, look="Read it.")
    verdict = verdict_of(item, case_of(ahsct, library, finding_of("plain/passive", Severity.HINT)))
    assert verdict.state is State.OPEN
    assert verdict.findings
    assert verdict.look == "Read it."


def test_a_persons_item_is_open_though_no_check_found_anything(ahsct: Handout, library: Library) -> None:
    item = Item(asks="x", decided_by=("structure/title",), figure="title", person=True, look="Read it.")
    verdict = verdict_of(item, case_of(ahsct, library))
    assert (verdict.state, verdict.figure) == (State.OPEN, "title of 39 characters")


def test_a_check_that_did_not_look_leaves_its_item_open(ahsct: Handout, library: Library) -> None:
    item = Item(asks="x", decided_by=("brand/contact",))
    verdict = verdict_of(item, case_of(ahsct, library, here=AGREED - {"brand/contact"}, english=frozenset()))
    assert verdict.state is State.OPEN
    assert verdict.why == "not looked at in a draft of this sheet: brand/contact"


def test_what_no_block_tells_fails(after: Handout, library: Library) -> None:
    verdict = verdict_of(Item(asks="x", needs=("benefits",)), case_of(after, library))
    assert (verdict.state, verdict.findings) == (State.FAILED, ("no block tells it (benefits)",))


def test_what_is_lacking_may_be_left_to_a_person(after: Handout, library: Library) -> None:
    item = Item(asks="x", needs=("benefits",), lacking="person", look="Look.")
    verdict = verdict_of(item, case_of(after, library))
    assert (verdict.state, verdict.why, verdict.look) == (State.OPEN, "no block tells it (benefits)", "Look.")
    assert not verdict.findings
    told = Item(asks="x", needs=("action",), lacking="person", look="Look.")
    assert verdict_of(told, case_of(after, library)).state is State.PASSED


def test_only_what_is_found_in_the_blocks_asked_about_counts(ahsct: Handout, library: Library) -> None:
    item = Item(asks="x", decided_by=("plain/passive",), within=("key",))
    elsewhere, here = (replace(finding_of("plain/passive"), block=block) for block in ("suits", "key"))
    assert verdict_of(item, case_of(ahsct, library, elsewhere)).state is State.PASSED
    assert verdict_of(item, case_of(ahsct, library, elsewhere, here)).findings == (
        "what was found, in block key (content/handouts/ahsct.yaml:33)",
    )


def test_only_checks_that_looked_are_named(ahsct: Handout, library: Library) -> None:
    item = Item(asks="x", decided_by=("plain/passive",), words=True, person=True, look="Look.")
    assert verdict_of(item, case_of(ahsct, library)).checks == ("plain/passive",)
    assert not verdict_of(item, in_spanish(ahsct, library)).checks


def test_a_chance_in_words_is_a_chance(after: Handout, ahsct: Handout, library: Library) -> None:
    assert figures.FIGURES["chances"](case_of(after, library)) == Figure(1, "1 chance out of 100: 1 in words")
    assert "in words and dots" in figures.FIGURES["chances"](case_of(ahsct, library)).text
    without = after.model_copy(update={"blocks": tuple(block for block in after.blocks if block.id != "checks")})
    assert figures.RULES["chances"](case_of(without, library)) == "the sheet tells no chance of a good or bad result"


def test_a_number_to_call_holds_where_the_clinic_gives_it(
    standards: Mapping[str, Standard], after: Handout, library: Library, layers: Layers
) -> None:
    item = standards["cci"].items()["14"]
    blank = verdict_of(item, case_of(after, library, brand=read_dress(layers, "default", library).brand))
    assert blank.state is State.OPEN
    assert "1 of 3 telephone numbers printed, lines to write on for the others (by day, by night)" in blank.figure
    given = verdict_of(item, case_of(after, library, brand=read_dress(layers, "sample", library).brand))
    assert (given.state, given.look) == (State.PASSED, "")
    assert given.figure.endswith("3 of 3 telephone numbers printed")


def test_a_sheet_of_a_treatment_says_how_sure_its_chances_are(ahsct: Handout, library: Library) -> None:
    told = figures.FIGURES["certainty"](case_of(ahsct, library))
    assert told.text.startswith("6 chances with the number of people studied, 2 of them as a range")


def test_less_than_the_least_fails(after: Handout, library: Library) -> None:
    item = Item(asks="x", figure="drawings", at_least=1, person=True, look="Look.")
    verdict = verdict_of(item, case_of(after, library))
    assert verdict.state is State.FAILED
    assert "at least 1" in verdict.findings[0]


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ("treatment", "the handout is not about a treatment"),
        ("drawings", "the sheet has no pictures but the logo"),
        (
            "calculations",
            "no passage was found that asks the reader to calculate; it applies where a person finds one",
        ),
    ],
)
def test_an_item_that_does_not_apply_says_why(rule: RuleName, reason: str, after: Handout, library: Library) -> None:
    item = Item(asks="x", applies=rule, person=True, look="Look.")
    verdict = verdict_of(item, case_of(after, library))
    assert (verdict.state, verdict.why) == (State.NOT_APPLICABLE, reason)


def test_rules_can_say_that_an_item_applies(ahsct: Handout, library: Library) -> None:
    case = case_of(ahsct, library, finding_of("numbers/arithmetic"))
    assert {name for name, rule in figures.RULES.items() if not rule(case)} == set(get_args(RuleName))


def test_without_the_check_nobody_claims_that_no_calculation_is_asked(ahsct: Handout, library: Library) -> None:
    assert not figures.RULES["calculations"](case_of(ahsct, library, here=frozenset(), english=frozenset()))


def test_a_handout_of_no_blocks_has_figures_too(ahsct: Handout, library: Library) -> None:
    bare = case_of(ahsct.model_copy(update={"blocks": ()}), library)
    assert all(measure(bare).text for measure in figures.FIGURES.values())
    assert not any(rule(bare) for name, rule in figures.RULES.items() if name in ("always", "treatment"))
    assert figures.RULES["tables"](bare)
    assert figures.RULES["harms"](bare)


# --- Translations -------------------------------------------------------------------------------------------


WORDS = Item(asks="x", decided_by=("plain/unexplained-term",), words=True)
STRUCTURE = Item(asks="x", decided_by=("structure/action",))


def in_spanish(handout: Handout, library: Library, *findings: Finding, here: frozenset[str] = CARRIED_BY) -> Case:
    return case_of(handout, library, *findings, tag="es", here=here)


def test_words_that_were_checked_in_english_only_are_open_in_a_translation(ahsct: Handout, library: Library) -> None:
    verdict = verdict_of(WORDS, in_spanish(ahsct, library, finding_of("plain/unexplained-term")))
    assert (verdict.state, verdict.findings) == (State.OPEN, ())


def test_words_are_decided_where_the_check_looks_at_the_language(ahsct: Handout, library: Library) -> None:
    here = frozenset({"plain/unexplained-term"})
    assert verdict_of(WORDS, in_spanish(ahsct, library, here=here)).state is State.PASSED
    found = finding_of("plain/unexplained-term", language="es")
    assert verdict_of(WORDS, in_spanish(ahsct, library, found, here=here)).state is State.FAILED


def test_structure_holds_in_a_translation_that_lacks_nothing(ahsct: Handout, library: Library) -> None:
    assert verdict_of(STRUCTURE, in_spanish(ahsct, library)).state is State.PASSED
    assert verdict_of(STRUCTURE, in_spanish(ahsct, library, finding_of("structure/action"))).state is State.FAILED
    lacking = finding_of("translation/missing", language="es")
    assert verdict_of(STRUCTURE, in_spanish(ahsct, library, lacking)).state is State.OPEN
    assert verdict_of(STRUCTURE, in_spanish(ahsct, library, here=frozenset())).state is State.OPEN


def check_of(level: Level, **fields: Any) -> Check[Any]:
    values: dict[str, Any] = {"title": "x", "rationale": "x", "remedy": "x", "bad": "x", "good": "x"}
    return Check(id=f"{level}/test", level=level, find=lambda _subject: iter(list[Flaw]()), **{**values, **fields})


def test_what_looked_follows_from_the_checks(after: Handout) -> None:
    checks = [check_of(level) for level in Level]
    every = {check.id for check in checks}
    assert looked(checks, (), after, "en", Profile.DRAFT).here == every - {"translation/test"}
    in_arabic = looked(checks, (), after, "ar", Profile.DRAFT)
    assert in_arabic.here == every - {"content/test"}
    assert in_arabic.english == {"content/test"}
    everywhere = [check_of(Level.CONTENT, languages="all")]
    assert looked(everywhere, (), after, "ar", Profile.DRAFT).here == {"content/test"}
    for unasked in (check_of(Level.PAGE, draft=None), check_of(Level.PAGE, treatment=True)):
        assert not looked([unasked], (), after, "en", Profile.DRAFT).here


def test_what_looked_keeps_the_findings_of_this_handout_and_language(after: Handout) -> None:
    ours = replace(finding_of("structure/action"), handout="after")
    shared = replace(ours, handout="")
    others = [replace(ours, handout="ahsct"), replace(ours, language="es")]
    assert looked((), [ours, shared, *others], after, "ar", Profile.DRAFT).findings == (ours, shared)


# --- Attestations -------------------------------------------------------------------------------------------

PERSON = Item(asks="x", person=True, look="Look.")


def test_a_person_closes_an_open_item(ahsct: Handout, library: Library) -> None:
    verdict = verdict_of(PERSON, case_of(ahsct, library), attestation_of())
    assert verdict.state is State.ATTESTED
    assert verdict.attested is not None
    assert verdict.attested.name == "A Person"
    assert not verdict.look


def test_a_person_may_find_that_it_does_not_hold(ahsct: Handout, library: Library) -> None:
    verdict = verdict_of(PERSON, case_of(ahsct, library), attestation_of(holds=False))
    assert (verdict.state, verdict.why) == (State.FAILED, "a person found that it does not hold")


def test_the_latest_of_two_persons_counts(ahsct: Handout, library: Library) -> None:
    earlier = attestation_of(holds=False, date=TODAY - datetime.timedelta(days=1))
    assert verdict_of(PERSON, case_of(ahsct, library), attestation_of(), earlier).state is State.ATTESTED


def test_an_attestation_is_void_when_the_version_changed(ahsct: Handout, library: Library) -> None:
    newer = ahsct.model_copy(update={"version": "0.2"})
    verdict = verdict_of(PERSON, case_of(newer, library), attestation_of())
    assert (verdict.state, verdict.attested) == (State.OPEN, None)
    assert verdict.why == "A Person attested it on 2026-11-22 for version 0.1, which is void"


@pytest.mark.parametrize("other", [{"handout": "msc"}, {"language": "es"}, {"items": {"test": ("2",)}}, {"items": {}}])
def test_an_attestation_counts_for_nothing_else(other: dict[str, Any], ahsct: Handout, library: Library) -> None:
    verdict = verdict_of(PERSON, case_of(ahsct, library), attestation_of(**other))
    assert (verdict.state, verdict.why) == (State.OPEN, "")


def test_nobody_attests_a_finding_away(ahsct: Handout, library: Library) -> None:
    case = case_of(ahsct, library, finding_of("structure/action"))
    assert verdict_of(STRUCTURE, case, attestation_of()).state is State.FAILED


def test_a_person_may_judge_what_the_program_says_does_not_apply(after: Handout, library: Library) -> None:
    item = Item(asks="x", applies="drawings", person=True, look="Look.")
    assert verdict_of(item, case_of(after, library), attestation_of(handout="after")).state is State.ATTESTED


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"handout": "nobody", "items": {}}, "appraisal/unknown-handout"),
        ({"items": {"nothing": ("1",)}}, "appraisal/unknown-standard"),
        ({"items": {"pemat": ("13",)}}, "appraisal/unknown-item"),
        ({"items": {"pemat": ("1",)}, "rating": 4}, "appraisal/rating"),
        ({"items": {"discern": ("1",)}}, "appraisal/rating"),
        ({"items": {"pemat": ("1",)}, "date": TODAY + datetime.timedelta(days=1)}, "appraisal/date"),
    ],
)
def test_faults_of_attestations_are_found(
    fields: dict[str, Any], fault: str, standards: Mapping[str, Standard]
) -> None:
    found = find_attestation_faults({"a": attestation_of(**fields)}, standards, ["ahsct"], TODAY)
    assert [each.id for each in found] == [fault]


def test_a_sound_attestation_has_no_fault(standards: Mapping[str, Standard]) -> None:
    sound = attestation_of(items={"pemat": ("1", "26"), "cci": ("4",)})
    graded = attestation_of(items={"discern": ("16",)}, rating=5)
    assert not list(find_attestation_faults({"a": sound, "b": graded}, standards, ["ahsct"], TODAY))


# --- Scores -------------------------------------------------------------------------------------------------


def test_no_score_where_anything_is_open(ahsct: Handout, library: Library) -> None:
    case = case_of(ahsct, library)
    for score in ("share", "every", "index", "persons"):
        judged = judged_of(standard_of(score, STRUCTURE, PERSON), case)
        assert not judged.score
        assert not judged.groups[0].score
        assert judged.counts[State.OPEN] == 1


def test_a_share_counts_the_applicable_items(ahsct: Handout, library: Library) -> None:
    case = case_of(ahsct, library, finding_of("structure/tool"))
    tool, calculation = Item(asks="x", decided_by=("structure/tool",)), Item(asks="x", applies="calculations")
    judged = judged_of(standard_of("share", STRUCTURE, tool, calculation, STRUCTURE, STRUCTURE), case)
    assert judged.groups[0].score == "3 of 4 points, 75%"
    assert judged.counts == {**dict.fromkeys(State, 0), State.PASSED: 3, State.FAILED: 1, State.NOT_APPLICABLE: 1}


def test_an_index_is_passed_from_its_mark_on(ahsct: Handout, library: Library) -> None:
    case = case_of(ahsct, library, finding_of("structure/tool"))
    tool = Item(asks="x", decided_by=("structure/tool",))
    nine = judged_of(standard_of("index", *[STRUCTURE] * 9, tool, pass_mark=90), case)
    assert nine.score == "90 of 100, passed (90 is asked)"
    eight = judged_of(standard_of("index", *[STRUCTURE] * 8, tool, pass_mark=90), case)
    assert eight.score == "89 of 100, not passed (90 is asked)"


def test_every_item_must_hold(ahsct: Handout, library: Library) -> None:
    case = case_of(ahsct, library, finding_of("structure/tool"))
    tool = Item(asks="x", decided_by=("structure/tool",))
    assert judged_of(standard_of("every", STRUCTURE, STRUCTURE), case).groups[0].score == "met"
    assert judged_of(standard_of("every", STRUCTURE, tool), case).groups[0].score == "not met"


def test_only_persons_give_grades(ahsct: Handout, library: Library) -> None:
    standard = standard_of("persons", STRUCTURE, PERSON, overall="2")
    graded = attestation_of(items={"test": ("1", "2")}, rating=4)
    assert judged_of(standard, case_of(ahsct, library), graded).score == "4 of 5, all in all"
    half = attestation_of(items={"test": ("2",)}, rating=4)
    assert not judged_of(standard, case_of(ahsct, library), half).score


def test_nothing_scores_where_nothing_applies(
    after: Handout, library: Library, standards: Mapping[str, Standard]
) -> None:
    ipdas = judged_of(standards["ipdas"], case_of(after, library))
    assert ipdas.counts[State.NOT_APPLICABLE] == ITEMS["ipdas"]
    assert [group.score for group in ipdas.groups] == ["", ""]


# --- The sheet ----------------------------------------------------------------------------------------------


def appraisal_of(case: Case, standards: Mapping[str, Standard]) -> Appraisal:
    return appraise(case, standards, ())


def look_of(layers: Layers, library: Library) -> Look:
    dress = read_dress(layers, "default", library)
    return Look(dress.brand, dress.logo)


def html_of(case: Case, standards: Mapping[str, Standard], layers: Layers) -> str:
    appraisal, look = appraisal_of(case, standards), look_of(layers, case.library)
    return as_html(appraisal, look, read_sheet_style(layers), make_environment(layers))


def test_every_handout_has_every_item_on_its_sheet(
    layers: Layers, library: Library, standards: Mapping[str, Standard]
) -> None:
    ids = handout_ids(layers)
    assert len(ids) == 7
    for handout_id in ids:
        handout = for_region(read_handout(layers, handout_id, library)[0], "us")
        appraisal = appraisal_of(case_of(handout, library), standards)
        for judged in appraisal.standards:
            assert sum(judged.counts.values()) == ITEMS[judged.id]
            assert judged.counts[State.OPEN] == sum(verdict.state is State.OPEN for verdict in judged.verdicts)
            for verdict in judged.verdicts:
                assert verdict.look or verdict.state is not State.OPEN
                assert verdict.why or verdict.state is not State.NOT_APPLICABLE
                assert verdict.findings or verdict.state is not State.FAILED


def test_the_json_holds_each_item(ahsct: Handout, library: Library, standards: Mapping[str, Standard]) -> None:
    case = case_of(ahsct, library, finding_of("structure/tool"), pages=10, smallest=12.0)
    told = json.loads(as_json(appraisal_of(case, standards)))
    items = {
        name: {number: item for part in judged["parts"].values() for number, item in part["items"].items()}
        for name, judged in told["standards"].items()
    }
    assert {name: len(each) for name, each in items.items()} == ITEMS
    assert items["pemat"]["23"]["state"] == "failed"
    assert items["pemat"]["23"]["findings"] == ["what was found (content/handouts/ahsct.yaml:33)"]
    assert told["standards"]["pemat"]["counts"]["failed"] == 1
    assert told["standards"]["pemat"]["parts"]["understand"]["score"] is None
    assert (told["code"], told["version"], told["date"]) == ("SCT-2", "0.1", "2026-11-22")
    assert (told["profile"], told["status"], told["pages"]) == ("draft", "draft", 10)


def test_the_page_says_what_it_is_and_that_a_grade_proves_nothing(
    ahsct: Handout, library: Library, standards: Mapping[str, Standard], layers: Layers
) -> None:
    page = html_of(case_of(ahsct, library), standards, layers)
    assert "A grade is a signal, never proof." in page
    assert "Draft. Checked as a draft on 2026-11-22" in page
    for judged in standards.values():
        for item in judged.items().values():
            assert item.asks in page


def test_a_title_is_escaped_and_marked_with_its_language(
    ahsct: Handout, library: Library, standards: Mapping[str, Standard], layers: Layers
) -> None:
    title = Text("<script>alert(1)</script> & more", language="ar")
    page = html_of(case_of(ahsct.model_copy(update={"title": title}), library, tag="ar"), standards, layers)
    assert "<script" not in page
    marked = '<span lang="ar" dir="rtl" class="script-Arab">&lt;script&gt;alert(1)&lt;/script&gt; &amp; more</span>'
    assert marked in page


def test_what_a_person_wrote_is_escaped(
    ahsct: Handout, library: Library, standards: Mapping[str, Standard], layers: Layers
) -> None:
    attested = attestation_of(items={"pemat": ("2",)}, name="<b>N</b>", about="<i>x</i>")
    appraisal = appraise(case_of(ahsct, library), standards, [attested])
    look = look_of(layers, library)
    page = as_html(appraisal, look, read_sheet_style(layers), make_environment(layers))
    assert "&lt;b&gt;N&lt;/b&gt;, reader, 2026-11-22: &lt;i&gt;x&lt;/i&gt;" in page


def clinic_of(folder: Path, name: str, text: str) -> Layers:
    (folder / "templates").mkdir()
    (folder / "templates" / name).write_text(text, "utf-8")
    return Layers.of(folder)


def test_a_clinic_has_its_own_template(
    tmp_path: Path, ahsct: Handout, library: Library, standards: Mapping[str, Standard]
) -> None:
    clinic = clinic_of(tmp_path, "appraisal.html", "<p>{{ handout.code }} at our clinic</p>")
    assert html_of(case_of(ahsct, library), standards, clinic) == "<p>SCT-2 at our clinic</p>"


def test_a_clinics_template_that_fails_is_a_finding(
    tmp_path: Path, ahsct: Handout, library: Library, standards: Mapping[str, Standard]
) -> None:
    clinic = clinic_of(tmp_path, "appraisal.html", "{{ nothing }}")
    with pytest.raises(HandoutError) as refused:
        html_of(case_of(ahsct, library), standards, clinic)
    assert [each.id for each in refused.value.findings] == ["template/error"]


def test_a_style_cannot_end_itself(tmp_path: Path) -> None:
    clinic = clinic_of(tmp_path, "appraisal.css", "p { color: red }\n/* </style><p>x</p> */")
    with pytest.raises(HandoutError) as refused:
        read_sheet_style(clinic)
    assert [(each.id, each.where.line) for each in refused.value.findings] == [("template/unsafe", 2)]


@pytest.fixture(scope="module", params=["en", "ar"])
def printed(
    request: pytest.FixtureRequest,
    layers: Layers,
    library: Library,
    standards: Mapping[str, Standard],
    store: Path,
) -> tuple[str, Print, Print]:
    """The page of one handout, in English and in Arabic, and what the press made of it twice."""
    tag = request.param
    shelf, _ = read_shelf(layers)
    english, _ = read_handout(layers, "overview", library)
    handout = for_region(translate(english, shelf.catalogs[tag])[0] if tag != "en" else english, "us")
    here = AGREED if tag == "en" else CARRIED_BY
    case = case_of(handout, shelf.libraries.get(tag, library), tag=tag, here=here, pages=8)
    font_set = fonts.prepare(sorted({each.script for each in library.languages.values()}), store)
    press = make_press("", font_set, store)
    page = html_of(case, standards, layers)
    return page, as_print(page, layers, press, store), as_print(page, layers, press, store)


def test_the_typesetter_has_nothing_to_complain_of(printed: tuple[str, Print, Print]) -> None:
    _, first, again = printed
    assert 5 < first.pages < 16
    assert not first.complaints
    assert not first.overflows
    assert first.last_page_filled > 0.12
    assert again.pdf == first.pdf


def test_a_reader_gets_all_words_back(printed: tuple[str, Print, Print]) -> None:
    first = printed[1]
    assert len(first.passages) > 5
    lost = list(unread(first.passages, read_back(first.pdf)))
    assert all(each.share > 0.9 for each in lost), lost


def test_the_pdf_says_what_the_page_says(printed: tuple[str, Print, Print], tmp_path: Path) -> None:
    file = tmp_path / "sheet.pdf"
    file.write_bytes(printed[1].pdf)
    unread_signs = SIGN.sub("", printed[0])  # a decoration beside the word, which `aria-hidden` keeps from being read
    assert unread_signs != printed[0]
    assert not find_structure_faults(file, expectation_of(unread_signs))


def test_both_judges_call_it_pdf_ua(printed: tuple[str, Print, Print], tmp_path: Path) -> None:
    file = tmp_path / "sheet.pdf"
    file.write_bytes(printed[1].pdf)
    assert oracles.verapdf([file]) == {file: []}
    assert oracles.page_validation([file]) == {file: []}


def test_a_page_that_leads_out_is_refused(layers: Layers, store: Path) -> None:
    press: Any = None  # nothing is typeset
    with pytest.raises(HandoutError) as refused:
        as_print('<html><body><img src="https://example.org/x.png"></body></html>', layers, press, store)
    assert [each.id for each in refused.value.findings] == ["template/unsafe"]


def test_a_sheet_lies_beside_its_handout() -> None:
    assert sheet_path("default", "ar", "ahsct", "pdf") == "default/ar/ahsct-appraisal.pdf"
    assert set(sheet.endings()) == {"pdf", "html", "json"}

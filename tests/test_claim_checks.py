"""What a handout says of a treatment must rest on sources, weigh good and harm alike, and sell no hope."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any, get_args

import pytest
from check_examples import written
from sheets import DAY, handout_of
from test_content_checks import FIGURES, HERE, claim, prose, shelf

from handouts.checks.check import Flaw, Written
from handouts.checks.claims import CHECKS, LEAST_PARTS, MOST_BENEFIT, SOURCED
from handouts.layers import Layers
from handouts.model import (
    Block,
    Library,
    Outcome,
    Outcomes,
    Points,
    Questions,
    Source,
    Statement,
    Step,
    Steps,
    Table,
    Tells,
    Text,
)
from handouts.reader import handout_ids, read_handout
from handouts.region import for_region

BY_ID = {check.id: check for check in CHECKS}
NUMBER, STATEMENT = "claims/unsourced-number", "claims/unsourced-statement"


def flaws(check: str, example: str, library: Library) -> list[Flaw]:
    return list(BY_ID[check].find(written(example, library)))


def in_blocks(check: str, *blocks: Block, library: Library | None = None, **head: object) -> list[Flaw]:
    """What a check finds in these blocks, on a small shelf."""
    return list(BY_ID[check].find(Written(handout_of(*blocks, **head), library or shelf(), "en", DAY)))


@pytest.mark.parametrize(
    ("say", "claims"),
    [
        ("It helps.", ()),
        ("In 2004, 7 of 53 people died.", ("C1",)),
        ("About 7 of 53, in 2004.", ("C2",)),
        ("About 7 of 53, in 2004.", ("C2.deaths",)),
        ("About 56 to 60.5 in 100 of 28 to 31 people.", ("C2.relapse",)),
        ("It cost 36,000 to 1,234,567.5 dollars.", ("C2.cost",)),
        ("7 died; it cost 36,000.", ("C3", "C2.cost", "C1")),
        ("Two people and ½ of a {{brace}}.", ()),
        ("At {fever}.", ()),
    ],
)
def test_numbers_that_the_claims_carry_may_be_said(say: str, claims: tuple[str, ...]) -> None:
    assert in_blocks(NUMBER, prose(say, *claims)) == []


@pytest.mark.parametrize(
    ("say", "claims", "what"),
    [
        ("7 people died.", (), "the number 7"),
        ("7 people died.", ("C3",), "the number 7"),
        ("8 people died.", ("C1",), "the number 8"),
        ("56 people died.", ("C2.deaths",), "the number 56"),
        ("53,000 people died.", ("C1",), "the number 53000"),
    ],
)
def test_numbers_that_they_do_not_carry_may_not(say: str, claims: tuple[str, ...], what: str) -> None:
    (flaw,) = in_blocks(NUMBER, prose(say, *claims))
    assert (flaw.block, flaw.at) == ("b", HERE)
    assert flaw.what == f"{what} is in no figure of the claims that the sentence names"


def test_numbers_are_looked_for_in_every_statement() -> None:
    with_number = Statement(say=Text("8 people."))
    step = Step(name=Text("Wait 8 days"))
    table = Table.model_validate(
        {"id": "t", "kind": "k", "columns": {"a": "A"}, "rows": {"r": {"name": "R", "cells": {"a": "8 of 9"}}}}
    )
    assert len(in_blocks(NUMBER, Points(id="a", kind="k", intro=with_number, outro=with_number))) == 2
    assert len(in_blocks(NUMBER, Steps(id="a", kind="k", steps={"s": step}))) == 1
    assert len(in_blocks(NUMBER, table)) == 2


def test_headings_and_names_rest_on_what_stands_below_them() -> None:
    def headed(heading: str, *claims: str) -> Block:
        return prose("It helps.", *claims).model_copy(update={"heading": Text(heading)})

    assert in_blocks(NUMBER, headed("7 of 53", "C1")) == []
    assert len(in_blocks(NUMBER, headed("7 of 53"))) == 2
    assert in_blocks(NUMBER, headed("x", "C1"), title=Text("7 deaths")) == []
    assert len(in_blocks(NUMBER, headed("x", "C1"), title=Text("8 deaths"), subtitle=Text("9 deaths"))) == 2


def test_a_name_may_have_the_year_of_its_source() -> None:
    source = shelf().sources["SRC"].model_copy(update={"year": 2019})
    row = {"r": {"name": "China, 2019", "cells": {"a": {"say": "Yes", "claims": ["C3"]}}}}
    table = Table.model_validate({"id": "t", "kind": "k", "columns": {"a": "A"}, "rows": row})
    assert in_blocks(NUMBER, table, library=shelf(sources={"SRC": source})) == []
    assert len(in_blocks(NUMBER, table)) == 1


def test_a_question_claims_nothing() -> None:
    questions = Questions(id="q", kind="k", items={"a": Statement(say=Text("How many people after 5 years?"))})
    assert in_blocks(NUMBER, questions) == []
    assert in_blocks(STATEMENT, questions.model_copy(update={"tells": ("benefits",)})) == []


ADVICE = {"action", "when_to_call", "tool", "support", "decision"}


def test_what_needs_a_source_is_written_out() -> None:
    assert set(get_args(Tells)) == SOURCED | ADVICE


@pytest.mark.parametrize("tell", sorted(SOURCED))
def test_what_states_something_names_a_claim(tell: Tells) -> None:
    bare = prose("It helps.").model_copy(update={"tells": (tell,)})
    (flaw,) = in_blocks(STATEMENT, bare)
    assert flaw == Flaw(HERE, f"a statement that tells `{tell}` names no claim", "b")
    assert in_blocks(STATEMENT, prose("It helps.", "C3").model_copy(update={"tells": (tell,)})) == []


@pytest.mark.parametrize("tell", sorted(ADVICE))
def test_advice_needs_none(tell: Tells) -> None:
    assert in_blocks(STATEMENT, prose("Ask us.").model_copy(update={"tells": (tell,)})) == []
    assert in_blocks(STATEMENT, prose("Ask us.")) == []


def test_a_statement_and_a_kind_tell_too(library: Library) -> None:
    assert len(flaws(STATEMENT, "blocks: {extra: {kind: cost, items: {a: It is free.}}}", library)) == 1
    own = "{kind: after, heading: X, items: {a: {say: It is hard., tells: [experience]}, b: Rest.}}"
    assert len(flaws(STATEMENT, f"blocks: {{extra: {own}}}", library)) == 1
    drawn = "{kind: benefits, heading: X, items: {a: {name: Calm, chance: HSCT3.remission_europe, say: It was so.}}}"
    assert flaws(STATEMENT, f"blocks: {{extra: {drawn}}}", library) == []


def test_safety_text_needs_a_source_unless_it_says_what_to_do(library: Library) -> None:
    warning = "blocks: {extra: {kind: warning, items: {a: Some people died.}}}"
    (flaw,) = flaws(STATEMENT, warning, library)
    assert "safety text" in flaw.what
    call = "blocks: {call: {kind: when_to_call, groups: {a: {name: Call, call: team, items: {a: A fever.}}}}}"
    assert flaws(STATEMENT, call, library) == []


def source(**fields: object) -> dict[str, Source]:
    base = {"kind": "patient_info", "citation": "A page.", "short": "A page.", "url": "https://page.example"}
    return {"SRC": Source.model_validate({**base, "read": "full", "checked": DAY, **fields})}


@pytest.mark.parametrize(
    ("fields", "count"),
    [
        ({"year": 2019, "short": "A study. 2019."}, 0),
        ({"year": 2019, "short": "A study."}, 1),
        ({"checked": DAY}, 0),
        ({"checked": DAY - datetime.timedelta(days=730)}, 0),
        ({"checked": DAY - datetime.timedelta(days=731)}, 1),
        ({"year": 2001, "short": "2001", "checked": DAY.replace(year=2020)}, 0),
    ],
)
def test_a_source_has_a_year_or_was_read_lately(fields: dict[str, Any], count: int) -> None:
    found = in_blocks("claims/undated-source", prose("Yes.", "C1", "C3"), library=shelf(sources=source(**fields)))
    assert len(found) == count
    assert all("`SRC`" in flaw.what and flaw.block == "b" for flaw in found)


@pytest.mark.parametrize(
    ("fields", "read", "why"),
    [
        ({}, "full", ""),
        ({}, "abstract", ""),
        ({"recheck": True}, "full", "looked up again"),
        ({}, "summary", "none of its sources was read itself"),
        ({"more": ["SEEN"]}, "summary", ""),
    ],
)
def test_what_was_not_verified_is_told_once(fields: dict[str, Any], read: str, why: str) -> None:
    sources = {**source(read=read), "SEEN": source()["SRC"]}
    library = shelf(sources=sources, claims={"C1": claim(**fields)})
    twice = prose("Yes.", "C1"), prose("Yes.", "C1").model_copy(update={"id": "c"})
    found = in_blocks("claims/unverified", *twice, library=library)
    assert [why in flaw.what for flaw in found] == ([True] if why else [])


def test_a_figure_rests_on_its_own_sources() -> None:
    figure = {**FIGURES["deaths"], "sources": ["TOLD"]}
    sources = {**source(), "TOLD": source(read="summary")["SRC"]}
    library = shelf(sources=sources, claims={"C1": claim(figures={"deaths": figure})})
    assert in_blocks("claims/unverified", prose("Yes.", "C1"), library=library) == []
    assert len(in_blocks("claims/unverified", prose("Yes.", "C1.deaths"), library=library)) == 1


def test_hope_is_looked_for_in_all_that_is_printed(library: Library) -> None:
    example = """title: A cure
subtitle: It is proven
blocks:
  overview: {kind: overview, heading: A miracle, intro: It is safe., paragraphs: {a: It is amazing.}}
  next: {kind: next_steps, steps: {a: {name: Be cured, say: It is a breakthrough.}, b: {name: Wait}}}
library: {terms: {stem_cell: {term: Stem cell, definition: It guarantees a cure.}}}
"""
    found = [flaw.what for flaw in flaws("claims/hope", example.replace("guarantees", "guaranteed"), library)]
    words = ("cure", "proven", "miracle", "safe", "amazing", "cured", "breakthrough", "guaranteed", "cure")
    assert found == [f"“{word}” sells hope" for word in words]


def test_a_warning_above_a_list_is_heard(library: Library) -> None:
    block = "{kind: checklist, heading: HEADING, items: {a: The clinic promises a cure.}}"
    assert flaws("claims/hope", f"blocks: {{extra: {block.replace('HEADING', 'What we offer')}}}", library)
    assert not flaws("claims/hope", f"blocks: {{extra: {block.replace('HEADING', 'Warning signs')}}}", library)


def test_a_sourced_comparison_may_be_made(library: Library) -> None:
    say = "blocks: {overview: {kind: overview, heading: X, paragraphs: {a: {say: It is safer than that.CLAIMS}}}}"
    assert flaws("claims/hope", say.replace("CLAIMS", ""), library)
    assert not flaws("claims/hope", say.replace("CLAIMS", ", claims: [LUP1]"), library)


PARTS = {"options": "choices", "benefits": "benefits", "harms": "risks", "experience": "life"}


def test_a_treatment_lacks_no_part(library: Library) -> None:
    assert flaws("balance/parts", "id: sound", library) == []
    for part, block in PARTS.items():
        found = flaws("balance/parts", f"blocks: {{{block}: null}}", library)
        assert any(f"`{part}`" in flaw.what for flaw in found)
    assert len(flaws("balance/parts", "blocks: {how: null, steps: null, choices: null}", library)) == 3
    assert len(LEAST_PARTS) == 6


def test_a_part_may_be_told_by_a_point(library: Library) -> None:
    gone = "blocks: {life: null, known: {kind: known, items: {a: {say: X., claims: [AFT1], tells: [experience]}}}}"
    assert flaws("balance/parts", gone, library) == []


def outcomes(tell: Tells, words: int) -> Outcomes:
    item = Outcome(name=Text("Name"), say=Text("x " * (words - 1)))
    return Outcomes(id=tell, kind="k", tells=(tell,), items={"a": item})


@pytest.mark.parametrize(("good", "harm", "count"), [(15, 10, 0), (16, 10, 1), (2, 50, 0), (30, 20, 0), (31, 20, 1)])
def test_benefit_has_half_as_many_words_again_at_most(good: int, harm: int, count: int) -> None:
    assert MOST_BENEFIT == 1.5
    found = in_blocks("balance/ratio", outcomes("benefits", good), outcomes("harms", harm))
    assert len(found) == count
    assert all(f"{good} words tell benefits and {harm} tell harms" in flaw.what for flaw in found)


def test_benefit_without_harm_is_out_of_balance() -> None:
    assert len(in_blocks("balance/ratio", outcomes("benefits", 2))) == 1
    assert in_blocks("balance/ratio", outcomes("harms", 2)) == []
    assert in_blocks("balance/ratio") == []


def test_the_library_has_no_number_without_a_source_and_sells_no_hope(layers: Layers, library: Library) -> None:
    ids = handout_ids(layers)
    assert len(ids) >= 7
    for handout_id in ids:
        handout, _ = read_handout(layers, handout_id, library)
        for region in library.regions:
            subject = Written(for_region(handout, region), library, "en", DAY)
            for name in (NUMBER, "claims/hope", "claims/undated-source", "balance/ratio"):
                assert list(BY_ID[name].find(subject)) == []


def test_the_guard_can_fail(library: Library) -> None:
    subject = written("id: sound", library)
    bare = replace(subject, library=replace(library, claims={}))
    assert list(BY_ID[NUMBER].find(subject)) == []
    assert len(in_blocks(NUMBER, prose("8 of 9."), library=bare.library)) == 2

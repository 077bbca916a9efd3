"""What must be true of a handout's English."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sheets import DAY, handout_of

from handouts.checks.content import find_handout_faults, find_library_faults
from handouts.findings import Finding, Location
from handouts.layers import Layers
from handouts.model import (
    Block,
    Claim,
    Fact,
    Glossary,
    Kind,
    Library,
    Outcome,
    Outcomes,
    Points,
    Prose,
    Questions,
    Region,
    Source,
    Statement,
    Step,
    Steps,
    Table,
    Term,
    Text,
)
from handouts.reader import handout_ids, read_handout

HERE = Location("h.yaml", 7, 9)


def claim(**fields: object) -> Claim:
    return Claim.model_validate(
        {"topic": "risk", "says": "In 2004, 7 of 53 people died.", "strength": "low", "sources": ["SRC"], **fields}
    )


FIGURES = {
    "deaths": {"kind": "count", "what": "x", "count": 7, "of": 53, "sources": ["SRC"], "also": [2004]},
    "relapse": {
        "kind": "chance",
        "what": "x",
        "low": 56,
        "high": 60.5,
        "per": 100,
        "people": [28, 31],
        "sources": ["SRC"],
    },
    "cost": {"kind": "amount", "what": "x", "low": 36000, "high": 1234567.5, "unit": "USD", "sources": ["SRC"]},
}


def shelf(**changes: Any) -> Library:
    source = {"kind": "study", "citation": "A study.", "short": "A study", "url": "https://study.example"}
    library = Library(
        kinds={"k": Kind(shape="prose", heading=Text("K"))},
        claims={"C1": claim(), "C2": claim(says="It helps.", figures=FIGURES), "C3": claim(says="Nothing.")},
        sources={"SRC": Source.model_validate({**source, "read": "full", "checked": DAY})},
        terms={"lupus": Term(term=Text("Lupus"), definition=Text("An illness."))},
        facts={"fever": Fact(temperature=38.0)},
        regions={"us": Region(temperature=("celsius",))},
        languages={},
    )
    return replace(library, **changes)


def prose(say: str, *claims: str) -> Prose:
    return Prose(id="b", kind="k", paragraphs={"p": Statement(say=Text(say, at=HERE), claims=claims)})


def found(*blocks: Block, library: Library | None = None, **head: Text) -> list[Finding]:
    return list(find_handout_faults(handout_of(*blocks, **head), library or shelf()))


def ids(*blocks: Block) -> list[str]:
    return [finding.id for finding in found(*blocks)]


def test_names_that_lead_somewhere_are_no_fault() -> None:
    assert found(prose("At {fever}, see [lupus](ref:lupus) or [here](ref:b).", "C1", "C2.deaths")) == []


@pytest.mark.parametrize(
    ("say", "claims", "kind", "what"),
    [
        ("It helps.", ("C4",), "content/unknown-claim", "`C4` is not a claim"),
        ("It helps.", ("C2.death",), "content/unknown-figure", "`C2` has no figure `death`"),
        ("At {fevre}.", (), "content/unknown-fact", "`{fevre}` is not a fact"),
        ("See [x](ref:lupsu).", (), "content/unknown-reference", "`ref:lupsu` leads nowhere"),
    ],
)
def test_what_they_do_not_carry_may_not(say: str, claims: tuple[str, ...], kind: str, what: str) -> None:
    (finding,) = found(prose(say, *claims))
    assert (finding.id, finding.block, finding.handout) == (kind, "b", "h")
    assert what in finding.what
    assert finding.remedy


def test_faults_are_told_where_the_words_stand() -> None:
    (finding,) = found(prose("At {fevre}.", "C1"))
    assert finding.where == HERE


def test_names_are_looked_for_in_every_statement() -> None:
    wrong = Statement(say=Text("At {fevre}."))
    step = Step(name=Text("Wait"), claims=("C9",))
    table = Table.model_validate(
        {"id": "t", "kind": "k", "columns": {"a": "A"}, "rows": {"r": {"name": "R", "cells": {"a": "{fevre}"}}}}
    )
    assert ids(Points(id="a", kind="k", intro=wrong, outro=wrong)) == ["content/unknown-fact"] * 2
    assert ids(Steps(id="a", kind="k", steps={"s": step})) == ["content/unknown-claim"]
    assert ids(table) == ["content/unknown-fact"]


def test_a_question_names_facts_that_exist() -> None:
    leading = Questions(id="q", kind="k", items={"a": Statement(say=Text("Why {fevre}?"))})
    assert ids(leading) == ["content/unknown-fact"]


def test_a_chance_must_be_one() -> None:
    def risks(chance: str) -> Outcomes:
        return Outcomes(id="o", kind="k", items={"a": Outcome(name=Text("A"), say=Text("Some."), chance=chance)})

    assert ids(risks("C2.relapse")) == []
    assert ids(risks("C2.deaths")) == ["content/not-a-chance"]
    assert ids(risks("C2.none")) == ["content/unknown-figure"]
    assert ids(risks("C9.none")) == ["content/unknown-claim"]
    assert ids(risks("C1"))  # a claim without a figure has nothing to draw


def test_glossary_terms_and_regions_must_exist() -> None:
    assert ids(Glossary(id="g", kind="k", terms=("lupus", "lupsu"))) == ["content/unknown-term"]
    inner = Statement(say=Text("x"), only=("us", "uss"))
    assert ids(Prose(id="b", kind="k", only=("eu",), paragraphs={"p": inner})) == ["content/unknown-region"] * 2


def test_facts_in_the_head_must_exist_too() -> None:
    assert found(title=Text("At {fever}")) == []
    assert [finding.id for finding in found(title=Text("At {fevre}", at=HERE))] == ["content/unknown-fact"]


def test_a_claim_needs_a_source_that_exists() -> None:
    claims = {
        "NONE": claim(sources=[]),
        "WRONG": claim(sources=["SRC", "SRD"], more=["XYZ"]),
        "FIGURE": claim(figures={"f": {**FIGURES["deaths"], "sources": ["SRE"]}}),
        "GOOD": claim(more=["SRC"]),
    }
    faults = list(find_library_faults(shelf(claims=claims)))
    assert [(finding.id, finding.what) for finding in faults] == [
        ("claims/without-source", "the claim `NONE` has no source"),
        ("claims/unknown-source", "`SRD` is not a source"),
        ("claims/unknown-source", "`XYZ` is not a source"),
        ("claims/unknown-source", "`SRE` is not a source"),
    ]
    assert faults[1].remedy == "did you mean `SRC`?"


def test_the_shared_words_name_facts_and_blocks_that_exist() -> None:
    terms = {"a": Term(term=Text("A"), definition=Text("At {fevre}.", at=HERE))}
    assert [finding.id for finding in find_library_faults(shelf(terms=terms))] == ["content/unknown-fact"]


def test_the_library_has_no_fault(layers: Layers, library: Library) -> None:
    assert list(find_library_faults(library)) == []
    ids = handout_ids(layers)
    assert len(ids) >= 7
    for handout_id in ids:
        assert list(find_handout_faults(read_handout(layers, handout_id, library)[0], library)) == []

"""The checks that need no page: each finds its bad example, leaves its good one alone, and says why it is there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from check_examples import find_in_brand, find_in_content, find_in_translation, written

from handouts.checks.check import Check, Flaw, Level, Profile, find_faults
from handouts.checks.registry import BY_ID, CHECKS, CONTENT
from handouts.findings import Severity
from handouts.model import Library

FIND: dict[Level, Callable[[Check[Any], str, Library], Iterable[Flaw]]] = {
    Level.CONTENT: find_in_content,
    Level.BRAND: find_in_brand,
    Level.TRANSLATION: find_in_translation,
}
BELOW_PAGES = [check for check in CHECKS if check.level in FIND]


def names(check: Check[Any]) -> str:
    return check.id


def test_every_level_below_the_page_has_checks() -> None:
    assert {check.level for check in BELOW_PAGES} == set(FIND)
    assert len(BELOW_PAGES) > 25


@pytest.mark.parametrize("check", BELOW_PAGES, ids=names)
def test_its_bad_example_is_found_and_its_good_one_left_alone(check: Check[Any], library: Library) -> None:
    assert list(FIND[check.level](check, check.bad, library))
    assert not list(FIND[check.level](check, check.good, library))


@pytest.mark.parametrize("check", BELOW_PAGES, ids=names)
def test_what_it_finds_reads_as_a_finding(check: Check[Any], library: Library) -> None:
    for flaw in FIND[check.level](check, check.bad, library):
        assert not flaw.what.endswith(".")
        assert not flaw.what[0].isupper()


@pytest.mark.parametrize("check", CHECKS, ids=names)
def test_its_fields_are_filled(check: Check[Any]) -> None:
    assert re.fullmatch(r"[a-z]+/[a-z0-9]+(-[a-z0-9]+)*", check.id)
    assert check.title[0].isupper()
    assert not check.title.endswith(".")
    assert check.rationale.endswith(".")
    assert check.remedy
    assert not check.remedy.endswith(".")
    assert check.standards or check.number in {"", "C28", "C29"}  # our own rules: no standard asks for them
    assert re.fullmatch(r"(C\d\d(, C\d\d)*)?", check.number)
    assert check.severity(Profile.DRAFT) or check.severity(Profile.RELEASE)


def test_no_two_have_one_id() -> None:
    assert len(BY_ID) == len(CHECKS)


def test_a_release_is_never_held_to_less_than_a_draft() -> None:
    weight = [None, Severity.HINT, Severity.WARNING, Severity.ERROR]
    for check in CHECKS:
        assert weight.index(check.draft) <= weight.index(check.release)


def test_the_sound_handout_has_no_finding(library: Library) -> None:
    subject = written("id: sound", library)
    assert len(subject.handout.blocks) > 10
    assert list(find_faults(CONTENT, subject, Profile.RELEASE)) == []


def test_a_block_of_an_example_is_replaced_added_and_removed(library: Library) -> None:
    example = "blocks: {key: null, extra: {kind: after, heading: X, items: {a: A.}}, overview: {kind: known}}"
    ids = [block.id for block in written(example, library).handout.blocks]
    assert "key" not in ids
    assert ids.index("extra") == ids.index("words") - 1
    kinds = {block.id: block.kind for block in written(example, library).handout.blocks}
    assert kinds["overview"] == "known"

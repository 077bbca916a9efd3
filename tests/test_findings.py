"""What is wrong, where and the way out."""

from __future__ import annotations

import pickle
from dataclasses import fields

import pytest

from handouts.findings import (
    Finding,
    HandoutError,
    Location,
    MachineLacks,
    Severity,
    UsageError,
    did_you_mean,
    errors,
)

HERE = Location("content/handouts/ahsct.yaml", 13, 11)
FAULT = Finding("content/unknown-kind", HERE, "`cautoin` is not a kind of block", "did you mean `caution`?")
WARNING = Finding("page/last-page", HERE, "the last page is nearly empty", "move a block", Severity.WARNING)


def test_a_place_is_written_so_that_editors_jump_to_it() -> None:
    assert str(HERE) == "content/handouts/ahsct.yaml:13:11"
    assert str(Location("a.yaml")) == "a.yaml:1:1"


def test_places_sort_by_path_then_line_then_column() -> None:
    places = [Location("b", 1, 1), Location("a", 10, 1), Location("a", 9, 2), Location("a", 9, 1)]
    assert sorted(places) == [places[3], places[2], places[1], places[0]]


def test_nobody_can_forget_the_remedy() -> None:
    required = [field.name for field in fields(Finding)][:4]
    assert required == ["id", "where", "what", "remedy"]
    with pytest.raises(TypeError):
        Finding("id", HERE, "what")  # type: ignore[call-arg]


def test_a_finding_is_an_error_unless_it_says_otherwise() -> None:
    assert FAULT.severity is Severity.ERROR
    assert errors([FAULT, WARNING]) == [FAULT]
    assert errors([WARNING]) == []


@pytest.mark.parametrize("kind", [HandoutError, UsageError, MachineLacks])
def test_the_exception_carries_every_finding_and_can_be_sent_to_another_process(kind: type[HandoutError]) -> None:
    error = kind(finding for finding in (FAULT, WARNING))
    assert error.findings == (FAULT, WARNING)
    assert str(HERE) in str(error)
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert type(again) is kind
    assert again.findings == error.findings


def test_a_near_word_is_offered_else_all_of_them_in_order() -> None:
    assert did_you_mean("cautoin", ["risks", "caution"]) == "did you mean `caution`?"
    assert did_you_mean("zzz", {"risks", "caution"}) == "use one of: `caution`, `risks`"

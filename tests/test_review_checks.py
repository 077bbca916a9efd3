"""What a person must have done, and when."""

from __future__ import annotations

import dataclasses
import datetime
from typing import Any

import pytest
from check_examples import translation, written

from handouts.checks.check import Check, Profile
from handouts.checks.review import CHECKS, TRANSLATION_CHECKS
from handouts.findings import Severity
from handouts.model import Library

BY_ID = {check.id: check for check in CHECKS}
IN_TRANSLATION = {check.id: check for check in TRANSLATION_CHECKS}
UNSIGNED = IN_TRANSLATION["translation/unsigned"]


def whats(check: str, example: str, library: Library) -> list[str]:
    return [flaw.what for flaw in BY_ID[check].find(written(example, library))]


@pytest.mark.parametrize(("today", "count"), [("2027-05-22", 0), ("2027-05-23", 1), ("2026-11-22", 0)])
def test_a_review_is_overdue_from_the_day_after(library: Library, today: str, count: int) -> None:
    assert whats("review/overdue", f"today: {today}", library) == ["the review was due on 2027-05-22"] * count


def test_an_overdue_review_warns_and_stops_a_release() -> None:
    check = BY_ID["review/overdue"]
    assert check.severity(Profile.DRAFT) is Severity.WARNING
    assert check.severity(Profile.RELEASE) is Severity.ERROR
    assert BY_ID["review/never"].severity(Profile.DRAFT) is None
    assert UNSIGNED.severity(Profile.DRAFT) is None


@pytest.mark.parametrize(
    ("published", "reviewed", "due", "count"),
    [
        ("2026-11-22", "null", "2026-11-23", 0),
        ("2026-11-22", "null", "2026-11-22", 1),
        ("2020-01-01", "2026-11-20", "2026-11-21", 0),
        ("2020-01-01", "2026-11-20", "2026-11-20", 1),
        ("2020-01-01", "2026-11-23", "2027-11-20", 1),
        ("2020-01-01", "2026-11-23", "2026-11-20", 2),
    ],
)
def test_dates_must_be_able_to_be_true(library: Library, published: str, reviewed: str, due: str, count: int) -> None:
    example = f"published: {published}\nlast_reviewed: {reviewed}\nnext_review: {due}\ntoday: 2026-11-22"
    assert len(whats("review/dates", example, library)) == count


def test_dates_are_told_at_the_title(library: Library) -> None:
    subject = written("next_review: 2020-01-01", library)
    for name in ("review/overdue", "review/dates"):
        (flaw,) = BY_ID[name].find(subject)
        assert flaw.at == subject.handout.title.at
        assert flaw.at.line > 1
    assert subject.today == datetime.date(2026, 11, 22)


SAID = "english: Call us., other: Llámenos., language: es"


def test_every_language_waits_for_a_signature(library: Library) -> None:
    (flaw,) = UNSIGNED.find(translation(f"{{{SAID}}}", library))
    assert "`es`" in flaw.what
    assert not list(UNSIGNED.find(translation(f"{{{SAID}, signed: [translator, language_review]}}", library)))
    for nobody in ("other: null", "other: Llámenos., fuzzy: true"):
        found = translation(f"{{english: Call us., {nobody}, language: es}}", library)
        assert len(list(UNSIGNED.find(found))) == 1


def test_what_changed_since_it_was_signed_is_told_at_its_block(library: Library) -> None:
    subject = written("signed: [clinical_review]\nchanged: true", library)
    (flaw,) = BY_ID["review/stale"].find(subject)
    assert flaw.block == "title"
    assert flaw.at == subject.handout.title.at
    assert "`clinical_review` by Test Reviewer of 2026-11-22" in flaw.what
    assert "handouts review diff sound --lang en" in flaw.remedy


def test_each_role_that_is_wanting_is_told_with_the_command_that_records_it(library: Library) -> None:
    signed = "signed: [translator, language_review], changed: true"
    found = list(UNSIGNED.find(translation(f"{{{SAID}, {signed}}}", library)))
    assert [flaw.what.split("`")[1] for flaw in found] == ["translator", "language_review"]
    assert all("does not count: the words have changed since" in flaw.what for flaw in found)
    assert "--role translator --by NAME --method METHOD" in found[0].remedy
    assert found[1].remedy.endswith("--lang es --role language_review --by NAME")


def test_changed_words_that_are_not_kept_are_told_once(library: Library) -> None:
    subject = written("signed: [clinical_review]\nchanged: true", library)
    lapse = dataclasses.replace(subject.signoffs.lapsed[0], changes={})
    lost = dataclasses.replace(subject, signoffs=dataclasses.replace(subject.signoffs, lapsed=(lapse,)))
    (flaw,) = BY_ID["review/stale"].find(lost)
    assert "are not kept" in flaw.what


def test_none_of_these_may_be_muted_and_a_draft_only_warns() -> None:
    both: list[Check[Any]] = [*CHECKS, *TRANSLATION_CHECKS]
    for check in both:
        assert not check.mutable
        assert check.severity(Profile.RELEASE) is Severity.ERROR
        assert check.severity(Profile.DRAFT) is not Severity.ERROR or check.id == "review/dates"

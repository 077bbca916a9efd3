"""What a project has decided to live with: for a reason, for a while, and never in silence."""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from handouts.checks.check import Check, Level, Written
from handouts.findings import Finding, Location, Severity
from handouts.layers import Layers
from handouts.mutes import Mute, apply_mutes, read_mutes

TODAY = datetime.date(2026, 11, 22)


def check(name: str, *, mutable: bool = True) -> Check[Written]:
    told: dict[str, Any] = {"title": "t", "rationale": "r", "remedy": "mend the sentence", "bad": "b", "good": "g"}
    return Check(id=name, level=Level.CONTENT, find=lambda _: (), mutable=mutable, **told)


CHECKS = (check("plain/long-sentence"), check("plain/passive"), check("claims/unverified", mutable=False))
IDS = [each.id for each in CHECKS]
FAULT = Finding("plain/long-sentence", Location("a.yaml", 4), "too long", "split it", handout="ahsct", block="fever")


def mute(**given: Any) -> Mute:
    whole = {"check": "plain/long-sentence", "because": "a lawyer asks for it", "until": TODAY} | given
    return Mute.model_validate(whole)


def outcome(one: Mute, *findings: Finding, ran: list[str] | None = None) -> tuple[list[str], int]:
    """The ids of what counts, and how much is muted."""
    kept, muted = apply_mutes(findings, {"m": one}, CHECKS, TODAY, ran or [])
    assert len(kept) + len(muted) >= len(findings)
    return [finding.id for finding in kept], len(muted)


def test_a_muted_finding_does_not_count_and_is_not_lost() -> None:
    one = mute()
    kept, muted = apply_mutes([FAULT, replace(FAULT, id="plain/passive")], {"m": one}, CHECKS, TODAY)
    assert [finding.id for finding in kept] == ["plain/passive"]
    assert [(each.finding, each.mute) for each in muted] == [(FAULT, one)]


@pytest.mark.parametrize(
    ("given", "fits"),
    [
        ({}, True),
        ({"handout": "ahsct"}, True),
        ({"handout": "decide"}, False),
        ({"block": "fever"}, True),
        ({"block": "words"}, False),
        ({"language": "en"}, True),
        ({"language": "es"}, False),
        ({"handout": "ahsct", "block": "words"}, False),
        ({"check": "plain/passive"}, False),
    ],
)
def test_a_mute_fits_where_all_that_it_gives_fits(given: dict[str, str], fits: bool) -> None:
    assert outcome(mute(**given), FAULT) == ([] if fits else [FAULT.id], int(fits))


def test_a_mute_of_a_language_leaves_the_english_alone() -> None:
    spanish = replace(FAULT, language="es")
    assert outcome(mute(language="es"), spanish, FAULT) == ([FAULT.id], 1)


def day(days: int) -> datetime.date:
    return TODAY + datetime.timedelta(days)


@pytest.mark.parametrize(
    ("given", "faults"),
    [
        ({"until": day(0)}, []),
        ({"until": day(-1)}, ["mutes/expired"]),
        ({"until": day(366)}, []),
        ({"until": day(367)}, ["mutes/too-long"]),
        ({"check": "plain/long-sentense"}, ["mutes/unknown-check"]),
        ({"check": "claims/unverified"}, ["mutes/not-mutable"]),
        ({"because": "ten chars."}, []),
        ({"because": "nine char"}, ["mutes/no-reason"]),
        ({"because": "     x     "}, ["mutes/no-reason"]),
        ({"check": "claims/unverified", "until": day(-1), "because": "x"}, ["not-mutable", "no-reason", "expired"]),
    ],
)
def test_a_mute_with_a_fault_is_an_error_and_mutes_nothing(given: dict[str, Any], faults: list[str]) -> None:
    one = mute(**given)
    fault = replace(FAULT, id=one.check)
    kept, muted = apply_mutes([fault], {"m": one}, CHECKS, TODAY)
    assert [each.id.removeprefix("mutes/") for each in kept if each != fault] == [
        each.removeprefix("mutes/") for each in faults
    ]
    assert all(each.severity is Severity.ERROR for each in kept)
    assert (fault in kept, len(muted)) == ((True, 0) if faults else (False, 1))


def test_a_mute_of_an_unknown_check_names_the_near_one_or_the_list() -> None:
    (near,), _ = apply_mutes([], {"m": mute(check="plain/long-sentense")}, CHECKS, TODAY)
    assert near.remedy == "did you mean `plain/long-sentence`?"
    (far,), _ = apply_mutes([], {"m": mute(check="source/alias")}, CHECKS, TODAY)
    assert far.remedy == "`handouts explain` lists the checks"


def test_what_may_not_be_muted_says_what_to_do_instead() -> None:
    (found,), _ = apply_mutes([], {"m": mute(check="claims/unverified")}, CHECKS, TODAY)
    assert found.remedy == "mend the sentence"


def test_a_mute_that_mutes_nothing_is_a_warning_once_all_was_looked_at() -> None:
    assert outcome(mute(), ran=[]) == ([], 0)
    assert outcome(mute(), ran=["plain/passive"]) == ([], 0)
    assert outcome(mute(), ran=IDS) == (["mutes/unused"], 0)
    assert outcome(mute(), FAULT, ran=IDS) == ([], 1)
    kept, _ = apply_mutes([], {"m": mute()}, CHECKS, TODAY, IDS)
    assert kept[0].severity is Severity.WARNING


def test_of_two_equal_mutes_the_second_is_unused() -> None:
    kept, muted = apply_mutes([FAULT], {"a": mute(), "b": mute()}, CHECKS, TODAY, IDS)
    assert len(muted) == 1
    assert [finding.what for finding in kept] == ["the mute `b` of `plain/long-sentence` mutes nothing"]


# --- Reading ----------------------------------------------------------------------------------------------


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.chdir(tmp_path)

    def written(project: str, text: str) -> Path:
        path = tmp_path / project / "content/mutes.yaml"
        path.parent.mkdir(parents=True)
        path.write_text(text, "utf-8")
        return path.parents[1]

    return written


SOUND = """long_fever:
  check: plain/long-sentence
  because: A lawyer asks for it.
  until: 2026-12-31
  handout: ahsct
"""


def test_mutes_are_read_with_their_places(write: Any) -> None:
    mutes, found = read_mutes(Layers.of(write("project", SOUND.replace("2026-12-31", "2026-11-21"))))
    assert found == []
    assert mutes["long_fever"].handout == "ahsct"
    (expired,), _ = apply_mutes([], mutes, CHECKS, TODAY)
    assert str(expired.where) == "project/content/mutes.yaml:2:10"
    assert "2026-11-21" in expired.what


def test_a_mute_of_the_project_stands_for_the_librarys(write: Any) -> None:
    layers = Layers((write("project", SOUND.replace("ahsct", "decide")), write("library", SOUND)))
    mutes, _ = read_mutes(layers)
    assert [mute.handout for mute in mutes.values()] == ["decide"]


def test_a_project_without_mutes_has_none(tmp_path: Path) -> None:
    assert read_mutes(Layers((tmp_path,))) == ({}, [])


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("  because: A lawyer asks for it.\n", "", "content/missing-field"),
        ("  until: 2026-12-31\n", "", "content/missing-field"),
        ("  check: plain/long-sentence\n", "", "content/missing-field"),
        ("2026-12-31", "next year", "content/wrong-value"),
        ("handout", "handuot", "content/unknown-key"),
        ("long_fever", "../long", "content/wrong-value"),
    ],
)
def test_a_mute_that_cannot_be_read_is_told_at_its_line(write: Any, old: str, new: str, fault: str) -> None:
    assert old in SOUND
    mutes, found = read_mutes(Layers.of(write("project", SOUND.replace(old, new))))
    assert mutes == {}
    assert [finding.id for finding in found] == [fault]
    assert found[0].where.path == "project/content/mutes.yaml"

"""Findings that a project has decided to live with for a while: each with a reason and an end date."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from handouts.checks.check import Check
from handouts.findings import Finding, Severity, did_you_mean
from handouts.layers import Layers
from handouts.model import SOURCE_LANGUAGE, Frozen, Id, LanguageTag, Note, place_of
from handouts.reader import read_entries

MUTES: Final = "content/mutes.yaml"
SHORTEST_REASON: Final = 10
"""Characters. Less than this tells the next reader nothing."""
LONGEST: Final = datetime.timedelta(days=366)
"""A mute is thought over again at least as often as a handout is reviewed: once a year."""


class Mute(Frozen):
    """A check that is not heeded until a day (which still counts), everywhere or where all that is given fits."""

    check: Note
    because: Note
    until: datetime.date
    handout: Id | None = None
    block: Id | None = None
    language: LanguageTag | None = None


@dataclass(frozen=True, slots=True)
class Muted:
    """A finding that counts no more, with the mute that says why and until when."""

    finding: Finding
    mute: Mute


def read_mutes(layers: Layers) -> tuple[dict[str, Mute], list[Finding]]:
    """The mutes of all layers by id, and every fault in them; one of the project stands for the library's."""
    return read_entries(layers, MUTES, Mute)


def apply_mutes(
    findings: Iterable[Finding],
    mutes: Mapping[str, Mute],
    checks: Collection[Check[Any]],
    today: datetime.date,
    ran: Collection[str] = (),
) -> tuple[list[Finding], list[Muted]]:
    """The findings that count, faults of the mutes among them, and those that are muted.

    `checks` are all that there are. `ran` are the ids of those that looked at everything that a project has: only
    of these can a mute be called unused. A mute with a fault mutes nothing.
    """
    known = {check.id: check for check in checks}
    faults = {key: list(_faults(mute, known, today)) for key, mute in mutes.items()}
    sound = {key: mute for key, mute in mutes.items() if not faults[key]}
    kept: list[Finding] = []
    muted: list[Muted] = []
    for finding in findings:
        mute = next((each for each in sound.values() if _fits(each, finding)), None)
        if mute is None:
            kept.append(finding)
        else:
            muted.append(Muted(finding, mute))
    kept += [fault for found in faults.values() for fault in found]
    kept += _unused(sound, muted, ran)
    return kept, muted


def _fits(mute: Mute, finding: Finding) -> bool:
    return (
        mute.check == finding.id
        and mute.handout in (None, finding.handout)
        and mute.block in (None, finding.block)
        and mute.language in (None, finding.language or SOURCE_LANGUAGE)
    )


def _faults(mute: Mute, known: Mapping[str, Check[Any]], today: datetime.date) -> Iterator[Finding]:
    at = place_of(mute.check)
    if mute.check not in known:
        yield Finding("mutes/unknown-check", at, f"there is no check `{mute.check}`", _near(mute.check, known))
    elif not known[mute.check].mutable:
        what = f"`{mute.check}` may not be muted: a patient could be harmed"
        yield Finding("mutes/not-mutable", at, what, known[mute.check].remedy)
    if len(mute.because.strip()) < SHORTEST_REASON:
        what = f"the reason has fewer than {SHORTEST_REASON} characters"
        yield Finding("mutes/no-reason", place_of(mute.because), what, "say why readers are none the worse for it")
    if mute.until < today:
        what = f"the mute of `{mute.check}` ended on {mute.until}"
        yield Finding("mutes/expired", at, what, "mend what it muted, or decide anew and set `until`")
    elif mute.until > today + LONGEST:
        what = f"the mute of `{mute.check}` ends on {mute.until}, more than a year from now"
        yield Finding("mutes/too-long", at, what, f"set `until` to {today + LONGEST} or before")


def _near(check: str, known: Iterable[str]) -> str:
    """The check that was meant; the whole list would be longer than a screen."""
    near = did_you_mean(check, known)
    return near if near.startswith("did you mean") else "`handouts explain` lists the checks"


def _unused(mutes: Mapping[str, Mute], muted: Sequence[Muted], ran: Collection[str]) -> Iterator[Finding]:
    used = [each.mute for each in muted]
    for key, mute in mutes.items():
        if mute.check in ran and not any(mute is each for each in used):
            what = f"the mute `{key}` of `{mute.check}` mutes nothing"
            yield Finding("mutes/unused", place_of(mute.check), what, "remove it", Severity.WARNING)

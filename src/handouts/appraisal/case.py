"""What is appraised: a handout in one language, as it is printed, with what the checks found in it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from handouts.checks.check import Check, Level, Profile
from handouts.findings import Finding
from handouts.model import SOURCE_LANGUAGE, Brand, Handout, Library
from handouts.render import Status

CARRIED_BY: Final = frozenset({"translation/missing", "translation/numbers"})
"""What lets a result of the English hold for its translation: no passage is missing, no number is another."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What the checks found, and which of them looked.

    `findings` are those of the handout in English and in its language, before any is muted: a mute quiets a report,
    it does not make an item hold. `here` are the checks that looked at this language, `english` those that looked
    at the English words.
    """

    findings: tuple[Finding, ...]
    here: frozenset[str]
    english: frozenset[str]


@dataclass(frozen=True, slots=True)
class Case:
    """A handout as one region prints it, in the language `tag`; `library` has the shared words in that language.

    `pages` is the number of pages, and `smallest` the smallest print in points, where a PDF was measured. `brand` is
    the clinic that the sheet is printed for, where there is one.
    """

    handout: Handout
    library: Library
    tag: str
    profile: Profile
    status: Status
    today: datetime.date
    looked: Looked
    pages: int | None = None
    smallest: float | None = None
    brand: Brand | None = None

    @property
    def in_english(self) -> bool:
        """Whether the words are those that were written, not a translation."""
        return self.tag == SOURCE_LANGUAGE


def looked(
    checks: Iterable[Check[Any]], findings: Iterable[Finding], handout: Handout, tag: str, profile: Profile
) -> Looked:
    """Which of these checks, all of which were run, looked at a handout in a language in this profile."""
    asked = [
        check for check in checks if check.severity(profile) is not None and (handout.treatment or not check.treatment)
    ]
    here = frozenset(check.id for check in asked if _looks_here(check, tag))
    english = frozenset(check.id for check in asked if check.level is Level.CONTENT)
    about = tuple(
        finding for finding in findings if finding.handout in ("", handout.id) and finding.language in ("", tag)
    )
    return Looked(about, here, english)


def _looks_here(check: Check[Any], tag: str) -> bool:
    if tag == SOURCE_LANGUAGE:
        return check.level is not Level.TRANSLATION
    return check.level is not Level.CONTENT or check.languages == "all"

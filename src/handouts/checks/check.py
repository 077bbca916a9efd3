"""What a check is: data about a rule, with the function that finds where the rule does not hold.

The rules are those of `docs/checks.md` (C01 to C30), each with the items of the standards that ask for it.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, Literal, TypeVar

from handouts.findings import Finding, Location, Severity
from handouts.model import SOURCE_LANGUAGE, Brand, Frozen, Handout, Library, Tells
from handouts.policy import UNSIGNED, Standing

Subject = TypeVar("Subject")


class Level(StrEnum):
    """What a check looks at: the words, the brand, a translation beside its English, or the finished PDF."""

    CONTENT = "content"
    BRAND = "brand"
    TRANSLATION = "translation"
    PAGE = "page"


class Profile(StrEnum):
    """What the handouts are checked for: a draft says that it is one, a release may be acted on."""

    DRAFT = "draft"
    RELEASE = "release"


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """The subject of a content check: a handout in one language, as one region prints it.

    Equal to itself alone, as `Translation` is: what several checks ask of a subject is kept with it.

    `library` holds the shared words in the same language. Texts of a translation lie in its PO file, and those
    that nobody has translated have another language than `tag`. `signoffs` tells who has signed the words.
    """

    handout: Handout
    library: Library
    tag: str
    today: datetime.date
    signoffs: Standing = UNSIGNED


@dataclass(frozen=True, slots=True)
class Worn:
    """The subject of a brand check: `calls` are the telephone lines of its handouts, `tags` their languages."""

    brand: Brand
    library: Library
    calls: frozenset[str] = frozenset({"emergency", "team"})
    tags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class Translation:
    """The subject of a translation check: a handout, and with the same shape its translation into `tag`.

    `shared` are the pairs of shared entries (kinds that give a heading, glossary terms) that the handout prints;
    `signoffs` tells who has signed the translation.
    """

    english: Handout
    handout: Handout
    shared: tuple[tuple[Frozen, Frozen], ...]
    library: Library
    tag: str
    today: datetime.date
    signoffs: Standing = UNSIGNED


@dataclass(frozen=True, slots=True)
class Flaw:
    """One place where a check does not hold. `what` is lower case without a full stop.

    `remedy` stands in for the check's own where this place allows a better one.
    """

    at: Location
    what: str
    block: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check(Generic[Subject]):
    """A rule and how to find where it is broken. See `docs/checks.md` for the meaning of each field.

    `number` is the rule's number in the project's list (C01 to C30), empty for those of our own; `standards` are
    the items that ask for it. `draft` and `release` are how bad a breach is in each profile, None where it is not
    looked for. `bad` and `good` are its first test (see `checks.examples` for how they are laid out).
    """

    id: str
    title: str
    level: Level
    find: Callable[[Subject], Iterable[Flaw]]
    rationale: str
    remedy: str
    bad: str
    good: str
    number: str = ""
    standards: tuple[str, ...] = ()
    draft: Severity | None = Severity.ERROR
    release: Severity | None = Severity.ERROR
    treatment: bool = False
    """Only for handouts of a treatment."""
    tells: tuple[Tells, ...] = ()
    """Only about blocks that tell one of these."""
    languages: Literal["source", "all"] = "source"
    """Whether a content check looks at translations too."""
    mutable: bool = True
    """Whether it may be muted: not where a patient could be harmed."""
    person: bool = False
    """Whether only a person can make it hold (a review, a signature, a clinic's telephone)."""

    def severity(self, profile: Profile) -> Severity | None:
        """How bad a breach is in a profile; None where it is not looked for."""
        return self.draft if profile is Profile.DRAFT else self.release


def find_faults(checks: Iterable[Check[Subject]], subject: Subject, profile: Profile) -> Iterator[Finding]:
    """What these checks find in a subject, as findings of the profile's severity."""
    handout = getattr(subject, "handout", None)
    tag = getattr(subject, "tag", "")
    for check in checks:
        severity = check.severity(profile)
        if severity is None or (check.treatment and not (handout and handout.treatment)):
            continue
        for flaw in check.find(subject):
            yield Finding(
                check.id,
                flaw.at,
                flaw.what,
                flaw.remedy or check.remedy,
                severity,
                block=flaw.block,
                handout=handout.id if handout else "",
                language="" if tag == SOURCE_LANGUAGE else tag,
            )

"""The standards' items and the persons' attestations: data of `content/appraisal.yaml` and `attestations.yaml`."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator, Mapping
from typing import Annotated, Final, Literal

from pydantic import Field, StrictBool, StrictInt, StringConstraints

from handouts.findings import Finding, Location, did_you_mean
from handouts.layers import Layers
from handouts.model import Frozen, Id, KeepPlace, LanguageTag, Note, Tells, place_of
from handouts.reader import read_entries

STANDARDS: Final = "content/appraisal.yaml"
ATTESTATIONS: Final = "content/attestations.yaml"

CheckId = Annotated[str, StringConstraints(pattern=r"^[a-z]+(-[a-z]+)*/[a-z]+(-[a-z]+)*$"), KeepPlace]
Number = Annotated[str, StringConstraints(pattern=r"^([0-9]+(\.[0-9]+)*|[a-z]+)$"), KeepPlace]
"""What a standard calls an item: its number, or a word where the standard gives none."""

FigureName = Literal[
    "title",
    "words",
    "grade",
    "terms",
    "sentences",
    "numbers",
    "calculations",
    "pieces",
    "headings",
    "order",
    "key",
    "panels",
    "drawings",
    "tables",
    "steps",
    "address",
    "tools",
    "lists",
    "known",
    "contact",
    "chances",
    "certainty",
    "balance",
    "sources",
    "dates",
    "updates",
    "funding",
]
"""What can be measured; each is a function of `figures`."""
RuleName = Literal[
    "always",
    "treatment",
    "numbers",
    "chances",
    "calculations",
    "tables",
    "drawings",
    "tables_or_drawings",
    "harms",
]
"""When an item applies; each is a function of `figures`."""


class Item(Frozen):
    """What a standard asks, in our own words, and how it is decided. `content/appraisal.yaml` says what each key is."""

    asks: Note
    decided_by: tuple[CheckId, ...] = ()
    needs: tuple[Tells, ...] = ()
    lacking: Literal["fails", "person"] = "fails"
    within: tuple[Tells, ...] = ()
    figure: FigureName | None = None
    at_least: StrictInt | None = None
    applies: RuleName = "always"
    words: StrictBool = False
    person: StrictBool = False
    look: Note | None = None


class Part(Frozen):
    """Items of a standard that belong together."""

    name: Note
    items: Annotated[Mapping[Number, Item], Field(min_length=1)]


class Standard(Frozen):
    """A standard, with the rule by which it makes a score of its items.

    `share`: points of the applicable items, part by part (PEMAT). `index`: the same over all, passed from `pass_mark`
    of 100 (Clear Communication Index). `every`: each part is met when all its items are (IPDAS). `persons`: grades
    of 1 to 5, the last word being that of the item `overall` (DISCERN).
    """

    name: Note
    full: Note
    link: Annotated[str, StringConstraints(pattern=r"^https://[^\s]+$")]
    about: Note
    score: Literal["share", "index", "every", "persons"]
    pass_mark: StrictInt | None = None
    overall: Number | None = None
    parts: Annotated[Mapping[Id, Part], Field(min_length=1)]

    def items(self) -> dict[str, Item]:
        """All items by number, in order."""
        return {number: item for part in self.parts.values() for number, item in part.items.items()}


class Attestation(Frozen):
    """What one person found in one sitting, of one handout in one language and version."""

    handout: Note
    language: LanguageTag
    version: Note
    items: Mapping[Id, tuple[Number, ...]]
    holds: StrictBool = True
    rating: Annotated[StrictInt, Field(ge=1, le=5)] | None = None
    name: Note
    role: Note
    date: datetime.date
    about: Note

    def is_about(self, standard: str, number: str) -> bool:
        """Whether it speaks of an item."""
        return number in self.items.get(standard, ())


def read_standards(layers: Layers) -> tuple[dict[str, Standard], list[Finding]]:
    """The standards by id, a clinic's own in place of ours, and every fault found in the files."""
    return read_entries(layers, STANDARDS, Standard)


def read_attestations(layers: Layers) -> tuple[dict[str, Attestation], list[Finding]]:
    """The attestations by id, and every fault found in the files."""
    return read_entries(layers, ATTESTATIONS, Attestation)


def find_standard_faults(standards: Mapping[str, Standard], checks: Collection[str]) -> Iterator[Finding]:
    """Items that rest on no known check, and items that neither the program nor a person can decide."""
    for standard in standards.values():
        for number, item in standard.items().items():
            for check in item.decided_by:
                if check not in checks:
                    yield _fault("unknown-check", check, f"`{check}` is not a check", did_you_mean(check, checks))
            if (item.person or item.lacking == "person") and item.look is None:
                what = f"item {number} is a person's to judge, and says nothing to look at"
                yield _fault("undecided", item.asks, what, "write `look:`")
            if not item.person and not item.decided_by and not item.needs:
                what, remedy = f"nothing decides item {number}", "name `decided_by` or `needs`, or write `person: true`"
                yield _fault("undecided", item.asks, what, remedy)


def find_attestation_faults(
    attestations: Mapping[str, Attestation],
    standards: Mapping[str, Standard],
    handouts: Collection[str],
    today: datetime.date,
) -> Iterator[Finding]:
    """Attestations of what does not exist, of a day to come, or with a grade where none is given."""
    for each in attestations.values():
        if each.handout not in handouts:
            what = f"`{each.handout}` is not a handout"
            yield _fault("unknown-handout", each.handout, what, did_you_mean(each.handout, handouts))
        if each.date > today:
            yield _fault("date", each.name, f"it is dated {each.date}, a day to come", "correct the date")
        for standard, numbers in each.items.items():
            yield from _item_faults(each, standard, numbers, standards)


def _item_faults(
    each: Attestation, standard: str, numbers: tuple[str, ...], standards: Mapping[str, Standard]
) -> Iterator[Finding]:
    if standard not in standards:
        what, remedy = f"`{standard}` is not a standard", did_you_mean(standard, standards)
        yield _fault("unknown-standard", standard, what, remedy, place_of(each.name))
        return
    known = standards[standard].items()
    for number in numbers:
        if number not in known:
            yield _fault("unknown-item", number, f"`{number}` is not an item", did_you_mean(number, known))
    graded = standards[standard].score == "persons"
    if graded != (each.rating is not None):
        what = f"`{standard}` is {'graded from 1 to 5' if graded else 'not graded'}"
        remedy = "write `rating:`" if graded else "remove `rating:`, or give DISCERN an entry of its own"
        yield _fault("rating", each.name, what, remedy)


def _fault(kind: str, at: object, what: str, remedy: str, place: Location | None = None) -> Finding:
    return Finding(f"appraisal/{kind}", place or place_of(at), what, remedy)

"""The subject of page checks: a finished PDF, what was measured in it and what it was made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from handouts.findings import Location
from handouts.measure import Measured
from handouts.model import Brand, Handout, Library
from handouts.typeset import Print


@dataclass(frozen=True, eq=False)
class Finished:
    """A finished PDF and what it was made of. Equal to itself only, so that what is worked out of it can be kept.

    `handout` is what the region prints, in the language `tag`; `library` has the shared words in that language.
    `html` is the page that was typeset, `margins` are the words that must stand on each page (code, version,
    language, edition), `where` is the handout's file, `style` the style sheet, `again` makes the same PDF anew.
    """

    handout: Handout
    library: Library
    brand: Brand
    tag: str
    paper: str
    edition: str
    html: Element
    printed: Print
    measured: Measured
    where: Location
    style: Location
    margins: tuple[str, ...]
    again: Callable[[], bytes]

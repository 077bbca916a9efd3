"""Sample texts that prove typesetting: one patient sheet in every script, as words and as a page.

They are machine drafts that nobody has reviewed; no patient reads them. A mark keeps a run apart from the words around
it: `{ltr:5-10 mg}` has a direction of its own, `{en:ibuprofen}` and `{la:Staphylococcus aureus}` a language too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from html import escape
from pathlib import Path
from typing import Final, Literal

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from handouts.source import read_yaml

FOLDER: Final = Path(__file__).resolve().parent / "data" / "samples"
LONG: Final = ("en", "th", "ta", "he", "fa", "bn", "km", "ur", "vi")
"""The long samples. English is the ceiling of every measurement."""
SAMPLES: Final = (*LONG, *sorted({path.stem for path in FOLDER.glob("*.yaml")} - set(LONG)))
"""The language of each sample, by BCP 47 tag."""
MARK: Final = re.compile(r"\{(ltr|en|la):([^{}]+)\}")

_LINE_HEIGHTS: Final = {
    1.42: "Latn Cyrl Grek Geor Armn",
    1.55: "Hebr Deva Beng Guru Gujr Taml Telu Knda Mlym Sinh Ethi Hans Hant Jpan Kore",
    1.7: "Arab Thai Laoo Khmr",
    1.9: "Mymr",
}
STYLE: Final = """\
@page {
  size: A4;
  margin: 22mm 20mm 24mm;
  @bottom-center { content: string(sheet) " · " counter(page); border-top: 0.2mm solid #8a949c; width: 100%; }
}
html { font-size: 12pt; color: #1d2a33; }
body { margin: 0; }
h1, h2 { line-height: 1.35; break-after: avoid; }
h1 { font-size: 27pt; font-weight: 700; margin: 0; string-set: sheet content(); }
h2 { font-size: 17pt; font-weight: 700; margin: 0 0 2.2mm; color: #0b5d66; }
p { margin: 0 0 2.4mm; orphans: 3; widows: 3; }
.subtitle { font-size: 13pt; color: #45525c; margin: 1.6mm 0 5mm; }
section { margin-top: 7mm; }
ul, ol { margin: 0; padding: 0; padding-inline-start: 7mm; }
li { margin-bottom: 1.5mm; break-inside: avoid; }
table { border-collapse: collapse; width: 100%; table-layout: fixed; }
th, td { padding: 2mm 2.6mm; text-align: start; vertical-align: top; border-bottom: 0.2mm solid #9fb0b6; }
thead th { background: #0b5d66; color: #fff; }
th, dt { font-weight: 700; }
tr { break-inside: avoid; }
.warning { padding: 5mm 6mm 3.4mm; border: 0.45mm solid #9c2a10; border-radius: 2mm; background: #fdeee9; }
.warning h2 { color: #9c2a10; }
dl { margin: 0; }
dt { break-after: avoid; }
dd { margin: 0 0 1.5mm; margin-inline-start: 7mm; }
""" + "".join(
    f"{', '.join(f'.script-{script}' for script in scripts.split())} {{ line-height: {height}; }}\n"
    for height, scripts in _LINE_HEIGHTS.items()
)
"""The one style sheet of all samples: the look of the handouts; the fonts are the typesetter's to add."""


_CLOSED: Final = ConfigDict(extra="forbid")


@dataclass(frozen=True, config=_CLOSED)
class Listing:
    """A heading and what stands in the list under it."""

    heading: str
    items: tuple[str, ...]


@dataclass(frozen=True, config=_CLOSED)
class Table:
    """A table of three columns; the first cell of each row is its head."""

    heading: str
    columns: tuple[str, str, str]
    rows: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, config=_CLOSED)
class Terms:
    """Words and what they mean."""

    heading: str
    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, config=_CLOSED)
class Contact:
    """How to reach someone, a line each."""

    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True, config=_CLOSED)
class Sample:
    """One sample, as its file holds it: texts with their marks. `script` is an ISO 15924 code."""

    tag: str
    script: str
    direction: Literal["ltr", "rtl"]
    note: str
    title: str
    subtitle: str
    paragraphs: tuple[str, ...]
    list: Listing
    steps: Listing
    table: Table
    warning: Listing
    terms: Terms
    contact: Contact


@cache
def load(tag: str) -> Sample:
    """The sample in a language. Raises HandoutError or pydantic's ValidationError for a file that is not one."""
    found, warnings = read_yaml(FOLDER / f"{tag}.yaml")
    assert not warnings, warnings
    return Sample(**found)


def marked(sample: Sample) -> tuple[str, ...]:
    """Every text that the page shows, block by block in reading order, with its marks."""
    cells = (cell for row in (sample.table.columns, *sample.table.rows) for cell in row)
    terms = (text for pair in sample.terms.pairs for text in pair)
    return (
        *(sample.title, sample.subtitle, *sample.paragraphs),
        *(sample.list.heading, *sample.list.items),
        *(sample.steps.heading, *sample.steps.items),
        *(sample.table.heading, *cells),
        *(sample.warning.heading, *sample.warning.items),
        *(sample.terms.heading, *terms),
        *(sample.contact.heading, *sample.contact.lines),
    )


def text(sample: Sample) -> list[str]:
    """The words of the page as a reader should give them back, block by block in reading order."""
    return [MARK.sub(r"\2", each) for each in marked(sample)]


def html(sample: Sample) -> str:
    """The whole page, with its style sheet."""
    parts = (
        _element("h1", sample.title),
        _element("p", sample.subtitle, ' class="subtitle"'),
        *_elements("p", sample.paragraphs),
        _section("list", sample.list.heading, "<ul>", *_elements("li", sample.list.items), "</ul>"),
        _section("steps", sample.steps.heading, "<ol>", *_elements("li", sample.steps.items), "</ol>"),
        _section("table", sample.table.heading, *_table(sample.table)),
        _section("warning", sample.warning.heading, "<ul>", *_elements("li", sample.warning.items), "</ul>"),
        _section("terms", sample.terms.heading, "<dl>", *map(_pair, sample.terms.pairs), "</dl>"),
        _section("contact", sample.contact.heading, *_elements("p", sample.contact.lines)),
    )
    return (
        f'<!DOCTYPE html>\n<html lang="{sample.tag}" dir="{sample.direction}">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(text(sample)[0])}</title>\n<style>\n{STYLE}</style>\n</head>\n"
        f'<body class="script-{sample.script}">\n' + "\n".join(parts) + "\n</body>\n</html>\n"
    )


def _section(name: str, heading: str, *content: str) -> str:
    return "\n".join(
        [f'<section id="block-{name}" class="{name}">', _element("h2", heading), *content, "</section>"],
    )


def _table(table: Table) -> Iterator[str]:
    heads = "".join(_elements("th", table.columns, ' scope="col"'))
    yield f"<table>\n<thead><tr>{heads}</tr></thead>\n<tbody>"
    for head, *cells in table.rows:
        yield "<tr>" + _element("th", head, ' scope="row"') + "".join(_elements("td", cells)) + "</tr>"
    yield "</tbody>\n</table>"


def _pair(pair: tuple[str, str]) -> str:
    return _element("dt", pair[0]) + _element("dd", pair[1])


def _elements(name: str, texts: Iterable[str], attributes: str = "") -> Iterator[str]:
    return (_element(name, each, attributes) for each in texts)


def _element(name: str, marked_text: str, attributes: str = "") -> str:
    return f"<{name}{attributes}>{MARK.sub(_span, escape(marked_text, quote=False))}</{name}>"


def _span(mark: re.Match[str]) -> str:
    kind, words = mark.groups()
    language = "" if kind == "ltr" else f' lang="{kind}"'
    return f'<span dir="ltr"{language}>{words}</span>'

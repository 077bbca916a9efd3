"""Whether the structure tree of a finished PDF says what the HTML of the sheet says.

Validators know what a tree must look like, not what it must say: a heading tagged as a paragraph, a Spanish sheet said
to be English or two paragraphs in the wrong order all pass. So the page is read twice, from its HTML and from the PDF,
into trees of one kind, and both answer the same questions.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import groupby
from pathlib import Path
from typing import Any, Final, NamedTuple
from xml.etree.ElementTree import Element as Html

import tinyhtml5  # type: ignore[import-untyped]
from structure_tree import (
    Document,
    Element,
    Link,
    Words,
    elements,
    leaves,
    read_document,
    text_of,
)

HEADINGS: Final = ("H1", "H2", "H3", "H4", "H5", "H6")
EXCERPT: Final = 40
"""How much of a text a fault shows."""


class Fault(NamedTuple):
    """One promise of the tree that is broken: which one, and how."""

    id: str
    what: str


@dataclass(frozen=True, slots=True)
class Expectation:
    """What the HTML of a sheet says. `running` are the texts that stand in the margins of every page."""

    title: str
    language: str
    root: Element
    running: tuple[str, ...]


# --- The HTML as a tree ---------------------------------------------------------------------------------------------

_ROLES: Final = {
    **{tag: tag.upper() for tag in ("h1", "h2", "h3", "h4", "h5", "h6", "p", "td", "th", "tr")},
    "a": "Link",
    "blockquote": "BlockQuote",
    "caption": "Caption",
    "figcaption": "Caption",
    "img": "Figure",
    "li": "LI",
    "ol": "L",
    "svg": "Figure",
    "table": "Table",
    "ul": "L",
}
_INLINE: Final = {
    *("abbr", "b", "bdi", "cite", "code", "em", "i", "q", "small", "span", "strong", "sub", "sup", "time"),
}
_COMMENT: Final = "!"
_SILENT: Final = {"script", "style", "template", _COMMENT}
_SCOPES: Final = {"col": "Column", "row": "Row"}


def expectation_of(html: str) -> Expectation:
    """What a sheet says. Running headers and footers are known by a class that starts with `running-`."""
    root: Html = tinyhtml5.parse(html, namespace_html_elements=False)
    language = root.get("lang", "")
    body, title = root.find("body"), root.find("head/title")
    assert body is not None
    assert title is not None
    running = [each for each in body.iter() if _runs(each)]
    margins = tuple(text_of(_element(each, language, keep=True)) for each in running)
    return Expectation(title.text or "", language, _element(body, language), margins)


def _runs(html: Html) -> bool:
    return any(name.startswith("running-") for name in html.get("class", "").split())


def _element(html: Html, language: str, *, keep: bool = False) -> Element:
    """An element with all that is in it; without the running ones, unless asked to `keep` them."""
    tag, language = _tag(html), html.get("lang", language)
    role = _ROLES.get(tag, "Span" if tag in _INLINE else "Div")
    alt = html.get("alt") if tag == "img" else _svg_title(html) if tag == "svg" else None
    kids = () if role == "Figure" else tuple(_kids(html, language, keep=keep))
    links = (Link("", html.get("href", "")),) if role == "Link" and "href" in html.attrib else ()
    return Element(role, language, kids, alt, _attributes(html), links)


def _tag(html: Html) -> str:
    tag: Any = html.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else _COMMENT


def _svg_title(html: Html) -> str:
    return next((each.text or "" for each in html if _tag(each) == "title"), "")


def _kids(html: Html, language: str, *, keep: bool) -> Iterator[Element | Words]:
    yield Words(html.text or "", language)
    for child in html:
        if _tag(child) == "br":
            yield Words("\n", language)
        elif _tag(child) not in _SILENT and (keep or not _runs(child)):
            yield _element(child, language, keep=keep)
        yield Words(child.tail or "", language)


def _attributes(html: Html) -> dict[str, str]:
    if html.tag == "th":
        return {"Scope": _SCOPES.get(html.get("scope", ""), "")}
    return {"ListNumbering": "Decimal"} if html.tag == "ol" else {}


# --- Texts that can be compared ---------------------------------------------------------------------------------------


def comparable(text: str) -> str:
    """A text without what may differ: characters that do not show, kinds of white space, and forms (NFC)."""
    return " ".join(_visible(text).split())


def _visible(text: str) -> str:
    """A text in composed form without format characters (joiners, marks of direction, places to break)."""
    return "".join(c for c in unicodedata.normalize("NFC", text) if unicodedata.category(c) != "Cf")


def _squeezed(texts: Iterable[str]) -> str:
    """Texts without any white space."""
    return "".join(_visible("".join(texts)).split())


def _said(element: Element) -> str:
    return comparable(text_of(element))


# --- What both trees are asked ----------------------------------------------------------------------------------------


def headings(root: Element) -> list[tuple[str, str]]:
    """Every heading: its level and its words."""
    return [(each.role, _said(each)) for each in elements(root, *HEADINGS)]


def paragraphs(root: Element) -> list[str]:
    """Every paragraph's words."""
    return list(filter(None, map(_said, elements(root, "P"))))


def lists(root: Element) -> list[tuple[str, list[str]]]:
    """Every list: whether it is numbered, and its items' words."""
    return [
        (_numbering(each), [_said(item) for item in each.kids if isinstance(item, Element) and item.role == "LI"])
        for each in elements(root, "L")
    ]


def _numbering(element: Element) -> str:
    ordered = {"Decimal", "LowerAlpha", "LowerRoman", "Ordered", "UpperAlpha", "UpperRoman"}
    return "numbered" if element.attributes.get("ListNumbering") in ordered else "not numbered"


def tables(root: Element) -> list[list[list[tuple[str, str, str]]]]:
    """Every table's rows of cells: a header or not, what it is the header of, its words."""
    return [[_cells(row) for row in elements(table, "TR")] for table in elements(root, "Table")]


def _cells(row: Element) -> list[tuple[str, str, str]]:
    cells = [kid for kid in row.kids if isinstance(kid, Element)]
    return [(cell.role, cell.attributes.get("Scope", ""), _said(cell)) for cell in cells]


def pictures(root: Element) -> list[str]:
    """The words for every picture."""
    return [comparable(each.alt or "") for each in elements(root, "Figure")]


def links(root: Element) -> list[tuple[str, list[str]]]:
    """Every link: its words, and where it leads, once (`#` for all places inside the file)."""
    return [
        (_said(each), list(dict.fromkeys(_outside(link.target) for link in each.links)))
        for each in elements(root, "Link")
    ]


def _outside(target: str) -> str:
    return "#" if target.startswith("#") else target


def passages(root: Element) -> list[tuple[str, str]]:
    """The runs of words of one language: the language, and the words."""
    said = [leaf for leaf in leaves(root) if _squeezed([leaf.text])]
    runs = groupby(said, lambda leaf: leaf.language)
    return [(language, _squeezed(leaf.text for leaf in run)) for language, run in runs]


_QUESTIONS: Final[Sequence[tuple[str, Callable[[Element], list[Any]]]]] = (
    ("heading", headings),
    ("list", lists),
    ("table", tables),
    ("picture", pictures),
    ("link", links),
    ("passage", passages),
)


# --- The check ------------------------------------------------------------------------------------------------------


def find_structure_faults(pdf: Path, expected: Expectation) -> list[Fault]:
    """Every promise that the file's structure breaks; a kind of fault is told once, at its first place."""
    document = read_document(pdf)
    found = [*_facts(document, expected), *_margins(document, expected), *_paragraphs(document, expected)]
    for name, ask in _QUESTIONS:
        found += _differences(name, ask(expected.root), ask(document.root))
    found += _order(document, expected)
    found += _boxes(document)
    found += [Fault("stray", what) for what in document.stray[:1]]
    return found


def _facts(document: Document, expected: Expectation) -> Iterator[Fault]:
    facts = (
        ("title", comparable(document.title), comparable(expected.title)),
        ("language", document.language, expected.language),
        ("shows-title", document.shows_title, True),
        ("marked", document.is_marked, True),
        ("tab-order", set(document.tab_orders), {"/S"}),
        ("ua-identifier", document.identifiers.get("pdfuaid:part"), "1"),
        ("a-identifier", document.identifiers.get("pdfaid:part") in {"2", "3"}, True),
        ("a-level", document.identifiers.get("pdfaid:conformance"), "A"),
        ("bookmark", [(each.level, comparable(each.title)) for each in document.bookmarks], _bookmarks(expected.root)),
    )
    for name, found, wanted in facts:
        if found != wanted:
            yield Fault(name, f"{found!r}, not {wanted!r}")


def _bookmarks(root: Element) -> list[tuple[int, str]]:
    return [(int(heading.role[1]), comparable(text_of(heading))) for heading in elements(root, *HEADINGS)]


def _margins(document: Document, expected: Expectation) -> Iterator[Fault]:
    """What runs along in the margins is an artifact of pagination on every page, a header or a footer."""
    for page in range(1, len(document.tab_orders) + 1):
        artifacts = [each for each in document.artifacts if each.page == page and each.kind in {"Footer", "Header"}]
        shown = _squeezed(each.text for each in artifacts)
        for text in expected.running:
            if _squeezed([text]) not in shown:
                yield Fault("artifact", f"page {page}: “{text}” is not the artifact of a header or footer")
                return


def _paragraphs(document: Document, expected: Expectation) -> Iterator[Fault]:
    """Each paragraph is one element; the tree may have more of them, such as those in cells."""
    found = paragraphs(document.root)
    rest = iter(found)
    for wanted in paragraphs(expected.root):
        if wanted not in rest:
            nearest = get_close_matches(wanted, found, n=1, cutoff=0.0)
            what = _difference(wanted, nearest[0]) if nearest else "there are none"
            yield Fault("paragraph", f"none in its place reads “{wanted[:EXCERPT]}”; nearest is {what}")
            return


def _differences(name: str, wanted: list[Any], found: list[Any]) -> Iterator[Fault]:
    """The first place where two lists differ."""
    for number, (one, other) in enumerate(zip(wanted, found, strict=False), 1):
        if one != other:
            yield Fault(name, f"number {number} of {len(wanted)}: {_difference(one, other)}")
            return
    if len(wanted) != len(found):
        more = max(wanted, found, key=len)[min(len(wanted), len(found))]
        yield Fault(name, f"there are {len(found)}, not {len(wanted)}; one more in one of them: {str(more)[:EXCERPT]}")


def _difference(wanted: Any, found: Any) -> str:
    """Where two values differ, be they texts or lists of lists of them."""
    if isinstance(wanted, str):
        shorter = min(len(wanted), len(found))
        start = max(0, next((i for i, (a, b) in enumerate(zip(wanted, found, strict=False)) if a != b), shorter) - 10)
        return f"“{found[start : start + EXCERPT]}”, not “{wanted[start : start + EXCERPT]}”"
    for one, other in zip(wanted, found, strict=False):
        if one != other:
            return _difference(one, other)
    return f"{len(found)} parts, not {len(wanted)}"


def _order(document: Document, expected: Expectation) -> Iterator[Fault]:
    """The words come in the order of the sheet."""
    text = _squeezed(leaf.text for leaf in leaves(expected.root))
    at = 0
    for leaf in leaves(document.root):
        said = _squeezed([leaf.text])
        wanted = text[at : at + len(said)]
        if said != wanted:
            yield Fault("order", f"page {leaf.page}: “{said[:EXCERPT]}” stands where “{wanted[:EXCERPT]}” should")
            return
        at += len(said)
    if at != len(text):
        yield Fault("order", f"the last {len(text) - at} characters are missing")


def _boxes(document: Document) -> Iterator[Fault]:
    """Each picture says where it stands, and each link what it leads to, in words that are no address."""
    for figure in elements(document.root, "Figure"):
        sides = [float(side) for side in figure.attributes.get("BBox", "").split()]
        if len(sides) != 4 or sides[0] >= sides[2] or sides[1] >= sides[3]:
            yield Fault("box", f"the picture “{figure.alt}” has the box {sides}")
            break
    for link in elements(document.root, "Link"):
        for annotation in link.links:
            if not annotation.contents or re.match(r"https?:|mailto:|#", annotation.contents):
                yield Fault("contents", f"the link “{text_of(link)}” is called “{annotation.contents}”")
                return

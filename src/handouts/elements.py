"""A page's HTML as a tree of elements: every tag closed, every element of a known kind, no way out of the page.

This is the one reader of a page: the tree that is looked through here is the very tree that is typeset, so nothing
can be one thing to the look-out and another to the typesetter. It is strict where browsers guess, and quicker.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from typing import Final
from xml.etree.ElementTree import Element, SubElement

from handouts.artwork import SVG, address_flaws, find_drawing_flaws
from handouts.styles import StyleFlaw, find_style_flaws

SIZE_LIMIT: Final = 3_000_000
NESTING_LIMIT: Final = 60
PICTURES_LIMIT: Final = 100
NUMBER_LIMIT: Final = 1_000

_KNOWN: Final = frozenset(
    (
        *("html", "head", "title", "meta", "style", "body", "main", "header", "footer", "section", "article", "aside"),
        *("nav", "h1", "h2", "h3", "h4", "h5", "h6", "hgroup", "div", "p", "hr", "pre", "blockquote", "address"),
        *("ul", "ol", "li", "dl", "dt", "dd", "figure", "figcaption", "img", "br", "wbr"),
        *("table", "caption", "colgroup", "col", "thead", "tbody", "tfoot", "tr", "th", "td"),
        *("a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "del", "dfn", "em", "i", "ins", "kbd", "mark", "q"),
        *("rb", "rp", "rt", "ruby", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "u", "var", "svg"),
    )
)
_VOID: Final = frozenset(
    ("meta", "hr", "img", "br", "wbr", "col", "area", "base", "embed", "input", "link", "param", "source", "track")
)
_ADDRESSES: Final = frozenset(
    (
        *("src", "srcset", "imagesrcset", "href", "data", "action", "formaction", "poster", "background", "cite"),
        *("longdesc", "manifest", "ping", "code", "codebase", "classid", "archive", "usemap", "profile", "icon"),
        *("base", "download", "http-equiv", "srcdoc"),
    )
)
"""Attributes that name what lies outside, or do something: none of them but `src` and `href` has a use on paper."""
_COUNTS: Final = frozenset({"colspan", "rowspan", "span", "start", "width", "height"})
_LINK: Final = re.compile(r"#[^\s]+|(?:https?://|mailto:|tel:)[^\s\x00-\x1f]+")
_NAMESPACES: Final = {"xlink": "{http://www.w3.org/1999/xlink}", "xml": "{http://www.w3.org/XML/1998/namespace}"}

_PIECE: Final = re.compile(
    r"(?P<text>[^<]++)"
    r"|<(?P<close>/?)(?P<name>[a-zA-Z][a-zA-Z0-9]*+)"
    r"(?P<attributes>(?:\s++[^\s\"'<>/=]++(?:=(?:\"[^\"]*+\"|'[^']*+'))?)*+)\s*+(?P<alone>/?)>"
)
_ATTRIBUTE: Final = re.compile(r"([^\s\"'<>/=]++)(?:=(?:\"([^\"]*+)\"|'([^']*+)'))?")
_DOCTYPE: Final = re.compile(r"\s*<!doctype html>", re.IGNORECASE)
_PLAIN: Final = "write the page with plain elements (`div`, `p`, `ul`, `table`): paper has no forms, frames or scripts"
_NOTHING_OPENED: Final = "remove it, or embed a small PNG or plain SVG as `data:`: nothing is opened"


@dataclass(frozen=True, slots=True)
class PageFlaw:
    """What a page may not have. `sought` are passages to look for in its templates, the longest first."""

    what: str
    remedy: str
    sought: tuple[str, ...]


class PageError(Exception):
    """The HTML is not well formed: it carries the flaw."""

    def __init__(self, flaw: PageFlaw) -> None:
        super().__init__(flaw.what)
        self.flaw = flaw


def read_page(html: str) -> Element:
    """The tree of a page, its SVG in SVG's namespace. Raises PageError where a tag is not closed or not a tag."""
    if len(html) > SIZE_LIMIT:
        raise PageError(PageFlaw(f"the page has more than {SIZE_LIMIT} characters", "print less", ()))
    doctype = _DOCTYPE.match(html)
    reading = _Reading(html, doctype.end() if doctype else 0)
    while reading.at < len(html):
        reading.step()
    return reading.root()


class _Reading:
    """A page as it is read: the tree so far, and the elements that are open."""

    def __init__(self, html: str, at: int) -> None:
        self.html = html
        self.at = at
        self.top = Element("top")
        self.open = [self.top]
        self.known: tuple[dict[str, dict[str, str]], ...] = ({}, {})  # outside drawings, and within

    def root(self) -> Element:
        """The one element that a page is."""
        if len(self.open) > 1:
            raise self.error(f"`<{_name(self.open[-1])}>` is not closed", f"<{_name(self.open[-1])}")
        if [_name(element) for element in self.top] != ["html"]:
            raise self.error("the page is not one `<html>` element", "<html")
        return self.top[0]

    def error(self, what: str, *sought: str) -> PageError:
        return PageError(PageFlaw(what, "write each tag whole, close it, and put values into quotes", sought))

    def step(self) -> None:
        """Read a text or a tag."""
        piece = _PIECE.match(self.html, self.at)
        if piece is None:
            shown = self.html[self.at : self.at + 40].partition("\n")[0]
            raise self.error(f"`{shown}` is neither a tag nor a text", shown, shown.partition(">")[0], shown[:9])
        self.at = piece.end()
        text, close, name, attributes, alone = piece.groups()
        if text:
            self.write(unescape(text))
        elif close:
            self.close(name, piece[0])
        else:
            self.start(name, attributes, piece[0], alone=bool(alone))

    def write(self, text: str) -> None:
        """Add a text after what is there."""
        parent = self.open[-1]
        if len(parent):
            parent[-1].tail = (parent[-1].tail or "") + text
        else:
            parent.text = (parent.text or "") + text

    def start(self, name: str, attributes: str, tag: str, *, alone: bool) -> None:
        """Open an element; those that hold nothing are closed at once."""
        plain = name.lower()
        drawn = plain == "svg" or self.open[-1].tag.startswith(SVG)
        given = self.attributes(attributes, tag, drawn=drawn) if attributes else {}
        element = SubElement(self.open[-1], SVG + name if drawn else plain, given)
        if alone and not drawn and plain not in _VOID:
            raise self.error(f"`{tag}` closes itself, which only drawings do", tag)
        if not alone and (drawn or plain not in _VOID):
            self.open.append(element)
        if len(self.open) > NESTING_LIMIT:
            raise self.error(f"elements are nested deeper than {NESTING_LIMIT}", tag)
        if element.tag == "style":
            self.copy(tag)

    def attributes(self, attributes: str, tag: str, *, drawn: bool) -> dict[str, str]:
        """The attributes of a tag, without those that only name a namespace; kept, for most stand in many tags."""
        known = self.known[drawn]
        if attributes not in known:
            given = self._attributes(attributes, tag)
            known[attributes] = {_in_namespace(key) if drawn else key.lower(): value for key, value in given}
        return known[attributes]

    def _attributes(self, attributes: str, tag: str) -> Iterator[tuple[str, str]]:
        seen: set[str] = set()
        for key, double, single in _ATTRIBUTE.findall(attributes):
            if key.lower() in seen:
                raise self.error(f"the attribute `{key}` stands twice in `{tag}`", tag)
            seen.add(key.lower())
            if key != "xmlns" and not key.startswith("xmlns:"):
                yield key, unescape(double or single)

    def close(self, name: str, tag: str) -> None:
        """Close the innermost element."""
        innermost = self.open.pop()
        if innermost is self.top or (innermost.tag != name and _name(innermost).lower() != name.lower()):
            raise self.error(f"`{tag}` closes what is not open, or not the innermost", tag)

    def copy(self, tag: str) -> None:
        """The text of a style sheet, in which nothing is a tag."""
        end = re.compile(r"</style\s*>", re.IGNORECASE).search(self.html, self.at)
        if end is None:
            raise self.error("`<style>` is not closed", tag)
        self.open.pop().text = self.html[self.at : end.start()]
        self.at = end.end()


def _in_namespace(key: str) -> str:
    """An attribute's name in a drawing as the typesetter looks for it."""
    prefix, _, local = key.rpartition(":")
    return _NAMESPACES.get(prefix, f"{{{prefix}}}") + local if prefix else key


def _name(element: Element) -> str:
    return element.tag.removeprefix(SVG)


# --- What a page may not have -------------------------------------------------------------------


def find_page_flaws(root: Element) -> Iterator[PageFlaw]:
    """Elements of other kinds, addresses that lead out, pictures and numbers that are too large or too many."""
    pictures = sum(1 for element in root.iter() if element.tag in ("img", f"{SVG}svg"))
    if pictures > PICTURES_LIMIT:
        what = f"the page has {pictures} pictures, more than {PICTURES_LIMIT}"
        yield PageFlaw(what, "leave some out", ("<img", "<svg"))
    yield from _flaws_below(root)


def _flaws_below(root: Element) -> Iterator[PageFlaw]:
    waiting = [root]
    while waiting:
        element = waiting.pop()
        if element.tag == f"{SVG}svg":
            yield from _drawing_flaws(element)
            continue
        if element.tag not in _KNOWN or element.tag == "style" or not _IDLE.issuperset(element.attrib):
            yield from _element_flaws(element)
        waiting += element[::-1]


def _drawing_flaws(drawing: Element) -> Iterator[PageFlaw]:
    for at, flaw in find_drawing_flaws(drawing):
        values = sorted(at.attrib.values(), key=len, reverse=True)
        yield PageFlaw(flaw.what, "draw it with plain shapes", (*values, f"<{_name(at)}", "<svg"))


_IDLE: Final = frozenset({"class", "dir", "id", "lang", "scope"})
"""Attributes that lead nowhere and do nothing, whatever their value: nearly all."""


def _element_flaws(element: Element) -> Iterator[PageFlaw]:
    if element.tag not in _KNOWN:
        yield PageFlaw(f"the element `{element.tag}` has no place on paper", _PLAIN, (f"<{element.tag}",))
    if element.tag == "style":
        yield from _style_flaws(element.text or "", "<style")
    for key, value in element.attrib.items():
        for what, remedy in _attribute_faults(element.tag, key.lower(), value):
            yield PageFlaw(what, remedy, (value, key, f"<{element.tag}"))
        if key.lower() == "style":
            yield from _style_flaws(value, value)


@lru_cache(maxsize=16)  # the pages of a language have the same
def _flaws_in_style(css: str) -> tuple[StyleFlaw, ...]:
    return tuple(find_style_flaws(css))


def _style_flaws(css: str, sought: str) -> Iterator[PageFlaw]:
    lines = css.splitlines() or [""]
    for flaw in _flaws_in_style(css):
        here = lines[min(flaw.line, len(lines)) - 1]
        yield PageFlaw(flaw.what, flaw.remedy, (here[flaw.column - 1 :], here.strip(), sought))


def _attribute_faults(tag: str, key: str, value: str) -> Iterator[tuple[str, str]]:
    if key.startswith("on"):
        yield f"the script attribute `{key}`", "remove it: paper runs no scripts"
    elif key == "rel" and "attachment" in value.lower().split():
        yield "a file to be attached", "remove it: nothing is opened"
    elif tag == "img" and key == "src":
        yield from ((what, _NOTHING_OPENED) for what in address_flaws(value))
    elif tag == "a" and key == "href":
        if not _LINK.fullmatch(value):
            yield f"a link to `{value[:60]}`", "link to `#id`, `https://`, `mailto:` or `tel:`"
    elif key.rpartition("}")[2].rpartition(":")[2] in _ADDRESSES:
        yield f"the attribute `{key}`, which leads out of the page", _NOTHING_OPENED
    elif key in _COUNTS and not re.fullmatch(rf"\d{{1,{len(str(NUMBER_LIMIT)) - 1}}}(px|%)?", value):
        yield f"`{key}` of `{value[:20]}`", f"write a whole number below {NUMBER_LIMIT}"

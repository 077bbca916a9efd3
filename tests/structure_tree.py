"""What a finished PDF tells a person who listens to it: its structure tree, and the facts of the whole document.

A tree is made of elements and, as leaves, words. `structure_check` makes a tree of the same kind from HTML. Read
with pikepdf, by ISO 32000-1, 14.7 and 14.8; whatever a listener would stumble over is kept in `stray`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple
from xml.etree.ElementTree import Element as Xml

import pikepdf
from content_stream import Shown, shown_on
from defusedxml import ElementTree

INLINE: Final = frozenset({"Annot", "Code", "Link", "NonStruct", "Quote", "Reference", "Ruby", "Span", "Warichu"})
"""Roles whose words go on in the line; every other one begins and ends a passage of its own."""


@dataclass(frozen=True, slots=True)
class Words:
    """A leaf: what one piece of marked content says, or one piece of text in HTML. Pages count from 1; 0 is none."""

    text: str
    language: str
    page: int = 0


@dataclass(frozen=True, slots=True)
class Link:
    """A link annotation: what it is called, and where it leads (an address, `#name`, or `#` alone inside the file)."""

    contents: str
    target: str
    page: int = 0


@dataclass(frozen=True, slots=True)
class Element:
    """A structure element: its standard role, its language, what stands for it in words, and what is in it."""

    role: str
    language: str
    kids: tuple[Element | Words, ...] = ()
    alt: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    links: tuple[Link, ...] = ()


class Bookmark(NamedTuple):
    """An entry of the outline; the outermost ones are of level 1."""

    level: int
    title: str


class Artifact(NamedTuple):
    """Text on a page that is no part of the tree: what kind of artifact, and its words."""

    page: int
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """What is said of the file as a whole. `identifiers` are those of the XMP, such as `pdfuaid:part`."""

    title: str
    language: str
    shows_title: bool
    is_marked: bool
    tab_orders: tuple[str, ...]
    identifiers: Mapping[str, str]
    bookmarks: tuple[Bookmark, ...]
    root: Element
    artifacts: tuple[Artifact, ...]
    stray: tuple[str, ...]


def read_document(pdf: Path) -> Document:
    """The tree and the facts of a tagged PDF. Raises AttributeError where it has no structure tree."""
    with pikepdf.open(pdf) as file:
        tree = _Tree(file)
        root = tree.read()
        metadata = dict(_read_metadata(file))
        preferences = file.Root.get("/ViewerPreferences", pikepdf.Dictionary())
        return Document(
            title=metadata.get("dc:title", ""),
            language=str(file.Root.get("/Lang", "")),
            shows_title=bool(preferences.get("/DisplayDocTitle", False)),
            is_marked=bool(file.Root.get("/MarkInfo", pikepdf.Dictionary()).get("/Marked", False)),
            tab_orders=tuple(str(page.get("/Tabs", "")) for page in file.pages),
            identifiers={name: value for name, value in metadata.items() if name.startswith(("pdfaid:", "pdfuaid:"))},
            bookmarks=tuple(_bookmarks(file)),
            root=root,
            artifacts=tuple(tree.artifacts()),
            stray=tuple(tree.stray()),
        )


# --- Walks over a tree ---------------------------------------------------------------------------------------------


def elements(root: Element, *roles: str) -> Iterator[Element]:
    """Every element of these roles (without any: every element) in reading order, outer ones first."""
    if not roles or root.role in roles:
        yield root
    for kid in root.kids:
        if isinstance(kid, Element):
            yield from elements(kid, *roles)


def leaves(root: Element) -> Iterator[Words]:
    """All words in reading order."""
    for kid in root.kids:
        if isinstance(kid, Words):
            yield kid
        else:
            yield from leaves(kid)


def text_of(root: Element) -> str:
    """The words of an element, one space where there is white space or where a passage ends."""
    return " ".join("".join(_pieces(root)).split())


def _pieces(element: Element) -> Iterator[str]:
    edge = "" if element.role in INLINE else "\n"
    yield edge
    for kid in element.kids:
        if isinstance(kid, Words):
            yield kid.text
        else:
            yield from _pieces(kid)
    yield edge


# --- The tree of a file -----------------------------------------------------------------------------------------------

_Key = tuple[int, int]
"""A piece of marked content by its place in the parent tree: the key of its page or form, and its MCID."""


class _Tree:
    """The structure tree of an open file and the content that it leads to."""

    def __init__(self, file: pikepdf.Pdf) -> None:
        self.root: Any = file.Root.StructTreeRoot
        self.roles = {
            str(role): str(standard) for role, standard in self.root.get("/RoleMap", pikepdf.Dictionary()).items()
        }
        self.classes = self.root.get("/ClassMap", pikepdf.Dictionary())
        self.language = str(file.Root.get("/Lang", ""))
        self.pages = list(file.pages)
        self.numbers = {page.obj.objgen: number for number, page in enumerate(self.pages, 1)}
        self.shown = {number: list(shown_on(page)) for number, page in enumerate(self.pages, 1)}
        self.pieces = _pieces_of(self.shown)
        self.parents = dict(pikepdf.NumberTree(self.root.ParentTree).items()) if "/ParentTree" in self.root else {}
        self.read_pieces: Counter[_Key] = Counter()
        self.read_annotations: Counter[tuple[int, int]] = Counter()
        self.wrong_parents: list[str] = []

    def read(self) -> Element:
        """The tree; an element without a role stands for the root."""
        return Element("", self.language, tuple(self._kids(self.root, self.language, 0)))

    def _element(self, data: Any, language: str, page: int) -> Element:
        language = str(data.get("/Lang", language))
        page = self.numbers.get(data.Pg.objgen, 0) if "/Pg" in data else page
        kids = tuple(self._kids(data, language, page))
        if "/ActualText" in data:
            kids = (Words(str(data.ActualText), language, page),)
        role, links = self._role(str(data.S)), tuple(self._links(data))
        alt = str(data.Alt) if "/Alt" in data else None
        kids = () if role == "Figure" else kids  # a reader tells a picture's words and skips what is in it
        return Element(role, language, kids, alt, self._attributes(data), links)

    def _role(self, role: str) -> str:
        while role in self.roles:
            role = self.roles[role]
        return role.removeprefix("/")

    def _attributes(self, data: Any) -> dict[str, str]:
        named = [self.classes[name] for name in _each(data.get("/C"))]
        owned = [each for each in _each(data.get("/A")) if isinstance(each, pikepdf.Dictionary)]
        return {
            str(name).removeprefix("/"): _plain(value)
            for each in [*named, *owned]
            for name, value in each.items()
            if name != "/O"
        }

    def _kids(self, data: Any, language: str, page: int) -> Iterator[Element | Words]:
        for kid in _each(data.get("/K")):
            if isinstance(kid, int):
                yield self._words((self._owner(page), kid), data, language)
            elif kid.get("/Type") == "/MCR":
                number = self.numbers[kid.Pg.objgen] if "/Pg" in kid else page
                owner = int(kid.Stm.StructParents) if "/Stm" in kid else self._owner(number)
                yield self._words((owner, int(kid.MCID)), data, language)
            elif kid.get("/Type") != "/OBJR":
                yield self._element(kid, language, page)

    def _owner(self, page: int) -> int:
        return int(self.pages[page - 1].get("/StructParents", -1))

    def _words(self, key: _Key, data: Any, language: str) -> Words:
        self.read_pieces[key] += 1
        owner, mcid = key
        parents: Any = self.parents.get(owner, ())
        if mcid >= len(parents) or parents[mcid].objgen != data.objgen:
            self.wrong_parents.append(f"content {mcid} of {owner}: the parent tree does not lead to its element")
        page, text = self.pieces.get(key, (0, ""))
        return Words(text, language, page)

    def _links(self, data: Any) -> Iterator[Link]:
        for kid in _each(data.get("/K")):
            if isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/OBJR":
                annotation: Any = kid.Obj
                self.read_annotations[annotation.objgen] += 1
                parent = self.parents.get(int(annotation.get("/StructParent", -1)))
                page = self.numbers.get(kid.Pg.objgen, 0) if "/Pg" in kid else 0
                if parent is None or parent.objgen != data.objgen:
                    self.wrong_parents.append(f"page {page}, a link: the parent tree does not lead to its element")
                yield Link(str(annotation.get("/Contents", "")), _target(annotation), page)

    def artifacts(self) -> Iterator[Artifact]:
        """The text outside of the tree, a page and a kind of artifact at a time."""
        for page, shown in self.shown.items():
            kinds: dict[str, list[str]] = {}
            for each in shown:
                if each.mark.artifact and each.text:
                    kinds.setdefault(each.mark.artifact, []).append(each.text)
            yield from (Artifact(page, kind, "".join(texts)) for kind, texts in kinds.items())

    def stray(self) -> Iterator[str]:
        """What is on a page but not, or not once, in the tree, and what the tree names but no page has."""
        yield from self.wrong_parents
        for page, shown in self.shown.items():
            bare = [each for each in shown if each.mark.mcid is None and not each.mark.artifact]
            if bare:
                yield f"page {page}: {len(bare)} pieces are neither tagged nor an artifact, such as “{bare[0].text}”"
        for key in sorted(self.pieces.keys() | self.read_pieces.keys()):
            page, text = self.pieces.get(key, (0, ""))
            if self.read_pieces[key] != 1 or not page:
                place = f"page {page}" if page else "no page"
                yield f"{place}, content {key[1]} (“{text}”): {self.read_pieces[key]} times in the tree"
        yield from self._stray_annotations()

    def _stray_annotations(self) -> Iterator[str]:
        for number, page in enumerate(self.pages, 1):
            for annotation in _each(page.get("/Annots")):
                times = self.read_annotations[annotation.objgen]
                if times != 1:
                    yield f"page {number}: a link to {_target(annotation)} is {times} times in the tree"


def _pieces_of(shown: Mapping[int, list[Shown]]) -> dict[_Key, tuple[int, str]]:
    """The page and the text of every piece of marked content; the text is empty where it is a drawing."""
    found: dict[_Key, tuple[int, str]] = {}
    for page, pieces in shown.items():
        for piece in pieces:
            if piece.mark.mcid is not None and not piece.mark.artifact:
                key = piece.mark.owner, piece.mark.mcid
                found[key] = page, found.get(key, (page, ""))[1] + piece.text
    return found


def _each(value: Any) -> list[Any]:
    """The members of an array, or the one value, or nothing."""
    if value is None:
        return []
    return list(value) if isinstance(value, pikepdf.Array) else [value]


def _plain(value: Any) -> str:
    """An attribute as text: a name without its slash, the members of an array apart by spaces."""
    return " ".join(str(each).removeprefix("/") for each in _each(value))


def _target(annotation: Any) -> str:
    action = annotation.get("/A", pikepdf.Dictionary())
    if "/URI" in action:
        return str(action.URI)
    named = annotation.get("/Dest", action.get("/D"))
    return f"#{named}" if isinstance(named, pikepdf.String) else "#"


# --- The facts of a file --------------------------------------------------------------------------------------------

_PREFIXES: Final = {
    "http://purl.org/dc/elements/1.1/": "dc:",
    "http://www.aiim.org/pdfa/ns/id/": "pdfaid:",
    "http://www.aiim.org/pdfua/ns/id/": "pdfuaid:",
}
_RDF: Final = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"


def _read_metadata(file: pikepdf.Pdf) -> Iterator[tuple[str, str]]:
    """The simple properties of the XMP by prefix and name; of a list or of languages, the first entry."""
    if "/Metadata" not in file.Root:
        return
    root: Xml = ElementTree.fromstring(file.Root.Metadata.read_bytes())
    for description in root.iter(f"{_RDF}Description"):
        for name, value in description.attrib.items():
            yield _prefixed(name), value
        for child in description:
            entry = child.find(f".//{_RDF}li")
            yield _prefixed(str(child.tag)), (child if entry is None else entry).text or ""


def _prefixed(name: str) -> str:
    space, _, local = name.removeprefix("{").partition("}")
    return _PREFIXES.get(space, "") + local


def _bookmarks(file: pikepdf.Pdf) -> Iterator[Bookmark]:
    with file.open_outline() as outline:
        entries = [(1, entry) for entry in reversed(outline.root)]
        while entries:
            level, entry = entries.pop()
            yield Bookmark(level, entry.title)
            entries += [(level + 1, child) for child in reversed(entry.children)]

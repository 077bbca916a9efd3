"""What a finished PDF tells a reader that listens: its structure tree, its title and language, and what is in no tag.

Read by pdfium, which knows nothing of the page that made it. ISO 32000-1, 14.7 and 14.8, describes the tree.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from itertools import groupby, repeat
from typing import Any, Final, NamedTuple

from handouts import pdfium
from handouts.pdfium import calls


class Words(NamedTuple):
    """A leaf: what one piece of marked content says, as pdfium reads it, and its page, from 1."""

    text: str
    page: int


class Element(NamedTuple):
    """A structure element: its standard role, its language (its own or the one around it), the words that stand for it.

    `scope` is what a header cell is the header of: `Row`, `Column` or `Both`; empty elsewhere.
    """

    role: str
    language: str
    alt: str = ""
    scope: str = ""
    kids: tuple[Element | Words, ...] = ()

    @property
    def text(self) -> str:
        """All that is said in it."""
        return "".join(leaf.text for _, leaf in leaves(self))

    @property
    def page(self) -> int:
        """The page that it begins on; 0 where nothing is said in it."""
        return next((leaf.page for _, leaf in leaves(self)), 0)


class Said(NamedTuple):
    """What one block element says (a paragraph, an item, a cell, a heading) without the blocks within it."""

    role: str
    page: int
    text: str


@dataclass(frozen=True, slots=True)
class Tags:
    """What a PDF says of itself. An element without a role stands for the root.

    `titles` are the document's titles, that of the metadata (XMP) and that of the information dictionary, which must
    agree. `shows_title` is the viewer preference DisplayDocTitle. `said` is what the tree says, passage by passage.
    `pages` are the texts of the pages, `margins` what of them is an artifact, such as running headers, and `stray` what
    is neither that nor in the tree; a drawing or a picture that is in no tag is a `stray` without words. `groups` is
    what transparent groups say: it has tags of its own, and pdfium does not tell where in the tree they stand.
    """

    titles: tuple[str, str]
    language: str
    is_tagged: bool
    shows_title: bool
    root: Element
    said: tuple[Said, ...]
    pages: tuple[str, ...]
    margins: tuple[str, ...]
    stray: tuple[Words, ...]
    groups: tuple[Words, ...] = ()


NO_TAGS: Final = Tags(("", ""), "", False, False, Element("", ""), (), (), (), ())
"""What no file at all says."""
INLINE: Final = frozenset(
    {"Annot", "Code", "Em", "LBody", "Lbl", "Link", "NonStruct", "Quote", "Reference", "Span", "Strong"}
)
"""Roles whose words go on in the line, and the two parts of a list's item."""


def elements(root: Element, *roles: str) -> Iterator[Element]:
    """Every element of these roles (without any: every element) in reading order, outer ones first."""
    waiting = [root]
    while waiting:
        element = waiting.pop()
        if not roles or element.role in roles:
            yield element
        waiting += [kid for kid in reversed(element.kids) if isinstance(kid, Element)]


def leaves(root: Element) -> Iterator[tuple[Element, Words]]:
    """All that is said, in reading order, each with the element that holds it."""
    waiting = [(root, kid) for kid in reversed(root.kids)]
    while waiting:
        holder, kid = waiting.pop()
        if isinstance(kid, Words):
            yield holder, kid
        else:
            waiting += [(kid, inner) for inner in reversed(kid.kids)]


def passages(root: Element) -> list[Said]:
    """What each block element says, in reading order."""
    pieces: list[Said] = []
    _gather(root, root.role, pieces)
    groups = (list(group) for edge, group in groupby(pieces, lambda piece: piece is _EDGE) if not edge)
    return [Said(group[0].role, group[0].page, "".join(piece.text for piece in group)) for group in groups]


_EDGE: Final = Said("", 0, "")
"""Where a passage ends."""


def _gather(element: Element, role: str, pieces: list[Said]) -> None:
    """Add what an element says, which stands in one of a role, and the edges."""
    block = element.role not in INLINE
    role = element.role if block else role
    if block:
        pieces.append(_EDGE)
    for kid in element.kids:
        if isinstance(kid, Element):
            _gather(kid, role, pieces)
        elif kid.text:
            pieces.append(Said(role, kid.page, kid.text))
    if block:
        pieces.append(_EDGE)


# --- The bytes of the file: what pdfium does not tell -----------------------------------------------------------------

_TITLE: Final = re.compile(rb"<dc:title>.*?<rdf:li[^>]*>(.*?)</rdf:li>", re.DOTALL)
_OBJECTS: Final = re.compile(rb"<<[^>]*/ObjStm\b[^>]*>>\s*stream\r?\n")


def _metadata_title(pdf: bytes) -> str:
    """The title in the XMP packet, which PDF/A leaves uncompressed; empty where there is none."""
    found = _TITLE.search(pdf)
    return unescape(found[1].decode("utf-8", "replace")) if found else ""


def _shows_title(pdf: bytes) -> bool:
    """Whether the catalog, plain or within a stream of objects, wants the title shown in place of the file's name.

    Pdfium gives viewer preferences that are names, and this one is true or false.
    """
    return any(re.search(rb"/DisplayDocTitle\s*true\b", part) for part in (pdf, *_object_streams(pdf)))


def _object_streams(pdf: bytes) -> Iterator[bytes]:
    for found in _OBJECTS.finditer(pdf):
        if b"/FlateDecode" in found[0]:
            yield zlib.decompressobj().decompress(pdf[found.end() :])


# --- Pdfium -----------------------------------------------------------------------------------------------------------

_BARE, _ARTIFACT, _GROUP = -1, -2, -3
"""In place of a number of marked content: none, an artifact's, and one that counts within a form of its own."""

_Path = tuple[int, ...]
"""Where an element or a leaf stands: its place among the kids of each one around it."""


class TagReader:
    """A walk over the pages of a document.

    Pdfium gives of the tree what leads to one page, with every kid at its own place. So an element that goes on
    overleaf is known by its path, and the paths in their order are the tree.
    """

    def __init__(self, document: Any) -> None:
        self.document = document
        self.language = pdfium.string(calls().language, pdfium.address(document.raw))
        self.pages: list[str] = []
        self.margins: list[str] = []
        self.stray: list[Words] = []
        self.groups: list[Words] = []
        self.found: dict[_Path, Element] = {}
        self.said: dict[_Path, Words] = {}

    def read(self, page: pdfium.Page) -> None:
        """Read a page: its text, what of it is marked how, and its part of the tree."""
        owners = _owners(page.objects)
        said = _said(page, owners)
        self.pages.append(page.text)
        self.margins.append(said.pop(_ARTIFACT, ""))
        if _GROUP in said:
            self.groups.append(Words(said.pop(_GROUP), page.number))
        drawn = {owner for owner, kind in zip(owners, page.objects.kinds, strict=True) if kind != pdfium.FORM}
        taken = set(self._read_tree(page, said))
        for owner in sorted(drawn - taken - {_ARTIFACT, _GROUP}):
            self.stray.append(Words(said.get(owner, ""), page.number))

    def all_of(self, pdf: bytes) -> Tags:
        """What the pages came to, with what the bytes of the file tell."""
        root = self._root()
        return Tags(
            titles=(_metadata_title(pdf), self.document.get_metadata_value("Title")),
            language=self.language,
            is_tagged=bool(calls().is_tagged(pdfium.address(self.document.raw))),
            shows_title=_shows_title(pdf),
            root=root,
            said=tuple(passages(root)),
            pages=tuple(self.pages),
            margins=tuple(self.margins),
            stray=tuple(self.stray),
            groups=tuple(self.groups),
        )

    def _read_tree(self, page: pdfium.Page, said: dict[int, str]) -> Iterator[int]:
        """Note what of the tree leads to a page; the numbers of the content that it leads to."""
        tree = calls().tree(page.handle)
        if not tree:
            return
        content_of = calls().kid_content
        tops = [((place,), calls().top(tree, place), self.language) for place in range(calls().tops(tree))]
        waiting: list[tuple[_Path, int, str]] = [each for each in tops if each[1]]
        while waiting:
            path, handle, language = waiting.pop()
            if path not in self.found:
                self.found[path] = _new(handle, language)
            inner = self.found[path].language
            for place, kid in enumerate(map(calls().kid, repeat(handle), range(calls().kids(handle)))):
                if kid:
                    waiting.append(((*path, place), kid, inner))
                elif (content := content_of(handle, place)) >= 0:
                    self.said[*path, place] = Words(said.get(content, ""), page.number)
                    yield content
        calls().close_tree(tree)

    def _root(self) -> Element:
        """All that was found, as a tree: built from its leaves, for an element comes before those within it."""
        kids: dict[_Path, list[Element | Words]] = {}
        nodes: dict[_Path, Element | Words] = {**self.said, **self.found}
        for path in sorted(nodes, reverse=True):
            node = nodes[path]
            if isinstance(node, Element):
                node = node._replace(kids=tuple(reversed(kids.pop(path, []))))
            kids.setdefault(path[:-1], []).append(node)
        return Element("", self.language, kids=tuple(reversed(kids.get((), []))))


def _owners(objects: pdfium.Objects) -> list[int]:
    """The number of the marked content that each object of a page belongs to, or what stands in its place."""
    owners = list(objects.contents)
    for place, holder in enumerate(objects.within):
        if holder != pdfium.PAGE:
            around = owners[holder]
            own = _own(objects, place, around)
            owners[place] = _GROUP if own >= 0 and own != around else own
        elif owners[place] < 0:
            owners[place] = _own(objects, place, _BARE)
    return owners


def _own(objects: pdfium.Objects, place: int, around: int) -> int:
    """What an object itself is marked as; what has no mark of its own belongs where the form around it does."""
    if objects.contents[place] >= 0 or around == _GROUP:
        return objects.contents[place] if objects.contents[place] >= 0 else around
    handle = objects.handles[place]
    names = (
        pdfium.short_string(calls().mark_name, calls().mark(handle, number)) for number in range(calls().marks(handle))
    )
    return _ARTIFACT if "Artifact" in names else around


def _said(page: pdfium.Page, owners: list[int]) -> dict[int, str]:
    """What each piece of marked content says; the spaces and line ends that pdfium adds go to the piece before."""
    owner_of: dict[int | None, int] = dict(zip(page.objects.handles, owners, strict=True))
    said: dict[int, list[str]] = {}
    owners_of_text = list(map(owner_of.get, page.holders))
    for owner, start, end in pdfium.stretches(owners_of_text, page.starts):
        said.setdefault(owner, []).append(page.characters[start:end])
    return {owner: "".join(texts) for owner, texts in said.items()}


def _new(handle: int, language: str) -> Element:
    role = pdfium.string(calls().role, handle)
    own = pdfium.string(calls().own_language, handle)
    alt = pdfium.string(calls().alt, handle) if role in {"Figure", "Formula"} else ""
    return Element(role, own or language, alt, _scope(handle) if role == "TH" else "")


def _scope(handle: int) -> str:
    """What a header cell is the header of."""
    for place in range(calls().attributes(handle)):
        value = calls().value(calls().attribute(handle, place), b"Scope")
        if value:
            return pdfium.short_string(calls().value_text, value)
    return ""

"""Where everything landed: what the tests of the pages ask of WeasyPrint's boxes, as plain values in points.

The product keeps none of this. `watch_layouts` listens while documents are laid out; it changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from handouts.pipeline import Result

POINTS: Final = 0.75  # a CSS pixel

STEERING = dict.fromkeys(map(ord, "\u200b\u2060\u2066\u2069"))
"""Characters by which `handouts.lines` steers the layout; no part of the words."""


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle on a page; y grows downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def holds(self, other: Area, slack: float) -> bool:
        """Whether the other lies inside, but for the slack."""
        across = self.left - slack <= other.left and other.right <= self.right + slack
        return across and self.top - slack <= other.top and other.bottom <= self.bottom + slack

    def meets(self, other: Area) -> bool:
        """Whether the two overlap by more than a hair."""
        across = min(self.right, other.right) - max(self.left, other.left)
        return across > 0.1 and min(self.bottom, other.bottom) - max(self.top, other.top) > 0.1


@dataclass(frozen=True, slots=True)
class Page:
    """The sheet of paper and its type area."""

    paper: Area
    body: Area


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text: `body` or the margin box that holds it, and the elements around it, outermost first."""

    page: int
    region: str
    names: tuple[str, ...]
    text: str
    area: Area
    room: Area
    rightwards: bool
    stretched: bool
    size: float

    def inside(self, *names: str) -> bool:
        """Whether an element of one of these names (a tag or a `.class`) is around the line."""
        return any(name in each.replace(".", " .").split() for each in self.names for name in names)


@dataclass(slots=True)
class Part:
    """An element of the document, in its order, and its pieces: page and area."""

    tag: str
    classes: frozenset[str]
    depth: int
    pieces: list[tuple[int, Area]] = field(default_factory=list)

    @property
    def pages(self) -> list[int]:
        """The pages that it shows on, from 1."""
        return sorted({page for page, area in self.pieces if area.bottom - area.top > 0.1})


@dataclass(frozen=True, slots=True)
class Layout:
    """One document: its pages, its elements in order and its lines of text."""

    pages: tuple[Page, ...]
    parts: tuple[Part, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class LibraryBuild:
    """The whole library as one build made it: its folder, what it came to, and where all landed, by path."""

    out: Path
    result: Result
    layouts: Mapping[str, Layout]


@contextmanager
def watch_layouts() -> Iterator[list[Layout]]:
    """Every document that is laid out within, in order. Needs our private fontconfig to be set."""
    from weasyprint import HTML

    seen: list[Layout] = []
    lay_out = HTML.render

    def note(page: Any, *arguments: Any, **options: Any) -> Any:
        document = lay_out(page, *arguments, **options)
        seen.append(read_layout(document))
        return document

    HTML.render = note
    try:
        yield seen
    finally:
        HTML.render = lay_out


def read_layout(document: Any) -> Layout:
    """The layout of a rendered document."""
    boxes = [page._page_box for page in document.pages]
    reading = _Reading(_root(boxes[0]))
    for number, box in enumerate(boxes, 1):
        reading.page = number
        for child in box.children:
            reading.region = getattr(child, "at_keyword", "body")
            reading.walk(child, (), _content(child))
    pages = tuple(Page(_border(box), _content(box)) for box in boxes)
    return Layout(pages, tuple(reading.parts.values()), tuple(reading.lines))


def _root(page: Any) -> Any:
    return next(child.element for child in page.children if child.element_tag == "html")


def _border(box: Any) -> Area:
    x, y = box.position_x, box.position_y
    return _area(x, y, box.margin_width(), box.margin_height())


def _content(box: Any) -> Area:
    return _area(box.content_box_x(), box.content_box_y(), box.width, box.height)


def _area(x: float, y: float, width: float, height: float) -> Area:
    return Area(x * POINTS, y * POINTS, (x + width) * POINTS, (y + height) * POINTS)


class _Reading:
    """A walk over the boxes of all pages."""

    def __init__(self, root: Any) -> None:
        self.parts: dict[int, Part] = {}
        self.lines: list[Line] = []
        self.page, self.region = 0, "body"
        self._note_elements(root, 0)

    def _note_elements(self, element: Any, depth: int) -> None:
        if isinstance(element.tag, str):
            classes = frozenset((element.get("class") or "").split())
            self.parts[id(element)] = Part(element.tag.rpartition("}")[2], classes, depth)
        for child in element:
            self._note_elements(child, depth + 1)

    def walk(self, box: Any, names: tuple[str, ...], room: Area) -> None:
        if type(box).__name__ == "LineBox":
            self._note_line(box, names, room)
        elif hasattr(box, "padding_left") and hasattr(box, "width") and type(box).__name__ != "InlineBox":
            room = _content(box)
        names = self._note_box(box, names)
        for child in getattr(box, "children", ()):
            self.walk(child, names, room)

    def _note_box(self, box: Any, names: tuple[str, ...]) -> tuple[str, ...]:
        part = self.parts.get(id(box.element))
        if part is None or box.element_tag != box.element.tag or type(box).__name__ in {"TextBox", "LineBox"}:
            return names
        if self.region == "body":
            area = _area(box.border_box_x(), box.border_box_y(), box.border_width(), box.border_height())
            part.pieces.append((self.page, area))
        name = ".".join([part.tag, *sorted(part.classes)])
        return names if names and names[-1] == name else (*names, name)

    def _note_line(self, box: Any, names: tuple[str, ...], room: Area) -> None:
        pieces = list(_texts(box))
        words = [text for text in pieces if text.text.strip()]
        if not words:
            return
        left = min(text.position_x for text in words)
        right = max(text.position_x + text.width for text in words)
        area = _area(left, box.position_y, right - left, box.height)
        size = min(text.style["font_size"] for text in words) * POINTS
        stretched = any(text.justification_spacing for text in words)
        text = "".join(text.text for text in pieces).translate(STEERING).strip()
        rightwards = box.style["direction"] == "ltr"
        line = Line(self.page, self.region, names, text, area, room, rightwards, stretched, size)
        self.lines.append(line)


def _texts(box: Any) -> Iterator[Any]:
    """The pieces of text of a line itself, without those of boxes that are placed apart from it."""
    for child in box.children:
        kind = type(child).__name__
        if kind == "TextBox":
            yield child
        elif kind == "InlineBox":
            yield from _texts(child)

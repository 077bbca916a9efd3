"""What left its box on a typeset page: words wider than their column, pictures and tables, lines below the type area.

WeasyPrint lets them run on without a word. This looks once at where its boxes lie after layout, and at what has words
or a picture in it only: a colored bar may well reach over the edge of the paper.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

TOLERANCE_MM: Final = 0.3
"""A side bearing, a rounded width, half the rule of a table; not a letter."""
_MM_A_PIXEL: Final = 25.4 / 96
_TOLERANCE: Final = TOLERANCE_MM / _MM_A_PIXEL
_SILENT: Final = dict.fromkeys(map(ord, "\u200b\u200e\u2060\u2066\u2069"))
"""The marks of `handouts.lines`."""


@dataclass(frozen=True, slots=True)
class Overflow:
    """A piece of a page that left its box: its block if any, its page from 1, its words, how far it sticks out."""

    block: str
    page: int
    text: str
    beyond_mm: float


class _Room(NamedTuple):
    """Where the pieces of a box may lie, in CSS pixels from the upper left corner of the page."""

    left: float
    top: float
    right: float
    bottom: float

    def within(self, other: _Room) -> _Room:
        """The part of it that lies in the other."""
        return _Room(
            max(self.left, other.left),
            max(self.top, other.top),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        )

    def beyond(self, piece: _Room) -> float:
        """How far a piece sticks out at its worst side; less than 0 where it is inside."""
        return max(self.left - piece.left, self.top - piece.top, piece.right - self.right, piece.bottom - self.bottom)


def overflows(pages: Iterable[Any]) -> Iterator[Overflow]:
    """Everything that left its box, in the order of the pages; `pages` are those of a WeasyPrint `Document`."""
    for number, page in enumerate(pages, 1):
        box = page._page_box  # noqa: SLF001 - the public page does not say where its boxes lie
        for child in box.children:
            look = _Look(_border(child) if hasattr(child, "at_keyword") else _content(box))
            look.at(child, look.region, "")
            for block, text, beyond in look.found:
                yield Overflow(block, number, text, round(beyond * _MM_A_PIXEL, 2))


class _Look:
    """A walk over the boxes of one region of a page: its type area, or a margin box."""

    def __init__(self, region: _Room) -> None:
        from weasyprint.formatting_structure import boxes

        self.boxes = boxes
        self.region = region
        self.found: list[tuple[str, str, float]] = []

    def at(self, box: Any, room: _Room, block: str) -> None:
        """Look at a box, which should lie in the room, and at all in it."""
        box = getattr(box, "_box", box)  # what is placed absolutely stands behind a proxy
        if box.is_absolutely_positioned() or self._hangs(box):
            room = self.region
        if isinstance(box, self.boxes.LineBox):
            self._line(box, room, block)
        elif isinstance(box, self.boxes.ReplacedBox | self.boxes.TableBox):
            self._note(_border(box), room, block, _name(box))
        if isinstance(box, self.boxes.BlockContainerBox | self.boxes.FlexContainerBox | self.boxes.GridContainerBox):
            room = _inside(box).within(room)
            block = _block(box) or block
        for child in getattr(box, "children", ()):
            if not str(box.element_tag).endswith("::marker"):  # a bullet hangs outside
                self.at(child, room, block)

    def _hangs(self, box: Any) -> bool:
        """Whether a box hangs out on purpose, as the number of a step does."""
        return isinstance(box, self.boxes.InlineBlockBox) and min(box.margin_left, box.margin_right) < 0

    def _line(self, line: Any, room: _Room, block: str) -> None:
        texts = [text for text in self._texts(line) if text.text.strip()]
        if texts:
            left = min(text.position_x for text in texts)
            right = max(text.position_x + text.width for text in texts)
            leading = (line.height - max(text.style["font_size"] for text in texts)) / 2
            piece = _Room(left, line.position_y + leading, right, line.position_y + line.height - leading)
            self._note(piece, room, block, "".join(text.text for text in texts))

    def _texts(self, box: Any) -> Iterator[Any]:
        """The text boxes of a line itself, without those of boxes with a room of their own."""
        for child in box.children:
            if isinstance(child, self.boxes.TextBox):
                yield child
            elif isinstance(child, self.boxes.InlineBox):
                yield from self._texts(child)

    def _note(self, piece: _Room, room: _Room, block: str, text: str) -> None:
        beyond = room.beyond(piece)
        if beyond > _TOLERANCE:
            self.found.append((block, text.translate(_SILENT).strip(), beyond))


def _border(box: Any) -> _Room:
    left, top = box.border_box_x(), box.border_box_y()
    return _Room(left, top, left + box.border_width(), top + box.border_height())


def _content(box: Any) -> _Room:
    left, top = box.content_box_x(), box.content_box_y()
    return _Room(left, top, left + box.width, top + box.height)


_HIGH: Final = float("inf")


def _inside(box: Any) -> _Room:
    """Where the content of a box may lie: as low as it likes, unless the style says how high the box is."""
    room = _content(box)
    fixed = box.style["height"] != "auto" or box.style["max_height"].value != _HIGH
    return room if fixed else room._replace(top=-_HIGH, bottom=_HIGH)


def _block(box: Any) -> str:
    """The block that a box is the section of, if it is one."""
    if box.element_tag != "section" or box.element is None:
        return ""
    name: str = box.element.get("id", "")
    return name.removeprefix("block-")


def _name(box: Any) -> str:
    """What to call a box that has no words of its own."""
    alternative = box.element.get("alt") if box.element is not None else None
    return alternative or f"<{box.element_tag}>"

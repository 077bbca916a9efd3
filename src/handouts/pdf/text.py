"""Lines of text drawn so that every reader of the PDF gets the words back that the page was made of.

A PDF shows character codes; what a search, a copy or a screen reader gets is the text of each code (`ToUnicode`,
ISO 32000-1, 9.10.3). WeasyPrint's codes are glyph ids, with one text each, though in most scripts one glyph
stands for several letters, several glyphs for one, and the same glyph for this letter here and that one there.
Here a code stands for a cluster: the smallest piece of text that the shaper keeps together, whatever its
glyphs. Codes are shown in the order of reading, also from right to left, as ISO 32000-1, 14.8.2.3.3 wants it.
docs/decisions/013-text-layer.md tells what each reader makes of it.

Imports WeasyPrint, so it is imported only where a page is made.
"""

from __future__ import annotations

import hashlib
import logging
import re
import struct
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import accumulate, groupby, pairwise
from operator import itemgetter
from pathlib import Path
from typing import Any, Final, NamedTuple

from weasyprint.formatting_structure import boxes
from weasyprint.text.ffi import TO_UNITS, ffi, pango
from weasyprint.text.fonts import get_pango_font_key

from handouts.pdf import truetype
from handouts.pdf.truetype import ANCHOR, ANCHOR_HEIGHT, Piece, Shape

LOGGER: Final = logging.getLogger("weasyprint")
STEERING: Final = dict.fromkeys(map(ord, "\u00ad\u061c\u200b\u200e\u200f\u2060\u2066\u2067\u2068\u2069\ufeff"))
"""What only steers the layout, where lines may break and which way they run: no part of the words."""
RIGHT_TO_LEFT_MARK: Final = "\u200f"
_MARK_SHIFT: Final = 5
"""How far left of its letter a mark is taken to stand, in thousandths of the type size: nobody sees it, but
readers that sort by place put it behind the letter."""
_GAP: Final = 20
"""From this many thousandths of the type size on, letters pushed apart would look like two words to readers:
the space then belongs to the letter's code."""
_SPACE: Final = 200
_BOLD: Final = 600
_EDGE: Final = 0.033
"""The width of the edge that makes a regular letter bold, as a part of the type size: looked at beside Noto's bold."""
_GLYPH_INFO: Final = struct.Struct("=I3i4x")  # PangoGlyphInfo: glyph, width, offsets right and down, attributes


class Code(NamedTuple):
    """What one character code shows, how far the pen moves (font units), and its text."""

    shape: Shape
    advance: int
    text: str


Shown = tuple[int, float, int]
"""A character code, where it stands from the left end of its run, its width. Thousandths of the type size."""


@dataclass
class EmbeddedFont:
    """One font of one document, and the character codes that it has been asked for: 1, 2, 3 and so on."""

    name: str
    family: str
    weight: int
    font: truetype.Font
    codes: dict[Code, int] = field(default_factory=dict)
    shown: dict[tuple[float, bool], dict[tuple[Any, ...], tuple[Shown, ...]]] = field(default_factory=dict)
    """How each cluster met so far is shown, counted from its start, by unit and direction."""

    def number(self, code: Code) -> int:
        """The number of a code, a new one for what was not shown before."""
        return self.codes.setdefault(code, len(self.codes) + 1)

    def stands(self, glyphs: Iterable[Glyph]) -> bool:
        """Whether what glyphs show reaches from the baseline up to the anchor's height, or is a space."""
        box = truetype.box_around(self.font, _shape(glyphs, self))
        return box is None or (box.bottom <= 0 and box.top >= ANCHOR_HEIGHT)

    def width(self, code: Code) -> int:
        """The width of a code in thousandths of the type size, the unit of a PDF's widths."""
        return round(self.thousandths(code.advance))

    def thousandths(self, units: float) -> float:
        """Font units as thousandths of the type size."""
        return units * 1000 / self.font.units

    def units(self, thousandths: float) -> int:
        """Thousandths of the type size as whole font units."""
        return round(thousandths * self.font.units / 1000)

    @property
    def tag(self) -> str:
        """The six letters that tell one part of a font from another (ISO 32000-1, 9.6.4)."""
        digest = hashlib.sha256(repr((self.family, self.weight, *self.codes)).encode()).digest()
        return "".join(chr(ord("A") + byte % 26) for byte in digest[:6])


class Shelf(dict[str, EmbeddedFont]):
    """The fonts that a document embeds, by resource name. Takes the place of a WeasyPrint document's `fonts`.

    They are numbered as they are first used, so that fonts of other languages do not change a document's bytes.
    """

    def __init__(self, files: Mapping[tuple[str, int], Path]) -> None:
        super().__init__()
        self._files = files
        self._taken: dict[tuple[str, int], EmbeddedFont] = {}
        self.by_address: dict[int, tuple[EmbeddedFont, float]] = {}
        """The font and size of each of Pango's fonts, which live as long as the font map."""
        self.drawings: dict[tuple[int, int, float, float], list[Any]] = {}
        """What drawings have written, by image, resources and size; see `speed`."""

    def take(self, family: str, weight: int) -> EmbeddedFont:
        """The font of a family and weight."""
        font = self._taken.get((family, weight))
        if font is None:
            font = EmbeddedFont(f"F{len(self)}", family, weight, truetype.read(self._files[family, weight]))
            self._taken[family, weight] = self[font.name] = font
        return font


class Glyph(NamedTuple):
    """A glyph and where it stands from the start of its cluster, right and up, in thousandths of the type size."""

    number: int
    right: float
    up: float


class Cluster(NamedTuple):
    """Glyphs that stand for a piece of text together. Distances in thousandths of the type size."""

    text: str
    width: float
    """How far the pen moves."""
    glyphs: tuple[Glyph, ...]


class Run(NamedTuple):
    """A piece of a line in one font and one direction."""

    offset: int
    """Where its text begins in the line's."""
    right_to_left: bool
    font: EmbeddedFont
    size: float
    left: float
    """Where it starts from the left end of the line, in the unit of the size."""
    width: float
    """Thousandths of the type size."""
    shown: list[Shown]


def draw_first_line(stream: Any, textbox: Any, text_overflow: str, block_ellipsis: Any, matrix: Any) -> list[Any]:
    """Draw the line of a text box; takes the place of WeasyPrint's function of this name."""
    if text_overflow == "ellipsis" or block_ellipsis != "none":
        LOGGER.error("An ellipsis hides words: %s", textbox.text)
    if not textbox.text.strip() or textbox.style["font_size"] < 1e-6:
        return []
    runs = sorted(_runs(stream, textbox), key=lambda run: run.offset)
    for run in runs:
        with _thickened(stream, run, textbox.style):
            _draw_run(stream, run, matrix)
    end = (" " if textbox.space_follows else "") + (RIGHT_TO_LEFT_MARK if hasattr(textbox, "ends_leftwards") else "")
    if end and runs:
        _draw_line_end(stream, runs[-1], end, matrix)
    return []


def _runs(stream: Any, textbox: Any) -> Iterator[Run]:
    """The runs of a text box's line, left to right."""
    if _SEPARATORS.search(textbox.pango_layout.text):  # for nothing else it would shape the line anew
        pango.pango_layout_set_single_paragraph_mode(textbox.pango_layout.layout, True)
    line, _ = textbox.pango_layout.get_first_line()
    text = textbox.pango_layout.text.encode()
    left, link = 0.0, line.runs
    while link != ffi.NULL:
        item = ffi.cast("PangoGlyphItem *", link.data)
        font, size = _font(stream, item.item.analysis.font)
        right_to_left = bool(item.item.analysis.level % 2)
        unit = 1000 / (size * TO_UNITS)
        shown, width = _shown(list(_raws(item, text)), font, unit, right_to_left=right_to_left)
        yield Run(item.item.offset, right_to_left, font, size, left, width, shown)
        left += width * size / 1000
        link = link.next


_SEPARATORS: Final = re.compile("[\n\r\u2028\u2029]")
"""What ends a paragraph or a line for Pango."""


def _font(stream: Any, pango_font: Any) -> tuple[EmbeddedFont, float]:
    shelf: Shelf = stream._fonts  # noqa: SLF001 - it has no other name
    address = int(ffi.cast("intptr_t", pango_font))
    if address not in shelf.by_address:
        _, description, size = get_pango_font_key(pango_font)
        family = ffi.string(pango.pango_font_description_get_family(description)).decode()
        shelf.by_address[address] = shelf.take(family, pango.pango_font_description_get_weight(description)), size
    return shelf.by_address[address]


_Glyphs = tuple[tuple[int, int, int, int], ...]
"""Of each glyph of a cluster: its number, its width, how far it is moved right and down, in Pango's units."""


def _raws(item: Any, text: bytes) -> Iterator[tuple[bytes, _Glyphs]]:
    """The clusters of a Pango glyph item, left to right; `text` is the layout's whole text."""
    count, offset = item.glyphs.num_glyphs, item.item.offset
    infos = _GLYPH_INFO.iter_unpack(ffi.buffer(item.glyphs.glyphs, count * _GLYPH_INFO.size))
    starts = ffi.unpack(item.glyphs.log_clusters, count)
    distinct = sorted({*starts})
    ends = dict(pairwise([*distinct, item.item.length]))
    if len(distinct) == count:  # as most runs are: a glyph for each cluster
        for start, info in zip(starts, infos, strict=True):
            yield text[offset + start : offset + ends[start]], (info,)
        return
    for start, together in groupby(zip(starts, infos, strict=True), key=_START):
        yield text[offset + start : offset + ends[start]], tuple(glyph for _, glyph in together)


_START: Final = itemgetter(0)


def _shown(
    raws: list[tuple[bytes, _Glyphs]], font: EmbeddedFont, unit: float, *, right_to_left: bool
) -> tuple[list[Shown], float]:
    """The codes of a run in the order of reading, and its width; `unit` is one of Pango's in thousandths of the size.

    The same letters stand in the same way over and over: each cluster is worked out once.
    """
    widths = [glyphs[0][1] if len(glyphs) == 1 else sum(glyph[1] for glyph in glyphs) for _, glyphs in raws]
    *starts, end = accumulate(widths, initial=0)
    known = font.shown.setdefault((unit, right_to_left), {})
    shown, rank = [], 0
    placed = zip(starts, widths, raws, strict=True)
    for start, width, (text, glyphs) in reversed(list(placed)) if right_to_left else placed:
        rank = rank + 1 if right_to_left and width == 0 else 0
        key = text, glyphs, rank
        codes = known.get(key)
        if codes is None:
            cluster = _cluster(text, width, glyphs, unit)
            codes = tuple(_leftwards(font, cluster, rank) if right_to_left else _rightwards(font, cluster))
            known[key] = codes
        shown += [(number, start * unit + at, wide) for number, at, wide in codes]
    return shown, end * unit


def _cluster(text: bytes, width: int, glyphs: _Glyphs, unit: float) -> Cluster:
    pen, found = 0, []
    for glyph, advance, right, down in glyphs:
        if glyph != _EMPTY:
            found.append(Glyph(_printable(glyph), (pen + right) * unit, -down * unit))
        pen += advance
    return Cluster(text.decode().translate(STEERING), width * unit, tuple(found))


_EMPTY: Final = 0x0FFFFFFF  # PANGO_GLYPH_EMPTY: takes no part in what is shown
_UNKNOWN: Final = 0x10000000  # PANGO_GLYPH_UNKNOWN_FLAG, with the character in the bits below


def _printable(glyph: int) -> int:
    if not glyph & _UNKNOWN:
        return glyph
    code = glyph & ~_UNKNOWN
    LOGGER.warning(".notdef glyph rendered for a character that no font has: U+%04X", code)
    return 0


def _draw_run(stream: Any, run: Run, matrix: Any) -> None:
    """Draw a run: from left to right with one operator, from right to left with one for each code.

    MuPDF and screen readers take the codes in the order of the file, which must be that of reading. pdfium
    takes those of one operator from left to right, and sorts operators by place: so it wants each code by itself.
    """
    if not run.shown:
        return
    _start(stream, run, run.shown[0][1], matrix)
    if run.right_to_left:
        stream.stream.append(_one_by_one(run.shown, run.size))
    else:
        stream.stream.append(_together(run.shown))


@contextmanager
def _thickened(stream: Any, run: Run, style: Any) -> Iterator[None]:
    """Draw an edge around letters that should be bold and whose font is not (text rendering mode 2)."""
    if style["font_weight"] < _BOLD or run.font.weight >= _BOLD:
        yield
        return
    stream.set_color(style["color"], stroke=True)
    stream.stream.append(f"2 Tr 1 j {run.size * _EDGE:.3f} w".encode())
    yield
    stream.stream.append(b"0 Tr")


def _start(stream: Any, run: Run, at: float, matrix: Any) -> None:
    stream.set_font_size(run.font.name, run.size)
    a, b, c, d, e, f = matrix.values
    left = run.left + at * run.size / 1000
    stream.set_text_matrix(a, b, c, d, e + a * left, f + b * left)


def _together(shown: list[Shown]) -> bytes:
    """One TJ operator for codes from left to right, with a move wherever the pen would stand wrong."""
    parts, reached = ["[<"], shown[0][1]
    for number, at, width in shown:
        move = round(reached - at)
        if move:
            parts.append(f">{move}<")
            reached -= move
        parts.append(f"{number:04x}")
        reached += width
    parts.append(">]TJ")
    return "".join(parts).replace("<>", "").encode()


def _one_by_one(shown: list[Shown], size: float) -> bytes:
    """A Tj operator for each code, and between them moves, which count from where the code before was started."""
    parts, reached = [], shown[0][1]
    for number, at, _ in shown:
        move = round((at - reached) * size / 1000, 2)
        if move:
            parts.append(f" {move:g} 0 Td")
            reached += move * 1000 / size
        parts.append(f"<{number:04x}>Tj")
    return "".join(parts).encode()


def _rightwards(font: EmbeddedFont, cluster: Cluster) -> Iterator[Shown]:
    """The one code of a cluster, if it shows anything."""
    if cluster.glyphs:
        yield _whole(font, cluster)


def _whole(font: EmbeddedFont, cluster: Cluster) -> Shown:
    """One code for a cluster: the glyph as the font has it, where the layout asks for no more, else a shape."""
    glyph = cluster.glyphs[0]
    if len(cluster.glyphs) == 1 and abs(glyph.up) < 1 and abs(glyph.right) < 1:
        code = Code((Piece(glyph.number),), font.font.advance(glyph.number), cluster.text)
        if cluster.width < font.width(code) + _GAP:
            return font.number(code), glyph.right, font.width(code)
    code = Code(_shape(cluster.glyphs, font), font.units(cluster.width), cluster.text)
    return font.number(code), 0.0, font.width(code)


def _shape(glyphs: Iterable[Glyph], font: EmbeddedFont, right: float = 0) -> Shape:
    return tuple(Piece(glyph.number, font.units(right + glyph.right), font.units(glyph.up)) for glyph in glyphs)


def _leftwards(font: EmbeddedFont, cluster: Cluster, rank: int) -> Iterator[Shown]:
    """The codes of a cluster from right to left, first letter first; each letter and each mark has one of its own.

    Readers turn such a run round letter by letter, so a code with two letters would come back the wrong way.
    `rank` counts the marks behind a letter, and is 0 for what has a width.
    """
    if not cluster.glyphs:
        return
    if rank:
        yield from _marks(font, cluster, rank)
    elif len(cluster.text) == 1 and font.stands(cluster.glyphs):
        yield _whole(font, cluster)
    else:
        yield from _letters(font, cluster)


def _marks(font: EmbeddedFont, cluster: Cluster, rank: int) -> Iterator[Shown]:
    """The codes of marks without a width, which belong to the letter to their right."""
    for index, text in enumerate(cluster.text, rank):
        shape = _shape(cluster.glyphs, font, index * _MARK_SHIFT) if index == rank else ()
        code = Code((*shape, Piece(ANCHOR)), font.units(_MARK_SHIFT), text)
        yield font.number(code), -index * _MARK_SHIFT, _MARK_SHIFT


def _letters(font: EmbeddedFont, cluster: Cluster) -> Iterator[Shown]:
    """The codes of a cluster of several letters or glyphs: the first shows all, each letter takes its share."""
    letters = [text for text in cluster.text if not unicodedata.combining(text)] or cluster.text[:1]
    share = cluster.width / max(len(letters), 1)
    at, marks = cluster.width, 0
    for index, text in enumerate(cluster.text):
        is_mark = bool(index) and bool(unicodedata.combining(text))
        marks = marks + 1 if is_mark else 0
        at -= 0 if is_mark else share
        place = at - marks * _MARK_SHIFT
        shape = _shape(cluster.glyphs, font, -place) if index == 0 else ()
        code = Code((*shape, Piece(ANCHOR)), font.units(_MARK_SHIFT if is_mark else share), text)
        yield font.number(code), place, font.width(code)


def _draw_line_end(stream: Any, run: Run, end: str, matrix: Any) -> None:
    """Draw what nobody sees: the space that a line break took the place of (see `tagging`), a direction mark."""
    codes = [_LINE_ENDS[text](run.font) for text in end]
    widths = [run.font.width(code) for code in codes]
    leftwards = run.right_to_left or RIGHT_TO_LEFT_MARK in end
    at = -float(sum(widths)) if leftwards else run.width
    places = accumulate(widths, initial=at)
    shown = [(run.font.number(code), place, width) for code, place, width in zip(codes, places, widths, strict=False)]
    _start(stream, run, at, matrix)
    stream.stream.append(_together(shown))


_LINE_ENDS: Final[Mapping[str, Callable[[EmbeddedFont], Code]]] = {
    # as wide as a space is: pdfium measures with it what gap between letters parts two words
    " ": lambda font: Code((), font.units(_SPACE), " "),
    RIGHT_TO_LEFT_MARK: lambda font: Code((Piece(ANCHOR),), font.units(_MARK_SHIFT), RIGHT_TO_LEFT_MARK),
}


# --- Which lines end otherwise than they run -----------------------------------------------------


def texts_of(line: Any) -> Iterator[Any]:
    """The text boxes of a line, in the order of reading."""
    for child in getattr(line, "children", ()):
        if isinstance(child, boxes.TextBox):
            yield child
        elif isinstance(child, boxes.InlineBox):
            yield from texts_of(child)


def prepare_page(page: Any, *, leftwards: bool) -> None:
    """Note on a page that is laid out what `draw_first_line` cannot know; free its bookmarks of steering marks.

    A line that runs to the left but ends with left-to-right text gets a direction mark: pdfium takes the
    direction of a line from its parts, and the leftmost counts. `leftwards`: there may be such lines.
    """
    page.bookmarks = [(level, label.translate(STEERING), *rest) for level, label, *rest in page.bookmarks]
    for box in page._page_box.descendants() if leftwards else ():  # noqa: SLF001 - the page does not say where its lines are
        if isinstance(box, boxes.LineBox) and box.style["direction"] == "rtl":
            texts = [text for text in texts_of(box) if text.text.strip()]
            if texts and _last_direction(texts) == "L":
                texts[-1].ends_leftwards = True


def _last_direction(texts: list[Any]) -> str:
    """The bidirectional class of the last letter: L, R or AL, or nothing if there is none."""
    classes = (unicodedata.bidirectional(letter) for text in reversed(texts) for letter in reversed(text.text))
    return next((each for each in classes if each in {"L", "R", "AL"}), "")

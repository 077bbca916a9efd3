"""What a finished PDF shows, measured in the file itself: each piece of text with its size, color and place.

Read by pdfium, which knows nothing of the style sheet that made it. Lengths are points; places count from the upper
left corner of the page, to the right and down.
"""

from __future__ import annotations

import ctypes
import math
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import groupby, pairwise, repeat
from operator import attrgetter
from typing import Final, Literal, NamedTuple, TypeVar

from handouts import pdfium
from handouts.pdfium import calls
from handouts.tagtree import NO_TAGS, TagReader, Tags

Rgb = tuple[int, int, int]
Point = tuple[float, float]
Matrix = tuple[float, float, float, float, float, float]
"""As PDF writes it (ISO 32000-1, 8.3.3): x' = a x + c y + e, y' = b x + d y + f."""


class Box(NamedTuple):
    """A rectangle on a page."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Points from left to right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Points from top to bottom."""
        return self.bottom - self.top

    def meets_any(self, others: Iterable[Box]) -> bool:
        """Whether it has an area in common with one of these."""
        here, top, there, bottom = self
        return any(here < right and left < there and top < down and up < bottom for left, up, right, down in others)

    def within(self, other: Box) -> Box:
        """The part of it that lies in the other; of no or negative width or height where there is none."""
        left, top = max(self.left, other.left), max(self.top, other.top)
        return Box(left, top, min(self.right, other.right), min(self.bottom, other.bottom))

    @property
    def middle(self) -> Point:
        """The point in its middle."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def has(self, other: Box) -> bool:
        """Whether all of the other lies in it."""
        return (
            self.left <= other.left
            and self.top <= other.top
            and other.right <= self.right
            and other.bottom <= self.bottom
        )

    def holds(self, point: Point) -> bool:
        """Whether a point lies in it."""
        return self.left <= point[0] <= self.right and self.top <= point[1] <= self.bottom


class Font(NamedTuple):
    """A font of the file: its name, its italic angle in degrees (0 for upright), whether it says that it is italic."""

    name: str
    angle: int
    italic: bool
    embedded: bool


class Piece(NamedTuple):
    """Text drawn alike along one baseline: a line of it, or as much as has one style.

    `box` is what the ink covers, `left` and `right` are where the first and the last glyph begin and end with the
    room around them. `size` is the effective size: the font's times the scale of every matrix. `alpha` is 1 for
    opaque, 0 for nothing. `mode` is the text rendering mode (ISO 32000-1, table 106). `slant` is in degrees, 0 for
    upright. `visible` is the box of what clips it. `order` counts all that is painted on the page.
    """

    text: str
    box: Box
    left: float
    right: float
    baseline: float
    size: float
    color: Rgb
    alpha: float
    mode: int
    slant: float
    font: Font
    visible: Box
    order: int


class Drawing(NamedTuple):
    """A path, a picture, or a shading (a gradient and a pattern, too) and its box, which its clip cuts.

    `fill` and `stroke` are colors, None where it has none; `alpha` is the fill's, or the stroke's where there is no
    fill. `outline` are the polygons that a fill covers, read only where the drawing meets text; None is the whole box.
    `even_odd` is the rule that fills them. `content` is the number of the marked content that it is part of, -1 for
    what only decorates; in such content `marks` are the middles of the path's parts.
    """

    kind: Literal["path", "image", "shading"]
    box: Box
    fill: Rgb | None
    stroke: Rgb | None
    stroke_width: float
    alpha: float
    order: int
    outline: tuple[tuple[Point, ...], ...] | None = None
    even_odd: bool = False
    content: int = -1
    marks: tuple[Point, ...] = ()

    def color_at(self, point: Point) -> Rgb | None:
        """The color that its fill, or the straight line that it is, lays on a point; None where it lays none."""
        if not self.box.holds(point):
            return None
        if self.fill and (self.outline is None or _inside(point, self.outline, even_odd=self.even_odd)):
            return self.fill
        return self.stroke if self._strikes(point) else None

    @property
    def lays(self) -> bool:
        """Whether it may lay a color on some point: a stroke does so only where it is a straight line."""
        thin = 2.1 * self.stroke_width
        return self.kind != "path" or bool(self.fill) or self.box.height <= thin or self.box.width <= thin

    def is_even_on(self, box: Box) -> bool:
        """Whether it is sure to lay the same on all points of a box: it is filled, and no side of it comes near."""
        if not self.fill or self.kind != "path" or not self.box.has(box):
            return False
        if self.outline is None or self.stroke:
            return self.outline is None
        sides = ((one, other) for polygon in self.outline for one, other in pairwise((*polygon, polygon[0])))
        near = (
            min(x0, x1) <= box.right
            and box.left <= max(x0, x1)
            and min(y0, y1) <= box.bottom
            and box.top <= max(y0, y1)
            for (x0, y0), (x1, y1) in sides
        )
        return not any(near)

    def _strikes(self, point: Point) -> bool:
        """Whether it is a straight line, across or down, that runs over a point; pdfium's box is twice as thick."""
        (x, y), half = self.box.middle, self.stroke_width / 2
        thin = 2.1 * self.stroke_width
        return (self.box.height <= thin and abs(point[1] - y) <= half) or (
            self.box.width <= thin and abs(point[0] - x) <= half
        )


class Line(NamedTuple):
    """What stands side by side on a page, as far as no wider gap than that between words lies between.

    `left` and `right` are where its leftmost glyph begins and its rightmost ends; `main` is the longest of its pieces,
    whose size and baseline stand for the line's.
    """

    pieces: tuple[Piece, ...]
    text: str
    left: float
    right: float
    main: Piece


@dataclass(frozen=True, eq=False)
class Sheet:
    """One page: its number from 1, its size and what is painted on it, from the bottom up. Equal to itself only."""

    number: int
    width: float
    height: float
    pieces: tuple[Piece, ...]
    drawings: tuple[Drawing, ...]
    lines: tuple[Line, ...] = ()

    @cached_property
    def paper(self) -> Box:
        """The whole page."""
        return Box(0, 0, self.width, self.height)

    @cached_property
    def paragraphs(self) -> list[list[Line]]:
        """Its lines, those together that follow one another in a column with even leading and the same size."""
        found: list[list[Line]] = []
        for line in self.lines:
            if found and _goes_on(found[-1], line):
                found[-1].append(line)
            else:
                found.append([line])
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """What was measured in a PDF, page by page. Equal to itself only, so that what is worked out of it can be kept."""

    sheets: tuple[Sheet, ...]
    tags: Tags = NO_TAGS


def measure(pdf: bytes) -> Measured:
    """What a PDF shows, and what it tells of it. Raises pypdfium2.PdfiumError for what is no PDF."""
    import pypdfium2  # type: ignore[import-untyped]

    with pypdfium2.PdfDocument(pdf) as document:
        tags = TagReader(document)
        sheets = []
        for page in pdfium.read_pages(document):
            sheets.append(_sheet(page))
            tags.read(page)
        return Measured(tuple(sheets), tags.all_of(pdf))


def _sheet(page: pdfium.Page) -> Sheet:
    left, bottom, right, top = page.box
    reader = _Reader(page)
    pieces = tuple(reader.pieces())
    drawings = tuple(reader.drawings(pieces))
    return Sheet(page.number, right - left, top - bottom, pieces, drawings, tuple(_lines(pieces)))


# --- Lines and paragraphs ------------------------------------------------------------------------------

_WORD_GAP: Final = 0.8
"""A wider gap than this part of the type size parts columns and cells: word spaces are 0.2 to 0.3 of it, less than
0.8 when a style stretches them."""
_LEADING: Final = (0.8, 2.4)
"""The least and the greatest distance of lines in a paragraph, by their type size."""
_EVEN: Final = 1.0
"""Points by which edges, middles and leading may differ and yet be meant as the same."""


def _lines(pieces: Iterable[Piece]) -> Iterator[Line]:
    """The pieces with ink, those that stand side by side together; in the order of painting.

    What is painted between two pieces parts them: the columns of a page are painted one after the other.
    """
    rows: list[list[Piece]] = []
    for piece in pieces:
        if piece.text.strip():
            if rows and _level(rows[-1][0], piece):
                rows[-1].append(piece)
            else:
                rows.append([piece])
    found = [part for row in rows for part in _parts(row)]
    for part in sorted(found, key=lambda part: part[0].order):
        if len(part) == 1:  # most
            yield Line((part[0],), " ".join(part[0].text.split()), part[0].left, part[0].right, part[0])
            continue
        left, right = min(piece.left for piece in part), max(piece.right for piece in part)
        yield Line(tuple(part), _joined(part), left, right, max(part, key=lambda piece: piece.box.width))


def _level(one: Piece, other: Piece) -> bool:
    """Whether two pieces stand in one row, raised or lowered by no more than half of the larger one's size."""
    return abs(one.baseline - other.baseline) < max(one.size, other.size) / 2


def _parts(row: list[Piece]) -> Iterator[list[Piece]]:
    """A row, cut where a gap is too wide for a word space; each part in the order of painting."""
    if len(row) == 1:
        yield row
        return
    part: list[Piece] = []
    reach = 0.0
    for piece in sorted(row, key=attrgetter("left")):
        if part and piece.left - reach > _WORD_GAP * min(piece.size, part[-1].size):
            yield sorted(part, key=attrgetter("order"))
            part = []
        reach = max(reach, piece.right) if part else piece.right
        part.append(piece)
    yield sorted(part, key=attrgetter("order"))


def _joined(part: list[Piece]) -> str:
    """The words of pieces, with a space where a gap parts them."""
    text = part[0].text
    for before, after in pairwise(part):
        gap = max(after.left - before.right, before.left - after.right)
        text += (" " if gap > 0.1 * after.size and not text.endswith(" ") else "") + after.text
    return " ".join(text.split())


def _goes_on(paragraph: list[Line], line: Line) -> bool:
    """Whether a line follows the last one of a paragraph: below it, of its size, with an edge or middle in common."""
    last, this = paragraph[-1].main, line.main
    step = this.baseline - last.baseline
    if abs(this.size - last.size) > 0.1 or not _LEADING[0] <= step / this.size <= _LEADING[1]:
        return False
    if len(paragraph) > 1 and abs(last.baseline - paragraph[-2].main.baseline - step) > _EVEN:
        return False
    return shares_an_edge(paragraph[-1], line)


def shares_an_edge(one: Line, other: Line) -> bool:
    """Whether two lines begin, end or have their middle at the same place across the page."""
    left, right = one.left - other.left, one.right - other.right
    return min(abs(left), abs(right), abs(left + right) / 2) < _EVEN


# --- Geometry ------------------------------------------------------------------------------------------


def _times(first: Matrix, then: Matrix) -> Matrix:
    """The matrix that does the one, then the other."""
    a, b, c, d, e, f = first
    m, n, o, p, q, r = then
    return a * m + b * o, a * n + b * p, c * m + d * o, c * n + d * p, e * m + f * o + q, e * n + f * p + r


def _moved(points: Iterable[Point], by: Matrix) -> list[Point]:
    a, b, c, d, e, f = by
    return [(a * x + c * y + e, b * x + d * y + f) for x, y in points]


_Sides = tuple[float, float, float, float]
"""Of objects: left, bottom, right and top in the coordinates of what holds them; of a box on the page, those of `Box`.
No class, for there is one for each letter of Arabic."""


def _sides(bounds: Iterable[_Sides], by: Matrix) -> Sequence[_Sides]:
    """The sides of boxes on the page, of the bounds of objects."""
    a, b, c, d, e, f = by
    if b == c == 0 and a > 0 > d:  # neither turned nor mirrored: nearly all
        return [(a * left + e, d * top + f, a * right + e, d * bottom + f) for left, bottom, right, top in bounds]
    corners = (((x, y) for x in (left, right) for y in (bottom, top)) for left, bottom, right, top in bounds)
    return [_box_of(_moved(four, by)) for four in corners]


def _box_of(points: Iterable[Point]) -> Box:
    across, down = zip(*points, strict=True)
    return Box(min(across), min(down), max(across), max(down))


def _inside(point: Point, polygons: Iterable[tuple[Point, ...]], *, even_odd: bool) -> bool:
    """Whether polygons hold a point, by the even-odd or the nonzero winding number rule (ISO 32000-1, 8.5.3.3)."""
    x, y = point
    crossings = winding = 0
    for polygon in polygons:
        for (x0, y0), (x1, y1) in pairwise((*polygon, polygon[0])):
            if (y0 > y) != (y1 > y) and x < x0 + (y - y0) * (x1 - x0) / (y1 - y0):
                crossings += 1
                winding += 1 if y1 > y0 else -1
    return crossings % 2 == 1 if even_odd else winding != 0


def _curve(start: Point, *steering: Point) -> Iterator[Point]:
    """Points on a cubic Bezier curve after its start, near enough for a panel's corner or a dot."""
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = start, *steering
    for a, b, c, d in _SHARES:
        yield a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3


_SHARES: Final = tuple(((1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t * t, t**3) for t in (0.25, 0.5, 0.75, 1.0))
"""How much the start, the two steering points and the end count at each of these points."""


# --- pdfium --------------------------------------------------------------------------------------------

_ITALIC: Final = 1 << 6
"""The flag of a font descriptor that says italic (ISO 32000-1, table 123)."""
_PATTERN: Final = (0xBF, 0xBF, 0xBF)
"""The color that pdfium gives for a pattern."""
_LINE, _MOVE = 0, 2
_MERGE: Final = 0.8
"""Objects of one style further apart than this part of their size are two pieces."""
_OVERHANG: Final = 0.2
"""The part of its size by which a last letter's ink may reach beyond its width. What reaches further is another letter:
in Latin words of an Arabic line the first or last one read is not the rightmost."""
_NO_INK: Final = 0.001
"""Objects of text that are less high in points draw nothing."""
_LEVEL: Final = 0.05
"""Points by which the baselines of one piece may differ."""
_OUTLINED: Final = (1, 5)
"""The text rendering modes that draw outlines only."""
_READ_AS: Final = {0x02: "-", 0x0D: " ", 0x0A: " "}
"""Characters that pdfium makes up: a hyphen at the end of a line, and the end itself."""

_Ink = tuple[int, int, int, int]
"""Red, green, blue and alpha, 0 to 255."""
_Style = tuple[int, tuple[float, float], _Ink, float, int, Box]
"""What makes two objects of text look different: font, size and slant, ink, the alpha of what holds them, rendering
mode, what clips them. No class, for there is one for each letter of Arabic."""


_Look = tuple[int, float, tuple[float, ...], _Ink, int, int, int]
"""What a style is worked out of: font and its size, the scale and turn, ink, mode, what holds and what clips it."""
_Item = TypeVar("_Item")


class _Around(NamedTuple):
    """What a page or a form gives to all in it: the matrix to the page, the alpha, the box that clips."""

    matrix: Matrix
    alpha: float
    visible: Box


@dataclass(slots=True, eq=False)
class _Run:
    """A piece that is being read: its ink's box, where its first glyph begins, the characters it begins and ends with.

    `reach` is how far from its box the next object may stand.
    """

    style: _Style
    ink_left: float
    ink_top: float
    ink_right: float
    ink_bottom: float
    left: float
    baseline: float
    order: int
    reach: float
    text: list[str] = field(default_factory=list)
    first: int = -1
    last: int = -1

    def take(self, sides: _Sides, origin: float) -> None:
        """Grow by a text object."""
        left, top, right, bottom = sides
        self.ink_left = min(self.ink_left, left)
        self.ink_top = min(self.ink_top, top)
        self.ink_right = max(self.ink_right, right)
        self.ink_bottom = max(self.ink_bottom, bottom)
        self.left = min(self.left, origin)


class _Reader:
    """The objects of one page, in columns, and what they come to."""

    def __init__(self, page: pdfium.Page) -> None:
        self.page = page
        self.objects = page.objects
        handles = self.objects.handles
        left, _, _, top = page.box
        self.upright: Matrix = (1, 0, 0, -1, -left, top)
        self.bounds = pdfium.numbers("f", 4, calls().bounds, handles)
        self.matrices: list[Matrix] = pdfium.numbers("f", 6, calls().matrix, handles, side_by_side=True)
        self.fills: list[_Ink] = pdfium.numbers("I", 4, calls().fill, handles)
        self.clips: list[int] = list(map(calls().clip_paths, map(calls().clip, handles)))
        self.arounds = {pdfium.PAGE: _Around(self.upright, 1.0, Box(-math.inf, -math.inf, math.inf, math.inf))}
        for place in self.objects.of(pdfium.FORM):
            around = self._around(place)
            matrix = _times(self.matrices[place], around.matrix)
            alpha = around.alpha * (self.fills[place][3] / 255)
            self.arounds[place] = _Around(matrix, alpha, self._visible(place))

    def _around(self, place: int) -> _Around:
        return self.arounds[self.objects.within[place]]

    def _visible(self, place: int) -> Box:
        """The box that clips an object: that of its clip paths, within that of what holds it."""
        around = self._around(place)
        visible = around.visible
        if self.clips[place] > 0:  # -1 for none
            clip = calls().clip(self.objects.handles[place])
            for number in range(self.clips[place]):
                places = range(calls().clip_segments(clip, number))
                segments = list(map(calls().clip_segment, repeat(clip), repeat(number), places))
                points = _points(segments, around.matrix)
                visible = visible.within(_box_of(points)) if points else visible
        return visible

    # text

    @cached_property
    def _texts(self) -> list[int]:
        """The places of the objects of text."""
        return self.objects.of(pdfium.TEXT)

    def _column(self, column: Sequence[_Item]) -> list[_Item]:
        """What a column has of the objects of text."""
        return [column[place] for place in self._texts]

    def _styles(self) -> list[_Style]:
        """How each object of text looks."""
        handles = self._column(self.objects.handles)
        (sizes,) = pdfium.columns("f", 1, calls().font_size, handles)
        modes = list(map(calls().mode, handles))
        inks = self._column(self.fills)
        for number in [number for number, mode in enumerate(modes) if mode in _OUTLINED]:
            inks[number] = self._stroke(self._texts[number])
        shapes = [self.matrices[place][:4] for place in self._texts]
        clips = [place if self.clips[place] > 0 else pdfium.PAGE for place in self._texts]  # known by no number
        within = self._column(self.objects.within)
        known: dict[_Look, _Style] = {}
        styles: list[_Style] = []
        looks = zip(map(calls().font, handles), sizes, shapes, inks, modes, within, clips, strict=True)
        for look, alike in groupby(looks):
            if look not in known:
                known[look] = self._style(self._texts[len(styles)], look)
            styles += repeat(known[look], len(list(alike)))
        return styles

    def _style(self, place: int, look: _Look) -> _Style:
        font, size, _, ink, mode, *_ = look
        around = self._around(place)
        scale = _size_and_slant(size, _times(self.matrices[place], around.matrix))
        return font, scale, ink, around.alpha, mode, self._visible(place)

    def _stroke(self, place: int) -> _Ink:
        ink: _Ink = pdfium.numbers("I", 4, calls().stroke, [self.objects.handles[place]])[0]
        return ink

    def _runs(self) -> dict[int, _Run]:
        """The run of each object of text, by its handle; not of a space, or of a mark that only steers readers."""
        found: dict[int, _Run] = {}
        run: _Run | None = None
        for place, style, sides, (origin, baseline) in zip(self._texts, self._styles(), *self._places(), strict=True):
            if sides[3] - sides[1] < _NO_INK:
                continue
            if (
                run is None
                or abs(baseline - run.baseline) >= _LEVEL
                or sides[0] - run.ink_right >= run.reach
                or run.ink_left - sides[2] >= run.reach
                or style != run.style
            ):
                run = _Run(style, *sides, origin, baseline, place + 1, _MERGE * style[1][0])
            else:
                run.take(sides, origin)
            found[self.objects.handles[place]] = run
        return found

    def _places(self) -> tuple[list[_Sides], list[Point]]:
        """The sides of the objects of text, and where their first glyphs begin on the baseline."""
        sides: list[_Sides] = []
        origins: list[Point] = []
        for holder, group in groupby(self._texts, self.objects.within.__getitem__):
            places = list(group)
            matrix = self.arounds[holder].matrix
            sides += _sides([self.bounds[place] for place in places], matrix)
            origins += _moved([self.matrices[place][4:] for place in places], matrix)
        return sides, origins

    def pieces(self) -> Iterator[Piece]:
        """The runs as pieces, with the text that pdfium reads."""
        run_of = self._runs()
        self._spell(run_of)
        runs = list(dict.fromkeys(run_of.values()))
        ends = self._ends([*(run.first for run in runs), *(run.last for run in runs)])
        fonts = {font: _font(font) for font in {run.style[0] for run in runs}}
        for run, *end in zip(runs, ends, ends[len(runs) :], strict=False):
            font, (size, slant), (red, green, blue, alpha), around, mode, visible = run.style
            reach = max(end)
            yield Piece(
                text="".join(run.text),
                box=Box(run.ink_left, run.ink_top, run.ink_right, run.ink_bottom),
                left=run.left,
                right=reach if run.ink_right - reach < _OVERHANG * size else run.ink_right,
                baseline=run.baseline,
                size=size,
                color=(red, green, blue),
                alpha=alpha / 255 * around,
                mode=mode,
                slant=slant,
                font=fonts[font],
                visible=visible,
                order=run.order,
            )

    def _spell(self, run_of: dict[int, _Run]) -> None:
        """Give each run its text; what belongs to no object (a space that pdfium adds) goes to the run before."""
        starts = self.page.starts
        owners: list[_Run | None] = list(map(run_of.get, self.page.holders))  # type: ignore[arg-type]
        text = self.page.characters.translate(_READ_AS)
        for run, start, end in pdfium.stretches(owners, starts):
            part = text[start:end]
            run.text.append(part)
            last = start + len(part.rstrip()) - 1
            while last >= start and (owners[bisect_right(starts, last) - 1] is not run or text[last].isspace()):
                last -= 1  # a mark, or a space before one
            if last >= start:
                run.last = last
                run.first = start + len(part) - len(part.lstrip()) if run.first < 0 else run.first

    def _ends(self, places: Sequence[int]) -> list[float]:
        """Where characters end on the right, with the room after them."""
        read = pdfium.numbers("f", 4, _loose_box(self.page.words), places, side_by_side=True)
        edge = self.page.box[0]
        ends = [max(left, right) - edge for left, _, right, _ in read]  # FS_RECTF: left, top, right, bottom
        return [end if place >= 0 else -math.inf for place, end in zip(places, ends, strict=True)]

    # paths, pictures, shadings

    def drawings(self, pieces: Iterable[Piece]) -> Iterator[Drawing]:
        """The drawings, with the outlines of those that meet text and the marks of those that tell something."""
        boxes = [piece.box for piece in pieces]
        for place, drawing in self._drawings():
            meets = bool(drawing.fill) and drawing.box.meets_any(boxes)
            if drawing.kind != "path" or not (meets or drawing.content >= 0):
                yield drawing
                continue
            matrix = _times(self.matrices[place], self._around(place).matrix)
            parts = _polygons(self.objects.handles[place], matrix)
            marks = tuple(_box_of(part).middle for part in parts) if drawing.content >= 0 else ()
            yield drawing._replace(outline=_outline(parts), marks=marks)

    def _drawings(self) -> Iterator[tuple[int, Drawing]]:
        places = self.objects.of(pdfium.PATH, pdfium.IMAGE, pdfium.SHADING)
        handles = [self.objects.handles[place] for place in places]
        modes = pdfium.numbers("i", 2, calls().draw_mode, handles)
        strokes: list[_Ink] = pdfium.numbers("I", 4, calls().stroke, handles)
        widths = pdfium.numbers("f", 1, calls().stroke_width, handles)
        for place, mode, stroke, (width,) in zip(places, modes, strokes, widths, strict=True):
            yield place, self._drawing(place, mode, stroke, width)

    def _drawing(self, place: int, mode: tuple[int, int], ink: _Ink, width: float) -> Drawing:
        around, kind, handle = self._around(place), self.objects.kinds[place], self.objects.handles[place]
        fills, strokes = mode if kind == pdfium.PATH else (0, 0)
        *fill, alpha = self.fills[place]
        color = (fill[0], fill[1], fill[2])
        shades = kind == pdfium.SHADING or bool(fills and color == _PATTERN and self._is_pattern(handle))
        scaled = _size_and_slant(width, _times(self.matrices[place], around.matrix))[0] if strokes else 0.0
        return Drawing(
            kind="shading" if shades else "path" if kind == pdfium.PATH else "image",
            box=Box(*_sides([self.bounds[place]], around.matrix)[0]).within(self._visible(place)),
            fill=color if fills and not shades else None,
            stroke=ink[:3] if strokes else None,
            stroke_width=scaled,
            alpha=around.alpha * ((ink[3] if strokes and not fills else alpha) / 255),
            order=place + 1,
            even_odd=fills == 1,
            content=self.objects.contents[place],
        )

    def _is_pattern(self, handle: int) -> bool:
        bitmap = calls().pattern(self.page.document, handle)
        if bitmap:
            calls().drop_bitmap(bitmap)
        return bool(bitmap)


def _loose_box(words: int) -> Callable[[int, int], int]:
    """What writes the box of a character with the room around it."""
    return partial(calls().loose_box, words)


def _font(handle: int) -> Font:
    name = ctypes.create_string_buffer(256)
    angle = ctypes.c_int()
    calls().font_name(handle, ctypes.addressof(name), 256)
    calls().font_angle(handle, ctypes.addressof(angle))
    italic = bool(calls().font_flags(handle) & _ITALIC)
    return Font(name.value.decode("utf-8", "replace"), angle.value, italic, calls().font_embedded(handle) == 1)


def _points(segments: Sequence[int], matrix: Matrix) -> list[Point]:
    return _moved(pdfium.numbers("f", 2, calls().segment_point, segments), matrix)


def _polygons(path: int, matrix: Matrix) -> list[list[Point]]:
    """The parts of a path, its curves cut into straight pieces."""
    polygons: list[list[Point]] = []
    steering: list[Point] = []
    segments = list(map(calls().segment, repeat(path), range(calls().segments(path))))
    for kind, point in zip(map(calls().segment_type, segments), _points(segments, matrix), strict=True):
        if kind == _MOVE or not polygons:
            polygons.append([point])
        elif kind == _LINE:
            polygons[-1].append(point)
        else:
            steering.append(point)
            if len(steering) == 3:
                polygons[-1].extend(_curve(polygons[-1][-1], *steering))
                steering.clear()
    return polygons


def _outline(polygons: Iterable[Iterable[Point]]) -> tuple[tuple[Point, ...], ...] | None:
    """What polygons with an area cover; None for a rectangle, which is its box."""
    found = tuple(tuple(polygon) for polygon in polygons)
    found = tuple(polygon for polygon in found if len(polygon) > 2)
    return None if len(found) == 1 and _is_rectangle(found[0]) else found


def _size_and_slant(size: float, matrix: Matrix) -> tuple[float, float]:
    """The size on the page, by the smaller of the two scales, and how far its upright leans, in degrees."""
    a, b, c, d, _, _ = matrix
    across, up = math.hypot(a, b), math.hypot(c, d)
    if not across or not up:
        return 0.0, 0.0
    leaning = (a * c + b * d) / (across * up)
    return round(size * min(across, up), 3), round(abs(math.degrees(math.asin(max(-1.0, min(1.0, leaning))))), 1)


def _is_rectangle(polygon: tuple[Point, ...]) -> bool:
    """Whether a polygon has the sides of its own box."""
    box = _box_of(polygon)
    return all(min(x - box.left, box.right - x) < 0.01 and min(y - box.top, box.bottom - y) < 0.01 for x, y in polygon)

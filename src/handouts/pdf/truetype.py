"""A static TrueType font, read; and a small one for one document, written.

The written font has a glyph for each shape that the document shows: an outline as it is, nothing at all, or
several outlines as one composite glyph. So one character code can stand for a whole cluster of letters and
marks. It holds just the tables that PDF asks of a CIDFont (ISO 32000-1, 9.9: glyf, head, hhea, hmtx, loca, maxp).
Formats: OpenType 1.9, chapters of those names. Distances are in font units.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Final, NamedTuple

_WORDS: Final = 0x0001  # the two arguments of a component are 16 bits wide
_OFFSETS: Final = 0x0002  # and are offsets, not points
_SCALED: Final = 0x0008
_MORE: Final = 0x0020
_SCALED_TWICE: Final = 0x0040
_SCALED_BY_MATRIX: Final = 0x0080
IDEOGRAPHS: Final = 10_000
"""A font of so many glyphs is one of ideographs, and its outlines are the most of a file. At 12 points half of
Noto's 1,000 units are 0.008 mm, a fifth of a dot of a printer with 600 dots an inch."""
_SHORT_LIMIT: Final = 2 * 0x10000  # beyond this many bytes `loca` needs 32 bits a glyph


class Piece(NamedTuple):
    """An outline and where it lies from the start of the cluster on the baseline."""

    glyph: int
    x: int = 0
    y: int = 0


ANCHOR: Final = -1
"""A piece that shows nothing but counts in the rectangle around the shape: two contours of one point each,
on the baseline and above. What has no rectangle, or one off the line, some readers pass over or put elsewhere."""
ANCHOR_WIDTH, ANCHOR_HEIGHT = 20, 200
_POINTS: Final = struct.pack(
    ">h4hHHHBBBh", 2, 0, 0, ANCHOR_WIDTH, ANCHOR_HEIGHT, 0, 1, 0, 0x31, 0x13, ANCHOR_WIDTH, ANCHOR_HEIGHT
)
Shape = tuple[Piece, ...]
"""What one character code shows: no piece, one, or several."""


class Box(NamedTuple):
    """The smallest rectangle around a shape."""

    left: int
    bottom: int
    right: int
    top: int


class Font:
    """The glyphs of a static TrueType font, by glyph id; ideographs are drawn on half as fine a grid.

    Raises ValueError for what is not a TrueType font with `glyf` outlines, or is a variable one.
    """

    def __init__(self, data: bytes) -> None:
        self.tables = _tables(data)
        lacking = {"glyf", "head", "hhea", "hmtx", "loca", "maxp"} - self.tables.keys()
        if lacking or "fvar" in self.tables:
            raise ValueError(f"not a static TrueType font: {', '.join(sorted(lacking)) or 'fvar'}")
        self.count: int = struct.unpack_from(">H", self.tables["maxp"], 4)[0]
        self.grid = 2 if self.count >= IDEOGRAPHS else 1
        units, *box = struct.unpack_from(">H16x4h", self.tables["head"], 18)
        self.units: int = units // self.grid
        self.box = Box(*(_coarse(each, self.grid) for each in box))
        lines = struct.unpack_from(">hh", self.tables["hhea"], 4)
        self.ascent, self.descent = (_coarse(each, self.grid) for each in lines)
        self._outlines: dict[int, bytes] = {}
        self._advances = self._read_advances()
        self._places = self._read_places()

    def _read_advances(self) -> list[int]:
        measured: int = struct.unpack_from(">H", self.tables["hhea"], 34)[0]
        pairs = struct.unpack_from(f">{measured * 2}H", self.tables["hmtx"])
        advances = [_coarse(each, self.grid) for each in pairs[::2]]
        return advances + [advances[-1]] * (self.count - measured)

    def _read_places(self) -> tuple[int, ...]:
        long = struct.unpack_from(">h", self.tables["head"], 50)[0]
        places = struct.unpack_from(f">{self.count + 1}{'I' if long else 'H'}", self.tables["loca"])
        return places if long else tuple(2 * place for place in places)

    def advance(self, glyph: int) -> int:
        """How far the pen moves."""
        return 0 if glyph == ANCHOR else self._advances[glyph]

    def outline(self, glyph: int) -> bytes:
        """The entry of `glyf`; empty for a space."""
        if glyph == ANCHOR:
            return _POINTS
        if glyph not in self._outlines:
            outline = self.tables["glyf"][self._places[glyph] : self._places[glyph + 1]]
            self._outlines[glyph] = outline if self.grid == 1 else coarser(outline, self.grid)
        return self._outlines[glyph]

    def box_of(self, glyph: int) -> Box | None:
        """The rectangle around a glyph; None for a space."""
        outline = self.outline(glyph)
        return Box(*struct.unpack_from(">4h", outline, 2)) if outline else None


@lru_cache(maxsize=128)
def read(path: Path) -> Font:
    """The font in a file whose name tells what it was made of, so that it never changes."""
    return Font(path.read_bytes())


def _tables(data: bytes) -> dict[str, bytes]:
    count = struct.unpack_from(">H", data, 4)[0]
    found = {}
    for index in range(count):
        tag, _, offset, length = struct.unpack_from(">4s3I", data, 12 + 16 * index)
        found[tag.decode("latin-1")] = data[offset : offset + length]
    return found


# --- Outlines on a coarser grid -----------------------------------------------------------------

_ON_CURVE: Final = 0x01
_X_SHORT, _Y_SHORT = 0x02, 0x04
_REPEATED: Final = 0x08
_X_SAME, _Y_SAME = 0x10, 0x20  # with the short form: the step is positive; without: there is none
_OVERLAPS: Final = 0x40


def coarser(outline: bytes, grid: int) -> bytes:
    """An outline with its points, or its components' places, on a grid that many times as coarse."""
    if not outline:
        return b""
    contours: int = struct.unpack_from(">h", outline)[0]
    if contours < 0:
        return _coarser_components(outline, grid)
    ends = struct.unpack_from(f">{contours}H", outline, 10)
    flags, place = _read_flags(outline, 12 + 2 * contours, ends[-1] + 1)
    across, place = _read_steps(outline, place, flags, _X_SHORT, _X_SAME)
    up, _ = _read_steps(outline, place, flags, _Y_SHORT, _Y_SAME)
    xs, ys = ([_coarse(each, grid) for each in accumulate(steps)] for steps in (across, up))
    box = struct.pack(">5h", contours, min(xs), min(ys), max(xs), max(ys))
    kept = [flag & (_ON_CURVE | _OVERLAPS) for flag in flags]
    return box + struct.pack(f">{contours}HH", *ends, 0) + _written_points(kept, xs, ys)


def _coarse(value: int, grid: int) -> int:
    return (2 * value + grid) // (2 * grid)


def _coarser_components(outline: bytes, grid: int) -> bytes:
    box = [_coarse(each, grid) for each in struct.unpack_from(">4h", outline, 2)]
    parts = []
    for part in components(outline):
        kind = ">hh" if part.flags & _WORDS else ">bb"
        steps = [_coarse(each, grid) for each in struct.unpack_from(kind, part.rest)]
        rest = struct.pack(kind, *steps) + part.rest[struct.calcsize(kind) :]
        parts.append(struct.pack(">HH", part.flags, part.glyph) + rest)
    return outline[:2] + struct.pack(">4h", *box) + b"".join(parts)


def _read_flags(outline: bytes, place: int, count: int) -> tuple[list[int], int]:
    flags: list[int] = []
    while len(flags) < count:
        flag, times = outline[place], 1
        if flag & _REPEATED:
            place += 1
            times += outline[place]
        flags += [flag] * times
        place += 1
    return flags, place


def _read_steps(outline: bytes, place: int, flags: list[int], short: int, same: int) -> tuple[list[int], int]:
    """The steps from point to point in one direction, and where they end."""
    steps = []
    for flag in flags:
        if flag & short:
            steps.append(outline[place] if flag & same else -outline[place])
            place += 1
        elif flag & same:
            steps.append(0)
        else:
            steps.append(struct.unpack_from(">h", outline, place)[0])
            place += 2
    return steps, place


def _written_points(flags: list[int], xs: list[int], ys: list[int]) -> bytes:
    """Points as `glyf` has them: a flag for each, then the steps across, then those up."""
    across, up = bytearray(), bytearray()
    written = bytearray()
    for flag, x, y in zip(flags, _steps(xs), _steps(ys), strict=True):
        steps = _write_step(across, x, _X_SHORT, _X_SAME) | _write_step(up, y, _Y_SHORT, _Y_SAME)
        written.append(flag | steps)
    return bytes(written + across + up)


def _steps(places: list[int]) -> Iterator[int]:
    return (end - start for start, end in pairwise([0, *places]))


def _write_step(file: bytearray, step: int, short: int, same: int) -> int:
    """Write a step in its shortest form, and return what its point's flag says of it."""
    if step == 0:
        return same
    if abs(step) > 0xFF:
        file += struct.pack(">h", step)
        return 0
    file.append(abs(step))
    return short | (same if step > 0 else 0)


# --- A new font ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Component:
    """One entry of a composite glyph: which glyph, and the rest of the entry."""

    flags: int
    glyph: int
    rest: bytes


def components(outline: bytes) -> Iterator[Component]:
    """The components of a composite outline; none, if it is a simple one."""
    if not outline or struct.unpack_from(">h", outline)[0] >= 0:
        return
    place, flags = 10, _MORE
    while flags & _MORE:
        flags, glyph = struct.unpack_from(">HH", outline, place)
        length = _rest_length(flags)
        yield Component(flags & ~0x0100, glyph, outline[place + 4 : place + 4 + length])  # no instructions follow
        place += 4 + length


def _rest_length(flags: int) -> int:
    scale = 2 if flags & _SCALED else 4 if flags & _SCALED_TWICE else 8 if flags & _SCALED_BY_MATRIX else 0
    return (4 if flags & _WORDS else 2) + scale


def write(font: Font, shapes: Sequence[tuple[Shape, int]]) -> bytes:
    """A font whose glyph 0 is `.notdef` and whose glyph n is the nth shape with its advance, counted from 1.

    After them come the outlines that composite glyphs need and that no shape shows by itself. Raises
    ValueError for more than 65,535 glyphs, or an offset beyond 16 bits.
    """
    return _Writing(font, shapes).file()


class _Writing:
    """The glyphs of one new font: those asked for, and their components behind them."""

    def __init__(self, font: Font, shapes: Sequence[tuple[Shape, int]]) -> None:
        self.font = font
        self.advances = [font.advance(0), *(advance for _, advance in shapes)]
        self.asked = len(self.advances)
        self.plain: dict[int, int] = {0: 0}  # the new id of each glyph of the font that stands there as it is
        for new, (shape, _) in enumerate(shapes, 1):
            if _is_plain(shape):
                self.plain.setdefault(shape[0].glyph, new)
        self.added: list[int] = []
        self.outlines = [self._copied(0)]
        self.outlines += [self._drawn(new, shape) for new, (shape, _) in enumerate(shapes, 1)]
        for glyph in self.added:  # which grows while components of components are found
            self.outlines.append(self._copied(glyph))
            self.advances.append(font.advance(glyph))
        if len(self.outlines) > 0xFFFF:
            raise ValueError("more than 65,535 glyphs in one font")

    def _drawn(self, new: int, shape: Shape) -> bytes:
        if not shape or all(not self.font.outline(piece.glyph) for piece in shape):
            return b""
        if _is_plain(shape) and self.plain[shape[0].glyph] == new:
            return self._copied(shape[0].glyph)
        return self._composed(shape)

    def _composed(self, shape: Shape) -> bytes:
        drawn = [piece for piece in shape if self.font.outline(piece.glyph)]
        entries = [
            struct.pack(">HHhh", _WORDS | _OFFSETS | _MORE, self._new_id(piece.glyph), piece.x, piece.y)
            for piece in drawn
        ]
        last = struct.pack(">H", _WORDS | _OFFSETS) + entries[-1][2:]
        box = box_around(self.font, shape) or Box(0, 0, 0, 0)
        return struct.pack(">h4h", -1, *box) + b"".join(entries[:-1]) + last

    def _copied(self, glyph: int) -> bytes:
        outline = self.font.outline(glyph)
        parts = [struct.pack(">HH", part.flags, self._new_id(part.glyph)) + part.rest for part in components(outline)]
        return outline[:10] + b"".join(parts) if parts else outline

    def _new_id(self, glyph: int) -> int:
        if glyph not in self.plain:
            self.plain[glyph] = self.asked + len(self.added)
            self.added.append(glyph)
        return self.plain[glyph]

    def file(self) -> bytes:
        padded = [outline + bytes(-len(outline) % 4) for outline in self.outlines]
        places = [0, *accumulate(map(len, padded))]
        long = places[-1] >= _SHORT_LIMIT
        metrics = ((min(max(advance, 0), 0xFFFF), bearing) for advance, bearing in self._metrics())
        tables = {
            "glyf": b"".join(padded) or bytes(4),  # an empty table is a fault to some readers
            "head": self._head(long=long),
            "hhea": self._hhea(),
            "hmtx": b"".join(struct.pack(">Hh", *each) for each in metrics),
            "loca": struct.pack(f">{len(places)}{'I' if long else 'H'}", *(p if long else p // 2 for p in places)),
            "maxp": self._maxp(),
        }
        return _file(tables)

    def _metrics(self) -> Iterator[tuple[int, int]]:
        for advance, outline in zip(self.advances, self.outlines, strict=True):
            yield advance, struct.unpack_from(">h", outline, 2)[0] if outline else 0

    def _head(self, *, long: bool) -> bytes:
        head = bytearray(self.font.tables["head"])
        struct.pack_into(">I", head, 8, 0)  # the check sum of the whole file is put in last
        struct.pack_into(">H16x4h", head, 18, self.font.units, *self.font.box)
        struct.pack_into(">h", head, 50, int(long))
        return bytes(head)

    def _hhea(self) -> bytes:
        hhea = bytearray(self.font.tables["hhea"])
        struct.pack_into(">hh", hhea, 4, self.font.ascent, self.font.descent)
        struct.pack_into(">H", hhea, 10, max(self.advances))
        struct.pack_into(">H", hhea, 34, len(self.advances))
        return bytes(hhea)

    def _maxp(self) -> bytes:
        """Limits of version 1.0; the font has no instructions."""
        sizes = [_size(outline) for outline in self.outlines]
        whole = [self._whole_size(new) for new in range(len(self.outlines)) if sizes[new] is None]
        simple = [size for size in sizes if size is not None]
        limits = (
            len(self.outlines),
            max((points for points, _ in simple), default=0),
            max((contours for _, contours in simple), default=0),
            max((points for points, _, _ in whole), default=0),
            max((contours for _, contours, _ in whole), default=0),
            *(2, 0, 0, 0, 0, 0, 0),
            max((len(list(components(outline))) for outline in self.outlines), default=0),
            max((depth for _, _, depth in whole), default=0),
        )
        return struct.pack(">I14H", 0x00010000, *limits)

    def _whole_size(self, new: int) -> tuple[int, int, int]:
        """Points, contours and depth of a glyph with its components."""
        size = _size(self.outlines[new])
        if size is not None:
            return *size, 0
        parts = [self._whole_size(part.glyph) for part in components(self.outlines[new])]
        points, contours, depths = zip(*parts, strict=True)
        return sum(points), sum(contours), 1 + max(depths)


def _is_plain(shape: Shape) -> bool:
    return len(shape) == 1 and shape[0].x == 0 == shape[0].y


def box_around(font: Font, shape: Shape) -> Box | None:
    """The rectangle around a shape; None if it shows nothing."""
    boxes = [(piece, font.box_of(piece.glyph)) for piece in shape]
    moved = [
        Box(box.left + piece.x, box.bottom + piece.y, box.right + piece.x, box.top + piece.y)
        for piece, box in boxes
        if box is not None
    ]
    if not moved:
        return None
    lefts, bottoms, rights, tops = zip(*moved, strict=True)
    return Box(min(lefts), min(bottoms), max(rights), max(tops))


def _size(outline: bytes) -> tuple[int, int] | None:
    """The points and contours of a simple outline; None for a composite one."""
    if not outline:
        return 0, 0
    contours: int = struct.unpack_from(">h", outline)[0]
    if contours < 0:
        return None
    points = struct.unpack_from(">H", outline, 8 + 2 * contours)[0] + 1 if contours else 0
    return points, contours


def _file(tables: dict[str, bytes]) -> bytes:
    """The tables as a font file, with its check sums (OpenType, `Organization of an OpenType font`)."""
    power = len(tables).bit_length() - 1
    reach = 16 << power
    header = struct.pack(">I4H", 0x00010000, len(tables), reach, power, 16 * len(tables) - reach)
    place, directory, body = 12 + 16 * len(tables), b"", b""
    for tag, table in sorted(tables.items()):
        padded = table + bytes(-len(table) % 4)
        directory += struct.pack(">4s3I", tag.encode(), _check_sum(padded), place, len(table))
        place += len(padded)
        body += padded
    file = bytearray(header + directory + body)
    head = file.index(b"head", 12)
    at = struct.unpack_from(">I", file, head + 8)[0]
    struct.pack_into(">I", file, at + 8, (0xB1B0AFBA - _check_sum(bytes(file))) & 0xFFFFFFFF)
    return bytes(file)


def _check_sum(padded: bytes) -> int:
    total: int = sum(struct.unpack(f">{len(padded) // 4}I", padded))
    return total & 0xFFFFFFFF

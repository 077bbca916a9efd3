"""Whether the print can be read: its size, lines, alignment, emphasis, contrast, and whether anything hides it.

All of it is measured in the finished PDF, none believed from a style sheet.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache, partial
from itertools import chain, combinations, pairwise
from typing import Final, NamedTuple

from handouts.checks.check import Check, Flaw, Level
from handouts.checks.finished import Finished
from handouts.findings import Severity
from handouts.measure import Box, Drawing, Font, Line, Measured, Piece, Point, Rgb, Sheet
from handouts.model import Color, contrast
from handouts.readback import shown

LEAST_PRINT: Final = 12.0
"""Points: clear print (UKAAF MS03). Footers, labels, superscripts and numbers of lists are no exception."""
LEAST_PRINT_OF: Final[Mapping[str, float]] = {"large": 16.0}
"""The same for editions that need more: large print (UKAAF MS03, RNIB)."""
LONGEST_LINE: Final = 70
"""Characters (RNIB: 60 to 70). A full-width one counts as two: WCAG 2.2, success criterion 1.4.8, allows half as many
characters a line in Chinese, Japanese and Korean."""
LEAST_CONTRAST: Final = 4.5
"""WCAG 2.2, success criterion 1.4.3. Its lower bound for large text is not taken up: a leaflet is read in bad light."""
LEAST_STEP: Final = 2.0
"""The least contrast, in gray, between colors of a drawing that tell things apart. Our own bound: white, the palest
color that may print text (4.5:1) and one between them can all be that far apart, and hardly further."""
LEAST_SEEN: Final = 1.5
"""Words of a lower contrast are as good as hidden: our own bound, for white on white and what is near it."""
EXCERPT: Final = 40
"""The most characters of the page that a finding quotes."""
_ROUNDING: Final = 0.05
"""Points by which a size that was written in other units may differ."""
_WHITE: Final = (255, 255, 255)
_INK: Final = ((0, 0, 0), _WHITE)
_INVISIBLE: Final = frozenset((3, 7))
"""Text rendering modes that draw nothing (ISO 32000-1, table 106)."""


class Fault(NamedTuple):
    """A fault on a page: where, its words, how bad it is (less is worse), and what to say after page and words."""

    sheet: Sheet
    box: Box
    words: str
    rank: float
    what: str


def _flaws(find: Callable[[Finished], Iterable[Fault]], subject: Finished) -> Iterator[Flaw]:
    """The worst fault of each block on each page."""
    worst: dict[tuple[int, str], Fault] = {}
    for fault in find(subject):
        key = fault.sheet.number, _block(subject, fault.sheet, fault.box)
        if key not in worst or fault.rank < worst[key].rank:
            worst[key] = fault
    for (page, block), fault in worst.items():
        words = f" “{excerpt(fault.words)}”" if fault.words else ""
        yield Flaw(subject.style, f"on page {page}{words} {fault.what}", block)


def _block(subject: Finished, sheet: Sheet, box: Box) -> str:
    """The block that has the middle of a box; none in the title and the running heads."""
    height = box.middle[1]
    here = (place for place in subject.printed.placements if place.page == sheet.number)
    return next((place.block for place in here if place.top <= height <= place.bottom), "")


def excerpt(text: str) -> str:
    """The start of a text, as much of it as a finding quotes."""
    shown = " ".join("".join(each for each in text if unicodedata.category(each) != "Cf").split())
    return shown if len(shown) <= EXCERPT else shown[: EXCERPT - 1].rstrip() + "…"


def _printed(measured: Measured) -> Iterator[tuple[Sheet, Piece]]:
    """Every piece of text: all of them have ink, though a file may keep back which letters they are."""
    for sheet in measured.sheets:
        for piece in sheet.pieces:
            yield sheet, piece


def _lines(subject: Finished) -> Iterator[tuple[Sheet, Line]]:
    for sheet in subject.measured.sheets:
        for line in sheet.lines:
            yield sheet, line


# --- Size and lines ------------------------------------------------------------------------------------


def _small_print(subject: Finished) -> Iterator[Fault]:
    least = LEAST_PRINT_OF.get(subject.edition, LEAST_PRINT)
    for sheet, piece in _printed(subject.measured):
        if piece.size < least - _ROUNDING:
            what = f"is {piece.size:.1f} pt, less than {least:g} pt"
            yield Fault(sheet, piece.box, piece.text, piece.size, what)


def characters(text: str) -> int:
    """How many characters a text is to a reader: marks count with their letters, full-width characters twice."""
    return len(text) if text.isascii() else sum(map(_weight, text))


@cache
def _weight(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Mc", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _long_lines(subject: Finished) -> Iterator[Fault]:
    for sheet, line in _lines(subject):
        count = characters(line.text)
        if count > LONGEST_LINE:
            what = f"is part of a line of {count} characters, more than {LONGEST_LINE}"
            yield Fault(sheet, line.main.box, line.text, -count, what)


# --- Alignment -----------------------------------------------------------------------------------------

_SAME: Final = 0.5
"""Points by which edges may differ that a style made even: the rounding of the typesetter, an f that leans out."""
_OTHER: Final = 2.0
"""Points from which on edges are uneven."""


def _misaligned(subject: Finished) -> Iterator[Fault]:
    for sheet in subject.measured.sheets:
        for paragraph in sheet.paragraphs:
            what = _alignment(paragraph, leftwards=subject.printed.leftwards) if len(paragraph) > 1 else ""
            if what and not _are_labels(paragraph):
                yield Fault(sheet, paragraph[0].main.box, paragraph[0].text, -len(paragraph), what)


def _alignment(lines: Sequence[Line], *, leftwards: bool) -> str:
    """What is wrong with the edges of a paragraph; nothing if it has a straight one where its script begins.

    Names and addresses in another script may begin where the sheet does: at the right, on one that runs `leftwards`.
    """
    lefts, rights = [line.left for line in lines], [line.right for line in lines]
    middles = [line.left + line.right for line in lines]
    if len(lines) >= 4 and max(_spread(lefts[:-1]), _spread(rights[:-1])) < _SAME and not _set_solid(lines[:-1]):
        return "begins a paragraph with both edges straight"
    if _spread(middles) < _SAME and min(_spread(lefts), _spread(rights)) > _OTHER:
        return "begins lines that are centered"
    ragged_left, ragged_right = _spread(lefts) > _OTHER, _spread(rights) > _OTHER
    told = len(lines) > 2  # the ends of two may be even by chance: a line above a list and its first item
    if told and not leftwards and _spread(rights) < _SAME and ragged_left and _leftwards(lines) < 0.25:
        return "begins lines that are aligned to the right"
    if told and leftwards and _spread(lefts) < _SAME and ragged_right and _leftwards(lines) > 0.75:
        return "begins lines that are aligned to the left, though they run from right to left"
    return ""


def _are_labels(lines: Iterable[Line]) -> bool:
    """Whether lines are the numbers or marks of a list, one below the other: nothing as wide as four letters."""
    return all(line.right - line.left < 2 * line.main.size for line in lines)


def _spread(numbers: Sequence[float]) -> float:
    return max(numbers) - min(numbers)


def _set_solid(lines: Iterable[Line]) -> bool:
    """Whether each line is full-width characters only, each as wide as the type: their ends are even by themselves."""
    return all(
        all(unicodedata.east_asian_width(each) in "WF" for each in line.text)
        and abs(line.right - line.left - len(line.text) * line.main.size) < _OTHER
        for line in lines
    )


def _leftwards(lines: Iterable[Line]) -> float:
    """The share of letters that run from right to left."""
    ways = [unicodedata.bidirectional(each) for line in lines for each in line.text if each.isalpha()]
    return sum(way in ("R", "AL") for way in ways) / len(ways) if ways else 0.5


# --- Words that a style changes ------------------------------------------------------------------------

_HYPHENS: Final = "-\u00ad\u2010"
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_AROUND: Final = ".,;:!?()[]\"'«»\u2018\u2019\u201c\u201d\u060c\u061b\u061f\u0964"
_ADDRESS: Final = re.compile(r"[\d./@:_\u002d\u2010-\u2015]")
"""What words have that may go on in the next line: addresses, numbers, compounds."""
_UNSPACED: Final = frozenset({"THAI", "LAO", "KHMER", "MYANMAR", "TIBETAN"})


def _hyphenated(subject: Finished) -> Iterator[Fault]:
    text = "".join(_words_of(subject).replace("\u2010", "-").split())  # a word may go on in another element
    for sheet in subject.measured.sheets:
        for line, after in pairwise(sheet.lines):
            start = line.text.rstrip(_HYPHENS)
            if start == line.text or not start[-1:].isalpha() or not after.text[:1].isalpha():
                continue
            broken = start.split()[-1], after.text.split()[0]
            if "-".join(broken) not in text:
                what = f"breaks the word “{excerpt(''.join(broken))}” with a hyphen"
                yield Fault(sheet, line.main.box, line.text, 0, what)
    yield from _torn(subject)


def _torn(subject: Finished) -> Iterator[Fault]:
    """Words that go on in the next line of their paragraph without a hyphen."""
    said = _words_of(subject).split()
    words, text = {each.strip(_AROUND) for each in said}, f" {' '.join(said)} "
    for sheet in subject.measured.sheets:
        for line, after in chain.from_iterable(map(pairwise, sheet.paragraphs)):
            start, end = line.text.split()[-1], after.text.split()[0]
            word = f"{start}{end}".strip(_AROUND)
            if word not in words or not _is_one(word) or f" {start} {end} " in text:
                continue
            ended = start[-1] in _AROUND or end[0] in _AROUND
            if not ended and _leftwards((line, after)) in (0, 1):  # else a reader may give words in another order
                yield Fault(sheet, line.main.box, line.text, 0, f"breaks the word “{excerpt(word)}”")


def _is_one(word: str) -> bool:
    """Whether a word may stand in one line only: no address, no part of a script that is written without spaces."""
    loose = any(unicodedata.east_asian_width(each) in "WF" or _script(each) in _UNSPACED for each in word)
    return not loose and not _ADDRESS.search(word)


@cache
def _script(character: str) -> str:
    """The script of a letter, by the first word of its name."""
    return unicodedata.name(character, "").partition(" ")[0]


@lru_cache(maxsize=1)
def _words_of(subject: Finished) -> str:
    """All text of the page that was typeset, without the marks that steer how its lines break."""
    return shown(" ".join(subject.html.itertext()))


def _changed_case(subject: Finished) -> Iterator[Fault]:
    written = set(_LETTERS.findall(_words_of(subject)))
    known = {word.casefold(): word for word in sorted(written, reverse=True)}
    for sheet, line in _lines(subject):
        for word in _LETTERS.findall(line.text):
            if word not in written and word.casefold() in known and len(word) > 1:
                what = f"has “{word}”, which is written “{known[word.casefold()]}”"
                yield Fault(sheet, line.main.box, line.text, 0, what)


def _emphasized(subject: Finished) -> Iterator[Fault]:
    for sheet, piece in _printed(subject.measured):
        if piece.slant > 3 or _is_italic(piece.font):
            yield Fault(sheet, piece.box, piece.text, 0, "is in italics, or slanted")
    for sheet in subject.measured.sheets:
        thin = [drawing for drawing in sheet.drawings if _is_thin(drawing)]
        for line in sheet.lines if thin else ():
            top, bottom = line.main.baseline - line.main.size, line.main.baseline + line.main.size
            near = (drawing for drawing in thin if top < drawing.box.bottom and drawing.box.top < bottom)
            place = next(filter(None, (_ruled(line, drawing) for drawing in near)), "")
            if place:
                yield Fault(sheet, line.main.box, line.text, 1, f"has a line {place} its words")


@cache
def _is_italic(font: Font) -> bool:
    return bool(font.angle or font.italic or re.search("italic|oblique", font.name, re.IGNORECASE))


def _is_thin(drawing: Drawing) -> bool:
    return drawing.kind == "path" and drawing.box.height < 3 and drawing.box.width > 3 * drawing.box.height


def _ruled(line: Line, drawing: Drawing) -> str:
    """Where a thin drawing runs along words: `under` or `through`; nothing where it is wider or further away.

    The borders of a table and the lines to write on are wider than words, beside them, or a padding away.
    """
    box, size = drawing.box, line.main.size
    if box.left < line.left - 2 or box.right > line.right + 2 or not any(_over(each.box, box) for each in line.pieces):
        return ""
    below = (box.middle[1] - line.main.baseline) / size
    if 0 < below < 0.45:
        return "under"
    return "through" if -0.6 < below <= 0 else ""


def _over(words: Box, box: Box) -> bool:
    """Whether words stand over most of the width of a line, or the line over theirs."""
    shared = min(words.right, box.right) - max(words.left, box.left)
    return shared > 0.7 * min(words.width, box.width)


# --- Contrast ------------------------------------------------------------------------------------------


class Seen(NamedTuple):
    """What is seen at a point of a piece: its color and that behind it, after all that is drawn over both.

    `covered` is the part of it (0 to 1) that lies under what is drawn later; `picture` whether one is behind it.
    """

    front: Rgb
    back: Rgb
    covered: float
    picture: bool


def seen_at(piece: Piece, near: Iterable[Drawing], point: Point) -> Seen:
    """What is seen at a point of a piece; `near` are the drawings that meet it, in the order of painting."""
    front = back = _WHITE
    shows, picture = 1.0, False
    inked = False
    for drawing in near:
        if drawing.order > piece.order and not inked:
            front, inked = _mixed(piece.color, back, piece.alpha), True
        pictured = drawing.kind != "path" and drawing.box.holds(point)
        color = _WHITE if pictured else drawing.color_at(point)
        if color is None:
            continue
        alpha = 1.0 if pictured else drawing.alpha
        front, back = _mixed(color, front, alpha), _mixed(color, back, alpha)
        shows *= 1 - alpha if inked else 1
        picture = picture if inked else pictured or (picture and alpha < 1)
    return Seen(front if inked else _mixed(piece.color, back, piece.alpha), back, 1 - shows, picture)


def _mixed(over: Rgb, under: Rgb, alpha: float) -> Rgb:
    """One color over another (ISO 32000-1, 11.3.3)."""
    if alpha == 1:
        return over
    red, green, blue = (round(alpha * one + (1 - alpha) * other) for one, other in zip(over, under, strict=True))
    return red, green, blue


View = tuple[Sheet, Piece, frozenset[Seen]]


@lru_cache(maxsize=1)
def _views(measured: Measured) -> tuple[View, ...]:
    """What is seen of each piece that draws something; kept, for three checks ask for it."""
    found = []
    alike: dict[frozenset[Seen], frozenset[Seen]] = {}
    for sheet in measured.sheets:
        laid = [(*drawing.box, drawing) for drawing in sheet.drawings if drawing.lays]
        for piece in sheet.pieces:
            if piece.mode not in _INVISIBLE:
                left, top, right, bottom = piece.box
                near = [each for x0, y0, x1, y1, each in laid if y0 < bottom and top < y1 and x0 < right and left < x1]
                if near:
                    seen = frozenset(seen_at(piece, near, point) for point in _points(piece, near))
                else:
                    seen = _on_paper(piece.color, piece.alpha)
                found.append((sheet, piece, alike.setdefault(seen, seen)))
    return tuple(found)


@lru_cache(maxsize=100)
def _on_paper(color: Rgb, alpha: float) -> frozenset[Seen]:
    """What is seen of a piece that meets no drawing, as most do."""
    return frozenset({Seen(_mixed(color, _WHITE, alpha), _WHITE, 0.0, picture=False)})


def _points(piece: Piece, near: Iterable[Drawing]) -> Iterator[Point]:
    """Points to look at: three rows across a piece, two points to a letter; one where all of it lies on the same."""
    box = piece.box
    if all(drawing.is_even_on(box) for drawing in near):
        yield box.middle
        return
    steps = min(40, max(4, round(2 * box.width / max(piece.size, 1))))
    for row in (0.25, 0.5, 0.75):
        for step in range(steps):
            yield box.left + box.width * (step + 0.5) / steps, box.top + box.height * row


@cache
def ratio(one: Rgb, other: Rgb) -> float:
    """The contrast of two colors, 1 to 21 (WCAG 2.2)."""
    return contrast(Color(_hex(one)), Color(_hex(other)))


def _hex(color: Rgb) -> str:
    return "#" + "".join(f"{channel:02x}" for channel in color)


def gray(color: Rgb) -> Rgb:
    """What a color becomes where a printer has gray only: 0.3 red, 0.59 green, 0.11 blue (ISO 32000-1, 10.3.2)."""
    level = round(0.3 * color[0] + 0.59 * color[1] + 0.11 * color[2])
    return level, level, level


def _faint(subject: Finished, change: Callable[[Rgb], Rgb], where: str) -> Iterator[Fault]:
    """Text too faint against what lies behind it, after a change of all colors."""
    known: dict[frozenset[Seen], tuple[Rgb, Rgb]] = {}
    for sheet, piece, views in _views(subject.measured):
        if views not in known:
            pairs = sorted({(change(view.front), change(view.back)) for view in views if not view.picture})
            known[views] = min(pairs, key=lambda pair: ratio(*pair), default=_INK)
        front, back = known[views]
        least = ratio(front, back)
        if least < LEAST_CONTRAST:
            colors = f"{_hex(front)} on {_hex(back)}"
            what = f"has a contrast of {least:.2f}:1{where} ({colors}), less than {LEAST_CONTRAST}:1"
            yield Fault(sheet, piece.box, piece.text, least, what)


def _faint_in_color(subject: Finished) -> Iterator[Fault]:
    return _faint(subject, lambda color: color, "")


def _faint_in_gray(subject: Finished) -> Iterator[Fault]:
    yield from _faint(subject, gray, " in gray")
    for sheet in subject.measured.sheets:
        for drawings in _figures(sheet):
            if _block(subject, sheet, drawings[0].box):
                yield from _alike(sheet, drawings)


def _figures(sheet: Sheet) -> list[list[Drawing]]:
    """The drawings that tell something, those of one figure together: a page's ornaments belong to no content."""
    found: dict[int, list[Drawing]] = {}
    for drawing in sheet.drawings:
        if drawing.kind == "path" and drawing.content >= 0:
            found.setdefault(drawing.content, []).append(drawing)
    return list(found.values())


def _alike(sheet: Sheet, drawings: list[Drawing]) -> Iterator[Fault]:
    """Colors on the marks of a figure that cannot be told apart in gray."""
    if not _close(_uncovered(drawings)):
        return
    marks = {mark for drawing in drawings for mark in drawing.marks}
    for one, other in _close({_topmost(drawings, mark) for mark in marks}):
        step = ratio(gray(one), gray(other))
        pair = f"{_hex(one)} and {_hex(other)}"
        what = f"a drawing has {pair}, which differ by {step:.2f}:1 in gray, less than {LEAST_STEP:g}:1"
        yield Fault(sheet, drawings[0].box, "", step, what)


def _close(colors: Iterable[Rgb | None]) -> list[tuple[Rgb, Rgb]]:
    """The pairs of colors that cannot be told apart in gray."""
    pairs = combinations(sorted(color for color in colors if color), 2)
    return [(one, other) for one, other in pairs if ratio(gray(one), gray(other)) < LEAST_STEP]


def _uncovered(drawings: list[Drawing]) -> set[Rgb | None]:
    """The colors of the drawings that no later one has all the marks of: no mark shows another color."""
    marks = [frozenset(drawing.marks) for drawing in drawings]
    return {
        _color_of(drawing)
        for number, drawing in enumerate(drawings)
        if marks[number] and not any(marks[number] <= later for later in marks[number + 1 :])
    }


def _topmost(drawings: Iterable[Drawing], point: Point) -> Rgb | None:
    """The color of the drawing painted last that has a mark at a point."""
    found = None
    for drawing in drawings:
        if any(abs(x - point[0]) < 0.5 and abs(y - point[1]) < 0.5 for x, y in drawing.marks):
            found = _color_of(drawing)
    return found


def _color_of(drawing: Drawing) -> Rgb | None:
    """The color of a drawing's marks: that of what it fills, or of its lines."""
    return (drawing.stroke if drawing.outline == () else drawing.fill) or drawing.stroke


# --- Hidden --------------------------------------------------------------------------------------------

_ENOUGH: Final = 4
"""Letters from which on the box of a piece tells how it stands."""
_TALLEST: Final = 2.5
"""Times its size: no script needs as much, with all its marks, where it runs along its line."""


def _hidden(subject: Finished) -> Iterator[Fault]:
    for sheet, piece in _printed(subject.measured):
        what = _unprinted(piece, sheet)
        if what:
            yield Fault(sheet, piece.box, piece.text, 0, what)
    buried: dict[frozenset[Seen], str] = {}
    for sheet, piece, views in _views(subject.measured):
        what = buried[views] if views in buried else buried.setdefault(views, _buried(views))
        if what:
            yield Fault(sheet, piece.box, piece.text, 1, what)
    for sheet in subject.measured.sheets:
        for below, above in _overprinted(sheet.pieces):
            yield Fault(sheet, below.box, below.text, 2, f"is printed over by “{excerpt(above.text)}”")


def _unprinted(piece: Piece, sheet: Sheet) -> str:
    """Why a piece is not printed whole, whatever lies around it."""
    if piece.mode in _INVISIBLE:
        return f"is drawn with no ink (text rendering mode {piece.mode})"
    if piece.alpha < 0.05:
        return "is transparent"
    if _share(piece.box, sheet.paper) < 0.98:
        return "reaches over the edge of the paper"
    if _is_turned(piece):
        return "is upside down, mirrored or turned"
    shown = _share(piece.box, piece.visible)
    return f"is cut off: {max(0, shown):.0%} of it are left" if shown < 0.9 else ""


def _is_turned(piece: Piece) -> bool:
    """Whether words do not stand upright and run along their line. A letter or two tell nothing: some hang below it."""
    across, down = piece.box.middle
    turned = down > piece.baseline or piece.left > across  # upside down or mirrored
    turned = turned or piece.box.height > _TALLEST * piece.size
    return turned and sum(map(str.isalpha, piece.text)) >= _ENOUGH


def _overprinted(pieces: Iterable[Piece]) -> Iterator[tuple[Piece, Piece]]:
    """Pieces of which another one covers most of the height, more than half a letter wide: words upon words."""
    inked = sorted((piece for piece in pieces if piece.text.strip() and piece.alpha), key=lambda each: each.box.top)
    for number, one in enumerate(inked):
        for other in inked[number + 1 :]:
            if other.box.top >= one.box.bottom:
                break
            if other.box.left >= one.box.right or one.box.left >= other.box.right:
                continue
            part, least = one.box.within(other.box), min(one.box.height, other.box.height)
            if part.height > 0.6 * least and part.width > 0.5 * min(one.size, other.size):
                yield (one, other) if one.order < other.order else (other, one)


def _share(box: Box, room: Box) -> float:
    """The part of a box that lies in another, 0 to 1."""
    if room.has(box):
        return 1.0
    part = box.within(room)
    return max(0, part.width) * max(0, part.height) / (box.width * box.height or 1)


def _buried(views: Iterable[Seen]) -> str:
    """Why words cannot be seen between what lies over and behind them."""
    if any(view.covered > 0.5 for view in views):
        return "is covered by what is drawn over it"
    if any(view.picture for view in views):
        return "stands on a picture, a gradient or a pattern"
    if min(ratio(view.front, view.back) for view in views) < LEAST_SEEN:
        return f"has hardly any contrast with what is behind it (less than {LEAST_SEEN}:1)"
    return ""


CHECKS: Final[tuple[Check[Finished], ...]] = (
    Check(
        id="page/smallest-print",
        title="No print is smaller than 12 points, or 16 in large print",
        level=Level.PAGE,
        find=partial(_flaws, _small_print),
        number="C01",
        standards=("UKAAF MS03", "RNIB clear print", "NHS Notify large print"),
        rationale="Many readers are old, ill or tired. Footers, labels and raised numbers are read too.",
        remedy="give it `font-size: 12pt` or more (16pt in large print), and no transform that shrinks it",
        bad="p { font-size: 11.9pt }",
        good="p { font-size: 12pt }",
        mutable=False,
    ),
    Check(
        id="page/line-length",
        title="A line has at most 70 characters",
        level=Level.PAGE,
        find=partial(_flaws, _long_lines),
        number="C02",
        standards=("RNIB clear print", "WCAG 2.2 1.4.8"),
        rationale="In long lines the eye loses the start of the next one.",
        remedy="give it a `max-width`: 114mm holds 70 characters of 12 points",
        bad="p { max-width: none }",
        good="p { max-width: 110mm }",
        draft=Severity.WARNING,
    ),
    Check(
        id="page/alignment",
        title="Lines begin at a straight edge, and end where the words do",
        level=Level.PAGE,
        find=partial(_flaws, _misaligned),
        number="C02",
        standards=("UKAAF MS03", "NHS content guide, formatting", "WCAG 2.2 1.4.8"),
        rationale="Uneven gaps between words and uneven starts of lines slow down every reader, and stop some.",
        remedy="use `text-align: start`",
        bad=".block p { text-align: center; max-width: 40mm }",
        good=".block p { text-align: start; max-width: 40mm }",
        draft=Severity.WARNING,
    ),
    Check(
        id="page/hyphenation",
        title="No word is broken at the end of a line",
        level=Level.PAGE,
        find=partial(_flaws, _hyphenated),
        number="C02",
        standards=("UKAAF MS03", "NHS content guide, formatting"),
        rationale="A broken word must be put together again, and a drug's name must not be guessed.",
        remedy="use `hyphens: manual`",
        bad=".block p { hyphens: auto; max-width: 18mm }",
        good=".block p { hyphens: manual; max-width: 18mm }",
        draft=Severity.WARNING,
    ),
    Check(
        id="page/emphasis",
        title="Nothing is slanted or underlined",
        level=Level.PAGE,
        find=partial(_flaws, _emphasized),
        number="C02",
        standards=("UKAAF MS03", "NHS content guide, formatting"),
        rationale="Slanted letters lose their shape, and a line under words cuts off their lower parts.",
        remedy="use bold type instead, and no `text-decoration`, border or transform on the words",
        bad="p { text-decoration: underline }",
        good="p { font-weight: 600 }",
        draft=Severity.WARNING,
    ),
    Check(
        id="page/capitals",
        title="No style turns words into capitals",
        level=Level.PAGE,
        find=partial(_flaws, _changed_case),
        number="C02",
        standards=("UKAAF MS03", "NHS content guide, formatting"),
        rationale="Words in capitals have no outline to know them by.",
        remedy="use `text-transform: none`",
        bad="h2 { text-transform: uppercase }",
        good="h2 { text-transform: none }",
        draft=Severity.WARNING,
    ),
    Check(
        id="page/contrast",
        title="Words stand out from what is behind them",
        level=Level.PAGE,
        find=partial(_flaws, _faint_in_color),
        number="C03",
        standards=("WCAG 2.2 1.4.3", "RNIB clear print"),
        rationale="Pale print is lost to weak eyes and in weak light.",
        remedy="choose a darker color for the words or a lighter one behind them, and no transparency",
        bad="p { color: #8a8a8a }",
        good="p { color: #404040 }",
        mutable=False,
    ),
    Check(
        id="page/gray",
        title="Nothing is lost in gray",
        level=Level.PAGE,
        find=partial(_flaws, _faint_in_gray),
        number="C03",
        standards=("WCAG 2.2 1.4.1", "WCAG 2.2 1.4.3"),
        rationale="Most sheets are printed or copied in black and white.",
        remedy="choose colors that differ in lightness, not only in hue",
        bad="p { color: #ff0000; background: #000000 }",
        good="p { background: #ffe8e8 }",
    ),
    Check(
        id="page/hidden",
        title="All words that the file holds are seen",
        level=Level.PAGE,
        find=partial(_flaws, _hidden),
        number="C03",
        standards=("UKAAF MS03",),
        rationale="Words that are covered, cut off or drawn without ink reach nobody but a screen reader's listener.",
        remedy="take away what covers, cuts or fades the words, or the picture behind them",
        bad="p { opacity: 0 }",
        good="p { opacity: 1 }",
        mutable=False,
    ),
)

"""The small fonts that documents embed, read back with fontTools."""

from __future__ import annotations

import struct
from io import BytesIO
from pathlib import Path

import fontpkg_source_sans_3  # type: ignore[import-untyped]
import pytest
from fontTools.pens.recordingPen import DecomposingRecordingPen  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st

from handouts import fonts
from handouts.pdf import truetype
from handouts.pdf.truetype import ANCHOR, ANCHOR_HEIGHT, ANCHOR_WIDTH, Box, Piece, Shape


@pytest.fixture(scope="module")
def files(store: Path) -> dict[str, Path]:
    faces = fonts.prepare(["Arab", "Deva", "Hans", "Latn"], store).faces
    return {face.family: face.path for face in faces if face.weight == 400}


@pytest.fixture(scope="module")
def latin(files: dict[str, Path]) -> truetype.Font:
    return truetype.read(files["Handout Latin"])


def parsed(data: bytes) -> TTFont:
    return TTFont(BytesIO(data), checkChecksums=2)


def drawing(font: TTFont, glyph: int) -> list[object]:
    glyphs = font.getGlyphSet()
    pen = DecomposingRecordingPen(glyphs)
    glyphs[font.getGlyphName(glyph)].draw(pen)
    value: list[object] = pen.value
    return value


def moved(value: object, x: int, y: int) -> object:
    if isinstance(value, tuple) and len(value) == 2 and all(isinstance(each, int | float) for each in value):
        return value[0] + x, value[1] + y
    if isinstance(value, tuple | list):
        return type(value)(moved(each, x, y) for each in value)
    return value


@pytest.mark.parametrize("family", ["Handout Latin", "Handout Arabic", "Handout Devanagari"])
def test_every_glyph_by_itself_is_written_as_it_is(files: dict[str, Path], family: str) -> None:
    font, source = truetype.read(files[family]), TTFont(files[family])
    glyphs = range(1, min(font.count, 700))
    written = parsed(truetype.write(font, [((Piece(glyph),), font.advance(glyph)) for glyph in glyphs]))
    for new, glyph in enumerate(glyphs, 1):
        assert drawing(written, new) == drawing(source, glyph)
        assert written["hmtx"][written.getGlyphName(new)][0] == source["hmtx"][source.getGlyphName(glyph)][0]


def test_notdef_stays_the_first_glyph(latin: truetype.Font, files: dict[str, Path]) -> None:
    written = parsed(truetype.write(latin, []))
    assert drawing(written, 0) == drawing(TTFont(files["Handout Latin"]), 0)
    assert written["maxp"].numGlyphs == 1


SHAPES = st.lists(
    st.tuples(
        st.lists(
            st.builds(Piece, st.integers(0, 400) | st.just(ANCHOR), st.integers(-500, 500), st.integers(-500, 500)),
            max_size=4,
        ).map(tuple),
        st.integers(0, 2000),
    ),
    max_size=12,
)


@settings(deadline=None)
@given(shapes=SHAPES)
def test_shapes_are_drawn_where_their_pieces_stand(
    latin: truetype.Font, files: dict[str, Path], shapes: list[tuple[Shape, int]]
) -> None:
    source = TTFont(files["Handout Latin"])
    written = parsed(truetype.write(latin, shapes))
    for new, (shape, advance) in enumerate(shapes, 1):
        wanted = [moved(step, piece.x, piece.y) for piece in shape for step in _drawn_alone(source, piece)]
        assert drawing(written, new) == wanted
        assert written["hmtx"][written.getGlyphName(new)][0] == advance


POINTS: list[object] = [
    ("moveTo", ((0, 0),)),
    ("closePath", ()),
    ("moveTo", ((ANCHOR_WIDTH, ANCHOR_HEIGHT),)),
    ("closePath", ()),
]


def _drawn_alone(source: TTFont, piece: Piece) -> list[object]:
    return POINTS if piece.glyph == ANCHOR else drawing(source, piece.glyph)


@settings(deadline=None)
@given(shapes=SHAPES)
def test_what_the_tables_say_of_the_glyphs_is_right(latin: truetype.Font, shapes: list[tuple[Shape, int]]) -> None:
    data = truetype.write(latin, shapes)
    written = parsed(data)
    stated = {name: getattr(written["maxp"], name) for name in vars(written["maxp"]) if name.startswith("max")}
    boxes = [_stated_box(truetype.Font(data), glyph) for glyph in range(written["maxp"].numGlyphs)]
    again = TTFont(BytesIO(data), recalcBBoxes=True)
    again["glyf"].glyphs  # noqa: B018 - makes fontTools read the table, or nothing would be counted anew
    for glyph in again.getGlyphOrder():
        again["glyf"][glyph].recalcBounds(again["glyf"])
    again["maxp"].recalc(again)
    for name in ("maxPoints", "maxContours", "maxCompositePoints", "maxCompositeContours", "maxComponentDepth"):
        assert stated[name] >= getattr(again["maxp"], name), name
    for glyph, box in zip(again.getGlyphOrder(), boxes, strict=True):
        entry = again["glyf"][glyph]
        if entry.numberOfContours:
            assert box is not None
            exact = entry.xMin, entry.yMin, entry.xMax, entry.yMax
            assert all(abs(stated - right) <= 1 for stated, right in zip(box, exact, strict=True))  # HarfBuzz rounds
            assert abs(again["hmtx"][glyph][1] - entry.xMin) <= 1  # or a reader would push the glyph aside


def _stated_box(font: truetype.Font, glyph: int) -> Box | None:
    return font.box_of(glyph)


def test_an_outline_is_stored_once_however_many_texts_it_has(latin: truetype.Font) -> None:
    once = truetype.write(latin, [((Piece(40),), 500)])
    twice = truetype.write(latin, [((Piece(40),), 500), ((Piece(40),), 500)])
    assert len(twice) - len(once) < len(latin.outline(40))


def test_ideographs_are_drawn_on_half_as_fine_a_grid(files: dict[str, Path]) -> None:
    font, source = truetype.read(files["Handout Han Simplified"]), TTFont(files["Handout Han Simplified"])
    glyphs = [glyph for glyph in range(1, font.count) if font.outline(glyph)][::40]
    written = parsed(truetype.write(font, [((Piece(glyph),), font.advance(glyph)) for glyph in glyphs]))
    assert written["head"].unitsPerEm * 2 == source["head"].unitsPerEm
    for new, glyph in enumerate(glyphs, 1):
        ours, theirs = written["glyf"][written.getGlyphName(new)], source["glyf"][source.getGlyphName(glyph)]
        assert ours.numberOfContours == theirs.numberOfContours
        assert list(getattr(ours, "flags", [])) == list(getattr(theirs, "flags", []))
        for one, other in zip(getattr(ours, "coordinates", []), getattr(theirs, "coordinates", []), strict=True):
            assert all(abs(2 * half - whole) <= 1 for half, whole in zip(one, other, strict=True))
        advance = source["hmtx"][source.getGlyphName(glyph)][0]
        assert abs(2 * written["hmtx"][written.getGlyphName(new)][0] - advance) <= 1


def test_a_large_font_takes_long_offsets(files: dict[str, Path]) -> None:
    font = truetype.read(files["Handout Han Simplified"])
    glyphs = [glyph for glyph in range(1, font.count) if font.outline(glyph)][:2000]
    written = parsed(truetype.write(font, [((Piece(glyph),), 1000) for glyph in glyphs]))
    assert written["head"].indexToLocFormat == 1
    assert written["glyf"][written.getGlyphName(2000)].numberOfContours > 0


def test_only_what_pdf_asks_for_is_in_the_file(latin: truetype.Font) -> None:
    written = parsed(truetype.write(latin, [((Piece(40),), 500)]))
    assert set(written.keys()) - {"GlyphOrder"} == {"glyf", "head", "hhea", "hmtx", "loca", "maxp"}


def test_the_same_glyphs_give_the_same_bytes(latin: truetype.Font) -> None:
    shapes: list[tuple[Shape, int]] = [((Piece(40), Piece(70, 20, 300)), 500), ((), 200)]
    assert truetype.write(latin, shapes) == truetype.write(latin, shapes)


def test_the_box_around_a_shape_is_that_of_its_pieces(latin: truetype.Font) -> None:
    box = latin.box_of(40)
    assert box is not None
    assert truetype.box_around(latin, (Piece(40, 10, 20),)) == Box(
        box.left + 10, box.bottom + 20, box.right + 10, box.top + 20
    )
    assert truetype.box_around(latin, ()) is None


def test_a_variable_font_is_refused() -> None:
    path = next(Path(folder, "files/SourceSans3[wght].ttf") for folder in fontpkg_source_sans_3.__path__)
    with pytest.raises(ValueError, match="fvar"):
        truetype.Font(path.read_bytes())


def test_a_font_without_outlines_of_truetype_is_refused(files: dict[str, Path]) -> None:
    font = TTFont(files["Handout Latin"])
    del font["glyf"]
    out = BytesIO()
    font.flavor = None
    tables = {tag: font.getTableData(tag) for tag in ("head", "hhea", "hmtx", "maxp", "loca")}
    out.write(truetype._file(tables))
    with pytest.raises(ValueError, match="glyf"):
        truetype.Font(out.getvalue())


def test_a_shape_too_far_off_is_an_error(latin: truetype.Font) -> None:
    with pytest.raises(struct.error):
        truetype.write(latin, [((Piece(40, 40_000, 0),), 500)])

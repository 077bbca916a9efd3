"""What pdfium shows of a page is measured right: in files written by hand, whose sizes, colors and places are known."""

from __future__ import annotations

import pdfs
import pypdfium2  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handouts.measure import Box, Drawing, Line, Piece, Sheet, measure

FONTS = "/Font << /F 3 0 R /I 4 0 R >>"
STATES = "/ExtGState << /Half << /ca 0.5 /CA 0.5 >> /Dim << /ca 0.25 >> >>"
SHADE = (
    "/Shading << /S << /ShadingType 2 /ColorSpace /DeviceRGB /Coords [0 0 100 0] "
    "/Function << /FunctionType 2 /Domain [0 1] /C0 [0 0 0] /C1 [1 1 1] /N 1 >> >> >>"
)
TEXT = "BT /F 12 Tf 20 50 Td (A line) Tj ET"


def pdf_of(*contents: str, form: str = "", matrix: str = "1 0 0 1 0 0", box: str = "0 0 300 100") -> bytes:
    """A PDF of pages with these content streams; `form` is that of a form XObject that they may draw as /X."""
    pages = " ".join(f"{number} 0 R" for number in range(6, 6 + 2 * len(contents), 2))
    inner = (
        f"/Type /XObject /Subtype /Form /BBox [-500 -500 500 500] /Matrix [{matrix}] /Resources << {FONTS} {STATES} >>"
    )
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{pages}] /Count {len(contents)} /MediaBox [{box}] >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Oblique >>",
        f"<< {inner} /Length {len(form)} >>\nstream\n{form}\nendstream",
    ]
    for content in contents:
        page = f"/Parent 2 0 R /Contents {len(objects) + 2} 0 R"
        resources = f"{FONTS} {STATES} {SHADE} /XObject << /X 5 0 R >>"
        objects.append(f"<< /Type /Page {page} /Resources << {resources} >> >>")
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
    return pdfs._file(objects)


def sheet(content: str, **more: str) -> Sheet:
    return measure(pdf_of(content, **more)).sheets[0]


def piece(content: str, **more: str) -> Piece:
    """The one piece of a page."""
    pieces = sheet(content, **more).pieces
    assert len(pieces) == 1, pieces
    return pieces[0]


def drawing(content: str, **more: str) -> Drawing:
    drawings = sheet(content, **more).drawings
    assert len(drawings) == 1, drawings
    return drawings[0]


# --- Text ----------------------------------------------------------------------------------------------


def test_a_piece_of_text_has_its_place_size_color_and_words() -> None:
    found = piece(f"0.2 0.4 0.6 rg {TEXT}")
    assert found.text == "A line"
    assert found.size == 12
    assert found.color == (51, 102, 153)
    assert (found.alpha, found.mode, found.slant) == (1, 0, 0)
    assert found.baseline == 50, "from the top of a page 100 points high"
    assert found.left == 20
    assert 20 <= found.box.left < found.box.right <= 60
    assert found.box.top < 45 < found.box.bottom < 52
    assert (found.font.name, found.font.embedded) == ("Helvetica", False)


def test_the_right_end_is_the_sum_of_the_widths() -> None:
    """Helvetica's widths, in thousandths (Adobe's metrics): A 667, space 278, l 222, i 222, n 556, e 556."""
    assert piece(TEXT).right == pytest.approx(20 + 12 * 2.501, abs=0.3)


def test_each_page_is_measured() -> None:
    found = measure(pdf_of(TEXT, "", TEXT.replace("A line", "Third")))
    assert [page.number for page in found.sheets] == [1, 2, 3]
    assert [[piece.text for piece in page.pieces] for page in found.sheets] == [["A line"], [], ["Third"]]
    assert [page.lines for page in found.sheets][1] == ()
    assert found.sheets[0].paper == Box(0, 0, 300, 100)


def test_places_count_from_the_upper_left_corner_of_what_is_printed() -> None:
    found = piece(TEXT, box="10 20 300 100")
    assert (found.left, found.baseline) == (10, 50)
    assert sheet(TEXT, box="10 20 300 100").paper == Box(0, 0, 290, 80)


@given(size=st.floats(2, 70), scale=st.floats(0.2, 3), inner=st.floats(0.2, 3))
def test_the_size_is_the_fonts_times_the_scale_of_every_matrix(size: float, scale: float, inner: float) -> None:
    text = f"BT /F {size:.4f} Tf {inner:.4f} 0 0 {inner:.4f} 20 50 Tm (A) Tj ET"
    wanted = round(size, 4) * round(scale, 4) * round(inner, 4)
    assert piece(f"{scale:.4f} 0 0 {scale:.4f} 0 0 cm {text}").size == pytest.approx(wanted, abs=0.002)
    formed = piece("q 0.5 0 0 0.5 0 0 cm /X Do Q", form=text, matrix=f"{scale:.4f} 0 0 {scale:.4f} 0 0")
    assert formed.size == pytest.approx(wanted / 2, abs=0.002)


def test_the_smaller_of_two_scales_counts() -> None:
    assert piece("BT /F 12 Tf 0.5 0 0 1 20 50 Tm (A) Tj ET").size == 6
    assert piece("BT /F 12 Tf 1 0 0 0.75 20 50 Tm (A) Tj ET").size == 9


def test_turned_text_keeps_its_size_and_is_not_slanted() -> None:
    found = piece("BT /F 12 Tf 0 1 -1 0 50 20 Tm (A) Tj ET")
    assert (found.size, found.slant) == (12, 0)
    assert found.box.height > found.box.width / 2


def test_a_skewed_matrix_slants() -> None:
    found = piece("BT /F 12 Tf 1 0 0.2126 1 20 50 Tm (A) Tj ET")
    assert found.slant == pytest.approx(12, abs=0.1), "tan 12 degrees = 0.2126"


def test_an_oblique_font_says_so() -> None:
    font = piece(TEXT.replace("/F", "/I")).font
    assert font.name == "Helvetica-Oblique"
    assert font.angle or font.italic or "Oblique" in font.name


def test_a_form_gives_its_place_alpha_and_clip_to_what_is_in_it() -> None:
    found = piece(
        "q 0 0 300 50 re W n /Half gs 1 0 0 1 30 -10 cm /X Do Q", form=f"/Half gs {TEXT}", matrix="1 0 0 1 0 5"
    )
    assert (found.left, found.baseline) == (50, 55)
    assert found.alpha == pytest.approx(0.25, abs=0.01)
    assert found.visible.top == pytest.approx(50)


def test_a_clip_is_where_it_is_drawn() -> None:
    assert piece(f"10 40 20 20 re W n {TEXT}").visible == Box(10, 40, 30, 60)
    assert piece(f"10 40 20 20 re W n 25 30 100 25 re W n {TEXT}").visible == Box(25, 45, 30, 60)


def test_a_clip_that_cuts_nothing_is_none() -> None:
    found = piece(f"10 40 100 20 re W n {TEXT}")
    assert found.box.within(found.visible) == found.box


@pytest.mark.parametrize("mode", range(8))
def test_the_rendering_mode_is_read(mode: int) -> None:
    found = piece(f"1 0 0 rg 0 0 1 RG BT {mode} Tr /F 12 Tf 20 50 Td (A line) Tj ET")
    assert found.mode == mode
    assert found.color == ((0, 0, 255) if mode in (1, 5) else (255, 0, 0))


def test_text_of_another_look_or_line_is_another_piece() -> None:
    parts = ["(one) Tj", "1 0 0 rg (two) Tj", "/F 9 Tf (three) Tj", "0 -20 Td (four) Tj"]
    found = sheet(f"BT /F 12 Tf 20 50 Td {' '.join(parts)} ET").pieces
    assert [each.text.strip() for each in found] == ["one", "two", "three", "four"]
    assert [each.size for each in found] == [12, 12, 9, 9]
    assert [each.order for each in found] == sorted({each.order for each in found})


def test_letters_shown_one_by_one_are_one_piece_in_either_direction() -> None:
    def letters(*places: int) -> str:
        return "".join(f"BT /F 12 Tf {x} 50 Td ({letter}) Tj ET " for x, letter in zip(places, "abc", strict=True))

    assert (piece(letters(20, 27, 34)).left, piece(letters(34, 27, 20)).left) == (20, 20)
    assert piece(letters(34, 27, 20)).right == pytest.approx(34 + 12 * 0.556, abs=0.3)


def test_what_is_no_pdf_is_refused() -> None:
    with pytest.raises(pypdfium2.PdfiumError):
        measure(b"nothing")


# --- Drawings ------------------------------------------------------------------------------------------


def test_a_filled_rectangle() -> None:
    found = drawing("/Dim gs 1 0 0 rg 10 20 30 40 re f")
    assert (found.kind, found.box, found.fill, found.stroke) == ("path", Box(10, 40, 40, 80), (255, 0, 0), None)
    assert found.alpha == pytest.approx(0.25, abs=0.01)
    assert found.color_at((20, 60)) == (255, 0, 0)
    assert found.color_at((5, 60)) is None


def test_a_stroked_line() -> None:
    found = drawing("2 w 0 0 1 RG 10 50 m 60 50 l S")
    assert (found.fill, found.stroke, found.stroke_width) == (None, (0, 0, 255), 2)
    assert (found.color_at((30, 50)), found.color_at((30, 50.9))) == ((0, 0, 255), (0, 0, 255))
    assert found.color_at((30, 51.1)) is None
    assert drawing("2 w 50 10 m 50 60 l S").color_at((50.9, 60)) == (0, 0, 0)


def test_a_stroked_frame_lays_nothing_on_its_inside() -> None:
    assert drawing("10 20 90 60 re S").color_at((50, 50)) is None


RING = "0 0 200 100 re 40 30 100 40 re"


@pytest.mark.parametrize(("paint", "inside"), [("f*", None), ("f", (0, 0, 0))])
def test_a_ring_has_a_hole_by_the_rule_that_fills_it(paint: str, inside: object) -> None:
    page = sheet(f"{RING} {paint} {TEXT}")
    assert page.drawings[0].color_at((10, 10)) == (0, 0, 0)
    assert page.drawings[0].color_at((60, 50)) == inside


def test_a_round_shape_does_not_fill_its_corners() -> None:
    circle = "0 50 m 0 77.6 22.4 100 50 100 c 77.6 100 100 77.6 100 50 c 100 22.4 77.6 0 50 0 c 22.4 0 0 22.4 0 50 c f"
    found = sheet(f"{circle} {TEXT}").drawings[0]
    assert found.color_at((50, 50)) == (0, 0, 0)
    assert found.color_at((2, 2)) is None
    assert found.color_at((13, 14)) is None, "a circle reaches 14.6 from each side on the diagonal"
    assert found.color_at((16, 17)) == (0, 0, 0)


def test_a_path_without_area_fills_nothing() -> None:
    page = sheet(f"1 J 5 w 30 50 m 30 50 l B {TEXT}")
    assert page.drawings[0].outline == ()


def test_a_clip_cuts_a_drawing() -> None:
    assert drawing("0 0 50 50 re W n 10 10 80 80 re f").box == Box(10, 50, 50, 90)


def test_pictures_and_shadings() -> None:
    image = "q 40 0 0 20 10 30 cm BI /W 1 /H 1 /BPC 8 /CS /G ID \x7f EI Q"
    assert (drawing(image).kind, drawing(image).box) == ("image", Box(10, 50, 50, 70))
    assert drawing("q 10 10 50 50 re W n /S sh Q").kind == "shading"


def test_marked_content_has_marks() -> None:
    dots = "/Figure << /MCID 4 >> BDC 5 w 1 J 20 20 m 20 20 l 40 20 m 40 20 l S EMC"
    found = drawing(dots)
    assert (found.content, found.marks) == (4, ((20, 80), (40, 80)))
    plain = drawing("20 20 m 40 20 l S")
    assert (plain.content, plain.marks) == (-1, ())


def test_the_order_is_that_of_painting() -> None:
    page = sheet(f"0 0 9 9 re f {TEXT} 0 0 9 9 re f /X Do", form="0 0 5 5 re f")
    first, second, third = (each.order for each in page.drawings)
    assert first < page.pieces[0].order < second < third


# --- Lines and paragraphs ------------------------------------------------------------------------------


def show(*words: tuple[float, float, str], size: float = 10) -> list[Line]:
    content = "".join(f"BT /F {size} Tf {x} {y} Td ({text}) Tj ET " for x, y, text in words)
    return list(sheet(content).lines)


def test_words_side_by_side_are_a_line_and_columns_are_not() -> None:
    lines = show((20, 50, "one"), (40, 50, "two"), (90, 50, "three"))
    assert [line.text for line in lines] == ["one two", "three"]
    assert lines[0].left == 20
    assert lines[1].left == 90


def test_a_raised_number_stands_in_its_line() -> None:
    page = sheet("BT /F 12 Tf 20 50 Td (As said) Tj /F 8 Tf 4 Ts (2) Tj ET")
    assert [line.text for line in page.lines] == ["As said2"]
    assert page.lines[0].main.size == 12


def test_lines_follow_one_another_in_the_order_of_painting() -> None:
    lines = show((20, 20, "last of all"), (20, 80, "first"), (90, 80, "second"))
    assert [line.text for line in lines] == ["last of all", "first", "second"]


def paragraphs(*words: tuple[float, float, str]) -> list[list[str]]:
    content = "".join(f"BT /F 10 Tf {x} {y} Td ({text}) Tj ET " for x, y, text in words)
    return [[line.text for line in each] for each in sheet(content).paragraphs]


def test_a_paragraph_has_even_leading_and_an_edge_in_common() -> None:
    four = [(20, 80, "one"), (20, 66, "two"), (20, 52, "three"), (20, 32, "further down")]
    assert paragraphs(*four) == [["one", "two", "three"], ["further down"]]
    assert paragraphs((20, 80, "one"), (33, 66, "and more")) == [["one"], ["and more"]]
    assert paragraphs((20, 80, "one"), (20, 40, "far below")) == [["one"], ["far below"]]

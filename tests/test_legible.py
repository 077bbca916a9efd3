"""What makes print hard to read is found in the finished page, at its block; sound print is left alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import samples
import tinyhtml5  # type: ignore[import-untyped]
from sheets import handout_of
from specimens import brand_of

from handouts import fonts, typeset
from handouts.checks import legible
from handouts.checks.check import Check, Flaw
from handouts.checks.finished import Finished
from handouts.findings import NOWHERE, Location, Severity
from handouts.layers import Layers, library_root
from handouts.measure import Box, Drawing, Font, Piece, measure
from handouts.model import Library

STYLE = (library_root() / "templates" / "style.css").read_text("utf-8")
CHECKS = {check.id: check for check in legible.CHECKS}
PLACE = Location("templates/style.css")
BODY = """<header class="title"><h1>A sheet for tests</h1></header>
<section id="block-one" class="block"><h2>What to know</h2>
<p>Call the clinic on the same day if you have a fever, or if you feel very weak and cannot get up. Take the sheet
with you when you go, so that those who see you know which medicines you take. Say when the fever began and how high it
was, and tell them of a well-known allergy if you have one. Then rest as much as you can, and drink a glass of water
each hour until somebody has seen you.</p>
<ul class="bullets"><li>Rest.</li><li>Drink water.</li></ul></section>
<section id="block-two" class="block"><h2>A table</h2>
<table><thead><tr><th>When</th><th>What</th></tr></thead><tbody><tr><th>Today</th><td>Call the clinic.</td></tr>
<tr><th>Tomorrow</th><td>Go there.</td></tr></tbody></table>
<p class="write-in">Telephone <span class="rule"></span></p></section>
"""
Make = Callable[..., Finished]


@pytest.fixture(scope="module")
def make(library: Library, store: Path) -> Make:
    press = typeset.make_press(STYLE, fonts.prepare(fonts.STACKS, store), store)
    brand, _ = brand_of(Layers.of(None))
    colors = f":root {{ --primary: {brand.colors.primary}; --ink: {brand.colors.ink}; --tint: {brand.colors.tint} }}"

    def finish(style: str = "", body: str = BODY, tag: str = "en", after: str = "") -> Finished:
        language = library.languages[tag]
        html = (
            f'<!doctype html><html lang="{tag}" dir="{language.direction}" class="script-{language.script}"><head>'
            f"<title>T</title><style>{colors} @page {{ size: a4 }} {style}</style></head><body>{body}</body></html>"
        )
        used = typeset.make_press(STYLE + after, press.fonts, store) if after else press
        return finished(html, typeset.typeset(html, language.script, used, store))

    def finished(html: str, printed: typeset.Print) -> Finished:
        return Finished(
            handout=handout_of(),
            library=library,
            brand=brand,
            tag="en",
            paper="a4",
            edition="standard",
            html=tinyhtml5.parse(html, namespace_html_elements=False),
            printed=printed,
            measured=measure(printed.pdf),
            where=NOWHERE,
            style=PLACE,
            margins=(),
            again=lambda: printed.pdf,
        )

    return finish


def found(subject: Finished, *names: str) -> dict[str, list[Flaw]]:
    """What each check finds, those that find nothing left out."""
    flaws = {name: list(check.find(subject)) for name, check in CHECKS.items() if not names or name in names}
    return {name: each for name, each in flaws.items() if each}


def only(subject: Finished, name: str) -> Flaw:
    """The one flaw that the check finds."""
    flaws = list(CHECKS[name].find(subject))
    assert len(flaws) == 1, flaws
    return flaws[0]


# --- What is sound -------------------------------------------------------------------------------------


def test_the_librarys_own_style_has_no_flaw(make: Make) -> None:
    assert found(make()) == {}


@pytest.mark.parametrize("tag", samples.SAMPLES)
def test_the_sample_sheet_of_each_language_has_no_flaw(tag: str, make: Make, store: Path) -> None:
    sample = samples.load(tag)
    press = typeset.make_press("", fonts.prepare(sorted({sample.script, "Latn"}), store), store)
    html = samples.html(sample).replace("</style>", "p, li, dd { max-width: 114mm }</style>")  # 70 characters
    printed = typeset.typeset(html, sample.script, press, store)
    page = tinyhtml5.parse(html, namespace_html_elements=False)
    subject = replace(make(), html=page, printed=printed, measured=measure(printed.pdf))
    assert found(subject) == {}


GOOD = {
    "12 points": "p { font-size: 12pt }",
    "a larger scale": "h2 { transform: scale(1.2); transform-origin: left }",
    "narrow columns": "p { columns: 2; column-gap: 8mm }",
    "columns near together": "p { columns: 3; column-gap: 2mm; max-width: none }",
    "lines near together": "p { line-height: 1 }",
    "hyphens where the words have them": "p { hyphens: manual; max-width: 20mm }",
    "spaced letters": "h2 { letter-spacing: 1pt }",
    "words on the brand's tint": "p { background: var(--tint) }",
    "white on dark": "p { background: #123456; color: #fff }",
    "on half a color": "p { background: rgb(255 0 0 / 10%) }",
    "a thin frame": "p { border: 0.3mm solid #000; border-radius: 2mm; padding: 2mm }",
    "a rule below a heading": "h2 { border-bottom: 0.3mm solid #000; padding-bottom: 1mm }",
    "a box that hides nothing": ".block { overflow: hidden }",
}
DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="


@pytest.mark.parametrize("style", GOOD.values(), ids=GOOD)
def test_a_sound_style_has_no_flaw(style: str, make: Make) -> None:
    assert found(make(style)) == {}


# --- What is not ---------------------------------------------------------------------------------------

WHITE_BOX = (
    "#block-one { position: relative } #block-one::after { content: ''; position: absolute; left: 0; top: 12mm; "
    "width: 60mm; height: 6mm; background: #fff }"
)
SVG = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='9' height='9'%3E%3Ccircle r='4'/%3E%3C/svg%3E"
)
BAD = [
    ("page/smallest-print", "#block-one p { font-size: 11.9pt }", "is 11.9 pt, less than 12 pt"),
    ("page/smallest-print", "#block-one p { transform: scale(0.8) }", "is 9.6 pt"),
    ("page/smallest-print", "#block-one li { font-size: 75% }", "“Rest.” is 9.0 pt"),
    ("page/line-length", "#block-one p { max-width: none }", "more than 70"),
    ("page/alignment", "#block-one p { text-align: justify }", "both edges straight"),
    ("page/alignment", "#block-one p { text-align: center }", "centered"),
    ("page/alignment", "#block-one p { text-align: right }", "aligned to the right"),
    ("page/hyphenation", "#block-one p { hyphens: auto; max-width: 20mm }", "breaks the word “"),
    ("page/emphasis", "#block-one p { text-decoration: underline }", "has a line under its words"),
    ("page/emphasis", "#block-one p { text-decoration: line-through }", "has a line through its words"),
    (
        "page/emphasis",
        "#block-one h2 { display: inline-block; border-bottom: 1px solid; line-height: 1 }",
        "line under",
    ),
    ("page/emphasis", "#block-one p { transform: skewX(-12deg) }", "slanted"),
    ("page/capitals", "#block-one h2 { text-transform: uppercase }", "has “WHAT”, which is written “What”"),
    ("page/capitals", "#block-one h2 { text-transform: capitalize }", "has “To”, which is written “to”"),
    ("page/contrast", "#block-one p { color: #8a8a8a }", "a contrast of 3.45:1 (#8a8a8a on #ffffff), less than 4.5:1"),
    ("page/contrast", "#block-one p { color: rgb(0 0 0 / 40%) }", "(#999999 on #ffffff)"),
    ("page/contrast", "#block-one p { opacity: 0.5 }", "has a contrast of"),
    ("page/contrast", "#block-one p { color: #767676; background: #e5f1f3 }", "on #e5f1f3"),
    ("page/contrast", "#block-one { background: #222 }", "on #222222"),
    ("page/gray", "#block-one p { color: #e00000; background: #003c00 }", "in gray"),
    ("page/hidden", "#block-one p { opacity: 0 }", "is transparent"),
    ("page/hidden", "#block-one p { color: transparent }", "is transparent"),
    ("page/hidden", "#block-one p { color: #fff }", "hardly any contrast"),
    ("page/hidden", "#block-one p { height: 25mm; overflow: hidden }", "is cut off: 0% of it are left"),
    ("page/hidden", "#block-one p { margin-left: -30mm }", "over the edge of the paper"),
    ("page/hidden", "#block-one p { background: linear-gradient(#fff, #ccc) }", "a picture, a gradient or a pattern"),
    ("page/hidden", f'#block-one p {{ background: url("{SVG}") }}', "a picture, a gradient or a pattern"),
    ("page/hidden", "#block-one p { line-height: 0.3 }", "is printed over by “"),
    ("page/hidden", "#block-one h2 { margin-bottom: -16pt }", "is printed over by “"),
    ("page/hidden", WHITE_BOX, "is covered by what is drawn over it"),
]


@pytest.mark.parametrize(("name", "style", "what"), BAD, ids=lambda value: value[:40])
def test_a_bad_style_is_found_at_its_block(name: str, style: str, what: str, make: Make) -> None:
    flaw = only(make(style), name)
    assert flaw.block == "one"
    assert what in flaw.what
    assert flaw.what.startswith("on page 1 “")
    assert flaw.at == PLACE


@pytest.mark.parametrize("check", legible.CHECKS, ids=lambda check: check.id)
def test_each_check_finds_its_bad_example_and_leaves_its_good_one_alone(check: Check[Finished], make: Make) -> None:
    assert list(check.find(make(after=check.bad)))
    assert list(check.find(make(after=check.good))) == []


def test_what_is_found_is_told_once_for_a_block_and_page(make: Make) -> None:
    flaws = found(make("body p, body li { font-size: 9pt } body h2 { font-size: 10pt }"), "page/smallest-print")
    assert [flaw.block for flaw in flaws["page/smallest-print"]] == ["one", "two"]
    assert all("is 9.0 pt" in flaw.what for flaw in flaws["page/smallest-print"]), "the worst of each"


def test_footers_raised_numbers_and_numbers_of_lists_are_measured_too(make: Make) -> None:
    footer = make("@page { @bottom-left { content: 'A footer'; font-size: 10pt } }")
    assert only(footer, "page/smallest-print").what == "on page 1 “A footer” is 10.0 pt, less than 12 pt"
    assert only(footer, "page/smallest-print").block == ""
    raised = make(body='<section id="block-a"><p>As said<sup>2</sup></p></section>')
    assert (
        "“2” is 10.0 pt" in only(raised, "page/smallest-print").what
        or "“2” is" in only(raised, "page/smallest-print").what
    )
    numbers = make("ol li::marker { font-size: 8pt }", body='<section id="block-a"><ol><li>First</li></ol></section>')
    assert "is 8.0 pt" in only(numbers, "page/smallest-print").what


def test_large_print_is_held_to_its_own_size(make: Make) -> None:
    style = "body { font-size: 16pt } body :is(p, li, th, td) { font-size: 15pt; max-width: none }"
    large = replace(make(style), edition="large")
    assert {flaw.block for flaw in CHECKS["page/smallest-print"].find(large)} == {"one", "two"}
    assert list(CHECKS["page/smallest-print"].find(replace(large, edition="standard"))) == []


def test_one_hundredth_of_a_point_is_not_a_flaw(make: Make) -> None:
    assert found(make("p { font-size: 4.2333mm }")) == {}


def test_cells_side_by_side_are_lines_of_their_own(make: Make) -> None:
    cells = "".join(f"<td>{'word ' * 6}</td>" for _ in range(4))
    body = f'<section id="block-a"><table><tbody><tr>{cells}</tr></tbody></table></section>'
    assert found(make(body=body), "page/line-length") == {}


def test_a_line_of_full_width_characters_is_half_as_long(make: Make) -> None:
    body = f'<section id="block-a"><p style="max-width: none">{"说" * 80}</p></section>'
    flaw = only(make(body=body, tag="zh-Hans"), "page/line-length")
    assert "a line of 80 characters" in flaw.what
    assert (
        found(make("p { max-width: 34em !important }", body=body.replace("max-width: none", ""), tag="zh-Hans")) == {}
    )
    assert legible.characters("说好") == 4
    assert legible.characters("कि") == 1, "a mark counts with its letter"
    assert legible.characters("a\u200bb") == 2


def test_full_width_lines_end_evenly_without_being_justified(make: Make) -> None:
    body = f'<section id="block-a"><p>{"说" * 120}</p></section>'
    style = "#block-a p { width: 100.5mm"
    assert found(make(f"{style} }}", body=body, tag="zh-Hans")) == {}


def test_right_to_left_lines_begin_at_the_right(make: Make) -> None:
    words = (
        "اتصلوا بالعيادة في اليوم نفسه إذا أصبتم بحمى أو شعرتم بضعف شديد ولم تستطيعوا النهوض. خذوا هذه النشرة معكم. "
    )
    body = f'<section id="block-a"><p>{words * 2}</p></section>'
    assert found(make(body=body, tag="ar")) == {}
    for align, what in (("left", "to the left"), ("justify", "both edges"), ("center", "centered")):
        flaw = only(make(f"#block-a p {{ text-align: {align} }}", body=body, tag="ar"), "page/alignment")
        assert what in flaw.what
        assert flaw.what.startswith("on page 1 “اتصلوا")


def test_the_ends_of_two_lines_may_be_even_by_chance(make: Make) -> None:
    lines = ["The number to call: 911", "Chest pain", "A bad headache"]
    style = "#block-a p { width: 60mm; text-align: right }"
    for count, told in ((2, 0), (3, 1)):
        body = f'<section id="block-a"><p>{"<br>".join(lines[:count])}</p></section>'
        assert len(found(make(style, body=body), "page/alignment")) == told


def test_latin_lines_may_begin_where_a_right_to_left_sheet_does(make: Make) -> None:
    body = '<section id="block-a"><p>Patient Handouts<br>Information for patients</p></section>'
    assert found(make(body=body, tag="ar"), "page/alignment") == {}


def test_a_word_keeps_its_own_hyphen(make: Make) -> None:
    body = '<section id="block-a"><p>A self-contradictory well-<strong>known</strong> follow-up.</p></section>'
    assert found(make("#block-a p { width: 25mm }", body=body), "page/hyphenation") == {}


def test_words_that_are_written_in_capitals_are_no_matter_of_style(make: Make) -> None:
    body = '<section id="block-a"><p>AHSCT is not the same as BMT, says the FDA.</p></section>'
    assert found(make(body=body), "page/capitals") == {}


def test_a_line_to_write_on_is_no_underline(make: Make) -> None:
    body = '<section id="block-a"><p class="write-in">Call <span class="rule"></span></p><p>Now.</p></section>'
    assert found(make(body=body), "page/emphasis") == {}


def test_words_on_a_picture_are_hidden_and_words_beside_it_are_not(make: Make) -> None:
    image = (
        f'<img alt="" src="data:image/png;base64,{DOT}" style="position: absolute; left: 0; width: 9mm; height: 9mm">'
    )
    on = f'<section id="block-a" style="position: relative">{image}<p style="position: relative">On it</p></section>'
    assert "stands on a picture" in only(make(body=on), "page/hidden").what
    over = image.replace("left: 0", "left: 0; top: 0")
    under = f'<section id="block-a" style="position: relative"><p>Under it</p>{over}</section>'
    assert "is covered" in only(make(body=under), "page/hidden").what
    beside = f'<section id="block-a"><p>Beside it</p>{image.replace("position: absolute; left: 0;", "")}</section>'
    assert found(make(body=beside), "page/hidden") == {}


def dots(*colors: str) -> str:
    """A drawing of dots, ten in each color."""
    paths = "".join(
        f'<path d="{"".join(f"M{10 * column + 5} {10 * row + 5}h0" for column in range(10))}" stroke="{color}" '
        'stroke-width="8" stroke-linecap="round"/>'
        for row, color in enumerate(colors)
    )
    drawing = f'<svg viewBox="0 0 100 {10 * len(colors)}" width="60mm" role="img"><title>Dots</title>{paths}</svg>'
    return f'<section id="block-a"><h2>Dots</h2><div>{drawing}</div></section>'


def test_colors_of_a_drawing_must_differ_in_gray(make: Make) -> None:
    flaw = only(make(body=dots("#d00000", "#006a00")), "page/gray")
    assert "#006a00 and #d00000, which differ by 1.0" in flaw.what
    assert flaw.block == "a"
    assert found(make(body=dots("#9c2a10", "#ffffff"))) == {}


def test_a_drawing_of_one_color_tells_nothing_apart(make: Make) -> None:
    assert found(make(body=dots("#9c2a10"))) == {}


# --- Points and colors ---------------------------------------------------------------------------------

FONT = Font("F", 0, italic=False, embedded=True)
PAPER = Box(0, 0, 100, 100)


def piece(**more: object) -> Piece:
    fields: dict[str, object] = {"text": "word", "box": Box(10, 10, 50, 20), "left": 10, "right": 50, "baseline": 18}
    fields |= {"size": 12, "color": (0, 0, 0), "alpha": 1, "mode": 0, "slant": 0, "font": FONT, "visible": PAPER}
    return Piece(**{**fields, "order": 5, **more})  # type: ignore[arg-type]


def path(order: int, fill: tuple[int, int, int], alpha: float = 1) -> Drawing:
    return Drawing("path", PAPER, fill, None, 0, alpha, order)


def test_what_is_seen_at_a_point() -> None:
    at = (20.0, 15.0)
    assert legible.seen_at(piece(), [], at) == ((0, 0, 0), (255, 255, 255), 0, False)
    assert legible.seen_at(piece(alpha=0.5), [], at).front == (128, 128, 128)
    assert legible.seen_at(piece(), [path(1, (0, 0, 0)), path(2, (9, 9, 9))], at).back == (9, 9, 9)
    assert legible.seen_at(piece(), [path(1, (255, 0, 0), 0.5)], at).back == (255, 128, 128)
    over = legible.seen_at(piece(), [path(9, (255, 255, 255), 0.8)], at)
    assert (over.front, over.back, over.picture) == ((204, 204, 204), (255, 255, 255), False)
    assert over.covered == pytest.approx(0.8)


def test_a_picture_that_is_painted_over_is_not_behind_the_words() -> None:
    picture = Drawing("image", PAPER, None, None, 0, 1, 1)
    assert legible.seen_at(piece(), [picture], (20, 15)).picture
    assert not legible.seen_at(piece(), [picture, path(2, (255, 255, 255))], (20, 15)).picture
    later = picture._replace(order=9)
    assert legible.seen_at(piece(), [later], (20, 15)).covered == 1


@pytest.mark.parametrize(
    ("color", "level"),
    [((255, 0, 0), 76), ((0, 255, 0), 150), ((0, 0, 255), 28), ((255, 255, 255), 255), ((0, 0, 0), 0)],
)
def test_the_gray_of_a_printer(color: tuple[int, int, int], level: int) -> None:
    """ISO 32000-1, 10.3.2: 0.3 x 255 = 76.5, 0.59 x 255 = 150.45, 0.11 x 255 = 28.05."""
    assert legible.gray(color) == (level, level, level)


def test_the_contrast_is_that_of_wcag() -> None:
    assert legible.ratio((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert legible.ratio((119, 119, 119), (255, 255, 255)) == pytest.approx(4.48, abs=0.01), "the known failure of #777"


def test_an_excerpt_is_short_and_shows_no_marks() -> None:
    assert legible.excerpt("a\u2060b  c") == "ab c"
    assert len(legible.excerpt("word " * 30)) <= legible.EXCERPT


def test_what_may_harm_a_reader_cannot_be_muted() -> None:
    fixed = {check.id for check in legible.CHECKS if not check.mutable}
    assert fixed == {"page/smallest-print", "page/contrast", "page/hidden"}
    assert all(CHECKS[name].draft is Severity.ERROR for name in fixed)
    assert all(check.release is Severity.ERROR for check in legible.CHECKS)

"""What leaves its box is found, wherever it sticks out; what stays inside is not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import samples

from handouts import fonts, lines, typeset
from handouts.overflow import TOLERANCE_MM, Overflow, overflows

Find = Callable[..., list[Overflow]]
LONG = "Keratoconjunctivitis" * 2
SQUARE = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='10' height='10'/%3E"
FAR = "display: inline-block; text-align: end"
BESIDE = "position: absolute; inset-inline-start: 40mm"
PAGE = "@page { size: 100mm 100mm; margin: 10mm } body { margin: 0 } p { margin: 0 }"


@pytest.fixture(scope="module")
def find(store: Path) -> Find:
    """Lays out a page of 80 by 80 mm within margins, and tells what left its box."""
    press = typeset.make_press("", fonts.prepare(["Latn"], store), store)

    def find_in(body: str, style: str = "", direction: str = "ltr") -> list[Overflow]:
        from weasyprint import HTML

        html = f'<html dir="{direction}"><style>{PAGE} {style}</style><body class="script-Latn">{body}</body></html>'
        return list(
            overflows(HTML(string=html).render(font_config=press.configuration, stylesheets=press.styles).pages)
        )

    return find_in


def in_block(content: str) -> str:
    return f'<section id="block-care">{content}</section>'


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (f'<p style="width: 30mm">Mild {LONG}</p>', LONG),
        (f'<p style="width: 30mm"><b>{LONG}</b></p>', LONG),
        (f'<p style="width: 30mm; text-align: center">{LONG}</p>', LONG),
        ('<p style="width: 30mm; white-space: nowrap">Take it twice a day, with water.</p>', "Take it twice"),
        (f'<table style="table-layout: fixed; width: 60mm"><tr><td>{LONG}<td>no</table>', LONG),
        (f'<div style="display: flex; width: 40mm"><p style="width: 20mm">{LONG}</p></div>', LONG),
        (f'<ul><li style="width: 30mm">{LONG}</ul>', LONG),
        (f'<p style="width: 30mm">So <i style="{FAR}; width: 50mm">it is</i></p>', "it is"),
        ('<div style="width: 30mm"><div style="width: 60mm; text-align: end">far away</div></div>', "far away"),
        (f'<p style="width: 30mm"><img style="width: 50mm" src="{SQUARE}" alt="A heart"></p>', "A heart"),
        (f'<div style="width: 30mm"><img style="display: block; width: 50mm" src="{SQUARE}" alt=""></div>', "<img>"),
        ('<div style="width: 30mm"><table style="width: 60mm"><tr><td>a<td>b</table></div>', "<table>"),
        (f'<div style="position: absolute; left: 60mm; width: 30mm">{"abc " * 9}</div>', "abc"),
        (f'<p style="position: absolute; top: 30mm; width: 20mm">{LONG[:20]}</p>', LONG[:20]),
        (f'<p style="width: 30mm">&#x2060;Kerato&#x2060;{LONG}</p>', f"Kerato{LONG}"),
    ],
)
def test_what_is_too_wide_is_found(content: str, words: str, direction: str, find: Find) -> None:
    found = find(in_block(content), direction=direction)
    assert found
    assert any(words in each.text for each in found)
    for each in found:
        assert (each.block, each.page) == ("care", 1)
        assert 1 < each.beyond_mm < 150


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (f'<img style="height: 120mm; width: 10mm" src="{SQUARE}" alt="A heart">', "A heart"),
        ('<div style="height: 13mm"><p>One</p><p>Two</p><p>Three</p></div>', "Three"),
        ('<div style="height: 4mm"><p>Half</p></div>', "Half"),
        ('<div style="max-height: 13mm"><p>One</p><p>Two</p><p>Three</p></div>', "Three"),
        ('<div style="position: absolute; top: 85mm"><p>Down</p></div>', "Down"),
        ('<div style="position: relative; top: 85mm"><p>Down</p></div>', "Down"),
        ('<p style="margin-top: -9mm">Up</p>', "Up"),
    ],
)
def test_what_is_too_low_or_too_high_is_found(content: str, words: str, find: Find) -> None:
    assert [each.text for each in find(in_block(content))] == [words]


def test_the_page_is_told(find: Find) -> None:
    content = f'<p>One</p><p style="break-before: page; width: 10mm">{LONG}</p>'
    (found,) = find(in_block(content) + f'<p style="width: 10mm; break-before: page">{LONG}</p>')[:1]
    assert (found.block, found.page) == ("care", 2)
    assert found.text == LONG
    assert found.beyond_mm == pytest.approx(70, abs=15)  # forty letters of two millimeters in a column of ten


@pytest.mark.parametrize("side", ["top-center", "bottom-left"])
def test_a_header_too_wide_or_too_high_is_found(side: str, find: Find) -> None:
    style = f"@page {{ @{side} {{ content: element(head); width: 30mm }} }} .head {{ position: running(head) }}"
    wide, high = f'<p class="head">{LONG}</p>', f'<div class="head">{"<p>line</p>" * 9}</div>'
    assert [each.text for each in find(f"{wide}<p>Well.</p>", style)] == [LONG]
    assert {each.text for each in find(f"{high}<p>Well.</p>", style)} == {"line"}
    assert find('<p class="head">short</p><p>Well.</p>', style) == []


@pytest.mark.parametrize(
    "content",
    [
        "<p>Take it twice a day, with water, after a meal, and never on an empty stomach.</p>" * 20,
        "<ul><li>One</li><li>Two</li></ul><ol><li>One</li></ol>",
        '<ul style="padding: 0"><li>Bullets hang in the margin</li></ul>',
        f'<div style="position: relative; width: 30mm"><p style="{BESIDE}">beside</p>here</div>',
        '<div style="height: 5mm"><p>Only its leading is outside</p></div>',
        '<table style="border-collapse: collapse; width: 100%"><tr><td style="border: 0.3mm solid">a<td>b</table>',
        '<div style="margin: 0 -10mm; padding: 0 10mm; background: red"><p>A bar across the paper</p></div>',
        f'<div style="position: absolute; right: -20mm; width: 60mm; height: 5mm; background: red"></div>{LONG[:9]}',
        f'<p style="width: 30mm; overflow-wrap: anywhere">{LONG}</p>',
        f'<div style="height: 5mm"><img style="float: left; height: 4mm; width: 4mm" src="{SQUARE}" alt=""></div>',
        '<p style="width: 8mm; height: 8mm; line-height: 8mm; text-align: center">12</p>',
        '<p style="line-height: 0.9">Tight lines of words that go on and on until they have to be broken twice.</p>',
        "<p>Take it &#x200b; after &#x2060; a meal</p>",
    ],
)
def test_what_stays_inside_is_not_found(content: str, find: Find) -> None:
    for direction in ("ltr", "rtl"):
        assert find(in_block(content), direction=direction) == []


def test_a_hair_is_no_overflow(find: Find) -> None:
    def shifted(millimeters: float) -> list[Overflow]:
        return find(f'<p style="width: 40mm"><img style="width: {40 + millimeters}mm" src="{SQUARE}" alt=""></p>')

    assert shifted(TOLERANCE_MM - 0.05) == []
    (found,) = shifted(TOLERANCE_MM + 0.05)
    assert (found.block, found.page, found.text) == ("", 1, "<img>")
    assert found.beyond_mm == pytest.approx(TOLERANCE_MM + 0.05, abs=0.01)


@pytest.mark.parametrize("tag", samples.SAMPLES)
def test_no_sample_leaves_its_box(tag: str, store: Path) -> None:
    from weasyprint import HTML

    sample = samples.load(tag)
    press = typeset.make_press("", fonts.prepare(["Latn", sample.script], store), store)
    page = HTML(string=samples.html(sample))
    lines.mark_tree(page.etree_element, tag)
    document: Any = page.render(font_config=press.configuration, stylesheets=press.styles)
    assert list(overflows(document.pages)) == []

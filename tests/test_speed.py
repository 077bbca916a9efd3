"""The short ways give what the long ways give."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import pikepdf
import pytest
import samples

from handouts import fonts, typeset
from handouts.layers import library_root

STYLE = (library_root() / "templates" / "style.css").read_text("utf-8")
EXTRA = """
.odd { margin-inline-start: 3mm; padding: 2%; width: 50%; max-width: 80%; float: left; letter-spacing: 0.1em }
.odd b { text-decoration: underline; position: relative; min-height: 10%; border-inline-end: 1mm solid red }
.flex { display: flex } .flex * { width: 20% } .grid { display: grid; grid-template-columns: 1fr 2fr }
.grid p { border-radius: 1mm }
.off { position: absolute; inset-inline-start: 2mm } @page { @bottom-left { content: "x"; margin-left: 1mm } }
"""
ODD = '<p class="odd">a <b>b</b></p><p class="off">c</p><ul style="list-style: square"><li>d</ul>'
ODD += '<div class="flex"><p>e</p><p>f</p></div><div class="grid"><p>g</p><p>h</p></div><p style="columns: 2">i i</p>'


@pytest.fixture(scope="module")
def document(store: Path) -> Any:
    press = typeset.make_press(STYLE + EXTRA, fonts.prepare(["Arab", "Latn"], store), store)
    html = samples.html(samples.load("ar")).replace("</body>", f"{ODD}</body>")
    page = typeset._page(html, press, store)
    return page.render(font_config=press.configuration, stylesheets=press.styles)


def all_boxes(document: Any) -> list[Any]:
    return [box for page in document.pages for box in page._page_box.descendants()]


def test_the_styles_are_those_of_the_long_way(document: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from weasyprint.css import ComputedStyle
    from weasyprint.css.properties import INITIAL_VALUES

    elements = [box for box in all_boxes(document) if box.element is not None]  # pages have values put in by hand
    styles = list({id(box.style): box.style for box in elements if isinstance(box.style, ComputedStyle)}.values())
    assert len(styles) > 30
    short = [{key: _anew(style)[key] for key in INITIAL_VALUES} for style in styles]
    specified = [_anew(style).specified for style in styles]
    monkeypatch.setattr(ComputedStyle, "__init__", ComputedStyle.__init__.__wrapped__)
    monkeypatch.setattr(ComputedStyle, "__missing__", ComputedStyle.__missing__.__wrapped__)
    for style, values, begun in zip(styles, short, specified, strict=True):
        for key in INITIAL_VALUES:
            assert _anew(style)[key] == values[key], key
        complete = _anew(style)
        assert complete["display"] is not None
        assert begun.items() <= complete.specified.items()


def _anew(style: Any) -> Any:
    """The style before any of its values was worked out."""
    names = ("parent_style", "cascaded", "pseudo_type", "root_style", "base_url", "font_config", "initial_page_sizes")
    return type(style)(*(getattr(style, name) for name in names))


def test_the_styles_of_anonymous_boxes_are_those_of_the_long_way(
    document: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from weasyprint.css import AnonymousStyle
    from weasyprint.css.computed_values import COMPUTER_FUNCTIONS
    from weasyprint.css.properties import INITIAL_NOT_COMPUTED, INITIAL_VALUES

    keys = INITIAL_VALUES.keys() - (INITIAL_NOT_COMPUTED - COMPUTER_FUNCTIONS.keys())  # it cannot tell the others
    parents = {id(box.style): box.style for box in all_boxes(document) if isinstance(box.style.parent_style, dict)}
    short = [AnonymousStyle(parent) for parent in parents.values()]
    monkeypatch.setattr(AnonymousStyle, "__init__", AnonymousStyle.__init__.__wrapped__)
    for style, parent in zip(short, parents.values(), strict=True):
        long = AnonymousStyle(parent)
        assert all(style[key] == long[key] for key in keys)


def test_the_flow_is_that_of_the_long_way(document: Any) -> None:
    from weasyprint.formatting_structure.boxes import Box

    found = {box.is_in_normal_flow() for box in all_boxes(document)}
    assert found == {True, False}
    assert all(box.is_in_normal_flow() == Box.is_in_normal_flow.__wrapped__(box) for box in all_boxes(document))


def test_the_lengths_are_those_of_the_long_way(document: Any) -> None:
    from weasyprint.layout import block

    short_way, long_way = block.resolve_percentages, block.resolve_percentages.__wrapped__
    told = 0
    for box in (getattr(box, "_box", box) for box in all_boxes(document)):
        for around in ((200, 300), (200, "auto")):
            short, long = box.copy(), box.copy()
            short_way(short, around)
            long_way(long, around)
            assert vars(short) == vars(long)
            told += 1
    assert told > 300


def test_the_corners_and_backgrounds_are_those_of_the_long_way(document: Any) -> None:
    from weasyprint.layout import background

    short_radii, long_radii = (
        background.resolve_radii_percentages,
        background.resolve_radii_percentages.__wrapped__,
    )
    short_way, long_way = background.layout_box_backgrounds, background.layout_box_backgrounds.__wrapped__
    found = set()
    for page in (page._page_box for page in document.pages):
        for box in (getattr(box, "_box", box) for box in page.descendants()):
            short, long = box.copy(), box.copy()
            short_radii(short)
            long_radii(long)
            assert vars(short) == vars(long)
            short_way(page, short, None, layout_children=False)
            long_way(page, long, None, layout_children=False)
            assert short.background == long.background
            found.add(short.background is None)
    assert found == {True, False}


def test_no_border_is_forgotten(document: Any) -> None:
    from weasyprint import draw
    from weasyprint.draw import border

    drawn = set()
    for box in all_boxes(document):
        short, long = MagicMock(), MagicMock()
        draw.draw_border(short, box)
        border.draw_border(long, box)
        assert short.mock_calls == long.mock_calls
        drawn.add(bool(long.mock_calls))
    assert drawn == {True, False}


def test_the_height_of_lines_is_that_of_the_long_way(document: Any) -> None:
    from weasyprint.layout import inline

    for box in all_boxes(document):
        assert inline.strut(box.style) == inline.strut.__wrapped__(box.style)


def test_the_lines_are_those_of_the_long_way_and_laid_out_once(document: Any) -> None:
    from weasyprint.layout import inline, preferred

    assert inline.split_first_line is preferred.split_first_line
    short_way, long_way = inline.split_first_line, inline.split_first_line.__wrapped__
    context = SimpleNamespace(dictionaries={})
    texts = [box for box in all_boxes(document) if getattr(box, "text", "").strip()]
    assert len(texts) > 50
    for box in texts:
        for width in (None, 0, 100, 300):
            short = short_way(box.text, box.style, context, width, 0)
            long = long_way(box.text, box.style, context, width, 0)
            assert short[1:] == long[1:]
            assert short[0].text == long[0].text
            assert short_way(box.text, box.style, context, width, 0) is short
            assert short_way(box.text, box.style, context, width, 2)[0] is not short[0]  # its spaces grow
            assert short_way(box.text, box.style, None, width, 0)[0] is not short[0]


def test_a_layout_is_set_up_as_the_long_way_does_it(document: Any) -> None:
    from weasyprint.text.line_break import Layout, line_size

    decorated = set()
    for style in {id(box.style): box.style for box in all_boxes(document) if hasattr(box, "text")}.values():
        first, short, long = Layout(style), Layout(style), Layout.__new__(Layout)
        long.justification_spacing, long.max_width = 0, None
        Layout.setup.__wrapped__(long, style)
        parts = {name: value for name, value in vars(long).items() if name != "layout"}
        assert {name: value for name, value in vars(first).items() if name != "layout"} == parts
        assert {name: value for name, value in vars(short).items() if name != "layout"} == parts
        for layout in (first, short, long):
            layout.set_text("Ab 12 \u0645\u0646")
        assert line_size(short.get_first_line()[0], style) == line_size(long.get_first_line()[0], style)
        assert line_size(first.get_first_line()[0], style) == line_size(long.get_first_line()[0], style)
        decorated.add(short.ascent is not None)
    assert decorated == {True, False}


def test_notes_that_a_style_floats_keep_their_rules() -> None:
    assert len(typeset._browser_styles(notes=True).matcher.other_selectors) > len(
        typeset._browser_styles(notes=False).matcher.other_selectors
    )


def test_a_drawing_on_two_pages_and_behind_words_has_all_that_it_names(store: Path) -> None:
    press = typeset.make_press("", fonts.prepare(["Latn"], store), store)
    square = (
        "%3Csvg xmlns='http://www.w3.org/2000/svg' width='9' height='9'%3E%3Crect width='9' height='9' opacity='.5'/%3E"
    )
    address = f"data:image/svg+xml,{square}%3C/svg%3E".replace("'", "%27")
    picture = f'<img alt="A square" src="{address}">'
    body = (
        f'<h1>H</h1>{picture}<p style=\'background: url("{address}")\'>words</p><p style="break-before: page">{picture}'
    )
    html = f'<!doctype html><html lang="en"><head><title>T</title></head><body>{body}</p></body></html>'
    made = typeset.typeset(html, "Latn", press, store)
    assert made.complaints == ()
    with pikepdf.open(BytesIO(made.pdf)) as file:
        patterns = [each for page in file.pages for _, each in page.Resources.Pattern.items()]
        drawn: list[pikepdf.Page | pikepdf.Object] = [*file.pages, *patterns]
        for each in drawn:
            named = [str(step.operands[0]) for step in pikepdf.parse_content_stream(each) if str(step.operator) == "gs"]
            assert set(named) <= set(map(str, each.Resources.ExtGState.keys()))
        assert len(patterns) == 2  # the one of the words, named by the resources that both pages share

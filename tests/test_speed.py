"""The short ways give what the long ways give."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import samples

from handouts import fonts, typeset
from handouts.layers import library_root

STYLE = (library_root() / "templates" / "style.css").read_text("utf-8")
EXTRA = """
.odd { margin-inline-start: 3mm; padding: 2%; width: 50%; max-width: 80%; float: left; letter-spacing: 0.1em }
.odd b { text-decoration: underline; position: relative; min-height: 10%; border-inline-end: 1mm solid red }
.off { position: absolute; inset-inline-start: 2mm } @page { @bottom-left { content: "x"; margin-left: 1mm } }
"""
ODD = '<p class="odd">a <b>b</b></p><p class="off">c</p><ul style="list-style: square"><li>d</ul>'


@pytest.fixture(scope="module")
def document(store: Path) -> Any:
    press = typeset.make_press(STYLE + EXTRA, fonts.prepare(["Arab", "Latn"], store), store)
    html = samples.html(samples.load("ar")).replace("</body>", f"{ODD}</body>")
    page = typeset._page(html, press, store)
    return page.render(font_config=press.configuration, stylesheets=press.styles)


def all_boxes(document: Any) -> list[Any]:
    return [box for page in document.pages for box in page._page_box.descendants()]


def test_the_styles_are_those_of_the_long_way(document: Any) -> None:
    from weasyprint.css import ComputedStyle
    from weasyprint.css.properties import INITIAL_VALUES

    long_way = ComputedStyle.__missing__.__wrapped__
    elements = [box for box in all_boxes(document) if box.element is not None]  # pages have values put in by hand
    styles = {id(box.style): box.style for box in elements if isinstance(box.style, ComputedStyle)}
    assert len(styles) > 30
    for style in styles.values():
        for key in INITIAL_VALUES:
            if key != "page":  # which is not kept, but looked up each time
                assert long_way(_anew(style), key) == _anew(style)[key], key


def _anew(style: Any) -> Any:
    """The style before any of its values was worked out."""
    names = ("parent_style", "cascaded", "pseudo_type", "root_style", "base_url", "font_config", "initial_page_sizes")
    return type(style)(*(getattr(style, name) for name in names))


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


def test_the_height_of_lines_is_that_of_the_long_way(document: Any) -> None:
    from weasyprint.layout import inline

    for box in all_boxes(document):
        assert inline.strut(box.style) == inline.strut.__wrapped__(box.style)


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

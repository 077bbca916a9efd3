"""A clinic's style sheet: what leads out of it or has no end is told at its line and column."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handouts.findings import Location
from handouts.layers import library_root
from handouts.styles import NESTING_LIMIT, NUMBER_LIMIT, SIZE_LIMIT, find_style_faults, find_style_flaws

DRAWING = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'%3E{}%3C/svg%3E"
HERE = "http://127.0.0.1:9/x"


def told(css: str) -> list[tuple[str, int, int]]:
    return [(flaw.what, flaw.line, flaw.column) for flaw in find_style_flaws(css)]


@pytest.mark.parametrize(
    "css",
    [
        "",
        (library_root() / "templates" / "style.css").read_text("utf-8"),
        "p { color: var(--ink); margin: calc(1mm * 2) -3mm } :root { --a: var(--b); --b: 1mm }",
        f'p {{ background: url("{DRAWING.format("%3Crect/%3E")}") }}',
        "a::after { content: target-counter(attr(href url), page) ' ' attr(title) }",
        "p::before { content: url(#here) } @media print { @page :first { @top-left { content: element(x) } } }",
        "/* url(http://127.0.0.1:9/x) @import 'x'; */ p { content: 'url(http://127.0.0.1:9/x)' }",
        f"p {{ z-index: {NUMBER_LIMIT} }}",
    ],
)
def test_a_sound_sheet_is_taken(css: str) -> None:
    assert told(css) == []


LEADING_OUT = {
    "image": "background-image: url({})",
    "quoted": "background: red url('{}') no-repeat",
    "double quoted": 'list-style: url("{}")',
    "in capitals": "cursor: URL({}), auto",
    "escaped": r"mask: u\72 l({})",
    "content": "content: 'a' url({})",
    "border": "border-image: url({}) 30",
    "link": "-weasy-link: url({})",
    "shape": "shape-outside: url({})",
    "filter": "filter: url({})",
    "variable": "--a: url({})",
    "variable with a fallback": "background: var(--a, url({}))",
    "set": "background: image-set('{}' 1x)",
    "source": "background: src('{}')",
    "binding": "-moz-binding: url({})",
    "important": "background: url({}) !important",
}


@pytest.mark.parametrize("address", [HERE, "file:///etc/passwd", "../../x.png", "//127.0.0.1/x", "javascript:x", ""])
@pytest.mark.parametrize("way", LEADING_OUT)
def test_an_address_is_told_at_its_place(way: str, address: str) -> None:
    declaration = LEADING_OUT[way].format(address)
    at = len(declaration.partition(":")[0]) + 3  # beyond the name, the colon and the indent
    (found,) = told(f"p {{\n  color: red;\n  {declaration};\n}}\n")
    assert found[1] == 3
    assert found[2] > at - 1
    (flaw,) = find_style_flaws(declaration)  # the same in a `style` attribute
    assert (flaw.what, flaw.line) == (found[0], 1)
    assert flaw.remedy


@pytest.mark.parametrize(
    ("css", "what"),
    [
        (f"@import '{HERE}';", "@import"),
        (f"@IMPORT url({HERE}) print;", "@import"),
        (r"@\69mport 'x';", "@import"),
        (f"@media print {{ @import '{HERE}'; }}", "@import"),
        (f"@font-face {{ font-family: x; src: url({HERE}) }}", "@font-face"),
        ("@font-face { font-family: x; src: local('Arial') }", "@font-face"),
        (f"@color-profile --x {{ src: url({HERE}) }}", "@color-profile"),
        (f"@namespace x '{HERE}';", "@namespace"),
        (f"@counter-style x {{ symbols: url({HERE}) }}", "leads out"),
        (f"@page {{ @bottom-left {{ content: url({HERE}) }} }}", "leads out"),
        (f"p {{ a {{ b {{ background: url({HERE}) }} }} }}", "leads out"),
        (f"p[title='url({HERE})'] {{ background: url({HERE}) }}", "leads out"),
        ("p { content: attr(data-x url) }", "read as an address"),
        ("p { background: expression(x) }", "expression()"),
        ("p { background: url(a b) }", "cannot be read"),
        ("p { content: 'a\n' }", "cannot be read"),
        (f'p {{ background: url("{DRAWING.format("%3Cimage/%3E")}") }}', "the element `image`"),
        ("p { background: url(data:image/png;base64,iVBORw0KGgo=) }", "cannot be read"),
        ("p { background: url(data:image/jpeg;base64,/9j/) }", "cannot be read"),
    ],
)
def test_what_opens_a_file_is_refused(css: str, what: str) -> None:
    found = told(css)
    assert found
    assert any(what in each[0] for each in found), found


BOMBS = {
    "doubled variables": ":root{--a0:1px;"
    + "".join(f"--a{n}:var(--a{n - 1}) var(--a{n - 1});" for n in range(1, 40))
    + "}",
    "a variable after a nested rule": "p { b { } --a: x var(--b)/**/ calc(1px * var(--b)) }",
    "brackets": "p { width: " + "calc(" * 2000 + "1px" + ")" * 2000 + "}",
    "open brackets": "p { x: " + "(" * 100_000,
    "blocks": "@media print {" * 3000 + "}" * 3000,
    "selectors": ":is(" * 300 + "p" + ")" * 300 + "{}",
    "a long number": "p { height: 1" + "0" * 400 + "px }",
    "a large exponent": "p { font-size: 1e400px }",
    "a page": "@page { size: 20000px 20000px }",
    "a tab": "p { tab-size: 1000000000 }",
    "columns": "body { grid-template-columns: repeat(1000000, 1px) }",
    "a gradient without an end": "p { background: repeating-linear-gradient(red 0, blue 0.00001px) }",
    "circles without an end": "p { background: repeating-radial-gradient(red 0, blue 0.00001px) }",
    "length": "p { color: red }" * SIZE_LIMIT,
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_what_has_no_end_is_refused_at_once(bomb: str) -> None:
    before = time.process_time()
    found = told(BOMBS[bomb])
    assert time.process_time() - before < 5
    assert found


def test_as_many_brackets_as_are_allowed_and_one_more() -> None:
    inside = NESTING_LIMIT - 1  # the rule's own are one
    assert told("p { width: " + "calc(" * inside + "1px" + ")" * inside + "}") == []
    assert told("p { width: " + "calc(" * (inside + 1) + "1px" + ")" * (inside + 1) + "}")


def test_a_finding_has_the_sheets_path() -> None:
    (finding,) = find_style_faults("\np { background: url(x.png) }", "templates/style.css")
    assert finding.where == Location("templates/style.css", 2, 17)
    assert finding.id == "template/unsafe"
    assert finding.remedy


@given(st.text(st.sampled_from("p{}()[]:;,'\"\\@#url -/*\n1e9var"), max_size=60))
def test_any_text_is_looked_through_and_its_places_lie_inside(css: str) -> None:
    lines = css.split("\n")
    for _, line, _column in told(css):
        assert 1 <= line <= len(lines)

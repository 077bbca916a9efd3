"""A page's HTML as a tree: read as strictly as it is written, the same tree that a browser makes of it."""

from __future__ import annotations

import time
from xml.etree.ElementTree import Element

import pytest
import tinyhtml5  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st
from specimens import example_names, handout_of, read_example, setting_of, translated, words_of

from handouts.artwork import SVG
from handouts.elements import (
    NESTING_LIMIT,
    PICTURES_LIMIT,
    SIZE_LIMIT,
    PageError,
    find_page_flaws,
    read_page,
)
from handouts.layers import Layers
from handouts.model import Library
from handouts.render import make_environment, render

PAGE = '<!doctype html>\n<html lang="en"><head><title>A &amp; B</title></head><body>{}</body></html>\n'
HERE = "http://127.0.0.1:9/x"
DRAWING = "data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22%3E%3C/svg%3E"


def flaws(inside: str) -> list[str]:
    return [flaw.what for flaw in find_page_flaws(read_page(PAGE.format(inside)))]


def flat(element: Element) -> list[object]:
    """A tree as a list of what it says; white space at the edges of a text aside."""
    words = (element.text or "").strip(), (element.tail or "").strip()
    here = (element.tag, sorted(element.attrib.items()), *words)
    return [here, *(part for child in element for part in flat(child)), "end"]


# --- Reading ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tag", ["en", "ar"])
def test_our_pages_are_what_a_browser_makes_of_them_and_have_no_flaw(tag: str, library: Library) -> None:
    blocks = [read_example(shape, name) for shape, name in example_names()]
    setting = setting_of(library, tag, offers={"es": words_of("es", library)})
    html = render(translated(handout_of(*blocks), tag), setting, make_environment(Layers.of(None)))
    page = read_page(html)
    assert len(list(page.iter())) > 500
    assert flat(page) == flat(tinyhtml5.parse(html, namespace_html_elements=False))
    assert list(find_page_flaws(page)) == []


@pytest.mark.parametrize(
    "inside",
    [
        "words &lt; &#233; &hellip; &nbsp; > \" '",
        '<p class="a b" id=\'c\' hidden data-x="&quot;&amp;">x<br>y<br/>z</p>',
        "<P Title='x'>x</P>\n\n<p\n  lang='ar'\n>x</p >",
        '<svg viewBox="0 0 1 1" xmlns="http://www.w3.org/2000/svg"><linearGradient id="a"/><g><path/></g></svg>',
        '<svg xmlns:xlink="http://www.w3.org/1999/xlink"><use xlink:href="#a" xml:lang="en"></use></svg>',
        "<style>p > a { content: '</p>' } /* <b> */</style>",
        "<table><caption>x</caption><tbody><tr><th scope='row'>x</th><td>y</td></tr></tbody></table>",
        "<style></style><img alt='' src='a.png'>",
    ],
)
def test_a_tree_is_what_a_browser_makes_of_it(inside: str) -> None:
    html = PAGE.format(inside)
    theirs = flat(tinyhtml5.parse(html, namespace_html_elements=False))
    named = "{http://www.w3.org/2000/xmlns/}"
    for part in theirs:
        if isinstance(part, tuple):
            part[1][:] = [(key, value) for key, value in part[1] if not key.startswith((named, "xmlns"))]
    assert flat(read_page(html)) == theirs


@pytest.mark.parametrize(
    ("html", "what"),
    [
        ("", "not one `<html>`"),
        ("<html></html><html></html>", "not one `<html>`"),
        ("<p></p>", "not one `<html>`"),
        (PAGE.format("<p>x"), "`</body>` closes"),
        (PAGE.format("<b><i>x</b></i>"), "`</b>` closes"),
        (PAGE.format("</p>"), "`</p>` closes"),
        ("<html>", "`<html>` is not closed"),
        (PAGE.format("<p class=a>x</p>"), "`<p class=a>"),
        (PAGE.format('<p class="a>x</p>'), "neither a tag nor a text"),
        (PAGE.format('<p a="1"b="2">x</p>'), "neither a tag nor a text"),
        (PAGE.format('<p a="1" A="2">x</p>'), "stands twice"),
        (PAGE.format("1 < 2"), "`< 2"),
        (PAGE.format("<!-- x -->"), "`<!-- x -->"),
        (PAGE.format("<![CDATA[x]]>"), "`<![CDATA"),
        (PAGE.format("<?xml-stylesheet href='x'?>"), "`<?xml"),
        (PAGE.format("<div/>"), "closes itself"),
        (PAGE.format("<style>p {}"), "`<style>` is not closed"),
        (PAGE.format("<div>" * NESTING_LIMIT), "nested deeper"),
        (PAGE.format("<div>" * 100_000), "nested deeper"),
        (PAGE.format("x" * SIZE_LIMIT), "more than"),
    ],
)
def test_what_is_not_well_formed_is_refused(html: str, what: str) -> None:
    with pytest.raises(PageError) as caught:
        read_page(html)
    assert what in caught.value.flaw.what
    assert caught.value.flaw.remedy


@given(st.text(st.sampled_from("<>/ab='\" \n&;!-?svg"), max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        page = read_page(PAGE.format(text))
    except PageError:
        return
    assert page.tag == "html"
    list(find_page_flaws(page))


@pytest.mark.parametrize("text", ["<p " + "a " * 50_000, "<p" + " " * 50_000, "<p a='" * 20_000, "<style>" * 20_000])
def test_no_text_takes_long(text: str) -> None:
    before = time.process_time()
    with pytest.raises(PageError):
        read_page(PAGE.format(text))
    assert time.process_time() - before < 5


# --- What a page may not have -----------------------------------------------------------------------------

ALLOWED = [
    '<a href="#place">x</a><a href="https://clinic.example/a?b=c&amp;d=e">x</a><a href="mailto:a@clinic.example">x</a>',
    '<a href="tel:+15550100" rel="noopener nofollow">x</a>',
    f'<img src="{DRAWING}" alt="x" width="20" height="20">',
    f"<p style=\"color: red; background: url('{DRAWING}')\">x</p>",
    '<ol start="3"><li>x</li></ol><table><tr><td colspan="2">x</td></tr></table>',
    '<svg><title>x</title><use href="#a"/></svg>',
    "<p>" + "<svg><path/></svg>" * PICTURES_LIMIT + "</p>",
    "<style>p { color: red }</style>",
    "<p>http://127.0.0.1:9/x javascript:x &lt;img src=x&gt; data:x</p>",
]


@pytest.mark.parametrize("inside", ALLOWED)
def test_a_plain_page_is_taken(inside: str) -> None:
    assert flaws(inside) == []


REFUSED = {
    f'<img src="{HERE}">': "leads out",
    f'<img src="{DRAWING}" srcset="{HERE} 2x">': "`srcset`",
    f'<img src="\n{DRAWING}">': "a line break",
    '<img src="a.png">': "leads out",
    '<img src="">': "leads out",
    f'<a href="{HERE}" rel="attachment">x</a>': "attached",
    f'<a href="{HERE}" rel="nofollow ATTACHMENT">x</a>': "attached",
    f'<a href="{HERE}" download>x</a>': "`download`",
    f'<a href="{HERE}" ping="{HERE}">x</a>': "`ping`",
    '<a href="javascript:x">x</a>': "a link to",
    '<a href=" javascript:x">x</a>': "a link to",
    '<a href="java&#10;script:x">x</a>': "a link to",
    '<a href="JavaScript:x">x</a>': "a link to",
    '<a href="file:///etc/passwd">x</a>': "a link to",
    '<a href="../../x">x</a>': "a link to",
    '<a href="data:text/html,x">x</a>': "a link to",
    '<a href="https://x.example/ y">x</a>': "a link to",
    '<a href="">x</a>': "a link to",
    f'<link rel="stylesheet" href="{HERE}">': "`link`",
    f'<link rel="attachment" href="{HERE}">': "`link`",
    f'<base href="{HERE}">': "`base`",
    f'<meta http-equiv="refresh" content="0;url={HERE}">': "`http-equiv`",
    f'<object data="{HERE}"></object>': "`object`",
    f'<embed src="{HERE}">': "`embed`",
    f'<iframe src="{HERE}"></iframe>': "`iframe`",
    f'<video poster="{HERE}"></video>': "`video`",
    f'<picture><source srcset="{HERE}"></picture>': "`picture`",
    f'<script src="{HERE}"></script>': "`script`",
    "<noscript></noscript>": "`noscript`",
    "<template></template>": "`template`",
    f'<form action="{HERE}"><input><button formaction="{HERE}"></button></form>': "`form`",
    "<textarea></textarea>": "`textarea`",
    "<select></select>": "`select`",
    "<math></math>": "`math`",
    f'<body background="{HERE}"></body>': "`background`",
    f'<blockquote cite="{HERE}"></blockquote>': "`cite`",
    '<p onclick="x">x</p>': "`onclick`",
    '<p ONCLICK="x">x</p>': "`onclick`",
    f'<p style="background: url({HERE})">x</p>': "leads out",
    f'<p style="background: url({HERE}">x</p>': "leads out",
    f"<style>p {{ background: url({HERE}) }}</style>": "leads out",
    "<style>@import 'x.css';</style>": "@import",
    f'<svg><image href="{HERE}"/></svg>': "`image`",
    f'<svg><image xlink:href="{HERE}"/></svg>': "`image`",
    f'<svg><use href="{HERE}#a"/></svg>': "points to another file",
    f'<svg><use xlink:href="{HERE}#a"/></svg>': "points to another file",
    "<svg><style>@import 'x.css';</style></svg>": "`style`",
    f'<svg><a href="{HERE}"/></svg>': "`a`",
    "<svg><foreignObject><p>x</p></foreignObject></svg>": "`foreignObject`",
    f'<svg><rect fill="url({HERE})"/></svg>': "points outside",
    f'<svg><rect style="fill: url({HERE})"/></svg>': "points outside",
    '<svg width="20000" height="20000"></svg>': "20000 x 20000",
    '<svg><g id="a"><use href="#a"/></g></svg>': "uses itself",
    "<svg><script>x</script></svg>": "`script`",
    '<svg onload="x"></svg>': "`onload`",
    '<img alt="x" src="data:image/png;base64,iVBORw0KGgo=">': "cannot be read",
    '<ol start="999999999"><li>x</li></ol>': "`start`",
    '<table><tr><td colspan="100000">x</td></tr></table>': "`colspan`",
    '<table><colgroup><col span="1000000"></colgroup></table>': "`span`",
    f'<img src="{DRAWING}" width="20000" height="20000">': "`width`",
    f'<img src="{DRAWING}">' * (PICTURES_LIMIT + 1): "pictures",
}


@pytest.mark.parametrize("inside", REFUSED)
def test_what_leads_out_of_the_page_is_refused(inside: str) -> None:
    found = flaws(inside)
    assert any(REFUSED[inside] in what for what in found), found
    assert all(flaw.remedy and flaw.sought for flaw in find_page_flaws(read_page(PAGE.format(inside))))


def test_a_drawing_is_in_its_namespace() -> None:
    page = read_page(PAGE.format("<svg><title>x</title></svg><p>x</p>"))
    assert [element.tag for element in page.iter()][4:] == [f"{SVG}svg", f"{SVG}title", "p"]

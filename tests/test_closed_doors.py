"""Closed doors: whoever writes content, translations, a logo, a style or a template, a build opens nothing of theirs.

Every source of a stranger's text meets every attack, in a whole build with a listener on loopback. Each meeting is
either refused, with its place and the way out, or harmless: then what was tried stands on the page as words.
"""

from __future__ import annotations

import base64
import os
import struct
import subprocess
import sys
import unicodedata
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import printed
import pypdfium2  # type: ignore[import-untyped]
import pypdfium2.raw as pdfium  # type: ignore[import-untyped]
import pytest
from specimens import TINY, TODAY
from test_typeset import html_of, listening

from handouts import desk, elements, fonts, pipeline, printing, render, typeset
from handouts.findings import Finding, HandoutError, Location, UsageError
from handouts.report import finding_text

BURIED: Final = "BURIED"
BAITS: Final = {
    "secret.yaml": TINY.format(name="tiny", says=BURIED),
    "secret.po": f'msgctxt "tiny:title"\nmsgid "A tiny handout"\nmsgstr "{BURIED}"\n',
    "secret.svg": f'<svg xmlns="http://www.w3.org/2000/svg"><title>{BURIED}</title></svg>',
    "secret.html": f"<p>{BURIED}</p>",
    "secret.css": f"p::before {{ content: '{BURIED}' }}",
    "secret.png": BURIED,
}
"""What lies outside every project, and may be neither opened nor shown."""


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


SIDE: Final = 20_000
PNG: Final = (
    b"\x89PNG\r\n\x1a\n"
    + chunk(b"IHDR", struct.pack(">IIBBBBB", SIDE, SIDE, 8, 2, 0, 0, 0))
    + chunk(b"IDAT", zlib.compress(bytes(SIDE)))
    + chunk(b"IEND", b"")
)
JPEG: Final = (
    b"\xff\xd8\xff\xc0" + struct.pack(">HBHHB", 17, 8, SIDE, SIDE, 3) + b"\x01\x11\0\x02\x11\0\x03\x11\0\xff\xd9"
)
DRAWING: Final = '<svg xmlns="http://www.w3.org/2000/svg">{}</svg>'
NESTED: Final = DRAWING.format('<image href="file:///etc/passwd"/>')
DOUBLED: Final = DRAWING.format(
    '<path id="a0"/>'
    + "".join(f'<g id="a{n}"><use href="#a{n - 1}"/><use href="#a{n - 1}"/></g>' for n in range(1, 30))
)
LARGE: Final = f'<svg xmlns="http://www.w3.org/2000/svg" width="{SIDE}" height="{SIDE}"><path d="M0 0h9v9z"/></svg>'
ENTITIES: Final = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
LAUGHS: Final = (
    f'<!DOCTYPE svg [<!ENTITY l0 "ha">{ENTITIES}]><svg xmlns="http://www.w3.org/2000/svg"><title>&l8;</title></svg>'
)
EXTERNAL: Final = (
    '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    '<svg xmlns="http://www.w3.org/2000/svg"><title>&x;</title></svg>'
)
ALIASES: Final = "a0: &a0 [ha, ha]\n" + "".join(f"a{n}: &a{n} [{f'*a{n - 1}, ' * 9}x]\n" for n in range(1, 9))


def embedded(kind: str, raw: bytes | str) -> str:
    return f"data:image/{kind};base64,{base64.b64encode(raw.encode() if isinstance(raw, str) else raw).decode()}"


ATTACKS: Final = {
    "http": "http://127.0.0.1:{port}/x.png",
    "file": "file:///etc/passwd",
    "up": "../../outside/secret.png",
    "link": "",
    "laughs": embedded("svg+xml", LAUGHS),
    "external": embedded("svg+xml", EXTERNAL),
    "png": embedded("png", PNG),
    "jpeg": embedded("jpeg", JPEG),
    "svg": embedded("svg+xml", LARGE),
}
"""What is tried: an address, a file, a way up, a symbolic link, entities, pictures of 20 000 x 20 000 pixels."""

HANDOUT: Final = "content/handouts/tiny.yaml"
SPANISH: Final = "locales/es/LC_MESSAGES/content.po"
WORDS: Final = "locales/es/LC_MESSAGES/ui.po"
BRAND: Final = "content/brands/mine/brand.yaml"
LOGO: Final = "content/brands/mine/logo.svg"
STYLE: Final = "templates/style.css"
NOTICE: Final = "templates/notice.html"
BRAND_TEXT: Final = (
    'id: mine\nname: Mine\nlogo: {}\ncolors: {{primary: "#0b4f5c", ink: "#1c2730", tint: "#eef5f6"}}\nregion: us\n'
)
PO_TEXT: Final = (
    'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgctxt "{}"\nmsgid "{}"\nmsgstr "{}"\n'
)


@dataclass(frozen=True)
class Refused:
    """A finding of this id, in this file, where this passage is written (at its beginning, for an empty one)."""

    id: str
    path: str
    passage: str = ""


@dataclass(frozen=True)
class Attempt:
    """A project's files, links from it to the baits, and what must come of it: a finding, or words on the page."""

    files: Mapping[str, str | bytes]
    outcome: Refused | str
    links: Mapping[str, str] = field(default_factory=dict)
    tag: str = "en"
    brand: str = "default"


# --- Every source ------------------------------------------------------------------------------------------


def said(attack: str) -> str:
    """What somebody who only writes words can try: an element, a document type."""
    if attack in ("laughs", "external"):
        meaning = "'ha'" if attack == "laughs" else "SYSTEM 'file:///etc/passwd'"
        return f"<!DOCTYPE p [<!ENTITY l {meaning}>]><p>&l;</p>"
    return f"<img src='{ATTACKS[attack].replace('127.0.0.1:{port}', 'localhost')}'>"


def content(attack: str) -> Attempt:
    if attack == "link":
        return Attempt({}, Refused("source/outside", HANDOUT), {HANDOUT: "secret.yaml"})
    if attack == "laughs":
        text = TINY.format(name="tiny", says="x") + ALIASES
        return Attempt({HANDOUT: text}, Refused("source/alias", HANDOUT, "*a0, "))
    if attack == "external":
        text = TINY.format(name="tiny", says="x").replace("topic: tests", "topic: !include /etc/passwd")
        return Attempt({HANDOUT: text}, Refused("source/tag", HANDOUT, "!include"))
    text = TINY.format(name="tiny", says=f"Look: {said(attack)}")
    refused = Refused("content/markup", HANDOUT, '"Look')
    return Attempt({HANDOUT: text}, refused if "data:" in text else f"Look: {said(attack)}")


def translation(attack: str) -> Attempt:
    files = {HANDOUT: TINY.format(name="tiny", says="Look there.")}
    if attack == "link":
        return Attempt(files, Refused("source/outside", SPANISH), {SPANISH: "secret.po"}, tag="es")
    words = f"Mire: {said(attack)}"
    po = PO_TEXT.format("tiny:said:paragraphs.one.say", "Look there.", words)
    refused = "data:" in words or any(map(str.isdecimal, words))  # a number that the English lacks is refused, too
    kind = "translation/markup" if "data:" in words else "translation/numbers"
    return Attempt({**files, SPANISH: po}, Refused(kind, SPANISH, '"Mire') if refused else words, tag="es")


def interface(attack: str) -> Attempt:
    files = {HANDOUT: TINY.format(name="tiny", says="Look there.")}
    if attack == "link":
        return Attempt(files, Refused("source/outside", WORDS), {WORDS: "secret.po"}, tag="es")
    words = f"Mire: {said(attack)}"
    po = PO_TEXT.format("footer.unreviewed", "Not yet reviewed by a clinician", words)
    return Attempt(
        {**files, WORDS: po}, Refused("translation/markup", WORDS, '"Mire') if "data:" in words else words, tag="es"
    )


def logo_name(attack: str) -> Attempt:
    if attack == "link":
        files = {BRAND: BRAND_TEXT.format("logo.svg")}
        refused = Refused("brand/logo-outside", BRAND, "logo.svg")
        return Attempt(files, refused, {LOGO: "secret.svg"}, brand="mine")
    kind = "brand/logo-outside" if attack == "up" else "brand/logo-remote"
    text = BRAND_TEXT.format(f'"{ATTACKS[attack]}"')
    return Attempt({BRAND: text}, Refused(kind, BRAND, f'"{ATTACKS[attack][:8]}'), brand="mine")


def logo_file(attack: str) -> Attempt:
    brand = BRAND_TEXT.format("logo.svg")
    if attack == "link":
        refused = Refused("brand/logo-outside", BRAND, "marks/secret.svg")
        return Attempt(
            {BRAND: BRAND_TEXT.format("marks/secret.svg")}, refused, {f"{BRAND}/../marks": "."}, brand="mine"
        )
    raws: dict[str, tuple[str | bytes, Refused]] = {
        "laughs": (LAUGHS, Refused("brand/svg-unsafe", LOGO, "[<!ENTITY")),
        "external": (EXTERNAL, Refused("brand/svg-unsafe", LOGO, "[<!ENTITY")),
        "png": (PNG, Refused("brand/logo-large", LOGO)),
        "jpeg": (JPEG, Refused("brand/svg-syntax", LOGO)),
        "svg": (LARGE, Refused("brand/logo-large", LOGO)),
    }
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg">\n<image href="{ATTACKS[attack]}"/></svg>'
    raw, refused = raws.get(attack, (drawing, Refused("brand/svg-unsafe", LOGO, "<image")))
    return Attempt({BRAND: brand, LOGO: raw}, refused, brand="mine")


def style_sheet(attack: str) -> Attempt:
    if attack == "link":
        return Attempt({}, Refused("source/outside", STYLE), {STYLE: "secret.css"})
    css = f"p {{ color: red }}\nh1 {{ background: url({ATTACKS[attack]}) }}"
    return Attempt({STYLE: css}, Refused("template/unsafe", STYLE, "url("))


def template_with(before: str, after: str, passage: str) -> Callable[[str], Attempt]:
    """A part of the page that has an address between these two texts; by a link, what it includes."""

    def attempt(attack: str) -> Attempt:
        if attack == "link":
            text = f"<p>x</p>\n{before}{{% include 'more.html' %}}{after}"
            return Attempt(
                {NOTICE: text}, Refused("source/outside", "templates/more.html"), {"templates/more.html": "secret.html"}
            )
        text = f"<p>x</p>\n {before}{ATTACKS[attack]}{after}"
        return Attempt({NOTICE: text}, Refused("template/unsafe", NOTICE, passage or ATTACKS[attack]))

    return attempt


SOURCES: Final[Mapping[str, Callable[[str], Attempt]]] = {
    "content": content,
    "translation": translation,
    "words of the page": interface,
    "name of a logo": logo_name,
    "logo": logo_file,
    "style sheet": style_sheet,
    "template": template_with('<img alt="x" src="', '">', ""),
    "style in a template": template_with("<style>p { background: url(", ") }</style>", "url("),
    "style of an element": template_with('<p style="background: url(', ')">x</p>', "url("),
    "drawing in a template": template_with('<svg><title>x</title><image href="', '"/></svg>', ""),
}


# --- A build that is watched -------------------------------------------------------------------------------


class Watch:
    """Every file that Python opens and every connection that it seeks while `on`; a hook cannot be taken away."""

    def __init__(self) -> None:
        self.on = False
        self.opened: list[str] = []
        self.sought: list[str] = []
        sys.addaudithook(self.note)

    def note(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.on and event == "open" and isinstance(arguments[0], str | bytes):
            path = arguments[0]
            self.opened.append(path if isinstance(path, str) else path.decode(errors="replace"))
        elif self.on and event in ("socket.connect", "socket.getaddrinfo"):
            self.sought.append(f"{event} {arguments[1:]}")


@pytest.fixture(scope="module")
def watch() -> Watch:
    return Watch()


@dataclass(frozen=True)
class Outcome:
    """What a build came to: the finding of each fault, the PDF if there is one, and who knocked where."""

    findings: tuple[Finding, ...]
    pdf: Path | None
    opened: tuple[str, ...]
    sought: tuple[str, ...]
    heard: tuple[bytes, ...]


Build = Callable[[Attempt], Outcome]


@pytest.fixture
def build(tmp_path: Path, store: Path, watch: Watch) -> Build:
    outside = tmp_path / "outside"
    outside.mkdir()
    for name, text in BAITS.items():
        (outside / name).write_text(text, "utf-8")
    project = tmp_path / "clinic" / "project"

    def run(attempt: Attempt) -> Outcome:
        fonts.private_fontconfig(store)
        with listening() as (port, heard):
            lay(project, outside, attempt, port)
            watch.opened, watch.sought, watch.on = [], [], True
            try:
                findings, sheets = made(attempt, project, tmp_path / "out", store)
            finally:
                watch.on = False
        pdf = next((tmp_path / "out" / path for path in sheets), None)
        return Outcome(findings, pdf, tuple(watch.opened), tuple(watch.sought), tuple(heard))

    return run


def lay(project: Path, outside: Path, attempt: Attempt, port: int) -> None:
    """The files of an attempt over a sound project, and its links to the baits."""
    for name, text in {HANDOUT: TINY.format(name="tiny", says="Stay well."), **attempt.files}.items():
        path = project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.replace("{port}", str(port)).encode())
    for name, bait in attempt.links.items():
        path = Path(os.path.normpath(project / name))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.symlink_to(outside / bait)


def made(attempt: Attempt, project: Path, out: Path, store: Path) -> tuple[tuple[Finding, ...], list[str]]:
    request = desk.Request(
        TODAY, ("tiny",), (attempt.tag,), ("a4",), brand=attempt.brand, project=project, out=out, store=store
    )
    try:
        result = pipeline.build(request, lambda _total, _made: None)
    except HandoutError as error:
        return error.findings, []
    return result.findings, list(result.sheets)


def place_of(attempt: Attempt, refused: Refused, finding: Finding) -> Location:
    """Where the passage is written in the file that is refused."""
    text = attempt.files.get(refused.path, b"")
    before = text[: text.index(refused.passage)] if refused.passage and isinstance(text, str) else ""
    return Location(finding.where.path, before.count("\n") + 1, len(before) - before.rfind("\n"))


def links_of(pdf: Path) -> int:
    """How many links a PDF has."""
    document = pypdfium2.PdfDocument(pdf)
    count = 0
    for page in document:
        count += pdfium.FPDFPage_GetAnnotCount(page)
    document.close()
    return count


def assert_closed(attempt: Attempt, outcome: Outcome) -> None:
    """Nobody knocked anywhere; what was tried is refused at its place, or stands on the page as words."""
    assert outcome.heard == ()
    assert outcome.sought == ()
    assert [path for path in outcome.opened if "outside" in path or path == "/etc/passwd"] == []
    assert BURIED not in "\n".join(map(finding_text, outcome.findings))
    if isinstance(attempt.outcome, Refused):
        assert_refused(attempt, attempt.outcome, outcome)
    else:
        assert outcome.pdf is not None, [str(finding) for finding in outcome.findings]
        printed.words.cache_clear()
        shown = "".join(printed.words(outcome.pdf).split())
        assert "".join(attempt.outcome.split()) in shown
        assert links_of(outcome.pdf) == 0
        assert b"/EmbeddedFile" not in outcome.pdf.read_bytes()


def assert_refused(attempt: Attempt, refused: Refused, outcome: Outcome) -> None:
    assert outcome.pdf is None
    found = [finding for finding in outcome.findings if finding.id == refused.id]
    assert found, [f"{finding.where} {finding.id} {finding.what}" for finding in outcome.findings]
    assert all(finding.remedy for finding in found)
    places = [finding.where for finding in found if finding.where.path.endswith(refused.path)]
    assert places, [str(finding.where) for finding in found]
    assert place_of(attempt, refused, found[0]) in [Location(found[0].where.path, at.line, at.column) for at in places]


@pytest.mark.parametrize(("source", "attack"), list(product(SOURCES, ATTACKS)))
def test_no_source_opens_a_door(source: str, attack: str, build: Build) -> None:
    attempt = SOURCES[source](attack)
    assert_closed(attempt, build(attempt))


TINY_TEXT: Final = TINY.format(name="tiny", says="Stay well.")


def words(text: str, outcome: Refused | str) -> Attempt:
    return Attempt({HANDOUT: TINY.format(name="tiny", says=text)}, outcome)


def notice(text: str, passage: str = "", kind: str = "template/unsafe") -> Attempt:
    return Attempt({NOTICE: f"<p>x</p>\n{text}"}, Refused(kind, NOTICE, passage or text[:9]))


def style(text: str, passage: str) -> Attempt:
    return Attempt({STYLE: f"h1 {{ color: red }}\n{text}"}, Refused("template/unsafe", STYLE, passage))


def reach(expression: str) -> Attempt:
    """A template that wants more of Python than it is given."""
    return notice("{{ " + expression + " }}", "{{", "template/error")


PLURALS: Final = (
    'msgid ""\nmsgstr "Plural-"\n"Forms: nplurals=999999999; plural=0;\\n"\n\n'
    'msgid "a"\nmsgid_plural "b"\nmsgstr[0] "x"\n'
)
VARIABLES: Final = ":root { --a0: 1px 1px; " + "".join(
    f"--a{n}: var(--a{n - 1}) var(--a{n - 1}); " for n in range(1, 40)
)
OTHER: Final[Mapping[str, Attempt]] = {
    # content
    "a shared block further up": Attempt(
        {HANDOUT: TINY_TEXT + "  - use: ../../../outside/secret\n"},
        Refused("content/unknown-block", HANDOUT, "../../../outside"),
    ),
    "a block's own file further up": Attempt(
        {HANDOUT: TINY_TEXT.replace("id: said", 'id: "../../outside"')},
        Refused("content/wrong-value", HANDOUT, '"../../outside"'),
    ),
    "a link in a text": words("See [this](http://localhost/x).", Refused("content/markup", HANDOUT, '"See')),
    "a script in a text": words("See javascript:alert(x).", Refused("content/markup", HANDOUT, '"See')),
    "a script in a reference": words("See [this](ref:javascript:x).", Refused("content/markup", HANDOUT, '"See')),
    "an element in a text": words("See <script>x</script> {{% include %}}", "See <script>x</script> {% include %}"),
    "a style in a text": words("See </p></section><style>p {{display: none}}</style>", "See </p></section><style>p"),
    "nesting": Attempt(
        {HANDOUT: TINY_TEXT + "x: " + "[" * 39 + "['here'" + "]" * 40}, Refused("source/too-deep", HANDOUT, "['here'")
    ),
    "a large file": Attempt({HANDOUT: TINY_TEXT + "#" * 1_000_000}, Refused("source/too-large", HANDOUT)),
    "a Python object": Attempt(
        {HANDOUT: TINY_TEXT.replace("T-1", "!!python/object/apply:os.getcwd []")},
        Refused("source/tag", HANDOUT, "!!python"),
    ),
    # translations
    "a large catalog": Attempt({SPANISH: "#" * 4_000_000}, Refused("source/too-large", SPANISH), tag="es"),
    "a long entry": Attempt(
        {SPANISH: PO_TEXT.format("tiny:title", "A tiny handout", "x" * 4_000_000)},
        Refused("source/too-large", SPANISH),
        tag="es",
    ),
    "plurals without an end": Attempt(
        {SPANISH: PLURALS}, Refused("translation/syntax", SPANISH, 'msgstr "Plural-"'), tag="es"
    ),
    "a placeholder that reaches into Python": Attempt(
        {WORDS: PO_TEXT.format("footer.version", "version {version}", "{version.__class__}")},
        Refused("translation/markup", WORDS, '"{version.'),
        tag="es",
    ),
    # the brand
    "a script as the online copy": Attempt(
        {BRAND: BRAND_TEXT.format("logo.svg") + "online: 'javascript:x'\n"},
        Refused("content/wrong-value", BRAND, "'javascript"),
        brand="mine",
    ),
    "an online copy whose QR code would be too large": Attempt(
        {BRAND: BRAND_TEXT.format("logo.svg") + f"online: https://clinic.example/{'a' * 4000}\n"},
        Refused("content/wrong-value", BRAND, "https://clinic"),
        brand="mine",
    ),
    "an element in the name": Attempt(
        {
            BRAND: BRAND_TEXT.format("logo.svg").replace("Mine", "<img src=http://localhost/x>"),
            LOGO: '<svg xmlns="http://www.w3.org/2000/svg"/>',
        },
        "<img src=http://localhost/x>",
        brand="mine",
    ),
    "a picture that states two sizes": Attempt(
        {
            BRAND: BRAND_TEXT.format("logo.png"),
            "content/brands/mine/logo.png": PNG[:8]
            + chunk(b"IHDR", struct.pack(">IIBBBBB", 40, 30, 8, 2, 0, 0, 0))
            + PNG[8:],
        },
        Refused("brand/logo-damaged", "content/brands/mine/logo.png"),
        brand="mine",
    ),
    "a drawing that doubles itself": Attempt(
        {BRAND: BRAND_TEXT.format("logo.svg"), LOGO: DOUBLED}, Refused("brand/svg-unsafe", LOGO, "<svg"), brand="mine"
    ),
    # templates: what they include and reach
    "a template further up": notice("{% include '../../../outside/secret.html' %}", "", "template/error"),
    "a template from the root": notice("{% include '/etc/passwd' %}", "", "template/error"),
    "a template beyond the library": notice("{% include 'library:../content/facts.yaml' %}", "", "template/error"),
    "a template that is too large": Attempt({NOTICE: "{#" + "x" * 300_000 + "#}"}, Refused("source/too-large", NOTICE)),
    "a template that includes itself": notice("{% include 'notice.html' %}", "", "template/error"),
    "a class": reach("handout.__class__"),
    "a class by a filter": reach("handout|attr('__class__')"),
    "a class by a format": reach("'{0.__class__}'.format(handout)"),
    "globals": reach("lipsum.__globals__"),
    "a loop that is too long": reach("range(10 ** 9)|length"),
    "a word without an end": reach("'x' * 10 ** 12"),
    "a fault in what is handed on": reach("sheet.chance('x')"),
    "words by chance": reach("lipsum()"),
    "a choice by chance": reach("[1, 2]|random"),
    "a place in memory": reach("sheet.heading"),
    "another place in memory": reach("[1, 2]|map('string')"),
    "globals by the words of the page": Attempt(
        {NOTICE: "<p>{{ english('a', '{x.__init__}', x=sheet) }} {{ ui('a', '{x.__dir__}', x=sheet) }}</p>"},
        "{x.__init__} {x.__dir__}",
    ),
    "globals by the setting's words": Attempt(
        {NOTICE: "<p>{{ setting.words('a', '{x.__init__.__globals__}', x=sheet) }}</p>"}, "{x.__init__.__globals__}"
    ),
    # templates: what they put on the page
    "an attachment": notice('<a rel="attachment" href="file:///etc/passwd">x</a>', "attachment"),
    "an attachment of the page": notice('<link rel="attachment" href="file:///etc/passwd">'),
    "a refresh": notice('<meta http-equiv="refresh" content="0;url=http://127.0.0.1:{port}/">', "refresh"),
    "a base": notice('<base href="http://127.0.0.1:{port}/">'),
    "an object": notice('<object data="http://127.0.0.1:{port}/"></object>'),
    "a frame": notice('<iframe src="http://127.0.0.1:{port}/"></iframe>'),
    "a form": notice('<form action="http://127.0.0.1:{port}/"><input name="x"></form>', "<form"),
    "a script": notice("<script>app.alert(1)</script>"),
    "a script as a link": notice('<a href="javascript:app.alert(1)">x</a>', "javascript"),
    "a file as a link": notice('<a href="file:///etc/passwd">x</a>', "file:"),
    "a set of pictures": notice('<img alt="x" src="#a" srcset="http://127.0.0.1:{port}/x.png 2x">', "http:"),
    "a drawing in a drawing": notice(f"<img alt='x' src='{embedded('svg+xml', NESTED)}'>", "data:"),
    "a drawing with a style": notice(
        "<svg><title>x</title><style>@import 'http://127.0.0.1:{port}/';</style></svg>", "<style"
    ),
    "a drawing of 20 000 pixels": notice('<svg width="20000" height="20000"><title>x</title></svg>', "20000"),
    "boxes within boxes": notice("<div>" * 500 + "</div>" * 500, "<div>"),
    "a comment": notice("<!--><img src=x>-->", "<!--"),
    "a table of a million columns": notice('<table><colgroup><col span="1000000"></colgroup></table>', "1000000"),
    # style sheets
    "a style sheet from the network": style("@import 'http://127.0.0.1:{port}/x.css';", "@import"),
    "a font from the network": style("@font-face { font-family: x; src: url(http://127.0.0.1:{port}/) }", "@font-face"),
    "a color profile": style("@color-profile --x { src: url(http://127.0.0.1:{port}/) }", "@color-profile"),
    "an address made of a variable": style("p { --a: url(http://127.0.0.1:{port}/); background: var(--a) }", "url("),
    "an escaped address": style("p::before { content: \\75rl(http://127.0.0.1:{port}/) }", "\\75rl("),
    "an attribute as an address": style("p { cursor: attr(title url) }", "attr("),
    "variables that double": style(VARIABLES + "} p { margin: var(--a39) }", "--a1: "),
    "a page of 20 000 pixels": style("@page { size: 20000px 20000px }", "20000px"),
    "a gradient without an end": style("p { background: repeating-linear-gradient(red 0, blue 1e-9px) }", "repeating"),
    "a large style sheet": Attempt({STYLE: "/*" + "x" * 300_000 + "*/"}, Refused("source/too-large", STYLE)),
    "brackets without an end": style("p { x: " + "(" * 11 + "('here'" + "(" * 5_000 + " }", "('here'"),
}
"""What belongs to one source alone."""


@pytest.mark.parametrize("name", OTHER)
def test_no_other_way_leads_out(name: str, build: Build) -> None:
    assert_closed(OTHER[name], build(OTHER[name]))


def test_a_language_that_is_a_path_writes_nothing_outside(tmp_path: Path, store: Path) -> None:
    languages = tmp_path / "project/locales/languages.yaml"
    languages.parent.mkdir(parents=True)
    entry = "{autonym: T, english: T, script: Latn, direction: ltr, plural: nplurals=1; plural=0;}"
    languages.write_text(f"# ours\n../../outside/x: {entry}\n", "utf-8")
    asked = desk.Request(TODAY, project=tmp_path / "project", out=tmp_path / "a/b/out", store=store)
    told = pipeline.check(replace(asked, handouts=("after",), languages=("en",))).findings
    (finding,) = [each for each in told if each.id == "content/wrong-value"]
    assert (finding.where.line, finding.where.column) == (2, 1)
    with pytest.raises(UsageError):
        pipeline.build(replace(asked, languages=("../../outside/x",)), lambda _total, _made: None)
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == ["languages.yaml"]


ENDLESS: Final = {
    "loops in loops": "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    "doubled words": "{% set x = namespace(y='a') %}{% for a in range(60) %}{% set x.y = x.y ~ x.y %}{% endfor %}",
    "a padded word": "{{ 'x'|center(10 ** 12) }}",
    "a macro that calls itself twice": (
        "{% macro a(n) %}{% if n %}{{ a(n - 1) ~ a(n - 1) }}{% endif %}{% endmacro %}{{ a(60) }}"
    ),
}


@pytest.mark.parametrize("name", ENDLESS)
def test_a_template_that_does_not_end_is_ended(name: str, build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(render, "SECONDS", 1.0)
    attempt = notice(ENDLESS[name], "", "template/error")
    assert_closed(attempt, build(attempt))


def test_a_page_that_prints_without_end_is_refused(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elements, "SIZE_LIMIT", 100_000)
    attempt = Attempt(
        {NOTICE: "{% for a in range(99999) %}<br>{% endfor %}"}, Refused("template/unsafe", "templates/page.html")
    )
    assert_closed(attempt, build(attempt))


def test_a_page_that_is_never_laid_out_is_refused(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    quick = SimpleNamespace(here=lambda store: replace(printing.Means.here(store), seconds=1.0))
    monkeypatch.setattr(pipeline, "Means", quick)
    boxes = '<div style="columns: 2">' * 12 + "x" + "</div>" * 12
    attempt = Attempt({NOTICE: f"<p>x</p>{boxes}"}, Refused("page/endless", HANDOUT))
    assert_closed(attempt, build(attempt))


PICTURES: Final = {name: ATTACKS[name] for name in ("laughs", "external", "png", "jpeg", "svg")}


@pytest.mark.parametrize("name", PICTURES)
def test_the_typesetter_itself_opens_no_such_picture(name: str, store: Path) -> None:
    """The last door: what a page or a style sheet that nobody looked through asks for."""
    press = typeset.make_press(f"h1 {{ background: url({PICTURES[name]}) }}", fonts.prepare(["Latn"], store), store)
    made = typeset.typeset(html_of(f'<img alt="x" src="{PICTURES[name]}">'), "Latn", press, store)
    assert sum("refused to open" in line for line in made.complaints) >= 1


# --- What is told, and to whom ------------------------------------------------------------------------------


def test_a_finding_does_not_steer_the_terminal(tmp_path: Path) -> None:
    file = tmp_path / "a.po"
    file.write_text("msgid \x1b]0;x\x07 \u202eabc\n", "utf-8")
    told = finding_text(Finding("x/y", Location(str(file)), "`\x1b[2J\r`", "none\x9b"))
    assert not [character for character in told if unicodedata.category(character) == "Cc" and character != "\n"]
    assert "\u202e" not in told
    assert "\\u001b]0;x\\u0007 \\u202eabc" in told


@pytest.mark.parametrize("name", ["link.yaml", "folder/secret.yaml"])
def test_a_finding_shows_no_line_of_a_file_behind_a_link(name: str, tmp_path: Path) -> None:
    bait = tmp_path / "outside" / "secret.yaml"
    bait.parent.mkdir()
    bait.write_text(BURIED, "utf-8")
    (tmp_path / "link.yaml").symlink_to(bait)
    (tmp_path / "folder").symlink_to(bait.parent)
    assert BURIED in finding_text(Finding("x/y", Location(str(bait)), "x", "y"))
    assert BURIED not in finding_text(Finding("x/y", Location(str(tmp_path / name)), "x", "y"))


def test_a_link_within_the_project_may_be_used(build: Build) -> None:
    attempt = Attempt(
        {"content/handouts/other.yaml": TINY_TEXT},
        "Stay well.",
        {HANDOUT: "../clinic/project/content/handouts/other.yaml"},
    )
    assert_closed(attempt, build(attempt))


def test_the_watch_sees_a_door_that_opens(watch: Watch, tmp_path: Path) -> None:
    bait = tmp_path / "outside"
    bait.write_text(BURIED, "utf-8")
    with listening() as (port, heard):
        watch.opened, watch.sought, watch.on = [], [], True
        bait.read_text("utf-8")
        subprocess.run(
            [sys.executable, "-c", f"import socket; socket.create_connection(('127.0.0.1', {port}))"], check=True
        )
        watch.on = False
    assert str(bait) in watch.opened
    assert len(heard) == 1

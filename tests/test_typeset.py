"""HTML to PDF: the files as poppler and pdfium see them, the same bytes each time, and closed doors."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import printed
import pytest
from layout import LibraryBuild
from specimens import example_names, handout_of, read_example, setting_of, translated, words_of

from handouts import fonts, typeset
from handouts.findings import HandoutError, MachineLacks
from handouts.layers import Layers, library_root
from handouts.model import Glossary, Library
from handouts.render import make_environment, render

STYLE = (library_root() / "templates" / "style.css").read_text("utf-8")
SCRIPTS = {"en": "Latn", "es": "Latn", "ar": "Arab", "zh-Hans": "Hans", "hi": "Deva"}


@pytest.fixture(scope="module")
def press(store: Path) -> typeset.Press:
    return typeset.make_press(STYLE, fonts.prepare(fonts.STACKS, store), store)


def html_of(words: str, tag: str = "en") -> str:
    return f'<!doctype html><html lang="{tag}"><head><title>A title</title></head><body><h1>A</h1>{words}</body></html>'


def every_pdf(built: LibraryBuild) -> list[Path]:
    found = sorted(built.out.rglob("*.pdf"))
    assert len(found) == 182
    return found


# --- Every file of the library -------------------------------------------------------------------------


def test_only_our_fonts_are_used_and_all_are_embedded(built: LibraryBuild) -> None:
    ours = {family.name.replace(" ", "-") for families in fonts.STACKS.values() for family in families}
    for pdf in every_pdf(built):
        used = printed.fonts(pdf)
        assert len(used) >= 2, pdf
        assert all(font.embedded and font.cut and font.has_text for font in used), pdf
        strange = [font.name for font in used if not any(font.name.startswith(name) for name in ours)]
        assert strange == [], pdf


def test_each_script_comes_from_its_own_font(built: LibraryBuild) -> None:
    for tag, script in SCRIPTS.items():
        wanted = fonts.STACKS[script][0].name.replace(" ", "-")
        used = printed.fonts(built.out / f"default/{tag}/decide-standard-a4.pdf")
        assert any(font.name.startswith(wanted) for font in used), tag


def test_the_text_layer_has_no_holes_and_no_marks(built: LibraryBuild) -> None:
    for pdf in every_pdf(built):
        text = printed.words(pdf)
        assert len(text) > 1000, pdf
        marks = sorted(mark for mark in ("\ufffd", "{", "}", "**", "ref:", "\x00") if mark in text)
        assert marks == [], pdf


def test_title_language_and_standard_are_set(built: LibraryBuild) -> None:
    for path, sheet in built.result.sheets.items():
        pdf = built.out / path
        facts = printed.facts(pdf)
        assert facts["Title"], path
        assert facts["Tagged"] == "yes", path
        assert facts["JavaScript"] == "no", path
        assert printed.language(pdf) == sheet.language, path
        assert "<pdfuaid:part>1<" in printed.metadata(pdf), path


def test_the_title_is_the_handouts_title(built: LibraryBuild) -> None:
    for tag in SCRIPTS:
        pdf = built.out / f"default/{tag}/overview-standard-a4.pdf"
        titles = [line.text for line in built.layouts[str(pdf.relative_to(built.out))].lines if line.inside("h1")]
        assert "".join(printed.facts(pdf)["Title"].split()) in "".join("".join(titles).split())


def test_the_paper_has_its_size(built: LibraryBuild) -> None:
    sizes = {"a4": "595.276 x 841.89 pts (A4)", "letter": "612 x 792 pts (letter)"}
    assert {sheet.paper for sheet in built.result.sheets.values()} == set(sizes)
    for path, sheet in built.result.sheets.items():
        assert printed.facts(built.out / path)["Page size"] == sizes[sheet.paper]


def test_no_date_stands_in_a_file_but_the_contents(built: LibraryBuild) -> None:
    for pdf in every_pdf(built)[::7]:
        facts = printed.facts(pdf)
        assert facts.get("CreationDate", "").startswith("Sun Nov 22 00:00:00 2026"), pdf
        assert "ModDate" not in facts


def test_the_typesetter_has_nothing_to_complain_of(built: LibraryBuild) -> None:
    assert len(built.result.sheets) == 182
    assert [finding for finding in built.result.findings if finding.id == "page/typesetter"] == []


# --- Every shape in every script ------------------------------------------------------------------------


@pytest.mark.parametrize("tag", SCRIPTS)
def test_every_shape_is_typeset_without_complaint(
    tag: str, library: Library, press: typeset.Press, store: Path, tmp_path: Path
) -> None:
    blocks = [read_example(shape, name) for shape, name in example_names()]
    terms = [term for block in blocks if isinstance(block, Glossary) for term in block.terms]
    blocks.append(Glossary.model_validate({"id": "all", "kind": "glossary", "terms": sorted({*terms, "remission"})}))
    twice = {"glossary_words", "glossary_own_heading", "sources_own_heading"}  # their anchors stand once in a sheet
    handout = handout_of(*(block for block in blocks if block.id not in twice))
    setting = setting_of(library, tag, offers={"es": words_of("es", library)} if tag != "es" else {})
    html = render(translated(handout, tag), setting, make_environment(Layers.of(None)))
    made = typeset.typeset(html, SCRIPTS[tag], press, store)
    assert made.complaints == ()
    assert made.pages > 3
    assert {place.block for place in made.placements} == {block.id for block in handout.blocks}
    (tmp_path / "examples.pdf").write_bytes(made.pdf)


def test_where_blocks_lie(press: typeset.Press, store: Path) -> None:
    style = "@page { size: a4 } section { height: 400pt; break-inside: avoid }"
    sections = "".join(f'<section id="block-b{number}"><p>x</p></section>' for number in (1, 2, 3))
    made = typeset.typeset(html_of(f"<style>{style}</style>{sections}"), "Latn", press, store)
    assert made.pages == 3
    assert [(place.block, place.page) for place in made.placements] == [("b1", 1), ("b2", 2), ("b3", 3)]
    assert all(0 < place.top < place.bottom < 842 for place in made.placements)
    assert made.placements[0].bottom - made.placements[0].top == pytest.approx(400, abs=0.5)
    assert 0.5 < made.last_page_filled < 0.8


# --- The same bytes (in other processes and worlds: test_same_bytes.py) ------------------------------------


def test_a_press_may_be_used_again(press: typeset.Press, store: Path) -> None:
    pages = [
        html_of("<p>Stay well. مرحبا 您好 नमस्ते</p>"),
        html_of("<p>Another.</p>", "ar"),
        html_of("<p>بخير</p>", "ar"),
    ]
    first = [typeset.typeset(page, "Arab", press, store).pdf for page in pages]
    again = [typeset.typeset(page, "Arab", press, store).pdf for page in reversed(pages)][::-1]
    fresh = typeset.make_press(STYLE, press.fonts, store)
    assert first == again
    assert first == [typeset.typeset(page, "Arab", fresh, store).pdf for page in pages]
    assert len(set(first)) == 3


def test_a_font_that_a_press_has_is_not_made_again(press: typeset.Press, store: Path) -> None:
    before = {file: file.stat().st_mtime_ns for file in store.glob("*.ttf")}
    assert before
    assert fonts.prepare(fonts.STACKS, store) == press.fonts
    assert {file: file.stat().st_mtime_ns for file in store.glob("*.ttf")} == before


# --- Complaints ------------------------------------------------------------------------------------------


def test_a_missing_glyph_is_a_complaint(press: typeset.Press, store: Path) -> None:
    made = typeset.typeset(html_of("<p>\U00013000</p>"), "Latn", press, store)
    assert any("notdef" in line or "glyph" in line.lower() for line in made.complaints)


def test_a_link_that_leads_nowhere_is_a_complaint(press: typeset.Press, store: Path) -> None:
    made = typeset.typeset(html_of('<p><a href="#nowhere">x</a></p>'), "Latn", press, store)
    assert any("nowhere" in line for line in made.complaints)


def test_complaints_do_not_spill_over(press: typeset.Press, store: Path) -> None:
    typeset.typeset(html_of('<p><a href="#nowhere">x</a></p>'), "Latn", press, store)
    assert typeset.typeset(html_of("<p>x</p>"), "Latn", press, store).complaints == ()


def test_a_fault_in_the_style_sheet_is_a_complaint(press: typeset.Press, store: Path) -> None:
    """A clinic's own style sheet is read when the press is made: what is wrong with it must be told, too."""
    faulty = typeset.make_press("p { colour: red } @import url(http://127.0.0.1:9/x.css);", press.fonts, store)
    made = typeset.typeset(html_of("<p>x</p>"), "Latn", faulty, store)
    told = [*made.complaints, *getattr(faulty, "complaints", ())]  # with each sheet, or once with the press
    assert any("colour" in line for line in told)
    assert list(getattr(press, "complaints", ())) == []


# --- Closed doors ------------------------------------------------------------------------------------------


@contextmanager
def listening() -> Iterator[tuple[int, list[bytes]]]:
    """A door on loopback: its port, and what came in."""
    heard: list[bytes] = []
    door = socket.create_server(("127.0.0.1", 0))

    def listen() -> None:
        while True:
            try:
                guest, _ = door.accept()
            except OSError:
                return
            heard.append(guest.recv(100))
            guest.close()

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    try:
        yield door.getsockname()[1], heard
    finally:
        door.shutdown(socket.SHUT_RDWR)
        door.close()
        thread.join(5)


ADDRESSES = (
    "http://127.0.0.1:{port}/x.png",
    "//127.0.0.1:{port}/x.png",
    "ftp://127.0.0.1:{port}/x.png",
    "file:///etc/passwd",
    "file://localhost/etc/passwd",
    "file://{store}/../secret.svg",
    "file://{store}/%2e%2e/secret.svg",
    "file://{store}/link.svg",
    "../../secret.svg",
    "/etc/passwd",
)
WAYS = {
    "image": '<img src="{address}" alt="x">',
    "background": '<p style="background-image: url({address})">x</p>',
    "list": "<ul style=\"list-style: url('{address}')\"><li>x</li></ul>",
    "style sheet": '<link rel="stylesheet" href="{address}">',
    "import": "<style>@import url({address});</style>",
    "font": "<style>@font-face {{ font-family: x; src: url({address}) }}</style><p style='font-family: x'>x</p>",
    "object": '<object data="{address}">x</object>',
    "embed": '<embed src="{address}">',
    "attachment": '<a rel="attachment" href="{address}">x</a>',
    "attachment of all": '<link rel="attachment" href="{address}">',
    "content": "<style>h1::before {{ content: url({address}) }}</style>",
}
DRAWN = {  # these two are left out of the picture without a word
    "image in a drawing": '<image href="{address}" width="9" height="9"/>',
    "use in a drawing": '<use href="{address}#a"/>',
}


@pytest.fixture
def baited(store: Path) -> Iterator[Path]:
    """A secret beside the store of fonts, and a link to it within."""
    secret = store.parent / "secret.svg"
    secret.write_text('<svg xmlns="http://www.w3.org/2000/svg"><text>SECRET</text></svg>', encoding="utf-8")
    link = store / "link.svg"
    link.symlink_to(secret)
    yield secret
    link.unlink()
    secret.unlink()


def leaks(pdf: bytes, tmp_path: Path) -> list[str]:
    """What of the secrets is in a PDF: in its words, or as a file within."""
    file = tmp_path / "page.pdf"
    file.write_bytes(pdf)
    printed.words.cache_clear()
    shown = printed.words(file)
    return [secret for secret in ("SECRET", "root:") if secret in shown] + ["a file"] * (b"/EmbeddedFile" in pdf)


@pytest.mark.parametrize("pattern", ADDRESSES)
@pytest.mark.parametrize("way", WAYS | DRAWN)
def test_nothing_but_our_own_is_opened(
    way: str, pattern: str, press: typeset.Press, store: Path, baited: Path, tmp_path: Path
) -> None:
    assert baited.is_file()
    drawn = {name: f'<svg width="9" height="9"><title>x</title>{inner}</svg>' for name, inner in DRAWN.items()}
    with listening() as (port, heard):
        address = pattern.format(port=port, store=store.resolve())
        try:
            made = typeset.typeset(html_of((WAYS | drawn)[way].format(address=address)), "Latn", press, store)
        except HandoutError:
            made = None  # refused as a whole
    assert heard == []
    if made is None:
        return
    assert made.complaints or way in DRAWN, "nothing was said"
    assert not made.pdf or leaks(made.pdf, tmp_path) == []


def test_a_drawing_within_the_page_needs_nothing(press: typeset.Press, store: Path) -> None:
    data = "data:image/svg+xml;utf8,<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><rect/></svg>"
    made = typeset.typeset(html_of(f'<img alt="x" src="{data}">'), "Latn", press, store)
    assert made.complaints == ()


def test_a_page_cannot_fetch_by_way_of_a_drawing(press: typeset.Press, store: Path) -> None:
    with listening() as (port, heard):
        inner = f"<image href='http://127.0.0.1:{port}/x.png' width='9' height='9'/>"
        data = f"data:image/svg+xml;utf8,<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'>{inner}</svg>"
        made = typeset.typeset(html_of(f'<img alt="x" src="{data}">'), "Latn", press, store)
    assert heard == []
    assert made.complaints


# --- What the machine lacks -------------------------------------------------------------------------------


def test_versions_name_all_that_sets_type(press: typeset.Press) -> None:
    assert press.fonts.faces
    found = typeset.versions()
    assert {"weasyprint", "pydyf", "pango", "harfbuzz", "uharfbuzz", "pylopdf-fonts-ar"} <= set(found)
    assert all(value[0].isdigit() for value in found.values()), found


def test_a_machine_without_pango_is_told_what_to_type() -> None:
    script = (
        "import sys, types, pathlib, tempfile\n"
        "class Door:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'weasyprint': raise OSError('cannot load library libgobject-2.0-0')\n"
        "sys.meta_path.insert(0, Door())\n"
        "from handouts import fonts, typeset\n"
        "from handouts.findings import HandoutError, MachineLacks\n"
        "try: typeset.make_press('', fonts.FontSet(()), pathlib.Path(tempfile.mkdtemp()))\n"
        "except MachineLacks as error: print(error.findings[0].what, '|', error.findings[0].remedy)\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.fspath(Path(typeset.__file__).resolve().parents[1])}
    done = subprocess.run([sys.executable, "-c", script], env=environment, check=True, capture_output=True, text=True)
    what, _, remedy = done.stdout.partition("|")
    assert "libgobject" in what
    assert "apt-get install" in remedy
    assert "libpango-1.0-0" in remedy
    assert issubclass(MachineLacks, Exception)


def test_two_fonts_of_one_name_are_refused(press: typeset.Press) -> None:
    face = press.fonts.faces[0]
    with pytest.raises(Exception, match=face.family):
        fonts.FontSet((face, replace(face, path=Path("other.ttf"))))

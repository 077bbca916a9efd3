"""The fonts of the program: real packages, real products, real pages."""

# ruff: noqa: RUF001 - the characters that look like others are what is tested

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from fontTools.pens.recordingPen import DecomposingRecordingPen  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from handouts import fonts
from handouts.findings import HandoutError, MachineLacks
from handouts.fonts import FontSet, Source, css_families, prepare, stack

if TYPE_CHECKING:
    from collections.abc import Iterator

SAMPLES = {
    "Latn": "Fièvre ≥ 38.0 °C — “call”, ¿señal? 5–10 mg • ☐ ✓ × ½ … Tiếng Việt ữ ặ Ơ ₫",
    "Arab": "هذا العلاج تجريبي، أليس كذلك؟ ٢٥٪ (أو أكثر) «نعم» 38 mg\u200f",
    "Deva": "यह उपचार प्रायोगिक है। क्या आप जानते हैं? १२३ 25% क्‍ष",
    "Hans": "白内障手术，嘌呤；“狼疮”——您知道吗？……《指南》（AHSCT）38.0 ℃ • ☐",
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fonts")


@pytest.fixture(scope="module")
def everything(store: Path) -> FontSet:
    return prepare(fonts.STACKS, {}, store)


@pytest.mark.parametrize("script", SAMPLES)
def test_every_character_of_a_script_is_covered(everything: FontSet, script: str) -> None:
    assert everything.missing(SAMPLES[script], script) == []


def test_missing_characters_are_named_once_and_in_order(everything: FontSet) -> None:
    assert everything.missing("ไ白ไx", "Latn") == [ord("ไ"), ord("白")]
    assert everything.covers("x", "Latn")
    assert not everything.covers("白", "Latn")


def test_what_prints_nothing_is_never_missing(everything: FontSet) -> None:
    silent = "\n\t\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\u2066\u2067\u2068\u2069\u2028"
    assert all(everything.missing(silent, script) == [] for script in fonts.STACKS)


def test_an_unknown_script_is_named() -> None:
    with pytest.raises(HandoutError, match="Tfng"):
        stack("Tfng")


def test_stacks_name_the_script_first_and_latin_last() -> None:
    assert css_families("Latn") == '"Handout Latin"'
    assert css_families("Arab") == '"Handout Arabic", "Handout Latin"'
    assert all(families[-1] is fonts.LATIN for families in fonts.STACKS.values())


def test_script_fonts_leave_latin_letters_and_digits_to_latin(everything: FontSet) -> None:
    for face in everything.faces:
        if face.family in {"Handout Arabic", "Handout Devanagari"}:
            assert not face.characters & set(map(ord, "Az09.,%–“”"))
            assert ord(" ") in face.characters


def test_brackets_in_arabic_are_not_the_latin_ones(everything: FontSet) -> None:
    arabic = next(face for face in everything.faces if face.family == "Handout Arabic")
    assert set(map(ord, "()[]«»؟،")) <= arabic.characters


def test_han_prints_its_own_punctuation_and_leaves_the_bullet(everything: FontSet) -> None:
    han = next(face for face in everything.faces if face.family == "Handout Han Simplified")
    assert set(map(ord, "“”‘’…—，。、；：？！（）《》AHSCT09")) <= han.characters
    assert ord("•") not in han.characters


@pytest.mark.parametrize("script", fonts.STACKS)
def test_products_are_static_and_keep_licence_shaping_and_no_reserved_name(store: Path, script: str) -> None:
    for face in prepare([script], {}, store).faces:
        font = TTFont(face.path)
        assert "fvar" not in font
        assert "GPOS" in font
        assert "GSUB" in font
        names = {record.nameID: str(record) for record in font["name"].names}
        assert set(names) <= {0, 13, 14}
        assert "SIL Open Font License" in names[13]
        assert face.characters <= set(font.getBestCmap())


@pytest.mark.parametrize("script", fonts.STACKS)
def test_weights_differ(store: Path, script: str) -> None:
    faces = prepare([script], {}, store).faces
    assert len({face.digest for face in faces}) == len(faces)
    assert {face.weight for face in faces if face.family == "Handout Latin"} == {400, 600, 700}


def test_a_sentence_does_not_change_the_products(store: Path, everything: FontSet) -> None:
    assert prepare(fonts.STACKS, {"Hans": "白内障嘌呤AHSCT•☐"}, store) == everything


def test_a_rare_character_is_added_to_the_han_products_only(store: Path, everything: FontSet) -> None:
    rare = "\u4e57"  # a character beyond GB 2312
    assert everything.missing(rare, "Hans") == [ord(rare)]
    more = prepare(fonts.STACKS, {"Hans": rare, "Latn": rare}, store)
    assert more.missing(rare, "Hans") == []
    changed = {face.family for face in set(more.faces) - set(everything.faces)}
    assert changed == {"Handout Han Simplified"}


def test_products_are_the_same_in_another_folder_and_process(everything: FontSet, tmp_path: Path) -> None:
    code = (
        "import sys, json, pathlib; from handouts import fonts\n"
        "faces = fonts.prepare(fonts.STACKS, {}, pathlib.Path(sys.argv[1])).faces\n"
        "print(json.dumps([face.digest for face in faces]))"
    )
    assert json.loads(_python(code, tmp_path, PYTHONHASHSEED="7", TZ="Asia/Tokyo")) == [
        face.digest for face in everything.faces
    ]


def test_the_second_time_reads_the_cache(store: Path, everything: FontSet) -> None:
    before = {path: path.stat().st_mtime_ns for path in store.iterdir()}
    assert prepare(fonts.STACKS, {}, store) == everything
    assert {path: path.stat().st_mtime_ns for path in store.iterdir()} == before


@pytest.mark.parametrize("damage", [b"", b"not a font"])
def test_a_damaged_product_is_made_again(tmp_path: Path, damage: bytes) -> None:
    first = prepare(["Latn"], {}, tmp_path)
    whole = first.faces[0].path.read_bytes()
    first.faces[0].path.write_bytes(damage)
    assert prepare(["Latn"], {}, tmp_path) == first
    assert first.faces[0].path.read_bytes() == whole
    assert all(path.suffix == ".ttf" for path in tmp_path.iterdir())


def test_two_products_that_weasyprint_would_merge_are_refused(everything: FontSet) -> None:
    one, other = everything.faces[:2]
    with pytest.raises(HandoutError, match="HANDOUT latin 400 normal"):
        FontSet((one, replace(other, weight=one.weight, family="HANDOUT latin")))


def test_css_has_one_whole_file_a_rule(everything: FontSet) -> None:
    css = everything.css()
    assert css.count("@font-face") == css.count("src:") == len(everything.faces)
    assert "unicode-range" not in css
    assert all(face.path.as_uri() in css for face in everything.faces)


def test_a_font_package_that_is_not_installed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ghost = replace(fonts.LATIN, weights={400: Source("fontpkg-no-such-font", "x.ttf")})
    monkeypatch.setitem(fonts.STACKS, "Latn", (ghost,))
    with pytest.raises(MachineLacks, match="fontpkg-no-such-font"):
        prepare(["Latn"], {}, tmp_path)


def test_versions_name_every_package() -> None:
    versions = fonts.versions()
    families = {family.name: family for stack in fonts.STACKS.values() for family in stack}
    packages = {source.package for family in families.values() for source in family.weights.values()}
    assert packages | {"uharfbuzz"} == set(versions)
    assert all(versions.values())


def test_the_module_does_not_import_weasyprint() -> None:
    code = "import sys, handouts.fonts; print('weasyprint' in sys.modules, 'uharfbuzz' in sys.modules)"
    assert _python(code).split() == ["False", "False"]


def test_the_fonts_of_the_machine_are_closed_off_before_weasyprint_is_imported(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib; from handouts.fonts import private_fontconfig\n"
        "path = private_fontconfig(pathlib.Path(sys.argv[1]))\n"
        "assert private_fontconfig(pathlib.Path(sys.argv[1])) == path\n"
        "import weasyprint\n"
        "from weasyprint.text.fonts import FontConfiguration, fontconfig\n"
        "config = FontConfiguration()\n"
        "print(fontconfig.FcConfigGetFonts(config._config, fontconfig.FcSetSystem).nfont)"
    )
    folder = tmp_path / "a folder & more"
    assert _python(code, folder, HOME=str(tmp_path / "home")).split() == ["1"]
    assert not (tmp_path / "home").exists()


def test_closing_the_fonts_off_too_late_is_a_bug_of_ours(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib; sys.modules['weasyprint'] = sys\n"
        "from handouts.fonts import private_fontconfig\n"
        "try: private_fontconfig(pathlib.Path(sys.argv[1]))\n"
        "except RuntimeError as error: print(error)"
    )
    assert "before weasyprint" in _python(code, tmp_path)


PAGES = """
import json, logging, pathlib, sys
from handouts import fonts

cache, samples = pathlib.Path(sys.argv[1]), json.loads(sys.argv[2])
fonts.private_fontconfig(cache)
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

logged = []
handler = logging.Handler()
handler.emit = lambda record: logged.append(record.getMessage())
logging.getLogger("weasyprint").addHandler(handler)
configuration = FontConfiguration()
CSS(string=fonts.prepare(fonts.STACKS, {}, cache).css(), font_config=configuration)
for script, text in samples.items():
    family = fonts.css_families(script if script in fonts.STACKS else "Latn")
    style = f"@page {{ font-family: {family} }} html {{ font-family: {family} }}"
    page = '<html lang="x"><title>x</title>' + "".join(f'<p style="font-weight: {w}">{text}' for w in (400, 600, 700))
    HTML(string=page).write_pdf(
        cache / f"{script}.pdf", stylesheets=[CSS(string=style)], font_config=configuration,
        pdf_variant="pdf/ua-1", uncompressed_pdf=True,
    )
print(json.dumps(logged))
"""


@pytest.fixture(scope="module")
def pages(store: Path) -> Path:
    assert json.loads(_python(PAGES, store, json.dumps(SAMPLES))) == []
    return store


@pytest.mark.parametrize("script", SAMPLES)
def test_every_font_of_a_page_is_ours_and_embedded(pages: Path, script: str) -> None:
    listing = subprocess.run(["pdffonts", pages / f"{script}.pdf"], capture_output=True, text=True, check=True)
    rows = [line.split() for line in listing.stdout.splitlines()[2:]]
    assert rows
    for name, *_, embedded, _subset, unicode, _object, _generation in rows:
        assert name.split("+")[1].startswith("Handout-")
        assert (embedded, unicode) == ("yes", "yes")
    expected = {family.name.replace(" ", "-") for family in stack(script)}
    assert {name.split("+")[1].split("-Bold")[0].split("-Semi")[0] for name, *_ in rows} == expected


@pytest.mark.parametrize("script", SAMPLES)
def test_the_embedded_outlines_are_those_of_the_text(pages: Path, everything: FontSet, script: str) -> None:
    """Fonts that WeasyPrint has merged keep the right text layer over wrong letters: look at the ink."""
    families = {f"{face.family} {face.weight}".replace(" ", "-"): TTFont(face.path) for face in everything.faces}
    seen = ""
    for name, text_of, embedded in _embedded_fonts((pages / f"{script}.pdf").read_bytes()):
        ours = families[name]
        for glyph, text in text_of.items():
            if len(text) == 1 and script in {"Latn", "Hans"}:  # elsewhere a letter has many shapes
                assert _outline(embedded, embedded.getGlyphName(glyph)) == _outline(ours, ours.getBestCmap()[ord(text)])
            seen += text
    assert set(SAMPLES[script]) - set(seen) <= {" ", "\u200d", "\u200f"}


def _embedded_fonts(pdf: bytes) -> Iterator[tuple[str, dict[int, str], TTFont]]:
    """The fonts of an uncompressed file: family and weight, the text of each glyph, the font itself."""
    weights = {"": "400", "-Semi-Bold": "600", "-Bold": "700"}
    for font in re.findall(rb"<<[^>]*/Subtype /Type0.*?endobj", pdf, re.DOTALL):
        name = re.search(rb"\+(Handout[A-Za-z-]*?)(-Semi-Bold|-Bold|)/", font)
        assert name
        character_map = _linked(pdf, font, b"ToUnicode").split(b"endcodespacerange")[1]
        mapping = re.findall(rb"^<(\w+)> <(\w+)>", character_map, re.MULTILINE)
        descriptor = _linked(pdf, _linked(pdf, font, b"DescendantFonts"), b"FontDescriptor")
        file = _linked(pdf, descriptor, b"FontFile2").split(b"stream\n", 1)[1].rsplit(b"\nendstream", 1)[0]
        texts = {int(glyph, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for glyph, text in mapping}
        yield f"{name[1].decode()}-{weights[name[2].decode()]}", texts, TTFont(BytesIO(file))


def _linked(pdf: bytes, source: bytes, key: bytes) -> bytes:
    number = re.search(rb"/" + key + rb" \[?(\d+) 0 R", source)
    assert number
    start = pdf.index(b"\n" + number[1] + b" 0 obj")
    return pdf[start : pdf.index(b"\nendobj", start)]


def _outline(font: TTFont, glyph: str) -> list[object]:
    pen = DecomposingRecordingPen(font.getGlyphSet())
    font.getGlyphSet()[glyph].draw(pen)
    return list(pen.value)


def test_a_missing_glyph_is_logged_with_its_code_point(store: Path) -> None:
    logged = json.loads(_python(PAGES, store, json.dumps({"Thai": "ไ"})))
    assert len(logged) == 3  # one a weight
    assert all(".notdef" in message and "U+0E44" in message for message in logged)


def _python(code: str, *arguments: str | Path, **environment: str) -> str:
    """Run code in a new interpreter, warnings as errors, and return what it prints."""
    paths = os.pathsep.join(path for path in sys.path if path)
    ours_left_out = {name: value for name, value in os.environ.items() if name != "FONTCONFIG_FILE"}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, *arguments],
        env={**ours_left_out, "PYTHONPATH": paths, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout

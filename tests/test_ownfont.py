"""A clinic's own font: real font files, made here from the packages of the lock file."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
import uharfbuzz as hb
from fontTools.fontBuilder import FontBuilder  # type: ignore[import-untyped]
from fontTools.pens.t2CharStringPen import T2CharStringPen  # type: ignore[import-untyped]
from fontTools.subset import Options, Subsetter  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from fontTools.ttLib.tables._g_l_y_f import Glyph  # type: ignore[import-untyped]

from handouts.findings import Finding, HandoutError
from handouts.fonts import LATIN, OWN, FontSet, Packaged, prepare
from handouts.layers import Layers
from handouts.model import Brand
from handouts.ownfont import BYTES_LIMIT, NEEDED, read_own_font
from handouts.reader import validate
from handouts.source import parse_yaml

VARIABLE = Packaged("manimgx-fonts", "NotoSans[wght].ttf").read()


def static(weight: int) -> bytes:
    face = hb.Face(VARIABLE)
    order = hb.SubsetInput()
    order.keep_everything()
    order.pin_all_axes_to_default(face)
    order.pin_axis_location(face, "wght", weight)
    data: bytes = order.subset(face).blob.data
    return data


REGULAR, BOLD = static(400), static(700)
HEAD = """id: mine
name: Mine
logo: logo.svg
region: us
colors: {primary: "#0b4f5c", ink: "#16242b", tint: "#e5f1f3"}
"""
PAIR = "font: {regular: fonts/R.ttf, bold: fonts/B.ttf}"
ONE = "font: {file: F.ttf}"


def brand(line: str) -> Brand:
    return validate(Brand, parse_yaml(f"{HEAD}{line}\n", "brand.yaml")[0])


def put(folder: Path, **files: bytes) -> Layers:
    (folder / "b" / "fonts").mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        place = folder / "b" / f"{name}.ttf" if name == "F" else folder / "b" / "fonts" / f"{name}.ttf"
        place.write_bytes(data)
    return Layers((folder,))


def faults(layers: Layers, line: str) -> list[Finding]:
    with pytest.raises(HandoutError) as caught:
        read_own_font(layers, "b", brand(line).font)
    assert all(finding.remedy for finding in caught.value.findings)
    assert all(str(finding.where).startswith("brand.yaml:6:") for finding in caught.value.findings)
    return list(caught.value.findings)


def changed(data: bytes, change: Callable[[TTFont], None]) -> bytes:
    font = TTFont(BytesIO(data))
    change(font)
    out = BytesIO()
    font.save(out)
    return out.getvalue()


def only(text: str) -> bytes:
    """A font with the characters of a text."""

    def cut(font: TTFont) -> None:
        subsetter = Subsetter(Options(layout_features=["*"]))
        subsetter.populate(text=text)
        subsetter.subset(font)

    return changed(REGULAR, cut)


# --- What is taken -----------------------------------------------------------------------------------------


def test_a_brand_without_a_font_has_none() -> None:
    assert read_own_font(Layers(()), "b", brand("").font) is None


def test_one_variable_file_gives_all_weights(tmp_path: Path) -> None:
    own = read_own_font(put(tmp_path, F=VARIABLE), "b", brand(ONE).font)
    faces = prepare(["Latn"], tmp_path / "store", own).faces
    ours = [face for face in faces if face.family == OWN]
    assert [face.weight for face in ours] == list(LATIN.weights)
    assert len({face.checksum for face in ours}) == 3
    for face in ours:
        font = TTFont(face.path)
        assert "fvar" not in font
        assert set(font.getBestCmap()) == face.characters


def test_two_files_give_regular_and_bold(tmp_path: Path) -> None:
    own = read_own_font(put(tmp_path, R=REGULAR, B=BOLD), "b", brand(PAIR).font)
    ours = [face for face in prepare(["Latn"], tmp_path / "store", own).faces if face.family == OWN]
    assert [face.weight for face in ours] == [400, 700]
    assert ours[0].checksum != ours[1].checksum


def test_one_file_may_be_both_weights(tmp_path: Path) -> None:
    own = read_own_font(put(tmp_path, R=REGULAR), "b", brand("font: {regular: fonts/R.ttf, bold: fonts/R.ttf}").font)
    assert own is not None
    assert list(own.weights) == [400, 700]


def test_only_latin_is_kept_and_nothing_that_our_latin_lacks(tmp_path: Path) -> None:
    own = read_own_font(put(tmp_path, F=VARIABLE), "b", brand(ONE).font)
    by_family = {face.family: face.characters for face in prepare(["Latn"], tmp_path / "store", own).faces}
    assert by_family[OWN] < by_family["Handout Latin"]
    assert {ord(character) for character in NEEDED + "éữ“”ñ"} <= by_family[OWN]
    assert by_family[OWN].isdisjoint(map(ord, "αжЖΩ"))


def test_pictures_programs_and_names_of_the_file_are_left_behind(tmp_path: Path) -> None:
    def add(font: TTFont) -> None:
        font["name"].setName("A Clinic's Face", 1, 3, 1, 0x409)
        for tag in ("COLR", "CPAL"):
            font[tag] = TTFont(BytesIO(_colored()))[tag]

    own = read_own_font(put(tmp_path, R=changed(REGULAR, add), B=BOLD), "b", brand(PAIR).font)
    for face in prepare(["Latn"], tmp_path / "store", own).faces:
        font = TTFont(face.path)
        assert {"COLR", "CPAL", "fpgm", "prep", "cvt ", "hdmx"}.isdisjoint(font.keys())
        assert not {record.nameID for record in font["name"].names} - {0, 13, 14}


def _colored() -> bytes:
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "A"])
    builder.setupCharacterMap({65: "A"})
    builder.setupGlyf({".notdef": Glyph(), "A": Glyph()})
    builder.setupHorizontalMetrics({".notdef": (500, 0), "A": (500, 0)})
    builder.setupHorizontalHeader()
    builder.setupCOLR({"A": [(".notdef", 0)]})
    builder.setupCPAL([[(1.0, 0.0, 0.0, 1.0)]])
    out = BytesIO()
    builder.save(out)
    return out.getvalue()


def test_it_is_kept_by_content(tmp_path: Path) -> None:
    layers, store = put(tmp_path, F=VARIABLE), tmp_path / "store"
    first = prepare(["Latn"], store, read_own_font(layers, "b", brand(ONE).font))
    before = {path: path.stat().st_mtime_ns for path in store.iterdir()}
    assert prepare(["Latn"], store, read_own_font(layers, "b", brand(ONE).font)) == first
    assert {path: path.stat().st_mtime_ns for path in store.iterdir()} == before
    put(tmp_path, F=changed(VARIABLE, lambda font: font["hmtx"].metrics.update(A=(999, 10))))
    other = prepare(["Latn"], store, read_own_font(layers, "b", brand(ONE).font))
    assert {face.family for face in set(other.faces) - set(first.faces)} == {OWN}
    assert all(face.path.parent == store.resolve() for face in other.faces)  # the one place fonts are read from


def test_two_own_fonts_would_be_a_collision(tmp_path: Path) -> None:
    faces = prepare([], tmp_path / "store", read_own_font(put(tmp_path, F=VARIABLE), "b", brand(ONE).font)).faces
    other = prepare(
        [], tmp_path / "store", read_own_font(put(tmp_path, R=REGULAR, B=BOLD), "b", brand(PAIR).font)
    ).faces
    with pytest.raises(HandoutError, match="Handout Own 400 normal"):
        FontSet((*faces, *other))


PAGE = """
import json, pathlib, sys
from handouts import fonts, ownfont
from handouts.layers import Layers
from handouts.model import OwnFont
root = pathlib.Path(sys.argv[1])
fonts.private_fontconfig(root / "store")
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
configuration = FontConfiguration()
own = ownfont.read_own_font(Layers((root,)), "b", OwnFont(file="F.ttf"))
made = fonts.prepare(["Latn", "Arab", "Cyrl"], root / "store", own)
CSS(string=made.css(), font_config=configuration)
body = "".join(
    f'<p style=\\'font-family: {fonts.css_families(script, own=made.has_own)}\\'>{text}</p>'
    for script, text in json.loads(sys.argv[2]).items()
)
HTML(string=f"<html lang=en><title>x</title>{body}").write_pdf(root / "page.pdf", font_config=configuration)
"""


def embedded(folder: Path, **texts: str) -> set[str]:
    command = [sys.executable, "-W", "error", "-c", PAGE, str(folder), json.dumps(texts)]
    subprocess.run(command, check=True, env={"PYTHONPATH": ":".join(sys.path)})
    listing = subprocess.run(["pdffonts", folder / "page.pdf"], capture_output=True, text=True, check=True).stdout
    return {line.split()[0].split("+")[1] for line in listing.splitlines()[2:]}


def test_it_prints_latin_and_our_font_what_it_lacks(tmp_path: Path) -> None:
    put(tmp_path, F=VARIABLE)
    assert embedded(tmp_path, Latn="Call 555-0199 é") == {"Handout-Own"}
    assert embedded(tmp_path, Latn="Call 555-0199 ☐") == {"Handout-Own", "Handout-Latin"}
    assert embedded(tmp_path, Arab="علاج AHSCT") == {"Handout-Arabic", "Handout-Own"}
    assert embedded(tmp_path, Cyrl="Лечение AHSCT") == {"Handout-Latin"}


# --- What is refused ---------------------------------------------------------------------------------------


def without(*tags: str) -> bytes:
    def drop(font: TTFont) -> None:
        for tag in tags:
            del font[tag]

    return changed(REGULAR, drop)


def with_rights(rights: int) -> bytes:
    return changed(REGULAR, lambda font: setattr(font["OS/2"], "fsType", rights))


def postscript() -> bytes:
    builder = FontBuilder(1000, isTTF=False)
    builder.setupGlyphOrder([".notdef"])
    builder.setupCharacterMap({})
    builder.setupCFF("Face", {}, {".notdef": T2CharStringPen(500, None).getCharString()}, {})
    builder.setupHorizontalMetrics({".notdef": (500, 0)})
    builder.setupHorizontalHeader()
    builder.setupOS2()
    builder.setupPost()
    builder.setupNameTable({})
    out = BytesIO()
    builder.save(out)
    return out.getvalue()


def web() -> bytes:
    return changed(REGULAR, lambda font: setattr(font, "flavor", "woff"))


def blank_letter() -> bytes:
    def wipe(font: TTFont) -> None:
        font["glyf"][font.getBestCmap()[ord("7")]] = Glyph()

    return changed(REGULAR, wipe)


@pytest.mark.parametrize(
    ("data", "kind", "what"),
    [
        pytest.param(b"", "brand/font-type", "is not a font", id="nothing"),
        pytest.param(b"<svg/>", "brand/font-type", "is not a font", id="another file"),
        pytest.param(postscript(), "brand/font-type", "PostScript outlines", id="PostScript"),
        pytest.param(web(), "brand/font-type", "WOFF", id="web"),
        pytest.param(b"ttcf" + REGULAR[4:], "brand/font-type", "collection", id="collection"),
        pytest.param(without("glyf", "loca"), "brand/font-type", "no `glyf`, `loca`", id="no outlines"),
        pytest.param(REGULAR[:8], "brand/font-broken", "cut short", id="cut in the head"),
        pytest.param(REGULAR[:100], "brand/font-broken", "cut short", id="cut in the directory"),
        pytest.param(REGULAR[:-5000], "brand/font-broken", "cut short", id="cut in a table"),
        pytest.param(with_rights(0x0002), "brand/font-rights", "0x0002", id="restricted"),
        pytest.param(with_rights(0x0104), "brand/font-rights", "0x0104", id="not in part"),
        pytest.param(with_rights(0x0208), "brand/font-rights", "0x0208", id="pixels only"),
        pytest.param(only(NEEDED.replace("Q", "").replace("7", "")), "brand/font-letters", "`Q7`", id="letters"),
        pytest.param(blank_letter(), "brand/font-letters", "`7`", id="a letter without ink"),
        pytest.param(b"\0\1\0\0" + bytes(BYTES_LIMIT), "brand/font-large", str(BYTES_LIMIT), id="large"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_at_its_name(tmp_path: Path, data: bytes, kind: str, what: str) -> None:
    (finding,) = faults(put(tmp_path, R=data, B=BOLD), PAIR)
    assert (finding.id, str(finding.where)) == (kind, "brand.yaml:6:17")
    assert what in finding.what
    assert "`fonts/R.ttf`" in finding.what


@pytest.mark.parametrize("rights", [0x0000, 0x0004, 0x0008, 0x000C])
def test_a_font_that_may_be_embedded_for_print_is_taken(tmp_path: Path, rights: int) -> None:
    assert read_own_font(put(tmp_path, R=with_rights(rights), B=BOLD), "b", brand(PAIR).font) is not None


def test_the_faults_of_both_files_are_told(tmp_path: Path) -> None:
    found = faults(put(tmp_path, R=b"no", B=with_rights(2)), PAIR)
    assert [(finding.id, finding.where.column) for finding in found] == [
        ("brand/font-type", 17),
        ("brand/font-rights", 36),
    ]


def test_one_file_of_one_weight_is_refused(tmp_path: Path) -> None:
    (finding,) = faults(put(tmp_path, F=REGULAR), ONE)
    assert (finding.id, finding.what) == ("brand/font-weights", "the font `F.ttf` has one weight only")


def test_a_variable_file_must_reach_the_weights(tmp_path: Path) -> None:
    light = changed(VARIABLE, lambda font: setattr(font["fvar"].axes[0], "maxValue", 600))
    (finding,) = faults(put(tmp_path, F=light), ONE)
    assert finding.id == "brand/font-weights"
    assert "400 to 600, not 400 and 600 and 700" in finding.what
    (finding,) = faults(put(tmp_path, R=VARIABLE, B=light), PAIR)
    assert "400 to 600, not 700" in finding.what


def test_damage_that_only_cutting_finds_is_told_at_the_name(tmp_path: Path) -> None:
    start = TTFont(BytesIO(REGULAR)).reader.tables["GSUB"].offset
    damaged = REGULAR[:start] + b"\xff" * 40 + REGULAR[start + 40 :]
    own = read_own_font(put(tmp_path, R=damaged, B=BOLD), "b", brand(PAIR).font)
    with pytest.raises(HandoutError) as caught:
        prepare(["Latn"], tmp_path / "store", own)
    (finding,) = caught.value.findings
    assert (finding.id, str(finding.where)) == ("brand/font-broken", "brand.yaml:6:17")
    assert finding.what == "the font `fonts/R.ttf` cannot be cut"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("none.ttf", "brand/font-missing"),
        (".", "brand/font-missing"),
        ("../F.ttf", "brand/font-outside"),
        ("a/../../F.ttf", "brand/font-outside"),
        ("/etc/F.ttf", "brand/font-outside"),
        ("'..\\F.ttf'", "brand/font-outside"),
        ("https://clinic.example/F.ttf", "brand/font-remote"),
        ("//clinic.example/F.ttf", "brand/font-remote"),
        ("file:///etc/F.ttf", "brand/font-remote"),
        ("'data:font/ttf,'", "brand/font-remote"),
    ],
)
def test_a_name_that_leads_elsewhere_is_refused_at_its_place(tmp_path: Path, name: str, kind: str) -> None:
    layers = put(tmp_path, F=VARIABLE)
    (tmp_path / "F.ttf").write_bytes(VARIABLE)
    (finding,) = faults(layers, f"font: {{file: {name}}}")
    assert (finding.id, str(finding.where)) == (kind, "brand.yaml:6:14")


def test_a_link_that_leads_out_of_all_layers_is_refused(tmp_path: Path) -> None:
    (tmp_path / "outside.ttf").write_bytes(VARIABLE)
    project = tmp_path / "project"
    layers = put(project)
    (project / "b" / "F.ttf").symlink_to(tmp_path / "outside.ttf")
    assert [finding.id for finding in faults(layers, ONE)] == ["brand/font-outside"]


@pytest.mark.parametrize(
    "line", ["font: {}", "font: {regular: a.ttf}", "font: {bold: a.ttf}", "font: {file: a.ttf, bold: a.ttf}"]
)
def test_a_font_is_one_file_or_two(line: str) -> None:
    with pytest.raises(HandoutError) as caught:
        brand(line)
    (finding,) = caught.value.findings
    assert (finding.id, str(finding.where)) == ("content/wrong-value", "brand.yaml:6:7")
    assert finding.remedy == "write `file:` alone, or `regular:` and `bold:`"

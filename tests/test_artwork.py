"""A clinic's logo: found inside its project, harmless, and small."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from handouts.artwork import BYTES_LIMIT, ELEMENTS_LIMIT, PIXELS_LIMIT, read_logo
from handouts.findings import Finding, HandoutError, Location
from handouts.layers import Layers
from handouts.reader import BRANDS, brand_ids, read_brand

WHERE = Location("content/brands/mine/brand.yaml", 3, 7)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{}</svg>'
PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sIIBBBBB", 13, b"IHDR", 40, 30, 8, 6, 0, 0, 0) + b"\0" * 16


def logo(folder: Path, name: str, raw: bytes | str) -> Layers:
    path = folder / "b" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(raw.encode() if isinstance(raw, str) else raw)
    return Layers((folder,))


def faults(folder: Path, name: str, raw: bytes | str) -> list[Finding]:
    with pytest.raises(HandoutError) as caught:
        read_logo(logo(folder, name, raw), "b", name, WHERE)
    assert all(finding.remedy for finding in caught.value.findings)
    return list(caught.value.findings)


def test_the_librarys_logos_are_sound(layers: Layers) -> None:
    ids = brand_ids(layers)
    assert len(ids) >= 2
    for brand_id in ids:
        brand, _ = read_brand(layers, brand_id)
        assert read_logo(layers, f"{BRANDS}/{brand_id}", brand.logo, WHERE).media_type == "image/svg+xml"


@pytest.mark.parametrize(
    "inside",
    [
        "",
        '<rect width="1" height="1" fill="#123456"/>',
        '<defs><linearGradient id="a"/></defs><rect fill="url(#a)"/>',
        """<rect style="fill: url('#a')"/>""",
        '<rect style="fill: url(&quot;#a&quot;)"/>',
        '<rect style="fill: url( #a )"/>',
        '<use xlink:href="#a"/><use href="#a"/>',
        '<metadata xmlns="urn:editor"><note>drawn by nobody</note></metadata>',
    ],
)
def test_a_plain_drawing_is_taken_as_it_is(tmp_path: Path, inside: str) -> None:
    raw = SVG.format(inside)
    read = read_logo(logo(tmp_path, "logo.svg", raw), "b", "logo.svg", WHERE)
    assert (read.data, read.media_type) == (raw.encode(), "image/svg+xml")


def test_a_png_is_known_by_its_bytes(tmp_path: Path) -> None:
    read = read_logo(logo(tmp_path, "logo.png", PNG), "b", "logo.png", WHERE)
    assert (read.data, read.media_type) == (PNG, "image/png")


@pytest.mark.parametrize(
    ("inside", "what"),
    [
        ("<script/>", "the element `script`"),
        ("<style>@import 'a.css';</style>", "the element `style`"),
        ("<text>Clinic</text>", "the element `text`"),
        ("<foreignObject/>", "the element `foreignObject`"),
        ('<image href="a.png"/>', "points to another file"),
        ('<use href="https://clinic.example/a.svg#b"/>', "points to another file"),
        ('<use xlink:href="other.svg#a"/>', "points to another file"),
        ('<rect onload="x"/>', "the script attribute `onload`"),
        ('<rect fill="url(https://clinic.example/a)"/>', "`fill` of the SVG points outside"),
        ("""<rect style="fill: url('a.svg#b')"/>""", "`style` of the SVG points outside"),
        ('<rect style="fill: URL( a.svg )"/>', "`style` of the SVG points outside"),
        ('<rect style="x: expression(1)"/>', "`style` of the SVG points outside"),
        ('<rect fill="javascript:x"/>', "`fill` of the SVG points outside"),
        ("<g/>" * ELEMENTS_LIMIT, "more than"),
    ],
)
def test_a_drawing_that_could_do_more_than_be_seen_is_refused(tmp_path: Path, inside: str, what: str) -> None:
    found = faults(tmp_path, "logo.svg", SVG.format(inside))
    assert {finding.id for finding in found} == {"brand/svg-unsafe"}
    assert any(what in finding.what for finding in found)


@pytest.mark.parametrize(
    "raw",
    [
        '<svg><image href="file:///etc/passwd"/></svg>',
        SVG.format('<image xmlns="" href="https://clinic.example/a.png"/>'),
        SVG.format('<x:image xmlns:x="urn:x" href="https://clinic.example/a.png"/>'),
        SVG.format('<x:text xmlns:x="urn:x">Words</x:text>'),
        SVG.format('<x:style xmlns:x="urn:x">@import "a.css";</x:style>'),
    ],
)
def test_another_namespace_hides_nothing(tmp_path: Path, raw: str) -> None:
    # WeasyPrint draws by the local name alone, whatever the namespace
    assert faults(tmp_path, "logo.svg", raw)


@pytest.mark.parametrize(
    ("name", "raw", "kind"),
    [
        ("logo.svg", "<svg", "brand/svg-syntax"),
        ("logo.svg", "", "brand/svg-syntax"),
        ("logo.svg", '<?xml version="1.0" encoding="no-such"?><svg/>', "brand/svg-syntax"),
        ("logo.svg", '<!DOCTYPE svg SYSTEM "a.dtd">' + SVG.format(""), "brand/svg-unsafe"),
        ("logo.svg", '<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG.format("&a;"), "brand/svg-unsafe"),
        ("logo.svg", "<html/>", "brand/svg-unsafe"),
        ("logo.svg", "<svg>" + " " * BYTES_LIMIT + "</svg>", "brand/logo-large"),
        ("logo.png", PNG[:20], "brand/logo-large"),
        ("logo.png", PNG[:16] + struct.pack(">II", PIXELS_LIMIT + 1, 1) + PNG[24:], "brand/logo-large"),
        ("logo.jpg", b"\xff\xd8\xff\xe0", "brand/logo-type"),
        ("logo.png", b"GIF89a", "brand/logo-type"),
    ],
)
def test_a_file_that_is_no_small_picture_is_refused(tmp_path: Path, name: str, raw: bytes | str, kind: str) -> None:
    assert [finding.id for finding in faults(tmp_path, name, raw)] == [kind]


def test_a_syntax_error_is_told_at_its_line(tmp_path: Path) -> None:
    (finding,) = faults(tmp_path, "logo.svg", "<svg>\n<rect></svg>")
    assert (finding.where.line, finding.where.column) == (2, 9)
    assert finding.where.path.endswith("b/logo.svg")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("none.svg", "brand/logo-missing"),
        ("", "brand/logo-missing"),
        (".", "brand/logo-missing"),
        ("../logo.svg", "brand/logo-outside"),
        ("a/../../logo.svg", "brand/logo-outside"),
        ("/etc/logo.svg", "brand/logo-outside"),
        ("..\\logo.svg", "brand/logo-outside"),
        ("https://clinic.example/logo.svg", "brand/logo-remote"),
        ("HTTP://clinic.example/logo.svg", "brand/logo-remote"),
        ("//clinic.example/logo.svg", "brand/logo-remote"),
        ("file:///etc/logo.svg", "brand/logo-remote"),
        ("data:image/svg+xml,<svg/>", "brand/logo-remote"),
        ("c:logo.svg", "brand/logo-remote"),
    ],
)
def test_a_name_that_leads_elsewhere_is_refused_at_its_place(tmp_path: Path, name: str, kind: str) -> None:
    layers = logo(tmp_path, "logo.svg", SVG.format(""))
    (tmp_path / "logo.svg").write_text(SVG.format(""), "utf-8")
    with pytest.raises(HandoutError) as caught:
        read_logo(layers, "b", name, WHERE)
    (finding,) = caught.value.findings
    assert (finding.id, finding.where) == (kind, WHERE)


def test_a_link_that_leads_out_of_all_layers_is_refused(tmp_path: Path) -> None:
    outside = tmp_path / "outside.svg"
    outside.write_text(SVG.format(""), "utf-8")
    root = tmp_path / "project"
    (root / "b").mkdir(parents=True)
    (root / "b" / "logo.svg").symlink_to(outside)
    with pytest.raises(HandoutError) as caught:
        read_logo(Layers((root,)), "b", "logo.svg", WHERE)
    assert [finding.id for finding in caught.value.findings] == ["brand/logo-outside"]

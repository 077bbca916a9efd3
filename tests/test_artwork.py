"""A clinic's logo: found inside its project, harmless, and small."""

from __future__ import annotations

import base64
import struct
import time
import zlib
from pathlib import Path
from urllib.parse import quote

import pytest

from handouts.artwork import BYTES_LIMIT, ELEMENTS_LIMIT, NESTING_LIMIT, PIXELS_LIMIT, address_flaws, read_logo
from handouts.findings import Finding, HandoutError, Location
from handouts.layers import Layers
from handouts.reader import BRANDS, brand_ids, read_brand

WHERE = Location("content/brands/mine/brand.yaml", 3, 7)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{}</svg>'


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def size(width: int, height: int) -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0))


SIGNATURE = b"\x89PNG\r\n\x1a\n"
REST = chunk(b"IDAT", zlib.compress((b"\0" + b"\x77" * 160) * 30)) + chunk(b"IEND", b"")
PNG = SIGNATURE + size(40, 30) + REST


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
        '<path d="M1-2.5.5e2" fill="#99e999" stroke="url(#g1e999)" id="e1e999" aria-label="Nan Infinity 1e999"/>',
        '<path xmlns:i="urn:i" i:label="1e999"/>',
        '<linearGradient id="a" spreadMethod="pad"/><linearGradient id="b" href="#a"/>',
        '<g id="a"><path/></g>' + '<use href="#a"/>' * 400,
        "<?editor notes?>",
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
        ('<g id="a">' + "<path/>" * 100 + "</g>" + '<use href="#a"/>' * 100, "more than"),
        ('<clipPath id="a">' + "<path/>" * 100 + "</clipPath>" + "<g clip-path=\"url( '#a' )\"/>" * 100, "more than"),
        ('<g id="a">' + "<path/>" * 100 + "</g>" + '<use xlink:href="#a\n"/>' * 100, "more than"),
        ("<g>" * NESTING_LIMIT + "</g>" * NESTING_LIMIT, "nested deeper"),
        ('<g id="a"><use href="#a"/></g>', "uses itself"),
        ('<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/><use href="#a"/></g>', "uses itself"),
        ('<linearGradient id="a" href="#a"/>', "uses itself"),
        ('<linearGradient spreadMethod="repeat" x2="0.0000001"/>', "repeats"),
        ('<radialGradient spreadMethod="reflect"/>', "repeats"),
        ('<rect width="1e999"/>', "a number beyond"),
        ('<rect width="NaN"/>', "a number beyond"),
        ('<path d="M0 0L1e7 1"/>', "a number beyond"),
        ('<path d="M' + "9" * 400 + ' 1"/>', "a number beyond"),
        ('<use style="href: #a"/>', "`style` of the SVG cannot be read"),
        ('<use style="style: x"/>', "`style` of the SVG cannot be read"),
        ('<rect style="fill: u\\72l(a.svg)"/>', "`style` of the SVG points outside"),
        ('<rect style="{}"/>', "`style` of the SVG cannot be read"),
        ('<g xml:base="http://127.0.0.1:9/"/>', "points to another file"),
        ("<?xml-stylesheet href='http://127.0.0.1:9/a.css'?>", "names a style sheet"),
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
        ("logo.svg", '<?xml version="1.0" encoding="utf-16"?><svg/>', "brand/svg-syntax"),
        (
            "logo.svg",
            '<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + SVG.format("&a;"),
            "brand/svg-unsafe",
        ),
        ("logo.svg", SVG.format("").replace("<svg", '<svg width="20000" height="20000"'), "brand/logo-large"),
        ("logo.svg", SVG.format("").replace("<svg", '<svg height="20in" width="3000px"'), "brand/logo-large"),
        ("logo.png", PNG + b"\0" * BYTES_LIMIT, "brand/logo-large"),
        ("logo.png", SIGNATURE + size(PIXELS_LIMIT + 1, 1) + REST, "brand/logo-large"),
        ("logo.png", SIGNATURE + size(20_000, 20_000) + REST, "brand/logo-large"),
        ("logo.png", SIGNATURE + size(0, 1) + REST, "brand/logo-large"),
        ("logo.png", PNG[:20], "brand/logo-damaged"),
        ("logo.png", SIGNATURE, "brand/logo-damaged"),
        ("logo.png", PNG[:-5], "brand/logo-damaged"),
        ("logo.jpg", b"\xff\xd8\xff\xe0", "brand/logo-type"),
        ("logo.tif", b"II*\0", "brand/logo-type"),
        ("logo.png", b"GIF89a", "brand/logo-type"),
    ],
)
def test_a_file_that_is_no_small_picture_is_refused(tmp_path: Path, name: str, raw: bytes | str, kind: str) -> None:
    assert [finding.id for finding in faults(tmp_path, name, raw)] == [kind]


@pytest.mark.parametrize("first", [chunk(b"teXt", struct.pack(">II", 40, 30) + b"\0" * 5), size(40, 30)])
def test_a_png_has_one_size_and_says_it_first(tmp_path: Path, first: bytes) -> None:
    # whoever takes the last size that a file states would fill the memory
    raw = SIGNATURE + first + size(13_000, 13_000) + REST
    assert [finding.id for finding in faults(tmp_path, "logo.png", raw)] == ["brand/logo-damaged"]


def test_a_drawing_that_doubles_itself_is_measured_at_once(tmp_path: Path) -> None:
    doubled = "".join(f'<g id="a{n}"><use href="#a{n - 1}"/><use href="#a{n - 1}"/></g>' for n in range(1, 600))
    before = time.process_time()
    found = faults(tmp_path, "logo.svg", SVG.format(f'<path id="a0"/>{doubled}'))
    assert time.process_time() - before < 5
    assert all(finding.id == "brand/svg-unsafe" for finding in found)


def test_a_fault_is_told_at_its_element(tmp_path: Path) -> None:
    found = faults(tmp_path, "logo.svg", SVG.format("\n <g>\n  <image href='a.png'/></g>\n<rect onclick='x'/>"))
    assert [(finding.where.line, finding.where.column) for finding in found] == [(3, 3), (3, 3), (4, 1)]
    (finding,) = faults(tmp_path, "logo.svg", '<?xml version="1.0"?>\n<!DOCTYPE svg [<!ENTITY a "b">]><svg/>')
    assert finding.where.line == 2


def embedded(raw: bytes | str, kind: str = "image/svg+xml") -> str:
    data = raw.encode() if isinstance(raw, str) else raw
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


@pytest.mark.parametrize(
    "address",
    [
        "#place",
        embedded(SVG.format("<path/>")),
        embedded(PNG, "image/png"),
        "data:image/svg+xml," + quote(SVG.format("<path/>")),
        "data:image/svg+xml;utf8," + SVG.format("<path/>"),
        embedded(PNG, "image/svg+xml"),  # what it is called does not matter
    ],
)
def test_an_address_within_the_page_is_taken(address: str) -> None:
    assert address_flaws(address) == ()


@pytest.mark.parametrize(
    "address",
    [
        *("", "#", "a.png", "/etc/passwd", "../../a.png", "//clinic.example/a.png", "http://127.0.0.1:9/a.png"),
        *("https://clinic.example/a.png", "file:///etc/passwd", "ftp://clinic.example/a", "javascript:x", "DATA:,x"),
        *("data:", "data:,", "data:text/plain,words", "data:image/png;base64,*", "data:image/png;base64,A"),
        embedded(SVG.format('<image href="file:///etc/passwd"/>')),
        embedded('<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG.format("&a;")),
        embedded(SIGNATURE + size(20_000, 20_000) + REST, "image/png"),
        embedded(b"\xff\xd8\xff\xe0", "image/jpeg"),
        embedded(b"II*\0", "image/tiff"),
        embedded(SVG.format("<use href='data:image/svg+xml,x'/>")),
        "data:image/svg+xml," + SVG.format('<x:ima\nge xmlns:x="urn:x" href="http://127.0.0.1:9/"/>'),
        "data:image/svg+xml," + quote(SVG.format("<g/>" * ELEMENTS_LIMIT)),
    ],
)
def test_an_address_that_leads_out_or_to_no_sound_picture_is_refused(address: str) -> None:
    assert address_flaws(address)


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

"""The metadata that makes one file PDF/UA-1 and PDF/A-3a; what validators say of it is in test_conformance.py."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import pikepdf
import pytest
from defusedxml import ElementTree

from handouts import fonts, typeset

HEAD = (
    "<title>A &amp; B &lt;C&gt;</title><meta name=author content='One'><meta name=author content='Two &amp; co'>"
    "<meta name=description content='What it is for'><meta name=keywords content='a, b'>"
    "<meta name=generator content='Maker'><meta name=dcterms.created content='2026-11-22'>"
)
NAMES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "pdfuaid": "http://www.aiim.org/pdfua/ns/id/",
    "schema": "http://www.aiim.org/pdfa/ns/schema#",
    "property": "http://www.aiim.org/pdfa/ns/property#",
    "xmp": "http://ns.adobe.com/xap/1.0/",
}
Writer = Callable[..., bytes]


@pytest.fixture(scope="module")
def write(store: Path) -> Writer:
    press = typeset.make_press("", fonts.prepare(["Latn"], store), store)

    def make(head: str = HEAD, body: str = "<h1>Words</h1><p><a href='https://example.org/'>here</a>") -> bytes:
        page = f"<!doctype html><html lang=en><head>{head}</head><body>{body}"
        return typeset.typeset(page, "Latn", press, store).pdf

    return make


def described(data: bytes) -> Element:
    """The XMP of a file."""
    with pikepdf.open(BytesIO(data)) as file:
        root: Element = ElementTree.fromstring(file.Root.Metadata.read_raw_bytes())
        return root


def said(xmp: Element, name: str) -> list[str]:
    """The values of a property."""
    found = xmp.find(f".//{name}", NAMES)
    if found is None:
        return []
    items = found.findall(".//rdf:li", NAMES)
    return [item.text or "" for item in items or [found]]


def test_it_says_that_it_is_both(write: Writer) -> None:
    xmp = described(write())
    found = {name: said(xmp, name) for name in ("pdfaid:part", "pdfaid:conformance", "pdfuaid:part")}
    assert found == {"pdfaid:part": ["3"], "pdfaid:conformance": ["A"], "pdfuaid:part": ["1"]}


def test_pdf_a_is_told_what_pdf_ua_is(write: Writer) -> None:
    xmp = described(write())
    assert said(xmp, "schema:namespaceURI") == [NAMES["pdfuaid"]]
    assert said(xmp, "schema:prefix") == ["pdfuaid"]
    assert said(xmp, "property:name") == ["part"]


def test_both_descriptions_agree(write: Writer) -> None:
    data = write()
    xmp = described(data)
    with pikepdf.open(BytesIO(data)) as file:
        information = {str(name)[1:]: str(value) for name, value in file.trailer.Info.items()}
    assert information == {
        "Title": said(xmp, "dc:title")[0],
        "Author": ", ".join(said(xmp, "dc:creator")),
        "Subject": said(xmp, "dc:description")[0],
        "Keywords": said(xmp, "pdf:Keywords")[0],
        "Creator": said(xmp, "xmp:CreatorTool")[0],
        "Producer": said(xmp, "pdf:Producer")[0],
        "CreationDate": "D:" + said(xmp, "xmp:CreateDate")[0].replace("-", ""),
    }
    assert information["Title"] == "A & B <C>"
    assert said(xmp, "dc:creator") == ["One", "Two & co"]
    assert said(xmp, "dc:language") == ["en"]


def test_nothing_is_said_that_the_page_does_not_say(write: Writer) -> None:
    xmp = described(write("<title>A</title>"))
    silent = "dc:creator", "dc:description", "pdf:Keywords", "xmp:CreatorTool", "xmp:CreateDate", "xmp:ModifyDate"
    assert [name for name in silent if said(xmp, name)] == []


def test_a_page_without_a_title_is_told(store: Path) -> None:
    press = typeset.make_press("", fonts.prepare(["Latn"], store), store)
    made = typeset.typeset("<!doctype html><html lang=en><h1>Words", "Latn", press, store)
    assert len(made.complaints) == 1
    assert "title" in made.complaints[0]


def test_colors_have_a_meaning_and_links_are_printed(write: Writer) -> None:
    with pikepdf.open(BytesIO(write())) as file:
        (intent,) = file.Root.OutputIntents
        assert intent.S == "/GTS_PDFA1"
        assert intent.DestOutputProfile.read_bytes()[36:40] == b"acsp"  # ICC.1, 7.2.11
        assert int(intent.DestOutputProfile.N) == 3
        areas: Any = file.pages[0].obj.Annots
        assert [int(area.F) for area in areas] == [4]


def test_the_identifier_is_that_of_the_content(write: Writer) -> None:
    first, again, other = write(), write(), write(body="<h1>Other words</h1>")
    assert first == again
    identifiers = []
    for data in (first, other):
        with pikepdf.open(BytesIO(data)) as file:
            one, two = (bytes(part) for part in file.trailer.ID)
            assert one == two
            identifiers.append(one)
    assert identifiers[0] != identifiers[1]


def test_it_is_packed(write: Writer) -> None:
    data = write()
    assert data.startswith(b"%PDF-1.7\n")
    assert b"/ObjStm" in data
    with pikepdf.open(BytesIO(data)) as file:
        streams = [each for each in file.objects if isinstance(each, pikepdf.Stream)]
        plain = [each for each in streams if "/Filter" not in each]
        assert [each.objgen for each in plain] == [file.Root.Metadata.objgen]
        assert len(streams) > 4

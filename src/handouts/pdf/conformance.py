"""One file that is PDF/UA-1 (ISO 14289-1) and PDF/A-3a (ISO 19005-3): its metadata, through WeasyPrint's `finisher`.

WeasyPrint makes PDF/UA-1; `finish` adds what PDF/A asks for, and replaces what WeasyPrint says of the file by what
says both, from the same values as the information dictionary. See docs/decisions/009-structure.md.
"""

from __future__ import annotations

import re
import zlib
from functools import cache
from importlib.resources import files
from typing import Any, Final
from xml.sax.saxutils import escape

import pydyf

from handouts.pdf.sharing import share

OPTIONS: Final = {"pdf_variant": "pdf/ua-1", "pdf_identifier": True}
"""The options of `write_pdf` that `finish` goes with. The identifier is a digest of all that is in the file."""

_PACKET: Final = """\
<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/">
<pdfaid:part>3</pdfaid:part>
<pdfaid:conformance>A</pdfaid:conformance>
<pdfuaid:part>1</pdfuaid:part>
{properties}
</rdf:Description>
{extension}
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""

# PDF/A knows the schemas of XMP; that of PDF/UA it must be told of (ISO 19005-3, 6.6.2.3).
_EXTENSION: Final = """\
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>The part of ISO 14289 that the file conforms to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>"""


_PRINTED: Final = 4  # the flag of an annotation that is shown on paper, too (ISO 19005-3, 6.3.2)


def finish(document: Any, pdf: Any) -> None:
    """Make WeasyPrint's PDF/UA-1 a PDF/A-3a as well, and compress its streams once and for all."""
    described = pdf.objects[int(pdf.catalog["Metadata"].split()[0])]
    described.stream, described.compress = [describe(document.metadata, pdf.info["Producer"].string)], False
    pdf.catalog["OutputIntents"] = pydyf.Array([_output_intent(pdf)])
    _share(pdf)
    for each in pdf.objects:
        if isinstance(each, pydyf.Stream) and each.compress:
            _compress(each)
        elif isinstance(each, dict) and each.get("Type") == "/Annot":
            each["F"] = _PRINTED


def _output_intent(pdf: Any) -> Any:
    """What the colors of the file mean: sRGB (ISO 19005-3, 6.2.3)."""
    profile = pydyf.Stream([_packed_profile()], {"N": 3, "Filter": "/FlateDecode"})
    pdf.add_object(profile)
    values = {"Type": "/OutputIntent", "S": "/GTS_PDFA1", "DestOutputProfile": profile.reference}
    name = pydyf.String("sRGB IEC61966-2.1")
    return pydyf.Dictionary({**values, "OutputConditionIdentifier": name, "Info": name})


@cache
def _packed_profile() -> bytes:
    """The color profile that comes with WeasyPrint. Its own way to it leaves the file open, and is slow."""
    return zlib.compress((files("weasyprint.pdf") / "sRGB2014.icc").read_bytes(), 9)


def _share(pdf: Any) -> None:
    """Store once what several pages draw alike, with numbers no longer than an eye can see."""
    pages = [each for each in pdf.objects if isinstance(each, dict) and each.get("Type") == "/Page"]
    streams = [pdf.objects[int(page["Contents"].split()[0])] for page in pages]
    parts = share([_LONG_NUMBER.sub(_rounded, _content(stream)).split(b"\n") for stream in streams])
    common: dict[bytes, Any] = {}
    for page, stream, of_page in zip(pages, streams, parts, strict=True):
        own = iter([stream])
        page["Contents"] = pydyf.Array()
        for content, shared in of_page:
            target = common.get(content) if shared else next(own, None)
            if target is None:
                target = pydyf.Stream(compress=stream.compress)
                pdf.add_object(target)
            if shared:
                common[content] = target
            target.stream = [content]
            page["Contents"].append(target.reference)


def _content(stream: Any) -> bytes:
    return b"\n".join(each if isinstance(each, bytes) else str(each).encode("ascii") for each in stream.stream)


def _compress(stream: Any) -> None:
    """What pydyf does each time that it is asked for a stream: to write it, and again for the file's identifier."""
    stream.stream, stream.compress = [zlib.compress(_content(stream), 9)], False
    stream.extra["Filter"] = "/FlateDecode"


_LONG_NUMBER: Final = re.compile(rb"-?\d+\.\d{3,}")


def _rounded(number: re.Match[bytes]) -> bytes:
    """A number with four significant digits, or a hundredth of a pixel: more nobody sees."""
    value = float(number[0])
    places = 2 if abs(value) >= 10 else 3 if abs(value) >= 1 else 5
    return f"{value:.{places}f}".rstrip("0").rstrip(".").encode()


def describe(metadata: Any, producer: str) -> bytes:
    """The XMP packet of a document (ISO 16684-1), in agreement with its information dictionary."""
    properties = {
        "dc:title": _listed("Alt", [metadata.title]),
        "dc:creator": _listed("Seq", metadata.authors),
        "dc:description": _listed("Alt", [metadata.description]),
        "dc:language": _listed("Bag", [metadata.lang]),
        "pdf:Keywords": escape(", ".join(metadata.keywords)),
        "pdf:Producer": escape(producer),
        "xmp:CreatorTool": escape(metadata.generator or ""),
        "xmp:CreateDate": metadata.created,
        "xmp:ModifyDate": metadata.modified,
    }
    lines = (f"<{name}>{value}</{name}>" for name, value in properties.items() if value)
    return _PACKET.format(properties="\n".join(lines), extension=_EXTENSION).encode()


def _listed(kind: str, values: list[str | None]) -> str:
    """A list of texts as XMP has it; empty if there are none."""
    language = ' xml:lang="x-default"' if kind == "Alt" else ""
    items = "".join(f"<rdf:li{language}>{escape(value)}</rdf:li>" for value in values if value)
    return f"<rdf:{kind}>{items}</rdf:{kind}>" if items else ""

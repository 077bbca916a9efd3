"""The fonts of a document as PDF objects: a small font program, the widths and the text of each code.

ISO 32000-1: 9.7 (composite fonts), 9.8 (descriptors), 9.10 (ToUnicode).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import pydyf

from handouts.pdf import truetype
from handouts.pdf.text import EmbeddedFont, Shelf

_SYMBOLIC: Final = 4
_CMAP_BATCH: Final = 100  # the most entries that one bfchar operator takes


def build_fonts_dictionary(pdf: Any, fonts: Shelf, compress: bool, subset: bool, options: Mapping[str, Any]) -> Any:  # noqa: ARG001
    """The `Font` resources of a document; takes the place of WeasyPrint's function of this name."""
    resources = pydyf.Dictionary()
    for name, font in sorted(fonts.items()):
        resources[name] = _font(pdf, font, compress=compress)
    return resources


def _font(pdf: Any, font: EmbeddedFont, *, compress: bool) -> bytes:
    shapes = [(code.shape, code.advance) for code in font.codes]
    program = truetype.write(font.font, shapes)
    file = _added(pdf, pydyf.Stream([program], {"Length1": len(program)}, compress=compress))
    name = f"/{font.tag}+{font.family.replace(' ', '-')}-{font.weight}"
    descriptor = _added(pdf, pydyf.Dictionary(_descriptor(font, name, file)))
    descendant = _added(
        pdf,
        pydyf.Dictionary(
            {
                "Type": "/Font",
                "Subtype": "/CIDFontType2",
                "BaseFont": name,
                "CIDSystemInfo": pydyf.Dictionary(
                    {"Registry": pydyf.String("Adobe"), "Ordering": pydyf.String("Identity"), "Supplement": 0}
                ),
                "CIDToGIDMap": "/Identity",
                "DW": 0,
                "W": pydyf.Array([1, pydyf.Array([font.width(code) for code in font.codes])]),
                "FontDescriptor": descriptor,
            }
        ),
    )
    text = _added(pdf, pydyf.Stream([_to_unicode(font)], compress=compress))
    return _added(
        pdf,
        pydyf.Dictionary(
            {
                "Type": "/Font",
                "Subtype": "/Type0",
                "BaseFont": name,
                "Encoding": "/Identity-H",
                "DescendantFonts": pydyf.Array([descendant]),
                "ToUnicode": text,
            }
        ),
    )


def _added(pdf: Any, thing: Any) -> bytes:
    pdf.add_object(thing)
    reference: bytes = thing.reference
    return reference


def _descriptor(font: EmbeddedFont, name: str, file: bytes) -> dict[str, Any]:
    ascent, descent = (round(font.thousandths(each)) for each in (font.font.ascent, font.font.descent))
    return {
        "Type": "/FontDescriptor",
        "FontName": name,
        "Flags": _SYMBOLIC,
        "FontBBox": pydyf.Array([round(font.thousandths(each)) for each in font.font.box]),
        "ItalicAngle": 0,
        "Ascent": ascent,
        "Descent": descent,
        "CapHeight": ascent,
        "StemV": 80,
        "FontFile2": file,
    }


def _to_unicode(font: EmbeddedFont) -> bytes:
    """The CMap from codes to UTF-16BE."""
    entries = [f"<{number:04x}> <{code.text.encode('utf-16-be').hex()}>" for code, number in font.codes.items()]
    batches = [entries[start : start + _CMAP_BATCH] for start in range(0, len(entries), _CMAP_BATCH)]
    return "\n".join([_CMAP_HEAD, *_bfchar(batches), _CMAP_FOOT]).encode()


def _bfchar(batches: list[list[str]]) -> Iterator[str]:
    for batch in batches:
        yield "\n".join([f"{len(batch)} beginbfchar", *batch, "endbfchar"])


_CMAP_HEAD: Final = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <ffff>
endcodespacerange"""
_CMAP_FOOT: Final = """endcmap
CMapName currentdict /CMap defineresource pop
end
end"""

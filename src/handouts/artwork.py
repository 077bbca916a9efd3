"""A clinic's logo: found inside its project, harmless, and small. The only stage that reads pictures."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from handouts.findings import Finding, HandoutError, Location
from handouts.layers import Layers, is_inside, shown_path

BYTES_LIMIT: Final = 300_000
PIXELS_LIMIT: Final = 4_000
ELEMENTS_LIMIT: Final = 2_000

_SHAPES: Final = frozenset(
    (
        *("svg", "g", "defs", "use", "symbol", "title", "desc", "clipPath"),
        *("path", "rect", "circle", "ellipse", "line", "polyline", "polygon"),
        *("linearGradient", "radialGradient", "stop"),
    )
)
_DRAWN: Final = (_SHAPES - {"title", "desc"}) | {
    *("a", "text", "textPath", "tspan", "image", "style", "script"),
    *("foreignObject", "marker", "mask", "pattern", "filter"),
}
"""What WeasyPrint draws or obeys: it looks at an element's local name and not at its namespace."""
_SVG: Final = "{http://www.w3.org/2000/svg}"
_PNG: Final = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture as it is embedded: its bytes and media type."""

    data: bytes
    media_type: str


def read_logo(layers: Layers, folder: str, name: str, where: Location) -> Logo:
    """The logo that a brand names, relative to the brand's folder. Raises HandoutError at `where` or in the file."""
    fault = _name_fault(name, where)
    if fault:
        raise HandoutError([fault])
    path = layers.find(f"{folder}/{name}")
    if path is None:
        remedy = f"put the file into `{folder}` or correct the name"
        raise HandoutError([Finding("brand/logo-missing", where, f"there is no logo `{name}`", remedy)])
    if not any(is_inside(path, root) for root in layers.roots):
        raise HandoutError([_outside(name, where)])
    return _picture(path, where)


def _outside(name: str, where: Location) -> Finding:
    what = f"the logo `{name}` lies outside the project"
    return Finding("brand/logo-outside", where, what, "copy it into the brand's folder")


def _name_fault(name: str, where: Location) -> Finding | None:
    if re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:", name) or name.startswith("//"):
        what = f"the logo `{name}` is an address, not a file"
        return Finding("brand/logo-remote", where, what, "copy it into the brand's folder: nothing is fetched")
    if name.startswith("/") or ".." in Path(name).parts or "\\" in name:
        return _outside(name, where)
    return None


def _picture(path: Path, where: Location) -> Logo:
    raw = path.read_bytes()
    shown = Location(shown_path(path))
    if len(raw) > BYTES_LIMIT:
        what = f"the logo has {len(raw)} bytes, more than {BYTES_LIMIT}"
        raise HandoutError([Finding("brand/logo-large", shown, what, "save it smaller")])
    if raw.startswith(_PNG):
        return _png(raw, shown)
    if path.suffix.lower() == ".svg":
        return _svg(raw, shown)
    what = f"the logo `{path.name}` is neither SVG nor PNG"
    raise HandoutError([Finding("brand/logo-type", where, what, "save it as SVG or PNG")])


def _png(raw: bytes, shown: Location) -> Logo:
    width, height = struct.unpack(">II", raw[16:24]) if len(raw) >= 24 else (0, 0)
    if not 0 < width <= PIXELS_LIMIT or not 0 < height <= PIXELS_LIMIT:
        what = f"the logo is {width} x {height} pixels; at most {PIXELS_LIMIT} each way are allowed"
        raise HandoutError([Finding("brand/logo-large", shown, what, "save it smaller")])
    return Logo(raw, "image/png")


def _svg(raw: bytes, shown: Location) -> Logo:
    try:
        root = fromstring(raw, forbid_dtd=True)
    except DefusedXmlException:
        what = "the SVG has a document type or entities"
        raise HandoutError([Finding("brand/svg-unsafe", shown, what, "save it as plain SVG")]) from None
    except (ParseError, LookupError) as error:  # LookupError: an encoding that Python does not know
        line, column = getattr(error, "position", (1, 0))
        where = Location(shown.path, line, column + 1)
        raise HandoutError([Finding("brand/svg-syntax", where, "the SVG cannot be read", "save it anew")]) from None
    found = [Finding("brand/svg-unsafe", shown, what, "save it as plain SVG") for what in _svg_faults(root)]
    if found:
        raise HandoutError(found)
    return Logo(raw, "image/svg+xml")


def _svg_faults(root: Element) -> Iterator[str]:
    elements = list(root.iter())
    if root.tag != f"{_SVG}svg":
        yield "the file is no SVG: its root is not `svg` in SVG's namespace"
    if len(elements) > ELEMENTS_LIMIT:
        yield f"the SVG has {len(elements)} elements, more than {ELEMENTS_LIMIT}"
    for element in elements:
        tag = str(element.tag)
        name = tag.rpartition("}")[2]
        if not tag.startswith(_SVG) and name not in _DRAWN:
            continue  # an editor's own notes: drawn by nobody
        if not tag.startswith(_SVG) or name not in _SHAPES:
            yield f"the SVG has the element `{name}`"
        for name, value in element.attrib.items():
            yield from _attribute_faults(name.rpartition("}")[2], value)


def _attribute_faults(name: str, value: str) -> Iterator[str]:
    if name.lower().startswith("on"):
        yield f"the SVG has the script attribute `{name}`"
    elif name == "href" and not value.startswith("#"):
        yield "the SVG points to another file"
    elif re.search(r"url\(\s*+[\"']?+\s*+(?!#)|@import|expression\(|javascript:", value, re.IGNORECASE):
        yield f"the attribute `{name}` of the SVG points outside"

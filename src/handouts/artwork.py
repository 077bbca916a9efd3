"""Pictures of a clinic: found inside its project, harmless, and small. The only stage that reads them.

A picture is a PNG, or an SVG made of plain shapes that leads nowhere but to itself. The same holds for a logo,
for a picture that a style sheet or a template embeds (`data:`), and for a drawing inside a page.
"""

from __future__ import annotations

import base64
import re
import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

import tinycss2  # type: ignore[import-untyped]
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from handouts.brandfile import find_brand_file
from handouts.findings import Finding, HandoutError, Location
from handouts.layers import Layers, shown_path

BYTES_LIMIT: Final = 300_000
PIXELS_LIMIT: Final = 2_000
ELEMENTS_LIMIT: Final = 2_000
"""What a drawing may come to, with whatever it uses again counted again."""
NESTING_LIMIT: Final = 40
NUMBER_LIMIT: Final = 1_000_000
"""Beyond it a drawing's numbers come out of the typesetter as `inf` and break the page."""

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
SVG: Final = "{http://www.w3.org/2000/svg}"
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_ADDRESSES: Final = frozenset({"href", "src", "base"})
_OUTSIDE: Final = re.compile(r"url\(\s*+[\"']?+\s*+(?!#)|@import|expression\(|javascript:", re.IGNORECASE)
_WITHIN: Final = re.compile(r"url\(\s*[\"']?\s*#([^\"')\s]+)", re.IGNORECASE)
_NAME: Final = re.compile(r"#[\w-]+")
"""A color or the name of another element, which holds digits and is no number."""
_NUMBER: Final = re.compile(r"(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?|\b(?:inf|infinity|nan)\b", re.IGNORECASE)
_PIXELS: Final = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 96 / 2.54, "mm": 9.6 / 2.54}


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture as it is embedded: its bytes and media type."""

    data: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Flaw:
    """Why a picture is refused: `large`, `type`, `damaged`, `unsafe` or `syntax`, and the place within it."""

    kind: str
    what: str
    line: int = 1
    column: int = 1


_REMEDIES: Final = {
    "large": "save it smaller",
    "type": "save it as SVG or PNG",
    "damaged": "save it anew",
    "unsafe": "save it as plain SVG",
    "syntax": "save it anew",
}
_LOGO_IDS: Final = {
    "large": "brand/logo-large",
    "type": "brand/logo-type",
    "damaged": "brand/logo-damaged",
    "unsafe": "brand/svg-unsafe",
    "syntax": "brand/svg-syntax",
}


# --- A logo -------------------------------------------------------------------------------------


def read_logo(layers: Layers, folder: str, name: str, where: Location) -> Logo:
    """The logo that a brand names, relative to the brand's folder. Raises HandoutError at `where` or in the file."""
    return _logo(find_brand_file(layers, folder, name, "logo", where), where)


def _logo(path: Path, where: Location) -> Logo:
    shown = shown_path(path)
    with path.open("rb") as file:
        raw = file.read(BYTES_LIMIT + 1)
    kind = media_type(raw) if path.suffix.lower() == ".svg" or raw.startswith(_PNG) else ""
    flaws = list(find_flaws(raw)) if kind else [Flaw("type", f"the logo `{path.name}` is neither SVG nor PNG")]
    if flaws:
        raise HandoutError(
            Finding(
                _LOGO_IDS[flaw.kind],
                where if flaw.kind == "type" else Location(shown, flaw.line, flaw.column),
                flaw.what,
                _REMEDIES[flaw.kind],
            )
            for flaw in flaws
        )
    return Logo(raw, kind)


# --- Any picture --------------------------------------------------------------------------------


def media_type(raw: bytes) -> str:
    """What a picture's bytes say that it is."""
    return "image/png" if raw.startswith(_PNG) else "image/svg+xml"


def find_flaws(raw: bytes) -> Iterator[Flaw]:
    """Why the bytes of a picture are refused: whatever is neither a small PNG nor a plain, small SVG."""
    if len(raw) > BYTES_LIMIT:
        yield Flaw("large", f"the picture has more than {BYTES_LIMIT} bytes")
    elif raw.startswith(_PNG):
        yield from _png_flaws(raw)
    else:
        yield from _svg_flaws(raw)


@lru_cache(maxsize=64)
def address_flaws(address: str) -> tuple[str, ...]:
    """Why an address in a page or a style sheet is refused: all but `#place` and a sound picture in `data:`."""
    if re.search(r"[\x00-\x1f]", address):
        return ("an address with a tab or a line break in it",)  # which the typesetter takes out before it looks
    if address.startswith("#") and len(address) > 1:
        return ()
    if not address.startswith("data:"):
        return ("an address that leads out of the page",)
    try:
        return tuple(flaw.what for flaw in find_flaws(_embedded(address)))
    except ValueError:
        return ("an embedded picture that cannot be read",)


def _embedded(address: str) -> bytes:
    """The bytes of a `data:` address (RFC 2397), as the typesetter reads them. Raises ValueError."""
    head, _, body = address.removeprefix("data:").partition(",")
    raw = re.sub(rb"%([0-9A-Fa-f]{2})", lambda code: bytes.fromhex(code[1].decode()), body.encode())
    return base64.decodebytes(raw) if head.endswith(";base64") else raw


def _png_flaws(raw: bytes) -> Iterator[Flaw]:
    chunks = list(_chunks(raw))
    names = [name for name, _ in chunks]
    if names[:1] != [b"IHDR"] or names.count(b"IHDR") > 1 or names[-1] != b"IEND" or len(chunks[0][1]) != 13:
        yield Flaw("damaged", "the PNG cannot be read: it does not begin with its size, or its end is missing")
        return
    yield from _size_flaws(*struct.unpack(">II", chunks[0][1][:8]))


def _chunks(raw: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The chunks of a PNG (ISO/IEC 15948, 5.3) that are all there, as name and data."""
    start = len(_PNG)
    while start + 12 <= len(raw):
        length, name = struct.unpack(">I4s", raw[start : start + 8])
        end = start + 12 + length
        if end > len(raw):
            return
        yield name, raw[start + 8 : end - 4]
        start = end


def _size_flaws(width: float, height: float) -> Iterator[Flaw]:
    if not 0 < width <= PIXELS_LIMIT or not 0 < height <= PIXELS_LIMIT:
        what = f"the picture is {width:g} x {height:g} pixels; at most {PIXELS_LIMIT} each way are allowed"
        yield Flaw("large", what)


# --- A drawing ----------------------------------------------------------------------------------


class _Placing:
    """Builds the tree of a drawing and notes where each element and each instruction to programs begins."""

    def __init__(self) -> None:
        self.builder = TreeBuilder()
        self.end, self.data, self.close = self.builder.end, self.builder.data, self.builder.close
        self.here: Callable[[], tuple[int, int]] = lambda: (1, 1)
        self.places: dict[Element, tuple[int, int]] = {}
        self.instructions: list[tuple[str, tuple[int, int]]] = []

    def start(self, tag: str, attributes: dict[str, str]) -> Element:
        element = self.builder.start(tag, attributes)
        self.places[element] = self.here()
        return element

    def pi(self, target: str, text: str | None = None) -> None:
        self.instructions.append((f"{target} {text or ''}", self.here()))


def _svg_flaws(raw: bytes) -> Iterator[Flaw]:
    builder = _Placing()
    parser = DefusedXMLParser(target=builder, forbid_dtd=True)
    expat: Any = parser.parser
    builder.here = lambda: (expat.CurrentLineNumber, expat.CurrentColumnNumber + 1)
    try:
        parser.feed(raw)
        root = parser.close()
    except DefusedXmlException:
        yield Flaw("unsafe", "the SVG has a document type or entities", *builder.here())
    except (ParseError, LookupError, ValueError) as error:  # an encoding that nobody knows is no ParseError
        line, column = getattr(error, "position", (1, 0))
        yield Flaw("syntax", "the SVG cannot be read", line, column + 1)
    else:
        yield from _placed_flaws(root, builder)


def _placed_flaws(root: Element, builder: _Placing) -> Iterator[Flaw]:
    if root.tag != f"{SVG}svg":
        yield Flaw("unsafe", "the file is no SVG: its root is not `svg` in SVG's namespace")
    for instruction, place in builder.instructions:
        if instruction.startswith("xml-stylesheet"):
            yield Flaw("unsafe", "the SVG names a style sheet", *place)
    for element, flaw in find_drawing_flaws(root):
        line, column = builder.places[element]
        yield Flaw(flaw.kind, flaw.what, line, column)


def find_drawing_flaws(root: Element) -> Iterator[tuple[Element, Flaw]]:
    """Why an `svg` element is refused, each with the element that is at fault."""
    yield from ((root, flaw) for flaw in _extent_flaws(root))
    for element in root.iter():
        tag = str(element.tag)
        name = tag.rpartition("}")[2]
        if not tag.startswith(SVG) and name not in _DRAWN:
            continue  # an editor's own notes: drawn by nobody
        whats = [] if tag.startswith(SVG) and name in _SHAPES else [f"the SVG has the element `{name}`"]
        for attribute, value in element.attrib.items():
            whats += _attribute_faults(attribute.rpartition("}")[2], value)
            whats += _number_faults(attribute, value)
        yield from ((element, Flaw("unsafe", what)) for what in whats)


def _attribute_faults(name: str, value: str) -> Iterator[str]:
    if name.lower().startswith("on"):
        yield f"the SVG has the script attribute `{name}`"
    elif name in _ADDRESSES and not value.startswith("#"):
        yield "the SVG points to another file"
    elif name == "style":
        yield from _declaration_faults(value)
    elif _OUTSIDE.search(value):
        yield f"the attribute `{name}` of the SVG points outside"
    elif name == "spreadMethod" and value != "pad":
        yield "the SVG has a gradient that repeats"  # drawn stop by stop: a short one fills the memory


def _declaration_faults(style: str) -> Iterator[str]:
    """A style attribute sets what attributes set: each declaration is held to the same rules."""
    for each in tinycss2.parse_blocks_contents(style, skip_comments=True, skip_whitespace=True):
        if each.type != "declaration" or each.lower_name in {"style", *_ADDRESSES}:
            yield "the attribute `style` of the SVG cannot be read"
        elif any(True for _ in _attribute_faults(each.lower_name, tinycss2.serialize(each.value).strip())):
            yield "the attribute `style` of the SVG points outside"


def _number_faults(attribute: str, value: str) -> Iterator[str]:
    said = attribute in ("id", "class", "lang", "role") or attribute.startswith(("{", "aria-", "data-"))
    numbers = [] if said else map(float, _NUMBER.findall(_NAME.sub("", value)))
    if not all(number <= NUMBER_LIMIT for number in numbers):  # `nan` is not below it either
        yield f"the attribute `{attribute}` of the SVG has a number beyond {NUMBER_LIMIT}"


def _extent_flaws(root: Element) -> Iterator[Flaw]:
    sides = [_pixels(root.get(side)) for side in ("width", "height")]
    if any(sides):
        yield from _size_flaws(*(1 if side is None else side for side in sides))
    count, depth = _extent(root)
    if count > ELEMENTS_LIMIT:
        yield Flaw("unsafe", f"the SVG has {count} elements, more than {ELEMENTS_LIMIT}")
    elif depth > NESTING_LIMIT:
        yield Flaw("unsafe", f"the SVG is nested deeper than {NESTING_LIMIT} elements, or uses itself")


def _pixels(length: str | None) -> float | None:
    """A length of SVG in CSS pixels; None for none, for a percentage and for what is no length."""
    match = re.fullmatch(r"\s*(\d+\.?\d*|\.\d+)\s*([a-z]*)\s*", length or "", re.IGNORECASE)
    factor = _PIXELS.get(match[2].lower()) if match else None
    return float(match[1]) * factor if match and factor else None


def _extent(root: Element) -> tuple[int, int]:
    """How many elements a drawing comes to and how deep they lie, what it uses again counted again.

    What is nested too deep, or leads back to itself, is as deep as the limit allows and one more.
    """
    named: dict[str, Element] = {}
    for element in root.iter():
        named.setdefault(element.get("id", ""), element)
    known: dict[Element, tuple[int, int]] = {}

    def extent(element: Element, depth: int) -> tuple[int, int]:
        if element in known or depth > NESTING_LIMIT:
            return known.get(element, (1, NESTING_LIMIT + 1))
        known[element] = 1, NESTING_LIMIT + 1  # until it is measured: who comes by meanwhile leads back to itself
        parts = [extent(part, depth + 1) for part in (*element, *_used_by(element, named))]
        known[element] = 1 + sum(count for count, _ in parts), 1 + max((deep for _, deep in parts), default=0)
        return known[element]

    count, depth = extent(root, 1)
    return min(count, 10**9), depth


def _used_by(element: Element, named: Mapping[str, Element]) -> Iterator[Element]:
    """The elements that an element draws again: by `href`, as its fill or as its outline."""
    for attribute, value in element.attrib.items():
        found = _WITHIN.findall(value)
        if attribute.rpartition("}")[2] == "href":
            found.append("".join(value.split()).removeprefix("#"))
        yield from (named[name] for name in found if name in named)

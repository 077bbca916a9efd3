"""A clinic's own font for Latin letters: found inside its project, sound, and free to be embedded.

The typesetter never sees the clinic's file: `fonts` cuts it like every other, and HarfBuzz writes a new one from it,
without the programs (hinting), pictures and colors that a font can carry.
"""

from __future__ import annotations

import hashlib
import string
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from handouts.brandfile import find_brand_file
from handouts.findings import Finding, HandoutError
from handouts.fonts import LATIN, OWN, REGULAR_AND_BOLD, Family, Repertoire
from handouts.layers import Layers
from handouts.model import OwnFont, place_of

BYTES_LIMIT: Final = 5_000_000
NEEDED: Final = string.ascii_letters + string.digits + ".,:;!?()-/%"
"""What a font must draw to print Latin at all; what else it lacks comes from the Latin family."""

_TRUETYPE: Final = (b"\x00\x01\x00\x00", b"true")
_OTHER_FORMATS: Final = {
    b"OTTO": "has PostScript outlines (CFF)",
    b"ttcf": "is a collection of fonts",
    b"wOFF": "is packed for web pages (WOFF)",
    b"wOF2": "is packed for web pages (WOFF2)",
}
_TABLES: Final = {"OS/2", "cmap", "glyf", "head", "hhea", "hmtx", "loca", "maxp"}
_USE_TRUETYPE: Final = "use the TrueType file (.ttf) of the font"
_GET_AGAIN: Final = "get the file again from where the font comes from"
_USE_TWO: Final = "write `regular:` and `bold:` with a file each, made for that weight"


@dataclass(frozen=True)
class OwnFile:
    """A clinic's font file: a source of fonts like those of the packages. The name knows its place."""

    name: str
    data: bytes = field(repr=False)

    def digest(self) -> str:
        """Return the SHA-256 of the file."""
        return hashlib.sha256(self.data).hexdigest()

    def read(self) -> bytes:
        """Return the file."""
        return self.data

    def fault(self, what: str) -> HandoutError:
        """Return the exception that says what is wrong with the file."""
        return HandoutError([_finding(self.name, "broken", what, _GET_AGAIN)])


def read_own_font(layers: Layers, folder: str, font: OwnFont | None) -> Family | None:
    """The family made of a brand's own font files, None where it has none.

    The names are relative to `folder`, the brand's. Raises HandoutError with every fault, at the names' places.
    """
    if font is None:
        return None
    sources: dict[int, OwnFile] = {}
    found: list[Finding] = []
    for name, weights in _files(font):
        try:
            sources |= dict.fromkeys(weights, _read(layers, folder, name))
            found += _faults(sources[weights[0]], weights)
        except HandoutError as error:
            found += error.findings
    if found:
        raise HandoutError(found)
    return Family(OWN, sources, Repertoire.LATIN)


def _files(font: OwnFont) -> list[tuple[str, tuple[int, ...]]]:
    """The name of each file and the weights that it gives, lightest first."""
    if font.file is not None:
        return [(font.file, tuple(LATIN.weights))]
    regular, bold = REGULAR_AND_BOLD
    return [(name, (weight,)) for name, weight in ((font.regular, regular), (font.bold, bold)) if name is not None]


def _read(layers: Layers, folder: str, name: str) -> OwnFile:
    path = find_brand_file(layers, folder, name, "font", place_of(name))
    size = path.stat().st_size
    if size > BYTES_LIMIT:
        what, remedy = f"has {size} bytes, more than {BYTES_LIMIT}", "use a file with Latin letters only"
        raise HandoutError([_finding(name, "large", what, remedy)])
    return OwnFile(name, path.read_bytes())


def _finding(name: str, kind: str, what: str, remedy: str) -> Finding:
    return Finding(f"brand/font-{kind}", place_of(name), f"the font `{name}` {what}", remedy)


def _faults(file: OwnFile, weights: tuple[int, ...]) -> Iterator[Finding]:
    """Why a file cannot be used: what follows from another fault is left aside."""
    if file.data[:4] not in _TRUETYPE:
        yield _finding(file.name, "type", _OTHER_FORMATS.get(file.data[:4], "is not a font"), _USE_TRUETYPE)
        return
    tables = _tables(file.data)
    if tables is None:
        yield _finding(file.name, "broken", "is cut short", _GET_AGAIN)
    elif lacking := sorted(_TABLES - tables.keys()):
        what = f"is no whole TrueType font: it has no {', '.join(f'`{tag}`' for tag in lacking)}"
        yield _finding(file.name, "type", what, _USE_TRUETYPE)
    else:
        yield from _rights_fault(file, tables)
        yield from _content_faults(file, weights)


def _tables(data: bytes) -> Mapping[str, bytes] | None:
    """The tables of a font by tag (OpenType 1.9, Table Directory); None where the file ends before they do."""
    if len(data) < 12:
        return None
    (count,) = struct.unpack_from(">H", data, 4)
    directory = data[12 : 12 + 16 * count]
    if len(directory) < 16 * count:
        return None
    places = {tag: (start, start + length) for tag, _, start, length in struct.iter_unpack(">4sIII", directory)}
    if any(end > len(data) for _, end in places.values()):
        return None
    return {tag.decode("latin-1"): data[start:end] for tag, (start, end) in places.items()}


def _rights_fault(file: OwnFile, tables: Mapping[str, bytes]) -> Iterator[Finding]:
    """Whether the font says of itself that it may be embedded and cut (OpenType 1.9, OS/2, `fsType`)."""
    rights = int.from_bytes(tables["OS/2"][8:10], "big")
    if rights & 0x000E == 0x0002 or rights & 0x0300:  # restricted; not in part, or only as pixels
        what = f"does not allow to be embedded in part (its fsType is {rights:#06x})"
        remedy = "ask its maker for a file that may be embedded, or leave `font` out"
        yield _finding(file.name, "rights", what, remedy)


def _content_faults(file: OwnFile, weights: tuple[int, ...]) -> Iterator[Finding]:
    """Letters that the font does not draw, and weights that it does not have."""
    import uharfbuzz as hb

    face = hb.Face(file.data)
    font = hb.Font(face)
    lacking = "".join(character for character in NEEDED if not _is_drawn(font, character))
    if lacking:
        what = f"does not draw `{lacking}`"
        yield _finding(file.name, "letters", what, "use a font that has the Latin letters, digits and signs")
    axis = next((axis for axis in face.axis_infos if axis.tag == "wght"), None)
    if axis is None and len(weights) > 1:
        yield _finding(file.name, "weights", "has one weight only", _USE_TWO)
    elif axis is not None and not axis.min_value <= weights[0] <= weights[-1] <= axis.max_value:
        what = f"has the weights {axis.min_value:g} to {axis.max_value:g}, not {' and '.join(map(str, weights))}"
        yield _finding(file.name, "weights", what, _USE_TWO)


def _is_drawn(font: Any, character: str) -> bool:
    glyph = font.get_nominal_glyph(ord(character))
    extents = font.get_glyph_extents(glyph) if glyph else None
    return extents is not None and extents.width != 0

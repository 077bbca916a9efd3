"""What the content streams of a finished PDF show, in the order in which they show it (ISO 32000-1, 14.6 and 14.8)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import pikepdf

UNKNOWN: Final = "\ufffd"
"""Stands for a code whose text the font does not tell."""
_PAINT: Final = frozenset({"B", "B*", "Do", "F", "INLINE IMAGE", "S", "b", "b*", "f", "f*", "s", "sh"})
_SHOW: Final = frozenset({"Tj", "TJ", "'", '"'})
_WANTED: Final = " ".join({"BDC", "BI", "BMC", "EI", "EMC", "ID", "Q", "Tf", "q", *_PAINT, *_SHOW})


class Mark(NamedTuple):
    """The marked content around a place: its MCID, what kind of artifact it is (empty where it is none)."""

    mcid: int | None = None
    owner: int = -1
    """The key in the parent tree of the page or form that has the MCID (its StructParents)."""
    artifact: str = ""
    silent: bool = False
    """Whether an ActualText stands for all that is shown within."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What one operator shows: text as the font's ToUnicode tells it, or a drawing (then `text` is empty).

    Each piece of content that has an MCID begins with an empty one, also where it shows nothing.
    """

    text: str
    mark: Mark


def shown_on(page: pikepdf.Page) -> Iterator[Shown]:
    """Everything that a page shows, in the order of its content stream, forms within it included."""
    return _Walk(page.get("/Resources")).follow(page, Mark(owner=_owner(page, -1)))


def _owner(stream: Any, around: int) -> int:
    return int(stream.get("/StructParents", around))


class _Walk:
    """One content stream with its resources."""

    def __init__(self, resources: Any) -> None:
        self.resources = resources
        self.font: _Font | None = None
        self.fonts: dict[str, _Font] = {}
        self.saved: list[_Font | None] = []

    def follow(self, stream: Any, around: Mark) -> Iterator[Shown]:
        marks = [around]
        for step in pikepdf.parse_content_stream(stream, _WANTED):
            name, operands = str(step.operator), list(step.operands)
            if name in {"BMC", "BDC"}:
                marks.append(self._mark(operands, marks[-1]))
                yield from self._begin(operands, marks[-2], marks[-1])
            elif name == "EMC":
                marks.pop()
            elif name in _SHOW or name in _PAINT:
                yield from self._show(name, operands, marks[-1])
            else:
                self._keep_state(name, operands)

    def _keep_state(self, name: str, operands: list[Any]) -> None:
        if name == "q":
            self.saved.append(self.font)
        elif name == "Q":
            self.font = self.saved.pop()
        elif name == "Tf":
            key = str(operands[0])
            if key not in self.fonts:
                self.fonts[key] = _Font(self.resources.Font[key])
            self.font = self.fonts[key]

    def _properties(self, operands: list[Any]) -> Any:
        given = operands[1] if len(operands) > 1 else pikepdf.Dictionary()
        return self.resources.Properties[given] if isinstance(given, pikepdf.Name) else given

    def _mark(self, operands: list[Any], around: Mark) -> Mark:
        properties = self._properties(operands)
        if str(operands[0]) == "/Artifact":
            kind = str(properties.get("/Subtype", properties.get("/Type", "/Artifact")))
            return around._replace(mcid=None, artifact=kind.removeprefix("/"))
        mcid = int(properties.MCID) if "/MCID" in properties else around.mcid
        return around._replace(mcid=mcid, silent=around.silent or "/ActualText" in properties)

    def _begin(self, operands: list[Any], around: Mark, mark: Mark) -> Iterator[Shown]:
        properties = self._properties(operands)
        if "/ActualText" in properties and not around.silent:
            yield Shown(str(properties.ActualText), mark)
        elif "/MCID" in properties:
            yield Shown("", mark)  # so that content is known which shows nothing

    def _show(self, name: str, operands: list[Any], mark: Mark) -> Iterator[Shown]:
        if name in _SHOW:
            assert self.font is not None, "text without a font"
            if not mark.silent:
                yield Shown(self.font.decode(operands[-1]), mark)
        elif name == "Do" and (drawn := self.resources.XObject[operands[0]]).get("/Subtype") == "/Form":
            around = mark._replace(owner=_owner(drawn, mark.owner))
            yield from _Walk(drawn.get("/Resources", self.resources)).follow(drawn, around)
        else:
            yield Shown("", mark)


class _Font:
    """How a font's codes read. Codes are two bytes long in a composite font, else one."""

    def __init__(self, font: Any) -> None:
        self.width = 2 if font.Subtype == "/Type0" else 1
        stream = font.get("/ToUnicode")
        self.text: Mapping[int, str] = read_unicode_map(stream.read_bytes()) if stream is not None else {}

    def decode(self, operand: Any) -> str:
        """The text of a string, or of the strings of an array."""
        strings = operand if isinstance(operand, pikepdf.Array) else [operand]
        data = b"".join(bytes(each) for each in strings if isinstance(each, pikepdf.String))
        codes = (data[start : start + self.width] for start in range(0, len(data), self.width))
        return "".join(self.text.get(int.from_bytes(code), UNKNOWN) for code in codes)


_BLOCK: Final = re.compile(rb"beginbf(char|range)(.*?)endbf", re.DOTALL)
_TOKEN: Final = re.compile(rb"<([0-9A-Fa-f\s]*)>|(\[)|(\])")


def read_unicode_map(cmap: bytes) -> dict[int, str]:
    """The text of each code that a ToUnicode CMap names (ISO 32000-1, 9.10.3)."""
    found: dict[int, str] = {}
    readers: Mapping[bytes, Callable[[Iterator[re.Match[bytes]]], Iterator[tuple[int, str]]]]
    readers = {b"char": _single_codes, b"range": _code_ranges}
    for kind, body in _BLOCK.findall(cmap):
        found.update(readers[kind](_TOKEN.finditer(body)))
    return found


def _single_codes(tokens: Iterator[re.Match[bytes]]) -> Iterator[tuple[int, str]]:
    for code in tokens:
        yield _number(code), _text(next(tokens))


def _code_ranges(tokens: Iterator[re.Match[bytes]]) -> Iterator[tuple[int, str]]:
    for first in tokens:
        low, high, target = _number(first), _number(next(tokens)), next(tokens)
        if target[2]:
            yield from ((code, _text(next(tokens))) for code in range(low, high + 1))
            assert next(tokens)[3], "a range of a CMap does not end"
        else:
            text = _text(target)
            yield from ((code, text[:-1] + chr(ord(text[-1]) + code - low)) for code in range(low, high + 1))


def _number(token: re.Match[bytes]) -> int:
    return int(token[1], 16)


def _text(token: re.Match[bytes]) -> str:
    return bytes.fromhex(token[1].decode("ascii")).decode("utf-16-be")

"""The small grammar inside a text: `**bold**`, `[words](ref:key)` and `{fact}`; all else is plain text.

A doubled brace is a brace. HTML is never markup. Parsing touches no disk and never fails on the reader's
behalf: faults are listed by `find_markup_faults` and stop the handout before anything is rendered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_ENOUGH: Final = 4_096
"""How many texts are kept in pieces: each check asks for those of its handout, in both languages."""


@dataclass(frozen=True, slots=True)
class Run:
    """Plain words; `bold` where they stand between `**`."""

    value: str
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A fact's place."""

    name: str
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Reference:
    """Run that lead to a block or a glossary term of the same sheet."""

    value: str
    key: str
    bold: bool = False


Piece = Run | Placeholder | Reference

_TOKEN = re.compile(
    r"(?P<bold>\*\*)"
    r"|(?P<brace>\{\{|\}\})"
    r"|\{(?P<fact>[a-z][a-z0-9_]*)\}"
    r"|\[(?P<words>[^\[\]]+)\]\(ref:(?P<key>[a-z][a-z0-9_]*)\)"
    r"|(?P<stray>[{}]|\]\()"
)


@lru_cache(_ENOUGH, typed=True)  # HTML is a type of text: its pieces are HTML, and may not come out for plain words
def parse(text: str) -> tuple[Piece, ...]:
    """The pieces of a text, in order; stray marks come out as plain words."""
    return tuple(_pieces(text))


def _pieces(text: str) -> Iterator[Piece]:
    bold = False
    start = 0
    for token in _TOKEN.finditer(text):
        if token.start() > start:
            yield Run(text[start : token.start()], bold)
        start = token.end()
        if token["bold"]:
            bold = not bold
        elif token["fact"]:
            yield Placeholder(token["fact"], bold)
        elif token["key"]:
            yield Reference(token["words"], token["key"], bold)
        else:
            yield Run(token[0][0] if token["brace"] else token[0], bold)
    if start < len(text):
        yield Run(text[start:], bold)


def placeholders(text: str) -> list[str]:
    """The names of the facts in a text, sorted, each as often as it stands there."""
    return sorted(piece.name for piece in parse(text) if isinstance(piece, Placeholder)) if "{" in text else []


def references(text: str) -> list[str]:
    """The keys that a text refers to, sorted."""
    return sorted(piece.key for piece in parse(text) if isinstance(piece, Reference)) if "](" in text else []


def bold_runs(text: str) -> int:
    """How many `**` marks stand in a text."""
    return text.count("**")


_ISOLATES = {"\u2066", "\u2067", "\u2068"}
_EMBEDDINGS = {"\u202a", "\u202b", "\u202d", "\u202e"}
_BIDI = re.compile("[\u2066-\u2069\u202a-\u202e]")
_SCRIPT = re.compile(r"(?i)\b((javascript|vbscript)\s*:|data:[a-z]+/)")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffd\ufeff]")


def find_markup_faults(text: str) -> Iterator[tuple[str, str]]:
    """What is wrong with a text's marks, each as (what, remedy)."""
    if bold_runs(text) % 2:
        yield "`**` is opened and not closed", "close the bold passage with a second `**`"
    for token in _TOKEN.finditer(text):
        if token["stray"] in ("{", "}"):
            yield (
                "a single brace that names no fact",
                "write `{fact_id}` with an id of `facts.yaml`, or double the brace",
            )
        elif token["stray"]:
            yield "a link that is not `[words](ref:key)`", "link only to a block or glossary id: `[words](ref:key)`"
    if _SCRIPT.search(text):
        yield "a script address in a text", "remove the address: a text has no links but `[words](ref:key)`"
    if not _bidi_balanced(text):
        yield (
            "bidi control characters that do not balance",
            "close each one, or remove them: the program orders the page",
        )
    for character in sorted(set(_CONTROL.findall(text))):
        yield f"the control character U+{ord(character):04X}", "remove it"


def _bidi_balanced(text: str) -> bool:
    open_marks: list[str] = []
    for character in _BIDI.findall(text):
        if character in _ISOLATES or character in _EMBEDDINGS:
            open_marks.append("\u2069" if character in _ISOLATES else "\u202c")
        elif character in "\u2069\u202c" and (not open_marks or open_marks.pop() != character):
            return False
    return not open_marks

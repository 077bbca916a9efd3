"""How far each language is with each handout: counted from the catalogs, for a terminal and as JSON."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from handouts.catalog import CONTENT, INTERFACE
from handouts.findings import NOWHERE, Finding, HandoutError, UsageError, did_you_mean, errors
from handouts.i18n.exchange import Script, Told, read_entries, read_script, read_told, sentences_of
from handouts.i18n.sentence import Sentence, State
from handouts.layers import Layers
from handouts.model import SOURCE_LANGUAGE, Language, Library
from handouts.reader import handout_ids, read_library
from handouts.report import plain

FORMAT: Final = 1
"""Raised when a field of the JSON changes its meaning."""
DRAFT: Final = "draft"


@dataclass(frozen=True, slots=True)
class Counts:
    """Messages by how far they came: `translated`, `fuzzy` and `missing` make up `messages`.

    `stale` are those of the fuzzy ones whose English was changed after they were translated.
    """

    messages: int
    translated: int
    fuzzy: int
    missing: int
    stale: int


def count(sentences: Iterable[Sentence]) -> Counts:
    """The counts of these sentences."""
    told = list(sentences)
    states = [sentence.state for sentence in told]
    return Counts(
        messages=len(told),
        translated=states.count(State.TRANSLATED),
        fuzzy=states.count(State.FUZZY),
        missing=states.count(State.MISSING),
        stale=sum(bool(each.previous) for each in told if each.state is State.FUZZY),
    )


@dataclass(frozen=True, slots=True)
class Row:
    """A handout in a language. `state` is what its sign-offs come to."""

    handout: str
    counts: Counts
    state: str


@dataclass(frozen=True, slots=True)
class LanguageStatus:
    """A language with its handouts. `words` are those of the templates, which every handout prints some of.

    `total` counts a sentence that several handouts share once.
    """

    tag: str
    language: Language
    rows: tuple[Row, ...]
    words: Counts
    total: Counts


States = Mapping[tuple[str, str], str]
"""What the sign-offs of a handout (its id) in a language (its tag) come to; a draft where nothing is said."""


def read_status(
    layers: Layers, handouts: Sequence[str] = (), tags: Sequence[str] = (), states: States | None = None
) -> tuple[LanguageStatus, ...]:
    """The status of these handouts in these languages; of all where none is named. Raises HandoutError."""
    library, found = read_library(layers)
    if errors(found):
        raise HandoutError(found)
    asked = _asked(library, tags)
    scripts = [read_script(layers, each, library) for each in handouts or handout_ids(layers)]
    told = read_told(layers)
    return tuple(_status(layers, (tag, library.languages[tag]), scripts, told, states or {}) for tag in asked)


def _asked(library: Library, tags: Sequence[str]) -> list[str]:
    known = [tag for tag in library.languages if tag != SOURCE_LANGUAGE]
    unknown = [tag for tag in tags if tag not in known]
    if unknown:
        raise UsageError(
            Finding("usage/unknown-language", NOWHERE, f"`{tag}` is no language to translate into", remedy)
            for tag in unknown
            for remedy in (did_you_mean(tag, known),)
        )
    return list(dict.fromkeys(tags)) or known


def _status(
    layers: Layers, named: tuple[str, Language], scripts: Iterable[Script], told: Told, states: States
) -> LanguageStatus:
    tag, language = named
    content, interface = (read_entries(layers, tag, domain) for domain in (CONTENT, INTERFACE))
    words = list(sentences_of((each for each in told.values() if each.domain == INTERFACE), interface))
    rows, every = [], dict.fromkeys(words)
    for script in scripts:
        sentences = list(sentences_of(script.messages(told), content))
        every.update(dict.fromkeys(sentences))
        handout = script.handout.id
        rows.append(Row(handout, count(sentences), states.get((handout, tag), DRAFT)))
    return LanguageStatus(tag, language, tuple(rows), count(words), count(every))


# --- As JSON ------------------------------------------------------------------------------------


def status_json(told: Iterable[LanguageStatus]) -> str:
    """The counts of each handout and language and of each language, as JSON."""
    languages = {each.tag: _language_json(each) for each in told}
    return json.dumps({"format": FORMAT, "languages": languages}, ensure_ascii=False, indent=2)


def _language_json(told: LanguageStatus) -> dict[str, Any]:
    return {
        "autonym": told.language.autonym,
        "english": told.language.english,
        "handouts": {row.handout: {**_counts(row.counts), "state": row.state} for row in told.rows},
        "words": _counts(told.words),
        "total": _counts(told.total),
    }


def _counts(counts: Counts) -> dict[str, int]:
    return {name: getattr(counts, name) for name in Counts.__slots__}


# --- As a table ---------------------------------------------------------------------------------

_HEAD: Final = ("language", "handout", *Counts.__slots__, "state")
_NUMBERS: Final = frozenset(Counts.__slots__)


def status_text(told: Iterable[LanguageStatus]) -> str:
    """Two tables for a terminal: a line a handout and language, and last, where it is seen, a line a language."""
    languages = list(told)
    each_handout = [_HEAD, *(line for each in languages for line in _lines(each))]
    each_language = [_HEAD, *(_total(each) for each in languages)]
    lines = (*each_handout, *each_language)
    widths = [max(width_of(line[place]) for line in lines) for place in range(len(_HEAD))]
    tables = ("".join(_aligned(line, widths) + "\n" for line in table) for table in (each_handout, each_language))
    return "\n".join(tables)


def _lines(told: LanguageStatus) -> Iterator[tuple[str, ...]]:
    name = _name(told)
    for row in told.rows:
        yield (name, row.handout, *map(str, _counts(row.counts).values()), row.state)
    yield (name, "(templates)", *map(str, _counts(told.words).values()), "")


def _total(told: LanguageStatus) -> tuple[str, ...]:
    return (_name(told), "(all)", *map(str, _counts(told.total).values()), "")


def _name(told: LanguageStatus) -> str:
    return plain(f"{told.tag} {told.language.autonym}")


def _aligned(line: Sequence[str], widths: Sequence[int]) -> str:
    cells = []
    for name, cell, width in zip(_HEAD, line, widths, strict=True):
        room = " " * (width - width_of(cell))
        cells.append(room + cell if name in _NUMBERS else cell + room)
    return "  ".join(cells).rstrip()


def width_of(text: str) -> int:
    """How many columns of a terminal a text takes (Unicode Standard Annex 11): wide letters two, marks none."""
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1

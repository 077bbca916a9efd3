"""Pseudo-locales: English dressed up as another language, to see which words escape translation and what breaks.

`en-XA` has accents, is two fifths longer and stands in brackets; `ar-XB` is written in Arabic letters, from right to
left (CLDR's codes). Both are made in memory from the messages, for a build that asks for them, and are never released.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from itertools import cycle
from typing import Final

from handouts.catalog import CONTENT, INTERFACE, Catalog, Words, translate_library
from handouts.catalog import Message as Translated
from handouts.findings import NOWHERE
from handouts.i18n.messages import Message
from handouts.model import Language
from handouts.shelf import Shelf

ACCENTED: Final = "en-XA"
RIGHT_TO_LEFT: Final = "ar-XB"
LANGUAGES: Final[Mapping[str, Language]] = {
    ACCENTED: Language(
        autonym="Éñĝļïšĥ",
        english="accented English",
        script="Latn",
        direction="ltr",
        plural="nplurals=2; plural=(n != 1);",
    ),
    RIGHT_TO_LEFT: Language(
        autonym="ينجلش",
        english="English from right to left",
        script="Arab",
        direction="rtl",
        plural="nplurals=2; plural=(n != 1);",
    ),
}
LONGER: Final = 1.4
"""How much longer accented English is: what German and Russian take."""

_KEPT: Final = re.compile(
    r"(\*\*|\{\{|\}\}|\{\w+\}|\]\(ref:\w+\)"  # marks and placeholders
    r"|\d[\d.,]*[ \u00a0]?(?:m?c?g|kg|m?L|°[CF]|[cm]?m)?\b"  # numbers with their units
    r"|[\w.+-]+@[\w.-]+|\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|edu|gov|net|org)(?:/\S*)?)"  # addresses
)
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_ACCENTS: Final = str.maketrans(_LETTERS + _LETTERS.upper(), "áƀçðéƒĝĥîĵķļṁñöþqŕšţûvŵxýžÁƁÇÐÉḞĜĤÎĴĶĻṀÑÖÞQŔŠŢÛVŴXÝŽ")
_ARABIC: Final = str.maketrans(_LETTERS + _LETTERS.upper(), "ابكديفغهيجكلمنوبقرستوفوخيز" * 2)
_VOWEL: Final = re.compile(r"[aeiou]", re.IGNORECASE)
_DOUBLED: Final = re.compile(r"([áéîöû])\1", re.IGNORECASE)
_END: Final = re.compile(r"[.?!:]?[\s*]*$")
_MORE: Final = ("lorem", "ipsum", "dolor", "sit", "amet")
"""Words that are added until a message is long enough."""


def pseudo_text(english: str, tag: str, room: int | None = None) -> str:
    """The English in a pseudo-locale: marks, placeholders, numbers with their units and addresses stay as they are.

    What has no letters stays whole. Where `room` is given, accented English is no longer than that many characters, as
    a translation may not be either.
    """
    if not any(character.isalpha() for character in _KEPT.sub("", english)):
        return english
    if tag == RIGHT_TO_LEFT:
        return f"[{_changed(english, _in_arabic_letters)}]"
    longer = f"[{_accented(english, room or 10_000)}]"
    while room and len(longer) > room and (shorter := _DOUBLED.sub(r"\1", longer, count=1)) != longer:
        longer = shorter
    return longer


def _changed(english: str, change: Callable[[str], str]) -> str:
    """The English with what lies between the kept passages changed."""
    return "".join(part if index % 2 else change(part) for index, part in enumerate(_KEPT.split(english)))


def _in_arabic_letters(words: str) -> str:
    return words.translate(_ARABIC)


def _with_accents(words: str) -> str:
    return _VOWEL.sub(r"\g<0>\g<0>", words).translate(_ACCENTS)


def _accented(english: str, room: int) -> str:
    """With accents, every vowel doubled, and words added before its end while it is too short and has room."""
    changed = _changed(english, _with_accents)
    end = _END.search(changed)
    assert end is not None, "the end is everywhere"
    body = changed[: end.start()]
    for word in cycle(_MORE):
        length = len(body) + len(end[0]) + 2
        if length >= LONGER * len(english) or length + 2 * len(word) > room:
            break
        body += f" {_with_accents(word)}"
    return body + end[0]


def catalog_of(tag: str, domain: str, messages: Iterable[Message]) -> Catalog:
    """The catalog of a pseudo-locale for one domain; each message lies where its English is written."""
    made = {
        (each.key, each.english): Translated(
            (pseudo_text(each.english, tag, each.max_length),),
            each.places[0] if each.places else NOWHERE,
            fuzzy=False,
        )
        for each in messages
        if each.domain == domain
    }
    return Catalog(tag, made)


def with_pseudo_locales(shelf: Shelf, tags: Iterable[str], messages: Iterable[Message]) -> Shelf:
    """The shelf with these pseudo-locales beside its languages; the shelf itself, where no tag is one of them."""
    made = {tag: LANGUAGES[tag] for tag in tags if tag in LANGUAGES}
    if not made:
        return shelf
    messages = tuple(messages)
    library = replace(shelf.library, languages={**shelf.library.languages, **made})
    catalogs = {tag: catalog_of(tag, CONTENT, messages) for tag in made}
    words = {tag: Words(catalog_of(tag, INTERFACE, messages), language) for tag, language in made.items()}
    libraries = {tag: replace(each, languages=library.languages) for tag, each in shelf.libraries.items()}
    libraries |= {tag: translate_library(library, catalog) for tag, catalog in catalogs.items()}
    return replace(
        shelf,
        library=library,
        libraries=libraries,
        catalogs={**shelf.catalogs, **catalogs},
        words={**shelf.words, **words},
    )

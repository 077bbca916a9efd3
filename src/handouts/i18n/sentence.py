"""A sentence between the catalog and a file for translators: what goes out, and what comes back."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from handouts.findings import Finding, HandoutError, Location

FORBIDDEN: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\ufffd-\uffff\ud800-\udfff]")
"""What no text may have: controls but tab and line break, and what XML 1.0 cannot carry."""


class State(StrEnum):
    """How far the translation of a sentence came; whether a person has checked it is said by sign-offs alone."""

    MISSING = "missing"
    FUZZY = "fuzzy"
    TRANSLATED = "translated"


def state_of(translation: str, *, fuzzy: bool) -> State:
    """The state that a translation and gettext's fuzzy flag come to."""
    if not translation:
        return State.MISSING
    return State.FUZZY if fuzzy else State.TRANSLATED


def base_of(translation: str, *, fuzzy: bool) -> str:
    """A word that tells whether a translation was edited since it was exported: `x` and eight hexadecimal digits.

    Without the letter a spreadsheet takes `1234e567` for a number, and writes another one.
    """
    state = state_of(translation, fuzzy=fuzzy)
    return "x" + hashlib.sha256(f"{state}\0{translation}".encode(errors="surrogatepass")).hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A message with what the catalog has for it. `previous` is the English that a fuzzy translation was made from.

    `max_length` counts characters; None where there is room.
    """

    key: str
    english: str
    translation: str = ""
    fuzzy: bool = False
    comment: str = ""
    previous: str = ""
    max_length: int | None = None

    @property
    def state(self) -> State:
        """How far it came."""
        return state_of(self.translation, fuzzy=self.fuzzy)

    @property
    def base(self) -> str:
        """What tells an edited translation from an untouched one."""
        return base_of(self.translation, fuzzy=self.fuzzy)


@dataclass(frozen=True, slots=True)
class Returned:
    """A sentence as a file brings it back, and the place of its translation there.

    `base` is what the export wrote for it; empty where the file has lost it.
    """

    key: str
    english: str
    translation: str
    fuzzy: bool
    base: str
    at: Location

    @property
    def edited(self) -> bool:
        """Whether somebody worked on it since the export; a file without `base` is taken for edited throughout."""
        return self.base != base_of(self.translation, fuzzy=self.fuzzy)


@dataclass(frozen=True, slots=True)
class Bundle:
    """What a file brings back. `language` is the BCP 47 tag that it names, empty where it names none.

    `findings` are warnings about the file; its faults are raised.
    """

    language: str
    entries: tuple[Returned, ...]
    findings: tuple[Finding, ...] = ()


def character_faults(text: str, at: Location) -> Iterator[Finding]:
    """A finding for each kind of character that no text may have."""
    for character in sorted(set(FORBIDDEN.findall(text))):
        what = f"the control character U+{ord(character):04X}"
        yield Finding("exchange/character", at, what, "remove it: it cannot be seen, and it breaks the page")


def refuse_unwritable(sentences: Iterable[Sentence], shown: str) -> None:
    """Raise HandoutError where a sentence has what no file can carry; `shown` is the catalog it stands in."""
    found = [
        Finding(each.id, each.where, f"{each.what} in `{sentence.key}`", each.remedy)
        for sentence in sentences
        for text in (sentence.key, sentence.english, sentence.translation, sentence.previous, sentence.comment)
        for each in character_faults(text, Location(shown))
    ]
    if found:
        raise HandoutError(dict.fromkeys(found))

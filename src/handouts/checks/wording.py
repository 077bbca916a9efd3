"""The plain words of a text: its sentences, their words and, in English and Spanish, the syllables of a word.

Sentences and words end where ICU says (UAX #29). docs/decisions/015-readability.md says what is mended and why
syllables are counted here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from handouts import markup
from handouts.model import Fact

_ENOUGH: Final = 20_000
"""How many texts are kept: a build asks for those of each handout once a check and language."""


def plain_words(text: str, facts: Mapping[str, Fact] = {}) -> str:
    """The text as it is read: without marks, its facts written as plain values, one word each."""
    return "".join(_piece_words(piece, facts) for piece in markup.parse(text))


def _piece_words(piece: markup.Piece, facts: Mapping[str, Fact]) -> str:
    if not isinstance(piece, markup.Placeholder):
        return piece.value
    fact = facts.get(piece.name)
    values = (getattr(fact, name, None) for name in ("temperature", "money", "phone", "email", "web", "dose"))
    return str(next((value for value in values if value is not None), piece.name))


# --- Sentences ----------------------------------------------------------------------------------------------

_ABBREVIATIONS: Final = (
    *("Dr", "Mr", "Mrs", "Ms", "Prof", "St", "Jr", "vs", "approx", "Fig", "e.g", "i.e", "cf"),
    *("Dra", "Sr", "Sra", "Srta", "Ud", "Uds", "p. ej", "p.ej", "EE", "núm", "Núm", "aprox", "pág"),
)
_GOES_ON: Final = re.compile(
    rf"(?:^|[\s(\u201c])(?:{'|'.join(map(re.escape, _ABBREVIATIONS))})\.$|^(?:[^\W\d_]\.\s*)+$"
)
"""What ends no sentence though it ends with a full stop: an abbreviation, or the initials before a name.

A letter after other words is none: `vitamin C.` ends a sentence.
"""
_OPENING: Final = re.compile(r"([\u201c\u2018\u00ab\u300c\u300e\u300a\uff08(\[\u00bf\u00a1]+)\0")
"""ICU leaves the first mark of a quotation with the sentence before it."""
_STOPS: Final = (
    ".!?\u2026"  # Latin, Greek, Cyrillic
    "\u061f\u06d4"  # Arabic, Urdu
    "\u0964\u0965"  # Hindi and its neighbors
    "\u104b\u1362\u1367\u17d4\u17d5"  # Burmese, Ethiopic, Khmer
    "\u3002\uff01\uff1f"  # Chinese, Japanese
)
_CLOSING: Final = "\"')\\]\u201d\u2019\u00bb\u300d\u300f\u300b\uff09\u2069\u200e\u200f"
_ENDED: Final = re.compile(rf"[{_STOPS}][{_STOPS}{_CLOSING}\s]*$")


@lru_cache(_ENOUGH)
def sentences(text: str, language: str) -> tuple[str, ...]:
    """The sentences of plain words, in order, without the spaces around them; `language` is a BCP 47 tag.

    A colon or semicolon ends none, nor does a mark before a small letter. Thai and Lao have no sign for the end of
    a sentence: their sentences may come out as one.
    """
    from icu4py.breakers import SentenceBreaker

    pieces = _OPENING.sub("\0\\1", "\0".join(SentenceBreaker(text, language))).split("\0")
    found: list[str] = []
    for piece in pieces:
        if found and (_GOES_ON.search(found[-1].rstrip()) or piece.lstrip()[:1].islower()):
            found[-1] += piece
        else:
            found.append(piece)
    return tuple(sentence.strip() for sentence in found if sentence.strip())


def is_whole(sentence: str) -> bool:
    """Whether a sentence ends as one: with a full stop, a question mark or an exclamation mark of any script."""
    return bool(_ENDED.search(sentence))


# --- Words --------------------------------------------------------------------------------------------------

_WITHOUT_SPACES: Final = frozenset({"bo", "dz", "ja", "km", "lo", "my", "th", "yue", "zh"})
_BETWEEN: Final = re.compile(r"[\s/\u2013\u2014\u2026\u200b]+")
_AROUND: Final = re.compile(r"^[\W_]+|[\W_]+$")


def has_spaces(language: str) -> bool:
    """Whether the language is written with spaces between words, so that its words can be counted on the page."""
    return language.partition("-")[0].lower() not in _WITHOUT_SPACES


@lru_cache(_ENOUGH)
def words(text: str, language: str) -> tuple[str, ...]:
    """The words of a text without the marks around them.

    Where there are spaces, what stands between two of them is a word, hyphens and all, as in a count by hand;
    elsewhere ICU finds the words in its dictionaries.
    """
    from icu4py.breakers import WordBreaker

    spaced = has_spaces(language)
    found = (_AROUND.sub("", piece) for piece in _BETWEEN.split(text)) if spaced else WordBreaker(text, language)
    return tuple(word for word in found if any(map(str.isalnum, word)))


# --- Syllables of English -----------------------------------------------------------------------------------

_PARTS: Final = re.compile(r"[-\u2010\u2011/.&](?!\d)|(?<=\d)(?=[A-Za-z])")
_SPELT_OUT: Final = re.compile(r"[A-Z][A-Z0-9]+s?")
_DIGITS: Final = re.compile(r"\d[\d,]*(?:\.\d+)?")
_BELOW_TWENTY: Final = (2, 1, 1, 1, 1, 1, 1, 2, 1, 1, 1, 3, 1, 2, 2, 2, 2, 3, 2, 2)
_TENS: Final = (0, 1, 2, 2, 2, 2, 2, 3, 2, 2)
_SCALES: Final = ((10**9, 2), (10**6, 2), (10**3, 2), (10**2, 2))


@lru_cache(_ENOUGH)
def english_syllables(word: str) -> int:
    """The syllables of an English word as it is read aloud, at least 1.

    Capitals are read letter by letter, digits as the number that they make. Other words by rules of spelling:
    see docs/decisions/015-readability.md for how often these are right.
    """
    return max(1, sum(max(1, _part_syllables(part)) for part in _PARTS.split(word) if part))


def _part_syllables(part: str) -> int:
    if _DIGITS.fullmatch(part):
        return _number_syllables(part)
    if _SPELT_OUT.fullmatch(part):
        return sum(3 if letter == "W" else 1 for letter in part if letter != "s")
    return _spelling_syllables(re.sub(r"['\u2019]s$|[^a-zà-öø-ÿ]", "", part.lower()))


def _number_syllables(digits: str) -> int:
    whole, _, decimals = digits.replace(",", "").partition(".")
    point = 1 + sum(_BELOW_TWENTY[int(digit)] for digit in decimals) if decimals else 0
    return _whole_syllables(int(whole)) + point


def _whole_syllables(number: int) -> int:
    for scale, syllables in _SCALES:
        if number >= scale:
            rest = number % scale
            return _whole_syllables(number // scale) + syllables + (_whole_syllables(rest) if rest else 0)
    if number < 20:
        return _BELOW_TWENTY[number]
    return _TENS[number // 10] + (_BELOW_TWENTY[number % 10] if number % 10 else 0)


_VOWELS: Final = re.compile(r"[aeiouyà-öø-ÿ]+")
_SILENT: Final = re.compile(
    r"""
    (?<=[^aeiouy])(?<![bcdfgkptz]l)(?<![bcdfgkpt]r)              # take, safely, statement; not table, not centre
        e(?=$|(?:ly|less|lets?|ful|fully|ments?|ness|some)$)
    | (?<=[^aeiouy])(?<![cgsxz])(?<![cs]h)(?<![bcdfgkptz]l)es$   # times; not doses
    | (?<=[^aeiouy])(?<![dt])(?<!dr)(?<![bcdfgkptz]l)ed$         # used; not treated
    | (?:care|else|fore|guide|home|life|mile|nine|safe|some|there|where|white)  # lifelong, something; not sometimes
        (?=[bcdfghlmnpstw][a-z])(?<!some(?=times?$))
    | ^every | vior | lian?s?$                                   # everyday, behavior, civilian
    """,
    re.VERBOSE,
)
"""What has one vowel fewer than its letters."""
_APART: Final = re.compile(
    r"""
    (?<![cgstx])ia(?!ge?) | [cst]iat | (?<![cglnstx])io | tios?$ | (?<![cgtx])iu(?=[ms])  # trial, initiate, period
    | [bdlnprv]ien(?=[ct]) | [bcdfglmnprstvz]ier | scien | cie(?=t) | quie(?=t)           # audience, easier, society
    | [aeiouy](?=ing) | (?<!^e)(?<=[aeou])y(?=[aeo])(?!ed$) | ^(?:any|every)(?=[aeo])     # being, player, anyone
    | (?<![gq])u(?:al|at|ou|ar|er(?!r)|en(?=t))                                          # usual, fluent
    | (?:ar|id|op|or|rh|us)ea(?!r) | eo(?!us|ple|r|ne?$) | neous                         # idea, video
    | (?:sm|thm)s?$                                                                      # rhythm
    | ^re(?=a(?:ct|dm|pp|ss)|e[nvx]|i[mn]|o|u) | ^co(?=ex|op|or) | ^bi(?=o) | ^auto(?=i)  # react, autoimmune
    """,
    re.VERBOSE,
)
"""Vowels that stand together and are spoken apart."""


def _spelling_syllables(letters: str) -> int:
    return len(_VOWELS.findall(letters)) - len(_SILENT.findall(letters)) + len(_APART.findall(letters))


# --- Syllables of Spanish -----------------------------------------------------------------------------------

_NUCLEUS: Final = re.compile(r"[iuü]?[aeoáéóíú](?:[iuü](?![aeoáéóíú]))?|[iuü]+")
"""A syllable's vowels: a strong one (or a weak one with an accent) with the weak ones beside it, or weak ones alone."""


@lru_cache(_ENOUGH)
def spanish_syllables(word: str) -> int:
    """The syllables of a Spanish word by its spelling, at least 1; numerals and abbreviations count as one."""
    letters = re.sub(r"(?<=[gq])u(?=[eiéí])", "", word.lower())
    letters = re.sub(r"y(?![a-zñáéíóúü])", "i", letters)
    return max(1, len(_NUCLEUS.findall(letters)))

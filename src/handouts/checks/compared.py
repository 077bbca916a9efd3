"""A passage held against its English: what differs that must not, and what looks as if somebody slipped.

Each function takes the English, the other wording and the tag of its language, and yields what is wrong, each with
the way out. The words that need a list by language stand here as data; a language without an entry has the rule
without exceptions.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Final

from handouts import markup
from handouts.checks.measures import DURATIONS, amounts_in, dates_in, has_digits, telephones_in
from handouts.checks.numbers import numbers_in

Fault = tuple[str, str]
"""What is wrong, and the way out."""


_ENOUGH: Final = 4_096
"""How many texts are kept without their marks: several checks ask for those of a handout, one after the other."""


@lru_cache(_ENOUGH)
def words_of(text: str) -> str:
    """The words of a text without marks; a fact is a space."""
    return "".join(" " if isinstance(piece, markup.Placeholder) else piece.value for piece in markup.parse(text))


# --- What a patient acts on -------------------------------------------------------------------------------------------


def number_faults(english: str, other: str, tag: str) -> Iterator[Fault]:
    """Numbers as a multiset. Dates that are the same on both sides are left out: `March` may be written as `3`."""
    if not has_digits(english) and not has_digits(other):
        return
    dates, left = dates_in(english, "en")
    if dates:
        translated, left_of_other = dates_in(other, tag)
        english, other = (left, left_of_other) if dates == translated else (english, other)
    wanted, given = numbers_in(english), numbers_in(other)
    if wanted != given:
        lost = ", ".join(sorted((wanted - given).elements())) or "none"
        added = ", ".join(sorted((given - wanted).elements())) or "none"
        what = f"the numbers differ from those of the English (lost: {lost}; added: {added})"
        yield what, "write each number of the English, in digits"


def unit_faults(english: str, other: str, tag: str) -> Iterator[Fault]:
    """A number that has another unit, or that has lost one that is no length of time."""
    if not has_digits(english):
        return
    wanted, given = amounts_in(english, "en"), amounts_in(other, tag)
    lost, added = wanted - given, given - wanted
    for number, unit in sorted(lost):
        if not unit or all(number != other_number for other_number, _ in given):
            continue  # a number that is lost is told as such
        instead = sorted(name for other_number, name in added if other_number == number and name)
        remedy = f"write {number} with the unit of the English ({unit}), as the language spells it"
        if instead:
            yield f"{number} is told in the unit {instead[0]}, in the English in the unit {unit}", remedy
        elif unit not in DURATIONS:
            yield f"{number} stands without its unit ({unit})", remedy


def date_faults(english: str, other: str, tag: str) -> Iterator[Fault]:
    """Dates that are others, or that readers of the language take for others."""
    wanted, _ = dates_in(english, "en")
    if not wanted:
        return
    given, _ = dates_in(other, tag)
    lost, added = wanted - given, given - wanted
    remedy = "write the day in digits and the month in words, as the English means it"
    for date in sorted(added, key=str):
        if date.swapped in lost and date.swapped != date:
            yield f"day and month are swapped: it reads as {date}, the English says {date.swapped}", remedy
        elif lost:
            yield f"the date {date} is not one of the English ({', '.join(sorted(map(str, lost)))})", remedy


def telephone_faults(english: str, other: str, _tag: str) -> Iterator[Fault]:
    """Telephone numbers whose digits are not there in the same order."""
    wanted = telephones_in(english)
    for number in sorted((wanted - telephones_in(other)).elements()) if wanted else ():
        yield f"the telephone number {number} is not there digit by digit", "copy it from the English"


# --- What looks like a slip -------------------------------------------------------------------------------------------

_ENDS: Final[Mapping[str, str]] = {
    ".": ".。．।۔።។။",  # noqa: RUF001 - the full stops of many scripts
    "?": "?？؟;፧",  # noqa: RUF001
    "!": "!！",  # noqa: RUF001
    ":": ":：፦៖",  # noqa: RUF001
}
"""The marks that end a sentence as the English mark does."""
_NOT_CLOSING: Final = re.compile(r"[^\s*\"'”’»」』）)\]\u200e\u200f\u2069]")  # noqa: RUF001
_WITHOUT_STOP: Final = frozenset({"th", "lo"})
"""Written without a mark at the end of a sentence."""


@lru_cache(_ENOUGH)
def _ending(text: str) -> str:
    """The English mark that a text ends with; empty where it ends with a word."""
    words = "".join(getattr(piece, "value", "x") for piece in markup.parse(text))  # a fact is a word
    last = _NOT_CLOSING.search(words[::-1])
    return next((mark for mark, others in _ENDS.items() if last and last[0] in others), "")


def ending_faults(english: str, other: str, tag: str) -> Iterator[Fault]:
    """Another mark at the end: a question that became a statement, a sentence that was cut off."""
    wanted, given = _ending(english), _ending(other)
    if wanted == "." and not given and tag.partition("-")[0] in _WITHOUT_STOP:
        return
    if wanted != given:
        named = {mark: f"`{mark}`" for mark in _ENDS} | {"": "no mark"}
        what = f"it ends with {named[given]}, the English with {named[wanted]}"
        yield what, "end it as the English ends, with the mark of the language; look whether something is missing"


_SIGNS: Final = (  # of words; the danda ends a sentence
    r"\u0300-\u036f\u0900-\u0963\u0966-\u0dff\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1-\u0ecd\u1000-\u109f\u17b4-\u17d3"
)
_DOUBLED: Final = re.compile(rf"(?<!\w)(\w[\w{_SIGNS}]*)[ \u00a0]+\1(?![\w{_SIGNS}])")
_REDUPLICATING: Final[Mapping[str, frozenset[str]]] = {
    "hi": frozenset(["है", "हैं", "के", "को", "का", "की", "में", "से", "ने", "और", "पर", "कि", "यह", "आप"]),
    "ur": frozenset(["ہے", "ہیں", "کے", "کو", "کا", "کی", "میں", "سے", "نے", "اور", "پر", "کہ", "یہ", "آپ"]),
    "bn": frozenset(["এবং", "থেকে", "এই", "এটি", "আপনার", "আপনি", "ও", "না", "হয়"]),
    "am": frozenset(["እና", "ነው", "ወይም", "ላይ", "ውስጥ"]),
    "vi": frozenset(["và", "là", "của", "cho", "các", "những", "không", "với"]),
    "id": frozenset(["dan", "yang", "di", "ke", "dari"]),
    "sw": frozenset(["na", "ya", "wa", "kwa", "ni"]),
    "ko": frozenset(["및", "또는", "그리고"]),
}
"""Languages that repeat a word on purpose (बार-बार, từ từ, ቀስ ቀስ): there only these words are slips when doubled."""
_MEANT: Final[Mapping[str, frozenset[str]]] = {"fr": frozenset({"nous", "vous"}), "en": frozenset({"had", "that"})}
"""Words that may stand twice: `nous nous lavons`."""
_DOUBLED_HAN: Final = re.compile(r"([的了是在和把被与或将会而])\1")


def doubled_faults(_english: str, other: str, tag: str) -> Iterator[Fault]:
    """A word that was typed twice; in Chinese a particle, as other characters are doubled on purpose (看看)."""
    language = tag.partition("-")[0]
    slips, meant = _REDUPLICATING.get(language), _MEANT.get(language, frozenset())
    words = words_of(re.sub(r"\{[a-z_]+\}", "{{}}", other))  # a value stands between the words
    for match in (_DOUBLED_HAN if language == "zh" else _DOUBLED).finditer(words.casefold()):
        word = match[1]
        if word.isdecimal() or word in meant or (slips is not None and word not in slips):
            continue
        yield f"“{word}” stands twice", "take one away, if it is a slip"


_LOWER: Final = re.compile(r"(?<![\w@.])[a-z]{2,}(?![\w@.]*[@.]\w)")


def unchanged_faults(english: str, other: str, _tag: str) -> Iterator[Fault]:
    """The English itself. Two words in small letters make it one: names, addresses and `lupus (SLE)` are none."""
    if english == other and len(_LOWER.findall(words_of(english))) > 1:
        yield "it is the English, unchanged", "translate it; a name that stays in English may be muted with a reason"


_SHARE: Final[Mapping[str, tuple[float, float]]] = {"Hani": (0.12, 0.7), "Hang": (0.25, 1.1), "": (0.5, 1.9)}
"""How long a translation is beside its English, in characters, by script: from the shortest to the longest share that
is usual for a passage of 40 characters or more. Chinese and Japanese write a word or a syllable a character, Korean a
syllable, with spaces. Of the library's 342 such passages the middle 98 in 100 have 0.23 to 0.53 of the English in
Chinese, 0.38 to 0.83 in Korean, 0.52 to 1.75 in the other languages."""
_HANGUL: Final = re.compile("[\uac00-\ud7a3]")
LEAST_COMPARED: Final = 40
_BRACKETS: Final = re.compile(r"[(（][^()（）]*[)）]")  # noqa: RUF001 - the wide ones


def ratio_faults(english: str, other: str, _tag: str) -> Iterator[Fault]:
    """A translation much shorter or longer than usual: something may be missing, or added.

    A translation may explain a name in brackets, give it in English there, or tell in brackets what English tells
    without: what stands in them makes none too long, and is counted where it might be too short.
    """
    bare_source = _BRACKETS.sub("", words_of(english))
    if len(bare_source) < LEAST_COMPARED:
        return
    words = words_of(other)
    bare_words = _BRACKETS.sub("", words)
    least, most = _SHARE[_script_of(words)]
    if len(words) < least * len(bare_source):
        how, length = "short", len(words)
    elif len(bare_words) > most * len(bare_source):
        how, length = "long", len(bare_words)
    else:
        return
    what = f"it is very {how}: {length} characters for {len(bare_source)} of the English"
    yield what, "look whether something is missing or added"


def _script_of(text: str) -> str:
    if not _is_wide(text):
        return ""
    return "Hang" if len(_HANGUL.findall(text)) * 4 > len(text) else "Hani"


def _is_wide(text: str) -> bool:
    """Whether a text is Chinese, Japanese or Korean: names in Latin letters may stand in it."""
    return not text.isascii() and _wide_in(Counter(text)) * 4 > len(text)


def _wide_in(characters: Counter[str]) -> int:
    """How many of these are as wide as a Chinese character."""
    return sum(times for each, times in characters.items() if unicodedata.east_asian_width(each) in "WF")


def width_of(text: str) -> int:
    """The width of a text in Latin characters: one of Chinese, Japanese or Korean counts for two, a mark for none."""
    characters = Counter(words_of(text))
    for each in [each for each in characters if unicodedata.combining(each) or unicodedata.category(each) == "Mn"]:
        del characters[each]
    return characters.total() + _wide_in(characters)


_NEGATION: Final = re.compile(
    r"(?i)\b(?:not|no|never|none|nobody|nothing|neither|nor|without|cannot|unless|except|avoid|stop)\b|n[’']t\b"  # noqa: RUF001
)


def negation_in(english: str) -> str:
    """The first word of the English that turns its meaning round; empty where there is none."""
    match = _NEGATION.search(words_of(english))
    return match[0] if match else ""


# --- The words of the glossary ----------------------------------------------------------------------------------------

_ALEF: Final = str.maketrans("أإآٱىؤئ", "ااااييي")
_WEAK: Final = str.maketrans("", "", "اويةهءـ")


@lru_cache(_ENOUGH)
def _folded(text: str) -> str:
    """A text without capitals, accents and vowel signs."""
    plain = unicodedata.normalize("NFKC", text.casefold().translate(_ALEF))
    kept = (each for each in unicodedata.normalize("NFKD", plain) if unicodedata.category(each)[0] not in "MC")
    return unicodedata.normalize("NFC", "".join(kept))  # the syllables of Hangul are whole again


def _skeleton(text: str) -> str:
    """A folded text without the weak letters of Arabic, which its plurals change."""
    return text.translate(_WEAK)


def _stem(word: str) -> str:
    """What stays of a word of an alphabet when it is inflected: seven tenths from its beginning, at least four."""
    return word[: max(4, -(-len(word) * 7 // 10))] if word[:1] < "\u0530" else word


@lru_cache(_ENOUGH)
def _wordings(term: str) -> tuple[str, ...]:
    """The wordings that a term of the glossary gives: `lupus (SLE)` is `lupus` and `SLE`."""
    parts = re.split(r"[()（）/、،,;；]", words_of(term))  # noqa: RUF001 - of several scripts
    return tuple(part.strip() for part in parts if part.strip())


def says_term(other: str, term: str) -> bool:
    """Whether a passage uses a term of the glossary, inflected or in another order of its words.

    Half of the term is enough, as a language leaves the rest to the context (`trial` for `clinical trial`): half of
    its words, or in scripts that write none a run of half its characters.
    """
    passage = _folded(words_of(other))
    return any(_is_said(passage, wording) for wording in _wordings(term))


def _is_said(passage: str, wording: str) -> bool:
    if _is_wide(wording):
        size = max(2, -(-len(wording) // 2))
        return any(wording[start : start + size] in passage for start in range(max(1, len(wording) - size + 1)))
    telling = _telling_words(wording)
    return sum(_has(passage, word) for word in telling) * 2 >= len(telling) > 0


@lru_cache(_ENOUGH)
def _telling_words(wording: str) -> tuple[str, ...]:
    """The words of a wording that tell what is meant: no `de` and `la`, unless it has no others."""
    words = [_folded(word.removeprefix("ال")) for word in re.findall(r"[^\W_][\w\u0300-\u109f-]*", wording)]
    return tuple(word for word in words if len(word) > 3 or word[:1] > "\u0530") or tuple(words)


def _has(passage: str, word: str) -> bool:
    bones = _skeleton(word)
    return _stem(word) in passage or (len(bones) > 2 and bones in _skeleton(passage))


def forms_of(term: str, forms: Iterable[str]) -> set[str]:
    """The English forms that a term's own translation stands for, in lower case.

    These are the term itself and the forms that share its last word (`trial`, `trials` of `clinical trial`); a form in
    other words (`Food and Drug Administration` of `FDA`) may be translated in other words.
    """
    wordings = [wording.lower() for wording in _wordings(term)]
    heads = {_stem(wording.rpartition(" ")[2]) for wording in wordings}
    return {*wordings, *(form.lower() for form in forms if _stem(form.lower().rpartition(" ")[2]) in heads)}


def terms_used(english: str, forms: Mapping[str, str]) -> Iterator[str]:
    """The ids of the terms that an English passage uses, each once; of two forms at one place the longer one counts.

    `forms` gives the id of each form, in lower case.
    """
    if any(forms):
        found = _any_of(tuple(forms)).findall(words_of(english))
        yield from dict.fromkeys(forms[word.lower()] for word in found)


@lru_cache(64)
def _any_of(forms: tuple[str, ...]) -> re.Pattern[str]:
    """Any of the forms as whole words, the longest that fits."""
    spelled = "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))
    return re.compile(rf"(?i)(?<!\w)(?:{spelled})(?!\w)")

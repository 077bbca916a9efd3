"""Amounts with units, dates and telephone numbers in a text of any language, so that two languages can be compared.

Native digits are understood. The words of units and months are those that CLDR has for the language itself
(by way of Babel, nothing inherited), so that a new language needs no entry here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final, NamedTuple

from handouts.checks.numbers import numbers_in
from handouts.region import own_locale_data

Spellings = Mapping[str, tuple[str, ...]]

DURATIONS: Final = frozenset({"second", "minute", "hour", "day", "week", "month", "year"})
"""Units that a sentence can leave to its words; all others must stand beside their number."""

_CLDR: Final[Mapping[str, str]] = {
    "milligram": "mass-milligram",
    "microgram": "mass-microgram",
    "gram": "mass-gram",
    "kilogram": "mass-kilogram",
    "pound": "mass-pound",
    "milliliter": "volume-milliliter",
    "liter": "volume-liter",
    "teaspoon": "volume-teaspoon",
    "tablespoon": "volume-tablespoon",
    "Celsius": "temperature-celsius",
    "Fahrenheit": "temperature-fahrenheit",
    "millimeter": "length-millimeter",
    "centimeter": "length-centimeter",
    "kilometer": "length-kilometer",
    "percent": "concentr-percent",
    **{unit: f"duration-{unit}" for unit in DURATIONS},
}
_SYMBOLS: Final[Spellings] = {
    "milligram": ("mg",),
    "microgram": ("mcg", "µg", "μg"),
    "gram": ("g",),
    "kilogram": ("kg",),
    "pound": ("lb", "lbs"),
    "milliliter": ("mL", "ml"),
    "liter": ("L", "l"),
    "Celsius": ("°C", "℃", "° C"),
    "Fahrenheit": ("°F", "℉", "° F"),
    "millimeter": ("mm",),
    "centimeter": ("cm",),
    "kilometer": ("km",),
    "percent": ("%", "٪", "％"),  # noqa: RUF001 - the Arabic and the wide sign
}
"""Accepted in every language (SI)."""
_MORE: Final[Mapping[str, Spellings]] = {
    "en": {"percent": ("per cent",), "Celsius": ("C", "degrees C"), "Fahrenheit": ("F", "degrees F")},
    "ar": {
        "percent": ("بالمئة", "في المئة", "في المائة"),
        "year": ("عام", "أعوام"),
        "milligram": ("ملغ", "مجم", "ملجم", "مغ"),
    },
    "fr": {"percent": ("pour cent",)},
    "hi": {
        "milligram": ("मिग्रा",),
        "day": ("दिन",),
        "week": ("हफ़्ते", "हफ्ते", "हफ़्तों"),
        "month": ("महीनों", "माह"),
        "year": ("साल", "सालों", "वर्ष", "बरस"),
        "Celsius": ("डिग्री C", "डिग्री से"),
    },
    "zh": {"day": ("天", "日"), "week": ("个星期", "星期"), "year": ("年", "岁", "周岁"), "Celsius": ("度",)},
    "ur": {"day": ("دن",), "month": ("ماہ", "مہینوں"), "year": ("سال",)},
}
"""What a language writes beside CLDR's words."""
_BEFORE: Final[Spellings] = {
    "percent": ("%", "٪", "百分之", "فیصد"),
    "Celsius": ("摄氏", "攝氏"),
    "Fahrenheit": ("华氏", "華氏"),
}
"""Written before the number."""

_DIGIT: Final = re.compile(r"\d")
_DIGITS: Final = re.compile(r"\d(?:[\d.,\u066b\u066c\u00a0\u202f\u2019']*\d)?")
_GAP: Final = "[\\s\u00a0\u200e\u200f\u2011-]{0,2}"


def has_digits(text: str) -> bool:
    """Whether there is a digit of any script: without one there is no number, no date and no telephone number."""
    return _DIGIT.search(text) is not None


def _in_ascii(text: str) -> str:
    """The text with its digits, of whatever script, as those of ASCII."""
    return text if text.isascii() else _DIGIT.sub(lambda digit: str(int(digit[0])), text)


def _base(tag: str) -> str:
    return tag.partition("-")[0]


@cache
def _locale(language: str) -> Mapping[str, Any]:
    """What CLDR has for the language itself; empty where it has nothing."""
    return own_locale_data(language)


@cache
def _spellings(language: str) -> tuple[dict[str, str], dict[str, str]]:
    """The unit of each spelling, in lower case: those behind a number, and those before it."""
    behind: dict[str, str] = {}
    before: dict[str, str] = {}
    for unit, name in _CLDR.items():
        for pattern in _patterns(language, name):
            place = before if pattern.endswith("{0}") else behind
            place.setdefault(pattern.replace("{0}", "").strip(" \u00a0\u200e.").lower(), unit)
        for word in (*_SYMBOLS.get(unit, ()), *_MORE.get(language, {}).get(unit, ())):
            behind[word.lower()] = unit
        before |= {word.lower(): unit for word in _BEFORE.get(unit, ())}
    for known in (behind, before):
        known.pop("", None)
    return behind, before


def _patterns(language: str, name: str) -> Iterator[str]:
    """CLDR's patterns of a unit that begin or end with the number; single letters stand for too much."""
    found = _locale(language).get("unit_patterns", {}).get(name, {})
    for length in ("long", "short"):
        for plural, pattern in dict(found.get(length, {})).items():
            told = (
                isinstance(pattern, str) and plural != "per" and (pattern.startswith("{0}") or pattern.endswith("{0}"))
            )
            word = pattern.strip("{0} \u00a0.") if told else ""
            if len(word) > 1 or word > "\u2e80":  # a character of Chinese is a word
                yield pattern


@cache
def _units(language: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    behind, before = (sorted(known, key=len, reverse=True) for known in _spellings(language))
    after = "|".join(re.escape(word) + _edge(word) for word in behind)
    ahead = "|".join(("(?<![^\\W\\d_])" if word[0] < "\u0530" else "") + re.escape(word) for word in before)
    return re.compile(f"{_GAP}({after})", re.IGNORECASE), re.compile(f"({ahead}){_GAP}$", re.IGNORECASE)


def _edge(word: str) -> str:
    """The end of a word in alphabets that mark it by a space; elsewhere an ending may follow."""
    return "(?![^\\W\\d_])" if word[-1].isalpha() and word[-1] < "\u0530" else ""


def amounts_in(text: str, tag: str) -> Counter[tuple[str, str]]:
    """Each number in a text with the unit beside it: `("2.5", "milligram")`; without one the unit is empty."""
    behind, before = _spellings(_base(tag))
    after, ahead = _units(_base(tag))
    found: Counter[tuple[str, str]] = Counter()
    for match in _DIGITS.finditer(text):
        number = next(iter(numbers_in(match[0])))
        if word := after.match(text, match.end()):
            found[number, behind[word[1].lower()]] += 1
        elif word := ahead.search(text[max(0, match.start() - 20) : match.start()]):
            found[number, before[word[1].lower()]] += 1
        else:
            found[number, ""] += 1
    return found


# --- Dates ------------------------------------------------------------------------------------------------------------


class Date(NamedTuple):
    """A date as far as a text tells it."""

    year: int | None
    month: int
    day: int | None

    def __str__(self) -> str:
        parts = (f"{self.year}" if self.year else "", f"{self.month:02}", f"{self.day:02}" if self.day else "")
        return "-".join(part for part in parts if part)

    @property
    def swapped(self) -> Date:
        """The same with day and month taken for each other."""
        return Date(self.year, self.day or self.month, self.month if self.day else None)


_ISO: Final = re.compile(r"(?<![\d-])(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})(?![\d-])")
_FIGURES: Final = re.compile(r"(?<![\d./-])(?P<one>\d{1,2})([./-])(?P<two>\d{1,2})\2(?P<year>\d{4})(?![\d/-])")
_EAST: Final = re.compile(
    r"(?:(?P<year>\d{4})\s*[年년]\s*)?(?P<month>\d{1,2})\s*[月월](?!\s*[份]?[个間])(?:\s*(?P<day>\d{1,2})\s*[日号號일])?"
)
_DAY: Final = r"(?P<{}>\d{{1,2}})(?:st|nd|rd|th|er|º|°|\.|ª)?(?!\d)"


def dates_in(text: str, tag: str) -> tuple[Counter[Date], str]:
    """The dates that a text tells in figures or with a month's name, and the text without them.

    Figures are read in the language's own order of day and month (CLDR), those of the source as in the US.
    """
    found: Counter[Date] = Counter()
    if not has_digits(text):  # a month's name alone is no date
        return found, text
    left = _in_ascii(text)

    def take(match: re.Match[str]) -> str:
        date = _date(match, _base(tag))
        if date is None:
            return match[0]
        found[date] += 1
        return " "

    for pattern in (_ISO, _FIGURES, _EAST, _named(_base(tag))):
        left = pattern.sub(take, left)
    return found, left


def _date(match: re.Match[str], language: str) -> Date | None:
    """The date of a match; None where it is none, or a month or a day alone."""
    parts = match.groupdict()
    day = parts.get("day") or parts.get("late")
    month = parts.get("month") or str(_months(language).get((parts.get("name") or "").lower(), 0))
    if "one" in parts:
        day, month = (parts["one"], parts["two"]) if _day_first(language) else (parts["two"], parts["one"])
    date = Date(int(parts["year"]) if parts["year"] else None, int(month), int(day) if day else None)
    known = 1 <= date.month <= 12 and (date.day is None or 1 <= date.day <= 31)
    return date if known and (date.year or date.day) else None


@cache
def _day_first(language: str) -> bool:
    if language == "en":
        return False
    pattern = str(getattr(_locale(language).get("date_formats", {}).get("short"), "pattern", "d/M/y"))
    return pattern.find("d") < pattern.find("M")


@cache
def _months(language: str) -> Mapping[str, int]:
    """The number of each month's name, in lower case; empty where CLDR has none."""
    names: dict[str, int] = {}
    for form in _locale(language).get("months", {}).values():
        for width in ("wide", "abbreviated"):
            known = form.get(width, {}) if isinstance(form, dict) else {}
            names |= {str(name).rstrip("."): month for month, name in known.items()} if isinstance(known, dict) else {}
    return {name.lower(): month for name, month in names.items() if len(name) > 1 and not re.search(r"\d", name)}


@cache
def _named(language: str) -> re.Pattern[str]:
    """A date with a month's name; those of English begin with a capital, as `may` is a verb."""
    names = sorted(_months(language), key=len, reverse=True) or ["(?!)"]
    spelled = "|".join(each for name in names for each in {name.title(), name if language != "en" else name.title()})
    day, late = _DAY.format("day"), _DAY.format("late")
    return re.compile(
        rf"(?:(?<!\d){day}\s*(?:de\s+)?)?(?<![^\W\d_])(?P<name>{spelled})(?![^\W\d_])\.?"
        rf"(?:\s+{late},?)?(?:,?\s*(?:del?\s+)?(?P<year>\d{{4}}))?"
    )


# --- Telephone numbers ------------------------------------------------------------------------------------------------

_TELEPHONE: Final = re.compile(
    r"(?<![\d.,])\+?\(?\d{1,4}\)?(?:[ \u00a0\u2011/-]{1,2}\(?(?:\d{2,4}|(?<=-)[A-Z]{3,7})\)?)+(?![\d.,]\d|\d)"
)
_GROUPED: Final = re.compile(r"\d{1,3}(?:[ \u00a0]\d{3})+")
_YEARS: Final = re.compile(r"(?:19|20)\d\d.{1,2}(?:19|20)\d\d")


def telephones_in(text: str) -> Counter[str]:
    """The telephone numbers in a text, each as its digits (and letters) alone, in their order.

    A run of groups with seven digits or more is one; a large number in groups of three and two years are none.
    """
    found: Counter[str] = Counter()
    for match in _TELEPHONE.finditer(_in_ascii(text)):
        digits = re.sub(r"[^0-9A-Z]", "", match[0])
        if len(digits) >= 7 and not _GROUPED.fullmatch(match[0]) and not _YEARS.fullmatch(match[0]):
            found[digits] += 1
    return found

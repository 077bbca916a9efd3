"""What the brand's region changes: which passages are printed, and how facts are written.

Numbers, dates and lists follow CLDR by way of Babel, with the digits of the Latin script.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, TypeVar, cast

from babel import Locale, UnknownLocaleError, localedata
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal

from handouts.model import Block, Fact, Frozen, Handout, Region, Text, names_in

T = TypeVar("T")


def for_region(handout: Handout, region: str) -> Handout:
    """The handout without the passages that other regions are meant for, and without blocks they leave empty."""
    pairs = [(block, _kept(block, region)) for block in handout.blocks if _is_for(block, region)]
    blocks = tuple(kept for block, kept in pairs if _has_content(kept) or not _has_content(block))
    return handout.model_copy(update={"blocks": blocks})


def _is_for(value: object, region: str) -> bool:
    only = getattr(value, "only", ())
    return not only or region in only


def _kept(value: T, region: str) -> T:
    if not value or isinstance(value, str | tuple | Text):  # most are
        return value
    if isinstance(value, Frozen):
        fields = {name: getattr(value, name) for name in names_in(type(value))}
        kept = {name: _kept(item, region) if _is_for(item, region) else None for name, item in fields.items()}
        changed = {name: item for name, item in kept.items() if item is not fields[name]}
        return cast(T, value.model_copy(update=changed) if changed else value)
    if isinstance(value, Mapping):
        return cast(T, {key: _kept(item, region) for key, item in value.items() if _is_for(item, region)})
    return value


def _has_content(block: Block) -> bool:
    own = [getattr(block, name) for name in names_in(type(block)) if name not in names_in(Block)]
    return any(own_part for own_part in own if isinstance(own_part, Mapping | Frozen))


def locale_of(tag: str, region: Region | None = None) -> Locale:
    """Babel's locale of a BCP 47 tag, that of the region's territory where CLDR has one (Spanish in the US).

    Of a tag that CLDR lacks, its longest part that CLDR has; English where it has none.
    """
    territory = region.territory if region is not None else None
    return (_parsed(f"{tag}-{territory}") if territory else None) or _nearest(tag)


def _nearest(tag: str) -> Locale:
    parts = tag.split("-")
    tags = ("-".join(parts[:end]) for end in range(len(parts), 0, -1))
    return next(filter(None, map(_parsed, tags)), Locale("en"))


@cache
def _parsed(tag: str) -> Locale | None:
    try:
        return Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):  # of one that no locale can have, such as `ar-XB-US`
        return None


def own_locale_data(language: str) -> Mapping[str, Any]:
    """What CLDR says of a language itself, nothing that it inherits; empty where CLDR has nothing.

    Babel keeps what it loads by the name alone: asked without what is inherited, it would give that to all who ask
    later, and no number could be written any more. So what it had is put back.
    """
    if not localedata.exists(language):
        return {}
    kept = localedata._cache.pop(language, None)  # noqa: SLF001 - see above
    try:
        return localedata.load(language, merge_inherited=False)
    finally:
        localedata._cache.pop(language, None)  # noqa: SLF001
        if kept is not None:
            localedata._cache[language] = kept  # noqa: SLF001


def number_text(value: float, locale: Locale) -> str:
    """A number as the locale writes it in Latin digits, whole or with at least one decimal as given."""
    pattern = "#,##0" if isinstance(value, int) else "#,##0.0##"
    return format_decimal(value, format=pattern, locale=locale, numbering_system="latn")


def date_text(date: datetime.date, tag: str) -> str:
    """A date in words, with the digits of the Latin script."""
    text = format_date(date, format="long", locale=locale_of(tag))
    return "".join(str(int(c)) if c.isdecimal() else c for c in text)


def list_text(items: Iterable[str], tag: str) -> str:
    """The items joined as the language joins them."""
    return format_list(list(items), locale=locale_of(tag))


def fact_text(fact: Fact, region: Region, tag: str) -> str:
    """How a fact is written in a region and a language."""
    locale = locale_of(tag, region)
    if fact.temperature is not None:
        return _temperature_text(float(fact.temperature), region, locale)
    if fact.money is not None and fact.currency is not None:
        return _money_text(fact.money, fact.currency, region, locale)
    return fact.phone or fact.email or fact.web or fact.dose or ""


def _money_text(amount: float, currency: str, region: Region, locale: Locale) -> str:
    if region.currency != currency:
        return f"{currency}\u00a0{number_text(amount, locale)}"
    return format_currency(
        amount, currency, format="¤#,##0", locale=locale, currency_digits=False, numbering_system="latn"
    )


def _temperature_text(celsius: float, region: Region, locale: Locale) -> str:
    degrees = {"celsius": (celsius, "°C"), "fahrenheit": (round(celsius * 9 / 5 + 32, 1), "°F")}
    first, *others = (f"{number_text(degrees[unit][0], locale)}\u00a0{degrees[unit][1]}" for unit in region.temperature)
    return f"{first} ({others[0]})" if others else first

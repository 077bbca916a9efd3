"""A new language or regional variant with one command: an entry in `languages.yaml` and both catalogs, empty.

Names, script and plural rule come from CLDR where Babel has them for the language itself; what it lacks is asked for,
never guessed. A variant (`es-419`) leaves empty what it says like its base language.
"""

from __future__ import annotations

import datetime
import gettext
import json
import re
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from babel import Locale, UnknownLocaleError, localedata
from babel.core import get_global
from babel.messages.plurals import PLURALS

from handouts.findings import NOWHERE, Finding, UsageError, did_you_mean
from handouts.fonts import STACKS
from handouts.i18n.merge import merge_all
from handouts.i18n.pofile import write_po
from handouts.layers import Layers, read_text, shown_path
from handouts.model import SOURCE_LANGUAGE, Language
from handouts.publish import write_whole
from handouts.reader import read_library, validate
from handouts.region import own_locale_data
from handouts.source import SIZE_LIMIT, parse_yaml

LANGUAGES: Final = "locales/languages.yaml"
RIGHT_TO_LEFT: Final = frozenset({"Adlm", "Arab", "Hebr", "Mand", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa"})
"""Scripts of today that read from right to left (Unicode Standard Annex 9; ISO 15924 codes)."""
MORE_PLURALS: Final = (
    (2, "(n==1 || n==2 || n==3 || (n%10!=4 && n%10!=6 && n%10!=9) ? 0 : 1)"),
    (3, "(n==1 ? 0 : n==2 ? 1 : 2)"),
    (6, "(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 && n%100<=99 ? 4 : 5)"),
)
"""Rules that Babel's list lacks (Filipino, Hebrew, Arabic); they too are held against CLDR before they are used."""
COUNTED: Final = 1000
"""Plural rules are the same when they agree below this number: catalogs have no rule for millions."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a person says of the language; an empty field is for CLDR to fill."""

    autonym: str = ""
    english: str = ""
    script: str = ""
    plural: str = ""


def add_language(layers: Layers, tag: str, given: Given, today: datetime.date) -> list[Path]:
    """Add a language to the top layer, and give the files that were written. Raises UsageError, HandoutError."""
    tag = normal_tag(tag)
    languages = read_library(layers)[0].languages
    _refuse_known(tag, languages)
    entry = describe(tag, given)
    path, text = _with_entry(layers, tag, entry)
    language = validate(Language, parse_yaml(text, shown_path(path))[0][tag])
    merged = merge_all(layers, {tag: language}, today)
    write_whole(path, text.encode())  # first: catalogs of a language that has no entry are a fault
    return [path, *(file for file, po in merged if write_po(file, po) or file.is_file())]


def _refuse_known(tag: str, languages: Collection[str]) -> None:
    if tag == SOURCE_LANGUAGE:
        what, remedy = f"`{tag}` is the language that all others are translated from", "name another language"
        raise _refusal("usage/language-there", what, remedy)
    if tag in languages:
        remedy = f"`handouts i18n merge {tag}` brings its catalogs up to date"
        raise _refusal("usage/language-there", f"`{tag}` is a language of `languages.yaml` already", remedy)


def _refusal(kind: str, what: str, remedy: str) -> UsageError:
    return UsageError([Finding(kind, NOWHERE, what, remedy)])


# --- What CLDR says -----------------------------------------------------------------------------------------


def normal_tag(tag: str) -> str:
    """A BCP 47 tag of language, script and region in its usual case: `pt-BR`. Raises UsageError for any other."""
    parts = re.fullmatch(r"([a-z]{2,3})(?:-([a-z]{4}))?(?:-([a-z]{2}|\d{3}))?", tag.replace("_", "-").lower())
    if parts is None:
        what, remedy = f"`{tag}` is not a language tag", "write one such as `sw`, `zh-Hant`, `es-419` or `pt-BR`"
        raise _refusal("usage/language-tag", what, remedy)
    language, script, region = parts.groups()
    return "-".join(part for part in (language, script and script.title(), region and region.upper()) if part)


def describe(tag: str, given: Given) -> Language:
    """The entry of a language: what was given, and for the rest CLDR. Raises UsageError with the way out."""
    locale = _locale(tag)
    found = asdict(given)
    for name, value in _from_cldr(tag, locale):
        found[name] = found[name] or value
    lacking = [f"`--{name}`" for name, value in found.items() if not value]
    if lacking:
        what = f"`{tag}` is not a language that CLDR describes" if locale is None else f"CLDR lacks a part of `{tag}`"
        near = _nearest(tag) if locale is None else ""
        remedy = f"give {', '.join(lacking)}"
        remedy = f"{near} If not, {remedy}" if near.startswith("did you mean") else remedy
        raise _refusal("usage/language-unknown", what, remedy)
    if found["script"] not in STACKS:
        what = f"there are no fonts for the script `{found['script']}`"
        raise _refusal("usage/language-script", what, did_you_mean(found["script"], STACKS))
    _refuse_unreadable(found["plural"])
    return Language(**found, direction="rtl" if found["script"] in RIGHT_TO_LEFT else "ltr")


def _nearest(tag: str) -> str:
    """The tag that was meant, perhaps: first the same language and country by its script (`zh-Hans` for `zh-CN`)."""
    known = [identifier.replace("_", "-") for identifier in localedata.locale_identifiers()]
    by_script = f"{tag.split('-', maxsplit=1)[0]}-{_likely_script(tag)}"
    return f"did you mean `{by_script}`?" if by_script in known else did_you_mean(tag, known)


def _refuse_unreadable(rule: str) -> None:
    """Raise UsageError where a plural rule does not say, for every number, which of its forms to take."""
    parts = re.fullmatch(r"\s*nplurals\s*=\s*([1-6])\s*;\s*plural\s*=([^;*]+);?\s*", rule)
    if parts is None or not _counts(parts[2], int(parts[1])):
        what = f"`{rule}` is no plural rule that gettext can count by"
        raise _refusal("usage/language-plural", what, "write one such as `nplurals=2; plural=(n != 1);`")


def _counts(expression: str, forms: int) -> bool:
    """Whether an expression of C gives each number one of so many forms."""
    try:
        index = gettext.c2py(expression)
        return {index(number) for number in range(COUNTED)} <= {*range(forms)}
    except (ValueError, ZeroDivisionError):
        return False


def _locale(tag: str) -> Locale | None:
    """Babel's locale of just this language, script and region; None where it would take another for it."""
    try:
        locale = Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        return None
    parts = (locale.language, locale.script, locale.territory)
    return locale if "-".join(part for part in parts if part) == tag else None


def _from_cldr(tag: str, locale: Locale | None) -> Iterator[tuple[str, str]]:
    yield "script", _likely_script(tag)
    if locale is None:
        return
    own: dict[str, Any] = dict(own_locale_data(locale.language))
    if locale.language in own.get("languages", {}):
        name = str(locale.get_display_name())
        yield "autonym", name[:1].upper() + name[1:]
    yield "english", str(locale.get_display_name("en") or "")
    if "plural_form" in own:
        yield "plural", plural_rule(locale)


def _likely_script(tag: str) -> str:
    """The script that a tag names, else the one that CLDR expects; empty where it knows none."""
    likely = get_global("likely_subtags")
    known = likely.get(tag.replace("-", "_")) or likely.get(tag.split("-", maxsplit=1)[0], "")
    subtags = re.findall(r"[A-Z][a-z]{3}", tag) or str(known).split("_")[1:2]
    return subtags[0] if subtags else ""


def plural_rule(locale: Locale) -> str:
    """The gettext rule among those in use that counts as CLDR does, the shortest; empty where none does.

    CLDR's rules know fractions and powers of ten, which gettext cannot say.
    """
    names = [locale.plural_form(number) for number in range(COUNTED)]
    order: list[str] = [name for name in ("zero", "one", "two", "few", "many", "other") if name in names]
    wanted = [order.index(name) for name in names]
    for count, rule in sorted({*PLURALS.values(), *MORE_PLURALS}, key=lambda each: (len(each[1]), each[1])):
        index = gettext.c2py(rule)
        if count == len(order) and [index(number) for number in range(COUNTED)] == wanted:
            return f"nplurals={count}; plural={rule};"
    return ""


# --- The entry ----------------------------------------------------------------------------------------------


def _with_entry(layers: Layers, tag: str, language: Language) -> tuple[Path, str]:
    """The project's `languages.yaml` with the entry at its end; all that stands in it stays as it is."""
    path = layers.roots[0] / LANGUAGES
    before = read_text(path, SIZE_LIMIT) if path in layers.find_all(LANGUAGES) else _BEGINNING
    lines = [f"{tag}:", *(f"  {name}: {_scalar(name, value)}" for name, value in language.model_dump().items())]
    return path, "\n".join([before.rstrip("\n"), *lines, ""])


_BEGINNING: Final = "# The languages of this project, beside those of the library, by BCP 47 tag.\n"


def _scalar(name: str, value: str) -> str:
    plain = name != "plural" and re.fullmatch(r"(?=[^\W\d_])([^\x00-\x7f]|[A-Za-z ()-])+", value)
    return value if plain else json.dumps(value, ensure_ascii=False)

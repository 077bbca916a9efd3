"""Model to messages, and PO files plus model to a translated model.

The English text is the msgid and the key of its text the msgctxt, so that changed English never finds its
old translation. PO files are read directly: there is no `.mo` that could be stale.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from io import StringIO
from pathlib import Path
from typing import Final, TypeVar

from babel.messages.pofile import PoFileError, read_po

from handouts.findings import Finding, HandoutError, Location
from handouts.layers import Layers, read_limited, shown_path
from handouts.model import SOURCE_LANGUAGE, Language, Library, Text, map_texts

T = TypeVar("T")

CONTENT: Final = "content"
INTERFACE: Final = "ui"
SIZE_LIMIT: Final = 3_000_000
_FUZZY: Final = re.compile(r"^[ \t]*#[\s,=|\"']*fuzzy\b.*$", re.IGNORECASE | re.MULTILINE)
"""However somebody wrote that a translation is unfinished: only `#, fuzzy` would count for gettext."""
_UNSEEN: Final = frozenset("*\u115f\u1160\u2800\u3164\uffa0")
"""Emphasis, and letters and signs that print nothing."""
_LETTER: Final = re.compile("[^\\W\\d_\u115f\u1160\u3164\uffa0]")
"""A letter that prints something: nearly every text has one, and no other of its characters need be looked at."""
_PLACEHOLDER: Final = re.compile(r"\{([a-z_]+)\}")
_PLURALS: Final = re.compile(r"nplurals\s*=\s*[1-6]\s*;\s*plural\s*=[^;*]*;?\\n(?![ \t\\])", re.IGNORECASE)
"""The one form of a plural rule that is read: languages have six forms at most (CLDR)."""


@dataclass(frozen=True, slots=True)
class Message:
    """A translated message: its forms (one, or one for each plural category), its place, whether it is fuzzy."""

    forms: tuple[str, ...]
    at: Location
    fuzzy: bool

    @property
    def finished(self) -> bool:
        """Whether it may be printed: no form of it is empty, and nobody has marked it as fuzzy."""
        return not self.fuzzy and all(map(_shows, self.forms))


@dataclass(frozen=True, slots=True)
class Catalog:
    """The messages of one language and domain, by (msgctxt, msgid)."""

    language: str
    messages: Mapping[tuple[str, str], Message]

    def find(self, context: str, english: str) -> Message | None:
        """The finished translation: neither empty nor fuzzy. None where there is none."""
        message = self.messages.get((context, english))
        return message if message and message.finished else None


def _shows(text: str) -> bool:
    """Whether anything of a text is seen: spaces, marks that print nothing and the signs of emphasis are not."""
    if _LETTER.search(text):
        return True
    return any(unicodedata.category(each)[0] in "LNPS" for each in text if each not in _UNSEEN)


def folder_of(tag: str) -> str:
    """The folder of a language's catalogs: `zh_Hans` for `zh-Hans`."""
    return tag.replace("-", "_")


def bases_of(tag: str, languages: Mapping[str, Language]) -> tuple[str, ...]:
    """The languages that a regional variant falls back to, nearest first: `es` for `es-419`. Only of its script."""
    parts = tag.split("-")
    shorter = ("-".join(parts[:end]) for end in range(len(parts) - 1, 0, -1))
    return tuple(each for each in shorter if each in languages and languages[each].script == languages[tag].script)


def read_catalog(layers: Layers, tag: str, domain: str, bases: Iterable[str] = ()) -> Catalog:
    """The catalog of a language from all layers, over those of the languages that it falls back to.

    A finished message of the project stands in for the library's, one of a variant for its base's; one that is empty
    or fuzzy stands in for none that is finished. Raises HandoutError.
    """
    messages: dict[tuple[str, str], Message] = {}
    found: list[Finding] = []
    for folder in (*reversed(tuple(bases)), tag):
        for path in reversed(layers.find_all(f"locales/{folder_of(folder)}/LC_MESSAGES/{domain}.po")):
            try:
                messages |= {key: new for key, new in _read_po(path).items() if _replaces(new, messages.get(key))}
            except HandoutError as error:
                found.extend(error.findings)
    if found:
        raise HandoutError(found)
    return Catalog(tag, messages)


def _replaces(new: Message, old: Message | None) -> bool:
    return old is None or new.finished or not old.finished


def _read_po(path: Path) -> Mapping[tuple[str, str], Message]:
    return _parse_po(read_limited(path, SIZE_LIMIT), shown_path(path))


@lru_cache(maxsize=64)
def _parse_po(raw: bytes, shown: str) -> Mapping[tuple[str, str], Message]:
    """The messages of a file's bytes: kept, so that who checks again after one file was saved reads only that one."""
    try:
        text = raw.decode("utf-8")
        lines = text.split("\n")
        _refuse_broken_lines(lines, shown)  # Babel alone lets an open quote pass
        _refuse_endless_plurals(text, shown)
        text = _FUZZY.sub("#, fuzzy", text)
        catalog = read_po(StringIO(text), abort_invalid=True)  # as text: Babel believes a header's wrong charset
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        fault = Finding("translation/encoding", Location(shown, line), "the file is not UTF-8", "save it as UTF-8")
        raise HandoutError([fault]) from None
    except (PoFileError, ValueError, IndexError) as error:
        raise HandoutError([_syntax_fault(error, shown)]) from None
    return {
        (message.context or "", _singular(message.id)): Message(
            _forms(message.string), _place(shown, lines, message.lineno or 1), message.fuzzy
        )
        for message in catalog
        if message.id
    }


def _syntax_fault(error: Exception, shown: str) -> Finding:
    line = (getattr(error, "lineno", None) or 0) + 1
    what = f"PO syntax: {str(error).split(' on ')[0] or 'cannot be read'}"
    remedy = "look for a missing quote or keyword in this line; `msgfmt --check` names it too"
    return Finding("translation/syntax", Location(shown, line), what, remedy)


_LINE: Final = re.compile(r'\s*(#.*|((msgctxt|msgid|msgid_plural|msgstr(\[\d+\])?)\s*)?"[^"\\]*(\\.[^"\\]*)*"\s*)?\Z')

_KEYWORD: Final = re.compile(r"\s*(msgctxt|msgid_plural|msgid|msgstr)")


def _refuse_broken_lines(lines: list[str], shown: str) -> None:
    found = [
        Finding(
            "translation/syntax",
            Location(shown, number, len(line) - len(line.lstrip()) + 1),
            "PO syntax: this line is neither a keyword with a quoted text nor a comment",
            'look for a missing or stray quote; write a quote inside a text as `\\"`',
        )
        for number, line in enumerate(lines, 1)
        if not _LINE.match(line)
    ]
    found = found or list(_orphans(lines, shown))
    if found:
        raise HandoutError(found)


def _refuse_endless_plurals(text: str, shown: str) -> None:
    """Babel makes as many forms of a plural as the header says, whatever the number."""
    if not re.search(r"^\s*msgid_plural", text, re.MULTILINE):
        return
    header = re.sub(r'"\s*"', "", text)
    rules = [header[match.end() :] for match in re.finditer(r"plural-forms:\s*", header, re.IGNORECASE)]
    if not all(_PLURALS.match(rule) for rule in rules):
        line = text[: text.lower().find("plural")].count("\n") + 1
        what, remedy = "PO syntax: a plural rule that cannot be read", "write `nplurals=2; plural=(n != 1);`"
        raise HandoutError([Finding("translation/syntax", Location(shown, line), what, remedy)])


def _orphans(lines: list[str], shown: str) -> Iterator[Finding]:
    """Translations whose `msgid` got lost: Babel passes over them without a word."""
    before = ""
    for number, line in enumerate(lines, 1):
        keyword = _KEYWORD.match(line)
        if keyword is None:
            continue
        if keyword[1] == "msgstr" and before not in ("msgid", "msgid_plural", "msgstr"):
            what, remedy = "PO syntax: `msgstr` without a `msgid`", "write the `msgid` in the line before it"
            yield Finding("translation/syntax", Location(shown, number), what, remedy)
        before = keyword[1]


def _singular(identity: str | tuple[str, ...] | list[str]) -> str:
    return identity if isinstance(identity, str) else identity[0]


def _forms(string: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (string or "",) if isinstance(string, str) or string is None else tuple(string)


def _place(shown: str, lines: list[str], start: int) -> Location:
    """Where the translation is written: the line of `msgstr` of the entry that starts there."""
    for number in range(start, len(lines) + 1):
        if lines[number - 1].startswith("msgstr"):
            return Location(shown, number, lines[number - 1].index('"') + 1)
    return Location(shown, start)


def translate(value: T, catalog: Catalog) -> tuple[T, tuple[Text, ...]]:
    """The same in the catalog's language, and the texts that have no finished translation.

    A translated text says where its PO entry is; an untranslated one keeps its English and its language tag.
    """
    missing: list[Text] = []

    def change(text: Text, _path: tuple[str, ...]) -> Text:
        message = catalog.find(text.key, text.value)
        if message is None:
            missing.append(text)
            return text
        return Text(message.forms[0], text.key, message.at, catalog.language)

    return map_texts(value, change), tuple(dict.fromkeys(missing))


def translate_library(library: Library, catalog: Catalog) -> Library:
    """The shared entries in the catalog's language; what is not translated stays as it is."""
    return replace(library, kinds=translate(library.kinds, catalog)[0], terms=translate(library.terms, catalog)[0])


def catalog_folders(layers: Layers) -> list[str]:
    """The folders below `locales`, in any layer, that hold a catalog."""
    return sorted(
        {
            *layers.folders("locales", f"LC_MESSAGES/{CONTENT}.po"),
            *layers.folders("locales", f"LC_MESSAGES/{INTERFACE}.po"),
        }
    )


class Words:
    """The words of the templates in one language: headings of the page, labels, marks.

    `words(context, english, **values)` gives the translation with its `{placeholders}` filled in. English that stands
    in for a translation stands in brackets: nobody may take it for the language's own.
    """

    def __init__(self, catalog: Catalog, language: Language) -> None:
        self.catalog = catalog
        self.language = language
        self.tag = catalog.language
        self.missing: dict[tuple[str, str], None] = {}

    def __call__(self, context: str, english: str, **values: object) -> str:
        """The translation with its placeholders filled in."""
        return _PLACEHOLDER.sub(lambda match: str(values[match[1]]), self.phrase(context, english))

    def phrase(self, context: str, english: str) -> str:
        """The translation with its placeholders still open."""
        if self.tag == SOURCE_LANGUAGE:
            return english
        message = self.catalog.find(context, english)
        if message is None:
            self.missing[context, english] = None
            return english if english.startswith("[") else f"[{english}]"
        return message.forms[0]

    def has(self, context: str, english: str) -> bool:
        """Whether the phrase is translated."""
        return self.tag == SOURCE_LANGUAGE or self.catalog.find(context, english) is not None

"""One handout in one language out to a translator's own tool and back: PO, XLIFF 1.2, CSV.

Nothing is lost on the way back. Every fault of a file is told at its place and then nothing is written. A sentence
whose English, or whose translation, has changed here since the export is left as it is here, with a warning.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from handouts.catalog import CONTENT, SIZE_LIMIT, Catalog, folder_of, translate, translate_library
from handouts.catalog import Message as Translated
from handouts.checks import registry
from handouts.checks.check import Profile, Translation, find_faults
from handouts.findings import (
    NOWHERE,
    Finding,
    HandoutError,
    Location,
    Severity,
    UsageError,
    did_you_mean,
    errors,
    tidy,
)
from handouts.i18n.messages import HEADER, MAX_LENGTH, Message, find_messages
from handouts.i18n.pofile import FUZZY, Entry, PoFile, Source, format_po, parse_po, read_po, write_po
from handouts.i18n.sentence import Bundle, Returned, Sentence, character_faults, refuse_unwritable
from handouts.i18n.table import as_csv, read_csv
from handouts.i18n.xliff import as_xliff, read_xliff
from handouts.layers import Layers, library_root, read_limited, shown_path
from handouts.model import SOURCE_LANGUAGE, Handout, Library, Text, texts_in
from handouts.reader import HANDOUTS, handout_ids, read_handout, read_library

_BASE: Final = "base: "
"""Begins the comment (`#.`) of a PO entry that tells whether it was edited."""


# --- The sentences of a handout -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Script:
    """A handout with all that it prints, in English."""

    handout: Handout
    library: Library

    @property
    def texts(self) -> tuple[Text, ...]:
        """Each text once, in the order of the handout, shared ones last."""
        parts = (self.handout, *self.library.shared_by(self.handout))
        return tuple({text.key: text for part in parts for text in texts_in(part)}.values())

    def messages(self, told: Told) -> tuple[Message, ...]:
        """The messages that the handout prints."""
        return tuple(told[text.key, text.value] for text in self.texts)


def read_script(layers: Layers, handout_id: str, library: Library) -> Script:
    """A handout as it is written. Raises UsageError where there is none, HandoutError where it cannot be read."""
    known = handout_ids(layers)
    if handout_id not in known:
        what = f"there is no handout `{handout_id}`"
        raise UsageError([Finding("usage/unknown-handout", NOWHERE, what, did_you_mean(handout_id, known))])
    return Script(read_handout(layers, handout_id, library)[0], library)


Identity = tuple[str, str]
"""What a message is known by: its key and its English."""
Told = Mapping[Identity, Message]
"""What translators are told of each message."""
Entries = Mapping[tuple[str | None, str], Entry]
"""What a language's catalog has, by key and English."""


def read_told(layers: Layers) -> Told:
    """All messages. Raises HandoutError with every error of every file."""
    return {(message.key, message.english): message for message in find_messages(layers)}


def catalog_path(tag: str, domain: str = CONTENT) -> str:
    """Where a layer keeps the translations of a domain."""
    return f"locales/{folder_of(tag)}/LC_MESSAGES/{domain}.po"


def read_entries(layers: Layers, tag: str, domain: str = CONTENT) -> Entries:
    """The entries of a language's catalog, the project's before the library's. Raises HandoutError."""
    files = (read_po(path) for path in reversed(layers.find_all(catalog_path(tag, domain))))
    return {entry.source.identity: entry for po in files for entry in po.entries if not entry.obsolete}


def sentences_of(messages: Iterable[Message], entries: Entries) -> Iterator[Sentence]:
    """Each message with what the catalog has for it."""
    nothing = Entry(Source(""))
    for message in messages:
        entry = entries.get((message.key, message.english), nothing)
        yield Sentence(
            key=message.key,
            english=message.english,
            translation=entry.forms[0],
            fuzzy=entry.fuzzy,
            comment="\n".join(message.comments),
            previous=entry.previous.english if entry.previous else "",
            max_length=message.max_length,
        )


# --- Out ----------------------------------------------------------------------------------------


def as_po(sentences: Iterable[Sentence], original: str, tag: str) -> bytes:
    """The sentences as a PO file in the canonical form."""
    entries = tuple(_as_entry(sentence) for sentence in sentences)
    return format_po(PoFile(entries, _header(tag), notes=(f"{original}, for translators",))).encode()


def _header(tag: str) -> dict[str, str]:
    return {**HEADER, "Language": folder_of(tag)}


def _as_entry(sentence: Sentence) -> Entry:
    limit = [f"{MAX_LENGTH}{sentence.max_length}"] if sentence.max_length else []
    return Entry(
        Source(sentence.english, sentence.key),
        (sentence.translation,),
        comments=(*sentence.comment.splitlines(), f"{_BASE}{sentence.base}"),
        flags=(*([FUZZY] if sentence.fuzzy else []), *limit),
        previous=Source(sentence.previous, sentence.key) if sentence.previous else None,
    )


def _csv(sentences: Iterable[Sentence], _original: str, _tag: str) -> bytes:
    return as_csv(sentences)


FORMATS: Final[Mapping[str, Callable[[Iterable[Sentence], str, str], bytes]]] = {
    "po": as_po,
    "xliff": as_xliff,
    "csv": _csv,
}
"""How the sentences of a file and language are written, by the name of the format."""
ENDINGS: Final[Mapping[str, str]] = {"po": ".po", "xliff": ".xlf", "csv": ".csv"}
_NAMED: Final = {".po": "po", ".xlf": "xliff", ".xliff": "xliff", ".csv": "csv"}


def file_name(handout_id: str, tag: str, form: str) -> str:
    """What an export is called where nobody names it."""
    return f"{handout_id}.{tag}{ENDINGS[form]}"


def format_of(path: Path | None) -> str:
    """The format that the ending of a name says; PO where it says none."""
    return _NAMED.get(path.suffix.lower(), "po") if path else "po"


def export(layers: Layers, handout_id: str, tag: str, form: str) -> bytes:
    """A handout with its translation as a file of the format. Raises HandoutError."""
    library = _library(layers, tag)
    script = read_script(layers, handout_id, library)
    sentences = list(sentences_of(script.messages(read_told(layers)), read_entries(layers, tag)))
    refuse_unwritable(sentences, catalog_path(tag))
    return FORMATS[form](sentences, f"{HANDOUTS}/{handout_id}.yaml", tag)


def _library(layers: Layers, tag: str) -> Library:
    """All that handouts share. Raises UsageError where the language is unknown, or the one that is translated."""
    library, found = read_library(layers)
    if errors(found):
        raise HandoutError(found)
    known = [each for each in library.languages if each != SOURCE_LANGUAGE]
    if tag not in known:
        what = f"`{tag}` is no language to translate into"
        raise UsageError([Finding("usage/unknown-language", NOWHERE, what, did_you_mean(tag, known))])
    return library


# --- In -----------------------------------------------------------------------------------------


def _read_po_file(raw: bytes, shown: str) -> Bundle:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        where = Location(shown, raw.count(b"\n", 0, error.start) + 1)
        fault = Finding("exchange/encoding", where, "the file is not UTF-8", "save it as UTF-8")
        raise HandoutError([fault]) from None
    po = parse_po(text, shown)
    lines = text.split("\n")
    returned = tuple(_returned(entry, lines, shown) for entry in po.entries if not entry.obsolete)
    found = [fault for each in returned for fault in character_faults(each.english + each.translation, each.at)]
    if found:
        raise HandoutError(found)
    return Bundle(po.header.get("Language", "").replace("_", "-"), returned)


def _returned(entry: Entry, lines: list[str], shown: str) -> Returned:
    base = next((told.removeprefix(_BASE) for told in entry.comments if told.startswith(_BASE)), "")
    place = next(
        (each for each in range(entry.line, len(lines) + 1) if lines[each - 1].lstrip().startswith("msgstr")),
        entry.line,
    )
    at = Location(shown, place, lines[place - 1].find('"') + 1 or 1)
    fuzzy = entry.fuzzy and entry.has_text
    return Returned(entry.source.context or "", entry.source.english, entry.forms[0], fuzzy, base, at)


_READERS: Final[Mapping[str, Callable[[bytes, str], Bundle]]] = {
    ".po": _read_po_file,
    ".xlf": read_xliff,
    ".xliff": read_xliff,
    ".csv": read_csv,
    ".tsv": read_csv,
    ".txt": read_csv,
}


def read_bundle(path: Path) -> Bundle:
    """What a translator's file brings back, by the ending of its name. Raises HandoutError with every fault."""
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        what = f"`{path.suffix}` is no ending of a file for translators"
        remedy = f"use one of: {', '.join(f'`{ending}`' for ending in _READERS)}"
        raise UsageError([Finding("exchange/format", Location(shown_path(path)), what, remedy)])
    return reader(read_limited(path, SIZE_LIMIT), shown_path(path))


@dataclass(frozen=True, slots=True)
class Intake:
    """What an import came to: the catalog, the sentences that went into it, and what was found."""

    catalog: Path
    taken: tuple[Returned, ...]
    findings: tuple[Finding, ...]


def import_file(layers: Layers, path: Path, tag: str, today: datetime.date) -> Intake:
    """Bring a translator's file into the language's catalog of the first layer. Raises UsageError.

    Without a `tag` it is the language that the file names. Faults of the file itself raise HandoutError; where a
    sentence in it has an error nothing is written.
    """
    bundle = read_bundle(path)
    tag = _language(bundle, tag, shown_path(path))
    library = _library(layers, tag)
    scripts = [read_script(layers, handout_id, library) for handout_id in handout_ids(layers)]
    entries = read_entries(layers, tag)
    messages = [message for message in find_messages(layers) if message.domain == CONTENT]
    known = {sentence.key: sentence for sentence in sentences_of(messages, entries)}
    taken, found = choose(bundle.entries, known)
    found += bundle.findings
    found += find_text_faults(taken, scripts, tag, today)
    catalog = _own_catalog(layers, tag)
    if taken and not errors(found):
        write_po(catalog, _changed_file(_own_file(layers, tag), taken, entries))
    return Intake(catalog, () if errors(found) else tuple(taken), tidy(found))


def _language(bundle: Bundle, tag: str, shown: str) -> str:
    named = bundle.language
    if not (tag or named):
        what, remedy = "the file does not say which language it is", "name it: `--lang es`"
        raise UsageError([Finding("exchange/language", Location(shown), what, remedy)])
    if tag and named and not _fits(tag, named) and not _fits(named, tag):
        what = f"the file is for `{named}`, and `{tag}` was asked for"
        raise UsageError([Finding("exchange/language", Location(shown), what, "name the language of the file")])
    return tag or named


def _fits(tag: str, wider: str) -> bool:
    """Whether a language tag is another, or narrower: some tools write `es-ES` for `es`."""
    return f"{tag.lower()}-".startswith(f"{wider.lower()}-")


def choose(returned: Iterable[Returned], known: Mapping[str, Sentence]) -> tuple[list[Returned], list[Finding]]:
    """The sentences that somebody worked on and that fit what is here, and why others do not."""
    taken: dict[str, Returned] = {}
    found: list[Finding] = []
    for each in returned:
        here = known.get(each.key)
        if not each.edited or (here is not None and each.english == here.english and not _differs(each, here)):
            continue
        reason = _reason(each, here, taken.get(each.key))
        if reason is not None:
            found.append(reason)
        elif each.translation.strip():
            taken[each.key] = each
    return list(taken.values()), found


def _differs(each: Returned, here: Sentence) -> bool:
    return (each.translation, each.fuzzy) != (here.translation, here.fuzzy and bool(here.translation))


def _reason(each: Returned, here: Sentence | None, other: Returned | None) -> Finding | None:
    """Why an edited sentence cannot be taken; None where nothing stands against it."""
    if not each.translation.strip():
        return _emptied(each) if here is not None and here.translation else None
    if here is None:
        what = f"`{each.key}` is not the key of a sentence, and its translation is not taken"
        return Finding("exchange/unknown-key", each.at, what, _AGAIN, Severity.WARNING)
    if here.english != each.english:
        what = f"the English of `{each.key}` is another one now, and the translation of the old one is not taken"
        return Finding("exchange/changed-english", each.at, what, _AGAIN, Severity.WARNING)
    if other is not None and (other.translation, other.fuzzy) != (each.translation, each.fuzzy):
        what = f"`{each.key}` has two translations (the first in line {other.at.line})"
        return Finding("exchange/twice", each.at, what, "keep one of them")
    if each.base and each.base != here.base:
        what = f"`{each.key}` was translated here too since the export, and that translation is kept"
        return Finding("exchange/conflict", each.at, what, _AGAIN, Severity.WARNING)
    return None


_AGAIN: Final = (
    "export the handout again under another name (`--out`), and carry this translation over by hand; this file still"
    " has it"
)


def _emptied(each: Returned) -> Finding:
    what = f"the translation of `{each.key}` is empty in the file, and the one that is here is kept"
    remedy = "to withdraw a translation, mark it as fuzzy or empty it in the catalog"
    return Finding("exchange/emptied", each.at, what, remedy, Severity.WARNING)


def find_text_faults(
    taken: Iterable[Returned], scripts: Iterable[Script], tag: str, today: datetime.date
) -> Iterator[Finding]:
    """What the checks of translations find in finished sentences, at their places in the file.

    Those marked as fuzzy are not finished: they may have faults, and are never printed. No handout is named, for
    several may print the sentence.
    """
    texts = {(each.key, each.english): Translated((each.translation,), each.at, each.fuzzy) for each in taken}
    catalog, files = Catalog(tag, texts), {message.at.path for message in texts.values()}
    for script in scripts:
        subject = _subject(script, catalog, today)
        found = find_faults(registry.TRANSLATION, subject, Profile.DRAFT)
        yield from (replace(finding, handout="") for finding in found if finding.where.path in files)


def _subject(script: Script, catalog: Catalog, today: datetime.date) -> Translation:
    handout, library = script.handout, script.library
    there = translate_library(library, catalog)
    pairs = tuple(zip(library.shared_by(handout), there.shared_by(handout), strict=True))
    return Translation(handout, translate(handout, catalog)[0], pairs, library, catalog.language, today)


def _own_catalog(layers: Layers, tag: str) -> Path:
    """The catalog that is written to: that of the first layer. Raises UsageError where it is an installed library."""
    root = layers.roots[0]
    if root == library_root() and root.name == "_library":
        what, remedy = "there is no project to bring the translation into", "name its folder with `--project`"
        raise UsageError([Finding("usage/project", NOWHERE, what, remedy)])
    return root / catalog_path(tag)


def _own_file(layers: Layers, tag: str) -> PoFile:
    """The catalog of the first layer; where it has none, an empty one with the library's header."""
    path, below = layers.roots[0] / catalog_path(tag), layers.find(catalog_path(tag))
    if path.is_file():
        return read_po(path)
    return replace(read_po(below), entries=(), notes=()) if below else PoFile(header=_header(tag))


def _changed_file(po: PoFile, taken: Iterable[Returned], entries: Entries) -> PoFile:
    """The catalog with these sentences in it; all other entries stay as they are, where they are."""
    there = {entry.source.identity: entry for entry in po.entries}
    for each in taken:
        identity = (each.key, each.english)
        entry = there.get(identity) or entries.get(identity) or Entry(Source(each.english, each.key))
        there[identity] = _changed(entry, each)
    return replace(po, entries=tuple(there.values()))


def _changed(entry: Entry, each: Returned) -> Entry:
    flags = tuple(flag for flag in entry.flags if flag != FUZZY)
    return replace(
        entry,
        forms=(each.translation,),
        flags=(FUZZY, *flags) if each.fuzzy else flags,
        previous=entry.previous if each.fuzzy else None,
        obsolete=False,
    )

"""New English and old translations: a merge keyed by id, which never lends one sentence's translation to another.

- The same id and the same English: the text stays.
- The same id and other English: the text stays as a fuzzy one, with the English that it was really made from.
- A new id: no text; where the same English is translated elsewhere, or was under an id that is gone, a comment says so.
- An id or English that is gone: the text is kept as obsolete, and comes back when both come back.

Tools that match by likeness gave "Wash your feet" the translation of "Wash your hands": docs/decisions/019-catalogs.md.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from handouts.catalog import CONTENT, INTERFACE, folder_of
from handouts.findings import NOWHERE, Finding, HandoutError, UsageError, did_you_mean
from handouts.i18n.messages import HEADER, MAX_LENGTH, Message, find_messages, flags_of
from handouts.i18n.pofile import FUZZY, Entry, PoFile, Source, read_po, write_po
from handouts.layers import Layers
from handouts.model import SOURCE_LANGUAGE, Language
from handouts.reader import read_library

Identity = tuple[str | None, str]


def merge(old: PoFile, messages: Iterable[Message]) -> PoFile:
    """The catalog with an entry for each message, in their order, and behind them what is not asked for any more.

    No text of the old catalog is lost: it stands in a current entry or in an obsolete one. No entry whose id and
    English are new is finished. Merging again changes nothing.
    """
    asked = {(message.key, message.english): message for message in messages}
    known = {entry.source.identity: entry for entry in old.entries}
    earlier = _earlier(entry for entry in old.entries if entry.source.identity not in asked)
    current = [
        _told(known.get(identity) or _begun(message, earlier.get(message.key)), message)
        for identity, message in asked.items()
    ]
    gone = tuple(_gone((entry for entry in old.entries if entry.source.identity not in asked), current))
    return replace(old, entries=(*_with_suggestions(current, gone), *gone))


def _earlier(unasked: Iterable[Entry]) -> dict[str, Entry]:
    """By id the entry whose text a new English begins with: the current one, else the last that became obsolete."""
    with_text = [entry for entry in unasked if entry.has_text]
    return {entry.source.context or "": entry for entry in sorted(with_text, key=lambda entry: not entry.obsolete)}


def _begun(message: Message, earlier: Entry | None) -> Entry:
    """An entry for English that the catalog does not have."""
    source = Source(message.english, message.key)
    if earlier is None:
        return Entry(source)
    made_from = (earlier.previous if earlier.fuzzy else None) or earlier.source
    flags = (FUZZY, *earlier.flags)
    return Entry(source, earlier.forms[:1], notes=earlier.notes, flags=flags, previous=made_from)


def _told(entry: Entry, message: Message) -> Entry:
    """The entry with what the message now says of itself."""
    return replace(
        entry,
        comments=message.comments,
        places=(),
        flags=(*_kept_flags(entry), *flags_of(message)),
        previous=entry.previous if entry.fuzzy else None,
        obsolete=False,
    )


def _kept_flags(entry: Entry) -> tuple[str, ...]:
    return tuple(dict.fromkeys(flag for flag in entry.flags if not flag.startswith(MAX_LENGTH)))


def _gone(unasked: Iterable[Entry], current: Iterable[Entry]) -> Iterator[Entry]:
    """What stays as obsolete: all that has words, but no fuzzy text that stands in another entry of its id."""
    found = sorted((entry for entry in unasked if entry.has_text or entry.notes), key=lambda entry: not entry.obsolete)
    standing = {
        (entry.source.context, entry.forms) for entry in (*current, *(each for each in found if not each.fuzzy))
    }
    for entry in found:
        if not entry.fuzzy or (entry.source.context, entry.forms) not in standing:
            previous = entry.previous if entry.fuzzy else None
            flags = _kept_flags(entry)
            yield replace(entry, comments=(), places=(), flags=flags, previous=previous, obsolete=True)


def _with_suggestions(entries: Collection[Entry], gone: Collection[Entry]) -> Iterator[Entry]:
    """The entries; those without text tell what the same English has become elsewhere, or was before its id changed."""
    elsewhere: dict[str, str] = {}
    for entry in (*entries, *gone):
        if entry.finished:
            elsewhere.setdefault(entry.source.english, " ".join(entry.forms[0].split()))
    for entry in entries:
        text = None if entry.has_text else elsewhere.get(entry.source.english)
        told = (f"The same English is translated elsewhere as: {text}",) if text else ()
        yield replace(entry, comments=(*entry.comments, *told))


# --- The catalogs of a project ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Merged:
    """A catalog after a merge: what it holds now, and whether its file became another."""

    path: Path
    po: PoFile
    changed: bool

    def summary(self) -> str:
        """How many entries are in which state, in one line."""
        live = [entry for entry in self.po.entries if not entry.obsolete]
        fuzzy = sum(entry.fuzzy for entry in live)
        empty = sum(not entry.has_text for entry in live)
        finished, obsolete = sum(entry.finished for entry in live), len(self.po.entries) - len(live)
        return f"{finished} translated, {fuzzy} fuzzy, {empty} without text, {obsolete} obsolete"


def merge_catalogs(layers: Layers, tags: Iterable[str], today: datetime.date) -> list[Merged]:
    """Merge the catalogs of the top layer, in these languages (all when empty), and write those that change.

    A project's catalogs have what no catalog below them has finished, and what they have a text for. Nothing is
    written where a file of any language cannot be read: HandoutError with every fault; UsageError for unknown tags.
    """
    languages = read_library(layers)[0].languages
    chosen = list(dict.fromkeys(tags)) or [tag for tag in languages if tag != SOURCE_LANGUAGE]
    _refuse_unknown(chosen, languages)
    merged = merge_all(layers, {tag: languages[tag] for tag in chosen}, today)
    return [Merged(path, po, write_po(path, po)) for path, po in merged if po.entries or path.is_file()]


def merge_all(layers: Layers, languages: Mapping[str, Language], today: datetime.date) -> list[tuple[Path, PoFile]]:
    """What the catalogs of these languages become, and where they lie. Raises HandoutError with every fault."""
    messages = find_messages(layers)
    merged: list[tuple[Path, PoFile]] = []
    found: list[Finding] = []
    for tag, language in languages.items():
        for domain in (CONTENT, INTERFACE):
            try:
                asked = [message for message in messages if message.domain == domain]
                merged.append(_merged(layers, f"locales/{folder_of(tag)}/LC_MESSAGES/{domain}.po", asked))
            except HandoutError as error:
                found += error.findings
                continue
            path, po = merged[-1]
            merged[-1] = path, with_header(po, tag, language, today)
    if found:
        raise HandoutError(found)
    return merged


def _merged(layers: Layers, name: str, messages: Iterable[Message]) -> tuple[Path, PoFile]:
    path = layers.roots[0] / name
    files = {each: read_po(each) for each in layers.find_all(name)}
    old = files.pop(path, PoFile())
    below = {entry.source.identity for po in files.values() for entry in po.entries if _stands(entry)}
    return path, merge(old, _wanted(messages, old, below))


def _stands(entry: Entry) -> bool:
    return entry.finished and not entry.obsolete


def _wanted(messages: Iterable[Message], old: PoFile, below: Collection[Identity]) -> list[Message]:
    own = {entry.source.context for entry in old.entries if entry.has_text and not entry.obsolete}
    return [each for each in messages if (each.key, each.english) not in below or each.key in own]


def _refuse_unknown(tags: Iterable[str], languages: Mapping[str, Language]) -> None:
    others = [tag for tag in languages if tag != SOURCE_LANGUAGE]
    found = [
        Finding("usage/unknown-language", NOWHERE, f"there is no language `{tag}`", did_you_mean(tag, others))
        for tag in tags
        if tag not in others
    ]
    if found:
        raise UsageError(found)


_FIRST: Final = (
    *("Project-Id-Version", "Report-Msgid-Bugs-To", "PO-Revision-Date", "Last-Translator", "Language-Team"),
    *("Language", "MIME-Version", "Content-Type", "Content-Transfer-Encoding", "Plural-Forms"),
)
"""The fields of a header in the order of the gettext manual; those of other tools stand behind them."""


def with_header(po: PoFile, tag: str, language: Language, today: datetime.date) -> PoFile:
    """The catalog with each field that gettext asks for; one that is there stays, so that no merge changes a date."""
    fields = {
        "PO-Revision-Date": f"{today} 00:00+0000",
        "Last-Translator": "",
        "Language-Team": "",
        "Language": folder_of(tag),
        "Plural-Forms": language.plural,
        **HEADER,
        **po.header,
        "Content-Type": HEADER["Content-Type"],  # that is how it is written
    }
    ordered = {name: fields[name] for name in (*_FIRST, *fields) if name in fields}
    notes = po.notes if po.notes or po.header else (f"{language.english} translation of Patient Handouts.",)
    return replace(po, header=ordered, notes=notes)

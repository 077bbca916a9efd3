"""PO files as values, and back in one canonical form, so that a change of words is all that a comparison shows.

The form is that of `msgcat --no-wrap` (GNU gettext manual, "The Format of PO Files") without creation date and, unless
they are asked for, without places. Headers, comments, flags of any tool, previous English and obsolete entries stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from handouts.catalog import SIZE_LIMIT
from handouts.findings import Finding, HandoutError, Location
from handouts.layers import read_limited, shown_path
from handouts.publish import write_whole

FUZZY: Final = "fuzzy"
CREATED: Final = "POT-Creation-Date"


@dataclass(frozen=True, slots=True)
class Source:
    """What was translated: `context` is the message's key (None where it has none), `plural` the English plural."""

    english: str
    context: str | None = None
    plural: str | None = None

    @property
    def identity(self) -> tuple[str | None, str]:
        """What gettext knows a message by: no file has it twice."""
        return self.context, self.english


@dataclass(frozen=True, slots=True)
class Entry:
    """A message in a PO file. `forms` has one text, or one for each plural category; empty where there is none yet.

    `notes` are the translators' own (`#`), `comments` come from the English (`#.`), `previous` is the English that a
    fuzzy text was made from (`#|`). `line` is where the entry begins, 0 for one that no file holds.
    """

    source: Source
    forms: tuple[str, ...] = ("",)
    notes: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    previous: Source | None = None
    obsolete: bool = False
    line: int = field(default=0, compare=False)

    @property
    def fuzzy(self) -> bool:
        """Whether nobody has yet held the text against this English."""
        return FUZZY in self.flags

    @property
    def has_text(self) -> bool:
        """Whether there is any text, finished or not."""
        return any(self.forms)

    @property
    def finished(self) -> bool:
        """Whether the text may be printed: whole, and not fuzzy."""
        return all(self.forms) and not self.fuzzy


@dataclass(frozen=True, slots=True)
class PoFile:
    """The entries of a PO file in their order, and its header: fields in their order, and the notes above them."""

    entries: tuple[Entry, ...] = ()
    header: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


# --- Reading ------------------------------------------------------------------------------------------------


def read_po(path: Path) -> PoFile:
    """The PO file. Raises HandoutError where it cannot be read, with every fault that can be seen."""
    raw, shown = read_limited(path, SIZE_LIMIT), shown_path(path)
    try:
        return parse_po(raw.decode("utf-8-sig"), shown)
    except UnicodeDecodeError as error:
        where = Location(shown, raw.count(b"\n", 0, error.start) + 1)
        remedy = "save it as UTF-8"
        raise HandoutError([Finding("translation/encoding", where, "the file is not UTF-8", remedy)]) from None


def parse_po(text: str, shown: str) -> PoFile:
    """The PO file that a text holds; `shown` is its path in findings. Raises HandoutError."""
    reader = _Reader(shown)
    for number, line in enumerate(text.split("\n"), 1):
        reader.read(number, line.strip())
    reader.end_entry()
    if reader.faults:
        raise HandoutError(reader.faults)
    entries = [entry for entry in reader.entries if entry.source.identity != (None, "")]
    faults = list(find_duplicates(reader.entries, shown))
    if faults:
        raise HandoutError(faults)
    head = next((entry for entry in reader.entries if entry.source.identity == (None, "")), Entry(Source("")))
    return PoFile(tuple(entries), _header(head.forms[0]), head.notes, head.flags)


def find_duplicates(entries: Iterable[Entry], shown: str) -> Iterator[Finding]:
    """Messages that stand twice, obsolete ones too, as `msgfmt` counts: nobody could say which text is meant."""
    first: dict[tuple[str | None, str], Entry] = {}
    for entry in entries:
        other = first.setdefault(entry.source.identity, entry)
        if other is not entry:
            what = f"`{entry.source.context or entry.source.english}` stands twice (first in line {other.line})"
            remedy = "keep the entry with the right text and remove the other, obsolete ones (`#~`) too"
            yield Finding("translation/duplicate", Location(shown, entry.line), what, remedy)


def _header(text: str) -> dict[str, str]:
    fields = (line.partition(":") for line in text.split("\n") if ":" in line)
    return {name.strip(): value.strip() for name, _, value in fields}


_KEYWORD: Final = re.compile(r'(msgctxt|msgid_plural|msgid|msgstr)(?:\[(\d)\])?\s*(".*)\Z')
_QUOTED: Final = re.compile(r'"((?:[^"\\]|\\.)*)"\Z')
_ESCAPE: Final = re.compile(r"\\(.)")
_LETTERS: Final[Mapping[str, str]] = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\"}
"""What a backslash before a letter stands for; before any other it stands for itself, as for Babel."""
_WRITTEN: Final = str.maketrans({character: f"\\{letter}" for letter, character in _LETTERS.items()})
_COMMENTS: Final[Mapping[str, str]] = {"#.": "comments", "#:": "places", "#,": "flags", "#=": "flags"}


def _unescape(match: re.Match[str]) -> str:
    return _LETTERS.get(match[1], match[0])


class _Reader:
    """Lines to entries; notes faults as it goes. An entry ends where the next one's first line stands."""

    def __init__(self, shown: str) -> None:
        self.shown = shown
        self.entries: list[Entry] = []
        self.faults: list[Finding] = []
        self._begin()

    def _begin(self) -> None:
        self.told: dict[str, list[str]] = {"notes": [], "comments": [], "places": [], "flags": []}
        self.words: dict[str, str] = {}
        self.last = ""
        self.obsolete = False
        self.line = 0

    def read(self, number: int, line: str) -> None:
        """Take a line in."""
        if line.startswith("#~"):
            self._words(number, line[2:].strip(), obsolete=True)
        elif line.startswith("#|"):
            self._words(number, f"|{line[2:].strip()}", obsolete=False)
        elif line.startswith("#"):
            self._comment(number, line)
        elif line:
            self._words(number, line, obsolete=False)

    def _start(self, number: int) -> None:
        self.line = self.line or number

    def _comment(self, number: int, line: str) -> None:
        if any(not name.startswith("|") for name in self.words):
            self.end_entry()
        self._start(number)
        kind = _COMMENTS.get(line[:2])
        said = line[2:].strip() if kind else line[1:].removeprefix(" ")
        parts = re.split(r"\s*,\s*", said) if kind == "flags" else said.split() if kind == "places" else [said]
        self.told[kind or "notes"] += [part for part in parts if part or not kind]

    def _words(self, number: int, line: str, *, obsolete: bool) -> None:
        before, line = ("|", line[1:].strip()) if line.startswith("|") else ("", line)
        keyword = _KEYWORD.match(line)
        if keyword:
            name = before + keyword[1] + (keyword[2] or ("0" if keyword[1] == "msgstr" else ""))
            self._next(name, number)
            quoted = _QUOTED.match(keyword[3])
        else:
            quoted = _QUOTED.match(line) if self.last.startswith("|") == bool(before) else None
        self._start(number)
        if quoted is None or not self.last:
            self._fault(number)
            return
        self.obsolete = self.obsolete or obsolete
        self.words[self.last] = self.words.get(self.last, "") + _ESCAPE.sub(_unescape, quoted[1])

    def _next(self, name: str, number: int) -> None:
        """Begin with a keyword, and before that with a new entry where the last one is whole."""
        begins = name.startswith("|") or name == "msgctxt" or (name == "msgid" and "msgid" in self.words)
        if begins and "msgstr0" in self.words:
            self.end_entry()
        if name in self.words or (name.startswith("msgstr") and "msgid" not in self.words):
            self._fault(number)
        self.last = name

    def _fault(self, number: int) -> None:
        what = "PO syntax: this line is neither a keyword with a quoted text nor a comment, or stands out of order"
        remedy = 'look for a missing or stray quote or keyword; write a quote inside a text as `\\"`'
        self.faults.append(Finding("translation/syntax", Location(self.shown, number), what, remedy))

    def end_entry(self) -> None:
        """Keep the entry that was read; comments that stand alone at the end go with none."""
        if self.words:
            if "msgid" not in self.words or "msgstr0" not in self.words:
                self._fault(self.line)
            self.entries.append(self._entry())
        self._begin()

    def _entry(self) -> Entry:
        source, previous = self._source(""), self._source("|")
        forms = tuple(text for name, text in sorted(self.words.items()) if name.startswith("msgstr"))
        return Entry(
            source=source or Source(""),
            forms=forms or ("",),
            notes=tuple(self.told["notes"]),
            comments=tuple(self.told["comments"]),
            places=tuple(self.told["places"]),
            flags=_ordered(self.told["flags"]),
            previous=previous,
            obsolete=self.obsolete,
            line=self.line,
        )

    def _source(self, before: str) -> Source | None:
        english = self.words.get(f"{before}msgid")
        if english is None:
            return None
        return Source(english, self.words.get(f"{before}msgctxt"), self.words.get(f"{before}msgid_plural"))


# --- Writing ------------------------------------------------------------------------------------------------


def write_po(path: Path, po: PoFile, *, places: bool = False) -> bool:
    """Write the file whole, and only where it becomes another; whether it did. Raises HandoutError."""
    data = format_po(po, places=places).encode()
    if path.is_file() and path.read_bytes() == data:
        return False
    write_whole(path, data)
    return True


def format_po(po: PoFile, *, places: bool = False) -> str:
    """The canonical text of a PO file; with `places` that of a template for translators (POT)."""
    header = "".join(f"{name}: {value}\n" for name, value in po.header.items() if name != CREATED)
    head = Entry(Source(""), (header,), notes=po.notes, flags=po.flags)
    entries = po.entries if places else tuple(replace(entry, places=()) for entry in po.entries)
    return "\n".join("\n".join(_lines(entry)) + "\n" for entry in (head, *entries))


def _lines(entry: Entry) -> Iterator[str]:
    mark = "#~ " if entry.obsolete else ""
    yield from (f"# {note}".rstrip() for note in entry.notes)
    yield from (f"#. {comment}" for comment in entry.comments)
    yield from (f"#: {place}" for place in entry.places)
    if entry.flags:
        yield f"#, {', '.join(_ordered(entry.flags))}"
    if entry.previous:
        yield from _source_lines(entry.previous, "#~| " if entry.obsolete else "#| ")
    yield from _source_lines(entry.source, mark)
    for number, form in enumerate(entry.forms):
        yield from _quoted(f"msgstr[{number}]" if entry.source.plural is not None else "msgstr", form, mark)


def _source_lines(source: Source, mark: str) -> Iterator[str]:
    if source.context is not None:
        yield from _quoted("msgctxt", source.context, mark)
    yield from _quoted("msgid", source.english, mark)
    if source.plural is not None:
        yield from _quoted("msgid_plural", source.plural, mark)


def _quoted(keyword: str, text: str, mark: str) -> Iterator[str]:
    lines = [f'"{line.translate(_WRITTEN)}"' for line in re.findall(r"[^\n]*\n|[^\n]+", text)] or ['""']
    if len(lines) == 1:
        yield f"{mark}{keyword} {lines[0]}"
        return
    yield f'{mark}{keyword} ""'
    yield from (f"{mark}{line}" for line in lines)


def _ordered(flags: Iterable[str]) -> tuple[str, ...]:
    """Each flag once, `fuzzy` first."""
    return tuple(sorted(dict.fromkeys(flags), key=lambda flag: flag != FUZZY))

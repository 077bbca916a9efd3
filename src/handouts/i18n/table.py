"""Tables for spreadsheets (CSV, RFC 4180): sentences out, sentences in.

Written as UTF-8 with a byte order mark, every cell in quotes. Read with commas, semicolons or tabs, in UTF-8 or in
UTF-16, as spreadsheet programs save them.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from handouts.findings import Finding, HandoutError, Location, Severity
from handouts.i18n.sentence import Bundle, Returned, Sentence, State, character_faults

COLUMNS: Final = ("key", "english", "translation", "state", "comment", "base")
_NEEDED: Final = frozenset({"key", "english", "translation"})
_SEPARATORS: Final = (",", ";", "\t")
_FORMULA: Final = re.compile(r"'*[=+\-@\t\r＝＋－＠]")  # noqa: RUF001 - full-width signs too, to be on the safe side
"""The beginning of a cell that a spreadsheet program would work out, or that was kept from it before."""
_STATES: Final = {
    "": False,  # of a row that somebody filled in, as is the next
    State.MISSING: False,
    State.TRANSLATED: False,
    State.FUZZY: True,
    "stale": True,
}
"""The words of the column `state`, and whether a translation beside them is fuzzy."""
_PUT_BY_PROGRAM: Final = frozenset(
    {"#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#N/A", "#NULL!", "#NUM!", "TRUE", "FALSE"}
)
"""What a spreadsheet program puts in the place of a text that it took for a formula or a truth value."""


# --- Out ----------------------------------------------------------------------------------------


def as_csv(sentences: Iterable[Sentence]) -> bytes:
    """The sentences as a table. Cells that would be formulas begin with an apostrophe, which `read_csv` takes off."""
    rows = [COLUMNS, *(_row(sentence) for sentence in sentences)]
    text = "".join(",".join(map(_quoted, row)) + "\r\n" for row in rows)
    return codecs.BOM_UTF8 + text.encode()


def _row(sentence: Sentence) -> tuple[str, ...]:
    limit = f"At most {sentence.max_length} characters." if sentence.max_length else ""
    before = f"English before: {sentence.previous}" if sentence.previous else ""
    comment = "\n".join(filter(None, (sentence.comment, limit, before)))
    return sentence.key, sentence.english, sentence.translation, sentence.state, comment, sentence.base


def _quoted(cell: str) -> str:
    return '"' + defused(cell).replace('"', '""') + '"'


def defused(cell: str) -> str:
    """A cell that no program works out. For every text `restored(defused(text)) == text`."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def restored(cell: str) -> str:
    """The text that a cell was before it was defused."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


# --- In -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Cell:
    text: str
    at: Location


def read_csv(raw: bytes, shown: str) -> Bundle:
    """The sentences of a table. Raises HandoutError with every fault, at its place in `shown`."""
    text = _decoded(raw, shown).replace("\r\n", "\n").replace("\r", "\n")
    head, *rows = list(_rows(text, _separator(text, shown), shown)) or [[]]
    names = [cell.text.strip().lower() for cell in head]
    found: list[Finding] = []
    told: list[Finding] = []
    entries = []
    for row in rows:
        cells = dict(zip(names, row, strict=False))
        if any(cell.text.strip() for cell in row):
            entries.append(_entry(cells, row[0].at))
            found += [*_faults(cells), *_value_faults(entries[-1])]
            told += _unknown_state(cells, entries[-1])
    if found:
        raise HandoutError(sorted(found, key=lambda fault: fault.where))
    return Bundle("", tuple(entries), tuple(told))


def _decoded(raw: bytes, shown: str) -> str:
    utf16 = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return raw.decode("utf-16" if utf16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        what = f"the file is not {'UTF-16' if utf16 else 'UTF-8'}"
        remedy = "save it again as “CSV UTF-8”; another encoding has lost letters already"
        raise HandoutError([Finding("exchange/encoding", Location(shown, line), what, remedy)]) from None


def _separator(text: str, shown: str) -> str:
    """What stands between the names of the columns. Raises HandoutError where a column is missing."""
    head = text.partition("\n")[0]
    names = {mark: {name.strip(' "').lower() for name in head.split(mark)} for mark in _SEPARATORS}
    mark = max(_SEPARATORS, key=lambda each: len(_NEEDED & names[each]))
    missing = sorted(_NEEDED - names[mark])
    if missing:
        what = f"the first row does not name the columns {', '.join(f'`{name}`' for name in missing)}"
        remedy = f"name the columns {', '.join(f'`{name}`' for name in COLUMNS)} there, as the export did"
        raise HandoutError([Finding("exchange/columns", Location(shown), what, remedy)])
    return mark


def _rows(text: str, separator: str, shown: str) -> Iterator[list[_Cell]]:
    """The rows of a table, each cell with its place. Raises HandoutError where a quote does not end its cell."""
    cell = re.compile(
        rf'(?:"(?P<quoted>(?:[^"]|"")*+)"|(?P<plain>[^"\n{separator}][^\n{separator}]*+)?)(?P<end>.|\n|\Z)'
    )
    at, line, begun = 0, 1, 0
    row: list[_Cell] = []
    while at < len(text) or row:
        place = Location(shown, line, at - begun + 1)
        match = cell.match(text, at)
        if match is None or match["end"] not in (separator, "\n", ""):
            what, remedy = "a quote that does not end its cell", 'write a quote inside a cell as `""`'
            raise HandoutError([Finding("exchange/syntax", place, what, remedy)])
        quoted = match["quoted"]
        row.append(_Cell(match["plain"] or "" if quoted is None else quoted.replace('""', '"'), place))
        line += match[0].count("\n")
        begun = at + match[0].rfind("\n") + 1 if "\n" in match[0] else begun
        at = match.end()
        if match["end"] != separator:
            yield row
            row = []


def _faults(cells: Mapping[str, _Cell]) -> Iterator[Finding]:
    for name in _NEEDED & set(cells):
        yield from character_faults(cells[name].text, cells[name].at)


def _value_faults(entry: Returned) -> Iterator[Finding]:
    """A translation that a person did not write. What was exported like that, or stands so in the English, is one."""
    value = entry.translation.strip().upper()
    if entry.edited and value in _PUT_BY_PROGRAM and value != entry.english.strip().upper():
        what = f"`{entry.translation.strip()}` is what a spreadsheet program makes of a formula, not a translation"
        remedy = "write the translation again, in a cell that is formatted as text"
        yield Finding("exchange/cell", entry.at, what, remedy)


def _unknown_state(cells: Mapping[str, _Cell], entry: Returned) -> Iterator[Finding]:
    """Why a translation counts as fuzzy that its row calls something else."""
    cell = cells.get("state")
    if cell and entry.translation and _word(cell) not in _STATES:
        what = f"`{cell.text.strip()}` is no state, and the translation of `{entry.key}` counts as fuzzy"
        remedy = f"write `{State.TRANSLATED}` for what is finished, `{State.FUZZY}` for what is not"
        yield Finding("exchange/state", cell.at, what, remedy, Severity.WARNING)


def _word(state: _Cell) -> str:
    return restored(state.text).strip().lower()


def _entry(cells: Mapping[str, _Cell], start: Location) -> Returned:
    """A row. A state of `missing` beside a translation is a row that somebody filled in."""
    empty = _Cell("", start)
    told = {name: restored(cells.get(name, empty).text) for name in COLUMNS}
    fuzzy = bool(told["translation"]) and _STATES.get(_word(cells.get("state", empty)), True)
    at = cells.get("translation", empty).at
    return Returned(told["key"], told["english"], told["translation"], fuzzy, told["base"].strip(), at)

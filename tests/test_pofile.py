"""PO files as values: nothing of a file is lost, and what is written has one form that gettext accepts."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handouts.findings import HandoutError, Location
from handouts.i18n.pofile import Entry, PoFile, Source, format_po, parse_po, read_po, write_po
from handouts.layers import library_root

HEADER = {"Project-Id-Version": "test", "Language": "es", "Content-Type": "text/plain; charset=UTF-8", "X-Tool": "kept"}
FULL = """\
# A translation.
#
# Test Translator <test@example.org>
msgid ""
msgstr ""
"Project-Id-Version: test\\n"
"PO-Revision-Date: 2026-11-22 00:00+0000\\n"
"Last-Translator: \\n"
"Language-Team: \\n"
"Language: es\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"X-Generator: Any Tool 1.0\\n"

# a translator's note
#. a comment from the English
#, fuzzy, max-length:65
#| msgctxt "h:title"
#| msgid "Before \\"this\\""
msgctxt "h:title"
msgid "After"
msgstr "Después"

msgctxt "h:lines"
msgid ""
"one\\n"
"two"
msgstr ""
"uno\\n"
"dos\\n"

msgid "a day"
msgid_plural "days"
msgstr[0] "un día"
msgstr[1] "días"

# why it is gone
#, fuzzy
#~| msgid "Older"
#~ msgctxt "h:gone"
#~ msgid "Old"
#~ msgstr "Viejo"
"""


def catalogs() -> list[Path]:
    return sorted((library_root() / "locales").glob("*/LC_MESSAGES/*.po"))


def test_all_that_a_file_says_is_read_and_written_back() -> None:
    po = parse_po(FULL, "x.po")
    title, lines, days, gone = po.entries
    assert po.notes == ("A translation.", "", "Test Translator <test@example.org>")
    assert po.header["X-Generator"] == "Any Tool 1.0"
    assert (title.notes, title.comments) == (("a translator's note",), ("a comment from the English",))
    assert title.flags == ("fuzzy", "max-length:65")
    assert title.previous == Source('Before "this"', "h:title")
    assert lines.forms == ("uno\ndos\n",)
    assert (days.source, days.forms) == (Source("a day", plural="days"), ("un día", "días"))
    assert (gone.obsolete, gone.fuzzy, gone.previous) == (True, True, Source("Older"))
    assert format_po(po) == FULL


def test_the_form_is_that_of_msgcat(tmp_path: Path) -> None:
    file = tmp_path / "x.po"
    file.write_text(FULL.replace(", max-length:65", ""), "utf-8")  # msgcat drops flags that it does not know
    run = subprocess.run(["msgcat", "--no-wrap", file], capture_output=True, text=True, check=True)
    assert format_po(parse_po(run.stdout, "x.po")) == run.stdout


def test_dates_places_and_wrapping_are_left_out() -> None:
    header = 'msgid ""\nmsgstr "POT-Creation-Date: today\\nLanguage: es\\n"\n\n'
    wrapped = header + '#: a.yaml:3\nmsgid "a "\n"b"\nmsgstr ""\n"c"\n'
    po = parse_po(wrapped, "x.po")
    assert format_po(po) == 'msgid ""\nmsgstr "Language: es\\n"\n\nmsgid "a b"\nmsgstr "c"\n'
    assert '#: a.yaml:3\nmsgid "a b"' in format_po(po, places=True)


@pytest.mark.parametrize("path", catalogs(), ids=lambda path: "/".join(path.parts[-3:]))
def test_every_catalog_goes_round(path: Path) -> None:
    po = read_po(path)
    assert len(po.entries) > 40
    assert parse_po(format_po(po), "x.po") == po
    subprocess.run(["msgfmt", "--check", "--output-file=-", path], capture_output=True, check=True)


def test_there_are_catalogs() -> None:
    assert len(catalogs()) >= 8


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"], include_characters="\n\t\r"))
LINES = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zs", "Zl", "Zp"]), min_size=1)
SOURCES = st.builds(Source, TEXTS.filter(bool), st.none() | TEXTS, st.none() | TEXTS)


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    source = draw(SOURCES)
    count = draw(st.integers(1, 6)) if source.plural is not None else 1
    return Entry(
        source,
        forms=tuple(draw(st.lists(TEXTS, min_size=count, max_size=count))),
        notes=tuple(draw(st.lists(LINES.filter(lambda note: note[0] not in ".:,|~="), max_size=2))),
        comments=tuple(draw(st.lists(LINES, max_size=2))),
        flags=tuple(draw(st.sampled_from([(), ("fuzzy",), ("fuzzy", "max-length:9"), ("c-format",)]))),
        previous=draw(st.none() | SOURCES),
        obsolete=draw(st.booleans()),
    )


FILES = st.lists(entries(), max_size=5, unique_by=lambda entry: entry.source.identity)


@given(FILES)
def test_what_is_written_is_read_back(given_entries: list[Entry]) -> None:
    po = PoFile(tuple(given_entries), HEADER, notes=("A note.",))
    text = format_po(po)
    assert parse_po(text, "x.po") == po
    assert format_po(parse_po(text, "x.po")) == text


PIECES = [
    "msgid",
    "msgstr",
    "msgctxt",
    "msgid_plural",
    "msgstr[1]",
    ' "a"',
    ' ""',
    "\n",
    '"',
    "#",
    "#| ",
    "#~ ",
    "#, fuzzy",
]


@given(st.lists(st.sampled_from([*PIECES, "\n\n", "\\", "\u2028", "#~| "]), max_size=30).map("".join))
def test_any_text_is_read_or_refused_at_a_line_of_it(text: str) -> None:
    try:
        places = [Location("x.po", entry.line) for entry in parse_po(text, "x.po").entries]
    except HandoutError as error:
        places = [finding.where for finding in error.findings]
    assert all(1 <= place.line <= text.count("\n") + 1 for place in places)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('msgid "a"\nmsgstr "b\n', 2),
        ('msgid "a"\nmgsstr "b"\n', 2),
        ('"a"\nmsgid "a"\nmsgstr "b"\n', 1),
        ('msgctxt "c"\nmsgid "a"\n\nmsgid "b"\nmsgstr "c"\n', 4),
        ('msgstr "b"\nmsgid "a"\n', 1),
        ('msgid "a"\n', 1),
        ('msgid "a"\nmsgstr "b"\nmsgstr "c"\n', 3),
    ],
)
def test_a_syntax_error_is_told_at_its_line(text: str, line: int) -> None:
    with pytest.raises(HandoutError) as caught:
        parse_po(text, "x.po")
    assert {finding.id for finding in caught.value.findings} == {"translation/syntax"}
    assert caught.value.findings[0].where.line == line


def test_a_message_that_stands_twice_is_told_as_msgfmt_tells_it(tmp_path: Path) -> None:
    entry = 'msgctxt "c"\nmsgid "a"\nmsgstr "b"\n\n'
    obsolete = '#~ msgctxt "c"\n#~ msgid "a"\n#~ msgstr "d"\n'
    for second in (entry, obsolete):
        file = tmp_path / "x.po"
        file.write_text(entry + second, "utf-8")
        with pytest.raises(HandoutError) as caught:
            read_po(file)
        (finding,) = caught.value.findings
        assert (finding.id, finding.where.line) == ("translation/duplicate", 5)
        run = subprocess.run(["msgfmt", "--output-file=-", file], capture_output=True, text=True, check=False)
        assert "duplicate message definition" in run.stderr
    assert len(parse_po(entry + entry.replace('"c"', '"other"') + entry.replace('"a"', '"A"'), "x.po").entries) == 3


def test_a_file_that_is_not_utf_8_is_told_at_its_line(tmp_path: Path) -> None:
    (tmp_path / "x.po").write_bytes(b'msgid "a"\nmsgstr "se\xf1al"\n')
    with pytest.raises(HandoutError) as caught:
        read_po(tmp_path / "x.po")
    assert [(finding.id, finding.where.line) for finding in caught.value.findings] == [("translation/encoding", 2)]


def test_a_file_is_written_only_when_it_becomes_another(tmp_path: Path) -> None:
    file = tmp_path / "locales" / "x.po"
    assert write_po(file, parse_po(FULL, "x.po"))
    before = file.stat().st_mtime_ns, file.stat().st_ino
    assert not write_po(file, read_po(file))
    assert (file.stat().st_mtime_ns, file.stat().st_ino) == before
    assert write_po(file, PoFile((), HEADER))

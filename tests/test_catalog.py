"""PO files and the model: what is read, what is translated, what is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handouts.catalog import (
    CONTENT,
    INTERFACE,
    Catalog,
    Message,
    Words,
    catalog_folders,
    folder_of,
    read_catalog,
    translate,
    translate_library,
)
from handouts.findings import Finding, HandoutError, Location
from handouts.layers import Layers
from handouts.model import Language, Library, Prose, Statement, Text, texts_in, with_keys

HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset={}\\n"\n\n'
AT = Location("x.po", 3, 8)


def quoted(text: str) -> str:
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}
    return '"' + "".join(escapes.get(character, character) for character in text) + '"'


def entry(context: str, english: str, other: str) -> str:
    return f"msgctxt {quoted(context)}\nmsgid {quoted(english)}\nmsgstr {quoted(other)}\n\n"


def lay(root: Path, text: str | bytes, tag: str = "es", domain: str = CONTENT) -> Layers:
    path = root / "locales" / folder_of(tag) / "LC_MESSAGES" / f"{domain}.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return Layers((root,))


def read(root: Path, text: str | bytes) -> Catalog:
    return read_catalog(lay(root, text), "es", CONTENT)


def refused(root: Path, text: str | bytes) -> list[Finding]:
    with pytest.raises(HandoutError) as caught:
        read(root, text)
    assert all(finding.remedy for finding in caught.value.findings)
    return list(caught.value.findings)


# What a text may hold: markup refuses control characters before anything is translated.
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"], include_characters="\n\t"), min_size=1)
KEYS = st.from_regex(r"[a-z][a-z0-9_.:]{0,20}", fullmatch=True)


@given(st.dictionaries(st.tuples(KEYS, TEXTS), TEXTS, max_size=8))
def test_what_is_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, messages: dict[tuple[str, str], str]
) -> None:
    root = tmp_path_factory.getbasetemp() / "round"
    text = HEADER.format("UTF-8") + "".join(entry(*key, other) for key, other in messages.items())
    catalog = read(root, text)
    assert {key: message.forms for key, message in catalog.messages.items()} == {
        key: (other,) for key, other in messages.items()
    }
    lines = text.split("\n")
    for (_, english), message in catalog.messages.items():
        assert lines[message.at.line - 1].startswith("msgstr")
        assert lines[message.at.line - 2].startswith(f"msgid {quoted(english)}")
        assert message.at.column == len("msgstr ") + 1


@given(
    st.lists(
        st.sampled_from(
            [
                "msgid",
                "msgstr",
                "msgctxt",
                "msgid_plural",
                "msgstr[0]",
                "msgstr[7]",
                ' "a"',
                ' "b\\n"',
                ' ""',
                "\n",
                "\n\n",
                '"',
                "#",
                "#, fuzzy\n",
                "#~ ",
                ' "Plural-Forms: nplurals=2; plural=0;\\n"',
                ' "Content-Type: text/plain; charset=latin-1\\n"',
                "\\",
            ]
        ),
        max_size=30,
    ).map("".join)
)
def test_any_file_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    root = tmp_path_factory.getbasetemp() / "any"
    try:
        places = [message.at for message in read(root, text).messages.values()]
    except HandoutError as error:
        places = [finding.where for finding in error.findings]
    lines = text.split("\n")
    assert all(1 <= place.line <= len(lines) for place in places)
    assert all(1 <= place.column <= len(lines[place.line - 1]) + 1 for place in places)


def test_the_place_of_a_message_is_its_translation(tmp_path: Path) -> None:
    text = "# c\n#. d\n#: a.yaml:3\n" + 'msgctxt ""\n"a:"\n"b"\nmsgid ""\n"Hel"\n"lo"\nmsgstr ""\n"Ho"\n"la"\n'
    catalog = read(tmp_path, HEADER.format("UTF-8") + text + entry("c", "Bye", "Adiós"))
    message = catalog.messages["a:b", "Hello"]
    assert (message.forms, message.at.line, message.at.column) == (("Hola",), 14, 8)
    assert catalog.messages["c", "Bye"].at.line == 19


def test_fuzzy_empty_and_obsolete_messages_translate_nothing(tmp_path: Path) -> None:
    text = "#, fuzzy\n" + entry("a", "A", "x") + entry("b", "B", "") + '#~ msgid "C"\n#~ msgstr "z"\n'
    catalog = read(tmp_path, HEADER.format("UTF-8") + text)
    assert catalog.messages["a", "A"].fuzzy
    assert catalog.find("a", "A") is catalog.find("b", "B") is catalog.find("", "C") is None


def test_a_message_is_found_by_its_key_and_its_english(tmp_path: Path) -> None:
    catalog = read(tmp_path, entry("a", "A", "x") + entry("b", "A", "y"))
    found = [catalog.find(context, "A") for context in ("a", "b", "c")]
    assert [message and message.forms[0] for message in found] == ["x", "y", None]
    assert catalog.find("a", "A changed") is None


def test_plural_forms_are_kept(tmp_path: Path) -> None:
    text = 'msgid "a day"\nmsgid_plural "days"\nmsgstr[0] "un día"\nmsgstr[1] "días"\n'
    assert read(tmp_path, text).messages["", "a day"].forms == ("un día", "días")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('msgid "a"\nmsgstr "b\n', 2),
        ('msgid "a"\nmsgstr "b"c"\n', 2),
        ('msgid "a"\nmgsstr "b"\n', 2),
        ('msgid "a"\nmsgstr b\n', 2),
        ('msgid "a"\n\nmsgstr "b"\nwords\n', 4),
        ('"a"\nmsgid "a"\nmsgstr "b"\n', 1),
        ('msgctxt "c"\nmsgid "a"\n\nmsgid "b"\nmsgstr "c"\n', None),
        ('msgid "a"\nmsgid_plural "b"\nmsgstr[0] "x"\nmsgstr[1] "y"\nmsgstr[2] "z"\n', None),
        ('msgid "ok"\nmsgstr "ok"\n\nmsgctxt "c"\nmsgstr "x"\n', None),
    ],
)
def test_a_syntax_error_is_told_at_its_line(tmp_path: Path, text: str, line: int | None) -> None:
    (finding,) = refused(tmp_path, text)
    assert finding.id == "translation/syntax"
    assert finding.where.path.endswith("locales/es/LC_MESSAGES/content.po")
    assert line is None or finding.where.line == line


def test_every_broken_line_is_told(tmp_path: Path) -> None:
    assert [finding.where.line for finding in refused(tmp_path, 'msgid a\nmsgstr "b"\nmsgid "c\n')] == [1, 3]


@pytest.mark.parametrize("charset", ["UTF-8", "ISO-8859-1", "no-such-thing", "CHARSET"])
def test_a_file_is_utf_8_whatever_its_header_says(tmp_path: Path, charset: str) -> None:
    assert read(tmp_path, HEADER.format(charset) + entry("a", "A", "señal")).messages["a", "A"].forms == ("señal",)


def test_a_file_that_is_not_utf_8_is_told_at_its_line(tmp_path: Path) -> None:
    (finding,) = refused(tmp_path, b'msgid "a"\nmsgstr "se\xf1al"\n')
    assert (finding.id, finding.where.line) == ("translation/encoding", 2)


def test_a_line_separator_in_a_text_ends_no_line(tmp_path: Path) -> None:
    catalog = read(tmp_path, entry("a", "A", "x\u2028y") + entry("b", "B", "z"))
    assert catalog.messages["a", "A"].forms == ("x\u2028y",)
    assert catalog.messages["b", "B"].at.line == 7


def test_the_projects_messages_stand_for_the_librarys(tmp_path: Path) -> None:
    lay(tmp_path / "library", entry("a", "A", "library") + entry("b", "B", "library"))
    lay(tmp_path / "project", entry("a", "A", "project"))
    layers = Layers((tmp_path / "project", tmp_path / "library"))
    catalog = read_catalog(layers, "es", CONTENT)
    assert {key[0]: message.forms[0] for key, message in catalog.messages.items()} == {"a": "project", "b": "library"}


def test_faults_of_all_layers_are_told(tmp_path: Path) -> None:
    for name in ("library", "project"):
        lay(tmp_path / name, "words\n")
    with pytest.raises(HandoutError) as caught:
        read_catalog(Layers((tmp_path / "project", tmp_path / "library")), "es", CONTENT)
    assert len(caught.value.findings) == 2


def test_a_language_without_a_file_has_an_empty_catalog(tmp_path: Path) -> None:
    assert read_catalog(Layers((tmp_path,)), "zh-Hans", CONTENT) == Catalog("zh-Hans", {})
    assert folder_of("zh-Hans") == "zh_Hans"


def test_folders_of_either_domain_in_any_layer_are_listed(tmp_path: Path) -> None:
    lay(tmp_path / "a", "", "es", CONTENT)
    lay(tmp_path / "b", "", "zh-Hans", INTERFACE)
    (tmp_path / "a" / "locales" / "empty").mkdir()
    assert catalog_folders(Layers((tmp_path / "a", tmp_path / "b"))) == ["es", "zh_Hans"]


def block() -> Prose:
    made = Prose(id="a", kind="k", paragraphs={"x": Statement(say=Text("One.")), "y": Statement(say=Text("Two."))})
    return with_keys(made, "h:a")


def test_a_translated_text_says_where_its_translation_is_written() -> None:
    messages = {("h:a:paragraphs.x.say", "One."): Message(("Uno.",), AT, fuzzy=False)}
    translated, missing = translate(block(), Catalog("es", messages))
    one, two = texts_in(translated)
    assert one == Text("Uno.", "h:a:paragraphs.x.say", AT, "es")
    assert (two.value, two.language) == ("Two.", "en")
    assert missing == (two,)
    assert [text.value for text in texts_in(block())] == ["One.", "Two."]


def test_changed_english_never_finds_its_old_translation() -> None:
    messages = {("h:a:paragraphs.x.say", "One, before."): Message(("Uno.",), AT, fuzzy=False)}
    assert len(translate(block(), Catalog("es", messages))[1]) == 2


def test_the_shared_words_of_the_library_are_translated(library: Library) -> None:
    kind, heading = next((name, kind.heading) for name, kind in library.kinds.items())
    messages = {(f"kinds:{kind}:heading", heading.value): Message(("Otra cosa",), AT, fuzzy=False)}
    translated = translate_library(library, Catalog("es", messages))
    assert translated.kinds[kind].heading.value == "Otra cosa"
    assert translated.claims is library.claims


def words(tag: str, library: Library, **forms: str) -> Words:
    messages = {("label", english): Message((form,), AT, fuzzy=False) for english, form in forms.items()}
    language: Language = library.languages[tag]
    return Words(Catalog(tag, messages), language)


def test_words_of_the_templates_are_filled_in_and_those_without_translation_are_noted(library: Library) -> None:
    english, spanish = words("en", library), words("es", library, Hello="Hola {name}")
    assert spanish("label", "Hello", name="Ana") == "Hola Ana"
    assert spanish.phrase("label", "Hello") == "Hola {name}"
    assert spanish("label", "Bye {name}", name="Ana") == "[Bye Ana]"
    assert list(spanish.missing) == [("label", "Bye {name}")]
    assert spanish.has("label", "Hello")
    assert not spanish.has("label", "Bye {name}")
    assert english("label", "Bye {name}", name="Ana") == "Bye Ana"
    assert english.has("any", "thing")
    assert not english.missing

"""A handout out to translators and back: PO, XLIFF 1.2 and CSV, without loss, and refused at its place."""

from __future__ import annotations

import csv
import io
import json
import re
import shlex
import subprocess
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st
from specimens import TODAY

from handouts.catalog import CONTENT, INTERFACE, SIZE_LIMIT, catalog_folders
from handouts.cli import main
from handouts.findings import Finding, HandoutError, Location, Severity, UsageError, errors
from handouts.i18n import exchange
from handouts.i18n.exchange import FORMATS, export, file_name, import_file, read_bundle, read_entries
from handouts.i18n.sentence import Bundle, Returned, Sentence, State, base_of, refuse_unwritable
from handouts.i18n.table import as_csv, defused, read_csv, restored
from handouts.i18n.xliff import NAMESPACE, NESTING_LIMIT, as_xliff, read_xliff
from handouts.layers import Layers

X = f"{{{NAMESPACE}}}"
READ = {"po": ".po", "xliff": ".xlf", "csv": ".csv"}

# --- A project of one handout -------------------------------------------------------------------

LANGUAGES = """\
en: {autonym: English, english: English, script: Latn, direction: ltr, plural: "nplurals=2; plural=(n != 1);"}
es: {autonym: Español, english: Spanish, script: Latn, direction: ltr, plural: "nplurals=2; plural=(n != 1);"}
ar: {autonym: العربية, english: Arabic, script: Arab, direction: rtl, plural: "nplurals=1; plural=0;"}
"""
KINDS = """\
call: {shape: prose, heading: When to call, safety: true}
"""
FACTS = """\
fever: {temperature: 38}
"""
REGIONS = """\
international: {temperature: [celsius]}
"""
IMPRINT = """\
made_by: Made by us.
funding: None.
conflicts: No conflict.
update_policy: We check it.
method: We read.
feedback: Tell us.
formats: Ask us.
"""
HANDOUT = """\
id: visit
code: T-1
version: "1.0"
title: Your visit
subtitle: What to bring
topic: visit
audience: All
purpose: Come.
treatment: false
published: 2026-11-01
last_reviewed: null
next_review: 2027-11-01
blocks:
  - id: call
    kind: call
    paragraphs:
      fever: Call **now** if your fever is over {fever}.
      wait: Wait 6 months. Do not drive.
      more: See [when to call](ref:call).
"""
CATALOG = """\
# Notes of a translator stay.
msgid ""
msgstr ""
"Language: es\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"X-Own-Field: kept\\n"

msgctxt "visit:title"
msgid "Your visit"
msgstr "Su visita"

# A note.
#, fuzzy, max-length:90
#| msgctxt "visit:call:paragraphs.wait.say"
#| msgid "Wait 5 months."
msgctxt "visit:call:paragraphs.wait.say"
msgid "Wait 6 months. Do not drive."
msgstr "Espere 5 meses."

#~ msgctxt "visit:gone"
#~ msgid "Gone"
#~ msgstr "Ido"
"""
FEVER, WAIT, MORE = (f"visit:call:paragraphs.{name}.say" for name in ("fever", "wait", "more"))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    files = {
        "locales/languages.yaml": LANGUAGES,
        "locales/es/LC_MESSAGES/content.po": CATALOG,
        "content/kinds.yaml": KINDS,
        "content/facts.yaml": FACTS,
        "content/regions.yaml": REGIONS,
        "content/imprint.yaml": IMPRINT,
        "content/handouts/visit.yaml": HANDOUT,
    }
    for name, text in files.items():
        path = tmp_path / "project" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "project"


def exported(root: Path, form: str, tag: str = "es") -> Path:
    path = root.parent / file_name("visit", tag, form)
    path.write_bytes(export(Layers((root,)), "visit", tag, form))
    return path


def catalog_of(root: Path, tag: str = "es") -> Path:
    return root / "locales" / tag / "LC_MESSAGES" / "content.po"


def brought_in(root: Path, path: Path, tag: str = "es") -> exchange.Intake:
    return import_file(Layers((root,)), path, tag, TODAY)


def swap(path: Path, old: str, new: str) -> None:
    """Edit a file as a translator would: in one place."""
    text = path.read_bytes().decode()
    assert text.count(old) == 1, old
    path.write_bytes(text.replace(old, new).encode())


def translate_in(path: Path, key: str, translation: str, state: str = "translated") -> None:
    """Write a translation into an exported file, as the tools of each format do."""
    if path.suffix == ".po":
        head, found, tail = path.read_text("utf-8").partition(f'msgctxt "{key}"\nmsgid ')
        assert found
        english, _, rest = tail.partition("\nmsgstr ")
        written = json.dumps(translation, ensure_ascii=False)
        before, mark, comments = head.rpartition("\n\n")
        kept = [line for line in comments.split("\n") if not line.startswith(("#|", "#, fuzzy"))]
        flags = ["#, fuzzy"] if state != "translated" else []
        after = rest.partition("\n")[2]
        text = f"{before}{mark}{chr(10).join([*flags, *kept])}{found}{english}\nmsgstr {written}\n{after}"
        path.write_text(text, encoding="utf-8")
    elif path.suffix == ".xlf":
        head, found, tail = path.read_text("utf-8").partition(f'<trans-unit id="{key}"')
        unit, end, rest = tail.partition("</trans-unit>")
        source, close, after = unit.partition("</source>")
        note = after[after.find("<note") :] if "<note" in after else ""
        written = translation.replace("&", "&amp;").replace("<", "&lt;")
        named = {"translated": "translated", "fuzzy": "needs-review-translation"}[state]
        target = f'<target state="{named}">{written}</target>'
        path.write_text(f"{head}{found}{source}{close}{target}{note}{end}{rest}", encoding="utf-8")
    else:
        rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))
        for row in rows:
            if row["key"] == key:
                row.update(translation=translation, state=state)
        out = io.StringIO()
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
        path.write_text(out.getvalue(), encoding="utf-8-sig", newline="")


def texts_of(root: Path, tag: str = "es") -> dict[str, tuple[str, bool]]:
    entries = read_entries(Layers((root,)), tag)
    return {entry.source.context or "": (entry.forms[0], entry.fuzzy) for entry in entries.values()}


def ids(found: tuple[Finding, ...] | list[Finding]) -> list[str]:
    assert all(finding.remedy and finding.where.path for finding in found)
    return [finding.id for finding in found]


def reasons(intake: exchange.Intake) -> list[str]:
    """Why sentences were not taken; what the checks of translations say of those that were is not ours to count."""
    return [id_ for id_ in ids(intake.findings) if id_.startswith("exchange/")]


def refused(raw: bytes, name: str = "x.xlf") -> list[Finding]:
    reader = read_xliff if name.endswith(".xlf") else read_csv
    with pytest.raises(HandoutError) as caught:
        reader(raw, name)
    assert all(finding.remedy for finding in caught.value.findings)
    return list(caught.value.findings)


# --- Round trip ---------------------------------------------------------------------------------

SPECIAL = "\"',;\t\n=+-@*{}[]()&<>|\\\u061c\u200f\u2067\u2069\u2028 \u0301\U0001f600ا我ह＝"  # noqa: RUF001
PLAIN = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff\ufffd\ufffe\uffff")
TEXTS = st.text(st.sampled_from(SPECIAL) | PLAIN, max_size=15)
MARKS = ["**", "**b**", "{fever}", "[x](ref:y)", "[**a {fever}**](ref:y)", "{{", "](ref:y)", "]]>", "='", "#. base: x"]
MARKED = st.tuples(TEXTS, st.sampled_from(["", *MARKS]), st.sampled_from(["", *MARKS]), TEXTS).map("".join)


def sentences(count: int = 3) -> st.SearchStrategy[list[Sentence]]:
    """Up to that many sentences with keys of their own and any text."""
    one = st.builds(
        Sentence,
        key=st.sampled_from(["a:title", "a:b:say", "kinds:call:heading", "imprint:funding"]),
        english=MARKED.filter(bool),
        translation=MARKED,
        fuzzy=st.booleans(),
        comment=TEXTS,
        previous=TEXTS,
        max_length=st.none() | st.integers(1, 99),
    )
    return st.lists(one, max_size=count, unique_by=lambda sentence: sentence.key)


@pytest.mark.parametrize("form", FORMATS)
@given(told=sentences())
def test_any_sentence_comes_back_as_it_went_out(form: str, told: list[Sentence]) -> None:
    refuse_unwritable(told, "content.po")
    raw = FORMATS[form](told, "content/handouts/visit.yaml", "zh-Hans")
    bundle = exchange._READERS[READ[form]](raw, "x")
    assert bundle.language == ("" if form == "csv" else "zh-Hans")
    assert [(each.key, each.english, each.translation) for each in bundle.entries] == [
        (each.key, each.english, each.translation) for each in told
    ]
    assert [each.fuzzy for each in bundle.entries] == [each.state is State.FUZZY for each in told]
    assert not any(each.edited for each in bundle.entries)


@given(told=sentences())
def test_a_place_is_where_the_translation_stands(told: list[Sentence]) -> None:
    for form, read in (("xliff", read_xliff), ("csv", read_csv)):
        raw = FORMATS[form](told, "a.yaml", "es")
        lines = raw.decode("utf-8-sig").replace("\r\n", "\n").split("\n")
        for each in read(raw, "x").entries:
            begins = lines[each.at.line - 1][each.at.column - 1 :]
            assert begins.startswith('"' if form == "csv" else ("<target" if each.translation else "<source"))


@given(TEXTS)
def test_no_cell_is_a_formula_and_each_is_restored(text: str) -> None:
    assert restored(defused(text)) == text
    assert not defused(text).startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "'=1", "''=1", "'quoted'", "＝1"])  # noqa: RUF001
def test_formulas_by_name(text: str) -> None:
    sentence = Sentence("a:b", text, text)
    cells = next(csv.DictReader(io.StringIO(as_csv([sentence]).decode("utf-8-sig"))))
    plain = text == "'quoted'"
    assert cells["translation"] == (text if plain else f"'{text}")
    assert read_csv(as_csv([sentence]), "x").entries[0].translation == text


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x0b", "\r", "\x85", "\ufffe", "\ufeff", "\ud800"])
def test_what_no_file_can_carry_does_not_go_out(character: str) -> None:
    with pytest.raises(HandoutError) as caught:
        refuse_unwritable([Sentence("a:b", "English", f"x{character}")], "content.po")
    assert ids(list(caught.value.findings)) == ["exchange/character"]
    assert "`a:b`" in caught.value.findings[0].what


# --- Export and import of a handout -------------------------------------------------------------


@pytest.mark.parametrize("form", FORMATS)
def test_export_then_import_changes_nothing(root: Path, form: str) -> None:
    before = catalog_of(root).read_bytes()
    intake = brought_in(root, exported(root, form))
    assert (intake.taken, intake.findings) == ((), ())
    assert catalog_of(root).read_bytes() == before


@pytest.mark.parametrize("form", FORMATS)
def test_a_translation_lands_under_its_key_and_nothing_else_moves(root: Path, form: str) -> None:
    path = exported(root, form)
    translate_in(path, FEVER, "Llame **ya** si pasa de {fever}.")
    translate_in(path, WAIT, "Espere 6 meses. No conduzca.")
    intake = brought_in(root, path)
    assert [each.key for each in intake.taken] == [FEVER, WAIT]
    assert not errors(intake.findings)
    assert texts_of(root) == {
        "visit:title": ("Su visita", False),
        FEVER: ("Llame **ya** si pasa de {fever}.", False),
        WAIT: ("Espere 6 meses. No conduzca.", False),
    }
    text = catalog_of(root).read_text("utf-8")
    for kept in (
        "# Notes of a translator stay.",
        "X-Own-Field: kept",
        "# A note.\n#, max-length:90\n",
        '#~ msgstr "Ido"',
    ):
        assert kept in text
    assert "#|" not in text
    again = catalog_of(root).read_bytes()
    assert not brought_in(root, path).taken
    assert catalog_of(root).read_bytes() == again


@pytest.mark.parametrize("form", FORMATS)
def test_what_is_marked_as_unfinished_stays_unfinished(root: Path, form: str) -> None:
    path = exported(root, form)
    translate_in(path, FEVER, "Llame ya.", state="fuzzy")
    intake = brought_in(root, path)
    assert [each.fuzzy for each in intake.taken] == [True]
    assert not intake.findings
    assert texts_of(root)[FEVER] == ("Llame ya.", True)


@pytest.mark.parametrize("form", FORMATS)
def test_faults_are_all_told_at_their_places_and_nothing_is_written(root: Path, form: str) -> None:
    before = catalog_of(root).read_bytes()
    path = exported(root, form)
    translate_in(path, FEVER, "Llame si pasa de 38.")
    translate_in(path, WAIT, "Espere 9 meses. No conduzca.")
    translate_in(path, MORE, "Vea [cuándo llamar](ref:home).")
    intake = brought_in(root, path)
    stops = errors(intake.findings)
    assert {"translation/placeholder", "translation/markup", "translation/numbers"} <= set(ids(stops))
    lines = path.read_text("utf-8-sig").splitlines()
    told = {finding.id: lines[finding.where.line - 1][finding.where.column - 1 :] for finding in stops}
    assert "si pasa de 38." in told["translation/placeholder"]
    assert "ref:home" in told["translation/markup"]
    assert intake.taken == ()
    assert catalog_of(root).read_bytes() == before


@pytest.mark.parametrize("form", FORMATS)
def test_changed_english_never_takes_the_old_translation(root: Path, form: str) -> None:
    path = exported(root, form)
    translate_in(path, WAIT, "Espere 6 meses. No conduzca.")
    translate_in(path, "visit:subtitle", "Qué traer")
    swap(root / "content/handouts/visit.yaml", "Wait 6 months. Do not drive.", "Wait 6 months. Do not swim.")
    before = texts_of(root)
    intake = brought_in(root, path)
    assert reasons(intake) == ["exchange/changed-english"]
    assert texts_of(root) == {**before, "visit:subtitle": ("Qué traer", False)}


def test_a_translation_made_here_meanwhile_is_kept(root: Path) -> None:
    path = exported(root, "csv")
    translate_in(path, "visit:title", "La visita")
    swap(catalog_of(root), "Su visita", "Su consulta")
    intake = brought_in(root, path)
    assert reasons(intake) == ["exchange/conflict"]
    assert texts_of(root)["visit:title"] == ("Su consulta", False)


def test_an_untouched_row_never_undoes_what_was_done_here_meanwhile(root: Path) -> None:
    path = exported(root, "xliff")
    swap(catalog_of(root), "Su visita", "Su consulta")
    assert brought_in(root, path).findings == ()
    assert texts_of(root)["visit:title"] == ("Su consulta", False)


def test_an_empty_cell_takes_nothing_away(root: Path) -> None:
    path = exported(root, "csv")
    translate_in(path, "visit:title", "  ")
    intake = brought_in(root, path)
    assert reasons(intake) == ["exchange/emptied"]
    assert texts_of(root)["visit:title"] == ("Su visita", False)


def test_an_unknown_key_and_a_key_twice(root: Path) -> None:
    path = root.parent / "mine.csv"
    rows = ["visit:titel;Your visit;La visita", "visit:purpose;Come.;Venga.", "visit:purpose;Come.;Vaya."]
    path.write_text("\n".join(["key;english;translation", *rows]), encoding="utf-8")
    intake = brought_in(root, path)
    assert reasons(intake) == ["exchange/unknown-key", "exchange/twice"]
    assert [each.where.line for each in intake.findings if each.id.startswith("exchange/")] == [2, 4]
    assert intake.taken == ()


def test_a_new_language_and_a_project_over_the_library(root: Path, tmp_path: Path) -> None:
    path = exported(root, "po", "ar")
    translate_in(path, "visit:title", "زيارتكم")
    assert [each.key for each in brought_in(root, path, "").taken] == ["visit:title"]
    assert 'Language: ar\\n"' in catalog_of(root, "ar").read_text("utf-8")
    clinic = tmp_path / "clinic"
    clinic.mkdir()
    spanish = exported(root, "po")
    translate_in(spanish, "visit:title", "La visita")
    library = catalog_of(root).read_bytes()
    import_file(Layers((clinic, root)), spanish, "es", TODAY)
    assert catalog_of(root).read_bytes() == library
    assert texts_of(clinic) == {"visit:title": ("La visita", False)}
    assert "X-Own-Field: kept" in catalog_of(clinic).read_text("utf-8")


def test_an_installed_library_is_not_written_to(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed = root.rename(root.with_name("_library"))
    monkeypatch.setattr(exchange, "library_root", lambda: installed)
    path = exported(installed, "po")
    translate_in(path, "visit:title", "La visita")
    with pytest.raises(UsageError) as caught:
        brought_in(installed, path)
    assert caught.value.findings[0].id == "usage/project"


def test_the_language_is_named_once(root: Path) -> None:
    def wrong(path: Path, tag: str) -> list[str]:
        with pytest.raises(UsageError) as caught:
            brought_in(root, path, tag)
        return [finding.id for finding in caught.value.findings]

    assert wrong(exported(root, "csv"), "") == ["exchange/language"]
    assert wrong(exported(root, "xliff"), "ar") == ["exchange/language"]
    assert wrong(exported(root, "csv"), "xx") == wrong(exported(root, "csv"), "en") == ["usage/unknown-language"]
    assert wrong(root / "content/kinds.yaml", "es") == ["exchange/format"]
    wider = exported(root, "xliff")
    swap(wider, 'target-language="es"', 'target-language="es-ES"')
    assert not brought_in(root, wider).findings
    with pytest.raises(UsageError) as caught:
        export(Layers((root,)), "vsit", "es", "po")
    assert caught.value.findings[0].remedy == "did you mean `visit`?"


def test_every_handout_of_the_library_makes_the_journey(layers: Layers) -> None:
    raw = {form: export(layers, "msc", "ar", form) for form in FORMATS}
    read = [exchange._READERS[READ[form]](raw[form], "x").entries for form in FORMATS]
    told = [[(each.key, each.english, each.translation, each.fuzzy) for each in entries] for entries in read]
    assert len(told[0]) > 100
    assert told[0] == told[1] == told[2]


def test_gettext_accepts_an_export(root: Path) -> None:
    subprocess.run(["msgfmt", "--check", "--output-file=/dev/null", exported(root, "po")], check=True)


# --- XLIFF --------------------------------------------------------------------------------------

FRAME = (
    f'<xliff xmlns="{NAMESPACE}" version="1.2"><file original="a" source-language="en" target-language="es"'
    ' datatype="plaintext"><body>{}</body></file></xliff>'
)
UNIT = '<trans-unit id="a:b"><source>One</source>{}</trans-unit>'


def unit(target: str) -> Returned:
    return read_xliff(FRAME.format(UNIT.format(target)).encode(), "x.xlf").entries[0]


def test_marks_are_protected_and_numbered_as_in_the_english() -> None:
    english = "Call **now** at {fever}: [here](ref:call) or {fever}"
    other = "{fever} [aquí](ref:call) **ya** {fever} y {fever} **"
    root = fromstring(as_xliff([Sentence("a:b", english, other)], "a.yaml", "es"))  # noqa: S314 - our own
    source, target = root.find(f".//{X}source"), root.find(f".//{X}target")
    assert source is not None
    assert target is not None
    assert "".join(target.itertext()) == other
    codes = [[(each.tag.removeprefix(X), each.get("id"), each.text) for each in side] for side in (source, target)]
    assert codes[0] == [
        *(
            ("bpt", "1", "**"),
            ("ept", "1", "**"),
            ("ph", "2", "{fever}"),
            ("bpt", "3", "["),
            ("ept", "3", "](ref:call)"),
        ),
        ("ph", "4", "{fever}"),
    ]
    assert codes[1] == [
        *(
            ("ph", "2", "{fever}"),
            ("bpt", "3", "["),
            ("ept", "3", "](ref:call)"),
            ("bpt", "1", "**"),
            ("ept", "1", "**"),
        ),
        *(("ph", "4", "{fever}"), ("ph", "5", "{fever}")),
    ]


def test_what_an_xliff_tells_a_tool() -> None:
    told = [
        Sentence("a:a", "One", comment="Say it.", max_length=9),
        Sentence("a:b", "Two", "Dos"),
        Sentence("a:c", "Three", "Tres", fuzzy=True, previous="3"),
    ]
    root = fromstring(as_xliff(told, "content/handouts/a.yaml", "es"))  # noqa: S314 - our own
    file = root.find(f"{X}file")
    assert file is not None
    assert (file.get("original"), file.get("source-language"), file.get("target-language")) == (
        "content/handouts/a.yaml",
        "en",
        "es",
    )
    units = list(root.iter(f"{X}trans-unit"))
    assert [each.get("id") for each in units] == [each.get("resname") for each in units] == ["a:a", "a:b", "a:c"]
    assert [each.findtext(f"{X}note") for each in units] == ["Say it.", None, None]
    assert (units[0].get("maxwidth"), units[0].get("size-unit")) == ("9", "char")
    targets = [each.find(f"{X}target") for each in units]
    assert [None if each is None else each.get("state") for each in targets] == [
        None,
        "translated",
        "needs-review-translation",
    ]
    assert units[2].findtext(f"{X}alt-trans/{X}source") == "3"


@pytest.mark.parametrize("state", ["translated", "signed-off", "final", ""])
def test_states_of_what_is_done(state: str) -> None:
    attribute = f' state="{state}"' if state else ""
    each = unit(f"<target{attribute}>Uno</target>")
    assert (each.translation, each.fuzzy) == ("Uno", False)


@pytest.mark.parametrize("state", ["needs-translation", "new", "needs-review-translation", "needs-l10n", "x-own"])
def test_states_of_what_is_not(state: str) -> None:
    assert unit(f'<target state="{state}">Uno</target>').fuzzy
    assert not unit(f'<target state="{state}"/>').fuzzy


def test_segments_and_tags_of_tools_speak_and_earlier_versions_do_not() -> None:
    each = unit(
        '<target><mrk mtype="seg" mid="1">Uno <g id="1">dos</g></mrk></target>'
        "<alt-trans><source>No</source><target>No</target></alt-trans>"
    )
    assert (each.english, each.translation) == ("One", "Uno dos")


BOMB = '<?xml version="1.0"?>\n<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>\n' + FRAME
OUTSIDE = '<!DOCTYPE x SYSTEM "file:///etc/passwd">' + FRAME
ENTITY = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + FRAME


@pytest.mark.parametrize("frame", [BOMB, OUTSIDE, ENTITY])
def test_no_entity_no_dtd_nothing_outside(frame: str) -> None:
    raw = frame.replace("{}", UNIT.replace("{}", "<target>x</target>")).encode()
    assert ids(refused(raw)) == ["exchange/unsafe"]


def test_depth_is_limited() -> None:
    deep = "<g>" * NESTING_LIMIT + "x" + "</g>" * NESTING_LIMIT
    assert ids(refused(FRAME.format(UNIT.format(f"<target>{deep}</target>")).encode())) == ["exchange/unsafe"]


@pytest.mark.parametrize(
    ("raw", "what"),
    [
        ("<xliff", "XML syntax"),
        ("<html/>", "the file is not XLIFF 1.2"),
        ('<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0"/>', "another version of XLIFF"),
        ('<?xml version="1.0" encoding="martian"?><a/>', "encoding"),
        (FRAME.format("<trans-unit><source>x</source></trans-unit>"), "without an `id`"),
        (FRAME.format('<trans-unit id="a"/>'), "without an `id` or a `source`"),
    ],
)
def test_other_files_are_no_xliff(raw: str, what: str) -> None:
    found = refused(raw.encode())
    assert ids(found) == ["exchange/syntax"]
    assert what in found[0].what


def test_two_languages_in_one_file() -> None:
    one = FRAME.format("").replace("</file>", '</file><file target-language="ar"><body/></file>')
    assert ids(refused(one.encode())) == ["exchange/language"]


def test_all_faults_of_a_file_at_once() -> None:
    units = "\n".join([UNIT.format('<target>a<x id="1"/></target>'), UNIT.format("<target>\x85</target>")])
    found = refused(FRAME.format(units).encode())
    assert ids(found) == ["exchange/tag", "exchange/character"]
    assert [finding.where.line for finding in found] == [1, 2]


HEADS = ["", "key;english;translation\n", 'msgctxt "a"\nmsgid "b"\n', "\ufeff<?xml ", FRAME.partition("{}")[0]]


@given(st.sampled_from(HEADS), st.binary(max_size=60) | st.text(SPECIAL, max_size=60).map(str.encode))
def test_no_bytes_crash_a_reader(head: str, tail: bytes) -> None:
    raw = head.encode() + tail
    for name, reader in exchange._READERS.items():
        try:
            assert isinstance(reader(raw, f"x{name}"), Bundle)
        except HandoutError as error:
            assert error.findings  # noqa: PT017 - all that is asked is that it says something


# --- CSV ----------------------------------------------------------------------------------------

TABLE = 'key,english,translation,state\r\na:b,One,"Uno\r\n""dos"", tres",\r\n,,,\r\na:c,Two,Dos,fuzzy\r\n'
MEANT = [("a:b", 'Uno\n"dos", tres', False), ("a:c", "Dos", True)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\r\n", "\n", "\r"])
def test_tables_as_spreadsheets_save_them(encoding: str, separator: str, newline: str) -> None:
    rows = list(csv.reader(io.StringIO(TABLE, newline="")))
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator, lineterminator=newline).writerows(rows)
    mark = "\ufeff" if encoding.startswith("utf-16-") else ""
    bundle = read_csv((mark + out.getvalue()).encode(encoding), "x.csv")
    assert [(each.key, each.translation, each.fuzzy) for each in bundle.entries] == MEANT


def test_columns_in_any_order_and_more_of_them() -> None:
    bundle = read_csv(b'\xef\xbb\xbf"Who","Translation","KEY","english"\nme,Uno,a:b,One', "x.csv")
    assert bundle.entries == (Returned("a:b", "One", "Uno", fuzzy=False, base="", at=Location("x.csv", 2, 4)),)


@pytest.mark.parametrize(
    ("raw", "id_", "place"),
    [
        (b"", "exchange/columns", (1, 1)),
        (b"key|english|translation\n", "exchange/columns", (1, 1)),
        (b"key,english\na,b", "exchange/columns", (1, 1)),
        (b'key,english,translation\na:b,One,"Uno" x\n', "exchange/syntax", (2, 9)),
        (b'key,english,translation\na:b,One,"Uno\n', "exchange/syntax", (2, 9)),
        ("key,english,translation\na:b,One,Sí\n".encode("cp1252"), "exchange/encoding", (2, 1)),
        (b"key,english,translation\na:b,One,U\x07no\n", "exchange/character", (2, 9)),
        (b"\xff\xfek\x00e", "exchange/encoding", (1, 1)),
    ],
)
def test_other_tables_are_refused_at_their_places(raw: bytes, id_: str, place: tuple[int, int]) -> None:
    found = refused(raw, "x.csv")
    assert ids(found) == [id_]
    assert (found[0].where.line, found[0].where.column) == place


@pytest.mark.parametrize("word", ["done", "geprüft", "Needs work", "0"])
def test_an_unknown_state_counts_as_fuzzy_and_is_named(word: str) -> None:
    raw = f"key,english,translation,state\na:b,One,Uno,{word}\na:c,Two,,{word}\n".encode()
    bundle = read_csv(raw, "x.csv")
    assert [each.fuzzy for each in bundle.entries] == [True, False]
    (warning,) = bundle.findings
    assert (warning.id, warning.severity) == ("exchange/state", Severity.WARNING)
    assert (warning.where.line, warning.where.column) == (2, 13)
    assert f"`{word}`" in warning.what


@pytest.mark.parametrize(
    ("word", "fuzzy"),
    [("translated", False), (" Translated ", False), ("missing", False), ("", False), ("FUZZY", True), ("stale", True)],
)
def test_a_known_state_is_taken_without_a_word(word: str, fuzzy: bool) -> None:
    bundle = read_csv(f"key,english,translation,state\na:b,One,Uno,{word}\n".encode(), "x.csv")
    assert ([each.fuzzy for each in bundle.entries], bundle.findings) == ([fuzzy], ())


def test_an_unknown_state_is_told_by_the_import(root: Path) -> None:
    path = exported(root, "csv")
    translate_in(path, "visit:subtitle", "Qué traer", state="finished")
    intake = brought_in(root, path)
    assert [each.fuzzy for each in intake.taken] == [True]
    assert "exchange/state" in reasons(intake)
    assert texts_of(root)["visit:subtitle"] == ("Qué traer", True)


BROKEN = (
    "#REF!",
    "#NAME?",
    "#VALUE!",
    "#DIV/0!",
    "#N/A",
    "#NULL!",
    "#NUM!",
    "TRUE",
    "FALSE",
    "#name?",
    "True",
    "false",
)


@pytest.mark.parametrize("value", BROKEN)
def test_what_a_spreadsheet_put_there_is_no_translation(value: str) -> None:
    found = refused(f"key,english,translation\na:a,Two,Dos\na:b,One, {value}\n".encode(), "x.csv")
    assert ids(found) == ["exchange/cell"]
    assert (found[0].where.line, found[0].where.column) == (3, 9)
    assert f"`{value}`" in found[0].what
    same = read_csv(f"key,english,translation\na:b,{value},{value}\n".encode(), "x.csv")
    assert [each.translation for each in same.entries] == [value]
    untouched = Sentence("a:b", "One", value)
    assert not read_csv(as_csv([untouched]), "x.csv").entries[0].edited


def test_a_row_that_somebody_filled_in_is_translated_whatever_its_state_still_says() -> None:
    raw = as_csv([Sentence("a:b", "One")]).replace(b'"One",""', b'"One","Uno"')
    (each,) = read_csv(raw, "x.csv").entries
    assert (each.translation, each.fuzzy, each.edited) == ("Uno", False, True)


def test_no_base_is_a_number_to_a_spreadsheet() -> None:
    assert all(base_of(str(number), fuzzy=False).startswith("x") for number in range(50))


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "big.csv"
    path.write_bytes(b"x" * (SIZE_LIMIT + 1))
    with pytest.raises(HandoutError) as caught:
        read_bundle(path)
    assert caught.value.findings[0].id == "source/too-large"


def test_a_po_file_in_another_encoding(root: Path) -> None:
    path = exported(root, "po")
    path.write_bytes(path.read_bytes().replace(b"Su visita", b"Su vis\xedta"))
    with pytest.raises(HandoutError) as caught:
        brought_in(root, path)
    assert ids(list(caught.value.findings)) == ["exchange/encoding"]


# --- The commands -------------------------------------------------------------------------------


def ran(*arguments: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """The exit code of a command and what it says to the person."""
    code = main(["i18n", *arguments])
    return code, capsys.readouterr().err


def test_an_export_never_takes_away_what_a_translator_wrote(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = root.parent / "visit.es.po"
    words = ["export", "visit", "--lang", "es", "--project", str(root), "--out", str(path)]
    assert ran(*words, capsys=capsys)[0] == 0
    whole = path.read_bytes()
    assert ran(*words, capsys=capsys)[0] == 0  # nobody has worked on it
    translate_in(path, "visit:subtitle", "Qué traer")
    worked = path.read_bytes()
    code, told = ran(*words, capsys=capsys)
    assert (code, path.read_bytes()) == (2, worked)
    assert "[usage/overwrite]" in told
    assert "`--out`" in told
    assert "`--overwrite`" in told
    same_length = whole[:-2] + b"!\n"
    path.write_bytes(same_length)
    assert (ran(*words, capsys=capsys)[0], path.read_bytes()) == (2, same_length)
    assert (ran(*words, "--overwrite", capsys=capsys)[0], path.read_bytes()) == (0, whole)


@pytest.mark.parametrize("form", FORMATS)
def test_who_is_told_to_export_again_is_told_to_take_another_name(root: Path, form: str) -> None:
    path = exported(root, form)
    translate_in(path, "visit:title", "La visita")
    swap(catalog_of(root), "Su visita", "Su consulta")
    (finding,) = brought_in(root, path).findings
    assert "export the handout again under another name (`--out`)" in finding.remedy


@pytest.mark.parametrize(
    ("name", "option", "form"),
    [
        ("a.csv", "", "csv"),
        ("a.CSV", "", "csv"),
        ("a.xlf", "", "xliff"),
        ("a.xliff", "", "xliff"),
        ("a.po", "", "po"),
        ("a", "", "po"),
        ("a.csv", "po", "po"),
        ("a.po", "xlf", "xliff"),
    ],
)
def test_the_format_is_the_one_asked_for_else_that_of_the_name(root: Path, name: str, option: str, form: str) -> None:
    path = root.parent / name
    words = ["i18n", "export", "visit", "--lang", "es", "--project", str(root), "--out", str(path)]
    assert main([*words, *(["--format", option] if option else [])]) == 0
    assert path.read_bytes() == export(Layers.of(root), "visit", "es", form)


def test_an_import_says_what_was_written(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = exported(root, "csv")
    words = ["import", str(path), "--lang", "es", "--project", str(root)]
    translate_in(path, FEVER, "Llame si pasa de 38.")
    code, told = ran(*words, capsys=capsys)
    assert code == 1
    assert "nothing was written" in told
    assert "taken" not in told
    translate_in(path, FEVER, "Llame **ya** si pasa de {fever}.")
    code, told = ran(*words, capsys=capsys)
    assert code == 0
    assert "1 translation taken (0 of them fuzzy) into " in told


# --- What the guide says ------------------------------------------------------------------------

DOCS = Path(__file__).resolve().parents[1] / "docs"
COMMANDS = re.findall(r"^handouts (.+)$", (DOCS / "translators.md").read_text("utf-8"), re.MULTILINE)


def test_every_command_of_the_guide_runs(tmp_path: Path, cache_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache_home))
    monkeypatch.chdir(tmp_path)
    assert {command.split()[1] for command in COMMANDS if command.startswith("i18n ")} == {
        *("init", "merge", "status", "export", "import", "proof"),
    }
    assert any("en-XA,ar-XB" in command for command in COMMANDS)
    for command in COMMANDS:
        assert main(shlex.split(command)) == 0, command
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        *("dist", "locales", "msc.es.csv", "msc.es.po", "msc.es.xlf"),
    ]
    assert sorted(path.name for path in (tmp_path / "locales").iterdir()) == ["languages.yaml", "sw"]
    assert len(list((tmp_path / "dist").rglob("*.pdf"))) == 3


def test_the_components_of_weblate_name_what_is_there(layers: Layers) -> None:
    components = json.loads((DOCS / "weblate.json").read_text("utf-8"))
    assert {each["slug"] for each in components} == {CONTENT, INTERFACE}
    for component in components:
        assert {"name", "filemask"} <= set(component)
        files = {path.relative_to(layers.roots[0]).as_posix() for path in layers.roots[0].glob(component["filemask"])}
        assert files == {f"locales/{name}/LC_MESSAGES/{component['slug']}.po" for name in catalog_folders(layers)}
        assert len(files) >= 4
        assert all(
            (layers.roots[0] / component[name]).is_file() for name in ("template", "new_base") if component[name]
        )
    inside = [each["repo"].removeprefix("weblate://") for each in components if each["repo"].startswith("weblate://")]
    assert inside == ["patient-handouts/content"]


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("Call **now** at {fever}", ["**", "**", "{fever}"]),
        ("See [it](ref:call)", ["](ref:call)"]),
        ("Nothing {Here} [x](y)", []),
    ],
)
def test_the_flag_for_weblate_knows_the_marks(text: str, marks: list[str]) -> None:
    for component in json.loads((DOCS / "weblate.json").read_text("utf-8")):
        pattern = component["check_flags"].removeprefix('placeholders:r"').removesuffix('"')
        assert re.findall(pattern, text) == marks

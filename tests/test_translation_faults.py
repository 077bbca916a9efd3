"""Each kind of fault, planted in a copy of a PO file of the library: `check` names file, line and remedy.

And what other programs say of the library's catalogs.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from specimens import TODAY

from handouts import desk, pipeline
from handouts.catalog import Catalog, Message
from handouts.checks.check import Level, Profile
from handouts.checks.translation import find_interface_doubts, find_interface_faults, find_plural_faults
from handouts.findings import Finding, Location, Severity
from handouts.layers import library_root
from handouts.model import Library

KEY = "after:key:then.say"
ENGLISH = "Do not worry about a false alarm. It is better to call."
ES = "locales/es/LC_MESSAGES/content.po"


def plant(project: Path, english: str, entry: str, key: str = KEY, was: str = ENGLISH) -> int:
    """A project whose handout says `english` where the library's says something else, with this PO entry for it.

    The line of the entry's `msgstr` is given back.
    """
    for name in ("content/handouts/after.yaml", ES):
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(library_root() / name, project / name)
    handout = project / "content/handouts/after.yaml"
    text = handout.read_text("utf-8")
    assert text.count(was) == 1
    handout.write_text(text.replace(was, f'"{english}"' if was == ENGLISH else english), "utf-8")
    po = (project / ES).read_text("utf-8")
    found = re.search(rf'msgctxt "{re.escape(key)}"\n(?:.*\n)*?(?=\n)', po)
    assert found
    (project / ES).write_text(po.replace(found[0], entry), "utf-8")
    lines = (project / ES).read_text("utf-8").split("\n")
    start = lines.index(f'msgctxt "{key}"')
    return next(number for number, line in enumerate(lines[start:], start + 1) if line.startswith("msgstr"))


def entry_of(english: str, other: str, key: str = KEY) -> str:
    return f'msgctxt "{key}"\nmsgid "{english}"\nmsgstr "{other}"\n'


def check(project: Path, store: Path, profile: Profile = Profile.DRAFT) -> list[Finding]:
    request = desk.Request(
        today=TODAY, handouts=("after",), languages=("es",), project=project, store=store, profile=profile
    )
    report = pipeline.check(request, frozenset({Level.TRANSLATION}))
    return [each for each in report.findings if each.id.startswith("translation/")]


FAULTS = [
    ("Call us at {fever}.", "Llámenos a {fiebre}.", "translation/placeholder"),
    ("Call us at {fever}.", "Llámenos si tiene fiebre.", "translation/placeholder"),
    ("Do **not** wait.", "No **espere.", "translation/markup"),
    ("Do **not** wait.", "No espere.", "translation/markup"),
    ("See [the list](ref:call).", "Vea [la lista](ref:key).", "translation/markup"),
    ("Call us now.", "Llámenos\u202e ahora.", "translation/markup"),
    ("Wait 6 months.", "Espere 9 meses.", "translation/numbers"),
    ("Wait 1,500 days.", "Espere 1,50 días.", "translation/numbers"),
    ("Wait 6 months.", "Espere 6 semanas.", "translation/units"),
    ("Take 2.5 mg now.", "Tome 2,5 g ahora.", "translation/units"),
    ("Take 2.5 mg now.", "Tome 2,5 ahora.", "translation/units"),
    ("About 10% of people.", "Unas 10 personas.", "translation/units"),
    ("Go at 38 °C or higher.", "Vaya con 38 °F o más.", "translation/units"),
    ("The rule ends on March 4, 2026.", "La regla termina el 3/4/2026.", "translation/dates"),
    ("The rule ends on March 4, 2026.", "La regla termina el 4 de mayo de 2026.", "translation/dates"),
    ("Call 555-0100-0199 now.", "Llame ahora al 555-0199-0100.", "translation/telephone"),
    ("Ask about the stem cells.", "Pregunte por las semillas.", "translation/term"),
    ("Call us at once.", "Call us at once.", "translation/unchanged"),
    ("Call your transplant team by day or by night. Do not wait.", "Llame ya.", "translation/ratio"),
    ("Are you well?", "Está bien.", "translation/ending"),
    ("Call your doctor.", "Llame a su su médico.", "translation/doubled"),
]


@pytest.mark.parametrize(("english", "other", "kind"), FAULTS)
def test_a_planted_fault_is_told_at_its_line(english: str, other: str, kind: str, tmp_path: Path, store: Path) -> None:
    line = plant(tmp_path, english, entry_of(english, other))
    found = [each for each in check(tmp_path, store) if each.where.path.endswith(ES)]
    assert kind in {each.id for each in found}
    for each in found:
        assert (each.where.path, each.where.line, each.language) == (str(tmp_path / ES), line, "es")
        assert each.remedy


SOUND = [
    ("Wait 6 months.", "Espere 6 meses."),
    ("Take 2.5 mg now.", "Tome 2,5 mg ahora."),
    ("About 10% of people.", "Un 10 % de las personas."),
    ("The rule ends on March 4, 2026.", "La regla termina el 4 de marzo de 2026."),
    ("The rule ends on March 4, 2026.", "La regla termina el 4/3/2026."),
    ("Call 555-0100-0199 now.", "Llame ahora al 555 0100 0199."),
    ("Ask about the stem cells.", "Pregunte por las células madre."),
]


@pytest.mark.parametrize(("english", "other"), SOUND)
def test_a_true_translation_is_left_alone(english: str, other: str, tmp_path: Path, store: Path) -> None:
    plant(tmp_path, english, entry_of(english, other))
    assert check(tmp_path, store) == []


def test_a_title_without_room_is_told(tmp_path: Path, store: Path) -> None:
    title = "After a transplant: care at home and when to call"
    long = "Después de un trasplante: los cuidados en su casa y cuándo hay que llamar"
    line = plant(tmp_path, "A transplant", entry_of("A transplant", long, "after:title"), "after:title", title)
    (found,) = [each for each in check(tmp_path, store) if each.id == "translation/length"]
    assert (found.where.line, found.severity) == (line, Severity.ERROR)
    assert "65" in found.what


@pytest.mark.parametrize("entry", ['msgstr ""\n', 'msgstr "No espere."\n'])
def test_a_safety_block_that_is_empty_or_fuzzy_stops_a_release(entry: str, tmp_path: Path, store: Path) -> None:
    mark = "" if entry == 'msgstr ""\n' else "#, fuzzy\n"
    plant(tmp_path, "Do not wait.", f'{mark}msgctxt "{KEY}"\nmsgid "Do not wait."\n{entry}')
    for profile, severity in ((Profile.DRAFT, Severity.WARNING), (Profile.RELEASE, Severity.ERROR)):
        kinds = {"translation/safety", "translation/missing"}
        found = [each for each in check(tmp_path, store, profile) if each.id in kinds]
        assert {each.severity for each in found} == {severity}
        assert all(ES in each.remedy for each in found)


def test_a_release_lists_what_a_reviewer_looks_at_first(tmp_path: Path, store: Path) -> None:
    line = plant(tmp_path, "Do not wait.", entry_of("Do not wait.", "Espere."))
    found = [each for each in check(tmp_path, store, Profile.RELEASE) if each.id == "translation/negation"]
    (first,) = [each for each in found if each.block == "key"]
    assert (first.severity, f"`{KEY}`" in first.what) == (Severity.HINT, True)
    assert first.where.line <= line
    assert not [each for each in check(tmp_path, store) if each.id == "translation/negation"]


# --- Words of the templates -------------------------------------------------------------------------------------------

AT = Location("locales/es/LC_MESSAGES/ui.po", 9, 8)


def interface(english: str, *forms: str, key: str = "a.b") -> Catalog:
    return Catalog("es", {(key, english): Message(forms, AT, fuzzy=False)})


@pytest.mark.parametrize(
    ("english", "other", "kind", "key"),
    [
        ("Page {page}", "Página", "translation/placeholder", "a.b"),
        ("Out of 100", "De 10", "translation/numbers", "a.b"),
        ("DRAFT", "BORRADOR que todavía no ha revisado nadie", "translation/length", "mark.draft"),
    ],
)
def test_a_fault_in_the_words_of_the_templates_stops_the_language(
    english: str, other: str, kind: str, key: str
) -> None:
    (found,) = find_interface_faults(interface(english, other, key=key))
    assert (found.id, found.where, found.severity) == (kind, AT, Severity.ERROR)


def test_a_doubt_about_the_words_of_the_templates_is_a_warning() -> None:
    found = list(find_interface_doubts(interface("Not yet reviewed", "Not yet reviewed")))
    assert [(each.id, each.severity, each.where) for each in found] == [("translation/unchanged", Severity.WARNING, AT)]


@pytest.mark.parametrize(
    ("tag", "forms", "faults"),
    [
        ("es", ("día", "días"), 0),
        ("es", ("día", ""), 1),
        ("es", ("día", "días", "días"), 1),
        ("es", ("", ""), 0),
        ("ar", ("a", "b", "c", "d", "e", "f"), 0),
        ("ar", ("a", "b"), 1),
        ("zh-Hans", ("天", "天"), 1),
        ("zh-Hans", ("天",), 0),
    ],
)
def test_a_message_has_the_plural_forms_of_its_language(
    tag: str, forms: tuple[str, ...], faults: int, library: Library
) -> None:
    catalog = Catalog(tag, {("a", "{n} days"): Message(forms, AT, fuzzy=False)})
    found = list(find_plural_faults(catalog, library.languages[tag]))
    assert [each.id for each in found] == ["translation/plural"] * faults
    assert all(library.languages[tag].plural in each.remedy for each in found)


# --- Other programs ---------------------------------------------------------------------------------------------------

CATALOGS = sorted((library_root() / "locales").glob("*/LC_MESSAGES/*.po"))
EXPLAINED = {
    "acronyms": "an abbreviation that the language does not use (US, United States) or explains in brackets",
    "brackets": "a name or drug is also given in English, in brackets; wide brackets of Chinese",
    "doublequoting": "the language's own quotes (« » or “ ”) where the English has the plain ones, or a quoted term",
    "doublewords": "a word that is repeated on purpose (আস্তে আস্তে, từ từ, vous vous): our own check knows the others",
    "endpunc": "the danda ends a sentence in Hindi, ። in Amharic; French has a no-break space before its marks",
    "puncspacing": "wide and Arabic punctuation has no space behind it, or one where English has none",
    "purepunc": "the colon has the width of Chinese",
    "sentencecount": "a sentence was split, or two were joined: our own check compares the length",
    "short": "one syllable of Korean says it (열 for fever)",
    "simplecaps": "headings and names of illnesses without capitals",
    "startcaps": "a French sentence that begins with « has a no-break space before its first letter",
    "startpunc": "a sentence that begins with ¿, with a bracket or with the abbreviation behind its name",
    "startwhitespace": "the no-break space before the French colon",
    "unchanged": "an abbreviation, a name or a number: our own check looks at words in small letters",
}
"""What `pofilter` reports of the library's catalogs, each kind read by hand once: none is a fault."""


def test_there_are_catalogs() -> None:
    assert len(CATALOGS) >= 8


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: f"{path.parents[1].name}-{path.stem}")
def test_msgfmt_accepts_every_catalog(path: Path) -> None:
    run = subprocess.run(["msgfmt", "--check", "-o", "/dev/null", path], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    lines = [line for line in run.stderr.splitlines() if "header field" not in line]  # no dates, no addresses
    assert lines == []


@pytest.mark.skipif(shutil.which("pofilter") is None, reason="translate-toolkit is not installed")
@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: f"{path.parents[1].name}-{path.stem}")
def test_what_pofilter_reports_is_explained(path: Path) -> None:
    language = path.parents[1].name
    run = subprocess.run(
        ["pofilter", "--progress=none", f"--language={language}", path], capture_output=True, text=True, check=True
    )
    kinds = Counter(re.findall(r"^# \(pofilter\) ([a-z]+)", run.stdout, re.MULTILINE))
    assert not {kind: count for kind, count in kinds.items() if kind not in EXPLAINED}

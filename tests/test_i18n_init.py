"""A new language with one command: an entry, two catalogs, and no code to write."""

from __future__ import annotations

import datetime
import shutil
import subprocess
from pathlib import Path

import pytest
from babel import Locale

from handouts.catalog import CONTENT, read_catalog
from handouts.cli import main
from handouts.findings import UsageError
from handouts.fonts import STACKS
from handouts.i18n.init import RIGHT_TO_LEFT, Given, add_language, describe, normal_tag, plural_rule
from handouts.i18n.pofile import read_po
from handouts.layers import Layers, library_root
from handouts.model import Library
from handouts.reader import read_library

TODAY = datetime.date(2026, 11, 22)
NOTHING = Given()


@pytest.fixture
def copy(tmp_path: Path) -> Layers:
    for folder in ("content", "templates", "locales"):
        shutil.copytree(library_root() / folder, tmp_path / "library" / folder)
    return Layers((tmp_path / "library",))


def refused(tag: str, given: Given = NOTHING) -> tuple[str, str]:
    with pytest.raises(UsageError) as caught:
        describe(normal_tag(tag), given)
    (finding,) = caught.value.findings
    return finding.id, finding.remedy


def test_a_language_is_an_entry_and_two_empty_catalogs(copy: Layers) -> None:
    root = copy.roots[0]
    before = (root / "locales/languages.yaml").read_text("utf-8")
    written = add_language(copy, "sw", NOTHING, TODAY)
    after = (root / "locales/languages.yaml").read_text("utf-8")
    assert after == before + (
        "sw:\n  autonym: Kiswahili\n  english: Swahili\n  script: Latn\n  direction: ltr\n"
        '  plural: "nplurals=2; plural=(n != 1);"\n  digits: latn\n'
    )
    folder = root / "locales/sw/LC_MESSAGES"
    assert written == [root / "locales/languages.yaml", folder / "content.po", folder / "ui.po"]
    for path in written[1:]:
        po = read_po(path)
        assert len(po.entries) > 40
        assert not any(entry.has_text for entry in po.entries)
        assert (po.header["Language"], po.notes) == ("sw", ("Swahili translation of Patient Handouts.",))
        run = subprocess.run(["msgfmt", "--check", "--output-file=-", path], capture_output=True, check=True)
        assert run.stderr == b""
    library, found = read_library(copy)
    assert not found
    assert library.languages["sw"].autonym == "Kiswahili"
    assert read_catalog(copy, "sw", CONTENT).messages


def test_a_variant_begins_empty_too(copy: Layers) -> None:
    add_language(copy, "es-419", NOTHING, TODAY)
    added = read_library(copy)[0].languages["es-419"]
    assert (added.autonym, added.english, added.script) == (
        "Español (Latinoamérica)",
        "Spanish (Latin America)",
        "Latn",
    )
    assert read_po(copy.roots[0] / "locales/es_419/LC_MESSAGES/content.po").header["Language"] == "es_419"


def test_a_project_gets_an_entry_of_its_own_and_all_messages(tmp_path: Path, copy: Layers) -> None:
    (tmp_path / "clinic").mkdir()
    project = Layers((tmp_path / "clinic", *copy.roots))
    library = (copy.roots[0] / "locales/languages.yaml").read_bytes()
    written = add_language(project, "pt-br", NOTHING, TODAY)
    assert [path.relative_to(tmp_path).as_posix() for path in written] == [
        "clinic/locales/languages.yaml",
        "clinic/locales/pt_BR/LC_MESSAGES/content.po",
        "clinic/locales/pt_BR/LC_MESSAGES/ui.po",
    ]
    assert (copy.roots[0] / "locales/languages.yaml").read_bytes() == library
    assert list(read_library(project)[0].languages)[-1] == "pt-BR"
    add_language(project, "so", NOTHING, TODAY)
    assert "pt-BR:" in (tmp_path / "clinic/locales/languages.yaml").read_text("utf-8")


def test_comments_and_a_missing_line_end_stay_as_they_are(tmp_path: Path) -> None:
    file = tmp_path / "locales/languages.yaml"
    file.parent.mkdir()
    file.write_text(
        "# ours\nso:\n  autonym: Soomaali  # checked\n  english: Somali\n  script: Latn\n"
        "  direction: ltr\n  plural: nplurals=1; plural=0;\n# end",
        "utf-8",
    )
    before = file.read_text("utf-8")
    add_language(Layers((tmp_path, library_root())), "sw", NOTHING, TODAY)
    assert file.read_text("utf-8").startswith(before + "\nsw:\n")


def test_a_language_that_is_there_is_refused(copy: Layers) -> None:
    with pytest.raises(UsageError) as caught:
        add_language(copy, "ES", NOTHING, TODAY)
    (finding,) = caught.value.findings
    assert (finding.id, finding.remedy) == (
        "usage/language-there",
        "`handouts i18n merge es` brings its catalogs up to date",
    )


@pytest.mark.parametrize("tag", ["", "e", "español", "../up", "es-419-x", "en_US.UTF-8", "es/.."])
def test_what_is_no_tag_is_refused(tag: str) -> None:
    assert refused(tag)[0] == "usage/language-tag"


def test_an_unknown_language_is_refused_with_what_must_be_given() -> None:
    assert refused("xx") == (
        "usage/language-unknown",
        "give `--autonym`, `--english`, `--script`, `--plural`",
    )
    assert refused("hmn", Given(autonym="Hmoob", english="Hmong"))[1].endswith("give `--plural`")
    assert refused("ht") == ("usage/language-unknown", "give `--plural`")  # CLDR gives it the rule of another
    assert "did you mean `pt-BR`? If not, give" in refused("pt-BX")[1]


@pytest.mark.parametrize(
    "rule",
    [
        "bogus",
        "n != 1",
        "nplurals=2; plural=(n != 1;",
        "nplurals=2; plural=n;",
        "nplurals=2; plural=n % 0;",
        "nplurals=2; plural=import os;",
        "nplurals=0; plural=0;",
        "nplurals=9; plural=0;",
        "nplurals=two; plural=0;",
        "plural=0;",
    ],
)
def test_a_plural_rule_that_nothing_can_count_by_is_refused(rule: str, tmp_path: Path) -> None:
    kind, remedy = refused("xx", Given("Xx", "Test Language", "Latn", rule))
    assert kind == "usage/language-plural"
    assert "nplurals=2; plural=(n != 1);" in remedy
    with pytest.raises(UsageError):
        add_language(Layers((tmp_path, library_root())), "sw", Given(plural=rule), TODAY)
    assert not list(tmp_path.iterdir())


def test_a_bogus_plural_rule_ends_with_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["i18n", "init", "sw", "--plural", "bogus"]) == 2
    assert "`bogus` is no plural rule" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("tag", "meant"), [("zh-CN", "zh-Hans"), ("zh-TW", "zh-Hant"), ("sr-RS", "sr-Cyrl")])
def test_a_country_is_led_to_its_script(tag: str, meant: str) -> None:
    kind, remedy = refused(tag)
    assert kind == "usage/language-unknown"
    assert remedy.startswith(f"did you mean `{meant}`?")


def test_english_is_not_to_be_merged(copy: Layers) -> None:
    with pytest.raises(UsageError) as caught:
        add_language(copy, "en", NOTHING, TODAY)
    (finding,) = caught.value.findings
    assert (finding.id, finding.remedy) == ("usage/language-there", "name another language")


def test_what_is_given_stands_for_what_is_lacking() -> None:
    given = Given(autonym="Hmoob", english="Hmong", plural="nplurals=1; plural=0;")
    hmong = describe("hmn", given)
    assert (hmong.script, hmong.direction, hmong.plural) == ("Latn", "ltr", given.plural)
    assert describe("zh-Hant", Given(autonym="繁體中文")).autonym == "繁體中文"


def test_a_script_without_fonts_is_refused() -> None:
    kind, remedy = refused("bo")
    assert kind == "usage/language-script"
    assert "`Latn`" in remedy


@pytest.mark.parametrize(
    ("tag", "script", "direction"),
    [
        ("ur", "Arab", "rtl"),
        ("pa-Arab", "Arab", "rtl"),
        ("pa", "Guru", "ltr"),
        ("he", "Hebr", "rtl"),
        ("am", "Ethi", "ltr"),
        ("km", "Khmr", "ltr"),
        ("ko", "Kore", "ltr"),
        ("ru", "Cyrl", "ltr"),
        ("zh-Hant", "Hant", "ltr"),
        ("sr-Latn", "Latn", "ltr"),
    ],
)
def test_the_direction_is_that_of_the_script(tag: str, script: str, direction: str) -> None:
    described = describe(tag, NOTHING)
    assert (described.script, described.direction) == (script, direction)
    assert described.script in STACKS


def test_right_to_left_scripts_are_those_that_the_fonts_have() -> None:
    assert RIGHT_TO_LEFT & set(STACKS) == {"Arab", "Hebr"}


def test_the_rules_of_the_library_are_those_of_cldr(library: Library) -> None:
    assert len(library.languages) >= 5
    for tag, language in library.languages.items():
        made = plural_rule(Locale.parse(tag, sep="-"))
        assert made.replace(" ", "") == language.plural.replace(" ", "")


def test_a_rule_counts_as_cldr_does() -> None:
    assert plural_rule(Locale.parse("ru")).startswith("nplurals=3;")
    assert plural_rule(Locale.parse("fr")) == "nplurals=2; plural=(n > 1);"
    assert plural_rule(Locale.parse("lag")) == ""  # nobody has written a rule for it


@pytest.mark.parametrize("value", ['"quoted"', "a: b", "# no", "- x", "O’zbek", "Kurdî (kurmancî)", "A\\b"])  # noqa: RUF001
def test_any_name_goes_round_through_the_file(tmp_path: Path, value: str) -> None:
    given = Given(autonym=value, english=value, plural="nplurals=1; plural=0;")
    add_language(Layers((tmp_path, library_root())), "hmn", given, TODAY)
    added = read_library(Layers((tmp_path, library_root())))[0].languages["hmn"]
    assert (added.autonym, added.english) == (value, value)

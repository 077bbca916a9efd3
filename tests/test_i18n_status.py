"""How far a language is: counted from its catalogs, as a table and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from signed_clinic import sign, write_clinic

from handouts.cli import main
from handouts.findings import UsageError
from handouts.i18n.sentence import Sentence
from handouts.i18n.status import Counts, LanguageStatus, Row, count, read_status, status_json, status_text, width_of
from handouts.layers import Layers
from handouts.model import Language

SPANISH = Language(autonym="Español", english="Spanish", script="Latn", direction="ltr", plural="nplurals=1; plural=0;")
CHINESE = Language(
    autonym="简体中文", english="Chinese", script="Hans", direction="ltr", plural="nplurals=1; plural=0;"
)


def test_sentences_are_counted_by_how_far_they_came() -> None:
    told = [
        Sentence("a", "One", "Uno"),
        Sentence("b", "Two"),
        Sentence("c", "Three", "Tres", fuzzy=True),
        Sentence("d", "Four", "Cuatro", fuzzy=True, previous="Five"),
        Sentence("e", "Six", fuzzy=True, previous="Seven"),
    ]
    assert count(told) == Counts(messages=5, translated=1, fuzzy=2, missing=2, stale=1)
    assert count([]) == Counts(0, 0, 0, 0, 0)


def told() -> list[LanguageStatus]:
    return [
        LanguageStatus(tag, language, (Row("visit", counts, state),), Counts(1, 1, 0, 0, 0), Counts(1001, 7, 2, 992, 1))
        for tag, language, counts, state in (
            ("es", SPANISH, Counts(10, 7, 2, 1, 1), "reviewed"),
            ("zh-Hans", CHINESE, Counts(1000, 7, 2, 991, 1), "draft"),
        )
    ]


def test_the_last_table_has_one_line_a_language() -> None:
    first, last = status_text(told()).split("\n\n")
    assert "(all)" not in first
    head, *totals = last.splitlines()
    assert head == first.splitlines()[0]
    assert [line.split() for line in totals] == [
        ["es", "Español", "(all)", "1001", "7", "2", "992", "1"],
        ["zh-Hans", "简体中文", "(all)", "1001", "7", "2", "992", "1"],
    ]


def test_the_table_is_aligned_for_letters_of_any_width() -> None:
    lines = status_text(told()).splitlines()
    assert len(lines) == 9
    assert lines[1].split() == ["es", "Español", "visit", "10", "7", "2", "1", "1", "reviewed"]
    cells = ((lines[0], "messages "), (lines[1], " 10 "), (lines[3], " 1000 "), (lines[8], " 1001 "))
    assert len({width_of(line[: line.index(cell) + len(cell)]) for line, cell in cells}) == 1
    assert {width_of(line[: line.index("visit")]) for line in (lines[1], lines[3])} == {width_of("zh-Hans 简体中文  ")}
    assert not any(line.endswith(" ") for line in lines)


def test_a_name_that_would_steer_the_terminal_is_shown_as_what_it_is() -> None:
    language = SPANISH.model_copy(update={"autonym": "Esp\x1b[2J\u202e"})
    text = status_text([LanguageStatus("es", language, (), count([]), count([]))])
    assert "\x1b" not in text
    assert "\u202e" not in text


@pytest.mark.parametrize(
    ("text", "columns"), [("abc", 3), ("简体", 4), ("e\u0301", 1), ("\u200fא", 1), ("हि", 2), ("한국어", 6), ("", 0)]
)
def test_how_many_columns_a_text_takes(text: str, columns: int) -> None:
    assert width_of(text) == columns


def test_the_json_has_counts_of_each_handout_and_language() -> None:
    data = json.loads(status_json(told()))
    assert data["format"] == 1
    assert list(data["languages"]) == ["es", "zh-Hans"]
    assert data["languages"]["es"]["handouts"] == {
        "visit": {"messages": 10, "translated": 7, "fuzzy": 2, "missing": 1, "stale": 1, "state": "reviewed"}
    }
    assert data["languages"]["zh-Hans"]["total"]["missing"] == 992
    assert data["languages"]["zh-Hans"]["words"]["messages"] == 1


def test_the_library_is_counted_and_a_state_is_taken_over(layers: Layers) -> None:
    (spanish,) = read_status(layers, ["msc", "ahsct"], ["es"], {("msc", "es"): "approved"})
    assert [(row.handout, row.state) for row in spanish.rows] == [("msc", "approved"), ("ahsct", "draft")]
    for counts in (*(row.counts for row in spanish.rows), spanish.words, spanish.total):
        assert counts.messages > 40
        assert counts.translated + counts.fuzzy + counts.missing == counts.messages
        assert counts.stale <= counts.fuzzy
    once = sum(row.counts.messages for row in spanish.rows) + spanish.words.messages
    assert max(row.counts.messages for row in spanish.rows) < spanish.total.messages < once


def test_every_language_and_handout_is_there_without_being_asked_for(layers: Layers) -> None:
    told = read_status(layers)
    folders = {
        path.parents[1].name.replace("_", "-") for path in layers.roots[0].glob("locales/*/LC_MESSAGES/content.po")
    }
    assert {each.tag for each in told} >= folders
    assert len({row.handout for each in told for row in each.rows}) == len(told[0].rows) >= 7


def test_a_project_is_counted_over_the_library(layers: Layers, tmp_path: Path) -> None:
    key, english = "msc:title", ""
    (before,) = read_status(layers, ["msc"], ["es"])
    po = (layers.roots[0] / "locales/es/LC_MESSAGES/content.po").read_text("utf-8")
    english = po.partition(f'msgctxt "{key}"\nmsgid "')[2].partition('"')[0]
    own = tmp_path / "locales/es/LC_MESSAGES/content.po"
    own.parent.mkdir(parents=True)
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    own.write_text(
        f'{head}#, fuzzy\n#| msgctxt "{key}"\n#| msgid "Old"\nmsgctxt "{key}"\nmsgid "{english}"\nmsgstr "Otro"\n',
        "utf-8",
    )
    (after,) = read_status(Layers((tmp_path, *layers.roots)), ["msc"], ["es"])
    was, now = before.rows[0].counts, after.rows[0].counts
    assert (now.translated, now.stale, now.messages) == (was.translated - 1, was.stale + 1, was.messages)


def test_unknown_names_are_refused_with_the_nearest() -> None:
    layers = Layers.of(None)
    for handouts, tags, nearest in ((["mcs"], [], "msc"), ([], ["zh-Hanz"], "zh-Hans"), ([], ["en"], "")):
        with pytest.raises(UsageError) as caught:
            read_status(layers, handouts, tags)
        assert nearest in caught.value.findings[0].remedy


def test_the_state_is_that_of_the_sign_offs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clinic = write_clinic(tmp_path / "clinic")
    sign(clinic, "dosed", "en", "clinical_review", "Test Clinician")
    sign(clinic, "dosed", "es", "translator", "Test Translator", "machine_drafted")
    sign(clinic, "dosed", "es", "language_review", "Test Reviewer")
    monkeypatch.chdir(clinic)
    assert main(["i18n", "status", "dosed", "plain_one", "--lang", "es", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)["languages"]["es"]["handouts"]
    assert {name: each["state"] for name, each in told.items()} == {"dosed": "approved", "plain_one": "draft"}

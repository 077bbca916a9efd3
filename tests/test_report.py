"""Findings as a person reads them."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest

from handouts.checks.check import Check, Level, Written
from handouts.findings import NOWHERE, Finding, Location, Severity
from handouts.mutes import Mute, Muted
from handouts.report import LookedAt, Report, as_text, finding_text, muted_text, plain, summary_text

TODAY = datetime.date(2026, 11, 22)


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "a.yaml"
    path.write_text("id: a\n  - kind: cautoin\n" + "x" * 300 + "\n\tkind: 肝\nab\x1b\u202ecd\n", "utf-8")
    return path


def finding(line: int = 2, column: int = 11, path: str = "a.yaml", **more: Any) -> Finding:
    return Finding("content/unknown-kind", Location(path, line, column), "`cautoin` is no kind", "do this", **more)


def muted(**more: Any) -> Muted:
    mute = Mute(check="content/unknown-kind", because="a good\nreason \x1b[2J", until=datetime.date(2027, 1, 31))
    return Muted(finding(**more), mute)


def test_a_finding_reads_as_the_manual_shows_it(page: Path) -> None:
    assert page.exists()
    assert finding_text(finding(block="fever", handout="a", language="es")).splitlines() == [
        "a.yaml:2:11: error: `cautoin` is no kind, in block `fever`, handout `a`, language `es` [content/unknown-kind]",
        "    2 |   - kind: cautoin",
        "      |           ^",
        "  remedy: do this",
    ]


def test_a_place_in_no_file_shows_no_line(page: Path) -> None:
    for path in ("b.yaml", page.parent.as_posix()):
        assert len(finding_text(finding(path=path)).splitlines()) == 2
    assert len(finding_text(finding(line=99)).splitlines()) == 2
    text = finding_text(Finding("usage/x", NOWHERE, "there is no brand `x`", "use another"))
    assert len(text.splitlines()) == 2
    assert not text.startswith(":")


@pytest.mark.parametrize("column", [1, 59, 60, 61, 150, 300, 301])
def test_the_mark_stands_under_the_column_in_a_long_line(page: Path, column: int) -> None:
    assert page.exists()
    _, shown, mark, _ = finding_text(finding(line=3, column=column)).splitlines()
    assert mark.endswith("^")
    assert 8 <= mark.index("^") <= len(shown)
    assert len(shown) <= 110


def test_a_tab_counts_as_one_column(page: Path) -> None:
    assert page.exists()
    _, shown, mark, _ = finding_text(finding(line=4, column=2)).splitlines()
    assert shown[mark.index("^")] == "k"
    assert "\t" not in shown


def test_the_mark_stands_under_the_column_behind_what_is_not_shown(page: Path) -> None:
    assert page.exists()
    _, shown, mark, _ = finding_text(finding(line=5, column=5)).splitlines()
    assert shown == r"    5 | ab\u001b\u202ecd"
    assert shown[mark.index("^")] == "c"


@pytest.mark.parametrize(
    "code", [0x00, 0x09, 0x0A, 0x0D, 0x1B, 0x7F, 0x85, 0x9B, 0x200F, 0x202E, 0x2066, 0x2028, 0xFFFE]
)
def test_what_would_steer_a_terminal_is_written_out(code: int) -> None:
    assert plain(f"a{chr(code)}b") == f"a\\u{code:04x}b"
    assert plain(f"a{chr(0xD800)}") == r"a\ud800"


@pytest.mark.parametrize("text", ["肝", "é", "لوپوس", "क्‍ष", "a\u00a0b", "🧪", "“quoted” %"])
def test_what_people_write_stays_as_it_is(text: str) -> None:
    assert plain(text) == text


def test_a_muted_finding_says_why_and_until_when() -> None:
    assert muted_text(muted(severity=Severity.WARNING, block="fever")).splitlines() == [
        "a.yaml:2:11: muted warning: `cautoin` is no kind, in block `fever` [content/unknown-kind]",
        r"  muted until 2027-01-31: a good\u000areason \u001b[2J",
    ]


def test_a_report_tells_findings_and_then_what_is_muted(page: Path) -> None:
    assert page.exists()
    report = Report(findings=(finding(), finding(line=1, severity=Severity.HINT)), today=TODAY, muted=(muted(),))
    text = as_text(report)
    assert [line.split(":")[3].strip() for line in text.splitlines() if line.startswith("a.yaml")] == [
        "error",
        "hint",
        "muted error",
    ]
    assert text.endswith("[2J\n")
    assert as_text(Report(findings=(), today=TODAY)) == ""


def test_the_summary_counts_in_words() -> None:
    error, warning = finding(), Finding("x", NOWHERE, "x", "x", Severity.WARNING)
    assert summary_text([]) == "0 errors, 0 warnings, 0 hints"
    assert summary_text([error, warning, error]) == "2 errors, 1 warning, 0 hints"
    assert summary_text([warning], [muted()]) == "0 errors, 1 warning, 0 hints, 1 muted"


@pytest.mark.parametrize(
    ("found", "least"),
    [
        (None, []),
        (Severity.HINT, [Severity.HINT]),
        (Severity.WARNING, [Severity.HINT, Severity.WARNING]),
        (Severity.ERROR, [Severity.HINT, Severity.WARNING, Severity.ERROR]),
    ],
)
def test_a_report_fails_from_a_severity_on(found: Severity | None, least: list[Severity]) -> None:
    findings = (finding(severity=found),) if found else ()
    report = Report(findings=findings, today=TODAY, muted=(muted(),))
    assert [severity for severity in reversed(Severity) if report.fails(severity)] == least
    assert not report.fails(None)


def check(level: Level, **more: Any) -> Check[Written]:
    return Check(
        id="x/y", title="t", level=level, find=lambda _: (), rationale="r", remedy="r", bad="b", good="g", **more
    )


@pytest.mark.parametrize(
    ("one", "english", "spanish"),
    [
        (check(Level.CONTENT), True, False),
        (check(Level.CONTENT, languages="all"), True, True),
        (check(Level.CONTENT, treatment=True), False, False),
        (check(Level.TRANSLATION), False, True),
        (check(Level.PAGE), True, True),
        (check(Level.BRAND), False, False),
    ],
)
def test_a_check_looks_only_at_what_it_is_about(one: Check[Written], english: bool, spanish: bool) -> None:
    assert LookedAt("words", "en").by(one) is english
    assert LookedAt("words", "es").by(one) is spanish
    assert not LookedAt("words", "es", levels=frozenset(Level) - {one.level}).by(one)
    if one.treatment:
        assert LookedAt("ahsct", "en", treatment=True).by(one)

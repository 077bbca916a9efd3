"""Findings as a person reads them."""

from __future__ import annotations

from pathlib import Path

import pytest

from handouts.findings import NOWHERE, Finding, Location, Severity
from handouts.report import finding_text, summary_text


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "a.yaml"
    path.write_text("id: a\n  - kind: cautoin\n" + "x" * 300 + "\n\tкind: 肝\n", "utf-8")
    return path


def finding(line: int = 2, column: int = 11, path: str = "a.yaml", **more: str) -> Finding:
    return Finding("content/unknown-kind", Location(path, line, column), "`cautoin` is no kind", "do this", **more)  # type: ignore[arg-type]


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
    assert shown[mark.index("^")] == "к"
    assert "\t" not in shown


def test_the_summary_counts_in_words() -> None:
    error, warning = finding(), Finding("x", NOWHERE, "x", "x", Severity.WARNING)
    assert summary_text([]) == "0 errors, 0 warnings"
    assert summary_text([error, warning, error]) == "2 errors, 1 warning"

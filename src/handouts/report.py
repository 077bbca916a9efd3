"""Findings as a person reads them: the place first, the line itself, what is wrong, the way out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from handouts.findings import Finding, Severity


def finding_text(finding: Finding) -> str:
    """One finding in a few lines, the first of which editors can jump to."""
    place = ", ".join(
        part
        for part in (
            f"in block `{finding.block}`" if finding.block else "",
            f"handout `{finding.handout}`" if finding.handout else "",
            f"language `{finding.language}`" if finding.language else "",
        )
        if part
    )
    where = finding.where if finding.where.path else "handouts"
    head = f"{where}: {finding.severity}: {finding.what}{', ' + place if place else ''} [{finding.id}]"
    return "\n".join(map(_plain, [head, *_excerpt(finding), f"  remedy: {finding.remedy}"]))


def _plain(line: str) -> str:
    """A line without what would steer the terminal or turn the order of its characters."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", lambda found: f"\\u{ord(found[0]):04x}", line)


def _excerpt(finding: Finding) -> list[str]:
    where = finding.where
    if not where.path:
        return []
    path = Path(where.path)
    try:
        if path.resolve() != path.absolute():
            return []  # a link may lead to what is nobody's business
        line = path.read_text("utf-8").splitlines()[where.line - 1]
    except (OSError, ValueError, IndexError):
        return []
    start = max(0, where.column - 60)
    shown = line[start : start + 100].replace("\t", " ")
    gutter = f"{where.line:>5} | "
    return [gutter + shown, " " * (len(gutter) - 2) + "| " + " " * (where.column - 1 - start) + "^"]


def summary_text(findings: Iterable[Finding]) -> str:
    """How many errors and warnings there are, in words."""
    counts = dict.fromkeys(Severity, 0)
    for finding in findings:
        counts[finding.severity] += 1
    return ", ".join(f"{number} {severity}{'s' if number != 1 else ''}" for severity, number in counts.items())

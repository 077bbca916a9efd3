"""What a check came to, and how a person reads it: the place first, the line itself, what is wrong, the way out."""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

from handouts.checks.check import Check, Level, Profile
from handouts.findings import Finding, Severity
from handouts.model import SOURCE_LANGUAGE
from handouts.mutes import Muted


@dataclass(frozen=True, slots=True)
class LookedAt:
    """A handout in one language, and how far the checks came with it: a stage that has errors stops the next."""

    handout: str
    language: str
    treatment: bool = False
    levels: frozenset[Level] = frozenset(Level)

    def by(self, check: Check[Any]) -> bool:
        """Whether a check has looked at it. A brand's check looks at no handout."""
        if check.level not in self.levels or check.level is Level.BRAND or (check.treatment and not self.treatment):
            return False
        if check.level is Level.TRANSLATION:
            return self.language != SOURCE_LANGUAGE
        return check.level is Level.PAGE or check.languages == "all" or self.language == SOURCE_LANGUAGE


class MadeFile(NamedTuple):
    """A file of a build: `how` is made, reused or refused."""

    path: str
    how: str
    why: str


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of the files of a build."""

    files: tuple[MadeFile, ...]
    drafts: int

    def count(self, how: str) -> int:
        """How many files were made, reused or refused."""
        return sum(file.how == how for file in self.files)

    def __str__(self) -> str:
        return ", ".join(f"{self.count(how)} {how}" for how in ("made", "reused", "refused"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a check came to: findings in order of place, muted ones, the checks that ran, and on what.

    A build's has a tally of its files too.
    """

    findings: tuple[Finding, ...]
    today: datetime.date
    profile: Profile = Profile.DRAFT
    muted: tuple[Muted, ...] = ()
    checks: tuple[Check[Any], ...] = ()
    looked_at: tuple[LookedAt, ...] = ()
    tally: Tally | None = None

    def fails(self, least: Severity | None) -> bool:
        """Whether there is a finding as bad as `least` or worse; nothing fails where that is None."""
        if least is None:
            return False
        bad = list(Severity)[: list(Severity).index(least) + 1]
        return any(finding.severity in bad for finding in self.findings)


def as_text(report: Report) -> str:
    """Every finding and every muted one, for a terminal; empty where there is none."""
    told = [*map(finding_text, report.findings), *map(muted_text, report.muted)]
    return "".join(f"{each}\n" for each in told)


def finding_text(finding: Finding) -> str:
    """One finding in a few lines, the first of which editors can jump to."""
    return log_text("\n".join([headline(finding), *_excerpt(finding), f"  remedy: {plain(finding.remedy)}"]))


def headline(finding: Finding) -> str:
    """One finding in one line without its remedy."""
    return _headline(finding, finding.severity)


def muted_text(muted: Muted) -> str:
    """A muted finding in two lines: what it is, why it is muted and until when."""
    head = _headline(muted.finding, f"muted {muted.finding.severity}")
    return log_text(f"{head}\n  {mute_reason(muted)}")


def mute_reason(muted: Muted) -> str:
    """Until when a finding is muted, and why."""
    return f"muted until {muted.mute.until}: {plain(muted.mute.because)}"


def _headline(finding: Finding, word: str) -> str:
    parts = (("in block", finding.block), ("handout", finding.handout), ("language", finding.language))
    place = "".join(f", {name} `{value}`" for name, value in parts if value)
    where = finding.where if finding.where.path else "handouts"
    return plain(f"{where}: {word}: {finding.what}{place} [{finding.id}]")


_STEERING: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f"  # control characters
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # these turn the order of characters (Unicode TR 9)
    "\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]"  # ends of lines, and what XML 1.0 or UTF-8 cannot hold
)


def plain(text: str) -> str:
    r"""A text without what would steer a terminal, turn its characters round or break a format, written as `\u001b`."""
    return _STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def log_text(text: str) -> str:
    """Lines for a log that a CI runner reads along: none begins with `::` or has `##[`, which it would obey."""
    lines = text.replace("##[", "## [").split("\n")
    return "\n".join(f"- {line}" if line.lstrip().startswith("::") else line for line in lines)


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
    before = plain(shown[: where.column - 1 - start]).ljust(where.column - 1 - start)
    gutter = f"{where.line:>5} | "
    return [gutter + plain(shown), " " * (len(gutter) - 2) + "| " + " " * len(before) + "^"]


def summary_text(findings: Iterable[Finding], muted: Collection[Muted] = ()) -> str:
    """How many errors, warnings and hints there are, in words, and how many are muted where there are any."""
    counts = dict.fromkeys(Severity, 0)
    for finding in findings:
        counts[finding.severity] += 1
    told = [f"{number} {severity}{'s' if number != 1 else ''}" for severity, number in counts.items()]
    return ", ".join([*told, f"{len(muted)} muted"] if muted else told)

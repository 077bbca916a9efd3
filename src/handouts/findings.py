"""What is wrong, where it stands and the way out. Imports nothing of ours."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum


class Severity(StrEnum):
    """How bad a finding is: an error stops its handout, a warning does not, a hint is worth a look."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in a file: path, line and column; both count from 1."""

    path: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


NOWHERE = Location("")


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault. `what` is lower case without a full stop; `remedy` says what to do and is never empty."""

    id: str
    where: Location
    what: str
    remedy: str
    severity: Severity = Severity.ERROR
    block: str = ""
    handout: str = ""
    language: str = ""


class HandoutError(Exception):
    """The one exception type of the program: it carries every finding of the stage that stopped."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("; ".join(f"{finding.where}: {finding.what}" for finding in self.findings))

    def __reduce__(self) -> tuple[type[HandoutError], tuple[tuple[Finding, ...]]]:
        return type(self), (self.findings,)


class UsageError(HandoutError):
    """The command line or the configuration is wrong (exit code 2)."""


class MachineLacks(HandoutError):
    """The machine lacks something that no content file can mend: Pango, a font (exit code 3)."""


def errors(findings: Iterable[Finding]) -> list[Finding]:
    """Only those findings that stop a handout."""
    return [finding for finding in findings if finding.severity is Severity.ERROR]


def tidy(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Each fault once (a template fails in every handout, a shared text in every sheet), in order of place."""
    once: dict[tuple[str, Location, str], Finding] = {}
    for finding in findings:
        once.setdefault((finding.id, finding.where, finding.what), finding)
    return tuple(sorted(once.values(), key=lambda finding: (finding.where, finding.id)))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A remedy that names the nearest known word, or all of them when none is near."""
    choices = sorted(known)
    near = get_close_matches(word, choices, n=1)
    if near:
        return f"did you mean `{near[0]}`?"
    return "use one of: " + ", ".join(f"`{choice}`" for choice in choices)

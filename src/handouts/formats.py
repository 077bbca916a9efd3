"""A report as other programs read it: JSON, GitHub's workflow commands, SARIF and JUnit's XML.

Each text of a finding may come from a stranger's file. None steers a terminal (see `report.plain`), ends a line or a
string, or becomes a command.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final
from xml.etree import ElementTree as ET

from handouts import __version__
from handouts.checks.check import Check, Level
from handouts.diagnostics import DIAGNOSTICS, Diagnostic
from handouts.findings import Finding, Location, Severity
from handouts.model import SOURCE_LANGUAGE
from handouts.mutes import Muted
from handouts.report import LookedAt, Report, Tally, as_text, headline, mute_reason, muted_text, plain

JSON_VERSION: Final = 1
"""Of the shape that `as_json` makes: a new number where a key is renamed, removed or means something else."""


# --- JSON -----------------------------------------------------------------------------------------


def as_json(report: Report) -> str:
    """A report as JSON in ASCII, in the shape that `docs/decisions/016-checks-as-data.md` describes."""
    counts = Counter(finding.severity for finding in report.findings)
    whole = {
        "version": JSON_VERSION,
        "tool": {"name": "handouts", "version": __version__},
        "profile": report.profile,
        "date": report.today.isoformat(),
        "summary": {**{str(severity): counts[severity] for severity in Severity}, "muted": len(report.muted)},
        "looked_at": [_looked_at(each) for each in report.looked_at],
        "checks": [_check(check, report) for check in report.checks],
        **({"build": _build(report.tally)} if report.tally else {}),
        "findings": [_finding(finding) for finding in worst_first(report.findings)],
        "muted": [_muted(each) for each in report.muted],
    }
    return json.dumps(whole, indent=2) + "\n"


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """The findings by severity, those of one severity in their order."""
    order = list(Severity)
    return sorted(findings, key=lambda finding: order.index(finding.severity))


def _build(tally: Tally) -> dict[str, object]:
    counts = {how: tally.count(how) for how in ("made", "reused", "refused")}
    files = [{"path": plain(file.path), "how": file.how, "why": plain(file.why)} for file in tally.files]
    return {**counts, "drafts": tally.drafts, "files": files}


def _looked_at(each: LookedAt) -> dict[str, object]:
    levels = [level for level in Level if level in each.levels]
    where = {"handout": plain(each.handout), "language": plain(each.language)}
    return {**where, "treatment": each.treatment, "levels": levels}


def _check(check: Check[Any], report: Report) -> dict[str, object]:
    return {
        "id": check.id,
        "title": check.title,
        "level": check.level,
        "number": check.number,
        "standards": check.standards,
        "severity": check.severity(report.profile),
        "person": check.person,
        "mutable": check.mutable,
    }


def _finding(finding: Finding) -> dict[str, object]:
    """All keys in every finding. `path` is empty and line and column are 1 where no file holds the fault."""
    return {
        "id": finding.id,
        "severity": finding.severity,
        "what": plain(finding.what),
        "remedy": plain(finding.remedy),
        "path": plain(finding.where.path),
        "line": finding.where.line,
        "column": finding.where.column,
        "handout": plain(finding.handout),
        "block": plain(finding.block),
        "language": plain(finding.language) or (SOURCE_LANGUAGE if finding.handout else ""),
    }


def _muted(muted: Muted) -> dict[str, object]:
    mute = {"because": plain(muted.mute.because), "until": muted.mute.until.isoformat()}
    return {**_finding(muted.finding), **mute}


# --- GitHub ---------------------------------------------------------------------------------------

ANNOTATIONS: Final = 10
"""GitHub shows no more of each kind from one step of a workflow, and drops the others without a word."""

_COMMANDS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.HINT: "notice"}


def as_github(report: Report) -> str:
    """Workflow commands, the worst first; what GitHub would drop stands in the step's log, as do muted findings.

    Where there are more than ten of a kind, the tenth annotation says how many the log has.
    """
    lines: list[str] = []
    rest: list[Finding] = []
    for severity in Severity:
        found = [finding for finding in report.findings if finding.severity is severity]
        shown = len(found) if len(found) <= ANNOTATIONS else ANNOTATIONS - 1
        lines += [_annotation(finding) for finding in found[:shown]]
        if found[shown:]:
            more = f"{len(found) - shown} more of this kind: the log of this step lists them"
            lines.append(_command(_COMMANDS[severity], {"title": "handouts"}, more))
        rest += found[shown:]
    lines += [_logged(f"{headline(finding)}; remedy: {plain(finding.remedy)}") for finding in rest]
    lines += [_logged(line) for muted in report.muted for line in muted_text(muted).splitlines()]
    return "".join(f"{line}\n" for line in lines)


def _annotation(finding: Finding) -> str:
    place: dict[str, object] = {}
    if finding.where.path:
        place = {"file": finding.where.path, "line": finding.where.line, "col": finding.where.column}
    message = f"{_sentence(finding)}\nRemedy: {plain(finding.remedy)}"
    return _command(_COMMANDS[finding.severity], {**place, "title": finding.id}, message)


def _command(name: str, properties: Mapping[str, object], message: str) -> str:
    """A workflow command, its values and message escaped as GitHub's runner reads them."""
    given = ",".join(f"{key}={_property(plain(str(value)))}" for key, value in properties.items())
    return f"::{name} {given}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _logged(line: str) -> str:
    """A line that is no command: those begin with `::`, or in their old form have `##[` anywhere."""
    return "- " + line.replace("##[", "## [")


def _sentence(finding: Finding) -> str:
    parts = (("handout", finding.handout), ("block", finding.block), ("language", finding.language))
    place = ", ".join(f"{name} {value}" for name, value in parts if value)
    return plain(f"{finding.what} ({place})" if place else finding.what)


# --- SARIF ----------------------------------------------------------------------------------------

SARIF_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.HINT: "note", None: "none"}


def as_sarif(report: Report) -> str:
    """A report in the Static Analysis Results Interchange Format (OASIS SARIF 2.1.0)."""
    rules = _rules(report)
    fingerprints = _Fingerprints()
    index = {rule["id"]: number for number, rule in enumerate(rules)}
    told: list[tuple[Finding, Muted | None]] = [(finding, None) for finding in worst_first(report.findings)]
    told += [(muted.finding, muted) for muted in report.muted]
    driver = {"name": "handouts", "version": __version__, "semanticVersion": __version__, "rules": rules}
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": f"handouts/{report.profile}/"},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, muted, index, fingerprints) for finding, muted in told],
    }
    return json.dumps({"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rules(report: Report) -> list[dict[str, Any]]:
    """The checks that ran, and what else was found: each result names one of them."""
    rules = [_check_rule(check, report) for check in report.checks]
    known = {check.id for check in report.checks}
    found = {finding.id for finding in (*report.findings, *(muted.finding for muted in report.muted))} - known
    return [*rules, *(_diagnostic_rule(each) for each in DIAGNOSTICS if each.id in found)]


def _check_rule(check: Check[Any], report: Report) -> dict[str, Any]:
    severity = check.severity(report.profile)
    standards = "; ".join(filter(None, (check.number, *check.standards)))
    return {
        "id": check.id,
        "shortDescription": {"text": plain(check.title)},
        "fullDescription": {"text": plain(check.rationale)},
        "help": {"text": plain(check.remedy) + (f"\n\nAsked for by: {plain(standards)}" if standards else "")},
        "defaultConfiguration": {"enabled": severity is not None, "level": _LEVELS[severity]},
        "properties": {"tags": [check.level, *filter(None, check.number.split(", "))]},
    }


def _diagnostic_rule(diagnostic: Diagnostic) -> dict[str, Any]:
    return {
        "id": diagnostic.id,
        "shortDescription": {"text": diagnostic.title},
        "fullDescription": {"text": diagnostic.title},
        "help": {"text": diagnostic.remedy},
        "defaultConfiguration": {"enabled": True, "level": _LEVELS[diagnostic.severity]},
    }


def _result(
    finding: Finding, muted: Muted | None, index: Mapping[str, int], fingerprints: _Fingerprints
) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.id,
        "level": _LEVELS[finding.severity],
        "message": {"text": f"{_sentence(finding)}\nRemedy: {plain(finding.remedy)}"},
        "locations": [_location(finding)] if finding.where.path else [],
        "partialFingerprints": {"handoutsFinding/v1": fingerprints.of(finding)},
    }
    if finding.id in index:
        result["ruleIndex"] = index[finding.id]
    if muted is not None:
        reason = plain(f"{muted.mute.because} (until {muted.mute.until})")
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": reason}]
    return result


def _location(finding: Finding) -> dict[str, Any]:
    where = finding.where
    region = {"startLine": where.line, "startColumn": where.column}
    physical = {"artifactLocation": {"uri": as_uri(where)}, "region": region}
    name = "/".join(filter(None, (finding.handout, finding.language, finding.block)))
    logical = {"logicalLocations": [{"fullyQualifiedName": plain(name)}]} if name else {}
    return {"physicalLocation": physical, **logical}


_IN_URIS: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")


def as_uri(where: Location) -> str:
    """The file's address (RFC 3986): relative where the path is, every byte of UTF-8 that may not stand escaped."""
    raw = where.path.encode("utf-8", "surrogateescape")
    quoted = "".join(chr(byte) if byte in _IN_URIS else f"%{byte:02X}" for byte in raw)
    return f"file://{quoted}" if quoted.startswith("/") else quoted


class _Fingerprints:
    """Names for findings that stay the same when lines move; the second of two alike has another than the first."""

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()

    def of(self, finding: Finding) -> str:
        parts = (finding.id, finding.where.path, finding.handout, finding.language, finding.block, finding.what)
        text = "\n".join(map(plain, parts))
        self.seen[text] += 1
        return hashlib.sha256(f"{text}\n{self.seen[text]}".encode()).hexdigest()


# --- JUnit ----------------------------------------------------------------------------------------

_SHARED: Final = LookedAt("shared files", SOURCE_LANGUAGE)
"""What belongs to no handout: brands, claims, kinds, mutes."""


def as_junit(report: Report) -> str:
    """A report as JUnit's XML: a suite a handout and language, a case a check that looked at it.

    An error fails its case; warnings and hints are told in a case that passes; what is muted skips it.
    """
    root = ET.Element("testsuites", name=f"handouts check, {report.profile}")
    for suite in _suites(report):
        root.append(_suite(suite, report))
    for total in ("tests", "failures", "errors"):
        root.set(total, str(sum(int(suite.get(total, "0")) for suite in root)))
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _suites(report: Report) -> list[LookedAt]:
    """The handouts looked at, those that could not be, and last the shared files."""
    known = {(each.handout, each.language): each for each in report.looked_at}
    for finding in (*report.findings, *(muted.finding for muted in report.muted)):
        pair = _pair(finding)
        known.setdefault(pair, LookedAt(*pair, levels=frozenset()))
    known.pop(_pair_of(_SHARED), None)
    return [*known.values(), _SHARED]


def _pair(finding: Finding) -> tuple[str, str]:
    return (finding.handout, finding.language or SOURCE_LANGUAGE) if finding.handout else _pair_of(_SHARED)


def _pair_of(each: LookedAt) -> tuple[str, str]:
    return each.handout, each.language


def _suite(each: LookedAt, report: Report) -> ET.Element:
    found = [finding for finding in report.findings if _pair(finding) == _pair_of(each)]
    muted = [one for one in report.muted if _pair(one.finding) == _pair_of(each)]
    ran = [check.id for check in report.checks if (check.level is Level.BRAND if each is _SHARED else each.by(check))]
    names = dict.fromkeys([*ran, *(finding.id for finding in found), *(one.finding.id for one in muted)])
    name = plain(each.handout if each is _SHARED else f"{each.handout}, {each.language}")
    cases = [_case(name, id_, _of(id_, found), [one for one in muted if one.finding.id == id_]) for id_ in names]
    suite = ET.Element("testsuite", name=name, timestamp=f"{report.today}T00:00:00")
    suite.set("tests", str(len(cases)))
    suite.set("failures", str(sum(case.find("failure") is not None for case in cases)))
    suite.set("errors", "0")
    suite.set("skipped", str(sum(case.find("skipped") is not None for case in cases)))
    suite.extend(cases)
    return suite


def _of(id_: str, findings: Iterable[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.id == id_]


def _case(suite: str, id_: str, found: list[Finding], muted: list[Muted]) -> ET.Element:
    case = ET.Element("testcase", classname=suite, name=id_)
    bad = [finding for finding in found if finding.severity is Severity.ERROR]
    told = list(_told(finding for finding in found if finding.severity is not Severity.ERROR))
    if bad:
        message = f"{len(bad)} errors" if len(bad) > 1 else plain(bad[0].what)
        ET.SubElement(case, "failure", message=message, type=id_).text = "\n".join(_told(bad))
        told += [muted_text(one) for one in muted]
    elif muted:
        ET.SubElement(case, "skipped", message="; ".join(dict.fromkeys(map(mute_reason, muted))))
        told += [muted_text(one) for one in muted]
    if told:
        ET.SubElement(case, "system-out").text = "\n".join(told)
    return case


def _told(findings: Iterable[Finding]) -> Iterator[str]:
    return (f"{headline(finding)}\n  remedy: {plain(finding.remedy)}" for finding in findings)


FORMATS: Final[Mapping[str, Callable[[Report], str]]] = {
    "text": as_text,
    "json": as_json,
    "github": as_github,
    "sarif": as_sarif,
    "junit": as_junit,
}

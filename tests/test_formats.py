"""A report as other programs read it. Each format is read back with another reader than ours."""

from __future__ import annotations

import datetime
import json
import os
import re
import unicodedata
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st

from handouts.checks.check import Check, Level, Profile, Written
from handouts.diagnostics import DIAGNOSTICS
from handouts.findings import NOWHERE, Finding, Location, Severity
from handouts.formats import (
    ANNOTATIONS,
    FORMATS,
    JSON_VERSION,
    as_github,
    as_json,
    as_junit,
    as_sarif,
    as_uri,
)
from handouts.mutes import Mute, Muted
from handouts.report import LookedAt, Report

TODAY = datetime.date(2026, 11, 22)
HOSTILE = "a%0A\r\n::error::b,c:d ##[error]e \x1b[2J\x00\u202e\u2066\u2028\ufffe\ud800 <b>&\"']]> \U0001f9ea 肝"


def check(name: str, level: Level = Level.CONTENT, **more: Any) -> Check[Written]:
    told = {"title": f"title of {name}", "rationale": "It matters.", "remedy": "Mend it.", "bad": "x", "good": "y"}
    return Check(id=name, level=level, find=lambda _: (), **{**told, **more})


CHECKS: tuple[Check[Any], ...] = (
    check("plain/long-sentence", number="C05", standards=("NHS style",), draft=Severity.WARNING),
    check("plain/hard-word", languages="all", draft=Severity.HINT),
    check("balance/parts", treatment=True),
    check("brand/contrast", Level.BRAND),
    check("translation/numbers", Level.TRANSLATION, mutable=False),
    check("page/smallest-print", Level.PAGE, number="C01, C02"),
)


def finding(name: str, severity: Severity = Severity.ERROR, line: int = 3, **more: Any) -> Finding:
    return Finding(name, Location("content/a b.yaml", line, 5), f"fault {line}", "do this", severity, **more)


def muted(fault: Finding) -> Muted:
    return Muted(fault, Mute(check=fault.id, because="a good reason for it", until=datetime.date(2027, 1, 31)))


REPORT = Report(
    findings=(
        finding("plain/long-sentence", Severity.WARNING, handout="ahsct", block="fever"),
        finding("source/alias", line=7),
        finding("translation/numbers", line=8, handout="ahsct", language="es"),
        Finding("usage/unknown-brand", NOWHERE, "there is no brand", "use another"),
        finding("plain/hard-word", Severity.HINT, line=9, handout="decide"),
    ),
    today=TODAY,
    muted=(muted(finding("page/smallest-print", handout="ahsct", language="es", line=10)),),
    checks=CHECKS,
    looked_at=(LookedAt("ahsct", "en", treatment=True), LookedAt("ahsct", "es", treatment=True)),
)
EMPTY = Report(findings=(), today=TODAY)


def hostile(text: str = HOSTILE) -> Report:
    whole = text.encode("utf-8", "ignore")
    path = os.fsdecode(whole + b"\xff") if text else ""  # as a system names a file that is not called in UTF-8
    fault = Finding("plain/hard-word", Location(path), text, text, block=text, handout=text, language=text)
    reason = whole.decode() or "x"  # the model takes no half of a character
    mute = Mute(check="plain/hard-word", because=reason, until=TODAY)
    looked = LookedAt(text, text)
    return Report(findings=(fault,), today=TODAY, muted=(Muted(fault, mute),), checks=CHECKS, looked_at=(looked,))


def is_harmless(character: str) -> bool:
    """Neither a control character (but the line's end) nor one that turns the order, nor half of one."""
    steers = unicodedata.bidirectional(character) in {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    return character == "\n" or (unicodedata.category(character) not in {"Cc", "Cs", "Zl", "Zp"} and not steers)


# --- All of them ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_holds_every_finding_and_every_muted_one(name: str) -> None:
    told = FORMATS[name](REPORT)
    for fault in (*REPORT.findings, *(each.finding for each in REPORT.muted)):
        assert fault.id in told
        assert fault.what in told
        assert fault.remedy in told
    assert "a good reason for it" in told
    assert "2027-01-31" in told


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("report", [REPORT, EMPTY, hostile()], ids=["full", "empty", "hostile"])
def test_a_format_is_harmless_and_can_be_written(name: str, report: Report) -> None:
    told = FORMATS[name](report)
    assert told.encode("utf-8").decode("utf-8") == told
    assert not [character for character in told if not is_harmless(character)]
    assert told == "" or told.endswith("\n")


@given(st.text(st.characters(codec=None), max_size=30))
def test_no_text_breaks_a_format(text: str) -> None:
    report = hostile(text)
    for name, write in FORMATS.items():
        told = write(report)
        assert all(map(is_harmless, told)), name
    values = json.loads(as_json(report)), json.loads(as_sarif(report))
    assert all(is_harmless(character) for value in values for character in strings_in(value))
    assert fromstring(as_junit(report)).tag == "testsuites"
    assert {command.name for command in commands(as_github(report))} <= {"error"}
    assert len(commands(as_github(report))) == 1


def strings_in(value: object) -> str:
    if isinstance(value, dict):
        return "".join(map(strings_in, [*value, *value.values()]))
    if isinstance(value, list):
        return "".join(map(strings_in, value))
    return value if isinstance(value, str) else ""


# --- JSON -------------------------------------------------------------------------------------------------


def test_json_has_the_shape_that_is_promised() -> None:
    told = json.loads(as_json(REPORT))
    assert told["version"] == JSON_VERSION == 1
    assert told["profile"] == "draft"
    assert told["date"] == "2026-11-22"
    assert told["summary"] == {"error": 3, "warning": 1, "hint": 1, "muted": 1}
    assert told["looked_at"][1] == {
        "handout": "ahsct",
        "language": "es",
        "treatment": True,
        "levels": ["content", "brand", "translation", "page"],
    }
    assert told["checks"][0] == {
        "id": "plain/long-sentence",
        "title": "title of plain/long-sentence",
        "level": "content",
        "number": "C05",
        "standards": ["NHS style"],
        "severity": "warning",
        "person": False,
        "mutable": True,
    }
    assert [each["severity"] for each in told["findings"]] == ["error", "error", "error", "warning", "hint"]
    assert told["findings"][3] == {
        "id": "plain/long-sentence",
        "severity": "warning",
        "what": "fault 3",
        "remedy": "do this",
        "path": "content/a b.yaml",
        "line": 3,
        "column": 5,
        "handout": "ahsct",
        "block": "fever",
        "language": "en",
    }
    (mute,) = told["muted"]
    assert (mute["because"], mute["until"]) == ("a good reason for it", "2027-01-31")
    assert set(mute) == {*told["findings"][0], "because", "until"}


def test_json_has_the_same_keys_whatever_was_found() -> None:
    assert set(json.loads(as_json(EMPTY))) == set(json.loads(as_json(REPORT)))
    assert len({frozenset(each) for each in json.loads(as_json(REPORT))["findings"]}) == 1


def test_json_is_ascii() -> None:
    assert as_json(hostile()).isascii()


# --- GitHub -----------------------------------------------------------------------------------------------


class Command:
    """A command as GitHub's runner reads a line of a log, in its present form or its old one; None for other lines."""

    def __init__(self, name: str, properties: str, data: str) -> None:
        self.name = name
        self.properties = dict(each.split("=", 1) for each in properties.split(",") if each)
        self.properties = {key: unescaped(value) for key, value in self.properties.items()}
        self.data = unescaped(data)


def unescaped(text: str) -> str:
    for written, meant in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(written, meant)
    return text


def commands(log: str) -> list[Command]:
    found = []
    for line in re.split(r"[\r\n]", log):
        now = re.fullmatch(r"\s*::(\w[\w-]*) ?(.*?)::(.*)", line)
        before = None if now else re.search(r"##\[(\w[\w-]*) ?(.*?)\](.*)", line)
        found += [Command(*each.groups()) for each in (now, before) if each]
    return found


def test_the_reader_of_commands_can_see_a_forged_one() -> None:
    told = commands("  ::set-env name=x::y\nharmless: ##[error file=a]b\n- ::error::c\nx ::error::d\n")
    assert [each.name for each in told] == ["set-env", "error"]


def test_github_shows_the_worst_first_at_its_place() -> None:
    told = commands(as_github(REPORT))
    assert [each.name for each in told] == ["error", "error", "error", "warning", "notice"]
    assert told[0].properties == {"file": "content/a b.yaml", "line": "7", "col": "5", "title": "source/alias"}
    assert told[0].data == "fault 7\nRemedy: do this"
    assert told[2].properties == {"title": "usage/unknown-brand"}
    assert told[3].data.startswith("fault 3 (handout ahsct, block fever)")


def test_github_takes_no_command_from_a_file() -> None:
    log = as_github(hostile())
    (only,) = commands(log)
    assert only.name == "error"
    assert set(only.properties) == {"file", "line", "col", "title"}
    assert only.properties["file"].startswith("a%0A\\u000d\\u000a::error::b,c:d ##[error]e")
    assert only.data.count("\n") == 1
    assert len(log.splitlines()) == 3  # the finding, and two lines of the muted one


def test_github_escapes_what_its_runner_unescapes() -> None:
    report = Report(findings=(Finding("x/y", Location("50%3A,b:c"), "100% %0A", "50%2C"),), today=TODAY)
    assert as_github(report) == (
        "::error file=50%253A%2Cb%3Ac,line=1,col=1,title=x/y::100%25 %250A%0ARemedy: 50%252C\n"
    )


@pytest.mark.parametrize("count", [1, ANNOTATIONS, ANNOTATIONS + 1, 40])
def test_github_says_how_many_it_would_not_show(count: int) -> None:
    faults = [finding("source/alias", line=line + 1) for line in range(count)]
    warnings = [replace(each, severity=Severity.WARNING) for each in faults[:2]]
    log = as_github(Report(findings=(*faults, *warnings), today=TODAY))
    shown = [each for each in commands(log) if each.name == "error"]
    assert len(shown) == min(count, ANNOTATIONS)
    assert len([each for each in commands(log) if each.name == "warning"]) == len(warnings)
    rest = count - ANNOTATIONS + 1 if count > ANNOTATIONS else 0
    assert (f"{rest} more of this kind" in shown[-1].data) is (rest > 0)
    assert sum(line.startswith("- content/") for line in log.splitlines()) == rest
    assert all(f"fault {line + 1}" in log for line in range(count))


# --- SARIF ------------------------------------------------------------------------------------------------

OBJECTS: dict[str, tuple[set[str], set[str]]] = {
    "log": ({"version", "runs"}, {"$schema"}),
    "run": ({"tool"}, {"results", "automationDetails", "columnKind"}),
    "driver": ({"name"}, {"version", "semanticVersion", "rules"}),
    "rule": (
        {"id"},
        {"shortDescription", "fullDescription", "help", "helpUri", "defaultConfiguration", "properties"},
    ),
    "result": (
        {"message"},
        {"ruleId", "ruleIndex", "level", "locations", "partialFingerprints", "suppressions"},
    ),
    "physicalLocation": ({"artifactLocation"}, {"region"}),
    "suppression": ({"kind"}, {"status", "justification"}),
}
"""The keys that SARIF 2.1.0 asks for and those of it that we use, by object (sections 3.13 to 3.49)."""


def in_shape(name: str, value: dict[str, Any]) -> dict[str, Any]:
    needed, others = OBJECTS[name]
    assert needed <= set(value) <= needed | others, name
    return value


def sarif_run(report: Report) -> dict[str, Any]:
    log = in_shape("log", json.loads(as_sarif(report)))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    return in_shape("run", run)


@pytest.mark.parametrize("report", [REPORT, EMPTY, hostile()], ids=["full", "empty", "hostile"])
def test_sarif_has_the_shape_of_the_standard(report: Report) -> None:
    run = sarif_run(report)
    rules = in_shape("driver", run["tool"]["driver"])["rules"]
    assert len({in_shape("rule", rule)["id"] for rule in rules}) == len(rules)
    for rule in rules:
        assert rule["defaultConfiguration"]["level"] in {"none", "note", "warning", "error"}
        assert all(rule[key]["text"] for key in ("shortDescription", "fullDescription", "help"))
    for result in run["results"]:
        assert in_shape("result", result)["level"] in {"none", "note", "warning", "error"}
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        for location in result["locations"]:
            region = in_shape("physicalLocation", location["physicalLocation"])["region"]
            assert min(region.values()) >= 1
        for suppression in result.get("suppressions", ()):
            assert in_shape("suppression", suppression)["kind"] in {"inSource", "external"}
            assert suppression["status"] in {"accepted", "underReview", "rejected"}


def test_sarif_knows_every_check_that_ran_and_what_else_was_found() -> None:
    rules = {rule["id"]: rule for rule in sarif_run(REPORT)["tool"]["driver"]["rules"]}
    assert list(rules) == [*(check.id for check in CHECKS), "source/alias", "usage/unknown-brand"]
    assert rules["plain/long-sentence"]["defaultConfiguration"]["level"] == "warning"
    assert rules["plain/hard-word"]["defaultConfiguration"]["level"] == "note"
    assert "C05; NHS style" in rules["plain/long-sentence"]["help"]["text"]
    assert rules["page/smallest-print"]["properties"]["tags"] == ["page", "C01", "C02"]
    released = sarif_run(replace(REPORT, profile=Profile.RELEASE))["tool"]["driver"]["rules"]
    assert released[0]["defaultConfiguration"]["level"] == "error"


def test_sarif_knows_every_diagnostic() -> None:
    found = tuple(Finding(each.id, Location("a"), "x", "y", each.severity) for each in DIAGNOSTICS)
    rules = {rule["id"]: rule for rule in sarif_run(Report(findings=found, today=TODAY))["tool"]["driver"]["rules"]}
    assert len(rules) == len(DIAGNOSTICS) > 40
    assert rules["mutes/unused"]["defaultConfiguration"]["level"] == "warning"


def test_sarif_results_stand_at_their_places() -> None:
    results = sarif_run(REPORT)["results"]
    assert [each["level"] for each in results] == ["error", "error", "error", "warning", "note", "error"]
    (location,) = results[3]["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "content/a%20b.yaml"},
        "region": {"startLine": 3, "startColumn": 5},
    }
    assert location["logicalLocations"] == [{"fullyQualifiedName": "ahsct/fever"}]
    assert results[2]["locations"] == []  # a name on the command line stands in no file


def test_sarif_says_why_a_finding_is_suppressed() -> None:
    results = sarif_run(REPORT)["results"]
    assert [bool(each.get("suppressions")) for each in results] == [False] * 5 + [True]
    (suppression,) = results[5]["suppressions"]
    assert suppression["justification"] == "a good reason for it (until 2027-01-31)"


def test_a_fingerprint_stays_when_lines_move_and_tells_two_apart() -> None:
    def prints(*faults: Finding) -> list[str]:
        results = sarif_run(Report(findings=faults, today=TODAY))["results"]
        return [each["partialFingerprints"]["handoutsFinding/v1"] for each in results]

    fault = finding("source/alias")
    moved = replace(fault, where=Location(fault.where.path, 90, 1))
    other = replace(fault, block="fever")
    assert prints(fault) == prints(moved)
    assert len(set(prints(fault, moved, other))) == 3
    assert prints(fault, other) == prints(moved, other)


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("content/a.yaml", "content/a.yaml"),
        ("a b/c%d.yaml", "a%20b/c%25d.yaml"),
        ("c:d?e#f", "c%3Ad%3Fe%23f"),
        ("肝.po", "%E8%82%9D.po"),
        ("/srv/a b", "file:///srv/a%20b"),
        ("a\udcffb", "a%FFb"),
    ],
)
def test_a_path_becomes_an_address(path: str, uri: str) -> None:
    assert as_uri(Location(path)) == uri


# --- JUnit ------------------------------------------------------------------------------------------------


def suites(report: Report) -> dict[str, ET.Element]:
    root = fromstring(as_junit(report))
    for suite in root:
        cases = suite.findall("testcase")
        assert len({case.get("name") for case in cases}) == len(cases)
        assert suite.get("tests") == str(len(cases))
        assert suite.get("failures") == str(len(suite.findall("testcase/failure")))
        assert suite.get("skipped") == str(len(suite.findall("testcase/skipped")))
    assert root.get("tests") == str(len(root.findall("testsuite/testcase")))
    assert root.get("failures") == str(len(root.findall("testsuite/testcase/failure")))
    return {str(suite.get("name")): suite for suite in root}


def outcomes(suite: ET.Element) -> dict[str, str]:
    return {
        str(case.get("name")): next((part.tag for part in case if part.tag != "system-out"), "passed") for case in suite
    }


def test_junit_has_a_case_for_each_check_that_looked_at_the_handout() -> None:
    told = suites(REPORT)
    assert list(told) == ["ahsct, en", "ahsct, es", "decide, en", "shared files"]
    assert outcomes(told["ahsct, en"]) == {
        "plain/long-sentence": "passed",  # a warning
        "plain/hard-word": "passed",
        "balance/parts": "passed",
        "page/smallest-print": "passed",
    }
    assert outcomes(told["ahsct, es"]) == {
        "plain/hard-word": "passed",
        "translation/numbers": "failure",
        "page/smallest-print": "skipped",
    }
    assert outcomes(told["decide, en"]) == {"plain/hard-word": "passed"}  # nobody looked at it, so only what was found
    assert outcomes(told["shared files"]) == {
        "brand/contrast": "passed",
        "source/alias": "failure",
        "usage/unknown-brand": "failure",
    }


def test_junit_lets_no_check_pass_that_did_not_look() -> None:
    stopped = LookedAt("ahsct", "en", treatment=False, levels=frozenset([Level.CONTENT]))
    told = suites(replace(REPORT, findings=(), muted=(), looked_at=(stopped,)))
    assert outcomes(told["ahsct, en"]) == {"plain/long-sentence": "passed", "plain/hard-word": "passed"}


def test_junit_tells_all_errors_of_a_check_in_one_case() -> None:
    faults = tuple(finding("plain/hard-word", line=line, handout="ahsct") for line in (3, 4))
    skipped = muted(finding("plain/hard-word", line=5, handout="ahsct"))
    suite = suites(replace(REPORT, findings=faults, muted=(skipped,)))["ahsct, en"]
    (failure,) = suite.findall("testcase/failure")
    assert failure.get("message") == "2 errors"
    assert "fault 3" in str(failure.text)
    assert "fault 4" in str(failure.text)
    assert "fault 5" in str(suite.findtext("testcase/system-out"))
    assert "muted until 2027-01-31" in str(suite.findtext("testcase/system-out"))


def test_junit_tells_warnings_in_a_case_that_passes() -> None:
    suite = suites(REPORT)["ahsct, en"]
    assert "fault 3" in str(suite.findtext("testcase/system-out"))

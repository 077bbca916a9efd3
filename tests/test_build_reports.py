"""What a build says: its report in each format, why each file was made, and a log that no file can give commands to."""

from __future__ import annotations

import argparse
import datetime
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st
from specimens import TODAY, write_tiny

from handouts import build_commands
from handouts.batch import Job
from handouts.checks import registry
from handouts.checks.check import Level, Profile
from handouts.cli import main
from handouts.findings import NOWHERE, Finding, HandoutError, Location, Severity
from handouts.formats import FORMATS
from handouts.mutes import Mute, Muted
from handouts.pipeline import Made, Result
from handouts.progress import Progress
from handouts.record import report_as_data, report_of
from handouts.report import LookedAt, Report, log_text

HOSTILE = "::error file=a::b\n::set-env name=c::d ##[error]e\r\x0b::warning::f ##[command]g \x1b[2J"
COMMAND = re.compile(r"^\s*::\w|##\[", re.MULTILINE)
"""How a CI runner knows a command in a log: `::` at the beginning of a line, or in its old form `##[` anywhere."""
TINY = ["tiny", "--lang=en", "--paper=a4", f"--today={TODAY}", "--project=project", "--jobs=1"]
PATH = "default/en/tiny-standard-a4.pdf"


def without_annotations(log: str) -> str:
    """The lines of a log less our own annotations, each of which is one command whatever it says."""
    return re.sub(r"^::(?:error|warning|notice) (?:file=[^\n]*,)?title=[^\n]*$", "", log, flags=re.MULTILINE)


@pytest.fixture
def here(tmp_path: Path, cache_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder with a clinic's project in it, and the fonts of the run."""
    monkeypatch.setenv("XDG_CACHE_HOME", os.fspath(cache_home))
    monkeypatch.chdir(tmp_path)
    write_tiny(tmp_path / "project", "tiny")
    return tmp_path


# --- Real builds ----------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("here")
def test_json_of_a_build_says_what_became_of_each_file(capsys: pytest.CaptureFixture[str]) -> None:
    command = ["build", *TINY, "--cache=cache", "--format=json", "--explain"]
    assert main(command) == 0
    out, err = capsys.readouterr()
    why = "it was not made before, or not with this cache"
    file = {"path": PATH, "how": "made", "why": why}
    assert json.loads(out)["build"] == {"made": 1, "reused": 0, "refused": 0, "drafts": 1, "files": [file]}
    assert f"made {PATH}: {why}\n" in err
    assert main(command) == 0
    again = json.loads(capsys.readouterr().out)["build"]
    assert [again["made"], again["reused"], again["files"][0]["how"]] == [0, 1, "reused"]


def test_every_format_of_a_build_with_a_refused_file_goes_to_a_file(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_tiny(here / "project", "tiny", says="A single { brace.")
    for name in FORMATS:
        assert main(["build", *TINY, "--no-cache", f"--format={name}", f"--output=reports/{name}"]) == 1
        assert capsys.readouterr().out == ""
    told = {name: (here / "reports" / name).read_text("utf-8") for name in FORMATS}
    assert all("content/markup" in each for each in told.values())
    assert json.loads(told["json"])["build"]["files"] == []
    assert json.loads(told["sarif"])["runs"][0]["results"]
    assert int(fromstring(told["junit"]).get("failures", "0")) >= 1
    assert told["github"].startswith("::error file=project/content/handouts/tiny.yaml,line=")


def test_a_page_that_fails_is_a_refused_file(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = here / "project/templates/page.html"
    page.parent.mkdir()
    page.write_text("{{ nothing }}", encoding="utf-8")
    assert main(["build", *TINY, "--no-cache", "--explain"]) == 1
    out, err = capsys.readouterr()
    assert out.startswith(f"refused {PATH}: it has faults\n")
    assert f"1/1 {PATH}: refused" in err
    assert "0 made, 0 reused, 1 refused" in err


def test_no_sentence_of_a_content_file_is_a_command(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_tiny(here / "project", "tiny", says="::error::forged ##[error]forged {")
    for name in FORMATS:
        assert main(["build", *TINY, "--no-cache", "--explain", f"--format={name}"]) == 1
        out, err = capsys.readouterr()
        assert not COMMAND.search(err)
        assert not COMMAND.search(without_annotations(out) if name == "github" else out)
    assert main(["build", *TINY, "--no-cache"]) == 1
    assert "forged" in capsys.readouterr().out


def test_a_report_goes_through_a_link_or_a_pipe_and_takes_nobodys_place(tmp_path: Path) -> None:
    link, pipe = tmp_path / "latest.json", tmp_path / "pipe"
    link.symlink_to(tmp_path / "report.json")
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDWR)
    for output in (link, pipe):
        options = argparse.Namespace(format="json", output=output)
        build_commands.write_report(Report(findings=(), today=TODAY), options)
    with os.fdopen(reader, "rb", buffering=0) as file:
        told = file.read(65536)
    assert link.is_symlink()
    assert pipe.is_fifo()
    assert (tmp_path / "report.json").read_bytes() == told
    assert json.loads(told)["findings"] == []


# --- A log takes no commands ----------------------------------------------------------------------------------


def hostile() -> Result:
    """A build all of whose words come from somebody who wants to command a CI runner."""
    fault = Finding("plain/hard-word", Location(HOSTILE), HOSTILE, HOSTILE, Severity.WARNING, HOSTILE, HOSTILE, HOSTILE)
    mute = Muted(fault, Mute(check="plain/hard-word", because=HOSTILE, until=TODAY))
    made = Made(Job(HOSTILE, HOSTILE, "a4", "standard", HOSTILE), HOSTILE, None, (fault,), why=HOSTILE)
    report = Report(findings=(fault,), muted=(mute,), today=TODAY, looked_at=(LookedAt(HOSTILE, HOSTILE),))
    return Result((made,), report)


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("name", FORMATS)
def test_whatever_a_build_says_its_log_has_no_commands_but_ours(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def build(_request: object, progress: Any, _means: object) -> Result:
        result = hostile()
        progress(1, None)
        progress(1, result.files[0])
        return result

    monkeypatch.setattr(build_commands, "build", build)
    assert main(["build", "--explain", f"--format={name}"]) == 0
    out, err = capsys.readouterr()
    assert not COMMAND.search(err)
    assert not COMMAND.search(without_annotations(out) if name == "github" else out)
    assert len(re.findall("^::warning file=", out, re.MULTILINE)) == (name == "github")
    if name in ("json", "sarif"):
        assert "##[error]e" in json.dumps(json.loads(out))
    if name == "junit":
        assert "##[error]e" in "".join(fromstring(out).itertext())


@pytest.mark.usefixtures("here")
def test_an_error_that_ends_a_command_is_no_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def build(*_: object) -> Result:
        raise HandoutError([Finding("content/markup", Location(HOSTILE), HOSTILE, HOSTILE), *hostile().report.findings])

    monkeypatch.setattr(build_commands, "build", build)
    assert main(["build"]) == 1
    err = capsys.readouterr().err
    assert not COMMAND.search(err)
    assert "content/markup" in err


@given(st.text(st.sampled_from(":# [\n\r\t\u00a0\u2003ab-"), max_size=12))
def test_no_text_of_a_log_is_a_command(text: str) -> None:
    assert not COMMAND.search(log_text(text))


def test_what_is_no_command_stays_as_it_is() -> None:
    text = "content/a.yaml:1:2: error: std::vector # [1]\n  remedy: use `::`\n\n"
    assert log_text(text) == text
    assert log_text("  ::error::a\n##[error]b") == "-   ::error::a\n## [error]b"


# --- Progress -------------------------------------------------------------------------------------------------


def test_files_that_are_reused_are_counted_and_not_named(capsys: pytest.CaptureFixture[str]) -> None:
    job = Job("tiny", "en", "a4", "standard", "default")
    with Progress() as progress:
        progress.hear(3, None)
        for reused in (True, False, True):
            progress.hear(3, Made(job, PATH, None, (), reused=reused))
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"2/3 {PATH}: ")


def test_a_build_after_another_counts_from_the_beginning(capsys: pytest.CaptureFixture[str]) -> None:
    made = Made(Job("tiny", "en", "a4", "standard", "default"), PATH, None, ())
    with Progress() as progress:
        for total in (2, 1):
            progress.hear(total, None)
            for _ in range(total):
                progress.hear(total, made)
    assert [line.partition(" ")[0] for line in capsys.readouterr().err.splitlines()] == ["1/2", "2/2", "1/1"]


# --- What a build that has nothing to do says again -----------------------------------------------------------


@given(st.text(st.characters(codec=None), max_size=20), st.sampled_from(Severity), st.sampled_from(Profile))
def test_a_report_comes_back_from_the_cache_as_it_was(text: str, severity: Severity, profile: Profile) -> None:
    fault = Finding("page/broken", Location(text, 3, 4), text, text, severity, text, text, text)
    mute = Mute(check="plain/hard-word", because="a good reason", until=datetime.date(2027, 1, 31), handout="tiny")
    levels = frozenset({Level.PAGE, Level.CONTENT})
    report = Report(
        findings=(fault, Finding("usage/unknown-brand", NOWHERE, "x", "y")),
        today=TODAY,
        profile=profile,
        muted=(Muted(fault, mute),),
        checks=registry.CHECKS,
        looked_at=(LookedAt("tiny", "en", treatment=True, levels=levels), LookedAt("small", "es")),
    )
    assert report_of(json.loads(json.dumps(report_as_data(report)))) == report


@pytest.mark.parametrize("wrong", [{}, {"today": "x"}, {"checks": ["no/such-check"]}, {"findings": [{}]}])
def test_a_record_that_is_none_is_an_error_that_its_reader_knows(wrong: dict[str, Any]) -> None:
    data = report_as_data(Report(findings=(), today=TODAY))
    with pytest.raises((KeyError, TypeError, ValueError)):
        report_of({**data, **wrong} if wrong else {})


def test_a_build_with_nothing_to_do_reports_what_the_last_one_found(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = []
    for _ in range(2):
        assert main(["build", *TINY, "--cache=cache", "--format=json", f"--output={here}/report.json"]) == 0
        capsys.readouterr()
        told.append(json.loads((here / "report.json").read_text("utf-8")))
    first, again = told
    assert first.pop("build")["made"] == again.pop("build")["reused"] == 1
    assert first == again
    assert first["findings"]

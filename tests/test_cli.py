"""Arguments and exit codes, as a person at a terminal and a script without one meet them."""

from __future__ import annotations

import argparse
import datetime
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from specimens import write_tiny

from handouts import build_commands, cli, desk, layers, pipeline, printing, schema
from handouts.checks.check import Level
from handouts.checks.registry import CHECKS
from handouts.cli import main
from handouts.diagnostics import DIAGNOSTICS
from handouts.explain import as_markdown
from handouts.findings import Finding, Location, Severity
from handouts.formats import FORMATS
from handouts.report import Report

SOURCE = os.fspath(Path(cli.__file__).resolve().parents[1])
COMMANDS = {
    *("appraise", "build", "changes", "check", "explain", "i18n", "list", "merge-manifests", "review", "schema"),
    "verify",
}
WORKERS = {"--jobs", "--scheduler", "--tls-ca", "--tls-cert", "--tls-key", "--memory", "--time-limit"}
OPTIONS = {
    "appraise": {"--lang", "--paper", "--brand", "--project", "--out", "--today", "--profile", "--format", *WORKERS},
    "build": {
        *("--lang", "--paper", "--brand", "--project", "--out", "--today", "--appraise", "--release", *WORKERS),
        *("--cache", "--cache-limit", "--no-cache", "--explain", "--shard", "--format", "--output"),
    },
    "changes": {"--format"},
    "check": {"--lang", "--project", "--today", "--profile", "--level", "--fail-on", "--format", "--output", *WORKERS},
    "explain": {"--markdown"},
    "i18n": set(),
    "review": set(),
    "list": {"--project"},
    "schema": {"--project"},
    "merge-manifests": {"--out"},
    "verify": {"--project", "--today", *WORKERS},
}
TINY = ["tiny", "--lang", "en", "--paper", "a4", "--today", "2026-11-22", "--project", "project"]


@pytest.fixture
def here(tmp_path: Path, cache_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder with a clinic's project in it, and the fonts of the run."""
    monkeypatch.setenv("XDG_CACHE_HOME", os.fspath(cache_home))
    monkeypatch.chdir(tmp_path)
    write_tiny(tmp_path / "project", "tiny")
    return tmp_path


def command(*arguments: str, before: str = "") -> list[str]:
    script = f"import sys\n{before}\nfrom handouts.cli import main\nsys.exit(main(sys.argv[1:]))"
    return [sys.executable, "-c", script, *arguments]


def started(*arguments: str, before: str = "", **more: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": SOURCE, **more}
    run = subprocess.run
    return run(command(*arguments, before=before), env=environment, check=False, capture_output=True, text=True)


def exits(arguments: list[str]) -> int:
    """The exit code, also where argparse itself ends the run."""
    try:
        return main(arguments)
    except SystemExit as stop:
        return int(stop.code or 0)


# --- 0: all is well -----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("here")
def test_a_build_ends_with_0_and_lies_in_dist(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build", *TINY]) == 0
    out, err = capsys.readouterr()
    assert set(re.findall(r"\[([a-z]+)/[a-z-]+\]\n", out)) == {"structure"}  # it has one block
    assert Path("dist/default/en/tiny-standard-a4.pdf").is_file()
    assert list(json.loads(Path("dist/manifest.json").read_text("utf-8"))["files"])
    assert "1 PDF" in err
    assert "0 errors, " in err


@pytest.mark.usefixtures("here")
def test_warnings_alone_end_with_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build", "tiny", "--lang", "es", "--paper", "a4", "--project", "project"]) == 0
    out, err = capsys.readouterr()
    assert "warning: " in out
    assert "[translation/missing]" in out
    assert "0 errors, " in err


@pytest.mark.usefixtures("here")
def test_a_check_of_the_library_ends_with_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--level", "content,brand,translation"]) == 0
    out, err = capsys.readouterr()
    warned = re.findall(r": warning: .*\[([a-z/-]+)\]\n", out)
    assert set(warned) == {"claims/unverified"}  # what only a person can look up again
    assert err.startswith(f"0 errors, {len(warned)} warnings, ")


@pytest.mark.usefixtures("here")
def test_the_list_names_the_handouts(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "--project", "project"]) == 0
    rows = [line.split(maxsplit=2) for line in capsys.readouterr().out.splitlines()]
    assert len(rows) == 8
    assert ["tiny", "1.0", "A tiny handout"] in rows


@pytest.mark.usefixtures("here")
def test_a_schema_is_json(capsys: pytest.CaptureFixture[str]) -> None:
    for name in schema.names():
        assert main(["schema", name]) == 0
        assert "$schema" in json.loads(capsys.readouterr().out)


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert exits(["--version"]) == 0
    assert re.fullmatch(r"handouts \d+\.\d+\.\d+\n", capsys.readouterr().out)


# --- 1: findings --------------------------------------------------------------------------------------------


def test_a_broken_handout_ends_with_1_and_is_told(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_tiny(here / "project", "tiny", says="A single { brace.")
    write_tiny(here / "project", "small")
    assert main(["build", "tiny", "small", *TINY[1:]]) == 1
    out, err = capsys.readouterr()
    assert "project/content/handouts/tiny.yaml:17:" in out
    assert "  remedy: " in out
    assert "1 PDF" in err
    assert "1 error, " in err
    assert main(["check", "tiny", "--lang", "en", "--project", "project"]) == 1


def test_a_broken_brand_ends_with_1(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    brand = here / "project/content/brands/own/brand.yaml"
    brand.parent.mkdir(parents=True)
    brand.write_text("id: own\nregoin: us\n", encoding="utf-8")
    assert main(["build", *TINY, "--brand", "own"]) == 1
    assert "did you mean `region`" in "".join(capsys.readouterr())


def test_an_output_that_cannot_be_written_ends_with_1(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "dist").write_text("a file", encoding="utf-8")
    assert main(["build", *TINY]) == 1
    assert "[publish/write]" in "".join(capsys.readouterr())


@pytest.mark.usefixtures("here")
def test_a_list_with_a_broken_handout_ends_with_1(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "project/content/handouts/tiny.yaml").write_text("id: [", encoding="utf-8")
    assert main(["list", "--project", "project"]) == 1
    out, err = capsys.readouterr()
    assert len(out.splitlines()) == 7
    assert "tiny.yaml:" in err


# --- 2: wrong use -------------------------------------------------------------------------------------------

WRONG = {
    "an unknown handout": (["build", "ahcst"], "did you mean `ahsct`?"),
    "an unknown language": (["build", "--lang", "zh-Hant"], "did you mean `zh-Hans`?"),
    "an unknown paper": (["build", "--paper", "lettre"], "did you mean `letter`?"),
    "an unknown brand": (["build", "--brand", "sampel"], "did you mean `sample`?"),
    "a language like no other": (["build", "--lang", "xx"], "`am`, `ar`, `bn`, `en`, `es`"),
    "an unknown handout to check": (["check", "ahcst"], "did you mean `ahsct`?"),
    "no such project": (["build", "--project", "nowhere"], "nowhere"),
    "no such project to list": (["list", "--project", "nowhere"], "nowhere"),
    "no such project to check": (["check", "--project", "nowhere"], "nowhere"),
    "no such project for a schema": (["schema", "--project", "nowhere"], "nowhere"),
    "a date that is none": (["build", "--today", "22.11.2026"], "2026-11-22"),
    "an unknown command": (["bulid"], "build"),
    "no command": ([], "COMMAND"),
    "an unknown option": (["build", "--papper", "a4"], "--papper"),
    "an unknown schema": (["schema", "handuot"], "handout"),
    "an unknown profile": (["check", "--profile", "relaese"], "release"),
    "an unknown level": (["check", "--level", "content,pages"], "`pages` is not a level; use some of: content, brand"),
    "no level": (["check", "--level", ","], "no level is named"),
    "an unknown format": (["check", "--format", "xml"], "junit"),
    "an unknown severity": (["check", "--fail-on", "errors"], "hint"),
    "an unknown check": (["explain", "source/alais"], "did you mean `source/alias`?"),
    "a check and the whole manual": (["explain", "source/alias", "--markdown"], "not allowed with"),
}


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("name", WRONG)
def test_wrong_use_ends_with_2_and_the_way_out(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    arguments, remedy = WRONG[name]
    assert exits(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert remedy in err
    assert "Traceback" not in err
    assert not Path("dist").exists()


@pytest.mark.usefixtures("here")
def test_all_wrong_names_are_told_in_one_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build", "ahcst", "decied", "--lang", "enn,ess", "--paper", "a5", "--brand", "sampel"]) == 2
    err = capsys.readouterr().err
    assert len(re.findall(r"^handouts: error: there is no", err, re.MULTILINE)) == 6
    assert err.count("  remedy: ") == 6


# --- 3: the machine lacks something -------------------------------------------------------------------------

NO_PANGO = """
import sys
class Door:
    def find_spec(self, name, path=None, target=None):
        if name == "weasyprint":
            raise OSError("cannot load library 'libgobject-2.0-0': no such file\\nand more")
sys.meta_path.insert(0, Door())
"""


@pytest.mark.usefixtures("here")
def test_a_machine_without_pango_ends_with_3() -> None:
    Path("closed").mkdir()
    Path("closed/sitecustomize.py").write_text(NO_PANGO, "utf-8")  # workers are closed off too
    done = started(
        "build", "--no-cache", *TINY, PYTHONPATH=os.pathsep.join([SOURCE, os.fspath(Path("closed").resolve())])
    )
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr
    assert "libgobject-2.0-0" in done.stderr
    assert "apt-get install -y libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0" in done.stderr
    assert not Path("dist").exists()


@pytest.mark.usefixtures("here")
def test_checks_and_lists_need_no_pango() -> None:
    words = ["check", "tiny", "--lang", "en", "--project", "project", "--level", "content,brand,translation"]
    for arguments in (words, ["list"], ["schema"], ["--help"]):
        done = started(*arguments, before=NO_PANGO)
        assert done.returncode == 0, done.stderr


@pytest.mark.usefixtures("here")
def test_a_machine_without_the_fonts_ends_with_3() -> None:
    closed = "from handouts import fonts\nfonts._files = lambda package: {}\n"
    done = started("build", *TINY, before=closed)
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr
    assert "pylopdf-fonts-ar" in done.stderr


def test_a_cache_that_cannot_be_written_is_told(here: Path) -> None:
    (here / "file").write_text("", encoding="utf-8")
    done = started("build", *TINY, XDG_CACHE_HOME=os.fspath(here / "file"))
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr
    assert os.fspath(here / "file") in done.stderr


# --- A bug of ours ------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("here")
def test_a_bug_of_ours_keeps_its_traceback() -> None:
    bug = "from handouts import desk\ndesk.for_region = lambda handout, region: 1 / 0\n"
    done = started("build", *TINY, before=bug)
    assert done.returncode == 1
    assert "Traceback" in done.stderr
    assert "ZeroDivisionError" in done.stderr


# --- Help ---------------------------------------------------------------------------------------------------


def help_of(*arguments: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert exits([*arguments, "--help"]) == 0
    return capsys.readouterr().out


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    text = help_of(capsys=capsys)
    rows = dict(re.findall(r"^    ([a-z0-9-]+)\s+(\S.*)$", text, re.MULTILINE))
    assert set(rows) == COMMANDS
    assert "exit codes: 0" in " ".join(text.split())


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_help_of_a_command_says_what_each_option_does(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = help_of(name, capsys=capsys)
    told = re.findall(r"^  (--[a-z-]+)(?: [A-Za-z0-9,{}/-]+)?(?: {2,}|\n {10,})(\S+)", text, re.MULTILINE)
    assert {option for option, _ in told} == OPTIONS[name]
    assert max(map(len, text.splitlines())) <= 100
    assert text.startswith(f"usage: handouts {name}")


def test_help_says_what_is_taken_by_default(capsys: pytest.CaptureFixture[str]) -> None:
    text = " ".join(help_of("build", capsys=capsys).split())
    for words in (
        "(default: all)",
        "(default: the brand's)",
        "(default: default)",
        "(default: dist)",
        "(default: today)",
    ):
        assert words in text, words


# --- Progress -----------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("here")
def test_progress_is_plain_lines_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build", *TINY[:3], *TINY[5:], "--paper", "letter,a4", "--no-cache"]) == 0
    err = capsys.readouterr().err
    assert "\x1b" not in err
    assert "\r" not in err
    lines = err.splitlines()
    assert re.fullmatch(r"1/2 default/en/tiny-standard-(letter|a4)\.pdf: 1 page, about \d+:\d\d left", lines[0])
    assert re.fullmatch(r"2/2 default/en/tiny-standard-(letter|a4)\.pdf: 1 page", lines[1])
    assert len(lines) == 3


@pytest.mark.usefixtures("here")
def test_a_refused_file_is_told_in_the_progress(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = here / "project/templates/page.html"
    page.parent.mkdir()
    page.write_text("{{ nothing }}", encoding="utf-8")
    assert main(["build", *TINY]) == 1
    assert "default/en/tiny-standard-a4.pdf: refused" in capsys.readouterr().err


@pytest.mark.usefixtures("here")
def test_progress_is_a_bar_on_a_terminal() -> None:
    # rich takes the word of TTY_COMPATIBLE for it: a bare machine has no pseudo-terminals to open
    environment = {**os.environ, "PYTHONPATH": SOURCE, "TERM": "xterm", "COLUMNS": "100", "TTY_COMPATIBLE": "1"}
    done = subprocess.run(command("build", *TINY), env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "━" in done.stderr or "#" in done.stderr
    assert "1/1" in done.stderr
    assert "tiny-standard-a4.pdf" not in done.stderr


@pytest.mark.usefixtures("here")
def test_a_reader_that_has_seen_enough_is_no_bug() -> None:
    process = subprocess.Popen(
        command("schema"),
        env={**os.environ, "PYTHONPATH": SOURCE},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    talk = process.stderr.read()
    process.stderr.close()
    process.wait(60)
    assert "Traceback" not in talk
    assert "Exception ignored" not in talk


# --- What a check writes, and when it fails ------------------------------------------------------------------


def with_findings(monkeypatch: pytest.MonkeyPatch, *severities: Severity) -> list[argparse.Namespace]:
    """Let the next checks find that much; the options that they are given."""
    asked: list[argparse.Namespace] = []
    found = tuple(Finding("x/y", Location("a.yaml", 2), f"fault {each}", "mend it", each) for each in severities)

    def checked(options: argparse.Namespace) -> Report:
        asked.append(options)
        return Report(findings=found, today=datetime.date(2026, 11, 22))

    monkeypatch.setattr(cli, "_checked", checked)
    return asked


@pytest.mark.parametrize("found", Severity)
@pytest.mark.parametrize("least", [*Severity, "never"])
def test_a_check_fails_from_the_severity_on_that_is_asked_for(
    found: Severity, least: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_findings(monkeypatch, found)
    order = ["never", *Severity]
    fails = least != "never" and order.index(found) <= order.index(least)
    assert main(["check", "--fail-on", least]) == (1 if fails else 0)


def test_a_check_fails_for_errors_only_if_nothing_else_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with_findings(monkeypatch, Severity.WARNING)
    assert main(["check"]) == 0
    with_findings(monkeypatch, Severity.ERROR)
    assert main(["check"]) == 1


@pytest.mark.parametrize("name", FORMATS)
def test_a_check_writes_data_to_standard_output_and_talk_to_standard_error(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with_findings(monkeypatch, Severity.ERROR, Severity.HINT)
    assert main(["check", "--format", name]) == 1
    out, err = capsys.readouterr()
    assert out == FORMATS[name](cli._checked(argparse.Namespace()))
    assert err == "1 error, 0 warnings, 1 hint\n"


def test_a_check_writes_to_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with_findings(monkeypatch, Severity.ERROR)
    path = tmp_path / "reports/check.json"
    assert main(["check", "--format", "json", "--output", os.fspath(path)]) == 1
    assert capsys.readouterr().out == ""
    assert json.loads(path.read_text("utf-8"))["summary"]["error"] == 1


def test_a_report_that_cannot_be_written_ends_with_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with_findings(monkeypatch)
    (tmp_path / "file").write_text("", "utf-8")
    assert main(["check", "--output", os.fspath(tmp_path / "file/check.txt")]) == 1
    assert "[publish/write]" in capsys.readouterr().err


def test_a_check_looks_at_what_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = with_findings(monkeypatch)
    assert main(["check"]) == 0
    assert main(["check", "--profile", "release", "--level", "page, content"]) == 0
    assert [each.profile for each in asked] == ["draft", "release"]
    assert [each.level for each in asked] == [frozenset(Level), frozenset([Level.PAGE, Level.CONTENT])]


@pytest.mark.usefixtures("here")
def test_a_broken_handout_is_told_in_every_format(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_tiny(here / "project", "tiny", says="A single { brace.")
    for name in FORMATS:
        assert main(["check", "tiny", "--lang", "en", "--project", "project", "--format", name]) == 1
        out = capsys.readouterr().out
        assert "content/markup" in out
        assert "project/content/handouts/tiny.yaml" in out


# --- Explaining ---------------------------------------------------------------------------------------------


def test_an_id_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "source/alias"]) == 0
    assert capsys.readouterr().out.startswith("source/alias: ")


def test_all_ids_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain"]) == 0
    out = capsys.readouterr().out
    assert all(name in out for name in [*(each.id for each in CHECKS), *(each.id for each in DIAGNOSTICS)])


def test_the_manual_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "--markdown"]) == 0
    assert capsys.readouterr().out == as_markdown(CHECKS)


# --- Listing ------------------------------------------------------------------------------------------------


def test_a_title_of_the_list_steers_no_terminal(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = here / "project/content/handouts/tiny.yaml"
    text = path.read_text("utf-8")
    assert "A tiny handout" in text
    path.write_text(text.replace("title: A tiny handout", 'title: "A \\e[2J\\u202Etiny handout"'), "utf-8")
    assert main(["list", "--project", "project"]) == 0
    out = capsys.readouterr().out
    assert r"A \u001b[2J\u202etiny handout" in out
    assert not {"\x1b", "\u202e"} & set(out)


# --- Options reach the build --------------------------------------------------------------------------------


@pytest.mark.usefixtures("here")
def test_options_choose_what_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[desk.Request] = []

    def note(request: desk.Request, _progress: Callable[..., None], _means: printing.Means) -> pipeline.Result:
        asked.append(request)
        return pipeline.Result((), Report(findings=(), today=request.today))

    monkeypatch.setattr(build_commands, "build", note)
    options = ["--lang", "es, ar,", "--paper", "letter", "--brand", "sample", "--out", "elsewhere"]
    assert main(["build", "decide", "after", *options, "--project", "project", "--today", "2026-01-31"]) == 0
    (request,) = asked
    assert request.handouts == ("decide", "after")
    assert request.languages == ("es", "ar")
    assert request.papers == ("letter",)
    assert (request.brand, request.project, request.out) == ("sample", Path("project"), Path("elsewhere"))
    assert request.today.isoformat() == "2026-01-31"


def test_help_is_quick_and_imports_no_typesetter() -> None:
    done = started("--help", before="import atexit\natexit.register(lambda: print('weasyprint' in sys.modules))\n")
    assert done.returncode == 0
    assert done.stdout.endswith("False\n")
    assert layers.library_root().is_dir()

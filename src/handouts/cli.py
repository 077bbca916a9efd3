"""Arguments, exit codes, and nothing else."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from handouts import __version__, schema
from handouts.appraisal.sheet import endings
from handouts.arguments import add_project, counted, project_here, today, words
from handouts.build_commands import (
    add_brand_and_out,
    add_choice,
    add_output,
    add_workers,
    means_of,
    request_of,
    write_report,
)
from handouts.build_commands import add_commands as add_build
from handouts.changes import changes_json, changes_text, find_changes, read_sheets
from handouts.checks.check import Level, Profile
from handouts.checks.registry import CHECKS
from handouts.desk import DEFAULT_BRAND, Request
from handouts.explain import as_markdown, explain, list_all
from handouts.findings import HandoutError, MachineLacks, Severity, UsageError
from handouts.i18n.commands import add_commands
from handouts.layers import Layers
from handouts.pipeline import appraise, check, print_proof
from handouts.publish import write_whole
from handouts.reader import handout_ids, read_handout
from handouts.render import PAPERS
from handouts.report import Report, finding_text, plain, summary_text
from handouts.review_commands import add_commands as add_review
from handouts.shelf import read_shelf

CLEAN, FINDINGS, USAGE, MACHINE, STOPPED = 0, 1, 2, 3, 130
NEVER: Final = "never"

_EPILOG = (
    """exit codes: 0 all is well (warnings allowed), 1 there are findings, 2 wrong use, 3 the machine lacks something"""
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; its exit code."""
    options = _parser().parse_args(arguments)
    try:
        run: Callable[[argparse.Namespace], int] = options.run
        return run(options)
    except UsageError as error:
        return _refuse(error, USAGE)
    except MachineLacks as error:
        return _refuse(error, MACHINE)
    except HandoutError as error:
        return _refuse(error, FINDINGS)
    except KeyboardInterrupt:
        print("stopped: nothing is half published; with a cache, the same command goes on from there", file=sys.stderr)
        return STOPPED
    except BrokenPipeError:  # the reader (`head`, `less`) has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FINDINGS


def _refuse(error: HandoutError, code: int) -> int:
    for finding in error.findings:
        print(finding_text(finding), file=sys.stderr)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="handouts",
        description="Plain, branded patient handouts in every language, from content blocks to PDF.",
        epilog=_EPILOG,
    )
    parser.add_argument("--version", action="version", version=f"handouts {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    add_build(commands, _EPILOG)
    _add_check(commands)
    _add_explain(commands)
    _add_appraise(commands)
    _add_changes(commands)
    _add_proof(add_commands(commands, _EPILOG))
    add_review(commands, _EPILOG)
    _add_list(commands)
    _add_schema(commands)
    return parser


if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - argparse has no other name for it


def _add_check(commands: Commands) -> None:
    command = commands.add_parser(
        "check",
        help="say what is wrong, make nothing",
        description="Say what is wrong with content, brands, translations and finished PDFs.",
        epilog=_EPILOG,
    )
    add_choice(command)
    _add_judgment(command)
    add_workers(command)
    add_output(command)
    command.set_defaults(run=_check)


def _add_profile(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--profile",
        choices=[*Profile],
        default=Profile.DRAFT,
        help="what the handouts are to be good for: draft or release (default: %(default)s)",
    )


def _add_judgment(command: argparse.ArgumentParser) -> None:
    _add_profile(command)
    command.add_argument(
        "--level",
        metavar="content,page",
        type=_levels,
        default=frozenset(Level),
        help=f"what to look at: {', '.join(Level)} (default: all)",
    )
    command.add_argument(
        "--fail-on",
        choices=[*Severity, NEVER],
        default=Severity.ERROR,
        help="from which severity on the exit code is 1 (default: %(default)s)",
    )


def _add_explain(commands: Commands) -> None:
    command = commands.add_parser(
        "explain",
        help="say what a check asks for, and why",
        description="Say what a check asks for, why, and how to satisfy it; without an ID, list all of them.",
    )
    what = command.add_mutually_exclusive_group()
    what.add_argument("id", metavar="ID", nargs="?", help="the check, as it stands in brackets behind a finding")
    what.add_argument("--markdown", action="store_true", help="print the manual of all checks, docs/checks.md")
    command.set_defaults(run=_explain)


def _add_appraise(commands: Commands) -> None:
    command = commands.add_parser(
        "appraise",
        help="hold handouts against PEMAT, CDC CCI, IPDAS and DISCERN, item by item",
        description="Write an appraisal sheet for each handout and language: what a machine decides, a person attested,"
        " or is open.",
        epilog=_EPILOG,
    )
    add_choice(command)
    add_brand_and_out(command)
    add_workers(command)
    _add_profile(command)
    command.add_argument(
        "--format",
        metavar="pdf,html,json",
        type=_endings,
        default=tuple(endings()),
        help="forms to write (default: all)",
    )
    command.set_defaults(run=_appraise)


def _endings(value: str) -> tuple[str, ...]:
    unknown = [word for word in words(value) if word not in endings()]
    if unknown or not words(value):
        raise argparse.ArgumentTypeError(f"name some of {', '.join(endings())}")
    return words(value)


def _add_changes(commands: Commands) -> None:
    command = commands.add_parser(
        "changes",
        help="say what changed between two builds",
        description="Say what changed between two builds: blocks, stale languages, prints to withdraw.",
        epilog="exit codes: 0 nothing changed, 1 something did, 2 a manifest cannot be used",
    )
    command.add_argument("old", metavar="OLD", type=Path, help="the earlier build: its folder or manifest.json")
    command.add_argument("new", metavar="NEW", type=Path, help="the later build")
    command.add_argument("--format", choices=("text", "json"), default="text", help="how to write it (default: text)")
    command.set_defaults(run=_changes)


def _add_proof(commands: Commands) -> None:
    says = "Print a handout in English and in another language side by side, sentence by sentence, to mark on paper."
    command = commands.add_parser("proof", help="print both languages side by side", description=says)
    command.add_argument("handout", metavar="ID", help="the handout")
    command.add_argument("--lang", metavar="TAG", required=True, help="the language, as es or zh-Hans")
    command.add_argument("--out", metavar="FILE", type=Path, help="where to (default: its place in dist)")
    command.add_argument("--paper", choices=[*PAPERS], default="a4", help="the paper (default: %(default)s)")
    command.add_argument("--brand", metavar="ID", default=DEFAULT_BRAND, help="whose name (default: %(default)s)")
    add_project(command)
    command.set_defaults(run=_proof)


def _add_list(commands: Commands) -> None:
    command = commands.add_parser(
        "list", help="name the handouts", description="Name the handouts, with version and title."
    )
    add_project(command)
    command.set_defaults(run=_list)


def _add_schema(commands: Commands) -> None:
    command = commands.add_parser(
        "schema",
        help="print the JSON Schema for an editor",
        description="Print the JSON Schema of a kind of file, for completion in an editor.",
    )
    command.add_argument(
        "name",
        metavar="NAME",
        nargs="?",
        default="handout",
        choices=schema.names(),
        help=f"which: {', '.join(schema.names())} (default: %(default)s)",
    )
    add_project(command)
    command.set_defaults(run=_schema)


def _levels(value: str) -> frozenset[Level]:
    named_levels = words(value)
    unknown = [word for word in named_levels if word not in [*Level]]
    if unknown or not named_levels:
        named = f"`{unknown[0]}` is not a level" if unknown else "no level is named"
        raise argparse.ArgumentTypeError(f"{named}; use some of: {', '.join(Level)}")
    return frozenset(map(Level, named_levels))


def _check(options: argparse.Namespace) -> int:
    report = _checked(options)
    write_report(report, options)
    print(summary_text(report.findings, report.muted), file=sys.stderr)
    return FINDINGS if report.fails(None if options.fail_on == NEVER else Severity(options.fail_on)) else CLEAN


def _checked(options: argparse.Namespace) -> Report:
    profile = Profile(options.profile)
    request = replace(request_of(options), profile=profile)
    return check(request, options.level, means_of(options, request))


def _explain(options: argparse.Namespace) -> int:
    if options.markdown:
        sys.stdout.write(as_markdown(CHECKS))
    else:
        sys.stdout.write(explain(options.id, CHECKS) if options.id else list_all(CHECKS))
    return CLEAN


def _appraise(options: argparse.Namespace) -> int:
    request = replace(request_of(options), profile=Profile(options.profile))
    written, report = appraise(request, options.format, means_of(options, request))
    for path in written:
        print(request.out / path)
    print(f"{counted(len(written), 'appraisal')}; {summary_text(report.findings, report.muted)}", file=sys.stderr)
    return FINDINGS if not written else CLEAN


def _proof(options: argparse.Namespace) -> int:
    request = Request(
        today=today(),
        handouts=(options.handout,),
        languages=(options.lang,),
        papers=(options.paper,),
        brand=options.brand,
        project=project_here(options.project),
    )
    path, pdf = print_proof(request)
    out = options.out or Path("dist") / path
    write_whole(out, pdf)
    print(out)
    return CLEAN


def _changes(options: argparse.Namespace) -> int:
    found = find_changes(read_sheets(options.old), read_sheets(options.new))
    print(changes_json(found) if options.format == "json" else changes_text(found))
    for finding in found.findings if options.format == "text" else ():
        print(finding_text(finding))
    return FINDINGS if found else CLEAN


def _list(options: argparse.Namespace) -> int:
    layers = Layers.of(project_here(options.project))
    shelf, _ = read_shelf(layers)
    code = CLEAN
    for handout_id in handout_ids(layers):
        try:
            handout, _ = read_handout(layers, handout_id, shelf.library)
            print(plain(f"{handout.id:<20} {handout.version:<6} {handout.title}"))
        except HandoutError as error:
            code = _refuse(error, FINDINGS)
    return code


def _schema(options: argparse.Namespace) -> int:
    shelf, _ = read_shelf(Layers.of(project_here(options.project)))
    print(json.dumps(schema.schema(options.name, shelf.library), ensure_ascii=False, indent=2))
    return CLEAN

"""The commands of `handouts review`: arguments, exit codes, and nothing else."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from handouts.arguments import add_own_project, add_project, date, own_project, project_here, today, words
from handouts.desk import Request
from handouts.findings import NOWHERE, Finding, UsageError
from handouts.layers import shown_path
from handouts.report import finding_text
from handouts.review import (
    Signature,
    changes_since_text,
    find_changes_since,
    find_standings,
    sign,
    standings_json,
    standings_text,
)
from handouts.signoff import METHODS, ROLES, TRANSLATOR

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - argparse has no other name for it


def add_commands(commands: Commands, epilog: str) -> None:
    """Add `review` with its own commands; the epilog tells the exit codes."""
    group = commands.add_parser(
        "review", help="who has checked what: status, diff, sign", description="Sign-offs, and what changed since."
    )
    inner = group.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_status(inner, epilog)
    _add_diff(inner)
    _add_sign(inner, epilog)


def _add_status(commands: Commands, epilog: str) -> None:
    says = "Say how each handout stands in each language: who has signed, what is wanting, what went stale."
    command = commands.add_parser("status", help="how each handout stands", description=says, epilog=epilog)
    _add_choice(command)
    command.add_argument("--format", choices=("text", "json"), default="text", help="how to write it (default: text)")
    command.set_defaults(run=_status)


def _add_diff(commands: Commands) -> None:
    command = commands.add_parser(
        "diff",
        help="the words that were signed, and those of now",
        description="Show what changed since it was signed, block by block: the words then and now.",
        epilog="exit codes: 0 nothing changed, 1 something did or a handout has faults, 2 wrong use",
    )
    _add_choice(command)
    command.set_defaults(run=_diff)


def _add_choice(command: argparse.ArgumentParser) -> None:
    command.add_argument("handouts", metavar="ID", nargs="*", help="handouts to look at (default: all)")
    command.add_argument("--lang", metavar="es,ar", type=words, default=(), help="languages to look at (default: all)")
    add_project(command)
    command.add_argument("--today", metavar="DATE", type=date, help="the date to judge by (default: today)")


def _add_sign(commands: Commands, epilog: str) -> None:
    says = "Record that somebody has checked a handout in a language, word for word as it is now."
    command = commands.add_parser("sign", help="record that somebody has checked it", description=says, epilog=epilog)
    command.add_argument("handout", metavar="ID", help="the handout")
    command.add_argument("--lang", metavar="TAG", required=True, help="the language")
    command.add_argument("--role", choices=ROLES, required=True, help="what the person answers for")
    command.add_argument("--by", metavar="NAME", required=True, help="who: a name, or a role alone")
    command.add_argument("--method", choices=METHODS, help="how a translation came about; a review is human")
    command.add_argument("--on", metavar="DATE", type=date, help="the day of the check (default: today)")
    command.add_argument("--note", default="", help="what else there is to say")
    add_own_project(command)
    command.set_defaults(run=_sign)


def _request(options: argparse.Namespace) -> Request:
    project = project_here(options.project)
    return Request(options.today or today(), tuple(options.handouts), options.lang, project=project)


def _status(options: argparse.Namespace) -> int:
    rows, faults = find_standings(_request(options))
    print(standings_json(rows) if options.format == "json" else standings_text(rows))
    for fault in faults:
        print(finding_text(fault), file=sys.stderr)
    return 1 if faults else 0


def _diff(options: argparse.Namespace) -> int:
    found = find_changes_since(_request(options))
    print(changes_since_text(found))
    return 1 if found else 0


def _sign(options: argparse.Namespace) -> int:
    if options.method is None and options.role == TRANSLATOR:
        what, remedy = "nothing says how the translation came about", f"add `--method` {' or '.join(METHODS)}"
        raise UsageError([Finding("usage/signature", NOWHERE, what, remedy)])
    project = own_project(options.project)
    request = Request(today(), (options.handout,), (options.lang,), project=project)
    signature = Signature(options.role, options.by, options.method or "human", options.note, options.on)
    for path in sign(request, signature):
        print(shown_path(path))
    return 0

"""Arguments, exit codes, and nothing else."""

from __future__ import annotations

import argparse
import datetime
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Self

from handouts import __version__, schema
from handouts.findings import HandoutError, MachineLacks, UsageError, errors
from handouts.layers import Layers
from handouts.pipeline import DEFAULT_BRAND, Made, Request, Result, build, check, read_shelf
from handouts.reader import handout_ids, read_handout
from handouts.report import finding_text, summary_text

CLEAN, FINDINGS, USAGE, MACHINE = 0, 1, 2, 3

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
    _add_build(commands)
    _add_check(commands)
    _add_list(commands)
    _add_schema(commands)
    return parser


if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - argparse has no other name for it


def _add_build(commands: Commands) -> None:
    command = commands.add_parser(
        "build", help="make the PDFs", description="Make the PDFs and dist/manifest.json.", epilog=_EPILOG
    )
    _add_choice(command)
    command.add_argument("--paper", metavar="a4,letter", type=_words, default=(), help="paper (default: the brand's)")
    command.add_argument(
        "--brand", metavar="ID", default=DEFAULT_BRAND, help="whose name and colors (default: %(default)s)"
    )
    command.add_argument(
        "--out", metavar="DIR", type=Path, default=Path("dist"), help="where to (default: %(default)s)"
    )
    command.set_defaults(run=_build)


def _add_check(commands: Commands) -> None:
    command = commands.add_parser(
        "check",
        help="say what is wrong, make nothing",
        description="Say what is wrong with content, translations, brands and templates.",
        epilog=_EPILOG,
    )
    _add_choice(command)
    command.set_defaults(run=_check)


def _add_list(commands: Commands) -> None:
    command = commands.add_parser(
        "list", help="name the handouts", description="Name the handouts, with version and title."
    )
    command.add_argument("--project", metavar="DIR", type=Path, help="a clinic's own folder")
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
    command.add_argument("--project", metavar="DIR", type=Path, help="a clinic's own folder")
    command.set_defaults(run=_schema)


def _add_choice(command: argparse.ArgumentParser) -> None:
    command.add_argument("handouts", metavar="ID", nargs="*", help="handouts to take (default: all)")
    command.add_argument("--lang", metavar="es,ar", type=_words, default=(), help="languages to take (default: all)")
    command.add_argument("--project", metavar="DIR", type=Path, help="a clinic's own folder, laid over the library")
    command.add_argument(
        "--today",
        metavar="DATE",
        type=_date,
        default=None,
        help="the date to print for, as 2026-11-22 (default: today)",
    )


def _words(value: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in value.split(",") if word.strip())


def _date(value: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(value)
    except ValueError:
        raise argparse.ArgumentTypeError(f"`{value}` is not a date such as 2026-11-22") from None


def _request(options: argparse.Namespace) -> Request:
    return Request(
        today=options.today or datetime.datetime.now().astimezone().date(),
        handouts=tuple(options.handouts),
        languages=options.lang,
        papers=getattr(options, "paper", ()),
        brand=getattr(options, "brand", DEFAULT_BRAND),
        project=options.project,
        out=getattr(options, "out", Path("dist")),
    )


def _build(options: argparse.Namespace) -> int:
    request = _request(options)
    with _Progress() as progress:
        result = build(request, progress.hear)
    drafts = sum(sheet.status == "draft" for sheet in result.sheets.values())
    told = _tell(result)
    print(
        f"{len(result.sheets)} PDFs in {request.out} ({drafts} drafts); {summary_text(result.findings)}",
        file=sys.stderr,
    )
    return told


def _check(options: argparse.Namespace) -> int:
    result = check(_request(options))
    told = _tell(result)
    print(summary_text(result.findings), file=sys.stderr)
    return told


def _tell(result: Result) -> int:
    for finding in result.findings:
        print(finding_text(finding))
    return FINDINGS if errors(result.findings) else CLEAN


def _list(options: argparse.Namespace) -> int:
    layers = Layers.of(options.project)
    shelf, _ = read_shelf(layers)
    code = CLEAN
    for handout_id in handout_ids(layers):
        try:
            handout, _ = read_handout(layers, handout_id, shelf.library)
            print(f"{handout.id:<20} {handout.version:<6} {handout.title}")
        except HandoutError as error:
            code = _refuse(error, FINDINGS)
    return code


def _schema(options: argparse.Namespace) -> int:
    shelf, _ = read_shelf(Layers.of(options.project))
    print(json.dumps(schema.schema(options.name, shelf.library), ensure_ascii=False, indent=2))
    return CLEAN


class _Progress:
    """A bar on a terminal, a line a file elsewhere; on standard error."""

    def __init__(self) -> None:
        from rich.console import Console  # only `build` needs it
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        console = Console(stderr=True)
        self.plain = not console.is_terminal
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self.bar = Progress(*columns, console=console, disable=self.plain)
        self.task = self.bar.add_task("handouts")

    def __enter__(self) -> Self:
        self.bar.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.bar.stop()

    def hear(self, total: int, made: Made | None) -> None:
        """Note the number of files to make, or one that was made or refused."""
        self.bar.update(self.task, total=total, advance=0 if made is None else 1)
        if self.plain and made is not None:
            count = made.sheet.pages if made.sheet else 0
            pages = "refused" if made.sheet is None else "1 page" if count == 1 else f"{count} pages"
            print(f"{made.path}: {pages}", file=sys.stderr)

"""The commands that make files or look after them: `build`, `verify` and `merge-manifests`."""

from __future__ import annotations

import argparse
import re
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from handouts import cluster
from handouts.appraisal.sheet import endings
from handouts.arguments import add_project, counted, date, project_here, today, words
from handouts.batch import Executor, Shard
from handouts.cache import LIMIT, FolderCache, NoCache
from handouts.checks.check import Profile
from handouts.desk import DEFAULT_BRAND, EVERY_BRAND, Request
from handouts.findings import Finding, errors
from handouts.fonts import default_store
from handouts.formats import FORMATS
from handouts.pipeline import Result, appraise, build
from handouts.pool import Pool, cores
from handouts.printing import Means
from handouts.progress import Progress
from handouts.publish import write_whole
from handouts.report import MadeFile, Report, Tally, finding_text, log_text, plain, summary_text
from handouts.shards import merge
from handouts.task import SECONDS_A_SHEET, Outcome, Task
from handouts.verify import verify

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - argparse has no other name for it

CLEAN, FINDINGS = 0, 1


def add_commands(commands: Commands, epilog: str) -> None:
    """Add the commands to the parser of the program."""
    _add_build(commands, epilog)
    _add_verify(commands, epilog)
    _add_merge(commands, epilog)


# --- Arguments --------------------------------------------------------------------------------------------------------


def _add_build(commands: Commands, epilog: str) -> None:
    command = commands.add_parser(
        "build", help="make the PDFs", description="Make the PDFs and dist/manifest.json.", epilog=epilog
    )
    add_choice(command)
    add_brand_and_out(command)
    command.add_argument("--appraise", action="store_true", help="write an appraisal of each handout and language too")
    command.add_argument(
        "--release",
        action="store_true",
        help="make sheets to act on: refuse what is not translated, signed and in date, and leave the draft mark out",
    )
    command.add_argument("--shard", metavar="I/N", type=shard, help="make the I-th of N parts, for N machines")
    command.add_argument("--explain", action="store_true", help="say of each file why it was made or reused")
    add_means(command)
    add_output(command)
    command.set_defaults(run=_build)


def add_choice(command: argparse.ArgumentParser) -> None:
    """Which handouts, in which languages, of which project, for which day."""
    command.add_argument("handouts", metavar="ID", nargs="*", help="handouts to take (default: all)")
    command.add_argument("--lang", metavar="es,ar", type=words, default=(), help="languages to take (default: all)")
    add_project(command)
    add_today(command)


def add_today(command: argparse.ArgumentParser) -> None:
    """For which day."""
    command.add_argument(
        "--today",
        metavar="DATE",
        type=date,
        default=None,
        help="the date to print for, as 2026-11-22 (default: today)",
    )


def add_brand_and_out(command: argparse.ArgumentParser) -> None:
    """In which brand, on which paper, and where to."""
    command.add_argument("--paper", metavar="a4,letter", type=words, default=(), help="paper (default: the brand's)")
    command.add_argument(
        "--brand",
        metavar="ID",
        default=DEFAULT_BRAND,
        help=f"whose name and colors, or `{EVERY_BRAND}` (default: %(default)s)",
    )
    command.add_argument(
        "--out", metavar="DIR", type=Path, default=Path("dist"), help="where to (default: %(default)s)"
    )


def add_means(command: argparse.ArgumentParser) -> None:
    """By what means: how many workers, where, and with which cache."""
    add_workers(command)
    command.add_argument(
        "--cache", metavar="DIR", type=Path, help="where finished files are kept (default: in the user's cache folder)"
    )
    command.add_argument(
        "--cache-limit", metavar="SIZE", type=size, default=LIMIT, help="how large it may get, as 500M (default: 2G)"
    )
    command.add_argument("--no-cache", action="store_true", help="make everything, remember nothing")


def add_workers(command: argparse.ArgumentParser) -> None:
    """By how many workers, where, and what each may take."""
    where = command.add_mutually_exclusive_group()
    where.add_argument("--jobs", metavar="N", type=_count, help="workers on this machine (default: one a core)")
    where.add_argument("--scheduler", metavar="ADDRESS", help="a Dask scheduler instead, as tls://host:8786")
    command.add_argument("--tls-ca", metavar="FILE", type=Path, help="the authority of the scheduler's certificate")
    command.add_argument("--tls-cert", metavar="FILE", type=Path, help="our certificate for the scheduler")
    command.add_argument("--tls-key", metavar="FILE", type=Path, help="its key")
    command.add_argument(
        "--memory", metavar="SIZE", type=size, default=0, help="what a worker may take, as 2G (default: no limit)"
    )
    command.add_argument(
        "--time-limit",
        metavar="SECONDS",
        type=_seconds,
        default=SECONDS_A_SHEET,
        help="what a file may take (default: %(default)g)",
    )


def add_output(command: argparse.ArgumentParser) -> None:
    """How findings are written, and where to."""
    command.add_argument(
        "--format", choices=[*FORMATS], default="text", help="how to write the findings (default: %(default)s)"
    )
    command.add_argument(
        "--output", metavar="FILE", type=Path, help="where to write them (default: to standard output)"
    )


def shard(value: str) -> Shard:
    """A part of a build, written as 2/5."""
    found = re.fullmatch(r"([0-9]{1,6})/([0-9]{1,6})", value, re.ASCII)
    if not found or not 1 <= int(found[1]) <= int(found[2]):
        raise argparse.ArgumentTypeError(f"`{value}` is not a part such as 2/5")
    return Shard(int(found[1]), int(found[2]))


_UNITS: Final = {"": 1, "K": 1_000, "M": 1_000_000, "G": 1_000_000_000, "T": 1_000_000_000_000}


def size(value: str) -> int:
    """A number of bytes, written as 500M or 2G."""
    found = re.fullmatch(r"([0-9]{1,15})([KMGT]?)B?", value.upper(), re.ASCII)
    if not found:
        raise argparse.ArgumentTypeError(f"`{value}` is not a size such as 500M or 2G")
    return int(found[1]) * _UNITS[found[2]]


def _count(value: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]{0,3}", value, re.ASCII):
        raise argparse.ArgumentTypeError(f"`{value}` is not a number of workers such as 4")
    return int(value)


def _seconds(value: str) -> float:
    if not re.fullmatch(r"[1-9][0-9]{0,5}", value, re.ASCII):
        raise argparse.ArgumentTypeError(f"`{value}` is not a number of seconds such as 300")
    return float(value)


def request_of(options: argparse.Namespace) -> Request:
    """What the arguments ask for."""
    return Request(
        today=options.today or today(),
        handouts=tuple(options.handouts),
        languages=options.lang,
        papers=getattr(options, "paper", ()),
        brand=getattr(options, "brand", DEFAULT_BRAND),
        project=project_here(options.project),
        out=getattr(options, "out", Path("dist")),
        shard=getattr(options, "shard", None),
    )


def means_of(options: argparse.Namespace, request: Request) -> Means:
    """By what means the arguments say. A release starts without a cache: nobody knows who wrote to it."""
    if request.profile is Profile.RELEASE or getattr(options, "no_cache", True):
        return Means(_executor(options, request.store), NoCache(), options.time_limit)
    folder = options.cache or default_store() / "sheets"
    return Means(_executor(options, request.store), FolderCache(folder, options.cache_limit), options.time_limit)


def _executor(options: argparse.Namespace, store: Path) -> Executor[Task, Outcome]:
    if options.scheduler is None:
        return Pool(options.jobs or cores(), store.resolve(), options.memory)
    keys = cluster.Keys(options.tls_ca, options.tls_cert, options.tls_key)
    return cluster.Cluster(options.scheduler, keys, options.memory, _tell)


def _tell(finding: Finding) -> None:
    print(finding_text(finding), file=sys.stderr)


# --- Build ------------------------------------------------------------------------------------------------------------


def _build(options: argparse.Namespace) -> int:
    with _ends_when_told(), _request_for(options) as request, Progress() as progress:
        means = means_of(options, request)
        result = build(request, progress.hear, means)
        if options.appraise:
            appraise(request, endings(), means)
    tally = tally_of(result)
    if options.explain:
        _explain(tally, options)
    write_report(replace(result.report, tally=tally), options)
    drafts = f"{counted(len(result.sheets), 'PDF')} in {request.out} ({counted(tally.drafts, 'draft')})"
    print(f"{drafts}: {tally}; {summary_text(result.findings, result.report.muted)}", file=sys.stderr)
    return FINDINGS if errors(result.findings) else CLEAN


def _explain(tally: Tally, options: argparse.Namespace) -> None:
    """Say of each file why it was made or reused; where another program reads standard output, beside it."""
    stream = sys.stdout if options.format == "text" or options.output else sys.stderr
    for file in tally.files:
        print(log_text(plain(f"{file.how} {file.path}: {file.why}")), file=stream)


def tally_of(result: Result) -> Tally:
    """What became of each file of a build."""
    files = []
    for each in result.files:
        how = "refused" if each.sheet is None else "reused" if each.reused else "made"
        files.append(MadeFile(each.path, how, each.why))
    return Tally(tuple(files), sum(sheet.status == "draft" for sheet in result.sheets.values()))


def write_report(report: Report, options: argparse.Namespace) -> None:
    """Write what was found in the form and to the place that the arguments say."""
    told = FORMATS[options.format](report).replace("##[", _NO_COMMAND.get(options.format, "##["))
    output: Path | None = options.output
    if output is None:
        sys.stdout.write(told)
    elif output.is_symlink():
        output.write_text(told, encoding="utf-8")
    else:
        write_whole(output, told.encode())


_NO_COMMAND: Final = {"json": r"#\u0023[", "sarif": r"#\u0023[", "junit": "#&#35;["}
"""A report may be written to the log of a CI job, whose runner takes `##[error]` for its own. This means the same."""


@contextmanager
def _request_for(options: argparse.Namespace) -> Iterator[Request]:
    """The request; a release keeps its fonts in a folder of its own, for nobody knows who wrote to the shared one."""
    if not options.release:
        yield request_of(options)
        return
    with tempfile.TemporaryDirectory(prefix="handouts-") as folder:
        yield replace(request_of(options), profile=Profile.RELEASE, store=Path(folder))


@contextmanager
def _ends_when_told() -> Iterator[None]:
    """What ends a job in CI ends it as Ctrl-C does: workers are ended, and nothing half made is left."""

    def end(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


# --- Verify -----------------------------------------------------------------------------------------------------------


def _add_verify(commands: Commands, epilog: str) -> None:
    command = commands.add_parser(
        "verify",
        help="say whether a folder holds what its manifest says, made again with the same bytes",
        description="Hold a folder against its manifest, make every file again without a cache, and compare the bytes.",
        epilog=epilog,
    )
    command.add_argument("out", metavar="DIR", type=Path, nargs="?", default=Path("dist"), help="the folder")
    add_project(command)
    add_today(command)
    add_workers(command)
    command.set_defaults(run=_verify)


def _verify(options: argparse.Namespace) -> int:
    with tempfile.TemporaryDirectory(prefix="handouts-") as folder, _ends_when_told(), Progress() as progress:
        request = Request(options.today or today(), project=project_here(options.project), store=Path(folder))
        found = verify(
            options.out, request, Means(_executor(options, Path(folder)), seconds=options.time_limit), progress.hear
        )
    for finding in found.findings:
        print(finding_text(finding))
    made = f"{found.same} of {counted(found.listed, 'file')} made again with the same bytes"
    print(f"{made}; {summary_text(found.findings)}", file=sys.stderr)
    return FINDINGS if errors(found.findings) else CLEAN


# --- Shards -----------------------------------------------------------------------------------------------------------


def _add_merge(commands: Commands, epilog: str) -> None:
    command = commands.add_parser(
        "merge-manifests",
        help="put the shards of a build together",
        description="Put the folders of all shards of a build together: the same files and manifest as of one build.",
        epilog=epilog,
    )
    command.add_argument("shards", metavar="DIR", type=Path, nargs="+", help="the folder of each shard")
    command.add_argument(
        "--out", metavar="DIR", type=Path, default=Path("dist"), help="where to (default: %(default)s)"
    )
    command.set_defaults(run=_merge)


def _merge(options: argparse.Namespace) -> int:
    number = merge(options.shards, options.out)
    print(f"{counted(number, 'file')} in {options.out}", file=sys.stderr)
    return CLEAN

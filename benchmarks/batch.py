"""What batch builds cost: cold and with little or nothing changed, beside other typesetters, and as they grow.

    PYTHONPATH=src python benchmarks/batch.py --rounds 3 --growth 100,1000,5000

Every build is the `handouts` command with a cache and an output of its own, on a project that copies the library.
Machines differ and are noisy, so read the ratios, and only within one run. A smaller try:

    PYTHONPATH=src python benchmarks/batch.py --rounds 1 --lang en,es --handouts msc,after --sample 4 --growth 50
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, NamedTuple

import arguments
import contenders
import growth
import overhead
import projects
import tables
from commands import HANDOUTS, Build, Built, Cost, middle, timed
from documents import DAY, PAPER, Document, gather
from typesetting import machine

from handouts.arguments import words
from handouts.desk import EVERY_BRAND, Request, plan
from handouts.fonts import default_store

WORKERS: Final = 2
PEERS: Final = ("stock-command", "stock-static", "chromium-command", "chromium")
ONE, COLD, NOTHING = "cold, one worker", "cold, two workers", "nothing changed"
ENGLISH, SPANISH = "one English sentence", "one Spanish sentence"
CLINIC, CLINICS, COLOR = "one clinic, A4, cold", "two clinics, A4, cold", "one color of one of the two"
HELP: Final = "`handouts --help`"


@dataclass(frozen=True)
class Asked:
    """What is measured: the languages and handouts (none means all), where files lie, how often."""

    languages: tuple[str, ...]
    handouts: tuple[str, ...]
    folder: Path | None
    rounds: int

    def options(self, *more: str) -> tuple[str, ...]:
        """The options of the `build` command."""
        return (*self.handouts, *(("--lang", ",".join(self.languages)) if self.languages else ()), *more)


class Row(NamedTuple):
    """One kind of build: what it cost in each round, and what it made in the last."""

    costs: tuple[Cost, ...]
    made: int
    changed: int
    exact: bool

    @property
    def cost(self) -> Cost:
        """The median of the rounds."""
        return middle(self.costs)


# --- Builds of the library ----------------------------------------------------------------------


def builds(asked: Asked) -> dict[str, Row]:
    """Each kind of build, by its title."""
    found: dict[str, list[Built]] = defaultdict(list)
    for number in range(asked.rounds):
        with tempfile.TemporaryDirectory(dir=asked.folder) as name:
            for title, built in _round(asked, Path(name)).items():
                found[title].append(built)
        print(f"builds: round {number + 1} of {asked.rounds} is done", file=sys.stderr)
    return {title: row_of(each) for title, each in found.items()}


def row_of(built: Sequence[Built]) -> Row:
    """The rounds of one kind of build, together; it is exact if each made just the files that have other bytes."""
    exact = all(each.made == each.changed for each in built)
    return Row(tuple(each.cost for each in built), len(built[-1].made), len(built[-1].changed), exact)


def _round(asked: Asked, folder: Path) -> dict[str, Built]:
    project = folder / "project"
    projects.copy_library(project)
    alone = Build(project, folder / "alone", asked.options())
    build = Build(project, folder / "library", asked.options())
    found = {HELP: Built(timed([*HANDOUTS, "--help"]), frozenset(), frozenset())}
    found[ONE] = alone.run(1)
    found[COLD] = build.run(WORKERS)
    found[NOTHING] = build.run(WORKERS)
    for title, edit in ((ENGLISH, projects.ENGLISH), (SPANISH, projects.SPANISH)):
        edit.make(project)
        found[title] = build.run(WORKERS)
    found[CLINIC] = Build(project, folder / "clinic", asked.options("--paper", PAPER)).run(WORKERS)
    two = Build(project, folder / "clinics", asked.options("--paper", PAPER, "--brand", EVERY_BRAND))
    found[CLINICS] = two.run(WORKERS)
    projects.COLOR.make(project)
    found[COLOR] = two.run(WORKERS)
    return found


def builds_report(rows: Mapping[str, Row]) -> str:
    """The table of builds: each beside the cold one that it is to be held against."""
    lines = []
    for title, row in rows.items():
        base = rows[CLINICS if title in (CLINIC, COLOR) else COLD].cost.wall
        made = "" if title == HELP else f"{row.made}"
        changed = "" if title == HELP else f"{row.changed}{'' if row.exact else ' (others!)'}"
        seconds = f"{row.cost.wall:.2f}", f"{row.cost.cpu:.2f}"
        lines.append([title, made, changed, *seconds, f"{row.cost.wall / base:.3f}"])
    head = ["build", "files made", "files with other bytes", "wall, s", "CPU, s", "wall, of the cold one"]
    return tables.markdown(head, lines)


# --- What is not typesetting --------------------------------------------------------------------


class Shares(NamedTuple):
    """What a cold build in one process costs beyond the time within `typeset.typeset`, as a share of that time.

    `bare` leaves the checks of finished pages aside.
    """

    whole: Cost
    bare: Cost


def shares(asked: Asked) -> Shares:
    """The medians of the rounds."""
    found = []
    for _ in range(asked.rounds):
        with tempfile.TemporaryDirectory(dir=asked.folder) as name:
            project, report = Path(name, "project"), Path(name, "report.json")
            projects.copy_library(project)
            names = [",".join(asked.languages), ",".join(asked.handouts)]
            program = [sys.executable, overhead.__file__, str(project), name, str(report), *names]
            whole = timed(program)
            spent = {key: Cost(*each) for key, each in json.loads(report.read_text("utf-8")).items()}
        found.append(shares_of(whole, spent[overhead.TYPESETTING], spent[overhead.CHECKING]))
    return Shares(middle([each.whole for each in found]), middle([each.bare for each in found]))


def shares_of(whole: Cost, typesetting: Cost, checking: Cost) -> Shares:
    """What a command costs beyond typesetting, start included."""
    return Shares(
        Cost(*(all_ / inner - 1 for all_, inner in zip(whole, typesetting, strict=True))),
        Cost(*((all_ - check) / inner - 1 for all_, check, inner in zip(whole, checking, typesetting, strict=True))),
    )


def shares_report(found: Shares) -> str:
    """The table of what is not typesetting."""
    rows = [
        [title, f"{100 * each.wall:.1f} %", f"{100 * each.cpu:.1f} %"]
        for title, each in (("with the checks of pages", found.whole), ("without them", found.bare))
    ]
    return tables.markdown(["beyond the time in `typeset.typeset`", "wall", "CPU"], rows)


# --- Other typesetters --------------------------------------------------------------------------


def peers(asked: Asked, sample: int) -> dict[str, Cost]:
    """What a file costs each typesetter: the mean of a sample, the median of the rounds."""
    workload = gather(asked.languages, default_store())
    documents = [each for each in workload.documents if not asked.handouts or each.name in asked.handouts]
    workload = replace(workload, documents=tuple(spread(documents, sample)))
    found: dict[str, list[Cost]] = defaultdict(list)
    with ExitStack() as stack:
        able = [each for each in map(contenders.CONTENDERS.__getitem__, PEERS) if not each.lacks()]
        workers = [stack.enter_context(contenders.working(each, workload)) for each in able]
        for worker in workers:
            worker.make(workload.documents[0])
        for number in range(asked.rounds):
            for worker in workers:
                found[worker.contender.name].append(_mean_cost(worker, workload.documents))
            print(f"peers: round {number + 1} of {asked.rounds} is done", file=sys.stderr)
    return {name: middle(costs) for name, costs in found.items()}


def spread(documents: Sequence[Document], number: int) -> Sequence[Document]:
    """So many documents, or all, as far apart as can be: of many handouts and languages."""
    return documents[:: max(1, len(documents) // number)][:number]


def _mean_cost(worker: contenders.Worker, documents: Sequence[Document]) -> Cost:
    since, before = time.perf_counter(), worker.cpu_seconds()
    for document in documents:
        worker.make(document)
    wall, cpu = time.perf_counter() - since, worker.cpu_seconds() - before
    return Cost(wall / len(documents), cpu / len(documents))


def peers_report(found: Mapping[str, Cost], ours: Row, sample: int) -> str:
    """The table of other typesetters, as if each had made as many files as our cold build did."""
    files = ours.made
    rows = [
        ["ours: the whole build, two workers", *_per_file(ours.cost, files), f"{ours.cost.wall:.0f}", "1.00", "1.00"]
    ]
    for name, cost in found.items():
        ratios = f"{files * cost.wall / ours.cost.wall:.2f}", f"{files * cost.cpu / ours.cost.cpu:.2f}"
        title = contenders.CONTENDERS[name].title
        rows.append(
            [title, *_per_file(Cost(files * cost.wall, files * cost.cpu), files), f"{files * cost.wall:.0f}", *ratios]
        )
    head = ["typesetter", "wall a file, ms", "CPU a file, ms", f"{files} files, s", "wall, of ours", "CPU, of ours"]
    note = f"The others one file after the other, on one paper: {sample} files, scaled to {files} by their mean.\n"
    return f"{tables.markdown(head, rows)}\n{note}"


def _per_file(cost: Cost, files: int) -> tuple[str, str]:
    return f"{1000 * cost.wall / files:.0f}", f"{1000 * cost.cpu / files:.0f}"


# --- All together -------------------------------------------------------------------------------


def ratios(rows: Mapping[str, Row], beyond: Shares, others: Mapping[str, Cost]) -> Iterator[list[str]]:
    """What is promised of builds of the library: what it is, what was measured, what was promised."""
    cold = rows[COLD]
    if command := others.get("stock-command"):
        times = cold.made * command.wall / cold.cost.wall
        yield ["cold build, times as fast as one `weasyprint` command a file", f"{times:.1f}", "6 or more"]
    yield ["two workers, times as fast as one", f"{rows[ONE].cost.wall / cold.cost.wall:.2f}", "1.8 or more"]
    yield ["CPU beyond the time in `typeset.typeset`", f"{100 * beyond.whole.cpu:.0f} %", "10 % or less"]
    yield ["the same without the checks of pages", f"{100 * beyond.bare.cpu:.0f} %", ""]
    second = rows[CLINICS].cost.wall / rows[CLINIC].cost.wall - 1
    yield ["a further clinic, of the first", f"{second:.2f}", ""]
    wrong = [title for title, row in rows.items() if not row.exact]
    yield ["files made that need not be, or not made that must", ", ".join(wrong) or "none", "none"]


def files_a_brand(asked: Asked) -> int:
    """How many files a brand has on one paper; its fonts are prepared by the way."""
    request = Request(DAY, asked.handouts, asked.languages, papers=(PAPER,))
    return len(plan(request).jobs)


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print the tables as they come. Returns the exit code."""
    parser = argparse.ArgumentParser(description="what batch builds cost")
    parser.add_argument("--rounds", type=int, default=3, help="a figure is the median of so many")
    parser.add_argument("--lang", type=words, default=(), help="languages (default: all)")
    parser.add_argument("--handouts", type=words, default=(), help="handouts (default: all)")
    parser.add_argument("--sample", type=int, default=13, help="how many files other typesetters make")
    parser.add_argument("--growth", type=words, default=("100", "1000", "5000"), help="numbers of files")
    parser.add_argument("--folder", type=Path, help="where files are put meanwhile (default: the system's)")
    parser.add_argument("--json", type=Path, help="write every figure into this file too")
    options = parser.parse_args(argv)
    asked = Asked(options.lang, options.handouts, options.folder, options.rounds)
    brand = files_a_brand(asked)
    print(f"{machine()}; median of {asked.rounds} rounds\n", flush=True)
    rows = builds(asked)
    print(builds_report(rows), flush=True)
    beyond = shares(asked)
    print(shares_report(beyond), flush=True)
    others = peers(asked, options.sample)
    print(peers_report(others, rows[COLD], options.sample), flush=True)
    sizes = [growth.brands_for(int(size), brand) for size in options.growth]
    grown = [growth.grown(size, asked.options(), WORKERS, asked.folder) for size in sizes]
    promised = list(ratios(rows, beyond, others))
    if grown:
        print(growth.report(grown), flush=True)
        promised += growth.ratios(grown)
    print(tables.markdown(["ratio", "measured", "promised"], promised))
    figures = {"builds": {title: row._asdict() for title, row in rows.items()}, "beyond": beyond._asdict()}
    arguments.write_json(options.json, {**figures, "peers": others, "growth": [each._asdict() for each in grown]})
    return 0


if __name__ == "__main__":
    sys.exit(main())

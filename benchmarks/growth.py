"""How time and memory grow with the number of files: a project with more and more brands."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import projects
import tables
from commands import HANDOUTS, Build, Cost, Memory, Peaks, middle, timed
from documents import PAPER

from handouts.desk import DEFAULT_BRAND, EVERY_BRAND

EARLY, LATE = 50, 1000
"""After how many files a worker's memory is looked at."""
TIMES: Final = 5
"""How often the short commands are measured."""
MEGABYTE: Final = 1e6


class Grown(NamedTuple):
    """A build of so many files: what it cost cold, and with nothing changed; the shortest command's cost beside it.

    `early` and `late` are peaks of memory, `workers` is how many there were.
    """

    files: int
    workers: int
    cold: Cost
    again: Cost
    shortest: Cost
    early: Peaks
    late: Peaks

    @property
    def beyond(self) -> float:
        """Seconds that a build with nothing to do takes beyond the shortest command."""
        return self.again.wall - self.shortest.wall

    @property
    def growth(self) -> float:
        """A worker's late peak over its early one."""
        return self.late.worker / self.early.worker if self.early.worker else 0.0


def brands_for(files: int, files_a_brand: int) -> int:
    """With how many brands a build comes nearest to so many files; one at least."""
    return max(1, round(files / files_a_brand))


def grown(brands: int, options: tuple[str, ...], workers: int, folder: Path | None) -> Grown:
    """Measure a build of so many brands on one paper; the library brings two of them."""
    with tempfile.TemporaryDirectory(dir=folder) as name:
        project = Path(name, "project")
        projects.copy_library(project)
        projects.add_brands(project, max(0, brands - 2))
        brand = EVERY_BRAND if brands > 1 else DEFAULT_BRAND
        build = Build(project, Path(name, "build"), (*options, "--paper", PAPER, "--brand", brand))
        memory = Memory(EARLY * workers)
        cold = build.run(workers, memory.hear)
        again = middle([build.run(workers).cost for _ in range(TIMES)])
        shortest = middle([timed([*HANDOUTS, "--help"]) for _ in range(TIMES)])
    early, late = memory.after(EARLY * workers), memory.after(LATE * workers)
    return Grown(len(cold.made), workers, cold.cost, again, shortest, early, late)


# --- Tables -------------------------------------------------------------------------------------


def report(found: Sequence[Grown]) -> str:
    """The table of time and memory by the number of files."""
    head = [
        *("files", "wall a file, ms", "CPU a file, ms", "worker early, MB", "worker late, MB", "after", "parent, MB"),
        *("nothing changed, s", "beyond `--help`, s", "of the cold time"),
    ]
    return tables.markdown(head, [_row(each) for each in found])


def _row(each: Grown) -> list[str]:
    late = each.late.files // each.workers
    return [
        f"{each.files}",
        f"{1000 * each.cold.wall / each.files:.0f}",
        f"{1000 * each.cold.cpu / each.files:.0f}",
        f"{each.early.worker / MEGABYTE:.0f}",
        f"{each.late.worker / MEGABYTE:.0f} ({each.growth:.2f})",
        f"{late} files",
        f"{each.late.parent / MEGABYTE:.0f}",
        f"{each.again.wall:.2f}",
        f"{each.beyond:.2f}",
        f"{100 * each.again.wall / each.cold.wall:.1f} %",
    ]


def ratios(found: Sequence[Grown]) -> Iterator[list[str]]:
    """What is promised of growth: of the build that is nearest to the number of files that the promise names."""
    near = min(found, key=lambda each: abs(each.files - LATE))
    largest = max(found, key=lambda each: each.late.files)
    after = largest.late.files // largest.workers
    yield [f"nothing changed, {near.files} files, beyond `--help`", f"{near.beyond:.2f} s", "1.0 s or less"]
    yield ["the same, of the cold time", f"{100 * near.again.wall / near.cold.wall:.1f} %", "3 % or less"]
    yield [f"memory of a worker after {after} files, of that after {EARLY}", f"{largest.growth:.2f}", "1.2 or less"]

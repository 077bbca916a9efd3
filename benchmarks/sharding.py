"""What each file of the library costs, how near `desk` comes to it, and how unequal shards are for it.

    PYTHONPATH=src python benchmarks/sharding.py --rounds 3

Prints what `desk.LETTERS_A_FILE` and `desk.DEARNESS` should be, and for several numbers of shards what the heaviest
has to do, held against the mean. A file's cost is CPU time in one warm process: rendering, typesetting and checks.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import fmean, median
from typing import Final, NamedTuple

import tables
from documents import DAY
from typesetting import machine

from handouts import desk, fonts, printing
from handouts.arguments import words
from handouts.batch import Job, Shard, Unit, share
from handouts.model import texts_in

GRID: Final = range(0, 20_001, 100)
"""What a file may cost beyond its words, in letters: where the best fit is looked for."""
SHARDS: Final = (2, 4, 8)
Costs = tuple[Mapping[Unit, float], Mapping[Unit, float]]
"""What units are said to cost, and what they cost."""
PLAIN: Final = "Latn"
"""The script that others are held against."""


class Sample(NamedTuple):
    """A file: its script, the letters of its English, and what it cost in seconds."""

    script: str
    letters: int
    seconds: float


class Fit(NamedTuple):
    """What a file costs: its English letters and these, times what its script costs beside the plain one.

    `error` is the root of the mean square of what it is off, as a share of what each file costs.
    """

    letters_a_file: int
    dearness: Mapping[str, float]
    error: float

    def cost(self, sample: Sample) -> float:
        """What a file is said to cost, to be held against another."""
        return (self.letters_a_file + sample.letters) * self.dearness.get(sample.script, 1.0)


def fit(samples: Sequence[Sample], grid: Sequence[int] = GRID) -> Fit:
    """The constants that come nearest to the samples, in shares of what each file costs."""
    fits = (judged(samples, letters, _dearness(samples, letters)) for letters in grid)
    return min(fits, key=lambda each: each.error)


def judged(samples: Sequence[Sample], letters_a_file: int, dearness: Mapping[str, float]) -> Fit:
    """These constants, with what they are off."""
    found = Fit(letters_a_file, dearness, 0.0)
    rate = fmean(each.seconds / found.cost(each) for each in samples)
    return found._replace(error=fmean((rate * found.cost(each) / each.seconds - 1) ** 2 for each in samples) ** 0.5)


def _dearness(samples: Sequence[Sample], letters_a_file: int) -> dict[str, float]:
    rates: dict[str, list[float]] = defaultdict(list)
    for each in samples:
        rates[each.script].append(each.seconds / (letters_a_file + each.letters))
    plain = fmean(rates.get(PLAIN) or [rate for found in rates.values() for rate in found])
    return {script: fmean(found) / plain for script, found in rates.items()}


def unequal(said: Mapping[Unit, float], true: Mapping[Unit, float], shards: int) -> float:
    """What the heaviest shard truly has to do, over the mean, where shards are made by what units are said to cost."""
    loads = [sum(true[unit] for unit in share(said, Shard(index, shards))) for index in range(1, shards + 1)]
    return max(loads) / fmean(loads)


# --- Measuring ----------------------------------------------------------------------------------


def measure(made: desk.Plan, store: Path, rounds: int) -> dict[Job, float]:
    """The CPU seconds of each file: the median of the rounds, after one file that is not counted."""
    seconds: dict[Job, list[float]] = defaultdict(list)
    for number in range(rounds):
        since = time.process_time()

        def hear(printed: printing.Printed) -> None:
            nonlocal since
            now = time.process_time()
            seconds[printed.job].append(now - since)
            since = now

        warm_up = () if number else made.jobs[:1]
        printing.print_all(replace(made, jobs=(*warm_up, *made.jobs)), printing.Means.here(store), hear)
        if warm_up:
            seconds[warm_up[0]].pop(0)
        print(f"round {number + 1} of {rounds} is done", file=sys.stderr)
    return {job: median(found) for job, found in seconds.items()}


def samples_of(made: desk.Plan, seconds: Mapping[Job, float]) -> list[Sample]:
    """What was measured, beside what the cost of a file is worked out of."""
    library = made.desk.shelf.library
    found = []
    for job, each in seconds.items():
        handout = made.english[job.handout]
        parts = (handout, *library.shared_by(handout))
        letters = sum(len(text.value) for part in parts for text in texts_in(part))
        found.append(Sample(library.languages[job.tag].script, letters, each))
    return found


def by_unit(seconds: Mapping[Job, float], samples: Sequence[Sample], found: Fit) -> Costs:
    """What each unit of shards is said to cost by a fit, and what it costs."""
    said: dict[Unit, float] = defaultdict(float)
    true: dict[Unit, float] = defaultdict(float)
    for (job, cost), sample in zip(seconds.items(), samples, strict=True):
        said[job.unit] += found.cost(sample)
        true[job.unit] += cost
    return said, true


# --- The command --------------------------------------------------------------------------------


def report(fits: Mapping[str, Fit], units: Mapping[str, Costs]) -> str:
    """How far off each fit is, and how unequal its shards are."""
    rows = []
    for title, each in fits.items():
        ratios = [f"{unequal(*units[title], number):.3f}" for number in SHARDS]
        rows.append([title, f"{each.letters_a_file}", f"{100 * each.error:.0f} %", *ratios])
    true = next(iter(units.values()))[1]
    rows.append(["as measured", "", "", *(f"{unequal(true, true, number):.3f}" for number in SHARDS)])
    return tables.markdown(["cost of a file", "letters a file", "off by", *(f"{n} shards" for n in SHARDS)], rows)


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print what the constants should be. Returns the exit code."""
    parser = argparse.ArgumentParser(description="what files cost, and how unequal shards are")
    parser.add_argument("--rounds", type=int, default=3, help="the figure is the median of so many")
    parser.add_argument("--lang", type=words, default=(), help="languages (default: all)")
    parser.add_argument("--handouts", type=words, default=(), help="handouts (default: all)")
    parser.add_argument("--store", type=Path, default=fonts.default_store(), help="where prepared fonts are kept")
    options = parser.parse_args(argv)
    request = desk.Request(DAY, handouts=options.handouts, languages=options.lang, store=options.store)
    made = desk.plan(request)
    seconds = measure(made, options.store, options.rounds)
    samples = samples_of(made, seconds)
    best = fit(samples)
    fits = {
        "its words alone": judged(samples, 0, {}),
        "as `desk` has it": judged(samples, desk.LETTERS_A_FILE, desk.DEARNESS),
        "the best fit": best,
    }
    print(f"{machine()}; {len(samples)} files, {sum(seconds.values()):.0f} s\n")
    print(report(fits, {title: by_unit(seconds, samples, each) for title, each in fits.items()}))
    print(f"LETTERS_A_FILE = {best.letters_a_file}")
    print(f"DEARNESS = { {script: round(rate, 2) for script, rate in sorted(best.dearness.items())} }")
    return 0


if __name__ == "__main__":
    sys.exit(main())

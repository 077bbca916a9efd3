"""What a document costs: CPU time and bytes, by our typesetter, WeasyPrint and Chromium, from the same HTML in one run.

    PYTHONPATH=src:tests python benchmarks/typesetting.py --rounds 3 --languages en,zh-Hans --only ours,chromium

Each contender is a process of its own. It first makes one document of every language, which is not counted; then in
each round the contenders take turns, language by language, in an order that moves on from round to round. CPU time
is user and system time of the process and of all that it starts; a figure is the median of the rounds. Machines differ
and are noisy, so read the ratios, and only within one run. At the end stands what readers give back of the same files.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from statistics import median
from typing import Protocol

import arguments
import pypdfium2  # type: ignore[import-untyped]
import tables
import textlayer
from contenders import CONTENDERS, Contender, working
from documents import Document, Workload, gather
from readers import present, versions

Key = tuple[str, str, str]
"""A contender's name, a group and a language."""
OURS = "ours"


@dataclass(frozen=True, slots=True)
class Figure:
    """What a contender's documents of one group and language come to: how many, their pages, bytes and CPU seconds.

    `seconds` has one entry a round.
    """

    contender: str
    group: str
    language: str
    documents: int
    pages: int
    size: int
    seconds: tuple[float, ...]

    @property
    def a_document(self) -> float:
        """CPU seconds a document: the median of the rounds."""
        return median(self.seconds) / self.documents

    @property
    def a_page(self) -> float:
        """CPU seconds a page."""
        return median(self.seconds) / self.pages

    @property
    def bytes_a_document(self) -> float:
        """Bytes a document."""
        return self.size / self.documents


class Taker(Protocol):
    """What takes its turn in a run: a `contenders.Worker`."""

    contender: Contender

    def make(self, document: Document) -> bytes:
        """The PDF of a document."""

    def cpu_seconds(self) -> float:
        """The CPU time that it has cost till now."""


@dataclass
class Run:
    """A run under way: the contenders at work, the PDFs of the first round and the seconds of each round."""

    workload: Workload
    workers: Sequence[Taker]
    pdfs: dict[str, list[tuple[Document, bytes]]]
    seconds: dict[Key, list[float]]

    def warm(self) -> None:
        """Let each contender make one document of every language, uncounted."""
        for worker in self.workers:
            for documents in self.workload.batches().values():
                worker.make(documents[0])

    def go_round(self, number: int) -> None:
        """Let the contenders take turns, language by language; round by round another one begins."""
        start = number % len(self.workers)
        for (group, language), documents in self.workload.batches().items():
            for worker in (*self.workers[start:], *self.workers[:start]):
                before = worker.cpu_seconds()
                made = [(document, worker.make(document)) for document in documents]
                name = worker.contender.name
                self.seconds[name, group, language].append(worker.cpu_seconds() - before)
                if number == 0:
                    self.pdfs[name] += made


def run(workload: Workload, contenders: Sequence[Contender], rounds: int) -> Run:
    """Measure these contenders with this workload. Raises RuntimeError where one of them fails."""
    with ExitStack() as stack:
        workers = [stack.enter_context(working(each, workload)) for each in contenders]
        under_way = Run(workload, workers, defaultdict(list), defaultdict(list))
        under_way.warm()
        for number in range(rounds):
            under_way.go_round(number)
            print(f"round {number + 1} of {rounds} is done", file=sys.stderr)
    return under_way


def figures(measured: Run) -> list[Figure]:
    """What a run has measured, in the order of its contenders."""
    found = []
    for (name, group, language), seconds in measured.seconds.items():
        pdfs = [pdf for each, pdf in measured.pdfs[name] if (each.group, each.language) == (group, language)]
        pages, size = sum(map(count_pages, pdfs)), sum(map(len, pdfs))
        found.append(Figure(name, group, language, len(pdfs), pages, size, tuple(seconds)))
    return found


def count_pages(pdf: bytes) -> int:
    """The number of pages of a PDF."""
    with pypdfium2.PdfDocument(pdf) as document:
        return len(document)


def together(found: Sequence[Figure]) -> Figure:
    """The figures of one contender and group in several languages, as one."""
    first = found[0]
    return Figure(
        first.contender,
        first.group,
        "all",
        sum(each.documents for each in found),
        sum(each.pages for each in found),
        sum(each.size for each in found),
        tuple(map(sum, zip(*(each.seconds for each in found), strict=True))),
    )


# --- Tables -------------------------------------------------------------------------------------


def report(found: Sequence[Figure], titles: Mapping[str, str]) -> str:
    """The tables of a run: CPU and bytes a document with the ratio to ours, and a page against an English page."""
    parts = []
    for group in dict.fromkeys(each.group for each in found):
        rows = _rows([each for each in found if each.group == group])
        head = ["language", *(titles[name] for name in dict.fromkeys(each.contender for each in found))]
        for title, row in (
            ("CPU time a document, ms (ratio to ours)", _time_row),
            ("Size of a document, kB (ratio to ours)", _size_row),
            ("CPU time a page, ms (ratio to an English page)", _page_row),
        ):
            table = tables.markdown(head, [[language, *row(rows, language)] for language in rows])
            parts.append(f"{title}: {group}\n\n{table}\n")
    return "".join(parts)


Rows = Mapping[str, Mapping[str, Figure]]
"""By language, `all` last, the figure of each contender."""


def _rows(found: Sequence[Figure]) -> Rows:
    rows: dict[str, dict[str, Figure]] = defaultdict(dict)
    for each in found:
        rows[each.language][each.contender] = each
    for name in dict.fromkeys(each.contender for each in found):
        rows["all"][name] = together([each for each in found if each.contender == name])
    return rows


def _time_row(rows: Rows, language: str) -> Iterator[str]:
    ours = rows[language].get(OURS)
    for each in rows[language].values():
        base = ours.a_document if ours else None
        yield _with_ratio(f"{1000 * each.a_document:.0f}", each.a_document, base)


def _size_row(rows: Rows, language: str) -> Iterator[str]:
    ours = rows[language].get(OURS)
    for each in rows[language].values():
        base = ours.bytes_a_document if ours else None
        yield _with_ratio(f"{each.bytes_a_document / 1000:.0f}", each.bytes_a_document, base)


def _page_row(rows: Rows, language: str) -> Iterator[str]:
    for name, each in rows[language].items():
        base = rows["en"][name].a_page if "en" in rows else None
        yield _with_ratio(f"{1000 * each.a_page:.1f}", each.a_page, base)


def _with_ratio(text: str, value: float, base: float | None) -> str:
    return text + (f" ({value / base:.2f})" if base else "")


def machine() -> str:
    """One line that tells what the run was made on."""
    return f"Machine: {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"


# --- The command --------------------------------------------------------------------------------


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print the tables. Returns the exit code."""
    parser = argparse.ArgumentParser(description="what a document costs, and what readers give back of it")
    parser.add_argument("--only", type=arguments.names(CONTENDERS), default=list(CONTENDERS), help="contenders")
    parser.add_argument("--rounds", type=int, default=3, help="the figure is the median of so many")
    options = arguments.parse(parser, argv)
    asked = [CONTENDERS[name] for name in options.only]
    print(machine())
    for each in asked:
        if lacks := each.lacks():
            print(f"Skipped: {each.title}: {lacks}")
    workload = gather(options.languages, options.store, with_samples=options.samples)
    measured = run(workload, [each for each in asked if not each.lacks()], options.rounds)
    found, titles = figures(measured), {each.name: each.title for each in asked}
    print(f"Median of {options.rounds} rounds; {len(workload.documents)} documents\n\n{report(found, titles)}")
    print(versions() + "\n")
    shares = [share for name, pdfs in measured.pdfs.items() for share in textlayer.measure(name, pdfs, present())]
    print(textlayer.report(shares, titles))
    data = {"costs": [asdict(each) for each in found], "text": [asdict(each) for each in shares]}
    arguments.write_json(options.json, data)
    return 0


if __name__ == "__main__":
    sys.exit(main())

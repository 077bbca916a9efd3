"""What poppler, pdfium and MuPDF give back of the pages that each typesetter makes, in per cent.

    PYTHONPATH=src:tests python benchmarks/textlayer.py --pdf-of ours,chromium --languages ar,hi --samples

Measured: every run of eight letters, marks or digits of a passage in the page's own language, white space and
punctuation aside, that is found in what the reader extracts (see `handouts.readback`). What the readers give is
compared as it comes: nothing is turned round or made plainer.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import arguments
import tables
from contenders import CONTENDERS, Contender, working
from documents import Document, Workload, gather
from readers import Read, present, versions

from handouts.readback import tally, words_of


@dataclass(frozen=True, slots=True)
class Share:
    """How many runs of a contender's pages in a language a reader gives back, and how many there are."""

    contender: str
    group: str
    language: str
    reader: str
    read: int
    total: int

    @property
    def value(self) -> float:
        """From 0 to 1."""
        return self.read / self.total


def passages(document: Document) -> list[str]:
    """The passages of a page in its own language."""
    return [passage.text for passage in words_of(document.html) if passage.language == document.language]


def measure(contender: str, pages: Iterable[tuple[Document, bytes]], readers: Mapping[str, Read]) -> list[Share]:
    """The shares of a contender's pages, for each group, language and reader in the order of the pages."""
    read: Counter[tuple[str, str, str]] = Counter()
    total: Counter[tuple[str, str, str]] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "page.pdf")
        for document, pdf in pages:
            file.write_bytes(pdf)
            texts = passages(document)
            for reader, extract in readers.items():
                key = document.group, document.language, reader
                given_back, runs = tally(texts, extract(file))
                read[key] += given_back
                total[key] += runs
    return [Share(contender, *key, read[key], total[key]) for key in total]


def print_pages(contender: Contender, workload: Workload) -> Iterator[tuple[Document, bytes]]:
    """Every document of a workload, and its PDF as a contender makes it."""
    with working(contender, workload) as worker:
        for document in workload.documents:
            yield document, worker.make(document)


def report(shares: Sequence[Share], titles: Mapping[str, str]) -> str:
    """A table for each contender and group: per cent, and in brackets the ratio to English by the same reader."""
    parts = []
    for name, group in dict.fromkeys((share.contender, share.group) for share in shares):
        own = [share for share in shares if (share.contender, share.group) == (name, group)]
        parts.append(f"Text given back, {group}, {titles[name]}: per cent (ratio to English)\n\n{_table(own)}\n")
    return "".join(parts)


def _table(shares: Sequence[Share]) -> str:
    readers = list(dict.fromkeys(share.reader for share in shares))
    values = {(share.language, share.reader): share.value for share in shares}
    languages = dict.fromkeys(share.language for share in shares)
    rows = [[language, *(_cell(values, language, reader) for reader in readers)] for language in languages]
    return tables.markdown(["language", *readers], rows)


def _cell(values: Mapping[tuple[str, str], float], language: str, reader: str) -> str:
    value, english = values[language, reader], values.get(("en", reader))
    return f"{100 * value:.1f}" + (f" ({value / english:.3f})" if english else "")


def main(argv: Sequence[str] | None = None) -> int:
    """Make the pages, read them, print the tables. Returns the exit code."""
    parser = argparse.ArgumentParser(description="what readers give back of the pages")
    parser.add_argument("--pdf-of", type=arguments.names(CONTENDERS), default=["ours", "stock-static", "chromium"])
    options = arguments.parse(parser, argv)
    workload = gather(options.languages, options.store, with_samples=options.samples)
    print(versions() + "\n")
    shares: list[Share] = []
    for name in options.pdf_of:
        contender = CONTENDERS[name]
        if lacks := contender.lacks():
            print(f"{contender.title}: skipped, {lacks}\n")
            continue
        found = measure(name, print_pages(contender, workload), present())
        print(report(found, {name: contender.title}), flush=True)
        shares += found
    arguments.write_json(options.json, {"text": [asdict(share) for share in shares]})
    return 0


if __name__ == "__main__":
    sys.exit(main())

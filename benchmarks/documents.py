"""The documents that the benchmarks make: the library in each of its languages, and the sample texts."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from handouts import desk, fonts, printing, shelf
from handouts.findings import errors

DAY = datetime.date(2026, 11, 22)
"""The day that the pages are made for: the same for every contender."""
PAPER = "a4"


@dataclass(frozen=True, slots=True)
class Document:
    """A page as HTML, and what a typesetter must know of it: its language (BCP 47) and script (ISO 15924).

    `group` is `library` or `samples`; pages are only compared with English pages of their own group.
    """

    group: str
    name: str
    language: str
    script: str
    html: str


@dataclass(frozen=True)
class Workload:
    """What every contender is given: the documents, the style sheet, the fonts and the folder that these lie in."""

    documents: tuple[Document, ...]
    style: str
    fonts: fonts.FontSet
    store: Path

    def batches(self) -> dict[tuple[str, str], list[Document]]:
        """The documents of each group and language, English first."""
        found: dict[tuple[str, str], list[Document]] = {}
        for document in sorted(self.documents, key=lambda each: (each.group, each.language != "en")):
            found.setdefault((document.group, document.language), []).append(document)
        return found


def gather(languages: Sequence[str], store: Path, *, with_samples: bool = False) -> Workload:
    """The documents of these languages (all, where none is named). Raises RuntimeError where one cannot be made."""
    plan = desk.plan(desk.Request(today=DAY, papers=(PAPER,), store=store))
    style = plan.desk.shelf.layers.find(shelf.STYLE)
    assert style is not None, "the library carries a style sheet"
    documents = [*_library(plan, languages), *(_samples(languages) if with_samples else ())]
    if not documents:
        raise RuntimeError(f"there is no document in {', '.join(languages)}")
    scripts = {document.script for document in documents}
    scripts |= {language.script for language in plan.desk.shelf.library.languages.values()}  # each sheet names them all
    return Workload(tuple(documents), style.read_text("utf-8"), fonts.prepare(sorted(scripts), store), store)


def _library(plan: desk.Plan, languages: Sequence[str]) -> Iterator[Document]:
    for job in plan.jobs:
        if languages and job.tag not in languages:
            continue
        html, found = printing.rendered(plan, job)
        if errors(found):
            raise RuntimeError(f"{job.handout} in {job.tag}: {errors(found)[0].what}")
        yield Document("library", job.handout, job.tag, plan.desk.shelf.library.languages[job.tag].script, html)


def _samples(languages: Sequence[str]) -> Iterator[Document]:
    """The sample texts of the tests, whose folder must be on the path."""
    import samples

    for tag in samples.SAMPLES:
        if not languages or tag in languages:
            sample = samples.load(tag)
            yield Document("samples", "sample", tag, sample.script, samples.html(sample))

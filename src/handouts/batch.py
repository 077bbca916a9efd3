"""The build matrix, and the one function that runs it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

J = TypeVar("J")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Job:
    """One file to make."""

    handout: str
    tag: str
    paper: str
    edition: str


def matrix(handouts: Iterable[str], tags: Iterable[str], papers: Iterable[str], editions: Iterable[str]) -> list[Job]:
    """Every combination, handout by handout."""
    tags, papers, editions = list(tags), list(papers), list(editions)
    return [
        Job(handout, tag, paper, edition)
        for handout in handouts
        for tag in tags
        for edition in editions
        for paper in papers
    ]


def run(work: Callable[[J], R], jobs: Iterable[J]) -> Iterator[R]:
    """The result of each job, in order."""
    return map(work, jobs)

"""The build matrix, how it is shared among machines, and what carries its tasks out."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, NamedTuple, Protocol, TypeVar

U = TypeVar("U")
T = TypeVar("T")
R = TypeVar("R")
T_contra = TypeVar("T_contra", contravariant=True)
R_co = TypeVar("R_co", covariant=True)


class Unit(NamedTuple):
    """What shards are made of: all files of one handout in one language and brand."""

    brand: str
    handout: str
    tag: str


@dataclass(frozen=True, slots=True)
class Job:
    """One file to make."""

    handout: str
    tag: str
    paper: str
    edition: str
    brand: str

    @property
    def unit(self) -> Unit:
        """The unit that it belongs to."""
        return Unit(self.brand, self.handout, self.tag)


def matrix(
    brand: str, handouts: Iterable[str], tags: Iterable[str], papers: Iterable[str], editions: Iterable[str]
) -> list[Job]:
    """Every combination in a brand, handout by handout."""
    tags, papers, editions = list(tags), list(papers), list(editions)
    return [
        Job(handout, tag, paper, edition, brand)
        for handout in handouts
        for tag in tags
        for edition in editions
        for paper in papers
    ]


@dataclass(frozen=True, slots=True)
class Shard:
    """One of several machines that share a build: the `index`-th, from 1, of `of`."""

    index: int
    of: int

    def __str__(self) -> str:
        return f"{self.index}/{self.of}"


def share(costs: Mapping[U, float], shard: Shard) -> list[U]:
    """The units that a shard makes, in their order: all shards together make each unit once.

    The dearest unit goes first, each to the shard that has least to do (Graham 1969, "longest processing time"), so no
    shard has more than 4/3 of what the best division would give it. Depends on nothing but the costs and their order.
    """
    order = {unit: place for place, unit in enumerate(costs)}
    loads = [(0.0, index) for index in range(1, shard.of + 1)]
    ours = []
    for unit in sorted(costs, key=lambda unit: (-costs[unit], order[unit])):
        load, index = heapq.heappop(loads)
        heapq.heappush(loads, (load + costs[unit], index))
        if index == shard.index:
            ours.append(unit)
    return sorted(ours, key=order.__getitem__)


class Executor(Protocol[T_contra, R_co]):
    """What carries tasks out: this process, workers on this machine, or a cluster.

    Each task gives one result, told by the task's number from 0, in the order in which they are done. Tasks are taken
    from their iterable when there is room for them, not before.
    """

    def run(self, tasks: Iterable[T_contra]) -> Iterator[tuple[int, R_co]]:
        """The result of each task."""
        ...


@dataclass(frozen=True, slots=True)
class Here(Generic[T, R]):
    """Carries tasks out in this process, one after the other."""

    work: Callable[[T], R]

    def run(self, tasks: Iterable[T]) -> Iterator[tuple[int, R]]:
        """The result of each task, in order."""
        for number, task in enumerate(tasks):
            yield number, self.work(task)

"""Each mutation of the library is found by its check, at its block, and by no other check but its companions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import NamedTuple

import planted
import pytest
from mutations import MUTATIONS, Change, Mutation
from specimens import TODAY

from handouts import catalog, desk, pipeline, typeset
from handouts.checks.check import Level
from handouts.checks.registry import BY_ID, CHECKS
from handouts.typeset import Print

NAMED = {f"{number}-{mutation.brings}": mutation for number, mutation in enumerate(MUTATIONS)}


class Found(NamedTuple):
    """A finding without its place in a file, which moves as the file does."""

    id: str
    block: str
    language: str
    what: str


Look = Callable[[Mutation, tuple[Change, ...]], Counter[Found]]


@pytest.fixture(scope="module", autouse=True)
def _messages_are_read_once() -> Iterator[None]:
    """No file changes while these tests run, and each mutation has a project folder of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(catalog, "_read_po", cache(catalog._read_po))
        yield


@pytest.fixture(scope="module")
def look(store: Path, tmp_path_factory: pytest.TempPathFactory) -> Look:
    """What the program finds in the handout of a mutation, with some changes laid over the library."""

    def find(mutation: Mutation, changes: tuple[Change, ...]) -> Counter[Found]:
        project = tmp_path_factory.mktemp("project")
        for change in changes:
            change.lay(project)
        request = desk.Request(
            today=mutation.today,
            handouts=(mutation.handout,),
            languages=(mutation.language,),
            papers=("a4",),
            profile=mutation.profile,
            project=project,
            store=store,
        )
        report = pipeline.check(request, levels_of(mutation))
        return Counter(Found(each.id, each.block, each.language, each.what) for each in report.findings)

    return find


def levels_of(mutation: Mutation) -> frozenset[Level]:
    """The levels to look at: pages only where they are asked about; the brand that is asked for is always looked at."""
    page = {Level.PAGE} if BY_ID[mutation.brings].level is Level.PAGE else set()
    return frozenset({Level.CONTENT, Level.TRANSLATION} | page)


@pytest.fixture(scope="module")
def before(look: Look) -> Callable[[Mutation], Counter[Found]]:
    """What is found before a mutation; looked for once for all that have the same ground."""
    known: dict[object, Counter[Found]] = {}

    def find(mutation: Mutation) -> Counter[Found]:
        key = mutation.handout, mutation.language, mutation.profile, mutation.ground, levels_of(mutation)
        if key not in known:
            known[key] = look(replace(mutation, today=TODAY), mutation.ground)
        return known[key]

    return find


def plant(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a fault of `planted.py` into the next PDF that is made; into no other."""
    sound = typeset.typeset
    made: list[Path] = []

    def spoilt(*arguments: object) -> Print:
        printed: Print = sound(*arguments)  # type: ignore[arg-type]
        if made:
            return printed
        made.append(folder / "sound.pdf")
        made[0].write_bytes(printed.pdf)
        return replace(printed, pdf=planted.plant(getattr(planted, name), made[0], folder / "spoilt.pdf").read_bytes())

    monkeypatch.setattr(typeset, "typeset", spoilt)


@pytest.mark.parametrize("mutation", NAMED.values(), ids=NAMED)
def test_it_is_found_by_its_check_at_its_block_and_by_its_companions_alone(
    mutation: Mutation,
    look: Look,
    before: Callable[[Mutation], Counter[Found]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sound = before(mutation)
    if mutation.plant:
        plant(mutation.plant, tmp_path, monkeypatch)
    changes = (mutation.change,) if mutation.change else ()
    new = look(mutation, (*mutation.ground, *changes)) - sound
    brought = [each for each in new if each.id == mutation.brings]
    assert {each.block for each in brought} == {mutation.block}, new
    assert {each.id for each in new} == {mutation.brings, *mutation.companions}, new
    assert not sound.keys() & set(brought), "found in the library as it is"


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: str(check.id))
def test_each_check_has_a_mutation(check: object) -> None:
    assert check in [BY_ID[mutation.brings] for mutation in MUTATIONS]


@pytest.mark.parametrize("mutation", NAMED.values(), ids=NAMED)
def test_it_is_written_as_a_mutation_is(mutation: Mutation) -> None:
    assert {mutation.brings, *mutation.companions} <= BY_ID.keys()
    assert mutation.brings not in mutation.companions
    others = [mutation.plant, mutation.today != TODAY]
    assert [bool(mutation.change), *map(bool, others)].count(True) == 1, "it changes one thing"
    assert mutation.change or mutation.note, "where no file changes it says why"


@pytest.mark.parametrize("name", ["page/words-lost", "page/hidden", "translation/numbers", "claims/unsourced-number"])
def test_what_may_harm_has_more_than_one(name: str) -> None:
    assert len([mutation for mutation in MUTATIONS if mutation.brings == name]) > 1

"""What became of each thing that the five published articles say: content/coverage.yaml."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest

from handouts.layers import Layers, library_root
from handouts.model import Library
from handouts.reader import handout_ids, read_handout
from handouts.source import read_yaml

SEED = Path(__file__).parent / "data" / "seed_items.yaml"
ITEMS: list[dict[str, Any]] = read_yaml(SEED)[0]["items"]
IDS = [cast(str, item["id"]) for item in ITEMS]
COVERAGE: dict[str, dict[str, Any]] = read_yaml(library_root() / "content" / "coverage.yaml")[0]


@pytest.fixture(scope="module")
def printed(layers: Layers, library: Library) -> set[str]:
    """Every block of every handout, as `handout:block`."""
    found = set()
    for handout_id in handout_ids(layers):
        handout, _ = read_handout(layers, handout_id, library)
        found |= {f"{handout_id}:{block.id}" for block in handout.blocks}
    return found


def test_the_list_has_88_items() -> None:
    assert len(IDS) == len(set(IDS)) == 88
    assert {item["agreement"] for item in ITEMS} == {"agree", "single", "contradict", "missing"}


def test_every_item_is_named_exactly_once() -> None:
    # a second entry of the same name is a duplicate key, which the reader refuses
    assert sorted(COVERAGE) == sorted(IDS)


@pytest.mark.parametrize("item", IDS)
def test_an_item_is_printed_or_left_out_for_a_reason(item: str, printed: set[str]) -> None:
    entry = COVERAGE[item]
    assert set(entry) <= {"blocks", "left_out", "contradiction"}
    assert ("blocks" in entry) != ("left_out" in entry)
    if "left_out" in entry:
        assert len(entry["left_out"].split()) >= 5
    else:
        assert entry["blocks"]
        assert len(entry["blocks"]) == len(set(entry["blocks"]))
        assert set(entry["blocks"]) <= printed


def test_contradictions_are_told_exactly_where_the_articles_contradict_one_another() -> None:
    contradicting = {item["id"] for item in ITEMS if item["agreement"] == "contradict"}
    assert len(contradicting) >= 10
    assert {item for item, entry in COVERAGE.items() if "contradiction" in entry} == contradicting
    for item in contradicting:
        said = COVERAGE[item]["contradiction"]
        assert "article" in said.lower()
        assert " we " in said  # what is printed instead


def test_what_the_articles_leave_unsaid_is_printed() -> None:
    missing = [item["id"] for item in ITEMS if item["agreement"] == "missing"]
    assert len(missing) >= 5
    assert all("blocks" in COVERAGE[item] for item in missing)


def test_most_items_are_printed() -> None:
    left_out = [item for item, entry in COVERAGE.items() if "left_out" in entry]
    assert 0 < len(left_out) < 20

"""Shards: each file in one of them, all together the same bytes and manifest as of one build; and what is refused."""

from __future__ import annotations

import itertools
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from specimens import TODAY, write_tiny

from handouts import desk, fonts, pipeline
from handouts.batch import Shard, share
from handouts.cli import main
from handouts.findings import Finding, UsageError
from handouts.publish import write_whole
from handouts.shards import merge

COSTS = st.lists(st.integers(0, 50), max_size=30).map(lambda costs: dict(enumerate(map(float, costs))))
NAMES = ("ash", "birch", "cedar", "oak", "pine")
PARTS = 2


# --- How work is shared ---------------------------------------------------------------------------------------


def shares(costs: Mapping[int, float], of: int) -> list[list[int]]:
    return [share(costs, Shard(index, of)) for index in range(1, of + 1)]


@given(COSTS, st.integers(1, 12))
def test_each_unit_is_in_one_shard_and_keeps_its_order(costs: dict[int, float], of: int) -> None:
    ours = shares(costs, of)
    assert sorted(itertools.chain(*ours)) == list(costs)
    assert all(each == sorted(each) for each in ours)


@given(COSTS, st.integers(1, 12))
def test_the_same_costs_are_always_shared_in_the_same_way(costs: dict[int, float], of: int) -> None:
    assert shares(costs, of) == shares(dict(costs), of)


@given(COSTS, st.integers(1, 12))
def test_no_shard_has_more_than_an_even_share_and_one_unit(costs: dict[int, float], of: int) -> None:
    heaviest = max(sum(costs[unit] for unit in each) for each in shares(costs, of))
    assert heaviest * of <= sum(costs.values()) + max(costs.values(), default=0.0) * (of - 1)


@given(st.lists(st.integers(1, 20), min_size=1, max_size=7), st.integers(1, 3))
def test_no_shard_has_more_than_four_thirds_of_the_best_division(costs: list[int], of: int) -> None:
    units = dict(enumerate(map(float, costs)))
    heaviest = max(sum(units[unit] for unit in each) for each in shares(units, of))
    best = min(
        max(sum(cost for cost, place in zip(costs, places, strict=True) if place == shard) for shard in range(of))
        for places in itertools.product(range(of), repeat=len(costs))
    )
    assert heaviest * 3 * of <= best * (4 * of - 1)  # Graham's bound, in whole numbers


# --- Builds ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clinic's project with five small handouts, and one that is refused."""
    folder = tmp_path_factory.mktemp("project")
    for number, name in enumerate(NAMES, 1):
        write_tiny(folder, name, says=" ".join(["Stay well."] * number))
    write_tiny(folder, "broken", says="A single { brace.")
    return folder


def request(project: Path, store: Path, out: Path, shard: Shard | None = None, **more: Any) -> desk.Request:
    asked = {"handouts": (*NAMES, "broken"), "languages": ("en", "es"), "papers": ("a4",), **more}
    return desk.Request(TODAY, project=project, store=store, out=out, shard=shard, **asked)


def build(asked: desk.Request) -> pipeline.Result:
    fonts.private_fontconfig(asked.store)
    return pipeline.build(asked, lambda _total, _made: None)


@pytest.fixture(scope="module")
def whole(project: Path, store: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, pipeline.Result]:
    """One build without shards."""
    out = tmp_path_factory.mktemp("whole") / "dist"
    return out, build(request(project, store, out))


@pytest.fixture(scope="module")
def parts(project: Path, store: Path, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Path, pipeline.Result]]:
    """The same in shards, each in a folder of its own."""
    root = tmp_path_factory.mktemp("parts")
    asked = [request(project, store, root / str(index), Shard(index, PARTS)) for index in range(1, PARTS + 1)]
    return [(each.out, build(each)) for each in asked]


@pytest.fixture
def folders(parts: list[tuple[Path, pipeline.Result]], tmp_path: Path) -> list[Path]:
    """Copies of the shards."""
    return [Path(shutil.copytree(folder, tmp_path / f"part {folder.name}")) for folder, _ in parts]


def files_in(out: Path) -> dict[str, bytes]:
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}


def manifest(out: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((out / "manifest.json").read_text("utf-8"))
    return found


def test_shards_merged_are_the_build_without_them_byte_for_byte(
    whole: tuple[Path, pipeline.Result], folders: list[Path], tmp_path: Path
) -> None:
    out = tmp_path / "dist"
    assert merge(folders, out) == len(NAMES) * 2
    assert files_in(out) == files_in(whole[0])


def test_the_order_in_which_shards_are_named_does_not_matter(folders: list[Path], tmp_path: Path) -> None:
    merge(folders, tmp_path / "one")
    merge(folders[::-1], tmp_path / "other")
    assert files_in(tmp_path / "one") == files_in(tmp_path / "other")


def test_shards_share_the_files_and_say_which_they_are(parts: list[tuple[Path, pipeline.Result]]) -> None:
    listed = [set(manifest(folder)["files"]) for folder, _ in parts]
    assert all(listed)
    assert sum(map(len, listed)) == len(set.union(*listed)) == len(NAMES) * 2
    told = [manifest(folder)["shard"] for folder, _ in parts]
    assert [(each["index"], each["of"]) for each in told] == [(1, PARTS), (2, PARTS)]
    assert len({each["build"] for each in told}) == 1


def test_the_findings_of_all_shards_are_those_of_the_build(
    whole: tuple[Path, pipeline.Result], parts: list[tuple[Path, pipeline.Result]]
) -> None:
    told = {finding for _, result in parts for finding in result.findings}
    assert told == set(whole[1].findings)
    assert "content/markup" in {finding.id for finding in told}


def test_shards_built_into_one_folder_keep_what_the_others_made(
    whole: tuple[Path, pipeline.Result], project: Path, store: Path, tmp_path: Path
) -> None:
    out = tmp_path / "dist"
    for index in range(1, PARTS + 1):
        build(request(project, store, out, Shard(index, PARTS)))
    assert manifest(out)["files"] == manifest(whole[0])["files"]
    assert set(files_in(out)) == set(files_in(whole[0]))


def test_a_shard_takes_away_what_is_its_own_and_not_made_any_more(
    whole: tuple[Path, pipeline.Result], store: Path, project: Path, tmp_path: Path
) -> None:
    out, own = Path(shutil.copytree(whole[0], tmp_path / "dist")), Path(shutil.copytree(project, tmp_path / "project"))
    write_tiny(own, "ash", says="A single { brace.")
    for index in range(1, PARTS + 1):
        build(request(own, store, out, Shard(index, PARTS)))
    assert {entry["handout"] for entry in manifest(out)["files"].values()} == set(NAMES) - {"ash"}


def test_there_may_be_more_shards_than_work(project: Path, store: Path, tmp_path: Path) -> None:
    asked = request(project, store, tmp_path, handouts=("ash",), languages=("en",))
    folders = [tmp_path / str(index) for index in (1, 2, 3)]
    made = [build(replace(asked, out=out, shard=Shard(number, 3))) for number, out in enumerate(folders, 1)]
    assert sorted(len(result.sheets) for result in made) == [0, 0, 1]
    assert merge(folders, tmp_path / "dist") == 1


def test_appraisals_are_merged_too(project: Path, store: Path, tmp_path: Path) -> None:
    fonts.private_fontconfig(store)
    folders = [tmp_path / str(index) for index in range(PARTS + 1)]
    for index, out in enumerate(folders):
        shard = Shard(index, PARTS) if index else None
        asked = request(project, store, out, shard, handouts=NAMES[:2], languages=("en",))
        build(asked)
        pipeline.appraise(asked, ("json",))
    merge(folders[1:], tmp_path / "dist")
    assert len(manifest(folders[0])["appraisals"]) == 2
    assert files_in(tmp_path / "dist") == files_in(folders[0])


def test_merging_into_a_folder_takes_away_what_its_manifest_listed(
    folders: list[Path], store: Path, project: Path, tmp_path: Path
) -> None:
    out = tmp_path / "dist"
    build(request(project, store, out, handouts=("ash",), languages=("fr",)))
    (out / "notes.txt").write_text("ours", "utf-8")
    merge(folders, out)
    assert set(files_in(out)) == {"manifest.json", "notes.txt", *manifest(out)["files"]}
    assert "default/fr/ash-standard-a4.pdf" not in manifest(out)["files"]


# --- What is refused ------------------------------------------------------------------------------------------


def change(folder: Path, **fields: Any) -> None:
    """Other fields in a manifest; those that are None are gone."""
    told = {name: value for name, value in {**manifest(folder), **fields}.items() if value is not None}
    (folder / "manifest.json").write_text(json.dumps(told), encoding="utf-8")


def refused(folders: list[Path], out: Path) -> list[Finding]:
    """What is found in folders that are not merged; nothing is written."""
    before = files_in(out)
    with pytest.raises(UsageError) as caught:
        merge(folders, out)
    assert files_in(out) == before
    assert all(each.remedy for each in caught.value.findings)
    return list(caught.value.findings)


def ids(found: list[Finding]) -> list[str]:
    return [each.id for each in found]


def test_a_folder_without_a_manifest_is_refused(folders: list[Path], tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert ids(refused([*folders, tmp_path / "empty"], tmp_path / "dist")) == ["verify/manifest"]
    assert not (tmp_path / "dist").exists()


@pytest.mark.parametrize("shard", [None, "1/2", {"index": 1}, {"index": 0, "of": 2}, {"index": 3, "of": 2}])
def test_a_build_that_is_no_shard_is_refused(shard: object, folders: list[Path], tmp_path: Path) -> None:
    change(folders[0], shard=shard)
    found = refused(folders, tmp_path / "dist")
    assert ids(found) == ["merge/no-shard", "merge/shard-missing"]
    assert found[0].where.path.endswith("part 1/manifest.json")


def test_a_shard_that_is_missing_is_named(folders: list[Path], tmp_path: Path) -> None:
    (missing,) = refused(folders[:1], tmp_path / "dist")
    assert missing.id == "merge/shard-missing"
    assert missing.what == "not there: shard 2/2"


def test_of_many_missing_shards_the_first_are_named(folders: list[Path], tmp_path: Path) -> None:
    change(folders[0], shard={"index": 2, "of": 10**12})
    (missing,) = refused(folders[:1], tmp_path / "dist")
    assert missing.what.startswith(f"not there: shard 1/{10**12}, 3/{10**12}, ")
    assert missing.what.endswith(f"11/{10**12} and {10**12 - 11} more")


def test_a_shard_that_is_named_twice_is_refused(folders: list[Path], tmp_path: Path) -> None:
    again = folders[0].parent / "." / folders[0].name
    assert ids(refused([*folders, again], tmp_path / "dist")) == ["merge/shard-twice"]
    assert ids(refused([*folders, folders[0]], tmp_path / "dist")) == ["merge/shard-twice"]


@pytest.mark.parametrize(
    ("field", "value"),
    [("program", "0.0.1"), ("typesetting", {"pango": "1"}), ("format", 1)],
)
def test_shards_of_different_versions_are_refused(
    field: str, value: object, folders: list[Path], tmp_path: Path
) -> None:
    change(folders[1], **{field: value})
    (found,) = refused(folders, tmp_path / "dist")
    assert found.id == "merge/other-build"
    assert f"`{field}`" in found.what


@pytest.mark.parametrize("other", [{"today": TODAY.replace(day=29)}, {"languages": ("en",)}, {"handouts": NAMES}])
def test_shards_of_another_day_or_of_other_options_are_refused(
    other: dict[str, Any], folders: list[Path], project: Path, store: Path, tmp_path: Path
) -> None:
    shutil.rmtree(folders[1])
    asked = request(project, store, folders[1], Shard(2, PARTS))
    build(replace(asked, **other))
    found = refused(folders, tmp_path / "dist")
    assert found[0].id == "merge/other-build"
    assert "the day" in found[0].what


def test_a_file_that_was_changed_or_lost_is_refused(folders: list[Path], tmp_path: Path) -> None:
    one, other = (next(folder.rglob("*.pdf")) for folder in folders)
    with one.open("ab") as file:
        file.write(b" ")
    other.unlink()
    assert sorted(ids(refused(folders, tmp_path / "dist"))) == ["verify/changed", "verify/missing"]


def test_a_file_that_two_shards_have_is_refused(folders: list[Path], tmp_path: Path) -> None:
    path, entry = next(iter(manifest(folders[0])["files"].items()))
    write_whole(folders[1] / path, (folders[0] / path).read_bytes())
    change(folders[1], files={**manifest(folders[1])["files"], path: entry})
    (found,) = refused(folders, tmp_path / "dist")
    assert found.id == "merge/file-twice"
    assert path in found.what


def test_a_file_outside_its_folder_is_refused(folders: list[Path], tmp_path: Path) -> None:
    (tmp_path / "precious.pdf").write_bytes(b"precious")
    change(folders[1], files={**manifest(folders[1])["files"], "../precious.pdf": {}})
    assert ids(refused(folders, tmp_path / "dist")) == ["verify/outside"]


def test_all_that_is_wrong_is_told_at_once(folders: list[Path], tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    next(folders[0].rglob("*.pdf")).unlink()
    change(folders[1], program="0.0.1", shard={"index": 3, "of": 3})
    found = refused([*folders, tmp_path / "empty"], tmp_path / "dist")
    assert set(ids(found)) == {"verify/missing", "verify/manifest", "merge/other-build", "merge/shard-missing"}


def test_nothing_is_changed_in_a_folder_where_a_merge_is_refused(
    whole: tuple[Path, pipeline.Result], folders: list[Path], tmp_path: Path
) -> None:
    out = Path(shutil.copytree(whole[0], tmp_path / "dist"))
    assert refused(folders[:1], out)
    assert files_in(out) == files_in(whole[0])


# --- As commands ----------------------------------------------------------------------------------------------


def test_the_commands_of_a_matrix_and_of_its_last_job(
    whole: tuple[Path, pipeline.Result],
    project: Path,
    cache_home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", os.fspath(cache_home))
    monkeypatch.chdir(tmp_path)
    usual = [*NAMES, "--lang=en,es", "--paper=a4", f"--today={TODAY}", f"--project={project}", "--jobs=1", "--no-cache"]
    for index in range(1, PARTS + 1):
        assert main(["build", *usual, f"--shard={index}/{PARTS}", f"--out=part-{index}"]) == 0
    assert main(["merge-manifests", "part-1"]) == 2
    assert "2/2" in capsys.readouterr().err
    assert not Path("dist").exists()
    assert main(["merge-manifests", "part-1", "part-2"]) == 0
    assert files_in(Path("dist")) == files_in(whole[0])
    assert capsys.readouterr().err == f"{len(NAMES) * 2} files in dist\n"

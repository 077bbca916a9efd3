"""`handouts verify`: a folder holds what its manifest says, and its files, made again, come out the same."""

from __future__ import annotations

import datetime
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest
import signed_clinic
from specimens import TODAY, write_tiny

from handouts import desk, fonts, pipeline, typeset
from handouts.cli import main
from handouts.findings import Finding, HandoutError, Location, MachineLacks, UsageError
from handouts.printing import Means
from handouts.verify import Verified, find_damage, verify

NAMES: Final = ("small", "tiny")
PATH: Final = "default/en/tiny-standard-a4.pdf"
Verify = Callable[..., Verified]


@pytest.fixture(scope="module")
def untouched(store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clinic's project with two handouts, and what a build made of it in two brands on both papers."""
    folder = tmp_path_factory.mktemp("clinic")
    for name in NAMES:
        write_tiny(folder / "project", name)
    build(store, folder, papers=("a4", "letter"))
    build(store, folder, brand="sample", papers=("letter",), handouts=("tiny",))
    return folder


@pytest.fixture
def clinic(untouched: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(untouched, tmp_path / "clinic"))


@pytest.fixture
def check(clinic: Path, store: Path) -> Verify:
    """Verifies the clinic's folder."""
    return lambda **asked: verified(store, clinic, **asked)


def build(store: Path, folder: Path, **asked: Any) -> pipeline.Result:
    fonts.private_fontconfig(store)
    usual: dict[str, Any] = {"today": TODAY, "handouts": NAMES, "languages": ("en",), "papers": ("a4",)}
    paths = {"project": folder / "project", "out": folder / "dist", "store": store}
    return pipeline.build(desk.Request(**{**usual, **paths, **asked}), lambda _total, _made: None)


def verified(store: Path, folder: Path, **asked: Any) -> Verified:
    """What a verification comes to."""
    fonts.private_fontconfig(store)
    usual = desk.Request(TODAY, project=folder / "project", store=store)
    return verify(folder / "dist", replace(usual, **asked), Means.here(store), lambda _total, _made: None)


def ids(found: Verified | list[Finding]) -> list[str]:
    findings = found.findings if isinstance(found, Verified) else found
    assert all(each.remedy for each in findings)
    return [each.id for each in findings]


def manifest(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "dist/manifest.json").read_text("utf-8"))
    return found


def change(folder: Path, **fields: Any) -> None:
    """Other fields in the manifest."""
    (folder / "dist/manifest.json").write_text(json.dumps({**manifest(folder), **fields}), encoding="utf-8")


def files_in(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


# --- What is sound --------------------------------------------------------------------------------------------


def test_what_a_build_made_in_two_brands_on_two_papers_is_sound(clinic: Path, check: Verify) -> None:
    before = files_in(clinic)
    assert check() == Verified(listed=5, same=5, findings=())
    assert files_in(clinic) == before


def test_a_signed_release_is_sound_and_a_draft_beside_it(store: Path, tmp_path: Path) -> None:
    folder = signed_clinic.write_clinic(tmp_path / "project")
    signed_clinic.sign_all(folder)
    out = tmp_path / "dist"
    fonts.private_fontconfig(store)
    asked = signed_clinic.request(folder, "dosed", store=store, out=out)
    pipeline.build(asked, lambda _total, _made: None)
    build(store, tmp_path, handouts=("plain_one",), brand="sound")
    assert {each["status"] for each in manifest(tmp_path)["files"].values()} == {"approved", "draft"}
    assert verified(store, tmp_path) == Verified(listed=3, same=3, findings=())
    signed_clinic.change(folder, "content/facts.yaml", "5 mg", "50 mg")
    assert ids(verified(store, tmp_path)) == ["verify/refused"] * 2


def test_files_of_another_day_are_sound_while_their_pages_are_the_same(check: Verify) -> None:
    assert check(today=TODAY.replace(day=29)) == Verified(listed=5, same=5, findings=())


def test_a_file_that_an_older_build_left_and_that_is_overdue_since_has_other_bytes(
    clinic: Path, check: Verify, store: Path
) -> None:
    build(store, clinic, handouts=("tiny",), today=datetime.date(2027, 6, 1))
    found = check(today=datetime.date(2027, 6, 1))
    others = {path for path, entry in manifest(clinic)["files"].items() if not entry["overdue"]}
    assert len(others) == 4
    assert ids(found) == ["verify/other-bytes"] * 4
    assert {each.where.path.partition("/dist/")[2] for each in found.findings} == others
    assert found.same == 1


def test_an_appraisal_is_held_against_its_digest(clinic: Path, check: Verify, store: Path) -> None:
    asked = desk.Request(
        TODAY, ("tiny",), ("en",), ("a4",), project=clinic / "project", out=clinic / "dist", store=store
    )
    (path,), _ = pipeline.appraise(asked, ("json",))
    assert check() == Verified(listed=5, same=5, findings=())
    (clinic / "dist" / path).write_text("{}", "utf-8")
    assert ids(check()) == ["verify/changed"]


# --- Damage ---------------------------------------------------------------------------------------------------


def test_one_changed_byte_is_found(clinic: Path, check: Verify) -> None:
    data = bytearray((clinic / "dist" / PATH).read_bytes())
    data[len(data) // 2] ^= 1
    (clinic / "dist" / PATH).write_bytes(data)
    found = check()
    assert ids(found) == ["verify/changed"]
    assert found.findings[0].where.path.endswith(PATH)


def test_a_missing_file_is_found(clinic: Path) -> None:
    (clinic / "dist" / PATH).unlink()
    assert ids(find_damage(clinic / "dist")) == ["verify/missing"]


@pytest.mark.parametrize("name", ["default/en/tiny-standard-a3.pdf", "notes/leaflet.pdf", "old.pdf"])
def test_a_pdf_that_is_not_listed_is_found(name: str, clinic: Path) -> None:
    (clinic / "dist" / name).parent.mkdir(exist_ok=True)
    shutil.copy(clinic / "dist" / PATH, clinic / "dist" / name)
    (found,) = find_damage(clinic / "dist")
    assert found.id == "verify/unlisted"
    assert found.where.path.endswith(name)


def test_what_a_build_put_aside_is_no_stranger(clinic: Path) -> None:
    (clinic / "dist/.staging-1/en").mkdir(parents=True)
    shutil.copy(clinic / "dist" / PATH, clinic / "dist/.staging-1/en/tiny.pdf")
    assert find_damage(clinic / "dist") == []


@pytest.mark.parametrize("path", ["../outside.pdf", "default/../../outside.pdf", "link/outside.pdf", "a\0b.pdf", ""])
def test_a_manifest_that_leads_out_of_its_folder_is_refused(path: str, clinic: Path) -> None:
    (clinic / "outside.pdf").write_bytes(b"precious")
    (clinic / "dist/link").symlink_to(clinic, target_is_directory=True)
    entry = manifest(clinic)["files"][PATH]
    change(clinic, files={**manifest(clinic)["files"], path: entry, str(clinic / "outside.pdf"): entry})
    assert ids(find_damage(clinic / "dist")) == ["verify/outside"] * 2


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"files": []}', '{"files": {"a": 1}}', "\ufeff", '{"format": 2}'])
def test_what_is_no_manifest_is_wrong_use(text: str, clinic: Path, check: Verify) -> None:
    (clinic / "dist/manifest.json").write_text(text, "utf-8")
    with pytest.raises(UsageError) as caught:
        check()
    assert [each.id for each in caught.value.findings] == ["verify/manifest"]


def test_a_folder_without_a_manifest_is_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        find_damage(tmp_path)


@pytest.mark.parametrize("wrong", [{}, {"brand": None, "handout": ["tiny"], "paper": 4}])
def test_an_entry_that_does_not_say_what_it_is_hides_no_other(
    wrong: dict[str, Any], clinic: Path, check: Verify
) -> None:
    files = manifest(clinic)["files"]
    change(clinic, files={**files, PATH: {**files[PATH], **wrong} if wrong else {"sha256": files[PATH]["sha256"]}})
    found = check()
    assert ids(found) == ["verify/manifest"]
    assert (found.listed, found.same) == (5, 4)


@pytest.mark.parametrize("fields", [{"appraisals": []}, {"appraisals": None}, {"shard": "1/2"}])
def test_a_manifest_with_odd_fields_is_read_as_far_as_it_goes(fields: dict[str, Any], clinic: Path) -> None:
    change(clinic, **fields)
    assert find_damage(clinic / "dist") == []


# --- Other bytes ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fields", [{"program": "0.0.1"}, {"typesetting": None}])
def test_other_versions_are_named(fields: dict[str, Any], clinic: Path, check: Verify) -> None:
    change(clinic, **fields)
    found = check()
    assert ids(found) == ["verify/versions"]
    assert ("program 0.0.1, here" if "program" in fields else "pango") in found.findings[0].what


def test_content_that_changed_since_is_found(clinic: Path, check: Verify) -> None:
    write_tiny(clinic / "project", "tiny", says="Stay very well.")
    found = check()
    assert ids(found) == ["verify/other-bytes"] * 3
    assert found.same == 2


def test_content_that_is_broken_since_is_found(clinic: Path, check: Verify) -> None:
    write_tiny(clinic / "project", "tiny", says="A single { brace.")
    found = check()
    assert ids(found) == ["verify/refused"] * 3
    assert found.same == 2


def test_a_handout_that_is_gone_hides_no_other(clinic: Path, check: Verify) -> None:
    (clinic / "project/content/handouts/tiny.yaml").unlink()
    found = check()
    assert ids(found) == ["verify/refused"] * 3
    assert found.same == 2


def test_a_brand_that_is_gone_is_named_and_hides_no_other(clinic: Path, check: Verify) -> None:
    files = manifest(clinic)["files"]
    change(
        clinic,
        files={path: {**entry, "brand": entry["brand"].replace("sample", "gone")} for path, entry in files.items()},
    )
    found = check()
    assert ids(found) == ["usage/unknown-brand"]
    assert (found.listed, found.same) == (5, 4)


def test_a_machine_that_can_print_nothing_is_no_fault_of_the_folder(
    check: Verify, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lacks(*_: object) -> None:
        raise MachineLacks([Finding("machine/library", Location("machine"), "no Pango", "install it")])

    monkeypatch.setattr("handouts.verify.build", lacks)
    with pytest.raises(MachineLacks):
        check()


def test_files_are_made_without_a_cache(check: Verify, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def build_(request: desk.Request, _progress: object, means: Means) -> pipeline.Result:
        seen.append((request.today, means.cache.remembers, request.out.exists()))
        raise HandoutError([])

    monkeypatch.setattr("handouts.verify.build", build_)
    check()
    assert seen == [(TODAY, False, True)] * 3


# --- As a command ---------------------------------------------------------------------------------------------


def test_the_command_says_how_many_files_are_the_same(
    clinic: Path, cache_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", os.fspath(cache_home))
    monkeypatch.chdir(clinic)
    assert main(["verify", "--project=project", "--jobs=1", f"--today={TODAY}"]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines()[-1] == "5 of 5 files made again with the same bytes; 0 errors, 0 warnings, 0 hints"
    counts = [line.partition(" ")[0] for line in err.splitlines()[:-1]]
    assert counts == ["1/2", "2/2", "1/2", "2/2", "1/1"]  # one build for each brand and paper
    (clinic / "dist" / PATH).unlink()
    change(clinic, files={PATH: manifest(clinic)["files"][PATH]})
    assert main(["verify", "dist", "--project=project", "--jobs=1"]) == 1
    assert "[verify/missing]" in capsys.readouterr().out
    assert main(["verify", "project"]) == 2
    assert typeset.versions() == manifest(clinic)["typesetting"]

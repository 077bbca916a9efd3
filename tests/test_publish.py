"""Files and the manifest: whole or not there, and nothing left behind that is not made any more."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

import pytest

from handouts import publish
from handouts.findings import HandoutError
from handouts.publish import (
    FORMAT,
    MANIFEST,
    ManifestEntry,
    Scope,
    block_digests,
    publish_manifest,
    read_manifest,
    sheet_path,
    write_whole,
)

SHEET = ManifestEntry("ahsct", "0.1", "en", "standard", "a4", "default", "draft", 6, 4, "0" * 64, {"key": "1"})
SCOPE = Scope(
    asked=frozenset(["ahsct", "msc"]),
    languages=frozenset(["en", "es"]),
    editions=frozenset(["standard"]),
    papers=frozenset(["a4"]),
    brand="default",
    known_handouts=frozenset(["ahsct", "msc", "after"]),
    known_languages=frozenset(["en", "es", "ar", "hi"]),
)


def path_of(sheet: ManifestEntry) -> str:
    return sheet_path(sheet.brand, sheet.language, sheet.handout, sheet.edition, sheet.paper)


def lay(out: Path, *sheets: ManifestEntry) -> None:
    """An output folder as an earlier build left it."""
    for sheet in sheets:
        write_whole(out / path_of(sheet), b"%PDF")
    put(out, {path_of(sheet): asdict(sheet) for sheet in sheets})


def put(out: Path, files: object) -> None:
    out.mkdir(parents=True, exist_ok=True)
    (out / MANIFEST).write_text(json.dumps({"format": FORMAT, "files": files}), "utf-8")


def publish_into(out: Path, *made: ManifestEntry, scope: Scope = SCOPE) -> dict[str, Any]:
    publish_manifest(out, {path_of(sheet): sheet for sheet in made}, scope, {"pango": "1.50"}, "0.1.0")
    return read_manifest(out)


def pdfs(out: Path) -> set[str]:
    return {path.relative_to(out).as_posix() for path in out.rglob("*.pdf")}


def test_a_path_names_all_that_tells_files_apart() -> None:
    assert path_of(SHEET) == "default/en/ahsct-standard-a4.pdf"
    changed = [
        replace(SHEET, handout="other"),
        replace(SHEET, language="other"),
        replace(SHEET, edition="other"),
        replace(SHEET, paper="other"),
        replace(SHEET, brand="other"),
    ]
    assert len({path_of(sheet) for sheet in [SHEET, *changed]}) == 6


def test_a_file_is_written_whole(tmp_path: Path) -> None:
    write_whole(tmp_path / "a" / "b" / "c.pdf", b"new")
    write_whole(tmp_path / "a" / "b" / "c.pdf", b"newer")
    assert (tmp_path / "a" / "b" / "c.pdf").read_bytes() == b"newer"
    assert [path.name for path in (tmp_path / "a" / "b").iterdir()] == ["c.pdf"]
    assert (tmp_path / "a" / "b" / "c.pdf").stat().st_mode & 0o777 == 0o644


def test_a_failed_write_leaves_the_old_file_and_no_part_of_the_new(tmp_path: Path) -> None:
    write_whole(tmp_path / "a.pdf", b"old")
    with pytest.raises(TypeError):
        write_whole(tmp_path / "a.pdf", "no bytes")  # type: ignore[arg-type]
    assert (tmp_path / "a.pdf").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.pdf"]


def test_what_the_disk_refuses_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "taken.pdf").mkdir()
    (tmp_path / "taken.pdf" / "full").write_bytes(b"")
    for path in (tmp_path / "file" / "a.pdf", tmp_path / "taken.pdf"):
        with pytest.raises(HandoutError) as caught:
            write_whole(path, b"new")
        (finding,) = caught.value.findings
        assert (finding.id, finding.where.path) == ("publish/write", path.as_posix())
        assert finding.remedy
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "taken.pdf"]


def test_the_manifest_says_all_of_each_file(tmp_path: Path) -> None:
    lay(tmp_path, SHEET)
    manifest = publish_into(tmp_path, SHEET)
    assert manifest["typesetting"] == {"pango": "1.50"}
    assert (manifest["format"], manifest["program"]) == (FORMAT, "0.1.0")
    assert set(manifest["files"]) == {path_of(SHEET)}
    entry = manifest["files"][path_of(SHEET)]
    assert set(entry) == {field.name for field in fields(ManifestEntry)}
    wanted = {
        "handout",
        "version",
        "language",
        "edition",
        "paper",
        "brand",
        "status",
        "pages",
        "bytes",
        "sha256",
        "blocks",
    }
    assert wanted <= set(entry)


def test_the_manifest_is_the_same_bytes_each_time(tmp_path: Path) -> None:
    spanish = replace(SHEET, language="es")
    lay(tmp_path, SHEET, spanish)
    publish_into(tmp_path, SHEET, spanish)
    first = (tmp_path / MANIFEST).read_bytes()
    publish_into(tmp_path, spanish, SHEET)
    assert (tmp_path / MANIFEST).read_bytes() == first
    assert first.endswith(b"}\n")


def test_what_was_asked_for_and_not_made_is_taken_away(tmp_path: Path) -> None:
    failed, made = replace(SHEET, handout="msc"), SHEET
    lay(tmp_path, failed, made)
    assert set(publish_into(tmp_path, made)["files"]) == pdfs(tmp_path) == {path_of(made)}


def test_a_handout_that_is_gone_leaves_no_pdf_in_any_language_or_paper(tmp_path: Path) -> None:
    gone = [replace(SHEET, handout="gone"), replace(SHEET, handout="gone", language="ar", paper="letter")]
    lay(tmp_path, SHEET, *gone)
    assert set(publish_into(tmp_path, SHEET)["files"]) == pdfs(tmp_path) == {path_of(SHEET)}
    assert not (tmp_path / "default" / "ar").exists()


def test_what_was_not_asked_for_stays(tmp_path: Path) -> None:
    others = [
        replace(SHEET, handout="after"),
        replace(SHEET, language="ar"),
        replace(SHEET, paper="letter"),
        replace(SHEET, edition="large"),
        replace(SHEET, brand="sample"),
        replace(SHEET, brand="sample", handout="gone"),
    ]
    lay(tmp_path, SHEET, *others)
    expected = {path_of(sheet) for sheet in [SHEET, *others]}
    manifest = publish_into(tmp_path, SHEET)
    assert set(manifest["files"]) == pdfs(tmp_path) == expected
    assert manifest["files"][path_of(others[0])] == asdict(others[0])


def test_a_file_that_somebody_deleted_leaves_the_manifest(tmp_path: Path) -> None:
    other = replace(SHEET, handout="after")
    lay(tmp_path, SHEET, other)
    (tmp_path / path_of(other)).unlink()
    assert set(publish_into(tmp_path, SHEET)["files"]) == {path_of(SHEET)}


@pytest.mark.parametrize("path", ["../outside.pdf", "a/../../outside.pdf", "{root}/outside.pdf", "notes.txt", MANIFEST])
def test_what_is_not_ours_is_never_deleted(tmp_path: Path, path: str) -> None:
    out = tmp_path / "dist"
    lay(out, SHEET)
    (tmp_path / "outside.pdf").write_bytes(b"%PDF")
    (out / "notes.txt").write_text("mine", "utf-8")
    (out / "a").mkdir()
    name = path.format(root=tmp_path)
    put(out, {name: asdict(replace(SHEET, handout="gone"))})
    assert set(publish_into(out, SHEET)["files"]) == {path_of(SHEET)}
    assert (tmp_path / "outside.pdf").exists()
    assert (out / "notes.txt").exists()
    assert (out / MANIFEST).exists()


def test_a_link_in_the_folder_leads_no_deletion_outside(tmp_path: Path) -> None:
    out, outside = tmp_path / "dist", tmp_path / "outside"
    outside.mkdir()
    (outside / "a.pdf").write_bytes(b"%PDF")
    out.mkdir()
    (out / "link").symlink_to(outside, target_is_directory=True)
    put(out, {"link/a.pdf": asdict(replace(SHEET, handout="gone"))})
    publish_into(out)
    assert (outside / "a.pdf").exists()


def test_other_files_keep_their_folder(tmp_path: Path) -> None:
    gone = replace(SHEET, handout="gone", language="es")
    lay(tmp_path, gone)
    (tmp_path / "default" / "es" / "notes.txt").write_text("mine", "utf-8")
    publish_into(tmp_path)
    assert (tmp_path / "default" / "es" / "notes.txt").exists()
    assert not pdfs(tmp_path)


@pytest.mark.parametrize("text", [None, "", "{", "[]", "3", '{"files": []}', '{"other": 1}', "\udcff"])
def test_a_manifest_that_cannot_be_read_is_an_empty_one(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / MANIFEST).write_bytes(text.encode("utf-8", "surrogateescape"))
    assert read_manifest(tmp_path) == {"files": {}}
    assert set(publish_into(tmp_path, SHEET)["files"]) == {path_of(SHEET)}


@pytest.mark.parametrize("entry", [3, None, "x", [], {}])
def test_an_entry_that_is_none_stops_no_build(tmp_path: Path, entry: object) -> None:
    put(tmp_path, {"default/en/odd-standard-a4.pdf": entry})
    assert path_of(SHEET) in publish_into(tmp_path, SHEET)["files"]


def test_digests_follow_the_words() -> None:
    one, two = block_digests([("a", "x"), ("b", "y")]), block_digests([("a", "x"), ("b", "z")])
    assert one["a"] == two["a"]
    assert one["b"] != two["b"]
    assert publish.sha256(b"x") == hashlib.sha256(b"x").hexdigest()

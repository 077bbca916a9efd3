"""Files and the manifest: whole or not there, and nothing left behind that is not made any more."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

import pytest
from specimens import handout_of, read_example, setting_of, translated, words_of

from handouts import publish
from handouts.elements import read_page
from handouts.findings import HandoutError
from handouts.layers import Layers
from handouts.model import Block, Fact, Library, Prose, Text, map_texts
from handouts.publish import (
    FORMAT,
    MANIFEST,
    ManifestEntry,
    Scope,
    Staging,
    digests_of,
    read_manifest,
    sheet_path,
    untranslated_blocks,
    write_whole,
)
from handouts.region import for_region
from handouts.render import Status, make_environment, render

SHEET = ManifestEntry(
    handout="ahsct",
    code="SCT-2",
    version="0.1",
    title="Transplant of your own blood stem cells",
    language="en",
    edition="standard",
    paper="a4",
    brand="default",
    status="draft",
    overdue=False,
    published="2026-11-22",
    last_reviewed=None,
    next_review="2027-05-22",
    pages=6,
    bytes=4,
    sha256="0" * 64,
    blocks={"key": "1"},
    safety=("key",),
    untranslated=(),
    english={},
)
SCOPE = Scope(
    asked=frozenset(["ahsct", "msc"]),
    languages=frozenset(["en", "es"]),
    editions=frozenset(["standard"]),
    papers=frozenset(["a4"]),
    brands=frozenset(["default"]),
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
    with Staging(out) as staging:
        for sheet in made:
            staging.put(path_of(sheet), b"%PDF")
        staging.publish({path_of(sheet): sheet for sheet in made}, scope, {"program": "0.1.0"}, {"pango": "1.50"})
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
    assert entry == json.loads(json.dumps(asdict(SHEET)))


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
    assert manifest["files"][path_of(others[0])] == json.loads(json.dumps(asdict(others[0])))


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


def test_a_digest_is_sha_256() -> None:
    assert publish.sha256(b"x") == hashlib.sha256(b"x").hexdigest()


# --- What is printed of each block -----------------------------------------------------------------------


def prose(words: str, **more: object) -> Prose:
    statement = {"say": Text(words), **more}
    return Prose.model_validate({"id": "said", "kind": "overview", "paragraphs": {"one": statement}})


BESIDE = Prose.model_validate(
    {"id": "beside", "kind": "overview", "paragraphs": {"one": {"say": Text("Not touched.")}}}
)


def digests(library: Library, *blocks: Block, tag: str = "en", **more: Any) -> dict[str, str]:
    """The digests of the page that these blocks make, beside one that never changes."""
    setting = setting_of(library, tag, **more)
    handout = handout_of(*blocks, BESIDE)
    handout = handout if tag == "en" else translated(handout, tag)
    page = render(for_region(handout, setting.brand.region), setting, make_environment(Layers.of(None)))
    return digests_of(read_page(page))


def changed(one: dict[str, str], other: dict[str, str]) -> set[str]:
    assert set(one) == set(other)
    return {block for block in one if one[block] != other[block]}


def test_each_block_has_a_digest_and_so_has_the_title(library: Library) -> None:
    found = digests(library, prose("Stay well."))
    assert list(found) == ["title", "said", "beside"]
    assert all(len(digest) == 16 for digest in found.values())
    assert found == digests(library, prose("Stay well."))


def test_a_changed_word_mark_or_heading_changes_its_block_alone(library: Library) -> None:
    before = digests(library, prose("Take 1.5 mg."))
    assert changed(before, digests(library, prose("Take 15 mg."))) == {"said"}
    assert changed(before, digests(library, prose("Take 1,5 mg."))) == {"said"}
    headed = prose("Take 1.5 mg.").model_copy(update={"heading": Text("Dose")})
    assert changed(before, digests(library, headed)) == {"said"}


def test_a_changed_fact_changes_the_blocks_that_print_it(library: Library) -> None:
    other = replace(library, facts={**library.facts, "fever": Fact(temperature=39)})
    block = prose("Call from {fever}.")
    assert changed(digests(library, block), digests(other, block)) == {"said"}
    assert changed(digests(library, prose("Call.")), digests(other, prose("Call."))) == set()


def test_a_changed_glossary_entry_changes_the_glossary(library: Library) -> None:
    block = read_example("glossary", "words")
    term = next(iter(block.terms))  # type: ignore[union-attr]
    meaning = library.terms[term].model_copy(update={"definition": Text("Something else.")})
    other = replace(library, terms={**library.terms, term: meaning})
    assert changed(digests(library, block), digests(other, block)) == {block.id}


def test_a_changed_kind_heading_changes_its_blocks(library: Library) -> None:
    kind = library.kinds["overview"].model_copy(update={"heading": Text("In short")})
    other = replace(library, kinds={**library.kinds, "overview": kind})
    assert changed(digests(library), digests(other)) == {"beside"}


def test_a_changed_figure_or_source_changes_what_prints_it(library: Library) -> None:
    outcomes, listed = read_example("outcomes", "risks"), read_example("sources", "sources")
    before = digests(library, outcomes, listed)
    reference = next(each.chance for each in outcomes.items.values() if each.chance)  # type: ignore[union-attr]
    claim_id, _, figure_id = reference.partition(".")
    claim = library.claims[claim_id]
    figure = claim.figures[figure_id].model_copy(update={"high": 98})
    other = claim.model_copy(update={"figures": {**claim.figures, figure_id: figure}})
    assert changed(before, digests(replace(library, claims={**library.claims, claim_id: other}), outcomes, listed)) == {
        outcomes.id
    }
    source_id = next(iter(library.sources_of(reference)))
    source = library.sources[source_id].model_copy(update={"short": "Another paper, 2026"})
    sources = {**library.sources, source_id: source}
    assert changed(before, digests(replace(library, sources=sources), outcomes, listed)) == {listed.id}
    unsourced = prose("Stay well."), prose("Stay well.", claims=("REG1",))
    assert changed(*(digests(library, block) for block in unsourced)) == {"said"}


def test_the_state_of_a_sheet_and_its_other_languages_change_no_digest(library: Library) -> None:
    blocks = read_example("about", "about"), read_example("languages", "languages")
    before = digests(library, *blocks, tag="es")
    offer = {("languages.offer", "You can ask for this sheet in English."): "يمكنكم طلب هذه النشرة بالعربية."}
    offers = {"ar": words_of("ar", library, offer)}
    for more in ({"status": Status(machine=True, overdue=True)}, {"status": Status(draft=False)}, {"offers": offers}):
        assert changed(before, digests(library, *blocks, tag="es", **more)) == set()


def test_a_clinics_telephone_is_among_the_words(library: Library) -> None:
    brand = setting_of(library).brand
    contacts = brand.contacts.model_copy(update={"day": "555 0199"})
    block = read_example("about", "about")
    other = digests(library, block, brand=brand.model_copy(update={"contacts": contacts}))
    assert changed(digests(library, block), other) == {block.id}


def test_blocks_that_print_english_in_another_language_are_told(library: Library) -> None:
    blocks = prose("Stay well."), BESIDE
    spanish = translated(handout_of(*blocks), "es")
    half = spanish.model_copy(update={"blocks": (blocks[0], spanish.blocks[1])})
    for handout, told in ((spanish, ()), (half, ("said",))):
        kinds = map_texts(library.kinds, lambda text, _path: replace(text, language="es"))
        html = render(handout, setting_of(replace(library, kinds=kinds), "es"), make_environment(Layers.of(None)))
        assert untranslated_blocks(read_page(html)) == told

"""The way of the data: what a build makes again, keeps and takes away, and what it says of what it refuses."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import printed
import pytest
from layout import LibraryBuild
from specimens import TODAY, clinic_layers, write_tiny

from handouts import desk, fonts, pipeline
from handouts.checks.check import Level
from handouts.findings import HandoutError, MachineLacks, Severity, UsageError
from handouts.layers import library_root
from handouts.report import Report

Run = Callable[..., pipeline.Result]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A clinic's project with two handouts of its own."""
    folder = tmp_path / "project"
    write_tiny(folder, "tiny")
    write_tiny(folder, "small")
    return folder


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "dist"


@pytest.fixture
def run(project: Path, out: Path, store: Path) -> Run:
    """Builds the two handouts in English on A4, or what is asked for."""
    usual = {"handouts": ("tiny", "small"), "languages": ("en",), "papers": ("a4",)}

    def build(**asked: Any) -> pipeline.Result:
        request = desk.Request(TODAY, project=project, out=out, store=store, **{**usual, **asked})
        return pipeline.build(request, lambda _total, _made: None)

    return build


def files_in(out: Path) -> set[str]:
    return {file.relative_to(out).as_posix() for file in out.rglob("*") if file.is_file()}


def listed(out: Path) -> dict[str, Any]:
    files: dict[str, Any] = json.loads((out / "manifest.json").read_text("utf-8"))["files"]
    return files


def path_of(handout: str, tag: str = "en", paper: str = "a4", brand: str = "default") -> str:
    return f"{brand}/{tag}/{handout}-standard-{paper}.pdf"


def ids(result: pipeline.Result | Report) -> list[str]:
    return [finding.id for finding in result.findings]


# --- What a build leaves -------------------------------------------------------------------------------------


def test_a_build_makes_what_is_asked(run: Run, out: Path) -> None:
    result = run()
    assert set(result.sheets) == {path_of("tiny"), path_of("small")}
    assert files_in(out) == {"manifest.json", *result.sheets} == {"manifest.json", *listed(out)}


def test_the_same_build_again_changes_nothing(run: Run, out: Path) -> None:
    run()
    before = {file: file.read_bytes() for file in out.rglob("*") if file.is_file()}
    run()
    assert {file: file.read_bytes() for file in out.rglob("*") if file.is_file()} == before


def test_a_broken_handout_leaves_no_older_pdf_behind(run: Run, out: Path, project: Path) -> None:
    run()
    write_tiny(project, "tiny", says="A single { brace.")
    result = run()
    assert "content/markup" in ids(result)
    assert set(result.sheets) == set(listed(out)) == {path_of("small")}
    assert files_in(out) == {"manifest.json", path_of("small")}


def test_a_handout_that_is_no_yaml_any_more_leaves_none(run: Run, out: Path, project: Path) -> None:
    run()
    (project / "content/handouts/tiny.yaml").write_text("id: tiny\n\tblocks: [", encoding="utf-8")
    run()
    assert files_in(out) == {"manifest.json", path_of("small")}


def test_a_handout_that_is_gone_leaves_no_pdf_behind(run: Run, out: Path, project: Path) -> None:
    run(languages=("en", "es"))
    (project / "content/handouts/tiny.yaml").unlink()
    run(handouts=("small",))
    assert files_in(out) == {"manifest.json", path_of("small"), path_of("small", "es")}


def test_a_broken_translation_leaves_no_older_pdf_behind(run: Run, out: Path, project: Path) -> None:
    run(languages=("en", "es"))
    catalog = project / "locales/es/LC_MESSAGES/content.po"
    catalog.parent.mkdir(parents=True)
    catalog.write_text('msgid ""\nmsgstr ""\n\nmsgid "open\nmsgstr ""\n', encoding="utf-8")
    result = run(languages=("en", "es"))
    assert "translation/syntax" in ids(result)
    assert files_in(out) == {"manifest.json", path_of("small"), path_of("tiny")}


def test_a_part_of_the_library_keeps_the_rest(run: Run, out: Path) -> None:
    run(languages=("en", "es"), papers=("a4", "letter"))
    before = listed(out)
    assert len(before) == 8
    for part in ({"handouts": ("tiny",)}, {"languages": ("es",)}, {"papers": ("letter",)}):
        run(**{"languages": ("en", "es"), "papers": ("a4", "letter"), **part})
        assert listed(out) == before
        assert files_in(out) == {"manifest.json", *before}


def test_brands_lie_beside_one_another(run: Run, out: Path) -> None:
    run()
    run(brand="sample")
    wanted = {path_of(handout, brand=brand) for handout in ("tiny", "small") for brand in ("default", "sample")}
    assert set(listed(out)) == wanted
    assert files_in(out) == {"manifest.json", *wanted}


def test_empty_folders_are_taken_away(run: Run, out: Path, project: Path) -> None:
    run(handouts=("tiny",))
    write_tiny(project, "tiny", says="A single { brace.")
    run(handouts=("tiny",))
    assert [path.name for path in out.iterdir()] == ["manifest.json"]


def test_what_is_not_ours_is_left_alone(run: Run, out: Path) -> None:
    run()
    (out / "notes.txt").write_text("a note of the clinic's", encoding="utf-8")
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    outside = out.parent / "precious.pdf"
    outside.write_bytes(b"precious")
    sheet = {**manifest["files"][path_of("tiny")], "handout": "gone"}
    manifest["files"] |= {"../precious.pdf": sheet, str(outside): sheet, "notes.txt": sheet}
    (out / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    run()
    assert (out / "notes.txt").is_file()
    assert outside.read_bytes() == b"precious"
    assert set(listed(out)) == {path_of("tiny"), path_of("small")}


@pytest.mark.parametrize("text", ["", "{", "[]", '{"files": []}', '{"files": {"a.pdf": 3}}'])
def test_a_manifest_that_cannot_be_read_is_written_anew(text: str, run: Run, out: Path) -> None:
    out.mkdir()
    (out / "manifest.json").write_text(text, encoding="utf-8")
    run()
    assert set(listed(out)) == {path_of("tiny"), path_of("small")}


def test_a_pdf_that_was_removed_by_hand_is_not_listed(run: Run, out: Path) -> None:
    run()
    (out / path_of("tiny")).unlink()
    run(handouts=("small",))
    assert set(listed(out)) == {path_of("small")}


def test_the_brand_says_which_paper_and_the_option_beats_it(run: Run) -> None:
    assert set(run(brand="sample", papers=(), handouts=("tiny",)).sheets) == {path_of("tiny", brand="sample")}
    letter = path_of("tiny", paper="letter", brand="sample")
    assert set(run(brand="sample", papers=("letter",), handouts=("tiny",)).sheets) == {letter}
    both = run(papers=(), handouts=("tiny",)).sheets
    assert set(both) == {path_of("tiny"), path_of("tiny", paper="letter")}


def test_a_paper_that_the_brand_gave_up_leaves_no_pdf_behind(run: Run, out: Path, project: Path) -> None:
    """A build that asks for no paper asks for all that the brand has: a paper it has no more is stale."""
    folder = project / "content/brands/default"
    folder.mkdir(parents=True)
    library = (library_root() / "content/brands/default/brand.yaml").read_text("utf-8")
    run(papers=())
    (folder / "brand.yaml").write_text(library.replace("paper: [a4, letter]", "paper: [a4]"), encoding="utf-8")
    run(papers=())
    assert files_in(out) == {"manifest.json", path_of("small"), path_of("tiny")}


def test_progress_is_told_of_each_file(project: Path, out: Path, store: Path) -> None:
    heard: list[tuple[int, str]] = []
    request = desk.Request(TODAY, ("tiny", "small"), ("en",), ("a4", "letter"), project=project, out=out, store=store)
    pipeline.build(request, lambda total, made: heard.append((total, made.path if made else "")))
    assert heard[0] == (4, "")
    assert [total for total, _ in heard] == [4] * 5
    assert {path for _, path in heard[1:]} == set(listed(out))


def test_names_asked_for_twice_are_one_job(project: Path, store: Path) -> None:
    request = desk.Request(TODAY, ("tiny", "tiny"), ("en", "en"), ("a4", "a4"), project=project, store=store)
    assert len(desk.plan(request).jobs) == 1


def test_untranslated_words_are_printed_in_english_and_marked(run: Run, out: Path) -> None:
    result = run(handouts=("tiny",), languages=("es",))
    assert "translation/missing" in ids(result)
    assert "Stay well." in printed.words(out / path_of("tiny", "es"))
    assert all(finding.severity == "warning" for finding in result.findings)


def test_a_language_that_nobody_has_begun_can_be_drafted(project: Path, run: Run) -> None:
    entry = '{autonym: T, english: Swahili, script: Latn, direction: ltr, plural: "nplurals=2; plural=(n != 1);"}'
    for catalog in ("content", "ui"):
        path = project / f"locales/sw/LC_MESSAGES/{catalog}.po"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n', "utf-8")
    (project / "locales/languages.yaml").write_text(f"sw: {entry}\n", "utf-8")
    result = run(handouts=("overview", "after"), languages=("sw",))
    assert [str(finding) for finding in result.findings if finding.severity == "error"] == []
    assert len(result.sheets) == 2


def test_a_review_that_is_overdue_is_a_warning(project: Path, out: Path, store: Path) -> None:
    later = datetime.date(2031, 1, 1)
    request = desk.Request(later, ("tiny",), ("en",), ("a4",), project=project, out=out, store=store)
    result = pipeline.build(request, lambda _total, _made: None)
    assert "review/overdue" in ids(result)
    assert len(result.sheets) == 1


def test_the_date_of_the_build_is_not_in_the_bytes(project: Path, out: Path, store: Path, run: Run) -> None:
    first = run(handouts=("tiny",)).sheets
    request = desk.Request(
        TODAY + datetime.timedelta(days=1), ("tiny",), ("en",), ("a4",), project=project, out=out, store=store
    )
    assert pipeline.build(request, lambda _total, _made: None).sheets == first


# --- What is refused -------------------------------------------------------------------------------------------


def test_all_unknown_names_are_told_at_once(project: Path, store: Path) -> None:
    request = desk.Request(TODAY, ("tini",), ("enn",), ("a5",), "sampel", project=project, store=store)
    with pytest.raises(UsageError) as caught:
        pipeline.build(request, lambda _total, _made: None)
    told = {finding.id: finding.remedy for finding in caught.value.findings}
    assert set(told) == {f"usage/unknown-{what}" for what in ("handout", "language", "paper", "brand")}
    assert "`tiny`" in told["usage/unknown-handout"]
    assert "`sample`" in told["usage/unknown-brand"]
    assert "`a4`" in told["usage/unknown-paper"]


def test_a_project_that_does_not_exist_is_told(tmp_path: Path, store: Path) -> None:
    request = desk.Request(TODAY, project=tmp_path / "nowhere", store=store)
    with pytest.raises(UsageError, match="no such project"):
        pipeline.check(request)


def test_an_error_in_a_template_is_told_once_and_nothing_is_printed(run: Run, out: Path, project: Path) -> None:
    run()
    clinic_layers(project, {"page.html": "<p>\n{{ nothing }}"})
    result = run()
    (finding,) = [finding for finding in result.findings if finding.id == "template/error"]
    assert finding.where.path.endswith("project/templates/page.html")
    assert finding.where.line == 2
    assert result.sheets == {}
    assert files_in(out) == {"manifest.json"}


STEALING = {
    "a picture from the network": '<img src="http://127.0.0.1:9/x.png" alt="x">',
    "a file": '<img src="file:///etc/passwd" alt="x">',
    "a file further up": '<img src="../../../etc/passwd" alt="x">',
    "a file by way of the fonts": '<a rel="attachment" href="file://{store}/../secret">x</a>',
    "a style sheet further up": '<style>@import url("../x.css");</style>',
}


@pytest.mark.parametrize("way", STEALING)
def test_a_template_that_reaches_out_is_refused(way: str, run: Run, out: Path, project: Path, store: Path) -> None:
    (store.parent / "secret").write_text("SECRET", encoding="utf-8")
    body = STEALING[way].format(store=store.resolve())
    clinic_layers(project, {"notice.html": body})
    result = run(handouts=("tiny",))
    assert "template/unsafe" in ids(result)
    assert result.sheets == {}
    assert files_in(out) == {"manifest.json"}


def test_a_fault_in_a_clinics_style_is_told(run: Run, project: Path) -> None:
    clinic_layers(project, {"style.css": "p { colour: red }"})
    result = run(handouts=("tiny",))
    assert any("colour" in finding.what for finding in result.findings)


def test_a_character_that_no_font_has_is_refused(run: Run, out: Path, project: Path) -> None:
    write_tiny(project, "tiny", says="Thai: \u0e01.")
    result = run()
    (finding,) = [finding for finding in result.findings if finding.id == "page/missing-glyph"]
    assert "U+0E01" in finding.what
    assert finding.block == "said"
    assert finding.where.path.endswith("tiny.yaml")
    assert files_in(out) == {"manifest.json", path_of("small")}


def test_a_machine_without_its_fonts_is_told(monkeypatch: pytest.MonkeyPatch, project: Path, tmp_path: Path) -> None:
    monkeypatch.setattr("handouts.fonts._files", lambda _package: {})
    request = desk.Request(TODAY, ("tiny",), ("en",), ("a4",), project=project, store=tmp_path / "new")
    with pytest.raises(MachineLacks):
        desk.plan(request)


def test_a_folder_that_cannot_be_written_is_told(run: Run, out: Path) -> None:
    out.write_text("a file, not a folder", encoding="utf-8")
    with pytest.raises(HandoutError) as caught:
        run()
    assert caught.value.findings[0].id == "publish/write"


# --- Checking makes nothing --------------------------------------------------------------------------------------


def check(project: Path | None, store: Path, **asked: Any) -> Report:
    return pipeline.check(desk.Request(TODAY, project=project, store=store, **asked))


def test_the_library_has_no_error_and_no_warning_but_what_only_a_person_can_settle(
    store: Path, built: LibraryBuild
) -> None:
    words = pipeline.check(desk.Request(TODAY, store=store), frozenset(Level) - {Level.PAGE})
    told = [each for each in (*words.findings, *built.result.findings) if each.severity is not Severity.HINT]
    only_a_person = {"claims/unverified"}
    assert [(each.id, str(each.where), each.what) for each in told if each.id not in only_a_person] == []


def test_a_check_finds_what_a_build_refuses(project: Path, store: Path) -> None:
    write_tiny(project, "tiny", says="A single { brace.")
    clinic_layers(project, {"blocks/prose/block.html": "{{ nothing }}"})
    brand = project / "content/brands/bad/brand.yaml"
    brand.parent.mkdir(parents=True)
    brand.write_text("id: bad\n", encoding="utf-8")
    found = ids(check(project, store, languages=("en",)))
    assert {"content/markup", "template/error", "content/missing-field"} <= set(found)


def test_a_check_writes_nothing(project: Path, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    check(project, store, handouts=("tiny",))
    assert sorted(tmp_path.rglob("*")) == before


def test_findings_stand_in_order_of_place(project: Path, store: Path) -> None:
    write_tiny(project, "tiny", says="One { brace.")
    write_tiny(project, "small", says="Another { brace.")
    found = check(project, store, handouts=("tiny", "small"), languages=("en",)).findings
    errors = [finding.where for finding in found if finding.severity == "error"]
    assert len(errors) == 2
    assert errors == sorted(errors)


def test_a_request_is_what_was_asked(tmp_path: Path) -> None:
    request = desk.Request(TODAY)
    assert (request.handouts, request.languages, request.papers, request.brand) == ((), (), (), "default")
    assert replace(request, out=tmp_path).out == tmp_path


def test_the_store_is_the_users_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert fonts.default_store() == tmp_path / "patient-handouts"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert fonts.default_store() == tmp_path / ".cache" / "patient-handouts"

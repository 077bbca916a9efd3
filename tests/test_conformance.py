"""Every file of the library is PDF/UA-1 and PDF/A-3a, and its structure says what the sheet says.

Two programs judge by the standards, and our own check compares tree and sheet; faults planted into a sound file show
what each of the three sees.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import oracles
import page
import pikepdf
import planted
import pytest
from layout import LibraryBuild
from planted import Plant, nothing, plant
from specimens import TODAY
from structure_check import (
    Expectation,
    expectation_of,
    find_structure_faults,
    headings,
    links,
    lists,
    passages,
    pictures,
    tables,
)

from handouts import desk, printing, publish

SOUND: Final = "default/es/msc-standard-a4.pdf"
"""A sheet with all that faults can be planted into: pictures, a table, links, passages in other languages."""

CAUGHT: Final[Mapping[Plant, str]] = {
    # fault: who sees it, measured (V veraPDF, P page-validation, S our own check of the structure)
    planted.picture_without_words: "VPS",
    planted.skipped_heading_level: "VPS",
    planted.untagged_text: "VPS",
    planted.header_without_scope: "VPS",
    planted.item_outside_a_list: "VPS",
    planted.link_without_contents: "VPS",
    planted.link_outside_the_tree: "VPS",
    planted.code_without_text: "VPS",
    planted.font_not_embedded: "VP",
    planted.title_missing: "VPS",
    planted.title_not_shown: "VPS",
    planted.tabs_not_by_structure: "VPS",
    planted.not_marked: "VPS",
    planted.no_ua_identifier: "VPS",
    planted.no_a_identifier: "VPS",
    planted.wrong_words_for_a_picture: "S",
    planted.wrong_document_language: "S",
    planted.passage_without_language: "S",
    planted.wrong_title: "S",
    planted.heading_as_paragraph: "S",
    planted.header_read_out: "S",
    planted.passages_swapped: "S",
    planted.paragraph_left_out: "S",
    planted.list_without_numbering: "S",
    planted.table_as_text: "S",
    planted.link_called_by_its_address: "S",
    planted.wrong_parent: "S",
    planted.no_bookmarks: "S",
}


@pytest.fixture(scope="module")
def expected(built: LibraryBuild, store: Path) -> dict[str, Expectation]:
    """What the HTML of each sheet says, by path."""
    plan = desk.plan(desk.Request(today=TODAY, out=built.out, store=store))
    return {
        publish.sheet_path(job.brand, job.tag, job.handout, job.edition, job.paper): expectation_of(
            printing.rendered(plan, job)[0]
        )
        for job in plan.jobs
    }


@pytest.fixture(scope="module")
def spoilt(built: LibraryBuild, tmp_path_factory: pytest.TempPathFactory) -> dict[Plant, Path]:
    """The sound sheet with each fault, and written anew with none."""
    folder = tmp_path_factory.mktemp("spoilt")
    return {fault: plant(fault, built.out / SOUND, folder / f"{fault.__name__}.pdf") for fault in (nothing, *CAUGHT)}


@pytest.fixture(scope="module")
def by_verapdf(built: LibraryBuild, spoilt: dict[Plant, Path]) -> oracles.Verdicts:
    """What veraPDF says of all of them, asked at once."""
    return oracles.verapdf([*(built.out / path for path in built.result.sheets), *spoilt.values()])


# --- The library ------------------------------------------------------------------------------------------------------


def test_verapdf_accepts_every_file(built: LibraryBuild, by_verapdf: oracles.Verdicts) -> None:
    faults = {path: by_verapdf[built.out / path] for path in built.result.sheets}
    assert len(faults) == 182
    assert {path: found for path, found in faults.items() if found} == {}


def test_page_validation_accepts_every_file(built: LibraryBuild) -> None:
    faults = oracles.page_validation(built.out / path for path in built.result.sheets)
    assert len(faults) == 182
    assert {path: found for path, found in faults.items() if found} == {}


def test_every_file_tells_a_listener_what_its_sheet_says(built: LibraryBuild, expected: dict[str, Expectation]) -> None:
    assert set(expected) == set(built.result.sheets)
    faults = {path: find_structure_faults(built.out / path, sheet) for path, sheet in expected.items()}
    assert {path: found for path, found in faults.items() if found} == {}


def test_the_sheets_have_all_that_is_compared(expected: dict[str, Expectation]) -> None:
    for path, sheet in expected.items():
        assert len(headings(sheet.root)) > 10, path
        assert len(lists(sheet.root)) > 5, path
        assert len(links(sheet.root)) > 5, path
        assert len(tables(sheet.root)) > 0, path
        languages = {language for language, _ in passages(sheet.root)}
        assert len(languages) == (13 if "/en/" in path else 2), path
        assert len(sheet.running) == 3, path
    assert sum(len(pictures(sheet.root)) for sheet in expected.values()) > 100


# --- Planted faults ---------------------------------------------------------------------------------------------------


def who_sees(pdf: Path, by_verapdf: oracles.Verdicts, sheet: Expectation) -> str:
    seen = {"V": by_verapdf[pdf], "P": oracles.page_validation([pdf])[pdf], "S": find_structure_faults(pdf, sheet)}
    return "".join(name for name, faults in seen.items() if faults)


@pytest.mark.parametrize("fault", CAUGHT, ids=lambda fault: fault.__name__)
def test_a_planted_fault_is_caught(
    fault: Plant, spoilt: dict[Plant, Path], by_verapdf: oracles.Verdicts, expected: dict[str, Expectation]
) -> None:
    seen_by = who_sees(spoilt[fault], by_verapdf, expected[SOUND])
    assert seen_by, "nobody sees it"
    assert seen_by == CAUGHT[fault]


def test_a_file_that_is_only_written_anew_is_accepted(
    spoilt: dict[Plant, Path], by_verapdf: oracles.Verdicts, expected: dict[str, Expectation]
) -> None:
    assert who_sees(spoilt[nothing], by_verapdf, expected[SOUND]) == ""


# --- The programs themselves ------------------------------------------------------------------------------------------


def test_verapdf_says_so_where_it_cannot_read_a_file(tmp_path: Path) -> None:
    no_pdf = tmp_path / "no.pdf"
    no_pdf.write_bytes(b"not a PDF")
    assert [fault.rule for fault in oracles.verapdf([no_pdf])[no_pdf]] == ["", ""]


def test_verapdf_counts_and_shows_the_first_place(spoilt: dict[Plant, Path], by_verapdf: oracles.Verdicts) -> None:
    (fault,) = by_verapdf[spoilt[planted.picture_without_words]]
    assert (fault.profile, fault.rule, fault.count) == ("PDFUA-1", "7.3-1", 1)
    assert "Figure" in fault.context
    assert fault.message


LENGTH: Final = "PDFA3A-STREAM-LENGTH-001"


def write_stream(path: Path, data: bytes) -> Path:
    """A file of one page and one stream, packed in no way."""
    with pikepdf.new() as pdf:
        pdf.add_blank_page().Contents = pdf.make_stream(data)
        pdf.save(path, compress_streams=False)
    return path


def rules(path: Path) -> set[str]:
    return {fault.rule for fault in oracles.page_validation([path], ["3a"])[path]}


def test_page_validation_is_mistaken_about_a_last_carriage_return(tmp_path: Path) -> None:
    path = write_stream(tmp_path / "return.pdf", b"q Q\r")
    assert LENGTH in {fault.rule_id for fault in page.validate_pdf(path, profile="3a").failures}
    assert LENGTH not in rules(path)


def test_a_wrong_length_of_a_stream_is_seen(tmp_path: Path) -> None:
    path = write_stream(tmp_path / "length.pdf", b"q Q")
    assert LENGTH not in rules(path)
    path.write_bytes(path.read_bytes().replace(b"/Length 3", b"/Length 2"))
    assert LENGTH in rules(path)

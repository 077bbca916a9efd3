"""Columns of a page: what pdfium writes comes back number by number, and each character has its owner."""

from __future__ import annotations

import ctypes

import pypdfium2  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st
from pdfs import pdf_of
from test_measure import pdf_of as pdf_with

from handouts import pdfium


@given(st.lists(st.sampled_from(["a", "b", None])))
def test_each_character_goes_to_its_owner_or_to_the_one_before(owners: list[str | None]) -> None:
    wanted: list[str | None] = []
    for owner in owners:
        wanted.append(owner or (wanted[-1] if wanted else None))
    found: list[str | None] = [None] * len(owners)
    for owner, start, end in pdfium.stretches(owners, range(len(owners) + 1)):
        found[start:end] = [owner] * (end - start)
    assert found == wanted


def test_numbers_written_apart_or_side_by_side_come_back_alike() -> None:
    def apart(handle: int, first: int, second: int) -> None:
        for place, number in ((first, handle), (second, handle + 1)):
            ctypes.c_int.from_address(place).value = number

    def side_by_side(handle: int, place: int) -> None:
        apart(handle, place, place + 4)

    assert pdfium.numbers("i", 2, apart, [5, 8]) == [(5, 6), (8, 9)]
    assert pdfium.numbers("i", 2, side_by_side, [5, 8], side_by_side=True) == [(5, 6), (8, 9)]
    assert pdfium.numbers("i", 2, apart, []) == []


def test_a_page_has_its_text_and_the_object_of_each_character() -> None:
    with pypdfium2.PdfDocument(pdf_of("Call your team", "Rest")) as document:
        found = [
            (page.number, page.text, page.characters, page.holders, page.starts) for page in pdfium.read_pages(document)
        ]
    assert [each[:3] for each in found] == [(1, "Call your team", "Call your team"), (2, "Rest", "Rest")]
    assert all(len(holders) == 1 and None not in holders for *_, holders, _ in found)
    assert [starts for *_, starts in found] == [[0, 14], [0, 4]]


def test_what_a_form_holds_stands_after_it() -> None:
    line = "0 0 5 5 re f"
    with pypdfium2.PdfDocument(pdf_with(f"{line} /X Do {line}", form=f"{line} {line}")) as document:
        (page,) = pdfium.read_pages(document)
        assert page.objects.kinds == [pdfium.PATH, pdfium.FORM, pdfium.PATH, pdfium.PATH, pdfium.PATH]
        assert page.objects.within == [pdfium.PAGE, pdfium.PAGE, 1, 1, pdfium.PAGE]
        assert page.objects.of(pdfium.FORM) == [1]
        assert len(page.objects.handles) == len(page.objects.contents) == 5

"""Faults of structure, planted into a sound PDF object by object: what the checks must not let pass."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pikepdf

Plant = Callable[[pikepdf.Pdf], None]


def plant(fault: Plant, sound: Path, planted: Path) -> Path:
    """Write a sound PDF anew with a fault in it, all else as it is; the path of the new file."""
    with pikepdf.open(sound) as pdf:
        fault(pdf)
        pdf.save(planted, static_id=True, compress_streams=False, fix_metadata_version=False)
    return planted


def nothing(pdf: pikepdf.Pdf) -> None:
    """No fault at all: a file that is only written anew must still pass."""
    assert pdf.pages


# --- Ways to the places -----------------------------------------------------------------------------------------------


def _elements(pdf: pikepdf.Pdf, *roles: str) -> Iterator[Any]:
    """The structure elements of these roles (without any: all) in reading order, outer ones first."""
    return (each for each in _below(pdf.Root.StructTreeRoot) if not roles or str(each.S).removeprefix("/") in roles)


def _below(element: Any) -> Iterator[Any]:
    for kid in _kids(element):
        yield kid
        yield from _below(kid)


def _kids(element: Any) -> list[Any]:
    return [kid for kid in _listed(element.get("/K")) if isinstance(kid, pikepdf.Dictionary) and "/S" in kid]


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, pikepdf.Array) else [value]


def _first(pdf: pikepdf.Pdf, *roles: str) -> Any:
    return next(_elements(pdf, *roles))


def _first_link(pdf: pikepdf.Pdf) -> Any:
    return next(annotation for page in pdf.pages for annotation in _listed(page.get("/Annots")))


def _without(element: Any, kid: Any) -> None:
    """Take a kid out of an element."""
    element.K = pikepdf.Array([other for other in _listed(element.K) if other != kid])


def _cut_metadata(pdf: pikepdf.Pdf, pattern: str) -> None:
    """Take what matches out of the XMP."""
    metadata: Any = pdf.Root.Metadata
    text = metadata.read_bytes().decode()
    assert re.search(pattern, text, re.DOTALL)
    metadata.write(re.sub(pattern, "", text, flags=re.DOTALL).encode())


Step = tuple[list[Any], str]
"""Operands and operator."""


def _edit_content(pdf: pikepdf.Pdf, page: Any, edit: Callable[[list[Step]], None]) -> None:
    """Change the steps of a page's content stream."""
    steps = [(list(step.operands), str(step.operator)) for step in pikepdf.parse_content_stream(page)]
    edit(steps)
    written = [(operands, pikepdf.Operator(operator)) for operands, operator in steps]
    page.Contents = pdf.make_stream(pikepdf.unparse_content_stream(written))


def _mark(steps: list[Step], wanted: Callable[[list[Any]], bool]) -> range:
    """The steps within the first marked content whose operands are wanted, its begin and end included."""
    start = next(at for at, (operands, name) in enumerate(steps) if name in {"BMC", "BDC"} and wanted(operands))
    depth = 0
    for at in range(start, len(steps)):
        depth += {"BMC": 1, "BDC": 1, "EMC": -1}.get(steps[at][1], 0)
        if depth == 0:
            return range(start, at + 1)
    raise AssertionError("a mark does not end")


def _has_number(number: int) -> Callable[[list[Any]], bool]:
    return lambda operands: len(operands) > 1 and operands[1].get("/MCID") == number


# --- Faults that break the standard -----------------------------------------------------------------------------------


def picture_without_words(pdf: pikepdf.Pdf) -> None:
    del _first(pdf, "Figure").Alt


def skipped_heading_level(pdf: pikepdf.Pdf) -> None:
    _first(pdf, "H2").S = pikepdf.Name.H4


def untagged_text(pdf: pikepdf.Pdf) -> None:
    paragraph = next(each for each in _elements(pdf, "P") if isinstance(_listed(each.get("/K"))[0], int))
    number = _listed(paragraph.K)[0]

    def unmark(steps: list[Step]) -> None:
        within = _mark(steps, _has_number(number))
        del steps[within[-1]], steps[within[0]]

    _edit_content(pdf, pdf.pages[_page_number(pdf, paragraph)], unmark)
    _without(paragraph, number)


def _page_number(pdf: pikepdf.Pdf, element: Any) -> int:
    return next(number for number, page in enumerate(pdf.pages) if page.obj.objgen == element.Pg.objgen)


def header_without_scope(pdf: pikepdf.Pdf) -> None:
    """Nor may cells name their headers, which serves as well."""
    for cell in _elements(pdf, "TH", "TD"):
        for attributes in _listed(cell.get("/A")):
            for name in ("/Scope", "/Headers"):
                if name in attributes:
                    del attributes[name]


def item_outside_a_list(pdf: pikepdf.Pdf) -> None:
    _first(pdf, "L").S = pikepdf.Name.Div


def link_without_contents(pdf: pikepdf.Pdf) -> None:
    del _first_link(pdf).Contents


def link_outside_the_tree(pdf: pikepdf.Pdf) -> None:
    annotation = _first_link(pdf)
    for link in _elements(pdf, "Link"):
        for kid in _listed(link.K):
            if isinstance(kid, pikepdf.Dictionary) and kid.get("/Obj") == annotation:
                _without(link, kid)
    del annotation.StructParent


def code_without_text(pdf: pikepdf.Pdf) -> None:
    """The text of one code that is shown is given to another one, which is not."""
    font: Any = next(iter(pdf.pages[0].Resources.Font.values()))
    data = font.ToUnicode.read_bytes()
    moved = re.sub(rb"(?<=beginbfchar\n)<[0-9A-Fa-f]{4}>", b"<ffff>", data, count=1)
    assert moved != data
    font.ToUnicode.write(moved)


def font_not_embedded(pdf: pikepdf.Pdf) -> None:
    font: Any = next(iter(pdf.pages[0].Resources.Font.values()))
    del font.DescendantFonts[0].FontDescriptor.FontFile2


def title_missing(pdf: pikepdf.Pdf) -> None:
    _cut_metadata(pdf, "<dc:title>.*?</dc:title>")
    if "/Title" in pdf.trailer.Info:
        del pdf.trailer.Info.Title


def title_not_shown(pdf: pikepdf.Pdf) -> None:
    pdf.Root.ViewerPreferences.DisplayDocTitle = False


def tabs_not_by_structure(pdf: pikepdf.Pdf) -> None:
    for page in pdf.pages:
        del page.Tabs


def not_marked(pdf: pikepdf.Pdf) -> None:
    pdf.Root.MarkInfo.Marked = False


def no_ua_identifier(pdf: pikepdf.Pdf) -> None:
    _cut_metadata(pdf, "<pdfuaid:part>.*?</pdfuaid:part>")


def no_a_identifier(pdf: pikepdf.Pdf) -> None:
    _cut_metadata(pdf, "<pdfaid:.*</pdfaid:[a-z]*>")


# --- Faults that only a comparison with the sheet can see -------------------------------------------------------------


def wrong_words_for_a_picture(pdf: pikepdf.Pdf) -> None:
    _first(pdf, "Figure").Alt = pikepdf.String("image")


def wrong_document_language(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Lang = pikepdf.String("fr")


def passage_without_language(pdf: pikepdf.Pdf) -> None:
    del next(each for each in _elements(pdf) if "/Lang" in each).Lang


def wrong_title(pdf: pikepdf.Pdf) -> None:
    _cut_metadata(pdf, r"(?<=<rdf:li xml:lang=.x-default.>)\w+ ")


def heading_as_paragraph(pdf: pikepdf.Pdf) -> None:
    list(_elements(pdf, "H3"))[-1].S = pikepdf.Name.P


def header_read_out(pdf: pikepdf.Pdf) -> None:
    """What runs along in a margin, tagged as a paragraph at the end of the document."""
    page = pdf.pages[0]
    document = _first(pdf, "Document")
    parents = pikepdf.NumberTree(pdf.Root.StructTreeRoot.ParentTree)[page.StructParents]  # type: ignore[index]
    number = len(parents)
    paragraph = pdf.make_indirect(
        pikepdf.Dictionary(Type=pikepdf.Name.StructElem, S=pikepdf.Name.P, P=document, Pg=page.obj, K=number)
    )

    def tag(steps: list[Step]) -> None:
        start = _mark(steps, lambda operands: operands[0] == "/Artifact" and len(operands) > 1)[0]
        steps[start] = ([pikepdf.Name.P, pikepdf.Dictionary(MCID=number)], "BDC")

    _edit_content(pdf, page, tag)
    parents.append(paragraph)
    document.K = pikepdf.Array([*_listed(document.K), paragraph])


def passages_swapped(pdf: pikepdf.Pdf) -> None:
    section = next(each for each in _elements(pdf) if [str(kid.S) for kid in _kids(each)].count("/P") > 1)
    first, second, *_ = (at for at, kid in enumerate(_listed(section.K)) if kid.S == "/P")
    section.K[first], section.K[second] = section.K[second], section.K[first]


def paragraph_left_out(pdf: pikepdf.Pdf) -> None:
    paragraph = _first(pdf, "P")
    _without(paragraph.P, paragraph)


def list_without_numbering(pdf: pikepdf.Pdf) -> None:
    for each in _elements(pdf, "L"):
        del each.A


def table_as_text(pdf: pikepdf.Pdf) -> None:
    """A table of which all parts are said to be mere groups."""
    table = _first(pdf, "Table")
    for element in [table, *_below(table)]:
        if element.S in {"/Table", "/THead", "/TBody", "/TFoot", "/TR", "/TH", "/TD"}:
            element.S = pikepdf.Name.Div


def link_called_by_its_address(pdf: pikepdf.Pdf) -> None:
    annotation = next(each for page in pdf.pages for each in _listed(page.get("/Annots")) if "/A" in each)
    annotation.Contents = annotation.A.URI


def wrong_parent(pdf: pikepdf.Pdf) -> None:
    """The way back from the first page's content to its elements, off by one."""
    parents: Any = pikepdf.NumberTree(pdf.Root.StructTreeRoot.ParentTree)[0]
    parents[0], parents[1] = parents[1], parents[0]


def no_bookmarks(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.Outlines

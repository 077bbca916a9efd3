"""The readers behind the check of structure: content streams, trees and HTML, on files made by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pikepdf
import pytest
from content_stream import UNKNOWN, Mark, Shown, read_unicode_map, shown_on
from pikepdf import Array, Dictionary, Name, String
from structure_check import expectation_of, headings, links, lists, passages, pictures, tables
from structure_tree import Document, Link, Words, elements, leaves, read_document, text_of

# --- Content streams --------------------------------------------------------------------------------------------------

CMAP = b"""
1 begincodespacerange <00> <ff> endcodespacerange
2 beginbfchar
<41> <0041>
<42> <004200630064>
endbfchar
2 beginbfrange
<43> <45> <0078>
<46> <47> [<0046> <00460066>]
endbfrange
"""


def test_a_code_has_the_text_that_its_font_says() -> None:
    found = read_unicode_map(CMAP)
    texts = {chr(code): text for code, text in found.items()}
    assert texts == {"A": "A", "B": "Bcd", "C": "x", "D": "y", "E": "z", "F": "F", "G": "Ff"}


def blank() -> pikepdf.Pdf:
    """A file with one page that has a font F, a form X and a form Y with numbers of its own."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page()
    font = Dictionary(Type=Name.Font, Subtype=Name.TrueType, ToUnicode=pdf.make_stream(CMAP))
    form = pdf.make_stream(b"/F 9 Tf (C) Tj", Subtype=Name.Form)
    group = pdf.make_stream(b"/P <</MCID 0>> BDC /F 9 Tf (D) Tj EMC", Subtype=Name.Form, StructParents=7)
    page.Resources = Dictionary(Font=Dictionary(F=font), XObject=Dictionary(X=form, Y=group))
    return pdf


def shown(content: bytes) -> list[Shown]:
    pdf = blank()
    pdf.pages[0].Contents = pdf.make_stream(content)
    return list(shown_on(pdf.pages[0]))


def test_text_belongs_to_the_innermost_number_around_it() -> None:
    found = shown(b"/P <</MCID 3>> BDC /F 9 Tf (A) Tj /Span <</Lang (fr)>> BDC [(B) -200 (A)] TJ EMC EMC")
    assert found == [Shown("", Mark(3)), Shown("A", Mark(3)), Shown("BcdA", Mark(3))]


def test_an_artifact_is_told_by_its_narrowest_kind() -> None:
    found = shown(b"/Artifact <</Type /Pagination /Subtype /Footer>> BDC /F 9 Tf (A) Tj EMC /Artifact BMC f EMC")
    assert found == [Shown("A", Mark(artifact="Footer")), Shown("", Mark(artifact="Artifact"))]


def test_a_replacement_stands_for_all_within() -> None:
    found = shown(b"/Span <</MCID 0 /ActualText (said)>> BDC /F 9 Tf (A) Tj EMC (A) Tj")
    assert found == [Shown("said", Mark(0, silent=True)), Shown("A", Mark())]


def test_a_form_is_read_where_it_is_drawn() -> None:
    assert shown(b"/P <</MCID 1>> BDC /X Do EMC")[1:] == [Shown("x", Mark(1))]
    assert shown(b"/Y Do") == [Shown("", Mark(0, owner=7)), Shown("y", Mark(0, owner=7))]


def test_the_font_is_part_of_the_state_that_is_restored() -> None:
    with pytest.raises(AssertionError, match="without a font"):
        shown(b"q /F 9 Tf Q (A) Tj")


def test_a_code_without_text_shows() -> None:
    assert shown(b"/F 9 Tf (Az) Tj") == [Shown(f"A{UNKNOWN}", Mark())]


# --- Trees ------------------------------------------------------------------------------------------------------------


def write_tagged(path: Path) -> Path:
    """Two pages, one paragraph that goes on overleaf, a link, a piece that no element claims."""
    pdf = blank()
    pdf.pages[0].Contents = pdf.make_stream(
        b"/Lead <</MCID 0>> BDC /F 9 Tf (A) Tj EMC /P <</MCID 1>> BDC (B) Tj EMC"
        b"/Figure <</MCID 2>> BDC (A) Tj EMC (C) Tj"
    )
    pdf.pages.append(pdf.pages[0])
    pdf.pages[1].Contents = pdf.make_stream(b"/Lead <</MCID 0>> BDC /F 9 Tf (D) Tj EMC")
    for number, page in enumerate(pdf.pages):
        page.StructParents = number
    first, second = (page.obj for page in pdf.pages)
    link = pdf.make_indirect(
        Dictionary(Subtype=Name.Link, Contents=String("Clinic"), A=Dictionary(URI=String("https://x/")), StructParent=2)
    )
    first.Annots = Array([link])
    target = Dictionary(Type=Name.OBJR, Obj=link, Pg=first)
    overleaf = Dictionary(Type=Name.MCR, MCID=0, Pg=second)
    lead: Any = pdf.make_indirect(Dictionary(S=Name.Lead, Pg=first, C=Name.Wide, K=Array([0, overleaf])))
    figure: Any = pdf.make_indirect(Dictionary(S=Name.Figure, Pg=first, Alt=String("A cat"), K=2))
    called: Any = pdf.make_indirect(Dictionary(S=Name.Link, Lang=String("fr"), K=target))
    parents = Array([0, Array([lead, None, figure]), 1, Array([called]), 2, called])
    pdf.Root.Lang = String("en")
    pdf.Root.StructTreeRoot = Dictionary(
        K=Array([lead, called, figure]),
        RoleMap=Dictionary(Lead=Name.Intro, Intro=Name.P),
        ClassMap=Dictionary(Wide=Dictionary(O=Name.Layout, BBox=Array([1, 2, 3, 4]))),
        ParentTree=Dictionary(Nums=parents),
    )
    pdf.save(path)
    return path


@pytest.fixture
def tagged(tmp_path: Path) -> Document:
    return read_document(write_tagged(tmp_path / "tagged.pdf"))


def test_an_element_goes_on_overleaf(tagged: Document) -> None:
    (lead,) = elements(tagged.root, "P")
    assert lead.kids == (Words("A", "en", 1), Words("y", "en", 2))
    assert lead.attributes == {"BBox": "1 2 3 4"}
    assert text_of(lead) == "Ay"


def test_a_link_knows_its_name_and_where_it_leads(tagged: Document) -> None:
    (link,) = elements(tagged.root, "Link")
    assert link.language == "fr"
    assert link.links == (Link("Clinic", "https://x/", 1),)


def test_a_picture_is_told_by_its_words_and_not_by_what_is_in_it(tagged: Document) -> None:
    (figure,) = elements(tagged.root, "Figure")
    assert (figure.alt, figure.kids) == ("A cat", ())


def test_what_a_listener_would_miss_is_told(tagged: Document) -> None:
    assert list(tagged.stray) == [
        "content 0 of 1: the parent tree does not lead to its element",
        "page 1: 1 pieces are neither tagged nor an artifact, such as “x”",
        "page 1, content 1 (“Bcd”): 0 times in the tree",
    ]


def test_a_file_without_facts_has_none(tagged: Document) -> None:
    assert (tagged.title, tagged.shows_title, tagged.is_marked, tagged.tab_orders) == ("", False, False, ("", ""))
    assert not tagged.identifiers
    assert not tagged.bookmarks


# --- HTML -------------------------------------------------------------------------------------------------------------

PAGE = """<!doctype html><html lang="en"><head><title>T</title><style>p {}</style></head><body>
<div class="running-head"><p>Clinic</p></div><!-- a remark --><h2>One<br>two</h2>
<p lang="es">Hola <b>tú</b></p><ol><li><div><span>1</span> First</div></li></ol><ul><li>Any</li></ul>
<p><a href="https://x/">there</a> <a href="#h">here</a></p><img alt="A cat">
<svg><title>A dog</title><text>n</text></svg>
<table><tr><th scope="col">H</th></tr><tr><td>D</td></tr></table></body></html>"""


def test_a_page_says_the_same_as_a_tree() -> None:
    sheet = expectation_of(PAGE)
    assert (sheet.title, sheet.language, sheet.running) == ("T", "en", ("Clinic",))
    assert headings(sheet.root) == [("H2", "One two")]
    assert lists(sheet.root) == [("numbered", ["1 First"]), ("not numbered", ["Any"])]
    assert links(sheet.root) == [("there", ["https://x/"]), ("here", ["#"])]
    assert pictures(sheet.root) == ["A cat", "A dog"]
    assert tables(sheet.root) == [[[("TH", "Column", "H")], [("TD", "", "D")]]]
    assert passages(sheet.root) == [("en", "Onetwo"), ("es", "Holatú"), ("en", "1FirstAnytherehereHD")]
    assert "remark" not in "".join(leaf.text for leaf in leaves(sheet.root))

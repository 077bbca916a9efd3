"""What pdfium tells of a structure tree is what stands in the file: read by pikepdf, it is the same tree."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import planted
import pytest
import structure_tree
from test_structure_tree import write_tagged

from handouts import fonts, typeset
from handouts.measure import measure
from handouts.readback import spelling
from handouts.tagtree import Said, Tags, elements, leaves

PAGE = """<!doctype html><html lang="en"><head><title>A title</title><style>
@page { size: 100mm 90mm; @bottom-left { content: "Code 1" } } h2 { break-before: page } .faint { opacity: 0.5 }
</style></head><body><h1>A title</h1><p>One <b>two</b> <span lang="fr">trois</span>.</p>
<ol><li>First</li><li>Second</li></ol><h2>Next</h2>
<table><thead><tr><th scope="col">Head</th><th scope="col">Other</th></tr></thead>
<tbody><tr><th scope="row">Row</th><td>Cell</td></tr></tbody></table>
<svg viewBox="0 0 9 9" width="20" height="20"><title>A dot</title><path d="M1 1h5v5z"/></svg>
<p>Long: LONG</p><p class="faint">Faint words.</p></body></html>""".replace("LONG", "words upon words " * 60)


@pytest.fixture(scope="module")
def pdf(store: Path) -> bytes:
    press = typeset.make_press("", fonts.prepare(["Latn"], store), store)
    return typeset.typeset(PAGE, "Latn", press, store).pdf


@pytest.fixture(scope="module")
def tags(pdf: bytes) -> Tags:
    return measure(pdf).tags


def test_the_document_tells_its_title_and_language(tags: Tags) -> None:
    assert tags.titles == ("A title", "A title")
    assert (tags.language, tags.is_tagged, tags.shows_title) == ("en", True, True)


def test_an_element_that_goes_on_overleaf_is_one(tags: Tags) -> None:
    (long,) = (each for each in elements(tags.root, "P") if "Long" in each.text)
    pages = [words.page for _, words in leaves(long)]
    assert pages == sorted(set(pages))
    assert len(pages) > 1
    assert long.page == pages[0]
    assert spelling(long.text) == spelling("Long: " + "words upon words " * 60)


def test_a_passage_is_what_one_block_element_says(tags: Tags) -> None:
    said = [Said(each.role, each.page, " ".join(each.text.split())) for each in tags.said]
    assert said[:4] == [
        Said("H1", 1, "A title"),
        Said("P", 1, "One two trois."),
        Said("LI", 1, "1. First"),
        Said("LI", 1, "2. Second"),
    ]


def test_heads_have_scopes_and_pictures_have_words(tags: Tags) -> None:
    heads = [(each.text.strip(), each.scope) for each in elements(tags.root, "TH")]
    assert heads == [("Head", "Column"), ("Other", "Column"), ("Row", "Row")]
    assert [each.alt for each in elements(tags.root, "Figure")] == ["A dot"]


def test_a_passage_in_another_language_is_marked(tags: Tags) -> None:
    assert {words.text.strip() for element, words in leaves(tags.root) if element.language == "fr"} == {"trois"}


def test_margins_are_told_page_by_page_and_groups_apart(tags: Tags) -> None:
    assert [margin.strip() for margin in tags.margins] == ["Code 1"] * len(tags.pages)
    assert [words.text.strip() for words in tags.groups] == ["Faint words."]
    assert tags.stray == ()


def test_it_is_the_tree_that_another_library_reads(pdf: bytes, tags: Tags, tmp_path: Path) -> None:
    file = tmp_path / "page.pdf"
    file.write_bytes(pdf)
    wanted = [
        (each.role, spelling(structure_tree.text_of(each)))
        for each in structure_tree.elements(structure_tree.read_document(file).root)
        if each.role in {"H1", "H2", "P", "LI", "TH", "TD"} and "Faint" not in structure_tree.text_of(each)
    ]
    found = [(each.role, spelling(each.text)) for each in elements(tags.root, "H1", "H2", "P", "LI", "TH", "TD")]
    assert found == wanted
    assert len(found) > 9


def test_what_is_in_no_tag_is_stray(tmp_path: Path) -> None:
    """A file made by hand: one piece has no number, one no element, and one leads to an element that has it not."""
    file = write_tagged(tmp_path / "tagged.pdf")
    with pikepdf.open(file) as pdf:
        pdf.Root.MarkInfo = pikepdf.Dictionary(Marked=True)
        pdf.save(tmp_path / "marked.pdf")
    tags = measure((tmp_path / "marked.pdf").read_bytes()).tags
    assert sorted(words.page for words in tags.stray) == [1, 1, 2]
    assert tags.titles == ("", "")
    assert not tags.shows_title


def test_the_wish_to_show_the_title_is_read_from_packed_objects_too(pdf: bytes, tmp_path: Path) -> None:
    (tmp_path / "plain.pdf").write_bytes(pdf)
    for name, fault, shown in (("a", planted.nothing, True), ("b", planted.title_not_shown, False)):
        made = planted.plant(fault, tmp_path / "plain.pdf", tmp_path / f"{name}.pdf")
        assert measure(made.read_bytes()).tags.shows_title is shown
        with pikepdf.open(made) as file:
            file.save(tmp_path / "packed.pdf", object_stream_mode=pikepdf.ObjectStreamMode.generate)
        packed = (tmp_path / "packed.pdf").read_bytes()
        assert b"DisplayDocTitle" not in packed
        assert measure(packed).tags.shows_title is shown

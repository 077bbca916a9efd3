"""What a listener would stumble over is found in the finished PDF: each planted fault by its check."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

import pikepdf
import planted
import pytest
from page_examples import Workshop, finished_page
from planted import Plant

from handouts import fonts, typeset
from handouts.checks import tagged
from handouts.checks.check import Flaw
from handouts.checks.finished import Finished
from handouts.layers import library_root
from handouts.measure import measure
from handouts.model import Library, Text, map_texts

CHECKS: Final = {check.id: check for check in tagged.CHECKS}
FOUND: Final[Mapping[Plant, tuple[str, str]]] = {
    # fault: the check that finds it, and the block that it names
    planted.skipped_heading_level: ("page/heading-order", "key"),
    planted.heading_as_paragraph: ("page/heading-order", "about"),
    planted.passages_swapped: ("page/reading-order", "key"),
    planted.title_missing: ("page/title", ""),
    planted.title_not_shown: ("page/title", ""),
    planted.wrong_title: ("page/title", ""),
    planted.wrong_document_language: ("page/language", ""),
    planted.not_marked: ("page/untagged", ""),
    planted.paragraph_left_out: ("page/untagged", ""),
    planted.untagged_text: ("page/untagged", ""),
    planted.picture_without_words: ("page/figure-words", "risks"),
    planted.wrong_words_for_a_picture: ("page/figure-words", "risks"),
    planted.header_without_scope: ("page/table-heads", "words"),
    planted.table_as_text: ("page/table-heads", "words"),
}


@pytest.fixture(scope="module")
def workshop(library: Library, store: Path, tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    style = (library_root() / "templates" / "style.css").read_text("utf-8")
    press = typeset.make_press(style, fonts.prepare(["Latn"], store), store)
    return Workshop(library, press, store, tmp_path_factory.mktemp("tagged"))


@pytest.fixture(scope="module")
def sound(workshop: Workshop) -> Finished:
    return finished_page("p { color: black }", workshop)


def found(subject: Finished) -> dict[str, list[Flaw]]:
    """What each check finds, those that find nothing left out."""
    return {name: flaws for name, check in CHECKS.items() if (flaws := list(check.find(subject)))}


def spoilt(subject: Finished, fault: Plant, folder: Path) -> Finished:
    """The subject with a fault in its PDF."""
    (folder / "sound.pdf").write_bytes(subject.printed.pdf)
    made = planted.plant(fault, folder / "sound.pdf", folder / "spoilt.pdf")
    printed = replace(subject.printed, pdf=made.read_bytes())
    return replace(subject, printed=printed, measured=measure(printed.pdf))


def test_a_sound_page_has_no_flaw(sound: Finished, tmp_path: Path) -> None:
    assert found(sound) == {}
    assert found(spoilt(sound, planted.nothing, tmp_path)) == {}


@pytest.mark.parametrize("fault", FOUND, ids=lambda fault: fault.__name__)
def test_a_planted_fault_is_found_by_its_check_alone(fault: Plant, sound: Finished, tmp_path: Path) -> None:
    name, block = FOUND[fault]
    flaws = found(spoilt(sound, fault, tmp_path))
    assert list(flaws) == [name]
    assert flaws[name][0].block == block


def test_every_check_has_a_fault() -> None:
    assert {name for name, _ in FOUND.values()} == set(CHECKS)


def second_title(pdf: pikepdf.Pdf) -> None:
    next(each for each in planted._elements(pdf, "H2")).S = pikepdf.Name.H1


def test_two_headings_of_level_1_are_too_many(sound: Finished, tmp_path: Path) -> None:
    flaws = found(spoilt(sound, second_title, tmp_path))["page/heading-order"]
    assert flaws[0].what == "the file has 2 headings of level 1, not one"


def test_a_title_in_another_element_is_told_at_its_text(sound: Finished, tmp_path: Path) -> None:
    def as_paragraph(pdf: pikepdf.Pdf) -> None:
        planted._first(pdf, "H1").S = pikepdf.Name.P

    flaws = found(spoilt(sound, as_paragraph, tmp_path))["page/heading-order"]
    assert flaws[0].what == "the file has 0 headings of level 1, not one"
    assert any(flaw.at == sound.handout.title.at and "not tagged as a heading" in flaw.what for flaw in flaws)


# --- Order ------------------------------------------------------------------------------------------------------------


def block_moved(pdf: pikepdf.Pdf) -> None:
    """The fourth section is read last."""
    part = planted._first(pdf, "Sect").P
    sections = [kid for kid in part.K if kid.S == "/Sect"]
    part.K = pikepdf.Array([*(kid for kid in part.K if kid != sections[3]), sections[3]])


def test_a_block_that_is_moved_is_told_once_and_no_other(sound: Finished, tmp_path: Path) -> None:
    (flaw,) = found(spoilt(sound, block_moved, tmp_path))["page/reading-order"]
    assert flaw.block == "steps"


def test_blocks_in_another_order_than_the_handouts_are_told(sound: Finished) -> None:
    first, second, third, *rest = sound.handout.blocks
    turned = sound.handout.model_copy(update={"blocks": (first, third, second, *rest)})
    (flaw,) = found(replace(sound, handout=turned))["page/reading-order"]
    assert flaw.block in {second.id, third.id}


def test_the_longest_part_that_never_falls_is_kept() -> None:
    assert tagged._longest_rise([0, 1, 9, 2, 2, 3]) == {0, 1, 3, 4, 5}
    assert tagged._longest_rise([5, 0, 1]) == {1, 2}
    assert tagged._longest_rise([]) == set()


# --- Languages --------------------------------------------------------------------------------------------------------

OFFER: Final = "يمكنك طلب هذه الورقة"


def with_a_line(attributes: str, workshop: Workshop) -> Finished:
    """The sound page with a line in Arabic letters among its languages."""
    template = f"<h2>{{{{ sheet.heading(block) }}}}</h2><p{attributes}>{OFFER}</p>"
    return finished_page(f"template/blocks/languages/block.html: '{template}'", workshop)


def test_words_in_the_letters_of_another_language_must_be_marked(library: Library, store: Path, tmp_path: Path) -> None:
    style = (library_root() / "templates" / "style.css").read_text("utf-8")
    press = typeset.make_press(style, fonts.prepare(["Latn", "Arab"], store), store)
    workshop = Workshop(library, press, store, tmp_path)
    marked, bare = (
        with_a_line(each, workshop) for each in (' lang="ar" dir="rtl" class="script-Arab"', ' class="script-Arab"')
    )
    assert found(marked) == {}
    (flaw,) = found(bare)["page/language"]
    assert flaw.block == "languages"
    assert "is marked as `en`" in flaw.what


def test_a_text_that_nobody_translated_must_be_marked(sound: Finished) -> None:
    def spanish(text: Text, _path: tuple[str, ...]) -> Text:
        return replace(text, language="es" if text.value == "Tests and talks" else "en")

    (flaw,) = found(replace(sound, handout=map_texts(sound.handout, spanish)))["page/language"]
    assert flaw.block == "steps"
    assert flaw.what == "“Tests and talks” is not marked as `es`"


def no_language_within(pdf: pikepdf.Pdf) -> None:
    for each in planted._elements(pdf):
        if "/Lang" in each:
            del each.Lang


def test_what_the_page_marks_the_file_must_mark(workshop: Workshop, tmp_path: Path) -> None:
    subject = finished_page("template/notice.html: '<p lang=\"fr\">Ceci est un essai.</p>'", workshop)
    assert found(subject) == {}
    (flaw,) = found(spoilt(subject, no_language_within, tmp_path))["page/language"]
    assert flaw.what == "“Ceci est un essai.” is not marked as `fr` in the PDF"


def test_words_for_a_picture_are_in_the_language_of_the_sheet(sound: Finished) -> None:
    flaws = found(replace(sound, tag="hi"))["page/figure-words"]
    assert "are not in Hindi" in flaws[0].what

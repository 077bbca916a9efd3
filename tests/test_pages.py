"""Every page of the whole library, measured: in the finished PDF where it can be, else where the boxes landed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

import printed
import pytest
from layout import Area, Layout, LibraryBuild, Line, Part

from handouts.catalog import Words
from handouts.checks import registry
from handouts.layers import Layers
from handouts.model import Handout
from handouts.reader import read_handout
from handouts.shelf import Shelf, read_shelf

LEAST_SIZE: Final = 12.0  # points
LONGEST_LINE: Final = 70  # characters
MILLIMETER: Final = 72 / 25.4
SIDES: Final = 20 * MILLIMETER
EDGE: Final = 8 * MILLIMETER  # what any office printer can print
HAIR: Final = 0.6
OVERHANG: Final = 3.0  # a letter may reach beyond its own width
SPACE: Final = 5.0  # in right-to-left lines WeasyPrint leaves a space that should hang beyond the end at the start
NEARLY_EMPTY: Final[frozenset[str]] = frozenset()
"""The sheets whose last page is known to be nearly empty (a warning), by path."""


@pytest.fixture(scope="module")
def shelf(layers: Layers) -> Shelf:
    return read_shelf(layers)[0]


@pytest.fixture(scope="module")
def handouts(shelf: Shelf) -> dict[str, Handout]:
    ids = ("overview", "ahsct", "msc", "evidence", "clinics_cost_rules", "decide", "after")
    return {each: read_handout(shelf.layers, each, shelf.library)[0] for each in ids}


@pytest.fixture(scope="module")
def glyphs(built: LibraryBuild) -> dict[str, list[printed.Glyphs]]:
    return {path: printed.glyphs(built.out / path) for path in built.result.sheets}


LEFTWARDS = frozenset({"ar", "ur"})


def layouts(built: LibraryBuild) -> Iterator[tuple[str, Layout]]:
    assert len(built.layouts) == 182
    assert set(built.layouts) == set(built.result.sheets)
    return iter(built.layouts.items())


def language_of(path: str) -> str:
    return path.split("/")[1]


# --- What the checks of a finished page say ---------------------------------------------------------------------------


def test_no_check_of_a_finished_page_finds_anything(built: LibraryBuild) -> None:
    asked = {check.id for check in registry.PAGE}
    assert {"page/identity", "page/words-lost", "page/reading-order", "page/smallest-print"} <= asked
    told = [finding for finding in built.result.findings if finding.id in asked]
    assert [finding for finding in told if finding.id != "page/last-page"] == []


# --- Sizes and places ---------------------------------------------------------------------------------------


def test_nothing_is_printed_smaller_than_12_points(glyphs: dict[str, list[printed.Glyphs]]) -> None:
    assert len(glyphs) == 182
    small = [
        (path, number, page.smallest, page.sample)
        for path, pages in glyphs.items()
        for number, page in enumerate(pages, 1)
        if page.smallest < LEAST_SIZE - 0.01
    ]
    assert small == []


def test_no_page_is_blank(glyphs: dict[str, list[printed.Glyphs]], built: LibraryBuild) -> None:
    for path, pages in glyphs.items():
        assert len(pages) == built.result.sheets[path].pages
        assert min(page.count for page in pages) > 100, path


def test_every_character_lies_between_the_margins(glyphs: dict[str, list[printed.Glyphs]], built: LibraryBuild) -> None:
    out = [
        (path, number, page.area)
        for path, pages in glyphs.items()
        for number, page in enumerate(pages, 1)
        if not type_room(built.layouts[path], number).holds(page.area, slack=OVERHANG)
    ]
    assert out == []


def type_room(layout: Layout, number: int) -> Area:
    """Where characters may stand on a page: the type area's width, and what a printer reaches in height."""
    paper = layout.pages[number - 1].paper
    return Area(paper.left + SIDES, paper.top + EDGE, paper.right - SIDES, paper.bottom - EDGE)


def test_every_line_lies_in_its_room(built: LibraryBuild) -> None:
    for path, layout in layouts(built):
        for line in layout.lines:
            page = layout.pages[line.page - 1]
            room = page.body if line.region == "body" else type_room(layout, line.page)
            assert room.holds(line.area, slack=HAIR), (path, line)


def test_header_and_footer_keep_clear_of_the_text(built: LibraryBuild) -> None:
    for path, layout in layouts(built):
        for line in layout.lines:
            if line.region != "body":
                assert not line.area.meets(layout.pages[line.page - 1].body), (path, line)


def test_no_line_runs_over_another(built: LibraryBuild) -> None:
    for path, layout in layouts(built):
        for number in range(1, len(layout.pages) + 1):
            lines = [line for line in layout.lines if line.page == number]
            over = [(a, b) for index, a in enumerate(lines) for b in lines[index + 1 :] if a.area.meets(b.area)]
            assert over == [], path


# --- Lines ----------------------------------------------------------------------------------------------------


def is_latin(text: str) -> bool:
    letters = [character for character in text if character.isalpha()]
    return all(unicodedata.name(character, "").startswith("LATIN") for character in letters)


def test_lines_are_short_enough_to_read(built: LibraryBuild) -> None:
    lines = [line for _, layout in layouts(built) for line in layout.lines if line.region == "body"]
    latin = [line for line in lines if is_latin(line.text)]
    assert len(latin) > 5000
    long = {line.text: len(line.text) for line in latin if len(line.text) > LONGEST_LINE}
    assert long == {}, f"{len(long)} lines, the longest {max(long.values())}"


def is_centered(line: Line) -> bool:
    return line.inside(".number") and line.inside(".step")


def is_offer(line: Line, path: str) -> bool:
    """On a sheet that runs to the left the offer in English stands under its heading, at the right."""
    return line.inside(".offers") and language_of(path) in LEFTWARDS


def test_lines_begin_at_one_edge(built: LibraryBuild) -> None:
    for path, layout in layouts(built):
        for line in layout.lines:
            if line.region == "body" and not is_centered(line) and not is_offer(line, path):
                start = line.area.left - line.room.left if line.rightwards else line.room.right - line.area.right
                assert abs(start) < (HAIR if line.rightwards else SPACE), (path, line)


def test_no_line_is_stretched(built: LibraryBuild) -> None:
    assert [line for _, layout in layouts(built) for line in layout.lines if line.stretched] == []


def test_no_word_is_hyphenated(built: LibraryBuild) -> None:
    ends = {line.text[-1] for _, layout in layouts(built) for line in layout.lines}
    assert len(ends) > 20
    assert not ends & {"\u00ad", "\u2010", "\u2011"}


def test_a_right_to_left_sheet_is_mirrored(built: LibraryBuild) -> None:
    for path, layout in layouts(built):
        corner = "@top-right" if language_of(path) in LEFTWARDS else "@top-left"
        brand = [line for line in layout.lines if line.inside(".running-brand")]
        assert brand, path
        assert {line.region for line in brand} == {corner}, path
        numbers = [line for line in layout.lines if is_centered(line)]
        body = layout.pages[0].body
        far = [line for line in numbers if (line.area.left + line.area.right < body.left + body.right)]
        assert len(far) == (0 if language_of(path) in LEFTWARDS else len(numbers)), path


# --- What every page says -----------------------------------------------------------------------------------------


def lines_in_margins(layout: Layout, number: int) -> list[str]:
    return [line.text for line in layout.lines if line.page == number and line.region != "body"]


def squeezed(text: str) -> str:
    return "".join(text.split())


def wanted_in_margins(path: str, pages: int, number: int, handout: Handout, shelf: Shelf) -> list[str]:
    tag = language_of(path)
    words, language = shelf.words[tag], shelf.library.languages[tag]
    return [
        handout.code,
        words("footer.version", "version {version}", version=handout.version),
        language.autonym,
        words("edition.standard", "standard"),
        words("footer.unreviewed", "Not yet reviewed by a clinician"),
        words("footer.page", "Page {page} of {pages}", page=number, pages=pages),
        *marks(words),
    ]


def marks(words: Words) -> list[str]:
    if words.tag == "en":
        return ["DRAFT · not yet reviewed"]
    return [words("mark.machine", "DRAFT · machine translation"), "DRAFT · machine translation"]


def test_each_page_names_its_sheet_and_says_draft(
    built: LibraryBuild, shelf: Shelf, handouts: dict[str, Handout]
) -> None:
    for path, layout in layouts(built):
        handout, pages = handouts[built.result.sheets[path].handout], len(layout.pages)
        for number in range(1, pages + 1):
            shown = squeezed(" ".join(lines_in_margins(layout, number)))
            lacking = [
                wanted
                for wanted in wanted_in_margins(path, pages, number, handout, shelf)
                if squeezed(wanted) not in shown
            ]
            assert lacking == [], (path, number)


def test_a_translation_says_draft_twice(built: LibraryBuild, shelf: Shelf) -> None:
    assert {marks(shelf.words[tag])[0] for tag in ("es", "ar", "zh-Hans", "hi")}.isdisjoint(marks(shelf.words["en"]))
    for path, layout in layouts(built):
        on_each = [
            sum(line.page == number for line in layout.lines if line.inside(".running-mark")) for number in (1, 2)
        ]
        assert on_each == ([1, 1] if language_of(path) == "en" else [2, 2]), path


def test_the_words_of_each_page_are_in_the_pdf(built: LibraryBuild, handouts: dict[str, Handout]) -> None:
    """As poppler reads them: what is in Latin letters and digits, which no reader gets wrong."""
    for path, sheet in built.result.sheets.items():
        pages = printed.words(built.out / path).split("\f")[:-1]
        assert len(pages) == sheet.pages, path
        handout = handouts[sheet.handout]
        for number, words in enumerate(pages, 1):
            mark = "DRAFT · not yet reviewed" if sheet.language == "en" else "DRAFT · machine translation"
            lacking = [
                each
                for each in (handout.code, handout.version, mark, str(number), str(len(pages)))
                if each not in words
            ]
            assert lacking == [], (path, number)


def test_the_whole_sentence_on_the_draft_stands_once(built: LibraryBuild) -> None:
    for path, layout in layouts(built):
        notices = [part for part in layout.parts if "notice" in part.classes]
        assert len(notices) == 1, path
        assert notices[0].pages == [1], path
        text = " ".join(line.text for line in layout.lines if line.inside(".notice"))
        assert "This sheet is a draft. No clinician has checked it yet." in text, path
        machine = "A machine translated it from English, and no person has checked the translation."
        assert (machine in text) == (language_of(path) != "en"), path


# --- Breaks ---------------------------------------------------------------------------------------------------------

HEADINGS: Final = {"h1", "h2", "h3"}
WHOLE: Final = {"step", "outcome", "group", "notice", "short", "lines", "write-in"}
"""Classes of what never stands on two pages unless it is taller than one."""


def following(parts: tuple[Part, ...], index: int) -> Part | None:
    """The next element after one and all in it that shows on a page and has nothing but words or nothing in it."""
    depth = parts[index].depth
    after = index + 1
    while after < len(parts) and parts[after].depth > depth:
        after += 1
    for place in range(after, len(parts)):
        is_leaf = place + 1 == len(parts) or parts[place + 1].depth <= parts[place].depth
        if parts[place].pages and (is_leaf or parts[place].tag in HEADINGS | {"p", "li", "td", "th"}):
            return parts[place]
    return None


def test_no_heading_stands_at_the_foot_of_a_page(built: LibraryBuild) -> None:
    seen = 0
    for path, layout in layouts(built):
        for index, part in enumerate(layout.parts):
            if part.tag in HEADINGS and part.pages:
                seen += 1
                follower = following(layout.parts, index)
                assert follower is not None, path
                assert follower.pages[0] == part.pages[-1], (path, part, follower)
    assert seen > 500


def is_whole(part: Part) -> bool:
    return bool(part.classes & WHOLE) or part.tag in {"li", "dd", "h1", "h2", "h3"}


def height_of(part: Part) -> float:
    return sum(area.bottom - area.top for _, area in part.pieces)


def test_nothing_that_belongs_together_is_split(built: LibraryBuild) -> None:
    seen = 0
    for path, layout in layouts(built):
        room = layout.pages[0].body.bottom - layout.pages[0].body.top
        for part in layout.parts:
            if is_whole(part) and part.pages:
                seen += 1
                assert len(part.pages) == 1 or height_of(part) > room, (path, part)
    assert seen > 5000


def test_no_row_of_a_table_is_split(built: LibraryBuild) -> None:
    seen = 0
    for path, layout in layouts(built):
        heads = {index for index, part in enumerate(layout.parts) if part.tag == "thead"}
        for index, part in enumerate(layout.parts):
            if part.tag == "tr" and index - 1 not in heads:  # heads are printed again on each page
                seen += 1
                assert len(part.pages) == 1, (path, part)
    assert seen > 300


def test_a_table_that_goes_on_repeats_its_heads(built: LibraryBuild) -> None:
    for path, layout in layouts(built):
        for index, part in enumerate(layout.parts):
            if part.tag == "table":
                head = layout.parts[index + 1]
                assert head.tag == "thead", path
                assert head.pages == part.pages, path


def test_no_paragraph_leaves_a_line_alone(built: LibraryBuild) -> None:
    """A paragraph that goes on overleaf has two lines or more on each page."""
    for path, layout in layouts(built):
        split = [part for part in layout.parts if part.tag == "p" and len(part.pages) > 1]
        for part in split:
            assert all(area.bottom - area.top > 25 for _, area in part.pieces), (path, part)


def noted(text: str) -> set[int]:
    """The numbers of sources in a passage: `[1, 3-5]` is 1, 3, 4 and 5."""
    found: set[int] = set()
    for numbers in re.findall(r"\[([\d,\s\u2013-]+)\]", text):
        for run in numbers.split(","):
            first, _, last = run.replace("\u2013", "-").partition("-")
            found |= set(range(int(first), int(last or first) + 1))
    return found


def test_each_source_is_cited_and_each_note_leads_to_a_source(built: LibraryBuild) -> None:
    for path, layout in layouts(built):
        body = [line for line in layout.lines if line.region == "body"]
        listed = {
            int(number)
            for line in body
            if line.inside(".source-list")
            for number in re.findall(r"^\[(\d+)\]", line.text)
        }
        cited = noted(" ".join(line.text for line in body if not line.inside(".handout-sources")))
        assert len(listed) > 5, path
        assert cited == listed == set(range(1, len(listed) + 1)), path


# --- The last page ---------------------------------------------------------------------------------------------------


def share_used(layout: Layout) -> float:
    """How much of the last page's type area is above the lowest line of text on it."""
    body = layout.pages[-1].body
    lowest = max(line.area.bottom for line in layout.lines if line.page == len(layout.pages) and line.region == "body")
    return (lowest - body.top) / (body.bottom - body.top)


def test_the_last_pages_that_are_nearly_empty_are_known(built: LibraryBuild) -> None:
    nearly_empty = {path for path, layout in layouts(built) if share_used(layout) < 0.12}
    assert nearly_empty == NEARLY_EMPTY
    warned = [finding for finding in built.result.findings if finding.id == "page/last-page"]
    assert bool(warned) == bool(nearly_empty)


def test_the_order_of_the_blocks_is_that_of_the_handout(built: LibraryBuild, handouts: dict[str, Handout]) -> None:
    for path, layout in layouts(built):
        kinds = [
            block.kind
            for block in handouts[built.result.sheets[path].handout].blocks
            if "us" in (block.only or ("us",))
        ]
        sections = [part for part in layout.parts if part.tag == "section"]
        found = [next(name[5:] for name in part.classes if name.startswith("kind-")) for part in sections]
        assert found == kinds, path
        places = [part.pieces[0] for part in sections]
        tops = [(page, area.top) for page, area in places]
        assert tops == sorted(tops), path

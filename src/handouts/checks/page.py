"""What must be true of a finished page: its name on it, no word lost, a glyph for every character, no complaint.

All of it is read in the finished PDF, by pdfium, or told by the typesetter.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from html import unescape
from typing import Final, NamedTuple

from handouts import markup
from handouts.checks.check import Check, Flaw, Level
from handouts.checks.finished import Finished
from handouts.checks.numbers import numbers_in
from handouts.findings import Finding, Location, Severity
from handouts.fonts import FontSet
from handouts.model import (
    About,
    Block,
    Chance,
    Frozen,
    Glossary,
    Handout,
    Library,
    Outcome,
    Text,
    place_of,
    statements_in,
    texts_in,
)
from handouts.readback import Passage, Spare, letters, parts_of, take, unread, unsaid
from handouts.region import fact_text
from handouts.tagtree import Tags

LEAST_FILLED: Final = 0.12
"""A last page with less of its type area in use is nearly empty."""
LEAST_READ: Final = 0.85
"""A block of which pdfium gives less back has a broken text layer; turned pages and list numbers cost some runs."""
MOST: Final = 3
"""How many letters from right to left a passage has for each other one, for its order to be judged."""
LEAST_READ_LEFTWARDS: Final = 0.5
"""The same from right to left, where pdfium turns round the parts of addresses and doses."""
EXCERPT: Final = 60
"""The most characters of a text that a finding quotes."""


# --- Before a page is made: characters without a glyph ----------------------------------------------------------------


def find_missing_glyphs(handout: Handout, library: Library, fonts: FontSet) -> Iterator[Finding]:
    """Characters that no font of the text's language has, with block, language and code point."""
    parts: list[tuple[str, object]] = [("", handout.model_copy(update={"blocks": ()}))]
    parts += [(block.id, block) for block in handout.blocks]
    parts += [("", shared) for shared in library.shared_by(handout)]
    for block, part in parts:
        for text in texts_in(part):
            script = library.languages[text.language].script
            for code in fonts.missing(text.value, script):
                yield _missing(code, text.at, text.language, handout.id, block)


def find_unprintable(
    html: str, where: Location, handout: str, tag: str, scripts: list[str], fonts: FontSet
) -> Iterator[Finding]:
    """Characters of the whole page (brand, sources, words of the templates) that no font at hand has."""
    if not _lacking(set(unescape(html)), scripts, fonts):  # all that is shown is in it, and more
        return
    shown = unescape(re.sub(r"<(style|script)\b.*?</\1>|<[^>]*>", " ", html, flags=re.DOTALL))
    for code in sorted(_lacking(set(shown), scripts, fonts)):
        yield _missing(code, where, tag, handout, "")


def _lacking(characters: set[str], scripts: list[str], fonts: FontSet) -> set[int]:
    """The codes of the characters that none of the scripts' fonts has."""
    codes = set(map(ord, characters))
    for script in scripts:
        codes = set(fonts.missing("".join(map(chr, codes)), script)) if codes else codes
    return codes


def _missing(code: int, where: Location, tag: str, handout: str, block: str) -> Finding:
    what = f"no font for `{tag}` has {_named(code)}"
    return Finding(MISSING_GLYPH, where, what, _ANOTHER, block=block, handout=handout, language=tag)


def _named(code: int) -> str:
    return f"U+{code:04X} ({unicodedata.name(chr(code), 'a character without a name')})"


MISSING_GLYPH: Final = "page/missing-glyph"
_ANOTHER: Final = "write it with another character; no page is printed with a box in it"


# --- What a handout tells, in its order -------------------------------------------------------------------------------


class Told(NamedTuple):
    """A text of a handout, the block it stands in, and its words as they are printed in a region."""

    text: Text
    block: str
    words: str

    @property
    def excerpt(self) -> str:
        """As much of its words as a finding quotes."""
        return shortened(self.words)


def shortened(words: str) -> str:
    """As much of some words as a finding quotes."""
    return words if len(words) <= EXCERPT else f"{words[:EXCERPT].rstrip()}…"


@lru_cache(maxsize=1)  # six checks ask for it
def told(subject: Finished) -> tuple[Told, ...]:
    """The texts of a handout in the order in which they are to be read; those of the imprint are not among them."""
    return tuple(_in_order(subject))


def _in_order(subject: Finished) -> Iterator[Told]:
    handout, library = subject.handout, subject.library
    yield from (_told(text, "", subject) for text in (handout.title, handout.subtitle))
    for block in handout.blocks:
        yield _told(block.heading or library.kinds[block.kind].heading, block.id, subject)
        terms = [library.terms[term] for term in block.terms] if isinstance(block, Glossary) else []
        for text in (*_texts(block.model_copy(update={"heading": None})), *texts_in(tuple(terms))):
            yield _told(text, block.id, subject)


_ORDER: Final = {"name": 0, "lead": 1, "then": 2, "intro": 3, "outro": 9}
"""Fields that come before and after the entries of a block, whatever their place in the model."""
_ANYWHERE: Final = frozenset({"fields"})
"""Lines to write on: a template may put them where there is room."""


@cache
def _fields(kind: type[Frozen]) -> tuple[str, ...]:
    """The fields of a kind of entry in the order of reading."""
    names = [name for name in kind.model_fields if name not in _ANYWHERE]
    return tuple(sorted(names, key=lambda name: _ORDER.get(name, 5)))


def _texts(value: object) -> Iterator[Text]:
    if isinstance(value, Frozen):
        for name in _fields(type(value)):
            yield from _texts(getattr(value, name))
    elif isinstance(value, dict):
        for entry in value.values():
            yield from _texts(entry)
    elif isinstance(value, Text):
        yield value


def _told(text: Text, block: str, subject: Finished) -> Told:
    pieces = (_shown(piece, subject) for piece in markup.parse(text.value))
    return Told(text, block, "".join(pieces))


def _shown(piece: markup.Piece, subject: Finished) -> str:
    if isinstance(piece, markup.Placeholder):
        region = subject.library.regions[subject.brand.region]
        return fact_text(subject.library.facts[piece.name], region, subject.tag)
    return piece.value


def _all_told(subject: Finished) -> Iterator[Told]:
    """The same, with the lines to write on and what the program fills in from the handout's head."""
    yield from told(subject)
    for block in subject.handout.blocks:
        for text in texts_in(getattr(block, "fields", {})):
            yield _told(text, block.id, subject)
        if isinstance(block, About):
            for text in (subject.handout.audience, *texts_in(subject.handout.imprint)):
                yield _told(text, block.id, subject)


# --- C21: every page names its sheet ----------------------------------------------------------------------------------


def _find_nameless(subject: Finished) -> Iterator[Flaw]:
    tags = subject.measured.tags
    missed: dict[str, list[int]] = {}
    for number, text in enumerate(_around(tags, subject.printed.passages), 1):
        for words in subject.margins:
            if not _stands_in(words, text):
                missed.setdefault(words, []).append(number)
    for words, pages in missed.items():
        which = f"page {pages[0]} does" if len(pages) == 1 else f"{len(pages)} pages, the first is page {pages[0]}, do"
        yield Flaw(subject.where, f"{which} not say “{words}”")


def _around(tags: Tags, words: Iterable[Passage]) -> Iterator[str]:
    """What each page says around the blocks; what is printed on every page is tagged on the first and nowhere else."""
    for number, margin in enumerate(tags.margins):
        outside = [passage.text for passage in words if not passage.block] if number == 0 else []
        yield " ".join((margin, *outside))


def _stands_in(words: str, text: str) -> bool:
    """Whether some words stand in a text, which a reader may give with its parts turned round."""
    return letters(words) in letters(text) or Counter(parts_of(words)) <= Counter(parts_of(text))


# --- No word is lost --------------------------------------------------------------------------------------------------

_BY_TEMPLATE: Final = "print it in the template of its block: a template may add to a handout, not take away"
_BY_STYLE: Final = "take out the style that hides it"


def _find_lost_words(subject: Finished) -> Iterator[Flaw]:
    """Texts that the page has not, texts that the page has and the PDF has not, and chances without their numbers."""
    everything = list(_all_told(subject))
    for each in _cut(everything, subject.printed.passages):
        yield Flaw(each.text.at, f"“{each.excerpt}” is not on the page", each.block, _BY_TEMPLATE)
    yield from _hidden(everything, subject)
    yield from _chances(subject)


def _cut(everything: Iterable[Told], page: Iterable[Passage]) -> Iterator[Told]:
    """The texts that the page has less often than the handout, block by block; the longest claim their place first."""
    room: dict[str, str] = {}
    for passage in page:
        room[passage.block] = f"{room.get(passage.block, '')}\n{letters(passage.text)}"
    longest = sorted(everything, key=lambda each: -len(each.words))
    elsewhere = [each for each in longest if not _claim(room, each.block, each.words)]
    for each in elsewhere:
        if not any(_claim(room, block, each.words) for block in room):
            yield each


def _claim(room: dict[str, str], block: str, words: str) -> bool:
    """Whether a block has some words that nobody has claimed; they are claimed then."""
    wanted, text = letters(words), room.get(block, "")
    if wanted in text:
        room[block] = text.replace(wanted, "\n", 1) if wanted else text
        return True
    return False


def _hidden(everything: Iterable[Told], subject: Finished) -> Iterator[Flaw]:
    """What the page has and the PDF has not, at the texts that it takes away."""
    lost, spare = _lost(subject)
    rest = [Spare(each.letters, each.bag.copy()) for each in spare] if lost else []  # what is taken, others may need
    waiting = list(everything) if lost else []
    for passage in lost:
        within = [told for told in waiting if _is_within(told, passage)]
        waiting = [told for told in waiting if told not in within]
        yield from _gone(passage, within, rest, subject)


@lru_cache(maxsize=1)
def _lost(subject: Finished) -> tuple[list[Passage], list[Spare]]:
    """The passages of the page that the PDF does not say as one, and what it says beyond the others.

    Measured in bags of letters, passage by passage: pdfium gives right-to-left lines with some parts turned round.
    """
    tags = subject.measured.tags
    outside: dict[int, str] = {}  # of the tree: nothing tells where a passage begins and ends
    for each in (*tags.stray, *tags.groups):
        outside[each.page] = f"{outside.get(each.page, '')}\n{each.text}"
    return unsaid(subject.printed.passages, [*(each.text for each in tags.said), *outside.values()])


def _is_within(each: Told, passage: Passage) -> bool:
    return each.block == passage.block and letters(each.words) in letters(passage.text)


def _gone(passage: Passage, within: Iterable[Told], rest: list[Spare], subject: Finished) -> Iterator[Flaw]:
    """What of a passage nothing spare says: the texts within it, and what a template has put around them."""
    what = "“{}” is not in the PDF: its style hides it, or puts other letters in its place"
    around, gone = letters(passage.text), False
    for each in sorted(within, key=lambda each: -len(each.words)):
        around = around.replace(letters(each.words), "\n", 1)
        if not take(each.words, rest):
            gone = True
            yield Flaw(each.text.at, what.format(each.excerpt), each.block, _BY_STYLE)
    if not gone and not all(take(piece, rest) for piece in around.split("\n") if piece):
        yield Flaw(subject.where, "a part of " + what.format(shortened(passage.text)), passage.block, _BY_STYLE)


def _find_added_words(subject: Finished) -> Iterator[Flaw]:
    """Letters that the PDF has beyond the words of the page: a style has put them there. A number may be a list's own.

    Where words are lost, that is told instead.
    """
    lost, rest = _lost(subject)
    for spare in rest if not lost else ():
        if any(count > 0 and not letter.isdecimal() for letter, count in spare.bag.items()):
            what = f"the PDF says more than the page in “{shortened(spare.letters)}”: its style adds words"
            yield Flaw(subject.style, what)


def _chances(subject: Finished) -> Iterator[Flaw]:
    """Chances whose numbers their block does not print."""
    for block in subject.handout.blocks:
        chances = [each.chance for each in statements_in(block) if isinstance(each, Outcome) and each.chance]
        printed = _numbers_of(block, subject.printed.passages) if chances else Counter()
        for reference in chances:
            figure = subject.library.figure(reference)
            assert isinstance(figure, Chance)
            wanted = Counter({f"{figure.low:g}", f"{figure.high:g}"})
            if not wanted <= printed:
                what = f"the chance of {figure.low:g} to {figure.high:g} in {figure.per} is not on the page"
                yield Flaw(place_of(reference), what, block.id, _BY_TEMPLATE)
            printed -= wanted


def _numbers_of(block: Block, page: Iterable[Passage]) -> Counter[str]:
    return numbers_in(" ; ".join(passage.text for passage in page if passage.block == block.id))


# --- C28 and C29: fonts, glyphs, bytes --------------------------------------------------------------------------------


def _find_fonts_outside(subject: Finished) -> Iterator[Flaw]:
    pieces = (piece for sheet in subject.measured.sheets for piece in sheet.pieces)
    for name in sorted({piece.font.name for piece in pieces if not piece.font.embedded}):
        yield Flaw(subject.where, f"the font `{name}` is not within the file: each reader shows another in its place")


_NO_GLYPH: Final = re.compile(r"^\.notdef glyph .*U\+([0-9A-F]+)$")


def _find_boxes(subject: Finished) -> Iterator[Flaw]:
    """Characters drawn as a box, which only the typesetter knows of, and codes that mean nothing to a reader.

    A glyph `.notdef` has the code of its character in the PDF and so reads well: no reader can tell it. The
    typesetter tells of each, whatever wrote it, a style sheet too. A code without a text shows in the PDF.
    """
    for line in dict.fromkeys(subject.printed.complaints):
        if found := _NO_GLYPH.match(line):
            code = int(found[1], 16)
            blocks = (passage.block for passage in subject.printed.passages if chr(code) in passage.text)
            yield Flaw(subject.where, f"no font for `{subject.tag}` has {_named(code)}", next(blocks, ""), _ANOTHER)
    for number, text in enumerate(subject.measured.tags.pages, 1):
        for character in sorted(filter(_says_nothing, set(text))):
            at = text.index(character)
            what = f"on page {number} a reader gets {_named(ord(character))} in “{text[max(0, at - 20) : at + 20]}”"
            yield Flaw(subject.where, " ".join(what.split()))


def _says_nothing(character: str) -> bool:
    """Whether a character is no text: pdfium's line ends, and its marks of a hyphen there, are its own."""
    if character in "\r\n\t\x02\ufffe":
        return False
    return character == "\ufffd" or unicodedata.category(character) in {"Cc", "Cn", "Co", "Cs"}


def _find_other_bytes(subject: Finished) -> Iterator[Flaw]:
    if subject.again() != subject.printed.pdf:
        yield Flaw(subject.where, "made a second time, the file has other bytes")


# --- What the typesetter tells ----------------------------------------------------------------------------------------


def _find_complaints(subject: Finished) -> Iterator[Flaw]:
    for line in dict.fromkeys(subject.printed.complaints):
        if not _NO_GLYPH.match(line):
            yield Flaw(subject.where, f"the typesetter says: {line}")


def _find_overflows(subject: Finished) -> Iterator[Flaw]:
    for piece in subject.printed.overflows:
        what = f"on page {piece.page} “{piece.text}” sticks {piece.beyond_mm:.1f} mm out of its box"
        yield Flaw(subject.where, what, piece.block)


def _find_unread(subject: Finished) -> Iterator[Flaw]:
    """Blocks whose words come back in another order. Those that do not come back at all, `page/words-lost` finds."""
    printed = subject.printed
    extracted = "".join(f"{page}\f" for page in subject.measured.tags.pages)
    there = letters(extracted)
    if all(letters(passage.text) in there for passage in printed.passages):
        return
    lost = _lost(subject)[0]
    least = LEAST_READ_LEFTWARDS if printed.leftwards else LEAST_READ
    looked_at = [each for each in printed.passages if each not in lost and _runs_with_the_page(each, printed.leftwards)]
    for each in unread(looked_at, extracted):
        if each.share < least:
            what = f"a reader of the PDF gets {each.share:.0%} of the block's words back in their order"
            yield Flaw(subject.where, f"{what}, and not “{each.lost}”" if each.lost else what, each.block)


def _runs_with_the_page(passage: Passage, leftwards: bool) -> bool:
    """Whether most of a passage runs as its page does: from right to left pdfium turns round the parts that do not."""
    ways = [unicodedata.bidirectional(each) for each in passage.text]
    return not leftwards or ways.count("L") <= (ways.count("R") + ways.count("AL")) / MOST


def _find_empty_last_page(subject: Finished) -> Iterator[Flaw]:
    printed = subject.printed
    if printed.pages > 1 and printed.last_page_filled < LEAST_FILLED:
        used = f"{printed.last_page_filled:.0%} used"
        yield Flaw(subject.where, f"the last of {printed.pages} pages is nearly empty ({used})")


CHECKS: Final[tuple[Check[Finished], ...]] = (
    Check(
        id="page/identity",
        title="Every page says which sheet it is",
        level=Level.PAGE,
        find=_find_nameless,
        number="C21",
        standards=("EIDO", "ePI", "Ayrshire consent policy"),
        rationale=(
            "Sheets are copied, and pages get apart. Code, version, language and edition on each page tell which"
            " sheet a patient was given."
        ),
        remedy="print the code, the version, the language and the edition in a margin of every page",
        bad=".running-footer { display: none }",
        good=".running-footer { font-weight: 600 }",
        mutable=False,
    ),
    Check(
        id="page/words-lost",
        title="No word of the handout is lost on its way to the PDF",
        level=Level.PAGE,
        find=_find_lost_words,
        standards=("DISCERN 11", "IPDAS 1.1.5"),
        rationale=(
            "A clinic's template can leave a text out, and a style can hide one. The patient then lacks a warning"
            " that a reviewer has read."
        ),
        remedy="print every text of the handout",
        bad=".handout-callout .then { display: none }",
        good=".handout-callout .then { font-weight: 600 }",
        mutable=False,
    ),
    Check(
        id="page/words-added",
        title="No style adds words of its own",
        level=Level.PAGE,
        find=_find_added_words,
        standards=("NHS standard 2",),
        rationale=(
            "What a style sheet writes before or after a text is in no language's catalog and was signed by nobody; it"
            " could turn the meaning of a warning round."
        ),
        remedy="write the words into the handout or a template, where they are translated and reviewed",
        bad="p::before { content: 'It is not true that ' }",
        good="p::before { content: '\\2014\\20' }",
        mutable=False,
    ),
    Check(
        id="page/font-embedded",
        title="Every font is within the file",
        level=Level.PAGE,
        find=_find_fonts_outside,
        number="C28",
        standards=("PDF/UA-1 7.21.4.1", "PDF/A-3 6.2.11.4.1"),
        rationale="A reader without the font shows another one, and of many scripts nothing but boxes.",
        remedy="print with the fonts of the library, or the brand's own",
        bad="plant: font_not_embedded",
        good="strong { font-weight: 700 }",
        mutable=False,
    ),
    Check(
        id=MISSING_GLYPH,
        title="Every character has a glyph and a meaning",
        level=Level.PAGE,
        find=_find_boxes,
        number="C28",
        standards=("PDF/UA-1 7.21.8", "PDF/UA-1 7.21.7"),
        rationale="A box in place of a letter may hide a dose. A code without meaning is silent when it is read aloud.",
        remedy="write it with characters of the language; no page is printed with a box in it",
        bad='h1::after { content: "\\10fffd" }',
        good='h1::after { content: "!" }',
        mutable=False,
    ),
    Check(
        id="page/same-bytes",
        title="Made twice, the file is the same",
        level=Level.PAGE,
        find=_find_other_bytes,
        number="C29",
        rationale="Only then does a hash prove that the sheet in a patient's hand is the one that was checked.",
        remedy="take the clock and chance out of the templates; with the library's own, tell us",
        bad="plant: nothing",
        good="main p { margin-bottom: 3mm }",
        draft=None,
        mutable=False,
    ),
    Check(
        id="page/typesetter",
        title="The typesetter understands every template and style",
        level=Level.PAGE,
        find=_find_complaints,
        rationale="What it does not understand it leaves out, and the page looks other than it was meant to.",
        remedy="correct the template or style that it names",
        bad="p { colour: black }",
        good="p { color: black }",
    ),
    Check(
        id="page/overflow",
        title="Nothing sticks out of its box",
        level=Level.PAGE,
        find=_find_overflows,
        rationale="Words beyond their box are cut off at the edge of the paper or lie upon other words.",
        remedy="let the words break, or give them more room",
        bad="p { white-space: nowrap }",
        good="p { white-space: normal }",
    ),
    Check(
        id="page/text-layer",
        title="A reader of the PDF gets the words back in their order",
        level=Level.PAGE,
        find=_find_unread,
        standards=("PDF/UA-1 7.21.7",),
        rationale="A page may look right and yet be nonsense for a search, for copying or for a screen reader.",
        remedy="use the fonts and styles of the library for this text; tell us if it does",
        bad=".said { float: right }",
        good=".said { font-weight: 600 }",
        mutable=False,
    ),
    Check(
        id="page/last-page",
        title="The last page is worth its paper",
        level=Level.PAGE,
        find=_find_empty_last_page,
        rationale="A page with a line or two is lost, and looks as if something were missing.",
        remedy="shorten a block, or move one",
        bad="#block-about { break-before: page; height: 12mm; overflow: hidden }",
        good="#block-about { break-before: page }",
        draft=Severity.WARNING,
        release=Severity.WARNING,
    ),
)

"""What must be true of a page for those who listen to it: headings, order, title, language, tags, words for pictures.

Measured in the structure tree of the finished PDF (ISO 14289-1, PDF/UA-1), against the handout and the page.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property, lru_cache
from itertools import accumulate
from typing import Final

from handouts.checks.check import Check, Flaw, Level
from handouts.checks.finished import Finished
from handouts.checks.page import shortened, told
from handouts.model import Glossary, Log, Outcome, Table, Text, statements_in
from handouts.readback import bag, by_language, letters, parts_of, said_in, spelling
from handouts.tagtree import Element, Said, Tags, elements, leaves

HEADINGS: Final = ("H1", "H2", "H3", "H4", "H5", "H6")
FOREIGN: Final = 3
"""From this many letters of another script on, words are in another language; fewer are signs, such as a Greek letter
in the name of a cell."""


def _tags(subject: Finished) -> Tags:
    return subject.measured.tags


def _is_said(words: str, texts: Collection[str]) -> bool:
    """Whether a text has some words in it, as a reader may give it: with its parts turned round."""
    wanted = letters(words)
    if any(wanted in letters(text) for text in texts):
        return True
    parts = Counter(parts_of(words))
    return any(parts <= Counter(parts_of(text)) for text in texts)


@lru_cache(maxsize=1)
def _blocks(subject: Finished) -> dict[str, str]:
    """The block of each passage, by its letters."""
    return {spelling(passage.text): passage.block for passage in subject.printed.passages}


def _placed(subject: Finished, *roles: str) -> Iterator[tuple[Element, str]]:
    """The elements of some roles, each with the block that it stands in: that of the last heading before it."""
    blocks, block = _blocks(subject), ""
    for each in elements(_tags(subject).root):
        if each.role in HEADINGS:
            block = blocks.get(spelling(each.text), block)
        if each.role in roles:
            yield each, block


# --- C08: headings ----------------------------------------------------------------------------------------------------


def _find_heading_order(subject: Finished) -> Iterator[Flaw]:
    if not _tags(subject).is_tagged:
        return  # `page/untagged` tells
    blocks, said = _blocks(subject), _tags(subject).said
    headings = [each for each in said if each.role in HEADINGS]
    firsts = sum(each.role == "H1" for each in headings)
    if firsts > 1 or (firsts == 0 and not _tags(subject).groups):
        yield Flaw(subject.where, f"the file has {firsts} headings of level 1, not one")
    before = 0
    for each in headings:
        level = int(each.role[1])
        if level > before + 1:
            place = f"after one of level {before}" if before else "before all others"
            what = f"“{shortened(_line(each.text))}” is a heading of level {level} {place}"
            yield Flaw(subject.where, what, blocks.get(spelling(each.text), ""))
        before = level
    yield from _no_headings(subject, said)
    yield from _other_headings(subject, said)


def _no_headings(subject: Finished, said: Sequence[Said]) -> Iterator[Flaw]:
    """The title and the headings of blocks that are none for a listener."""
    headings = [each.text for each in said if each.role in HEADINGS]
    others = [each.text for each in said if each.role not in HEADINGS]
    heads = {each.block: each for each in reversed(told(subject))}  # the first text of each block, and the title
    for block, each in heads.items():
        if not _is_said(each.words, headings) and _is_said(each.words, others):
            yield Flaw(each.text.at, f"“{each.excerpt}” is not tagged as a heading", block)


def _other_headings(subject: Finished, said: Iterable[Said]) -> Iterator[Flaw]:
    """Headings of the page that are something else in the PDF."""
    roles: dict[str, set[str]] = {}
    for each in said:
        roles.setdefault(spelling(each.text), set()).add(each.role)
    for heading in (each for level in HEADINGS for each in subject.html.iter(level.lower())):
        text = said_in(heading)
        found = roles.get(spelling(text), {heading.tag.upper()})
        if heading.tag.upper() not in found:
            what = f"the heading “{shortened(_line(text))}” is tagged as {min(found)}"
            yield Flaw(subject.where, what, _blocks(subject).get(spelling(text), ""))


def _line(text: str) -> str:
    return " ".join(text.split())


# --- C27: order, title, language, tags --------------------------------------------------------------------------------


def _find_disorder(subject: Finished) -> Iterator[Flaw]:
    """Texts that are read out of their place, the first of each block."""
    said = [each for each in _tags(subject).said if letters(each.text)]
    reading = _Reading(said, leftwards=subject.printed.leftwards)
    placed = [(each, place) for each in told(subject) if (place := reading.place(each.words)) is not None]
    kept = _longest_rise([place for _, place in placed])
    blocks: set[str] = set()
    for number, (each, place) in enumerate(placed):
        if number not in kept and each.block not in blocks:
            blocks.add(each.block)
            before = f"after “{shortened(_line(said[place - 1].text))}”" if place else "first of all"
            yield Flaw(each.text.at, f"“{each.excerpt}” is read {before}, which is not its place", each.block)


class _Reading:
    """What a listener hears, passage by passage; `leftwards`, some parts of a passage may be turned round."""

    def __init__(self, said: Sequence[Said], *, leftwards: bool) -> None:
        self.passages = said
        self.leftwards = leftwards
        self.text = "\n".join(letters(each.text) for each in said)
        self.starts = [0, *accumulate(len(each) + 1 for each in self.text.split("\n"))]

    def place(self, words: str) -> int | None:
        """The passage that some words are in; None where there is none or more than one."""
        wanted = letters(words)
        start = self.text.find(wanted)
        if self.leftwards or start < 0:
            holders = [self.holders.get(part, set()) for part in parts_of(words)]
            found = set.intersection(*holders) if holders else set()
            return min(found) if len(found) == 1 else None
        again = self.text.find(wanted, start + 1) >= 0
        return None if again or not wanted else bisect_right(self.starts, start) - 1

    @cached_property
    def holders(self) -> dict[str, set[int]]:
        """The passages that each word stands in."""
        found: dict[str, set[int]] = {}
        for place, each in enumerate(self.passages):
            for part in parts_of(each.text):
                found.setdefault(part, set()).add(place)
        return found


def _longest_rise(places: Sequence[int]) -> set[int]:
    """The indices of a longest part of a sequence that never falls: what is in order."""
    lasts: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for index, place in enumerate(places):
        at = bisect_right(lasts, place)
        before.append(ends[at - 1] if at else -1)
        lasts[at : at + 1] = [place]
        ends[at : at + 1] = [index]
    kept: set[int] = set()
    index = ends[-1] if ends else -1
    while index >= 0:
        kept.add(index)
        index = before[index]
    return kept


def _find_title(subject: Finished) -> Iterator[Flaw]:
    tags, title = _tags(subject), told(subject)[0]
    for name, found in zip(("metadata", "information dictionary"), tags.titles, strict=True):
        if _plain(found) != _plain(title.words):
            what = f"is “{shortened(found)}”, not that of the handout" if found else "is missing"
            yield Flaw(title.text.at, f"the title in the file's {name} {what}")
    if not tags.shows_title:
        yield Flaw(title.text.at, "a reader shows the file's name in place of its title")


def _plain(text: str) -> str:
    """A text without what does not show."""
    return _line("".join(c for c in unicodedata.normalize("NFC", text) if unicodedata.category(c) != "Cf"))


def _find_language(subject: Finished) -> Iterator[Flaw]:
    tags = _tags(subject)
    if tags.language != subject.tag:
        yield Flaw(subject.where, f"the file says that its language is `{tags.language}`, not `{subject.tag}`")
    marked = by_language(subject.html)
    for each in told(subject):
        language = each.text.language
        if language != subject.tag and letters(each.words) not in letters("".join(marked.get(language, ()))):
            yield Flaw(each.text.at, f"“{each.excerpt}” is not marked as `{language}`", each.block)
    yield from _unmarked(marked, tags, subject)
    yield from _foreign(subject)


def _unmarked(marked: Mapping[str, Sequence[str]], tags: Tags, subject: Finished) -> Iterator[Flaw]:
    """What the page marks as in another language and the PDF says in some other one."""
    found = _by_language(tags)
    for language in sorted(marked.keys() - {subject.tag}):
        lacking = _more(marked, found, language)
        if lacking and any(lacking & _more(found, marked, other) for other in found if other != language):
            text = next(text for text in marked[language] if bag(text) & lacking)
            yield Flaw(subject.where, f"“{shortened(_line(text))}” is not marked as `{language}` in the PDF")


def _by_language(tags: Tags) -> dict[str, list[str]]:
    """What the tree of a PDF says, by language."""
    found: dict[str, list[str]] = {}
    for element, words in leaves(tags.root):
        found.setdefault(element.language, []).append(words.text)
    return found


def _more(some: Mapping[str, Sequence[str]], others: Mapping[str, Sequence[str]], language: str) -> Counter[str]:
    """The letters that the one has more of in a language than the other."""
    return bag("".join(some[language])) - bag("".join(others.get(language, ())))


def _foreign(subject: Finished) -> Iterator[Flaw]:
    """Words in the script of another language that are not marked as such."""
    scripts = {tag: _scripts(language.autonym) for tag, language in subject.library.languages.items()}
    known = frozenset().union(*scripts.values()) - {"LATIN"}
    strange = {
        language: _of_scripts(texts, known - scripts.get(language, known))
        for language, texts in _by_language(_tags(subject)).items()
    }
    blocks = _blocks(subject)
    for element, words in leaves(_tags(subject).root) if any(strange.values()) else ():
        if sum(map(words.text.count, strange[element.language])) >= FOREIGN:
            what = f"“{shortened(_line(words.text))}” is marked as `{element.language}`, in whose letters it is not"
            yield Flaw(subject.where, what, blocks.get(spelling(words.text), ""))


def _of_scripts(texts: Iterable[str], scripts: Container[str]) -> set[str]:
    """The characters of some texts that belong to one of these scripts, ASCII aside."""
    return {each for each in set("".join(texts)) if not each.isascii() and _script(each) in scripts}


def _scripts(text: str) -> frozenset[str]:
    return frozenset(filter(None, map(_script, text)))


@cache
def _script(character: str) -> str:
    """The script of a letter, by the first word of its name; empty for what is no letter."""
    return unicodedata.name(character, "").partition(" ")[0] if character.isalpha() else ""


def _find_untagged(subject: Finished) -> Iterator[Flaw]:
    tags, blocks = _tags(subject), _blocks(subject)
    if not tags.is_tagged:
        yield Flaw(subject.where, "the file does not say that it is tagged")
    for each in tags.stray:
        what = f"“{shortened(_line(each.text))}”" if each.text.strip() else "a drawing or a picture"
        yield Flaw(subject.where, f"on page {each.page} {what} is in no tag", blocks.get(spelling(each.text), ""))


# --- C26: figures and tables ------------------------------------------------------------------------------------------


def _find_figures(subject: Finished) -> Iterator[Flaw]:
    language = subject.library.languages[subject.tag]
    scripts = _scripts(language.autonym)
    figures = list(_placed(subject, "Figure", "Formula"))
    silent = {block for figure, block in figures if not figure.alt.strip()}
    for figure, block in figures:
        if not figure.alt.strip():
            yield Flaw(subject.where, "a picture has no words that stand for it", block)
        elif not scripts & _scripts(figure.alt):
            yield Flaw(
                subject.where, f"the words “{shortened(figure.alt)}” of a picture are not in {language.english}", block
            )
    drawn = {
        block: [figure.alt for figure, at in figures if at == block] for _, block in figures if block not in silent
    }
    yield from _chances(subject, drawn)


def _chances(subject: Finished, drawn: Mapping[str, Sequence[str]]) -> Iterator[Flaw]:
    """Chances in a block with pictures, none of which says what they are chances of."""
    names = {each.text: each for each in told(subject)}
    for block in subject.handout.blocks:
        for outcome in statements_in(block) if block.id in drawn else ():
            if isinstance(outcome, Outcome) and outcome.chance:
                name = names[outcome.name]
                if not _is_said(name.words, drawn[block.id]):
                    yield Flaw(name.text.at, f"no picture is said to be of “{name.excerpt}”", block.id)


def _find_tables(subject: Finished) -> Iterator[Flaw]:
    blocks: dict[str, list[Element]] = {}
    for table, block in _placed(subject, "Table"):
        heads = list(elements(table, "TH"))
        blocks.setdefault(block, []).extend(heads)
        if not heads:
            yield Flaw(subject.where, "a table has no header cells", block)
        for head in heads:
            if not head.scope:
                what = f"the header cell “{shortened(_line(head.text))}” does not say what it is the header of"
                yield Flaw(subject.where, what, block)
    yield from _heads_of_blocks(subject, blocks)
    yield from _lost_heads(subject)


def _heads_of_blocks(subject: Finished, heads: Mapping[str, Sequence[Element]]) -> Iterator[Flaw]:
    """Columns, rows and words of the handout whose names, in a table, are no header cells of a column or row."""
    words = {each.text: each for each in told(subject)}
    for block in subject.handout.blocks:
        wanted: list[tuple[Text, str]] = []
        if isinstance(block, Table | Log) and block.id in heads:
            wanted += [(name, "Column") for name in block.columns.values()]
        if isinstance(block, Table) and block.id in heads:
            wanted += [(row.name, "Row") for row in block.rows.values()]
        if isinstance(block, Glossary) and block.id in heads:
            wanted += [(subject.library.terms[term].term, "Row") for term in block.terms]
        for text, scope in wanted:
            named = words[text]
            if not _is_said(named.words, [head.text for head in heads[block.id] if head.scope in {scope, "Both", ""}]):
                yield Flaw(text.at, f"“{named.excerpt}” is not the header of a {scope.lower()}", block.id)


def _lost_heads(subject: Finished) -> Iterator[Flaw]:
    """Header cells of the page that are something else in the PDF."""
    roles: dict[str, set[str]] = {}
    for each in _tags(subject).said:
        roles.setdefault(spelling(each.text), set()).add(each.role)
    for cell in subject.html.iter("th"):
        text = said_in(cell)
        if letters(text) and "TH" not in roles.get(spelling(text), {"TH"}):
            what = f"the header cell “{shortened(_line(text))}” is none in the PDF"
            yield Flaw(subject.where, what, _blocks(subject).get(spelling(text), ""))


CHECKS: Final[tuple[Check[Finished], ...]] = (
    Check(
        id="page/heading-order",
        title="One heading of level 1, and no level left out",
        level=Level.PAGE,
        find=_find_heading_order,
        number="C08",
        standards=("PEMAT 9", "CCI 9", "PDF/UA-1 7.4.2", "WCAG 2.2 1.3.1"),
        rationale="Who listens to a sheet goes from heading to heading, as others do with their eyes.",
        remedy="write the title as `h1`, the heading of a block as `h2`, and what is within it as `h3`",
        bad="plant: skipped_heading_level",
        good="h3 { font-size: 14pt }",
    ),
    Check(
        id="page/reading-order",
        title="A sheet is read aloud in the order of the handout",
        level=Level.PAGE,
        find=_find_disorder,
        number="C27",
        standards=("PDF/UA-1 7.2", "WCAG 2.2 1.3.2"),
        rationale="Steps in another order are other steps, and a warning that comes late may come too late.",
        remedy="print the texts in the order of the handout, and use no style that changes it",
        bad="plant: passages_swapped",
        good=".block { margin-top: 9mm }",
        mutable=False,
    ),
    Check(
        id="page/title",
        title="The file has the title of the handout, and shows it",
        level=Level.PAGE,
        find=_find_title,
        number="C27",
        standards=("PDF/UA-1 7.1", "WCAG 2.2 2.4.2"),
        rationale="It is the first thing that a screen reader says, and tells one open file from another.",
        remedy="print the handout's title in `title` in the head of the page, and nothing else",
        bad="plant: wrong_title",
        good="h1 { font-size: 26pt }",
    ),
    Check(
        id="page/language",
        title="The file and each passage say what language they are in",
        level=Level.PAGE,
        find=_find_language,
        number="C27",
        standards=("PDF/UA-1 7.2", "WCAG 2.2 3.1.1", "WCAG 2.2 3.1.2"),
        rationale="A voice for one language cannot be understood in another, and may say nothing at all.",
        remedy="mark the page with `lang`, and each passage in another language with its own",
        bad="plant: wrong_document_language",
        good="[lang] { color: black }",
    ),
    Check(
        id="page/untagged",
        title="Nothing is left out of the tags",
        level=Level.PAGE,
        find=_find_untagged,
        number="C27",
        standards=("PDF/UA-1 7.1", "WCAG 2.2 1.3.1"),
        rationale="What is in no tag is not read aloud.",
        remedy="tell us: the typesetter tags all that a template prints",
        bad="plant: untagged_text",
        good="p { border: 0.2mm solid black }",
        mutable=False,
    ),
    Check(
        id="page/figure-words",
        title="Each picture has words that stand for it, in the language of the sheet",
        level=Level.PAGE,
        find=_find_figures,
        number="C26",
        standards=("PEMAT 17", "PDF/UA-1 7.3", "WCAG 2.2 1.1.1"),
        rationale="Who cannot see the dots of a chance must be told it.",
        remedy="give the picture an `alt`, or the drawing a `title`, in the words of the language",
        bad="plant: picture_without_words",
        good=".outcome .dots { width: 60mm }",
    ),
    Check(
        id="page/table-heads",
        title="Each table has heads that say what they are the heads of",
        level=Level.PAGE,
        find=_find_tables,
        number="C26",
        standards=("PEMAT 19", "PDF/UA-1 7.5", "WCAG 2.2 1.3.1"),
        rationale="Who listens to a table hears cell after cell, and needs to hear of which column and row.",
        remedy="write each head as `th` with the `scope` `col` or `row`",
        bad="plant: header_without_scope",
        good="th { text-align: start }",
    ),
)

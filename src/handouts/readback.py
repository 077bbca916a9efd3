"""What a reader gives back of a finished page, against the words that the page was made of.

A printed sheet may look right and yet give back nonsense to a search, to copying or to a screen reader. So the words
are cut into runs of eight letters, marks or digits, white space and punctuation aside, and each run is looked for in
what the reader extracts. Both sides are compared in Unicode's composed form (NFC) and in no looser one: an Arabic
presentation form in place of a letter, or a radical in place of a character, is a fault.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate, groupby, pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

RUN: Final = 8
"""The length of a run: long enough to be found by chance nowhere else, short enough to lie within a line."""
WORDS_SHOWN: Final = 4
"""How many of the words lost are told: enough to find the place."""
_SILENT: Final = {"", "head", "script", "style", "svg", "template", "title"}
_BLOCKS: Final = {
    *("address", "article", "aside", "blockquote", "body", "caption", "dd", "details", "div", "dl", "dt"),
    *("figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol"),
    *("p", "pre", "section", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"),
}


class Passage(NamedTuple):
    """What one block element holds itself: its block's id (empty outside the blocks), its language, its text."""

    block: str
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Unread:
    """A block that is not given back whole: the share of its runs that are (0 to 1), and the first words lost.

    `lost` is empty where every word comes back and only the order is broken: at the foot of a page, or where a reader
    takes Latin words within a line of Arabic from the wrong end.
    """

    block: str
    share: float
    lost: str


def words_of(html: str) -> list[Passage]:
    """The passages of a page in reading order; see `passages_of`, which is spared the parsing."""
    import tinyhtml5  # type: ignore[import-untyped]

    return passages_of(tinyhtml5.parse(html, namespace_html_elements=False))


def passages_of(root: Element) -> list[Passage]:
    """The passages of a parsed page in reading order: each paragraph, item, cell or heading without the blocks within.

    Running headers and footers (classes that start with `running-`) are left out, and so is what has no letter.
    """
    groups = (list(group) for edge, group in groupby(_pieces(root), lambda piece: piece is _EDGE) if not edge)
    joined = ((group[0], " ".join("".join([text for _, _, text in group]).split())) for group in groups)
    return [Passage(block, language, text) for (block, language, _), text in joined if letters(text)]


def by_language(root: Element) -> dict[str, list[str]]:
    """The pieces of text of a parsed page by the language that they are marked with, those of running headers aside."""
    found: dict[str, list[str]] = {}
    for _, language, text in _pieces(root):
        if text and not text.isspace():
            found.setdefault(language, []).append(text)
    return found


def said_in(element: Element) -> str:
    """All that an element of a page says, without drawings."""
    return "".join([text for _, _, text in _pieces(element)])


_Piece = tuple[str, str, str]
"""Block, language and text, as in `Passage`: no class, for a page has thousands."""
_EDGE: Final[_Piece] = ("", "", "")
"""Where a passage ends."""


def _pieces(root: Element) -> list[_Piece]:
    """The pieces of text within an element, each with the block and language that it stands in, and the edges."""
    found: list[_Piece] = []
    _gather(root, "", "", found)
    return found


def _gather(element: Element, block: str, language: str, found: list[_Piece]) -> None:
    """Add the pieces of an element that stands in a block and a language."""
    tag = _tag(element)
    if tag in _SILENT or _runs_along(element):
        return
    name = element.get("id", "") if tag == "section" else ""
    block = name.removeprefix("block-") if name.startswith("block-") else block
    language = element.get("lang", language)
    if tag in _BLOCKS:
        found.append(_EDGE)
    found.append((block, language, "\n" if tag == "br" else element.text or ""))
    for child in element:
        _gather(child, block, language, found)
        found.append((block, language, child.tail or ""))
    if tag in _BLOCKS:
        found.append(_EDGE)


def _tag(element: Element) -> str:
    """The name of an element without its namespace; empty for a comment, whose tag is a function."""
    tag: object = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _runs_along(element: Element) -> bool:
    names = element.get("class", "")
    return "running-" in names and any(name.startswith("running-") for name in names.split())


def read_back(pdf: bytes) -> str:
    """The text of a PDF as pdfium gives it back; a form feed ends each page."""
    import pypdfium2  # type: ignore[import-untyped]

    with pypdfium2.PdfDocument(pdf) as document:
        return "".join(f"{page.get_textpage().get_text_range()}\f" for page in document)


def unread(words: Sequence[Passage], extracted: str) -> list[Unread]:
    """The blocks whose words the extracted text does not give back whole, in order.

    A run is given back when the extracted text has it as often as the page. A word is lost when it has a letter that
    no such run holds, and the extracted text has the word itself less often than the page: one of the two alone is a
    matter of order, for pages, lines and cells end within a run or a word.
    """
    scarce = _Scarce.of([passage.text for passage in words], extracted)
    blocks: dict[str, list[str]] = {}
    for passage in words:
        blocks.setdefault(passage.block, []).append(passage.text)
    found = (_block(block, texts, scarce) for block, texts in blocks.items())
    return [each for each in found if each.share < 1]


def _block(block: str, texts: Iterable[str], scarce: _Scarce) -> Unread:
    cut = [(text, [run in scarce.runs for run in runs(text)]) for text in texts]
    gone, total = sum(sum(answers) for _, answers in cut), sum(len(answers) for _, answers in cut)
    lost = (scarce.first_words(text, answers) for text, answers in cut if any(answers))
    return Unread(block, 1 - gone / total if total else 1.0, next(filter(None, lost), ""))


@dataclass(frozen=True, slots=True)
class _Scarce:
    """The runs and the words that an extracted text has less often than the page."""

    runs: Container[str]
    parts: Container[str]

    @classmethod
    def of(cls, texts: Sequence[str], extracted: str) -> _Scarce:
        wanted = Counter(run for text in texts for run in runs(text))
        there, kept = Counter(runs(extracted)), letters(extracted)
        scarce = {run for run, times in wanted.items() if _times(run, there, kept) < times}
        parts = Counter(part for text in texts for part in parts_of(text)) - Counter(parts_of(extracted))
        return cls(scarce, parts)

    def first_words(self, text: str, gone: Sequence[bool]) -> str:
        """The first words with a letter that no run given back holds and a part that is scarce; or nothing.

        `gone` tells of each run of the text whether it is scarce.
        """
        length = min(RUN, len(letters(text)))
        given = {start + step for start, away in enumerate(gone) if not away for step in range(length)}
        words = text.split()
        ends = accumulate((len(letters(word)) for word in words), initial=0)
        for number, (word, span) in enumerate(zip(words, pairwise(ends), strict=True)):
            if not given.issuperset(range(*span)) and any(part in self.parts for part in parts_of(word)):
                return " ".join(words[number : number + WORDS_SHOWN])
        return ""


def _times(run: str, there: Counter[str], kept: str) -> int:
    """How often a run, or a whole text that is shorter than one, is there."""
    return there[run] if len(run) == RUN else kept.count(run)


def tally(texts: Iterable[str], extracted: str) -> tuple[int, int]:
    """How many runs of these texts are found in the extracted text, wherever, and how many there are."""
    there, kept = Counter(runs(extracted)), letters(extracted)
    answers = [_times(run, there, kept) > 0 for text in texts for run in runs(text)]
    return sum(answers), len(answers)


def bag(text: str) -> Counter[str]:
    """The letters, marks and digits of a text taken apart (NFD), each as often as it stands there.

    Pdfium turns round the parts of an address or a dose from right to left, and lines end within words: but no letter
    gets lost on the way.
    """
    return Counter(unicodedata.normalize("NFD", letters(text)))


@dataclass(frozen=True, slots=True)
class Spare:
    """What a reader gives back that no passage of the page has claimed yet: its letters in order, and as a bag."""

    letters: str
    bag: Counter[str]


def unsaid(words: Iterable[Passage], said: Iterable[str]) -> tuple[list[Passage], list[Spare]]:
    """The passages that nothing said in a PDF holds, each as often as the page has it, and what is left over.

    `said` are the texts of its elements, or of pages, as a reader gives them. A passage is said by a text with the
    same letters, in whatever order, or else by one with more (the marks of a list, two passages drawn as one).
    """
    spare: dict[str, list[str]] = {}
    for text in said:
        spare.setdefault(spelling(text), []).append(text)
    unmatched = [passage for passage in words if not _drop(spare, passage.text)]
    rest = [Spare(letters(text), bag(text)) for texts in spare.values() for text in texts]
    unmatched.sort(key=lambda passage: -len(passage.text))  # the longest first: they have the least choice
    return [passage for passage in unmatched if not take(passage.text, rest)], rest


def _drop(spare: dict[str, list[str]], text: str) -> bool:
    """Take one text with the same letters out."""
    texts = spare.get(spelling(text))
    return bool(texts and texts.pop())


def take(text: str, rest: Iterable[Spare]) -> bool:
    """Whether something spare holds all the letters of a text, best in its order; it is lessened by them."""
    wanted, in_order = bag(text), letters(text)
    holders = [each for each in rest if wanted <= each.bag]
    if holders:
        best = min(holders, key=lambda each: (in_order not in each.letters, each.bag.total()))
        best.bag.subtract(wanted)
    return bool(holders)


@lru_cache(maxsize=2000)  # all checks of a file ask for the same texts
def spelling(text: str) -> str:
    """The letters of a text in the order of their codes: the same for all that have the same letters."""
    return "".join(sorted(unicodedata.normalize("NFD", letters(text))))


def shown(text: str) -> str:
    """A text without what shows nothing: joiners, soft hyphens, and the marks that steer lines (category Cf)."""
    for character in set(text):
        if not character.isascii() and unicodedata.category(character) == "Cf":
            text = text.replace(character, "")
    return text


@lru_cache(maxsize=2000)
def letters(text: str) -> str:
    """The letters, marks and digits of a text, composed (NFC)."""
    return unicodedata.normalize("NFC", "".join(map(_LETTERS.__getitem__, text)))


class _Letters(dict[str, str]):
    """Each character that has been asked for: itself if it is a letter, mark or digit, else nothing."""

    def __missing__(self, character: str) -> str:
        found = self[character] = character if _kind(character) else ""
        return found


_LETTERS: Final = _Letters()


def runs(text: str) -> list[str]:
    """Every run of eight letters of a text; a shorter text is one run."""
    kept = letters(text)
    return [kept[start : start + RUN] for start in range(max(1, len(kept) - RUN + 1))] if kept else []


@lru_cache(maxsize=2000)
def parts_of(text: str) -> tuple[str, ...]:
    """The words and numbers of a text, composed; joiners and soft hyphens part nothing."""
    stretches = groupby(unicodedata.normalize("NFC", shown(text)), _kind)
    return tuple("".join(stretch) for kind, stretch in stretches if kind)


@cache
def _kind(character: str) -> str:
    """`L` for a letter or mark, `N` for a digit, nothing for all else."""
    return {"L": "L", "M": "L", "N": "N"}.get(unicodedata.category(character)[0], "")

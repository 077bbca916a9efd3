"""What checks read: the statements of a handout with what they tell, and the sentences of a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from handouts import markup
from handouts.model import Block, Handout, Library, Outcome, Point, Statement, Step, Tells, Text, statements_in

FACT: Final = "\N{OBJECT REPLACEMENT CHARACTER}"
"""Stands for a fact in plain words: what is written there depends on the region."""

_END = re.compile(r"[.!?।؟]+[\"”’»)\]*]*(?=\s|$)|[。！？]+[”’」』）]*")  # noqa: RUF001 - the marks of five languages
_ABBREVIATION = re.compile(r"(?:^|[\s(])(?:Drs?|Mrs?|Ms|Prof|St|No|vs|approx|e\.g|i\.e|[A-Z](?:\.[A-Z])*)\.$")


@dataclass(frozen=True, slots=True)
class Passage:
    """A statement or step, the block it stands in, and what it tells: by kind, by block and by itself."""

    statement: Statement | Step
    block: Block
    tells: frozenset[Tells]

    @property
    def texts(self) -> tuple[Text, ...]:
        """Its name, where it has one, and what it says."""
        name = self.statement.name if isinstance(self.statement, Point | Step) else None
        return tuple(text for text in (name, self.statement.say) if text is not None)


def passages_in(handout: Handout, library: Library) -> Iterator[Passage]:
    """Every statement and step of a handout, in order."""
    for block in handout.blocks:
        kind = library.kinds.get(block.kind)
        of_block = frozenset((*(kind.tells if kind else ()), *block.tells))
        for statement in statements_in(block):
            yield Passage(statement, block, of_block | frozenset(getattr(statement, "tells", ())))


def figures_named(statement: Statement | Step) -> tuple[str, ...]:
    """The claims and figures that a statement rests on, with the chance that is drawn beside it."""
    chance = statement.chance if isinstance(statement, Outcome) else None
    return (*statement.claims, *((chance,) if chance else ()))


def plain_words(text: Text | str) -> str:
    """The words of a text as they are read, without marks."""
    pieces = markup.parse(str(text))
    return "".join(FACT if isinstance(piece, markup.Placeholder) else piece.value for piece in pieces)


def sentences_in(words: str) -> list[str]:
    """The sentences of plain words, each with its end mark; a full stop after an abbreviation ends none."""
    found: list[str] = []
    start = 0
    for end in _END.finditer(words):
        if not _is_end(words, start, end):
            continue
        found.append(words[start : end.end()].strip())
        start = end.end()
    return [sentence for sentence in (*found, words[start:].strip()) if sentence]


def _is_end(words: str, start: int, end: re.Match[str]) -> bool:
    after = words[end.end() :].lstrip()[:1]
    return not (after and (_ABBREVIATION.search(words[start : end.end()]) or after.islower()))

"""A proof: the English and a translation side by side, message by message, on paper for somebody to mark."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Any, Final

from jinja2 import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from handouts import markup
from handouts.appraisal.sheet import Look
from handouts.catalog import INTERFACE, Catalog
from handouts.checks.check import Translation
from handouts.checks.compared import negation_in
from handouts.checks.translation import pairs_of
from handouts.findings import Finding, HandoutError, Location
from handouts.i18n.messages import Message
from handouts.layers import Layers, read_text
from handouts.limits import memory_limit, time_limit
from handouts.lines import MAY_BREAK
from handouts.model import Handout, Language, Library
from handouts.region import fact_text
from handouts.render import MEMORY, PAPERS, SECONDS, logo_address
from handouts.styles import SIZE_LIMIT, find_style_faults

TEMPLATE: Final = "proof.html"
STYLE: Final = "templates/proof.css"
HEAD: Final = "head"
SHARED: Final = "shared"
WORDS: Final = "words"


class State(StrEnum):
    """How far a message is; the word is printed where it is not translated."""

    TRANSLATED = "translated"
    FUZZY = "fuzzy: look whether it still says what the English says"
    MISSING = "missing: not translated"


@dataclass(frozen=True, slots=True)
class Line:
    """A message: its number in the proof, its key, both wordings (the other is empty where it is missing), its state.

    `negation` is the word of the English that turns its meaning round, empty where there is none.
    """

    number: int
    key: str
    english: str
    other: str
    state: State
    negation: str


@dataclass(frozen=True, slots=True)
class Section:
    """The messages of a block, of the head, of what is shared, or of the words of the templates."""

    id: str
    name: str
    safety: bool
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """A handout in two languages. `digest` names what a sign-off would sign, empty where nobody asks for it."""

    handout: Handout
    library: Library
    tag: str
    today: datetime.date
    sections: tuple[Section, ...]
    digest: str = ""

    @property
    def language(self) -> Language:
        """The language of the translation."""
        return self.library.languages[self.tag]

    @property
    def lines(self) -> tuple[Line, ...]:
        """All messages."""
        return tuple(line for section in self.sections for line in section.lines)

    def count(self, state: State) -> int:
        """How many messages are in a state."""
        return sum(line.state is state for line in self.lines)


def sheet_path(brand: str, tag: str, handout: str, paper: str) -> str:
    """Where a proof lies, relative to the output folder."""
    return f"{brand}/{tag}/{handout}-proof-{paper}.pdf"


def proof_of(
    subject: Translation, content: Catalog, interface: Catalog, messages: Iterable[Message], digest: str = ""
) -> Proof:
    """The proof of a translation: all that the handout prints, then the words of the templates.

    `messages` are all that there are; of them the words of the templates are taken. A message stands there once.
    """
    blocks = {block.id: block for block in subject.english.blocks}
    kinds = subject.library.kinds
    entries = dict.fromkeys(
        (_place(pair.block, pair.english.key), pair.english.key, pair.english.value) for pair in pairs_of(subject)
    )
    own = [(place, key, english, content) for place, key, english in entries]
    words = [(WORDS, each.key, each.english, interface) for each in messages if each.domain == INTERFACE]
    names = {HEAD: "Title and details", SHARED: "Shared headings and words", WORDS: "Words of the page"}
    names |= {each.id: (each.heading or kinds[each.kind].heading).value for each in blocks.values()}
    safety = {each.id for each in blocks.values() if kinds[each.kind].safety}
    numbered = enumerate((*own, *words), 1)
    sections = [
        Section(place, names[place], place in safety, tuple(_line(number, *entry[1:]) for number, entry in group))
        for place, group in groupby(numbered, key=lambda each: each[1][0])
    ]
    return Proof(subject.english, subject.library, subject.tag, subject.today, tuple(sections), digest)


def _place(block: str, key: str) -> str:
    return block or (SHARED if key.partition(":")[0] in ("kinds", "glossary") else HEAD)


def _line(number: int, key: str, english: str, catalog: Catalog) -> Line:
    message = catalog.messages.get((key, english))
    other = message.forms[0] if message else ""
    state = State.MISSING if not other else State.FUZZY if message and message.fuzzy else State.TRANSLATED
    return Line(number, key, english, other, state, negation_in(english))


# --- HTML -------------------------------------------------------------------------------------------------------------


def as_html(proof: Proof, look: Look, style: str, environment: ImmutableSandboxedEnvironment) -> str:
    """The proof as one page that needs no other file. Raises HandoutError where a clinic's template fails."""

    def shown(text: str, tag: str) -> Markup:
        return Markup("").join(_piece(piece, proof.library, look, tag) for piece in markup.parse(text))

    width, height = PAPERS[look.paper].split()
    values: dict[str, Any] = {
        "proof": proof,
        "handout": proof.handout,
        "language": proof.language,
        "states": State,
        "shown": shown,
        "broken": _broken,
        "brand": look.brand,
        "logo": logo_address(look.logo),
        "paper_size": f"{height} {width}",
        "style": Markup(style),  # noqa: S704 - `read_proof_style` lets no `<` through
    }
    try:
        with time_limit(SECONDS), memory_limit(MEMORY):
            return environment.get_template(TEMPLATE).render(values)
    except (TemplateError, MemoryError, TimeoutError) as error:
        what = f"the template fails: {str(error) or type(error).__name__}"
        where = Location(f"templates/{TEMPLATE}")
        raise HandoutError([Finding("template/error", where, what, "correct the template")]) from None


def _piece(piece: markup.Piece, library: Library, look: Look, tag: str) -> Markup:
    """A piece of a text; a fact is shown as it is printed, a link underlined, another placeholder as it is written."""
    if isinstance(piece, markup.Placeholder):
        fact = library.facts.get(piece.name)
        region = library.regions[look.brand.region]
        words = fact_text(fact, region, tag) if fact else f"{{{piece.name}}}"
        html = Markup('<span class="fact" dir="ltr">{}</span>').format(words)
    elif isinstance(piece, markup.Reference):
        html = Markup("<u>{}</u>").format(piece.value)
    else:
        html = escape(piece.value)
    return Markup("<strong>{}</strong>").format(html) if piece.bold else html


def _broken(key: str) -> str:
    """A key with places where its line may break, which the text layer leaves out again."""
    return MAY_BREAK.join(_parts(key))


def _parts(key: str) -> Iterator[str]:
    part = ""
    for character in key:
        part += character
        if character in ":._":
            yield part
            part = ""
    yield part


def read_proof_style(layers: Layers) -> str:
    """The style sheet of proofs, a clinic's own in place of ours. Raises HandoutError where it is refused.

    It stands within the page, so it may hold no `<`, with which it could end there.
    """
    path = layers.find(STYLE)
    assert path is not None, "the library carries a style sheet"
    style = read_text(path, SIZE_LIMIT)
    found = list(find_style_faults(style, STYLE))
    if "<" in style:
        line = style[: style.index("<")].count("\n") + 1
        found.append(Finding("template/unsafe", Location(STYLE, line), "`<` in a style sheet", "remove it"))
    if found:
        raise HandoutError(found)
    return style

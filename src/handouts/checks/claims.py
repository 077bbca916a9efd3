"""What a handout says of a treatment must rest on sources, weigh good and harm alike, and sell no hope."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from handouts.checks.check import Check, Flaw, Level, Written
from handouts.checks.hope import hopes_in
from handouts.checks.numbers import numbers_in
from handouts.checks.passages import Passage, figures_named, passages_in, plain_words
from handouts.findings import Location, Severity
from handouts.model import (
    Amount,
    Block,
    Chance,
    Claim,
    Count,
    Glossary,
    Library,
    Questions,
    Source,
    Tells,
    Text,
    place_of,
    statements_in,
    texts_in,
)

SOURCED: Final[frozenset[Tells]] = frozenset(
    {
        *("key", "condition", "how", "options", "no_treatment", "benefits", "harms", "experience", "status", "cost"),
        *("known", "not_known"),
    }
)
"""What is a statement about the world, and so needs a source. What to do (`action`), when to call, a tool, a decision
and where to find help do not: they are advice of those who give the handout."""

UNDATED_YEARS: Final = 2
"""How long an undated page may be taken for what was read there."""

_YEAR = datetime.timedelta(days=365)

LEAST_PARTS: Final[Mapping[Tells, str]] = {
    "options": "the other choices",
    "benefits": "what may get better",
    "harms": "what can go wrong",
    "no_treatment": "what happens without the treatment",
    "experience": "what it is like to go through it",
    "how": "how the treatment works",
}
"""What a handout of a treatment tells at least (IPDAS qualifying criteria; DISCERN 9 to 14)."""

MOST_BENEFIT: Final = 1.5
"""How many times the words about harm the words about benefit may be. The standards ask for equal detail and give no
figure; half as much again leaves room for what needs more words to explain, and is our choice. There is no such limit
for harm: the fault that hurts is to say too little of it."""


def _find_unsourced_numbers(subject: Written) -> Iterator[Flaw]:
    for block in subject.handout.blocks:
        if isinstance(block, Questions):  # a question claims nothing
            continue
        in_statements: set[Text] = set()
        for statement in statements_in(block):
            texts = [*texts_in(statement)]
            in_statements.update(texts)
            yield from _not_in(_allowed(statement.claims, subject.library), texts, block.id)
        heads = [text for text in texts_in(block) if text not in in_statements]
        yield from _not_in(_allowed_in_heads(block, subject.library), heads, block.id)
    head = (subject.handout.title, subject.handout.subtitle)
    yield from _not_in(_allowed_in_heads(subject.handout, subject.library), head)


def _not_in(allowed: set[str], texts: Iterable[Text], block: str = "") -> Iterator[Flaw]:
    for text in texts:
        for number in numbers_in(text.value):
            if number not in allowed:
                what = f"the number {number} is in no figure of the claims that the sentence names"
                yield Flaw(text.at, what, block)


def _allowed(references: Iterable[str], library: Library) -> set[str]:
    return {number for reference in references for number in _numbers_behind(reference, library)}


def _allowed_in_heads(value: object, library: Library) -> set[str]:
    """Headings and names rest on what stands below them: all of its claims, and the years of their sources."""
    references = [reference for statement in statements_in(value) for reference in figures_named(statement)]
    sources = [library.sources.get(source) for reference in references for source in library.sources_of(reference)]
    years = {str(source.year) for source in sources if source and source.year}
    return _allowed((reference.partition(".")[0] for reference in references), library) | years


def _numbers_behind(reference: str, library: Library) -> Iterator[str]:
    claim = library.claims.get(reference.partition(".")[0])
    figure = library.figure(reference)
    if figure is not None:
        yield from _numbers_of(figure)
    elif claim is not None:
        yield from numbers_in(claim.says)
        for each in claim.figures.values():
            yield from _numbers_of(each)


def _numbers_of(figure: Count | Chance | Amount) -> Iterator[str]:
    values: list[float | None] = [*figure.also]
    if isinstance(figure, Count):
        values += [figure.count, figure.of]
    elif isinstance(figure, Chance):
        people = figure.people if isinstance(figure.people, tuple) else (figure.people,)
        values += [figure.low, figure.high, figure.per, figure.years, *people]
    else:
        values += [figure.low, figure.high]
    return (f"{value:g}" if value < 1e6 else str(value) for value in values if value is not None)


def _find_unsourced_statements(subject: Written) -> Iterator[Flaw]:
    for passage in passages_in(subject.handout, subject.library):
        if not figures_named(passage.statement) and _claims_something(passage, subject.library):
            told = ", ".join(f"`{tell}`" for tell in sorted(passage.tells & SOURCED)) or "safety text"
            what = f"a statement that tells {told} names no claim"
            yield Flaw(passage.texts[0].at, what, passage.block.id)


def _claims_something(passage: Passage, library: Library) -> bool:
    """Whether a passage states what needs a source: by what it tells, or in safety text that is no advice to act."""
    if isinstance(passage.block, Questions):
        return False
    safety = library.kinds[passage.block.kind].safety and not passage.tells & {"action", "when_to_call"}
    return safety or bool(passage.tells & SOURCED)


def _references(subject: Written) -> Iterator[tuple[str, Passage]]:
    for passage in passages_in(subject.handout, subject.library):
        for reference in figures_named(passage.statement):
            yield reference, passage


def _find_undated_sources(subject: Written) -> Iterator[Flaw]:
    """Each source once, where it is first named."""
    seen: set[str] = set()
    for reference, passage in _references(subject):
        for name in subject.library.sources_of(reference):
            source = subject.library.sources.get(name)
            if source and name not in seen:
                seen.add(name)
                yield from _undated(name, source, reference, passage, subject.today)


def _undated(name: str, source: Source, reference: str, passage: Passage, today: datetime.date) -> Iterator[Flaw]:
    at = _place(reference, passage)
    if source.year is not None and str(source.year) not in source.short:
        what = f"the printed name of the source `{name}` does not have its year, {source.year}"
        yield Flaw(at, what, passage.block.id, "write the year in `short` in `sources.yaml`")
    elif source.year is None and today - source.checked > UNDATED_YEARS * _YEAR:
        what = f"the source `{name}` has no year and was last read on {source.checked}"
        yield Flaw(at, what, passage.block.id)


def _place(reference: str, passage: Passage) -> Location:
    own = place_of(reference)
    return own if own.path else passage.texts[0].at


def _find_unverified(subject: Written) -> Iterator[Flaw]:
    """Each claim once, where it is first printed."""
    seen: set[str] = set()
    for reference, passage in _references(subject):
        claim_id = reference.partition(".")[0]
        why = _why_unverified(reference, subject.library)
        if why and claim_id not in seen:
            seen.add(claim_id)
            yield Flaw(_place(reference, passage), f"the claim `{reference}` is printed, and {why}", passage.block.id)


def _why_unverified(reference: str, library: Library) -> str:
    """Why a claim is not verified; empty where it is.

    It is to be looked up again before it is printed (`recheck`), or none of the sources that say it was read itself:
    `read: summary` means that what others wrote about it was read.
    """
    claim = library.claims.get(reference.partition(".")[0])
    if claim is None:
        return ""
    if claim.recheck:
        return "it is to be looked up again before it is printed"
    read = [library.sources[name].read for name in _all_sources(claim, reference, library) if name in library.sources]
    only_told = bool(read) and set(read) == {"summary"}
    return "none of its sources was read itself" if only_told else ""


def _all_sources(claim: Claim, reference: str, library: Library) -> tuple[str, ...]:
    figure = library.figure(reference)
    return figure.sources if figure else (*claim.sources, *claim.more)


def _find_hope(subject: Written) -> Iterator[Flaw]:
    handout, library = subject.handout, subject.library
    for text in (handout.title, handout.subtitle, *texts_in(handout.imprint)):
        yield from _hopes(text)
    for block in handout.blocks:
        heading = block.heading or library.kinds[block.kind].heading
        around = plain_words(f"{heading}. {block.intro.say if block.intro else ''}")
        sourced = {text for each in statements_in(block) if figures_named(each) for text in texts_in(each)}
        for text in _printed_texts(block, heading, library):
            yield from _hopes(text, block.id, sourced=text in sourced, around=around)


def _printed_texts(block: Block, heading: Text, library: Library) -> Iterator[Text]:
    if block.heading is None:
        yield heading
    yield from texts_in(block)
    if isinstance(block, Glossary):
        yield from texts_in(tuple(library.terms[term] for term in block.terms if term in library.terms))


def _hopes(text: Text, block: str = "", *, sourced: bool = False, around: str = "") -> Iterator[Flaw]:
    for word in hopes_in(plain_words(text), sourced=sourced, around=around):
        yield Flaw(text.at, f"“{word}” sells hope", block)


def _find_missing_parts(subject: Written) -> Iterator[Flaw]:
    told = {tell for block in subject.handout.blocks for tell in subject.library.tells(block)}
    for part, words in LEAST_PARTS.items():
        if part not in told:
            what = f"no block of this treatment's handout tells {words} (`{part}`)"
            yield Flaw(subject.handout.title.at, what)


def _find_unbalanced(subject: Written) -> Iterator[Flaw]:
    good, harm = _words_telling(subject, "benefits"), _words_telling(subject, "harms")
    if good > MOST_BENEFIT * harm:
        what = f"{good} words tell benefits and {harm} tell harms, more than {MOST_BENEFIT} to 1"
        yield Flaw(subject.handout.title.at, what)


def _words_telling(subject: Written, tell: Tells) -> int:
    texts = (
        text
        for passage in passages_in(subject.handout, subject.library)
        if tell in passage.tells
        for text in passage.texts
    )
    return sum(len(plain_words(text).split()) for text in texts)


CHECKS: Final[tuple[Check[Written], ...]] = (
    Check(
        id="claims/unsourced-number",
        title="Each number is in a figure of the claims that its sentence names",
        level=Level.CONTENT,
        find=_find_unsourced_numbers,
        number="C18",
        standards=("IPDAS 2.2.1", "DISCERN 4", "PIF TICK 4"),
        rationale="A number that no source carries may be wrong, and a patient may act on it. A question claims "
        "nothing; headings and names rest on the claims that stand below them.",
        remedy="name the claim it comes from, or correct the number",
        bad="Of 53 people, 7 died.",
        good="blocks: {overview: {kind: overview, heading: A study, paragraphs: "
        "{p: {say: 'Of 53 people, 7 died.', claims: [HSCT8.deaths_europe]}}}}",
        mutable=False,
    ),
    Check(
        id="claims/unsourced-statement",
        title="Each statement of benefit, harm, status or cost names a claim",
        level=Level.CONTENT,
        find=_find_unsourced_statements,
        number="C18",
        standards=("IPDAS 2.2.1", "DISCERN 4", "PIF TICK 4"),
        rationale="What is told of an illness or a treatment must be open to checking. By what its block tells, a "
        "statement needs a claim: key, condition, how, options, no_treatment, benefits, harms, experience, status, "
        "cost, known, not_known; and safety text. What to do, when to call, a tool and a question do not.",
        remedy="name the claim it rests on (`claims: [...]`), or take it out",
        bad="blocks: {known: {kind: known, items: {a: It helps most people.}}}",
        good="blocks: {known: {kind: known, items: {a: {say: It can help some people., claims: [HSCT3]}}}}",
    ),
    Check(
        id="claims/undated-source",
        title="Each source has a date",
        level=Level.CONTENT,
        find=_find_undated_sources,
        number="C18",
        standards=("DISCERN 5", "IPDAS certifying: publication date"),
        rationale="Advice grows old. A source prints its year; where none is known (a web page), the day on which it "
        f"was read, and after {UNDATED_YEARS} years that day says nothing any more.",
        remedy="look the page up again, and set `checked` (and `year`, if it has one now) in `sources.yaml`",
        bad="today: 2030-01-01\nblocks: {known: {kind: known, items: {a: {say: It can flare up., claims: [LUP1]}}}}\n"
        "library: {sources: {MEDLUPUS: {checked: 2026-11-22, kind: patient_info, citation: A page., short: A page., "
        "url: 'https://page.example', read: full}}}",
        good="today: 2027-01-01\nblocks: {known: {kind: known, items: {a: {say: It can flare up., claims: [LUP1]}}}}\n"
        "library: {sources: {MEDLUPUS: {checked: 2026-11-22, kind: patient_info, citation: A page., short: A page., "
        "url: 'https://page.example', read: full}}}",
        draft=Severity.WARNING,
    ),
    Check(
        id="claims/unverified",
        title="Nothing unverified is printed",
        level=Level.CONTENT,
        find=_find_unverified,
        number="C18",
        standards=("PIF TICK 4", "IPDAS 2.2.1"),
        rationale="A claim marked `recheck` changes with time (an approval, a trial's results, who pays); one whose "
        "sources were read only in what others wrote about them may be wrong in a way that nobody saw.",
        remedy="look it up in the source itself; then take `recheck` away, or set `read` and `checked` of the source",
        bad="blocks: {known: {kind: known, items: {a: {say: It is tested., claims: [LUP1]}}}}\n"
        "library: {claims: {LUP1: {topic: overview, says: It is tested., strength: low, sources: [CDCLUPUS], "
        "recheck: true}}}",
        good="blocks: {known: {kind: known, items: {a: {say: It is tested., claims: [LUP1]}}}}\n"
        "library: {claims: {LUP1: {topic: overview, says: It is tested., strength: low, sources: [CDCLUPUS]}}}",
        draft=Severity.WARNING,
        person=True,
    ),
    Check(
        id="claims/hope",
        title="No words sell hope",
        level=Level.CONTENT,
        find=_find_hope,
        standards=("DISCERN 6", "IPDAS 2.1.1"),
        rationale="Cure, breakthrough, miracle, revolutionary, safe, proven, guaranteed: words that sell treatments, "
        "and that people have been hurt by. Denied, asked about, quoted at a distance, told of others with a warning, "
        "or a sourced comparison (“safer than”), they are understood and left alone. English only: a translation says "
        "what its English says.",
        remedy="say what was found, with its number; if the word is right, mute this with the reason",
        bad="This treatment is a breakthrough and has cured many people.",
        good="It is not a proven cure. Be careful if somebody says that it is safe. Ask: is it safe for me?",
        draft=Severity.WARNING,
    ),
    Check(
        id="balance/parts",
        title="A treatment's handout tells choices, good, harm, no treatment, how it works and what it is like",
        level=Level.CONTENT,
        find=_find_missing_parts,
        number="C17",
        standards=(
            *("IPDAS 1.1.3", "IPDAS 1.1.4", "IPDAS 1.1.5", "IPDAS 1.2.1", "CCI 19"),
            *("DISCERN 9", "DISCERN 10", "DISCERN 11", "DISCERN 12", "DISCERN 13", "DISCERN 14"),
        ),
        rationale="Nobody can choose who hears of one choice only, or of its good side only.",
        remedy="add a block or a point with a claim, and `tells` where the words stand already",
        bad="blocks: {risks: null}",
        good="blocks: {risks: {kind: risks, items: {a: {name: Infection, say: It can be deadly., claims: [HSCT9]}}}}",
        draft=Severity.WARNING,
        treatment=True,
    ),
    Check(
        id="balance/ratio",
        title="Benefit does not take much more room than harm",
        level=Level.CONTENT,
        find=_find_unbalanced,
        number="C17",
        standards=("IPDAS 2.1.1", "CCI 19", "DISCERN 6"),
        rationale="What takes more room is taken for what matters more. The standards ask for equal detail and give no "
        f"figure; the limit of {MOST_BENEFIT} words of benefit to one of harm is ours.",
        remedy="tell the harms in as much detail as the benefits",
        bad="blocks: {risks: {kind: risks, items: {a: {name: Infection, claims: [HSCT9], say: Rare.}}}}",
        good="blocks: {risks: {kind: risks, items: {a: {name: Infection, claims: [HSCT9], say: For weeks your body has "
        "few white blood cells to fight germs. Your defenses may stay weak for many months. Some people died of "
        "infections after this treatment.}}}}",
        draft=Severity.WARNING,
        tells=("benefits", "harms"),
    ),
)
"""The checks of claims and of balance."""

"""What is measured in a handout for its appraisal, and when an item applies: counted each time, never typed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Final

from handouts.appraisal.case import Case
from handouts.appraisal.standard import FigureName, RuleName
from handouts.checks import wording
from handouts.checks.readability import grades_of, why_no_grade
from handouts.model import (
    SOURCE_LANGUAGE,
    About,
    Block,
    Brand,
    Callout,
    Chance,
    Glossary,
    Languages,
    Library,
    Log,
    Outcomes,
    Points,
    Questions,
    Sources,
    Statement,
    Step,
    Steps,
    Table,
    Tells,
    Text,
    statements_in,
    texts_in,
)

ARITHMETIC: Final = "numbers/arithmetic"
"""The check that finds where the reader is asked to calculate."""


NO_PICTURES: Final = "no pictures but the logo"


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure: its value, and what it says in words."""

    value: float
    text: str


# --- The words of the sheet ---------------------------------------------------------------------------------


def blocks_read(case: Case) -> list[Block]:
    """The blocks that are read: not the list of sources, nor what the program says about the sheet."""
    return [block for block in case.handout.blocks if not isinstance(block, Sources | About | Languages)]


def texts_of(case: Case, block: Block) -> Iterator[Text]:
    """The texts that a block prints, without its heading; a list of words to know with its terms."""
    yield from texts_in(block.model_copy(update={"heading": None}))
    if isinstance(block, Glossary):
        yield from texts_in(tuple(case.library.terms[term] for term in block.terms if term in case.library.terms))


def words_of(case: Case, text: Text) -> tuple[str, ...]:
    """The words of a text."""
    return wording.words(wording.plain_words(text.value, case.library.facts), text.language)


def sentences_of(case: Case, text: Text) -> tuple[str, ...]:
    """The sentences of a text."""
    return wording.sentences(wording.plain_words(text.value, case.library.facts), text.language)


def word_count(case: Case, block: Block) -> int:
    """How many words a block has below its heading."""
    return sum(len(words_of(case, text)) for text in texts_of(case, block))


def blocks_telling(case: Case, tells: Tells) -> list[Block]:
    """The blocks that tell something, or hold a point that does."""
    return [block for block in case.handout.blocks if tells in case.library.tells(block)]


def words_telling(case: Case, tells: Tells) -> int:
    """How many words tell something: of whole blocks whose kind tells it, else of the points that do."""
    return sum(_words_in_block(case, block, tells) for block in blocks_telling(case, tells))


def _words_in_block(case: Case, block: Block, tells: Tells) -> int:
    kind = case.library.kinds.get(block.kind)
    if tells in block.tells or (kind and tells in kind.tells):
        return word_count(case, block)
    own = [each for each in statements_in(block) if tells in getattr(each, "tells", ())]
    return sum(len(words_of(case, text)) for each in own for text in texts_in(each))


def entries_telling(case: Case, tells: Tells) -> list[Statement | Step]:
    """The points or steps that tell something, without what leads in or out."""
    found: list[Statement | Step] = []
    for block in blocks_telling(case, tells):
        kind = case.library.kinds.get(block.kind)
        whole = tells in block.tells or (kind is not None and tells in kind.tells)
        inside = block.model_copy(update={"intro": None, "outro": None})
        found += [each for each in statements_in(inside) if whole or tells in getattr(each, "tells", ())]
    return found


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun: `1 list`, `3 lists`, `no lists`."""
    noun = one if number == 1 else many or f"{one}s"
    return f"{number:,} {noun}" if number else f"no {noun}"


# --- Figures ------------------------------------------------------------------------------------------------


def _title(case: Case) -> Figure:
    length = len(wording.plain_words(case.handout.title.value, case.library.facts))
    return Figure(length, f"title of {length} characters")


def _words(case: Case) -> Figure:
    blocks = blocks_read(case)
    total = sum(word_count(case, block) for block in blocks)
    pages = f" on {counted(case.pages, 'page')}" if case.pages else ""
    return Figure(total, f"{counted(total, 'word')} in {counted(len(blocks), 'block')}{pages}")


def _grade(case: Case) -> Figure:
    """By the formulas of the language; the case's own words alone, none of those that nobody has translated."""
    texts = [text for block in blocks_read(case) for text in texts_of(case, block) if text.language == case.tag]
    grades = grades_of((wording.plain_words(text.value, case.library.facts) for text in texts), case.tag)
    shown = ", ".join(map(str, grades)) or why_no_grade(case.tag) or "no whole sentence to grade"
    return Figure(grades[0].value if grades else 0, shown)


def _terms(case: Case) -> Figure:
    terms = {term for block in case.handout.blocks if isinstance(block, Glossary) for term in block.terms}
    return Figure(len(terms), f"{counted(len(terms), 'term')} explained in the list of words")


def _sentences(case: Case) -> Figure:
    every = [each for block in blocks_read(case) for text in texts_of(case, block) for each in sentences_of(case, text)]
    lengths = [len(wording.words(each, case.tag)) for each in every] or [0]
    spread = f"half of them of {median(lengths):g} words or less, the longest of {max(lengths)}"
    return Figure(max(lengths), f"{counted(len(every), 'sentence')}, {spread}")


def _numbers(case: Case) -> Figure:
    found = sum(_tells_number(case, text) for block in blocks_read(case) for text in texts_of(case, block))
    chances = len(_drawn(case))
    drawn = f", {counted(chances, 'chance')} in words and dots" if chances else ""
    return Figure(found + chances, f"{counted(found, 'passage')} with numbers{drawn}")


def _tells_number(case: Case, text: Text) -> bool:
    return any(word[0].isdigit() for word in words_of(case, text))


def _calculations(case: Case) -> Figure:
    if ARITHMETIC not in case.looked.here | case.looked.english:
        return Figure(1, "nothing has looked for calculations")
    found = sum(finding.id == ARITHMETIC for finding in case.looked.findings)
    return Figure(found, f"{counted(found, 'passage')} found that ask the reader to calculate")


def _pieces(case: Case) -> Figure:
    sizes = [word_count(case, block) for block in blocks_read(case)] or [0]
    paragraphs = [len(sentences_of(case, text)) for block in blocks_read(case) for text in texts_of(case, block)] or [0]
    longest = counted(max(paragraphs), "sentence")
    return Figure(
        max(paragraphs),
        f"half of the blocks have {median(sizes):g} words or less, no paragraph has more than {longest}",
    )


def _headings(case: Case) -> Figure:
    named = [block for block in case.handout.blocks if block.heading or block.kind in case.library.kinds]
    text = f"{counted(len(named), 'heading')} for {counted(len(case.handout.blocks), 'block')}"
    return Figure(len(named), text)


def _order(case: Case) -> Figure:
    places = {block.id: place for place, block in enumerate(case.handout.blocks, 1)}
    shown = []
    for tells, name in _IN_ORDER.items():
        found = [str(places[block.id]) for block in blocks_telling(case, tells)]
        shown.append(f"{name} is in block {' and '.join(found)}" if found else f"{name} is in none")
    return Figure(len(places), f"{', '.join(shown)}, of {len(places)}")


_IN_ORDER: Final[Mapping[Tells, str]] = {
    "key": "the key message", "action": "what to do", "when_to_call": "when to call"
}  # fmt: skip


def _key(case: Case) -> Figure:
    found = blocks_telling(case, "key")
    return Figure(len(found), f"{counted(len(found), 'key message')} of {counted(words_telling(case, 'key'), 'word')}")


def _panels(case: Case) -> Figure:
    found = [block for block in case.handout.blocks if isinstance(block, Callout)]
    return Figure(len(found), f"{counted(len(found), 'panel')} that stand out from the text")


def _drawn(case: Case) -> list[str]:
    outcomes = [block for block in case.handout.blocks if isinstance(block, Outcomes)]
    return [item.chance for block in outcomes for item in block.items.values() if item.chance]


def _drawings(case: Case) -> Figure:
    found = len(_drawn(case))
    return Figure(found, counted(found, "drawing of a chance", "drawings of chances") if found else NO_PICTURES)


def _tables(case: Case) -> Figure:
    tables = [block for block in case.handout.blocks if isinstance(block, Table | Glossary) or _is_grid(block)]
    columns = [len(block.columns) + isinstance(block, Table) for block in tables if isinstance(block, Table | Log)]
    heads = [text for block in tables if isinstance(block, Table | Log) for text in block.columns.values()]
    longest = max((len(words_of(case, head)) for head in heads), default=0)
    width = (
        f", at most {counted(max(columns), 'column')}, column heads of at most {counted(longest, 'word')}"
        if columns
        else ""
    )
    return Figure(len(tables), counted(len(tables), "table") + width)


def _is_grid(block: Block) -> bool:
    return isinstance(block, Log) and bool(block.columns)


def _steps(case: Case) -> Figure:
    blocks = [block for block in blocks_telling(case, "action") if isinstance(block, Steps)]
    found = sum(isinstance(each, Step) for block in blocks for each in statements_in(block))
    return Figure(found, f"{counted(found, 'numbered step')} to take")


def _address(case: Case) -> Figure:
    if not case.in_english:
        return Figure(0, "looked for in English only")
    texts = [text for block in blocks_read(case) for text in texts_of(case, block)]
    every = [each for text in texts for each in sentences_of(case, text)]
    found = sum(bool(_YOU & {word.lower() for word in wording.words(each, SOURCE_LANGUAGE)}) for each in every)
    return Figure(found, f"{found} of {counted(len(every), 'sentence')} say “you” or “your”")


_YOU: Final = frozenset({"you", "your", "yours", "yourself"})


def _tools(case: Case) -> Figure:
    tools = blocks_telling(case, "tool")
    questions = sum(len(block.items) for block in tools if isinstance(block, Questions))
    fields = sum(len(block.fields) for block in tools if isinstance(block, Log))
    boxes = sum(len(block.items) for block in tools if isinstance(block, Points))
    told = (counted(questions, "question") + " to ask", counted(boxes, "box", "boxes") + " to tick")
    shown = [text for number, text in zip((questions, boxes), told, strict=True) if number]
    shown += [counted(fields, "line") + " to fill in"] if fields else []
    return Figure(len(tools), f"{counted(len(tools), 'block')} to use{': ' if shown else ''}{', '.join(shown)}")


def _lists(case: Case) -> Figure:
    sizes = [size for block in blocks_read(case) for size in _list_sizes(block)]
    longest = f", the longest of {counted(max(sizes), 'entry', 'entries')}" if sizes else ""
    return Figure(len(sizes), counted(len(sizes), "list") + longest)


def _list_sizes(block: Block) -> Iterator[int]:
    if isinstance(block, Points | Callout):
        yield from (len(group.items) for group in block.groups.values() if group.items)
    if isinstance(block, Points | Outcomes | Questions) and block.items:
        yield len(block.items)
    if isinstance(block, Steps):
        yield from (len(phase.steps) for phase in block.phases.values())
        yield from [len(block.steps)] if block.steps else []


def _known(case: Case) -> Figure:
    known, unknown = len(entries_telling(case, "known")), len(entries_telling(case, "not_known"))
    return Figure(unknown, f"{counted(known, 'point')} known, {counted(unknown, 'point')} not known")


def _contact(case: Case) -> Figure:
    groups = [
        group for block in blocks_telling(case, "when_to_call") for group in getattr(block, "groups", {}).values()
    ]
    signs = sum(len(group.items) for group in groups)
    if case.brand is None:
        return Figure(0, f"{counted(signs, 'reason')} to call; the clinic is not known")
    asked = {line for group in groups if group.call for line in _TELEPHONE_LINES[group.call]}
    printed = asked & _numbers_of(case.brand, case.library)
    blank = f", lines to write on for the others ({', '.join(sorted(asked - printed))})" if asked - printed else ""
    lines = f"{len(printed)} of {counted(len(asked), 'telephone number')} printed{blank}"
    return Figure(bool(asked) and asked == printed, f"{counted(signs, 'reason')} to call, {lines}")


_TELEPHONE_LINES: Final = {"emergency": ("for emergencies",), "team": ("by day", "by night")}


def _numbers_of(brand: Brand, library: Library) -> set[str]:
    """Which telephone numbers the clinic gives, or its region."""
    region = library.regions.get(brand.region)
    given = (brand.emergency or (region and region.emergency), brand.contacts.day, brand.contacts.night)
    return {line for line, number in zip(("for emergencies", "by day", "by night"), given, strict=True) if number}


def _chances(case: Case) -> Figure:
    drawn, written = len(_drawn(case)), len(_written(case))
    ways = (f"{drawn} in words and dots" if drawn else "", f"{written} in words" if written else "")
    told = f" out of 100: {', '.join(filter(None, ways))}" if drawn + written else ""
    return Figure(drawn + written, counted(drawn + written, "chance") + told)


def _written(case: Case) -> list[Chance]:
    """The chances that a statement tells by their number, not by a drawing."""
    found: list[Chance] = []
    for each in statements_in(case.handout.blocks):
        named = [figure for name in each.claims if isinstance(figure := case.library.figure(name), Chance)]
        words = {word for text in texts_in(each) for word in words_of(case, text)} if named else set()
        told = {int(word) for word in words if word.isdecimal()}  # in the digits of any script
        found += [chance for chance in named if {chance.low, chance.high, chance.per} <= told]
    return found


def _certainty(case: Case) -> Figure:
    """A drawn chance always says how many people were studied (`templates/blocks/outcomes`)."""
    chances = [chance for name in _drawn(case) if isinstance(chance := case.library.figure(name), Chance)]
    ranges = sum(chance.low != chance.high for chance in chances)
    unknown = counted(len(entries_telling(case, "not_known")), "point") + " not known"
    told = f"{counted(len(chances), 'chance')} with the number of people studied, {ranges} of them as a range"
    return Figure(len(chances), f"{told}; {unknown}" if chances else f"{counted(0, 'chance')} drawn; {unknown}")


def _balance(case: Case) -> Figure:
    good, bad = words_telling(case, "benefits"), words_telling(case, "harms")
    ratio = f" ({good / bad:.1f} to 1)" if good and bad else ""
    return Figure(good, f"{counted(good, 'word')} on benefits, {counted(bad, 'word')} on harms{ratio}")


def _sources(case: Case) -> Figure:
    claims = {name for each in statements_in(case.handout.blocks) for name in _rests_on(each)}
    sources = {source for name in claims for source in case.library.sources_of(name)}
    printed = any(isinstance(block, Sources) for block in case.handout.blocks)
    told = "printed" if printed else "not printed"
    text = f"{counted(len(sources), 'source')} {told}, for {counted(len(claims), 'claim')}"
    return Figure(len(sources) if printed else 0, text)


def _rests_on(statement: Statement | Step) -> Iterator[str]:
    chance = getattr(statement, "chance", None)
    yield from (*statement.claims, *((chance,) if chance else ()))


def _dates(case: Case) -> Figure:
    handout = case.handout
    reviewed = f"last reviewed {handout.last_reviewed}" if handout.last_reviewed else "never reviewed"
    days = (handout.next_review - case.today).days
    return Figure(days, f"published {handout.published}, {reviewed}, next review {handout.next_review}")


def _updates(case: Case) -> Figure:
    return _printed_in_about(case, case.handout.imprint.update_policy, "the plan for updates")


def _funding(case: Case) -> Figure:
    return _printed_in_about(case, case.handout.imprint.funding, "who paid")


def _printed_in_about(case: Case, text: Text, what: str) -> Figure:
    printed = any(isinstance(block, About) for block in case.handout.blocks)
    count = len(words_of(case, text)) if printed else 0
    return Figure(count, f"{what} is told in {counted(count, 'word')}")


FIGURES: Final[Mapping[FigureName, Callable[[Case], Figure]]] = {
    "title": _title,
    "words": _words,
    "grade": _grade,
    "terms": _terms,
    "sentences": _sentences,
    "numbers": _numbers,
    "calculations": _calculations,
    "pieces": _pieces,
    "headings": _headings,
    "order": _order,
    "key": _key,
    "panels": _panels,
    "drawings": _drawings,
    "tables": _tables,
    "steps": _steps,
    "address": _address,
    "tools": _tools,
    "lists": _lists,
    "known": _known,
    "contact": _contact,
    "chances": _chances,
    "certainty": _certainty,
    "balance": _balance,
    "sources": _sources,
    "dates": _dates,
    "updates": _updates,
    "funding": _funding,
}


# --- When an item applies -----------------------------------------------------------------------------------


def _none_of(reason: str, *measures: Callable[[Case], Figure]) -> Callable[[Case], str]:
    """A rule by which an item does not apply, for the reason, where all of these come to nothing."""
    return lambda case: "" if any(measure(case).value for measure in measures) else reason


RULES: Final[Mapping[RuleName, Callable[[Case], str]]] = {
    "always": lambda _case: "",
    "treatment": lambda case: "" if case.handout.treatment else "the handout is not about a treatment",
    "numbers": _none_of("the sheet tells no numbers", _numbers),
    "chances": _none_of("the sheet tells no chance of a good or bad result", _chances),
    "calculations": _none_of(
        "no passage was found that asks the reader to calculate; it applies where a person finds one", _calculations
    ),
    "tables": _none_of("the sheet has no tables", _tables),
    "drawings": _none_of(f"the sheet has {NO_PICTURES}", _drawings),
    "tables_or_drawings": _none_of(f"the sheet has no tables and {NO_PICTURES}", _tables, _drawings),
    "harms": lambda case: "" if blocks_telling(case, "harms") else "no block of the sheet tells risks",
}
"""Why an item does not apply; empty where it does."""

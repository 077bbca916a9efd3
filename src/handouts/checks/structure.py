"""What a handout must have, and where: one key message, steps to take, when to call, lists that can be taken in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from handouts.checks.check import Check, Flaw, Level, Written
from handouts.checks.passages import plain_words, sentences_in
from handouts.findings import Location, Severity
from handouts.model import (
    SOURCE_LANGUAGE,
    About,
    Block,
    Callout,
    Handout,
    Languages,
    Library,
    Point,
    Points,
    Sources,
    Steps,
    Tells,
    Text,
    place_of,
    statements_in,
    texts_in,
)

TITLE_LENGTH: Final = 65
"""Characters of a title (NHS content style, formatting)."""

LIST_LENGTH: Final = 7
"""Entries of a list without sub-lists. The Clear Communication Index (item 8) allows seven, the NHS six: we hold
to the one that is a scored item, and ask that a longer list be grouped, so that nothing a patient needs is cut."""

PAGE_WORDS: Final = 350
"""About what fills a page in 12 pt print with headings; a longer handout needs a summary at its beginning."""

EMPTY_HEADINGS: Final = frozenset(
    {
        *("about", "background", "details", "facts", "general", "general information", "information"),
        *("introduction", "more", "more information", "notes", "other", "overview", "summary", "text"),
    }
)
"""Headings that do not say what stands below them (PEMAT 9)."""


def _find_long_title(subject: Written) -> Iterator[Flaw]:
    length = len(plain_words(subject.handout.title))
    if length > TITLE_LENGTH:
        yield Flaw(subject.handout.title.at, f"the title has {length} characters, more than {TITLE_LENGTH}")


def _find_headings(subject: Written) -> Iterator[Flaw]:
    seen: dict[str, str] = {}
    for block in subject.handout.blocks:
        heading = _heading(block, subject.library)
        at = place_of(block.heading or block.id)
        words = plain_words(heading).casefold().strip(" .:?!")
        if not any(character.isalnum() for character in words):
            yield Flaw(at, "the heading has no words", block.id)
        elif words in seen:
            yield Flaw(at, f"the heading “{heading}” is also that of the block `{seen[words]}`", block.id)
        elif subject.tag == SOURCE_LANGUAGE and words in EMPTY_HEADINGS:
            yield Flaw(at, f"the heading “{heading}” does not say what the block is about", block.id)
        seen.setdefault(words, block.id)


def _heading(block: Block, library: Library) -> Text:
    return block.heading or library.kinds[block.kind].heading


def _find_long_lists(subject: Written) -> Iterator[Flaw]:
    for block in subject.handout.blocks:
        for name, entries in _lists_in(block):
            if len(entries) > LIST_LENGTH:
                what = f"{name} has {len(entries)} entries, more than {LIST_LENGTH}"
                yield Flaw(_place_of_list(entries, block), what, block.id)


Entries = Mapping[str, object]


def _lists_in(block: Block) -> Iterator[tuple[str, Entries]]:
    """The lists of a block, those of a group or phase each for itself. A glossary is for looking up: no list."""
    for attribute, inner in (("items", ""), ("steps", ""), ("groups", "items"), ("phases", "steps")):
        entries: Entries = getattr(block, attribute, {})
        yield f"the list `{attribute}`", entries
        for key, part in entries.items() if inner else ():
            yield f"the list of `{key}`", getattr(part, inner)


def _place_of_list(entries: Entries, block: Block) -> Location:
    """Where the first entry too many stands."""
    beyond = [*entries.values()][LIST_LENGTH:]
    return next((text.at for text in texts_in(tuple(beyond))), place_of(block.id))


def _find_long_bullets(subject: Written) -> Iterator[Flaw]:
    for block in subject.handout.blocks:
        for bullet in _bullets_in(block):
            count = len(sentences_in(plain_words(bullet.say)))
            if count > 1:
                yield Flaw(bullet.say.at, f"the bullet has {count} sentences", block.id)


def _bullets_in(block: Block) -> Iterator[Point]:
    """The entries of bulleted lists.

    Not those of questions, where a question and the one that follows from it share the lines for an answer; nor
    steps and outcomes, which are short passages under a name.
    """
    if isinstance(block, Points):
        yield from block.items.values()
    if isinstance(block, Points | Callout):
        for group in block.groups.values():
            yield from group.items.values()


def _telling(subject: Written, tell: Tells) -> list[Block]:
    return [block for block in subject.handout.blocks if tell in subject.library.tells(block)]


def _find_key_message(subject: Written) -> Iterator[Flaw]:
    keys = _telling(subject, "key")
    if not keys:
        yield Flaw(subject.handout.title.at, "no block tells the key message")
        return
    first, *more = keys
    if first is not subject.handout.blocks[0]:
        yield Flaw(place_of(first.id), "the key message is not the first block", first.id, "move it to the beginning")
    if subject.library.kinds[first.kind].tone != "key":
        what = f"the kind `{first.kind}` does not make the key message stand out"
        yield Flaw(place_of(first.id), what, first.id, "use a kind with `tone: key`")
    for block in more:
        what = f"there is a key message already, in the block `{first.id}`"
        yield Flaw(place_of(block.id), what, block.id, "keep the one that matters most; give the other another kind")


def _find_summary(subject: Written) -> Iterator[Flaw]:
    count = _count_words(subject.handout, subject.library)
    first = subject.handout.blocks[0] if subject.handout.blocks else None
    if count > PAGE_WORDS and not (first and _sums_up(first, subject.library)):
        what = f"the handout has about {count} words and does not begin with what matters and what to do"
        yield Flaw(subject.handout.title.at, what, first.id if first else "")


def _sums_up(block: Block, library: Library) -> bool:
    """Whether a block says what is so and what to do: a panel by its `lead` and `then`, others by what they tell."""
    if "key" not in library.tells(block):
        return False
    return bool(isinstance(block, Callout) and block.lead and block.then) or "action" in library.tells(block)


def _count_words(handout: Handout, library: Library) -> int:
    shared = [*texts_in(library.shared_by(handout))]
    return sum(len(plain_words(text).split()) for text in (*texts_in(handout.blocks), *shared))


def _find_action(subject: Written) -> Iterator[Flaw]:
    blocks = _telling(subject, "action")
    if not any(isinstance(block, Steps) and _count_steps(block) > 1 for block in blocks):
        what = "what the reader can do is not told in steps" if blocks else "no block tells what the reader can do"
        yield Flaw(place_of(blocks[0].id) if blocks else subject.handout.title.at, what, blocks[0].id if blocks else "")


def _count_steps(block: Steps) -> int:
    return len(block.steps) + sum(len(phase.steps) for phase in block.phases.values())


def _find_when_to_call(subject: Written) -> Iterator[Flaw]:
    blocks = _telling(subject, "when_to_call")
    if not blocks:
        yield Flaw(subject.handout.title.at, "no block tells when to call, and whom")
    elif not any(group.call for block in blocks for group in getattr(block, "groups", {}).values()):
        remedy = "give a group `call: team` or `call: emergency`"
        yield Flaw(place_of(blocks[0].id), "there is no telephone line at when to call", blocks[0].id, remedy)


def _find_tool(subject: Written) -> Iterator[Flaw]:
    if not _telling(subject, "tool"):
        yield Flaw(subject.handout.title.at, "there is nothing to tick, fill in or take along")


def _find_known_and_not(subject: Written) -> Iterator[Flaw]:
    wanted: Sequence[tuple[Tells, str]] = (("known", "what is known"), ("not_known", "what is not known"))
    for tell, words in wanted:
        if not any([*statements_in(block)] for block in _telling(subject, tell)):
            yield Flaw(subject.handout.title.at, f"no block tells {words}")


def _lacks(subject: Written, shape: type[Block]) -> bool:
    return not any(isinstance(block, shape) for block in subject.handout.blocks)


def _find_no_about(subject: Written) -> Iterator[Flaw]:
    if _lacks(subject, About):
        what = "the handout does not say who made it, who paid, when it is reviewed and how to reach them"
        yield Flaw(subject.handout.title.at, what)


def _find_no_languages(subject: Written) -> Iterator[Flaw]:
    if _lacks(subject, Languages):
        yield Flaw(subject.handout.title.at, "the handout does not say that there is help in other languages")


def _find_no_sources(subject: Written) -> Iterator[Flaw]:
    rests = any(statement.claims for statement in statements_in(subject.handout))
    if rests and _lacks(subject, Sources):
        yield Flaw(subject.handout.title.at, "the handout rests on sources and does not print them")


CHECKS: Final[tuple[Check[Written], ...]] = (
    Check(
        id="structure/title",
        title="The title is short",
        level=Level.CONTENT,
        find=_find_long_title,
        number="C08",
        standards=("NHS formatting", "PEMAT 9"),
        rationale="A title is read at a glance, in lists and on the cover; a long one hides what the handout is about.",
        remedy=f"say it in {TITLE_LENGTH} characters or fewer; the rest fits in the subtitle",
        bad="title: Everything that you and your family may want to know about lupus treatment",
        good="title: Lupus treatment for you and your family",
        draft=Severity.WARNING,
        languages="all",
    ),
    Check(
        id="structure/headings",
        title="Each block has a heading of its own that says what it is about",
        level=Level.CONTENT,
        find=_find_headings,
        number="C08",
        standards=("PEMAT 9", "CCI 9", "NHS formatting"),
        rationale="Readers look for the part that they need by its heading; one that stands twice, or that would fit "
        "anywhere, leads them nowhere.",
        remedy="write a heading that says what this block says",
        bad="blocks: {overview: {kind: overview, heading: Information, paragraphs: {p: Lupus can harm the skin.}}}",
        good="blocks: {overview: {kind: overview, heading: What is lupus?, paragraphs: {p: Lupus can harm the skin.}}}",
        draft=Severity.WARNING,
        languages="all",
    ),
    Check(
        id="structure/long-list",
        title="No list has more than seven entries without groups",
        level=Level.CONTENT,
        find=_find_long_lists,
        number="C09",
        standards=("CCI 8", "PEMAT 8", "NHS formatting (6)"),
        rationale="A long list is not taken in. The Clear Communication Index allows seven entries, the NHS six; the "
        "limit here is seven, and a longer list is grouped, so that nothing a patient needs is cut.",
        remedy="group the entries under names (`groups`, or `phases` for steps)",
        bad="blocks: {extra: {kind: questions, heading: To ask, items: "
        "{a: A?, b: B?, c: C?, d: D?, e: E?, f: F?, g: G?, h: H?}}}",
        good="blocks: {extra: {kind: questions, heading: To ask, items: "
        "{a: A?, b: B?, c: C?, d: D?, e: E?, f: F?, g: G?}}}",
        draft=Severity.WARNING,
    ),
    Check(
        id="structure/bullet",
        title="A bullet has one sentence",
        level=Level.CONTENT,
        find=_find_long_bullets,
        number="C09",
        standards=("NHS formatting", "CCI 8"),
        rationale="A bullet is for one thought. With two sentences in it, a list reads like broken paragraphs. A name "
        "in front is no sentence; steps, outcomes and questions are short passages and follow the rule of paragraphs.",
        remedy="make it two bullets, or one sentence",
        bad="blocks: {extra: {kind: checklist, heading: To bring, items: {a: Bring your list. Show it to us.}}}",
        good="blocks: {extra: {kind: checklist, heading: To bring, items: {a: Bring your list and show it to us.}}}",
        draft=Severity.WARNING,
    ),
    Check(
        id="structure/key-message",
        title="There is one key message; it comes first and stands out",
        level=Level.CONTENT,
        draft=Severity.WARNING,
        find=_find_key_message,
        number="C10",
        standards=("CCI 1", "CCI 2", "CCI 3", "PEMAT 1", "PEMAT 12"),
        rationale="Many people read only the first lines. What matters most must stand there, alone and marked.",
        remedy="begin with one block of a kind that tells `key`",
        bad="blocks: {key: null}",
        good="blocks: {key: {kind: key_message, lead: {say: Lupus has no known cure., claims: [LUP2]}, "
        "then: Ask your doctor what can help.}}",
    ),
    Check(
        id="structure/summary",
        title="A handout of more than a page begins with a summary",
        level=Level.CONTENT,
        draft=Severity.WARNING,
        find=_find_summary,
        number="C11",
        standards=("PEMAT 11", "CCI 10"),
        rationale="A summary is what is kept of a longer text. It counts as one when the first block tells the key "
        f"message in a `lead` and what to do in a `then`. A page is taken as {PAGE_WORDS} words.",
        remedy="give the key message a `lead` (what is so) and a `then` (what to do)",
        bad="blocks: {key: {kind: key_message, lead: {say: Lupus has no known cure., claims: [LUP2]}}}",
        good="blocks: {key: {kind: key_message, lead: {say: Lupus has no known cure., claims: [LUP2]}, "
        "then: Ask your doctor what can help.}}",
    ),
    Check(
        id="structure/action",
        title="The handout says in steps what the reader can do",
        level=Level.CONTENT,
        draft=Severity.WARNING,
        find=_find_action,
        number="C12",
        standards=("PEMAT 20", "PEMAT 22", "CCI 5", "CCI 12", "CCI 14"),
        rationale="Knowing is not yet doing: a reader needs at least one thing to do, broken into explicit steps.",
        remedy="add a block of numbered steps (shape `steps`, at least two) of a kind that tells `action`",
        bad="blocks: {next: null}",
        good="blocks: {next: {kind: next_steps, steps: {a: {name: Write down your questions}, "
        "b: {name: Bring them to your visit}}}}",
    ),
    Check(
        id="structure/when-to-call",
        title="The handout says when to call, with a telephone line",
        level=Level.CONTENT,
        draft=Severity.WARNING,
        find=_find_when_to_call,
        number="C12",
        standards=("CCI 14", "PEMAT 20"),
        rationale="A patient who waits too long because no sheet said when to call, or whom, may be harmed.",
        remedy="add a block of a kind that tells `when_to_call`, with a group that has a telephone line (`call`)",
        bad="blocks: {call: {kind: when_to_call, groups: {team: {name: Call us, items: {a: If you feel worse.}}}}}",
        good="blocks: {call: {kind: when_to_call, groups: "
        "{team: {name: Call us, call: team, items: {a: If you feel worse.}}}}}",
        mutable=False,
    ),
    Check(
        id="structure/tool",
        title="There is something to tick, to fill in or to take along",
        level=Level.CONTENT,
        find=_find_tool,
        number="C13",
        standards=("PEMAT 23",),
        rationale="A checklist, a log or questions to ask turn reading into doing.",
        remedy="add a checklist, a log or questions to ask",
        bad="blocks: {questions: null}",
        good="blocks: {questions: {kind: log, heading: My fever log, columns: {day: Day, fever: Temperature}}}",
        draft=Severity.WARNING,
        release=Severity.WARNING,
    ),
    Check(
        id="structure/known-and-not",
        title="The handout says what is known and what is not known",
        level=Level.CONTENT,
        draft=Severity.WARNING,
        find=_find_known_and_not,
        number="C16",
        standards=("CCI 11", "DISCERN 8", "IPDAS certifying: uncertainty"),
        rationale="A reader who hears only what is known takes it for all there is.",
        remedy="add a block of a kind that tells it, or `tells` where a block does already",
        bad="blocks: {not_known: null}",
        good="blocks: {not_known: {kind: not_known, items: {a: {say: We do not know how often., claims: [HSCT15]}}}}",
    ),
    Check(
        id="structure/about",
        title="The handout says who made it, who paid, when it is reviewed and how to reach them",
        level=Level.CONTENT,
        draft=Severity.WARNING,
        find=_find_no_about,
        number="C19, C22",
        standards=(
            *("IPDAS certifying: funding", "IPDAS certifying: update policy", "DISCERN 5", "PIF TICK 8"),
            "NHS standard 1",
        ),
        rationale="Whoever reads advice may ask who gives it, who paid for it and how old it is.",
        remedy="add `- {id: about, kind: about}` at the end; the program fills it in",
        bad="blocks: {about: null}",
        good="blocks: {about: {kind: about, heading: Who made this sheet}}",
    ),
    Check(
        id="structure/languages",
        title="The handout says in other languages that there is help",
        level=Level.CONTENT,
        draft=Severity.WARNING,
        find=_find_no_languages,
        number="C23",
        standards=("Section 1557",),
        rationale="A person who cannot read the sheet cannot find out from it that it exists in their language.",
        remedy="add `- {id: languages, kind: languages}` near the end; the program fills it in",
        bad="blocks: {languages: null}",
        good="blocks: {languages: {kind: languages, heading: Other languages}}",
    ),
    Check(
        id="structure/sources",
        title="The sources are printed",
        level=Level.CONTENT,
        draft=Severity.WARNING,
        find=_find_no_sources,
        number="C18",
        standards=("IPDAS 2.2.1", "DISCERN 4", "PIF TICK 4"),
        rationale="Numbers in brackets that lead to no list help nobody to look further.",
        remedy="add `- {id: sources, kind: sources}` near the end; the program fills it in",
        bad="blocks: {sources: null}",
        good="blocks: {sources: {kind: sources, heading: What we read}}",
    ),
)
"""The checks of a handout's structure, in the order of the project's list."""

"""What a person must have done, and when: the review of a handout, the signature of its translation.

Who has signed what is told by `policy.Standing`; these checks say what a release makes of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from handouts.checks.check import Check, Flaw, Level, Translation, Written
from handouts.findings import Location, Severity
from handouts.model import SOURCE_LANGUAGE, Library
from handouts.policy import Lapse
from handouts.signoff import TITLE, TRANSLATOR, place_in


def _find_overdue(subject: Written) -> Iterator[Flaw]:
    if subject.handout.next_review < subject.today:
        yield Flaw(subject.handout.title.at, f"the review was due on {subject.handout.next_review}")


def _find_unreviewed(subject: Written) -> Iterator[Flaw]:
    if subject.tag == SOURCE_LANGUAGE and not subject.signoffs.approved:
        yield from _wanting(subject, subject.handout.title.at, "the English")


def _wanting(subject: Written | Translation, at: Location, what: str) -> Iterator[Flaw]:
    """One flaw for each role that is asked for and not filled, with why the sign-off that there is does not count."""
    handout, tag, standing = subject.handout.id, subject.tag, subject.signoffs
    for role in standing.wanting:
        lapse = next((each for each in standing.lapsed if each.review.role == role), None)
        remedy = f"have it checked, then: handouts review sign {handout} --lang {tag} --role {role} --by NAME"
        told = f"no `{role}` of {what} is on record" if lapse is None else f"{_told(lapse)} does not count: {lapse.why}"
        yield Flaw(at, told, remedy=f"{remedy} --method METHOD" if role == TRANSLATOR else remedy)
    if not standing.wanting:
        yield Flaw(at, f"nobody has signed {what}")


def _told(lapse: Lapse) -> str:
    return f"the `{lapse.review.role}` by {lapse.review.by} of {lapse.review.on}"


def _find_impossible_dates(subject: Written) -> Iterator[Flaw]:
    handout = subject.handout
    if handout.next_review <= (handout.last_reviewed or handout.published):
        yield Flaw(handout.title.at, "`next_review` is not after the last review or publication")
    if handout.last_reviewed is not None and handout.last_reviewed > subject.today:
        yield Flaw(handout.title.at, f"`last_reviewed` lies in the future: {handout.last_reviewed}")


def _find_unsigned(subject: Translation) -> Iterator[Flaw]:
    """Every language waits for the sign-offs of the policy, also where nothing is translated yet."""
    if subject.tag != SOURCE_LANGUAGE and not subject.signoffs.approved:
        yield from _wanting(subject, subject.handout.title.at, f"the translation into `{subject.tag}`")


def _find_stale(subject: Written | Translation) -> Iterator[Flaw]:
    """One flaw for each block that is not what was signed."""
    for lapse in subject.signoffs.stale:
        if not lapse.changes:
            what = f"the words have changed since {_told(lapse)}; the words that were signed are not kept"
            yield Flaw(subject.handout.title.at, what, remedy=_look(subject))
        for block, changes in lapse.changes.items():
            keys = [change.key for change in changes]
            more = f" and {len(keys) - 1} more" if len(keys) > 1 else ""
            what = f"{_part(block, subject.library, subject)} has changed since {_told(lapse)}: `{keys[0]}`{more}"
            yield Flaw(place_in(subject.handout, block, keys), what, block, _look(subject))


def _part(block_id: str, library: Library, subject: Written | Translation) -> str:
    block = next((each for each in subject.handout.blocks if each.id == block_id), None)
    if block is None:
        return "what stands outside the blocks" if block_id == TITLE else f"the block `{block_id}`"
    return f"the safety block `{block_id}`" if library.kinds[block.kind].safety else f"the block `{block_id}`"


def _look(subject: Written | Translation) -> str:
    handout, tag = subject.handout.id, subject.tag
    return f"look at `handouts review diff {handout} --lang {tag}`, have it checked again and sign it again"


def _find_english_words(subject: Translation) -> Iterator[Flaw]:
    words = subject.signoffs.words
    if words:
        context, english = words[0]
        what = f"{len(words)} words of the templates would be printed in English, the first is `{context}`"
        yield Flaw(subject.handout.title.at, what, remedy=f"translate “{english}” and the others in `ui.po`")


CHECKS: Final[tuple[Check[Written], ...]] = (
    Check(
        id="review/overdue",
        title="The review is not overdue",
        level=Level.CONTENT,
        find=_find_overdue,
        number="C20",
        standards=("IPDAS certifying: update policy", "DISCERN 5", "NHS standard 1"),
        rationale="What was right when it was checked may have become wrong: after its date a handout is not to be "
        "given out until somebody has looked at it again.",
        remedy="have a clinician review it, set `next_review`, then sign it",
        bad="next_review: 2026-11-23\ntoday: 2026-11-24",
        good="next_review: 2026-11-23\ntoday: 2026-11-23",
        draft=Severity.WARNING,
        mutable=False,
        person=True,
    ),
    Check(
        id="review/never",
        title="The handout has the sign-offs that the policy asks for",
        level=Level.CONTENT,
        find=_find_unreviewed,
        number="C20",
        standards=("NHS standard 1", "IPDAS certifying: update policy"),
        rationale="Sources and checks do not replace the eyes of somebody who treats people with this illness. "
        "`content/policy.yaml` says whose, and how old their sign-off may be; it counts for exactly the words that "
        "were signed.",
        remedy="have a clinician check it, then record that with `handouts review sign`",
        bad="signed: []",
        good="signed: [clinical_review]",
        draft=None,
        mutable=False,
        person=True,
    ),
    Check(
        id="review/stale",
        title="What was signed has not changed",
        level=Level.CONTENT,
        find=_find_stale,
        number="C20",
        standards=("NHS standard 1", "IPDAS certifying: update policy"),
        rationale="A reviewer answers for the words that they saw. A changed sentence, dose, source or template is one "
        "that nobody has seen, however old the signature beside it looks.",
        remedy="have it checked again and sign it again",
        bad="signed: [clinical_review]\nchanged: true",
        good="signed: [clinical_review]",
        draft=Severity.WARNING,
        mutable=False,
        person=True,
    ),
    Check(
        id="review/dates",
        title="The dates of publication and review can be true",
        level=Level.CONTENT,
        find=_find_impossible_dates,
        number="C20",
        standards=("DISCERN 5", "NHS standard 1"),
        rationale="Dates in an order that cannot be say that nobody looked at them.",
        remedy="correct the dates",
        bad="published: 2026-11-22\nlast_reviewed: 2026-11-22\nnext_review: 2026-11-22",
        good="published: 2026-11-22\nlast_reviewed: 2026-11-22\nnext_review: 2026-11-23",
        mutable=False,
    ),
)
"""The checks of a handout's dates and of who has signed it."""

_SAID = "english: Call us if you have a fever., other: Llámenos si tiene fiebre., language: es"

TRANSLATION_CHECKS: Final[tuple[Check[Translation], ...]] = (
    Check(
        id="translation/unsigned",
        title="The translation has the sign-offs that the policy asks for",
        level=Level.TRANSLATION,
        find=_find_unsigned,
        number="C25",
        standards=("MedlinePlus languages", "Section 1557"),
        rationale="A machine's translation of a dose or of a warning can say the opposite. Somebody who knows both "
        "languages must have read it, somebody else must have checked it, and the sheet must say who and when.",
        remedy="have a qualified translator check it; it stays a draft until then",
        bad=f"{{{_SAID}}}",
        good=f"{{{_SAID}, signed: [translator, language_review]}}",
        draft=None,
        mutable=False,
        person=True,
    ),
    Check(
        id="translation/stale",
        title="What was signed in a translation has not changed",
        level=Level.TRANSLATION,
        find=_find_stale,
        number="C25",
        standards=("MedlinePlus languages", "Section 1557"),
        rationale="The signature of a translator is for these words and this English. When either changes, or a fact "
        "in them, the translation has to be read again.",
        remedy="have it read again and sign it again",
        bad=f"{{{_SAID}, signed: [translator], changed: true}}",
        good=f"{{{_SAID}, signed: [translator, language_review]}}",
        draft=Severity.WARNING,
        mutable=False,
        person=True,
    ),
    Check(
        id="translation/words",
        title="The words of the page are translated",
        level=Level.TRANSLATION,
        find=_find_english_words,
        number="C24",
        standards=("Section 1557", "MedlinePlus languages"),
        rationale="“Your team, nights and weekends” beside a telephone number is as needed as the sentences around it. "
        "Labels and marks of the templates are in `ui.po`; in a release none may stand in English.",
        remedy="translate them in `ui.po`",
        bad=f"{{{_SAID}, open_words: true}}",
        good=f"{{{_SAID}}}",
        draft=None,
        mutable=False,
    ),
)
"""The checks of who answers for a translation, and that none of its page is in English."""

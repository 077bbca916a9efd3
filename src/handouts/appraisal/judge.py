"""Decides each item of each standard: by what was found and measured, by a person's attestation, or not at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from handouts import __version__
from handouts.appraisal.case import CARRIED_BY, Case
from handouts.appraisal.figures import FIGURES, RULES, blocks_telling, words_telling
from handouts.appraisal.standard import Attestation, Item, Standard
from handouts.findings import Finding, Severity
from handouts.model import Language


class State(StrEnum):
    """What became of an item."""

    PASSED = "passed"
    FAILED = "failed"
    ATTESTED = "attested"
    NOT_APPLICABLE = "not applicable"
    OPEN = "open"


HELD: Final = frozenset({State.PASSED, State.ATTESTED})


@dataclass(frozen=True, slots=True)
class Verdict:
    """An item and what became of it.

    `figure` is what was measured. `checks` decided it, or a part where it is open. `findings` are why it failed, or
    hints that a person should follow. `why` says why it does not apply, or why the program, which could decide it, did
    not. `look` is what a person should look at.
    """

    number: str
    asks: str
    state: State
    figure: str = ""
    checks: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    why: str = ""
    look: str = ""
    attested: Attestation | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """The verdicts on a part of a standard; `score` is empty where any is open, or where the score is of the whole."""

    id: str
    name: str
    verdicts: tuple[Verdict, ...]
    score: str = ""

    @property
    def counts(self) -> Mapping[State, int]:
        """How many items are in each state."""
        return _counts(self.verdicts)


@dataclass(frozen=True, slots=True)
class Judged:
    """A standard with the verdicts on its items; `score` is empty where any is open."""

    id: str
    standard: Standard
    groups: tuple[Group, ...]
    score: str = ""

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """Those of all parts."""
        return tuple(verdict for group in self.groups for verdict in group.verdicts)

    @property
    def counts(self) -> Mapping[State, int]:
        """How many items are in each state."""
        return _counts(self.verdicts)


@dataclass(frozen=True, slots=True)
class Appraisal:
    """The whole sheet. `program` is the version that made it."""

    case: Case
    language: Language
    program: str
    standards: tuple[Judged, ...]


def appraise(case: Case, standards: Mapping[str, Standard], attestations: Iterable[Attestation]) -> Appraisal:
    """The appraisal of a handout in one language by these standards. Pure: the same values give the same sheet."""
    known = [each for each in attestations if each.handout == case.handout.id and each.language == case.tag]
    judged = tuple(_judged(name, standard, case, known) for name, standard in standards.items())
    return Appraisal(case, case.library.languages[case.tag], __version__, judged)


def _judged(name: str, standard: Standard, case: Case, attestations: list[Attestation]) -> Judged:
    groups = []
    for part_id, part in standard.parts.items():
        verdicts = tuple(
            _verdict(number, item, case, [each for each in attestations if each.is_about(name, number)])
            for number, item in part.items.items()
        )
        score = _share(verdicts) if standard.score == "share" else _every(verdicts) if standard.score == "every" else ""
        groups.append(Group(part_id, part.name, verdicts, score))
    judged = Judged(name, standard, tuple(groups))
    return Judged(name, standard, judged.groups, _whole_score(judged))


def _counts(verdicts: Iterable[Verdict]) -> dict[State, int]:
    found = Counter(verdict.state for verdict in verdicts)
    return {state: found[state] for state in State}


# --- An item ------------------------------------------------------------------------------------------------


def _verdict(number: str, item: Item, case: Case, attestations: list[Attestation]) -> Verdict:
    valid = [each for each in attestations if each.version == case.handout.version]
    attested = max(valid, key=lambda each: each.date, default=None)
    why_not = RULES[item.applies](case)
    if why_not and attested is None:
        return Verdict(number, item.asks, State.NOT_APPLICABLE, why=why_not)
    faults, hints = _found(item, case)
    state, why = _state(item, case, faults, attested)
    if state is State.OPEN and attestations:
        why = "; ".join(filter(None, (why, _void(attestations))))
    return Verdict(
        number,
        item.asks,
        state,
        figure=_measured(item, case),
        checks=_that_looked(item, case),
        findings=(*faults, *hints),
        why=why,
        look=(item.look or "") if state is State.OPEN else "",
        attested=attested,
    )


def _that_looked(item: Item, case: Case) -> tuple[str, ...]:
    """The item's checks that looked at these words, or at the English where its result carries over."""
    seen = case.looked.here if item.words else case.looked.here | case.looked.english
    return tuple(each for each in item.decided_by if each in seen)


def _state(item: Item, case: Case, faults: list[str], attested: Attestation | None) -> tuple[State, str]:
    if faults:
        return State.FAILED, ""
    if attested is not None:
        return (State.ATTESTED, "") if attested.holds else (State.FAILED, "a person found that it does not hold")
    why = "" if item.person else _why_open(item, case)
    return (State.OPEN, why) if why or item.person else (State.PASSED, "")


def _why_open(item: Item, case: Case) -> str:
    """Why the program cannot say that an item holds which it could decide; empty where it can."""
    if item.lacking == "person" and (lacks := [*_lacking(item, case)]):
        return "; ".join(lacks)
    if item.decided_by and case.looked.here.issuperset(item.decided_by):
        return ""
    if item.words and not case.in_english:
        return "it rests on the words, and was decided for the English only"
    unlooked = [each for each in item.decided_by if each not in case.looked.here | case.looked.english]
    if unlooked:
        return f"not looked at in a {case.profile} of this sheet: {', '.join(unlooked)}"
    return "" if case.in_english else _why_not_carried(case)


def _why_not_carried(case: Case) -> str:
    """Why what holds in English need not hold in the translation."""
    if not case.looked.here >= CARRIED_BY:
        return "it holds in the English; nobody has compared the translation"
    if any(finding.id in CARRIED_BY and finding.language == case.tag for finding in case.looked.findings):
        return "it holds in the English; the translation lacks passages or changes numbers"
    return ""


def _void(attestations: list[Attestation]) -> str:
    last = max(attestations, key=lambda each: each.date)
    return f"{last.name} attested it on {last.date} for version {last.version}, which is void"


def _found(item: Item, case: Case) -> tuple[list[str], list[str]]:
    """What keeps an item from holding, and the hints that keep nothing."""
    about = [finding for finding in case.looked.findings if _is_about(finding, item, case)]
    faults = [_shown(finding) for finding in about if finding.severity is not Severity.HINT]
    hints = [_shown(finding) for finding in about if finding.severity is Severity.HINT]
    return [*faults, *(_lacking(item, case) if item.lacking == "fails" else ())], hints


def _is_about(finding: Finding, item: Item, case: Case) -> bool:
    """Whether a finding is one of the item's; where the words decide, English ones say nothing on a translation."""
    ours = finding.id in item.decided_by and (not item.within or _stands_within(finding, item, case))
    return ours and (case.in_english or not item.words or finding.language == case.tag)


def _stands_within(finding: Finding, item: Item, case: Case) -> bool:
    return any(finding.block == block.id for tells in item.within for block in blocks_telling(case, tells))


def _shown(finding: Finding) -> str:
    block = f", in block {finding.block}" if finding.block else ""
    return f"{finding.what}{block} ({finding.where.path}:{finding.where.line})"


def _lacking(item: Item, case: Case) -> Iterator[str]:
    for tells in item.needs:
        if not words_telling(case, tells):
            yield f"no block tells it ({tells})"
    if item.at_least is not None and item.figure and FIGURES[item.figure](case).value < item.at_least:
        found = FIGURES[item.figure](case).text
        shown = f"{found}, where at least {item.at_least} is asked"
        yield shown if item.lacking == "fails" else "what was measured does not show that it holds"


def _measured(item: Item, case: Case) -> str:
    shown = [FIGURES[item.figure](case).text] if item.figure else []
    for tells in item.needs if not item.figure else ():
        blocks = ", ".join(block.id for block in blocks_telling(case, tells))
        shown += [f"{words_telling(case, tells)} words, in block {blocks}"] if blocks else []
    return "; ".join(shown)


# --- A score, only where nothing is open --------------------------------------------------------------------


def _applicable(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """The items that count; none where one of them is open."""
    counted = [verdict for verdict in verdicts if verdict.state is not State.NOT_APPLICABLE]
    return [] if any(verdict.state is State.OPEN for verdict in counted) else counted


def _share(verdicts: Iterable[Verdict]) -> str:
    counted = _applicable(verdicts)
    points = sum(verdict.state in HELD for verdict in counted)
    return f"{points} of {len(counted)} points, {points / len(counted):.0%}" if counted else ""


def _every(verdicts: Iterable[Verdict]) -> str:
    counted = _applicable(verdicts)
    if not counted:
        return ""
    return "met" if all(verdict.state in HELD for verdict in counted) else "not met"


def _whole_score(judged: Judged) -> str:
    if judged.standard.score == "index":
        return _index(judged)
    return _grade(judged) if judged.standard.score == "persons" else ""


def _index(judged: Judged) -> str:
    counted = _applicable(judged.verdicts)
    if not counted:
        return ""
    points = 100 * sum(verdict.state in HELD for verdict in counted) / len(counted)
    mark = judged.standard.pass_mark
    passed = "" if mark is None else f", {'passed' if points >= mark else 'not passed'} ({mark} is asked)"
    return f"{points:.0f} of 100{passed}"


def _grade(judged: Judged) -> str:
    """The grade of the item that has the last word, where persons have graded all that applies."""
    counted = _applicable(judged.verdicts)
    grades = {verdict.number: verdict.attested.rating for verdict in counted if verdict.attested}
    last = grades.get(judged.standard.overall or "")
    return f"{last} of 5, all in all" if last and len(grades) == len(counted) else ""

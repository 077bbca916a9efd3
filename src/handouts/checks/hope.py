"""Hope that sells: words such as cure, proven and safe, where they are not denied, asked about, quoted or warned of.

Rules for English sentences, each written out below. What they do not understand is found, and may be muted with a
reason: a warning too many costs a minute, a promise too many costs a patient more.
"""

# ruff: noqa: RUF001 - the apostrophes and quotation marks of print are meant

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from handouts.checks.passages import sentences_in

HOPE: Final = re.compile(
    r"(?i)\b(?:cure[sd]?|curing|curative|breakthroughs?|miracles?|miraculous(?:ly)?|revolutionary|revolutioni[sz]\w+"
    r"|safe|safer|safest|safely|proven|guarantee[sd]?|guaranteeing|cutting[- ]edge|state[- ]of[- ]the[- ]art"
    r"|life[- ]changing|game[- ]chang\w+|ground[- ]?breaking|wonder (?:drug|cure|cell)s?|magic(?:al)?|painless"
    r"|amazing|incredible|risk[- ]free|no risks?|no side effects)\b"
)
"""The words and phrases that are looked for."""

_COMPARATIVE = re.compile(r"(?i)safer|safest")
_AS_GOOD = re.compile(r"(?i)\b(?:as|so|more)\s$")

# 1. A question asks. Not one that takes the answer for granted (why, our cure), nor one that tempts.
_ASKS = re.compile(
    r"(?i)[“\"(]?(?:is|are|was|were|do|does|did|has|have|can|could|may|might|will|would|should"
    r"|which|what(?! if)|who|whom|when|where|how)\b.*\?"
)
_TEMPTS = re.compile(
    r"(?i)[“\"(]?(?:did you know|(?:do|would) you (?:want|like|wish)|are you (?:ready|looking)|what if)\b"
)
_GRANTED = re.compile(r"(?i)\b(?:our|this|the|my)(?: new)? $")

# 2. A denial before the word, in the same clause: "not a proven cure", "no one has shown that it is safe".
_CLAUSE_END = re.compile(
    r"(?i)[;:—–]|,(?![^,.;]*\b(?:or|nor)\b)|\b(?:but|however|although|though|because|while|since|so that)\b"
    r"|\byet\b(?! to)"
    r"|\band\b(?= (?:it|they|we|you|this|these|is|are|was|will|can|has|have|the|an?|our|its|cure[sd]|guarantees?)\b)"
)
_NEGATOR = re.compile(
    r"(?i)\b(?:no|not|never|nobody|none|nor|neither|without|cannot|hardly|far from|yet to|fail(?:s|ed)? to|lacks?)\b"
    r"|n[’']t\b"
)
_DENIES_NOTHING = re.compile(
    r"(?i)\b(?:no doubt|no question|no wonder|without (?:a |any )?doubt|nothing (?:but|less than)"
    r"|not (?:only|just|merely|simply|to mention)|(?:never|not|cannot|n[’']t) fails? to"
    r"|(?:do not|don[’']t|never) (?:miss|wait|delay|hesitate|doubt|worry|fear|be afraid|give up)"
    r")\b"
)
_BARE_NEGATOR = re.compile(r"(?i)\b(?:no|without)\b(?! one)")
_NEW_SUBJECT = re.compile(r"(?i)\b(?:it|you|we|they)\b")
_THINKS = re.compile(
    r"(?i)\b(?:know|prove|show|mean|say|think|believe|claim|promise|guarantee|proof|evidence|sure|certain)\w*\b"
    r"|\b(?:known|shown|that|if|whether)\b"
)
_COULD_NOT = re.compile(r"(?i)\b(?:cannot|can not|can[’']t|could not|couldn[’']t) be $")
_VERB_DENIED = re.compile(r"(?i)\b(?:not|cannot)\b|n[’']t\b")

# 3. A denial after it: "a cure is not known", "has not been found", "does not exist".
_DENIED_AFTER = re.compile(
    r"(?i)^[^,;:.]{0,40}\b(?:unknown|unproven|unclear"
    r"|(?:not|never|n[’']t)(?: yet)?(?: been)? (?:known|proven|shown|found|certain|clear|sure|exist))\b"
)

# 4. An open question inside a sentence: "ask if it is safe", "tests if a treatment is safe", "which kind is safe".
_OPEN = re.compile(
    r"(?i)\b(?:ask|asks|know|knows|test|tests|check|checks|study|studies|learn|find out|see|tell|understand|sure|clear"
    r"|unclear|decide|question|wonder)\b.*\b(?:if|whether)\b"
)
_OPEN_WHICH = re.compile(r"(?i)\b(?:ask|know|learn|find out|check|tell)\b.*\b(?:which|what|how|when)\b")

# 5. A promise of others that is told as theirs, or warned of.
_OTHERS = re.compile(
    r"(?i)(?<!our )(?<!this )(?<!the )\b(?:clinics|sellers|companies|websites|ads|advertisements|some(?:one|body)"
    r"|any(?:one|body)|(?:an?|any|some) (?:\w+ )?(?:clinic|seller|company|website|person|ad|offer))\b"
)
_SAYS = re.compile(
    r"(?i)\b(?:promis|claim|advertis|sell|offer|boast|guarante|speak)\w*\b|\b(?:says?|said|tells?|told|calls?|called)\b"
)
_OURS = re.compile(r"(?i)\b(?:we|our|us|my)\b")
_DISTRUST = re.compile(
    r"(?i)\b(?:be careful|beware|careful|watch out|warn\w*|suspicious|red flags?|bad signs?|false|fake|myths?|scams?"
    r"|so-called|too good|avoid|untrue|a lie|protect yourself)\b"
)
_ENDORSES = re.compile(r"(?i)\b(?:says?|said|told|writes?|wrote|calls?|called|according to)\b")
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|«[^»]*»|„[^“]*“|「[^」]*」")

# 6. Food, water and places are safe in another sense.
_EVERYDAY = re.compile(
    r"(?i)\bsafe (?:food|water|milk|place|home|distance|sex|travel|driving)\b"
    r"|\b(?:food|water|milk|juice|meat|eggs?|places?)\b[^.;]{0,25}\bsafe\b"
    r"|\bsafe(?:ly)? (?:to )?(?:eat|drink|drive|touch|swim|travel|from|away|stored|prepared|cooked)\b"
    r"|\b(?:keep|keeps|kept|stay|store)\b[^.;]{0,25}\bsafe(?:ly)?\b"
)


def hopes_in(words: str, *, sourced: bool = False, around: str = "") -> Iterator[str]:
    """The words of hope in plain English words that nothing in their sentence takes back.

    `sourced`: the passage names a claim, so that what it compares ("safer than") is a fact. `around` are the words
    of the heading and the lead above it: a list of warning signs repeats what sellers say.
    """
    for sentence in sentences_in(words):
        for match in HOPE.finditer(sentence):
            if not _is_understood(sentence, match, sourced, around):
                yield match[0]


def _is_understood(sentence: str, match: re.Match[str], sourced: bool, around: str) -> bool:
    before, after = sentence[: match.start()], sentence[match.end() :]
    if sourced and _COMPARATIVE.fullmatch(match[0]) and " than " in after:
        return True
    clause = _clause_before(sentence, match.start())
    return (
        _is_asked(sentence, before, match[0])
        or _is_denied(clause, after, match[0])
        or _is_quoted(sentence, match)
        or _is_told_of_others(before, clause, after, match[0], around)
        or any(each.start() <= match.start() < each.end() for each in _EVERYDAY.finditer(sentence))
    )


def _clause_before(sentence: str, end: int) -> str:
    """What stands before a place in its clause.

    The ends of clauses are sought in the whole sentence: whether a comma is one depends on what follows it.
    """
    ends = [each.end() for each in _CLAUSE_END.finditer(sentence) if each.end() <= end]
    return sentence[max(ends, default=0) : end]


def _is_asked(sentence: str, before: str, word: str) -> bool:
    if _GRANTED.search(before):
        return False
    asked = sentence[before.rfind(": ") + 2 :] if ": " in before else sentence
    if _ASKS.match(asked) and not _TEMPTS.match(asked):
        return True
    return bool(_OPEN.search(before) or (word.lower() == "safe" and _OPEN_WHICH.search(before)))


def _is_denied(clause: str, after: str, word: str) -> bool:
    before, clause = clause, _DENIES_NOTHING.sub(" ", clause)
    if _DENIED_AFTER.match(after):
        return True
    negators = [*_NEGATOR.finditer(clause)]
    if not negators:
        return False
    between = clause[negators[-1].end() :]
    if _COMPARATIVE.fullmatch(word) or _AS_GOOD.search(before):  # "no treatment is safer" is praise
        return not _COULD_NOT.search(before) and bool(_VERB_DENIED.search(clause) or _THINKS.search(between))
    bare = _BARE_NEGATOR.fullmatch(negators[-1][0])
    return not (bare and _NEW_SUBJECT.search(between) and not _THINKS.search(between))  # "with no pain it cures"


def _is_quoted(sentence: str, match: re.Match[str]) -> bool:
    """Whether the word stands in quotation marks that keep it at a distance, not in somebody's praise."""
    for quoted in _QUOTED.finditer(sentence):
        if quoted.start() < match.start() < quoted.end():
            return not _ENDORSES.search(sentence[: quoted.start()] + sentence[quoted.end() :])
    return False


def _is_told_of_others(before: str, clause: str, after: str, word: str, around: str) -> bool:
    if _OURS.search(before):
        return False
    if _DISTRUST.search(clause) or _DISTRUST.search(_CLAUSE_END.split(after)[0]):
        return True
    others = _OTHERS.search(before)
    told = _SAYS.search((before if _DISTRUST.search(around) else before[others.end() :] if others else "") + word)
    return bool(told and (others or _DISTRUST.search(around)))

"""What a release asks for: which sign-offs, how young, and how a translation may have come about.

`content/policy.yaml` says it, the clinic's over the library's; `stand` holds a handout's sign-offs against it.
"""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field, StrictInt

from handouts.findings import Finding, HandoutError, Location
from handouts.layers import Layers
from handouts.model import SOURCE_LANGUAGE, Frozen, Handout
from handouts.reader import validate
from handouts.signoff import (
    METHODS,
    ROLES,
    TRANSLATOR,
    Change,
    Method,
    Review,
    Role,
    Wording,
    World,
    changes_in,
    digest_of,
    find_review_faults,
    missing_in,
    open_words,
    read_reviews,
    read_signed,
    wording_of,
)
from handouts.source import Map, read_yaml

POLICY: Final = "content/policy.yaml"
MONTH: Final = datetime.timedelta(days=30.44)


class Demand(Frozen):
    """The roles that must have signed, how many months a sign-off holds, and the methods that a translator may use."""

    signoffs: tuple[Role, ...]
    months: Annotated[StrictInt, Field(ge=1, le=60)] = 12
    methods: Annotated[tuple[Method, ...], Field(min_length=1)] = ("human", "machine_drafted")


class Policy(Frozen):
    """What a release asks for: of the English, of each translation, and of one with safety blocks beyond that."""

    english: Demand
    translation: Demand
    safety: Demand


_ALL: Final = Demand(signoffs=("language_review", "clinical_review", "community_review"))
STRICT: Final = Policy(english=_ALL, translation=Demand(signoffs=(TRANSLATOR, *_ALL.signoffs)), safety=_ALL)
"""What holds where no policy can be read."""


def read_policy(layers: Layers) -> tuple[Policy, list[Finding]]:
    """The policy of all layers, a clinic's entries over the library's, and every fault: one that has any is void."""
    found: list[Finding] = []
    merged = Map(Location(POLICY))
    policies = [STRICT]
    for path in reversed(layers.find_all(POLICY)):
        try:
            data, warnings = read_yaml(path)
            merged = _laid_over(merged, data)
            policy = validate(Policy, merged)
            faults = list(_weak(policy, merged))
        except HandoutError as error:
            found += error.findings
            continue
        found += [*warnings, *faults]
        policies += [] if faults else [policy]
    return policies[-1], found


def _laid_over(below: Map, above: Map) -> Map:
    merged = below.copy()
    merged.at = above.at
    for key, value in above.items():
        merged.put(key, value, above.key_at[key], above.value_at[key])
    return merged


def _weak(policy: Policy, written: Map) -> Iterator[Finding]:
    """Policies by which nobody but its maker would have to look at a text."""
    for name, demand in (("english", policy.english), ("translation", policy.translation)):
        if not any(role != TRANSLATOR for role in demand.signoffs):
            what = f"`{name}` asks for no review"
            remedy = "name at least one of `language_review`, `clinical_review`, `community_review`"
            yield Finding("policy/too-weak", written.value_at[name], what, remedy)
    if TRANSLATOR in policy.english.signoffs:
        what, remedy = "`english` asks for a translator", "ask for a review: the English is no translation"
        yield Finding("policy/translator", written.value_at["english"], what, remedy)


class State(StrEnum):
    """How far a handout has come in a language, computed anew each time."""

    MISSING = "missing"
    DRAFT = "draft"
    TRANSLATED = "translated"
    REVIEWED = "reviewed"
    APPROVED = "approved"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class Lapse:
    """A sign-off that does not count, and why. `changes` are by block; empty where the words did not change."""

    review: Review
    why: str
    changes: Mapping[str, tuple[Change, ...]] = field(default_factory=dict)
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """How a handout in a language stands by the policy: the sign-offs that count, those that do not, what is wanting.

    `missing` are the keys without a finished translation, by block. By itself it is that of a text nobody has signed.
    """

    counted: tuple[Review, ...] = ()
    lapsed: tuple[Lapse, ...] = ()
    wanting: tuple[str, ...] = ()
    missing: Mapping[str, Collection[str]] = field(default_factory=dict)
    words: tuple[tuple[str, str], ...] = ()
    """Words of the templates without a finished translation, as (context, English): those of its state among them."""

    @property
    def approved(self) -> bool:
        """Whether all that the policy asks for is there."""
        return bool(self.counted) and not self.wanting and not self.missing

    @property
    def stale(self) -> tuple[Lapse, ...]:
        """The sign-offs whose words have changed and that are asked for, or all that there are."""
        changed = (lapse for lapse in self.lapsed if lapse.changed)
        return tuple(lapse for lapse in changed if lapse.review.role in self.wanting or not self.counted)

    @property
    def translators(self) -> tuple[Review, ...]:
        """The sign-offs of translators that count."""
        return tuple(review for review in self.counted if review.role == TRANSLATOR)

    @property
    def reviewers(self) -> tuple[Review, ...]:
        """The reviews that count."""
        return tuple(review for review in self.counted if review.role != TRANSLATOR)

    @property
    def state(self) -> State:
        """The one word for it; what went stale is told before what is missing."""
        if self.approved:
            return State.APPROVED
        if self.stale:
            return State.STALE
        if self.missing:
            return State.MISSING
        if self.reviewers:
            return State.REVIEWED
        return State.TRANSLATED if self.translators else State.DRAFT


UNSIGNED: Final = Standing()

Kept = Callable[[Review], Wording | None]
"""Gives the words that were signed, where they are kept."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """How long the sign-off of each role that is asked for holds, of any other, and which methods will do."""

    months: Mapping[str, int]
    other: int
    methods: frozenset[str]


def stand(
    wording: Wording, reviews: Iterable[Review], demands: Iterable[Demand], today: datetime.date, kept: Kept
) -> Standing:
    """How a wording stands: which of its sign-offs count by these demands taken together, and what is wanting."""
    rule = _rule(list(demands))
    newest = sorted(reviews, key=lambda review: review.on)[::-1]  # of one day, the last written first
    digest = digest_of(wording)
    translators = {_name(each) for each in newest if each.role == TRANSLATOR and each.digest == digest}
    judged = [(review, _lapse(review, digest, rule, translators, today)) for review in newest]
    counted = tuple(review for role in ROLES for review, why in judged if not why and review.role == role)
    there = {review.role for review in counted}
    lapsed: dict[str, Lapse] = {}
    for review, why in judged:
        if why and review.role not in there and review.role not in lapsed:
            lapsed[review.role] = _lapsed(review, why, wording, digest, kept)
    wanting = tuple(role for role in rule.months if role not in there)
    return Standing(counted, tuple(lapsed[role] for role in ROLES if role in lapsed), wanting, missing_in(wording))


def _rule(demands: list[Demand]) -> _Rule:
    roles = dict.fromkeys(role for demand in demands for role in demand.signoffs)
    months = {str(role): min(each.months for each in demands if role in each.signoffs) for role in roles}
    methods = frozenset(method for method in METHODS if all(method in demand.methods for demand in demands))
    return _Rule(months, demands[0].months, methods)


def _lapse(review: Review, digest: str, rule: _Rule, translators: Collection[str], today: datetime.date) -> str:
    """Why a sign-off does not count; empty where it does."""
    months = rule.months.get(review.role, rule.other)
    if review.digest != digest:
        return "the words have changed since"
    if review.on > today:
        return "it is of a day to come"
    if today - review.on > months * MONTH:
        return f"it is older than {months} months"
    if review.role == TRANSLATOR:
        return "" if review.method in rule.methods else f"the policy does not accept `{review.method}`"
    if review.method != "human":
        return "a review is the work of a person"
    return "the same person translated it" if _name(review) in translators else ""


def _name(review: Review) -> str:
    """Who signed, by the letters and digits alone: whatever the case, the accents, and all that nobody sees."""
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", review.by).casefold())
    return "".join(each for each in letters if unicodedata.category(each) in _LETTERS and each not in _FILLERS)


_LETTERS: Final = frozenset({"Lu", "Ll", "Lt", "Lo", "Mc", "Nd", "Nl", "No"})
_FILLERS: Final = "\u115f\u1160"
"""Letters that draw nothing: the fillers of Hangul; NFKD makes these two of all."""


def _lapsed(review: Review, why: str, wording: Wording, digest: str, kept: Kept) -> Lapse:
    changed = review.digest != digest
    then = kept(review) if changed else None
    return Lapse(review, why, changes_in(then, wording) if then is not None else {}, changed)


@dataclass(frozen=True)
class Register:
    """All sign-offs with what they are held against: the policy, and each language's world."""

    layers: Layers
    policy: Policy
    worlds: Mapping[str, World]
    reviews: Mapping[str, Mapping[str, Review]]
    today: datetime.date
    _found: dict[tuple[str, str], Standing] = field(default_factory=dict, compare=False, repr=False)

    def wording(self, handout: Handout, tag: str) -> Wording:
        """All that a handout prints in a language. `handout` is the English one, all regions still in it."""
        return wording_of(handout, self.worlds[tag])

    def standing(self, handout: Handout, tag: str) -> Standing:
        """How a handout stands in a language; found once. `handout` is the English one, all regions still in it."""
        if (handout.id, tag) not in self._found:
            self._found[handout.id, tag] = self._stand(handout, tag)
        return self._found[handout.id, tag]

    def with_review(self, tag: str, key: str, review: Review) -> Register:
        """The same with one more sign-off."""
        return replace(self, reviews={**self.reviews, tag: {**self.reviews.get(tag, {}), key: review}}, _found={})

    def _stand(self, handout: Handout, tag: str) -> Standing:
        reviews = [each for each in self.reviews.get(tag, {}).values() if each.handout == handout.id]
        demands = self._demands(handout, tag)
        found = stand(
            self.wording(handout, tag), reviews, demands, self.today, lambda each: read_signed(self.layers, tag, each)
        )
        return replace(found, words=tuple(open_words(self.worlds[tag])))

    def _demands(self, handout: Handout, tag: str) -> list[Demand]:
        if tag == SOURCE_LANGUAGE:
            return [self.policy.english]
        kinds = self.worlds[tag].library.kinds
        safety = any(kinds[block.kind].safety for block in handout.blocks)
        return [self.policy.translation, *([self.policy.safety] if safety else [])]


def read_register(
    layers: Layers, worlds: Iterable[World], handouts: Collection[str], today: datetime.date
) -> tuple[Register, list[Finding]]:
    """The sign-offs of each world's language, and every fault in them and in the policy."""
    policy, found = read_policy(layers)
    by_tag = {world.tag: world for world in worlds}
    reviews: dict[str, Mapping[str, Review]] = {}
    for tag in by_tag:
        read, faults = read_reviews(layers, tag)
        found += [*faults, *find_review_faults(read.values(), tag, handouts, today)]
        reviews[tag] = read
    return Register(layers, policy, by_tag, reviews, today), found

"""What a release asks for: read from all layers, never weaker than one review, and the strictest where it is broken."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest

from handouts.findings import Severity
from handouts.layers import Layers, library_root
from handouts.policy import STRICT, Demand, Standing, State, read_policy, stand
from handouts.signoff import Review, Wording, digest_of

DAY = datetime.date(2026, 11, 22)
WORDS: Wording = {"key": {"x:key:lead.say": ("Call us.", "Llámenos.")}}
TRANSLATION = Demand(signoffs=("translator", "language_review"), months=24)


def layers_with(folder: Path, text: str) -> Layers:
    (folder / "content").mkdir()
    (folder / "content" / "policy.yaml").write_text(text, encoding="utf-8")
    return Layers((folder, library_root()))


def review(role: str, by: str = "Test Reviewer", **more: Any) -> Review:
    fields = {"handout": "x", "role": role, "by": by, "on": DAY, "method": "human", "digest": digest_of(WORDS)}
    return Review.model_validate({**fields, **more})


def standing(*reviews: Review, demands: tuple[Demand, ...] = (TRANSLATION,), words: Wording = WORDS) -> Standing:
    return stand(words, reviews, demands, DAY, lambda _review: WORDS)


def test_the_library_has_a_safe_policy(layers: Layers) -> None:
    policy, found = read_policy(layers)
    assert not found
    assert policy.english.signoffs == ("clinical_review",)
    assert set(policy.translation.signoffs) == {"translator", "language_review"}
    assert policy.safety.months <= policy.translation.months


def test_a_clinic_lays_its_entries_over_the_librarys(tmp_path: Path) -> None:
    policy, found = read_policy(layers_with(tmp_path, "english: {signoffs: [clinical_review, community_review]}\n"))
    library, _ = read_policy(Layers.of(None))
    assert not found
    assert policy.english.signoffs == ("clinical_review", "community_review")
    assert policy.translation == library.translation


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("english: {signoffs: [boss]}\n", "content/wrong-value"),
        ("english: {signoffs: [clinical_review], months: 0}\n", "content/wrong-value"),
        ("english: {signoffs: [clinical_review], months: 61}\n", "content/wrong-value"),
        ("english: {signoffs: [clinical_review], methods: []}\n", "content/wrong-value"),
        ("english: {}\n", "content/missing-field"),
        ("translations: {signoffs: [translator]}\n", "content/unknown-key"),
        ("english: {signoffs: []}\n", "policy/too-weak"),
        ("translation: {signoffs: [translator]}\n", "policy/too-weak"),
        ("english: {signoffs: [translator, clinical_review]}\n", "policy/translator"),
        ("english: [\n", "source/syntax"),
    ],
)
def test_a_faulty_policy_is_told_at_its_place_and_void(tmp_path: Path, text: str, finding: str) -> None:
    policy, found = read_policy(layers_with(tmp_path, text))
    assert [each.id for each in found] == [finding]
    assert found[0].severity is Severity.ERROR
    assert found[0].where.path.endswith("policy.yaml")
    assert policy == read_policy(Layers.of(None))[0]


def test_where_no_policy_can_be_read_everything_is_asked_for(tmp_path: Path) -> None:
    policy, found = read_policy(Layers((tmp_path,)))
    assert policy == STRICT
    assert not found
    assert {"translator", "clinical_review", "community_review"} < set(policy.translation.signoffs)


def test_two_people_are_needed() -> None:
    translator = review("translator", "Test Translator")
    assert standing(translator).state is State.TRANSLATED
    assert standing(translator, review("language_review")).state is State.APPROVED
    own = standing(translator, review("language_review", "test  translator"))
    assert own.state is State.TRANSLATED
    assert own.wanting == ("language_review",)


def test_a_second_reviewer_makes_up_for_one_who_translated() -> None:
    both = review("translator", "Test Translator"), review("language_review", "Test Translator")
    assert standing(*both, review("language_review")).approved


@pytest.mark.parametrize(("days", "counts"), [(365, True), (366, False)])
def test_the_strictest_demand_decides_how_long_a_sign_off_holds(days: int, counts: bool) -> None:
    safety = Demand(signoffs=("language_review",), months=12)
    old = review("language_review", on=DAY - datetime.timedelta(days=days))
    found = standing(review("translator", "Test Translator"), old, demands=(TRANSLATION, safety))
    assert found.approved is counts


def test_a_role_that_only_safety_text_needs_is_asked_for() -> None:
    safety = Demand(signoffs=("clinical_review",))
    signed = review("translator", "Test Translator"), review("language_review")
    assert standing(*signed, demands=(TRANSLATION, safety)).wanting == ("clinical_review",)


def test_a_method_that_one_demand_refuses_does_not_count() -> None:
    human = Demand(signoffs=("translator", "language_review"), methods=("human",))
    drafted = review("translator", "Test Translator", method="machine_drafted")
    signed = drafted, review("language_review")
    assert standing(*signed).approved
    found = standing(*signed, demands=(TRANSLATION, human))
    assert [lapse.why for lapse in found.lapsed] == ["the policy does not accept `machine_drafted`"]


def test_a_sign_off_of_tomorrow_does_not_count() -> None:
    found = standing(review("language_review", on=DAY + datetime.timedelta(days=1)))
    assert [lapse.why for lapse in found.lapsed] == ["it is of a day to come"]


def test_an_older_sign_off_is_history_once_another_counts() -> None:
    old = review("language_review", on=DAY - datetime.timedelta(days=1), digest="0" * 64)
    found = standing(review("translator", "Test Translator"), review("language_review"), old)
    assert found.approved
    assert not found.lapsed


def test_what_nobody_asked_for_does_not_hold_a_release_up() -> None:
    other = review("community_review", "Test Group", digest="0" * 64)
    found = standing(review("translator", "Test Translator"), review("language_review"), other)
    assert found.approved
    assert not found.stale
    assert found.lapsed


def test_a_missing_translation_is_never_approved() -> None:
    open_words: Wording = {"key": {"x:key:lead.say": ("Call us.", "")}}
    digest = digest_of(open_words)
    signed = review("translator", "Test Translator", digest=digest), review("language_review", digest=digest)
    found = standing(*signed, words=open_words)
    assert not found.approved
    assert found.state is State.MISSING


def test_nobody_has_signed_by_default() -> None:
    assert Standing().state is State.DRAFT
    assert not Standing().approved

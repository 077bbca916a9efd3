"""Words of hope: which sell it, and which are understood."""

# ruff: noqa: RUF001, RUF003 - the apostrophes and quotation marks of print are what is tested

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handouts.checks.hope import HOPE, hopes_in

SELLS = [
    ("It cures lupus.", ["cures"]),
    ("A breakthrough for people with lupus.", ["breakthrough"]),
    ("This is a miracle.", ["miracle"]),
    ("A revolutionary new treatment.", ["revolutionary"]),
    ("The treatment is safe.", ["safe"]),
    ("It has been proven to work.", ["proven"]),
    ("Results are guaranteed.", ["guaranteed"]),
    ("Our cutting-edge center offers state-of-the-art care.", ["cutting-edge", "state-of-the-art"]),
    ("It is a life-changing, game-changing treatment.", ["life-changing", "game-changing"]),
    ("There is no risk.", ["no risk"]),
    ("It has no side effects.", ["no side effects"]),
    ("It is safe and proven.", ["safe", "proven"]),
    ("This therapy is safer than chemotherapy.", ["safer"]),
    # what looks like a denial and is none
    ("There is no doubt that it is safe.", ["safe"]),
    ("It is not only safe but also proven.", ["safe", "proven"]),
    ("No other treatment is as safe.", ["safe"]),
    ("No treatment is safer.", ["safer"]),
    ("Nothing is safer than this.", ["safer"]),
    ("It could not be safer.", ["safer"]),
    ("It is not a drug but a cure.", ["cure"]),
    ("It is not approved, and it is safe.", ["safe"]),
    ("It is not approved and it is safe.", ["safe"]),
    ("It does not hurt, is safe and works.", ["safe"]),
    ("It is not cheap because it is proven.", ["proven"]),
    ("Do not miss this breakthrough.", ["breakthrough"]),
    ("Don’t worry, it is safe.", ["safe"]),
    ("Without surgery, it cures lupus.", ["cures"]),
    ("With no surgery it cures lupus.", ["cures"]),
    ("It never fails to cure.", ["cure"]),
    ("The cure is not expensive.", ["cure"]),
    ("It is not new; it is proven.", ["proven"]),
    # what looks like a question and is none
    ("Do you want to be cured?", ["cured"]),
    ("Did you know that it is a breakthrough?", ["breakthrough"]),
    ("Why is it so safe?", ["safe"]),
    ("Is our cure for you?", ["cure"]),
    ("What if there were a cure?", ["cure"]),
    ("Ask us about our proven cure.", ["proven", "cure"]),
    # what looks like a quotation, or like others’ words, and is praise
    ("“It is a miracle,” says a patient.", ["miracle"]),
    ("Doctors call it a “breakthrough”.", ["breakthrough"]),
    ("Our clinic promises a cure.", ["cure"]),
    ("We offer safe stem cells.", ["safe"]),
    ("Be careful: this is a real breakthrough.", ["breakthrough"]),
    ("The clinic promises a cure.", ["cure"]),
]

UNDERSTOOD = [
    # denied
    "It is not a proven cure.",
    "There is no known cure.",
    "It isn’t a cure, and it is not safe.",
    "No one has proven that they help.",
    "No study has shown that it is a cure.",
    "Its benefit has never been proven.",
    "It does not make a treatment legal or safe.",
    "It does not mean that the treatment is approved, safe or proven.",
    "It has yet to be proven.",
    "It is far from proven.",
    "It is neither safe nor proven.",
    "You cannot be cured by it.",
    "Clinics sell stem cells without proven benefit.",
    "It is not safer than usual medicine.",
    "No study shows that it is safer than usual medicine.",
    "A cure is not known.",
    "A cure has not been found.",
    "A cure does not exist.",
    "Whether it is safe is not known.",
    # not known, asked about
    "We do not know if it is safe.",
    "We do not know if AHSCT is better or safer than the best medicines of today.",
    "Is it safe?",
    "Ask: is it safe for me?",
    "Which published study has proven that it works?",
    "Ask if it is safe with your lupus.",
    "Ask about saving eggs before you start, and if that is safe with your lupus.",
    "Talk about birth control, and ask which kind is safe for you.",
    "A study in people that tests if a treatment is safe and if it works.",
    # quoted, told of others, warned of
    "It is sold as a “cure”.",
    'There are labels with "miracle" on them.',
    "A clinic that promises a cure wants your money.",
    "Be careful if somebody says it is a cure.",
    "Beware of miracle cures.",
    "Do not trust a promise of a cure or of “no risk”.",
    "Clinics say that it is safe.",
    "A promise of a cure is a red flag.",
    "Some clinics guarantee that you will get better.",
    # everyday
    "Drink only water that is safe.",
    "Keep this sheet in a safe place.",
    "Ask when it is safe to drive.",
    "People should ask when it is safe to plan a baby.",
    "Keep your medicines safe from children.",
    # other words
    "Clinics sell unproven stem cells, and it is unsafe.",
    "You can procure it at a secure site.",
]


@pytest.mark.parametrize(("words", "found"), SELLS)
def test_what_sells_hope_is_found(words: str, found: list[str]) -> None:
    assert list(hopes_in(words)) == found


@pytest.mark.parametrize("words", UNDERSTOOD)
def test_what_takes_hope_back_is_understood(words: str) -> None:
    assert list(hopes_in(words)) == []


def test_a_sourced_comparison_is_a_fact() -> None:
    words = "Lowering the dose slowly is safer than stopping suddenly."
    assert list(hopes_in(words)) == ["safer"]
    assert list(hopes_in(words, sourced=True)) == []
    assert list(hopes_in("It is safer.", sourced=True)) == ["safer"]


def test_a_list_of_warning_signs_tells_what_sellers_promise() -> None:
    words = "The clinic promises a cure or “no risk”."
    assert list(hopes_in(words, around="What we offer.")) == ["cure"]
    assert list(hopes_in(words, around="Warning signs of a sales offer.")) == []
    assert list(hopes_in("We promise a cure.", around="Warning signs of a sales offer.")) == ["cure"]


def test_each_sentence_stands_for_itself() -> None:
    assert list(hopes_in("It is not a cure. It is safe. Is it proven?")) == ["safe"]


@given(st.text(max_size=200))
def test_any_words_can_be_read(words: str) -> None:
    assert len(list(hopes_in(words))) <= len(HOPE.findall(words))

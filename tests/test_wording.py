"""Sentences, words and syllables of plain text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handouts.checks.wording import (
    english_syllables,
    has_spaces,
    is_whole,
    plain_words,
    sentences,
    spanish_syllables,
    words,
)
from handouts.model import Fact

LANGUAGES = ("en", "es", "ar", "zh-Hans", "hi", "am", "km", "my", "th")


def test_marks_are_taken_away_and_facts_written() -> None:
    facts = {"fever": Fact(temperature=38.0), "price": Fact(money=50000, currency="USD"), "line": Fact(phone="911")}
    text = "**Call** at {fever} or [lupus](ref:lupus), {{not}} {price}, {line}, {unknown}."
    assert plain_words(text, facts) == "Call at 38.0 or lupus, {not} 50000, 911, unknown."


@pytest.mark.parametrize(
    ("language", "text", "parts"),
    [
        ("en", "It is 38.0 °C. Call!", ["It is 38.0 °C.", "Call!"]),
        ("en", "Dr. Lee called. See Fig. A, e.g. This one.", ["Dr. Lee called.", "See Fig. A, e.g. This one."]),
        ("en", "J. R. Lee came. Take vitamin C. It helps.", ["J. R. Lee came.", "Take vitamin C.", "It helps."]),
        ("en", "No. The FDA has not approved it.", ["No.", "The FDA has not approved it."]),
        ("en", "Bring this: a list; a pen.", ["Bring this: a list; a pen."]),
        ("en", "They say: “No risk. Try it!” Do not.", ["They say: “No risk.", "Try it!”", "Do not."]),
        ("en", "“No risk!” is a false promise.", ["“No risk!” is a false promise."]),
        ("es", "La Dra. Ruiz llamó. ¿Sí? ¡No!", ["La Dra. Ruiz llamó.", "¿Sí?", "¡No!"]),
        ("ar", "هل هذا علاج؟ نعم. هذا علاج.", ["هل هذا علاج؟", "نعم.", "هذا علاج."]),
        ("zh-Hans", "这是。好吗\uff1f“好。”他说。", ["这是。", "好吗\uff1f", "“好。”", "他说。"]),
        ("hi", "यह दवा है। अच्छा? हाँ॥", ["यह दवा है।", "अच्छा?", "हाँ॥"]),
        ("am", "ሰላም። እንዴት፧ ደህና።", ["ሰላም።", "እንዴት፧", "ደህና።"]),
        ("km", "នេះជាថ្នាំ។ ចប់៕", ["នេះជាថ្នាំ។", "ចប់៕"]),
        ("my", "ဆေးပါ။ ဟုတ်ကဲ့။", ["ဆေးပါ။", "ဟုတ်ကဲ့။"]),
    ],
)
def test_sentences_end_where_readers_end_them(language: str, text: str, parts: list[str]) -> None:
    found = list(sentences(text, language))
    assert found == parts
    assert all(map(is_whole, found))


def test_a_heading_is_no_whole_sentence() -> None:
    assert not is_whole("What is known")
    assert not is_whole("By drip, once or twice")
    assert not sentences("", "en")


@given(st.text(), st.sampled_from(LANGUAGES))
def test_no_letter_is_lost_between_sentences(text: str, language: str) -> None:
    kept = "".join("".join(sentences(text, language)).split())
    assert kept == "".join(text.replace("\0", "").split())


def test_words_are_counted_as_by_hand() -> None:
    text = "It\u2019s a graft-versus-host “disease”, 38.5 don't \u2013 mother/father\u2019s (one)."
    assert words(text, "en") == (
        *("It\u2019s", "a", "graft-versus-host", "disease", "38.5", "don't", "mother", "father\u2019s", "one"),
    )


def test_words_without_spaces_are_found_in_a_dictionary() -> None:
    assert words("这是干细胞。", "zh-Hans") == ("这", "是", "干", "细胞")
    assert not has_spaces("zh-Hans")
    assert not has_spaces("km")
    assert has_spaces("hi")


@pytest.mark.parametrize(
    ("count", "spoken"),
    [
        (1, "the strength years used take months proved through health cells 1 eye"),
        (2, "lupus cancer treated doses table statement safely someone people being player hundred rhythm react 7 20"),
        (3, "medicine usual idea area audience easier anyone period biopsy infection FDA 11"),
        (4, "experience society initiate usually graft-versus-host 13,000 immediate autoimmune"),
        (5, "experimental infertility possibility AHSCT 2018 38.5"),
        (6, "autoimmunity hydroxychloroquine 204,000"),
    ],
)
def test_syllables_of_english(count: int, spoken: str) -> None:
    for word in spoken.split():
        assert english_syllables(word) == count, word


@pytest.mark.parametrize(
    ("count", "spoken"),
    [
        (1, "y muy rey pie bien guion quien 38 AHSCT"),
        (2, "día país leí agua ciudad lluvia mayo estoy reunión guerra cambiáis"),
        (3, "médico células cuidado ahuecar vergüenza oía sangría"),
        (4, "murciélago enfermedad tratamiento"),
        (5, "aeropuerto tranquilizarse"),
    ],
)
def test_syllables_of_spanish(count: int, spoken: str) -> None:
    for word in spoken.split():
        assert spanish_syllables(word) == count, word


@given(st.text())
def test_a_word_has_a_syllable_whatever_is_in_it(word: str) -> None:
    assert english_syllables(word) >= 1
    assert spanish_syllables(word) >= 1

"""Reading grades: the published figures, and what is said where there is no formula."""

from __future__ import annotations

import math

import pytest

from handouts.checks.readability import (
    FLESCH_KINCAID,
    FLESCH_SZIGRISZT,
    FORMULAS,
    NO_FORMULA,
    SMOG,
    Counts,
    Grade,
    count,
    grade_of,
    grades_of,
    why_no_grade,
)
from handouts.layers import Layers
from handouts.reader import read_library


def of_30_sentences(polysyllables: int) -> Counts:
    return Counts(sentences=30, words=300, syllables=450, polysyllables=polysyllables)


def test_smog_is_near_the_quick_way_of_its_paper() -> None:
    """McLaughlin 1969, p. 639: for 95 words take the root of 100, and add 3: grade 13."""
    assert round(SMOG.value(of_30_sentences(95))) == 13


@pytest.mark.parametrize(
    ("least", "most", "grade"),
    [
        *((7, 12, 6), (13, 20, 7), (21, 30, 8), (31, 42, 9), (43, 56, 10), (57, 72, 11), (73, 90, 12)),
        *((91, 110, 13), (111, 132, 14), (133, 156, 15), (157, 182, 16), (183, 210, 17), (211, 240, 18)),
    ],
)
def test_smog_agrees_with_the_table_made_from_it(least: int, most: int, grade: int) -> None:
    """The conversion table of McGraw (Baltimore County Public Schools), printed with `plus or minus 1.5 grades`.

    It rounds the root to a whole number and adds 3, as the quick way of the paper does.
    """
    for polysyllables in (least, most):
        assert 3 + round(math.sqrt(polysyllables)) == grade
        assert abs(SMOG.value(of_30_sentences(polysyllables)) - grade) < 1.5


def test_smog_of_any_number_of_sentences_is_that_of_thirty() -> None:
    """McLaughlin's generalized form: polysyllables x 30 / sentences."""
    assert SMOG.value(Counts(60, 600, 900, 50)) == SMOG.value(of_30_sentences(25))
    assert SMOG.value(of_30_sentences(64)) == pytest.approx(1.0430 * 8 + 3.1291)


PLATYPUS = "The Australian platypus is seemingly a hybrid of a mammal and reptilian creature."


def test_flesch_kincaid_of_a_known_sentence() -> None:
    """The example of handbooks: 13 words and 24 syllables are grade 11.3."""
    counted = count([PLATYPUS], "en")
    assert (counted.sentences, counted.words) == (1, 13)
    assert counted.syllables == 24
    assert FLESCH_KINCAID.value(counted) == pytest.approx(11.3, abs=0.05)


def test_flesch_kincaid_has_the_least_value_that_is_told_of_it() -> None:
    """One word of one syllable a sentence: -3.4, told as the least in theory."""
    assert FLESCH_KINCAID.value(Counts(1, 1, 1, 0)) == pytest.approx(-3.4)


def test_figures_and_abbreviations_are_one_syllable_to_flesch_and_read_aloud_to_smog() -> None:
    counted = count(["About 204,000 people had AHSCT."], "en")
    assert counted.words == 5
    assert counted.syllables == 2 + 1 + 2 + 1 + 1
    assert counted.polysyllables == 2


@pytest.mark.parametrize(
    ("value", "band"),
    [
        *((0, "very hard"), (39.9, "very hard"), (40, "somewhat hard"), (54.9, "somewhat hard"), (55, "normal")),
        *((64.9, "normal"), (65, "fairly easy"), (79.9, "fairly easy"), (80, "very easy"), (120, "very easy")),
    ],
)
def test_inflesz_bands_are_those_of_the_paper(value: float, band: str) -> None:
    """Barrio-Cantalejo 2008: 0 to 40, 40 to 55, 55 to 65, 65 to 80, from 80 on."""
    grade = Grade(FLESCH_SZIGRISZT, value, enough=True)
    assert grade.band == band
    assert grade.too_hard == (value < 55)


def test_flesch_szigriszt_of_a_sentence_counted_by_hand() -> None:
    """Es-te tra-ta-mien-to no cu-ra el lu-pus hoy: 7 words, 13 syllables; 206.835 - 62.3 S/P - P/F."""
    counted = count(["Este tratamiento no cura el lupus hoy."], "es")
    assert (counted.sentences, counted.words, counted.syllables) == (1, 7, 13)
    assert FLESCH_SZIGRISZT.value(counted) == pytest.approx(206.835 - 62.3 * 13 / 7 - 7)


def test_only_whole_sentences_are_counted() -> None:
    assert count(["What is known", "It can help.", "By drip"], "en").sentences == 1
    assert grade_of(["A heading"], "en") is None


def test_a_short_text_is_graded_and_said_to_be_short() -> None:
    smog, kincaid = grades_of([PLATYPUS], "en")
    assert not smog.enough
    assert not kincaid.enough
    assert not smog.too_hard
    assert smog.value > 8
    assert str(kincaid).startswith("Flesch-Kincaid 1")


def test_a_long_text_is_judged_by_whole_grades() -> None:
    assert not Grade(SMOG, 8.4, enough=True).too_hard
    assert Grade(SMOG, 8.6, enough=True).too_hard


def test_every_language_has_a_formula_or_a_word_about_it() -> None:
    library, _ = read_library(Layers.of(None))
    assert len(library.languages) >= 5
    for tag in library.languages:
        primary = tag.partition("-")[0]
        assert not (primary in FORMULAS and primary in NO_FORMULA)
        assert bool(why_no_grade(tag)) == (primary not in FORMULAS)
        assert (grade_of(["Si. Si."], tag) is None) == (primary not in FORMULAS)
    assert why_no_grade("ko").startswith("no formula")


def test_each_formula_is_cited_with_what_it_needs() -> None:
    for formulas in FORMULAS.values():
        for formula in formulas:
            assert any(character.isdigit() for character in formula.citation)
            assert formula.least[0].isdigit()
            assert math.isfinite(formula.limit)

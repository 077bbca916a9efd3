"""How hard a text is to read, by formulas published for its language and by no other.

A grade is a signal of what to look at first, never proof that readers understand: it counts letters, not meaning.
docs/readability.md says where each coefficient was read; docs/decisions/015-readability.md why there are so few.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from handouts.checks.wording import english_syllables, is_whole, sentences, spanish_syllables, words


@dataclass(frozen=True, slots=True)
class Counts:
    """What the formulas count in whole sentences.

    `polysyllables` are words of three syllables or more, figures and abbreviations read aloud (McLaughlin); in
    `syllables` these count as one (Flesch).
    """

    sentences: int
    words: int
    syllables: int
    polysyllables: int


@dataclass(frozen=True, slots=True)
class Formula:
    """A published formula: how it is called, by whom, what its value means and how much text it needs.

    `limit` is the value up to which a handout is plain enough; where `rising` is false, higher values are easier
    and it is the value from which on.
    """

    name: str
    citation: str
    unit: str
    least: str
    suffices: Callable[[Counts], bool]
    value: Callable[[Counts], float]
    limit: float
    rising: bool = True
    band: Callable[[float], str] | None = None


@dataclass(frozen=True, slots=True)
class Grade:
    """What a formula says of a text: a signal, never proof. `band` is the formula's own word for the value.

    `enough` is whether the text is as long as the formula asks; where it is not, the value says little.
    """

    formula: Formula
    value: float
    enough: bool

    @property
    def band(self) -> str:
        """The formula's own word for the value; empty where it has none."""
        return self.formula.band(self.value) if self.formula.band else ""

    @property
    def too_hard(self) -> bool:
        """Whether a text long enough lies beyond the limit; school grades are compared as whole grades."""
        formula = self.formula
        beyond = round(self.value) > formula.limit if formula.rising else self.value < formula.limit
        return self.enough and beyond

    def __str__(self) -> str:
        """In words: `SMOG 7.4 (US school grade)`."""
        return f"{self.formula.name} {self.value:.1f} ({self.band or self.formula.unit})"


def _smog(counts: Counts) -> float:
    return 1.0430 * math.sqrt(counts.polysyllables * 30 / counts.sentences) + 3.1291


def _flesch_kincaid(counts: Counts) -> float:
    return 0.39 * counts.words / counts.sentences + 11.8 * counts.syllables / counts.words - 15.59


def _flesch_szigriszt(counts: Counts) -> float:
    return 206.835 - 62.3 * counts.syllables / counts.words - counts.words / counts.sentences


_INFLESZ: Final = (
    (40, "very hard"),
    (55, "somewhat hard"),
    (65, "normal"),
    (80, "fairly easy"),
    (math.inf, "very easy"),
)
"""Barrio-Cantalejo 2008: below 40, 55, 65, 80, and from 80 on."""


def _inflesz_band(value: float) -> str:
    return next(band for below, band in _INFLESZ if value < below)


SMOG: Final = Formula(
    "SMOG",
    "McLaughlin GH. SMOG grading: a new readability formula. Journal of Reading 1969; 12(8): 639-646",
    "US school grade",
    "30 sentences",
    lambda counts: counts.sentences >= 30,
    _smog,
    limit=8,
)
FLESCH_KINCAID: Final = Formula(
    "Flesch-Kincaid",
    "Kincaid JP, Fishburne RP, Rogers RL, Chissom BS. Derivation of new readability formulas (Automated Readability "
    "Index, Fog Count and Flesch Reading Ease Formula) for Navy enlisted personnel. Research Branch Report 8-75. "
    "Millington, TN: Naval Technical Training Command, 1975",
    "US school grade",
    "100 words",
    lambda counts: counts.words >= 100,
    _flesch_kincaid,
    limit=8,
)
FLESCH_SZIGRISZT: Final = Formula(
    "Flesch-Szigriszt",
    "Szigriszt Pazos F. Sistemas predictivos de legibilidad del mensaje escrito: fórmula de perspicuidad. Tesis "
    "doctoral. Madrid: Universidad Complutense, 1993; bands of the INFLESZ scale: Barrio-Cantalejo IM et al. "
    "Validación de la Escala INFLESZ para evaluar la legibilidad de los textos dirigidos a pacientes. Anales del "
    "Sistema Sanitario de Navarra 2008; 31(2): 135-152",
    "points of the INFLESZ scale, higher is easier",
    "500 words",
    lambda counts: counts.words >= 500,
    _flesch_szigriszt,
    limit=55,
    rising=False,
    band=_inflesz_band,
)

FORMULAS: Final[Mapping[str, tuple[Formula, ...]]] = {
    "en": (SMOG, FLESCH_KINCAID),
    "es": (FLESCH_SZIGRISZT,),
}
"""The formulas of each language, the one that decides first."""

_SYLLABLES: Final[Mapping[str, Callable[[str], int]]] = {"en": english_syllables, "es": spanish_syllables}

NO_FORMULA: Final[Mapping[str, str]] = {
    "ar": "OSMAN (El-Haj & Rayson 2016) counts syllables by vowel marks, which print does not have, and has no grades",
    "bn": "the models of Sinha et al. 2012 could not be confirmed in their paper",
    "fr": "the formula of Kandel & Moles 1958 could not be confirmed in their paper",
    "hi": "the models of Sinha et al. 2012 could not be confirmed in their paper",
    "ru": "the formula of Oborneva 2006 could not be confirmed in her thesis",
    "vi": "the formula of Nguyen & Henkin 1985 could not be confirmed in their paper",
    "zh": "no published formula was found that needs no list of words and was tested with adult readers",
}
"""Languages that a formula was looked for and not taken, and why; in others none was looked for."""


def why_no_grade(tag: str) -> str:
    """Why texts of a language get no grade, in words for a report; empty where they get one."""
    language = _primary(tag)
    if language in FORMULAS:
        return ""
    return f"no formula: {NO_FORMULA.get(language, 'none is confirmed for this language')}"


def grade_of(texts: Iterable[str], tag: str) -> Grade | None:
    """The grade of plain texts in a language by its first formula; None without a formula or a whole sentence."""
    return next(iter(grades_of(texts, tag)), None)


def grades_of(texts: Iterable[str], tag: str) -> tuple[Grade, ...]:
    """The grades of plain texts by every formula of the language, the one that decides first.

    `tag` is a BCP 47 tag. Only whole sentences count: a heading or a word in a table would pass for a short one.
    """
    formulas = FORMULAS.get(_primary(tag), ())
    counts = count(texts, tag) if formulas else None
    if counts is None or not counts.words:
        return ()
    return tuple(Grade(formula, formula.value(counts), formula.suffices(counts)) for formula in formulas)


def count(texts: Iterable[str], tag: str) -> Counts:
    """What the formulas count in the whole sentences of plain texts, in a language that has a formula."""
    syllables = _SYLLABLES[_primary(tag)]
    whole = [words(sentence, tag) for text in texts for sentence in sentences(text, tag) if is_whole(sentence)]
    every = [word for sentence in whole for word in sentence]
    return Counts(
        sentences=sum(1 for sentence in whole if sentence),
        words=len(every),
        syllables=sum(syllables(word) if any(map(str.islower, word)) else 1 for word in every),
        polysyllables=sum(1 for word in every if syllables(word) >= 3),
    )


def _primary(tag: str) -> str:
    return tag.partition("-")[0].lower()

"""Numbers that readers can use: whole, out of one total, with no arithmetic left to them.

Rules for words are those of English; a translation must have the same numbers (`translation/numbers`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from handouts.checks.check import Check, Flaw, Level, Written
from handouts.checks.passages import Passage, figures_named, passages_in, plain_words, sentences_in
from handouts.findings import Severity
from handouts.model import Chance, Count, Library, Outcome, Text, statements_in, texts_in

_NUMBER: Final = re.compile(r"\d+(?:[.,\u066b\u066c\u00a0\u202f\u2019']\d+)*")


def numbers_in(text: str) -> Counter[str]:
    """The numbers in a text as a multiset, each in ASCII digits with `.` for the decimal mark.

    `1,234.5`, `1.234,5` and the same in Arabic digits and marks are all `1234.5`. A single mark before
    exactly three digits is taken for grouping, except after a lone zero.
    """
    return Counter(_normal(match[0]) for match in _NUMBER.finditer(text))


def _normal(number: str) -> str:
    digits = "".join(str(int(c)) if c.isdecimal() else c for c in number)
    *groups, last = re.split(r"[^0-9]", digits)
    marks = re.findall(r"[^0-9]", digits)
    if not groups:
        return last
    decimal = marks[-1] == "\u066b" or len(last) != 3 or groups[0] == "0" or (len(marks) > 1 and marks[-1] != marks[0])
    whole = "".join(groups) if decimal else "".join(groups) + last
    return f"{whole}.{last}" if decimal else whole


_ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_IN_WORDS = {word: str(value) for value, word in enumerate(_ONES, start=1)}
_AMOUNT = rf"(\d[\d,]*|{'|'.join(_ONES)})"
_CHANCE = re.compile(
    rf"(?i)\b{_AMOUNT} (?:in|out of|of(?= every| each))(?: every| each)? {_AMOUNT}\b(?![.,]\d)(?=\s*(\w*))"
)
_NO_PEOPLE = re.compile(r"(?i)days?|weeks?|months?|years?|hours?|minutes?|states?|countries|hospitals?|centers?|doses?")
_PERCENT = re.compile(r"(?i)%|\bper ?cent\b")
_IN_HUNDRED = re.compile(r"(?i)\b(?:in|out of)(?: every| each)? (?:100|a hundred|one hundred)\b")
_DECIMAL = re.compile(r"(?<![\d.,])\d+\.\d+(?![\d.]*\d)")
_UNIT = re.compile(
    r"(?i)[\s\u00a0-]?(?:°|(?:[cf]|m?cg|[mkµ]?g|[mdµ]?l|[mnµ]?mol|m?iu|m?eq|[mc]m|kpa)\b|degrees?|units?"
    r"|(?:milli|micro|kilo)?grams?|(?:milli)?lit(?:er|re)s?|tablets?|pills?|capsules?|teaspoons?|inch)"
)
_MONEY = re.compile(r"(?:[$€£¥₹]|\b[A-Z]{3})[\s\u00a0]?$")
_TEST = re.compile(r"(?i)\b(?:test|level|score|count|ratio|value|index|result|inr|ph|hba1c|creatinine|potassium)\b")
_ARITHMETIC = re.compile(
    r"(?i)\b(?:subtract|multipl(?:y|ied)|divid(?:e|ed) (?:it|this|that|the|your|by)|calculate|add (?:up|together)"
    r"|work out (?:the|your|a|how much|how many)|take away \d|sum of|minus|per (?:kg|kilogram|pound)s?"
    r"|(?:of|by|times) your (?:body )?weight|for (?:each|every) (?:kg|kilogram|pound)|round (?:up|down)|convert)\b"
)
_PEOPLE = re.compile(rf"(?i)\b{_AMOUNT}\b(?= (?:people|patients|men|women|children|died|got|had|were|recovered)\b)")
_LEFT_OUT = re.compile(r"(?i)\b(?:do not|don[’']t|need not|no need to|never|you do not have to)\b[^.;:]*$")  # noqa: RUF001


def _sentences(subject: Written) -> Iterator[tuple[Text, str, str]]:
    """Each sentence that the handout's blocks print, as (its text, its words, its block)."""
    for block in subject.handout.blocks:
        for text in texts_in(block):
            for sentence in sentences_in(plain_words(text)):
                yield text, sentence, block.id


def _find_percentages(subject: Written) -> Iterator[Flaw]:
    for text, sentence, block in _sentences(subject):
        if _PERCENT.search(sentence) and not _IN_HUNDRED.search(sentence):
            yield Flaw(text.at, "a percentage without “in 100”", block)


def _find_denominators(subject: Written) -> Iterator[Flaw]:
    told = list(_chances(subject))
    if not told:
        return
    usual = _usual_total(subject, told)
    for text, words, total, block in told:
        if total != usual:
            what = f"the chance “{words}” is out of {total}, others in this handout are out of {usual}"
            yield Flaw(text.at, what, block, f"write it out of {usual}, as the others")


def _chances(subject: Written) -> Iterator[tuple[Text, str, str, str]]:
    """The chances told in words, as (text, words, total, block); the counts of a study are none."""
    for passage in passages_in(subject.handout, subject.library):
        counts = {(f"{each.count}", f"{each.of}") for each in _counts_named(passage, subject.library)}
        for text in passage.texts:
            for match in _CHANCE.finditer(plain_words(text)):
                part, total = _number(match[1]), _number(match[2])
                people = not _NO_PEOPLE.fullmatch(match[3]) and not _is_year(total, match[3])
                if people and int(part) <= int(total) and (part, total) not in counts:
                    yield text, match[0].strip(), total, passage.block.id


def _number(words: str) -> str:
    return _IN_WORDS.get(words.lower(), words.replace(",", ""))


def _is_year(total: str, after: str) -> bool:
    return 1900 <= int(total) <= 2100 and after.lower() not in {"people", "patients", "men", "women", "children"}


def _usual_total(subject: Written, told: Iterable[tuple[Text, str, str, str]]) -> str:
    """The total that chances are out of: that of the drawn ones, else the one that stands there most."""
    statements = statements_in(subject.handout)
    drawn = [each.chance for each in statements if isinstance(each, Outcome) and each.chance]
    figures = [figure for figure in map(subject.library.figure, drawn) if isinstance(figure, Chance)]
    if figures:
        return str(figures[0].per)
    return Counter(total for _, _, total, _ in told).most_common(1)[0][0]


def _counts_named(passage: Passage, library: Library) -> Iterator[Count]:
    for reference in figures_named(passage.statement):
        figure = library.figure(reference)
        claim = library.claims.get(reference)
        for each in (figure,) if figure else claim.figures.values() if claim else ():
            if isinstance(each, Count):
                yield each


def _find_decimals(subject: Written) -> Iterator[Flaw]:
    for text, sentence, block in _sentences(subject):
        for match in _DECIMAL.finditer(sentence):
            before, after = sentence[: match.start()], sentence[match.end() :]
            if not (_UNIT.match(after) or _MONEY.search(before) or _TEST.search(before)):
                yield Flaw(text.at, f"the decimal number {match[0]}", block)


def _find_arithmetic(subject: Written) -> Iterator[Flaw]:
    for text, sentence, block in _sentences(subject):
        for match in _ARITHMETIC.finditer(sentence):
            if not _LEFT_OUT.search(sentence[: match.start()]):
                yield Flaw(text.at, f"“{match[0]}” leaves arithmetic to the reader", block)


def _find_study_sizes(subject: Written) -> Iterator[Flaw]:
    for passage in passages_in(subject.handout, subject.library):
        counts = list(_counts_named(passage, subject.library))
        for text in passage.texts if counts else ():
            for sentence in sentences_in(plain_words(text)):
                for count in _without_people(sentence, counts):
                    what = f"“{count.count}” of a study does not say of how many people ({count.of})"
                    yield Flaw(text.at, what, passage.block.id, f"write {count.count} of {count.of} in one sentence")


def _without_people(sentence: str, counts: list[Count]) -> list[Count]:
    """The first count of which a sentence says the number of people and none of the totals that belong to it."""
    known = set(numbers_in(sentence))
    said = {_number(match[1]) for match in _PEOPLE.finditer(sentence)}
    said -= {str(each.of) for each in counts if str(each.count) in known}  # a total may be a count too: 7 of these 24
    for count in counts:
        own = {str(each.of) for each in counts if each.count == count.count}
        if str(count.count) in said and not own & known:
            return [count]
    return []


CHECKS: Final[tuple[Check[Written], ...]] = (
    Check(
        id="numbers/percentage",
        title="A percentage is also told as “in 100”",
        level=Level.CONTENT,
        find=_find_percentages,
        number="C14",
        standards=("PEMAT 6", "CCI 16", "CCI 20"),
        rationale="“10 in 100 people” is understood by more readers than “10%”: it says of whom.",
        remedy="write “… in 100 people”, or add it in the same sentence",
        bad="About 10% of people got worse.",
        good="About 10 in 100 people (10%) got worse.",
        draft=Severity.WARNING,
    ),
    Check(
        id="numbers/denominators",
        title="All chances in a handout are out of one total",
        level=Level.CONTENT,
        find=_find_denominators,
        number="C14",
        standards=("CCI 17", "PEMAT 6"),
        rationale="Readers compare the first numbers: 1 in 5 looks smaller than 10 in 100. The count of a study (9 of "
        "12 people), typed as a figure of `kind: count`, stays what it was.",
        remedy="write all chances out of the same total",
        bad="Pain: 10 in 100 people. Fever: 1 in 5 people.",
        good="Pain: 10 in 100 people. Fever: 20 in 100 people.",
        draft=Severity.WARNING,
    ),
    Check(
        id="numbers/decimal",
        title="Numbers are whole, but for doses, test values and money",
        level=Level.CONTENT,
        find=_find_decimals,
        number="C14",
        standards=("CCI 15", "PEMAT 6", "NHS numbers"),
        rationale="Decimals are misread, and claim a precision that small studies do not have.",
        remedy="round it, or tell it with whole numbers out of 100",
        bad="It took 2.5 times as long.",
        good="The dose is 2.5 mg a day.",
        draft=Severity.WARNING,
    ),
    Check(
        id="numbers/arithmetic",
        title="No arithmetic is left to the reader",
        level=Level.CONTENT,
        find=_find_arithmetic,
        number="C14",
        standards=("PEMAT 7", "PEMAT 24", "CCI 17"),
        rationale="Who is ill, tired or afraid makes mistakes in arithmetic, and a wrong dose or chance may harm.",
        remedy="work it out for the reader, and print the result",
        bad="Take 2 mg per kg of your weight.",
        good="Do not add up these numbers. Your team tells you your dose.",
        draft=Severity.WARNING,
    ),
    Check(
        id="numbers/study-size",
        title="The count of a study says of how many people",
        level=Level.CONTENT,
        find=_find_study_sizes,
        number="C14",
        standards=("PEMAT 6", "CCI 16"),
        rationale="“9 people got better” tells nothing without the number of people who were treated.",
        remedy="say the number of people in the same sentence",
        bad="blocks: {overview: {kind: overview, heading: A small study, paragraphs: "
        "{p: {say: With the cells 9 people got better., claims: [MSC6.remission_cells]}}}}",
        good="blocks: {overview: {kind: overview, heading: A small study, paragraphs: "
        "{p: {say: With the cells 9 of 12 people got better., claims: [MSC6.remission_cells]}}}}",
        draft=Severity.WARNING,
    ),
)
"""The checks of numbers."""

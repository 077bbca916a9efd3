"""The numbers in a passage, whatever digits and marks its language uses, and whether readers can use them."""

# ruff: noqa: RUF001 - the characters that look like others are what is tested

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest
from babel.numbers import format_decimal
from check_examples import written
from hypothesis import given
from hypothesis import strategies as st

from handouts.checks.numbers import CHECKS, numbers_in
from handouts.model import Library

WHOLE = st.integers(min_value=0, max_value=999_999_999).map(Decimal)
DECIMAL = st.builds(lambda n, places: Decimal(n).scaleb(-places), st.integers(1, 99_999_999), st.sampled_from([1, 2]))
TAGS = ("en", "es", "de", "fr", "ar", "ar_EG", "hi", "de_CH", "fr_CH")
DIGITS = {"latin": "0123456789", "arabic": "٠١٢٣٤٥٦٧٨٩", "devanagari": "०१२३४५६७८९"}
STYLES = [(tag, "latn", "latin") for tag in TAGS]
STYLES += [("ar", "arab", "arabic"), ("ar_EG", "default", "arabic"), ("hi", "default", "devanagari")]


def plain(value: Decimal) -> str:
    whole, _, rest = f"{value:f}".partition(".")
    rest = rest.rstrip("0")
    return f"{whole}.{rest}" if rest else whole


def in_language(value: Decimal, tag: str, system: str, digits: str) -> str:
    """The number as CLDR has it; Babel gives the marks of a numbering system, but its digits are always ASCII."""
    text = format_decimal(value, locale=tag, numbering_system=system, decimal_quantization=False)
    return text.translate(str.maketrans(DIGITS["latin"], DIGITS[digits]))


@pytest.mark.parametrize(("tag", "system", "digits"), STYLES)
@given(value=st.one_of(WHOLE, DECIMAL))
def test_a_number_written_in_any_language_is_the_same_number(
    tag: str, system: str, digits: str, value: Decimal
) -> None:
    assert numbers_in(f"a {in_language(value, tag, system, digits)} b") == Counter([plain(value)])


def test_the_styles_differ() -> None:
    assert len({in_language(Decimal("1234567.5"), *style) for style in STYLES}) > 6


@given(st.lists(st.integers(0, 999), max_size=6))
def test_numbers_are_counted_as_often_as_they_stand(values: list[int]) -> None:
    assert numbers_in(" x ".join(map(str, values))) == Counter(map(str, values))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("no numbers, ⅔ and x² neither", []),
        ("1.234.567,5", ["1234567.5"]),
        ("1,234,567.5", ["1234567.5"]),
        ("12,34,567.5", ["1234567.5"]),
        ("1\u202f234\u202f567,5", ["1234567.5"]),
        ("1\u00a0234", ["1234"]),
        ("3’000", ["3000"]),
        ("١٬٢٣٤٫٥", ["1234.5"]),
        ("٠٫١٢٥", ["0.125"]),
        ("१२३", ["123"]),
        ("1,234", ["1234"]),
        ("1.234", ["1234"]),
        ("0.125", ["0.125"]),
        ("5,6", ["5.6"]),
        ("2026-11-22", ["2026", "11", "22"]),
        ("10–20", ["10", "20"]),
        ("In 2004, 7 of 53.", ["2004", "7", "53"]),
        ("38.0 °C", ["38.0"]),
        ("(HSCT8)", ["8"]),
    ],
)
def test_examples(text: str, expected: list[str]) -> None:
    assert numbers_in(text) == Counter(expected)


BY_ID = {check.id: check for check in CHECKS}


def whats(check: str, say: str, library: Library, claims: str = "") -> list[str]:
    paragraph = f"{{say: {say!r}, claims: [{claims}]}}"
    block = f"{{kind: overview, heading: X, paragraphs: {{a: {paragraph}}}}}"
    return [flaw.what for flaw in BY_ID[check].find(written(f"blocks: {{overview: {block}}}", library))]


@pytest.mark.parametrize(
    ("say", "count"),
    [
        ("About 10% got worse.", 1),
        ("About 10 percent got worse.", 1),
        ("About 10 per cent got worse.", 1),
        ("About 10 in 100 people (10%) got worse.", 0),
        ("About 10%, or 10 out of 100, got worse.", 0),
        ("About 10 in 100 got worse. That is 10%.", 1),
        ("A percentage is hard to read.", 0),
    ],
)
def test_a_percentage_is_told_as_in_100(library: Library, say: str, count: int) -> None:
    assert len(whats("numbers/percentage", say, library)) == count


@pytest.mark.parametrize(
    ("say", "total"),
    [
        ("It happens to 1 in 5 people.", "5"),
        ("It happens to one in ten people.", "10"),
        ("It happens to 1 out of 20.", "20"),
        ("It happens to 1 out of every 1,000 people.", "1000"),
        ("It happens to 9 of every 10 women.", "10"),
        ("It happens to 20 in 100 people.", ""),
        ("It happens to 20 in a hundred people.", ""),
        ("It took place 3 in 2004.", ""),
        ("It happens once in 5 years, 2 in 10 years.", ""),
        ("There were 20 people in 8 states.", ""),
        ("There were 2 in 8 hospitals.", ""),
        ("Of 12 people, 9 got better; 9 of 12.", ""),
        ("Rooms 5 in 2.", ""),
    ],
)
def test_all_chances_are_out_of_what_the_drawn_ones_are(library: Library, say: str, total: str) -> None:
    found = whats("numbers/denominators", say, library)
    assert len(found) == bool(total)
    assert all(f"is out of {total}, others in this handout are out of 100" in what for what in found)


def test_a_studys_count_stays_what_it_was(library: Library) -> None:
    say = "They got better: 9 out of 12 people."
    assert whats("numbers/denominators", say, library)
    assert not whats("numbers/denominators", say, library, "MSC6.remission_cells")
    assert not whats("numbers/denominators", say, library, "MSC6")


def test_without_a_drawn_chance_the_total_that_stands_there_most_is_the_handouts(library: Library) -> None:
    words = "It hurt 1 in 10, burned 2 in 10 and itched 3 in 20 people."
    block = f"{{kind: overview, heading: X, paragraphs: {{a: '{words}'}}}}"
    subject = written(f"blocks: {{risks: null, benefits: null, overview: {block}}}", library)
    (flaw,) = BY_ID["numbers/denominators"].find(subject)
    assert "“3 in 20” is out of 20, others in this handout are out of 10" in flaw.what
    assert flaw.remedy == "write it out of 10, as the others"


@pytest.mark.parametrize(
    ("say", "decimals"),
    [
        ("It took 2.5 times as long.", ["2.5"]),
        ("About 12.7 in 100 died, or 0.5 more.", ["12.7", "0.5"]),
        ("It lasts 1.5 years.", ["1.5"]),
        ("Take 2.5 mg.", []),
        ("Take 0.5 ml, then 1.5 tablets.", []),
        ("Your creatinine level was 1.3.", []),
        ("It is 38.5 °C.", []),
        ("It costs $2.50 or USD 2.50.", []),
        ("See rule 3.2.1.", []),
        ("It took 2 years. 5 people came.", []),
        ("At {fever} call us.", []),
        ("It cost 36,000 dollars.", []),
    ],
)
def test_a_decimal_is_for_doses_test_values_and_money(library: Library, say: str, decimals: list[str]) -> None:
    assert whats("numbers/decimal", say, library) == [f"the decimal number {number}" for number in decimals]


@pytest.mark.parametrize(
    ("say", "count"),
    [
        ("Take 2 mg per kg.", 1),
        ("Take 2 mg for each kilogram.", 1),
        ("Subtract 10 from it.", 1),
        ("Multiply it by 4 and divide it by 2.", 2),
        ("Work out how much you need.", 1),
        ("Add up the numbers.", 1),
        ("Calculate your dose.", 1),
        ("Do not add up the rows or work out a mean.", 0),
        ("You do not have to calculate your dose.", 0),
        ("Don’t wait; calculate your dose.", 1),
        ("Cells divide and multiplying cells grow.", 0),
        ("It will work out for you.", 0),
        ("Ask for an added check.", 0),
    ],
)
def test_no_arithmetic_is_left_to_the_reader(library: Library, say: str, count: int) -> None:
    assert len(whats("numbers/arithmetic", say, library)) == count


@pytest.mark.parametrize(
    ("say", "claims", "count"),
    [
        ("With MSCs 9 people got better.", "MSC6.remission_cells", 1),
        ("With MSCs nine people got better.", "MSC6.remission_cells", 1),
        ("With MSCs 9 of 12 people got better.", "MSC6.remission_cells", 0),
        ("Of 12 people with MSCs, 9 got better.", "MSC6.remission_cells", 0),
        ("There were 12 people. Then 9 got better.", "MSC6.remission_cells", 1),
        ("With MSCs 9 people got better.", "", 0),
        ("It took 9 weeks.", "MSC6.remission_cells", 0),
        ("In one study of 40 people, 24 got better. Of those 24 people, 7 got worse.", "MSC4", 0),
        ("In one study 24 people got better.", "MSC4", 1),
        ("Of those 24 people, some got worse.", "MSC4", 1),
    ],
)
def test_a_count_says_of_how_many_people(library: Library, say: str, claims: str, count: int) -> None:
    assert len(whats("numbers/study-size", say, library, claims)) == count

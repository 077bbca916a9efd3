"""The numbers in a passage, whatever digits and marks its language uses."""

# ruff: noqa: RUF001 - the characters that look like others are what is tested

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from handouts.checks.numbers import numbers_in

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


def written(value: Decimal, tag: str, system: str, digits: str) -> str:
    """The number as CLDR has it; Babel gives the marks of a numbering system, but its digits are always ASCII."""
    text = format_decimal(value, locale=tag, numbering_system=system, decimal_quantization=False)
    return text.translate(str.maketrans(DIGITS["latin"], DIGITS[digits]))


@pytest.mark.parametrize(("tag", "system", "digits"), STYLES)
@given(value=st.one_of(WHOLE, DECIMAL))
def test_a_number_written_in_any_language_is_the_same_number(
    tag: str, system: str, digits: str, value: Decimal
) -> None:
    assert numbers_in(f"a {written(value, tag, system, digits)} b") == Counter([plain(value)])


def test_the_styles_differ() -> None:
    assert len({written(Decimal("1234567.5"), *style) for style in STYLES}) > 6


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

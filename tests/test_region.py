"""What the brand's region changes, and how numbers, dates and facts are written."""

from __future__ import annotations

import pytest
from sheets import DAY, handout_of

from handouts.layers import Layers
from handouts.model import (
    Fact,
    Glossary,
    Group,
    Handout,
    Library,
    Point,
    Points,
    Prose,
    Region,
    Sources,
    Statement,
    Step,
    Steps,
    Text,
    texts_in,
)
from handouts.reader import handout_ids, read_handout
from handouts.region import date_text, fact_text, for_region, list_text, locale_of, number_text

US = Region(territory="US", emergency="911", currency="USD", temperature=("fahrenheit", "celsius"))
WORLD = Region(temperature=("celsius",))
TAGS = ("en", "es", "ar", "zh-Hans", "hi", "fr", "vi", "ru", "ur", "bn", "km", "am", "ko")


def words(made: Handout) -> list[str]:
    return [text.value for block in made.blocks for text in texts_in(block)]


def everywhere(value: str) -> Statement:
    return Statement(say=Text(value))


def only_us(value: str) -> Statement:
    return Statement(say=Text(value), only=("us",))


def test_passages_for_other_regions_are_left_out_wherever_they_stand() -> None:
    made = handout_of(
        Prose(id="a", kind="k", intro=only_us("intro"), paragraphs={"x": everywhere("x"), "y": only_us("y")}),
        Points(
            id="b",
            kind="k",
            items={"p": Point(say=Text("p"), only=("us", "other"))},
            groups={
                "g": Group(name=Text("g"), items={"q": Point(say=Text("q")), "r": Point(say=Text("r"), only=("us",))}),
                "h": Group(name=Text("h"), only=("us",)),
            },
        ),
        Steps(id="c", kind="k", steps={"s": Step(name=Text("s"), only=("us",)), "t": Step(name=Text("t"))}),
        Prose(id="d", kind="k", only=("us",), paragraphs={"z": everywhere("z")}),
    )
    assert set(words(for_region(made, "us"))) == {"intro", "x", "y", "p", "g", "q", "r", "h", "s", "t", "z"}
    assert set(words(for_region(made, "world"))) == {"x", "g", "q", "t"}
    assert for_region(made, "us") == made
    assert [block.id for block in for_region(made, "world").blocks] == ["a", "b", "c"]


def test_a_block_that_a_region_leaves_empty_is_left_out_and_a_filled_in_one_stays() -> None:
    made = handout_of(
        Prose(id="a", kind="k", paragraphs={"x": only_us("x")}),
        Sources(id="sources", kind="sources"),
        Glossary(id="words", kind="glossary", terms=("lupus",)),
    )
    assert [block.id for block in for_region(made, "world").blocks] == ["sources", "words"]


def test_the_librarys_handouts_differ_between_its_regions(layers: Layers, library: Library) -> None:
    ids = handout_ids(layers)
    read = [read_handout(layers, handout_id, library)[0] for handout_id in ids]
    assert any(for_region(each, "us") != for_region(each, "international") for each in read)
    for each in read:
        ids_of = {region: [block.id for block in for_region(each, region).blocks] for region in library.regions}
        assert len(ids_of) >= 2
        assert all(ids == ids_of["us"] for ids in ids_of.values())


@pytest.mark.parametrize(
    ("region", "tag", "expected"),
    [
        (US, "en", "100.4\u00a0°F (38.0\u00a0°C)"),
        (WORLD, "en", "38.0\u00a0°C"),
        (WORLD, "es", "38,0\u00a0°C"),
        (US, "es", "100.4\u00a0°F (38.0\u00a0°C)"),
        (WORLD, "ar", "38.0\u00a0°C"),
        (WORLD, "zh-Hans", "38.0\u00a0°C"),
        (WORLD, "hi", "38.0\u00a0°C"),
    ],
)
def test_a_temperature_is_written_in_the_units_of_the_region(region: Region, tag: str, expected: str) -> None:
    assert fact_text(Fact(temperature=38.0), region, tag) == expected


def test_money_of_the_region_has_its_sign_and_other_money_its_code() -> None:
    price = Fact.model_validate({"money": 8900, "currency": "USD"})
    assert fact_text(price, US, "en") == "$8,900"
    assert fact_text(price, WORLD, "en") == "USD\u00a08,900"
    assert {"8900"} == {"".join(c for c in fact_text(price, US, tag) if c.isdecimal()) for tag in TAGS}


@pytest.mark.parametrize("name", ["phone", "email", "web", "dose"])
def test_other_facts_are_written_as_they_are(name: str) -> None:
    value = {"phone": "555-0100", "email": "a@clinic.example", "web": "clinic.example/x", "dose": "5 mg"}[name]
    fact = Fact.model_validate({name: value})
    assert {fact_text(fact, region, tag) for region in (US, WORLD) for tag in TAGS} == {value}


@pytest.mark.parametrize("tag", TAGS)
def test_digits_are_latin_in_every_language(tag: str) -> None:
    written = [number_text(204000, locale_of(tag)), number_text(38.5, locale_of(tag)), date_text(DAY, tag)]
    assert all(c.isascii() for text in written for c in text if c.isdecimal())
    assert "22" in written[2]
    assert "2026" in written[2]


def test_dates_are_words_of_the_language() -> None:
    assert date_text(DAY, "en") == "November 22, 2026"
    assert date_text(DAY, "es") == "22 de noviembre de 2026"
    assert date_text(DAY, "zh-Hans") == "2026年11月22日"
    assert len({date_text(DAY, tag) for tag in TAGS}) == len(TAGS)


def test_lists_are_joined_as_the_language_joins_them() -> None:
    assert list_text(["a", "b", "c"], "en") == "a, b, and c"
    assert list_text(["a", "b"], "es") == "a y b"
    assert list_text([], "en") == ""
    assert list_text(iter(["a"]), "ar") == "a"


def test_spanish_in_the_us_has_the_uss_decimal_mark() -> None:
    assert number_text(38.5, locale_of("es")) == "38,5"
    assert number_text(38.5, locale_of("es", US)) == "38.5"
    assert str(locale_of("zh-Hans", US)) == "zh_Hans"  # CLDR has no Simplified Chinese of the US


def test_regions_of_the_library(library: Library) -> None:
    assert {"us", "international"} <= set(library.regions)
    assert library.regions["us"].emergency == "911"
    assert library.regions["international"].emergency is None
    assert library.regions["international"].temperature == ("celsius",)

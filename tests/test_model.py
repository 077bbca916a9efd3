"""The frozen types of a handout, and the walks over them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError
from sheets import handout_of

from handouts import model
from handouts.findings import NOWHERE, Location
from handouts.model import (
    SHAPES,
    Brand,
    Callout,
    Color,
    Fact,
    Frozen,
    Glossary,
    Group,
    Kind,
    Library,
    Localized,
    Outcome,
    Outcomes,
    Point,
    Points,
    Prose,
    Statement,
    Step,
    Steps,
    Table,
    Text,
    contrast,
    map_texts,
    place_of,
    shape_of,
    statements_in,
    texts_in,
    with_keys,
)
from handouts.source import Scalar

HERE = Location("a.yaml", 3, 9)


def scalar(value: str) -> Scalar:
    made = Scalar(value)
    made.at = HERE
    return made


def types_below(base: type[BaseModel]) -> set[type[BaseModel]]:
    return {base, *(below for child in base.__subclasses__() for below in types_below(child))}


def test_every_type_is_frozen_and_refuses_unknown_keys() -> None:
    types = types_below(Frozen)
    assert len(types) > 20
    assert all(each.model_config["frozen"] and each.model_config["extra"] == "forbid" for each in types)


def test_a_text_keeps_its_place_and_is_what_it_says() -> None:
    text = Statement.model_validate({"say": scalar("  Call us.\n")}).say
    assert text == Text("Call us.", at=HERE)
    assert (str(text), text.key, text.language) == ("Call us.", "", "en")
    assert Statement.model_validate({"say": text}).say is text


def test_names_keep_their_place() -> None:
    statement = Statement.model_validate({"say": "x", "claims": [scalar("HSCT8.deaths")], "only": [scalar("us")]})
    assert place_of(statement.claims[0]) == place_of(statement.only[0]) == HERE
    assert place_of(5) is NOWHERE


def test_a_plain_text_is_a_statement() -> None:
    assert Statement.model_validate("Call us.") == Statement(say=Text("Call us."))
    assert Points(id="a", kind="known", items={"x": Point.model_validate("One.")}).items["x"].say.value == "One."


@pytest.mark.parametrize(
    ("kind", "value", "error"),
    [
        (Statement, {"say": 5}, "text_type"),
        (Statement, {"say": " "}, "text_empty"),
        (Statement, {"say": "x", "claims": ["hsct8"]}, "string_pattern_mismatch"),
        (Statement, {"say": "x", "claims": ["HSCT8.Deaths"]}, "string_pattern_mismatch"),
        (Statement, {"say": "x", "sayy": "y"}, "extra_forbidden"),
        (Prose, {"id": "A b", "kind": "overview", "paragraphs": {}}, "string_pattern_mismatch"),
        (Outcome, {"say": "x"}, "missing"),
        (
            Table,
            {"id": "t", "kind": "k", "columns": {"a": "A"}, "rows": {"r": {"name": "R", "cells": {}}}},
            "table_cells",
        ),
        (Kind, {"shape": "step", "heading": "x"}, "literal_error"),
        (Kind, {"shape": "steps", "heading": "x", "safety": "yes"}, "bool_type"),
        (Fact, {}, "fact_one_value"),
        (Fact, {"phone": "1", "web": "clinic.example"}, "fact_one_value"),
        (Fact, {"money": 5}, "fact_one_value"),
        (Fact, {"phone": "1", "currency": "USD"}, "fact_one_value"),
        (Fact, {"web": "https://clinic.example"}, "string_pattern_mismatch"),
        (Fact, {"email": "clinic.example"}, "string_pattern_mismatch"),
    ],
)
def test_wrong_values_are_refused(kind: type[Frozen], value: dict[str, object], error: str) -> None:
    with pytest.raises(ValidationError) as caught:
        kind.model_validate(value)
    assert error in {detail["type"] for detail in caught.value.errors()}


def test_a_value_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        Statement(say=Text("x")).say = Text("y")  # type: ignore[misc]


def test_a_shape_has_one_name() -> None:
    assert len(SHAPES) == len({shape_of(shape) for shape in SHAPES}) >= 9
    assert all(shape.model_fields["shape"].default == shape_of(shape) for shape in SHAPES)


def sample() -> Points:
    return Points(
        id="known",
        kind="known",
        heading=Text("Known"),
        intro=Statement(say=Text("Intro.")),
        items={"b": Point(say=Text("B.")), "a": Point(name=Text("A"), say=Text("A."))},
        groups={"g": Group(name=Text("Group"), items={"x": Point(say=Text("X."))})},
    )


def test_texts_are_found_in_the_order_of_the_fields() -> None:
    words = [text.value for text in texts_in(sample())]
    assert sorted(words) == ["A", "A.", "B.", "Group", "Intro.", "Known", "X."]
    assert words.index("B.") < words.index("A.")


def test_keys_are_made_of_names_and_never_of_positions() -> None:
    keyed = with_keys(sample(), "h:known")
    assert {text.value: text.key for text in texts_in(keyed)} == {
        "Known": "h:known:heading",
        "Intro.": "h:known:intro.say",
        "B.": "h:known:items.b.say",
        "A": "h:known:items.a.name",
        "A.": "h:known:items.a.say",
        "Group": "h:known:groups.g.name",
        "X.": "h:known:groups.g.items.x.say",
    }
    other_order = sample().model_copy(update={"items": dict(reversed(list(sample().items.items())))})
    assert {text.key for text in texts_in(with_keys(other_order, "h:known"))} == {text.key for text in texts_in(keyed)}


@given(
    st.text(min_size=1), st.dictionaries(st.from_regex("[a-z]{1,5}", fullmatch=True), st.text(min_size=1), max_size=5)
)
def test_mapping_changes_every_text_and_nothing_else(heading: str, items: dict[str, str]) -> None:
    points = {key: Point(say=Text(value)) for key, value in items.items()}
    block = Points(id="a", kind="known", heading=Text(heading), items=points)
    changed = map_texts(block, lambda text, _path: Text(text.value + "!"))
    assert [text.value for text in texts_in(changed)] == [text.value + "!" for text in texts_in(block)]
    assert map_texts(changed, lambda text, _path: Text(text.value[:-1])) == block
    assert list(texts_in(block)) == [Text(heading), *(Text(value) for value in items.values())]


def test_texts_are_found_in_tuples_of_models_and_in_maps() -> None:
    pair = (sample(), Prose(id="p", kind="overview", paragraphs={"x": Statement(say=Text("P."))}))
    assert len(list(texts_in(pair))) == 8
    assert [text.value for text in texts_in({"a": Text("x"), "b": 3, "c": ("y",)})] == ["x"]


def test_statements_and_steps_are_found_wherever_they_stand() -> None:
    found = [each.say.value for each in statements_in(sample()) if each.say]
    assert found == ["Intro.", "B.", "A.", "X."] or sorted(found) == ["A.", "B.", "Intro.", "X."]
    steps = Steps(id="s", kind="process", steps={"one": Step(name=Text("One"))})
    assert [type(each) for each in statements_in((steps, sample()))].count(Step) == 1
    callout = Callout(id="c", kind="key_message", lead=Statement(say=Text("L")), then=Statement(say=Text("T")))
    assert len(list(statements_in(callout))) == 2


def test_two_blocks_cannot_have_one_id() -> None:
    prose = Prose(id="a", kind="overview", paragraphs={"x": Statement(say=Text("P."))})
    assert handout_of(prose).blocks == (prose,)
    with pytest.raises(ValidationError, match="two blocks"):
        handout_of(prose, prose)


def test_colors_know_their_contrast() -> None:
    black, white = Color("#000000"), Color("#ffffff")
    assert contrast(black, white) == contrast(white, black) == pytest.approx(21)
    assert contrast(white, white) == pytest.approx(1)
    assert contrast(Color("#767676"), white) == pytest.approx(4.54, abs=0.01)  # WCAG's well-known lightest grey
    assert black.mixed_with_white(1).value == "#ffffff"
    assert Color("#102030").mixed_with_white(0).value == "#102030"


@pytest.mark.parametrize("value", ["teal", "#fff", "#12345g", "123456", 0x123456, "#123456 "])
def test_a_color_has_six_digits(value: object) -> None:
    colors = {"primary": value, "ink": "#000000", "tint": "#FFFFFF"}
    with pytest.raises(ValidationError):
        model.Colors.model_validate(colors)
    assert model.Colors.model_validate({**colors, "primary": "#0B4F5C"}).primary.value == "#0b4f5c"


def test_a_name_in_one_language_is_the_name_in_all() -> None:
    plain = Localized.model_validate("Example Clinic")
    assert plain.in_language("es") == "Example Clinic"
    both = Localized.model_validate({"default": "Example Clinic", "translations": {"es": "Clínica de Ejemplo"}})
    assert (both.in_language("es"), both.in_language("ar")) == ("Clínica de Ejemplo", "Example Clinic")


@pytest.mark.parametrize("online", ["http://clinic.example", "https://clinic.example/?a=b", "clinic.example"])
def test_an_online_address_is_secure_and_plain(online: str) -> None:
    brand = {"id": "b", "name": "B", "logo": "l.svg", "region": "us"}
    brand |= {"colors": dict.fromkeys(("primary", "ink", "tint"), "#000000")}  # type: ignore[dict-item]
    assert Brand.model_validate({**brand, "online": "https://clinic.example/sheets"}).paper == ("a4", "letter")
    with pytest.raises(ValidationError):
        Brand.model_validate({**brand, "online": online})


def test_the_library_finds_figures_and_the_sources_behind_them(library: Library) -> None:
    with_figures = {claim_id: claim for claim_id, claim in library.claims.items() if claim.figures}
    assert with_figures
    for claim_id, claim in with_figures.items():
        assert library.sources_of(claim_id) == claim.sources
        for figure_id, figure in claim.figures.items():
            assert library.figure(f"{claim_id}.{figure_id}") is figure
            assert library.sources_of(f"{claim_id}.{figure_id}") == figure.sources
        assert library.figure(f"{claim_id}.none") is None
    assert library.figure("NONE.x") is None
    assert library.sources_of("NONE") == ()


def test_a_handout_shares_the_headings_it_lacks_and_the_terms_it_lists(library: Library) -> None:
    term = next(iter(library.terms))
    blocks = (
        Outcomes(id="o", kind="risks", items={}),
        Outcomes(id="p", kind="benefits", heading=Text("Own"), items={}),
        Glossary(id="g", kind="glossary", terms=(term,)),
    )
    shared = library.shared_by(handout_of(*blocks))
    assert shared == (library.kinds["risks"], library.kinds["glossary"], library.terms[term])

"""JSON Schema for editors: draft-07, from the one model."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from handouts import schema
from handouts.cli import main
from handouts.layers import Layers
from handouts.model import SHAPES, Handout, Library, shape_of
from handouts.reader import handout_ids, read_handout
from handouts.source import read_yaml

NAMES = schema.names()
TYPES = {"string", "integer", "number", "boolean", "null", "array", "object"}
NEWER = {"$defs", "prefixItems", "unevaluatedProperties", "dependentRequired"}
"""Keywords that draft-07 does not know: a validator passes over them, and a wrong value with them."""
KNOWN = {
    *("type", "enum", "const", "anyOf", "oneOf", "allOf", "if", "then", "properties", "required", "items"),
    *(
        "additionalProperties",
        "patternProperties",
        "pattern",
        "minLength",
        "minItems",
        "minProperties",
        "maxItems",
        "minimum",
        "maximum",
    ),
    "additionalItems",
    "maxLength",
    *("$ref", "title", "description", "default", "format", "discriminator"),
}
"""What `check` below looks at, or may pass over."""


def parts(value: object) -> Iterator[dict[str, Any]]:
    """Every map below a schema."""
    if isinstance(value, dict):
        yield value
        for item in value.values():
            yield from parts(item)
    elif isinstance(value, list):
        for item in value:
            yield from parts(item)


def resolved(made: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in part:
        part = made["definitions"][part["$ref"].removeprefix("#/definitions/")]
    return part


def test_there_is_a_schema_for_each_kind_of_file() -> None:
    assert {"handout", "block", "brand", "imprint", "claims", "sources", "glossary", "facts", "kinds"} <= set(NAMES)
    assert sorted(set(NAMES)) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_draft_07_and_whole(library: Library, name: str) -> None:
    made = schema.schema(name, library)
    assert made["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert made["type"] == "object"
    every = list(parts({key: item for key, item in made.items() if key != "$schema"}))
    assert len(every) > 5
    for part in every:
        if isinstance(part.get("$ref"), str):
            assert part["$ref"].removeprefix("#/definitions/") in made["definitions"]
        if isinstance(part.get("type"), str):
            assert part["type"] in TYPES
        if isinstance(part.get("required"), list) and isinstance(part.get("properties"), dict):
            assert set(part["required"]) <= set(part["properties"])
    assert not {key for part in every for key in part if key in NEWER}
    assert json.loads(json.dumps(made)) == made


def test_every_kind_and_every_key_of_a_handout_is_offered(library: Library) -> None:
    made = schema.schema("handout", library)
    assert set(made["properties"]) == set(Handout.model_fields)
    required = {name for name, field in Handout.model_fields.items() if field.is_required()} - {"imprint"}
    assert set(made["required"]) == required
    block = made["definitions"]["AnyBlock"]
    assert set(block["properties"]["kind"]["enum"]) == set(library.kinds)
    branches = block["allOf"]
    kinds = [kind for branch in branches for kind in branch["if"]["properties"]["kind"]["enum"]]
    assert sorted(kinds) == sorted(library.kinds)
    assert len(branches) == len(SHAPES)


def test_a_kind_leads_to_the_keys_of_its_shape(library: Library) -> None:
    made = schema.schema("block", library)
    shapes = {shape_of(shape): shape for shape in SHAPES}
    assert made["allOf"]
    for branch in made["allOf"]:
        body = resolved(made, branch["then"])
        (shape,) = {library.kinds[kind].shape for kind in branch["if"]["properties"]["kind"]["enum"]}
        model = shapes[shape]
        assert set(body["properties"]) == set(model.model_fields) - {"shape"}
        assert body["additionalProperties"] is False
        required = {name for name, field in model.model_fields.items() if field.is_required()}
        assert set(body["required"]) == required - {"id"}  # a block in a file of its own is named by the file
        whole = schema.schema("handout", library)
        assert set(whole["definitions"][model.__name__]["required"]) == required


def test_a_text_is_a_plain_string(library: Library) -> None:
    made = schema.schema("handout", library)
    assert resolved(made, made["properties"]["title"])["type"] == "string"
    say = resolved(made, made["definitions"]["Step"])["properties"]["name"]
    assert resolved(made, say)["type"] == "string"
    color = schema.schema("brand", library)["definitions"]["Colors"]["properties"]["ink"]
    assert color["type"] == "string"


def test_a_plain_text_is_offered_wherever_the_reader_takes_one(library: Library) -> None:
    """A statement and a name may be written as a text alone; an editor must not call that an error."""
    statement = accepts(schema.schema("handout", library), "Statement")
    assert "string" in statement
    assert "string" in accepts(schema.schema("handout", library), "Point")
    assert "string" in accepts(schema.schema("brand", library), "Localized")


def accepts(made: dict[str, Any], definition: str) -> set[str]:
    part = made["definitions"][definition]
    return {resolved(made, each).get("type", "") for each in part.get("anyOf", [part])}


PYTHON = {
    "string": str,
    "integer": int,
    "number": int | float,
    "boolean": bool,
    "array": list,
    "object": dict,
    "null": type(None),
}


def check(made: dict[str, Any], part: dict[str, Any], value: object, path: str = "") -> list[str]:
    """What a draft-07 validator would say, for the keywords that our schemas use."""
    part = resolved(made, part)
    if "type" in part and (isinstance(value, bool) != (part["type"] == "boolean") or not _is_a(value, part["type"])):
        return [f"{path}: not of type {part['type']}"]
    found = [*_wrong_value(part, value, path), *_wrong_choice(made, part, value, path)]
    if isinstance(value, dict):
        found += _wrong_map(made, part, value, path)
    if isinstance(value, list) and isinstance(part.get("items"), dict):
        found += chain(*(check(made, part["items"], item, f"{path}/{index}") for index, item in enumerate(value)))
    return found


def _is_a(value: object, kind: str) -> bool:
    return isinstance(value, PYTHON[kind])


def _wrong_value(part: dict[str, Any], value: object, path: str) -> Iterator[str]:
    if "enum" in part and value not in part["enum"]:
        yield f"{path}: {value} is not among {part['enum']}"
    if "const" in part and value != part["const"]:
        yield f"{path}: is not {part['const']}"
    if isinstance(value, str) and not re.search(part.get("pattern", ""), value):
        yield f"{path}: has not the form {part['pattern']}"
    if isinstance(value, int | float) and not part.get("minimum", value) <= value <= part.get("maximum", value):
        yield f"{path}: is too small or too large"
    if isinstance(value, str | list | dict):
        length = {str: "Length", list: "Items", dict: "Properties"}[type(value)]
        if not part.get(f"min{length}", 0) <= len(value) <= part.get(f"max{length}", len(value)):
            yield f"{path}: is too short or too long"


def _wrong_choice(made: dict[str, Any], part: dict[str, Any], value: object, path: str) -> Iterator[str]:
    for name in ("anyOf", "oneOf"):
        results = [check(made, choice, value, path) for choice in part.get(name, [])]
        if results and all(results):
            yield from min(results, key=len)
    for each in part.get("allOf", []):
        if "if" not in each or not check(made, each["if"], value, path):
            yield from check(made, each.get("then", each), value, path)


def _wrong_map(made: dict[str, Any], part: dict[str, Any], value: dict[str, Any], path: str) -> Iterator[str]:
    yield from (f"{path}: lacks {name}" for name in part.get("required", []) if name not in value)
    patterns = part.get("patternProperties", {})
    for key, item in value.items():
        other = next((below for form, below in patterns.items() if re.search(form, key)), None)
        below = part.get("properties", {}).get(key, other or part.get("additionalProperties", True))
        if below is False:
            yield f"{path}: {key} is not allowed"
        elif isinstance(below, dict):
            yield from check(made, below, item, f"{path}/{key}")


def plain(path: str) -> dict[str, Any]:
    """A YAML file as an editor sees it."""
    value: dict[str, Any] = json.loads(json.dumps(read_yaml(Path(path))[0]))
    return value


@pytest.mark.parametrize("name", NAMES)
def test_the_check_below_knows_every_keyword(library: Library, name: str) -> None:
    def keywords(part: dict[str, Any]) -> set[str]:
        """The keywords of a schema, not the names of properties."""
        found = set(part)
        below = [
            part[key] for key in ("items", "additionalProperties", "if", "then") if isinstance(part.get(key), dict)
        ]
        below += [each for key in ("anyOf", "oneOf", "allOf") for each in part.get(key, [])]
        for key in ("properties", "patternProperties", "definitions"):
            below += part.get(key, {}).values()
        return found.union(*map(keywords, below))

    assert keywords(schema.schema(name, library)) - KNOWN == {"$schema", "definitions"}


def test_the_schemas_accept_the_files_of_the_library(layers: Layers, library: Library) -> None:
    files = {name: f"content/{name}.yaml" for name in schema.FILES if name not in ("languages", "mutes")}
    files |= {"languages": "locales/languages.yaml", "imprint": "content/imprint.yaml"}
    assert set(files) | {"handout", "block", "brand", "mutes"} == set(NAMES)
    for name, file in files.items():
        made = schema.schema(name, library)
        assert (check(made, made, plain(str(layers.find(file))))) == []
    for kind, names in {"brand": ["brands/default/brand", "brands/sample/brand"], "block": ["blocks/get_help"]}.items():
        made = schema.schema(kind, library)
        for name in names:
            assert (check(made, made, plain(str(layers.find(f"content/{name}.yaml"))))) == []


def test_the_schema_accepts_every_handout_of_the_library(layers: Layers, library: Library) -> None:
    made = schema.schema("handout", library)
    ids = handout_ids(layers)
    assert len(ids) >= 7
    for handout_id in ids:
        assert (check(made, made, plain(str(layers.find(f"content/handouts/{handout_id}.yaml"))))) == []
        assert read_handout(layers, handout_id, library)


@pytest.mark.parametrize(
    "change",
    [
        {"titel": "x"},
        {"title": 5},
        {"treatment": "no"},
        {"blocks": {}},
        {"blocks": [{"id": "a", "kind": "nope"}]},
        {"blocks": [{"id": "a", "kind": "key_message", "led": "x"}]},
        {"blocks": [{"id": "a", "kind": "overview"}]},
        {"blocks": [{"id": "a"}]},
        {"blocks": [{"use": "get_help", "heading": "x"}]},
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(
    layers: Layers, library: Library, change: dict[str, object]
) -> None:
    made = schema.schema("handout", library)
    value = {**plain(str(layers.find("content/handouts/overview.yaml"))), **change}
    assert check(made, made, value)


def test_the_command_prints_a_schema(capsys: pytest.CaptureFixture[str], library: Library) -> None:
    assert main(["schema", "brand"]) == 0
    assert json.loads(capsys.readouterr().out) == schema.schema("brand", library)

"""JSON Schema (draft-07, which the YAML language server reads) from the one model, for completion in an editor."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from handouts.appraisal.standard import Attestation, Standard
from handouts.model import (
    SHAPES,
    Brand,
    Claim,
    Fact,
    Handout,
    Imprint,
    Kind,
    Language,
    Library,
    PlainWord,
    Region,
    Source,
    Term,
    shape_of,
)
from handouts.mutes import Mute

DRAFT = "http://json-schema.org/draft-07/schema#"
FILES: dict[str, type[BaseModel]] = {
    "appraisal": Standard,
    "attestations": Attestation,
    "claims": Claim,
    "facts": Fact,
    "glossary": Term,
    "kinds": Kind,
    "languages": Language,
    "mutes": Mute,
    "plain_words": PlainWord,
    "regions": Region,
    "sources": Source,
}
"""Files of `id: entry` lines, and the type of an entry."""


def names() -> list[str]:
    """The schemas there are: one for each kind of file."""
    return sorted([*FILES, "block", "brand", "handout", "imprint"])


def schema(name: str, library: Library) -> dict[str, Any]:
    """The schema of a kind of file; the kinds of block come from `kinds.yaml`."""
    if name in FILES:
        entry = FILES[name].model_json_schema(ref_template="#/definitions/{model}")
        body: dict[str, Any] = {"type": "object", "additionalProperties": entry}
        definitions = entry.pop("$defs", {})
    elif name == "handout":
        body = _handout(library)
        definitions = body.pop("$defs", {})
    else:
        model: Any = {"brand": Brand, "imprint": Imprint}.get(name)
        body = _block(library) if model is None else _model(model)
        definitions = body.pop("$defs", {})
    if name == "block":  # a file of its own takes its id from its name
        for part in definitions.values():
            part["required"] = [key for key in part.get("required", []) if key != "id"]
    made = {"$schema": DRAFT, "title": f"Patient Handouts: {name}", **body, "definitions": definitions}
    _as_draft_07(made)
    return made


def _as_draft_07(part: Any) -> None:
    """Write what newer drafts call `prefixItems` as draft-07 does."""
    if isinstance(part, dict):
        if "prefixItems" in part:
            part |= {"items": part.pop("prefixItems"), "additionalItems": False}
        part = list(part.values())
    if isinstance(part, list):
        for each in part:
            _as_draft_07(each)


def _model(model: type[Any]) -> dict[str, Any]:
    found: dict[str, Any] = model.model_json_schema(ref_template="#/definitions/{model}")
    return found


def _block(library: Library) -> dict[str, Any]:
    """A block of any kind: the kind decides which keys belong to it."""
    definitions: dict[str, Any] = {}
    branches = []
    for shape in SHAPES:
        kinds = sorted(name for name, kind in library.kinds.items() if kind.shape == shape_of(shape))
        body = _model(shape)
        definitions.update(body.pop("$defs", {}))
        body["properties"].pop("shape", None)
        body["properties"]["kind"] = {"enum": kinds}
        definitions[shape.__name__] = body
        branches.append(
            {
                "if": {"properties": {"kind": {"enum": kinds}}, "required": ["kind"]},
                "then": {"$ref": f"#/definitions/{shape.__name__}"},
            }
        )
    every_kind = sorted(library.kinds)
    return {
        "type": "object",
        "properties": {"id": {"type": "string"}, "kind": {"enum": every_kind}},
        "required": ["kind"],
        "allOf": branches,
        "$defs": definitions,
    }


def _handout(library: Library) -> dict[str, Any]:
    body = _model(Handout)
    block = _block(library)
    definitions = {**body.pop("$defs", {}), **block.pop("$defs"), "AnyBlock": block}
    shared = {
        "type": "object",
        "properties": {"use": {"type": "string"}, "only": {"type": "array", "items": {"type": "string"}}},
        "required": ["use"],
        "additionalProperties": False,
    }
    body["properties"]["blocks"] = {
        "type": "array",
        "items": {"anyOf": [shared, {"$ref": "#/definitions/AnyBlock"}]},
    }
    body["required"] = [name for name in body["required"] if name != "imprint"]
    return {**body, "$defs": definitions}

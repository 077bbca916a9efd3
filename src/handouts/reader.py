"""Values with places to the model: every shape error of a file, all at once, each at its line and column.

Chooses by pydantic's error `type`, never by its English words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from handouts import markup
from handouts.findings import Finding, HandoutError, Location, Severity, did_you_mean, errors
from handouts.layers import Layers
from handouts.model import (
    Brand,
    Claim,
    Fact,
    Frozen,
    Handout,
    Kind,
    Language,
    Library,
    PlainWord,
    Region,
    Source,
    Term,
    texts_in,
    with_keys,
)
from handouts.source import Map, Scalar, Seq, read_yaml

M = TypeVar("M", bound=BaseModel)

HANDOUTS = "content/handouts"
BLOCKS = "content/blocks"
BRANDS = "content/brands"

IMPRINT_PREFIX = "imprint"


def _field_names() -> set[str]:
    known: set[str] = set()
    waiting: list[type[BaseModel]] = [Frozen]
    while waiting:
        model = waiting.pop()
        known |= set(model.model_fields) | {"use"}
        waiting += model.__subclasses__()
    return known


def _tag(data: object) -> object:
    return data.get("shape", data.get("kind")) if isinstance(data, Map) else None


def _walk(data: object, path: tuple[int | str, ...]) -> tuple[object, Location, str]:
    """Follow pydantic's path through the values: the last value reached, its place, and its block's id.

    Parts of the path that are no keys of ours (the tag of a union, a validator's name) are passed over.
    """
    where = data.at if isinstance(data, Map | Seq) else Location("")
    tag: object = None
    block = ""
    for part in path:
        if isinstance(data, Map) and part == tag:
            tag = None  # the union's tag: a shape or a kind of figure may be named like a field of its own
        elif isinstance(data, Map) and isinstance(part, str) and part in data:
            where, data = data.value_at[part], data[part]
            tag = _tag(data)
        elif isinstance(data, Seq) and isinstance(part, int) and part < len(data):
            where, data = data.value_at[part], data[part]
            tag = _tag(data)
            if isinstance(data, Map) and "kind" in data:
                block = str(data.get("id") or "")
    return data, where, block


_REMEDIES = {
    "text_type": ("this must be a text", "put it in quotes"),
    "text_empty": ("the text is empty", "write the text, or remove the key"),
    "string_type": ("this must be a text", "put it in quotes"),
    "string_too_short": ("the text is empty", "write the text, or remove the key"),
    "string_too_long": ("the text is too long", "shorten it; `handouts schema` says how long it may be"),
    "bool_type": ("this must be `true` or `false`", "write `true` or `false`"),
    "int_type": ("this must be a whole number", "write a whole number without quotes"),
    "float_type": ("this must be a number", "write a number without quotes"),
    "dict_type": ("this must be a map of `id: ...` lines", "give each entry an id and indent it under this key"),
    "mapping_type": ("this must be a map of `id: ...` lines", "give each entry an id and indent it under this key"),
    "model_type": ("this must be a map of `key: value` lines", "indent the keys under this one"),
    "model_attributes_type": ("this must be a map of `key: value` lines", "indent the keys under this one"),
    "too_short": ("the list is empty", "name at least one"),
    "tuple_type": ("this must be a list", "write `[one, two]` or lines that begin with `- `"),
    "date_type": ("this must be a date", "write it as `2026-11-22`"),
    "date_parsing": ("this must be a date", "write it as `2026-11-22`"),
    "date_from_datetime_parsing": ("this must be a date", "write it as `2026-11-22`"),
    "color": ("this must be a color", "write it as `#0b5a6b`, in quotes"),
    "fact_one_value": (
        "a fact has exactly one value",
        "give one of `temperature`, `money` with `currency`, `phone`, `email`, `web`, `dose`",
    ),
}

_OUR_OWN = {
    "table_cells": "give each row exactly one cell for each column",
    "cell_only": "write `only` at the row, or write two rows",
    "block_twice": "give each block an id of its own",
    "font_files": "write `file:` alone, or `regular:` and `bold:`",
}
"""Remedies for faults that the model itself words."""


def _finding(error: ErrorDetails, data: Map, subject: str) -> Finding:
    kind = error["type"]
    path = error["loc"]
    _, where, block = _walk(data, path)
    last = str(path[-1]) if path else ""
    context: dict[str, Any] = dict(error.get("ctx") or {})
    if kind == "missing":
        what, remedy = f"`{last}` is missing", f"add `{last}:`"
        return Finding("content/missing-field", where, what, remedy, block=block, handout=subject)
    if kind == "extra_forbidden":
        parent, _, block = _walk(data, path[:-1])
        at = parent.key_at.get(last, where) if isinstance(parent, Map) else where
        near = did_you_mean(last, _field_names())
        misspelt = near.startswith("did you mean") and f"`{last}`" not in near
        remedy = near if misspelt else "remove it; `handouts schema` lists the keys"
        return Finding("content/unknown-key", at, f"`{last}` is not a key here", remedy, block=block, handout=subject)
    what, remedy = _of_kind(kind, error, context)
    return Finding("content/wrong-value", where, what, remedy, block=block, handout=subject)


def _of_kind(kind: str, error: ErrorDetails, context: dict[str, Any]) -> tuple[str, str]:
    if kind in _REMEDIES:
        return _REMEDIES[kind]
    shown = f"`{error['input']}`" if isinstance(error["input"], str | int | float) else "this value"
    if kind == "literal_error":
        return f"{shown} is not allowed here", f"use {context['expected'].replace(chr(39), '`')}"
    if kind == "string_pattern_mismatch":
        return f"{shown} does not have the form `{context['pattern']}`", "write it in that form"
    if kind in _OUR_OWN:
        return error["msg"], _OUR_OWN[kind]
    return f"{shown} is not valid here ({kind})", "see `handouts schema` for what belongs here"


def _follows(detail: ErrorDetails, error: ValidationError) -> bool:
    """Whether a list is called too short only because an entry of it is refused already."""
    at = detail["loc"]
    return detail["type"] == "too_short" and any(
        len(each["loc"]) > len(at) and each["loc"][: len(at)] == at for each in error.errors(include_url=False)
    )


def validate(model: type[M], data: Map, subject: str = "") -> M:
    """The model that the values hold. Raises HandoutError with every fault, each at its place."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        details = [each for each in error.errors(include_url=False) if not _follows(each, error)]
        found = [_finding(detail, data, subject) for detail in details]
        raise HandoutError(dict.fromkeys(found)) from None


def read_entries(layers: Layers, name: str, model: type[M]) -> tuple[dict[str, M], list[Finding]]:
    """A file of `id: entry` lines from all layers; an entry of the project stands for the library's.

    The second part is every fault found; entries without fault are returned all the same.
    """
    entries: dict[str, M] = {}
    found: list[Finding] = []
    try:
        paths = layers.find_all(name)
    except HandoutError as error:
        return entries, list(error.findings)
    for path in reversed(paths):
        try:
            data, warnings = read_yaml(path)
        except HandoutError as error:
            found.extend(error.findings)
            continue
        found.extend(warnings)
        for key, value in data.items():
            try:
                _refuse_path(key, data.key_at[key])
                entries[key] = validate(model, _as_map(value, data.value_at[key]))
            except HandoutError as error:
                found.extend(error.findings)
    return entries, found


def _refuse_path(key: str, where: Location) -> None:
    """A key becomes part of file names (a language's folder): it must not lead elsewhere."""
    if not re.fullmatch(r"[A-Za-z0-9_-]+", key):
        what, remedy = f"`{key}` is not an id", "write it with letters, digits, `_` and `-`"
        raise HandoutError([Finding("content/wrong-value", where, what, remedy)])


def _as_map(value: object, where: Location) -> Map:
    if isinstance(value, Map):
        return value
    what, remedy = _REMEDIES["model_type"]
    raise HandoutError([Finding("content/wrong-value", where, what, remedy)])


def read_library(layers: Layers) -> tuple[Library, list[Finding]]:
    """All that handouts share. Raises nothing: faults come in the second part."""
    kinds, found = read_entries(layers, "content/kinds.yaml", Kind)
    claims, in_claims = read_entries(layers, "content/claims.yaml", Claim)
    sources, in_sources = read_entries(layers, "content/sources.yaml", Source)
    terms, in_terms = read_entries(layers, "content/glossary.yaml", Term)
    facts, in_facts = read_entries(layers, "content/facts.yaml", Fact)
    regions, in_regions = read_entries(layers, "content/regions.yaml", Region)
    languages, in_languages = read_entries(layers, "locales/languages.yaml", Language)
    plain_words, in_words = read_entries(layers, "content/plain_words.yaml", PlainWord)
    library = Library(
        kinds={key: with_keys(kind, f"kinds:{key}") for key, kind in kinds.items()},
        claims=claims,
        sources=sources,
        terms={key: with_keys(term, f"glossary:{key}") for key, term in terms.items()},
        facts=facts,
        regions=regions,
        languages=languages,
        plain_words=plain_words,
    )
    found += [*in_claims, *in_sources, *in_terms, *in_facts, *in_regions, *in_languages, *in_words]
    found += [finding for kind in kinds.values() for finding in text_faults(kind)]
    found += [finding for term in terms.values() for finding in text_faults(term)]
    return library, found


def text_faults(value: object, handout: str = "", block: str = "") -> Iterator[Finding]:
    """Faults in the marks of every text below a model."""
    for text in texts_in(value):
        for what, remedy in markup.find_markup_faults(text.value):
            yield Finding("content/markup", text.at, what, remedy, block=block, handout=handout)


def handout_ids(layers: Layers) -> list[str]:
    """The ids of all handouts in all layers, sorted."""
    return layers.names(HANDOUTS, ".yaml")


def brand_ids(layers: Layers) -> list[str]:
    """The ids of all brands in all layers, sorted."""
    return layers.folders(BRANDS, "brand.yaml")


def read_handout(layers: Layers, handout_id: str, library: Library) -> tuple[Handout, list[Finding]]:
    """One handout in the source language, with keys on its texts, and warnings. Raises HandoutError."""
    path = layers.find(f"{HANDOUTS}/{handout_id}.yaml")
    if path is None:
        where = Location(f"{HANDOUTS}/{handout_id}.yaml")
        remedy = did_you_mean(handout_id, handout_ids(layers))
        raise HandoutError([Finding("content/unknown-handout", where, "there is no such handout", remedy)])
    data, found = read_yaml(path)
    blocks, prefixes, in_blocks = _expand_blocks(layers, handout_id, data, library)
    imprint, own_imprint, in_imprint = _imprint(layers, data)
    whole = data.copy()
    whole.put("blocks", blocks, data.key_at.get("blocks", data.at), blocks.at)
    whole.put("imprint", imprint, imprint.at, imprint.at)
    found += [each for each in (*in_blocks, *in_imprint) if each.severity is Severity.WARNING]
    faults = [*errors(in_blocks), *errors(in_imprint), *_name_fault(data, handout_id)]
    try:
        handout = validate(Handout, whole, handout_id)
    except HandoutError as error:
        raise HandoutError([*faults, *error.findings]) from None
    if faults:
        raise HandoutError(faults)
    return _keyed(handout, prefixes, own_imprint), [*found, *_faults_of_texts(handout)]


def _faults_of_texts(handout: Handout) -> list[Finding]:
    found = list(text_faults(handout.model_copy(update={"blocks": ()}), handout.id))
    for block in handout.blocks:
        found += text_faults(block, handout.id, block.id)
    return found


def _name_fault(data: Map, handout_id: str) -> Iterator[Finding]:
    if isinstance(data.get("id"), str) and data["id"] != handout_id:
        what = f"the file is called `{handout_id}.yaml` and its id is `{data['id']}`"
        yield Finding("content/id-and-file", data.value_at["id"], what, f"write `id: {handout_id}`")


def _keyed(handout: Handout, prefixes: list[str], own_imprint: set[str]) -> Handout:
    head = with_keys(handout.model_copy(update={"blocks": ()}), handout.id)
    shared = with_keys(handout.imprint, IMPRINT_PREFIX)
    imprint = shared.model_copy(update={name: getattr(head.imprint, name) for name in own_imprint})
    blocks = tuple(with_keys(block, prefix) for block, prefix in zip(handout.blocks, prefixes, strict=True))
    return head.model_copy(update={"blocks": blocks, "imprint": imprint})


def _imprint(layers: Layers, data: Map) -> tuple[Map, set[str], list[Finding]]:
    """The shared imprint with the handout's own fields laid over it, and the names of those."""
    merged = Map(data.at)
    found: list[Finding] = []
    for path in reversed(layers.find_all("content/imprint.yaml")):
        try:
            shared, warnings = read_yaml(path)
        except HandoutError as error:
            found.extend(error.findings)
            continue
        found.extend(warnings)
        merged.at = shared.at
        _lay_over(merged, shared)
    own = data.get("imprint")
    if own is not None and not isinstance(own, Map):
        what, remedy = _REMEDIES["model_type"]
        found.append(Finding("content/wrong-value", data.value_at["imprint"], what, remedy))
    if isinstance(own, Map):
        merged.at = own.at
        _lay_over(merged, own)
    return merged, set(own) if isinstance(own, Map) else set(), found


def _lay_over(below: Map, above: Map) -> None:
    for key, value in above.items():
        below.put(key, value, above.key_at[key], above.value_at[key])


def _expand_blocks(
    layers: Layers, handout_id: str, data: Map, library: Library
) -> tuple[Seq, list[str], list[Finding]]:
    """The blocks with shared and replaced ones in their places, their key prefixes, and faults."""
    given = data.get("blocks")
    blocks = Seq(data.value_at.get("blocks", data.at))
    prefixes: list[str] = []
    if not isinstance(given, Seq):
        what, remedy = "`blocks` is missing or no list", "add `blocks:` with a list of blocks"
        return blocks, prefixes, [Finding("content/missing-field", blocks.at, what, remedy, handout=handout_id)]
    found: list[Finding] = []
    for block, where in zip(given, given.value_at, strict=True):
        try:
            whole, prefix, warnings = _expand(layers, handout_id, _as_map(block, where))
        except HandoutError as error:
            found += error.findings
            continue
        twice = list(_twice(whole, blocks, handout_id))
        found += [*warnings, *_kind_faults(whole, library, handout_id), *twice]
        if str(whole.get("kind")) in library.kinds and not twice:
            blocks.append(_with_shape(whole, library))
            blocks.value_at.append(where)
            prefixes.append(prefix)
    return blocks, prefixes, found


def _twice(block: Map, before: Seq, handout_id: str) -> Iterator[Finding]:
    name = block.get("id")
    if isinstance(name, str) and any(other.get("id") == name for other in before):
        what, remedy = f"two blocks are called `{name}`", "give each block an id of its own"
        yield Finding("content/wrong-value", block.value_at["id"], what, remedy, block=name, handout=handout_id)


def _expand(layers: Layers, handout_id: str, block: Map) -> tuple[Map, str, list[Finding]]:
    if "use" in block:
        return _shared_block(layers, block)
    block_id = str(block.get("id"))
    replacement = _block_file(layers, f"{handout_id}/{block_id}")
    if replacement is None:
        return block, f"{handout_id}:{block_id}", []
    data, warnings = read_yaml(replacement)
    return _with_id(data, block_id, block), f"{handout_id}:{block_id}", warnings


def _block_file(layers: Layers, name: str) -> Path | None:
    """The file of a block, if the name is made of ids: no name leads out of the folder."""
    return layers.find(f"{BLOCKS}/{name}.yaml") if re.fullmatch(r"[a-z0-9_]+(/[a-z0-9_]+)?", name) else None


def _shared_block(layers: Layers, block: Map) -> tuple[Map, str, list[Finding]]:
    name = str(block["use"])
    for key in set(block) - {"use", "only"}:
        what = f"`{key}` is not a key beside `use`"
        raise HandoutError([Finding("content/unknown-key", block.key_at[key], what, "remove it")])
    path = _block_file(layers, name)
    if path is None:
        remedy = did_you_mean(name, layers.names(BLOCKS, ".yaml"))
        what = f"there is no shared block `{name}`"
        raise HandoutError([Finding("content/unknown-block", block.value_at["use"], what, remedy)])
    data, warnings = read_yaml(path)
    shared = _with_id(data, name, block)
    if "only" in block:
        shared.put("only", block["only"], block.key_at["only"], block.value_at["only"])
    return shared, f"blocks:{name}", warnings


def _with_id(data: Map, block_id: str, origin: Map) -> Map:
    whole = data.copy()
    if "id" not in whole:
        scalar = Scalar(block_id)
        scalar.at = origin.at
        whole.put("id", scalar, data.at, data.at)
    return whole


def _kind_faults(block: Map, library: Library, handout_id: str) -> Iterator[Finding]:
    name = block.get("kind")
    block_id = str(block.get("id") or "")
    if "shape" in block:
        what, remedy = "`shape` is not a key here", "remove it: the kind of the block gives its shape"
        yield Finding("content/unknown-key", block.key_at["shape"], what, remedy, block=block_id, handout=handout_id)
    if name is None:
        yield Finding(
            "content/missing-field", block.at, "`kind` is missing", "add `kind:`", block=block_id, handout=handout_id
        )
    elif str(name) not in library.kinds:
        what = f"`{name}` is not a kind of block"
        remedy = did_you_mean(str(name), library.kinds)
        where = block.value_at["kind"]
        yield Finding("content/unknown-kind", where, what, remedy, block=block_id, handout=handout_id)


def _with_shape(block: Map, library: Library) -> Map:
    whole = block.copy()
    shape = library.kinds[str(block["kind"])].shape
    whole.put("shape", shape, block.value_at["kind"], block.value_at["kind"])
    return whole


def read_brand(layers: Layers, brand_id: str) -> tuple[Brand, list[Finding]]:
    """A brand, and warnings. Raises HandoutError."""
    path = layers.find(f"{BRANDS}/{brand_id}/brand.yaml")
    if path is None:
        remedy = did_you_mean(brand_id, brand_ids(layers))
        where = Location(f"{BRANDS}/{brand_id}/brand.yaml")
        raise HandoutError([Finding("brand/unknown", where, f"there is no brand `{brand_id}`", remedy)])
    data, warnings = read_yaml(path)
    brand = validate(Brand, data)
    if brand.id != brand_id:
        what = f"the folder is called `{brand_id}` and the id is `{brand.id}`"
        raise HandoutError([Finding("brand/id-and-folder", data.value_at["id"], what, f"write `id: {brand_id}`")])
    return brand, warnings

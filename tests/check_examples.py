"""How a check's examples are laid over a sound subject, and what the check then finds.

CONTENT: plain text is what one paragraph of the block `overview` says; a mapping is laid over `data/sound.yaml`.
Its top-level keys replace; under `blocks` an id is replaced, added before `words`, or removed (null); `today` is
the day of the check; `library` has entries (`claims`, `sources`, `terms`, `facts`, `kinds`) laid over the shared ones.
BRAND: a mapping laid over a sound brand.
CONTENT and TRANSLATION: `signed`, `changed` and `open_words` tell who has signed (see `signoffs`).
TRANSLATION: `english` and `other` are what the paragraph says in both; `other: null` or `fuzzy: true`: nobody
translated it; `language` is the other one (`es`); `kind` is that of the block it stands in: one of prose, or
`key_message`; `translated` has the translations of other passages, by their English. Beside them, a mapping over the
handout as above, of whose blocks only those of the example are kept.
PAGE: see `page_examples.py`.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from handouts.checks.check import Check, Flaw, Translation, Worn, Written
from handouts.findings import HandoutError
from handouts.i18n.pseudo import ACCENTED, pseudo_text
from handouts.model import (
    Brand,
    Claim,
    Fact,
    Frozen,
    Handout,
    Kind,
    Library,
    Source,
    Term,
    Text,
    map_texts,
    with_keys,
)
from handouts.policy import UNSIGNED, Lapse, Standing
from handouts.region import for_region
from handouts.signoff import TITLE, Change, Review
from handouts.source import parse_yaml, read_yaml

DAY = datetime.date(2026, 11, 22)
SOUND = Path(__file__).resolve().parent / "data" / "sound.yaml"
REGION = "us"
_SHARED: Mapping[str, type[Frozen]] = {
    "claims": Claim,
    "sources": Source,
    "terms": Term,
    "facts": Fact,
    "kinds": Kind,
}
_OWN = {
    *("today", "library", "english", "other", "language", "fuzzy", "kind", "translated"),
    *("signed", "changed", "open_words", "calls", "tags"),
}


def find_in_content(check: Check[Written], example: str, library: Library) -> list[Flaw]:
    """What a content check finds in its example."""
    return list(check.find(written(example, library)))


def find_in_brand(check: Check[Worn], example: str, library: Library) -> list[Flaw]:
    """What a brand check finds in its example."""
    return list(check.find(worn(example, library)))


def find_in_translation(check: Check[Translation], example: str, library: Library) -> list[Flaw]:
    """What a translation check finds in its example."""
    return list(check.find(translation(example, library)))


def written(example: str, library: Library) -> Written:
    """The sound handout with an example laid over it, as it is printed in English."""
    fields = _fields(example)
    library = _with_entries(library, fields.get("library") or {})
    today = datetime.date.fromisoformat(fields["today"]) if "today" in fields else DAY
    signed = signoffs(fields, "clinical_review")
    return Written(for_region(_handout(fields, library), REGION), library, "en", today, signed)


def signoffs(fields: Mapping[str, Any], *usual: str) -> Standing:
    """Who has signed an example.

    `signed` are roles (the usual ones where it is not given), `changed` says that its words changed since, `open_words`
    that words of the templates are not translated.
    """
    fixed = {"handout": "sound", "by": "Test Reviewer", "on": DAY, "method": "human", "digest": "0" * 64}
    reviews = tuple(Review.model_validate({**fixed, "role": role}) for role in fields.get("signed", usual))
    words = (("call.day", "Your team, by day:"),) if fields.get("open_words") else ()
    if fields.get("changed"):
        changes = {TITLE: (Change("sound:title", ("Then",), ("Now",)),)}
        lapses = tuple(Lapse(each, "the words have changed since", changes, changed=True) for each in reviews)
        return Standing(lapsed=lapses, wanting=tuple(each.role for each in reviews), words=words)
    return Standing(counted=reviews, words=words) if reviews or words else UNSIGNED


def worn(example: str, library: Library) -> Worn:
    """A sound brand with an example laid over it."""
    fields: dict[str, Any] = {
        "id": "example",
        "name": "Example Clinic",
        "logo": "logo.svg",
        "colors": {"primary": "#0b4f5c", "ink": "#16242b", "tint": "#e5f1f3"},
        "contacts": {"day": "555-0100", "night": "555-0199"},
        "region": REGION,
    }
    given = _mapping(example)
    own = {name: frozenset(given.pop(name)) for name in ("calls", "tags") if name in given}
    return Worn(Brand.model_validate(fields | given), library, **own)


def translation(example: str, library: Library) -> Translation:
    """The sound handout with the paragraph of an example in two languages; all else in it is a pseudo-translation.

    Of its blocks only those are kept that the example has.
    """
    fields = _fields(example)
    tag = str(fields.get("language", "es"))
    other = None if fields.get("fuzzy") else fields.get("other", fields.get("english"))
    source = written(example, library)
    own = {"overview", *(fields.get("blocks") or {})}
    english = source.handout.model_copy(
        update={"blocks": tuple(block for block in source.handout.blocks if block.id in own)}
    )
    changed, translated = fields.get("english"), fields.get("translated") or {}

    def in_other(text: Text, _path: tuple[str, ...]) -> Text:
        if changed is None or text.value != changed:
            value = translated.get(text.value) or pseudo_text(text.value, ACCENTED)
            beside = replace(text, value=str(value), language=tag)
            return text if changed is not None and other is None else beside
        return text if other is None else replace(text, value=str(other), language=tag)

    handout = map_texts(english, in_other)
    shared = tuple((each, map_texts(each, in_other)) for each in source.library.shared_by(english))
    return Translation(english, handout, shared, source.library, tag, source.today, signoffs(fields))


def _fields(example: str) -> dict[str, Any]:
    fields = _mapping(example)
    if not fields:
        return _paragraph(example)
    if "english" not in fields:
        return fields
    said = _paragraph(fields["english"], fields.get("kind", "overview"))["blocks"]
    return {**fields, "blocks": {**said, **(fields.get("blocks") or {})}}


def _paragraph(say: str, kind: str = "overview") -> dict[str, Any]:
    """A block that says it: a kind of prose in a paragraph, the key message in its lead."""
    said = {"lead": {"say": say}} if kind == "key_message" else {"paragraphs": {"said": {"say": say}}}
    return {"blocks": {"overview": {"kind": kind, "heading": "What is lupus?", **said}}}


def _mapping(example: str) -> dict[str, Any]:
    """The mapping that an example is; empty where it is plain text."""
    try:
        fields = dict(parse_yaml(example, "example.yaml")[0])
    except (HandoutError, TypeError, ValueError):
        return {}
    known = {*Handout.model_fields, *Brand.model_fields, *_OWN}
    return fields if set(fields) <= known else {}


def sound_fields(example: Mapping[str, Any]) -> dict[str, Any]:
    """What `sound.yaml` has, with an example's fields laid over it: a handout's file as a mapping."""
    fields: dict[str, Any] = dict(read_yaml(SOUND)[0])
    blocks = _laid_over(fields["blocks"], example.get("blocks") or {})
    own = {key: value for key, value in example.items() if key in Handout.model_fields}
    return {**fields, **own, "blocks": blocks}


def _laid_over(blocks: Iterable[Mapping[str, Any]], example: Mapping[str, Any]) -> list[dict[str, Any]]:
    kept = {block["id"]: dict(block) for block in blocks}
    added = [{"id": key, **block} for key, block in example.items() if key not in kept and block is not None]
    laid: list[dict[str, Any]] = []
    for key, block in kept.items():
        if key == "words":
            laid += added
        chosen = example.get(key, block)
        if chosen is not None:
            laid.append({"id": key, **chosen})
    return laid


def _handout(example: Mapping[str, Any], library: Library) -> Handout:
    fields = sound_fields(example)
    for block in fields["blocks"]:
        block["shape"] = library.kinds[block["kind"]].shape
    return with_keys(Handout.model_validate(fields), "sound")


def _with_entries(library: Library, entries: Mapping[str, Mapping[str, Any]]) -> Library:
    changed: dict[str, Any] = {
        name: {**getattr(library, name), **{key: _SHARED[name].model_validate(value) for key, value in given.items()}}
        for name, given in entries.items()
    }
    return replace(library, **changed)

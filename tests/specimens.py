"""A small handout and the world it is printed in, for tests of what a page shows. Its words reach no patient."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from handouts.artwork import Logo, read_logo
from handouts.catalog import Catalog, Message, Words
from handouts.findings import NOWHERE
from handouts.layers import Layers, library_root
from handouts.model import SHAPES, AnyBlock, Block, Brand, Handout, Imprint, Library, Text, map_texts, shape_of
from handouts.reader import read_brand, validate
from handouts.render import STANDARD, Setting, Status
from handouts.source import Map, read_yaml

TODAY = datetime.date(2026, 11, 22)
GOLDEN = Path(__file__).resolve().parent / "golden"
BLOCKS = library_root() / "templates" / "blocks"
Change = Callable[[Text], str]


def examples(shape: str) -> Map:
    """The examples of a shape, by name."""
    return read_yaml(BLOCKS / shape / "example.yaml")[0]


def example_names() -> list[tuple[str, str]]:
    """Every example of every shape, as (shape, name)."""
    return [(shape_of(shape), name) for shape in SHAPES for name in examples(shape_of(shape))]


def read_example(shape: str, name: str, **more: object) -> AnyBlock:
    """An example as a block, read as a handout's blocks are; `more` are fields laid over it."""
    model = next(each for each in SHAPES if shape_of(each) == shape)
    data = examples(shape)[name].copy()
    for key, value in {"id": f"{shape}_{name}", "shape": shape, **more}.items():
        data.put(key, value, data.at, data.at)
    block: Any = validate(model, data)
    return block  # type: ignore[no-any-return]


def handout_of(*blocks: Block) -> Handout:
    """A handout of these blocks, all else fixed."""
    words = "made_by", "funding", "conflicts", "update_policy", "method", "feedback", "formats"
    imprint = Imprint(**{word: Text(f"The {word.replace('_', ' ')} of a test.") for word in words})
    fields: dict[str, Any] = {
        "id": "example",
        "code": "EX-1",
        "version": "1.2",
        "title": "A handout of examples",
        "subtitle": "For tests only",
        "topic": "examples",
        "audience": "Those who test",
        "purpose": "See each shape.",
        "treatment": False,
        "published": TODAY,
        "last_reviewed": None,
        "next_review": TODAY.replace(year=TODAY.year + 1),
        "imprint": imprint,
        "blocks": blocks,
    }
    return Handout.model_validate(fields)


def translated(handout: Handout, tag: str, change: Change = lambda text: text.value) -> Handout:
    """The handout as if it had been translated: each text changed, and in the language."""
    return map_texts(handout, lambda text, _path: replace(text, value=change(text), language=tag))


def words_of(tag: str, library: Library, messages: Mapping[tuple[str, str], str] | None = None) -> Words:
    """The templates' words in a language: these messages, and nothing else."""
    found = {key: Message((value,), NOWHERE, fuzzy=False) for key, value in (messages or {}).items()}
    return Words(Catalog(tag, found), library.languages[tag])


def brand_of(layers: Layers, brand_id: str = "default") -> tuple[Brand, Logo]:
    """A brand of the library and its logo."""
    brand, _ = read_brand(layers, brand_id)
    return brand, read_logo(layers, f"content/brands/{brand_id}", brand.logo, NOWHERE)


def setting_of(library: Library, tag: str = "en", **more: Any) -> Setting:
    """The neutral brand's world in a language; `more` are fields laid over it."""
    brand, logo = brand_of(Layers.of(None))
    brand = more.pop("brand", brand)
    fields: dict[str, Any] = {
        "library": library,
        "brand": brand,
        "logo": logo,
        "region": library.regions[brand.region],
        "language": library.languages[tag],
        "tag": tag,
        "paper": "a4",
        "edition": STANDARD,
        "today": TODAY,
        "status": Status(machine=tag != "en"),
        "words": words_of(tag, library),
        "english": words_of("en", library),
    }
    return Setting(**{**fields, **more})


def clinic_layers(project: Path, templates: Mapping[str, str]) -> Layers:
    """A clinic's project with these templates, over the library."""
    for name, text in templates.items():
        path = project / "templates" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Layers((project, library_root()))


TINY = """\
id: {name}
code: T-1
version: "1.0"
title: A tiny handout
subtitle: For tests only
topic: tests
audience: Those who test
purpose: Be quick to print.
treatment: false
published: 2026-11-22
last_reviewed: null
next_review: 2027-05-22
blocks:
  - id: said
    kind: overview
    paragraphs:
      one: {{say: "{says}"}}
"""


def write_tiny(project: Path, name: str, says: str = "Stay well.") -> Path:
    """A handout of one sentence in a clinic's project; its file."""
    path = project / "content" / "handouts" / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(TINY.format(name=name, says=says), encoding="utf-8")
    return path

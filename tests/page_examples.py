"""How a page check's examples are laid over the sound handout of `check_examples.py`, printed and measured.

PAGE: a style sheet laid after the library's; or a mapping: `style` is one, `template/NAME` a clinic's template, `plant`
a fault of `planted.py` put into the finished PDF. Beside them, a mapping over the handout as for content checks.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import planted
from check_examples import written
from specimens import setting_of

from handouts import typeset
from handouts.checks.check import Check, Flaw
from handouts.checks.finished import Finished
from handouts.elements import read_page
from handouts.findings import HandoutError, Location
from handouts.layers import Layers, library_root
from handouts.measure import measure
from handouts.model import Handout, Library
from handouts.render import Status, make_environment, render
from handouts.source import parse_yaml

OVER_THE_HANDOUT = frozenset({*Handout.model_fields, "library"})
OVER_THE_PAGE = frozenset({"style", "plant"})


@dataclass(frozen=True)
class Workshop:
    """What pages are made with: the shared words, a press with the library's style, its fonts, a folder to write in."""

    library: Library
    press: typeset.Press
    store: Path
    folder: Path


def find_in_page(check: Check[Finished], example: str, workshop: Workshop) -> list[Flaw]:
    """What a page check finds in its example."""
    return list(check.find(finished_page(example, workshop)))


def finished_page(example: str, workshop: Workshop) -> Finished:
    """The sound handout printed in English, with an example's style, template or planted fault."""
    fields = fields_of(example)
    over = {name: value for name, value in fields.items() if name in OVER_THE_HANDOUT}
    subject = written(json.dumps(over) if over else "topic: examples", workshop.library)  # JSON is YAML
    setting = setting_of(subject.library, status=Status())
    html = render(subject.handout, setting, make_environment(_layers(fields, workshop.folder)))
    html = html.replace("</style>", f"{fields.get('style', '')}</style>", 1)
    page = read_page(html)
    printed = typeset.typeset(page, "Latn", workshop.press, workshop.store)
    printed = _with_plant(printed, fields.get("plant"), workshop.folder)
    return Finished(
        handout=subject.handout,
        library=subject.library,
        brand=setting.brand,
        tag="en",
        paper=setting.paper,
        edition=setting.edition,
        html=page,
        printed=printed,
        measured=measure(printed.pdf),
        where=Location("sound.yaml"),
        style=Location("templates/style.css"),
        margins=(subject.handout.code, f"version {subject.handout.version}", "English", "standard"),
        again=lambda: typeset.typeset(html, "Latn", workshop.press, workshop.store).pdf,
    )


def fields_of(example: str) -> dict[str, Any]:
    """The mapping that an example is; of a style sheet, a mapping with that alone."""
    try:
        fields = dict(parse_yaml(example, "example.yaml")[0])
    except (HandoutError, TypeError, ValueError):
        return {"style": example}
    known = all(name in OVER_THE_HANDOUT | OVER_THE_PAGE or name.startswith("template/") for name in fields)
    return fields if known else {"style": example}


def _layers(fields: Mapping[str, Any], folder: Path) -> Layers:
    """The library, under an example's templates where it has some."""
    shutil.rmtree(folder / "templates", ignore_errors=True)
    names = [name for name in fields if name.startswith("template/")]
    for name in names:
        file = folder / "templates" / name.removeprefix("template/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(fields[name], encoding="utf-8")
    return Layers((folder, library_root())) if names else Layers.of(None)


def _with_plant(printed: typeset.Print, name: str | None, folder: Path) -> typeset.Print:
    """A page with a fault of `planted.py` in its PDF."""
    if name is None:
        return printed
    sound, spoilt = folder / "sound.pdf", folder / f"{name}.pdf"
    sound.write_bytes(printed.pdf)
    return replace(printed, pdf=planted.plant(getattr(planted, name), sound, spoilt).read_bytes())

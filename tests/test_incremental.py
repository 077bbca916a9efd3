"""A file is made again when, and only when, something that it is made of changed, with the bytes of a whole build."""

from __future__ import annotations

import datetime
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from specimens import TODAY, write_tiny

from handouts import desk, pipeline, review, typeset
from handouts.batch import Here
from handouts.cache import FolderCache, NoCache
from handouts.fonts import LATIN
from handouts.layers import Layers, library_root
from handouts.model import texts_in
from handouts.printing import Means
from handouts.publish import sheet_path
from handouts.reader import read_handout, read_library
from handouts.task import carry_out

HANDOUTS, TAGS, BRANDS = ("tiny", "small"), ("en", "es"), ("default", "sample")
PO = """\
msgid ""
msgstr ""
"Language: es\\n"
"Content-Type: text/plain; charset=UTF-8\\n"

msgctxt "{key}"
msgid "Stay well."
msgstr "Cuídese."
"""


def paths(
    handouts: tuple[str, ...] = HANDOUTS, tags: tuple[str, ...] = TAGS, brands: tuple[str, ...] = BRANDS
) -> set[str]:
    return {sheet_path(brand, tag, each, "standard", "a4") for brand in brands for tag in tags for each in handouts}


EVERY, NONE = paths(), paths(())


@dataclass(frozen=True)
class Clinic:
    """A project with two handouts and a brand laid over the library's, a cache, and what was published."""

    folder: Path
    store: Path
    day: datetime.date = TODAY

    @property
    def project(self) -> Path:
        return self.folder / "project"

    def request(self, out: str = "dist") -> desk.Request:
        asked = {"handouts": HANDOUTS, "languages": TAGS, "papers": ("a4",), "brand": desk.EVERY_BRAND}
        return desk.Request(self.day, project=self.project, out=self.folder / out, store=self.store, **asked)  # type: ignore[arg-type]

    def build(self, out: str = "dist", *, cached: bool = True) -> pipeline.Result:
        cache = FolderCache(self.folder / "cache") if cached else NoCache()
        means = Means(Here(partial(carry_out, store=self.store)), cache)
        return pipeline.build(self.request(out), lambda _total, _made: None, means)

    def published(self, out: str = "dist") -> dict[str, bytes]:
        root = self.folder / out
        return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}

    def overlay(self, name: str, change: Callable[[str], str]) -> None:
        """Lay a changed file over the library's, or change the one that lies there."""
        path = self.project / name
        text = (path if path.is_file() else library_root() / name).read_text("utf-8")
        assert change(text) != text
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(change(text), encoding="utf-8")


def made(result: pipeline.Result) -> set[str]:
    return {each.path for each in result.files if not each.reused}


@pytest.fixture(scope="module")
def first(store: Path, tmp_path_factory: pytest.TempPathFactory) -> Clinic:
    """The clinic after its first build."""
    clinic = Clinic(tmp_path_factory.mktemp("first"), store)
    for name in HANDOUTS:
        write_tiny(clinic.project, name)
    shutil.copytree(library_root() / "content/brands/sample", clinic.project / "content/brands/sample")
    assert made(clinic.build()) == EVERY
    return clinic


@pytest.fixture
def clinic(first: Clinic, tmp_path: Path) -> Clinic:
    shutil.copytree(first.folder, tmp_path / "clinic")
    return replace(first, folder=tmp_path / "clinic")


# --- Each kind of input in turn -----------------------------------------------------------------------------------


def change_sentence(clinic: Clinic) -> Clinic:
    write_tiny(clinic.project, "tiny", "Keep well.")
    return clinic


def change_template(clinic: Clinic) -> Clinic:
    clinic.overlay("templates/blocks/prose/block.html", lambda text: text + "<p>One word more.</p>\n")
    return clinic


def change_other_template(clinic: Clinic) -> Clinic:
    clinic.overlay("templates/blocks/steps/block.html", lambda text: text + "<p>One word more.</p>\n")
    return clinic


def change_style(clinic: Clinic) -> Clinic:
    clinic.overlay("templates/style.css", lambda text: text + "\np { letter-spacing: 0.1pt }\n")
    return clinic


def change_color(clinic: Clinic) -> Clinic:
    clinic.overlay("content/brands/sample/brand.yaml", lambda text: text.replace("#5b2a6e", "#1f3f6e"))
    return clinic


def change_logo(clinic: Clinic) -> Clinic:
    logo = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="4" cy="4" r="3"/></svg>'
    (clinic.project / "content/brands/sample/logo.svg").write_text(logo, encoding="utf-8")
    return clinic


def change_font(clinic: Clinic) -> Clinic:
    (clinic.project / "content/brands/sample/own.ttf").write_bytes(LATIN.weights[400].read())
    clinic.overlay("content/brands/sample/brand.yaml", lambda text: text + "\nfont: {file: own.ttf}\n")
    return clinic


def change_translation(clinic: Clinic) -> Clinic:
    path = clinic.project / "locales/es/LC_MESSAGES/content.po"
    path.parent.mkdir(parents=True)
    layers = Layers.of(clinic.project)
    handout, _ = read_handout(layers, "tiny", read_library(layers)[0])
    (key,) = [text.key for text in texts_in(handout) if text.value == "Stay well."]
    path.write_text(PO.format(key=key), encoding="utf-8")
    return clinic


def change_sign_off(clinic: Clinic) -> Clinic:
    asked = replace(clinic.request(), handouts=("tiny",), languages=("en",), brand="default")
    review.sign(asked, review.Signature("clinical_review", "Test Clinician", "human"))
    return clinic


def change_day(clinic: Clinic) -> Clinic:
    return replace(clinic, day=TODAY + datetime.timedelta(days=1))


def pass_review_date(clinic: Clinic) -> Clinic:
    return replace(clinic, day=TODAY.replace(year=TODAY.year + 5))


def change_times(clinic: Clinic) -> Clinic:
    for path in clinic.folder.rglob("*"):
        os.utime(path, (4e9, 4e9))
    return clinic


@pytest.mark.parametrize(
    ("change", "again"),
    [
        (change_sentence, paths(("tiny",))),
        (change_template, EVERY),
        (change_other_template, NONE),
        (change_style, EVERY),
        (change_color, paths(brands=("sample",))),
        (change_logo, paths(brands=("sample",))),
        (change_font, paths(brands=("sample",))),
        (change_translation, paths(("tiny",), ("es",))),
        (change_sign_off, paths(("tiny",))),
        (change_day, NONE),
        (pass_review_date, EVERY),
        (change_times, NONE),
    ],
)
def test_what_prints_a_change_is_made_again_and_nothing_else(
    clinic: Clinic, change: Callable[[Clinic], Clinic], again: set[str]
) -> None:
    before = clinic.published()
    clinic = change(clinic)
    result = clinic.build()
    assert made(result) == again
    clinic.build("whole", cached=False)
    assert clinic.published() == clinic.published("whole")
    printed = {path for path, data in clinic.published().items() if data != before[path]} - {"manifest.json"}
    assert printed == again
    assert made(clinic.build()) == NONE


def test_another_version_of_what_sets_type_makes_all_again(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    real: dict[str, Any] = dict(typeset.versions())
    monkeypatch.setattr(typeset, "versions", lambda: {**real, "pango": "9.9"})
    result = clinic.build()
    assert made(result) == EVERY
    assert all("pango is 9.9" in each.why for each in result.files)


def test_a_change_that_is_taken_back_makes_nothing(clinic: Clinic) -> None:
    before = clinic.published()
    change_sentence(clinic)
    clinic.build()
    write_tiny(clinic.project, "tiny")
    assert made(clinic.build()) == NONE
    assert clinic.published() == before


def test_an_output_that_is_gone_comes_from_the_cache(clinic: Clinic) -> None:
    before = clinic.published()
    shutil.rmtree(clinic.folder / "dist")
    assert made(clinic.build()) == NONE
    assert clinic.published() == before

"""A clinic's own folder, outside any checkout: its brand, words, handout, page and translations over the library."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import printed
import pytest
from layout import Layout, watch_layouts
from specimens import TODAY

from handouts import desk, fonts, pipeline, printing
from handouts.batch import Job
from handouts.layers import library_root
from handouts.render import STANDARD

LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="4" cy="4" r="4" fill="#7a1f3d"/></svg>'
BRAND = """\
id: test_clinic
name:
  default: Test Clinic
  translations: {es: Clínica de Prueba}
logo: marks/ours.svg
colors: {primary: "#7a1f3d", ink: "#201418", tint: "#f9ecf0"}
contacts: {day: 555-0111}
region: international
paper: [a4]
"""
OWN_BLOCK = """\
kind: overview
heading: Lupus in our words
paragraphs:
  ours: {say: "We say it in our own way. A fever of {fever} needs a call.", claims: [AFT2.fever_celsius]}
"""
OWN_HANDOUT = """\
id: visit
code: TC-1
version: "2.0"
title: Your first visit with us
subtitle: What to bring
topic: visit
audience: People who come for the first time
purpose: Come prepared.
treatment: false
published: 2026-11-01
last_reviewed: null
next_review: 2027-11-01
imprint: {funding: The test clinic.}
blocks:
  - id: bring
    kind: checklist
    items:
      list: The list of your medicines
      price: {say: "No clinic should ask for {price} in advance.", only: [international]}
      card: {say: Your insurance card, only: [us]}
  - use: get_help
  - use: house_rules
  - {id: about, kind: about}
"""
OWN_SHARED = """\
kind: next_steps
steps:
  ring: {name: Ring the bell, say: We open the door.}
"""
OWN_FACTS = "price: {money: 1200, currency: EUR}\n"
OWN_PAGE = """\
{% extends "library:page.html" %}
{% block title %}
<p class="our-line">Lupus outpatient service of {{ brand.name.in_language(setting.tag) }}</p>
{{ super() }}
{% endblock %}
"""
PO_HEAD = """\
msgid ""
msgstr ""
"Language: es\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""
OWN_PO = """\
msgctxt "visit:title"
msgid "Your first visit with us"
msgstr "Su primera visita"

msgctxt "visit:bring:items.list.say"
msgid "The list of your medicines"
msgstr "La lista de sus medicinas"

msgctxt "overview:lupus:heading"
msgid "Lupus in our words"
msgstr "El lupus en nuestras palabras"

msgctxt "overview:lupus:paragraphs.ours.say"
msgid "We say it in our own way. A fever of {fever} needs a call."
msgstr "Lo decimos a nuestra manera. Con fiebre de {fever}, llame."
"""
OWN_UI = """\
msgctxt "footer.version"
msgid "version {version}"
msgstr "edición {version}"
"""
FILES = {
    "content/brands/test_clinic/brand.yaml": BRAND,
    "content/brands/test_clinic/marks/ours.svg": LOGO,
    "content/blocks/overview/lupus.yaml": OWN_BLOCK,
    "content/blocks/house_rules.yaml": OWN_SHARED,
    "content/handouts/visit.yaml": OWN_HANDOUT,
    "content/facts.yaml": OWN_FACTS,
    "templates/page.html": OWN_PAGE,
    "locales/es/LC_MESSAGES/content.po": PO_HEAD + OWN_PO,
    "locales/es/LC_MESSAGES/ui.po": PO_HEAD + OWN_UI,
}
DEGREES_F = re.compile("°F|Fahrenheit|℉")


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clinic")
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def request(clinic: Path, store: Path, out: Path) -> desk.Request:
    asked = ("visit", "overview", "after")
    return desk.Request(TODAY, asked, ("en", "es"), brand="test_clinic", project=clinic, out=out, store=store)


@pytest.fixture(scope="module")
def made(
    clinic: Path, store: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, pipeline.Result, dict[str, Layout]]:
    """The clinic's build: its folder, what it came to, and where all landed."""
    fonts.private_fontconfig(store)
    out = tmp_path_factory.mktemp("clinic_dist")
    layouts: dict[str, Layout] = {}
    with watch_layouts() as seen:

        def note(_total: int, each: pipeline.Made | None) -> None:
            if each is not None:
                layouts[each.path] = seen.pop()

        result = pipeline.build(request(clinic, store, out), note)
    return out, result, layouts


Made = tuple[Path, pipeline.Result, dict[str, Layout]]


def pdf(made: Made, handout: str, tag: str = "en") -> Path:
    return made[0] / f"test_clinic/{tag}/{handout}-standard-a4.pdf"


def said(made: Made, handout: str, tag: str = "en") -> str:
    return " ".join(printed.words(pdf(made, handout, tag)).split())


def test_the_project_lies_outside_the_checkout(clinic: Path) -> None:
    assert not clinic.is_relative_to(library_root())


def test_its_build_has_no_error(made: Made) -> None:
    _, result, _ = made
    assert [finding for finding in result.findings if finding.severity == "error"] == []
    assert len(result.sheets) == 6
    assert {sheet.brand for sheet in result.sheets.values()} == {"test_clinic"}


def test_its_own_words_stand_in_place_of_the_librarys(made: Made) -> None:
    text = said(made, "overview")
    assert "Lupus in our words" in text
    assert "We say it in our own way." in text
    assert "It can harm your skin, joints, kidneys" not in text
    assert "What helps most people now" in text  # the rest of the handout is the library's


def test_its_own_handout_is_made_with_the_librarys_blocks(made: Made) -> None:
    text = said(made, "visit")
    assert "Your first visit with us" in text
    assert "The list of your medicines" in text
    assert "Call your lupus team" in text
    assert "Ring the bell" in text
    assert "The test clinic." in text
    assert "TC-1" in text


def test_its_own_facts_are_known(made: Made) -> None:
    assert "EUR 1,200 in advance" in said(made, "visit")


def test_its_own_page_frames_every_sheet(made: Made) -> None:
    for path, layout in made[2].items():
        line = next(line for line in layout.lines if line.inside(".our-line"))
        title = next(line for line in layout.lines if line.inside("h1"))
        assert line.page == title.page == 1, path
        assert line.area.bottom <= title.area.top, path


def test_its_own_translations_are_used_beside_the_librarys(made: Made) -> None:
    visit, overview = said(made, "visit", "es"), said(made, "overview", "es")
    assert "Su primera visita" in visit
    assert "La lista de sus medicinas" in visit
    assert "[" not in overview.split("El lupus en nuestras palabras")[1][:60]
    assert "Lo decimos a nuestra manera. Con fiebre de 38" in overview
    assert "edición 2.0" in visit
    assert "Clínica de Prueba" in visit


def test_what_it_did_not_translate_is_marked(made: Made) -> None:
    assert "What to bring" in said(made, "visit", "es")
    warned = [finding for finding in made[1].findings if finding.id == "translation/missing"]
    assert {finding.handout for finding in warned} == {"visit"}
    assert {finding.language for finding in warned} == {"es"}


def test_its_logo_and_color_are_on_the_page(clinic: Path, store: Path, tmp_path: Path) -> None:
    html = next(pages(clinic, store, tmp_path, ("visit",)))[1]
    assert "#7a1f3d" in html
    assert "data:image/svg+xml;base64," in html


def pages(clinic: Path, store: Path, out: Path, handouts: tuple[str, ...] = ()) -> Iterator[tuple[Job, str]]:
    """The HTML of each handout in each language, in the clinic's brand."""
    asked = desk.Request(TODAY, handouts, brand="test_clinic", project=clinic, out=out, store=store)
    plan = desk.plan(asked)
    for handout, tag in plan.clinics["test_clinic"].ready:
        job = Job(handout, tag, "a4", STANDARD, "test_clinic")
        html, found = printing.rendered(plan, job)
        assert found == []
        yield job, html


def test_no_sheet_names_another_regions_number_or_units(clinic: Path, store: Path, tmp_path: Path) -> None:
    seen = 0
    for job, html in pages(clinic, store, tmp_path):
        seen += 1
        shown = re.sub(r"<style.*?</style>|<svg.*?</svg>|<[^>]*>", " ", html, flags=re.DOTALL)
        assert not re.search(r"\b911\b", shown), job
        assert not DEGREES_F.search(shown), job
    assert seen == 8 * 13


def test_no_pdf_names_another_regions_number_or_units(made: Made) -> None:
    for path in made[1].sheets:
        text = printed.words(made[0] / path)
        assert not re.search(r"\b911\b", text), path
        assert not DEGREES_F.search(text), path


def test_temperatures_are_in_celsius(made: Made) -> None:
    for tag, number in (("en", "38.0 °C"), ("es", "38,0 °C")):
        assert number in said(made, "after", tag), tag


def test_the_emergency_number_is_a_line_to_write_on(clinic: Path, store: Path, tmp_path: Path) -> None:
    for job, html in pages(clinic, store, tmp_path, ("after", "visit")):
        group = re.search(r'<div class="group call-emergency">.*?</p>', html, re.DOTALL)
        assert group, job
        assert '<span class="rule"></span></p>' in group[0], job
        assert 'class="fact"' not in group[0], job


def test_the_clinics_own_number_is_printed_and_what_it_lacks_is_a_line(made: Made) -> None:
    text = said(made, "after")
    assert "Your team, by day: 555-0111" in text
    night = next(line for line in made[2]["test_clinic/en/after-standard-a4.pdf"].lines if "nights" in line.text)
    assert night.text == "Your team, nights and weekends:"


def test_a_brand_may_give_the_emergency_number(clinic: Path, store: Path, tmp_path: Path) -> None:
    brand = clinic / "content/brands/with_number/brand.yaml"
    (brand.parent / "marks").mkdir(parents=True)
    (brand.parent / "marks/ours.svg").write_text(LOGO, encoding="utf-8")
    brand.write_text(BRAND.replace("id: test_clinic", "id: with_number") + 'emergency: "112"\n', encoding="utf-8")
    asked = desk.Request(TODAY, ("visit",), ("en",), brand="with_number", project=clinic, store=store, out=tmp_path)
    plan = desk.plan(asked)
    html, _ = printing.rendered(plan, Job("visit", "en", "a4", STANDARD, "with_number"))
    assert '<strong class="fact" dir="ltr">112</strong>' in html


def test_passages_for_its_region_alone_are_printed(made: Made) -> None:
    assert "No clinic should ask for" in said(made, "visit")
    assert "Your insurance card" not in said(made, "visit")


def test_the_command_builds_it_from_any_folder(clinic: Path, cache_home: Path, tmp_path: Path) -> None:
    script = "import sys; from handouts.cli import main; sys.exit(main(sys.argv[1:]))"
    source = os.fspath(Path(pipeline.__file__).resolve().parents[1])
    options = ["--project", os.fspath(clinic), "--brand", "test_clinic", "--lang", "en", "--today", str(TODAY)]
    done = subprocess.run(
        [sys.executable, "-c", script, "build", "visit", *options],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": source, "XDG_CACHE_HOME": os.fspath(cache_home)},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    files = json.loads((tmp_path / "dist/manifest.json").read_text("utf-8"))["files"]
    assert list(files) == ["test_clinic/en/visit-standard-a4.pdf"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["dist"]


def test_nothing_is_written_into_the_project(clinic: Path, made: Made) -> None:
    assert made[1].sheets
    found = {path.relative_to(clinic).as_posix() for path in clinic.rglob("*") if path.is_file()}
    assert {name for name in found if "with_number" not in name} == set(FILES)

"""The checks of a finished page: each finds its bad example and leaves its good one alone."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import samples
import tinyhtml5  # type: ignore[import-untyped]
from page_examples import Workshop, find_in_page, finished_page
from samples import MARK
from sheets import handout_of

from handouts import fonts, typeset
from handouts.checks import page, tagged
from handouts.checks.check import Flaw
from handouts.checks.finished import Finished
from handouts.layers import library_root
from handouts.measure import measure
from handouts.model import Language, Library, Point, Points, Text, map_texts

CHECKS = {check.id: check for check in (*page.CHECKS, *tagged.CHECKS)}
QUICK = CHECKS.keys() - {"page/same-bytes"}
"""All but the one that makes the file anew."""
STYLE = (library_root() / "templates" / "style.css").read_text("utf-8")


@pytest.fixture(scope="module")
def workshop(library: Library, store: Path, tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    press = typeset.make_press(STYLE, fonts.prepare(["Latn"], store), store)
    return Workshop(library, press, store, tmp_path_factory.mktemp("page"))


@pytest.mark.parametrize("name", CHECKS)
def test_the_bad_example_is_found(name: str, workshop: Workshop) -> None:
    assert find_in_page(CHECKS[name], CHECKS[name].bad, workshop)


@pytest.mark.parametrize("name", CHECKS)
def test_the_good_example_is_left_alone_by_all(name: str, workshop: Workshop) -> None:
    subject = finished_page(CHECKS[name].good, workshop)
    asked = [check for check in CHECKS.values() if check.id in {*QUICK, name}]
    assert {check.id: flaws for check in asked if (flaws := list(check.find(subject)))} == {}


def found(subject: Finished) -> dict[str, list[Flaw]]:
    """What each check finds, those that find nothing left out, and how full the last page is."""
    asked = sorted(QUICK - {"page/last-page"})
    return {name: flaws for name in asked if (flaws := list(CHECKS[name].find(subject)))}


# --- What is lost -----------------------------------------------------------------------------------------------------

SHORT = """\
{% import "parts.html" as part with context %}
<h2>{{ sheet.heading(block) }}</h2>
{{ part.paragraph(block.lead) }}
{% for group in block.groups.values() %}<h3>{{ group.name }}</h3>{{ part.call_lines(group) }}{% endfor %}
"""
LEFT_OUT = json.dumps({"template/blocks/callout/block.html": SHORT})


def test_what_a_template_leaves_out_is_told_at_its_text(workshop: Workshop) -> None:
    flaws = found(finished_page(LEFT_OUT, workshop))["page/words-lost"]
    assert [(flaw.block, flaw.what) for flaw in flaws] == [
        ("key", "“Talk with your lupus doctor first. Do not stop any medicine…” is not on the page"),
        ("call", "“Before you stop or change any lupus medicine.” is not on the page"),
    ]
    assert all(flaw.at.path.endswith("sound.yaml") and flaw.at.line > 1 for flaw in flaws)


@pytest.mark.parametrize(
    "way", ["display: none", "visibility: hidden", "font-size: 0", "position: running(nowhere)", "transform: scale(0)"]
)
def test_one_sentence_of_many_that_a_style_hides_is_told_and_no_other(way: str, workshop: Workshop) -> None:
    flaws = found(finished_page(f".handout-callout .then {{ {way} }}", workshop))
    assert list(flaws) == ["page/words-lost"]
    (flaw,) = flaws["page/words-lost"]
    assert flaw.block == "key"
    assert flaw.what.startswith("“Talk with your lupus doctor first. ")


def test_a_word_within_a_line_that_a_style_hides_is_told(workshop: Workshop) -> None:
    flaws = found(finished_page(".handout-points li strong { display: none }", workshop))["page/words-lost"]
    assert [flaw.what.partition("”")[0] for flaw in flaws] == ["“Usual lupus medicines", "“No transplant"]


def test_the_words_of_a_transparent_group_are_not_lost(workshop: Workshop) -> None:
    assert found(finished_page(".handout-points .said { opacity: 0.9 }", workshop)) == {}


def test_a_chance_without_its_numbers_is_told(workshop: Workshop) -> None:
    template = (library_root() / "templates/blocks/outcomes/block.html").read_text("utf-8")
    cut = template.replace("{{ number_words(chance) }}", "").replace(
        "{% set words = number_words(chance) %}", "{% set words = '' %}"
    )
    assert cut != template
    flaws = found(finished_page(json.dumps({"template/blocks/outcomes/block.html": cut}), workshop))
    assert {flaw.block for flaw in flaws["page/words-lost"]} == {"risks", "benefits"}
    assert all("the chance of" in flaw.what for flaw in flaws["page/words-lost"])


# --- From right to left, and in every script --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def every_script(store: Path) -> typeset.Press:
    return typeset.make_press("", fonts.prepare(fonts.STACKS, store), store)


def sample_page(tag: str, press: typeset.Press, workshop: Workshop, style: str = "") -> Finished:
    """A sample sheet as the subject of a check: its texts are its handout's, in one block a heading."""
    sample = samples.load(tag)
    html = samples.html(sample).replace("</style>", f"{style}</style>")
    page = tinyhtml5.parse(html, namespace_html_elements=False)
    printed = typeset.typeset(page, sample.script, press, workshop.store)
    texts = {
        "list": Points(id="list", kind="overview", heading=Text(sample.list.heading), items=points(sample.list.items)),
        "warning": Points(
            id="warning", kind="overview", heading=Text(sample.warning.heading), items=points(sample.warning.items)
        ),
    }
    handout = handout_of(*texts.values(), title=Text(sample.title), subtitle=Text(sample.subtitle))
    handout = map_texts(handout, lambda text, _path: Text(MARK.sub(r"\2", text.value), language=tag))
    language = Language(
        autonym=sample.title,
        english=tag,
        script=sample.script,
        direction=sample.direction,
        plural="nplurals=1; plural=0;",
    )
    library = replace(workshop.library, languages={**workshop.library.languages, tag: language})
    example = finished_page("p { color: black }", workshop)
    example = replace(example, handout=handout, library=library, tag=tag, html=page, printed=printed, margins=())
    return replace(example, measured=measure(printed.pdf))


def points(items: tuple[str, ...]) -> dict[str, Point]:
    return {f"p{number}": Point(say=Text(item)) for number, item in enumerate(items)}


@pytest.mark.parametrize("tag", samples.SAMPLES)
def test_a_sample_of_each_language_has_lost_no_word(tag: str, every_script: typeset.Press, workshop: Workshop) -> None:
    assert found(sample_page(tag, every_script, workshop)) == {}


@pytest.mark.parametrize("tag", ["ar", "fa", "he", "ur", "hi", "th", "zh-Hans"])
def test_a_hidden_warning_is_told_in_each_script(tag: str, every_script: typeset.Press, workshop: Workshop) -> None:
    subject = sample_page(tag, every_script, workshop, ".warning li:nth-child(2) { display: none }")
    flaws = found(subject)
    assert list(flaws) == ["page/words-lost"]
    (flaw,) = flaws["page/words-lost"]
    assert flaw.block == "warning"
    assert flaw.what[1:20] in MARK.sub(r"\2", samples.load(tag).warning.items[1])

"""Model and brand to HTML: every shape on its examples, nothing but text in a text, and a locked-in template."""

# ruff: noqa: RUF001 - a Chinese comma is what is tested

from __future__ import annotations

import datetime
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import segno
from markupsafe import Markup
from specimens import (
    GOLDEN,
    brand_of,
    clinic_layers,
    example_names,
    examples,
    handout_of,
    read_example,
    setting_of,
    translated,
    words_of,
)

from handouts.catalog import INTERFACE, Words, catalog_folders, read_catalog
from handouts.checks.content import find_handout_faults
from handouts.findings import HandoutError
from handouts.layers import Layers
from handouts.model import (
    SHAPES,
    Block,
    Chance,
    Color,
    Frozen,
    Glossary,
    Library,
    Localized,
    Prose,
    Text,
    contrast,
    shape_of,
)
from handouts.reader import text_faults
from handouts.region import for_region
from handouts.render import (
    Sheet,
    Status,
    counter_text,
    direction_of,
    draw_chance,
    draw_qr,
    make_environment,
    render,
    shown_address,
    status_of,
)

EXAMPLES = example_names()
UNPRINTED = {"shape", "tells"}
"""Fields that are for the program: templates never print them."""
OFFER = "languages.offer", "You can ask for this sheet in English."
CHARGED = "<b>x</b><script>alert(1)</script>&\"'"
ESCAPED = "&lt;b&gt;x&lt;/b&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;&#34;&#39;"


def prose(*paragraphs: str) -> Prose:
    said = {f"p{number}": {"say": Text(words)} for number, words in enumerate(paragraphs)}
    return Prose.model_validate({"id": "said", "kind": "overview", "paragraphs": said})


def words_block() -> Glossary:
    """The glossary that the examples refer to."""
    return Glossary.model_validate({"id": "words", "kind": "glossary", "terms": ["remission"]})


def page(library: Library, *blocks: Block, layers: Layers | None = None, **more: Any) -> str:
    setting = setting_of(library, **more)
    handout = handout_of(*blocks)
    handout = handout if setting.tag == "en" else translated(handout, setting.tag)
    return render(for_region(handout, setting.brand.region), setting, make_environment(layers or Layers.of(None)))


def section(html: str, block_id: str) -> str:
    found = re.search(rf'<section id="block-{block_id}".*?</section>\n', html, re.DOTALL)
    assert found, f"no section for {block_id}"
    return found[0]


# --- Examples of each shape -------------------------------------------------------------------------


def test_each_shape_has_two_examples_or_more() -> None:
    assert {shape for shape, _ in EXAMPLES} == {shape_of(shape) for shape in SHAPES}
    assert all(len(examples(shape_of(shape))) >= 2 for shape in SHAPES)


@pytest.mark.parametrize(("shape", "name"), EXAMPLES)
def test_an_example_is_what_a_handout_may_hold(shape: str, name: str, library: Library) -> None:
    block = read_example(shape, name)
    assert library.kinds[block.kind].shape == shape
    assert list(text_faults(block)) == []
    assert list(find_handout_faults(handout_of(block, words_block()), library)) == []


def parts_of(value: object) -> Iterator[Frozen]:
    """A block and every statement, step, group ... in it."""
    if isinstance(value, Frozen):
        yield value
        for name in type(value).model_fields:
            yield from parts_of(getattr(value, name))
    elif isinstance(value, dict):
        for inner in value.values():
            yield from parts_of(inner)


def owner(kind: type[Frozen], name: str) -> str:
    """The type that a field is told of: what all blocks have is told of the block."""
    return "Block" if issubclass(kind, Block) and name in Block.model_fields else kind.__name__


def test_the_examples_use_every_field() -> None:
    parts = [part for shape, name in EXAMPLES for part in parts_of(read_example(shape, name))]
    fields = {(owner(type(part), name), name) for part in parts for name in type(part).model_fields}
    fields = {field for field in fields if field[1] not in UNPRINTED}
    used = {
        (owner(type(part), name), name)
        for part in parts
        for name, field in type(part).model_fields.items()
        if field.is_required() or getattr(part, name) != field.default
    }
    assert len(fields) > 40
    assert fields - used == set()


def offers(library: Library) -> dict[str, Any]:
    said = {"es": "Puede pedir esta hoja en español.", "ar": "يمكنكم طلب هذه النشرة بالعربية."}
    return {tag: words_of(tag, library, {OFFER: text}) for tag, text in said.items()}


@pytest.mark.parametrize(("shape", "name"), EXAMPLES)
def test_an_example_looks_as_before(
    shape: str, name: str, library: Library, golden: Callable[[str, str], None]
) -> None:
    block = read_example(shape, name)
    beside = read_example("outcomes", "risks")  # gives the sources something to number
    html = page(library, block, beside.model_copy(update={"id": "beside"}), offers=offers(library))
    golden(f"{shape}-{name}.html", section(html, block.id))


def test_no_golden_file_is_left_over(request: pytest.FixtureRequest) -> None:
    wanted = {f"{shape}-{name}.html" for shape, name in EXAMPLES}
    stale = [file for file in GOLDEN.iterdir() if file.name not in wanted]
    if request.config.getoption("--update-golden"):
        for file in stale:
            file.unlink()
    assert wanted
    assert stale == []


@pytest.mark.parametrize("shape", [shape_of(shape) for shape in SHAPES])
@pytest.mark.parametrize("field", ["heading", "intro", "outro"])
def test_what_a_block_says_is_printed(shape: str, field: str, library: Library) -> None:
    name = next(iter(examples(shape)))
    said = Text("Printed or refused.") if field == "heading" else {"say": Text("Printed or refused.")}
    try:
        block = read_example(shape, name, **{field: said})
    except HandoutError:
        return  # refused: nobody is left to believe that it is printed
    assert "Printed or refused." in section(page(library, block), block.id)


def test_a_call_in_a_list_is_printed(library: Library) -> None:
    data = {"kind": "candidates", "groups": {"one": {"name": "Call", "call": "emergency", "items": {"a": "One"}}}}
    try:
        block = read_example("points", "groups", groups=data["groups"])
    except HandoutError:
        return
    assert "911" in section(page(library, block), block.id)


def test_each_numbered_source_is_cited(library: Library) -> None:
    """A claim behind a question counts as a source, so the question must show its number."""
    asked = {"fertility": {"say": Text("Can I save eggs or sperm?"), "claims": ["HSCT11"]}}
    html = page(library, read_example("questions", "questions", items=asked), read_example("sources", "sources"))
    assert len(re.findall(r'id="source-\d+"', html)) == 0 or "[1" in section(html, "questions_questions")


def test_passages_of_other_regions_are_left_out(library: Library) -> None:
    here = section(page(library, read_example("prose", "full"), words_block()), "prose_full")
    assert "United States" in here
    assert "in your country" not in here
    brand = brand_of(Layers.of(None))[0].model_copy(update={"region": "international"})
    there = section(page(library, read_example("prose", "full"), words_block(), brand=brand), "prose_full")
    assert "United States" not in there
    assert "in your country" in there


# --- A text is text -----------------------------------------------------------------------------------


def test_html_in_a_text_is_text(library: Library) -> None:
    html = page(library, prose(CHARGED))
    assert ESCAPED in section(html, "said")
    assert "<script" not in html


def test_html_in_a_translation_is_text(library: Library) -> None:
    words = words_of("es", library, {("footer.version", "version {version}"): "<i>versión</i> {version}"})
    setting = setting_of(library, "es", words=words)
    handout = translated(handout_of(prose("x")), "es", lambda _text: CHARGED)
    html = render(handout, setting, make_environment(Layers.of(None)))
    assert ESCAPED in section(html, "said")
    assert "&lt;i&gt;versión&lt;/i&gt; 1.2" in html
    assert "<script" not in html
    assert "<b>" not in html


def test_html_in_a_brand_is_text(library: Library) -> None:
    brand, _ = brand_of(Layers.of(None), "sample")
    names = {"name": Localized(default=CHARGED), "tagline": Localized(default=CHARGED)}
    contacts = brand.contacts.model_copy(update={"day": CHARGED})
    brand = brand.model_copy(update={**names, "contacts": contacts})
    html = page(library, read_example("callout", "numbers_only"), brand=brand)
    assert html.count(ESCAPED) == 4  # name, the logo's words, tagline, telephone
    assert "<script" not in html


def test_html_in_the_head_of_a_page_is_text(library: Library) -> None:
    handout = handout_of(prose("x"))
    imprint = handout.imprint.model_copy(update={"made_by": Text(CHARGED)})
    handout = handout.model_copy(update={"title": Text(CHARGED), "purpose": Text(CHARGED), "imprint": imprint})
    html = render(handout, setting_of(library), make_environment(Layers.of(None)))
    head = html.partition("</head>")[0]
    assert head.count(ESCAPED) == 3
    assert "<script" not in html


def test_a_style_cannot_be_ended_by_a_translation(library: Library) -> None:
    phrase = "</style><script>{page}</script>\"; content: '{pages}"
    words = words_of("es", library, {("footer.page", "Page {page} of {pages}"): phrase})
    html = page(library, prose("x"), tag="es", words=words)
    assert "<script" not in html
    assert html.count("</style>") == 1


def test_jinja_in_a_text_is_text(library: Library) -> None:
    said = section(page(library, prose("{{{{ 7*7 }}}} {{% set x = 1 %}} {{# no #}}")), "said")
    assert "{{ 7*7 }} {% set x = 1 %} {# no #}" in said
    brand = brand_of(Layers.of(None))[0].model_copy(update={"name": Localized(default="{{ 7*7 }}")})
    html = page(library, prose("x"), brand=brand)
    assert "{{ 7*7 }}" in html
    assert "49" not in html


def test_marks_in_a_text_become_html(library: Library) -> None:
    html = page(library, prose("**Be [sure](ref:remission)**, {fever}"), words_block())
    assert '<strong>Be </strong><strong><a href="#term-remission">sure</a></strong>' in html
    assert '<span class="fact" dir="ltr">100.4\u00a0°F (38.0\u00a0°C)</span>' in html
    assert 'id="term-remission"' in html


# --- Right to left, and English in place of another language ---------------------------------------------


def test_a_right_to_left_sheet_says_so(library: Library) -> None:
    html = page(library, prose("{fever}", "x"), tag="ar")
    assert '<html lang="ar" dir="rtl">' in html
    assert re.search(r'<span class="fact" dir="ltr">38\.0|<span class="fact" dir="ltr">100\.4', html)
    assert "@top-right { content: element(running-brand)" in html
    assert "@top-left { content: element(running-mark)" in html
    assert '<span dir="ltr">EX-1</span>' in html


def test_a_left_to_right_sheet_says_so(library: Library) -> None:
    html = page(library, prose("x"), tag="zh-Hans")
    assert '<html lang="zh-Hans" dir="ltr">' in html
    assert "@top-left { content: element(running-brand)" in html


def test_notes_and_numbers_keep_their_direction(library: Library) -> None:
    html = page(library, read_example("outcomes", "risks"), read_example("sources", "sources"), tag="ar")
    assert re.search(r'<span class="notes" dir="ltr">\[\d', html)
    assert re.search(r'<(li id="source-1"|span class="citation") lang="en" dir="ltr">', html)


def test_english_in_another_language_is_marked(library: Library) -> None:
    setting = setting_of(library, "ar")
    html = render(handout_of(prose("Stay well.")), setting, make_environment(Layers.of(None)))
    passage = '<span class="untranslated">[not translated] <span lang="en" dir="ltr">Stay well.</span></span>'
    assert passage in html


def test_a_machine_translation_says_so_in_both_languages(library: Library) -> None:
    mark = {("mark.machine", "DRAFT · machine translation"): "BORRADOR · traducción automática"}
    html = page(library, prose("x"), tag="es", words=words_of("es", library, mark))
    assert "BORRADOR · traducción automática" in html
    assert '<p class="mark-english" lang="en" dir="ltr">DRAFT · machine translation</p>' in html
    assert "DRAFT · not yet reviewed" in page(library, prose("x"))


# --- The state of the sheet -------------------------------------------------------------------------------

ABOUT = read_example("about", "about")
OVERDUE = {
    ("mark.overdue", "Review overdue"): "Revisión atrasada",
    (
        "notice.overdue",
        "The next check of this sheet was due on {date}. The sheet may be out of date.",
    ): "Debía revisarse el {date}.",
    ("about.overdue", "overdue; this sheet may be out of date"): "atrasada",
}


def test_a_review_is_overdue_from_the_day_after_it_was_due() -> None:
    handout = handout_of()
    due, day = handout.next_review, datetime.timedelta(days=1)
    assert [status_of(handout, "en", due + day * late).overdue for late in (-1, 0, 1)] == [False, False, True]
    assert status_of(handout, "en", due) == Status(draft=True, machine=False, overdue=False)
    assert status_of(handout, "es", due).machine


def test_an_overdue_sheet_says_so_at_its_head_in_its_notice_and_about_itself(library: Library) -> None:
    html = page(library, ABOUT, status=Status(overdue=True))
    assert '<p class="mark-overdue"><span class="stamp">Review overdue</span></p>' in html
    assert "<p>The next check of this sheet was due on November 22, 2027. The sheet may be out of date.</p>" in html
    assert "November 22, 2027 · overdue; this sheet may be out of date" in section(html, ABOUT.id)
    assert "overdue" not in re.sub(r"<style>.*?</style>", "", page(library, ABOUT), flags=re.DOTALL)


def test_an_overdue_machine_translation_says_so_in_both_languages(library: Library) -> None:
    html = page(
        library, ABOUT, tag="es", status=Status(machine=True, overdue=True), words=words_of("es", library, OVERDUE)
    )
    assert '<span class="stamp">Revisión atrasada · <span lang="en" dir="ltr">Review overdue</span></span></p>' in html
    assert "<p>Debía revisarse el 22 de noviembre de 2027.</p>" in html
    assert '<p lang="en" dir="ltr">The next check of this sheet was due on November 22, 2027.' in html
    assert "22 de noviembre de 2027 · atrasada" in section(html, ABOUT.id)


def test_a_sheet_without_a_state_to_tell_has_no_stamp(library: Library) -> None:
    approved = page(library, ABOUT, status=Status(draft=False))
    assert "running-mark" not in re.sub(r"<style>.*?</style>", "", approved, flags=re.DOTALL)
    assert 'class="notice' not in approved
    late = page(library, ABOUT, status=Status(draft=False, overdue=True))
    assert '<p class="mark-overdue">' in late
    assert 'class="notice' in late
    assert "DRAFT" not in late
    assert "draft" not in late


def test_every_language_of_the_library_has_the_words_of_the_stamp(library: Library) -> None:
    layers = Layers.of(None)
    tags = {folder.replace("_", "-") for folder in catalog_folders(layers)}
    assert len(tags) >= 4
    for tag in tags:
        words = Words(read_catalog(layers, tag, INTERFACE), library.languages[tag])
        assert [key for key in OVERDUE if not words.has(*key)] == [], tag


# --- A clinic's template is locked in --------------------------------------------------------------------

LOCKED = [
    "{{ ''.__class__.__mro__ }}",
    "{{ handout.__class__ }}",
    "{{ sheet.__init__.__globals__ }}",
    "{{ draw_qr.__globals__ }}",
    "{{ '{0.__class__}'.format(handout) }}",
    "{{ self._TemplateReference__context }}",
    "{% set x = handout.blocks.append %}{{ x }}",
    "{{ sheet.numbers.clear() }}",
    "{{ setting.library.claims.pop('HSCT1') }}",
    "{{ ui.missing.clear() }}",
    "{{ handout.model_fields_set.clear() }}",
    "{{ brand.parse_file('/etc/hostname') }}",
    "{{ brand.model_construct(id='another').id }}",
    "{{ handout.model_fields }}",
    "{{ lipsum.__globals__.os }}",
    "{% include '../content/facts.yaml' %}",
    "{% include '/etc/hostname' %}",
]


@pytest.mark.filterwarnings("ignore")  # pydantic warns of what the sandbox must refuse
@pytest.mark.parametrize("attempt", LOCKED)
def test_a_template_reaches_no_python_and_no_file(attempt: str, library: Library, tmp_path: Path) -> None:
    layers = clinic_layers(tmp_path, {"page.html": f"<p>a</p>\n{attempt}\n"})
    with pytest.raises(HandoutError) as caught:
        page(library, prose("x"), layers=layers)
    (finding,) = caught.value.findings
    assert finding.id == "template/error"
    assert finding.where.path.endswith("templates/page.html")
    assert finding.where.line == 2


@pytest.mark.filterwarnings("ignore")  # what it tries warns first
def test_a_template_runs_no_pickle(library: Library, tmp_path: Path) -> None:
    """Pydantic's deprecated `parse_raw` unpickles, and a pickle runs what it likes."""
    folder = tmp_path / "made"
    pickle = f"cos\\nmkdir\\n(S'{folder}'\\ntR."
    attempt = f"{{{{ brand.parse_raw(\"{pickle}\", proto='pickle', allow_pickle=true) }}}}"
    layers = clinic_layers(tmp_path, {"page.html": attempt})
    try:
        page(library, prose("x"), layers=layers)
    except (HandoutError, ValueError) as error:
        refused = isinstance(error, HandoutError)
    else:
        refused = False
    assert not folder.exists(), "the template ran a function of the operating system"
    assert refused


def test_a_template_cannot_ask_for_the_time(library: Library, tmp_path: Path) -> None:
    layers = clinic_layers(tmp_path, {"page.html": "{{ handout.published.today() }}"})
    try:
        html = page(library, prose("x"), layers=layers)
    except HandoutError:
        return
    assert str(datetime.datetime.now().astimezone().date()) not in html


def test_there_is_no_safe_filter(library: Library, tmp_path: Path) -> None:
    assert "safe" not in make_environment(Layers.of(None)).filters
    layers = clinic_layers(tmp_path, {"page.html": "{{ handout.title | safe }}"})
    with pytest.raises(HandoutError, match="safe"):
        page(library, prose("x"), layers=layers)


def test_a_text_stays_text_where_a_template_turns_escaping_off(library: Library, tmp_path: Path) -> None:
    template = "{% autoescape false %}{{ handout.blocks[0].paragraphs.p0.say }}{% endautoescape %}"
    layers = clinic_layers(tmp_path, {"page.html": template})
    try:
        html = page(library, prose(CHARGED), layers=layers)
    except HandoutError:
        return  # refused, as well
    assert html == ESCAPED


# --- An error in a clinic's template -----------------------------------------------------------------------

BROKEN = {
    "unknown name": ("a\n{{ handuot }}", 2, "handuot"),
    "unknown field": ("a\nb\n{{ handout.titel }}", 3, "titel"),
    "syntax": ("a\n\n{% if %}", 3, "template fails"),
    "not closed": ("a\n{% for x in [1] %}\n", 2, "endfor|fails"),
    "unknown filter": ("{{ handout.title | shout }}", 1, "shout"),
    "no such template": ("a\n{% include 'nowhere.html' %}", 2, "nowhere.html"),
    "nothing to extend": ("{% extends 'library:nowhere.html' %}", 1, "nowhere.html"),
    "division": ("a\nb\nc\n{{ 1 / 0 }}", 4, "ZeroDivisionError"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_an_error_in_a_template_has_a_place(name: str, library: Library, tmp_path: Path) -> None:
    template, line, what = BROKEN[name]
    layers = clinic_layers(tmp_path, {"page.html": template})
    with pytest.raises(HandoutError) as caught:
        page(library, prose("x"), layers=layers)
    (finding,) = caught.value.findings
    assert finding.where.path.endswith(os.fspath(tmp_path / "templates/page.html"))
    assert finding.where.line in (line, line + 1 if name == "not closed" else line)
    assert re.search(what, finding.what)
    assert finding.handout == "example"
    assert finding.remedy


def test_an_error_in_a_part_of_a_page_is_found_there(library: Library, tmp_path: Path) -> None:
    layers = clinic_layers(tmp_path, {"blocks/prose/block.html": "<h2>\n{{ nothing }}"})
    with pytest.raises(HandoutError) as caught:
        page(library, prose("x"), layers=layers)
    where = caught.value.findings[0].where
    assert where.path.endswith("templates/blocks/prose/block.html")
    assert where.line == 2


def test_a_syntax_error_in_a_part_is_found_there(library: Library, tmp_path: Path) -> None:
    layers = clinic_layers(tmp_path, {"blocks/prose/block.html": "<h2>\n{% endfor %}"})
    with pytest.raises(HandoutError) as caught:
        page(library, prose("x"), layers=layers)
    where = caught.value.findings[0].where
    assert where.path.endswith("templates/blocks/prose/block.html")
    assert where.line == 2


def test_a_bug_of_ours_keeps_its_traceback(library: Library) -> None:
    block = read_example("sources", "sources").model_copy(update={"kind": "a kind that checks would have refused"})
    with pytest.raises(KeyError):
        page(library, block)


def test_a_clinic_extends_the_page_of_the_library(library: Library, tmp_path: Path) -> None:
    template = '{% extends "library:page.html" %}{% block title %}<p>Our line</p>{{ super() }}{% endblock %}'
    layers = clinic_layers(tmp_path, {"page.html": template})
    html = page(library, prose("Words of the block."), layers=layers)
    assert html.index("<p>Our line</p>") < html.index("<h1>A handout of examples</h1>")
    assert "Words of the block." in html


# --- Pieces ------------------------------------------------------------------------------------------------


def test_a_page_counter_in_css() -> None:
    assert counter_text("Page {page} of {pages}") == '"Page " counter(page) " of " counter(pages)'
    assert counter_text("第{page}页，共{pages}页") == '"第" counter(page) "页\\ff0c 共" counter(pages) "页"'
    assert "</" not in counter_text('</style>"\\{page}')
    assert '\\22 \\5c "' in counter_text('"\\')
    assert isinstance(counter_text("{page}"), Markup)


def numbered(library: Library, *sources: int) -> str:
    """The notes of a statement that rests on these sources of a handout of nine."""
    sheet = Sheet(handout_of(), setting_of(library))
    names = sorted(library.sources)[:9]
    sheet.__dict__["numbers"] = {name: number for number, name in enumerate(names, 1)}
    claim = replace(library, claims={"A": library.claims["LUP1"].model_copy(update={"sources": tuple(names)})})
    chosen = tuple(names[number - 1] for number in sources)
    claims = {"A": library.claims["LUP1"].model_copy(update={"sources": chosen})}
    sheet.setting = replace(sheet.setting, library=replace(claim, claims=claims))
    statement = prose("x").paragraphs["p0"].model_copy(update={"claims": ("A",)})
    return sheet.notes(statement)


@pytest.mark.parametrize(
    ("sources", "shown"),
    [((1,), "[1]"), ((1, 2), "[1, 2]"), ((5, 1, 3, 4), "[1, 3-5]"), ((1, 2, 3, 5, 7, 8), "[1-3, 5, 7, 8]"), ((), "")],
)
def test_notes_are_sorted_and_drawn_together(sources: tuple[int, ...], shown: str, library: Library) -> None:
    assert numbered(library, *sources).replace("\xa0", " ") == shown


def chance(low: float, high: float) -> Chance:
    fields = {"kind": "chance", "what": "x", "sources": ["A"], "low": low, "high": high, "per": 100, "people": 50}
    return Chance.model_validate(fields)


SVG = "{http://www.w3.org/2000/svg}"


def dots_of(svg: ET.Element) -> dict[tuple[str, str], list[str]]:
    """The places of the dots of each line of dots, by color and width."""
    return {
        (str(line.get("stroke")), str(line.get("stroke-width"))): re.findall(r"M(\d+ \d+)h0", str(line.get("d")))
        for line in svg
        if line.tag != "title"
    }


@pytest.mark.parametrize(("low", "high"), [(0, 0), (0, 13), (15, 15), (29, 62), (100, 100), (2.4, 12.6)])
def test_a_chance_is_a_hundred_dots(low: float, high: float) -> None:
    svg = ET.fromstring(str(draw_chance(chance(low, high), "Of 100 dots <&> some", Color("#0b4f5c"))))  # noqa: S314
    assert svg[0].text == "Of 100 dots <&> some"
    assert svg.get("role") == "img"
    dots = dots_of(svg)
    edged = [place for (_, width), places in dots.items() if width == "8.5" for place in places]
    filled = [place for (_, width), places in dots.items() if width == "6.7" for place in places]
    assert len(edged) == len(set(edged)) == 100
    assert len(filled) == len(set(filled)) == 100 - round(low)  # what is not solid is a smaller dot on a larger one
    assert len(dots.get(("#0b4f5c", "8.5"), [])) == round(high)
    assert len(dots.get(("#ffffff", "6.7"), [])) == 100 - round(high)


def test_the_dots_differ_in_gray() -> None:
    svg = ET.fromstring(str(draw_chance(chance(10, 20), "x", Color("#0b4f5c"))))  # noqa: S314
    light, empty = (Color(color).luminance() for color, width in dots_of(svg) if width == "6.7")
    assert contrast(Color("#0b4f5c"), Color("#799ea5")) > 3
    assert Color("#0b4f5c").luminance() + 0.2 < light < empty - 0.3


def test_an_address_is_printed_whole_where_it_can_be_typed() -> None:
    assert shown_address("https://www.clinic.example/sheets/") == "clinic.example/sheets"
    assert shown_address("http://clinic.example") == "clinic.example"
    longer = "https://clinic.example/" + "a" * 60
    assert shown_address(longer) == "clinic.example"
    edge = "clinic.example/" + "a" * 33
    assert shown_address("https://" + edge) == edge
    assert shown_address("https://" + edge + "a") == "clinic.example"


def modules_of(svg: ET.Element) -> set[tuple[int, int]]:
    """The dark squares (row, column) of the code that an SVG draws, without its quiet zone."""
    dark: set[tuple[int, int]] = set()
    x, y = 0.0, 0.0
    (path,) = (str(each.get("d")) for each in svg.iter() if each.tag.endswith("path") and each.get("stroke"))
    for command, arguments in re.findall(r"([Mmh])([^Mmh]*)", path):
        numbers = [float(number) for number in re.findall(r"-?\d*\.?\d+", arguments)]
        if command == "h":
            dark |= {(int(y) - 4, int(x) + step - 4) for step in range(int(numbers[0]))}
            x += numbers[0]
        else:
            x, y = (numbers[0], numbers[1]) if command == "M" else (x + numbers[0], y + numbers[1])
    return dark


def test_a_qr_code_is_the_codes_modules_and_a_quiet_zone() -> None:
    address = "https://clinic.example/sheets/decide/zh-Hans"
    svg = ET.fromstring(str(draw_qr(address, "QR <code> & more")))  # noqa: S314
    code = segno.make(address, error="m", micro=False)
    matrix = [list(row) for row in code.matrix]
    dark = {(row, column) for row, line in enumerate(matrix) for column, bit in enumerate(line) if bit}
    assert modules_of(svg) == dark
    assert svg.get("viewBox") == f"0 0 {len(matrix) + 8} {len(matrix) + 8}"
    (title,) = (each.text for each in svg if each.tag.endswith("title"))
    assert title == "QR <code> & more"


def test_a_sheet_has_a_code_where_the_brand_has_an_address(library: Library) -> None:
    brand, _ = brand_of(Layers.of(None), "sample")
    html = page(library, prose("x"), brand=brand)
    assert "clinic.example/sheets/example/en" in html
    assert 'class="qr"' in html
    assert 'class="qr"' not in page(library, prose("x"))


def test_the_same_words_give_the_same_html(library: Library) -> None:
    blocks = [read_example(shape, name) for shape, name in EXAMPLES]
    assert page(library, *blocks) == page(library, *blocks)


@pytest.mark.parametrize(
    ("text", "direction"),
    [("St. Mary (Boston)", "ltr"), ("(عيادة) Mary", "rtl"), ("עברית", "rtl"), ("24/7", "ltr"), ("", "ltr")],
)
def test_a_name_has_the_direction_of_its_first_letter(text: str, direction: str) -> None:
    assert direction_of(text) == direction


def test_a_clinics_name_keeps_its_own_direction(library: Library) -> None:
    html = page(library, prose("x"), tag="ar")
    assert '<p class="clinic"><span dir="ltr">' in html
    assert '<p class="tagline"><span dir="rtl">' in html

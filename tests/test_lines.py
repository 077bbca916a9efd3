"""Where lines break in scripts that Pango does not know well, and what keeps its order in right-to-left text."""

# ruff: noqa: RUF001 - signs that look like Latin ones are what this is about

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import samples
from hypothesis import given
from hypothesis import strategies as st

import handouts
from handouts import fonts, lines, overflow, typeset
from handouts.lines import DICTIONARY, MARKED, isolate_runs, mark_breaks, mark_tree

SIGNS = str.maketrans({"\u200b": "|", "\u2060": "¬", "\u2066": "⟨", "\u2069": "⟩", "\u200e": ""})
SILENT = dict.fromkeys(SIGNS)
SAMPLES = tuple(tag for tag in samples.SAMPLES if tag.partition("-")[0] in MARKED)
LEFTWARDS = tuple(tag for tag in samples.SAMPLES if samples.load(tag).direction == "rtl")
CLOSING = (
    "、。，．・：；？！）〕］｝〉》」』】〗”’»,.:;?!)]}…‥%‰°℃ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々〜～·"
    "ๆໆៗ។៕៖။၊።፣፤፥፦፡"
)
OPENING = "（〔［｛〈《「『【〖“‘«([{"
MARKS = "[\u200b\u2060]"


def signs(text: str) -> str:
    """The marks as signs that can be seen: | may break, ¬ must not, ⟨ ⟩ an isolate."""
    return text.translate(SIGNS)


# --- Marks in a text ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "marked"),
    [
        ("km", "សូម|លាងដៃ|របស់|អ្នក|ឱ្យ|បាន|ញឹកញាប់|ដោយ|សាប៊ូ។ លេប 5 ¬mg"),
        ("km", "ថ្នាំ|ស្តេ|រ៉ូ|អ៊ីត|បញ្ហា"),  # no line begins with the last letter of a word that ICU does not know
        ("km", "ញឹក ¬ៗ (AHSCT) hydroxychloroquine ២¬ដង"),
        ("lo", "ກະລຸນາ|ລ້າງມື|ຂອງ|ທ່ານ|ເລື້ອຍ ¬ໆ ດ້ວຍ|ສະບູ່"),
        ("my", "ဆပ်ပြာ|ဖြင့် ဆေးကြော|ပါ ¬။ ၅ ¬မီ|လီ"),
        ("th", "โปรด|ล้าง|มือ|บ่อย ¬ๆ| ด้วย|สบู่| วัน|ละ| 2 ¬ครั้ง| (หลัง|อาหาร)| “ยา”"),
        ("th", "3–¬5¬วัน| โทร| 1-800-555-0199| ดู| hydroxychloroquine"),
        ("ko", "손¬을 자¬주 38.0 ¬°C 이¬상. 이¬식(AHSCT)¬을 남¬성/여¬성 3~¬5¬일 2 ¬번 “약”¬을"),
        ("ko", "전¬화 02 ¬123 ¬4567 또¬는 1-800-555-0199 번"),
        ("th", "คำ\n)| คำ"),
        ("th", " คำ "),
        ("ja", "第3¬回、38.0 ¬°C以上（30¬分）¬～３．¬５¬ｍ¬ｇ ジャン¬·ポール"),
        ("zh-Hans", "每天3¬次，每次5 ¬mg，让¬·保罗"),
        ("zh-Hant", "每天3¬次，每次5 ¬mg"),
        ("am", "እጅዎን ¬፡ በቀን ¬። 5 ¬mg ይታጠቡ። 3–¬5 ¬ቀን"),
    ],
)
def test_marks(language: str, marked: str) -> None:
    assert signs(mark_breaks(re.sub("[|¬]", "", marked), language)) == marked


@pytest.mark.parametrize("language", ["en", "es", "ar", "hi", "vi", "he", "ru", "en-US", ""])
def test_most_languages_need_no_marks(language: str) -> None:
    text = "Take 5 mg (3–5 days) ដៃ 손을 手"
    assert mark_breaks(text, language) is text


def test_an_authors_marks_count_for_more_than_the_dictionary() -> None:
    assert signs(mark_breaks("លុយពីស", "km")) == "លុយ|ពីស"
    assert signs(mark_breaks("លុយ\u2060ពី\u2060ស", "km")) == "លុយ¬ពី¬ស"
    assert signs(mark_breaks("ល\u200bុយ", "km")) == "ល|ុយ"
    assert signs(mark_breaks("\u200b5 \u200bmg\u200b", "ko")) == "|5 |mg|"


@pytest.mark.parametrize("language", sorted(MARKED))
@given(text=st.text("กาๆដៃៗ။ຂທ손을手を（）()“”3５–-~～. \u00a0\n\u200b\u2060aZ%°😀"))
def test_marking_adds_marks_only_and_once(language: str, text: str) -> None:
    marked = mark_breaks(text, language)
    assert re.sub(MARKS, "", marked) == re.sub(MARKS, "", text)
    assert mark_breaks(marked, language) == marked
    assert not re.search(r"[a-zA-Z0-9]\u200b[a-zA-Z0-9]", mark_breaks(re.sub(MARKS, "", text), language))


@pytest.mark.parametrize("tag", SAMPLES)
def test_marks_in_the_samples_stand_where_they_may(tag: str) -> None:
    for text in samples.text(samples.load(tag)):
        marked = mark_breaks(text, tag)
        assert marked.translate(SILENT) == text
        assert mark_breaks(marked, tag) == marked
        assert not re.search(rf"\u200b[{re.escape(CLOSING)}]|[{re.escape(OPENING)}]\u200b", marked), signs(marked)
        assert not re.search(r"[A-Za-z]\u200b[A-Za-z]|\d\u200b?[ \u00a0]?\u200b?(mg|°C|%)", marked), signs(marked)


@pytest.mark.parametrize("tag", sorted(DICTIONARY))
def test_every_sample_without_spaces_gets_its_word_ends(tag: str) -> None:
    text = " ".join(samples.text(samples.load(tag)))
    assert 8 < len(text) / mark_breaks(text, tag).count("\u200b") * 2 < 30  # a word is four to fifteen characters


# --- Marks in a page ---------------------------------------------------------------------------------------


def marked_page(html: str, language: str) -> str:
    root = ET.fromstring(html)  # noqa: S314 - our own words
    mark_tree(root, language)
    return signs(ET.tostring(root, "unicode"))


def test_a_page_is_marked_by_the_language_of_each_passage() -> None:
    page = '<html><p>លុយពីស</p><p lang="en">5 mg ដៃ</p><p lang="ko-KR">손을 <b lang="en">손을</b> 손을</p></html>'
    wanted = '<html><p>លុយ|ពីស</p><p lang="en">5 mg ដៃ</p><p lang="ko-KR">손¬을 <b lang="en">손을</b> 손¬을</p></html>'
    assert marked_page(page, "km") == wanted


def test_passages_of_other_languages_are_marked_in_a_page_that_needs_none() -> None:
    page = '<html lang="en"><p>5 mg 손을</p><ul><li lang="ko">손을</li><li lang="ar" dir="rtl">5 mg</li></ul></html>'
    marked = (
        '<html lang="en"><p>5 mg 손을</p><ul><li lang="ko">손¬을</li><li lang="ar" dir="rtl">⟨5 ¬mg⟩</li></ul></html>'
    )
    assert marked_page(page, "en") == marked


def test_what_is_not_printed_stays() -> None:
    page = (
        '<html lang="ko"><head><title>손을</title></head><body title="손을"><!-- 손을 --><style>손을</style>손을'
        "<script>손을</script><svg><title>손을</title><text>손을</text></svg></body></html>"
    )
    root = ET.fromstring(page, ET.XMLParser(target=ET.TreeBuilder(insert_comments=True)))  # noqa: S314 - our own words
    mark_tree(root, "ko")
    assert signs(ET.tostring(root, "unicode")) == page.replace("</style>손을", "</style>손¬을")


def test_a_word_is_whole_though_a_style_changes_within_it() -> None:
    assert (
        marked_page("<p>약<b>을</b> 한<i></i>번 <b>5</b> mg</p>", "ko") == "<p>약<b>¬을</b> 한<i />¬번 <b>5</b> ¬mg</p>"
    )
    assert marked_page("<p>លុយ<b>ពីស</b></p>", "km") == "<p>លុយ|<b>ពីស</b></p>"
    assert marked_page("<p>លា<b>ងដៃ</b></p>", "km") == "<p>លា<b>¬ងដៃ</b></p>"
    assert marked_page("<p>“<b>ยา</b>”</p>", "th") == "<p>“<b>¬ยา</b>¬”</p>"
    assert marked_page("<div>លុយ<p>ពី</p>ស</div>", "km") == "<div>លុយ<p>ពី</p>ស</div>"


def test_marking_a_page_twice_changes_nothing() -> None:
    for tag in (*SAMPLES, *LEFTWARDS):
        html = re.sub(r"<!DOCTYPE html>|<meta[^>]*>", "", samples.html(samples.load(tag)))
        once = ET.fromstring(html)  # noqa: S314 - our own words
        mark_tree(once, tag)
        first = ET.tostring(once, "unicode")
        assert first.translate(SILENT) == ET.tostring(ET.fromstring(html), "unicode")  # noqa: S314 - the same
        mark_tree(once, tag)
        assert ET.tostring(once, "unicode") == first


# --- Lines on paper ----------------------------------------------------------------------------------------

Lay = Callable[..., Any]


@pytest.fixture(scope="module")
def lay(store: Path) -> Lay:
    """Lays out a page, marked or not."""
    scripts = {"Latn", *(samples.load(tag).script for tag in (*SAMPLES, *LEFTWARDS))}
    press = typeset.make_press("", fonts.prepare(sorted(scripts), store), store)
    lines.break_at_marks_only()

    def lay_out(html: str, tag: str, *, marked: bool = True) -> Any:
        from weasyprint import HTML

        page = HTML(string=html)
        if marked:
            mark_tree(page.etree_element, tag)
        return page.render(font_config=press.configuration, stylesheets=press.styles)

    return lay_out


def sample_page(tag: str, width: int) -> str:
    """A sample in a column of so many millimeters."""
    return samples.html(samples.load(tag)).replace("</style>", f"body {{ max-width: {width}mm }}</style>")


def text_boxes(box: Any) -> Iterator[Any]:
    for child in box.children:
        if type(child).__name__ == "TextBox":
            yield child
        elif type(child).__name__ == "InlineBox":
            yield from text_boxes(child)


def line_boxes(document: Any) -> Iterator[Any]:
    for page in document.pages:
        yield from (box for box in page._page_box.descendants() if type(box).__name__ == "LineBox")


def texts(document: Any) -> list[str]:
    """The lines of a document, as they stand in its boxes: with marks."""
    return ["".join(box.text for box in text_boxes(line)) for line in line_boxes(document)]


def line_ends(document: Any) -> Iterator[tuple[str, str, bool]]:
    """Each place where a passage was broken: the two lines, and whether they were one word before."""
    boxes = list(line_boxes(document))
    for (one, first), (other, second) in pairwise(zip(boxes, texts(document), strict=True)):
        if one.element is other.element and first and second:
            whole = " ".join("".join(one.element.itertext()).split())
            yield first, second, first[-6:] + second[:6] in whole


@pytest.mark.parametrize("width", [114, 80])
@pytest.mark.parametrize("tag", SAMPLES)
def test_lines_end_where_readers_expect(tag: str, width: int, lay: Lay) -> None:
    document = lay(sample_page(tag, width), tag)
    ends = list(line_ends(document))
    assert len(ends) > 8
    outside = {found.block for found in overflow.overflows(document.pages)}
    assert outside <= ({"table"} if width < 100 else set())  # columns of two centimeters are too narrow
    for first, second, joined in ends:
        here = first.translate(SILENT)[-1:] + "/" + second.translate(SILENT)[:1]
        assert here[-1] not in CLOSING, here
        assert here[0] not in OPENING, here
        assert not re.search(r"\d/([A-Za-z%‰°\d]|[^\W\d_a-z])", here) or first.endswith("\u200b"), (first, second)
        if tag in DICTIONARY:
            assert not joined or first[-1] in "\u200b-", here
        elif tag == "ko":
            assert not joined or here[0] in "-/–" or here[-1] in OPENING, here


@pytest.mark.parametrize("tag", ["th", "ko", "am"])
def test_no_line_ends_within_a_range_or_before_a_unit(tag: str, lay: Lay) -> None:
    words = samples.load(tag).title.split()[0]
    script = samples.load(tag).script
    for width in range(60, 100, 3):
        page = f'<p style="width: {width / 2}mm">{words} {words} 30–50 mg {words} 30–50 {words}</p>'
        found = texts(lay(f'<html lang="{tag}"><body class="script-{script}">{page}</body></html>', tag))
        ends = {line.translate(SILENT)[-1] for line in found[:-1]}
        assert len(found) > 1
        assert not ends & set("–0123456789"), found


def test_pango_alone_breaks_korean_anywhere_and_khmer_nowhere(lay: Lay) -> None:
    korean = lay(sample_page("ko", 114), "ko", marked=False)
    assert sum(joined for _, _, joined in line_ends(korean)) > 5
    khmer = lay('<html lang="km"><body class="script-Khmr"><p style="width: 60mm">' + "ដៃ" * 60, "km", marked=False)
    assert [found.block for found in overflow.overflows(khmer.pages)] == [""]


THAI = """
import json, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import samples
from handouts import fonts, lines, typeset
store = Path(sys.argv[2])
press = typeset.make_press("", fonts.prepare(["Thai"], store), store)
from weasyprint import HTML
import test_lines
def lay_out():
    page = HTML(string=test_lines.sample_page("th", 60))
    lines.mark_tree(page.etree_element, "th")
    return test_lines.texts(page.render(font_config=press.configuration, stylesheets=press.styles))
plain = lay_out()
lines.break_at_marks_only()
print(json.dumps([plain, lay_out()]))
"""
NO_WORDS = bytes.fromhex(
    "d9fcd9fc0000000100000e0100000e5bdafcdafc00000003ffffffffffffffff0000000300000000dffcdffc0000000000000000"
)
"""A dictionary of libdatrie without a word, as a machine without libthai's would have it."""


def thai_lines(store: Path, **environment: str) -> tuple[list[str], list[str]]:
    source = os.pathsep.join((str(Path(handouts.__file__).parents[1]), str(Path(__file__).parent)))
    settings = {**os.environ, "PYTHONPATH": source, **environment}
    command = [sys.executable, "-c", THAI, str(Path(__file__).parent), str(store)]
    plain, held = json.loads(subprocess.run(command, env=settings, check=True, capture_output=True, text=True).stdout)
    return plain, held


def test_thai_lines_do_not_depend_on_libthai(store: Path, tmp_path: Path) -> None:
    (tmp_path / "thbrk.tri").write_bytes(NO_WORDS)
    plain, held = thai_lines(store)
    plain_without, held_without = thai_lines(store, LIBTHAI_DICTDIR=str(tmp_path))
    assert held == held_without
    assert len(held) > 50
    if plain == plain_without:
        pytest.skip("this machine's Pango was built without libthai")


# --- Right to left -----------------------------------------------------------------------------------------

RUNS = ("1-800-555-0199", "5-10 mg", "37.5 °C", "[1, 3-5]", "(CAR-T)", "nurse@example.org", "2026-11-22", "50%",
        "Staphylococcus aureus")  # fmt: skip


def visual(box: Any) -> str:
    """The characters of a text box from left to right on the paper: a mirrored bracket is what it was in the text."""
    from weasyprint.text.ffi import ffi

    layout = box.pango_layout
    layout.reactivate(box.style)
    line, _ = layout.get_first_line()
    encoded = layout.text.encode()
    found, run = "", line.runs
    while run != ffi.NULL:
        item = ffi.cast("PangoGlyphItem *", run.data).item
        piece = encoded[item.offset : item.offset + item.length].decode()
        found += piece[::-1] if item.analysis.level % 2 else piece
        run = run.next
    return found


def visual_lines(document: Any) -> list[str]:
    """Each line from left to right, without marks."""
    boxes = (sorted(text_boxes(line), key=lambda box: box.position_x) for line in line_boxes(document))
    return ["".join(visual(box).translate(SILENT) for box in line).replace("\u00a0", " ") for line in boxes]


def leftward_page(words: str, tag: str, width: int = 150) -> str:
    script = samples.load(tag).script
    style = f"width: {width}mm; font-size: 12pt"
    return f'<html lang="{tag}" dir="rtl"><body class="script-{script}"><p style="{style}">{words}</p></body></html>'


@pytest.mark.parametrize("run", RUNS)
@pytest.mark.parametrize("tag", LEFTWARDS)
def test_a_wrapped_run_reads_from_left_to_right(tag: str, run: str, lay: Lay) -> None:
    word = samples.load(tag).title.split()[0]
    page = leftward_page(f'{word} <span dir="ltr">{run}</span> {word}.', tag)
    (line,) = visual_lines(lay(page, tag))
    assert line == f".{word[::-1]} {run} {word[::-1]}"


@pytest.mark.parametrize(
    ("marked", "read"),
    [
        ("⟨37.5 ¬°C⟩", "37.5 °C"),
        ("⟨5-10 ¬mg⟩", "5-10 mg"),
        ("⟨1-800-555-0199⟩", "1-800-555-0199"),
        ("⟨+1 ¬800 ¬555 ¬0199⟩", "+1 800 555 0199"),
        ("⟨(555) ¬123-4567⟩", "(555) 123-4567"),
        ("⟨50%⟩", "50%"),
        ("⟨≥ ¬38.0 ¬°C⟩", "≥ 38.0 °C"),
        ("⟨<5%⟩", "<5%"),
        ("⟨-5 ¬°C⟩", "-5 °C"),
        ("⟨2026-11-22⟩", "2026-11-22"),
        ("⟨5–¬10 ¬mg/kg⟩", "5–10 mg/kg"),
        ("⟨120/80 ¬mmHg⟩", "120/80 mmHg"),
        ("⟨10 ¬mg ¬× ¬2⟩", "10 mg × 2"),
        ("⟨۳۷٫۵ ¬°C⟩", "۳۷٫۵ °C"),
        ("⟨CD19+⟩", "CD19+"),
        ("⟨https://example.org/a-b/⟩", "https://example.org/a-b/"),
        ("⟨12 ¬Example Street, Room ¬4⟩", "12 Example Street, Room 4"),
        ("22/11/2026", "22/11/2026"),
        ("8:30", "8:30"),
        ("1,250.5", "1,250.5"),
        ("COVID-19", "COVID-19"),
        ("nurse@example.org", "nurse@example.org"),
        ("Staphylococcus aureus", "Staphylococcus aureus"),
        ("⟨(CAR-T)⟩", "(CAR-T)"),
        ("⟨(5-10 ¬mg)⟩", "(5-10 mg)"),
        ("[1, ⟨3-5⟩]", "]3-5 ,1["),  # brackets of the sentence around it: mirrored, and the first at the right
    ],
)
@pytest.mark.parametrize("tag", LEFTWARDS)
def test_a_bare_run_is_isolated_where_it_would_come_out_of_order(tag: str, marked: str, read: str, lay: Lay) -> None:
    run = re.sub("[¬⟨⟩]", "", marked)
    word = samples.load(tag).title.split()[0]
    assert signs(isolate_runs(f"{word} {run} {word}")) == f"{word} {marked} {word}"
    assert isolate_runs(isolate_runs(run)) == isolate_runs(run)
    escaped = run.replace("<", "&lt;")
    for words in (f"{word} {escaped} {word}", escaped):
        (line,) = visual_lines(lay(leftward_page(words, tag), tag))
        assert read in line, line


@pytest.mark.parametrize("tag", LEFTWARDS)
def test_a_bracket_stays_with_its_word_where_a_name_goes_on_in_the_next_line(tag: str, lay: Lay) -> None:
    word = samples.load(tag).title.split()[0]
    divided = 0
    for width in range(30, 70, 5):
        lines = visual_lines(lay(leftward_page(f"{word} (Food and Drug Administration) {word}", tag, width), tag))
        (last,) = [line for line in lines if "Administration" in line]
        assert "Administration)" in last
        assert any("(Food" in line for line in lines)
        divided += "(Food" not in last
    assert divided > 1


@pytest.mark.parametrize("words", ["ב-2026", "כלל - 5 ימים", "FDA/משרד", "1, 3, 5", "۵-۱۰", "Dr. Smith", "5.", "אב"])
def test_what_the_algorithm_orders_right_is_left_alone(words: str) -> None:
    assert isolate_runs(words) == words


@given(st.text("אبa5۵-–%°.,:/+() \u00a0", max_size=40))
def test_isolating_adds_marks_only_and_once(text: str) -> None:
    once = isolate_runs(text)
    assert once.translate(SILENT) == text
    assert isolate_runs(once) == once


@pytest.mark.parametrize("tag", LEFTWARDS)
def test_a_sample_whose_authors_marked_nothing_reads_as_one_whose_authors_marked_all(tag: str, lay: Lay) -> None:
    page = samples.html(samples.load(tag))
    bare = re.sub(r'<span dir="ltr"[^>]*>(.*?)</span>', r"\1", page)
    runs = {run for run in re.findall(r'<span dir="ltr"[^>]*>(.*?)</span>', page) if " " not in run or run[0].isdigit()}
    assert len(runs) > 5

    def ordered(document: Any) -> set[str]:
        return {run for run in runs if any(run in line for line in visual_lines(document))}

    assert ordered(lay(bare, tag, marked=False)) < runs
    assert ordered(lay(bare, tag)) == ordered(lay(page, tag)) == runs


@pytest.mark.parametrize("width", [30, 36, 42, 50])
def test_a_telephone_number_is_not_broken_for_each_line_is_ordered_by_itself(width: int, lay: Lay) -> None:
    found = visual_lines(lay(leftward_page("להתקשר אל +1 800 555 0199 או ליטול 5-10 mg ביום", "he", width), "he"))
    assert any("+1 800 555 0199" in line for line in found), found
    assert any("5-10 mg" in line for line in found), found

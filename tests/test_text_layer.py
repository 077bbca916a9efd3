"""What readers give back of a printed page: in every script, the words that it was made of."""

from __future__ import annotations

import re
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2  # type: ignore[import-untyped]
import pytest
import samples
from PIL import Image, ImageChops, ImageStat

from handouts import fonts, typeset
from handouts.readback import read_back, tally

Typeset = Callable[..., bytes]


@pytest.fixture(scope="module")
def press(store: Path) -> typeset.Press:
    return typeset.make_press("", fonts.prepare(fonts.STACKS, store), store)


@pytest.fixture(scope="module")
def printed(press: typeset.Press, store: Path) -> Typeset:
    def make(html: str, script: str = "Latn") -> bytes:
        made = typeset.typeset(html, script, press, store)
        assert made.complaints == ()
        return made.pdf

    return make


def page(body: str, tag: str = "en", script: str = "Latn", direction: str = "ltr") -> str:
    return (
        f'<!doctype html><html lang="{tag}" dir="{direction}"><head><title>T</title></head>'
        f'<body class="script-{script}"><h1>H</h1>{body}</body></html>'
    )


def by_poppler(pdf: bytes, folder: Path) -> str:
    return _by_program(pdf, folder, "pdftotext", "-enc", "UTF-8", "FILE", "-")


def by_mupdf(pdf: bytes, folder: Path) -> str:
    return _by_program(pdf, folder, "mutool", "draw", "-q", "-F", "txt", "FILE")


def _by_program(pdf: bytes, folder: Path, *command: str) -> str:
    file = folder / "page.pdf"
    file.write_bytes(pdf)
    words = [str(file) if word == "FILE" else word for word in command]
    return subprocess.run(words, check=True, capture_output=True).stdout.decode()


# --- Every script -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("tag", samples.SAMPLES)
def test_a_sample_is_given_back(tag: str, printed: Typeset, tmp_path: Path) -> None:
    sample = samples.load(tag)
    pdf, texts = printed(samples.html(sample), sample.script), samples.text(sample)
    readings = by_mupdf(pdf, tmp_path), by_poppler(pdf, tmp_path), read_back(pdf)
    mupdf, poppler, pdfium = (got / wanted for got, wanted in (tally(texts, read) for read in readings))
    assert mupdf >= 0.99
    if sample.direction == "rtl":  # pdfium turns round the parts of a Latin name or a dose within such a line
        assert poppler >= (0.97 if tag in samples.LONG else 0.95)
        assert pdfium >= (0.92 if tag in samples.LONG else 0.9)
    else:
        assert pdfium >= 0.99
        assert poppler >= 0.95


# --- One thing at a time, exactly ---------------------------------------------------------------------------

LINES = {
    "plain": "Call 1-800-555-0199 at once.",
    "pairs pushed apart": "AVATAR To Ty WAVE P.A. LT",
    "ligatures": "first office affluent fjord",
    "spaces": "5\u00a0mg and 10\u202fmg",
    "quotation": "‘one’ “two” — three… 4–5 ≥ 6",  # noqa: RUF001
    "stacked": "Ấn Độ, ốm, sữa, ngưỡng, Ngọc",
    "composed": unicodedata.normalize("NFC", "e\u0301cole nin\u0303o scho\u0308n"),
}


@pytest.mark.parametrize("name", LINES)
@pytest.mark.parametrize("reader", [by_mupdf, by_poppler])
def test_a_line_is_given_back_letter_for_letter(
    name: str, reader: Callable[[bytes, Path], str], printed: Typeset, tmp_path: Path
) -> None:
    line = LINES[name]
    read = unicodedata.normalize("NFC", reader(printed(page(f"<p>{line}</p>")), tmp_path))
    spaces = str.maketrans("\u00a0\u202f", "  ")
    assert line.translate(spaces) in read.translate(spaces)


@pytest.mark.parametrize("mark", ["\u00ad", "\u200b", "\u2060", "\u200e"])
def test_what_only_steers_the_layout_is_not_given_back(mark: str, printed: Typeset, tmp_path: Path) -> None:
    pdf = printed(page(f"<p>para{mark}cetamol</p>"))
    assert "paracetamol" in by_mupdf(pdf, tmp_path)
    assert "paracetamol" in read_back(pdf)


WORDS = {
    "Arab": ["كلا", "لإنسان", "سلام", "حُمّى", "جدًّا", "مُسكِّن", "آلام", "ڈاکٹر", "پزشک", "نەخۆشخانە", "چھوٹے", "ناروغۍ"],
    "Hebr": ["שלום", "שִׂמְרוּ", "שָׁלוֹם", "רופא", "תְּרוּפָה", "אֳרָנִים"],
}


@pytest.mark.parametrize("script", WORDS)
def test_words_from_right_to_left_are_given_back_letter_for_letter(
    script: str, printed: Typeset, tmp_path: Path
) -> None:
    pdf = printed(page(f"<p>{' '.join(WORDS[script])}</p>", "und", script, "rtl"), script)
    for read in (by_poppler(pdf, tmp_path), by_mupdf(pdf, tmp_path), read_back(pdf)):
        given = unicodedata.normalize("NFC", read)
        assert [word for word in WORDS[script] if unicodedata.normalize("NFC", word) not in given] == []


def test_a_joiner_is_no_letter_and_no_space(printed: Typeset, tmp_path: Path) -> None:
    pdf = printed(page("<p>این کار می\u200cشود و خوب است</p>", "fa", "Arab", "rtl"), "Arab")
    for read in (by_poppler(pdf, tmp_path), by_mupdf(pdf, tmp_path), read_back(pdf)):
        assert "میشود" in read.replace("\u200c", "")


def test_one_glyph_can_have_two_texts(printed: Typeset, tmp_path: Path) -> None:
    arabic = "(نص) <span dir='ltr' lang='en'>(text)</span>"
    read = by_mupdf(printed(page(f"<p>{arabic}</p>", "ar", "Arab", "rtl"), "Arab"), tmp_path)
    assert "(نص)" in read
    assert "(text)" in read


def test_a_dose_in_a_line_from_right_to_left_is_in_the_order_of_reading(printed: Typeset, tmp_path: Path) -> None:
    body = "<p>خذوا <span dir='ltr'>5-10 mg</span> كل <span dir='ltr'>8 h</span> فقط.</p>"
    read = by_mupdf(printed(page(body, "ar", "Arab", "rtl"), "Arab"), tmp_path)
    assert re.sub(r"\s+", " ", read).strip().endswith("خذوا 5-10 mg كل 8 h فقط.")


def test_lines_of_a_paragraph_have_a_space_between_them(printed: Typeset) -> None:
    with pikepdf.open(_file(printed(page("<p style='width: 20mm'>word another third</p>")))) as file:
        shown = "".join(_codes(file.pages[0]))
    assert "word another third" in shown


def _file(pdf: bytes) -> BytesIO:
    return BytesIO(pdf)


def _codes(sheet: pikepdf.Page) -> list[str]:
    """The text of each code that a page shows, by its ToUnicode."""
    maps = {name: _map(font.ToUnicode.read_bytes().decode()) for name, font in sheet.Resources.Font.items()}
    found, current = [], ""
    for instruction in pikepdf.parse_content_stream(sheet):
        operator = str(instruction.operator)
        if operator == "Tf":
            current = str(instruction.operands[0])
        elif operator in {"Tj", "TJ"}:
            strings = instruction.operands[0] if operator == "TJ" else instruction.operands
            for string in strings:
                if isinstance(string, pikepdf.String):
                    data = bytes(string)
                    found += [maps[current][data[place : place + 2]] for place in range(0, len(data), 2)]
    return found


def _map(cmap: str) -> dict[bytes, str]:
    pairs = re.findall(r"^<([0-9a-f]{4})> <([0-9a-f]+)>$", cmap, re.MULTILINE)
    return {bytes.fromhex(code): bytes.fromhex(text).decode("utf-16-be") for code, text in pairs}


@pytest.mark.parametrize("tag", ["ar", "hi", "km", "zh-Hans", "en"])
def test_every_code_has_a_text(tag: str, printed: Typeset) -> None:
    sample = samples.load(tag)
    with pikepdf.open(_file(printed(samples.html(sample), sample.script))) as file:
        for sheet in file.pages:
            assert all(_codes(sheet))


# --- Looks ------------------------------------------------------------------------------------------------


def test_bold_characters_of_a_font_in_one_weight_get_an_edge(printed: Typeset) -> None:
    def operators(body: str, tag: str, script: str) -> list[str]:
        with pikepdf.open(_file(printed(page(body, tag, script), script))) as file:
            return [str(each.operator) for each in pikepdf.parse_content_stream(file.pages[0])]

    assert "Tr" in operators("<p><b>药物</b></p>", "zh-Hans", "Hans")
    assert "Tr" not in operators("<p>药物</p>", "zh-Hans", "Hans")[-8:]  # but in the heading
    assert "Tr" not in operators("<p><b>Drug</b></p>", "en", "Latn")


STOCK = """
import sys
from pathlib import Path
sys.path.insert(0, {tests!r})
import samples
from handouts import fonts, lines, typeset

typeset._take_over = lambda: None
store = Path({store!r})
press = typeset.make_press("", fonts.prepare(fonts.STACKS, store), store)
from weasyprint import HTML
for tag in {tags!r}:
    sample = samples.load(tag)
    styles = [*press.styles, typeset._page_fonts(sample.script, press)]
    page = HTML(string=samples.html(sample), url_fetcher=typeset._fetcher(store))
    lines.mark_tree(page.etree_element, tag)
    page.write_pdf(Path({out!r}) / (tag + ".pdf"), font_config=press.configuration, stylesheets=styles)
"""


def test_pages_look_as_the_typesetter_alone_would_draw_them(printed: Typeset, store: Path, tmp_path: Path) -> None:
    tags = ["en", "vi", "ar", "ur", "he", "hi", "km", "my", "ta"]
    code = STOCK.format(tests=str(Path(__file__).parent), store=str(store), tags=tags, out=str(tmp_path))
    subprocess.run([sys.executable, "-c", code], check=True)
    for tag in tags:
        sample = samples.load(tag)
        ours = _pictures(printed(samples.html(sample), sample.script))
        theirs = _pictures((tmp_path / f"{tag}.pdf").read_bytes())
        assert len(ours) == len(theirs)
        for one, other in zip(ours, theirs, strict=True):
            assert ImageStat.Stat(ImageChops.difference(one, other)).mean[0] < 1.0, tag


def _pictures(pdf: bytes) -> list[Image.Image]:
    document = pypdfium2.PdfDocument(pdf)
    pictures = [sheet.render(scale=1.5).to_pil().convert("L") for sheet in document]
    document.close()
    return pictures

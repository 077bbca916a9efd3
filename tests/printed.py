"""What a finished PDF holds, as poppler and pdfium read it: words, fonts, sizes, places."""

from __future__ import annotations

import ctypes
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pypdfium2  # type: ignore[import-untyped]
import pypdfium2.raw as pdfium  # type: ignore[import-untyped]
from layout import Area


@dataclass(frozen=True, slots=True)
class Font:
    """A font as pdffonts tells it, without the tag of its cut."""

    name: str
    embedded: bool
    cut: bool
    has_text: bool


@dataclass(frozen=True, slots=True)
class Glyphs:
    """The printed characters of a page: the smallest size in points, a sample of that size, and where they lie."""

    count: int
    smallest: float
    sample: str
    area: Area


def _run(*command: str | Path) -> str:
    done = subprocess.run(command, check=True, capture_output=True)
    assert done.stderr == b"", done.stderr.decode(errors="replace")
    return done.stdout.decode()


@cache
def words(pdf: Path) -> str:
    """All words, as pdftotext gives them back; pages end with a form feed."""
    return _run("pdftotext", "-enc", "UTF-8", pdf, "-")


def fonts(pdf: Path) -> list[Font]:
    """Every font that pdffonts lists."""
    rows = [row.split() for row in _run("pdffonts", pdf).splitlines()[2:]]
    return [Font(row[0].rpartition("+")[2], row[-5] == "yes", row[-4] == "yes", row[-3] == "yes") for row in rows]


def facts(pdf: Path) -> dict[str, str]:
    """What pdfinfo says: title, tagged, page size."""
    pairs = (line.partition(":") for line in _run("pdfinfo", pdf).splitlines())
    return {name: value.strip() for name, _, value in pairs}


def metadata(pdf: Path) -> str:
    """The XMP metadata."""
    return _run("pdfinfo", "-meta", pdf)


def language(pdf: Path) -> str:
    """The language of the document's catalog."""
    document = pypdfium2.PdfDocument(pdf)
    length = pdfium.FPDFCatalog_GetLanguage(document, None, 0)
    buffer = (ctypes.c_ushort * (length // 2))()
    pdfium.FPDFCatalog_GetLanguage(document, buffer, length)
    document.close()
    return bytes(buffer).decode("utf-16-le").rstrip("\0")


def glyphs(pdf: Path) -> list[Glyphs]:
    """The printed characters of each page, measured."""
    document = pypdfium2.PdfDocument(pdf)
    found = [_of_page(page) for page in document]
    document.close()
    return found


def _of_page(page: Any) -> Glyphs:
    text = page.get_textpage()
    height = page.get_height()
    measured = list(_measure(text))
    size, _, sample = min(measured, key=lambda each: each[0])
    boxes = [box for _, box, _ in measured]
    left, right = min(box.left for box in boxes), max(box.right for box in boxes)
    lowest, highest = min(box.bottom for box in boxes), max(box.top for box in boxes)
    return Glyphs(len(measured), size, sample, Area(left, height - highest, right, height - lowest))


def _measure(text: Any) -> Iterator[tuple[float, Any, str]]:
    matrix = pdfium.FS_MATRIX()
    for index in range(pdfium.FPDFText_CountChars(text)):
        code = pdfium.FPDFText_GetUnicode(text, index)
        if code <= 32 or code == 0xA0 or pdfium.FPDFText_IsGenerated(text, index):
            continue
        pdfium.FPDFText_GetMatrix(text, index, matrix)
        size = pdfium.FPDFText_GetFontSize(text, index) * min(abs(matrix.a), abs(matrix.d))
        yield size, _box(text, index), chr(code)


def _box(text: Any, index: int) -> Any:
    sides = [ctypes.c_double() for _ in range(4)]
    pdfium.FPDFText_GetCharBox(text, index, *sides)  # left, right, bottom, top
    left, right, bottom, top = (side.value for side in sides)
    return Area(left, top, right, bottom)

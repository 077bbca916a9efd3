"""What must be true of a page: a glyph for every character, no complaint, a last page worth its paper."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from html import unescape
from typing import Final

from handouts.findings import Finding, Location, Severity
from handouts.fonts import FontSet
from handouts.model import Handout, Library, texts_in
from handouts.readback import read_back, unread
from handouts.typeset import Print

LEAST_FILLED: Final = 0.12
"""A last page with less of its type area in use is nearly empty."""
LEAST_READ: Final = 0.85
"""A block of which pdfium gives less back has a broken text layer; turned pages and list numbers cost some runs."""
LEAST_READ_LEFTWARDS: Final = 0.5
"""The same from right to left, where pdfium turns round the parts of addresses and doses."""


def find_missing_glyphs(handout: Handout, library: Library, fonts: FontSet) -> Iterator[Finding]:
    """Characters that no font of the text's language has, with block, language and code point."""
    parts: list[tuple[str, object]] = [("", handout.model_copy(update={"blocks": ()}))]
    parts += [(block.id, block) for block in handout.blocks]
    parts += [("", shared) for shared in library.shared_by(handout)]
    for block, part in parts:
        for text in texts_in(part):
            script = library.languages[text.language].script
            for code in fonts.missing(text.value, script):
                yield _missing(code, text.at, text.language, handout.id, block)


def find_unprintable(
    html: str, where: Location, handout: str, tag: str, scripts: list[str], fonts: FontSet
) -> Iterator[Finding]:
    """Characters of the whole page (brand, sources, words of the templates) that no font at hand has."""
    shown = unescape(re.sub(r"<(style|script)\b.*?</\1>|<[^>]*>", " ", html, flags=re.DOTALL))
    lacking = set(fonts.missing(shown, scripts[0]))
    for script in scripts[1:]:
        lacking &= set(fonts.missing(shown, script))
    for code in sorted(lacking):
        yield _missing(code, where, tag, handout, "")


def _missing(code: int, where: Location, tag: str, handout: str, block: str) -> Finding:
    name = unicodedata.name(chr(code), "a character without a name")
    what = f"no font for `{tag}` has U+{code:04X} ({name})"
    remedy = "write it with another character; no page is printed with a box in it"
    return Finding("page/missing-glyph", where, what, remedy, block=block, handout=handout, language=tag)


def find_page_faults(printed: Print, where: Location, handout: str, tag: str) -> Iterator[Finding]:
    """What is wrong with a page that only shows when it is made."""
    for line in dict.fromkeys(printed.complaints):
        what = f"the typesetter says: {line}"
        yield Finding(
            "page/typesetter", where, what, "correct the template or style that it names", handout=handout, language=tag
        )
    for piece in printed.overflows:
        what = f"on page {piece.page} “{piece.text}” sticks {piece.beyond_mm:.1f} mm out of its box"
        remedy = "let the words break, or give them more room"
        yield Finding("page/overflow", where, what, remedy, block=piece.block, handout=handout, language=tag)
    for lost in unread(printed.passages, read_back(printed.pdf)) if printed.pdf else ():
        if lost.share < (LEAST_READ_LEFTWARDS if printed.leftwards else LEAST_READ):
            what = f"a reader of the PDF gets {lost.share:.0%} of the block's words back, and not “{lost.lost}”"
            remedy = "use the fonts and styles of the library for this text; tell us if it does"
            yield Finding("page/text-layer", where, what, remedy, block=lost.block, handout=handout, language=tag)
    yield from _last_page(printed, where, handout, tag)


def _last_page(printed: Print, where: Location, handout: str, tag: str) -> Iterator[Finding]:
    if printed.pages > 1 and printed.last_page_filled < LEAST_FILLED:
        what = f"the last of {printed.pages} pages is nearly empty ({printed.last_page_filled:.0%} used)"
        remedy = "shorten a block, or move one"
        yield Finding("page/last-page", where, what, remedy, Severity.WARNING, handout=handout, language=tag)

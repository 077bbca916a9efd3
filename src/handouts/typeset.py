"""HTML to PDF bytes, and where each block landed. Opens nothing but our own fonts; never the network.

`weasyprint` takes most of a second to import and must find our private font configuration, so it is
imported by `make_press` and nowhere else.
"""

from __future__ import annotations

import ctypes
import gc
import logging
import re
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from handouts import fonts, lines, overflow, readback
from handouts.artwork import address_flaws
from handouts.findings import Finding, Location, MachineLacks
from handouts.fonts import FontSet
from handouts.overflow import Overflow
from handouts.pdf import conformance
from handouts.readback import Passage

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration

_LIBRARIES: Final = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a part of a block lies: page from 1, top and bottom in points from the page's upper edge."""

    block: str
    page: int
    top: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Print:
    """A typeset handout: the PDF, its number of pages, where its blocks lie, how full the last page is (0 to 1).

    `complaints` are the lines that the typesetter logged and `overflows` what left its box: none, if all is well.
    `passages` are the words that it was made of, `leftwards` says that they run from right to left.
    """

    pdf: bytes
    pages: int
    placements: tuple[Placement, ...]
    last_page_filled: float
    complaints: tuple[str, ...]
    overflows: tuple[Overflow, ...] = ()
    passages: tuple[Passage, ...] = ()
    leftwards: bool = False


@dataclass(frozen=True, slots=True)
class Press:
    """What is made once and used for every document: fonts and parsed styles.

    `complaints` are what the typesetter logged about the style sheet: none, if all is well.
    """

    fonts: FontSet
    configuration: FontConfiguration
    styles: tuple[CSS, ...]
    complaints: tuple[str, ...]
    floats_notes: bool = False
    """Whether the style sheet makes notes at the foot of the page."""


def make_press(style: str, font_set: FontSet, store: Path) -> Press:
    """A press for the style sheet and fonts. Raises MachineLacks where Pango or HarfBuzz-subset is missing."""
    fonts.private_fontconfig(store)
    try:
        from weasyprint import CSS
        from weasyprint.text.fonts import FontConfiguration
    except OSError as error:
        raise MachineLacks([_lacking(str(error))]) from None
    _take_over()
    configuration = FontConfiguration()
    with _listening() as complaints:
        styles = tuple(
            CSS(string=sheet, font_config=configuration, url_fetcher=_fetcher(store))
            for sheet in (font_set.css(), _families(font_set), style)
        )
    gc.collect()
    gc.freeze()  # what is made once stays: no collection looks at it again
    return Press(font_set, configuration, styles, tuple(complaints), _NOTES.search(style) is not None)


def _take_over() -> None:
    from handouts.pdf import seams

    try:
        seams.take_over()
        lines.break_at_marks_only()
    except RuntimeError as error:
        where, remedy = Location("weasyprint"), "install the versions of the lock file: make handouts"
        raise MachineLacks([Finding("machine/typesetter", where, str(error), remedy)]) from None


def _lacking(what: str) -> Finding:
    remedy = f"as root, type: apt-get install -y {_LIBRARIES}"
    return Finding(
        "machine/library", Location("machine"), f"the typesetter cannot start: {what.splitlines()[0]}", remedy
    )


def _families(font_set: FontSet) -> str:
    """The font stack of each script whose fonts are at hand: for the sheet, its margins and passages within."""
    have = {face.family for face in font_set.faces}
    rules = []
    for script, families in fonts.STACKS.items():
        if all(family.name in have for family in families):
            rules.append(f".script-{script} {{ font-family: {fonts.css_families(script, own=font_set.has_own)} }}")
    latin = fonts.css_families("Latn", own=font_set.has_own)
    return f"html, [lang=en] {{ font-family: {latin} }}\n" + "\n".join(rules)


def _fetcher(store: Path) -> Any:
    """A fetcher that gives out embedded data and the fonts right in the store, and refuses all else."""
    from weasyprint.urls import URLFetcher

    ours = {path.as_uri() for path in store.resolve().glob("*.ttf") if not path.is_symlink()}

    class OnlyOurs(URLFetcher):  # type: ignore[misc]  # WeasyPrint publishes no types
        def fetch(self, url: str, headers: Any = None) -> Any:
            if url not in ours and address_flaws(url):
                raise ValueError(f"refused to open {url[:100]}")
            return super().fetch(url, headers)

    return OnlyOurs(allowed_protocols={"file", "data"}, allow_redirects=False)


class _Listener(logging.Handler):
    """Keeps what the typesetter logs."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


@contextmanager
def _listening() -> Iterator[list[str]]:
    """What the typesetter logs meanwhile."""
    listener = _Listener()
    logger = logging.getLogger("weasyprint")
    logger.addHandler(listener)
    propagate, logger.propagate = logger.propagate, False
    try:
        yield listener.lines
    finally:
        logger.removeHandler(listener)
        logger.propagate = propagate


def typeset(html: str | Element, script: str, press: Press, store: Path) -> Print:
    """The PDF of a page, PDF/UA-1 and PDF/A-3a in one, with the same bytes each time.

    A page may come as the tree that `elements` reads: it is changed. The PDF is empty where a style cannot be read.
    """
    with _garbage_left_lying():
        return _typeset(html, script, press, store)


def _typeset(html: str | Element, script: str, press: Press, store: Path) -> Print:
    from weasyprint.css.tokens import InvalidValues

    from handouts.pdf import text

    with _listening() as complaints:
        page = _page(html, press, store)
        root = page.etree_element
        lines.mark_tree(root, root.get("lang", ""))
        try:
            styles = [*press.styles, _page_fonts(script, press)]
            variant = conformance.OPTIONS["pdf_variant"]
            document = page.render(font_config=press.configuration, stylesheets=styles, pdf_variant=variant)
        except InvalidValues as error:  # of an `@import` WeasyPrint does not catch its own
            return Print(b"", 0, (), 1.0, (*complaints, str(error)))
        leftwards = any(element.get("dir") == "rtl" for element in root.iter())
        for each in document.pages:
            text.prepare_page(each, leftwards=leftwards)
        document.fonts = text.Shelf({(face.family, face.weight): face.path for face in press.fonts.faces})
        pdf = document.write_pdf(finisher=conformance.finish, **conformance.OPTIONS)
    assert pdf is not None
    return Print(
        pdf=pdf,
        pages=len(document.pages),
        placements=tuple(_placements(document.pages)),
        last_page_filled=_filled(document.pages[-1]),
        complaints=tuple(complaints),
        overflows=tuple(overflow.overflows(document.pages)),
        passages=tuple(readback.passages_of(root)),
        leftwards=root.get("dir") == "rtl",
    )


@contextmanager
def _garbage_left_lying() -> Iterator[None]:
    """No garbage collection while a document is made, one after it: it would take a tenth of the time in vain."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
            gc.collect(0)


def _page(html: str | Element, press: Press, store: Path) -> Any:
    """The page, whose styles of the browser are those that it can use. A tree is taken as it is.

    WeasyPrint's own reader of HTML takes seven times as long as ours.
    """
    import weasyprint

    class Page(weasyprint.HTML):  # type: ignore[misc]  # WeasyPrint publishes no types
        def _ua_stylesheets(self, forms: bool = False) -> list[CSS]:  # noqa: ARG002 - its own signature
            return [_browser_styles(press.floats_notes or _floats_notes(self.etree_element))]

    if isinstance(html, str):
        return Page(string=html, base_url=None, url_fetcher=_fetcher(store))
    page = Page.__new__(Page)
    page.base_url, page.url_fetcher, page.media_type = None, _fetcher(store), "print"
    page.wrapper_element = weasyprint.cssselect2.ElementWrapper.from_html_root(html, content_language=None)
    page.etree_element = html
    return page


def _floats_notes(root: Element) -> bool:
    """Whether a style within the page makes notes."""
    styles = (element.text or "" for element in root.iter("style"))
    given = (element.get("style", "") for element in root.iter())
    return any(_NOTES.search(style) for style in (*styles, *given))


_NOTES: Final = re.compile(r"float\s*:\s*(foot)?note")


@cache
def _browser_styles(notes: bool) -> CSS:
    """WeasyPrint's own style sheet without its rules for `::marker` and notes on every element.

    Each of these six would be worked out for each element, a fifth of all the time, though markers stand at list
    items only, and notes nowhere but where `notes` says that a style floats them.
    """
    from weasyprint import CSS

    style = (files("weasyprint.css") / "html5_ua.css").read_text("utf-8")
    style = re.sub(r"(?m)^::marker\b", "li::marker", style)
    return CSS(string=style if notes else re.sub(r"(?m)^::(foot)?note-.*$", "", style))


def _page_fonts(script: str, press: Press) -> Any:
    from weasyprint import CSS

    return CSS(string=f"@page {{ font-family: {fonts.css_families(script, own=press.fonts.has_own)} }}")


_POINTS_A_PIXEL: Final = 0.75


def _placements(pages: list[Any]) -> Iterator[Placement]:
    for number, page in enumerate(pages, 1):
        for box in _sections(page._page_box):  # noqa: SLF001 - the public page does not say where its boxes lie
            top, bottom = box.position_y, box.position_y + box.margin_height()
            block = box.element.get("id", "").removeprefix("block-")
            yield Placement(block, number, top * _POINTS_A_PIXEL, bottom * _POINTS_A_PIXEL)


def _sections(box: Any) -> Iterator[Any]:
    """The boxes of `section` elements, none of which stands within another."""
    for child in box.children:
        if getattr(child.element, "tag", "") == "section":
            yield child
        elif hasattr(child, "children"):
            yield from _sections(child)


def _filled(page: Any) -> float:
    """The share of the page's type area, from its top, that the last block reaches."""
    box = page._page_box  # noqa: SLF001 - see above
    bottoms = [placement.bottom / _POINTS_A_PIXEL for placement in _placements([page])]
    top = box.content_box_y()
    return float((max(bottoms, default=top) - top) / box.height)


@cache
def versions() -> Mapping[str, str]:
    """The versions of all that decides a page's bytes, WeasyPrint itself not imported for it.

    Raises MachineLacks where Pango or HarfBuzz is missing.
    """
    import icu4py

    return {
        **fonts.versions(),
        "fonttools": metadata.version("fonttools"),
        "icu4py": f"{metadata.version('icu4py')} (ICU {icu4py.icu_version})",
        "harfbuzz": _text_of("libharfbuzz.so.0", "hb_version_string"),
        "pango": _text_of("libpango-1.0.so.0", "pango_version_string"),
        "pydyf": metadata.version("pydyf"),
        "weasyprint": metadata.version("weasyprint"),
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
    }


def _text_of(library: str, function: str) -> str:
    """What a function of a C library without arguments says; the library is the one that Pango's own names lead to."""
    try:
        ask = getattr(ctypes.CDLL(library), function)
    except OSError as error:
        raise MachineLacks([_lacking(str(error))]) from None
    ask.restype = ctypes.c_char_p
    said: bytes = ask()
    return said.decode("ascii")

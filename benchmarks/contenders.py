"""The typesetters that are measured, each in a process of its own: ours replaces parts of WeasyPrint in its process."""

from __future__ import annotations

import hashlib
import multiprocessing
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

import chromium
import costs
from documents import Document, Workload

from handouts import fonts, typeset
from handouts.elements import read_page

Make = Callable[[Document], bytes]
VARIANT: Final = "pdf/ua-1"


@dataclass(frozen=True)
class Contender:
    """A typesetter: its short name, how tables call it, how it is opened, and what it lacks on this machine."""

    name: str
    title: str
    open: Callable[[Workload], AbstractContextManager[Make]]
    lacks: Callable[[], str] = str


@dataclass
class Worker:
    """A contender's process."""

    contender: Contender
    process: multiprocessing.process.BaseProcess
    pipe: Connection

    def make(self, document: Document) -> bytes:
        """The PDF of a document. Raises RuntimeError with what the contender raised."""
        pdf, fault = b"", "its process has ended"
        with suppress(OSError, EOFError):
            self.pipe.send(document)
            pdf, fault = self.pipe.recv()
        if fault:
            raise RuntimeError(f"{self.contender.name}, {document.name} in {document.language}: {fault}")
        return pdf

    def cpu_seconds(self) -> float:
        """The CPU time that the contender has cost till now, with all that it started."""
        assert self.process.pid is not None
        return costs.cpu_seconds(self.process.pid)


@contextmanager
def working(contender: Contender, workload: Workload) -> Iterator[Worker]:
    """A contender at work in a fresh process, ended afterwards."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(contender.name, workload, theirs), daemon=False)
    process.start()
    theirs.close()
    try:
        yield Worker(contender, process, ours)
    finally:
        ours.close()
        process.join()


def _work(name: str, workload: Workload, pipe: Connection) -> None:
    """Answer each document until the other end is closed."""
    costs.adopt_orphans()
    with CONTENDERS[name].open(workload) as make, suppress(EOFError):
        while True:
            pipe.send(_answer(make, pipe.recv()))


def _answer(make: Make, document: Document) -> tuple[bytes, str]:
    """The PDF of a document, or what went wrong."""
    try:
        return make(document), ""
    except Exception as error:  # noqa: BLE001 - of any kind: the other process tells it
        return b"", f"{type(error).__name__}: {error}"


# --- The contenders -----------------------------------------------------------------------------


@contextmanager
def _ours(workload: Workload) -> Iterator[Make]:
    press = typeset.make_press(workload.style, workload.fonts, workload.store)
    yield lambda document: typeset.typeset(read_page(document.html), document.script, press, workload.store).pdf


@contextmanager
def _stock_static(workload: Workload) -> Iterator[Make]:
    yield _stock(workload, workload.fonts.css())


@contextmanager
def _stock_variable(workload: Workload) -> Iterator[Make]:
    with tempfile.TemporaryDirectory() as folder:
        yield _stock(workload, variable_fonts(workload.fonts, Path(folder)))


def _stock(workload: Workload, faces: str) -> Make:
    """WeasyPrint as it is, with fonts and styles parsed once."""
    fonts.private_fontconfig(workload.store)
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    configuration = FontConfiguration()
    styles = [CSS(string=sheet, font_config=configuration) for sheet in _sheets(workload, faces)]

    def make(document: Document) -> bytes:
        sheets = [*styles, CSS(string=_page_rule(document), font_config=configuration)]
        pdf = HTML(string=document.html).write_pdf(stylesheets=sheets, font_config=configuration, pdf_variant=VARIANT)
        assert isinstance(pdf, bytes)
        return pdf

    return make


@contextmanager
def _stock_command(workload: Workload) -> Iterator[Make]:
    """The `weasyprint` command, with our static fonts."""
    fonts.private_fontconfig(workload.store)
    with tempfile.TemporaryDirectory() as name:
        sheet, page, pdf = Path(name, "style.css"), Path(name, "page.html"), Path(name, "page.pdf")

        def make(document: Document) -> bytes:
            sheet.write_text("\n".join((*_sheets(workload, workload.fonts.css()), _page_rule(document))), "utf-8")
            page.write_text(document.html, "utf-8")
            command = (sys.executable, "-m", "weasyprint", "-q", "--pdf-variant", VARIANT, "-s", sheet, page, pdf)
            subprocess.run(command, check=True, capture_output=True)
            return pdf.read_bytes()

        yield make


@contextmanager
def _chromium(workload: Workload) -> Iterator[Make]:
    with tempfile.TemporaryDirectory() as name, chromium.opened(Path(name, "profile")) as browser:
        page = Path(name, "page.html")

        def make(document: Document) -> bytes:
            page.write_text(_styled(document, workload), "utf-8")
            return browser.print(page)

        yield make


@contextmanager
def _chromium_command(workload: Workload) -> Iterator[Make]:
    with tempfile.TemporaryDirectory() as name:
        page, pdf = Path(name, "page.html"), Path(name, "page.pdf")

        def make(document: Document) -> bytes:
            page.write_text(_styled(document, workload), "utf-8")
            chromium.print_once(page, pdf, Path(name, "profile"))
            costs.reap_orphans()
            return pdf.read_bytes()

        yield make


def _lacking_chromium() -> str:
    return "" if chromium.program() else "no Chromium: as root, type: apt-get install -y chromium"


CONTENDERS: Final[Mapping[str, Contender]] = {
    each.name: each
    for each in (
        Contender("ours", "ours", _ours),
        Contender("stock-static", "WeasyPrint, static fonts", _stock_static),
        Contender("stock-variable", "WeasyPrint, variable fonts", _stock_variable),
        Contender("stock-command", "`weasyprint` command", _stock_command),
        Contender("chromium", "Chromium", _chromium, _lacking_chromium),
        Contender("chromium-command", "`chromium` command", _chromium_command, _lacking_chromium),
    )
}


# --- Styles and fonts ---------------------------------------------------------------------------


def _sheets(workload: Workload, faces: str) -> tuple[str, str, str]:
    """What our typesetter adds to every page, with these `@font-face` rules."""
    return faces, typeset._families(workload.fonts), workload.style  # noqa: SLF001 - the very sheets of a build


def _page_rule(document: Document) -> str:
    return f"@page {{ font-family: {fonts.css_families(document.script)} }}"


def _styled(document: Document, workload: Workload) -> str:
    """The page with all its styles within, before its own, where Chromium finds them."""
    styles = "\n".join((*_sheets(workload, workload.fonts.css()), _page_rule(document)))
    return document.html.replace("<head>", f"<head>\n<style>\n{styles}\n</style>", 1)


def variable_fonts(font_set: fonts.FontSet, folder: Path) -> str:
    """The `@font-face` rules of the same families and weights, from the packages' own files, laid into a folder.

    They are variable but for families that have no variable font (Amiri), and neither cut nor made larger.
    """
    families = {family.name: family for stack in fonts.STACKS.values() for family in stack}
    rules = []
    for face in font_set.faces:
        data = families[face.family].weights[face.weight].read()
        file = folder / f"{hashlib.sha256(data).hexdigest()}.ttf"
        file.write_bytes(data)
        rules.append(
            f'@font-face {{ font-family: "{face.family}"; font-style: {face.style}; '
            f'font-weight: {face.weight}; src: url("{file.as_uri()}"); }}'
        )
    return "\n".join(rules)

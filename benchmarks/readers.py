"""What the common readers give back of a PDF: each with its plain command and no help from us."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from importlib import metadata
from pathlib import Path
from typing import Final

from handouts.readback import read_back

Read = Callable[[Path], str]
"""What a reader does: the text of a PDF."""


def _output(*command: str | Path) -> str:
    return subprocess.run(command, check=True, capture_output=True).stdout.decode()


def poppler(pdf: Path) -> str:
    """The text by `pdftotext` in its default mode, which orders lines by their place on the page."""
    return _output("pdftotext", "-enc", "UTF-8", pdf, "-")


def poppler_raw(pdf: Path) -> str:
    """The text by `pdftotext -raw`, in the order of the page's content."""
    return _output("pdftotext", "-raw", "-enc", "UTF-8", pdf, "-")


def pdfium(pdf: Path) -> str:
    """The text by pdfium, as the product reads it back."""
    return read_back(pdf.read_bytes())


def mutool(pdf: Path) -> str:
    """The text by `mutool draw -F txt`, in the order of the page's content.

    Before version 1.24 it leaves right-to-left lines as they are drawn: with their last letter first.
    """
    return _output("mutool", "draw", "-q", "-F", "txt", pdf)


def pymupdf(pdf: Path) -> str:
    """The text by the `pymupdf` command, a newer MuPDF than Debian's; it is only ever run as a program."""
    with tempfile.NamedTemporaryFile() as file:
        _output("pymupdf", "gettext", "-mode", "simple", "-output", file.name, pdf)
        return Path(file.name).read_text("utf-8")


READERS: Final[Mapping[str, Read]] = {
    "poppler": poppler,
    "poppler -raw": poppler_raw,
    "pdfium": pdfium,
    "mutool": mutool,
    "pymupdf": pymupdf,
}
_PROGRAMS: Final = {"poppler": "pdftotext", "poppler -raw": "pdftotext", "mutool": "mutool", "pymupdf": "pymupdf"}


def present() -> dict[str, Read]:
    """The readers whose program is on this machine; pdfium comes with the product."""
    return {name: read for name, read in READERS.items() if name not in _PROGRAMS or shutil.which(_PROGRAMS[name])}


def versions() -> str:
    """One line that tells the version of each reader that is present, and which are not."""
    told = {"pdfium": f"pypdfium2 {metadata.version('pypdfium2')}"}
    commands = {"poppler": ("pdftotext", "-v"), "mutool": ("mutool", "-v")}
    for name, command in commands.items():
        told[name] = _first_line(*command) if name in present() else "not installed"
    told["pymupdf"] = "a newer MuPDF" if "pymupdf" in present() else "not installed"
    return "Readers: " + "; ".join(f"{name}: {version}" for name, version in told.items())


def _first_line(*command: str) -> str:
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    return next(iter((done.stdout + done.stderr).splitlines()), "no version told")

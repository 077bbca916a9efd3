"""Files and `manifest.json`: each whole or not there at all, and nothing left behind that is not made any more."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final
from xml.etree.ElementTree import Element

from handouts.findings import Finding, HandoutError, Location
from handouts.layers import is_inside, shown_path
from handouts.readback import passages_of

MANIFEST: Final = "manifest.json"
FORMAT: Final = 2
"""Raised when a field changes its meaning. In format 1 `blocks` were digests of the source, not of what is printed."""
TITLE: Final = "title"
"""Stands among the blocks for the title and what is printed beside it."""
ASIDE: Final = frozenset({"state", "offers"})
"""Classes of what a page says that no writer wrote: its state (version, reviews), and its other languages."""


@dataclass(frozen=True, slots=True)
class ManifestEntry:
    """What the manifest says of one file. Dates are ISO 8601; `overdue` tells of the day of the build.

    `blocks` are digests of what each block prints (see `digests_of`), `safety` those of them that are safety text,
    `untranslated` those that print English in another language. In a translation `english` has the digests of the
    English sheet that it was made from; in an English sheet it is empty.
    """

    handout: str
    version: str
    language: str
    edition: str
    paper: str
    brand: str
    status: str
    pages: int
    bytes: int
    sha256: str
    blocks: Mapping[str, str]
    code: str
    title: str
    overdue: bool
    published: str
    last_reviewed: str | None
    next_review: str
    safety: tuple[str, ...]
    untranslated: tuple[str, ...]
    english: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Scope:
    """What a build was asked to make; what lies in it and was not made is taken away.

    `known_handouts` and `known_languages` are all that still exist, whatever was asked for.
    """

    asked: frozenset[str]
    languages: frozenset[str]
    editions: frozenset[str]
    papers: frozenset[str]
    brand: str
    known_handouts: frozenset[str]
    known_languages: frozenset[str]

    def holds(self, sheet: Mapping[str, Any]) -> bool:
        """Whether a file of an older manifest lies in what this build answers for."""
        printed = sheet.get("edition") in self.editions and sheet.get("paper") in self.papers
        return self.holds_appraisal(sheet) and (printed or not self._is_known(sheet))

    def holds_appraisal(self, entry: Mapping[str, Any]) -> bool:
        """The same of an appraisal, which there is one of for a handout and language."""
        if entry.get("brand") != self.brand:
            return False
        asked = entry.get("handout") in self.asked and entry.get("language") in self.languages
        return asked or not self._is_known(entry)

    def _is_known(self, entry: Mapping[str, Any]) -> bool:
        return entry.get("handout") in self.known_handouts and entry.get("language") in self.known_languages


def sheet_path(brand: str, tag: str, handout: str, edition: str, paper: str) -> str:
    """Where a PDF lies, relative to the output folder."""
    return f"{brand}/{tag}/{handout}-{edition}-{paper}.pdf"


def sha256(data: bytes) -> str:
    """The digest of bytes, 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that it is the old one or the new one, never a part. Raises HandoutError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".partial")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(0o644)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        where = Location(shown_path(path))
        what = f"cannot be written: {error.strerror}"
        raise HandoutError([Finding("publish/write", where, what, "make room, or name another `--out`")]) from None


def read_manifest(out: Path) -> dict[str, Any]:
    """The manifest of a folder; an empty one where there is none or it cannot be read."""
    try:
        manifest = json.loads((out / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError):
        return {"files": {}}
    files = manifest.get("files") if isinstance(manifest, dict) else None
    whole = isinstance(files, dict) and all(isinstance(sheet, dict) for sheet in files.values())
    return manifest if whole else {"files": {}}


@dataclass(frozen=True, slots=True)
class AppraisalEntry:
    """What the manifest says of a file of an appraisal."""

    handout: str
    language: str
    brand: str
    bytes: int
    sha256: str


def publish_manifest(
    out: Path, sheets: Mapping[str, ManifestEntry], scope: Scope, versions: Mapping[str, str], program: str
) -> None:
    """Take away what is not made any more, then write the manifest over the files that are there.

    Appraisals of what was made are taken away too: they judged other sheets.
    """
    old = read_manifest(out)
    files = {**_kept(out, old["files"], sheets, scope.holds), **_entries(sheets)}
    manifest = {
        "format": FORMAT,
        "program": program,
        "typesetting": dict(sorted(versions.items())),
        "files": dict(sorted(files.items())),
        "appraisals": _kept(out, old.get("appraisals"), (), scope.holds_appraisal),
    }
    _write_manifest(out, manifest)


def publish_appraisals(out: Path, appraisals: Mapping[str, AppraisalEntry], program: str) -> None:
    """Add appraisals to the manifest of a folder; make one where there is none."""
    manifest: dict[str, Any] = {"format": FORMAT, "program": program, "typesetting": {}, **read_manifest(out)}
    there = manifest.get("appraisals")
    told = {**(there if isinstance(there, dict) else {}), **_entries(appraisals)}
    _write_manifest(out, {**manifest, "appraisals": dict(sorted(told.items()))})


def _write_manifest(out: Path, manifest: Mapping[str, Any]) -> None:
    text = json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"
    write_whole(out / MANIFEST, text.encode())


def _entries(made: Mapping[str, ManifestEntry] | Mapping[str, AppraisalEntry]) -> dict[str, Any]:
    return {path: asdict(entry) for path, entry in made.items()}


def _kept(
    out: Path, old: object, made: Collection[str], is_in_scope: Callable[[Mapping[str, Any]], bool]
) -> dict[str, Any]:
    """The entries of files that this build does not answer for; what it answers for and did not make is taken away."""
    kept: dict[str, Any] = {}
    for path, entry in old.items() if isinstance(old, dict) else ():
        if path in made or not isinstance(entry, dict) or not _is_ours(out, path):
            continue
        if is_in_scope(entry):
            _remove(out, path)
        elif (out / path).is_file():
            kept[path] = entry
    return kept


def _is_ours(out: Path, path: str) -> bool:
    return (
        path.endswith((".pdf", ".html", ".json"))
        and path != MANIFEST
        and not Path(path).is_absolute()
        and is_inside(out / path, out)
    )


def _remove(out: Path, path: str) -> None:
    file = out / path
    file.unlink(missing_ok=True)
    for folder in (file.parent, file.parent.parent):
        if folder != out and folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


def digests_of(page: Element) -> dict[str, str]:
    """A digest for each block of a page: 16 hexadecimal digits of what it prints, each passage with its language.

    That is words, headings, facts, figures, glossary entries and notes, as the page has them before it is typeset.
    What stands outside the blocks is under `TITLE`. Left out is what changes while the words stay (`ASIDE`), and
    pictures, whose figures are printed as words too.
    """
    blocks: dict[str, list[tuple[str, str]]] = {}
    for passage in passages_of(_lasting(page)):
        blocks.setdefault(passage.block or TITLE, []).append((passage.language, passage.text))
    return {block: sha256(json.dumps(said).encode())[:16] for block, said in blocks.items()}


def untranslated_blocks(page: Element) -> tuple[str, ...]:
    """The blocks of a page that print a passage in English because nobody has translated it."""
    sections = [each for each in page.iter("section") if each.get("id", "").startswith("block-")]
    return tuple(
        section.get("id", "").removeprefix("block-")
        for section in sections
        if any("untranslated" in _classes(each) for each in section.iter())
    )


def _lasting(element: Element) -> Element:
    """A copy in which the elements of `ASIDE` are empty."""
    copy = Element(element.tag, element.attrib)
    copy.tail = element.tail
    if ASIDE.isdisjoint(_classes(element)):
        copy.text = element.text
        copy.extend(_lasting(child) for child in element)
    return copy


def _classes(element: Element) -> list[str]:
    return element.get("class", "").split()

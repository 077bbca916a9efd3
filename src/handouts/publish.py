"""Files and `manifest.json`: each whole or not there at all, and nothing left behind that is not made any more.

A build puts its files aside first (`Staging`), within the output folder, and publishes them together when all are made:
what is not made any more goes, the manifest is replaced, the files move to their places. Whenever that is cut off, each
file there is whole and listed; one whose digest is not the manifest's is made again by the next build.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Self
from xml.etree.ElementTree import Element

from handouts import aside
from handouts.findings import Finding, HandoutError, Location
from handouts.layers import is_inside, shown_path
from handouts.limits import uninterrupted
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

    `known_handouts` and `known_languages` are all that still exist, whatever was asked for. `others` are brands,
    handouts and languages that other shards of the same build make.
    """

    asked: frozenset[str]
    languages: frozenset[str]
    editions: frozenset[str]
    papers: frozenset[str]
    brands: frozenset[str]
    known_handouts: frozenset[str]
    known_languages: frozenset[str]
    others: frozenset[tuple[str, str, str]] = frozenset()

    def holds(self, sheet: Mapping[str, Any]) -> bool:
        """Whether a file of an older manifest lies in what this build answers for."""
        printed = sheet.get("edition") in self.editions and sheet.get("paper") in self.papers
        return self.holds_appraisal(sheet) and (printed or not self._is_known(sheet))

    def holds_appraisal(self, entry: Mapping[str, Any]) -> bool:
        """The same of an appraisal, which there is one of for a handout and language."""
        if entry.get("brand") not in self.brands or self._is_of_another_shard(entry):
            return False
        asked = entry.get("handout") in self.asked and entry.get("language") in self.languages
        return asked or not self._is_known(entry)

    def _is_of_another_shard(self, entry: Mapping[str, Any]) -> bool:
        return (entry.get("brand"), entry.get("handout"), entry.get("language")) in self.others

    def _is_known(self, entry: Mapping[str, Any]) -> bool:
        return entry.get("handout") in self.known_handouts and entry.get("language") in self.known_languages


def sheet_path(brand: str, tag: str, handout: str, edition: str, paper: str) -> str:
    """Where a PDF lies, relative to the output folder."""
    return f"{brand}/{tag}/{handout}-{edition}-{paper}.pdf"


def sha256(data: bytes) -> str:
    """The digest of bytes, 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def digest_of(path: Path) -> str | None:
    """The digest of a file's bytes; None where there is no file that can be read."""
    try:
        return sha256(path.read_bytes())
    except OSError:
        return None


def entry_of(said: Mapping[str, Any]) -> ManifestEntry:
    """An entry out of what the manifest says. Raises TypeError or KeyError where it is none."""
    return ManifestEntry(
        **{**said, "safety": tuple(said["safety"]), "untranslated": tuple(said["untranslated"])},
    )


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that it is the old one or the new one, never a part. Raises HandoutError.

    A pipe or a device is written into: a file put in its place would take `/dev/null` from everybody.
    """
    with _writing(path):
        if path.is_fifo() or path.is_char_device():
            path.write_bytes(data)
        else:
            aside.write_whole(path, data, lasting=True)


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


class Staging:
    """The files of one build, put aside until all are made.

    Two builds may use one output folder: each has a place of its own, and they publish one after the other. What a
    build that was killed left aside, the next one takes away.
    """

    def __init__(self, out: Path) -> None:
        """Make a place in an output folder. Raises HandoutError where nothing can be written there."""
        self.out = out
        self.staged: set[str] = set()
        self.is_new = not out.exists()
        with _writing(out):
            self._aside = aside.Aside(out, _STAGING)
        self.folder = self._aside.path

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._aside.close()
        if self.is_new:
            with suppress(OSError), aside.alone(self.out):
                self.out.rmdir()  # if it is empty: nothing was published

    def put(self, path: str, data: bytes) -> None:
        """Put a file aside, also where the very same lies in its place: another build may replace that one.

        Raises HandoutError.
        """
        with _writing(self.out / path):
            (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
            if not self._holds(path, data):
                _write(self.folder / path, data)
        self.staged.add(path)

    def _holds(self, path: str, data: bytes) -> bool:
        """Whether the very same file lies in its place; then it has a second name among what is put aside."""
        try:
            os.link(self.out / path, self.folder / path)
        except OSError:
            return False
        if digest_of(self.folder / path) == sha256(data):
            return True
        (self.folder / path).unlink()  # never written to: it is the published file
        return False

    def publish(
        self, sheets: Mapping[str, ManifestEntry], scope: Scope, about: Mapping[str, Any], versions: Mapping[str, str]
    ) -> str:
        """Take away what is not made any more, write the manifest, move the files to their places.

        The digest of the manifest. Raises HandoutError. `about` are the manifest's own fields. Appraisals of what was
        made are taken away too: they judged other sheets.
        """
        return self._replace(lambda old: _manifest(self.out, old, sheets, scope, about, versions))

    def publish_all(self, manifest: Mapping[str, Any]) -> str:
        """The same for a manifest that is whole already: what another one listed is taken away."""
        return self._replace(lambda _old: manifest)

    def publish_appraisals(self, appraisals: Mapping[str, AppraisalEntry], program: str) -> str:
        """Add appraisals to what the folder has, in the same way; what it has stays."""
        return self._replace(lambda old: _with_appraisals(old, appraisals, program))

    def _replace(self, make: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> str:
        with _writing(self.out), aside.alone(self.out), uninterrupted():
            old = read_manifest(self.out)
            new = make(old)
            data = _as_bytes(new)
            _write(self.folder / MANIFEST, data)  # a full disk is found here, before anything is changed
            ours = sorted(self.staged & {*new["files"], *new["appraisals"]})
            for path in ours:
                (self.out / path).parent.mkdir(parents=True, exist_ok=True)
            for kind in ("files", "appraisals"):
                _remove_all(self.out, _gone(old.get(kind), new[kind]))
            if digest_of(self.out / MANIFEST) != sha256(data):
                (self.folder / MANIFEST).replace(self.out / MANIFEST)
            for path in ours:
                (self.out / path).parent.mkdir(parents=True, exist_ok=True)  # it may have gone with its last file
                (self.folder / path).replace(self.out / path)
        return sha256(data)


def _write(path: Path, data: bytes) -> None:
    """Write a file that nobody else sees, onto the disk. Raises OSError."""
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    path.chmod(0o644)


def _manifest(
    out: Path,
    old: Mapping[str, Any],
    sheets: Mapping[str, ManifestEntry],
    scope: Scope,
    about: Mapping[str, Any],
    versions: Mapping[str, str],
) -> dict[str, Any]:
    files = {**_kept(out, old["files"], sheets, scope.holds), **_entries(sheets)}
    return {
        "format": FORMAT,
        **about,
        "typesetting": dict(sorted(versions.items())),
        "files": dict(sorted(files.items())),
        "appraisals": _kept(out, old.get("appraisals"), (), scope.holds_appraisal),
    }


def _gone(old: object, new: Mapping[str, Any]) -> Iterator[str]:
    return (path for path in old if path not in new) if isinstance(old, dict) else iter(())


def _remove_all(out: Path, paths: Iterable[str]) -> None:
    for path in paths:
        if is_ours(out, path):
            _remove(out, path)


# --- Places ---------------------------------------------------------------------------------------------------------

_STAGING: Final = ".staging-"


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    """What the system refuses meanwhile is a finding, at the path that is to be written."""
    try:
        yield
    except OSError as error:
        where = Location(shown_path(path))
        what = f"cannot be written: {error.strerror}"
        raise HandoutError([Finding("publish/write", where, what, "make room, or name another `--out`")]) from None


def _with_appraisals(old: Mapping[str, Any], appraisals: Mapping[str, AppraisalEntry], program: str) -> dict[str, Any]:
    manifest: dict[str, Any] = {"format": FORMAT, "program": program, "typesetting": {}, **old}
    there = manifest.get("appraisals")
    told = {**(there if isinstance(there, dict) else {}), **_entries(appraisals)}
    return {**manifest, "appraisals": dict(sorted(told.items()))}


def _as_bytes(manifest: Mapping[str, Any]) -> bytes:
    return (json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode()


def _entries(made: Mapping[str, ManifestEntry] | Mapping[str, AppraisalEntry]) -> dict[str, Any]:
    return {path: asdict(entry) for path, entry in made.items()}


def _kept(
    out: Path, old: object, made: Collection[str], is_in_scope: Callable[[Mapping[str, Any]], bool]
) -> dict[str, Any]:
    """The entries of files that are there and that this build does not answer for."""
    kept: dict[str, Any] = {}
    for path, entry in old.items() if isinstance(old, dict) else ():
        if path in made or not isinstance(entry, dict) or not is_ours(out, path):
            continue
        if not is_in_scope(entry) and (out / path).is_file():
            kept[path] = entry
    return kept


def is_ours(out: Path, path: str) -> bool:
    """Whether a path of a manifest names a file that builds write, inside the output folder."""
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

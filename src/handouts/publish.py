"""Files and `manifest.json`: each whole or not there at all, and nothing left behind that is not made any more."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from handouts.findings import Finding, HandoutError, Location
from handouts.layers import is_inside, shown_path

MANIFEST: Final = "manifest.json"
FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class ManifestEntry:
    """What the manifest says of one file. `blocks` are digests of the words of each block."""

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
        if sheet.get("brand") != self.brand:
            return False
        if sheet.get("handout") not in self.known_handouts or sheet.get("language") not in self.known_languages:
            return True
        return (
            sheet.get("handout") in self.asked
            and sheet.get("language") in self.languages
            and sheet.get("edition") in self.editions
            and sheet.get("paper") in self.papers
        )


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


def publish_manifest(
    out: Path, sheets: Mapping[str, ManifestEntry], scope: Scope, versions: Mapping[str, str], program: str
) -> None:
    """Take away what is not made any more, then write the manifest over the files that are there."""
    kept: dict[str, Any] = {}
    for path, sheet in read_manifest(out)["files"].items():
        if path in sheets or not isinstance(sheet, dict) or not _is_ours(out, path):
            continue
        if scope.holds(sheet):
            _remove(out, path)
        elif (out / path).is_file():
            kept[path] = sheet
    files = {**kept, **{path: asdict(sheet) for path, sheet in sheets.items()}}
    manifest = {
        "format": FORMAT,
        "program": program,
        "typesetting": dict(sorted(versions.items())),
        "files": dict(sorted(files.items())),
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"
    write_whole(out / MANIFEST, text.encode())


def _is_ours(out: Path, path: str) -> bool:
    return path.endswith(".pdf") and not Path(path).is_absolute() and is_inside(out / path, out)


def _remove(out: Path, path: str) -> None:
    file = out / path
    file.unlink(missing_ok=True)
    for folder in (file.parent, file.parent.parent):
        if folder != out and folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


def block_digests(blocks: Iterable[tuple[str, str]]) -> dict[str, str]:
    """A digest for each block from its id and the JSON of its words."""
    return {name: sha256(words.encode())[:16] for name, words in blocks}

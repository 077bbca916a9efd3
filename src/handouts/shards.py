"""The parts of a build that several machines made, put together: the same files and manifest as of one machine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from handouts import publish
from handouts.batch import Shard
from handouts.findings import NOWHERE, Finding, Location, UsageError
from handouts.layers import shown_path
from handouts.verify import find_damage

_SAME: Final = ("format", "program", "typesetting")
_TOGETHER: Final = "make all shards of one build with the same versions and options, for the same `--today`"
_TOLD: Final = 10
"""How many missing shards are named."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A folder that was named, with what its manifest says; `shard` is None where it does not say which it is."""

    folder: Path
    manifest: Mapping[str, Any]
    shard: Shard | None

    def finding(self, kind: str, what: str, remedy: str) -> Finding:
        """A finding about its manifest."""
        return Finding(kind, Location(shown_path(self.folder / publish.MANIFEST)), what, remedy)

    def listed(self, kind: str) -> Mapping[str, Any]:
        """What it lists as `files` or `appraisals`."""
        told = self.manifest.get(kind)
        return told if isinstance(told, dict) else {}


def merge(folders: Sequence[Path], out: Path) -> int:
    """Put the shards of one build together in an output folder: the number of PDFs there.

    Raises UsageError, with everything found, where they are not all shards of one build, each of them once and whole;
    HandoutError where nothing can be written. Then nothing was changed.
    """
    parts, found = _read(folders)
    found += [*_strangers(parts), *_missing(parts), *_twice(parts)]
    if found:
        raise UsageError(found)
    whole = {name: value for name, value in parts[0].manifest.items() if name != "shard"}
    for kind in ("files", "appraisals"):
        whole[kind] = dict(sorted((path, entry) for part in parts for path, entry in part.listed(kind).items()))
    with publish.Staging(out) as staging:
        for part in parts:
            for path in (*part.listed("files"), *part.listed("appraisals")):
                staging.put(path, (part.folder / path).read_bytes())
        staging.publish_all(whole)
    return len(whole["files"])


def _read(folders: Iterable[Path]) -> tuple[list[_Part], list[Finding]]:
    """The folders that have a manifest, and what is wrong with the files of any."""
    parts, found = [], []
    for folder in folders:
        try:
            found += find_damage(folder)
        except UsageError as error:
            found += error.findings
            continue
        manifest = publish.read_manifest(folder)
        parts.append(_Part(folder, manifest, _shard(manifest)))
    return parts, found


def _shard(manifest: Mapping[str, Any]) -> Shard | None:
    said = manifest.get("shard")
    index, of = (said.get("index"), said.get("of")) if isinstance(said, dict) else (None, None)
    return Shard(index, of) if isinstance(index, int) and isinstance(of, int) and 1 <= index <= of else None


def _strangers(parts: Iterable[_Part]) -> Iterator[Finding]:
    """Folders that are no shard, or of another build than the first."""
    first: _Part | None = None
    for part in parts:
        if part.shard is None:
            what = "this is no shard: the manifest does not say which part of a build it is"
            yield part.finding("merge/no-shard", what, "make it with `handouts build --shard 1/4`")
            continue
        first = first or part
        for name in _SAME:
            if part.manifest.get(name) != first.manifest.get(name):
                what = f"`{name}` is another than in {shown_path(first.folder)}"
                yield part.finding("merge/other-build", what, _TOGETHER)
        if part.manifest["shard"].get("build") != first.manifest["shard"].get("build"):
            what = f"the day, or what was asked for, is another than in {shown_path(first.folder)}"
            yield part.finding("merge/other-build", what, _TOGETHER)


def _missing(parts: Iterable[_Part]) -> Iterator[Finding]:
    """Shards that are not there, there twice, or of builds that were divided in another way."""
    seen: dict[Shard, Path] = {}
    for part in parts:
        if part.shard in seen:
            what = f"shard {part.shard} is also in {shown_path(seen[part.shard])}"
            yield part.finding("merge/shard-twice", what, "name each shard once")
        elif part.shard is not None:
            seen[part.shard] = part.folder
    for of in sorted({shard.of for shard in seen}):
        lacking = of - sum(shard.of == of for shard in seen)
        missing = (shard for index in range(1, of + 1) if (shard := Shard(index, of)) not in seen)
        if lacking:
            named = [str(shard) for _, shard in zip(range(min(lacking, _TOLD)), missing, strict=False)]
            more = f" and {lacking - _TOLD} more" if lacking > _TOLD else ""
            what = f"not there: shard {', '.join(named)}{more}"
            yield Finding("merge/shard-missing", NOWHERE, what, "name the folders of all shards of one build")


def _twice(parts: Iterable[_Part]) -> Iterator[Finding]:
    """Files in two folders; a folder that was named twice is told as a shard that is there twice."""
    seen: dict[str, Path] = {}
    for part in parts:
        for path in (*part.listed("files"), *part.listed("appraisals")):
            other = seen.setdefault(path, part.folder)
            if other.resolve() != part.folder.resolve():
                what = f"`{path}` is in {shown_path(other)} too"
                yield part.finding("merge/file-twice", what, "build each shard into an empty folder")

"""The parts of a build that several machines made, put together: the same files and manifest as of one machine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from handouts import publish
from handouts.findings import NOWHERE, Finding, Location, UsageError
from handouts.layers import shown_path
from handouts.verify import find_damage

_SAME: Final = ("format", "program", "typesetting")
_TOGETHER: Final = "make all shards of one build with the same versions"


def merge(folders: Sequence[Path], out: Path) -> int:
    """Put the shards of one build together in an output folder: the number of files there.

    Raises UsageError, with everything found, where they are not all shards of one build, each of them once and whole;
    HandoutError where nothing can be written. Then nothing was changed.
    """
    manifests = {folder: publish.read_manifest(folder) for folder in folders}
    found = [finding for folder in folders for finding in find_damage(folder)]
    found += [*_strangers(manifests), *_missing(manifests), *_twice(manifests)]
    if found:
        raise UsageError(found)
    first = next(iter(manifests.values()))
    files = {path: (folder, entry) for folder, each in manifests.items() for path, entry in each["files"].items()}
    with publish.Staging(out) as staging:
        for path, (folder, _) in files.items():
            staging.put(path, (folder / path).read_bytes())
        whole = {**{name: first[name] for name in first if name != "shard"}, "appraisals": {}}
        staging.publish_all({**whole, "files": {path: files[path][1] for path in sorted(files)}})
    return len(files)


def _where(folder: Path) -> Location:
    return Location(shown_path(folder / publish.MANIFEST))


def _strangers(manifests: Mapping[Path, Mapping[str, Any]]) -> Iterator[Finding]:
    """Folders that are no shard, or of another build than the first."""
    first: Mapping[str, Any] | None = None
    for folder, manifest in manifests.items():
        if _shard(manifest) is None:
            what = "this is no shard: the manifest does not say which part of a build it is"
            yield Finding("merge/no-shard", _where(folder), what, "make it with `handouts build --shard 1/4`")
            continue
        first = first or manifest
        for name in _SAME:
            if manifest.get(name) != first.get(name):
                what = f"`{name}` is another than in the first shard"
                yield Finding("merge/other-build", _where(folder), what, _TOGETHER)


def _shard(manifest: Mapping[str, Any]) -> tuple[int, int] | None:
    shard = manifest.get("shard")
    if not isinstance(shard, dict) or not all(isinstance(shard.get(name), int) for name in ("index", "of")):
        return None
    return shard["index"], shard["of"]


def _missing(manifests: Mapping[Path, Mapping[str, Any]]) -> Iterator[Finding]:
    """Shards that are not there, there twice, or of builds that were divided in another way."""
    seen: dict[tuple[int, int], Path] = {}
    for folder, manifest in manifests.items():
        shard = _shard(manifest)
        if shard is not None and shard in seen:
            what = f"shard {shard[0]}/{shard[1]} is also in {shown_path(seen[shard])}"
            yield Finding("merge/shard-twice", _where(folder), what, "name each shard once")
        elif shard is not None:
            seen[shard] = folder
    for of in sorted({of for _, of in seen}):
        lacking = [f"{index}/{of}" for index in range(1, of + 1) if (index, of) not in seen]
        if lacking:
            what = f"shard {', '.join(lacking)} is missing"
            yield Finding("merge/shard-missing", NOWHERE, what, "name the folders of all shards of one build")


def _twice(manifests: Mapping[Path, Mapping[str, Any]]) -> Iterator[Finding]:
    seen: dict[str, Path] = {}
    for folder, manifest in manifests.items():
        for path in manifest["files"]:
            if path in seen:
                what = f"`{path}` is in {shown_path(seen[path])} too"
                yield Finding("merge/file-twice", _where(folder), what, "build each shard into an empty folder")
            seen.setdefault(path, folder)

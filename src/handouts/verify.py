"""Whether a folder holds what its manifest says, and whether its files come out the same when they are made again.

A manifest may be anybody's: nothing in it is believed, and no path in it leads out of its folder.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from handouts import __version__, publish, typeset
from handouts.checks.check import Profile
from handouts.desk import Request
from handouts.findings import Finding, HandoutError, Location, MachineLacks, UsageError, tidy
from handouts.i18n import pseudo
from handouts.layers import Layers, shown_path
from handouts.pipeline import Made, build
from handouts.printing import Means
from handouts.reader import handout_ids, read_library

_AGAIN: Final = "build into that folder again"
_NAMES: Final = ("brand", "paper", "status", "handout", "language")
"""What an entry must say, so that its file can be made again."""
Files = dict[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Verified:
    """What a verification came to: the files listed, those that were made again with the same bytes, and faults."""

    listed: int
    same: int
    findings: tuple[Finding, ...]


# --- Damage -----------------------------------------------------------------------------------------------------------


def find_damage(out: Path) -> list[Finding]:
    """Files that are changed, missing, or not listed. Raises UsageError where there is no manifest."""
    listed = files_of(_manifest(out))
    found = [finding for path, entry in listed.items() for finding in _damage(out, path, entry)]
    for file in sorted(out.rglob("*.pdf")):
        name = file.relative_to(out)
        if name.as_posix() not in listed and not any(part.startswith(".") for part in name.parts):
            what = "the manifest does not list this file"
            found.append(Finding("verify/unlisted", Location(shown_path(file)), what, "take it away: no build made it"))
    return found


def files_of(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """All that a manifest lists, by path: the sheets and the appraisals."""
    appraisals = manifest.get("appraisals")
    return {**manifest["files"], **(appraisals if isinstance(appraisals, dict) else {})}


def _manifest(out: Path) -> Mapping[str, Any]:
    where = Location(shown_path(out / publish.MANIFEST))
    if not (out / publish.MANIFEST).is_file():
        remedy = "name a folder that `handouts build` wrote"
        raise UsageError([Finding("verify/manifest", where, "there is no manifest", remedy)])
    manifest = publish.read_manifest(out)
    if "format" not in manifest:
        raise UsageError([Finding("verify/manifest", where, "this is no manifest of a build", _AGAIN)])
    return manifest


def _damage(out: Path, path: str, entry: object) -> Iterator[Finding]:
    if "\0" in path or not publish.is_ours(out, path):
        what = f"the manifest lists `{path}`, which is no file of a build inside its folder"
        yield Finding("verify/outside", Location(shown_path(out / publish.MANIFEST)), what, _AGAIN)
        return
    where = Location(shown_path(out / path))
    digest = publish.digest_of(out / path)
    if digest is None:
        yield Finding("verify/missing", where, "the manifest lists this file, and it is not there", _AGAIN)
    elif not isinstance(entry, dict) or digest != entry.get("sha256"):
        yield Finding("verify/changed", where, "its digest is not that of the manifest: it was changed", _AGAIN)


# --- Made again -------------------------------------------------------------------------------------------------------


def verify(out: Path, request: Request, means: Means, progress: Callable[[int, Made | None], None]) -> Verified:
    """Look for damage, then make every listed file again, out of nothing, and compare the bytes.

    Brands, papers, languages and handouts are the manifest's; the day, and the project, are the request's. A file whose
    page hangs on the day, and that was made on another one, has other bytes. Raises MachineLacks.
    """
    found = find_damage(out)
    manifest = _manifest(out)
    found += [*_other_makers(out, manifest), *_nameless(out, manifest)]
    same = 0
    for part, files in _parts(request, manifest):
        with tempfile.TemporaryDirectory(prefix="handouts-") as folder:
            try:
                made = _made(replace(part, out=Path(folder)), means, progress)
            except MachineLacks:
                raise
            except HandoutError as error:
                found += error.findings
                continue
        other = list(_differences(out, files, made))
        found += other
        same += len(files) - len(other)
    return Verified(len(manifest["files"]), same, tidy(found))


def _other_makers(out: Path, manifest: Mapping[str, Any]) -> Iterator[Finding]:
    """What else has made the files: then other bytes are no wonder."""
    told = manifest.get("typesetting")
    here = {"program": __version__, **typeset.versions()}
    there = {"program": manifest.get("program"), **(told if isinstance(told, dict) else {})}
    other = [
        f"{name} {there.get(name)}, here {here.get(name)}"
        for name in sorted({*here, *there})
        if here.get(name) != there.get(name)
    ]
    if other:
        where = Location(shown_path(out / publish.MANIFEST))
        what = f"the files were made with other versions: {', '.join(other)}"
        yield Finding("verify/versions", where, what, "verify with the versions that the manifest names")


def _is_named(entry: Mapping[str, Any]) -> bool:
    return all(isinstance(entry.get(name), str) for name in _NAMES)


def _nameless(out: Path, manifest: Mapping[str, Any]) -> Iterator[Finding]:
    where = Location(shown_path(out / publish.MANIFEST))
    for path, entry in manifest["files"].items():
        if not _is_named(entry):
            what = f"of `{path}` the manifest does not say {', '.join(_NAMES)}: it cannot be made again"
            yield Finding("verify/manifest", where, what, _AGAIN)


def _parts(request: Request, manifest: Mapping[str, Any]) -> Iterator[tuple[Request, Files]]:
    """The builds that made the files, each with its files: one for each brand, paper and purpose."""
    parts: dict[tuple[str, str, Profile], Files] = {}
    for path, entry in manifest["files"].items():
        if _is_named(entry):
            profile = Profile.DRAFT if entry["status"] == "draft" else Profile.RELEASE
            parts.setdefault((entry["brand"], entry["paper"], profile), {})[path] = entry
    for (brand, paper, profile), files in sorted(parts.items()):
        handouts, languages = (sorted({each[name] for each in files.values()}) for name in ("handout", "language"))
        asked = replace(request, brand=brand, papers=(paper,), profile=profile)
        yield replace(asked, handouts=tuple(handouts), languages=tuple(languages)), files


def _made(
    part: Request, means: Means, progress: Callable[[int, Made | None], None]
) -> Mapping[str, publish.ManifestEntry]:
    """The files of a part, made again: of its handouts and languages those that there still are."""
    layers = Layers.of(part.project)
    languages = {*read_library(layers)[0].languages, *pseudo.LANGUAGES}
    there = replace(
        part,
        handouts=tuple(name for name in part.handouts if name in handout_ids(layers)),
        languages=tuple(tag for tag in part.languages if tag in languages),
    )
    if not there.handouts or not there.languages:  # to ask for none is to ask for all
        return {}
    return build(there, progress, means).sheets


def _differences(out: Path, files: Files, made: Mapping[str, publish.ManifestEntry]) -> Iterator[Finding]:
    for path, entry in files.items():
        where = Location(shown_path(out / path))
        if path not in made:
            what = "made again, this file is refused: what it is made of has changed, or is gone"
            yield Finding("verify/refused", where, what, "look at `handouts check`, then build again")
        elif made[path].sha256 != entry.get("sha256"):
            what = "made again, this file has other bytes: what it is made of, the day, or the machine has changed"
            yield Finding("verify/other-bytes", where, what, "look at `handouts changes`, then build again")

"""Whether a folder holds what its manifest says, and whether its files come out the same when they are made again."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from handouts import __version__, publish, typeset
from handouts.checks.check import Profile
from handouts.desk import Request
from handouts.findings import Finding, HandoutError, Location, UsageError, tidy
from handouts.layers import shown_path
from handouts.pipeline import Made, Result, build
from handouts.printing import Means

_AGAIN: Final = "build into that folder again"


@dataclass(frozen=True, slots=True)
class Verified:
    """What a verification came to: the files listed, those that were made again with the same bytes, and faults."""

    listed: int
    same: int
    findings: tuple[Finding, ...]


def find_damage(out: Path) -> list[Finding]:
    """Files that are changed, missing, or not listed. Raises UsageError where there is no manifest."""
    manifest = _manifest(out)
    found: list[Finding] = []
    for kind in ("files", "appraisals"):
        for path, entry in manifest.get(kind, {}).items():
            found += _damage(out, path, entry)
    listed = {*manifest["files"], *manifest.get("appraisals", {}), publish.MANIFEST}
    for file in sorted(out.rglob("*.pdf")):
        name = file.relative_to(out).as_posix()
        if name not in listed and not any(part.startswith(".") for part in file.relative_to(out).parts):
            what = "the manifest does not list this file"
            found.append(Finding("verify/unlisted", Location(shown_path(file)), what, "take it away: no build made it"))
    return found


def _manifest(out: Path) -> Mapping[str, Any]:
    if not (out / publish.MANIFEST).is_file():
        where = Location(shown_path(out / publish.MANIFEST))
        remedy = "name a folder that `handouts build` wrote"
        raise UsageError([Finding("verify/manifest", where, "there is no manifest", remedy)])
    return publish.read_manifest(out)


def _damage(out: Path, path: str, entry: Mapping[str, Any]) -> Iterator[Finding]:
    where = Location(shown_path(out / path))
    if not publish.is_ours(out, path):
        what = "the manifest lists a file outside its folder"
        yield Finding("verify/outside", where, what, _AGAIN)
        return
    digest = publish.digest_of(out / path)
    if digest is None:
        yield Finding("verify/missing", where, "the manifest lists this file, and it is not there", _AGAIN)
    elif digest != entry.get("sha256"):
        yield Finding("verify/changed", where, "its digest is not that of the manifest: it was changed", _AGAIN)


def verify(out: Path, request: Request, means: Means, progress: Callable[[int, Made | None], None]) -> Verified:
    """Look for damage, then make every listed file again, out of nothing, and compare the bytes.

    Brands, papers, languages and handouts are the manifest's; the day, and the project, are the request's.
    """
    found = find_damage(out)
    manifest = _manifest(out)
    found += _other_makers(out, manifest)
    same = 0
    for part in _parts(request, manifest):
        with tempfile.TemporaryDirectory(prefix="handouts-") as folder:
            try:
                made = build(replace(part, out=Path(folder)), progress, means)
            except HandoutError as error:
                found += error.findings
                continue
        other = list(_differences(out, manifest, part, made))
        found += other
        same += sum(_is_of(part, entry) for entry in manifest["files"].values()) - len(other)
    return Verified(len(manifest["files"]), same, tidy(found))


def _other_makers(out: Path, manifest: Mapping[str, Any]) -> Iterator[Finding]:
    """What else has made the files: then other bytes are no wonder."""
    here = {"program": __version__, **typeset.versions()}
    there = {"program": manifest.get("program"), **manifest.get("typesetting", {})}
    other = [
        f"{name} {there.get(name)}, here {here.get(name)}"
        for name in sorted({*here, *there})
        if here.get(name) != there.get(name)
    ]
    if other:
        where = Location(shown_path(out / publish.MANIFEST))
        what = f"the files were made with other versions: {', '.join(other)}"
        yield Finding("verify/versions", where, what, "verify with the versions that the manifest names")


def _parts(request: Request, manifest: Mapping[str, Any]) -> Iterator[Request]:
    """The builds that made the files: one for each brand, paper and purpose."""
    entries = manifest["files"].values()
    for brand, paper, status in sorted({(e.get("brand"), e.get("paper"), e.get("status")) for e in entries}):
        mine = [e for e in entries if (e.get("brand"), e.get("paper"), e.get("status")) == (brand, paper, status)]
        yield replace(
            request,
            brand=brand,
            papers=(paper,),
            handouts=tuple(sorted({each["handout"] for each in mine})),
            languages=tuple(sorted({each["language"] for each in mine})),
            profile=Profile.DRAFT if status == "draft" else Profile.RELEASE,
        )


def _is_of(part: Request, entry: Mapping[str, Any]) -> bool:
    draft = entry.get("status") == "draft"
    return (entry.get("brand"), (entry.get("paper"),), draft) == (
        part.brand,
        part.papers,
        part.profile is Profile.DRAFT,
    )


def _differences(out: Path, manifest: Mapping[str, Any], part: Request, made: Result) -> Iterator[Finding]:
    sheets = made.sheets
    for path, entry in manifest["files"].items():
        if not _is_of(part, entry):
            continue
        where = Location(shown_path(out / path))
        if path not in sheets:
            what = "made again, this file is refused: what it is made of has changed"
            yield Finding("verify/refused", where, what, "look at `handouts check`, then build again")
        elif sheets[path].sha256 != entry.get("sha256"):
            what = "made again, this file has other bytes: what it is made of, or the machine, has changed"
            yield Finding("verify/other-bytes", where, what, "look at `handouts changes`, then build again")

"""What changed between two builds, from their manifests alone: blocks, languages, and the prints to withdraw.

Sheets are known by what tells them apart on paper and on disk: brand, language, handout, edition and paper. What a
sheet says is compared by the digests of its blocks, so that a new font or another date is no change of its words.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from itertools import chain, groupby
from pathlib import Path
from typing import Any, Final, NamedTuple

from pydantic import TypeAdapter, ValidationError

from handouts.findings import NOWHERE, Finding, HandoutError, Location, UsageError
from handouts.layers import read_text, shown_path
from handouts.model import SOURCE_LANGUAGE
from handouts.publish import FORMAT, MANIFEST, ManifestEntry

SIZE_LIMIT: Final = 200_000_000
"""The bytes of a manifest: 10 000 sheets of ours have 30 million."""
FAULTS_SHOWN: Final = 5
"""A file of another kind is wrong in each entry: the first few tell it."""
STATE: Final = ("code", "status", "overdue", "last_reviewed", "next_review")
"""The fields of an entry that change while the words stay; `version` is another, and always told."""
_ENTRY: Final = TypeAdapter(ManifestEntry)


class Sheet(NamedTuple):
    """What tells one printed sheet from the others of a build."""

    handout: str
    language: str
    edition: str
    brand: str
    paper: str


@dataclass(frozen=True)
class Manifest:
    """The sheets of a build, each with its path, and where that is written."""

    sheets: Mapping[Sheet, ManifestEntry]
    paths: Mapping[Sheet, str] = field(default_factory=dict)
    where: Location = NOWHERE


class Why(StrEnum):
    """Why a print is no longer current, the most urgent first."""

    SAFETY = "safety"
    REMOVED = "removed"
    WORDS = "words"
    SUPERSEDED = "superseded"


WHY: Final[Mapping[Why, str]] = {
    Why.SAFETY: "safety text changed, or its English did",
    Why.REMOVED: "nothing stands in its place",
    Why.WORDS: "other words changed, or their English did",
    Why.SUPERSEDED: "the same words, but another version, status or review date",
}


@dataclass(frozen=True, slots=True)
class Blocks:
    """The blocks that changed in a language, by id. `stale` are those that no longer say what the English says."""

    language: str
    changed: tuple[str, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    stale: tuple[str, ...]

    @property
    def words(self) -> frozenset[str]:
        """Every block that differs in words, or should."""
        return frozenset((*self.changed, *self.added, *self.removed, *self.stale))


@dataclass(frozen=True, slots=True)
class Turn:
    """A field of the manifest's entries before and after; several values are those of several languages or brands."""

    name: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HandoutChange:
    """What changed in a handout that both builds have.

    `version` is told whether or not it changed, `state` holds those of the other fields (`STATE`) that did.
    """

    handout: str
    title: str
    version: Turn
    state: tuple[Turn, ...]
    languages_added: tuple[str, ...]
    languages_removed: tuple[str, ...]
    blocks: tuple[Blocks, ...]

    def __bool__(self) -> bool:
        turned = self.version.before != self.version.after
        return turned or any((self.state, self.languages_added, self.languages_removed, self.blocks))


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A sheet of the old build that is no longer current: what is printed on it, why, and which blocks differ."""

    why: Why
    code: str
    version: str
    handout: str
    language: str
    edition: str
    brand: str
    paper: str
    blocks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """All that differs between two builds. It is false where nothing does.

    `new` are sheets that the old build has not, `reset` those with the same words in another look, `unchanged` those
    that are the same to the byte. Each sheet of the old build is in one of `withdraw`, `reset` and `unchanged`.
    """

    added: tuple[str, ...]
    removed: tuple[str, ...]
    handouts: tuple[HandoutChange, ...]
    withdraw: tuple[Withdrawal, ...]
    new: tuple[str, ...]
    reset: tuple[str, ...]
    unchanged: tuple[str, ...]
    findings: tuple[Finding, ...] = ()

    def __bool__(self) -> bool:
        return any((self.added, self.removed, self.handouts, self.withdraw, self.new, self.reset))


def read_sheets(path: Path) -> Manifest:
    """The manifest of a build, given as the file or its folder. Raises UsageError where it is none of this format."""
    file = path / MANIFEST if path.is_dir() else path
    where = Location(shown_path(file))
    data = _read_json(file, where)
    if not isinstance(data, dict) or not isinstance(data.get("files"), dict) or "format" not in data:
        raise _fault(where, "foreign", "the file is no manifest of a build", f"name a {MANIFEST} of `handouts build`")
    if data["format"] != FORMAT:
        what = f"the manifest has format {_shown(data['format'])}, this program compares format {FORMAT}"
        raise _fault(where, "format", what, "build that state of the handouts again with this program, then compare")
    return _manifest(data["files"], where)


def _read_json(file: Path, where: Location) -> object:
    if not file.is_file():
        remedy = f"name a folder that `handouts build` wrote, or its {MANIFEST}"
        raise _fault(where, "missing", "there is no manifest", remedy)
    try:
        return json.loads(read_text(file, SIZE_LIMIT))
    except HandoutError as error:
        raise UsageError(error.findings) from None
    except (ValueError, RecursionError):
        raise _fault(where, "broken", "the manifest is no JSON", "build again, or take a backup") from None


def _manifest(files: Mapping[str, Any], where: Location) -> Manifest:
    sheets: dict[Sheet, ManifestEntry] = {}
    paths: dict[Sheet, str] = {}
    found: list[Finding] = []
    for path, data in files.items():
        entry = _entry(path, data, where)
        if isinstance(entry, Finding):
            found.append(entry)
            continue
        sheet = Sheet(entry.handout, entry.language, entry.edition, entry.brand, entry.paper)
        if sheet in sheets:
            what = f"{_shown(path)} and {_shown(paths[sheet])} are the same sheet"
            found.append(Finding("changes/twice", where, what, "build into an empty folder"))
        sheets[sheet], paths[sheet] = entry, path
    if found:
        raise UsageError(found[:FAULTS_SHOWN])
    return Manifest(sheets, paths, where)


def _entry(path: str, data: object, where: Location) -> ManifestEntry | Finding:
    """An entry, or what is wrong with it: an older build may have left it, for a build keeps what it does not make."""
    remedy = "build that sheet again, and all others of its folder, with this program"
    try:
        entry = _ENTRY.validate_python(data)
    except ValidationError as error:
        first = error.errors()[0]
        at = ".".join(_shown(part) for part in first["loc"]) or "it"
        what = f"in the entry of {_shown(path)}, `{at}` is wrong: {first['msg'].lower()}"
        return Finding("changes/entry", where, what, remedy)
    lacking = sorted(set(asdict(entry)) - set(data))  # type: ignore[call-overload]
    if lacking:
        what = f"the entry of {_shown(path)} is of an older format: it has no `{lacking[0]}`"
        return Finding("changes/entry", where, what, remedy)
    return entry


def _fault(where: Location, name: str, what: str, remedy: str) -> UsageError:
    return UsageError([Finding(f"changes/{name}", where, what, remedy)])


def find_changes(old: Manifest, new: Manifest) -> Changes:
    """What differs between two builds; nothing where both are the same."""
    before, after = _handouts(old), _handouts(new)
    compared = {sheet: _compare(sheet, old, new) for sheet in old.sheets if sheet in new.sheets}
    why = {sheet: _why(sheet, compared.get(sheet), old, new) for sheet in old.sheets}
    handouts = [_handout_change(handout, compared, old, new) for handout in sorted(before & after)]
    return Changes(
        added=_beyond(after, before),
        removed=_beyond(before, after),
        handouts=tuple(filter(None, handouts)),
        withdraw=tuple(_withdrawals(why, compared, old)),
        new=_paths(new, (sheet for sheet in new.sheets if sheet not in old.sheets)),
        reset=_paths(old, (sheet for sheet in compared if not why[sheet] and _bytes_differ(sheet, old, new))),
        unchanged=_paths(old, (sheet for sheet in compared if not why[sheet] and not _bytes_differ(sheet, old, new))),
        findings=tuple(_same_versions(compared, old, new)),
    )


def _handouts(manifest: Manifest) -> frozenset[str]:
    return frozenset(sheet.handout for sheet in manifest.sheets)


def _beyond(these: Iterable[str], those: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(these) - set(those)))


def _paths(manifest: Manifest, sheets: Iterable[Sheet]) -> tuple[str, ...]:
    return tuple(sorted(manifest.paths[sheet] for sheet in sheets))


def _bytes_differ(sheet: Sheet, old: Manifest, new: Manifest) -> bool:
    return old.sheets[sheet].sha256 != new.sheets[sheet].sha256


def _compare(sheet: Sheet, old: Manifest, new: Manifest) -> Blocks:
    """The blocks of a sheet that differ, and those whose English does."""
    before, after = old.sheets[sheet], new.sheets[sheet]
    differing = _differing(before.blocks, after.blocks)
    stale = set(after.untranslated) - set(before.untranslated)
    for once, now in zip(_english(sheet, old), _english(sheet, new), strict=True):
        stale |= (_differing(once, now) - differing) if once and now else set()
    return Blocks(
        sheet.language,
        changed=tuple(sorted(differing & set(before.blocks) & set(after.blocks))),
        added=_beyond(after.blocks, before.blocks),
        removed=_beyond(before.blocks, after.blocks),
        stale=tuple(sorted(stale)),
    )


def _differing(before: Mapping[str, str], after: Mapping[str, str]) -> set[str]:
    return {block for block in {*before, *after} if before.get(block) != after.get(block)}


def _english(sheet: Sheet, manifest: Manifest) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """The English that a sheet was made from, and the English sheet of the build, which may be made later."""
    beside = manifest.sheets.get(sheet._replace(language=SOURCE_LANGUAGE))
    return manifest.sheets[sheet].english, beside.blocks if beside else {}


def _why(sheet: Sheet, blocks: Blocks | None, old: Manifest, new: Manifest) -> Why | None:
    """Why a sheet of the old build is not current any more; None where it is."""
    if blocks is None:
        return Why.REMOVED
    before, after = old.sheets[sheet], new.sheets[sheet]
    if blocks.words:
        return Why.WORDS if blocks.words.isdisjoint((*before.safety, *after.safety)) else Why.SAFETY
    same = all(getattr(before, name) == getattr(after, name) for name in ("version", *STATE))
    return None if same else Why.SUPERSEDED


def _withdrawals(
    why: Mapping[Sheet, Why | None], compared: Mapping[Sheet, Blocks], old: Manifest
) -> Iterator[Withdrawal]:
    """The sheets that are not current any more, the most urgent first."""
    for reason in Why:
        for sheet in sorted(sheet for sheet in why if why[sheet] is reason):
            entry, blocks = old.sheets[sheet], compared.get(sheet)
            words = tuple(sorted(blocks.words)) if blocks else ()
            yield Withdrawal(reason, entry.code, entry.version, *sheet, words)


def _handout_change(handout: str, compared: Mapping[Sheet, Blocks], old: Manifest, new: Manifest) -> HandoutChange:
    before, after = _entries(handout, old), _entries(handout, new)
    tags_before, tags_after = {each.language for each in before}, {each.language for each in after}
    turns = [_turn(name, before, after) for name in STATE]
    several = [blocks for sheet, blocks in compared.items() if sheet.handout == handout]
    return HandoutChange(
        handout,
        title=min(after, key=lambda each: each.language != SOURCE_LANGUAGE).title,
        version=_turn("version", before, after),
        state=tuple(turn for turn in turns if turn.before != turn.after),
        languages_added=_beyond(tags_after, tags_before),
        languages_removed=_beyond(tags_before, tags_after),
        blocks=tuple(each for each in _joined(several) if each.words),
    )


def _entries(handout: str, manifest: Manifest) -> list[ManifestEntry]:
    return [entry for sheet, entry in manifest.sheets.items() if sheet.handout == handout]


def _turn(name: str, before: Iterable[ManifestEntry], after: Iterable[ManifestEntry]) -> Turn:
    once, now = ({_told(getattr(each, name)) for each in entries} for entries in (before, after))
    return Turn(name, tuple(sorted(once)), tuple(sorted(now)))


def _told(value: str | bool | None) -> str:
    return value if isinstance(value, str) else {None: "never", True: "yes", False: "no"}[value]


def _joined(several: Iterable[Blocks]) -> Iterator[Blocks]:
    """The blocks of each language over all papers, editions and brands."""
    for tag, group in groupby(sorted(several, key=lambda each: each.language), key=lambda each: each.language):
        columns = zip(*((each.changed, each.added, each.removed, each.stale) for each in group), strict=True)
        yield Blocks(tag, *(tuple(sorted({*chain(*column)})) for column in columns))


def _same_versions(compared: Mapping[Sheet, Blocks], old: Manifest, new: Manifest) -> Iterator[Finding]:
    """Handouts of which two prints with one code and version say different things."""
    found: dict[tuple[str, str], set[str]] = {}
    for sheet, blocks in compared.items():
        before, after = old.sheets[sheet], new.sheets[sheet]
        if before.blocks != after.blocks and (before.code, before.version) == (after.code, after.version):
            found.setdefault((sheet.handout, after.version), set()).add(blocks.language)
    for (handout, version), tags in sorted(found.items()):
        what = f"the words changed ({', '.join(sorted(tags))}), and the version is still {version}"
        remedy = "raise `version` in the handout's file, so that old prints can be told from new ones"
        yield Finding("changes/same-version", new.where, what, remedy, handout=handout)


def changes_json(changes: Changes) -> str:
    """All of it as JSON, with the fields of `Changes`."""
    return json.dumps(asdict(changes), indent=1)


def changes_text(changes: Changes) -> str:
    """All of it for a person, the prints to withdraw first; without the findings, which have a form of their own."""
    if not changes:
        return "nothing changed"
    parts = [_withdraw_text(changes), *map(_handout_text, changes.handouts), _rest_text(changes)]
    return "\n\n".join(filter(None, ("\n".join(map(_shown, part)) for part in parts)))


def _withdraw_text(changes: Changes) -> Iterator[str]:
    """One line for the papers of a sheet, under the reason."""
    for why, prints in groupby(changes.withdraw, key=lambda each: each.why):
        yield f"withdraw ({WHY[why]}):"
        for one, papers in groupby(prints, key=lambda each: replace(each, paper="")):
            named = ", ".join(each.paper for each in papers)
            blocks = f": {', '.join(one.blocks)}" if one.blocks else ""
            yield f"  {one.code} version {one.version} · {one.language} · {one.edition} · {named} · {one.brand}{blocks}"


def _handout_text(change: HandoutChange) -> Iterator[str]:
    """A handout's version, state and languages, then a line for each language whose blocks differ."""
    yield f"{change.handout} ({change.title}): version {_turn_text(change.version)}"
    for turn in change.state:
        yield f"  {turn.name}: {_turn_text(turn)}"
    yield from _lists("  ", {"new languages": change.languages_added, "languages gone": change.languages_removed})
    for blocks in change.blocks:
        lists = {"changed": blocks.changed, "added": blocks.added, "removed": blocks.removed, "stale": blocks.stale}
        yield f"  {blocks.language}: {'; '.join(_lists('', lists))}"


def _turn_text(turn: Turn) -> str:
    before, after = ", ".join(turn.before), ", ".join(turn.after)
    return before if before == after else f"{before} > {after}"


def _rest_text(changes: Changes) -> Iterator[str]:
    yield from _lists("", {"new handouts": changes.added, "handouts gone": changes.removed})
    yield from _lists("", {"new files": changes.new, "same words, another look": changes.reset})
    total = len(changes.withdraw) + len(changes.reset) + len(changes.unchanged)
    yield f"unchanged: {len(changes.unchanged)} of {total} files"


def _lists(indent: str, lists: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """A line for each list that is not empty."""
    return (f"{indent}{name}: {', '.join(names)}" for name, names in lists.items() if names)


def _shown(text: object) -> str:
    """A stranger's text without what would steer a terminal or turn the order of its characters."""
    return "".join(c if c.isprintable() or c in "\u200c\u200d" else f"\\u{ord(c):04x}" for c in str(text))

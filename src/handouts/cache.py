"""What earlier builds left, outside the output: finished files by their recipe, and whole builds by their fingerprint.

An entry is whole or not there, and is checked when it is read; a damaged one is thrown away and made again. The digest
finds damage and not malice: who can write here can put words into a handout (see `docs/ci.md`). No release reads it.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from handouts.aside import PARTIAL, sweep_files, write_whole
from handouts.batch import Job
from handouts.findings import Finding, Location, Severity
from handouts.recipe import Recipe, digest
from handouts.task import Outcome

FORMAT: Final = "1"
"""The folder that entries of this shape lie in; raised when the shape changes."""
LIMIT: Final = 2_000_000_000
"""How many bytes the cache keeps, if nothing else is said."""
_KINDS: Final = ("sheets", "known", "builds")
"""The folders of each format, whose files are entries."""
_ENTRY: Final = re.compile(r"[0-9a-f]{64}")
"""The name of an entry: nothing else is ever thrown away, for the folder may be anything that was named."""


class Cache(Protocol):
    """Where finished files are looked for before they are made."""

    @property
    def remembers(self) -> bool:
        """Whether there is anything to ask it."""

    def get(self, recipe: Recipe) -> Outcome | None:
        """The file of a recipe, None where there is none that is whole."""

    def put(self, job: Job, recipe: Recipe, outcome: Outcome) -> None:
        """Keep a file. What cannot be kept is let go: the build has the file anyway."""

    def why(self, job: Job, recipe: Recipe, outcome: Outcome) -> str:
        """Why a file had to be made: lower case without a full stop."""

    def get_build(self, fingerprint: str) -> Any:
        """What a whole build came to, as it was given to `put_build`; None where there is nothing whole."""

    def put_build(self, fingerprint: str, build: Any) -> None:
        """Keep what a whole build came to, anything that JSON can hold."""

    def trim(self) -> None:
        """Throw away what was not used for longest, until the rest is within the limit."""


class NoCache:
    """Remembers nothing."""

    remembers: Final = False

    def get(self, recipe: Recipe) -> Outcome | None:  # noqa: ARG002 - the signature of `Cache`
        """Nothing."""
        return None

    def put(self, job: Job, recipe: Recipe, outcome: Outcome) -> None:
        """Keep nothing."""

    def why(self, job: Job, recipe: Recipe, outcome: Outcome) -> str:  # noqa: ARG002 - the signature of `Cache`
        """What was asked for."""
        return "everything is made anew without a cache"

    def get_build(self, fingerprint: str) -> Any:  # noqa: ARG002 - the signature of `Cache`
        """Nothing."""
        return None

    def put_build(self, fingerprint: str, build: Any) -> None:
        """Keep nothing."""

    def trim(self) -> None:
        """There is nothing to throw away."""


@dataclass(frozen=True, slots=True)
class FolderCache:
    """A cache in a folder of its own, which may be moved to another machine. Several builds may use it at once.

    `limit` is in bytes. Of equal keys the last one counts, which has the same bytes.
    """

    folder: Path
    limit: int = LIMIT

    @property
    def remembers(self) -> bool:
        """It does."""
        return True

    def get(self, recipe: Recipe) -> Outcome | None:
        """The file of a recipe. One whose findings name lines that have moved is made again."""
        path = self._sheet(recipe)
        data = _read(path)
        if data is None:
            return None
        head, _, pdf = data.partition(b"\n")
        try:
            said = json.loads(head)
            outcome = _outcome(said, pdf)
        except (ValueError, TypeError, KeyError):
            _throw_away(path)
            return None
        if outcome.findings and said["places"] != recipe.places:
            return None
        _touch(path)
        return outcome

    def put(self, job: Job, recipe: Recipe, outcome: Outcome) -> None:
        """Keep a file, and what it was made of for `why`."""
        said = asdict(outcome)
        del said["pdf"]
        head = json.dumps({**said, "places": recipe.places})
        _write(self._sheet(recipe), head.encode() + b"\n" + outcome.pdf)
        _write(self._known(job), json.dumps({"parts": recipe.parts, "blocks": outcome.blocks}).encode())

    def why(self, job: Job, recipe: Recipe, outcome: Outcome) -> str:
        """What is another since the file was made last, as far as this cache knows. To be asked before `put`."""
        try:
            known = json.loads(_read(self._known(job)) or b"")
            parts, blocks = dict(known["parts"]), dict(known["blocks"])
        except (ValueError, TypeError, KeyError):
            return "it was not made before, or not with this cache"
        changes = list(_changes(parts, recipe.parts, blocks, outcome.blocks))
        return "; ".join(changes) if changes else "its copy in the cache was gone, damaged, or named other lines"

    def get_build(self, fingerprint: str) -> Any:
        """What a whole build came to."""
        path = self._build(fingerprint)
        data = _read(path)
        try:
            build = json.loads(data or b"")
        except ValueError:
            return None
        _touch(path)
        return build

    def put_build(self, fingerprint: str, build: Any) -> None:
        """Keep what a whole build came to."""
        _write(self._build(fingerprint), json.dumps(build).encode())

    def trim(self) -> None:
        """Throw away what was not used for longest, and what a build that was killed left half written."""
        entries = sorted(_entries(self.folder))
        total = sum(size for _, size, _ in entries)
        for _, size, path in entries:
            if total <= self.limit:
                break
            _throw_away(path)
            total -= size

    def _sheet(self, recipe: Recipe) -> Path:
        return self.folder / FORMAT / "sheets" / recipe.key[:2] / recipe.key

    def _known(self, job: Job) -> Path:
        name = digest(json.dumps([job.brand, job.tag, job.handout, job.edition, job.paper]))
        return self.folder / FORMAT / "known" / name[:2] / name

    def _build(self, fingerprint: str) -> Path:
        return self.folder / FORMAT / "builds" / fingerprint


_WHAT: Final = {
    "style": "the style sheet is another",
    "fonts": "the fonts are others",
    "program": "this program is another",
    "words": "what it is checked against is another",
    "profile": "it is checked for another purpose",
}


def _changes(
    before: Mapping[str, str], now: Mapping[str, str], old: Mapping[str, str], new: Mapping[str, str]
) -> Iterator[str]:
    """What is another in a file, the words first, in a reader's words."""
    different = {name for name in {*before, *now} if before.get(name) != now.get(name)}
    blocks = [block for block in dict.fromkeys([*new, *old]) if old.get(block) != new.get(block)]
    if blocks:
        yield f"it says something else in {', '.join(f'`{block}`' for block in blocks)}"
    elif "page" in different:
        yield "the page around its words is another (brand, templates, state, or languages on offer)"
    for name in sorted(different - {"page"} - ({"words"} if "page" in different else set())):
        yield _WHAT.get(name, f"{name} is {now.get(name, 'gone')} and was {before.get(name, 'not there')}")


# --- Entries --------------------------------------------------------------------------------------------------------


def _outcome(said: Mapping[str, Any], pdf: bytes) -> Outcome:
    return Outcome(
        pdf=pdf,
        pages=int(said["pages"]),
        findings=tuple(finding_of(each) for each in said["findings"]),
        blocks={str(block): str(value) for block, value in said["blocks"].items()},
        untranslated=tuple(map(str, said["untranslated"])),
        smallest=None if said["smallest"] is None else float(said["smallest"]),
    )


def finding_of(said: Mapping[str, Any]) -> Finding:
    """A finding out of what `dataclasses.asdict` makes of it. Raises KeyError, TypeError or ValueError."""
    where, severity = Location(**said["where"]), Severity(said["severity"])
    return Finding(**{**said, "where": where, "severity": severity})


def _read(path: Path) -> bytes | None:
    """What an entry holds; None where there is none, and where it is damaged: then it is thrown away."""
    try:
        checksum, _, data = path.read_bytes().partition(b"\n")
    except OSError:
        return None
    if checksum != _checksum(path, data):
        _throw_away(path)
        return None
    return data


def _checksum(path: Path, data: bytes) -> bytes:
    """The digest of an entry and its name: an entry under another one's name is a damaged one."""
    return digest(path.name.encode() + b"\n" + data).encode()


def _throw_away(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)


def _write(path: Path, data: bytes) -> None:
    """Write an entry so that others see all of it or nothing. A full disk keeps nothing and stops nobody."""
    with suppress(OSError):
        write_whole(path, _checksum(path, data) + b"\n" + data)


def _touch(path: Path) -> None:
    """Note that an entry was used. Only the order in which entries are thrown away hangs on it."""
    with suppress(OSError):
        os.utime(path)


def _entries(folder: Path) -> Iterator[tuple[float, int, Path]]:
    """When each entry was used, its size and its path. What a process that was killed left is taken away."""
    for path in (file for kind in _KINDS for file in folder.glob(f"*/{kind}/**/*")):
        with suppress(OSError):
            if path.name.startswith(PARTIAL):
                sweep_files(path.parent)
            elif path.is_file() and _ENTRY.fullmatch(path.name):
                told = path.stat()
                yield told.st_mtime, told.st_size, path

"""What a file is made of, digested: two files of one recipe have the same bytes, whenever and wherever they are made.

No time stamp and no path decides anything here. A recipe is worked out of the rendered page, so it holds the words,
templates, brand and state that the page really uses, and nothing of what it does not.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Final

from handouts import typeset
from handouts.fonts import OWN, STACKS, FontSet, packages
from handouts.layers import Layers
from handouts.model import Handout, Library, Text, texts_in
from handouts.task import Setup, Task

_READERS: Final = ("cffi", "cssselect2", "pillow", "pypdfium2", "pyphen", "tinycss2", "tinyhtml5")
"""What reads pages, styles and pictures for the typesetter, or its PDF for the checks."""
_FILLERS: Final = ("babel", "defusedxml", "jinja2", "markupsafe", "pydantic", "pyyaml", "segno")
"""What reads content and fills templates: seen in the rendered page, so a build's fingerprint has it and no recipe."""
_FOLDERS: Final = ("content", "locales", "templates")


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a file is made of, by name: digests, and versions as they are.

    `places` is a digest of the lines that its findings would name: a file without findings does not hang on it.
    """

    parts: Mapping[str, str]
    places: str

    @property
    def key(self) -> str:
        """The digest of all parts: 64 hexadecimal digits."""
        return digest(json.dumps(sorted(self.parts.items())))


def digest(data: str | bytes) -> str:
    """The SHA-256 of bytes or of a text, 64 hexadecimal digits."""
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


def recipe_of(task: Task, setup: Setup, fonts: FontSet) -> Recipe:
    """The recipe of a task with its setup and fonts."""
    words, places = _words_of(task.handout, task.library)
    parts = {
        "page": digest(task.html),
        "words": digest(json.dumps([words, task.margins, task.brand.region])),
        "style": digest(setup.style),
        "fonts": _fonts_digest(task, setup, fonts),
        "profile": str(task.profile),
        "sheet": json.dumps([task.job.handout, task.job.tag, task.job.paper, task.job.edition]),
        "program": program_digest(),
        **{name: version for name, version in setup.versions.items() if name not in _font_packages()},
        **_versions(_READERS),
        "python": python_version(),
    }
    return Recipe(parts, digest(json.dumps([places, str(task.where), str(setup.at)])))


def _fonts_digest(task: Task, setup: Setup, fonts: FontSet) -> str:
    """A digest of the fonts that the page may use: those of the scripts that it names, and families that it names.

    The name of each product tells all that it was made of, and its checksum.
    """
    scripts = {task.script, "Latn", *_SCRIPT.findall(task.html)}
    families = {family.name for script in scripts if script in STACKS for family in STACKS[script]} | {OWN}
    named = {face.family for face in fonts.faces if face.family in setup.style or face.family in task.html}
    used = [face for face in fonts.faces if face.family in families | named]
    return digest(json.dumps(sorted((each.family, each.weight, each.style, each.path.name) for each in used)))


_SCRIPT: Final = re.compile(r"\bscript-([A-Z][a-z]{3})\b")
_font_packages: Final = cache(packages)


class _Digests:
    """Digests of handouts, kept while the same objects are asked for: each has two papers and several brands."""

    def __init__(self) -> None:
        self.of: tuple[Handout, Library] | None = None
        self.found = ("", "")

    def __call__(self, handout: Handout, library: Library) -> tuple[str, str]:
        if self.of is None or self.of[0] is not handout or self.of[1] is not library:
            self.of, self.found = (handout, library), (_words(handout, library), _places(handout, library))
        return self.found


_words_of: Final = _Digests()


def _words(handout: Handout, library: Library) -> str:
    """A digest of all that the checks know of a handout, but for the places where it was written."""
    shared = (library.kinds, library.claims, library.terms, library.facts, library.regions, library.languages)
    dumped = [{name: entry.model_dump_json() for name, entry in each.items()} for each in shared]
    languages = [text.language for text in _texts(handout, library)]
    return digest(json.dumps([handout.model_dump_json(), dumped, languages]))


def _places(handout: Handout, library: Library) -> str:
    return digest(json.dumps([str(text.at) for text in _texts(handout, library)]))


def _texts(handout: Handout, library: Library) -> Iterator[Text]:
    yield from texts_in((handout, *library.shared_by(handout)))


# --- The program and the machine ------------------------------------------------------------------------------------


@cache
def program_digest() -> str:
    """A digest of this program: each of its files that decides anything, by name."""
    package = Path(__file__).parent
    files = sorted(path for path in package.rglob("*.py") if "_library" not in path.relative_to(package).parts)
    return digest("".join(f"{path.relative_to(package).as_posix()}:{digest(path.read_bytes())}\n" for path in files))


def python_version() -> str:
    """The Python that runs, and what kind of machine it was made for: how numbers are rounded may hang on it."""
    return f"{platform.python_implementation()} {'.'.join(platform.python_version_tuple()[:2])} {platform.machine()}"


@cache
def _versions(packages: tuple[str, ...]) -> Mapping[str, str]:
    return {name: metadata.version(name) for name in packages}


def machine() -> dict[str, str]:
    """What a machine brings to a file: of two machines of which this is equal, both give the same bytes."""
    return {"program": program_digest()[:12], **typeset.versions(), **_versions(_READERS), "python": python_version()}


# --- All that a build reads -----------------------------------------------------------------------------------------


def fingerprint(layers: Layers, asked: Iterable[str]) -> str | None:
    """A digest of all that a build is made of: every file of the layers, the program, the machine, what is asked.

    None where that cannot be told: behind a folder that is a link there may be anything.
    """
    files = []
    for number, root in enumerate(layers.roots):
        for name, path in _files(root):
            if path is None:
                return None
            files.append((number, name, _digest_of(path)))
    whole = [files, list(asked), program_digest(), {**typeset.versions(), **_versions((*_READERS, *_FILLERS))}]
    return digest(json.dumps([*whole, python_version()]))


def _files(root: Path) -> Iterator[tuple[str, Path | None]]:
    """Every file that a layer may give, by name; None for a folder that is a link."""
    for folder in _FOLDERS:
        for here, folders, files in os.walk(root / folder):
            folders.sort()
            at = Path(here)
            yield from ((str(at / name), None) for name in folders if (at / name).is_symlink())
            yield from (((at / name).relative_to(root).as_posix(), at / name) for name in sorted(files))
        if (root / folder).is_symlink():
            yield folder, None


def _digest_of(path: Path) -> str:
    try:
        return digest(path.read_bytes())
    except OSError as error:
        return f"unreadable: {error.errno}"

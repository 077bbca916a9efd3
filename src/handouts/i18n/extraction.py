"""The extractor for `pybabel extract`: the same messages as `handouts i18n extract`, a file at a time.

Babel asks for one file after the other; keys and comments need the whole project, which is therefore read once. A
plugin can set no flags, so `max-length` stands only in the templates that the program writes itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import IO, Final

from handouts.i18n.messages import Message, find_messages
from handouts.layers import Layers, library_root

TOP_FOLDERS: Final = ("content", "templates")
"""The folders of a project that messages are written in."""

Extracted = tuple[int, str, tuple[str, str], list[str]]


def extract(
    file: IO[bytes], _keywords: Collection[str], _tags: Collection[str], options: Mapping[str, str]
) -> Iterator[Extracted]:
    """What is to be translated in a file of a project: line, `pgettext`, context and English, comments.

    `options` are those of the mapping; there are none. Raises HandoutError where a file of the project cannot be read.
    """
    del options
    path = Path(file.name).resolve()
    for line, message in _by_file(_project_of(path)).get(path, ()):
        yield line, "pgettext", (message.key, message.english), list(message.comments)


def _project_of(path: Path) -> Path | None:
    """The folder that holds the `content` or `templates` that a file lies in; None for the library and the program."""
    tops = [folder.parent for folder in path.parents if folder.name in TOP_FOLDERS]
    return tops[0] if tops and tops[0] != library_root() else None


@cache
def _by_file(project: Path | None) -> Mapping[Path, list[tuple[int, Message]]]:
    """The messages of a project by the file that they are written in, with their lines."""
    found: dict[Path, list[tuple[int, Message]]] = {}
    for message in find_messages(Layers.of(project)):
        for place in message.places:
            found.setdefault(Path(place.path).resolve(), []).append((place.line, message))
    return found

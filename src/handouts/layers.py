"""Finds files: the clinic's project first, the bundled library second. The only place that lists folders."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from handouts.findings import Finding, HandoutError, Location, UsageError


def library_root() -> Path:
    """The folder that holds `templates`, `content` and `locales`: in the wheel, or the checkout's top."""
    package = Path(__file__).resolve().parent
    bundled = package / "_library"
    return bundled if bundled.is_dir() else package.parents[1]


def shown_path(path: Path) -> str:
    """A path as a person would type it: relative to the working folder where it lies inside it."""
    absolute = path.absolute()
    try:
        return absolute.relative_to(Path.cwd()).as_posix()
    except ValueError:
        return absolute.as_posix()


@dataclass(frozen=True, slots=True)
class Layers:
    """Folders that are laid over one another; the first that has a file wins."""

    roots: tuple[Path, ...]

    @classmethod
    def of(cls, project: Path | None) -> Layers:
        """The layers of a project folder (or of none). Raises UsageError where the folder does not exist."""
        if project is None:
            return cls((library_root(),))
        if not project.is_dir():
            where = Location(shown_path(project))
            raise UsageError(
                [Finding("usage/project", where, "there is no such project folder", "name a folder that exists")]
            )
        return cls((project.resolve(), library_root()))

    def find(self, name: str) -> Path | None:
        """The first layer's file of that name (a path with slashes), or None. Raises HandoutError as `find_all`."""
        return next(iter(self.find_all(name)), None)

    def find_all(self, name: str) -> list[Path]:
        """All layers' files of that name, the one that wins first.

        Raises HandoutError where one lies in no layer: behind a symbolic link, or up and out by `..`.
        """
        found = [root / name for root in self.roots if os.path.isfile(root / name)]  # noqa: PTH113 - never raises
        outside = [path for path in found if not any(is_inside(path, root) for root in self.roots)]
        if outside:
            raise HandoutError(_outside(path) for path in outside)
        return found

    def templates(self) -> list[Path]:
        """Every template that lies in a layer, the project's first."""
        found = [path for root in self.roots for path in sorted((root / "templates").rglob("*.html"))]
        return [path for path in found if path.is_file() and any(is_inside(path, root) for root in self.roots)]

    def template_names(self) -> list[str]:
        """The name of every template of any layer, below `templates`; folders that are links are not entered."""
        folders = [root / "templates" for root in self.roots]
        return sorted({path.relative_to(each).as_posix() for each in folders for path in each.rglob("*.html")})

    def names(self, folder: str, suffix: str) -> list[str]:
        """The names, without the suffix, of the files in a folder of any layer, sorted."""
        found: set[str] = set()
        for root in self.roots:
            if (root / folder).is_dir():
                found |= {
                    path.name.removesuffix(suffix)
                    for path in (root / folder).iterdir()
                    if path.name.endswith(suffix) and path.is_file()
                }
        return sorted(found)

    def folders(self, folder: str, holding: str) -> list[str]:
        """The names of the sub-folders, in any layer, that hold a file of that name, sorted."""
        found: set[str] = set()
        for root in self.roots:
            if (root / folder).is_dir():
                found |= {path.name for path in (root / folder).iterdir() if (path / holding).is_file()}
        return sorted(found)


def _outside(path: Path) -> Finding:
    what = "the file lies outside the project and the library, and is not opened"
    return Finding("source/outside", Location(shown_path(path)), what, "put a copy in the place of the link")


def read_limited(path: Path, limit: int) -> bytes:
    """The bytes of a file. Raises HandoutError where it cannot be read, or has more bytes than the limit."""
    where = Location(shown_path(path))
    try:
        with path.open("rb") as file:
            raw = file.read(limit + 1)
    except OSError as error:
        what = f"cannot be read: {error.strerror}"
        raise HandoutError([Finding("source/unreadable", where, what, "restore the file")]) from None
    if len(raw) > limit:
        what = f"the file is larger than {limit // 1000} kB"
        raise HandoutError([Finding("source/too-large", where, what, "split it, or make it smaller")])
    return raw


def read_text(path: Path, limit: int) -> str:
    """The text of a file. Raises HandoutError as `read_limited`, and where it is not UTF-8, at its line."""
    raw = read_limited(path, limit)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        where = Location(shown_path(path), raw.count(b"\n", 0, error.start) + 1)
        what, remedy = "the file is not UTF-8", "save it as UTF-8"
        raise HandoutError([Finding("source/encoding", where, what, remedy)]) from None


def is_inside(path: Path, folder: Path) -> bool:
    """Whether a path, with symbolic links followed, lies inside the folder."""
    return os.path.commonpath([path.resolve(), folder.resolve()]) == str(folder.resolve())

"""Finds files: the clinic's project first, the bundled library second. The only place that lists folders."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from handouts.findings import Finding, Location, UsageError


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
        """The first layer's file of that name (a path with slashes), or None."""
        return next((root / name for root in self.roots if (root / name).is_file()), None)

    def find_all(self, name: str) -> list[Path]:
        """All layers' files of that name, the one that wins first."""
        return [root / name for root in self.roots if (root / name).is_file()]

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


def is_inside(path: Path, folder: Path) -> bool:
    """Whether a path, with symbolic links followed, lies inside the folder."""
    return os.path.commonpath([path.resolve(), folder.resolve()]) == str(folder.resolve())

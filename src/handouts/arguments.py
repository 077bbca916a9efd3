"""What the commands share: how arguments are read, which project is meant, and how things are counted.

Each reader of an argument raises argparse.ArgumentTypeError for what it cannot read.
"""

from __future__ import annotations

import argparse
import datetime
from pathlib import Path
from typing import Final

from handouts.findings import NOWHERE, Finding, UsageError
from handouts.layers import library_root


def words(value: str) -> tuple[str, ...]:
    """The words between commas."""
    return tuple(word.strip() for word in value.split(",") if word.strip())


def date(value: str) -> datetime.date:
    """A date written as 2026-11-22."""
    try:
        return datetime.date.fromisoformat(value)
    except ValueError:
        raise argparse.ArgumentTypeError(f"`{value}` is not a date such as 2026-11-22") from None


def today() -> datetime.date:
    """The day of the machine's own clock and time zone: what a command takes where no date is given."""
    return datetime.datetime.now().astimezone().date()


def counted(number: int, word: str) -> str:
    """How many there are of something, in words: `1 page`, `2 pages`."""
    return f"{number} {word}{'' if number == 1 else 's'}"


# --- The project ----------------------------------------------------------------------------------------------

_PARTS: Final = ("content", "locales", "templates")
"""The folders that make a folder a project; one of them is enough."""


def add_project(command: argparse.ArgumentParser) -> None:
    """Add `--project` to a command that reads one."""
    command.add_argument(
        "--project", metavar="DIR", type=Path, help="a clinic's own folder (default: this folder, where it is one)"
    )


def add_own_project(command: argparse.ArgumentParser) -> None:
    """Add `--project` to a command that writes into one."""
    command.add_argument("--project", metavar="DIR", type=Path, help="a clinic's own folder (default: this folder)")


def project_here(given: Path | None) -> Path | None:
    """The project that a command reads: the folder given, or the working folder where it is one.

    None is the library alone: also where the folder given, or the working folder, is its checkout.
    """
    if given is not None:
        return None if given.resolve() == library_root() else given
    here = Path.cwd()
    is_project = any((here / part).is_dir() for part in _PARTS) and not _is_library(here)
    return here if is_project else None


def own_project(given: Path | None) -> Path | None:
    """The project that a command writes into: the folder given, or the working folder, which need not be one yet.

    None is the checkout of the library that runs. Raises UsageError rather than write into an installed library, or
    into the checkout of another one because somebody stands there.
    """
    folder = (given or Path.cwd()).resolve()
    if folder == library_root() and not _is_installed(folder):
        return None
    if _is_installed(folder) or (given is None and _is_library(folder)):
        what = "this is an installed library, or the checkout of another one, and nothing is written into it"
        raise UsageError([Finding("usage/project", NOWHERE, what, "name the folder of your project with `--project`")])
    return given or folder


def _is_library(folder: Path) -> bool:
    """Whether it is a library, be it the one that runs or another: installed, or a checkout of it."""
    return folder.resolve() == library_root() or _is_installed(folder) or (folder / "src" / "handouts").is_dir()


def _is_installed(folder: Path) -> bool:
    return folder.name == "_library"

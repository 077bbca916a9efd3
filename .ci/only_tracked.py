"""A build hook: a wheel or an sdist holds what git tracks, and nothing else."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def find_untracked(root: Path) -> list[str]:
    """Paths below `root` that git neither tracks nor ignores; none where `root` is no checkout.

    An unpacked sdist is no checkout: it holds only what was tracked when it was made.
    Raises subprocess.CalledProcessError where git cannot read the checkout.
    """
    if not (root / ".git").exists():
        return []
    command = ["git", "-C", str(root), "ls-files", "-z", "--others", "--exclude-standard"]
    listing = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return sorted(filter(None, listing.split("\0")))


class OnlyTracked(BuildHookInterface):  # type: ignore[type-arg]  # its parameter is hatchling's own
    """Stops a build that would carry a file which git does not know."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  # hatchling's names
        """Called by hatchling before it picks files; an editable install picks none."""
        if version == "editable":
            return
        untracked = find_untracked(Path(self.root))
        if untracked:
            names = ", ".join(untracked)
            message = f"git does not track {names}: add, ignore or remove what must not be published"
            raise SystemExit(message)

"""Projects that batch builds are measured on: copies of the library, one place in them changed, or with many brands."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final, NamedTuple

from handouts.layers import library_root

BRANDS: Final = "content/brands"
SAMPLE: Final = "sample"
"""The library's brand that others are made of."""


class Edit(NamedTuple):
    """A change of one place in a file: the path, and what stands there before and after."""

    file: str
    old: str
    new: str

    def make(self, project: Path) -> None:
        """Change the file. Raises RuntimeError where the place is not there, or not the only one."""
        path = project / self.file
        text = path.read_text("utf-8")
        if text.count(self.old) != 1:
            raise RuntimeError(f"{self.file} has {text.count(self.old)} times what is to be changed: {self.old}")
        path.write_text(text.replace(self.old, self.new), "utf-8")


HANDOUT: Final = "msc"
"""The handout whose words are changed."""
ENGLISH: Final = Edit(
    f"content/handouts/{HANDOUT}.yaml",
    "name: Check-ups, say: You have check-ups for about a year.",
    "name: Check-ups, say: You go to check-ups for about a year.",
)
SPANISH: Final = Edit(
    "locales/es/LC_MESSAGES/content.po",
    'medicines.say"\nmsgid "Your doctor may change your dose of steroids."\nmsgstr "Su médico puede cambiar su dosis',
    'medicines.say"\nmsgid "Your doctor may change your dose of steroids."\nmsgstr "Su médico podría cambiar su dosis',
)
COLOR: Final = Edit(f"{BRANDS}/{SAMPLE}/brand.yaml", 'primary: "#5b2a6e"', 'primary: "#5b2a70"')


def copy_library(project: Path) -> None:
    """Make a project that holds all that the library does."""
    for part in ("content", "locales", "templates"):
        shutil.copytree(library_root() / part, project / part)


def add_brands(project: Path, number: int) -> None:
    """Add so many brands to a project, each with a color of its own, so that no file of one is like another's."""
    sample = library_root() / BRANDS / SAMPLE
    for index in range(number):
        name, color = f"clinic_{index:05}", f"#{0x30 + index // 256:02x}2a{index % 256:02x}"
        shutil.copytree(sample, project / BRANDS / name)
        Edit(f"{BRANDS}/{name}/brand.yaml", f"id: {SAMPLE}", f"id: {name}").make(project)
        Edit(f"{BRANDS}/{name}/brand.yaml", 'primary: "#5b2a6e"', f'primary: "{color}"').make(project)

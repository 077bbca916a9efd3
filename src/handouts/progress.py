"""How far a build has come: a bar on a terminal, a line a file elsewhere; on standard error."""

from __future__ import annotations

import sys
import time
from typing import Self

from handouts.arguments import counted
from handouts.pipeline import Made
from handouts.report import log_text, plain


class Progress:
    """Hears of each file. Elsewhere than on a terminal, files that are reused are counted and not named."""

    def __init__(self) -> None:
        from rich.console import Console  # only what makes files needs it
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar

        console = Console(stderr=True)
        self.plain = not console.is_terminal
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self.bar = Bar(*columns, console=console, disable=self.plain)
        self.task = self.bar.add_task("handouts", total=None)
        self.done = self.made = 0
        self.since = time.monotonic()

    def __enter__(self) -> Self:
        self.bar.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.bar.stop()

    def hear(self, total: int, made: Made | None) -> None:
        """Note the number of files to make, with which a build begins, or one that was made, reused or refused."""
        if made is None:
            self.bar.reset(self.task, total=total)
            self.done = self.made = 0
            self.since = time.monotonic()
            return
        self.bar.update(self.task, advance=1)
        self.done += 1
        self.made += not made.reused
        if self.plain and not made.reused:
            pages = "refused" if made.sheet is None else counted(made.sheet.pages, "page")
            line = f"{self.done}/{total} {made.path}: {pages}{self._left(total)}"
            print(log_text(plain(line)), file=sys.stderr)

    def _left(self, total: int) -> str:
        """The time that is left, if the files to come take as long as those that were made."""
        seconds = (time.monotonic() - self.since) / self.made * (total - self.done)
        return f", about {seconds // 60:.0f}:{seconds % 60:02.0f} left" if self.done < total else ""

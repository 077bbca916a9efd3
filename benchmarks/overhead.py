"""A cold build in one process that says how long it was typesetting, and how long checking finished pages.

    PYTHONPATH=src python benchmarks/overhead.py PROJECT FOLDER REPORT LANGUAGES HANDOUTS

Writes JSON: by name, seconds on the wall and of CPU. No languages or handouts (`""`) are all. Run as a command of
its own, for it replaces functions.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

from commands import Cost
from documents import DAY

from handouts import pipeline, task, typeset
from handouts.arguments import words
from handouts.batch import Here
from handouts.cache import FolderCache
from handouts.desk import Request
from handouts.fonts import default_store
from handouts.printing import Means

TYPESETTING: Final = "typesetting"
CHECKING: Final = "checking"
REST: Final = "the rest"


class Stopwatch:
    """Notes what passages of a program cost, by name; what is within two of them counts for the inner one."""

    def __init__(self, now: Callable[[], Cost] = lambda: Cost(time.perf_counter(), time.process_time())) -> None:
        self._now = now
        self._name, self._since = REST, now()
        self._spent: dict[str, Cost] = {}

    def spent(self) -> dict[str, Cost]:
        """What each passage has cost till now."""
        self._turn_to(self._name)
        return dict(self._spent)

    @contextmanager
    def within(self, name: str) -> Iterator[None]:
        """Count for a name what is done within."""
        before = self._name
        self._turn_to(name)
        try:
            yield
        finally:
            self._turn_to(before)

    def wrapped(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, with all that it does counted for a name."""

        def counted(*arguments: Any, **named: Any) -> Any:
            with self.within(name):
                return function(*arguments, **named)

        return counted

    def _turn_to(self, name: str) -> None:
        now, so_far = self._now(), self._spent.get(self._name, Cost(0.0, 0.0))
        self._spent[self._name] = Cost(
            so_far.wall + now.wall - self._since.wall, so_far.cpu + now.cpu - self._since.cpu
        )
        self._name, self._since = name, now


def main(argv: Sequence[str] | None = None) -> int:
    """Build, write what it cost. Returns the exit code."""
    project, folder, report, languages, handouts = sys.argv[1:] if argv is None else argv
    watch = Stopwatch()
    find_faults = task.find_faults  # type: ignore[attr-defined]  # replaced where workers call it
    typeset.typeset = watch.wrapped(TYPESETTING, typeset.typeset)
    task.measure = watch.wrapped(CHECKING, task.measure)  # type: ignore[attr-defined]
    task.find_faults = watch.wrapped(CHECKING, lambda *asked: tuple(find_faults(*asked)))  # type: ignore[attr-defined]
    store = default_store()
    request = Request(DAY, words(handouts), words(languages), project=Path(project), out=Path(folder, "dist"))
    means = Means(Here(partial(task.carry_out, store=store)), FolderCache(Path(folder, "cache")))
    pipeline.build(request, lambda _total, _made: None, means)
    Path(report).write_text(json.dumps(watch.spent()), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Tables in Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest


def markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table whose columns are as wide as their longest cell; the first is set left, the others right."""
    columns = list(zip_longest(head, *rows, fillvalue=""))
    widths = [max(map(len, column)) for column in columns]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    return "".join(_line(row, widths) for row in (head, rule, *rows))


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = zip_longest(cells, widths, fillvalue="")
    padded = [str(first[0]).ljust(int(first[1])), *(str(cell).rjust(int(width)) for cell, width in others)]
    return f"| {' | '.join(padded)} |\n"

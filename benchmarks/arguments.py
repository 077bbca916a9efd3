"""The options that both commands have."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from handouts.fonts import default_store


def names(known: Iterable[str]) -> Callable[[str], list[str]]:
    """A reader of names that commas part, each one of those that are known."""
    allowed = list(known)

    def read(text: str) -> list[str]:
        found = text.split(",")
        for name in found:
            if name not in allowed:
                raise argparse.ArgumentTypeError(f"`{name}` is none of {', '.join(allowed)}")
        return found

    return read


def parse(parser: argparse.ArgumentParser, argv: Sequence[str] | None) -> argparse.Namespace:
    """The options read, with those added that both commands have."""
    parser.add_argument("--languages", type=lambda text: text.split(","), default=[], help="tags, commas between; all")
    parser.add_argument("--samples", action="store_true", help="the sample texts of the tests as well")
    parser.add_argument("--json", type=Path, help="write every figure into this file too")
    parser.add_argument("--store", type=Path, default=default_store(), help="where prepared fonts are kept")
    return parser.parse_args(argv)


def write_json(file: Path | None, figures: object) -> None:
    """Write the figures, where a file is asked for."""
    if file is not None:
        file.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", "utf-8")

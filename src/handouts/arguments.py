"""How arguments of the commands are read. Each raises argparse.ArgumentTypeError for what it cannot read."""

from __future__ import annotations

import argparse
import datetime


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

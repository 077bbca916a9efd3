"""The commands of reviewers: how each handout stands, what changed since it was signed, and one more sign-off.

Signing writes the words that were signed first and the record last, so that no record is without its words.
"""

from __future__ import annotations

import datetime
import difflib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from handouts.desk import Request, read_draft, register_of
from handouts.findings import NOWHERE, Finding, HandoutError, UsageError, did_you_mean, errors
from handouts.layers import Layers, library_root
from handouts.model import Handout
from handouts.policy import Lapse, Register, Standing
from handouts.publish import write_whole
from handouts.reader import handout_ids
from handouts.report import plain
from handouts.shelf import Shelf, read_shelf
from handouts.signoff import (
    Change,
    Review,
    as_signed,
    digest_of,
    impossible,
    reviews_name,
    signed_name,
    text_of,
    with_review,
)

FORMAT: Final = 1
"""Raised when a field of the JSON changes its meaning."""


@dataclass(frozen=True, slots=True)
class Row:
    """How one handout stands in one language."""

    handout: str
    language: str
    standing: Standing


@dataclass(frozen=True)
class _Table:
    """What was read for a command: the handouts asked for by id, their languages and all sign-offs."""

    shelf: Shelf
    register: Register
    handouts: Mapping[str, Handout]
    languages: Sequence[str]
    findings: tuple[Finding, ...]


def _read(request: Request) -> _Table:
    """Raises UsageError for names that do not exist."""
    layers = Layers.of(request.project)
    shelf, found = read_shelf(layers)
    languages = list(shelf.library.languages)
    _refuse_unknown("handout", request.handouts, handout_ids(layers))
    _refuse_unknown("language", request.languages, languages)
    register, in_register = register_of(shelf, request.today)
    handouts = {}
    for handout_id in dict.fromkeys(request.handouts or handout_ids(layers)):
        draft, in_draft = read_draft(shelf, handout_id)
        found += in_draft
        if draft is not None and draft.whole:
            handouts[handout_id] = draft.handout
    return _Table(shelf, register, handouts, request.languages or languages, (*found, *in_register))


def _refuse_unknown(what: str, asked: Iterable[str], known: Sequence[str]) -> None:
    unknown = [name for name in asked if name not in known]
    if unknown:
        said = f"there is no {what} `{unknown[0]}`"
        raise UsageError([Finding(f"usage/unknown-{what}", NOWHERE, said, did_you_mean(unknown[0], known))])


# --- status


def find_standings(request: Request) -> tuple[list[Row], list[Finding]]:
    """How the handouts asked for stand in the languages asked for, and the errors that stand in the way of others."""
    table = _read(request)
    return list(_rows(table)), errors(table.findings)


def _rows(table: _Table) -> Iterator[Row]:
    for handout in table.handouts.values():
        for tag in table.languages:
            yield Row(handout.id, tag, table.register.standing(handout, tag))


def standings_text(rows: Sequence[Row]) -> str:
    """A line for each handout and language, and under it the sign-offs that count and those that do not."""
    width = max((len(row.handout) for row in rows), default=0)
    return "\n".join(plain(line) for row in rows for line in _row_lines(row, width))


def _row_lines(row: Row, width: int) -> Iterator[str]:
    standing = row.standing
    missing = sum(map(len, standing.missing.values()))
    notes = [f"{missing} not translated"] if missing else []
    notes += [f"wanting: {', '.join(standing.wanting)}"] if standing.wanting else []
    yield f"{row.handout:<{width}}  {row.language:<8} {standing.state:<10} {'; '.join(notes)}".rstrip()
    for review in standing.counted:
        yield f"  {_signed(review)}"
    for lapse in standing.lapsed:
        blocks = f" ({', '.join(lapse.changes)})" if lapse.changes else ""
        yield f"  {_signed(lapse.review)} does not count: {lapse.why}{blocks}"


def _signed(review: Review) -> str:
    return f"{review.role} by {review.by}, {review.on}, {review.method}"


def standings_json(rows: Iterable[Row]) -> str:
    """The same as JSON: `format`, and in `handouts` a list with all keys always there."""
    return json.dumps({"format": FORMAT, "handouts": [_row_json(row) for row in rows]}, indent=1)


def _row_json(row: Row) -> dict[str, Any]:
    standing = row.standing
    lapses = {id(lapse.review): lapse for lapse in standing.lapsed}
    return {
        "handout": row.handout,
        "language": row.language,
        "state": standing.state,
        "missing": {block: sorted(keys) for block, keys in standing.missing.items()},
        "wanting": list(standing.wanting),
        "signoffs": [
            _signoff_json(review, lapses.get(id(review)))
            for review in (*standing.counted, *(lapse.review for lapse in standing.lapsed))
        ],
    }


def _signoff_json(review: Review, lapse: Lapse | None) -> dict[str, Any]:
    return {
        **review.model_dump(mode="json", include={"role", "by", "on", "method", "digest", "note"}),
        "counts": lapse is None,
        "why": lapse.why if lapse else "",
        "changed": list(lapse.changes) if lapse else [],
    }


# --- diff


@dataclass(frozen=True, slots=True)
class Since:
    """What became of what was signed: the sign-offs whose words have changed, and what nobody ever signed.

    It is true where anything has changed.
    """

    changed: tuple[tuple[Row, Lapse], ...]
    unsigned: tuple[Row, ...]

    def __bool__(self) -> bool:
        return bool(self.changed)


def find_changes_since(request: Request) -> Since:
    """What changed in the handouts and languages asked for. Raises HandoutError for faulty handouts."""
    table = _read(request)
    _refuse_faults(table, request)
    rows = list(_rows(table))
    unsigned = (row for row in rows if not row.standing.counted and not row.standing.lapsed)
    return Since(tuple((row, lapse) for row in rows for lapse in row.standing.stale), tuple(unsigned))


def changes_since_text(found: Since) -> str:
    """For each sign-off, block by block, the words then and now; a line for each handout that nobody signed."""
    lines = [line for row, lapse in found.changed for line in _lapse_lines(row, lapse)]
    lines += [f"{row.handout} {row.language}: nobody has signed it" for row in found.unsigned]
    return "\n".join(map(plain, lines)) or "nothing has changed since it was signed"


def _lapse_lines(row: Row, lapse: Lapse) -> Iterator[str]:
    yield f"{row.handout} {row.language}: changed since {_signed(lapse.review)}"
    if not lapse.changes:
        yield "  the words that were signed are not kept, or not as they were"
    for block, changes in lapse.changes.items():
        yield f"  {block}"
        for change in changes:
            yield f"    {change.key}"
            yield from _then_and_now(change)


def _then_and_now(change: Change) -> Iterator[str]:
    """Each side on a line of its own; of a template, the lines that differ."""
    sides = ("then", change.then), ("now", change.now)
    if any("\n" in words for _, side in sides for words in side):
        then, now = ("".join(side).splitlines() for _, side in sides)
        yield from (f"      {line}" for line in difflib.unified_diff(then, now, "then", "now", lineterm="", n=0))
        return
    for name, side in sides:
        yield f"      {name + ':':<6}{' = '.join(words or '(not translated)' for words in side) or '(nothing)'}"


# --- sign


@dataclass(frozen=True, slots=True)
class Signature:
    """What a person says of what they did: see `signoff.Review`. `on` is the day of the request where none is given."""

    role: str
    by: str
    method: str
    note: str = ""
    on: datetime.date | None = None


def sign(request: Request, signature: Signature) -> list[Path]:
    """Record that what the handout prints on `request.today` was checked: the files written.

    The request names one handout and one language. Raises HandoutError where the sign-off would count for nothing: on a
    day to come, for passages without a finished translation, by the translator as a reviewer, by a method that the
    policy refuses.
    """
    table = _read(request)
    _refuse_faults(table, request)
    (tag,), (handout,) = table.languages, table.handouts.values()
    wording = table.register.wording(handout, tag)
    review = _review(handout, request, signature, digest_of(wording))
    for what, remedy in impossible(review, tag, request.today):
        raise UsageError([Finding("usage/signature", NOWHERE, what, remedy)])
    _refuse_what_counts_for_nothing(table.register.with_review(tag, "", review), handout, tag, review)
    root = _own_root(table.shelf.layers)
    words, records = root / signed_name(tag, handout.id, review.digest), root / reviews_name(tag)
    text = with_review(text_of(records), review)
    write_whole(words, as_signed(wording))
    write_whole(records, text.encode())
    return [words, records]


def _refuse_faults(table: _Table, request: Request) -> None:
    asked = {*request.handouts} or {*table.handouts}
    found = [each for each in errors(table.findings) if not each.handout or each.handout in asked]
    if found:
        raise HandoutError(found)


def _review(handout: Handout, request: Request, signature: Signature, digest: str) -> Review:
    fields = {"handout": handout.id, "role": signature.role, "by": signature.by.strip(" "), "method": signature.method}
    fields |= {"note": signature.note} if signature.note else {}
    try:
        return Review.model_validate({**fields, "on": signature.on or request.today, "digest": digest})
    except ValidationError as error:
        name = str(error.errors()[0]["loc"][0])
        what, remedy = f"`{name}` cannot be `{getattr(signature, name, '')}`", "write one line of words, not too long"
        raise UsageError([Finding("usage/signature", NOWHERE, what, remedy)]) from None


def _refuse_what_counts_for_nothing(register: Register, handout: Handout, tag: str, review: Review) -> None:
    standing = register.standing(handout, tag)
    found = [
        Finding(
            "reviews/unfinished",
            handout.title.at,
            f"{len(keys)} passages have no finished translation into `{tag}`, the first is `{min(keys)}`",
            "translate them, or take the fuzzy mark away when you have read them; then sign",
            block=block,
            handout=handout.id,
            language=tag,
        )
        for block, keys in standing.missing.items()
    ]
    why = next((lapse.why for lapse in standing.lapsed if lapse.review is review), "")
    if review not in standing.counted and not found:
        what = f"the sign-off would not count: {why or 'another one stands for this role'}"
        remedy = "have another person check it, or look at `content/policy.yaml`"
        found.append(Finding("reviews/impossible", handout.title.at, what, remedy, handout=handout.id, language=tag))
    if found:
        raise HandoutError(found)


def _own_root(layers: Layers) -> Path:
    """The folder that sign-offs are written to: never that of an installed program."""
    root = layers.roots[0]
    if root == library_root() and root.name == "_library":
        what, remedy = "there is no folder to write the sign-off to", "name your project's folder with `--project`"
        raise UsageError([Finding("usage/project", NOWHERE, what, remedy)])
    return root

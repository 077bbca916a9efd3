"""One file, from a task to its outcome: all that a worker does, and all that it is told.

A task is whole: nothing else travels with it, so a worker needs no disk that it shares with anybody. It prints a page
that is rendered already, reads the PDF back and checks it.
"""

from __future__ import annotations

import pickle
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Final

from handouts import fonts, publish, typeset
from handouts.batch import Job
from handouts.checks import registry
from handouts.checks.check import Profile, find_faults
from handouts.checks.finished import Finished
from handouts.elements import read_page
from handouts.findings import Finding, HandoutError, Location, MachineLacks
from handouts.limits import time_limit
from handouts.measure import Measured, measure
from handouts.model import Brand, Handout, Library

SECONDS_A_SHEET: Final = 300.0
"""A hundred times what the longest of ours takes on a slow machine: a style can ask for what never ends."""
PRESSES: Final = 2
"""How many presses a worker keeps: clinics without a font of their own share one."""
TRIES: Final = 2
"""How often a task is tried where something broke that no content can break: a font that vanished, a worker killed."""
ENDLESS: Final = "page/endless"
"""The finding of a page that took too long."""
READY: Final = "ready"
"""What a worker says once it has started."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What tasks share, and a press is made of.

    `versions` are those that every worker must have (see `typeset.versions`).
    """

    style: str
    at: Location
    scripts: tuple[str, ...]
    own: fonts.Family | None
    versions: Mapping[str, str]

    def packed(self) -> bytes:
        """The same as bytes: equal bytes mean one press."""
        return pickle.dumps(self)


@dataclass(frozen=True, slots=True)
class Task:
    """A page to print and check, with what the checks hold it against.

    `setup` is packed; `library` has what the handout prints (see `Library.of`), `where` is the handout's file,
    `margins` are the words that must stand on each page, `seconds` is how long it may take.
    """

    job: Job
    setup: bytes = field(repr=False)
    html: str = field(repr=False)
    script: str
    handout: Handout = field(repr=False)
    library: Library = field(repr=False)
    brand: Brand = field(repr=False)
    where: Location
    margins: tuple[str, ...]
    profile: Profile
    seconds: float = SECONDS_A_SHEET

    def finding(self, kind: str, what: str, remedy: str) -> Finding:
        """A finding about the whole file."""
        return Finding(kind, self.where, what, remedy, handout=self.job.handout, language=self.job.tag)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a task came to: the PDF (empty where there is none), and what was found in it, whatever is muted.

    `blocks` are digests (see `publish.digests_of`), `untranslated` the blocks that print English, `smallest` is the
    size of the smallest print in points.
    """

    pdf: bytes = field(default=b"", repr=False)
    pages: int = 0
    findings: tuple[Finding, ...] = ()
    blocks: Mapping[str, str] = field(default_factory=dict, repr=False)
    untranslated: tuple[str, ...] = ()
    smallest: float | None = None


class OtherVersions(MachineLacks):
    """A worker would set type otherwise than the build that asks it."""


def carry_out(task: Task, store: Path) -> Outcome:
    """Print and check a page; fonts are kept in `store`. What breaks is a finding, and the next task goes on.

    Raises MachineLacks where this machine can print nothing, MemoryError where it has no memory left.
    """
    for _ in range(TRIES - 1):
        try:
            return _carry_out(task, store)
        except (MachineLacks, MemoryError):
            raise
        except Exception:  # noqa: BLE001 - whatever it is, it may not come again
            _press.cache_clear()  # a press may have lost its fonts
    try:
        return _carry_out(task, store)
    except (MachineLacks, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, it is this file's, and the others go on
        _press.cache_clear()
        if isinstance(error, OSError) and error.errno is not None:
            raise MachineLacks([_refused(error)]) from None
        return Outcome(findings=(_broken(task, error),))


def _carry_out(task: Task, store: Path) -> Outcome:
    try:
        return _print(task, store)
    except MachineLacks:
        raise
    except HandoutError as error:
        return Outcome(findings=error.findings)


def _refused(error: OSError) -> Finding:
    """What the system refuses is no file's fault: else a full disk would take every file away as broken."""
    what = f"the typesetter cannot work: {error.strerror}: {error.filename or 'no file'}"
    return Finding("machine/refused", Location("machine"), what, "make room on the disk, then build again")


def _broken(task: Task, error: Exception) -> Finding:
    what = f"the page could not be made: {type(error).__name__}: {error}"
    return task.finding(
        "page/broken", what[:300], "look at the templates and the style sheet; with the library's, tell us"
    )


def _print(task: Task, store: Path) -> Outcome:
    press, setup = _press(task.setup, store)
    if press.complaints:
        return Outcome(findings=tuple(_style_faults(press, setup.at)))
    page = read_page(task.html)
    blocks, untranslated = publish.digests_of(page), publish.untranslated_blocks(page)  # typesetting changes the page
    try:
        with time_limit(task.seconds):
            sheet = typeset.typeset(page, task.script, press, store)
    except TimeoutError as error:
        remedy = "make the templates and the style sheet simpler: fewer boxes within one another"
        return Outcome(findings=(task.finding(ENDLESS, f"the page is {error}", remedy),))
    finished = Finished(
        handout=task.handout,
        library=task.library,
        brand=task.brand,
        tag=task.job.tag,
        paper=task.job.paper,
        edition=task.job.edition,
        html=page,
        printed=sheet,
        measured=measure(sheet.pdf) if sheet.pdf else Measured(()),
        where=task.where,
        style=setup.at,
        margins=task.margins,
        again=lambda: typeset.typeset(read_page(task.html), task.script, press, store).pdf,
    )
    checks = registry.PAGE if sheet.pdf else [registry.BY_ID["page/typesetter"]]
    sizes = (piece.size for each in finished.measured.sheets for piece in each.pieces)
    return Outcome(
        pdf=sheet.pdf,
        pages=sheet.pages,
        findings=tuple(find_faults(checks, finished, task.profile)),
        blocks=blocks,
        untranslated=untranslated,
        smallest=min(sizes, default=None),
    )


@lru_cache(maxsize=PRESSES)
def _press(packed: bytes, store: Path) -> tuple[typeset.Press, Setup]:
    """The press that a setup asks for. Raises OtherVersions, MachineLacks."""
    setup: Setup = pickle.loads(packed)  # noqa: S301 - from our own process, or over TLS from who may run anything here
    here = typeset.versions()
    if here != setup.versions:
        raise OtherVersions([other_versions(setup.versions, here)])
    font_set = fonts.with_own(fonts.prepare(setup.scripts, store), setup.own, store)
    return typeset.make_press(setup.style, font_set, store), setup


def other_versions(wanted: Mapping[str, str], here: Mapping[str, str]) -> Finding:
    """Which versions a worker has that it should not have."""
    names = sorted(name for name in {*wanted, *here} if wanted.get(name) != here.get(name))
    told = ", ".join(f"{name} {here.get(name, 'is missing')} and not {wanted.get(name, 'none')}" for name in names)
    remedy = "install the same lock file and the same Debian packages on every worker"
    return Finding("machine/other-versions", Location("machine"), f"this worker has {told}", remedy)


def _style_faults(press: typeset.Press, where: Location) -> Iterator[Finding]:
    for line in dict.fromkeys(press.complaints):
        at = re.search(r" at (\d+):(\d+)", line)
        place = replace(where, line=int(at[1]), column=int(at[2])) if at else where
        yield Finding("template/style", place, f"the typesetter says: {line}", "correct the style sheet")

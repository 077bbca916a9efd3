"""From a plan to printed pages: each job's page is rendered here, and a task made of it for whoever carries it out.

A page is looked for in the cache by its recipe first. What a worker finds in a page is judged where the plan is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from handouts import typeset
from handouts.batch import Executor, Here, Job
from handouts.cache import Cache, NoCache
from handouts.catalog import Words
from handouts.checks.check import Profile
from handouts.checks.page import find_unprintable
from handouts.desk import Clinic, Plan
from handouts.elements import PageError, PageFlaw, find_page_flaws, read_page
from handouts.findings import Finding, HandoutError, Location
from handouts.layers import Layers, shown_path
from handouts.model import SOURCE_LANGUAGE, Handout, Library
from handouts.reader import HANDOUTS
from handouts.recipe import Recipe, recipe_of
from handouts.render import Setting, Status, find_in_templates, others, render, status_of
from handouts.shelf import missing_words
from handouts.task import SECONDS_A_SHEET, Outcome, Setup, Task, carry_out


@dataclass(frozen=True)
class Means:
    """By what a build is made: who carries its tasks out, and what earlier builds left."""

    executor: Executor[Task, Outcome]
    cache: Cache = field(default_factory=NoCache)
    seconds: float = SECONDS_A_SHEET

    @classmethod
    def here(cls, store: Path) -> Means:
        """In this process, without a cache; fonts are kept in `store`."""
        return cls(Here(partial(carry_out, store=store)))


def _setting(made: Plan, job: Job) -> Setting:
    shelf, dress, today = made.desk.shelf, made.clinics[job.brand].dress, made.desk.request.today
    library = shelf.libraries.get(job.tag, shelf.library)
    return Setting(
        library=library,
        brand=dress.brand,
        logo=dress.logo,
        region=library.regions[dress.brand.region],
        language=library.languages[job.tag],
        tag=job.tag,
        paper=job.paper,
        edition=job.edition,
        today=today,
        status=state_of(made, job),
        words=shelf.words[job.tag],
        english=shelf.words[SOURCE_LANGUAGE],
        offers=others(_offered(made, job.handout), job.tag),
    )


def _offered(made: Plan, handout: str) -> dict[str, Words]:
    """The words of the languages that a handout can be had in: a release promises no sheet that nobody approved."""
    desk, english = made.desk, made.english[handout]
    release = desk.request.profile is Profile.RELEASE
    ready = (tag for tag in desk.shelf.words if not release or desk.register.standing(english, tag).approved)
    return {tag: desk.shelf.words[tag] for tag in dict.fromkeys((SOURCE_LANGUAGE, *ready))}


def handout_of(made: Plan, job: Job) -> Handout:
    """A job's handout, as its brand's region prints it."""
    return made.clinics[job.brand].ready[job.handout, job.tag]


def state_of(made: Plan, job: Job) -> Status:
    """The state of a job's sheet, with the sign-offs of the English and of its own language."""
    desk, english = made.desk, made.english[job.handout]
    standings = {tag: desk.register.standing(english, tag) for tag in (SOURCE_LANGUAGE, job.tag)}
    release = desk.request.profile is Profile.RELEASE
    return status_of(handout_of(made, job), job.tag, desk.request.today, standings, release=release)


def _source_place(layers: Layers, handout_id: str) -> Location:
    path = layers.find(f"{HANDOUTS}/{handout_id}.yaml")
    return Location(shown_path(path) if path else f"{HANDOUTS}/{handout_id}.yaml")


def rendered(made: Plan, job: Job) -> tuple[str, list[Finding]]:
    """The HTML of a job and what was found in it; the HTML is empty where a template fails."""
    shelf = made.desk.shelf
    try:
        html = render(handout_of(made, job), _setting(made, job), shelf.environment)
    except HandoutError as error:
        return "", list(error.findings)
    unsafe = list(_unsafe(shelf.layers, html, job))
    if unsafe:
        return "", unsafe
    language = shelf.library.languages[job.tag]
    scripts = [language.script, *sorted({other.script for other in shelf.library.languages.values()})]
    where = _source_place(shelf.layers, job.handout)
    return html, list(find_unprintable(html, where, job.handout, job.tag, scripts, made.clinics[job.brand].fonts))


def _unsafe(layers: Layers, html: str, job: Job) -> Iterator[Finding]:
    """What a page may not have, at the place in the templates where it seems to be written."""
    flaws: Iterable[PageFlaw]
    try:
        flaws = dict.fromkeys(find_page_flaws(read_page(html)))
    except PageError as error:
        flaws = [error.flaw]
    for flaw in flaws:
        where = find_in_templates(layers, flaw.sought)
        yield Finding("template/unsafe", where, flaw.what, flaw.remedy, handout=job.handout)


# --- Tasks ------------------------------------------------------------------------------------------------------------


class Tasks:
    """Makes the task of each job of a plan; what the jobs of a clinic share is packed once."""

    def __init__(self, made: Plan, seconds: float) -> None:
        self.made, self.seconds = made, seconds
        self.libraries: dict[tuple[str, str], Library] = {}
        self.setups = {name: _setup(made, clinic) for name, clinic in made.clinics.items()}
        self.packed = {name: setup.packed() for name, setup in self.setups.items()}

    def of(self, job: Job) -> tuple[Task | None, list[Finding]]:
        """The task, None where the page cannot be printed, and what was found in the page."""
        made, desk = self.made, self.made.desk
        html, found = rendered(made, job)
        found += _unreleasable(made, job) if html else ()
        if desk.stops(found) or not html:
            return None, found
        handout = handout_of(made, job)
        task = Task(
            job=job,
            setup=self.packed[job.brand],
            html=html,
            script=desk.shelf.library.languages[job.tag].script,
            handout=handout,
            library=self._library(job, handout),
            brand=made.clinics[job.brand].dress.brand,
            where=_source_place(desk.shelf.layers, job.handout),
            margins=_margins(made, job),
            profile=desk.request.profile,
            seconds=self.seconds,
        )
        return task, found

    def recipe(self, task: Task) -> Recipe:
        """What the task's file is made of."""
        brand = task.job.brand
        return recipe_of(task, self.setups[brand], self.made.clinics[brand].fonts)

    def _library(self, job: Job, handout: Handout) -> Library:
        shelf = self.made.desk.shelf
        key = (job.handout, job.tag)
        if key not in self.libraries:
            self.libraries[key] = shelf.libraries.get(job.tag, shelf.library).of(handout)
        return self.libraries[key]


def _setup(made: Plan, clinic: Clinic) -> Setup:
    desk = made.desk
    scripts = {language.script for language in desk.shelf.library.languages.values()}
    return Setup(
        made.style.text,
        made.style.at,
        tuple(sorted(scripts)),
        clinic.dress.font,
        dict(typeset.versions()),
    )


@dataclass(frozen=True, slots=True)
class Printed:
    """One job's outcome, with what was found before it was printed; `reused` tells that it was not made now.

    `why` says why it was made, or was not.
    """

    job: Job
    outcome: Outcome
    findings: tuple[Finding, ...]
    reused: bool = False
    why: str = ""


def print_all(made: Plan, means: Means, hear: Callable[[Printed], None]) -> None:
    """Print each job of a plan; `hear` is told of each in the order in which they are done."""
    tasks = Tasks(made, means.seconds)
    asked: list[tuple[Job, Recipe, list[Finding]]] = []

    def missing() -> Iterator[Task]:
        for job in made.jobs:
            task, found = tasks.of(job)
            if task is None:
                hear(Printed(job, Outcome(), tuple(found)))
                continue
            recipe = tasks.recipe(task)
            outcome = means.cache.get(recipe)
            if outcome is None:
                asked.append((job, recipe, found))
                yield task
            else:
                hear(Printed(job, outcome, (*found, *outcome.findings), reused=True, why=UNCHANGED))

    for number, outcome in means.executor.run(missing()):
        job, recipe, found = asked[number]
        why = means.cache.why(job, recipe, outcome)
        if outcome.pdf:
            means.cache.put(job, recipe, outcome)
        hear(Printed(job, outcome, (*found, *outcome.findings), why=why))


UNCHANGED: Final = "nothing that it is made of has changed"


def _unreleasable(made: Plan, job: Job) -> Iterator[Finding]:
    """Why a rendered sheet is kept out of a release, whatever the checks before it said: the last door."""
    desk = made.desk
    if desk.request.profile is not Profile.RELEASE or desk.looks:
        return
    for each in missing_words(desk.shelf, Profile.RELEASE):
        if each.language == job.tag:
            yield each
    if state_of(made, job).draft:
        what = f"the sheet in `{job.tag}` is not approved"
        remedy = f"look at `handouts review status {job.handout} --lang {job.tag}`"
        where = _source_place(desk.shelf.layers, job.handout)
        yield Finding("translation/unsigned", where, what, remedy, handout=job.handout, language=job.tag)


def _margins(made: Plan, job: Job) -> tuple[str, ...]:
    """What must stand on each page: the handout's code and version, the language, the edition, and its state."""
    handout, words = handout_of(made, job), made.desk.shelf.words[job.tag]
    version = words("footer.version", "version {version}", version=handout.version)
    edition = words("edition.standard", "standard")
    autonym = made.desk.shelf.library.languages[job.tag].autonym
    return handout.code, version, autonym, edition, *_marks(state_of(made, job), words)


def _marks(status: Status, words: Words) -> Iterator[str]:
    """What the head of each page says of the sheet's state, as `templates/stamp.html` writes it."""
    if status.machine:
        yield words("mark.machine", "DRAFT · machine translation")
    elif status.draft and status.begun:
        yield words("mark.unreleased", "DRAFT · not released")
    elif status.draft:
        yield words("mark.draft", "DRAFT · not yet reviewed")
    if status.overdue:
        yield words("mark.overdue", "Review overdue")

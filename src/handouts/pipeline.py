"""The way of the data, end to end: the one module that knows every stage.

Faults are collected within a stage and stop a handout between stages; the other handouts go on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from xml.etree.ElementTree import Element

from handouts import __version__, batch, publish, typeset
from handouts.appraisal import judge
from handouts.appraisal import sheet as appraisal_sheet
from handouts.appraisal.case import Case, looked
from handouts.appraisal.judge import Appraisal
from handouts.appraisal.standard import (
    Attestation,
    Standard,
    find_attestation_faults,
    find_standard_faults,
    read_attestations,
    read_standards,
)
from handouts.batch import Job
from handouts.catalog import Words
from handouts.checks import registry
from handouts.checks.check import Level, Profile, Worn, find_faults
from handouts.checks.finished import Finished
from handouts.checks.page import find_unprintable
from handouts.desk import Plan, Request, in_translation, plan, read_draft
from handouts.elements import PageError, PageFlaw, find_page_flaws, read_page
from handouts.findings import Finding, HandoutError, Location, MachineLacks, UsageError, errors, tidy
from handouts.i18n import proof
from handouts.i18n.messages import find_messages
from handouts.layers import Layers, shown_path
from handouts.limits import time_limit
from handouts.measure import Measured, measure
from handouts.model import SOURCE_LANGUAGE
from handouts.mutes import Muted, apply_mutes
from handouts.reader import HANDOUTS, brand_ids, handout_ids, read_brand, read_library
from handouts.render import STANDARD, Setting, Status, find_in_templates, others, render, status_of
from handouts.report import Report
from handouts.shelf import missing_words, read_dress

SECONDS_A_SHEET = 300.0
"""A hundred times what the longest of ours takes on a slow machine: a style can ask for what never ends."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a build came to: the files made, by path, and what was found."""

    sheets: Mapping[str, publish.ManifestEntry]
    report: Report

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding that counts."""
        return self.report.findings


def _setting(made: Plan, job: Job) -> Setting:
    shelf, brand, today = made.desk.shelf, made.dress.brand, made.desk.request.today
    library = shelf.libraries.get(job.tag, shelf.library)
    return Setting(
        library=library,
        brand=brand,
        logo=made.dress.logo,
        region=library.regions[brand.region],
        language=library.languages[job.tag],
        tag=job.tag,
        paper=job.paper,
        edition=job.edition,
        today=today,
        status=_status(made, job),
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


def _status(made: Plan, job: Job) -> Status:
    """The state of a job's sheet, with the sign-offs of the English and of its own language."""
    desk, english = made.desk, made.english[job.handout]
    standings = {tag: desk.register.standing(english, tag) for tag in (SOURCE_LANGUAGE, job.tag)}
    release = desk.request.profile is Profile.RELEASE
    return status_of(made.ready[job.handout, job.tag], job.tag, desk.request.today, standings, release=release)


def _source_place(layers: Layers, handout_id: str) -> Location:
    path = layers.find(f"{HANDOUTS}/{handout_id}.yaml")
    return Location(shown_path(path) if path else f"{HANDOUTS}/{handout_id}.yaml")


def _render(made: Plan, job: Job) -> tuple[str, list[Finding]]:
    """The HTML of a job and what was found in it; the HTML is empty where a template fails."""
    shelf = made.desk.shelf
    try:
        html = render(made.ready[job.handout, job.tag], _setting(made, job), shelf.environment)
    except HandoutError as error:
        return "", list(error.findings)
    unsafe = list(_unsafe(shelf.layers, html, job))
    if unsafe:
        return "", unsafe
    language = shelf.library.languages[job.tag]
    scripts = [language.script, *sorted({other.script for other in shelf.library.languages.values()})]
    where = _source_place(shelf.layers, job.handout)
    return html, list(find_unprintable(html, where, job.handout, job.tag, scripts, made.fonts))


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


def check(request: Request, levels: frozenset[Level] = frozenset(Level)) -> Report:
    """Every finding of the levels asked for, in all brands. Nothing is written."""
    layers = Layers.of(request.project)
    found = list(_in_brands(layers, request.profile)) if Level.BRAND in levels else []
    try:
        made = plan(request, looks=True)
    except (UsageError, MachineLacks):
        raise
    except HandoutError as error:  # the brand that is asked for has faults
        return Report(findings=tidy([*found, *error.findings]), today=request.today, profile=request.profile)
    found += made.findings
    found += _in_pages(made) if Level.PAGE in levels else _in_templates(made)
    found += missing_words(made.desk.shelf, request.profile)
    return _report(made, found, levels)


def _in_brands(layers: Layers, profile: Profile) -> Iterator[Finding]:
    library = read_library(layers)[0]
    for brand_id in brand_ids(layers):
        try:
            brand, found = read_brand(layers, brand_id)
            yield from (*found, *find_faults(registry.BRAND, Worn(brand, library), profile))
            read_dress(layers, brand_id, library)
        except HandoutError as error:
            yield from error.findings


def _in_templates(made: Plan) -> Iterator[Finding]:
    """Faults of templates, found without a PDF."""
    for handout_id, tag in dict.fromkeys((job.handout, job.tag) for job in made.jobs):
        yield from _render(made, Job(handout_id, tag, "a4", STANDARD))[1]


def _in_pages(made: Plan) -> list[Finding]:
    """What is found in the finished PDFs of all jobs; none is kept."""
    press, found = _press(made)
    for each in batch.run(lambda job: _print(made, job, press), made.jobs if not found else ()):
        found += each.findings
    return found


def _report(made: Plan, found: Iterable[Finding], levels: frozenset[Level]) -> Report:
    """What was found, less what is muted. A mute is called unused only where all handouts were looked at."""
    request = made.desk.request
    ran = tuple(
        check for check in registry.CHECKS if check.level in levels and check.severity(request.profile) is not None
    )
    whole = not (request.handouts or request.languages or request.papers)
    kept, muted = apply_mutes(
        found, made.desk.mutes, registry.CHECKS, request.today, [check.id for check in ran] if whole else ()
    )
    looked_at = tuple(replace(each, levels=each.levels & levels) for each in made.looked_at)
    return Report(
        findings=tidy(kept),
        today=request.today,
        profile=request.profile,
        muted=_once(muted),
        checks=ran,
        looked_at=looked_at,
    )


@dataclass(frozen=True, slots=True)
class Printed:
    """One job's outcome: its PDF (None where it was refused), what was found, and what its blocks print.

    `blocks` are digests (see `publish.digests_of`), `untranslated` the blocks that print English.
    """

    job: Job
    sheet: typeset.Print | None
    findings: tuple[Finding, ...]
    blocks: Mapping[str, str] = field(default_factory=dict)
    untranslated: tuple[str, ...] = ()
    measured: Measured | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """One file's outcome: its path and manifest entry (None where it was refused), and what was found."""

    job: Job
    path: str
    sheet: publish.ManifestEntry | None
    findings: tuple[Finding, ...]


def build(request: Request, progress: Callable[[int, Made | None], None]) -> Result:
    """Make all that is asked for and publish it. `progress` hears the number of jobs, then of each job."""
    made = plan(request)
    press, in_style = _press(made)
    found = [*made.findings, *in_style]
    jobs = made.jobs if not in_style else ()
    progress(len(jobs), None)
    sheets: dict[str, publish.ManifestEntry] = {}
    english = _english(made, jobs)
    for each in batch.run(lambda job: _make(made, job, press, english), jobs):
        found += each.findings
        if each.sheet is not None:
            sheets[each.path] = each.sheet
        progress(len(jobs), each)
    found += missing_words(made.desk.shelf, request.profile)
    publish.publish_manifest(request.out, sheets, made.scope, typeset.versions(), __version__)
    return Result(sheets, _report(made, found, frozenset(Level) - {Level.BRAND}))


def _press(made: Plan) -> tuple[typeset.Press, list[Finding]]:
    """The press for a plan, and what is wrong with the style sheet: then nothing is printed with it."""
    press = typeset.make_press(made.style.text, made.fonts, made.desk.request.store)
    return press, list(_style_faults(press, made.style.at))


def _style_faults(press: typeset.Press, where: Location) -> Iterator[Finding]:
    for line in dict.fromkeys(press.complaints):
        at = re.search(r" at (\d+):(\d+)", line)
        place = replace(where, line=int(at[1]), column=int(at[2])) if at else where
        yield Finding("template/style", place, f"the typesetter says: {line}", "correct the style sheet")


def _english(made: Plan, jobs: Iterable[Job]) -> Mapping[str, Mapping[str, str]]:
    """The digests of what the English pages print, for the handouts that are made in other languages."""
    found = {}
    for handout in {job.handout for job in jobs if job.tag != SOURCE_LANGUAGE}:
        job = Job(handout, SOURCE_LANGUAGE, "a4", STANDARD)
        html = _render(made, job)[0] if (handout, SOURCE_LANGUAGE) in made.ready else ""
        found[handout] = publish.digests_of(read_page(html)) if html else {}
    return found


def _make(made: Plan, job: Job, press: typeset.Press, english: Mapping[str, Mapping[str, str]]) -> Made:
    """One file, printed and written."""
    request = made.desk.request
    path = publish.sheet_path(made.dress.brand.id, job.tag, job.handout, job.edition, job.paper)
    printed = _print(made, job, press)
    if printed.sheet is None:
        return Made(job, path, None, printed.findings)
    publish.write_whole(request.out / path, printed.sheet.pdf)
    entry = _entry(made, job, printed, english.get(job.handout, {}) if job.tag != SOURCE_LANGUAGE else {})
    return Made(job, path, entry, printed.findings)


def _print(made: Plan, job: Job, press: typeset.Press) -> Printed:
    """One PDF, with all that is found in it."""
    desk = made.desk
    html, found = _render(made, job)
    found += _unreleasable(made, job) if html else ()
    if desk.stops(found) or not html:
        return Printed(job, None, tuple(found))
    page = read_page(html)
    blocks, untranslated = publish.digests_of(page), publish.untranslated_blocks(page)  # typesetting changes the page
    try:
        sheet = _typeset(made, job, page, press)
    except TimeoutError as error:
        remedy = "make the templates and the style sheet simpler: fewer boxes within one another"
        where = _source_place(desk.shelf.layers, job.handout)
        found.append(Finding("page/endless", where, f"the page is {error}", remedy, handout=job.handout))
        return Printed(job, None, tuple(found))
    finished = _finished(made, job, page, sheet, lambda: _typeset(made, job, read_page(html), press).pdf)
    checks = registry.PAGE if sheet.pdf else [registry.BY_ID["page/typesetter"]]
    found += find_faults(checks, finished, desk.request.profile)
    return Printed(job, None if desk.stops(found) else sheet, tuple(found), blocks, untranslated, finished.measured)


def _unreleasable(made: Plan, job: Job) -> Iterator[Finding]:
    """Why a rendered sheet is kept out of a release, whatever the checks before it said: the last door."""
    desk = made.desk
    if desk.request.profile is not Profile.RELEASE or desk.looks:
        return
    for each in missing_words(desk.shelf, Profile.RELEASE):
        if each.language == job.tag:
            yield each
    if _status(made, job).draft:
        what = f"the sheet in `{job.tag}` is not approved"
        remedy = f"look at `handouts review status {job.handout} --lang {job.tag}`"
        where = _source_place(desk.shelf.layers, job.handout)
        yield Finding("translation/unsigned", where, what, remedy, handout=job.handout, language=job.tag)


def _typeset(made: Plan, job: Job, page: Element, press: typeset.Press) -> typeset.Print:
    script = made.desk.shelf.library.languages[job.tag].script
    with time_limit(SECONDS_A_SHEET):
        return typeset.typeset(page, script, press, made.desk.request.store)


def _finished(made: Plan, job: Job, page: Element, sheet: typeset.Print, again: Callable[[], bytes]) -> Finished:
    """What the page checks look at."""
    shelf = made.desk.shelf
    return Finished(
        handout=made.ready[job.handout, job.tag],
        library=shelf.libraries.get(job.tag, shelf.library),
        brand=made.dress.brand,
        tag=job.tag,
        paper=job.paper,
        edition=job.edition,
        html=page,
        printed=sheet,
        measured=measure(sheet.pdf) if sheet.pdf else Measured(()),
        where=_source_place(shelf.layers, job.handout),
        style=made.style.at,
        margins=_margins(made, job),
        again=again,
    )


def _margins(made: Plan, job: Job) -> tuple[str, ...]:
    """What must stand on each page: the handout's code and version, the language, the edition, and its state."""
    handout, words = made.ready[job.handout, job.tag], made.desk.shelf.words[job.tag]
    version = words("footer.version", "version {version}", version=handout.version)
    edition = words("edition.standard", "standard")
    autonym = made.desk.shelf.library.languages[job.tag].autonym
    return handout.code, version, autonym, edition, *_marks(_status(made, job), words)


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


def _entry(made: Plan, job: Job, printed: Printed, english: Mapping[str, str]) -> publish.ManifestEntry:
    """What the manifest says of a file; `english` are the digests of the English page."""
    assert printed.sheet is not None
    handout = made.ready[job.handout, job.tag]
    status = _status(made, job)
    kinds = made.desk.shelf.library.kinds
    return publish.ManifestEntry(
        handout=handout.id,
        code=handout.code,
        version=handout.version,
        title=handout.title.value,
        language=job.tag,
        edition=job.edition,
        paper=job.paper,
        brand=made.dress.brand.id,
        status=status.name,
        overdue=status.overdue,
        published=handout.published.isoformat(),
        last_reviewed=status.reviewed.isoformat() if status.reviewed else None,
        next_review=handout.next_review.isoformat(),
        pages=printed.sheet.pages,
        bytes=len(printed.sheet.pdf),
        sha256=publish.sha256(printed.sheet.pdf),
        blocks=printed.blocks,
        safety=tuple(block.id for block in handout.blocks if kinds[block.kind].safety),
        untranslated=printed.untranslated,
        english=english,
    )


def _once(muted: Iterable[Muted]) -> tuple[Muted, ...]:
    once: dict[tuple[str, Location, str], Muted] = {}
    for each in muted:
        once.setdefault((each.finding.id, each.finding.where, each.finding.what), each)
    return tuple(once.values())


def appraise(request: Request, endings: Iterable[str]) -> tuple[list[str], Report]:
    """Appraise handouts by the standards, one sheet a handout and language: the paths written, and what was found.

    The endings are `pdf`, `html` and `json`. A handout that cannot be printed has no appraisal.
    """
    made = plan(request)
    press, found = _press(made)
    found += made.findings
    layers = made.desk.shelf.layers
    standards, in_standards = read_standards(layers)
    attestations, in_attestations = read_attestations(layers)
    wrong = [
        *in_standards,
        *in_attestations,
        *find_standard_faults(standards, registry.BY_ID),
        *find_attestation_faults(attestations, standards, handout_ids(layers), request.today),
    ]
    found += wrong
    appraiser = Appraiser(standards, attestations, tuple(endings))
    written: dict[str, publish.AppraisalEntry] = {}
    paper = made.jobs[0].paper if made.jobs else ""
    for job in made.jobs if not errors(found) else ():
        if job.paper == paper:
            files, in_sheet = _appraise(made, job, press, appraiser)
            found += in_sheet
            written |= files
    publish.publish_appraisals(request.out, written, __version__)
    return sorted(written), _report(made, found, frozenset(Level))


@dataclass(frozen=True, slots=True)
class Appraiser:
    """What handouts are appraised by, and the forms that their sheets are written in."""

    standards: Mapping[str, Standard]
    attestations: Mapping[str, Attestation]
    endings: tuple[str, ...]


def _appraise(
    made: Plan, job: Job, press: typeset.Press, appraiser: Appraiser
) -> tuple[dict[str, publish.AppraisalEntry], list[Finding]]:
    """The files of one appraisal, written."""
    printed = _print(made, job, press)
    if printed.sheet is None or printed.measured is None:
        return {}, list(printed.findings)
    case = _case(made, job, printed)
    appraisal = judge.appraise(case, appraiser.standards, appraiser.attestations.values())
    try:
        forms = _forms(made, appraisal, job, appraiser.endings)
    except HandoutError as error:
        return {}, [*printed.findings, *error.findings]
    files = {}
    for ending, data in forms.items():
        path = appraisal_sheet.sheet_path(made.dress.brand.id, job.tag, job.handout, ending)
        publish.write_whole(made.desk.request.out / path, data)
        files[path] = publish.AppraisalEntry(job.handout, job.tag, made.dress.brand.id, len(data), publish.sha256(data))
    return files, list(printed.findings)


def _case(made: Plan, job: Job, printed: Printed) -> Case:
    """What is appraised, with all that was found in it: muted findings count, for a mute makes nothing hold."""
    assert printed.sheet is not None
    assert printed.measured is not None
    desk, handout = made.desk, made.ready[job.handout, job.tag]
    return Case(
        handout=handout,
        library=desk.shelf.libraries.get(job.tag, desk.shelf.library),
        tag=job.tag,
        profile=desk.request.profile,
        status=status_of(handout, job.tag, desk.request.today),
        today=desk.request.today,
        brand=made.dress.brand,
        looked=looked(registry.CHECKS, (*made.findings, *printed.findings), handout, job.tag, desk.request.profile),
        pages=printed.sheet.pages,
        smallest=min((piece.size for sheet in printed.measured.sheets for piece in sheet.pieces), default=None),
    )


def _forms(made: Plan, appraisal: Appraisal, job: Job, endings: Iterable[str]) -> dict[str, bytes]:
    """An appraisal in each of the forms asked for. Raises HandoutError where a clinic's template or style fails."""
    shelf, store = made.desk.shelf, made.desk.request.store
    look = appraisal_sheet.Look(made.dress.brand, made.dress.logo, job.paper)
    style = appraisal_sheet.read_sheet_style(shelf.layers)
    html = appraisal_sheet.as_html(appraisal, look, style, shelf.environment)
    forms = {}
    for ending in endings:
        if ending == "pdf":
            plain = typeset.make_press("", made.fonts, store)
            with time_limit(SECONDS_A_SHEET):
                forms[ending] = appraisal_sheet.as_print(html, shelf.layers, plain, store).pdf
        else:
            forms[ending] = (html if ending == "html" else appraisal_sheet.as_json(appraisal)).encode()
    return forms


def print_proof(request: Request) -> tuple[str, bytes]:
    """The proof of one handout in one language: the path that it has in a build, and the PDF.

    Raises HandoutError where the handout cannot be read, or has no catalog in the language.
    """
    made = plan(request)
    shelf, (handout_id, tag) = made.desk.shelf, (request.handouts[0], request.languages[0])
    draft, found = read_draft(shelf, handout_id)
    if draft is None or not draft.whole or tag not in shelf.catalogs or tag not in shelf.words:
        raise HandoutError(tidy([*made.findings, *found]))
    subject = in_translation(made.desk, draft.handout, tag)
    sheet = proof.proof_of(subject, shelf.catalogs[tag], shelf.words[tag].catalog, find_messages(shelf.layers), "")
    paper = (request.papers or made.dress.brand.paper)[0]
    look = appraisal_sheet.Look(made.dress.brand, made.dress.logo, paper)
    html = proof.as_html(sheet, look, proof.read_proof_style(shelf.layers), shelf.environment)
    plain = typeset.make_press("", made.fonts, request.store)
    with time_limit(SECONDS_A_SHEET):
        pdf = appraisal_sheet.as_print(html, shelf.layers, plain, request.store).pdf
    return proof.sheet_path(made.dress.brand.id, tag, handout_id, paper), pdf

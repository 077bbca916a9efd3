"""The way of the data, end to end: the one module that knows every stage.

Faults are collected within a stage and stop a handout between stages; the other handouts go on.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass, replace
from pathlib import Path
from typing import Any, Final

from handouts import __version__, publish, typeset
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
from handouts.checks import registry
from handouts.checks.check import Level, Profile, Worn, find_faults
from handouts.desk import Plan, Request, in_translation, plan, read_draft
from handouts.elements import read_page
from handouts.findings import Finding, HandoutError, Location, MachineLacks, UsageError, errors, tidy
from handouts.i18n import proof
from handouts.i18n.messages import find_messages
from handouts.layers import Layers
from handouts.limits import time_limit
from handouts.model import SOURCE_LANGUAGE
from handouts.mutes import Muted, apply_mutes
from handouts.printing import UNCHANGED, Means, Printed, handout_of, print_all, rendered, state_of
from handouts.reader import brand_ids, handout_ids, read_brand, read_library
from handouts.recipe import fingerprint
from handouts.record import report_as_data, report_of
from handouts.render import status_of
from handouts.report import Report
from handouts.shelf import missing_words, read_dress
from handouts.task import SECONDS_A_SHEET, Outcome


@dataclass(frozen=True, slots=True)
class Made:
    """One file's outcome: its path and manifest entry (None where it was refused), and what was found."""

    job: Job
    path: str
    sheet: publish.ManifestEntry | None
    findings: tuple[Finding, ...]
    reused: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """What a build came to: what became of each file, in the order of the jobs, and what was found."""

    files: tuple[Made, ...]
    report: Report

    @property
    def sheets(self) -> Mapping[str, publish.ManifestEntry]:
        """The files that there are, by path."""
        return {each.path: each.sheet for each in self.files if each.sheet is not None}

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding that counts."""
        return self.report.findings


# --- Check ------------------------------------------------------------------------------------------------------------


def check(request: Request, levels: frozenset[Level] = frozenset(Level), means: Means | None = None) -> Report:
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
    found += _in_pages(made, means or Means.here(request.store)) if Level.PAGE in levels else _in_templates(made)
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
    once = {job.unit: job for job in reversed(made.jobs)}
    for job in reversed(once.values()):
        yield from rendered(made, job)[1]


def _in_pages(made: Plan, means: Means) -> list[Finding]:
    """What is found in the finished PDFs of all jobs; none is kept."""
    printed: dict[Job, tuple[Finding, ...]] = {}
    print_all(made, means, lambda each: printed.__setitem__(each.job, each.findings))
    return [finding for job in made.jobs for finding in printed[job]]


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


# --- Build ------------------------------------------------------------------------------------------------------------


def build(request: Request, progress: Callable[[int, Made | None], None], means: Means | None = None) -> Result:
    """Make all that is asked for and publish it. `progress` hears the number of jobs, then of each job.

    Where nothing has changed since a build that the cache remembers, and every file lies there as it was published,
    nothing is read or made. Raises HandoutError where nothing can be published; then nothing was changed.
    """
    means = means or Means.here(request.store)
    before = _fingerprint(request, means)
    result = _as_it_was(request, means.cache.get_build(before)) if before else None
    if result is not None:
        progress(len(result.files), None)
        for each in result.files:
            progress(len(result.files), each)
        return result
    made = plan(request)
    progress(len(made.jobs), None)
    result, manifest = _publish(made, means, progress)
    if before and before == _fingerprint(request, means):  # nobody wrote to a file while it was read
        means.cache.put_build(before, _as_data(result, manifest))
    means.cache.trim()
    return result


def _publish(made: Plan, means: Means, progress: Callable[[int, Made | None], None]) -> tuple[Result, str]:
    """Print all jobs of a plan and publish them: what it came to, and the digest of the manifest."""
    files: dict[Job, Made] = {}
    english = _English(made)
    request = made.desk.request

    def hear(printed: Printed) -> None:
        files[printed.job] = _file(made, printed, english, staging)
        progress(len(made.jobs), files[printed.job])

    with publish.Staging(request.out) as staging:
        print_all(made, means, hear)
        in_order = tuple(files[job] for job in made.jobs)
        found = [*made.findings, *(finding for each in in_order for finding in each.findings)]
        found += missing_words(made.desk.shelf, request.profile)
        result = Result(in_order, _report(made, found, frozenset(Level) - {Level.BRAND}))
        about: dict[str, Any] = {"program": __version__}
        if request.shard is not None:
            about["shard"] = {"index": request.shard.index, "of": request.shard.of, "build": _asked_for(made)}
        return result, staging.publish(result.sheets, made.scope, about, typeset.versions())


def _asked_for(made: Plan) -> str:
    """A digest of the day and of what all shards of a build together make: only those that agree can be merged."""
    request, scope = made.desk.request, made.scope
    names = [scope.asked, scope.languages, scope.editions, scope.papers, scope.brands]
    told = [request.today.isoformat(), request.profile, *map(sorted, names)]
    return publish.sha256(json.dumps(told).encode())[:16]


# --- A build with nothing to do ---------------------------------------------------------------------------------------


def _fingerprint(request: Request, means: Means) -> str | None:
    """The digest of all that a build is made of; None without a cache, and for a release, which remembers nothing."""
    if not means.cache.remembers or request.profile is Profile.RELEASE:
        return None
    layers = Layers.of(request.project)
    names = [request.handouts, request.languages, request.papers, request.brand, request.profile, request.shard]
    places = [Path.cwd(), *layers.roots]  # findings name files as they are seen from here
    return fingerprint(layers, map(str, [*names, request.today, *places, means.seconds]))


def _as_data(result: Result, manifest: str) -> dict[str, Any]:
    files = [[astuple(each.job), each.path, each.sheet and asdict(each.sheet)] for each in result.files]
    return {"manifest": manifest, "files": files, "report": report_as_data(result.report)}


def _as_it_was(request: Request, said: Any) -> Result | None:
    """What an earlier build came to, if all that it published still lies there, byte for byte."""
    try:
        files = tuple(_made_of(*each) for each in said["files"])
        result = Result(files, report_of(said["report"]))
        if publish.digest_of(request.out / publish.MANIFEST) != said["manifest"]:
            return None
    except (KeyError, TypeError, ValueError):
        return None
    for path, sheet in result.sheets.items():
        if publish.digest_of(request.out / path) != sheet.sha256:
            return None
    return result


def _made_of(names: Sequence[str], path: str, sheet: Any) -> Made:
    job = Job(*names)
    if sheet is None:
        return Made(job, path, None, (), why=REFUSED)
    return Made(job, path, publish.entry_of(sheet), (), reused=True, why=UNCHANGED)


REFUSED: Final = "it has faults"


# --- One file ---------------------------------------------------------------------------------------------------------


class _English:
    """The digests of what the English pages print, for the handouts that are made in other languages."""

    def __init__(self, made: Plan) -> None:
        self.made = made
        self.found: dict[tuple[str, str], Mapping[str, str]] = {}

    def beside(self, job: Job) -> Mapping[str, str]:
        """The digests of the English page that a translation was made from; none where it is English itself."""
        if job.tag == SOURCE_LANGUAGE:
            return {}
        key = (job.brand, job.handout)
        if key not in self.found:
            english = replace(job, tag=SOURCE_LANGUAGE)
            ready = (job.handout, SOURCE_LANGUAGE) in self.made.clinics[job.brand].ready
            html = rendered(self.made, english)[0] if ready else ""
            self.found[key] = publish.digests_of(read_page(html)) if html else {}
        return self.found[key]


def _file(made: Plan, printed: Printed, english: _English, staging: publish.Staging) -> Made:
    """One file, put aside to be published; refused where it has faults."""
    job, found = printed.job, list(printed.findings)
    path = publish.sheet_path(job.brand, job.tag, job.handout, job.edition, job.paper)
    if not printed.outcome.pdf or made.desk.stops(found):
        return Made(job, path, None, tuple(found), why=REFUSED)
    staging.put(path, printed.outcome.pdf)
    entry = _entry(made, job, printed.outcome, english.beside(job))
    return Made(job, path, entry, tuple(found), printed.reused, printed.why)


def _entry(made: Plan, job: Job, outcome: Outcome, english: Mapping[str, str]) -> publish.ManifestEntry:
    """What the manifest says of a file; `english` are the digests of the English page."""
    handout = handout_of(made, job)
    status = state_of(made, job)
    kinds = made.desk.shelf.library.kinds
    return publish.ManifestEntry(
        handout=handout.id,
        code=handout.code,
        version=handout.version,
        title=handout.title.value,
        language=job.tag,
        edition=job.edition,
        paper=job.paper,
        brand=job.brand,
        status=status.name,
        overdue=status.overdue,
        published=handout.published.isoformat(),
        last_reviewed=status.reviewed.isoformat() if status.reviewed else None,
        next_review=handout.next_review.isoformat(),
        pages=outcome.pages,
        bytes=len(outcome.pdf),
        sha256=publish.sha256(outcome.pdf),
        blocks=outcome.blocks,
        safety=tuple(block.id for block in handout.blocks if kinds[block.kind].safety),
        untranslated=outcome.untranslated,
        english=english,
    )


def _once(muted: Iterable[Muted]) -> tuple[Muted, ...]:
    once: dict[tuple[str, Location, str], Muted] = {}
    for each in muted:
        once.setdefault((each.finding.id, each.finding.where, each.finding.what), each)
    return tuple(once.values())


def appraise(request: Request, endings: Iterable[str], means: Means | None = None) -> tuple[list[str], Report]:
    """Appraise handouts by the standards, one sheet a handout and language: the paths written, and what was found.

    The endings are `pdf`, `html` and `json`. A handout that cannot be printed has no appraisal.
    """
    made = plan(request)
    found = [*made.findings]
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

    def hear(printed: Printed) -> None:
        files, in_sheet = _appraise(made, printed, appraiser, staging)
        found.extend(in_sheet)
        written.update(files)

    once = {job.unit: job for job in reversed(made.jobs)}
    jobs = tuple(reversed(once.values())) if not errors(found) else ()
    with publish.Staging(request.out) as staging:
        print_all(replace(made, jobs=jobs), means or Means.here(request.store), hear)
        staging.publish_appraisals(written, __version__)
    return sorted(written), _report(made, found, frozenset(Level))


@dataclass(frozen=True, slots=True)
class Appraiser:
    """What handouts are appraised by, and the forms that their sheets are written in."""

    standards: Mapping[str, Standard]
    attestations: Mapping[str, Attestation]
    endings: tuple[str, ...]


def _appraise(
    made: Plan, printed: Printed, appraiser: Appraiser, staging: publish.Staging
) -> tuple[dict[str, publish.AppraisalEntry], list[Finding]]:
    """The files of one appraisal, put aside to be published."""
    job, found = printed.job, list(printed.findings)
    if not printed.outcome.pdf or made.desk.stops(found):
        return {}, found
    appraisal = judge.appraise(_case(made, printed), appraiser.standards, appraiser.attestations.values())
    try:
        forms = _forms(made, appraisal, job, appraiser.endings)
    except HandoutError as error:
        return {}, [*found, *error.findings]
    files = {}
    for ending, data in forms.items():
        path = appraisal_sheet.sheet_path(job.brand, job.tag, job.handout, ending)
        staging.put(path, data)
        files[path] = publish.AppraisalEntry(job.handout, job.tag, job.brand, len(data), publish.sha256(data))
    return files, found


def _case(made: Plan, printed: Printed) -> Case:
    """What is appraised, with all that was found in it: muted findings count, for a mute makes nothing hold."""
    desk, job = made.desk, printed.job
    clinic = made.clinics[job.brand]
    handout = clinic.ready[job.handout, job.tag]
    return Case(
        handout=handout,
        library=desk.shelf.libraries.get(job.tag, desk.shelf.library),
        tag=job.tag,
        profile=desk.request.profile,
        status=status_of(handout, job.tag, desk.request.today),
        today=desk.request.today,
        brand=clinic.dress.brand,
        looked=looked(registry.CHECKS, (*made.findings, *printed.findings), handout, job.tag, desk.request.profile),
        pages=printed.outcome.pages,
        smallest=printed.outcome.smallest,
    )


def _forms(made: Plan, appraisal: Appraisal, job: Job, endings: Iterable[str]) -> dict[str, bytes]:
    """An appraisal in each of the forms asked for. Raises HandoutError where a clinic's template or style fails."""
    shelf, store = made.desk.shelf, made.desk.request.store
    clinic = made.clinics[job.brand]
    look = appraisal_sheet.Look(clinic.dress.brand, clinic.dress.logo, job.paper)
    style = appraisal_sheet.read_sheet_style(shelf.layers)
    html = appraisal_sheet.as_html(appraisal, look, style, shelf.environment)
    forms = {}
    for ending in endings:
        if ending == "pdf":
            plain = typeset.make_press("", clinic.fonts, store)
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
    clinic = made.clinics[request.brand]
    paper = (request.papers or clinic.dress.brand.paper)[0]
    look = appraisal_sheet.Look(clinic.dress.brand, clinic.dress.logo, paper)
    html = proof.as_html(sheet, look, proof.read_proof_style(shelf.layers), shelf.environment)
    plain = typeset.make_press("", clinic.fonts, request.store)
    with time_limit(SECONDS_A_SHEET):
        pdf = appraisal_sheet.as_print(html, shelf.layers, plain, request.store).pdf
    return proof.sheet_path(clinic.dress.brand.id, tag, handout_id, paper), pdf

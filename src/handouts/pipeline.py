"""The way of the data, end to end: the one module that knows every stage.

Faults are collected within a stage and stop a handout between stages; the other handouts go on.
"""

from __future__ import annotations

import datetime
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from jinja2.sandbox import ImmutableSandboxedEnvironment

from handouts import __version__, batch, fonts, publish, typeset
from handouts.artwork import Logo, read_logo
from handouts.batch import Job
from handouts.catalog import (
    CONTENT,
    INTERFACE,
    Catalog,
    Words,
    catalog_folders,
    missing_findings,
    read_catalog,
    translate,
    translate_library,
)
from handouts.checks.brand import find_brand_faults
from handouts.checks.content import (
    find_date_faults,
    find_handout_faults,
    find_library_faults,
    find_shared_faults,
)
from handouts.checks.page import find_missing_glyphs, find_page_faults, find_unprintable
from handouts.checks.translation import find_interface_faults, find_language_faults, find_translation_faults
from handouts.elements import PageError, PageFlaw, find_page_flaws, read_page
from handouts.findings import (
    NOWHERE,
    Finding,
    HandoutError,
    Location,
    MachineLacks,
    Severity,
    UsageError,
    did_you_mean,
    errors,
)
from handouts.layers import Layers, read_text, shown_path
from handouts.limits import time_limit
from handouts.model import SOURCE_LANGUAGE, Brand, Handout, Library, place_of, statements_in
from handouts.ownfont import read_own_font
from handouts.reader import (
    BRANDS,
    HANDOUTS,
    brand_ids,
    handout_ids,
    read_brand,
    read_handout,
    read_library,
    text_faults,
)
from handouts.region import for_region
from handouts.render import PAPERS, STANDARD, Setting, Status, find_in_templates, make_environment, others, render
from handouts.styles import SIZE_LIMIT, find_style_faults

_Read = TypeVar("_Read")

DEFAULT_BRAND = "default"
SECONDS_A_SHEET = 300.0
"""A hundred times what the longest of ours takes on a slow machine: a style can ask for what never ends."""
STYLE = "templates/style.css"


def default_store() -> Path:
    """Where prepared fonts are kept between builds: the user's cache folder (XDG)."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "patient-handouts"


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for; empty means all, or for paper what the brand has."""

    today: datetime.date
    handouts: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()
    brand: str = DEFAULT_BRAND
    project: Path | None = None
    out: Path = Path("dist")
    store: Path = field(default_factory=default_store)


@dataclass(frozen=True)
class Shelf:
    """All that was read before any handout is made: shared data, catalogs, words, templates."""

    layers: Layers
    library: Library
    libraries: Mapping[str, Library]
    catalogs: Mapping[str, Catalog]
    words: Mapping[str, Words]
    environment: ImmutableSandboxedEnvironment


@dataclass(frozen=True, slots=True)
class Translated:
    """A handout ready to be printed in one language, all regions still in it."""

    handout: Handout
    tag: str


@dataclass(frozen=True, slots=True)
class Result:
    """What a build or check came to: the files made, by path, and every finding."""

    sheets: Mapping[str, publish.ManifestEntry]
    findings: tuple[Finding, ...]


def read_shelf(layers: Layers) -> tuple[Shelf, list[Finding]]:
    """Everything shared, and every fault in it. A language whose catalogs are broken has no words."""
    library, found = read_library(layers)
    library, without_fonts = _with_fonts(library)
    found += [*without_fonts, *find_library_faults(library)]
    found += find_language_faults(catalog_folders(layers), library, _locales(layers))
    catalogs: dict[str, Catalog] = {}
    words: dict[str, Words] = {}
    for tag, language in library.languages.items():
        content, in_content = _catalog(layers, tag, CONTENT)
        interface, in_interface = _catalog(layers, tag, INTERFACE)
        in_words = [*in_interface, *(find_interface_faults(interface) if interface else ())]
        found += [*in_content, *in_words]
        if content:
            catalogs[tag] = content
        if tag == SOURCE_LANGUAGE or (interface and not in_words):
            words[tag] = Words(interface or Catalog(tag, {}), language)
    libraries = {tag: translate_library(library, catalog) for tag, catalog in catalogs.items()}
    return Shelf(layers, library, libraries, catalogs, words, make_environment(layers)), found


def _with_fonts(library: Library) -> tuple[Library, list[Finding]]:
    """The library with the languages that can be printed, and a finding for each other one."""
    lacking = {tag: each for tag, each in library.languages.items() if each.script not in fonts.STACKS}
    found = [
        Finding(
            "translation/unknown-script",
            place_of(language.script),
            f"there are no fonts for the script `{language.script}`",
            did_you_mean(language.script, fonts.STACKS),
            language=tag,
        )
        for tag, language in lacking.items()
    ]
    kept = {tag: each for tag, each in library.languages.items() if tag not in lacking}
    return replace(library, languages=kept), found


def _locales(layers: Layers) -> str:
    return shown_path(layers.roots[0] / "locales")


def _catalog(layers: Layers, tag: str, domain: str) -> tuple[Catalog | None, tuple[Finding, ...]]:
    try:
        return read_catalog(layers, tag, domain), ()
    except HandoutError as error:
        return None, error.findings


def read_translated(
    shelf: Shelf, handout_id: str, tags: Iterable[str], today: datetime.date
) -> tuple[list[Translated], list[Finding]]:
    """A handout in each language in which it has no error, and every finding."""
    try:
        handout, found = read_handout(shelf.layers, handout_id, shelf.library)
    except HandoutError as error:
        return [], list(error.findings)
    found += find_handout_faults(handout, shelf.library)
    found += find_date_faults(handout, today)
    if errors(found) or errors(_in_what_it_rests_on(handout, shelf.library)):
        return [], found  # faults of shared files are told already
    made = []
    for tag in tags:
        translated, in_language = _in_language(shelf, handout, tag)
        found += in_language
        if translated is not None:
            made.append(translated)
    return made, found


def _in_what_it_rests_on(handout: Handout, library: Library) -> Iterator[Finding]:
    """Faults of the shared words and the claims that a handout prints or rests on."""
    for shared in library.shared_by(handout):
        yield from text_faults(shared)
        yield from find_shared_faults(shared, library)
    named = {name.partition(".")[0] for statement in statements_in(handout.blocks) for name in statement.claims}
    claims = {name: library.claims[name] for name in named if name in library.claims}
    yield from find_library_faults(replace(library, claims=claims, kinds={}, terms={}))


def _in_language(shelf: Shelf, handout: Handout, tag: str) -> tuple[Translated | None, list[Finding]]:
    if tag == SOURCE_LANGUAGE:
        return Translated(handout, tag), []
    if tag not in shelf.catalogs:
        return None, []  # the fault of the catalog is told already
    translated, missing = translate(handout, shelf.catalogs[tag])
    shared = shelf.library.shared_by(handout)
    shared_translated = shelf.libraries[tag].shared_by(handout)
    _, missing_shared = translate(shared, shelf.catalogs[tag])
    found = list(missing_findings((*missing, *missing_shared), tag, handout.id))
    found += find_translation_faults((handout, *shared), (translated, *shared_translated), handout.id)
    return (None if errors(found) or tag not in shelf.words else Translated(translated, tag)), found


@dataclass(frozen=True, slots=True)
class Dress:
    """What a clinic prints its handouts in: its brand without a fault, its logo, its own font if it has one."""

    brand: Brand
    logo: Logo
    font: fonts.Family | None


def read_dress(layers: Layers, brand_id: str, library: Library) -> Dress:
    """A brand and the files that it names. Raises HandoutError with every fault."""
    brand, _ = read_brand(layers, brand_id)
    found = list(find_brand_faults(brand, library))
    folder = f"{BRANDS}/{brand_id}"
    logo = _or_faults(lambda: read_logo(layers, folder, brand.logo, place_of(brand.logo)), found)
    font = _or_faults(lambda: read_own_font(layers, folder, brand.font), found)
    if found or logo is None:
        raise HandoutError(found)
    return Dress(brand, logo, font)


def _or_faults(read: Callable[[], _Read], found: list[Finding]) -> _Read | None:
    """What is read; where it has faults these are added to those found, and there is nothing."""
    try:
        return read()
    except HandoutError as error:
        found += error.findings
        return None


def _setting(shelf: Shelf, brand: Brand, logo: Logo, job: Job, today: datetime.date) -> Setting:
    library = shelf.libraries.get(job.tag, shelf.library)
    return Setting(
        library=library,
        brand=brand,
        logo=logo,
        region=library.regions[brand.region],
        language=library.languages[job.tag],
        tag=job.tag,
        paper=job.paper,
        edition=job.edition,
        today=today,
        status=Status(draft=True, machine=job.tag != SOURCE_LANGUAGE),
        words=shelf.words[job.tag],
        english=shelf.words[SOURCE_LANGUAGE],
        offers=others(shelf.words, job.tag),
    )


@dataclass(frozen=True)
class Plan:
    """A build after all reading and checking: what is to be made, with what, and what was found."""

    shelf: Shelf
    brand: Brand
    logo: Logo
    ready: Mapping[tuple[str, str], Handout]
    jobs: tuple[Job, ...]
    fonts: fonts.FontSet
    findings: tuple[Finding, ...]
    scope: publish.Scope


def plan(request: Request) -> Plan:
    """Read and check all that the request asks for. Raises UsageError for names that do not exist."""
    layers = Layers.of(request.project)
    shelf, found = read_shelf(layers)
    known = {
        "handout": handout_ids(layers),
        "language": list(shelf.library.languages),
        "paper": list(PAPERS),
        "brand": brand_ids(layers),
    }
    _refuse_unknown(request, known)
    ids = list(dict.fromkeys(request.handouts)) or known["handout"]
    tags = list(dict.fromkeys(request.languages)) or known["language"]
    translated: list[Translated] = []
    for handout_id in ids:
        made, in_handout = read_translated(shelf, handout_id, tags, request.today)
        found += in_handout
        translated += made
    dress = _or_everything_found(lambda: read_dress(layers, request.brand, shelf.library), found)
    brand = dress.brand
    ready = {(each.handout.id, each.tag): for_region(each.handout, brand.region) for each in translated}
    scripts = {language.script for language in shelf.library.languages.values()}
    font_set = _or_everything_found(lambda: fonts.prepare(sorted(scripts), request.store, dress.font), found)
    found += _drop_unprintable(shelf, ready, font_set)
    papers = list(dict.fromkeys(request.papers or brand.paper))
    jobs = [job for job in batch.matrix(ids, tags, papers, [STANDARD]) if (job.handout, job.tag) in ready]
    scope = _scope(request, ids, tags, known)
    return Plan(shelf, brand, dress.logo, ready, tuple(jobs), font_set, tuple(found), scope)


def _scope(request: Request, ids: list[str], tags: list[str], known: Mapping[str, list[str]]) -> publish.Scope:
    """What the build answers for: without `--paper` every paper, also one that the brand has dropped."""
    return publish.Scope(
        asked=frozenset(ids),
        languages=frozenset(tags),
        editions=frozenset([STANDARD]),
        papers=frozenset(request.papers or PAPERS),
        brand=request.brand,
        known_handouts=frozenset(known["handout"]),
        known_languages=frozenset(known["language"]),
    )


def _refuse_unknown(request: Request, known: Mapping[str, list[str]]) -> None:
    asked = {
        "handout": request.handouts,
        "language": request.languages,
        "paper": request.papers,
        "brand": (request.brand,),
    }
    found = [
        Finding(f"usage/unknown-{what}", NOWHERE, f"there is no {what} `{name}`", did_you_mean(name, known[what]))
        for what, names in asked.items()
        for name in names
        if name not in known[what]
    ]
    if found:
        raise UsageError(found)


def _or_everything_found(read: Callable[[], _Read], found: list[Finding]) -> _Read:
    """What is read. Raises HandoutError with its faults and all that was found before."""
    try:
        return read()
    except MachineLacks:
        raise
    except HandoutError as error:
        raise HandoutError(_tidy([*found, *error.findings])) from None


def _drop_unprintable(
    shelf: Shelf, ready: dict[tuple[str, str], Handout], font_set: fonts.FontSet
) -> Iterator[Finding]:
    for (handout_id, tag), handout in list(ready.items()):
        found = list(find_missing_glyphs(handout, shelf.libraries.get(tag, shelf.library), font_set))
        if found:
            del ready[handout_id, tag]
        yield from found


def _source_place(layers: Layers, handout_id: str) -> Location:
    path = layers.find(f"{HANDOUTS}/{handout_id}.yaml")
    return Location(shown_path(path) if path else f"{HANDOUTS}/{handout_id}.yaml")


def _render(plan: Plan, job: Job, today: datetime.date) -> tuple[str, list[Finding]]:
    """The HTML of a job and what was found in it; the HTML is empty where a template fails."""
    setting = _setting(plan.shelf, plan.brand, plan.logo, job, today)
    try:
        html = render(plan.ready[job.handout, job.tag], setting, plan.shelf.environment)
    except HandoutError as error:
        return "", list(error.findings)
    unsafe = list(_unsafe(plan.shelf.layers, html, job))
    if unsafe:
        return "", unsafe
    language = plan.shelf.library.languages[job.tag]
    scripts = [language.script, *sorted({other.script for other in plan.shelf.library.languages.values()})]
    where = _source_place(plan.shelf.layers, job.handout)
    return html, list(find_unprintable(html, where, job.handout, job.tag, scripts, plan.fonts))


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


def read_style(layers: Layers) -> tuple[str, Location, list[Finding]]:
    """The style sheet, its place, and why it is refused: then it is empty."""
    try:
        path = layers.find(STYLE)
        assert path is not None, "the library carries a style sheet"
        style = read_text(path, SIZE_LIMIT)
    except HandoutError as error:
        return "", NOWHERE, list(error.findings)
    where = Location(shown_path(path))
    found = list(find_style_faults(style, where.path))
    return "" if found else style, where, found


def check(request: Request) -> Result:
    """Every finding that can be had without making a PDF, in all brands."""
    layers = Layers.of(request.project)
    found = list(_in_brands(layers))
    try:
        made = plan(request)
    except (UsageError, MachineLacks):
        raise
    except HandoutError as error:  # the brand that is asked for has faults
        return Result({}, _tidy([*found, *error.findings]))
    found += made.findings
    for handout_id, tag in made.ready:
        found += _render(made, Job(handout_id, tag, "a4", STANDARD), request.today)[1]
    found += read_style(made.shelf.layers)[2]
    found += _missing_words(made.shelf)
    return Result({}, _tidy(found))


def _in_brands(layers: Layers) -> Iterator[Finding]:
    library = read_library(layers)[0]
    for brand_id in brand_ids(layers):
        try:
            yield from read_brand(layers, brand_id)[1]
            read_dress(layers, brand_id, library)
        except HandoutError as error:
            yield from error.findings


def _missing_words(shelf: Shelf) -> Iterator[Finding]:
    for tag, words in shelf.words.items():
        if words.missing:
            (context, english), *_ = words.missing
            what = (
                f"{len(words.missing)} words of the templates are not translated into `{tag}`, the first is `{context}`"
            )
            remedy = f"translate “{english}” and the others in `{INTERFACE}.po`"
            where = Location(f"{_locales(shelf.layers)}/{tag.replace('-', '_')}/LC_MESSAGES/{INTERFACE}.po")
            yield Finding("translation/missing-word", where, what, remedy, Severity.WARNING, language=tag)


@dataclass(frozen=True, slots=True)
class Made:
    """One job's outcome: its path and sheet (None where it was refused), and what was found."""

    job: Job
    path: str
    sheet: publish.ManifestEntry | None
    findings: tuple[Finding, ...]


def build(request: Request, progress: Callable[[int, Made | None], None]) -> Result:
    """Make all that is asked for and publish it. `progress` hears the number of jobs, then of each job."""
    made = plan(request)
    style, at, unsafe = read_style(made.shelf.layers)
    press = typeset.make_press(style, made.fonts, request.store)
    found = [*made.findings, *unsafe, *_style_faults(press, at)]
    jobs = made.jobs if len(found) == len(made.findings) else ()
    progress(len(jobs), None)
    sheets: dict[str, publish.ManifestEntry] = {}
    for each in batch.run(lambda job: _make(made, job, press, request), jobs):
        found += each.findings
        if each.sheet is not None:
            sheets[each.path] = each.sheet
        progress(len(jobs), each)
    found += _missing_words(made.shelf)
    publish.publish_manifest(request.out, sheets, made.scope, typeset.versions(), __version__)
    return Result(sheets, _tidy(found))


def _style_faults(press: typeset.Press, where: Location) -> Iterator[Finding]:
    for line in dict.fromkeys(press.complaints):
        at = re.search(r" at (\d+):(\d+)", line)
        place = replace(where, line=int(at[1]), column=int(at[2])) if at else where
        yield Finding("template/style", place, f"the typesetter says: {line}", "correct the style sheet")


def _make(made: Plan, job: Job, press: typeset.Press, request: Request) -> Made:
    path = publish.sheet_path(made.brand.id, job.tag, job.handout, job.edition, job.paper)
    html, found = _render(made, job, request.today)
    if errors(found) or not html:
        return Made(job, path, None, tuple(found))
    script = made.shelf.library.languages[job.tag].script
    where = _source_place(made.shelf.layers, job.handout)
    try:
        with time_limit(SECONDS_A_SHEET):
            printed = typeset.typeset(read_page(html), script, press, request.store)
    except TimeoutError as error:
        remedy = "make the templates and the style sheet simpler: fewer boxes within one another"
        found.append(Finding("page/endless", where, f"the page is {error}", remedy, handout=job.handout))
        return Made(job, path, None, tuple(found))
    found += find_page_faults(printed, where, job.handout, job.tag)
    if errors(found):
        return Made(job, path, None, tuple(found))
    publish.write_whole(request.out / path, printed.pdf)
    return Made(job, path, _sheet(made, job, printed), tuple(found))


def _sheet(made: Plan, job: Job, printed: typeset.Print) -> publish.ManifestEntry:
    handout = made.ready[job.handout, job.tag]
    return publish.ManifestEntry(
        handout=handout.id,
        version=handout.version,
        language=job.tag,
        edition=job.edition,
        paper=job.paper,
        brand=made.brand.id,
        status=Status(machine=job.tag != SOURCE_LANGUAGE).name,
        pages=printed.pages,
        bytes=len(printed.pdf),
        sha256=publish.sha256(printed.pdf),
        blocks=publish.block_digests((block.id, block.model_dump_json()) for block in handout.blocks),
    )


def _tidy(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """Each fault once (a template fails in every handout, a shared text in every sheet), in order of place."""
    once: dict[tuple[str, Location, str], Finding] = {}
    for finding in found:
        once.setdefault((finding.id, finding.where, finding.what), finding)
    return tuple(sorted(once.values(), key=lambda finding: (finding.where, finding.id)))

"""What is asked for, with all that it needs read and its words checked: the plan of a build or a check.

Faults are collected within a stage and stop a handout between stages; the other handouts go on.
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from handouts import batch, fonts, publish
from handouts.batch import Job
from handouts.catalog import translate
from handouts.checks import registry
from handouts.checks.check import Level, Profile, Translation, Worn, Written, find_faults
from handouts.checks.content import find_handout_faults, find_library_faults, find_shared_faults
from handouts.checks.page import find_missing_glyphs
from handouts.findings import NOWHERE, Finding, HandoutError, MachineLacks, UsageError, did_you_mean, errors, tidy
from handouts.i18n import pseudo
from handouts.i18n.messages import find_messages
from handouts.layers import Layers
from handouts.model import SOURCE_LANGUAGE, Brand, Handout, Library, statements_in
from handouts.mutes import Mute, apply_mutes, read_mutes
from handouts.policy import UNSIGNED, Register, read_register
from handouts.reader import brand_ids, handout_ids, read_brand, read_handout, text_faults
from handouts.region import for_region
from handouts.render import PAPERS, STANDARD
from handouts.report import LookedAt
from handouts.shelf import Dress, Shelf, Style, read_dress, read_shelf, read_style
from handouts.signoff import World, read_templates

_Read = TypeVar("_Read")

DEFAULT_BRAND = "default"


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
    profile: Profile = Profile.DRAFT
    project: Path | None = None
    out: Path = Path("dist")
    store: Path = field(default_factory=default_store)


@dataclass(frozen=True)
class Desk:
    """What handouts are read and checked with: what is asked for, all that is shared, what is muted, the regions.

    `looks` says that nothing is published: then what only a person can settle keeps no page from being looked at.
    """

    request: Request
    shelf: Shelf
    mutes: Mapping[str, Mute]
    regions: tuple[str, ...]
    register: Register
    looks: bool = False

    def stops(self, found: Iterable[Finding]) -> bool:
        """Whether there is an error among these that nobody has muted."""
        wrong = [each for each in errors(found) if not (self.looks and each.id in registry.FOR_A_PERSON)]
        _, muted = apply_mutes(wrong, self.mutes, registry.CHECKS, self.request.today)
        return len(muted) < len(wrong)


@dataclass(frozen=True)
class Plan:
    """A build after all reading and checking: what is to be made, with what, and what was found.

    `english` has the handouts as they were written, `ready` those that can be printed, by id and language, as the
    brand's region prints them; `looked_at` tells how far each came.
    """

    desk: Desk
    dress: Dress
    english: Mapping[str, Handout]
    ready: Mapping[tuple[str, str], Handout]
    jobs: tuple[Job, ...]
    fonts: fonts.FontSet
    style: Style
    findings: tuple[Finding, ...]
    scope: publish.Scope
    looked_at: tuple[LookedAt, ...]


def plan(request: Request, *, looks: bool = False) -> Plan:
    """Read and check all that the request asks for. Raises UsageError for names that do not exist.

    With `looks` nothing will be published: the words are checked as the regions of all brands print them.
    """
    layers = Layers.of(request.project)
    shelf, found = read_shelf(layers)
    if pseudo.LANGUAGES.keys() & set(request.languages) and request.profile is Profile.DRAFT:
        shelf = pseudo.with_pseudo_locales(shelf, request.languages, find_messages(layers))
    known = _known(layers, shelf)
    _refuse_unknown(request, known)
    ids = list(dict.fromkeys(request.handouts)) or known["handout"]
    tags = list(dict.fromkeys(request.languages)) or known["language"]
    drafts: dict[str, Draft] = {}
    for handout_id in ids:
        draft, in_draft = read_draft(shelf, handout_id)
        found += in_draft
        if draft is not None:
            drafts[handout_id] = draft
    mutes, in_mutes = read_mutes(layers)
    found += in_mutes
    dress = _or_everything_found(lambda: read_dress(layers, request.brand, shelf.library), found)
    register, in_register = register_of(shelf, request.today)
    found += in_register
    desk = Desk(request, shelf, mutes, _regions(layers, dress.brand, looks), register, looks)
    calls = calls_in(draft.handout for draft in drafts.values())
    worn = Worn(dress.brand, shelf.library, calls, frozenset(tags))
    in_brand = list(find_faults(registry.BRAND, worn, request.profile))
    ready = dict(_ready(desk, drafts.values(), [*tags, SOURCE_LANGUAGE], dress.brand, found))
    scripts = {language.script for language in shelf.library.languages.values()}
    font_set = _or_everything_found(lambda: fonts.prepare(sorted(scripts), request.store, dress.font), found)
    found += _drop_unprintable(shelf, ready, font_set)
    papers = list(dict.fromkeys(request.papers or dress.brand.paper))
    style, unsafe = read_style(layers)
    jobs = batch.matrix(ids, tags, papers, [STANDARD]) if not unsafe and not desk.stops(in_brand) else []
    return Plan(
        desk=desk,
        dress=dress,
        english={name: draft.handout for name, draft in drafts.items()},
        ready=ready,
        jobs=tuple(job for job in jobs if (job.handout, job.tag) in ready),
        fonts=font_set,
        style=style,
        findings=(*found, *in_brand, *unsafe),
        scope=_scope(request, ids, tags, known),
        looked_at=tuple(_looked_at(drafts.get(name), name, tag, ready) for name in ids for tag in tags),
    )


def calls_in(handouts: Iterable[Handout]) -> frozenset[str]:
    """The kinds of telephone line that the handouts have: of the emergency number, of the team."""
    groups = (getattr(block, "groups", {}).values() for handout in handouts for block in handout.blocks)
    return frozenset(group.call for each in groups for group in each if group.call)


def register_of(shelf: Shelf, today: datetime.date) -> tuple[Register, list[Finding]]:
    """All sign-offs, with what they are held against, and every fault in them and in the policy."""
    templates = read_templates(shelf.layers)
    worlds = [
        World(shelf.library, templates, tag, shelf.catalogs.get(tag), words.catalog if words else None)
        for tag in shelf.library.languages
        for words in [shelf.words.get(tag)]
    ]
    return read_register(shelf.layers, worlds, handout_ids(shelf.layers), today)


def _looked_at(draft: Draft | None, name: str, tag: str, ready: Container[tuple[str, str]]) -> LookedAt:
    levels = {Level.CONTENT, Level.TRANSLATION} if draft else set()
    pages = {Level.PAGE} if (name, tag) in ready else set()
    return LookedAt(
        name, tag, treatment=draft is not None and draft.handout.treatment, levels=frozenset(levels | pages)
    )


def _known(layers: Layers, shelf: Shelf) -> Mapping[str, list[str]]:
    return {
        "handout": handout_ids(layers),
        "language": list(shelf.library.languages),
        "paper": list(PAPERS),
        "brand": brand_ids(layers),
    }


def _regions(layers: Layers, brand: Brand, all_brands: bool) -> tuple[str, ...]:
    """The regions that words are checked for: the brand's, or those of all brands that can be read."""
    regions = [brand.region]
    for brand_id in brand_ids(layers) if all_brands else ():
        try:
            regions.append(read_brand(layers, brand_id)[0].region)
        except HandoutError:
            continue  # its faults are told with the brands
    return tuple(dict.fromkeys(map(str, regions)))


def _ready(
    desk: Desk, drafts: Iterable[Draft], tags: Iterable[str], brand: Brand, found: list[Finding]
) -> Iterator[tuple[tuple[str, str], Handout]]:
    """Each handout and language that may be printed, as the brand's region prints it; faulty English stops all."""
    for draft in drafts:
        handout = draft.handout
        in_english = _content_faults(desk, handout, SOURCE_LANGUAGE)
        found += in_english
        if not draft.whole:
            continue
        stopped = desk.stops(in_english)
        for tag in dict.fromkeys(tags):
            translated, in_language = _in_language(desk, handout, tag)
            found += in_language
            if translated is not None and not stopped and not desk.stops(in_language):
                yield (handout.id, tag), for_region(translated, brand.region)


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
        raise HandoutError(tidy([*found, *error.findings])) from None


def _drop_unprintable(
    shelf: Shelf, ready: dict[tuple[str, str], Handout], font_set: fonts.FontSet
) -> Iterator[Finding]:
    for (handout_id, tag), handout in list(ready.items()):
        found = list(find_missing_glyphs(handout, shelf.libraries.get(tag, shelf.library), font_set))
        if found:
            del ready[handout_id, tag]
        yield from found


@dataclass(frozen=True, slots=True)
class Draft:
    """A handout in English as it was written, all regions still in it.

    `whole` says that it can be printed: each name in it leads somewhere, and what it rests on has no fault.
    """

    handout: Handout
    whole: bool


def read_draft(shelf: Shelf, handout_id: str) -> tuple[Draft | None, list[Finding]]:
    """A handout in English, None where it cannot be read, and every finding."""
    try:
        handout, found = read_handout(shelf.layers, handout_id, shelf.library)
    except HandoutError as error:
        return None, list(error.findings)
    found += find_handout_faults(handout, shelf.library)
    # the faults of shared files are told with these
    whole = not errors(found) and not errors(_in_what_it_rests_on(handout, shelf.library))
    return Draft(handout, whole), found


def _in_what_it_rests_on(handout: Handout, library: Library) -> Iterator[Finding]:
    """Faults of the shared words and the claims that a handout prints or rests on."""
    for shared in library.shared_by(handout):
        yield from text_faults(shared)
        yield from find_shared_faults(shared, library)
    named = {name.partition(".")[0] for statement in statements_in(handout.blocks) for name in statement.claims}
    claims = {name: library.claims[name] for name in named if name in library.claims}
    yield from find_library_faults(replace(library, claims=claims, kinds={}, terms={}))


def _in_language(desk: Desk, handout: Handout, tag: str) -> tuple[Handout | None, list[Finding]]:
    """The handout in a language, all regions still in it; None where its words cannot be had. And every finding."""
    shelf = desk.shelf
    if tag == SOURCE_LANGUAGE:
        return handout, []
    if tag not in shelf.catalogs:
        return None, []  # the fault of the catalog is told already
    subject = in_translation(desk, handout, tag)
    found = list(find_faults(registry.TRANSLATION, subject, desk.request.profile))
    found += _content_faults(desk, subject.handout, tag)
    return (subject.handout if tag in shelf.words else None), found


def in_translation(desk: Desk, handout: Handout, tag: str) -> Translation:
    """A handout beside its translation into a language that has a catalog."""
    shelf = desk.shelf
    translated, _ = translate(handout, shelf.catalogs[tag])
    pairs = zip(shelf.library.shared_by(handout), shelf.libraries[tag].shared_by(handout), strict=True)
    signoffs = desk.register.standing(handout, tag)
    return Translation(handout, translated, tuple(pairs), shelf.library, tag, desk.request.today, signoffs)


def _content_faults(desk: Desk, handout: Handout, tag: str) -> list[Finding]:
    """What the content checks find in a handout, in each region that it is looked at for; each fault once."""
    library = desk.shelf.libraries.get(tag, desk.shelf.library)
    checks = [check for check in registry.CONTENT if tag == SOURCE_LANGUAGE or check.languages == "all"]
    signoffs = desk.register.standing(handout, tag) if tag == SOURCE_LANGUAGE else UNSIGNED
    found: dict[Finding, None] = {}
    for region in desk.regions:
        subject = Written(for_region(handout, region), library, tag, desk.request.today, signoffs)
        found.update(dict.fromkeys(find_faults(checks, subject, desk.request.profile)))
    return list(found)

"""What is asked for, with all that it needs read and its words checked: the plan of a build or a check.

Faults are collected within a stage and stop a handout between stages; the other handouts go on.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, TypeVar

from handouts import batch, fonts, publish
from handouts.batch import Job, Shard
from handouts.catalog import translate
from handouts.checks import registry
from handouts.checks.check import Level, Profile, Translation, Worn, Written, find_faults
from handouts.checks.content import find_handout_faults, find_library_faults, find_shared_faults
from handouts.checks.page import find_missing_glyphs
from handouts.findings import NOWHERE, Finding, HandoutError, MachineLacks, UsageError, did_you_mean, errors, tidy
from handouts.i18n import pseudo
from handouts.i18n.messages import find_messages
from handouts.layers import Layers
from handouts.model import SOURCE_LANGUAGE, Handout, Library, statements_in, texts_in
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
EVERY_BRAND = "all"
"""Stands for a brand where all are meant."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for; empty means all, or for paper what the brand has. A shard makes its share of it."""

    today: datetime.date
    handouts: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()
    brand: str = DEFAULT_BRAND
    profile: Profile = Profile.DRAFT
    project: Path | None = None
    out: Path = Path("dist")
    store: Path = field(default_factory=fonts.default_store)
    shard: Shard | None = None


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
class Clinic:
    """One brand, and what is printed in it.

    `ready` are the handouts that can be printed, by id and language, as the brand's region prints them.
    """

    dress: Dress
    ready: Mapping[tuple[str, str], Handout]
    fonts: fonts.FontSet


@dataclass(frozen=True)
class Plan:
    """A build after all reading and checking: what is to be made, with what, and what was found.

    `english` has the handouts as they were written, `clinics` the brands without a fault by id; `looked_at` tells how
    far each handout came.
    """

    desk: Desk
    clinics: Mapping[str, Clinic]
    english: Mapping[str, Handout]
    jobs: tuple[Job, ...]
    style: Style
    findings: tuple[Finding, ...]
    scope: publish.Scope
    looked_at: tuple[LookedAt, ...]


def plan(request: Request, *, looks: bool = False) -> Plan:
    """Read and check all that the request asks for. Raises UsageError for names that do not exist.

    With `looks` nothing will be published: the words are checked as the regions of all brands print them. Raises
    HandoutError, with everything found, where the brand that is asked for has faults.
    """
    layers = Layers.of(request.project)
    shelf, found = _shelf(request, layers)
    asked = _asked(request, layers, shelf)
    drafts = _drafts(shelf, asked.handouts, found)
    dresses = _dresses(asked.brands, shelf, found)
    desk = _desk(request, shelf, dresses.values(), found, looks=looks)
    chosen = frozenset(_chosen(request, asked, drafts, dresses, shelf))
    ready = _ready(desk, drafts.values(), {(handout, tag) for _, handout, tag in chosen}, found)
    plain = _or_everything_found(lambda: fonts.prepare(_scripts(shelf), request.store), found)
    for in_region in ready.values():
        found += _drop_unprintable(shelf, in_region, plain)
    calls = calls_in(draft.handout for draft in drafts.values())
    clinics = {name: _clinic(desk, dress, ready, plain, found) for name, dress in dresses.items()}
    jobs: list[Job] = []
    for name, clinic in clinics.items():
        worn = Worn(clinic.dress.brand, shelf.library, calls, frozenset(asked.languages))
        in_brand = list(find_faults(registry.BRAND, worn, request.profile))
        found += in_brand
        papers = request.papers or clinic.dress.brand.paper
        matrix = batch.matrix(name, asked.handouts, asked.languages, dict.fromkeys(papers), [STANDARD])
        if not desk.stops(in_brand):
            jobs += [job for job in matrix if job.unit in chosen and (job.handout, job.tag) in clinic.ready]
    style, unsafe = read_style(layers)
    printable = {pair for in_region in ready.values() for pair in in_region}
    return Plan(
        desk=desk,
        clinics=clinics,
        english={name: draft.handout for name, draft in drafts.items()},
        jobs=tuple(jobs) if not unsafe else (),
        style=style,
        findings=(*found, *unsafe),
        scope=_scope(request, asked, chosen),
        looked_at=tuple(
            _looked_at(drafts.get(name), name, tag, printable) for name in asked.handouts for tag in asked.languages
        ),
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """The names that a request comes to, and all that are known, by what they name."""

    handouts: tuple[str, ...]
    languages: tuple[str, ...]
    brands: tuple[str, ...]
    known: Mapping[str, list[str]]


def _asked(request: Request, layers: Layers, shelf: Shelf) -> _Asked:
    known = _known(layers, shelf)
    _refuse_unknown(request, known)
    return _Asked(
        handouts=tuple(dict.fromkeys(request.handouts)) or tuple(known["handout"]),
        languages=tuple(dict.fromkeys(request.languages)) or tuple(known["language"]),
        brands=tuple(known["brand"]) if request.brand == EVERY_BRAND else (request.brand,),
        known=known,
    )


def _shelf(request: Request, layers: Layers) -> tuple[Shelf, list[Finding]]:
    shelf, found = read_shelf(layers)
    if pseudo.LANGUAGES.keys() & set(request.languages) and request.profile is Profile.DRAFT:
        shelf = pseudo.with_pseudo_locales(shelf, request.languages, find_messages(layers))
    return shelf, found


def _drafts(shelf: Shelf, handouts: Iterable[str], found: list[Finding]) -> dict[str, Draft]:
    drafts = {}
    for handout_id in handouts:
        draft, in_draft = read_draft(shelf, handout_id)
        found += in_draft
        if draft is not None:
            drafts[handout_id] = draft
    return drafts


def _dresses(brands: Sequence[str], shelf: Shelf, found: list[Finding]) -> dict[str, Dress]:
    """The brands by id; one with faults is told and left aside. Raises HandoutError where it is the only one."""
    dresses = {}
    for name in brands:
        try:
            dresses[name] = read_dress(shelf.layers, name, shelf.library)
        except HandoutError as error:
            found += error.findings
    if not dresses:
        raise HandoutError(tidy(found))
    return dresses


def _desk(request: Request, shelf: Shelf, dresses: Iterable[Dress], found: list[Finding], *, looks: bool) -> Desk:
    mutes, in_mutes = read_mutes(shelf.layers)
    register, in_register = register_of(shelf, request.today)
    found += [*in_mutes, *in_register]
    regions = [dress.brand.region for dress in dresses]
    return Desk(request, shelf, mutes, _regions(shelf.layers, regions, looks), register, looks)


def _clinic(
    desk: Desk,
    dress: Dress,
    ready: Mapping[str, Mapping[tuple[str, str], Handout]],
    plain: fonts.FontSet,
    found: list[Finding],
) -> Clinic:
    store = desk.request.store
    font_set = _or_everything_found(lambda: fonts.with_own(plain, dress.font, store), found)
    return Clinic(dress, ready[dress.brand.region], font_set)


def _scripts(shelf: Shelf) -> list[str]:
    return sorted({language.script for language in shelf.library.languages.values()})


# --- Shards -----------------------------------------------------------------------------------------------------------


def _chosen(
    request: Request, asked: _Asked, drafts: Mapping[str, Draft], dresses: Mapping[str, Dress], shelf: Shelf
) -> Iterable[batch.Unit]:
    """The brands, handouts and languages that this build makes: all, or its shard's."""
    units = [
        batch.Unit(brand, handout, tag) for brand in dresses for handout in asked.handouts for tag in asked.languages
    ]
    if request.shard is None:
        return units
    costs = {
        unit: len(dict.fromkeys(request.papers or dresses[unit.brand].brand.paper))
        * (_cost(drafts[unit.handout].handout, shelf.library, unit.tag) if unit.handout in drafts else 0.0)
        for unit in units
    }
    return batch.share(costs, request.shard)


def _cost(handout: Handout, library: Library, tag: str) -> float:
    """What a file costs to make, to be held against another: its English letters, as dear as the script sets them."""
    parts = (handout, *library.shared_by(handout))
    letters = sum(len(text.value) for part in parts for text in texts_in(part))
    return (LETTERS_A_FILE + letters) * DEARNESS.get(library.languages[tag].script, 1.0)


LETTERS_A_FILE: Final = 3000
"""What a file costs beyond its words, in letters: measured, see `docs/benchmarks.md`."""
DEARNESS: Final[Mapping[str, float]] = {
    "Arab": 1.35,
    "Beng": 1.15,
    "Deva": 1.1,
    "Ethi": 1.05,
    "Khmr": 1.15,
    "Kore": 1.05,
}
"""What a text costs in a script, beside the same text in English: measured, see `docs/benchmarks.md`."""


# --- The rest ---------------------------------------------------------------------------------------------------------


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


def _regions(layers: Layers, regions: Iterable[str], all_brands: bool) -> tuple[str, ...]:
    """The regions that words are checked for: these, or those of all brands that can be read."""
    found = list(regions)
    for brand_id in brand_ids(layers) if all_brands else ():
        try:
            found.append(read_brand(layers, brand_id)[0].region)
        except HandoutError:
            continue  # its faults are told with the brands
    return tuple(dict.fromkeys(map(str, found)))


def _ready(
    desk: Desk, drafts: Iterable[Draft], pairs: Collection[tuple[str, str]], found: list[Finding]
) -> dict[str, dict[tuple[str, str], Handout]]:
    """By region, each handout and language that may be printed there, and its English; faulty English stops all.

    Only the pairs of handout and language are looked at.
    """
    ready: dict[str, dict[tuple[str, str], Handout]] = {region: {} for region in desk.regions}
    for draft in drafts:
        handout = draft.handout
        tags = [tag for tag in desk.shelf.library.languages if (handout.id, tag) in pairs]
        if not tags:
            continue
        in_english = _content_faults(desk, handout, SOURCE_LANGUAGE)
        found += _once(in_english)
        for tag in dict.fromkeys([SOURCE_LANGUAGE, *tags]) if draft.whole else ():
            translated, in_language, in_words = _in_language(desk, handout, tag)
            found += [*in_language, *_once(in_words)]
            if translated is None or desk.stops(in_language):
                continue
            for region in desk.regions:
                if not desk.stops([*in_english[region], *in_words[region]]):
                    ready[region][handout.id, tag] = for_region(translated, region)
    return ready


def _once(found: Mapping[str, Iterable[Finding]]) -> Iterable[Finding]:
    """What was found in all regions, each fault once."""
    return dict.fromkeys(finding for each in found.values() for finding in each)


def _scope(request: Request, asked: _Asked, chosen: Collection[batch.Unit]) -> publish.Scope:
    """What the build answers for: without `--paper` every paper, also one that the brand has dropped."""
    return publish.Scope(
        asked=frozenset(asked.handouts),
        languages=frozenset(asked.languages),
        editions=frozenset([STANDARD]),
        papers=frozenset(request.papers or PAPERS),
        brands=frozenset(asked.brands),
        known_handouts=frozenset(asked.known["handout"]),
        known_languages=frozenset(asked.known["language"]),
        others=frozenset() if request.shard is None else frozenset(_elsewhere(asked, chosen)),
    )


def _elsewhere(asked: _Asked, chosen: Collection[batch.Unit]) -> Iterable[batch.Unit]:
    """What other shards make."""
    everything = (
        batch.Unit(brand, handout, tag)
        for brand in asked.brands
        for handout in asked.handouts
        for tag in asked.languages
    )
    return [unit for unit in everything if unit not in chosen]


def _refuse_unknown(request: Request, known: Mapping[str, list[str]]) -> None:
    asked = {
        "handout": request.handouts,
        "language": request.languages,
        "paper": request.papers,
        "brand": (request.brand,) if request.brand != EVERY_BRAND else (),
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


def _in_language(
    desk: Desk, handout: Handout, tag: str
) -> tuple[Handout | None, list[Finding], Mapping[str, list[Finding]]]:
    """The handout in a language, all regions still in it; None where its words cannot be had.

    And what is wrong with the translation, and by region with the words.
    """
    shelf = desk.shelf
    nothing: dict[str, list[Finding]] = {region: [] for region in desk.regions}
    if tag == SOURCE_LANGUAGE:
        return handout, [], nothing
    if tag not in shelf.catalogs:
        return None, [], nothing  # the fault of the catalog is told already
    subject = in_translation(desk, handout, tag)
    found = list(find_faults(registry.TRANSLATION, subject, desk.request.profile))
    return (subject.handout if tag in shelf.words else None), found, _content_faults(desk, subject.handout, tag)


def in_translation(desk: Desk, handout: Handout, tag: str) -> Translation:
    """A handout beside its translation into a language that has a catalog."""
    shelf = desk.shelf
    translated, _ = translate(handout, shelf.catalogs[tag])
    pairs = zip(shelf.library.shared_by(handout), shelf.libraries[tag].shared_by(handout), strict=True)
    signoffs = desk.register.standing(handout, tag)
    return Translation(handout, translated, tuple(pairs), shelf.library, tag, desk.request.today, signoffs)


def _content_faults(desk: Desk, handout: Handout, tag: str) -> dict[str, list[Finding]]:
    """What the content checks find in a handout, by the region that it is looked at for."""
    library = desk.shelf.libraries.get(tag, desk.shelf.library)
    checks = [check for check in registry.CONTENT if tag == SOURCE_LANGUAGE or check.languages == "all"]
    signoffs = desk.register.standing(handout, tag) if tag == SOURCE_LANGUAGE else UNSIGNED
    found = {}
    for region in desk.regions:
        subject = Written(for_region(handout, region), library, tag, desk.request.today, signoffs)
        found[region] = list(find_faults(checks, subject, desk.request.profile))
    return found

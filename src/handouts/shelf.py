"""All that handouts share, read before any of them is made: data, catalogs, words, templates, styles, brands.

Every fault is told, and whatever has none is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from jinja2.sandbox import ImmutableSandboxedEnvironment

from handouts import fonts
from handouts.artwork import Logo, read_logo
from handouts.catalog import (
    CONTENT,
    INTERFACE,
    Catalog,
    Words,
    bases_of,
    catalog_folders,
    folder_of,
    read_catalog,
    translate_library,
)
from handouts.checks.brand import find_brand_faults
from handouts.checks.check import Profile
from handouts.checks.content import find_library_faults
from handouts.checks.translation import (
    find_interface_doubts,
    find_interface_faults,
    find_language_faults,
    find_plural_faults,
)
from handouts.findings import NOWHERE, Finding, HandoutError, Location, Severity, did_you_mean
from handouts.layers import Layers, read_text, shown_path
from handouts.model import SOURCE_LANGUAGE, Brand, Language, Library, place_of
from handouts.ownfont import read_own_font
from handouts.reader import BRANDS, read_brand, read_library
from handouts.render import make_environment
from handouts.styles import SIZE_LIMIT, find_style_faults

_Read = TypeVar("_Read")
STYLE = "templates/style.css"


@dataclass(frozen=True)
class Shelf:
    """All that was read before any handout is made: shared data, catalogs, words, templates."""

    layers: Layers
    library: Library
    libraries: Mapping[str, Library]
    catalogs: Mapping[str, Catalog]
    words: Mapping[str, Words]
    environment: ImmutableSandboxedEnvironment


def read_shelf(layers: Layers) -> tuple[Shelf, list[Finding]]:
    """Everything shared, and every fault in it. A language whose catalogs are broken has no words."""
    library, found = read_library(layers)
    library, without_fonts = _with_fonts(library)
    found += [*without_fonts, *find_library_faults(library)]
    found += find_language_faults(catalog_folders(layers), library, _locales(layers))
    catalogs: dict[str, Catalog] = {}
    words: dict[str, Words] = {}
    for tag, language in library.languages.items():
        bases = bases_of(tag, library.languages)
        content, in_content = _catalog(layers, tag, CONTENT, bases)
        interface, in_interface = _catalog(layers, tag, INTERFACE, bases)
        in_words = [*in_interface, *(find_interface_faults(interface) if interface else ())]
        found += [*in_content, *in_words, *_doubts(content, interface, language)]
        if content and tag == SOURCE_LANGUAGE:
            found += _in_english(content)
        elif content:
            catalogs[tag] = content
        if tag == SOURCE_LANGUAGE or (interface and not in_words):
            words[tag] = Words(interface or Catalog(tag, {}), language)
    libraries = {tag: translate_library(library, catalog) for tag, catalog in catalogs.items()}
    return Shelf(layers, library, libraries, catalogs, words, make_environment(layers)), found


def _in_english(content: Catalog) -> Iterator[Finding]:
    """A catalog of the English itself prints nothing: nobody would look for changed English there, or sign it."""
    for message in list(content.messages.values())[:1]:
        what, remedy = "English is not translated: this catalog prints nothing", "change the words in `content`"
        yield Finding("translation/source-language", message.at, what, remedy, Severity.WARNING, language="en")


def _doubts(content: Catalog | None, interface: Catalog | None, language: Language) -> Iterator[Finding]:
    """What looks wrong in catalogs that can be read, and keeps no language from being printed."""
    if interface is not None:
        yield from find_interface_doubts(interface)
    for catalog in (content, interface):
        yield from find_plural_faults(catalog, language) if catalog is not None else ()


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


def _catalog(
    layers: Layers, tag: str, domain: str, bases: tuple[str, ...]
) -> tuple[Catalog | None, tuple[Finding, ...]]:
    try:
        return read_catalog(layers, tag, domain, bases), ()
    except HandoutError as error:
        return None, error.findings


def missing_words(shelf: Shelf, profile: Profile) -> Iterator[Finding]:
    """Words of the templates that were asked for and are in English alone: none in a release."""
    severity = Severity.WARNING if profile is Profile.DRAFT else Severity.ERROR
    for tag, words in shelf.words.items():
        if words.missing:
            (context, english), *_ = words.missing
            what = (
                f"{len(words.missing)} words of the templates are not translated into `{tag}`, the first is `{context}`"
            )
            remedy = f"translate “{english}” and the others in `{INTERFACE}.po`"
            where = Location(f"{_locales(shelf.layers)}/{folder_of(tag)}/LC_MESSAGES/{INTERFACE}.po")
            yield Finding("translation/missing-word", where, what, remedy, severity, language=tag)


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


@dataclass(frozen=True, slots=True)
class Style:
    """A style sheet and where it lies."""

    text: str
    at: Location


def read_style(layers: Layers) -> tuple[Style, list[Finding]]:
    """The style sheet and why it is refused: then it is empty."""
    try:
        path = layers.find(STYLE)
        assert path is not None, "the library carries a style sheet"
        style = read_text(path, SIZE_LIMIT)
    except HandoutError as error:
        return Style("", NOWHERE), list(error.findings)
    at = Location(shown_path(path))
    found = list(find_style_faults(style, at.path))
    return Style("" if found else style, at), found

"""What must be true of a brand: colours that can be read, somebody to reach, a region that exists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from handouts.checks.check import Check, Flaw, Level, Worn
from handouts.findings import Finding, did_you_mean
from handouts.model import SOURCE_LANGUAGE, Brand, Color, Library, contrast, place_of

LEAST_CONTRAST: Final = 4.5
"""WCAG 2.2, success criterion 1.4.3, for text below 18 pt."""

_WHITE: Final = Color("#ffffff")


def find_brand_faults(brand: Brand, library: Library) -> Iterator[Finding]:
    """Names that lead nowhere: a region or a language that does not exist, each at its line."""
    if brand.region not in library.regions:
        what = f"`{brand.region}` is not a region"
        yield Finding("brand/unknown-region", place_of(brand.region), what, did_you_mean(brand.region, library.regions))
    for name in (brand.name, brand.tagline):
        for tag, translated in name.translations.items() if name else ():
            if tag not in library.languages:
                what = f"`{tag}` is not a language"
                remedy = did_you_mean(tag, library.languages)
                yield Finding("brand/unknown-language", place_of(translated), what, remedy)


def _find_poor_contrast(subject: Worn) -> Iterator[Flaw]:
    colors = subject.brand.colors
    pairs = (
        (colors.primary, _WHITE, "`primary` on white"),
        (colors.primary, colors.tint, "`primary` on `tint`"),
        (colors.ink, _WHITE, "`ink` on white"),
        (colors.ink, colors.tint, "`ink` on `tint`"),
    )
    for front, back, pair in pairs:
        ratio = contrast(front, back)
        if ratio < LEAST_CONTRAST:
            what = f"the contrast of {pair} is {ratio:.1f}:1, less than {LEAST_CONTRAST}:1"
            yield Flaw(front.at if back is _WHITE else back.at, what)


def _find_no_contact(subject: Worn) -> Iterator[Flaw]:
    brand = subject.brand
    region = subject.library.regions.get(brand.region)
    wanted = {
        "a telephone number by day (`contacts.day`)": ("team", brand.contacts.day),
        "one for nights and weekends (`contacts.night`)": ("team", brand.contacts.night),
        "an emergency number (`emergency`)": ("emergency", brand.emergency or (region.emergency if region else None)),
    }
    for words, (call, value) in wanted.items():
        if call in subject.calls and not value:
            yield Flaw(place_of(brand.id), f"the brand does not have {words}")


def _find_untranslated(subject: Worn) -> Iterator[Flaw]:
    tagline = subject.brand.tagline
    if tagline is None:
        return
    for tag in sorted(subject.tags - {SOURCE_LANGUAGE} - set(tagline.translations)):
        yield Flaw(place_of(subject.brand.id), f"the tagline is not translated into `{tag}`")


CHECKS: Final[tuple[Check[Worn], ...]] = (
    Check(
        id="brand/contrast",
        title="The brand's colors can be read",
        level=Level.BRAND,
        find=_find_poor_contrast,
        number="C03",
        standards=("WCAG 2.2 1.4.3", "RNIB clear print"),
        rationale="Many readers see less well than those who choose colors, and much is copied in gray.",
        remedy="choose a darker color for text or a lighter one for the ground",
        bad='colors: {primary: "#8fc7d1", ink: "#16242b", tint: "#e5f1f3"}',
        good='colors: {primary: "#0b4f5c", ink: "#16242b", tint: "#e5f1f3"}',
        mutable=False,
    ),
    Check(
        id="brand/contact",
        title="The clinic can be reached by telephone, by day and by night",
        level=Level.BRAND,
        find=_find_no_contact,
        number="C22",
        standards=("PIF TICK 8", "CCI 14", "DISCERN 7"),
        rationale="A line that nobody filled in helps no one with a fever at night. In a draft it is a line to write "
        "on; what is released has numbers, and only the clinic can give them.",
        remedy="give it in `brand.yaml`",
        bad="contacts: {day: 555-0100}",
        good="contacts: {day: 555-0100, night: 555-0199}",
        draft=None,
        mutable=False,
        person=True,
    ),
    Check(
        id="brand/tagline",
        title="The brand's tagline is translated",
        level=Level.BRAND,
        find=_find_untranslated,
        number="C24",
        standards=("Section 1557",),
        rationale="The line under the clinic's name stands on every page. A name stays as it is; a sentence that the "
        "reader cannot read does not belong at the head of their sheet.",
        remedy="write it in `tagline.translations` of `brand.yaml`, or leave the tagline out",
        bad="{tagline: We listen, tags: [es]}",
        good="{tagline: {default: We listen, translations: {es: Le escuchamos}}, tags: [es]}",
        draft=None,
    ),
)
"""The checks of a brand."""

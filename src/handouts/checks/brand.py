"""What must be true of a brand: colours that can be read, a region that exists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from handouts.findings import Finding, did_you_mean
from handouts.model import Brand, Color, Library, contrast, place_of

LEAST_CONTRAST: Final = 4.5
"""WCAG 2.2, success criterion 1.4.3, for text below 18 pt."""

_WHITE: Final = Color("#ffffff")


def find_brand_faults(brand: Brand, library: Library) -> Iterator[Finding]:
    """Colours without contrast and an unknown region, each at its line."""
    colors = brand.colors
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
            at = front.at if back is _WHITE else back.at
            yield Finding("brand/contrast", at, what, "choose a darker color for text or a lighter one for the ground")
    if brand.region not in library.regions:
        what = f"`{brand.region}` is not a region"
        yield Finding("brand/unknown-region", place_of(brand.region), what, did_you_mean(brand.region, library.regions))
    for name in (brand.name, brand.tagline):
        for tag, translated in name.translations.items() if name else ():
            if tag not in library.languages:
                what = f"`{tag}` is not a language"
                remedy = did_you_mean(tag, library.languages)
                yield Finding("brand/unknown-language", place_of(translated), what, remedy)

"""What must be true of a brand."""

from __future__ import annotations

import pytest

from handouts.checks.brand import CHECKS, LEAST_CONTRAST, find_brand_faults
from handouts.checks.check import Flaw, Worn
from handouts.findings import Finding
from handouts.layers import Layers
from handouts.model import Brand, Library
from handouts.reader import brand_ids, read_brand, validate
from handouts.source import parse_yaml


def brand(**changes: str) -> Brand:
    fields = {
        "id": "mine",
        "name": "Mine",
        "logo": "logo.svg",
        "colors": '{primary: "#0b4f5c", ink: "#16242b", tint: "#e5f1f3"}',
        "region": "us",
    }
    lines = [f"{key}: {value}\n" for key, value in (fields | changes).items()]
    return validate(Brand, parse_yaml("".join(lines), "brand.yaml")[0])


def found(library: Library, **changes: str) -> list[Finding]:
    return list(find_brand_faults(brand(**changes), library))


BY_ID = {check.id: check for check in CHECKS}


def flaws(check: str, worn: Brand, library: Library) -> list[Flaw]:
    return list(BY_ID[check].find(Worn(worn, library)))


def test_the_librarys_brands_have_no_fault_and_differ(layers: Layers, library: Library) -> None:
    brands = [read_brand(layers, brand_id)[0] for brand_id in brand_ids(layers)]
    assert len(brands) >= 2
    assert all(list(find_brand_faults(each, library)) == [] for each in brands)
    assert all(flaws("brand/contrast", each, library) == [] for each in brands)
    assert len({each.colors.primary.value for each in brands}) == len(brands)
    assert len({each.name.default for each in brands}) == len(brands)


def test_a_sound_brand_has_no_fault(library: Library) -> None:
    assert found(library) == []


@pytest.mark.parametrize(
    ("primary", "ink", "tint", "pairs"),
    [
        ("#777777", "#000000", "#ffffff", ["`primary` on white", "`primary` on `tint`"]),
        ("#767676", "#000000", "#ffffff", []),
        ("#767676", "#000000", "#f0f0f0", ["`primary` on `tint`"]),
        ("#000000", "#999999", "#ffffff", ["`ink` on white", "`ink` on `tint`"]),
        ("#000000", "#000000", "#555555", ["`primary` on `tint`", "`ink` on `tint`"]),
    ],
)
def test_colors_that_cannot_be_read_are_told(
    library: Library, primary: str, ink: str, tint: str, pairs: list[str]
) -> None:
    worn = brand(colors=f'{{primary: "{primary}", ink: "{ink}", tint: "{tint}"}}')
    faults = flaws("brand/contrast", worn, library)
    assert [pair for pair in pairs if not any(pair in flaw.what for flaw in faults)] == []
    assert len(faults) == len(pairs)
    assert all(flaw.at.line == 4 for flaw in faults)
    assert LEAST_CONTRAST == 4.5


def test_a_region_must_exist(library: Library) -> None:
    (finding,) = found(library, region="uss")
    assert (finding.id, str(finding.where)) == ("brand/unknown-region", "brand.yaml:5:9")
    assert finding.remedy == "did you mean `us`?"


@pytest.mark.parametrize("field", ["name", "tagline"])
def test_the_languages_of_its_names_must_exist(library: Library, field: str) -> None:
    faults = found(library, **{field: "{default: Mine, translations: {es: Mía, ess: Mía, zh-Hans: 我}}"})
    assert [(finding.id, finding.what) for finding in faults] == [("brand/unknown-language", "`ess` is not a language")]
    line = {"name": 2, "tagline": 6}[field]
    assert faults[0].where.line == line


@pytest.mark.parametrize(
    ("contacts", "region", "missing"),
    [
        ("{day: 555-0100, night: 555-0199}", "us", []),
        ("{day: 555-0100}", "us", ["`contacts.night`"]),
        ("{}", "us", ["`contacts.day`", "`contacts.night`"]),
        ("{day: 555-0100, night: 555-0199}", "international", ["`emergency`"]),
    ],
)
def test_a_clinic_can_be_reached(library: Library, contacts: str, region: str, missing: list[str]) -> None:
    faults = flaws("brand/contact", brand(contacts=contacts, region=region), library)
    assert [name for name in missing if not any(name in flaw.what for flaw in faults)] == []
    assert len(faults) == len(missing)
    assert all(flaw.at.line == 1 for flaw in faults)


def test_a_brand_may_give_the_emergency_number_of_its_place(library: Library) -> None:
    worn = brand(contacts="{day: 555-0100, night: 555-0199}", region="international", emergency="'112'")
    assert flaws("brand/contact", worn, library) == []

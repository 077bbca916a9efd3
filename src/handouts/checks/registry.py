"""Every check, written out. A check that is not in this list never runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from handouts.checks import brand, claims, legible, numbers, page, plain, review, structure, tagged, translation
from handouts.checks.check import Check, Translation, Worn, Written
from handouts.checks.finished import Finished

CONTENT: Final[tuple[Check[Written], ...]] = (
    *structure.CHECKS,
    *plain.CHECKS,
    *claims.CHECKS,
    *numbers.CHECKS,
    *review.CHECKS,
)
BRAND: Final[tuple[Check[Worn], ...]] = brand.CHECKS
TRANSLATION: Final[tuple[Check[Translation], ...]] = (*translation.CHECKS, *review.TRANSLATION_CHECKS)
PAGE: Final[tuple[Check[Finished], ...]] = (*legible.CHECKS, *tagged.CHECKS, *page.CHECKS)

CHECKS: Final[tuple[Check[Any], ...]] = (*CONTENT, *BRAND, *TRANSLATION, *PAGE)
BY_ID: Final[Mapping[str, Check[Any]]] = {check.id: check for check in CHECKS}
FOR_A_PERSON: Final = frozenset(check.id for check in CHECKS if check.person)
"""The checks that only a person can make hold."""

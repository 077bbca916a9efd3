"""What a build came to, as JSON and back: so that one with nothing to do can say what the last one said."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from handouts.cache import finding_of
from handouts.checks import registry
from handouts.checks.check import Level, Profile
from handouts.mutes import Mute, Muted
from handouts.report import LookedAt, Report


def report_as_data(report: Report) -> dict[str, Any]:
    """A report, as JSON can hold it."""
    return {
        "today": report.today.isoformat(),
        "profile": str(report.profile),
        "findings": [asdict(each) for each in report.findings],
        "muted": [[asdict(each.finding), each.mute.model_dump(mode="json")] for each in report.muted],
        "checks": [check.id for check in report.checks],
        "looked_at": [[each.handout, each.language, each.treatment, sorted(each.levels)] for each in report.looked_at],
    }


def report_of(said: Mapping[str, Any]) -> Report:
    """The report out of what `report_as_data` made of it. Raises KeyError, TypeError or ValueError."""
    return Report(
        today=datetime.date.fromisoformat(said["today"]),
        profile=Profile(said["profile"]),
        findings=tuple(map(finding_of, said["findings"])),
        muted=tuple(Muted(finding_of(finding), Mute.model_validate(mute)) for finding, mute in said["muted"]),
        checks=tuple(registry.BY_ID[check] for check in said["checks"]),
        looked_at=tuple(
            LookedAt(handout, language, treatment, frozenset(map(Level, levels)))
            for handout, language, treatment, levels in said["looked_at"]
        ),
    )

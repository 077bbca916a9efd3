"""An appraisal as JSON, as a page of HTML and as a PDF of our own typesetter."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from jinja2 import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from handouts.appraisal.judge import Appraisal, Group, Judged, State, Verdict
from handouts.artwork import Logo
from handouts.elements import PageError, PageFlaw, find_page_flaws, read_page
from handouts.findings import Finding, HandoutError, Location
from handouts.layers import Layers, read_text
from handouts.limits import memory_limit, time_limit
from handouts.model import Brand
from handouts.render import MEMORY, PAPERS, SECONDS, find_in_templates, logo_address
from handouts.styles import SIZE_LIMIT, find_style_faults
from handouts.typeset import Press, Print, typeset

FORMAT: Final = 1
TEMPLATE: Final = "appraisal.html"
STYLE: Final = "templates/appraisal.css"
SCRIPT: Final = "Latn"
FINDINGS_SHOWN: Final = 3
"""On paper; the JSON has them all."""


@dataclass(frozen=True, slots=True)
class Look:
    """What the sheet is printed in: the clinic's brand with its logo, on one paper."""

    brand: Brand
    logo: Logo
    paper: str = "a4"


def sheet_path(brand: str, tag: str, handout: str, ending: str) -> str:
    """Where an appraisal lies, relative to the output folder; the ending is `pdf`, `html` or `json`."""
    return f"{brand}/{tag}/{handout}-appraisal.{ending}"


# --- JSON ---------------------------------------------------------------------------------------------------


def as_json(appraisal: Appraisal) -> str:
    """The whole appraisal, each item with all that was found."""
    case = appraisal.case
    told = {
        "format": FORMAT,
        "program": appraisal.program,
        "handout": case.handout.id,
        "code": case.handout.code,
        "version": case.handout.version,
        "title": case.handout.title.value,
        "language": case.tag,
        "date": case.today.isoformat(),
        "profile": str(case.profile),
        "status": case.status.name,
        "machine_translation": case.status.machine,
        "pages": case.pages,
        "smallest_print": case.smallest,
        "standards": {judged.id: _as_values(judged) for judged in appraisal.standards},
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _as_values(judged: Judged) -> dict[str, Any]:
    return {
        "name": judged.standard.name,
        "counts": {str(state): number for state, number in judged.counts.items()},
        "items": len(judged.verdicts),
        "score": judged.score or None,
        "parts": {group.id: _part_values(group) for group in judged.groups},
    }


def _part_values(group: Group) -> dict[str, Any]:
    items = {verdict.number: _verdict_values(verdict) for verdict in group.verdicts}
    return {"name": group.name, "score": group.score or None, "items": items}


def _verdict_values(verdict: Verdict) -> dict[str, Any]:
    attested = verdict.attested.model_dump(mode="json", exclude={"items"}) if verdict.attested else None
    values = {
        "asks": verdict.asks,
        "state": str(verdict.state),
        "figure": verdict.figure,
        "checks": list(verdict.checks),
        "findings": list(verdict.findings),
        "why": verdict.why,
        "look": verdict.look,
        "attested": attested,
    }
    return {key: value for key, value in values.items() if value or key in ("asks", "state")}


# --- HTML and PDF -------------------------------------------------------------------------------------------


def as_html(appraisal: Appraisal, look: Look, style: str, environment: ImmutableSandboxedEnvironment) -> str:
    """The sheet as one page that needs no other file. Raises HandoutError where a clinic's template fails."""
    values: dict[str, Any] = {
        "appraisal": appraisal,
        "case": appraisal.case,
        "handout": appraisal.case.handout,
        "language": appraisal.language,
        "states": tuple(State),
        "brand": look.brand,
        "logo": logo_address(look.logo),
        "paper_size": PAPERS[look.paper],
        "style": Markup(style),  # noqa: S704 - `read_sheet_style` lets no `<` through
        "findings_shown": FINDINGS_SHOWN,
    }
    try:
        with time_limit(SECONDS), memory_limit(MEMORY):
            return environment.get_template(TEMPLATE).render(values)
    except (TemplateError, MemoryError, TimeoutError) as error:
        raise HandoutError([_template_fault(str(error) or type(error).__name__, appraisal)]) from None


def _template_fault(what: str, appraisal: Appraisal) -> Finding:
    remedy = "correct the template; `docs/appraisal.md` lists what it may use"
    where = Location(f"templates/{TEMPLATE}")
    return Finding("template/error", where, f"the template fails: {what}", remedy, handout=appraisal.case.handout.id)


def read_sheet_style(layers: Layers) -> str:
    """The style sheet of appraisals, a clinic's own in place of ours. Raises HandoutError where it is refused.

    It stands within the page, so it may hold no `<`, with which it could end there.
    """
    path = layers.find(STYLE)
    assert path is not None, "the library carries a style sheet"
    style = read_text(path, SIZE_LIMIT)
    found = list(find_style_faults(style, STYLE))
    if "<" in style:
        line = style[: style.index("<")].count("\n") + 1
        found.append(Finding("template/unsafe", Location(STYLE, line), "`<` in a style sheet", "remove it"))
    if found:
        raise HandoutError(found)
    return style


def as_print(html: str, layers: Layers, press: Press, store: Path) -> Print:
    """The sheet as PDF, by a press whose own style sheet is empty. Raises HandoutError for what a page may not have."""
    try:
        page = read_page(html)
    except PageError as error:
        raise HandoutError(_unsafe([error.flaw], layers)) from None
    if flaws := list(dict.fromkeys(find_page_flaws(page))):
        raise HandoutError(_unsafe(flaws, layers))
    return typeset(page, SCRIPT, press, store)


def _unsafe(flaws: list[PageFlaw], layers: Layers) -> Iterator[Finding]:
    for flaw in flaws:
        yield Finding("template/unsafe", find_in_templates(layers, flaw.sought), flaw.what, flaw.remedy)


def endings() -> Mapping[str, str]:
    """The forms of a sheet, and what each is for."""
    return {"pdf": "to print and to file", "html": "to read on a screen", "json": "for programs"}

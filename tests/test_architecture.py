"""The way of the data is one straight line, and one word names a thing everywhere."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

import handouts
from handouts.layers import library_root
from handouts.model import SHAPES, Kind, shape_of

PACKAGE = Path(handouts.__file__).parent

ORDER = (
    "findings",
    "model",
    "markup",
    "layers",
    "limits",
    "aside",
    "source",
    "reader",
    "brandfile",
    "artwork",
    "styles",
    "elements",
    "region",
    "catalog",
    "signoff",
    "policy",
    "checks.check",
    "checks.wording",
    "checks.passages",
    "checks.numbers",
    "checks.measures",
    "checks.hope",
    "checks.readability",
    "checks.brand",
    "checks.content",
    "checks.structure",
    "checks.plain",
    "checks.claims",
    "checks.review",
    "checks.compared",
    "checks.translation",
    "render",
    "fonts",
    "ownfont",
    "pdf.truetype",
    "pdf.text",
    "pdf.embed",
    "pdf.structure",
    "pdf.tagging",
    "pdf.speed",
    "pdf.sharing",
    "pdf.conformance",
    "pdf.seams",
    "lines",
    "overflow",
    "readback",
    "typeset",
    "pdfium",
    "tagtree",
    "measure",
    "checks.finished",
    "checks.legible",
    "checks.page",
    "checks.tagged",
    "checks.registry",
    "mutes",
    "report",
    "shelf",
    "publish",
    "changes",
    "batch",
    "task",
    "worker",
    "pool",
    "recipe",
    "cluster",
    "cache",
    "record",
    "i18n.pofile",
    "i18n.messages",
    "i18n.pseudo",
    "desk",
    "printing",
    "review",
    "appraisal.standard",
    "appraisal.case",
    "appraisal.figures",
    "appraisal.judge",
    "appraisal.sheet",
    "i18n.proof",
    "pipeline",
    "verify",
    "shards",
    "i18n.merge",
    "i18n.init",
    "i18n.extraction",
    "i18n.sentence",
    "i18n.xliff",
    "i18n.table",
    "i18n.exchange",
    "i18n.status",
    "diagnostics",
    "formats",
    "explain",
    "schema",
    "arguments",
    "i18n.commands",
    "review_commands",
    "progress",
    "build_commands",
    "cli",
    "__main__",
)
"""Each stage imports only those that stand before it. A new module has its place here."""

ALLOWED = {
    "findings": set(),
    "model": {"findings"},
    "markup": set(),
    "layers": {"findings"},
    "source": {"findings", "layers"},
    "reader": {"findings", "layers", "markup", "model", "source"},
    "brandfile": {"findings", "layers"},
    "artwork": {"brandfile", "findings", "layers"},
    "styles": {"artwork", "findings"},
    "elements": {"artwork", "styles"},
    "limits": set(),
    "aside": set(),
    "region": {"model"},
    "catalog": {"findings", "layers", "model"},
    "signoff": {"catalog", "findings", "layers", "markup", "model", "reader", "source"},
    "policy": {"findings", "layers", "model", "reader", "signoff", "source"},
    "checks.check": {"findings", "model", "policy"},
    "checks.numbers": {"checks.passages", "checks.check", "findings", "model"},
    "checks.wording": {"markup", "model"},
    "checks.passages": {"markup", "model"},
    "checks.hope": {"checks.passages"},
    "checks.readability": {"checks.wording"},
    "checks.brand": {"checks.check", "findings", "model"},
    "checks.content": {"findings", "markup", "model"},
    "checks.structure": {"checks.check", "checks.passages", "findings", "model"},
    "checks.plain": {"checks.check", "checks.readability", "checks.wording", "findings", "markup", "model"},
    "checks.claims": {"checks.check", "checks.hope", "checks.numbers", "checks.passages", "findings", "model"},
    "checks.review": {"checks.check", "findings", "model", "policy", "signoff"},
    "checks.measures": {"checks.numbers", "region"},
    "checks.compared": {"checks.measures", "checks.numbers", "markup"},
    "checks.translation": {
        *("catalog", "checks.check", "checks.compared", "checks.structure", "findings", "markup", "model"),
    },
    "render": {
        *("artwork", "catalog", "findings", "layers", "limits", "markup", "model", "policy", "region", "signoff"),
    },
    "fonts": {"aside", "findings"},
    "ownfont": {"brandfile", "findings", "fonts", "layers", "model"},
    "pdf.truetype": set(),
    "pdf.text": {"pdf.truetype"},
    "pdf.embed": {"pdf.text", "pdf.truetype"},
    "pdf.structure": set(),
    "pdf.tagging": {"pdf.structure"},
    "pdf.sharing": set(),
    "pdf.conformance": {"pdf.sharing"},
    "pdf.speed": set(),
    "pdf.seams": {"pdf.embed", "pdf.speed", "pdf.tagging", "pdf.text"},
    "typeset": {
        *("artwork", "findings", "fonts", "lines", "overflow", "readback"),
        *("pdf.conformance", "pdf.seams", "pdf.text"),
    },
    "lines": set(),
    "overflow": set(),
    "readback": set(),
    "pdfium": set(),
    "tagtree": {"pdfium"},
    "measure": {"pdfium", "tagtree"},
    "checks.finished": {"findings", "measure", "model", "typeset"},
    "checks.legible": {"checks.check", "checks.finished", "findings", "measure", "model", "readback"},
    "checks.page": {
        *("checks.check", "checks.finished", "checks.numbers", "findings", "fonts", "markup", "model", "readback"),
        *("region", "tagtree"),
    },
    "checks.tagged": {
        *("checks.check", "checks.finished", "checks.page", "findings", "model", "readback", "tagtree"),
    },
    "checks.registry": {
        *("checks.brand", "checks.check", "checks.claims", "checks.finished", "checks.legible", "checks.page"),
        *("checks.numbers", "checks.plain", "checks.review", "checks.structure", "checks.tagged", "checks.translation"),
    },
    "mutes": {"checks.check", "findings", "layers", "model", "reader"},
    "report": {"checks.check", "findings", "model", "mutes"},
    "shelf": {
        *("artwork", "catalog", "checks.brand", "checks.check", "checks.content", "checks.translation", "findings"),
        *("fonts", "layers", "model", "ownfont", "reader", "render", "styles"),
    },
    "publish": {"aside", "findings", "layers", "limits", "readback"},
    "changes": {"findings", "layers", "model", "publish"},
    "batch": set(),
    "task": {
        *("batch", "checks.check", "checks.finished", "checks.registry", "elements", "findings", "fonts", "limits"),
        *("measure", "model", "publish", "typeset"),
    },
    "worker": {"findings", "task"},
    "pool": {"aside", "findings", "task"},
    "cluster": {"findings", "fonts", "pool", "recipe", "task"},
    "progress": {"arguments", "pipeline", "report"},
    "verify": {
        *("checks.check", "desk", "findings", "i18n.pseudo", "layers", "pipeline", "printing", "publish", "reader"),
        "typeset",
    },
    "shards": {"batch", "findings", "layers", "publish", "verify"},
    "build_commands": {
        *("appraisal.sheet", "arguments", "batch", "cache", "checks.check", "cluster", "desk", "findings", "fonts"),
        *("formats", "pipeline", "pool", "printing", "progress", "publish", "report", "shards", "task", "verify"),
    },
    "recipe": {"fonts", "layers", "model", "task", "typeset"},
    "record": {"cache", "checks.check", "checks.registry", "mutes", "report"},
    "cache": {"aside", "batch", "findings", "recipe", "task"},
    "printing": {
        *(
            "batch",
            "cache",
            "catalog",
            "checks.check",
            "checks.page",
            "desk",
            "elements",
            "findings",
            "layers",
            "model",
        ),
        *("reader", "recipe", "render", "shelf", "task", "typeset"),
    },
    "desk": {
        "batch",
        "catalog",
        "checks.check",
        "checks.content",
        "checks.page",
        "checks.registry",
        "findings",
        "fonts",
        "i18n.messages",
        "i18n.pseudo",
        "layers",
        "model",
        "mutes",
        "policy",
        "publish",
        "reader",
        "region",
        "render",
        "report",
        "shelf",
        "signoff",
    },
    "appraisal.standard": {"findings", "layers", "model", "reader"},
    "appraisal.case": {"checks.check", "findings", "model", "render"},
    "appraisal.figures": {"appraisal.case", "appraisal.standard", "checks.wording", "checks.readability", "model"},
    "appraisal.judge": {"appraisal.case", "appraisal.figures", "appraisal.standard", "findings", "model"},
    "appraisal.sheet": {
        *("appraisal.judge", "artwork", "elements", "findings", "layers", "limits", "model", "render", "styles"),
        "typeset",
    },
    "review": {"desk", "findings", "layers", "model", "policy", "publish", "reader", "report", "shelf", "signoff"},
    "review_commands": {"arguments", "desk", "findings", "layers", "report", "review", "signoff"},
    "i18n.pofile": {"catalog", "findings", "layers", "publish"},
    "i18n.messages": {
        *("catalog", "checks.translation", "findings", "i18n.pofile", "layers", "markup", "model", "reader", "region"),
        *("render", "source"),
    },
    "i18n.merge": {"catalog", "findings", "i18n.messages", "i18n.pofile", "layers", "model", "reader"},
    "i18n.init": {
        *("findings", "fonts", "i18n.merge", "i18n.pofile", "layers", "model", "publish", "reader", "region", "source"),
    },
    "i18n.extraction": {"i18n.messages", "layers"},
    "i18n.sentence": {"findings"},
    "i18n.xliff": {"findings", "i18n.sentence", "model"},
    "i18n.table": {"findings", "i18n.sentence"},
    "i18n.exchange": {
        *("catalog", "checks.check", "checks.registry", "findings", "i18n.messages", "i18n.pofile", "i18n.sentence"),
        *("i18n.table", "i18n.xliff", "layers", "model", "reader"),
    },
    "i18n.status": {"catalog", "findings", "i18n.exchange", "i18n.sentence", "layers", "model", "reader", "report"},
    "i18n.pseudo": {"catalog", "findings", "i18n.messages", "model", "shelf"},
    "i18n.proof": {
        *("appraisal.sheet", "catalog", "checks.check", "checks.compared", "checks.translation", "findings"),
        *("i18n.messages", "layers", "limits", "lines", "markup", "model", "region", "render", "styles"),
    },
    "i18n.commands": {
        *("arguments", "desk", "findings", "i18n.exchange", "i18n.init", "i18n.merge", "i18n.messages", "i18n.status"),
        *("layers", "publish", "report", "review"),
    },
    "arguments": {"findings", "layers"},
    "__main__": {"cli"},
    "diagnostics": {"findings"},
    "formats": {"checks.check", "diagnostics", "findings", "model", "mutes", "report"},
    "explain": {"checks.check", "diagnostics", "findings"},
    "schema": {"appraisal.standard", "model", "mutes"},
    "cli": {
        *("appraisal.sheet", "arguments", "changes", "checks.check", "checks.registry", "desk", "explain", "findings"),
        *("formats", "i18n.commands", "render", "layers", "pipeline", "publish", "reader", "report", "schema", "shelf"),
        *("build_commands", "review_commands"),
    },
}
"""What a stage may know; `pipeline` alone may know every stage before it."""

NETWORK = {
    *("aiohttp", "ftplib", "http", "httpx", "imaplib", "poplib", "requests", "smtplib", "socket", "socketserver"),
    *("ssl", "telnetlib", "urllib", "urllib3", "webbrowser", "websockets", "xmlrpc"),
}
PAGE_PARTS = {"page", "header and footer", "title"}
"""Sections of the style sheet that are about the page and no shape."""


def module_files() -> dict[str, Path]:
    """Every module by its name, packages left out that hold nothing but a docstring."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        name = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
        if path.name != "__init__.py":
            found[name] = path
    return found


MODULES = module_files()


def imported(path: Path) -> Iterator[str]:
    """The full name of everything a module imports, wherever in it the import stands."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def stages_of(path: Path) -> set[str]:
    """Our own modules that a module imports."""
    found = set()
    for name in imported(path):
        if name.startswith("handouts."):
            parts = name.removeprefix("handouts.").split(".")
            stages = [".".join(parts[:end]) for end in range(len(parts), 0, -1)]
            found |= set([stage for stage in stages if stage in MODULES][:1])
    return found


def test_every_module_has_its_place() -> None:
    assert len(MODULES) > 15
    assert set(MODULES) == set(ORDER)
    assert len(ORDER) == len(set(ORDER))
    assert set(ALLOWED) == set(ORDER) - {"pipeline"}


def test_packages_hold_no_code() -> None:
    packages = sorted(PACKAGE.rglob("__init__.py"))
    assert len(packages) >= 2
    for path in packages:
        assert not any(name.startswith("handouts") for name in imported(path))


@pytest.mark.parametrize("stage", ORDER)
def test_a_stage_imports_only_what_comes_before_it(stage: str) -> None:
    later = ORDER[ORDER.index(stage) :]
    assert not stages_of(MODULES[stage]) & set(later)


@pytest.mark.parametrize("stage", ALLOWED)
def test_a_stage_knows_no_more_than_it_needs(stage: str) -> None:
    assert stages_of(MODULES[stage]) <= ALLOWED[stage]


def test_the_guard_can_fail() -> None:
    assert stages_of(MODULES["reader"]) == {"findings", "layers", "markup", "model", "source"}
    assert len(stages_of(MODULES["pipeline"])) > 10


def test_no_stage_opens_the_network() -> None:
    roots = {stage: {name.partition(".")[0] for name in imported(path)} for stage, path in MODULES.items()}
    assert "weasyprint" in roots["typeset"]
    assert "jinja2" in roots["render"]
    assert not {stage: names & NETWORK for stage, names in roots.items() if names & NETWORK}


def test_nobody_but_the_command_asks_for_the_date() -> None:
    asking = [stage for stage, path in MODULES.items() if re.search(r"\.(today|now|utcnow)\(", path.read_text("utf-8"))]
    assert asking == ["arguments"]


@pytest.mark.parametrize("module", ["handouts.cli", "handouts.pipeline", "handouts.typeset", "handouts.render"])
def test_importing_is_quick_for_weasyprint_is_not_there(module: str) -> None:
    code = f"import sys, {module}; print(sorted({{'weasyprint', 'fontTools', 'rich'}} & set(sys.modules)))"
    command = [sys.executable, "-W", "error", "-c", code]
    run = subprocess.run(
        command, capture_output=True, text=True, check=True, env={"PYTHONPATH": str(PACKAGE.parent), "PATH": ""}
    )
    assert run.stdout.strip() == "[]"


def test_a_shape_has_one_name_everywhere() -> None:
    classes = {shape_of(shape) for shape in SHAPES}
    folders = {path.parent.name for path in (library_root() / "templates" / "blocks").glob("*/block.html")}
    literals = set(get_args(Kind.model_fields["shape"].annotation))
    style = (library_root() / "templates" / "style.css").read_text("utf-8")
    sections = set(re.findall(r"/\* ([a-z ]+?) ---", style))
    assert len(classes) == len(SHAPES) >= 9
    assert folders == classes
    assert literals == classes
    assert sections - PAGE_PARTS == classes
    assert sections >= PAGE_PARTS


def test_every_folder_of_the_templates_is_a_shape() -> None:
    folders = {path.name for path in (library_root() / "templates" / "blocks").iterdir()}
    assert folders == {shape_of(shape) for shape in SHAPES}


def test_no_name_says_nothing() -> None:
    empty = re.compile(r"Manager|Helper|Util|Misc")
    names = [
        node.name
        for path in MODULES.values()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ClassDef)
    ]
    assert len(names) > 40
    assert not [name for name in names if empty.search(name)]
    assert not [stage for stage in MODULES if empty.search(stage.title())]

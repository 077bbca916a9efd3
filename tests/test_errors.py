"""Every kind of bad input: broken files, each annotated with the findings that it must give (tests/errors)."""

from __future__ import annotations

import datetime
import json
import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

from handouts import desk, printing
from handouts.batch import Job
from handouts.cli import main
from handouts.desk import Request
from handouts.findings import Finding, Severity
from handouts.layers import Layers
from handouts.pipeline import check
from handouts.reader import handout_ids
from handouts.render import STANDARD

HERE = Path(__file__).parent
ERRORS = HERE / "errors"
CLINIC = HERE / "data" / "clinic"
TODAY = datetime.date(2026, 11, 22)
MARK = "#! "
ANNOTATION = re.compile(r"#! (\d+) (\S+?)( \(warning\))?(?: \[(\w+)\])?: (.+?) -> (.+)")
UNTOUCHED = "after"
"""A handout of the library that uses neither of the two templates that the clinic has broken."""

KINDS_OF_FAULT = {
    "YAML syntax": "source/syntax",
    "duplicate key": "source/duplicate-key",
    "tab": "source/tab",
    "comment after a text": "source/comment-after-text",
    "unknown key": "content/unknown-key",
    "unknown kind": "content/unknown-kind",
    "missing field": "content/missing-field",
    "wrong type": "content/wrong-value",
    "claim without a source": "claims/without-source",
    "unknown source": "claims/unknown-source",
    "unknown claim": "content/unknown-claim",
    "unknown glossary id": "content/unknown-term",
    "missing logo": "brand/logo-missing",
    "logo outside the project": "brand/logo-outside",
    "remote logo": "brand/logo-remote",
    "unknown language of a brand": "brand/unknown-language",
    "color without contrast": "brand/contrast",
    "PO syntax": "translation/syntax",
    "lost placeholder": "translation/placeholder",
    "broken markup in a translation": "translation/markup",
    "other numbers in a translation": "translation/numbers",
    "broken markup, bidi controls, script addresses": "content/markup",
    "template": "template/error",
    "character without a glyph": "page/missing-glyph",
}
"""What must be among the annotated files: a kind of fault, and the finding's id."""


@dataclass(frozen=True, order=True)
class Expected:
    """An annotation: what a finding must be."""

    path: str
    line: int
    column: int
    id: str
    warning: bool
    block: str
    what: str
    remedy: str

    def matches(self, finding: Finding) -> bool:
        where = finding.where
        return (
            (where.path, where.line, where.column) == (self.path, self.line, self.column)
            and (finding.id, finding.block) == (self.id, self.block)
            and (finding.severity is Severity.WARNING) == self.warning
            and self.what in finding.what
            and self.remedy in finding.remedy
        )


def annotations_of(path: Path) -> list[Expected]:
    """The findings that a file must give, in the order of its lines."""
    found = []
    number = 0
    for line in path.read_text("utf-8").splitlines():
        if not line.startswith(MARK):
            number += 1
            continue
        match = ANNOTATION.fullmatch(line)
        assert match, f"{path}: not an annotation: {line}"
        column, kind, warning, block, what, remedy = match.groups()
        name = path.relative_to(ERRORS).as_posix()
        found.append(Expected(name, number, int(column), kind, warning is not None, block or "", what, remedy))
    return found


def plain(path: Path) -> str:
    """The file as it is used: without its annotations."""
    lines = path.read_text("utf-8").splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(MARK))


FILES = sorted(path for path in ERRORS.rglob("*") if path.is_file() and path.suffix != ".md")
CASES = [path for path in FILES if annotations_of(path)]


def lay(project: Path, files: Iterable[Path]) -> None:
    """Make the sound clinic's project, with the given files of tests/errors over it."""
    shutil.copytree(CLINIC, project, dirs_exist_ok=True)
    for file in files:
        target = project / file.relative_to(ERRORS)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(plain(file), "utf-8")
    for brand in project.glob("content/brands/*/brand.yaml"):
        if not (brand.parent / "logo.svg").exists():
            shutil.copy(CLINIC / "content/brands/sound/logo.svg", brand.parent)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is also the working folder, so that places are relative to it."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def found_in(project: Path, store: Path, handouts: tuple[str, ...], languages: tuple[str, ...]) -> list[Finding]:
    """What `check` finds in the project's own files, without what is only unfinished."""
    request = Request(today=TODAY, handouts=handouts, languages=languages, project=project, store=store)
    findings = check(request).findings
    return [each for each in findings if not _is_unfinished(each) and not each.where.path.startswith("/")]


def _is_unfinished(finding: Finding) -> bool:
    """Whether a finding says that a passage is still to be translated or a handout still to be completed."""
    untranslated = {"translation/missing", "translation/missing-word", "translation/safety"}
    return finding.id in untranslated or finding.id.startswith("structure/")


def asked_for(case: Path) -> tuple[str, ...]:
    """The handouts that show the fault of a file."""
    if case.parent.name == "handouts":
        return (case.stem,)
    return ("sound", "ahsct", "overview") if "templates" in case.parts else ("sound",)


def told(expected: Iterable[Expected], found: Iterable[Finding]) -> str:
    """What did not match, for a person."""
    found = list(found)
    expected = list(expected)
    missing = [str(each) for each in expected if not any(map(each.matches, found))]
    extra = [f"{each.where} {each.id} [{each.block}] {each.what} -> {each.remedy}" for each in found]
    extra = [line for line, each in zip(extra, found, strict=True) if not any(one.matches(each) for one in expected)]
    return "\n".join([*(f"missing: {line}" for line in missing), *(f"extra: {line}" for line in extra)])


def test_every_kind_of_fault_has_a_file() -> None:
    ids = {expected.id for case in CASES for expected in annotations_of(case)}
    assert len(CASES) >= 30
    assert not set(KINDS_OF_FAULT.values()) - ids


def test_the_clinics_project_without_a_broken_file_is_sound(project: Path, store: Path) -> None:
    lay(project, [])
    assert "sound" in handout_ids(Layers.of(project))
    assert found_in(project, store, ("sound",), ("en", "ar")) == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.relative_to(ERRORS).as_posix())
def test_a_broken_file_gives_its_findings_and_no_other(project: Path, store: Path, case: Path) -> None:
    companions = [file for file in FILES if file.parent == case.parent and not annotations_of(file)]
    lay(project, [case, *companions])
    found = found_in(project, store, asked_for(case), ("en", "ar"))
    expected = annotations_of(case)
    assert not told(expected, found)
    assert len(found) == len(expected)
    assert all(finding.remedy for finding in found)


def test_a_fault_in_a_translation_names_its_language(project: Path, store: Path) -> None:
    lay(project, [ERRORS / "locales/ar/LC_MESSAGES/content.po", ERRORS / "locales/ar/LC_MESSAGES/ui.po"])
    found = found_in(project, store, ("sound",), ("en", "ar"))
    assert len(found) > 2
    assert {finding.language for finding in found} == {"ar"}
    assert {finding.handout for finding in found if finding.where.path.endswith("content.po")} == {"sound"}


def test_a_folder_of_an_unknown_language_is_named(project: Path, store: Path) -> None:
    lay(project, [ERRORS / "locales/tlh/LC_MESSAGES/content.po"])
    (finding,) = found_in(project, store, ("sound",), ("en",))
    assert finding.id == "translation/unknown-language"
    assert finding.where.path.startswith("locales/tlh")
    assert "`tlh`" in finding.what
    assert "languages.yaml" in finding.what
    assert "add an entry" in finding.remedy


def test_a_symbolic_link_leads_no_logo_out_of_the_project(
    project: Path, store: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    lay(project, [])
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "logo.svg"
    logo = project / "content/brands/sound/logo.svg"
    logo.rename(elsewhere)
    logo.symlink_to(elsewhere)
    (finding,) = found_in(project, store, ("sound",), ("en",))
    assert (finding.id, str(finding.where)) == ("brand/logo-outside", "content/brands/sound/brand.yaml:4:7")


def test_html_in_content_is_printed_as_words(project: Path, store: Path) -> None:
    lay(project, [])
    html = html_of(project, store, "sound", "en")
    assert "Signs such as &lt;b&gt;, &lt;/p&gt;, &amp; and &lt;script&gt;alert(&#34;x&#34;)&lt;/script&gt;" in html
    assert "<script" not in html
    assert "Double braces are braces: {so}." in html


def test_html_in_a_translation_is_printed_as_words(project: Path, store: Path) -> None:
    lay(project, [])
    folder = project / "locales/ar/LC_MESSAGES"
    folder.mkdir(parents=True)
    entry = 'msgctxt "{}"\nmsgid "{}"\nmsgstr "<img src=x onerror=alert> & <b>"\n'
    (folder / "content.po").write_text(entry.format("sound:title", "Getting ready for a visit"), "utf-8")
    (folder / "ui.po").write_text(entry.format("about.phone", "Phone:"), "utf-8")
    html = html_of(project, store, "sound", "ar")
    assert "<img src=x" not in html
    assert html.count("&lt;img src=x onerror=alert&gt; &amp; &lt;b&gt;") >= 2


def html_of(project: Path, store: Path, handout: str, tag: str) -> str:
    plan = desk.plan(Request(today=TODAY, handouts=(handout,), languages=(tag,), project=project, store=store))
    assert (handout, tag) in plan.clinics["default"].ready
    html, found = printing.rendered(plan, Job(handout, tag, "a4", STANDARD, "default"))
    assert not found
    return html


def test_a_handout_that_rests_on_a_claim_without_a_source_is_not_made(project: Path, store: Path) -> None:
    lay(project, [])
    claim = "BARE:\n  topic: risk\n  says: It is said.\n  strength: low\n  sources: []\n"
    (project / "content/claims.yaml").write_text(claim, "utf-8")
    sound = project / "content/handouts/sound.yaml"
    sound.write_text(sound.read_text("utf-8").replace("[AFT5]", "[BARE]"), "utf-8")
    request = Request(today=TODAY, handouts=("sound", UNTOUCHED), languages=("en",), project=project, store=store)
    assert set(desk.plan(request).clinics["default"].ready) == {(UNTOUCHED, "en")}


def test_a_handout_that_prints_a_broken_glossary_entry_is_not_made(project: Path, store: Path) -> None:
    lay(project, [])
    entry = 'lupus: {term: Lupus, definition: "A **half bold meaning."}\n'
    (project / "content/glossary.yaml").write_text(entry, "utf-8")
    request = Request(today=TODAY, handouts=("sound", UNTOUCHED), languages=("en",), project=project, store=store)
    assert set(desk.plan(request).clinics["default"].ready) == {(UNTOUCHED, "en")}


def test_a_broken_default_brand_hides_no_other_fault(project: Path, store: Path) -> None:
    lay(project, [ERRORS / "content/handouts/unknown_kind.yaml"])
    brand = project / "content/brands/default/brand.yaml"
    brand.parent.mkdir()
    brand.write_text("id: default\n", "utf-8")
    ids = {finding.id for finding in found_in(project, store, ("unknown_kind",), ("en",))}
    assert ids == {"content/missing-field", "content/unknown-kind"}


def test_a_language_whose_script_has_no_fonts_hides_no_other_fault(project: Path, store: Path) -> None:
    lay(project, [ERRORS / "content/handouts/unknown_kind.yaml"])
    entry = 'th: {autonym: T, english: Thai, script: Tfng, direction: ltr, plural: "nplurals=1; plural=0;"}\n'
    (project / "locales").mkdir(exist_ok=True)
    (project / "locales/languages.yaml").write_text(entry, "utf-8")
    request = Request(today=TODAY, handouts=("unknown_kind",), languages=("en",), project=project, store=store)
    found = [str(finding) for finding in check(request).findings]
    assert any("unknown-kind" in each for each in found)
    assert any("Tfng" in each for each in found)


@pytest.fixture
def planted(project: Path, store: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One project with every broken file at once."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(store))
    lay(project, FILES)
    return project


def test_one_check_names_every_fault(planted: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["check", "--project", str(planted), "--today", TODAY.isoformat()])
    said = capsys.readouterr()
    expected = [each for case in CASES for each in annotations_of(case)]
    assert len(expected) > 80
    assert code == 1
    lost = [str(each) for each in expected if not is_told(each, said.out)]
    assert not lost, "\n".join(lost)
    assert "locales/tlh" in said.out
    assert f"{len(re.findall(r'(?m)^  remedy: .', said.out))} errors" not in said.err  # warnings are told apart
    assert re.search(r"\d+ errors, \d+ warnings", said.err)


def is_told(expected: Expected, said: str) -> bool:
    """Whether the finding stands in the text that `check` prints, with place, block and remedy."""
    severity = "warning" if expected.warning else "error"
    head = f"{expected.path}:{expected.line}:{expected.column}: {severity}: "
    for part in f"\n{said}".split(f"\n{head}")[1:]:
        first, _, rest = part.partition("\n")
        remedy = next(line for line in rest.splitlines() if line.startswith("  remedy: "))
        block = f"in block `{expected.block}`" if expected.block else ""
        fits = first.endswith(f"[{expected.id}]") and expected.what in first and block in first
        if fits and expected.remedy in remedy:
            return True
    return False


def test_the_other_handouts_are_still_built(planted: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wanted = ["build", "sound", UNTOUCHED, "ahsct", "no_glyph", "unknown_kind"]
    options = ["--lang", "en", "--paper", "a4", "--brand", "sound", "--project", str(planted), "--out", "out"]
    code = main([*wanted, *options, "--today", TODAY.isoformat()])
    capsys.readouterr()
    assert code == 1
    made = {path.relative_to("out").as_posix() for path in Path("out").rglob("*.pdf")}
    assert made == {"sound/en/sound-standard-a4.pdf", f"sound/en/{UNTOUCHED}-standard-a4.pdf"}
    assert set(json.loads(Path("out/manifest.json").read_text("utf-8"))["files"]) == made
    assert all(path.read_bytes().startswith(b"%PDF-") for path in Path("out").rglob("*.pdf"))


@pytest.mark.parametrize("domain", ["content", "ui"])
def test_a_broken_catalog_of_english_is_told_and_stops_no_handout(project: Path, store: Path, domain: str) -> None:
    lay(project, [])
    path = project / "locales/en/LC_MESSAGES" / f"{domain}.po"
    path.parent.mkdir(parents=True)
    path.write_text("words\n", "utf-8")
    (finding,) = found_in(project, store, ("sound",), ("en", "ar"))
    assert (finding.id, str(finding.where)) == ("translation/syntax", f"locales/en/LC_MESSAGES/{domain}.po:1:1")

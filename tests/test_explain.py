"""Whatever a person may be told is explained, and nothing is explained that nobody is told."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import handouts
from handouts.checks import registry
from handouts.checks.check import Check, Level, Written
from handouts.diagnostics import DIAGNOSTICS
from handouts.explain import RULES, THEMES, as_markdown, explain, list_all
from handouts.findings import Severity, UsageError

PACKAGE = Path(handouts.__file__).parent
MODULES = {path.relative_to(PACKAGE).as_posix(): path for path in sorted(PACKAGE.rglob("*.py"))}
TREES = {name: ast.parse(path.read_text("utf-8")) for name, path in MODULES.items()}
AN_ID = re.compile(r"[a-z]+/[a-z]+(-[a-z]+)*")
NO_IDS = {"content/blocks", "content/brands", "content/handouts", "image/png"}
"""Folders and a media type, which look like ids."""


def check(name: str, **more: Any) -> Check[Written]:
    told: dict[str, Any] = {
        "title": "sentences of at most 20 words",
        "level": Level.CONTENT,
        "rationale": "A reader loses the beginning of a long sentence before its end.",
        "remedy": "split the sentence",
        "bad": "A `long` sentence.\n",
        "good": "paragraphs:\n  a: Short.\n",
    }
    return Check(id=name, find=lambda _: (), **{**told, **more})


CHECKS: tuple[Check[Any], ...] = (
    check("plain/long-sentence", number="C05", standards=("NHS style", "PEMAT 5"), draft=Severity.WARNING),
    check("review/never", number="C20", draft=None, person=True, mutable=False),
    check("balance/parts", number="C16, C17", treatment=True, tells=("options", "harms"), languages="all"),
    check("page/overflow", level=Level.PAGE, bad="a ``` fence"),
)


# --- What can be found in the source ------------------------------------------------------------------------


def strings(tree: ast.AST) -> Iterator[str]:
    return (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))


def patterns(tree: ast.AST) -> Iterator[str]:
    """Ids that are put together: `source/{}` for `f"source/{kind}"`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            shape = "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
            if re.fullmatch(r"[a-z]+/[a-z-]*\{\}[a-z-]*", shape):
                yield shape


def arguments(module: str, function: str, position: int) -> set[str]:
    """The texts that a module gives to calls of a function at a position."""
    calls = [node for node in ast.walk(TREES[module]) if isinstance(node, ast.Call) and len(node.args) > position]
    given = [call.args[position] for call in calls if function == getattr(call.func, "attr", name_of(call.func))]
    return {str(each.value) for each in given if isinstance(each, ast.Constant)}


def name_of(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def yielded(module: str) -> set[str]:
    """The first texts of the tuples that a module yields."""
    tuples = [node.value for node in ast.walk(TREES[module]) if isinstance(node, ast.Yield)]
    firsts = [each.elts[0] for each in tuples if isinstance(each, ast.Tuple)]
    return {str(each.value) for each in firsts if isinstance(each, ast.Constant)}


def keys(module: str, variable: str) -> set[str]:
    """The keys of the map that a module keeps under a name."""
    maps = [
        node.value
        for node in ast.walk(TREES[module])
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == variable
    ]
    found = {key for each in maps if isinstance(each, ast.Dict) for key in each.keys}
    return {str(key.value) for key in found if isinstance(key, ast.Constant)}


def brand_files() -> set[str]:
    return arguments("artwork.py", "find_brand_file", 3) | arguments("ownfont.py", "find_brand_file", 3)


IN_PARTS: dict[tuple[str, str], Callable[[], set[str]]] = {
    ("brandfile.py", "brand/{}-missing"): brand_files,
    ("brandfile.py", "brand/{}-outside"): brand_files,
    ("brandfile.py", "brand/{}-remote"): brand_files,
    ("appraisal/standard.py", "appraisal/{}"): lambda: arguments("appraisal/standard.py", "_fault", 0),
    ("changes.py", "changes/{}"): lambda: arguments("changes.py", "_fault", 1),
    ("ownfont.py", "brand/font-{}"): lambda: arguments("ownfont.py", "_finding", 1),
    ("source.py", "source/{}"): lambda: arguments("source.py", "fault", 0),
    ("desk.py", "usage/unknown-{}"): lambda: keys("desk.py", "asked"),
    ("review.py", "usage/unknown-{}"): lambda: arguments("review.py", "_refuse_unknown", 0),
    ("checks/translation.py", "translation/{}"): lambda: {
        *("markup", "placeholder", "numbers", "unchanged", "ratio", "ending", "doubled"),
    },
}
"""Ids that are put together, and where their parts come from."""
PATHS = {"templates/{}"}
"""What is put together and no id."""

EXPLAINING = {"diagnostics.py", "explain.py"}


def makeable() -> set[str]:
    """Every id that the program can give to a finding."""
    whole = {text for name in TREES if name not in EXPLAINING for text in strings(TREES[name]) if AN_ID.fullmatch(text)}
    parts = {shape.replace("{}", part) for (_, shape), find in IN_PARTS.items() for part in find()}
    return (whole - NO_IDS) | parts | {"usage/unknown-check"}


def checks_in_the_source() -> set[str]:
    """The ids of the checks that are written out anywhere."""
    calls = [node for tree in TREES.values() for node in ast.walk(tree) if isinstance(node, ast.Call)]
    made = [call for call in calls if getattr(call.func, "id", "") == "Check"]
    ids = [word.value for call in made for word in call.keywords if word.arg == "id"]
    named = {
        str(node.target.id): node.value.value
        for tree in TREES.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.AnnAssign)
        and isinstance(node.target, ast.Name)
        and isinstance(node.value, ast.Constant)
    }
    return {str(each.value if isinstance(each, ast.Constant) else named[ast.unparse(each)]) for each in ids}


def test_ids_that_are_put_together_are_known() -> None:
    found = {(name, shape) for name, tree in TREES.items() for shape in patterns(tree) if shape not in PATHS}
    assert found == set(IN_PARTS)
    assert all(find() for find in IN_PARTS.values())


def test_the_search_for_ids_sees_them() -> None:
    found = makeable()
    assert {"source/alias", "source/duplicate-key", "brand/font-rights", "brand/logo-missing", "usage/project"} <= found
    assert {text for tree in TREES.values() for text in strings(tree)} >= NO_IDS


def test_every_finding_is_a_check_or_a_diagnostic() -> None:
    checks, diagnostics = checks_in_the_source(), {each.id for each in DIAGNOSTICS}
    assert sorted(makeable() - checks - diagnostics) == []
    assert sorted(diagnostics - makeable()) == []
    assert sorted(diagnostics & checks) == []


def test_a_diagnostic_says_what_it_means_and_what_to_do() -> None:
    assert len({each.id for each in DIAGNOSTICS}) == len(DIAGNOSTICS)
    for each in DIAGNOSTICS:
        assert AN_ID.fullmatch(each.id)
        assert each.title[0].islower() or not each.title[0].isalpha() or each.title.startswith(("`", "YAML"))
        assert not each.title.endswith(".")
        assert each.remedy.endswith(".")


def test_every_id_has_a_theme() -> None:
    themes = {name.partition("/")[0] for name in (*checks_in_the_source(), *(each.id for each in DIAGNOSTICS))}
    assert themes <= set(THEMES)


def test_the_list_has_thirty_rules() -> None:
    assert [rule.number for rule in RULES] == [f"C{number:02}" for number in range(1, 31)]


# --- One of them ------------------------------------------------------------------------------------------


def test_a_check_is_explained_in_full() -> None:
    assert explain("plain/long-sentence", CHECKS) == (
        "plain/long-sentence: sentences of at most 20 words\n"
        "\n"
        "rule: C05\n"
        "asked for by: NHS style; PEMAT 5\n"
        "looks at: the words of a handout, in English\n"
        "draft: warning\n"
        "release: error\n"
        "may be muted: yes, with a reason and an end date\n"
        "\n"
        "why\n"
        "  A reader loses the beginning of a long sentence before its end.\n"
        "\n"
        "what to do\n"
        "  Split the sentence.\n"
        "\n"
        "found in\n"
        "  | A `long` sentence.\n"
        "\n"
        "not found in\n"
        "  | paragraphs:\n"
        "  |   a: Short.\n"
    )


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("review/never", "draft: not looked for\nrelease: error\nmade to hold by: a person"),
        ("review/never", "may be muted: no"),
        ("balance/parts", "in every language; only blocks that tell `options`, `harms`; only handouts of a treatment"),
        ("page/overflow", "\n\nlooks at: the finished PDF\n"),
    ],
)
def test_an_explanation_says_where_a_check_holds(name: str, words: str) -> None:
    assert words in explain(name, CHECKS)


def test_each_diagnostic_is_explained() -> None:
    for each in DIAGNOSTICS:
        text = explain(each.id, CHECKS)
        assert text.startswith(f"{each.id}: {each.title} ({each.severity})\n\n  ")
        assert " ".join(text.split()).endswith(each.remedy)
        assert max(map(len, text.splitlines()[1:])) <= 100


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("plain/long-sentense", "did you mean `plain/long-sentence`?"),
        ("source/alais", "did you mean `source/alias`?"),
        ("xyz", "`handouts explain` lists all of them"),
    ],
)
def test_an_unknown_id_is_answered_with_the_nearest(name: str, remedy: str) -> None:
    with pytest.raises(UsageError) as caught:
        explain(name, CHECKS)
    (found,) = caught.value.findings
    assert (found.id, found.remedy) == ("usage/unknown-check", remedy)


def test_the_list_names_every_id_once_under_its_theme() -> None:
    text = list_all(CHECKS)
    ids = re.findall(r"^  (\S+)", text, re.MULTILINE)
    assert sorted(ids) == sorted([*(each.id for each in CHECKS), *(each.id for each in DIAGNOSTICS)])
    theme = ""
    names = {title: theme for theme, title in THEMES.items()}
    for line in filter(None, text.splitlines()):
        if line.startswith("  "):
            assert line.split()[0].startswith(f"{theme}/")
        else:
            theme = names.pop(line)
    assert re.search(r"plain/long-sentence +C05       sentences", text)
    assert re.search(r"balance/parts +C16, C17  sentences", text)


# --- The manual -------------------------------------------------------------------------------------------


def test_the_manual_is_that_of_the_checks() -> None:
    manual = Path(__file__).parents[1] / "docs/checks.md"
    assert manual.read_text("utf-8") == as_markdown(registry.CHECKS), (
        "run `handouts explain --markdown > docs/checks.md`"
    )


def test_the_manual_has_a_section_for_each_check_and_a_row_for_each_diagnostic() -> None:
    text = as_markdown(CHECKS)
    assert re.findall(r"^### `(.*)`$", text, re.MULTILINE) == [
        "plain/long-sentence",
        "balance/parts",
        "review/never",
        "page/overflow",
    ]
    rows = re.findall(r"^\| `(\S+)` \|", text, re.MULTILINE)
    assert sorted(rows) == sorted(each.id for each in DIAGNOSTICS)
    assert "Made by `handouts explain --markdown`" in text


def test_the_manual_says_who_decides_each_rule() -> None:
    rows = dict(re.findall(r"^\| (C\d\d) \| (.*) \|$", as_markdown(CHECKS), re.MULTILINE))
    assert list(rows) == [rule.number for rule in RULES]
    machine, person = zip(*(row.split(" | ")[1:] for row in rows.values()), strict=True)
    assert machine[4] == "[`plain/long-sentence`](#plainlong-sentence)"
    assert machine[15] == machine[16] == "[`balance/parts`](#balanceparts)"
    assert machine[29] == "nothing"
    assert person[19] == "the review itself; [`review/never`](#reviewnever)"
    assert all(person[number] for number in range(30))


def test_a_link_of_the_manual_leads_to_a_heading() -> None:
    text = as_markdown(CHECKS)
    links = set(re.findall(r"\]\(#([^)]*)\)", text))
    headings = {re.sub(r"[^a-z0-9_ -]", "", each.lower()) for each in re.findall(r"^#+ (.*)$", text, re.MULTILINE)}
    assert len(links) == len(CHECKS)
    assert links <= headings


def test_an_example_cannot_end_its_own_frame() -> None:
    assert "````text\na ``` fence\n````" in as_markdown(CHECKS)


def test_every_row_of_a_table_has_its_cells() -> None:
    for line in as_markdown(CHECKS).splitlines():
        if line.startswith("|"):
            assert line.count(" | ") in {2, 3}, line
            assert line.endswith(" |")

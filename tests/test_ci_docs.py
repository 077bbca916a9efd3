"""The guide for CI, and the hook for pre-commit: every command in them is one that the program takes."""

from __future__ import annotations

import argparse
import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from specimens import write_tiny

from handouts import cli
from handouts.build_commands import _request_for, means_of
from handouts.cli import main
from handouts.fonts import default_store

ROOT: Final = Path(__file__).resolve().parents[1]
GUIDE: Final = (ROOT / "docs" / "ci.md").read_text("utf-8")
BLOCKS: Final = re.findall(r"^```(\w+)\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
WORKFLOWS: Final = [yaml.safe_load(text) for kind, text in BLOCKS if kind == "yaml"]
SAMPLES: Final = (
    (r"\$\{\{ matrix\.shard \}\}|\$CI_NODE_INDEX", "2"),
    (r"\$CI_NODE_TOTAL", "4"),
    (r"\$\{\{ needs\.words\.outputs\.today \}\}|\"?\$\((?:git log|date)[^)]*\)\"?", "2026-11-22"),
)
"""What stands in a command while a job runs."""


def texts_in(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for each in value.values():
            yield from texts_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts_in(each)
    elif isinstance(value, str):
        yield value


def commands() -> list[str]:
    """Every `handouts` command of the guide, as a job would run it."""
    scripts = [*(text for kind, text in BLOCKS if kind == "sh"), *texts_in(WORKFLOWS)]
    lines = [line.strip() for script in scripts for line in script.splitlines() if line.startswith("handouts ")]
    for sought, sample in SAMPLES:
        lines = [re.sub(sought, sample, line) for line in lines]
    return lines


def options_of(parser: argparse.ArgumentParser) -> set[str]:
    found = set(parser._option_string_actions)
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            found |= {option for each in action.choices.values() for option in options_of(each)}
    return found


def parsed(command: str) -> argparse.Namespace:
    return cli._parser().parse_args(shlex.split(command)[1:])


def test_the_guide_has_the_commands_that_it_is_about() -> None:
    assert len(WORKFLOWS) == 4
    assert {command.split()[1] for command in commands()} == {"build", "check", "merge-manifests", "verify"}
    assert len(commands()) >= 6


@pytest.mark.parametrize("command", commands())
def test_every_command_of_the_guide_is_accepted(command: str) -> None:
    assert "$" not in command
    assert callable(parsed(command).run)


def test_every_option_that_the_guide_names_exists() -> None:
    named = {option for word in re.findall(r"`([^`\n]+)`", GUIDE) for option in re.findall(r"(?<!\S)--[a-z-]+", word)}
    assert len(named) >= 8
    assert named <= options_of(cli._parser())


def test_actions_are_pinned_by_major() -> None:
    used = [text for text in texts_in(WORKFLOWS) if re.match(r"[\w-]+/[\w/-]+@", text)]
    assert len(used) >= 15
    assert all(re.fullmatch(r"[\w-]+/[\w/-]+@v\d+", each) for each in used)
    assert len({each.partition("@")[0] for each in used}) == len(set(used)), "one version of each"


def jobs() -> dict[str, Any]:
    """The jobs of GitHub's workflows."""
    return {name: job for workflow in WORKFLOWS for name, job in workflow.get("jobs", {}).items()}


def test_all_shards_of_the_matrix_are_built_and_merged() -> None:
    (build,) = [parsed(each) for each in commands() if "--shard 2/4" in each and "--brand all" in each]
    shards = jobs()["pages"]["strategy"]["matrix"]["shard"]
    (merge,) = [parsed(each) for each in commands() if each.startswith("handouts merge-manifests")]
    assert shards == list(range(1, build.shard.of + 1))
    assert [path.name for path in merge.shards] == [f"part-{shard}" for shard in shards]


def test_a_release_restores_and_keeps_no_cache() -> None:
    used = {name: " ".join(texts_in(job)) for name, job in jobs().items()}
    assert "actions/cache/restore@" in used["pages"]
    assert not [name for name in ("release", "nightly") if "cache" in used[name]]
    (build,) = [parsed(each) for each in commands() if "--release" in each]
    with _request_for(build) as request:
        assert not means_of(build, request).cache.remembers
        assert request.store != default_store()


def test_only_the_main_branch_writes_the_cache() -> None:
    steps = [step for step in jobs()["pages"]["steps"] if "cache" in step.get("uses", "")]
    assert [step["uses"].partition("@")[0] for step in steps] == ["actions/cache/restore", "actions/cache/save"]
    assert "github.event_name == 'push'" in steps[1]["if"]
    workflow = WORKFLOWS[0]
    assert workflow[True]["push"] == {"branches": ["main"]}  # YAML 1.1 reads `on` as true
    assert "pull_request_target" not in workflow[True]


# --- pre-commit -----------------------------------------------------------------------------------------------

(HOOK,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))


def test_the_hook_is_the_one_that_the_guide_names() -> None:
    (repo,) = WORKFLOWS[-1]["repos"]
    assert [hook["id"] for hook in repo["hooks"]] == [HOOK["id"]] == ["handouts-check"]
    assert HOOK["language"] == "python"
    assert HOOK["pass_filenames"] is False


@pytest.mark.parametrize(
    ("path", "looks"),
    [
        ("content/handouts/ours.yaml", True),
        ("our-clinic/locales/es/LC_MESSAGES/content.po", True),
        ("README.md", False),
        ("docs/content.md", False),
    ],
)
def test_the_hook_looks_where_a_clinic_writes(path: str, looks: bool) -> None:
    assert bool(re.search(HOOK["files"], path)) is looks


def test_the_entry_of_the_hook_runs_on_a_project(
    tmp_path: Path, cache_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", os.fspath(cache_home))
    monkeypatch.chdir(tmp_path)
    program, *arguments = shlex.split(HOOK["entry"])
    assert program == "handouts"
    write_tiny(tmp_path, "tiny")
    assert main([*arguments, "tiny"]) == 0
    write_tiny(tmp_path, "tiny", says="A single { brace.")
    assert main([*arguments, "tiny", "--fail-on", "warning"]) == 1
    assert "[content/markup]" in capsys.readouterr().out

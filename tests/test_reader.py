"""Values with places to the model: every fault of a file at its line, whatever was done to the file."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handouts.findings import Finding, HandoutError, Location, Severity
from handouts.layers import Layers, library_root
from handouts.model import Brand, Glossary, Handout, Kind, Library, Prose, Text, texts_in
from handouts.reader import (
    BLOCKS,
    HANDOUTS,
    brand_ids,
    handout_ids,
    read_brand,
    read_entries,
    read_handout,
    read_library,
    validate,
)
from handouts.source import parse_yaml

CLINIC = Path(__file__).parent / "data" / "clinic"
HANDOUT_FILES = sorted((library_root() / HANDOUTS).glob("*.yaml"))


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the sound clinic's project, which is also the working folder."""
    shutil.copytree(CLINIC, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def refused(project: Path, library: Library, handout_id: str = "sound") -> list[Finding]:
    with pytest.raises(HandoutError) as caught:
        read_handout(Layers.of(project), handout_id, library)
    return list(caught.value.findings)


def sound(project: Path, library: Library) -> Handout:
    return read_handout(Layers.of(project), "sound", library)[0]


def test_the_ids_of_all_layers_are_listed(project: Path, layers: Layers) -> None:
    over = Layers.of(project)
    assert len(handout_ids(layers)) >= 7
    assert handout_ids(over) == sorted([*handout_ids(layers), "sound"])
    assert brand_ids(over) == sorted([*brand_ids(layers), "sound"])


def test_a_handout_that_is_not_there_is_named(project: Path, library: Library) -> None:
    (finding,) = refused(project, library, "ahcst")
    assert (finding.id, finding.remedy) == ("content/unknown-handout", "did you mean `ahsct`?")


def test_every_text_has_a_key_of_its_own_and_the_place_where_it_is_written(project: Path, library: Library) -> None:
    layers = Layers.of(project)
    seen: dict[str, Text] = {}
    for handout_id in handout_ids(layers):
        for text in texts_in(read_handout(layers, handout_id, library)[0]):
            assert text.key
            assert seen.setdefault(text.key, text).value == text.value
            lines = Path(text.at.path).read_text("utf-8").splitlines()
            rest = "\n".join([lines[text.at.line - 1][text.at.column - 1 :], *lines[text.at.line :]])
            first_word = text.value.split()[0].split("'")[0].split('"')[0]
            assert first_word in rest.split("\n")[0] or rest.startswith((">", "|"))
    assert len(seen) > 500


def test_keys_name_the_handout_the_block_and_the_field(project: Path, library: Library) -> None:
    keys = {text.key for text in texts_in(sound(project, library))}
    assert {
        "sound:title",
        "sound:key:lead.say",
        "sound:what:paragraphs.link.say",
        "sound:steps:steps.bring.name",
        "imprint:funding",
    } <= keys
    assert "sound:imprint.funding" not in keys


def test_a_shared_block_keeps_the_keys_of_its_file_in_every_handout(project: Path, library: Library) -> None:
    write(project / BLOCKS / "help.yaml", "kind: overview\nparagraphs: {one: Call us.}\n")
    file = project / HANDOUTS / "sound.yaml"
    write(file, file.read_text("utf-8") + "  - {use: help, only: [us]}\n")
    block = sound(project, library).blocks[-1]
    assert isinstance(block, Prose)
    assert (block.id, block.only) == ("help", ("us",))
    text = block.paragraphs["one"].say
    assert text.key == "blocks:help:paragraphs.one.say"
    assert text.at == Location("content/blocks/help.yaml", 2, 19)


def test_a_clinic_puts_its_own_words_into_a_block_of_the_library(project: Path, library: Library) -> None:
    write(project / BLOCKS / "overview" / "lupus.yaml", "kind: overview\nparagraphs: {one: Our own words.}\n")
    handout, _ = read_handout(Layers.of(project), "overview", library)
    (block,) = [block for block in handout.blocks if block.id == "lupus"]
    (text,) = texts_in(block)
    assert (text.value, text.key) == ("Our own words.", "overview:lupus:paragraphs.one.say")
    assert text.at.path == "content/blocks/overview/lupus.yaml"


def test_a_fault_in_a_shared_block_is_told_in_its_own_file(project: Path, library: Library) -> None:
    write(project / BLOCKS / "help.yaml", "kind: overview\nparagraphs: {one: {sya: Call us.}}\n")
    file = project / HANDOUTS / "sound.yaml"
    write(file, file.read_text("utf-8") + "  - use: help\n")
    places = {(finding.id, str(finding.where), finding.block) for finding in refused(project, library)}
    assert ("content/unknown-key", "content/blocks/help.yaml:2:20", "help") in places


def test_a_warning_in_a_shared_block_is_told(project: Path, library: Library) -> None:
    write(project / BLOCKS / "help.yaml", "kind: overview\nparagraphs:\n  one: See us # 3 times\n")
    write(project / BLOCKS / "sound" / "what.yaml", "kind: overview\nparagraphs:\n  one: See us # 4 times\n")
    file = project / HANDOUTS / "sound.yaml"
    write(file, file.read_text("utf-8").replace("ref:questions", "ref:key") + "  - use: help\n")
    _, found = read_handout(Layers.of(project), "sound", library)
    places = {str(finding.where) for finding in found if finding.severity is Severity.WARNING}
    assert places == {"content/blocks/help.yaml:3:14", "content/blocks/sound/what.yaml:3:14"}


def test_a_warning_in_a_brand_is_told(project: Path) -> None:
    file = project / "content/brands/sound/brand.yaml"
    write(file, file.read_text("utf-8").replace("name: Sound Clinic (example)", "name: Sound Clinic # 1"))
    found = [finding.id for finding in check_brands(project)]
    assert found == ["source/comment-after-text"]


def check_brands(project: Path) -> list[Finding]:
    """What the command says of the project's brands."""
    import datetime

    from handouts.desk import Request
    from handouts.pipeline import check

    request = Request(datetime.date(2026, 11, 22), ("sound",), ("en",), project=project, store=project / "store")
    return [finding for finding in check(request).findings if "brands/" in finding.where.path]


def test_a_handout_lays_its_own_imprint_over_the_shared_one(project: Path, library: Library) -> None:
    file = project / HANDOUTS / "sound.yaml"
    write(file, file.read_text("utf-8").replace("blocks:", "imprint: {funding: A grant.}\nblocks:"))
    imprint = sound(project, library).imprint
    assert (imprint.funding.value, imprint.funding.key) == ("A grant.", "sound:imprint.funding")
    assert imprint.made_by.key == "imprint:made_by"


def test_an_imprint_that_is_no_map_is_refused(project: Path, library: Library) -> None:
    file = project / HANDOUTS / "sound.yaml"
    write(file, file.read_text("utf-8").replace("blocks:", "imprint: A grant.\nblocks:"))
    assert [finding.id for finding in refused(project, library)] == ["content/wrong-value"]


def test_a_clinic_lays_its_imprint_over_the_librarys(project: Path, library: Library) -> None:
    write(project / "content/imprint.yaml", "funding: The clinic.\n")
    imprint = sound(project, library).imprint
    assert imprint.funding.value == "The clinic."
    assert imprint.conflicts.at.path.startswith(str(library_root()))


def test_an_entry_of_the_project_stands_for_the_librarys(project: Path, library: Library) -> None:
    write(
        project / "content/kinds.yaml",
        "risks: {shape: points, heading: Dangers}\nmine: {shape: prose, heading: Mine}\n",
    )
    read, found = read_library(Layers.of(project))
    assert not found
    assert read.kinds["risks"].heading == Text("Dangers", "kinds:risks:heading", Location("content/kinds.yaml", 1, 33))
    assert set(read.kinds) == {*library.kinds, "mine"}


def test_entries_without_fault_are_kept_beside_broken_ones(project: Path) -> None:
    write(project / "content/mine.yaml", "good: {shape: prose, heading: Good}\nbad: {shape: prose}\nword: word\n")
    entries, found = read_entries(Layers.of(project), "content/mine.yaml", Kind)
    assert list(entries) == ["good"]
    assert [(finding.id, finding.where.line) for finding in found] == [
        ("content/missing-field", 2),
        ("content/wrong-value", 3),
    ]


def test_a_broken_file_of_entries_is_a_finding_and_the_librarys_entries_stay(project: Path, library: Library) -> None:
    write(project / "content/kinds.yaml", "risks: {shape: points\n")
    read, found = read_library(Layers.of(project))
    assert [finding.id for finding in found] == ["source/syntax"]
    assert set(read.kinds) == set(library.kinds)


def test_one_wrong_word_in_a_list_is_one_fault(project: Path) -> None:
    file = project / "content/brands/sound/brand.yaml"
    write(file, file.read_text("utf-8").replace("[a4]", "[a5]"))
    with pytest.raises(HandoutError) as caught:
        read_brand(Layers.of(project), "sound")
    assert [str(finding.where) for finding in caught.value.findings] == ["content/brands/sound/brand.yaml:8:9"]


@pytest.mark.parametrize(
    ("written", "words"),
    [("paper: []", "empty"), ("colors: teal", "map of `key: value` lines"), ("region: 5", "a text")],
)
def test_what_is_wrong_is_said_in_words(project: Path, written: str, words: str) -> None:
    file = project / "content/brands/sound/brand.yaml"
    key = written.partition(":")[0]
    lines = [written if line.startswith(f"{key}:") else line for line in file.read_text("utf-8").splitlines()]
    write(file, "\n".join(lines) + "\n")
    with pytest.raises(HandoutError) as caught:
        read_brand(Layers.of(project), "sound")
    (finding,) = caught.value.findings
    assert words in finding.what
    assert finding.where.column == len(key) + 3


def test_a_brand_that_is_not_there_is_named(project: Path) -> None:
    with pytest.raises(HandoutError) as caught:
        read_brand(Layers.of(project), "sonud")
    assert [(finding.id, finding.remedy) for finding in caught.value.findings] == [
        ("brand/unknown", "did you mean `sound`?")
    ]


def test_each_fault_of_a_file_is_told_once_and_all_at_once() -> None:
    data, _ = parse_yaml("id: b\nname: 5\nlogo: ''\ncolors: {primary: teal, ink: 7}\nfoo: 1\n", "b.yaml")
    with pytest.raises(HandoutError) as caught:
        validate(Brand, data)
    found = [(finding.id, finding.where.line, finding.where.column) for finding in caught.value.findings]
    assert sorted(found) == sorted(set(found))
    assert set(found) == {
        ("content/wrong-value", 2, 7),
        ("content/wrong-value", 3, 7),
        ("content/wrong-value", 4, 19),
        ("content/wrong-value", 4, 30),
        ("content/missing-field", 4, 9),
        ("content/missing-field", 1, 1),
        ("content/unknown-key", 5, 1),
    }


@pytest.mark.parametrize("name", ["../secret", "../../../secret", "../handouts/sound"])
def test_no_name_leads_out_of_the_blocks(project: Path, library: Library, name: str) -> None:
    for folder in (project.parent, project / "content"):
        write(folder / "secret.yaml", "kind: overview\nparagraphs: {one: A secret.}\n")
    write(project / BLOCKS / "own.yaml", "kind: overview\nparagraphs: {one: Our own.}\n")
    file = project / HANDOUTS / "sound.yaml"
    write(file, file.read_text("utf-8") + f"  - use: {name}\n")
    assert [finding.id for finding in refused(project, library)] == ["content/unknown-block"]


EDITS = st.lists(
    st.tuples(
        st.sampled_from(["delete", "double", "insert", "indent", "cut", "swap"]),
        st.integers(min_value=0, max_value=10_000),
        st.sampled_from(
            [
                *(
                    "",
                    "  x: y",
                    "- a",
                    "    kind: [x]",
                    "  - id: [a]",
                    "  - kind: {a: b}",
                    "claims: HSCT8",
                    "    only: 5",
                ),
                *(
                    "      a: {say: ~}",
                    "  - use: [x]",
                    "  - 5",
                    "blocks: no",
                    "    steps: []",
                    "    terms: {a: b}",
                    "\tx",
                ),
                *(
                    "    heading: '{nofact}'",
                    "    items: {a: {name: 7}}",
                    "id: 3",
                    "imprint: [a]",
                    "    shape: prose",
                    ": :",
                ),
            ]
        ),
    ),
    min_size=1,
    max_size=4,
)


def edited(lines: list[str], edits: list[tuple[str, int, str]]) -> list[str]:
    """The lines after a few things that happen to files."""
    lines = list(lines)
    for what, number, new in edits:
        at = number % max(1, len(lines))
        line = lines[at]
        other = (at + 3) % len(lines)
        changed = {
            "delete": [],
            "double": [line, line],
            "insert": [line, new],
            "indent": [f" {line}"],
            "cut": [line[: number % (len(line) + 1)]],
            "swap": [lines[other]],
        }[what]
        lines[at : at + 1] = changed
        lines = lines or [""]
    return lines


def places_are_real(found: Iterator[Finding] | list[Finding], written: dict[str, str]) -> bool:
    """Whether each place lies inside its file."""
    for finding in found:
        path = finding.where.path
        text = written[path] if path in written else Path(path).read_text("utf-8")
        lines = text.split("\n")
        if not (1 <= finding.where.line <= len(lines)):
            return False
        if not (1 <= finding.where.column <= len(lines[finding.where.line - 1]) + 1):
            return False
    return True


@settings(max_examples=150, deadline=None)
@given(file=st.sampled_from(HANDOUT_FILES), edits=EDITS)
def test_a_spoilt_handout_is_read_or_refused_at_places_inside_a_file(
    file: Path, edits: list[tuple[str, int, str]], library: Library, tmp_path_factory: pytest.TempPathFactory
) -> None:
    project = tmp_path_factory.getbasetemp() / "spoilt"
    path = project / HANDOUTS / file.name
    text = "\n".join(edited(file.read_text("utf-8").splitlines(), edits))
    write(path, text)
    handout, found = read_or_refused(Layers.of(project), file.stem, library)
    path.unlink()
    assert handout is not None or found
    assert places_are_real(found, {path.as_posix(): text})
    assert all(finding.what and finding.remedy for finding in found)


def read_or_refused(layers: Layers, handout_id: str, library: Library) -> tuple[Handout | None, list[Finding]]:
    try:
        return read_handout(layers, handout_id, library)
    except HandoutError as error:
        return None, list(error.findings)


def test_there_are_handouts_to_spoil() -> None:
    assert len(HANDOUT_FILES) == 7


def test_the_glossary_of_a_handout_is_a_list_of_ids(project: Path, library: Library) -> None:
    (glossary,) = [block for block in sound(project, library).blocks if isinstance(block, Glossary)]
    assert glossary.terms == ("lupus",)

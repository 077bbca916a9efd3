"""YAML text to values that know where they were written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handouts.findings import Finding, HandoutError, Location, Severity
from handouts.source import SIZE_LIMIT, Map, Scalar, Seq, parse_yaml, read_yaml

BREAKS = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
"""What YAML 1.1's scanner counts as the end of a line; most editors count only the line feed."""


def faults(text: str) -> list[Finding]:
    with pytest.raises(HandoutError) as caught:
        parse_yaml(text, "x.yaml")
    return list(caught.value.findings)


def places(text: str) -> list[tuple[str, int, int]]:
    return [(finding.id, finding.where.line, finding.where.column) for finding in faults(text)]


def read_or_refused(text: str) -> tuple[Map | None, list[Finding]]:
    """What a text holds, or None, and what is told of it."""
    try:
        return parse_yaml(text, "x.yaml")
    except HandoutError as error:
        return None, list(error.findings)


def lies_inside(where: Location, text: str) -> bool:
    """Whether a place is a character of the text, or the end of one of its lines."""
    for lines in (BREAKS.split(text), text.split("\n")):
        if 1 <= where.line <= len(lines) and 1 <= where.column <= len(lines[where.line - 1]) + 1:
            return True
    return False


def all_places(value: object) -> list[Location]:
    if isinstance(value, Map):
        below = [place for item in value.values() for place in all_places(item)]
        return [value.at, *value.key_at.values(), *value.value_at.values(), *below]
    if isinstance(value, Seq):
        return [value.at, *value.value_at, *(place for item in value for place in all_places(item))]
    return [value.at] if isinstance(value, Scalar) else []


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("8:30", "8:30"),
        ("0100", "0100"),
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("2026-11-22", "2026-11-22"),
        ("1e3", "1e3"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        (".5", ".5"),
        ("=", "="),
        ("~", None),
        ("null", None),
        ("", None),
        ("true", True),
        ("False", False),
        ("tRUE", "tRUE"),
        ("0", 0),
        ("-7", -7),
        ("38.0", 38.0),
        ("'7'", "7"),
        ('"~"', "~"),
        ('"true"', "true"),
        ("|\n  See us # 3 times", "See us # 3 times\n"),
    ],
)
def test_the_traps_of_yaml_do_not_spring(written: str, value: object) -> None:
    read, warnings = parse_yaml(f"a: {written}\n", "x.yaml")
    assert read["a"] == value
    assert type(read["a"]) in ({Scalar} if isinstance(value, str) else {type(value)})
    assert warnings == []


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("a: See us # 3 times\n", 1, 10),
        ("a: one\n  two # three\n", 2, 6),
        ("b: 1\na: {b: one two # three\n  }\n", 2, 15),
        ("a: b c #\n", 1, 7),
    ],
)
def test_a_comment_that_cuts_a_text_off_is_a_warning(text: str, line: int, column: int) -> None:
    _, (warning,) = parse_yaml(text, "x.yaml")
    assert warning.id == "source/comment-after-text"
    assert warning.severity is Severity.WARNING
    assert warning.where == Location("x.yaml", line, column)
    assert "quotes" in warning.remedy


@pytest.mark.parametrize(
    "text", ["a: 'See us' # note\n", "a: 5 # five\n", "a: b c\n# note\n", "a: x#3 y\n", "# note\na: b c"]
)
def test_other_comments_are_no_fault(text: str) -> None:
    assert parse_yaml(text, "x.yaml")[1] == []


def test_every_value_and_key_knows_its_place() -> None:
    read, _ = parse_yaml('id: one\nblocks:\n  - id: "two"\n    list: [3, four]\n', "x.yaml")
    (block,) = read["blocks"]
    assert read["id"].at == Location("x.yaml", 1, 5)
    assert read.key_at["blocks"] == Location("x.yaml", 2, 1)
    assert read["blocks"].value_at == [Location("x.yaml", 3, 5)]
    assert block["id"].at == Location("x.yaml", 3, 9)
    assert block.value_at["list"] == block["list"].at == Location("x.yaml", 4, 11)
    assert block["list"].value_at == [Location("x.yaml", 4, 12), Location("x.yaml", 4, 15)]


def test_a_copy_of_a_map_is_its_own() -> None:
    read, _ = parse_yaml("a: 1\nb: two\n", "x.yaml")
    twin = read.copy()
    twin.put("a", 3, Location("y"), Location("y"))
    assert (read["a"], twin["a"], twin["b"]) == (1, 3, "two")
    assert (read.key_at["a"], twin.key_at["a"]) == (Location("x.yaml"), Location("y"))
    assert twin.value_at["b"] == read.value_at["b"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb: 2\na: 3\n", [("source/duplicate-key", 3, 1)]),
        ("a: 1\nb: {c: 1, c: 2}\na: 3\n", [("source/duplicate-key", 2, 11), ("source/duplicate-key", 3, 1)]),
        ("a:\n\t- b\n", [("source/tab", 2, 1)]),
        ("a:\n  b: 1\n\tc: 2\n", [("source/tab", 3, 1)]),
        ("a: b: c\n", [("source/syntax", 1, 5)]),
        ("a: [1, 2\nb: 3\n", [("source/syntax", 2, 2)]),
        ("a: 1\n---\nb: 2\n", [("source/syntax", 2, 1)]),
        ("a: ring\x07\n", [("source/character", 1, 8)]),
        ("a: &x [1]\nb: *x\n", [("source/alias", 2, 4)]),
        ("a: &x one\nb: *x\n", [("source/alias", 2, 4)]),
        ("a: !word b\n", [("source/tag", 1, 4)]),
        ("a: !!python/name:os.system b\n", [("source/tag", 1, 4)]),
        ("a: !!binary aGk=\n", [("source/tag", 1, 4)]),
        ("? [a]\n: b\n", [("source/key", 1, 3)]),
        ("- a\n", [("source/not-a-map", 1, 1)]),
        ("a word\n", [("source/not-a-map", 1, 1)]),
        ("", [("source/not-a-map", 1, 1)]),
    ],
)
def test_faults_are_found_at_their_place(text: str, expected: list[tuple[str, int, int]]) -> None:
    assert places(text) == expected
    assert all(lies_inside(finding.where, text) and finding.remedy for finding in faults(text))


def test_a_tab_inside_a_text_is_no_tab_where_spaces_belong() -> None:
    assert parse_yaml("a: one\ttwo\n", "x.yaml")[0]["a"] == "one\ttwo"


def test_a_syntax_error_after_a_tab_that_is_allowed_is_told_as_what_it_is() -> None:
    assert places('a: "x\ty" z\n')[0][0] == "source/syntax"


@pytest.mark.parametrize("text", ["a: " + "9" * 5000 + "\n", "a: " + "[" * 2000 + "]" * 2000 + "\n"])
def test_what_no_person_writes_is_refused_and_does_not_crash(text: str) -> None:
    assert all(lies_inside(finding.where, text) for finding in read_or_refused(text)[1])


PIECES = st.sampled_from(
    [
        *(
            "a",
            "b: ",
            "- ",
            ": ",
            "? ",
            "# x",
            "|",
            ">",
            "'",
            '"',
            "[",
            "]",
            "{",
            "}",
            ",",
            "&a ",
            "*a",
            "!t ",
            "!!int ",
        ),
        *(
            "\n",
            "\n  ",
            "\n    ",
            "\t",
            "~",
            "8:30",
            "no",
            "%",
            "@",
            "---\n",
            "...\n",
            "<<: ",
            "\\",
            "\x85",
            "\u2028",
            "é",
            "白",
        ),
    ]
)
NEARLY_YAML = st.lists(PIECES, max_size=40).map("".join)


@settings(max_examples=400)
@given(st.one_of(NEARLY_YAML, st.text(), NEARLY_YAML.map(lambda text: f"id: x\n{text}")))
def test_any_text_is_read_or_refused_at_places_inside_it(text: str) -> None:
    read, found = read_or_refused(text)
    assert read is not None or found
    assert all(lies_inside(place, text) for place in all_places(read))
    assert all(lies_inside(finding.where, text) and finding.where.path == "x.yaml" for finding in found)


def test_a_file_is_read_with_the_path_as_a_person_would_type_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.yaml").write_bytes(b"\xef\xbb\xbfid: one\r\nb: caf\xc3\xa9\r\n")
    read, _ = read_yaml(Path("a.yaml"))
    assert read == {"id": "one", "b": "café"}
    assert read["b"].at == Location("a.yaml", 2, 4)


@pytest.mark.parametrize(
    ("raw", "kind", "line"),
    [(b"a: 1\nb: \xff\n", "source/encoding", 2), (b"a: " + b"x" * SIZE_LIMIT, "source/too-large", 1)],
)
def test_a_file_that_is_no_text_of_ours_is_refused(tmp_path: Path, raw: bytes, kind: str, line: int) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(raw)
    with pytest.raises(HandoutError) as caught:
        read_yaml(path)
    (finding,) = caught.value.findings
    assert (finding.id, finding.where.line) == (kind, line)


def test_a_file_that_cannot_be_read_is_a_finding(tmp_path: Path) -> None:
    with pytest.raises(HandoutError) as caught:
        read_yaml(tmp_path / "none.yaml")
    assert caught.value.findings[0].id == "source/unreadable"

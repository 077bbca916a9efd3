"""YAML text to values that know where they were written.

The rules are those of YAML 1.2's core schema, so that `8:30`, `0100`, `no` and `2026-11-22` are texts and
not numbers, truth values or dates; a key that stands twice, an alias, a tag and a tab are errors.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import yaml

from handouts.findings import Finding, HandoutError, Location, Severity
from handouts.layers import read_text, shown_path

SIZE_LIMIT: Final = 1_000_000
DEPTH_LIMIT: Final = 40


class Scalar(str):
    """A text with its place."""

    __slots__ = ("at",)

    at: Location


class Map(dict[str, Any]):
    """A map with its place and those of its keys and values."""

    def __init__(self, at: Location) -> None:
        super().__init__()
        self.at = at
        self.key_at: dict[str, Location] = {}
        self.value_at: dict[str, Location] = {}

    def put(self, key: str, value: object, key_at: Location, value_at: Location) -> None:
        """Add an entry with its places."""
        self[key] = value
        self.key_at[key] = key_at
        self.value_at[key] = value_at

    def copy(self) -> Map:
        """A copy that may be changed without changing this one."""
        twin = Map(self.at)
        for key, value in self.items():
            twin.put(key, value, self.key_at.get(key, self.at), self.value_at.get(key, self.at))
        return twin


class Seq(list[Any]):
    """A list with its place and those of its entries."""

    def __init__(self, at: Location) -> None:
        super().__init__()
        self.at = at
        self.value_at: list[Location] = []


def read_yaml(path: Path) -> tuple[Map, list[Finding]]:
    """The map that a YAML file holds, and warnings. Raises HandoutError with every fault that can be seen."""
    return parse_yaml(read_text(path, SIZE_LIMIT), shown_path(path))


def parse_yaml(text: str, path: str) -> tuple[Map, list[Finding]]:
    """The map that a YAML text holds, and warnings. Raises HandoutError."""
    try:
        found = list(_forbidden_events(text, path))
        node = None if found else yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        raise HandoutError([_syntax_fault(error, text, path)]) from None
    except yaml.YAMLError:
        raise HandoutError([_forbidden_character(text, path)]) from None
    if found:
        raise HandoutError(found)
    converter = _Converter(path, text.splitlines())
    if not isinstance(node, yaml.MappingNode):
        where = converter.at(node) if node else Location(path)
        raise HandoutError(
            [Finding("source/not-a-map", where, "the file does not hold `key: value` lines", "begin with `id: ...`")]
        )
    value = converter.value(node)
    if converter.faults:
        raise HandoutError(converter.faults)
    assert isinstance(value, Map)
    return value, converter.warnings


def _forbidden_events(text: str, path: str) -> Iterator[Finding]:
    """Aliases, tags and nesting that no content needs: composing hides the first two and cannot bear the third."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        mark = event.start_mark
        where = Location(path, mark.line + 1, mark.column + 1) if mark else Location(path)
        if isinstance(event, yaml.AliasEvent):
            what, remedy = f"an alias (`*{event.anchor}`)", "write the passage out where it is used"
            yield Finding("source/alias", where, what, remedy)
        elif tag := getattr(event, "tag", None):
            yield Finding("source/tag", where, f"the tag `{tag}`", "remove it: tags have no meaning here")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEPTH_LIMIT:
            yield Finding("source/too-deep", where, f"more than {DEPTH_LIMIT} levels", "write it flatter")
            return


def _syntax_fault(error: yaml.MarkedYAMLError, text: str, path: str) -> Finding:
    mark = error.problem_mark or error.context_mark
    lines = text.splitlines() or [""]
    line = min(mark.line + 1 if mark else 1, len(lines))
    here = lines[line - 1]
    column = min(mark.column + 1 if mark else 1, len(here) + 1)
    indent = here[: len(here) - len(here.lstrip())]
    if "\t" in indent or here[column - 1 : column] == "\t":
        tab = Location(path, line, here.index("\t") + 1)
        return Finding("source/tab", tab, "a tab stands where YAML wants spaces", "indent with two spaces")
    what = f"YAML syntax: {error.problem or 'cannot be read'}"
    remedy = "look at this line and the one above: a quote, a bracket, a colon or the indent is off"
    return Finding("source/syntax", Location(path, line, column), what, remedy)


def _forbidden_character(text: str, path: str) -> Finding:
    match = re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]", text)
    start = match.start() if match else 0
    line = text.count("\n", 0, start) + 1
    column = start - (text.rfind("\n", 0, start) + 1) + 1
    what = f"the character U+{ord(text[start]):04X}, which YAML forbids"
    return Finding("source/character", Location(path, line, column), what, "remove it")


_INTEGER: Final = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})\Z")
_FLOAT: Final = re.compile(r"[-+]?[0-9]{1,18}\.[0-9]{1,18}\Z")


class _Converter:
    """Nodes to values; notes faults and warnings as it goes."""

    def __init__(self, path: str, lines: list[str]) -> None:
        self.path = path
        self.lines = lines
        self.faults: list[Finding] = []
        self.warnings: list[Finding] = []

    def at(self, node: yaml.Node) -> Location:
        line = min(node.start_mark.line + 1, len(self.lines) or 1)  # what is left out at the end lies behind it
        width = len(self.lines[line - 1]) if self.lines else 0
        return Location(self.path, line, min(node.start_mark.column, width) + 1)

    def fault(self, kind: str, node: yaml.Node, what: str, remedy: str) -> None:
        self.faults.append(Finding(f"source/{kind}", self.at(node), what, remedy))

    def value(self, node: yaml.Node) -> object:
        if isinstance(node, yaml.MappingNode):
            return self.map(node)
        if isinstance(node, yaml.SequenceNode):
            return self.seq(node)
        assert isinstance(node, yaml.ScalarNode)
        return self.scalar(node)

    def map(self, node: yaml.MappingNode) -> Map:
        result = Map(self.at(node))
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self.fault("key", key_node, "a key that is not a word", "write the key as one word")
                continue
            key = str(key_node.value)
            if key in result:
                first = result.key_at[key].line
                self.fault("duplicate-key", key_node, f"`{key}` stands twice (first in line {first})", "keep one")
                continue
            value_at = self.at(value_node)
            result.put(key, self.value(value_node), self.at(key_node), value_at)
        return result

    def seq(self, node: yaml.SequenceNode) -> Seq:
        result = Seq(self.at(node))
        for item in node.value:
            result.append(self.value(item))
            result.value_at.append(self.at(item))
        return result

    def scalar(self, node: yaml.ScalarNode) -> object:
        raw = str(node.value)
        if not node.style:
            plain = _core_value(raw)
            if not isinstance(plain, str):
                return plain
            self.warnings.extend(self.lost_ends(node))
        scalar = Scalar(raw)
        scalar.at = self.at(node)
        return scalar

    def lost_ends(self, node: yaml.ScalarNode) -> Iterator[Finding]:
        line = self.lines[node.end_mark.line] if node.end_mark.line < len(self.lines) else ""
        if " " in str(node.value) and re.match(r"\s+#", line[node.end_mark.column :]):
            where = Location(self.path, node.end_mark.line + 1, node.end_mark.column + 1)
            what = "what follows `#` is a comment and is not printed"
            remedy = "put the text in quotes if it belongs to it"
            yield Finding("source/comment-after-text", where, what, remedy, Severity.WARNING)


def _core_value(raw: str) -> object:
    if raw in ("", "~", "null", "Null", "NULL"):
        return None
    if raw.lower() in ("true", "false") and (raw.islower() or raw.istitle() or raw.isupper()):
        return raw.lower() == "true"
    if _INTEGER.match(raw):
        return int(raw)
    return float(raw) if _FLOAT.match(raw) else raw

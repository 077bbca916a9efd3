"""A clinic's style sheet: it leads nowhere, brings no fonts, and asks for nothing that has no end.

WeasyPrint obeys a sheet while it reads it, and names what it refused only in passing. So a sheet is read here
first, token by token (CSS Syntax Level 3): what is said counts, wherever in the sheet it stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile
from typing import Any, Final

import tinycss2  # type: ignore[import-untyped]

from handouts.artwork import address_flaws
from handouts.findings import Finding, Location

SIZE_LIMIT: Final = 200_000
NESTING_LIMIT: Final = 12
NUMBER_LIMIT: Final = 10_000

_RULES: Final = {
    "import": "put the rules of the other style sheet into this one",
    "font-face": "remove it: `font` in the brand's file names a clinic's own font",
    "color-profile": "remove it: write colors as `#rrggbb`",
    "namespace": "remove it",
}
"""Rules that open a file, or that only make sense with one."""
_FETCHING: Final = frozenset(
    {"src", "image", "image-set", "-webkit-image-set", "cross-fade", "-webkit-cross-fade", "expression"}
)
_ENDLESS: Final = frozenset({"repeating-linear-gradient", "repeating-radial-gradient"})
_NAMING: Final = frozenset({"target-counter", "target-counters", "target-text"})
"""Functions that take an address to name a place in the page, and open nothing."""
_BLOCKS: Final = frozenset({"() block", "[] block", "{} block", "function"})


@dataclass(frozen=True, slots=True)
class StyleFlaw:
    """What a style sheet may not do: line and column count within it."""

    what: str
    remedy: str
    line: int
    column: int


def find_style_faults(css: str, path: str) -> Iterator[Finding]:
    """Every flaw of a style sheet, each at its line and column."""
    for flaw in find_style_flaws(css):
        yield Finding("template/unsafe", Location(path, flaw.line, flaw.column), flaw.what, flaw.remedy)


def find_style_flaws(css: str) -> Iterator[StyleFlaw]:
    """What a style sheet may not do, in its order; the same of the declarations of a `style` attribute."""
    if len(css) > SIZE_LIMIT:
        yield StyleFlaw(f"the style sheet has more than {SIZE_LIMIT} characters", "make it smaller", 1, 1)
    else:
        yield from _flaws_of(tinycss2.parse_component_value_list(css, skip_comments=True), ())


def _flaws_of(tokens: Sequence[Any], around: tuple[str, ...]) -> Iterator[StyleFlaw]:
    for token in tokens:
        for what, remedy in _token_faults(token, around):
            yield StyleFlaw(what, remedy, token.source_line, token.source_column)
        if token.type not in _BLOCKS:
            continue
        if len(around) == NESTING_LIMIT:
            what = f"more than {NESTING_LIMIT} brackets within one another"
            yield StyleFlaw(what, "write it flatter", token.source_line, token.source_column)
            return
        name = token.lower_name if token.type == "function" else ""
        yield from _flaws_of(_inside(token), (*around, name))
    yield from _variable_flaws(tokens)


def _inside(block: Any) -> Sequence[Any]:
    inside: Sequence[Any] = block.arguments if block.type == "function" else block.content
    return inside


def _token_faults(token: Any, around: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    kind = token.type
    if kind == "url":
        yield from _address_faults(token.value)
    elif kind == "at-keyword" and token.lower_value in _RULES:
        yield f"the rule `@{token.lower_value}`", _RULES[token.lower_value]
    elif kind == "function":
        yield from _function_faults(token, around)
    elif kind in ("number", "percentage", "dimension") and not abs(token.value) <= NUMBER_LIMIT:
        yield f"a number beyond {NUMBER_LIMIT}", "no page is that large: write a smaller one"
    elif kind == "error":
        yield f"the style sheet cannot be read here: {token.message}", "look for a missing quote or bracket"


def _address_faults(address: str) -> Iterator[tuple[str, str]]:
    for what in address_flaws(address):
        yield what, "remove it, or embed a small PNG or plain SVG as `data:`: nothing is opened"


def _function_faults(function: Any, around: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    name = function.lower_name
    if name == "url":
        for each in function.arguments:
            yield from _address_faults(each.value) if each.type == "string" else ()
    elif name in _FETCHING:
        yield f"the function `{name}()`, which opens what it names", "remove it, or write `url(data:...)`"
    elif name in _ENDLESS:
        yield f"the function `{name}()`, which may have no end", "write each color stop out"
    elif name == "attr" and not _NAMING.intersection(around) and _is_address(function):
        yield "an attribute read as an address", "write `attr(name)`"


def _is_address(attribute: Any) -> bool:
    return any(each.type == "ident" and each.lower_value == "url" for each in attribute.arguments)


def _variable_flaws(tokens: Sequence[Any]) -> Iterator[StyleFlaw]:
    """Variables made of two others: a few dozen, each twice the one before, fill any memory."""
    said = [token for token in tokens if token.type not in ("whitespace", "comment")]
    for index, (name, colon) in enumerate(pairwise(said)):
        if name.type == "ident" and name.value.startswith("--") and colon == ":":
            value = list(takewhile(lambda each: each.type != "literal" or each.value != ";", said[index + 2 :]))
            if _count("var", value) > 1:
                what = f"the variable `{name.value}` is made of more than one other"
                yield StyleFlaw(what, "write out what it stands for", name.source_line, name.source_column)


def _count(function: str, tokens: list[Any]) -> int:
    """How often a function stands among tokens and within them, however deep."""
    waiting, found = list(tokens), 0
    while waiting:
        token = waiting.pop()
        if token.type in _BLOCKS:
            found += token.type == "function" and token.lower_name == function
            waiting += _inside(token)
    return found

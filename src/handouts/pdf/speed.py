"""Short ways through what WeasyPrint does most often. Each gives what the long way gives, and leaves the rest to it.

Measured on the library's sheets, where working out styles, percentages and the flow of boxes is a third of the time.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from tinyhtml5 import inputstream  # type: ignore[import-untyped]
from weasyprint import css, images
from weasyprint.css import INITIAL_NOT_COMPUTED
from weasyprint.css.computed_values import PHYSICAL_FUNCTIONS
from weasyprint.css.properties import INHERITED, INITIAL_VALUES
from weasyprint.formatting_structure import boxes
from weasyprint.layout import absolute, block, column, flex, grid, inline, page, percent, table
from weasyprint.layout import float as float_
from weasyprint.text import line_break


def install() -> None:
    """Put the short ways in place, for all documents to come."""
    css.ComputedStyle.__missing__ = _shorter_style(css.ComputedStyle.__missing__)
    boxes.Box.is_in_normal_flow = _shorter_flow(boxes.Box.is_in_normal_flow)
    shorter = _shorter_percentages(percent.resolve_percentages)
    for module in (absolute, block, column, flex, float_, grid, inline, page, table):
        module.resolve_percentages = shorter
    inline.strut = _kept_at_style(inline.strut)
    line_break.Layout.reactivate = _still_there(line_break.Layout.reactivate)
    line_break.Layout.deactivate = _kept
    inputstream.HTMLUnicodeInputStream.chars_until = _remembered(inputstream.HTMLUnicodeInputStream.chars_until)
    images.SVGImage.draw = _drawn_once(images.SVGImage.draw)


_OWN_RULES: Final = {"display", "float", "page", "position"}
"""Properties whose computed value depends on others, or on more than the parent."""
_TAKEN_OVER: Final = {
    key: key in INHERITED
    for key in INITIAL_VALUES
    if key not in _OWN_RULES
    and not key.startswith("text_decoration_")
    and (key in INHERITED or key not in INITIAL_NOT_COMPUTED)
}
"""Properties that, where no rule sets them, have their parent's value (True) or their initial one (False)."""
_LOGICAL: Final = frozenset(
    function(block="ttb", inline=direction) for function in PHYSICAL_FUNCTIONS.values() for direction in ("ltr", "rtl")
)
"""Properties such as `margin_inline_start`, which set physical ones."""


def _shorter_style(compute: Callable[[Any, str], Any]) -> Callable[[Any, str], Any]:
    """The value of a property that nothing but inheritance or its initial value decides (CSS Cascade 4, 7.1)."""

    @wraps(compute)
    def missing(style: Any, key: str) -> Any:
        cascaded = style.cascaded
        inherits = _TAKEN_OVER.get(key)
        if inherits is None or key in cascaded or style.parent_style is None:
            return compute(style, key)
        if key in PHYSICAL_FUNCTIONS and not _LOGICAL.isdisjoint(cascaded):
            return compute(style, key)
        value = style[key] = style.parent_style[key] if inherits else INITIAL_VALUES[key]
        return value

    return missing


def _shorter_flow(in_flow: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """Whether a box is in the normal flow, as nearly all are (CSS 2.2, 9.3)."""

    @wraps(in_flow)
    def is_in_normal_flow(box: Any) -> bool:
        style = box.style
        return (style["float"] == "none" and style["position"] == "static") or in_flow(box)

    return is_in_normal_flow


_SIDES: Final = ("left", "right", "top", "bottom")
_LENGTHS: Final = (
    *(f"{kind}_{side}" for kind in ("margin", "padding") for side in _SIDES),
    *("width", "min_width", "max_width", "height", "min_height", "max_height"),
)
_BORDERS: Final = tuple(f"border_{side}_width" for side in _SIDES)


def _shorter_percentages(resolve: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
    """The used lengths of a box that has no percentages, and no border that a table decides (CSS 2.2, 8 and 10)."""

    @wraps(resolve)
    def resolve_percentages(box: Any, containing_block: Any) -> None:
        style, used = box.style, {}
        for name in _LENGTHS:
            value = style[name]
            if value == "auto":
                used[name] = 0 if name in {"min_width", "min_height"} else value
            elif getattr(value, "unit", None) == "px":
                used[name] = value.value
            else:
                break
        else:
            plain = style["border_collapse"] != "collapse" and style["box_sizing"] == "content-box"
            if plain and type(box) is not absolute.AbsolutePlaceholder:
                vars(box).update(used)
                vars(box).update((name, style[name]) for name in _BORDERS)
                return
        resolve(box, containing_block)

    return resolve_percentages


def _kept_at_style(strut: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The height of a line and its baseline, worked out once a style."""

    @wraps(strut)
    def once(style: Any) -> Any:
        found = vars(style).get("strut")
        if found is None:
            found = style.strut = strut(style)
        return found

    return once


def _kept(layout: Any) -> None:
    """Leave a line of text as it was laid out, for the drawing."""


def _still_there(reactivate: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
    """A line that is laid out again for the drawing only where words are spread out (`text-align: justify`)."""

    def again(layout: Any, style: Any) -> None:
        if layout.justification_spacing:
            reactivate(layout, style)

    return again


def _remembered(chars_until: Callable[..., str]) -> Callable[..., str]:
    """The characters up to one of a set, by a pattern that is made once; tinyhtml5 keeps it under a wrong key."""

    @wraps(chars_until)
    def until(stream: Any, characters: Any, opposite: bool = False) -> str:
        known = inputstream.characters_until_regex
        if (characters, opposite) not in known:
            listed = "".join(f"\\x{ord(character):02x}" for character in characters)
            known[characters, opposite] = re.compile(f"[{'' if opposite else '^'}{listed}]+")
        return chars_until(stream, characters, opposite)

    return until


def _drawn_once(draw: Callable[..., None]) -> Callable[..., None]:
    """A drawing that is on every page, as a logo is: what it writes is kept and written again."""

    @wraps(draw)
    def drawn(image: Any, stream: Any, width: float, height: float, style: Any) -> None:
        known = stream._fonts.drawings  # noqa: SLF001 - what lives as long as the document is made
        _forget_state(stream)
        key = id(image), id(stream._resources), width, height  # noqa: SLF001 - names in it count in its stream only
        if key not in known:
            start = len(stream.stream)
            draw(image, stream, width, height, style)
            known[key] = stream.stream[start:]
        else:
            stream.stream.extend(known[key])
        _forget_state(stream)

    return drawn


def _forget_state(stream: Any) -> None:
    """Have the stream write colors and fonts anew, whatever was written before."""
    stream._current_color = stream._current_color_stroke = None  # noqa: SLF001 - as its own `pop_state` does
    stream._current_alpha = stream._current_alpha_stroke = None  # noqa: SLF001
    stream._current_font = None  # noqa: SLF001

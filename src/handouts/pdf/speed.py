"""Short ways through what WeasyPrint does most often. Each gives what the long way gives, and leaves the rest to it.

Measured on the library's sheets, where working out styles, percentages and the flow of boxes is a third of the time.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from weasyprint import css
from weasyprint.css import INITIAL_NOT_COMPUTED
from weasyprint.css.computed_values import PHYSICAL_FUNCTIONS
from weasyprint.css.properties import INHERITED, INITIAL_VALUES
from weasyprint.formatting_structure import boxes
from weasyprint.layout import inline, percent, table
from weasyprint.text import line_break


def install() -> None:
    """Put the short ways in place, for all documents to come."""
    css.ComputedStyle.__missing__ = _shorter_style(css.ComputedStyle.__missing__)
    boxes.Box.is_in_normal_flow = _shorter_flow(boxes.Box.is_in_normal_flow)
    shorter = _shorter_percentage(percent.resolve_one_percentage)
    for module in (inline, percent, table):
        module.resolve_one_percentage = shorter
    line_break.Layout.reactivate = _still_there(line_break.Layout.reactivate)
    line_break.Layout.deactivate = _kept


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


def _shorter_percentage(resolve: Callable[[Any, str, Any], None]) -> Callable[[Any, str, Any], None]:
    """The used value of a length that is no percentage."""

    @wraps(resolve)
    def resolve_one_percentage(box: Any, name: str, refer_to: Any) -> None:
        value = box.style[name]
        if getattr(value, "unit", None) == "px":
            setattr(box, name, value.value)
        else:
            resolve(box, name, refer_to)

    return resolve_one_percentage


def _kept(layout: Any) -> None:
    """Leave a line of text as it was laid out, for the drawing."""


def _still_there(reactivate: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
    """A line that is laid out again for the drawing only where words are spread out (`text-align: justify`)."""

    def again(layout: Any, style: Any) -> None:
        if layout.justification_spacing:
            reactivate(layout, style)

    return again

"""Short ways through what WeasyPrint does most often. Each gives what the long way gives, and leaves the rest to it.

Measured on the library's sheets, where working out styles, percentages and the flow of boxes is a third of the time.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, Final

from tinyhtml5 import inputstream  # type: ignore[import-untyped]
from weasyprint import css, draw, images
from weasyprint.css import INITIAL_NOT_COMPUTED
from weasyprint.css.computed_values import COMPUTER_FUNCTIONS, PHYSICAL_FUNCTIONS, border_width
from weasyprint.css.properties import INHERITED, INITIAL_VALUES
from weasyprint.formatting_structure import boxes
from weasyprint.layout import absolute, background, block, column, flex, grid, inline, page, percent, preferred, table
from weasyprint.layout import float as float_
from weasyprint.text import line_break
from weasyprint.text.ffi import ffi, gobject, pango


def install() -> None:
    """Put the short ways in place, for all documents to come."""
    css.ComputedStyle.__missing__ = _shorter_style(css.ComputedStyle.__missing__)
    css.ComputedStyle.__init__ = _begun(css.ComputedStyle.__init__)
    css.AnonymousStyle.__init__ = _begun_anonymous(css.AnonymousStyle.__init__)
    boxes.Box.is_in_normal_flow = _shorter_flow(boxes.Box.is_in_normal_flow)
    shorter = _shorter_percentages(percent.resolve_percentages)
    for module in (absolute, block, column, flex, float_, grid, inline, page, table):
        module.resolve_percentages = shorter
    background.resolve_radii_percentages = _shorter_radii(background.resolve_radii_percentages)
    background.layout_box_backgrounds = _shorter_backgrounds(background.layout_box_backgrounds)
    draw.draw_border = _shorter_border(draw.draw_border)
    inline.strut = _kept_at_style(inline.strut)
    inline.split_first_line = preferred.split_first_line = _split_once(line_break.split_first_line)
    inline.can_break_text = lru_cache(_PAIRS)(inline.can_break_text)
    line_break.Layout.setup = _set_up_once(line_break.Layout.setup)
    line_break.Layout.reactivate = _still_there(line_break.Layout.reactivate)
    line_break.Layout.deactivate = _kept
    inputstream.HTMLUnicodeInputStream.chars_until = _remembered(inputstream.HTMLUnicodeInputStream.chars_until)
    images.SVGImage.draw = _drawn_once(images.SVGImage.draw)


_OWN_RULES: Final = {"display", "float", "position"}
"""Properties whose computed value depends on others."""
_FROM_PARENT: Final = INHERITED | {"page", *(key for key in INITIAL_VALUES if key.startswith("text_decoration_"))}
_TAKEN_OVER: Final = {
    key: key in _FROM_PARENT
    for key in INITIAL_VALUES
    if key not in _OWN_RULES and (key in _FROM_PARENT or key not in INITIAL_NOT_COMPUTED)
}
"""Properties that, where no rule sets them, have their parent's value (True) or their initial one (False)."""
_LOGICAL: Final = frozenset(
    function(block="ttb", inline=direction) for function in PHYSICAL_FUNCTIONS.values() for direction in ("ltr", "rtl")
)
"""Properties such as `margin_inline_start`, which set physical ones."""


_INITIAL: Final = {key: INITIAL_VALUES[key] for key, inherits in _TAKEN_OVER.items() if not inherits}
_IN_FLOW: Final = {key: INITIAL_VALUES[key] for key in ("float", "position")}
_INLINE: Final = {**_IN_FLOW, "display": INITIAL_VALUES["display"]}
_STYLE_OF: Final = {
    key: key.replace("width", "style") for key, compute in COMPUTER_FUNCTIONS.items() if compute is border_width
}
"""The property that makes a border no border at all, by that of its width."""


def _begun(init: Callable[..., None]) -> Callable[..., None]:
    """A style that has its initial values from the start, where no rule sets another."""

    @wraps(init)
    def begin(style: Any, parent_style: Any, cascaded: Any, *more: Any) -> None:
        init(style, parent_style, cascaded, *more)
        if parent_style is None or not _LOGICAL.isdisjoint(cascaded):
            return
        style.update(_INITIAL)
        if _IN_FLOW.keys().isdisjoint(cascaded):
            begun = _IN_FLOW if "display" in cascaded else _INLINE
            style.update(begun)
            style.specified.update(begun)
        for key in cascaded:
            style.pop(key, None)

    return begin


def _begun_anonymous(init: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
    """The same for boxes that no rule matches; the borders that they lack come after."""

    @wraps(init)
    def begin(style: Any, parent_style: Any) -> None:
        style.update(_INITIAL)
        init(style, parent_style)

    return begin


def _shorter_style(compute: Callable[[Any, str], Any]) -> Callable[[Any, str], Any]:
    """The value of a property that nothing but inheritance or its initial value decides (CSS Cascade 4, 7.1)."""

    @wraps(compute)
    def missing(style: Any, key: str) -> Any:
        cascaded = style.cascaded
        if key in cascaded or style.parent_style is None:
            return compute(style, key)
        if key in PHYSICAL_FUNCTIONS and not _LOGICAL.isdisjoint(cascaded):
            return compute(style, key)
        inherits = _TAKEN_OVER.get(key)
        if inherits is not None:
            value = style[key] = style.parent_style[key] if inherits else INITIAL_VALUES[key]
        elif key in _STYLE_OF and style[_STYLE_OF[key]] == "none":
            value = style[key] = 0
        else:
            value = compute(style, key)
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
    """The used lengths of a box that has no percentages, and no border that a table decides (CSS 2.2, 8 and 10).

    They are worked out once a style: what changes a style while boxes are laid out makes a copy of it first.
    """

    @wraps(resolve)
    def resolve_percentages(box: Any, containing_block: Any) -> None:
        kept = vars(box.style)
        used = kept["lengths"] if "lengths" in kept else kept.setdefault("lengths", _lengths(box.style))
        if used is None or type(box) is absolute.AbsolutePlaceholder:
            resolve(box, containing_block)
        else:
            vars(box).update(used)

    return resolve_percentages


def _lengths(style: Any) -> dict[str, Any] | None:
    """The used lengths of all boxes of a style, or None where they differ."""
    if style["border_collapse"] == "collapse" or style["box_sizing"] != "content-box":
        return None
    used = {name: style[name] for name in _BORDERS}
    for name in _LENGTHS:
        value = style[name]
        if value == "auto":
            used[name] = 0 if name in {"min_width", "min_height"} else value
        elif getattr(value, "unit", None) == "px":
            used[name] = value.value
        else:
            return None
    return used


_CORNERS: Final = tuple(f"border_{side}_radius" for side in ("top_left", "top_right", "bottom_right", "bottom_left"))


def _shorter_radii(resolve: Callable[[Any], None]) -> Callable[[Any], None]:
    """The corners of a box without round ones."""

    @wraps(resolve)
    def resolve_radii_percentages(box: Any) -> None:
        style = box.style
        if all(style[name] == _SHARP for name in _CORNERS):
            vars(getattr(box, "_box", box)).update(_NO_RADII)
        else:
            resolve(box)

    return resolve_radii_percentages


_SHARP: Final = INITIAL_VALUES[_CORNERS[0]]
_NO_RADII: Final = dict.fromkeys(_CORNERS, (0, 0))


def _shorter_backgrounds(lay_out: Callable[..., None]) -> Callable[..., None]:
    """No background for a box whose style has none, as most have none."""

    @wraps(lay_out)
    def layout_box_backgrounds(
        page: Any, box: Any, get_image: Any, layout_children: bool = True, style: Any = None
    ) -> None:
        if style is not None or box is page or not _bare(box.style):
            lay_out(page, box, get_image, layout_children, style)
            return
        background.resolve_radii_percentages(box)
        if layout_children:
            for child in box.all_children():
                layout_box_backgrounds(page, child, get_image)
        box.background = None

    return layout_box_backgrounds


_NOTHING: Final = {
    key: INITIAL_VALUES[key]
    for key in ("background_color", "background_image", "border_image_source", "box_shadow", "mask_border_source")
}


def _bare(style: Any) -> bool:
    """Whether a style draws neither a background nor a border of pictures."""
    kept = vars(style)
    if "bare" not in kept:
        kept["bare"] = all(style[key] is value for key, value in _NOTHING.items())
    return bool(kept["bare"])


def _shorter_border(draw_border: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
    """No border where all are without width."""

    @wraps(draw_border)
    def shorter(stream: Any, box: Any) -> None:
        style = box.style
        drawn = box.border_top_width or box.border_right_width or box.border_bottom_width or box.border_left_width
        if drawn or not _bare(style) or (style["column_count"], style["column_width"]) != ("auto", "auto"):
            draw_border(stream, box)

    return shorter


def _kept_at_style(strut: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The height of a line and its baseline, worked out once a style."""

    @wraps(strut)
    def once(style: Any) -> Any:
        found = vars(style).get("strut")
        if found is None:
            found = style.strut = strut(style)
        return found

    return once


_PAIRS: Final = 1 << 12
"""Of how many pairs of letters it is known at a time whether a line may break between them."""


def _split_once(split: Callable[..., Any]) -> Callable[..., Any]:
    """A line of text, laid out once a document where the same is asked again.

    So it is with what stands in all margins, with widths of columns, and with a block that moves to the next page.
    Lines are changed by nothing but `text-align: justify`, which is left aside.
    """

    @wraps(split)
    def split_first_line(text: str, style: Any, context: Any, max_width: Any, spacing: float, **how: bool) -> Any:
        if context is None or spacing:
            return split(text, style, context, max_width, spacing, **how)
        known = vars(context).setdefault("lines", {})
        # the layout that is found keeps its style alive; white space is what is set later on, for leaders
        key = text, id(style), style["white_space"], max_width, *how.items()
        found = known.get(key)
        if found is None:
            found = known[key] = split(text, style, context, max_width, spacing, **how)
        return found

    return split_first_line


_SET_UP: Final = ("language", "ascent", "underline_position", "strikethrough_position")
_IF_DECORATED: Final = ("underline_thickness", "strikethrough_thickness")


def _set_up_once(setup: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
    """A layout without text, which is made once a style and copied."""
    ffi.cdef("PangoLayout * pango_layout_copy (PangoLayout * layout);")

    def copied(layout: Any) -> Any:
        return ffi.gc(pango.pango_layout_copy(layout), gobject.g_object_unref)

    @wraps(setup)
    def set_up(layout: Any, style: Any) -> None:
        kept = vars(style).get("layout")
        if kept is None:
            setup(layout, style)
            names = (*_SET_UP, *(_IF_DECORATED if layout.ascent is not None else ()))
            style.layout = copied(layout.layout), {name: getattr(layout, name) for name in names}
        else:
            empty, rest = kept
            vars(layout).update(rest, style=style, first_line_direction=0, layout=copied(empty))

    return set_up


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

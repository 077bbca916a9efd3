"""Pdfium, the reader of most browsers: its functions, and each page of a file opened once for all who read it.

What a page has is read in columns: one function of pdfium over all objects or characters in a row, without a step of
Python between. A call then costs an eighth of a microsecond, and a page has some thousand letters.
"""

from __future__ import annotations

import ctypes
from array import array
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import chain, compress, count, pairwise, repeat
from operator import ne
from types import SimpleNamespace
from typing import Any, Final, TypeVar

TEXT, PATH, IMAGE, SHADING, FORM = 1, 2, 3, 4, 5
"""Pdfium's kinds of objects."""

_HANDLE: Final = ctypes.c_void_p
_NUMBER: Final = ctypes.c_int
_SIZE: Final = ctypes.c_size_t
_CODE: Final = ctypes.c_uint
_LONG: Final = ctypes.c_ulong
_CALLS: Final[Mapping[str, tuple[Any, ...]]] = {
    "objects_of_page": ("FPDFPage_CountObjects", _NUMBER, _HANDLE),
    "object_of_page": ("FPDFPage_GetObject", _HANDLE, _HANDLE, _NUMBER),
    "objects_of_form": ("FPDFFormObj_CountObjects", _NUMBER, _HANDLE),
    "object_of_form": ("FPDFFormObj_GetObject", _HANDLE, _HANDLE, _SIZE),
    "type": ("FPDFPageObj_GetType", _NUMBER, _HANDLE),
    "content": ("FPDFPageObj_GetMarkedContentID", _NUMBER, _HANDLE),
    "marks": ("FPDFPageObj_CountMarks", _NUMBER, _HANDLE),
    "mark": ("FPDFPageObj_GetMark", _HANDLE, _HANDLE, _SIZE),
    "mark_name": ("FPDFPageObjMark_GetName", _NUMBER, _HANDLE, _HANDLE, _LONG, _HANDLE),
    "bounds": ("FPDFPageObj_GetBounds", _NUMBER, *[_HANDLE] * 5),
    "matrix": ("FPDFPageObj_GetMatrix", _NUMBER, _HANDLE, _HANDLE),
    "fill": ("FPDFPageObj_GetFillColor", _NUMBER, *[_HANDLE] * 5),
    "stroke": ("FPDFPageObj_GetStrokeColor", _NUMBER, *[_HANDLE] * 5),
    "stroke_width": ("FPDFPageObj_GetStrokeWidth", _NUMBER, _HANDLE, _HANDLE),
    "pattern": ("FPDFPageObj_GetRenderedFillPattern", _HANDLE, _HANDLE, _HANDLE),
    "drop_bitmap": ("FPDFBitmap_Destroy", None, _HANDLE),
    "clip": ("FPDFPageObj_GetClipPath", _HANDLE, _HANDLE),
    "clip_paths": ("FPDFClipPath_CountPaths", _NUMBER, _HANDLE),
    "clip_segments": ("FPDFClipPath_CountPathSegments", _NUMBER, _HANDLE, _NUMBER),
    "clip_segment": ("FPDFClipPath_GetPathSegment", _HANDLE, _HANDLE, _NUMBER, _NUMBER),
    "draw_mode": ("FPDFPath_GetDrawMode", _NUMBER, _HANDLE, _HANDLE, _HANDLE),
    "segments": ("FPDFPath_CountSegments", _NUMBER, _HANDLE),
    "segment": ("FPDFPath_GetPathSegment", _HANDLE, _HANDLE, _NUMBER),
    "segment_type": ("FPDFPathSegment_GetType", _NUMBER, _HANDLE),
    "segment_point": ("FPDFPathSegment_GetPoint", _NUMBER, _HANDLE, _HANDLE, _HANDLE),
    "font": ("FPDFTextObj_GetFont", _HANDLE, _HANDLE),
    "font_size": ("FPDFTextObj_GetFontSize", _NUMBER, _HANDLE, _HANDLE),
    "mode": ("FPDFTextObj_GetTextRenderMode", _NUMBER, _HANDLE),
    "font_name": ("FPDFFont_GetBaseFontName", _SIZE, _HANDLE, _HANDLE, _SIZE),
    "font_angle": ("FPDFFont_GetItalicAngle", _NUMBER, _HANDLE, _HANDLE),
    "font_flags": ("FPDFFont_GetFlags", _NUMBER, _HANDLE),
    "font_embedded": ("FPDFFont_GetIsEmbedded", _NUMBER, _HANDLE),
    "characters": ("FPDFText_CountChars", _NUMBER, _HANDLE),
    "character": ("FPDFText_GetUnicode", _CODE, _HANDLE, _NUMBER),
    "object_of_character": ("FPDFText_GetTextObject", _HANDLE, _HANDLE, _NUMBER),
    "loose_box": ("FPDFText_GetLooseCharBox", _NUMBER, _HANDLE, _NUMBER, _HANDLE),
    "language": ("FPDFCatalog_GetLanguage", _LONG, _HANDLE, _HANDLE, _LONG),
    "is_tagged": ("FPDFCatalog_IsTagged", _NUMBER, _HANDLE),
    "tree": ("FPDF_StructTree_GetForPage", _HANDLE, _HANDLE),
    "close_tree": ("FPDF_StructTree_Close", None, _HANDLE),
    "tops": ("FPDF_StructTree_CountChildren", _NUMBER, _HANDLE),
    "top": ("FPDF_StructTree_GetChildAtIndex", _HANDLE, _HANDLE, _NUMBER),
    "kids": ("FPDF_StructElement_CountChildren", _NUMBER, _HANDLE),
    "kid": ("FPDF_StructElement_GetChildAtIndex", _HANDLE, _HANDLE, _NUMBER),
    "kid_content": ("FPDF_StructElement_GetChildMarkedContentID", _NUMBER, _HANDLE, _NUMBER),
    "role": ("FPDF_StructElement_GetType", _LONG, _HANDLE, _HANDLE, _LONG),
    "own_language": ("FPDF_StructElement_GetLang", _LONG, _HANDLE, _HANDLE, _LONG),
    "alt": ("FPDF_StructElement_GetAltText", _LONG, _HANDLE, _HANDLE, _LONG),
    "attributes": ("FPDF_StructElement_GetAttributeCount", _NUMBER, _HANDLE),
    "attribute": ("FPDF_StructElement_GetAttributeAtIndex", _HANDLE, _HANDLE, _NUMBER),
    "value": ("FPDF_StructElement_Attr_GetValue", _HANDLE, _HANDLE, ctypes.c_char_p),
    "value_text": ("FPDF_StructElement_Attr_GetStringValue", _NUMBER, _HANDLE, _HANDLE, _LONG, _HANDLE),
}
"""The functions of pdfium that are needed: what we call them, their names, results and arguments."""


@cache
def calls() -> SimpleNamespace:
    """These functions, bound to plain addresses: several times as fast to call as with typed pointers."""
    from pypdfium2 import raw  # type: ignore[import-untyped]

    kinds = {name: ctypes.PYFUNCTYPE(*types) for name, (_, *types) in _CALLS.items()}
    return SimpleNamespace(**{name: kinds[name](address(getattr(raw, _CALLS[name][0]))) for name in _CALLS})


def address(pointer: Any) -> int:
    """The address that one of pypdfium2's pointers holds."""
    held = ctypes.cast(pointer, _HANDLE).value
    assert held is not None
    return held


def string(call: Callable[..., int], handle: int) -> str:
    """A text that pdfium writes as UTF-16 with a null at its end, after telling how many bytes it takes."""
    size = call(handle, _ROOM_AT, _USUAL)
    if size <= 2:
        return ""
    if size <= _USUAL:
        return _ROOM.raw[: size - 2].decode("utf-16-le", "replace")
    room = ctypes.create_string_buffer(size)
    call(handle, ctypes.addressof(room), size)
    return room.raw[: size - 2].decode("utf-16-le", "replace")


def short_string(call: Callable[..., int], handle: int) -> str:
    """The same, of a function that writes beside the text how many bytes it takes; for names and the like."""
    call(handle, _ROOM_AT, _USUAL, ctypes.addressof(_SIZE_OF))
    return _ROOM.raw[: max(0, _SIZE_OF.value - 2)].decode("utf-16-le", "replace")


_USUAL: Final = 64
"""The bytes that a role or a language has room in."""
_ROOM: Final = ctypes.create_string_buffer(_USUAL)
_ROOM_AT: Final = ctypes.addressof(_ROOM)
_SIZE_OF: Final = ctypes.c_ulong()


def numbers(code: str, width: int, call: Any, handles: Sequence[int], *, side_by_side: bool = False) -> list[Any]:
    """The numbers that a function of pdfium writes for each of these: tuples of `width`, in their order.

    `code` is the type of a number for `array`: `f`, `I` or `i`. The function takes the place of each number, or where
    they are written `side_by_side`, of the first.
    """
    return list(zip(*columns(code, width, call, handles, side_by_side=side_by_side), strict=True))


def columns(code: str, width: int, call: Any, handles: Sequence[int], *, side_by_side: bool = False) -> list[list[Any]]:
    """The same, column by column: all first numbers, all second ones."""
    room = array(code, bytes(4 * width * len(handles)))
    start, step = room.buffer_info()[0], 4 * width
    places = [
        range(start + 4 * each, start + step * len(handles), step) for each in range(1 if side_by_side else width)
    ]
    deque(map(call, handles, *places), maxlen=0)
    flat = room.tolist()
    return [flat[each::width] for each in range(width)]


_Owner = TypeVar("_Owner")


def stretches(owners: Sequence[_Owner | None], starts: Sequence[int]) -> Iterator[tuple[_Owner, int, int]]:
    """The runs of characters with one owner, each from where to where; those of none go to the one before.

    Each owner has the characters from its start to the next one's; the last of `starts` is where all end.
    """
    places = [place for place in _changes(owners) if owners[place] is not None]
    for place, after in pairwise((*places, len(owners))):
        owner = owners[place]
        assert owner is not None
        yield owner, starts[place], starts[after]


def _changes(column: Sequence[object]) -> Iterator[int]:
    """The places of a column where another item stands than before."""
    changes = compress(count(1), map(ne, column[1:], column))
    return chain([0], changes) if column else changes


@dataclass(slots=True)
class Objects:
    """The objects of a page in the order of painting, those of a form after it: columns of one length.

    `within` is the place of the form that holds an object, or PAGE; `contents` are the numbers of the marked content
    that the objects belong to, -1 for none.
    """

    handles: list[int] = field(default_factory=list)
    kinds: list[int] = field(default_factory=list)
    within: list[int] = field(default_factory=list)
    contents: list[int] = field(default_factory=list)

    def add(self, handles: list[int], holder: int) -> None:
        """Add what a page or a form holds."""
        kinds = list(map(calls().type, handles))
        start = 0
        for end in [place for place, kind in enumerate(kinds, 1) if kind == FORM]:
            self._extend(handles[start:end], kinds[start:end], holder)
            form, start = handles[end - 1], end
            inner = map(calls().object_of_form, repeat(form), range(calls().objects_of_form(form)))
            self.add(list(inner), len(self.handles) - 1)
        self._extend(handles[start:], kinds[start:], holder)

    def _extend(self, handles: list[int], kinds: list[int], holder: int) -> None:
        self.handles += handles
        self.kinds += kinds
        self.within += [holder] * len(handles)
        self.contents += map(calls().content, handles)

    def of(self, *kinds: int) -> list[int]:
        """The places of the objects of some kinds."""
        return [place for place, kind in enumerate(self.kinds) if kind in kinds]


PAGE: Final = -1
"""In place of a form's place: the page itself."""


@dataclass(frozen=True, slots=True)
class Page:
    """An open page, which is closed when the next one is asked for; its number counts from 1.

    `box` is its left, bottom, right and top in PDF's coordinates, `text` what pdfium reads on it. `characters` are the
    same, one for each place that pdfium counts. `holders` are the objects that they belong to, stretch by stretch: None
    for what pdfium adds, such as the ends of lines. `starts` are where these begin, and where the last one ends.
    """

    number: int
    document: int
    handle: int
    words: int
    box: tuple[float, float, float, float]
    objects: Objects
    text: str
    characters: str
    holders: list[int | None]
    starts: list[int]


def read_pages(document: Any) -> Iterator[Page]:
    """The pages of an open document of pypdfium2."""
    for number in range(len(document)):
        page = document[number]
        words = page.get_textpage()
        handle, text_handle = address(page.raw), address(words.raw)
        objects = Objects()
        objects.add(list(map(calls().object_of_page, repeat(handle), range(calls().objects_of_page(handle)))), PAGE)
        text, size = words.get_text_range(), calls().characters(text_handle)
        holders = list(map(calls().object_of_character, repeat(text_handle), range(size)))
        starts = list(_changes(holders))
        yield Page(
            number=number + 1,
            document=address(document.raw),
            handle=handle,
            words=text_handle,
            box=page.get_bbox(),
            objects=objects,
            text=text,
            characters=text if len(text) == size and _HYPHEN not in text else _by_code(text_handle, range(size)),
            holders=[holders[start] for start in starts],
            starts=[*starts, size],
        )


_HYPHEN: Final = "\ufffe"
"""In the text of a page, a hyphen that ends a line, and at times what is none: the codes tell them apart."""


def _by_code(words: int, places: Iterable[int]) -> str:
    """The characters one by one, where some have two codes or none, or break a line."""
    return "".join(map(chr, map(calls().character, repeat(words), places)))

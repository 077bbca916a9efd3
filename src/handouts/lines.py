"""Where lines may break, and what keeps its order from left to right in right-to-left text.

Both are told to the typesetter by characters that print nothing: U+200B ZERO WIDTH SPACE where a line may break,
U+2060 WORD JOINER where it may not, U+2066, U+2069 and U+200E around a run of Latin letters or digits. The text layer
leaves them out again. A place is the index of the character before which a line may break, in the text without them.
docs/decisions/011-line-breaking.md says what each language needs, and why ICU.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import accumulate, pairwise
from typing import Any, Final, NamedTuple
from xml.etree.ElementTree import Element

MAY_BREAK: Final = "\u200b"
MUST_NOT: Final = "\u2060"
ISOLATE: Final = "\u2066"
END_OF_ISOLATE: Final = "\u2069"
STAYS: Final = "\u200e"
"""A left-to-right mark. On the second line of a run the bracket at its end has lost the isolate's beginning."""

DICTIONARY: Final = frozenset({"km", "lo", "my", "th"})
"""Written without spaces between words: ICU finds the words in its dictionaries."""
MARKED: Final = DICTIONARY | {"am", "ja", "ko", "ti", "zh"}
"""The languages whose lines Pango does not break where readers expect."""


def mark_breaks(text: str, language: str) -> str:
    """The text with U+200B where a line may break and U+2060 where it may not, beyond what Pango knows by itself.

    `language` is a BCP 47 tag. Marks that the text brings along stay, and count for more than the dictionary. Marking
    twice changes nothing.
    """
    primary = _primary(language)
    return _marked([text], primary)[0] if primary in MARKED else text


def _primary(language: str) -> str:
    """The first subtag of a BCP 47 tag."""
    return language.partition("-")[0].lower()


# --- Where lines break --------------------------------------------------------------------------------------

_SPACES: Final = " \t\n\r\f"  # a no-break space is no place to break
_HANGUL: Final = r"\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3"
_WIDE: Final = r"\uff10-\uff19\uff21-\uff3a\uff41-\uff5a"  # full-width digits and letters
_NUMBER: Final = r"\d(?<![\d.,\u2013-]\d)(?<!\d \d)[\d.,]*(?:[-\u2013]\d[\d.,]*)?"  # or a range; no telephone number
_TIED: Final = (
    rf"{_NUMBER}[{_SPACES}]+(?=[^\W\d]|[%‰°℃℉])",  # a number and its unit, or the word that it counts
    r"\d(?=[^\W\d_A-Za-z])",  # the same without a space
    rf"\d(?:[{_SPACES}]+|[\u2013~\uff5e])(?=\d)",  # a number in groups, a range
    rf"[{_SPACES}]*(?=[ๆໆៗ])|[{_SPACES}]+(?=[๚๛។៕៖៘။၊፡-፨])",  # what ends the words before it, a space between or not
)
_KINSOKU: Final = (
    r"(?=[\uff5e\u00b7])",  # the wide tilde and the middle dot do not begin a line
    rf"(?<=[{_WIDE}.\uff0e])(?=[{_WIDE}])",  # wide numbers and abbreviations stay whole
)
_WORDS_WHOLE: Final = (  # as `word-break: keep-all`: lines end at spaces, slashes, dashes and before brackets
    rf"(?<=[{_HANGUL}])(?=[\w~\uff5e\u00b7%+])",
    rf"(?<=[^\s/\u2013\u2014\u2026(\[{{“\u2018「『《〈-])(?=[{_HANGUL}])",
)
_TIED_IN: Final[Mapping[str, tuple[str, ...]]] = {"ja": _KINSOKU, "zh": _KINSOKU, "ko": _WORDS_WHOLE}
_TIES: Final = {language: tuple(map(re.compile, (*_TIED, *_TIED_IN.get(language, ())))) for language in MARKED}
"""What no line may break apart: the place is the end of what is found."""
_MARKS: Final = re.compile(f"[{MAY_BREAK}{MUST_NOT}]")
_LONE: Final = re.compile("[\u1780-\u17a2]")
"""A Khmer consonant alone. To ICU it is what is left of a word that its dictionary lacks; it begins no line."""


def _marked(parts: list[str], language: str) -> list[str]:
    """Pieces of one passage, which styles cut up, with their marks."""
    whole = "".join(parts)
    text = _MARKS.sub("", whole)
    edges = list(accumulate((len(_MARKS.sub("", part)) for part in parts), initial=0))
    marks = dict.fromkeys(_tied(text, language), MUST_NOT) | _marks_in(whole)
    if language in DICTIONARY:
        _mark_words(text, language, edges, marks)
    return [_insert(text, marks, *edge) for edge in pairwise(edges)]


def _tied(text: str, language: str) -> Iterator[int]:
    """The places where no line may break, though Pango or ICU would break one."""
    found = (match.end() for tie in _TIES[language] for match in tie.finditer(text))
    return (place for place in found if 0 < place < len(text))


def _marks_in(text: str) -> dict[int, str]:
    """The marks that a text has, by place."""
    return {match.start() - number: match.group() for number, match in enumerate(_MARKS.finditer(text))}


def _mark_words(text: str, language: str, edges: Iterable[int], marks: dict[int, str]) -> None:
    """Add the word ends of a dictionary; and where a style changes within a word, that no line breaks there.

    In Thai the places behind spaces are marked too, in front of the spaces (UAX #14, LB8): there lines break at
    marks alone, see `break_at_marks_only`.
    """
    for place in set(_ends(text, language)) - marks.keys():
        start = len(text[:place].rstrip(_SPACES))
        if start == place or (start and language == "th"):
            marks.setdefault(start, MAY_BREAK)
    for edge in edges:
        if 0 < edge < len(text) and not set(_SPACES) & {text[edge - 1], text[edge]}:
            marks.setdefault(edge, MUST_NOT)


def _ends(text: str, language: str) -> Iterator[int]:
    """The places within a text where ICU's line break iterator would break."""
    from icu4py.breakers import LineBreaker

    plain = text.translate(dict.fromkeys(map(ord, _SPACES), " "))
    lengths = (len(piece) for piece in LineBreaker(plain, language))  # its own offsets count UTF-16 units
    ends = accumulate(lengths)
    return (start for start, end in pairwise(ends) if not _LONE.fullmatch(text[start:end].rstrip(_SPACES)))


def _insert(text: str, marks: Mapping[int, str], start: int, end: int) -> str:
    """A piece of a text with its marks; where two pieces meet, the first may allow a break, the second forbid one.

    That is how WeasyPrint finds out: it asks Pango about the last letter of one and the first of the other.
    """
    if start == end:
        return ""
    first = marks.get(start, "") if start == 0 or marks.get(start) == MUST_NOT else ""
    inner = "".join(marks.get(place, "") + text[place] for place in range(start + 1, end))
    last = marks.get(end, "") if end == len(text) or marks.get(end) == MAY_BREAK else ""
    return first + text[start] + inner + last


@cache
def break_at_marks_only() -> None:
    """Have Pango break Thai that bears marks at these alone, whether or not it was built with libthai.

    libthai adds breaks of its own: by another dictionary, and also behind an opening quotation mark. Holds for
    the whole process. Does nothing before Pango 1.50, whose attribute would stop U+200B too.
    """
    from weasyprint.text.ffi import ffi, pango
    from weasyprint.text.line_break import Layout

    if pango.pango_version() < 15000:
        return
    ffi.cdef("PangoAttribute * pango_attr_allow_breaks_new (gboolean allow_breaks);")
    set_text = Layout.set_text

    def set_marked_text(layout: Any, text: str, justify: bool = False) -> None:
        set_text(layout, text, justify)
        if MAY_BREAK not in text or _primary(layout.style["lang"] or "") != "th":
            return
        attributes = pango.pango_layout_get_attributes(layout.layout)
        if attributes == ffi.NULL:
            attributes = ffi.gc(pango.pango_attr_list_new(), pango.pango_attr_list_unref)
        for start, end in pairwise((0, *_dash_ends(text), len(text.encode()))):
            attribute = pango.pango_attr_allow_breaks_new(False)
            attribute.start_index, attribute.end_index = start, end
            pango.pango_attr_list_insert(attributes, attribute)  # `change` would make one of two that touch
        pango.pango_layout_set_attributes(layout.layout, attributes)

    Layout.set_text = set_marked_text


def _dash_ends(text: str) -> Iterator[int]:
    """The places behind en dashes, in UTF-8: inside an attribute's range Pango breaks there whatever follows."""
    return (len(text[: match.end()].encode()) for match in re.finditer("\u2013", text))


# --- Left-to-right runs in right-to-left text ---------------------------------------------------------------

_LETTER: Final = r"A-Za-z\u00b5\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02b8\u0370-\u052f\u1e00-\u1fff"
_EASTERN: Final = r"\u0660-\u0669\u06f0-\u06f9"  # the digits of Arabic and Persian
_DIGIT: Final = rf"0-9²³{_EASTERN}"
_CORE: Final = rf"""
    (?: (?<!\w) (?: [±~≈<>≤≥][ ]? | [-+\u2212$€£¥](?=\d) | [@\#](?=\w) | \(\+?\d+\)[ -]? ) )?  # a sign, an area code
    [{_LETTER}{_DIGIT}]+
    (?: (?: [ \u00a0] | (?<=[{_LETTER}]),[ ](?=[{_LETTER}]) | %?[ ]?[-\u2013\u2212\u00d7/=±+°][ ]? | \u00a0°
          | [-.,:/'\u2019\u066b\u066c_@&?=\#%~+]+ )
        [{_LETTER}{_DIGIT}]+ )*
    (?: [ \u00a0]?[%‰°] | [+/](?!\S) )?
    """
_RUN: Final = re.compile(rf"{_CORE} | [(\[] {_CORE} [)\]]", re.VERBOSE)
"""In brackets it takes them along: turned round with the text about them, they would be copied the wrong way."""
_IN_ORDER: Final = re.compile(
    rf"""
    [{_LETTER}] (?:.*[{_LETTER}{_DIGIT}])?      # from a letter to a letter or digit
    | \d+ (?:[.,:/\u066b\u066c]\d+)*            # a number, a date with slashes, a time
    | [{_EASTERN}]+ [-\u2013] [{_EASTERN}]+     # a range in these digits is read from the right, as all around it
    """,
    re.VERBOSE | re.DOTALL,
)
_ISOLATED: Final = re.compile(f"({ISOLATE}[^{END_OF_ISOLATE}]*{END_OF_ISOLATE})")
_LOOSE: Final = re.compile(rf"(?<=[^{_LETTER},])[ ](?=.)|[ ](?=[^{_LETTER}])|(?<=\d\u2013)(?=\d)")


def isolate_runs(text: str) -> str:
    """A right-to-left text whose numbers with units, ranges, telephone numbers and addresses read left to right.

    Each run that the Unicode algorithm would reorder stands in an isolate (UAX #9, 2.4). Lines do not break beside
    its numbers, for WeasyPrint orders each line by itself. Doing it twice changes nothing.
    """
    pieces = _ISOLATED.split(text)
    pieces[::2] = [_RUN.sub(_isolated, piece) for piece in pieces[::2]]
    return "".join(pieces)


def _isolated(run: re.Match[str]) -> str:
    found = run.group()
    if _IN_ORDER.fullmatch(found):
        return found
    held = _LOOSE.sub(lambda place: place.group() + MUST_NOT, found)
    divided = re.search(f" (?!{MUST_NOT})", held) and not found[-1].isalnum()
    return f"{ISOLATE}{held}{STAYS if divided else ''}{END_OF_ISOLATE}"


# --- Whole pages --------------------------------------------------------------------------------------------

_INLINE: Final = frozenset(
    {"a", "abbr", "b", "bdi", "bdo", "cite", "data", "dfn", "em", "i", "mark", "q", "s", "small", "span", "strong"}
    | {"sub", "sup", "time", "u", "var"}
)
"""Elements whose words belong to the sentence around them."""
_SKIPPED: Final = frozenset({"head", "title", "script", "style", "svg"})


class _Slot(NamedTuple):
    """A text node of a tree: the element's `text` or its `tail`."""

    element: Element
    name: str
    language: str
    """Its first subtag."""
    direction: str

    @property
    def text(self) -> str:
        """What stands there."""
        text: str | None = getattr(self.element, self.name)
        return text or ""

    def write(self, text: str) -> None:
        """Put another text there."""
        setattr(self.element, self.name, text)


def mark_tree(root: Element, language: str) -> None:
    """Mark every text of an HTML tree, in place, as its `lang` and `dir` ask for; attributes stay as they are.

    `language` is that of the page. Where nothing needs marks, nothing is done but to look for `lang` and `dir`.
    """
    for element in _to_mark(root, language):
        slots: list[_Slot | None] = []
        _collect(element, language, "ltr", slots)
        for passage in _passages(slots):
            _mark_passage(passage)


def _to_mark(root: Element, language: str) -> Iterable[Element]:
    if _primary(language) in MARKED or root.get("dir") == "rtl":
        return (root,)
    return [each for each in root.iter() if _primary(each.get("lang", "")) in MARKED or each.get("dir") == "rtl"]


def _collect(element: Element, language: str, direction: str, slots: list[_Slot | None]) -> None:
    """Add an element's text nodes in their order, and None where a passage begins or ends."""
    if callable(element.tag) or element.tag.rpartition("}")[2] in _SKIPPED:  # a comment's tag is a function
        return
    language, direction = element.get("lang", language), element.get("dir", direction)
    border: tuple[None, ...] = () if element.tag in _INLINE else (None,)
    slots.extend((*border, _Slot(element, "text", _primary(language), direction)))
    for child in element:
        _collect(child, language, direction, slots)
        slots.append(_Slot(child, "tail", _primary(language), direction))
    slots.extend(border)


def _passages(slots: Iterable[_Slot | None]) -> Iterator[list[_Slot]]:
    """The text nodes that make up one sentence or more, in one language and direction."""
    passage: list[_Slot] = []
    for slot in (*slots, None):
        if passage and (slot is None or slot[2:] != passage[-1][2:]):
            yield passage
            passage = []
        if slot is not None and slot.text:
            passage.append(slot)


def _mark_passage(passage: list[_Slot]) -> None:
    language, direction = passage[0][2:]
    if language in MARKED:
        for slot, text in zip(passage, _marked([slot.text for slot in passage], language), strict=True):
            slot.write(text)
    if direction == "rtl":
        for slot in passage:
            slot.write(isolate_runs(slot.text))

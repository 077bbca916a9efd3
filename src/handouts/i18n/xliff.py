"""XLIFF 1.2 (OASIS standard, 1 February 2008), strict: sentences out, sentences in.

Facts, stress and links are protected by `<ph>` and by pairs of `<bpt>` and `<ept>`, which hold the very marks of the
text. So what a sentence says is what its characters say, whether a tool keeps the elements, moves them or drops them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final
from xml.etree.ElementTree import Element, ParseError, TreeBuilder
from xml.sax.saxutils import escape, quoteattr  # writes only: nothing is parsed with it

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from handouts.findings import Finding, HandoutError, Location
from handouts.i18n.sentence import Bundle, Returned, Sentence, State, character_faults
from handouts.model import SOURCE_LANGUAGE

NAMESPACE: Final = "urn:oasis:names:tc:xliff:document:1.2"
NESTING_LIMIT: Final = 30
_X: Final = f"{{{NAMESPACE}}}"
_STATES: Final = {State.FUZZY: "needs-review-translation", State.TRANSLATED: "translated"}
_FINISHED: Final = frozenset({"", "translated", "signed-off", "final"})
"""States of a target that is done: a tool may write none. A sign-off itself is never taken from a file."""
_SPEAKING: Final = frozenset(f"{_X}{name}" for name in ("ph", "bpt", "ept", "it", "g", "mrk"))
"""Elements within a text whose characters are part of it."""


# --- Out ----------------------------------------------------------------------------------------


def as_xliff(sentences: Iterable[Sentence], original: str, tag: str) -> bytes:
    """The sentences of one file and language. An untranslated one has no target, so that a tool sets its state."""
    units = "".join(_unit(sentence, tag) for sentence in sentences)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<xliff xmlns="{NAMESPACE}" version="1.2">\n'
        f"  <file original={quoteattr(original)} source-language={quoteattr(SOURCE_LANGUAGE)}"
        f' target-language={quoteattr(tag)} datatype="plaintext">\n'
        f"    <body>\n{units}    </body>\n  </file>\n</xliff>\n"
    ).encode()


def _unit(sentence: Sentence, tag: str) -> str:
    key, width = quoteattr(sentence.key), sentence.max_length
    limit = f' maxwidth="{width}" size-unit="char"' if width else ""
    head = f'id={key} resname={key} extradata="{sentence.base}" xml:space="preserve"{limit}'
    lines = [f"<source xml:lang={quoteattr(SOURCE_LANGUAGE)}>{_coded(sentence.english, sentence.english)}</source>"]
    if sentence.translation:
        coded = _coded(sentence.translation, sentence.english)
        lines.append(f'<target xml:lang={quoteattr(tag)} state="{_STATES[sentence.state]}">{coded}</target>')
    if sentence.comment:
        lines.append(f'<note from="developer">{escape(sentence.comment)}</note>')
    if sentence.previous:
        lines.append(_before(sentence, tag))
    body = "".join(f"        {line}\n" for line in lines)
    return f"      <trans-unit {head}>\n{body}      </trans-unit>\n"


def _before(sentence: Sentence, tag: str) -> str:
    """The English that the translation was made from, as XLIFF's earlier version of the unit."""
    source = f"<source xml:lang={quoteattr(SOURCE_LANGUAGE)}>{escape(sentence.previous)}</source>"
    target = f"<target xml:lang={quoteattr(tag)}>{escape(sentence.translation)}</target>"
    return f'<alt-trans alttranstype="previous-version">{source}{target}</alt-trans>'


_MARK: Final = re.compile(
    r"(?P<brace>\{\{|\}\})"
    r"|(?P<fact>\{[a-z][a-z0-9_]*\})"
    r"|(?P<bold>\*\*)"
    r"|(?P<open>\[)(?=[^\[\]]+\]\(ref:[a-z][a-z0-9_]*\))"
    r"|(?P<close>\]\(ref:[a-z][a-z0-9_]*\))"
)
"""The marks of `markup`, as codes: a link is a pair of them around its words."""


def _codes(text: str) -> Iterator[tuple[int, int, str, str]]:
    """The codes in a text: start, end, element, and what it is known by in both languages. Pairs only as pairs."""
    marks = list(_MARK.finditer(text))
    bold = [mark for mark in marks if mark["bold"]]
    paired = {mark.start(): ("bpt", "ept")[place % 2] for place, mark in enumerate(bold[: len(bold) // 2 * 2])}
    link = ""
    for mark in marks:
        if mark["fact"]:
            yield mark.start(), mark.end(), "ph", mark[0]
        elif mark.start() in paired:
            yield mark.start(), mark.end(), paired[mark.start()], mark[0]
        elif mark["open"]:
            link = text[mark.end() :].partition("](")[2].partition(")")[0]
            yield mark.start(), mark.end(), "bpt", link
        elif mark["close"] and link:
            yield mark.start(), mark.end(), "ept", link
            link = ""


def _numbered(text: str) -> Iterator[tuple[int, int, str, str, int]]:
    """The codes with how often the same stood there before; both ends of a pair count as one."""
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for start, end, element, name in _codes(text):
        yield start, end, element, name, counts[element, name]
        counts[element, name] += 1


def _coded(text: str, english: str) -> str:
    """A text with its codes as elements; a code has the number (`id`) that it has in the English."""
    numbers: dict[tuple[str, int], int] = {}
    for source in (english, text):
        for _, _, _, name, place in _numbered(source):
            numbers.setdefault((name, place), len(numbers) + 1)
    pieces, done = [], 0
    for start, end, element, name, place in _numbered(text):
        number = numbers[name, place]
        pair = "" if element == "ph" else f' rid="{number}"'
        pieces += [escape(text[done:start]), f'<{element} id="{number}"{pair}>{escape(text[start:end])}</{element}>']
        done = end
    return "".join([*pieces, escape(text[done:])])


# --- In -----------------------------------------------------------------------------------------


class _Unsafe(Exception):
    """A document that is read no further: nested too deep."""


class _Placing:
    """Builds a tree, and notes the line and column at which each element begins."""

    def __init__(self) -> None:
        self.builder = TreeBuilder()
        self.data, self.close = self.builder.data, self.builder.close
        self.here: Callable[[], tuple[int, int]] = lambda: (1, 1)
        self.places: dict[Element, tuple[int, int]] = {}
        self.depth = 0

    def start(self, tag: str, attributes: dict[str, str]) -> Element:
        self.depth += 1
        if self.depth > NESTING_LIMIT:
            raise _Unsafe
        element = self.builder.start(tag, attributes)
        self.places[element] = self.here()
        return element

    def end(self, tag: str) -> Element:
        self.depth -= 1
        return self.builder.end(tag)


def read_xliff(raw: bytes, shown: str) -> Bundle:
    """The sentences of an XLIFF 1.2 document. Raises HandoutError with every fault, at its place in `shown`."""
    root, places = _tree(raw, shown)
    if root.tag != f"{_X}xliff":
        what = "the file is not XLIFF 1.2" + (" but another version of XLIFF" if root.tag.endswith("}xliff") else "")
        raise HandoutError([_syntax(what, "save it as XLIFF 1.2", Location(shown, *places[root]))])
    found: list[Finding] = []
    entries = []
    for unit in root.iter(f"{_X}trans-unit"):
        at = {child.tag: Location(shown, *places[child]) for child in (unit, *unit)}
        entry, faults = _entry(unit, at)
        found += faults
        entries += [entry] if entry else []
    languages = list(dict.fromkeys(each.get("target-language", "") for each in root.iter(f"{_X}file")))
    if len(languages) > 1:
        what = f"the file is for more than one language: {', '.join(f'`{each}`' for each in languages)}"
        found.append(Finding("exchange/language", Location(shown), what, "import each language from a file of its own"))
    if found:
        raise HandoutError(found)
    return Bundle("".join(languages), tuple(entries))


def _syntax(what: str, remedy: str, at: Location) -> Finding:
    return Finding("exchange/syntax", at, what, remedy)


def _tree(raw: bytes, shown: str) -> tuple[Element, dict[Element, tuple[int, int]]]:
    builder = _Placing()
    parser = DefusedXMLParser(target=builder, forbid_dtd=True)
    expat: Any = parser.parser
    builder.here = lambda: (expat.CurrentLineNumber, expat.CurrentColumnNumber + 1)
    try:
        parser.feed(raw)
        return parser.close(), builder.places
    except ParseError as error:
        line, column = error.position
        fault = _syntax(f"XML syntax: {str(error).partition(':')[0]}", _SAVE, Location(shown, line, column + 1))
    except DefusedXmlException:
        what, remedy = "a DTD or an entity", "remove `<!DOCTYPE ...>`: a translation needs none, and none is read"
        fault = Finding("exchange/unsafe", Location(shown, *builder.here()), what, remedy)
    except _Unsafe:
        what = f"elements are nested deeper than {NESTING_LIMIT}"
        fault = Finding("exchange/unsafe", Location(shown, *builder.here()), what, _SAVE)
    except (ValueError, LookupError):
        fault = _syntax("the encoding that the file names cannot be read", "save it as UTF-8", Location(shown))
    raise HandoutError([fault])


_SAVE: Final = "export it anew from the tool that wrote it, as XLIFF 1.2"


def _entry(unit: Element, at: dict[str, Location]) -> tuple[Returned | None, list[Finding]]:
    source, target = unit.find(f"{_X}source"), unit.find(f"{_X}target")
    key = unit.get("id", "")
    if source is None or not key:
        return None, [_syntax("a `trans-unit` without an `id` or a `source`", _SAVE, at[unit.tag])]
    there = at[target.tag if target is not None else source.tag]
    found = [*_faults(source, at[source.tag])]
    translation, state = "", ""
    if target is not None:
        found += _faults(target, there)
        translation, state = "".join(target.itertext()), target.get("state", "")
    fuzzy = bool(translation) and state not in _FINISHED
    return Returned(key, "".join(source.itertext()), translation, fuzzy, unit.get("extradata", ""), there), found


def _faults(element: Element, at: Location) -> Iterator[Finding]:
    """What a text may not have: controls, and elements that say nothing of what they stand for."""
    yield from character_faults("".join(element.itertext()), at)
    for name in sorted({each.tag for each in element.iter()} - {element.tag} - _SPEAKING):
        what = f"the element `{name.rpartition('}')[2]}` in a text, which does not say what it stands for"
        yield Finding("exchange/tag", at, what, "write the marks out: `{fact}`, `**bold**`, `[words](ref:key)`")

"""Every message that there is to translate: the words of the content, and those of the templates and the program.

What nobody translates is no message: facts, codes, sources, ids and the names of brands. Where one stands inside a
message it is a `{placeholder}`, and a comment says what is printed there.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, TemplateSyntaxError, nodes

from handouts import markup, render
from handouts.catalog import CONTENT, INTERFACE
from handouts.checks.translation import length_limit
from handouts.findings import Finding, HandoutError, Location, errors
from handouts.i18n.pofile import Entry, PoFile, Source, write_po
from handouts.layers import Layers, read_text, shown_path
from handouts.model import SOURCE_LANGUAGE, Frozen, Handout, Library, Text
from handouts.reader import IMPRINT_PREFIX, handout_ids, read_handout, read_library
from handouts.region import fact_text
from handouts.render import TEMPLATE_LIMIT, make_environment
from handouts.source import SIZE_LIMIT

MAX_LENGTH: Final = "max-length:"
"""A flag that translation tools understand: the characters that there is room for."""
SAFETY: Final = "Safety text: translate it whole; no word of it may get lost."


@dataclass(frozen=True, slots=True)
class Message:
    """A passage to translate: `key` is its msgctxt, `english` its msgid, `domain` the catalog that it belongs to.

    `comments` are for translators; `places` are where it is written; `max_length` is the number of characters that
    there is room for, None where the page makes room for any.
    """

    domain: str
    key: str
    english: str
    comments: tuple[str, ...] = ()
    places: tuple[Location, ...] = ()
    max_length: int | None = None


def find_messages(layers: Layers) -> tuple[Message, ...]:
    """All messages: content in the order of the handouts, what they share behind it, then the words of the templates.

    Shared headings and glossary entries are there whether a handout uses them or not. Raises HandoutError with every
    error of every file: a message that could not be read must not seem to be gone.
    """
    found: list[Finding] = []
    content = list(_content(layers, found))
    words = list(_words(layers, found))
    if found:
        raise HandoutError(found)
    return (*content, *words)


# --- Content ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Use:
    """A text where a handout prints it. `only` are the regions, all when empty."""

    text: Text
    only: tuple[str, ...] = ()
    about: str = ""
    safety: bool = False


SHARED: Final = ("blocks", IMPRINT_PREFIX, "kinds", "glossary")
"""The first parts of keys that belong to no one handout; their messages come last, in this order."""


def _content(layers: Layers, found: list[Finding]) -> Iterator[Message]:
    library, in_library = read_library(layers)
    found += errors(in_library)
    uses: dict[tuple[str, str], list[_Use]] = {}
    for use in _uses(layers, library, found):
        uses.setdefault((use.text.key, use.text.value), []).append(use)
    notes = cache(_notes)
    for _, group in sorted(uses.items(), key=lambda item: _rank(item[0][0])):
        places = tuple(dict.fromkeys(use.text.at for use in group))
        above = [note for place in places for note in notes(place.path).get(place.line, ())]
        comments = dict.fromkeys([*above, *_comments(group, library)])
        text = group[0].text
        yield Message(CONTENT, text.key, text.value, tuple(comments), places, length_limit(text.key))


def _rank(key: str) -> int:
    owner = key.partition(":")[0]
    return SHARED.index(owner) + 1 if owner in SHARED else 0


def _uses(layers: Layers, library: Library, found: list[Finding]) -> Iterator[_Use]:
    for handout_id in handout_ids(layers):
        try:
            handout, warnings = read_handout(layers, handout_id, library)
        except HandoutError as error:
            found += error.findings
            continue
        found += errors(warnings)
        yield from _uses_in_handout(handout, library)
    for name, kind in library.kinds.items():
        yield _Use(kind.heading, about=f"Heading of blocks of the kind `{name}`.", safety=kind.safety)
    for term in library.terms.values():
        yield _Use(term.term, about="Word of the glossary: use the same word in all handouts.")
        yield _Use(term.definition, about=f"Meaning of: {term.term}")


def _uses_in_handout(handout: Handout, library: Library) -> Iterator[_Use]:
    yield _Use(handout.title, about="Title of a handout.")
    head = handout.model_copy(update={"blocks": (), "imprint": None})
    yield from (_Use(text) for text, _ in _texts(head) if text is not handout.title)
    for block in handout.blocks:
        kind = library.kinds[block.kind]
        heading = block.heading or kind.heading
        for text, only in sorted(_texts(block), key=lambda found: found[0].at):  # as the writer reads them
            about = "Heading of a block." if text is block.heading else f"In the block: {heading}"
            yield _Use(text, only, about, kind.safety)
    yield from (_Use(text, about="In the last block of a sheet.") for text, _ in _texts(handout.imprint))


def _texts(value: object, only: tuple[str, ...] = ()) -> Iterator[tuple[Text, tuple[str, ...]]]:
    """Every text below a value, and the regions that it is printed in (all when empty)."""
    if isinstance(value, Text):
        yield value, only
    elif isinstance(value, Frozen):
        for name in type(value).model_fields:
            yield from _texts(getattr(value, name), getattr(value, "only", ()) or only)
    elif isinstance(value, Mapping | tuple):
        for each in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(each, only)


def _comments(uses: list[_Use], library: Library) -> Iterator[str]:
    yield from (use.about for use in uses if use.about)
    if any(use.safety for use in uses):
        yield SAFETY
    if all(use.only for use in uses):
        yield f"Printed only in: {', '.join(dict.fromkeys(name for use in uses for name in use.only))}"
    yield from _explained(uses[0].text.value, library)


def _explained(english: str, library: Library) -> Iterator[str]:
    """What the marks of a text stand for."""
    for name in dict.fromkeys(markup.placeholders(english)):
        fact = library.facts.get(name)
        shown = {key: fact_text(fact, region, SOURCE_LANGUAGE) for key, region in library.regions.items() if fact}
        alike = len(set(shown.values())) == 1
        told = next(iter(shown.values())) if alike else ", ".join(f"{text} ({key})" for key, text in shown.items())
        yield f"Keep {{{name}}}: it is printed as {told}" if shown else f"Keep {{{name}}} as it is."
    for name in dict.fromkeys(markup.references(english)):
        yield f"Keep (ref:{name}) as it is, and translate the words in [ ] before it."


# --- Comments in YAML ---------------------------------------------------------------------------------------

_NOTE: Final = re.compile(r"\s*# ?i18n:\s*(.*)")


def _notes(path: str) -> Mapping[int, tuple[str, ...]]:
    """The `# i18n:` comments that each line of a file stands under.

    Such a comment holds for the line below it and for all that is indented deeper there: a sentence, a list, a block.
    """
    found: dict[int, tuple[str, ...]] = {}
    above: list[tuple[int, str]] = []
    waiting: list[str] = []
    for number, line in enumerate(read_text(Path(path), SIZE_LIMIT).split("\n"), 1):
        said = line.strip()
        if said.startswith("#"):
            note = _NOTE.match(line)
            if note:
                waiting.append(note[1].strip())
            elif waiting:
                waiting[-1] += f" {said.lstrip('# ')}"
        elif said:
            indent = len(line) - len(line.lstrip())
            above = [each for each in above if each[0] < indent] + [(indent, note) for note in waiting]
            waiting = []
            if above:
                found[number] = tuple(note for _, note in above)
    return found


# --- Templates and program ----------------------------------------------------------------------------------


def _words(layers: Layers, found: list[Finding]) -> Iterator[Message]:
    messages: dict[tuple[str, str], list[Message]] = {}
    environment = make_environment(layers)
    for path in layers.templates():
        try:
            for message in _words_of(path, environment):
                messages.setdefault((message.key, message.english), []).append(message)
        except HandoutError as error:
            found += error.findings
    for message in words_in_program():
        messages.setdefault((message.key, message.english), []).append(message)
    yield from map(_one_of, messages.values())


def _one_of(same: list[Message]) -> Message:
    comments = dict.fromkeys(comment for message in same for comment in message.comments)
    places = dict.fromkeys(place for message in same for place in message.places)
    return replace(same[0], comments=tuple(comments), places=tuple(places))


def _words_of(path: Path, environment: Environment) -> Iterator[Message]:
    """The words of a template in the order of its lines. Raises HandoutError where it cannot be parsed."""
    source, shown = read_text(path, TEMPLATE_LIMIT), shown_path(path)
    try:
        tree = environment.parse(source)
    except TemplateSyntaxError as error:
        what, remedy = f"the template fails: {error.message}", "correct the template at this line"
        raise HandoutError([Finding("template/error", Location(shown, error.lineno), what, remedy)]) from None
    own = {*environment.globals, *(macro.name for macro in tree.find_all(nodes.Macro))}
    notes = _template_notes(source)
    for call in sorted(tree.find_all(nodes.Call), key=lambda found: found.lineno):
        if isinstance(call.node, nodes.Name) and call.node.name not in own:
            given = [_constant(argument) for argument in call.args[:2]]
            if len(given) == 2 and all(given):
                yield _word(given[0], given[1], Location(shown, call.lineno), notes.get(call.lineno, ()))


def _constant(argument: nodes.Expr) -> str:
    """A text that stands in a template as it is; empty for what only the page knows."""
    try:
        value = argument.as_const()
    except nodes.Impossible:
        return ""
    return str(value) if isinstance(value, str) else ""


def _word(key: str, english: str, at: Location, notes: tuple[str, ...] = ()) -> Message:
    kept = ", ".join(f"{{{name}}}" for name in dict.fromkeys(markup.placeholders(english)))
    told = (f"Keep {kept}: the program fills it in.",) if kept else ()
    return Message(INTERFACE, key, english, (*notes, *told), (at,), length_limit(key))


_TRANSLATORS: Final = re.compile(r"\{#-?\s*Translators:\s*(.*?)\s*-?#\}", re.DOTALL)


def _template_notes(source: str) -> Mapping[int, tuple[str, ...]]:
    """The `{# Translators: ... #}` of each line: of the one that they end in, and of the one below."""
    found: dict[int, tuple[str, ...]] = {}
    for note in _TRANSLATORS.finditer(source):
        end = source.count("\n", 0, note.end()) + 1
        for line in (end, end + 1):
            found[line] = (*found.get(line, ()), " ".join(note[1].split()))
    return found


def words_in_program() -> Iterator[Message]:
    """The words that the program itself puts into a page: `words("context", "English")` in `render`."""
    path = Path(render.__file__)
    for call in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(call, ast.Call) and getattr(call.func, "attr", "") in {"words", "phrase"}:
            given = [argument.value for argument in call.args if isinstance(argument, ast.Constant)]
            match given:
                case [str(key), str(english)]:
                    yield _word(key, english, Location(shown_path(path), call.lineno))


# --- Templates for translators (POT) ------------------------------------------------------------------------


def entry_of(message: Message, layers: Layers) -> Entry:
    """The message as an untranslated entry, its places relative to the layer that they lie in."""
    return Entry(
        Source(message.english, message.key),
        comments=message.comments,
        places=tuple(f"{_within(layers, at.path)}:{at.line}" for at in message.places),
        flags=flags_of(message),
    )


def flags_of(message: Message) -> tuple[str, ...]:
    """The flags that translation tools are told of a message."""
    return (f"{MAX_LENGTH}{message.max_length}",) if message.max_length else ()


def _within(layers: Layers, path: str) -> str:
    absolute = Path(path).resolve()
    for root in (*layers.roots, Path(render.__file__).parents[1]):
        if absolute.is_relative_to(root):
            return absolute.relative_to(root).as_posix()
    return absolute.name


def write_templates(layers: Layers, folder: Path) -> list[Path]:
    """Write `content.pot` and `ui.pot` with all messages, and give their paths. Raises HandoutError."""
    messages = find_messages(layers)
    written = []
    for domain in (CONTENT, INTERFACE):
        entries = tuple(entry_of(message, layers) for message in messages if message.domain == domain)
        path = folder / f"{domain}.pot"
        write_po(path, PoFile(entries, HEADER), places=True)
        written.append(path)
    return written


HEADER: Final[Mapping[str, str]] = {
    "Project-Id-Version": "patient-handouts",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
}
"""What the header of every file says."""

"""Sign-offs: who has checked which words of a handout, when, and whether they are still those words.

What is signed is a *wording*: all that a handout prints in one language, by block and by key. It is kept as a file
whose SHA-256 is the digest in the record, so that nobody has to believe this program about what was signed.
A sign-off is a record and no proof of identity: see docs/signoff.md.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Any, Final, Literal, get_args

from jinja2 import Environment, TemplateSyntaxError
from jinja2.ext import extract_from_ast
from pydantic import StringConstraints, TypeAdapter

from handouts import markup
from handouts.catalog import Catalog, folder_of
from handouts.findings import Finding, HandoutError, Location
from handouts.layers import Layers, is_inside, read_limited, read_text, shown_path
from handouts.model import (
    SOURCE_LANGUAGE,
    Block,
    Frozen,
    Glossary,
    Handout,
    Id,
    KeepPlace,
    Library,
    Note,
    Text,
    names_in,
    place_of,
    statements_in,
    texts_in,
)
from handouts.reader import BRANDS, brand_ids, read_brand, read_entries
from handouts.source import parse_yaml

TRANSLATOR: Final = "translator"
Role = Annotated[Literal["translator", "language_review", "clinical_review", "community_review"], KeepPlace]
"""What the person answers for: the translation itself, its language, its medical content, how readers take it."""
ROLES: Final[tuple[str, ...]] = get_args(get_args(Role)[0])
Method = Annotated[Literal["human", "machine_drafted"], KeepPlace]
"""How the work was done: by the person alone, or on a machine's draft that the person corrected throughout."""
METHODS: Final[tuple[str, ...]] = get_args(get_args(Method)[0])

TITLE: Final = "title"
"""Stands among the blocks for the title, the imprint and what is printed beside the blocks (as in `publish`)."""
SIZE_LIMIT: Final = 5_000_000
TEXT_LIMIT: Final = 200_000
"""The bytes of a file of a clinic's that is signed as a text; no template is longer."""
TEMPLATES: Final = "templates"
STATE: Final = "state"
"""Stands among the shapes for the words that tell the sheet's state and that no release prints: they are not signed."""
_STATE_TEMPLATES: Final = frozenset({"stamp.html", "notice.html"})
_OF_DRAFTS: Final = re.compile(r"mark\.|notice\.(?!machine$)")
"""The words of these templates that stand on drafts and on overdue sheets alone."""
_FILLERS: Final = ("ui", "phrase", "words", "other")
"""What templates call to print words of their own: in the sheet's language, or in the one that it is offered in."""
_NEVER_PRINTED: Final = frozenset({"id", "shape", "kind", "tells", "terms"})
"""Fields of blocks that print nothing by themselves; a block's kind and terms have entries of their own."""

_UNSEEN: Final = r"\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}"
_BEFORE, _LETTER, _AFTER = (
    rf"([^\s{_UNSEEN}][^{_UNSEEN}]*)?",
    rf"[\p{{L}}--[{_UNSEEN}]]",
    rf"([^{_UNSEEN}]*[^\s{_UNSEEN}])?",
)
Signer = Annotated[str, StringConstraints(pattern=f"^{_BEFORE}{_LETTER}{_AFTER}$", max_length=120), KeepPlace]
"""A name, or a role alone: one line with a letter in it, without characters that nobody sees."""
Wording = Mapping[str, Mapping[str, tuple[str, ...]]]
"""What is signed: by block and key the value, or the English and its translation (empty where there is none)."""
_Entry = tuple[str, tuple[str, ...]]
_ENOUGH: Final = 1_024
"""How many claims are kept as they are signed: each handout asks for its own in every language."""


class Review(Frozen):
    """A sign-off: what one person, in one role, has checked on a day. `by` is a name, or a role alone.

    `digest` is the SHA-256 of the file with the words that were signed (see `signed_name`).
    """

    handout: Id
    role: Role
    by: Signer
    on: datetime.date
    method: Method
    digest: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$"), KeepPlace]
    note: Note | None = None


@dataclass(frozen=True, slots=True)
class Templates:
    """What templates add to a wording.

    `phrases` are their words as (context, English), by the shape that prints them (`TITLE` where all pages do, or
    `STATE`). `own` are all files of a clinic's below `templates` and the fonts of its brands: by name the text, or of
    what is no text `SHA-256` and the digest.
    """

    phrases: Mapping[str, frozenset[tuple[str, str]]]
    own: Mapping[str, tuple[str, ...]]

    @property
    def open_doors(self) -> bool:
        """Whether a clinic has templates, which can print what no block asks for; a style sheet cannot."""
        return any(name.startswith(f"{TEMPLATES}/") and not name.endswith(".css") for name in self.own)


@dataclass(frozen=True)
class World:
    """What a handout's own words are printed with in one language; English has no catalogs."""

    library: Library
    templates: Templates
    tag: str = SOURCE_LANGUAGE
    content: Catalog | None = None
    interface: Catalog | None = None

    @cached_property
    def within_reach(self) -> str:
        """The SHA-256 of all that a clinic's templates could print: what handouts share, and the words of templates."""
        shared = (
            (part.name, name, entry)
            for part in fields(self.library)
            for name, entry in getattr(self.library, part.name).items()
        )
        told = [_json([part, name, *_with_translations(entry, self)]) for part, name, entry in shared]
        words = self.interface.messages.items() if self.interface else ()
        told += [_json([*key, *message.forms]) for key, message in words if message.finished]
        return _sha256("\n".join(sorted(told)).encode())


def read_templates(layers: Layers) -> Templates:
    """The templates of all layers. Those that cannot be read are passed over: rendering tells what is wrong.

    Raises HandoutError where a clinic's folder cannot be listed.
    """
    own = dict(_own_files(layers))
    phrases: dict[str, frozenset[tuple[str, str]]] = {}
    texts = ((name, told[0]) for name, told in own.items() if len(told) == 1)
    for name, text in (*_library_templates(layers), *texts):
        template = name.removeprefix(f"{TEMPLATES}/")
        for each in _phrases_in(template, text):
            shape = _shape_of(template, each[0])
            phrases[shape] = phrases.get(shape, frozenset()) | {each}
    return Templates(phrases, {**own, **dict(_own_fonts(layers))})


def _library_templates(layers: Layers) -> Iterator[tuple[str, str]]:
    library = layers.roots[-1]
    for path in layers.templates():
        if path.is_relative_to(library / TEMPLATES):
            try:
                yield path.relative_to(library).as_posix(), read_text(path, SIZE_LIMIT)
            except HandoutError:
                continue


def _own_roots(layers: Layers) -> tuple[Path, ...]:
    return tuple(root for root in layers.roots if root != layers.roots[-1])


def _own_files(layers: Layers) -> Iterator[_Entry]:
    for root in reversed(_own_roots(layers)):
        for path in _below(root / TEMPLATES, layers, ()) if (root / TEMPLATES).is_dir() else ():
            yield path.relative_to(root).as_posix(), _content(path, layers)


def _below(folder: Path, layers: Layers, above: tuple[Path, ...]) -> Iterator[Path]:
    """Every file, also behind links, as `Layers.find` finds it. What leads back or out is not entered, but told."""
    above = (*above, folder.resolve())
    for path in _listed(folder):
        if path.is_dir() and _is_ours(path, layers) and path.resolve() not in above:
            yield from _below(path, layers, above)
        elif path.is_dir() or path.is_file():
            yield path


def _listed(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError as error:  # files in it can be opened all the same by who knows their names
        what = f"cannot be listed: {error.strerror}"
        fault = Finding("source/unreadable", Location(shown_path(folder)), what, "give yourself the right to read it")
        raise HandoutError([fault]) from None


def _is_ours(path: Path, layers: Layers) -> bool:
    return any(is_inside(path, root) for root in layers.roots)


def _content(path: Path, layers: Layers) -> tuple[str, ...]:
    """The text of a file; of what is no text two words, so that no text can pass for it."""
    if not _is_ours(path, layers):
        return "is not opened", "it lies outside the project"
    if path.is_dir():
        return "leads to", os.path.relpath(path.resolve(), path.parent.resolve())
    try:
        return (read_limited(path, TEXT_LIMIT).decode(),)
    except (HandoutError, UnicodeDecodeError):
        return _digest_in(path)


def _digest_in(path: Path) -> tuple[str, str]:
    try:
        with path.open("rb") as file:
            return "SHA-256", hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        return "cannot be read", str(error.strerror)


def _own_fonts(layers: Layers) -> Iterator[_Entry]:
    """Each font file of a clinic's that a brand names: it decides what the digits of a dose look like."""
    for brand_id in brand_ids(layers):
        try:
            font = read_brand(layers, brand_id)[0].font
            names = [f"{BRANDS}/{brand_id}/{name}" for name in (font.model_dump().values() if font else ()) if name]
            found = [(name, path) for name in names for path in [layers.find(name)] if path]
        except HandoutError:
            continue  # nothing is printed with such a brand
        for name, path in found:
            if any(path == root / name for root in _own_roots(layers)):
                yield name, _digest_in(path)


def _shape_of(template: str, context: str) -> str:
    match = re.fullmatch(r"blocks/([a-z]+)/.*", template)
    of_drafts = template in _STATE_TEMPLATES and _OF_DRAFTS.match(context)
    return match[1] if match else STATE if of_drafts else TITLE


@lru_cache(maxsize=128)
def _phrases_in(name: str, text: str) -> frozenset[tuple[str, str]]:
    if not name.endswith(".html") or name.startswith("appraisal"):
        return frozenset()
    try:
        tree = Environment(autoescape=True).parse(text)
    except TemplateSyntaxError:
        return frozenset()
    called = (strings for _, _, strings in extract_from_ast(tree, _FILLERS) if isinstance(strings, tuple))
    return frozenset((str(each[0]), str(each[1])) for each in called if each[0] and each[1])


# --- What is signed


def wording_of(handout: Handout, world: World) -> Wording:
    """All that a handout, as it was written for every region, prints in a language; its order does not count.

    `handout` is the English one. Left out is what changes while the words stay: version, day of publication, the brand
    but for its own font.
    """
    blocks: dict[str, dict[str, tuple[str, ...]]] = {TITLE: dict(_head_entries(handout, world))}
    for block in handout.blocks:
        blocks.setdefault(block.id, {}).update(_block_entries(block, world))
    return blocks


def _head_entries(handout: Handout, world: World) -> Iterator[_Entry]:
    for text in texts_in(handout.model_copy(update={"blocks": ()})):
        yield from _text_entries(text, world)
    yield "next_review", (str(handout.next_review),)
    language = world.library.languages[world.tag]
    yield f"languages:{world.tag}", (_told(language, "english", "plural"),)
    yield from _template_entries(TITLE, world)
    yield from world.templates.own.items()
    if world.templates.open_doors:
        yield "within reach of templates", (world.within_reach,)


def _block_entries(block: Block, world: World) -> Iterator[_Entry]:
    library, kind = world.library, world.library.kinds[block.kind]
    yield "kind", (f"{block.kind}: {kind.tone}{', safety' if kind.safety else ''}{', boxes' if kind.boxes else ''}",)
    shared = [] if block.heading else [kind.heading]
    if isinstance(block, Glossary):
        shared += [text for term in block.terms if term in library.terms for text in texts_in(library.terms[term])]
    for text in (*texts_in(block), *shared):
        yield from _text_entries(text, world)
    yield from _plain_entries(block, "", library)
    for statement in statements_in(block):
        for name in statement.claims:
            yield from _claim_entries(name, library)
        if chance := getattr(statement, "chance", None):
            yield from _claim_entries(chance, library)
            yield from _region_entries(library, "territory")
    yield from _template_entries(getattr(block, "shape", ""), world)


def _text_entries(text: Text, world: World) -> Iterator[_Entry]:
    yield text.key, _in_both(text.key, text.value, world.content, world)
    for name in markup.placeholders(text.value):
        fact = world.library.facts.get(name)
        if fact is not None:
            yield f"facts:{name}", (_told(fact),)
            if fact.temperature is not None:
                yield from _region_entries(world.library, "temperature", "territory")
            if fact.money is not None:
                yield from _region_entries(world.library, "currency", "territory")


def _in_both(key: str, english: str, catalog: Catalog | None, world: World) -> tuple[str, ...]:
    if world.tag == SOURCE_LANGUAGE:
        return (english,)
    message = catalog.find(key, english) if catalog else None
    return english, message.forms[0] if message else ""


def _plain_entries(value: object, path: str, library: Library) -> Iterator[_Entry]:
    """What is printed or decides what is printed and is no text: regions, claims, call lines, rows to write in."""
    if isinstance(value, Text) or value is None or value in ((), ""):
        return
    if isinstance(value, Frozen):
        for name in names_in(type(value)):
            if name not in _NEVER_PRINTED:
                yield from _plain_entries(getattr(value, name), f"{path}.{name}".lstrip("."), library)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _plain_entries(item, f"{path}.{key}", library)
    else:
        yield path, (", ".join(sorted(value)) if isinstance(value, tuple) else str(value),)
        if path.endswith(".call") and value == "emergency":
            yield from _region_entries(library, "emergency")


def _region_entries(library: Library, *names: str) -> Iterator[_Entry]:
    """What a region writes its own way; every region has its say, for a sign-off holds in all of them."""
    for region_id, region in library.regions.items():
        for name in names:
            value = getattr(region, name)
            yield f"regions:{region_id}:{name}", (", ".join(value) if isinstance(value, tuple) else str(value or ""),)


@lru_cache(_ENOUGH)
def _claim_entries(reference: str, library: Library) -> tuple[_Entry, ...]:
    return tuple(_of_claim(reference, library))


def _of_claim(reference: str, library: Library) -> Iterator[_Entry]:
    claim = library.claims.get(reference.partition(".")[0])
    if claim is None:
        return
    figure = library.figure(reference)
    said = {"says": claim.says, "strength": claim.strength, "sources": ", ".join(sorted(claim.sources))}
    figures = {reference: figure} if figure else {f"{reference}.{name}": each for name, each in claim.figures.items()}
    yield f"claims:{reference.partition('.')[0]}", ("; ".join(f"{name}: {value}" for name, value in said.items()),)
    for name, each in figures.items():
        yield f"claims:{name}", (_told(each),)
    for source_id in library.sources_of(reference):
        source = library.sources.get(source_id)
        if source is not None:  # the day when it was last looked up is no part of what it says
            yield f"sources:{source_id}", (_told(source, "checked"),)


def _told(value: Frozen, *aside: str) -> str:
    """The fields that are given, in words."""
    given: dict[str, Any] = value.model_dump(exclude_none=True, exclude=set(aside))
    return "; ".join(f"{name}: {each}" for name, each in sorted(given.items()) if each not in ((), ""))


def _template_entries(shape: str, world: World) -> Iterator[_Entry]:
    for context, english in world.templates.phrases.get(shape, ()):
        yield f"ui:{context}|{english}", _in_both(context, english, world.interface, world)


def _with_translations(entry: Frozen, world: World) -> Iterator[str]:
    yield json.dumps(entry.model_dump(mode="json", exclude={"checked"}), sort_keys=True)
    for text in texts_in(entry):
        yield from _in_both(text.key, text.value, world.content, world)


def open_words(world: World) -> list[tuple[str, str]]:
    """The words of all templates, as (context, English), that have no finished translation."""
    if world.tag == SOURCE_LANGUAGE:
        return []
    asked = sorted(frozenset().union(*world.templates.phrases.values()))
    return [each for each in asked if world.interface is None or world.interface.find(*each) is None]


def missing_in(wording: Wording) -> dict[str, list[str]]:
    """The keys that have no finished translation, by block."""
    found = {block: [key for key, words in entries.items() if _is_open(words)] for block, entries in wording.items()}
    return {block: keys for block, keys in found.items() if keys}


def _is_open(words: tuple[str, ...]) -> bool:
    return len(words) > 1 and not words[1]


def as_signed(wording: Wording) -> bytes:
    """The file of what is signed: JSON with sorted keys, one entry a line, in UTF-8. Its SHA-256 is the digest."""
    blocks = (f"{_json(block)}: {{\n{_lines(entries)}\n}}" for block, entries in sorted(wording.items()))
    return ("{\n" + ",\n".join(blocks) + "\n}\n").encode(errors="backslashreplace")  # file names may be no UTF-8


def _lines(entries: Mapping[str, tuple[str, ...]]) -> str:
    return ",\n".join(f" {_json(key)}: [{', '.join(map(_json, words))}]" for key, words in sorted(entries.items()))


_JSON: Final = json.JSONEncoder(ensure_ascii=False)
"""One for all entries: `json.dumps` would make one for each."""


def _json(value: object) -> str:
    return _JSON.encode(value)


def digest_of(wording: Wording) -> str:
    """The SHA-256 of what is signed, 64 hexadecimal digits."""
    return _sha256(as_signed(wording))


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@dataclass(frozen=True, slots=True)
class Change:
    """An entry that is not what it was; empty on the side where there is none."""

    key: str
    then: tuple[str, ...]
    now: tuple[str, ...]


def changes_in(then: Wording, now: Wording) -> dict[str, tuple[Change, ...]]:
    """What differs between two wordings, by block, in the order of today's page."""
    found = {}
    for block in dict.fromkeys((*now, *then)):
        before, after = then.get(block, {}), now.get(block, {})
        keys = [key for key in sorted({*before, *after}) if before.get(key) != after.get(key)]
        if keys:
            found[block] = tuple(Change(key, before.get(key, ()), after.get(key, ())) for key in keys)
    return found


# --- The records


def reviews_name(tag: str) -> str:
    """The file of a language's sign-offs, in any layer."""
    return f"locales/{folder_of(tag)}/reviews.yaml"


def signed_name(tag: str, handout: str, digest: str) -> str:
    """The file of the words that a sign-off names. Those who sign the same words share it."""
    return f"locales/{folder_of(tag)}/reviews/{handout}-{digest[:16]}.json"


def read_reviews(layers: Layers, tag: str) -> tuple[dict[str, Review], list[Finding]]:
    """The sign-offs of a language in all layers by id, and every fault in them. One with a fault counts for nothing."""
    return read_entries(layers, reviews_name(tag), Review)


def find_review_faults(
    reviews: Iterable[Review], tag: str, handouts: Iterable[str], today: datetime.date
) -> Iterator[Finding]:
    """Sign-offs that cannot be: of no handout of ours, of a day to come, in a role that makes no sense."""
    known = frozenset(handouts)
    for review in reviews:
        at = place_of(review.role)
        if review.handout not in known:
            what, remedy = f"there is no handout `{review.handout}`", "correct the id, or remove the sign-off"
            yield Finding("reviews/unknown-handout", place_of(review.handout), what, remedy, language=tag)
        for what, remedy in impossible(review, tag, today):
            yield Finding("reviews/impossible", at, what, remedy, handout=review.handout, language=tag)


def impossible(review: Review, tag: str, today: datetime.date) -> Iterator[tuple[str, str]]:
    """Why a sign-off cannot be true, each as (what, remedy)."""
    if review.on > today:
        yield f"the sign-off is of a day to come, {review.on}", "write the day on which it was checked"
    if review.role == TRANSLATOR and tag == SOURCE_LANGUAGE:
        yield "the English has no translator", "write the role that the person had"
    if review.role != TRANSLATOR and review.method != "human":
        yield "a review is the work of a person", "write `method: human`, or remove the sign-off"


def read_signed(layers: Layers, tag: str, review: Review) -> Wording | None:
    """The words that were signed; None where they are not kept, or not as they were."""
    try:
        path = layers.find(signed_name(tag, review.handout, review.digest))
        data = read_limited(path, SIZE_LIMIT) if path else b""
        return _SIGNED.validate_json(data) if _sha256(data) == review.digest else None
    except (HandoutError, ValueError):  # too large, outside the project; or of another form
        return None


_SIGNED: Final = TypeAdapter(dict[str, dict[str, tuple[str, ...]]])
_HEAD: Final = """\
# Who has checked which handout, in which role, when and how; written by `handouts review sign`. An entry counts as long
# as the words are those that were signed: `digest` is the SHA-256 of reviews/HANDOUT-….json. See docs/signoff.md.
"""


def with_review(text: str, review: Review) -> str:
    """The text of a language's file of sign-offs with one more; all that stands there stays."""
    kept = re.sub(r"^\{\}[ \t]*\n?\Z", "", text, flags=re.MULTILINE) if text.strip() else _HEAD
    key = _free_key(text, f"{review.handout}-{review.role}-{review.on}")
    fields = review.model_dump(mode="json", exclude_none=True)
    lines = [f"  {name}: {_scalar(value)}" for name, value in fields.items()]
    return "\n".join([kept.rstrip("\n"), f"{key}:", *lines, ""])


def _scalar(value: str) -> str:
    """A value as YAML reads it back: as it is where it is an id of ours, else quoted as JSON, which YAML knows too."""
    return value if re.fullmatch(r"[a-z]+(_[a-z]+)+|human", value) else json.dumps(value, ensure_ascii=False)


def _free_key(text: str, key: str) -> str:
    taken = set(parse_yaml(text, "reviews.yaml")[0]) if text.strip() else set()
    numbered = (f"{key}-{number}" for number in range(2, len(taken) + 3))
    return next(each for each in (key, *numbered) if each not in taken)


def text_of(path: Path) -> str:
    """The text of a file of sign-offs; empty where there is none. Raises HandoutError."""
    return read_text(path, SIZE_LIMIT) if path.is_file() else ""


def place_in(handout: Handout, block_id: str, keys: Iterable[str]) -> Location:
    """Where a changed entry is written: its own text, else the block's first, else the title."""
    block = next((each for each in handout.blocks if each.id == block_id), None)
    texts = list(texts_in(block)) if block else []
    wanted = set(keys)
    return next((text.at for text in (*(t for t in texts if t.key in wanted), *texts)), handout.title.at)

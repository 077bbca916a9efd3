"""The frozen types of a handout and of all that it rests on. Reads and renders nothing.

One model serves reading, checking, translating, printing and the editor's JSON Schema.
Maps are read-only by contract; their keys are ids that translators' keys are built from,
so that moving an entry costs no translation.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Annotated, Any, Final, Literal, Self, TypeVar, cast

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    StrictBool,
    StrictFloat,
    StrictInt,
    StringConstraints,
    WrapValidator,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from handouts.findings import NOWHERE, Location

SOURCE_LANGUAGE: Final = "en"


@dataclass(frozen=True, slots=True)
class Text:
    """A passage that a patient reads.

    `key` names it to translators (`handout:block:field`), `at` is where this wording was written (after
    translation: the line of the PO file) and `language` is the BCP 47 tag of the wording.
    """

    value: str
    key: str = ""
    at: Location = NOWHERE
    language: str = SOURCE_LANGUAGE

    def __str__(self) -> str:
        return self.value

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(_as_text, serialization=core_schema.to_string_ser_schema())

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"type": "string", "minLength": 1}


def _as_text(value: object) -> Text:
    if isinstance(value, Text):
        return value
    if not isinstance(value, str):
        raise PydanticCustomError("text_type", "expected a text")
    if not value.strip():
        raise PydanticCustomError("text_empty", "the text is empty")
    return Text(str(value).strip(), at=getattr(value, "at", NOWHERE))


def _keep_place(value: Any, handler: Callable[[Any], Any]) -> Any:
    handler(value)
    return value


def place_of(value: object) -> Location:
    """Where a name or text was written; NOWHERE for values that no file holds."""
    return getattr(value, "at", NOWHERE)


KeepPlace = WrapValidator(_keep_place)
Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$"), KeepPlace]
LanguageTag = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
ClaimReference = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]*(\.[a-z][a-z0-9_]*)?$"), KeepPlace]
SourceId = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]*$"), KeepPlace]
Note = Annotated[str, StringConstraints(min_length=1), KeepPlace]
_PRINTED = r"[^\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069]"
Telephone = Annotated[str, StringConstraints(pattern=rf"^(?:{_PRINTED}*[0-9]){{3}}{_PRINTED}*$"), KeepPlace]
"""A number to call: three digits at least, and nothing that prints nothing."""
Emergency = Annotated[str, StringConstraints(pattern=rf"^(?:{_PRINTED}*[0-9]){{2}}{_PRINTED}*$"), KeepPlace]
"""An emergency number: two digits at least (15 in France)."""
Number = StrictInt | StrictFloat
Lines = Annotated[StrictInt, Field(ge=1, le=30)]


class Frozen(BaseModel):
    """The base of every type: unchangeable, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@cache
def names_in(model: type[Frozen]) -> tuple[str, ...]:
    """The names of a type's fields, in order: kept, as whoever walks a handout asks for them at each part of it."""
    return tuple(model.model_fields)


def _or_plain_text(found: JsonSchemaValue, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
    """The schema of a type that may also be written as a text alone."""
    body = handler.resolve_ref_schema(found)
    whole = dict(body)
    body.clear()
    body.update({"anyOf": [{"type": "string", "minLength": 1}, whole]})
    return found


Tells = Literal[
    "key",
    "condition",
    "decision",
    "how",
    "options",
    "no_treatment",
    "benefits",
    "harms",
    "experience",
    "status",
    "cost",
    "known",
    "not_known",
    "action",
    "when_to_call",
    "tool",
    "support",
]
"""What a block or a point tells the reader, in the terms of the standards that a handout is judged by.

`key`: the one main message. `condition`: the illness. `decision`: what is to be decided. `how`: how a treatment
works. `options`: the choices. `no_treatment`: what happens without treatment. `experience`: what it is like to go
through it. `tool`: something to fill in or tick. `support`: where else to find help.
"""


class Statement(Frozen):
    """A sentence or two, the claims it rests on, and the regions it is printed in (all when empty).

    `tells` adds to what its block tells the reader.
    """

    say: Text
    claims: tuple[ClaimReference, ...] = ()
    only: tuple[Id, ...] = ()
    tells: tuple[Tells, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _plain_text_is_a_statement(cls, value: Any) -> Any:
        if isinstance(value, bool | int | float):
            raise PydanticCustomError("text_type", "expected a text")
        return {"say": value} if isinstance(value, str | Text) else value

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        found = handler(schema)
        needs_more = any(field.is_required() for name, field in cls.model_fields.items() if name != "say")
        return found if needs_more else _or_plain_text(found, handler)


class Point(Statement):
    """An entry of a list: a statement, with a name in front where it has one."""

    name: Text | None = None


class Step(Frozen):
    """Something that happens or that the reader does; `say` tells more."""

    name: Text
    say: Text | None = None
    claims: tuple[ClaimReference, ...] = ()
    only: tuple[Id, ...] = ()


class Outcome(Point):
    """A benefit or a harm. `chance` names the figure (`CLAIM.figure`) that is drawn beside the words."""

    name: Text
    chance: ClaimReference | None = None


class Phase(Frozen):
    """Steps that belong together: before, in the hospital, after."""

    name: Text
    steps: Mapping[Id, Step]


class Group(Frozen):
    """Points under a name. `call` asks for a telephone line: the emergency number's or the clinic's."""

    name: Text
    call: Literal["emergency", "team"] | None = None
    items: Mapping[Id, Point] = {}
    only: tuple[Id, ...] = ()


class Row(Frozen):
    """A row of a table: its head and a cell for each column. A row may be for some regions only, a cell may not."""

    name: Text
    cells: Mapping[Id, Statement]
    only: tuple[Id, ...] = ()

    @model_validator(mode="after")
    def _cells_are_for_all_regions(self) -> Self:
        for name, cell in self.cells.items():
            if cell.only:
                raise PydanticCustomError("cell_only", "the cell `{cell}` is for some regions only", {"cell": name})
        return self


class Block(Frozen):
    """What every block has. The kind (in `kinds.yaml`) gives the shape, the heading and the safety flag.

    `tells` adds to what blocks of its kind tell the reader.
    """

    id: Id
    kind: Id
    heading: Text | None = None
    only: tuple[Id, ...] = ()
    tells: tuple[Tells, ...] = ()
    intro: Statement | None = None
    outro: Statement | None = None


class Prose(Block):
    """Paragraphs of one to three sentences."""

    shape: Literal["prose"] = "prose"
    paragraphs: Mapping[Id, Statement]


class Points(Block):
    """A list of at most seven points, or groups of them; a kind may ask for boxes to tick."""

    shape: Literal["points"] = "points"
    items: Mapping[Id, Point] = {}
    groups: Mapping[Id, Group] = {}


class Steps(Block):
    """Numbered steps, in phases where there are many."""

    shape: Literal["steps"] = "steps"
    steps: Mapping[Id, Step] = {}
    phases: Mapping[Id, Phase] = {}


class Table(Block):
    """Rows and columns with heads."""

    shape: Literal["table"] = "table"
    columns: Mapping[Id, Text]
    rows: Mapping[Id, Row]

    @model_validator(mode="after")
    def _each_row_has_each_column(self) -> Self:
        for row_id, row in self.rows.items():
            if set(row.cells) != set(self.columns):
                raise PydanticCustomError(
                    "table_cells",
                    "row `{row}` must have the cells {columns}",
                    {"row": row_id, "columns": ", ".join(f"`{column}`" for column in self.columns)},
                )
        return self


class Callout(Block):
    """A panel that is seen first: the key message, or when to call."""

    shape: Literal["callout"] = "callout"
    lead: Statement | None = None
    then: Statement | None = None
    groups: Mapping[Id, Group] = {}
    fields: Mapping[Id, Text] = {}


class Outcomes(Block):
    """Benefits or harms, each with its chance in words and dots where one is known."""

    shape: Literal["outcomes"] = "outcomes"
    items: Mapping[Id, Outcome]


class Questions(Block):
    """Questions to tick, with lines to write on; without questions, only the lines."""

    shape: Literal["questions"] = "questions"
    items: Mapping[Id, Statement] = {}
    lines: Lines = 2


class Log(Block):
    """A table to fill in by hand, lines to fill in, or both."""

    shape: Literal["log"] = "log"
    columns: Mapping[Id, Text] = {}
    rows: Lines = 8
    fields: Mapping[Id, Text] = {}


class Glossary(Block):
    """Terms with their meaning, from the shared glossary."""

    shape: Literal["glossary"] = "glossary"
    terms: tuple[Id, ...]


class Sources(Block):
    """The numbered sources of all claims in the handout; filled in by the program."""

    shape: Literal["sources"] = "sources"


class About(Block):
    """Who made the sheet, who paid, when it is checked, how to reach them; filled in by the program."""

    shape: Literal["about"] = "about"


class Languages(Block):
    """Says in each other language that the sheet exists in it; filled in by the program."""

    shape: Literal["languages"] = "languages"


AnyBlock = Annotated[
    Prose | Points | Steps | Table | Callout | Outcomes | Questions | Log | Glossary | Sources | About | Languages,
    Field(discriminator="shape"),
]

SHAPES: Final[tuple[type[Block], ...]] = (
    Prose,
    Points,
    Steps,
    Table,
    Callout,
    Outcomes,
    Questions,
    Log,
    Glossary,
    Sources,
    About,
    Languages,
)


def shape_of(block: type[Block]) -> str:
    """The name of a shape: its class in lower case, its folder in `templates/blocks`, its CSS class."""
    return block.__name__.lower()


class Imprint(Frozen):
    """Who made a handout and how: the words of its last block."""

    made_by: Text
    funding: Text
    conflicts: Text
    update_policy: Text
    method: Text
    feedback: Text
    formats: Text


class Handout(Frozen):
    """One handout in one language. `reviewed` is the seam for sign-off: until then all is a draft."""

    id: Id
    code: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9][A-Z0-9-]*$")]
    version: Annotated[str, StringConstraints(pattern=r"^[0-9]+(\.[0-9]+)*$")]
    title: Text
    subtitle: Text
    topic: Id
    audience: Text
    purpose: Text
    treatment: StrictBool
    published: datetime.date
    last_reviewed: datetime.date | None
    next_review: datetime.date
    imprint: Imprint
    blocks: tuple[AnyBlock, ...]

    @model_validator(mode="after")
    def _block_ids_differ(self) -> Self:
        seen: set[str] = set()
        for block in self.blocks:
            if block.id in seen:
                raise PydanticCustomError("block_twice", "two blocks are called `{id}`", {"id": block.id})
            seen.add(block.id)
        return self


class Kind(Frozen):
    """A kind of block: its shape, its heading, what it tells, whether it is safety text, and how it is dressed."""

    shape: Literal[
        "prose",
        "points",
        "steps",
        "table",
        "callout",
        "outcomes",
        "questions",
        "log",
        "glossary",
        "sources",
        "about",
        "languages",
    ]
    heading: Text
    tells: tuple[Tells, ...] = ()
    safety: StrictBool = False
    boxes: StrictBool = False
    tone: Literal["plain", "key", "hope", "danger"] = "plain"


class Source(Frozen):
    """A document that was read: how much of it (`read`), and when (`checked`). Sheets print `short`."""

    kind: Literal[
        "study",
        "guideline",
        "regulator",
        "law",
        "court",
        "patient_info",
        "patient_org",
        "registry",
        "news",
        "press_release",
        "insurer",
        "report",
    ]
    citation: Annotated[str, StringConstraints(min_length=1)]
    short: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    year: StrictInt | None = None
    url: Annotated[str, StringConstraints(pattern=r"^https?://[^\s]+$")]
    read: Literal["full", "abstract", "part", "summary"]
    checked: datetime.date


class _Figure(Frozen):
    what: Note
    sources: Annotated[tuple[SourceId, ...], Field(min_length=1)]
    also: tuple[Number, ...] = ()


class Count(_Figure):
    """A study's count: `count` of `of` people."""

    kind: Literal["count"]
    count: StrictInt
    of: StrictInt


class Chance(_Figure):
    """A chance told to the reader: `low` to `high` out of `per`, in studies of `people` people."""

    kind: Literal["chance"]
    low: Number
    high: Number
    per: Literal[100]
    people: StrictInt | tuple[StrictInt, StrictInt]
    years: StrictInt | None = None


class Amount(_Figure):
    """A quantity with a unit."""

    kind: Literal["amount"]
    low: Number
    high: Number
    unit: str


Figure = Annotated[Count | Chance | Amount, Field(discriminator="kind")]


class Claim(Frozen):
    """A statement that handouts may make, the sources that carry it and its figures. Never printed itself.

    `sources` are printed as notes; `more` are further ones that say the same, kept for editors.
    """

    topic: Id
    says: Note
    strength: Literal["high", "moderate", "low"]
    sources: tuple[SourceId, ...]
    more: tuple[SourceId, ...] = ()
    note: str = ""
    recheck: StrictBool = False
    figures: Mapping[Id, Figure] = {}


class Term(Frozen):
    """A word of the glossary; `forms` are spellings that count as the same word."""

    term: Text
    definition: Text
    forms: tuple[str, ...] = ()


class PlainWord(Frozen):
    """A hard word of English and the plain one for it. Its key is the word, with `_` for a space.

    `forms` are further spellings; the regular endings of a single word go without saying. `source` names the list
    that has the word (see the head of `plain_words.yaml`).
    """

    plain: Annotated[str, StringConstraints(min_length=1)]
    forms: tuple[str, ...] = ()
    source: Literal["federal", "cdc", "iowa", "nhs", "own"]


class Fact(Frozen):
    """A value that nobody retypes in a translation: exactly one of the typed fields is given.

    `temperature` is in degrees Celsius; `money` in whole units of `currency` (ISO 4217).
    """

    temperature: Number | None = None
    money: Number | None = None
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] | None = None
    phone: str | None = None
    email: Annotated[str, StringConstraints(pattern=r"^[^\s@]+@[^\s@]+$")] | None = None
    web: Annotated[str, StringConstraints(pattern=r"^[a-z0-9.-]+\.[a-z]+(/[^\s]*)?$")] | None = None
    dose: str | None = None

    @model_validator(mode="after")
    def _one_value(self) -> Self:
        given = [
            name
            for name in ("temperature", "money", "phone", "email", "web", "dose")
            if getattr(self, name) is not None
        ]
        if len(given) != 1 or (self.money is None) != (self.currency is None):
            raise PydanticCustomError("fact_one_value", "a fact has exactly one value")
        return self


class Region(Frozen):
    """What differs from place to place; `territory` is ISO 3166, `currency` ISO 4217.

    Where no emergency number holds in the whole region, the sheet has a line to write it on.
    """

    territory: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] | None = None
    emergency: Emergency | None = None
    currency: str | None = None
    temperature: Annotated[tuple[Literal["celsius", "fahrenheit"], ...], Field(min_length=1)]


PluralRule = Annotated[
    str, StringConstraints(pattern=r"^\s*nplurals\s*=\s*[1-6]\s*;\s*plural\s*=[^;*]+;?\s*$"), KeepPlace
]
"""A rule as gettext writes it. Languages have six forms at most (CLDR)."""


class Language(Frozen):
    """A language that handouts are printed in; `script` is ISO 15924, `plural` a gettext plural rule."""

    autonym: str
    english: str
    script: Annotated[str, StringConstraints(pattern=r"^[A-Z][a-z]{3}$"), KeepPlace]
    direction: Literal["ltr", "rtl"]
    plural: PluralRule
    digits: Literal["latn"] = "latn"


_HEX: Final = re.compile(r"^#[0-9a-f]{6}$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Color:
    """A colour of a brand, `#rrggbb`."""

    value: str
    at: Location = NOWHERE

    def __str__(self) -> str:
        return self.value

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(_as_color, serialization=core_schema.to_string_ser_schema())

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"type": "string", "pattern": "^#[0-9a-fA-F]{6}$"}

    def mixed_with_white(self, share: float) -> Color:
        """The color with that share of white, 0 to 1."""
        mixed = (round(int(self.value[i : i + 2], 16) * (1 - share) + 255 * share) for i in (1, 3, 5))
        return Color("#" + "".join(f"{channel:02x}" for channel in mixed))

    def luminance(self) -> float:
        """Relative luminance, 0 (black) to 1 (white), as WCAG 2.2 defines it."""
        channels = (int(self.value[i : i + 2], 16) / 255 for i in (1, 3, 5))
        red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _as_color(value: object) -> Color:
    if isinstance(value, Color):
        return value
    if not isinstance(value, str) or not _HEX.match(value):
        raise PydanticCustomError("color", "expected a color such as `#0b5a6b`")
    return Color(value.lower(), getattr(value, "at", NOWHERE))


def contrast(one: Color, other: Color) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2, success criterion 1.4.3)."""
    dark, light = sorted((one.luminance(), other.luminance()))
    return (light + 0.05) / (dark + 0.05)


class Colors(Frozen):
    """The colours of a brand: `primary` carries white text and headings, `tint` lies under the key message."""

    primary: Color
    ink: Color
    tint: Color


class Contacts(Frozen):
    """How to reach the clinic. What is missing is printed as a line to write on."""

    day: Telephone | None = None
    night: Telephone | None = None
    email: Annotated[str, StringConstraints(pattern=r"^[^\s@]+@[^\s@]+$")] | None = None
    web: Annotated[str, StringConstraints(pattern=r"^[a-z0-9.-]+\.[a-z]+(/[^\s]*)?$")] | None = None


class Localized(Frozen):
    """A name, and what it is in other languages."""

    default: Annotated[str, StringConstraints(min_length=1)]
    translations: Mapping[LanguageTag, Note] = {}

    @model_validator(mode="before")
    @classmethod
    def _plain_text_is_the_default(cls, value: Any) -> Any:
        return {"default": value} if isinstance(value, str) else value

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return _or_plain_text(handler(schema), handler)

    def in_language(self, tag: str) -> str:
        """The name in the language, or the default."""
        return self.translations.get(tag, self.default)


class OwnFont(Frozen):
    """A clinic's own font for Latin letters: one variable `file`, or a `regular` and a `bold` one.

    TrueType files, named relative to the brand's folder.
    """

    file: Note | None = None
    regular: Note | None = None
    bold: Note | None = None

    @model_validator(mode="after")
    def _one_file_or_two(self) -> Self:
        given = tuple(name is not None for name in (self.file, self.regular, self.bold))
        if given not in {(True, False, False), (False, True, True)}:
            raise PydanticCustomError("font_files", "a font is one variable `file`, or `regular` and `bold`")
        return self


class Brand(Frozen):
    """A clinic: its name, logo, font, colours, contacts, region, paper and the address of its online copies."""

    id: Id
    name: Localized
    tagline: Localized | None = None
    logo: Note
    font: OwnFont | None = None
    colors: Colors
    contacts: Contacts = Contacts()
    region: Id
    emergency: Emergency | None = None
    paper: Annotated[tuple[Literal["a4", "letter"], ...], Field(min_length=1)] = ("a4", "letter")
    online: Annotated[str, StringConstraints(pattern=r"^https://[^\s?#]+$", max_length=200)] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Library:
    """Everything that handouts share, read from the clinic's project and the bundled library; equal to itself alone."""

    kinds: Mapping[str, Kind]
    claims: Mapping[str, Claim]
    sources: Mapping[str, Source]
    terms: Mapping[str, Term]
    facts: Mapping[str, Fact]
    regions: Mapping[str, Region]
    languages: Mapping[str, Language]
    plain_words: Mapping[str, PlainWord] = field(default_factory=dict)

    def shared_by(self, handout: Handout) -> tuple[Frozen, ...]:
        """The shared entries whose words a handout prints: kinds that give a heading, and glossary terms that exist."""
        kinds = [self.kinds[block.kind] for block in handout.blocks if block.heading is None]
        terms = [term for block in handout.blocks if isinstance(block, Glossary) for term in block.terms]
        return (*kinds, *(self.terms[term] for term in terms if term in self.terms))

    def tells(self, block: Block) -> frozenset[Tells]:
        """What a block tells the reader: by its kind, by itself and by its statements."""
        own = (tell for statement in statements_in(block) for tell in getattr(statement, "tells", ()))
        kind = self.kinds.get(block.kind)
        return frozenset((*(kind.tells if kind else ()), *block.tells, *own))

    def of(self, handout: Handout) -> Library:
        """What of it a page of the handout is made and checked with: no sources, and its own claims and terms alone."""
        statements = list(statements_in(handout.blocks))
        named = {name for statement in statements for name in statement.claims}
        named |= {each.chance for each in statements if isinstance(each, Outcome) and each.chance}
        claims = {name.partition(".")[0] for name in named}
        terms = {term for block in handout.blocks if isinstance(block, Glossary) for term in block.terms}
        return replace(
            self,
            claims={name: claim for name, claim in self.claims.items() if name in claims},
            sources={},
            terms={name: term for name, term in self.terms.items() if name in terms},
            plain_words={},
        )

    def figure(self, reference: str) -> Count | Chance | Amount | None:
        """The figure that `CLAIM.figure` names; None where there is none."""
        claim_id, _, figure_id = reference.partition(".")
        claim = self.claims.get(claim_id)
        return claim.figures.get(figure_id) if claim else None

    def sources_of(self, reference: str) -> tuple[str, ...]:
        """The ids of the sources behind `CLAIM` or `CLAIM.figure`, in the order of the claims file."""
        figure = self.figure(reference)
        if figure is not None:
            return figure.sources
        claim = self.claims.get(reference.partition(".")[0])
        return claim.sources if claim else ()


Path = tuple[str, ...]
T = TypeVar("T")


def map_texts(value: T, change: Callable[[Text, Path], Text], path: Path = ()) -> T:
    """A copy of a model, map or tuple in which `change(text, path)` stands for each `Text`.

    The path is made of field names and ids, never of positions.
    """
    return cast(T, _map_texts(value, change, path))


def _map_texts(value: object, change: Callable[[Text, Path], Text], path: Path) -> object:
    if isinstance(value, Text):
        return change(value, path)
    if value is None or isinstance(value, str):  # most are: told first, as abstract types are slow to say no
        return value
    if isinstance(value, Frozen):
        fields = {name: _map_texts(getattr(value, name), change, (*path, name)) for name in names_in(type(value))}
        return value.model_copy(update=fields)
    if isinstance(value, Mapping):
        return {key: _map_texts(item, change, (*path, str(key))) for key, item in value.items()}
    if isinstance(value, tuple) and value and isinstance(value[0], Frozen):
        return tuple(_map_texts(item, change, (*path, getattr(item, "id", ""))) for item in value)
    return value


def texts_in(value: object) -> Iterator[Text]:
    """Every `Text` below a model, map or tuple, in the order of the fields."""
    found: list[Text] = []
    _collect(value, Text, found)
    return iter(found)


def with_keys(value: T, prefix: str) -> T:
    """The same with the translation key `prefix:field.id.field` on each text."""
    return map_texts(value, lambda text, path: replace(text, key=f"{prefix}:{'.'.join(path)}"))


def statements_in(value: object) -> Iterator[Statement | Step]:
    """Every statement and step below a model, in order."""
    found: list[Statement | Step] = []
    _collect(value, (Statement, Step), found)
    return iter(found)


def _collect(value: object, wanted: type[T] | tuple[type[T], ...], found: list[T]) -> None:
    """Add what is wanted below a model, map or tuple, in order; what stands inside of that is not looked for."""
    if isinstance(value, wanted):
        found.append(value)
        return
    for part in _parts_of(value):
        if part and not isinstance(part, str):  # not what is not given, nor ids: these are most of the parts
            _collect(part, wanted, found)


def _parts_of(value: object) -> Iterable[object]:
    if isinstance(value, tuple):
        return value
    if isinstance(value, Frozen):
        return [getattr(value, name) for name in names_in(type(value))]
    return value.values() if isinstance(value, Mapping) else ()

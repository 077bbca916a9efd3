"""Model and brand to HTML. Opens no file of the user's but its templates; the world comes in as an argument."""

from __future__ import annotations

import base64
import datetime
import traceback
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import segno
from jinja2 import (
    ChoiceLoader,
    FunctionLoader,
    PrefixLoader,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateRuntimeError,
    TemplateSyntaxError,
    Undefined,
    pass_context,
)
from jinja2.loaders import split_template_path
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from handouts import markup
from handouts.artwork import Logo
from handouts.catalog import Words
from handouts.findings import Finding, HandoutError, Location
from handouts.layers import Layers, is_inside, library_root, read_text, shown_path
from handouts.limits import memory_limit, time_limit
from handouts.model import (
    SOURCE_LANGUAGE,
    Block,
    Brand,
    Chance,
    Color,
    Frozen,
    Handout,
    Kind,
    Language,
    Library,
    Region,
    Source,
    Statement,
    Step,
    Term,
    Text,
    statements_in,
)
from handouts.policy import UNSIGNED, Standing, State
from handouts.region import date_text, fact_text, locale_of, number_text
from handouts.signoff import TRANSLATOR, Review

STANDARD: Final = "standard"
DANGER: Final = Color("#9c2a10")
TEMPLATE_LIMIT: Final = 200_000
"""The bytes of a template."""
SECONDS: Final = 20.0
MEMORY: Final = 500_000_000
"""What a page may take to render: a thousand times what the largest of ours takes, and its memory in bytes."""
PAPERS: Final[Mapping[str, str]] = {"a4": "210mm 297mm", "letter": "8.5in 11in"}


@dataclass(frozen=True, slots=True)
class Status:
    """Who has checked the sheet. It is a draft unless a release has let it through.

    `machine` says that no person has checked the translation, `overdue` that the day of the next review is past,
    `stale` that the words have changed since they were signed. `english` and `translation` are the sign-offs that
    count.
    """

    draft: bool = True
    machine: bool = False
    overdue: bool = False
    stale: bool = False
    english: tuple[Review, ...] = ()
    translation: tuple[Review, ...] = ()

    @property
    def begun(self) -> bool:
        """Whether anybody has signed any of it."""
        return self.stale or bool(self.english or self.translation)

    @property
    def reviewed(self) -> datetime.date | None:
        """The day of the last review of the medical content; None where no clinician has signed."""
        return max((each.on for each in self.signed if each.role == "clinical_review"), default=None)

    @property
    def translators(self) -> tuple[Review, ...]:
        """The sign-offs of those who answer for the translation itself."""
        return tuple(each for each in self.translation if each.role == TRANSLATOR)

    @property
    def signed(self) -> tuple[Review, ...]:
        """All sign-offs that count, those of the translation first."""
        return (*self.translation, *self.english)

    @property
    def name(self) -> str:
        """The word that the manifest has for it."""
        return "draft" if self.draft else "approved"

    @property
    def told(self) -> bool:
        """Whether the pages are stamped with it."""
        return self.draft or self.machine or self.overdue


def status_of(
    handout: Handout,
    tag: str,
    today: datetime.date,
    standings: Mapping[str, Standing] | None = None,
    *,
    release: bool = False,
) -> Status:
    """The state of a handout in a language on a day; a review is overdue from the day after it was due.

    `standings` are those of the English and of the language, by tag. Only a release takes the draft mark away.
    """
    parts = [(standings or {}).get(each, UNSIGNED) for each in dict.fromkeys((SOURCE_LANGUAGE, tag))]
    translation = parts[1].counted if len(parts) > 1 else ()
    return Status(
        draft=not (release and all(part.approved for part in parts)),
        machine=tag != SOURCE_LANGUAGE and all(each.role == "community_review" for each in translation),
        overdue=today > handout.next_review,
        stale=any(part.state is State.STALE for part in parts),
        english=parts[0].counted,
        translation=translation,
    )


@dataclass(frozen=True)
class Setting:
    """The world that a handout is printed in.

    `words` are the templates' words in the sheet's language, `english` those in English, `offers` those of
    the other languages that the sheet can be had in.
    """

    library: Library
    brand: Brand
    logo: Logo
    region: Region
    language: Language
    tag: str
    paper: str
    edition: str
    today: datetime.date
    status: Status
    words: Words
    english: Words
    offers: Mapping[str, Words] = field(default_factory=dict)

    @property
    def rtl(self) -> bool:
        """Whether the sheet reads from right to left."""
        return self.language.direction == "rtl"


class Sheet:
    """What the templates see of a handout: its blocks, its numbered sources, and filters for texts and chances."""

    def __init__(self, handout: Handout, setting: Setting) -> None:
        self.handout = handout
        self.setting = setting

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The number of each source, in the order in which the handout first rests on it."""
        found: dict[str, int] = {}
        for block in self.handout.blocks:
            for statement in statements_in(block):
                for source in self._sources_behind(statement):
                    found.setdefault(source, len(found) + 1)
        return found

    def _sources_behind(self, statement: Statement | Step) -> Iterator[str]:
        chance = getattr(statement, "chance", None)
        for reference in dict.fromkeys((*([chance] if chance else ()), *statement.claims)):
            yield from self.setting.library.sources_of(reference)

    def sources(self) -> list[tuple[int, Source]]:
        """The numbered sources."""
        return [(number, self.setting.library.sources[source]) for source, number in self.numbers.items()]

    def notes(self, *statements: Statement | Step) -> str:
        """The numbers of the sources behind statements: `[1, 3-5]`; empty where they rest on none."""
        found = sorted({self.numbers[source] for each in statements for source in self._sources_behind(each)})
        joined = ",\u00a0".join(_runs(found)) if found else ""
        return f"[{joined}]" if found else ""

    def shared_notes(self, statements: Iterable[Statement | Step]) -> str:
        """The notes that all of several statements have in common, when each has just these; else empty."""
        found = [self.notes(statement) for statement in statements]
        return found[0] if len(found) > 1 and len(set(found)) == 1 else ""

    def kind(self, block: Block) -> Kind:
        """The kind of a block."""
        return self.setting.library.kinds[block.kind]

    def heading(self, block: Block) -> Text:
        """The block's own heading, or its kind's."""
        return block.heading or self.kind(block).heading

    def terms(self, block: Any) -> list[Term]:
        """The glossary entries of a block."""
        return [self.setting.library.terms[term] for term in block.terms]

    def chance(self, reference: str) -> Chance:
        """The chance that `CLAIM.figure` names."""
        figure = self.setting.library.figure(reference)
        assert isinstance(figure, Chance)
        return figure

    def date(self, date: datetime.date, tag: str = "") -> str:
        """A date in words of the sheet's language, or of the one whose tag is given."""
        return date_text(date, tag or self.setting.tag)

    def number(self, value: float) -> str:
        """A number as the sheet's language and region write it."""
        return number_text(value, locale_of(self.setting.tag, self.setting.region))

    def online(self) -> str | None:
        """The address of the online copy, where the brand has one."""
        base = self.setting.brand.online
        return f"{base.rstrip('/')}/{self.handout.id}/{self.setting.tag}" if base else None

    def emergency(self) -> str | None:
        """The emergency number: the brand's own, else the region's."""
        return self.setting.brand.emergency or self.setting.region.emergency

    def inline(self, text: Text) -> Markup:
        """A text with its marks as HTML; all else in it is escaped."""
        body = Markup("").join(self._piece(piece) for piece in markup.parse(text.value))
        if text.language == self.setting.tag:
            return body
        note = self.setting.words("text.untranslated", "[not translated]")
        return Markup('<span class="untranslated">{} <span lang="{}" dir="ltr">{}</span></span>').format(
            note, text.language, body
        )

    def anchor(self, key: str) -> str:
        """The id in the page of a block or a glossary term."""
        return f"block-{key}" if any(block.id == key for block in self.handout.blocks) else f"term-{key}"

    def _piece(self, piece: markup.Piece) -> Markup:
        if isinstance(piece, markup.Placeholder):
            fact = self.setting.library.facts[piece.name]
            shown = fact_text(fact, self.setting.region, self.setting.tag)
            html = Markup('<span class="fact" dir="ltr">{}</span>').format(shown)
        elif isinstance(piece, markup.Reference):
            html = Markup('<a href="#{}">{}</a>').format(self.anchor(piece.key), piece.value)
        else:
            html = escape(piece.value)
        return Markup("<strong>{}</strong>").format(html) if piece.bold else html


def _runs(numbers: list[int]) -> Iterator[str]:
    start = previous = numbers[0]
    for number in [*numbers[1:], -1]:
        if number == previous + 1:
            previous = number
            continue
        if previous - start > 1:
            yield f"{start}-{previous}"
        else:
            yield from map(str, range(start, previous + 1))
        start = previous = number


DOTS_A_ROW: Final = 25
_DOT: Final = 10  # units of the drawing's own grid


def draw_chance(chance: Chance, title: str, color: Color) -> Markup:
    """A hundred dots in four rows: solid up to the lower end, light up to the upper one, the rest empty.

    Told apart by darkness, so that a grey printer loses nothing.
    """
    light, empty = str(color.mixed_with_white(0.45)), "#ffffff"
    low, high = round(chance.low), round(chance.high)
    drawn = [
        _dots(range(high), str(color), _DOT * 0.85),
        _dots(range(low, high), light, _DOT * 0.67),
        _dots(range(high, chance.per), "#7d8b92", _DOT * 0.85),
        _dots(range(high, chance.per), empty, _DOT * 0.67),
    ]
    width, height = DOTS_A_ROW * _DOT, chance.per // DOTS_A_ROW * _DOT
    return Markup('<svg class="dots" viewBox="0 0 {} {}" role="img"><title>{}</title>{}</svg>').format(
        width, height, title, Markup("").join(drawn)
    )


def _dots(places: range, color: str, width: float) -> Markup:
    """Dots as one line with round ends that goes nowhere: a tenth of the bytes that as many circles take."""
    rows = (divmod(place, DOTS_A_ROW) for place in places)
    line = "".join(f"M{column * _DOT + _DOT // 2} {row * _DOT + _DOT // 2}h0" for row, column in rows)
    drawn = Markup('<path d="{}" stroke="{}" stroke-width="{:g}" stroke-linecap="round"/>')
    return drawn.format(line, color, width) if line else Markup("")


def draw_qr(address: str, title: str) -> Markup:
    """A QR code with its quiet zone (ISO/IEC 18004: four modules), error correction level M."""
    code = segno.make(address, error="m", micro=False)
    svg = code.svg_inline(border=4, omitsize=True, svgclass="qr", lineclass=None, title=title)
    return Markup(svg)  # noqa: S704 - segno escapes the title


LONGEST_ADDRESS: Final = 48


def shown_address(address: str) -> str:
    """An address as it is printed: whole where it can be typed, else the site alone (the link keeps it whole)."""
    bare = address.removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/")
    return bare if len(bare) <= LONGEST_ADDRESS else bare.partition("/")[0]


def logo_address(logo: Logo) -> str:
    """The logo as a `data:` address."""
    return f"data:{logo.media_type};base64,{base64.b64encode(logo.data).decode('ascii')}"


@pass_context
def _show(context: Context, value: object) -> object:
    if isinstance(value, Text):
        return context["sheet"].inline(value)
    if (callable(value) or isinstance(value, Iterator)) and not isinstance(value, Undefined):
        # it would be shown as where it lies in memory, each time elsewhere
        raise TemplateRuntimeError(f"a `{type(value).__name__}` is no text: call it, or write `|join`")
    return escape(value) if isinstance(value, str) else value  # even where a template turns escaping off


class _Sandbox(ImmutableSandboxedEnvironment):
    """Shows the fields of our types and the few methods that templates need, nothing else of them.

    Pydantic's own methods read files and unpickle (`parse_file`, `parse_raw`); a date's know the clock.
    """

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        if isinstance(obj, Frozen):
            return attr in type(obj).model_fields or (attr in vars(type(obj)) and not attr.startswith("_"))
        if isinstance(obj, datetime.date) and callable(value):
            return attr in {"isoformat", "strftime"}
        return super().is_safe_attribute(obj, attr, value)


def make_environment(layers: Layers) -> ImmutableSandboxedEnvironment:
    """Jinja over the layers' templates: sandboxed, escaping, strict; `library:page.html` is the bundled one.

    There is no `safe` filter: a text can never become markup. Nor is there chance.
    """
    library = PrefixLoader({"library": _loader(Layers(layers.roots[-1:]))}, delimiter=":")
    environment = _Sandbox(
        loader=ChoiceLoader([library, _loader(layers)]),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_show,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    del environment.filters["safe"]
    del environment.filters["random"], environment.globals["lipsum"]  # the same words each time
    environment.filters["direction"] = direction_of
    return environment


def direction_of(text: str) -> str:
    """The direction of a text's first letter that has one, `ltr` where none has (UAX #9, P2 and P3)."""
    strong = (unicodedata.bidirectional(character) for character in text)
    return "rtl" if next((each for each in strong if each in {"L", "R", "AL"}), "L") != "L" else "ltr"


def _loader(layers: Layers) -> FunctionLoader:
    """Templates by name, none of which lies outside the layers or is larger than a template is.

    All are read at once: what is changed while a build runs is not printed by it.
    """
    kept = {name: _template(layers, name) for name in layers.template_names()}

    def load(name: str) -> tuple[str, str, None] | None:
        found = kept.get("/".join(split_template_path(name)))
        if isinstance(found, HandoutError):
            raise found
        return found

    return FunctionLoader(load)


def _template(layers: Layers, name: str) -> tuple[str, str, None] | HandoutError | None:
    """A template's text and path, or why it is refused."""
    try:
        path = layers.find(f"templates/{name}")
        return (read_text(path, TEMPLATE_LIMIT), str(path), None) if path else None
    except HandoutError as error:
        return error


def find_in_templates(layers: Layers, sought: Iterable[str]) -> Location:
    """Where one of these passages is written, the project's templates first; else the page's first line."""
    files = {path: path.read_bytes()[:TEMPLATE_LIMIT].decode("utf-8", "replace") for path in layers.templates()}
    for passage in sought:
        for path, text in files.items() if len(passage) > 1 else ():
            if passage in text:
                before = text[: text.index(passage)]
                return Location(shown_path(path), before.count("\n") + 1, len(before) - before.rfind("\n"))
    page = layers.find("templates/page.html")
    return Location(shown_path(page) if page else "templates/page.html")


def render(handout: Handout, setting: Setting, environment: ImmutableSandboxedEnvironment) -> str:
    """The HTML of a handout. Raises HandoutError where a template fails, at its line."""
    sheet = Sheet(handout, setting)
    values: dict[str, Any] = {
        "sheet": sheet,
        "handout": handout,
        "setting": setting,
        "brand": setting.brand,
        "ui": _filler(setting.words),
        "phrase": setting.words.phrase,
        "english": _filler(setting.english),
        "paper_size": PAPERS[setting.paper],
        "logo": logo_address(setting.logo),
        "draw_chance": draw_chance,
        "draw_qr": draw_qr,
        "counter_text": counter_text,
        "shown_address": shown_address,
        "danger": DANGER,
    }
    try:
        with time_limit(SECONDS), memory_limit(MEMORY):
            return environment.get_template("page.html").render(values)
    except HandoutError:
        raise
    except TemplateSyntaxError as error:
        where = _template_place(environment, error.filename, error.name, error.lineno)
        raise HandoutError([_template_fault(where, error.message or "cannot be read", handout)]) from None
    except TemplateNotFound as error:
        where = _failing_line(error) or _template_place(environment, None, "page.html", 1)
        raise HandoutError([_template_fault(where, f"there is no template `{error.name}`", handout)]) from None
    except TemplateError as error:
        where = _failing_line(error) or _template_place(environment, None, "page.html", 1)
        raise HandoutError([_template_fault(where, str(error), handout)]) from None
    except Exception as error:
        if not isinstance(error, MemoryError | TimeoutError) and not _in_clinics_template(error):
            raise  # a bug of ours keeps its traceback
        where = _failing_line(error) or _template_place(environment, None, "page.html", 1)
        what = f"{type(error).__name__}: {error}"
        raise HandoutError([_template_fault(where, what, handout)]) from None


def _filler(words: Words) -> Callable[..., Markup]:
    """The words as HTML, their placeholders filled with escaped values or with HTML of ours."""

    def fill(context: str, english: str, **values: object) -> Markup:
        pieces = markup.parse(words.phrase(context, english))  # never `format`, which reaches into what it is given
        filled = (values[each.name] if isinstance(each, markup.Placeholder) else each.value for each in pieces)
        return Markup("").join(escape(each) for each in filled)

    return fill


def _template_fault(where: Location, what: str, handout: Handout) -> Finding:
    remedy = "correct the template at this line; `docs/templates.md` lists what templates may use"
    return Finding("template/error", where, f"the template fails: {what}", remedy, handout=handout.id)


def _template_place(
    environment: ImmutableSandboxedEnvironment, filename: str | None, name: str | None, line: int
) -> Location:
    if filename is None and name is not None and environment.loader is not None:
        filename = environment.loader.get_source(environment, name)[1]
    return Location(shown_path(Path(filename)) if filename else str(name), line)


def _frames(error: BaseException) -> list[traceback.FrameSummary]:
    return [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith((".html", ".css"))]


def _in_clinics_template(error: BaseException) -> bool:
    """Whether a template fails by itself, or a clinic's by what it hands on; else the fault is ours."""
    frames = traceback.extract_tb(error.__traceback__)
    templates = [frame.filename for frame in frames if frame.filename.endswith(".html")]
    if not templates:
        return isinstance(error, RecursionError)  # in a template that was still being read
    return frames[-1].filename == templates[-1] or not is_inside(Path(templates[-1]), library_root())


def _failing_line(error: BaseException) -> Location | None:
    frames = _frames(error)
    return Location(shown_path(Path(frames[-1].filename)), frames[-1].lineno or 1) if frames else None


def counter_text(phrase: str) -> Markup:
    """A phrase with `{page}` and `{pages}` as the value of CSS `content`."""
    parts: list[str] = []
    for piece in markup.parse(phrase):
        if isinstance(piece, markup.Placeholder):
            parts.append(f"counter({piece.name})")
        else:
            parts.append(f'"{"".join(_css_character(c) for c in piece.value)}"')
    return Markup(" ".join(parts))  # noqa: S704 - each character that is no letter is a CSS escape


def _css_character(character: str) -> str:
    return character if character.isalnum() or character == " " else f"\\{ord(character):x} "


def others(words: Mapping[str, Words], tag: str) -> dict[str, Words]:
    """The words of each other language that a sheet offers itself in.

    The English sheet is handed to those for whom there is no other, so it offers every language that has words for
    it; a translated one offers English, for those who help its reader.
    """
    offer = "languages.offer", "You can ask for this sheet in English."
    offered = words if tag == SOURCE_LANGUAGE else [SOURCE_LANGUAGE]
    return {other: words[other] for other in offered if other != tag and words[other].has(*offer)}

"""What must be true of a translated passage, held against its English."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from handouts import markup
from handouts.catalog import CONTENT, Catalog, folder_of
from handouts.checks import compared
from handouts.checks.check import Check, Flaw, Level, Translation
from handouts.checks.compared import Fault
from handouts.checks.structure import TITLE_LENGTH
from handouts.findings import Finding, Location, Severity, did_you_mean
from handouts.model import Language, Library, Term, Text, texts_in

_SUBJECTS: Final = 4
"""How many translations are kept in pairs: the checks look at one after the other, each at the same."""


class Pair(NamedTuple):
    """A passage in English, in the other language, and the block that it stands in (empty outside the blocks)."""

    english: Text
    other: Text
    block: str


@lru_cache(_SUBJECTS)
def pairs_of(subject: Translation) -> tuple[Pair, ...]:
    """Every passage of a translation beside its English; both sides have the same shape."""
    return tuple(_all_pairs(subject))


def _all_pairs(subject: Translation) -> Iterator[Pair]:
    english, other = (each.model_copy(update={"blocks": ()}) for each in (subject.english, subject.handout))
    yield from _pairs(english, other, "")
    for block, translated in zip(subject.english.blocks, subject.handout.blocks, strict=True):
        yield from _pairs(block, translated, block.id)
    for shared in subject.shared:
        yield from _pairs(*shared, "")


def _pairs(english: object, other: object, block: str) -> Iterator[Pair]:
    for source, text in zip(texts_in(english), texts_in(other), strict=True):
        yield Pair(source, text, block)


def missing_in(subject: Translation) -> list[Pair]:
    """The passages that nobody has finished: without a translation, or with a fuzzy one."""
    return [pair for pair in pairs_of(subject) if pair.other.language != subject.tag]


def _find_missing(subject: Translation) -> Iterator[Flaw]:
    safety = _safety_blocks(subject)
    missing = dict.fromkeys(pair.english for pair in missing_in(subject) if pair.block not in safety)
    if missing:
        first = next(iter(missing))
        what = f"{len(missing)} passages have no finished translation into `{subject.tag}`, the first is `{first.key}`"
        yield Flaw(first.at, what, remedy=_translate_them(subject.tag))


def _find_missing_safety(subject: Translation) -> Iterator[Flaw]:
    safety = _safety_blocks(subject)
    blocks: dict[str, list[Text]] = {}
    for pair in missing_in(subject):
        if pair.block in safety:
            blocks.setdefault(pair.block, []).append(pair.english)
    for block, texts in blocks.items():
        what = f"{len(texts)} passages of a safety block have no finished translation into `{subject.tag}`"
        yield Flaw(texts[0].at, f"{what}, the first is `{texts[0].key}`", block, _translate_them(subject.tag))


def _safety_blocks(subject: Translation) -> frozenset[str]:
    kinds = subject.library.kinds
    return frozenset(block.id for block in subject.english.blocks if kinds[block.kind].safety)


def _translate_them(tag: str) -> str:
    path = f"locales/{folder_of(tag)}/LC_MESSAGES/{CONTENT}.po"
    return f"translate them in `{path}`; until then they are printed in English and marked as not translated"


def _by_passage(faults: Callable[[str, str, str], Iterable[Fault]]) -> Callable[[Translation], Iterator[Flaw]]:
    """A check that holds each translated passage against its English: (english, other, tag)."""

    def find(subject: Translation) -> Iterator[Flaw]:
        for english, other, block in pairs_of(subject):
            if other.language == subject.tag:
                for what, remedy in faults(english.value, other.value, subject.tag):
                    yield Flaw(other.at, what, block, remedy)

    return find


def _mark_faults(english: str, other: str, _tag: str) -> Iterator[Fault]:
    yield from markup.find_markup_faults(other)
    if markup.references(english) != markup.references(other):
        yield "the links differ from those of the English", "keep each `(ref:key)` of the English"
    if markup.bold_runs(english) != markup.bold_runs(other):
        yield "the bold passages differ from those of the English", "keep each `**` of the English"


def _placeholder_faults(english: str, other: str, _tag: str) -> Iterator[Fault]:
    wanted, given = markup.placeholders(english), markup.placeholders(other)
    for name in sorted(set(wanted) | set(given)):
        if wanted.count(name) != given.count(name):
            what = f"`{{{name}}}` stands {given.count(name)} times, in the English {wanted.count(name)} times"
            yield what, "keep each `{placeholder}` of the English exactly as it is written"


# --- The room that a passage has --------------------------------------------------------------------------------------

LENGTHS: Final[Mapping[str, int]] = {
    "title": TITLE_LENGTH,
    "heading": 80,
    "columns": 60,
    "fields": 45,
    "mark": 34,
    "mark.overdue": 20,
    "footer.page": 30,
    "footer.unreviewed": 120,
}
"""The Latin characters that a place has room for: two lines of a heading, three of the head of a column, half a line
for the words before a line to write on, one line for the marks at the head of each page, and the foot of a page
(docs/decisions/019-catalogs.md)."""


def length_limit(key: str) -> int | None:
    """The characters that there is room for where a message is printed; None where the page makes room for any."""
    path = key.rpartition(":")[2].split(".")
    return LENGTHS.get(key) or LENGTHS.get(path[-1]) or (LENGTHS.get(path[0]) if len(path) == 2 else None)


def _find_too_long(subject: Translation) -> Iterator[Flaw]:
    for english, other, block in pairs_of(subject):
        limit = length_limit(english.key) if other.language == subject.tag else None
        if limit is not None and (width := compared.width_of(other.value)) > limit:
            what = f"it is {width} characters wide (Chinese, Japanese and Korean ones count for two), {limit} have room"
            yield Flaw(other.at, what, block, f"say it in {limit} characters, or leave the details to the text below")


# --- The words of the glossary ----------------------------------------------------------------------------------------


def _find_other_terms(subject: Translation) -> Iterator[Flaw]:
    """Passages that use a term of the handout's glossary in English and do not in the translation."""
    translated = {english.term.value: other.term for english, other in _terms(subject)}
    forms = {
        form: english.term.value
        for english, _ in _terms(subject)
        for form in compared.forms_of(english.term.value, english.forms)
    }
    for english, other, block in pairs_of(subject):
        for term in compared.terms_used(english.value, forms) if other.language == subject.tag else ():
            wanted = translated[term].value
            if not compared.says_term(other.value, wanted):
                what = f"the English says “{term}”, the translation does not say “{wanted}”, as the glossary does"
                yield Flaw(other.at, what, block, f"write “{wanted}”, or change the term in the glossary everywhere")


def _terms(subject: Translation) -> Iterator[tuple[Term, Term]]:
    """The translated terms of the glossary that the handout prints."""
    for english, other in subject.shared:
        if isinstance(english, Term) and isinstance(other, Term) and other.term.language == subject.tag:
            yield english, other


# --- What only a person can see ---------------------------------------------------------------------------------------


def _find_negations(subject: Translation) -> Iterator[Flaw]:
    """One for each block whose English says `not` somewhere: the list of what a reviewer looks at first."""
    found: dict[str, list[tuple[Text, str]]] = {}
    for english, other, block in pairs_of(subject):
        word = compared.negation_in(english.value) if block and other.language == subject.tag else ""
        if word:
            found.setdefault(block, []).append((other, word))
    for block, texts in found.items():
        words = ", ".join(f"“{word.lower()}” in `{text.key}`" for text, word in texts)
        what = f"the English turns its meaning round {len(texts)} times: {words}"
        yield Flaw(texts[0][0].at, what, block)


CHECKS: Final[tuple[Check[Translation], ...]] = (
    Check(
        id="translation/missing",
        title="Every passage is translated",
        level=Level.TRANSLATION,
        number="C24",
        standards=("Section 1557", "MedlinePlus languages"),
        draft=Severity.WARNING,
        rationale=(
            "A sheet that mixes languages leaves its reader with the half that they can read. In a draft such a"
            " passage stands in English and is marked as not translated; a release has none."
        ),
        mutable=False,
        remedy="translate it, or take the fuzzy mark away when you have read it against the English",
        bad="{english: Call your doctor., other: null, language: es}",
        good="{english: Call your doctor., other: Llame a su médico., language: es}",
        find=_find_missing,
    ),
    Check(
        id="translation/safety",
        title="Safety blocks are translated whole",
        level=Level.TRANSLATION,
        number="C24",
        standards=("Section 1557", "NHS standard 2"),
        draft=Severity.WARNING,
        mutable=False,
        rationale=(
            "A warning that the reader cannot read is no warning. Blocks whose kind is marked `safety` (risks, when to"
            " call, status) are released only when each of their passages is translated and none is fuzzy."
        ),
        remedy="translate the block whole before anything else",
        bad="{english: Call the emergency number now., other: null, language: es, kind: key_message}",
        good="{english: Call now., other: Llame ahora., language: es, kind: key_message}",
        find=_find_missing_safety,
    ),
    Check(
        id="translation/markup",
        title="A translation has the links and the stress of its English",
        level=Level.TRANSLATION,
        number="C15",
        standards=("NHS standard 2",),
        rationale=(
            "A link that leads elsewhere or a stress that is gone changes what the reader does. A mark that is not"
            " closed, an address that runs a script or a character that turns the order of the words is refused."
        ),
        remedy="keep the `**` and the `(ref:key)` of the English",
        bad='{english: "Do **not** stop.", other: No la suspenda., language: es}',
        good='{english: "Do **not** stop.", other: "**No** la suspenda.", language: es}',
        find=_by_passage(_mark_faults),
    ),
    Check(
        id="translation/placeholder",
        title="A translation has the placeholders of its English",
        level=Level.TRANSLATION,
        number="C15",
        standards=("PEMAT 6", "NHS standard 2", "Section 1557"),
        mutable=False,
        rationale=(
            "Doses, temperatures, prices and telephone numbers are facts that nobody retypes: they stand in a text as"
            " `{name}`. A translation that loses one loses the fact; one that adds another says something new."
        ),
        remedy="keep each `{placeholder}` of the English exactly as it is written",
        bad='{english: "Call if your fever is over {fever}.", other: Llame si tiene fiebre alta., language: es}',
        good='{english: "Call if your fever is over {fever}.", other: "Llame si pasa de {fever}.", language: es}',
        find=_by_passage(_placeholder_faults),
    ),
    Check(
        id="translation/numbers",
        title="A translation has the numbers of its English",
        level=Level.TRANSLATION,
        number="C15",
        standards=("PEMAT 6", "NHS standard 2", "Section 1557"),
        mutable=False,
        rationale=(
            "A patient acts on the number. Native digits and the decimal and grouping marks of the language are"
            " understood, and a month that one language writes as a word and the other in digits; a number in words is"
            " not, so that no dose can change unseen."
        ),
        remedy="write each number of the English, in digits",
        bad="{english: Wait 6 months before you travel., other: Espere 9 meses antes de viajar., language: es}",
        good="{english: Wait 6 months before you travel., other: Espere 6 meses antes de viajar., language: es}",
        find=_by_passage(compared.number_faults),
    ),
    Check(
        id="translation/units",
        title="A number has the unit of its English",
        level=Level.TRANSLATION,
        number="C15",
        standards=("PEMAT 6", "NHS numbers"),
        mutable=False,
        rationale=(
            "“6 weeks” for “6 months”, grams for milligrams, or degrees without Celsius: the number is right, and the"
            " patient still takes the wrong amount. The unit may be written as the language writes it (CLDR): semanas"
            " for weeks. Only units that stand beside a number are seen."
        ),
        remedy="write the number with the unit of the English",
        bad="{english: Wait 6 months before you travel., other: Espere 6 semanas antes de viajar., language: es}",
        good="{english: Wait 6 months before you travel., other: Espere 6 meses antes de viajar., language: es}",
        find=_by_passage(compared.unit_faults),
    ),
    Check(
        id="translation/dates",
        title="A date is that of its English",
        level=Level.TRANSLATION,
        number="C15",
        standards=("PEMAT 6", "NHS dates"),
        mutable=False,
        rationale=(
            "`3/4/2026` is in March for a reader in the US and in April for most others, and an appointment is missed."
            " Dates in figures are read in the order of each language (CLDR)."
        ),
        remedy="write the day in digits and the month in words",
        bad="{english: The rule ends on 3/4/2026., other: La regla termina el 3/4/2026., language: es}",
        good="{english: The rule ends on 3/4/2026., other: La regla termina el 4 de marzo de 2026., language: es}",
        find=_by_passage(compared.date_faults),
    ),
    Check(
        id="translation/telephone",
        title="A telephone number is that of its English",
        level=Level.TRANSLATION,
        number="C15",
        standards=("NHS standard 2", "Section 1557"),
        mutable=False,
        rationale=(
            "Groups of digits that changed places are still the same numbers, and lead to somebody else. Numbers to"
            " call are facts (`{name}`); this is for those that stand in a text."
        ),
        remedy="copy it from the English, or make it a fact",
        bad="{english: Call 555-0100-0199., other: Llame al 555-0199-0100., language: es}",
        good="{english: Call 555-0100-0199., other: Llame al 555 0100 0199., language: es}",
        find=_by_passage(compared.telephone_faults),
    ),
    Check(
        id="translation/length",
        title="A translation has room in its place",
        level=Level.TRANSLATION,
        number="C15",
        standards=("NHS titles", "PEMAT 13"),
        rationale=(
            "Titles, headings, heads of columns and the words before a line to write on have little room: a long one"
            " pushes the rest away or is cut off."
        ),
        remedy="say it in fewer words",
        bad="{title: A title, english: A title, other: Un título que es mucho más largo que la línea en la que debe"
        " caber todo, language: es}",
        good="{title: A title, english: A title, other: Un título, language: es}",
        find=_find_too_long,
    ),
    Check(
        id="translation/term",
        title="A term is translated as the glossary translates it",
        level=Level.TRANSLATION,
        number="C15",
        standards=("NHS standard 2", "PEMAT 4"),
        draft=Severity.WARNING,
        release=Severity.WARNING,
        rationale=(
            "Who reads two words for one thing takes them for two things, and finds only one of them explained. Half of"
            " the term is enough, inflected or in another order; other forms of the English term (`Food and Drug"
            " Administration` for `FDA`) may be translated freely."
        ),
        remedy="use the word of the glossary, or change the glossary",
        bad="{english: A placebo was given., other: Se dio una pastilla vacía., language: es, translated: {placebo:"
        " placebo}, blocks: {words: {kind: glossary, terms: [placebo]}}}",
        good="{english: A placebo was given., other: Se dio un placebo., language: es, translated: {placebo:"
        " placebo}, blocks: {words: {kind: glossary, terms: [placebo]}}}",
        find=_find_other_terms,
    ),
    Check(
        id="translation/unchanged",
        title="A translation is not the English",
        level=Level.TRANSLATION,
        number="C24",
        standards=("Section 1557",),
        draft=Severity.WARNING,
        release=Severity.WARNING,
        rationale=(
            "English that was copied counts as translated, and nobody looks at it again. Names, codes and addresses may"
            " stay: only passages with two words in small letters are looked at."
        ),
        remedy="translate it",
        bad="{english: Call us at once., other: Call us at once., language: es}",
        good="{english: Lupus Foundation, other: Lupus Foundation, language: es}",
        find=_by_passage(compared.unchanged_faults),
    ),
    Check(
        id="translation/ratio",
        title="A translation is about as long as usual",
        level=Level.TRANSLATION,
        number="C24",
        standards=("Section 1557",),
        draft=Severity.WARNING,
        release=Severity.WARNING,
        rationale=(
            "A sentence that was left out, or a note to the translator that was left in, shows in the length. Chinese,"
            " Japanese and Korean are shorter; what stands in brackets is not counted."
        ),
        remedy="look whether something is missing or added",
        bad="{english: Call your transplant team by day or by night. Do not wait., other: Llame., language: es}",
        good="{english: Call your transplant team by day or by night. Do not wait., other: Llame al equipo de"
        " trasplante de día o de noche. No espere., language: es}",
        find=_by_passage(compared.ratio_faults),
    ),
    Check(
        id="translation/ending",
        title="A translation ends with the mark of its English",
        level=Level.TRANSLATION,
        number="C24",
        standards=("NHS standard 2",),
        draft=Severity.WARNING,
        release=Severity.WARNING,
        rationale="A question that became a statement, or a sentence without its end, was often cut off.",
        remedy="end it with the mark of the language (`。`, `।`, `؟`) that the English mark stands for",
        bad='{english: "Are you well?", other: Está bien., language: es}',
        good='{english: "Are you well?", other: "¿Está bien?", language: es}',
        find=_by_passage(compared.ending_faults),
    ),
    Check(
        id="translation/doubled",
        title="No word stands twice by mistake",
        level=Level.TRANSLATION,
        number="C24",
        standards=("NHS standard 2",),
        draft=Severity.WARNING,
        release=Severity.WARNING,
        rationale=(
            "A doubled word is the trace of an edit that was not finished. Languages that repeat words on purpose"
            " (बार-बार, từ từ, 看看) have a list of the words that they never repeat."
        ),
        remedy="take one away, if it is a slip",
        bad="{english: Call your doctor., other: Llame a su su médico., language: es}",
        good="{english: Call often., other: बार बार फ़ोन करें।, language: hi}",
        find=_by_passage(compared.doubled_faults),
    ),
    Check(
        id="translation/negation",
        title="Each “not” of the English is looked at by a person",
        level=Level.TRANSLATION,
        number="C24",
        standards=("Section 1557", "NHS standard 2"),
        draft=None,
        release=Severity.HINT,
        person=True,
        rationale=(
            "A “not” that is lost turns a warning into advice, and no program can see it in every language. These are"
            " the passages that a reviewer looks at first; the proof (`handouts i18n proof`) marks them."
        ),
        remedy="read each of them against the English, and look that the meaning is not turned round",
        bad="{english: Do not wait., other: No espere., language: es}",
        good="{english: Call now., other: Llame ahora., language: es}",
        find=_find_negations,
    ),
)


def find_interface_faults(catalog: Catalog) -> Iterator[Finding]:
    """Faults in the words of the templates that keep a language from being printed: they differ from the English."""
    for (key, english), message in catalog.messages.items():
        limit = length_limit(key)
        if limit and not message.fuzzy and (width := compared.width_of(message.forms[0])) > limit:
            what = f"“{english}” is {width} characters wide in the translation, {limit} have room"
            yield Finding("translation/length", message.at, what, "say it in fewer words", language=catalog.language)
    faults = {"markup": _mark_faults, "placeholder": _placeholder_faults, "numbers": compared.number_faults}
    yield from _in_interface(catalog, faults, Severity.ERROR)


def find_interface_doubts(catalog: Catalog) -> Iterator[Finding]:
    """What looks like a slip in the words of the templates: a language with these is printed all the same."""
    faults = {
        "unchanged": compared.unchanged_faults,
        "ratio": compared.ratio_faults,
        "ending": compared.ending_faults,
        "doubled": compared.doubled_faults,
    }
    yield from _in_interface(catalog, faults, Severity.WARNING)


def _in_interface(
    catalog: Catalog, faults: Mapping[str, Callable[[str, str, str], Iterable[Fault]]], severity: Severity
) -> Iterator[Finding]:
    for (_, english), message in catalog.messages.items():
        for form in message.forms if not message.fuzzy else ():
            for kind, find in faults.items() if form else ():
                for what, remedy in find(english, form, catalog.language):
                    yield Finding(f"translation/{kind}", message.at, what, remedy, severity, language=catalog.language)


def find_plural_faults(catalog: Catalog, language: Language) -> Iterator[Finding]:
    """Messages with several forms whose number is not that of the language's plural rule, or of which one is empty."""
    rule = re.search(r"nplurals\s*=\s*(\d)", language.plural)
    wanted = int(rule[1]) if rule else 1
    for message in catalog.messages.values():
        empty = any(message.forms) and not all(message.forms)
        if len(message.forms) in (1, wanted) and not empty:
            continue
        given = sum(map(bool, message.forms))
        what = f"the message has {given} of the {wanted} plural forms of `{catalog.language}`"
        remedy = f"write `msgstr[0]` to `msgstr[{wanted - 1}]`, and `Plural-Forms: {language.plural}` in the head"
        yield Finding("translation/plural", message.at, what, remedy, language=catalog.language)


def find_language_faults(folders: Iterable[str], library: Library, root: str) -> Iterator[Finding]:
    """Catalogs of languages that `languages.yaml` does not know."""
    known = {folder_of(tag): tag for tag in library.languages}
    for folder in folders:
        if folder not in known:
            what = f"`{folder}` is not a language of `languages.yaml`"
            remedy = f"add an entry for it there, or rename the folder: {did_you_mean(folder, known)}"
            where = Location(f"{root}/{folder}/LC_MESSAGES/content.po")
            yield Finding("translation/unknown-language", where, what, remedy)

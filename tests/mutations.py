"""Mutations of the library: each spoils one thing, so that one check finds it at its place.

The list is written out. A check of `registry.CHECKS` that no mutation brings makes `test_mutations.py` fail.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from babel.messages import Catalog
from babel.messages.pofile import read_po, write_po
from specimens import TODAY

from handouts import review
from handouts.catalog import folder_of
from handouts.checks.check import Profile
from handouts.desk import Request
from handouts.layers import library_root

STYLE: Final = "templates/style.css"


class Change(Protocol):
    """One thing that is other than in the library."""

    def lay(self, project: Path) -> None:
        """Write it into a project folder."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A passage of a file, which stands there once, becomes another."""

    file: str
    old: str
    new: str

    def lay(self, project: Path) -> None:
        text = _read(project, self.file)
        assert text.count(self.old) == 1, f"{self.file} has {text.count(self.old)} of: {self.old}"
        _write(project, self.file, text.replace(self.old, self.new))


@dataclass(frozen=True, slots=True)
class Addition:
    """Lines at the end of a file, or a file of its own where the library has none."""

    file: str
    lines: str

    def lay(self, project: Path) -> None:
        _write(project, self.file, f"{_read(project, self.file)}\n{self.lines}\n")


@dataclass(frozen=True, slots=True)
class Message:
    """A clinic's own message, in front of the library's: that with some words changed, or fuzzy.

    Without `old`, `new` is the whole of it. `english` is what it translates where that has changed.
    """

    tag: str
    context: str
    old: str = ""
    new: str = ""
    english: str = ""
    fuzzy: bool = False

    def lay(self, project: Path) -> None:
        file = f"locales/{folder_of(self.tag)}/LC_MESSAGES/content.po"
        with (library_root() / file).open(encoding="utf-8") as opened:
            (entry,) = (each for each in read_po(opened) if each.context == self.context)
        assert isinstance(entry.string, str)
        assert not self.old or entry.string.count(self.old) == 1
        string = entry.string.replace(self.old, self.new) if self.old else self.new
        own = Catalog(locale=folder_of(self.tag))
        flags = ["fuzzy"] if self.fuzzy else []
        own.add(self.english or entry.id, string or entry.string, context=self.context, flags=flags)
        path = project / file
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as written:
            write_po(written, own)


@dataclass(frozen=True, slots=True)
class Signed:
    """The sign-offs that the library's policy asks for, of a handout in a language, by persons who do not exist."""

    handout: str
    tag: str

    def lay(self, project: Path) -> None:
        request = Request(today=TODAY, handouts=(self.handout,), languages=(self.tag,), project=project)
        for role, by, method in SIGNATURES[self.tag == "en"]:
            review.sign(request, review.Signature(role, by, method))


SIGNATURES: Final = (
    (("translator", "Test Translator", "machine_drafted"), ("language_review", "Test Reviewer", "human")),
    (("clinical_review", "Test Clinician", "human"),),
)


@dataclass(frozen=True, slots=True)
class Emptied:
    """A file of entries that has none any more."""

    file: str

    def lay(self, project: Path) -> None:
        _write(project, self.file, "{}\n")


def _read(project: Path, file: str) -> str:
    path = next((root / file for root in (project, library_root()) if (root / file).is_file()), None)
    return path.read_text("utf-8") if path else ""


def _write(project: Path, file: str, text: str) -> None:
    path = project / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """A change of the library, the check that it brings and where.

    `block` is the one that it must be found at (empty: the handout or the page as a whole). `companions` are the ids
    of the other checks that it brings, no more and no less. `ground` is what is other than in the library before it,
    too. `plant` names a fault of `planted.py`, put into the finished PDF: only where no input can break a check.
    `note` says why it is such a one.
    """

    brings: str
    change: Change | None = None
    block: str = ""
    companions: frozenset[str] = frozenset()
    handout: str = "ahsct"
    language: str = "en"
    profile: Profile = Profile.DRAFT
    today: datetime.date = TODAY
    ground: tuple[Change, ...] = ()
    plant: str = ""
    note: str = ""


def handout(name: str, old: str, new: str) -> Edit:
    """An edit of a handout's file."""
    return Edit(f"content/handouts/{name}.yaml", old, new)


def ahsct(old: str, new: str) -> Edit:
    """An edit of the handout about the transplant."""
    return handout("ahsct", old, new)


def kinds(old: str, new: str) -> Edit:
    """An edit of what kinds of block there are."""
    return Edit("content/kinds.yaml", old, new)


def template(name: str, old: str, new: str) -> Edit:
    """An edit of a template."""
    return Edit(f"templates/{name}", old, new)


def block(shape: str, old: str, new: str) -> Edit:
    """An edit of a shape's template."""
    return template(f"blocks/{shape}/block.html", old, new)


def style(css: str) -> Addition:
    """Rules after those of the library's style sheet."""
    return Addition(STYLE, css)


def with_(*ids: str) -> frozenset[str]:
    """Companions."""
    return frozenset(ids)


MISSED: Final = "Do not miss your check-ups."

REVIEWED: Final = (
    Edit("content/brands/default/brand.yaml", "contacts: {}", "contacts: {day: 555-0100, night: 555-0199}"),
    Addition(
        "content/mutes.yaml",
        "recheck: {check: claims/unverified, because: for tests of what comes after it, until: 2026-12-31}",
    ),
    Signed("ahsct", "en"),
)
"""What a release needs of persons, as if it had been given: without it no page of a release is looked at."""

NARROW: Final = "#block-how p { max-width: 40mm } #block-how p"
FADED: Final = with_("page/contrast", "page/gray")
INFECTION: Final = "#block-risks .outcome:nth-of-type(4) .say"
"""A warning of death by infection: one sentence of many."""
NOT_KNOWN: Final = "kind: not_known\n    items:\n"

PLACEBO: Final = "msc:questions:items.placebo.say"
DATED: Final = "Is there a placebo group from March 4, 2026 on?"
CALLED: Final = "Is there a placebo group? Do I call 555-0100-0199?"
"""Questions state nothing, so that a number in one needs no source."""

MUTATIONS: Final[tuple[Mutation, ...]] = (
    # --- C08 to C13: what a handout must have -------------------------------------------------------------------------
    Mutation(
        brings="structure/title",
        change=ahsct(
            "title: Transplant of your own blood stem cells",
            "title: Transplant of your own blood stem cells, told for you and your family",
        ),
    ),
    Mutation(
        brings="structure/headings",
        block="life",
        change=ahsct("heading: What it is like", "heading: What is lupus?"),
    ),
    Mutation(
        brings="structure/headings",
        block="life",
        change=ahsct("heading: What it is like", "heading: More information"),
    ),
    Mutation(
        brings="structure/long-list",
        block="not_known",
        change=ahsct(
            NOT_KNOWN,
            NOT_KNOWN + "".join(f"      more{n}: {{say: We do not know more., claims: [HSCT12]}}\n" for n in range(4)),
        ),
    ),
    Mutation(
        brings="structure/bullet",
        block="life",
        change=ahsct("You may need many of your vaccines again.", "You may need many vaccines again. Ask your team."),
    ),
    Mutation(
        brings="structure/key-message", block="life", change=ahsct("tells: [experience]", "tells: [experience, key]")
    ),
    Mutation(brings="structure/key-message", block="key", change=kinds("safety: true, tone: key}", "safety: true}")),
    Mutation(
        brings="structure/summary",
        block="key",
        change=ahsct("    then: {say: Talk with", "    intro: {say: Talk with"),
    ),
    Mutation(
        brings="structure/action",
        block="next",
        change=ahsct(
            "      two: {name: See two kinds of doctor, say: Talk with a lupus doctor and a transplant doctor.,"
            " claims: [CAND1]}\n"
            "      numbers: {name: Ask for the center\u2019s numbers, say: Ask how many lupus transplants it has done"
            " and how those people did., claims: [HSCT7]}\n"
            "      children: {name: Talk about having children, say: Do this before any treatment starts.,"
            " claims: [HSCT11]}\n",
            "",
        ),
    ),
    Mutation(brings="structure/action", change=kinds("What you can do now, tells: [action]", "What you can do now")),
    Mutation(
        brings="structure/when-to-call",
        block="get_help",
        change=Edit(
            "content/blocks/get_help.yaml",
            "    call: emergency\n  team:\n    name: Call your lupus team\n    call: team\n",
            "  team:\n    name: Call your lupus team\n",
        ),
    ),
    Mutation(brings="structure/when-to-call", change=ahsct("  - use: get_help\n", "")),
    Mutation(
        brings="structure/tool", change=kinds("Questions for your doctor, tells: [tool]", "Questions for your doctor")
    ),
    Mutation(
        brings="structure/known-and-not", change=kinds("What is not known, tells: [not_known]", "What is not known")
    ),
    Mutation(brings="structure/about", change=ahsct("  - {id: about, kind: about}", "")),
    Mutation(brings="structure/languages", change=ahsct("  - {id: languages, kind: languages}\n", "")),
    Mutation(brings="structure/sources", change=ahsct("  - {id: sources, kind: sources}\n", "")),
    # --- C02, C04 to C07: plain language ------------------------------------------------------------------------------
    Mutation(
        brings="plain/reading-grade",
        block="how",
        change=ahsct(
            "AHSCT tries to “reset” your immune system. Strong medicines wipe out many of the immune cells that attack"
            " your body. Your own blood stem cells then help your blood and immune system grow back.",
            "AHSCT is a reorganization of your overactive immune system. Extraordinarily powerful medicines exterminate"
            " innumerable immune cells everywhere in your body. Afterwards your individual blood stem cells originate"
            " an inexperienced immune population, with immunological abilities of uncertain quality.",
        ),
    ),
    Mutation(
        brings="plain/long-sentence",
        block="how",
        change=ahsct(
            "cells can attack your body, and that can be deadly. This is",
            "cells can attack your body, and that can be deadly for you as it was for some of the people who had got"
            " them. This is",
        ),
    ),
    Mutation(
        brings="plain/long-paragraph",
        block="how",
        change=ahsct("The reset does not always last.", "The reset does not always last. Ask your team about it."),
    ),
    Mutation(
        brings="plain/passive",
        block="life",
        change=ahsct("You may need many of your vaccines again.", "Many of your vaccines must be given again."),
    ),
    Mutation(
        brings="plain/indirect",
        block="risks",
        change=ahsct("Ask your team for its own numbers.", "Patients should ask the team for its own numbers."),
    ),
    Mutation(
        brings="plain/double-negative",
        block="how",
        change=ahsct("The reset does not always last.", "It is not unusual that the reset ends."),
    ),
    Mutation(
        brings="plain/unexplained-term", block="benefits", change=ahsct("engraftment, remission,", "engraftment,")
    ),
    Mutation(
        brings="plain/unexplained-abbreviation",
        block="steps",
        change=ahsct("You stay in the hospital while", "You stay in the ICU while"),
    ),
    Mutation(
        brings="plain/hard-word",
        block="how",
        change=ahsct("cells then help your blood", "cells then assist your blood"),
    ),
    Mutation(
        brings="plain/capitals", block="key", change=ahsct("Do not stop any medicine", "DO NOT stop any medicine")
    ),
    # --- C14, C17, C18: claims, balance, numbers ----------------------------------------------------------------------
    Mutation(
        brings="claims/unsourced-number",
        block="where",
        change=ahsct("One report looked at 368 people", "One report looked at 638 people"),
    ),
    Mutation(
        brings="claims/unsourced-number",
        block="known",
        change=Edit("content/claims.yaml", "91 (HUANG2019)'\n      low: 81", "91 (HUANG2019)'\n      low: 82"),
    ),
    Mutation(
        brings="claims/unsourced-statement",
        block="known",
        change=ahsct('but they were small.", claims: [HSCT8]}', 'but they were small."}'),
    ),
    Mutation(
        brings="claims/undated-source",
        block="lupus",
        change=Edit(
            "content/sources.yaml",
            "lupus.html\n  read: summary\n  checked: 2026-11-22",
            "lupus.html\n  read: summary\n  checked: 2024-11-21",
        ),
    ),
    Mutation(
        brings="claims/undated-source",
        block="key",
        change=Edit(
            "content/sources.yaml", "transplantation for SLE. JAMA 2006.\n", "transplantation for SLE. JAMA.\n"
        ),
    ),
    Mutation(
        brings="claims/unverified",
        block="how",
        change=Edit("content/claims.yaml", "\nHSCT1:\n", "\nHSCT1:\n  recheck: true\n"),
    ),
    Mutation(
        brings="claims/hope",
        block="benefits",
        change=ahsct("AHSCT is not a proven cure.", "AHSCT is a proven cure."),
    ),
    Mutation(brings="balance/parts", change=ahsct(", tells: [no_treatment]}", "}")),
    Mutation(
        brings="balance/ratio",
        handout="overview",
        change=handout(
            "overview",
            "Many people got better, but lupus often came back. No fair test has been finished.",
            "Many people got better and felt well for months or years. They could work again, needed fewer medicines"
            " and went to the hospital less often. Lupus often came back, but later than in the years before, and in"
            " fewer parts of the body than before.",
        ),
    ),
    Mutation(
        brings="numbers/percentage",
        block="known",
        change=ahsct("about 81 to 91 in 100 were alive", "about 81% to 91% were alive"),
    ),
    Mutation(
        brings="numbers/denominators",
        block="lupus",
        change=Edit(
            "content/blocks/lupus.yaml",
            "paragraphs:\n",
            "paragraphs:\n  people: {say: About 9 in 10 people with lupus are women., claims: [LUP3]}\n",
        ),
    ),
    Mutation(
        brings="numbers/decimal",
        block="where",
        change=ahsct("about 3 to 4 times the risk", "about 3.5 times the risk"),
    ),
    Mutation(
        brings="numbers/arithmetic",
        block="risks",
        change=ahsct("Ask your team for its own numbers.", "Add up the numbers of your team."),
    ),
    Mutation(
        brings="numbers/study-size",
        block="known",
        handout="msc",
        change=handout("msc", "With MSCs, 9 of 12 people got better;", "With MSCs, 9 people got better;"),
    ),
    # --- C20, C22, C25: what persons must have done -------------------------------------------------------------------
    Mutation(brings="review/overdue", today=datetime.date(2027, 5, 23), note="nothing changes but the day"),
    Mutation(
        brings="review/never",
        profile=Profile.RELEASE,
        ground=REVIEWED,
        change=Emptied("locales/en/reviews.yaml"),
    ),
    Mutation(
        brings="review/stale",
        block="life",
        ground=REVIEWED,
        change=ahsct("For weeks you have few white", "For weeks you have very few white"),
    ),
    Mutation(brings="review/dates", change=ahsct("next_review: 2027-05-22", "next_review: 2026-11-22")),
    Mutation(
        brings="brand/contrast",
        change=Edit("content/brands/default/brand.yaml", '"#0b4f5c"', '"#8fc7d1"'),
    ),
    Mutation(
        brings="brand/contact",
        profile=Profile.RELEASE,
        ground=REVIEWED,
        change=Edit("content/brands/default/brand.yaml", ", night: 555-0199", ""),
    ),
    # --- C15, C24, C25: translations ----------------------------------------------------------------------------------
    Mutation(
        brings="translation/missing",
        language="es",
        change=ahsct("up to a year to feel like yourself", "a year to feel like yourself"),
        note="an English text that was changed has no translation",
    ),
    Mutation(
        brings="translation/safety",
        block="risks",
        language="ar",
        change=ahsct("Other studies had other results.", "Other studies had different results."),
    ),
    Mutation(
        brings="translation/markup",
        block="key",
        language="es",
        change=Message("es", "ahsct:key:then.say", "No suspenda ningún", "**No** suspenda ningún"),
    ),
    Mutation(
        brings="translation/placeholder",
        block="call",
        handout="after",
        language="es",
        change=Message("es", "after:call:groups.fever.items.fever.say", "Temperatura de {fever} o más", "Fiebre más"),
    ),
    Mutation(
        brings="translation/numbers",
        block="vaccines",
        handout="after",
        language="es",
        change=Message("es", "after:vaccines:items.live.say", "2 años", "3 años"),
    ),
    Mutation(
        brings="translation/numbers",
        block="steps",
        language="ar",
        change=Message("ar", "ahsct:steps:phases.after.steps.recover.say", "6 أشهر", "٩ أشهر"),
    ),
    Mutation(
        brings="translation/unsigned",
        language="es",
        profile=Profile.RELEASE,
        ground=(*REVIEWED, Signed("ahsct", "es")),
        change=Emptied("locales/es/reviews.yaml"),
    ),
    Mutation(
        brings="translation/stale",
        block="life",
        language="es",
        ground=(*REVIEWED, Signed("ahsct", "es")),
        change=Message("es", "ahsct:life:items.weak.say", "pocos", "muy pocos"),
    ),
    Mutation(
        brings="translation/words",
        language="es",
        profile=Profile.RELEASE,
        change=template("page.html", "<h1>", '<p>{{ ui("title.above", "Read this first.") }}</p><h1>'),
    ),
    Mutation(
        brings="brand/tagline",
        language="es",
        profile=Profile.RELEASE,
        change=Edit("content/brands/default/brand.yaml", "    es: Información para pacientes\n", ""),
    ),
    Mutation(
        brings="translation/units",
        block="vaccines",
        handout="after",
        language="es",
        change=Message("es", "after:vaccines:items.live.say", "2 años", "2 meses"),
    ),
    Mutation(
        brings="translation/dates",
        block="questions",
        handout="msc",
        language="es",
        ground=(
            handout("msc", "Is there a placebo group?", DATED),
            Message("es", PLACEBO, new="¿Hay un grupo con placebo desde el 4 de marzo de 2026?", english=DATED),
        ),
        change=Message("es", PLACEBO, new="¿Hay un grupo con placebo desde el 4 de mayo de 2026?", english=DATED),
    ),
    Mutation(
        brings="translation/telephone",
        block="questions",
        handout="msc",
        language="es",
        ground=(
            handout("msc", "Is there a placebo group?", CALLED),
            Message("es", PLACEBO, new="¿Hay un grupo con placebo? ¿Llamo al 555-0100-0199?", english=CALLED),
        ),
        change=Message("es", PLACEBO, new="¿Hay un grupo con placebo? ¿Llamo al 555-0199-0100?", english=CALLED),
    ),
    Mutation(
        brings="translation/length",
        block="life",
        language="es",
        change=Message(
            "es",
            "ahsct:life:heading",
            new="Cómo es pasar por todo esto en el hospital y cómo es después en la casa con su familia",
        ),
    ),
    Mutation(
        brings="translation/term",
        block="known",
        handout="msc",
        language="es",
        change=Message("es", "msc:known:items.placebo.say", "placebo", "pastilla"),
    ),
    Mutation(
        brings="translation/unchanged",
        block="life",
        language="es",
        change=Message("es", "ahsct:life:items.tired.say", new="It may take up to a year to feel like yourself."),
    ),
    Mutation(
        brings="translation/ratio",
        block="life",
        language="es",
        change=Message("es", "ahsct:life:items.tired.say", new="Puede pasar un año."),
    ),
    Mutation(
        brings="translation/ending",
        block="questions",
        language="es",
        change=Message("es", "ahsct:questions:items.fail.say", new="Qué pasa si no funciona"),
    ),
    Mutation(
        brings="translation/doubled",
        block="key",
        language="es",
        change=Message("es", "ahsct:key:then.say", "con su médico", "con su su médico"),
    ),
    Mutation(
        brings="translation/negation",
        block="life",
        language="es",
        profile=Profile.RELEASE,
        ground=(ahsct("You need check-ups for years, often once a year.", MISSED),),
        change=Message("es", "ahsct:life:items.visits.say", new="No falte a sus citas de control.", english=MISSED),
    ),
    # --- C01 to C03: print that can be read ---------------------------------------------------------------------------
    Mutation(brings="page/smallest-print", block="risks", change=style("#block-risks .chance { font-size: 11pt }")),
    Mutation(brings="page/smallest-print", change=style(".running-footer { font-size: 9pt }")),
    Mutation(brings="page/line-length", block="how", change=style("#block-how p { max-width: none }")),
    Mutation(brings="page/alignment", block="how", change=style("#block-how p { text-align: justify }")),
    Mutation(brings="page/alignment", block="how", change=style("#block-how p { text-align: center }")),
    Mutation(brings="page/hyphenation", block="how", change=style(f"{NARROW} {{ hyphens: auto }}")),
    Mutation(
        brings="page/hyphenation", block="how", change=style(f"{NARROW} {{ hyphens: auto; hyphenate-character: '' }}")
    ),
    Mutation(
        brings="page/emphasis",
        block="how",
        change=style("#block-how .said { text-decoration: underline }"),
        note="`font-style: italic` changes nothing: the library's fonts have no slanted face and none is made up",
    ),
    Mutation(brings="page/emphasis", block="how", change=style("#block-how h2 { transform: skewX(-12deg) }")),
    Mutation(
        brings="page/capitals",
        block="how",
        companions=with_("page/words-lost"),
        change=style("#block-how h2 { text-transform: uppercase }"),
    ),
    Mutation(
        brings="page/contrast",
        block="risks",
        companions=with_("page/gray"),
        change=style("#block-risks .say { color: #8a8a8a }"),
    ),
    Mutation(brings="page/gray", block="how", change=style("#block-how .said { color: #ff0000; background: #000 }")),
    Mutation(
        brings="page/gray",
        block="benefits",
        change=block("outcomes", "else brand.colors.primary)", "else brand.colors.tint)"),
    ),
    Mutation(
        brings="page/hidden",
        block="key",
        companions=FADED,
        change=style("#block-key .panel .lead { color: var(--tint) }"),
    ),
    Mutation(
        brings="page/hidden",
        block="risks",
        companions=FADED,
        change=style(
            f"{INFECTION} {{ position: relative }} {INFECTION}::after {{ content: ''; position: absolute; left: 0;"
            " top: 0; width: 100%; height: 100%; background: #fff }"
        ),
    ),
    Mutation(brings="page/hidden", block="risks", companions=FADED, change=style(f"{INFECTION} {{ opacity: 0.01 }}")),
    Mutation(
        brings="page/hidden",
        block="risks",
        change=style(f"{INFECTION} {{ position: absolute; clip: rect(0, 0, 0, 0) }}"),
    ),
    Mutation(brings="page/hidden", block="risks", change=style(f"{INFECTION} {{ transform: scaleX(-1) }}")),
    Mutation(brings="page/hidden", block="risks", change=style(f"{INFECTION} {{ transform: rotate(180deg) }}")),
    # --- C08, C21, C26 to C29: what the file says of itself -----------------------------------------------------------
    Mutation(
        brings="page/heading-order",
        block="words",
        change=block("glossary", "<h2>{{ sheet.heading(block) }}</h2>", "<p>{{ sheet.heading(block) }}</p>"),
    ),
    Mutation(
        brings="page/heading-order",
        block="steps",
        companions=with_("page/typesetter"),
        change=block("steps", "<h3>{{ phase.name }}</h3>", "<h4>{{ phase.name }}</h4>"),
    ),
    Mutation(
        brings="page/reading-order",
        block="key",
        change=block(
            "callout",
            '{{ part.paragraph(block.lead, "lead") }}\n{{ part.paragraph(block.then, "then") }}',
            '{{ part.paragraph(block.then, "then") }}\n{{ part.paragraph(block.lead, "lead") }}',
        ),
    ),
    Mutation(
        brings="page/title", change=template("page.html", "<title>{{ handout.title.value }}", "<title>{{ handout.id }}")
    ),
    Mutation(brings="page/language", change=template("page.html", 'lang="{{ setting.tag }}"', 'lang="fr"')),
    Mutation(brings="page/untagged", plant="untagged_text", note="the typesetter tags all that a template prints"),
    Mutation(
        brings="page/figure-words",
        block="risks",
        change=block(
            "outcomes", "name=item.name.value, low", 'name=kind.tone if kind.tone == "danger" else item.name.value, low'
        ),
    ),
    Mutation(
        brings="page/table-heads",
        block="words",
        change=block("glossary", '<th scope="row">{{ term.term }}</th>', "<td>{{ term.term }}</td>"),
    ),
    Mutation(brings="page/identity", change=style(".running-footer { display: none }")),
    Mutation(
        brings="page/words-lost",
        block="risks",
        language="ar",
        change=style(f"{INFECTION} {{ display: none }}"),
    ),
    Mutation(
        brings="page/words-lost",
        block="key",
        change=block("callout", '{{ part.paragraph(block.then, "then") }}', ""),
    ),
    Mutation(brings="page/words-added", change=style("#block-risks .said::before { content: 'It is not true that ' }")),
    Mutation(
        brings="page/font-embedded", plant="font_not_embedded", note="the typesetter embeds each font that it uses"
    ),
    Mutation(
        brings="page/missing-glyph",
        block="how",
        change=ahsct("The reset does not always last.", "The reset does not always last 𐎀."),
    ),
    Mutation(brings="page/missing-glyph", change=style("h1::after { content: '\\10fffd' }")),
    Mutation(
        brings="page/same-bytes",
        plant="nothing",
        ground=REVIEWED,
        profile=Profile.RELEASE,
        note="neither templates nor styles know the clock or chance: the first of two files is written otherwise",
    ),
    Mutation(
        brings="page/typesetter",
        change=template("page.html", "<h1>", '<h1 style="colour: black">'),
    ),
    Mutation(
        brings="page/overflow", block="how", change=style("#block-how h2 { max-width: 20mm; white-space: nowrap }")
    ),
    Mutation(brings="page/text-layer", block="next", change=style("#block-next .said { float: right }")),
    Mutation(brings="page/last-page", change=style("#block-about > :last-child { break-before: page }")),
)

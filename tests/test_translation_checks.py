"""What must be true of a translated passage, held against its English."""

# ruff: noqa: RUF001 - the characters that look like others are what is tested

from __future__ import annotations

import pytest

from handouts.catalog import Catalog, Message, translate
from handouts.checks.translation import find_interface_faults, find_language_faults, find_translation_faults
from handouts.findings import Finding, Location
from handouts.model import Library, Prose, Statement, Text, with_keys

AT = Location("locales/es/LC_MESSAGES/content.po", 9, 8)


def found(english: str, other: str) -> list[Finding]:
    block = with_keys(Prose(id="a", kind="k", paragraphs={"p": Statement(say=Text(english))}), "h:a")
    messages = {("h:a:paragraphs.p.say", english): Message((other,), AT, fuzzy=False)}
    translated, missing = translate(block, Catalog("es", messages))
    assert not missing
    return list(find_translation_faults(block, translated, "h"))


@pytest.mark.parametrize(
    ("english", "other"),
    [
        ("Call us.", "Llámenos."),
        ("At {fever} or **more**.", "**Más** o {fever}."),
        ("See [this](ref:a) and [that](ref:b).", "Vea [eso](ref:b) y [esto](ref:a)."),
        ("About 7 of 53, or 1,234.5.", "Unos 1.234,5, o 7 de 53."),
        ("About 7 of 53.", "حوالي ٧ من ٥٣."),
        ("About 204,000 people.", "लगभग 2,04,000 लोग।"),
        ("Use {{braces}}.", "Use {{llaves}}."),
        ("<b>", "<b>"),
    ],
)
def test_a_true_translation_has_no_fault(english: str, other: str) -> None:
    assert found(english, other) == []


@pytest.mark.parametrize(
    ("english", "other", "kinds"),
    [
        ("At {fever}.", "A 38 grados.", ["translation/placeholder", "translation/numbers"]),
        ("At {fever}.", "A {fevre}.", ["translation/placeholder", "translation/placeholder"]),
        ("At {fever}.", "A {fever} {fever}.", ["translation/placeholder"]),
        ("At {fever}.", "A {Fever}.", ["translation/markup", "translation/markup", "translation/placeholder"]),
        ("Now.", "**Ahora.", ["translation/markup", "translation/markup"]),
        ("**Now.**", "Ahora.", ["translation/markup"]),
        ("See [a](ref:a).", "Vea a.", ["translation/markup"]),
        ("See [a](ref:a).", "Vea [a](ref:b).", ["translation/markup"]),
        ("See [a](ref:a).", "Vea [a](javascript:b).", ["translation/markup"] * 3),
        ("Now.", "Ahora\u202e.", ["translation/markup"]),
        ("Now.", "Ahora\u0007.", ["translation/markup"]),
        ("7 of 53.", "7 de 35.", ["translation/numbers"]),
        ("7 of 53.", "Siete de 53.", ["translation/numbers"]),
        ("Now.", "Ahora 7.", ["translation/numbers"]),
        ("7 and 7.", "7.", ["translation/numbers"]),
    ],
)
def test_what_got_lost_is_told_at_the_line_of_the_translation(english: str, other: str, kinds: list[str]) -> None:
    faults = found(english, other)
    assert [finding.id for finding in faults] == kinds
    assert {(each.where, each.block, each.handout, each.language) for each in faults} == {(AT, "a", "h", "es")}
    assert all(finding.remedy for finding in faults)


def test_the_numbers_are_named() -> None:
    (finding,) = found("7 of 53.", "7 de 35.")
    assert "lost: 53; added: 35" in finding.what


def test_an_untranslated_passage_is_not_held_against_itself() -> None:
    block = with_keys(Prose(id="a", kind="k", paragraphs={"p": Statement(say=Text("At {fever}."))}), "h:a")
    translated, _ = translate(block, Catalog("es", {}))
    assert list(find_translation_faults(block, translated, "h")) == []


def test_both_sides_must_have_one_shape() -> None:
    one = Prose(id="a", kind="k", paragraphs={"p": Statement(say=Text("x"))})
    with pytest.raises(ValueError, match="zip"):
        list(find_translation_faults(one, Prose(id="a", kind="k", paragraphs={}), "h"))


def test_words_of_the_templates_keep_their_placeholders() -> None:
    messages = {
        ("a", "Page {page} of {pages}"): Message(("Página {page} de {pages}",), AT, fuzzy=False),
        ("b", "Page {page}"): Message(("Página {pagina}",), AT, fuzzy=False),
        ("c", "Page {page}"): Message(("Página {pagina}",), AT, fuzzy=True),
        ("d", "Page {page}"): Message(("",), AT, fuzzy=False),
        ("e", "{n} pages"): Message(("{n} página", "páginas"), AT, fuzzy=False),
    }
    faults = list(find_interface_faults(Catalog("es", messages)))
    assert [finding.id for finding in faults] == ["translation/placeholder"] * 3
    assert {(finding.where, finding.language) for finding in faults} == {(AT, "es")}


def test_a_folder_of_no_known_language_is_told_with_the_nearest(library: Library) -> None:
    assert list(find_language_faults(["es", "zh_Hans"], library, "locales")) == []
    (finding,) = find_language_faults(["zh_Hant", "es"], library, "locales")
    assert finding.id == "translation/unknown-language"
    assert finding.where.path.startswith("locales/zh_Hant")
    assert "did you mean `zh_Hans`?" in finding.remedy

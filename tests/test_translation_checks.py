"""What must be true of a translated passage, held against its English."""

# ruff: noqa: RUF001 - the characters that look like others are what is tested

from __future__ import annotations

from dataclasses import replace

import pytest
from sheets import DAY, handout_of

from handouts.catalog import Catalog, Message, translate
from handouts.checks import compared
from handouts.checks.check import Profile, Translation, find_faults
from handouts.checks.measures import Date, amounts_in, dates_in, telephones_in
from handouts.checks.translation import CHECKS, find_interface_faults, find_language_faults, length_limit
from handouts.findings import Finding, Location, Severity
from handouts.model import Kind, Library, Prose, Statement, Text, with_keys

AT = Location("locales/es/LC_MESSAGES/content.po", 9, 8)


def library_of(*, safety: bool = False) -> Library:
    kinds = {"k": Kind(shape="prose", heading=Text("K"), safety=safety)}
    return Library(kinds=kinds, claims={}, sources={}, terms={}, facts={}, regions={}, languages={})


def subject(english: str, messages: dict[tuple[str, str], Message], *, safety: bool = False) -> Translation:
    """A handout of one block, and its translation by these messages; its head is the same in both."""
    block = with_keys(Prose(id="a", kind="k", paragraphs={"p": Statement(say=Text(english, at=AT))}), "h:a")
    handout = handout_of(block)
    head = {("", "x"): Message(("x",), AT, fuzzy=False)}
    translated, _ = translate(handout, Catalog("es", {**messages, **head}))
    return Translation(handout, translated, (), library_of(safety=safety), "es", DAY)


def found(english: str, other: str | None, profile: Profile = Profile.DRAFT, *, safety: bool = False) -> list[Finding]:
    """What the checks find in a passage and its translation (None: there is none)."""
    messages = {("h:a:paragraphs.p.say", english): Message((other,), AT, fuzzy=False)} if other is not None else {}
    return list(find_faults(CHECKS, subject(english, messages, safety=safety), profile))


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


def test_an_untranslated_passage_is_told_and_not_held_against_itself() -> None:
    (finding,) = found("At {fever}.", None)
    assert (finding.id, finding.severity, finding.where) == ("translation/missing", Severity.WARNING, AT)
    assert (finding.handout, finding.language, finding.block) == ("h", "es", "")
    assert "1 passages" in finding.what
    assert "locales/es/LC_MESSAGES/content.po" in finding.remedy
    (finding,) = found("At {fever}.", None, Profile.RELEASE)
    assert finding.severity is Severity.ERROR


def test_a_fuzzy_translation_is_none() -> None:
    messages = {("h:a:paragraphs.p.say", "Now."): Message(("Ahora.",), AT, fuzzy=True)}
    (finding,) = find_faults(CHECKS, subject("Now.", messages), Profile.DRAFT)
    assert finding.id == "translation/missing"


def test_a_safety_block_is_told_by_itself_and_cannot_be_muted() -> None:
    (finding,) = found("Call now.", None, safety=True)
    assert (finding.id, finding.block) == ("translation/safety", "a")
    (check,) = (check for check in CHECKS if check.id == "translation/safety")
    assert not check.mutable


def test_both_sides_must_have_one_shape() -> None:
    sound = subject("x", {})
    broken = sound.handout.model_copy(update={"blocks": (Prose(id="a", kind="k", paragraphs={}),)})
    with pytest.raises(ValueError, match="zip"):
        list(find_faults(CHECKS, replace(sound, handout=broken), Profile.DRAFT))


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


# --- Amounts, dates, telephone numbers --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "tag", "amounts"),
    [
        ("2.5 mg for 6 months, 10%", "en", {("2.5", "milligram"), ("6", "month"), ("10", "percent")}),
        ("2,5 mg durante 6 meses, 10 %", "es", {("2.5", "milligram"), ("6", "month"), ("10", "percent")}),
        ("٢٫٥ مغ لمدة 6 أشهر، 10٪", "ar", {("2.5", "milligram"), ("6", "month"), ("10", "percent")}),
        ("2.5毫克，6个月，百分之10", "zh-Hans", {("2.5", "milligram"), ("6", "month"), ("10", "percent")}),
        ("2.5 मिग्रा, 6 महीने, 10 प्रतिशत", "hi", {("2.5", "milligram"), ("6", "month"), ("10", "percent")}),
        ("2,5 мг, 6 месяцев", "ru", {("2.5", "milligram"), ("6", "month")}),
        ("miezi 6, asilimia 10", "sw", {("6", "month"), ("10", "percent")}),
        ("10 in 100 people got 3 grants", "en", {("10", ""), ("100", ""), ("3", "")}),
        ("38 °C, 100.4°F", "en", {("38", "Celsius"), ("100.4", "Fahrenheit")}),
        ("5 mg", "hmn", {("5", "milligram")}),
    ],
)
def test_amounts_are_read_in_each_language(text: str, tag: str, amounts: set[tuple[str, str]]) -> None:
    assert set(amounts_in(text, tag)) == amounts


@pytest.mark.parametrize(
    ("text", "tag", "dates"),
    [
        ("On March 4, 2026 and 4 March 2026", "en", {Date(2026, 3, 4)}),
        ("3/4/2026", "en", {Date(2026, 3, 4)}),
        ("3/4/2026", "es", {Date(2026, 4, 3)}),
        ("2026-03-04", "es", {Date(2026, 3, 4)}),
        ("el 4 de marzo de 2026", "es", {Date(2026, 3, 4)}),
        ("٤ مارس ٢٠٢٦", "ar", {Date(2026, 3, 4)}),
        ("2026年3月4日", "zh-Hans", {Date(2026, 3, 4)}),
        ("4 मार्च 2026", "hi", {Date(2026, 3, 4)}),
        ("4 марта 2026", "ru", {Date(2026, 3, 4)}),
        ("June 2024", "en", {Date(2024, 6, None)}),
        ("People may 10 times, May is a month, 6个月", "en", set()),
        ("40/50/2026", "en", set()),
    ],
)
def test_dates_are_read_in_each_language(text: str, tag: str, dates: set[Date]) -> None:
    assert set(dates_in(text, tag)[0]) == dates


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Call 555-0100, +1 (800) 555-0199 or 1-800-FDA-1088.", {"5550100", "18005550199", "1800FDA1088"}),
        ("٥٥٥-٠١٠٠", {"5550100"}),
        ("10 000 000 people, 204,000, from 2017-2019, 7 of 53", set()),
    ],
)
def test_telephone_numbers_are_digits_in_their_order(text: str, numbers: set[str]) -> None:
    assert set(telephones_in(text)) == numbers


@pytest.mark.parametrize(
    ("passage", "term", "says"),
    [
        ("Se recoge la célula madre.", "células madre", True),
        ("Pregunte por las semillas.", "células madre", False),
        ("المصابين بذئبة شديدة", "الذئبة (SLE)", True),
        ("المصابين بمرض شديد", "الذئبة (SLE)", False),
        ("每一次试验随访", "临床试验", True),
        ("每一次随访", "临床试验", False),
        ("ट्रायल में क्या होता है", "क्लिनिकल ट्रायल", True),
        ("यहाँ क्या होता है", "क्लिनिकल ट्रायल", False),
        ("임상시험에서 무슨 일이 있나요", "임상시험", True),
        ("진료에서 무슨 일이 있나요", "임상시험", False),
    ],
)
def test_a_term_is_found_inflected(passage: str, term: str, says: bool) -> None:
    assert compared.says_term(passage, term) is says


@pytest.mark.parametrize(
    ("other", "tag", "slips"),
    [
        ("Llame a su su médico.", "es", 1),
        ("बार बार फ़ोन करें।", "hi", 0),
        ("यह दवा है है।", "hi", 1),
        ("看看您的药", "zh-Hans", 0),
        ("您的的药", "zh-Hans", 1),
        ("nous nous lavons", "fr", 0),
        ("10 10", "es", 0),
        ("បញ្ហាក ក្រពះ", "km", 0),
        ("ក្រពះ ក្រពះ", "km", 1),
    ],
)
def test_a_doubled_word_is_a_slip_where_the_language_repeats_none(other: str, tag: str, slips: int) -> None:
    assert len(list(compared.doubled_faults("", other, tag))) == slips


@pytest.mark.parametrize(
    ("english", "other", "faults"),
    [
        ("Call us.", "请打电话。", 0),
        ("Call us.", "फ़ोन करें।", 0),
        ("Are you well?", "هل أنت بخير؟", 0),
        ("Write to {mail}", "Escriba a {mail}.", 1),
        ("See: {web}", "Vea {web}", 0),
        ("(Call us.)", "(Llame.)", 0),
        ("Call us.", "Llame", 1),
    ],
)
def test_the_end_mark_is_that_of_the_script(english: str, other: str, faults: int) -> None:
    assert len(list(compared.ending_faults(english, other, "x"))) == faults


@pytest.mark.parametrize(
    ("key", "limit"), [("a:title", 65), ("a:b:heading", 80), ("a:b:columns.c", 60), ("a:b:x.say", None)]
)
def test_places_with_little_room_have_a_limit(key: str, limit: int | None) -> None:
    assert length_limit(key) == limit
    assert compared.width_of("**治疗**") == 4


ENGLISH = "In a study of {people} people it was much the same in both groups."


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ("Fue igual.", "very short: 10 characters"),
        ("Fue igual (en un estudio de {people} personas, en ambos grupos).", ""),
        ("En un estudio de {people} personas fue casi igual en ambos grupos (" + "como en otros " * 12 + ").", ""),
        ("En un estudio de {people} personas " + "fue casi igual " * 9, "very long"),
        ("어느 연구에서 {people}명은 두 집단 모두에서 거의 같았습니다.", ""),
        ("같았다. 거의.", "very short"),
        ("两组基本相同。在{people}人的研究中就是这样。", ""),
    ],
)
def test_a_length_beside_the_english_says_that_something_may_be_missing_or_added(other: str, said: str) -> None:
    (what, _), *more = [*compared.ratio_faults(ENGLISH, other, ""), ("", "")]
    assert len(more) == bool(said)
    assert said in what

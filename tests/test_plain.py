"""Plain language: what is found, and what is left alone by a written rule."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sheets import DAY, handout_of

from handouts.checks.check import Check, Flaw, Written
from handouts.checks.plain import CHECKS
from handouts.findings import Location, Severity
from handouts.layers import Layers
from handouts.model import Block, Glossary, Library, PlainWord, Prose, Statement, Term, Text
from handouts.reader import handout_ids, read_entries, read_handout, read_library
from handouts.region import for_region

HERE = Location("h.yaml", 7, 9)
BY_ID = {check.id.partition("/")[2]: check for check in CHECKS}


TERMS = {
    "stem_cell": Term(term=Text("stem cell"), definition=Text("A young cell."), forms=("stem cells",)),
    "blood_stem_cell": Term(
        term=Text("blood stem cell"), definition=Text("It makes blood."), forms=("blood stem cells",)
    ),
    "ahsct": Term(term=Text("AHSCT"), definition=Text("A transplant."), forms=("autologous transplant",)),
    "lupus": Term(term=Text("lupus (SLE)"), definition=Text("An illness."), forms=("lupus", "SLE")),
    "relapse": Term(term=Text("relapse"), definition=Text("It comes back."), forms=("relapses",)),
    "edema": Term(term=Text("edema"), definition=Text("Swelling.")),
}


@pytest.fixture(scope="module")
def lexicon() -> dict[str, PlainWord]:
    words, found = read_entries(Layers.of(None), "content/plain_words.yaml", PlainWord)
    assert not found
    return words


@pytest.fixture(scope="module")
def shelf(lexicon: dict[str, PlainWord]) -> Library:
    return Library({}, {}, {}, TERMS, {}, {}, {}, plain_words=lexicon)


def prose(*paragraphs: str, language: str = "en") -> Prose:
    said = {f"p{number}": Statement(say=Text(say, at=HERE, language=language)) for number, say in enumerate(paragraphs)}
    return Prose(id="b", kind="k", paragraphs=said)


def words_to_know(*terms: str) -> Glossary:
    return Glossary(id="words", kind="glossary", terms=terms)


def flaws(check: str, shelf: Library, *blocks: Block, tag: str = "en", **head: Any) -> list[Flaw]:
    return list(BY_ID[check].find(Written(handout_of(*blocks, **head), shelf, tag, DAY)))


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_each_check_finds_its_bad_example_and_leaves_the_good_one_alone(check: Check[Written], shelf: Library) -> None:
    found = list(
        check.find(
            Written(
                handout_of(
                    prose(check.bad),
                ),
                replace(shelf, terms=_with_engraftment()),
                "en",
                DAY,
            )
        )
    )
    assert found
    assert (found[-1].block, found[-1].at) == ("b", HERE)
    assert not list(
        check.find(Written(handout_of(prose(check.good)), replace(shelf, terms=_with_engraftment()), "en", DAY))
    )


def _with_engraftment() -> dict[str, Term]:
    return {**TERMS, "engraftment": Term(term=Text("engraftment"), definition=Text("New cells grow."))}


def test_the_list_is_written_out_and_nothing_of_it_stops_a_draft() -> None:
    assert len(BY_ID) == len(CHECKS) == 10
    assert {check.draft for check in CHECKS} == {Severity.WARNING, Severity.HINT}
    assert all(check.id.startswith("plain/") and check.rationale and check.remedy for check in CHECKS)
    assert "never proof" in BY_ID["reading-grade"].rationale


# --- Reading grade ------------------------------------------------------------------------------------------


def test_a_long_handout_is_judged_by_smog_and_tells_both_grades(shelf: Library) -> None:
    hard = "The experimental transplantation procedure necessitates hospitalization. " * 3
    found = flaws("reading-grade", shelf, prose(*[hard] * 11), title=Text("x", at=HERE))
    assert [flaw.block for flaw in found] == ["", "b"]
    assert "SMOG" in found[0].what
    assert "Flesch-Kincaid" in found[0].what
    assert "no proof" in found[0].what


def test_an_easy_handout_is_no_fault_however_low_its_grade(shelf: Library) -> None:
    assert not flaws("reading-grade", shelf, prose(*["You may feel ill. Call us. Do not wait."] * 20))


def test_a_short_text_is_not_judged(shelf: Library) -> None:
    assert not flaws("reading-grade", shelf, prose("Experimental transplantation necessitates hospitalization."))


def test_spanish_is_judged_by_its_own_formula_and_hindi_by_none(shelf: Library) -> None:
    hard = "Las manifestaciones hematológicas heterogéneas imposibilitan consideraciones terapéuticas."
    assert "Flesch-Szigriszt" in flaws("reading-grade", shelf, prose(*[hard] * 80, language="es"), tag="es")[0].what
    assert not flaws("reading-grade", shelf, prose(*["यह बहुत कठिन वाक्य है। "] * 60, language="hi"), tag="hi")


# --- Length -------------------------------------------------------------------------------------------------


def of_length(words: int) -> str:
    return " ".join(["word"] * words) + "."


def test_a_sentence_has_twenty_words_in_english_and_thirty_in_translation(shelf: Library) -> None:
    assert not flaws("long-sentence", shelf, prose(of_length(20)))
    assert "21 words" in flaws("long-sentence", shelf, prose(of_length(21)))[0].what
    assert not flaws("long-sentence", shelf, prose(of_length(30), language="es"), tag="es")
    assert flaws("long-sentence", shelf, prose(of_length(31), language="es"), tag="es")


def test_a_language_without_spaces_has_no_limit_in_words(shelf: Library) -> None:
    assert not flaws("long-sentence", shelf, prose("我" * 200 + "。", language="zh-Hans"), tag="zh-Hans")


def test_what_nobody_translated_is_not_judged_as_a_translation(shelf: Library) -> None:
    assert not flaws("long-sentence", shelf, prose(of_length(40)), tag="es")


def test_a_paragraph_has_three_sentences_in_every_language(shelf: Library) -> None:
    assert not flaws("long-paragraph", shelf, prose("One. Two. Three."))
    assert flaws("long-paragraph", shelf, prose("一。二。三。四。", language="zh-Hans"), tag="zh-Hans")


# --- Ways of saying it --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "say",
    ["It was given by drip.", "Blood is often tested.", "They have been seen.", "The drip is slowly started."],
)
def test_a_passive_is_hinted_at(say: str, shelf: Library) -> None:
    assert flaws("passive", shelf, prose(say))


@pytest.mark.parametrize(
    "say",
    ["You may be tired.", "It is called lupus.", "The cause is not known.", "We need a bed.", "You are worried."],
)
def test_a_state_or_a_name_is_no_passive(say: str, shelf: Library) -> None:
    assert not flaws("passive", shelf, prose(say))


@pytest.mark.parametrize(
    "say",
    ["Patients should rest.", "The patient must call.", "Individuals are advised to rest.", "One should rest."],
)
def test_speaking_about_the_reader_is_found(say: str, shelf: Library) -> None:
    assert flaws("indirect", shelf, prose(say))


def test_shall_is_found_with_its_own_remedy(shelf: Library) -> None:
    (flaw,) = flaws("indirect", shelf, prose("You shall rest."))
    assert "must" in flaw.remedy
    assert not flaws("indirect", shelf, prose("Some patients got better. You must rest."))


@pytest.mark.parametrize(
    "say",
    [
        *(
            "It is not uncommon.",
            "It is not without risk.",
            "No fewer than 3 people died.",
            "You can\u2019t do nothing.",
        ),
        *("Do not take no medicine.", "It is not impossible."),
    ],
)
def test_two_words_for_no_are_found(say: str, shelf: Library) -> None:
    assert flaws("double-negative", shelf, prose(say))


@pytest.mark.parametrize(
    "say",
    ["Do not stop. Do not wait.", "Not only lupus does not sleep.", "It is not under control.", "No, it has not."],
)
def test_one_word_for_no_at_a_time_is_fine(say: str, shelf: Library) -> None:
    assert not flaws("double-negative", shelf, prose(say))


# --- Terms and abbreviations --------------------------------------------------------------------------------


def test_a_term_is_told_once_at_its_first_use(shelf: Library) -> None:
    found = flaws("unexplained-term", shelf, prose("A relapse may come.", "Relapses are common."))
    assert [(flaw.what.split()[0], flaw.at) for flaw in found] == [("`relapse`", HERE)]


@pytest.mark.parametrize(
    "say",
    [
        *("A relapse (the lupus comes back) may come.", "The lupus may come back (relapse)."),
        *("A relapse means that it comes back.", "It may come back. This is called a relapse."),
        *("A relapse may come. A relapse is a time when it comes back.", "A [relapse](ref:relapse) may come."),
    ],
)
def test_a_term_may_be_explained_where_it_stands(say: str, shelf: Library) -> None:
    assert not flaws("unexplained-term", shelf, prose(say), audience=Text("People with lupus"))


def test_a_term_of_the_handouts_glossary_is_explained(shelf: Library) -> None:
    assert not flaws("unexplained-term", shelf, prose("A relapse may come."), words_to_know("relapse"))


def test_readers_know_the_illness_that_their_audience_is_named_by(shelf: Library) -> None:
    assert flaws("unexplained-term", shelf, prose("Lupus can come back."))
    assert not flaws("unexplained-term", shelf, prose("Lupus can come back."), audience=Text("Adults with lupus (SLE)"))


def test_a_term_with_short_words_before_an_explained_one_is_left_alone(shelf: Library) -> None:
    assert not flaws("unexplained-term", shelf, prose("You get blood stem cells."), words_to_know("stem_cell"))
    found = flaws("unexplained-term", shelf, prose("An autologous transplant."), words_to_know("stem_cell"))
    assert [flaw.what.split("`")[1] for flaw in found] == ["autologous transplant"]


def test_a_definition_that_needs_another_term_is_found_in_its_block(shelf: Library) -> None:
    terms = {**TERMS, "relapse": Term(term=Text("relapse"), definition=Text("The edema comes back.", at=HERE))}
    (flaw,) = flaws("unexplained-term", replace(shelf, terms=terms), words_to_know("relapse"))
    assert flaw.block == "words"
    assert "`edema`" in flaw.what


def test_an_abbreviation_is_told_once(shelf: Library) -> None:
    found = flaws("unexplained-abbreviation", shelf, prose("Ask about an MRI. An MRI is loud.", "The MRI is long."))
    assert len(found) == 1


@pytest.mark.parametrize(
    "say",
    [
        *("Ask about a bone density test (DXA).", "Ask about a DXA (bone density test)."),
        *("DXA stands for a test of the bones.", "Watch TV in the US.", "T cells attack.", "Call 911 by 5 PM."),
        *("AHSCT is a term, not ours to tell.", "Write to info@UCLA.example."),
    ],
)
def test_an_abbreviation_that_is_explained_or_everyday_is_left_alone(say: str, shelf: Library) -> None:
    assert not flaws("unexplained-abbreviation", shelf, prose(say))


@pytest.mark.parametrize("say", ["DO NOT stop.", "NEVER A BREAK.", "Arrêt: NE PAS arrêter."])
def test_words_in_capitals_are_found_and_are_no_abbreviations(say: str, shelf: Library) -> None:
    assert flaws("capitals", shelf, prose(say))
    assert not flaws("unexplained-abbreviation", shelf, prose(say))


@pytest.mark.parametrize(
    "say", ["The US AHSCT study.", "Lupus (SLE) and AHSCT.", "Do NOT stop.", "لا تتوقف أبدا", "我 不 停"]
)
def test_known_abbreviations_one_word_and_scripts_without_capitals_are_no_run(say: str, shelf: Library) -> None:
    assert not flaws("capitals", shelf, prose(say))


# --- Hard words ---------------------------------------------------------------------------------------------


def test_a_hard_word_is_found_in_each_of_its_forms_with_the_plain_one(shelf: Library) -> None:
    for said in ("utilize", "Utilizes", "utilized", "utilizing", "in order to", "edema", "hemorrhages", "metastases"):
        (flaw,) = flaws("hard-word", shelf, prose(f"We saw {said} here." if said[0].islower() else f"{said} it."))
        assert "for instance: " in flaw.remedy


@pytest.mark.parametrize(
    "say",
    [
        "Your ankles may swell (edema).",
        "Ask at the Institute of Renal Care.",
        "They promise “optimal” care.",
        "Use it.",
    ],
)
def test_explained_words_names_and_quotations_are_left_alone(say: str, shelf: Library) -> None:
    assert not flaws("hard-word", shelf, prose(say))


def test_a_hard_word_that_the_glossary_explains_is_left_alone(shelf: Library) -> None:
    assert not flaws("hard-word", shelf, prose("Tell us about edema."), words_to_know("edema"))


def test_a_library_without_a_lexicon_has_no_hard_words(shelf: Library) -> None:
    assert not flaws("hard-word", replace(shelf, plain_words={}), prose("Utilize it in order to walk."))


def test_the_lexicon_is_sourced_and_recommends_nothing_that_it_advises_against(lexicon: dict[str, PlainWord]) -> None:
    assert len(lexicon) > 250
    assert {entry.source for entry in lexicon.values()} == {"federal", "cdc", "iowa", "nhs", "own"}
    hard = {word.replace("_", " ") for word in lexicon}
    assert not {word for word, entry in lexicon.items() if hard & set(entry.plain.split(", "))}


# --- The library --------------------------------------------------------------------------------------------


def test_the_library_reads_at_grade_8_and_has_no_long_sentence_or_paragraph() -> None:
    layers = Layers.of(None)
    library, _ = read_library(layers)
    ids = handout_ids(layers)
    assert len(ids) >= 7
    for handout_id in ids:
        handout, _ = read_handout(layers, handout_id, library)
        for region in library.regions:
            written = Written(for_region(handout, region), library, "en", DAY)
            for check in ("long-sentence", "long-paragraph", "indirect", "double-negative", "capitals"):
                assert not list(BY_ID[check].find(written)), (handout_id, check)
            assert not [flaw for flaw in BY_ID["reading-grade"].find(written) if not flaw.block]

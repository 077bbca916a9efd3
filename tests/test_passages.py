"""What checks read: sentences, plain words, and statements with what they tell."""

from __future__ import annotations

import pytest
from check_examples import written
from hypothesis import given
from hypothesis import strategies as st

from handouts.checks.passages import figures_named, passages_in, plain_words, sentences_in
from handouts.model import Library


@pytest.mark.parametrize(
    ("words", "sentences"),
    [
        ("", []),
        ("One", ["One"]),
        ("One. Two? Three! Four", ["One.", "Two?", "Three!", "Four"]),
        ("He said “yes.” Then he left.", ["He said “yes.”", "Then he left."]),
        ("See Dr. Lee. Ask.", ["See Dr. Lee.", "Ask."]),
        ("It is 2.5 mg. Take it at 8 a.m. every day.", ["It is 2.5 mg.", "Take it at 8 a.m. every day."]),
        ("The U.S. Food and Drug Administration.", ["The U.S. Food and Drug Administration."]),
        ("何时打电话？现在。", ["何时打电话？", "现在。"]),  # noqa: RUF001 - as it is printed
        ("यह एक है। यह दो है।", ["यह एक है।", "यह दो है।"]),
        ("متى؟ الآن.", ["متى؟", "الآن."]),
    ],
)
def test_sentences_end_where_a_reader_ends_them(words: str, sentences: list[str]) -> None:
    assert sentences_in(words) == sentences


def test_plain_words_are_those_that_are_read() -> None:
    assert plain_words("**Call** [us](ref:call) at {fever}, {{now}}.") == "Call us at \ufffc, {now}."


@given(st.text(alphabet=st.sampled_from("ab AB.?!।。” \n"), max_size=60))
def test_no_letter_is_lost_between_sentences(words: str) -> None:
    found = sentences_in(words)
    assert "".join("".join(found).split()) == "".join(words.split())
    assert all(sentence == sentence.strip() for sentence in found)


def test_a_passage_tells_what_its_kind_its_block_and_it_itself_tell(library: Library) -> None:
    block = "{kind: choices, heading: X, tells: [cost], items: {a: {name: N, say: A., tells: [no_treatment]}, b: B.}}"
    subject = written(f"blocks: {{extra: {block}}}", library)
    found = [each for each in passages_in(subject.handout, library) if each.block.id == "extra"]
    assert [each.tells for each in found] == [{"options", "cost", "no_treatment"}, {"options", "cost"}]
    assert [[text.value for text in each.texts] for each in found] == [["N", "A."], ["B."]]


def test_a_step_without_more_to_say_is_a_passage_too(library: Library) -> None:
    subject = written("blocks: {next: {kind: next_steps, steps: {a: {name: Ask}, b: {name: Wait}}}}", library)
    found = [each for each in passages_in(subject.handout, library) if each.block.id == "next"]
    assert [text.value for each in found for text in each.texts] == ["Ask", "Wait"]


def test_a_drawn_chance_is_named_beside_the_claims(library: Library) -> None:
    passages = passages_in(written("id: sound", library).handout, library)
    named = [figures_named(each.statement) for each in passages if each.block.id == "risks"]
    assert named == [("HSCT8", "HSCT8.death_range"), ("HSCT9",)]

"""What a reader gives back is compared with the words of the page: nothing lost goes unseen, nothing whole is told."""

from __future__ import annotations

import unicodedata

import pytest
import samples
import tinyhtml5  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st
from pdfs import pdf_of

from handouts.readback import (
    RUN,
    Passage,
    Unread,
    bag,
    by_language,
    letters,
    read_back,
    runs,
    said_in,
    spelling,
    take,
    tally,
    unread,
    unsaid,
    words_of,
)

PAGE = """<!doctype html><html lang="ur"><head><title>No word</title><style>p { color: red }</style></head><body>
<div class="running-brand"><p>No word</p></div>
<main><h1>The title</h1>
<section id="block-call" class="block"><h2>Call <strong>now</strong></h2>loose words
<svg><title>no word</title></svg><!-- no word -->
<ul><li>One <p>within</p> after</li><li>Two<br>lines</li><li> … </li></ul>
<p lang="en">In <span lang="fr">deux</span> words</p></section>
<section id="other"><table><tr><th>Head</th><td>Cell</td></tr></table></section>
</main></body></html>"""
SENTENCE = "Call your transplant team right away if you have a fever."


def passages(*texts: str, block: str = "b") -> list[Passage]:
    return [Passage(block, "en", text) for text in texts]


def test_the_words_of_a_page_are_its_block_elements_in_reading_order() -> None:
    texts = ["The title", "Call now", "loose words", "One", "within", "after", "Two lines", "In deux words"]
    assert [passage.text for passage in words_of(PAGE)] == [*texts, "Head", "Cell"]


def test_a_passage_knows_its_block_and_its_language() -> None:
    found = {passage.text: (passage.block, passage.language) for passage in words_of(PAGE)}
    assert found["The title"] == ("", "ur")
    assert found["within"] == ("call", "ur")
    assert found["In deux words"] == ("call", "en")
    assert found["Cell"] == ("", "ur")


@pytest.mark.parametrize("tag", samples.LONG)
def test_the_words_of_a_sample_are_those_that_it_was_made_of(tag: str) -> None:
    sample = samples.load(tag)
    found = [letters(passage.text) for passage in words_of(samples.html(sample))]
    assert found == [letters(text) for text in samples.text(sample)]


def test_a_run_is_eight_letters_marks_or_digits() -> None:
    assert runs("1-800: “free”, ok?") == ["1800free", "800freeo", "00freeok"]
    assert runs("कि") == ["कि"], "marks count, and a short text is one run"
    assert runs("☐ (…)") == []


@given(st.text(max_size=60))
def test_a_text_that_comes_back_as_it_is_comes_back_whole(text: str) -> None:
    assert tally([text], f"before {text} after") == (len(runs(text)),) * 2
    assert unread(passages(text), text) == []


@given(st.permutations("abcdefghijklmnopqrstuvwxyz"), st.integers(0, 25))
def test_a_letter_that_is_changed_is_always_seen(alphabet: list[str], place: int) -> None:
    text = "".join(alphabet)
    (found,) = unread(passages(text), f"{text[:place]}é{text[place + 1 :]}")
    assert found.share < 1
    assert found.lost == text


def test_white_space_punctuation_and_joiners_are_left_aside() -> None:
    extracted = SENTENCE.replace(" ", "\r\n").replace("team", "te\u200bam").replace(".", "")
    assert tally([SENTENCE], extracted) == tally([SENTENCE], SENTENCE)


def test_a_lost_letter_costs_eight_runs() -> None:
    total = len(runs(SENTENCE))
    assert tally([SENTENCE], SENTENCE.replace("team", "tam")) == (total - RUN, total)


def test_composed_letters_may_come_back_in_parts() -> None:
    vietnamese = "Hãy gọi cho nhóm điều trị"
    assert unread(passages(vietnamese), unicodedata.normalize("NFD", vietnamese)) == []


@pytest.mark.parametrize(
    ("word", "given_back"),
    [
        ("السلام عليكم", "السﻼم عليكم"),
        ("白内障手术后的护理", "⽩内障手术后的护理"),
        ("infection first", "infection ﬁrst"),
    ],
    ids=["a presentation form", "a radical", "a ligature"],
)
def test_a_look_alike_is_a_fault(word: str, given_back: str) -> None:
    assert unread(passages(word), given_back)


def test_words_in_the_wrong_direction_are_a_fault() -> None:
    hebrew = "התקשרו לצוות ההשתלה מיד"
    assert unread(passages(hebrew), hebrew[::-1]) == [Unread("b", 0, hebrew)]


def test_a_block_that_a_page_break_cuts_has_lost_no_word() -> None:
    cut = SENTENCE.replace("team", "\r\nfooter 1\f header te")
    extracted = SENTENCE.replace("team right", "team\r\nPage 1 of 2\fThe clinic\r\nright")
    total = len(runs(SENTENCE))
    assert unread(passages(SENTENCE), extracted) == [Unread("b", (total - RUN + 1) / total, "")]
    assert unread(passages(SENTENCE), cut)[0].lost != ""


def test_a_word_that_a_page_break_cuts_is_not_lost() -> None:
    chinese = "手术后请每天测量体温两次并把结果记在这张表里"
    assert unread(passages(chinese), f"{chinese[:11]}\r\n第1页\f诊所\r\n{chinese[11:]}")[0].lost == ""


def test_a_joiner_that_does_not_come_back_is_no_loss() -> None:
    persian = "می\u200cخواهم با پرستار حرف بزنم"  # noqa: RUF001 - Persian is meant
    (found,) = unread(passages(persian), "حرف بزنم با پرستار میخواهم")
    assert found.lost == "", "only the order is another"


def test_latin_words_in_another_order_are_not_lost() -> None:
    (found,) = unread(passages("تبلغ حرارة الجسم 38.0 °C أو أكثر"), "تبلغ حرارة الجسم C°38.0 أو أكثر")
    assert 0 < found.share < 1
    assert found.lost == ""


def test_a_sentence_that_stands_twice_must_come_back_twice() -> None:
    words = [*passages(SENTENCE, block="a"), *passages(SENTENCE, block="b")]
    assert unread(words, f"{SENTENCE} {SENTENCE}") == []
    assert [each.lost for each in unread(words, SENTENCE)] == ["Call your transplant team"] * 2


def test_the_first_words_lost_are_told() -> None:
    extracted = SENTENCE.replace("right away", "rihgt aawy")
    assert unread(passages("All is well here.", SENTENCE), f"All is well here. {extracted}")[0].lost == (
        "right away if you"
    )


def test_each_block_is_told_once_in_order() -> None:
    words = [
        Passage(block, "en", text) for block, text in [("b", "bread"), ("a", "apple"), ("c", "cake"), ("b", "bun")]
    ]
    assert unread(words, "cake bun") == [Unread("b", 0.5, "bread"), Unread("a", 0, "apple")]


def test_what_pdfium_gives_back_is_every_page_in_order() -> None:
    assert read_back(pdf_of("Call your team", "Rest well")) == "Call your team\fRest well\f"


# --- Bags of letters --------------------------------------------------------------------------------------------------

LINES = ["Call your team.", "Call your team at once.", "Rest.", "اتصلوا بفريقكم", "每天测量体温两次", "No"]


@given(st.lists(st.sampled_from(LINES), min_size=1), st.data())
def test_a_passage_that_is_not_said_is_told_however_many_are(texts: list[str], data: st.DataObject) -> None:
    lost = data.draw(st.integers(0, len(texts) - 1))
    said = [text[::-1] for number, text in enumerate(texts) if number != lost]
    gone, rest = unsaid(passages(*texts), said)
    assert [passage.text for passage in gone] == [texts[lost]]
    assert rest == []


@given(st.lists(st.sampled_from(LINES)))
def test_two_passages_drawn_as_one_and_marks_of_a_list_are_no_loss(texts: list[str]) -> None:
    gone, _ = unsaid(passages(*texts), ["1. " + " ".join(texts)])
    assert gone == []


def test_what_is_taken_is_there_no_more() -> None:
    _, rest = unsaid([], ["Name: say it"])
    assert take("say it", rest)
    assert not take("say it", rest)
    assert take("Name", rest)


@given(st.text(max_size=40))
def test_a_bag_and_a_spelling_do_not_know_the_order(text: str) -> None:
    turned = "".join(reversed(unicodedata.normalize("NFD", text)))
    assert bag(turned) == bag(text)
    assert spelling(turned) == spelling(text)


def test_pieces_of_a_page_are_known_by_their_language() -> None:
    page = tinyhtml5.parse(PAGE, namespace_html_elements=False)
    found = by_language(page)
    assert [text.strip() for text in found["fr"]] == ["deux"]
    assert [text.strip() for text in found["en"]] == ["In", "words"]
    assert "No word" not in "".join(found["ur"])


def test_what_an_element_says_is_all_within_but_drawings() -> None:
    page = tinyhtml5.parse(PAGE, namespace_html_elements=False)
    assert said_in(page.find(".//h2")).split() == ["Call", "now"]
    assert "no word" not in said_in(page.find(".//section"))

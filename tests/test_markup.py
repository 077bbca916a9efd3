"""The small grammar inside a text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from handouts import markup
from handouts.markup import Placeholder, Reference, Run, parse

MARKS = "*{}[]"
UNMARKED = st.text().filter(lambda text: not set(text) & set(MARKS))
KEYS = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)


@given(UNMARKED)
def test_a_text_without_marks_comes_out_unchanged(text: str) -> None:
    assert list(parse(text)) == ([Run(text)] if text else [])


@given(UNMARKED.filter(bool), KEYS, UNMARKED.filter(bool), KEYS)
def test_marks_come_out_as_what_they_are(words: str, fact: str, shown: str, key: str) -> None:
    text = f"{words}{{{fact}}}**{words}**[{shown}](ref:{key})"
    assert list(parse(text)) == [Run(words), Placeholder(fact), Run(words, bold=True), Reference(shown, key)]
    assert markup.placeholders(text) == [fact]
    assert markup.references(text) == [key]
    assert markup.bold_runs(text) == 2


def test_words_that_were_html_once_are_plain_words_the_next_time() -> None:
    (html,), (words,) = parse(Markup("a <b> in both")), parse("a <b> in both")
    assert isinstance(html, Run)
    assert isinstance(words, Run)
    assert isinstance(html.value, Markup)
    assert not isinstance(words.value, Markup)


@given(st.text())
def test_parsing_never_fails_and_a_text_without_faults_loses_no_word(text: str) -> None:
    pieces = list(parse(text))
    if not list(markup.find_markup_faults(text)):
        shown = "".join(piece.value for piece in pieces if not isinstance(piece, Placeholder))
        wanted = set(text) - set(MARKS) - set("()")
        hidden = "".join(piece.key if isinstance(piece, Reference) else "" for piece in pieces)
        names = "".join(piece.name for piece in pieces if isinstance(piece, Placeholder))
        assert wanted <= set(shown + hidden + names + "ref:")


def test_bold_spans_facts_and_links() -> None:
    text = "**At {fever}, [call](ref:call)** now"
    expected = [
        Run("At ", bold=True),
        Placeholder("fever", bold=True),
        Run(", ", bold=True),
        Reference("call", "call", bold=True),
        Run(" now"),
    ]
    assert list(parse(text)) == expected


def test_a_doubled_brace_is_a_brace() -> None:
    assert "".join(piece.value for piece in parse("{{x}}") if isinstance(piece, Run)) == "{x}"
    assert not list(markup.find_markup_faults("{{x}}"))


@pytest.mark.parametrize(
    "text",
    ["<b>x</b>", "&amp;", "# heading", "- item", "_x_", "`code`", "[x]", "x (y)", "a*b", "http://clinic.example"],
)
def test_html_and_markdown_are_plain_words(text: str) -> None:
    assert list(parse(text)) == [Run(text)]
    assert not list(markup.find_markup_faults(text))


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("half **bold", "`**` is opened and not closed"),
        ("**a** and **b", "`**` is opened and not closed"),
        ("a { brace", "a single brace"),
        ("a } brace", "a single brace"),
        ("{Fever}", "a single brace"),
        ("{fever.x}", "a single brace"),
        ("{fever!r}", "a single brace"),
        ("{0}", "a single brace"),
        ("{}", "a single brace"),
        ("[x](https://clinic.example)", "a link that is not"),
        ("[x](javascript:alert)", "a script address"),
        ("[x](ref:Key)", "a link that is not"),
        ("JavaScript:alert(1)", "a script address"),
        ("java script", ""),
        ("vbscript:x", "a script address"),
        ("data:text/html,<b>", "a script address"),
        ("Data: the numbers", ""),
        ("What the data: show", ""),
        ("\u202eabc", "bidi control characters"),
        ("\u2067abc\u2069", ""),
        ("\u2067\u202babc\u2069\u202c", "bidi control characters"),
        ("abc\u2069", "bidi control characters"),
        ("a\u0007b", "the control character U+0007"),
        ("a\ufffdb", "the control character U+FFFD"),
        ("a\u200fb", ""),
        ("a\nb", ""),
    ],
)
def test_faults_are_told_with_a_remedy(text: str, what: str) -> None:
    faults = list(markup.find_markup_faults(text))
    assert bool(faults) == bool(what)
    assert all(remedy for _, remedy in faults)
    assert not what or any(what in fault for fault, _ in faults)

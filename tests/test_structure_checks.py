"""What a handout must have, and where."""

from __future__ import annotations

import pytest
from check_examples import written

from handouts.checks.check import Flaw
from handouts.checks.structure import CHECKS, LIST_LENGTH, TITLE_LENGTH
from handouts.model import Library

BY_ID = {check.id: check for check in CHECKS}
OVERVIEW = "blocks: {overview: {kind: overview, heading: Lupus, paragraphs: {said: {say: It can flare up.}}}}"


def flaws(check: str, example: str, library: Library) -> list[Flaw]:
    return list(BY_ID[check].find(written(example, library)))


def whats(check: str, example: str, library: Library) -> list[str]:
    return [flaw.what for flaw in flaws(check, example, library)]


@pytest.mark.parametrize(("length", "count"), [(TITLE_LENGTH, 0), (TITLE_LENGTH + 1, 1)])
def test_a_title_may_be_as_long_as_the_nhs_says(library: Library, length: int, count: int) -> None:
    assert TITLE_LENGTH == 65
    assert len(flaws("structure/title", f"title: {'x' * length}", library)) == count


def test_marks_of_a_title_are_not_counted(library: Library) -> None:
    assert not flaws("structure/title", f"title: '**{'x' * TITLE_LENGTH}**'", library)


@pytest.mark.parametrize("heading", ["Information", "introduction", "Overview:", "MORE INFORMATION", "Notes"])
def test_a_heading_that_would_fit_anywhere_is_found(library: Library, heading: str) -> None:
    (what,) = whats("structure/headings", OVERVIEW.replace("Lupus", f"'{heading}'"), library)
    assert "does not say what the block is about" in what


def test_a_heading_stands_once_and_has_words(library: Library) -> None:
    assert whats("structure/headings", OVERVIEW.replace("Lupus", "What is not KNOWN"), library) == [
        "the heading “What is not known” is also that of the block `overview`"
    ]
    assert whats("structure/headings", OVERVIEW.replace("Lupus", "'—'"), library) == ["the heading has no words"]


def test_a_kind_may_give_an_empty_heading_too(library: Library) -> None:
    (flaw,) = flaws("structure/headings", OVERVIEW.replace("heading: Lupus, ", ""), library)
    assert "“Overview”" in flaw.what
    assert flaw.block == "overview"


def entries(count: int, entry: str) -> str:
    return ", ".join(f"e{number}: {entry}" for number in range(count))


@pytest.mark.parametrize(
    "block",
    [
        "{kind: checklist, heading: X, items: {LIST}}",
        "{kind: checklist, heading: X, groups: {g: {name: G, items: {LIST}}}}",
        "{kind: when_to_call, heading: X, groups: {g: {name: G, items: {LIST}}}}",
        "{kind: questions, heading: X, items: {LIST}}",
    ],
)
def test_every_list_has_seven_entries_at_most(library: Library, block: str) -> None:
    for count, found in ((LIST_LENGTH, 0), (LIST_LENGTH + 1, 1)):
        example = f"blocks: {{extra: {block.replace('LIST', entries(count, 'A thing.'))}}}"
        assert len(flaws("structure/long-list", example, library)) == found


@pytest.mark.parametrize("steps", ["steps: {LIST}", "phases: {p: {name: P, steps: {LIST}}}"])
def test_every_phase_has_seven_steps_at_most(library: Library, steps: str) -> None:
    for count, found in ((LIST_LENGTH, 0), (LIST_LENGTH + 1, 1)):
        inner = steps.replace("LIST", entries(count, "{name: Do it}"))
        example = f"blocks: {{next: {{kind: next_steps, {inner}}}}}"
        assert len(flaws("structure/long-list", example, library)) == found


def test_a_grouped_list_counts_group_by_group_and_so_do_the_groups(library: Library) -> None:
    groups = ", ".join(f"g{number}: {{name: G{number}, items: {{{entries(5, 'A thing.')}}}}}" for number in range(8))
    example = f"blocks: {{extra: {{kind: checklist, heading: X, groups: {{{groups}}}}}}}"
    assert whats("structure/long-list", example, library) == ["the list `groups` has 8 entries, more than 7"]


def test_a_long_list_is_told_at_the_first_entry_too_many(library: Library) -> None:
    items = "\n".join(f"      e{number}: A thing." for number in range(9))
    example = f"blocks:\n  extra:\n    kind: checklist\n    heading: X\n    items:\n{items}\n"
    (flaw,) = flaws("structure/long-list", example, library)
    assert (flaw.at.line, flaw.block) == (13, "extra")


@pytest.mark.parametrize(
    ("bullet", "count"),
    [
        ("Bring your list", 0),
        ("Bring your list, and show it.", 0),
        ("See Dr. Example at 8 a.m. on Monday.", 0),
        ("A fever of {fever} or more.", 0),
        ("{name: Fever. Chills, say: Call us.}", 0),
        ("Bring it. Show it.", 1),
        ("Bring it! Then show it to us. Then wait.", 1),
    ],
)
def test_a_bullet_has_one_sentence(library: Library, bullet: str, count: int) -> None:
    said = bullet if bullet.startswith("{name") else f"'{bullet}'"
    example = f"blocks: {{extra: {{kind: checklist, heading: X, items: {{a: {said}}}}}}}"
    assert len(flaws("structure/bullet", example, library)) == count


def test_questions_steps_and_outcomes_are_no_bullets(library: Library) -> None:
    example = """blocks:
  questions: {kind: questions, items: {a: "Is there a trial? May I see it?"}}
  next: {kind: next_steps, steps: {a: {name: Ask, say: Ask twice. Then wait.}, b: {name: Wait}}}
  risks: {kind: risks, items: {a: {name: Fever, say: It is common. It can be high., claims: [MSC7]}}}
"""
    assert not flaws("structure/bullet", example, library)


def test_the_key_message_is_one_and_first_and_stands_out(library: Library) -> None:
    key = "{kind: key_message, lead: Ask first.}"
    assert whats("structure/key-message", "blocks: {key: null}", library) == ["no block tells the key message"]
    (second,) = flaws("structure/key-message", f"blocks: {{extra: {key}}}", library)
    assert second.block == "extra"
    (late,) = flaws("structure/key-message", f"blocks: {{key: null, extra: {key}}}", library)
    assert "not the first" in late.what
    plain = "blocks: {key: {kind: overview, heading: Ask first, tells: [key], paragraphs: {a: Ask first.}}}"
    (dull,) = flaws("structure/key-message", plain, library)
    assert "stand out" in dull.what


LEAD = "blocks: {key: {kind: key_message, lead: Ask first.}"


def test_a_long_handout_begins_with_a_summary(library: Library) -> None:
    assert not flaws("structure/summary", f"{LEAD.removesuffix('}')}, then: Wait.}}}}", library)
    (flaw,) = flaws("structure/summary", LEAD + "}", library)
    assert "does not begin with what matters" in flaw.what
    acting = "blocks: {key: {kind: key_message, tells: [action], lead: Ask your doctor first.}}"
    assert not flaws("structure/summary", acting, library)


def test_a_handout_of_a_page_needs_no_summary(library: Library) -> None:
    gone = ", ".join(f"{name}: null" for name in ("risks", "steps", "how", "life", "choices", "words", "next"))
    assert not flaws("structure/summary", f"{LEAD}, {gone}}}", library)


def test_one_step_is_no_steps(library: Library) -> None:
    assert flaws("structure/action", "blocks: {next: {kind: next_steps, steps: {a: {name: Ask}}}}", library)
    phases = "phases: {now: {name: Now, steps: {a: {name: Ask}}}, then: {name: Then, steps: {b: {name: Wait}}}}"
    assert not flaws("structure/action", f"blocks: {{next: {{kind: next_steps, {phases}}}}}", library)
    prose = "blocks: {next: {kind: overview, heading: Do, tells: [action], paragraphs: {a: Ask. Wait.}}}"
    assert whats("structure/action", prose, library) == ["what the reader can do is not told in steps"]


def test_when_to_call_has_a_line_for_a_telephone(library: Library) -> None:
    assert whats("structure/when-to-call", "blocks: {call: null}", library) == ["no block tells when to call, and whom"]
    (flaw,) = flaws("structure/when-to-call", "blocks: {call: {kind: when_to_call, lead: Call us.}}", library)
    assert flaw.block == "call"


def test_both_what_is_known_and_what_is_not_are_told_in_words(library: Library) -> None:
    assert len(whats("structure/known-and-not", "blocks: {known: null, not_known: null}", library)) == 2
    assert len(whats("structure/known-and-not", "blocks: {known: {kind: known}}", library)) == 1
    other = "blocks: {known: null, overview: {kind: overview, heading: X, tells: [known], paragraphs: {a: X.}}}"
    assert not whats("structure/known-and-not", other, library)


def test_a_handout_without_claims_needs_no_sources(library: Library) -> None:
    assert flaws("structure/sources", "blocks: {sources: null}", library)
    gone = ["key", "overview", "how", "steps", "risks", "benefits", "life", "choices", "known", "not_known", "call"]
    example = f"blocks: {{{', '.join(f'{name}: null' for name in gone)}, sources: null}}"
    assert not flaws("structure/sources", example, library)

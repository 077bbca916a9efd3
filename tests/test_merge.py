"""A merge keyed by id: what stays, what becomes fuzzy, and that no text is lost and none is lent."""

from __future__ import annotations

import datetime
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handouts.findings import HandoutError, UsageError
from handouts.i18n.merge import Merged, merge, merge_catalogs, with_header
from handouts.i18n.messages import Message, find_messages
from handouts.i18n.pofile import Entry, PoFile, Source, format_po, parse_po, read_po, write_po
from handouts.layers import Layers, library_root
from handouts.model import Library

TODAY = datetime.date(2026, 11, 22)


def message(key: str, english: str, *comments: str, max_length: int | None = None) -> Message:
    return Message("content", key, english, comments, max_length=max_length)


def entry(key: str, english: str, text: str, *flags: str, previous: str = "", obsolete: bool = False) -> Entry:
    before = Source(previous, key) if previous else None
    return Entry(Source(english, key), (text,), flags=flags, previous=before, obsolete=obsolete)


def merged(old: list[Entry], *messages: Message) -> tuple[Entry, ...]:
    return merge(PoFile(tuple(old)), messages).entries


def test_the_same_id_and_english_keep_their_text() -> None:
    old = replace(entry("h:a", "Wash.", "Lave.", "no-wrap"), notes=("looked up",), comments=("old",))
    (kept,) = merged([old], message("h:a", "Wash.", "In the block: Germs", max_length=9))
    assert kept == replace(old, comments=("In the block: Germs",), flags=("no-wrap", "max-length:9"))


def test_a_limit_that_is_gone_is_gone() -> None:
    assert merged([entry("h:a", "A", "x", "max-length:9")], message("h:a", "A"))[0].flags == ()


def test_new_english_keeps_the_text_as_fuzzy_with_the_english_that_it_was_made_from() -> None:
    old = replace(entry("h:a", "One.", "Uno.", "no-wrap"), notes=("looked up",))
    new, record = merged([old], message("h:a", "One, changed."))
    assert (new.forms, new.flags, new.previous) == (("Uno.",), ("fuzzy", "no-wrap"), Source("One.", "h:a"))
    assert new.notes == ("looked up",)
    assert record == replace(old, obsolete=True)


def test_a_second_change_keeps_the_first_english() -> None:
    once = merge(PoFile((entry("h:a", "One.", "Uno."),)), [message("h:a", "Two.")])
    twice = merge(once, [message("h:a", "Three.")])
    assert [each.source.english for each in twice.entries] == ["Three.", "One."]
    assert (twice.entries[0].fuzzy, twice.entries[0].previous) == (True, Source("One.", "h:a"))


def test_english_that_comes_back_finds_its_finished_text() -> None:
    first = PoFile((entry("h:a", "One.", "Uno."),))
    back = merge(merge(first, [message("h:a", "Two.")]), [message("h:a", "One.")])
    assert back == first


def test_work_on_a_fuzzy_text_is_kept_when_its_english_goes() -> None:
    changed = merge(PoFile((entry("h:a", "One.", "Uno."),)), [message("h:a", "Two.")])
    begun = replace(changed, entries=(replace(changed.entries[0], forms=("Dos, quizá.",)), *changed.entries[1:]))
    back = merge(begun, [message("h:a", "One.")])
    assert [(each.forms[0], each.fuzzy, each.obsolete) for each in back.entries] == [
        ("Uno.", False, False),
        ("Dos, quizá.", True, True),
    ]


def test_a_text_that_somebody_doubted_was_made_from_its_own_english() -> None:
    (new,) = merged([entry("h:a", "One.", "Uno.", "fuzzy")], message("h:a", "Two."))
    assert new.previous == Source("One.", "h:a")


def test_finished_text_has_no_previous_english() -> None:
    assert merged([entry("h:a", "B", "x", previous="A")], message("h:a", "B"))[0].previous is None


def test_a_new_id_never_gets_the_text_of_another() -> None:
    old = [entry("h:hands", "Wash your hands", "Lávese las manos")]
    messages = [message("h:hands", "Wash your hands"), message("h:feet", "Wash your feet")]
    hands, feet = merged(old, *messages)
    assert hands.forms == ("Lávese las manos",)
    assert (feet.forms, feet.flags, feet.previous, feet.comments) == (("",), (), None, ())


def test_equal_english_elsewhere_is_a_suggestion_until_there_is_a_text() -> None:
    old = [entry("h:a", "Call us.", "Llámenos.")]
    messages = [message("h:a", "Call us."), message("h:b", "Call us.", "about")]
    _, new = merged(old, *messages)
    assert new.forms == ("",)
    assert new.comments == ("about", "The same English is translated elsewhere as: Llámenos.")
    _, done = merged([*old, replace(new, forms=("Llame.",))], *messages)
    assert done.comments == ("about",)


def test_a_new_name_for_an_old_sentence_shows_its_old_translation() -> None:
    old = PoFile((entry("h:old", "Call us.", "Llámenos."),))
    renamed = [message("h:new", "Call us.")]
    told = "The same English is translated elsewhere as: Llámenos."
    for before in (old, merge(old, []), merge(old, renamed)):
        new, gone = merge(before, renamed).entries
        assert (new.forms, new.comments) == (("",), (told,))
        assert (gone.source.context, gone.obsolete) == ("h:old", True)


def test_a_living_translation_is_suggested_before_one_that_is_gone() -> None:
    old = [entry("h:old", "Call us.", "Vieja.", obsolete=True), entry("h:a", "Call us.", "Llámenos.")]
    new = merged(old, message("h:b", "Call us."), message("h:a", "Call us."))[0]
    assert new.comments == ("The same English is translated elsewhere as: Llámenos.",)


def test_a_fuzzy_text_that_is_gone_is_no_suggestion() -> None:
    old = [entry("h:old", "Call us.", "Llame.", "fuzzy", previous="Call them.")]
    new = merged(old, message("h:new", "Call us."))[0]
    assert (new.forms, new.comments) == (("",), ())


def test_a_fuzzy_text_is_no_suggestion() -> None:
    messages = [message("h:a", "Call us."), message("h:b", "Call us.")]
    assert merged([entry("h:a", "Call us.", "Llame.", "fuzzy")], *messages)[1].comments == ()


def test_what_is_gone_is_obsolete_and_comes_back() -> None:
    old = PoFile(
        (entry("h:a", "A", "x"), entry("h:b", "B", "", "no-wrap"), entry("h:c", "C", "z", "fuzzy", previous="Y"))
    )
    gone = merge(old, [])
    assert [each.source.context for each in gone.entries] == ["h:a", "h:c"]
    assert all(each.obsolete for each in gone.entries)
    back = merge(gone, [message("h:a", "A"), message("h:c", "C")])
    assert back.entries == (old.entries[0], old.entries[2])


def test_an_id_that_comes_back_with_other_english_is_fuzzy() -> None:
    (new, old) = merged([entry("h:a", "A", "x", obsolete=True)], message("h:a", "A2"))
    assert (new.forms, new.fuzzy, new.previous, old.obsolete) == (("x",), True, Source("A", "h:a"), True)


def test_moving_costs_nothing() -> None:
    old = [entry(f"h:{name}", name.upper(), name) for name in "abc"]
    moved = merged(old, *(message(f"h:{name}", name.upper()) for name in "cab"))
    assert moved == (old[2], old[0], old[1])


def test_one_id_with_two_wordings_lends_neither_to_the_other() -> None:
    one, two = merged([entry("x.y", "One", "Uno")], message("x.y", "One"), message("x.y", "Two"))
    assert (one.forms, two.forms, two.fuzzy) == (("Uno",), ("",), False)


# --- Properties ---------------------------------------------------------------------------------------------

KEYS = st.sampled_from(["h:a", "h:b", "h:c", "blocks:d"])
ENGLISH = st.sampled_from(["One.", "Two.", "Three.", "Four."])
FORMS = st.sampled_from(["", "uno", "dos", "tres"])


@st.composite
def old_entries(draw: st.DrawFn) -> Entry:
    plural = draw(st.sampled_from([None, None, None, "Many."]))
    return Entry(
        Source(draw(ENGLISH), draw(KEYS), plural),
        forms=tuple(draw(FORMS) for _ in range(1 if plural is None else 2)),
        flags=draw(st.sampled_from([(), ("fuzzy",), ("no-wrap",), ("fuzzy", "max-length:5")])),
        previous=draw(st.none() | st.builds(Source, ENGLISH, KEYS)),
        obsolete=draw(st.booleans()),
    )


OLD = st.lists(old_entries(), max_size=8, unique_by=lambda each: each.source.identity).map(
    lambda all_: PoFile(tuple(all_))
)
MESSAGES = st.lists(st.builds(message, KEYS, ENGLISH), max_size=6, unique_by=lambda each: (each.key, each.english))


@given(OLD, MESSAGES)
def test_merging_again_changes_nothing(old: PoFile, messages: list[Message]) -> None:
    once = merge(old, messages)
    assert merge(once, messages) == once
    assert parse_po(format_po(once), "x.po") == once


@given(OLD, MESSAGES)
def test_no_entry_is_finished_whose_id_and_english_are_new(old: PoFile, messages: list[Message]) -> None:
    finished = {(each.source.identity, each.forms) for each in old.entries if not each.fuzzy and each.has_text}
    for each in merge(old, messages).entries:
        if each.has_text and not each.fuzzy:
            assert (each.source.identity, each.forms) in finished


@given(OLD, MESSAGES)
def test_no_text_is_lost_and_none_is_lent(old: PoFile, messages: list[Message]) -> None:
    new = merge(old, messages)
    before = {(each.source.context, form) for each in old.entries for form in each.forms if form}
    after = {(each.source.context, form) for each in new.entries for form in each.forms if form}
    assert before == after


@given(OLD, MESSAGES)
def test_what_is_asked_for_is_current_and_in_order(old: PoFile, messages: list[Message]) -> None:
    new = merge(old, messages)
    current = [each.source.identity for each in new.entries if not each.obsolete]
    assert current == [(each.key, each.english) for each in messages]
    assert len({each.source.identity for each in new.entries}) == len(new.entries)


@given(OLD, MESSAGES, MESSAGES)
def test_english_that_was_finished_is_finished_when_it_comes_back(
    old: PoFile, messages: list[Message], other: list[Message]
) -> None:
    first = merge(old, messages)
    back = merge(merge(first, other), messages)
    finished = [each for each in first.entries if each.finished and not each.obsolete]
    assert [each for each in back.entries if each.source in [kept.source for kept in finished]] == finished


# --- The catalogs of a project ------------------------------------------------------------------------------

HANDOUT = "content/handouts/overview.yaml"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A library of its own that may be changed, its catalogs merged."""
    for folder in ("content", "templates", "locales"):
        shutil.copytree(library_root() / folder, tmp_path / "library" / folder)
    merge_catalogs(Layers((tmp_path / "library",)), (), TODAY)
    return tmp_path / "library"


def catalog(root: Path, tag: str = "es", domain: str = "content") -> Path:
    return root / "locales" / tag / "LC_MESSAGES" / f"{domain}.po"


def texts(path: Path) -> dict[tuple[str | None, str], tuple[str, ...]]:
    return {each.source.identity: each.forms for each in read_po(path).entries if each.has_text}


def test_the_librarys_catalogs_lose_nothing_and_gettext_accepts_them(copy: Path) -> None:
    paths = sorted((copy / "locales").glob("*/LC_MESSAGES/*.po"))
    assert len(paths) >= 8
    for path in paths:
        before = texts(library_root() / path.relative_to(copy))
        assert texts(path).items() >= before.items()
        run = subprocess.run(["msgfmt", "--check", "--output-file=-", path], capture_output=True, check=True)
        assert run.stderr == b""


def test_a_second_merge_writes_nothing_on_another_day(copy: Path) -> None:
    again = merge_catalogs(Layers((copy,)), (), TODAY + datetime.timedelta(days=9))
    assert len(again) >= 8
    assert not [each.path for each in again if each.changed]


def test_a_reworded_sentence_is_fuzzy_in_every_language_and_a_moved_step_costs_nothing(copy: Path) -> None:
    path = copy / HANDOUT
    subtitle = next(line for line in path.read_text("utf-8").splitlines() if line.startswith("subtitle:"))
    lines = path.read_text("utf-8").replace(subtitle, "subtitle: Other words").split("\n  - ")
    assert len(lines) > 5
    lines[2], lines[3] = lines[3], lines[2]
    path.write_text("\n  - ".join(lines), "utf-8")
    before = {each.path: each for each in _read(copy)}
    result = merge_catalogs(Layers((copy,)), (), TODAY)
    content = [each for each in result if each.path.name == "content.po"]
    assert len(content) >= 4
    for each in content:
        fuzzy = [found for found in each.po.entries if found.fuzzy]
        assert [found.source for found in fuzzy] == [Source("Other words", "overview:subtitle")]
        assert fuzzy[0].previous == Source(subtitle.removeprefix("subtitle: ").strip('"'), "overview:subtitle")
        assert texts(each.path).items() >= texts_of(before[each.path].po).items()


def _read(root: Path) -> list[Merged]:
    return [
        Merged(path, read_po(path), changed=False) for path in sorted((root / "locales").glob("*/LC_MESSAGES/*.po"))
    ]


def texts_of(po: PoFile) -> dict[tuple[str | None, str], tuple[str, ...]]:
    return {each.source.identity: each.forms for each in po.entries if each.has_text}


def test_a_broken_file_stops_the_merge_before_anything_is_written(copy: Path) -> None:
    (copy / HANDOUT).write_text((copy / HANDOUT).read_text("utf-8").replace("subtitle: ", "subtitle: Not "), "utf-8")
    catalog(copy, "ar").write_text('msgid "a\n', "utf-8")
    catalog(copy, "hi").write_text('msgid "a"\n', "utf-8")
    before = catalog(copy).read_bytes()
    with pytest.raises(HandoutError) as caught:
        merge_catalogs(Layers((copy,)), (), TODAY)
    assert len({finding.where.path for finding in caught.value.findings}) == 2
    assert catalog(copy).read_bytes() == before


def test_content_that_cannot_be_read_is_not_taken_for_gone(copy: Path) -> None:
    (copy / HANDOUT).write_text("id: [", "utf-8")
    before = catalog(copy).read_bytes()
    with pytest.raises(HandoutError):
        merge_catalogs(Layers((copy,)), ("es",), TODAY)
    assert catalog(copy).read_bytes() == before


def test_an_unknown_language_is_refused_with_a_remedy(copy: Path) -> None:
    with pytest.raises(UsageError) as caught:
        merge_catalogs(Layers((copy,)), ("es", "ee", "en"), TODAY)
    assert [finding.what for finding in caught.value.findings] == [
        "there is no language `ee`",
        "there is no language `en`",
    ]


@pytest.fixture
def clinic(tmp_path: Path, copy: Path) -> Layers:
    """A project with one handout of its own over the copy of the library."""
    path = tmp_path / "clinic" / HANDOUT
    path.parent.mkdir(parents=True)
    words = (copy / HANDOUT).read_text("utf-8").splitlines()
    path.write_text(
        "\n".join("subtitle: Our words" if line.startswith("subtitle:") else line for line in words), "utf-8"
    )
    return Layers((tmp_path / "clinic", copy))


def test_a_project_has_only_what_the_library_has_not_translated(clinic: Layers) -> None:
    library = [path.read_bytes() for path in sorted(clinic.roots[1].rglob("*.po"))]
    result = merge_catalogs(clinic, ("es",), TODAY)
    assert [each.path for each in result] == [catalog(clinic.roots[0])]
    assert [each.source for each in result[0].po.entries] == [Source("Our words", "overview:subtitle")]
    assert [path.read_bytes() for path in sorted(clinic.roots[1].rglob("*.po"))] == library


def test_words_of_a_project_that_stand_for_the_librarys_stay(clinic: Layers) -> None:
    key = "overview:audience"
    (english,) = [each.english for each in find_messages(clinic) if each.key == key]
    path = catalog(clinic.roots[0])
    write_po(path, PoFile((entry(key, english, "Para nosotros"),)))
    merge_catalogs(clinic, ("es",), TODAY)
    kept = [each for each in read_po(path).entries if each.source.context == key]
    assert [(each.forms, each.obsolete) for each in kept] == [(("Para nosotros",), False)]


def test_the_header_is_completed_once_and_kept(library: Library) -> None:
    spanish = library.languages["es"]
    made = with_header(PoFile(), "es", spanish, TODAY)
    assert made.header["PO-Revision-Date"] == "2026-11-22 00:00+0000"
    assert made.notes == ("Spanish translation of Patient Handouts.",)
    assert with_header(made, "es", spanish, TODAY + datetime.timedelta(days=1)) == made
    own = PoFile(header={"Last-Translator": "Test Translator <t@example.org>", "X-Tool": "1", "Plural-Forms": "own"})
    kept = with_header(own, "es", spanish, TODAY).header
    assert (kept["Last-Translator"], kept["X-Tool"], kept["Plural-Forms"]) == (*list(own.header.values())[:2], "own")
    assert list(kept)[-1] == "X-Tool"


def test_what_a_merge_did_is_told_in_one_line() -> None:
    found = [
        entry("a", "A", "x"),
        entry("b", "B", "y", "fuzzy"),
        entry("c", "C", ""),
        entry("d", "D", "z", obsolete=True),
    ]
    told = Merged(Path("x.po"), PoFile(tuple(found)), changed=True).summary()
    assert told == "1 translated, 1 fuzzy, 1 without text, 1 obsolete"

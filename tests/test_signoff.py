"""A sign-off holds for exactly the words that were signed, and says which of them are others now."""

from __future__ import annotations

import datetime
import hashlib
import json
import re
from pathlib import Path
from shutil import copytree

import pytest
from signed_clinic import (
    DAY,
    STEP_ONE,
    STEP_TWO,
    WARNING,
    change,
    request,
    sign,
    sign_all,
    standings,
    states,
    write_clinic,
)

from handouts import review
from handouts.findings import HandoutError, UsageError
from handouts.layers import Layers
from handouts.model import Library, texts_in
from handouts.policy import State
from handouts.reader import read_entries, read_handout, read_library
from handouts.signoff import (
    ROLES,
    Change,
    Review,
    World,
    as_signed,
    changes_in,
    digest_of,
    find_review_faults,
    missing_in,
    read_reviews,
    read_signed,
    read_templates,
    with_review,
    wording_of,
)
from handouts.source import parse_yaml

ALL_APPROVED = {(handout, tag): State.APPROVED for handout in ("dosed", "plain_one") for tag in ("en", "es")}
OWN_BLOCK = "kind: known\nitems:\n  visit: {say: Visits harm., claims: [AFT4]}\n"
PO = "locales/es/LC_MESSAGES/content.po"
HANDOUT = "content/handouts/dosed.yaml"


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A clinic that nobody has signed anything of, and one where all is signed."""
    folder = tmp_path_factory.mktemp("clinics")
    unsigned = write_clinic(folder / "unsigned")
    signed = Path(copytree(unsigned, folder / "signed"))
    sign_all(signed)
    assert states(signed) == ALL_APPROVED
    return unsigned, signed


@pytest.fixture
def clinic(untouched: tuple[Path, Path], tmp_path: Path) -> Path:
    return Path(copytree(untouched[0], tmp_path / "clinic"))


@pytest.fixture
def signed(untouched: tuple[Path, Path], tmp_path: Path) -> Path:
    return Path(copytree(untouched[1], tmp_path / "clinic"))


def stale(folder: Path) -> dict[tuple[str, str], list[str]]:
    """The handouts and languages that are stale, each with its blocks."""
    found = standings(folder)
    assert {each.state for each in found.values()} <= {State.STALE, State.APPROVED}
    return {
        name: sorted({block for lapse in standing.stale for block in lapse.changes})
        for name, standing in found.items()
        if standing.state is State.STALE
    }


# --- What makes a sign-off stale


def test_a_changed_dose_makes_stale_what_prints_it(signed: Path) -> None:
    change(signed, "content/facts.yaml", "5 mg", "50 mg")
    assert stale(signed) == {("dosed", "en"): ["what"], ("dosed", "es"): ["what"]}


def test_a_reworded_warning_makes_stale_its_handout_in_every_language(signed: Path) -> None:
    change(signed, HANDOUT, WARNING, "You may stop any medicine on your own.")
    assert stale(signed) == {("dosed", "en"): ["key"], ("dosed", "es"): ["key"]}


def test_a_changed_translation_makes_stale_its_language_alone(signed: Path) -> None:
    change(signed, PO, 'msgstr "Digamos: **Do not stop', 'msgstr "Digamos: **Stop')
    assert stale(signed) == {("dosed", "es"): ["key"]}


def test_two_steps_change_places_at_no_cost(signed: Path) -> None:
    before = (signed / HANDOUT).read_text("utf-8")
    change(signed, HANDOUT, STEP_ONE + STEP_TWO, STEP_TWO + STEP_ONE)
    assert (signed / HANDOUT).read_text("utf-8") != before
    assert states(signed) == ALL_APPROVED


def test_blocks_change_places_at_no_cost(signed: Path) -> None:
    text = (signed / HANDOUT).read_text("utf-8")
    *parts, last = re.split(r"(?m)^(?=  - )", text)
    (signed / HANDOUT).write_text("".join([*parts[:2], *reversed(parts[2:]), last]), encoding="utf-8")
    assert states(signed) == ALL_APPROVED


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("content/sources.yaml", "", ["known"]),
        ("content/claims.yaml", "", ["known"]),
        ("content/glossary.yaml", "lupus: {term: lupus, definition: Another illness.}\n", ["words"]),
        ("content/imprint.yaml", "made_by: Somebody else.\n", ["title"]),
        ("templates/blocks/callout/block.html", "<p>{{ sheet.heading(block) }}</p>\n", ["title"]),
        ("templates/style.css", ".handout-callout { display: none }\n", ["title"]),
        ("templates/notice.html", "", ["title"]),
        ("content/blocks/dosed/known.yaml", OWN_BLOCK, ["known"]),
    ],
)
def test_what_a_clinic_lays_over_the_library_counts(
    signed: Path, library: Library, name: str, text: str, expected: list[str]
) -> None:
    """A source, a claim, a term, the imprint, a template, a style sheet, a block: each makes stale what prints it."""
    claim = library.claims["AFT4"]
    source = claim.sources[0]
    if name == "content/claims.yaml":
        text = f"AFT4: {{topic: after, says: Visits do not help., strength: low, sources: [{source}]}}\n"
    elif name == "content/sources.yaml":
        fields = library.sources[source].model_dump(mode="json", exclude_none=True)
        text = f"{source}: {json.dumps({**fields, 'citation': 'Withdrawn.'})}\n"
    (signed / name).parent.mkdir(parents=True, exist_ok=True)
    (signed / name).write_text(text, encoding="utf-8")
    found = stale(signed)
    assert set(expected) <= set(found["dosed", "en"])
    assert set(expected) <= set(found["dosed", "es"])
    assert "steps" not in found["dosed", "en"]
    assert (("plain_one", "en") in found) == ("dosed" not in name)


def test_the_day_a_source_was_looked_up_is_nothing_signed(signed: Path, library: Library) -> None:
    source = library.claims["AFT4"].sources[0]
    fields = library.sources[source].model_dump(mode="json", exclude_none=True)
    text = f"{source}: {json.dumps({**fields, 'checked': '2026-11-23'})}\n"
    (signed / "content" / "sources.yaml").write_text(text, encoding="utf-8")
    assert states(signed) == ALL_APPROVED


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('version: "1.0"', 'version: "1.1"'),
        ("published: 2026-11-22", "published: 2026-11-21"),
    ],
)
def test_the_version_and_the_day_of_publication_are_nothing_signed(signed: Path, old: str, new: str) -> None:
    change(signed, HANDOUT, old, new)
    assert states(signed) == ALL_APPROVED


def test_another_region_is_something_new_to_look_at(signed: Path) -> None:
    """Whoever signed has not seen how its temperatures and emergency number come out."""
    (signed / "content" / "regions.yaml").write_text("gb: {emergency: '999', temperature: [celsius]}\n", "utf-8")
    assert stale(signed)["dosed", "en"] == ["what"]


def test_where_a_passage_is_printed_is_signed(signed: Path) -> None:
    change(signed, HANDOUT, "visit: {say: Visits help., ", "visit: {say: Visits help., only: [international], ")
    (lapse,) = standings(signed)["dosed", "en"].stale
    assert lapse.changes == {"known": (Change("items.visit.only", (), ("international",)),)}


def test_what_is_restored_is_as_it_was_signed(signed: Path) -> None:
    change(signed, "content/facts.yaml", "5 mg", "50 mg")
    change(signed, "content/facts.yaml", "50 mg", "5 mg")
    assert states(signed) == ALL_APPROVED


def test_an_undone_translation_is_stale_and_told_as_missing(signed: Path) -> None:
    change(signed, PO, 'msgctxt "dosed:title"', '#, fuzzy\nmsgctxt "dosed:title"')
    standing = standings(signed)["dosed", "es"]
    assert standing.state is State.STALE
    assert standing.missing == {"title": ["dosed:title"]}


# --- States


def test_the_states_come_one_after_the_other(clinic: Path) -> None:
    def now() -> tuple[State, State]:
        found = states(clinic)
        return found["dosed", "en"], found["dosed", "es"]

    assert now() == (State.DRAFT, State.DRAFT)
    sign(clinic, "dosed", "en", "language_review", "Test Reader")
    assert now() == (State.REVIEWED, State.DRAFT)
    sign(clinic, "dosed", "en", "clinical_review", "Test Clinician")
    assert now() == (State.APPROVED, State.DRAFT)
    sign(clinic, "dosed", "es", "translator", "Test Translator")
    assert now() == (State.APPROVED, State.TRANSLATED)
    sign(clinic, "dosed", "es", "community_review", "Test Group")
    assert now() == (State.APPROVED, State.REVIEWED)
    sign(clinic, "dosed", "es", "language_review", "Test Reviewer")
    assert now() == (State.APPROVED, State.APPROVED)
    assert states(clinic)["plain_one", "en"] is State.DRAFT


def test_what_nobody_has_translated_is_missing(clinic: Path) -> None:
    change(clinic, PO, 'msgctxt "dosed:title"', '#, fuzzy\nmsgctxt "dosed:title"')
    assert states(clinic)["dosed", "es"] is State.MISSING


def test_who_translated_cannot_review(clinic: Path) -> None:
    sign(clinic, "dosed", "es", "translator", "Test Reviewer")
    with pytest.raises(HandoutError) as caught:
        sign(clinic, "dosed", "es", "language_review", "  test  REVIEWER ".strip())
    assert [each.id for each in caught.value.findings] == ["reviews/impossible"]
    assert "same person" in caught.value.findings[0].what


def test_a_review_before_the_translation_by_the_same_person_does_not_count_either(clinic: Path) -> None:
    sign(clinic, "dosed", "es", "language_review", "Test Reviewer")
    sign(clinic, "dosed", "es", "translator", "Test Reviewer")
    standing = standings(clinic)["dosed", "es"]
    assert standing.state is State.TRANSLATED
    assert standing.wanting == ("language_review",)
    assert [lapse.why for lapse in standing.lapsed] == ["the same person translated it"]


def test_an_old_sign_off_does_not_count(signed: Path) -> None:
    later = DAY + datetime.timedelta(days=366)
    found = standings(signed, today=later)
    assert found["dosed", "en"].state is State.DRAFT
    assert found["dosed", "es"].wanting == ("language_review",)
    assert [lapse.why for lapse in found["dosed", "en"].lapsed] == ["it is older than 12 months"]
    assert states(signed, today=DAY + datetime.timedelta(days=365)) == ALL_APPROVED


def test_one_who_signs_again_takes_the_place_of_what_went_stale(signed: Path) -> None:
    change(signed, "content/facts.yaml", "5 mg", "50 mg")
    sign(signed, "dosed", "en", "clinical_review", "Test Clinician")
    standing = standings(signed)["dosed", "en"]
    assert standing.state is State.APPROVED
    assert not standing.stale
    assert len(read_reviews(Layers.of(signed), "en")[0]) == 3


# --- The files


def test_the_digest_is_that_of_the_file_with_the_words(signed: Path) -> None:
    reviews, found = read_reviews(Layers.of(signed), "es")
    assert not found
    files = sorted((signed / "locales" / "es" / "reviews").iterdir())
    digests = {hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
    assert {each.digest for each in reviews.values()} == digests
    assert len(reviews) == 4
    assert len(files) == 2  # who signs the same words shares the file
    words = json.loads(files[0].read_bytes())
    assert words["what"]["facts:test_dose"] == ["dose: 5 mg"]
    assert words["key"]["dosed:key:lead.say"] == [f"**{WARNING}**", f"Digamos: **{WARNING}**"]


def test_words_that_were_tampered_with_are_not_shown(signed: Path) -> None:
    reviews, _ = read_reviews(Layers.of(signed), "en")
    for file in (signed / "locales" / "en" / "reviews").iterdir():
        file.write_text(file.read_text("utf-8").replace("5 mg", "6 mg"), encoding="utf-8")
    shown = {each.handout: read_signed(Layers.of(signed), "en", each) for each in reviews.values()}
    assert shown["dosed"] is None
    assert states(signed) == ALL_APPROVED  # what was signed is told by the digest alone
    change(signed, "content/facts.yaml", "5 mg", "50 mg")
    (lapse,) = standings(signed)["dosed", "en"].stale
    assert not lapse.changes
    told = review.changes_since_text(review.find_changes_since(request(signed, "dosed", tags=("en",))))
    assert "the words that were signed are not kept" in told


def test_what_stands_in_the_file_stays(clinic: Path) -> None:
    text = "# Ours.\n\nold: {handout: dosed, role: clinical_review, by: Test Clinician, on: 2026-01-02, method: human, "
    text += f"digest: {'0' * 64}}}  # kept\n"
    path = clinic / "locales" / "en" / "reviews.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    sign(clinic, "dosed", "en", "clinical_review", 'Test "Clinician": #1')
    assert path.read_text("utf-8").startswith(text.rstrip())
    reviews, found = read_reviews(Layers.of(clinic), "en")
    assert not found
    assert [each.by for each in reviews.values()] == ["Test Clinician", 'Test "Clinician": #1']


def test_the_first_sign_off_takes_the_place_of_the_empty_map(library: Library) -> None:
    assert library.languages
    text = (Path(__file__).resolve().parents[1] / "locales" / "en" / "reviews.yaml").read_text("utf-8")
    assert not parse_yaml(text, "x")[0]
    signed = review_of()
    once = with_review(text, signed)
    twice = with_review(once, signed)
    assert list(parse_yaml(twice, "x")[0]) == ["dosed-clinical_review-2026-11-22", "dosed-clinical_review-2026-11-22-2"]
    assert once.startswith(text.removesuffix("{}\n"))


def review_of(**more: object) -> Review:
    fields: dict[str, object] = {"handout": "dosed", "role": "clinical_review", "by": "Test Reviewer"}
    return Review.model_validate({**fields, "on": DAY, "method": "human", "digest": "0" * 64, **more})


def test_a_broken_file_of_sign_offs_is_left_alone(clinic: Path) -> None:
    path = clinic / "locales" / "en" / "reviews.yaml"
    path.parent.mkdir(parents=True)
    path.write_text("a: [\n", encoding="utf-8")
    with pytest.raises(HandoutError):
        sign(clinic, "dosed", "en", "clinical_review", "Test Clinician")
    assert path.read_text("utf-8") == "a: [\n"


@pytest.mark.parametrize(
    ("field", "value", "finding"),
    [
        ("role", "boss", "content/wrong-value"),
        ("by", '""', "content/wrong-value"),
        ("by", r'"Test \u202eReviewer"', "content/wrong-value"),
        ("digest", "abc", "content/wrong-value"),
        ("on", "yesterday", "content/wrong-value"),
        ("method", "magic", "content/wrong-value"),
        ("on", "2026-11-23", "reviews/impossible"),
        ("role", "translator", "reviews/impossible"),
        ("method", "machine_drafted", "reviews/impossible"),
        ("handout", "nobody", "reviews/unknown-handout"),
    ],
)
def test_a_faulty_sign_off_is_told_at_its_line(tmp_path: Path, field: str, value: str, finding: str) -> None:
    fields = {"handout": "dosed", "role": "clinical_review", "by": "Test Reviewer", "on": "2026-11-22"}
    fields |= {"method": "human", "digest": "0" * 64, field: value}
    path = tmp_path / "locales" / "en" / "reviews.yaml"
    path.parent.mkdir(parents=True)
    path.write_text("one:\n" + "".join(f"  {name}: {each}\n" for name, each in fields.items()), encoding="utf-8")
    read, found = read_entries(Layers((tmp_path,)), "locales/en/reviews.yaml", Review)
    found += find_review_faults(read.values(), "en", ["dosed"], DAY)
    assert [each.id for each in found] == [finding]
    assert found[0].where.line > 1


# --- Signing and looking


@pytest.mark.parametrize(
    ("tag", "role", "by", "method"),
    [
        ("en", "translator", "Test Translator", "human"),
        ("en", "clinical_review", "Test Clinician", "machine_drafted"),
        ("en", "clinical_review", " ", "human"),
        ("en", "clinical_review", "Test\nClinician", "human"),
        ("en", "boss", "Test Clinician", "human"),
    ],
)
def test_a_sign_off_that_makes_no_sense_is_refused(clinic: Path, tag: str, role: str, by: str, method: str) -> None:
    with pytest.raises(UsageError) as caught:
        sign(clinic, "dosed", tag, role, by, method)
    assert [each.id for each in caught.value.findings] == ["usage/signature"]
    assert not (clinic / "locales" / tag / "reviews.yaml").exists()


def test_nobody_signs_what_is_not_translated(clinic: Path) -> None:
    change(clinic, PO, 'msgctxt "dosed:title"', '#, fuzzy\nmsgctxt "dosed:title"')
    with pytest.raises(HandoutError) as caught:
        sign(clinic, "dosed", "es", "translator", "Test Translator")
    (finding,) = caught.value.findings
    assert (finding.id, finding.block) == ("reviews/unfinished", "title")
    assert "`dosed:title`" in finding.what
    assert not (clinic / "locales" / "es" / "reviews.yaml").exists()


def test_nobody_signs_for_tomorrow(clinic: Path) -> None:
    sign(clinic, "dosed", "en", "clinical_review", "Test Clinician", today=DAY + datetime.timedelta(days=1))
    _, faults = review.find_standings(request(clinic))
    assert [each.id for each in faults] == ["reviews/impossible"]


def test_diff_shows_the_words_then_and_now(signed: Path) -> None:
    change(signed, "content/facts.yaml", "5 mg", "50 mg")
    change(signed, HANDOUT, "Visits help.", "Visits do help.")
    told = review.changes_since_text(review.find_changes_since(request(signed, tags=("en",))))
    assert told.splitlines() == [
        "dosed en: changed since clinical_review by Test Clinician, 2026-11-22, human",
        "  what",
        "    facts:test_dose",
        "      then: dose: 5 mg",
        "      now:  dose: 50 mg",
        "  known",
        "    dosed:known:items.visit.say",
        "      then: Visits help.",
        "      now:  Visits do help.",
    ]
    spanish = review.changes_since_text(review.find_changes_since(request(signed, "dosed", tags=("es",))))
    assert "then: Visits help. = Digamos: Visits help." in spanish
    assert "now:  Visits do help. = (not translated)" in spanish


def test_diff_of_a_template_shows_the_lines_that_differ(signed: Path) -> None:
    path = signed / "templates" / "blocks" / "callout" / "block.html"
    path.parent.mkdir(parents=True)
    path.write_text("<p>one</p>\n<p>two</p>\n", encoding="utf-8")
    sign(signed, "dosed", "en", "clinical_review", "Test Clinician")
    path.write_text("<p>one</p>\n<p>three</p>\n", encoding="utf-8")
    told = review.changes_since_text(review.find_changes_since(request(signed, "dosed", tags=("en",))))
    assert "      -<p>two</p>\n      +<p>three</p>" in told
    assert "one" not in told.replace("plain_one", "")


def test_nothing_to_show_where_nothing_changed(signed: Path) -> None:
    found = review.find_changes_since(request(signed))
    assert review.changes_since_text(found) == "nothing has changed since it was signed"


def test_status_as_text_and_as_json(signed: Path) -> None:
    change(signed, HANDOUT, WARNING, "Keep going.")
    rows, _ = review.find_standings(request(signed))
    text = review.standings_text(rows)
    assert "dosed      en       stale      wanting: clinical_review" in text
    assert "does not count: the words have changed since (key)" in text
    told = json.loads(review.standings_json(rows))
    assert told["format"] == review.FORMAT
    one = next(each for each in told["handouts"] if (each["handout"], each["language"]) == ("dosed", "es"))
    assert (one["state"], one["missing"]) == ("stale", {"key": ["dosed:key:lead.say"]})
    assert [(each["role"], each["counts"], each["changed"]) for each in one["signoffs"]] == [
        ("translator", False, ["key"]),
        ("language_review", False, ["key"]),
    ]


def test_names_that_do_not_exist_are_refused(clinic: Path) -> None:
    for asked in (request(clinic, "nothing"), request(clinic, tags=("xx",))):
        with pytest.raises(UsageError):
            review.find_standings(asked)


# --- Wordings


def test_every_text_of_a_handout_is_in_its_wording(clinic: Path, library: Library) -> None:
    layers = Layers.of(clinic)
    own, _ = read_library(layers)
    handout, _ = read_handout(layers, "dosed", own)
    wording = wording_of(handout, World(own, read_templates(layers)))
    keys = {key for entries in wording.values() for key in entries}
    wanted = {text.key for value in (handout, *own.shared_by(handout)) for text in texts_in(value)}
    assert len(wanted) > 30
    assert wanted <= keys
    assert not missing_in(wording)
    assert library.facts.keys() < own.facts.keys()
    assert {"facts:fever", "sources:" + own.claims["AFT4"].sources[0], "regions:us:temperature"} <= keys


def test_a_wording_is_the_same_in_any_order() -> None:
    one = {"b": {"y": ("1",), "x": ("2", "3")}, "a": {}}
    other = {"a": {}, "b": {"x": ("2", "3"), "y": ("1",)}}
    assert as_signed(one) == as_signed(other)
    assert json.loads(as_signed(one)) == {"a": {}, "b": {"x": ["2", "3"], "y": ["1"]}}
    assert digest_of(one) != digest_of({**one, "a": {"z": ("",)}})


def test_changes_name_what_came_and_went() -> None:
    then = {"gone": {"a": ("1",)}, "same": {"b": ("2",)}}
    now = {"same": {"b": ("2",)}, "new": {"c": ("3",)}}
    assert changes_in(then, now) == {"gone": (Change("a", ("1",), ()),), "new": (Change("c", (), ("3",)),)}
    assert changes_in(now, now) == {}


def test_templates_give_their_words_to_the_shape_that_prints_them(layers: Layers) -> None:
    templates = read_templates(layers)
    assert ("table.corner", "Compare") in templates.phrases["table"]
    assert ("call.day", "Your team, by day:") in templates.phrases["title"]
    assert ("mark.draft", "DRAFT · not yet reviewed") in templates.phrases["state"]
    assert not templates.own


def test_there_is_no_reviewer_in_the_library(layers: Layers, library: Library) -> None:
    assert "clinical_review" in ROLES
    for tag in library.languages:
        assert read_reviews(layers, tag) == ({}, [])

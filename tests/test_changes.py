"""What changed between two builds: blocks, languages gone stale, and the prints to withdraw."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import printed
import pytest
from hypothesis import given
from hypothesis import strategies as st
from specimens import TODAY, write_tiny

from handouts import desk, pipeline
from handouts.changes import Changes, Manifest, Sheet, Why, changes_json, changes_text, find_changes, read_sheets
from handouts.cli import main
from handouts.findings import UsageError
from handouts.publish import FORMAT, MANIFEST, ManifestEntry, sheet_path

ENGLISH = {"title": "e0", "key": "e1", "more": "e2"}
SPANISH = {"title": "s0", "key": "s1", "more": "s2"}


def entry(language: str = "en", **more: Any) -> ManifestEntry:
    """An entry of a handout of a title and two blocks, the first of them safety text; its bytes follow the rest."""
    fields: dict[str, Any] = {
        "handout": "msc",
        "code": "SCT-3",
        "version": "1.0",
        "title": "MSC infusions",
        "language": language,
        "edition": "standard",
        "paper": "a4",
        "brand": "default",
        "status": "draft",
        "overdue": False,
        "published": "2026-11-22",
        "last_reviewed": None,
        "next_review": "2027-05-22",
        "pages": 4,
        "bytes": 60_000,
        "blocks": ENGLISH if language == "en" else SPANISH,
        "safety": ("key",),
        "untranslated": (),
        "english": {} if language == "en" else ENGLISH,
    }
    fields |= more
    return ManifestEntry(**{"sha256": str(hash(json.dumps(fields, default=str))), **fields})


def sheet_of(one: ManifestEntry) -> Sheet:
    return Sheet(one.handout, one.language, one.edition, one.brand, one.paper)


def path_of(one: ManifestEntry) -> str:
    return sheet_path(one.brand, one.language, one.handout, one.edition, one.paper)


def manifest(*entries: ManifestEntry) -> Manifest:
    return Manifest({sheet_of(one): one for one in entries}, {sheet_of(one): path_of(one) for one in entries})


def changes(old: tuple[ManifestEntry, ...], new: tuple[ManifestEntry, ...]) -> Changes:
    return find_changes(manifest(*old), manifest(*new))


def withdrawn(found: Changes) -> list[tuple[str, str, str]]:
    return [(each.why.value, each.language, each.paper) for each in found.withdraw]


def blocks_of(found: Changes) -> dict[str, dict[str, tuple[str, ...]]]:
    """Of each language of the one handout that changed, the lists that are not empty."""
    (handout,) = found.handouts
    return {
        each.language: {name: value for name, value in asdict(each).items() if name != "language" and value}
        for each in handout.blocks
    }


# --- What is compared -----------------------------------------------------------------------------------


def test_the_same_build_has_no_change() -> None:
    found = changes((entry(), entry("es")), (entry(), entry("es")))
    assert not found
    assert found.unchanged == ("default/en/msc-standard-a4.pdf", "default/es/msc-standard-a4.pdf")
    assert changes_text(found) == "nothing changed"


def test_changed_added_and_removed_blocks_are_told_by_language() -> None:
    after = entry(version="1.1", blocks={"title": "e0", "key": "e1", "more": "other", "new": "e4"})
    before = entry(blocks={**ENGLISH, "gone": "e3"})
    found = changes((before, entry("es")), (after, entry("es", version="1.1")))
    assert blocks_of(found)["en"] == {"changed": ("more",), "added": ("new",), "removed": ("gone",)}
    (handout,) = found.handouts
    assert (handout.version.before, handout.version.after) == (("1.0",), ("1.1",))
    assert handout.title == "MSC infusions"
    assert found.findings == ()


def test_handouts_and_languages_that_come_and_go() -> None:
    old = entry(), entry("es"), entry(handout="gone")
    new = entry(), entry("ar"), entry(handout="fresh")
    found = changes(old, new)
    assert (found.added, found.removed) == (("fresh",), ("gone",))
    (handout,) = found.handouts
    assert (handout.languages_added, handout.languages_removed) == (("ar",), ("es",))
    assert [(each.why, each.handout, each.language) for each in found.withdraw] == [
        (Why.REMOVED, "gone", "en"),
        (Why.REMOVED, "msc", "es"),
    ]
    assert found.new == ("default/ar/msc-standard-a4.pdf", "default/en/fresh-standard-a4.pdf")


def test_another_look_withdraws_nothing() -> None:
    found = changes((entry(),), (entry(sha256="f" * 64, bytes=61_000),))
    assert (found.withdraw, found.handouts, found.unchanged) == ((), (), ())
    assert found.reset == ("default/en/msc-standard-a4.pdf",)
    assert found


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("status", "approved", ("draft", "approved")),
        ("overdue", True, ("no", "yes")),
        ("last_reviewed", "2027-01-01", ("never", "2027-01-01")),
        ("next_review", "2027-11-22", ("2027-05-22", "2027-11-22")),
        ("code", "SCT-9", ("SCT-3", "SCT-9")),
    ],
)
def test_another_state_of_the_same_words_is_told_and_comes_last(field: str, value: Any, told: tuple[str, str]) -> None:
    found = changes((entry(),), (entry(**{field: value}),))
    (handout,) = found.handouts
    assert [(turn.name, *turn.before, *turn.after) for turn in handout.state] == [(field, *told)]
    assert withdrawn(found) == [("superseded", "en", "a4")]
    assert found.findings == ()


# --- What was printed ---------------------------------------------------------------------------------------


def test_safety_text_is_withdrawn_first() -> None:
    other: dict[str, Any] = {"handout": "after", "code": "SCT-1"}
    old = entry(**other), entry(handout="before", code="SCT-0"), entry(), entry(handout="zzz", code="SCT-9")
    new = (
        entry(**other, blocks={**ENGLISH, "more": "x"}),
        entry(handout="before", code="SCT-0", next_review="2028-01-01"),
        entry(blocks={**ENGLISH, "key": "x"}),
    )
    found = changes(old, new)
    assert [(each.why, each.code) for each in found.withdraw] == [
        (Why.SAFETY, "SCT-3"),
        (Why.REMOVED, "SCT-9"),
        (Why.WORDS, "SCT-1"),
        (Why.SUPERSEDED, "SCT-0"),
    ]
    assert found.withdraw[0].blocks == ("key",)


@pytest.mark.parametrize("side", ["old", "new"])
def test_safety_text_that_comes_or_goes_is_urgent(side: str) -> None:
    more = entry(blocks={**ENGLISH, "danger": "x"}, safety=("key", "danger"))
    old, new = (more, entry()) if side == "old" else (entry(), more)
    assert withdrawn(changes((old,), (new,))) == [("safety", "en", "a4")]


def test_what_is_withdrawn_is_what_is_printed_on_the_old_sheet() -> None:
    old = entry(paper="letter", brand="sample", version="1.0", blocks={**ENGLISH, "more": "x"})
    (one,) = changes((old,), (replace(entry(paper="letter", brand="sample"), version="2.0"),)).withdraw
    wanted = ("SCT-3", "1.0", "msc", "en", "standard", "sample", "letter", ("more",))
    assert (
        one.code,
        one.version,
        one.handout,
        one.language,
        one.edition,
        one.brand,
        one.paper,
        one.blocks,
    ) == wanted


# --- Stale languages ------------------------------------------------------------------------------------------


def test_a_translation_whose_english_changed_and_whose_words_did_not_is_stale() -> None:
    changed = {**ENGLISH, "key": "x"}
    found = changes((entry("es"),), (entry("es", english=changed),))
    assert blocks_of(found) == {"es": {"stale": ("key",)}}
    assert withdrawn(found) == [("safety", "es", "a4")]


def test_a_translation_that_changed_with_its_english_is_not_stale() -> None:
    found = changes(
        (entry("es"),), (entry("es", english={**ENGLISH, "key": "x"}, blocks={**SPANISH, "key": "y"}, version="2"),)
    )
    assert blocks_of(found) == {"es": {"changed": ("key",)}}


def test_a_sheet_that_was_not_made_again_is_stale_beside_new_english() -> None:
    """A build of English alone keeps the other languages and what the manifest said of them."""
    english = entry(
        blocks={"title": "e0", "key": "e1", "more": "e2", "new": "e3"}, safety=("key", "new"), version="2.0"
    )
    found = changes((entry(), entry("es")), (english, entry("es")))
    assert blocks_of(found) == {"en": {"added": ("new",)}, "es": {"stale": ("new",)}}
    assert withdrawn(found) == [("safety", "en", "a4"), ("words", "es", "a4")]


def test_a_block_that_now_prints_english_is_stale() -> None:
    after = entry("es", untranslated=("more",), blocks={**SPANISH, "more": "x"}, version="2.0")
    assert blocks_of(changes((entry("es"),), (after,))) == {"es": {"changed": ("more",), "stale": ("more",)}}
    assert not changes((after,), (after,))


def test_without_the_english_of_either_build_nothing_is_called_stale() -> None:
    assert not changes((entry("es", english={}),), (entry("es", english={}),)).handouts
    assert not changes((entry("es", english={}, sha256="1"),), (entry("es", sha256="1"),))


# --- Versions ---------------------------------------------------------------------------------------------


def test_other_words_under_the_same_version_are_a_finding() -> None:
    old = entry(), entry(paper="letter"), entry("es")
    other: dict[str, Any] = {"blocks": {**ENGLISH, "more": "x"}}
    new = entry(**other), entry(paper="letter", **other), entry("es", blocks={**SPANISH, "title": "x"})
    (finding,) = changes(old, new).findings
    assert (finding.id, finding.handout) == ("changes/same-version", "msc")
    assert "(en, es)" in finding.what
    assert "1.0" in finding.what
    assert finding.remedy


def test_a_raised_version_is_no_finding() -> None:
    found = changes((entry(),), (entry(version="1.1", blocks={**ENGLISH, "more": "x"}),))
    assert found.findings == ()
    assert found.withdraw


# --- Any two builds -----------------------------------------------------------------------------------------

words = st.dictionaries(st.sampled_from(["title", "key", "more"]), st.sampled_from("abc"), min_size=1)
entries = st.builds(
    entry,
    language=st.sampled_from(["en", "es"]),
    handout=st.sampled_from(["msc", "after"]),
    paper=st.sampled_from(["a4", "letter"]),
    brand=st.sampled_from(["default", "sample"]),
    version=st.sampled_from(["1.0", "1.1"]),
    overdue=st.booleans(),
    blocks=words,
    english=words,
    safety=st.sampled_from([(), ("key",)]),
    untranslated=st.sampled_from([(), ("more",)]),
)
manifests = st.lists(entries, max_size=8).map(lambda several: manifest(*several))


@given(manifests)
def test_a_build_is_no_change_of_itself(one: Manifest) -> None:
    found = find_changes(one, one)
    assert not found
    assert not found.findings
    assert len(found.unchanged) == len(one.sheets)


@given(manifests, manifests)
def test_each_sheet_of_the_old_build_is_withdrawn_or_unchanged(old: Manifest, new: Manifest) -> None:
    found = find_changes(old, new)
    away = [sheet_path(one.brand, one.language, one.handout, one.edition, one.paper) for one in found.withdraw]
    assert sorted([*away, *found.reset, *found.unchanged]) == sorted(old.paths.values())
    for sheet, before in old.sheets.items():
        after = new.sheets.get(sheet)
        if after is None or after.blocks != before.blocks or after.version != before.version:
            assert old.paths[sheet] in away
    order = [list(Why).index(one.why) for one in found.withdraw]
    assert order == sorted(order)
    assert set(found.new) == {new.paths[sheet] for sheet in set(new.sheets) - set(old.sheets)}
    assert json.loads(changes_json(found))["unchanged"] == list(found.unchanged)
    assert changes_text(found)


# --- What is read ---------------------------------------------------------------------------------------------


def write(folder: Path, data: object) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    text = data if isinstance(data, str) else json.dumps(data)
    (folder / MANIFEST).write_bytes(text.encode("utf-8", "surrogateescape"))
    return folder


def files(*several: Mapping[str, Any] | ManifestEntry) -> dict[str, Any]:
    listed = [asdict(one) if isinstance(one, ManifestEntry) else one for one in several]
    return {"format": FORMAT, "files": {f"{number}.pdf": one for number, one in enumerate(listed)}}


def refused(path: Path) -> tuple[str, str]:
    with pytest.raises(UsageError) as caught:
        read_sheets(path)
    finding = caught.value.findings[0]
    assert finding.remedy
    assert finding.where.path.endswith(MANIFEST)
    return finding.id, finding.what


def test_a_folder_and_its_manifest_are_the_same(tmp_path: Path) -> None:
    write(tmp_path, files(entry(), entry("es")))
    read = read_sheets(tmp_path)
    assert read.sheets == manifest(entry(), entry("es")).sheets
    assert read_sheets(tmp_path / MANIFEST) == read
    assert set(read.paths.values()) == {"0.pdf", "1.pdf"}


@pytest.mark.parametrize("text", ["", "{", "\udcff", "[" * 100_000, '{"format": 1e999999999999999999999x}'])
def test_a_broken_manifest_is_refused(tmp_path: Path, text: str) -> None:
    assert refused(write(tmp_path, text))[0] in {"changes/broken", "source/encoding"}


@pytest.mark.parametrize("data", [[], 3, None, {}, {"files": {}}, {"format": 2, "files": []}])
def test_what_is_no_manifest_is_refused(tmp_path: Path, data: object) -> None:
    assert refused(write(tmp_path, data))[0] == "changes/foreign"


def test_a_folder_without_a_manifest_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path)[0] == "changes/missing"
    assert refused(tmp_path / "none" / MANIFEST)[0] == "changes/missing"


@pytest.mark.parametrize("version", [1, 3, "2", None, "\u202e"])
def test_a_manifest_of_another_format_is_refused(tmp_path: Path, version: object) -> None:
    found, what = refused(write(tmp_path, {**files(entry()), "format": version}))
    assert found == "changes/format"
    assert what.isprintable()


@pytest.mark.parametrize(
    "change",
    [
        {"version": 3},
        {"blocks": []},
        {"blocks": {"key": 4}},
        {"pages": "many"},
        {"safety": "key"},
        {"next_review": None},
        {"overdue": "perhaps"},
    ],
)
def test_a_wrong_field_is_told_with_its_name(tmp_path: Path, change: dict[str, object]) -> None:
    found, what = refused(write(tmp_path, files(entry("es"), {**asdict(entry()), **change})))
    assert found == "changes/entry"
    assert "1.pdf" in what
    assert f"`{next(iter(change))}" in what


@pytest.mark.parametrize("data", [None, [], "x", {}])
def test_an_entry_that_is_none_is_told(tmp_path: Path, data: Any) -> None:
    assert refused(write(tmp_path, files(data)))[0] == "changes/entry"


def test_an_entry_that_an_older_program_left_is_told(tmp_path: Path) -> None:
    older = asdict(entry("es"))
    del older["english"]
    found, what = refused(write(tmp_path, files(entry(), older)))
    assert found == "changes/entry"
    assert "`english`" in what


def test_one_sheet_twice_is_told(tmp_path: Path) -> None:
    assert refused(write(tmp_path, files(entry(), entry())))[0] == "changes/twice"


# --- What is told ---------------------------------------------------------------------------------------------


def test_the_text_is_for_a_person() -> None:
    old = entry(), entry(paper="letter"), entry("es")
    other: dict[str, Any] = {"blocks": {**ENGLISH, "key": "x"}, "version": "1.1"}
    new = entry(**other), entry(paper="letter", **other), entry("es", english=other["blocks"]), entry("ar")
    assert changes_text(changes(old, new)) == (
        "withdraw (safety text changed, or its English did):\n"
        "  SCT-3 version 1.0 · en · standard · a4, letter · default: key\n"
        "  SCT-3 version 1.0 · es · standard · a4 · default: key\n"
        "\n"
        "msc (MSC infusions): version 1.0 > 1.0, 1.1\n"
        "  new languages: ar\n"
        "  en: changed: key\n"
        "  es: stale: key\n"
        "\n"
        "new files: default/ar/msc-standard-a4.pdf\n"
        "unchanged: 0 of 3 files"
    )


def test_a_strangers_words_steer_no_terminal() -> None:
    old, new = entry(code="A\x1b[2J\u202e\n", title="x\ny"), entry(code="B", blocks={"\x07": "x"}, title="x\ny")
    text = changes_text(changes((old,), (new,)))
    assert all(line.isprintable() for line in text.split("\n"))
    assert "A\\u001b[2J\\u202e\\u000a version" in text


def test_the_json_has_all_of_it() -> None:
    old, new = entry(), entry(blocks={**ENGLISH, "key": "\udcff"}, title="ع")
    data = json.loads(changes_json(changes((old,), (new,))))
    assert set(data) == {"added", "removed", "handouts", "withdraw", "new", "reset", "unchanged", "findings"}
    assert data["withdraw"][0]["why"] == "safety"
    assert data["withdraw"][0]["code"] == "SCT-3"
    assert data["findings"][0]["id"] == "changes/same-version"
    assert changes_json(changes((old,), (new,))).isascii()


# --- The command --------------------------------------------------------------------------------------------


def test_the_command_ends_as_diff_does(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = write(tmp_path / "old", files(entry(), entry("es")))
    new = write(tmp_path / "new", files(entry(blocks={**ENGLISH, "key": "x"}), entry("es")))
    assert main(["changes", str(old), str(old)]) == 0
    assert capsys.readouterr().out == "nothing changed\n"
    assert main(["changes", str(old), str(new / MANIFEST)]) == 1
    told = capsys.readouterr().out
    assert "withdraw (safety" in told
    assert "[changes/same-version]" in told
    assert "remedy: " in told
    assert main(["changes", "--format", "json", str(old), str(new)]) == 1
    assert json.loads(capsys.readouterr().out)["findings"][0]["id"] == "changes/same-version"
    assert main(["changes", str(old), str(tmp_path / "none")]) == 2
    assert "[changes/missing]" in capsys.readouterr().err


# --- Real builds ------------------------------------------------------------------------------------------

PO = """\
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgctxt "tiny:said:paragraphs.one.say"
msgid "Stay well."
msgstr "Manténgase bien."
"""
LATER = datetime.date(2027, 6, 1)


class Clinic:
    """A clinic's project with one small handout, and the builds of it."""

    def __init__(self, folder: Path, store: Path) -> None:
        self.project = folder / "project"
        self.folder, self.store, self.builds = folder, store, 0
        self.write("Stay well.")

    def write(self, says: str, version: str = "1.0", say: str = "") -> None:
        """The handout anew, and its Spanish where `say` gives the English that it was made from."""
        file = write_tiny(self.project, "tiny", says)
        file.write_text(file.read_text("utf-8").replace('version: "1.0"', f'version: "{version}"'), "utf-8")
        po = self.project / "locales/es/LC_MESSAGES/content.po"
        po.parent.mkdir(parents=True, exist_ok=True)
        po.write_text(PO.replace("Stay well.", say or "Stay well."), "utf-8")

    def build(self, *languages: str, today: datetime.date = TODAY, out: Path | None = None) -> Path:
        self.builds += 1
        out = out or self.folder / f"dist{self.builds}"
        request = desk.Request(today, ("tiny",), languages, ("a4",), project=self.project, out=out, store=self.store)
        result = pipeline.build(request, lambda _total, _made: None)
        assert len(result.sheets) == len(languages)
        assert {finding.severity for finding in result.findings} <= {"warning", "hint"}
        return out


@pytest.fixture
def clinic(tmp_path: Path, store: Path) -> Clinic:
    return Clinic(tmp_path, store)


def between(old: Path, new: Path) -> Changes:
    return find_changes(read_sheets(old), read_sheets(new))


def test_two_builds_of_the_same_are_the_same(clinic: Clinic) -> None:
    found = between(clinic.build("en", "es"), clinic.build("en", "es"))
    assert not found
    assert len(found.unchanged) == 2


def test_a_changed_sentence_is_a_changed_block_and_a_stale_language(clinic: Clinic) -> None:
    old = clinic.build("en", "es")
    clinic.write("Keep well.", version="1.1")
    found = between(old, clinic.build("en", "es"))
    assert blocks_of(found) == {"en": {"changed": ("said",)}, "es": {"changed": ("said",), "stale": ("said",)}}
    assert [(one.why, one.version, one.language) for one in found.withdraw] == [
        (Why.WORDS, "1.0", "en"),
        (Why.WORDS, "1.0", "es"),
    ]
    assert found.findings == ()


def test_a_sentence_changed_under_the_same_version_is_a_finding(clinic: Clinic) -> None:
    old = clinic.build("en")
    clinic.write("Keep well.")
    (finding,) = between(old, clinic.build("en")).findings
    assert finding.id == "changes/same-version"


def test_a_translation_left_as_it_was_is_stale_though_english_was_never_built(clinic: Clinic) -> None:
    old = clinic.build("es")
    clinic.write("Keep well.", version="1.1", say="Keep well.")
    found = between(old, clinic.build("es"))
    assert blocks_of(found) == {"es": {"stale": ("said",)}}
    assert read_sheets(old).sheets.keys() == {Sheet("tiny", "es", "standard", "default", "a4")}


def test_a_build_of_english_alone_leaves_the_kept_languages_stale(clinic: Clinic, tmp_path: Path) -> None:
    old = clinic.build("en", "es")
    new = clinic.build("en", "es", out=tmp_path / "kept")
    clinic.write("Keep well.", version="1.1")
    clinic.build("en", out=new)
    assert blocks_of(between(old, new)) == {"en": {"changed": ("said",)}, "es": {"stale": ("said",)}}


def test_a_new_version_of_the_same_words_changes_no_block(clinic: Clinic) -> None:
    old = clinic.build("en")
    clinic.write("Stay well.", version="1.1")
    found = between(old, clinic.build("en"))
    assert [handout.blocks for handout in found.handouts] == [()]
    assert [one.why for one in found.withdraw] == [Why.SUPERSEDED]


def test_a_language_that_is_added_changes_no_other(clinic: Clinic) -> None:
    found = between(clinic.build("en"), clinic.build("en", "es"))
    assert found.unchanged == ("default/en/tiny-standard-a4.pdf",)
    assert found.new == ("default/es/tiny-standard-a4.pdf",)
    assert not found.withdraw


def test_a_review_that_falls_due_changes_no_word(clinic: Clinic) -> None:
    found = between(clinic.build("en", "es"), clinic.build("en", "es", today=LATER))
    (handout,) = found.handouts
    assert (handout.blocks, [turn.name for turn in handout.state]) == ((), ["overdue"])
    assert {one.why for one in found.withdraw} == {Why.SUPERSEDED}
    assert found.findings == ()


def test_an_overdue_sheet_is_stamped_on_each_page_in_every_language(tmp_path: Path, store: Path) -> None:
    request = desk.Request(LATER, ("decide",), papers=("a4",), out=tmp_path, store=store)
    result = pipeline.build(request, lambda _total, _made: None)
    assert {finding.id for finding in result.findings if finding.id.startswith("page/")} == set()
    assert len(result.sheets) == 13
    for path, sheet in result.sheets.items():
        pages = printed.words(tmp_path / path).split("\f")[:-1]
        assert len(pages) == sheet.pages > 1
        assert all("Review overdue" in page for page in pages), path
        assert "May 22, 2027" in pages[0], path

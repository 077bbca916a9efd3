"""Nothing gets into a release by what is printed and was not signed: each way round the gate makes a handout stale."""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from shutil import copytree

import pytest
from pydantic import ValidationError
from signed_clinic import DAY, PO_HEAD, change, request, sign, standings, states, write_clinic

from handouts import review
from handouts.cli import main
from handouts.findings import HandoutError, UsageError
from handouts.layers import Layers
from handouts.model import Library
from handouts.policy import Demand, State, stand
from handouts.reader import handout_ids, read_handout
from handouts.signoff import Review, World, digest_of, read_signed, read_templates, signed_name, wording_of

HANDOUT = "content/handouts/dosed.yaml"
BRAND = "content/brands/sound/brand.yaml"
FIELDS: dict[str, object] = {"handout": "dosed", "role": "clinical_review", "by": "Test Reviewer", "on": DAY}
FIELDS |= {"method": "human", "digest": "0" * 64}


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_clinic(tmp_path_factory.mktemp("clinics") / "clinic")


@pytest.fixture
def clinic(untouched: Path, tmp_path: Path) -> Path:
    return Path(copytree(untouched, tmp_path / "clinic"))


def write(folder: Path, name: str, text: str | bytes) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())


def write_word(folder: Path, context: str, english: str, spanish: str) -> None:
    """One word of the templates in the clinic's own Spanish."""
    entry = f'msgctxt "{context}"\nmsgid {json.dumps(english, ensure_ascii=False)}\nmsgstr "{spanish}"\n'
    write(folder, "locales/es/LC_MESSAGES/ui.po", f"{PO_HEAD}\n{entry}")


def sign_in(folder: Path, *tags: str) -> None:
    for tag in tags:
        sign(folder, "dosed", tag, "clinical_review", "Test Clinician")


def changed(folder: Path, tag: str = "en") -> dict[str, list[str]]:
    """The keys that are not as they were signed, by block; empty where the sign-off counts."""
    (standing,) = standings(folder, handouts=("dosed",), languages=(tag,)).values()
    return {
        block: [each.key for each in changes] for lapse in standing.stale for block, changes in lapse.changes.items()
    }


# --- Words of the templates


@pytest.mark.parametrize(
    ("context", "english", "block"),
    [
        ("languages.offer", "You can ask for this sheet in English.", "languages"),
        ("signed.language", "Language checked by", "title"),
        ("signed.corrected", "Machine translation corrected by", "title"),
        ("about.drafted", "by machine", "title"),
        ("about.machine", "by machine; no person has checked it", "about"),
    ],
)
def test_a_word_that_a_release_prints_is_signed(clinic: Path, context: str, english: str, block: str) -> None:
    sign_in(clinic, "es")
    write_word(clinic, context, english, "Deje de tomar su medicina.")
    assert changed(clinic, "es") == {block: [f"ui:{context}|{english}"]}


@pytest.mark.parametrize("context", ["notice.machine", "about.translation"])
def test_a_word_of_the_stamp_that_a_release_may_print_is_signed(layers: Layers, context: str) -> None:
    assert context in {name for name, _ in read_templates(layers).phrases["title"]}


def test_a_word_that_stands_on_drafts_alone_is_not_signed(clinic: Path) -> None:
    sign_in(clinic, "es")
    write_word(clinic, "mark.draft", "DRAFT · not yet reviewed", "BORRADOR · sin revisar todavía")
    assert not changed(clinic, "es")


TWO_MEANINGS = '{{ ui("footer.version", "Take care {version}") }}\n'


def test_one_context_with_two_english_texts_is_two_entries(clinic: Path, library: Library) -> None:
    write(clinic, "templates/footer.html", TWO_MEANINGS)
    layers = Layers.of(clinic)
    handout, _ = read_handout(layers, "plain_one", library)
    keys = wording_of(handout, World(library, read_templates(layers)))["title"]
    assert {key for key in keys if "footer.version" in key} == {
        "ui:footer.version|Take care {version}",
        "ui:footer.version|version {version}",
    }


def test_a_digest_does_not_hang_on_the_order_of_a_set(clinic: Path) -> None:
    write(clinic, "templates/footer.html", TWO_MEANINGS)
    code = "import sys\nfrom pathlib import Path\nfrom handouts.layers import Layers\nfrom handouts.reader import *\n"
    code += "from handouts.signoff import *\nlayers = Layers.of(Path(sys.argv[1]))\nlibrary, _ = read_library(layers)\n"
    code += "handout, _ = read_handout(layers, 'dosed', library)\n"
    code += "print(digest_of(wording_of(handout, World(library, read_templates(layers)))))\n"
    found = {
        subprocess.run(
            [sys.executable, "-c", code, str(clinic)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(found) == 1


# --- Languages and regions


@pytest.mark.parametrize(
    ("tag", "field", "value"),
    [("en", "autonym", "Free of charge"), ("es", "script", "Arab"), ("es", "direction", "rtl")],
)
def test_how_a_language_is_called_and_written_is_signed(
    clinic: Path, library: Library, tag: str, field: str, value: str
) -> None:
    sign_in(clinic, "en", "es")
    language = {**library.languages[tag].model_dump(mode="json"), field: value}
    write(clinic, "locales/languages.yaml", f"{tag}: {json.dumps(language)}\n")
    other = {"en": "es", "es": "en"}[tag]
    assert changed(clinic, tag) == {"title": [f"languages:{tag}"]}
    assert not changed(clinic, other)


def test_the_territory_that_decides_how_a_number_is_written_is_signed(clinic: Path, library: Library) -> None:
    sign_in(clinic, "en")
    region = {**library.regions["us"].model_dump(mode="json"), "territory": "DE"}
    write(clinic, "content/regions.yaml", f"us: {json.dumps(region)}\n")
    assert changed(clinic) == {"what": ["regions:us:territory"]}


def test_the_territory_is_signed_with_every_chance(layers: Layers, library: Library) -> None:
    world = World(library, read_templates(layers))
    told = 0
    for name in handout_ids(layers):
        handout, _ = read_handout(layers, name, library)
        wording = wording_of(handout, world)
        for block in handout.blocks:
            items = getattr(block, "items", {}).values()
            if any(getattr(item, "chance", None) for item in items):
                told += 1
                assert wording[block.id]["regions:us:territory"] == ("US",)
    assert told > 1


# --- Fonts and templates of a clinic


def test_a_font_of_a_brand_is_signed(clinic: Path) -> None:
    change(clinic, BRAND, "paper:", "font: {regular: fonts/R.ttf, bold: fonts/B.ttf}\npaper:")
    write(clinic, "content/brands/sound/fonts/R.ttf", b"a 5")
    write(clinic, "content/brands/sound/fonts/B.ttf", b"a bold 5")
    sign_in(clinic, "en", "es")
    write(clinic, "content/brands/sound/fonts/B.ttf", b"a 5 like a 9")
    write(clinic, "content/brands/sound/fonts/unused.ttf", b"of no brand")
    for tag in ("en", "es"):
        assert changed(clinic, tag) == {"title": ["content/brands/sound/fonts/B.ttf"]}


def test_a_font_that_comes_later_is_signed(clinic: Path) -> None:
    sign_in(clinic, "en")
    change(clinic, BRAND, "paper:", "font: {file: F.ttf}\npaper:")
    write(clinic, "content/brands/sound/F.ttf", b"a 5 like a 9")
    assert changed(clinic) == {"title": ["content/brands/sound/F.ttf"]}


def test_a_clinics_font_under_the_name_of_a_library_brand_is_signed(clinic: Path) -> None:
    text = (clinic / BRAND).read_text("utf-8").replace("id: sound", "id: sample")
    write(clinic, "content/brands/sample/brand.yaml", f"{text}\nfont: {{file: F.ttf}}\n")
    write(clinic, "content/brands/sample/logo.svg", (clinic / "content/brands/sound/logo.svg").read_bytes())
    sign_in(clinic, "en")
    write(clinic, "content/brands/sample/F.ttf", b"a 5 like a 9")
    assert changed(clinic) == {"title": ["content/brands/sample/F.ttf"]}


@pytest.mark.parametrize(
    "name",
    [
        "templates/blocks/prose/words.txt",
        "templates/blocks/table/block.html",
        "templates/.hidden",
        "templates/deep/down/print.css",
        "templates/no_ending",
    ],
)
@pytest.mark.parametrize(("then", "now"), [("one", "two"), (b"\xff", b"\xfe"), (b"1" * 200_001, b"2" * 200_001)])
def test_every_file_of_a_clinic_below_templates_is_signed(
    clinic: Path, library: Library, name: str, then: str | bytes, now: str | bytes
) -> None:
    layers = Layers.of(clinic)
    handout, _ = read_handout(layers, "dosed", library)
    found = []
    for text in (then, now):
        write(clinic, name, text)
        found.append(wording_of(handout, World(library, read_templates(layers)))["title"][name])
    assert found[0] != found[1]


def test_the_digest_of_a_file_is_no_text_that_a_file_could_have(clinic: Path) -> None:
    data = b"\xff a program"
    write(clinic, "templates/one.css", data)
    write(clinic, "templates/two.css", hashlib.sha256(data).hexdigest())
    own = read_templates(Layers.of(clinic)).own
    assert own["templates/one.css"][-1] == own["templates/two.css"][-1]
    assert own["templates/one.css"] != own["templates/two.css"]


def test_files_behind_a_link_to_a_folder_are_signed(clinic: Path) -> None:
    write(clinic, "elsewhere/block.html", "one")
    (clinic / "templates/blocks").mkdir(parents=True)
    (clinic / "templates/blocks/prose").symlink_to(clinic / "elsewhere", target_is_directory=True)
    sign_in(clinic, "en")
    write(clinic, "elsewhere/block.html", "two")
    assert changed(clinic) == {"title": ["templates/blocks/prose/block.html"]}


def test_a_link_that_leads_back_is_signed_and_ends(clinic: Path) -> None:
    write(clinic, "templates/blocks/block.html", "one")
    sign_in(clinic, "en")
    (clinic / "templates/blocks/prose").symlink_to(".", target_is_directory=True)
    assert changed(clinic) == {"title": ["templates/blocks/prose"]}


def test_a_link_to_itself_is_no_template(clinic: Path) -> None:
    (clinic / "templates").symlink_to("templates")
    assert not read_templates(Layers.of(clinic)).own


def test_what_lies_outside_the_project_is_not_opened(clinic: Path, tmp_path: Path) -> None:
    write(tmp_path, "outside/secret.txt", "a secret")
    (clinic / "templates").mkdir()
    (clinic / "templates/folder").symlink_to(tmp_path / "outside", target_is_directory=True)
    (clinic / "templates/file.txt").symlink_to(tmp_path / "outside/secret.txt")
    (clinic / "templates/nothing").symlink_to(tmp_path / "nothing")
    own = read_templates(Layers.of(clinic)).own
    assert set(own) == {"templates/folder", "templates/file.txt"}
    assert "a secret" not in str(own)


def test_a_file_name_that_is_no_text_can_be_signed(clinic: Path) -> None:
    (clinic / "templates").mkdir()
    (Path(os.fsdecode(os.fsencode(clinic / "templates") + b"/\xff.txt"))).write_text("one", encoding="utf-8")
    sign_in(clinic, "en")
    assert not changed(clinic)


PRINTS_A_FACT = "<p>{{ setting.library.facts.spare.dose }}</p>\n"


@pytest.mark.parametrize(
    ("name", "then", "now"),
    [
        ("content/facts.yaml", "spare: {dose: 5 mg}\n", "spare: {dose: 50 mg}\n"),
        (
            "content/glossary.yaml",
            "spare: {term: spare, definition: Is good.}\n",
            "spare: {term: spare, definition: B.}\n",
        ),
        ("content/regions.yaml", "gb: {temperature: [celsius]}\n", "gb: {temperature: [fahrenheit]}\n"),
    ],
)
def test_what_a_clinics_templates_can_reach_is_signed(clinic: Path, name: str, then: str, now: str) -> None:
    """Also where no block of the handout asks for it."""
    kept = (clinic / name).read_text("utf-8") if (clinic / name).exists() else ""
    write(clinic, "templates/blocks/prose/block.html", PRINTS_A_FACT)
    write(clinic, name, kept + then)
    sign_in(clinic, "en")
    write(clinic, name, kept + now)
    assert "within reach of templates" in changed(clinic)["title"]


def test_a_word_that_a_template_asks_for_by_another_name_is_signed(clinic: Path) -> None:
    write(clinic, "templates/blocks/prose/block.html", '{% set say = ui %}<p>{{ say("own.word", "Take it") }}</p>\n')
    write_word(clinic, "own.word", "Take it", "Tómelo")
    sign_in(clinic, "es")
    write_word(clinic, "own.word", "Take it", "No lo tome")
    assert changed(clinic, "es") == {"title": ["within reach of templates"]}


def test_a_style_sheet_alone_reaches_nothing(clinic: Path) -> None:
    write(clinic, "templates/style.css", "p { color: black }\n")
    sign_in(clinic, "en")
    change(clinic, "content/facts.yaml", "test_dose: {dose: 5 mg}\n", "test_dose: {dose: 5 mg}\nspare: {dose: 5 mg}\n")
    assert not changed(clinic)


# --- Who signs


def review_by(by: str, **more: object) -> Review:
    return Review.model_validate({**FIELDS, "by": by, **more})


@pytest.mark.parametrize(
    "by",
    [
        "test REVIEWER",
        "Test  Reviewer",
        "TestReviewer",
        "T.est Reviewer",
        "Test-Reviewer",
        "Test Re\u0301viewer",
        "\uff34est Reviewer",
        "Test\u3000Reviewer",
        "Test\u2800Reviewer",
    ],
)
def test_the_same_person_in_other_letters_is_the_same_person(by: str) -> None:
    wording = {"key": {"a": ("b", "c")}}
    digest = digest_of(wording)
    translator = review_by("Test Reviewer", role="translator", digest=digest)
    reader = review_by(by, role="language_review", digest=digest)
    demand = Demand(signoffs=("translator", "language_review"))
    found = stand(wording, [translator, reader], [demand], DAY, lambda _: None)
    assert [lapse.why for lapse in found.lapsed] == ["the same person translated it"]
    other = review_by("Test Reader", role="language_review", digest=digest)
    assert stand(wording, [translator, other], [demand], DAY, lambda _: None).approved


UNSEEN = (
    "\u00ad\u034f\u061c\u115f\u180e\u200b\u200d\u200e\u2028\u202e\u2060\u2066\u3164\ufe00\ufe0f\ufeff\uffa0\U000e0041"
)


@pytest.mark.parametrize("character", [*UNSEEN, "\x00", "\n", "\x7f"])
def test_a_name_has_no_character_that_nobody_sees(character: str) -> None:
    for by in (f"Test{character}Reviewer", f"{character}Test", f"Test{character}", character):
        with pytest.raises(ValidationError):
            review_by(by)


@pytest.mark.parametrize("by", ["", " ", "123", "\u2014", ". .", "\u0301", " Test", "Test ", "a" * 121])
def test_a_name_has_a_letter_and_no_space_around_it(by: str) -> None:
    with pytest.raises(ValidationError):
        review_by(by)


@pytest.mark.parametrize("by", ["A", "a" * 120, "Dr. José Ñ. O'Test-Łuk (2)", "محمد", "राम कि", "김", "2 nurses"])
def test_names_of_all_scripts_can_sign(by: str) -> None:
    assert review_by(by).by == by


def test_spaces_around_a_name_are_left_out(clinic: Path) -> None:
    sign(clinic, "dosed", "en", "clinical_review", "  Test Clinician ")
    (standing,) = standings(clinic, handouts=("dosed",), languages=("en",)).values()
    assert [each.by for each in standing.counted] == ["Test Clinician"]


def test_nobody_signs_for_a_day_to_come(clinic: Path) -> None:
    asked = request(clinic, "dosed", tags=("en",))
    signature = review.Signature("clinical_review", "Test Clinician", "human", on=DAY + datetime.timedelta(days=1))
    with pytest.raises(UsageError) as caught:
        review.sign(asked, signature)
    assert "a day to come" in caught.value.findings[0].what
    assert not (clinic / "locales/en").exists()
    review.sign(asked, replace(signature, on=DAY - datetime.timedelta(days=1)))
    (standing,) = standings(clinic, handouts=("dosed",), languages=("en",)).values()
    assert [each.on for each in standing.counted] == [DAY - datetime.timedelta(days=1)]


def test_the_command_holds_the_day_of_a_check_against_the_clock(
    clinic: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["review", "sign", "dosed", "--lang", "en", "--role", "clinical_review", "--by", "Test Clinician"]
    assert main([*words, "--on", "2999-01-01", "--project", str(clinic)]) == 2
    assert "a day to come" in capsys.readouterr().err
    assert not (clinic / "locales/en").exists()


# --- The records


@pytest.mark.parametrize(
    "data", [b"[]", b"{", b"\xff", b"null", b'{"a": 1}', b'{"a": {"b": "c"}}', b'{"a": {"b": [1]}}', b"[" * 9999]
)
def test_a_file_that_is_no_wording_is_none(tmp_path: Path, data: bytes) -> None:
    signed = review_by("Test Reviewer", digest=hashlib.sha256(data).hexdigest())
    write(tmp_path, signed_name("en", "dosed", signed.digest), data)
    assert read_signed(Layers((tmp_path,)), "en", signed) is None


def test_a_file_that_is_too_large_or_outside_is_none(tmp_path: Path) -> None:
    for name, data in (("large", b" " * 5_000_001), ("linked", b"{}")):
        signed = review_by("Test Reviewer", digest=hashlib.sha256(data).hexdigest())
        write(tmp_path, "elsewhere", data)
        path = tmp_path / name / signed_name("en", "dosed", signed.digest)
        write(tmp_path / name, path.relative_to(tmp_path / name).as_posix(), data)
        if name == "linked":
            path.unlink()
            path.symlink_to(tmp_path / "elsewhere")
        assert read_signed(Layers((tmp_path / name,)), "en", signed) is None


def test_diff_says_what_nobody_has_signed(clinic: Path) -> None:
    sign_in(clinic, "en")
    asked = request(clinic, "dosed")
    found = review.find_changes_since(asked)
    assert review.changes_since_text(found) == "dosed es: nobody has signed it"
    assert not found
    change(clinic, HANDOUT, "Visits help.", "Visits do help.")
    found = review.find_changes_since(asked)
    assert found
    assert review.changes_since_text(found).splitlines()[0].startswith("dosed en: changed since clinical_review")
    assert review.changes_since_text(found).splitlines()[-1] == "dosed es: nobody has signed it"


def test_the_day_of_the_next_review_is_signed(clinic: Path) -> None:
    sign_in(clinic, "en", "es")
    change(clinic, HANDOUT, "next_review: 2027-05-22", "next_review: 2099-05-22")
    assert changed(clinic, "en") == changed(clinic, "es") == {"title": ["next_review"]}
    assert states(clinic)["dosed", "en"] is State.STALE


def test_a_folder_that_cannot_be_listed_is_refused(clinic: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(clinic, "templates/shut/words.html", "one")
    listed = Path.iterdir

    def refuse(path: Path) -> object:
        if path.name == "shut":
            raise PermissionError(13, "Permission denied")
        return listed(path)

    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(HandoutError) as caught:
        read_templates(Layers.of(clinic))
    assert [each.id for each in caught.value.findings] == ["source/unreadable"]

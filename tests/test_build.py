"""What a build of the whole library leaves behind: the files, and the manifest that tells of them."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import printed
import pypdfium2  # type: ignore[import-untyped]
import pytest
from layout import Layout, LibraryBuild, watch_layouts
from specimens import TODAY, brand_of

from handouts import __version__, desk, pipeline
from handouts.layers import Layers
from handouts.model import Brand
from handouts.reader import handout_ids

HANDOUTS = {"overview", "ahsct", "msc", "evidence", "clinics_cost_rules", "decide", "after"}
LANGUAGES = {"en", "es", "ar", "zh-Hans", "hi", "fr", "vi", "ru", "ur", "bn", "km", "am", "ko"}
FIELDS = {
    "handout",
    "version",
    "language",
    "edition",
    "paper",
    "brand",
    "status",
    "pages",
    "bytes",
    "sha256",
    "blocks",
    *("code", "title", "overdue", "published", "last_reviewed", "next_review", "safety", "untranslated", "english"),
}


@pytest.fixture(scope="module")
def manifest(built: LibraryBuild) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((built.out / "manifest.json").read_text("utf-8"))
    return read


def test_every_handout_in_every_language_on_both_papers(manifest: dict[str, Any]) -> None:
    made = {(sheet["handout"], sheet["language"], sheet["paper"]) for sheet in manifest["files"].values()}
    assert len(manifest["files"]) == 182
    wanted = {(handout, tag, paper) for handout in HANDOUTS for tag in LANGUAGES for paper in ("a4", "letter")}
    assert made == wanted


def test_the_build_found_no_error(built: LibraryBuild) -> None:
    assert len(built.result.sheets) == 182
    assert [finding for finding in built.result.findings if finding.severity == "error"] == []


def test_a_file_of_the_manifest_has_all_fields(manifest: dict[str, Any], layers: Layers) -> None:
    assert set(handout_ids(layers)) == HANDOUTS
    for path, sheet in manifest["files"].items():
        assert set(sheet) == FIELDS, path
        assert path == f"default/{sheet['language']}/{sheet['handout']}-standard-{sheet['paper']}.pdf"
        assert (sheet["edition"], sheet["brand"], sheet["status"]) == ("standard", "default", "draft")
        assert re.fullmatch(r"[0-9]+(\.[0-9]+)*", sheet["version"])
        assert sheet["blocks"]
        assert all(re.fullmatch(r"[0-9a-f]{16}", digest) for digest in sheet["blocks"].values())


def test_digests_sizes_and_pages_are_those_of_the_files(manifest: dict[str, Any], built: LibraryBuild) -> None:
    for path, sheet in manifest["files"].items():
        data = (built.out / path).read_bytes()
        assert hashlib.sha256(data).hexdigest() == sheet["sha256"], path
        assert len(data) == sheet["bytes"], path
        document = pypdfium2.PdfDocument(data)
        assert len(document) == sheet["pages"], path
        document.close()


def test_only_pdfs_and_the_manifest_are_left(manifest: dict[str, Any], built: LibraryBuild) -> None:
    found = {file.relative_to(built.out).as_posix() for file in built.out.rglob("*") if file.is_file()}
    assert found == {"manifest.json", *manifest["files"]}
    assert all(file.stat().st_mode & 0o777 == 0o644 for file in built.out.rglob("*") if file.is_file())


def test_the_manifest_names_what_sets_type(manifest: dict[str, Any]) -> None:
    assert manifest["format"] == 2
    assert manifest["program"] == __version__
    assert {"weasyprint", "pydyf", "pango", "harfbuzz", "uharfbuzz"} <= set(manifest["typesetting"])
    assert any(name.startswith("fontpkg-") for name in manifest["typesetting"])


def test_the_manifest_tells_nothing_of_the_machine(built: LibraryBuild) -> None:
    text = (built.out / "manifest.json").read_text("utf-8")
    assert str(built.out.parent) not in text
    assert str(Path.home()) not in text
    assert "/" not in json.dumps(json.loads(text)["typesetting"])


def test_digests_of_blocks_follow_the_words(manifest: dict[str, Any]) -> None:
    files = manifest["files"]
    english, spanish = (files[f"default/{tag}/decide-standard-a4.pdf"]["blocks"] for tag in ("en", "es"))
    assert list(english) == list(spanish)
    assert english["key"] != spanish["key"]
    assert english == files["default/en/decide-standard-letter.pdf"]["blocks"]


def test_the_sheets_are_light(manifest: dict[str, Any]) -> None:
    assert max(sheet["bytes"] for sheet in manifest["files"].values()) < 300_000


# --- Another brand: another look, the same words ---------------------------------------------------------------

SAME = ("after",)
TAGS = tuple(sorted(LANGUAGES))
"""All of them: in each script the head has room for the clinic's name and tagline."""


@pytest.fixture(scope="module")
def sample(store: Path, built: LibraryBuild, tmp_path_factory: pytest.TempPathFactory) -> LibraryBuild:
    """Some handouts in the colors of the sample clinic, which has the same region."""
    assert built.result.sheets
    out = tmp_path_factory.mktemp("sample") / "dist"
    layouts: dict[str, Layout] = {}
    with watch_layouts() as seen:

        def note(_total: int, made: pipeline.Made | None) -> None:
            if made is not None:
                layouts[made.path] = seen.pop()

        request = desk.Request(TODAY, handouts=SAME, languages=TAGS, brand="sample", out=out, store=store)
        result = pipeline.build(request, note)
    return LibraryBuild(out, result, layouts)


def pairs(built: LibraryBuild, sample: LibraryBuild) -> Iterator[tuple[str, str]]:
    assert len(sample.result.sheets) == len(SAME) * len(TAGS)  # the brand has one paper
    for path in sample.result.sheets:
        other = path.replace("sample/", "default/", 1)
        assert other in built.result.sheets
        yield path, other


def words_of_the_body(layout: Layout) -> str:
    """All words but what a brand brings: its address, its telephone lines, and heads that a table repeats."""
    own = (".address", ".write-in", "thead", ".online")
    said = (line.text for line in layout.lines if line.region == "body" and not line.inside(*own))
    return "".join("".join(text.split()) for text in said)


def test_the_words_are_the_same_in_both_brands(built: LibraryBuild, sample: LibraryBuild) -> None:
    for path, other in pairs(built, sample):
        words = words_of_the_body(sample.layouts[path])
        assert len(words) > 1000
        assert words == words_of_the_body(built.layouts[other]), path


TELL_CONTACTS = {"title", "about", "get_help", "call"}
"""What prints how to reach a clinic: its own in each brand."""


def test_the_blocks_are_the_same_in_both_brands(built: LibraryBuild, sample: LibraryBuild) -> None:
    for path, other in pairs(built, sample):
        ours, theirs = built.result.sheets[other].blocks, sample.result.sheets[path].blocks
        assert {block for block in ours if ours[block] != theirs[block]} <= TELL_CONTACTS
        assert set(ours) == set(theirs)
        assert sample.result.sheets[path].sha256 != built.result.sheets[other].sha256


def colors_on(pdf: Path) -> set[tuple[int, ...]]:
    """The colors of the first page, as a printer would see them."""
    document = pypdfium2.PdfDocument(pdf)
    picture = document[0].render(scale=1).to_pil().convert("RGB")
    document.close()
    return {color for _, color in picture.getcolors(1 << 20)}


def rgb(value: object) -> tuple[int, ...]:
    return tuple(bytes.fromhex(str(value).removeprefix("#")))


def test_the_colors_are_the_brands(built: LibraryBuild, sample: LibraryBuild, layers: Layers) -> None:
    neutral, clinic = (brand_of(layers, brand)[0].colors for brand in ("default", "sample"))
    for path, other in pairs(built, sample):
        one, two = colors_on(sample.out / path), colors_on(built.out / other)
        assert rgb(clinic.primary) in one - two, path
        assert rgb(neutral.primary) in two - one, path


def test_the_clinic_names_itself_on_every_page(sample: LibraryBuild, layers: Layers) -> None:
    brand: Brand = brand_of(layers, "sample")[0]
    assert brand.tagline is not None
    for path, sheet in sample.result.sheets.items():
        layout = sample.layouts[path]
        for number in range(1, sheet.pages + 1):
            shown = [line.text for line in layout.lines if line.page == number and line.inside(".running-brand")]
            wanted = [brand.name.in_language(sheet.language), brand.tagline.in_language(sheet.language)]
            assert shown == wanted, (path, number)


def test_the_clinics_numbers_stand_where_they_are_asked_for(sample: LibraryBuild) -> None:
    for path in sample.result.sheets:
        shown = printed.words(sample.out / path)
        lacking = [each for each in ("555-0100", "555-0199", "lupus@clinic.example", "911") if each not in shown]
        assert lacking == [], path


def test_the_online_address_is_printed(sample: LibraryBuild) -> None:
    for path, sheet in sample.result.sheets.items():
        shown = "".join(printed.words(sample.out / path).split())
        assert f"clinic.example/sheets/{sheet.handout}/{sheet.language}" in shown, path

"""A clinic with two small handouts in English and Spanish that "Test Reviewer" can sign. Its words reach no patient."""

from __future__ import annotations

import datetime
import json
from dataclasses import replace
from pathlib import Path
from shutil import copytree
from typing import Any

from handouts import review
from handouts.catalog import CONTENT
from handouts.checks.check import Profile
from handouts.desk import Request
from handouts.layers import Layers
from handouts.model import texts_in
from handouts.policy import Standing, State
from handouts.reader import read_handout, read_library

DAY = datetime.date(2026, 11, 22)
CLINIC = Path(__file__).resolve().parent / "data" / "clinic"
DOSE = "    paragraphs:\n      dose: Your tablet for tests has {test_dose}.\n"
WARNING = "Do not stop any medicine on your own."
STEP_ONE = "      write: {name: Write your questions down}\n"
STEP_TWO = "      bring: {name: Bring this sheet, say: Bring your list of medicines too.}\n"
OTHER_STEP = "      pack: {name: Pack your bag}\n"
PO_HEAD = """\
msgid ""
msgstr ""
"Language: es\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"""


def write_clinic(folder: Path) -> Path:
    """The clinic's project: `dosed` prints a dose, a warning and two steps, `plain_one` none of these."""
    copytree(CLINIC, folder)
    change(folder, "content/brands/sound/brand.yaml", "{day: 555-0100}", "{day: 555-0100, night: 555-0199}")
    change(folder, "content/brands/sound/brand.yaml", "international", "us")
    (folder / "content" / "facts.yaml").write_text("test_dose: {dose: 5 mg}\n", encoding="utf-8")
    sound = folder / "content" / "handouts" / "sound.yaml"
    text = sound.read_text("utf-8").replace("terms: [lupus]", "terms: [lupus, immune_system]")
    sound.unlink()
    write_handout(folder, "dosed", text.replace("    paragraphs:\n", DOSE, 1))
    write_handout(
        folder, "plain_one", text.replace(STEP_ONE, OTHER_STEP).replace(WARNING, "Keep taking your medicine.")
    )
    write_spanish(folder)
    return folder


def write_handout(folder: Path, name: str, text: str) -> None:
    """A handout under another id and code."""
    text = text.replace("id: sound", f"id: {name}").replace("CL-1", f"CL-{len(name)}")
    (folder / "content" / "handouts" / f"{name}.yaml").write_text(text, encoding="utf-8")


def change(folder: Path, name: str, old: str, new: str) -> None:
    """One passage of a file, which must be there, in other words."""
    path = folder / name
    text = path.read_text("utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def write_spanish(folder: Path) -> None:
    """A translation of all that the two handouts print: the English again, with a word before it."""
    layers = Layers.of(folder)
    library, _ = read_library(layers)
    entries: dict[str, str] = {}
    for name in ("dosed", "plain_one"):
        handout, _ = read_handout(layers, name, library)
        for value in (handout, *library.shared_by(handout)):
            entries |= {text.key: text.value for text in texts_in(value)}
    lines = [
        f'msgctxt "{key}"\nmsgid {json.dumps(english, ensure_ascii=False)}\n'
        f"msgstr {json.dumps('Digamos: ' + english, ensure_ascii=False)}\n"
        for key, english in entries.items()
    ]
    path = folder / "locales" / "es" / "LC_MESSAGES" / f"{CONTENT}.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([PO_HEAD, *lines]), encoding="utf-8")


def request(folder: Path, *handouts: str, tags: tuple[str, ...] = ("en", "es"), **more: Any) -> Request:
    """A request for handouts of this clinic (both), as a release on the day of the tests."""
    given: dict[str, Any] = {"brand": "sound", "project": folder, "profile": Profile.RELEASE, "out": folder / "dist"}
    return Request(DAY, handouts or ("dosed", "plain_one"), tags, **{**given, **more})


def sign(folder: Path, handout: str, tag: str, role: str, by: str, method: str = "human", **more: Any) -> list[Path]:
    """One sign-off; `more` are fields of the request."""
    asked = replace(request(folder, handout, tags=(tag,)), **more)
    return review.sign(asked, review.Signature(role, by, method))


def sign_all(folder: Path) -> None:
    """All that the library's policy asks for, for both handouts."""
    for handout in ("dosed", "plain_one"):
        sign(folder, handout, "en", "clinical_review", "Test Clinician")
        sign(folder, handout, "es", "translator", "Test Translator", "machine_drafted")
        sign(folder, handout, "es", "language_review", "Test Reviewer")


def standings(folder: Path, **more: Any) -> dict[tuple[str, str], Standing]:
    """How the two handouts stand in the two languages; no file of theirs has a fault."""
    rows, faults = review.find_standings(replace(request(folder), **more))
    assert not faults
    return {(row.handout, row.language): row.standing for row in rows}


def states(folder: Path, **more: Any) -> dict[tuple[str, str], State]:
    """Their states."""
    return {name: standing.state for name, standing in standings(folder, **more).items()}

"""The same bytes: whatever the time zone, the locale, the folders, the workers, the shards and the state of caches.

Each world is a process of its own with its own copy of the program, the library and a clinic's project.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest
from specimens import TODAY

from handouts import __version__
from handouts.layers import library_root
from handouts.shards import merge

CLINIC: Final = Path(__file__).parent / "data" / "clinic"
PACKAGE: Final = Path(sys.modules["handouts"].__path__[0])
SHEET: Final = "clinics_cost_rules"
BRAND: Final = "sound"
BUILD: Final = """
import os, sys
os.umask(int(sys.argv.pop(1), 8))
from handouts.cli import main
sys.exit(main(sys.argv[1:]))
"""


@dataclass(frozen=True)
class World:
    """A folder to live in, an environment, and what else may differ between two machines with the same versions."""

    folder: str
    jobs: int
    environment: Mapping[str, str]
    umask: str
    today: str
    touched: float


WORLDS: Final = (
    World(
        "one",
        1,
        {
            "TZ": "Pacific/Kiritimati",
            "PYTHONHASHSEED": "1",
            "LANG": "C",
            "LC_ALL": "C",
            "SOURCE_DATE_EPOCH": "0",
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        umask="077",
        today=str(TODAY),
        touched=86_400.0,
    ),
    World(
        "a much longer folder (ä, 白)/further down/and down",
        2,
        {
            "TZ": "America/Lima",
            "PYTHONHASHSEED": "4294967295",
            "LANG": "hi_IN.UTF-8",
            "LC_ALL": "C.UTF-8",
            "LANGUAGE": "ar",
            "SOURCE_DATE_EPOCH": "2000000000",
            "PANGO_LANGUAGE": "ja:zh-tw:ar",
            "FC_LANG": "ja",
            "FONTCONFIG_PATH": "/usr/share/nothing",
            "FREETYPE_PROPERTIES": "truetype:interpreter-version=35 autofitter:warping=1",
            "COLUMNS": "40",
            "USER": "somebody",
        },
        umask="002",
        today=str(TODAY.replace(day=29)),
        touched=1_900_000_000.0,
    ),
)
Files = dict[str, bytes]


class Made(NamedTuple):
    """What a build left behind, and what it told of each file."""

    files: Files
    told: str


def lay(world: World, home: Path) -> tuple[Path, Path]:
    """Copies of the program with its library and of the project, made in an order of their own."""
    program, project = home / "program", home / "clinic"
    shutil.copytree(PACKAGE, program / "src" / "handouts", ignore=shutil.ignore_patterns("__pycache__", "_library"))
    for part in ("templates", "content", "locales"):
        copy(library_root() / part, program / part, world)
    copy(CLINIC, project, world)
    return program / "src", project


def copy(source: Path, target: Path, world: World) -> None:
    files = sorted((path for path in source.rglob("*") if path.is_file()), reverse=bool(int(world.umask) % 2))
    for path in files:
        place = target / path.relative_to(source)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(path.read_bytes())
        os.utime(place, (world.touched, world.touched))


def started(world: World, home: Path, source: Path, project: Path, out: str, *more: str) -> subprocess.Popen[str]:
    """The command, in a world that shares nothing with ours but the packages; `more` are options."""
    options = {"brand": BRAND, "paper": "a4", "today": world.today, "project": os.fspath(project), "out": out}
    options["jobs"] = str(world.jobs)
    command = ["build", SHEET, *(f"--{name}={value}" for name, value in options.items()), "--explain", *more]
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    caches = {"HOME": os.fspath(home / "home"), "XDG_CACHE_HOME": os.fspath(home / "cache"), "TMPDIR": os.fspath(home)}
    return subprocess.Popen(
        [sys.executable, "-c", BUILD, world.umask, *command],
        cwd=home,
        env={**kept, **caches, "PYTHONPATH": os.fspath(source), **world.environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def made_by(processes: list[subprocess.Popen[str]], outs: list[Path]) -> list[Made]:
    """What each of some builds left behind and told, once all are done."""
    talks = [process.communicate(timeout=600) for process in processes]
    for process, (told, talk) in zip(processes, talks, strict=True):
        assert process.returncode == 0, told + talk
    return [Made(files_in(out), told) for out, (told, _) in zip(outs, talks, strict=True)]


def files_in(out: Path) -> Files:
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    root = tmp_path_factory.mktemp("worlds")
    return [root / world.folder for world in WORLDS]


@pytest.fixture(scope="module")
def builds(homes: list[Path]) -> list[Made]:
    """What each world made with an empty cache, and the last one again with a full one, and in two shards with none."""
    processes, places = [], []
    for world, home in zip(WORLDS, homes, strict=True):
        (home / "home").mkdir(parents=True)
        places.append(lay(world, home))
        processes.append(started(world, home, *places[-1], "dist"))
    built = made_by(processes, [home / "dist" for home in homes])
    last, home = WORLDS[-1], homes[-1]
    again = started(last, home, *places[-1], "dist again")
    shards = [started(last, home, *places[-1], f"part {part}", f"--shard={part}/2", "--no-cache") for part in (1, 2)]
    warm, *parts = made_by([again, *shards], [home / "dist again", home / "part 1", home / "part 2"])
    merge([home / "part 1", home / "part 2"], home / "dist merged")
    return [*built, warm, Made(files_in(home / "dist merged"), "".join(part.told for part in parts))]


@pytest.fixture(scope="module")
def made(builds: list[Made]) -> list[Files]:
    """The files of all builds."""
    return [build.files for build in builds]


def sheets(files: Files) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(files["manifest.json"])["files"]
    return found


def test_each_world_makes_all_files(made: list[Files]) -> None:
    assert len(made) == len(WORLDS) + 2
    for files in made:
        listed = sheets(files)
        assert len(listed) >= 5
        assert {(sheet["handout"], sheet["brand"]) for sheet in listed.values()} == {(SHEET, BRAND)}
        assert set(files) == {"manifest.json", *listed}


def test_nothing_comes_from_a_cache_but_where_the_cache_is_full(builds: list[Made]) -> None:
    how = [re.findall(rf"^(made|reused|refused) {BRAND}/", build.told, re.MULTILINE) for build in builds]
    assert [set(each) for each in how] == [{"made"}, {"made"}, {"reused"}, {"made"}]
    assert {len(each) for each in how} == {len(sheets(builds[0].files))}


def test_every_file_has_the_same_bytes_in_every_world(made: list[Files]) -> None:
    first = {path: hashlib.sha256(data).hexdigest() for path, data in made[0].items()}
    for files in made[1:]:
        assert {path: hashlib.sha256(data).hexdigest() for path, data in files.items()} == first


def test_the_manifest_tells_the_digests(made: list[Files]) -> None:
    for path, sheet in sheets(made[0]).items():
        assert sheet["sha256"] == hashlib.sha256(made[0][path]).hexdigest()
        assert sheet["bytes"] == len(made[0][path])


def unpacked(pdf: bytes) -> bytes:
    """A PDF and, behind it, what its compressed streams hold."""
    return b"\n".join([pdf, *_streams(pdf)])


def _streams(pdf: bytes) -> Iterator[bytes]:
    for start in re.finditer(rb"stream\r?\n", pdf):
        try:
            yield zlib.decompressobj().decompress(pdf[start.end() :])
        except zlib.error:
            continue


def test_what_is_packed_is_looked_through(made: list[Files]) -> None:
    pdf = next(data for path, data in made[0].items() if path.endswith(".pdf"))
    assert unpacked(pdf).count(b" Tf") > pdf.count(b" Tf")


def test_nothing_tells_of_the_machine(made: list[Files], homes: list[Path]) -> None:
    places = [os.fspath(home) for home in homes] + [os.fspath(Path.home()), "/tmp", "file:", "weasyprint-", "somebody"]  # noqa: S108
    told = [
        word for place in places for word in (place.encode(), place.encode("utf-16-be"), place.encode().hex().encode())
    ]
    for path, data in made[0].items():
        shown = unpacked(data)
        assert [word for word in told if word in shown] == [], path


DATE: Final = re.compile(rb"D:(\d{8})(\d{6})?|\b(20\d\d-\d\d-\d\d)(?:T([\d:]+))?")


def test_no_date_stands_in_a_file_but_the_contents(made: list[Files]) -> None:
    content = {"20261122", "2026-11-22"}  # when the sheet was published
    seen = 0
    for path, data in made[0].items():
        if path.endswith(".pdf"):
            found = DATE.findall(unpacked(data))
            seen += len(found)
            assert {(short or long).decode() for short, _, long, _ in found} <= content, path
            assert {(time or clock).decode().strip("0:") for _, time, _, clock in found} <= {""}, path
    assert seen >= 5


def test_the_manifest_has_no_date_and_the_programs_version(made: list[Files]) -> None:
    text = made[0]["manifest.json"].decode()
    assert json.loads(text)["program"] == __version__
    of_the_handouts = r'"(published|last_reviewed|next_review)": "\d{4}-\d\d-\d\d"'
    assert not re.search(r"\d{4}-\d\d-\d\d|\d\d:\d\d", re.sub(of_the_handouts, "", text))

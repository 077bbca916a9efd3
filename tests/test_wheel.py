"""The wheel: what it holds, and that it works where there is no checkout and no network."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
NAME = "patient_handouts-0.1.0"
PLACES = {
    "src/handouts/": "handouts/",
    "templates/": "handouts/_library/templates/",
    "content/": "handouts/_library/content/",
    "locales/": "handouts/_library/locales/",
}
METADATA = {"METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE"}

# Whatever asks for the network gets a closed door on this machine.
DOORS = ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
OFFLINE = dict.fromkeys(DOORS, "http://127.0.0.1:9")


def run(*command: str | Path, cwd: Path) -> str:
    environment = {**os.environ, **OFFLINE}
    done = subprocess.run(command, cwd=cwd, env=environment, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def tracked_files(folder: Path) -> list[str]:
    listing = run("git", "ls-files", "-z", cwd=folder)
    return [name for name in listing.split("\0") if (folder / name).is_file()]


def building(target: str, out: Path) -> list[str]:
    """The command; -P because the `build.py` of a checkout is no module to import."""
    return [sys.executable, "-P", "-m", "hatchling", "build", "-t", target, "-d", str(out)]


def build(checkout: Path, target: str, out: Path) -> Path:
    run(*building(target, out), cwd=checkout)
    (built,) = out.iterdir()
    return built


def names_in(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def expected_names(checkout: Path) -> set[str]:
    ours = {
        place + name.removeprefix(folder)
        for name in tracked_files(checkout)
        for folder, place in PLACES.items()
        if name.startswith(folder)
    }
    return ours | {f"{NAME}.dist-info/{name}" for name in METADATA}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clean copy of what git tracks here: a file that is only being written is not in it."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in tracked_files(ROOT):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, folder / name)
    run("git", "init", "--quiet", cwd=folder)
    run("git", "add", "--all", cwd=folder)
    (folder / "content" / "patient.secret").write_text("a patient's name", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def wheel(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(checkout, "wheel", tmp_path_factory.mktemp("wheel"))


@pytest.fixture
def untracked(checkout: Path) -> Iterator[Path]:
    draft = checkout / "content" / "draft.yaml"
    draft.write_text("not: yet", encoding="utf-8")
    yield draft
    draft.unlink()


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clean environment with the wheel in it; the locked packages are lent by this one.

    A path file lends them without a download, and without this environment's own path files,
    so that the checkout is not lent with them.
    """
    environment = tmp_path_factory.mktemp("clean") / "environment"
    run(sys.executable, "-m", "venv", "--without-pip", environment, cwd=environment.parent)
    python = environment / "bin" / "python"
    site = run(
        python,
        "-c",
        "import sysconfig; print(sysconfig.get_path('purelib'))",
        cwd=environment.parent,
    )
    lent = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    Path(site.strip(), "lent.pth").write_text("\n".join(sorted(lent)), encoding="utf-8")
    pip = [str(Path(sys.base_prefix, "bin", "python3")), "-m", "pip", "--python", str(python)]
    run(*pip, "install", "--no-index", "--no-deps", wheel, cwd=environment.parent)
    return environment


def test_the_library_is_not_empty(checkout: Path) -> None:
    names = tracked_files(checkout)
    for folder in PLACES:
        assert any(name.startswith(folder) for name in names), folder


def test_the_wheel_holds_what_git_tracks_and_nothing_else(checkout: Path, wheel: Path) -> None:
    assert (checkout / "content" / "patient.secret").exists()
    assert names_in(wheel) == expected_names(checkout)


def test_a_file_that_git_does_not_know_stops_the_build(checkout: Path, untracked: Path, tmp_path: Path) -> None:
    done = subprocess.run(building("wheel", tmp_path), cwd=checkout, check=False, capture_output=True, text=True)
    assert done.returncode != 0
    assert f"content/{untracked.name}" in done.stderr
    assert not list(tmp_path.iterdir())


def test_the_sdist_holds_what_git_tracks_and_gives_the_same_wheel(checkout: Path, wheel: Path, tmp_path: Path) -> None:
    sdist = build(checkout, "sdist", tmp_path / "sdist")
    with tarfile.open(sdist) as archive:
        names = {name.removeprefix(f"{NAME}/") for name in archive.getnames()}
    assert names == {*tracked_files(checkout), "PKG-INFO"}
    run("tar", "-xf", str(sdist), cwd=tmp_path)
    again = build(tmp_path / NAME, "wheel", tmp_path / "wheel")
    assert names_in(again) == names_in(wheel)


def test_it_runs_from_the_wheel_and_not_from_the_checkout(installed: Path, tmp_path: Path) -> None:
    where = "import handouts; print(handouts.__file__)"
    found = run(installed / "bin" / "python", "-c", where, cwd=tmp_path)
    assert Path(found.strip()).is_relative_to(installed)


def test_it_builds_a_handout_in_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    handouts = installed / "bin" / "handouts"
    assert "overview" in run(handouts, "list", cwd=tmp_path)
    assert not list(tmp_path.iterdir())
    run(handouts, "build", "overview", "--lang", "es", "--paper", "a4", cwd=tmp_path)
    dist = tmp_path / "dist"
    (pdf,) = dist.rglob("*.pdf")
    assert pdf.read_bytes().startswith(b"%PDF-")
    manifest = json.loads((dist / "manifest.json").read_text(encoding="utf-8"))
    assert list(manifest["files"]) == [pdf.relative_to(dist).as_posix()]

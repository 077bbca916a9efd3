"""What several tests need: the library as it is read, and a cache of fonts that lasts for the run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from layout import Layout, LibraryBuild, watch_layouts
from specimens import GOLDEN, TODAY

from handouts import desk, fonts, pipeline
from handouts.layers import Layers
from handouts.model import Library
from handouts.reader import read_library

ROOT = Path(__file__).resolve().parents[1]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="write tests/golden anew, and fail where that changed a file"
    )


@pytest.hookimpl(tryfirst=True)  # before the plugin reads the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A file's tests go to one worker, and those that need the whole library to one: it is built once."""
    for item in items:
        whole = "built" in getattr(item, "fixturenames", ())
        item.add_marker(pytest.mark.xdist_group("the library" if whole else item.path.name))


@pytest.fixture(scope="session")
def layers() -> Layers:
    """The bundled library alone."""
    return Layers.of(None)


@pytest.fixture(scope="session")
def library(layers: Layers) -> Library:
    """The shared data of the bundled library, which has no fault."""
    read, found = read_library(layers)
    assert not found
    return read


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where prepared fonts are kept during the run."""
    return tmp_path_factory.mktemp("store")


@pytest.fixture(scope="session")
def cache_home(store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What XDG_CACHE_HOME must be for the command to find the same prepared fonts."""
    home = tmp_path_factory.mktemp("cache")
    (home / "patient-handouts").symlink_to(store, target_is_directory=True)
    return home


@pytest.fixture(scope="session")
def built(store: Path, tmp_path_factory: pytest.TempPathFactory) -> LibraryBuild:
    """Every handout in every language on both papers, built once a session."""
    fonts.private_fontconfig(store)
    out = tmp_path_factory.mktemp("library") / "dist"
    layouts: dict[str, Layout] = {}
    with watch_layouts() as seen:

        def note(_total: int, made: pipeline.Made | None) -> None:
            if made is not None and seen:
                layouts[made.path] = seen.pop()

        result = pipeline.build(desk.Request(today=TODAY, out=out, store=store), note)
    return LibraryBuild(out, result, layouts)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compares a text with a file of `tests/golden`; with --update-golden writes it, and fails if it changed."""
    update = request.config.getoption("--update-golden")

    def compare(name: str, text: str) -> None:
        file = GOLDEN / name
        known = file.read_text("utf-8") if file.is_file() else None
        if update and known != text:
            file.parent.mkdir(exist_ok=True)
            file.write_text(text, encoding="utf-8")
        assert known is not None, f"tests/golden/{name} was missing; `pytest --update-golden` writes it"
        assert text == known, f"tests/golden/{name} is another; look at the difference, then `pytest --update-golden`"

    return compare

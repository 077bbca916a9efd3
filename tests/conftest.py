"""What several tests need: the library as it is read, and a cache of fonts that lasts for the run."""

from __future__ import annotations

from pathlib import Path

import pytest

from handouts.layers import Layers
from handouts.model import Library
from handouts.reader import read_library

ROOT = Path(__file__).resolve().parents[1]


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

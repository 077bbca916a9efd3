"""Where files are found: the clinic's project first, the bundled library second."""

from __future__ import annotations

from pathlib import Path

import pytest

from handouts.findings import UsageError
from handouts.layers import Layers, is_inside, library_root, shown_path


def write(path: Path, text: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


@pytest.fixture
def two(tmp_path: Path) -> Layers:
    for name in ("project/content/a.yaml", "library/content/a.yaml", "library/content/b.yaml", "library/content/c.txt"):
        write(tmp_path / name)
    write(tmp_path / "project/brands/mine/brand.yaml")
    write(tmp_path / "library/brands/default/brand.yaml")
    write(tmp_path / "library/brands/empty/logo.svg")
    return Layers((tmp_path / "project", tmp_path / "library"))


def test_the_library_has_templates_content_and_locales() -> None:
    assert {"templates", "content", "locales"} <= {path.name for path in library_root().iterdir()}


def test_the_project_lies_over_the_library(tmp_path: Path) -> None:
    assert Layers.of(None).roots == (library_root(),)
    assert Layers.of(tmp_path).roots == (tmp_path.resolve(), library_root())


def test_a_project_that_does_not_exist_is_wrong_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError) as caught:
        Layers.of(Path("nowhere"))
    (finding,) = caught.value.findings
    assert (finding.where.path, finding.what) == ("nowhere", "there is no such project folder")
    write(tmp_path / "file")
    with pytest.raises(UsageError):
        Layers.of(Path("file"))


def test_the_first_layer_that_has_a_file_wins(two: Layers) -> None:
    project, library = two.roots
    assert two.find("content/a.yaml") == project / "content/a.yaml"
    assert two.find("content/b.yaml") == library / "content/b.yaml"
    assert two.find("content/none.yaml") is None
    assert two.find("content") is None
    assert two.find_all("content/a.yaml") == [project / "content/a.yaml", library / "content/a.yaml"]


def test_names_and_folders_come_from_all_layers_once_and_sorted(two: Layers) -> None:
    assert two.names("content", ".yaml") == ["a", "b"]
    assert two.names("nowhere", ".yaml") == []
    assert two.folders("brands", "brand.yaml") == ["default", "mine"]


def test_paths_are_shown_as_a_person_would_type_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert shown_path(Path("content/a.yaml")) == "content/a.yaml"
    assert shown_path(tmp_path / "here" / "a.yaml") == "a.yaml"
    assert shown_path(tmp_path / "other.yaml") == (tmp_path / "other.yaml").as_posix()


def test_a_link_that_leads_out_is_not_inside(tmp_path: Path) -> None:
    inner = write(tmp_path / "in" / "a.svg")
    outer = write(tmp_path / "out.svg")
    (tmp_path / "in" / "link.svg").symlink_to(outer)
    assert is_inside(inner, tmp_path / "in")
    assert not is_inside(tmp_path / "in" / "link.svg", tmp_path / "in")
    assert not is_inside(tmp_path / "in" / ".." / "out.svg", tmp_path / "in")
    assert not is_inside(write(tmp_path / "inner" / "a.svg"), tmp_path / "in")

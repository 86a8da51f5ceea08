"""Where indexes live, and how they are found by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from latam_rag import home
from latam_rag.errors import ConfigError

DEFINITION = 'name = "{name}"\n[[sources]]\nconnector = "files"\npath = "documentos"\n'


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATAM_RAG_HOME", str(tmp_path / "home"))


def _write(path: Path, name: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(DEFINITION.format(name=name), "utf-8")
    return path


def test_a_definition_kept_elsewhere_is_known_by_its_name_afterwards(tmp_path: Path) -> None:
    path = _write(tmp_path / "otro" / "lugar.toml", "comuna")
    assert home.find(str(path)).name == "comuna"
    assert home.names() == ["comuna"]
    assert home.find("comuna").base == path.parent


def test_one_name_stands_for_one_definition(tmp_path: Path) -> None:
    home.find(str(_write(tmp_path / "a.toml", "comuna")))
    with pytest.raises(ConfigError) as caught:
        home.find(str(_write(tmp_path / "b.toml", "comuna")))
    assert "a.toml" in str(caught.value)


def test_a_definition_that_was_deleted_may_be_replaced(tmp_path: Path) -> None:
    first = _write(tmp_path / "a.toml", "comuna")
    home.find(str(first))
    first.unlink()
    assert home.find(str(_write(tmp_path / "b.toml", "comuna"))).base == tmp_path


def test_an_unknown_name_is_answered_with_the_nearest(tmp_path: Path) -> None:
    _write(home.folder_of("mi-comuna") / "index.toml", "mi-comuna")
    with pytest.raises(ConfigError) as caught:
        home.find("mi-comun")
    assert "¿Quiso decir 'mi-comuna'?" in str(caught.value)


def test_a_name_that_was_edited_in_the_file_is_an_error(tmp_path: Path) -> None:
    _write(home.folder_of("mi-comuna") / "index.toml", "tu-comuna")
    with pytest.raises(ConfigError) as caught:
        home.find("mi-comuna")
    assert "tu-comuna" in str(caught.value)

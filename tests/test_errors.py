"""Errors speak the user's language, cross process borders, and never fail while they are being said."""

from __future__ import annotations

import inspect
import pickle

import pytest

from latam_rag import errors
from latam_rag.errors import ConfigError, LatamRagError, MissingExtra

CLASSES = [value for value in vars(errors).values() if inspect.isclass(value) and issubclass(value, LatamRagError)]


def make(kind: type[LatamRagError]) -> LatamRagError:
    if kind is MissingExtra:
        return MissingExtra("app", "abrir la aplicación")
    return kind("config.no_file", path="x.toml")


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_each_survives_a_process_border(kind: type[LatamRagError]) -> None:
    error = make(kind)
    back = pickle.loads(pickle.dumps(error))
    assert type(back) is kind
    assert (back.key, back.values, str(back)) == (error.key, error.values, str(error))


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_each_is_one_line_and_has_an_exit_code(kind: type[LatamRagError]) -> None:
    assert len(str(make(kind)).splitlines()) == 1
    assert 0 < kind.exit_code < 256


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_each_stands_in_the_tree_at_the_top_of_the_module(kind: type[LatamRagError]) -> None:
    assert errors.__doc__ is not None
    assert kind.__name__ in errors.__doc__


def test_a_message_is_in_the_users_language_when_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    error = ConfigError("config.no_file", path="x.toml")
    assert str(error).startswith("No existe la definición 'x.toml'.")
    monkeypatch.setenv("LATAM_RAG_LANG", "pt")
    assert str(error).startswith("Não existe a definição 'x.toml'.")


def test_an_extra_is_named_with_its_install_command() -> None:
    assert "pip install 'latam-rag[app]'" in str(MissingExtra("app", "abrir la aplicación"))


@pytest.mark.parametrize(
    "error",
    [
        ConfigError("config.no_file"),
        ConfigError("config.no_such_message", path="x.toml"),
        ConfigError("nowhere.at_all"),
        ConfigError("not a key"),
    ],
    ids=["value missing", "name unknown", "area unknown", "no key"],
)
def test_a_fault_in_a_message_does_not_hide_the_error(error: LatamRagError) -> None:
    assert error.key in str(error)
    assert all(str(value) in str(error) for value in error.values.values())

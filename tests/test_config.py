"""A definition with a mistake is refused in one line that names the file, the key and what was meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from latam_rag import config
from latam_rag.errors import ConfigError
from latam_rag.types import Genre

GOOD = """
name = "mi-comuna"
title = "Ordenanzas de Aguas Claras"
language = "es"
domain = "legal"
questions = ["¿En qué meses se paga la patente?"]

[[sources]]
path = "documentos"
genre = "law"
metadata = { country = "CL", body = ["Municipalidad"] }

[[sources]]
connector = "records"
path = "tramites.csv"
columns = { title = "nombre" }

[retrieval]
limit = 5
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "indice.toml"
    path.write_text(text, "utf-8")
    return path


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        config.load(write(folder, text))
    said = str(caught.value)
    assert len(said.splitlines()) == 1, said
    assert "indice.toml" in said
    return said


def test_a_definition_is_read_with_its_defaults(tmp_path: Path) -> None:
    definition = config.load(write(tmp_path, GOOD))
    assert definition.name == "mi-comuna"
    assert definition.base == tmp_path
    first, second = definition.sources
    assert (first.connector, first.genre, first.options) == ("files", Genre.LAW, {"path": "documentos"})
    assert second.options == {"path": "tramites.csv", "columns": {"title": "nombre"}}
    assert (definition.retrieval.limit, definition.retrieval.candidates) == (5, 64)
    assert definition.store.url is None
    assert definition.generation.model is None


@pytest.mark.parametrize(
    ("mistake", "named", "meant"),
    [
        ("nombre_corto = 'x'\n" + GOOD, "nombre_corto", None),
        ("titel = 'x'\n" + GOOD, "titel", "title"),
        (GOOD + "candidats = 50", "retrieval.candidats", "candidates"),
        (GOOD + "[stor]\nurl = 'http://x'", "stor", "store"),
        (GOOD + "[generation]\nmodle = 'x.gguf'", "generation.modle", "model"),
    ],
)
def test_an_unknown_key_is_named_and_the_nearest_proposed(
    tmp_path: Path, mistake: str, named: str, meant: str | None
) -> None:
    said = refusal(tmp_path, mistake)
    assert repr(named) in said
    assert (f"¿Quiso decir {meant!r}?" in said) == (meant is not None)


@pytest.mark.parametrize(
    ("mistake", "named", "why"),
    [
        (GOOD + "candidates = '50'", "retrieval.candidates", "debe ser un número entero, sin comillas"),
        (GOOD + "candidates = 5", "retrieval.candidates", "debe ser 10 o más"),
        (GOOD + "[generation]\ncontext = 12", "generation.context", "o más"),
        (GOOD + "[generation]\nprofile = 3", "generation.profile", "debe ser"),
        (GOOD.replace('language = "es"', 'language = "en"'), "language", "debe ser uno de estos: 'es', 'pt'"),
        (GOOD.replace('"mi-comuna"', '"Mi Comuna"'), "name", "debe tener la forma"),
        (GOOD.replace('"mi-comuna"', '"../arriba"'), "name", "debe tener la forma"),
        (GOOD.replace('genre = "law"', 'genre = "ley"'), "sources.0.genre", "'law', 'curriculum'"),
        (GOOD.replace('["¿En qué meses se paga la patente?"]', '"una"'), "questions", "debe ser una lista"),
        (GOOD + "[store]\nurl = 3", "store.url", "debe ser un texto"),
        (GOOD.replace('country = "CL"', 'valid_to = "31/12/2019"'), "sources.0.metadata", 'valid_to = "2019-12-31"'),
        (GOOD.replace('country = "CL"', "valid_from = 2019"), "sources.0.metadata", 'valid_from = "2019-12-31"'),
        (GOOD.replace('country = "CL"', "valid_from = 2019-12-31"), "sources.0.metadata.valid_from.str", "comillas"),
    ],
)
def test_a_value_that_does_not_serve_is_named_with_the_reason(
    tmp_path: Path, mistake: str, named: str, why: str
) -> None:
    said = refusal(tmp_path, mistake)
    assert repr(named) in said
    assert why in said


@pytest.mark.parametrize(
    ("mistake", "named"),
    [(GOOD.replace('name = "mi-comuna"', ""), "name"), ('name = "sin-fuentes"', "sources")],
)
def test_a_missing_key_is_named(tmp_path: Path, mistake: str, named: str) -> None:
    assert f"falta la clave {named!r}" in refusal(tmp_path, mistake)


def test_an_index_without_sources_is_refused(tmp_path: Path) -> None:
    assert "debe tener al menos 1 elementos" in refusal(tmp_path, 'name = "vacio"\nsources = []')


def test_the_folder_of_the_definition_cannot_be_set_in_it(tmp_path: Path) -> None:
    assert "'base'" in refusal(tmp_path, "base = '/etc'\n" + GOOD)


def test_what_is_not_toml_is_said_with_its_place(tmp_path: Path) -> None:
    assert "line 2" in refusal(tmp_path, 'name = "x"\n= 3')


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "indice.toml"
    path.write_bytes('title = "Educación"'.encode("latin-1"))
    with pytest.raises(ConfigError) as caught:
        config.load(path)
    assert "indice.toml" in str(caught.value)


def test_a_missing_file_and_a_folder_are_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="latam-rag init"):
        config.load(tmp_path / "nada.toml")
    with pytest.raises(ConfigError):
        config.load(tmp_path)


def test_a_definition_cannot_be_changed(tmp_path: Path) -> None:
    definition = config.load(write(tmp_path, GOOD))
    with pytest.raises(ValueError, match="frozen"):
        definition.name = "otro"  # type: ignore[misc]


def test_a_recipe_changes_with_what_decides_how_documents_are_read() -> None:
    source = config.Source.model_validate({"path": "documentos"})
    same = config.Source.model_validate({"path": "documentos", "connector": "files"})
    others = [
        config.Source.model_validate({"path": "documentos", **said})
        for said in ({"genre": "law"}, {"language": "pt"}, {"metadata": {"country": "CL"}}, {"pattern": "*.pdf"})
    ]
    assert source.recipe == same.recipe
    assert len({source.recipe, *(other.recipe for other in others)}) == 5


def test_the_packaged_definitions_are_valid() -> None:
    root = Path(__file__).parents[1] / "indexes"
    found = sorted(root.rglob("*.toml"))
    for path in found:
        assert config.load(path).sources, path
    assert found

"""The definition of the whole collection of real documents: every file in it, each once, and each row as mapped."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from latam_rag import config, plugins
from latam_rag.config import Definition, Source
from latam_rag.parse.records import parse_record
from latam_rag.types import Connector, Document, Ref, SectionKind

ARCHIVE = "legalize-uy.tar.xz"


@pytest.fixture(scope="module")
def definition(shared: Path) -> Definition:
    found = config.load(Path(__file__).with_name("corpus.toml"))
    if (found.base / "../../shared").resolve() != shared.resolve():
        pytest.skip("the collection doesn't lie beside the repository, where the definition says")
    return found


def path_of(definition: Definition, source: Source) -> Path:
    return (definition.base / str(source.options["path"])).resolve()


def connect(definition: Definition, source: Source) -> Connector:
    return plugins.connect(source.connector, {**source.options, "path": str(path_of(definition, source))})


@pytest.fixture(scope="module")
def listed(definition: Definition) -> list[tuple[Source, Connector, list[Ref]]]:
    connectors = [(source, connect(definition, source)) for source in definition.sources]
    return [(source, connector, list(connector.refs())) for source, connector in connectors]


@pytest.fixture(scope="module")
def rows(definition: Definition, listed: Any) -> dict[str, list[Document]]:
    """The documents of each table, by its file's name."""
    return {
        path_of(definition, source).name: [
            parse_record(connector.fetch(ref), limits=definition.limits, language=source.language) for ref in refs
        ]
        for source, connector, refs in listed
        if source.connector == "records"
    }


def test_every_file_is_listed_by_exactly_one_source(shared: Path, definition: Definition, listed: Any) -> None:
    seen: Counter[Path] = Counter()
    for source, _, refs in listed:
        path = path_of(definition, source)
        if source.connector == "records":
            seen[path] += 1
        elif path.name != ARCHIVE:
            seen.update(path.parent / ref.uri for ref in refs)
    archive = shared / "corpus" / "large" / ARCHIVE
    files = {path.resolve() for path in (shared / "corpus").rglob("*") if path.is_file()} - {archive.resolve()}
    assert seen == Counter(files)


def test_every_uri_is_of_one_source(listed: Any) -> None:
    uris = Counter(ref.uri for _, _, refs in listed for ref in refs)
    assert [uri for uri, times in uris.items() if times > 1] == []


def test_the_archive_of_ten_thousand_laws_is_listed_whole_and_fetched_in_order(listed: Any) -> None:
    connector, refs = next((c, r) for s, c, r in listed if s.options.get("include") == ["uy/*.md"])
    assert len(refs) == 10_155
    assert all(connector.fetch(ref).body for ref in refs)


def test_rows_are_as_many_as_the_tables_have(rows: dict[str, list[Document]]) -> None:
    assert {name: len(documents) for name, documents in rows.items()} == {
        "habilidades-ef.csv": 1304, "habilidades-em.csv": 183, "objetivos-ei.csv": 93, "computacao.csv": 141,
        "structured_data_raw.json": 2804, "data.json": 70, "programa_sintetico_nem.db": 482, "tramites.csv": 62,
    }  # fmt: skip


def one(documents: list[Document], code: str) -> Document:
    return next(document for document in documents if document.metadata.get("code") == code)


def test_a_brazilian_skill_stands_under_subject_and_year(rows: dict[str, list[Document]]) -> None:
    document = one(rows["habilidades-ef.csv"], "EF04MA09")
    (unit,) = [section for section in document.sections if section.kind is SectionKind.UNIT]
    assert (document.title, unit.label, unit.headings[:3]) == (
        "Base Nacional Comum Curricular", "EF04MA09", ("Ensino Fundamental", "Matemática", "4º ano"),
    )  # fmt: skip
    assert document.text.startswith("Reconhecer as frações unitárias")
    # No code of another table is left where its words should be.
    assert not any("ef-comp-" in " ".join(s.headings) for d in rows["habilidades-ef.csv"] for s in d.sections)


def test_a_chilean_objective_has_its_code_and_its_parts(rows: dict[str, list[Document]]) -> None:
    document = one(rows["structured_data_raw.json"], "MA04OA08")
    unit = next(section for section in document.sections if section.kind is SectionKind.UNIT)
    assert (unit.label, unit.headings) == ("MA04 OA 08", ("4° Básico", "Matemática", "Números y operaciones"))
    assert "fracciones" in document.text and "\n- " in document.text


def test_a_title_and_a_label_name_one_row(rows: dict[str, list[Document]]) -> None:
    for name in ("data.json", "programa_sintetico_nem.db", "tramites.csv", "habilidades-ef.csv"):
        named = Counter(
            (document.title, next(s.label for s in document.sections if s.kind is SectionKind.UNIT))
            for document in rows[name]
        )
        assert [found for found, times in named.items() if times > 1] == [], name
    titles = {document.title for document in rows["programa_sintetico_nem.db"]}
    assert "Programa sintético de la fase 4: Lenguajes, 3° grado" in titles and len(titles) == 24
    assert "Taller formativo de guitarra" in {document.title for document in rows["tramites.csv"]}


def test_no_placeholder_of_the_colombian_rights_is_shown(rows: dict[str, list[Document]]) -> None:
    assert not any("descripcion corta" in document.text for document in rows["data.json"])
    assert all(document.text.count("\n- ") >= 1 for document in rows["data.json"][:4])


def test_the_mexican_procedures_lose_their_escapes_and_none_of_two_with_one_key(
    rows: dict[str, list[Document]],
) -> None:
    documents = rows["tramites.csv"]
    assert not any(mark in document.text for document in documents for mark in ("~~", "||", "N/A"))
    twice = [document for document in documents if document.metadata["code"] == "SSMJ/04"]
    assert [document.uri for document in twice] == ["tramites.csv#SSMJ/04", "tramites.csv#SSMJ/04~2"]
    assert twice[0].title != twice[1].title


def test_every_cell_of_the_mexican_table_stands_in_its_document(shared: Path, rows: dict[str, list[Document]]) -> None:
    path = shared / "corpus" / "public_service" / "mx-juarez-nl-tramites-csv" / "tramites.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        table = list(csv.DictReader(file))
    assert len(table) == len(rows["tramites.csv"])
    for cells, document in zip(table, rows["tramites.csv"], strict=True):
        text = " ".join(document.text.split())
        for column in set(cells) - {"secretaria", "grupo", "nombre", "homoclave", "imagen", "link"}:
            parts = [" ".join(part.replace("~~", ",").split()) for part in cells[column].split("||")]
            lost = [part for part in parts if part not in text and not part.lower().startswith(("n/a", "no aplica"))]
            assert lost == [], (document.uri, column)

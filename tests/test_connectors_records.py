"""The records connector: rows of each kind of table as documents, as the definition maps them."""

from __future__ import annotations

import io
import json
import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from latam_rag import plugins
from latam_rag.config import Limits
from latam_rag.connectors.records import Records
from latam_rag.errors import PluginError, SourceError
from latam_rag.parse.records import parse_record
from latam_rag.testing import ConnectorContract
from latam_rag.types import Document, Genre, Ref, SectionKind

SERVICE = {
    "id": "clave",
    "title": "{nombre}",
    "fields": {"description": "descripcion", "requirements": "requisitos", "cost": "costo"},
    "replace": {"~~": ","},
    "separator": "||",
    "skip": ["N/A"],
    "columns": {"code": "clave", "body": "oficina"},
    "url": "https://muni.mx/tramites/{enlace}",
}
CSV = """clave,nombre,oficina,descripcion,requisitos,costo,enlace
AB/01,Carta de residencia,Secretaría,Acredita el domicilio~~ por escrito.,INE vigente.||Recibo de agua~~ luz o gas.,Gratuito.,carta residencia
AB/02,Poda de árboles,Ecología,Poda en la vía pública.,Solicitud.,N/A,poda
AB/02,Tala de árboles,Ecología,Tala en la vía pública.,Solicitud.||Dictamen.,$ 120.00,tala
,Sin clave,Ecología,Otro.,,,
"""  # noqa: E501  # rows of a table


def documents(connector: Records, language: Any = "es") -> dict[str, Document]:
    return {ref.uri: parse_record(connector.fetch(ref), limits=Limits(), language=language) for ref in connector.refs()}


def units(document: Document) -> list[tuple[str, str]]:
    return [(s.label, document.text[s.start : s.end]) for s in document.sections if s.kind is SectionKind.UNIT]


class TestCsv(ConnectorContract):
    kind = Records

    @pytest.fixture
    def options(self, tmp_path: Path) -> Mapping[str, Any]:
        (tmp_path / "tramites.csv").write_text(CSV)
        return {"path": str(tmp_path / "tramites.csv"), **SERVICE}

    @pytest.fixture
    def change(self, tmp_path: Path) -> Callable[[], str]:
        def change() -> str:
            (tmp_path / "tramites.csv").write_text(CSV.replace("Gratuito", "$ 50.00"))
            return "tramites.csv#AB/01"

        return change

    @pytest.fixture
    def missing(self, tmp_path: Path) -> Mapping[str, Any]:
        return {"path": str(tmp_path / "no.csv"), **SERVICE}


class TestSqlite(ConnectorContract):
    kind = Records

    @pytest.fixture
    def options(self, tmp_path: Path) -> Mapping[str, Any]:
        database(tmp_path / "plan.db")
        return {"path": str(tmp_path / "plan.db"), "table": "metas", "id": "id", "title": "Plan", "text": "texto"}

    @pytest.fixture
    def change(self, tmp_path: Path) -> Callable[[], str]:
        def change() -> str:
            with sqlite3.connect(tmp_path / "plan.db") as connection:
                connection.execute("UPDATE metas SET texto = 'Multiplica.' WHERE id = 2")
            connection.close()
            return "plan.db#2"

        return change


def database(path: Path) -> Path:
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("CREATE TABLE metas (id INTEGER, grado TEXT, texto TEXT)")
        connection.executemany(
            "INSERT INTO metas VALUES (?, ?, ?)", [(1, "1°", "Cuenta."), (2, "2°", "Suma."), (3, "2°", "Resta.")]
        )
        connection.execute("CREATE TABLE otra (x)")
    connection.close()
    return path


def test_a_service_is_a_unit_per_field(tmp_path: Path) -> None:
    (tmp_path / "tramites.csv").write_text(CSV)
    found = documents(Records(str(tmp_path / "tramites.csv"), **SERVICE))
    document = found["tramites.csv#AB/01"]
    assert (document.title, document.genre, document.language) == ("Carta de residencia", Genre.SERVICE, "es")
    assert units(document) == [
        ("Descripción", "Acredita el domicilio, por escrito."),
        ("Requisitos", "- INE vigente.\n- Recibo de agua, luz o gas."),
        ("Costo", "Gratuito."),
    ]
    assert dict(document.metadata) == {"code": "AB/01", "body": "Secretaría"}
    assert document.url == "https://muni.mx/tramites/carta%20residencia"
    items = [document.text[s.start : s.end] for s in document.sections if s.kind is SectionKind.ITEM]
    assert items == ["- INE vigente.", "- Recibo de agua, luz o gas."]
    fields = [s.metadata["field"] for s in document.sections if s.kind is SectionKind.UNIT]
    assert fields == ["description", "requirements", "cost"]


def test_nothing_of_a_duplicated_key_or_of_a_row_without_one_is_lost(tmp_path: Path) -> None:
    (tmp_path / "tramites.csv").write_text(CSV)
    connector = Records(str(tmp_path / "tramites.csv"), **SERVICE)
    found = documents(connector)
    assert [d.title for d in found.values()] == [
        "Carta de residencia",
        "Poda de árboles",
        "Tala de árboles",
        "Sin clave",
    ]
    assert list(found)[1:3] == ["tramites.csv#AB/02", "tramites.csv#AB/02~2"]
    # A placeholder is no cost.
    assert [label for label, _ in units(found["tramites.csv#AB/02"])] == ["Descripción", "Requisitos"]
    nameless = list(found)[3]
    (tmp_path / "tramites.csv").write_text(CSV.replace("AB/01", "AB/00"))
    assert list(documents(connector))[3] == nameless


def test_labels_are_in_the_documents_language(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(CSV)
    found = documents(Records(str(tmp_path / "t.csv"), **SERVICE), "pt")
    assert [label for label, _ in units(found["t.csv#AB/01"])] == ["O que é", "Requisitos", "Custo"]


def test_several_columns_are_one_field_and_a_field_may_have_a_name_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("id,a,b,c\n1,Ana.,Lunes.,Mesa 3.\n2,Eva.,,Mesa 4.\n")
    fields = {"audience": ["a", "b"], "Dónde": "c"}
    found = documents(Records(str(tmp_path / "t.csv"), id="id", title="T", fields=fields))
    assert units(found["t.csv#1"]) == [("Quién puede solicitarlo", "Ana.\nLunes."), ("Dónde", "Mesa 3.")]
    assert units(found["t.csv#2"]) == [("Quién puede solicitarlo", "Eva."), ("Dónde", "Mesa 4.")]


def test_a_curriculum_row_is_one_unit_of_the_exact_text(tmp_path: Path) -> None:
    (tmp_path / "bncc.csv").write_text("codigo,comp,anos,texto\nEF05MA03,ma,4 | 5,Identificar e representar frações.\n")
    (tmp_path / "comp.csv").write_text("id;nome\nma;Matemática\n", encoding="latin-1")
    connector = Records(
        str(tmp_path / "bncc.csv"),
        id="codigo", title="BNCC", text="texto", headings=["{comp}", "{anos}º ano"], separator=" | ",
        columns={"code": "codigo", "grade": "{anos}º ano", "subject": "comp"},
        lookup={"comp": {"path": "comp.csv", "key": "id", "value": "nome"}},
    )  # fmt: skip
    document = documents(connector, "pt")["bncc.csv#EF05MA03"]
    (unit,) = [s for s in document.sections if s.kind is SectionKind.UNIT]
    assert document.text[unit.start : unit.end] == document.text == "Identificar e representar frações."
    assert (unit.label, unit.headings, dict(unit.metadata)) == (
        "EF05MA03", ("Matemática", "4, 5º ano"), {"code": "EF05MA03"},
    )  # fmt: skip
    assert dict(document.metadata) == {"code": "EF05MA03", "grade": ("4º ano", "5º ano"), "subject": "Matemática"}
    assert document.genre is Genre.CURRICULUM


def test_json_rows_inherit_from_what_is_around_them(tmp_path: Path) -> None:
    value = [
        {
            "curso": "4° Básico", "asignatura": {"nombre": "Matemática"}, "ejes": [
                {"eje": "Números", "oas": [{"cod": "Objetivo MA04 OA 08", "d": "Demostrar:", "partes": ["leer", "usar"]}]},
                {"eje": "Vacío", "oas": []},
                {"eje": "Sin lista"},
            ],
        }
    ]  # fmt: skip
    (tmp_path / "oa.json").write_text(json.dumps(value))
    connector = Records(
        str(tmp_path / "oa.json"), rows="[].ejes[].oas[]", id=["curso", "cod"], title="Bases", text=["d", "partes"],
        headings=["{curso}", "{asignatura.nombre}", "{eje}"], replace={"Objetivo ": ""}, columns={"code": "cod"},
    )  # fmt: skip
    (document,) = documents(connector).values()
    assert document.uri == "oa.json#4° Básico/MA04 OA 08"
    assert document.text == "Demostrar:\n- leer\n- usar"
    unit = next(s for s in document.sections if s.kind is SectionKind.UNIT)
    assert (unit.label, unit.headings) == ("MA04 OA 08", ("4° Básico", "Matemática", "Números"))
    assert document.metadata["code"] == "MA04OA08"


def test_xlsx_sheets_and_sqlite_queries(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["id", "texto", "desde"])
    book.active.append([1.0, "Uno", None])
    book.create_sheet("Notas").append(["x"])
    buffer = io.BytesIO()
    book.save(buffer)
    (tmp_path / "t.xlsx").write_bytes(buffer.getvalue())
    assert list(documents(Records(str(tmp_path / "t.xlsx"), table="Sheet", id="id", title="T", text="texto"))) == [
        "t.xlsx#1"
    ]
    path = str(database(tmp_path / "plan.db"))
    query = "SELECT grado, group_concat(texto, '||') AS t FROM metas GROUP BY grado ORDER BY grado"
    found = documents(Records(path, query=query, id="grado", title="Plan", label="{grado}", text="t", separator="||"))
    assert {uri: d.text for uri, d in found.items()} == {"plan.db#1°": "Cuenta.", "plan.db#2°": "- Suma.\n- Resta."}


def test_a_database_in_use_and_one_in_a_folder_without_writing_are_read(tmp_path: Path) -> None:
    path = database(tmp_path / "plan.db")
    writer = sqlite3.connect(path)
    writer.execute("PRAGMA journal_mode = WAL")
    writer.execute("INSERT INTO metas VALUES (4, '3°', 'Divide.')")
    writer.commit()
    connector = Records(str(path), table="metas", id="id", title="Plan", text="texto")
    assert [ref.uri for ref in connector.refs()][-1] == "plan.db#4"
    writer.close()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("WITH x AS (SELECT 1) INSERT INTO metas SELECT * FROM metas", "not authorized"),
        ("SELECT * FROM metas; DROP TABLE metas", "one statement"),
        ("SELECT load_extension('x')", "not authorized"),
        ("SELECT * FROM nada", "no such table: nada"),
    ],
)
def test_a_query_only_reads(tmp_path: Path, query: str, said: str) -> None:
    path = database(tmp_path / "plan.db")
    before = path.read_bytes()
    with pytest.raises(SourceError, match=f"la consulta no se puede ejecutar: .*{said}"):
        list(Records(str(path), query=query, id="id", title="Plan", text="texto").refs())
    assert path.read_bytes() == before


BASE: dict[str, Any] = {"path": "t.csv", "id": "id", "title": "T"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (BASE, "'text'.*'fields'"),
        ({**BASE, "text": "a", "fields": {"cost": "b"}}, "'text'.*'fields'"),
        ({**BASE, "text": "a", "query": "DELETE FROM x"}, "'query'"),
        ({**BASE, "text": "a", "columns": {"code": 3}}, r"columns\.code"),
        ({**BASE, "text": "a", "lookup": {"x": {"path": "y.csv"}}}, r"lookup\.x"),
        ({**BASE, "text": "a", "colums": {}}, "'columns'"),
        ({"path": "t.csv", "title": "T", "text": "a"}, "'id'"),
    ],
)
def test_a_wrong_option_is_named(options: dict[str, Any], said: str) -> None:
    with pytest.raises(PluginError, match=said):
        plugins.connect("records", options)


@pytest.mark.parametrize(
    ("given", "body", "said"),
    [
        ({"text": "txto"}, "id,texto\n1,a\n", "¿Quiso decir 'texto'?"),
        ({"text": "texto", "headings": ["{grado}"]}, "id,texto\n1,a\n", "'headings'"),
        ({"text": "texto"}, "id,texto\n", "no tiene filas"),
        ({"text": "texto"}, "", "no tiene filas"),
        ({"text": "texto", "table": "Hoja"}, "id,texto\n1,a\n", "'Hoja'"),
        ({"text": "texto", "query": "SELECT 1"}, "id,texto\n1,a\n", "CSV"),
        ({"text": "texto", "rows": "[]"}, "id,texto\n1,a\n", "'rows'"),
        ({"text": "b", "lookup": {"b": {"path": "no.csv", "key": "x", "value": "y"}}}, "id,b\n1,a\n", "no.csv"),
        ({"text": "b", "lookup": {"b": {"path": "t.csv", "key": "x", "value": "b"}}}, "id,b\n1,a\n", "'x'"),
    ],
)
def test_what_does_not_fit_the_table_is_said(tmp_path: Path, given: dict[str, Any], body: str, said: str) -> None:
    (tmp_path / "t.csv").write_text(body)
    with pytest.raises(SourceError) as caught:
        list(Records(str(tmp_path / "t.csv"), id="id", title="T", **given).refs())
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        ("t.json", b"{", "mal formado"),
        ("t.json", b'{"a": 1}', "no lleva a filas"),
        ("t.json", b"[" * 100_000, "niveles"),
        ("t.db", b"SQLite format 3\x00" + b"basura" * 200, "SQLite"),
        ("t.xlsx", b"PK\x03\x04basura", "planilla"),
        ("t.db", b"", "no tiene filas"),
    ],
)
def test_a_damaged_file_is_said(tmp_path: Path, name: str, body: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(body)
    with pytest.raises(SourceError, match=said):
        list(Records(str(tmp_path / name), id="id", title="T", text="texto").refs())


def test_several_tables_ask_which(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="metas, otra"):
        list(Records(str(database(tmp_path / "p.db")), id="id", title="T", text="texto").refs())


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="es una carpeta"):
        list(Records(str(tmp_path), id="id", title="T", text="texto").refs())


def test_two_columns_of_one_name_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("id,texto,texto,\n1,a,b,c\n")
    connector = Records(str(tmp_path / "t.csv"), id="id", title="T", text=["texto", "texto (2)", "columna 4"])
    assert documents(connector)["t.csv#1"].text == "a\nb\nc"


def test_braces_in_a_template_are_columns_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("id,texto\n1,hola {texto} {id.__class__}\n")
    connector = Records(str(tmp_path / "t.csv"), id="id", title="{texto}", text="texto")
    assert documents(connector)["t.csv#1"].title == "hola {texto} {id.__class__}"
    with pytest.raises(SourceError, match="__class__"):
        list(Records(str(tmp_path / "t.csv"), id="id", title="{id.__class__}", text="texto").refs())


@pytest.mark.parametrize(
    ("name", "title"),
    [("Taller de guitarra.", "Taller de guitarra"), ("Juárez, N.L.", "Juárez, N.L."), ("Y así.", "Y así.")],
)
def test_a_title_is_no_sentence(tmp_path: Path, name: str, title: str) -> None:
    (tmp_path / "t.json").write_text(json.dumps([{"id": 1, "nombre": name, "texto": "Uno."}]))
    connector = Records(str(tmp_path / "t.json"), id="id", title="{nombre}", text="texto")
    assert documents(connector)["t.json#1"].title == title


def test_a_url_that_is_no_web_address_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("id,texto,u\n1,a,javascript:alert(1)\n2,b,https://x.cl/?a=1&b=2\n")
    connector = Records(str(tmp_path / "t.csv"), id="id", title="T", text="texto", url="{u}")
    assert [document.url for document in documents(connector).values()] == ["", "https://x.cl/?a=1&b=2"]


def test_a_row_is_fetched_by_its_uri_alone(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("id,texto\n1,a\n2,b\n")
    connector = Records(str(tmp_path / "t.csv"), id="id", title="T", text="texto")
    assert json.loads(connector.fetch(Ref(uri="t.csv#2")).body)["parts"][0]["values"] == ["b"]

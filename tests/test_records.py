"""Bare tables met among the files: a UNIT per row, whatever the format, and one clear line for what is malformed."""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from latam_rag.config import Limits
from latam_rag.errors import DocumentError
from latam_rag.parse import detect, json_rows, rows
from latam_rag.parse.records import parse_record, parse_records
from latam_rag.split import split
from latam_rag.types import Document, Genre, Resource, SectionKind

LIMITS = Limits()


def read(body: bytes | str, kind: str = detect.CSV, name: str = "datos.csv", **given: Any) -> Document:
    raw = body if isinstance(body, bytes) else body.encode()
    return parse_records(Resource(uri=f"docs/{name}", body=raw), kind, limits=given.pop("limits", LIMITS), **given)


def units(document: Document) -> list[tuple[str, str]]:
    return [(s.label, document.text[s.start : s.end]) for s in document.sections if s.kind is SectionKind.UNIT]


def xlsx(*sheets: tuple[str, list[list[Any]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, lines in sheets:
        sheet = book.create_sheet(title)
        for line in lines:
            sheet.append(line)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_a_row_is_a_unit_of_its_cells_named_and_numbered_as_in_the_spreadsheet() -> None:
    document = read("rubro,alícuota\nVenta de libros,7.00\n\nHoteles,\n", language="es")
    assert units(document) == [("fila 2", "rubro: Venta de libros\nalícuota: 7.00"), ("fila 4", "rubro: Hoteles")]
    assert (document.title, document.genre) == ("datos", Genre.AUTO)


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_separator_and_encoding_are_found_out(mark: str, encoding: str) -> None:
    body = f'código{mark}descripción\n1{mark}"Café{mark} té y niños"\n2{mark}Peñón\n'.encode(encoding)
    assert units(read(body, language="es"))[0][1] == f"código: 1\ndescripción: Café{mark.strip()} té y niños"


def test_nothing_of_a_ragged_table_is_lost() -> None:
    assert [text for _, text in units(read("a,b\n1\n2,x,de más\n"))] == ["a: 1", "a: 2\nb: x\ncolumna 3: de más"]
    assert units(read("a,b,\n1,2,3\n"))[0][1] == "a: 1\nb: 2\ncolumna 3: 3"


def test_lines_above_the_header_are_kept_and_a_table_without_header_too() -> None:
    document = read("Tarifas 2019,,\n,,\nrubro,mínimo,alícuota\nHoteles,10,7\nBares,20,8\n")
    assert document.text.startswith("Tarifas 2019\n\nrubro: Hoteles\nmínimo: 10")
    assert units(read("1,2\n3,4\n"))[0][1] == "columna 1: 1\ncolumna 2: 2"


def test_a_column_of_codes_labels_its_rows() -> None:
    document = read("n,codigo,texto\n1,EF05MA03,Identificar frações.\n2,EF05MA04,Comparar frações.\n", language="pt")
    assert [label for label, _ in units(document)] == ["EF05MA03", "EF05MA04"]
    assert document.genre is Genre.CURRICULUM
    assert [dict(s.metadata) for s in document.sections] == [{"code": "EF05MA03"}, {"code": "EF05MA04"}]
    document = read("clave,nombre\nSSMJ/04,Laboratorio\nSSMJ/05,Vacunas\n")
    assert ([label for label, _ in units(document)], document.genre) == (["SSMJ/04", "SSMJ/05"], Genre.AUTO)


def test_json_of_any_nesting_inherits() -> None:
    value = {
        "ciudad": "X",
        "temas": [{"tema": "A", "leyes": [{"n": 1, "t": "uno"}, {"n": 2, "t": "dos"}]}, {"tema": "B"}],
    }
    document = read(json.dumps(value), detect.JSON, "x.json", language="es")
    assert [text for _, text in units(document)] == [
        "ciudad: X\ntema: A\nn: 1\nt: uno", "ciudad: X\ntema: A\nn: 2\nt: dos", "ciudad: X\ntema: B",
    ]  # fmt: skip
    assert [s.headings for s in document.sections if s.kind is SectionKind.UNIT] == [("leyes",), ("leyes",), ("temas",)]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"a": 1, "b": {"c": "x"}}, ["a: 1\nb.c: x"]),
        (["uno", "dos"], ["valor:\n- uno\n- dos"]),
        ([{"e": [{"Evidencia 1": "x"}, {"Evidencia 2": "y"}], "d": 1}], ["e:\n- x\n- y\nd: 1"]),
        ({"1": [{"art": "4", "top": 0.5}], "2": []}, ["art: 4\ntop: 0.5"]),
        ([{"a": None, "b": "", "c": True}], ["c: True"]),
        ("solo", ["valor: solo"]),
        (
            {"nombre": "Ley 1", "t": [{"nombre": "Cap. 1", "a": [{"nombre": "Art. 1", "texto": "x"}]}]},
            ["..nombre: Cap. 1\n....nombre: Ley 1\nnombre: Art. 1\ntexto: x"],
        ),
    ],
)
def test_json_shapes(value: Any, expected: list[str]) -> None:
    assert [text for _, text in units(read(json.dumps(value), detect.JSON, "x.json"))] == expected


def test_json_lines() -> None:
    assert len(units(read('{"a": 1, "b": 2}\n\n{"a": 3, "b": 4}\n', detect.JSON_LINES, "x.jsonl"))) == 2


scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
nested = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=20,
)


@given(nested)
@example({"": False, "0": [{"0": None, "": True}]})
def test_every_value_of_a_json_stands_in_some_row(value: Any) -> None:
    def leaves(inside: Any) -> set[str]:
        if isinstance(inside, dict):
            return set().union(*(leaves(child) for child in inside.values())) if inside else set()
        if isinstance(inside, list):
            return set().union(*(leaves(child) for child in inside)) if inside else set()
        return {rows.cell(inside)} - {""}

    tables = json_rows.deepest(value, name="x")
    kept = [
        text
        for table in tables
        for record in table.records
        for cells in record.values.values()
        for text in ([cells] if isinstance(cells, str) else cells)
    ]
    assert all(any(leaf in text for text in kept) for leaf in leaves(value))


def test_xlsx_sheets_are_tables_with_their_names() -> None:
    body = xlsx(
        ("Uno", [["Título"], ["id", "texto"], [1, "a"], [2.5, "b"]]), ("Vacía", []), ("Dos", [["x", "y"], [True, None]])
    )
    document = read(body, detect.XLSX, "x.xlsx", language="es")
    assert units(document) == [("fila 3", "id: 1\ntexto: a"), ("fila 4", "id: 2.5\ntexto: b"), ("fila 2", "x: True")]
    assert [s.headings for s in document.sections if s.kind is SectionKind.UNIT] == [("Uno",), ("Uno",), ("Dos",)]
    assert document.text.startswith("Uno\n\nTítulo\n\nid: 1")


def test_sqlite_tables_of_a_file_in_memory(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "x.db")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute('CREATE TABLE "la ""tabla" (id, texto, foto BLOB)')
    connection.execute('INSERT INTO "la ""tabla" VALUES (1, ?, ?)', ("niño", b"\x00\xff"))
    connection.execute(
        "CREATE VIEW bomba AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i FROM n) SELECT i FROM n"
    )
    connection.commit()
    connection.close()
    document = read((tmp_path / "x.db").read_bytes(), detect.SQLITE, "x.db")
    assert units(document) == [("fila 1", "id: 1\ntexto: niño")]


@pytest.mark.parametrize(
    ("body", "kind", "said"),
    [
        (b'a,b\n1,"' + b"x" * 200_000, detect.CSV, "mal formada"),
        (b"\n\n", detect.CSV, "no tiene filas"),
        (b'{"a": [}', detect.JSON, "mal formado"),
        (b"[" * 5000 + b"]" * 5000, detect.JSON, "niveles"),
        (b'{"a":' * 900 + b"1" + b"}" * 900, detect.JSON, "niveles"),
        (b"[]", detect.JSON, "no tiene filas"),
        (b"PK\x03\x04", detect.XLSX, "planilla"),
        (xlsx(("Hoja", [["a", "b"], [1, 2]]))[:-200], detect.XLSX, "planilla"),
        (b"SQLite format 3\x00" + b"\x01" * 4000, detect.SQLITE, "SQLite"),
    ],
)
def test_what_is_malformed_is_one_clear_line(body: bytes, kind: str, said: str) -> None:
    with pytest.raises(DocumentError, match=said):
        read(body, kind)


def test_a_spreadsheet_that_unpacks_past_the_limit_is_not_opened() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", bytes(3_000_000))
    with pytest.raises(DocumentError, match="3 MB"):
        read(buffer.getvalue(), detect.XLSX, limits=Limits(max_bytes=1_000_000))


def test_too_many_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "MAX_ROWS", 3)
    with pytest.raises(DocumentError, match="más de 3"):
        read("a,b\n" + "1,2\n" * 4)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"parts": [{"field": 1}]}', b'{"parts": null}', b"\xff", b"[" * 100_000]
)
def test_a_record_of_another_make_is_refused(body: bytes) -> None:
    with pytest.raises(DocumentError, match="forma esperada"):
        parse_record(Resource(uri="t.csv#1", body=body), limits=LIMITS)


def test_a_record_without_text_is_a_listed_failure() -> None:
    said = {"title": "T", "label": "", "url": "", "headings": [], "metadata": {}, "parts": []}
    with pytest.raises(DocumentError, match="no tiene filas con texto"):
        parse_record(Resource(uri="t.csv#1", body=json.dumps(said).encode()), limits=LIMITS)


def test_rows_have_the_grade_and_subject_that_their_columns_name() -> None:
    document = read("Grado;Asignatura;Texto\n5º básico;Ciencias;Explora el suelo\n6º básico;Ciencias;Explora el agua\n")
    said = [section.metadata for section in document.sections if section.kind is SectionKind.UNIT]
    assert [one["grade"] for one in said] == ["5º básico", "6º básico"] and said[0]["subject"] == "Ciencias"


def test_a_row_stands_under_its_name() -> None:
    document = read("id;nombre;sector\n1;Feria libre;norte\n2;Feria de las pulgas;sur\n3;Plaza mayor;sur\n")
    assert [s.headings for s in document.sections if s.kind is SectionKind.UNIT][1] == ("Feria de las pulgas",)


def test_a_catalogue_of_services_is_split_by_its_parts_without_a_mapping() -> None:
    rows = "".join(f"T{n};Permiso {n};Cédula y foto;{n} UTM;Diez días;vigente\n" for n in range(1, 4))
    document = read(f"codigo;trámite;requisitos;costo;tiempo_respuesta;estado\n{rows}", name="catálogo.csv")
    found = [p for p in split(document, index="i") if p.headings == ("Permiso 2",)]
    assert [(p.label, p.text, p.metadata.get("field")) for p in found] == [
        ("Requisitos", "Cédula y foto", "requirements"), ("Costo", "2 UTM", "cost"), ("Plazo", "Diez días", "time"),
        ("Otros datos", "codigo: T2\nestado: vigente", "other"),
    ]  # fmt: skip
    assert {p.metadata["parts"] for p in found} == {("requirements", "cost", "time", "other")}


@pytest.mark.parametrize("kind", [detect.CSV, detect.XLSX])
def test_a_table_with_too_many_columns_is_refused(kind: str) -> None:
    names = [f"c{n}" for n in range(2_500)]
    body = xlsx(("a", [names, names])) if kind == detect.XLSX else (",".join(names) + "\n") * 2
    with pytest.raises(DocumentError) as caught:
        read(body, kind)
    assert caught.value.key == "records.too_wide"

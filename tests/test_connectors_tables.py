"""Rows of APIs as the records connector reads them: page by page, lists of objects within a row, tables that belong to it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from latam_rag import plugins
from latam_rag.config import Limits
from latam_rag.connectors.records import Records
from latam_rag.errors import PluginError, SourceError
from latam_rag.parse.records import parse_record
from latam_rag.testing import HTTP, Asked, Page, Site, WebConnectorContract
from latam_rag.types import Document, SectionKind

MEANING: dict[str, Any] = {"id": "id", "title": "{nombre}", "fields": {"cost": "costo"}}


def documents(connector: Records) -> dict[str, Document]:
    return {ref.uri: parse_record(connector.fetch(ref), limits=Limits(), language="es") for ref in connector.refs()}


def units(document: Document) -> dict[str, str]:
    return {s.label: document.text[s.start : s.end] for s in document.sections if s.kind is SectionKind.UNIT}


def rows(*numbers: int) -> list[dict[str, Any]]:
    return [{"id": number, "nombre": f"Trámite {number}", "costo": f"$ {number}"} for number in numbers]


def serve(site: Site, found: list[Any], *, size: int = 2, total: int | None = None) -> str:
    """An API whose answers say which page comes next, and how many rows there are."""

    def answer(asked: Asked) -> Page:
        at = int(asked.query.get("desde", 0))
        more = at + size if at + size < len(found) else None
        said = {"total": len(found) if total is None else total, "sigue": more, "filas": found[at : at + size]}
        return Page(body=json.dumps(said).encode(), media_type="application/json", etag=f'"{hash(str(said))}"')

    return site.answer("/api/tramites", answer)


PAGES = {"parameter": "desde", "next": "sigue", "total": "total"}


class TestPages(WebConnectorContract):
    kind = Records

    @pytest.fixture
    def options(self, site: Site) -> Mapping[str, Any]:
        url = serve(site, rows(1, 2, 3, 4, 5))
        return {"path": url, "rows": "filas[]", "pages": dict(PAGES), "http": dict(HTTP), **MEANING}

    @pytest.fixture
    def change(self, site: Site) -> Callable[[], str]:
        def change() -> str:
            found = rows(1, 2, 3, 4, 5)
            found[3]["costo"] = "Gratuito"
            serve(site, found)
            return "tramites#4"

        return change


def test_an_address_needs_no_extension_to_be_json(site: Site) -> None:
    site.put("/api/tramites", json.dumps(rows(1, 2)), "application/json")
    found = documents(Records(f"{site.url}/api/tramites?municipio=X", http=dict(HTTP), **MEANING))
    assert [(uri, document.title) for uri, document in found.items()] == [
        ("tramites#1", "Trámite 1"), ("tramites#2", "Trámite 2"),
    ]  # fmt: skip


def counted(site: Site, found: list[Any], most: int) -> str:
    """An API of rows by number, that gives at most ``most`` of them."""

    def answer(asked: Asked) -> Page:
        at = int(asked.query["$offset"])
        return Page(body=json.dumps(found[at : at + most]).encode(), media_type="application/json")

    return site.answer("/filas.json", answer)


def test_pages_by_number_end_with_an_empty_one(site: Site) -> None:
    url = counted(site, rows(*range(1, 6)), 2)
    source = Records(f"{url}?$limit=2", pages={"parameter": "$offset", "step": 2}, http=dict(HTTP), **MEANING)
    assert [ref.uri for ref in source.refs()] == [f"filas.json#{n}" for n in range(1, 6)]
    assert [asked.query for asked in site.asked("/filas.json")] == [
        {"$limit": "2", "$offset": at} for at in ("0", "2", "4", "6")
    ]


@pytest.mark.parametrize(
    ("most", "pages", "said"),
    [
        (
            2,
            {"parameter": "$offset", "step": 3},
            "offset=3",
        ),  # pages smaller than asked for: rows left out between them
        (9, {"parameter": "pagina", "step": 1}, "pagina=1"),  # the parameter means nothing here: the same page for ever
    ],
)
def test_pages_that_lose_rows_or_never_end_are_an_error(
    site: Site, most: int, pages: dict[str, Any], said: str
) -> None:
    url = counted(site, rows(*range(1, 8)), most)
    source = Records(f"{url}?$offset=0", pages=pages, http=dict(HTTP), **MEANING)
    with pytest.raises(SourceError, match=said):
        list(source.refs())


def test_fewer_rows_than_the_answer_counts_are_an_error(site: Site) -> None:
    url = serve(site, rows(1, 2, 3), total=9)
    with pytest.raises(SourceError, match="3 / 9"):
        list(Records(url, rows="filas[]", pages=PAGES, http=dict(HTTP), **MEANING).refs())


def test_a_row_that_moved_to_the_next_page_counts_once_and_another_of_its_key_twice(site: Site) -> None:
    found = rows(1, 2, 2, 3)
    found.append({**found[0], "costo": "otro"})
    url = serve(site, found)
    source = Records(url, rows="filas[]", pages=PAGES, http=dict(HTTP), **MEANING)
    assert [ref.uri for ref in source.refs()] == [f"tramites#{key}" for key in ("1", "2", "3", "1~2")]


def test_a_key_in_the_address_is_sent_and_never_shown(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAVE_PRUEBA", "s3cr3t&x")
    url = serve(site, rows(1, 2, 3))
    http = {**HTTP, "query_env": {"access_token": "CLAVE_PRUEBA"}, "retries": 0}
    source = Records(url, rows="filas[]", pages=PAGES, http=http, **MEANING)
    assert all("s3cr3t" not in repr(source.fetch(ref)) + ref.uri for ref in source.refs())
    asked = site.asked("/api/tramites")
    assert [one.query["access_token"] for one in asked] == ["s3cr3t&x"] * len(asked) and asked
    site.redirect("/api/tramites", f"{site.url}/otra?access_token=s3cr3t%26x")
    with pytest.raises(SourceError, match=r"/otra") as caught:
        list(Records(url, rows="filas[]", pages=PAGES, http=http, **MEANING).refs())
    assert "s3cr3t" not in str(caught.value)
    monkeypatch.delenv("CLAVE_PRUEBA")
    with pytest.raises(SourceError, match=r"CLAVE_PRUEBA.*http\.query_env\.access_token"):
        list(source.refs())


NESTED = [
    {
        "id": 7, "nombre": "Permiso", "gratuito": "false", "plazo": {"inmediato": {}, "hasta": None},
        "pasos": [
            {
                "titulo": "Pedir", "texto": "Por escrito.\n\nO en línea.",
                "costos": [{"caso": "Adulto", "items": [{"v": "$ 10"}, {"v": "$ 5"}]}],
            },
            {"titulo": "Retirar", "texto": "", "costos": None},
        ],
        "temas": ["agua", "río"], "lugares": {"lugar": {"calle": "Uno 23"}},
    },
    {"id": 8, "nombre": "Aviso", "gratuito": "true", "plazo": None, "pasos": []},
]  # fmt: skip


def test_lists_of_objects_within_a_row(tmp_path: Path) -> None:
    (tmp_path / "t.json").write_text(json.dumps(NESTED))
    fields = {
        "steps": "{#}. {pasos[].titulo}\n\n{pasos[].texto}",
        "cost": ["gratuito", "{pasos[].titulo}, {pasos[].costos[].caso}: {pasos[].costos[].items[].v}"],
        "time": ["plazo.inmediato", "Hasta {plazo.hasta.max} días"],
        "office": "lugares.lugar[].calle",
    }
    lookup = {
        "gratuito": {"words": {"true": "Es gratuito.", "false": ""}},
        "plazo.inmediato": {"words": {"{}": "En el acto."}},
        "pasos[].titulo": {"words": {"Pedir": "Pedirlo"}},
    }
    source = Records(
        str(tmp_path / "t.json"), id="id", title="{nombre}", fields=fields, lookup=lookup, sparse=True,
        columns={"keywords": "temas[]"},
    )  # fmt: skip
    one, other = documents(source).values()
    assert units(one) == {
        "Pasos": "1. Pedirlo\n\nPor escrito.\n\nO en línea.\n2. Retirar",
        "Costo": "- Pedirlo, Adulto: $ 10\n- Pedirlo, Adulto: $ 5",
        "Plazo": "En el acto.",
        "Oficina responsable": "- Uno 23",
    }
    assert one.metadata["keywords"] == ("agua", "río")
    assert units(other) == {"Costo": "Es gratuito."}


@pytest.mark.parametrize(
    ("sparse", "named", "said"),
    [(False, "pasos[].titlo", "¿Quiso decir 'pasos[].titulo'?"), (False, "nada[].x", "'nada[].x'")],
)
def test_a_column_that_no_object_has_is_said(tmp_path: Path, sparse: bool, named: str, said: str) -> None:
    (tmp_path / "t.json").write_text(json.dumps(NESTED))
    source = Records(str(tmp_path / "t.json"), id="id", title="{nombre}", fields={"steps": named}, sparse=sparse)
    with pytest.raises(SourceError) as caught:
        list(source.refs())
    assert said in str(caught.value)


def test_even_an_api_that_leaves_columns_out_has_its_key_and_title(tmp_path: Path) -> None:
    (tmp_path / "t.json").write_text(json.dumps(NESTED))
    for wrong in ({"id": "clave"}, {"title": "{titulo}"}):
        given = {"id": "id", "title": "{nombre}", "fields": {"cost": "gratuito"}, "sparse": True, **wrong}
        with pytest.raises(SourceError, match="no hay una columna"):
            list(Records(str(tmp_path / "t.json"), **given).refs())


@pytest.mark.parametrize(
    ("markup", "value", "text"),
    [
        ("markdown", "Use **esto**:\n\n - uno\n - [dos](https://x.cl)", "Use esto:\n\n- uno\n\n- dos"),
        (
            "html",
            "<p>Use <b>esto</b>:</p><ul><li>uno</li><li>dos</li></ul><script>x()</script>",
            "Use esto:\n\nuno\n\ndos",
        ),
        ("plain", "Use <b>esto</b>", "Use <b>esto</b>"),
    ],
)
def test_what_values_are_written_in(tmp_path: Path, markup: str, value: str, text: str) -> None:
    (tmp_path / "t.json").write_text(json.dumps([{"id": 1, "a": value, "b": "<p> </p>"}, {"id": 2, "a": "x"}]))
    fields = {"requirements": "a", "cost": "b"} if markup == "html" else {"requirements": "a"}
    source = Records(str(tmp_path / "t.json"), id="id", title="T", fields=fields, markup=markup)
    document = documents(source)["t.json#1"]
    # A field of nothing but marks is none.
    assert units(document) == {"Requisitos": text}


def test_rows_of_another_table_belong_to_these(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("clave,nombre\n1,Permiso\n2,Aviso\n")
    steps = [
        dict(zip(("tramite", "orden", "paso", "doc"), row, strict=True))
        for row in (
            ("1", 1, "Pedir.", "Cédula"),
            ("1", 1, "Pedir.", "Foto"),
            ("1", 2, "Retirar.", None),
            ("9", 1, "No.", "X"),
        )
    ]
    (tmp_path / "pasos.json").write_text(json.dumps(steps))
    gather = {"pasos": {"path": "pasos.json", "key": "tramite", "on": "clave"}}
    fields = {"description": "nombre", "steps": "pasos[].paso", "documents": "pasos[].doc"}
    source = Records(str(tmp_path / "t.csv"), id="clave", title="{nombre}", fields=fields, gather=gather)
    one, other = documents(source).values()
    assert units(one) == {
        "Descripción": "Permiso", "Pasos": "- Pedir.\n- Retirar.", "Documentos": "- Cédula\n- Foto",
    }  # fmt: skip
    assert units(other) == {"Descripción": "Aviso"}
    (tmp_path / "pasos.json").write_text(json.dumps([{"otra": 1}]))
    with pytest.raises(SourceError, match=r"pasos\.json.*'tramite'"):
        list(source.refs())


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"pages": {"parameter": "p"}}, "pages"),
        ({"pages": {"step": 1}}, "pages"),
        ({"pages": {"parameter": "p", "step": 1, "next": "x"}}, "pages"),
        ({"lookup": {"a": {"path": "x.csv", "key": "k", "value": "v", "words": {"1": "uno"}}}}, r"lookup\.a"),
        ({"gather": {"a": {"path": "x.csv"}}}, r"gather\.a"),
        ({"markup": "rtf"}, "markup"),
    ],
)
def test_a_wrong_option_is_named(options: dict[str, Any], said: str) -> None:
    with pytest.raises(PluginError, match=said):
        plugins.connect("records", {"path": "t.json", **MEANING, **options})

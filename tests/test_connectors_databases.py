"""Rows of a database through SQLAlchemy; SQLite stands in for the servers."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from latam_rag.connectors import databases
from latam_rag.connectors.records import Records
from latam_rag.errors import EmptySource, PluginError, SourceError
from latam_rag.testing import ConnectorContract


@pytest.fixture
def base(tmp_path: Path) -> Path:
    path = tmp_path / "tramites.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE tramites (codigo TEXT PRIMARY KEY, nombre TEXT, hora TEXT, costo REAL)")
        rows = [("T2", "Permiso de feria", "09:30", 3.0), ("T1", "Patente comercial", "10:00", None)]
        connection.executemany("INSERT INTO tramites VALUES (?, ?, ?, ?)", rows)
    connection.close()
    return path


def records(base: Path, **more: Any) -> Records:
    return Records(**{"path": f"sqlite:///{base}", "id": "codigo", "title": "{nombre}", "text": "nombre", **more})


class TestDatabase(ConnectorContract):
    kind = Records

    @pytest.fixture
    def options(self, base: Path) -> Mapping[str, Any]:
        return {"path": f"sqlite:///{base}", "id": "codigo", "title": "{nombre}", "text": "nombre"}

    @pytest.fixture
    def change(self, base: Path) -> Callable[[], str]:
        def change() -> str:
            with sqlite3.connect(base) as connection:
                connection.execute("UPDATE tramites SET nombre = 'Permiso de feria libre' WHERE codigo = 'T2'")
            connection.close()
            return "tramites.db#T2"

        return change

    @pytest.fixture
    def missing(self, tmp_path: Path) -> Mapping[str, Any]:
        return {"path": f"sqlite:///{tmp_path}/no/no.db", "id": "codigo", "title": "{nombre}", "text": "nombre"}


def test_a_query_is_read_with_its_colons(base: Path) -> None:
    found = records(base, query="SELECT codigo, nombre || ' ' || hora AS nombre FROM tramites WHERE hora > '09:45'")
    (ref,) = found.refs()
    assert ref.uri == "tramites.db#T1" and "Patente comercial 10:00" in found.fetch(ref).body.decode()


def test_the_order_is_that_of_the_key(base: Path) -> None:
    assert [ref.uri for ref in records(base).refs()] == ["tramites.db#T1", "tramites.db#T2"]


def test_nothing_can_be_written(base: Path) -> None:
    with pytest.raises(PluginError):
        records(base, query="DELETE FROM tramites")
    before = base.read_bytes()
    with pytest.raises(SourceError):
        list(records(base, query="WITH x AS (SELECT 1) INSERT INTO tramites SELECT 'T3', 'x', 'y', 1 FROM x").refs())
    assert base.read_bytes() == before


def test_what_is_wrong_is_said(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for more, said in (
        ({"table": "tramite"}, "'tramite'"),
        ({"query": "SELECT nada FROM tramites"}, "nada"),
        ({"rows": "[]"}, "'rows'"),
        ({"path": "oracle://servidor/base"}, "pip install"),
        ({"storage_options": {"password_env": "CLAVE_BASE"}}, "CLAVE_BASE"),
    ):
        with pytest.raises(SourceError, match=said):
            list(records(base, **more).refs())
    with pytest.raises(PluginError, match="password_env"):
        records(base, path="postgresql://lector:clave@servidor/base")
    with pytest.raises(PluginError, match="sslmode"):
        list(records(base, storage_options={"sslmode": "x"}).refs())
    with pytest.raises(EmptySource):
        list(records(base, query="SELECT * FROM tramites WHERE 0").refs())


def test_a_url_is_a_database_by_its_scheme() -> None:
    assert databases.is_database("postgresql+psycopg://lector@servidor/base") and databases.is_database("mssql://a/b")
    assert not any(map(databases.is_database, ("tramites.db", "s3://a/b.csv", "https://a/b", "C:/datos.csv")))

"""Tables of a database server, through SQLAlchemy, read and never written. The one module that knows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from latam_rag.connectors.options import with_secrets
from latam_rag.errors import MissingExtra, PluginError, SourceError
from latam_rag.parse.rows import MAX_ROWS, Record, Table, cell

_DIALECTS = ("postgresql", "mysql", "mariadb", "mssql", "oracle", "sqlite")
_BLOCK = 1000
#: What makes the next transaction one that can't write, whatever the query says; and it is rolled back in any case.
_READ_ONLY = {
    "postgresql": "SET TRANSACTION READ ONLY",
    "mysql": "SET SESSION TRANSACTION READ ONLY",
    "mariadb": "SET SESSION TRANSACTION READ ONLY",
    "oracle": "SET TRANSACTION READ ONLY",
    "sqlite": "PRAGMA query_only = ON",
}


def is_database(path: str) -> bool:
    """Whether ``path`` is a database's URL: ``postgresql+psycopg://lector@servidor/tramites``."""
    scheme, mark, _ = path.partition("://")
    return bool(mark) and scheme.partition("+")[0] in _DIALECTS


def name_of(path: str) -> str:
    return path.partition("://")[2].partition("?")[0].rstrip("/").rpartition("/")[2] or "database"


def read(path: str, options: Mapping[str, Any], *, table: str | None, query: str | None) -> Table:
    """The rows of ``query``, or of ``table``, which may be left out where there is one only, in the order of its primary key.

    ``options``: ``username`` and ``password``, each also as the name of a variable (``password_env``). SourceError when it
    can't be read, MissingExtra without SQLAlchemy.
    """
    name = name_of(path)
    with _translated(name), _connection(path, options) as connection:
        found = connection.execute(_statement(connection, name, table, query))
        columns = list(found.keys())
        records: list[Record] = []
        while block := found.fetchmany(_BLOCK):
            for row in block:
                written = {column: text for column, value in zip(columns, row, strict=True) if (text := cell(value))}
                records.append(Record(number=len(records) + 1, values=dict(written)))
            if len(records) > MAX_ROWS:
                raise SourceError("records.too_many", name=name, allowed=MAX_ROWS)
    return Table(name=table or "", records=tuple(records))


@contextmanager
def _connection(path: str, options: Mapping[str, Any]) -> Iterator[Any]:
    import sqlalchemy

    given = with_secrets(options, "storage_options")
    strange = sorted(given.keys() - {"username", "password"})
    if strange:
        raise PluginError(
            "connectors.bad_option",
            connector="records",
            option=f"storage_options.{strange[0]}",
            reason="username_env, password_env",
        )
    engine = sqlalchemy.create_engine(sqlalchemy.make_url(path).set(**given), poolclass=sqlalchemy.NullPool)
    try:
        with engine.connect() as connection:
            first = _READ_ONLY.get(engine.dialect.name)
            if first:
                connection.execute(sqlalchemy.text(first))
            yield connection.execution_options(stream_results=True)
            connection.rollback()
    finally:
        engine.dispose()


def _statement(connection: Any, name: str, table: str | None, query: str | None) -> Any:
    import sqlalchemy

    if query is not None:
        # A colon in a query is a time or a cast, and no parameter of ours.
        return sqlalchemy.text(query.replace(":", "\\:"))
    inspected = sqlalchemy.inspect(connection)
    known = sorted({*inspected.get_table_names(), *inspected.get_view_names()})
    if table is None and len(known) != 1:
        raise SourceError("records.which_table", name=name, known=", ".join(known))
    wanted = table or known[0]
    if wanted not in known:
        raise SourceError("records.no_table", name=name, table=wanted, known=", ".join(known))
    keys = inspected.get_pk_constraint(wanted).get("constrained_columns") or []
    return (
        sqlalchemy.select(sqlalchemy.text("*"))
        .select_from(sqlalchemy.table(wanted))
        .order_by(*map(sqlalchemy.column, keys))
    )


@contextmanager
def _translated(name: str) -> Iterator[None]:
    try:
        from sqlalchemy import exc
    except ImportError as error:
        raise MissingExtra("databases", "SQLAlchemy") from error
    try:
        yield
    except ImportError as error:
        raise SourceError(
            "connectors.missing_package", name=name, protocol="SQL", hint=f"pip install {error.name}"
        ) from error
    except exc.SQLAlchemyError as error:
        # The library's own text repeats the statement, and may repeat the URL.
        said = " ".join(str(getattr(error, "orig", None) or type(error).__name__).split())[:300]
        raise SourceError("connectors.failed", name=name, error=said) from error

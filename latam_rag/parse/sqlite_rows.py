"""Rows of a SQLite database, read and never written: of its tables, or of a SELECT."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from latam_rag.errors import DocumentError
from latam_rag.parse.rows import MAX_ROWS, Record, Table, columns_of, row_of

_SECONDS = 120.0
_TABLES = """SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'
    AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"""
_Run = Callable[[str], tuple[list[str], list[tuple[Any, ...]]]]


def tables(source: bytes | Path, *, name: str) -> list[Table]:
    """Every table, in the order of their names. ``source`` is the database's bytes, or its file."""
    with _database(source, name) as run:
        titles = [str(row[0]) for row in run(_TABLES)[1]]
        quoted = [title.replace('"', '""') for title in titles]
        return [_table(title, *run(f'SELECT * FROM "{safe}"')) for title, safe in zip(titles, quoted, strict=True)]


def query(source: bytes | Path, select: str, *, name: str) -> Table:
    """What ``select`` gives; anything but reading is refused by the database itself."""
    with _database(source, name) as run:
        return _table("", *run(select))


def _table(title: str, columns: list[str], rows: list[tuple[Any, ...]]) -> Table:
    named = columns_of(columns)
    records = (Record(number=number, values=row_of(named, row)) for number, row in enumerate(rows, 1))
    return Table(name=title, records=tuple(record for record in records if record.values))


@contextmanager
def _database(source: bytes | Path, name: str) -> Iterator[_Run]:
    try:
        connection = _connected(source)
    except sqlite3.Error as error:
        raise DocumentError("records.bad_sqlite", name=name, error=str(error)) from error
    until = time.monotonic() + _SECONDS

    def run(select: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        try:
            cursor = connection.execute(select)
            found = cursor.fetchmany(MAX_ROWS + 1)
        except (sqlite3.Error, sqlite3.Warning) as error:
            raise DocumentError("records.bad_query", name=name, error=str(error)) from error
        if len(found) > MAX_ROWS:
            raise DocumentError("records.too_many", name=name, allowed=MAX_ROWS)
        return [column[0] for column in cursor.description or ()], found

    with closing(connection):
        connection.set_authorizer(_only_reading)
        connection.set_progress_handler(lambda: time.monotonic() > until, 100_000)
        connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
        yield run


def _connected(source: bytes | Path) -> sqlite3.Connection:
    """A connection that has read something, so that what is no database says so here."""
    if isinstance(source, bytes):
        connection = sqlite3.connect(":memory:")
        try:
            # Bytes 18 and 19 say that a log stands beside the file; alone in memory it can only be read as if there were none.
            connection.deserialize(source[:18] + b"\x01\x01" + source[20:])
            return _tried(connection)
        except sqlite3.Error:
            connection.close()
            raise
    try:
        return _tried(sqlite3.connect(f"file:{quote(str(source))}?mode=ro", uri=True))
    except sqlite3.OperationalError:
        # A database with a log, in a folder where nothing may be written: nobody is writing to it either.
        return _tried(sqlite3.connect(f"file:{quote(str(source))}?immutable=1", uri=True))


def _tried(connection: sqlite3.Connection) -> sqlite3.Connection:
    try:
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _only_reading(action: int, _first: str | None, second: str | None, *_: object) -> int:
    allowed = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE)
    harmless = action == sqlite3.SQLITE_FUNCTION and (second or "").lower() != "load_extension"
    return sqlite3.SQLITE_OK if action in allowed or harmless else sqlite3.SQLITE_DENY

"""The tables that ``records`` reads, whatever they are kept in: a file's, those of an API's pages, those beside them."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from latam_rag.connectors import mapping, markup
from latam_rag.connectors.filesystem import MAX_FILE, Location, locate, readable
from latam_rag.connectors.http import Manners
from latam_rag.connectors.pages import Pages, answers
from latam_rag.errors import DocumentError, SourceError
from latam_rag.parse import json_rows, rows, sqlite_rows


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a table is: as the definition gives it."""

    path: str
    storage_options: Mapping[str, Any]
    http: Manners

    def locate(self) -> Location:
        return locate(self.path, self.storage_options, self.http)

    def beside(self, path: str) -> Place:
        """What ``path`` names, beginning in the folder of this one."""
        folder = self.path.partition("?")[0].rpartition("/")[0]
        return replace(self, path=path if "://" in path or not folder else f"{folder}/{path}")


def name_of(location: Location) -> str:
    """What a file is called: the last part of its path, without what an address asks."""
    path = location.path if location.local else urlsplit(location.path).path or location.path
    return readable(posixpath.basename(path.rstrip("/")))


def read(place: Place, name: str, *, table: str | None, query: str | None, path: str | None) -> rows.Table:
    """The one table of a file; of several, the one called ``table``."""
    location = place.locate()
    body = _body(location, name)
    source = Path(location.path) if location.local else body
    tables = tables_in(body, name, query=query, path=path, database=source)
    known = ", ".join(each.name for each in tables)
    if table is not None:
        chosen = [each for each in tables if each.name == table]
        if not chosen:
            raise SourceError("records.no_table", name=name, table=table, known=known)
        return chosen[0]
    if len(tables) != 1:
        raise SourceError("records.which_table", name=name, known=known)
    return tables[0]


def read_pages(place: Place, name: str, pages: Pages, path: str | None) -> rows.Table:
    """The rows of all pages of an answer in JSON, as one table."""
    found: list[rows.Record] = []
    at = path if path is not None else "[]"
    for value in answers(place.path, place.http, pages, lambda value: len(markup.rows_at(value, at, name))):
        found += (
            replace(each, number=number) for number, each in enumerate(markup.rows_at(value, at, name), len(found) + 1)
        )
        if len(found) > rows.MAX_ROWS:
            raise SourceError("records.too_many", name=name, allowed=rows.MAX_ROWS)
    return rows.Table(name="", records=tuple(found))


def words_of(place: Place, other: mapping.Lookup) -> dict[str, str]:
    """What the codes of a column mean, by the table that ``other`` names beside the first one."""
    if other.words:
        return other.words
    location = place.beside(other.path).locate()
    name = name_of(location)
    body = _body(location, name)
    tables = tables_in(body, name, database=Path(location.path) if location.local else body)
    _require(tables, (other.key, other.value), name, "lookup")
    pairs = (
        (record.values.get(other.key), record.values.get(other.value)) for table in tables for record in table.records
    )
    return {key: value for key, value in pairs if isinstance(key, str) and isinstance(value, str)}


def gathered(table: rows.Table, place: Place, others: Mapping[str, mapping.Gather]) -> rows.Table:
    """``table`` with the rows of ``others`` in those that they belong to, as lists of objects by the others' names."""
    belonging = {called: _by_key(place, other) for called, other in others.items()}

    def whole(record: rows.Record) -> rows.Record:
        source = dict(record.source) if isinstance(record.source, dict) else {}
        for called, other in others.items():
            source[called] = belonging[called].get(str(record.values.get(other.on, "")), [])
        return replace(record, source=source)

    return replace(table, records=tuple(map(whole, table.records))) if others else table


def _by_key(place: Place, other: mapping.Gather) -> dict[str, list[rows.Row]]:
    beside = place.beside(other.path)
    name = name_of(beside.locate())
    found = _rows_of(beside, name, other)
    _require(found, (other.key,), name, "gather")
    by_key: dict[str, list[rows.Row]] = {}
    for record in (record for table in found for record in table.records):
        by_key.setdefault(str(record.values.get(other.key, "")), []).append(record.values)
    return by_key


def _rows_of(beside: Place, name: str, other: mapping.Gather) -> list[rows.Table]:
    if other.pages is not None:
        return [read_pages(beside, name, other.pages, other.rows)]
    location = beside.locate()
    body = _body(location, name)
    database = Path(location.path) if location.local else body
    return tables_in(body, name, path=other.rows if _kind(body, name) == "json" else None, database=database)


def _require(tables: list[rows.Table], columns: tuple[str, ...], name: str, option: str) -> None:
    known = {column: None for table in tables for record in table.records for column in record.values}
    for column in columns:
        if column not in known:
            values = {"column": column, "option": option, "hint": "", "known": ", ".join(known)}
            raise SourceError("records.no_column", name=name, **values)


def tables_in(
    body: bytes, name: str, *, query: str | None = None, path: str | None = None, database: Path | bytes = b""
) -> list[rows.Table]:
    """What a file holds, read by what it is; an option that is for another kind of file is an error.

    ``database`` is where a SQLite file lies, when not only in ``body``.
    """
    kind = _kind(body, name)
    for option, given, fits in (("query", query, "sqlite"), ("rows", path, "json")):
        if given is not None and kind != fits:
            raise SourceError("records.wrong_option", name=name, option=option, kind=kind.upper())
    try:
        if kind == "sqlite":
            source = database or body
            return [sqlite_rows.query(source, query, name=name)] if query else sqlite_rows.tables(source, name=name)
        if kind == "xlsx":
            return rows.from_xlsx(body, name=name, most=MAX_FILE, header=True)
        if kind == "json":
            value = json_rows.load(body, name=name, lines=name.lower().endswith((".jsonl", ".ndjson")))
            return [json_rows.rows_at(value, path if path is not None else "[]", name=name)]
        return [rows.from_csv(body, name=name, header=True)]
    except DocumentError as error:
        raise SourceError(error.key, **error.values) from error


def _body(location: Location, name: str) -> bytes:
    entry = location.entry()
    if entry is None:
        raise SourceError("connectors.is_folder", name=name)
    body: bytes = location.read(entry.path)
    return body


def _kind(body: bytes, name: str) -> str:
    if body.startswith(b"SQLite format 3\x00"):
        return "sqlite"
    if body.startswith(b"PK\x03\x04"):
        return "xlsx"
    if name.lower().endswith((".json", ".jsonl", ".ndjson")):
        return "json"
    # An API's address has no extension that tells.
    return "json" if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"[", b"{") else "csv"

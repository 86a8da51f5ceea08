"""Rows of a table as documents: CSV, JSON, XLSX or SQLite, with the columns mapped in the definition."""

from __future__ import annotations

import posixpath
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import pydantic

from latam_rag.connectors import databases, mapping
from latam_rag.connectors.filesystem import MAX_FILE, Location, locate, readable, refuse_plain_secrets
from latam_rag.connectors.http import Manners
from latam_rag.connectors.options import STRICT, checked
from latam_rag.errors import DocumentError, EmptySource, PluginError, SourceError
from latam_rag.parse import json_rows, rows, sqlite_rows
from latam_rag.parse.detect import RECORD
from latam_rag.types import Ref, Resource


class _Options(pydantic.BaseModel):
    model_config = STRICT

    path: str = pydantic.Field(min_length=1)
    table: str | None = None
    query: str | None = pydantic.Field(default=None, pattern=r"(?is)^\s*(select|with)\b")
    rows: str | None = None
    name: str | None = pydantic.Field(default=None, pattern=r"^[^/\\:#]+$")
    storage_options: dict[str, str | int | float | bool] = {}
    http: Manners = Manners()


class Records:
    """Each row of one table is a document.

    Where the rows are: ``path`` (a file or fsspec URL); ``table``, a sheet or database table; ``query``, a SELECT; ``rows``,
    the way to them in a JSON (``[].ejes[].oas[]``). What they mean: ``id``, ``title``, and either ``text`` (the row is one
    citable unit) or ``fields`` (each is one); ``label``, ``headings``, ``columns`` (metadata), ``url``. How they are written:
    ``replace``, ``separator``, ``skip``, ``lookup``. docs/connectors.md shows each on a real table.
    """

    def __init__(
        self,
        path: Annotated[
            str,
            "The file, a URL that fsspec reads, or that of a database: `postgresql+psycopg://lector@servidor/tramites`.",
        ],
        *,
        id: Annotated[
            str | Sequence[str], "The column, or columns, that tell rows apart."
        ],  # the key's name in the definition
        title: Annotated[str, "Template: the document's title, as cited. May be constant."],
        text: Annotated[str | Sequence[str], "Column or columns whose text is the row's one citable unit."] = (),
        fields: Annotated[
            Mapping[str, str | Sequence[str]] | None,
            "Instead of `text`: the parts of a service sheet, each a citable unit.",
        ] = None,
        label: Annotated[str, "Template: how the unit is cited; by default the code."] = "",
        headings: Annotated[Sequence[str], "Templates: where the row stands, outermost first."] = (),
        columns: Annotated[
            Mapping[str, str] | None, "Metadata from columns: code, grade, subject, axis, body, …"
        ] = None,
        url: Annotated[str, "Template: the web page that a citation opens."] = "",
        replace: Annotated[Mapping[str, str] | None, "What stands in a value, and what it means."] = None,
        separator: Annotated[str, "What parts a value into a list."] = "",
        skip: Annotated[Sequence[str], "Values that say nothing, as patterns."] = (),
        lookup: Annotated[
            Mapping[str, Mapping[str, str]] | None,
            "By column: a table beside this one (path, key, value) that puts codes in words.",
        ] = None,
        table: Annotated[str | None, "The sheet of an XLSX or the table of a database, when there are several."] = None,
        query: Annotated[str | None, "A SELECT, for a database. It can't write."] = None,
        rows: Annotated[str | None, "The way to the rows of a JSON; `[]` by default."] = None,
        name: Annotated[str | None, "What every uri begins with; by default the file's name."] = None,
        storage_options: Annotated[
            Mapping[str, Any] | None, "What is needed to log in; `password_env` names a variable."
        ] = None,
        http: Annotated[
            Mapping[str, Any] | None, "How the server of a file on the web is asked: a table, see below."
        ] = None,
    ) -> None:
        place = {
            "path": path,
            "table": table,
            "query": query,
            "rows": rows,
            "name": name,
            "http": {} if http is None else http,
        }
        self._options: _Options = checked(
            _Options, "records", {**place, "storage_options": dict(storage_options or {})}
        )
        meaning = {
            "id": id, "title": title, "text": text, "fields": dict(fields or {}), "label": label, "headings": headings,
            "columns": dict(columns or {}), "url": url, "replace": dict(replace or {}), "separator": separator, "skip": skip,
            "lookup": {column: dict(other) for column, other in (lookup or {}).items()},
        }  # fmt: skip
        self._mapping: mapping.Mapping_ = checked(mapping.Mapping_, "records", meaning)
        if bool(text) == bool(fields):
            raise PluginError("records.one_of")
        refuse_plain_secrets(path, self._options.storage_options)
        self._reading = threading.Lock()
        self._bodies: dict[str, bytes] = {}

    def refs(self) -> Iterator[Ref]:
        """In the table's order. A row's revision is a hash of what the mapping takes from it."""
        for uri, body in self._read().items():
            yield Ref(uri=uri, revision=mapping.revision(body))

    def fetch(self, ref: Ref) -> Resource:
        body = self._bodies.get(ref.uri) or self._read().get(ref.uri)
        if body is None:
            raise SourceError("connectors.missing", name=ref.uri)
        return Resource(uri=ref.uri, body=body, media_type=RECORD, revision=mapping.revision(body))

    def _read(self) -> dict[str, bytes]:
        """Every row's body by its uri: ``tramites.csv#SAMJ/01``.

        Of rows with one key, the second is ``…~2``. A row without a key is named by its content.
        """
        with self._reading:
            if databases.is_database(self._options.path):
                return self._mapped_database()
            location = locate(self._options.path, self._options.storage_options, self._options.http)
            name = self._options.name or readable(posixpath.basename(location.path))
            found = self._table(location, name)
            if not found.records:
                raise EmptySource("records.empty", name=name)
            words = {column: _words(location, other, self._options) for column, other in self._mapping.lookup.items()}
            self._bodies = mapped(found, self._mapping, words, name)
            return self._bodies

    def _mapped_database(self) -> dict[str, bytes]:
        options = self._options
        name = options.name or databases.name_of(options.path)
        given = {"rows": options.rows, "lookup": self._mapping.lookup}
        wrong = next((option for option, value in given.items() if value), None)
        if wrong:
            raise SourceError("records.wrong_option", name=name, option=wrong, kind="SQL")
        found = databases.read(options.path, options.storage_options, table=options.table, query=options.query)
        if not found.records:
            raise EmptySource("records.empty", name=name)
        self._bodies = mapped(found, self._mapping, {}, name)
        return self._bodies

    def _table(self, location: Location, name: str) -> rows.Table:
        options = self._options
        tables = _tables(location, name, query=options.query, path=options.rows)
        known = ", ".join(table.name for table in tables)
        if options.table is not None:
            chosen = [table for table in tables if table.name == options.table]
            if not chosen:
                raise SourceError("records.no_table", name=name, table=options.table, known=known)
            return chosen[0]
        if len(tables) != 1:
            raise SourceError("records.which_table", name=name, known=known)
        return tables[0]


def mapped(
    table: rows.Table, meaning: mapping.Mapping_, words: Mapping[str, Mapping[str, str]], name: str
) -> dict[str, bytes]:
    """Every row's body by its uri, ``name#key``. SourceError when ``meaning`` names a column that no row has."""
    meaning.require({column: None for record in table.records for column in record.values}, name)
    bodies: dict[str, bytes] = {}
    for record in table.records:
        row = meaning.cleaned(record.values, words)
        body = mapping.body(meaning.record(row))
        uri = f"{name}#{meaning.key(row) or mapping.revision(body)}"
        bodies[_free(uri, bodies)] = body
    return bodies


def _tables(location: Location, name: str, *, query: str | None = None, path: str | None = None) -> list[rows.Table]:
    body = _body(location, name)
    source = Path(location.path) if location.local else body
    return tables_in(body, name, query=query, path=path, database=source)


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
    return "csv"


def _words(location: Location, other: mapping.Lookup, options: _Options) -> dict[str, str]:
    """What the codes of a column mean, by the table that ``other`` names beside the first one."""
    folder = options.path.rpartition("/")[0]
    beside = locate(f"{folder}/{other.path}" if folder else other.path, options.storage_options, options.http)
    name = readable(posixpath.basename(beside.path))
    tables = _tables(beside, name)
    for column in (other.key, other.value):
        known = {named: None for table in tables for record in table.records for named in record.values}
        if column not in known:
            raise SourceError(
                "records.no_column", name=name, column=column, option="lookup", hint="", known=", ".join(known)
            )
    pairs = (
        (record.values.get(other.key), record.values.get(other.value)) for table in tables for record in table.records
    )
    return {key: value for key, value in pairs if isinstance(key, str) and isinstance(value, str)}


def _free(uri: str, taken: Mapping[str, bytes]) -> str:
    key, count = uri, 1
    while key in taken:
        count += 1
        key = f"{uri}~{count}"
    return key

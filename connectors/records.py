"""Rows of a table as documents: CSV, JSON, XLSX or SQLite, with the columns mapped in the definition."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

import pydantic

from latam_rag.connectors import databases, mapping, tables
from latam_rag.connectors.filesystem import refuse_plain_secrets
from latam_rag.connectors.http import Manners
from latam_rag.connectors.options import STRICT, checked
from latam_rag.connectors.pages import Pages
from latam_rag.errors import EmptySource, PluginError, SourceError
from latam_rag.parse import rows
from latam_rag.parse.detect import RECORD
from latam_rag.types import Ref, Resource


class _Options(pydantic.BaseModel):
    model_config = STRICT

    path: str = pydantic.Field(min_length=1)
    table: str | None = None
    query: str | None = pydantic.Field(default=None, pattern=r"(?is)^\s*(select|with)\b")
    rows: str | None = None
    pages: Pages | None = None
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
            Mapping[str, Mapping[str, Any]] | None,
            "By column: a table beside this one (path, key, value) that puts codes in words, or the `words` themselves.",
        ] = None,
        gather: Annotated[
            Mapping[str, Mapping[str, Any]] | None,
            "By name: a table whose rows belong to these (path, and its `key` that is `on` here), as a list of objects.",
        ] = None,
        markup: Annotated[str, "What the values are written in: plain, markdown or html."] = "plain",
        sparse: Annotated[
            bool, "Whether a column that no row has counts as empty, as with an API; not id and title."
        ] = False,
        table: Annotated[str | None, "The sheet of an XLSX or the table of a database, when there are several."] = None,
        query: Annotated[str | None, "A SELECT, for a database. It can't write."] = None,
        rows: Annotated[str | None, "The way to the rows of a JSON; `[]` by default."] = None,
        pages: Annotated[Pages | None, "Of an API that answers page by page: how the next one is asked for."] = None,
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
            "pages": pages,
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
            "gather": {called: dict(other) for called, other in (gather or {}).items()},
            "markup": markup, "sparse": sparse,
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
            database = databases.is_database(self._options.path)
            name, found = self._database() if database else self._file()
            if not found.records:
                raise EmptySource("records.empty", name=name)
            words = {column: tables.words_of(self._place, other) for column, other in self._mapping.lookup.items()}
            found = tables.gathered(found, self._place, self._mapping.gather)
            self._bodies = mapped(found, self._mapping, words, name, once=self._options.pages is not None)
            return self._bodies

    @property
    def _place(self) -> tables.Place:
        options = self._options
        return tables.Place(path=options.path, storage_options=options.storage_options, http=options.http)

    def _database(self) -> tuple[str, rows.Table]:
        options = self._options
        name = options.name or databases.name_of(options.path)
        given = {
            "rows": options.rows, "pages": options.pages, "gather": self._mapping.gather,
            "lookup": {column: other for column, other in self._mapping.lookup.items() if other.path},
        }  # fmt: skip
        wrong = next((option for option, value in given.items() if value), None)
        if wrong:
            raise SourceError("records.wrong_option", name=name, option=wrong, kind="SQL")
        found = databases.read(options.path, options.storage_options, table=options.table, query=options.query)
        return name, found

    def _file(self) -> tuple[str, rows.Table]:
        options, place = self._options, self._place
        name = options.name or tables.name_of(place.locate())
        if options.pages is not None:
            return name, tables.read_pages(place, name, options.pages, options.rows)
        return name, tables.read(place, name, table=options.table, query=options.query, path=options.rows)


def mapped(
    table: rows.Table, meaning: mapping.Mapping_, words: mapping.Words, name: str, *, once: bool = False
) -> dict[str, bytes]:
    """Every row's body by its uri, ``name#key``. SourceError when ``meaning`` names a column that no row has.

    With ``once``, a row that comes again as it was counts once: it moved from a page to the next while they were read.
    """
    meaning.require(table.records, name)
    words = {**meaning.words, **words}
    bodies: dict[str, bytes] = {}
    for record in table.records:
        given = meaning.given(record, words)
        body = mapping.body(meaning.record(given))
        uri = f"{name}#{meaning.key(given) or mapping.revision(body)}"
        if not (once and bodies.get(uri) == body):
            bodies[_free(uri, bodies)] = body
    return bodies


def _free(uri: str, taken: Mapping[str, bytes]) -> str:
    key, count = uri, 1
    while key in taken:
        count += 1
        key = f"{uri}~{count}"
    return key

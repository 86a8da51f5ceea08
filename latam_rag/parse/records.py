"""Records to Documents: a row that the records connector mapped, or a bare table met among the files."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from latam_rag import references
from latam_rag.config import Limits
from latam_rag.errors import DocumentError
from latam_rag.language import guess as language_of
from latam_rag.messages import text as message
from latam_rag.parse import columns, detect, html, json_rows, markdown, rows, sqlite_rows
from latam_rag.parse.build import Builder, Draft, clean
from latam_rag.types import Document, Genre, Language, Resource, SectionKind, Value

#: The parts of a service sheet that have a name of their own in both languages (``records.toml``).
SERVICE_FIELDS = (
    "description", "audience", "requirements", "steps", "documents", "cost", "time", "channel", "office", "legal_basis",
    "validity", "contact", "result", "other",
)  # fmt: skip
_TELLING = 0.8


def parse_record(resource: Resource, *, limits: Limits, language: Language | None = None) -> Document:
    """One row as the records connector sends it: a UNIT per field of a service sheet, or one UNIT that is the row's text.

    The body is JSON: ``title``, ``label``, ``headings``, ``url``, ``metadata`` and ``parts``, a list of
    ``{"field": name or "", "values": [text, …], "list": whether they are items}``; ``markup``, if they are markdown or html.
    DocumentError when no part has text.
    """
    said = _loaded(resource, limits)
    parts: list[Mapping[str, Any]] = [part for part in said["parts"] if part["values"]]
    if not parts:
        raise DocumentError("records.empty", name=resource.uri)
    spoken = language or language_of("\n".join(value for part in parts for value in part["values"])) or "es"
    builder = Builder()
    if any(part["field"] for part in parts):
        builder.add(SectionKind.HEADING, clean(said["title"]), level=1)
        for field in {part["field"]: None for part in parts}:
            _field(builder, field, [part for part in parts if part["field"] == field], said, spoken)
        genre = Genre.SERVICE
    else:
        _whole(builder, parts, said)
        genre = Genre.CURRICULUM if said["label"] or said["metadata"].get("code") else Genre.AUTO
    metadata = {**_metadata(said["metadata"]), **resource.metadata}
    draft = builder.draft(genre=genre, metadata=metadata, url=said["url"])
    return draft.document(resource, title=said["title"], language=spoken)


def parse_records(resource: Resource, media_type: str, *, limits: Limits, language: Language | None = None) -> Document:
    """A bare table: one UNIT per row, its cells as ``column: value`` lines, the sheet's or table's name as its heading.

    A row whose curriculum or procedure code is plain to see is labelled by it, else by its number. DocumentError when it is
    malformed or holds nothing.
    """
    name = resource.uri.rsplit("/", 1)[-1]
    tables = [table for table in _tables(resource.body, media_type, name, limits) if table.records or table.preamble]
    if not tables:
        raise DocumentError("records.empty", name=name)
    sample = (value for table in tables for record in table.records[:400] for value in record.values.values())
    spoken = (
        language
        or language_of("\n".join(value if isinstance(value, str) else "\n".join(value) for value in sample))
        or "es"
    )
    builder = Builder()
    curricular = [_lay(builder, table, spoken) for table in tables]
    service = any(columns.sheet(table, columns.naming(table)) for table in tables)
    draft: Draft = builder.draft(
        genre=Genre.SERVICE if service else Genre.CURRICULUM if any(curricular) else Genre.AUTO,
        metadata=dict(resource.metadata),
    )
    return draft.document(resource, title=resource.title or name.rsplit(".", 1)[0].replace("_", " "), language=spoken)


def _tables(body: bytes, media_type: str, name: str, limits: Limits) -> list[rows.Table]:
    if media_type == detect.SQLITE:
        return sqlite_rows.tables(body, name=name)
    if media_type == detect.XLSX:
        return rows.from_xlsx(body, name=name, most=limits.max_bytes)
    if media_type in (detect.JSON, detect.JSON_LINES):
        return json_rows.deepest(json_rows.load(body, name=name, lines=media_type == detect.JSON_LINES), name=name)
    return [rows.from_csv(body, name=name)]


def _lay(builder: Builder, table: rows.Table, language: Language) -> bool:
    """Append ``table``; whether its rows are curriculum objectives."""
    headings = (table.name,) if table.name else ()
    if table.name:
        builder.add(SectionKind.HEADING, clean(table.name), level=1)
    for line in table.preamble:
        builder.add(SectionKind.PARAGRAPH, clean(line, lines=True))
    column, name = _code_column(table), columns.naming(table)
    fields = columns.sheet(table, name)
    curricular = False
    for record in table.records:
        if fields and (title := _joined(record.values.get(name, ""))):
            _sheet(builder, record.values, title, fields, language)
            continue
        lines = [_line(each, value) for each, value in record.values.items()]
        codes = references.find(_joined(record.values.get(column, ""))).codes if column else ()
        metadata: dict[str, Value] = dict(columns.facets(record.values))
        label = message("records.row", language, number=record.number)
        if len(codes) == 1:
            curricular = curricular or "/" not in codes[0]
            written = _joined(record.values[column])
            label, metadata = (written if len(written) <= 24 else codes[0]), {**metadata, "code": codes[0]}
        above = (*headings, title) if (title := _joined(record.values.get(name, ""))) else headings
        builder.add(SectionKind.UNIT, "\n".join(filter(None, lines)), label=label, headings=above, metadata=metadata)
    return curricular


def _sheet(
    builder: Builder, row: Mapping[str, rows.Cell], title: str, fields: Mapping[str, str], language: Language
) -> None:
    """A row of a catalogue of services: its name, and a UNIT per part; what is no part is among other data."""
    builder.add(SectionKind.HEADING, clean(title), level=2)
    for part in dict.fromkeys([*fields.values(), "other"]):
        said = {
            column: value for column, value in row.items() if fields.get(column, "other") == part and value != title
        }
        # The only column of a part is named by the part's label already.
        lines = [_line("" if len(said) == 1 and column in fields else column, value) for column, value in said.items()]
        lines = [line for line in lines if line]
        label = message(f"records.{part}", language)
        if lines:
            text, metadata = "\n".join(lines), {"field": part}
            builder.add(SectionKind.UNIT, text, label=label, headings=(clean(title),), metadata=metadata)


def _code_column(table: rows.Table) -> str:
    """The column in which most rows hold exactly one code, the shortest such column; empty when there is none."""
    found: list[tuple[float, str]] = []
    sample = table.records[:60]
    for column in {name: None for record in sample for name in record.values}:
        values = [_joined(record.values[column]) for record in sample if column in record.values]
        coded = sum(len(references.find(value[:400]).codes) == 1 for value in values)
        if len(values) >= len(sample) / 2 and coded >= _TELLING * len(values):
            found.append((sum(map(len, values)) / len(values), column))
    return min(found)[1] if found else ""


def _line(column: str, value: rows.Cell) -> str:
    if isinstance(value, str):
        text = clean(value, lines=True)
        return f"{column}: {text}" if text and column else text
    return "\n".join([*([f"{column}:"] if column else []), *(f"- {clean(item)}" for item in value)])


def _joined(value: rows.Cell) -> str:
    return value if isinstance(value, str) else "; ".join(value)


def _field(
    builder: Builder, field: str, parts: list[Mapping[str, Any]], said: Mapping[str, Any], language: Language
) -> None:
    label = message(f"records.{field}", language) if field in SERVICE_FIELDS else field
    _unit(builder, parts, said, label=label, metadata={"field": field}, headed=True)


def _whole(builder: Builder, parts: list[Mapping[str, Any]], said: Mapping[str, Any]) -> None:
    metadata = _metadata({key: value for key, value in said["metadata"].items() if key == "code"})
    _unit(builder, parts, said, label=said["label"], metadata=metadata)


def _unit(
    builder: Builder,
    parts: list[Mapping[str, Any]],
    said: Mapping[str, Any],
    *,
    label: str,
    metadata: Mapping[str, Value],
    headed: bool = False,
) -> None:
    """One UNIT of ``parts``, under its label as a heading if ``headed``."""
    text, marks = _lines(parts)
    written = said.get("markup")
    if not text or (written and not _laid(Builder(), parts, written)):
        return
    if headed:
        builder.add(SectionKind.HEADING, label, level=2)
    if not written:
        builder.add(SectionKind.UNIT, text, label=label, headings=said["headings"], metadata=metadata, marks=marks)
        return
    start = builder.gap_ahead()
    _laid(builder, parts, written)
    headings = said["headings"]
    builder.mark(SectionKind.UNIT, start, builder.length, label=label, headings=headings, metadata=metadata)


def _laid(builder: Builder, parts: list[Mapping[str, Any]], written: str) -> bool:
    """The blocks of values in Markdown or HTML; whether there are any."""
    before = builder.length
    for part in parts:
        listed = part["list"] and len(part["values"]) > 1
        for value in part["values"]:
            if written == "html":
                html.lay(builder, html.root_of(value, name=part["field"]), base=2)
            else:
                markdown.blocks(builder, f"- {value}" if listed and value[:1] not in "-*•+" else value, base=2)
    return builder.length > before


def _lines(parts: Iterable[Mapping[str, Any]]) -> tuple[str, list[tuple[SectionKind, int, int]]]:
    """The parts one below another, and where the items of lists lie."""
    lines: list[str] = []
    marks = []
    length = 0
    for part in parts:
        for value in part["values"]:
            text = clean(value, lines=True)
            if not text:
                continue
            line = f"- {text}" if part["list"] else text
            if part["list"]:
                marks.append((SectionKind.ITEM, length, length + len(line)))
            lines.append(line)
            length += len(line) + 1
    return "\n".join(lines), marks


def _metadata(said: Mapping[str, Any]) -> dict[str, Value]:
    """Lists as tuples, codes in their canonical form."""
    found: dict[str, Value] = {}
    for key, value in said.items():
        values = value if isinstance(value, list) else [value]
        if key == "code":
            values = [references.canonical_code(str(one).rstrip(". ")) for one in values]
        found[key] = tuple(map(str, values)) if isinstance(value, list) else values[0]
    return found


def _loaded(resource: Resource, limits: Limits) -> dict[str, Any]:
    if len(resource.body) > limits.max_bytes:
        size, allowed = f"{len(resource.body) / 1e6:,.1f} MB", f"{limits.max_bytes / 1e6:,.1f} MB"
        raise DocumentError("records.too_large", name=resource.uri, size=size, allowed=allowed)
    try:
        said = json.loads(resource.body)
        _ = [(part["field"], part["list"], "".join(part["values"])) for part in said["parts"]]
        _ = said["title"] + said["label"] + said["url"] + "".join(said["headings"])
        _ = said["metadata"].items()
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DocumentError("records.bad_record", name=resource.uri) from error
    found: dict[str, Any] = said
    return found

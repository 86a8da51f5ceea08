"""Rows of CSV and XLSX files, and what a row is: the records connector and the record parser both read them here."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from datetime import time as clock
from typing import Any

from latam_rag.errors import DocumentError
from latam_rag.parse import decode, detect

Cell = str | list[str]
Row = dict[str, Cell]
#: A table past this isn't read as documents: it is data, and a question over it is a query.
MAX_ROWS = 500_000
MAX_COLUMNS = 2_000
_HEADER_WITHIN = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """One row: ``number`` as a spreadsheet counts (a header is row 1); empty cells are left out."""

    number: int
    values: Row
    source: Any = None
    """Of a row of JSON, the value itself: ``nested`` finds the lists of objects within it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    name: str
    """Of the sheet or database table; empty for a CSV."""
    records: tuple[Record, ...]
    preamble: tuple[str, ...] = ()
    """Lines above the header: a title, a note."""


def cell(value: Any) -> str:
    """A scalar as people write it: no ``1.0`` for 1, dates in ISO form, nothing for None or bytes."""
    if value is None or isinstance(value, (bytes, bytearray, memoryview)):
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime) and value.time() == clock():
        return value.date().isoformat()
    if isinstance(value, (date, datetime, clock)):
        return value.isoformat()
    return str(value).strip()


def from_csv(body: bytes, *, name: str, header: bool = False) -> Table:
    """A table of separated values; encoding and separator are found out. DocumentError when it isn't one.

    With ``header`` the first row names the columns even where it doesn't look so.
    """
    text = decode.decode(body).lstrip("\ufeff").replace("\x00", "")
    try:
        lines = _numbered(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)), name)
    except csv.Error as error:
        raise DocumentError("records.bad_csv", name=name, error=str(error)) from error
    return _table("", lines, header)


def from_xlsx(body: bytes, *, name: str, most: int, header: bool = False) -> list[Table]:
    """Its sheets, the hidden ones too; values, not formulas. ``most`` bounds what it unpacks to, in bytes."""
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    # What openpyxl raises on a damaged file depends on where the damage is.
    damaged = (
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        SyntaxError,
        InvalidFileException,
        *detect.BROKEN_ZIP,
    )
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            size = sum(info.file_size for info in packed.infolist())
        if size > most:
            sizes = {"size": f"{size / 1e6:,.0f} MB", "allowed": f"{most / 1e6:,.0f} MB"}
            raise DocumentError("records.too_large", name=name, **sizes)
        with closing(
            openpyxl.load_workbook(io.BytesIO(body), read_only=True, data_only=True, keep_links=False)
        ) as book:
            sheets = [(sheet.title, _numbered(sheet.iter_rows(values_only=True), name)) for sheet in book.worksheets]
    except damaged as error:
        raise DocumentError("records.bad_xlsx", name=name, error=str(error)) from error
    return [_table(title, lines, header) for title, lines in sheets]


def _numbered(rows: Any, name: str) -> list[tuple[int, list[str]]]:
    """The rows that hold anything, with their numbers."""
    found = []
    for number, row in enumerate(rows, 1):
        if len(row) > MAX_COLUMNS:
            raise DocumentError("records.too_wide", name=name, allowed=MAX_COLUMNS)
        cells = [cell(value) for value in row]
        if any(cells):
            found.append((number, cells))
            if len(found) > MAX_ROWS:
                raise DocumentError("records.too_many", name=name, allowed=MAX_ROWS)
    return found


def _table(title: str, rows: list[tuple[int, list[str]]], header: bool) -> Table:
    at = _header(rows)
    if at is None and header and rows:
        at = 0
    columns = columns_of(rows[at][1]) if at is not None else []
    body = rows[at + 1 :] if at is not None else rows
    preamble = [" | ".join(filter(None, cells)) for _, cells in rows[:at]] if at else []
    records = tuple(Record(number=number, values=row_of(columns, cells)) for number, cells in body)
    return Table(name=title, records=records, preamble=tuple(preamble))


def _header(rows: list[tuple[int, list[str]]]) -> int | None:
    """The first row that looks like names: as wide as the table, all different, none a number. None when there is none."""
    width = Counter(sum(map(bool, cells)) for _, cells in rows[:200]).most_common(1)
    widest = max((len(cells) for _, cells in rows[:200]), default=0)
    if widest < 2 or len(rows) < 2:
        return None
    for at, (_, cells) in enumerate(rows[:_HEADER_WITHIN]):
        named = [text for text in cells if text]
        wide = len(named) >= max(2, min(width[0][0], widest * 0.6))
        if wide and len(set(named)) == len(named) and not any(_is_number(text) or len(text) > 120 for text in named):
            return at
    return None


def columns_of(names: Sequence[str]) -> list[str]:
    """Column names, each once and none empty."""
    columns: list[str] = []
    for place, given in enumerate(names, 1):
        name, count = " ".join(given.split()) or f"columna {place}", 1
        unique = name
        while unique in columns:
            count += 1
            unique = f"{name} ({count})"
        columns.append(unique)
    return columns


def row_of(columns: Sequence[str], cells: Sequence[Any]) -> Row:
    """Values by column; a cell past the header keeps its place as its name, so that nothing is lost."""
    values = (
        (columns[place] if place < len(columns) else f"columna {place + 1}", cell(value))
        for place, value in enumerate(cells)
    )
    return {column: value for column, value in values if value}


def _is_number(text: str) -> bool:
    return text.replace(".", "").replace(",", "").replace("-", "").replace("%", "").replace("$", "").strip().isdigit()


def _delimiter(text: str) -> str:
    """The separator with which the most lines have the same number of cells, and the most cells at that."""
    sample = text[:65536]
    sample = sample[: sample.rfind("\n") + 1] or sample

    def score(mark: str) -> tuple[float, int]:
        try:
            widths = Counter(len(row) for row in _some(csv.reader(io.StringIO(sample, newline=""), delimiter=mark)))
        except csv.Error:
            return 0.0, 0
        if not widths:
            return 0.0, 0
        width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
        return (round(count / widths.total(), 1) if width > 1 else 0.0), width

    return max(",;\t|", key=score)


def _some(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    for count, row in enumerate(rows):
        if count >= 100:
            return
        if row:
            yield row

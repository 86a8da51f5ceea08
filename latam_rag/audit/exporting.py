"""Records for those who read them elsewhere: lines of JSON as they stand, or a table for a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

COLUMNS = (
    "number", "time", "kind", "question", "refused", "reason", "answer", "sources", "withheld", "engine", "redacted", "hash",
)  # fmt: skip


def as_lines(records: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for record in records:
        yield json.dumps(record, ensure_ascii=False) + "\n"


def as_table(records: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """CSV, a row a record, after a row of column names."""
    yield _row(COLUMNS)
    for record in records:
        yield _row([_safe(value) for value in _cells(record)])


def _cells(record: Mapping[str, Any]) -> list[object]:
    shown = record.get("shown", ())
    places = {hit["passage"]: hit["place"] for hit in record.get("hits", ())}
    sources = dict.fromkeys(places.get(cited["passage"], cited["uri"]) for cited in record.get("citations", ()))
    return [
        record["number"], record["time"], record["kind"], record.get("question", ""), record.get("refused", ""),
        record.get("reason", ""), " ".join(sentence["text"] for sentence in shown), "; ".join(sources),
        sum(not verdict["shown"] for verdict in record.get("verdicts", ())), record.get("made_by", {}).get("engine", ""),
        " ".join(record.get("redacted", ())), record["hash"],
    ]  # fmt: skip


def _safe(value: object) -> object:
    """A question that begins like a formula stays a text when a spreadsheet opens it."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def _row(cells: Iterable[object]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()

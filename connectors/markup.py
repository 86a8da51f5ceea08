"""XML and JSON of listings, read safely; what is broken there is the source's fault, not a document's."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from latam_rag.errors import DocumentError, SourceError
from latam_rag.parse import decode, elements, json_rows
from latam_rag.parse.rows import Record


def xml(body: bytes, name: str) -> Any:
    """The root element: no entities, no network. SourceError when it isn't XML."""
    try:
        return elements.root_of(body, decode.decode(body), name)
    except DocumentError as error:
        raise SourceError("connectors.bad_listing", name=name, error=str(error)) from error


def json_of(body: bytes, name: str) -> Any:
    try:
        return json.loads(decode.decode(body))
    except (ValueError, RecursionError) as error:
        raise SourceError("connectors.bad_listing", name=name, error=str(error)) from error


def rows_at(value: Any, path: str, name: str) -> tuple[Record, ...]:
    """The objects at ``path`` of a JSON (``json_rows``). SourceError when it has no such place."""
    try:
        return json_rows.rows_at(value, path, name=name).records
    except DocumentError as error:
        raise SourceError(error.key, **error.values) from error


def settled(written: str) -> str:
    """A listing's date as a revision; "" for none, and for a mere day that isn't over: more may change on it."""
    written = written.strip()
    if len(written) != 10:
        return written
    try:
        return written if date.fromisoformat(written) < datetime.now(UTC).date() else ""
    except ValueError:
        return written


def day_of(written: str) -> str:
    """``YYYY-MM-DD`` of a date as feeds write it (ISO or RFC 822); "" when it isn't one."""
    written = written.strip()
    try:
        return datetime.fromisoformat(written).date().isoformat()
    except ValueError:
        pass
    try:
        return parsedate_to_datetime(written).date().isoformat()
    except ValueError:
        return ""

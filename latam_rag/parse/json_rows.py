"""Records inside JSON of any nesting: the rows of a path, or the deepest repeated objects."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from latam_rag.errors import DocumentError
from latam_rag.parse import decode
from latam_rag.parse.rows import MAX_ROWS, Cell, Record, Row, Table, cell

_STEP = re.compile(r"\.?([^.\[\]]+)|(\[\])")
_DEEPEST = 200


def load(body: bytes, *, name: str, lines: bool = False) -> Any:
    """The value in ``body``; with ``lines``, the list of those on its lines. DocumentError says where it breaks."""
    text = decode.decode(body).lstrip("\ufeff")
    try:
        if lines:
            return [json.loads(line) for line in text.splitlines() if line.strip()]
        return json.loads(text)
    except RecursionError as error:
        raise DocumentError("records.too_deep", name=name) from error
    except ValueError as error:
        raise DocumentError("records.bad_json", name=name, error=str(error)) from error


def rows_at(value: Any, path: str, *, name: str) -> Table:
    """The objects at ``path`` (``[].ejes[].oas[]``: a key goes in, ``[]`` takes each), with the scalars of those around them.

    Where both have a key, the inner one counts. An empty object, which says something by being there, is ``{}``.
    DocumentError names the step that doesn't fit the file.
    """
    steps = [found[1] or "[]" for found in _STEP.finditer(path)]
    if "".join(found[0] for found in _STEP.finditer(path)) != path:
        raise DocumentError("records.bad_path", name=name, path=path, step=path)
    records = []
    for number, (row, source) in enumerate(_descend(value, steps, {}, path, name), 1):
        if number > MAX_ROWS:
            raise DocumentError("records.too_many", name=name, allowed=MAX_ROWS)
        records.append(Record(number=number, values=row, source=source))
    return Table(name="", records=tuple(records))


def deepest(value: Any, *, name: str) -> list[Table]:
    """Every object that holds no list of objects, by the key of the list it stands in, with the scalars of those around it.

    Where both have a key with another value, the outer one's is ``..key``."""
    found: dict[str, list[Row]] = {}
    try:
        for count, (title, row) in enumerate(_leaves(value, "", {}, 0), 1):
            if count > MAX_ROWS:
                raise DocumentError("records.too_many", name=name, allowed=MAX_ROWS)
            found.setdefault(title, []).append(row)
    except RecursionError as error:
        raise DocumentError("records.too_deep", name=name) from error
    return [
        Table(name=title, records=tuple(Record(number=n, values=row) for n, row in enumerate(rows, 1)))
        for title, rows in found.items()
    ]


def _descend(value: Any, steps: list[str], around: Row, path: str, name: str) -> Iterator[tuple[Row, Any]]:
    if not steps:
        row = {**around, **(flat(value, empty="{}") if isinstance(value, dict) else _single(value))}
        if row:
            yield row, value
        return
    step, rest = steps[0], steps[1:]
    if step == "[]" and isinstance(value, list):
        for item in value:
            yield from _descend(item, rest, around, path, name)
    elif step != "[]" and isinstance(value, dict):
        # An object without the key has no rows; a path that fits nowhere leaves none, which the connector reports.
        if value.get(step) is not None:
            inherited = {key: text for key, text in flat(value).items() if key.split(".")[0] != step}
            yield from _descend(value[step], rest, {**around, **inherited}, path, name)
    elif value is not None:
        raise DocumentError("records.bad_path", name=name, path=path, step=step)


def _leaves(value: Any, title: str, around: Row, depth: int) -> Iterator[tuple[str, Row]]:
    if depth > _DEEPEST:
        raise RecursionError
    if isinstance(value, list):
        loose = [text for item in value if not isinstance(item, (dict, list)) and (text := cell(item))]
        if loose:
            yield title, _within(around, {(title or "valor"): loose})
        for item in value:
            if isinstance(item, (dict, list)):
                yield from _leaves(item, title, around, depth + 1)
    elif isinstance(value, dict):
        inner = {key: child for key, child in value.items() if _holds_records(child)}
        own = _within(around, flat({key: child for key, child in value.items() if key not in inner}))
        empty = True
        for key, child in inner.items():
            for found in _leaves(child, str(key), own, depth + 1):
                empty = False
                yield found
        if empty and own:
            yield title, own
    elif text := cell(value):
        yield title, _within(around, {(title or "valor"): text})


def _within(around: Row, own: Row) -> Row:
    """``own`` with what stands around it: the name of a law stays where each of its articles has a name too."""
    outer: Row = {}
    # The nearest around it first: what is further out gets more dots.
    for key in sorted(around, key=lambda key: len(key) - len(key.lstrip("."))):
        name = key
        while name in outer or own.get(name, around[key]) != around[key]:
            name = f"..{name}"
        outer[name] = around[key]
    return {**outer, **own}


def _holds_records(value: Any, depth: int = 0) -> bool:
    """A list of objects, or an object that has one somewhere. Objects of one key are values with a name, not records."""
    if depth > _DEEPEST:
        raise RecursionError
    if isinstance(value, list):
        return any(isinstance(item, list) or (isinstance(item, dict) and len(item) > 1) for item in value)
    return isinstance(value, dict) and any(_holds_records(child, depth + 1) for child in value.values())


def flat(value: dict[str, Any], prefix: str = "", depth: int = 0, *, empty: str = "", objects: bool = True) -> Row:
    """Scalars, and lists of them, by key; those of an inner object by ``outer.inner``; ``empty`` for an object of nothing.
    Without ``objects``, lists that hold objects are left out."""
    if depth > _DEEPEST:
        raise RecursionError
    found: Row = {}
    for key, child in value.items():
        if isinstance(child, dict):
            if child:
                found.update(flat(child, f"{prefix}{key}.", depth + 1, empty=empty, objects=objects))
            elif empty:
                found[f"{prefix}{key}"] = empty
        elif (objects or not _of_objects(child)) and (text := _cell(child)):
            found[f"{prefix}{key}"] = text
    return found


def _of_objects(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(item, (dict, list)) for item in value)


def _cell(value: Any) -> Cell:
    if not isinstance(value, list):
        return cell(value)
    return [text for item in value if (text := _in_line(item))]


def _in_line(value: Any) -> str:
    """An element of a list in one line: of an object with one key, its value alone (``{"Evidencia 1": "…"}``)."""
    if isinstance(value, dict):
        parts = {
            key: text
            for key, child in flat(value).items()
            if (text := child if isinstance(child, str) else "; ".join(child))
        }
        if len(parts) == 1:
            return next(iter(parts.values()))
        return "; ".join(f"{key}: {text}" for key, text in parts.items())
    if isinstance(value, list):
        return "; ".join(filter(None, map(_in_line, value)))
    return cell(value)


def _single(value: Any) -> Row:
    text = _cell(value)
    return {"valor": text} if text else {}

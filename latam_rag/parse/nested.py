"""Lists of objects within one row of a JSON, by names such as ``etapas[].custos[].valor``. Pure."""

from __future__ import annotations

from typing import Any

from latam_rag.parse.json_rows import flat
from latam_rag.parse.rows import Row, cell


def place_of(column: str) -> str:
    """The innermost list that ``column`` is in: ``etapas[].custos[]`` of ``etapas[].custos[].valor``; "" for none."""
    head, mark, _ = column.rpartition("[]")
    return head + mark


def rows_in(source: Any, place: str) -> list[Row]:
    """What stands in the list ``place`` of the row ``source``: the scalars of each element, with those of the elements that
    it is part of, by their whole names. An element that is no object is named by the place itself.

    An object where a list is expected counts as a list of one: what XML made JSON writes so.
    """
    rows: list[tuple[Row, Any]] = [({}, source)]
    inside = ""
    for step in place.split("[]")[:-1]:
        keys = step.strip(".").split(".") if step.strip(".") else []
        inside += f"{step}[]"
        rows = [
            ({**around, **_named(item, inside)}, item) for around, value in rows for item in _listed(_at(value, keys))
        ]
    return [row for row, _ in rows]


def _at(value: Any, keys: list[str]) -> Any:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _named(item: Any, inside: str) -> Row:
    if isinstance(item, dict):
        return {f"{inside}.{key}": text for key, text in flat(item, empty="{}", objects=False).items()}
    text = "" if isinstance(item, list) else cell(item)
    return {inside: text} if text else {}

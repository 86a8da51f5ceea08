"""How the rows of one table become documents: columns named in the definition, and what they turn into. Pure."""

from __future__ import annotations

import difflib
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import translate
from functools import cached_property
from typing import Any

import pydantic

from latam_rag.connectors.options import STRICT
from latam_rag.errors import SourceError
from latam_rag.parse.rows import Cell, Row

_HOLE = re.compile(r"\{([^{}]+)\}")
Names = str | list[str]


class Lookup(pydantic.BaseModel):
    """A second table, beside the first, that says in words what a column says in codes."""

    model_config = STRICT

    path: str
    key: str
    value: str


class Mapping_(pydantic.BaseModel):  # noqa: N801  # the abstract Mapping is used here too
    """The options of the records connector that say what a row means.

    Where a column is named, a template such as ``"{grado} básico"`` may stand as well. ``title``, ``label``, ``headings`` and
    ``url`` are templates, and may be constant.
    """

    model_config = STRICT

    id: Names
    title: str
    text: Names = []
    fields: dict[str, Names] = {}
    label: str = ""
    headings: list[str] = []
    columns: dict[str, str] = {}
    url: str = ""
    replace: dict[str, str] = {}
    separator: str = ""
    skip: list[str] = []
    lookup: dict[str, Lookup] = {}

    @cached_property
    def _placeholder(self) -> re.Pattern[str]:
        return re.compile("|".join(translate(glob) for glob in self.skip) or r"(?!)", re.IGNORECASE)

    def require(self, known: Iterable[str], name: str) -> None:
        """SourceError when the mapping names a column that no row has, with the nearest that there is."""
        columns = list(known)
        for option, written in self._named():
            wanted = (
                _HOLE.findall(written)
                if "{" in written or option in ("title", "label", "headings", "url")
                else [written]
            )
            for column in wanted:
                if column not in columns:
                    near = difflib.get_close_matches(column, columns, n=1)
                    raise SourceError(
                        "records.no_column_near" if near else "records.no_column",
                        name=name,
                        column=column,
                        option=option,
                        hint=near[0] if near else "",
                        known=", ".join(columns),
                    )

    def cleaned(self, row: Row, words: Mapping[str, Mapping[str, str]]) -> Row:
        """The row as it is meant: replacements made, lists taken apart, placeholders dropped, codes looked up in ``words``."""
        found: Row = {}
        for column, value in row.items():
            values = [self._replaced(one) for one in (self._split(value) if isinstance(value, str) else value)]
            values = [one for one in values if one and not self._placeholder.fullmatch(one)]
            values = [words[column].get(one, one) for one in values] if column in words else values
            if values:
                listed = isinstance(value, list) or (bool(self.separator) and self.separator in value)
                found[column] = values if listed else values[0]
        return found

    def key(self, row: Row) -> str:
        """The row's key columns, joined by ``/``; empty when it has none of them."""
        return "/".join(part for named in _several(self.id) if (part := ", ".join(_expanded(named, row))))

    def record(self, row: Row) -> dict[str, Any]:
        """What ``parse.records.parse_record`` reads."""
        fields = self.fields or {"": self.text}
        return {
            "title": _filled(self.title, row),
            "label": _filled(self.label, row)
            or _joined(_expanded(self.columns["code"], row) if "code" in self.columns else []),
            "headings": [text for heading in self.headings if (text := _filled(heading, row))],
            "url": _url(self.url, row),
            "metadata": dict(_metadata(self.columns, row)),
            "parts": [
                {"field": field, "values": values, "list": _is_list(named, row)}
                for field, names in fields.items()
                for named in _several(names)
                if (values := _expanded(named, row))
            ],
        }

    def _named(self) -> Iterator[tuple[str, str]]:
        for option in ("id", "text"):
            yield from ((option, named) for named in _several(getattr(self, option)))
        yield from ((option, getattr(self, option)) for option in ("title", "label", "url"))
        yield from (("headings", heading) for heading in self.headings)
        yield from ((f"columns.{key}", named) for key, named in self.columns.items())
        for field, names in self.fields.items():
            yield from ((f"fields.{field}", named) for named in _several(names))
        yield from ((f"lookup.{column}", column) for column in self.lookup)

    def _split(self, value: str) -> list[str]:
        return value.split(self.separator) if self.separator else [value]

    def _replaced(self, value: str) -> str:
        for written, meant in self.replace.items():
            value = value.replace(written, meant)
        return value.strip()


def body(record: Mapping[str, Any]) -> bytes:
    """A record as it travels: canonical JSON, so that equal content is equal bytes."""
    return json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def revision(of: bytes) -> str:
    return hashlib.blake2b(of, digest_size=12).hexdigest()


def _several(names: Names) -> list[str]:
    return [names] if isinstance(names, str) else names


def _expanded(named: str, row: Row) -> list[str]:
    """The values that a column or template gives; a template is filled once per value of its one list."""
    if "{" not in named:
        return _values(row.get(named, ""))
    holes = _HOLE.findall(named)
    lists = [hole for hole in holes if isinstance(row.get(hole), list)]
    if len(set(lists)) == 1:
        return [text for value in row[lists[0]] if (text := _filled(named, {**row, lists[0]: value}))]
    text = _filled(named, row)
    return [text] if text else []


def _filled(template: str, row: Row) -> str:
    """``template`` with its holes filled; empty when it has holes and none of them has a value."""
    holes = _HOLE.findall(template)
    values = {hole: _joined(_values(row.get(hole, ""))) for hole in holes}
    if holes and not any(values.values()):
        return ""
    return " ".join(_HOLE.sub(lambda found: values[found[1]], template).split())


def _url(template: str, row: Row) -> str:
    """A web address; values that stand inside one are percent-encoded."""
    from urllib.parse import quote

    whole = _HOLE.fullmatch(template)
    safe: Row = row if whole else {column: quote(_joined(_values(value)), safe="/") for column, value in row.items()}
    url = _filled(template, safe)
    return url if url.startswith(("http://", "https://")) else ""


def _metadata(columns: Mapping[str, str], row: Row) -> Iterator[tuple[str, Any]]:
    for key, named in columns.items():
        values = _expanded(named, row)
        if values:
            yield key, values if _is_list(named, row) else values[0]


def _is_list(named: str, row: Row) -> bool:
    return any(isinstance(row.get(column), list) for column in ([named] if "{" not in named else _HOLE.findall(named)))


def _values(value: Cell) -> list[str]:
    return ([value] if value else []) if isinstance(value, str) else value


def _joined(values: Iterable[str]) -> str:
    return ", ".join(values)

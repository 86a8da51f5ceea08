"""Templates over one row: ``"{grado} básico"``, and what its lists make of them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any
from urllib.parse import quote

from latam_rag.parse.nested import place_of, rows_in
from latam_rag.parse.rows import Cell, Row

_HOLE = re.compile(r"\{([^{}]+)\}")
#: A template that numbers what it gives: ``{#}. {pasos[].titulo}``.
_NUMBERS = re.compile(r"\{[^{}]+\}[.)]\s")
#: In a template that is filled for each object of a list, the object's number.
NUMBER = "#"
#: What is left over where a hole beside it is empty.
_LEFT = " \t:;,–—-"


class Given:
    """A row as the definition means it: its values, and on demand what stands in its lists of objects."""

    def __init__(self, row: Row, source: Any = None, clean: Any = None) -> None:
        self.row = row
        self._source, self._clean = source, clean
        self._inner: dict[str, list[Row]] = {}

    def inner(self, place: str) -> list[Row]:
        """What stands in the list ``place``, ``etapas[].custos[]``: a row for each object."""
        if place not in self._inner:
            found = rows_in(self._source, place)
            self._inner[place] = [self._clean(row) for row in found] if self._clean else found
        return self._inner[place]

    @cached_property
    def quoted(self) -> Row:
        return {column: quote(joined(values_of(value)), safe="/") for column, value in self.row.items()}


def holes(named: str) -> list[str]:
    """The columns that ``named``, a column or a template, asks for."""
    found = _HOLE.findall(named) if "{" in named else [named]
    return [column for column in found if column != NUMBER]


def place(named: str) -> str:
    """The innermost list of objects that ``named`` is filled from; "" for none."""
    return max((place_of(column) for column in holes(named)), key=len, default="")


def expanded(named: str, given: Given, *, lines: bool = False) -> list[str]:
    """The values that a column or template gives. A template is filled once per object of its innermost list, each text kept
    once, or once per value of its one list; ``lines`` as for ``filled``."""
    row = given.row
    if inner := place(named):
        template = named if "{" in named else f"{{{named}}}"
        rows = ({**row, **found, NUMBER: str(number)} for number, found in enumerate(given.inner(inner), 1))
        # What a step says of itself stands in the row of each of its documents.
        return list(dict.fromkeys(text for each in rows if (text := filled(template, each, lines=lines))))
    if "{" not in named:
        return values_of(row.get(named, ""))
    lists = [hole for hole in holes(named) if isinstance(row.get(hole), list)]
    if len(set(lists)) == 1:
        return [text for value in row[lists[0]] if (text := filled(named, {**row, lists[0]: value}, lines=lines))]
    text = filled(named, row, lines=lines)
    return [text] if text else []


def filled(template: str, row: Mapping[str, Cell], *, lines: bool = False) -> str:
    """``template`` with its holes filled; empty when it has holes and none of them has a value. In one line, unless the
    ``lines`` of the values are kept."""
    names = _HOLE.findall(template)
    values = {name: joined(values_of(row.get(name, ""))) for name in names}
    said = [bool(values[name]) for name in names if name != NUMBER]
    if said and not any(said):
        return ""
    text = _HOLE.sub(lambda found: values[found[1]], template)
    text = "\n".join(" ".join(line.split()) for line in text.split("\n")).strip() if lines else " ".join(text.split())
    return text if all(said) else text.strip(_LEFT)


def address(template: str, given: Given) -> str:
    """A web address; values that stand inside one are percent-encoded."""
    whole = _HOLE.fullmatch(template)
    url = filled(template, given.row if whole else given.quoted)
    return url if url.startswith(("http://", "https://")) else ""


def is_list(named: str, row: Row) -> bool:
    """Whether the values of ``named`` are the items of a list; those that a template numbers have their marks already."""
    if place(named):
        return not _NUMBERS.match(named)
    return any(isinstance(row.get(column), list) for column in holes(named))


def values_of(value: Cell) -> list[str]:
    return ([value] if value else []) if isinstance(value, str) else value


def joined(values: Iterable[str]) -> str:
    return ", ".join(values)

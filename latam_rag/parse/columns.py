"""What the columns of a table mean where nobody mapped them: a row's name, its grade and subject, parts of a sheet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from latam_rag.numerals import fold
from latam_rag.parse import parts
from latam_rag.parse.rows import Cell, Record, Table

#: Column names, folded, whole or at their beginning, by the facet that their values are.
_FACETS = {
    "grade": re.compile(
        r"(?:grados?|cursos?|nivel(?: educativo)?|ano(?:s)?(?: escolar| faixa)?|serie|faixa|grade|ano_faixa)$"
    ),
    "subject": re.compile(
        r"(?:asignaturas?|materias?|disciplinas?|componentes?(?:[ _]curricular)?|subject|area(?: de conhecimento)?)$"
    ),
    "axis": re.compile(
        r"(?:ejes?(?: tematico)?|unidades?[ _]tematicas?|unidade tematica|campo(?: formativo| de experiencia)?)$"
    ),
}
_NAMES = re.compile(
    r"(?:nombre|nome|titulo|denominacion|denominacao|tramite|servicio|servico|title|name|nombre del? (?:tramite|servicio)"
    r"|nome do servico|tramite o servicio)$"
)
_LONGEST_NAME = 150
_PARTS = 3


def facets(row: Mapping[str, Cell]) -> dict[str, str]:
    """The metadata that ``row`` can be filtered by, as its columns name it; the first column of each kind counts."""
    found: dict[str, str] = {}
    for column, value in row.items():
        plain = _plain(column)
        for key, pattern in _FACETS.items():
            if key not in found and isinstance(value, str) and len(value) <= 60 and pattern.match(plain):
                found[key] = value
    return found


def naming(table: Table) -> str:
    """The column that says what each row is called: mostly filled, short, seldom twice the same; empty when there is none."""
    sample = table.records[:200]
    for column in _columns(sample):
        if not _NAMES.match(_plain(column)):
            continue
        values = [value for record in sample if isinstance(value := record.values.get(column), str)]
        short = sum(len(value) <= _LONGEST_NAME for value in values)
        if min(len(values), short, len(set(values)) / 0.9) >= 0.9 * len(sample):
            return column
    return ""


def sheet(table: Table, name: str) -> dict[str, str]:
    """Columns that are parts of service sheets, with the part; empty unless the table is a catalogue of services.

    Its rows have a ``name`` and at least three of the parts, requirements or steps or cost among them.
    """
    found = {
        column: part
        for column in _columns(table.records[:50])
        if column != name and (part := parts.named(_plain(column)))
    }
    kinds = set(found.values())
    return found if name and len(kinds) >= _PARTS and kinds & {"requirements", "steps", "cost"} else {}


def _columns(records: Iterable[Record]) -> dict[str, None]:
    return {name: None for record in records for name in record.values}


def _plain(column: str) -> str:
    return " ".join(re.sub(r"[_.\-/]+", " ", fold(column.rpartition(".")[2])).split())

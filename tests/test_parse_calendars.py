"""Tables with a calendar at their right whose cells are coloured, not written in."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from latam_rag.parse import flow
from latam_rag.parse.layout import Line
from latam_rag.parse.tables import Grid

COLUMNS = [20.0, 120.0, 200.0, *(200.0 + 20 * n for n in range(1, 9))]
LEVELS = [100.0 + 20 * n for n in range(8)]


def line(text: str, column: int, level: int) -> Line:
    left, top = COLUMNS[column] + 2, LEVELS[level] + 5
    edges = left + 4.0 * np.arange(len(text) + 1)
    boxes = np.array([[a, top, b, top + 10] for a, b in pairwise(edges)], np.float32)
    return Line(text=text, boxes=boxes, size=10)


def said(lines: list[Line]) -> list[str]:
    uprights = np.array([[x, LEVELS[0], x, LEVELS[-1]] for x in COLUMNS], np.float32)
    grid = Grid(columns=COLUMNS, lines=LEVELS, uprights=uprights)
    return [block.text for block in flow.page_blocks(lines, [grid], 0, set())]


def activities() -> list[Line]:
    head = [line("ACTIVIDAD", 0, 2), line("RESPONSABLE", 1, 2)]
    return head + [found for n in range(3, 7) for found in (line(f"Paso {n}", 0, n), line("Ana", 1, n))]


def test_a_calendar_of_coloured_cells_is_a_table_of_its_own() -> None:
    weeks = [
        line("MES", 2, 0),
        *(line(str(n), n, 1) for n in range(2, 10)),
        *(line(str(n + 9), n, 2) for n in range(2, 10)),
    ]
    table, calendar = said([*activities(), *weeks])
    assert table.split("\n")[:2] == ["ACTIVIDAD | RESPONSABLE", "Paso 3 | Ana"]
    assert calendar.split("\n") == [
        "MES",
        "2 | 3 | 4 | 5 | 6 | 7 | 8 | 9",
        "11 | 12 | 13 | 14 | 15 | 16 | 17 | 18",
    ]


def test_columns_with_text_below_their_head_stay_in_the_table() -> None:
    weeks = [line("A", 2, 0), line("B", 2, 1), *(line(str(n), n, 2) for n in range(2, 10)), line("OK", 9, 6)]
    assert len(said([*activities(), *weeks])) == 1


def test_what_names_a_row_of_the_calendar_stands_in_it() -> None:
    weeks = [
        line("MES", 2, 0),
        *(line(str(n), n, 1) for n in range(2, 10)),
        *(line(str(n + 9), n, 2) for n in range(2, 10)),
    ]
    table, calendar = said([line("Primer lunes de la semana", 0, 1), *activities(), *weeks])
    assert table.split("\n")[:2] == ["ACTIVIDAD | RESPONSABLE", "Paso 3 | Ana"]
    assert "Primer lunes de la semana | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9" in calendar.split("\n")

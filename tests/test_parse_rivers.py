"""Columns of a ruled table that no rule divides."""

from __future__ import annotations

import numpy as np

from latam_rag.parse import flow, rivers, tables
from latam_rag.parse.layout import Line


def line(text: str, left: float, top: float) -> Line:
    """``text`` in letters of five points by ten."""
    boxes, at = [], left
    for _ in text:
        boxes.append((at, top, at + 5, top + 10))
        at += 5
    return Line(text=text, boxes=np.array(boxes, np.float32), size=10.0)


ROWS = (("Agente de Saúde", "6", "724,00"), ("Atendente", "2", "724,00"), ("Auxiliar", "17", "724,00"))


def lines() -> list[Line]:
    return [
        line(text, left, 20.0 * row)
        for row, cells in enumerate(ROWS)
        for text, left in zip(cells, (10.0, 120.0, 200.0), strict=True)
    ]


def test_white_that_runs_down_all_rows_divides_a_column() -> None:
    (edge,) = rivers.found([0.0, 160.0, 300.0], lines())
    assert 85 < edge < 120


def test_prose_in_a_cell_is_not_divided() -> None:
    prose = [line("los vecinos de la comuna", 10.0, 0.0), line("que piden la exención y", 10.0, 15.0)]
    prose += [line("no la tienen todavía, en", 10.0, 30.0), line("los plazos que dice ella", 10.0, 45.0)]
    assert rivers.found([0.0, 160.0], prose) == []


def test_the_numbers_of_items_are_no_column() -> None:
    items = [line(f"{letter})      Presentar el documento", 10.0, 15.0 * row) for row, letter in enumerate("abcd")]
    assert rivers.found([0.0, 300.0], items) == []


def test_a_rule_that_some_rows_lack_divides_them_all_where_no_text_crosses_it() -> None:
    grid = tables.Grid(
        columns=[0.0, 100.0, 160.0, 300.0],
        lines=[-5.0, 15.0, 35.0, 55.0],
        uprights=np.array([[x, -5.0, x, 55.0] for x in (0.0, 160.0, 300.0)], np.float32),
    )
    rows = [[" ".join(piece.text for piece in cell) for cell in row] for row in tables.ruled_rows(grid, lines())]
    assert rows == [list(cells) for cells in ROWS]
    across = [*lines(), line("Quadro permanente da Prefeitura", 10.0, 40.0 + 20.0)]
    grid.lines = [*grid.lines, 75.0]
    rows = [[" ".join(piece.text for piece in cell) for cell in row] for row in tables.ruled_rows(grid, across)]
    assert rows[-1][0] == "Quadro permanente da Prefeitura"


def test_cells_that_are_empty_to_the_end_of_a_row_aren_t_written() -> None:
    grid = tables.Grid(
        columns=[0.0, 100.0, 160.0, 300.0],
        lines=[-5.0, 15.0, 35.0],
        uprights=np.array([[x, -5.0, x, 35.0] for x in (0.0, 100.0, 160.0, 300.0)], np.float32),
    )
    (block,) = flow.page_blocks([*lines()[:3], line("Atendente", 10.0, 20.0), line("2", 120.0, 20.0)], [grid], 0, {})
    assert block.text == "Agente de Saúde | 6 | 724,00\nAtendente | 2"


def test_a_ground_that_reaches_beyond_the_page_rules_no_table() -> None:
    rules = [[20, y, 300, y + 1] for y in (100, 130, 160)] + [[x, 100, x + 1, 160] for x in (20, 150, 299)]
    ground = [[10, -1400, 400, 170]]
    (grid,) = tables.grids(np.array([*rules, *ground], np.float32), 420, 595)
    assert (len(grid.columns), len(grid.lines)) == (3, 3)

"""Calendars beside a table, whose months and weeks head cells that hold colours and no text."""

from __future__ import annotations

from bisect import bisect

from latam_rag.parse.layout import Line
from latam_rag.parse.tables import Grid

# Rows that may head a table; columns that make a calendar, and how long what stands in them may be; rows that a table has.
_HEAD = 3
_COLUMNS = 6
_LONGEST = 12
_ROWS = 3


def apart(grid: Grid, lines: list[Line]) -> list[tuple[Grid, list[Line]]]:
    """The table ``grid`` with the ``lines`` it holds, and after it, as a table of its own, the calendar at its right."""
    columns = grid.columns
    if len(columns) - 1 < _COLUMNS + 2:
        return [(grid, lines)]
    placed = [
        (bisect(grid.lines, line.middle), bisect(columns, (line.left + line.right) / 2) - 1, line) for line in lines
    ]
    levels = sorted({level for level, _, _ in placed})
    if len(levels) < _HEAD + _ROWS:
        return [(grid, lines)]
    head = levels[_HEAD - 1]
    first = 1 + max((column for level, column, _ in placed if level > head), default=0)
    aside = [line for _, column, line in placed if column >= first]
    within = all(len(line.text) <= _LONGEST for line in aside)
    if first < 2 or not within or len({column for _, column, _ in placed if column >= first}) < _COLUMNS:
        return [(grid, lines)]
    beside = [(level, column, line) for level, column, line in placed if column < first]
    named = _names(beside, [level for level, column, _ in placed if column >= first])
    own = [line for _, _, line in beside if line is not named]
    edges = columns[: first + 1], ([columns[0]] if named else []) + columns[first:]
    return [
        (Grid(columns=part, lines=grid.lines, uprights=grid.uprights), held)
        for part, held in zip(edges, (own, [named, *aside] if named else aside), strict=True)
    ]


def _names(beside: list[tuple[int, int, Line]], rows: list[int]) -> Line | None:
    """What names a row of the calendar, alone in the row above the table's header: «Primer lunes de la semana»."""
    level, _, line = min(beside, key=lambda placed: placed[0])
    alone = sum(other == level for other, _, _ in beside) == 1
    header = min((other for other, _, _ in beside if other > level), default=level)
    headed = len({column for other, column, _ in beside if other == header}) > 1
    return line if alone and headed and min(rows) <= level < max(rows) else None

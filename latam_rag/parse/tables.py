"""Tables on a page: ruled ones by the lines drawn around their cells, others by the alignment of their columns."""

from __future__ import annotations

import re
from bisect import bisect
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from latam_rag.parse import layout, rivers
from latam_rag.parse.layout import Line
from latam_rag.parse.pdfchars import Boxes

_THIN = 2.5
_NEAR = 3.0
#: What begins an item or an article, not a row: a table made of these and of prose beside them is none.
_MARKER = re.compile(
    r"^(?:[-–•·*o▪●]|\(?[a-zA-Z]{1,4}[.)]?[-–.)]*|\(?\d{1,3}[.)º°]?[-–.)]*|[IVXLC]+\s*[-–.)]*|§\s*\d*\s*[º°o]?[-–.]*"
    r"|(?i:art(?:[íi]culo|igo|s?\.)?)\s*\d[\d.]*\s*[º°ªo]?(?:\s?-?\s?[A-Z]{1,2})?\s*[-–.:]*)$"
)
_FIGURE = re.compile(r"[\d.,%$\s-]*\d[\d.,%$\s-]*")
# How many cells a row has that tells that it is several.
_ROWED = 3


@dataclass(kw_only=True, slots=True)
class Grid:
    """A ruled table: ``columns`` and ``lines`` are the x and y of its rules; ``uprights`` the vertical ones as drawn."""

    columns: list[float]
    lines: list[float]
    uprights: Boxes

    @property
    def box(self) -> tuple[float, float, float, float]:
        return self.columns[0], self.lines[0], self.columns[-1], self.lines[-1]

    def holds(self, line: Line) -> bool:
        left, top, right, bottom = self.box
        return (
            left - _NEAR <= (line.left + line.right) / 2 <= right + _NEAR
            and top - _NEAR <= line.middle <= bottom + _NEAR
        )


def grids(drawn: Boxes, width: float, height: float) -> list[Grid]:
    """The ruled tables among what is ``drawn`` (left, top, right, bottom) on a page; at least two columns and two rows."""
    segments = _segments(drawn, width, height)
    if len(segments) < 5 or len(segments) > 1500:
        return []
    found = []
    for group in _connected(segments):
        upright = group[:, 2] - group[:, 0] < group[:, 3] - group[:, 1]
        flat = group[~upright]
        if not len(flat) or not upright.any():
            continue
        # Many tables are open at their sides: the rules across them say how far they go.
        sides = np.array([flat[:, 0].min(), flat[:, 2].max()], np.float32)
        columns = _clusters(np.concatenate((group[upright][:, 0], sides)))
        lines = _clusters(flat[:, 1])
        if len(columns) >= 3 and len(lines) >= 3:
            found.append(Grid(columns=columns, lines=lines, uprights=group[upright]))
    return found


def _segments(drawn: Boxes, width: float, height: float) -> Boxes:
    """Thin lines, and the edges of rectangles, pieces of one line put together."""
    if not len(drawn):
        return drawn
    wide, tall = drawn[:, 2] - drawn[:, 0], drawn[:, 3] - drawn[:, 1]
    flat = drawn[(tall < _THIN) & (wide > 4)]
    upright = drawn[(wide < _THIN) & (tall > 4)]
    # What reaches beyond the page is a ground that only part of is shown.
    shown = (
        (drawn[:, 0] >= -_NEAR)
        & (drawn[:, 1] >= -_NEAR)
        & (drawn[:, 2] <= width + _NEAR)
        & (drawn[:, 3] <= height + _NEAR)
    )
    cells = drawn[shown & (wide >= 8) & (tall >= 6) & ((wide < 0.95 * width) | (tall < 0.5 * height))]
    left, top, right, bottom = cells.T
    flat = np.concatenate((flat, np.stack((left, top, right, top), 1), np.stack((left, bottom, right, bottom), 1)))
    upright = np.concatenate(
        (upright, np.stack((left, top, left, bottom), 1), np.stack((right, top, right, bottom), 1))
    )
    return np.concatenate((_welded(flat, 0, 2, 1), _welded(upright, 1, 3, 0)))


def _welded(pieces: Boxes, start: int, end: int, across: int) -> Boxes:
    """Pieces on one line (same ``across``) that touch, as one."""
    out: list[NDArray[np.float32]] = []
    order = np.lexsort((pieces[:, start], np.round(pieces[:, across] / 2)))
    for piece in pieces[order]:
        last = out[-1] if out else None
        if last is not None and abs(last[across] - piece[across]) <= 2.0 and piece[start] <= last[end] + _NEAR:
            last[end] = max(last[end], piece[end])
        else:
            out.append(piece.copy())
    return np.array(out, np.float32).reshape(-1, 4)


def _connected(segments: Boxes) -> list[Boxes]:
    """Segments that touch each other, as groups."""
    left, top, right, bottom = segments.T
    touch = (
        (left[:, None] <= right[None] + _NEAR) & (left[None] <= right[:, None] + _NEAR)
        & (top[:, None] <= bottom[None] + _NEAR) & (top[None] <= bottom[:, None] + _NEAR)
    )  # fmt: skip
    unseen = np.ones(len(segments), bool)
    groups = []
    while unseen.any():
        group = np.zeros(len(segments), bool)
        front = np.zeros(len(segments), bool)
        front[np.flatnonzero(unseen)[0]] = True
        while front.any():
            group |= front
            front = touch[front].any(axis=0) & ~group
        unseen &= ~group
        groups.append(segments[group])
    return groups


def _clusters(values: NDArray[np.float32]) -> list[float]:
    out: list[float] = []
    for value in np.sort(values):
        if not out or value - out[-1] > _NEAR:
            out.append(float(value))
    return out


def ruled_rows(grid: Grid, lines: list[Line]) -> list[list[list[Line]]]:
    """Rows of cells, each cell its pieces of text in reading order; ``lines`` are those the grid holds.

    Where a rule between two columns isn't drawn in a row, the two are one cell of it.
    """
    grid = _divided(grid, lines)
    columns, levels = grid.columns, grid.lines
    placed: dict[tuple[int, int], list[Line]] = {}
    for line in lines:
        level = min(max(bisect(levels, line.middle) - 1, 0), len(levels) - 2)
        for piece in _pieces(line, columns):
            column = min(max(bisect(columns, (piece.left + piece.right) / 2) - 1, 0), len(columns) - 2)
            placed.setdefault((level, column), []).append(piece)
    empty = _doubled(grid, lines, {column for _, column in placed})
    out: list[list[list[Line]]] = []
    for level in range(len(levels) - 1):
        spans = _spans(grid, (levels[level] + levels[level + 1]) / 2)
        spans = [kept for span in spans if (kept := [column for column in span if column not in empty])]
        cells = [[piece for column in span for piece in placed.get((level, column), [])] for span in spans]
        if any(cells):
            ordered = [[piece for row in layout.rows(cell) for piece in row] for cell in cells]
            out += _undivided(ordered) if out else [ordered]
    return out


def _doubled(grid: Grid, lines: list[Line], used: set[int]) -> set[int]:
    """The columns without text that are the white between two rules, or the edge of a frame."""
    narrow = 1.5 * float(np.median([line.size for line in lines])) if lines else 0.0
    widths = enumerate(after - before for before, after in pairwise(grid.columns))
    return {column for column, width in widths if column not in used and width < narrow}


def _divided(grid: Grid, lines: list[Line]) -> Grid:
    """``grid`` with the columns that no rule divides."""
    new = rivers.found(grid.columns, lines)
    edges = [*new, *rivers.kept(grid.columns, lines)]
    if not edges:
        return grid
    drawn = np.array([[edge, grid.lines[0], edge, grid.lines[-1]] for edge in edges], np.float32)
    return Grid(
        columns=sorted([*grid.columns, *new]), lines=grid.lines, uprights=np.concatenate((grid.uprights, drawn))
    )


def _undivided(cells: list[list[Line]]) -> list[list[list[Line]]]:
    """A row of ``cells``, or the rows that it holds where the rule between them isn't there.

    All its cells have as many lines, each level with those beside it, and some are figures: wrapped text is no such row.
    """
    filled = [cell for cell in cells if cell]
    count = len(filled[0]) if filled else 0
    if len(filled) < _ROWED or count < 2 or any(len(cell) != count for cell in filled):
        return [cells]
    level = all(
        abs(cell[number].middle - filled[0][number].middle) < 0.5 * cell[number].size
        for cell in filled
        for number in range(count)
    )
    figures = sum(all(_FIGURE.fullmatch(piece.text.strip()) for piece in cell) for cell in filled)
    if not level or figures < 2:
        return [cells]
    return [[[cell[number]] if cell else [] for cell in cells] for number in range(count)]


def _spans(grid: Grid, y: float) -> list[list[int]]:
    """Columns of the row at ``y``, those that no rule divides put together."""
    spans: list[list[int]] = [[0]]
    for column in range(1, len(grid.columns) - 1):
        at = np.abs(grid.uprights[:, 0] - grid.columns[column]) <= _NEAR
        if (at & (grid.uprights[:, 1] <= y) & (grid.uprights[:, 3] >= y)).any():
            spans.append([column])
        else:
            spans[-1].append(column)
    return spans


def _pieces(line: Line, columns: list[float]) -> list[Line]:
    """``line`` cut at the words that lie in another column than the word before."""
    if bisect(columns, line.left + 1) == bisect(columns, line.right - 1):
        return [line]
    pieces: list[tuple[int, int]] = []
    last = -1
    for word in re.finditer(r"\S+", line.text):
        cells = line.boxes[word.start() : word.end()]
        column = bisect(columns, (float(cells[0, 0]) + float(cells[-1, 2])) / 2)
        if column == last:
            pieces[-1] = (pieces[-1][0], word.end())
        else:
            pieces.append((word.start(), word.end()))
        last = column
    return [Line(text=line.text[a:b], boxes=line.boxes[a:b], size=line.size, bold=line.bold) for a, b in pieces]


def aligned(rows: list[list[Line]], start: int) -> int:
    """The end of the table of aligned columns that begins at ``rows[start]``; ``start`` when none does."""
    end, several = start, 0
    while end < len(rows) and (len(rows[end]) > 1 or (end > start and end + 1 < len(rows) and len(rows[end + 1]) > 1)):
        if end > start and rows[end][0].top - rows[end - 1][0].bottom > 2.5 * rows[end][0].size:
            break
        several += len(rows[end]) > 1
        end += 1
    while end > start and len(rows[end - 1]) == 1:
        end -= 1
    if several < 3:
        return start
    found = column_spans(rows[start:end])
    if len(found) < 2 or several < 0.6 * (end - start):
        return start
    if any(len({_column(line, found) for line in row}) < len(row) for row in rows[start:end]):
        return start
    first = [row[0].text.strip() for row in rows[start:end] if len(row) > 1]
    # Neither are lists that dots lead to their rates.
    none = sum(bool(_MARKER.match(text)) or text.endswith(("...", "……")) for text in first)
    if len(found) == 2 and none > 0.6 * len(first):
        return start
    return end


def column_spans(rows: list[list[Line]]) -> list[tuple[float, float]]:
    """The columns of aligned rows: x spans that no cell crosses."""
    spans: list[tuple[float, float]] = []
    for left, right in sorted((line.left, line.right) for row in rows if len(row) > 1 for line in row):
        if spans and left <= spans[-1][1] + 1:
            spans[-1] = (spans[-1][0], max(spans[-1][1], right))
        else:
            spans.append((left, right))
    return spans


def _column(line: Line, spans: list[tuple[float, float]]) -> int:
    overlap = [min(line.right, right) - max(line.left, left) for left, right in spans]
    return int(np.argmax(overlap))


def aligned_rows(rows: list[list[Line]]) -> list[list[list[Line]]]:
    """Rows of cells of an aligned table; a row without first cell goes on the row above."""
    spans = column_spans(rows)
    out: list[list[list[Line]]] = []
    for row in rows:
        cells: list[list[Line]] = [[] for _ in spans]
        for line in row:
            cells[_column(line, spans)].append(line)
        if (
            out and not cells[0] and len(row) < len(spans) and row[0].top - out[-1][-1][-1].bottom < row[0].size
            if out and out[-1][-1]
            else False
        ):
            for above, cell in zip(out[-1], cells, strict=True):
                above.extend(cell)
        else:
            out.append(cells)
    return out


def side_by_side(rows: list[list[Line]], start: int, end: int) -> list[list[Line]]:
    """The columns of ``rows[start:end]`` when the last one is prose beside a label, not cells; empty for a table.

    Prose goes on from row to row: small letters follow lines without a full stop. What follows below in the same column is
    taken along.
    """
    spans = column_spans(rows[start:end])
    sides: list[list[Line]] = [[] for _ in spans]
    for row in rows[start:end]:
        for line in row:
            sides[_column(line, spans)].append(line)
    prose = sides[-1]
    runs_on = sum(
        after.text[:1].islower() and not before.text.rstrip().endswith((".", ";", ":"))
        for before, after in pairwise(prose)
    )
    wide = spans[-1][1] - spans[-1][0] > 0.5 * (spans[-1][1] - spans[0][0])
    if len(spans) != 2 or not wide or runs_on < 0.3 * len(prose):
        return []
    while end < len(rows) and len(rows[end]) == 1 and rows[end][0].left >= spans[-1][0] - 3:
        prose.append(rows[end][0])
        end += 1
    return sides


def height(rows: list[list[Line]], start: int, sides: list[list[Line]]) -> int:
    """How many rows from ``start`` on the lines of ``sides`` take."""
    taken = {id(line) for side in sides for line in side}
    end = start
    while end < len(rows) and all(id(line) in taken for line in rows[end]):
        end += 1
    return end - start

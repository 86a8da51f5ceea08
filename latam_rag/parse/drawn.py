"""Tables drawn with characters, ``|`` between the cells and ``-----`` between the rows: their rules told from their text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from latam_rag.parse.layout import Line
from latam_rag.parse.tables import Grid

_RULE = re.compile(r"[\s+]*[-=_]{4}[-=_+\s]*")
_PIECE = re.compile(r"[^|]+")
# Bars that a page has at least where one is drawn; rows in which a column has its bar; how far rows are apart, in their size.
_BARS = 4
_ROWS = 2
_GAP = 2.5
# How far bars of one column may be beside each other, in points.
_NEAR = 3.0


@dataclass(kw_only=True, slots=True)
class _Region:
    """Rows of text, one after another, that have bars or rules in them."""

    lines: list[Line] = field(default_factory=list)
    bars: list[tuple[float, float, float]] = field(default_factory=list)
    """Where each stands: x, top, bottom."""
    rules: list[float] = field(default_factory=list)
    bottom: float = 0.0


def found(lines: list[Line]) -> tuple[list[Line], list[Grid]]:
    """``lines`` without the rules of tables drawn with characters, and these tables."""
    if sum(line.text.count("|") for line in lines) < _BARS:
        return lines, []
    grids: list[Grid] = []
    pieces: dict[int, list[Line]] = {}
    for region in _regions(lines):
        columns = _columns(region)
        if len(columns) < 2:
            continue
        top, bottom = min(line.top for line in region.lines), max(line.bottom for line in region.lines)
        levels = sorted({top, *(rule for rule in region.rules if top + _NEAR < rule < bottom - _NEAR), bottom})
        uprights = np.array([(x, above, x, below) for x, above, below in region.bars], np.float32)
        if len(levels) > 2:
            grids.append(Grid(columns=columns, lines=levels, uprights=uprights))
        pieces |= {id(line): list(_pieces(line)) for line in region.lines}
    return [piece for line in lines for piece in pieces.get(id(line), [line])], grids


def _regions(lines: list[Line]) -> Iterator[_Region]:
    marked = [line for line in lines if not line.turned and ("|" in line.text or _RULE.fullmatch(line.text))]
    region = _Region()
    for line in sorted(marked, key=lambda line: line.middle):
        if region.lines and line.top - region.bottom > _GAP * line.size:
            yield region
            region = _Region()
        region.lines.append(line)
        region.bottom = max(region.bottom, line.bottom)
        # Bars reach halfway to the rows above and below.
        reach = 0.6 * line.size
        for at in (bar.start() for bar in re.finditer(r"\|", line.text)):
            x = float(line.boxes[at, 0] + line.boxes[at, 2]) / 2
            region.bars.append((x, line.top - reach, line.bottom + reach))
        if any(_RULE.fullmatch(piece[0]) for piece in _PIECE.finditer(line.text)):
            region.rules.append(line.middle)
    if region.lines:
        yield region


def _columns(region: _Region) -> list[float]:
    """The x of the bars that stand one below the other."""
    columns: list[list[tuple[float, float]]] = []
    for x, top, _ in sorted(region.bars):
        if columns and x - columns[-1][-1][0] <= _NEAR:
            columns[-1].append((x, top))
        else:
            columns.append([(x, top)])
    return [float(np.mean([x for x, _ in bars])) for bars in columns if len({round(top) for _, top in bars}) >= _ROWS]


def _pieces(line: Line) -> Iterator[Line]:
    """What ``line`` says between bars and rules."""
    for piece in _PIECE.finditer(line.text):
        text = piece[0].strip()
        if not text or _RULE.fullmatch(text):
            continue
        start = piece.start() + piece[0].index(text[0])
        boxes = line.boxes[start : start + len(text)]
        yield replace(line, text=text, boxes=boxes, left=0.0, top=0.0, right=0.0, bottom=0.0, raised=())

"""Columns of a ruled table that no rule divides, told by the white that runs down between them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from latam_rag.parse.layout import Line

# How many rows must have text on both sides, and what share of those that have any on the right.
_ROWS = 3
_SHARE = 0.35
# Of the size of print: how far apart words are that stand in two columns, and how wide the white must be in all rows.
_APART = 0.9
_WHITE = 0.5
# What stands before its line, «a)», «R$»: shorter than this it is no column.
_SHORT = 4
_WORD = re.compile(r"\S+")
Run = tuple[float, float, float, str]


def found(columns: Sequence[float], lines: Sequence[Line]) -> list[float]:
    """Where, among ``columns`` (the x of the rules of a table that holds ``lines``), more of them are to be thought."""
    runs = [run for line in lines for run in _runs(line, columns)]
    size = max((line.size for line in lines), default=0.0)
    return [
        edge
        for left, right in pairwise(columns)
        for edge in _edges([run for run in runs if left <= (run[0] + run[1]) / 2 < right], size)
    ]


def kept(columns: Sequence[float], lines: Sequence[Line]) -> list[float]:
    """The inner ones of ``columns`` that no text crosses, and that divide text where their rule isn't drawn."""
    runs = [run for line in lines for run in _runs(line, ())]
    size = max((line.size for line in lines), default=0.0)
    out = []
    for before, edge, after in zip(columns, columns[1:], columns[2:], strict=False):
        if any(run[0] < edge < run[1] for run in runs):
            continue
        beside = [run for run in runs if before <= (run[0] + run[1]) / 2 < after]
        out += [edge] if any(_edges(beside, size, edge)) else []
    return out


def _runs(line: Line, columns: Sequence[float]) -> Iterator[Run]:
    """Left, right, height and text of what stands together in ``line``, cut where it is wide apart or a rule runs."""
    start, last, edge, text = 0.0, 0.0, 0.0, ""
    for word in _WORD.finditer(line.text):
        left, right = float(line.boxes[word.start(), 0]), float(line.boxes[word.end() - 1, 2])
        crossed = any(last <= column <= left for column in columns)
        if text and not crossed and left - last <= _APART * line.size:
            text, last = f"{text} {word[0]}", right
            continue
        if text:
            yield start, last, edge, text
        start, last, edge, text = left, right, line.middle, word[0]
    if text:
        yield start, last, edge, text


def _edges(runs: Sequence[Run], size: float, known: float | None = None) -> Iterator[float]:
    """The middle of the white between two columns of ``runs``; only where the rule ``known`` would divide them, if given."""
    spans: list[list[Run]] = []
    reach = 0.0
    for run in sorted(runs):
        if spans and run[0] < reach + _WHITE * size:
            spans[-1].append(run)
        else:
            spans.append([run])
        reach = max(reach, run[1])
    for one, other in pairwise(spans):
        both = sum(any(abs(mine[2] - theirs[2]) < 0.6 * size for mine in one) for theirs in other)
        words = sum(len(mine[3]) >= _SHORT for mine in one)
        if known is not None and not max(run[1] for run in one) <= known <= min(run[0] for run in other):
            continue
        if both >= _ROWS and both >= _SHARE * len(other) and words >= _ROWS:
            yield (max(run[1] for run in one) + min(run[0] for run in other)) / 2

"""Reading order of pages in columns."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from latam_rag.parse import layout
from latam_rag.parse.layout import Line


def line(text: str, left: float, top: float, size: float = 10) -> Line:
    edges = left + 5.0 * np.arange(len(text) + 1)
    boxes = np.array([[a, top, b, top + size] for a, b in pairwise(edges)], np.float32)
    return Line(text=text, boxes=boxes, size=size)


def column(left: float, skipped: range) -> list[Line]:
    text = "esta dimensión promueve el desarrollo moral"
    return [line(text, left, 100 + 13 * row) for row in range(20) if row not in skipped]


def order(*heads: Line) -> list[str]:
    """Who stands before whom: the columns by their left, the headings by their text."""
    lines = [*column(50, range(8, 11)), *column(320, range(8, 10)), *heads]
    read = [one for stretch in layout.columns(lines) for one in stretch]
    said = ["left" if one.left == 50 and one.size == 10 else "right" if one.size == 10 else one.text for one in read]
    return [one for number, one in enumerate(said) if not number or said[number - 1] != one]


def test_a_heading_of_two_lines_beside_text_belongs_to_its_column() -> None:
    read = order(line("Dimensión", 50, 207, 14), line("moral", 50, 223, 14))
    assert (read[0], read[-1], len(read)) == ("left", "right", 4)


def test_a_heading_over_both_columns_is_read_between_them() -> None:
    assert order(line("Moral", 50, 207, 14)) == ["left", "right", "Moral", "left", "right"]

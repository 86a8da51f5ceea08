"""Headings beside the text that they head, and headings in a column of a page."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from latam_rag.parse import margins
from latam_rag.parse.layout import Line


def line(text: str, left: float, top: float, size: float = 10) -> Line:
    edges = left + 5.0 * np.arange(len(text) + 1)
    boxes = np.array([[a, top, b, top + size] for a, b in pairwise(edges)], np.float32)
    return Line(text=text, boxes=boxes, size=size)


BESIDE = [line("Expresar y crear trabajos de arte a partir de lo que se ve", 300, 100 + 13 * row) for row in range(6)]
HEAD = [line("Expresar", 50, 100, 16), line("y crear", 50, 117, 16)]


def test_a_heading_beside_the_text_comes_before_it() -> None:
    stretches = margins.stretches([*BESIDE, *HEAD])
    assert [one.text for one in stretches[0]] == ["Expresar", "y crear"]


def test_a_heading_with_text_of_its_own_below_stays_in_its_column() -> None:
    below = [line("Esta dimensión promueve el desarrollo moral y más", 50, 134 + 13 * row) for row in range(4)]
    lines = [*HEAD, *below, *BESIDE]
    assert margins.stretches(lines) == [lines]

"""Text printed along the side of a page: a grade on a divider, the head of a narrow column of a table."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from latam_rag.parse.pdfchars import Boxes

_LEAST = 3


def stretches(cells: Boxes) -> list[tuple[int, int]]:
    """Where in ``cells`` (the boxes of a page's characters, blanks left out) text runs up or down the page: start, end.

    The boxes of such a line share left and right, for the line's height lies across the page, and follow each other downwards
    or upwards. Digits one below the other do so too, but are taller than wide.
    """
    if len(cells) < _LEAST:
        return []
    wide, tall = cells[:, 2] - cells[:, 0], np.abs(cells[:, 3] - cells[:, 1])
    room = 0.1 * np.maximum(wide[:-1], 1.0)
    level = (np.abs(np.diff(cells[:, 0])) <= room) & (np.abs(np.diff(cells[:, 2])) <= room)
    if np.count_nonzero(level) < _LEAST - 1:
        return []
    apart = np.minimum(np.abs(cells[:-1, 1] - cells[1:, 3]), np.abs(cells[:-1, 3] - cells[1:, 1]))
    follows = level & (apart <= 4 * room) & (wide[:-1] > 0.8 * tall[:-1]) & (wide[1:] > 0.8 * tall[1:])
    edges = np.flatnonzero(np.diff(np.concatenate(([0], follows.astype(np.int8), [0]))))
    runs = ((int(start), int(end) + 1) for start, end in zip(edges[::2], edges[1::2], strict=True))
    return [(a, b) for a, b in runs if b - a >= _LEAST and wide[a:b].mean() > 1.2 * tall[a:b].mean()]


def mask(runs: list[tuple[int, int]], count: int) -> NDArray[np.bool_]:
    """True for the characters of ``runs`` among ``count``."""
    inside = np.zeros(count, bool)
    for start, end in runs:
        inside[start:end] = True
    return inside

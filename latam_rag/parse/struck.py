"""Text that a PDF strikes through: superseded words, still printed, with a line drawn across them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from latam_rag.parse.build import Draft
from latam_rag.parse.pdfchars import Boxes
from latam_rag.types import Page, Section, SectionKind

# Of a line's height: where a line across the letters runs, and how thick it is at most. One under them runs lower.
_HIGH, _LOW, _THICK = 0.3, 0.72, 0.25
# Shorter ones are fraction bars and dashes.
_LEAST = 8.0
_LETTERS = 3


def lines(drawn: Boxes) -> Boxes:
    """Those of the shapes ``drawn`` on a page that may strike text through."""
    wide, tall = drawn[:, 2] - drawn[:, 0], drawn[:, 3] - drawn[:, 1]
    return drawn[(wide >= _LEAST) & (tall < 4.0) & (wide > 3 * tall)]


def mark(draft: Draft, drawn: list[Boxes]) -> None:
    """Add to ``draft`` the sections struck through by the lines ``drawn`` on each of its pages."""
    found = [
        section
        for page, across in zip(draft.pages, drawn, strict=True)
        if len(across) and page.boxes
        for section in _sections(draft.text, page, across)
    ]
    if found:
        draft.sections = sorted([*draft.sections, *found], key=lambda section: (section.start, -section.end))


def _sections(text: str, page: Page, across: Boxes) -> list[Section]:
    cells = np.frombuffer(page.boxes, "<u2").reshape(-1, 4).astype(np.float32) / np.float32(10)
    inside = _crossed(cells, across)
    if not inside.any():
        return []
    # A blank between two struck words is struck too.
    blank = cells[:, 3] <= cells[:, 1]
    blank |= np.array([char.isspace() for char in text[page.start : page.end]])
    solid = np.flatnonzero(~blank)
    between = np.flatnonzero(blank)
    place = np.searchsorted(solid, between)
    held = (place > 0) & (place < len(solid))
    place = np.clip(place, 1, max(len(solid) - 1, 1))
    inside[between] = held & inside[solid[place - 1]] & inside[solid[np.minimum(place, len(solid) - 1)]]
    edges = np.flatnonzero(np.diff(np.concatenate(([0], inside.astype(np.int8), [0]))))
    runs = [(page.start + int(a), page.start + int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    return [
        Section(kind=SectionKind.STRUCK, start=a, end=b)
        for a, b in runs
        if sum(char.isalnum() for char in text[a:b]) >= _LETTERS
    ]


def _crossed(cells: Boxes, across: Boxes) -> NDArray[np.bool_]:
    """Which characters a line runs through the middle of."""
    middle = (cells[:, 0] + cells[:, 2]) / 2
    tall = np.maximum(cells[:, 3] - cells[:, 1], 0.1)
    high, low = cells[:, 1] + _HIGH * tall, cells[:, 1] + _LOW * tall
    crossed = np.zeros(len(cells), bool)
    for left, top, right, bottom in across.tolist():
        y = (top + bottom) / 2
        crossed |= (high <= y) & (y <= low) & (left <= middle) & (middle <= right) & (bottom - top <= _THICK * tall)
    return crossed

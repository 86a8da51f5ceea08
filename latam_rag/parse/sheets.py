"""Pages being read, from a PDF's own text or from OCR, and how they are put together into one text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from latam_rag.parse import flow, headings, stacked, upright
from latam_rag.parse.build import Draft
from latam_rag.parse.layout import Line
from latam_rag.parse.pdfchars import Boxes
from latam_rag.parse.tables import Grid
from latam_rag.types import Page, Section, SectionKind

if TYPE_CHECKING:
    from latam_rag.parse.scanned import Reading


@dataclass(kw_only=True, slots=True)
class Sheet:
    """A page being read: its size in points, its lines and ruled tables; how sure OCR is of them (None: the file's own)."""

    width: float
    height: float
    lines: list[Line] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)
    confidence: float | None = None
    turn: int = 0
    """By how many degrees, counter-clockwise, a scan was turned to stand upright; sizes and lines are those of the upright
    page. ``skew``: by how many its lines fell to the right before they were made level."""
    skew: float = 0.0
    doubtful: frozenset[str] = frozenset()
    running: tuple[str, ...] = ()
    across: Boxes = field(default_factory=lambda: np.zeros((0, 4), np.float32))
    """Lines drawn on the page that may strike text through."""

    def take(self, found: Reading) -> None:
        """What OCR read on this page."""
        self.lines = [piece for line in found.lines for piece in stacked.cut(line)]
        self.grids, self.confidence = found.grids, found.score
        self.turn, self.skew, self.doubtful = found.turn, found.skew, found.doubtful
        if self.turn in (90, 270):
            self.width, self.height = self.height, self.width


def assembled(blocks: list[flow.Block], sheets: list[Sheet]) -> Draft:
    """Blocks laid one after another: the text, its sections, and each page's span with its boxes."""
    levels = headings.levels(blocks)
    parts: list[str] = []
    boxes: list[list[np.ndarray[Any, Any]]] = [[] for _ in sheets]
    spans: list[list[int]] = [[-1, -1] for _ in sheets]
    sections: list[Section] = []
    length = 0
    for index, block in enumerate(blocks):
        if not block.text.strip():
            continue
        if length:
            parts.append("\n\n")
            length += 2
        start = length
        for piece in block.pieces:
            span, cells = spans[piece.page], boxes[piece.page]
            if span[0] < 0:
                span[0] = span[1] = length
            if length > span[1]:
                cells.append(np.zeros((length - span[1], 4), np.float32))
            cells.append(piece.boxes)
            parts.append(piece.text)
            length += len(piece.text)
            span[1] = length
        kind = SectionKind.HEADING if index in levels else block.kind
        level = levels.get(index, 0)
        sections.append(Section(kind=kind, start=start, end=length, level=level, label=block.label))
    draft = Draft(text="".join(parts), sections=sections)
    draft.pages = _pages(sheets, spans, boxes)
    draft.doubtful = frozenset().union(*(sheet.doubtful for sheet in sheets))
    return draft


def _pages(sheets: list[Sheet], spans: list[list[int]], boxes: list[list[np.ndarray[Any, Any]]]) -> list[Page]:
    pages = []
    at = 0
    for number, (sheet, (start, end), cells) in enumerate(zip(sheets, spans, boxes, strict=True), 1):
        start, end = (start, end) if start >= 0 else (at, at)
        at = end
        placed = _as_displayed(sheet, cells)
        width, height = (sheet.height, sheet.width) if sheet.turn in (90, 270) else (sheet.width, sheet.height)
        packed = np.clip(np.rint(placed * 10), 0, 65535).astype("<u2").tobytes()
        pages.append(
            Page(
                number=number,
                start=start,
                end=end,
                width=width,
                height=height,
                boxes=packed,
                confidence=sheet.confidence,
                running=sheet.running,
            )
        )
    return pages


def _as_displayed(sheet: Sheet, cells: list[np.ndarray[Any, Any]]) -> np.ndarray[Any, Any]:
    """The boxes of a page where they are printed on it, also when it was read turned or straightened."""
    if not cells:
        return np.zeros((0, 4), np.float32)
    boxes = np.concatenate(cells)
    if not sheet.turn and not sheet.skew:
        return boxes
    return upright.back(boxes, sheet.skew, sheet.turn, sheet.width, sheet.height)

"""Pages being read, from a PDF's own text or from OCR, and how they are put together into one text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from latam_rag.parse import flow
from latam_rag.parse.build import Draft
from latam_rag.parse.layout import Line
from latam_rag.parse.tables import Grid
from latam_rag.types import Page, Section, SectionKind


@dataclass(kw_only=True, slots=True)
class Sheet:
    """A page being read: its size in points, its lines and ruled tables; how sure OCR is of them (None: the file's own)."""

    width: float
    height: float
    lines: list[Line] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)
    confidence: float | None = None
    running: tuple[str, ...] = ()


def assembled(blocks: list[flow.Block], sheets: list[Sheet]) -> Draft:
    """Blocks laid one after another: the text, its sections, and each page's span with its boxes."""
    levels = flow.headings(blocks)
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
        sections.append(Section(kind=kind, start=start, end=length, level=levels.get(index, 0)))
    draft = Draft(text="".join(parts), sections=sections)
    draft.pages = _pages(sheets, spans, boxes)
    return draft


def _pages(sheets: list[Sheet], spans: list[list[int]], boxes: list[list[np.ndarray[Any, Any]]]) -> list[Page]:
    pages = []
    at = 0
    for number, (sheet, (start, end), cells) in enumerate(zip(sheets, spans, boxes, strict=True), 1):
        start, end = (start, end) if start >= 0 else (at, at)
        at = end
        packed = np.clip(np.rint(np.concatenate(cells) * 10), 0, 65535).astype("<u2").tobytes() if cells else b""
        pages.append(
            Page(
                number=number,
                start=start,
                end=end,
                width=sheet.width,
                height=sheet.height,
                boxes=packed,
                confidence=sheet.confidence,
                running=sheet.running,
            )
        )
    return pages

"""Resolutions that count what they resolve instead of calling it articles: «SE RESUELVE: 1. … 2. …»."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from latam_rag.split.articles import RESOLVES
from latam_rag.split.items import split_items
from latam_rag.split.pieces import Piece
from latam_rag.types import Document

_NUMERAL: Final = re.compile(
    r"^[ \t>*_]*(?:n[º°.]+\s?)?(?P<n>\d{1,3})\s?(?:[.)]-?|[º°]\s?[.)-]?|\.?-)[ \t*_]+(?=\S)", re.MULTILINE
)
_LEAST: Final = 2
_NOUNS: Final = {"es": "numeral", "pt": "item"}


def numerals(document: Document, piece: Piece) -> Iterator[Piece]:
    """``piece`` cut at the numerals that it counts from 1 after the line that says that it resolves; else as it is."""
    text = document.text
    opening = RESOLVES.search(text, piece.start, piece.end)
    starts: list[int] = []
    if opening:
        for match in _NUMERAL.finditer(text, opening.end(), piece.end):
            if int(match["n"]) == len(starts) + 1:
                starts.append(match.start())
    if opening is None or len(starts) < _LEAST or text[opening.end() : starts[0]].strip():
        yield piece
        return
    yield replace(piece, end=starts[0])
    for number, (start, end) in enumerate(zip(starts, [*starts[1:], piece.end], strict=True), 1):
        label = f"{_NOUNS[document.language]} {number}"
        yield from split_items(document, replace(piece, start=start, end=end, label=label), amends=False)

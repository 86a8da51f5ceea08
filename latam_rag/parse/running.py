"""Running headers, footers and page numbers: what stands at the same place of many pages and belongs to none."""

from __future__ import annotations

import re
from collections import Counter

from latam_rag.parse.layout import Line, join, rows

_DEEP = 4
_NUMBER = re.compile(r"\d+")
_BARE = re.compile(
    r"^\W*(?:p[áa]g(?:ina)?\.?\s*(?:n[º°o.]*)?\s*)?\d{1,4}(?:\s*(?:de|/|-)\s*\d{1,4})?\W*$", re.IGNORECASE
)


def removed(pages: list[list[Line]], heights: list[float]) -> list[list[Line]]:
    """``pages`` without what repeats at their top and bottom.

    A row goes only from the outside in, and only when the same words stand at the same height of several pages; a number in
    it must be the same or count the pages, or else «Artículo 5» at the head of three pages would be taken for a header.
    """
    edges = [_edges(lines, height) for lines, height in zip(pages, heights, strict=True)]
    seen = Counter(
        key for number, page in enumerate(edges) for side in page for key in {_key(row, number) for row in side}
    )
    printed = sum(bool(lines) for lines in pages)
    needed = 2 if printed <= 3 else 3
    out = []
    for number, (lines, page) in enumerate(zip(pages, edges, strict=True)):
        gone: set[int] = set()
        for side in page:
            for row in side:
                if not (_repeats(seen, row, number, needed) or (printed > 1 and _is_number(row, number))):
                    break
                gone.update(id(line) for line in row)
        out.append([line for line in lines if id(line) not in gone])
    return out


def _edges(lines: list[Line], height: float) -> tuple[list[list[Line]], list[list[Line]]]:
    """The outermost rows at the top and at the bottom, from the outside in."""
    found = rows(lines)
    top = [row for row in found[:_DEEP] if row[0].middle < 0.22 * height]
    bottom = [row for row in found[::-1][:_DEEP] if row[0].middle > 0.82 * height]
    return top, bottom


def _key(row: list[Line], number: int) -> tuple[str, int]:
    text = join(row).text.casefold()
    counted = _NUMBER.sub(lambda found: f"#{int(found[0]) - number}" if len(found[0]) < 5 else found[0], text)
    plain = text if counted == text or not _NUMBER.search(text) else counted
    return " ".join(plain.split()), round(row[0].middle / 6)


def _repeats(seen: Counter[tuple[str, int]], row: list[Line], number: int, needed: int) -> bool:
    text, place = _key(row, number)
    exact = " ".join(join(row).text.casefold().split()), place
    near = sum(seen[(text, place + shift)] for shift in (-1, 0, 1))
    same = sum(seen[(exact[0], place + shift)] for shift in (-1, 0, 1)) if exact[0] != text else 0
    return max(near, same) >= needed


def _is_number(row: list[Line], number: int) -> bool:
    """A page number by itself, close to the page's own."""
    text = join(row).text.strip()
    found = _NUMBER.search(text)
    return bool(_BARE.match(text) and found and abs(int(found[0]) - number - 1) <= 40 and len(text) < 24)

"""Running headers, footers and page numbers: what stands at the same place of many pages and belongs to none."""

from __future__ import annotations

import re
from collections import Counter

from latam_rag.parse.layout import Line, join, rows

_DEEP = 4
_NUMBER = re.compile(r"\d+")
_PLACE = re.compile(
    r"art(?:[íi]culo|igo|\.|\s*\d)|t[íi]tulo|cap[íi]tulo|secci|seç|libro|livro|anexo|parte|§|inciso", re.IGNORECASE
)


def removed(pages: list[list[Line]], heights: list[float]) -> list[list[Line]]:
    """``pages`` without what repeats at their top and bottom.

    A row goes only from the outside in, and only when the same words stand at the same height of several pages; a number in
    it must be the same or count the pages, or else «Artículo 5» at the head of three pages would be taken for a header.
    """
    edges = [_edges(lines, height) for lines, height in zip(pages, heights, strict=True)]
    seen = Counter(
        key
        for number, page in enumerate(edges)
        for key in {key for side in page for row in side for key in _keys(row, number)}
    )
    printed = sum(bool(lines) for lines in pages)
    needed = 2 if printed <= 3 else 3
    shift = _numbering(edges, printed)
    out = []
    for number, (lines, page) in enumerate(zip(pages, edges, strict=True)):
        gone: set[int] = set()
        for side in page:
            for row in side:
                if not (_repeats(seen, row, number, needed) or _has_page_number(row, number, shift)):
                    break
                gone.update(id(line) for line in row)
        out.append([line for line in lines if id(line) not in gone])
    return out


def _numbering(edges: list[tuple[list[list[Line]], list[list[Line]]]], printed: int) -> int | None:
    """How far the printed page numbers are from the file's, when most pages agree."""
    votes = Counter(
        found - number
        for number, page in enumerate(edges)
        for found in {n for side in page for row in side[:2] for n in _ends(row)}
    )
    shift, pages = votes.most_common(1)[0] if votes else (0, 0)
    return shift if pages >= max(2, 0.4 * printed) else None


def _ends(row: list[Line]) -> set[int]:
    """The numbers a row begins or ends with."""
    words = join(row).text.split()
    return {int(word) for word in {*words[:1], *words[-1:]} if word.isdecimal() and len(word) < 5}


def _has_page_number(row: list[Line], number: int, shift: int | None) -> bool:
    """A short row with the page's number at either end, such as «Artes Visuales 59»; never the number of an article."""
    text = join(row).text.strip()
    return shift is not None and len(text) < 80 and number + shift in _ends(row) and not _PLACE.match(text)


def _edges(lines: list[Line], height: float) -> tuple[list[list[Line]], list[list[Line]]]:
    """The outermost rows at the top and at the bottom, from the outside in."""
    found = rows(lines)
    top = [row for row in found[:_DEEP] if row[0].middle < 0.22 * height]
    bottom = [row for row in found[::-1][:_DEEP] if row[0].middle > 0.82 * height]
    return top, bottom


def _keys(row: list[Line], number: int) -> set[tuple[str, int]]:
    """The row's words with where it stands: as printed, and with its numbers counted from the page's."""
    text = " ".join(join(row).text.casefold().split())
    place = round(row[0].middle / 6)
    numbers = [found for found in _NUMBER.finditer(text) if len(found[0]) < 5]
    forms = {text}
    for chosen in ([], numbers[:1], numbers[-1:], numbers):
        parts, at = [], 0
        for found in chosen:
            parts += [text[at : found.start()], f"#{int(found[0]) - number}"]
            at = found.end()
        forms.add("".join([*parts, text[at:]]))
    return {(form, place) for form in forms}


def _repeats(seen: Counter[tuple[str, int]], row: list[Line], number: int, needed: int) -> bool:
    return any(sum(seen[(text, place + shift)] for shift in (-1, 0, 1)) >= needed for text, place in _keys(row, number))

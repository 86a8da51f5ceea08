"""Running headers, footers and page numbers: what stands at the same place of many pages and belongs to none."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from itertools import takewhile

from latam_rag.parse.layout import Line, rows

_DEEP = 6
# Of the text's size: a title as large that repeats on some pages («Objetivos de aprendizaje») is the head of each.
_LARGE = 1.4
# The share of pages that even a large title must stand on to be a running header.
_MOST = 0.4
# The share of pages with a header at one height that makes any row there a header.
_BAND = 0.3
_NUMBER = re.compile(r"\d+")
_PAGE = re.compile(
    r"\W*(?:p[áa]g(?:ina)?s?\b|fl?s?\.|folha|hoja|\d{1,4}\s*(?:de|/|-)\s*\d{1,4}\W*$|\d{1,4}\W*$)", re.IGNORECASE
)
#: «PÁGINAS 3 de 26», wherever it stands in a row: the page's number and how many there are.
_OF = re.compile(
    r"\b(?:p[áa]g(?:ina)?s?|folha|hoja|folio)\b\.?\s*(?:n[.º°]*\s*)?(\d{1,4})\s*(?:de|/)\s*(\d{1,4})\b", re.IGNORECASE
)
_TRIMMED = re.compile(r"^\W*\d{1,4}\s+(?=\D)|(?<=\D)\s+\d{1,4}\W*$")
_ALONE = re.compile(rf"\W*{_OF.pattern}\W*", re.IGNORECASE)
_PLACE = re.compile(
    r"art(?:[íi]culo|igo|\.|\s*\d)|t[íi]tulo|cap[íi]tulo|secci|seç|libro|livro|anexo|parte|§|inciso", re.IGNORECASE
)


def removed(pages: list[list[Line]], heights: list[float]) -> list[list[Line]]:
    """``pages`` without what repeats at their top and bottom.

    A row goes only from the outside in, and only when the very same words stand at the same height of several pages, or when
    it holds the page's number: «Artículo 5», «Artículo 6» at the head of two pages are neither. The header of a chapter of one
    page goes where most pages have one.
    """
    book = _Book(pages, heights)
    cut = [[list(takewhile(book.repeats(number), side)) for side in page] for number, page in enumerate(book.edges)]
    taken = Counter(_stand(row) for page in cut for side in page for row in side if row[0].size < _LARGE * book.usual)
    band = {stand for stand, times in taken.items() if times > max(4, _BAND * book.printed)}
    out = []
    for number, lines in enumerate(pages):
        gone = {id(line) for line in lines if line.turned and book.along[_along(line)] > max(1, _MOST * book.printed)}
        for side, rows_gone in zip(book.edges[number], cut[number], strict=True):
            alike = takewhile(lambda row: _stand(row) in band and not _PLACE.match(_text(row)), side[len(rows_gone) :])
            gone.update(id(line) for row in (*rows_gone, *(alike if number else ())) for line in row)
        out.append([line for line in lines if id(line) not in gone])
    # Copies of one short page are no headers.
    return out if any(out) else pages


class _Book:
    """What the edges of the pages have in common."""

    def __init__(self, pages: list[list[Line]], heights: list[float]) -> None:
        self.pages, self.heights = pages, heights
        self.edges = [_edges(lines, height) for lines, height in zip(pages, heights, strict=True)]
        self.printed = sum(bool(lines) for lines in pages)
        self.usual = _usual(pages)
        self.along = Counter(key for lines in pages for key in {_along(line) for line in lines if line.turned})
        self._seen = Counter(key for page in self.edges for key in {_key(row) for side in page for row in side})
        self._shift = _numbering(self.edges, heights, self.printed)
        self._bare = Counter(
            _stand(side[0]) for page in self.edges for side in page if side and _text(side[0]).isdecimal()
        )

    def repeats(self, number: int) -> Callable[[list[Line]], bool]:
        """Whether a row of page ``number`` is its header, footer or number."""
        needed = 2 if self.printed <= 3 else 3
        height = self.heights[number]

        def test(row: list[Line]) -> bool:
            most = max(needed, _MOST * self.printed)
            text = _text(row)
            return (
                _repeats(self._seen, row, needed if row[0].size < _LARGE * self.usual else most)
                or _counted(row)
                or (self._shift is not None and number + self._shift in _numbers(row, height))
                or (text.isdecimal() and len(text) < 5 and self._bare[_stand(row)] > most)
                or (self.printed == 1 and _letterhead(row, self.pages[number], self.edges[number], height))
            )

        return test


def heads(lines: list[Line], kept: list[Line]) -> tuple[str, ...]:
    """What was left out of a page, but for its number: the chapter it belongs to, in the words of its running header."""
    ids = {id(line) for line in kept}
    texts = (" ".join(line.text.split()) for line in lines if id(line) not in ids)
    said = (_TRIMMED.sub("", _OF.sub("", text)) for text in texts)
    return tuple(dict.fromkeys(text for text in said if any(char.isalpha() for char in text)))


def _numbering(
    edges: list[tuple[list[list[Line]], list[list[Line]]]], heights: list[float], printed: int
) -> int | None:
    """How far the printed page numbers are from the file's, when enough pages agree."""
    votes: Counter[int] = Counter()
    for number, (page, height) in enumerate(zip(edges, heights, strict=True)):
        votes.update({found - number for side in page for row in side[:2] for found in _numbers(row, height)})
    shift, pages = votes.most_common(1)[0] if votes else (0, 0)
    return shift if pages >= max(2, 0.4 * printed) else None


def _numbers(row: list[Line], height: float) -> set[int]:
    """What may be the page's number in a short row: «Pág. 3 de 9», or, close to the edge, its first or last word.

    Never the number of an article, nor that of an item at the head of the page's text.
    """
    text = _text(row)
    if len(text) > 80 or _PLACE.match(text):
        return set()
    if counted := _OF.search(text):
        return {int(counted[1])}
    if _PAGE.match(text):
        found = _NUMBER.findall(text)
    else:
        words = text.split() if not 0.08 * height < row[0].middle < 0.92 * height else []
        found = [word for word in (words[:1] + words[-1:]) if word.isdecimal()]
    return {int(number) for number in found if len(number) < 5}


def _counted(row: list[Line]) -> bool:
    """«Página 1 de 1» and nothing else: a page's number even where there is no second page to compare with."""
    found = _ALONE.fullmatch(_text(row))
    return found is not None and int(found[1]) <= int(found[2])


def _letterhead(
    row: list[Line], lines: list[Line], page: tuple[list[list[Line]], list[list[Line]]], height: float
) -> bool:
    """Whether the small line at the very top of a single page is the running header of its template.

    Only where the page is numbered at its foot as templates do, for else it may be how the document begins.
    """
    if not page[1] or not _counted(page[1][0]) or row[0].middle > 0.06 * height or len(page[0]) < 2:
        return False
    usual = sorted(line.size for line in lines)[len(lines) // 2]
    return row[0].size < 0.95 * usual and page[0][1][0].top - row[0].bottom > 1.5 * usual


def _edges(lines: list[Line], height: float) -> tuple[list[list[Line]], list[list[Line]]]:
    """The outermost rows at the top and at the bottom, from the outside in."""
    found = rows([line for line in lines if not line.turned])
    top = [row for row in found[:_DEEP] if row[0].middle < 0.22 * height]
    bottom = [row for row in found[::-1][:_DEEP] if row[0].middle > 0.82 * height]
    return top, bottom


def _key(row: list[Line]) -> tuple[str, int]:
    """The row's words but for the page's number, and where it stands."""
    return " ".join(_OF.sub("#", _text(row).casefold()).split()), round(row[0].middle / 6)


def _usual(pages: list[list[Line]]) -> float:
    """The size of most of the text."""
    sizes = Counter[float]()
    for lines in pages:
        for line in lines:
            sizes[round(line.size)] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _text(row: list[Line]) -> str:
    return " ".join(line.text for line in row).strip()


def _stand(row: list[Line]) -> tuple[int, int]:
    """Where a row stands and how large it is."""
    return round(row[0].middle / 6), round(row[0].size)


def _along(line: Line) -> tuple[str, int, int]:
    """What runs along the side of the page, and where: of one section, or of all."""
    return line.text, round(line.left / 6), round(line.top / 6)


def _repeats(seen: Counter[tuple[str, int]], row: list[Line], needed: float) -> bool:
    text, place = _key(row)
    return sum(seen[(text, place + shift)] for shift in (-1, 0, 1)) >= needed

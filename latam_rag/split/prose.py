"""Text without a structure of its own: under its headings, whole sentences packed to the budget, tables by rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from latam_rag.split import budget
from latam_rag.split.pieces import Piece, fits, header
from latam_rag.split.sentences import sentences
from latam_rag.types import Document, Section, SectionKind

#: The end of a sentence in a row of a table.
_SENTENCE = re.compile(r"[^\W\d_]{3,}[.!?] (?=[A-ZÁÉÍÓÚÂÊÔÃÕÑ¿¡])")
#: A line without a full stop, or one with a colon: «Adultos mayores», «Se recomienda evitar:».
_TITLED = re.compile(r"[A-ZÁÉÍÓÚÂÊÔÃÕÑ¿¡][^\n|]{2,80}(?:[^\W_]|:)")
_HARD_BREAKS = ("\n", "; ", ", ", " ")


def split_prose(document: Document) -> Iterator[Piece]:
    """The pieces of ``document``: its UNITs, and what stands between them cut at the headings."""
    stack: list[tuple[int, str]] = []
    at = 0
    for section in document.sections:
        if section.start < at or section.kind not in (SectionKind.HEADING, SectionKind.UNIT):
            continue
        named = _named(document, stack)
        yield Piece(start=at, end=section.start, headings=named)
        at = section.end
        if section.kind is SectionKind.UNIT:
            label = budget.shorten(section.label, budget.LABEL)
            headings = section.headings or named
            yield Piece(start=section.start, end=section.end, headings=headings, label=label, metadata=section.metadata)
            continue
        level = section.level or 1
        while stack and stack[-1][0] >= level:
            stack.pop()
        stack.append((level, " ".join(document.text[section.start : section.end].split())))
    yield Piece(start=at, end=len(document.text), headings=_named(document, stack))


def _named(document: Document, stack: Iterable[tuple[int, str]]) -> tuple[str, ...]:
    # The title stands in every header already.
    return tuple(text for _, text in stack if text and text != document.title)


def packed(document: Document, pieces: Iterable[Piece]) -> Iterator[Piece]:
    """``pieces``, those that don't fit cut between sentences or rows into consecutive ones that do."""
    tables = [section for section in document.sections if section.kind is SectionKind.TABLE]
    for piece in pieces:
        inside = [table for table in tables if piece.start < table.end and table.start < piece.end]
        if fits(document, piece):
            yield _headed(document, piece, inside[0]) if inside else piece
        elif inside:
            yield from _around_tables(document, piece, inside)
        else:
            yield from _packed(document, piece, _units(document, piece))


def _around_tables(document: Document, piece: Piece, tables: Iterable[Section]) -> Iterator[Piece]:
    at = piece.start
    for table in tables:
        start, end = max(table.start, at), min(table.end, piece.end)
        if start >= end:
            continue
        before = replace(piece, start=at, end=start)
        yield from _packed(document, before, _units(document, before))
        yield from _rows(document, replace(piece, start=start, end=end), table)
        at = end
    rest = replace(piece, start=at)
    yield from _packed(document, rest, _units(document, rest))


def _headed(document: Document, piece: Piece, table: Section) -> Piece:
    """``piece`` under the header row of ``table`` when it begins with a row further down."""
    text = document.text
    further = piece.start > table.start and "\n" in text[table.start : piece.start]
    if not further or " | " not in text[piece.start : piece.end]:
        return piece
    head = text[table.start : table.end].partition("\n")[0]
    return replace(piece, headings=(*piece.headings, budget.shorten(head, 90)))


def _rows(document: Document, piece: Piece, table: Section) -> Iterator[Piece]:
    """Groups of rows; the header row of ``table`` is in the text of its first group and in the headings of the others."""
    head = document.text[table.start : table.end].partition("\n")[0]
    named = replace(piece, headings=(*piece.headings, budget.shorten(head, 90)))
    for part in _packed(document, named, _lines(document, piece)):
        yield replace(part, headings=piece.headings) if part.start == table.start else part


def _lines(document: Document, piece: Piece) -> Iterator[tuple[int, int]]:
    at = piece.start
    for line in document.text[piece.start : piece.end].splitlines(keepends=True):
        if line.strip():
            yield at, at + len(line.rstrip())
        at += len(line)


def _units(document: Document, piece: Piece) -> Iterator[tuple[int, int]]:
    for start, end in sentences(document.text[piece.start : piece.end]):
        yield piece.start + start, piece.start + end


def _packed(document: Document, piece: Piece, units: Iterable[tuple[int, int]]) -> Iterator[Piece]:
    """Consecutive ``units`` joined while they fit; one that doesn't fit by itself is cut where it hurts least."""
    room = budget.room(header(document, piece))
    start = end = last = -1
    used = 0.0
    for begin, stop in _small(document, units, room):
        size = budget.cost(document.text[begin:stop]) + 1
        if start >= 0 and used + size > room:
            # What announces something goes with it.
            if last > start and _TITLED.fullmatch(document.text[last:end].strip()):
                yield replace(piece, start=start, end=last)
                start, used = last, budget.cost(document.text[last:end]) + 1
                start = start if used + size <= room else -1
                if start < 0:
                    yield replace(piece, start=last, end=end)
            else:
                yield replace(piece, start=start, end=end)
                start = -1
        if start < 0:
            start, used = begin, 0.0
        used += size
        last, end = begin, stop
    if start >= 0:
        yield replace(piece, start=start, end=end)


def _small(document: Document, units: Iterable[tuple[int, int]], room: float) -> Iterator[tuple[int, int]]:
    for begin, stop in units:
        while budget.cost(document.text[begin:stop]) + 1 > room:
            cut = _cut(document.text, begin, stop, room)
            yield begin, cut
            begin = cut
        if begin < stop:
            yield begin, stop


def _cut(text: str, begin: int, stop: int, room: float) -> int:
    """Where to cut ``text[begin:stop]`` so that the first part fits: after a sentence, a line, a clause, a word, anywhere."""
    low, high = begin + 1, stop
    while low < high:
        middle = (low + high + 1) // 2
        if budget.cost(text[begin:middle]) + 1 <= room:
            low = middle
        else:
            high = middle - 1
    least = begin + (low - begin) // 3
    if ended := [match.end() for match in _SENTENCE.finditer(text, least, low)]:
        return ended[-1]
    for mark in _HARD_BREAKS:
        found = text.rfind(mark, least, low)
        if found > begin:
            return found + len(mark)
    return low

"""Text without a structure of its own: under its headings, whole sentences packed to the budget, tables by rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from latam_rag.split import budget, packing
from latam_rag.split.pieces import Piece, fits, header
from latam_rag.split.sentences import sentences
from latam_rag.types import Document, Section, SectionKind

#: How many characters above a table, and how many paragraphs, its title may stand in.
_ABOVE: Final = 200
_TITLES: Final = 2


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
    """``pieces``, those that don't fit cut between paragraphs, items, sentences or rows into consecutive ones that do."""
    tables = [section for section in document.sections if section.kind is SectionKind.TABLE]
    for piece in pieces:
        if not fits(document, piece):
            room = budget.room(header(document, piece))
            cut = units(document, piece, tables, room)
            for first, after in packing.cheapest(cut, room):
                yield under(replace(piece, start=cut[first].start, end=cut[after - 1].end), cut[first].leads)
            continue
        inside = [table for table in tables if piece.start < table.end and table.start < piece.end]
        yield _headed(document, piece, inside[0]) if inside else piece


def units(document: Document, piece: Piece, tables: Iterable[Section], room: float) -> list[packing.Unit]:
    """The sentences of ``piece``, and the rows of those ``tables`` that reach into it."""
    text = document.text
    found: list[packing.Unit] = []
    at = piece.start
    for table in tables:
        start, end = max(table.start, at), min(table.end, piece.end)
        if start >= end:
            continue
        between = packing.of_sentences(text, _sentences(text, at, start), room)
        if between and at > piece.start and packing.titles(text[between[0].start : between[0].end]):
            # «GRUPO OCUPACIONAL DE NÍVEL MÉDIO», below one table and above another.
            between[0].cut = packing.APART
        found += _joined(text, found, between)
        further = _further(text, start, table)
        rows = packing.of_rows(text, start, end, _heads(text, table), room, further=further)
        if (
            rows
            and found
            and not further
            and any(other.end <= start and other.end > found[-1].start for other in tables)
        ):
            # Another table than the one that ends here.
            rows[0].cut = packing.APART
        found += _joined(text, found, rows)
        at = end
    return found + _joined(text, found, packing.of_sentences(text, _sentences(text, at, piece.end), room))


def under(piece: Piece, leads: tuple[str, ...]) -> Piece:
    """``piece`` under ``leads`` too, but for those that it stands under already."""
    new = tuple(lead for lead in leads if lead and lead not in piece.headings)
    return replace(piece, headings=(*piece.headings, *new)) if new else piece


def _joined(text: str, before: list[packing.Unit], after: list[packing.Unit]) -> list[packing.Unit]:
    """``after``, which isn't cut from what announces it."""
    if before and after and packing.announces(text[before[-1].start : before[-1].end]):
        after[0].cut = packing.ANNOUNCED
    return after


def _further(text: str, start: int, table: Section) -> bool:
    return start > table.start and "\n" in text[table.start : start]


def _heads(text: str, table: Section) -> list[str]:
    """What heads the rows of ``table``, first the title in capitals that stands above it: «GRUPO DE NÍVEL MÉDIO»."""
    paragraphs = text[max(0, table.start - _ABOVE) : table.start].rstrip().split("\n\n")[-_TITLES:]
    titles = [said for said in paragraphs[::-1] if packing.titles(said)]
    return [*titles[:1], *packing.heads(text[table.start : table.end])]


def _headed(document: Document, piece: Piece, table: Section) -> Piece:
    """``piece`` under the header row of ``table`` when it begins with a row further down."""
    text = document.text
    if not _further(text, piece.start, table) or " | " not in text[piece.start : piece.end]:
        return piece
    return under(piece, tuple(map(packing.lead, _heads(text, table))))


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for begin, stop in sentences(text[start:end]):
        yield start + begin, start + stop

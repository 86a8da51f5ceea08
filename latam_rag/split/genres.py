"""Which genre a document is, and the rules that go with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from latam_rag.numerals import fold
from latam_rag.split import numbered
from latam_rag.split.curriculum import codes, split_curriculum
from latam_rag.split.law import split_law
from latam_rag.split.marks import marks
from latam_rag.split.pieces import Piece
from latam_rag.split.prose import split_prose
from latam_rag.split.service import looks_like, split_service
from latam_rag.types import Document, Genre, SectionKind

_SPLITTERS: Final = {
    Genre.LAW: split_law, Genre.CURRICULUM: split_curriculum, Genre.SERVICE: split_service, Genre.PROSE: split_prose,
}  # fmt: skip


def pieces_of(document: Document, genre: Genre = Genre.AUTO) -> Iterator[Piece]:
    """The pieces of ``document`` by the rules of ``genre``."""
    return iter(_SPLITTERS[decide(document, genre)](document))


def decide(document: Document, genre: Genre = Genre.AUTO) -> Genre:
    """The source's word, else the parser's, else what the text looks like."""
    if genre is not Genre.AUTO:
        return genre
    if document.genre is not Genre.AUTO:
        return document.genre
    units = [section for section in document.sections if section.kind is SectionKind.UNIT]
    for key, found in (("field", Genre.SERVICE), ("code", Genre.CURRICULUM), ("article", Genre.LAW)):
        if sum(key in unit.metadata for unit in units) * 2 > len(units):
            return found
    if units:
        # Rows of a table: what they are called says nothing of their genre.
        return Genre.PROSE
    # Codes first: a curriculum names the decrees it rests on.
    if len(list(codes(document.text))) >= max(3, len(document.text) // 4000) or numbered.objectives(document):
        return Genre.CURRICULUM
    # A long document that prints the decree which approves it is no law.
    if _articles(document) >= max(2, len(document.text) // 20_000):
        return Genre.LAW
    return Genre.SERVICE if looks_like(document) else Genre.PROSE


def _articles(document: Document) -> int:
    if not re.search(r"\bart", fold(document.text[:200_000])):
        return 0
    return sum(1 for mark in marks(document) if mark.article and not (mark.quoted or mark.inline))

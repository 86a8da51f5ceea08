"""A Document to its Passages, by the genre of the text and not by a window."""

from __future__ import annotations

from latam_rag.types import Document, Genre, Passage


def split(document: Document, *, index: str, genre: Genre = Genre.AUTO) -> list[Passage]:
    """The passages of ``document`` in document order; ``document.text[p.start:p.end] == p.text`` for each.

    ``genre`` is the source's word; AUTO takes the parser's (``document.genre``), else decides by content. Pure.
    """
    raise NotImplementedError

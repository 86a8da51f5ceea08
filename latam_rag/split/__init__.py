"""A Document to its Passages, by the genre of the text and not by a window."""

from __future__ import annotations

from latam_rag.types import Document, Genre, Passage


def split(document: Document, *, index: str, genre: Genre = Genre.AUTO) -> list[Passage]:
    """The passages of ``document`` in document order; ``document.text[p.start:p.end] == p.text`` for each.

    ``genre`` is the source's word; AUTO takes the parser's (``document.genre``), else decides by content. Pure.
    """
    from latam_rag.split import genres, pieces, prose

    rough = genres.pieces_of(document, genre)
    apart = pieces.apart_from_notes(document, pieces.apart_from_struck(document, rough))
    whole = (piece for piece in (pieces.trimmed(document, each) for each in apart) if piece)
    sized = (piece for piece in (pieces.trimmed(document, each) for each in prose.packed(document, whole)) if piece)
    return pieces.passages(document, sized, index=index)

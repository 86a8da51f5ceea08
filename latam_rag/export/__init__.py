"""What leaves an index as a document: an answer with its quotes and sources, a service's sheet; as text, DOCX or PDF.

``pages`` says what stands on it, as ``Block``s; ``as_text``, ``as_docx`` and ``as_pdf`` write them down.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "institution", "title", "meta", "heading", "paragraph", "warning", "source", "quote", "link", "item", "check"
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """A paragraph and what it is for; the writers decide how it looks."""

    kind: Kind
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """A document to be: its language, and its blocks in order."""

    title: str
    language: str
    blocks: Sequence[Block]
    footer: str = ""


def as_text(page: Page) -> str:
    """For pasting into a report or a message."""
    from latam_rag.export.text import written

    return written(page)


def as_docx(page: Page) -> bytes:
    from latam_rag.export.docx import written

    return written(page)


def as_pdf(page: Page, *, large: bool = False) -> bytes:
    """``large``: in letters as large as one sheet of paper allows. MissingExtra without fpdf2."""
    from latam_rag.export.pdf import written

    return written(page, large=large)

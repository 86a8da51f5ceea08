"""What leaves an index as a document: an answer with its quotes and sources, a service's sheet, a teacher's work; as text,
Markdown, DOCX or PDF.

``pages`` and ``works`` say what stands on it, as ``Block``s; ``as_text``, ``as_markdown``, ``as_docx`` and ``as_pdf`` write
them down.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "institution", "title", "meta", "heading", "paragraph", "warning", "source", "quote", "link", "item", "check", "table",
    "fields", "lines", "break",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """A paragraph and what it is for; the writers decide how it looks."""

    kind: Kind
    text: str = ""
    """Of ``lines``, which somebody writes on by hand, how many."""
    rows: Sequence[Sequence[str]] = ()
    """Of a ``table``, whose first row is its head, or of ``fields``, which are names and values in turn."""
    widths: Sequence[int] = ()
    """Of the columns, in hundredths."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """A document to be: its language, and its blocks in order."""

    title: str
    language: str
    blocks: Sequence[Block]
    footer: str = ""
    landscape: bool = False


def as_text(page: Page) -> str:
    """For pasting into a report or a message."""
    from latam_rag.export.text import written

    return written(page)


def as_markdown(page: Page) -> str:
    """For a wiki, a notebook or a blog."""
    from latam_rag.export.markdown import written

    return written(page)


def as_docx(page: Page) -> bytes:
    from latam_rag.export.docx import written

    return written(page)


def as_pdf(page: Page, *, large: bool = False) -> bytes:
    """``large``: in letters as large as one sheet of paper allows. MissingExtra without fpdf2."""
    from latam_rag.export.pdf import written

    return written(page, large=large)

"""The document under construction: blocks in, one text with its sections out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from latam_rag.types import Document, Genre, Language, Page, Resource, Section, SectionKind, Value

#: Characters that are never printed: soft hyphens, joiners, what PDF writers put at a line end.
INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff\x00\x02\ufffe"))
_BLANKS = re.compile(r"\n{3,}")
_HIDDEN = re.compile(f"[{''.join(map(chr, INVISIBLE))}]")


@dataclass(kw_only=True)
class Draft:
    """What a format's reader hands back; ``parse`` makes the Document of it."""

    text: str
    sections: list[Section]
    title: str = ""
    genre: Genre = Genre.AUTO
    language: Language | None = None
    pages: list[Page] = field(default_factory=list)
    metadata: dict[str, Value] = field(default_factory=dict)
    url: str = ""
    warnings: list[str] = field(default_factory=list)
    doubtful: frozenset[str] = frozenset()
    """Numbers on scanned pages that OCR isn't sure of: nothing is cited by them."""
    running: list[str] = field(default_factory=list)
    """What is printed at the head of each page, and left out of the text."""

    def document(self, resource: Resource, *, title: str, language: Language) -> Document:
        return Document(
            uri=resource.uri, title=title, language=language, text=self.text, genre=self.genre,
            sections=tuple(self.sections), pages=tuple(self.pages), metadata=self.metadata,
            url=resource.url or self.url, warnings=tuple(self.warnings),
        )  # fmt: skip


class Builder:
    """Lays blocks one after another, a blank line between them, and remembers where each one lies."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._sections: list[Section] = []
        self._length = 0

    @property
    def length(self) -> int:
        return self._length

    def add(
        self,
        kind: SectionKind,
        text: str,
        *,
        level: int = 0,
        label: str = "",
        headings: Iterable[str] = (),
        metadata: Mapping[str, Value] | None = None,
        marks: Iterable[tuple[SectionKind, int, int]] = (),
    ) -> tuple[int, int] | None:
        """Append a block of clean ``text`` (see ``clean``) and say where it lies; None for an empty one.

        ``marks`` are sections inside the block, their offsets counted from its start.
        """
        if not text.strip():
            return None
        start = self.gap()
        self._parts.append(text)
        self._length += len(text)
        self.mark(kind, start, self._length, level=level, label=label, headings=headings, metadata=metadata)
        for inner, begin, end in marks:
            if begin < end:
                self.mark(inner, start + begin, start + end)
        return start, self._length

    def gap(self) -> int:
        """Where the next block will start: after a blank line, unless it is the first."""
        if self._length:
            self._parts.append("\n\n")
            self._length += 2
        return self._length

    def gap_ahead(self) -> int:
        """Where the next block would start, without making room for it yet: the start of a section over several blocks."""
        return self._length + 2 if self._length else 0

    def mark(
        self,
        kind: SectionKind,
        start: int,
        end: int,
        *,
        level: int = 0,
        label: str = "",
        headings: Iterable[str] = (),
        metadata: Mapping[str, Value] | None = None,
    ) -> None:
        """A section over text that is already there, or will be when ``draft`` is called."""
        self._sections.append(
            Section(
                kind=kind,
                start=start,
                end=end,
                level=level,
                label=label,
                headings=tuple(headings),
                metadata=dict(metadata or {}),
            )
        )

    def draft(self, **known: object) -> Draft:
        """The text and its sections in document order, an outer one before those inside it."""
        sections = sorted(self._sections, key=lambda s: (s.start, -s.end, s.kind is not SectionKind.UNIT))
        return Draft(text="".join(self._parts), sections=sections, **known)  # type: ignore[arg-type]  # a Draft's fields


def clean(text: str, *, lines: bool = False) -> str:
    """``text`` in NFC without invisible characters, white space folded; line breaks survive only with ``lines``."""
    text = unicodedata.normalize("NFC", text)
    if _HIDDEN.search(text):
        # Rare, and looked for in a tenth of the time that taking them out would take.
        text = text.translate(INVISIBLE)
    if not lines:
        return " ".join(text.split())
    kept = (" ".join(line.split()) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    return _BLANKS.sub("\n\n", "\n".join(kept)).strip()


def row(cells: Iterable[str]) -> str:
    """One line of a TABLE section."""
    return " | ".join(clean(cell).replace(" | ", " / ") for cell in cells)

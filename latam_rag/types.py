"""What travels between the stages.

``Ref → Resource → Document → Passage → Hit → Citation → Answer``, each a frozen, keyword-only dataclass of our own and
never a subclass of a library's class, so that no library's release can change what an index holds.

This module imports nothing of ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Literal, Protocol, runtime_checkable

Value = str | int | float | bool | tuple[str, ...]
Metadata = Mapping[str, Value]
Language = Literal["es", "pt"]


class Genre(StrEnum):
    """What kind of text a document is; it decides how the document is split."""

    AUTO = "auto"
    LAW = "law"
    CURRICULUM = "curriculum"
    SERVICE = "service"
    PROSE = "prose"


#: The metadata that retrieval can filter by: key → (payload index type, meaning). Dates are ISO ``YYYY-MM-DD``.
#: Any other key is kept and shown, and not indexed.
FACETS: Mapping[str, tuple[Literal["keyword", "integer", "datetime"], str]] = MappingProxyType(
    {
        "country": ("keyword", "ISO 3166 code: CL, BR, …"),
        "domain": ("keyword", "legal, curriculum or public_service"),
        "kind": ("keyword", "what the source calls the document: Ley, Ordenanza, Trámite, …"),
        "body": ("keyword", "who issued it: ministry, municipality, congress"),
        "norm": ("keyword", "number of the norm, digits and year as cited: 19418, 14133/2021"),
        "article": ("keyword", "article number in canonical form: 5, 5-bis, 5-a, 3-transitorio"),
        "code": ("keyword", "curriculum or procedure codes in canonical form: EF05MA03, MA04OA08"),
        "grade": ("keyword", "school grade as the source writes it"),
        "subject": ("keyword", "school subject as the source writes it"),
        "axis": ("keyword", "axis or thematic unit of the curriculum"),
        "field": ("keyword", "part of a service sheet: requirements, cost, steps, …"),
        "status": ("keyword", "in_force, repealed, partially_repealed or unknown"),
        "valid_from": ("datetime", "first day in force"),
        "valid_to": ("datetime", "last day in force"),
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Ref:
    """One line of a source's listing: what exists and in which revision, without its body.

    ``revision`` is any string that changes when the content does (an ETag, size and time, a version date); ``""`` means
    the source can't tell, and the document is fetched at each sync.
    """

    uri: str
    revision: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Resource:
    """A fetched document as the source serves it: bytes, and what the source says about them."""

    uri: str
    body: bytes = field(repr=False)
    media_type: str = ""
    """As declared by the source, a hint only: content decides (see ``parse``)."""
    revision: str = ""
    title: str = ""
    metadata: Metadata = field(default_factory=dict)
    url: str = ""
    """Where a citation opens the original, if anywhere."""


@runtime_checkable
class Connector(Protocol):
    """A source of documents. The constructor's keyword arguments are the keys of a ``[[sources]]`` table.

    No I/O happens before ``refs()``. Both methods raise ``SourceError``; a listing that breaks midway raises instead of
    ending early, for a missing line is read as a deletion.
    """

    def refs(self) -> Iterator[Ref]: ...

    def fetch(self, ref: Ref) -> Resource: ...


class SectionKind(StrEnum):
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    """One entry of a list, its own marker (``a)``, ``IV –``) included in the text."""
    TABLE = "table"
    """One row per line, cells joined by `` | ``; the header row is the first line."""
    UNIT = "unit"
    """What the source itself delimits as citable: an article of LeyChile, a curriculum objective, a field of a service
    sheet. ``label`` says how it is cited. Units don't overlap; sections inside one may."""
    FOOTNOTE = "footnote"
    STRUCK = "struck"
    """Struck-through text: superseded, never cited as in force."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """A stretch ``text[start:end]`` of a document whose role the parser knows. In document order."""

    kind: SectionKind
    start: int
    end: int
    level: int = 0
    """Depth of a heading from 1; 0 where depth means nothing."""
    label: str = ""
    headings: tuple[str, ...] = ()
    """For a UNIT whose source states its place (title, chapter): outermost first."""
    metadata: Metadata = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """One page of a paginated document: ``text[start:end]`` was printed on it."""

    number: int
    """From 1, as a PDF reader counts."""
    start: int
    end: int
    width: float = 0.0
    """In points (1/72 inch), as ``height``; for an image without resolution, pixels."""
    height: float = 0.0
    boxes: bytes = field(default=b"", repr=False)
    """Little-endian ``uint16`` left, top, right, bottom per character of ``text[start:end]``, in tenths of a point from the
    page's top left corner; all zero for a character that isn't printed. Empty when the layout isn't known."""
    confidence: float | None = None
    """0 to 1 when the text comes from OCR."""
    running: tuple[str, ...] = ()
    """What its header and footer say, left out of the text: a curriculum's subject and grade may stand nowhere else."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """A parsed document: one string, and where in it everything is."""

    uri: str
    title: str
    language: Language
    text: str = field(repr=False)
    genre: Genre = Genre.AUTO
    """AUTO when the format doesn't tell; ``split`` then decides by content."""
    sections: tuple[Section, ...] = field(default=(), repr=False)
    pages: tuple[Page, ...] = field(default=(), repr=False)
    metadata: Metadata = field(default_factory=dict)
    url: str = ""
    warnings: tuple[str, ...] = ()
    """What a careful reader should know (pages left out, re-read by OCR), in the user's language."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Passage:
    """What a person would cite, with its whole provenance: ``document.text[start:end] == text``."""

    id: str
    """UUIDv5 of index, document, content and occurrence: stable across syncs."""
    document_id: str
    uri: str
    title: str
    """Of the document, as cited: ``Ordenanza 12/2019 de Aguas Claras``."""
    headings: tuple[str, ...]
    label: str
    """As a person cites the place: ``art. 5, letra b``, ``EF05MA03``; empty in prose."""
    page: int | None
    start: int
    end: int
    text: str
    language: Language
    metadata: Metadata = field(default_factory=dict)
    url: str = ""

    @property
    def header(self) -> str:
        """Where the passage stands, in one line; embedded and indexed with it: ``Ley 19418 › Título I › art. 2``."""
        parts = (self.title, *self.headings, self.label)
        return " › ".join(part for part in parts if part)

    @property
    def indexed_text(self) -> str:
        return f"{self.header}\n{self.text}"


@dataclass(frozen=True, kw_only=True, slots=True)
class SparseVector:
    """Term weights of a text: ``indices`` are hashed terms (uint32, ascending), ``values`` their BM25 weights without IDF."""

    indices: tuple[int, ...]
    values: tuple[float, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Filters:
    """What may be found. ``facets`` holds allowed values by key of ``FACETS``.

    ``on`` (ISO date) keeps what applied that day; ``in_force`` drops what is known to be repealed; what the source doesn't
    date is kept by both, since most sources say nothing.
    """

    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    uris: tuple[str, ...] = ()
    on: str | None = None
    in_force: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """A passage found, ``score`` comparable within one result only, and ``why`` it was found: exact, hybrid, …"""

    passage: Passage
    score: float
    why: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Box:
    """A rectangle on a page in points from its top left corner."""

    page: int
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Citation:
    """A literal stretch of a passage that a sentence rests on: ``passage.text[start:end] == quote``."""

    number: int
    """As printed: [1]."""
    passage: Passage
    quote: str
    start: int
    end: int
    page: int | None = None
    """Where the quote begins (a passage may run over pages)."""
    boxes: tuple[Box, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What the checks said of one sentence: ``reasons`` are keys of the message catalogue with their values, empty when it
    passed."""

    sentence: str
    shown: bool
    reasons: tuple[tuple[str, Mapping[str, Any]], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Sentence:
    """A sentence of an answer that passed the checks, and the citations (by number) it rests on."""

    text: str
    citations: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What is shown. Refused answers have no sentences; ``hits`` are then the nearest passages."""

    question: str
    language: Language
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    verdicts: tuple[Verdict, ...] = ()
    """Of every sentence proposed, the withheld ones included."""
    refused: bool = False
    reason: str = ""
    """Why it was refused, or why the model's text wasn't used and what of it is repealed; in the question's language."""
    engine: str = "extractive"
    """``extractive``, or the model's name."""
    hits: tuple[Hit, ...] = ()
    timings: Mapping[str, float] = field(default_factory=dict)
    """Seconds by stage."""

    @property
    def text(self) -> str:
        """The answer as printed: sentences, each with its numbers."""
        return " ".join(f"{s.text} {''.join(f'[{n}]' for n in s.citations)}".strip() for s in self.sentences)


@dataclass(frozen=True, kw_only=True, slots=True)
class Failure:
    """A document that could not be indexed, and why, in the user's language."""

    uri: str
    reason: str
    key: str
    """The error's key in the message catalogue, for scripts."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SyncReport:
    """What a sync did: uris by outcome, and counts."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    gone: tuple[str, ...]
    same: int
    failed: tuple[Failure, ...]
    passages: int
    """In the index afterwards."""
    embedded: int
    """Passages embedded by this sync."""
    seconds: Mapping[str, float] = field(default_factory=dict)
    """By stage."""
    moved: Mapping[str, str] = field(default_factory=dict)
    """Of ``new``, those that have the very bytes of one of ``gone``, by new uri."""
    forgotten: int = 0
    """Documents that the sources have and that must not come back (``Index.forget``)."""

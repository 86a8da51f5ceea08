"""Service sheets: a passage per field (what, who, requirements, cost, …), lists whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from latam_rag.parse.parts import named
from latam_rag.split import budget
from latam_rag.split.pieces import Piece, fits
from latam_rag.split.prose import split_prose
from latam_rag.types import Document, SectionKind

_LABEL: Final = re.compile(
    r"^[ \t#>*_•-]*(?P<label>¿?[^\W\d_][^\n:?]{2,58}?)(?P<end>\s*(?:\?:?|:)(?!\d)[*_ ]*)(?P<rest>[^\n]*)$", re.MULTILINE
)


_LISTED: Final = re.compile(r"[ \t]*(?:[-•*·▪●–—o][ \t]|\d{1,2}[.)º°]|[a-zñA-Z]\))")
#: The level of a label that is no heading: deeper than any.
_INLINE: Final = 99
_NAME: Final = 100
#: Parts that other texts don't have, and the characters between two parts of a sheet, at most on the average.
_TELLING: Final = frozenset(("requirements", "documents", "cost", "steps"))
_SPACED: Final = 3_000
#: Words from which on a text under a service's name describes it.
_TELLS: Final = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """A part of a sheet: where its label begins, where its text begins, and its key in the metadata ``field``."""

    start: int
    body: int
    name: str
    label: str
    level: int = _INLINE


@dataclass(frozen=True, kw_only=True, slots=True)
class _Heading:
    """A heading that names no field: a service's name, a chapter of services, a part with a name of its own."""

    start: int
    body: int
    label: str
    level: int


def fields(document: Document) -> list[Field]:
    """The labelled parts of a sheet that the parser didn't delimit: its headings, and lines such as «Costo: …»."""
    found: dict[int, Field] = {}
    for section in document.sections:
        if section.kind is SectionKind.HEADING:
            label = " ".join(document.text[section.start : section.end].split()).strip(":")
            if name := named(label):
                found[section.start] = Field(
                    start=section.start, body=section.end, name=name, label=label, level=section.level or 1
                )
    for match in _LABEL.finditer(document.text):
        label = match["label"].strip(" *_")
        name = named(label)
        if name and not any(field.start <= match.start() < field.body for field in found.values()):
            found.setdefault(match.start(), Field(start=match.start(), body=match.end("end"), name=name, label=label))
    return [found[start] for start in sorted(found)]


def looks_like(document: Document) -> bool:
    """Whether a text without a declared genre is a sheet: three parts or more, one of them telling, and not far between."""
    found = fields(document)
    kinds = {field.name for field in found}
    return len(kinds) >= 3 and bool(kinds & _TELLING) and len(found) >= len(document.text) / _SPACED


def split_service(document: Document) -> Iterator[Piece]:
    """The pieces of a sheet: its UNITs, else the fields found in its text, else as prose.

    Each piece of a sheet says in ``parts`` which fields the whole sheet has: what isn't there, the sheet doesn't state.
    """
    made = list(_described(document, list(_split(document))))
    stated: dict[tuple[str, ...], list[str]] = {}
    for piece in made:
        if field := piece.metadata.get("field"):
            stated.setdefault(piece.headings, []).append(str(field))
    for piece in made:
        fields = dict.fromkeys(
            field for place, known in stated.items() if _same_sheet(piece.headings, place) for field in known
        )
        yield replace(piece, metadata={**piece.metadata, "parts": tuple(fields)}) if fields else piece


def _described(document: Document, pieces: list[Piece]) -> Iterator[Piece]:
    """``pieces``, the text between a service's name and its first field known as what it is, where no field says so."""
    told = {piece.headings for piece in pieces if piece.metadata.get("field") == "description"}
    for piece, after in pairwise([*pieces, None]):
        if piece is None:
            continue
        first = after is not None and "field" in after.metadata and after.headings == piece.headings
        if first and "field" not in piece.metadata and piece.headings not in told:
            told.add(piece.headings)
            if len(re.findall(r"\w+", document.text[piece.start : piece.end])) >= _TELLS:
                piece = replace(piece, metadata={**piece.metadata, "field": "description"})
        told |= {piece.headings} if "field" in piece.metadata else set()
        yield piece


def _same_sheet(here: tuple[str, ...], place: tuple[str, ...]) -> bool:
    """Whether a field at ``place`` speaks for a piece ``here``: beside it, around it, or within its service."""
    return here[: len(place)] == place or (here != () and place[: len(here)] == here)


def _split(document: Document) -> Iterator[Piece]:
    units = [s for s in document.sections if s.kind is SectionKind.UNIT and s.start < s.end]
    if units:
        for piece in split_prose(document):
            # The heading over a field repeats the field's label.
            own = tuple(heading for heading in piece.headings if heading != piece.label)
            yield replace(piece, headings=own)
        return
    found = fields(document)
    if not found:
        yield from split_prose(document)
        return
    headings = _headings(document, found)
    parts: list[Field | _Heading] = sorted([*found, *headings], key=lambda part: part.start)
    yield Piece(start=0, end=parts[0].start)
    places = _places(document, parts)
    ends = [*(part.start for part in parts[1:]), len(document.text)]
    for part, end, place in zip(parts, ends, places, strict=True):
        if isinstance(part, _Heading):
            yield Piece(start=part.body, end=end, headings=place)
        elif re.search(r"\w", document.text[part.body : end]):
            # A label on a line of its own stands in the header already.
            alone = not document.text[part.body : end].partition("\n")[0].strip()
            label = budget.shorten(part.label, budget.LABEL)
            start = part.body if alone else part.start
            piece = Piece(start=start, end=end, headings=place, label=label, metadata={"field": part.name})
            stop = end if part.level < _INLINE or fits(document, piece) else _own_end(document.text, part.body, end)
            yield replace(piece, end=stop)
            yield Piece(start=stop, end=end, headings=place)


def _own_end(text: str, at: int, end: int) -> int:
    """Where the paragraph or list ends that a label in a long text stands over; what follows may be about anything."""
    taken = False
    for match in re.finditer(r"(?:[^\n]|\n(?![ \t]*\n))+", text[at:end]):
        if not re.search(r"\w", match[0]):
            continue
        if taken and not _LISTED.match(match[0].lstrip()):
            return at + match.start()
        taken = True
    return end


def _headings(document: Document, found: list[Field]) -> list[_Heading]:
    """Where a part begins that is no field. Headings inside a field, deeper than its own, don't end it."""
    taken = {field.start for field in found}
    made: list[_Heading] = []
    level = _INLINE
    known = False
    for section in document.sections:
        if section.kind is not SectionKind.HEADING or section.start >= section.end:
            continue
        known = True
        here = section.level or 1
        if section.start in taken:
            level = here
        elif here <= level:
            label = " ".join(document.text[section.start : section.end].split())
            made.append(_Heading(start=section.start, body=section.end, label=label, level=here))
            level = _INLINE
    return made if known else _names(document, found)


def _names(document: Document, found: list[Field]) -> list[_Heading]:
    """The services' names in a text without headings: the lines before the first field, each time that it comes again."""
    first = [field for field in found if field.name == found[0].name]
    made = []
    at = 0
    for field in first if len(first) > 1 else ():
        before = document.text[at : field.start].rstrip()
        line = before.rpartition("\n\n")[2]
        start = at + len(before) - len(line)
        at = field.body
        if 0 < len(line) < _NAME and "\n" not in line and line[0].isupper() and line[-1] not in ".:;,":
            made.append(_Heading(start=start, body=start + len(line), label=line, level=1))
    return made if len(made) == len(first) else []


def _places(document: Document, parts: list[Field | _Heading]) -> Iterator[tuple[str, ...]]:
    """The headings over each of ``parts``."""
    stack: list[_Heading] = []
    before: list[_Heading] = []
    seen: set[str] = set()
    for part in parts:
        if isinstance(part, _Heading):
            before = stack
            stack = [*(heading for heading in stack if heading.level < part.level), part]
        else:
            # As deep as its own fields, a name is a service's when their names begin anew, else one more part of the sheet.
            if stack and stack is not before and stack[-1].level >= part.level and seen and part.name not in seen:
                stack = before
            elif stack is not before:
                seen = set()
            before = stack
            seen.add(part.name)
        yield tuple(heading.label for heading in stack if heading.label != document.title)

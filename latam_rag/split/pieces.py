"""From stretches of a document to passages: bounds checked, struck text set apart, sizes kept, ids given."""

from __future__ import annotations

import functools
import re
import uuid
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Final

from latam_rag.references import canonical_norm, norm_forms
from latam_rag.split import budget
from latam_rag.split.changes import amended_by
from latam_rag.split.crossrefs import CrossReferences, extents
from latam_rag.split.sentences import only_enumerates
from latam_rag.types import Document, Language, Passage, SectionKind, Value

_NAMESPACE: Final = uuid.UUID("6f0b2f0e-7d7c-5f0b-9d1a-2d9a54c1c0de")
_WORD: Final = re.compile(r"[^\W_]")
#: How far from its bracket what a note strikes through may begin, and what no note in brackets goes beyond.
_NOTE: Final = 120
_CLOSED: Final = re.compile(r"[)\n]")
#: An article's label without items, an item of one, and the paragraph that it may stand in (empty for the only one).
_WHOLE: Final = re.compile(r"art\. [\dº]+(?:-[A-Z])?")
_INCISO: Final = re.compile(r"^([IVXLC]{1,7})\s?[-–—]\s", re.MULTILINE)
_PARAGRAPH: Final = re.compile(r"^(?:§\s?([1-9])(?!\d)|§\s?\d{2}|Par[áa]grafo [úu]nico)", re.MULTILINE)
#: Where a text was taken from, and nothing else: «Fuente: https://… PDF: https://…».
_ADDRESS: Final = re.compile(
    r"(?:\W|\b(?:fuente|fonte|source|pdf|url|enlace|link|ver|vea|acesse|dispon[íi]vel em|disponible en)\b|https?://\S++)++",
    re.IGNORECASE,
)
#: What is said of an article, an objective or a part of a sheet, and not of a note under it.
_OWN: Final = ("article", "code", "field", "amended_by")
#: What the cited title is made of, besides the title.
_CITED: Final = ("kind", "norm", "version", "valid_to", "domain")
_YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_CONSOLIDATED: Final = re.compile(
    r"\btexto (?:[úu]nico |refundido|ordenado|consolidado|actualizado)[^.;]*?\b(?:ley|lei|decreto[- ]ley|decreto)"
    r"\s+(?:n[úu]mero|n[º°.]*|nro\.?)?\s*(?P<number>\d[\d.]*\d(?:/\d{4})?)",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """A stretch ``text[start:end]`` that will be a passage, and what is known of it."""

    start: int
    end: int
    headings: tuple[str, ...] = ()
    label: str = ""
    metadata: Mapping[str, Value] = field(default_factory=dict)


def header(document: Document, piece: Piece) -> str:
    """The header that the passage of ``piece`` will have."""
    parts = (cited_title(document), *budget.bounded(piece.headings), piece.label)
    return " › ".join(part for part in parts if part)


def cited_title(document: Document) -> str:
    """The title as cited: a law whose title leaves its number out gets it in front."""
    said = document.metadata
    told = {key: said[key] for key in _CITED if key in said}
    return _cited(document.title, document.language, document.uri, tuple(told.items()))


@functools.lru_cache(maxsize=4)
def _cited(title: str, language: Language, uri: str, told: tuple[tuple[str, Value], ...]) -> str:
    """Asked for with every piece, and the same for all those of a document."""
    said = dict(told)
    kind, norm = said.get("kind"), said.get("norm")
    if isinstance(kind, str) and isinstance(norm, str) and norm[:1].isdigit():
        number = norm.partition("/")[0]
        if number not in re.sub(r"[.\s]", "", title):
            title = f"{kind} {norm}: {title}"
    edition = _edition(said, title, language, uri)
    return (
        f"{budget.shorten(title, budget.TITLE - len(edition) - 3)} ({edition})"
        if edition
        else budget.shorten(title, budget.TITLE)
    )


def _edition(said: Mapping[str, Value], title: str, language: Language, uri: str) -> str:
    """Which of several versions of one norm this is, as far as the source says and the title doesn't."""
    pt = language == "pt"
    if (version := said.get("version")) and str(version) not in title:
        return f"{'versão' if pt else 'versión'} {version}"
    if (last := said.get("valid_to")) and str(last) not in title:
        return f"{'até' if pt else 'hasta'} {last}"
    years = set(_YEAR.findall(PurePosixPath(uri).stem))
    known = f"{title} {said.get('norm', '')}"
    return years.pop() if len(years) == 1 and not _YEAR.search(known) and said.get("domain", "legal") == "legal" else ""


def fits(document: Document, piece: Piece) -> bool:
    size = piece.end - piece.start
    if size > 4 * budget.TOKENS:
        return False
    return budget.cost(document.text[piece.start : piece.end]) <= budget.room(header(document, piece))


def apart_from_struck(document: Document, pieces: Iterable[Piece]) -> Iterator[Piece]:
    """``pieces`` cut so that struck text stands alone, marked as repealed: a passage is one stretch, so cutting around is the
    only way to keep superseded words out of it.

    A number («Artículo 6°.-», «b)») right before struck text can't be one stretch with the text in force beyond it, and says
    nothing alone: it goes with the struck text, which then reads as it once did; the text in force has it in its label.
    """
    struck = [(s.start, s.end) for s in document.sections if s.kind is SectionKind.STRUCK and s.start < s.end]
    struck.sort()
    if not struck:
        yield from pieces
        return
    for piece in pieces:
        at = piece.start
        for start, end in struck:
            start, end = max(start, at), min(end, piece.end)
            if start >= end or _noted(document.text, at, start, end):
                continue
            start = _numbered(document.text, at, start)
            yield replace(piece, start=at, end=start)
            label = _of_struck(document, piece, start, end)
            metadata = {**piece.metadata, "status": "repealed"}
            yield replace(piece, start=start, end=end, label=label, metadata=metadata)
            at = end
        yield replace(piece, start=at)


def _of_struck(document: Document, piece: Piece, start: int, end: int) -> str:
    """How the struck ``text[start:end]`` is cited: one item of a Brazilian article by its number, «art. 91, III»."""
    items = list(_INCISO.finditer(document.text, start, end))
    if document.language != "pt" or not _WHOLE.fullmatch(piece.label) or len(items) != 1 or items[0].start() != start:
        return piece.label
    paragraphs = _PARAGRAPH.findall(document.text, piece.start, start)
    if not paragraphs:
        return f"{piece.label}, {items[0][1]}"
    return f"{piece.label}, § {paragraphs[-1]}º, {items[0][1]}" if paragraphs[-1] else piece.label


def apart_from_notes(document: Document, pieces: Iterable[Piece]) -> Iterator[Piece]:
    """``pieces`` cut so that each footnote stands alone, cited by its number and not by the article whose page it is on."""
    notes = [section for section in document.sections if section.kind is SectionKind.FOOTNOTE]
    if not notes:
        yield from pieces
        return
    for piece in pieces:
        at = piece.start
        for note in notes:
            start, end = max(note.start, at), min(note.end, piece.end)
            if start >= end:
                continue
            yield replace(piece, start=at, end=start)
            said = {key: value for key, value in piece.metadata.items() if key not in _OWN}
            yield replace(piece, start=start, end=end, label=f"nota {note.label}".strip(), metadata=said)
            at = end
        yield replace(piece, start=at)


def _noted(text: str, at: int, start: int, end: int) -> bool:
    """Whether ``text[start:end]`` is part of a note in brackets, and not all of it: «(Vide Decretos nº 3717, nº 5547)»."""
    opened = text.rfind("(", max(at, start - _NOTE), start)
    return opened >= 0 and not _CLOSED.search(text, opened, end)


def _numbered(text: str, at: int, start: int) -> int:
    """Where the number begins that stands right before ``start``; ``start`` when there is none."""
    end = at + len(text[at:start].rstrip())
    line = max(text.rfind("\n", at, end) + 1, at)
    return line if line < end and only_enumerates(text, line, end) else start


def trimmed(document: Document, piece: Piece) -> Piece | None:
    """``piece`` without white space around it; None when nothing in it can be read, or nothing but addresses."""
    text = document.text[piece.start : piece.end]
    stripped = text.strip()
    if not _WORD.search(stripped) or ("://" in stripped and _ADDRESS.fullmatch(stripped)):
        return None
    start = piece.start + len(text) - len(text.lstrip())
    if start == piece.start and len(stripped) == len(text):
        return piece
    return replace(piece, start=start, end=start + len(stripped))


def passages(document: Document, pieces: Iterable[Piece], *, index: str) -> list[Passage]:
    """The passages of ``pieces``, which fit already and stand in document order."""
    document_id = _uuid(f"{index}\n{document.uri}")
    base = _shared(document)
    title = cited_title(document)
    pages = [page for page in document.pages if page.start < page.end]
    starts = [page.start for page in pages]
    seen: Counter[str] = Counter()
    made: list[Passage] = []
    for piece in _described(document, list(pieces)):
        at = bisect_right(starts, piece.start) - 1
        text = document.text[piece.start : piece.end]
        headings = budget.bounded(piece.headings)
        content = "\n".join((title, *headings, piece.label, text))
        name = f"{index}\n{document.uri}\n{content}\n{seen[content]}"
        seen[content] += 1
        passage = Passage(
            id=_uuid(name), document_id=document_id, uri=document.uri, title=title, headings=headings, label=piece.label,
            page=pages[max(at, 0)].number if pages else None, start=piece.start, end=piece.end, text=text,
            language=document.language, metadata={**base, **piece.metadata} if piece.metadata else base, url=document.url,
        )  # fmt: skip
        made.append(passage)
    return made


def _described(document: Document, pieces: list[Piece]) -> Iterator[Piece]:
    """``pieces`` with what they refer to (``refers_to``) and, of a law's, what changed them (``amended_by``)."""
    found = CrossReferences(document)
    articles = [str(piece.metadata.get("article", "")) for piece in pieces]
    spans = [(piece.start, piece.end, article) for piece, article in zip(pieces, articles, strict=True)]
    for piece, article, whole in zip(pieces, articles, extents(spans), strict=True):
        said: dict[str, Value] = {}
        if refers := found.within(piece.start, piece.end, whole=whole, article=article):
            said["refers_to"] = refers
        if article and (changes := amended_by(document.text[piece.start : piece.end])):
            before = piece.metadata.get("amended_by", ())
            said["amended_by"] = tuple(dict.fromkeys((*(before if isinstance(before, tuple) else ()), *changes)))
        yield replace(piece, metadata={**piece.metadata, **said}) if said else piece


def _uuid(name: str) -> str:
    # A lone surrogate, which a broken file may hold, has no UTF-8.
    return str(uuid.uuid5(_NAMESPACE, name.encode("utf-8", "replace").decode("utf-8")))


def _shared(document: Document) -> Mapping[str, Value]:
    """The document's metadata; a norm can be asked for with and without its year, and a text that consolidates another norm
    (*texto refundido de la ley 18.695*) by that one's number, which is the one that people know."""
    norm = document.metadata.get("norm")
    if not isinstance(norm, str) or not norm:
        return document.metadata
    consolidated = _CONSOLIDATED.search(document.title)
    others = norm_forms(canonical_norm(consolidated["number"])) if consolidated else ()
    forms = tuple(dict.fromkeys((*norm_forms(norm), *others)))
    return {**document.metadata, "norm": forms} if len(forms) > 1 else document.metadata

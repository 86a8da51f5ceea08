"""The title a person would cite a document by."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from latam_rag.parse import norms
from latam_rag.parse.build import Draft
from latam_rag.types import Genre, Resource, SectionKind

_LONGEST = 300
_NORM = (
    r"(?:lei|ley|decreto|ordenanza|resoluci[óo]n|resoluç[ãa]o|medida provis[óo]ria|portaria|acuerdo|reglamento|regulamento|"
    r"constituci[óo]n|constituiç[ãa]o|emenda|acordada|circular|instrucci[óo]n|instrução|c[óo]digo|estatuto|protocolo|plan|plano|manual)"
)
#: ``LEI Nº 14.133, DE 1º DE ABRIL DE 2021``: a norm named with its number opens the document.
_NUMBERED = re.compile(rf"^\W*{_NORM}(?:\s+[^\W\d]+){{0,4}}\s+(?:n[.º°ro]*\s*)?\d[\d.]*", re.IGNORECASE)
_NAMED = re.compile(rf"^\W*{_NORM}\b", re.IGNORECASE)
#: A heading that is a part of some document, and names none.
_PART = re.compile(
    r"^\W*(?:t[íi]tulo|cap[íi]tulo|secci[óo]n|seç[ãa]o|libro|livro|anexo|parte|art[íi]culo|artigo|art\.|[íi]ndice|sum[áa]rio|contenido|"
    r"presentaci[óo]n|apresentação|introducci[óo]n|introdução|pre[áa]mbulo|disposici|disposiç|considerando|visto)",
    re.IGNORECASE,
)


def best(draft: Draft, resource: Resource, name: str) -> str:
    """What the source says, else what the document declares, else how it opens, else the name of its file."""
    stem = PurePosixPath(name).stem
    if draft.genre is not Genre.AUTO and draft.title and not resource.title:
        # A format with a field for the title means it, be it «CPF».
        return draft.title[:_LONGEST]
    for said in (resource.title, draft.title):
        if _tells(said, name):
            return norms.as_cited(said)[:_LONGEST]
    openings = list(_openings(draft))
    opening = openings[0] if openings else ""
    # «LEI ORGÂNICA», and below it «LEI ORGÂNICA DO MUNICÍPIO DE …».
    opening = next((text for text in openings if opening and text.startswith(f"{opening} ")), opening)
    if draft.pages and not _NAMED.match(opening):
        # What is set largest on a cover may be a slogan: the running header or a file named in words says more.
        opening = next((text for text in draft.running if _NAMED.match(text) and text.count(" ") > 1), opening)
        opening = _in_words(stem, opening) or opening
    return norms.as_cited(opening)[:_LONGEST] or max(resource.title, draft.title, stem, key=len)[:_LONGEST]


def _in_words(stem: str, opening: str) -> str:
    """A file's name when it is made of words, fewer than half of them in ``opening``."""
    words = re.split(r"[\s_-]+", stem)
    telling = [word.casefold() for word in words if len(word) > 3]
    if len(telling) < 3 or not all(word.isalpha() for word in words):
        return ""
    shared = sum(word in opening.casefold() for word in telling)
    return "" if 2 * shared >= len(telling) else " ".join(words)


def _tells(title: str, name: str) -> bool:
    """Whether ``title`` is more than a file name, a number or the name of a part."""
    stem = PurePosixPath(name).stem
    return (
        bool(title)
        and title not in (name, stem)
        and (" " in title.strip() or len(title) > 24)
        and not _PART.match(title)
    )


def _openings(draft: Draft) -> Iterator[str]:
    """How the document opens, the likeliest title first."""
    first = [section for section in draft.sections if section.kind is not SectionKind.UNIT][:40]
    blocks = [(section, " ".join(draft.text[section.start : section.end].split())) for section in first]
    yield from (
        text
        for order, (section, text) in enumerate(blocks[:12])
        if len(text) < 200
        and _NUMBERED.match(text)
        and not text.endswith((",", ";"))
        # Further down a norm in small letters is one that the document cites.
        and (order < 2 or section.kind is SectionKind.HEADING or norms.capitals(text))
    )
    yield from (
        text
        for _, text in blocks[:6]
        if len(text) < 200 and _NAMED.match(text) and norms.capitals(text) and not text.endswith(":")
    )
    if any(page.confidence is not None for page in draft.pages[:2]):
        # What is largest on a scan is its letterhead, read as badly as letterheads are.
        return
    headings = [
        (s, text)
        for s, text in blocks
        if s.kind is SectionKind.HEADING and 3 < len(text) < 200 and not _PART.match(text)
    ]
    for _, text in sorted(headings[:6], key=lambda pair: pair[0].level):
        yield text

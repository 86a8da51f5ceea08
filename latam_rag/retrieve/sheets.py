"""The part of a service sheet that a question asks for (*¿Cuánto cuesta …?*), and of which sheet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from latam_rag import synonyms
from latam_rag.store import Store
from latam_rag.types import Filters, Hit, Language, Passage
from latam_rag.wording import fold

#: Of the words that say what a question is about, what the name of a sheet must have to be the one asked about.
_ABOUT: Final = 0.5
_AS_WELL: Final = 2
_MOST: Final = 12
"""Passages that the parts of one sheet may have."""
#: What asks for a part, in folded text, by the part; two are asked for by one question (*¿Qué necesito?*, *¿Dónde se hace?*).
_ASKS: Final = (
    (
        ("cost",),
        r"\b[cq]uant[oa]s? (?:se |hay que |tengo que |debo )?(?:es|e|sale|vale|cobran?|pag\w+|sai)\b"
        r"|\bcobr|^\W*(?:es|son|e|sao)\b.*\bgrat",
    ),
    (
        ("time",),
        r"\b[cq]uant[oa]s? (?:dias|tiempo|tempo|semanas|meses)\b|\bcuando (?:me )?(?:lo |la )?(?:entregan|dan)",
    ),
    (
        ("requirements", "documents"),
        r"\bpapeles\b|\bpapeis\b|\bque (?:eu |se |me )?(?:necesit|precis|pid)"
        r"|\bque (?:debo|hay que|tengo que|devo|tenho que) (?:presentar|llevar|tener|apresentar|levar)",
    ),
    (("channel", "office"), r"\b(?:a?donde|onde|aonde)\b|\bhorarios?\b|\bque oficina|\bventanilla"),
    (("steps",), r"^\W*(?:y |e )?como (?!se llama|e chamad)|\bcual(?:es)? es el tramite"),
    (
        ("audience",),
        r"\b(?:quien(?:es)?|quem) (?:puede|pode|debe|deve|tiene derecho|tem direito|solicita)"
        r"|\bpara (?:quien|quem)\b|dirigid[oa]\b",
    ),
    (("legal_basis",), r"\b(?:base|fundamento|sustento) legal\b|\bque (?:ley|norma)\b|\bqual (?:a )?(?:lei|norma)\b"),
    (("validity",), r"\bhasta cuando (?:vale|sirve)|\bate quando vale"),
    (("contact",), r"\btelefon|\bcorreos?\b|\be-?mail\b|\bcontat|\bcontact"),
)
_PATTERNS: Final = tuple((parts, re.compile(pattern)) for parts, pattern in _ASKS)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A sheet, by one of its passages, and the parts of it that are asked for."""

    sheet: Passage
    parts: tuple[str, ...]

    def has(self, passage: Passage) -> bool:
        return is_of(passage, self.sheet) and passage.metadata.get("field") in self.parts


def is_of(passage: Passage, sheet: Passage) -> bool:
    """Whether both are parts of one sheet; a document may hold several, each under its heading."""
    return (passage.uri, passage.title, passage.headings) == (sheet.uri, sheet.title, sheet.headings)


def wanted(question: str, hits: Sequence[Hit], *, language: Language) -> list[Wanted]:
    """The sheets among ``hits`` that ``question`` is about, with the parts it asks for: one, or two that it may mean as well.

    Empty where it asks for no part, where they don't have it, or where the first of ``hits`` is no sheet and as much about
    it, unless a sheet is asked for by its whole name.
    """
    if not any(isinstance(hit.passage.metadata.get("field"), str) for hit in hits):
        return []
    keys = synonyms.keys(synonyms.asked(question, language), language)
    rival = 0.0
    if not isinstance(hits[0].passage.metadata.get("field"), str):
        rival = _share(hits[0].passage.indexed_text, hits[0].passage, _subject(keys, frozenset()), language)
    found: list[tuple[tuple[float, bool], Wanted]] = []
    for hit in hits:
        passage = hit.passage
        if not isinstance(passage.metadata.get("field"), str) or any(is_of(passage, each.sheet) for _, each in found):
            continue
        name = " ".join((passage.title, *passage.headings))
        named = _held(name, passage, keys, language)
        share = _share(name, passage, _subject(keys, named), language)
        whole = len(named) >= len(synonyms.of_text(name, passage.language))
        if (share >= _ABOUT or whole) and (share > rival or (whole and share == rival)):
            found.append(((share, whole), Wanted(passage, tuple(_parts(question, keys - named, passage)))))
    best = max((rank for rank, _ in found), default=None)
    return [each for rank, each in found if rank == best and each.parts][:_AS_WELL]


def completed(store: Store, question: str, hits: Sequence[Hit], *, language: Language) -> list[Hit]:
    """``hits`` with all passages of the parts that are asked for, before the others of their sheet."""
    found = list(hits)
    for asked in wanted(question, hits, language=language):
        filters = Filters(facets={"field": asked.parts}, uris=(asked.sheet.uri,), in_force=False)
        parts = [each for each in store.lookup(filters=filters, limit=_MOST) if asked.has(each)]
        at = next(at for at, hit in enumerate(found) if is_of(hit.passage, asked.sheet))
        known, ids = {hit.passage.id: hit for hit in found}, {each.id for each in parts}
        brought = [replace(known.get(each.id, found[at]), passage=each, score=found[at].score) for each in parts]
        before = [hit for hit in found[:at] if hit.passage.id not in ids]
        found = [*before, *brought, *(hit for hit in found[at:] if hit.passage.id not in ids)]
    return found


def _parts(question: str, keys: frozenset[str], sheet: Passage) -> Iterator[str]:
    """Of the sheet's parts those asked for; ``keys`` are the question's words that the sheet's name hasn't."""
    own = sheet.metadata.get("parts", ())
    has = own if isinstance(own, tuple) else (str(own),)
    folded = fold(question)
    asked = [
        parts for parts, pattern in _PATTERNS if pattern.search(folded) or any(f"={part}" in keys for part in parts)
    ]
    if any(parts[0] == "time" for parts in asked) and "=cost" not in keys:
        asked = [parts for parts in asked if parts[0] != "cost"]
    for parts in asked:
        yield from (part for part in parts if part in has)


def _subject(keys: frozenset[str], named: frozenset[str]) -> frozenset[str]:
    """What the question is about: its words but those that only ask for a part."""
    asking = frozenset(f"={part}" for parts, _ in _ASKS for part in parts) | {"=pay", "=free", "=validity", "=obtain"}
    return (keys - asking) | (keys & named)


def _share(text: str, passage: Passage, subject: frozenset[str], language: Language) -> float:
    return len(_held(text, passage, subject, language)) / len(subject) if subject else 0.0


def _held(text: str, passage: Passage, keys: frozenset[str], language: Language) -> frozenset[str]:
    own = synonyms.of_text(text, passage.language)
    return synonyms.held(keys, own, across=passage.language != language)

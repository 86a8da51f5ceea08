"""An answer without a model: the sentences of the evidence that answer best, quoted.

Sentences are ranked by the words they share with the question (rare ones count more), by the rank of their passage, by
what kind of thing is asked for (a date, an amount, a list), and by their embeddings where an embedder is at hand. A
short article is quoted whole, and a list of requirements with all its items: half of either misleads.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from latam_rag.embed import Embedder
from latam_rag.split.sentences import sentences
from latam_rag.types import Hit, Language
from latam_rag.verify.figures import figures
from latam_rag.wording import content, fold, words

#: Quoted whole up to here, in characters: what fits on a screen beside others.
WHOLE = 450
LIST = 1500
_SENTENCES: Final = 400
"""Considered at most; a hit may be a whole law."""

# What is asked for, by the words that ask, in folded text.
_ASKED: Final = {
    "when": r"\bcuando\b|\bquando\b|que (?:fecha|dia|mes|ano)|qual a data|\bplazo|\bprazo|hasta que|ate que|vencim|horario",
    "amount": (
        r"\b[cq]uant[oa]s?\b|\bcosto\b|\bcusto\b|\bcuesta|\bcusta\b|\bpre[cç]io|\bpreco|\bvalor\b|\bta[sx]a\b|\bmonto\b"
        r"|\bmulta\b|arancel|porcentaje|percentual|que edad|que idade"
    ),
    "list": (
        r"requisito|documentos|que (?:necesito|debo (?:presentar|llevar)|se necesita|preciso|devo (?:apresentar|levar))"
        r"|papeles|\bpasos\b|etapas|cuales son|quais sao|que hay que"
    ),
}
_ASKED_RE: Final = {name: re.compile(pattern) for name, pattern in _ASKED.items()}
_MARKER: Final = re.compile(
    r"\s*(?:[-•*·▪–—]|\(?(?:\d{1,2}|[a-zñ]|[ivx]{1,5})[).º°-]|[IVXLC]+\s*[-–—.)])\s*\S", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Quote:
    """``hits[hit].passage.text[start:end]``."""

    hit: int
    start: int
    end: int
    score: float


@dataclass(slots=True)
class _Candidate:
    hit: int
    start: int
    end: int
    stems: frozenset[str]
    score: float = 0.0


def choose(
    question: str, hits: Sequence[Hit], *, language: Language, embedder: Embedder | None = None, limit: int = 3
) -> list[Quote]:
    """Up to ``limit`` quotes that answer ``question`` best, best first; empty when nothing shares a word with it."""
    asked = frozenset(content(words(question, language)))
    candidates = [c for index, hit in enumerate(hits) for c in _candidates(index, hit)][:_SENTENCES]
    if not candidates or not asked:
        return []
    _score(question, asked, candidates, hits)
    if embedder is not None:
        _add_similarity(question, candidates, hits, embedder)
    ranked = sorted(candidates, key=lambda c: -c.score)
    best = ranked[0].score
    quotes: list[Quote] = []
    for candidate in ranked:
        if len(quotes) == limit or candidate.score < max(0.6 * best, 1e-6):
            break
        quote = _grown(candidate, candidates, hits, question)
        if not any(_overlap(quote, other) for other in quotes):
            quotes.append(quote)
    return quotes


def _candidates(index: int, hit: Hit) -> list[_Candidate]:
    passage = hit.passage
    return [
        _Candidate(index, start, end, frozenset(content(words(passage.text[start:end], passage.language))))
        for start, end in sentences(passage.text)
    ]


def _score(question: str, asked: frozenset[str], candidates: list[_Candidate], hits: Sequence[Hit]) -> None:
    weights = _weights(asked, candidates)
    total = sum(weights.values()) or 1.0
    kinds = {name for name, pattern in _ASKED_RE.items() if pattern.search(fold(question))}
    headers = [
        frozenset(content(words(hit.passage.header, hit.passage.language))) if hit.passage.header else frozenset[str]()
        for hit in hits
    ]
    by_hit: dict[int, frozenset[str]] = {}
    for candidate in candidates:
        by_hit[candidate.hit] = by_hit.get(candidate.hit, frozenset()) | candidate.stems
    for position, candidate in enumerate(candidates):
        own = _share(asked & candidate.stems, weights, total)
        near = frozenset[str]()
        for beside in (position - 1, position + 1):
            if 0 <= beside < len(candidates) and candidates[beside].hit == candidate.hit:
                near |= candidates[beside].stems
        around = _share(asked & (near - candidate.stems), weights, total)
        whole = _share(asked & (by_hit[candidate.hit] | headers[candidate.hit]), weights, total)
        bonus = _bonus(kinds, candidate, hits[candidate.hit].passage.text) if own or whole > 0.5 else 0.0
        candidate.score = own + 0.25 * around + 0.4 * whole + bonus + 0.3 / (1 + candidate.hit)
        # A heading or a stray line answers nothing, and a very long sentence shares words by its length.
        length = candidate.end - candidate.start
        candidate.score *= min(1.0, 0.5 + length / 60) * (1.0 if length < 500 else 0.9)
        if not own and not around:
            candidate.score *= 0.3


def _weights(asked: frozenset[str], candidates: list[_Candidate]) -> dict[str, float]:
    seen = Counter(stem for candidate in candidates for stem in asked & candidate.stems)
    return {stem: math.log(1 + len(candidates) / (1 + seen[stem])) for stem in asked}


def _share(stems: frozenset[str], weights: dict[str, float], total: float) -> float:
    return sum(weights[stem] for stem in stems) / total


def _bonus(kinds: set[str], candidate: _Candidate, text: str) -> float:
    """What a sentence gains for holding the kind of thing that was asked for."""
    gained = 0.0
    if kinds & {"when", "amount"}:
        found = figures(text[candidate.start : candidate.end])
        if "when" in kinds and any(
            f.kind in ("date", "time") or f.unit in _SPANS or (f.kind == "number" and len(f.value) == 4) for f in found
        ):
            gained += 0.3
        if "amount" in kinds and any(f.kind == "number" for f in found):
            gained += 0.3
    if "list" in kinds and (
        _MARKER.match(text[candidate.start : candidate.end]) or text[candidate.end - 1 : candidate.end] == ":"
    ):
        gained += 0.1
    return gained


_SPANS: Final = frozenset(("dia", "mes", "ano", "semana", "hora"))


def _add_similarity(
    question: str, candidates: list[_Candidate], hits: Sequence[Hit], embedder: Embedder, top: int = 24
) -> None:
    """Similarity of the best ``top`` to the question, spread over 0 to 0.5: only its order within one answer
    means something."""
    best = sorted(candidates, key=lambda c: -c.score)[:top]
    vectors = embedder.passages([hits[c.hit].passage.text[c.start : c.end] for c in best])
    similar = vectors @ embedder.query(question)
    low, high = float(similar.min()), float(similar.max())
    for candidate, value in zip(best, similar, strict=True):
        candidate.score += 0.5 * (float(value) - low) / ((high - low) or 1.0)
    for candidate in candidates:
        if not any(candidate is other for other in best):
            candidate.score *= 0.5


def _grown(candidate: _Candidate, candidates: list[_Candidate], hits: Sequence[Hit], question: str) -> Quote:
    """The quote that shows ``candidate``: its whole short article, its whole list, or itself."""
    passage = hits[candidate.hit].passage
    start, end = candidate.start, candidate.end
    body = passage.text.rstrip()
    if len(body) <= (LIST if passage.metadata.get("field") == "requirements" else WHOLE) and (
        passage.label or passage.metadata.get("field")
    ):
        start, end = len(body) - len(body.lstrip()), len(body)
    else:
        start, end = _list_around(candidate, [c for c in candidates if c.hit == candidate.hit], passage.text)
    return Quote(candidate.hit, start, end, candidate.score)


def _list_around(candidate: _Candidate, own: list[_Candidate], text: str) -> tuple[int, int]:
    """The list that ``candidate`` introduces, with it; or, for an item, from what introduces it on; else itself."""
    at = next(i for i, c in enumerate(own) if c is candidate)
    introduces = text[candidate.start : candidate.end].endswith(":")
    if not introduces and not _MARKER.match(text[candidate.start : candidate.end]):
        return candidate.start, candidate.end
    first = at
    while not introduces and first > 0 and not text[own[first].start : own[first].end].endswith(":"):
        if first < at and not _MARKER.match(text[own[first].start : own[first].end]):
            return candidate.start, candidate.end
        first -= 1
    last = first
    while last + 1 < len(own) and _MARKER.match(text[own[last + 1].start : own[last + 1].end]):
        if own[last + 1].end - own[first].start > LIST:
            break
        last += 1
    if introduces and last == first and first + 1 < len(own):
        last = first + 1
    return (own[first].start, own[last].end) if last >= at else (candidate.start, candidate.end)


def _overlap(one: Quote, other: Quote) -> bool:
    return one.hit == other.hit and one.start < other.end and other.start < one.end

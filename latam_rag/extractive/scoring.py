"""How well each sentence answers: by its words, its place, the kind of thing asked for, and its embedding."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from latam_rag.embed import Embedder
from latam_rag.extractive.candidates import MARKER, Candidate
from latam_rag.extractive.defining import defines, term_of
from latam_rag.types import Hit, Language, Passage
from latam_rag.verify.figures import figures
from latam_rag.wording import fold

_EMBEDDED: Final = 5
"""Of the best by words; each costs some ten milliseconds."""
_READ: Final = 220
"""Characters of each."""
_SIMILAR: Final = 0.2
"""Gained by the nearest of them."""
_BONUS: Final = {"when": 0.4, "amount": 0.3, "list": 0.1}
_DEFINES: Final = 1.0
"""Gained by a sentence that says what the term is whose meaning is asked for."""
_PART: Final = 0.4
"""Gained by the part of a service sheet that is asked for, up to twice as much as its title is what is asked about."""

# What is asked for, by the words that ask, in folded text.
_ASKED: Final = {
    "when": (
        r"^\W*(?:y |e |desde |hasta |ate |a partir de )?(?:cuando|quando)\b|[¿,;] ?(?:cuando|quando)\b"
        r"|que (?:fecha|dia|mes|ano)|qual a data|\bplazo|\bprazo|hasta que|ate que|vencim|horario"
    ),
    "amount": (
        r"\b[cq]uant[oa]s?\b|\bcosto\b|\bcusto\b|\bcuesta|\bcusta\b|\bpre[cç]io|\bpreco|\bvalor\b|\bta[sx]a\b|\bmonto\b"
        r"|\bmulta\b|arancel|porcentaje|percentual|que edad|que idade"
    ),
    "list": (
        r"requisito|documentos|que (?:necesito|debo (?:presentar|llevar)|se necesita|preciso|devo (?:apresentar|levar))"
        r"|papeles|\bpasos\b|etapas|cuales son|quais sao|que hay que"
    ),
    "where": r"\bdonde\b|\bonde\b",
    "how": r"\bcomo\b|\bpasos\b|\betapas\b|\bpassos\b",
    "who": r"\bquien(?:es)?\b|\bquem\b",
}
#: The parts of a service sheet that answer what is asked for.
PARTS: Final[Mapping[str, frozenset[str]]] = {
    "when": frozenset(("time", "validity")),
    "amount": frozenset(("cost",)),
    "list": frozenset(("requirements", "documents")),
    "where": frozenset(("channel", "office")),
    "how": frozenset(("steps",)),
    "who": frozenset(("audience",)),
}
_ASKED_RE: Final = {name: re.compile(pattern) for name, pattern in _ASKED.items()}
_SPANS: Final = frozenset(("dia", "mes", "ano", "semana", "hora"))


@dataclass(frozen=True, slots=True)
class Asked:
    """The question's words, how much each says, and what kind of thing is asked for."""

    weights: dict[str, float]
    kinds: frozenset[str]
    term: str | None = None
    """Whose meaning is asked for."""
    language: Language = "es"

    def share(self, held: frozenset[str]) -> float:
        return sum(self.weights[key] for key in held) / (sum(self.weights.values()) or 1.0)


def asked_of(question: str, wanted: frozenset[str], candidates: list[Candidate], language: Language) -> Asked:
    seen = Counter(key for candidate in candidates for key in candidate.held)
    weights = {key: math.log(1 + len(candidates) / (1 + seen[key])) for key in wanted}
    return Asked(weights, kinds_asked(question), term_of(question, language), language)


def kinds_asked(question: str) -> frozenset[str]:
    folded = fold(question)
    return frozenset(name for name, pattern in _ASKED_RE.items() if pattern.search(folded))


def score(
    asked: Asked,
    candidates: list[Candidate],
    hits: Sequence[Hit],
    headers: dict[int, frozenset[str]],
    about: set[int],
) -> None:
    by_hit: dict[int, frozenset[str]] = {}
    for candidate in candidates:
        by_hit[candidate.hit] = by_hit.get(candidate.hit, frozenset()) | candidate.held
    for position, candidate in enumerate(candidates):
        # The cost of the procedure asked about is its cost in any words; that of another one answers nothing.
        header = headers[candidate.hit]
        is_part = candidate.hit in about and _is_part(asked, hits[candidate.hit].passage)
        own = asked.share(candidate.held | header if is_part else candidate.held)
        near = frozenset[str]()
        for beside in (position - 1, position + 1):
            if 0 <= beside < len(candidates) and candidates[beside].hit == candidate.hit:
                near |= candidates[beside].held
        around = asked.share(near - candidate.held)
        whole = asked.share(by_hit[candidate.hit] | header)
        text = hits[candidate.hit].passage.text
        candidate.kinds = _kinds(asked, candidate, text)
        bonus = sum(_BONUS[kind] for kind in candidate.kinds) if own or whole > 0.5 else 0.0
        candidate.score = own + 0.25 * around + 0.4 * whole + bonus + 0.3 / (1 + candidate.hit)
        # A stray line answers nothing, and a very long sentence shares words by its length.
        length = candidate.end - candidate.start
        candidate.score *= min(1.0, 0.5 + length / 60) * (1.0 if length < 500 else 0.9)
        if not own and not around:
            candidate.score *= 0.3 if not whole else 0.6
        said = text[candidate.start : candidate.end]
        candidate.defines = bool(asked.term and candidate.held) and defines(said, asked.term or "", asked.language)
        candidate.score += _DEFINES * candidate.defines
        if is_part:
            candidate.score += _PART * (1 + asked.share(header))


def _is_part(asked: Asked, passage: Passage) -> bool:
    part = passage.metadata.get("field")
    return f"={part}" in asked.weights or any(part in PARTS[kind] for kind in asked.kinds)


def _kinds(asked: Asked, candidate: Candidate, text: str) -> frozenset[str]:
    """Of the kinds of thing asked for, those that the sentence holds."""
    said = text[candidate.start : candidate.end]
    found = figures(said) if asked.kinds & {"when", "amount"} else []
    kinds = set()
    if any(f.kind in ("date", "time") or f.unit in _SPANS or (f.kind == "number" and len(f.value) == 4) for f in found):
        kinds.add("when")
    # What something costs isn't days.
    if any(f.kind == "number" and not (f.unit in _SPANS and "=cost" in asked.weights) for f in found):
        kinds.add("amount")
    if MARKER.match(said) or said.endswith(":"):
        kinds.add("list")
    return frozenset(kinds) & asked.kinds


def unmet(question: str, said: Mapping[str, Passage]) -> str | None:
    """Of a number or a time asked for, what none of the quotes ``said`` (each with its passage) has; None when each stands
    there, or the part of a sheet that answers it does: *Gratuito* is what something costs."""
    kinds = kinds_asked(question)
    if kinds & {"who", "where", "how"}:
        # «¿Quién aplica la multa?» asks for no amount.
        return None
    answering = {part for kind in kinds & {"when", "amount"} for part in PARTS[kind]}
    if any(passage.metadata.get("field") in answering for passage in said.values()):
        return None
    asked = Asked({}, kinds & {"when", "amount"})
    held = [_kinds(asked, Candidate(0, 0, len(text), frozenset()), text) for text in said]
    return next((kind for kind in ("when", "amount") if kind in asked.kinds.difference(*held)), None)


def add_similarity(question: str, candidates: list[Candidate], hits: Sequence[Hit], embedder: Embedder) -> None:
    """Similarity of the best few to the question, spread over 0 to ``_SIMILAR``: only its order within one answer means
    something."""
    best = sorted(candidates, key=lambda c: -c.score)[:_EMBEDDED]
    # Those further behind than it can give would not come first all the same.
    best = [candidate for candidate in best if candidate.score > best[0].score - _SIMILAR]
    if len(best) < 2:
        return
    similar = embedder.passages([_read(c, hits[c.hit].passage) for c in best]) @ embedder.query(question)
    low, high = float(similar.min()), float(similar.max())
    for candidate, value in zip(best, similar, strict=True):
        candidate.score += _SIMILAR * (float(value) - low) / ((high - low) or 1.0)


def _read(candidate: Candidate, passage: Passage) -> str:
    """A sentence as the embedder reads it; that of a sheet means little without what it is about."""
    said = passage.text[candidate.start : min(candidate.end, candidate.start + _READ)]
    return f"{passage.title} › {passage.label}: {said}" if passage.metadata.get("field") else said

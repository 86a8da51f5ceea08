"""An answer without a model: the sentences of the evidence that answer best, quoted.

Sentences are ranked by the words they share with the question (rare ones count more), by the rank of their passage, by
what kind of thing is asked for (a date, an amount, a list), and by their embeddings where an embedder is at hand. A
short article is quoted whole, and a list of requirements with all its items: half of either misleads. Another quote
follows only if it adds what the first lacks.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from latam_rag import synonyms
from latam_rag.embed import Embedder
from latam_rag.retrieve import EXACT, NAMED
from latam_rag.split.sentences import sentences
from latam_rag.types import Hit, Language, Passage
from latam_rag.verify.figures import figures
from latam_rag.wording import content, fold, words

#: Quoted whole up to here, in characters: what fits on a screen beside others.
WHOLE = 450
LIST = 1500
_SENTENCES: Final = 400
"""Considered at most; a hit may be a whole law."""
_EMBEDDED: Final = 5
"""Of the best by words; each costs some ten milliseconds."""
_READ: Final = 220
"""Characters of each."""
_SIMILAR: Final = 0.2
"""Gained by the nearest of them."""

# When another quote follows the first, chosen on one half of two public sets (docs/generation.md). Its score, of the first's:
_FOLLOWS: Final = 0.5
# … and it holds so much of the question that no quote before it does,
_NEW: Final = 0.1
# … being about the question by so much of it, its place included,
_ABOUT: Final = 0.35
# … or no quote before it holds more than this of the question, and its score comes so near to the first's.
_SURE: Final = 0.8
_RIVAL: Final = 0.8
# … while it is about the question by so much of what the first is.
_AS_MUCH: Final = 0.8
_BONUS: Final = {"when": 0.4, "amount": 0.3, "list": 0.1}
_PART: Final = 0.4
"""Gained by the part of a service sheet that is asked for, up to twice as much as its title is what is asked about."""

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
    "where": r"\bdonde\b|\bonde\b",
    "how": r"\bcomo\b|\bpasos\b|\betapas\b|\bpassos\b",
    "who": r"\bquien(?:es)?\b|\bquem\b",
}
#: The parts of a service sheet that answer what is asked for.
_PARTS: Final[Mapping[str, frozenset[str]]] = {
    "when": frozenset(("time", "validity")),
    "amount": frozenset(("cost",)),
    "list": frozenset(("requirements", "documents")),
    "where": frozenset(("channel", "office")),
    "how": frozenset(("steps",)),
    "who": frozenset(("audience",)),
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
    held: frozenset[str]
    """Of the question's words, those that the sentence has."""
    kinds: frozenset[str] = frozenset()
    """Of what is asked for, what the sentence has: a date, an amount, a list."""
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class _Asked:
    """The question's words, how much each says, and what kind of thing is asked for."""

    weights: dict[str, float]
    kinds: frozenset[str]

    def share(self, held: frozenset[str]) -> float:
        return sum(self.weights[key] for key in held) / (sum(self.weights.values()) or 1.0)


def choose(
    question: str, hits: Sequence[Hit], *, language: Language, embedder: Embedder | None = None, limit: int = 3
) -> list[Quote]:
    """Up to ``limit`` quotes that answer ``question`` best, best first; empty when nothing shares a word with it."""
    wanted = synonyms.keys((word.stem for word in synonyms.asked(question, language)), language)
    among = _named(hits)
    candidates = [c for at in among for c in _candidates(at, hits[at].passage, wanted, language)][:_SENTENCES]
    if not candidates or not wanted:
        return []
    headers = {at: _of_header(hits[at].passage, wanted, language) for at in among}
    asked = _asked(question, wanted, candidates)
    about = {at for at in among if _of_sheet(hits[at].passage, wanted, language)}
    _score(asked, candidates, hits, headers, about)
    if embedder is not None:
        _add_similarity(question, candidates, hits, embedder)
    return _quotes(candidates, hits, asked, {at: _of_place(hits[at].passage, wanted, language) for at in among}, limit)


def _quotes(
    candidates: list[_Candidate], hits: Sequence[Hit], asked: _Asked, places: dict[int, frozenset[str]], limit: int
) -> list[Quote]:
    """The best candidate grown to a quote, and what adds to it."""
    best = max(candidates, key=lambda c: c.score)
    quotes: list[Quote] = []
    shown = kinds = frozenset[str]()
    left = [c for c in candidates if c.score >= max(_FOLLOWS * best.score, 1e-6)]
    while left and len(quotes) < limit:
        chosen = max(left, key=lambda c: c.score + asked.share(c.held - shown)) if quotes else best
        left = [c for c in left if c is not chosen]
        quote = _grown(chosen, candidates, hits)
        if any(_overlap(quote, other) for other in quotes):
            continue
        if quotes and not _adds(chosen, best, asked, shown, kinds, places):
            continue
        quotes.append(quote)
        inside = [c for c in candidates if c.hit == quote.hit and quote.start <= c.start and c.end <= quote.end]
        shown = shown.union(places[quote.hit], *(c.held for c in inside))
        kinds = kinds.union(*(c.kinds for c in inside))
    return quotes


def _named(hits: Sequence[Hit]) -> list[int]:
    """The hits that may answer: those that the question names, where it names any."""
    for why in (EXACT, NAMED):
        named = [at for at, hit in enumerate(hits) if why in hit.why]
        if named:
            return named
    return list(range(len(hits)))


def _adds(
    candidate: _Candidate, best: _Candidate, asked: _Asked, shown: frozenset[str], kinds: frozenset[str],
    places: dict[int, frozenset[str]],
) -> bool:  # fmt: skip
    """Whether a further quote tells what the ones before don't, or may as well be the answer as the first."""
    of_it = asked.share(candidate.held | places[candidate.hit])
    if of_it < _ABOUT:
        return False
    if asked.share(candidate.held - shown) >= _NEW or (candidate.kinds - kinds and candidate.held):
        return True
    of_best = asked.share(best.held | places[best.hit])
    return asked.share(shown) < _SURE and of_it >= _AS_MUCH * of_best and candidate.score >= _RIVAL * best.score


def _candidates(at: int, passage: Passage, wanted: frozenset[str], language: Language) -> list[_Candidate]:
    spans = sentences(passage.text)
    found = [
        _Candidate(at, start, end, _held(passage.text[start:end], passage, wanted, language))
        for start, end in spans
        if len(spans) == 1 or not _is_heading(passage, start, end)
    ]
    return found or [_Candidate(at, *spans[0], frozenset())] if spans else []


def _held(text: str, passage: Passage, wanted: frozenset[str], language: Language) -> frozenset[str]:
    own = synonyms.keys(content(words(text, passage.language)), passage.language)
    return synonyms.held(wanted, own, across=passage.language != language)


def _of_place(passage: Passage, wanted: frozenset[str], language: Language) -> frozenset[str]:
    """What a reader of the citation sees of the header; the chapters over an article say little of the article."""
    part = passage.metadata.get("field")
    return _held(f"{passage.title} {passage.label}", passage, wanted, language) | (wanted & {f"={part}"})


def _of_header(passage: Passage, wanted: frozenset[str], language: Language) -> frozenset[str]:
    part = passage.metadata.get("field")
    return _held(passage.header, passage, wanted, language) | (wanted & {f"={part}"})


def _of_sheet(passage: Passage, wanted: frozenset[str], language: Language) -> frozenset[str]:
    """Of the question, what a sheet is about; the name of its part is left out."""
    return _held(" ".join((passage.title, *passage.headings)), passage, wanted, language)


def _is_heading(passage: Passage, start: int, end: int) -> bool:
    """A title or label answers nothing: a line without an end mark that the header says too, or that stands alone."""
    line = passage.text[start:end]
    if line[-1] in ".;:!?…»”)" or "|" in line or _MARKER.match(line) or len(line) > 120:
        return False
    said = fold(line)
    if any(said in fold(part) for part in (passage.title, *passage.headings, passage.label)):
        return True
    return "field" not in passage.metadata and not figures(line) and passage.text[end : end + 2] in ("\n\n", "")


def _asked(question: str, wanted: frozenset[str], candidates: list[_Candidate]) -> _Asked:
    seen = Counter(key for candidate in candidates for key in candidate.held)
    weights = {key: math.log(1 + len(candidates) / (1 + seen[key])) for key in wanted}
    folded = fold(question)
    return _Asked(weights, frozenset(name for name, pattern in _ASKED_RE.items() if pattern.search(folded)))


def _score(
    asked: _Asked,
    candidates: list[_Candidate],
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
        if is_part:
            candidate.score += _PART * (1 + asked.share(header))


def _is_part(asked: _Asked, passage: Passage) -> bool:
    part = passage.metadata.get("field")
    return f"={part}" in asked.weights or any(part in _PARTS[kind] for kind in asked.kinds)


def _kinds(asked: _Asked, candidate: _Candidate, text: str) -> frozenset[str]:
    """Of the kinds of thing asked for, those that the sentence holds."""
    said = text[candidate.start : candidate.end]
    found = figures(said) if asked.kinds & {"when", "amount"} else []
    kinds = set()
    if any(f.kind in ("date", "time") or f.unit in _SPANS or (f.kind == "number" and len(f.value) == 4) for f in found):
        kinds.add("when")
    # What something costs isn't days.
    if any(f.kind == "number" and not (f.unit in _SPANS and "=cost" in asked.weights) for f in found):
        kinds.add("amount")
    if _MARKER.match(said) or said.endswith(":"):
        kinds.add("list")
    return frozenset(kinds) & asked.kinds


_SPANS: Final = frozenset(("dia", "mes", "ano", "semana", "hora"))


def _add_similarity(question: str, candidates: list[_Candidate], hits: Sequence[Hit], embedder: Embedder) -> None:
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


def _read(candidate: _Candidate, passage: Passage) -> str:
    """A sentence as the embedder reads it; that of a sheet means little without what it is about."""
    said = passage.text[candidate.start : min(candidate.end, candidate.start + _READ)]
    return f"{passage.title} › {passage.label}: {said}" if passage.metadata.get("field") else said


def _grown(candidate: _Candidate, candidates: list[_Candidate], hits: Sequence[Hit]) -> Quote:
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

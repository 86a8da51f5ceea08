"""The quotes of an answer: the best sentence grown, and those that add to it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from latam_rag import synonyms
from latam_rag.embed import Embedder
from latam_rag.extractive import copies, named, objectives, premises, rubrics, sheets
from latam_rag.extractive.candidates import Candidate, candidates_of, of_header, of_place, of_sheet
from latam_rag.extractive.growing import Quote, grown, overlap
from latam_rag.extractive.scoring import Asked, Counted, add_similarity, asked_of, score
from latam_rag.retrieve import EXACT, NAMED, context
from latam_rag.types import Hit, Language
from latam_rag.verify.figures import figures
from latam_rag.wording import fold

_SENTENCES: Final = 400
"""Considered at most; a hit may be a whole law."""

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

_FIGURES: Final = frozenset(("when", "amount", "penalty"))
#: Asks for two things.
_AND: Final = re.compile(r"\b(?:y|e)\b.*\b(?:que|cual|qual|[cq]uant|cuand|quand|donde|onde|quien|quem|como)")


def choose(
    question: str, hits: Sequence[Hit], *, language: Language, embedder: Embedder | None = None,
    counted: Counted | None = None, limit: int = 3,
) -> list[Quote]:  # fmt: skip
    """Up to ``limit`` quotes that answer ``question`` best, best first; empty when nothing shares a word with it. More where
    it asks for several places or objectives. ``counted`` tells which words are rare in the index."""
    # The *10* of *¿La multa es de 10 %?* would bring what stands in an article 10.
    assumed = {each for each in premises.taken_for_granted(question, language) if each[0].isdigit()}
    words = synonyms.asked(question, language)
    wanted = synonyms.keys([word for word in words if fold(word.raw) not in assumed] or words, language)
    among = copies.once(_may_answer(question, hits), hits)
    candidates = [c for at in among for c in candidates_of(at, hits[at].passage, wanted, language)][:_SENTENCES]
    if not candidates or not wanted:
        return []
    whole = named.articles(question, among, hits, language=language)
    whole = whole or sheets.part(question, hits, language=language)
    whole = whole or objectives.about(question, among, hits, language=language)
    if whole:
        return whole
    headers = {at: of_header(hits[at].passage, wanted, language) for at in among}
    asked = asked_of(question, wanted, candidates, language, counted)
    about = {at for at in among if of_sheet(hits[at].passage, wanted, language)}
    score(asked, candidates, hits, headers, about)
    if embedder is not None:
        add_similarity(question, candidates, hits, embedder)
    return _quotes(candidates, hits, asked, {at: of_place(hits[at].passage, wanted, language) for at in among}, limit)


def _quotes(
    candidates: list[Candidate], hits: Sequence[Hit], asked: Asked, places: dict[int, frozenset[str]], limit: int
) -> list[Quote]:
    """The best candidate grown to a quote, and what adds to it."""
    best = max(candidates, key=lambda c: c.score)
    quotes: list[Quote] = []
    shown = kinds = frozenset[str]()
    left = [c for c in candidates if c.score >= max(_FOLLOWS * best.score, 1e-6)]
    while left and len(quotes) < limit:
        chosen = max(left, key=lambda c: c.score + asked.share(c.held - shown)) if quotes else best
        left = [c for c in left if c is not chosen]
        quote = grown(chosen, candidates, hits)
        if any(overlap(quote, other) for other in quotes):
            continue
        if (
            quotes
            and not _says_otherwise(chosen, best, asked, hits)
            and (
                best.opens
                or (best.defines and not chosen.defines)
                or not _adds(chosen, best, asked, shown, kinds, places)
            )
        ):
            continue
        quotes.append(quote)
        inside = [c for c in candidates if c.hit == quote.hit and quote.start <= c.start and c.end <= quote.end]
        shown = shown.union(places[quote.hit], *(c.held for c in inside))
        kinds = kinds.union(*(c.kinds for c in inside))
    if quotes and not best.opens and len(quotes) < limit and (missing := asked.kinds & _FIGURES - kinds):
        quotes += _elsewhere(candidates, quotes, hits, missing)
    return quotes


def _elsewhere(
    candidates: list[Candidate], quotes: list[Quote], hits: Sequence[Hit], missing: frozenset[str]
) -> list[Quote]:
    """The amount or the time asked for, where another article of the same document has it: one forbids, the next says how
    much. Empty when none of it that has any is about the question."""
    uri = hits[quotes[0].hit].passage.uri
    fit = [c for c in candidates if c.kinds & missing and c.held and hits[c.hit].passage.uri == uri]
    if not fit:
        return []
    quote = grown(max(fit, key=lambda c: c.score), candidates, hits)
    return [] if any(overlap(quote, other) for other in quotes) else [quote]


def _may_answer(question: str, hits: Sequence[Hit]) -> list[int]:
    """The hits that may answer: those that the question names, or else of the country that it names, where there are any; the
    name of an article alone answers nothing."""
    for why in (EXACT, NAMED):
        found = [at for at, hit in enumerate(hits) if why in hit.why]
        if found:
            return found
    countries = context.countries(question)
    every = [at for at, hit in enumerate(hits) if not rubrics.alone(hit.passage)] or list(range(len(hits)))
    return [at for at in every if hits[at].passage.metadata.get("country") in countries] or every


def _says_otherwise(candidate: Candidate, best: Candidate, asked: Asked, hits: Sequence[Hit]) -> bool:
    """Whether another document answers as well, with another amount or time: two ordinances on one matter."""
    both = candidate.kinds & best.kinds & _FIGURES
    one, other = hits[candidate.hit].passage, hits[best.hit].passage
    if not both or one.uri == other.uri or asked.share(candidate.held) < asked.share(best.held):
        return False
    said = _values(one.text[candidate.start : candidate.end])
    return bool(said) and said != _values(other.text[best.start : best.end])


def _values(said: str) -> set[tuple[str, str]]:
    """The amounts, dates and times of a sentence; what it is numbered by isn't one."""
    return {(figure.value, figure.unit) for figure in figures(said) if figure.kind in ("number", "date", "time")}


def _adds(
    candidate: Candidate, best: Candidate, asked: Asked, shown: frozenset[str], kinds: frozenset[str],
    places: dict[int, frozenset[str]],
) -> bool:  # fmt: skip
    """Whether a further quote tells what the ones before don't, or may as well be the answer as the first."""
    of_it = asked.share(candidate.held | places[candidate.hit])
    if of_it < _ABOUT:
        return False
    beside = asked.bounded and best.kinds & _FIGURES and not candidate.kinds & _FIGURES
    # One article forbids, the next says how much; what is no more about it than the amount is only beside it.
    if beside and asked.share(candidate.held) <= asked.share(best.held) and not _AND.search(fold(asked.question)):
        return False
    if asked.share(candidate.held - shown) >= _NEW or (candidate.kinds - kinds and candidate.held):
        return True
    of_best = asked.share(best.held | places[best.hit])
    return asked.share(shown) < _SURE and of_it >= _AS_MUCH * of_best and candidate.score >= _RIVAL * best.score

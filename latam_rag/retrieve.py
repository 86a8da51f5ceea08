"""A question to the passages that answer it: what it names is looked up, the rest is searched by meaning and by words."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from latam_rag import lexical, references
from latam_rag.config import Retrieval
from latam_rag.embed import Embedder
from latam_rag.errors import ConfigError
from latam_rag.references import References
from latam_rag.store import Store
from latam_rag.types import Filters, Hit, Passage

EXACT, NAMED, HYBRID = "exact", "named", "hybrid"
"""Why a passage was found: looked up by what the question names; found by search and named; found by search."""
MAX_EXACT = 50
"""Passages looked up per question: an article has items, and a norm's number may stand in several documents."""


class Retriever:
    """Searches one index. Thread-safe, as its store and its embedder are."""

    def __init__(self, store: Store, embedder: Embedder, settings: Retrieval) -> None:
        self._store = store
        self._embedder = embedder
        self._settings = settings

    def search(self, question: str, *, filters: Filters = Filters(), limit: int | None = None) -> list[Hit]:  # noqa: B008
        """At most ``limit`` (default: the definition's) passages, best first; those of identical text count once.

        What the question names comes first: the article of a norm (both must match) and curriculum codes, each in the order of
        relevance to the question. An article or a norm named alone lifts the passages found that carry it and brings in no
        others: every law has an article 5. Raises ConfigError for a limit below 1.
        """
        wanted = self._settings.limit if limit is None else limit
        if wanted < 1:
            raise ConfigError("retrieve.limit", limit=wanted)
        if not question.strip():
            return []
        named = references.find(question)
        found = self._hybrid(question, filters, max(self._settings.candidates, wanted))
        exact = self._exact(named, filters)
        return _distinct(_ranked(found, exact, named))[:wanted]

    def _hybrid(self, question: str, filters: Filters, limit: int) -> list[Hit]:
        dense, sparse = self._embedder.query(question), lexical.query_vector(question)
        candidates = self._settings.candidates
        return self._store.hybrid(dense, sparse, filters=filters, limit=limit, candidates=candidates)

    def _exact(self, named: References, filters: Filters) -> list[Passage]:
        """What the question names beyond doubt, in document order."""
        asked: list[Mapping[str, tuple[str, ...]]] = []
        if named.codes:
            asked.append({"code": named.codes})
        if named.articles and named.norms:
            asked.append({"norm": named.norms, "article": named.articles})
        found: list[Passage] = []
        for facets in asked:
            chosen = _narrowed(filters, facets)
            if chosen is not None:
                found += self._store.lookup(filters=chosen, limit=MAX_EXACT)
        return found


def _narrowed(filters: Filters, facets: Mapping[str, tuple[str, ...]]) -> Filters | None:
    """``filters`` with ``facets`` besides; None when nothing can pass both."""
    joined = dict(filters.facets)
    for key, values in facets.items():
        allowed = joined.get(key) or ()
        both = tuple(value for value in values if value in allowed) if allowed else values
        if not both:
            return None
        joined[key] = both
    return replace(filters, facets=joined)


def _ranked(found: Sequence[Hit], exact: Sequence[Passage], named: References) -> list[Hit]:
    """Exact ones, named ones, the others; within each, in the order of the search, then of the documents.

    Scores stay comparable: a step of the search's whole range lies between the groups.
    """
    scores = {hit.passage.id: hit.score for hit in found}
    top, low = max(scores.values(), default=0.0), min(scores.values(), default=0.0)
    step = top - low + 1.0
    ids = {passage.id for passage in exact}
    ranked: list[Hit] = []
    for passage in exact:
        why = (EXACT, HYBRID) if passage.id in scores else (EXACT,)
        ranked.append(Hit(passage=passage, score=scores.get(passage.id, low) + 2 * step, why=why))
    for hit in found:
        if hit.passage.id in ids:
            continue
        lifted = _is_named(hit.passage, named)
        score, why = (hit.score + step, (NAMED, HYBRID)) if lifted else (hit.score, (HYBRID,))
        ranked.append(Hit(passage=hit.passage, score=score, why=why))
    return sorted(ranked, key=lambda hit: -hit.score)


def _is_named(passage: Passage, named: References) -> bool:
    """Carries an article and a norm of those named, or the one when the other isn't named."""
    if not references.is_of_laws(passage.header, passage.uri, named.laws):
        return False
    asked = [(key, values) for key, values in (("article", named.articles), ("norm", named.norms)) if values]
    return bool(asked) and all(_carries(passage, key, values) for key, values in asked)


def _carries(passage: Passage, key: str, values: Iterable[str]) -> bool:
    held = passage.metadata.get(key, ())
    return (
        bool({held} & set(values)) if isinstance(held, str) else isinstance(held, tuple) and bool({*held} & {*values})
    )


def _distinct(hits: Iterable[Hit]) -> list[Hit]:
    """The first of those whose text is the same but for white space: one notice posted in ten folders is one answer."""
    kept: dict[bytes, Hit] = {}
    for hit in hits:
        folded = " ".join(hit.passage.indexed_text.split()).casefold()
        kept.setdefault(hashlib.sha256(folded.encode()).digest(), hit)
    return list(kept.values())

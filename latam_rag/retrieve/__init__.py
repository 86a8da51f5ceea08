"""A question to the passages that answer it: what it names is looked up, the rest is searched by meaning and by words."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from latam_rag import lexical, references
from latam_rag.config import Retrieval
from latam_rag.embed import Embedder
from latam_rag.errors import ConfigError
from latam_rag.retrieve import context, named
from latam_rag.retrieve.fusion import fuse
from latam_rag.retrieve.named import EXACT, HYBRID, MAX_EXACT, NAMED, REPEALED
from latam_rag.store import Store
from latam_rag.types import Filters, Hit

__all__ = ["EXACT", "HYBRID", "MAX_EXACT", "NAMED", "REPEALED", "Retriever"]

DEPTH = 40
"""Best of the search whose passages are read: their context counts, and duplicates among them are folded."""


class Retriever:
    """Searches one index. Thread-safe, as its store and its embedder are."""

    def __init__(self, store: Store, embedder: Embedder, settings: Retrieval) -> None:
        self._store = store
        self._embedder = embedder
        self._settings = settings

    def search(self, question: str, *, filters: Filters = Filters(), limit: int | None = None) -> list[Hit]:  # noqa: B008
        """At most ``limit`` (default: the definition's) passages, best first; those of identical text count once.

        What the question names comes first: the article of a norm (both must match) and curriculum codes, each in the order of
        relevance to the question; what is named and repealed is found only when nothing in force bears the name, and its
        ``why`` says ``repealed``. An article or a norm named alone lifts the passages found that carry it and brings in no
        others: every law has an article 5. Raises ConfigError for a limit below 1.
        """
        wanted = self._settings.limit if limit is None else limit
        if wanted < 1:
            raise ConfigError("retrieve.limit", limit=wanted)
        if not question.strip():
            return []
        asked = references.find(question)
        exact = named.look_up(self._store, asked, filters)
        depth = self._settings.candidates if asked.articles or asked.norms else DEPTH
        found = context.weighed(question, self._hybrid(question, filters, max(depth, wanted)))
        return _distinct(named.ranked(found, exact, asked))[:wanted]

    def _hybrid(self, question: str, filters: Filters, limit: int) -> list[Hit]:
        """The best ``limit`` by meaning and by words."""
        candidates = max(self._settings.candidates, limit)
        terms = lexical.query_vector(question)
        meaning = self._store.nearest(self._embedder.query(question), filters=filters, limit=candidates)
        words = self._store.nearest(terms, filters=filters, limit=candidates) if terms.indices else []
        fused = fuse(meaning, words, terms=len(terms.indices))[:limit]
        # A point may be deleted by a sync between the search and the reading.
        passages = {passage.id: passage for passage in self._store.get([found.id for found in fused])}
        return [
            Hit(passage=passages[found.id], score=found.score, why=(HYBRID,)) for found in fused if found.id in passages
        ]


def _distinct(hits: Iterable[Hit]) -> list[Hit]:
    """The first of those whose text is the same but for white space: one notice posted in ten folders is one answer."""
    kept: dict[bytes, Hit] = {}
    for hit in hits:
        folded = " ".join(hit.passage.indexed_text.split()).casefold()
        kept.setdefault(hashlib.sha256(folded.encode()).digest(), hit)
    return list(kept.values())

"""A question to the passages that answer it: what it names is looked up, the rest is searched by meaning and by words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from latam_rag import conversation, language, lexical, references, spelling
from latam_rag.config import Retrieval
from latam_rag.embed import Embedder
from latam_rag.errors import ConfigError
from latam_rag.retrieve import context, defining, named, sheets
from latam_rag.retrieve.following import referred
from latam_rag.retrieve.fusion import fuse
from latam_rag.retrieve.named import EXACT, HYBRID, MAX_EXACT, NAMED, REPEALED
from latam_rag.retrieve.rerank import RERANKED, Reranker, reranked
from latam_rag.store import Store
from latam_rag.types import Filters, Hit, Passage

__all__ = ["EXACT", "HYBRID", "MAX_EXACT", "NAMED", "REPEALED", "RERANKED", "Retriever", "Search"]

DEPTH = 24
"""Best of the search whose passages are read: their context counts, and duplicates among them are folded."""

DEFINITIONS = 64
"""Passages read to find what defines a term that is asked for, where the best don't."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Search:
    """What was searched and what was found: ``question`` differs from the user's where it was misspelt or left out what
    earlier ones said."""

    question: str
    hits: tuple[Hit, ...]


class Retriever:
    """Searches one index. Thread-safe, as its store and its embedder are. Keep it: it remembers which words the index has."""

    def __init__(
        self, store: Store, embedder: Embedder, settings: Retrieval, *, reranker: Reranker | None = None
    ) -> None:
        self._store = store
        self._embedder = embedder
        self._settings = settings
        self._reranker = reranker
        self._known: set[str] = set()

    def search(self, question: str, *, filters: Filters = Filters(), limit: int | None = None) -> list[Hit]:  # noqa: B008
        """At most ``limit`` (default: the definition's) passages, best first; those of identical text count once.

        What the question names comes first: the article of a norm (both must match) and curriculum codes, each in the order of
        relevance to the question; what is named and repealed is found only when nothing in force bears the name, and its
        ``why`` says ``repealed``. An article or a norm named alone lifts the passages found that carry it and brings in no
        others: every law has an article 5. Raises ConfigError for a limit below 1.
        """
        return list(self.find(question, filters=filters, limit=limit).hits)

    def find(
        self,
        question: str,
        *,
        history: Sequence[str] = (),
        filters: Filters = Filters(),  # noqa: B008
        limit: int | None = None,
    ) -> Search:
        """As ``search``, for a question that may lean on the user's earlier ones, ``history``, oldest first."""
        wanted = self._settings.limit if limit is None else limit
        if wanted < 1:
            raise ConfigError("retrieve.limit", limit=wanted)
        if not question.strip():
            return Search(question=question, hits=())
        whole = conversation.standalone(question, history)
        asked = references.find(whole)
        depth = max(self._settings.candidates if asked.articles or asked.norms else DEPTH, wanted)
        found = self._hybrid(whole, filters, depth)
        spelt = spelling.corrected(whole, self._known_to(found), (hit.passage.indexed_text for hit in found))
        if spelt != whole:
            whole, asked = spelt, references.find(spelt)
            found = self._hybrid(whole, filters, depth)
        found = context.weighed(whole, found)
        if self._reranker is not None:
            found = reranked(whole, found, self._reranker)
        exact = named.of_kind(whole, named.look_up(self._store, asked, filters))
        if not exact and (within := named.unfound(self._store, asked, filters, found)) is not None:
            theirs = named.marked(self._hybrid(whole, within.filters, depth), within)
            found = sorted([*found, *theirs], key=lambda hit: -hit.score)
        ordered = named.ranked(found, exact, asked, language.detect(whole))
        if (sought := defining.sought(whole, ordered[:wanted], language=language.detect(whole))) is not None:
            # The laws that speak of it most define it, if any does, where few of the question's words stand.
            uris = tuple(dict.fromkeys(hit.passage.uri for hit in ordered[:wanted]))
            more = [*ordered[wanted:], *self._hybrid(sought, replace(filters, uris=uris), DEFINITIONS)]
            ordered = defining.defined(whole, ordered, more, language=language.detect(whole))
        ordered[:wanted] = sheets.completed(self._store, whole, ordered[:wanted], language=language.detect(whole))
        return Search(question=whole, hits=tuple(islice(_distinct(ordered), wanted)))

    def referred(self, passage: Passage, *, filters: Filters = Filters()) -> list[Passage]:  # noqa: B008
        """The passages that ``passage`` sends its reader to, as far as the index has them."""
        return referred(self._store, passage, filters)

    def _hybrid(self, question: str, filters: Filters, limit: int) -> list[Hit]:
        """The best ``limit`` by meaning and by words."""
        candidates = max(self._settings.candidates, limit)
        terms = lexical.query_vector(question)
        meaning = self._store.nearest(self._embedder.query(question), filters=filters, limit=candidates)
        words = self._store.nearest(terms, filters=filters, limit=candidates) if terms.indices else []
        fused = fuse(meaning, words, length=lexical.length(question), limit=limit)
        # A point may be deleted by a sync between the search and the reading.
        passages = {passage.id: passage for passage in self._store.get([found.id for found in fused])}
        return [
            Hit(passage=passages[found.id], score=found.score, why=(HYBRID,)) for found in fused if found.id in passages
        ]

    def _known_to(self, found: Sequence[Hit]) -> Callable[[str], bool]:
        """Tells whether any passage of the index, in force or not, has a word in any form; those of ``found`` are looked
        through first."""
        near = "\n".join(hit.passage.indexed_text for hit in found).lower()
        return lambda word: word in near or self._has(word)

    def _has(self, word: str) -> bool:
        if word in self._known:
            return True
        terms = lexical.word_vector(word)
        if not terms.indices or self._store.nearest(terms, filters=Filters(in_force=False), limit=1):
            self._known.add(word)
            return True
        return False


def _distinct(hits: Iterable[Hit]) -> Iterator[Hit]:
    """The first of those whose text is the same but for white space: one notice posted in ten folders is one answer."""
    seen: set[str] = set()
    for hit in hits:
        folded = " ".join(hit.passage.indexed_text.split()).casefold()
        if folded not in seen:
            seen.add(folded)
            yield hit

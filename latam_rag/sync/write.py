"""Writes documents so that a crash at any point loses nothing and leaves nothing behind.

In this order: the ids about to be touched are written down in the catalog (intents); new points go to the store and are
flushed; the catalog commits the documents; only then the old points go. A crash before the commit leaves points that nobody
has, after it points that nobody has any more: ``recover`` finds both among the intents.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from latam_rag.catalog import Catalog, Entry, Origin
from latam_rag.embed import Embedder, Vectors
from latam_rag.errors import Cancelled, StoreError
from latam_rag.store import Point, Store
from latam_rag.store.payload import digest
from latam_rag.types import Document, Language, Passage, SparseVector

WINDOW = 512
"""Passages written together, about 8 s of embedding."""
WINDOW_DOCUMENTS = 256
SLICE = 128
"""Passages embedded between two looks at whether to stop."""
Sparse = Callable[[str, Language], SparseVector]
Known = Callable[[Sequence[str]], Mapping[str, Vectors]]
"""The vectors that passages of these ids already have."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Pending:
    entry: Entry
    fresh: list[Passage]
    moved: list[Passage]


class Writer:
    """Collects documents into windows and writes them. ``on_passages`` hears of each slice embedded."""

    def __init__(
        self,
        catalog: Catalog,
        store: Store,
        embedder: Embedder,
        sparse: Sparse,
        *,
        known: Known,
        should_stop: Callable[[], bool],
        on_passages: Callable[[], None],
    ) -> None:
        self._catalog, self._store, self._embedder, self._sparse = catalog, store, embedder, sparse
        self._known = known
        self._should_stop, self._on_passages = should_stop, on_passages
        self._pending: list[_Pending] = []
        self._taken: dict[str, str] = {}
        self._waiting = 0
        self.missing: set[str] = set()
        """Committed passages that the store has lost."""
        self.embedded = 0
        self.written = 0
        """Documents committed."""
        self.seconds = {"embed": 0.0, "store": 0.0}

    def recover(self, *, exclusive: bool) -> set[str]:
        """Make the store hold what the catalog says; the uris of documents with passages that the store has lost.

        ``exclusive``: the store is in the index's own folder, so what the catalog doesn't know is nobody's.
        """
        left_over = self._catalog.left_over()
        self._store.delete(left_over)
        self._store.flush()
        self._catalog.settle_all()
        if self._store.count() == self._catalog.count():
            return set()
        uris = self._catalog.passage_uris()
        present = set(self._store.ids())
        strangers = present.difference(uris)
        if not exclusive and len(strangers) * 2 > len(present):
            raise StoreError("sync.not_this_catalog", count=len(strangers))
        self._store.delete(strangers)
        self._store.flush()
        self.missing = uris.keys() - present
        return {uris[point] for point in self.missing}

    def add(self, document: Document, passages: Sequence[Passage], origin: Origin, *, twin: str | None = None) -> None:
        """Take a document into the window; a full window is written. What ``twin``, a document of the same bytes, has the
        same indexed text of isn't embedded again."""
        if any(item.entry.document.uri == document.uri for item in self._pending):
            self.write()
        known = self._catalog.passages(document.uri)
        digests = [(passage.id, digest(passage)) for passage in passages]
        entry = Entry(document=document, origin=origin, passages=digests)
        fresh = [p for p in passages if p.id not in known or p.id in self.missing]
        held = known.keys() - self.missing
        moved = [p for p, (_, now) in zip(passages, digests, strict=True) if p.id in held and known[p.id] != now]
        if twin is not None and fresh:
            held_by_twin = self._store.get(list(self._catalog.passages(twin)))
            same = {passage.indexed_text: passage.id for passage in held_by_twin}
            self._taken |= {p.id: same[p.indexed_text] for p in fresh if p.indexed_text in same}
        self._pending.append(_Pending(entry=entry, fresh=fresh, moved=moved))
        self._waiting += len(fresh)
        if self._waiting >= WINDOW or len(self._pending) >= WINDOW_DOCUMENTS:
            self.write()

    def write(self) -> None:
        """Write what is waiting."""
        pending, self._pending, self._waiting = self._pending, [], 0
        if not pending:
            return
        fresh = [passage for item in pending for passage in item.fresh]
        moved = [passage for item in pending for passage in item.moved]
        began, embedding = time.perf_counter(), self.seconds["embed"]
        self._catalog.intend(
            [passage.id for passage in fresh],
            moved={item.entry.document.uri: [p.id for p in item.moved] for item in pending if item.moved},
        )
        for window in _batches(fresh, WINDOW):
            self._store.upsert(list(self._points(window)))
        self._store.update_passages(moved)
        self._store.flush()
        stale = self._catalog.commit(item.entry for item in pending)
        self._delete(stale)
        self.missing.difference_update(passage.id for passage in fresh)
        self.written += len(pending)
        self.seconds["store"] += time.perf_counter() - began - (self.seconds["embed"] - embedding)

    def remove(self, uris: Sequence[str]) -> None:
        """Delete documents: from the catalog, then from the store."""
        for batch in _batches(uris, WINDOW):
            self._delete(self._catalog.remove(batch))

    def _delete(self, ids: list[str]) -> None:
        if ids:
            self._store.delete(ids)
            self._store.flush()
            self._catalog.settle(ids)

    def _points(self, window: Sequence[Passage]) -> Iterator[Point]:
        known = dict(self._known([passage.id for passage in window]))
        taken = {p.id: self._taken.pop(p.id) for p in window if p.id in self._taken}
        held = self._store.vectors(list(taken.values()))
        known |= {point: held[old] for point, old in taken.items() if old in held}
        for passage in window:
            if passage.id in known:
                yield self._point(passage, known[passage.id])
        # Texts of like length together: less padding.
        ordered = sorted((p for p in window if p.id not in known), key=lambda passage: len(passage.indexed_text))
        for part in _batches(ordered, SLICE):
            if self._should_stop():
                raise Cancelled("errors.cancelled")
            began = time.perf_counter()
            vectors = self._embedder.passages([passage.indexed_text for passage in part])
            self.seconds["embed"] += time.perf_counter() - began
            self.embedded += len(part)
            self._on_passages()
            for passage, vector in zip(part, vectors, strict=True):
                yield self._point(passage, vector)

    def _point(self, passage: Passage, vector: Vectors) -> Point:
        return Point(passage=passage, dense=vector, sparse=self._sparse(passage.indexed_text, passage.language))


def _batches(items: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    return (items[i : i + size] for i in range(0, len(items), size))

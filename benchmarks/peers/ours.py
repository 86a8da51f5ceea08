"""latam-rag's own store and search, as an index has them by default."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import retrieval

from latam_rag.config import Retrieval, Store
from latam_rag.retrieve import Retriever
from latam_rag.store import open_store
from latam_rag.store.payload import from_payload
from latam_rag.types import Passage
from peers import Given
from peers.vectors import Vectors


class Ours:
    def __init__(self, folder: Path, vectors: Vectors | None, language: str) -> None:
        assert vectors is not None
        self._vectors = vectors
        self._store = open_store(
            Store(), folder, name="peers", dimensions=vectors.dimensions, fingerprint=vectors.fingerprint
        )
        self._retriever = Retriever(self._store, vectors, Retrieval())
        self._set = folder.name
        # The rows of the question sets are documents, each of one passage.
        self._rows: dict[str, str] = {}

    def build(self, passages: Sequence[Given]) -> None:
        made = [self._passage(given) for given in passages]
        self._rows = {passage.id: given.id for passage, given in zip(made, passages, strict=True)}
        retrieval._index(made, self._vectors, self._store)

    def search(self, question: str, limit: int) -> list[str]:
        found = [hit.passage.id for hit in self._retriever.search(question, limit=limit)]
        return [self._rows.get(point, point) for point in found]

    def close(self) -> None:
        self._store.close()

    def _passage(self, given: Given) -> Passage:
        if "payload" in given.row:
            return from_payload(given.id, given.row["payload"])
        return retrieval._passage(given.row, self._set)

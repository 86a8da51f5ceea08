"""Where passages and their vectors live: one protocol, two engines (Qdrant Edge in process, a Qdrant server).

One point per passage; its payload is the passage. Dense vectors are named ``dense`` (cosine), sparse ones ``bm25`` (IDF
applied by Qdrant).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from latam_rag.config import Store as Settings
from latam_rag.embed import Vectors
from latam_rag.types import Filters, Hit, Passage, SparseVector


@dataclass(frozen=True, kw_only=True, slots=True)
class Point:
    passage: Passage
    dense: Vectors
    sparse: SparseVector


class Store(Protocol):
    """Thread-safe. Raises StoreError."""

    def upsert(self, points: Sequence[Point]) -> None:
        """Write, replacing points with the same passage id. Durable once ``flush`` returns."""
        ...

    def update_passages(self, passages: Sequence[Passage]) -> None:
        """Replace the payloads of existing points, vectors kept (a passage that moved within its document)."""
        ...

    def delete(self, ids: Iterable[str]) -> None: ...

    def flush(self) -> None: ...

    def optimize(self) -> None:
        """Build the search graph for what was written; blocks. Search is right without it, only slower."""
        ...

    def hybrid(
        self, dense: Vectors, sparse: SparseVector, *, filters: Filters, limit: int, candidates: int
    ) -> list[Hit]:
        """Dense and BM25 ``candidates`` each, fused (DBSF) in one query; best first."""
        ...

    def lookup(self, *, filters: Filters, limit: int) -> list[Passage]:
        """What the filters select, in document order, no vectors involved (exact look-ups, neighbours)."""
        ...

    def get(self, ids: Sequence[str]) -> list[Passage]:
        """In the order asked; unknown ids are left out."""
        ...

    def ids(self) -> Iterator[str]:
        """Of every point."""
        ...

    def count(self) -> int: ...

    def close(self) -> None: ...


def open_store(settings: Settings, folder: Path, *, name: str, dimensions: int, fingerprint: str) -> Store:
    """The engine that ``settings`` ask for, created when it doesn't exist; ModelMismatch when it was made with another
    embedding model."""
    raise NotImplementedError

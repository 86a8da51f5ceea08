"""Where passages and their vectors live: one protocol, two engines (Qdrant Edge in process, a Qdrant server).

One point per passage; its payload is the passage. Dense vectors are named ``dense`` (cosine), sparse ones ``bm25`` (IDF
applied by Qdrant).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from latam_rag.config import Store as Settings
from latam_rag.errors import ModelMismatch, StoreError
from latam_rag.lock import Lock
from latam_rag.store.query import Found
from latam_rag.types import Filters, Passage, SparseVector

if TYPE_CHECKING:
    from latam_rag.embed import Vectors

FORMAT = 2
"""Of the payload and vectors; a store of another format is rebuilt from the catalog."""


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

    def purge(self) -> None:
        """Leave nothing of deleted points in the files; blocks. On a server that is the server's, which does it in time."""
        ...

    def nearest(self, vector: Vectors | SparseVector, *, filters: Filters, limit: int) -> list[Found]:
        """The points nearest to a dense vector (by cosine) or to a sparse one (by BM25), best first, without their
        passages."""
        ...

    def lookup(self, *, filters: Filters, limit: int) -> list[Passage]:
        """What the filters select, in document order, no vectors involved (exact look-ups, neighbours)."""
        ...

    def get(self, ids: Sequence[str]) -> list[Passage]:
        """In the order asked; unknown ids are left out."""
        ...

    def values(self, facet: str) -> dict[str, int]:
        """What ``facet`` (a key of ``FACETS`` kept as a keyword) holds, and in how many passages; the most frequent first."""
        ...

    def vectors(self, ids: Sequence[str]) -> dict[str, Vectors]:
        """The dense vectors of the points that exist, ``(dimensions,)`` float32 of norm 1, by id."""
        ...

    def ids(self) -> Iterator[str]:
        """Of every point."""
        ...

    def count(self) -> int: ...

    def close(self) -> None: ...


def open_store(settings: Settings, folder: Path, *, name: str, dimensions: int, fingerprint: str) -> Store:
    """The engine that ``settings`` ask for, created when it doesn't exist; ModelMismatch when it was made with another
    embedding model.

    ``folder`` is where the embedded engine keeps itself and its lock; a server needs none. ``name`` is the index's, and the
    collection's where the settings name none. The caller closes it.
    """
    if settings.url is None:
        from latam_rag.store.edge import EdgeStore

        return EdgeStore(folder, dimensions=dimensions, fingerprint=fingerprint)
    from latam_rag.store.server import ServerStore, connect

    client = connect(settings)
    try:
        return ServerStore(
            client, settings.collection or name, settings, dimensions=dimensions, fingerprint=fingerprint
        )
    except BaseException:
        client.close()
        raise


def drop_store(settings: Settings, folder: Path, *, name: str) -> None:
    """Do away with the store, if there is one; the catalog stays, and the next sync fills a new store from it.

    The embedded one is set aside for its vectors (``former``) until then. IndexLocked while another process uses it.
    """
    if settings.url is None:
        from latam_rag.store.former import retire

        with Lock(folder):
            try:
                retire(folder)
            except FileNotFoundError:
                return
            except OSError as error:
                raise StoreError("store.no_folder", folder=str(folder), error=error.strerror or str(error)) from error
        return
    from latam_rag.store.server import connect, translated

    client = connect(settings)
    try:
        with translated(settings.url):
            client.delete_collection(settings.collection or name)
    finally:
        client.close()


def made_with(*, dimensions: int, fingerprint: str) -> dict[str, Any]:
    """What a store remembers of its making; ``check_made_with`` compares it at each opening."""
    return {"format": FORMAT, "dimensions": dimensions, "fingerprint": fingerprint}


def check_made_with(found: object, where: str, *, dimensions: int, fingerprint: str) -> None:
    """``found`` is what the store remembers; ModelMismatch or StoreError when it can't serve these vectors."""
    if not isinstance(found, dict) or not {"format", "dimensions", "fingerprint"} <= found.keys():
        raise StoreError("store.not_ours", where=where)
    if found["format"] != FORMAT:
        raise StoreError("store.other_version", where=where, made_with=found["format"], version=FORMAT)
    if (found["dimensions"], found["fingerprint"]) != (dimensions, fingerprint):
        raise ModelMismatch(
            "store.other_model",
            where=where, made_with=found["fingerprint"], made_dimensions=found["dimensions"],
            model=fingerprint, dimensions=dimensions,
        )  # fmt: skip

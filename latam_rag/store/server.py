"""A Qdrant server or cluster, through qdrant-client."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from qdrant_client import QdrantClient, models
from qdrant_client.http.exceptions import ApiException

from latam_rag.config import Store as Settings
from latam_rag.embed import Vectors
from latam_rag.errors import StoreError
from latam_rag.store import Point, check_made_with, made_with
from latam_rag.store.payload import dense_of, from_payload, to_payload
from latam_rag.store.query import (
    DENSE,
    INDEXES,
    LINKS,
    LINKS_TRIED,
    MAX_VALUES,
    NEIGHBOURS,
    QUANTILE,
    SPARSE,
    Condition,
    Conditions,
    Found,
    conditions,
    first_in_order,
)
from latam_rag.types import Filters, Passage, SparseVector

_T = TypeVar("_T")
_PAGE = 2048
_BATCH = 256
"""Points per request: about 2 MB, well under the server's limit of 32."""
_TIMEOUT_S = 60
_DENSELY = models.SearchParams(hnsw_ef=NEIGHBOURS, quantization=models.QuantizationSearchParams(rescore=True))


class ServerStore:
    """A collection of ``client``, created when it doesn't exist. Every write waits until the server has applied it."""

    def __init__(
        self, client: QdrantClient, collection: str, settings: Settings, *, dimensions: int, fingerprint: str
    ) -> None:
        self._client, self._collection = client, collection
        self._where = f"{settings.url or ''} ({collection})".strip()
        with self._translated():
            if not client.collection_exists(collection):
                self._create(settings, made_with(dimensions=dimensions, fingerprint=fingerprint))
            made = client.get_collection(collection).config.metadata
        if not made:
            raise StoreError("store.not_ours", where=collection)
        check_made_with(made, self._where, dimensions=dimensions, fingerprint=fingerprint)
        with self._translated():
            self._create_indexes()

    def upsert(self, points: Sequence[Point]) -> None:
        with self._translated():
            for batch in _batches(points):
                self._client.upsert(self._collection, [_point(p) for p in batch], wait=True)

    def update_passages(self, passages: Sequence[Passage]) -> None:
        with self._translated():
            for batch in _batches(passages):
                operations = [
                    models.OverwritePayloadOperation(
                        overwrite_payload=models.SetPayload(payload=to_payload(p), points=[p.id])
                    )
                    for p in batch
                ]
                self._client.batch_update_points(self._collection, operations, wait=True)

    def delete(self, ids: Iterable[str]) -> None:
        with self._translated():
            for batch in _batches(list(ids)):
                self._client.delete(self._collection, models.PointIdsList(points=list(batch)), wait=True)

    def flush(self) -> None:
        """Nothing to do: every write has waited, and the server keeps its own log."""

    def optimize(self) -> None:
        """Nothing to do: the server builds its graph by itself, in the background."""

    def purge(self) -> None:
        """Nothing to do: the server writes segments anew by itself, once enough of them is deleted."""

    def nearest(self, vector: Vectors | SparseVector, *, filters: Filters, limit: int) -> list[Found]:
        if isinstance(vector, SparseVector):
            query, using, how = _sparse(vector), SPARSE, None
        else:
            query, using, how = vector.tolist(), DENSE, _DENSELY
        with self._translated():
            found = self._client.query_points(
                self._collection,
                query=query,
                using=using,
                query_filter=_filter(conditions(filters)),
                search_params=how,
                limit=limit,
                with_payload=False,
            )
        return [Found(id=str(point.id), score=point.score) for point in found.points]

    def lookup(self, *, filters: Filters, limit: int) -> list[Passage]:
        places = (
            (r.payload["uri"], r.payload["start"], str(r.id))
            for r in self._scroll(_filter(conditions(filters)), ["uri", "start"])
            if r.payload
        )
        return self.get(first_in_order(places, limit))

    def get(self, ids: Sequence[str]) -> list[Passage]:
        if not ids:
            return []
        with self._translated():
            records = self._client.retrieve(self._collection, list(dict.fromkeys(ids)), with_payload=True)
        found = {str(r.id): from_payload(str(r.id), r.payload or {}) for r in records}
        return [found[point] for point in ids if point in found]

    def values(self, facet: str) -> dict[str, int]:
        with self._translated():
            found = self._client.facet(self._collection, f"facets.{facet}", limit=MAX_VALUES)
        return {str(hit.value): hit.count for hit in found.hits}

    def vectors(self, ids: Sequence[str]) -> dict[str, Vectors]:
        if not ids:
            return {}
        with self._translated():
            records = self._client.retrieve(
                self._collection, list(dict.fromkeys(ids)), with_payload=False, with_vectors=[DENSE]
            )
        return {str(r.id): dense_of(r.vector) for r in records}

    def ids(self) -> Iterator[str]:
        return (str(record.id) for record in self._scroll(None, False))

    def count(self) -> int:
        with self._translated():
            return self._client.count(self._collection, exact=True).count

    def close(self) -> None:
        self._client.close()

    def _create(self, settings: Settings, made: dict[str, Any]) -> None:
        byte = models.ScalarQuantization(
            scalar=models.ScalarQuantizationConfig(type=models.ScalarType.INT8, quantile=QUANTILE, always_ram=True)
        )
        self._client.create_collection(
            self._collection,
            vectors_config={
                DENSE: models.VectorParams(
                    size=made["dimensions"],
                    distance=models.Distance.COSINE,
                    quantization_config=byte,
                    hnsw_config=models.HnswConfigDiff(m=LINKS, ef_construct=LINKS_TRIED),
                ),
            },
            sparse_vectors_config={SPARSE: models.SparseVectorParams(modifier=models.Modifier.IDF)},
            shard_number=settings.shards,
            replication_factor=settings.replicas,
            on_disk_payload=True,
            metadata=made,
        )

    def _create_indexes(self) -> None:
        """Those that are missing: creation may have been cut short."""
        present = self._client.get_collection(self._collection).payload_schema
        for path, kind in INDEXES.items():
            if path not in present:
                self._client.create_payload_index(self._collection, path, models.PayloadSchemaType(kind), wait=True)

    def _scroll(self, chosen: models.Filter | None, fields: list[str] | bool) -> Iterator[models.Record]:
        offset = None
        while True:
            with self._translated():
                records, offset = self._client.scroll(
                    self._collection, scroll_filter=chosen, limit=_PAGE, offset=offset, with_payload=fields
                )
            yield from records
            if offset is None:
                return

    @contextmanager
    def _translated(self) -> Iterator[None]:
        with translated(self._where):
            yield


def connect(settings: Settings) -> QdrantClient:
    """A client of ``settings.url``; the key comes from the environment variable that the settings name."""
    key = os.environ.get(settings.api_key_env) if settings.api_key_env else None
    if settings.api_key_env and not key:
        raise StoreError("store.no_api_key", variable=settings.api_key_env)
    with translated(settings.url or ""):
        return QdrantClient(url=settings.url, api_key=key, timeout=_TIMEOUT_S, check_compatibility=False)


@contextmanager
def translated(where: str) -> Iterator[None]:
    try:
        yield
    # ValueError is what the client says of a malformed address or an unknown collection.
    except (ApiException, ValueError, OSError) as error:
        said = " ".join(str(error).split())[:300]
        raise StoreError("store.no_server", where=where, error=said) from error


def _batches(items: Sequence[_T]) -> Iterator[Sequence[_T]]:
    return (items[i : i + _BATCH] for i in range(0, len(items), _BATCH))


def _point(point: Point) -> models.PointStruct:
    vectors = {DENSE: point.dense.tolist(), SPARSE: _sparse(point.sparse)}
    return models.PointStruct(id=point.passage.id, vector=vectors, payload=to_payload(point.passage))


def _sparse(vector: SparseVector) -> models.SparseVector:
    return models.SparseVector(indices=list(vector.indices), values=list(vector.values))


def _filter(wanted: Conditions) -> models.Filter | None:
    if not wanted:
        return None
    return models.Filter(
        must=[_condition(c) for c in wanted.must],
        must_not=[models.Filter(must=[_condition(c) for c in group]) for group in wanted.must_not],
    )


def _condition(wanted: Condition) -> models.FieldCondition | models.IsEmptyCondition:
    if wanted.missing:
        return models.IsEmptyCondition(is_empty=models.PayloadField(key=wanted.key))
    if wanted.any_of:
        return models.FieldCondition(key=wanted.key, match=models.MatchAny(any=list(wanted.any_of)))
    days = models.DatetimeRange.model_validate({"lt": wanted.before, "gt": wanted.after})
    return models.FieldCondition(key=wanted.key, range=days)

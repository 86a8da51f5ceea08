"""Qdrant Edge: the whole store in this process and one folder. The default; no server."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import qdrant_edge as edge

from latam_rag.embed import Vectors
from latam_rag.errors import LatamRagError, StoreError
from latam_rag.lock import Lock
from latam_rag.store import Point, check_made_with, made_with
from latam_rag.store.compacting import catch_up, compact
from latam_rag.store.gate import Gate
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

DATA = "edge"
MADE_WITH = "store.json"
MIN_FREE_BYTES = 128 * 1024 * 1024
"""Edge writes through memory maps: on a full disk the operating system kills the process, so we stop before."""
_PAGE = 2048
_WHOLE_KB = 10_000
"""Of vectors, up to which all are measured instead: Qdrant's own setting, which has to be said with the others."""
_SCHEMA = {
    "keyword": edge.PayloadSchemaType.Keyword,
    "integer": edge.PayloadSchemaType.Integer,
    "datetime": edge.PayloadSchemaType.Datetime,
}
_DENSELY = edge.SearchParams(hnsw_ef=NEIGHBOURS, quantization=edge.QuantizationSearchParams(rescore=True))


class EdgeStore:
    """Owns ``folder`` until closed; IndexLocked when another process does. The data are in ``folder/edge``."""

    def __init__(self, folder: Path, *, dimensions: int, fingerprint: str) -> None:
        self._lock = Lock(folder)
        self._folder = folder / DATA
        self._gate = Gate()
        try:
            if not self._folder.exists():
                with _translated(self._folder):
                    _create(self._folder, dimensions, fingerprint)
            made = _read(self._folder / MADE_WITH)
            check_made_with(made, str(self._folder), dimensions=dimensions, fingerprint=fingerprint)
            self._dimensions = dimensions
            with _translated(self._folder, "store.damaged"):
                self._shard = self._loaded()
        except BaseException:
            self._lock.release()
            raise

    def upsert(self, points: Sequence[Point]) -> None:
        if not points:
            return
        self._check_space(MIN_FREE_BYTES)
        with self._using():
            self._shard.update(edge.UpdateOperation.upsert_points([_point(p) for p in points]))

    def update_passages(self, passages: Sequence[Passage]) -> None:
        if passages:
            self._check_space(MIN_FREE_BYTES)
        with self._using():
            for passage in passages:
                self._shard.update(edge.UpdateOperation.overwrite_payload([passage.id], to_payload(passage)))

    def delete(self, ids: Iterable[str]) -> None:
        with self._using():
            self._shard.update(edge.UpdateOperation.delete_points(list(ids)))

    def flush(self) -> None:
        with self._using():
            self._shard.flush()

    def optimize(self) -> None:
        # It writes what it improves anew before it drops the old.
        self._check_space(max(MIN_FREE_BYTES, self._size()))
        with self._using():
            self._shard.optimize()

    def purge(self) -> None:
        # A deleted point stays in its segment until that is written anew, and in the log until that is gone.
        self._check_space(max(MIN_FREE_BYTES, self._size()))
        with self._gate.alone(), _translated(self._folder):
            self._shard.flush()
            self._shard.close()
            compact(self._folder / "shard")
            self._shard = self._loaded()

    def nearest(self, vector: Vectors | SparseVector, *, filters: Filters, limit: int) -> list[Found]:
        if isinstance(vector, SparseVector):
            query, how = edge.Query.Nearest(_sparse(vector), using=SPARSE), None
        else:
            query, how = edge.Query.Nearest(vector.tolist(), using=DENSE), _DENSELY
        # Without payloads, which lie on the disk: hundreds are ranked for each that is read.
        request = edge.QueryRequest(limit=limit, query=query, filter=_filter(conditions(filters)), params=how)
        with self._using():
            found = self._shard.query(request)
        return [Found(id=str(point.id), score=float(point.score)) for point in found]

    def lookup(self, *, filters: Filters, limit: int) -> list[Passage]:
        records = self._scroll(_filter(conditions(filters)), ["uri", "start"])
        places = ((r.payload["uri"], r.payload["start"], str(r.id)) for r in records if r.payload)
        return self.get(first_in_order(places, limit))

    def get(self, ids: Sequence[str]) -> list[Passage]:
        if not ids:
            return []
        with self._using():
            records = self._shard.retrieve(list(dict.fromkeys(ids)), with_payload=True, with_vector=False)
        found = {str(r.id): from_payload(str(r.id), r.payload or {}) for r in records}
        return [found[point] for point in ids if point in found]

    def values(self, facet: str) -> dict[str, int]:
        with self._using():
            found = self._shard.facet(edge.FacetRequest(f"facets.{facet}", limit=MAX_VALUES))
        return {str(hit.value): int(hit.count) for hit in found.hits}

    def vectors(self, ids: Sequence[str]) -> dict[str, Vectors]:
        with self._using():
            return vectors_of(self._shard, ids)

    def ids(self) -> Iterator[str]:
        return (str(record.id) for record in self._scroll(None, False))

    def count(self) -> int:
        with self._using():
            return int(self._shard.count(edge.CountRequest(exact=True)))

    def close(self) -> None:
        try:
            with self._gate.alone(), _translated(self._folder):
                self._shard.close()
        finally:
            self._lock.release()

    def _loaded(self) -> edge.EdgeShard:
        # With its settings: a store of an earlier release takes them over when it is next optimized.
        shard = edge.EdgeShard.load(str(self._folder / "shard"), _settings(self._dimensions))
        catch_up(shard, self._folder / "shard")
        return shard

    def _scroll(self, chosen: edge.Filter | None, fields: list[str] | bool) -> Iterator[edge.Record]:
        offset = None
        while True:
            request = edge.ScrollRequest(offset=offset, limit=_PAGE, filter=chosen, with_payload=fields)
            with self._using():
                records, offset = self._shard.scroll(request)
            yield from records
            if offset is None:
                return

    def _size(self) -> int:
        """Bytes on the disk. The files are mostly holes, so their lengths say nothing where there is a count of blocks."""
        stats = [file.stat() for file in self._folder.rglob("*") if file.is_file()]
        return sum(s.st_blocks * 512 if hasattr(s, "st_blocks") else s.st_size for s in stats)

    def _check_space(self, needed: int) -> None:
        if shutil.disk_usage(self._folder).free < needed:
            raise StoreError("store.disk_full", where=str(self._folder))

    @contextmanager
    def _using(self) -> Iterator[None]:
        """The engine can't be closed while somebody asks it, nor asked while it is closed."""
        with self._gate.shared(), _translated(self._folder):
            yield


def vectors_of(shard: edge.EdgeShard, ids: Sequence[str]) -> dict[str, Vectors]:
    """The dense vectors of the points of ``shard`` that exist, by id."""
    if not ids:
        return {}
    records = shard.retrieve(list(dict.fromkeys(ids)), with_payload=False, with_vector=True)
    return {str(r.id): dense_of(r.vector) for r in records}


def _create(folder: Path, dimensions: int, fingerprint: str) -> None:
    """Made whole beside its place and moved there, so that a crash leaves either nothing or a store."""
    new = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    (new / "shard").mkdir(parents=True)
    shard = edge.EdgeShard.create(str(new / "shard"), _settings(dimensions))
    for path, kind in INDEXES.items():
        shard.update(edge.UpdateOperation.create_field_index(path, _SCHEMA[kind]))
    shard.flush()
    shard.close()
    made = made_with(dimensions=dimensions, fingerprint=fingerprint)
    (new / MADE_WITH).write_text(json.dumps(made, indent=1), "utf-8")
    new.rename(folder)


def _settings(dimensions: int) -> edge.EdgeConfig:
    byte = edge.ScalarQuantizationConfig(edge.ScalarType.Int8, quantile=QUANTILE, memory=edge.Memory.Cached)
    graph = edge.HnswIndexConfig(m=LINKS, ef_construct=LINKS_TRIED, full_scan_threshold=_WHOLE_KB)
    dense = edge.EdgeVectorParams(
        size=dimensions, distance=edge.Distance.Cosine, quantization_config=byte, hnsw_config=graph
    )
    return edge.EdgeConfig(
        vectors={DENSE: dense},
        sparse_vectors={SPARSE: edge.EdgeSparseVectorParams(modifier=edge.Modifier.Idf, memory=edge.Memory.Cached)},
        # Each search reads dozens: from a cold disk they took longer than all the rest of it.
        payload_memory=edge.Memory.Cached,
        # Nearly all lies in one segment; threads that wait for more of them take the cores from the embedding.
        max_search_threads=1,
    )


def _read(made: Path) -> object:
    try:
        return json.loads(made.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise StoreError("store.damaged", where=str(made.parent), error=str(error)) from error


def _point(point: Point) -> edge.Point:
    vectors: edge.Vector = {DENSE: point.dense.tolist(), SPARSE: _sparse(point.sparse)}
    return edge.Point(point.passage.id, vectors, to_payload(point.passage))


def _sparse(vector: SparseVector) -> edge.SparseVector:
    return edge.SparseVector(list(vector.indices), list(vector.values))


def _filter(wanted: Conditions) -> edge.Filter | None:
    if not wanted:
        return None
    return edge.Filter(
        must=[_condition(c) for c in wanted.must],
        must_not=[edge.Filter(must=[_condition(c) for c in group]) for group in wanted.must_not],
    )


def _condition(wanted: Condition) -> edge.FieldCondition | edge.IsEmptyCondition:
    if wanted.missing:
        return edge.IsEmptyCondition(wanted.key)
    if wanted.any_of:
        return edge.FieldCondition(key=wanted.key, match=edge.MatchAny(any=list(wanted.any_of)))
    return edge.FieldCondition(key=wanted.key, range=edge.RangeDateTime(lt=wanted.before, gt=wanted.after))


@contextmanager
def _translated(folder: Path, key: str = "store.engine") -> Iterator[None]:
    try:
        yield
    except LatamRagError:
        raise
    except Exception as error:  # Edge raises bare Exception for everything.
        full = "No space left" in str(error) or "os error 28" in str(error)
        raise StoreError("store.disk_full" if full else key, where=str(folder), error=str(error)) from error

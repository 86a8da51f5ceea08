"""Retrieval quality on public question sets, through the real stages: passages embedded, stored, searched.

Usage::

    python benchmarks/retrieval.py --shared FOLDER [--json]

``FOLDER/evals/SET`` holds ``corpus.jsonl``, ``queries.jsonl`` and ``qrels.tsv``.
One configuration for all sets, the one an index has by default.
"""

from __future__ import annotations

import argparse
import json
import math
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from latam_rag import embed, lexical, references
from latam_rag.config import Embedding, Retrieval
from latam_rag.config import Store as StoreSettings
from latam_rag.retrieve import Retriever
from latam_rag.store import Point, open_store
from latam_rag.types import Filters, Language, Metadata, Passage

SETS: dict[str, Language] = {"xquad_es": "es", "faquad": "pt", "brtaxqa_irpf": "pt", "oab_statutes": "pt"}
STATUTES = "oab_statutes"
"""Its documents are articles of law: passages carry the article and norm, as those that the law splitter makes do."""
_NAMESPACE = uuid.UUID("4b1a6a0e-6d0b-5f0e-9a55-0c1f3b0d7a11")


def run(
    shared: Path, sets: Sequence[str] = tuple(SETS), embedder: embed.Embedder | None = None
) -> list[dict[str, Any]]:
    """One row per set: set, documents, queries, ndcg@10, recall@5, seconds to index, search p50 in ms."""
    made = embedder or embed.load(Embedding())
    return [_measure(shared / "evals" / name, made) for name in sets]


def _measure(folder: Path, embedder: embed.Embedder) -> dict[str, Any]:
    relevant = _relevant(folder / "qrels.tsv")
    queries = [row for row in _rows(folder / "queries.jsonl") if row["id"] in relevant]
    passages = [_passage(row, folder.name) for row in _rows(folder / "corpus.jsonl")]
    with tempfile.TemporaryDirectory() as work:
        store = open_store(
            StoreSettings(), Path(work), name=folder.name,
            dimensions=embedder.dimensions, fingerprint=embedder.fingerprint,
        )  # fmt: skip
        try:
            began = time.perf_counter()
            _index(passages, embedder, store)
            indexed = time.perf_counter() - began
            retriever = Retriever(store, embedder, Retrieval())
            ndcg, recall, took = [], [], []
            for query in queries:
                began = time.perf_counter()
                hits = retriever.search(query["text"], filters=Filters(in_force=False), limit=10)
                took.append(time.perf_counter() - began)
                found = [hit.passage.uri for hit in hits]
                ndcg.append(_ndcg(found, relevant[query["id"]]))
                recall.append(_recall(found[:5], relevant[query["id"]]))
        finally:
            store.close()
    return {
        "set": folder.name, "documents": len(passages), "queries": len(queries),
        "ndcg@10": round(sum(ndcg) / len(ndcg), 4), "recall@5": round(sum(recall) / len(recall), 4),
        "index_seconds": round(indexed, 1), "search_p50_ms": round(1000 * sorted(took)[len(took) // 2], 1),
    }  # fmt: skip


def _index(passages: Sequence[Passage], embedder: embed.Embedder, store: Any) -> None:
    for start in range(0, len(passages), 256):
        batch = passages[start : start + 256]
        vectors = embedder.passages([passage.indexed_text for passage in batch])
        store.upsert(
            [
                Point(passage=p, dense=vector, sparse=lexical.document_vector(p.indexed_text, p.language))
                for p, vector in zip(batch, vectors, strict=True)
            ]
        )
    store.flush()
    store.optimize()


def _passage(row: Mapping[str, Any], name: str) -> Passage:
    title = str(row.get("title") or "")
    return Passage(
        id=str(uuid.uuid5(_NAMESPACE, f"{name}/{row['id']}")), uri=row["id"], title=title,
        # What the rows are parts of: an article of the encyclopaedia, a section of the questions, a law.
        document_id=(title.partition(", art")[0] if name == STATUTES else title) or row["id"],
        headings=(), label="", page=None, start=0, end=len(row["text"]), text=row["text"], language=SETS[name],
        metadata=_metadata(title) if name == STATUTES else {},
    )  # fmt: skip


def _metadata(title: str) -> Metadata:
    named = references.find(title)
    return {key: values for key, values in (("article", named.articles), ("norm", named.norms)) if values}


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _relevant(path: Path) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for line in path.read_text("utf-8").splitlines()[1:]:
        query, document, grade = line.split("\t")
        if int(grade) > 0:
            found.setdefault(query, {})[document] = int(grade)
    return found


def _ndcg(found: Sequence[str], relevant: Mapping[str, int], depth: int = 10) -> float:
    gain = sum(relevant.get(uri, 0) / math.log2(rank + 2) for rank, uri in enumerate(found[:depth]))
    best = sum(
        grade / math.log2(rank + 2) for rank, grade in enumerate(sorted(relevant.values(), reverse=True)[:depth])
    )
    return gain / best


def _recall(found: Sequence[str], relevant: Mapping[str, int]) -> float:
    return len(set(found) & set(relevant)) / len(relevant)


def show(run: Callable[[Path], list[dict[str, Any]]], about: str | None) -> None:
    """The command line of a benchmark whose ``run`` gives rows."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--json", action="store_true", help="all rows as one line of JSON")
    given = parser.parse_args()
    rows = run(given.shared)
    if given.json:
        print(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        print("  ".join(f"{key}={value}" for key, value in row.items()))


if __name__ == "__main__":
    show(run, __doc__)

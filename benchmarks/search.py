"""How long a hybrid search takes, query embedding included, what memory the process holds, and how many of the nearest
vectors the graph finds.

    python benchmarks/search.py NAME --home FOLDER

Runs in a process of its own so that the memory is that of a searcher alone.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import statistics
import time
from pathlib import Path
from typing import Any

import numpy as np

QUERIES = 300
COMPARED = 100
"""Of the questions, those whose nearest passages are also found by measuring every vector."""
NEAREST = 10


def run(name: str, home: Path) -> dict[str, Any]:
    """Median and 95th percentile in ms over ``QUERIES`` different questions, each the middle words of a random passage; and
    the median of what the embedding of the question takes of it; and the share of the ``NEAREST`` by meaning that were found
    among all."""
    os.environ["LATAM_RAG_HOME"] = str(home)
    from latam_rag.index import Index

    with Index.open(name) as index:
        began = time.perf_counter()
        index.search("plazo para pagar la patente municipal")
        first = time.perf_counter() - began
        ids = sorted(index.store.ids())
        chosen = random.Random(11).sample(ids, QUERIES)
        questions = [_question(passage.text) for passage in index.store.get(chosen)]
        ids_count = len(ids)
        del ids, chosen
        embedding = _timed(index.embedder)
        times = []
        for question in questions:
            began = time.perf_counter()
            index.search(question)
            times.append((time.perf_counter() - began) * 1000)
        memory, peak = _resident(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        recall = _recall(index, questions[:COMPARED])
    return {
        "index": name,
        "passages": ids_count,
        "p50_ms": round(statistics.median(times), 2),
        "of_it_embedding_ms": round(statistics.median(embedding), 2),
        "p95_ms": round(statistics.quantiles(times, n=20)[-1], 2),
        "first_s": round(first, 2),
        "resident_mb": round(memory),
        "peak_mb": round(peak),
        f"recall_of_{NEAREST}": round(recall, 3),
    }


def _timed(embedder: Any) -> list[float]:
    """The milliseconds of each question that ``embedder`` embeds from now on: its share of the searches' time."""
    times: list[float] = []
    query = embedder.query

    def timed(text: str) -> Any:
        began = time.perf_counter()
        vector = query(text)
        times.append((time.perf_counter() - began) * 1000)
        return vector

    embedder.query = timed
    return times


def _recall(index: Any, questions: list[str]) -> float:
    """Every vector is measured against the question, and what is as near as the tenth counts as found."""
    from latam_rag.types import Filters

    vectors = index.store.vectors(sorted(index.store.ids()))
    matrix = np.stack(list(vectors.values()))
    every = Filters(in_force=False)
    shares = []
    for question in questions:
        wanted = index.embedder.query(question)
        scores = matrix @ wanted
        least = np.partition(scores, -NEAREST)[-NEAREST] - 1e-5
        found = index.store.nearest(wanted, filters=every, limit=NEAREST * 6)[:NEAREST]
        shares.append(sum(float(vectors[each.id] @ wanted) >= least for each in found) / NEAREST)
    return statistics.mean(shares)


def _question(text: str) -> str:
    words = text.split()
    middle = max(0, len(words) // 2 - 5)
    return " ".join(words[middle : middle + 10])


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name")
    parser.add_argument("--home", type=Path, required=True)
    given = parser.parse_args()
    print(json.dumps(run(given.name, given.home)))


if __name__ == "__main__":
    main()

"""One measurement of one peer, in that peer's own Python: ``python -m peers.measure JOB``, a JSON object; prints another.

What is timed and how memory is read is the same for all: wall time between two calls of the protocol, and the process's own
pages, the embedding engine among them.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

DEPTH = 30
"""Hits asked for where ten passages are wanted: those of one passage count once."""
LIMIT = 10
WARM = 5


def quality(job: dict[str, Any]) -> dict[str, Any]:
    """The passages found for each question of a set, best first; a hit counts as the passage that it comes from."""
    from peers import PEERS, read, start
    from peers.vectors import Vectors

    kind = PEERS[job["peer"]]
    vectors = Vectors("kept", Path(job["cache"])) if kind.embeds else None
    questions: dict[str, str] = json.loads(Path(job["questions"]).read_text("utf-8"))
    peer = start(kind, Path(job["folder"]), vectors, job["language"])
    try:
        peer.build(read(Path(job["passages"])))
        found = {key: list(dict.fromkeys(peer.search(text, DEPTH)))[:LIMIT] for key, text in questions.items()}
    finally:
        peer.close()
    return {"found": found}


def ingest(job: dict[str, Any]) -> dict[str, Any]:
    """From the passages in memory to a searchable index on disk, closed; ``way`` says whether embedding is part of it."""
    from peers import PEERS, read, start
    from peers.vectors import Vectors

    kind = PEERS[job["peer"]]
    vectors = Vectors(job["way"], Path(job["cache"])) if kind.embeds and not kind.own_engine else None
    passages = read(Path(job["passages"]))
    if vectors is not None and job["way"] == "live":
        # Loading the engine is no part of the rate.
        vectors.passages(["calentamiento"])
    peer = start(kind, Path(job["folder"]), vectors, job["language"])
    began, busy = time.perf_counter(), _cpu()
    peer.build(passages)
    peer.close()
    took = time.perf_counter() - began
    return {
        "passages": len(passages),
        "seconds": round(took, 2),
        "cpu_seconds": round(_cpu() - busy, 2),
        "passages_per_s": round(len(passages) / took, 1),
        "peak_mb": round(peak_mb()),
    }


def search(job: dict[str, Any]) -> dict[str, Any]:
    """Ten hits a question from the index that ``ingest`` left: with the question's embedding, and with its vector known."""
    from peers import PEERS, start
    from peers.vectors import Vectors

    kind = PEERS[job["peer"]]
    vectors = Vectors("given", Path(job["cache"]))
    questions: list[str] = json.loads(Path(job["questions"]).read_text("utf-8"))
    began = time.perf_counter()
    peer = start(kind, Path(job["folder"]), vectors if kind.embeds else None, job["language"])
    peer.search(questions[0], LIMIT)
    first = time.perf_counter() - began
    ask = lambda question: peer.search(question, LIMIT)  # noqa: E731
    whole = _times(ask, questions)
    embedding: list[float] = []
    if kind.embeds:
        embedding = _times(vectors.engine.query, questions)
        vectors.known = {question: vectors.engine.query(question) for question in questions}
        known = _times(ask, questions)
    else:
        known = whole
    memory = resident_mb()
    peer.close()
    return {
        "questions": len(questions),
        **_spread("", whole),
        **_spread("search_", known),
        "embedding_p50_ms": _spread("", embedding)["p50_ms"] if embedding else 0,
        "first_s": round(first, 2),
        "resident_mb": round(memory),
        "peak_mb": round(peak_mb()),
    }


def _times(ask: Callable[[str], object], questions: Sequence[str]) -> list[float]:
    for question in questions[:WARM]:
        ask(question)
    times = []
    for question in questions:
        began = time.perf_counter()
        ask(question)
        times.append((time.perf_counter() - began) * 1000)
    return times


def _spread(name: str, times: Sequence[float]) -> dict[str, float]:
    return {
        f"{name}p50_ms": round(statistics.median(times), 2),
        f"{name}p95_ms": round(statistics.quantiles(times, n=20)[-1], 2),
    }


def _cpu() -> float:
    """Seconds of this process and of those it started that have ended: hardly changed by what else the machine does."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def peak_mb() -> float:
    """Of this process, and of the largest that it started: arara-rag embeds in processes of its own."""
    return sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024


PIECES: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {"quality": quality, "ingest": ingest, "search": search}


def main() -> None:
    job = json.loads(sys.argv[1])
    # What a peer prints is not the result.
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    print(json.dumps(PIECES[job["piece"]](job)), file=out, flush=True)


if __name__ == "__main__":
    main()

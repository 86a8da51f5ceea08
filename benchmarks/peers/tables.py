"""The measurements of all peers as tables, and as ratios to latam-rag's."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from peers import PEERS

OURS = "latam-rag"
Measured = Mapping[tuple[str, str, str], Mapping[str, Any]]
"""By piece, peer and what it was measured on."""
Rows = list[dict[str, Any]]


def tables(measured: Measured, sets: Sequence[str], sizes: Sequence[str]) -> dict[str, Rows]:
    """A table a key; a cell is empty where a peer wasn't measured."""
    made = {
        "nDCG@10": _quality(measured, sets, "ndcg@10"),
        "recall@5": _quality(measured, sets, "recall@5"),
        "ingestion": _ingestion(measured, sizes),
    }
    for size in sizes:
        made[f"search, {size} laws"] = _search(measured, size)
    made["latam-rag beside each, in times; above 1 it is ahead"] = _ratios(measured, sets, sizes)
    return {name: _filled(rows) for name, rows in made.items() if rows}


def _quality(measured: Measured, sets: Sequence[str], figure: str) -> Rows:
    rows = []
    for peer, kind in PEERS.items():
        found = {name: measured.get(("quality", peer, name), {}).get(figure) for name in sets}
        if any(value is not None for value in found.values()):
            rows.append({"peer": kind.shown, **found, "mean": _mean(found.values())})
    return rows


def _ingestion(measured: Measured, sizes: Sequence[str]) -> Rows:
    rows = []
    for peer, kind in PEERS.items():
        embedding = measured.get(("ingest", peer, "sample"), {})
        given = {size: measured.get(("ingest", peer, size), {}) for size in sizes}
        if not (embedding or any(given.values())):
            continue
        row: dict[str, Any] = {
            "peer": kind.shown,
            "passages/s, embedding": embedding.get("passages_per_s"),
            "CPU s": embedding.get("cpu_seconds"),
            "peak MB": embedding.get("peak_mb"),
        }
        for size in sizes:
            row[f"passages/s, {size}, vectors given"] = given[size].get("passages_per_s")
            row[f"CPU s, {size}"] = given[size].get("cpu_seconds")
            row[f"peak MB, {size}"] = given[size].get("peak_mb")
        rows.append(row)
    return rows


def _search(measured: Measured, size: str) -> Rows:
    rows = []
    for peer, kind in PEERS.items():
        found = measured.get(("search", peer, size))
        if found:
            built = measured.get(("ingest", peer, size), {})
            rows.append({"peer": kind.shown, "passages": built.get("passages"), **found})
    return rows


def _ratios(measured: Measured, sets: Sequence[str], sizes: Sequence[str]) -> Rows:
    """More is better of quality and rates, less of times and memory: ours ÷ theirs, theirs ÷ ours."""
    means = {row["peer"]: row["mean"] for row in _quality(measured, sets, "ndcg@10")}
    rows = []
    for peer, kind in PEERS.items():
        if peer == OURS:
            continue
        row: dict[str, Any] = {"peer": kind.shown}
        row["nDCG@10"] = _ratio(means.get(PEERS[OURS].shown), means.get(kind.shown))
        for what, name in {"sample": "embedding", **{size: size for size in sizes}}.items():
            row[f"ingestion, {name}"] = _more(measured, peer, "ingest", what, "passages_per_s")
            row[f"its CPU, {name}"] = _less(measured, peer, "ingest", what, "cpu_seconds")
        for size in sizes:
            row[f"search, {size}"] = _less(measured, peer, "search", size, "p50_ms")
            row[f"without embedding, {size}"] = _less(measured, peer, "search", size, "search_p50_ms")
            row[f"memory, {size}"] = _less(measured, peer, "search", size, "resident_mb")
        if any(value is not None for key, value in row.items() if key != "peer"):
            rows.append(row)
    return rows


def _more(measured: Measured, peer: str, piece: str, what: str, figure: str) -> float | None:
    ours, theirs = (measured.get((piece, each, what), {}).get(figure) for each in (OURS, peer))
    return _ratio(ours, theirs)


def _less(measured: Measured, peer: str, piece: str, what: str, figure: str) -> float | None:
    ours, theirs = (measured.get((piece, each, what), {}).get(figure) for each in (OURS, peer))
    return _ratio(theirs, ours)


def _ratio(above: float | None, below: float | None) -> float | None:
    return round(above / below, 2) if above and below else None


def _mean(values: Any) -> float | None:
    found = list(values)
    return round(statistics.mean(found), 4) if None not in found else None


def _filled(rows: Rows) -> Rows:
    """Without the columns that nobody has a value for."""
    empty = {column for column in rows[0] if all(row.get(column) is None for row in rows)}
    return [{column: value for column, value in row.items() if column not in empty} for row in rows]

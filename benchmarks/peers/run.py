"""All measurements of all peers, side by side: ``python benchmarks/run.py peers --home FOLDER`` writes them to RESULTS.md.

Each is a process of its own, one at a time, and is noted in ``FOLDER/peers/state.jsonl`` when done: stopped and started again,
the command goes on from there; once all is measured, it begins anew. By itself, for some pieces or within some time::

    PYTHONPATH=benchmarks python -m peers.run --home FOLDER [--only search] [--seconds 200] [--peers latam-rag bm25s]
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import retrieval

from peers import PEERS, environments, tables

SIZES = {"Chilean": ("leychile", 100_000), "Uruguayan": ("uruguay", 20_000)}
"""What ingestion and search are measured on, and at most how many passages of it."""
PIECES = ("quality", "ingest", "search")
HERE = Path(__file__).resolve().parent


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    name: str
    peer: str
    what: str
    """A question set, a size, or ``sample``: the passages that are really embedded."""
    job: dict[str, Any] = field(hash=False)

    @property
    def key(self) -> tuple[str, str, str]:
        return (self.name, self.peer, self.what)


Measure = Callable[[Piece, Path], dict[str, Any]]


class Run:
    """The pieces in order, what is known of them, and where they work."""

    def __init__(self, shared: Path, home: Path, peers: Sequence[str], measure: Measure) -> None:
        self._shared, self._work, self._peers, self._measure = shared, home.absolute() / "peers", peers, measure
        self._state = self._work / "state.jsonl"
        self._work.mkdir(parents=True, exist_ok=True)

    @property
    def measured(self) -> dict[tuple[str, str, str], dict[str, Any]]:
        if not self._state.exists():
            return {}
        rows = map(json.loads, self._state.read_text("utf-8").splitlines())
        return {(row["piece"], row["peer"], row["what"]): row["result"] for row in rows}

    def pieces(self) -> Iterator[Piece]:
        """In the order in which they have to be done: what is searched was ingested before."""
        asked = [(name, PEERS[name]) for name in self._peers]
        for name in retrieval.SETS:
            for peer, kind in asked:
                if not kind.own_engine:
                    yield self._piece("quality", peer, name, self._quality(name))
        for peer, kind in asked:
            if kind.embeds and not kind.quality_only:
                yield self._piece(
                    "ingest", peer, "sample", {"way": "live", "passages": self._passages("leychile", ".sample.jsonl")}
                )
        compared = [peer for peer, kind in asked if not (kind.own_engine or kind.quality_only)]
        for size, (file, _) in SIZES.items():
            for peer in compared:
                yield self._piece("ingest", peer, size, {"way": "given", "passages": self._passages(file, ".jsonl")})
        for size, (file, _) in SIZES.items():
            for peer in compared:
                yield self._piece("search", peer, size, {"questions": self._passages(file, ".questions.json")})

    def do(self, piece: Piece) -> dict[str, Any]:
        """Measured and noted; MissingPython."""
        self._prepare(piece)
        result = self._measure(piece, self._work)
        if piece.name == "quality":
            result = self._judged(piece.what, result["found"])
        line = {"piece": piece.name, "peer": piece.peer, "what": piece.what, "result": result}
        with self._state.open("a", encoding="utf-8") as state:
            state.write(json.dumps(line, ensure_ascii=False) + "\n")
        return result

    def end(self) -> None:
        """The next run measures everything again."""
        self._state.replace(self._state.with_suffix(".last.jsonl"))

    def _piece(self, name: str, peer: str, what: str, job: dict[str, Any]) -> Piece:
        # Search opens what ingestion of the same size left.
        folder = self._work / "indexes" / peer / what
        language = retrieval.SETS.get(what, "es")
        common = {"piece": name, "peer": peer, "folder": str(folder), "language": language}
        return Piece(
            name=name, peer=peer, what=what, job={**common, "cache": str(self._work / "vectors.sqlite"), **job}
        )

    def _passages(self, file: str, suffix: str) -> str:
        return str(self._work / f"{file}{suffix}")

    def _quality(self, name: str) -> dict[str, Any]:
        passages = self._shared / "evals" / name / "corpus.jsonl"
        return {"passages": str(passages), "questions": self._passages(name, ".questions.json")}

    def _prepare(self, piece: Piece) -> None:
        if piece.name == "quality":
            folder = self._shared / "evals" / piece.what
            relevant = retrieval._relevant(folder / "qrels.tsv")
            asked = {
                row["id"]: row["text"] for row in retrieval._rows(folder / "queries.jsonl") if row["id"] in relevant
            }
            Path(piece.job["questions"]).write_text(json.dumps(asked, ensure_ascii=False), "utf-8")
        else:
            file, count = SIZES.get(piece.what, SIZES["Chilean"])
            self._documents(file, count)
        folder = Path(piece.job["folder"])
        if piece.name != "search":
            shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, exist_ok=True)

    def _documents(self, file: str, count: int) -> None:
        made = self._work / f"{file}.jsonl"
        if not made.exists():
            asked = [file, str(count), "--shared", str(self._shared), "--to", str(made)]
            command = [sys.executable, "-m", "peers.documents", *asked]
            subprocess.run(command, check=True, stdout=sys.stderr, env=environments.variables())

    def _judged(self, name: str, found: dict[str, list[str]]) -> dict[str, Any]:
        relevant = retrieval._relevant(self._shared / "evals" / name / "qrels.tsv")
        return {
            "questions": len(found),
            "ndcg@10": round(statistics.mean(retrieval._ndcg(ids, relevant[key]) for key, ids in found.items()), 4),
            "recall@5": round(
                statistics.mean(retrieval._recall(ids[:5], relevant[key]) for key, ids in found.items()), 4
            ),
        }


def apart(piece: Piece, work: Path) -> dict[str, Any]:
    """Measured in a process of the peer's own environment, made when it is first needed."""
    python = environments.python_of(PEERS[piece.peer], work / "environments")
    ran = subprocess.run(
        [python, "-W", "ignore", "-m", "peers.measure", json.dumps(piece.job)],
        check=True, text=True, stdout=subprocess.PIPE, cwd=work, env=environments.variables(),
    )  # fmt: skip
    result: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return result


def run(
    shared: Path,
    home: Path,
    *,
    peers: Sequence[str] = (),
    only: Sequence[str] = PIECES,
    seconds: float = float("inf"),
    measure: Measure = apart,
) -> dict[str, Any]:
    """The tables of all that is measured; tells what is left out, and why."""
    whole = Run(shared, home, peers or list(PEERS), measure)
    began = time.monotonic()
    left = 0
    missing: dict[str, str] = {}
    for piece in whole.pieces():
        if piece.name not in only or piece.peer in missing or piece.key in whole.measured:
            continue
        if time.monotonic() - began > seconds:
            left += 1
            continue
        print(" ".join(piece.key), "…", file=sys.stderr, flush=True)
        try:
            print(" ", whole.do(piece), file=sys.stderr, flush=True)
        except environments.MissingPython as error:
            missing[piece.peer] = str(error)
    made: dict[str, Any] = dict(tables.tables(whole.measured, list(retrieval.SETS), list(SIZES)))
    if not peers and all(piece.key in whole.measured or piece.peer in missing for piece in whole.pieces()):
        whole.end()
    if missing:
        made["not measured"] = [{"peer": PEERS[peer].shown, "why": why} for peer, why in missing.items()]
    if left:
        print(f"{left} measurements left", file=sys.stderr)
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    beside = os.environ.get("LATAM_RAG_SHARED", str(HERE.parents[2] / "shared"))
    parser.add_argument("--shared", type=Path, default=Path(beside))
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--only", nargs="*", choices=PIECES, default=PIECES)
    parser.add_argument("--peers", nargs="*", choices=list(PEERS), default=[], help="all by default")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="begin nothing more after so long")
    given = parser.parse_args()
    made = run(given.shared, given.home, peers=given.peers, only=given.only, seconds=given.seconds)
    print(json.dumps(made, ensure_ascii=False))


if __name__ == "__main__":
    main()

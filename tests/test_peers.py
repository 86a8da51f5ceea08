"""The comparison with peers, on a peer made up: what is counted, what is timed, and that a stopped run goes on."""

from __future__ import annotations

import json
import sys
import types
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
ROWS = [
    {"id": "p1", "title": "Ferias", "text": "La feria abre los sábados en la plaza."},
    {"id": "p2", "title": "Poda", "text": "La poda de árboles empieza en junio."},
    {"id": "p3", "title": "Patentes", "text": "La patente comercial se paga dos veces por año."},
]


class Overlap:
    """Ranks by words shared; every passage is two chunks, as a peer that splits again would have it."""

    def __init__(self, folder: Path, vectors: Any, language: str) -> None:
        self._kept = folder / "overlap.json"
        self._vectors = vectors

    def build(self, passages: Sequence[Any]) -> None:
        self._vectors.passages([given.whole for given in passages])
        self._kept.write_text(json.dumps({given.id: given.whole for given in passages}), "utf-8")

    def search(self, question: str, limit: int) -> list[str]:
        self._vectors.query(question)
        words = set(question.lower().split())
        texts: dict[str, str] = json.loads(self._kept.read_text("utf-8"))
        ranked = sorted(texts, key=lambda name: -len(words & set(texts[name].lower().split())))
        return [name for name in ranked for _ in range(2)][:limit]

    def close(self) -> None:
        pass


class Engine:
    """Counts the texts it embeds."""

    def __init__(self) -> None:
        self.made = 0

    def passages(self, texts: Sequence[str]) -> Any:
        self.made += len(texts)
        return np.array([[len(text)] * 384 for text in texts], np.float32)

    def query(self, text: str) -> Any:
        return self.passages([text])[0]


@pytest.fixture
def peers(monkeypatch: pytest.MonkeyPatch) -> Iterator[types.SimpleNamespace]:
    """The modules of the benchmark, with the made-up peer in the place of all others; gone when the test is."""
    before = set(sys.modules)
    monkeypatch.syspath_prepend(BENCHMARKS)
    import peers  # type: ignore[import-not-found]
    from peers import environments, measure, run, tables, vectors  # type: ignore[import-not-found]

    made_up = types.ModuleType("peers.made_up")
    made_up.__dict__["Overlap"] = Overlap
    monkeypatch.setitem(sys.modules, "peers.made_up", made_up)
    monkeypatch.setattr(vectors, "weights", lambda: "none")
    monkeypatch.setattr(vectors.Vectors, "engine", Engine())
    for module in (peers, run, tables):
        kinds = {
            "latam-rag": peers.Kind(shown="latam-rag", made_by="made_up:Overlap"),
            "other": peers.Kind(shown="Other", made_by="made_up:Overlap"),
        }
        monkeypatch.setattr(module, "PEERS", kinds)
    yield types.SimpleNamespace(environments=environments, measure=measure, run=run, tables=tables, vectors=vectors)
    for name in set(sys.modules) - before:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(BENCHMARKS)):
            del sys.modules[name]


@pytest.fixture
def sets(tmp_path: Path, peers: types.SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one question set, and the passages that would be made of laws."""
    folder = tmp_path / "shared" / "evals" / "mini"
    folder.mkdir(parents=True)
    _lines(folder / "corpus.jsonl", ROWS)
    asked = {"q1": "¿cuándo abre la feria?", "q2": "¿cuándo empieza la poda?", "q3": "sin respuesta"}
    _lines(folder / "queries.jsonl", [{"id": key, "text": text} for key, text in asked.items()])
    (folder / "qrels.tsv").write_text("query-id\tdoc-id\trelevance\nq1\tp1\t1\nq2\tp2\t1\n", "utf-8")
    monkeypatch.setattr(peers.run.retrieval, "SETS", {"mini": "es"})
    work = tmp_path / "home" / "peers"
    for name in ("leychile", "uruguay"):
        work.mkdir(parents=True, exist_ok=True)
        _lines(work / f"{name}.jsonl", ROWS)
        _lines(work / f"{name}.sample.jsonl", ROWS[:2])
        (work / f"{name}.questions.json").write_text(json.dumps(list(asked.values())), "utf-8")
    return tmp_path


def _lines(file: Path, rows: Sequence[dict[str, Any]]) -> None:
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


def whole(peers: types.SimpleNamespace, folder: Path, **options: Any) -> Any:
    def here(piece: Any, work: Path) -> dict[str, Any]:
        return dict(peers.measure.PIECES[piece.name](piece.job))

    return peers.run.run(folder / "shared", folder / "home", **{"measure": here, **options})


def test_everything_of_every_peer_stands_side_by_side(peers: types.SimpleNamespace, sets: Path) -> None:
    made = whole(peers, sets)
    assert [row["peer"] for row in made["nDCG@10"]] == ["latam-rag", "Other"]
    # Only questions that have an answer count, and the two chunks of a passage once.
    assert made["nDCG@10"][1]["mini"] == made["recall@5"][1]["mean"] == 1.0
    assert {row["passages"] for row in made["search, Chilean laws"]} == {3}
    (ratios,) = next(rows for name, rows in made.items() if "in times" in name)
    assert ratios["nDCG@10"] == 1.0
    assert ratios["search, Uruguayan"] > 0
    assert "not measured" not in made


def test_what_is_wrong_is_not_counted_as_found(
    peers: types.SimpleNamespace, sets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Overlap, "search", lambda self, question, limit: ["p3", "p3", "p1"])
    made = whole(peers, sets, only=["quality"])
    # Second of the passages for one of the two questions: 1/log2(3) of one half.
    assert made["nDCG@10"][0]["mini"] == pytest.approx(0.6309 / 2, abs=1e-4)
    assert made["recall@5"][0]["mini"] == 0.5


def test_a_stopped_run_goes_on(peers: types.SimpleNamespace, sets: Path) -> None:
    done: list[Any] = []

    def stopped(piece: Any, work: Path) -> dict[str, Any]:
        if len(done) == 3:
            raise KeyboardInterrupt
        done.append(piece.key)
        return dict(peers.measure.PIECES[piece.name](piece.job))

    with pytest.raises(KeyboardInterrupt):
        whole(peers, sets, measure=stopped)

    def counted(piece: Any, work: Path) -> dict[str, Any]:
        done.append(piece.key)
        return dict(peers.measure.PIECES[piece.name](piece.job))

    whole(peers, sets, measure=counted)
    assert len(done) == len(set(done)) == 2 * 6
    # All is measured: the next run begins anew, and figures of another day don't pass for its own.
    whole(peers, sets, measure=counted)
    assert len(done) == 2 * 12


def test_a_peer_that_cannot_be_installed_is_listed_with_the_reason(peers: types.SimpleNamespace, sets: Path) -> None:
    def absent(piece: Any, work: Path) -> dict[str, Any]:
        if piece.peer == "other":
            raise peers.environments.MissingPython("needs Python 3.99, and none is on the PATH")
        return dict(peers.measure.PIECES[piece.name](piece.job))

    made = whole(peers, sets, measure=absent)
    assert made["not measured"] == [{"peer": "Other", "why": "needs Python 3.99, and none is on the PATH"}]
    assert [row["peer"] for row in made["nDCG@10"]] == ["latam-rag"]


def test_ratios_above_one_say_that_we_are_ahead(peers: types.SimpleNamespace) -> None:
    measured = {
        ("ingest", "latam-rag", "Chilean"): {"passages_per_s": 100.0},
        ("ingest", "other", "Chilean"): {"passages_per_s": 50.0},
        ("search", "latam-rag", "Chilean"): {"p50_ms": 10.0, "search_p50_ms": 5.0, "resident_mb": 300},
        ("search", "other", "Chilean"): {"p50_ms": 5.0, "search_p50_ms": 20.0, "resident_mb": 600},
    }
    (row,) = next(rows for name, rows in peers.tables.tables(measured, [], ["Chilean"]).items() if "in times" in name)
    assert (row["ingestion, Chilean"], row["search, Chilean"]) == (2.0, 0.5)
    assert (row["without embedding, Chilean"], row["memory, Chilean"]) == (4.0, 2.0)


def test_a_text_is_embedded_once_and_passages_apart_from_questions(
    peers: types.SimpleNamespace, tmp_path: Path
) -> None:
    engine = peers.vectors.Vectors.engine
    for _ in range(2):
        kept = peers.vectors.Vectors("kept", tmp_path / "cache.sqlite")
        assert kept.passages(["una", "otra más larga", "una"]).shape == (3, 384)
        assert kept.passages(["otra más larga"])[0][0] == len("otra más larga")
        kept.query("una")
    # The engine gets the same text twice when it stands there twice, the first time.
    assert engine.made == 4


def test_vectors_given_are_unit_ones_and_the_same_for_the_same_text(
    peers: types.SimpleNamespace, tmp_path: Path
) -> None:
    given = peers.vectors.Vectors("given", tmp_path / "none")
    first, again, other = given.passages(["a", "a", "b"])
    assert np.linalg.norm(first) == pytest.approx(1)
    assert np.array_equal(first, again)
    assert abs(float(first @ other)) < 0.3
    given.known = {"q": first}
    assert given.query("q") is given.known["q"]
    assert peers.vectors.Vectors.engine.made == 0


def test_an_interpreter_that_starts_is_taken(
    peers: types.SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(peers.environments.MissingPython, match=r"3\.90"):
        peers.environments._interpreter((3, 90))
    # What a version manager leaves for a version that isn't there, and one that is.
    for name, code in (("python3.90", 127), ("python3.91", 0)):
        (tmp_path / name).write_text(f"#!/bin/sh\nexit {code}\n", "utf-8")
        (tmp_path / name).chmod(0o755)
    assert peers.environments._interpreter((3, 90)) == str(tmp_path / "python3.91")
    assert peers.environments._interpreter((3, 0)) == sys.executable

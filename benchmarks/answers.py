"""Answers by quotes and refusals, through the real stages: what is lost, what the quotes hold, how long it takes.

Usage::

    python benchmarks/answers.py --shared FOLDER [--json]

Public question sets in ``FOLDER/evals``; each question also with every passage of its own subject taken away, which it must
then refuse. Thresholds were chosen on the questions in even places; ``half`` says which a row is about. ``demo`` is the
demonstration indexes with the questions of ``answers.toml``, each with what its first quote must hold.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import retrieval

from latam_rag import embed, language
from latam_rag.answer import answer
from latam_rag.config import Embedding, Retrieval, load
from latam_rag.config import Store as StoreSettings
from latam_rag.index import Index
from latam_rag.retrieve import Retriever
from latam_rag.store import open_store
from latam_rag.types import Answer, Filters, Hit, Language

HERE = Path(__file__).parent
SETS: dict[str, Language] = {"xquad_es": "es", "faquad": "pt", "squad_es_v2": "es"}
QUESTIONS = 75
"""Per set and half."""
_DOCUMENTS = 260
_DRAWN = 300
"""Questions whose halves thresholds were chosen on and kept from; the first of each are asked."""
_HITS = 8


@dataclass(frozen=True)
class Case:
    question: str
    language: Language
    answers: tuple[str, ...]
    """Empty: its own passage was made to look as if it answered, and doesn't."""
    hits: tuple[Hit, ...]
    foreign: tuple[Hit, ...]
    """Without the passages of its subject."""


def run(shared: Path, embedder: embed.Embedder | None = None) -> list[dict[str, Any]]:
    """Two rows per set (the half that thresholds were chosen on, the other), and one of the demonstration."""
    made = embedder or embed.load(Embedding())
    rows = []
    for name in SETS:
        found = cases(shared / "evals" / name, made)
        rows += [measure(name, half, found[start::2], made) for start, half in enumerate(("chosen on", "other"))]
    return [*rows, demo(made)]


def cases(folder: Path, embedder: embed.Embedder) -> list[Case]:
    """The questions of a sample of subjects, searched in the passages of those."""
    rng = random.Random(5)
    retrieval.SETS.setdefault(folder.name, SETS[folder.name])
    rows = list(retrieval._rows(folder / "corpus.jsonl"))
    subjects = sorted({row["title"] for row in rows})
    rng.shuffle(subjects)
    kept: list[dict[str, Any]] = []
    for subject in subjects:
        if len(kept) < _DOCUMENTS:
            kept += [row for row in rows if row["title"] == subject]
    titles = {row["id"]: row["title"] for row in kept}
    questions = [row for row in retrieval._rows(folder / "queries.jsonl") if row["source_doc"] in titles]
    chosen = rng.sample(questions, min(_DRAWN, len(questions)))[: 2 * QUESTIONS]
    with tempfile.TemporaryDirectory() as work:
        store = open_store(
            StoreSettings(), Path(work), name=folder.name,
            dimensions=embedder.dimensions, fingerprint=embedder.fingerprint,
        )  # fmt: skip
        try:
            retrieval._index([retrieval._passage(row, folder.name) for row in kept], embedder, store)
            retriever = Retriever(store, embedder, Retrieval())
            return [_case(row, titles[row["source_doc"]], retriever, SETS[folder.name]) for row in chosen]
        finally:
            store.close()


def _case(row: dict[str, Any], subject: str, retriever: Retriever, spoken: Language) -> Case:
    found = retriever.search(row["text"], filters=Filters(in_force=False), limit=100)
    return Case(
        question=row["text"],
        language=spoken,
        answers=tuple(row["answers"]),
        hits=tuple(found[:_HITS]),
        foreign=tuple([hit for hit in found if hit.passage.title != subject][:_HITS]),
    )


def measure(name: str, half: str, found: Sequence[Case], embedder: embed.Embedder) -> dict[str, Any]:
    """Shares: of answerable questions lost, of foreign and of deceiving ones refused, of quotes that hold the answer."""
    real = [case for case in found if case.answers]
    took: list[float] = []
    answered = []
    for case in real:
        began = time.perf_counter()
        answered.append(_ask(case, case.hits, embedder))
        took.append(time.perf_counter() - began)
    shown = [(each, case) for each, case in zip(answered, real, strict=True) if not each.refused]
    deceiving = [_ask(case, case.hits, embedder).refused for case in found if not case.answers]
    quotes = [len(each.citations) for each, _ in shown]
    return {
        "set": name, "half": half, "questions": len(found),
        "lost": _mean([each.refused for each in answered]),
        "foreign_refused": _mean([_ask(case, case.foreign, embedder).refused for case in real]),
        "deceiving_refused": _mean(deceiving) if deceiving else None,
        "first_holds": _mean([_holds(each, case.answers, 1) for each, case in shown]),
        "any_holds": _mean([_holds(each, case.answers, 9) for each, case in shown]),
        "quotes": _mean(quotes), "p50_ms": round(1000 * sorted(took)[len(took) // 2], 1),
    }  # fmt: skip


def _ask(case: Case, hits: Sequence[Hit], embedder: embed.Embedder) -> Answer:
    return answer(case.question, hits, language=case.language, embedder=embedder)


def _holds(answered: Answer, answers: Sequence[str], quotes: int) -> bool:
    return any(text in citation.quote for citation in answered.citations[:quotes] for text in answers)


def _mean(values: Sequence[float]) -> float:
    return round(sum(values) / max(len(values), 1), 3)


def demo(embedder: embed.Embedder) -> dict[str, Any]:
    """How many of the questions of ``answers.toml`` are answered as they should be; the others by name."""
    asked = [row for hits in demo_hits(embedder) for row in hits]
    wrong, quotes = [], []
    for row, hits in asked:
        spoken = language.detect(row["question"])
        answered = answer(row["question"], hits, language=spoken, embedder=embedder)
        if not _right(row, answered):
            wrong.append(row["question"])
        quotes += [] if answered.refused else [len(answered.citations)]
    return {
        "set": "demo",
        "questions": len(asked),
        "right": len(asked) - len(wrong),
        "wrong": wrong,
        "quotes": _mean(quotes),
    }


def demo_hits(embedder: embed.Embedder) -> Iterator[list[tuple[dict[str, Any], list[Hit]]]]:
    given = tomllib.loads((HERE / "answers.toml").read_text("utf-8"))
    for name, rows in given.items():
        definition = load(HERE.parent / "indexes" / "demo" / f"{name}.toml")
        with tempfile.TemporaryDirectory() as work, Index(definition, Path(work)) as index:
            index._embedder = embedder
            index.sync()
            yield [(row, index.search(row["question"])) for row in rows]


def _right(row: dict[str, Any], answered: Answer) -> bool:
    """Refused where nothing answers; else what is wanted stands in the first quote (its place included)."""
    if row["holds"] == "":
        return answered.refused
    first = answered.citations[0] if answered.citations else None
    return first is not None and row["holds"] in f"{first.passage.header}\n{first.quote}"


if __name__ == "__main__":
    retrieval.show(run, __doc__)

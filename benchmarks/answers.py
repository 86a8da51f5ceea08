"""Answers by quotes and refusals, through the real stages: what is lost, what the quotes hold, how long it takes.

Usage::

    python benchmarks/answers.py --shared FOLDER [--json]

Public question sets in ``FOLDER/evals``, each as an index of its own, calibrated as any other: its questions, the same with
every document of their subject left out, and questions of the other sets, which it must refuse. What there is to choose
(``calibrate.LOST`` and ``REPLACED``, the thresholds of the quotes) was chosen on the questions in even places; ``half`` says
which a row is about. ``demo`` is the demonstration indexes with the questions of ``answers.toml``, each with what its first
quote must hold.
"""

from __future__ import annotations

import sys
import tempfile
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import retrieval

from latam_rag import embed
from latam_rag.config import Embedding, Retrieval, load
from latam_rag.evaluate import Outcome, Question, Subject, ask, sets
from latam_rag.evaluate.figures import LEFT_OUT
from latam_rag.index import Index
from latam_rag.types import Answer

HERE = Path(__file__).parent
SETS = ("xquad_es", "faquad", "squad_es_v2")
KIN = ({"xquad_es", "squad_es_v2"},)
"""Made of the same texts: the questions of one belong to the other."""
QUESTIONS = 100
"""Per set and half."""
OTHERS = 40
"""Questions of each other set."""
_DRAWN = 400
"""Questions whose halves were chosen on and kept from; the first of each are asked."""


def run(
    shared: Path, embedder: embed.Embedder | None = None, names: Sequence[str] = SETS, demonstration: bool = True
) -> list[dict[str, Any]]:
    """Two rows per set (the half that was chosen on, the other), and one of the demonstration."""
    made = embedder or embed.load(Embedding())
    rows = []
    for name in names:
        passages, questions = sets.read(shared / "evals" / name, limit=_DRAWN)
        with sets.opened(passages, made, Retrieval()) as subject:
            foreign = [ask(subject, question) for question in others(shared, name)]
            for start, half in enumerate(("chosen on", "other")):
                rows.append({"set": name, "half": half, **measure(subject, halved(questions, start), foreign)})
    return [*rows, demo(made)] if demonstration else rows


def halved(questions: Sequence[Question], start: int) -> list[list[Question]]:
    """The questions in even or odd places, each with its variants."""
    grouped: list[list[Question]] = []
    for question in questions:
        if question.kind == LEFT_OUT and grouped:
            grouped[-1].append(question)
        else:
            grouped.append([question])
    return grouped[start::2][:QUESTIONS]


def others(shared: Path, name: str) -> list[Question]:
    """Of each set that isn't made of the same texts."""
    found = []
    for other in SETS:
        if other != name and not any({name, other} <= kin for kin in KIN):
            _, questions = sets.read(shared / "evals" / other, limit=_DRAWN)
            asked = [question for question in questions if question.kind == "set"][1::2][:OTHERS]
            found += [
                Question(text=each.text, language=each.language, kind="foreign", answerable=False) for each in asked
            ]
    return found


def measure(subject: Subject, grouped: Sequence[Sequence[Question]], foreign: Sequence[Outcome]) -> dict[str, Any]:
    """Shares: of answerable questions lost, of the others refused, of quotes that hold the answer."""
    outcomes = [ask(subject, question) for group in grouped for question in group]
    real = [o for o in outcomes if o.answerable]
    shown = [o for o in real if not o.refused]
    lost, refused = _mean([o.refused for o in real]), _mean([o.refused for o in foreign])
    deceiving = [o.refused for o in outcomes if o.kind == "deceiving"]
    return {
        "questions": len(grouped),
        "threshold": round(subject.calibration.threshold, 3) if subject.calibration else None,
        "lost": lost,
        "of_others_refused": refused,
        "precision": round(refused / ((refused + lost) or 1), 3),
        "left_out_refused": _mean([o.refused for o in outcomes if o.kind == LEFT_OUT]),
        "deceiving_refused": _mean(deceiving) if deceiving else None,
        "first_holds": _mean([bool(o.first) for o in shown]),
        "any_holds": _mean([bool(o.any) for o in shown]),
        "literal": _mean([o.literal for o in outcomes if o.quotes]),
        "quotes": _mean([o.quotes for o in shown]),
        "p50_ms": round(1000 * sorted(o.answer_seconds for o in real)[len(real) // 2], 1),
    }


def _mean(values: Sequence[float]) -> float:
    return round(sum(values) / max(len(values), 1), 3)


def demo(embedder: embed.Embedder) -> dict[str, Any]:
    """How many of the questions of ``answers.toml`` are answered as they should be; the others by name."""
    given = tomllib.loads((HERE / "answers.toml").read_text("utf-8"))
    wrong, quotes = [], []
    for name, rows in given.items():
        definition = load(HERE.parent / "indexes" / "demo" / f"{name}.toml")
        with tempfile.TemporaryDirectory() as work, Index(definition, Path(work)) as index:
            index._embedder = embedder
            index.sync()
            for row in rows:
                answered = index.ask(row["question"], extractive=True, record=False)
                wrong += [] if _right(row, answered) else [row["question"]]
                quotes += [] if answered.refused else [len(answered.citations)]
    asked = sum(map(len, given.values()))
    return {"set": "demo", "questions": asked, "right": asked - len(wrong), "wrong": wrong, "quotes": _mean(quotes)}


def _right(row: dict[str, Any], answered: Answer) -> bool:
    """Refused where nothing answers; else what is wanted stands in the first quote (its place included)."""
    if row["holds"] == "":
        return answered.refused
    first = answered.citations[0] if answered.citations else None
    return first is not None and row["holds"] in f"{first.passage.header}\n{first.quote}"


if __name__ == "__main__":
    retrieval.show(run, __doc__)

"""Asks one question as a user would, and judges what came."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

from latam_rag import calibrate, refuse
from latam_rag.answer import answer
from latam_rag.calibrate.record import Record
from latam_rag.embed import Embedder
from latam_rag.evaluate.questions import Question
from latam_rag.index import Index
from latam_rag.refuse import Calibration
from latam_rag.retrieve import Retriever
from latam_rag.store import Store
from latam_rag.types import Answer, Citation, Filters, Hit, Passage

DEPTH: Final = 10
"""Hits that retrieval is judged by."""
_LEFT: Final = 60
"""Searched for where documents are left out of what is found."""
_SHOWN: Final = 240


@dataclass(frozen=True, slots=True)
class Subject:
    """What is evaluated: the stages of an index."""

    store: Store
    embedder: Embedder
    retriever: Retriever
    calibration: Calibration | None
    limit: int
    """Hits that an answer gets."""


def of_index(index: Index) -> Subject:
    return Subject(
        store=index.store,
        embedder=index.embedder,
        retriever=index.retriever,
        calibration=Record(index.folder).calibration(index.embedder.fingerprint),
        limit=index.definition.retrieval.limit,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    id: str
    question: str
    kind: str
    answerable: bool
    refused: bool
    rank: int | None
    """Of the first hit that answers, from 1; None when none of the first ten does, 0 when it isn't known which would."""
    first: bool | None
    """The first quote is right; None where nothing says what is."""
    any: bool | None
    """One of the quotes is."""
    literal: bool
    """Each quote stands in its passage letter by letter."""
    quotes: int
    score: float
    """What refusing goes by."""
    search_seconds: float
    answer_seconds: float
    said: str
    """The first quote with its place, or why it was refused."""


def ask(subject: Subject, question: Question) -> Outcome:
    began = time.perf_counter()
    hits = _search(subject, question)
    found = time.perf_counter()
    similar = calibrate.similarities(question.text, hits[: subject.limit], subject.store, subject.embedder)
    evidence = refuse.measure(
        question.text, hits[: subject.limit],
        language=question.language, calibration=subject.calibration, similar=similar,
    )  # fmt: skip
    answering = time.perf_counter()
    answered = answer(
        question.text, hits[: subject.limit], language=question.language, embedder=subject.embedder,
        calibration=subject.calibration, similar=similar,
    )  # fmt: skip
    ended = time.perf_counter()
    right = [_is_right(question, citation) for citation in answered.citations]
    judged = question.answerable and bool(question.holds or question.carries or question.documents or question.passages)
    return Outcome(
        id=question.id,
        question=question.text,
        kind=question.kind,
        answerable=question.answerable,
        refused=answered.refused,
        rank=_rank(question, hits),
        first=right[:1] == [True] if judged else None,
        any=any(right) if judged else None,
        literal=all(c.passage.text[c.start : c.end] == c.quote for c in answered.citations),
        quotes=len(answered.citations),
        score=evidence.score if evidence else 0.0,
        search_seconds=found - began,
        answer_seconds=ended - answering,
        said=_said(answered),
    )


def _search(subject: Subject, question: Question) -> list[Hit]:
    wanted = max(subject.limit, DEPTH)
    found = subject.retriever.search(question.text, filters=Filters(), limit=_LEFT if question.without else wanted)
    return [hit for hit in found if hit.passage.uri not in question.without][:wanted]


def _rank(question: Question, hits: list[Hit]) -> int | None:
    if not question.answerable or not (question.passages or question.documents or question.carries):
        return 0
    return next((at for at, hit in enumerate(hits[:DEPTH], 1) if _answers(question, hit.passage)), None)


def _answers(question: Question, passage: Passage) -> bool:
    if question.passages:
        return passage.id in question.passages
    if question.documents and not any(_is_of(passage, name) for name in question.documents):
        return False
    return all(value in _values(passage, key) for key, value in question.carries.items())


def _is_of(passage: Passage, name: str) -> bool:
    return passage.uri == name or name.casefold() in f"{passage.uri}\n{passage.title}".casefold()


def _values(passage: Passage, key: str) -> tuple[str, ...]:
    said = passage.metadata.get(key, ())
    return said if isinstance(said, tuple) else (str(said),)


def _is_right(question: Question, citation: Citation) -> bool:
    """A quote is right when it holds what it must; where nothing says that, when it is from where it must."""
    if question.holds:
        quote = _plain(citation.quote)
        wanted = [_plain(text) for text in question.holds]
        return any(text in quote or (question.inside and quote in text) for text in wanted)
    return _answers(question, citation.passage)


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _said(answered: Answer) -> str:
    if not answered.citations:
        return answered.reason
    first = answered.citations[0]
    said = " ".join(f"{first.passage.title} {first.passage.label}: {first.quote}".split())
    return said[:_SHOWN] + ("…" if len(said) > _SHOWN else "")

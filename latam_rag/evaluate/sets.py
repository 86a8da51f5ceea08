"""Public question sets in a folder: ``corpus.jsonl``, ``queries.jsonl``, ``qrels.tsv``.

Each document is a passage. A question whose documents are known is asked twice: as it is, and with every document of its
subject (the same title) left out, which it can't then be answered from.
"""

from __future__ import annotations

import json
import random
import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from latam_rag import calibrate, language, lexical, references
from latam_rag.config import Retrieval
from latam_rag.config import Store as StoreSettings
from latam_rag.embed import Embedder
from latam_rag.errors import ConfigError
from latam_rag.evaluate.asking import Subject
from latam_rag.evaluate.figures import LEFT_OUT
from latam_rag.evaluate.questions import Question
from latam_rag.retrieve import Retriever
from latam_rag.store import Point, open_store
from latam_rag.types import Language, Passage

_NAMESPACE: Final = uuid.UUID("4b1a6a0e-6d0b-5f0e-9a55-0c1f3b0d7a11")
_BATCH: Final = 256


def read(folder: Path, *, limit: int, seed: int = 5) -> tuple[list[Passage], list[Question]]:
    """The passages and ``limit`` of the questions, always the same; ConfigError when the folder isn't such a set."""
    try:
        rows, asked = list(_rows(folder / "corpus.jsonl")), list(_rows(folder / "queries.jsonl"))
        relevant = _relevant(folder / "qrels.tsv")
        passages = [_passage(row, folder.name) for row in rows]
        chosen = asked if len(asked) <= limit else random.Random(seed).sample(asked, limit)
        subjects = defaultdict(set)
        for passage in passages:
            subjects[passage.title].add(passage.uri)
        return passages, [each for row in chosen for each in _questions(row, relevant, subjects, passages)]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigError("eval.not_a_set", path=str(folder), error=str(error) or type(error).__name__) from error


@contextmanager
def opened(passages: Sequence[Passage], embedder: Embedder, settings: Retrieval) -> Iterator[Subject]:
    """An index of ``passages`` that lasts as long as it is used, calibrated as any other."""
    with TemporaryDirectory() as work:
        store = open_store(
            StoreSettings(), Path(work), name="eval", dimensions=embedder.dimensions, fingerprint=embedder.fingerprint
        )
        try:
            for start in range(0, len(passages), _BATCH):
                batch = passages[start : start + _BATCH]
                vectors = embedder.passages([passage.indexed_text for passage in batch])
                store.upsert(
                    [
                        Point(passage=p, dense=v, sparse=lexical.document_vector(p.indexed_text, p.language))
                        for p, v in zip(batch, vectors, strict=True)
                    ]
                )
            store.flush()
            store.optimize()
            retriever = Retriever(store, embedder, settings)
            made = calibrate.calibrate(store, embedder, retriever)
            yield Subject(store, embedder, retriever, made.calibration if made else None, settings.limit)
        finally:
            store.close()


def _questions(
    row: Mapping[str, Any],
    relevant: Mapping[str, frozenset[str]],
    subjects: Mapping[str, set[str]],
    passages: list[Passage],
) -> Iterator[Question]:
    text, spoken = row["text"], _spoken(row, row["text"])
    known = relevant.get(row["id"], frozenset())
    if not row.get("answerable", True):
        yield Question(text=text, language=spoken, kind="deceiving", answerable=False)
        return
    if not known:
        return
    titles = {passage.title for passage in passages if passage.uri in known}
    answers = tuple(str(each) for each in row.get("answers", ()))
    yield Question(text=text, language=spoken, kind="set", documents=known, holds=answers)
    if all(titles):
        without = frozenset().union(*(subjects[title] for title in titles))
        yield Question(text=text, language=spoken, kind=LEFT_OUT, answerable=False, without=without)


def _passage(row: Mapping[str, Any], name: str) -> Passage:
    title, text = str(row.get("title") or ""), str(row["text"])
    named = references.find(title)
    metadata = {key: values for key, values in (("article", named.articles), ("norm", named.norms)) if values}
    return Passage(
        id=str(uuid.uuid5(_NAMESPACE, f"{name}/{row['id']}")), document_id=row["id"], uri=row["id"], title=title,
        headings=(), label="", page=None, start=0, end=len(text), text=text, language=_spoken(row, text), metadata=metadata,
    )  # fmt: skip


def _spoken(row: Mapping[str, Any], text: str) -> Language:
    said = row.get("lang") or language.detect(text)
    return "pt" if said == "pt" else "es"


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def _relevant(path: Path) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for line in path.read_text("utf-8").splitlines()[1:]:
        query, document, grade = line.split("\t")
        if int(grade) > 0:
            found.setdefault(query, set()).add(document)
    return {query: frozenset(documents) for query, documents in found.items()}

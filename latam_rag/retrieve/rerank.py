"""A cross-encoder that reads the question and a passage together, where the definition names one. Needs torch."""

from __future__ import annotations

import statistics
import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Protocol

from latam_rag.embed import folder
from latam_rag.embed.text import normalise
from latam_rag.errors import MissingExtra, ModelError
from latam_rag.types import Hit

READ = 24
"""Best of the search that are read again: each costs the model a forward pass."""
RERANKED = "reranked"
"""Why a passage is where it is, beside why it was found."""
_BATCH = 8
_TOKENS = 512


class Reranker(Protocol):
    """Says how well passages answer a question. Thread-safe."""

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """One score per text, higher for better; comparable within one call only."""
        ...


def load(model: str) -> Reranker:
    """The cross-encoder in a folder or by its name on the hub; MissingExtra without torch, ModelError when it can't be had."""
    return CrossEncoder(folder.find(model, "sentence-transformers"))


class CrossEncoder:
    """sentence-transformers' own, with one score per pair. See ``Reranker``."""

    def __init__(self, model: folder.ModelFolder) -> None:
        try:
            from sentence_transformers import CrossEncoder as Loaded
        except ImportError as error:
            raise MissingExtra("sentence-transformers", "retrieval.reranker") from error
        try:
            self._model: Any = Loaded(str(model.path), local_files_only=True, trust_remote_code=False)
        except (OSError, ValueError, RuntimeError, KeyError) as error:
            raise ModelError("embed.broken", path=str(model.path), error=str(error).splitlines()[0]) from error
        if self._model.num_labels != 1:
            raise ModelError("retrieve.not_a_reranker", path=str(model.path), labels=self._model.num_labels)
        # XLM-R's positions begin at 2; asked for more than it has, a model breaks down at the first long passage.
        positions = getattr(self._model.config, "max_position_embeddings", _TOKENS + 2) - 2
        self._model.max_seq_length = min(positions, self._model.tokenizer.model_max_length, _TOKENS)
        self._path = model.path
        # The library's tokenizer changes its own settings at each call.
        self._lock = threading.Lock()

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        pairs = [(normalise(question), normalise(text)) for text in texts]
        with self._lock:
            try:
                found = self._model.predict(pairs, batch_size=_BATCH, show_progress_bar=False)
            except RuntimeError as error:
                raise ModelError("embed.failed", path=str(self._path), error=str(error).splitlines()[0]) from error
        return [float(score) for score in found]


def reranked(question: str, hits: Sequence[Hit], reranker: Reranker) -> list[Hit]:
    """The first ``READ`` of ``hits`` in the reranker's order, the others after them as they were; scores in standard
    deviations, as the search's own."""
    first, rest = list(hits[:READ]), list(hits[READ:])
    if len(first) < 2:
        return list(hits)
    scores = reranker.scores(question, [hit.passage.indexed_text for hit in first])
    average, spread = statistics.fmean(scores), statistics.pstdev(scores) or 1.0
    read = [
        replace(hit, score=(score - average) / spread, why=(*hit.why, RERANKED))
        for hit, score in zip(first, scores, strict=True)
    ]
    read.sort(key=lambda hit: -hit.score)
    below = read[-1].score - (rest[0].score if rest else 0.0) - 1.0
    return [*read, *(replace(hit, score=hit.score + below) for hit in rest)]

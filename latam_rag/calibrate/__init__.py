"""What an index must know of itself to refuse: measured on its own passages, and on questions that belong to others.

Each index has its own subjects, its own words and its own model, so that no fixed similarity tells what it can answer. It is
asked questions made from its passages (``probes``), which it can answer, the same with their documents left out, which it
can't, and ``foreign.toml``, which nobody's documents answer. The threshold loses few of the first; what it refuses of the
others is what may be expected of it.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np

from latam_rag import refuse, synonyms
from latam_rag.embed import Embedder
from latam_rag.probes import Probe, probes, spread
from latam_rag.refuse import Calibration
from latam_rag.retrieve import Retriever
from latam_rag.store import Store
from latam_rag.types import Filters, Hit, Language, Passage

FEWEST: Final = 20
"""Passages; with fewer, words decide with a fixed share."""
LOST: Final = 0.08
"""Of the probes that the index can answer, those it may refuse: people's questions are easier, and lose about half of it."""
REPLACED: Final = (0, 1, 2)
"""Words of six that a probe has from elsewhere; those with none say how near the index comes, the others what it may lose.
Chosen, as ``LOST``, on one half of three public sets (docs/evaluation.md)."""
HIGHEST: Final = 0.6
"""A threshold never asks for more: a passage with nine tenths of a question's words is worth showing, however far it is."""
_PROBED: Final = 80
_COUNTED: Final = 2000
_OTHERS: Final = 20
"""Of the foreign questions, in the language that the index doesn't have most of."""
_HITS: Final = 8
_FOUND: Final = 40
"""Searched for, of which those of the probe's own document are left out."""

Asked = tuple[str, Language, list[Hit], list[float]]
"""A question, its language, the hits that it may have and their similarities."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Calibrated:
    """A calibration with what may be expected of it, and what it was made of."""

    calibration: Calibration
    lost: float
    """Of the probes that can be answered, the share refused."""
    foreign: float
    """Of the questions that belong to others, the share refused: the recall of refusing."""
    left_out: float
    """Of the probes whose document was left out, the share refused; other documents may answer some of them."""
    precision: float
    """Of what is refused, were as many questions foreign as answerable, the share that is foreign."""
    passages: int
    """In the index when it was made."""
    fingerprint: str
    made: str
    """ISO time."""


def calibrate(store: Store, embedder: Embedder, retriever: Retriever) -> Calibrated | None:
    """Measure the index; None when it has too few passages to tell."""
    ids = sorted(store.ids())
    sample = store.get(spread(ids, _COUNTED))
    found = list(probes(spread(sample, 2 * _PROBED), REPLACED))[: _PROBED * len(REPLACED)]
    if len(ids) < FEWEST or not found:
        return None
    ask = _Asking(store, embedder, retriever)
    own, left = zip(*(ask.probe(probe) for probe in found), strict=True)
    most = max(("es", "pt"), key=lambda spoken: sum(passage.language == spoken for passage in sample))
    others = [ask.foreign(question, spoken) for question, spoken in foreign(0, most, others=_OTHERS)]
    made = Calibration(
        threshold=0.0,
        low=float(np.mean([max(similar) for *_, similar in others if similar])),
        high=float(
            np.mean([max(similar) for (*_, similar), probe in zip(own, found, strict=True) if not probe.replaced])
        ),
        passages=len(sample),
        counts=_counts(sample),
    )
    own, left = (tuple(asked for asked, probe in zip(of, found, strict=True) if probe.replaced) for of in (own, left))
    made = replace(made, threshold=min(HIGHEST, float(np.quantile([_score(asked, made) for asked in own], LOST))))
    return _expected(made, own, left, others, passages=len(ids), fingerprint=embedder.fingerprint)


class _Asking:
    def __init__(self, store: Store, embedder: Embedder, retriever: Retriever) -> None:
        self.store, self.retriever = store, retriever
        self.embedder = embedder

    def probe(self, probe: Probe) -> tuple[Asked, Asked]:
        """With the passage's document among the hits, and without."""
        question, spoken = probe.question, probe.passage.language
        found = self.retriever.search(question, filters=Filters(in_force=False), limit=_FOUND)
        if not any(hit.passage.id == probe.passage.id for hit in found[:_HITS]):
            found = [Hit(passage=probe.passage, score=0.0), *found]
        other = [hit for hit in found if hit.passage.uri != probe.passage.uri]
        return self.asked(question, spoken, found[:_HITS]), self.asked(question, spoken, other[:_HITS])

    def foreign(self, question: str, spoken: Language) -> Asked:
        found = self.retriever.search(question, filters=Filters(in_force=False), limit=_HITS)
        return self.asked(question, spoken, found)

    def asked(self, question: str, spoken: Language, hits: list[Hit]) -> Asked:
        return question, spoken, hits, similarities(question, hits, self.store, self.embedder)


def similarities(question: str, hits: Sequence[Hit], store: Store, embedder: Embedder) -> list[float]:
    """Of ``hits`` to ``question``, in their order, as the store's vectors have it: no passage is embedded again. Empty when
    the store has lost one of them since."""
    asked, vectors = embedder.query(question), store.vectors([hit.passage.id for hit in hits])
    if any(hit.passage.id not in vectors for hit in hits):
        return []
    return [float(vectors[hit.passage.id] @ asked) for hit in hits]


def _score(asked: Asked, calibration: Calibration) -> float:
    question, spoken, hits, similar = asked
    found = refuse.measure(question, hits, language=spoken, calibration=calibration, similar=similar)
    return found.score if found else 0.0


def _expected(
    made: Calibration, own: Iterable[Asked], left: Iterable[Asked], others: Iterable[Asked], *,
    passages: int, fingerprint: str,
) -> Calibrated:  # fmt: skip
    lost, left_out, foreign = (_refused(asked, made) for asked in (own, left, others))
    return Calibrated(
        calibration=made,
        lost=lost,
        foreign=foreign,
        left_out=left_out,
        precision=foreign / ((foreign + lost) or 1.0),
        passages=passages,
        fingerprint=fingerprint,
        made=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def _refused(asked: Iterable[Asked], calibration: Calibration) -> float:
    found = [
        refuse.reason(question, hits, language=spoken, calibration=calibration, similar=similar) is not None
        for question, spoken, hits, similar in asked
    ]
    return sum(found) / max(len(found), 1)


def _counts(sample: Iterable[Passage]) -> Mapping[str, int]:
    """How many of ``sample`` hold each word; a word that only one has is as rare as one that none has."""
    seen = Counter(key for passage in sample for key in synonyms.of_passage(passage))
    return {key: count for key, count in seen.items() if count > 1}


def foreign(half: int, most: str = "", *, others: int = 1000) -> list[tuple[str, Language]]:
    """The questions of others in even places (``half`` 0, what an index is measured with) or in odd ones (1, what is left to
    check it with), with their languages; of those that aren't in ``most``, the first ``others``."""
    return [
        (question, spoken)
        for spoken, listed in _questions().items()
        for question in (listed[half::2] if spoken == most else listed[half::2][:others])
    ]


@cache
def _questions() -> Mapping[Language, list[str]]:
    said = tomllib.loads((files(__name__) / "foreign.toml").read_text("utf-8"))
    return {"es": said["es"], "pt": said["pt"]}

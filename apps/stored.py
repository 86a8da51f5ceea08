"""Answers as lines of JSON, and back: what was asked yesterday is shown with its citations, without asking again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from latam_rag.redact import redact
from latam_rag.types import Answer, Box, Citation, Filters, Hit, Passage, Sentence, Verdict

_NEAREST = 5


def answer_as_json(answer: Answer) -> dict[str, Any]:
    """Without personal data in the question, and without the sentences that were withheld."""
    return {
        "question": redact(answer.question)[0],
        "language": answer.language,
        "sentences": [[sentence.text, list(sentence.citations)] for sentence in answer.sentences],
        "citations": [asdict(citation) for citation in answer.citations],
        "withheld": sum(not verdict.shown for verdict in answer.verdicts),
        "refused": answer.refused,
        "reason": redact(answer.reason)[0],
        "engine": answer.engine,
        "hits": [asdict(hit) for hit in answer.hits[:_NEAREST]],
    }


def answer_from_json(said: Mapping[str, Any]) -> Answer:
    """KeyError and TypeError for what another version wrote."""
    return Answer(
        question=said["question"],
        language=said["language"],
        sentences=tuple(Sentence(text=text, citations=tuple(numbers)) for text, numbers in said["sentences"]),
        citations=tuple(_citation(citation) for citation in said["citations"]),
        verdicts=(Verdict(sentence="", shown=False),) * said["withheld"],
        refused=said["refused"],
        reason=said["reason"],
        engine=said["engine"],
        hits=tuple(
            Hit(passage=_passage(hit["passage"]), score=hit["score"], why=tuple(hit["why"])) for hit in said["hits"]
        ),
    )


def filters_from_json(said: Mapping[str, Any]) -> Filters:
    facets = {key: tuple(values) for key, values in said["facets"].items()}
    return Filters(facets=facets, uris=tuple(said["uris"]), on=said["on"], in_force=said["in_force"])


def _citation(said: Mapping[str, Any]) -> Citation:
    boxes = tuple(Box(**box) for box in said["boxes"])
    return Citation(**{**said, "passage": _passage(said["passage"]), "boxes": boxes})


def _passage(said: Mapping[str, Any]) -> Passage:
    metadata = {key: tuple(value) if isinstance(value, list) else value for key, value in said["metadata"].items()}
    return Passage(**{**said, "headings": tuple(said["headings"]), "metadata": metadata})

"""What stands around a passage, against the question: the headings above it, and the other passages of its document."""

from __future__ import annotations

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from latam_rag import language, lexical
from latam_rag.types import Hit, Language, Passage

HEADING = 0.5
"""What a heading adds, in standard deviations of the search per unit of √words."""
DOCUMENT = 0.2
"""What a passage gets of the score of its document's best passages: a document that speaks of the matter in several places
is more likely the right one."""
WITNESSES = 3


def weighed(question: str, hits: Sequence[Hit]) -> list[Hit]:
    """``hits`` in the order of their scores once their context counts."""
    by_heading, by_document = _headings(question, hits), _documents(hits)
    raised = [
        replace(hit, score=hit.score + HEADING * heading + DOCUMENT * by_document[hit.passage.document_id])
        for hit, heading in zip(hits, by_heading, strict=True)
    ]
    return sorted(raised, key=lambda hit: -hit.score)


def _documents(hits: Sequence[Hit]) -> Mapping[str, float]:
    """By document, the mean of its best passages' scores above the average."""
    held: dict[str, list[float]] = defaultdict(list)
    for hit in hits:
        held[hit.passage.document_id].append(max(hit.score, 0.0))
    return {document: sum(heapq.nlargest(WITNESSES, scores)) / WITNESSES for document, scores in held.items()}


def _headings(question: str, hits: Sequence[Hit]) -> list[float]:
    """Of each hit, how much its title or the best of its headings is what the question asks for.

    By the words shared, those that few of these hits' headings have more, over the root of all the heading's words:
    *Medicamentos* fully asked for beats *Despesas médicas: ressarcimento de medicamentos*, and the year or the town tells one
    ordinance from those alike.
    """
    asked = language.detect(question)
    wanted = {each: _words(question, each) for each in lexical.LANGUAGES}
    parts = [_parts(hit.passage) for hit in hits]
    common = Counter(word for each in parts for word in frozenset().union(*each))
    weights = {word: math.log1p(len(hits) / count) for word, count in common.items()}
    return [
        max((_shared(part, wanted[asked] | wanted[hit.passage.language], weights) for part in own), default=0.0)
        for hit, own in zip(hits, parts, strict=True)
    ]


def _shared(part: frozenset[str], sought: frozenset[str], weights: Mapping[str, float]) -> float:
    whole = sum(weights[word] for word in part)
    return sum(weights[word] for word in part & sought) / math.sqrt(whole) if whole else 0.0


def _parts(passage: Passage) -> list[frozenset[str]]:
    return [words for part in (passage.title, *passage.headings) if (words := _words(part, passage.language))]


def _words(text: str, of: Language) -> frozenset[str]:
    return frozenset(stem for stem in lexical.stems(text, of) if stem is not None)

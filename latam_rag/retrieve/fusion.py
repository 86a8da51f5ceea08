"""Two rankings of passages, by meaning and by words, made one."""

from __future__ import annotations

import heapq
import math
from collections.abc import Mapping, Sequence

from latam_rag.store.query import Found

MISSING = -1.0
"""What a passage gets from the ranking that it isn't in, in standard deviations: a bit below the ranking's average, for the
passages left out are like its last."""
WORDS, PER_WORD, MOST = 0.8, 0.02, 1.5
"""Weight of the words beside the meaning (1): grows with the length of the question. One vector says less of a long story
than of a line; a word says as much in either."""


def fuse(meaning: Sequence[Found], words: Sequence[Found], *, length: int, limit: int) -> list[Found]:
    """The best ``limit`` of what either found, best first; ``length`` is how many words of content the question has.

    Each ranking is measured by its own average and spread, so that one far ahead of the rest stays ahead.
    """
    weight = min(WORDS + PER_WORD * length, MOST) if words else 0.0
    by_meaning, by_words = _standardised(meaning), _standardised(words)
    # In the order of their ids where they tie.
    ordered = heapq.nsmallest(
        limit,
        (
            (-by_meaning.get(point, MISSING) - weight * by_words.get(point, MISSING), point)
            for point in by_meaning.keys() | by_words.keys()
        ),
    )
    return [Found(id=point, score=-score) for score, point in ordered]


def _standardised(found: Sequence[Found]) -> Mapping[str, float]:
    if not found:
        return {}
    scores = [each.score for each in found]
    average = sum(scores) / len(scores)
    spread = math.sqrt(sum((score - average) ** 2 for score in scores) / len(scores)) or 1.0
    return {each.id: (each.score - average) / spread for each in found}

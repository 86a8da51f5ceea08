"""Two rankings of passages, by meaning and by words, made one."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from latam_rag.store.query import Found

MISSING = -1.0
"""What a passage gets from the ranking that it isn't in, in standard deviations: a bit below the ranking's average, for the
passages left out are like its last."""
WORDS, PER_WORD, MOST = 0.8, 0.02, 1.5
"""Weight of the words beside the meaning (1): grows with the length of the question. One vector says less of a long story
than of a line; a word says as much in either."""


def fuse(meaning: Sequence[Found], words: Sequence[Found], *, length: int) -> list[Found]:
    """All that either found, best first; ``length`` is how many words of content the question has.

    Each ranking is measured by its own average and spread, so that one far ahead of the rest stays ahead.
    """
    weight = min(WORDS + PER_WORD * length, MOST) if words else 0.0
    by_meaning, by_words = _standardised(meaning), _standardised(words)
    scores = {
        found.id: by_meaning.get(found.id, MISSING) + weight * by_words.get(found.id, MISSING)
        for found in (*meaning, *words)
    }
    ordered = sorted(scores.items(), key=lambda found: (-found[1], found[0]))
    return [Found(id=point, score=score) for point, score in ordered]


def _standardised(found: Sequence[Found]) -> Mapping[str, float]:
    if not found:
        return {}
    scores = [each.score for each in found]
    average = sum(scores) / len(scores)
    spread = math.sqrt(sum((score - average) ** 2 for score in scores) / len(scores)) or 1.0
    return {each.id: (each.score - average) / spread for each in found}

"""How far hits can answer a question, in one number: the share of its words that one of them holds, and its nearness.

Words are compared with words, and weigh as much as they are rare in the index. Nearness is measured between two marks of
the index itself: how near it comes to questions that belong to others, and to questions made from its own passages. So
neither depends on the embedding model, nor on the scores of a search.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from latam_rag import synonyms
from latam_rag.extractive import premises
from latam_rag.retrieve import context
from latam_rag.types import Hit, Language, Passage
from latam_rag.verify.figures import canonical_number
from latam_rag.wording import Word, fold

COVERED: Final = 0.4
"""Without a calibration: of the question's weighted words, what the best passage must hold; chosen on one half of three
public question sets (docs/generation.md)."""
WORDS: Final = 2 / 3
"""Of the score; the rest is nearness."""
_NUMBER: Final = re.compile(r"\d+(?:[.,]\d+)+|\d{4,}")
#: Words that a question is about at least, without the month or day that it takes for granted.
_TELLING: Final = 2
#: Hits below which the counts among them say little of how rare a word is.
_FEW: Final = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Calibration:
    """What an index knows of itself (``calibrate``)."""

    threshold: float
    """The score below which it refuses."""
    low: float
    """The similarity that questions of others reach, on average; ``high``, that of questions made from its own passages."""
    high: float
    passages: int
    """Read for ``counts``: how many of them hold each word."""
    counts: Mapping[str, int] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A question's words against its hits."""

    wanted: Mapping[Word, str]
    """The words that an answer must deal with, and the key of each."""
    held: tuple[frozenset[str], ...]
    """Of the keys, those that each hit holds."""
    score: float
    enough: bool

    def missing(self) -> list[str]:
        """The question's words that no hit holds, as written."""
        anywhere = frozenset[str]().union(*self.held)
        return list(dict.fromkeys(word.raw for word, key in self.wanted.items() if key not in anywhere))


def measure(
    question: str,
    hits: Sequence[Hit],
    *,
    language: Language,
    calibration: Calibration | None = None,
    similar: Sequence[float] = (),
) -> Evidence | None:
    """``similar`` are the hits' similarities to the question, in their order; without them or a ``calibration`` words decide
    alone. None when the question says nothing or nothing was found."""
    asked = synonyms.asked(question, language)
    assumed = premises.taken_for_granted(question, language)
    left = [word for word in asked if fold(word.raw) not in assumed]
    # What is told beside the answer where it is otherwise (``premises.unheld``) is no reason to refuse, if more is asked.
    asked = left if len(left) >= _TELLING else asked
    wanted = {word: synonyms.key(word.raw, word.stem, language) for word in asked}
    if not wanted or not hits:
        return None
    keys = frozenset(wanted.values())
    held = tuple(_held(wanted, hit.passage, language) for hit in hits)
    shares = _shares(keys, held, calibration)
    if calibration is None or len(similar) != len(hits):
        return Evidence(wanted, held, max(shares), max(shares) >= COVERED)
    span = max(calibration.high - calibration.low, 1e-3)
    score = max(
        WORDS * share + (1 - WORDS) * (near - calibration.low) / span
        for share, near in zip(shares, similar, strict=True)
    )
    return Evidence(wanted, held, score, score >= calibration.threshold)


def _shares(keys: frozenset[str], held: Sequence[frozenset[str]], calibration: Calibration | None) -> list[float]:
    """The share of ``keys`` that each hit holds, by weight: that of a word rare in the index, or else among the hits."""
    if calibration is not None:
        of, counts = calibration.passages, {key: calibration.counts.get(key, 0) for key in keys}
    else:
        of, counts = max(len(held), _FEW), {key: sum(key in each for each in held) for key in keys}
    weights = {key: math.log(1 + of / (0.5 + counts[key])) for key in keys}
    total = sum(weights.values())
    return [sum(weights[key] for key in each) / total for each in held]


def _held(wanted: Mapping[Word, str], passage: Passage, language: Language) -> frozenset[str]:
    """What a passage holds, its header and whose it is included: the country, and the body that issued it."""
    keys = frozenset(wanted.values())
    found = synonyms.held(keys, synonyms.of_passage(passage), across=passage.language != language)
    country = str(passage.metadata.get("country", ""))
    found |= {key for word, key in wanted.items() if country in context.countries(word.raw)}
    # Written with or without points: *ley 19.880* stands in the document as *Ley 19880*.
    if numbers := {key: canonical_number(word.raw) for word, key in wanted.items() if _NUMBER.fullmatch(word.raw)}:
        own = {canonical_number(each) for each in _NUMBER.findall(passage.indexed_text)}
        found |= {key for key, number in numbers.items() if number in own}
    body = synonyms.of_text(str(passage.metadata.get("body", "")), passage.language)
    return found | synonyms.held(keys - found, body, across=passage.language != language)

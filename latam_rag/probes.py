"""Questions made from an index's own passages, always the same for the same passages.

What a probe asks for stands in its passage, in part in other words, as people ask: some of the words of a sentence are
replaced by those of another. Without the passage's document among the hits, the same probe can't be answered.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from latam_rag.split.sentences import sentences
from latam_rag.types import Language, Passage
from latam_rag.wording import Word, words

T = TypeVar("T")
CONTENT: Final = 6
"""Words of a sentence that a probe takes, function words not counted."""
_SENTENCE: Final = (60, 400)
"""Characters: a shorter one is a title or an item, a longer one a list."""
_ASKING: Final[dict[Language, tuple[str, ...]]] = {
    "es": ("¿Qué {}?", "¿Cuál es {}?", "¿Cómo {}?", "¿Cuándo {}?", "¿Quién {}?"),
    "pt": ("O que {}?", "Qual é {}?", "Como {}?", "Quando {}?", "Quem {}?"),
}


@dataclass(frozen=True, slots=True)
class Probe:
    question: str
    passage: Passage
    sentence: str
    """The one that it was made from."""
    replaced: int
    """Of its words, those that are another passage's."""


def probes(passages: Sequence[Passage], replaced: Sequence[int]) -> Iterator[Probe]:
    """A probe per passage and number in ``replaced``; none of a passage that has no sentence long enough."""
    chosen = [(passage, said) for passage in passages if (said := _sentence(passage))]
    for at, (passage, said) in enumerate(chosen):
        _, other = chosen[(at + len(chosen) // 2) % len(chosen)]
        for number in replaced:
            rng = random.Random(f"{passage.id}{number}")
            yield Probe(_asked(said, other, passage.language, number, rng), passage, said, number)


def _sentence(passage: Passage) -> str:
    """One of the passage's with enough words, by its id; empty when it has none."""
    found = [passage.text[start:end] for start, end in sentences(passage.text)]
    low, high = _SENTENCE
    fit = [said for said in found if low <= len(said) <= high and len(_telling(said, passage.language)) >= CONTENT]
    return random.Random(passage.id).choice(fit) if fit else ""


def _telling(said: str, language: Language) -> list[Word]:
    return [word for word in words(said, language) if not word.stop]


def _asked(said: str, other: str, language: Language, replaced: int, rng: random.Random) -> str:
    found = words(said, language)
    telling = [at for at, word in enumerate(found) if not word.stop]
    first = rng.randrange(len(telling) - CONTENT + 1)
    start, end = telling[first], telling[first + CONTENT - 1] + 1
    taken = {at: found[at].raw for at in range(start, end)}
    # Names and numbers would ask for what isn't there in any words.
    foreign = [word.raw for word in _telling(other, language) if word.raw.islower()] or ["cosa"]
    for at in rng.sample(telling[first : first + CONTENT], replaced):
        taken[at] = rng.choice(foreign)
    return rng.choice(_ASKING[language]).format(" ".join(taken.values()))


def spread(listed: Sequence[T], wanted: int, *, offset: float = 0.0) -> list[T]:
    """``wanted`` of ``listed`` at even steps, the first after ``offset`` of one; ids are hashes, so in their order this is a
    fair sample."""
    step = max(len(listed) / max(wanted, 1), 1.0)
    return [listed[int((at + offset) * step)] for at in range(min(wanted, len(listed)))]

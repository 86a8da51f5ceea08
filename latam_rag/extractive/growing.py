"""How much is shown around the sentence that answers: a short article or a list whole, for half of either misleads."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from latam_rag.extractive.candidates import MARKER, Candidate
from latam_rag.types import Hit

#: Quoted whole up to here, in characters: what fits on a screen beside others.
WHOLE = 450
LIST = 1500


#: The number and the name of an article.
_TITLE: Final = re.compile(r"\s*art(?:[íi]culo|igo)?s?\.?\s*\d+[\w.º°ª]*\W+(?:[^\W\d]+ ?){1,7}\.?\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Quote:
    """``hits[hit].passage.text[start:end]``."""

    hit: int
    start: int
    end: int
    score: float


def grown(candidate: Candidate, candidates: list[Candidate], hits: Sequence[Hit]) -> Quote:
    """The quote that shows ``candidate``: its whole short article, its whole list, or itself."""
    passage = hits[candidate.hit].passage
    start, end = candidate.start, candidate.end
    body = passage.text.rstrip()
    if candidate.defines and MARKER.match(body[start:end]) and not body[start:end].endswith(":"):
        # One definition among others.
        return Quote(candidate.hit, start, end, candidate.score)
    if len(body) <= (LIST if passage.metadata.get("field") == "requirements" else WHOLE) and (
        passage.label or passage.metadata.get("field")
    ):
        start, end = len(body) - len(body.lstrip()), len(body)
    else:
        own = [c for c in candidates if c.hit == candidate.hit]
        start, end = _list_around(candidate, own, passage.text)
        if _TITLE.fullmatch(passage.text[start:end]):
            # *Artículo 64. Silencio positivo.* says nothing without what stands under it.
            end = next((c.end for c in own if c.start >= end), end)
    return Quote(candidate.hit, start, end, candidate.score)


def _list_around(candidate: Candidate, own: list[Candidate], text: str) -> tuple[int, int]:
    """The list that ``candidate`` introduces, with it; or, for an item, from what introduces it on; else itself."""
    at = next(i for i, c in enumerate(own) if c is candidate)
    introduces = text[candidate.start : candidate.end].endswith(":")
    if not introduces and not MARKER.match(text[candidate.start : candidate.end]):
        # What follows a colon means little without what stands before it.
        led = at > 0 and text[own[at - 1].start : own[at - 1].end].endswith(":")
        return (own[at - 1] if led else candidate).start, candidate.end
    first = at
    while not introduces and first > 0 and not text[own[first].start : own[first].end].endswith(":"):
        if first < at and not MARKER.match(text[own[first].start : own[first].end]):
            return candidate.start, candidate.end
        first -= 1
    last = first
    while last + 1 < len(own) and MARKER.match(text[own[last + 1].start : own[last + 1].end]):
        if own[last + 1].end - own[first].start > LIST:
            break
        last += 1
    if introduces and last == first and first + 1 < len(own):
        last = first + 1
    return (own[first].start, own[last].end) if last >= at else (candidate.start, candidate.end)


def overlap(one: Quote, other: Quote) -> bool:
    return one.hit == other.hit and one.start < other.end and other.start < one.end

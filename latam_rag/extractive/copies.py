"""The same objective from two documents (its programme and a table of it, two editions) is cited once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from latam_rag.types import Hit, Passage
from latam_rag.wording import content, words

#: Of the words of the shorter one, what the other must have to be the same text.
_SAME: Final = 0.8


def once(among: Sequence[int], hits: Sequence[Hit]) -> list[int]:
    """Of ``among``, in their order, those that are no copy of another with the same code: of copies the one that reads best,
    and of those alike in that, one with a page."""
    kept: list[int] = []
    for at in sorted(among, key=lambda each: (_stray(hits[each].passage), hits[each].passage.page is None, each)):
        if not any(same(hits[at].passage, hits[other].passage) for other in kept):
            kept.append(at)
    return [at for at in among if at in kept]


def same(one: Passage, other: Passage) -> bool:
    """Whether both are of one code and say the same."""
    codes = _codes(one) & _codes(other)
    if not codes or one.language != other.language:
        return False
    mine, theirs = _said(one), _said(other)
    return len(mine & theirs) >= _SAME * min(len(mine), len(theirs))


def _codes(passage: Passage) -> frozenset[str]:
    said = passage.metadata.get("code", ())
    return frozenset(said if isinstance(said, tuple) else (str(said),))


def _said(passage: Passage) -> frozenset[str]:
    return frozenset(content(words(passage.text, passage.language)))


def _stray(passage: Passage) -> int:
    """Lines without a word: what the layout of a page left between the lines that say something."""
    lines = (line.strip() for line in passage.text.splitlines())
    return sum(bool(line) and not any(part.isalpha() and len(part) > 2 for part in line.split()) for line in lines)

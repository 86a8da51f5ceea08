"""Two readings of one page put together: what one misses or misreads, the other may have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from latam_rag.parse.tesseract import Word

# Of the smaller of two boxes: what they share from which on both are a reading of the same print.
_SAME = 0.35
# A word that one reading alone has is dirt more often than not: it must be surer, the second reading's most of all.
_ALONE = 45.0
_NEW = 60.0
# How far, in heights of its line, a word may stand from the next one.
_REACH = 4.0
# How much of the lower of two words of one line stands beside the other, and how much higher that one may be.
_LEVEL = 0.6
_TALL = 2.2


def together(first: Sequence[Word], second: Sequence[Word]) -> list[Word]:
    """The words of ``first``, those that ``second`` is surer of in its words, and what only ``second`` has."""
    if not first or not second:
        return list(first or second)
    same = _shared(_boxes(first), _boxes(second)) > _SAME
    merged: list[Word] = []
    better: list[Word] = []
    for ours, theirs in _groups(same):
        mine, other = [first[number] for number in ours], [second[number] for number in theirs]
        if not other:
            merged += [word for word in mine if word.sure >= _ALONE]
        elif _sure(other) > _sure(mine):
            better += other
        else:
            merged += mine
    found = np.flatnonzero(~same.any(axis=0)).tolist()
    better += [second[number] for number in found if second[number].sure >= _NEW]
    return merged + [_placed(word, first) for word in better]


def _boxes(words: Sequence[Word]) -> NDArray[np.float64]:
    return np.array([word.box for word in words], np.float64)


def _shared(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """For each pair of boxes, how much of the smaller one lies in the other."""
    low = np.maximum(one[:, None, :2], other[None, :, :2])
    high = np.minimum(one[:, None, 2:], other[None, :, 2:])
    common = np.clip(high - low, 0, None).prod(axis=2)
    sizes = [(boxes[:, 2:] - boxes[:, :2]).prod(axis=1) for boxes in (one, other)]
    shares: NDArray[np.float64] = common / np.maximum(np.minimum(sizes[0][:, None], sizes[1][None, :]), 1.0)
    return shares


def _groups(same: NDArray[np.bool_]) -> Iterator[tuple[list[int], list[int]]]:
    """Words of the first reading and of the second that are readings of the same print, each of the first once."""
    waiting = dict.fromkeys(range(same.shape[0]))
    while waiting:
        ours, theirs = {next(iter(waiting))}, set[int]()
        while True:
            wider = set(np.flatnonzero(same[sorted(ours)].any(axis=0)).tolist())
            further = ours | set(np.flatnonzero(same[:, sorted(wider)].any(axis=1)).tolist()) if wider else ours
            if wider == theirs and further == ours:
                break
            ours, theirs = further, wider
        for number in ours:
            waiting.pop(number, None)
        yield sorted(ours), sorted(theirs)


def _sure(words: Sequence[Word]) -> float:
    letters = sum(len(word.text) for word in words)
    return sum(word.sure * len(word.text) for word in words) / letters


def _placed(word: Word, words: Sequence[Word]) -> Word:
    """``word`` in the line of ``words`` that it stands in, else in its own."""
    height = float(word.box[3] - word.box[1])
    beside = [
        (float(max(other.box[0] - word.box[2], word.box[0] - other.box[2])), other)
        for other in words
        if _level(word, other)
    ]
    apart, nearest = min(beside, key=lambda pair: pair[0], default=(np.inf, word))
    near = apart <= _REACH * height
    return replace(word, line=nearest.line if near else ("again", *word.line))


def _level(one: Word, other: Word) -> bool:
    """Whether two words stand at one height; one that is as high as two lines stands in neither."""
    heights = one.box[3] - one.box[1], other.box[3] - other.box[1]
    common = min(one.box[3], other.box[3]) - max(one.box[1], other.box[1])
    return bool(common > _LEVEL * min(heights) and max(heights) < _TALL * min(heights))

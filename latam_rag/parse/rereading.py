"""Two readings of one page put together: Tesseract's, and that of PP-OCR, which reads figures and worn copy better."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from latam_rag.numerals import fold
from latam_rag.parse.tesseract import Word

# Of the smaller of two boxes: what they share from which on both are a reading of the same print.
_SAME = 0.35
# How much wider, in heights, a box is taken to be on either side: less than half of a blank.
_ROOM = 0.1
# Against the most that it shares with any.
_MOST = 0.6
# A word that one reader alone has is dirt more often than not: it must be sure of it, Tesseract most of all.
_ALONE = 85.0
_NEW = 60.0
# How sure PP-OCR must be of a word, else Tesseract's stands where it is surer by so much.
_SURE = 90.0
_SURER = 5.0
# How sure a word is, against what PP-OCR says, that Tesseract reads otherwise or not at all: letterheads in script and
# handwriting, which PP-OCR never doubts enough.
_UNCONFIRMED = 0.78
# Print it is seldom less sure of than this; below, each point less counts for so many.
_PRINT_SURE = 95.0
_DOUBT = 2.0
# Of the letters of a line of PP-OCR's: what must be in a line of Tesseract's to be the same one.
_OWN = 0.3
# How much of a word of Tesseract's lies in a line of PP-OCR's, which has then read what is there.
_READ = 0.6
# How far, in heights of its line, a word may stand from the next one, and how far reach into it.
_REACH = 4.0
_INTO = 0.5
# How much of the lower of two words of one line stands beside the other, and how much higher that one may be.
_LEVEL = 0.6
_TALL = 2.2
#: Spaces that are none: within a code or a number.
_SPLIT_CODE = re.compile(r"\d \d|\w -|- \w")
_MIXED = re.compile(r"[a-zñç][A-Z]")
_EDGE = re.compile(r"^\W+|\W+$")
_PRINT = re.compile(r"\w|§")
#: A title in capitals, whose letters stand so far from each other that the space between two words is missed: «SUSDEBERES».
_CAPITALS = re.compile(r"[A-ZÁÉÍÓÚÂÊÔÃÕÇÑ]{8,}")
_LEAST = 3


def together(first: Sequence[Word], second: Sequence[Word]) -> list[Word]:
    """The words of a page as Tesseract (``first``) and PP-OCR (``second``) read it, in the lines of the first."""
    if not first or not second:
        return _parted(list(first) or _unconfirmed(list(second), share=1.0))
    ours, theirs = _boxes(first), _boxes(second)
    shared = _shared(_wider(ours), _wider(theirs))
    # A tall box reaches into the line below: of the words that a word shares print with, those that it shares most with.
    same = (shared > _SAME) & (shared > _MOST * shared.max(axis=1, keepdims=True))
    pieces = _pieces(second)
    lines = _lines(first, second, pieces, same)
    read: NDArray[np.bool_] = np.any(_shared(ours, _around(theirs, pieces)) > _READ, axis=1)
    merged: list[Word] = []
    for these, those in _groups(same):
        mine, other = _ordered(first, these), _ordered(second, those)
        if other:
            chosen = _chosen(mine, other)
            merged += [replace(word, line=lines.get(word.line, word.line)) for word in chosen]
        else:
            # Dirt more often than not, and no print that PP-OCR saw in the middle of a line.
            merged += [
                word
                for word, seen in zip(mine, read[these], strict=True)
                if word.sure >= _ALONE and not seen and _PRINT.search(word.text)
            ]
    found = np.flatnonzero(~same.any(axis=0)).tolist()
    new = [second[number] for number in found if second[number].sure >= _NEW]
    return _parted(merged + [replace(word, line=lines[word.line]) for word in _unconfirmed(new)])


def _parted(words: list[Word]) -> list[Word]:
    """``words`` with titles that stand for two words, each of which the page has elsewhere, made two."""
    known = {fold(word.text).strip(".,;:") for word in words}
    found: list[Word] = []
    for word in words:
        letters = word.text
        cuts = [
            at
            for at in range(_LEAST, len(letters) - _LEAST + 1)
            if {fold(letters[:at]), fold(letters[at:])} <= known
        ] if _CAPITALS.fullmatch(letters) else []  # fmt: skip
        if len(cuts) == 1:
            left, top, right, bottom = word.box
            middle = left + (right - left) * cuts[0] / len(letters)
            found += [
                replace(word, text=letters[: cuts[0]], box=np.array([left, top, middle, bottom])),
                replace(word, text=letters[cuts[0] :], box=np.array([middle, top, right, bottom])),
            ]
        else:
            found.append(word)
    return found


def _pieces(words: Sequence[Word]) -> dict[tuple[str, ...], list[int]]:
    """The numbers of the words of each line, or cell of a table."""
    found: dict[tuple[str, ...], list[int]] = {}
    for number, word in enumerate(words):
        found.setdefault(word.line, []).append(number)
    return found


def _around(boxes: NDArray[np.float64], pieces: dict[tuple[str, ...], list[int]]) -> NDArray[np.float64]:
    """The box around the words of each of ``pieces``."""
    return np.array([[*boxes[numbers, :2].min(axis=0), *boxes[numbers, 2:].max(axis=0)] for numbers in pieces.values()])


def _lines(
    first: Sequence[Word], second: Sequence[Word], pieces: dict[tuple[str, ...], list[int]], same: NDArray[np.bool_]
) -> dict[tuple[str, ...], tuple[str, ...]]:
    """For each line of PP-OCR's, which may be a cell of a table only, the line of Tesseract's that it is or stands in."""
    found = {}
    for (line, numbers), box in zip(pieces.items(), _around(_boxes(second), pieces), strict=True):
        shares: Counter[tuple[str, ...]] = Counter()
        for number in numbers:
            shares.update(
                {first[other].line: len(second[number].text) for other in np.flatnonzero(same[:, number]).tolist()}
            )
        letters = sum(len(second[number].text) for number in numbers)
        best, share = shares.most_common(1)[0] if shares else (line, 0)
        found[line] = best if share > _OWN * letters else _beside(box, first) or line
    return found


def _beside(box: NDArray[np.float64], words: Sequence[Word]) -> tuple[str, ...] | None:
    """The line of ``words`` at whose side ``box`` stands; None where it is a line of its own."""
    height = float(box[3] - box[1])
    level: dict[tuple[str, ...], float] = {}
    for word in words:
        if _level(box, word.box):
            apart = float(max(word.box[0] - box[2], box[0] - word.box[2]))
            level[word.line] = min(level.get(word.line, np.inf), apart)
    near = {line: apart for line, apart in level.items() if -_INTO * height <= apart <= _REACH * height}
    return min(near, key=lambda line: near[line]) if near else None


def _boxes(words: Sequence[Word]) -> NDArray[np.float64]:
    return np.array([word.box for word in words], np.float64)


def _wider(boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """``boxes`` with some room at their sides, so that two readings of one thin figure meet."""
    room = _ROOM * (boxes[:, 3] - boxes[:, 1])
    return np.column_stack((boxes[:, 0] - room, boxes[:, 1], boxes[:, 2] + room, boxes[:, 3]))


def _ordered(words: Sequence[Word], numbers: Sequence[int]) -> list[Word]:
    return sorted((words[number] for number in numbers), key=lambda word: float(word.box[0]))


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


def _chosen(mine: list[Word], other: list[Word]) -> list[Word]:
    """Of two readings of the same print the better one: ``mine`` are Tesseract's words, ``other`` PP-OCR's."""
    ours, theirs = _text(mine), _text(other)
    if _letters(ours) == _letters(theirs):
        # They agree but for spaces, which Tesseract sees better, but in codes and numbers.
        return (
            other if _SPLIT_CODE.search(ours) else [replace(word, sure=max(word.sure, _sure(other))) for word in mine]
        )
    if _EDGE.sub("", fold(ours)) == _EDGE.sub("", fold(theirs)):
        # What a copy loses is an accent; dirt seldom makes one.
        return mine if _accents(ours) > _accents(theirs) or _MIXED.search(theirs) else other
    figures = any(map(str.isdigit, ours + theirs))
    better = not figures and _sure(other) < _SURE and _sure(mine) >= _sure(other) + _SURER
    return mine if better else _unconfirmed(other)


def _unconfirmed(words: list[Word], share: float = _UNCONFIRMED) -> list[Word]:
    return [
        replace(word, sure=max(0.0, share * word.sure - _DOUBT * max(0.0, _PRINT_SURE - word.sure))) for word in words
    ]


def _text(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words)


def _letters(text: str) -> str:
    return re.sub(r"\s+", "", text).replace("—", "–").replace("°", "º")


def _accents(text: str) -> int:
    return sum(fold(letter) != letter for letter in text.lower())


def _sure(words: Sequence[Word]) -> float:
    letters = sum(len(word.text) for word in words)
    return sum(word.sure * len(word.text) for word in words) / letters


def _level(one: NDArray[np.float64], other: NDArray[np.float64]) -> bool:
    """Whether two boxes stand at one height; one that is as high as two lines stands in neither."""
    heights = one[3] - one[1], other[3] - other[1]
    common = min(one[3], other[3]) - max(one[1], other[1])
    return bool(common > _LEVEL * min(heights) and max(heights) < _TALL * min(heights))

"""Pictures of pages made fit for reading: straight, with the rules of their tables found and taken away."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from PIL.Image import Image

Ink = NDArray[np.bool_]
#: Of a rule: the row it is in, its first column and the one past its last.
_Run = tuple[int, int, int]
_MOST_SKEW = 8.0
# Paper darker than this, or by so much darker in one place than in another, is made white.
_WHITE = 215
_EVEN = 25
_LEAST_SKEW = 0.25
# At 150 pixels an inch, in which rules are looked for: the shortest level and upright rule (print has no upright line of a
# third of an inch), how much of it must be ink, and how far beside it there may be hardly any: a line of print is thicker.
_LEVEL = 90
_UPRIGHT = 60
_SOLID = 0.86
# How much of a faint stretch must be ink, which goes on where such a rule was found.
_FAINT = 0.3
_BESIDE = (3, 4, 5)
_CLEAR = 0.25
_MOST_RUNS = 20_000
_FEW_RUNS = 1500
# How near two rules meet, and the share of the page's width from which on a level one needs no other.
_TOUCH = 5
_ACROSS = 0.4
# The widest gap in a rule of dots, and in a level one, which has to meet so many upright rules where it is nothing but dots.
_DOTS = 12
_GAP = 18
_CELLS = 3


def ink(image: Image, factor: int) -> Ink:
    """Which pixels of ``image``, made smaller by ``factor``, are darker than their surroundings."""
    from PIL import ImageFilter

    small = image.reduce(factor) if factor > 1 else image
    around = small.filter(ImageFilter.BoxBlur(20))
    found: Ink = np.asarray(small, np.int16) < np.asarray(around, np.int16) - 18
    return found


def evened(image: Image) -> Image:
    """``image`` with its paper made white everywhere: a shadow or grey paper would take print for paper, or swallow it."""
    from PIL import ImageFilter
    from PIL.Image import Resampling, fromarray

    small = image.reduce(8).filter(ImageFilter.MaxFilter(9)).filter(ImageFilter.GaussianBlur(9))
    paper = np.asarray(small)
    darkest, lightest = np.percentile(paper, (5, 95))
    if darkest > _WHITE and lightest - darkest < _EVEN:
        return image
    around = np.asarray(small.resize(image.size, Resampling.BILINEAR), np.float32)
    shares = np.asarray(image, np.float32) / np.maximum(around, 1)
    # The darkest print on grey paper is still grey: black again, so that noise counts less beside it.
    black = float(np.percentile(shares, 0.5))
    return fromarray(np.clip((shares - black) * (255 / max(1 - black, 0.1)), 0, 255).astype(np.uint8))


def skew(image: Image) -> float:
    """By how many degrees the lines of ``image`` fall to the right (rise: negative); 0 when nothing tells.

    The angle at which ink falls into the sharpest lines.
    """
    marks = ink(image, max(2, round(max(image.size) / 1200)))
    ys, xs = np.nonzero(marks)
    if not 400 <= len(ys) <= 0.4 * marks.size:
        return 0.0
    if len(ys) > 60_000:
        chosen = np.linspace(0, len(ys) - 1, 60_000).astype(int)
        ys, xs = ys[chosen], xs[chosen]

    def sharpness(degrees: float) -> float:
        rows = np.rint(ys - xs * math.tan(math.radians(degrees))).astype(int)
        counts = np.bincount(rows - rows.min())
        return float(np.square(counts.astype(float)).sum())

    coarse = max(np.arange(-_MOST_SKEW, _MOST_SKEW + 0.1, 0.5), key=sharpness)
    best = float(max(np.arange(coarse - 0.5, coarse + 0.51, 0.1), key=sharpness))
    # A peak at the end of the range, or hardly above the page as it is, is no skew but a picture.
    telling = sharpness(best) > 1.05 * sharpness(0.0) and abs(best) < _MOST_SKEW
    return best if telling and abs(best) >= _LEAST_SKEW else 0.0


def straightened(image: Image, degrees: float) -> Image:
    """``image`` turned about its middle so that lines which fall by ``degrees`` are level; its size stays."""
    from PIL.Image import Resampling

    if not degrees:
        return image
    return image.rotate(degrees, resample=Resampling.BICUBIC, fillcolor=255)


def back(boxes: NDArray[Any], degrees: float, turn: int, width: float, height: float) -> NDArray[Any]:
    """``boxes`` (left, top, right, bottom; all zero: not printed) of a page made upright, on the page as it is.

    The page was turned ``turn`` degrees counter-clockwise, then straightened by ``degrees``; ``width`` and ``height`` are
    those of the upright page.
    """
    printed: Ink = np.asarray(boxes.any(axis=1))
    left, top, right, bottom = boxes.T
    x, y = (left + right) / 2 - width / 2, (top + bottom) / 2 - height / 2
    half_x, half_y = (right - left) / 2, (bottom - top) / 2
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    x, y = c * x - s * y, s * x + c * y
    if turn == 90:
        x, y, half_x, half_y, width, height = -y, x, half_y, half_x, height, width
    elif turn == 180:
        x, y = -x, -y
    elif turn == 270:
        x, y, half_x, half_y, width, height = y, -x, half_y, half_x, height, width
    x, y = x + width / 2, y + height / 2
    moved = np.stack((x - half_x, y - half_y, x + half_x, y + half_y), axis=1)
    moved[~printed] = 0
    return moved.astype(boxes.dtype)


def without_rules(image: Image) -> tuple[Image, NDArray[np.float32]]:
    """``image`` (300 pixels an inch) with its straight lines made white, and where they were: left, top, right, bottom."""
    from PIL.Image import fromarray

    marks = ink(image, 2)
    flat, upright = _drawn(marks)
    if len(flat) + len(upright) < 2:
        return image, np.zeros((0, 4), np.float32)
    pixels = np.array(image)
    for across, start, end in flat:
        pixels[max(2 * across - 2, 0) : 2 * across + 4, 2 * start : 2 * end] = 255
    for across, start, end in upright:
        pixels[2 * start : 2 * end, max(2 * across - 2, 0) : 2 * across + 4] = 255
    level = [(2 * start, 2 * across, 2 * end, 2 * across + 1) for across, start, end in flat]
    standing = [(2 * across, 2 * start, 2 * across + 1, 2 * end) for across, start, end in upright]
    return fromarray(pixels), np.array(level + standing, np.float32).reshape(-1, 4)


def _drawn(marks: Ink) -> tuple[list[_Run], list[_Run]]:
    """The level and the upright rules in ``marks``, those that a copier broke into dots in places whole.

    A lone one is the edge of letters or a line under them, but for a level one across the page.
    """
    level, standing = _runs(marks, _LEVEL, _SOLID), _runs(marks.T, _UPRIGHT, _SOLID)
    if len(level) + len(standing) > _FEW_RUNS:
        # Hatching, or a picture: no table that rules would tell, and each would have to be compared with each.
        return level, standing
    upright = standing + [run for run in _dotted(marks.T, _UPRIGHT, _DOTS) if _holds(run, standing)]
    flat = level + [run for run in _dotted(marks, _LEVEL, _GAP) if _holds(run, level) or _met(run, upright) >= _CELLS]
    width = marks.shape[1]
    return (
        [run for run in flat if run[2] - run[1] > _ACROSS * width or _met(run, upright)],
        [run for run in upright if _met(run, flat)],
    )


def _dotted(marks: Ink, least: int, gap: int) -> Iterator[_Run]:
    """What may be rules of dots: runs of which much is ink, cut where for more than ``gap`` none is."""
    for row, start, end in _runs(marks, least, _FAINT)[: 3 * _FEW_RUNS]:
        near = marks[max(row - 2, 0) : row + 3, start:end].any(axis=0)
        printed = np.flatnonzero(near)
        for part in np.split(printed, np.flatnonzero(np.diff(printed) > gap) + 1):
            if part[-1] - part[0] >= least:
                yield row, start + int(part[0]), start + int(part[-1]) + 1


def _holds(run: _Run, found: list[_Run]) -> bool:
    """Whether ``run`` goes on from a rule that is certain."""
    row, start, end = run
    return any(abs(row - other) <= 1 and start <= first and last <= end for other, first, last in found)


def _met(run: _Run, across: list[_Run]) -> int:
    """How many rules ``across`` it ``run`` meets; one of several rows counts once."""
    row, start, end = run
    places = sorted(
        other
        for other, first, last in across
        if start - _TOUCH <= other <= end + _TOUCH and first - _TOUCH <= row <= last + _TOUCH
    )
    return sum(1 for before, place in zip([-_DOTS, *places], places, strict=False) if place - before >= _DOTS)


def _runs(marks: Ink, least: int, solid: float) -> list[_Run]:
    """Level rules in ``marks``: row, first column, column past the last. A rule of several rows is that many runs."""
    height, width = marks.shape
    if width <= least:
        return []
    # A rule that is not quite level goes on in the next row.
    near = marks.copy()
    near[1:] |= marks[:-1]
    near[:-1] |= marks[1:]
    sums = np.cumsum(near, axis=1, dtype=np.int32)
    filled = (sums[:, least:] - sums[:, :-least]) >= solid * least
    edges = np.diff(filled.astype(np.int8), axis=1, prepend=0, append=0)
    rows, starts = np.nonzero(edges == 1)
    _, ends = np.nonzero(edges == -1)
    if len(rows) > _MOST_RUNS:
        return []
    found = []
    for row, start, end in zip(rows.tolist(), starts.tolist(), (ends + least).tolist(), strict=True):
        beside = [
            [marks[other, start:end].mean() for step in _BESIDE if 0 <= (other := row + way * step) < height]
            for way in (-1, 1)
        ]
        clear = all(min(side, default=0.0) < _CLEAR for side in beside)
        if clear and marks[row, start:end].mean() > 0.35 * solid:
            # The share of it that may be white lies beyond its ends, where it ends sharply.
            printed = np.flatnonzero(near[row, start:end])
            found.append((row, start + int(printed[0]), start + int(printed[-1]) + 1))
    return found

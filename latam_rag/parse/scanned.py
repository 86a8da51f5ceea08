"""One scanned page read: tried as it is, turned, and cleaned, and the best reading kept."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from latam_rag.parse import dirt, paddle, quality, rereading, tables, tesseract, upright
from latam_rag.parse.layout import Line, composed
from latam_rag.parse.tesseract import DPI, Word

if TYPE_CHECKING:
    from PIL.Image import Image

# Mean confidence below which another orientation is tried, and a cleaned picture.
_DOUBTFUL = 0.7
_BETTER = 0.05
# Tesseract gets a page softened by so many pixels, for copies are grainy.
_SOFT = 1.2
# How much more has to be read on a picture whose paper was made white: that costs thin print its edges.
_MORE = 1.1
# Words Tesseract is less sure of than this are mostly stamps, handwriting and dirt.
_WORD = 25.0
# Share of a page that is ink: a blank one has specks, one with anything on it more.
_SPECKS = 0.001
_INKED = 0.01
# Letters from which on a word is wider than high.
_LONG = 4
# Figures that are right are surer than this on the scans that it was measured on, misread ones are not.
_SURE_FIGURE = 85.0
# A page of paper in inches, for pictures that don't say how large they are.
_PAPER = 11.7
_LARGEST_PAPER = 20.0
# Height of a letter's box against its page's median within which print is of one size: boxes end where letters do.
_ONE_SIZE = 1.35


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """A page's lines and ruled tables in points of the page made upright, and how that was done.

    ``score`` is the mean confidence of its letters, 0 to 1; None for a page on which there is nothing. ``turn`` (degrees
    counter-clockwise) and ``skew`` lead from the page as it is to the upright one, of ``width`` and ``height``.
    """

    lines: list[Line]
    grids: list[tables.Grid]
    doubtful: frozenset[str]
    """Words with figures that Tesseract isn't sure of."""
    score: float | None
    turn: int
    skew: float
    width: float
    height: float


@dataclass(frozen=True, kw_only=True, slots=True)
class _Attempt:
    """The page one way up: its picture without the rules of tables, and the words found."""

    page: Image
    rules: Any
    words: list[Word]
    turn: int
    skew: float

    @property
    def score(self) -> float | None:
        letters = sum(len(word.text) for word in self.words)
        if not letters:
            return _nothing(self.page)
        score = sum(word.sure * len(word.text) for word in self.words) / letters / 100
        garbage = quality.page_is_garbage(" ".join(word.text for word in self.kept))
        return min(score, 0.5) if garbage else score

    @property
    def kept(self) -> list[Word]:
        return [word for word in self.words if word.sure >= _WORD]

    @property
    def weight(self) -> float:
        """How much was read, and how surely."""
        return (self.score or 0.0) * sum(len(word.text) + 1 for word in self.kept)

    @property
    def sideways(self) -> bool:
        """Whether its lines stand beside each other, as Tesseract reads some pages that lie on their side."""
        long = [word for word in self.kept if len(word.text) >= _LONG]
        tall = sum(word.box[3] - word.box[1] > word.box[2] - word.box[0] for word in long)
        return len(long) >= 3 and tall > len(long) / 2

    @property
    def doubtful(self) -> bool:
        return self.score is None or self.score < _DOUBTFUL or self.sideways

    def grids(self, scale: float) -> list[tables.Grid]:
        return tables.grids(self.rules * scale, self.page.width * scale, self.page.height * scale)

    def reading(self, scale: float) -> Reading:
        grids = self.grids(scale)
        spans = [(grid.lines[0] / scale, grid.lines[-1] / scale) for grid in grids]
        words = dirt.swept(self.kept, self.page.height, spans)
        doubtful = frozenset(
            word.text.strip(".,;:") for word in words if word.sure < _SURE_FIGURE and any(map(str.isdigit, word.text))
        )
        return Reading(
            lines=_lines(words, scale), grids=grids, doubtful=doubtful, score=self.score, turn=self.turn,
            skew=self.skew, width=self.page.width * scale, height=self.page.height * scale,
        )  # fmt: skip


def reading(image: Image, scale: float, *, until: float) -> Reading:
    """The best reading of the page ``image`` (greys; ``scale``: its pixel in points); tesseract.Stopped at ``until``."""
    original, scale = _sized(image, scale)
    image = original
    even = upright.evened(image)
    best = _read(even, 0, until)
    if even is not image:
        # A shadow, which the evened picture is free of, or a poster's colours, which it takes for one.
        other = _read(image, 0, until)
        best, image = (best, even) if best.weight > _MORE * other.weight else (other, image)
    if best.doubtful:
        for turn in _turns(image, until):
            other = _read(image, turn, until)
            better = best.sideways and not other.sideways and (other.score or 0) > (best.score or 0) - _BETTER
            best = other if better or (other.score or 0) > (best.score or 0) + _BETTER else best
            if not best.doubtful:
                break
    if best.score is not None and best.score < _DOUBTFUL:
        other = _read(image, best.turn, until, clean=True)
        best = other if (other.score or 0) > best.score + _BETTER else best
    return _again(best, original, until).reading(scale)


def _again(found: _Attempt, image: Image, until: float) -> _Attempt:
    """``found`` with what a second reader finds on ``image``, the page as it came."""
    page = upright.straightened(image.rotate(found.turn, expand=True) if found.turn else image, found.skew)
    try:
        words = rereading.together(found.words, paddle.words(page, until=until))
    except tesseract.Stopped:
        # The first reading stands: a page isn't lost for want of time for a second one.
        return found
    return replace(found, words=words)


def _turns(image: Image, until: float) -> tuple[int, ...]:
    """Which other ways up are worth trying: the one Tesseract sees, else all."""
    if upright.ink(image, 4).mean() < _SPECKS:
        return ()
    seen = tesseract.turn(image, seconds=_left(until))
    return (90, 270, 180) if not seen else (seen,)


def _left(until: float) -> float:
    return until - time.monotonic()


def _sized(image: Image, scale: float) -> tuple[Image, float]:
    """``image`` at about the 300 pixels an inch that Tesseract was made for, and the new size of its pixel."""
    from PIL.Image import Resampling

    longest = max(image.size)
    inches = longest * scale / 72
    if scale == 1.0 or not 4 <= inches <= _LARGEST_PAPER:
        inches = _PAPER
    factor = min(DPI * inches / longest, 3.0)
    if 0.8 <= factor <= 1.25 or (factor < 1 and longest < 6000):
        return image, scale
    size = (round(image.width * factor), round(image.height * factor))
    return image.resize(size, Resampling.LANCZOS), scale / factor


def _read(image: Image, turn: int, until: float, *, clean: bool = False) -> _Attempt:
    from PIL import ImageFilter, ImageOps

    page = image.rotate(turn, expand=True) if turn else image
    skew = upright.skew(page)
    page = upright.straightened(page, skew)
    if clean:
        page = ImageOps.autocontrast(page.filter(ImageFilter.MedianFilter(3)), cutoff=1)
    page, rules = upright.without_rules(page)
    soft = page if clean else page.filter(ImageFilter.GaussianBlur(_SOFT))
    words = tesseract.words(soft, seconds=_left(until), local=clean)
    return _Attempt(page=page, rules=rules, words=words, turn=turn, skew=skew)


def _nothing(page: Image) -> float | None:
    """The score of a page on which no word was found: none at all where it is blank, zero where something is printed."""
    return 0.0 if upright.ink(page, 4).mean() > _INKED else None


def _lines(words: Iterable[Word], scale: float) -> list[Line]:
    by_line: dict[tuple[str, ...], list[Word]] = {}
    for word in words:
        by_line.setdefault(word.line, []).append(word)
    lines = [_line(sorted(line, key=lambda word: float(word.box[0])), scale) for line in by_line.values()]
    if not lines:
        return []
    usual = float(np.median([line.size for line in lines for _ in line.text]))
    for line in lines:
        if usual / _ONE_SIZE <= line.size <= usual * _ONE_SIZE:
            line.size = usual
    return lines


def _line(words: list[Word], scale: float) -> Line:
    """Words of one line, each character an equal part of its word's box."""
    cells: list[Any] = []
    last: Any = None
    for word in words:
        box = word.box * scale
        if last is not None:
            cells.append(np.array([last[2], box[1], max(box[0], last[2]), box[3]]))
        edges = np.linspace(box[0], box[2], len(word.text) + 1)
        cells += [np.array([edges[i], box[1], edges[i + 1], box[3]]) for i in range(len(word.text))]
        last = box
    text, boxes = composed(" ".join(word.text for word in words), np.array(cells, np.float32))
    size = float(np.median([(word.box[3] - word.box[1]) * scale for word in words]))
    return Line(text=text, boxes=boxes, size=size)

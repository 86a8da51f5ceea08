"""Where text stands on a page: characters to lines, lines to reading order."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from itertools import pairwise
from operator import attrgetter
from statistics import median

import numpy as np
from numpy.typing import NDArray

from latam_rag.parse import turned
from latam_rag.parse.build import INVISIBLE
from latam_rag.parse.pdfchars import Boxes, PageChars

HYPHEN = "\x02"
"""What pdfium puts for a hyphen at the end of a line."""
_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st"}
_BLANKS = [9, 10, 11, 12, 13, 32, 0xA0, 0x2000, 0x2001, 0x2002, 0x2003, 0x2007, 0x2009, 0x200A, 0x202F, 0x3000]
#: How a character counts, by its code point. A new line is no blank, for pdfium sees some in the middle of a word.
_PRINTED, _BLANK, _BREAK, _DROPPED = range(4)
_COUNTS_AS = np.full(0x10000, _PRINTED, np.uint8)
_COUNTS_AS[_BLANKS] = _BLANK
_COUNTS_AS[[10, 13]] = _BREAK
_COUNTS_AS[sorted(set(INVISIBLE) - {2})] = _DROPPED
#: What the bullet of a symbol font reads as in files that don't say which character it is; none is a word.
_BULLETS = frozenset("úÚ\uf0b7\uf0a7\uf0d8\uf0a8\uf06e\uf0fc")
# A gap wider than this many line heights separates cells or columns.
_GAP = 0.9
# Of a line's height: smaller figures that end above its foot are raised.
_RAISED = 0.76


@dataclass(kw_only=True, slots=True)
class Line:
    """A stretch of text on one base line without a wide gap in it; ``boxes[i]`` is where ``text[i]`` is printed."""

    text: str
    boxes: Boxes
    size: float
    """Height of its characters in points."""
    bold: bool = False
    turned: bool = False
    """Whether it runs up or down the page; ``size`` is then its width."""
    left: float = 0.0
    top: float = 0.0
    right: float = 0.0
    bottom: float = 0.0
    raised: tuple[tuple[int, int], ...] = ()
    """Where in ``text`` figures are printed small and raised: calls of notes, exponents."""
    middle: float = field(init=False)

    def __post_init__(self) -> None:
        if self.right == 0 and len(self.boxes):
            self.left, self.right = float(self.boxes[:, 0].min()), float(self.boxes[:, 2].max())
            self.top, self.bottom = float(self.boxes[:, 1].mean()), float(self.boxes[:, 3].mean())
        self.middle = (self.top + self.bottom) / 2


def lines_of(chars: PageChars) -> list[Line]:
    """The lines of a page in the order of the file."""
    codes, boxes = chars.codes, chars.boxes
    kinds = _COUNTS_AS[np.minimum(codes, 0xFFFF)]
    kept = np.flatnonzero((kinds == _PRINTED) & _visible(chars))
    if not len(kept):
        return []
    cells = boxes[kept]
    sideways = turned.stretches(cells)
    aside = [_sideways(codes[kept[a:b]], cells[a:b], np.diff(kept[a:b]), chars.weights[kept[a:b]]) for a, b in sideways]
    if sideways:
        kept = kept[~turned.mask(sideways, len(kept))]
        cells = boxes[kept]
        if not len(kept):
            return aside
    heights = np.abs(cells[:, 3] - cells[:, 1])
    size = np.maximum(np.maximum(heights[:-1], heights[1:]), 1.0)
    small = np.maximum(np.minimum(heights[:-1], heights[1:]), 1.0)
    gap = cells[1:, 0] - cells[:-1, 2]
    # Beside a heading even a small gap, measured by the text, is one.
    wide = gap > _GAP * np.where(size > 1.3 * small, small, size)
    drop = np.abs((cells[1:, 1] + cells[1:, 3]) - (cells[:-1, 1] + cells[:-1, 3])) / 2
    breaks = np.concatenate(([True], (drop > 0.5 * size) | wide | (gap < -1.5 * size)))
    # Some files have no blanks at all: a gap of a fifth of a line's height is one. In others pdfium sees a new line after each
    # letter: that is none where the next letter follows at once.
    between = (np.diff(kept) > 1) & ~((gap < 0.1 * size) & ~_blank_between(kinds, kept))
    spaced = np.concatenate(([False], between | (gap > 0.22 * size))) & ~breaks
    return aside + _cut(codes[kept], cells, np.flatnonzero(breaks), np.flatnonzero(spaced), chars.weights[kept])


def _blank_between(kinds: NDArray[np.uint8], kept: NDArray[np.intp]) -> NDArray[np.bool_]:
    """For each of ``kept`` but the last, whether a blank that isn't a new line stands before the next one."""
    counted = np.cumsum(kinds == _BLANK)
    return np.diff(counted[kept]) > 0


def _sideways(codes: NDArray[np.uint32], cells: Boxes, steps: NDArray[np.intp], weights: NDArray[np.int32]) -> Line:
    """A line of text that runs up or down the page; ``steps`` over 1 are blanks left out."""
    blanks = np.flatnonzero(steps > 1) + 1
    text = "".join(map(chr, np.insert(np.minimum(codes, 0x10FFFF), blanks, 32).tolist()))
    words, where = composed(text, np.insert(cells, blanks, cells[blanks], axis=0))
    size = float(np.median(cells[:, 2] - cells[:, 0]))
    left, top = cells[:, (0, 1)].min(axis=0).tolist()
    right, bottom = cells[:, (2, 3)].max(axis=0).tolist()
    bold = bool((weights >= 600).mean() > 0.5)
    return Line(
        text=words, boxes=where, size=size, bold=bold, turned=True, left=left, top=top, right=right, bottom=bottom
    )


def _visible(chars: PageChars) -> NDArray[np.bool_]:
    """Which characters lie on the page: half of a double page still holds the text of the other half, off its edge."""
    across, down = (chars.boxes[:, 0] + chars.boxes[:, 2]) / 2, (chars.boxes[:, 1] + chars.boxes[:, 3]) / 2
    return (across >= 0) & (across <= chars.width) & (down >= 0) & (down <= chars.height)


def _cut(
    values: NDArray[np.uint32],
    cells: Boxes,
    starts: NDArray[np.intp],
    blanks: NDArray[np.intp],
    weights: NDArray[np.int32],
) -> list[Line]:
    """Lines that begin at ``starts``, a blank before each of ``blanks``; the page's arithmetic is done at once, for speed."""
    counts = np.diff(np.append(starts, len(values)))
    sums = (
        np.add.reduceat(np.column_stack((cells[:, 1], cells[:, 3], weights >= 600)), starts, axis=0) / counts[:, None]
    )
    lefts, rights = np.minimum.reduceat(cells[:, 0], starts), np.maximum.reduceat(cells[:, 2], starts)
    between = np.column_stack((cells[blanks - 1, 2], cells[blanks, 1], cells[blanks, 0], cells[blanks, 3]))
    values, cells = np.insert(values, blanks, 32), np.insert(cells, blanks, between, axis=0)
    starts = starts + np.searchsorted(blanks, starts)
    values[values > 0x10FFFF] = 0xFFFD
    text = values.astype("<u4").tobytes().decode("utf-32-le", errors="replace")
    plain = (
        unicodedata.is_normalized("NFC", text) and not ((values >= min(_LIGATURES)) & (values <= max(_LIGATURES))).any()
    )
    lines = []
    ends = [*starts[1:].tolist(), len(text)]
    small = _small_figures(values, cells, starts, sums)
    spans = zip(starts.tolist(), ends, sums.tolist(), lefts.tolist(), rights.tolist(), small, strict=True)
    for start, end, (top, bottom, bold), left, right, raised in spans:
        words, where = text[start:end], cells[start:end]
        if not plain:
            words, where = composed(words, where)
        if words[:1] in _BULLETS and words[1:2] in ("", " "):
            words = f"•{words[1:]}"
        lines.append(
            Line(
                text=words,
                boxes=where,
                size=abs(bottom - top),
                bold=bold > 0.5,
                left=left,
                top=min(top, bottom),
                right=right,
                bottom=max(top, bottom),
                raised=_raised(words, where) if raised else (),
            )
        )
    return lines


def _small_figures(
    values: NDArray[np.uint32], cells: Boxes, starts: NDArray[np.intp], sums: NDArray[np.float64]
) -> list[bool]:
    """Which of the lines that begin at ``starts`` have a figure much smaller than the line (``sums``: its top and bottom)."""
    figures = np.flatnonzero((values >= 48) & (values <= 57))
    of = np.searchsorted(starts, figures, side="right") - 1
    tall = np.abs(sums[:, 1] - sums[:, 0])
    small = np.abs(cells[figures, 3] - cells[figures, 1]) < _RAISED * tall[of]
    found: list[bool] = (np.bincount(of[small], minlength=len(starts)) > 0).tolist()
    return found


def _raised(text: str, boxes: Boxes) -> tuple[tuple[int, int], ...]:
    """Runs of figures in ``text`` that are smaller than the other characters and end above them."""
    heights = boxes[:, 3] - boxes[:, 1]
    letters = np.array([not char.isspace() for char in text])
    tall, foot = float(np.median(heights[letters])), float(np.median(boxes[letters, 3]))
    figures = np.array(["0" <= char <= "9" for char in text])
    up = figures & (heights < _RAISED * tall) & (boxes[:, 3] < foot - 0.12 * tall)
    edges = np.flatnonzero(np.diff(up.astype(np.int8), prepend=0, append=0)).tolist()
    return tuple(zip(edges[::2], edges[1::2], strict=True))


def composed(text: str, boxes: Boxes) -> tuple[str, Boxes]:
    """``text`` in NFC with ligatures spelled out, and a box for each of its characters."""
    parts: list[str] = []
    cells: list[NDArray[np.float32]] = []
    index = 0
    while index < len(text):
        end = index + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        whole = unicodedata.normalize("NFC", _LIGATURES.get(ord(text[index]), text[index]) + text[index + 1 : end])
        box = boxes[index]
        edges = np.linspace(box[0], box[2], len(whole) + 1)
        for order in range(len(whole)):
            cells.append(np.array([edges[order], box[1], edges[order + 1], box[3]], np.float32))
        parts.append(whole)
        index = end
    return "".join(parts), np.array(cells, np.float32).reshape(-1, 4)


def join(lines: list[Line]) -> Line:
    """Lines of one row as one, a blank between."""
    if len(lines) == 1:
        return lines[0]
    parts = [lines[0].text]
    cells = [lines[0].boxes]
    for before, line in pairwise(lines):
        parts.append(line.text)
        cells += [
            np.array([[before.right, line.top, max(line.left, before.right), line.bottom]], np.float32),
            line.boxes,
        ]
    bold = all(line.bold for line in lines)
    return Line(text=" ".join(parts), boxes=np.concatenate(cells), size=max(line.size for line in lines), bold=bold)


def rows(lines: list[Line]) -> list[list[Line]]:
    """Lines grouped by base line, rows from the top, each from the left."""
    grouped: list[list[Line]] = []
    for line in sorted(lines, key=attrgetter("middle")):
        row = grouped[-1] if grouped else []
        if row and abs(line.middle - row[0].middle) < 0.45 * min(line.size, row[0].size) and not _overlaps(row, line):
            row.append(line)
        else:
            grouped.append([line])
    return [sorted(row, key=attrgetter("left")) if len(row) > 1 else row for row in grouped]


def _overlaps(row: list[Line], line: Line) -> bool:
    return any(min(other.right, line.right) - max(other.left, line.left) > 0.5 * line.size for other in row)


def columns(lines: list[Line]) -> list[list[Line]]:
    """``lines`` cut into stretches to be read one after another: across the page, then down each column."""
    gutter = _gutter(lines)
    if gutter is None:
        return [lines]
    across = [line for line in lines if line.left < gutter - 2 and line.right > gutter + 2]
    spanning = sorted(across + _alone(lines, gutter), key=lambda line: line.top)
    crossing = {id(line) for line in spanning}
    rest = [line for line in lines if id(line) not in crossing]
    stretches: list[list[Line]] = []
    for line in [*spanning, None]:
        above = [other for other in rest if line is None or other.middle < line.middle]
        chosen = {id(other) for other in above}
        rest = [other for other in rest if id(other) not in chosen]
        left = [other for other in above if other.right <= gutter + 2]
        right = [other for other in above if other.right > gutter + 2]
        for side in (left, right):
            stretches += columns(side) if len(side) > 20 else [side]
        stretches.append([line] if line is not None else [])
    return _merged([stretch for stretch in stretches if stretch])


def _alone(lines: list[Line], gutter: float) -> list[Line]:
    """Headings over both columns, though as short as one: both stop for them, and go on below."""
    usual = median(line.size for line in lines)
    right = [line for line in lines if line.left >= gutter - 2]
    heads = sorted(
        (line for line in lines if line.size >= 1.25 * usual and line.right <= gutter + 2), key=lambda line: line.top
    )
    groups: list[list[Line]] = []
    for head in heads:
        if groups and head.top - groups[-1][-1].bottom < 0.6 * head.size:
            groups[-1].append(head)
        else:
            groups.append([head])
    # A heading of two lines that has text beside one of them is its column's own.
    return [
        head
        for group in groups
        if not any(abs(other.middle - head.middle) < 0.7 * head.size for other in right for head in group)
        and any(other.middle < group[0].middle for other in right)
        and any(other.middle > group[-1].middle for other in right)
        for head in group
    ]


def _merged(stretches: list[list[Line]]) -> list[list[Line]]:
    """Neighbouring lines across the page are one stretch."""
    merged: list[list[Line]] = []
    for stretch in stretches:
        if (
            merged
            and len(stretch) == 1
            and merged[-1][-1].bottom <= stretch[0].bottom
            and _covers(merged[-1], stretch[0])
        ):
            merged[-1].extend(stretch)
        else:
            merged.append(list(stretch))
    return merged


def _covers(stretch: list[Line], line: Line) -> bool:
    return (
        min(other.left for other in stretch) <= line.left + 2
        and max(other.right for other in stretch) >= line.right - 2
    )


def _gutter(lines: list[Line]) -> float | None:
    """The x of an empty strip between two columns of running text, if the page has one."""
    if len(lines) < 10:
        return None
    left, right = min(line.left for line in lines), max(line.right for line in lines)
    width = right - left
    size = median(line.size for line in lines)
    if width < 20 * size:
        return None
    cover = np.zeros(int(width) + 2, np.int32)
    narrow = [line for line in lines if line.right - line.left < 0.6 * width]
    for line in narrow:
        cover[max(0, int(line.left - left)) : int(line.right - left) + 1] += 1
    best, run = (0, 0), 0
    low, high = int(0.25 * width), int(0.75 * width)
    for x in range(low, high):
        run = run + 1 if cover[x] == 0 else 0
        best = max(best, (run, x))
    if best[0] < max(5.0, 0.5 * size):
        return None
    middle = left + best[1] - best[0] / 2
    return middle if _columnar(narrow, len(lines), middle, width) else None


def _columnar(narrow: list[Line], total: int, gutter: float, width: float) -> bool:
    """Both sides hold lines wide enough to be prose (cells of a table are not), side by side, and most of the page's lines."""
    sides = [line for line in narrow if line.right <= gutter], [line for line in narrow if line.left >= gutter]
    if min(len(side) for side in sides) < 4 or len(sides[0]) + len(sides[1]) < 0.5 * total:
        return False
    spans = []
    for side in sides:
        long = [line for line in side if line.right - line.left > 0.22 * width]
        if len(long) < max(3, 0.35 * len(side)):
            return False
        spans.append((min(line.top for line in side), max(line.bottom for line in side)))
    return min(spans[0][1], spans[1][1]) - max(spans[0][0], spans[1][0]) > 0

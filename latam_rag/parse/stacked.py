"""Words and letters printed one below the other, which are no line of text: told apart, or put together."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import numpy as np

from latam_rag.parse.layout import Line

# Letters that make a word printed downwards; how far apart they follow, in their size, and the step of a blank between words.
_LETTERS = 5
_STEPS = (0.8, 2.2)
_BLANK = 1.6
# Of a line's size: how much higher or lower, or how far back, a word is that stands on another line; how wide no blank is.
_LEVEL = 0.7
_BACK = 0.6
_APART = 5.0


def spelled(lines: list[Line]) -> list[Line]:
    """``lines`` with letters that stand alone one below the other as one line that runs down the page: «FIN DEL PROYECTO»."""
    single = [line for line in lines if len(line.text) == 1 and line.text.isalpha() and not line.turned]
    if len(single) < _LETTERS:
        return lines
    taken: dict[int, Line] = {}
    for run in _runs(sorted(single, key=lambda line: (round((line.left + line.right) / line.size), line.top))):
        ids = {id(letter) for letter in run}
        others = [line for line in lines if id(line) not in ids]
        # Beside rows of a table they are what the rows are called.
        alone = sum(not any(abs(line.middle - one.middle) < 0.4 * one.size for line in others) for one in run)
        if alone >= 0.6 * len(run):
            taken |= {id(run[0]): _downwards(run)}
            taken |= {id(letter): letter for letter in run[1:]}
    firsts = {key: line for key, line in taken.items() if line.turned}
    return [firsts.get(id(line), line) for line in lines if id(line) not in taken or id(line) in firsts]


def _runs(letters: list[Line]) -> list[list[Line]]:
    runs = [[letters[0]]]
    for before, after in pairwise(letters):
        apart = abs((before.left + before.right) - (after.left + after.right)) / 2
        step = (after.middle - before.middle) / after.size
        below = (
            apart < 0.3 * after.size and _STEPS[0] <= step <= 2 * _STEPS[1] and abs(after.size / before.size - 1) < 0.1
        )
        if below:
            runs[-1].append(after)
        else:
            runs.append([after])
    return [run for run in runs if len(run) >= _LETTERS and _steady(run)]


def _steady(run: list[Line]) -> bool:
    """Whether most letters follow closely, each as far from the last one."""
    steps = [after.middle - before.middle for before, after in pairwise(run)]
    usual = float(np.median(steps))
    return usual <= _STEPS[1] * run[0].size and all(step < 1.15 * usual or step > _BLANK * usual for step in steps)


def _downwards(run: list[Line]) -> Line:
    usual = float(np.median([after.middle - before.middle for before, after in pairwise(run)]))
    text, boxes = run[0].text, [run[0].boxes]
    for before, after in pairwise(run):
        if after.middle - before.middle > _BLANK * usual:
            text += " "
            boxes.append(np.array([[after.left, before.bottom, after.right, after.top]], np.float32))
        text += after.text
        boxes.append(after.boxes)
    left, right = min(line.left for line in run), max(line.right for line in run)
    return Line(
        text=text, boxes=np.concatenate(boxes), size=run[0].size, bold=run[0].bold, turned=True,
        left=left, top=run[0].top, right=right, bottom=run[-1].bottom,
    )  # fmt: skip


def cut(line: Line) -> list[Line]:
    """``line``, as OCR put it together, cut before words that stand on another line, or in another column."""
    words = [(found.start(), found.end()) for found in re.finditer(r"\S+", line.text)]
    starts = [0]
    for before, after in pairwise(words):
        one, other = line.boxes[before[1] - 1], line.boxes[after[0]]
        gap = float(other[0] - one[2])
        drop = abs(float(other[1] + other[3] - one[1] - one[3])) / 2
        if drop > _LEVEL * line.size or gap < -_BACK * line.size or gap > _APART * line.size:
            starts.append(after[0])
    if len(starts) == 1:
        return [line]
    ends = [*starts[1:], len(line.text)]
    pieces = [(line.text[a:b].rstrip(), line.boxes[a:b]) for a, b in zip(starts, ends, strict=True)]
    return [
        replace(line, text=text, boxes=boxes[: len(text)], left=0.0, top=0.0, right=0.0, bottom=0.0, raised=())
        for text, boxes in pieces
    ]

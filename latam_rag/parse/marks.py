"""Bullets and numbers printed beside the text that they mark: put before it, however little they stand on its line."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

import numpy as np

from latam_rag.parse.layout import Line

_SENTENCE = re.compile(r"^[\s“\"«¿¡(]*[A-ZÁÉÍÓÚÂÊÔÃÕÇÑ]")
#: What may be a number in a circle: «3», «12.»
_NUMBER = re.compile(r"\d{1,2}[.)]?$")
# How many there must be, one below the other; how much larger than the text; how far they may stand from it, in its size.
_LEAST = 3
_LARGER = 1.2
_NEAR = 4.0


def bulleted(lines: list[Line]) -> None:
    """Make «o» alone before the beginning of a sentence the bullet that it is in a typewriter font."""
    for mark in [line for line in lines if line.text.strip() == "o"]:
        beside = [
            line
            for line in lines
            if abs(line.middle - mark.middle) < 0.5 * line.size and 0 < line.left - mark.right < 3.5 * line.size
        ]
        if any(_SENTENCE.match(line.text) for line in beside):
            mark.text = mark.text.replace("o", "•")


def numbered(lines: list[Line]) -> list[Line]:
    """``lines`` with large figures beside the text, as posters number their lists, at the head of its first line."""
    figures = [line for line in lines if _NUMBER.match(line.text.strip()) and not line.turned]
    if len(figures) < _LEAST:
        return lines
    pairs = [(figure, text) for figure in figures if (text := _marked(figure, lines)) is not None]
    places = Counter(round(text.left / text.size) for _, text in pairs)
    chosen = {
        id(text): figure
        for figure, text in pairs
        if sum(places[round(text.left / text.size) + step] for step in (-1, 0, 1)) >= _LEAST
    }
    gone = {id(figure) for figure in chosen.values()}
    return [_headed(chosen[id(line)], line) if id(line) in chosen else line for line in lines if id(line) not in gone]


def _marked(figure: Line, lines: list[Line]) -> Line | None:
    """The line of smaller text right of ``figure`` that begins on its level; None when there is none."""
    beside = [
        line
        for line in lines
        if figure.size >= _LARGER * line.size
        and 0 < line.left - figure.right < _NEAR * line.size
        and abs(line.middle - figure.middle) < 0.5 * figure.size
        and _SENTENCE.match(line.text)
    ]
    return min(beside, key=lambda line: abs(line.middle - figure.middle), default=None)


def _headed(figure: Line, line: Line) -> Line:
    between = np.array([[figure.right, line.top, max(line.left, figure.right), line.bottom]], np.float32)
    text = f"{figure.text} {line.text}"
    return replace(
        line,
        text=text,
        boxes=np.concatenate((figure.boxes, between, line.boxes)),
        raised=tuple((start + len(figure.text) + 1, end + len(figure.text) + 1) for start, end in line.raised),
    )

"""What a scanned page has besides its print: stamps, signatures, coats of arms, letterheads that nobody can read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import dropwhile

import numpy as np

from latam_rag.parse.tesseract import Word

_LETTERS = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"[^\W\d_]{3}")
#: «a)», «3.», «•»: short, and print.
_COUNTS = re.compile(r"\(?(?:[a-zñ]{1,2}|[IVXLC]+|\d{1,4}(?:[.,]\d+)*)[.)º°-]+|\d{1,4}|[§•*-]", re.IGNORECASE)
_NUMERAL = re.compile(r"\(?(?:[a-zñ]{1,2}[.)º°-]+|[IVXLC]{2,}[.)]?)", re.IGNORECASE)
#: The head of a form, whose number was written by hand: «ORDENANZA Nº».
_FORM = re.compile(r"(?:ORDENANZA|LEY|LEI|DECRETO|RESOLUCI[ÓO]N|RESOLU[ÇC][ÃA]O|PORTARIA)(?: \w+)? N[º°.*\"”]{0,2}\W*")
#: What no line begins with.
_SPECK = re.compile(r"[+~'^=:;,.!]+")
#: A piece of a table's rule, read as a letter.
_RULE = re.compile(r"[|¦\[\]_]+")
# Where heads and feet stand, in shares of the page's height.
_TOP = 0.2
_FOOT = 0.93
# Against the size of most print: larger is a letterhead's where it can't be read well, and smaller a foot's.
_LARGE = 1.5
_SMALL = 0.75
# How sure of it the readers must be: a line anywhere, a large one, one at the top, one in large print there, a short one.
_LEAST = 50.0
_PRINTED = 75.0
_HEAD = 80.0
# A line of few letters must be surer than a long one.
_SCRAP = 70.0
_FEW = 16
_SURE = 90.0
_SHORT = 80.0
# Letters of a line that tell where the text begins, and of a word that may stand in the margin.
_FULL = 40
_SEVERAL = 3
_LONG = 4


def swept(words: Sequence[Word], height: float, tables: Iterable[tuple[float, float]] = ()) -> list[Word]:
    """``words`` of a page of ``height`` without it; what stands between the top and bottom of one of ``tables`` stays."""
    words = [word for word in words if not _RULE.fullmatch(word.text)]
    rows = _rows(words)
    if not rows:
        return list(words)
    spans = list(tables)
    usual = float(np.median([word.box[3] - word.box[1] for word in words for _ in word.text]))
    margin = _margin(rows, usual)
    kept: list[Word] = []
    heading = True
    for row in rows:
        middle = _middle(row)
        if any(top <= middle <= bottom for top, bottom in spans):
            kept += row
            heading = False
            continue
        row = list(dropwhile(lambda word: _aside(word, margin) or _SPECK.fullmatch(word.text), sorted(row, key=_left)))
        heading = heading and middle < _TOP * height
        gone = (
            not row
            or _dirty(row, usual)
            or (heading and (_head(row, usual) or _FORM.fullmatch(_text(row)) is not None))
            or (middle > _FOOT * height and _size(row) < _SMALL * usual)
        )
        heading = heading and gone
        kept += [] if gone else row
    return kept


def _rows(words: Sequence[Word]) -> list[list[Word]]:
    """The lines of the page from its top."""
    lines: dict[tuple[str, ...], list[Word]] = {}
    for word in words:
        lines.setdefault(word.line, []).append(word)
    return sorted(lines.values(), key=_middle)


def _middle(row: Sequence[Word]) -> float:
    return float(np.median([(word.box[1] + word.box[3]) / 2 for word in row]))


def _left(word: Word) -> float:
    return float(word.box[0])


def _size(row: Sequence[Word]) -> float:
    return float(np.median([word.box[3] - word.box[1] for word in row]))


def _text(row: Sequence[Word]) -> str:
    return " ".join(word.text for word in row)


def _sure(row: Sequence[Word]) -> float:
    return sum(word.sure * len(word.text) for word in row) / sum(len(word.text) for word in row)


def _margin(rows: list[list[Word]], usual: float) -> float:
    """Left of where most full lines begin; 0 where too few tell."""
    full = [row for row in rows if len(_text(row)) >= _FULL]
    begins = [
        min(float(word.box[0]) for word in row if word.sure >= _LEAST or len(row) == 1)
        for row in full
        if max(word.sure for word in row) >= _LEAST
    ]
    # The leftmost place where several begin: paragraphs and items begin further right.
    edges = (begin for begin in sorted(begins) if sum(abs(other - begin) < usual for other in begins) >= _SEVERAL)
    return next(edges, 0.0) - usual


def _aside(word: Word, margin: float) -> bool:
    """Whether a word before its line stands in the margin, and is neither a number nor a word that was surely read."""
    if word.box[2] >= margin or _COUNTS.fullmatch(word.text):
        return False
    return len(_LETTERS.findall(word.text)) < _LONG or word.sure < _SURE


def _dirty(row: Sequence[Word], usual: float) -> bool:
    """Whether a line is no print: nothing like words, or large and hardly to be read, as handwriting is."""
    text, sure = _text(row), _sure(row)
    if sure < _LEAST or (sure < _PRINTED and _size(row) > _LARGE * usual):
        return True
    if sure < _SCRAP and len(_LETTERS.findall(text)) < _FEW and not any(map(str.isdigit, text)):
        return True
    if _WORD.search(text) or any(map(str.isdigit, text)):
        return False
    return sure < _SHORT or not _NUMERAL.fullmatch(text)


def _head(row: Sequence[Word], usual: float) -> bool:
    """Whether a line at the top of the page, nothing of the text above it, is an unreadable letterhead."""
    sure = _sure(row)
    return sure < _HEAD or (_size(row) > _LARGE * usual and sure < _SURE) or len(_LETTERS.findall(_text(row))) < _LONG

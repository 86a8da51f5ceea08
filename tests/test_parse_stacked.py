"""Letters and words one below the other."""

from __future__ import annotations

import numpy as np

from latam_rag.parse import stacked
from latam_rag.parse.layout import Line


def letter(text: str, top: float, left: float = 60, size: float = 10) -> Line:
    return Line(text=text, boxes=np.array([[left, top, left + 5, top + size]], np.float32), size=size)


def spelled(words: str, step: float = 15) -> list[Line]:
    return [letter(char, 100 + order * step) for order, char in enumerate(words) if char != " "]


def test_a_word_printed_downwards_is_read_as_a_word() -> None:
    (line,) = stacked.spelled(spelled("FIN DEL PROYECTO"))
    assert (line.text, line.turned, len(line.boxes)) == ("FIN DEL PROYECTO", True, 16)
    assert (line.top, line.bottom) == (100, 335)


def test_letters_that_name_rows_stay_with_their_rows() -> None:
    names = spelled("ABCDEF")
    rows = [letter("x", line.top, left=100) for line in names]
    lines = [*names, *rows]
    for row in rows:
        row.text = "Renglón"
    assert stacked.spelled(lines) == lines


def test_a_few_letters_are_no_word() -> None:
    lines = spelled("ABCD")
    assert stacked.spelled(lines) == lines


def test_figures_that_a_reader_of_scans_put_on_one_line_are_cut() -> None:
    boxes = np.array(
        [[10, 300, 20, 330], [20, 300, 22, 330], [11, 100, 21, 130], [21, 100, 23, 130], [12, 200, 22, 230]]
    )
    pieces = stacked.cut(Line(text="7 8 9", boxes=boxes.astype(np.float32), size=30))
    assert [(piece.text, piece.top) for piece in pieces] == [("7", 300), ("8", 100), ("9", 200)]


def test_a_line_of_a_scan_that_rises_a_little_stays_whole() -> None:
    text = "ordenanza municipal"
    boxes = np.array([[8 * n, 100 - n, 8 * n + 8, 112 - n] for n in range(len(text))], np.float32)
    line = Line(text=text, boxes=boxes, size=12)
    assert stacked.cut(line) == [line]

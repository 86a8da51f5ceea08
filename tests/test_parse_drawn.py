"""Tables drawn with characters."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from latam_rag.parse import drawn, flow
from latam_rag.parse.layout import Line


def typed(*rows: str, top: float = 100) -> list[Line]:
    """Rows in a typewriter font, cut where two blanks stand, as a page's lines are."""
    lines = []
    for order, row in enumerate(rows):
        start = 0
        for cell in row.split("  "):
            text, left = cell.strip(), start + len(cell) - len(cell.lstrip())
            start += len(cell) + 2
            if text:
                edges = 20 + 5.0 * (left + np.arange(len(text) + 1))
                y = top + 9 * order
                boxes = np.array([[a, y, b, y + 8] for a, b in pairwise(edges)], np.float32)
                lines.append(Line(text=text, boxes=boxes, size=8))
    return lines


def said(lines: list[Line]) -> list[str]:
    text, grids = drawn.found(lines)
    blocks = flow.page_blocks(text, grids, 0, set())
    assert all(len(piece.text) == len(piece.boxes) for block in blocks for piece in block.pieces)
    return [block.text for block in blocks]


TABLE = (
    " _________________________________ ",
    "|NÍVEL|   FATURAMENTO   |  VALOR  |",
    "|     |      ANUAL      |         |",
    "|=====|=================|=========|",
    "| I   |  Até 50         |    24,00|",
    "|-----|-----------------|---------|",
    "| II  |  51 a 100       |    45,00|",
    "|_____|_________________|_________|",
)


def test_a_table_of_bars_and_dashes_is_read_by_its_rows() -> None:
    assert said(typed(*TABLE)) == ["NÍVEL | FATURAMENTO ANUAL | VALOR\nI | Até 50 | 24,00\nII | 51 a 100 | 45,00"]


def test_one_that_goes_on_from_the_page_before_has_no_upper_rule() -> None:
    assert said(typed(*TABLE[4:])) == ["I | Até 50 | 24,00\nII | 51 a 100 | 45,00"]


def test_what_stands_beside_its_last_rule_is_text() -> None:
    note = typed("(Redação dada pela Lei nº 2008/2003)", top=163)
    for line in note:
        line.boxes[:, (0, 2)] += 180
    note = [Line(text=line.text, boxes=line.boxes, size=8) for line in note]
    assert said([*typed(*TABLE), *note])[-1] == "(Redação dada pela Lei nº 2008/2003)"


def test_bars_in_running_text_stay() -> None:
    lines = typed("Inicio | Concejo | Normas", "Página | 12", "Firma ______________ | Sello")
    assert drawn.found(lines) == (lines, [])


def test_a_rule_to_sign_on_stays() -> None:
    lines = [*typed(*TABLE), *typed("______________________", "Prefeito Municipal", top=300)]
    assert said(lines)[1] == "______________________ Prefeito Municipal"

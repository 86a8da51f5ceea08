"""Bullets and numbers that stand beside their text, in lists, cells and posters."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from latam_rag.parse import flow, marks, tables
from latam_rag.parse.layout import Line
from latam_rag.types import SectionKind


def line(text: str, left: float, top: float, size: float = 10) -> Line:
    edges = left + 5.0 * np.arange(len(text) + 1)
    boxes = np.array([[a, top, b, top + size] for a, b in pairwise(edges)], np.float32)
    return Line(text=text, boxes=boxes, size=size)


def said(lines: list[Line], grids: list[tables.Grid] | None = None) -> list[str]:
    blocks = flow.page_blocks(lines, grids or [], 0, set())
    assert all(len(piece.text) == len(piece.boxes) for block in blocks for piece in block.pieces)
    return [block.text for block in blocks]


def poster() -> list[Line]:
    rights = ["A ser tratado con respeto y dignidad.", "A presentar peticiones en", "A recibir una respuesta clara."]
    found = []
    for order, right in enumerate(rights):
        top = 100.0 + 60 * order
        found += [line(right, 60, top), line(str(order + 1), 30, top - 3, 22)]
    return [*found, line("cualquier modalidad.", 60, 172)]


def test_numbers_in_circles_begin_the_items_beside_them() -> None:
    assert said(poster()) == [
        "1 A ser tratado con respeto y dignidad.",
        "2 A presentar peticiones en cualquier modalidad.",
        "3 A recibir una respuesta clara.",
    ]


def test_an_item_with_a_word_of_one_letter_is_one() -> None:
    assert {block.kind for block in flow.page_blocks(poster(), [], 0, set())} == {SectionKind.ITEM}


def test_a_single_large_figure_stays_where_it_is() -> None:
    lines = [line("3", 30, 97, 22), line("A recibir una respuesta.", 60, 100)]
    assert marks.numbered(lines) == lines


def test_bullets_in_a_cell_stand_before_their_text() -> None:
    columns, levels = [20.0, 150.0, 400.0], [90.0, 110.0, 160.0, 190.0]
    uprights = np.array([[x, 90, x, 190] for x in columns], np.float32)
    grid = tables.Grid(columns=columns, lines=levels, uprights=uprights)
    lines = [
        line("TIPO", 30, 95), line("DESCRIPCIÓN", 160, 95), line("Visual", 30, 130),
        line("-", 160, 118.4, 8.4), line("Baja visión", 175, 118), line("-", 160, 137.4, 8.4), line("Ceguera", 175, 137),
        line("Otra", 30, 170), line("Ninguna", 175, 170),
    ]  # fmt: skip
    (table,) = said(lines, [grid])
    assert table.split("\n")[1] == "Visual | - Baja visión - Ceguera"


def test_the_white_between_two_rules_is_no_column() -> None:
    columns, levels = [20.0, 150.0, 155.0, 400.0], [90.0, 110.0, 130.0, 150.0]
    uprights = np.array([[x, 90, x, 150] for x in columns], np.float32)
    grid = tables.Grid(columns=columns, lines=levels, uprights=uprights)
    lines = [line("NIVEL", 30, 95), line("DESCRIPCIÓN", 160, 95), line("Uno", 30, 115), line("Ventanillas.", 160, 115)]
    assert said(lines, [grid]) == ["NIVEL | DESCRIPCIÓN\nUno | Ventanillas."]


def test_short_headings_between_lists_are_paragraphs_of_their_own() -> None:
    lines, top = [], 100.0
    for order in range(4):
        lines += [
            line("•", 20, top),
            line(f"Priorizar la atención número {order} de la persona que lo pida y", 35, top),
        ]
        lines += [line("acompañarla hasta su lugar en la sala.", 35, top + 12)]
        top += 30
    lines += [
        line("Personas de talla baja", 20, top - 1),
        line("Se hace referencia a aquellas cuya estatura es baja.", 20, top + 17),
    ]
    assert "Personas de talla baja" in said(lines)

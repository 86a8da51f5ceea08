"""Rates after dots."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from latam_rag.parse import flow, leaders
from latam_rag.parse.layout import Line


def line(text: str, top: float) -> Line:
    edges = 50 + 4.0 * np.arange(len(text) + 1)
    boxes = np.array([[a, top, b, top + 10] for a, b in pairwise(edges)], np.float32)
    return Line(text=text, boxes=boxes, size=10)


def dotted(text: str, rate: str) -> str:
    return f"{text}{'.' * (80 - len(text) - len(rate))}{rate}"


def test_each_rate_stands_with_what_it_is_for() -> None:
    lines = [
        dotted("a) Por apertura de nichos:", "$ 235,00"),
        "b) Provenientes de sepulturas en general de restos de fallecidos de más de diez",
        dotted("años de antigüedad:…", "$ 4.530,00"),
        dotted("Por cada bicicleta", "3,5 %"),
        dotted("Por cada vehículo de carga", "$ 120"),
    ]
    blocks = flow.page_blocks([line(text, 100 + 14 * order) for order, text in enumerate(lines)], [], 0, set())
    assert [block.text for block in blocks] == [
        "a) Por apertura de nichos:..... $ 235,00",
        "b) Provenientes de sepulturas en general de restos de fallecidos de más de diez años de antigüedad:..... $ 4.530,00",
        "Por cada bicicleta..... 3,5 %",
        "Por cada vehículo de carga..... $ 120",
    ]
    assert all(len(piece.text) == len(piece.boxes) for block in blocks for piece in block.pieces)


def test_dots_that_leave_something_out_stay() -> None:
    said = line("“Gracias por su espera... validando la información.... un momento…”", 100)
    assert leaders.shortened(said) is said


def test_rates_far_from_their_dots_make_no_table() -> None:
    names = ["• Motocicletas y análogos.......", "• Carros de mano y triciclos....", "• Bultos y objetos por m³......."]
    lines = [line(name, 100 + 14 * order) for order, name in enumerate(names)]
    for order, rate in enumerate(("150 U.", "14 U.", "80 U.")):
        far = line(rate, 100 + 14 * order)
        far.boxes[:, (0, 2)] += 300
        lines.append(Line(text=rate, boxes=far.boxes, size=10))
    blocks = flow.page_blocks(lines, [], 0, set())
    assert [block.text for block in blocks] == [
        "• Motocicletas y análogos..... 150 U.",
        "• Carros de mano y triciclos.... 14 U.",
        "• Bultos y objetos por m³..... 80 U.",
    ]

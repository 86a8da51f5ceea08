"""Numbered lines that head a text without articles."""

from __future__ import annotations

import numpy as np

from latam_rag.parse import flow, headings, joining
from latam_rag.types import SectionKind


def made(text: str) -> flow.Block:
    piece = joining.Piece(page=0, text=text, boxes=np.zeros((len(text), 4), np.float32))
    return flow.Block(kind=SectionKind.PARAGRAPH, pieces=[piece], size=10)


def test_a_long_numbered_line_heads_its_part_as_the_next_number_does() -> None:
    long = (
        "4.3.1 Roles existentes en el Centro Administrativo Municipal y Punto de Atención y Orientación al Ciudadano."
    )
    lines = ["4.1 Canales", "4.2 Elementos", long, "4.3.2 Ingreso a la entidad", "4.3.3 Desarrollo de la atención"]
    text = made("Los colaboradores atienden a quien llega a la entidad.")
    blocks = [block for line in lines for block in (made(line), text)]
    assert headings.levels(blocks) == {0: 2, 2: 2, 4: 3, 6: 3, 8: 3}


def test_a_numbered_sentence_is_none() -> None:
    lines = ["4.1 Canales", "4.2 Elementos", "4.3 Ingreso", "4.4 Desarrollo", "4.6 Cierre"]
    text = made("4.5 Se atiende a quien llega. Quien se va se despide, y se le dice cuándo debe volver a la entidad.")
    blocks = [block for line in lines for block in (made(line), text)]
    assert not any(index % 2 for index in headings.levels(blocks))


def test_a_line_of_a_table_of_contents_is_none() -> None:
    lines = [
        "4.1 Canales..... 5",
        "4.2 Elementos..... 8",
        "4.3 Ingreso..... 11",
        "4.4 Desarrollo..... 12",
        "4.5 Cierre..... 14",
    ]
    text = made("Los colaboradores atienden a quien llega a la entidad.")
    assert headings.levels([block for line in lines for block in (made(line), text)]) == {}

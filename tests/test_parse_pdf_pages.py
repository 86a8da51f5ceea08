"""What goes on from one page of a PDF to the next."""

from __future__ import annotations

import numpy as np
import pytest

from latam_rag.parse import flow, joining, pdf
from latam_rag.types import SectionKind

LONG = "La Academia debe aplicar con celsitud académica y en los plazos que fije la Comisaría, sin excepción alguna, {}"


def block(text: str, page: int, *, ends: bool = False, kind: SectionKind = SectionKind.PARAGRAPH) -> flow.Block:
    piece = joining.Piece(page=page, text=text, boxes=np.zeros((len(text), 4), np.float32))
    return flow.Block(kind=kind, pieces=[piece], size=10, open=not ends)


def joined(first: flow.Block, second: flow.Block) -> bool:
    blocks = [first]
    pdf._append(blocks, [second], set())
    return len(blocks) == 1


@pytest.mark.parametrize("rest", ["rector de la materia", "Rector de Profesionalización."])
def test_a_sentence_goes_on_in_a_small_letter_or_with_a_name(rest: str) -> None:
    assert joined(block(LONG.format("los planes contenidos en el Programa"), 0), block(rest, 1))


def test_a_short_line_that_no_line_ends_so_goes_on() -> None:
    violence = block(
        "VII. División Especializada en la Atención a la Violencia contra las", 0, ends=True, kind=SectionKind.ITEM
    )
    assert joined(violence, block("Mujeres en razón de Género.", 1))


@pytest.mark.parametrize(
    "rest", ["Artículo 52. La Academia se integra así:", "CAPÍTULO II", "DE LAS JEFATURAS", "REID, J. (2001). Writing."]
)
def test_what_begins_anew_stays_apart(rest: str) -> None:
    assert not joined(block(LONG.format("los planes contenidos en el Programa"), 0), block(rest, 1))


def test_a_sentence_with_its_full_stop_is_over() -> None:
    assert not joined(block(LONG.format("los planes."), 0, ends=True), block("Rector es quien la dirige.", 1))


def test_a_rate_ends_its_line() -> None:
    assert not joined(
        block(LONG.format("por cada poste:..... $ 3.280,00"), 0), block("Los valores dispuestos subirán.", 1)
    )


def test_lines_that_are_not_equally_long_go_on_in_small_letters() -> None:
    ragged = block(LONG.format("según el calendario que se establezca"), 0, ends=True)
    assert joined(ragged, block("de acuerdo con las necesidades del servicio;", 1))

"""Sentences of administrative Spanish and Portuguese."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latam_rag.split.sentences import sentences


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    "sentence",
    [
        "Según el Art. 5 de la Ley N° 19.418 corresponde al alcalde.",
        "El Dr. Soto y la Sra. Pérez atienden en Av. Brasil 123, of. 4.",
        "Véase el art. 3º, inc. Primero, y la pág. 12.",
        "Traiga su cédula, p. ej. la nueva, o el pasaporte, etc. y una fotografía.",
        "La tasa es de 1.234,56 pesos y 0.5 UTM.",
        "Para los efectos de esta ley se entenderá por: 5. Los órganos o servicios del Estado.",
        "La sede está en el Jr. Ancash 123, según las Leyes Nos. 27867 y 27902.",
        "Más datos en https://www.muni.cl/tramites.html?id=1.2 o por correo.",
        "O art. 5º, § 2º, da Lei nº 8.666/93 aplica-se ao Exmo. Sr. Prefeito.",
        "La Ley No. 1437 y el D.F.L. N° 1 rigen en EE.UU. de Brasil.",
        "El señor J. M. Carrera firmó.",
        "1. Presentar la solicitud.",
        "Artículo 5.- Los vecinos pagarán.",
        "ARTÍCULO CUARTO.- Los vecinos pagarán.",
        "Art. 5º. Os municípios pagarão.",
        "IV. Copia de la escritura.",
    ],
)
def test_these_are_one_sentence(sentence: str) -> None:
    assert cut(sentence) == [sentence]


@pytest.mark.parametrize(
    "parts",
    [
        ["Fusionar entidades de conformidad con la ley.", "17. Distribuir los negocios."],
        ["La patente se paga en enero y julio.", "El plazo vence el 31."],
        ["Rige la Ley 19.418.", "Las juntas se inscriben."],
        ["¿Cuánto cuesta?", "Cuesta $5.000."],
        ["No.", "Debe venir en persona."],
        ["O prazo é de 30 dias.", "§ 1º O recurso suspende."],
        ["Traiga fotos, cédula, etc.", "El trámite es gratuito."],
    ],
)
def test_these_are_two(parts: list[str]) -> None:
    assert cut(" ".join(parts)) == parts


def test_items_and_short_lines_stand_alone() -> None:
    text = "Requisitos:\na) Cédula de identidad;\nb) Certificado de\nresidencia.\n\nHorario\nLunes a viernes\nSábado"
    assert cut(text) == [
        "Requisitos:", "a) Cédula de identidad;", "b) Certificado de\nresidencia.", "Horario", "Lunes a viernes", "Sábado",
    ]  # fmt: skip


def test_a_wrapped_line_goes_on() -> None:
    text = "El alcalde podrá otorgar permisos para ocupar bienes nacionales de\nuso público según el\nartículo 36 de esta ley."
    assert len(cut(text)) == 1


@given(st.text(alphabet=st.sampled_from('aA b.\n1)º?¿"”-§'), max_size=80) | st.text(max_size=60))
def test_nothing_but_space_is_lost(text: str) -> None:
    spans = sentences(text)
    assert "".join("".join(text[a:b].split()) for a, b in spans) == "".join(text.split())
    assert all(a < b for a, b in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


def test_what_is_drawn_with_dots_to_its_amount_is_a_sentence() -> None:
    text = "1) Por cinco años:…………....…...$ 1.366,00 2) Por dos años:.......0,80% b) Por copia........... 12"
    found = [text[start:end] for start, end in sentences(text)]
    assert [said[:8] for said in found] == ["1) Por c", "2) Por d", "b) Por c"]

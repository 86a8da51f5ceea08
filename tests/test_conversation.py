"""Questions that lean on earlier ones are made whole; those that stand alone stay as they are."""

from __future__ import annotations

import pytest

from latam_rag.conversation import standalone

LICENCE = "¿Qué necesito para renovar la licencia de conducir?"
COST = "¿Cuánto cuesta renovar la licencia de conducir?"


@pytest.mark.parametrize(
    ("earlier", "question", "holds", "lacks"),
    [
        (LICENCE, "¿Y cuánto cuesta?", ["cuánto cuesta", "renovar la licencia de conducir"], ["necesito"]),
        (COST, "¿Y el permiso de circulación?", ["permiso de circulación", "uánto cuesta"], ["licencia"]),
        ("¿En qué meses se paga la patente?", "¿Y en Peñalolén?", ["Peñalolén", "se paga la patente"], []),
        ("¿Cuáles son los requisitos de la patente comercial?", "¿Quién la otorga?", ["otorga", "patente comercial"], []),
        ("Planifica una clase de fracciones para 4º básico", "¿y para 5º básico?", ["5º", "fracciones"], ["4º"]),
        ("Como obter a carteira de trabalho?", "E quais documentos são necessários?", ["carteira de trabalho"], []),
        ("Como obter a carteira de trabalho?", "Quanto custa isso?", ["carteira de trabalho"], []),
        ("¿Qué dice el artículo 5 de la ley 18.695?", "¿y el artículo 6?", ["artículo 6", "ley 18.695"], ["artículo 5"]),
        ("¿Qué dice el artículo 5 de la ley 18.695?", "¿y la letra c?", ["letra c", "artículo 5 de la ley 18.695"], []),
        ("O que diz o art. 75 da Lei 14.133/2021?", "E o inciso II?", ["inciso II", "art. 75 da Lei 14.133/2021"], []),
        ("O que diz o art. 5º da Constituição?", "e o art. 6º?", ["art. 6º da Constituição"], ["5º"]),
    ],
)  # fmt: skip
def test_what_is_left_out_comes_from_the_question_before(
    earlier: str, question: str, holds: list[str], lacks: list[str]
) -> None:
    whole = standalone(question, [earlier])
    assert all(part in whole for part in holds)
    assert not any(part in whole for part in lacks)


def test_a_topic_lasts_over_several_questions() -> None:
    whole = standalone("¿y dónde se hace?", [LICENCE, "¿Y cuánto cuesta?"])
    assert "dónde se hace" in whole
    assert "renovar la licencia de conducir" in whole


@pytest.mark.parametrize(
    "question",
    [
        "¿Cuáles son las funciones del alcalde según la ley?",
        "¿Qué es la patente?",
        "¿y el artículo 8 de la ley 19.880?",
        "e a EF05MA04?",
        "¿Y qué requisitos debe cumplir una junta de vecinos para obtener personalidad jurídica?",
        "",
    ],
)
def test_what_stands_alone_stays(question: str) -> None:
    assert standalone(question, [LICENCE]) == question


def test_without_earlier_questions_nothing_changes() -> None:
    assert standalone("¿Y cuánto cuesta?") == "¿Y cuánto cuesta?"
    assert standalone("¿Y cuánto cuesta?", ["", "  "]) == "¿Y cuánto cuesta?"

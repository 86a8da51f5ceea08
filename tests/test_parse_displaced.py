"""Numbers of articles that stand behind their paragraphs."""

from __future__ import annotations

import pytest

from latam_rag.parse import displaced, markdown

PARAGRAPHS = [f"O Município cuidará da praça {name}. Art. {n}º" for n, name in enumerate("ABCDE", 1)]


def test_numbers_go_before_their_paragraphs() -> None:
    paragraphs = [*PARAGRAPHS, "Art. 6\n\nO Município pagará."]
    paragraphs.insert(2, "§ 1º A praça tem bancos.")
    found = displaced.restored("\n\n".join(paragraphs)).split("\n\n")
    assert found[0] == "Art. 1º O Município cuidará da praça A."
    assert found[1:4] == [
        "Art. 2º O Município cuidará da praça B.",
        "§ 1º A praça tem bancos.",
        "Art. 3º O Município cuidará da praça C.",
    ]
    assert found[-1] == "Art. 6 O Município pagará."


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("- São objetivos: Art. 6º\n- I - a paz;", "Art. 6º São objetivos:\n- I - a paz;"),
        ("## São objetivos: Art. 6º\n\n- I - a paz;", "Art. 6º São objetivos:\n\n- I - a paz;"),
        ("Compete ao Município, sem\nprejuízo: Art. 6º", "Art. 6º Compete ao Município, sem\nprejuízo:"),
        ("Revogado. Art. 82 A -", "Art. 82-A Revogado."),
        ("É igual à fórmula: Art.  107.", "Art. 107 É igual à fórmula:"),
        ("```\nRevogado. Art. 6º\n```", "```\nArt. 6º Revogado.\n```"),
        ("Art. 20\n\n<!-- image -->\n\n- São estáveis os servidores.", "Art. 20 São estáveis os servidores."),
        ("Art. 6\n\n- O Orçamento vale. Art. 6", "Art. 6 O Orçamento vale."),
        ("Revogado.\n\nArt. 6º\n\nArt. 7º\n\nVale.", "Revogado.\n\nArt. 6º\n\nArt. 7º Vale."),
    ],
)
def test_whatever_the_paragraph_is(written: str, expected: str) -> None:
    before = "\n\n".join(PARAGRAPHS) + "\n\n"
    assert displaced.restored(before + written).endswith(f"E.\n\n{expected}")


def test_a_number_alone_that_counts_ahead_is_no_articles() -> None:
    text = "\n\n".join([*PARAGRAPHS[:3], "Compete instituir:\n\nArt. 128\n\n- II - taxas;", *PARAGRAPHS[3:]])
    assert "128" not in displaced.restored(text)


@pytest.mark.parametrize(
    "text",
    [
        "\n\n".join(f"Art. {n}º Vale o disposto no\n\nmesmo Art. 9º" for n in range(1, 7)),
        "\n\n".join(f"O que diz o Art. {n}º" for n in (9, 3, 12, 1, 4, 2)),
        "\n\n".join(PARAGRAPHS[:3]),
    ],
)
def test_lines_that_end_in_references_stay(text: str) -> None:
    assert displaced.restored(text) == text


def test_a_sentence_goes_on_once_the_number_and_the_pictures_are_out_of_it() -> None:
    broken = "O Poder Público melhorará a vida dos Art. 6º\n\n<!-- image -->\n\n<!-- image -->\n\nseus munícipes."
    text = markdown.read("\n\n".join([*PARAGRAPHS, broken])).text
    assert text.endswith("Art. 6º O Poder Público melhorará a vida dos seus munícipes.")

"""Resolutions that number what they resolve by words alone, articles numbered by cardinals, and who signed."""

from __future__ import annotations

import pytest

from latam_rag.config import Limits
from latam_rag.numerals import words_value
from latam_rag.parse import html, parse
from latam_rag.split import split
from latam_rag.types import Genre, Passage, Resource

RESOLUTION = """# Resolución 12 de 2020

VISTO:

El expediente 12/2020 y lo informado por la Secretaría;

CONSIDERANDO:

PRIMERO: Que corresponde proceder en consecuencia.

EL INTENDENTE MUNICIPAL {verb}:

PRIMERO: Apruébase el llamado a licitación para la obra de pavimento.

SEGUNDO: Impútese el gasto a la partida correspondiente.

TERCERO: Regístrese, comuníquese y archívese.
"""


def passages(text: str) -> list[Passage]:
    document = parse(Resource(uri="norma.md", body=text.encode()), limits=Limits())
    return split(document, index="i", genre=Genre.LAW)


@pytest.mark.parametrize("verb", ["RESUELVE", "ORDENA", "DISPONE", "ACUERDA"])
def test_what_a_resolution_resolves_are_its_articles(verb: str) -> None:
    found = passages(RESOLUTION.format(verb=verb))
    assert [p.label for p in found] == ["considerandos", "art. 1", "art. 2", "art. 3"]
    assert found[2].metadata["article"] == "2"


def test_recitals_of_a_resolution_that_resolves_nothing_are_no_articles() -> None:
    assert all("article" not in p.metadata for p in passages(RESOLUTION.partition("EL INTENDENTE")[0]))


def test_articles_numbered_by_cardinals() -> None:
    text = "# Ley\n\nArtículo diecinueve. El registro es público.\n\nArtículo veinte. La inscripción es gratuita.\n\n"
    text += "Artículo veintiuno. El reglamento dirá más.\n\nArtículo treinta y dos. Publíquese.\n"
    assert [p.label for p in passages(text)] == ["art. 19", "art. 20", "art. 21", "art. 32"]


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("veinte", 20), ("veintitres", 23), ("treinta y dos", 32), ("trinta e dois", 32), ("diez y seis", 16),
        ("dezessete", 17), ("vinte e uma", 21), ("ciento cuatro", 104), ("cento e vinte e tres", 123), ("cem", 100),
        ("vigesimo tercero", 23), ("decimoctavo", 18), ("doce", 12),
    ],
)  # fmt: skip
def test_numbers_in_words(words: str, value: int) -> None:
    assert words_value(words) == value


def test_who_signed_is_said_to_be_that() -> None:
    text = "# Ley 17416\n\n## Artículo 1\n\n(*)\n\n## Artículo 2\n\n(*)\n\nBATLLE - ALDO BONSIGNORE\n"
    assert [(p.label, p.text) for p in passages(text)] == [("firmas", "BATLLE - ALDO BONSIGNORE")]


def test_what_stands_after_the_end_of_a_page_is_kept() -> None:
    page = "<html><body><p>Primera parte.</p></body></html><html><body><p>Segunda parte.</p></body></html>"
    assert html.read(page, name="a.html").text == "Primera parte.\n\nSegunda parte."


def test_the_second_line_of_a_title_in_capitals_belongs_to_it() -> None:
    text = "# Ordenanza\n\nTÍTULO XV\n\nCONTRIBUCIÓN SOBRE LOS VEHÍCULOS\n\nAUTOMOTORES, ACOPLADOS Y SIMILARES\n\n"
    found = passages(text + "Art. 1. Se paga en marzo.\n\nArt. 2. Publíquese.\n")
    assert [p.label for p in found] == ["art. 1", "art. 2"]
    assert found[0].headings == ("TÍTULO XV CONTRIBUCIÓN SOBRE LOS VEHÍCULOS AUTOMOTORES, ACOPLADOS Y SIMILARES",)

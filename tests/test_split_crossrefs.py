"""What an article refers to, as metadata that retrieval can follow."""

from __future__ import annotations

import time

import pytest

from latam_rag.split import split
from latam_rag.split.crossrefs import CrossReferences
from latam_rag.types import Document, Genre, Language


def refers_to(body: str, *, language: Language = "es", genre: Genre = Genre.LAW, title: str = "Ley 18.695") -> object:
    text = f"Artículo 30.- {body}\n\nArtículo 31.- Fin." if genre is Genre.LAW else body
    document = Document(
        uri="ley", title=title, language=language, text=text, genre=genre, metadata={"norm": ("18695/1988", "18695")}
    )
    return split(document, index="i")[0].metadata.get("refers_to", ())


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Según el artículo 12, letra b), de esta ley.", ("#12",)),
        ("Según los artículos 5, 6 y 7 bis de la ley Nº 19.880, sobre bases.", ("19880#5", "19880#6", "19880#7-bis", "19880")),
        ("Conforme al artículo 8 y al inciso segundo del artículo 9.", ("#8", "#9")),
        ("El artículo 19, Nº 3, inciso segundo, de la Constitución Política.", ("constitucion#19",)),
        ("El artículo 1545 del Código Civil.", ("codigo civil#1545",)),
        ("Ley 19.300: el artículo 8 de la misma ley.", ("19300", "19300#8")),
        ("El artículo 3 de la ley de Rentas. El artículo 9 de dicha ley.", ()),
        ("Modifícase la ley Nº 18.290: 1) En el artículo 5, la palabra. 2) En los artículos 7 y 8.",
         ("18290", "18290#5", "18290#7", "18290#8")),
        ("Modifícase el Código de Aguas en su artículo 5.", ()),
        ("El artículo 3 transitorio.", ("#3-transitorio",)),
        ("La ley 18.695 y su artículo 30 rigen.", ()),
        ("El decreto 5 y el decreto 5/2001.", ("5/2001",)),
    ],
)  # fmt: skip
def test_references_in_spanish(body: str, expected: tuple[str, ...]) -> None:
    assert refers_to(body) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Lei nº 8.666/1993, art. 23, inciso II.", ("8666/1993", "8666/1993#23")),
        ("O § 2º do art. 9º da Lei nº 14.133, de 1º de abril de 2021.", ("14133/2021#9", "14133/2021")),
        ("O art. 5º, XXXIII, da Constituição e o art. 7º desta Lei.", ("constituicao#5", "#7")),
        ("Nos termos do art. 8º-A.", ("#8-a",)),
        ("Ficam revogados da Lei nº 8.429, de 1992: I - o art. 4º.", ("8429/1992", "8429/1992#4")),
    ],
)
def test_references_in_portuguese(body: str, expected: tuple[str, ...]) -> None:
    assert refers_to(body, language="pt") == expected


def test_a_bare_article_in_a_sheet_is_of_no_law() -> None:
    found = refers_to("El artículo 12 y la Ley 19.880, artículo 8.", genre=Genre.PROSE, title="Trámite")
    assert found == ("19880", "19880#8")


def test_a_law_called_by_its_name_within_itself() -> None:
    assert refers_to("El artículo 5 del Código Sanitario.", title="Código Sanitario") == ("#5",)


@pytest.mark.parametrize("item", ["5 ", "i, ", "v ", "a) ", "1, "])
def test_long_lists_of_items_take_no_time(item: str) -> None:
    text = f"Artículo 1. Según el artículo 5, {item * 400}conforme. El artículo 9, {item * 400}y más el artículo 10."
    document = Document(uri="ley.md", title="Ley", language="es", text=text)
    began = time.process_time()
    CrossReferences(document).within(0, len(text), whole=None)
    assert time.process_time() - began < 2

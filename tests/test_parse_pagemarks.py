"""Text with its page marks: pages, and what is printed around each."""

from __future__ import annotations

from latam_rag.config import Limits
from latam_rag.parse import parse
from latam_rag.types import Document, Resource


def read(text: str, name: str = "plan.md") -> Document:
    return parse(Resource(uri=f"file:///{name}", body=text.encode()), limits=Limits())


def paged(*bodies: str, footer: str = "Bases Comunales   |   1º a 4º   |   Ciencias") -> str:
    return "\n".join(f"--- Página {n} ---\n\n{body}\n\n{n + 9}\n{footer}\n" for n, body in enumerate(bodies, 1))


BODIES = (
    "Introducción\n\nEl plan se enseña",
    "Objetivos\n\n1.\tObservar plantas.",
    "2.\tDibujar aves.",
    "3.\tMedir hojas.",
)


def test_each_page_knows_its_text_and_what_is_printed_around_it() -> None:
    document = read(paged(*BODIES))
    assert [page.number for page in document.pages] == [1, 2, 3, 4]
    assert [document.text[page.start : page.end] for page in document.pages][2] == "2. Dibujar aves."
    assert document.pages[1].running == ("Bases Comunales", "1º a 4º", "Ciencias")
    assert "Bases Comunales" not in document.text
    assert "11" not in document.text


def test_a_title_that_heads_the_first_page_of_each_chapter_stays() -> None:
    bodies = [
        f"Objetivos\n\n{n}. Leer." if n % 7 == 0 else f"Texto de la página, {'abcdefghijklmnopqrstuvwxyz'[n]}."
        for n in range(22)
    ]
    document = read(paged(*bodies))
    assert document.text.count("Objetivos") == 4


def test_a_text_with_few_marks_is_not_one_of_pages() -> None:
    document = read("--- Página 1 ---\n\nUno.\n\n--- Página 2 ---\n\nDos.\n")
    assert document.pages == ()
    assert "Uno." in document.text

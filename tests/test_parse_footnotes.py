"""Footnotes of PDF pages go apart, and the numbers that call them stay off the words before them."""

from __future__ import annotations

from fpdf import FPDF

from latam_rag.config import Limits
from latam_rag.parse import parse
from latam_rag.split import split
from latam_rag.types import Genre, Resource, SectionKind

NOTES = (
    ("7", "BRASIL. Lei nº 13.005, de 25 de junho de 2014. Aprova o Plano Nacional de Educação."),
    ("", "Diário Oficial da União, Brasília, 26 de junho de 2014."),
    ("8", "Os municípios a que se refere o artigo são os do semiárido."),
)
TEXT = [
    ("Art. 1º O plano de que trata a Lei nº 13.005/2014", "7", " orienta a rede municipal, e"),
    ("a sua execução cabe às escolas dos municípios do semiárido", "8", ", conforme o edital."),
    ("Art. 2º A sala terá no mínimo 12 m", "2", " por turma e o laboratório o dobro."),
    ("Art. 3º Esta lei entra em vigor na data de sua publicação.", "", ""),
]


def made(notes: tuple[tuple[str, str], ...] = NOTES, size: float = 8) -> bytes:
    pdf = FPDF(format="A4")
    pdf.set_auto_page_break(False)
    pdf.add_page()
    for row, (before, raised, after) in enumerate(TEXT):
        pdf.set_font("helvetica", size=11)
        x, y = 20.0, 40.0 + 7 * row
        pdf.text(x, y, before)
        x += pdf.get_string_width(before)
        if raised:
            pdf.set_font("helvetica", size=6.5)
            pdf.text(x, y - 1.6, raised)
            x += pdf.get_string_width(raised)
            pdf.set_font("helvetica", size=11)
        pdf.text(x, y, after)
    pdf.line(20, 250, 60, 250)
    pdf.set_font("helvetica", size=size)
    for row, (number, text) in enumerate(notes):
        if number:
            pdf.text(20, 254 + 4 * row, number)
        pdf.text(24, 254 + 4 * row, text)
    return bytes(pdf.output())


def test_notes_stand_apart_and_their_numbers_off_the_words() -> None:
    document = parse(Resource(uri="lei.pdf", body=made()), limits=Limits())
    notes = [s for s in document.sections if s.kind is SectionKind.FOOTNOTE]
    assert [(s.label, document.text[s.start : s.end].split(" ", 2)[1]) for s in notes] == [
        ("7", "BRASIL."),
        ("8", "Os"),
    ]
    assert "Lei nº 13.005/2014 ⁷ orienta" in document.text
    assert "semiárido ⁸, conforme" in document.text
    assert "12 m2 por turma" in document.text
    for page in document.pages:
        assert len(page.boxes) == 8 * (page.end - page.start)


def test_a_note_is_a_passage_of_its_own_and_articles_are_whole() -> None:
    document = parse(Resource(uri="lei.pdf", body=made()), limits=Limits())
    passages = {p.label: p for p in split(document, index="i", genre=Genre.LAW)}
    assert {"art. 1º", "art. 2º", "art. 3º", "nota 7", "nota 8"} <= set(passages)
    assert "13005/2014" in passages["art. 1º"].metadata["refers_to"]
    assert passages["art. 1º"].text.endswith("conforme o edital.")
    assert passages["nota 7"].text.endswith("26 de junho de 2014.")
    assert "article" not in passages["nota 7"].metadata
    assert all("BRASIL" not in p.text for label, p in passages.items() if label != "nota 7")


def test_small_print_that_nothing_calls_is_text() -> None:
    document = parse(Resource(uri="lei.pdf", body=made((("1", "Valores em reais de janeiro."),))), limits=Limits())
    assert not [s for s in document.sections if s.kind is SectionKind.FOOTNOTE]
    assert "Valores em reais de janeiro." in document.text

"""What is printed at the head and foot of the pages of the real PDF files stands in no passage."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from latam_rag.config import Limits
from latam_rag.parse import ocr, parse
from latam_rag.split import split
from latam_rag.types import Document, Genre, Resource

#: By file: its genre, and its headers, footers and page numbers as read on the pages.
PRINTED = {
    "Protocolo-v3.pdf": (
        Genre.AUTO,
        r"GESTIÓN DE SERVICIO AL CIUDADANO|CÓDIGO GSC-PRT|ALCALDÍA MUNICIPAL DE CHÍA|PÁGINAS \d+ de \d+",
    ),
    "OTA_2018_-_Ord._12754.pdf": (Genre.LAW, r"Pág\. ?Nº ?\d"),
    "mun-cdmx-*.pdf": (Genre.LAW, r"LEY QUE REGULA EL USO DE LA TECNOLOGÍA PARA LA\s+SEGURIDAD CIUDADANA DE LA CIUDAD"),
    "mun-guadalajara-*.pdf": (Genre.LAW, r"^\d{1,3}$|\n\n\d{1,3}\n\n"),
    "Lei_complementar.pdf": (Genre.LAW, r"LeisMunicipais|leismunicipa\.is|Gerado ?em|\b\d{1,2}/64\b"),
    "Lei_organica.pdf": (Genre.LAW, r"LeisMunicipais|leismunicipa\.is|Gerado ?em|\b\d{1,2}/79\b"),
    "Lei_ordinaria.pdf": (Genre.LAW, r"LeisMunicipais|leismunicipa\.is|L eis M u nicip|Gerado ?em|\d ?/ ?2 ?1 ?4\b"),
    "Base-Nacional-*.pdf": (
        Genre.CURRICULUM,
        r"^(?:BASE NACIONAL|COMUM CURRICULAR)$|^LINGUAGENS – \w+|^(?:LINGUAGENS )?ENSINO FUNDAMENTAL$|\(Continuação\)",
    ),
    "bases-curriculares-1ro-*.pdf": (Genre.CURRICULUM, r"Bases Curriculares [Ú•] 1º a 6º|^[\w ,]+ [1-6]º [bB]ásico$"),
}


@pytest.fixture(autouse=True)
def _no_ocr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "read_scans", lambda *given, **named: [])


def read(shared: Path, name: str) -> Document:
    path = next((shared / "corpus").rglob(name))
    return parse(Resource(uri=path.name, body=path.read_bytes()), limits=Limits())


@pytest.mark.parametrize("name", PRINTED)
def test_no_running_header_stands_in_a_passage(shared: Path, name: str) -> None:
    genre, printed = PRINTED[name]
    document = read(shared, name)
    passages = split(document, index="i", genre=genre)
    assert [p.text for p in passages if re.search(printed, p.text, re.MULTILINE)] == []
    assert all(document.text[p.start : p.end] == p.text for p in passages)


def test_the_headers_are_kept_with_their_pages(shared: Path) -> None:
    pages = read(shared, "bases-curriculares-1ro-*.pdf").pages
    assert pages[48].running == ("Artes Visuales", "1º básico")
    assert pages[86].running == ("Ciencias Naturales", "1º básico")

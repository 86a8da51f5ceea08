"""LeyChile's margin notes out of its sentences, and every article of the real laws with its number, place and date."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from latam_rag.config import Limits
from latam_rag.parse import margin, parse
from latam_rag.split import split
from latam_rag.types import Document, Resource, SectionKind

LAW = """<ley xmlns="https://leychile.cl/schema/ley/v1" tipo="Ley" numero="90.001" estado="vigente">
<metadatos><titulo>SOBRE FERIAS</titulo></metadatos><contenido>
<articulo numero="1" fecha_modificacion="2001-02-03"><texto>Artículo 1º.- La feria estará abierta a los ve cinos Ley 90.002
los sábados y a los vendedores los Art. 1º Nº 1
domingos. D.O. 14.12.1999
 Los vecinos pagarán según el artículo Ley 90.001
12 de la ley Nº 90.003. Art. 2º D.O.
 05.12.1986
 Nada más.</texto></articulo>{rest}</contenido></ley>"""


def document(rest: str = "") -> Document:
    return parse(Resource(uri="ley.xml", body=LAW.format(rest=rest).encode()), limits=Limits())


def test_margin_notes_are_metadata_and_not_text() -> None:
    read = document()
    unit = next(section for section in read.sections if section.kind is SectionKind.UNIT)
    assert read.text[unit.start : unit.end] == (
        "Artículo 1º.- La feria estará abierta a los vecinos los sábados y a los vendedores los domingos.\n\n"
        "Los vecinos pagarán según el artículo 12 de la ley Nº 90.003.\n\nNada más."
    )
    # The law's own number only says where the rule stood before.
    assert unit.metadata["amended_by"] == ("Ley 90.002 Art. 1º Nº 1 D.O. 14.12.1999",)
    assert unit.metadata["valid_from"] == "2001-02-03"


@pytest.mark.parametrize(
    ("lines", "text", "notes"),
    [
        (["nacional. CPR Art. 2° D.O.", " 24.10.1980"], ["nacional."], ["CPR Art. 2° D.O. 24.10.1980"]),
        (["será funcional y CPR Art. 3°", "a la ley y 3 D.O.", "fin. 24.10.1980"], ["será funcional y", "a la ley", "fin."],
         ["CPR Art. 3° y 3 D.O. 24.10.1980"]),
        (["negativa y Ley 19.000 Art.", "nada y 24.10.1980"], ["negativa y", "nada y"], ["Ley 19.000 Art. 24.10.1980"]),
        (["de todo o parte de los Ley 17.235/69,", "impuestos, los inmuebles Art. 2º", "que se indican."],
         ["de todo o parte de los", "impuestos, los inmuebles", "que se indican."], ["Ley 17.235/69 Art. 2º"]),
        (["según dispone la Ley 17.235/69,", "sobre impuestos."], ["según dispone la Ley 17.235/69,", "sobre impuestos."], []),
        (["rige la Ley 19.300", "y el artículo 12", "que todos conocen."],
         ["rige la Ley 19.300", "y el artículo 12", "que todos conocen."], []),
        (["los LEY Nº 20.033", "artículo 7º ART. 5º Nº 2 a)", "de otra D.O. 01.07.2005"], ["los", "artículo 7º", "de otra"],
         ["LEY Nº 20.033 ART. 5º Nº 2 a) D.O. 01.07.2005"]),
    ],
)  # fmt: skip
def test_the_pieces_of_a_note_at_the_ends_of_lines(lines: list[str], text: list[str], notes: list[str]) -> None:
    assert margin.cleared(["\n".join(lines)]) == (["\n".join(text)], notes)


def test_a_note_runs_over_the_paragraphs_of_an_article() -> None:
    cleared, notes = margin.cleared(
        ["En D.F.L 1-19.704\nel ejercicio ART. 14", "los ingresos D.O. 03.05.2002\nde todos."]
    )
    assert cleared == ["En\nel ejercicio", "los ingresos\nde todos."]
    assert notes == ["D.F.L 1-19.704 ART. 14 D.O. 03.05.2002"]


def test_only_words_that_the_law_uses_are_mended() -> None:
    words = Counter({"protección": 3, "de": 9, "recho": 1, "derecho": 2, "la": 5, "dela": 1, "protecc": 1})
    assert margin.mended("la protecc ión de recho de la ley", words) == "la protección derecho de la ley"


def test_the_only_transitory_article_has_no_number() -> None:
    read = document('<articulo numero=""><texto>Artículo Transitorio. Rige mañana.</texto></articulo>')
    assert [s.metadata["article"] for s in read.sections if s.kind is SectionKind.UNIT] == ["1", "unico-transitorio"]


def test_every_article_of_the_real_laws(shared: Path) -> None:
    articles = 0
    for path in sorted((shared / "corpus/legal/cl-leychile-xml").glob("*.xml")):
        body = path.read_bytes()
        read = parse(Resource(uri=path.name, body=body), limits=Limits())
        written = len(re.findall(rb"<articulo\s", body))
        units = [s for s in read.sections if s.kind is SectionKind.UNIT and "article" in s.metadata]
        # Provisions that the source calls sections come on top.
        assert len([s for s in units if not s.label.startswith("disposición")]) == written, path.name
        articles += written
        for unit in units:
            assert unit.label and (unit.metadata.get("valid_from") or read.metadata.get("valid_from")), path.name
            assert not re.search(r"D\.O\. ?\d|CPR Art", read.text[unit.start : unit.end]), unit.label
        for passage in split(read, index="i"):
            assert read.text[passage.start : passage.end] == passage.text
    assert articles == 2499

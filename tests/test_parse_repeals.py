"""What registries remark of a norm's end, against what their headers declare."""

from __future__ import annotations

import pytest

from latam_rag.config import Limits
from latam_rag.parse import parse
from latam_rag.parse.repeals import found_in
from latam_rag.types import Resource


@pytest.mark.parametrize(
    ("remark", "status", "by", "until"),
    [
        ("ABROGADA POR LEY NRO. 9.206 - ART. 132 - BOLETIN OFICIAL 28/12/2006 - PAG. 10.-", "repealed",
         "LEY NRO. 9.206 - ART. 132 - BOLETIN OFICIAL 28/12/2006 - PAG. 10", "2006-12-28"),
        ("Derogada/o por: Ley Nº 15.738 de 13/03/1985 artículo 4. Reglamentada por: Decreto Nº 1/986 de 1/1/1986.",
         "repealed", "Ley Nº 15.738 de 13/03/1985 artículo 4", "1985-03-13"),
        ("ABROGADA POR LA LEY 9.994, B.O. 08/10/2014. VIGENCIA: 1° DE AGOSTO DE 2015", "repealed",
         "LEY 9.994, B.O. 08/10/2014", "2015-07-31"),
        ("Declarada su nulidad absoluta por: Ley Nº 15.738 de 13/03/1985.", "repealed", "Ley Nº 15.738 de 13/03/1985",
         "1985-03-13"),
        ("Revogada parcialmente pela Lei nº 9, de 3/3/2001", "partially_repealed", "", ""),
        ("Derogada por otra de 45/13/2001", "repealed", "otra de 45/13/2001", ""),
    ],
)  # fmt: skip
def test_what_a_remark_says(remark: str, status: str, by: str, until: str) -> None:
    found = found_in(remark)
    assert found is not None and found.status == status and found.until == until
    assert by in (found.by, "") or found.status == "partially_repealed"


def test_a_remark_that_repeals_nothing() -> None:
    assert found_in("OBSERVADA PARCIALMENTE POR EL DECRETO 179/1995, B.O. 10/02/1995") is None


def test_the_registry_contradicts_the_header() -> None:
    body = (
        '---\ntitle: "Ley 9 de ferias"\nstatus: "in_force"\npublication_date: "1974-02-20"\n'
        'references_html: "**Derogada/o por:** Ley Nº 15.738 de 13/03/1985 artículo [4](https://x.uy/4)."\n---\n'
        "# Ley 9\n\n##### Artículo 1\n\nLa feria abre los sábados.\n"
    )
    said = parse(Resource(uri="ley.md", body=body.encode()), limits=Limits()).metadata
    assert (said["status"], said["valid_from"], said["valid_to"]) == ("repealed", "1974-02-20", "1985-03-13")
    assert said["amended_by"] == ("Ley Nº 15.738 de 13/03/1985 artículo 4",)


@pytest.mark.parametrize(
    ("head", "status", "by"),
    [
        ("# Ordenanza 12/2019\n\nNorma derogada por la Ordenanza 44/2024", "repealed", "Ordenanza 44/2024"),
        ("RESOLUCIÓN 44-2021(\\*)\n\n(\\*) DEROGADA por la Resolución 95-2024, publicada el 05 junio 2024.", "repealed",
         "Resolución 95-2024, publicada el 05 junio 2024"),
        ("LEI Nº 866 (Revogada pela Lei nº 1.413, de 2021)", "repealed", "Lei nº 1.413, de 2021"),
        ("Esta ley fue derogada parcialmente por la Ley 99", "partially_repealed", None),
        ("Aviso: norma derogada", "repealed", None),
        ("Ordenanza sobre ruidos. Deroga la ordenanza 5", None, None),
        ("Revogado.", None, None),
        ("Regulamento (Revogado)", None, None),
        ("Derogada por la ley 5 la tasa de basura, corresponde dictar una nueva ordenanza que regule lo que aquella regulaba "
         "y que fue por tanto dejado sin norma alguna hasta hoy, en toda la comuna", None, None),
    ],
)  # fmt: skip
def test_what_stands_over_the_first_article_counts_more_than_the_header(
    head: str, status: str | None, by: str | None
) -> None:
    text = (
        f"---\ntitle: x\nstatus: in_force\n---\n{head}\n\nArtículo 1.- La multa es de 5 UTM. Derogada por la Ley 1.\n"
    )
    read = parse(Resource(uri="norma.md", body=text.encode()), limits=Limits())
    assert read.metadata.get("status") == (status or "in_force")
    assert read.metadata.get("amended_by") == ((by,) if by else None)

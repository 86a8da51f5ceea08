"""Norms of Chile in the form that LeyChile's own service sends."""

from __future__ import annotations

from region_pages import leychile, part

from latam_rag.config import Limits
from latam_rag.parse import parse
from latam_rag.split import split
from latam_rag.types import Document, Passage, Resource


def read(body: bytes) -> Document:
    return parse(Resource(uri="norma", body=body), limits=Limits())


def passages(body: bytes) -> dict[str, Passage]:
    return {passage.label: passage for passage in split(read(body), index="x")}


def test_each_article_is_cited_by_its_number_under_its_chapter() -> None:
    found = passages(leychile())
    assert [label for label in found if label.startswith("art.")] == [
        "art. 1", "art. 2", "art. 2 bis", "art. primero transitorio",
    ]  # fmt: skip
    assert found["art. 1"].headings[-1] == "Capítulo I DE LA PATENTE"
    assert found["art. 1"].text.endswith("comercio en la comuna debe pagar patente.")


def test_what_the_registry_says_of_the_norm_and_of_each_article() -> None:
    document = read(leychile())
    assert document.title == "Ley 90001: ESTABLECE LA PATENTE DE FERIAS"
    assert document.url == "https://www.bcn.cl/leychile/navegar?idNorma=900001"
    said = document.metadata
    assert (said["norm"], said["kind"], said["body"], said["status"]) == (
        "90001", "Ley", "MINISTERIO DE FERIAS", "in_force",
    )  # fmt: skip
    assert (said["valid_from"], said["version"], said["common_names"]) == (
        "2011-03-01", "2018-06-05", ("LEY DE FERIAS",),
    )  # fmt: skip
    found = passages(leychile())
    assert found["art. 2"].metadata["valid_from"] == "2018-06-05"
    assert found["art. 2"].metadata["article"] == "2"
    assert found["art. 2 bis"].metadata["status"] == "repealed"
    assert found["art. primero transitorio"].metadata["article"] == "1-transitorio"


def test_the_notes_of_the_margin_are_no_part_of_the_text() -> None:
    fee = passages(leychile())["art. 2"]
    assert "90.105" not in fee.text and "D.O." not in fee.text
    assert "dos cuotas iguales, en enero y en julio de cada año." in fee.text
    assert fee.metadata["amended_by"] == ("Ley 90.105 Art. 1 Nº 3 D.O. 05.06.2018",)


def test_a_code_inside_an_article_keeps_its_own_articles() -> None:
    code = part(
        "Artículo", "    Artículo 1°.- Apruébase el siguiente Código:", name="1 ",
        inner=part("Doble Articulado", "\xa0", name="del Artículo 1",
                   inner=part("Título", "    TITULO I", title="TITULO I",
                              inner=part("Artículo", "    Artículo 7.- Cierran a las 14 horas.", name="7 (DEL ART. 1)"))),
    )  # fmt: skip
    body = leychile().replace(b"<EstructurasFuncionales>", b"<EstructurasFuncionales>" + code.encode(), 1)
    found = passages(body)
    inner = next(passage for label, passage in found.items() if "7" in label)
    assert inner.headings[-1] == "TITULO I" and inner.metadata["article"] == "7"


def test_pictures_inside_a_text_are_left_out() -> None:
    packed = "<aem:ArchivoBinario xmlns:aem='http://valida.aem.gob.cl'><aem:DataCodificada>QUJD</aem:DataCodificada></aem:ArchivoBinario>"
    body = leychile().replace(b"comercio\nen la", f"comercio {packed}en la".encode())
    assert "QUJD" not in read(body).text and "en la comuna" in read(body).text

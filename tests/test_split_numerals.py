"""What a resolution counts, a text that is nothing but an address, and marks that Markdown left over."""

from __future__ import annotations

from latam_rag.config import Limits
from latam_rag.parse import parse
from latam_rag.split import split
from latam_rag.types import Genre, Passage, Resource

RESOLUTION = """# Resolución 84

Vista la propuesta de la Dirección;

SE RESUELVE:

**1.** La administración de los fondos se efectúa en los institutos.

a. Institutos especializados;

2. Los establecimientos informarán trimestralmente.

3. Regístrese y publíquese.
"""


def _passages(text: str, genre: Genre = Genre.LAW) -> list[Passage]:
    document = parse(Resource(uri="norma.md", revision="1", body=text.encode()), limits=Limits())
    found = split(document, index="prueba", genre=genre)
    assert all(document.text[each.start : each.end] == each.text for each in found)
    return found


def test_a_resolution_that_counts_is_cited_by_its_numerals() -> None:
    labels = [each.label for each in _passages(RESOLUTION)]
    assert labels == ["preámbulo", "numeral 1", "numeral 2", "numeral 3"]


def test_numbers_in_recitals_are_no_numerals() -> None:
    text = RESOLUTION.replace("SE RESUELVE:", "Considerando lo siguiente")
    assert not any("numeral" in each.label for each in _passages(text))


def test_an_address_alone_is_no_passage() -> None:
    text = "# Acuerdo\n\nArtículo 1. Apruébase el plan.\n\n## Origen\n\nFuente: https://example.gob.pe/a?b=1\nPDF: https://example.gob.pe/a.pdf\n"
    assert [each.label for each in _passages(text)] == ["art. 1"]
    text = "# Guía\n\n## Dónde\n\nVea el plan en https://example.gob.pe/plan y pida turno.\n"
    assert len(_passages(text, Genre.PROSE)) == 1


def test_a_heading_has_no_bullet_and_a_paragraph_no_half_of_an_emphasis() -> None:
    text = "# Tema\n\n### * Eu prefiro trabalhar:\n\n_A autoridade dirige.\n\nO nome do_campo fica como está, e ____ também.\n"
    found = _passages(text, Genre.PROSE)
    assert found[-1].headings[-1] == "Eu prefiro trabalhar:"
    said = "\n".join(each.text for each in found)
    assert "\n_A" not in said and not said.startswith("_")
    assert "do_campo" in said and "____" in said


def test_what_stands_before_article_5_of_a_part_is_no_preamble() -> None:
    text = (
        "Se aplica un mínimo a cada una.\n\nArt. 5.- El Departamento podrá reducirlo.\n\nArt. 6.- Fíjase la alícuota."
    )
    assert [each.label for each in _passages(text)] == ["", "art. 5", "art. 6"]


def test_who_signed_where_and_when_is_said_to_be_that() -> None:
    text = (
        "# Ley 1\n\nARTICULO 1. — La locación se rige por esta ley.\n\nARTICULO 2. — Comuníquese al Poder Ejecutivo.\n\n"
        + "Dada en la Sala de Sesiones del Congreso Argentino, en Buenos Aires, a los veinte días del mes de setiembre.\n\n"
        + "J. C. PUGLIESE\n\nE. OTERO\n\nCarlos A. Bejar\n\nAntonio J. Macris\n\n—Registrada bajo el Nº 23.091—\n\n"
        + "J. C. PUGLIESE | E. OTERO\n\nPor tanto: téngase por Ley de la Nación, cúmplase, comuníquese y archívese.\n"
    )
    assert _passages(text)[-1].label == "firmas"


def test_general_provisions_that_are_one_heading_of_many_hold_not_the_next() -> None:
    text = (
        "# Código\n\n## CAPÍTULO VI Da Proteção\n\n### Disposições Gerais\n\nArt. 46. Os contratos não obrigarão.\n\n"
        "### Das Cláusulas Abusivas\n\nArt. 51. São nulas as cláusulas que isentem.\n"
    )
    assert _passages(text)[-1].headings == ("CAPÍTULO VI Da Proteção", "Das Cláusulas Abusivas")


def test_emphasis_around_a_sign_of_punctuation_is_none() -> None:
    text = "# Decreto\n\nEl plazo vence el 31 de julio de 2001__”.__(*)\n\nFirma: __ del titular.\n"
    said = "\n".join(each.text for each in _passages(text, Genre.PROSE))
    assert "2001”.(*)" in said and "__ del titular" in said


def test_a_long_row_is_cut_at_the_end_of_a_sentence() -> None:
    rows = (
        "| Versión | Cambio |\n|---|---|\n| 2 | "
        + "Se ajusta el alcance del documento, y también los canales. " * 60
        + "|\n"
    )
    found = _passages(f"# Cambios\n\n{rows}", Genre.PROSE)
    assert len(found) > 2 and all(each.text.rstrip().endswith("canales.") for each in found[1:])

"""What opens a law and what closes it: under its own name, among its transitory articles, before a registry's list."""

from __future__ import annotations

from latam_rag.split import split
from latam_rag.types import Document, Genre, Passage, Section, SectionKind

_ARTICLE = "Artículo 1.- Créase el registro.\n\nArtículo 2.- Publíquese.\n\n"
_WHO = "CARLOS FERRERO\n\nPresidente del Congreso de la República\n\nPOR TANTO:\n\nMando se publique y cumpla.\n\n"


def passages(text: str, *headings: str, struck: str = "", title: str = "Registro") -> list[Passage]:
    sections = [
        Section(kind=SectionKind.HEADING, start=text.index(heading), end=text.index(heading) + len(heading), level=1)
        for heading in headings
    ]
    if struck:
        at = text.index(struck)
        sections.append(Section(kind=SectionKind.STRUCK, start=at, end=at + len(struck)))
    document = Document(uri="ley.md", title=title, text=text, genre=Genre.LAW, language="es", sections=tuple(sections))
    return split(document, index="i")


def labels(text: str, *headings: str) -> list[str]:
    return [passage.label for passage in passages(text, *headings)]


def test_what_stands_under_the_law_s_name_is_its_preamble() -> None:
    text = "LEY Nº 27563\n\nEL CONGRESO DE LA REPÚBLICA;\n\nHa dado la Ley siguiente:\n\n" + _ARTICLE
    assert labels(text, "LEY Nº 27563") == ["preámbulo", "art. 1", "art. 2"]
    text = "RESOLUCIÓN Nº 103-2017\n\nCONSIDERANDO:\n\nQue es preciso;\n\nSE RESUELVE:\n\n" + _ARTICLE
    assert labels(text, "RESOLUCIÓN Nº 103-2017") == ["considerandos", "art. 1", "art. 2"]


def test_what_a_guide_says_before_the_law_is_no_preamble() -> None:
    text = "PRESENTACIÓN\n\nEsta edición reúne las normas de la feria.\n\n" + _ARTICLE
    assert labels(text, "PRESENTACIÓN") == ["", "art. 1", "art. 2"]


def test_who_signed_with_their_office_and_the_list_under_it() -> None:
    text = _ARTICLE + _WHO * 3 + "R.J. Nº 181-2011-INEI (Autorizan actualización del Registro Nacional)\n"
    assert labels(text) == ["art. 1", "art. 2", "firmas", "concordancias"]


def test_how_a_resolution_is_promulgated_is_no_part_of_its_last_article_nor_what_it_approves_of_its_signatures() -> (
    None
):
    text = _ARTICLE + (
        "Regístrese, comuníquese y publíquese.\n\nJOSÉ CHANG ESCOBEDO\n\nMinistro de Educación\n\n"
        "“NORMAS PARA LA DISTRIBUCIÓN DE MATERIAL EDUCATIVO”\n\nI. OBJETIVOS\n\n1.1 Distribuir el material a tiempo."
    )
    found = passages(text)
    assert [p.label for p in found] == ["art. 1", "art. 2", "firmas", ""]
    assert found[1].text == "Artículo 2.- Publíquese." and found[2].text.endswith("Ministro de Educación")
    assert found[3].headings == ("“NORMAS PARA LA DISTRIBUCIÓN DE MATERIAL EDUCATIVO”",)


def test_who_signed_stands_apart_before_an_annex_too() -> None:
    given = "DADA EN LA SALA DE SESIONES DEL CONGRESO, A LOS VEINTINUEVE DIAS DEL MES DE MARZO.\n\n"
    for heading, label in (("ANEXO I", "anexo I"), ("Antecedentes Normativos:", "antecedentes normativos")):
        text = f"{_ARTICLE}{given}{heading}\n\n- Artículo 6 sustituido por art. 14 del Decreto N° 462/2025."
        assert labels(text) == ["art. 1", "art. 2", "firmas", label]


def test_who_promulgated_a_reform_is_no_part_of_its_last_article() -> None:
    text = (
        "TRANSITORIOS DEL DECRETO DE 2014\n\nPRIMERO.- Rige desde mañana.\n\nSEGUNDO.- Publíquese.\n\n"
        "Recinto de la Asamblea, a los nueve días del mes de octubre.- DIP. ANA OLIVA, PRESIDENTA.- FIRMAS.\n\n"
        "En cumplimiento de lo dispuesto por el artículo 122, expido el presente Decreto Promulgatorio.\n\n"
        "TRANSITORIOS DEL DECRETO DE 2020\n\nPRIMERO.- Publíquese."
    )
    found = passages("Artículo 1.- Uno.\n\n" + text)
    assert [p.label for p in found] == [
        "art. 1", "art. 1 transitorio", "art. 2 transitorio", "firmas", "art. 1 transitorio",
    ]  # fmt: skip
    assert found[2].text == "SEGUNDO.- Publíquese."


def test_a_sentence_that_begins_with_a_chapter_is_no_chapter() -> None:
    text = "Artículo 1.- Uno.\n\nCAPÍTULO III, de la presente Ley, se considera infracción\n\nArtículo 2.- Dos."
    assert [p.headings for p in passages(text, "CAPÍTULO III, de la presente Ley, se considera infracción")] == [(), ()]


def test_what_a_note_in_brackets_strikes_through_stays_in_it() -> None:
    text = "Artículo 1.- La Comisión decide. (Vide Decretos nº 3717, nº 4198, nº 5547)\n\nArtículo 2.- Dos."
    found = passages(text, struck="nº 3717, nº 4198,")
    assert [p.text for p in found] == text.split("\n\n")
    assert "status" not in found[0].metadata


def test_a_part_doesn_t_end_with_what_opens_the_next_items() -> None:
    items = "".join(f"{number}) Ordenar {'las ferias y los mercados ' * 8}del municipio.\n" for number in range(1, 12))
    text = f"Artículo 1.- Compete a la Junta:\n{items}12) Velar por los derechos:\n" + "".join(
        f"{letter}) Ejercitando {'la acción que corresponda ' * 8}.\n" for letter in "abcdef"
    )
    assert not any(p.text.rstrip().endswith("derechos:") for p in passages(text))


def test_the_note_of_a_reform_stays_under_its_fraction() -> None:
    fractions = [
        f"{number}. La prevención {'de los delitos y las faltas ' * 9};\n\nFracción reformada G.O. CDMX 27/08/25\n\n"
        for number in ("I", "II", "III", "IV", "V", "VI", "VII")
    ]
    found = passages("Artículo 15.- Se usa en:\n\n" + "".join(fractions))
    assert len(found) > 1
    assert not any(p.text.startswith("Fracción reformada") for p in found)
    assert found[1].label.startswith("art. 15, frac")


def test_a_page_out_of_the_middle_has_no_preamble() -> None:
    assert labels("4) Venta de extintores.\n\nd) Del 1,50%:\n\n1) Elaboración de cervezas.") == [""]
    assert labels("VISTO:\n\nEl oficio.\n\nCONSIDERANDO:\n\nQue se pide;\n\nArtículo 2.- Dos.\n\nArtículo 3.- Tres.") == [
        "considerandos", "art. 2", "art. 3",
    ]  # fmt: skip


def test_a_line_that_announces_goes_with_what_it_announces() -> None:
    text = "".join(
        f"Adultos de {number} años\n\n" + "Se les atiende con respeto y sin demora en la sala. " * 9 + "\n\n"
        for number in range(60, 72)
    )
    document = Document(uri="a.txt", title="Atención", text=text, genre=Genre.PROSE, language="es")
    found = split(document, index="i")
    assert len(found) > 2
    assert not any(p.text.endswith("años") for p in found)


def test_a_list_of_dots_and_numbers_is_nobody_s_name() -> None:
    dots = "." * 40
    text = (
        f"Artículo 1.- Modifícase la Ley 3:\n\n“Artículo 55. {dots}\n\nII - {dots}\n\n"
        + "Los centros serán fiscalizados. " * 10
        + "”\n\n"
    )
    assert labels(text + "Artículo 2.- Publíquese.") == ["art. 1", "art. 2"]
    assert labels(text) == ["art. 1"]


def test_the_mayor_s_office_and_a_date_close_a_law() -> None:
    given = (
        "Gabinete do Prefeito Municipal de Gurupá, aos 2 dias do mês de abril de 2014.\n\nRaimundo Monteiro\n\nPrefeito"
    )
    assert labels(_ARTICLE + given) == ["art. 1", "art. 2", "firmas"]


def test_a_name_in_large_print_below_the_date_is_no_heading() -> None:
    given = "Gabinete do Prefeito, aos 2 dias do mês de abril de 2014.\n\nRaimundo Monteiro\n\nPrefeito Municipal"
    found = passages(_ARTICLE + given, "Raimundo Monteiro", title="Lei")
    assert [p.label for p in found] == ["art. 1", "art. 2", "firmas"] and found[-1].text == given


def test_what_a_summary_calls_transitory_is_no_heading_of_the_law() -> None:
    summary = (
        "Disposiciones preliminares.\n\nDisposiciones complementarias y transitorias.\n\nSancionada: Julio 20.\n\n"
    )
    found = passages(summary + "TITULO I\n\nDe la materia\n\n" + _ARTICLE + "TITULO II\n\nArtículo 3.- Fin.")
    assert [p.headings for p in found if p.label.startswith("art.")] == [
        ("TITULO I De la materia",), ("TITULO I De la materia",), ("TITULO II",),
    ]  # fmt: skip
    found = passages("DISPOSICIONES TRANSITORIAS\n\nArtículo 1.- Uno.\n\nArtículo 2.- Dos.")
    assert found[0].headings == ("DISPOSICIONES TRANSITORIAS",)


def test_a_title_over_two_lines_is_no_heading() -> None:
    title = "Ley Nº 12180 - CONCESION DE LICENCIAS A LAS PERSONAS OPERADAS"
    found = passages(f"{title}\n\n{_ARTICLE}", title, title=f"{title} DE TUMOR LARINGEO")
    assert [p.headings for p in found] == [(), ()]


def test_what_a_registry_notes_under_the_signatures_stands_apart() -> None:
    text = (
        "Artículo 1.- Aprobar los Lineamientos.\n\nRegístrese, comuníquese y publíquese.\n\nDANIEL PAREDES SOTO\n\n"
        "Ministro de Educación\n\nEnlace Web: Lineamientos (PDF).\n\nNOTA: No han sido publicados en el diario oficial."
    )
    found = passages(text)
    assert [part.label for part in found] == ["art. 1", "firmas", "notas"]
    assert found[-1].text.startswith("Enlace Web:") and found[1].text.endswith("Ministro de Educación")


def test_the_transitory_articles_of_each_reform_stand_under_it_and_not_under_the_table_above() -> None:
    text = (
        "Artículo 1. Rige hoy.\n\nArtículo 2. Se publica.\n\nTABLA D MENSUAL\n\nPuestos y sueldos.\n\n"
        "Artículos transitorios de la reforma al artículo 74 aprobada el 2 de mayo de 2022:\n\n"
        "Primero. Publíquese.\n\nSegundo. Entra en vigor mañana.\n\n"
        "Artículos transitorios de las reformas a los artículos 8 y 11, aprobadas el 6 de junio:\n\nPrimero. Publíquese ya."
    )
    found = passages(text, "TABLA D MENSUAL")
    assert [part.label for part in found[-3:]] == ["art. 1 transitorio", "art. 2 transitorio", "art. 1 transitorio"]
    assert [part.headings[0][:50] for part in found[-3:]] == [
        "Artículos transitorios de la reforma al artículo 7",
        "Artículos transitorios de la reforma al artículo 7",
        "Artículos transitorios de las reformas a los artíc",
    ]
    assert {len(part.headings) for part in found[-3:]} == {1}

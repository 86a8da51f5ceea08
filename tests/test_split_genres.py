"""Curricula, service sheets, prose and tables; and which of them a document is."""

from __future__ import annotations

import pytest

from latam_rag.config import Limits
from latam_rag.parse import parse
from latam_rag.parse.parts import named
from latam_rag.split import split
from latam_rag.split.genres import decide
from latam_rag.types import Document, Genre, Resource, Section, SectionKind


def document(text: str, *sections: Section, genre: Genre = Genre.AUTO, title: str = "Documento") -> Document:
    return Document(uri="d", title=title, language="es", text=text, genre=genre, sections=sections)


CURRICULUM = (
    "Matemática 4º\n\nMA04 OA 07 Demostrar que comprenden la adición.\n\nMA04 OA 08 Demostrar que comprenden las fracciones:\n"
    "explicando que una fracción representa la parte de un todo.\n\n(EF05MA03) Identificar e representar frações.\n"
)
SERVICE = "Licencia de conducir\n\nRequisitos:\n- Cédula\n- Certificado\n\nCosto: $ 20.000\n\n¿Dónde? En la plaza.\n"
LAW = "Artículo 1.- Los vecinos pagarán.\nArtículo 2.- Las multas serán pagadas.\n"
PROSE = "La comuna celebra su aniversario en mayo. Habrá actividades en la plaza."


@pytest.mark.parametrize(
    ("text", "genre"),
    [(CURRICULUM, Genre.CURRICULUM), (SERVICE, Genre.SERVICE), (LAW, Genre.LAW), (PROSE, Genre.PROSE)],
)
def test_content_decides_the_genre(text: str, genre: Genre) -> None:
    assert decide(document(text)) is genre
    assert decide(document(text, genre=Genre.PROSE)) is Genre.PROSE
    assert decide(document(text, genre=Genre.PROSE), Genre.LAW) is Genre.LAW


def test_an_objective_per_code_with_what_the_code_says() -> None:
    found = [p for p in split(document(CURRICULUM), index="i") if "code" in p.metadata]
    assert [(p.label, p.metadata["code"], p.metadata["grade"], p.metadata["subject"]) for p in found] == [
        ("MA04 OA 07", "MA04OA07", "4° básico", "Matemática"),
        ("MA04 OA 08", "MA04OA08", "4° básico", "Matemática"),
        ("EF05MA03", "EF05MA03", "5º ano", "Matemática"),
    ]
    assert found[1].text.endswith("la parte de un todo.")


def test_a_heading_that_is_a_code_names_what_stands_under_it() -> None:
    written = (
        "# Matemática\n\n## Números\n\n#### Objetivo de aprendizaje MA04 OA 08\n\nContar canoas:\n\n- hasta cien\n\n"
        "#### MA04 OA 09\n\nSumar remos.\n\n#### De MA04 OA 10 en adelante\n\nOtra cosa.\n"
    )
    resource = Resource(uri="d.md", body=written.encode())
    pieces = split(parse(resource, limits=Limits()), index="i", genre=Genre.CURRICULUM)
    assert [(piece.label, piece.metadata.get("code")) for piece in pieces] == [
        ("MA04 OA 08", "MA04OA08"), ("MA04 OA 09", "MA04OA09"), ("", None),
    ]  # fmt: skip
    assert pieces[0].headings[-1] == pieces[0].metadata["axis"] == "Números"
    listed = written.replace("## Números", "## Objetivos de aprendizaje")
    resource = Resource(uri="d.md", body=listed.encode())
    assert "axis" not in split(parse(resource, limits=Limits()), index="i", genre=Genre.CURRICULUM)[0].metadata
    assert pieces[0].text == "Contar canoas:\n\n- hasta cien"


def test_what_is_suggested_for_an_objective_stays_with_it() -> None:
    text = (
        "(EF04CI61) Identificar misturas.\n\nSugestão: preparar três\nmisturas.\n\nOutra coisa.\n\n(EF04CI62) Testar."
    )
    found = split(document(text, genre=Genre.CURRICULUM), index="i")
    assert [(p.label, p.text.endswith("misturas.")) for p in found] == [
        ("EF04CI61", True),
        ("", False),
        ("EF04CI62", False),
    ]


def test_a_field_per_passage() -> None:
    found = {p.metadata.get("field"): p for p in split(document(SERVICE), index="i")}
    assert {"requirements", "cost", "channel"} <= set(found)
    assert "Certificado" in found["requirements"].text
    assert found["cost"].label == "Costo"


def headed(marked: str) -> tuple[str, tuple[Section, ...]]:
    """Markdown's headings as a parser gives them."""
    text, sections = "", []
    for line in marked.splitlines(keepends=True):
        written = line.lstrip("#").lstrip() if line.startswith("#") else line
        if written != line:
            level = len(line) - len(line.lstrip("#"))
            end = len(text) + len(written.rstrip())
            sections.append(Section(kind=SectionKind.HEADING, start=len(text), end=end, level=level))
        text += written
    return text, tuple(sections)


def places(text: str, *sections: Section) -> list[tuple[tuple[str, ...], str, str]]:
    found = split(document(text, *sections, genre=Genre.SERVICE), index="i")
    return [(p.headings, p.label, p.text) for p in found]


@pytest.mark.parametrize("field", ["##", "###"])
def test_each_service_of_a_sheet_has_its_own_fields(field: str) -> None:
    text, sections = headed(
        f"# Documento\n\nAviso.\n\n## Creche\n\n{field} Custo\n\nGratuito.\n\n{field} Onde\n\nRua A, 1.\n\n"
        f"## Poda\n\nSó em ruas.\n\n{field} Custo\n\nR$ 5.\n\n{field} Onde\n\nRua B, 2.\n"
    )
    assert places(text, *sections) == [
        ((), "", "Aviso."), (("Creche",), "Custo", "Gratuito."), (("Creche",), "Onde", "Rua A, 1."),
        (("Poda",), "", "Só em ruas."), (("Poda",), "Custo", "R$ 5."), (("Poda",), "Onde", "Rua B, 2."),
    ]  # fmt: skip


def test_a_sheet_says_in_each_passage_which_parts_it_has_and_begins_with_what_it_is() -> None:
    text, sections = headed(
        "# Trámites\n\n## Poda\n\nLa municipalidad poda los árboles de la calle.\n\n### Costo\n\nGratis.\n\n"
        "### Consejo\n\nLlame antes.\n\n## Feria\n\n### ¿Qué necesito?\n\nCédula.\n"
    )
    found = split(document(text, *sections, genre=Genre.SERVICE), index="i")
    said = [(p.text.split()[0], p.metadata.get("field"), p.metadata.get("parts")) for p in found]
    poda = ("description", "cost")
    assert said == [
        ("La", "description", poda), ("Gratis.", "cost", poda), ("Llame", None, poda),
        ("Cédula.", "requirements", ("requirements",)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("label", "part"),
    [
        ("¿Cuál es el costo del trámite?", "cost"), ("Qual o prazo", "time"), ("O que é?", "description"),
        ("¿A quién está dirigido?", "audience"), ("¿Qué necesito para hacer el trámite?", "requirements"),
        ("¿Cómo y dónde hago el trámite?", "channel"), ("Etapas para a realização deste serviço", "steps"),
        ("3. Documentos a presentar:", "documents"), ("Fundamento jurídico", "legal_basis"), ("Dependencia", "office"),
        ("Documento que se obtiene", "result"), ("¿Qué vigencia tiene?", "validity"), ("Público-alvo", "audience"),
        ("Teléfonos", "contact"), ("Outras informações", "other"), ("Hazlo en 3 pasos", "steps"),
        ("Valor agregado", ""), ("Unidad de medida", ""), ("Artículo 5", ""),
    ],
)  # fmt: skip
def test_the_parts_of_a_sheet_by_their_many_names(label: str, part: str) -> None:
    assert named(label) == part


def test_services_of_a_text_without_headings() -> None:
    text = "Creche\n\nCusto: grátis\nOnde: Rua A, 1\n\nPoda\n\nCusto: R$ 5\nOnde: Rua B, 2\n"
    assert places(text) == [
        (("Creche",), "Custo", "Custo: grátis"), (("Creche",), "Onde", "Onde: Rua A, 1"),
        (("Poda",), "Custo", "Custo: R$ 5"), (("Poda",), "Onde", "Onde: Rua B, 2"),
    ]  # fmt: skip


def test_a_part_without_a_known_name_is_no_service() -> None:
    text, sections = headed(
        "# Licencia\n\n## Requisitos\n\n### Personas\n\nCédula.\n\n### Empresas\n\nRUT.\n\n"
        "## Advertencia\n\nNo hay.\n\n## Costo\n\n1 UTM.\n"
    )
    assert places(text, *sections) == [
        (("Licencia",), "Requisitos", "Personas\n\nCédula.\n\nEmpresas\n\nRUT."),
        (("Licencia", "Advertencia"), "", "No hay."), (("Licencia",), "Costo", "1 UTM."),
    ]  # fmt: skip


def test_a_label_in_a_long_text_holds_its_own_paragraph_and_list() -> None:
    prose = "\n\n".join("El municipio atiende a quien llega. " * 12 for _ in range(6))
    text = f"Requisitos:\n\n- Cédula\n\n- Foto\n\n{prose}\n\nHorario: de 8:00 a 14:00.\n\n{prose}"
    found = places(text)
    assert [(label, said) for _, label, said in found if label] == [
        ("Requisitos", "- Cédula\n\n- Foto"), ("Horario", "Horario: de 8:00 a 14:00."),
    ]  # fmt: skip
    assert "".join("".join(said.split()) for _, _, said in found) == "".join(text.removeprefix("Requisitos:").split())


def test_a_time_is_no_label() -> None:
    assert places("Horario de lunes a viernes de 8:30 a 14:00.\n\nCosto: nada") == [
        ((), "", "Horario de lunes a viernes de 8:30 a 14:00."), ((), "Costo", "Costo: nada"),
    ]  # fmt: skip


def test_the_source_knows_its_grades_better_than_the_code() -> None:
    text = "(EI01TS01) Explorar sons.\n"
    known = Document(uri="d", title="C", language="pt", text=text, genre=Genre.CURRICULUM, metadata={"grade": "Bebês"})
    assert split(known, index="i")[0].metadata["grade"] == "Bebês"
    unit = Section(
        kind=SectionKind.UNIT,
        start=0,
        end=len(text),
        label="EI01TS01",
        metadata={"code": "EI01TS01", "grade": "Creche"},
    )
    [passage] = split(document(text, unit, genre=Genre.CURRICULUM), index="i")
    assert passage.metadata["grade"] == "Creche"
    assert split(document(text, genre=Genre.CURRICULUM), index="i")[0].metadata["grade"] == "Educação Infantil"


def test_a_unit_of_the_parser_is_a_passage() -> None:
    text = "Custo\n\nGratuito."
    unit = Section(kind=SectionKind.UNIT, start=7, end=16, label="Custo", metadata={"field": "cost"})
    heading = Section(kind=SectionKind.HEADING, start=0, end=5, level=2)
    [passage] = split(document(text, heading, unit, genre=Genre.SERVICE), index="i")
    assert (passage.text, passage.header, passage.metadata["field"]) == ("Gratuito.", "Documento › Custo", "cost")


def test_prose_stands_under_its_headings() -> None:
    text = "Uno\n\nTexto primero.\n\nDos\n\nTexto segundo."
    headings = (
        Section(kind=SectionKind.HEADING, start=0, end=3, level=1),
        Section(kind=SectionKind.HEADING, start=21, end=24, level=2),
    )
    found = split(document(text, *headings, genre=Genre.PROSE), index="i")
    assert [(p.headings, p.text) for p in found] == [(("Uno",), "Texto primero."), (("Uno", "Dos"), "Texto segundo.")]


def test_a_long_table_keeps_its_header_row() -> None:
    rows = "\n".join(f"Rubro número {n} | {n}.500 | anual" for n in range(150))
    text = f"Rubro | Monto | Periodo\n{rows}"
    table = Section(kind=SectionKind.TABLE, start=0, end=len(text))
    found = split(document(text, table, genre=Genre.PROSE), index="i")
    assert len(found) > 3
    assert found[0].text.startswith("Rubro | Monto") and found[0].headings == ()
    assert all(p.headings == ("Rubro | Monto | Periodo",) and p.text.startswith("Rubro número") for p in found[1:])


def test_an_objective_in_a_table_is_its_cell() -> None:
    first = "(EF01LP20) Reproduzir listas e agendas."
    second = "(EF02LP16) Reproduzir bilhetes. (EF02LP17) Reproduzir relatos de experiências."
    row = "EM13LP01 | Relacionar o texto com suas condições. | 2"
    text = f"1º ANO | 2º ANO\n{first} | {second}\n{row}"
    table = Section(kind=SectionKind.TABLE, start=0, end=len(text))
    found = split(document(text, table, genre=Genre.CURRICULUM), index="i")
    assert [(p.label, p.text) for p in found if p.label] == [
        ("EF01LP20", first), ("EF02LP16", "(EF02LP16) Reproduzir bilhetes."),
        ("EF02LP17", "(EF02LP17) Reproduzir relatos de experiências."),
        ("EM13LP01", "EM13LP01 | Relacionar o texto com suas condições. | 2"),
    ]  # fmt: skip
    assert len(found) == 5


def test_rows_below_the_first_stand_under_the_header_of_their_table() -> None:
    rows = [f"{n:03} | {n}‰ | Venta al por menor de artículos de la clase {n}" for n in range(60)]
    text = "\n".join(["Código | Alícuota | Actividad", *rows])
    table = Section(kind=SectionKind.TABLE, start=0, end=len(text))
    found = split(document(text, table, genre=Genre.PROSE), index="i")
    assert len(found) > 2
    assert found[0].text.startswith("Código") and found[0].headings == ()
    assert all(p.headings == ("Código | Alícuota | Actividad",) for p in found[1:])

"""Objectives that a plan numbers without codes."""

from __future__ import annotations

from latam_rag.config import Limits
from latam_rag.parse import parse
from latam_rag.split import split
from latam_rag.split.genres import decide
from latam_rag.split.school import PLANS, place
from latam_rag.types import Document, Genre, Page, Passage, Resource, Section, SectionKind

CHILE, COLOMBIA = PLANS


def laid(marked: str) -> Document:
    """A line is a block: ``# `` a heading, ``- `` an item, else a paragraph; ``= `` begins a page with its running header."""
    text = ""
    sections: list[Section] = []
    starts: list[tuple[int, tuple[str, ...]]] = []
    for line in marked.strip().splitlines():
        if line.startswith("="):
            starts.append((len(text) + 2 if text else 0, tuple(filter(None, map(str.strip, line[1:].split("|"))))))
            continue
        kind = {"# ": SectionKind.HEADING, "- ": SectionKind.ITEM}.get(line[:2], SectionKind.PARAGRAPH)
        written = line if kind is SectionKind.PARAGRAPH else line[2:]
        text += "\n\n" if text else ""
        sections.append(Section(kind=kind, start=len(text), end=len(text) + len(written), level=1))
        text += written
    ends = [start for start, _ in starts[1:]] + [len(text)]
    pages = tuple(
        Page(number=number, start=start, end=end, running=running)
        for number, ((start, running), end) in enumerate(zip(starts, ends, strict=False), 1)
    )
    return Document(
        uri="d", title="Bases", language="es", text=text, sections=tuple(sections), pages=pages, genre=Genre.CURRICULUM
    )


def cited(document: Document) -> list[Passage]:
    found = split(document, index="i")
    for passage in found:
        assert document.text[passage.start : passage.end] == passage.text
    return [passage for passage in found if passage.label]


PRINTED = laid("""
= Matemática | Introducción
La matemática se aprende haciendo.
=
# Cuarto Básico
= Bases Curriculares | 1º a 6º Básico
# Objetivos de Aprendizaje
# Habilidades
# Resolver problemas
a Resolver problemas dados o creados.
b Emplear estrategias.
= Matemática | 4º básico
# Objetivos de Aprendizaje
# Ejes
# Números y operaciones
- 1 Leer números hasta 10 000:
- • contándolos de 10 en 10
= Bases Curriculares | 1º a 6º Básico
- • comparándolos
- 2 Sumar.
# Geometría
- 3 Medir ángulos.
= Matemática | Glosario
Ángulo: abertura entre dos rectas.
- 4 Cuatro.
""")


def test_the_running_header_tells_subject_and_grade() -> None:
    found = cited(PRINTED)
    assert [(p.label, p.metadata.get("axis")) for p in found if "OAH" not in p.label] == [
        ("MA04 OA 01", "Números y operaciones"), ("MA04 OA 02", "Números y operaciones"), ("MA04 OA 03", "Geometría"),
    ]  # fmt: skip
    assert found[2].text == "1 Leer números hasta 10 000:\n\n• contándolos de 10 en 10\n\n• comparándolos"
    assert found[2].metadata["code"] == "MA04OA01"
    assert (found[2].metadata["grade"], found[2].metadata["subject"]) == ("4° Básico", "Matemática")
    assert found[2].header == "Bases › 4° Básico › Matemática › Números y operaciones › MA04 OA 01"


def test_skills_are_lettered_and_of_the_grade_of_their_divider() -> None:
    assert [(p.label, p.text) for p in cited(PRINTED)[:2]] == [
        ("MA04 OAH a", "a Resolver problemas dados o creados."), ("MA04 OAH b", "b Emplear estrategias."),
    ]  # fmt: skip


def test_without_a_grade_a_list_stays_prose() -> None:
    document = laid(
        "= Matemática\n# Objetivos de Aprendizaje\n- 1 Leer.\n- 2 Sumar.\n= Matemática | Introducción\n- 1 Contexto."
    )
    assert cited(document) == []


MARKED = """--- Página 1 ---

Séptimo
básico

--- Página 2 ---

Objetivos de Aprendizaje

Se espera que los y las estudiantes sean capaces de:

Lectura

1.\tLeer habitualmente para aprender, y
seleccionar textos1.

2.\tReflexionar sobre:
• La experiencia humana.

Formación ciudadana: los derechos y el Estado de
derecho

3.
Dialogar.

1  Véase el anexo.

50
Bases 2015   |    7° básico a 2° medio   |   Lengua y Literatura

--- Página 3 ---

• Con otros.

4.\tEscribir.

51
Bases 2015   |    7° básico a 2° medio   |   Lengua y Literatura

--- Página 4 ---

Anexo: obras sugeridas

5.\tEl Quijote.

52
Bases 2015   |    7° básico a 2° medio   |   Lengua y Literatura
"""


def test_text_taken_out_of_a_paged_document() -> None:
    document = parse(Resource(uri="file:///bases.md", body=MARKED.encode()), limits=Limits())
    assert decide(document) is Genre.CURRICULUM
    found = cited(document)
    assert [p.label for p in found] == ["LE07 OA 01", "LE07 OA 02", "LE07 OA 03", "LE07 OA 04"]
    assert found[0].text == "1. Leer habitualmente para aprender, y\nseleccionar textos1."
    assert found[2].text == "3.\nDialogar."
    assert found[2].metadata["axis"] == "Formación ciudadana: los derechos y el Estado de derecho"
    assert [p.page for p in found] == [2, 2, 2, 3]


def test_basic_rights_of_learning_are_cited_by_number() -> None:
    document = laid("""
# Derechos Básicos de Aprendizaje
# Matemáticas
# Grado 3º
- 1. Interpreta y resuelve problemas.
Evidencias: resuelve sumas.
- 2. Propone estrategias.
# Grado 4º
- 1. Usa fracciones.
- 2. Mide.
""")
    assert [(p.label, p.metadata["grade"], p.metadata["subject"]) for p in cited(document)] == [
        ("DBA 1", "Grado 3", "Matemáticas"), ("DBA 2", "Grado 3", "Matemáticas"),
        ("DBA 1", "Grado 4", "Matemáticas"), ("DBA 2", "Grado 4", "Matemáticas"),
    ]  # fmt: skip


def test_a_line_that_says_more_is_no_place() -> None:
    said = place(CHILE, "Matemática 4º básico")
    assert said is not None and said.grade == ("4° Básico", "04") and said.subject == ("Matemática", "MA")
    assert place(CHILE, "Bases Curriculares 1º a 6º Básico") is None
    assert place(CHILE, "7° básico a 2° medio") is None
    assert place(CHILE, "La música y las matemáticas se parecen") is None
    octavo = place(CHILE, "Octavo básico")
    assert octavo is not None and octavo.grade == ("8° Básico", "08")
    sexto = place(COLOMBIA, "Grado sexto")
    assert sexto is not None and sexto.grade == ("Grado 6", "06")

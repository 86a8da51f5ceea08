"""A teacher's work as a document: what stands on it, and that it opens."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pytest
from fakes import make_passage

from latam_rag import export
from latam_rag.apps.classroom import paper
from latam_rag.export import Block, Page, works
from latam_rag.teaching import KINDS, Kind, Work, making, objectives

EVIL = "Medir <b>longitudes</b> | con [reglas](http://e.example)\x01 y *cintas* (metro, centímetro, milímetro).\n- en el patio"


def work(kind: Kind) -> Work:
    metadata = {"code": "MA04OA08", "grade": "4° básico", "subject": "Matemática", "body": "Ministerio"}
    passage = make_passage(f"MA04 OA 08\n{EVIL}", label="MA04 OA 08", title="Bases", page=7, metadata=metadata)
    made = making.make(kind, objectives.of_passages([passage]), fields={"school": "Liceo 1", "teacher": "Ana"})
    return replace(made, fields={**made.fields, "date": "1-3-2027"})


def page(kind: Kind) -> Page:
    return works.page(work(kind), institution="Comuna", index="Currículo")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_says_the_objective_word_for_word_with_its_source_and_coverage(kind: Kind) -> None:
    made = page(kind)
    cells = [cell for block in made.blocks for row in block.rows for cell in row]
    assert EVIL in cells and "Bases, p. 7\nMinisterio\nhttps://example.org/1" in cells
    assert made.blocks[0] == Block(kind="institution", text="Liceo 1")
    assert any(block.text == "Cobertura de los objetivos" for block in made.blocks)
    assert "Currículo" in made.footer and made.landscape == (kind == "rubric")


@pytest.mark.parametrize("kind", KINDS)
def test_it_opens_in_word_with_tables_as_wide_as_the_page(kind: Kind) -> None:
    import docx

    opened = docx.Document(BytesIO(export.as_docx(page(kind))))
    section = opened.sections[0]
    assert (section.page_width or 0) > (section.page_height or 0) if kind == "rubric" else True
    assert opened.tables
    for table in opened.tables:
        widths = [column.width or 0 for column in table.columns]
        room = (section.page_width or 0) - (section.left_margin or 0) - (section.right_margin or 0)
        # Word counts in twentieths of a point.
        assert 0.97 * room < sum(widths) <= 1.001 * room
    text = "\n".join(cell.text for table in opened.tables for row in table.rows for cell in row.cells)
    assert "Medir <b>longitudes</b> | con [reglas](http://e.example) y *cintas*" in text


def test_the_key_of_a_quiz_is_not_on_the_students_page() -> None:
    made = list(page("quiz").blocks)
    end = next(place for place, block in enumerate(made) if block.kind == "break")
    before = [block.text for block in made[:end]]
    assert not any("La respuesta debe mostrar" in text or "centímetro (MA04" in text for text in before)
    assert any(block.kind == "lines" for block in made[:end])
    assert made[end + 1].text == "Para quien enseña · Prueba: Matemática, 4° básico"
    assert made[end + 2].text == "Pauta de corrección"


def test_a_question_stands_on_the_page_of_its_lines_and_a_short_table_on_one() -> None:
    import docx

    made = docx.Document(BytesIO(export.as_docx(page("quiz"))))
    texts = [(each.text, each.paragraph_format.keep_with_next) for each in made.paragraphs]
    lines = [place for place, (text, _) in enumerate(texts) if text == "\t"]
    assert lines and "(4\xa0pts.)" in texts[lines[0] - 1][0] and texts[lines[0] - 1][1]
    for place in lines:
        assert bool(texts[place][1]) == (place + 1 in lines)
    coverage = made.tables[-1]
    assert all(p.paragraph_format.keep_with_next for c in coverage.rows[0].cells for p in c.paragraphs)
    assert not any(p.paragraph_format.keep_with_next for c in coverage.rows[-1].cells for p in c.paragraphs)


def test_a_row_longer_than_half_a_page_may_be_parted_and_the_others_not() -> None:
    import docx

    rows = [("Código", "Texto"), ("A", "corto"), ("B", "largo " * 200)]
    made = docx.Document(
        BytesIO(export.as_docx(Page(title="x", language="es", blocks=[Block(kind="table", rows=rows)])))
    )
    whole = ["cantSplit" in row._tr.xml for row in made.tables[0].rows]
    assert whole == [True, True, False]


def test_a_field_without_another_beside_it_has_the_whole_line() -> None:
    import docx

    rows = [("Docente", "Ana", "Fecha", ""), ("Duración", "90", "", "")]
    page = Page(title="x", language="es", blocks=[Block(kind="fields", rows=rows)])
    table = docx.Document(BytesIO(export.as_docx(page))).tables[0]
    assert [len(row._tr.tc_lst) for row in table.rows] == [4, 2] and table.rows[1].cells[1].text == "90"
    assert 'colspan="3">90<' in paper.html_of(page)


def test_a_rubric_has_room_for_the_student_and_the_points() -> None:
    rows = len(work("rubric").rows)
    assert any(f"Puntaje: ___ / {4 * rows}" in block.text for block in page("rubric").blocks)


def test_in_markdown_document_text_stays_text() -> None:
    text = export.as_markdown(page("plan"))
    assert text.startswith("**Liceo 1**\n\n# Plan de clase")
    row = next(line for line in text.split("\n") if line.startswith("| MA04 OA 08 | Medir"))
    assert r"\<b\>longitudes\</b\> \| con \[reglas\](http://e.example)" in row and row.count(" | ") == 2
    assert r"<br>\- en el patio" in row


@pytest.mark.parametrize("kind", KINDS)
def test_as_text_and_pdf_nothing_is_lost(kind: Kind) -> None:
    import pypdfium2

    made = page(kind)
    assert "en el patio" in export.as_text(made)
    printed = pypdfium2.PdfDocument(export.as_pdf(made))
    assert "en el patio" in "".join(printed[at].get_textpage().get_text_range() for at in range(len(printed)))

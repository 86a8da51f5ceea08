"""PDF: text in reading order, where each character is printed, tables, running headers, scans."""

from __future__ import annotations

import io
import shutil

import numpy as np
import pytest
from fpdf import FPDF
from PIL import Image, ImageDraw, ImageFont

from latam_rag.config import Limits
from latam_rag.errors import DocumentError
from latam_rag.pageimage import boxes_of, render
from latam_rag.parse import flow, headings, joining, ocr, parse
from latam_rag.parse import tesseract as program
from latam_rag.types import Document, Resource, SectionKind

LIMITS = Limits()
tesseract = pytest.mark.skipif(shutil.which("tesseract") is None, reason="Tesseract isn't installed")


def new() -> FPDF:
    pdf = FPDF(format="A4")
    pdf.set_auto_page_break(False)
    pdf.set_font("helvetica", size=11)
    return pdf


def page(pdf: FPDF, *lines: str, top: float = 30, left: float = 20, step: float = 6) -> None:
    for order, line in enumerate(lines):
        pdf.text(left, top + order * step, line)


def read(body: bytes, name: str = "ordenanza.pdf") -> Document:
    document = parse(Resource(uri=f"file:///{name}", body=body), limits=LIMITS)
    for one in document.pages:
        assert len(one.boxes) in (0, 8 * (one.end - one.start))
    return document


def said(document: Document, kind: SectionKind) -> list[str]:
    return [document.text[s.start : s.end] for s in document.sections if s.kind is kind]


def three_pages() -> bytes:
    pdf = new()
    for number, article in enumerate(("Articulo 5", "Articulo 6", "Articulo 9"), 1):
        pdf.add_page()
        pdf.text(60, 12, "MUNICIPALIDAD DE AGUAS CLARAS")
        page(pdf, article, f"La cuota del mes {number} se paga en la caja municipal antes del dia quince.")
        pdf.text(95, 288, f"Pag. {number}")
    return bytes(pdf.output())


def test_what_repeats_on_every_page_is_left_out_and_article_numbers_are_not() -> None:
    document = read(three_pages())
    assert "AGUAS CLARAS" not in document.text
    assert "Pag." not in document.text
    assert [n for n in ("Articulo 5", "Articulo 6", "Articulo 9") if n in document.text] == [
        "Articulo 5",
        "Articulo 6",
        "Articulo 9",
    ]
    assert len(document.pages) == 3
    for number, one in enumerate(document.pages, 1):
        assert f"mes {number}" in document.text[one.start : one.end]


def test_a_word_is_printed_where_its_boxes_say() -> None:
    document = read(three_pages())
    start = document.text.index("mes 2")
    (box,) = boxes_of(document.pages[1], start, start + 5)
    shown = Image.open(io.BytesIO(render(three_pages(), 2, [box], scale=2)))
    bare = Image.open(io.BytesIO(render(three_pages(), 2, scale=2)))
    changed = np.argwhere(np.any(np.asarray(shown) != np.asarray(bare), axis=2))
    (top, left), (bottom, right) = changed.min(axis=0), changed.max(axis=0)
    assert abs(left / 2 - box.left) < 3
    assert abs(bottom / 2 - box.bottom) < 3
    # Under the highlight there is ink, and around it none.
    grey = np.asarray(bare.convert("L"))
    assert grey[top:bottom, left:right].min() < 100
    assert grey[top - 8 : top - 2, left:right].min() > 200
    assert boxes_of(document.pages[0], start, start + 5) == ()


def test_hyphens_at_line_ends_are_joined_and_compounds_kept() -> None:
    pdf = new()
    pdf.add_page()
    page(
        pdf,
        "El tramite se hace en linea y el procedimiento tecnico-administra-",
        "tivo lo resuelve la oficina municipal competente. La resolu-",
        "cion se notifica al vecino en el domicilio que haya declarado.",
    )
    text = read(bytes(pdf.output())).text
    assert "La resolucion se notifica" in text
    assert "administrativo lo resuelve" in text


def test_two_columns_are_read_one_after_the_other() -> None:
    pdf = new()
    pdf.add_page()
    left = [f"Izquierda {n} con texto que llena la columna." for n in range(12)]
    right = [f"Derecha {n} con texto que llena la columna." for n in range(12)]
    page(pdf, *left, left=15)
    page(pdf, *right, left=110)
    text = read(bytes(pdf.output())).text
    assert text.index("Izquierda 11") < text.index("Derecha 0")


def test_a_ruled_table_has_a_line_per_row() -> None:
    pdf = new()
    pdf.add_page()
    page(pdf, "Art. 3. Las tarifas son las del cuadro siguiente.")
    pdf.set_y(45)
    with pdf.table(width=120, col_widths=(1, 1, 2)) as table:
        for cells in (
            ("Codigo", "Alicuota", "Actividad"),
            ("011", "7", "Cultivo de arroz"),
            ("012", "9", "Cultivo de papa"),
        ):
            table.row(cells)
    (table_text,) = said(read(bytes(pdf.output())), SectionKind.TABLE)
    assert table_text == "Codigo | Alicuota | Actividad\n011 | 7 | Cultivo de arroz\n012 | 9 | Cultivo de papa"


def test_headings_by_size_and_items_by_marker() -> None:
    pdf = new()
    pdf.add_page()
    pdf.set_font("helvetica", "B", 18)
    pdf.text(20, 25, "Ordenanza de aseo")
    pdf.set_font("helvetica", size=11)
    page(
        pdf,
        "La presente ordenanza regula el cobro del servicio de aseo de la comuna, que se",
        "paga por mitades en los meses que siguen:",
        "a) marzo, la primera mitad;",
        "b) septiembre, la segunda mitad.",
        top=40,
    )
    document = read(bytes(pdf.output()))
    assert said(document, SectionKind.HEADING) == ["Ordenanza de aseo"]
    assert said(document, SectionKind.ITEM) == ["a) marzo, la primera mitad;", "b) septiembre, la segunda mitad."]
    assert "comuna, que se paga por mitades" in document.text
    assert document.title == "Ordenanza de aseo"


@pytest.mark.parametrize("part", [0.3, 0.6, 0.95])
def test_a_truncated_pdf_is_a_failure(part: float) -> None:
    whole = three_pages()
    with pytest.raises(DocumentError) as caught:
        read(whole[: int(len(whole) * part)])
    assert caught.value.key == "parse.broken_pdf"


def test_an_encrypted_pdf_is_a_failure() -> None:
    pdf = new()
    pdf.set_encryption(owner_password="x", user_password="y")
    pdf.add_page()
    page(pdf, "secreto")
    with pytest.raises(DocumentError) as caught:
        read(bytes(pdf.output()))
    assert caught.value.key == "parse.encrypted"


def test_a_pdf_without_text_or_pictures_is_a_failure() -> None:
    pdf = new()
    pdf.add_page()
    with pytest.raises(DocumentError) as caught:
        read(bytes(pdf.output()))
    assert caught.value.key == "parse.no_text"


def scan(turn: int = 0) -> Image.Image:
    """A page as a scanner gives it."""
    image = Image.new("L", (1240, 900), 255)
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(size=36)
    lines = (
        "ORDENANZA MUNICIPAL NUMERO 12",
        "La cuota del servicio de aseo se paga en marzo",
        "y en septiembre de cada ano.",
    )
    for order, line in enumerate(lines):
        draw.text((100, 150 + order * 90), line, font=font, fill=0)
    return image.rotate(turn, expand=True, fillcolor=255)


def scanned(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PDF", resolution=150)
    return out.getvalue()


@tesseract
def test_a_scanned_page_is_read_with_its_confidence_and_boxes() -> None:
    document = read(scanned(scan()))
    assert "se paga en marzo y en septiembre" in document.text
    (one,) = document.pages
    assert one.confidence is not None and one.confidence > 0.8
    start = document.text.index("marzo")
    (box,) = boxes_of(one, start, start + 5)
    # Drawn from x = 100 to about 940 of 1240 pixels at 150 dpi; «marzo» ends the line.
    assert 300 < box.left < box.right < 480
    assert document.warnings


@tesseract
def test_a_page_scanned_upside_down_is_turned() -> None:
    assert "se paga en marzo" in read(scanned(scan(180))).text


@tesseract
def test_a_picture_is_a_page() -> None:
    out = io.BytesIO()
    scan().save(out, "PNG", dpi=(150, 150))
    document = read(out.getvalue(), "escaneo.jpg")
    assert "se paga en marzo" in document.text
    assert round(document.pages[0].width) == round(1240 * 72 / 150)


@tesseract
def test_a_picture_of_nothing_is_a_failure() -> None:
    out = io.BytesIO()
    Image.new("L", (600, 400), 255).save(out, "PNG")
    with pytest.raises(DocumentError) as caught:
        read(out.getvalue(), "blanco.png")
    assert caught.value.key == "parse.no_text"


def test_without_tesseract_the_packages_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    program._installed.cache_clear()
    try:
        with pytest.raises(DocumentError) as caught:
            read(scanned(scan()))
    finally:
        program._installed.cache_clear()
    assert caught.value.key == "parse.ocr_missing"
    assert "tesseract-ocr-spa" in str(caught.value)


def test_no_such_page() -> None:
    with pytest.raises(DocumentError) as caught:
        render(three_pages(), 4)
    assert caught.value.key == "parse.no_such_page"


def test_a_single_page_loses_its_number_and_its_letterhead() -> None:
    pdf = new()
    pdf.add_page()
    pdf.set_font("helvetica", size=8)
    pdf.text(60, 12, "Escuela Municipal Los Aromos")
    pdf.text(95, 288, "Página 1 de 1")
    pdf.set_font("helvetica", size=11)
    page(pdf, "La feria de ciencias se hace en octubre y la organiza el consejo escolar.", "Dura dos dias.")
    assert read(bytes(pdf.output())).text.startswith("La feria de ciencias")
    assert "gina 1" not in read(bytes(pdf.output())).text


def test_a_header_of_five_rows_with_the_page_s_number_in_its_middle_is_left_out() -> None:
    pdf = new()
    for number in range(1, 5):
        pdf.add_page()
        header = (
            "GESTION DE SERVICIO",
            "CODIGO 01",
            "PROTOCOLO DE ATENCION",
            f"ALCALDIA MUNICIPAL PÁGINAS {number} de 4",
            "DE CHIA",
        )
        page(pdf, *header, top=10, step=5)
        page(pdf, f"El tramite numero {number + 40} se hace en la ventanilla unica de la alcaldia.", top=60)
    document = read(bytes(pdf.output()), "Protocolo-v3.pdf")
    text = document.text
    assert document.title == "PROTOCOLO DE ATENCION"
    assert "MUNICIPAL" not in text and "CHIA" not in text
    assert text.startswith("El tramite numero 41")


def test_coded_skills_and_their_suggestions_stand_alone() -> None:
    pdf = new()
    pdf.add_page()
    page(
        pdf,
        "Los codigos siguientes son de la unidad que se estudia en el segundo semestre del ano,",
        "(EF04CI66) Identificar os pontos cardeais a partir da sombra de uma vara ao longo do dia.",
        "Sugestão: marcar a sombra no patio da escola as nove horas, ao meio-dia e as quinze horas.",
        "(EF04CI67) Associar os movimentos da Lua e da Terra a duracao do dia, do mes e tambem do ano.",
        "Sugestão: manter um diario da Lua.",
    )
    blocks = read(bytes(pdf.output())).text.split("\n\n")
    assert [block[:10] for block in blocks[1:]] == ["(EF04CI66)", "Sugestão: ", "(EF04CI67)", "Sugestão: "]


def test_a_number_that_ends_a_sentence_on_the_next_line_is_no_item() -> None:
    pdf = new()
    pdf.add_page()
    page(
        pdf,
        "La atencion al ciudadano es un fin esencial del Estado, consagrado en su articulo",
        "2. Por esta razon la alcaldia adopta este protocolo y lo publica en su sitio oficial de",
        "internet para que todos lo conozcan.",
    )
    assert "articulo 2. Por esta razon" in read(bytes(pdf.output())).text


def two_scans(monkeypatch: pytest.MonkeyPatch, fail: set[int]) -> Document:
    """Two scanned pages read by an OCR that gives up on the pages ``fail``."""
    whole = ocr.reading
    pages: list[Image.Image] = []

    def slow(image: Image.Image, scale: float, *, until: float) -> object:
        pages.append(image)
        if len(pages) in fail:
            raise program.Stopped("time")
        return whole(image, scale, until=until)

    monkeypatch.setattr(ocr, "reading", slow)
    monkeypatch.setattr(ocr, "_workers", lambda: 1)
    out = io.BytesIO()
    scan().save(out, "PDF", resolution=150, save_all=True, append_images=[scan()])
    return read(out.getvalue())


@tesseract
def test_a_scanned_page_that_takes_too_long_is_left_out_with_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    document = two_scans(monkeypatch, {1})
    assert document.text.count("se paga en marzo") == 1
    assert any("(se acabó el tiempo)" in warning for warning in document.warnings)


@tesseract
def test_when_no_scanned_page_could_be_read_the_document_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DocumentError) as caught:
        two_scans(monkeypatch, {1, 2})
    assert caught.value.key == "parse.ocr_failed"


def test_a_slogan_on_the_cover_gives_way_to_a_file_named_in_words() -> None:
    pdf = new()
    pdf.add_page()
    pdf.set_font("helvetica", "B", 30)
    pdf.text(20, 60, "Educar es la base")
    pdf.set_font("helvetica", size=11)
    page(pdf, "Este documento reune lo que se ensena en las escuelas de la comuna cada semestre.", top=120)
    body = bytes(pdf.output())
    assert read(body, "Base-Comunal-Curricular-Escolar.pdf").title == "Base Comunal Curricular Escolar"
    assert read(body, "educar-siempre-mejor-base.pdf").title == "Educar es la base"
    assert read(body, "doc-03.pdf").title == "Educar es la base"


def test_headings_beside_the_text_stand_before_what_they_head() -> None:
    pdf = new()
    for number in range(1, 4):
        pdf.add_page()
        pdf.set_font("helvetica", "B", 30)
        pdf.text(20, 40, f"Objetivos {number}")
        pdf.set_font("helvetica", "B", 20)
        for row, part in enumerate(("Crear", "con otros", "Mirar")):
            pdf.text(20, (60, 68, 90)[row], part)
        pdf.set_font("helvetica", size=11)
        page(
            pdf,
            f"1 Dibujar plantas y animales del entorno en el curso {number}, usando lapices",
            "de colores.",
            left=80,
            top=60,
        )
        page(pdf, "2 Modelar figuras.", left=80, top=78)
        page(
            pdf,
            "3 Observar obras de arte y comentar lo que se siente al verlas, por escrito",
            "y de palabra.",
            left=80,
            top=90,
        )
    document = read(bytes(pdf.output()))
    assert said(document, SectionKind.HEADING)[:3] == ["Objetivos 1", "Crear con otros", "Mirar"]
    blocks = document.text.split("\n\n")
    assert [block[:9] for block in blocks[:6]] == [
        "Objetivos",
        "Crear con",
        "1 Dibujar",
        "2 Modelar",
        "Mirar",
        "3 Observa",
    ]


def test_what_runs_along_the_side_is_read_as_words() -> None:
    pdf = new()
    pdf.add_page()
    page(pdf, "La unidad comienza en marzo.", "Dura cuatro semanas.", left=60)
    with pdf.rotation(90, 25, 200):
        pdf.text(25, 200, "Segundo grado")
    with pdf.rotation(270, 190, 60):
        pdf.text(190, 60, "Unidad uno")
    text = read(bytes(pdf.output())).text
    assert "Segundo grado" in text and "Unidad uno" in text


def test_the_running_header_is_kept_with_its_page() -> None:
    pdf = new()
    for number, (subject, grade) in enumerate(
        (("Musica", "1º basico"), ("Musica", "2º basico"), ("Arte", "1º basico"))
    ):
        pdf.add_page()
        page(pdf, subject, top=12)
        page(pdf, grade, top=12, left=90)
        page(pdf, str(47 + number), top=12, left=180)
        page(pdf, f"Los objetivos del curso {number} son los que siguen en esta pagina.", top=40)
    document = read(bytes(pdf.output()))
    assert [one.running for one in document.pages] == [
        ("Musica", "1º basico"),
        ("Musica", "2º basico"),
        ("Arte", "1º basico"),
    ]
    assert "basico" not in document.text


def test_a_heading_in_the_first_column_with_nothing_beside_it_stops_both() -> None:
    pdf = new()
    pdf.add_page()
    for top, word in ((30, "Uno"), (100, "Dos")):
        if top == 100:
            pdf.set_font("helvetica", "B", 20)
            pdf.text(15, 92, "Evaluar")
            pdf.set_font("helvetica", size=11)
        page(pdf, *[f"{word} izquierda {n} con texto que llena la columna." for n in range(8)], left=15, top=top)
        page(pdf, *[f"{word} derecha {n} con texto que llena la columna." for n in range(8)], left=110, top=top)
    text = read(bytes(pdf.output())).text
    places = [
        text.index(part) for part in ("Uno izquierda 7", "Uno derecha 0", "Evaluar", "Dos izquierda 0", "Dos derecha 7")
    ]
    assert places == sorted(places)


def test_symbol_bullets_begin_items() -> None:
    pdf = new()
    pdf.add_page()
    page(
        pdf,
        "Los vecinos traen a la oficina municipal, antes del dia quince de cada mes que corre:",
        "ú cedula",
        "ú certificado",
        "ú foto",
    )
    assert said(read(bytes(pdf.output())), SectionKind.ITEM) == ["• cedula", "• certificado", "• foto"]


def test_a_line_across_the_letters_is_superseded_text_and_one_under_them_is_not() -> None:
    pdf = new()
    pdf.add_page()
    page(
        pdf,
        "Art. 1. La cuota es de diez pesos.",
        "Art. 2. La cuota es de veinte pesos.",
        "Art. 3. Se paga en la caja.",
        step=12,
    )
    width = pdf.get_string_width("Art. 1. La cuota es de diez pesos.")
    pdf.line(20, 28.8, 20 + width, 28.8)
    pdf.line(20, 42.9, 20 + width, 42.9)
    document = read(bytes(pdf.output()))
    assert said(document, SectionKind.STRUCK) == ["Art. 1. La cuota es de diez pesos."]


def test_a_beginning_cut_off_at_the_foot_and_printed_again_stands_once() -> None:
    pdf = new()
    for number in range(1, 4):
        pdf.add_page()
        page(pdf, f"Art. {number} La feria del mes {number} se hace en la plaza de la comuna.", top=30)
        page(pdf, f"Art. {number + 1}", top=285)
    text = read(bytes(pdf.output())).text
    assert [text.count(f"Art. {number}") for number in (1, 2, 3)] == [1, 1, 1]


def test_a_table_without_rules_at_its_sides_keeps_its_cells_apart() -> None:
    pdf = new()
    pdf.add_page()
    pdf.line(20, 40, 190, 40)
    page(pdf, "(EF12LP07) Identificar rimas em cantigas, quadras e canções, e o ritmo da fala.", top=46, left=22)
    pdf.line(20, 50, 190, 50)
    page(pdf, "(EF01LP20) Reproduzir, em listas e", "agendas, a sua forma.", top=56, left=22)
    page(pdf, "(EF02LP16) Reproduzir, em bilhetes", "e recados, a sua forma.", top=56, left=107)
    pdf.line(105, 50, 105, 66)
    pdf.line(20, 66, 190, 66)
    page(pdf, "(EF12LP08) Ler, com a ajuda do professor, legendas em notícias e manchetes.", top=72, left=22)
    pdf.line(20, 76, 190, 76)
    pdf.line(20, 40, 20, 76)
    (table,) = said(read(bytes(pdf.output())), SectionKind.TABLE)
    assert table.splitlines()[1] == (
        "(EF01LP20) Reproduzir, em listas e agendas, a sua forma. | (EF02LP16) Reproduzir, em bilhetes e recados, a sua forma."
    )


def test_the_header_of_a_chapter_of_one_page_goes_where_the_others_go() -> None:
    pdf = new()
    for number in range(20):
        pdf.add_page()
        page(pdf, "TARIFAS DEL CURSO" if number == 11 else "ORDENANZA DE ASEO", top=12)
        page(pdf, f"El pago {'abcdefghijklmnopqrst'[number]} se hace en la caja.", top=40)
    assert "TARIFAS" not in read(bytes(pdf.output())).text


def test_a_remark_in_brackets_stays_in_one_paragraph() -> None:
    pdf = new()
    pdf.add_page()
    page(
        pdf,
        "Art. 5 A tarifa social e gratuita para todas as pessoas com idade igual ou superior a (Redacao dada pela Lei",
        "Organica numero 9 de 2009) e mais ninguem.",
    )
    assert "dada pela Lei Organica numero" in read(bytes(pdf.output())).text


def test_article_numbers_in_boxes_of_their_own_are_no_column() -> None:
    pdf = new()
    pdf.add_page()
    for number in range(4):
        top = 30 + number * 20
        page(pdf, f"Art. {number + 26}", left=20, top=top)
        page(pdf, f"O Municipio fomentara no ano {number} as praticas desportivas nas escolas, e", left=45, top=top)
        page(pdf, "nos clubes que o pedirem.", left=20, top=top + 6)
    blocks = read(bytes(pdf.output())).text.split("\n\n")
    assert [block[:20] for block in blocks] == [f"Art. {n} O Municipio " for n in range(26, 30)]


def test_a_field_in_large_print_is_no_heading() -> None:
    def made(text: str, size: float) -> flow.Block:
        return flow.Block(kind=SectionKind.PARAGRAPH, pieces=[joining.blank(0, text)], size=size)

    blocks = [
        made("Cargos", 14),
        *(made(f"Los cargos del grupo {number} son los que siguen.", 10) for number in range(4)),
        made("CÓDIGO: PMG-ANS-010", 14),
        made("CÓDIGO: PMG - AAB -030", 14),
    ]
    assert list(headings.levels([*blocks, made("Vacantes", 14)])) == [0, 7]

"""Scans as people make them: sideways, askew, pale, noisy; what nobody could read is refused with its score."""

from __future__ import annotations

import io
import shutil
from functools import cache
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from fpdf import FPDF
from PIL import Image, ImageDraw

from latam_rag.config import Limits
from latam_rag.errors import DocumentError
from latam_rag.pageimage import boxes_of
from latam_rag.parse import ocr, parse, tesseract, upright
from latam_rag.split import split
from latam_rag.types import Document, Resource, SectionKind

needs_tesseract = pytest.mark.skipif(shutil.which("tesseract") is None, reason="Tesseract isn't installed")
LINES = (
    "Ordenanza 12 de 2019",
    "Artículo 1. El permiso de circulación se paga en marzo de cada año",
    "en la tesorería municipal, hasta en dos cuotas iguales.",
    "Artículo 2. Quien no pague en plazo tendrá una multa de tres UTM",
    "que aplicará el juzgado de policía local de la comuna.",
    "Artículo 3. La feria libre funciona los sábados de ocho a catorce",
    "horas en la calle Los Aromos, frente a la escuela básica.",
)
ROWS = (("Trámite", "Costo", "Plazo"), ("Patente", "25 pesos", "10 días"), ("Poda", "Gratis", "30 días"))


@cache
def page() -> Image.Image:
    """A5 at 200 pixels an inch."""
    pdf = FPDF(format=(148, 210))
    pdf.add_page()
    pdf.set_font("helvetica", size=11)
    for row, line in enumerate(LINES):
        pdf.text(12, 20 + 9 * row, line)
    for row, cells in enumerate(ROWS):
        for column, cell in enumerate(cells):
            pdf.rect(12 + 40 * column, 100 + 10 * row, 40, 10)
            pdf.text(16 + 40 * column, 106.5 + 10 * row, cell)
    document = pypdfium2.PdfDocument(bytes(pdf.output()))
    image: Image.Image = document[0].render(scale=200 / 72, grayscale=True).to_pil()
    document.close()
    return image


def pale(image: Image.Image) -> Image.Image:
    """Grey on grey, one corner in the shadow."""
    cells = np.asarray(image, np.float32)
    shadow = np.linspace(0, 60, cells.shape[1])[None, :]
    return Image.fromarray((150 + cells * (60 / 255) - shadow).astype(np.uint8))


def noisy(image: Image.Image) -> Image.Image:
    cells = np.asarray(image, np.float32)
    spread = np.random.default_rng(7).normal(0, 32, cells.shape)
    return Image.fromarray(np.clip(cells + spread, 0, 255).astype(np.uint8))


def read(image: Image.Image, name: str = "escaneo.png", dpi: int = 200) -> Document:
    out = io.BytesIO()
    image.save(out, "PNG", dpi=(dpi, dpi))
    return parse(Resource(uri=name, body=out.getvalue()), limits=Limits())


def words(text: str) -> set[str]:
    return {word.strip(".,").lower() for word in text.split() if len(word) > 3}


@needs_tesseract
@pytest.mark.parametrize(
    "spoiled",
    [
        lambda image: image,
        lambda image: image.rotate(90, expand=True),
        lambda image: image.rotate(180),
        lambda image: image.rotate(3, fillcolor=255, resample=Image.Resampling.BICUBIC),
        lambda image: image.rotate(-93, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC),
        pale,
        noisy,
    ],
    ids=["straight", "sideways", "upside-down", "askew", "sideways-askew", "pale", "noisy"],
)
def test_a_page_is_read_however_it_was_scanned(spoiled: object) -> None:
    document = read(spoiled(page()))  # type: ignore[operator]
    wanted = words(" ".join(LINES))
    assert len(wanted & words(document.text)) >= 0.9 * len(wanted), document.text
    order = [document.text.find(word) for word in ("permiso", "multa", "feria")]
    assert order == sorted(order) and order[0] >= 0


@needs_tesseract
@pytest.mark.parametrize("degrees", [0, 3, 90, 180], ids=str)
def test_a_word_is_where_it_is_printed_on_the_page_as_it_is(degrees: int) -> None:
    image = page().rotate(degrees, expand=degrees % 180 == 90, fillcolor=255, resample=Image.Resampling.BICUBIC)
    document = read(image)
    at = document.text.index("permiso")
    box = boxes_of(document.pages[0], at, at + len("permiso"))[3 if degrees == 90 else 0]
    # Nothing else is as dark in the box's middle as the word is; white over it leaves the rest of the page as it was.
    points = 200 / 72
    middle = ((box.left + box.right) / 2 * points, (box.top + box.bottom) / 2 * points)
    mask = Image.new("L", page().size, 0)
    # «permiso» stands after «Artículo 1. El», 29 mm from the top and 35 to 49 mm from the left.
    ImageDraw.Draw(mask).rectangle(tuple(mm * 200 / 25.4 for mm in (35, 26, 49, 30)), fill=255)
    turned = mask.rotate(degrees, expand=degrees % 180 == 90)
    assert turned.getpixel((round(middle[0]), round(middle[1]))) == 255
    assert (document.pages[0].width, document.pages[0].height) == pytest.approx(
        (image.width / points, image.height / points), abs=0.1
    )


@needs_tesseract
def test_a_ruled_table_on_a_scan_is_a_table() -> None:
    document = read(page())
    [table] = [s for s in document.sections if s.kind is SectionKind.TABLE]
    assert document.text[table.start : table.end].splitlines() == [" | ".join(row) for row in ROWS]


@needs_tesseract
def test_unreadable_pages_are_left_out_and_listed_with_their_score() -> None:
    cells = np.random.default_rng(1).integers(0, 255, (1650, 1165)).astype(np.uint8)
    blotches = Image.fromarray(cells).resize((140, 200)).resize((1165, 1650)).point(lambda grey: 255 * (grey > 128))
    smeared = page().reduce(7).resize((1165, 1650)).rotate(20, fillcolor=255)
    out = io.BytesIO()
    page().save(out, "PDF", resolution=200, save_all=True, append_images=[smeared, blotches])
    document = parse(Resource(uri="a.pdf", body=out.getvalue()), limits=Limits())
    [said] = [warning for warning in document.warnings if "quedaron fuera" in warning]
    assert "2 (" in said and "%" in said
    assert document.text.count("permiso de circulación") == 1
    assert [page.confidence is None or page.confidence > 0.55 for page in document.pages] == [True] * 3
    with pytest.raises(DocumentError) as caught:
        read(smeared)
    assert caught.value.key in ("parse.ocr_unreadable", "parse.no_text")


def test_a_skewed_page_is_straightened() -> None:
    for degrees in (-5.0, -1.0, 2.5):
        askew = page().rotate(degrees, fillcolor=255, resample=Image.Resampling.BICUBIC)
        assert upright.skew(askew) == pytest.approx(-degrees, abs=0.3)
    assert upright.skew(page()) == 0.0
    assert upright.skew(Image.new("L", (600, 800), 255)) == 0.0


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("degrees", [0.0, 3.0, -2.0])
def test_boxes_find_their_way_back(turn: int, degrees: float) -> None:
    cells = np.full((600, 400), 255, np.uint8)
    cells[100:104, 50:58] = 0
    made = Image.fromarray(cells).rotate(turn, expand=True)
    made = upright.straightened(made, degrees)
    rows, columns = np.nonzero(np.asarray(made) < 128)
    box = np.array([[columns.min(), rows.min(), columns.max() + 1, rows.max() + 1], [0, 0, 0, 0]], np.float32)
    [found, blank] = upright.back(box, degrees, turn, *made.size)
    assert (found[0] + found[2]) / 2 == pytest.approx(54, abs=1) and (found[1] + found[3]) / 2 == pytest.approx(
        102, abs=1
    )
    assert not blank.any()


def test_without_tesseract_each_system_s_packages_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tesseract, "_installed", lambda: None)
    with pytest.raises(DocumentError) as caught:
        read(page())
    assert all(word in str(caught.value) for word in ("apt install", "dnf install", "brew install", "Windows"))
    monkeypatch.setattr(tesseract, "_installed", lambda: ("tesseract", frozenset({"spa", "eng"})))
    with pytest.raises(DocumentError) as caught:
        read(page())
    assert "tesseract-langpack-por" in str(caught.value) and "tesseract-ocr-spa" not in str(caught.value)


#: Read by a person on the page images: folder, file, page, phrase.
SCANS = "legal/br-gurupa-pa-lei-scan/Lei1168-2014.pdf", "legal/ar-tucuman-ordenanza-5487-scan/p-{}.jpg"
POSTER = "public_service/co-chia-atencion-ciudadano/PENDON-CARTA-TRATO-DIGNO-1.pdf"
PHRASES = (
    (SCANS[0], 1, "Fica alterada a redação do artigo 9º da Lei Municipal nº 940, de 09 de maio de 2006"),
    (SCANS[0], 1, "Médico Gastroenterologista"),
    (SCANS[0], 2, "Agente Comunitário de Saúde"),
    (SCANS[0], 3, "As despesas decorrentes desta lei correrão à conta de dotações orçamentárias próprias"),
    (SCANS[0], 3, "Revogam-se as disposições em contrário"),
    (
        SCANS[1].format("01"),
        1,
        "valor de referencia el importe de $ 23,00 (pesos veintitrés con 00/100) por cada Urbano",
    ),
    (SCANS[1].format("01"), 1, "calle Santiago del Estero, ambas aceras"),
    (SCANS[1].format("03"), 1, "Matarifes y productos de granjas faenados, al por mayor únicamente"),
    (SCANS[1].format("04"), 1, "Venta y recarga de extintores"),
    (SCANS[1].format("46"), 1, "Facúltase al Organismo Fiscal a otorgar formas de pago hasta 30 (treinta) cuotas"),
    (POSTER, 1, "A que la Entidad no se niegue a la recepción y radicación de solicitudes y peticiones"),
    (POSTER, 1, "Allegar la documentación de ley requerida para ser atendido"),
)


@needs_tesseract
def test_phrases_read_on_real_scans_are_on_their_pages(shared: Path) -> None:
    documents = {}
    for file in dict.fromkeys(file for file, _, _ in PHRASES):
        path = shared / "corpus" / file
        documents[file] = parse(Resource(uri=file, body=path.read_bytes()), limits=Limits())
    for file, number, phrase in PHRASES:
        found = [p for p in split(documents[file], index="i") if phrase in " ".join(p.text.split())]
        assert number in {passage.page for passage in found}, phrase
    # Tesseract reads 1.160, and isn't sure.
    assert documents[SCANS[0]].title == "Lei1168-2014" and "norm" not in documents[SCANS[0]].metadata


def test_a_book_of_scans_is_read_a_few_pages_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    alive = most = 0

    class Picture:
        def __init__(self) -> None:
            nonlocal alive, most
            alive += 1
            most = max(most, alive)

        def __del__(self) -> None:
            nonlocal alive
            alive -= 1

    monkeypatch.setattr(ocr, "_workers", lambda: 3)
    monkeypatch.setattr(ocr, "reading", lambda image, scale, *, until: f"{until > 0}")
    pages = ((number, (Picture(), 1.0)) for number in range(400))
    found = list(ocr._side_by_side(pages, float("inf")))  # type: ignore[arg-type]  # no picture is looked at
    assert [number for number, _ in found] == list(range(400))
    assert most <= 6

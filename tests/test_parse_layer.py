"""PDF pages whose own text nobody could read: read from their picture where that reads better."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import Any

import pytest
from fpdf import FPDF

from latam_rag.config import Limits
from latam_rag.errors import DocumentError
from latam_rag.parse import paddle, parse, tesseract
from latam_rag.types import Document, Resource

needs_tesseract = pytest.mark.skipif(shutil.which("tesseract") is None, reason="Tesseract isn't installed")
LINES = (
    "Artículo 5.- Las municipalidades tendrán las siguientes atribuciones esenciales:",
    "ejecutar el plan comunal de desarrollo, elaborar y aprobar el presupuesto, y",
    "establecer derechos por los servicios que presten. El dueño del vehículo pagará",
    "el permiso de circulación en marzo; la niñez tendrá educación y protección",
    "según la Constitución y las leyes de la República.",
)


def page(*lines: str) -> bytes:
    pdf = FPDF(format="A4")
    pdf.set_compression(False)
    pdf.add_page()
    pdf.set_font("helvetica", size=11)
    for row, line in enumerate(lines):
        pdf.text(15, 30 + 7 * row, line)
    return bytes(pdf.output())


def saying(body: bytes, means: Callable[[int], int]) -> bytes:
    """``body``, whose font now says that the sign of code ``c`` means the character ``means(c)``; it is printed as before."""
    signs = "\n".join(f"<{c:02X}> <{means(c):04X}>" for c in range(33, 256))
    table = (
        f"/CIDInit /ProcSet findresource begin\nbegincmap\n223 beginbfchar\n{signs}\nendbfchar\nendcmap\nend\n".encode()
    )
    stream = b"99 0 obj\n<< /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (len(table), table)
    body = body.replace(b"/Encoding /WinAnsiEncoding", b"/Encoding /WinAnsiEncoding /ToUnicode 99 0 R")
    head, mark, tail = body.partition(b"\nxref")
    return head + b"\n" + stream + mark + tail


def macintosh(code: int) -> int:
    return ord(bytes([code]).decode("mac_roman"))


def elsewhere(code: int) -> int:
    return code + 0x100 if code > 64 else code


def read(body: bytes) -> Document:
    return parse(Resource(uri="ordenanza.pdf", body=body), limits=Limits())


def missing(name: str) -> str:
    raise DocumentError("parse.ocr_missing", name=name)


@needs_tesseract
@pytest.mark.parametrize("means", [macintosh, elsewhere])
def test_a_page_with_a_bad_text_layer_is_read_from_its_picture(means: Callable[[int], int]) -> None:
    document = read(saying(page(*LINES), means))
    assert "la niñez tendrá educación y protección según la Constitución" in document.text
    assert document.pages[0].confidence
    assert any("mal codificadas" in warning for warning in document.warnings)


def test_a_good_text_layer_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tesseract, "words", pytest.fail)
    document = read(saying(page(*LINES), lambda code: ord(bytes([code]).decode("cp1252", "replace"))))
    assert "la niñez tendrá educación y protección" in document.text
    assert document.warnings == ()


def test_what_ocr_reads_no_better_stays_as_the_file_says(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[Any] = []

    def nothing(image: Any, **given: Any) -> list[Any]:
        calls.append(image)
        return []

    monkeypatch.setattr(tesseract, "require", lambda name: "tesseract")
    monkeypatch.setattr(tesseract, "words", nothing)
    monkeypatch.setattr(tesseract, "turn", lambda image, seconds: None)
    monkeypatch.setattr(paddle, "words", nothing)
    document = read(saying(page(*LINES), macintosh))
    assert calls
    assert "ejecutar el plan comunal de desarrollo" in document.text
    assert document.pages[0].confidence is None
    assert any("no leyó mejor" in warning for warning in document.warnings)


def test_what_one_reader_alone_can_read_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tesseract, "require", lambda name: "tesseract")
    monkeypatch.setattr(tesseract, "words", lambda image, **given: [])
    monkeypatch.setattr(tesseract, "turn", lambda image, seconds: None)
    document = read(saying(page(*LINES), elsewhere))
    assert "la niñez tendrá educación y protección según la Constitución" in document.text


def test_without_tesseract_the_packages_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tesseract, "require", missing)
    document = read(saying(page(*LINES), macintosh))
    assert any("tesseract-ocr-spa" in warning for warning in document.warnings)
    with pytest.raises(DocumentError, match="tesseract-ocr-spa"):
        read(saying(page(*LINES), elsewhere))


def test_two_copies_of_a_page_are_no_running_header() -> None:
    pdf = FPDF(format="A4")
    pdf.set_font("helvetica", size=11)
    for _ in range(2):
        pdf.add_page()
        pdf.text(15, 30, "Aviso: la feria libre funciona los sábados de ocho a catorce horas.")
    assert "feria libre" in read(bytes(pdf.output())).text

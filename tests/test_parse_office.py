"""Word processor files and books: read offline, with what is struck through."""

from __future__ import annotations

import io
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from latam_rag.config import Limits
from latam_rag.errors import DocumentError
from latam_rag.parse import office, parse
from latam_rag.types import Document, Resource, SectionKind

pytestmark = [
    # unstructured, python-docx, spaCy and their kin warn of each other's deprecations while they are imported.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]


def docx_of_an_ordinance() -> bytes:
    import docx

    made = docx.Document()
    made.add_heading("Ordenanza de aseo", 1)
    made.add_paragraph("Se cobran diez cuotas.")
    paragraph = made.add_paragraph("El plazo es de ")
    paragraph.add_run("diez").font.strike = True
    paragraph.add_run(" veinte días.")
    table = made.add_table(2, 2)
    for cell, text in zip(
        (cell for line in table.rows for cell in line.cells), ("Mes", "Cuota", "enero", "1.200"), strict=True
    ):
        cell.text = text
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def read(body: bytes, name: str) -> Document:
    return parse(Resource(uri=f"file:///{name}", body=body), limits=Limits())


def said(document: Document, kind: SectionKind) -> list[str]:
    return [document.text[s.start : s.end] for s in document.sections if s.kind is kind]


def check(document: Document) -> None:
    assert said(document, SectionKind.HEADING)[0] == "Ordenanza de aseo"
    assert said(document, SectionKind.TABLE) == ["Mes | Cuota\nenero | 1.200"]
    (struck,) = [s for s in document.sections if s.kind is SectionKind.STRUCK]
    assert document.text[struck.start - 15 : struck.end + 7] == "El plazo es de diez veinte"


def test_docx_is_read_without_a_single_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[object] = []
    monkeypatch.setattr(socket.socket, "connect", lambda self, address: tried.append(address))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: tried.append(args) or [])
    check(read(docx_of_an_ordinance(), "ordenanza.docx"))
    assert tried == []


def test_the_model_that_would_be_downloaded_is_never_asked_for() -> None:
    office._unstructured()
    tokenize = sys.modules["unstructured.nlp.tokenize"]
    assert tokenize.sent_tokenize("Primera frase. Segunda.") == ["Primera frase.", "Segunda."]
    with pytest.raises(RuntimeError):
        tokenize._get_nlp()


@pytest.mark.parametrize("form", ["odt", "rtf", "epub"])
def test_other_formats_say_the_same(form: str, tmp_path: Path) -> None:
    import pypandoc

    source, target = tmp_path / "a.docx", tmp_path / f"a.{form}"
    source.write_bytes(docx_of_an_ordinance())
    pypandoc.convert_file(str(source), form, outputfile=str(target), extra_args=["--standalone"])
    check(read(target.read_bytes(), "documento.pdf"))


def test_a_damaged_docx_is_a_failure() -> None:
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<w:document")
    with pytest.raises(DocumentError) as caught:
        read(out.getvalue(), "ley.docx")
    assert caught.value.key == "parse.broken_office"


def test_an_old_doc_names_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    body = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "WordDocument".encode("utf-16-le") + bytes(600)
    with pytest.raises(DocumentError) as caught:
        read(body, "ley.doc")
    assert caught.value.key == "parse.no_libreoffice"


@pytest.mark.skipif(
    os.environ.get("LATAM_RAG_SLOW_TESTS") != "1", reason="LATAM_RAG_SLOW_TESTS=1 starts LibreOffice twice"
)
def test_an_old_doc_says_the_same(tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice isn't installed")
    source = tmp_path / "ordenanza.html"
    source.write_text(
        '<html><head><meta charset="utf-8"></head><body><h1>Ordenanza de aseo</h1><p>Se cobran diez cuotas.</p>'
        "<h2>Plazos</h2><p>El plazo es de <strike>diez</strike> veinte días.</p>"
        "<table><tr><td>Mes</td><td>Cuota</td></tr><tr><td>enero</td><td>1.200</td></tr></table></body></html>",
        "utf-8",
    )
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [office, profile, "--headless", "--convert-to", "doc:MS Word 97", "--outdir", str(tmp_path), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    check(read((tmp_path / "ordenanza.doc").read_bytes(), "ordenanza.doc"))

"""The definitions that are shipped, and the demo documents they name."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest

from latam_rag import config, plugins

INDEXES = Path(__file__).parents[1] / "indexes"
DEMO = INDEXES / "demo"
TEMPLATES = ("legal", "curriculum", "public_services", "mixed")
DEMOS = {"legal": "demo-legal", "curriculum": "demo-curriculum", "public_services": "demo-services"}
DOCUMENTS = sorted(
    path for folder in ("legal", "curriculum", "services") for path in (DEMO / folder).rglob("*") if path.is_file()
)


@pytest.mark.parametrize("kind", TEMPLATES)
def test_template_is_valid_and_simple_to_fill_in(kind: str) -> None:
    text = (INDEXES / f"{kind}.toml").read_text("utf-8")
    assert config.load(INDEXES / f"{kind}.toml").name == kind
    assert len(re.findall(rf'(?m)^name = "{kind}"$', text)) == 1
    assert len(re.findall(r'(?m)^path = "documentos"$', text)) == 1


@pytest.mark.parametrize(("file", "name"), DEMOS.items())
def test_demo_definition_lists_documents_of_both_languages(file: str, name: str) -> None:
    definition = config.load(DEMO / f"{file}.toml")
    assert definition.name == name
    assert {source.metadata["country"] for source in definition.sources} == {"CL", "BR"}
    assert len(definition.questions) >= 5
    for source in definition.sources:
        options = {**source.options, "path": str(DEMO / source.options["path"])}
        connector = plugins.connect(source.connector, options)
        refs = list(connector.refs())
        assert refs
        assert connector.fetch(refs[0]).body


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_demo_document_says_that_it_is_fictional(path: Path) -> None:
    assert re.search(r"documento fict[ií]cio de demo(?:stración|nstração)", text_of(path), re.IGNORECASE)


def test_demo_documents_are_light() -> None:
    assert sum(path.stat().st_size for path in DEMO.rglob("*") if path.is_file()) < 1_500_000


def test_the_ordinance_has_pages_with_running_headers() -> None:
    import pypdfium2

    with pypdfium2.PdfDocument(DEMO / "legal/cl/ordenanza-12-2019-patentes-y-permisos.pdf") as pdf:
        pages = [page.get_textpage().get_text_range() for page in pdf]
    assert len(pages) >= 3
    assert all("Municipalidad de Aguas Claras – Ordenanza N° 12/2019" in page for page in pages)
    assert all(f"Página {number} de {len(pages)}" in page for number, page in enumerate(pages, 1))


def test_the_scan_has_no_text_layer() -> None:
    assert not pdf_text(DEMO / "legal/cl/decreto-145-2022-feria-libre-escaneado.pdf").strip()


def test_the_old_page_lies_about_nothing_but_its_encoding() -> None:
    body = (DEMO / "legal/cl/ordenanza-3-2015-mascotas.html").read_bytes()
    assert b"charset" not in body
    assert b"<strike>" in body
    with pytest.raises(UnicodeDecodeError):
        body.decode("utf-8")


def text_of(path: Path) -> str:
    if path.suffix == ".pdf":
        scanned = "escaneado" in path.name
        # The scan says so in its picture: what it was made from stands in for it.
        return (DEMO / "texts/decreto-145-2022.txt").read_text("utf-8") if scanned else pdf_text(path)
    if path.suffix == ".docx":
        with zipfile.ZipFile(path) as archive:
            return archive.read("word/document.xml").decode("utf-8")
    body = path.read_bytes()
    return body.decode("windows-1252" if b"FrontPage" in body else "utf-8")


def pdf_text(path: Path) -> str:
    import pypdfium2

    with pypdfium2.PdfDocument(path) as pdf:
        return " ".join(page.get_textpage().get_text_range() for page in pdf)

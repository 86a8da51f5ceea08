"""What Word numbers by itself is read as it is printed."""

from __future__ import annotations

import io
import zipfile

import pytest

from latam_rag.config import Limits
from latam_rag.parse import parse
from latam_rag.split import split
from latam_rag.types import Resource

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]
SPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def level(depth: int, form: str, text: str, more: str = "") -> str:
    return f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>{more}<w:lvlText w:val="{text}"/></w:lvl>'


NUMBERING = (
    f'<?xml version="1.0"?><w:numbering {SPACE}><w:abstractNum w:abstractNumId="0">'
    + level(0, "upperRoman", "TÍTULO %1")
    + level(1, "decimal", "Artículo %2.-", '<w:pStyle w:val="Articulo"/>')
    + level(2, "lowerLetter", "%3)")
    + level(3, "decimal", "%2.%4", "<w:isLgl/>")
    + '</w:abstractNum><w:abstractNum w:abstractNumId="1">'
    + level(0, "bullet", "•")
    + '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/>'
    '</w:num><w:num w:numId="3"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="1"><w:startOverride w:val="7"/>'
    "</w:lvlOverride></w:num></w:numbering>"
)


def paragraph(text: str, depth: int = -1, number: int = 1, style: str = "") -> str:
    place = f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>' if depth >= 0 else ""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{named}{place}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def word(*paragraphs: str) -> bytes:
    import docx

    out = io.BytesIO()
    docx.Document().save(out)
    style = (
        '<w:style w:type="paragraph" w:styleId="Articulo"><w:name w:val="Articulo"/><w:pPr><w:numPr><w:numId w:val="1"/>'
        "</w:numPr></w:pPr></w:style>"
    )
    with zipfile.ZipFile(out) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["word/numbering.xml"] = NUMBERING.encode()
    members["word/styles.xml"] = members["word/styles.xml"].replace(b"</w:styles>", style.encode() + b"</w:styles>")
    body = "".join(paragraphs)
    members["word/document.xml"] = (
        f'<?xml version="1.0"?><w:document {SPACE}><w:body>{body}</w:body></w:document>'.encode()
    )
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return made.getvalue()


def read(body: bytes) -> list[str]:
    return parse(Resource(uri="norma.docx", body=body), limits=Limits()).text.split("\n\n")


def test_articles_and_letters_are_numbered_as_printed() -> None:
    body = word(
        paragraph("DE LAS FERIAS", 0),
        paragraph("La feria se instala los sábados.", style="Articulo"),
        paragraph("El permiso se pide en la municipalidad:", style="Articulo"),
        paragraph("con cédula;", 2), paragraph("con fotografía.", 2), paragraph("Se paga una vez.", 3),
        paragraph("Nota sin número."), paragraph("punto", 0, 2),
        paragraph("DE LAS MULTAS", 0),
        paragraph("La multa es de una UTM.", style="Articulo"),
        paragraph("Disposición que cuenta desde otro número.", 1, 3),
    )  # fmt: skip
    assert read(body) == [
        "TÍTULO I DE LAS FERIAS", "Artículo 1.- La feria se instala los sábados.",
        "Artículo 2.- El permiso se pide en la municipalidad:", "a) con cédula;", "b) con fotografía.", "2.1 Se paga una vez.",
        "Nota sin número.", "punto", "TÍTULO II DE LAS MULTAS", "Artículo 1.- La multa es de una UTM.",
        "Artículo 7.- Disposición que cuenta desde otro número.",
    ]  # fmt: skip
    document = parse(Resource(uri="norma.docx", body=body), limits=Limits())
    labels = [p.label for p in split(document, index="i")]
    assert "art. 1" in labels and "art. 2" in labels and "art. 7" in labels

"""Documents that mean harm, or were harmed: seeds of every format, mutants of them, and bombs."""

# ruff: noqa: E501  (bombs are one line each)
from __future__ import annotations

import email.message
import functools
import io
import json
import random
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

TEXT = (
    "Artículo 1. El permiso se paga en marzo. Requisitos: cédula vigente y comprobante.",
    "Artículo 2. La multa es de 3 UTM; véase el artículo 1, letra b), de esta ordenanza.",
    "Costo: gratuito. Plazo: diez días hábiles desde la presentación en la oficina de partes.",
)


def seeds() -> dict[str, bytes]:
    """A small valid document of each format, by its extension."""
    return {
        "pdf": pdf(), "docx": docx(), "pptx": pptx(), "xlsx": xlsx(), "odt": odt(), "epub": epub(), "eml": eml(),
        "html": html().encode(), "md": markdown().encode(), "txt": "\n\n".join(TEXT).encode("cp1252"),
        "csv": ("código;nombre;costo\n" + "".join(f"T{n};Trámite {n};{n}\n" for n in range(30))).encode("cp1252"),
        "json": json.dumps([{"nombre": "Poda", "pasos": [{"n": n, "texto": line} for n, line in enumerate(TEXT)]}]).encode(),
        "jsonl": "\n".join(json.dumps({"n": n, "texto": line}) for n, line in enumerate(TEXT)).encode(),
        "sqlite": sqlite(), "rtf": rtf(), "xml": xml(), "carta.xml": carta(),
    }  # fmt: skip


def html() -> str:
    rows = "".join(f"<tr><td>Trámite {n}</td><td>{n} UTM</td></tr>" for n in range(4))
    return (
        "<html><head><title>Ordenanza 5</title></head><body><h1>Ordenanza 5</h1>"
        + "".join(f"<p>{line} <strike>derogado</strike></p>" for line in TEXT)
        + f"<table>{rows}</table><ul><li>uno</li><li>dos</li></ul></body></html>"
    )


def markdown() -> str:
    return (
        "---\ntitulo: Ley 1\n---\n# Ley 1\n\n"
        + "\n\n".join(TEXT)
        + "\n\n| a | b |\n|---|---|\n| 1 | ~~2~~ |\n\n- uno\n- dos\n"
    )


def pdf() -> bytes:
    from fpdf import FPDF

    made = FPDF()
    for _ in range(2):
        made.add_page()
        made.set_font("helvetica", size=11)
        for row, line in enumerate(TEXT):
            made.text(10, 30 + 10 * row, line)
            made.rect(10, 100 + 10 * row, 60, 10)
            made.rect(70, 100 + 10 * row, 60, 10)
            made.text(12, 106 + 10 * row, "celda")
            made.text(72, 106 + 10 * row, "valor")
    return bytes(made.output())


def docx() -> bytes:
    import docx as library

    made = library.Document()
    made.add_heading("Ordenanza 5", 1)
    for line in TEXT:
        made.add_paragraph(line)
    made.add_paragraph("uno", style="List Number")
    table = made.add_table(rows=3, cols=2)
    for row in table.rows:
        for cell in row.cells:
            cell.text = "celda"
    return saved(made.save)


def pptx() -> bytes:
    import pptx as library

    made = library.Presentation()
    slide = made.slides.add_slide(made.slide_layouts[1])
    slide.shapes.title.text = "Trámites"
    slide.placeholders[1].text = TEXT[0]
    return saved(made.save)


def xlsx() -> bytes:
    import openpyxl

    made = openpyxl.Workbook()
    made.active.append(["código", "nombre", "costo"])
    for n in range(20):
        made.active.append([f"T{n}", f"Trámite {n}", n])
    return saved(made.save)


def saved(save: Callable[[io.BytesIO], object]) -> bytes:
    out = io.BytesIO()
    save(out)
    return out.getvalue()


def zipped(members: dict[str, bytes], *, stored: tuple[str, ...] = ()) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name, body, zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED)
    return out.getvalue()


@functools.cache
def _odt() -> bytes:
    import pypandoc

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.odt"
        pypandoc.convert_text("# Ordenanza 5\n\n" + "\n\n".join(TEXT), "odt", format="md", outputfile=str(path))
        return path.read_bytes()


def odt(content: str = "") -> bytes:
    """As pandoc writes it, its text ``content`` where one is given."""
    if not content:
        return _odt()
    namespaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "text", "table")
    )
    xml = (
        f'<?xml version="1.0"?><office:document-content {namespaces} office:version="1.2"><office:body><office:text>{content}'
        "</office:text></office:body></office:document-content>"
    )
    return _member(_odt(), "content.xml", xml.encode())


def epub(pages: dict[str, bytes] | None = None) -> bytes:
    pages = pages or {"uno.xhtml": html().encode()}
    items = "".join(
        f'<item id="i{n}" href="{name}" media-type="application/xhtml+xml"/>' for n, name in enumerate(pages)
    )
    spine = "".join(f'<itemref idref="i{n}"/>' for n in range(len(pages)))
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Ley'
        f"</dc:title></metadata><manifest>{items}</manifest><spine>{spine}</spine></package>"
    )
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="a.opf"/>'
        "</rootfiles></container>"
    )
    members = {
        "mimetype": b"application/epub+zip",
        "META-INF/container.xml": container.encode(),
        "a.opf": package.encode(),
    }
    return zipped(members | pages, stored=("mimetype",))


def eml(lines: tuple[str, ...] = TEXT) -> bytes:
    message = email.message.EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@x.cl", "b@x.cl", "Circular 7"
    message.set_content("\n\n".join(lines))
    message.add_alternative(html(), subtype="html")
    message.add_attachment(b"abc", maintype="application", subtype="octet-stream", filename="x.bin")
    return message.as_bytes()


def rtf() -> bytes:
    said = "".join(rf"{line}\par " for line in TEXT)
    return rb"{\rtf1\ansi\ansicpg1252 " + said.encode("cp1252") + b"}"


def sqlite() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.sqlite"
        connection = sqlite3.connect(path)
        connection.execute("CREATE TABLE tramites (codigo TEXT, nombre TEXT, costo REAL)")
        connection.executemany("INSERT INTO tramites VALUES (?, ?, ?)", [(f"T{n}", TEXT[n % 3], n) for n in range(20)])
        connection.commit()
        connection.close()
        return path.read_bytes()


def xml() -> bytes:
    parts = "".join(
        f'<capitulo nombre="C{n}"><articulo numero="{n}">{line}</articulo></capitulo>' for n, line in enumerate(TEXT)
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><norma><titulo>Ley 1</titulo>{parts}</norma>'.encode()


def carta() -> bytes:
    return (
        b'<?xml version="1.0"?><servico xmlns="http://servicos.gov.br/v3/schema"><id>1</id><nome>Passaporte</nome>'
        b"<descricao>Documento de viagem.</descricao><etapas><etapa><titulo>Pagar</titulo><custos><default><custo>"
        b"<descricao>Taxa</descricao><moeda>R$</moeda><valor>257</valor></custo></default></custos></etapa></etapas>"
        b"</servico>"
    )


def mutants(body: bytes, count: int, dice: random.Random) -> Iterator[bytes]:
    """``body`` cut short, with bytes changed, taken out, repeated or put in; of a zip, one of its members likewise."""
    for number in range(count):
        if body.startswith(b"PK") and number % 3:
            yield _inside(body, dice)
        else:
            yield _harmed(body, dice)


def _harmed(body: bytes, dice: random.Random) -> bytes:
    made = bytearray(body)
    for _ in range(dice.choice((1, 1, 2, 5, 20))):
        at = dice.randrange(len(made) + 1)
        match dice.randrange(5):
            case 0:
                del made[dice.randrange(len(made) + 1) :]
            case 1:
                made[at : at + 1] = bytes([dice.randrange(256)])
            case 2:
                del made[at : at + dice.randrange(1, 200)]
            case 3:
                made[at:at] = dice.randbytes(dice.randrange(1, 60))
            case _:
                made[at:at] = bytes(made[at : at + dice.randrange(1, 300)]) * dice.randrange(1, 20)
        if not made:
            return b"\x00"
    return bytes(made)


def _inside(body: bytes, dice: random.Random) -> bytes:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    chosen = dice.choice([name for name in members if members[name] and name != "mimetype"])
    members[chosen] = _harmed(members[chosen], dice)
    return zipped(members, stored=("mimetype",))


def bombs() -> dict[str, Callable[[], bytes]]:
    """What is small and wants to be large, by a name whose ending is its format's."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    entities = f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY l0 "ja">{laughs}]><a>&l9;</a>'.encode()
    outside = (
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x; texto del documento</a>'
    )
    million = "palabra " * 125_000
    word = "urn:schemas"
    return {
        "entities.xml": lambda: entities,
        "outside.xml": lambda: outside,
        "deep.xml": lambda: b"<a>" * 200_000 + b"x" + b"</a>" * 200_000,
        "deep.html": lambda: b"<html><body>" + b"<div>" * 100_000 + b"texto " * 20 + b"</div>" * 100_000,
        "tables.html": lambda: b"<html><body>" + b"<table><tr><td>" * 3_000 + b"texto " * 20,
        "lists.html": lambda: b"<html><body>" + b"<ul><li>a b c d" * 20_000,
        "wide.html": lambda: b"<html><body><table><tr>" + b"<td>a</td>" * 100_000 + b"</tr><tr><td>b</td><td>c</td></tr></table>",
        "span.html": lambda: b'<html><body><table><tr><td colspan="999999999">a</td><td>b</td></tr><tr><td rowspan="999999999">c</td>'
        b"<td>d</td></tr></table>",
        "attributes.html": lambda: b"<html><body><p " + b" ".join(b"a%d=1" % n for n in range(100_000)) + b">texto del documento</p>",
        "deep.json": lambda: b"[" * 100_000 + b"]" * 100_000,
        "objects.json": lambda: b'{"a":' * 900 + b'"x"' + b"}" * 900,
        "wide.json": lambda: json.dumps([{f"c{n}": n for n in range(100_000)}]).encode(),
        "wide.csv": lambda: (",".join(f"c{n}" for n in range(100_000)) + "\n").encode() + b",".join([b"1"] * 100_000) + b"\n" * 2
        + b",".join([b"2"] * 100_000),
        "columns.csv": lambda: b",".join([b"a"] * 100_000) + b"\n" + b",".join([b"1"] * 100_000),
        "quote.csv": lambda: b'a,b,c\n1,2,"' + b"x,\n" * 700_000,
        "long.csv": lambda: b"a;b;c\n" + b"1;2;3\n" * 600_000,
        "line.txt": lambda: b"a" * 3_000_000,
        "words.txt": lambda: million.encode(),
        "brackets.md": lambda: b"# Ley\n\n" + b"[" * 50_000 + b"](" * 50_000,
        "stars.md": lambda: b"# Ley\n\n" + b"*a **b _c ~~d " * 20_000,
        "quotes.md": lambda: b"# Ley\n\n" + b"> " * 20_000 + b"texto del documento",
        "items.md": lambda: b"# Ley\n\n" + b"".join(b"  " * (n % 500) + b"- a b c\n" for n in range(20_000)),
        "table.md": lambda: b"# Ley\n\n|" + b"a|" * 50_000 + b"\n|" + b"---|" * 50_000 + b"\n|" + b"b|" * 50_000,
        "articles.txt": lambda: b"Art. 1 " * 200_000,
        "yaml.md": lambda: b"---\na: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b]\n---\n# Ley\n\ntexto",
        "bomb.docx": lambda: zipped({"word/document.xml": b"<a>" + b" " * 300_000_000, "[Content_Types].xml": b"<a/>"}),
        "ratio.docx": lambda: zipped({"word/document.xml": b" " * 60_000_000, "[Content_Types].xml": b"<a/>"}),
        "lying.docx": lambda: _lying(docx()),
        "paragraphs.docx": lambda: _docx_body("<w:p><w:r><w:t>texto de la norma</w:t></w:r></w:p>" * 60_000),
        "deep.docx": lambda: _docx_body("<w:sdt><w:sdtContent>" * 5_000 + "</w:sdtContent></w:sdt>" * 5_000),
        "entities.docx": lambda: _docx_body("&l9;", f'<!DOCTYPE a [<!ENTITY l0 "ja">{laughs}]>'),
        "cells.docx": lambda: _docx_body("<w:tbl><w:tr>" + "<w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc>" * 20_000 + "</w:tr></w:tbl>"),
        "span.docx": lambda: _docx_body('<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="99999999"/></w:tcPr><w:p><w:r><w:t>a</w:t></w:r></w:p>'
        "</w:tc></w:tr></w:tbl>"),
        "far.xlsx": lambda: _sheet('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
        "wide.xlsx": lambda: _sheet("".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c><c r="XFD{n}"><v>2</v></c></row>' for n in range(1, 3000))),
        "strings.xlsx": lambda: _member(xlsx(), "xl/sharedStrings.xml", entities),
        "repeat.odt": lambda: odt('<table:table><table:table-row table:number-rows-repeated="100000000"><table:table-cell '
        'table:number-columns-repeated="100000000"><text:p>a</text:p></table:table-cell></table:table-row></table:table>'),
        "spaces.odt": lambda: odt('<text:p>a<text:s text:c="2000000000"/>b</text:p>'),
        "deep.odt": lambda: odt("<text:list><text:list-item>" * 20_000 + "<text:p>a</text:p>" + "</text:list-item></text:list>" * 20_000),
        "entities.odt": lambda: _member(odt(), "content.xml", entities),
        "bomb.epub": lambda: epub({f"p{n}.xhtml": b"<html><body>" + b"<p>a b c d e f</p>" * 600_000 for n in range(12)}),
        "entities.epub": lambda: _member(epub(), "a.opf", entities),
        "same.epub": lambda: epub({"a.xhtml": b"<html><body>" + b"<div>" * 50_000}),
        "up.epub": lambda: epub({"../../../../etc/passwd": b"<html><body><p>texto</p></body></html>"}),
        "deep.rtf": lambda: b"{\\rtf1 " + b"{" * 100_000 + b"texto" + b"}" * 100_000 + b"}",
        "picture.rtf": lambda: b"{\\rtf1 texto {\\pict\\pngblip " + b"00" * 2_000_000 + b"}}",
        "parts.eml": lambda: _nested_mail(300),
        "headers.eml": lambda: b"".join(b"X-H%d: %s\n" % (n, b"a" * 50) for n in range(50_000)) + b"From: a@x\nTo: b@x\n\ntexto",
        "loop.pdf": _pdf_loop,
        "flate.pdf": _pdf_flate,
        "pages.pdf": lambda: _pdf_pages(20_000),
        "paper.pdf": _pdf_paper,
        "large.png": _png,
        "random.bin": lambda: random.Random(3).randbytes(300_000),
        f"{word}.html": lambda: b"<" * 500_000,
        "comments.html": lambda: b"<!--" * 200_000 + b"<html><p>texto",
    }  # fmt: skip


def _docx_body(body: str, before: str = "") -> bytes:
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    xml = f'<?xml version="1.0"?>{before}<w:document {space}><w:body>{body}</w:body></w:document>'
    return _member(docx(), "word/document.xml", xml.encode())


def _member(body: bytes, name: str, text: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        members = {each: archive.read(each) for each in archive.namelist()}
    return zipped(members | {name: text}, stored=("mimetype",))


def _sheet(rows: str) -> bytes:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    xml = f'<?xml version="1.0"?><worksheet xmlns="{space}"><sheetData>{rows}</sheetData></worksheet>'
    return _member(xlsx(), "xl/worksheets/sheet1.xml", xml.encode())


def _lying(body: bytes) -> bytes:
    """A member that says it unpacks to ten bytes and unpacks to millions."""
    made = bytearray(_docx_body("<w:p><w:r><w:t>texto de la norma</w:t></w:r></w:p>" * 200_000))
    with zipfile.ZipFile(io.BytesIO(bytes(made))) as archive:
        size = archive.getinfo("word/document.xml").file_size
    packed = size.to_bytes(4, "little")
    return bytes(made).replace(packed, (10).to_bytes(4, "little"))


def _nested_mail(depth: int) -> bytes:
    inner = b"Content-Type: text/plain\n\ntexto del correo\n"
    for n in range(depth):
        inner = b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n%s\n--b%d--\n' % (n, n, inner, n)
    return b"From: a@x.cl\nTo: b@x.cl\nSubject: c\nMIME-Version: 1.0\n" + inner


def _pdf(objects: list[bytes]) -> bytes:
    out, offsets = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    at = len(out)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    return out + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, at)


def _pdf_loop() -> bytes:
    return _pdf([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 1000000 >>"])


def _pdf_flate() -> bytes:
    packed = zlib.compress(b"BT /F1 9 Tf (texto) Tj ET " * 3_000_000, 9)
    stream = b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed)
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    return _pdf(
        [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", page, stream, font]
    )


def _pdf_pages(count: int) -> bytes:
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] >>"
    kids = b" ".join(b"%d 0 R" % (number + 3) for number in range(count))
    pages = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, count)
    return _pdf([b"<< /Type /Catalog /Pages 2 0 R >>", pages, *[page] * count])


def _pdf_paper() -> bytes:
    picture = b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length 1 >>\nstream\n\x00\nendstream"
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9000000 9000000] /Contents 4 0 R /Resources << /XObject << /I 5 0 R >> >> >>"
    draw = b"<< /Length 33 >>\nstream\n9000000 0 0 9000000 0 0 cm /I Do \nendstream"
    return _pdf(
        [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", page, draw, picture]
    )


def _png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    size = (60_000).to_bytes(4, "big")
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", size + size + b"\x08\x00\x00\x00\x00")
        + chunk(b"IDAT", zlib.compress(bytes(1000)))
    )

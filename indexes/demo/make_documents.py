"""Make the demo's PDF, DOCX, scanned and windows-1252 documents from the plain texts in ``texts/``.

For developers: the results are kept beside the other demo documents. The same texts and fonts give the same bytes. Run it with
the ``[dev]`` extra installed: ``python indexes/demo/make_documents.py [--fonts FOLDER]``.

A text starts with ``key: value`` lines up to the first empty one; then each line is a paragraph, ``#`` a heading and
``| a | b |`` a row of a table.
"""

from __future__ import annotations

import argparse
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

import docx
import docx.document
import fpdf
import numpy as np
from docx.enum.text import WD_ALIGN_PARAGRAPH
from fpdf.enums import XPos, YPos
from PIL import Image, ImageDraw, ImageFont

HERE = Path(__file__).parent
DATE = datetime(2024, 1, 1, tzinfo=UTC)
#: Where Debian's fonts-liberation puts them.
FONTS = Path("/usr/share/fonts/truetype/liberation")

PDF = {
    "ordenanza-12-2019": "legal/cl/ordenanza-12-2019-patentes-y-permisos.pdf",
    "programa-ciencias-4-ano": "curriculum/br/programa-ciencias-4-ano.pdf",
    "carta-de-servicos": "services/br/carta-de-servicos.pdf",
    "licencia-de-conducir": "services/cl/licencia-de-conducir.pdf",
}
DOCX = {
    "ordenanza-7-2021": "legal/cl/ordenanza-7-2021-ruidos-molestos.docx",
    "lei-842-2018": "legal/br/lei-842-2018-limpeza-urbana.docx",
    "programa-ciencias-4-basico": "curriculum/cl/programa-ciencias-4-basico.docx",
}
SCANS = {"decreto-145-2022": "legal/cl/decreto-145-2022-feria-libre-escaneado.pdf"}
CP1252 = {"ordenanza-3-2015.html": "legal/cl/ordenanza-3-2015-mascotas.html"}


@dataclass(frozen=True, kw_only=True)
class Text:
    meta: dict[str, str]
    lines: list[str]

    def blocks(self) -> Iterator[tuple[str, list[str]]]:
        """Consecutive rows of a table together; any other line alone. Kinds: ``#``, ``##``, ``|`` and ``""``."""
        for is_table, group in groupby(self.lines, key=lambda line: line.startswith("|")):
            if is_table:
                yield "|", list(group)
                continue
            for line in group:
                mark, _, rest = line.partition(" ")
                yield (mark, [rest]) if set(mark) == {"#"} else ("", [line])


def read(name: str) -> Text:
    head, _, body = (HERE / "texts" / f"{name}.txt").read_text("utf-8").partition("\n\n")
    meta = dict(line.split(": ", 1) for line in head.splitlines())
    return Text(meta=meta, lines=[line for line in body.splitlines() if line])


def cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.strip("|").split("|")]


class Sheet(fpdf.FPDF):
    """An A4 page with the running header and the page number that real ordinances carry."""

    def __init__(self, text: Text, fonts: Path) -> None:
        super().__init__(format="A4")
        self.text_ = text
        for style, file in (("", "Regular"), ("B", "Bold"), ("I", "Italic")):
            self.add_font("serif", style, fonts / f"LiberationSerif-{file}.ttf")
        self.set_margins(25, 28, 25)
        self.set_auto_page_break(True, margin=25)
        self.set_creation_date(DATE)
        self.set_title(text.meta["title"])
        self.set_lang("pt-BR" if "fictício" in text.meta["notice"] else "es-CL")
        self.alias_nb_pages("{pages}")

    def header(self) -> None:
        self.set_y(12)
        self.set_font("serif", "I", 9)
        self.cell(0, 5, self.text_.meta["header"], align="C", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.line(25, 18, 185, 18)
        self.set_y(28)

    def footer(self) -> None:
        self.set_y(-18)
        self.set_font("serif", "", 9)
        label = self.text_.meta["footer"].replace("{page}", str(self.page_no()))
        self.cell(0, 5, label, align="C")


def make_pdf(name: str, fonts: Path) -> bytes:
    text = read(name)
    sheet = Sheet(text, fonts)
    sheet.add_page()
    write_paragraph(sheet, text.meta["title"], "B", 15, "C")
    write_paragraph(sheet, text.meta["notice"], "I", 10, "C")
    for kind, lines in text.blocks():
        if kind == "|":
            write_table(sheet, [cells(row) for row in lines])
        elif kind:
            sheet.ln(2)
            law = "TÍTULO" in lines[0] or "Párrafo" in lines[0] or "DISPOSICIONES" in lines[0]
            write_paragraph(sheet, lines[0], "B", 13 if kind == "#" else 11.5, "C" if law else "L")
        else:
            write_paragraph(sheet, lines[0], "", 11, "L" if lines[0][0] in "-123456789" else "J")
    return bytes(sheet.output())


def write_paragraph(sheet: Sheet, text: str, style: str, size: float, align: str) -> None:
    if style == "B" and sheet.will_page_break(25):
        sheet.add_page()
    sheet.set_font("serif", style, size)
    sheet.multi_cell(0, size * 0.5, text, align=align, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    sheet.ln(1.8)


def write_table(sheet: Sheet, rows: list[list[str]]) -> None:
    sheet.set_font("serif", "", 10)
    with sheet.table(line_height=6, text_align="LEFT") as table:
        for row in rows:
            table.row(row)
    sheet.ln(3)


def make_docx(name: str) -> bytes:
    text = read(name)
    document = docx.Document()
    document.core_properties.title = text.meta["title"]
    document.core_properties.author = "latam-rag"
    document.core_properties.created = document.core_properties.modified = DATE.replace(tzinfo=None)
    document.sections[0].header.paragraphs[0].text = text.meta["header"]
    document.add_heading(text.meta["title"], level=0)
    document.add_paragraph().add_run(text.meta["notice"]).italic = True
    for kind, lines in text.blocks():
        if kind == "|":
            add_table(document, [cells(row) for row in lines])
        elif kind:
            document.add_heading(lines[0], level=len(kind))
        else:
            document.add_paragraph(lines[0]).alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    made = io.BytesIO()
    document.save(made)
    return with_fixed_times(made.getvalue())


def add_table(document: docx.document.Document, rows: list[list[str]]) -> None:
    table = document.add_table(rows=len(rows), cols=len(rows[0]), style="Table Grid")
    for y, row in enumerate(rows):
        for x, cell in enumerate(row):
            table.cell(y, x).text = cell


def with_fixed_times(archive: bytes) -> bytes:
    """A DOCX is a zip whose entries carry the time of writing, which would change the file at each run."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)), old.read(name), zipfile.ZIP_DEFLATED)
    return made.getvalue()


def make_scan(name: str, fonts: Path) -> bytes:
    """A page as an office scanner leaves it: grey, a little crooked, with specks and a shadow at the edge; no text layer."""
    width, height = 1240, 1754  # A4 at 150 dpi
    page = Image.new("L", (width, height), 250)
    draw = ImageDraw.Draw(page)
    text = read(name)
    y = 150
    for number, line in enumerate([text.meta["notice"], *text.lines]):
        heading = number < 3
        font = ImageFont.truetype(str(fonts / f"LiberationSerif-{'Bold' if heading else 'Regular'}.ttf"), 29)
        for part in wrapped(line, font, width - 300):
            x = (width - font.getlength(part)) / 2 if heading else 150
            draw.text((x, y), part, font=font, fill=35)
            y += 42
        y += 22
    page = page.rotate(0.7, resample=Image.Resampling.BICUBIC, fillcolor=245)
    noise = np.random.default_rng(7)
    grey = np.asarray(page, dtype=np.float32) + noise.normal(0, 7, (height, width))
    grey[noise.random((height, width)) < 0.0002] = 90
    grey[:, :60] -= np.linspace(40, 0, 60)
    scan = Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8))
    jpeg = io.BytesIO()
    scan.save(jpeg, "JPEG", quality=45)
    pdf = fpdf.FPDF(format="A4")
    pdf.set_creation_date(DATE)
    pdf.set_title(text.meta["title"])
    pdf.add_page()
    pdf.image(jpeg, 0, 0, 210, 297)
    return bytes(pdf.output())


def wrapped(line: str, font: ImageFont.FreeTypeFont, width: int) -> Iterator[str]:
    taken = ""
    for word in line.split():
        if taken and font.getlength(f"{taken} {word}") > width:
            yield taken
            taken = word
        else:
            taken = f"{taken} {word}".strip()
    yield taken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fonts", type=Path, default=FONTS, help="folder of the Liberation Serif fonts")
    fonts = parser.parse_args().fonts
    made = {target: make_pdf(name, fonts) for name, target in PDF.items()}
    made |= {target: make_docx(name) for name, target in DOCX.items()}
    made |= {target: make_scan(name, fonts) for name, target in SCANS.items()}
    for name, target in CP1252.items():
        made[target] = (HERE / "texts" / name).read_text("utf-8").encode("windows-1252")
    for target, body in made.items():
        (HERE / target).write_bytes(body)


if __name__ == "__main__":
    main()

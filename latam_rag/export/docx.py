"""As a Word document, in Word's own styles: whoever edits it gets an outline, lists and a page number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

from latam_rag.export import Block, Page, tables

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

_STYLES = {"title": "Title", "heading": "Heading 1", "quote": "Intense Quote", "item": "List Bullet"}
#: What XML can't hold; a document that was read may.
_CONTROL = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_GREY, _RED, _INK = "555555", "B42318", "1A1A1A"
_FONT = "Arial"
"""Every Word has it, and LibreOffice has letters of the same widths: lines and pages end alike in both."""
#: Style → points of its letters, of the space before and of the space after.
_SIZES = {
    "Normal": (10.5, 0, 5), "Title": (19, 0, 9), "Heading 1": (12.5, 12, 3), "Intense Quote": (10.5, 2, 3),
    "List Bullet": (10.5, 0, 2), "Footer": (8.5, 0, 0),
}  # fmt: skip
_WITH_NEXT = ("institution", "source", "quote")
"""What doesn't end a page: the place of a quote, the quote, and its validity are read together."""


def written(page: Page) -> bytes:
    import docx

    made = docx.Document()
    _sheet(made, page)
    _styles(made)
    made.core_properties.title = _clean(page.title)
    made.core_properties.author = ""
    made.core_properties.language = {"pt": "pt-BR"}.get(page.language, "es-CL")
    before = ""
    for block, after in zip(page.blocks, [*page.blocks[1:], Block(kind="break")], strict=True):
        paragraph = _add(made, block)
        if paragraph is not None and before == "break":
            paragraph.paragraph_format.page_break_before = True
        if paragraph is not None and (block.kind in _WITH_NEXT or after.kind == "lines"):
            paragraph.paragraph_format.keep_with_next = True
        before = block.kind
    _footer(made.sections[0].footer.paragraphs[0], _clean(page.footer))
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def _sheet(made: Document, page: Page) -> None:
    from docx.enum.section import WD_ORIENT
    from docx.shared import Cm

    section = made.sections[0]
    size = Cm(21), Cm(29.7)
    section.page_width, section.page_height = size[::-1] if page.landscape else size
    if page.landscape:
        section.orientation = WD_ORIENT.LANDSCAPE
    # Tables need the room.
    narrow = any(block.kind == "table" for block in page.blocks)
    section.left_margin = section.right_margin = Cm(2 if narrow else 2.5)
    section.top_margin, section.bottom_margin, section.footer_distance = Cm(2), Cm(2.3), Cm(1.1)


def _styles(made: Document) -> None:
    from docx.shared import Cm, Pt, RGBColor

    for name, (size, before, after) in _SIZES.items():
        style: Any = made.styles[name]
        style.font.name, style.font.size, style.font.color.rgb = _FONT, Pt(size), RGBColor.from_string(_INK)
        # The theme's own fonts come before the name otherwise.
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for key in [key for key in fonts.attrib if "Theme" in key]:
            del fonts.attrib[key]
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
    made.styles["Title"].font.bold = True
    quote: Any = made.styles["Intense Quote"]
    quote.font.bold = quote.font.italic = False
    quote.paragraph_format.left_indent, quote.paragraph_format.right_indent = Cm(0.6), Cm(0)
    quote.paragraph_format.keep_together = True
    # A line beside it, not under it: a quote that goes over the page would be underlined twice.
    borders = quote.element.get_or_add_pPr().find(tables.named("w:pBdr"))
    borders.clear()
    borders.append(tables.element("w:left", val="single", sz="12", space="8", color="8A8F98"))


def _add(made: Document, block: Block) -> Paragraph | None:
    from docx.shared import Cm, Pt, RGBColor

    if block.kind in ("table", "fields"):
        tables.add(made, block, _clean)
    elif block.kind == "lines":
        tables.add_lines(made, int(block.text))
    if block.kind in ("table", "fields", "lines", "break"):
        return None
    check = block.kind == "check"
    paragraph = made.add_paragraph(style=_STYLES.get(block.kind, "Normal"))
    run = paragraph.add_run(f"☐\t{_clean(block.text)}" if check else _clean(block.text))
    if check:
        # What a second line holds stands under the text, not under the box.
        paragraph.paragraph_format.left_indent, paragraph.paragraph_format.first_line_indent = Cm(0.7), Cm(-0.7)
        paragraph.paragraph_format.tab_stops.add_tab_stop(Cm(0.7))
    if block.kind in ("institution", "source"):
        run.bold = True
    if block.kind in ("meta", "link"):
        run.font.size, run.font.color.rgb = Pt(9), RGBColor.from_string(_GREY)
    if block.kind == "warning":
        run.bold, run.font.color.rgb = True, RGBColor.from_string(_RED)
    return paragraph


def _footer(paragraph: Any, text: str) -> None:
    """The footer's text, and which page of how many it is, which Word counts."""
    paragraph.add_run(f"{text}  ·  " if text else "")
    _field(paragraph, "PAGE")
    paragraph.add_run(" / ")
    _field(paragraph, "NUMPAGES")


def _field(paragraph: Any, name: str) -> None:
    parts: Sequence[Any] = (
        tables.element("w:fldChar", fldCharType="begin"), tables.element("w:instrText"),
        tables.element("w:fldChar", fldCharType="separate"), tables.element("w:t"),
        tables.element("w:fldChar", fldCharType="end"),
    )  # fmt: skip
    parts[1].text, parts[3].text = name, "1"
    for part in parts:
        # A run each: of several in one, LibreOffice forgets the size.
        paragraph.add_run()._r.append(part)


def _clean(text: str) -> str:
    return _CONTROL.sub("", text)

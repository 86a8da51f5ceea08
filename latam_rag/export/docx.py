"""As a Word document, in Word's own styles: whoever edits it gets an outline, lists and a page number."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING, Any

from latam_rag.export import Block, Page, tables

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

_STYLES = {"title": "Title", "heading": "Heading 1", "quote": "Intense Quote", "item": "List Bullet"}
#: What XML can't hold; a document that was read may.
_CONTROL = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_GREY, _RED = "555555", "B42318"


def written(page: Page) -> bytes:
    import docx
    from docx.enum.section import WD_ORIENT
    from docx.shared import Cm, Pt

    made = docx.Document()
    section = made.sections[0]
    size = Cm(21), Cm(29.7)
    section.page_width, section.page_height = size[::-1] if page.landscape else size
    if page.landscape:
        section.orientation = WD_ORIENT.LANDSCAPE
    # Tables need the room.
    narrow = any(block.kind == "table" for block in page.blocks)
    section.left_margin = section.right_margin = Cm(2 if narrow else 2.5)
    section.top_margin = section.bottom_margin = Cm(2)
    made.core_properties.title = _clean(page.title)
    made.core_properties.author = ""
    made.core_properties.language = {"pt": "pt-BR"}.get(page.language, "es-CL")
    _styles(made, Pt)
    before: Block | None = None
    for block in page.blocks:
        if block.kind != "break":
            paragraph = _add(made, block)
            if paragraph is not None and before is not None and before.kind == "break":
                paragraph.paragraph_format.page_break_before = True
        before = block
    _footer(section.footer.paragraphs[0], _clean(page.footer))
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def _styles(made: Document, pt: Any) -> None:
    from docx.shared import RGBColor

    ink = RGBColor.from_string("1A1A1A")
    for name, size in (("Normal", 11), ("Title", 20), ("Heading 1", 13), ("Intense Quote", 11), ("List Bullet", 11)):
        style: Any = made.styles[name]
        style.font.name, style.font.size, style.font.color.rgb = "Calibri", pt(size), ink
        # The theme's own fonts come before the name otherwise.
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for key in [key for key in fonts.attrib if "Theme" in key]:
            del fonts.attrib[key]
    quote: Any = made.styles["Intense Quote"]
    quote.font.bold, quote.paragraph_format.space_before, quote.paragraph_format.space_after = False, pt(2), pt(4)


def _add(made: Document, block: Block) -> Paragraph | None:
    from docx.shared import Pt, RGBColor

    if block.kind in ("table", "fields"):
        tables.add(made, block, _clean)
        return None
    text = _clean(block.text)
    if block.kind == "lines":
        tables.add_lines(made, int(text))
        return None
    if block.kind == "check":
        text = f"☐  {text}"
    paragraph = made.add_paragraph(style=_STYLES.get(block.kind, "Normal"))
    run = paragraph.add_run(text)
    if block.kind in ("institution", "source"):
        run.bold = True
        paragraph.paragraph_format.keep_with_next = True
    if block.kind in ("meta", "link"):
        run.font.size, run.font.color.rgb = Pt(9.5), RGBColor.from_string(_GREY)
    if block.kind == "warning":
        run.bold, run.font.color.rgb = True, RGBColor.from_string(_RED)
    return paragraph


def _footer(paragraph: Any, text: str) -> None:
    """The footer's text, and the number of the page, which Word counts."""
    from docx.oxml import OxmlElement
    from docx.shared import Pt

    run = paragraph.add_run(f"{text}  ·  " if text else "")
    number = paragraph.add_run()
    for kind, content in (("begin", ""), ("", "PAGE"), ("end", "")):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}fldCharType", kind)
        else:
            element.text = content
        number._r.append(element)
    run.font.size = number.font.size = Pt(8.5)


def _clean(text: str) -> str:
    return _CONTROL.sub("", text)

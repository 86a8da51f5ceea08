"""Tables of a Word document, and lines to write on by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from latam_rag.export import Block

if TYPE_CHECKING:
    from docx.document import Document

_HEAD = "E7EDF5"
_NAMES = 0.36
"""Of the width of a pair of a field's name and value."""
_WHOLE = 900
"""Letters of a cell up to which its row isn't parted between pages: of a longer one half a page would stay empty."""
_TOGETHER = 600
"""Letters of a table up to which it stands on one page."""


def add(made: Document, block: Block, clean: Callable[[str], str]) -> None:
    from docx.enum.table import WD_TABLE_ALIGNMENT
    from docx.shared import Pt

    rows = block.rows
    columns = max((len(row) for row in rows), default=0)
    if not columns:
        return
    table: Any = made.add_table(rows=0, cols=columns)
    table.style = "Table Grid"
    table.autofit = False
    # Its borders stand on the margins: some programs would let the text of the cells stand there.
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    widths = _widths(made, block, columns)
    for place, row in enumerate(rows):
        _row(table, [clean(text) for text in row], widths, head=block.kind == "table" and not place, block=block)
    if sum(len(text) for row in rows for text in row) <= _TOGETHER:
        _keep_together(table)
    for column, width in zip(table.columns, widths, strict=True):
        # Word goes by the cells' widths, LibreOffice by the columns'.
        column.width = width
    after = made.add_paragraph()
    after.paragraph_format.space_after = Pt(0)
    after.paragraph_format.line_spacing = Pt(4)


def _row(table: Any, texts: Sequence[str], widths: Sequence[int], *, head: bool, block: Block) -> None:
    made = table.add_row()
    properties, cells = made._tr.get_or_add_trPr(), made.cells
    # A value without a second one beside it has the whole line.
    alone = block.kind == "fields" and len(texts) > 2 and not any(texts[2:])
    for column, text in enumerate(texts[:2] if alone else texts):
        cells[column].width = widths[column]
        _fill(cells[column], text, bold=head or (block.kind == "fields" and column % 2 == 0))
    if alone:
        cells[1].merge(cells[-1])
    if max(map(len, texts)) <= _WHOLE:
        properties.append(element("w:cantSplit"))
    if head:
        # Again on the next page.
        properties.append(element("w:tblHeader"))


def add_lines(made: Document, count: int) -> None:
    """Lines from margin to margin."""
    from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
    from docx.shared import Pt

    for left in reversed(range(count)):
        paragraph = made.add_paragraph("\t")
        paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(4), Pt(4)
        # On the page of its question.
        paragraph.paragraph_format.keep_with_next = left > 0
        paragraph.paragraph_format.tab_stops.add_tab_stop(_room(made), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.HEAVY)


def _room(made: Document) -> Any:
    """Between the margins."""
    from docx.shared import Emu

    section = made.sections[0]
    lengths = [length or 0 for length in (section.page_width, section.left_margin, section.right_margin)]
    return Emu(lengths[0] - lengths[1] - lengths[2])


def _widths(made: Document, block: Block, columns: int) -> list[int]:
    whole = int(_room(made))
    if block.kind == "fields":
        pair = 2 * whole / columns
        return [int(pair * (_NAMES if column % 2 == 0 else 1 - _NAMES)) for column in range(columns)]
    shares: Sequence[int] = block.widths or [100 // columns] * columns
    return [int(whole * share / sum(shares)) for share in shares]


def _fill(cell: Any, text: str, *, bold: bool) -> None:
    from docx.shared import Pt

    lines = [line for line in text.split("\n") if line.strip()] or [""]
    for number, line in enumerate(lines):
        paragraph = cell.paragraphs[0] if not number else cell.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(2)
        run = paragraph.add_run(line)
        run.font.size, run.bold = Pt(10), bold
    if bold:
        cell._tc.get_or_add_tcPr().append(element("w:shd", val="clear", color="auto", fill=_HEAD))


def _keep_together(table: Any) -> None:
    """On one page, with the heading above it."""
    for row in table.rows[:-1]:
        for cell in row.cells:
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.keep_with_next = True


def element(name: str, **attributes: str) -> Any:
    """``name`` and its attributes with Word's prefix, ``w:``, which the attributes don't say."""
    from docx.oxml import OxmlElement

    made = OxmlElement(name)
    for key, value in attributes.items():
        made.set(named(f"w:{key}"), value)
    return made


def named(name: str) -> str:
    """``w:…`` as XML names it."""
    from docx.oxml.ns import qn

    return str(qn(name))

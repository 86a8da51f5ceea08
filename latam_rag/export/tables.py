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


def add(made: Document, block: Block, clean: Callable[[str], str]) -> None:
    from docx.shared import Pt

    rows = block.rows
    columns = max((len(row) for row in rows), default=0)
    if not columns:
        return
    table: Any = made.add_table(rows=0, cols=columns)
    table.style = "Table Grid"
    table.autofit = False
    head = block.kind == "table"
    widths = _widths(made, block, columns)
    for place, row in enumerate(rows):
        cells = table.add_row().cells
        for column, text in enumerate(row):
            cells[column].width = widths[column]
            bold = (head and not place) or (not head and column % 2 == 0)
            _fill(cells[column], clean(text), bold=bold)
        _keep_whole(table.rows[-1], repeated=head and not place)
    for column, width in zip(table.columns, widths, strict=True):
        # Word goes by the cells' widths, LibreOffice by the columns'.
        column.width = width
    after = made.add_paragraph()
    after.paragraph_format.space_after = Pt(0)
    after.paragraph_format.line_spacing = Pt(4)


def add_lines(made: Document, count: int) -> None:
    """Lines from margin to margin."""
    from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
    from docx.shared import Pt

    for _ in range(count):
        paragraph = made.add_paragraph("\t")
        paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(4), Pt(4)
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
        cell._tc.get_or_add_tcPr().append(_element("w:shd", val="clear", color="auto", fill=_HEAD))


def _keep_whole(row: Any, *, repeated: bool) -> None:
    """On one page, its head again on the next."""
    properties = row._tr.get_or_add_trPr()
    properties.append(_element("w:cantSplit"))
    if repeated:
        properties.append(_element("w:tblHeader"))


def _element(name: str, **attributes: str) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    made = OxmlElement(name)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made

"""PDF to a Draft: pages, text in reading order with its boxes, headings, tables; pages without text through OCR."""

from __future__ import annotations

import re
import time
from collections.abc import Collection
from typing import Any

from latam_rag.config import Limits
from latam_rag.errors import DocumentError
from latam_rag.parse import (
    drawn,
    flow,
    footnotes,
    joining,
    layout,
    leaders,
    ocr,
    pdfchars,
    quality,
    running,
    stacked,
    struck,
    tables,
)
from latam_rag.parse.build import Draft, clean
from latam_rag.parse.sheets import Sheet, assembled
from latam_rag.types import SectionKind

#: How an entry of a list of books begins: «REID, J. (2001). Writing.»
_CITED = re.compile(r"[A-ZÁÉÍÓÚÑÂÊÔÃÕÇ][^\d\n]{2,80}\((?:19|20)\d\d[a-z]?\)")
# Fewer characters than this on a page with pictures: a stamp or a page number over a scan.
_FEW = 12
# Characters at the foot of a page that may be printed again at the head of the next.
_FOOT = 40
# Characters from which on a paragraph without a full stop is no title.
_SENTENCE = 120


def read(body: bytes, *, name: str, limits: Limits) -> Draft:
    """A Draft of the PDF ``body``; DocumentError when it can't be opened, or when nothing on it can be read."""
    deadline = time.monotonic() + limits.max_seconds
    document = pdfchars.open_pdf(body, name)
    try:
        sheets, scans, spoiled = _sheets(document, name, deadline, limits)
        notes = ocr.read_scans(document, sheets, scans, name=name, deadline=deadline, spoiled=spoiled)
        lines = running.removed([sheet.lines for sheet in sheets], [sheet.height for sheet in sheets])
        vocabulary = joining.words(line for page in lines for line in page)
        blocks: list[flow.Block] = []
        for number, (sheet, kept) in enumerate(zip(sheets, lines, strict=True)):
            sheet.running = running.heads(sheet.lines, kept)
            text, found = footnotes.apart(kept, sheet.height)
            page = flow.page_blocks(text, sheet.grids, number, vocabulary)
            _append(blocks, _with_notes(page, found, number, vocabulary), vocabulary)
        draft = assembled(blocks, sheets)
        struck.mark(draft, [sheet.across for sheet in sheets])
        draft.title = _title(document)
        draft.running = _running(sheets, lines)
        draft.warnings += notes
        return draft
    finally:
        document.close()


def _with_notes(
    page: list[flow.Block], found: list[footnotes.Note], number: int, vocabulary: Collection[str]
) -> list[flow.Block]:
    """The blocks of a page and its notes: before the last article that begins on it, or before what goes on on the next."""
    notes = [flow.note(note.number, note.lines, number, vocabulary) for note in found]
    opening = [index for index, block in enumerate(page) if index and flow.opens(block)]
    last = len(page) - 1 if page and page[-1].open else len(page)
    at = opening[-1] if opening else last
    return [*page[:at], *notes, *page[at:]]


def _running(sheets: list[Sheet], kept: list[list[layout.Line]]) -> list[str]:
    """The rows left out at the top of the first page; a single page has none that can be told from its text."""
    if len(sheets) < 2:
        return []
    ids = {id(line) for line in kept[0]}
    gone = [line for line in sheets[0].lines if id(line) not in ids and line.middle < 0.25 * sheets[0].height]
    return [clean(layout.join(row).text) for row in layout.rows(gone)]


def _sheets(document: Any, name: str, deadline: float, limits: Limits) -> tuple[list[Sheet], list[int], list[int]]:
    """Each page's size and lines, and which pages OCR is to read: without text, and with a text that nobody could read."""
    sheets, scans, spoiled = [], [], []
    for number in range(len(document)):
        if time.monotonic() > deadline:
            raise DocumentError("parse.too_slow", name=name, seconds=limits.max_seconds)
        with pdfchars.opened(document, number, name) as page:
            chars = pdfchars.page_chars(page)
            lines = stacked.spelled(layout.lines_of(chars))
            rules = pdfchars.rules(page)
            found = tables.grids(rules, chars.width, chars.height) if _may_have_table(lines) else []
            lines, typed = drawn.found(lines)
        said = " ".join(line.text for line in lines).replace(layout.HYPHEN, "-")
        if chars.images and len(said) < _FEW:
            scans.append(number)
        elif quality.page_is_garbage(said):
            spoiled.append(number)
        sheets.append(
            Sheet(
                width=chars.width, height=chars.height, lines=lines, grids=[*typed, *found], across=struck.lines(rules)
            )
        )
    return sheets, scans, spoiled


def _may_have_table(lines: list[layout.Line]) -> bool:
    """Two pieces of text on one base line, twice: without that there is no need to look at what is drawn."""
    return sum(len(row) > 1 for row in layout.rows(lines)) >= 2


def _append(blocks: list[flow.Block], more: list[flow.Block], vocabulary: Any) -> None:
    """Add a page's blocks; a paragraph or table that the page break cut in two is put together."""
    for order, block in enumerate(more):
        if order == 0 and blocks and _announced(blocks[-1], block):
            blocks.pop()
        last = blocks[-1] if blocks else None
        if last is not None and _goes_on(last, block):
            joining.link(last.pieces, block.pieces[0], vocabulary)
            last.pieces += block.pieces[1:]
            last.open = block.open
        elif last is not None and order == 0 and _same_table(last, block):
            rows = block.rows[1:] if _text(block.rows[0]) == _text(last.rows[0]) else block.rows
            for row in rows:
                last.pieces += [joining.blank(row[0].page if row else last.pieces[-1].page, "\n"), *row]
            last.rows += rows
        else:
            blocks.append(block)


def _announced(last: flow.Block, block: flow.Block) -> bool:
    """Whether ``last`` is only how ``block``, on the next page, begins: cut off at the foot of its page, and printed again."""
    text = last.text.strip()
    return len(text) <= _FOOT and last.pieces[-1].page < block.pieces[0].page and block.text.startswith(f"{text} ")


def _goes_on(last: flow.Block, block: flow.Block) -> bool:
    """Whether ``block`` is the rest of the paragraph ``last``."""
    if last.kind is SectionKind.TABLE or block.kind is not SectionKind.PARAGRAPH:
        return False
    said, begins = last.pieces[-1].text.rstrip(), block.pieces[0].text.lstrip()
    if abs(last.size - block.size) > 0.1 * last.size:
        return False
    turned = _turned(last.pieces[-1], block.pieces[0])
    long = len(last.text) > _SENTENCE and said[-1:].isalnum()
    if last.bold != block.bold:
        return turned and long and begins[:1].islower()
    if flow.UNENDED.search(said):
        return True
    if begins[:1].islower():
        # Where lines aren't made equally long, at the end of a page or column only what was said tells.
        return last.open or (turned and long)
    # A name, or text in capitals, goes on in a capital: only where the last line is full, and the sentence long and open.
    named = last.text.isupper() == block.text.isupper() and begins[:1].isupper() and not leaders.LED.search(said)
    return turned and last.open and long and named and not flow.opens(block) and _CITED.match(begins) is None


def _turned(before: joining.Piece, after: joining.Piece) -> bool:
    """Whether a page or a column ends between the two."""
    return before.page < after.page or bool(after.boxes[:1, 1].sum() < before.boxes[-1:, 1].sum())


def _same_table(last: flow.Block, block: flow.Block) -> bool:
    both = last.kind is block.kind is SectionKind.TABLE
    return both and max(map(_cells, last.rows)) == max(map(_cells, block.rows))


def _cells(row: list[joining.Piece]) -> int:
    return 1 + sum(piece.text == " | " for piece in row)


def _text(row: list[joining.Piece]) -> str:
    return "".join(piece.text for piece in row)


def _title(document: Any) -> str:
    """The title the file declares, unless it is the name of a file or of a program."""
    title = clean(str(document.get_metadata_dict().get("Title") or ""))
    junk = (
        "microsoft word",
        "untitled",
        "documento",
        "sin título",
        "sem título",
        ".doc",
        ".pdf",
        ".indd",
        ".qxd",
        ".xls",
        "scan",
        "slide",
    )
    return "" if len(title) < 8 or any(word in title.lower() for word in junk) or " " not in title else title

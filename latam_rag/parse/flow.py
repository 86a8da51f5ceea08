"""Lines in reading order to paragraphs, headings, items and tables."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from latam_rag.parse import calendars, leaders, margins, marks, tables
from latam_rag.parse.joining import Piece, blank, run
from latam_rag.parse.layout import HYPHEN, Line, columns, join, rows
from latam_rag.types import SectionKind

_ITEM = re.compile(
    r"^(?:[-–—•·▪●◦*]\s|\d{1,2}\s+[A-ZÁÉÍÓÚ][a-záéíóúñçãõê]*[\s,]|[a-zñ]{1,2}(?:\.-|[).]|\s[-–—])\s|\d{1,3}(?:\.\d{1,2})*(?:\.-|[).°º]|\s[-–—])[)\-]?\s|[IVXLC]{1,7}(?:\.-|[).]|\s?[-–—])\s|\([a-z\d]{1,3}\)\s|\([A-Z]{2}\d{2}[A-Z]{2,3}\d{2,3}[A-Z]?\)\s)"
)
_BULLET = re.compile(r"^[•▪●◦]\s")
#: ``a Resolver problemas``: an item by its letter alone, which may as well be a word in the middle of a sentence.
_LETTERED = re.compile(r"^[a-zñ]\s+[A-ZÁÉÍÓÚ][a-záéíóúñçãõê]+[\s,]")
#: ``Sugestão: …`` after a full stop: what a sheet says by label, on a line of its own.
_LABELLED = re.compile(r"^[A-ZÁÉÍÓÚ][^\W\d_]{3,}(?:\s[^\W\d_]+){0,3}:\s")
_OPENS = re.compile(
    r"^(?:art(?:[íi]culo|igo|\.)\s*\w|§\s*\d|par[áa]grafo\s|(?:t[íi]tulo|cap[íi]tulo|secci[óo]n|seç[ãa]o|libro|livro|anexo|parte)\s+[\wº°]+)",
    re.IGNORECASE,
)
#: ``TÍTULO II``, ``Capítulo primero``: a line that names a part of the document.
GROUP = re.compile(
    r"^(?:t[íi]tulo|cap[íi]tulo|secci[óo]n|subsecci[óo]n|seç[ãa]o|subseç[ãa]o|libro|livro|anexo|parte)\s+(?:[IVXLC]+|\d+|[úu]nic[oa]|"
    r"preliminar|(?:prim|segund|tercer|terceir|cuart|quart|quint|sext|s[ée]ptim|s[ée]tim|octav|oitav|noven|non|d[ée]cim)\w*)\b",
    re.IGNORECASE,
)
# Lines of a cell: more are a column of text.
_CELL = 20
# Wrapped lines that tell how far the lines of a paragraph are apart.
_WRAPPED = 3
#: How no line of its own, and no paragraph, ends: «PARA O», «de la».
UNENDED = re.compile(
    r"\s(?:de|del|das?|dos?|las?|los|el|para(?: [oa])?|por|con|com|en|em|aos?|n[ao]s?|pel[ao]s?)$", re.IGNORECASE
)
_AND = re.compile(r"\s(?:y|e|o|ou)$")
#: How no title begins: «Y CONSEJO DE TUTORES».
_ON = re.compile(r"^\s*(?:Y|E|O|DE|DEL|D[AO]S?|EN|PARA|POR|CON|COM|QUE|AL?|A L[AO]S?)\s")
#: What fills the rest of a line, so that nobody adds to it: «…del Organismo Fiscal.--------------».
_FILLED = re.compile(r"(?<=[.;:)])\s?-{6,}\s*$")
_TERMINAL = (".", ":", ";", "!", "?", ".”", '."', ".»", ")")


@dataclass(kw_only=True, slots=True)
class Block:
    """What becomes a section: its pieces, one after another, are its text."""

    kind: SectionKind
    pieces: list[Piece]
    size: float = 0.0
    bold: bool = False
    rows: list[list[Piece]] = field(default_factory=list)
    label: str = ""
    """How a footnote is cited: its number."""
    open: bool = False
    """Whether the paragraph may go on in the next column or page: it doesn't end like one."""

    @property
    def text(self) -> str:
        return "".join([piece.text for piece in self.pieces])


def page_blocks(lines: list[Line], found: list[tables.Grid], page: int, vocabulary: Collection[str]) -> list[Block]:
    """The blocks of one page in reading order; ``found`` are its ruled tables."""
    held: list[tuple[tables.Grid, list[list[list[Line]]]]] = []
    marks.bulleted(lines)
    free = [leaders.shortened(line) for line in marks.numbered(lines) if not line.turned]
    for grid in sorted(found, key=lambda grid: grid.lines[0]):
        inside = [line for line in free if grid.holds(line)]
        ids = {id(line) for line in inside}
        rest = [line for line in free if id(line) not in ids]
        parts = [(part, tables.ruled_rows(part, own)) for part, own in calendars.apart(grid, inside)]
        if _tabular(parts[0][1]):
            held += parts
            free = rest
    blocks = _sideways([line for line in lines if line.turned], page, vocabulary)
    for grid, cells in held:
        above = [line for line in free if line.middle < grid.lines[0] + 2]
        ids = {id(line) for line in above}
        free = [line for line in free if id(line) not in ids]
        blocks += _stretches(above, page, vocabulary)
        blocks.append(_table(cells, page, vocabulary))
    return blocks + _stretches(free, page, vocabulary)


def _sideways(lines: list[Line], page: int, vocabulary: Collection[str]) -> list[Block]:
    """What runs along the side of the page, neighbouring lines of one size put together."""
    groups: list[list[Line]] = []
    for line in lines:
        last = groups[-1][-1] if groups else None
        if (
            last is not None
            and abs(last.size - line.size) < 0.1 * line.size
            and abs(line.left - last.left) < 2 * line.size
        ):
            groups[-1].append(line)
        else:
            groups.append([line])
    return [_block(group, page, max(line.right for line in group), vocabulary) for group in groups]


def _tabular(cells: list[list[list[Line]]]) -> bool:
    """Two rows with two filled cells, or one among others: less is a frame around text, or a rule between its columns."""
    several = [row for row in cells if sum(bool(cell) for cell in row) >= 2]
    short = all(len(cell) <= _CELL for row in several for cell in row)
    return len(several) >= 2 or (len(several) == 1 and len(cells) >= 3 and short)


def _stretches(lines: list[Line], page: int, vocabulary: Collection[str]) -> list[Block]:
    blocks: list[Block] = []
    for part in margins.stretches(lines):
        for stretch in columns(part):
            blocks += _stretch(stretch, page, vocabulary)
    return blocks


def _stretch(lines: list[Line], page: int, vocabulary: Collection[str]) -> list[Block]:
    """One column's lines: aligned tables, and between them paragraphs."""
    found = rows(lines)
    blocks: list[Block] = []
    plain: list[Line] = []
    index = 0
    while index < len(found):
        end = tables.aligned(found, index) if len(found[index]) > 1 else index
        if end > index:
            blocks += _paragraphs(plain, page, vocabulary)
            plain = []
            sides = tables.side_by_side(found, index, end)
            if sides:
                for side in sides:
                    blocks += _paragraphs(side, page, vocabulary)
                index += tables.height(found, index, sides)
                continue
            blocks.append(_table(tables.aligned_rows(found[index:end]), page, vocabulary))
            index = end
        else:
            plain.append(join(found[index]))
            index += 1
    return blocks + _paragraphs(plain, page, vocabulary)


def _table(cells: list[list[list[Line]]], page: int, vocabulary: Collection[str]) -> Block:
    lines: list[list[Piece]] = []
    for row in cells:
        pieces: list[Piece] = []
        # Cells that are empty to the end of the row aren't written.
        while len(row) > 1 and not row[-1]:
            row = row[:-1]
        for order, cell in enumerate(row):
            if order:
                pieces.append(blank(page, " | "))
            pieces += run(cell, page, vocabulary)
        lines.append(pieces)
    return Block(kind=SectionKind.TABLE, pieces=_rowed(lines, page), rows=lines)


def _rowed(lines: list[list[Piece]], page: int) -> list[Piece]:
    pieces: list[Piece] = []
    for order, line in enumerate(lines):
        pieces += [blank(page, "\n"), *line] if order else line
    return pieces


def _paragraphs(lines: list[Line], page: int, vocabulary: Collection[str]) -> list[Block]:
    if not lines:
        return []
    right = _percentile([line.right for line in lines], 0.9)
    left = min(line.left for line in lines)
    leading = _leading(lines)
    groups: list[list[Line]] = [[lines[0]]]
    for before, line in pairwise(lines):
        within = leading and 0 < line.middle - before.middle <= 1.45 * leading and _bracketed(groups[-1])
        if not within and _begins(before, line, left, right, leading):
            groups.append([line])
        else:
            groups[-1].append(line)
    return [_block(group, page, right, vocabulary) for group in groups]


def _leading(lines: list[Line]) -> float:
    """How far the lines of a paragraph are apart; 0 where nothing tells.

    Lines that go on in small letters tell: in a list of short items most steps are those between paragraphs.
    """
    steps = [
        (after.middle - before.middle, after.text[:1].islower())
        for before, after in pairwise(lines)
        if 0 < after.middle - before.middle < 2.2 * before.size
    ]
    wrapped = [step for step, small in steps if small]
    told = wrapped if len(wrapped) >= _WRAPPED else [step for step, _ in steps]
    return median(told) if told else 0.0


def _percentile(values: list[float], share: float) -> float:
    """What ``share`` of the ``values`` don't exceed, in proportion between two of them; numpy is slow for so few."""
    ordered = sorted(values)
    at = share * (len(ordered) - 1)
    below = int(at)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (at - below)


def _bracketed(lines: list[Line]) -> bool:
    """Whether the last of ``lines`` ends inside brackets that it opens: «(Redação dada pela»."""
    text = lines[-1].text
    return text.rfind("(") > text.rfind(")") and len(text) - text.rfind("(") < 90


def _begins(before: Line, line: Line, left: float, right: float, leading: float) -> bool:
    """Whether ``line`` begins a paragraph of its own."""
    text, last = line.text.lstrip(), before.text.rstrip()
    small = text[:1].islower()
    step = line.middle - before.middle
    if last.endswith(HYPHEN) or (0 < step < 2.2 * line.size and _titled_on(before, line)):
        return False
    if _BULLET.match(text):
        return True
    told = 1.45 * leading if leading else 1.9 * line.size if last.endswith(_TERMINAL) else 2.6 * line.size
    if step < 0 or step > min(told, 2.6 * line.size):
        return True
    if abs(line.size - before.size) > 0.12 * before.size and not small:
        return True
    if (
        _OPENS.match(text)
        and not small
        and (last.endswith(_TERMINAL) or _short(before, left, right) or GROUP.match(text))
    ):
        return True
    if leaders.LED.search(last) and (not small or _ITEM.match(text)):
        return True
    if _ITEM.match(text) and (last.endswith((*_TERMINAL, ",")) or _AND.search(last) or _short(before, left, right)):
        return True
    if (line.bold != before.bold and not small) or (last.endswith((".", ":")) and _LETTERED.match(text)):
        return True
    if last.endswith((".", "!", "?")) and _LABELLED.match(text):
        return True
    if _short(before, left, right):
        opens = text[:1].isalnum() and text[:1].isupper() and not UNENDED.search(last) and _fits(before, line, right)
        return last.endswith(_TERMINAL) or opens
    return last.endswith(_TERMINAL) and line.left > before.left + 0.8 * line.size and not small


def _titled_on(before: Line, line: Line) -> bool:
    """Whether ``line`` is the second line of a title, centred or in capitals: «DE LA COMISIÓN» / «Y CONSEJO DE TUTORES»."""
    alike = before.bold == line.bold and abs(before.size - line.size) < 0.06 * line.size
    if not alike or GROUP.match(before.text.lstrip()) or _OPENS.match(line.text.lstrip()):
        return False
    ended = before.text.rstrip().endswith(_TERMINAL)
    apart = abs(line.left - before.left) > 3 and abs((line.left + line.right) - (before.left + before.right)) < 6
    if before.bold and apart and not ended and not before.text.isupper():
        return True
    capitals = before.text.isupper() and line.text.isupper()
    return capitals and (_ON.match(line.text) is not None or UNENDED.search(before.text.rstrip()) is not None)


def _fits(before: Line, line: Line, right: float) -> bool:
    """Whether the first word of ``line`` would have fitted at the end of the line before."""
    end = (line.text.lstrip() + " ").index(" ") + len(line.text) - len(line.text.lstrip())
    width = float(line.boxes[:end, 2].max() - line.boxes[:end, 0].min()) if end else 0.0
    return right - before.right > width + 0.25 * line.size


def _short(line: Line, left: float, right: float) -> bool:
    """Whether the line ends well before the right margin: the next word would have fitted."""
    return right - line.right > max(0.12 * (right - left), 3 * line.size)


def _block(lines: list[Line], page: int, right: float, vocabulary: Collection[str]) -> Block:
    pieces = run(lines, page, vocabulary)
    if filled := _FILLED.search(pieces[-1].text):
        pieces[-1].text, pieces[-1].boxes = pieces[-1].text[: filled.start()], pieces[-1].boxes[: filled.start()]
    text = "".join(piece.text for piece in pieces)
    kind = SectionKind.ITEM if _ITEM.match(text) else SectionKind.PARAGRAPH
    last = lines[-1]
    ends = last.text.rstrip().endswith(_TERMINAL) and not last.text.rstrip().endswith(")")
    size = median(line.size for line in lines)
    return Block(
        kind=kind,
        pieces=pieces,
        size=size,
        bold=all(line.bold for line in lines),
        open=not ends and not _short(last, lines[0].left, right),
    )


def note(number: str, lines: list[Line], page: int, vocabulary: Collection[str]) -> Block:
    """A footnote, its number at its head."""
    return Block(kind=SectionKind.FOOTNOTE, pieces=run(lines, page, vocabulary), size=lines[-1].size, label=number)


def opens(block: Block) -> bool:
    """Whether an article, or a part of the document, begins with ``block``."""
    return block.kind is not SectionKind.TABLE and _OPENS.match(block.text.lstrip()) is not None

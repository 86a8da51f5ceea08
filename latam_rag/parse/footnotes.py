"""Footnotes: smaller print at the foot of a page, each note under its number, and the raised numbers that call them.

The notes go apart, and a call keeps a blank and a raised figure: «las tablas ⁷», «Lei nº 13.005/2014 ⁷».
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from latam_rag.parse.layout import Line, join, rows

# Of the text that calls them: print that small may be a note's.
_SMALL = 0.9
# How far down a page notes begin at the earliest.
_FOOT = 0.4
_NUMBER = re.compile(r"^[(\[]?(\d{1,3})[)\].]?(?=\s|\D|$)")
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
#: After these a raised figure is an exponent; after a word, or the end of a sentence or quotation, it calls a note.
_UNIT = re.compile(r"\b(?:[cdhk]?m|mts?|cms|kms|metros?)\.?$", re.IGNORECASE)
_CALLED = re.compile(r"(?:[^\W\d_]{3,}|[.,;:)\]»”\"’'])$")


@dataclass(kw_only=True, slots=True)
class Note:
    number: str
    lines: list[Line]


def apart(lines: list[Line], height: float) -> tuple[list[Line], list[Note]]:
    """The ``lines`` of a page without its notes, and the notes.

    Small print at the foot is notes only where the text calls one of their numbers.
    """
    calling = [line for line in lines if line.raised]
    if not calling:
        return lines, []
    usual = max(line.size for line in calling)
    called = {line.text[start:end] for line in calling for start, end in line.raised if line.size > _SMALL * usual}
    notes = _notes(_foot(lines, usual, height))
    if not any(note.number in called for note in notes):
        notes = []
    own = {id(line) for note in notes for line in note.lines}
    kept = [line for line in lines if id(line) not in own]
    numbers = {note.number for note in notes}
    for line in kept:
        if line.raised:
            _call(line, numbers)
    return kept, notes


def _foot(lines: list[Line], usual: float, height: float) -> list[list[Line]]:
    """The rows of small print at the foot of the page, from the top."""
    found: list[list[Line]] = []
    for row in reversed(rows([line for line in lines if not line.turned])):
        if row[0].middle < _FOOT * height or any(line.size >= _SMALL * usual for line in row):
            break
        found.append(row)
    return found[::-1]


def _notes(foot: list[list[Line]]) -> list[Note]:
    """The notes among the rows of small print, in the order of their numbers; what stands before the first one is none."""
    notes: list[Note] = []
    for row in foot:
        number = _NUMBER.match(join(row).text)
        begins = number is not None and (not notes or int(number[1]) == int(notes[-1].number) + 1)
        if number is not None and begins:
            notes.append(Note(number=number[1], lines=[*row]))
        elif notes:
            notes[-1].lines += row
    return notes


def _call(line: Line, numbers: Collection[str]) -> None:
    """Set the numbers that call a note apart from the word before; other raised figures stay as they are."""
    for start, end in reversed(line.raised):
        before, number = line.text[:start], line.text[start:end]
        exponent = number in ("2", "3") and _UNIT.search(before)
        if not before.strip() or exponent or not (number in numbers or _CALLED.search(before)):
            continue
        blank = "" if before.endswith(" ") else " "
        line.text = f"{before}{blank}{number.translate(_RAISED)}{line.text[end:]}"
        if blank:
            edge = line.boxes[start].copy()
            edge[2] = edge[0]
            line.boxes = np.insert(line.boxes, start, edge, axis=0)
    line.raised = ()

"""Text too long for one passage, cut where it hurts least: never after what announces something, seldom in a list.

Of all the ways to cut it the one is taken whose cuts cost least; so a list is cut before its heading rather than in its
middle, and none of several passages is but a rest. What goes on with a list or a table has what announces it as headings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from latam_rag.split import budget

#: The end of a sentence in a row of a table.
_SENTENCE: Final = re.compile(r"[^\W\d_]{3,}[.!?] (?=[A-ZÁÉÍÓÚÂÊÔÃÕÑ¿¡])")
#: A line without a full stop, or one with a colon: «Adultos mayores», «Se recomienda evitar:».
_TITLED: Final = re.compile(r"[A-ZÁÉÍÓÚÂÊÔÃÕÑ¿¡][^\n|]{2,80}(?:[^\W_]|:)")
#: What no title has: «CÓDIGO: PMG-ANS-010».
_FIELD: Final = re.compile(r"[\d:]")
#: «8. Cadastrar bolsistas», which heads what follows unless that is an item too.
_STEP: Final = re.compile(r"\d{1,2}\s?[.)]-?\s[A-ZÁÉÍÓÚÂÊÔÃÕÑ¿¡][^\n|]{2,80}[^\W_]\)?")
_ITEM: Final = re.compile(
    r"(?:[-–—•·▪●◦*]|\(?[a-zñ]{1,2}\s?[.)]-?|\(?\d{1,3}(?:\.\d{1,2})*\s?[.)º°]-?|[IVXLC]{1,7}\s?[-–—.)]|\(?[ivx]{1,5}\))\s"
)
_OUTLINE: Final = re.compile(r"(?P<n>\d{1,3}(?:\.\d{1,3})*)\s?[–-]\s")
#: «Artículo 5°.- », which says nothing as a heading.
_NUMBERED: Final = re.compile(r"(?:Art(?:[íi]culo|igo)?|ART[ÍI](?:CULO|GO))\b\.?\s*\d+[\dA-Z]*\s?[ºª°o]?[\s.:)–—-]*")
#: «Que, el artículo 13…», one of the considerations of a resolution; from so many on they are its structure.
_CONSIDERS: Final = re.compile(r"[*_]{0,2}(?:Que|QUE|Considerando que|CONSIDERANDO que)\b")
_SEVERAL: Final = 3
_WORD: Final = re.compile(r"[^\W\d_]{2}")
_HARD_BREAKS: Final = ("\n", "; ", ", ", " ")
_LEAD: Final = 90

# What a cut costs: before a line that heads what follows, between paragraphs and between rows, before and between items,
# within a paragraph, within an item, after what announces.
HEADED, PARAGRAPH, LISTED, ITEMS, WITHIN, WITHIN_ITEM, ANNOUNCED = 0.0, 1.0, 5.0, 6.5, 7.0, 9.0, 100.0
#: What one more passage costs, and one that is far from full.
_PASSAGE: Final = 5.0
_SLACK: Final = 3.0
#: What a cut costs between two tables: less than nothing, for it is worth a passage, a short one too.
APART: Final = -(_PASSAGE + _SLACK)
#: What a cut costs more within a consideration.
_IN_CONSIDERED: Final = 6.0


@dataclass(slots=True)
class Unit:
    """A stretch that isn't cut: a sentence, a row, an item."""

    start: int
    end: int
    size: float
    """In estimated tokens."""
    cut: float
    """What a cut before it costs."""
    item: bool = False
    """Whether it is an item of a list, or a sentence further on in one."""
    leads: tuple[str, ...] = ()
    """Headings of a passage that begins with it: what announces its list, the header of its table."""


def cheapest(units: Sequence[Unit], room: float) -> list[tuple[int, int]]:
    """The cuts of ``units`` that cost least, as ranges ``(first, after the last)``, of at most ``room`` tokens each.

    A unit that is longer by itself is a range by itself.
    """
    best, before = [0.0] * (len(units) + 1), [0] * (len(units) + 1)
    above = [sum(budget.cost(lead) + 1 for lead in unit.leads) for unit in units]
    for last in range(1, len(units) + 1):
        used, least = 0.0, -1.0
        for first in range(last - 1, -1, -1):
            used += units[first].size
            alone = first == last - 1
            if used > room and not alone:
                break
            if used + above[first] > room and not alone:
                continue
            left = max(1.0 - used / room, 0.0)
            cost = best[first] + _PASSAGE + _SLACK * left * left + (units[first].cut if first else 0.0)
            if least < 0 or cost < least:
                least, before[last] = cost, first
        best[last] = least
    ranges: list[tuple[int, int]] = []
    last = len(units)
    while last > 0:
        ranges.append((before[last], last))
        last = before[last]
    return ranges[::-1]


def announces(said: str) -> bool:
    """Whether ``said`` stands for what follows: a sentence with a colon, a line that heads something."""
    said = said.strip()
    return said.endswith(":") or _TITLED.fullmatch(said) is not None


def titles(said: str) -> bool:
    """Whether ``said`` is a title in capitals: «GRUPO OCUPACIONAL DE NÍVEL MÉDIO»."""
    return said.isupper() and _TITLED.fullmatch(said) is not None and not _FIELD.search(said)


def lead(said: str) -> str:
    """What ``said`` announces, as a heading: without the number of its article, short; empty where it has no word."""
    said = said.strip(" \n\t-–—*>")
    if not _WORD.search(said):
        return ""
    numbered = _NUMBERED.match(said)
    return budget.shorten(said[numbered.end() :] if numbered else said, _LEAD)


def of_sentences(text: str, stretches: Iterable[tuple[int, int]], room: float) -> list[Unit]:
    """The units of consecutive sentences, those that cost more than ``room`` in pieces."""
    units: list[Unit] = []
    announced = ""
    for start, end in _small(text, stretches, room):
        said = text[start:end]
        size = budget.cost(said) + 1
        before = units[-1] if units else None
        if before is not None and "\n" not in text[before.end : start]:
            leads = (announced,) if announced and before.item else ()
            cut = ANNOUNCED if text[before.end - 1] == ":" else WITHIN_ITEM if before.item else WITHIN
            units.append(Unit(start, end, size, cut, before.item, leads))
            announced = lead(said) if announces(said) else announced
            continue
        item = _ITEM.match(said) is not None
        announced = announced if item else ""
        cut = _between(text, units, start, end, item)
        units.append(Unit(start, end, size, cut, item, (announced,) if announced else ()))
        announced = lead(said) if announces(said) else announced
    return _considered(text, units)


def _considered(text: str, units: list[Unit]) -> list[Unit]:
    """``units``, those of a preamble rather cut before «Que, …» than within what is considered there."""
    begins = [number for number, unit in enumerate(units) if _CONSIDERS.match(text, unit.start, unit.end)]
    if len(begins) >= _SEVERAL:
        for number in range(begins[0] + 1, begins[-1]):
            units[number].cut += 0.0 if number in begins else _IN_CONSIDERED
        for number in begins[1:]:
            units[number].cut = min(units[number].cut, PARAGRAPH)
    return units


def heads(table: str) -> list[str]:
    """What heads the rows of ``table``: its first row, and the one below where the first is but a title."""
    first, _, rest = table.partition("\n")
    second = rest.partition("\n")[0]
    return [first, second] if "|" not in first and "|" in second else [first]


def of_rows(text: str, start: int, end: int, above: Iterable[str], room: float, *, further: bool) -> list[Unit]:
    """The units of a table's rows in ``text[start:end]``, those ``further`` down than its first, under what heads them."""
    units: list[Unit] = []
    titled, code = "", ""
    own = 0 if further else len(heads(text[start:end]))
    named = tuple(filter(None, map(lead, above)))
    for begin, stop in _small(text, _lines(text, start, end), room):
        said = text[begin:stop]
        title = "|" not in said and announces(said)
        leads = named if further else ()
        cut = PARAGRAPH
        if titled.endswith(":") and not title:
            # What ends in a colon announces the rows of one code, a title those up to the next one.
            code = code or said.partition("|")[0]
            titled = titled if said.partition("|")[0] == code else ""
        if units:
            row = text[units[-1].start : units[-1].end]
            headed = len(units) <= own or ("|" not in row and announces(row))
            cut = ANNOUNCED if headed else HEADED if title else PARAGRAPH
            leads = (*named, *([titled] if titled and not title else []))
        units.append(Unit(begin, stop, budget.cost(said) + 1, cut, False, leads))
        if title and len(units) > own:
            titled, code = _title(said), ""
    return units


def _title(said: str) -> str:
    """A title as a heading, which keeps the colon that a long one ends with."""
    short = lead(said)
    return f"{short.removesuffix('…')}…:" if said.endswith(":") and not short.endswith(":") else short


def _between(text: str, units: list[Unit], start: int, end: int, item: bool) -> float:
    """What a cut costs between the paragraph that ends with the last of ``units`` and the one that begins at ``start``."""
    if not units:
        return PARAGRAPH
    before = units[-1]
    above, said = text[before.start : before.end], text[start:end]
    if announces(above):
        # Line upon line without a full stop is a list, and no heading over headings.
        listed = not item and above[-1] != ":" and _TITLED.fullmatch(said) is not None
        return ITEMS if listed else ANNOUNCED
    outer, inner = _OUTLINE.match(above), _OUTLINE.match(said)
    if outer and inner:
        # «20 - Serviços aeroportuários.», and below «20.01 - Serviços de…»
        deep = inner["n"].count(".")
        return ANNOUNCED if inner["n"].startswith(f"{outer['n']}.") else ITEMS if deep else HEADED
    if not item and _STEP.fullmatch(above):
        before.cut = min(before.cut, PARAGRAPH)
        return ANNOUNCED
    if item:
        return ITEMS if before.item else LISTED
    if (above[-1].isalnum() or above[-1] == ",") and "\n\n" not in text[before.end : start]:
        return WITHIN
    return HEADED if announces(said) else PARAGRAPH


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for line in text[start:end].splitlines(keepends=True):
        if line.strip():
            yield start, start + len(line.rstrip())
        start += len(line)


def _small(text: str, stretches: Iterable[tuple[int, int]], room: float) -> Iterator[tuple[int, int]]:
    for begin, stop in stretches:
        while budget.cost(text[begin:stop]) + 1 > room:
            cut = _cut(text, begin, stop, room)
            yield begin, cut
            begin = cut
        if begin < stop:
            yield begin, stop


def _cut(text: str, begin: int, stop: int, room: float) -> int:
    """Where to cut ``text[begin:stop]`` so that the first part fits: after a sentence, a line, a clause, a word, anywhere."""
    low, high = begin + 1, stop
    while low < high:
        middle = (low + high + 1) // 2
        if budget.cost(text[begin:middle]) + 1 <= room:
            low = middle
        else:
            high = middle - 1
    least = begin + (low - begin) // 3
    if ended := [match.end() for match in _SENTENCE.finditer(text, least, low)]:
        return ended[-1]
    for mark in _HARD_BREAKS:
        found = text.rfind(mark, least, low)
        if found > begin:
            return found + len(mark)
    return low

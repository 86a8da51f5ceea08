"""Objectives that a plan numbers without codes: «8 Demostrar que comprenden…» under the subject, the grade and the axis.

Which objective it is stands around the number: in the headings, on a divider, in the running header of the page. Only lists
that count from 1 (or from *a*) below the plan's own words for them, with subject and grade known, are taken for objectives.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from latam_rag.numerals import fold
from latam_rag.references import canonical_code
from latam_rag.split import school
from latam_rag.split.pieces import Piece
from latam_rag.split.school import Place, Plan
from latam_rag.types import Document, Section, SectionKind, Value

_ITEM: Final = re.compile(
    r"[ \t>*_]*(?P<n>\d{1,2}|[a-z])"
    r"(?:(?P<mark>[.)]{1,2}[-–]?)(?:[ \t*_]*\n|[ \t*_]*(?=[^\W_]|[¿¡“\"«(]))|[ \t]+(?=[^\W\d_a-zñáéíóú]|[¿¡“\"«]))"
)
_LABEL: Final = re.compile(r"[^\W\d_][^\n]{2,140}(?<![.,:;?!…])$")
_LINE: Final = re.compile(r"[^\n]+")
#: A note at the foot of a page, in a text that doesn't tell it apart.
_NOTE: Final = re.compile(r"(?:\*+|\(\*+\))\s?[^\W\d_]")
#: What ends the lists of a subject.
_CLOSES: Final = re.compile(
    r"(?:introduccion|organizacion curricular|bibliografia.*|referencias.*|glosario.*|anexo.*|indice|presentacion|antecedentes"
    r"|tabla de progresion.*|vision global.*|orientaciones.*|evaluacion)$"
)
_LEAST: Final = 2
_BY_LETTER: Final = ("OAH", "OAA")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Mark:
    """A line that says where we are, or begins an objective."""

    start: int
    end: int = 0
    place: Place | None = None
    number: str = ""
    style: str = ""
    label: str = ""
    closes: bool = False
    running: bool = False

    @property
    def lettered(self) -> bool:
        return self.number.isalpha()


@dataclass(kw_only=True, slots=True)
class _List:
    """Objectives counted from the first on: which marks they are, and the part of the plan and axis of each."""

    letters: bool
    style: str
    kind: str
    items: list[int] = field(default_factory=list)
    axes: list[str] = field(default_factory=list)


def objectives(document: Document) -> list[Piece]:
    """The numbered objectives of ``document``, in document order; empty when it isn't such a plan."""
    folded = fold(document.text)
    for plan in school.PLANS:
        if plan.opens.search(folded) and (found := list(_objectives(plan, document))):
            return found
    return []


def _objectives(plan: Plan, document: Document) -> Iterator[Piece]:
    marks = _marks(plan, document)
    last: tuple[bool, tuple[str, str] | None] | None = None
    before = 0
    for each in _outermost([each for each in _lists(marks) if len(each.items) >= _LEAST]):
        first, end = each.items[0], each.items[-1]
        grade = _said(marks, "grade", range(first, before - 1, -1)) or _said(marks, "grade", range(first, end))
        if grade is None and last is not None and last[0] != each.letters:
            grade = last[1]
        subject = _said(marks, "subject", range(first, -1, -1)) or _said(marks, "subject", range(first, end))
        before, last = end, (each.letters, grade)
        if grade and subject:
            yield from _pieces(plan, document, marks, each, grade, subject)


def _outermost(lists: list[_List]) -> list[_List]:
    """Without the lists within another: footnotes, and items of an objective."""
    spans = [(each.items[0], each.items[-1]) for each in lists]
    return [each for each in lists if not any(a < each.items[0] and each.items[-1] < b for a, b in spans)]


def _said(marks: list[_Mark], what: str, where: range) -> tuple[str, str] | None:
    """The first grade or subject said by ``marks`` in the order of ``where``."""
    places = (marks[index].place for index in where)
    return next((said for place in places if place and (said := getattr(place, what))), None)


def _pieces(
    plan: Plan, document: Document, marks: list[_Mark], found: _List, grade: tuple[str, str], subject: tuple[str, str]
) -> Iterator[Piece]:
    for index, axis in zip(found.items, found.axes, strict=True):
        mark = marks[index]
        following = (
            each
            for each in marks[index + 1 :]
            if (each.closes or not each.running) and (found.letters or not each.lettered)
        )
        end = min(next((each.start for each in following), len(document.text)), _reach(document, mark.start))
        label = plan.label(subject[1], grade[1], found.kind, mark.number)
        metadata: dict[str, Value] = {"grade": grade[0], "subject": subject[0]}
        if axis:
            metadata["axis"] = axis
        if subject[1]:
            metadata["code"] = canonical_code(label)
        headings = tuple(part for part in (grade[0], subject[0], axis) if part)
        yield Piece(start=mark.start, end=end, headings=headings, label=label, metadata=metadata)


def _reach(document: Document, start: int) -> int:
    """How far the objective at ``start`` may go: to the end of the next page, where the document has pages."""
    ends = (after.end for page, after in pairwise(document.pages) if page.start <= start < page.end)
    return next(ends, len(document.text))


def _lists(marks: list[_Mark]) -> list[_List]:
    """The lists below the plan's own words for them.

    Letters count where skills or attitudes are listed; elsewhere they are items of an objective.
    """
    lists: list[_List] = []
    # Those that may still go on: of the same grade.
    active: list[_List] = []
    kind, axis, grade = "", "", None
    for index, mark in enumerate(marks):
        if mark.place and mark.place.grade and mark.place.grade != grade:
            grade, active = mark.place.grade, []
        if mark.closes:
            kind, axis, active = "", "", []
        elif mark.place and mark.place.kind:
            kind, axis = mark.place.kind, ""
        elif mark.label:
            axis = mark.label
        elif kind and mark.number and (kind in _BY_LETTER or not mark.lettered):
            found = next((each for each in reversed(active) if _goes_on(each, mark, marks)), None)
            if found is None and mark.number in ("1", "a"):
                found = _List(letters=mark.lettered, style=mark.style, kind=kind if mark.lettered else "OA")
                lists.append(found)
                active.append(found)
            if found:
                found.items.append(index)
                found.axes.append(axis)
    return lists


def _goes_on(found: _List, mark: _Mark, marks: list[_Mark]) -> bool:
    """Whether ``mark`` is the next item of ``found``."""
    last = marks[found.items[-1]].number
    return found.style == mark.style and found.letters == mark.lettered and mark.number == _next(last)


def _next(number: str) -> str:
    if number.isdigit():
        return str(int(number) + 1)
    return chr(ord(number) + 1)


def _marks(plan: Plan, document: Document) -> list[_Mark]:
    """What the blocks and lines of ``document``, and the running headers of its pages, say."""
    sections = {s.start: s for s in document.sections if s.kind is not SectionKind.UNIT}
    headed = any(section.kind is SectionKind.HEADING for section in sections.values())
    running = _running(plan, document)
    waiting = sorted(running)
    found: list[_Mark] = []
    for line in _LINE.finditer(document.text):
        while waiting and waiting[0] <= line.start():
            found += running[waiting.pop(0)]
        section = sections.get(line.start())
        mark = _stated(plan, document.text, section, headed) if section else None
        mark = mark or _numbered(document.text, line.start(), line.end())
        if mark:
            found.append(mark)
    return found if headed else _with_titles(document.text, found)


def _with_titles(text: str, marks: list[_Mark]) -> list[_Mark]:
    """``marks`` of a text without headings: a short line is a title only where an objective, or its place, comes next."""
    kept: list[_Mark] = []
    for mark in reversed(marks):
        below = kept[-1] if kept else None
        heads = (
            below is not None
            and (below.number or below.label or below.place)
            and not text[mark.end : below.start].strip()
        )
        if not mark.label or heads:
            kept.append(mark)
    return kept[::-1]


def _stated(plan: Plan, text: str, section: Section, headed: bool) -> _Mark | None:
    """What a block says of the place of those below it: place, end of the lists, or axis."""
    said = " ".join(text[section.start : min(section.end, section.start + 200)].split())
    if section.kind is SectionKind.FOOTNOTE or _NOTE.match(said):
        return _Mark(start=section.start)
    if _CLOSES.match(fold(said)):
        return _Mark(start=section.start, closes=True)
    if place := school.place(plan, said):
        return _Mark(start=section.start, place=place)
    title = section.kind is SectionKind.HEADING or (section.kind is SectionKind.PARAGRAPH and not headed)
    return _Mark(start=section.start, end=section.end, label=said) if title and _LABEL.fullmatch(said) else None


def _numbered(text: str, start: int, end: int) -> _Mark | None:
    match = _ITEM.match(text, start)
    if match is None or match.end() > end + 1:
        return None
    return _Mark(start=start, number=match["n"], style=(match["mark"] or "")[:1])


def _running(plan: Plan, document: Document) -> dict[int, list[_Mark]]:
    """By the start of each page, what its running header says."""
    said: dict[int, list[_Mark]] = {}
    for page in document.pages:
        for text in page.running:
            place = school.place(plan, text)
            closes = _CLOSES.match(fold(text)) is not None
            if place or closes:
                said.setdefault(page.start, []).append(
                    _Mark(start=page.start, place=place, closes=closes, running=True)
                )
    return said

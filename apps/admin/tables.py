"""Lists of figures and names as HTML: readable on a phone and by a screen reader. All text is escaped."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from datetime import datetime

Cell = str | int | float | None
_SHORT = 16
"""Signs of a first column that needs no room of its own."""
_MANY = 5
"""Columns that a phone shows by scrolling sideways."""
_N = ' class="n"'
"""Of a column of numbers."""


def table(caption: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """The first cell of a row names it; numbers stand to the right."""
    listed = list(rows)
    numeric = [any(isinstance(row[at], int | float) for row in listed) for at in range(len(headings))]
    head = "".join(
        f'<th scope="col"{_N if right else ""}>{html.escape(each)}</th>'
        for each, right in zip(headings, numeric, strict=True)
    )
    body = "".join(f"<tr>{_row(row, numeric)}</tr>" for row in listed)
    name = html.escape(caption, quote=True)
    short = " short" if all(len(str(row[0])) <= _SHORT for row in listed) else ""
    wide = " wide" if len(headings) >= _MANY else ""
    return (
        f'<div class="lr-scroll" tabindex="0" role="region" aria-label="{name}"><table class="lr-table{short}{wide}">'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def facts(pairs: Iterable[tuple[str, Cell]]) -> str:
    """Names and what they stand for."""
    lines = "".join(f"<div><dt>{html.escape(name)}</dt><dd>{_said(value)}</dd></div>" for name, value in pairs)
    return f'<dl class="lr-facts-list">{lines}</dl>'


def size(count: int) -> str:
    """Bytes for people."""
    unit, divisor = ("GB", 10**9) if count >= 10**9 else ("MB", 10**6) if count >= 10**5 else ("kB", 1000)
    return f"{count / divisor:.1f} {unit}".replace(".", ",")


def thousands(count: int) -> str:
    """As both languages write it: 98.249."""
    return f"{count:,}".replace(",", ".")


def moment(iso: str | None) -> str:
    """An ISO time as the clock on the wall shows it; a dash for none."""
    if not iso:
        return "–"
    try:
        return datetime.fromisoformat(iso).astimezone().strftime("%d-%m-%Y %H:%M")
    except ValueError:
        return iso


def _row(row: Sequence[Cell], numeric: Sequence[bool]) -> str:
    first, *rest = row
    cells = (f"<td{_N if right else ''}>{_said(value)}</td>" for value, right in zip(rest, numeric[1:], strict=True))
    return f'<th scope="row">{_said(first)}</th>' + "".join(cells)


def _said(value: Cell) -> str:
    if value is None:
        return "–"
    if isinstance(value, int):
        return thousands(value)
    return f"{value:.1f}".replace(".", ",") if isinstance(value, float) else html.escape(value)

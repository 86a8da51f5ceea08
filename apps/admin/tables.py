"""Lists of figures and names as HTML: readable on a phone and by a screen reader. All text is escaped."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from datetime import datetime

Cell = str | int | float | None


def table(caption: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """The first cell of a row names it; numbers stand to the right."""
    head = "".join(f'<th scope="col">{html.escape(each)}</th>' for each in headings)
    body = "".join(f"<tr>{_row(row)}</tr>" for row in rows)
    name = html.escape(caption, quote=True)
    return (
        f'<div class="lr-scroll" tabindex="0" role="region" aria-label="{name}"><table class="lr-table">'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def facts(pairs: Iterable[tuple[str, Cell]]) -> str:
    """Names and what they stand for."""
    lines = "".join(f"<div><dt>{html.escape(name)}</dt><dd>{_said(value)}</dd></div>" for name, value in pairs)
    return f'<dl class="lr-facts-list">{lines}</dl>'


def size(count: int) -> str:
    """Bytes for people."""
    if count >= 10**9:
        return f"{count / 10**9:.1f} GB"
    return f"{count / 10**6:.1f} MB" if count >= 10**5 else f"{count / 1000:.1f} kB"


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


def _row(row: Sequence[Cell]) -> str:
    first, *rest = row
    return f'<th scope="row">{_said(first)}</th>' + "".join(_cell(value) for value in rest)


def _cell(value: Cell) -> str:
    number = isinstance(value, int | float)
    return f'<td class="n">{_said(value)}</td>' if number else f"<td>{_said(value)}</td>"


def _said(value: Cell) -> str:
    if value is None:
        return "–"
    if isinstance(value, int):
        return thousands(value)
    return f"{value:.1f}".replace(".", ",") if isinstance(value, float) else html.escape(value)

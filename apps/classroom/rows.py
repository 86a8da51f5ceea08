"""The rows of a work: each with its boxes, the objectives it serves, its place, and its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

import streamlit as st

from latam_rag.apps import markup
from latam_rag.apps.classroom.saved import Shelf
from latam_rag.apps.interface import say
from latam_rag.teaching import CELLS, NUMBERS, PARTS, Row, Work, checking, making, objectives, planning

_MOST = {"minutes": 600, "points": 100, "lines": 40}


def edited(work: Work) -> tuple[Row, ...]:
    """The rows with what stands in their boxes now, by their parts."""
    found: list[Row] = []
    numbers = checking.numbered(work)
    ordered = checking.ordered(work)
    for part, rows in groupby(ordered, key=lambda row: row.part):
        st.header(say(f"teaching.part_{part}"), anchor=False)
        found += [_row(work, row, numbers[row.id], len(ordered)) for row in list(rows)]
    return tuple(found)


def add(work: Work, shelf: Shelf, name: str) -> None:
    """A row more, filled for an objective; the first that none serves is offered."""
    names = objectives.named(work.objectives)
    uncovered = [id_ for id_, numbers in checking.coverage(work).items() if not numbers]
    with st.container(border=True):
        left, middle, right = st.columns([2, 2, 1], vertical_alignment="bottom")
        parts = PARTS[work.kind]
        labels = {part: say(f"teaching.part_{part}") for part in parts}
        usual = {"plan": "development", "quiz": "open", "guide": "work"}.get(work.kind, parts[0])
        part = left.selectbox(
            say("classroom.add_part"), parts, index=parts.index(usual), format_func=labels.__getitem__, key=f"w.{work.id}.part"
        )  # fmt: skip
        ids = [*uncovered, *(id_ for id_ in names if id_ not in uncovered)]
        wanted = middle.selectbox(
            say("classroom.add_for"), ids, format_func=names.__getitem__, key=f"w.{work.id}.for.{len(uncovered)}"
        )  # fmt: skip
        right.button(
            say("classroom.add"), icon=":material/add:", key=f"w.{work.id}.add", width="stretch",
            on_click=_add, args=(work, shelf, name, part, wanted),
        )  # fmt: skip


def minutes(work: Work, shelf: Shelf, name: str) -> None:
    """Whether they add up to the lesson; if not, one press shares them out again."""
    total, wanted = checking.total(work, "minutes"), checking.number(work.fields.get("duration", ""))
    if total == wanted:
        st.html(markup.band(say("classroom.minutes_right", total=total), "in-force"))
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.html(markup.band(say("classroom.minutes_wrong", total=total, wanted=wanted), "repealed"))
        st.button(
            say("classroom.share"),
            icon=":material/schedule:",
            key=f"w.{work.id}.share",
            on_click=_share,
            args=(work, shelf, name),
        )


def next_id(rows: Sequence[Row]) -> str:
    return f"r{max((int(row.id[1:]) for row in rows if row.id[1:].isdecimal()), default=0) + 1}"


def forget_boxes(work: Work, ending: str = "") -> None:
    """The boxes show the saved work again, not what was typed in them before."""
    for key in [key for key in st.session_state if str(key).startswith(f"w.{work.id}.") and str(key).endswith(ending)]:
        del st.session_state[key]


def _row(work: Work, row: Row, number: int, count: int) -> Row:
    key = f"w.{work.id}.{row.id}"
    names = objectives.named(work.objectives)
    cells = dict(row.cells)
    with st.container(border=True, key=f"row_{work.id}_{row.id}"):
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            st.html(f'<div class="lr-number">{number}</div>', width="content")
            for cell in (cell for cell in CELLS[work.kind] if cell in NUMBERS):
                cells[cell] = str(
                    st.number_input(
                        say(f"teaching.cell_{cell}"), 0, _MOST[cell], checking.number(cells.get(cell, "")),
                        step=5 if cell == "minutes" else 1, key=f"{key}.{cell}", width=130,
                    )
                )  # fmt: skip
            _moves(work, row, key, number, count)
        first, *rest = (cell for cell in CELLS[work.kind] if cell not in NUMBERS)
        whole = st.container()
        # A criterion's levels stand two by two under it.
        columns = st.columns(min(len(rest), 2)) if rest else []
        for place, cell in enumerate((first, *rest)):
            where = columns[(place - 1) % 2] if place and len(rest) > 1 else whole
            cells[cell] = where.text_area(
                say(f"teaching.cell_{cell}"), cells.get(cell, ""), key=f"{key}.{cell}", height="content", max_chars=4000
            )
        serves = st.multiselect(
            say("classroom.serves"), list(names), [each for each in row.serves if each in names],
            format_func=names.__getitem__, key=f"{key}.serves", placeholder=say("classroom.serves_none"), width="stretch",
        )  # fmt: skip
    return replace(row, cells=cells, serves=tuple(serves))


def _moves(work: Work, row: Row, key: str, number: int, count: int) -> None:
    for way, icon in (("up", "arrow_upward"), ("down", "arrow_downward"), ("remove", "delete")):
        pressed = st.button(
            "", icon=f":material/{icon}:", key=f"{key}.{way}", type="tertiary", help=say(f"classroom.{way}", number=number),
            disabled=(way == "up" and number == 1) or (way == "down" and number == count),
        )  # fmt: skip
        if pressed:
            st.session_state[f"w.{work.id}.moved"] = (row.id, way)


def moved(work: Work) -> Work:
    """With the row moved or removed whose button was pressed."""
    id_, way = st.session_state.pop(f"w.{work.id}.moved", ("", ""))
    rows = checking.ordered(work)
    place = next((place for place, row in enumerate(rows) if row.id == id_), None)
    if place is None:
        return work
    row = rows.pop(place)
    if way != "remove":
        other = place - 1 if way == "up" else place + 1
        # Past the end of its part it goes into the next one.
        neighbour = rows[min(max(other if way == "up" else place, 0), len(rows) - 1)]
        rows.insert(other if neighbour.part == row.part else place, replace(row, part=neighbour.part))
    return replace(work, rows=tuple(rows))


def _add(work: Work, shelf: Shelf, name: str, part: str, wanted: str) -> None:
    objective = next(each for each in work.objectives if each.id == wanted)
    cells = making.row_for(work.kind, part, objective, work.language)
    row = Row(id=next_id(work.rows), part=part, cells=cells, serves=(wanted,))
    shelf.keep(name, replace(work, rows=(*work.rows, row)))


def _share(work: Work, shelf: Shelf, name: str) -> None:
    ordered = checking.ordered(work)
    times = planning.shared([row.part for row in ordered], checking.number(work.fields.get("duration", "")))
    shared = [replace(row, cells={**row.cells, "minutes": str(time)}) for row, time in zip(ordered, times, strict=True)]
    forget_boxes(work, ".minutes")
    shelf.keep(name, replace(work, rows=tuple(shared)))

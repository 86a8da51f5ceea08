"""The rows of a work: each with its boxes, the objectives it serves, its place, and its end."""

from __future__ import annotations

from functools import partial
from itertools import groupby

import streamlit as st

from latam_rag.apps import markup
from latam_rag.apps.classroom import changes
from latam_rag.apps.classroom.saved import Shelf
from latam_rag.apps.interface import say
from latam_rag.teaching import CELLS, NUMBERS, PARTS, Row, Work, checking, making, objectives, planning

_MOST = {"minutes": 600, "points": 100, "lines": 40}
_USUAL = {"plan": "development", "quiz": "open", "guide": "work", "rubric": "criterion"}
"""The part that a row is most often added to."""


def show(work: Work, shelf: Shelf) -> None:
    numbers, ordered = checking.numbered(work), checking.ordered(work)
    for part, rows in groupby(ordered, key=lambda row: row.part):
        st.header(say(f"teaching.part_{part}"), anchor=False)
        for row in rows:
            _row(work, row, shelf, numbers[row.id], len(ordered))
    _add(work, shelf)


def minutes(work: Work, shelf: Shelf) -> None:
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
            on_click=changes.share,
            args=(shelf, work.id, partial(planning.shared, duration=wanted)),
        )


def _row(work: Work, row: Row, shelf: Shelf, number: int, count: int) -> None:
    names = objectives.named(work.objectives)
    with st.container(border=True, key=f"row_{work.id}_{row.id}"):
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            st.html(f'<div class="lr-number">{number}</div>', width="content")
            for cell in (cell for cell in CELLS[work.kind] if cell in NUMBERS):
                value = min(checking.number(row.cells.get(cell, "")), _MOST[cell])
                st.number_input(
                    say(f"teaching.cell_{cell}"), 0, _MOST[cell], value, step=5 if cell == "minutes" else 1, width=130,
                    **changes.box(shelf, work.id, ("cells", row.id, cell)),
                )  # fmt: skip
            _moves(work, row, shelf, number, count)
        first, *rest = (cell for cell in CELLS[work.kind] if cell not in NUMBERS)
        _text(work, row, shelf, first)
        # A criterion's levels stand two by two under it, and one by one, in their order, on a phone.
        for at in range(0, len(rest), 2):
            pair = rest[at : at + 2]
            for cell, column in zip(pair, st.columns(len(pair)), strict=True):
                with column:
                    _text(work, row, shelf, cell)
        st.multiselect(
            say("classroom.serves"), list(names), [each for each in row.serves if each in names],
            format_func=names.__getitem__, placeholder=say("classroom.serves_none"), width="stretch",
            **changes.box(shelf, work.id, ("serves", row.id)),
        )  # fmt: skip


def _text(work: Work, row: Row, shelf: Shelf, cell: str) -> None:
    st.text_area(
        say(f"teaching.cell_{cell}"), row.cells.get(cell, ""), height="content", max_chars=20_000,
        **changes.box(shelf, work.id, ("cells", row.id, cell)),
    )  # fmt: skip


def _moves(work: Work, row: Row, shelf: Shelf, number: int, count: int) -> None:
    for way, icon in (("up", "arrow_upward"), ("down", "arrow_downward"), ("remove", "delete")):
        st.button(
            "", icon=f":material/{icon}:", key=f"w.{work.id}.{row.id}.{way}", type="tertiary",
            help=say(f"classroom.{way}", number=number),
            disabled=(way == "up" and number == 1) or (way == "down" and number == count),
            on_click=changes.move, args=(shelf, work.id, row.id, way),
        )  # fmt: skip


def _add(work: Work, shelf: Shelf) -> None:
    """A row more, filled for an objective; the first that none serves is offered."""
    names = objectives.named(work.objectives)
    uncovered = [id_ for id_, numbers in checking.coverage(work).items() if not numbers]
    with st.container(border=True):
        left, middle, right = st.columns([2, 2, 1], vertical_alignment="bottom")
        parts = PARTS[work.kind]
        labels = {part: say(f"teaching.part_{part}") for part in parts}
        part = left.selectbox(
            say("classroom.add_part"), parts, index=parts.index(_USUAL[work.kind]), format_func=labels.__getitem__,
            key=f"w.{work.id}.part",
        )  # fmt: skip
        ids = [*uncovered, *(id_ for id_ in names if id_ not in uncovered)]
        # Another box each time something is covered: the next that isn't is offered then.
        wanted = middle.selectbox(
            say("classroom.add_for"), ids, format_func=names.__getitem__, key=f"w.{work.id}.for.{len(uncovered)}"
        )
        objective = next(each for each in work.objectives if each.id == wanted)
        cells = making.row_for(work.kind, part, objective, work.language)
        right.button(
            say("classroom.add"), icon=":material/add:", key=f"w.{work.id}.add", width="stretch",
            on_click=changes.add, args=(shelf, work.id, part, cells, wanted),
        )  # fmt: skip

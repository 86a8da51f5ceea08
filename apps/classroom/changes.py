"""What is typed and pressed in a work, written down before the page is drawn again: a reload right after loses nothing.

A work is changed as ``keeping`` wrote it, and as it is at that moment: two windows, or a box and a button, don't undo each
other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from latam_rag.apps.classroom.saved import Shelf
from latam_rag.teaching import PARTS, Kind, Objective

Place = tuple[str, ...]
"""``("title",)``, ``("fields", key)``, ``("notes", key)``, ``("cells", row, cell)`` or ``("serves", row)``."""


def box(shelf: Shelf, work: str, place: Place) -> dict[str, Any]:
    """The key of a box that holds what stands at ``place``, and what happens when somebody types in it."""
    key = f"w.{work}.{'.'.join(place)}"
    return {"key": key, "on_change": _typed, "args": (shelf, work, place, key)}


def _typed(shelf: Shelf, work: str, place: Place, key: str) -> None:
    value = st.session_state.get(key)

    def write(said: dict[str, Any]) -> None:
        kind, *where = place
        if kind == "title":
            said["title"] = value or said["title"]
        elif kind in ("fields", "notes"):
            said[kind][where[0]] = str(value or "")
        for row in said["rows"]:
            if kind == "cells" and row[0] == where[0]:
                row[2][where[1]] = str(value if value is not None else "")
            elif kind == "serves" and row[0] == where[0]:
                row[3] = list(value or ())

    shelf.change(work, write)


def add(shelf: Shelf, work: str, part: str, cells: Mapping[str, str], objective: str) -> None:
    def write(said: dict[str, Any]) -> None:
        last = max((int(row[0][1:]) for row in said["rows"] if row[0][1:].isdecimal()), default=-1)
        said["rows"].append([f"r{last + 1}", part, dict(cells), [objective]])

    shelf.change(work, write)


def move(shelf: Shelf, work: str, row: str, way: str) -> None:
    """``up``, ``down`` or ``remove``; past the end of its part a row goes into the next one."""

    def write(said: dict[str, Any]) -> None:
        rows = ordered(said["kind"], said["rows"])
        place = next((place for place, each in enumerate(rows) if each[0] == row), None)
        if place is None:
            return
        moved = rows.pop(place)
        other = place - 1 if way == "up" else place
        if way != "remove" and 0 <= other < len(rows):
            part = rows[other][1]
            rows.insert(place if part != moved[1] else other if way == "up" else other + 1, moved)
            moved[1] = part
        elif way != "remove":
            rows.insert(place, moved)
        said["rows"] = rows

    shelf.change(work, write)


def share(shelf: Shelf, work: str, times: Callable[[Sequence[str]], Sequence[int]]) -> None:
    """Give the rows the minutes that ``times`` finds for their parts."""

    def write(said: dict[str, Any]) -> None:
        rows = ordered(said["kind"], said["rows"])
        for row, time in zip(rows, times([row[1] for row in rows]), strict=True):
            row[2]["minutes"] = str(time)

    shelf.change(work, write)
    # The boxes show what is written down, not what was typed in them before.
    for key in [key for key in st.session_state if str(key).startswith(f"w.{work}.") and str(key).endswith(".minutes")]:
        del st.session_state[key]


def take_in(shelf: Shelf, work: str, more: Sequence[Objective]) -> None:
    def write(said: dict[str, Any]) -> None:
        said["objectives"] += [[o.id, o.name, o.uri, o.grade, o.subject] for o in more]

    shelf.change(work, write)


def ordered(kind: Kind, rows: Sequence[list[Any]]) -> list[list[Any]]:
    return [row for part in PARTS[kind] for row in rows if row[1] == part]

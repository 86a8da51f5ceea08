"""A work being written: its head, its rows and notes to change; its objectives, which can't be."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from latam_rag.apps import markup, taking
from latam_rag.apps.classroom import paper, proposals, rows, saved
from latam_rag.apps.interface import say
from latam_rag.export import works
from latam_rag.index import Index
from latam_rag.teaching import FIELDS, NOTES, Objective, Work, checking, keeping, objectives
from latam_rag.teaching.finding import Finder

_PLACE = "aula_work"
"""Under which the open work stands in the address."""


def open_work() -> str:
    """The id that the address names; empty where the curriculum is shown."""
    return str(st.query_params.get(_PLACE, ""))


def open_one(id_: str) -> None:
    if id_:
        st.query_params[_PLACE] = id_
    else:
        st.query_params.pop(_PLACE, None)


def show(index: Index, finder: Finder) -> bool:
    """The open work; False when this visitor has none by that name in this index."""
    shelf, name = saved.of_visitor(), index.definition.name
    found = shelf.work(open_work())
    if found is None or found[0] != name:
        return False
    try:
        work, changed, gone = keeping.from_json(found[1], finder.objectives)
    except (KeyError, TypeError, ValueError):
        # Of another version: what can't be read isn't shown in part.
        st.error(say("classroom.unreadable"), icon=":material/error:")
        return False
    st.button(say("classroom.back"), icon=":material/arrow_back:", on_click=open_one, args=("",))
    _tell(changed, gone)
    if not work.objectives:
        return True
    views = {"edit": say("classroom.edit"), "paper": say("classroom.paper")}
    view = st.segmented_control(
        say("classroom.view"), list(views), format_func=views.__getitem__, required=True, default="edit",
        key=f"aula.view.{work.id}", label_visibility="collapsed",
    )  # fmt: skip
    _take(work, finder, index, "top")
    if view == "paper":
        page = works.page(work, institution=paper.institution_name(), index=index.definition.title or name)
        st.html(paper.html_of(page))
    else:
        now = rows.moved(_edited(work, finder, shelf, index))
        if now != work or changed or gone:
            shelf.keep(name, now)
            # Numbers, sums and coverage above are of what stood there before.
            st.rerun()
    if view == "edit":
        _take(work, finder, index, "foot")
    with st.container(horizontal=True, gap="small"):
        st.button(
            say("classroom.delete"), icon=":material/delete:", type="tertiary", on_click=_drop, args=(shelf, work.id)
        )  # fmt: skip
    return True


def _tell(changed: list[str], gone: list[str]) -> None:
    if changed:
        st.warning(markup.plain(say("classroom.changed", names=", ".join(changed))), icon=":material/update:")
    if gone:
        st.warning(markup.plain(say("classroom.gone", names=", ".join(gone))), icon=":material/error:")


def _edited(work: Work, finder: Finder, shelf: saved.Shelf, index: Index) -> Work:
    """The work with what stands in the boxes now."""
    title = st.text_input(say("classroom.title"), work.title, key=f"w.{work.id}.title", max_chars=200)
    fields = dict(work.fields)
    with st.expander(say("classroom.head"), expanded=True, icon=":material/badge:"):
        columns = st.columns(3)
        for place, key in enumerate(FIELDS):
            label = say(f"teaching.field_{key}")
            with columns[place % 3]:
                if key == "duration":
                    minutes = checking.number(fields.get(key, "")) or 45
                    fields[key] = str(st.number_input(label, 5, 600, minutes, step=5, key=f"w.{work.id}.f.{key}"))
                else:
                    fields[key] = st.text_input(label, fields.get(key, ""), key=f"w.{work.id}.f.{key}", max_chars=200)
    more = _objectives(work, finder, shelf, index.definition.name)
    now = replace(work, title=title or work.title, fields=fields)
    notes = dict(work.notes)
    shown = [key for key in NOTES[work.kind] if key in works.BEFORE]
    _notes(work, notes, shown)
    if work.kind == "plan":
        rows.minutes(now, shelf, index.definition.name)
    now = replace(now, rows=rows.edited(work))
    rows.add(now, shelf, index.definition.name)
    proposals.show(now, shelf, index)
    _notes(work, notes, [key for key in NOTES[work.kind] if key not in shown])
    return replace(now, notes=notes, objectives=(*work.objectives, *more))


def _notes(work: Work, notes: dict[str, str], keys: list[str]) -> None:
    for key in keys:
        notes[key] = st.text_area(
            say(f"teaching.note_{key}"), notes.get(key, ""), key=f"w.{work.id}.n.{key}", height="content", max_chars=6000
        )  # fmt: skip


def _objectives(work: Work, finder: Finder, shelf: saved.Shelf, name: str) -> list[Objective]:
    """Locked: what the curriculum says, where, and which rows are for it. Those added are returned."""
    st.header(say("teaching.objectives"), anchor=False)
    st.html(markup.small(say("classroom.locked")))
    covered, names = checking.coverage(work), objectives.named(work.objectives)
    for each in work.objectives:
        numbers = ", ".join(map(str, covered[each.id]))
        said = say("classroom.covered", numbers=numbers) if numbers else say("classroom.not_covered")
        source = works.source(each, work.language)
        st.html(paper.objective(names[each.id], each.text, source, said, covered=bool(numbers)))
    held = {each.id for each in work.objectives}
    more = [each for each in finder.objectives if each.id in shelf.chosen(name) and each.id not in held]
    if more and st.button(
        say("classroom.add_objectives", names=markup.plain(", ".join(each.name for each in more[:6]))), icon=":material/add:"
    ):  # fmt: skip
        return more
    return []


def _take(work: Work, finder: Finder, index: Index, place: str) -> None:
    strange = checking.strange_codes(work, (each.code for each in finder.objectives))
    if strange:
        st.error(markup.plain(say("classroom.strange", codes=", ".join(strange))), icon=":material/error:")
        return
    page = works.page(work, institution=paper.institution_name(), index=index.definition.title or index.definition.name)
    taking.word_and_markdown(f"aula.{work.id}.{place}", page)


def _drop(shelf: saved.Shelf, id_: str) -> None:
    shelf.drop(id_)
    open_one("")

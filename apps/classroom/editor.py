"""A work being written: its head, its rows and notes to change; its objectives, which can't be."""

from __future__ import annotations

import streamlit as st

from latam_rag.apps import institution, markup, taking
from latam_rag.apps.classroom import changes, paper, proposals, rows, saved
from latam_rag.apps.interface import say
from latam_rag.export import works
from latam_rag.index import Index
from latam_rag.teaching import FIELDS, NOTES, Work, checking, keeping, objectives
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
    if work.objectives:
        if changed or gone:
            shelf.keep(name, work)
        _views(work, finder, shelf, index)
    st.button(say("classroom.delete"), icon=":material/delete:", type="tertiary", on_click=_drop, args=(shelf, work.id))
    return True


def _views(work: Work, finder: Finder, shelf: saved.Shelf, index: Index) -> None:
    views = {"edit": say("classroom.edit"), "paper": say("classroom.paper")}
    view = st.segmented_control(
        say("classroom.view"), list(views), format_func=views.__getitem__, required=True, default="edit",
        key=f"aula.view.{work.id}", label_visibility="collapsed",
    )  # fmt: skip
    _take(work, finder, index, "top")
    if view == "paper":
        page = works.page(work, institution=institution.name(), index=_title(index))
        st.html(paper.html_of(page))
        return
    _edit(work, finder, shelf, index)
    _take(work, finder, index, "foot")


def _tell(changed: list[str], gone: list[str]) -> None:
    if changed:
        st.warning(markup.plain(say("classroom.changed", names=", ".join(changed))), icon=":material/update:")
    if gone:
        st.warning(markup.plain(say("classroom.gone", names=", ".join(gone))), icon=":material/error:")


def _edit(work: Work, finder: Finder, shelf: saved.Shelf, index: Index) -> None:
    st.text_input(
        say("classroom.title"), work.title, max_chars=200, **changes.box(shelf, work.id, ("title",))
    )  # fmt: skip
    with st.expander(say("classroom.head"), expanded=True, icon=":material/badge:"):
        columns = st.columns(3)
        for place, key in enumerate(FIELDS):
            with columns[place % 3]:
                _field(work, shelf, key)
    _objectives(work, finder, shelf, index.definition.name)
    before = [key for key in NOTES[work.kind] if key in works.BEFORE]
    _notes(work, shelf, before)
    if work.kind == "plan":
        rows.minutes(work, shelf)
    rows.show(work, shelf)
    proposals.show(work, shelf, index)
    _notes(work, shelf, [key for key in NOTES[work.kind] if key not in before])


def _field(work: Work, shelf: saved.Shelf, key: str) -> None:
    label, box = say(f"teaching.field_{key}"), changes.box(shelf, work.id, ("fields", key))
    if key == "duration":
        minutes = min(max(checking.number(work.fields.get(key, "")), 5), 600)
        st.number_input(label, 5, 600, minutes, step=5, **box)
    else:
        st.text_input(label, work.fields.get(key, ""), max_chars=200, **box)


def _notes(work: Work, shelf: saved.Shelf, keys: list[str]) -> None:
    for key in keys:
        st.text_area(
            say(f"teaching.note_{key}"), work.notes.get(key, ""), height="content", max_chars=20_000,
            **changes.box(shelf, work.id, ("notes", key)),
        )  # fmt: skip


def _objectives(work: Work, finder: Finder, shelf: saved.Shelf, name: str) -> None:
    """Locked: what the curriculum says, where, and which rows are for it."""
    st.header(say("teaching.objectives"), anchor=False)
    st.html(markup.small(say("classroom.locked")))
    covered, names = checking.coverage(work), objectives.named(work.objectives)
    for each in work.objectives:
        numbers = ", ".join(map(str, covered[each.id]))
        said = say("classroom.covered", numbers=numbers) if numbers else say("classroom.not_covered")
        source = works.source(each, work.language)
        st.html(paper.objective(names[each.id], each.text, source, said, covered=bool(numbers)))
    held, chosen = {each.id for each in work.objectives}, set(shelf.chosen(name))
    more = [each for each in finder.objectives if each.id in chosen and each.id not in held]
    if more:
        listed = markup.plain(", ".join(each.name for each in more[:6]))
        st.button(
            say("classroom.add_objectives", names=listed), icon=":material/add:", key=f"w.{work.id}.more",
            on_click=changes.take_in, args=(shelf, work.id, more),
        )  # fmt: skip


def _title(index: Index) -> str:
    return index.definition.title or index.definition.name


def _take(work: Work, finder: Finder, index: Index, place: str) -> None:
    known = (said for each in finder.objectives for said in (each.code, each.name))
    strange = checking.strange_codes(work, known)
    if strange:
        st.error(markup.plain(say("classroom.strange", codes=", ".join(strange))), icon=":material/error:")
        return
    page = works.page(work, institution=institution.name(), index=_title(index))
    taking.word_and_markdown(f"aula.{work.id}.{place}", page)


def _drop(shelf: saved.Shelf, id_: str) -> None:
    shelf.drop(id_)
    open_one("")

"""The tree of the curriculum, search in it, and the objectives chosen."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from latam_rag.apps import address, filtering, markup
from latam_rag.apps.classroom import cards, editor
from latam_rag.apps.classroom.saved import Shelf
from latam_rag.apps.interface import say
from latam_rag.index import Index
from latam_rag.teaching import KINDS, Objective, browsing, making, objectives
from latam_rag.teaching.finding import Finder

_SHOWN = 60
"""Objectives drawn at once: a browser draws more of them slowly."""
_FEW = 30
"""Up to which they are shown without asking for the next level of the tree."""
_OPEN = 4
"""Headings that are unfolded from the start."""


def show(index: Index, finder: Finder, shelf: Shelf) -> None:
    known = finder.objectives
    if not known:
        st.info(markup.plain(say("classroom.no_objectives")), icon=":material/info:")
        return
    name = index.definition.name
    chosen = _places(known, shelf, name)
    asked = st.text_input(
        say("classroom.find"), key="aula_find", bind="query-params", max_chars=200,
        placeholder=say("classroom.find_example"), icon=":material/search:",
    )  # fmt: skip
    _works(shelf, name)
    found = browsing.narrowed(finder.find(asked or ""), chosen)
    _found(found, chosen, asked or "", shelf, name)
    _basket(known, shelf, name)


def _places(known: Sequence[Objective], shelf: Shelf, name: str) -> dict[str, str]:
    """Country, grade and subject: what the index holds under what is chosen already."""
    before = shelf.places(name)
    chosen: dict[str, str] = {}
    levels = [level for level in browsing.LEVELS if len(browsing.options(known, level)) > 1]
    columns = st.columns(len(levels)) if levels else []
    for level, column in zip(levels, columns, strict=True):
        key = f"aula_{level}"
        options = list(browsing.options(browsing.narrowed(known, chosen), level))
        if key not in st.session_state and key not in st.query_params and before.get(level) in options:
            st.session_state[key] = before[level]
        address.recall(key, options, "")
        if st.session_state[key] not in ("", *options):
            st.session_state[key] = ""
        labels = {"": say("classroom.all"), **{value: filtering.named(level, value) for value in options}}
        picked = column.selectbox(
            say(f"classroom.{level}"), list(labels), format_func=labels.__getitem__, key=key, filter_mode="fuzzy"
        )
        address.keep(key, picked or "")
        chosen[level] = picked or ""
    shelf.go(name, chosen)
    return chosen


def _found(found: list[Objective], chosen: dict[str, str], asked: str, shelf: Shelf, name: str) -> None:
    if not found:
        st.warning(markup.plain(say("classroom.nothing", asked=asked)), icon=":material/search_off:")
        st.html(markup.small(say("classroom.nothing_try")))
        return
    st.html(markup.live(say("classroom.count", count=len(found))))
    below = browsing.below(found, chosen)
    if below and not asked.strip() and len(found) > _FEW:
        _level(*below)
        return
    shown = found[:_SHOWN]
    groups = browsing.grouped(shown)
    many = len(groups) > _OPEN and not asked.strip()
    for place, (heading, members) in enumerate(groups):
        label = " › ".join(part for part in heading if part) or members[0].title
        with st.expander(f"{markup.plain(label)} ({len(members)})", expanded=not many or place < _OPEN):
            for objective in members:
                cards.pick(objective, shelf, name)
    if len(found) > len(shown):
        st.html(markup.small(say("classroom.more", count=len(found) - len(shown))))


def _level(level: str, options: dict[str, int]) -> None:
    """The branches of the tree: press one to go there."""
    st.html(markup.small(say(f"classroom.choose_{level}")))
    with st.container(horizontal=True, gap="small", key="aula_branches"):
        for value, count in options.items():
            label = f"{filtering.named(level, value)} ({count})"
            st.button(
                markup.plain(label), key=f"aula.go.{level}.{value}", on_click=_go, args=(level, value),
                icon=":material/chevron_right:",
            )  # fmt: skip


def _go(level: str, value: str) -> None:
    st.session_state[f"aula_{level}"] = value


def _works(shelf: Shelf, name: str) -> None:
    works = shelf.works(name)
    if not works:
        return
    with st.popover(say("classroom.works", count=len(works)), icon=":material/folder_open:"):
        st.html(markup.small(say("classroom.works_about")))
        for id_, title, at in works:
            label = f"{at[8:10]}-{at[5:7]} {at[11:16]} · {markup.shortened(title, 90)}"
            st.button(
                markup.plain(label), key=f"aula.work.{id_}", type="tertiary", on_click=editor.open_one, args=(id_,)
            )  # fmt: skip


def _basket(known: Sequence[Objective], shelf: Shelf, name: str) -> None:
    """What is chosen, in sight at the foot of the page, and what can be made of it."""
    by_id = {each.id: each for each in known}
    chosen = [by_id[each] for each in shelf.chosen(name) if each in by_id]
    with st.container(key="aula_basket", horizontal=True, vertical_alignment="center", gap="small"):
        if not chosen:
            st.html(markup.small(say("classroom.basket_empty")))
            return
        names = objectives.named(chosen)
        with st.popover(say("classroom.basket", count=len(chosen)), icon=":material/checklist:"):
            for each in chosen:
                st.button(
                    markup.plain(f"{names[each.id]} · {markup.shortened(' '.join(each.text.split()), 80)}"),
                    key=f"aula.drop.{each.id}",
                    icon=":material/close:",
                    type="tertiary",
                    help=say("classroom.drop", name=names[each.id]),
                    on_click=cards.drop,
                    args=(shelf, name, each.id),
                )
            st.button(
                say("classroom.clear"), key="aula.clear", icon=":material/delete:", on_click=cards.clear, args=(shelf, name)
            )  # fmt: skip
        with st.popover(say("classroom.make"), icon=":material/edit_note:", type="primary"):
            for kind in KINDS:
                if st.button(
                    say(f"teaching.kind_{kind}"), key=f"aula.make.{kind}", width="stretch", help=say(f"classroom.about_{kind}")
                ):  # fmt: skip
                    work = making.make(kind, chosen, fields=shelf.head())
                    shelf.keep(name, work)
                    editor.open_one(work.id)
                    st.rerun()

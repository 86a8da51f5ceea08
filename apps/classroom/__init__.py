"""Aula: the curriculum as a tree to choose objectives from, what is made of those chosen, and questions about it."""

from __future__ import annotations

import streamlit as st

from latam_rag.apps import address, desk, opened
from latam_rag.apps.classroom import curriculum, editor, paper, saved
from latam_rag.apps.interface import say
from latam_rag.index import Index
from latam_rag.teaching import objectives
from latam_rag.teaching.finding import Finder


def show(domain: str, index: Index) -> None:
    st.html(f"<style>{paper.STYLE}</style>")
    ways = {"explore": say("classroom.way_explore"), "ask": say("classroom.way_ask")}
    if st.session_state.get("aula_way") not in ways:
        # Another control stood at its place meanwhile, and left nothing.
        st.session_state.pop("aula_way", None)
    address.recall("aula_way", ways, "explore")
    if st.session_state.aula_way == "explore" and editor.open_work() and editor.show(index, _finder(index)):
        return
    way = st.segmented_control(
        say("way"),
        list(ways),
        format_func=ways.__getitem__,
        required=True,
        key="aula_way",
        label_visibility="collapsed",
    )
    address.keep("aula_way", way, "explore")
    if way == "ask":
        desk.ask(domain, index)
    else:
        curriculum.show(index, _finder(index), saved.of_visitor())


def _finder(index: Index) -> Finder:
    # Read whole once, and kept until the documents change.
    with st.spinner(say("classroom.reading")):
        found: Finder = opened.derived(index, "objectives", lambda: Finder(objectives.of_index(index)))
    return found

"""Administración: the page of the person who looks after the indexes. A section at a time, each in its module."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from latam_rag import index as indexes_of
from latam_rag.apps import address, markup, opened
from latam_rag.apps.admin import answers, documents, figures, indexes, machine
from latam_rag.apps.interface import head, say, tell
from latam_rag.errors import LatamRagError
from latam_rag.index import Index

#: By name: what it draws. ``None`` where it is about all indexes together.
SECTIONS: dict[str, Callable[[Index], None]] = {
    "sources": indexes.show,
    "documents": documents.show,
    "answers": answers.show,
    "figures": figures.show,
}
_MACHINE = "machine"


def show() -> None:
    head(say("admin.title"), say("admin.intro"))
    names = {name: say(f"admin.section_{name}") for name in (*SECTIONS, _MACHINE)}
    address.recall("section", names, "sources")
    section = st.segmented_control(
        say("admin.section"), list(names), format_func=names.__getitem__, required=True, key="section",
        label_visibility="collapsed",
    )  # fmt: skip
    address.keep("section", section, "sources")
    try:
        if section == _MACHINE:
            machine.show()
            return
        if section == "sources":
            indexes.overview()
        index = _choose()
        if index is not None:
            SECTIONS[str(section)](index)
    except LatamRagError as error:
        tell(error)


def _choose() -> Index | None:
    definitions = {each.name: each for each in indexes_of.known()}
    if not definitions:
        st.info(markup.plain(say("admin.no_index")), icon=":material/info:")
        return None
    first = next(iter(definitions))
    address.recall("index", definitions, first)
    name = st.selectbox(
        say("admin.index"),
        list(definitions),
        format_func=lambda name: f"{definitions[name].title or name} · {name}",
        key="index",
    )
    address.keep("index", name, first)
    chosen: Index = opened.known(name if name in definitions else first)
    return chosen

"""An objective to be chosen: its code, its text word for word, and where it stands."""

from __future__ import annotations

import streamlit as st

from latam_rag.apps import markup
from latam_rag.apps.classroom.saved import Shelf
from latam_rag.apps.interface import language
from latam_rag.export import works
from latam_rag.teaching import Objective


def pick(objective: Objective, shelf: Shelf, name: str) -> None:
    key = f"aula.pick.{objective.id}"
    st.session_state[key] = objective.id in shelf.chosen(name)
    first, _, rest = objective.text.partition("\n")
    st.checkbox(
        f"**{markup.plain(objective.name)}** · {markup.plain(first)}",
        key=key,
        on_change=_toggle,
        args=(key, shelf, name, objective.id),
    )
    source = works.source(objective, language()).replace("\n", " · ")
    st.html(
        f'<div class="lr-objective">{markup.passage(rest.strip()) if rest.strip() else ""}{markup.small(source)}</div>'
    )


def drop(shelf: Shelf, name: str, id_: str) -> None:
    shelf.choose(name, [each for each in shelf.chosen(name) if each != id_])


def clear(shelf: Shelf, name: str) -> None:
    shelf.choose(name, [])


def _toggle(key: str, shelf: Shelf, name: str, id_: str) -> None:
    if st.session_state.get(key):
        shelf.choose(name, [*shelf.chosen(name), id_])
    else:
        drop(shelf, name, id_)

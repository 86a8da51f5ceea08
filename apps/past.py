"""What this visitor asked before, to open again or to forget."""

from __future__ import annotations

import streamlit as st

from latam_rag.apps import kept, markup, talk, visits
from latam_rag.apps.interface import say
from latam_rag.index import Index

_LISTED = 50


def show(domain: str, index: Index) -> None:
    history = kept.history(visits.visitor())
    turns = [turn for turn in history.turns(domain) if turn.index == index.definition.name][:_LISTED]
    if not turns:
        return
    with st.popover(say("history", count=len(turns)), icon=":material/history:"):
        st.html(markup.small(say("history_about")))
        for turn in turns:
            label = f"{turn.at:%d-%m %H:%M} · {markup.shortened(turn.asking.question, 90)}"
            st.button(
                markup.plain(label),
                key=f"{domain}.past.{turn.id}",
                type="tertiary",
                on_click=talk.open_turn,
                args=(domain, turn.id),
            )
        if st.button(say("history_clear"), key=f"{domain}.clear", icon=":material/delete:"):
            history.clear(domain)
            talk.open_turn(domain, "")
            st.rerun()

"""Which conversation a page shows. It stands in the address, so that a reload finds it again."""

from __future__ import annotations

import streamlit as st

from latam_rag.apps import kept, visits
from latam_rag.index import Index


def conversation(domain: str, index: Index) -> list[kept.Turn]:
    """The turns to the one that is open, oldest first. In another person's browser the same address finds nothing."""
    turns = kept.history(visits.visitor()).conversation(str(st.query_params.get(f"{domain}_q", "")))
    return turns if turns and turns[-1].page == domain and turns[-1].index == index.definition.name else []


def open_turn(domain: str, turn_id: str) -> None:
    """From the next run on; the empty string opens none."""
    st.session_state.pop(f"{domain}.open", None)
    if turn_id:
        st.query_params[f"{domain}_q"] = turn_id
    else:
        st.query_params.pop(f"{domain}_q", None)

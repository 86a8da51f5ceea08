"""What a visitor chose, kept in the page's address: a reload, a bookmark or a colleague finds the same."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st


def recall(key: str, allowed: Iterable[str], default: str) -> None:
    """Before the widget ``key`` of one choice is drawn: begin with what the address says."""
    if key not in st.session_state:
        said = st.query_params.get(key)
        st.session_state[key] = said if said in set(allowed) else default


def recall_many(key: str, allowed: Iterable[str]) -> None:
    """The same for a widget of many choices. What can't be chosen any more is dropped."""
    known = set(allowed)
    said = st.session_state[key] if key in st.session_state else st.query_params.get_all(key)
    st.session_state[key] = [value for value in said if value in known]


def keep(key: str, chosen: str | list[str], default: str = "") -> None:
    """After the widget was drawn: the address says what it holds, unless that is the default."""
    if chosen and chosen != default:
        st.query_params[key] = chosen
    elif key in st.query_params:
        del st.query_params[key]

"""Normativa: ask, or look an article up."""

from __future__ import annotations

import streamlit as st

from latam_rag.apps import address, desk, lookup
from latam_rag.apps.interface import say
from latam_rag.index import Index
from latam_rag.types import Filters


def show(domain: str, index: Index) -> None:
    ways = {"ask": say("way_ask"), "lookup": say("way_lookup")}
    address.recall("way", ways, "ask")
    way = st.segmented_control(
        say("way"), list(ways), format_func=ways.__getitem__, required=True, key="way", label_visibility="collapsed"
    )
    address.keep("way", way, "ask")
    if way == "lookup":
        # All of it, today's first: who gives an article's number wants to read it, repealed or not.
        lookup.show(index, Filters())
    else:
        desk.ask(domain, index)

"""The indexes of this machine, each opened once for all visits: an embedded index belongs to one process."""

from __future__ import annotations

import streamlit as st

from latam_rag import index
from latam_rag.config import Definition


def of_domain(domain: str) -> list[Definition]:
    """Those that a page about ``domain`` offers, its own before the mixed ones."""
    fitting = [found for found in index.known() if found.domain in (domain, "mixed")]
    return sorted(fitting, key=lambda found: (found.domain == "mixed", found.name))


@st.cache_resource(show_spinner=False)  # type: ignore[untyped-decorator]  # mypy skips Streamlit
def opened(name: str) -> index.Index:
    """One Index for the process. Streamlit lets one visit at a time open it; the Index itself is thread-safe."""
    return index.Index.open(name)

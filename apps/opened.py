"""The indexes of this machine, each opened once for all visits: an embedded index belongs to one process."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from typing import Any, TypeVar, cast

import streamlit as st

from latam_rag import home, index
from latam_rag.config import Definition
from latam_rag.errors import ConfigError, LatamRagError

_T = TypeVar("_T")
_DERIVED: dict[tuple[str, str], tuple[object, Any]] = {}


def of_domain(domain: str) -> list[Definition]:
    """Those that a page about ``domain`` offers, its own before the mixed ones."""
    fitting = [found for found in index.known() if found.domain in (domain, "mixed")]
    return sorted(fitting, key=lambda found: (found.domain == "mixed", found.name))


def faults() -> dict[str, ConfigError]:
    """By name, the indexes whose definition can't be read, which no page offers."""
    found = {}
    for name in home.names():
        try:
            home.find(name)
        except ConfigError as error:
            found[name] = error
    return found


@st.cache_resource(show_spinner=False)  # type: ignore[untyped-decorator]  # mypy skips Streamlit
def known(name: str) -> index.Index:
    """The one Index of this process; its vectors aren't opened yet, so that another process may have them."""
    return index.Index.open(name)


@st.cache_resource(show_spinner=False)  # type: ignore[untyped-decorator]  # mypy skips Streamlit
def opened(name: str) -> index.Index:
    """The same, to be asked. Streamlit lets one visit at a time open it; the Index itself is thread-safe."""
    found: index.Index = known(name)
    # While the person types, so that the first question doesn't wait for it.
    threading.Thread(target=_warm, args=(found,), name="warm", daemon=True).start()
    return found


def derived(of: index.Index, what: str, make: Callable[[], _T]) -> _T:
    """What ``make`` finds out about the index, kept until its documents change: a page is drawn again at every click."""
    key, stamp = (of.definition.name, what), of.catalog.stamp()
    found = _DERIVED.get(key)
    if found is None or found[0] != stamp:
        found = _DERIVED[key] = (stamp, make())
    return cast(_T, found[1])


def _warm(found: index.Index) -> None:
    # Whatever is wrong is told to the person who asks.
    with contextlib.suppress(LatamRagError):
        _ = found.store

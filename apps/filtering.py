"""What is searched: country, body, kind, and what applies when."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import streamlit as st

from latam_rag import browse
from latam_rag.apps import address, markup, opened
from latam_rag.apps.interface import language, say
from latam_rag.export.pages import local_date
from latam_rag.index import Index
from latam_rag.types import Filters

FACETS = ("country", "body", "kind")
_COUNTRIES = {
    "AR": "Argentina", "BO": "Bolivia", "BR": "Brasil", "CL": "Chile", "CO": "Colombia", "CR": "Costa Rica", "CU": "Cuba",
    "DO": "República Dominicana", "EC": "Ecuador", "GT": "Guatemala", "HN": "Honduras", "MX": "México", "NI": "Nicaragua",
    "PA": "Panamá", "PE": "Perú", "PY": "Paraguay", "SV": "El Salvador", "UY": "Uruguay", "VE": "Venezuela",
}  # fmt: skip


class Chosen(NamedTuple):
    filters: Filters
    extractive: bool
    said: str
    """The filters in words; empty when nothing but today's law is asked for."""


def choose(domain: str, index: Index) -> Chosen:
    """Outside any form, whose boxes would only count when its own button is pressed."""
    chosen: dict[str, tuple[str, ...]] = {}
    values = opened.derived(index, "facets", lambda: browse.values(index, FACETS))
    with st.popover(say("options"), icon=":material/tune:"):
        when, on = _when(domain)
        for facet in FACETS:
            if len(values[facet]) > 1:
                chosen[facet] = tuple(_facet(domain, facet, sorted(values[facet])))
        extractive = _extractive(domain, index)
    filters = Filters(
        facets={facet: picked for facet, picked in chosen.items() if picked}, on=on, in_force=when != "all"
    )
    said = in_words(filters)
    if said:
        st.html(markup.small(said))
    return Chosen(filters, extractive, said)


def in_words(filters: Filters) -> str:
    """As a line of an exported answer; empty for what is asked when nothing is chosen."""
    said = []
    if filters.on:
        said.append(say("in_force_on", date=local_date(filters.on)))
    elif not filters.in_force:
        said.append(say("when_all"))
    for facet, values in filters.facets.items():
        said.append(f"{say(f'facet_{facet}')}: {', '.join(named(facet, value) for value in values)}")
    return " · ".join(said)


def _facet(domain: str, facet: str, values: list[str]) -> list[str]:
    key = f"{domain}_{facet}"
    address.recall_many(key, values)
    labels = {value: named(facet, value) for value in values}
    picked: list[str] = st.multiselect(
        say(f"facet_{facet}"),
        values,
        format_func=labels.__getitem__,
        placeholder=say("facet_any"),
        key=key,
    )
    address.keep(key, picked)
    return picked


def _when(domain: str) -> tuple[str, str | None]:
    if domain != "legal":
        return "today", None
    key, ways = f"{domain}_when", ("today", "on", "all")
    address.recall(key, ways, "today")
    labels = {each: say(f"when_{each}") for each in ways}
    when = st.radio(say("when"), ways, format_func=labels.__getitem__, horizontal=True, key=key)
    address.keep(key, when, "today")
    if when != "on":
        return str(when), None
    day = st.date_input(
        say("when_date"), value=date.today(), min_value=date(1800, 1, 1), max_value=date(2100, 12, 31),
        format="DD/MM/YYYY", key=f"{domain}_date", bind="query-params",
    )  # fmt: skip
    return "on", day.isoformat() if isinstance(day, date) else None


def _extractive(domain: str, index: Index) -> bool:
    without = not index.definition.generation.written
    return bool(
        st.checkbox(
            say("option_extractive"),
            value=without,
            disabled=without,
            key=f"{domain}.extractive.{index.definition.name}",
        )
    )


def named(facet: str, value: str) -> str:
    if facet != "country":
        return value
    if (value, language()) in (("BR", "es"), ("PE", "pt"), ("UY", "pt")):
        return {"BR": "Brasil", "PE": "Peru", "UY": "Uruguai"}[value]
    return _COUNTRIES.get(value, value)

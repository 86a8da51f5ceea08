"""Trámites: the sheet of a service as the desk hands it out, and what tells it from its like."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from latam_rag import services
from latam_rag.apps import desk, institution, markup, opened, sheet_markup, taking, talk
from latam_rag.apps.interface import language, say
from latam_rag.export import pages
from latam_rag.index import Index
from latam_rag.services import Key, Sheet

_PLACE = "sheet"
"""Under which the sheet's name stands in the address."""


def show(domain: str, index: Index) -> None:
    named = opened.derived(index, "services", lambda: _named(services.listed(index)))
    _begin(domain, index)
    desk.ask(domain, index)
    # After the answer was drawn: one that ends while the page is drawn isn't missed.
    _take_up_answer(domain, index, named)
    if not named:
        return
    st.divider()
    name = st.selectbox(
        say("sheet"), list(named), index=None, placeholder=say("sheet_choose"), key=_PLACE, bind="query-params",
        filter_mode="fuzzy",
    )  # fmt: skip
    found = services.sheet(index, named[name]) if name in named else None
    if found is not None:
        _sheet(index, found)
        _compare(index, found, named)


def _named(listed: list[tuple[str, Key]]) -> dict[str, Key]:
    """By a name that no other has: of two alike, each is told by its source."""
    names = [name for name, _ in listed]
    found: dict[str, Key] = {}
    for name, key in listed:
        unique = name if names.count(name) == 1 else f"{name} ({key.uri.rsplit('/', 1)[-1]})"
        found.setdefault(unique, key)
    return found


def _begin(domain: str, index: Index) -> None:
    """Who comes back to an answer with another sheet in the address finds that one."""
    if "sheet.of" not in st.session_state:
        turns = talk.conversation(domain, index) if st.query_params.get(_PLACE) else []
        st.session_state["sheet.of"] = turns[-1].id if turns else ""


def _take_up_answer(domain: str, index: Index, named: dict[str, Key]) -> None:
    """The sheet that an answer rests on is shown under it, once: whoever chooses another keeps it."""
    turns = talk.conversation(domain, index)
    if not turns or not turns[-1].asking.finished or st.session_state.get("sheet.of") == turns[-1].id:
        return
    st.session_state["sheet.of"] = turns[-1].id
    answer = turns[-1].asking.answer
    if answer is None or answer.refused:
        return
    by_key = {key: name for name, key in named.items()}
    cited = (services.key_of(citation.passage) for citation in answer.citations)
    name = next((by_key[key] for key in cited if key in by_key), None)
    if name is not None:
        st.session_state[_PLACE] = name


def _sheet(index: Index, sheet: Sheet) -> None:
    own = institution.name()
    st.html(sheet_markup.sheet(sheet, own, language()))
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        taking.documents(
            "sheet", pages.sheet(sheet, institution=own, at=datetime.now(), language=language()), large=True
        )
        # The label is ours; nothing of a document gets into the script.
        st.html(sheet_markup.print_button(say("print")), unsafe_allow_javascript=True, width="content")
        link = markup.web_link(sheet.url)
        if link:
            st.link_button(say("original"), link, icon=":material/open_in_new:")


def _compare(index: Index, sheet: Sheet, named: dict[str, Key]) -> None:
    by_key = {key: name for name, key in named.items()}
    near = opened.derived(index, f"similar {sheet.key}", lambda: services.similar(index, sheet))
    offered = [by_key[key] for key in near if key in by_key]
    if not offered:
        return
    st.header(say("compare"), anchor=False)
    chosen = st.pills(say("compare_with"), offered, selection_mode="multi", key=f"compare.{sheet.key}")
    others = [found for name in chosen if (found := services.sheet(index, named[name]))]
    if others:
        st.html(sheet_markup.comparison([sheet, *others], language()))

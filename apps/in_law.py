"""A passage in its article and its law: what stands before and after, and the outline to go anywhere else."""

from __future__ import annotations

import streamlit as st

from latam_rag import browse
from latam_rag.apps import markup, opened
from latam_rag.apps.interface import language, say, tell
from latam_rag.errors import LatamRagError
from latam_rag.export.pages import validity
from latam_rag.index import Index
from latam_rag.types import Passage


def show(index: Index, passage: Passage, start: int = 0, end: int = 0) -> None:
    """In a window of its own, over the page."""

    def content() -> None:
        try:
            _content(index, passage, start, end)
        except LatamRagError as error:
            tell(error)

    st.session_state["in_law.at"] = passage.id
    st.session_state.pop("in_law.place", None)
    st.dialog(markup.plain(markup.shortened(passage.title, 90)), width="large", icon=":material/menu_book:")(content)()


def _content(index: Index, cited: Passage, start: int, end: int) -> None:
    at = st.session_state["in_law.at"]
    focus = cited if at == cited.id else next(iter(index.store.get([at])), cited)
    places = opened.derived(index, f"outline {cited.uri}", lambda: browse.outline(index, cited.uri))
    _go_to(index, places, focus)
    near = browse.around(index, focus)
    here = next((place for place, each in enumerate(near) if each.id == focus.id), 0)
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        before, after = near[here - 1] if here else None, near[here + 1] if here + 1 < len(near) else None
        _step(say("before"), before, "before")
        if focus.id != cited.id:
            st.button(say("back_to_citation"), key="in_law.back", on_click=_move, args=(cited.id,))
        _step(say("after"), after, "after")
    for each in near:
        st.html(markup.crumbs(" › ".join((*each.headings, each.label)) if each.label else each.header))
        if browse.applies(each) in ("repealed", "partially_repealed"):
            st.html(markup.band(validity(each, language()), "repealed"))
        quoted = (start, end) if each.id == cited.id else (0, 0)
        st.html(markup.passage(each.text, *quoted, near=each.id != focus.id))


def _go_to(index: Index, places: list[browse.Place], focus: Passage) -> None:
    if len(places) < 2:
        return
    ids = [place.id for place in places]
    lines = {place.id: _line(place) for place in places}
    order = {each: number for number, each in enumerate(index.catalog.passages(focus.uri))}
    at = order.get(focus.id, 0)
    current = max((place for place, each in enumerate(ids) if order.get(each, 0) <= at), default=0)
    st.selectbox(
        say("outline"), ids, index=current, format_func=lines.__getitem__, key=f"in_law.place.{focus.id}",
        on_change=lambda: _move(st.session_state[f"in_law.place.{focus.id}"]),
    )  # fmt: skip


def _line(place: browse.Place) -> str:
    over = place.headings[-1] if place.headings else ""
    line: str = markup.shortened(" – ".join(part for part in (place.label, over) if part), 100)
    return line


def _step(label: str, to: Passage | None, key: str) -> None:
    st.button(
        label, key=f"in_law.{key}", disabled=to is None, on_click=_move, args=(to.id if to else "",),
        icon=":material/arrow_upward:" if key == "before" else ":material/arrow_downward:",
    )  # fmt: skip


def _move(to: str) -> None:
    st.session_state["in_law.at"] = to

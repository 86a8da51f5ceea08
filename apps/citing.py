"""What a sentence rests on: the whole passage, its validity, the quote in it, and the page it was printed on."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from latam_rag.apps import markup
from latam_rag.apps.asking import Asking
from latam_rag.apps.interface import say, tell
from latam_rag.errors import LatamRagError
from latam_rag.index import Index
from latam_rag.types import Citation, Passage


def choose(domain: str, number: int) -> None:
    st.session_state[f"{domain}.open"] = number


def show(domain: str, asking: Asking, index: Index) -> None:
    """The citation chosen last, the first one until then."""
    number = st.session_state.get(f"{domain}.open") or min(asking.citations, default=0)
    citation = asking.citations.get(number)
    if citation is None:
        st.html(markup.small(say("no_citation")))
        return
    with st.container(border=True):
        st.html(markup.small(say("citation", number=number)))
        passage(citation.passage, citation.start, citation.end)
        _page(citation, index)


def passage(shown: Passage, start: int = 0, end: int = 0) -> None:
    """A passage with its place, validity and text, ``text[start:end]`` highlighted."""
    st.html(markup.crumbs(shown.header))
    st.html(markup.band(*_validity(shown)))
    st.html(markup.passage(shown.text, start, end))
    page = say("page", page=shown.page) if shown.page else ""
    origin = shown.uri.rsplit("/", 1)[-1]
    st.html(markup.small(" · ".join(part for part in (str(shown.metadata.get("body", "")), origin, page) if part)))
    link = markup.web_link(shown.url)
    if link:
        st.link_button(say("original"), link, icon=":material/open_in_new:")


def local_date(iso: str) -> str:
    """``2020-01-31…`` as both languages write it: ``31-01-2020``."""
    try:
        return datetime.fromisoformat(iso).strftime("%d-%m-%Y")
    except ValueError:
        return iso or "–"


def _page(citation: Citation, index: Index) -> None:
    if citation.page is None:
        return
    try:
        image = index.page_image(citation)
    except LatamRagError as error:
        tell(error)
        return
    if image is not None:
        st.image(
            image, caption=say("page", page=citation.page), alt=say("page_alt", page=citation.page), width="stretch"
        )


def _validity(shown: Passage) -> tuple[str, str]:
    """What the source says, and the band's kind."""
    status = shown.metadata.get("status", "unknown")
    until, since = str(shown.metadata.get("valid_to", "")), str(shown.metadata.get("valid_from", ""))
    if status == "repealed":
        return (say("repealed_on", date=local_date(until)) if until else say("repealed")), "repealed"
    if status == "partially_repealed":
        return say("partially_repealed"), "repealed"
    if since:
        return say("in_force_from", date=local_date(since)), "in-force"
    if status == "in_force":
        return say("in_force"), "in-force"
    return say("unknown_validity"), "unknown"

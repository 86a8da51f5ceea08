"""What a sentence rests on: the whole passage, its validity, the quote in it, and the page it was printed on."""

from __future__ import annotations

import streamlit as st

from latam_rag import browse
from latam_rag.apps import in_law, markup
from latam_rag.apps.asking import Asking
from latam_rag.apps.interface import language, say, tell
from latam_rag.errors import LatamRagError
from latam_rag.export.pages import validity
from latam_rag.index import Index
from latam_rag.types import Citation, Passage

_BANDS = {"in_force": "in-force", "repealed": "repealed", "partially_repealed": "repealed"}


def choose(domain: str, number: int) -> None:
    st.session_state[f"{domain}.open"] = number


def show(domain: str, asking: Asking, index: Index) -> None:
    """The citation chosen last, the first one until then."""
    number = st.session_state.get(f"{domain}.open") or min(asking.citations, default=0)
    citation = asking.citations.get(number)
    if citation is None:
        st.html(markup.small(say("no_citation")))
        return
    with st.container(border=True, key=f"{domain}_cited"):
        st.html(markup.small(say("citation", number=number)))
        passage(citation.passage, citation.start, citation.end, index=index, key=f"{domain}.cited")
        _page(citation, index)


def passage(shown: Passage, start: int = 0, end: int = 0, *, index: Index | None = None, key: str = "") -> None:
    """A passage with its place, validity and text, ``text[start:end]`` highlighted; with ``index``, the way to its law."""
    st.html(markup.crumbs(shown.header))
    st.html(band(shown))
    st.html(markup.passage(shown.text, start, end))
    page = say("page", page=shown.page) if shown.page else ""
    origin = shown.uri.rsplit("/", 1)[-1]
    st.html(markup.small(" · ".join(part for part in (str(shown.metadata.get("body", "")), origin, page) if part)))
    with st.container(horizontal=True, gap="small"):
        if index is not None and st.button(say("in_law"), icon=":material/menu_book:", key=f"{key}.in_law"):
            in_law.show(index, shown, start, end)
        link = markup.web_link(shown.url)
        if link:
            st.link_button(say("original"), link, icon=":material/open_in_new:")


def band(shown: Passage) -> str:
    """HTML of the coloured line that says whether it applies."""
    made: str = markup.band(validity(shown, language()), _BANDS.get(browse.applies(shown), "unknown"))
    return made


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

"""An article by its number, without asking: exact, at once, and with a link of its own."""

from __future__ import annotations

from itertools import groupby

import streamlit as st

from latam_rag import browse
from latam_rag.apps import citing, markup, opened
from latam_rag.apps.interface import say, tell
from latam_rag.errors import LatamRagError
from latam_rag.index import Index
from latam_rag.types import Filters, Passage

_OFFERED = 1000
"""Norms in the list; a browser draws more of them slowly."""
_SHOWN = 12


def show(index: Index, filters: Filters) -> None:
    reference, norm, article = _form(index)
    try:
        if reference.strip():
            _found(index, browse.named(index, reference, filters=filters), reference)
        elif norm and article.strip():
            title = _by_title(index).get(norm)
            found = (
                browse.in_document(index, title, article, filters=filters)
                if title
                else browse.article(index, norm, article, filters=filters)
            )
            _found(index, found, say("article_of", article=article, norm=norm))
        elif norm or article:
            st.info(say("lookup_incomplete"), icon=":material/info:")
    except LatamRagError as error:
        tell(error)


def _form(index: Index) -> tuple[str, str | None, str]:
    titles = list(_by_title(index))
    with st.form("lookup", border=True):
        reference = st.text_input(
            say("lookup_reference"), placeholder=say("lookup_example"), key="ref", bind="query-params", max_chars=200
        )
        st.html(markup.small(say("lookup_or")))
        left, right = st.columns([3, 1])
        norm = left.selectbox(
            say("lookup_norm"), titles, index=None, placeholder=say("lookup_norm_placeholder"), key="norm",
            accept_new_options=True, bind="query-params",
        )  # fmt: skip
        article = right.text_input(
            say("lookup_article"),
            placeholder=say("lookup_article_example"),
            key="art",
            bind="query-params",
            max_chars=40,
        )
        st.form_submit_button(say("lookup"), type="primary", icon=":material/menu_book:")
    return reference or "", norm, article or ""


def _by_title(index: Index) -> dict[str, str]:
    """Uri by title, of the norms to choose from."""

    def titles() -> dict[str, str]:
        documents = index.catalog.documents()
        return {each.title: each.uri for each in sorted(documents, key=lambda each: each.title)[:_OFFERED]}

    found: dict[str, str] = opened.derived(index, "titles", titles)
    return found


def _found(index: Index, found: browse.Found, asked: str) -> None:
    if not found.passages:
        st.warning(markup.plain(say("lookup_nothing", asked=asked)), icon=":material/search_off:")
        if found.near:
            st.markdown(markup.plain(say("lookup_near", articles=", ".join(found.near))))
        st.html(markup.small(say("lookup_try")))
        return
    if found.repealed:
        st.html(markup.band(say("lookup_repealed"), "repealed"))
    shown = found.passages[:_SHOWN]
    for uri, passages in groupby(shown, key=lambda each: each.uri):
        with st.container(border=True):
            _article(index, list(passages), uri)
    if len(found.passages) > len(shown):
        st.html(markup.small(say("lookup_more", count=len(found.passages) - len(shown))))


def _article(index: Index, passages: list[Passage], uri: str) -> None:
    for number, each in enumerate(passages):
        if number:
            st.html(markup.crumbs(each.label))
            st.html(markup.passage(each.text))
        else:
            citing.passage(each, index=index, key=f"lookup.{uri}")

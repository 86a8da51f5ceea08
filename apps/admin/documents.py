"""A document as it was read: what the index took from it, page by page; and the way to forget it for good."""

from __future__ import annotations

import json
from dataclasses import asdict

import streamlit as st

from latam_rag import browse
from latam_rag.apps import address, citing, markup, opened
from latam_rag.apps.admin import running, tables
from latam_rag.apps.filtering import FACETS, named
from latam_rag.apps.interface import NAMES, language, say, tell
from latam_rag.catalog import Listed
from latam_rag.errors import LatamRagError
from latam_rag.export.pages import validity
from latam_rag.index import Index
from latam_rag.numerals import fold
from latam_rag.sync import labels
from latam_rag.types import Document, Passage

_OFFERED = 200
"""Documents in the list at once: a browser draws more of them slowly."""
_LISTED = 50
"""Passages in the table at once."""
_WORDS = 90


def show(index: Index) -> None:
    listed = _find(index)
    if listed is not None:
        try:
            _document(index, listed)
        except LatamRagError as error:
            tell(error)
    st.header(say("admin.forget"), anchor=False)
    _forget(index, listed)


def _find(index: Index) -> Listed | None:
    documents: list[Listed] = opened.derived(index, "documents", index.catalog.documents)
    if not documents:
        st.info(markup.plain(say("admin.no_documents")), icon=":material/info:")
        return None
    text = st.text_input(
        say("admin.find"), placeholder=say("admin.find_example"), key="find", bind="query-params", max_chars=200
    )
    words = fold(text or "").split()
    found = [each for each in documents if all(word in fold(f"{each.title} {each.uri}") for word in words)]
    count = say("admin.found", found=tables.thousands(len(found)), of=tables.thousands(len(documents)))
    if len(found) > _OFFERED:
        count += " " + say("admin.found_first", count=_OFFERED)
    st.html(markup.small(count))
    by_uri = {each.uri: each for each in found[:_OFFERED]}
    said = str(st.query_params.get("document", ""))
    if "document" not in st.session_state and said in by_uri:
        st.session_state["document"] = said
    uri = st.selectbox(
        say("admin.document"), list(by_uri), index=None, placeholder=say("admin.document_choose"),
        format_func=lambda uri: _name(by_uri[uri]), key="document",
    )  # fmt: skip
    address.keep("document", uri or "")
    return by_uri.get(uri) if uri else None


def _name(listed: Listed) -> str:
    origin = listed.uri.rpartition("/")[2]
    shown: str = markup.shortened(listed.title or origin, 80)
    return shown if origin in shown else f"{shown} ({markup.shortened(origin, 50)})"


def _document(index: Index, listed: Listed) -> None:
    read = index.document(listed.uri)
    passages = browse.document(index, listed.uri)
    st.header(markup.plain(read.title or listed.uri), anchor=False)
    source = labels(index.definition).get(listed.source, say("admin.source_gone"))
    st.html(
        tables.facts([
            (say("admin.fact_address"), listed.uri),
            (say("admin.column_source"), source),
            *_said_of(read),
            (say("language"), NAMES[listed.language]),
            (say("admin.fact_pages"), len(read.pages) or None),
            (say("admin.column_passages"), len(passages)),
            (say("admin.fact_signs"), len(read.text)),
            (say("admin.fact_indexed"), tables.moment(listed.indexed)),
        ])
    )  # fmt: skip
    for warning in read.warnings:
        st.warning(markup.plain(warning), icon=":material/warning:")
    link = markup.web_link(listed.url)
    if link:
        st.link_button(say("original"), link, icon=":material/open_in_new:")
    if passages:
        _passage(index, read, passages)
        _passages(read, passages)


def _said_of(read: Document) -> list[tuple[str, tables.Cell]]:
    """What the source says of it, of what people look for first."""
    said = {facet: read.metadata.get(facet) for facet in FACETS}
    return [
        (say(f"facet_{facet}"), named(facet, value))
        for facet, value in said.items()
        if isinstance(value, str) and value
    ]


def _passages(read: Document, passages: list[Passage]) -> None:
    st.subheader(say("admin.column_passages"), anchor=False)
    sheets = (len(passages) - 1) // _LISTED + 1
    sheet = 1
    if sheets > 1:
        sheet = st.number_input(
            say("admin.sheet", of=sheets), min_value=1, max_value=sheets, key=f"sheet.{read.uri}", width=200
        )
    first = (sheet - 1) * _LISTED
    rows: list[list[tables.Cell]] = [
        [
            f"{number}. {passage.label or '–'}",
            " › ".join(passage.headings) or "–",
            ", ".join(map(str, browse.pages(read, passage))) or "–",
            validity(passage, language()),
            markup.shortened(" ".join(passage.text.split()), _WORDS),
        ]
        for number, passage in enumerate(passages[first : first + _LISTED], first + 1)
    ]
    columns = ("label", "headings", "pages", "validity", "text")
    st.html(
        tables.table(say("admin.column_passages"), [say(f"admin.column_{column}") for column in columns], rows)
    )  # fmt: skip


def _passage(index: Index, read: Document, passages: list[Passage]) -> None:
    numbers = list(range(len(passages)))
    number = st.selectbox(
        say("admin.passage"), numbers, key=f"passage.{read.uri}",
        format_func=lambda at: _line(at, passages[at]),
    )  # fmt: skip
    passage = passages[number or 0]
    left, right = st.columns([1, 1], gap="large")
    with left, st.container(border=True):
        citing.passage(passage, index=index, key="admin.passage")
    with right:
        _page(index, read, passage)


def _line(at: int, passage: Passage) -> str:
    start = markup.shortened(" ".join(passage.text.split()), 60)
    return f"{at + 1}. {passage.label} · {start}" if passage.label else f"{at + 1}. {start}"


def _page(index: Index, read: Document, passage: Passage) -> None:
    pages = browse.pages(read, passage)
    if not pages:
        st.html(markup.small(say("admin.no_pages")))
        return
    page = pages[0]
    if len(pages) > 1:
        chosen = st.segmented_control(
            say("admin.column_pages"), pages, default=page, required=True, key=f"page.{passage.id}"
        )
        page = chosen or page
    citation = browse.printed(read, passage, page)
    image = index.page_image(citation)
    if image is not None:
        st.image(image, caption=say("page", page=page), alt=say("page_alt", page=page), width="stretch")
        if not citation.boxes:
            st.html(markup.small(say("admin.no_layout")))


def _forget(index: Index, listed: Listed | None) -> None:
    name = index.definition.name
    receipt = st.session_state.get(f"receipt.{name}")
    if receipt is not None:
        _receipt(name, receipt)
    if (run := running.last(name)) is not None and not run.finished:
        st.info(say("admin.forget_busy"), icon=":material/sync:")
        return
    left, right = st.columns([1, 1], gap="large")
    with left:
        _ask(index, listed)
    with right, st.form(f"again.{name}", clear_on_submit=True):
        uri = st.text_input(say("admin.again"), placeholder=say("admin.fact_address"), max_chars=2000)
        if st.form_submit_button(say("admin.again_do"), icon=":material/undo:") and (uri or "").strip():
            count = index.allow_again([uri.strip()])
            if count:
                st.success(say("admin.again_done"), icon=":material/check_circle:")
            else:
                st.warning(markup.plain(say("admin.again_none", uri=uri.strip())), icon=":material/search_off:")


def _ask(index: Index, listed: Listed | None) -> None:
    """What it means is said first, and nothing is done until that is confirmed."""
    failing = [
        failure.uri for failure in index.status().failures if failure.uri not in labels(index.definition).values()
    ]
    chosen = listed.uri if listed is not None else None
    choices = list(dict.fromkeys([*([chosen] if chosen else []), *failing]))
    if not choices:
        st.html(markup.small(say("admin.forget_choose")))
        return
    # Nothing that nobody chose is offered to be deleted.
    uri = st.selectbox(
        say("admin.forget_which"), choices, index=0 if chosen else None, placeholder=say("admin.forget_choose"),
        key=f"forget.{index.definition.name}.{chosen}",
    )  # fmt: skip
    if uri is None:
        return
    st.html(markup.small(say("admin.forget_about")))
    sure = st.checkbox(say("admin.forget_sure"), key=f"sure.{index.definition.name}.{uri}")
    label = markup.plain(say("admin.forget_do", uri=markup.shortened(uri, 80)))
    if st.button(label, icon=":material/delete_forever:", disabled=not sure, key="forget") and sure:
        with st.spinner(say("admin.forgetting")):
            st.session_state[f"receipt.{index.definition.name}"] = asdict(index.forget([uri]))
        st.rerun()


def _receipt(name: str, receipt: dict[str, object]) -> None:
    said = say("admin.forgotten", number=receipt["number"], emptied=receipt["emptied"])
    st.success(markup.plain(said), icon=":material/receipt_long:")
    st.html(tables.facts([(say("admin.fact_hash"), str(receipt["hash"]))]))
    st.download_button(
        say("admin.receipt"), json.dumps(receipt, ensure_ascii=False, indent=1),
        file_name=f"recibo-{name}-{receipt['number']}.json", mime="application/json", on_click="ignore",
        icon=":material/download:",
    )  # fmt: skip

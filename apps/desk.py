"""A page: choose the documents, ask, read the answer, open what it rests on."""

from __future__ import annotations

import streamlit as st

from latam_rag.apps import citing, markup, opened, reading
from latam_rag.apps.asking import Asking
from latam_rag.apps.interface import say, switch, tell
from latam_rag.config import Definition
from latam_rag.errors import LatamRagError
from latam_rag.index import Index
from latam_rag.types import Filters

#: What ``latam-rag init --kind`` calls the domain.
KINDS = {"legal": "legal", "curriculum": "curriculum", "public_service": "public_services"}


def show(domain: str) -> None:
    _head(domain)
    try:
        definitions = opened.of_domain(domain)
        if not definitions:
            st.info(markup.plain(say("no_index", kind=KINDS[domain])), icon=":material/info:")
            return
        definition = _choose(domain, definitions)
        index = opened.opened(definition.name)
        if not _contents(index):
            return
    except LatamRagError as error:
        tell(error)
        return
    _ask(domain, definition, index)
    asking: Asking | None = st.session_state.get(f"{domain}.asking")
    if asking is not None:
        reading.show(domain, asking, index)


def _head(domain: str) -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.title(say(f"{domain}_title"), anchor=False, width="content")
        switch()
    st.markdown(say(f"{domain}_intro"))


def _choose(domain: str, definitions: list[Definition]) -> Definition:
    """The index asked last on this page; a widget's own memory ends when another page is shown."""
    by_name = {definition.name: definition for definition in definitions}
    names = list(by_name)
    key = f"{domain}.index"
    if st.session_state.get(key) not in by_name:
        st.session_state[key] = names[0]
    if len(names) > 1:
        chosen = st.selectbox(
            say("index"),
            names,
            index=names.index(st.session_state[key]),
            format_func=lambda name: by_name[name].title or name,
            key=f"{domain}.choice",
        )
        if chosen != st.session_state[key]:
            st.session_state[key] = chosen
            _forget(domain)
    return by_name[st.session_state[key]]


def _contents(index: Index) -> bool:
    """What is in it, in a line; False when that is nothing."""
    status = index.status()
    if not status.passages:
        st.info(markup.plain(say("not_synced", name=status.name)), icon=":material/info:")
        return False
    date = citing.local_date(status.last_sync or "")
    line = say("contents", documents=status.documents, passages=status.passages, date=date)
    st.html(markup.small(f"{status.title} · {line}"))
    if status.failures:
        said = say("failures", count=len(status.failures), name=status.name)
        st.warning(markup.plain(said), icon=":material/warning:")
    return True


def _ask(domain: str, definition: Definition, index: Index) -> None:
    with (
        st.form(f"{domain}.form", border=False),
        st.container(horizontal=True, vertical_alignment="bottom", key=f"{domain}_ask"),
    ):
        question = st.text_input(
            say("question"), key=f"{domain}.question", placeholder=say("placeholder"), max_chars=1000
        )
        asked = st.form_submit_button(say("ask"), type="primary", icon=":material/search:")
    example = _examples(domain, definition)
    filters, extractive = _options(domain, definition)
    if example or asked:
        _start(domain, index, example or question or "", filters, extractive)


def _examples(domain: str, definition: Definition) -> str | None:
    """Folded away once something was asked, so that the answer stands in sight."""
    if not definition.questions:
        return None
    pressed = None
    asked = int(st.session_state.get(f"{domain}.asked", 0))
    # One that somebody opened stays open as long as its label stays the same: an invisible sign tells two questions apart.
    label = say("examples") + "\u200b" * (asked % 2)
    with (
        st.expander(label, expanded=not asked, icon=":material/lightbulb:"),
        st.container(horizontal=True, gap="small"),
    ):
        for number, question in enumerate(definition.questions):
            if st.button(markup.plain(question), key=f"{domain}.{definition.name}.example{number}"):
                pressed = question
    return pressed


def _options(domain: str, definition: Definition) -> tuple[Filters, bool]:
    """Outside the form, whose boxes would only count when its own button is pressed and not for an example."""
    without_model = definition.generation.model is None
    with st.expander(say("options"), icon=":material/tune:"):
        extractive = st.checkbox(
            say("option_extractive"),
            value=without_model,
            disabled=without_model,
            key=f"{domain}.extractive.{definition.name}",
        )
        repealed = st.checkbox(say("option_repealed"), key=f"{domain}.repealed")
    return Filters(in_force=not repealed), bool(extractive)


def _start(domain: str, index: Index, question: str, filters: Filters, extractive: bool) -> None:
    _forget(domain)
    if not question.strip():
        st.warning(say("empty_question"))
        return
    asking = Asking(index, question.strip(), filters=filters, extractive=extractive)
    st.session_state[f"{domain}.asking"] = asking.start()
    st.session_state[f"{domain}.asked"] = int(st.session_state.get(f"{domain}.asked", 0)) + 1
    # From the top, with the examples folded away.
    st.rerun()


def _forget(domain: str) -> None:
    running: Asking | None = st.session_state.pop(f"{domain}.asking", None)
    st.session_state.pop(f"{domain}.open", None)
    if running is not None:
        running.stop()

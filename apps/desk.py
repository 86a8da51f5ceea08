"""A page where documents are asked: choose them, ask, read the answer, open what it rests on, ask on."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from latam_rag.apps import address, filtering, kept, markup, opened, past, reading, talk, visits
from latam_rag.apps.asking import Asking
from latam_rag.apps.filtering import Chosen
from latam_rag.apps.interface import head, language, say, tell
from latam_rag.config import Definition
from latam_rag.errors import LatamRagError
from latam_rag.export.pages import local_date
from latam_rag.index import Index

_MOST = 1000
"""Signs of a question. The box lets more in: of a text that is longer than it may be, a browser would paste nothing and say
nothing."""
#: What ``latam-rag init --kind`` calls the domain.
KINDS = {"legal": "legal", "curriculum": "curriculum", "public_service": "public_services"}


def show(domain: str, content: Callable[[str, Index], None] | None = None) -> None:
    """A page about ``domain``; ``content`` draws what is under its head, by default the desk itself."""
    head(say(f"{domain}_title"), say(f"{domain}_intro"))
    try:
        index = choose(domain)
        if index is not None:
            (content or ask)(domain, index)
    except LatamRagError as error:
        tell(error)


def choose(domain: str) -> Index | None:
    """The index of this page, once the visitor has chosen one that holds something; else what to do is said."""
    definitions = opened.of_domain(domain)
    wanted = str(st.query_params.get(f"{domain}_index", ""))
    if not definitions or wanted not in ("", *(each.name for each in definitions)):
        # Not another one in silence, nor the advice to make one, where it is there and can't be read.
        faults = opened.faults()
        for error in [faults[wanted]] if wanted in faults else () if definitions else faults.values():
            tell(error)
    if not definitions:
        st.info(markup.plain(say("no_index", kind=KINDS[domain])), icon=":material/info:")
        return None
    index = opened.opened(_chosen(domain, definitions).name)
    return index if _contents(index) else None


def ask(domain: str, index: Index) -> None:
    """Ask, and the answer."""
    chosen = _question(domain, index)
    turns = talk.conversation(domain, index)
    if not turns:
        return
    st.divider()
    for turn in turns[:-1]:
        reading.former(turn)
    reading.show(domain, turns[-1], index, after=lambda: _follow_up(domain, index, turns, chosen))


def _chosen(domain: str, definitions: list[Definition]) -> Definition:
    by_name = {definition.name: definition for definition in definitions}
    if len(by_name) == 1:
        return definitions[0]
    key, first = f"{domain}_index", definitions[0].name
    address.recall(key, by_name, first)
    name = st.selectbox(say("index"), list(by_name), format_func=lambda name: by_name[name].title or name, key=key)
    address.keep(key, name, first)
    return by_name.get(name) or definitions[0]


def _contents(index: Index) -> bool:
    """What is in it, in a line; False when that is nothing."""
    status = index.status()
    if not status.passages:
        st.info(markup.plain(say("not_synced", name=status.name)), icon=":material/info:")
        return False
    date = local_date(status.last_sync or "") or "–"
    line = say("contents", documents=status.documents, passages=status.passages, date=date)
    st.html(markup.small(f"{status.title} · {line}"))
    return True


def _question(domain: str, index: Index) -> Chosen:
    with (
        st.form(f"{domain}.form", border=False),
        st.container(horizontal=True, vertical_alignment="bottom", key=f"{domain}_ask"),
    ):
        question = st.text_input(say(f"{domain}_question"), key=f"{domain}.question", placeholder=say("placeholder"))
        asked = st.form_submit_button(say("ask"), type="primary", icon=":material/search:")
    asked_before = bool(talk.conversation(domain, index))
    with st.container(horizontal=True, gap="small", key=f"{domain}_tools"):
        example = _examples(domain, index.definition) if asked_before else None
        chosen = filtering.choose(domain, index)
        past.show(domain, index)
    if not asked_before:
        with st.container(horizontal=True, gap="small"):
            example = _pressed(domain, index.definition)
    if example or asked:
        _start(domain, index, example or question or "", chosen)
    return chosen


def _examples(domain: str, definition: Definition) -> str | None:
    """Folded away once something was asked, so that the answer stands in sight."""
    if not definition.questions:
        return None
    # Under another name each time: what somebody opened stays open as long as it is called the same.
    key = f"{domain}.examples.{st.query_params.get(f'{domain}_q', '')}"
    with st.popover(say("examples"), icon=":material/lightbulb:", key=key):
        return _pressed(domain, definition)


def _pressed(domain: str, definition: Definition) -> str | None:
    """The example that was pressed."""
    pressed = None
    for number, question in _own(definition.questions):
        if st.button(markup.plain(question), key=f"{domain}.{definition.name}.example{number}"):
            pressed = question
    return pressed


def _own(questions: list[str]) -> list[tuple[int, str]]:
    """Those in the language of the visit, where there are some to choose from; else all."""
    from latam_rag.language import detect

    own = [(number, question) for number, question in enumerate(questions) if detect(question, "es") == language()]
    return own if len(own) > 2 else list(enumerate(questions))


def _follow_up(domain: str, index: Index, turns: list[kept.Turn], chosen: Chosen) -> None:
    """Goes on with the conversation: what was asked before counts for what is meant."""
    with (
        st.form(f"{domain}.more.{turns[-1].id}", border=False),
        st.container(horizontal=True, vertical_alignment="bottom", key=f"{domain}_more"),
    ):
        question = st.text_input(say("follow_up"), key=f"{domain}.follow_up.{turns[-1].id}")
        asked = st.form_submit_button(say("ask_on"), icon=":material/subdirectory_arrow_right:")
    if asked:
        _start(domain, index, question or "", chosen, turns)


def _start(domain: str, index: Index, question: str, chosen: Chosen, before: list[kept.Turn] | None = None) -> None:
    question = question.strip()
    if not question:
        st.warning(say("empty_question"))
        return
    if len(question) > _MOST:
        st.warning(markup.plain(say("long_question", count=len(question), most=_MOST)), icon=":material/straighten:")
        return
    running = talk.conversation(domain, index)
    if running:
        running[-1].asking.stop()
    asking = Asking(
        index,
        question,
        filters=chosen.filters,
        extractive=chosen.extractive,
        history=[turn.asking.question for turn in before or ()],
        asker=visits.visitor(),
    )
    turn = kept.history(visits.visitor()).add(
        asking,
        page=domain,
        index=index.definition.name,
        filtered=chosen.said,
        thread=before[0].thread if before else "",
    )
    asking.start()
    talk.open_turn(domain, turn.id)
    # From the top, with the examples folded away.
    st.rerun()

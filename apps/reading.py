"""The answer as it comes and as it stands, or the refusal with what is nearest."""

from __future__ import annotations

from time import monotonic

import streamlit as st

from latam_rag.apps import citing, markup
from latam_rag.apps.asking import Asking
from latam_rag.apps.interface import say, tell
from latam_rag.index import Index
from latam_rag.types import Answer, Hit, Sentence

_NEAREST = 5


def show(domain: str, asking: Asking, index: Index) -> None:
    """The question, its answer on the left and the opened citation on the right (below, on a phone)."""
    st.divider()
    st.subheader(markup.plain(asking.question), anchor=False)
    if asking.finished and not asking.sentences:
        _nothing_to_show(asking)
        return
    left, right = st.columns([1, 1], gap="large")
    with left:
        if asking.finished:
            _answered(domain, asking)
        else:
            _follow(domain, asking)
            # Once more from the whole answer, with what only its end tells.
            st.rerun()
    with right:
        citing.show(domain, asking, index)


def _follow(domain: str, asking: Asking) -> None:
    began = monotonic()
    body, waiting = st.container(), st.empty()
    st.button(say("stop"), on_click=asking.stop, icon=":material/stop_circle:", key=f"{domain}.stop")
    shown = 0
    for sentence in asking.follow():
        waiting.html(markup.small(f"{say('working')} {monotonic() - began:.0f} s"))
        if sentence is not None:
            with body:
                _sentence(domain, asking, shown, sentence)
            shown += 1


def _answered(domain: str, asking: Asking) -> None:
    for number, sentence in enumerate(asking.sentences):
        _sentence(domain, asking, number, sentence)
    _cut_short(asking)
    answer = asking.answer
    if answer is None:
        return
    for line in _about(answer):
        st.html(markup.small(line))
    with st.expander(say("copy"), icon=":material/content_copy:"):
        st.code(_as_text(answer), language=None, wrap_lines=True)


def _sentence(domain: str, asking: Asking, place: int, sentence: Sentence) -> None:
    st.html(markup.sentence(sentence.text, sentence.citations))
    with st.container(horizontal=True, gap="small"):
        for number in sentence.citations:
            citation = asking.citations[number]
            where = citation.passage.label or next(reversed(citation.passage.headings), citation.passage.title)
            label = markup.plain(f"[{number}] {markup.shortened(where)}")
            key = f"{domain}.cite.{place}.{number}"
            st.button(label, key=key, icon=":material/format_quote:", on_click=citing.choose, args=(domain, number))


def _about(answer: Answer) -> list[str]:
    """How the answer was made, in lines."""
    lines = [say("engine_extractive") if answer.engine == "extractive" else say("engine_model", engine=answer.engine)]
    if answer.reason:
        lines.append(answer.reason)
    withheld = sum(not verdict.shown for verdict in answer.verdicts)
    if withheld:
        lines.append(say("withheld", count=withheld))
    return lines


def _as_text(answer: Answer) -> str:
    lines = [answer.question, "", answer.text, "", say("sources")]
    for citation in answer.citations:
        page = say("source_page", page=citation.page) if citation.page else ""
        quote = " ".join(citation.quote.split())
        header = citation.passage.header
        lines.append(say("source_line", number=citation.number, header=header, page=page, quote=quote))
    return "\n".join(lines)


def _cut_short(asking: Asking) -> bool:
    """Say why there is no whole answer, if there is none."""
    if asking.stopped:
        st.info(say("stopped"), icon=":material/stop_circle:")
    elif asking.error is not None:
        tell(asking.error)
    elif asking.answer is None:
        st.error(say("failed"), icon=":material/error:")
    else:
        return False
    return True


def _nothing_to_show(asking: Asking) -> None:
    answer = asking.answer
    if not _cut_short(asking) and answer is not None:
        st.warning(markup.plain(answer.reason or say("refused")), icon=":material/search_off:")
        _nearest(answer.hits[:_NEAREST])


def _nearest(hits: tuple[Hit, ...]) -> None:
    if not hits:
        return
    st.html(markup.small(say("nearest")))
    for hit in hits:
        name = " – ".join(part for part in (hit.passage.label, hit.passage.title) if part)
        with st.expander(markup.plain(markup.shortened(name, 110))):
            citing.passage(hit.passage)

"""The answer as it comes and as it stands, or the refusal with what is nearest and what to try."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

import streamlit as st

from latam_rag import browse
from latam_rag.apps import citing, markup, rating, taking
from latam_rag.apps.asking import Asking
from latam_rag.apps.interface import say, tell
from latam_rag.apps.kept import Turn
from latam_rag.index import Index
from latam_rag.types import Answer, Hit, Sentence

_NEAREST = 5


def show(domain: str, turn: Turn, index: Index, *, after: Callable[[], None]) -> None:
    """The question, its answer on the left and the opened citation on the right (below, on a phone); ``after`` draws what
    comes once the answer has ended."""
    asking = turn.asking
    st.header(markup.plain(asking.question), anchor=False)
    if turn.filtered:
        st.html(markup.small(turn.filtered))
    # Looked at once: a refusal that comes while this is drawn must not be taken for an answer.
    finished = asking.finished
    if finished and not asking.sentences:
        _nothing_to_show(turn, index, after)
        return
    left, right = st.columns([1, 1], gap="large")
    with left:
        if finished:
            _answered(domain, turn, index)
            after()
        else:
            _follow(domain, asking)
            # Once more from the whole answer, with what only its end tells.
            st.rerun()
    with right:
        citing.show(domain, asking, index)


def former(turn: Turn) -> None:
    """A turn of the conversation before the one that is shown, folded."""
    with st.expander(markup.plain(markup.shortened(turn.asking.question, 110)), icon=":material/history:"):
        answer = turn.asking.answer
        if answer is None or not answer.sentences:
            st.html(markup.small((answer.reason if answer else "") or say("refused")))
            return
        for sentence in answer.sentences:
            st.html(markup.sentence(sentence.text, sentence.citations))
        for citation in answer.citations:
            st.html(markup.small(f"[{citation.number}] {citation.passage.header}"))


def _follow(domain: str, asking: Asking) -> None:
    began = monotonic()
    body, waiting = st.container(), st.empty()
    st.button(say("stop"), on_click=asking.stop, icon=":material/stop_circle:", key=f"{domain}.stop")
    shown = 0
    for sentence in asking.follow():
        key, values = asking.phase
        waiting.html(markup.live(say("elapsed", phase=say(key, **values), seconds=round(monotonic() - began))))
        if sentence is not None:
            with body:
                _sentence(domain, asking, shown, sentence)
            shown += 1


def _answered(domain: str, turn: Turn, index: Index) -> None:
    asking = turn.asking
    for number, sentence in enumerate(asking.sentences):
        _sentence(domain, asking, number, sentence)
    _cut_short(asking)
    answer = asking.answer
    if answer is None:
        return
    for line in _about(answer):
        st.html(markup.small(line))
    taking.answer(domain, turn, answer, index)
    rating.show(domain, turn, answer, index)


def _sentence(domain: str, asking: Asking, place: int, sentence: Sentence) -> None:
    st.html(markup.sentence(sentence.text, sentence.citations))
    cited = [asking.citations[number] for number in sentence.citations]
    for passage in {citation.passage.id: citation.passage for citation in cited}.values():
        if browse.applies(passage) in ("repealed", "partially_repealed", "future"):
            st.html(citing.band(passage))
    with st.container(horizontal=True, gap="small"):
        for citation in cited:
            passage = citation.passage
            where = passage.label or next(reversed(passage.headings), passage.title)
            label = markup.plain(f"[{citation.number}] {markup.shortened(where)}")
            key = f"{domain}.cite.{place}.{citation.number}"
            st.button(
                label, key=key, icon=":material/format_quote:", on_click=citing.choose, args=(domain, citation.number)
            )


def _about(answer: Answer) -> list[str]:
    """How the answer was made, in lines."""
    lines = [say(engine_message(answer), engine=answer.engine)]
    if answer.reason:
        lines.append(answer.reason)
    withheld = sum(not verdict.shown for verdict in answer.verdicts)
    if withheld:
        lines.append(say("withheld", count=withheld))
    return lines


def engine_message(answer: Answer) -> str:
    """Which message says who wrote it: a model that only pointed wrote nothing."""
    if answer.engine == "extractive":
        return "engine_extractive"
    quotes = {f"«{citation.quote}»" for citation in answer.citations}
    return "engine_pointing" if quotes.issuperset(each.text for each in answer.sentences) else "engine_model"


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


def _nothing_to_show(turn: Turn, index: Index, after: Callable[[], None]) -> None:
    answer = turn.asking.answer
    if _cut_short(turn.asking) or answer is None:
        return
    st.warning(markup.plain(answer.reason or say("refused")), icon=":material/search_off:")
    left, right = st.columns([1, 1], gap="large")
    with left:
        _advice(turn)
        rating.show(turn.page, turn, answer, index)
        after()
    with right:
        _nearest(answer.hits[:_NEAREST], index)


def _advice(turn: Turn) -> None:
    """What may help, for this question and these filters."""
    filters = turn.asking.filters
    tips = []
    if filters.facets:
        tips.append("try_filters")
    if turn.page == "legal":
        tips += ["try_repealed"] if filters.in_force else []
        tips.append("try_lookup")
    tips += ["try_words", "try_one"]
    st.html(markup.titled_list(say("try"), [say(tip) for tip in tips]))


def _nearest(hits: tuple[Hit, ...], index: Index) -> None:
    if not hits:
        return
    st.html(markup.small(say("nearest")))
    for number, hit in enumerate(hits):
        name = " – ".join(part for part in (hit.passage.label, hit.passage.title) if part)
        with st.expander(markup.plain(markup.shortened(name, 110))):
            citing.passage(hit.passage, index=index, key=f"near.{number}")

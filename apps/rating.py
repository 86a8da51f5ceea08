"""Whether an answer helped, and why not; kept without personal data."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from latam_rag import feedback
from latam_rag.apps.interface import say
from latam_rag.apps.kept import Turn
from latam_rag.feedback import REASONS
from latam_rag.index import Index
from latam_rag.redact import redact
from latam_rag.types import Answer


def show(domain: str, turn: Turn, answer: Answer, index: Index) -> None:
    """Two thumbs; for the one that points down, the reason. Kept at once, and the reason with it when it is given."""
    st.markdown(say("helped"))
    key = f"{domain}.thumbs.{turn.id}"
    given = st.feedback("thumbs", key=key, on_change=_thumb, args=(key, turn, answer, index))
    if given == 0:
        labels = {each: say(f"why_{each}") for each in REASONS}
        with st.form(f"{key}.why", border=False):
            reasons = st.pills(
                say("why"),
                REASONS,
                selection_mode="multi",
                format_func=labels.__getitem__,
                key=f"{key}.reasons",
            )
            comment = st.text_area(say("comment"), max_chars=1000, height=80, key=f"{key}.comment")
            if st.form_submit_button(say("send_reason")):
                keep(turn, answer, index, helped=False, reasons=tuple(reasons), comment=comment or "")
                st.session_state[f"{key}.sent"] = True
    if given == 1 or st.session_state.get(f"{key}.sent"):
        st.caption(say("thanks"))


def keep(
    turn: Turn, answer: Answer, index: Index, *, helped: bool, reasons: tuple[str, ...] = (), comment: str = ""
) -> None:
    said = {
        "at": datetime.now().astimezone().isoformat(timespec="seconds"),
        "answer": turn.id,
        "helped": helped,
        "reasons": list(reasons),
        "comment": redact(comment)[0],
        "question": redact(answer.question)[0],
        "refused": answer.refused,
        "engine": answer.engine,
        "shown": [sentence.text for sentence in answer.sentences],
        "documents": list(dict.fromkeys(citation.passage.uri for citation in answer.citations)),
        "passages": [citation.passage.id for citation in answer.citations],
    }
    feedback.keep(index.folder, said)


def _thumb(key: str, turn: Turn, answer: Answer, index: Index) -> None:
    given = st.session_state.get(key)
    if given is not None:
        keep(turn, answer, index, helped=given == 1)

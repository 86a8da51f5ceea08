"""What a person takes along: an answer as text, Word or PDF."""

from __future__ import annotations

import re
from collections.abc import Callable

import streamlit as st

from latam_rag import export
from latam_rag.apps import institution
from latam_rag.apps.interface import language, say
from latam_rag.apps.kept import Turn
from latam_rag.export import Page, pages
from latam_rag.index import Index
from latam_rag.numerals import fold
from latam_rag.types import Answer

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def answer(domain: str, turn: Turn, given: Answer, index: Index) -> None:
    page = pages.answer(
        given,
        institution=institution.name(),
        index=index.definition.title or index.definition.name,
        at=turn.at,
        filters=turn.filtered,
        language=language(),
    )
    with st.expander(say("copy"), icon=":material/content_copy:"):
        st.code(export.as_text(page), language=None, wrap_lines=True)
    documents(f"{domain}.{turn.id}", page, large=False)


def documents(key: str, page: Page, *, large: bool) -> None:
    """The two buttons; a document is made when its button is pressed."""
    name = (
        re.sub(r"[^a-z0-9]+", "-", fold(page.blocks[4].text if not large else page.title)).strip("-")[:60]
        or "latam-rag"
    )
    with st.container(horizontal=True, gap="small"):
        _button(say("download_word"), lambda: export.as_docx(page), f"{name}.docx", _WORD, f"{key}.docx")
        _button(
            say("download_pdf"),
            lambda: export.as_pdf(page, large=large),
            f"{name}.pdf",
            "application/pdf",
            f"{key}.pdf",
        )


def word_and_markdown(key: str, page: Page) -> None:
    """The two buttons of what is taken along to go on with."""
    name = re.sub(r"[^a-z0-9]+", "-", fold(page.title)).strip("-")[:60] or "latam-rag"
    with st.container(horizontal=True, gap="small"):
        _button(say("download_word"), lambda: export.as_docx(page), f"{name}.docx", _WORD, f"{key}.docx")
        _button("Markdown", lambda: export.as_markdown(page).encode(), f"{name}.md", "text/markdown", f"{key}.md")


def _button(label: str, data: Callable[[], bytes], name: str, mime: str, key: str) -> None:
    st.download_button(
        label, data, file_name=name, mime=mime, key=key, on_click="ignore", icon=":material/download:"
    )  # fmt: skip

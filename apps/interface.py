"""What all pages share: the language of this visit, the style, the institution, and how an error is told."""

from __future__ import annotations

from typing import Any

import streamlit as st

from latam_rag import messages
from latam_rag.apps import access, institution, markup, visits
from latam_rag.errors import ConfigError, LatamRagError

NAMES = {"es": "Español", "pt": "Português"}
#: Drawn here: for an emoji or a named icon the browser would ask an outside host.
ICON = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#1d5fa8"/>
<path d="M4 4h8M4 7h8M4 10h5" stroke="#fff" stroke-width="1.5" stroke-linecap="round"/></svg>"""


def begin() -> None:
    """Once at the start of every run, before anything is shown."""
    if "language" not in st.session_state:
        st.session_state.language = _wanted()
    if st.query_params.get("lang") != language():
        st.query_params["lang"] = language()
    st.set_page_config(page_title=say("product"), page_icon=ICON, layout="wide")
    st.html(f"<style>{markup.style(say('offline'))}</style>")
    # Screen readers and hyphenation go by the page's language, which Streamlit says is English.
    st.html(f"<script>document.documentElement.lang = {language()!r};</script>", unsafe_allow_javascript=True)
    visits.visitor()
    visits.remember()
    _show_institution()


def language() -> str:
    """Of this visit. Not the process's (``messages.set_language``): two people may use two languages at once."""
    return str(st.session_state.language)


def say(name: str, /, **values: Any) -> str:
    """A text in this visit's language: one of the app's by its name, any other by its key (``export.page``)."""
    return messages.text(name if "." in name else f"app.{name}", lang=language(), **values)


def head(title: str, intro: str) -> None:
    """The top of a page: what it is called, what it is for, and the language switch."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.title(title, anchor=False, width="content")
        with st.container(horizontal=True, width="content", vertical_alignment="center"):
            _account()
            switch()
    st.markdown(intro)


def _account() -> None:
    """Who signed in, and the way out."""
    user = st.user
    if getattr(user, "is_logged_in", False) is True:
        with st.popover(say("admin.account"), icon=":material/account_circle:"):
            st.html(markup.small(access.who(user.to_dict())))
            if st.button(say("admin.sign_out"), icon=":material/logout:", key="sign_out"):
                st.logout()


def switch() -> None:
    """The one language switch."""
    st.segmented_control(
        say("language"),
        options=list(NAMES),
        format_func=NAMES.__getitem__,
        default=language(),
        key=f"switch_{language()}",
        label_visibility="collapsed",
        on_change=_switched,
        args=(f"switch_{language()}",),
    )


def tell(error: LatamRagError) -> None:
    """One clear line."""
    st.error(markup.plain(error.said(language())), icon=":material/error:")


def _show_institution() -> None:
    try:
        own = institution.load()
    except ConfigError as error:
        # Of a file that can't be read at all, ``entry`` tells, for it says who may see what too.
        if error.key != "config.not_toml":
            tell(error)
        return
    if own.logo_path is not None:
        st.logo(str(own.logo_path), size="large")
    if own.name:
        st.html(markup.small(own.name))


def _switched(key: str) -> None:
    # Clicking the chosen language unchooses it: nothing changes then.
    st.session_state.language = st.session_state.get(key) or language()


def _wanted() -> str:
    asked = str(st.query_params.get("lang", ""))
    if asked in messages.LANGUAGES:
        return asked
    browser = (st.context.locale or "").lower()
    for known in messages.LANGUAGES:
        if browser.startswith(known):
            return known
    return messages.language()

"""Who is looking: a person who signed in, or a browser. Nobody sees what another asked."""

from __future__ import annotations

import hashlib
import re
import secrets

import streamlit as st

_COOKIE = "latam_rag_visit"
_DAYS = 90


def visitor() -> str:
    """A name that only this person or browser has; it can't be told from it who that is."""
    signed_in = _signed_in()
    if signed_in != st.session_state.get("signed_in", signed_in):
        # Another person in the same window: nothing of what the one before wrote or opened is theirs.
        for key in st.session_state.keys() - {"language"}:
            del st.session_state[key]
    st.session_state.signed_in = signed_in
    if signed_in:
        return signed_in
    if "visitor" not in st.session_state:
        st.session_state.visitor = _remembered() or _new()
    return str(st.session_state.visitor)


def remember() -> None:
    """Leave the browser its name, so that a reload finds its questions again. For a person who signed in there is no need."""
    token = st.session_state.get("visit_token")
    if token:
        # The token is of our own making, hexadecimal: nothing of a visitor's gets into the script.
        cookie = f"{_COOKIE}={token}; path=/; max-age={_DAYS * 86400}; SameSite=Strict"
        st.html(f"<script>document.cookie = {cookie!r};</script>", unsafe_allow_javascript=True)


def _signed_in() -> str:
    user = st.user
    if getattr(user, "is_logged_in", False) is not True:
        return ""
    # Who is told apart by nothing gets the name of a browser; an address of e-mail may be another person's tomorrow.
    said = str(user.get("sub") or "")
    return _name(f"user:{user.get('iss', '')}:{said}") if said else ""


def _remembered() -> str:
    token = str(st.context.cookies.get(_COOKIE, ""))
    return _name(token) if re.fullmatch(r"[0-9a-f]{32}", token) else ""


def _new() -> str:
    st.session_state.visit_token = secrets.token_hex(16)
    return _name(st.session_state.visit_token)


def _name(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()[:32]

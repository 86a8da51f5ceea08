"""The app's entry: ``streamlit run`` starts here (see ``launch``)."""

from __future__ import annotations

import streamlit as st

from latam_rag.apps import desk, interface


def normativa() -> None:
    desk.show("legal")


def aula() -> None:
    desk.show("curriculum")


def tramites() -> None:
    desk.show("public_service")


def main() -> None:
    interface.begin()
    pages = [
        st.Page(normativa, title=interface.say("legal_title"), icon=":material/gavel:", default=True),
        st.Page(aula, title=interface.say("curriculum_title"), icon=":material/school:", url_path="aula"),
        st.Page(tramites, title=interface.say("public_service_title"), icon=":material/badge:", url_path="tramites"),
    ]
    st.navigation(pages, position="top").run()


main()

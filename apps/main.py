"""The app's entry: ``streamlit run`` starts here (see ``launch``)."""

from __future__ import annotations

import streamlit as st

from latam_rag.apps import desk, interface, normativa, services_page


def legal() -> None:
    desk.show("legal", normativa.show)


def classroom() -> None:
    desk.show("curriculum")


def public_service() -> None:
    desk.show("public_service", services_page.show)


def main() -> None:
    interface.begin()
    pages = [
        st.Page(legal, title=interface.say("legal_title"), icon=":material/gavel:", url_path="normativa", default=True),
        st.Page(classroom, title=interface.say("curriculum_title"), icon=":material/school:", url_path="aula"),
        st.Page(
            public_service, title=interface.say("public_service_title"), icon=":material/badge:", url_path="tramites"
        ),
    ]
    st.navigation(pages, position="top").run()


main()

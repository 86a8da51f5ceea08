"""The app's entry: ``streamlit run`` starts here (see ``launch``)."""

from __future__ import annotations

from typing import Any

import streamlit as st

from latam_rag.apps import admin, classroom, desk, entry, interface, normativa, services_page


def legal() -> None:
    desk.show("legal", normativa.show)


def curriculum() -> None:
    desk.show("curriculum", classroom.show)


def public_service() -> None:
    desk.show("public_service", services_page.show)


#: By area: what draws the page, its title's text, its icon, its address.
PAGES = {
    "legal": (legal, "legal_title", ":material/gavel:", "normativa"),
    "curriculum": (curriculum, "curriculum_title", ":material/school:", "aula"),
    "public_service": (public_service, "public_service_title", ":material/badge:", "tramites"),
    "admin": (admin.show, "admin.title", ":material/settings:", "administracion"),
}


def main() -> None:
    interface.begin()
    visit = entry.visit()
    shown: list[Any] = []

    def away() -> None:
        entry.turn_away(visit)
        for page in shown:
            st.page_link(page)

    def first() -> None:
        """Who comes without naming a page, and may not see the one that opens then."""
        if shown:
            st.switch_page(shown[0])
        away()

    pages = []
    for area, (draw, title, icon, path) in PAGES.items():
        allowed, opens = area in visit.areas, area == "legal"
        page = st.Page(
            draw if allowed else first if opens else away, title=interface.say(title), icon=icon, url_path=path,
            default=opens, visibility="visible" if allowed else "hidden",
        )  # fmt: skip
        pages.append(page)
        shown += [page] if allowed else []
    st.navigation(pages, position="top" if shown else "hidden").run()


main()

"""The app's entry: ``streamlit run`` starts here (see ``launch``)."""

from __future__ import annotations

import streamlit as st

from latam_rag.apps import admin, desk, entry, interface, normativa, services_page


def legal() -> None:
    desk.show("legal", normativa.show)


def classroom() -> None:
    desk.show("curriculum")


def public_service() -> None:
    desk.show("public_service", services_page.show)


#: By area: what draws the page, its title's text, its icon, its address.
PAGES = {
    "legal": (legal, "legal_title", ":material/gavel:", "normativa"),
    "curriculum": (classroom, "curriculum_title", ":material/school:", "aula"),
    "public_service": (public_service, "public_service_title", ":material/badge:", "tramites"),
    "admin": (admin.show, "admin.title", ":material/settings:", "administracion"),
}


def main() -> None:
    interface.begin()
    allowed = entry.areas()
    shown = [page for area, page in PAGES.items() if area in allowed]
    if not shown:
        # Nothing but this: whatever page the address names isn't there.
        st.navigation([st.Page(lambda: None, title=interface.say("product"))], position="hidden").run()
        return
    pages = [
        st.Page(draw, title=interface.say(title), icon=icon, url_path=path, default=not number and path == "normativa")
        for number, (draw, title, icon, path) in enumerate(shown)
    ]
    if "legal" not in allowed:
        draw, title, _, _ = shown[0]
        pages.append(st.Page(draw, title=interface.say(title), url_path="inicio", default=True, visibility="hidden"))
    st.navigation(pages, position="top").run()


main()

"""No page has a serious fault that axe-core can find: on a laptop and on a phone, light and dark."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from in_browser import Served, opened, settled

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright isn't installed")
AXE = Path(sys.prefix) / "axe.min.js"
pytestmark = pytest.mark.skipif(not AXE.is_file(), reason="axe-core isn't there: `make test` fetches it from npm")
RUN = "axe.run(document, {resultTypes: ['violations']})"
ADMIN = "/administracion?lang=es&index=demo-legal&section="
STERILISED = "Esterilizaci%C3%B3n+gratuita+de+mascotas+(ficha+ficticia)"


def asked(page: Any) -> None:
    page.get_by_role("button", name="¿En qué meses se paga").first.click()
    page.wait_for_selector("img[alt*='con la cita marcada']")


def in_its_law(page: Any) -> None:
    asked(page)
    page.get_by_role("button", name="Ver en su norma").click()
    page.get_by_role("dialog").wait_for()


def refused(page: Any) -> None:
    page.get_by_role("button", name="a la Luna").click()
    page.get_by_role("alert").wait_for()


def filtering(page: Any) -> None:
    page.get_by_role("button", name="Opciones").click()
    page.get_by_test_id("stPopoverBody").wait_for()


def compared(page: Any) -> None:
    page.get_by_test_id("stButtonGroup").last.get_by_role("button").first.click()
    page.wait_for_selector(".lr-compare")


def as_it_opens(page: Any) -> None:
    page.get_by_role("heading").first.wait_for()


NORMS = "/?legal_index=demo-legal&lang=es"
STATES = {
    "normativa": (NORMS, asked),
    "normativa, en su norma": (NORMS, in_its_law),
    "normativa, negativa": (NORMS, refused),
    "normativa, opciones": (NORMS, filtering),
    "normativa, un artículo": (f"{NORMS}&way=lookup&ref=art.+5+ordenanza+12/2019", as_it_opens),
    "trámites": (f"/tramites?lang=es&sheet={STERILISED}", compared),
    "aula": (
        "/aula?lang=es&aula_country=CL&aula_grade=4%C2%B0+b%C3%A1sico&aula_subject=Ciencias+Naturales",
        as_it_opens,
    ),
    "administración, fuentes": (f"{ADMIN}sources", as_it_opens),
    "administración, documentos": (f"{ADMIN}documents", as_it_opens),
    "administración, respuestas": (f"{ADMIN}answers", as_it_opens),
    "administración, cifras": (f"{ADMIN}figures", as_it_opens),
    "administración, equipo": (f"{ADMIN}machine", as_it_opens),
}


def faults_of(page: Any) -> list[str]:
    return [
        f"{fault['id']} ({fault['impact']}): {each['html'][:200]} {each['failureSummary']}"
        for fault in page.evaluate(RUN)["violations"]
        if fault["impact"] in ("serious", "critical")
        for each in fault["nodes"]
    ]


def test_a_fault_would_be_found(browser: Any) -> None:
    with opened(browser) as page:
        page.set_content('<main><h1>x</h1><img src="x.png"><p style="color: #bbb">pálido</p></main>')
        page.evaluate(AXE.read_text("utf-8"))
        found = " ".join(faults_of(page))
    assert "image-alt (critical)" in found and "color-contrast (serious)" in found


@pytest.mark.parametrize("state", STATES)
def test_no_serious_fault(demo_app: Served, browser: Any, state: str) -> None:
    address, act = STATES[state]
    faults = []
    with opened(browser) as page:
        page.goto(demo_app.url + address)
        settled(page)
        act(page)
        settled(page)
        page.evaluate(AXE.read_text("utf-8"))
        for theme, width in (("light", 1440), ("light", 390), ("dark", 390), ("dark", 1440)):
            page.emulate_media(color_scheme=theme)
            page.set_viewport_size({"width": width, "height": 900})
            settled(page)
            ground = page.get_by_test_id("stApp").evaluate("each => getComputedStyle(each).backgroundColor")
            assert (ground == "rgb(255, 255, 255)") is (theme == "light"), "the theme was not taken up"
            faults += [f"{theme} {width}: {fault}" for fault in faults_of(page)]
    assert not faults, "\n".join(faults)

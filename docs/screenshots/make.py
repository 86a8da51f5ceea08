"""Take the screenshots of docs/apps.md: of the app on the demo indexes (`make demo` first), in Chromium.

    LATAM_RAG_HOME=.demo python docs/screenshots/make.py

Give names to take only those.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright

from latam_rag.apps import launch

FOLDER = Path(__file__).parent
PORT = 8619
HERE = f"http://localhost:{PORT}"


def settled(page: Any) -> None:
    page.wait_for_timeout(700)
    page.wait_for_selector('[data-test-script-state="notRunning"]', timeout=120_000)
    page.wait_for_timeout(500)


def at(address: str) -> Callable[[Any], None]:
    def open_it(page: Any) -> None:
        page.goto(HERE + address)
        page.wait_for_selector("h1", timeout=60_000)
        settled(page)

    return open_it


def asked(address: str, example: str, awaited: str = "mark") -> Callable[[Any], None]:
    def ask(page: Any) -> None:
        at(address)(page)
        page.get_by_role("button", name=example).first.click()
        page.wait_for_selector(awaited, timeout=180_000)
        settled(page)

    return ask


def typed(address: str, question: str, awaited: str = "mark") -> Callable[[Any], None]:
    def ask(page: Any) -> None:
        at(address)(page)
        page.get_by_role("textbox").first.fill(question)
        page.get_by_role("textbox").first.press("Enter")
        page.wait_for_selector(awaited, timeout=180_000)
        settled(page)

    return ask


def in_its_law(page: Any) -> None:
    asked("/?lang=es", "¿En qué meses se paga")(page)
    page.get_by_role("button", name="Ver en su norma").first.click()
    settled(page)


def on_its_page(page: Any) -> None:
    asked("/?lang=es", "¿En qué meses se paga")(page)
    page.evaluate("document.querySelector('[data-testid=stImage]').scrollIntoView({block: 'center'})")
    settled(page)


def compared(address: str) -> Callable[[Any], None]:
    def compare(page: Any) -> None:
        at(address)(page)
        page.get_by_test_id("stButtonGroup").last.get_by_role("button").first.click()
        page.wait_for_selector(".lr-compare")
        # Below the bar of pages, which stays.
        top = "each => { each.style.scrollMarginTop = '5rem'; each.scrollIntoView(); }"
        page.get_by_test_id("stButtonGroup").last.evaluate(top)
        settled(page)

    return compare


ADMIN = "/administracion?lang=es&index=demo-legal&section="


def inspected(page: Any) -> None:
    at(f"{ADMIN}documents&document=cl/ordenanza-12-2019-patentes-y-permisos.pdf")(page)
    page.get_by_role("combobox", name="Ver un pasaje").click()
    page.get_by_role("option", name="6. art. 5").click()
    settled(page)
    page.evaluate("document.querySelector('[data-testid=stImage]').scrollIntoView({block: 'center'})")
    settled(page)


def looked_up(page: Any) -> None:
    at(f"{ADMIN}answers&words=patente")(page)
    page.get_by_role("combobox", name="Abrir un registro").click()
    page.get_by_role("option", name="¿En qué meses").first.click()
    settled(page)


def chosen(address: str, *codes: str) -> Callable[[Any], None]:
    def choose(page: Any) -> None:
        at(address)(page)
        for code in codes:
            page.get_by_role("checkbox", name=code).locator("xpath=ancestor::label").click()
            settled(page)
        page.get_by_test_id("stMain").evaluate("each => each.scrollTo(0, 0)")
        settled(page)

    return choose


def made_of(
    address: str, codes: tuple[str, ...], make: str, kind: str, view: str = "", down: int = 0
) -> Callable[[Any], None]:
    """A teacher's work, as it is edited or, with ``view``, as it will be printed; ``down`` pixels from its top."""

    def work(page: Any) -> None:
        chosen(address, *codes)(page)
        page.get_by_role("button", name=make).click()
        page.get_by_role("button", name=kind, exact=True).click()
        page.wait_for_selector(".lr-locked")
        settled(page)
        if view:
            page.get_by_text(view).click()
            page.wait_for_selector(".lr-paper")
        page.get_by_test_id("stMain").evaluate(f"each => each.scrollTo(0, {down})")
        settled(page)

    return work


CHILE = "/aula?lang=es&aula_country=CL&aula_grade=4%C2%B0+b%C3%A1sico&aula_subject="
BRAZIL = "/aula?lang=pt&aula_country=BR&aula_grade=4%C2%BA+ano&aula_subject="
OBJECTIVES, SKILLS = ("CN04 OA 41", "CN04 OA 44"), ("EF04MA61", "EF04MA62")

#: Name → width, theme, what is done before.
SHOTS: dict[str, tuple[int, str, Callable[[Any], None]]] = {
    "normativa-inicio-1440": (1440, "light", at("/?lang=es")),
    "normativa-respuesta-1440": (1440, "light", asked("/?lang=es", "¿En qué meses se paga")),
    "normativa-respuesta-390": (390, "light", asked("/?lang=es", "¿En qué meses se paga")),
    "normativa-norma-1440": (1440, "light", in_its_law),
    "normativa-articulo-1440": (1440, "dark", at("/?lang=es&way=lookup&ref=art.+5+ordenanza+12/2019")),
    "normativa-negativa-1440": (1440, "light", asked("/?lang=es", "a la Luna", "[data-testid=stAlert]")),
    "normativa-pagina-1440": (1440, "light", on_its_page),
    "normas-resposta-1440": (1440, "light", asked("/?lang=pt", "Em que dia é a coleta")),
    "normas-artigo-1440": (1440, "light", at("/?lang=pt&way=lookup&ref=art.+4+Lei+842/2018")),
    "normas-recusa-390": (
        390,
        "light",
        typed("/?lang=pt", "Quanto custa a passagem de ida e volta à Lua?", "[data-testid=stAlert]"),
    ),
    "tramites-ficha-1440": (
        1440,
        "light",
        at("/tramites?lang=es&sheet=Renovaci%C3%B3n+de+licencia+de+conducir+clase+B"),
    ),
    "tramites-ficha-390": (390, "dark", at("/tramites?lang=pt&sheet=Obter+licen%C3%A7a+de+feirante")),
    "tramites-comparar-1440": (
        1440,
        "light",
        compared("/tramites?lang=es&sheet=Esterilizaci%C3%B3n+gratuita+de+mascotas+(ficha+ficticia)"),
    ),
    "servicos-ficha-1440": (1440, "light", at("/tramites?lang=pt&sheet=Obter+licen%C3%A7a+de+feirante")),
    "servicos-comparar-1440": (
        1440,
        "light",
        compared("/tramites?lang=pt&sheet=Obter+licen%C3%A7a+de+feirante"),
    ),
    "aula-curriculo-1440": (1440, "light", chosen(f"{CHILE}Ciencias+Naturales", *OBJECTIVES)),
    "aula-curriculo-390": (390, "dark", chosen(f"{BRAZIL}Matem%C3%A1tica", *SKILLS)),
    "aula-plan-1440": (
        1440,
        "light",
        made_of(f"{CHILE}Ciencias+Naturales", OBJECTIVES, "Crear material", "Plan de clase", down=950),
    ),
    "aula-plan-papel-1440": (
        1440,
        "light",
        made_of(f"{CHILE}Ciencias+Naturales", OBJECTIVES, "Crear material", "Plan de clase", "Ver como", 260),
    ),
    "aula-rubrica-390": (
        390,
        "light",
        made_of(f"{CHILE}Matem%C3%A1tica", ("MA04 OA 45",), "Crear material", "Rúbrica", down=1500),
    ),
    "aula-prova-1440": (
        1440,
        "light",
        made_of(f"{BRAZIL}Matem%C3%A1tica", SKILLS, "Criar material", "Prova", down=950),
    ),
    "aula-prova-papel-1440": (
        1440,
        "dark",
        made_of(f"{BRAZIL}Matem%C3%A1tica", SKILLS, "Criar material", "Prova", "Ver como", 260),
    ),
    "administracion-fuentes-1440": (1440, "light", at(f"{ADMIN}sources")),
    "administracion-fuentes-390": (390, "dark", at(f"{ADMIN.replace('lang=es', 'lang=pt')}sources")),
    "administracion-documento-1440": (1440, "light", inspected),
    "administracion-respuestas-1440": (1440, "light", looked_up),
    "administracion-cifras-1440": (1440, "light", at(f"{ADMIN}figures")),
    "administracion-cifras-390": (390, "light", at(f"{ADMIN.replace('lang=es', 'lang=pt')}figures")),
    "administracion-equipo-1440": (1440, "dark", at(f"{ADMIN}machine")),
}


def main(wanted: list[str]) -> None:
    with subprocess.Popen(launch.command(PORT)) as server, sync_playwright() as playwright:
        try:
            wait()
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            for name in wanted or SHOTS:
                width, theme, act = SHOTS[name]
                with browser.new_context(
                    viewport={"width": width, "height": 900 if width > 500 else 1400}, color_scheme=theme
                ) as context:
                    page = context.new_page()
                    page.set_default_timeout(120_000)
                    act(page)
                    path = FOLDER / f"{name}.png"
                    page.screenshot(path=path)
                    # A palette keeps the repository small, and letters stay as sharp.
                    Image.open(path).convert("RGB").quantize(64).save(path, optimize=True)
                    print(name)
            browser.close()
        finally:
            server.terminate()


def wait() -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", PORT)) == 0:
                return
        time.sleep(0.2)
    raise TimeoutError(f"nothing listens on {PORT}")


if __name__ == "__main__":
    main(sys.argv[1:])

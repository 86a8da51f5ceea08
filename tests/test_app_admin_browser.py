"""Administración in a real browser, in both languages: sync, retry, inspect, forget, look answers up and take them along."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from in_browser import opened, serving_with_fake_embedder, settled

pytest.importorskip("streamlit")
from fpdf import FPDF
from PIL import Image

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright isn't installed")

ARTICLES = ("La basura se recoge los lunes y los viernes.", "La multa por dejar basura fuera de horario es de 2 UTM.")
WORDS = {
    "es": {
        "name": "comuna", "sync": "Poner al día ahora", "retry": "Reintentar todos (1)", "failed": "1 con error",
        "mended": "0 con error", "document": "Documento", "passage": "Ver un pasaje", "words": "Palabras de la pregunta",
        "csv": "Exportar como tabla", "verify": "Comprobar", "whole": "1 registros, encadenados sin faltas",
        "sure": "Entiendo que no se puede deshacer", "forget": "Olvidar para siempre", "receipt": "recibo número 2",
        "question": "Su pregunta", "ask": "Preguntar", "none": "0 de 1 registros",
    },
    "pt": {
        "name": "municipio", "sync": "Atualizar agora", "retry": "Tentar todos (1)", "failed": "1 com erro",
        "mended": "0 com erro", "document": "Documento", "passage": "Ver um trecho", "words": "Palavras da pergunta",
        "csv": "Exportar como tabela", "verify": "Verificar", "whole": "1 registros, encadeados sem faltas",
        "sure": "Entendo que não pode ser desfeito", "forget": "Esquecer para sempre", "receipt": "recibo número 2",
        "question": "Sua pergunta", "ask": "Perguntar", "none": "0 de 1 registros",
    },
}  # fmt: skip


def documents(folder: Path) -> None:
    folder.mkdir()
    made = FPDF()
    made.add_page()
    made.set_font("helvetica", size=12)
    made.multi_cell(0, 8, "Ordenanza 7 de 2020\n\n")
    for number, text in enumerate(ARTICLES, 1):
        made.multi_cell(0, 8, f"Artículo {number}.- {text}\n\n\n\n\n")
    made.output(str(folder / "ordenanza-7.pdf"))
    (folder / "aviso.md").write_text("# Aviso\n\nArtículo 1°.- La feria abre los sábados.\n", "utf-8")
    (folder / "roto.pdf").write_bytes(b"%PDF-1.4")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    folder = tmp_path_factory.mktemp("app")
    for words in WORDS.values():
        name = words["name"]
        documents(folder / name)
        (folder / "home" / name).mkdir(parents=True)
        said = f'name = "{name}"\ndomain = "legal"\n[[sources]]\npath = "../../{name}"\n'
        (folder / "home" / name / "index.toml").write_text(said, "utf-8")
    with serving_with_fake_embedder(folder / "home") as running:
        yield running.url, folder


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    with opened(browser, width=1280) as page:
        yield page


def seen(page: Any, text: str) -> None:
    sync_api.expect(page.get_by_text(text).first).to_be_visible()


def choose(page: Any, label: str, option: str) -> None:
    page.get_by_role("combobox", name=label).last.click()
    page.get_by_role("option", name=option).first.click()


def marked(png: bytes) -> float:
    """Where on a page's image the highlighter was, of its height; there must be one."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    yellow = [
        y
        for y in range(0, image.height, 2)
        if sum(r > 200 and g > 180 and b < 160 for r, g, b in (image.getpixel((x, y)) for x in range(0, image.width, 8)))
        > 3
    ]  # fmt: skip
    assert yellow
    return sum(yellow) / len(yellow) / image.height


@pytest.mark.parametrize("lang", ["es", "pt"])
def test_the_story_of_who_looks_after_an_index(lang: str, served: tuple[str, Path], page: Any) -> None:
    (address, folder), words = served, WORDS[lang]
    at = f"{address}/administracion?lang={lang}&index={words['name']}"

    page.goto(at)
    page.get_by_role("button", name=words["sync"]).click()
    seen(page, words["failed"])
    (folder / words["name"] / "roto.pdf").write_text("Artículo 1°.- El alcalde preside el concejo.\n" * 3, "utf-8")
    page.get_by_role("button", name=words["retry"]).click()
    seen(page, words["mended"])

    page.goto(f"{at}&section=documents&document={words['name']}/ordenanza-7.pdf")
    places = []
    for label in ("art. 1 ·", "art. 2 ·"):
        choose(page, words["passage"], label)
        sync_api.expect(page.locator(".lr-crumbs").first).to_contain_text(label.strip(" ·"))
        settled(page)
        page.wait_for_timeout(1000)
        places.append(marked(page.get_by_test_id("stImage").locator("img").screenshot()))
    assert places[0] < places[1], "each article is marked where it stands"

    page.goto(f"{address}/?lang={lang}&legal_index={words['name']}")
    page.get_by_label(words["question"]).fill("¿Cuál es la multa por dejar basura fuera de horario?")
    page.get_by_role("button", name=words["ask"], exact=True).click()
    seen(page, "2 UTM")

    page.goto(f"{at}&section=answers")
    seen(page, "¿Cuál es la multa")
    with page.expect_download() as download:
        page.get_by_role("button", name=words["csv"]).click()
    rows = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text("utf-8-sig"))))
    assert len(rows) == 1 and "2 UTM" in rows[0]["answer"]
    page.get_by_role("button", name=words["verify"], exact=True).click()
    seen(page, words["whole"])
    page.get_by_label(words["words"]).fill("luna")
    page.keyboard.press("Enter")
    seen(page, words["none"])

    page.goto(f"{at}&section=documents&document={words['name']}/ordenanza-7.pdf")
    page.get_by_text(words["sure"]).click()
    page.get_by_role("button", name=words["forget"]).click()
    seen(page, words["receipt"])
    page.goto(f"{at}&section=figures")
    sync_api.expect(page.get_by_test_id("stVegaLiteChart").first).to_be_visible()

"""Aula in a real browser, on a phone, over the demonstration's curriculum: from a search to a document a teacher hands in."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from demo_app import patient, settled
from fakes import FakeEmbedder

from latam_rag import embed
from latam_rag.index import Index

pytest.importorskip("streamlit")
sync_api = pytest.importorskip("playwright.sync_api", reason="playwright isn't installed")
ROOT = Path(__file__).parents[1]
# Other tests may keep this machine busy.
SCRIPT = """
import runpy, sys
sys.path.insert(0, {tests!r})
from fakes import FakeEmbedder
from latam_rag import embed
embed.load = lambda settings: FakeEmbedder()
runpy.run_path({main!r}, run_name="__main__")
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    from latam_rag.apps import launch

    folder = tmp_path_factory.mktemp("classroom")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LATAM_RAG_HOME", str(folder))
        patch.setattr(embed, "load", lambda settings: FakeEmbedder())
        with Index.open(str(ROOT / "indexes" / "demo" / "curriculum.toml")) as index:
            assert not index.sync().failed
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = launch.command(port)
    script = folder / "app.py"
    script.write_text(SCRIPT.format(tests=str(ROOT / "tests"), main=str(ROOT / "apps" / "main.py")), "utf-8")
    command[command.index("run") + 1] = str(script)
    environment = {**os.environ, "LATAM_RAG_HOME": str(folder)}
    with (
        (folder / "log").open("w") as log,
        subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, env=environment) as server,
    ):
        try:
            wait(port)
            yield f"http://localhost:{port}"
        finally:
            server.terminate()


def wait(port: int) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError(f"nothing listens on {port}")


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """Whatever is asked of another host than this machine fails the test."""
    with browser.new_context(viewport={"width": 390, "height": 844}, accept_downloads=True) as context:
        opened = patient(context.new_page())
        hosts = set()
        opened.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
        yield opened
        assert hosts <= {"localhost", "", None}


STORIES = {
    "es": (
        "Busque por palabras", "ecosistemas", "CN04 OA 41", "Crear material", "Plan de clase", "Actividad",
        "Ver como quedará", "un ecosistema está formado por seres vivos", "Cobertura de los objetivos",
    ),
    "pt": (
        "Procure por palavras", "ef4ma62", "EF04MA62", "Criar material", "Prova", "Questão",
        "Ver como ficará", "Reconhecer as frações unitárias mais usuais", "Gabarito",
    ),
}  # fmt: skip


@pytest.mark.parametrize("lang", STORIES)
def test_from_a_search_to_a_document_that_is_handed_in(served: str, page: Any, tmp_path: Path, lang: str) -> None:
    import docx

    find, asked, code, make, kind, cell, paper, literal, last = STORIES[lang]
    page.goto(f"{served}/aula?lang={lang}")
    box = page.get_by_label(find)
    box.fill(asked)
    box.press("Enter")
    page.get_by_role("checkbox", name=code).locator("xpath=ancestor::label").click()
    # In sight at the foot of the page, wherever one is in the tree.
    page.get_by_role("button", name=make).click()
    page.get_by_role("button", name=kind, exact=True).click()
    area = page.get_by_label(cell, exact=True).first
    sync_api.expect(page.locator(".lr-locked").first).to_contain_text(literal)
    settled(page)
    area.fill("Lo que escribí yo / O que eu escrevi.")
    area.press("Tab")
    settled(page)
    page.reload()
    sync_api.expect(page.get_by_label(cell, exact=True).first).to_have_value("Lo que escribí yo / O que eu escrevi.")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_text(paper).click()
    sheet = page.locator(".lr-paper")
    sync_api.expect(sheet).to_contain_text("O que eu escrevi.")
    assert sheet.get_attribute("lang") == lang
    for label, name in (("Word", "a.docx"), ("Markdown", "a.md")):
        with page.expect_download() as download:
            page.get_by_role("button", name=label).first.click()
        download.value.save_as(tmp_path / name)
    document = docx.Document(str(tmp_path / "a.docx"))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    words = "\n".join([*(each.text for each in document.paragraphs), *cells])
    for text in (words, (tmp_path / "a.md").read_text("utf-8")):
        assert code in text and literal in text and last in text and "O que eu escrevi." in text


def test_another_browser_sees_nothing_of_it(served: str, page: Any, browser: Any) -> None:
    page.goto(f"{served}/aula?lang=es&aula_find=MA04+OA+45")
    page.get_by_role("checkbox", name="MA04 OA 45").locator("xpath=ancestor::label").click()
    page.get_by_role("button", name="Crear material").click()
    page.get_by_role("button", name="Rúbrica").click()
    sync_api.expect(page.get_by_role("heading", name="Criterio")).to_be_visible()
    with browser.new_context() as other:
        stranger = patient(other.new_page())
        stranger.goto(page.url)
        sync_api.expect(stranger.get_by_text("Marque los objetivos de su clase")).to_be_visible()
        assert stranger.get_by_role("heading", name="Criterio").count() == 0

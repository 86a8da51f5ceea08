"""Aula in a real browser, on a phone, over the demonstration's curriculum: from a search to a document a teacher hands in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fakes import FakeEmbedder
from in_browser import opened, serving_with_fake_embedder, settled

from latam_rag import embed
from latam_rag.index import Index

pytest.importorskip("streamlit")
sync_api = pytest.importorskip("playwright.sync_api", reason="playwright isn't installed")
ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("classroom")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LATAM_RAG_HOME", str(home))
        patch.setattr(embed, "load", lambda settings: FakeEmbedder())
        with Index.open(str(ROOT / "indexes" / "demo" / "curriculum.toml")) as index:
            assert not index.sync().failed
    with serving_with_fake_embedder(home) as running:
        yield running.url


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    with opened(browser, width=390) as page:
        yield page


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
    with opened(browser) as stranger:
        stranger.goto(page.url)
        sync_api.expect(stranger.get_by_text("Marque los objetivos de su clase")).to_be_visible()
        assert stranger.get_by_role("heading", name="Criterio").count() == 0

"""Normativa and Trámites on the demonstration's indexes, in both languages, as a clerk and a desk attendant use them."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from demo_app import ROOT, WITH_MODEL
from in_browser import Served, opened, settled

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright isn't installed")
# Other tests may keep this machine busy.
expect = sync_api.expect
PDF = ROOT / "indexes" / "demo" / "legal" / "cl" / "ordenanza-12-2019-patentes-y-permisos.pdf"
MONTHS = "¿En qué meses se paga la patente municipal?"
DAY = "Em que dia é a coleta de recicláveis na zona sul?"
SAID = {
    "es": {
        "question": "Su pregunta sobre normas", "ask": "Preguntar", "options": "Opciones", "country": "País",
        "brazil": "País: Brasil", "all": "También lo derogado", "page": "Imagen de la página 1 con la cita marcada",
        "own": MONTHS, "quote": "en los meses de enero y julio", "sources": "Citas y fuentes", "asked": "Pregunta",
        "moon": "¿Cuánto cuesta el pasaje de ida y vuelta a la Luna?", "no": "No lo encontré", "near": "Lo más cercano",
        "try": "Qué puede intentar", "past": "Sus consultas anteriores", "in_law": "Ver en su norma",
        "service": "Busque un trámite o haga una pregunta", "wanted": "¿Cuánto cuesta el certificado de residencia?",
        "other": "Inscripción en el Registro Comunal de Mascotas",
        "sheet": "Certificado de residencia", "cost": "Cuánto cuesta",
        "visa": "¿Cómo obtengo una visa para viajar al Japón?",
        "like": "Trámites parecidos", "choose": "Ficha del trámite", "title": "Trámites",
        "busy": "está en uso por otro proceso",
    },
    "pt": {
        "question": "Sua pergunta sobre normas", "ask": "Perguntar", "options": "Opções", "country": "País",
        "brazil": "País: Brasil", "all": "Também o revogado", "page": "Imagem da página 1 com a citação marcada",
        "own": DAY, "quote": "às quintas-feiras nos bairros da zona sul", "sources": "Citações e fontes", "asked": "Pergunta",
        "moon": "Quanto custa a passagem de ida e volta à Lua?", "no": "Não encontrei", "near": "O mais próximo",
        "try": "O que tentar", "past": "Suas consultas anteriores", "in_law": "Ver na norma",
        "service": "Procure um serviço ou faça uma pergunta", "wanted": "Quanto custa a licença de feirante?",
        "other": "Solicitar poda de árvore", "sheet": "Obter licença de feirante", "cost": "Quanto custa",
        "visa": "Como obtenho um visto para viajar ao Japão?",
        "like": "Serviços parecidos", "choose": "Ficha do serviço", "title": "Serviços",
        "busy": "está em uso por outro processo",
    },
}  # fmt: skip
both = pytest.mark.parametrize("lang", ["es", "pt"])
NORMS = "/?legal_index=demo-legal&lang="


def ask(page: Any, label: str, question: str) -> None:
    box = page.get_by_role("textbox", name=label)
    box.fill(question)
    box.press("Enter")
    expect(page.get_by_role("heading", name=question)).to_be_visible()
    settled(page)


@both
def test_a_citation_is_marked_on_the_right_words_of_its_page(demo_app: Served, browser: Any, lang: str) -> None:
    from PIL import Image

    with opened(browser) as page:
        page.goto(f"{demo_app.url}{NORMS}{lang}")
        ask(page, SAID[lang]["question"], MONTHS)
        page.get_by_role("button", name="[1] art. 5").first.click()
        quote = page.locator(".st-key-legal_cited .lr-text mark").inner_text()
        assert "en los meses de enero y julio" in quote
        picture = page.get_by_role("img", name=SAID[lang]["page"])
        expect(picture).to_be_visible()
        body = page.request.get(urljoin(demo_app.url, picture.get_attribute("src"))).body()
    inside, outside = marked_letters(Image.open(io.BytesIO(body)).convert("RGB"), quote)
    assert len(inside) > 60 and min(inside) > 0.3, "a letter of the quote lies outside of the mark"
    assert len(outside) > 1000 and max(outside) < 0.2, "a letter beside the quote lies in the mark"


def marked_letters(image: Any, quote: str) -> tuple[list[float], list[float]]:
    """Of each printed letter of the PDF's first page, how much of its cell is yellow: those of ``quote``, and the others."""
    import numpy as np
    import pypdfium2

    pixels = np.asarray(image).astype(int)
    yellow = (pixels[..., 0] - pixels[..., 2] > 60) & (pixels[..., 1] - pixels[..., 2] > 40)
    page = pypdfium2.PdfDocument(PDF)[0]
    words = page.get_textpage()
    text = words.get_text_range()
    letters = [place for place, sign in enumerate(text) if not sign.isspace()]
    start = "".join(text[place] for place in letters).index("".join(quote.split()))
    quoted = set(letters[start : start + len("".join(quote.split()))])
    scale, height = image.width / page.get_width(), page.get_height()
    inside, outside = [], []
    for place in letters:
        left, bottom, right, top = words.get_charbox(place, loose=True)
        cell = yellow[
            int((height - top) * scale) + 1 : int((height - bottom) * scale),
            int(left * scale) + 1 : max(int(right * scale), int(left * scale) + 2),
        ]
        (inside if place in quoted else outside).append(float(cell.mean()))
    return inside, outside


@both
def test_an_answer_is_taken_along_and_opened_again(demo_app: Served, browser: Any, lang: str, tmp_path: Path) -> None:
    import docx
    import pypdfium2

    said = SAID[lang]
    with opened(browser, width=390) as page:
        page.goto(f"{demo_app.url}{NORMS}{lang}")
        ask(page, said["question"], said["own"])
        expect(page.locator(".lr-text mark").first).to_contain_text(said["quote"])
        for label, name in (("Word", "a.docx"), ("PDF", "a.pdf")):
            with page.expect_download() as download:
                page.get_by_role("button", name=label).click()
            download.value.save_as(tmp_path / name)
    words = "\n".join(each.text for each in docx.Document(str(tmp_path / "a.docx")).paragraphs)
    printed = "".join(
        page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(tmp_path / "a.pdf")
    )  # fmt: skip
    for text in (" ".join(words.split()), " ".join(printed.split())):
        assert said["own"] in text and said["quote"] in text and said["sources"] in text


@both
def test_a_filter_holds_and_a_reload_keeps_it(demo_app: Served, browser: Any, lang: str) -> None:
    said = SAID[lang]
    with opened(browser) as page:
        page.goto(f"{demo_app.url}{NORMS}{lang}")
        page.get_by_role("button", name=said["options"]).click()
        page.get_by_role("combobox", name=said["country"]).click()
        page.get_by_role("option", name="Brasil").click()
        page.keyboard.press("Escape")
        page.get_by_text(said["all"]).click()
        expect(page.get_by_text(said["brazil"]).first).to_be_visible()
        for kept in ("legal_country=BR", "legal_when=all"):
            expect(page).to_have_url(re.compile(kept))
        page.keyboard.press("Escape")
        ask(page, said["question"], DAY)
        expect(page.locator(".st-key-legal_cited .lr-crumbs")).to_contain_text("Lei Municipal nº 842")
        page.reload()
        expect(page.locator(".lr-text mark").first).to_contain_text("às quintas-feiras")
        expect(page.get_by_text(said["brazil"]).first).to_be_visible()
        ask(page, said["question"], MONTHS)
        assert page.get_by_text("Ordenanza N° 12/2019").count() == 0


@both
def test_what_is_not_there_is_refused_with_what_is_nearest(demo_app: Served, browser: Any, lang: str) -> None:
    said = SAID[lang]
    with opened(browser, width=390) as page:
        page.goto(f"{demo_app.url}{NORMS}{lang}")
        ask(page, said["question"], said["moon"])
        expect(page.get_by_role("alert")).to_contain_text(said["no"])
        expect(page.get_by_text(said["try"])).to_be_visible()
        expect(page.get_by_text(said["near"], exact=True)).to_be_visible()
        nearest = page.get_by_test_id("stExpander").last
        nearest.click()
        expect(nearest.get_by_role("button", name=said["in_law"])).to_be_visible()


def test_two_people_at_once_never_see_each_others_questions(demo_app: Served, browser: Any) -> None:
    with opened(browser) as clerk, opened(browser) as other:
        for page, lang, question in ((clerk, "es", MONTHS), (other, "pt", DAY)):
            page.goto(f"{demo_app.url}{NORMS}{lang}")
            ask(page, SAID[lang]["question"], question)
        clerk.get_by_role("button", name=SAID["es"]["past"]).click()
        expect(clerk.get_by_test_id("stPopoverBody").get_by_role("button", name="enero")).to_have_count(0)
        for page, own, foreign in ((clerk, MONTHS, DAY), (other, DAY, MONTHS)):
            page.reload()
            expect(page.get_by_role("heading", name=own)).to_be_visible()
            assert foreign not in page.inner_text("body")
        # Not even with the other's address.
        other.goto(clerk.url)
        settled(other)
        assert other.get_by_role("heading", name=MONTHS).count() == 0 and other.locator("mark").count() == 0


def test_an_index_that_another_program_holds_is_told_and_opens_later(demo_app: Served, browser: Any) -> None:
    code = (
        "from latam_rag.index import Index; i = Index.open('otra-comuna'); i.store; print('held', flush=True); input()"
    )
    command, environment = [sys.executable, "-c", code], {**os.environ, "LATAM_RAG_HOME": str(demo_app.home)}
    place = f"{demo_app.url}/?legal_index=otra-comuna&lang="
    with (
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True) as holder,
        opened(browser) as page,
    ):
        assert holder.stdout is not None and holder.stdout.readline() == "held\n"
        for lang in ("es", "pt"):
            page.goto(place + lang)
            expect(page.get_by_role("alert")).to_contain_text(SAID[lang]["busy"])
        holder.communicate("\n")
        page.goto(place + "es")
        ask(page, SAID["es"]["question"], "art. 5 ordenanza 3/2015")
        expect(page.locator(".lr-text mark").first).to_be_visible()


@pytest.mark.skipif(not WITH_MODEL, reason="the demonstration's language model isn't installed")
def test_an_answer_that_a_model_writes_is_stopped(demo_app: Served, browser: Any) -> None:
    with opened(browser) as page:
        page.goto(f"{demo_app.url}/?legal_index=otra-comuna&lang=es")
        box = page.get_by_role("textbox", name=SAID["es"]["question"])
        box.fill("¿Cuántos perros se pueden tener en una vivienda?")
        box.press("Enter")
        page.get_by_role("button", name="Detener").click()
        expect(page.get_by_text("Detenido. Se muestra lo verificado")).to_be_visible()
        expect(page.get_by_role("button", name="Detener")).to_have_count(0)


@both
def test_a_service_is_found_handed_out_and_compared(demo_app: Served, browser: Any, lang: str, tmp_path: Path) -> None:
    import docx
    import pypdfium2

    said = SAID[lang]
    with opened(browser) as page:
        page.goto(f"{demo_app.url}/tramites?lang={lang}")
        ask(page, said["service"], said["wanted"])
        sheet = page.locator(".lr-sheet")
        expect(sheet.get_by_role("heading", level=2)).to_contain_text(said["sheet"])
        expect(sheet.get_by_role("heading", name=said["cost"])).to_be_visible()
        box = sheet.get_by_role("checkbox").first
        box.check()
        assert box.is_checked()
        for label, name in (("Word", "a.docx"), ("PDF", "a.pdf")):
            with page.expect_download() as download:
                page.get_by_role("button", name=label).last.click()
            download.value.save_as(tmp_path / name)
        page.emulate_media(media="print")
        assert sheet.is_visible() and not page.get_by_role("heading", name=said["title"], exact=True).is_visible()
        page.emulate_media(media="screen")
        page.get_by_test_id("stButtonGroup").last.get_by_role("button").first.click()
        expect(page.locator(".lr-compare mark").first).to_be_visible()
        choose = page.get_by_role("combobox", name=said["choose"])
        choose.click()
        choose.press_sequentially(said["other"])
        page.get_by_role("option", name=said["other"]).click()
        expect(sheet.get_by_role("heading", level=2)).to_contain_text(said["other"])
        page.reload()
        expect(page.get_by_role("heading", name=said["wanted"])).to_be_visible()
        expect(sheet.get_by_role("heading", level=2)).to_contain_text(said["other"])
        ask(page, said["service"], said["visa"])
        expect(page.get_by_role("alert")).to_contain_text(said["no"])
    printed = pypdfium2.PdfDocument(tmp_path / "a.pdf")
    assert len(printed) == 1 and said["sheet"] in printed[0].get_textpage().get_text_range()
    assert said["cost"] in "\n".join(each.text for each in docx.Document(str(tmp_path / "a.docx")).paragraphs)

"""The app in a real browser: what is asked, what is answered, and that nothing leaves the machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from in_browser import MAIN, opened, serving

pytest.importorskip("streamlit")
sync_api = pytest.importorskip("playwright.sync_api", reason="playwright isn't installed")

#: The app over an index that is not there: answers come at once, with hostile document text in them.
SCRIPT = """
import runpy, time
from pathlib import Path
from types import SimpleNamespace
from latam_rag import index as module
from latam_rag.config import Definition
from latam_rag.errors import SourceError
from latam_rag.status import Status
from latam_rag.types import Answer, Citation, Hit, Passage, Sentence

def made(number, text, **more):
    values = dict(
        id=str(number), document_id="d", uri="ordenanza.html", title="![x](http://outside.example/c.png) Ordenanza",
        headings=(), label=f"art. {number}", page=None, start=number, end=number + len(text), text=text, language="es",
        metadata={"article": str(number), "norm": ("12/2019",)},
    )
    return Passage(**{**values, **more})

TEXT = "Art. 5. Se paga en enero y julio. <img src='http://outside.example/a.png'> ![x](http://outside.example/b.png)"
PASSAGE = made(5, TEXT)
REPEALED = made(6, "Art. 6. La multa.", metadata={"article": "6", "norm": ("12/2019",), "status": "repealed"})
LAW = [made(4, "Art. 4. Lo que va antes."), PASSAGE, REPEALED]

def sheet(uri, name, **parts):
    return [
        made(n, text, id=f"{uri}{part}", uri=uri, title=name, label="", metadata={"field": part, "body": "Comuna"})
        for n, (part, text) in enumerate(parts.items())
    ]

SHEETS = sheet("poda", "Poda", documents="- Cédula\\n- Una <b>foto</b>", cost="Gratis", steps="1. Venga")
SHEETS += sheet("retiro", "Retiro", documents="- Cédula\\n- Un croquis", cost="5.000", time="Dos días", office="Plaza 1")

class Fake:
    generator = None
    folder = Path("FOLDER")

    def __init__(self, domain, passages, questions):
        self.definition = Definition.model_validate(
            {"name": domain.replace("_", "-"), "domain": domain, "sources": [{"path": "."}], "questions": questions}
        )
        self.all = passages
        self.catalog = self.store = self

    def status(self):
        return Status(
            name="comuna", title="Comuna", folder="", documents=1, passages=1, failures=(), last_sync="2026-01-31T10:00:00"
        )

    def stamp(self): return 1
    def count(self): return len(self.all)
    def values(self, facet): return {"country": {"CL": 2, "BR": 1}}.get(facet, {})
    def documents(self): return [SimpleNamespace(title="Ordenanza 12", uri="ordenanza.html")]
    def passages(self, uri): return {p.id: "" for p in self.all if p.uri == uri}
    def get(self, ids): return [p for i in ids for p in self.all if p.id == i]
    def search(self, question, **how): return [Hit(passage=p, score=1.0) for p in self.all]

    def lookup(self, *, filters, limit):
        wanted = filters.facets.get("article")
        return [
            p for p in self.all
            if (not wanted or p.metadata.get("article") in wanted)
            and (not filters.in_force or p.metadata.get("status") != "repealed")
        ]

    def ask(self, question, *, on_sentence, should_stop, notify, filters, **how):
        shown = self.all[0] if self.all is SHEETS else PASSAGE
        hits = (Hit(passage=shown, score=1.0),)
        if "Luna" in question or "Lua" in question:
            return Answer(
                question=question, language="es", sentences=(), citations=(), refused=True, reason="No está.", hits=hits
            )
        if "falla" in question:
            raise SourceError("connectors.missing", name="x")
        quote = "Cédula" if self.all is SHEETS else "en enero y julio"
        start = shown.text.index(quote)
        cited = Citation(number=1, passage=shown, quote=quote, start=start, end=start + len(quote))
        sentence = Sentence(text=f"Se dice: {quote}.", citations=(1,))
        on_sentence(sentence, (cited,))
        if "despacio" in question:
            notify("llm.waiting_about", {"ahead": 2, "time": "40 s"})
            while not should_stop():
                time.sleep(0.05)
        return Answer(question=question, language="es", sentences=(sentence,), citations=(cited,), hits=hits)

    def page_image(self, citation):
        return None

FAKES = [
    Fake("legal", LAW, ["¿En qué meses se paga?", "¿Y la Luna?", "¿Algo falla?", "¿Y despacio?"]),
    Fake("public_service", SHEETS, ["¿Qué traigo?"]),
]
module.known = lambda: [fake.definition for fake in FAKES]
module.Index.open = staticmethod(lambda name: next(fake for fake in FAKES if fake.definition.name == name))
runpy.run_path("MAIN", run_name="__main__")
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("app")
    with serving(home, script=SCRIPT.replace("MAIN", str(MAIN)).replace("FOLDER", str(home))) as running:
        yield running.url


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """On a phone."""
    with opened(browser, width=390) as page:
        yield page


def press(page: Any, name: str) -> None:
    page.get_by_role("button", name=name).first.click()


def test_ask_open_a_citation_in_its_law_and_be_refused(served: str, page: Any) -> None:
    page.goto(f"{served}/?lang=es")
    press(page, "¿En qué meses se paga?")
    sync_api.expect(page.locator("mark")).to_have_text("en enero y julio")
    press(page, "[1] art. 5")
    sync_api.expect(page.locator(".lr-text")).to_contain_text("<img src='http://outside.example/a.png'>")
    press(page, "Ver en su norma")
    window = page.get_by_role("dialog")
    sync_api.expect(window).to_contain_text("Lo que va antes")
    sync_api.expect(window.locator(".repealed")).to_contain_text("Derogado")
    page.keyboard.press("Escape")
    sync_api.expect(window).to_have_count(0)
    press(page, "Ejemplos")
    press(page, "¿Y la Luna?")
    sync_api.expect(page.get_by_role("alert")).to_contain_text("No está.")
    sync_api.expect(page.get_by_text("Qué puede intentar")).to_be_visible()
    sync_api.expect(page.get_by_text("art. 5 – ![x](http://outside.example/c.png) Ordenanza")).to_be_visible()
    page.get_by_role("radio", name="Português").or_(page.get_by_role("button", name="Português")).click()
    sync_api.expect(page.get_by_role("heading", name="Normas")).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "pt"


def test_a_reload_loses_nothing_and_another_browser_sees_nothing(served: str, page: Any, browser: Any) -> None:
    page.goto(f"{served}/?lang=es")
    press(page, "¿En qué meses se paga?")
    sync_api.expect(page.get_by_text("¿Le sirvió esta respuesta?")).to_be_visible()
    page.reload()
    sync_api.expect(page.locator("mark")).to_have_text("en enero y julio")
    with opened(browser) as stranger:
        stranger.goto(page.url)
        sync_api.expect(stranger.get_by_role("button", name="¿Y la Luna?")).to_be_visible()
        assert stranger.locator("mark").count() == 0


def test_a_lost_connection_is_said_in_plain_words_and_loses_nothing(served: str, page: Any) -> None:
    sockets: list[Any] = []
    page.route_web_socket(lambda url: "_stcore/stream" in url, lambda ws: sockets.append((ws, ws.connect_to_server())))
    page.goto(f"{served}/?lang=pt")
    page.get_by_role("textbox", name="Sua pergunta sobre normas").fill("Vai despacio?")
    press(page, "Perguntar")
    sync_api.expect(page.get_by_role("button", name="Parar")).to_be_visible()
    page.context.set_offline(True)
    for socket, server in sockets:
        socket.close()
        server.close()
    said = "() => getComputedStyle(document.body, '::after').content"
    page.wait_for_function(f"({said})().includes('A conexão com o programa se perdeu')")
    page.wait_for_selector("[data-testid=stErrorCodeBlock]", state="attached")
    assert not page.get_by_text("Is Streamlit still running").is_visible()
    page.context.set_offline(False)
    page.wait_for_function(f"({said})() === 'none'")
    # The answer is still under way, in the same conversation.
    sync_api.expect(page.get_by_role("heading", name="Vai despacio?")).to_be_visible()
    press(page, "Parar")
    sync_api.expect(page.get_by_role("button", name="[1] art. 5")).to_be_visible()


def test_stop_keeps_what_was_verified_and_an_error_says_what_to_do(served: str, page: Any) -> None:
    page.goto(f"{served}/?lang=es")
    press(page, "¿Y despacio?")
    sync_api.expect(page.get_by_role("status").first).to_contain_text("40 s")
    press(page, "Detener")
    sync_api.expect(page.get_by_text("Se dice: en enero y julio.")).to_be_visible()
    press(page, "Ejemplos")
    press(page, "¿Algo falla?")
    sync_api.expect(page.get_by_role("alert")).to_be_visible()


def test_an_answer_is_taken_along_as_word_and_pdf(served: str, page: Any, tmp_path: Path) -> None:
    import docx
    import pypdfium2

    page.goto(f"{served}/?lang=pt&legal_country=BR")
    press(page, "¿En qué meses se paga?")
    for label, name in (("Word", "a.docx"), ("PDF", "a.pdf")):
        with page.expect_download() as download:
            press(page, label)
        download.value.save_as(tmp_path / name)
    words = "\n".join(each.text for each in docx.Document(str(tmp_path / "a.docx")).paragraphs)
    printed = pypdfium2.PdfDocument(tmp_path / "a.pdf")[0].get_textpage().get_text_range()
    for text in (words, printed):
        assert "País: Brasil" in text and "«en enero y julio»" in text and "Citações e fontes" in text


@pytest.mark.parametrize(
    ("lang", "said", "lacking"), [("es", "Derogado", "No lo encontré"), ("pt", "Revogado", "Não encontrei")]
)
def test_an_article_has_an_address_of_its_own(served: str, page: Any, lang: str, said: str, lacking: str) -> None:
    page.goto(f"{served}/?lang={lang}&way=lookup&ref=art.+6+ordenanza+12/2019")
    sync_api.expect(page.locator(".lr-band.repealed").last).to_contain_text(said)
    page.goto(f"{served}/?lang={lang}&way=lookup&ref=art.+99+ordenanza+12/2019")
    sync_api.expect(page.get_by_role("alert")).to_contain_text(lacking)


def test_a_service_is_asked_for_printed_and_compared(served: str, page: Any) -> None:
    page.goto(f"{served}/tramites?lang=es")
    press(page, "¿Qué traigo?")
    sheet = page.locator(".lr-sheet")
    sync_api.expect(sheet).to_contain_text("Una <b>foto</b>")
    sheet.get_by_label("Cédula").check()
    sync_api.expect(sheet).to_contain_text("La ficha no lo dice")
    page.get_by_role("button", name="Retiro").last.click()
    sync_api.expect(page.locator(".lr-compare mark").first).to_contain_text("Una <b>foto</b>")
    page.emulate_media(media="print")
    assert sheet.is_visible() and not page.get_by_role("heading", name="Trámites", exact=True).is_visible()
    page.goto(f"{served}/tramites?lang=pt&sheet=Retiro")
    sync_api.expect(page.get_by_role("heading", name="Quanto demora")).to_be_visible()

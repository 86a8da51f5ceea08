"""The app in a real browser: what is asked, what is answered, and that nothing leaves the machine."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any
from urllib.parse import urlsplit

import pytest

pytest.importorskip("streamlit")
sync_api = pytest.importorskip("playwright.sync_api", reason="playwright isn't installed")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")

#: The app over an index that is not there: answers come at once, with hostile document text in them.
SCRIPT = """
import runpy
from latam_rag import index as module
from latam_rag.config import Definition
from latam_rag.index import Status
from latam_rag.types import Answer, Citation, Hit, Passage, Sentence

TEXT = "Art. 5. Se paga en enero y julio. <img src='http://outside.example/a.png'> ![x](http://outside.example/b.png)"
PASSAGE = Passage(
    id="1", document_id="d", uri="ordenanza.html", title="![x](http://outside.example/c.png) Ordenanza", headings=(),
    label="art. 5", page=None, start=0, end=len(TEXT), text=TEXT, language="es",
)
DEFINITION = Definition.model_validate(
    {"name": "comuna", "domain": "legal", "sources": [{"path": "."}], "questions": ["¿En qué meses se paga?", "¿Y la Luna?"]}
)

class Fake:
    definition = DEFINITION

    def status(self):
        return Status(name="comuna", title="Comuna", folder="", documents=1, passages=1, failures=(), last_sync=None)

    def ask(self, question, *, on_sentence, **how):
        hits = (Hit(passage=PASSAGE, score=1.0),)
        if "Luna" in question:
            return Answer(
                question=question, language="es", sentences=(), citations=(), refused=True, reason="No está.", hits=hits
            )
        start = TEXT.index("en enero y julio")
        cited = Citation(number=1, passage=PASSAGE, quote="en enero y julio", start=start, end=start + 16)
        sentence = Sentence(text="Se paga en enero y julio.", citations=(1,))
        on_sentence(sentence, (cited,))
        return Answer(question=question, language="es", sentences=(sentence,), citations=(cited,), hits=hits)

    def page_image(self, citation):
        return None

module.known = lambda: [DEFINITION]
module.Index.open = staticmethod(lambda name: Fake())
runpy.run_path("MAIN", run_name="__main__")
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    from latam_rag.apps import launch

    folder = tmp_path_factory.mktemp("app")
    main = Path(__file__).parents[1] / "apps" / "main.py"
    script = folder / "fake.py"
    script.write_text(dedent(SCRIPT).replace("MAIN", str(main)), "utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = launch.command(port)
    command[command.index("run") + 1] = str(script)
    with (folder / "log").open("w") as log, subprocess.Popen(command, stdout=log, stderr=log, cwd=folder) as server:
        try:
            _wait(port)
            yield f"http://localhost:{port}"
        finally:
            server.terminate()


def _wait(port: int) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError(f"nothing listens on {port}")


@pytest.fixture
def page() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser.new_page(viewport={"width": 390, "height": 844})
        browser.close()


def test_ask_open_a_citation_and_be_refused_without_leaving_the_machine(served: str, page: Any) -> None:
    hosts = set()
    page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
    page.goto(f"{served}/?lang=es")
    page.get_by_role("button", name="¿En qué meses se paga?").click()
    sync_api.expect(page.locator("mark")).to_have_text("en enero y julio")
    page.get_by_role("button", name="[1] art. 5").click()
    sync_api.expect(page.locator(".lr-text")).to_contain_text("<img src='http://outside.example/a.png'>")
    page.get_by_text("Ejemplos").click()
    page.get_by_role("button", name="¿Y la Luna?").click()
    sync_api.expect(page.get_by_role("alert")).to_contain_text("No está.")
    sync_api.expect(page.get_by_text("art. 5 – ![x](http://outside.example/c.png) Ordenanza")).to_be_visible()
    page.get_by_role("radio", name="Português").or_(page.get_by_role("button", name="Português")).click()
    sync_api.expect(page.get_by_role("heading", name="Normas")).to_be_visible()
    assert hosts == {"localhost"}

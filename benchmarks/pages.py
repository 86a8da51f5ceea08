"""How quickly the app's pages answer, in Chromium: a filter, the first sentence of an answer, ten people at once.

    LATAM_RAG_HOME=... python benchmarks/pages.py INDEX [filter] [first] [ten]

``filter``: from the click on another validity in Normativa to the page saying it. ``first``: from pressing Enter to the first
sentence in sight, beside the engine's own first token and the index's own first sentence for the same question. ``ten``: ten
browsers ask at the same moment. The index needs ``questions``, and but for ``filter`` a ``generation.model``. Nothing else
may have the index open. Prints a JSON line a part.
"""

from __future__ import annotations

import argparse
import json
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from statistics import median
from typing import Any

from playwright.sync_api import sync_playwright

from latam_rag.apps import launch
from latam_rag.index import Index
from latam_rag.types import Citation, Sentence

TIMES, PEOPLE = 5, 10
#: Clicks, and counts milliseconds until the page shows the text.
CLICK = """([said, shown]) => new Promise(resolve => {
  const began = performance.now();
  const look = () => [...document.querySelectorAll('.lr-small')].some(each => each.textContent.includes(shown));
  const wanted = !look();
  const seen = new MutationObserver(() => {
    if (look() === wanted) { seen.disconnect(); resolve(performance.now() - began); }
  });
  seen.observe(document.body, {subtree: true, childList: true, characterData: true});
  [...document.querySelectorAll('label')].find(each => each.textContent === said).click();
})"""


def filtering(browser: Any, url: str, index: str, questions: list[str]) -> dict[str, Any]:
    page = opened(browser, url)
    page.get_by_role("button", name="Opciones").click()
    page.get_by_text("También lo derogado").first.wait_for()
    times = []
    for said in ("También lo derogado", "Vigente hoy") * TIMES:
        page.wait_for_timeout(700)
        times.append(page.evaluate(CLICK, [said, "También lo derogado"]))
    return {"part": "filter", "index": index, "median_ms": round(median(times)), "worst_ms": round(max(times))}


def first(browser: Any, url: str, index: str, questions: list[str]) -> dict[str, Any]:
    asked(opened(browser, url), questions[0], ".lr-sentence")
    times = []
    for question in questions[1 : TIMES + 1]:
        # Another page each time: what the one before shows stays in sight until it is drawn over.
        page = opened(browser, url)
        began = time.perf_counter()
        asked(page, question, ".lr-sentence, [data-testid=stAlert]")
        times.append(time.perf_counter() - began)
        page.get_by_text("¿Le sirvió esta respuesta?").wait_for()
    return {"part": "first", "index": index, "visible_s": [round(each, 2) for each in times]}


def engine(name: str, questions: list[str]) -> dict[str, Any]:
    """The same questions, asked of the index itself: when the model gives its first piece, and when a sentence has passed."""
    tokens, sentences = [], []
    with Index.open(name) as index:
        index.ask(questions[0])
        heard = index.generator
        assert heard is not None
        generate = heard.generate
        for question in questions[1 : TIMES + 1]:
            seen: dict[str, float] = {}
            began = time.perf_counter()

            def spied(*said: Any, seen: dict[str, float] = seen, **more: Any) -> Iterator[str]:
                asked = time.perf_counter()
                for piece in generate(*said, **more):
                    seen.setdefault("token", time.perf_counter() - asked)
                    yield piece

            def told(
                sentence: Sentence,
                citations: tuple[Citation, ...],
                seen: dict[str, float] = seen,
                began: float = began,
            ) -> None:
                seen.setdefault("sentence", time.perf_counter() - began)

            heard.generate = spied  # type: ignore[method-assign]
            index.ask(question, on_sentence=told)
            tokens.append(round(seen.get("token", -1), 2))
            sentences.append(round(seen.get("sentence", -1), 2))
    return {"part": "engine", "index": name, "token_s": tokens, "sentence_s": sentences}


def ten(browser: Any, url: str, index: str, questions: list[str]) -> dict[str, Any]:
    pages = [opened(browser, url) for _ in range(PEOPLE)]
    began, lines = time.perf_counter(), set[str]()
    for number, page in enumerate(pages):
        page.get_by_role("textbox").first.fill(questions[number % len(questions)])
        page.get_by_role("textbox").first.press("Enter")
    ended: dict[int, float] = {}
    while len(ended) < PEOPLE and time.perf_counter() - began < 600:
        for number, page in enumerate(pages):
            if number in ended:
                continue
            for said in page.get_by_role("status").all_inner_texts():
                lines.add(" ".join(said.split()))
            if page.get_by_text("¿Le sirvió esta respuesta?").count():
                ended[number] = round(time.perf_counter() - began, 1)
    failed = PEOPLE - len(ended)
    ahead = sorted({line.partition(".")[0] for line in lines if "antes" in line})
    return {"part": "ten", "index": index, "failed": failed, "ended_s": sorted(ended.values()), "told": ahead}


def opened(browser: Any, url: str) -> Any:
    page = browser.new_context().new_page()
    page.set_default_timeout(120_000)
    page.goto(url)
    page.get_by_role("textbox").first.wait_for()
    page.wait_for_timeout(1500)
    return page


def asked(page: Any, question: str, awaited: str) -> None:
    box = page.get_by_role("textbox").first
    box.fill(question)
    box.press("Enter")
    page.get_by_role("heading", name=question).wait_for()
    page.locator(awaited).first.wait_for()


@contextmanager
def serving() -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with subprocess.Popen(launch.command(port), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            until = time.monotonic() + 60
            while time.monotonic() < until:
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.2)
            yield f"http://localhost:{port}"
        finally:
            server.terminate()


PARTS: Mapping[str, Callable[[Any, str, str, list[str]], dict[str, Any]]] = {
    "filter": filtering,
    "first": first,
    "ten": ten,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("index")
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []])
    wanted = parser.parse_args()
    with Index.open(wanted.index) as index:
        questions, name = index.definition.questions, index.definition.name
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for part in wanted.parts or PARTS:
            if part == "first":
                print(json.dumps(engine(name, questions)), flush=True)
            with serving() as here:
                url = f"{here}/?lang=es&legal_index={name}"
                print(json.dumps(PARTS[part](browser, url, name, questions), ensure_ascii=False), flush=True)
        browser.close()


if __name__ == "__main__":
    main()

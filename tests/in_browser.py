"""The app served and looked at in a real browser, as its users do: every browser test begins here."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

TESTS = Path(__file__).parent
MAIN = TESTS.parent / "apps" / "main.py"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PATIENCE = 90_000
"""Milliseconds that a page is waited for: the machine may be busy with more than the tests."""
#: The app as it is, but for the embedding model.
_FAKE_EMBEDDER = f"""
import runpy, sys
sys.path.insert(0, {str(TESTS)!r})
from fakes import FakeEmbedder
from latam_rag import embed
embed.load = lambda settings: FakeEmbedder()
runpy.run_path({str(MAIN)!r}, run_name="__main__")
"""


@dataclass(frozen=True, kw_only=True)
class Served:
    url: str
    home: Path


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def serving(home: Path, *, script: str | None = None, port: int | None = None) -> Iterator[Served]:
    """The app on the indexes of ``home``, in a process of its own; ``script``, a program, in place of ``apps/main.py``."""
    from latam_rag.apps import launch

    port = port or free_port()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LATAM_RAG_HOME", str(home))
        command, environment = launch.command(port), dict(os.environ)
    if script is not None:
        (home / "app.py").write_text(script, "utf-8")
        command[command.index("run") + 1] = str(home / "app.py")
    with (
        (home / "log").open("w") as log,
        subprocess.Popen(command, stdout=log, stderr=log, cwd=home, env=environment) as server,
    ):
        try:
            _wait(port)
            yield Served(url=f"http://localhost:{port}", home=home)
        finally:
            server.terminate()


def serving_with_fake_embedder(home: Path, *, port: int | None = None) -> AbstractContextManager[Served]:
    return serving(home, script=_FAKE_EMBEDDER, port=port)


def _wait(port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError(f"nothing listens on {port}")


@contextmanager
def opened(browser: Any, *, width: int = 1440, dark: bool = False, locale: str | None = None) -> Iterator[Any]:
    """A page in a browser of its own. Whatever is asked of another host than this machine fails the test."""
    size, scheme = {"width": width, "height": 900}, "dark" if dark else "light"
    with browser.new_context(viewport=size, color_scheme=scheme, locale=locale, accept_downloads=True) as context:
        hosts = set()
        context.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
        yield patient(context.new_page())
        # A file that was made for downloading has no host.
        assert hosts <= {"localhost", "127.0.0.1", "", None}


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

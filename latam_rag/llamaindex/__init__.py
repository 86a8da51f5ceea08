"""An index and its models as LlamaIndex sees them.

::

    from latam_rag.llamaindex import IndexQueryEngine, IndexRetriever

    retriever = IndexRetriever(index, limit=5)          # for RetrieverQueryEngine, agents, evaluators
    engine = IndexQueryEngine(index)                    # our own answers: each sentence checked, or refused

``IndexEmbedding`` and ``GgufLLM`` are the embedding engine and the language model, for pipelines of LlamaIndex's own. Nothing
here reads or sets LlamaIndex's process-wide ``Settings``, and none of its default models is ever called.
"""

from __future__ import annotations

from latam_rag import messages
from latam_rag.errors import MissingExtra

try:
    import llama_index.core  # noqa: F401
except ImportError as error:
    raise MissingExtra("llama-index", messages.text("llamaindex.purpose")) from error

from latam_rag.llamaindex.answering import IndexQueryEngine, IndexRetriever, Searchable, node
from latam_rag.llamaindex.models import GgufLLM, IndexEmbedding

__all__ = ["GgufLLM", "IndexEmbedding", "IndexQueryEngine", "IndexRetriever", "Searchable", "node"]

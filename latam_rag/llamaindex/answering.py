"""Passages as nodes, an index as a retriever and as a query engine."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Protocol

from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.base.response.schema import Response
from llama_index.core.schema import NodeRelationship, NodeWithScore, QueryBundle, RelatedNodeInfo, TextNode

from latam_rag.types import Answer, Citation, Filters, Hit, Passage


class Searchable(Protocol):
    """What is asked of an index; ``latam_rag.Index`` is one."""

    def search(self, question: str, *, filters: Filters | None = ..., limit: int | None = ...) -> list[Hit]: ...

    def ask(self, question: str, *, filters: Filters | None = ...) -> Answer: ...


def node(passage: Passage) -> TextNode:
    """``passage`` as a node with the same id and text, and its whole provenance in the metadata.

    A model is shown the header (``Ley 19418 › Título I › art. 2``) and the text, and no other metadata.
    """
    provenance: dict[str, Any] = {
        "header": passage.header,
        "uri": passage.uri,
        "title": passage.title,
        "headings": list(passage.headings),
        "label": passage.label,
        "page": passage.page,
        "start": passage.start,
        "end": passage.end,
        "language": passage.language,
        "url": passage.url,
        "document_id": passage.document_id,
    }
    metadata = {**_plain(passage.metadata), **provenance}
    hidden = [key for key in metadata if key != "header"]
    return TextNode(
        id_=passage.id,
        text=passage.text,
        metadata=metadata,
        start_char_idx=passage.start,
        end_char_idx=passage.end,
        excluded_llm_metadata_keys=hidden,
        excluded_embed_metadata_keys=hidden,
        metadata_template="{value}",
        text_template="{metadata_str}\n{content}",
        relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=passage.document_id)},
    )


class IndexRetriever(BaseRetriever):
    """The passages an index finds, best first. ``limit`` is the index's own setting unless given."""

    def __init__(self, index: Searchable, *, filters: Filters | None = None, limit: int | None = None) -> None:
        super().__init__()
        self._index = index
        self._filters = filters
        self._limit = limit

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        hits = self._index.search(query_bundle.query_str, filters=self._filters, limit=self._limit)
        return [_scored(hit) for hit in hits]

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return await asyncio.to_thread(self._retrieve, query_bundle)


class IndexQueryEngine(BaseQueryEngine):
    """The index's own checked answer as a LlamaIndex ``Response``.

    ``source_nodes[i]`` is what ``[i + 1]`` in the text cites, with the literal ``quote`` in its metadata; one passage quoted
    twice stands there twice. A refusal has no source nodes: its text says why, ``metadata["refused"]`` is true and
    ``metadata["nearest"]`` lists the headers of the nearest passages.
    """

    def __init__(self, index: Searchable, *, filters: Filters | None = None) -> None:
        super().__init__(callback_manager=None)
        self._index = index
        self._filters = filters

    def _get_prompt_modules(self) -> dict[str, Any]:
        return {}

    def _query(self, query_bundle: QueryBundle) -> Response:
        return _response(self._index.ask(query_bundle.query_str, filters=self._filters))

    async def _aquery(self, query_bundle: QueryBundle) -> Response:
        return await asyncio.to_thread(self._query, query_bundle)


def _scored(hit: Hit) -> NodeWithScore:
    found = node(hit.passage)
    found.metadata["why"] = list(hit.why)
    found.excluded_llm_metadata_keys.append("why")
    found.excluded_embed_metadata_keys.append("why")
    return NodeWithScore(node=found, score=hit.score)


def _response(answer: Answer) -> Response:
    scores = {hit.passage.id: hit.score for hit in answer.hits}
    return Response(
        response=answer.reason if answer.refused else answer.text,
        source_nodes=[_cited(citation, scores.get(citation.passage.id)) for citation in answer.citations],
        metadata={
            "refused": answer.refused,
            "reason": answer.reason,
            "language": answer.language,
            "engine": answer.engine,
            "withheld": [verdict.sentence for verdict in answer.verdicts if not verdict.shown],
            "nearest": [hit.passage.header for hit in answer.hits] if answer.refused else [],
        },
    )


def _cited(citation: Citation, score: float | None) -> NodeWithScore:
    source = node(citation.passage)
    said = {"citation": citation.number, "quote": citation.quote, "page": citation.page or citation.passage.page}
    source.metadata.update(said)
    source.excluded_llm_metadata_keys.extend(said)
    source.excluded_embed_metadata_keys.extend(said)
    return NodeWithScore(node=source, score=score)


def _plain(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Lists where we have tuples, as JSON has them: vector stores and tracers write metadata as JSON."""
    return {key: list(value) if isinstance(value, tuple) else value for key, value in metadata.items()}

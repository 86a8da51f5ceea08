"""latam-rag from LlamaIndex, used as its users use it."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import zlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

pytest.importorskip("llama_index.core", reason="the llama-index extra isn't installed")

from llama_index.core import Settings
from llama_index.core.indices.vector_store import VectorStoreIndex
from llama_index.core.llms import MockLLM
from llama_index.core.query_engine import RetrieverQueryEngine
from llama_index.core.response_synthesizers import get_response_synthesizer
from llama_index.core.schema import MetadataMode, NodeRelationship, TextNode

from latam_rag.embed import Vectors
from latam_rag.llamaindex import IndexEmbedding, IndexQueryEngine, IndexRetriever, node
from latam_rag.types import Answer, Citation, Filters, Hit, Passage, Sentence, Verdict

LICENCE = Passage(
    id="11111111-1111-5111-8111-111111111111",
    document_id="d1",
    uri="ordenanza.pdf",
    title="Ordenanza 12/2019 de Aguas Claras",
    headings=("Título II",),
    label="art. 5",
    page=3,
    start=120,
    end=176,
    text="La patente comercial se paga en los meses de enero y julio",
    language="es",
    metadata={"country": "CL", "norm": "12/2019", "code": ("A1", "A2"), "title": "no ocupa el lugar del título"},
    url="https://aguasclaras.example/ordenanza.pdf",
)
WASTE = replace(
    LICENCE,
    id="22222222-2222-5222-8222-222222222222",
    label="art. 9",
    page=None,
    text="La basura se retira los lunes",
    metadata={},
)


class FakeIndex:
    """Ranks by shared words, and answers with the best passage when it shares one."""

    def __init__(self) -> None:
        self.asked_with: list[tuple[Filters | None, int | None]] = []

    def search(self, question: str, *, filters: Filters | None = None, limit: int | None = None) -> list[Hit]:
        self.asked_with.append((filters, limit))
        words = set(question.lower().split())
        hits = [
            Hit(passage=p, score=float(len(words & set(p.text.lower().split()))), why=("hybrid",))
            for p in (WASTE, LICENCE)
        ]
        return sorted(hits, key=lambda hit: -hit.score)[: limit or 8]

    def ask(self, question: str, *, filters: Filters | None = None) -> Answer:
        hits = self.search(question, filters=filters)
        best = hits[0].passage
        said = dict[str, Any](question=question, language="es", hits=tuple(hits), timings={"retrieve": 0.1})
        if not hits[0].score:
            reason = "No lo encontré en los documentos."
            return Answer(sentences=(), citations=(), refused=True, reason=reason, **said)
        quote = best.text.split(" en ")[-1]
        start = best.text.index(quote)
        citations = (
            Citation(number=1, passage=best, quote=best.text, start=0, end=len(best.text), page=best.page),
            Citation(number=2, passage=best, quote=quote, start=start, end=start + len(quote), page=4),
        )
        return Answer(
            sentences=(Sentence(text=f"{best.text}.", citations=(1, 2)),),
            citations=citations,
            verdicts=(Verdict(sentence="Se paga en marzo.", shown=False), Verdict(sentence="Así es.", shown=True)),
            **said,
        )


class FakeEmbedder:
    """Bags of words, so that near texts are near; questions are told from passages by one more component."""

    dimensions = 65
    fingerprint = "bag-of-words"
    origin = "the test"

    def __init__(self) -> None:
        self.batches: list[int] = []

    def passages(self, texts: Sequence[str]) -> Vectors:
        self.batches.append(len(texts))
        return np.stack([self._bag(text) for text in texts])

    def query(self, text: str) -> Vectors:
        vector = self._bag(text)
        vector[64] = 0.5
        return vector

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def _bag(self, text: str) -> Vectors:
        vector = np.zeros(65, dtype=np.float32)
        for word in text.lower().split():
            vector[zlib.crc32(word.encode()) % 64] += 1
        return vector / np.linalg.norm(vector)


def test_a_node_carries_the_whole_provenance() -> None:
    made = node(LICENCE)
    assert (made.node_id, made.text) == (LICENCE.id, LICENCE.text)
    assert (made.start_char_idx, made.end_char_idx) == (120, 176)
    assert made.metadata == {
        "country": "CL",
        "norm": "12/2019",
        "code": ["A1", "A2"],
        "header": "Ordenanza 12/2019 de Aguas Claras › Título II › art. 5",
        "uri": "ordenanza.pdf",
        "title": "Ordenanza 12/2019 de Aguas Claras",
        "headings": ["Título II"],
        "label": "art. 5",
        "page": 3,
        "start": 120,
        "end": 176,
        "language": "es",
        "url": "https://aguasclaras.example/ordenanza.pdf",
        "document_id": "d1",
    }
    source = made.relationships[NodeRelationship.SOURCE]
    assert not isinstance(source, list) and source.node_id == "d1"


def test_a_model_is_shown_the_header_and_the_text_and_nothing_else() -> None:
    for hit in IndexRetriever(FakeIndex()).retrieve("patente"):
        passage = LICENCE if hit.node_id == LICENCE.id else WASTE
        assert hit.node.get_content(MetadataMode.LLM) == passage.indexed_text
        assert hit.node.get_content(MetadataMode.EMBED) == passage.indexed_text


def test_the_retriever_gives_scored_nodes_best_first_and_passes_filters_on() -> None:
    index, filters = FakeIndex(), Filters(facets={"country": ("CL",)}, on="2018-03-15")
    found = IndexRetriever(index, filters=filters, limit=1).retrieve("¿cuándo se paga la patente")
    assert [hit.node_id for hit in found] == [LICENCE.id]
    assert found[0].score == 4.0
    assert found[0].metadata["why"] == ["hybrid"]
    assert index.asked_with == [(filters, 1)]


def test_a_retriever_query_engine_answers_over_our_passages() -> None:
    engine = RetrieverQueryEngine(
        retriever=IndexRetriever(FakeIndex(), limit=1),
        response_synthesizer=get_response_synthesizer(llm=MockLLM()),
    )
    response = engine.query("¿cuándo se paga la patente")
    # MockLLM repeats its prompt: our header and passage are in it.
    assert LICENCE.indexed_text in str(response)
    assert [source.node_id for source in response.source_nodes] == [LICENCE.id]


def test_the_query_engine_gives_the_checked_answer_with_a_source_per_citation() -> None:
    response = IndexQueryEngine(FakeIndex()).query("¿cuándo se paga la patente")
    assert str(response) == f"{LICENCE.text}. [1][2]"
    assert [source.metadata["citation"] for source in response.source_nodes] == [1, 2]
    assert [source.metadata["quote"] for source in response.source_nodes] == [
        LICENCE.text,
        "los meses de enero y julio",
    ]
    assert [source.metadata["page"] for source in response.source_nodes] == [3, 4]
    assert all(source.metadata["quote"] in source.text for source in response.source_nodes)
    assert [source.score for source in response.source_nodes] == [4.0, 4.0]
    assert response.metadata is not None
    assert response.metadata["refused"] is False
    assert response.metadata["withheld"] == ["Se paga en marzo."]
    assert response.metadata["nearest"] == []


def test_a_refusal_has_no_sources_and_names_what_was_nearest() -> None:
    response = IndexQueryEngine(FakeIndex()).query("¿cuánto mide Júpiter?")
    assert str(response) == "No lo encontré en los documentos."
    assert response.source_nodes == []
    assert response.metadata is not None
    assert response.metadata["refused"] is True
    assert response.metadata["nearest"] == [WASTE.header, LICENCE.header]


def test_metadata_is_json_that_tracers_and_stores_can_write() -> None:
    response = IndexQueryEngine(FakeIndex()).query("¿cuándo se paga la patente")
    written = json.dumps([response.metadata, *(source.metadata for source in response.source_nodes)])
    assert "los meses de enero y julio" in written


def test_retrieving_and_asking_from_an_event_loop() -> None:
    async def both() -> tuple[str, str]:
        found = await IndexRetriever(FakeIndex()).aretrieve("¿cuándo se paga la patente")
        answered = await IndexQueryEngine(FakeIndex()).aquery("¿cuándo se paga la patente")
        return found[0].node_id, str(answered)

    assert asyncio.run(both()) == (LICENCE.id, f"{LICENCE.text}. [1][2]")


def test_our_embedder_as_the_model_of_a_vector_store_index() -> None:
    embedder = FakeEmbedder()
    nodes = [node(LICENCE), node(WASTE), TextNode(text="Otra cosa", id_="otra")]
    index = VectorStoreIndex(nodes, embed_model=IndexEmbedding(embedder))
    found = index.as_retriever(similarity_top_k=1).retrieve("¿cuándo se retira la basura")
    assert [hit.node_id for hit in found] == [WASTE.id]
    assert embedder.batches == [3]


def test_questions_and_passages_are_embedded_differently() -> None:
    model = IndexEmbedding(FakeEmbedder())
    question, passage = model.get_query_embedding("basura"), model.get_text_embedding("basura")
    assert len(question) == len(passage) == 65
    assert (question[64], passage[64]) == (0.5, 0.0)
    assert model.get_text_embedding_batch(["basura", "patente"])[0] == passage

    async def later() -> list[list[float]]:
        return [await model.aget_query_embedding("basura"), await model.aget_text_embedding("basura")]

    assert asyncio.run(later()) == [question, passage]


def test_llamaindex_settings_are_left_alone() -> None:
    IndexQueryEngine(FakeIndex()).query("¿cuándo se paga la patente")
    VectorStoreIndex([node(LICENCE)], embed_model=IndexEmbedding(FakeEmbedder()))
    assert (Settings._llm, Settings._embed_model) == (None, None)


def test_without_the_extra_its_install_command_is_named() -> None:
    code = "import sys; sys.modules['llama_index'] = None\nimport latam_rag.llamaindex"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "pip install 'latam-rag[llama-index]'" in ran.stderr.splitlines()[-1]
    assert "MissingExtra" in ran.stderr.splitlines()[-1]

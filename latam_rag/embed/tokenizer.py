"""Text to token ids, special tokens included, by the library that costs least memory for the folder at hand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from latam_rag.errors import MissingExtra, ModelError


class Tokenizer(Protocol):
    """Thread-safe."""

    pad: int

    def encode(self, texts: Sequence[str], max_tokens: int) -> list[list[int]]:
        """Ids of each text, special tokens included, cut to ``max_tokens``."""
        ...

    def count(self, text: str) -> int:
        """How many ids ``text`` has uncut."""
        ...


def load(folder: Path) -> Tokenizer:
    """XLM-R's sentencepiece file where the folder has one (62 MB in memory; 285 MB as ``tokenizer.json``)."""
    if (folder / "sentencepiece.bpe.model").is_file():
        return SentencePiece(folder / "sentencepiece.bpe.model")
    if (folder / "tokenizer.json").is_file():
        return HuggingFace(folder / "tokenizer.json", _pad_token(folder))
    raise ModelError("embed.not_a_model", path=str(folder), missing="sentencepiece.bpe.model, tokenizer.json")


class SentencePiece:
    """XLM-R's: Hugging Face's ids are sentencepiece's plus one, but for the four it put first."""

    pad = 1
    _begin, _end, _unknown = 0, 2, 3

    def __init__(self, path: Path) -> None:
        import sentencepiece

        try:
            self._model: Any = sentencepiece.SentencePieceProcessor(model_file=str(path))
        except (OSError, RuntimeError) as error:
            raise ModelError("embed.broken", path=str(path), error=str(error)) from error

    def encode(self, texts: Sequence[str], max_tokens: int) -> list[list[int]]:
        # One by one: for a list the library starts threads, which take longer than the texts.
        return [self._framed(self._model.encode(text)[: max_tokens - 2]) for text in texts]

    def count(self, text: str) -> int:
        return len(self._model.encode(text)) + 2

    def _framed(self, pieces: Sequence[int]) -> list[int]:
        return [self._begin, *(piece + 1 if piece else self._unknown for piece in pieces), self._end]


class HuggingFace:
    """Any ``tokenizer.json``."""

    def __init__(self, path: Path, pad: str) -> None:
        try:
            from tokenizers import Tokenizer as Library
        except ImportError as error:
            raise MissingExtra("sentence-transformers", str(path)) from error
        try:
            self._library = Library.from_file(str(path))
        # The library raises nothing narrower for a file it can't read.
        except Exception as error:
            raise ModelError("embed.broken", path=str(path), error=str(error)) from error
        self._library.no_padding()
        self._library.no_truncation()
        # What looks like a special token in a document is text.
        self._library.encode_special_tokens = True
        self.pad = self._library.token_to_id(pad) or 0

    def encode(self, texts: Sequence[str], max_tokens: int) -> list[list[int]]:
        encoded = [item.ids for item in self._library.encode_batch(list(texts))]
        # The last token closes the text: it stays when the text is cut.
        return [ids if len(ids) <= max_tokens else [*ids[: max_tokens - 1], ids[-1]] for ids in encoded]

    def count(self, text: str) -> int:
        return len(self._library.encode(text).ids)


def _pad_token(folder: Path) -> str:
    try:
        said = json.loads((folder / "tokenizer_config.json").read_text("utf-8")).get("pad_token", "[PAD]")
    except (OSError, ValueError):
        return "[PAD]"
    return str(said["content"] if isinstance(said, dict) else said)

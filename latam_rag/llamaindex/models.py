"""Our embedding engine and our GGUF model as LlamaIndex's."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.base.llms.types import (
    ChatMessage,
    ChatResponse,
    ChatResponseGen,
    CompletionResponse,
    CompletionResponseGen,
    LLMMetadata,
    MessageRole,
)
from llama_index.core.bridge.pydantic import PrivateAttr
from llama_index.core.llms.callbacks import llm_chat_callback, llm_completion_callback
from llama_index.core.llms.custom import CustomLLM

from latam_rag.config import Generation
from latam_rag.embed import Embedder
from latam_rag.errors import ModelError
from latam_rag.llm import loading
from latam_rag.llm.engine import Engine, Piece

#: A chat template as a function of the messages; None for messages it refuses.
Template = Callable[[list[dict[str, str]]], str | None]
_SLOT = re.compile("\x02(\\d+)\x03")
_CONTROL = re.compile("[\x02\x03]")


class IndexEmbedding(BaseEmbedding):
    """One of our embedding engines as LlamaIndex's embedding model: questions and passages get their own prefixes."""

    _embedder: Embedder = PrivateAttr()

    def __init__(self, embedder: Embedder) -> None:
        # The engine sorts and batches by itself: the larger what it is given, the less is padded.
        super().__init__(model_name=embedder.fingerprint, embed_batch_size=512)
        self._embedder = embedder

    def _get_query_embedding(self, query: str) -> list[float]:
        return _floats(self._embedder.query(query))

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return await asyncio.to_thread(self._get_query_embedding, query)

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    async def _aget_text_embedding(self, text: str) -> list[float]:
        return await asyncio.to_thread(self._get_text_embedding, text)

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return [_floats(row) for row in self._embedder.passages(texts)]

    async def _aget_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return await asyncio.to_thread(self._get_text_embeddings, texts)


class Writer(Protocol):
    """What is asked of a model; ``latam_rag.llm.engine.Engine`` is one."""

    @property
    def context(self) -> int: ...

    def stream(self, prompt: Sequence[Piece], *, max_tokens: int, stops: Sequence[str] = ...) -> Iterator[str]: ...

    def close(self) -> None: ...


class GgufLLM(CustomLLM):
    """A GGUF model as LlamaIndex's, spoken to through its own chat template. Greedy: the same prompt gives the same text.

    What it writes is unchecked; ``IndexQueryEngine`` is the way to answers whose citations are. Only what the template adds
    may hold control tokens: a document in a message can't end its turn and begin another's.
    """

    _writer: Writer = PrivateAttr()
    _template: Template | None = PrivateAttr()
    _stops: tuple[str, ...] = PrivateAttr()
    _max_tokens: int = PrivateAttr()
    _name: str = PrivateAttr()

    def __init__(
        self, writer: Writer, *, template: Template | None, name: str, stops: Sequence[str] = (), max_tokens: int = 320
    ) -> None:
        """``template`` is None for a base model, which continues texts and can't chat."""
        super().__init__()
        self._writer, self._template, self._name = writer, template, name
        self._stops, self._max_tokens = tuple(stops), max_tokens

    @classmethod
    def load(cls, settings: Generation, *, base: Path = Path()) -> GgufLLM:
        """The model of a definition's ``[generation]`` table. Close it when done. Raises ModelError, MissingExtra."""
        model, profile, template = loading.prepared(settings, base)
        engine = Engine(model, settings)
        # A base model's stops end a short extract; here it continues whatever text it is given.
        stops = profile.stops if profile.chat else ()
        render = engine.template(template) if profile.chat else None
        return cls(engine, template=render, name=model.name, stops=stops, max_tokens=settings.max_tokens)

    def close(self) -> None:
        self._writer.close()

    @classmethod
    def class_name(cls) -> str:
        return "latam_rag_gguf"

    @property
    def metadata(self) -> LLMMetadata:
        return LLMMetadata(
            context_window=self._writer.context,
            num_output=self._max_tokens,
            is_chat_model=self._template is not None,
            model_name=self._name,
        )

    @llm_completion_callback()
    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        return CompletionResponse(text="".join(self._written(self._completion(prompt, formatted), kwargs)))

    @llm_completion_callback()
    def stream_complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponseGen:
        def stream() -> CompletionResponseGen:
            text = ""
            for delta in self._written(self._completion(prompt, formatted), kwargs):
                text += delta
                yield CompletionResponse(text=text, delta=delta)

        return stream()

    @llm_chat_callback()
    def chat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponse:
        return _said("".join(self._written(self._conversation(messages), kwargs)))

    @llm_chat_callback()
    def stream_chat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponseGen:
        def stream() -> ChatResponseGen:
            text = ""
            for delta in self._written(self._conversation(messages), kwargs):
                text += delta
                yield _said(text, delta)

        return stream()

    def _written(self, pieces: Sequence[Piece], options: dict[str, Any]) -> Iterator[str]:
        limit = int(options.pop("max_tokens", None) or self._max_tokens)
        if options:
            raise ModelError("llamaindex.option", option=next(iter(options)), name=self._name)
        return self._writer.stream(pieces, max_tokens=limit, stops=self._stops)

    def _completion(self, prompt: str, formatted: bool) -> list[Piece]:
        if self._template is None or formatted:
            # ``formatted``: LlamaIndex, or who uses it, has applied a template already.
            return [Piece(prompt, ours=formatted and self._template is not None)]
        return self._conversation([ChatMessage(role=MessageRole.USER, content=prompt)])

    def _conversation(self, messages: Sequence[ChatMessage]) -> list[Piece]:
        """The template filled with slots, and what was said put into them as plain text."""
        if self._template is None:
            raise ModelError("llamaindex.base_model", name=self._name)
        said = [_CONTROL.sub("", message.content or "") for message in messages]
        slots = [
            {"role": message.role.value, "content": f"\x02{number}\x03"} for number, message in enumerate(messages)
        ]
        text = self._template(slots)
        parts = _SLOT.split(text or "")
        if sorted(parts[1::2]) != sorted(str(number) for number in range(len(said))):
            raise ModelError("llamaindex.roles", name=self._name, roles=", ".join(slot["role"] for slot in slots))
        # split() alternates the template's own text with the numbers of the slots.
        return [
            Piece(said[int(part)] if place % 2 else part, ours=place % 2 == 0)
            for place, part in enumerate(parts)
            if part
        ]


def _said(text: str, delta: str | None = None) -> ChatResponse:
    return ChatResponse(message=ChatMessage(role=MessageRole.ASSISTANT, content=text), delta=delta)


def _floats(row: Any) -> list[float]:
    return [float(value) for value in row]

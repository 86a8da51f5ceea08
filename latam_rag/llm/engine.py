"""llama.cpp behind one worker: tokens, streaming, cancelling, prefix reuse. The only module that imports llama_cpp."""

from __future__ import annotations

import ctypes
import logging
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from latam_rag.config import Generation
from latam_rag.errors import MissingExtra, ModelError
from latam_rag.llm.gguf import Gguf
from latam_rag.llm.streaming import decoded, periodic, until
from latam_rag.llm.worker import Worker
from latam_rag.messages import text as say

_log = logging.getLogger(__name__)
_ERROR = 4  # GGML_LOG_LEVEL_ERROR
_kept: list[Any] = []  # ctypes callbacks live as long as the library may call them


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a prompt. Only what is ``ours`` may hold control tokens; the rest is read as plain text, so that a
    document can't end its turn and begin another's."""

    text: str
    ours: bool


@dataclass(frozen=True, slots=True)
class Usage:
    """Of the last generation: tokens in the prompt, how many of them weren't already in the cache, tokens written."""

    prompt: int
    read: int
    written: int
    seconds_reading: float
    seconds_writing: float


class Engine:
    """One model in memory. Thread-safe: askers are served in order."""

    def __init__(self, model: Gguf, settings: Generation) -> None:
        self.model = model
        self.context = min(settings.context, model.context or settings.context)
        self.usage = Usage(0, 0, 0, 0.0, 0.0)
        self._lib, self._llama = _load(model, settings, self.context)
        self._worker = Worker()

    def count_tokens(self, text: str) -> int:
        return len(self._llama.tokenize(text.encode(), add_bos=False, special=False))

    def special_text(self, token: str) -> str:
        """The text of the model's ``bos`` or ``eos`` token, as its template expects it."""
        number = self._llama.token_bos() if token == "bos" else self._llama.token_eos()
        return str(self._llama._model.token_get_text(number)) if number >= 0 else ""

    def template(self, source: str) -> Callable[[list[dict[str, str]]], str | None]:
        """A chat template as a function of the messages, in Jinja's sandbox; None for messages it refuses. ModelError when it
        isn't a template."""
        import jinja2
        from llama_cpp.llama_chat_format import Jinja2ChatFormatter

        try:
            formatter = Jinja2ChatFormatter(
                template=source, eos_token=self.special_text("eos"), bos_token=self.special_text("bos")
            )
        except jinja2.TemplateError as error:
            raise ModelError("llm.bad_template", path=str(self.model.path), error=str(error)) from error

        def render(messages: list[dict[str, str]]) -> str | None:
            try:
                return str(formatter(messages=messages).prompt)
            except (jinja2.TemplateError, ValueError, TypeError):
                return None

        return render

    def stream(
        self,
        prompt: Sequence[Piece],
        *,
        max_tokens: int,
        stops: Sequence[str] = (),
        should_stop: Callable[[], bool] | None = None,
        on_ahead: Callable[[int], None] | None = None,
    ) -> Iterator[str]:
        """The text that follows ``prompt``, greedily chosen, so that it can be had again."""
        tokens = self._tokens(prompt)
        if len(tokens) + max_tokens > self.context:
            raise ModelError("llm.no_room", context=self.context)
        ends, texts = self._stops(stops)
        yield from self._worker.stream(
            lambda unwanted: until(decoded(self._written(tokens, max_tokens, ends, unwanted)), texts),
            should_stop=should_stop,
            on_ahead=on_ahead,
        )

    def close(self) -> None:
        self._worker.close()
        self._llama.close()

    def _tokens(self, prompt: Sequence[Piece]) -> list[int]:
        tokens: list[int] = []
        for piece in prompt:
            tokens += self._llama.tokenize(piece.text.encode(), add_bos=False, special=piece.ours)
        bos = self._llama.token_bos()
        if self._llama._model.add_bos_token() and bos >= 0 and tokens[:1] != [bos]:
            tokens.insert(0, bos)
        return tokens

    def _stops(self, stops: Sequence[str]) -> tuple[frozenset[int], list[str]]:
        """Those that are one control token of this model, by number, and the rest as text."""
        ends, texts = set(), []
        for stop in stops:
            tokens = self._llama.tokenize(stop.encode(), add_bos=False, special=True)
            if len(tokens) == 1 and stop != "\n":
                ends.add(tokens[0])
            texts.append(stop)
        return frozenset(ends), texts

    def _written(
        self, tokens: list[int], limit: int, ends: frozenset[int], unwanted: Callable[[], bool]
    ) -> Iterator[bytes]:
        """In the worker's thread: read the prompt past what is cached, then write."""
        llama, lib = self._llama, self._lib
        vocabulary = lib.llama_model_get_vocab(llama.model)
        began = first = time.perf_counter()
        cached = llama.longest_token_prefix(llama._input_ids.tolist(), tokens)
        written: list[int] = []
        stop_reading = lib.ggml_abort_callback(lambda _: unwanted())
        # Asked at every step of a graph, so only while reading: a prompt may take minutes, a token does not.
        lib.llama_set_abort_callback(llama.ctx, stop_reading, ctypes.c_void_p(0))
        try:
            for token in llama.generate(tokens, temp=0.0):
                if not written:
                    lib.llama_set_abort_callback(llama.ctx, lib.ggml_abort_callback(), ctypes.c_void_p(0))
                    first = time.perf_counter()
                if unwanted() or token in ends or lib.llama_vocab_is_eog(vocabulary, token):
                    break
                written.append(token)
                yield llama.detokenize([token])
                if len(written) >= limit or (len(written) % 8 == 0 and periodic(written)):
                    break
        except RuntimeError as error:
            llama.reset()
            if not unwanted():
                raise ModelError("llm.failed", error=str(error)) from error
        finally:
            lib.llama_set_abort_callback(llama.ctx, lib.ggml_abort_callback(), ctypes.c_void_p(0))
            end = time.perf_counter()
            self.usage = Usage(len(tokens), len(tokens) - cached, len(written), first - began, end - first)


def installed() -> None:
    """MissingExtra when llama-cpp-python isn't there."""
    _library()


def _library() -> Any:
    try:
        import llama_cpp
    except ImportError as error:
        raise MissingExtra("llama", say("llm.what")) from error
    return llama_cpp


def _load(model: Gguf, settings: Generation, context: int) -> tuple[Any, Any]:
    lib = _library()
    heard = _listen(lib)
    threads = settings.threads or os.cpu_count() or 1
    try:
        llama = lib.Llama(
            str(model.path),
            n_ctx=context,
            n_threads=threads,
            n_threads_batch=threads,
            n_gpu_layers=settings.gpu_layers,
            verbose=False,
        )
    except (ValueError, RuntimeError, OSError, MemoryError) as error:
        why = heard[-1] if heard else str(error)
        raise ModelError("llm.load_failed", path=str(model.path), error=why) from error
    return lib, llama


def _listen(lib: Any) -> list[str]:
    """Send llama.cpp's own lines to our logger instead of the terminal; the list returned gathers its errors."""
    heard: list[str] = []

    def hear(level: int, text: bytes, _: Any) -> None:
        line = text.decode("utf-8", "replace").strip()
        if line and level >= _ERROR:
            heard.append(line)
        _log.debug(line)

    callback = lib.llama_log_callback(hear)
    _kept.append(callback)
    lib.llama_log_set(callback, ctypes.c_void_p(0))
    return heard

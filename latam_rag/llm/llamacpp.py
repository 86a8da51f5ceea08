"""llama.cpp's C interface as one object: a model, its vocabulary, its memory. The only module that imports llama_cpp.

``Llama`` of llama-cpp-python isn't used: it keeps one sequence, and a quotation is begun by weighing several (``begin``).
"""

from __future__ import annotations

import ctypes
import functools
import logging
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from latam_rag.errors import MissingExtra, ModelError
from latam_rag.messages import text as say

Logits = npt.NDArray[np.float32]

#: Continuations of one text that can be weighed against each other at once, and how many tokens of each.
BRANCHES = 8
DEPTH = 10
_log = logging.getLogger(__name__)
_ERROR = 4  # GGML_LOG_LEVEL_ERROR
_BATCH = 512
_ABORTED = 2
_SLOW = 0.25
"""Seconds that a token may take before it is looked whether it is still wanted."""
_ALL_LAYERS = 0x7FFFFFFF
_kept: list[Any] = []  # ctypes callbacks live as long as the library may call them


class Aborted(Exception):
    """Reading was given up because nobody wants it any more; what was read before stays in memory."""


class Model:
    """Not thread-safe, but for ``tokens``, ``piece`` and ``is_end``. Sequence 0 is the text; the others are its branches."""

    def __init__(self, path: Path, *, context: int, threads: int, gpu_layers: int) -> None:
        self._lib = lib = library()
        heard = _listen(lib)
        wanted = lib.llama_model_default_params()
        wanted.n_gpu_layers = _ALL_LAYERS if gpu_layers < 0 else gpu_layers
        self._model = lib.llama_model_load_from_file(str(path).encode(), wanted)
        self._context = self._opened(context, threads) if self._model else None
        if not self._context:
            self.close()
            why = heard[-1] if heard else "llama.cpp"
            raise ModelError("llm.load_failed", path=str(path), error=why)
        self._memory = lib.llama_get_memory(self._context)
        self._words = lib.llama_model_get_vocab(self._model)
        self.size = lib.llama_vocab_n_tokens(self._words)
        self._batch = lib.llama_batch_init(_BATCH, 0, 1)
        self.read: list[int] = []
        """The tokens of sequence 0."""
        self._row = -1
        self._unwanted: Callable[[], bool] = lambda: False
        self._watched = False

    def _opened(self, context: int, threads: int) -> Any:
        wanted = self._lib.llama_context_default_params()
        wanted.n_ctx = context + 2 * BRANCHES * DEPTH
        wanted.n_batch = wanted.n_ubatch = _BATCH
        wanted.n_threads = wanted.n_threads_batch = threads
        # A branch and its successor exist side by side for a moment; all share the cells of what they have in common.
        wanted.n_seq_max = 1 + 2 * BRANCHES
        wanted.kv_unified = True
        return self._lib.llama_init_from_model(self._model, wanted)

    def close(self) -> None:
        if self._context:
            self._lib.llama_batch_free(self._batch)
            self._lib.llama_free(self._context)
        if self._model:
            self._lib.llama_model_free(self._model)
        self._context = self._model = None

    # Tokens

    def tokens(self, text: str, *, special: bool) -> list[int]:
        """``special``: what looks like a control token is one."""
        raw = text.encode()
        room = len(raw) + 2
        found = (ctypes.c_int32 * room)()
        count = self._lib.llama_tokenize(self._words, raw, len(raw), found, room, False, special)
        return list(found[:count])

    def piece(self, token: int) -> bytes:
        """The bytes that ``token`` stands for; none for a control token."""
        buffer = ctypes.create_string_buffer(64)
        count = self._lib.llama_token_to_piece(self._words, token, buffer, 64, 0, False)
        if count < 0:
            buffer = ctypes.create_string_buffer(-count)
            count = self._lib.llama_token_to_piece(self._words, token, buffer, -count, 0, False)
        return buffer.raw[:count]

    def is_end(self, token: int) -> bool:
        return bool(self._lib.llama_vocab_is_eog(self._words, token))

    @functools.cached_property
    def first_token(self) -> int | None:
        """What every text begins with; None where the model wants nothing."""
        token = int(self._lib.llama_vocab_bos(self._words))
        return token if token >= 0 and self._lib.llama_vocab_get_add_bos(self._words) else None

    def special_text(self, which: str) -> str:
        """The text of the ``bos`` or ``eos`` token, as a template expects it."""
        token = (self._lib.llama_vocab_bos if which == "bos" else self._lib.llama_vocab_eos)(self._words)
        return self._lib.llama_vocab_get_text(self._words, token).decode() if token >= 0 else ""

    # The text

    def begin(self, tokens: Sequence[int], unwanted: Callable[[], bool]) -> int:
        """Make ``tokens`` the text and read what of them isn't read yet; how many tokens that was. Aborted, ModelError."""
        same = next((at for at, pair in enumerate(zip(self.read, tokens, strict=False)) if pair[0] != pair[1]), None)
        keep = min(len(self.read), len(tokens) - 1) if same is None else min(same, len(tokens) - 1)
        self.cut(keep)
        new = tokens[len(self.read) :]
        self._unwanted, self._watched = unwanted, True
        for at in range(0, len(new), _BATCH):
            self._decode(new[at : at + _BATCH])
        self._watched = False
        return len(new)

    def push(self, tokens: Sequence[int]) -> None:
        """Let ``tokens``, at most a few, follow the text."""
        self._decode(tokens)

    @property
    def logits(self) -> Logits:
        """Of the token that follows the text; valid until the next is pushed."""
        return self._logits(self._row)

    def _logits(self, row: int) -> Logits:
        return np.ctypeslib.as_array(self._lib.llama_get_logits_ith(self._context, row), shape=(self.size,))

    def cut(self, length: int) -> None:
        """Forget the text past its first ``length`` tokens."""
        if length >= len(self.read):
            return
        if self._lib.llama_memory_seq_rm(self._memory, 0, length, -1):
            del self.read[length:]
        else:
            # A model whose memory can't forget its end (recurrent ones) reads everything again.
            self.forget()

    def forget(self) -> None:
        """Empty the memory."""
        self._lib.llama_memory_clear(self._memory, True)
        self.read.clear()

    def _decode(self, tokens: Sequence[int]) -> None:
        before = len(self.read)
        places = [(token, before + offset, 0) for offset, token in enumerate(tokens)]
        self._run(places, wanted=(len(tokens) - 1,))
        self._row = -1
        self.read += tokens

    def _run(self, places: Sequence[tuple[int, int, int]], *, wanted: Sequence[int]) -> None:
        """Evaluate (token, position, sequence) and keep the logits of the places in ``wanted``."""
        batch = self._batch
        batch.n_tokens = len(places)
        for at, (token, position, sequence) in enumerate(places):
            batch.token[at], batch.pos[at], batch.n_seq_id[at] = token, position, 1
            batch.seq_id[at][0], batch.logits[at] = sequence, 0
        for at in wanted:
            batch.logits[at] = 1
        began = time.perf_counter()
        code = self._lib.llama_decode(self._context, batch) if not self._watched else self._watching(batch)
        # Asking at every step of a graph whether the result is still wanted costs a small model a tenth of its speed.
        self._watched = self._watched or time.perf_counter() - began > _SLOW
        if code:
            self.prune()
            length = len(self.read)
            if code == 1 or not self._lib.llama_memory_seq_rm(self._memory, 0, length, -1):
                self.forget()
            if code == _ABORTED:
                raise Aborted
            raise ModelError("llm.failed", error=f"llama_decode {code}")

    def _watching(self, batch: Any) -> int:
        lib = self._lib
        stop = lib.ggml_abort_callback(lambda _: self._unwanted())
        lib.llama_set_abort_callback(self._context, stop, ctypes.c_void_p(0))
        try:
            return int(lib.llama_decode(self._context, batch))
        finally:
            lib.llama_set_abort_callback(self._context, lib.ggml_abort_callback(), ctypes.c_void_p(0))

    # Branches

    def branch(self, grown: Sequence[tuple[int, int]], depth: int) -> list[Logits]:
        """Grow ``depth`` + 1 tokens past the text: for each (branch of the previous depth, token) the logits that follow it.

        At most ``BRANCHES``. At depth 0 all grow from the text itself. ``take`` ends it.
        """
        lib, memory = self._lib, self._memory
        old, new = (1, 1 + BRANCHES) if depth % 2 else (1 + BRANCHES, 1)
        for at, (parent, _) in enumerate(grown):
            lib.llama_memory_seq_cp(memory, old + parent if depth else 0, new + at, -1, -1)
        for at in range(BRANCHES):
            lib.llama_memory_seq_rm(memory, old + at, -1, -1)
        position = len(self.read) + depth
        self._run([(token, position, new + at) for at, (_, token) in enumerate(grown)], wanted=range(len(grown)))
        return [self._logits(at) for at in range(len(grown))]

    def take(self, branch: int, tokens: Sequence[int]) -> None:
        """Make the ``branch`` of the last depth, whose tokens are ``tokens``, part of the text and drop the others."""
        lib, memory = self._lib, self._memory
        first = 1 if len(tokens) % 2 else 1 + BRANCHES
        length = len(self.read)
        lib.llama_memory_seq_cp(memory, first + branch, 0, length, -1)
        self.read += tokens
        self._row = branch
        self.prune()

    def prune(self) -> None:
        """Drop all branches."""
        for sequence in range(1, 1 + 2 * BRANCHES):
            self._lib.llama_memory_seq_rm(self._memory, sequence, -1, -1)


def library() -> Any:
    """llama_cpp; MissingExtra when it isn't installed."""
    try:
        import llama_cpp
    except ImportError as error:
        raise MissingExtra("llama", say("llm.what")) from error
    return llama_cpp


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

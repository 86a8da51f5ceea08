"""Answers of a model on another server: the same prompt, the same line of askers, the same checks afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from latam_rag import prompt
from latam_rag.config import Generation
from latam_rag.errors import ModelError
from latam_rag.llm import Notify
from latam_rag.llm.endpoint import Endpoint
from latam_rag.llm.grammar import gbnf
from latam_rag.llm.streaming import without_loops, without_thoughts
from latam_rag.llm.telling import tell_ahead, tell_left_out
from latam_rag.llm.worker import Worker
from latam_rag.types import Hit, Language

_FRAME = 64
"""Tokens that the server's chat template may add."""


class RemoteGenerator:
    """The decoder is out of reach: quotations are asked to be literal by a grammar where the server takes one, and are
    checked afterwards in any case."""

    def __init__(self, settings: Generation) -> None:
        self._settings = settings
        self._endpoint = Endpoint(settings)
        self._name, _ = self._endpoint.model()
        self._worker = Worker(threads=settings.parallel)
        self._grammars = True

    @property
    def name(self) -> str:
        # llama-cpp-python's server calls a model by its file.
        return self._name.rpartition("/")[2] if self._name.endswith(".gguf") else self._name

    def generate(
        self, question: str, hits: Sequence[Hit], *, language: Language, asker: str = "",
        should_stop: Callable[[], bool] | None = None, notify: Notify | None = None,
    ) -> Iterator[str]:  # fmt: skip
        settings, endpoint = self._settings, self._endpoint
        room = settings.context - settings.max_tokens - _FRAME
        made = prompt.chat(question, hits, language, count_tokens=endpoint.count_tokens, room=room)
        if not made.shown:
            raise ModelError("llm.no_room", context=settings.context)
        tell_left_out(notify, hits, made.shown)
        messages = [{"role": "system", "content": made.system}, {"role": "user", "content": made.user}]
        grammar = gbnf(made.shown) if self._grammars else ""

        def work(unwanted: Callable[[], bool]) -> Iterator[str]:
            return without_loops(without_thoughts(self._written(messages, grammar, unwanted)))

        yield from self._worker.stream(work, asker=asker, should_stop=should_stop, on_ahead=tell_ahead(notify))

    def draft(
        self, rules: str, text: str, *, asker: str = "",
        should_stop: Callable[[], bool] | None = None, notify: Notify | None = None,
    ) -> Iterator[str]:  # fmt: skip
        messages = [{"role": "system", "content": rules}, {"role": "user", "content": prompt.plain(text)}]

        def work(unwanted: Callable[[], bool]) -> Iterator[str]:
            return without_loops(without_thoughts(self._endpoint.write(messages, "", unwanted)))

        yield from self._worker.stream(work, asker=asker, should_stop=should_stop, on_ahead=tell_ahead(notify))

    def _written(self, messages: list[dict[str, str]], grammar: str, unwanted: Callable[[], bool]) -> Iterator[str]:
        """Without the grammar where the server refuses it: then the checks alone stand for the quotations."""
        came = False
        try:
            for piece in self._endpoint.write(messages, grammar, unwanted):
                came = True
                yield piece
        except ModelError as error:
            if not grammar or came or error.key != "llm.endpoint_refused":
                raise
            self._grammars = False
            yield from self._endpoint.write(messages, "", unwanted)

    def asked(self) -> int:
        return self._worker.asked()

    def close(self) -> None:
        self._worker.close()

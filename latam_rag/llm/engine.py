"""A GGUF model in process behind one worker: prompts to tokens, the part of them that is read once, text as it is written."""

from __future__ import annotations

import functools
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from latam_rag.config import Generation
from latam_rag.errors import ModelError
from latam_rag.llm.gguf import Gguf
from latam_rag.llm.llamacpp import Aborted, Model
from latam_rag.llm.streaming import decoded, periodic, until
from latam_rag.llm.worker import OnAhead, Work, Worker

if TYPE_CHECKING:
    from latam_rag.llm.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a prompt. Only what is ``ours`` may hold control tokens; the rest is read as plain text, so that a
    document can't end its turn and begin another's."""

    text: str
    ours: bool


@dataclass(slots=True)
class Usage:
    """Of one answer: tokens in its prompts, how many of them weren't already in memory, tokens written."""

    prompt: int = 0
    read: int = 0
    written: int = 0
    seconds_reading: float = 0.0
    seconds_writing: float = 0.0


class Engine:
    """One model in memory. Thread-safe: askers are served in turn (``run``). ``write``, ``answer`` and ``point`` are for the
    work that is being run, and count into the ``usage`` given."""

    def __init__(self, model: Gguf, settings: Generation) -> None:
        self.model = model
        self.context = min(settings.context, model.context or settings.context)
        self.usage = Usage()
        """Of the last ``stream``."""
        self._llama = Model(
            model.path,
            context=self.context,
            threads=settings.threads or os.cpu_count() or 1,
            gpu_layers=settings.gpu_layers,
        )
        self._worker = Worker()

    @functools.cached_property
    def vocabulary(self) -> Vocabulary:
        from latam_rag.llm.vocabulary import Vocabulary

        return Vocabulary(self._llama)

    def count_tokens(self, text: str) -> int:
        return len(self._llama.tokens(text, special=False))

    def template(self, source: str, **values: object) -> Callable[[list[dict[str, str]]], str | None]:
        """A chat template as a function of the messages, in Jinja's sandbox; None for messages it refuses. ModelError when it
        isn't a template. ``values`` are what it may ask for besides."""
        import jinja2
        from llama_cpp.llama_chat_format import Jinja2ChatFormatter

        bos, eos = self._llama.special_text("bos"), self._llama.special_text("eos")
        try:
            formatter = Jinja2ChatFormatter(template=source, eos_token=eos, bos_token=bos)
        except jinja2.TemplateError as error:
            raise ModelError("llm.bad_template", path=str(self.model.path), error=str(error)) from error

        def render(messages: list[dict[str, str]]) -> str | None:
            try:
                return str(formatter(messages=messages, **values).prompt)
            except (jinja2.TemplateError, ValueError, TypeError):
                return None

        return render

    def run(
        self,
        work: Work,
        *,
        asker: str = "",
        should_stop: Callable[[], bool] | None = None,
        on_ahead: OnAhead | None = None,
    ) -> Iterator[str]:
        """What ``work`` yields when its turn comes."""

        def until_unwanted(unwanted: Callable[[], bool]) -> Iterator[str]:
            try:
                yield from work(unwanted)
            except Aborted:
                return

        return self._worker.stream(until_unwanted, asker=asker, should_stop=should_stop, on_ahead=on_ahead)

    def stream(
        self,
        prompt: Sequence[Piece],
        *,
        max_tokens: int,
        stops: Sequence[str] = (),
        should_stop: Callable[[], bool] | None = None,
    ) -> Iterator[str]:
        """The text that follows ``prompt``, greedily chosen, so that it can be had again."""
        self.fits(prompt, max_tokens)

        def work(unwanted: Callable[[], bool]) -> Iterator[str]:
            self.usage = Usage()
            yield from self.write(prompt, max_tokens, stops, unwanted, self.usage)

        yield from self.run(work, should_stop=should_stop)

    def fits(self, prompt: Sequence[Piece], max_tokens: int) -> None:
        """ModelError when ``prompt`` leaves no room for so many tokens."""
        if len(self.tokens(prompt)) + max_tokens > self.context:
            raise ModelError("llm.no_room", context=self.context)

    def write(
        self, prompt: Sequence[Piece], limit: int, stops: Sequence[str], unwanted: Callable[[], bool], usage: Usage
    ) -> Iterator[str]:
        """Free text."""
        ends, texts = self._stops(stops)
        return until(decoded(self._written(prompt, limit, ends, unwanted, usage)), texts)

    def answer(
        self, prompt: Sequence[Piece], limit: int, stops: Sequence[str], evidence: Mapping[int, str],
        unwanted: Callable[[], bool], usage: Usage,
    ) -> Iterator[str]:  # fmt: skip
        """Text in which what stands between quotation marks is a literal stretch of one of ``evidence``, followed by its
        number, and every mark names one of them."""
        from latam_rag.llm.quotable import Quotable
        from latam_rag.llm.writing import Writing

        ends, texts = self._stops(stops)
        self._read(prompt, unwanted, usage)
        began = time.perf_counter()
        quotable = Quotable(tuple(evidence.values()))
        writing = Writing(self._llama, self.vocabulary, quotable, tuple(evidence), ends)
        try:
            yield from until(writing.text(limit, unwanted), texts)
        finally:
            usage.written += writing.written
            usage.seconds_writing += time.perf_counter() - began

    def point(self, prompt: Sequence[Piece], limit: int, text: str, unwanted: Callable[[], bool], usage: Usage) -> str:
        """The sentence of ``text`` in which stands that with which the model goes on, in one line and in words of
        ``text``; the empty string when there is none."""
        from latam_rag.llm.quotable import Quotable
        from latam_rag.llm.quoting import Quoting

        self._read(prompt, unwanted, usage)
        began = time.perf_counter()
        closing = self.vocabulary.ends.union(self.vocabulary.tokens("\n").tolist())
        quotable = Quotable((text,))
        quote = Quoting(self._llama, self.vocabulary, quotable, closing, lead=b" ", anywhere=True).quote(limit)
        usage.written += quote.tokens if quote else 0
        usage.seconds_writing += time.perf_counter() - began
        whole = quotable.sentence(quote.start, quote.end) if quote else (0, 0)
        return quotable.text(*whole) if quote and quotable.literal(*whole) else ""

    def asked(self) -> int:
        """Questions that run or wait now."""
        return self._worker.asked()

    def close(self) -> None:
        self._worker.close()
        self._llama.close()

    def tokens(self, prompt: Sequence[Piece]) -> list[int]:
        tokens: list[int] = []
        for piece in prompt:
            tokens += self._llama.tokens(piece.text, special=piece.ours)
        first = self._llama.first_token
        return [first, *tokens] if first is not None and tokens[:1] != [first] else tokens

    def _stops(self, stops: Sequence[str]) -> tuple[frozenset[int], list[str]]:
        """Those that are one control token of this model, by number, and all as text."""
        found = ((stop, self._llama.tokens(stop, special=True)) for stop in stops)
        return frozenset(tokens[0] for stop, tokens in found if len(tokens) == 1 and stop != "\n"), list(stops)

    def _read(self, prompt: Sequence[Piece], unwanted: Callable[[], bool], usage: Usage) -> None:
        began = time.perf_counter()
        tokens = self.tokens(prompt)
        usage.prompt += len(tokens)
        usage.read += self._llama.begin(tokens, unwanted)
        usage.seconds_reading += time.perf_counter() - began

    def _written(
        self, prompt: Sequence[Piece], limit: int, ends: frozenset[int], unwanted: Callable[[], bool], usage: Usage
    ) -> Iterator[bytes]:
        llama = self._llama
        self._read(prompt, unwanted, usage)
        began, written = time.perf_counter(), 0
        try:
            while written < limit and not unwanted():
                token = int(llama.logits.argmax())
                if token in ends or llama.is_end(token):
                    return
                written += 1
                yield llama.piece(token)
                if written % 8 == 0 and periodic([*llama.read[len(llama.read) - written + 1 :], token]):
                    return
                if written < limit:
                    llama.push([token])
        finally:
            usage.written += written
            usage.seconds_writing += time.perf_counter() - began


def installed() -> None:
    """MissingExtra when llama-cpp-python isn't there."""
    from latam_rag.llm.llamacpp import library

    library()

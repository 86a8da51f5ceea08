"""A question being answered while its page is redrawn any number of times."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Self

from latam_rag.errors import Cancelled, LatamRagError
from latam_rag.index import Index
from latam_rag.types import Answer, Citation, Filters, Sentence

#: Seconds without anyone looking after which an answer is given up: a closed browser must not keep the model busy.
_ABANDONED = 60.0
#: What the model's line says that a person who waits wants to know.
_WAITING = ("llm.waiting", "llm.waiting_about")


class Asking:
    """Runs in a thread of its own, so that opening a citation, which redraws the page, doesn't ask again."""

    def __init__(
        self,
        index: Index | None,
        question: str,
        *,
        filters: Filters,
        extractive: bool,
        history: Sequence[str] = (),
        asker: str = "",
    ) -> None:
        self.question = question
        self.filters = filters
        self.extractive = extractive
        self.sentences: list[Sentence] = []
        """Those that passed the checks so far, in order."""
        self.citations: dict[int, Citation] = {}
        self.answer: Answer | None = None
        self.error: LatamRagError | None = None
        self.phase: tuple[str, Mapping[str, Any]] = ("app.phase_searching", {})
        """What is being done: a message and its values."""
        self.at_end: Callable[[], None] | None = None
        self._index = index
        self._history = tuple(history)
        self._asker = asker
        self._news = threading.Condition()
        self._finished = False
        self._stopped = False
        self._seen = time.monotonic()
        self._thread = threading.Thread(target=self._run, name="ask", daemon=True)

    @classmethod
    def ended(cls, answer: Answer, *, question: str, filters: Filters, extractive: bool) -> Self:
        """One that was answered before."""
        made = cls(None, question, filters=filters, extractive=extractive)
        made.answer, made.sentences = answer, list(answer.sentences)
        made.citations = {citation.number: citation for citation in answer.citations}
        made._finished = True
        return made

    def start(self) -> Self:
        self._thread.start()
        return self

    @property
    def finished(self) -> bool:
        return self._finished

    @property
    def stopped(self) -> bool:
        return self._stopped or isinstance(self.error, Cancelled)

    def stop(self) -> None:
        if not self._finished:
            self._stopped = True

    def follow(self) -> Iterator[Sentence | None]:
        """Every sentence from the first, each as soon as it is there, to the end of the answer.

        None comes in between, four times a second: whoever follows must touch the page then, for only there Streamlit
        notices that somebody pressed a button.
        """
        shown = 0
        while True:
            with self._news:
                self._seen = time.monotonic()
                if len(self.sentences) == shown and not self._finished:
                    self._news.wait(0.25)
                fresh, ended = self.sentences[shown:], self._finished
            yield from fresh or (None,)
            shown += len(fresh)
            if ended and len(self.sentences) == shown:
                return

    def _run(self) -> None:
        try:
            self.answer = self._asked()
        except LatamRagError as error:
            self.error = error
        finally:
            # Also after a fault of the program, which the thread then prints: the page must not wait for ever.
            with self._news:
                self._finished = True
                self._news.notify_all()
        if self.at_end is not None:
            self.at_end()

    def _asked(self) -> Answer:
        assert self._index is not None
        if not self.extractive and self._index.definition.generation.written:
            # Loaded once for all; only who comes first waits.
            self.phase = ("app.phase_loading", {})
            _ = self._index.generator
            self.phase = ("app.phase_searching", {})
        more: dict[str, Any] = {"history": self._history} if self._history else {}
        return self._index.ask(
            self.question,
            filters=self.filters,
            extractive=self.extractive,
            on_sentence=self._heard,
            should_stop=self._unwanted,
            notify=self._told,
            asker=self._asker,
            **more,
        )

    def _told(self, key: str, values: Mapping[str, Any]) -> None:
        if key in _WAITING:
            self.phase = (key, values)

    def _heard(self, sentence: Sentence, citations: tuple[Citation, ...]) -> None:
        with self._news:
            self.phase = ("app.phase_writing", {})
            self.citations.update((citation.number, citation) for citation in citations)
            self.sentences.append(sentence)
            self._news.notify_all()

    def _unwanted(self) -> bool:
        return self._stopped or time.monotonic() - self._seen > _ABANDONED

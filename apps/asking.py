"""A question being answered while its page is redrawn any number of times."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

from latam_rag.errors import Cancelled, LatamRagError
from latam_rag.index import Index
from latam_rag.types import Answer, Citation, Filters, Sentence

#: Seconds without anyone looking after which an answer is given up: a closed browser must not keep the model busy.
_ABANDONED = 60.0


class Asking:
    """Runs in a thread of its own, so that opening a citation, which redraws the page, doesn't ask again."""

    def __init__(self, index: Index, question: str, *, filters: Filters, extractive: bool) -> None:
        self.question = question
        self.sentences: list[Sentence] = []
        """Those that passed the checks so far, in order."""
        self.citations: dict[int, Citation] = {}
        self.answer: Answer | None = None
        self.error: LatamRagError | None = None
        self._index = index
        self._filters = filters
        self._extractive = extractive
        self._news = threading.Condition()
        self._finished = False
        self._stopped = False
        self._seen = time.monotonic()
        self._thread = threading.Thread(target=self._run, name="ask", daemon=True)

    def start(self) -> Asking:
        self._thread.start()
        return self

    @property
    def finished(self) -> bool:
        return self._finished

    @property
    def stopped(self) -> bool:
        return self._stopped or isinstance(self.error, Cancelled)

    def stop(self) -> None:
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
            self.answer = self._index.ask(
                self.question,
                filters=self._filters,
                extractive=self._extractive,
                on_sentence=self._heard,
                should_stop=self._unwanted,
            )
        except LatamRagError as error:
            self.error = error
        finally:
            # Also after a fault of the program, which the thread then prints: the page must not wait for ever.
            with self._news:
                self._finished = True
                self._news.notify_all()

    def _heard(self, sentence: Sentence, citations: tuple[Citation, ...]) -> None:
        with self._news:
            self.citations.update((citation.number, citation) for citation in citations)
            self.sentences.append(sentence)
            self._news.notify_all()

    def _unwanted(self) -> bool:
        return self._stopped or time.monotonic() - self._seen > _ABANDONED

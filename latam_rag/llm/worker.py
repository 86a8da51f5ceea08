"""Who asks a model waits in line: llama.cpp is not thread-safe, and askers are people who take turns.

Turns go around by asker, not by question: who asks ten at once has one of them answered before each next person's, not ten.
"""

from __future__ import annotations

import itertools
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from latam_rag.errors import LatamRagError, ModelError

#: What the worker runs for one asker: yields text, and looks often whether it is still wanted.
Work = Callable[[Callable[[], bool]], Iterator[str]]
#: Told how many are before, and about how many seconds that will take; None while nobody can tell.
OnAhead = Callable[[int, float | None], None]

_TICK = 0.05
"""Seconds between looks at the asker's stop button while nothing comes."""
_WEIGHT = 0.3
"""Of the last job in the estimate of how long the next takes."""


@dataclass(eq=False, slots=True)
class _Job:
    work: Work
    asker: str
    out: queue.SimpleQueue[str | LatamRagError | None] = field(default_factory=queue.SimpleQueue)
    unwanted: threading.Event = field(default_factory=threading.Event)
    began: float = 0.0


class Worker:
    """``threads`` of them do one job each at a time."""

    def __init__(self, threads: int = 1) -> None:
        self._line: dict[str, deque[_Job]] = {}
        """By asker; whose turn is next comes first."""
        self._running: list[_Job] = []
        self._changed = threading.Condition()
        self._closing = False
        self._usual: float | None = None
        """Seconds a job takes."""
        self._nameless = itertools.count()
        self._threads = [
            threading.Thread(target=self._serve, name=f"latam-rag-model-{number}", daemon=True)
            for number in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    def stream(
        self,
        work: Work,
        *,
        asker: str = "",
        should_stop: Callable[[], bool] | None = None,
        on_ahead: OnAhead | None = None,
    ) -> Iterator[str]:
        """What ``work`` yields, when its turn comes. ``on_ahead`` hears of those before, each time their number changes.

        Who doesn't say which ``asker`` this is counts as one of their own. Ends early when ``should_stop`` says so or when
        the iterator is closed; the worker then goes on with the next.
        """
        job = _Job(work, asker or f"\0{next(self._nameless)}")
        with self._changed:
            if self._closing:
                raise ModelError("llm.closed")
            self._line.setdefault(job.asker, deque()).append(job)
            self._changed.notify_all()
        told = 0
        try:
            while should_stop is None or not should_stop():
                ahead, seconds = self._ahead(job)
                if on_ahead is not None and ahead != told:
                    on_ahead(ahead, seconds)
                    told = ahead
                try:
                    item = job.out.get(timeout=_TICK)
                except queue.Empty:
                    continue
                if item is None:
                    return
                if isinstance(item, LatamRagError):
                    raise item
                yield item
        finally:
            self._withdraw(job)

    def asked(self) -> int:
        """Questions that run or wait now."""
        with self._changed:
            return len(self._running) + sum(map(len, self._line.values()))

    def close(self) -> None:
        """Stop what runs, turn away who waits, end the threads."""
        with self._changed:
            self._closing = True
            for job in self._running:
                job.unwanted.set()
            for waiting in itertools.chain.from_iterable(self._line.values()):
                waiting.out.put(ModelError("llm.closed"))
            self._line.clear()
            self._changed.notify_all()
        for thread in self._threads:
            if threading.current_thread() is not thread:
                thread.join()

    def _ahead(self, job: _Job) -> tuple[int, float | None]:
        """How many are served before ``job``, those running included, and about how long that takes."""
        with self._changed:
            own = self._line.get(job.asker)
            if own is None or job not in own:
                return 0, None
            turn = own.index(job)
            order = list(self._line)
            mine = order.index(job.asker)
            waiting = turn + sum(
                min(len(self._line[asker]), turn + (at < mine)) for at, asker in enumerate(order) if at != mine
            )
            if self._usual is None:
                return waiting + len(self._running), None
            now = time.monotonic()
            left = sum(max(self._usual - (now - running.began), 0.0) for running in self._running)
            return waiting + len(self._running), (left + waiting * self._usual) / len(self._threads)

    def _withdraw(self, job: _Job) -> None:
        job.unwanted.set()
        with self._changed:
            own = self._line.get(job.asker)
            if own is not None and job in own:
                own.remove(job)
                if not own:
                    del self._line[job.asker]

    def _next(self) -> _Job | None:
        """The job whose turn it is; waits for one. None when there will be no more."""
        with self._changed:
            self._changed.wait_for(lambda: self._line or self._closing)
            if not self._line:
                return None
            asker = next(iter(self._line))
            own = self._line.pop(asker)
            job = own.popleft()
            if own:
                self._line[asker] = own
            job.began = time.monotonic()
            self._running.append(job)
            return job

    def _serve(self) -> None:
        while (job := self._next()) is not None:
            try:
                for text in job.work(job.unwanted.is_set):
                    job.out.put(text)
                job.out.put(None)
            except LatamRagError as error:
                job.out.put(error)
            except Exception as error:  # noqa: BLE001 - the thread's end: the asker must hear of it, and the next be served
                job.out.put(ModelError("llm.failed", error=str(error) or type(error).__name__))
            finally:
                self._done(job)

    def _done(self, job: _Job) -> None:
        took = time.monotonic() - job.began
        with self._changed:
            self._running.remove(job)
            if not job.unwanted.is_set():
                self._usual = took if self._usual is None else (1 - _WEIGHT) * self._usual + _WEIGHT * took

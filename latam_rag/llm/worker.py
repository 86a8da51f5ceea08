"""One worker, first come first served: llama.cpp is not thread-safe, and askers are people who wait in line."""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from latam_rag.errors import LatamRagError, ModelError

#: What the worker runs for one asker: yields text, and looks often whether it is still wanted.
Work = Callable[[Callable[[], bool]], Iterator[str]]

_TICK = 0.05
"""Seconds between looks at the asker's stop button while nothing comes."""


@dataclass(eq=False, slots=True)
class _Job:
    work: Work
    out: queue.SimpleQueue[str | LatamRagError | None] = field(default_factory=queue.SimpleQueue)
    unwanted: threading.Event = field(default_factory=threading.Event)


class Worker:
    """A thread that does one job at a time in the order they came."""

    def __init__(self) -> None:
        self._line: deque[_Job] = deque()
        self._current: _Job | None = None
        self._changed = threading.Condition()
        self._closing = False
        self._thread = threading.Thread(target=self._serve, name="latam-rag-model", daemon=True)
        self._thread.start()

    def stream(
        self,
        work: Work,
        *,
        should_stop: Callable[[], bool] | None = None,
        on_ahead: Callable[[int], None] | None = None,
    ) -> Iterator[str]:
        """What ``work`` yields, when its turn comes. ``on_ahead`` hears how many are before, each time that changes.

        Ends early when ``should_stop`` says so or when the iterator is closed; the worker then goes on with the next.
        """
        job = _Job(work)
        with self._changed:
            if self._closing:
                raise ModelError("llm.closed")
            self._line.append(job)
            self._changed.notify_all()
        told = 0
        try:
            while should_stop is None or not should_stop():
                ahead = self._ahead(job)
                if on_ahead is not None and ahead != told:
                    on_ahead(ahead)
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

    def close(self) -> None:
        """Stop what runs, turn away who waits, end the thread."""
        with self._changed:
            self._closing = True
            if self._current is not None:
                self._current.unwanted.set()
            while self._line:
                self._line.popleft().out.put(ModelError("llm.closed"))
            self._changed.notify_all()
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _ahead(self, job: _Job) -> int:
        with self._changed:
            if job not in self._line:
                return 0
            return self._line.index(job) + (self._current is not None)

    def _withdraw(self, job: _Job) -> None:
        job.unwanted.set()
        with self._changed:
            if job in self._line:
                self._line.remove(job)

    def _serve(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._line or self._closing)
                if not self._line:
                    return
                job = self._current = self._line.popleft()
            try:
                for text in job.work(job.unwanted.is_set):
                    job.out.put(text)
                job.out.put(None)
            except LatamRagError as error:
                job.out.put(error)
            except Exception as error:  # noqa: BLE001 - the thread's end: the asker must hear of it, and the next be served
                job.out.put(ModelError("llm.failed", error=str(error) or type(error).__name__))
            finally:
                with self._changed:
                    self._current = None

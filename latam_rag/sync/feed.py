"""Lists, fetches and reads in the background, each source by itself: a slow one keeps no other waiting."""

from __future__ import annotations

import hashlib
import json
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from latam_rag.catalog import Origin, content_hash
from latam_rag.errors import Cancelled, DocumentError, MissingExtra, SourceError
from latam_rag.reader import Reader
from latam_rag.sync import asking
from latam_rag.sync.listing import Connected, Survey, Task, failure
from latam_rag.types import Document, Failure, Passage, Resource

_FETCHED_AHEAD = 2
"""Bodies can be large."""
_READ_AHEAD = 8
_T = TypeVar("_T")


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """Of one task: a document read, or ``failed``, or neither when its bytes are those already read."""

    task: Task
    origin: Origin | None = None
    read: tuple[Document, list[Passage]] | None = None
    failed: Failure | None = None
    content: str = ""
    """Of one that failed to be read: what it was."""
    rested: bool = False
    """It failed before, with the same content, and wasn't tried now."""


class Feed:
    """Iterate over it once for the outcomes; close it in any case. The order is each source's own listing's.

    Sources are listed and fetched a thread each; what they fetch is read one at a time, a few ahead of what is embedded.
    """

    def __init__(
        self,
        survey: Survey,
        sources: Sequence[Connected],
        reader: Reader,
        *,
        should_stop: Callable[[], bool],
    ) -> None:
        self._survey, self._reader = survey, reader
        self._should_stop = should_stop
        self._closed = threading.Event()
        self._fetched: _Pipe[tuple[Task, Resource | Failure]] = _Pipe(_FETCHED_AHEAD, self._closed)
        self._outcomes: _Pipe[Outcome] = _Pipe(_READ_AHEAD, self._closed)
        self._guard = threading.Lock()
        self._open = len(sources)
        self._threads = [threading.Thread(target=self._outcomes_of, args=(self._read_all,), name="read", daemon=True)]
        for at, each in enumerate(sources):
            name = f"source {each.label}"
            self._threads.append(threading.Thread(target=self._fetch_all, args=(at,), name=name, daemon=True))
        for thread in self._threads:
            thread.start()

    def __iter__(self) -> Iterator[Outcome]:
        return self._outcomes.drain(self._should_stop)

    def close(self) -> None:
        """Stop all threads; a document being read is given up."""
        self._closed.set()
        self._threads[0].join(timeout=0.2)
        if self._threads[0].is_alive():
            self._reader.interrupt()
        until = time.monotonic() + 1.0
        for thread in self._threads:
            # What waits for the network can't be interrupted; its thread ends when the network lets it.
            thread.join(timeout=max(0.0, until - time.monotonic()))

    def _fetch_all(self, at: int) -> None:
        error: BaseException | None = None
        try:
            listing = self._survey.refs(at, self._closed)
            for task in self._survey.listed(at, listing):
                self._fetched.put((task, _fetch(task)))
            for task in self._survey.contested(at, self._closed):
                self._fetched.put((task, _fetch(task)))
        except BaseException as raised:  # noqa: BLE001  raised again where the outcomes are read
            error = raised
        with self._guard:
            self._open -= 1
            ended = error is not None or not self._open
        if ended:
            self._fetched.end(error)

    def _outcomes_of(self, work: Callable[[], None]) -> None:
        try:
            work()
            self._outcomes.end(None)
        except BaseException as error:  # noqa: BLE001  as above
            self._outcomes.end(error)

    def _read_all(self) -> None:
        for task, fetched in self._fetched.drain(self._closed.is_set):
            self._outcomes.put(self._outcome(task, fetched))

    def _outcome(self, task: Task, fetched: Resource | Failure) -> Outcome:
        if isinstance(fetched, Failure):
            return Outcome(task=task, failed=fetched)
        origin = Origin(
            source=task.key,
            revision=task.ref.revision,
            recipe=task.recipe,
            content_hash=content_hash(fetched.body),
            said=_said(fetched),
        )
        known = task.known
        if known and (known.recipe, known.content_hash, known.said) == (task.recipe, origin.content_hash, origin.said):
            return Outcome(task=task, origin=origin)
        if task.resting and task.resting.content == _content(origin):
            return Outcome(task=task, failed=task.resting.failure(task.ref.uri), rested=True)
        try:
            return Outcome(task=task, origin=origin, read=self._reader.read(fetched, task.source))
        except DocumentError as error:
            return Outcome(task=task, failed=failure(task.ref.uri, error), content=_content(origin))


class _Pipe(Generic[_T]):
    """A bounded queue with an end; nobody waits on it once it is closed."""

    def __init__(self, size: int, closed: threading.Event) -> None:
        self._queue: queue.Queue[tuple[_T] | None] = queue.Queue(size)
        self._closed = closed
        self._error: BaseException | None = None

    def put(self, item: _T) -> None:
        self._put((item,))

    def end(self, error: BaseException | None) -> None:
        """No more comes; ``error`` is raised after what came before it."""
        self._error = error
        if not self._closed.is_set():
            self._put(None)

    def drain(self, should_stop: Callable[[], bool]) -> Iterator[_T]:
        while True:
            if should_stop():
                raise Cancelled("errors.cancelled")
            try:
                item = self._queue.get(timeout=0.1)
            except queue.Empty:
                continue
            if item is None:
                break
            yield item[0]
        if self._error is not None:
            raise self._error

    def _put(self, item: tuple[_T] | None) -> None:
        while not self._closed.is_set():
            try:
                return self._queue.put(item, timeout=0.1)
            except queue.Full:
                continue
        raise Cancelled("errors.cancelled")


def _fetch(task: Task) -> Resource | Failure:
    try:
        return asking.fetch(task.connector, task.source.connector, task.ref)
    except (SourceError, DocumentError, MissingExtra) as error:
        return failure(task.ref.uri, error)


def _content(origin: Origin) -> str:
    return f"{origin.content_hash[:32]}-{origin.said}"


def _said(resource: Resource) -> str:
    """A hash of what the source says beside the bytes: a title can change without them."""
    said = [resource.title, resource.url, resource.media_type, sorted(dict(resource.metadata).items())]
    return hashlib.sha256(json.dumps(said, default=str).encode()).hexdigest()[:16]

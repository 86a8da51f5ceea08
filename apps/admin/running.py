"""A sync while the pages are drawn: in a thread of its own, over the index that questions are asked of."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import Literal

from latam_rag import home
from latam_rag.errors import Cancelled, LatamRagError
from latam_rag.index import Index
from latam_rag.sync import Progress
from latam_rag.types import SyncReport

_RUNS: dict[str, Running] = {}
"""The last of each index, by name."""
_GUARD = threading.Lock()


class Running:
    """A sync, or a retry of what failed, from its beginning until the next one's."""

    def __init__(self, index: Index, work: Callable[[Running], SyncReport]) -> None:
        self.index = index
        self.progress = Progress(phase="listing")
        self.report: SyncReport | None = None
        self.error: LatamRagError | None = None
        self.began = time.monotonic()
        self._work = work
        self._stopping = threading.Event()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"sync {index.definition.name}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    @property
    def finished(self) -> bool:
        return self._ended.is_set()

    @property
    def outcome(self) -> Literal["done", "stopped", "error", "fault"]:
        """Of one that has finished; ``fault`` is one of the program, told on the console."""
        if self.report is not None:
            return "done"
        return "stopped" if isinstance(self.error, Cancelled) else "error" if self.error else "fault"

    @property
    def stopping(self) -> bool:
        return self._stopping.is_set()

    def stop(self) -> None:
        """At the next safe point; what is done stays."""
        self._stopping.set()

    def wait(self, seconds: float) -> bool:
        """Whether it has finished within that time."""
        return self._ended.wait(seconds)

    def heard(self, progress: Progress) -> None:
        self.progress = progress

    def _run(self) -> None:
        try:
            self.report = self._work(self)
        except LatamRagError as error:
            self.error = error
        finally:
            self._ended.set()


def last(name: str) -> Running | None:
    """The one that runs, or that ran last since the app was opened."""
    return _RUNS.get(name)


def sync(index: Index, *, allow_deletions: bool = False) -> Running:
    """Begin a sync; where one is running already, that one. ConfigError when the definition can't be taken up."""

    def work(run: Running) -> SyncReport:
        return index.sync(
            allow_deletions=allow_deletions, on_progress=run.heard, should_stop=run._stopping.is_set
        )  # fmt: skip

    return _begin(index, work)


def retry(index: Index, uris: Sequence[str] = ()) -> Running:
    """Begin to fetch and read again what failed, all of it or ``uris``."""

    def work(run: Running) -> SyncReport:
        return index.retry(uris, on_progress=run.heard, should_stop=run._stopping.is_set)

    return _begin(index, work)


def _begin(index: Index, work: Callable[[Running], SyncReport]) -> Running:
    name = index.definition.name
    with _GUARD:
        current = _RUNS.get(name)
        if current is not None and not current.finished:
            return current
        index.take_up(home.find(name))
        begun = _RUNS[name] = Running(index, work)
        begun.start()
        return begun

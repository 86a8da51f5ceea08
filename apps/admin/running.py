"""A sync or an evaluation while the pages are drawn: in a thread of its own, over the index that questions are asked of."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import Literal

from latam_rag import evaluate as evaluation
from latam_rag import home
from latam_rag.errors import Cancelled, ConfigError, LatamRagError
from latam_rag.evaluate import Outcome, made
from latam_rag.evaluate.record import FOLDER, Evaluation, evaluated
from latam_rag.index import Index
from latam_rag.sync import Progress
from latam_rag.types import SyncReport

Kind = Literal["sync", "evaluation"]

_RUNS: dict[str, Running] = {}
"""The last of each index, by name."""
_GUARD = threading.Lock()


class Running:
    """A sync, a retry of what failed or an evaluation, from its beginning until the next one's: one of them at a time."""

    def __init__(self, index: Index, work: Callable[[Running], SyncReport | Evaluation], kind: Kind) -> None:
        self.index = index
        self.kind = kind
        self.progress = Progress(phase="listing")
        self.report: SyncReport | None = None
        self.evaluation: Evaluation | None = None
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
        if self.report is not None or self.evaluation is not None:
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
            found = self._work(self)
            if isinstance(found, SyncReport):
                self.report = found
            else:
                self.evaluation = found
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

    return _begin(index, work, "sync")


def retry(index: Index, uris: Sequence[str] = ()) -> Running:
    """Begin to fetch and read again what failed, all of it or ``uris``."""

    def work(run: Running) -> SyncReport:
        return index.retry(uris, on_progress=run.heard, should_stop=run._stopping.is_set)

    return _begin(index, work, "sync")


def evaluate(index: Index) -> Running:
    """Begin to ask the index the questions made from its own passages; the run is kept beside the former ones."""

    def work(run: Running) -> Evaluation:
        if index.status().passages == 0:
            raise ConfigError("eval.empty_index", name=index.definition.name)
        subject, questions = evaluation.of_index(index), made.questions(index.store)
        outcomes: list[Outcome] = []
        for question in questions:
            if run.stopping:
                raise Cancelled("errors.cancelled")
            outcomes.append(evaluation.ask(subject, question))
            done, total = len(outcomes), len(questions)
            left = (time.monotonic() - run.began) / done * (total - done)
            run.heard(Progress(phase="evaluating", done=done, total=total, eta=left))
        threshold = subject.calibration.threshold if subject.calibration else None
        path = index.folder / FOLDER / "made.json"
        return evaluated(index.definition.name, outcomes, threshold, path, accept=False, keep=True)

    return _begin(index, work, "evaluation")


def _begin(index: Index, work: Callable[[Running], SyncReport | Evaluation], kind: Kind) -> Running:
    name = index.definition.name
    with _GUARD:
        current = _RUNS.get(name)
        if current is not None and not current.finished:
            return current
        index.take_up(home.find(name))
        begun = _RUNS[name] = Running(index, work, kind)
        begun.start()
        return begun

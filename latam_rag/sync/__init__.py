"""Brings an index up to date with its sources; stopped or killed at any point, the next sync goes on from there.

A document that fails is listed and the others go on; one that was good keeps its old passages until it can be read again.
Documents that a source no longer lists are deleted, unless that would be all or more than half of them (``listing``): then
none is, the rest is done, and the refusal is a failure of the report (``exit_code`` tells it apart).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from latam_rag import lexical, plugins
from latam_rag.catalog import Catalog, Origin
from latam_rag.config import Definition, Source
from latam_rag.embed import Embedder
from latam_rag.errors import Cancelled, DeletionRefused, DocumentError
from latam_rag.lock import Lock
from latam_rag.reader import Reader
from latam_rag.store import Store
from latam_rag.sync.feed import Feed, Outcome
from latam_rag.sync.listing import Chosen, Connected, Survey, connected, failure, key_of, label_of
from latam_rag.sync.write import WINDOW_DOCUMENTS, Known, Sparse, Writer
from latam_rag.types import Connector, Failure, SyncReport

__all__ = ["REFUSED", "Progress", "exit_code", "labels", "source_of", "sync"]

REFUSED = ("sync.deletion_refused", "sync.deletion_refused_removed")
"""Keys of the failures of sources whose deletions were not done."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """``phase``: listing, restoring, reading, deleting or optimizing. ``done`` of ``total`` documents are over with."""

    phase: str
    done: int = 0
    total: int = 0
    passages: int = 0
    """Embedded so far."""
    rate: float = 0.0
    """Passages per second."""
    eta: float | None = None
    """Seconds left, at the pace so far; None when there is no telling."""
    uri: str = ""
    """Of the last document taken up."""
    listing: int = 0
    """Sources that are still being listed; ``total`` grows until there are none."""


def sync(
    definition: Definition,
    *,
    catalog: Catalog,
    store: Store,
    embedder: Embedder,
    reader: Reader,
    connect: Callable[[Source], Connector] | None = None,
    sparse: Sparse | None = None,
    known: Known | None = None,
    allow_deletions: bool = False,
    only: Mapping[tuple[str, str], str] | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> SyncReport:
    """List, fetch, read, embed (but what has ``known`` vectors), write, delete.

    With ``only`` (a revision by uri and source key) nothing is listed or deleted: these documents are fetched and read again.

    Raises IndexLocked when another sync of this index is running, Cancelled soon after ``should_stop`` says so (what was
    committed stays), PluginError and ConfigError before anything is touched, StoreError when the store or the catalog fails.
    """
    with Lock(catalog.path.parent, "sync"):
        run = _Run(
            definition, catalog, store, embedder, reader, sparse or lexical.document_vector, known or (lambda ids: {}),
            on_progress or (lambda progress: None), should_stop or (lambda: False),
        )  # fmt: skip
        return run.all(
            connect or (lambda source: plugins.connect(source.connector, source.options)), allow_deletions, only
        )


def exit_code(report: SyncReport) -> int:
    """For scripts: 0, or that of DeletionRefused, or that of documents that failed."""
    keys = {failed.key for failed in report.failed}
    if keys.intersection(REFUSED):
        return DeletionRefused.exit_code
    return DocumentError.exit_code if keys else 0


def source_of(definition: Definition, key: str) -> Source | None:
    """The source that ``catalog.Origin.source`` names, if it is still in the definition."""
    return next((source for source in definition.sources if key_of(source) == key), None)


def labels(definition: Definition) -> dict[str, str]:
    """What people call each source, by its key."""
    return {key_of(source): label_of(source) for source in definition.sources}


class _Run:
    """One sync: what it works with, and its counts."""

    def __init__(
        self,
        definition: Definition,
        catalog: Catalog,
        store: Store,
        embedder: Embedder,
        reader: Reader,
        sparse: Sparse,
        known: Known,
        on_progress: Callable[[Progress], None],
        should_stop: Callable[[], bool],
    ) -> None:
        self.definition, self.catalog, self.store, self.reader = definition, catalog, store, reader
        self.on_progress, self.should_stop = on_progress, should_stop
        self.writer = Writer(
            catalog, store, embedder, sparse,
            known=known, should_stop=should_stop, on_passages=lambda: self.show("reading"),
        )  # fmt: skip
        self.began = time.perf_counter()
        self.seconds: dict[str, float] = {}
        self.reading_since = 0.0
        self.total = self.over = self.listing = 0
        self.uri = ""
        self.new: dict[str, None] = {}
        self.changed: dict[str, None] = {}
        self.twins: dict[str, str] = {}
        self.unchanged = 0
        self.adopted: dict[str, Origin] = {}
        self.failures: list[tuple[Failure, str]] = []

    def all(
        self, connect: Callable[[Source], Connector], allow_deletions: bool, only: Mapping[tuple[str, str], str] | None
    ) -> SyncReport:
        run = self.catalog.begin_run()
        sources = connected(self.definition, connect)
        self.listing = len(sources)
        self.show("listing")
        lost = self.writer.recover(exclusive=self.definition.store.url is None)
        self.clock("recover")
        if only is None:
            survey = Survey(self.definition, sources, self.catalog, allow_deletions=allow_deletions)
        else:
            survey = Chosen(self.definition, sources, self.catalog, only)
        self.read(survey, sources, lost)
        survey.weigh()
        self.failures = survey.failures + self.failures
        self.delete(survey)
        if only is None:
            self.catalog.set_failures(self.failures, unseen=survey.unseen)
            self.catalog.keep_sources((each.key, each.label, survey.reasons[each.key]) for each in sources)
        report = self.report(survey)
        self.catalog.end_run(run, _summary(report))
        return report

    def read(self, survey: Survey, sources: Sequence[Connected], lost: set[str]) -> None:
        feed = Feed(survey, sources, self.reader, should_stop=self.look(survey))
        try:
            # While the sources are listed: an index that is rebuilt is searched again before a slow one has answered.
            self.restore(lost)
            self.reading_since = time.perf_counter()
            for outcome in feed:
                self.total, self.listing = survey.total, survey.waiting
                self.uri = outcome.task.ref.uri
                self.over += 1
                # A source that comes before may have listed it since.
                if survey.owns(outcome.task):
                    self.take(outcome)
                self.show("reading")
            self.writer.write()
            self.adopt()
        finally:
            feed.close()
        self.clock("read")

    def look(self, survey: Survey) -> Callable[[], bool]:
        """``should_stop``, which is asked some times a second: how many sources are still being listed is shown on the way."""

        def asked() -> bool:
            if survey.waiting != self.listing:
                self.listing, self.total = survey.waiting, survey.total
                self.show("reading" if self.total else "listing")
            return self.should_stop()

        return asked

    def take(self, outcome: Outcome) -> None:
        task, uri = outcome.task, outcome.task.ref.uri
        if outcome.failed is not None:
            self.failures.append((outcome.failed, task.key))
            if not outcome.rested:
                self.catalog.fail(outcome.failed, task.key)
                said = {"revision": task.ref.revision, "recipe": task.recipe, "content": outcome.content}
                self.catalog.count_try(uri, task.key, **said)
        elif outcome.read is not None and outcome.origin is not None:
            if task.known is None and (twin := self.catalog.twin(outcome.origin, uri)):
                self.twins[uri] = twin
            self.writer.add(*outcome.read, outcome.origin, twin=self.twins.get(uri))
            (self.changed if task.known else self.new)[uri] = None
        elif outcome.origin is not None:
            self.unchanged += 1
            if outcome.origin != task.known:
                self.adopted[uri] = outcome.origin
            if len(self.adopted) >= WINDOW_DOCUMENTS:
                self.adopt()

    def restore(self, lost: set[str]) -> None:
        """Make passages that the store has lost again, from the stored text."""
        self.total, self.over = len(lost), 0
        for uri in sorted(lost):
            self.uri = uri
            document, origin = self.catalog.document(uri), self.catalog.origin(uri)
            if document is None or origin is None:
                continue
            source = source_of(self.definition, origin.source) or Source()
            try:
                self.writer.add(*self.reader.split(document, source), origin)
            except DocumentError as error:
                self.failures.append((failure(uri, error), origin.source))
            self.over += 1
            self.stop_if_asked()
            self.show("restoring")
        self.writer.write()
        self.total = self.over = 0
        self.clock("restore")

    def adopt(self) -> None:
        if self.adopted:
            self.catalog.adopt(self.adopted)
        self.adopted = {}

    def delete(self, survey: Survey) -> None:
        gone = survey.gone
        if gone:
            self.show("deleting")
            self.catalog.erase_later(survey.removed)
            self.writer.remove(gone)
        self.clock("delete")
        if gone or self.new or self.changed or self.writer.embedded:
            self.stop_if_asked()
            self.show("optimizing")
            self.store.optimize()
        self.clock("optimize")

    def report(self, survey: Survey) -> SyncReport:
        gone = set(survey.gone)
        waited = self.seconds["read"] - sum(self.writer.seconds.values())
        stages = {**self.seconds, **self.writer.seconds, "read": max(0.0, waited)}
        return SyncReport(
            new=tuple(self.new),
            changed=tuple(self.changed),
            gone=tuple(survey.gone),
            same=len(survey.same) + self.unchanged,
            failed=tuple(failed for failed, _ in self.failures),
            passages=self.catalog.count(),
            embedded=self.writer.embedded,
            seconds={**stages, "total": time.perf_counter() - self.began},
            moved={new: old for new, old in self.twins.items() if old in gone},
            forgotten=survey.forgotten,
        )

    def clock(self, stage: str) -> None:
        """The time since the stage before is this one's."""
        self.seconds[stage] = time.perf_counter() - self.began - sum(self.seconds.values())

    def stop_if_asked(self) -> None:
        if self.should_stop():
            raise Cancelled("errors.cancelled")

    def show(self, phase: str) -> None:
        spent = time.perf_counter() - (self.reading_since or self.began)
        self.on_progress(
            Progress(
                phase=phase,
                done=self.over,
                total=self.total,
                passages=self.writer.embedded,
                rate=self.writer.embedded / spent if spent > 0 else 0.0,
                eta=spent / self.over * (self.total - self.over) if self.over else None,
                uri=self.uri,
                listing=self.listing,
            )
        )


def _summary(report: SyncReport) -> dict[str, object]:
    counts: dict[str, Iterable[str]] = {"new": report.new, "changed": report.changed, "gone": report.gone}
    return {
        **{name: len(tuple(uris)) for name, uris in counts.items()},
        "same": report.same,
        "failed": len(report.failed),
        "passages": report.passages,
        "embedded": report.embedded,
        "seconds": {stage: round(seconds, 3) for stage, seconds in report.seconds.items()},
    }

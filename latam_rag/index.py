"""An index: the one place that knows the order of the stages.

The command line, the apps and LlamaIndex all use this object. Each stage is opened when it is first needed: ``status`` opens
no vectors, ``search`` no language model.
"""

from __future__ import annotations

import contextlib
import functools
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from latam_rag import config, home, plugins
from latam_rag.errors import ConfigError, DocumentError, StoreError
from latam_rag.types import (
    Answer,
    Citation,
    Connector,
    Document,
    Failure,
    Filters,
    Hit,
    Page,
    Passage,
    Ref,
    Sentence,
    SyncReport,
)

if TYPE_CHECKING:
    from latam_rag.audit.recording import Recorder
    from latam_rag.calibrate.record import Record
    from latam_rag.catalog import Catalog, Origin
    from latam_rag.embed import Embedder
    from latam_rag.forget import Receipt
    from latam_rag.history import SourceState
    from latam_rag.llm import Generator, Notify
    from latam_rag.retrieve import Retriever
    from latam_rag.store import Store
    from latam_rag.store.former import Former
    from latam_rag.sync import Progress


@dataclass(frozen=True, kw_only=True, slots=True)
class Status:
    """What is in an index, from its catalog alone: it can be asked while another process syncs."""

    name: str
    title: str
    folder: str
    documents: int
    passages: int
    failures: tuple[Failure, ...]
    last_sync: str | None
    """ISO time at which the last sync ended; None when there was none."""
    sources: tuple[SourceState, ...] = ()
    """Of the definition, those that a sync has tried: when it last listed them whole, and why it couldn't."""
    refusal: Mapping[str, Any] | None = None
    """When and how it was measured what this index can't answer, and what may be expected of its refusals: shares ``lost``,
    ``foreign``, ``left_out``, ``precision`` and the ``threshold``. None for one that is too small, or wasn't synced since."""


def known() -> list[config.Definition]:
    """The definitions of the indexes on this machine, by name; those that can't be read are left out (``doctor`` says why)."""
    found = []
    for name in home.names():
        with contextlib.suppress(ConfigError):
            found.append(home.find(name))
    return found


class Index:
    """Thread-safe. Close it, or use it as a context manager: an embedded index belongs to one process while open."""

    def __init__(self, definition: config.Definition, folder: Path) -> None:
        self.definition = definition
        self.folder = folder
        self._opening = threading.RLock()
        self._store: Store | None = None
        self._catalog: Catalog | None = None
        self._embedder: Embedder | None = None
        self._retriever: Retriever | None = None
        self._generator: Generator | None = None

    @classmethod
    def open(cls, name: str) -> Self:
        """The index ``name`` of this machine, or the one that the file ``name`` (``*.toml``) defines."""
        definition = home.find(name)
        return cls(definition, home.folder_of(definition.name))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        with self._opening:
            for part in (self._generator, self._store, self._catalog):
                if part is not None:
                    part.close()
            self._generator = self._store = self._catalog = self._retriever = None

    # The stages

    @property
    def catalog(self) -> Catalog:
        from latam_rag.catalog import Catalog

        with self._opening:
            if self._catalog is None:
                self.folder.mkdir(parents=True, exist_ok=True)
                self._catalog = Catalog(self.folder / "catalog.sqlite")
            return self._catalog

    @property
    def embedder(self) -> Embedder:
        from latam_rag import embed

        with self._opening:
            if self._embedder is None:
                self._embedder = embed.load(self.definition.embedding)
            return self._embedder

    @property
    def store(self) -> Store:
        """Opens the vectors, and with them the index's lock: IndexLocked when another process has it."""
        from latam_rag.store import open_store

        with self._opening:
            if self._store is None:
                self._store = open_store(
                    self.definition.store,
                    self.folder / "store",
                    name=self.definition.name,
                    dimensions=self.embedder.dimensions,
                    fingerprint=self.embedder.fingerprint,
                )
            return self._store

    @functools.cached_property
    def _record(self) -> Record:
        from latam_rag.calibrate.record import Record

        return Record(self.folder)

    @functools.cached_property
    def recorder(self) -> Recorder:
        """The record of answers."""
        from latam_rag.audit.recording import Recorder

        return Recorder(self.definition, self.folder, lambda: self.catalog)

    @property
    def retriever(self) -> Retriever:
        """Searches the store; with the reranker that the definition names, loaded here."""
        from latam_rag.retrieve import Retriever, rerank

        with self._opening:
            if self._retriever is None:
                settings = self.definition.retrieval
                reranker = rerank.load(settings.reranker) if settings.reranker else None
                self._retriever = Retriever(self.store, self.embedder, settings, reranker=reranker)
            return self._retriever

    @property
    def generator(self) -> Generator | None:
        """The language model, or None where the definition names none."""
        from latam_rag import llm

        with self._opening:
            if self._generator is None and self.definition.generation.written:
                self._generator = llm.load(self.definition.generation, base=self.definition.base)
            return self._generator

    def connect(self, source: config.Source) -> Connector:
        """The connector of ``source``; its relative ``path`` starts at the definition's folder."""
        options: dict[str, Any] = dict(source.options)
        path = options.get("path")
        if isinstance(path, str) and "://" not in path:
            options["path"] = str(self.definition.base / Path(path).expanduser())
        return plugins.connect(source.connector, options)

    # What it does

    def sync(
        self,
        *,
        allow_deletions: bool = False,
        rebuild: bool = False,
        on_progress: Callable[[Progress], None] | None = None,
        should_stop: Callable[[], bool] | None = None,
    ) -> SyncReport:
        """Bring the index up to date with its sources. Can be stopped at any moment and run again.

        ``rebuild`` makes the store again from the stored text, for another embedding model or another release's format;
        vectors made with the same model are taken over.
        """
        if rebuild:
            self._drop_store()
        return self._sync(None, allow_deletions, on_progress, should_stop)

    def _sync(
        self,
        only: Mapping[tuple[str, str], str] | None,
        allow_deletions: bool,
        on_progress: Callable[[Progress], None] | None,
        should_stop: Callable[[], bool] | None,
    ) -> SyncReport:
        from latam_rag.reader import Reader
        from latam_rag.sync import Progress, sync

        store = self.store
        with Reader(self.definition) as reader, self._former() as former:
            report = sync(
                self.definition,
                catalog=self.catalog,
                store=store,
                embedder=self.embedder,
                reader=reader,
                connect=self.connect,
                known=former.vectors,
                allow_deletions=allow_deletions,
                only=only,
                on_progress=on_progress,
                should_stop=should_stop,
            )
        self._erase_traces(on_progress)
        self._record.renew(
            store, self.embedder, self.retriever, passages=report.passages,
            tell=lambda: on_progress(Progress(phase="calibrating")) if on_progress else None,
        )  # fmt: skip
        return report

    def retry(
        self,
        uris: Sequence[str] = (),
        *,
        on_progress: Callable[[Progress], None] | None = None,
        should_stop: Callable[[], bool] | None = None,
    ) -> SyncReport:
        """Fetch and read again what failed, all of it or ``uris``, without listing the sources; DocumentError for a uri that
        didn't fail."""
        only = self.catalog.failing(uris, name=self.definition.name)
        return self._sync(only, False, on_progress, should_stop)

    def forget(self, uris: Sequence[str]) -> Receipt:
        """Delete documents for good, from vectors, text, caches and the record of answers; see ``forget``."""
        from latam_rag.forget import forget

        return forget(self.definition, self.folder, self.catalog, self.store, uris)

    def allow_again(self, uris: Sequence[str]) -> int:
        """Documents that were forgotten may come back with the next sync; how many of ``uris`` were."""
        return self.catalog.allow(uris)

    def _erase_traces(self, on_progress: Callable[[Progress], None] | None) -> None:
        from latam_rag.forget import erase_traces
        from latam_rag.sync import Progress

        if self.catalog.erasing():
            if on_progress:
                on_progress(Progress(phase="erasing"))
            erase_traces(self.definition, self.folder, self.catalog, self.store)

    @contextlib.contextmanager
    def _former(self) -> Iterator[Former]:
        """What a rebuild takes over; gone once a sync has come to its end."""
        from latam_rag.store.former import Former

        former = Former(self.folder / "store", fingerprint=self.embedder.fingerprint)
        try:
            yield former
        except BaseException:
            former.close(discard=False)
            raise
        former.close(discard=True)

    def _drop_store(self) -> None:
        from latam_rag.store import drop_store

        with self._opening:
            if self._store is not None:
                self._store.close()
                self._store = self._retriever = None
            drop_store(self.definition.store, self.folder / "store", name=self.definition.name)

    def search(self, question: str, *, filters: Filters | None = None, limit: int | None = None) -> list[Hit]:
        """The passages that answer ``question`` best, best first."""
        return self.retriever.search(question, filters=filters or Filters(), limit=limit)

    def referred(self, passage: Passage) -> list[Passage]:
        """The passages that ``passage`` sends its reader to, as far as the index holds them."""
        return self.retriever.referred(passage)

    def ask(
        self,
        question: str,
        *,
        history: Sequence[str] = (),
        filters: Filters | None = None,
        extractive: bool = False,
        on_sentence: Callable[[Sentence, tuple[Citation, ...]], None] | None = None,
        should_stop: Callable[[], bool] | None = None,
        notify: Notify | None = None,
        asker: str = "",
        record: bool = True,
    ) -> Answer:
        """Answer from the documents or refuse; StoreError before the first sync.

        ``history`` holds the user's questions before this one, oldest first: what it leaves out (*¿y cuánto cuesta?*) is taken
        from them, and the answer's ``question`` is the whole one. ``on_sentence`` gets each sentence once it has passed the
        checks, with the citations it rests on; ``extractive`` leaves the language model out; ``notify`` hears of the model's
        queue and of evidence that didn't fit. Who waits for the model takes turns by ``asker``, any name of a person or a
        session. ``record=False`` keeps it out of the record of answers.
        """
        from latam_rag import language, llm
        from latam_rag.answer import answer
        from latam_rag.calibrate import similarities

        began = time.perf_counter()
        searched = self.retriever.find(question, history=history, filters=filters or Filters())
        question, hits = searched.question, searched.hits
        found = time.perf_counter()
        generator = None if extractive else self.generator
        # Only when nothing is found: the catalog counts all its passages to tell.
        if not hits and self._never_synced():
            raise StoreError("index.never_synced", name=self.definition.name)
        answered = answer(
            question,
            hits,
            language=language.detect(question, self.definition.language),
            generator=llm.asked_by(asker, generator) if generator else None,
            on_sentence=on_sentence,
            pages=self._pages,
            should_stop=should_stop,
            embedder=self.embedder,
            notify=notify,
            calibration=self._record.calibration(self.embedder.fingerprint),
            similar=similarities(question, hits, self.store, self.embedder),
        )
        timings: Mapping[str, float] = {
            "retrieve": found - began,
            **answered.timings,
            "total": time.perf_counter() - began,
        }
        answered = replace(answered, timings=timings)
        if record and self.definition.audit.enabled:
            self.recorder.record(
                answered, filters=filters or Filters(), extractive=extractive, fingerprint=self.embedder.fingerprint
            )
        return answered

    def _never_synced(self) -> bool:
        state = self.catalog.state()
        return state.last_sync is None and not state.passages

    def document(self, uri: str) -> Document:
        """The document as it was read; DocumentError when the index holds none of that uri."""
        document = self.catalog.document(uri)
        if document is None:
            raise DocumentError("index.no_document", uri=uri)
        return document

    def page_image(self, citation: Citation, *, scale: float = 2.0) -> bytes | None:
        """The page that ``citation`` stands on as a PNG with the quote marked; None when its document has no pages.

        The original is fetched again from its source: SourceError when that fails, DocumentError when it has changed since the
        last sync, for then the marks could fall on other words.
        """
        from latam_rag import pageimage

        if citation.page is None:
            return None
        body = self._original(citation.passage.uri)
        return pageimage.render(body, citation.page, citation.boxes, scale=scale)

    def status(self) -> Status:
        from latam_rag.sync import labels

        state = self.catalog.state()
        return Status(
            name=self.definition.name,
            title=self.definition.title or self.definition.name,
            folder=str(self.folder),
            documents=state.documents,
            passages=state.passages,
            failures=state.failures,
            last_sync=state.last_sync,
            sources=tuple(self.catalog.sources(labels(self.definition))),
            refusal=self._record.summary(),
        )

    def _original(self, uri: str) -> bytes:
        origin = self.catalog.origin(uri)
        if origin is None:
            raise DocumentError("index.no_document", uri=uri)
        return self._fetched(uri, origin)

    def _pages(self, uri: str) -> tuple[Page, ...]:
        origin = self.catalog.origin(uri)
        return self._pages_read(uri, origin) if origin else ()

    # Kept by origin, not by uri alone: after a sync, the pages and body of what a document was would mark other words.

    @functools.lru_cache(maxsize=8)  # noqa: B019  # an Index lives as long as its process
    def _fetched(self, uri: str, origin: Origin) -> bytes:
        from latam_rag.catalog import content_hash
        from latam_rag.sync import source_of

        source = source_of(self.definition, origin.source)
        if source is None:
            raise DocumentError("index.no_document", uri=uri)
        body = self.connect(source).fetch(Ref(uri=uri, revision=origin.revision)).body
        if content_hash(body) != origin.content_hash:
            raise DocumentError("index.original_changed", uri=uri, name=self.definition.name)
        return body

    @functools.lru_cache(maxsize=32)  # noqa: B019  # as above
    def _pages_read(self, uri: str, origin: Origin) -> tuple[Page, ...]:
        document = self.catalog.document(uri)
        return document.pages if document else ()

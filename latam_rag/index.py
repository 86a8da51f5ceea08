"""An index: the one place that knows the order of the stages.

The command line, the apps and LlamaIndex all use this object. Each stage is opened when it is first needed: ``status`` opens
no vectors, ``search`` no language model.
"""

from __future__ import annotations

import contextlib
import functools
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
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
    Filters,
    Hit,
    Passage,
    Sentence,
    SyncReport,
)

if TYPE_CHECKING:
    from latam_rag.audit.recording import Recorder
    from latam_rag.calibrate.record import Record
    from latam_rag.catalog import Catalog
    from latam_rag.embed import Embedder
    from latam_rag.forget import Receipt
    from latam_rag.llm import Generator, Notify
    from latam_rag.originals import Originals
    from latam_rag.retrieve import Retriever
    from latam_rag.status import Status
    from latam_rag.store import Store
    from latam_rag.sync import Progress


_TAKEN_UP = {"title", "language", "domain", "sources", "limits", "questions"}
"""Of a definition, what an open index may change."""


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

    @functools.cached_property
    def _originals(self) -> Originals:
        from latam_rag.originals import Originals

        return Originals(self.definition, lambda: self.catalog, self.connect)

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

    @property
    def in_use(self) -> bool:
        """Whether this process has the vectors open, and with them the index's lock."""
        return self._store is not None

    @property
    def loaded(self) -> Generator | None:
        """The language model if it is in memory already."""
        return self._generator

    def take_up(self, definition: config.Definition) -> None:
        """Go on with what was written in the definition since the index was opened, but for another model, store or way of
        searching: ConfigError for those, which only an index opened anew has."""
        if definition.model_dump(exclude=_TAKEN_UP) != self.definition.model_dump(exclude=_TAKEN_UP):
            raise ConfigError("index.definition_changed", name=definition.name)
        self.definition = definition
        self.__dict__.pop("_originals", None)

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
        from latam_rag.forget import erase_traces
        from latam_rag.reader import Reader
        from latam_rag.store.former import Former
        from latam_rag.sync import Progress, sync

        def tell(phase: str) -> None:
            if on_progress:
                on_progress(Progress(phase=phase))

        store = self.store
        former = Former(self.folder / "store", fingerprint=self.embedder.fingerprint)
        with Reader(self.definition) as reader, former:
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
        erase_traces(self.definition, self.folder, self.catalog, store, tell=functools.partial(tell, "erasing"))
        self._record.renew(
            store, self.embedder, self.retriever, passages=report.passages,
            tell=functools.partial(tell, "calibrating"),
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
            pages=self._originals.pages,
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
        return self._originals.page_image(citation, scale=scale)

    def status(self) -> Status:
        from latam_rag.status import status

        return status(self.definition, self.folder, self.catalog, refusal=self._record.summary())

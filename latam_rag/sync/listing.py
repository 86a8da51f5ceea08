"""What a sync has to do: every source listed, compared with the catalog, and deletions weighed."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from latam_rag import plan
from latam_rag.catalog import Catalog, Origin
from latam_rag.config import Definition, Source
from latam_rag.errors import (
    Cancelled,
    DeletionRefused,
    DocumentError,
    EmptySource,
    LatamRagError,
    StoreError,
)
from latam_rag.history import Tried, digest_of
from latam_rag.sync import asking
from latam_rag.types import Connector, Failure, Ref

READING = 10
"""Raise it when ``parse`` or ``split`` make other passages of the same bytes: every document is then read again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """A document to fetch. ``known`` is what the catalog remembers of it."""

    source: Source
    key: str
    recipe: str
    connector: Connector
    ref: Ref
    known: Origin | None
    resting: Tried | None = None
    """It couldn't be read before; if it has the same content still, it isn't tried now."""


def key_of(source: Source) -> str:
    """Tells sources apart and stays the same when they are put in another order or described with other metadata."""
    said = json.dumps(source.options, sort_keys=True, default=str)
    return f"{source.connector}-{hashlib.sha256(said.encode()).hexdigest()[:12]}"


def recipe_of(source: Source, definition: Definition) -> str:
    """Changes when documents of ``source`` must be read again though they themselves didn't change."""
    return f"{READING}-{source.connector}-{source.recipe}-{definition.domain}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Connected:
    """A source with its connector, ready to be listed."""

    source: Source
    key: str
    connector: Connector

    @property
    def label(self) -> str:
        return label_of(self.source)


def connected(definition: Definition, connect: Callable[[Source], Connector]) -> list[Connected]:
    """All of them before any is listed: an error in the definition must not stop a sync halfway."""
    return [Connected(source=s, key=key_of(s), connector=connect(s)) for s in definition.sources]


class Survey:
    """What is known of the sources so far. Each is ``listed`` once, in any order and from any thread; then ``weigh``.

    A source that can't be listed is a failure, and none of its documents is touched. A uri that two sources list is the first
    one's, and a failure of the second. A source that lists nothing, or no longer lists more than half of its documents, loses
    none of them unless ``allow_deletions``; the same goes for sources taken out of the definition. What must not come back
    (``History.forget``) is as good as not listed.
    """

    def __init__(
        self, definition: Definition, sources: Sequence[Connected], catalog: Catalog, *, allow_deletions: bool
    ) -> None:
        self._definition, self._sources, self._allowed = definition, sources, allow_deletions
        self._origins, self._tried, self._forgotten = catalog.origins(), catalog.tried(), catalog.forgotten()
        self._guard = threading.Condition()
        self._owners: dict[str, int] = {}
        self._done: set[int] = set()
        self._contested: dict[int, list[Ref]] = {}
        self._listed_by: dict[str, int] = {}
        self._now = time.time()
        self.reasons: dict[str, str] = {}
        """Why a source couldn't be listed, by its key; "" for one that could."""
        self.total = 0
        """Documents to fetch."""
        self.same: set[str] = set()
        self.gone: list[str] = []
        self.removed: list[str] = []
        """Of ``gone``, those of sources that are in the definition no more."""
        self.forgotten = 0
        """Documents that the sources have and that must not come back."""
        self.failures: list[tuple[Failure, str]] = []
        """Of the listings, and of documents that are left to rest; each with its source's key."""
        self.unseen: set[str] = set()
        """Keys of sources of which nothing is known."""

    @property
    def waiting(self) -> int:
        """Sources that are still being listed."""
        with self._guard:
            return len(self._sources) - len(self._done)

    def refs(self, at: int, closed: threading.Event) -> Sequence[Ref] | LatamRagError:
        """What source number ``at`` says that there is."""
        return listing_of(self._sources[at], closed)

    def listed(self, at: int, listing: Sequence[Ref] | LatamRagError) -> list[Task]:
        """Take in the listing of source number ``at``, or why there is none; what to fetch of it."""
        each = self._sources[at]
        with self._guard:
            self._done.add(at)
            self._guard.notify_all()
            if isinstance(listing, LatamRagError):
                if not (self._allowed and isinstance(listing, EmptySource)):
                    self.failures.append((failure(each.label, listing), each.key))
                    self.unseen.add(each.key)
                    self.reasons[each.key] = str(listing)
                    return []
                listing = []
            self.reasons.setdefault(each.key, "")
            self._listed_by[each.key] = self._listed_by.get(each.key, 0) + len(listing)
            # What a source before it holds and may list again waits for that one: else the two would take turns.
            before = {other.key for n, other in enumerate(self._sources[:at]) if n not in self._done}
            own: list[Ref] = []
            contested: list[Ref] = []
            for ref in self._own(at, listing):
                origin = self._origins.get(ref.uri)
                (contested if origin and origin.source in before else own).append(ref)
            self._contested[at] = contested
            return self._tasks(each, own)

    def contested(self, at: int, closed: threading.Event) -> list[Task]:
        """What else there is to fetch of source number ``at``, once those before it are listed too."""
        with self._guard:
            refs = self._contested.get(at)
            while refs and not self._done.issuperset(range(at)):
                if closed.is_set():
                    raise Cancelled("errors.cancelled")
                self._guard.wait(timeout=0.1)
            return self._tasks(self._sources[at], [r for r in refs or () if self._owners[r.uri] == at])

    def owns(self, task: Task) -> bool:
        """Whether ``task`` is still its source's: one before it in the definition may have listed the document since."""
        with self._guard:
            return self._sources[self._owners[task.ref.uri]].key == task.key

    def weigh(self) -> None:
        """Every source is listed: what is gone is gone, unless it is too much."""
        held: dict[str, list[str]] = {}
        for uri, origin in self._origins.items():
            held.setdefault(origin.source, []).append(uri)
        labels = {each.key: each.label for each in self._sources}
        for key, uris in held.items():
            gone = [uri for uri in uris if uri not in self._owners]
            # While a source can't be listed, it may be the new owner of what a source taken out of the definition had.
            if not gone or key in self.unseen or (key not in labels and self.unseen):
                continue
            if self._allowed or (self._listed_by.get(key) and len(gone) * 2 <= len(uris)):
                self.gone += gone
                self.removed += [] if key in labels else gone
                continue
            kind = "sync.deletion_refused" if key in labels else "sync.deletion_refused_removed"
            refused = DeletionRefused(kind, gone=len(gone), of=len(uris))
            self.failures.append((failure(labels.get(key, key), refused), key))

    def _own(self, at: int, refs: Sequence[Ref]) -> list[Ref]:
        own = []
        for ref in refs:
            if self._forgotten and digest_of(ref.uri) in self._forgotten:
                self.forgotten += 1
                continue
            owner = self._owners.get(ref.uri)
            if owner is not None:
                loser = self._sources[max(owner, at)]
                self.failures.append((failure(ref.uri, DocumentError("sync.repeated", uri=ref.uri)), loser.key))
            if owner is None or at < owner:
                self._owners[ref.uri] = at
                self.same.discard(ref.uri)
                own.append(ref)
        return own

    def _tasks(self, each: Connected, own: Sequence[Ref]) -> list[Task]:
        recipe = recipe_of(each.source, self._definition)
        known = {ref.uri: self._origins[ref.uri].known for ref in own if ref.uri in self._origins}
        todo = plan.diff(own, known, recipe)
        self.same.update(todo.same)
        tasks = []
        for ref in (*todo.new, *todo.changed):
            tried = self._tried.get((ref.uri, each.key))
            resting = tried if tried and tried.recipe == recipe and tried.rests(self._now) else None
            if resting and ref.revision and resting.revision == ref.revision:
                self.failures.append((resting.failure(ref.uri), each.key))
                continue
            tasks.append(
                Task(
                    source=each.source, key=each.key, recipe=recipe, connector=each.connector, ref=ref,
                    known=self._origins.get(ref.uri), resting=resting,
                )
            )  # fmt: skip
        self.total += len(tasks)
        return tasks


class Chosen(Survey):
    """Documents to fetch without asking their sources what there is: ``only`` are their revisions by uri and source."""

    def __init__(
        self,
        definition: Definition,
        sources: Sequence[Connected],
        catalog: Catalog,
        only: Mapping[tuple[str, str], str],
    ) -> None:
        super().__init__(definition, sources, catalog, allow_deletions=False)
        self._only, self._tried = only, {}

    def refs(self, at: int, closed: threading.Event) -> list[Ref]:
        key = self._sources[at].key
        return [Ref(uri=uri, revision=revision) for (uri, source), revision in self._only.items() if source == key]

    def weigh(self) -> None:
        """What isn't chosen is left alone."""


def listing_of(each: Connected, closed: threading.Event) -> list[Ref] | LatamRagError:
    """All its refs, or why they can't be had. Cancelled once ``closed``."""
    refs = []
    try:
        for ref in asking.refs(each.connector, each.source.connector, each.label):
            if closed.is_set():
                raise Cancelled("errors.cancelled")
            refs.append(ref)
    except (Cancelled, StoreError):
        raise
    except LatamRagError as error:
        return error
    return refs


def failure(uri: str, error: LatamRagError) -> Failure:
    return Failure(uri=uri, reason=str(error), key=error.key)


def label_of(source: Source) -> str:
    """A source as people know it: its connector and what it points at."""
    said = source.options
    via = said.get("via")
    leads = (via.get("url") if isinstance(via, dict) else "", said.get("document"))
    named = (*(said.get(key) for key in ("path", "url", "start", "name")), *leads)
    place = next((one for one in named if one), "")
    if isinstance(place, list):
        place = f"{place[0]}{f' (+{len(place) - 1})' if len(place) > 1 else ''}"
    return f"{source.connector} {place}".strip()

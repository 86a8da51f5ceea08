"""What a sync has to do: every source listed, compared with the catalog, and deletions weighed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from latam_rag import plan
from latam_rag.catalog import Origin
from latam_rag.config import Definition, Source
from latam_rag.errors import Cancelled, DeletionRefused, DocumentError, EmptySource, LatamRagError, SourceError
from latam_rag.types import Connector, Failure, Ref

READING = 3
"""Raise it when ``parse`` or ``split`` make other passages of the same bytes: every document is then read again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """A document to fetch. ``known`` is what the catalog remembers of it; ``must_read``: also when its bytes are the same."""

    source: Source
    key: str
    recipe: str
    connector: Connector
    ref: Ref
    known: Origin | None
    must_read: bool = False


@dataclass(kw_only=True, slots=True)
class Survey:
    """``failures`` are those of the listing, each with its source's key; of ``unseen`` sources nothing is known."""

    tasks: list[Task] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    failures: list[tuple[Failure, str]] = field(default_factory=list)
    unseen: set[str] = field(default_factory=set)


def key_of(source: Source) -> str:
    """Tells sources apart and stays the same when they are put in another order or described with other metadata."""
    said = json.dumps(source.options, sort_keys=True, default=str)
    return f"{source.connector}-{hashlib.sha256(said.encode()).hexdigest()[:12]}"


def recipe_of(source: Source, definition: Definition) -> str:
    """Changes when documents of ``source`` must be read again though they themselves didn't change."""
    return f"{READING}-{source.connector}-{source.recipe}-{definition.domain}"


def survey(
    definition: Definition,
    connect: Callable[[Source], Connector],
    origins: Mapping[str, Origin],
    *,
    allow_deletions: bool,
    should_stop: Callable[[], bool],
) -> Survey:
    """List every source once.

    A source that can't be listed is a failure, and none of its documents is touched. A uri that two sources list is the
    first one's, and a failure of the second. A source that lists nothing, or no longer lists more than half of its documents,
    loses none of them unless ``allow_deletions``; the same goes for sources taken out of the definition.
    """
    found = Survey()
    # All of them before any is listed: an error in the definition must not stop a sync halfway.
    connected = [(source, key_of(source), connect(source)) for source in definition.sources]
    owners: dict[str, str] = {}
    listed_by: dict[str, int] = {}
    for source, key, connector in connected:
        try:
            refs = _listed(connector, should_stop)
        except SourceError as error:
            if not (allow_deletions and isinstance(error, EmptySource)):
                found.failures.append((failure(label_of(source), error), key))
                found.unseen.add(key)
                continue
            refs = []
        listed_by[key] = listed_by.get(key, 0) + len(refs)
        own = _without_repeats(refs, key, owners, found)
        known = {uri: origin.known for uri, origin in origins.items() if origin.source == key}
        known |= {ref.uri: origins[ref.uri].known for ref in own if ref.uri in origins}
        recipe = recipe_of(source, definition)
        todo = plan.diff(own, known, recipe)
        found.same += todo.same
        found.tasks += [
            Task(source=source, key=key, recipe=recipe, connector=connector, ref=ref, known=origins.get(ref.uri))
            for ref in (*todo.new, *todo.changed)
        ]
    labels = {key: label_of(source) for source, key, _ in connected}
    _weigh_deletions(found, origins, owners, listed_by, labels, allow_deletions)
    return found


def failure(uri: str, error: LatamRagError) -> Failure:
    return Failure(uri=uri, reason=str(error), key=error.key)


def label_of(source: Source) -> str:
    """A source as people know it: its connector and what it points at."""
    place = next((str(source.options[key]) for key in ("path", "url", "name") if key in source.options), "")
    return f"{source.connector} {place}".strip()


def _listed(connector: Connector, should_stop: Callable[[], bool]) -> list[Ref]:
    refs = []
    for ref in connector.refs():
        if should_stop():
            raise Cancelled("errors.cancelled")
        refs.append(ref)
    return refs


def _without_repeats(refs: list[Ref], key: str, owners: dict[str, str], found: Survey) -> list[Ref]:
    own = []
    for ref in refs:
        if ref.uri in owners:
            found.failures.append((failure(ref.uri, DocumentError("sync.repeated", uri=ref.uri)), key))
        else:
            owners[ref.uri] = key
            own.append(ref)
    return own


def _weigh_deletions(
    found: Survey,
    origins: Mapping[str, Origin],
    owners: Mapping[str, str],
    listed_by: Mapping[str, int],
    labels: Mapping[str, str],
    allowed: bool,
) -> None:
    held: dict[str, list[str]] = {}
    for uri, origin in origins.items():
        held.setdefault(origin.source, []).append(uri)
    for key, uris in held.items():
        gone = [uri for uri in uris if uri not in owners]
        # While a source can't be listed, it may be the new owner of what a source taken out of the definition had.
        if not gone or key in found.unseen or (key not in labels and found.unseen):
            continue
        if allowed or (listed_by.get(key) and len(gone) * 2 <= len(uris)):
            found.gone += gone
            continue
        kind = "sync.deletion_refused" if key in labels else "sync.deletion_refused_removed"
        refused = DeletionRefused(kind, gone=len(gone), of=len(uris))
        found.failures.append((failure(labels.get(key, key), refused), key))

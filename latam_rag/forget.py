"""Deletion that can be shown: a document leaves the vectors, the text, the caches, the record of answers and what visitors of
the app keep, and a receipt.

What was deleted is written down first (``History.erasing``) and crossed out last, so that whatever stops it in between, the
next sync or ``forget`` goes on. The receipt holds hashes only, and stands in the chain of the record of answers.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from latam_rag import __version__, feedback, home, personal
from latam_rag.audit import Log, erasing
from latam_rag.catalog import Catalog
from latam_rag.config import Definition
from latam_rag.errors import DocumentError, StoreError
from latam_rag.history import digest_of
from latam_rag.lock import Lock
from latam_rag.store import Store, drop_store
from latam_rag.store.former import FORMER


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """``number`` and ``hash`` are of the record of answers: ``latam-rag audit verify --head`` finds it there."""

    number: int
    hash: str
    time: str
    documents: tuple[str, ...]
    """The SHA-256 of each document's uri."""
    emptied: int
    """Records of answers that mentioned one, and hold nothing any more."""


def forget(definition: Definition, folder: Path, catalog: Catalog, store: Store, uris: Sequence[str]) -> Receipt:
    """Delete documents for good; they don't come back with the next sync.

    DocumentError when there is no trace of one: nothing is touched then. IndexLocked while a sync is running.
    """
    log = Log(folder)
    with Lock(folder, "sync"):
        for uri in uris:
            if not _known(catalog, log, uri):
                raise DocumentError("forget.unknown", uri=uri, name=definition.name)
        catalog.forget(uris)
        points = catalog.remove(uris)
        store.delete(points)
        store.flush()
        catalog.settle(points)
        receipt = erase_traces(definition, folder, catalog, store)
    assert receipt is not None
    return receipt


def erase_traces(
    definition: Definition, folder: Path, catalog: Catalog, store: Store, *, tell: Callable[[], None] = lambda: None
) -> Receipt | None:
    """What documents that were deleted left in files: None when there is nothing to erase. ``tell`` hears of it before."""
    gone = catalog.erasing()
    if not gone:
        return None
    tell()
    from latam_rag.connectors.http.visits import Visits

    store.purge()
    # The vectors that an interrupted rebuild would take over.
    shutil.rmtree(folder / "store" / FORMER, ignore_errors=True)
    Visits().forget({*gone, *gone.values()} - {""})
    documents = tuple(sorted(digest_of(uri) for uri in gone))
    said: dict[str, Any] = {"index": definition.name, "documents": list(documents), "version": __version__}
    feedback.erase(folder, gone.keys())
    personal.erase(definition.name, gone.keys())
    written = erasing.erase(Log(folder), gone.keys(), said)
    catalog.erased(gone)
    catalog.purge()
    return Receipt(
        number=written["number"], hash=written["hash"], time=written["time"], documents=documents,
        emptied=len(written["emptied"]),
    )  # fmt: skip


def _known(catalog: Catalog, log: Log, uri: str) -> bool:
    return (
        catalog.origin(uri) is not None
        or uri in catalog.erasing()
        or any(failure.uri == uri for failure in catalog.state().failures)
        or any(erasing.mentions(record, {uri}) for record in log.records())
    )


def remove(definition: Definition, folder: Path) -> Path | None:
    """Do away with an index: vectors, text, record of answers, answers that visitors keep, caches and its folder. The path of
    its definition where that is kept elsewhere, and stays. IndexLocked while a process uses it."""
    from latam_rag.connectors.http.visits import Visits

    kept = home.elsewhere(folder)
    with Lock(folder, "sync"):
        with Catalog(folder / "catalog.sqlite") as catalog:
            listed = {place for one in catalog.documents() for place in (one.uri, one.url) if place}
        Visits().forget(listed)
        personal.erase(definition.name)
        drop_store(definition.store, folder / "store", name=definition.name)
    try:
        shutil.rmtree(folder)
    except OSError as error:
        raise StoreError("store.no_folder", folder=str(folder), error=error.strerror or str(error)) from error
    return kept

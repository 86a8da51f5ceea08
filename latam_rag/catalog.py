"""What the index holds, in SQLite: documents, their text, their passages' ids, failures and runs.

The store holds what is searched; this is the record of what it should hold. A point may be in the store only if its id is
among the committed passages or among the *intents*, ids written down before the store was touched; what a crash leaves
behind is found there by the next sync.

A second process can read while a sync writes (WAL).
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from latam_rag.errors import DocumentError, StoreError
from latam_rag.history import History, iso_now
from latam_rag.plan import Known
from latam_rag.store.body import pack, unpack
from latam_rag.types import Document, Failure

_ORIGIN = "source, revision, recipe, content, said"


@dataclass(frozen=True, kw_only=True, slots=True)
class Origin:
    """Where a document came from: ``source`` is the key of its source, ``content_hash`` that of the bytes fetched, ``said``
    that of what the source said about them (title, metadata, url)."""

    source: str
    revision: str
    recipe: str
    content_hash: str
    said: str = ""

    @property
    def known(self) -> Known:
        return Known(revision=self.revision, recipe=self.recipe)


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A document as it is committed, with its passages' ids and digests in document order."""

    document: Document
    origin: Origin
    passages: Sequence[tuple[str, str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """A document in a list, without its text."""

    uri: str
    title: str
    language: str
    genre: str
    url: str
    source: str
    passages: int
    indexed: str
    """ISO time."""


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    documents: int
    passages: int
    failures: tuple[Failure, ...]
    last_sync: str | None
    """ISO time at which the last finished sync ended."""


def content_hash(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


class Catalog(History):
    """Thread-safe. Raises StoreError. Made where there is none."""

    # Reading

    def origins(self) -> dict[str, Origin]:
        """Of every document, by uri."""
        rows = self._rows(f"SELECT uri, {_ORIGIN} FROM documents")
        return {uri: _origin(*row) for uri, *row in rows}

    def origin(self, uri: str) -> Origin | None:
        rows = self._rows(f"SELECT {_ORIGIN} FROM documents WHERE uri = ?", uri)
        return _origin(*rows[0]) if rows else None

    def document(self, uri: str) -> Document | None:
        """The document as it was read; None when there is none of that uri."""
        for (body,) in self._rows("SELECT body FROM bodies WHERE uri = ?", uri):
            try:
                return unpack(body)
            except (ValueError, KeyError, zlib.error) as error:
                raise StoreError("catalog.damaged", path=str(self.path), error=str(error)) from error
        return None

    def documents(self) -> list[Listed]:
        """By uri."""
        rows = self._rows(
            "SELECT uri, title, language, genre, url, source, passages, indexed FROM documents ORDER BY uri"
        )
        names = Listed.__slots__
        return [Listed(**dict(zip(names, row, strict=True))) for row in rows]

    def twin(self, origin: Origin, uri: str) -> str | None:
        """Another document made of the same bytes."""
        rows = self._rows("SELECT uri FROM documents WHERE content = ? AND uri <> ? LIMIT 1", origin.content_hash, uri)
        return rows[0][0] if rows else None

    def passages(self, uri: str) -> dict[str, str]:
        """Digests by id, in document order."""
        return dict(self._rows("SELECT id, digest FROM passages WHERE uri = ? ORDER BY position", uri))

    def passage_uris(self) -> dict[str, str]:
        """The uri of each passage, by id."""
        return dict(self._rows("SELECT id, uri FROM passages"))

    def count(self) -> int:
        """Of passages."""
        return int(self._rows("SELECT count(*) FROM passages")[0][0])

    def stamp(self) -> tuple[Any, ...]:
        """Another one whenever documents came, went or were read again."""
        return self._rows("SELECT count(*), max(indexed), (SELECT max(finished) FROM runs) FROM documents")[0]

    def state(self) -> State:
        with self._guard:
            failures = self._rows("SELECT uri, reason, key FROM failures ORDER BY uri")
            last = self._rows("SELECT max(finished) FROM runs WHERE report IS NOT NULL")
            return State(
                documents=int(self._rows("SELECT count(*) FROM documents")[0][0]),
                passages=self.count(),
                failures=tuple(Failure(uri=uri, reason=reason, key=key) for uri, reason, key in failures),
                last_sync=last[0][0],
            )

    def failing(self, uris: Sequence[str], *, name: str) -> dict[tuple[str, str], str]:
        """The revision at which each document failed, by uri and source; of ``uris``, or of all when there are none.

        DocumentError for one that didn't fail; ``name`` is the index's.
        """
        rows = self._rows("SELECT uri, source, revision FROM tries")
        found = {(uri, source): revision for uri, source, revision in rows if not uris or uri in uris}
        for uri in set(uris).difference(uri for uri, _ in found):
            raise DocumentError("catalog.no_failure", uri=uri, name=name)
        return found

    # Writing, in the order that a sync keeps

    def intend(self, ids: Iterable[str], *, moved: Mapping[str, Iterable[str]] | None = None) -> None:
        """Write down which points are about to be touched.

        ``moved`` are passages by uri whose payloads will be replaced: until they are committed their documents count as
        changed, so that a sync cut short between the two does it again.
        """
        with self._transaction() as db:
            db.executemany("INSERT OR IGNORE INTO intents VALUES (?)", ((point,) for point in ids))
            for uri, points in (moved or {}).items():
                db.execute("UPDATE documents SET revision = '', recipe = '', content = '' WHERE uri = ?", (uri,))
                db.executemany("UPDATE passages SET digest = '' WHERE id = ?", ((point,) for point in points))

    def commit(self, entries: Iterable[Entry]) -> list[str]:
        """Make ``entries`` what the index holds, all or none; the ids that their documents no longer have."""
        stale: list[str] = []
        with self._transaction() as db:
            for entry in entries:
                stale += self._replace(db, entry)
        return stale

    def settle(self, ids: Iterable[str]) -> None:
        """The store has done what was intended of these points."""
        with self._transaction() as db:
            db.executemany("DELETE FROM intents WHERE id = ?", ((point,) for point in ids))

    def remove(self, uris: Iterable[str]) -> list[str]:
        """Forget documents, text and all; the ids of their points, which are intents until ``settle``."""
        gone: list[str] = []
        with self._transaction() as db:
            for uri in uris:
                ids = [row[0] for row in db.execute("SELECT id FROM passages WHERE uri = ?", (uri,))]
                db.executemany("INSERT OR IGNORE INTO intents VALUES (?)", ((point,) for point in ids))
                for table in ("documents", "bodies", "passages", "failures", "tries"):
                    db.execute(f"DELETE FROM {table} WHERE uri = ?", (uri,))
                gone += ids
        return gone

    def left_over(self) -> list[str]:
        """Intents that no document has: what a sync that was cut short may have left in the store."""
        rows = self._rows("SELECT id FROM intents WHERE id NOT IN (SELECT id FROM passages)")
        return [point for (point,) in rows]

    def settle_all(self) -> None:
        with self._transaction() as db:
            db.execute("DELETE FROM intents")

    def adopt(self, origins: Mapping[str, Origin]) -> None:
        """Replace the origins of documents whose text didn't change; their failures are over."""
        with self._transaction() as db:
            for uri, origin in origins.items():
                row = (origin.source, origin.revision, origin.recipe, origin.content_hash, origin.said, uri)
                db.execute("UPDATE documents SET source=?, revision=?, recipe=?, content=?, said=? WHERE uri=?", row)
                _mended(db, uri)

    def fail(self, failure: Failure, source: str) -> None:
        said = (failure.uri, source, failure.key, failure.reason, iso_now())
        with self._transaction() as db:
            db.execute("INSERT OR REPLACE INTO failures VALUES (?, ?, ?, ?, ?)", said)

    def set_failures(self, failures: Iterable[tuple[Failure, str]], *, unseen: Iterable[str]) -> None:
        """``failures``, each with its source's key, are all there are, but for those of the ``unseen`` sources."""
        kept = list(unseen)
        with self._transaction() as db:
            db.execute(f"DELETE FROM failures WHERE source NOT IN ({','.join('?' * len(kept))})", kept)
            db.executemany(
                "INSERT OR REPLACE INTO failures VALUES (?, ?, ?, ?, ?)",
                ((f.uri, source, f.key, f.reason, iso_now()) for f, source in failures),
            )
            db.execute("DELETE FROM tries WHERE (uri, source) NOT IN (SELECT uri, source FROM failures)")

    def begin_run(self) -> int:
        with self._transaction() as db:
            return int(db.execute("INSERT INTO runs (started) VALUES (?)", (iso_now(),)).lastrowid or 0)

    def end_run(self, run: int, report: Mapping[str, Any]) -> None:
        with self._transaction() as db:
            said = json.dumps(report, ensure_ascii=False)
            db.execute("UPDATE runs SET finished = ?, report = ? WHERE id = ?", (iso_now(), said, run))

    def _replace(self, db: sqlite3.Connection, entry: Entry) -> list[str]:
        document, origin, uri = entry.document, entry.origin, entry.document.uri
        before = {row[0] for row in db.execute("SELECT id FROM passages WHERE uri = ?", (uri,))}
        now = [point for point, _ in entry.passages]
        stale = sorted(before.difference(now))
        db.executemany("INSERT OR IGNORE INTO intents VALUES (?)", ((point,) for point in stale))
        db.execute("DELETE FROM passages WHERE uri = ?", (uri,))
        db.executemany(
            "INSERT INTO passages VALUES (?, ?, ?, ?)",
            ((point, uri, position, digest) for position, (point, digest) in enumerate(entry.passages)),
        )
        db.execute(
            "INSERT OR REPLACE INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                uri, origin.source, origin.revision, origin.recipe, origin.content_hash, origin.said,
                document.title, document.language, document.genre.value, document.url, len(now), iso_now(),
            ),
        )  # fmt: skip
        db.execute("INSERT OR REPLACE INTO bodies VALUES (?, ?)", (uri, pack(document)))
        _mended(db, uri)
        db.executemany("DELETE FROM intents WHERE id = ?", ((point,) for point in now))
        return stale


def _origin(source: str, revision: str, recipe: str, content: str, said: str) -> Origin:
    return Origin(source=source, revision=revision, recipe=recipe, content_hash=content, said=said)


def _mended(db: sqlite3.Connection, uri: str) -> None:
    for table in ("failures", "tries"):
        db.execute(f"DELETE FROM {table} WHERE uri = ?", (uri,))

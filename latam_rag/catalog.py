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
import threading
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from latam_rag.errors import StoreError
from latam_rag.plan import Known
from latam_rag.store.body import pack, unpack
from latam_rag.types import Document, Failure

VERSION = 1
_ORIGIN = "source, revision, recipe, content, said"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
    uri TEXT PRIMARY KEY, source TEXT NOT NULL, revision TEXT NOT NULL, recipe TEXT NOT NULL, content TEXT NOT NULL,
    said TEXT NOT NULL, title TEXT NOT NULL, language TEXT NOT NULL, genre TEXT NOT NULL, url TEXT NOT NULL,
    passages INTEGER NOT NULL, indexed TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS bodies (uri TEXT PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS passages (
    id TEXT PRIMARY KEY, uri TEXT NOT NULL, position INTEGER NOT NULL, digest TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS passages_of ON passages (uri, position);
CREATE TABLE IF NOT EXISTS intents (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS failures (
    uri TEXT NOT NULL, source TEXT NOT NULL, key TEXT NOT NULL, reason TEXT NOT NULL, at TEXT NOT NULL,
    PRIMARY KEY (uri, source)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS runs (id INTEGER PRIMARY KEY, started TEXT NOT NULL, finished TEXT, report TEXT);
"""


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


class Catalog:
    """Thread-safe. Raises StoreError. Made where there is none."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._guard = threading.RLock()
        with self._translated():
            path.parent.mkdir(parents=True, exist_ok=True)
            # Transactions are ours: isolation_level=None leaves BEGIN to _transaction.
            self._db = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
        try:
            with self._translated():
                self._prepare()
        except BaseException:
            self._db.close()
            raise

    def close(self) -> None:
        with self._guard:
            self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

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
                for table in ("documents", "bodies", "passages", "failures"):
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
                db.execute("DELETE FROM failures WHERE uri = ?", (uri,))

    def fail(self, failure: Failure, source: str) -> None:
        said = (failure.uri, source, failure.key, failure.reason, _now())
        with self._transaction() as db:
            db.execute("INSERT OR REPLACE INTO failures VALUES (?, ?, ?, ?, ?)", said)

    def set_failures(self, failures: Iterable[tuple[Failure, str]], *, unseen: Iterable[str]) -> None:
        """``failures``, each with its source's key, are all there are, but for those of the ``unseen`` sources."""
        kept = list(unseen)
        with self._transaction() as db:
            db.execute(f"DELETE FROM failures WHERE source NOT IN ({','.join('?' * len(kept))})", kept)
            db.executemany(
                "INSERT OR REPLACE INTO failures VALUES (?, ?, ?, ?, ?)",
                ((f.uri, source, f.key, f.reason, _now()) for f, source in failures),
            )

    def begin_run(self) -> int:
        with self._transaction() as db:
            return int(db.execute("INSERT INTO runs (started) VALUES (?)", (_now(),)).lastrowid or 0)

    def end_run(self, run: int, report: Mapping[str, Any]) -> None:
        with self._transaction() as db:
            said = json.dumps(report, ensure_ascii=False)
            db.execute("UPDATE runs SET finished = ?, report = ? WHERE id = ?", (_now(), said, run))

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
                document.title, document.language, document.genre.value, document.url, len(now), _now(),
            ),
        )  # fmt: skip
        db.execute("INSERT OR REPLACE INTO bodies VALUES (?, ?)", (uri, pack(document)))
        db.execute("DELETE FROM failures WHERE uri = ?", (uri,))
        db.executemany("DELETE FROM intents WHERE id = ?", ((point,) for point in now))
        return stale

    def _prepare(self) -> None:
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON", "temp_store = MEMORY"):
            self._db.execute(f"PRAGMA {pragma}")
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if version not in (0, VERSION):
            raise StoreError("catalog.other_version", path=str(self.path), found=version, version=VERSION)
        if version == 0:
            self._db.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA user_version = {VERSION}; COMMIT;")

    def _rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with self._guard, self._translated():
            return self._db.execute(query, values).fetchall()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._guard, self._translated():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            said = str(error)
            key = "catalog.broken"
            if "disk is full" in said or "No space left" in said:
                key = "catalog.disk_full"
            elif "malformed" in said or "not a database" in said:
                key = "catalog.damaged"
            raise StoreError(key, path=str(self.path), error=said) from error


def _origin(source: str, revision: str, recipe: str, content: str, said: str) -> Origin:
    return Origin(source=source, revision=revision, recipe=recipe, content_hash=content, said=said)


def _now() -> str:
    return datetime.fromtimestamp(time.time(), UTC).isoformat(timespec="milliseconds")

"""The catalog's file: opening it, its tables, and how its errors are said."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from latam_rag.errors import StoreError

_DOCUMENTS = """
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
_HISTORY = """
CREATE TABLE IF NOT EXISTS tries (
    uri TEXT NOT NULL, source TEXT NOT NULL, revision TEXT NOT NULL, recipe TEXT NOT NULL, content TEXT NOT NULL,
    count INTEGER NOT NULL, due REAL NOT NULL, PRIMARY KEY (uri, source)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sources (
    key TEXT PRIMARY KEY, label TEXT NOT NULL, tried TEXT NOT NULL, listed TEXT, reason TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS forgotten (digest TEXT PRIMARY KEY, at TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS erasing (uri TEXT PRIMARY KEY, url TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS documents_by_content ON documents (content);
"""
_STEPS = (_DOCUMENTS, _HISTORY)
"""What each version added; a file of an older one gets the rest when it is opened."""
VERSION = len(_STEPS)


class Database:
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

    def purge(self) -> None:
        """Leave nothing of what was deleted in the files: freed pages are overwritten as they are freed (secure_delete), and
        the log is emptied here. StoreError while another process reads and holds it."""
        with self._guard, self._translated():
            (held, _, _) = self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if held:
            raise StoreError("catalog.held", path=str(self.path))

    def _prepare(self) -> None:
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON", "temp_store = MEMORY"):
            self._db.execute(f"PRAGMA {pragma}")
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if version > VERSION:
            raise StoreError("catalog.other_version", path=str(self.path), found=version, version=VERSION)
        if version < VERSION:
            added = "".join(_STEPS[version:])
            self._db.executescript(f"BEGIN IMMEDIATE; {added} PRAGMA user_version = {VERSION}; COMMIT;")

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

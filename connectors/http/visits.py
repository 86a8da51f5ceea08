"""What is remembered of the pages that were visited, so that the next sync asks only whether they changed.

One SQLite file for the machine, in the home of the indexes (``.web/visits.sqlite``). It may be deleted at any time: the next
sync then asks for everything again. A body stays here from the listing until the document is fetched; that of a listing (a
sitemap, a feed) as long as the server says it is the same.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import weakref
import zlib
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from latam_rag import home
from latam_rag.errors import SourceError

_SCHEMA = """
CREATE TABLE IF NOT EXISTS visits (
    url TEXT PRIMARY KEY, final TEXT, etag TEXT, modified TEXT, revision TEXT, media_type TEXT, links TEXT, body BLOB
);
CREATE TABLE IF NOT EXISTS entries (source TEXT, uri TEXT, revision TEXT, said TEXT, PRIMARY KEY (source, uri));
"""
_COLUMNS = "final, etag, modified, revision, media_type, links"


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """A page as it was when last visited. ``links`` in its order; ``body`` only where it was asked for."""

    url: str
    final: str
    revision: str
    etag: str = ""
    modified: str = ""
    media_type: str = ""
    links: tuple[str, ...] = ()
    body: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A line of a listing longer than what its source shows at once (a feed); ``said`` is what the source says of it."""

    uri: str
    revision: str
    said: dict[str, str]


class Visits:
    """Thread-safe, and safe among processes. Nothing is opened before the first question."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None

    def get(self, url: str, *, body: bool = False) -> Known | None:
        column = "body" if body else "NULL"
        with self._open() as db:
            row = db.execute(f"SELECT {_COLUMNS}, {column} FROM visits WHERE url = ?", (url,)).fetchone()
        if row is None:
            return None
        final, etag, modified, revision, media_type, links, packed = row
        return Known(
            url=url, final=final, etag=etag, modified=modified, revision=revision, media_type=media_type,
            links=tuple(json.loads(links)), body=None if packed is None else zlib.decompress(packed),
        )  # fmt: skip

    def put(self, known: Known) -> None:
        packed = None if known.body is None else zlib.compress(known.body, 1)
        values = (
            known.url, known.final, known.etag, known.modified, known.revision, known.media_type,
            json.dumps(known.links), packed,
        )  # fmt: skip
        with self._open() as db:
            db.execute("INSERT OR REPLACE INTO visits VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)

    def take(self, url: str, revision: str) -> Known | None:
        """The page with its body, which isn't kept any longer; None when the body isn't here, or is another revision's."""
        known = self.get(url, body=True)
        if known is None or known.body is None or known.revision != revision:
            return None
        self.put(replace(known, body=None))
        return known

    def entries(self, source: str) -> dict[str, Entry]:
        with self._open() as db:
            rows = db.execute("SELECT uri, revision, said FROM entries WHERE source = ? ORDER BY rowid", (source,))
            return {uri: Entry(uri=uri, revision=revision, said=json.loads(said)) for uri, revision, said in rows}

    def keep_entries(self, source: str, entries: Iterable[Entry]) -> None:
        """These, and no others, are the lines of ``source``."""
        rows = [(source, entry.uri, entry.revision, json.dumps(entry.said)) for entry in entries]
        with self._open() as db:
            db.execute("DELETE FROM entries WHERE source = ?", (source,))
            db.executemany("INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?)", rows)

    def drop(self, beginning: str, but: str) -> None:
        """Remove the listings whose address begins so, but those with ``but`` in it: lists that are asked for by the day."""
        with self._open() as db:
            db.execute(
                "DELETE FROM visits WHERE substr(url, 1, ?) = ? AND instr(url, ?) = 0", (len(beginning), beginning, but)
            )

    def forget(self, urls: Collection[str]) -> int:
        """Remove every trace of these addresses; how many lines that was."""
        count = 0
        with self._open() as db:
            for url in urls:
                count += db.execute("DELETE FROM visits WHERE url = ? OR final = ?", (url, url)).rowcount
                count += db.execute("DELETE FROM entries WHERE uri = ?", (url,)).rowcount
            # Listings that are kept (a feed, a page of a repository) hold what they say of their documents.
            for key, packed in db.execute("SELECT url, body FROM visits WHERE body IS NOT NULL").fetchall():
                body = zlib.decompress(packed)
                if any(url.encode() in body for url in urls):
                    count += db.execute("DELETE FROM visits WHERE url = ?", (key,)).rowcount
        with self._open() as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return count

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        path = self._path or home.home() / ".web" / "visits.sqlite"
        try:
            with self._lock:
                if self._connection is None:
                    path.parent.mkdir(parents=True, exist_ok=True)
                    self._connection = sqlite3.connect(path, timeout=60, check_same_thread=False)
                    weakref.finalize(self, self._connection.close)
                    # What is deleted is overwritten: a document that is forgotten leaves no trace in the file.
                    self._connection.executescript(
                        f"PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA secure_delete=ON; {_SCHEMA}"
                    )
                with self._connection:
                    yield self._connection
        except (OSError, sqlite3.Error) as error:
            raise SourceError("http.visits", path=str(path), error=str(error)) from error

"""What the catalog remembers beside documents: how often one failed, how each source is doing, what must not come back."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from latam_rag.database import Database
from latam_rag.types import Failure

FIRST_WAIT_S = 3600.0
MOST_WAIT_S = 7 * 24 * 3600.0
"""A document that can't be read is tried again after an hour, then two, four, …, at least once a week."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tried:
    """A document that couldn't be read: as ``content`` (a hash of what was fetched; "" when that failed), ``count`` times.

    The same content isn't read again before ``due`` (seconds since the epoch).
    """

    revision: str
    recipe: str
    content: str
    count: int
    due: float
    key: str
    reason: str

    def failure(self, uri: str) -> Failure:
        return Failure(uri=uri, reason=self.reason, key=self.key)

    def rests(self, now: float) -> bool:
        return bool(self.content) and now < self.due


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceState:
    """How a source did at the last syncs; times are ISO."""

    key: str
    label: str
    documents: int
    failed: int
    tried: str
    listed: str | None
    """When it was last listed whole; None when it never was."""
    reason: str = ""
    """Why it wasn't at the last try."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SyncRun:
    """A sync as it is remembered; times are ISO. ``finished`` is None for one that was cut short, or still runs: its counts
    are 0 then."""

    started: str
    finished: str | None
    new: int = 0
    changed: int = 0
    gone: int = 0
    failed: int = 0
    embedded: int = 0
    passages: int = 0
    """In the index afterwards."""
    seconds: float = 0.0


class History(Database):
    """The catalog's tables of that. Thread-safe. Raises StoreError."""

    def runs(self, limit: int = 200) -> list[SyncRun]:
        """The last ``limit`` syncs, oldest first."""
        rows = self._rows("SELECT started, finished, report FROM runs ORDER BY id DESC LIMIT ?", limit)
        return [_run(started, finished, report) for started, finished, report in reversed(rows)]

    def tried(self) -> dict[tuple[str, str], Tried]:
        """By uri and source key."""
        rows = self._rows(
            "SELECT t.uri, t.source, t.revision, t.recipe, t.content, t.count, t.due, f.key, f.reason FROM tries t "
            "JOIN failures f ON f.uri = t.uri AND f.source = t.source"
        )
        names = Tried.__slots__
        return {(uri, source): Tried(**dict(zip(names, row, strict=True))) for uri, source, *row in rows}

    def count_try(self, uri: str, source: str, *, revision: str, recipe: str, content: str) -> int:
        """One more failure of a document; how many there were of this content, read like this."""
        with self._transaction() as db:
            row = db.execute(
                "SELECT count FROM tries WHERE uri = ? AND source = ? AND recipe = ? AND content = ?",
                (uri, source, recipe, content),
            ).fetchone()
            count = row[0] + 1 if row else 1
            wait = min(FIRST_WAIT_S * 2 ** min(count - 1, 20), MOST_WAIT_S) if content else 0.0
            said = (uri, source, revision, recipe, content, count, time.time() + wait)
            db.execute("INSERT OR REPLACE INTO tries VALUES (?, ?, ?, ?, ?, ?, ?)", said)
        return int(count)

    def sources(self, labels: Mapping[str, str]) -> list[SourceState]:
        """Of the sources of ``labels`` (label by key) that were ever tried, in that order."""
        rows = self._rows(
            "SELECT s.key, (SELECT count(*) FROM documents d WHERE d.source = s.key),"
            " (SELECT count(*) FROM failures f WHERE f.source = s.key AND f.uri <> s.label),"
            " s.tried, s.listed, s.reason FROM sources s"
        )
        found = {
            key: SourceState(
                key=key,
                label=labels[key],
                documents=documents,
                failed=failed,
                tried=tried,
                listed=listed,
                reason=reason,
            )
            for key, documents, failed, tried, listed, reason in rows
            if key in labels
        }
        return [found[key] for key in labels if key in found]

    def keep_sources(self, tried: Iterable[tuple[str, str, str]]) -> None:
        """Key, label and reason ("" when it was listed) of each source of a sync; others are in the definition no more."""
        now = iso_now()
        with self._transaction() as db:
            kept = []
            for key, label, reason in tried:
                kept.append(key)
                db.execute(
                    "INSERT INTO sources VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (key) DO UPDATE SET"
                    " label = ?2, tried = ?3, listed = coalesce(?4, listed), reason = ?5",
                    (key, label, now, None if reason else now, reason),
                )
            db.execute(f"DELETE FROM sources WHERE key NOT IN ({','.join('?' * len(kept))})", kept)

    def forgotten(self) -> set[str]:
        """``digest_of`` each uri that must not come back."""
        return {digest for (digest,) in self._rows("SELECT digest FROM forgotten")}

    def forget(self, uris: Iterable[str]) -> None:
        """They must not come back; and what they left elsewhere is to be erased."""
        with self._transaction() as db:
            for uri in uris:
                db.execute("INSERT OR IGNORE INTO forgotten VALUES (?, ?)", (digest_of(uri), iso_now()))
        self.erase_later(uris)

    def allow(self, uris: Iterable[str]) -> int:
        """They may come back; how many of them weren't to."""
        with self._transaction() as db:
            return sum(db.execute("DELETE FROM forgotten WHERE digest = ?", (digest_of(uri),)).rowcount for uri in uris)

    def erase_later(self, uris: Iterable[str]) -> None:
        """Write down, before documents go, whose traces are to be erased: a crash must not leave them."""
        with self._transaction() as db:
            for uri in uris:
                row = db.execute("SELECT url FROM documents WHERE uri = ?", (uri,)).fetchone()
                db.execute("INSERT OR IGNORE INTO erasing VALUES (?, ?)", (uri, row[0] if row else ""))

    def erasing(self) -> dict[str, str]:
        """The address of each document whose traces are to be erased, by uri."""
        return dict(self._rows("SELECT uri, url FROM erasing"))

    def erased(self, uris: Iterable[str]) -> None:
        with self._transaction() as db:
            db.executemany("DELETE FROM erasing WHERE uri = ?", ((uri,) for uri in uris))


def _run(started: str, finished: str | None, report: str | None) -> SyncRun:
    said = json.loads(report) if report else {}
    counts = {name: int(said.get(name, 0)) for name in ("new", "changed", "gone", "failed", "embedded", "passages")}
    seconds = float(said.get("seconds", {}).get("total", 0.0))
    return SyncRun(started=started, finished=finished if report else None, seconds=seconds, **counts)


def digest_of(uri: str) -> str:
    return hashlib.sha256(uri.encode("utf-8", "surrogatepass")).hexdigest()


def iso_now() -> str:
    return datetime.fromtimestamp(time.time(), UTC).isoformat(timespec="milliseconds")

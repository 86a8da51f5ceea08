"""The record of answers as a list to look through: filtered by day, verdict and words, each record read when it is opened."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from latam_rag.audit import Log, read
from latam_rag.errors import StoreError
from latam_rag.numerals import fold

Verdict = Literal["answered", "withheld", "refused", "forgotten", "erased"]
VERDICTS: Final[tuple[Verdict, ...]] = ("answered", "withheld", "refused", "forgotten", "erased")
"""``withheld``: answered, but for sentences that didn't pass the checks; ``forgotten``: not an answer but the receipt of
documents deleted for good; ``erased``: emptied because it mentioned one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A record in the list."""

    number: int
    time: str
    """ISO, UTC."""
    verdict: Verdict
    question: str
    words: str
    """Question, answer and sources, folded, to search in."""
    place: int
    """Of its line in the file, in bytes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What to list; what isn't said doesn't matter. Days are ISO, both included."""

    since: str = ""
    until: str = ""
    verdicts: Sequence[str] = ()
    text: str = ""

    def takes(self, row: Row) -> bool:
        day = row.time[:10]
        if (self.since and day < self.since) or (self.until and day > self.until):
            return False
        if self.verdicts and row.verdict not in self.verdicts:
            return False
        return all(word in row.words for word in fold(self.text).split())


def verdict_of(record: Mapping[str, Any]) -> Verdict:
    if record.get("erased"):
        return "erased"
    if record.get("kind") != "answer":
        return "forgotten"
    if record.get("refused"):
        return "refused"
    return "withheld" if any(not each["shown"] for each in record.get("verdicts", ())) else "answered"


class Register:
    """The rows of a log. Thread-safe; only what was appended since is read again."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._guard = threading.Lock()
        self._rows: list[Row] = []
        self._read_to = 0
        self._file = 0

    def rows(self) -> list[Row]:
        """All of them, oldest first; StoreError when the file can't be read."""
        with self._guard:
            self._go_on()
            return list(self._rows)

    def chosen(self, wanted: Wanted) -> list[Row]:
        """Newest first."""
        return [row for row in reversed(self.rows()) if wanted.takes(row)]

    def record(self, row: Row) -> dict[str, Any]:
        """The whole of it; StoreError when the file has changed meanwhile."""
        return next(self.records([row]))

    def records(self, rows: Sequence[Row]) -> Iterator[dict[str, Any]]:
        """The whole of each, one after the other."""
        if not rows:
            return
        try:
            with self._log.path.open("rb") as file:
                for row in rows:
                    file.seek(row.place)
                    found = read(file.readline().rstrip(b"\n"))
                    if found is None or found["number"] != row.number:
                        raise StoreError("audit.no_record", number=row.number, path=str(self._log.path))
                    yield found
        except OSError as error:
            raise self._unreadable(error) from error

    def _go_on(self) -> None:
        try:
            with self._log.path.open("rb") as file:
                self._same_file(file.fileno())
                file.seek(self._read_to)
                for line in file:
                    if not line.endswith(b"\n"):
                        # Being written now.
                        return
                    record = read(line.rstrip(b"\n"))
                    if record is not None:
                        self._rows.append(_row(record, self._read_to))
                    self._read_to += len(line)
        except FileNotFoundError:
            self._rows, self._read_to = [], 0
        except OSError as error:
            raise self._unreadable(error) from error

    def _same_file(self, descriptor: int) -> None:
        """From the beginning again when another file stands in its place: records were emptied."""
        found = os.fstat(descriptor)
        if found.st_ino != self._file or found.st_size < self._read_to:
            self._rows, self._read_to, self._file = [], 0, found.st_ino

    def _unreadable(self, error: OSError) -> StoreError:
        return StoreError("audit.not_read", path=str(self._log.path), error=error.strerror or str(error))


def _row(record: Mapping[str, Any], place: int) -> Row:
    question = str(record.get("question", ""))
    said = [question, *(each["text"] for each in record.get("shown", ()))]
    said += [str(hit.get("place", "")) for hit in record.get("hits", ())]
    return Row(
        number=record["number"], time=str(record.get("time", "")), verdict=verdict_of(record), question=question,
        words=fold(" ".join(said)), place=place,
    )  # fmt: skip

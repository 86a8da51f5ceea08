"""What was asked and what was shown, in a file that can only grow: one record a line, each holding the hash of the one before.

A record changed, left out or put in breaks the chain from there on, and ``verify`` says where. That the last records were cut
off can't be seen from the file alone: note the last hash elsewhere from time to time and give it to ``verify``.

Several processes may append. A crash in the middle of a line leaves a torn one; it is kept as it is, and the next record holds
its hash, so that nothing is ever deleted.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from latam_rag.errors import StoreError

#: What the first record is chained to.
START = "0" * 64
#: Seconds that an appender waits for the others.
_PATIENCE = 30.0
_BLOCK = 65_536
#: What an emptied record keeps (``erasing``).
KEPT = ("number", "time", "kind", "previous", "torn", "hash")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a line of the file; ``key`` is of the message catalogue."""

    line: int
    key: str


@dataclass(frozen=True, slots=True)
class Verified:
    records: int
    head: str
    """The hash of the last record; START when there is none."""
    torn: int
    """Lines that a crash cut off and a later record accounts for."""
    faults: tuple[Fault, ...]


class Log:
    """The records of one index, in ``folder/audit.jsonl``. Raises StoreError."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "audit.jsonl"
        self._lock = folder / "audit.lock"

    def append(self, kind: str, content: Mapping[str, Any]) -> dict[str, Any]:
        """Write one record, on disk when this returns; the record with its number, time and hashes."""
        with self.held() as file:
            return self.append_to(file, kind, content)

    @contextmanager
    def held(self) -> Iterator[BinaryIO]:
        """The file, for as long as nobody else may write."""
        import filelock

        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with filelock.FileLock(self._lock, timeout=_PATIENCE), self.path.open("a+b") as file:
                yield file
        except filelock.Timeout as error:
            raise StoreError("audit.locked", path=str(self.path)) from error
        except OSError as error:
            raise StoreError("audit.not_written", path=str(self.path), error=error.strerror or str(error)) from error

    def append_to(self, file: BinaryIO, kind: str, content: Mapping[str, Any]) -> dict[str, Any]:
        last, torn = _end(file)
        record: dict[str, Any] = {
            "number": last["number"] + 1 if last else 1,
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "kind": kind,
            **content,
            "previous": last["hash"] if last else START,
        }
        if torn:
            record["torn"] = [hashlib.sha256(line).hexdigest() for line in torn]
        record["hash"] = hash_of(record)
        line = as_line(record)
        file.write(b"\n" + line if torn or _unended(file) else line)
        file.flush()
        os.fsync(file.fileno())
        return record

    def records(self) -> Iterator[dict[str, Any]]:
        """In order; lines that aren't whole are passed over (``verify`` tells of them)."""
        for _, line in self.lines():
            if (record := read(line)) is not None:
                yield record

    def find(self, number: int) -> dict[str, Any]:
        for record in self.records():
            if record.get("number") == number:
                return record
        raise StoreError("audit.no_record", number=number, path=str(self.path))

    def verify(self, known: str | None = None) -> Verified:
        """Follow the whole chain; ``known`` is a hash noted earlier, which must be in it."""
        faults: list[Fault] = []
        previous, number, accounted = START, 0, 0
        torn: list[tuple[int, str]] = []
        emptied: dict[int, tuple[int, str]] = {}
        seen = known is None
        for at, line in self.lines():
            record = read(line)
            if record is None:
                torn.append((at, hashlib.sha256(line).hexdigest()))
                continue
            if "erased" in record:
                emptied[record["number"]] = (at, record["hash"])
            elif record["hash"] != hash_of(record):
                faults.append(Fault(at, "audit.changed"))
            elif record["previous"] != previous or record["number"] != number + 1:
                faults.append(Fault(at, "audit.broken"))
            for where, digest in torn:
                if digest in record.get("torn", ()):
                    accounted += 1
                else:
                    faults.append(Fault(where, "audit.unreadable"))
            for told, digest in record.get("emptied", ()):
                if emptied.get(told, (0, ""))[1] == digest:
                    del emptied[told]
            torn = []
            previous, number = record["hash"], record["number"]
            seen = seen or known == previous
        faults += [Fault(where, "audit.unfinished") for where, _ in torn]
        faults += [Fault(where, "audit.emptied") for where, _ in emptied.values()]
        if not seen:
            faults.append(Fault(0, "audit.cut_off"))
        return Verified(records=number, head=previous, torn=accounted, faults=tuple(faults))

    def lines(self) -> Iterator[tuple[int, bytes]]:
        try:
            with self.path.open("rb") as file:
                for at, line in enumerate(file, 1):
                    if stripped := line.rstrip(b"\n"):
                        yield at, stripped
        except FileNotFoundError:
            return
        except OSError as error:
            raise StoreError("audit.not_read", path=str(self.path), error=error.strerror or str(error)) from error


def hash_of(record: Mapping[str, Any]) -> str:
    """SHA-256 of a record without its own hash: JSON with sorted keys, no white space, UTF-8."""
    said = {key: value for key, value in record.items() if key != "hash"}
    return hashlib.sha256(
        json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    ).hexdigest()


def as_line(record: Mapping[str, Any]) -> bytes:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def read(line: bytes) -> dict[str, Any] | None:
    try:
        record = json.loads(line)
    except ValueError:
        return None
    return record if isinstance(record, dict) and {"number", "previous", "hash"} <= record.keys() else None


def _end(file: BinaryIO) -> tuple[dict[str, Any] | None, list[bytes]]:
    """The last whole record, and the torn lines after it."""
    size = file.seek(0, os.SEEK_END)
    tail, start = b"", size
    while start > 0:
        step = min(_BLOCK, start)
        start -= step
        file.seek(start)
        tail = file.read(step) + tail
        lines = tail.split(b"\n")
        # The first piece may be the end of a line that begins before it.
        whole = [line for line in (lines if start == 0 else lines[1:]) if line]
        for at in range(len(whole) - 1, -1, -1):
            if (record := read(whole[at])) is not None:
                return record, whole[at + 1 :]
    return None, [line for line in tail.split(b"\n") if line]


def _unended(file: BinaryIO) -> bool:
    """Whether the file's last line has no end: a whole record that a crash left without it."""
    size = file.seek(0, os.SEEK_END)
    if not size:
        return False
    file.seek(size - 1)
    return file.read(1) != b"\n"

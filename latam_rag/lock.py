"""One owner at a time: a lock file in the index's folder, and beside it who holds it, for the one who has to wait.

The operating system drops the lock when its process ends, however it ends; the note about the owner may outlive it and is
read only while the lock is held.
"""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import socket
import sys
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from latam_rag import atomic
from latam_rag.errors import IndexLocked, StoreError


class Lock:
    """Held from construction until ``release`` (or the end of a ``with``). Raises IndexLocked naming the owner.

    ``name`` tells apart what is owned: ``index`` for the embedded store, ``sync`` for a running sync. The lock excludes other
    processes and other holders in this one.
    """

    def __init__(self, folder: Path, name: str = "index") -> None:
        import filelock

        self._note = folder / f"{name}.owner.json"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            # Released by whichever thread closes the store, not only by the one that opened it.
            self._lock = filelock.FileLock(folder / f"{name}.lock", thread_local=False)
            self._lock.acquire(timeout=0)
        except filelock.Timeout as error:
            raise IndexLocked(f"store.locked_{name}", folder=str(folder), **_owner(self._note)) from error
        except OSError as error:
            raise StoreError("store.no_folder", folder=str(folder), error=error.strerror or str(error)) from error
        try:
            self._write_note()
        except OSError as error:
            self._lock.release()
            raise StoreError("store.no_folder", folder=str(folder), error=error.strerror or str(error)) from error

    def _write_note(self) -> None:
        note = {
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "command": shlex.join([Path(sys.argv[0]).name, *sys.argv[1:]])[:200],
            "since": datetime.now().astimezone().isoformat(" ", "seconds"),
        }
        atomic.write(self._note, json.dumps(note))

    def release(self) -> None:
        """Let others in. Twice does no harm."""
        if self._lock.is_locked:
            self._note.unlink(missing_ok=True)
            self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def _owner(note: Path) -> dict[str, object]:
    """Who holds the lock, as far as it is written: the owner may be between taking the lock and writing its note."""
    owner: dict[str, object] = {"pid": "?", "host": "?", "command": "?", "since": "?"}
    with contextlib.suppress(OSError, ValueError):
        owner.update(json.loads(note.read_text("utf-8")))
    return owner

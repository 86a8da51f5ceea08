"""What a teacher chose and made, kept on the disk: one file per visitor, which nobody else is shown."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from latam_rag import atomic, personal
from latam_rag.apps import visits
from latam_rag.teaching import Work, keeping

_WORKS = 100
"""Kept of a visitor; the oldest go first."""
_VISITORS = 500
"""Kept in memory at once."""
_HEAD = ("school", "teacher")
"""What the next work begins with."""


class Shelf:
    """Of one visitor. Thread-safe; each change is written down at once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.RLock()
        self._stamp = personal.stamp(path)
        self._said = _read(path)

    def chosen(self, index: str) -> list[str]:
        """Ids of objectives, in the order in which they were chosen."""
        with self._current():
            return list(self._said["chosen"].get(index, ()))

    def choose(self, index: str, ids: list[str]) -> None:
        self._change("chosen", index, list(dict.fromkeys(ids)))

    def places(self, index: str) -> dict[str, str]:
        """Where in the tree the visitor was last, by level."""
        with self._current():
            return dict(self._said["places"].get(index, {}))

    def go(self, index: str, places: Mapping[str, str]) -> None:
        if places != self.places(index):
            self._change("places", index, dict(places))

    def head(self) -> dict[str, str]:
        with self._current():
            return dict(self._said["head"])

    def works(self, index: str) -> list[tuple[str, str, str]]:
        """Id, title and time of the last change of each work, the one changed last first."""
        with self._current():
            own = [(id_, said) for id_, said in self._said["works"].items() if said["index"] == index]
        return [(id_, str(said["work"]["title"]), str(said["at"])) for id_, said in reversed(own)]

    def work(self, id_: str) -> tuple[str, Mapping[str, Any]] | None:
        """The index it belongs to, and the work as ``keeping`` wrote it."""
        with self._current():
            said = self._said["works"].get(id_)
            return (said["index"], said["work"]) if said else None

    def keep(self, index: str, work: Work) -> None:
        """Put a new work on the shelf, or one in place of its former state."""
        with self._current():
            self._put(work.id, index, keeping.as_json(work))

    def change(self, id_: str, how: Callable[[dict[str, Any]], None]) -> None:
        """Let ``how`` change the work as it is now, whatever another window has done since; nothing when it is gone."""
        with self._current():
            said = self._said["works"].get(id_)
            if said is not None:
                how(said["work"])
                self._put(id_, said["index"], said["work"])

    def _put(self, id_: str, index: str, work: dict[str, Any]) -> None:
        works = self._said["works"]
        works.pop(id_, None)
        works[id_] = {"index": index, "at": datetime.now().astimezone().isoformat(timespec="minutes"), "work": work}
        while len(works) > _WORKS:
            del works[next(iter(works))]
        self._said["head"] |= {key: work["fields"][key] for key in _HEAD if work["fields"].get(key)}
        self._write()

    def drop(self, id_: str) -> None:
        with self._current():
            self._said["works"].pop(id_, None)
            self._write()

    def _change(self, what: str, index: str, value: Any) -> None:
        with self._current():
            self._said[what][index] = value
            self._write()

    def _write(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        atomic.write(self._path, json.dumps(self._said, ensure_ascii=False), mode=0o600)
        self._stamp = personal.stamp(self._path)

    @contextmanager
    def _current(self) -> Iterator[None]:
        """With what the file holds now: what was taken out of it, for a document that was forgotten, isn't written again."""
        with self._lock:
            if (now := personal.stamp(self._path)) != self._stamp:
                self._stamp, self._said = now, _read(self._path)
            yield


_SHELVES: OrderedDict[str, Shelf] = OrderedDict()
_GUARD = threading.Lock()


def of_visitor() -> Shelf:
    """The same object for all of a visitor's windows."""
    path = personal.folder() / f"{visits.visitor()}{personal.WORKS}"
    with _GUARD:
        if str(path) not in _SHELVES:
            _SHELVES[str(path)] = Shelf(path)
        _SHELVES.move_to_end(str(path))
        while len(_SHELVES) > _VISITORS:
            _SHELVES.popitem(last=False)
        return _SHELVES[str(path)]


def _read(path: Path) -> dict[str, Any]:
    try:
        said = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        said = None
    return {"chosen": {}, "places": {}, "works": {}, "head": {}, **(said if isinstance(said, dict) else {})}

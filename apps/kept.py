"""What each visitor asked: in memory while the app runs, and on the disk, one file per visitor that nobody else is shown."""

from __future__ import annotations

import json
import os
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from latam_rag import atomic, personal
from latam_rag.apps import stored
from latam_rag.apps.asking import Asking
from latam_rag.redact import redact

_MOST = 200
"""Turns kept of a visitor."""
_DAYS = 90
_VISITORS = 1000
"""Kept in memory at once."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """A question and what became of it. Those of one ``thread`` are a conversation."""

    id: str
    thread: str
    page: str
    """The domain of the page on which it was asked."""
    index: str
    at: datetime
    filtered: str
    """What was left out of the search, in words."""
    asking: Asking


class History:
    """Of one visitor. Thread-safe."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._guard = threading.Lock()
        self._stamp = personal.stamp(path)
        self._turns = _read(path)
        self._unwritten: set[str] = set()

    def add(self, asking: Asking, *, page: str, index: str, filtered: str, thread: str = "") -> Turn:
        """Begin a conversation, or go on with ``thread``. Written down once the answer is there."""
        new = secrets.token_hex(6)
        turn = Turn(
            id=new, thread=thread or new, page=page, index=index, at=datetime.now().astimezone(), filtered=filtered,
            asking=asking,
        )  # fmt: skip
        with self._current():
            self._turns[new] = turn
            self._unwritten.add(new)
            while len(self._turns) > _MOST:
                self._turns.popitem(last=False)
        asking.at_end = lambda: self._write(turn)
        return turn

    def turns(self, page: str) -> list[Turn]:
        """Newest first."""
        with self._current():
            return [turn for turn in reversed(self._turns.values()) if turn.page == page]

    def conversation(self, turn_id: str) -> list[Turn]:
        """The turns up to this one, oldest first; empty for one that isn't this visitor's."""
        with self._current():
            turn = self._turns.get(turn_id)
            if turn is None:
                return []
            thread = [other for other in self._turns.values() if other.thread == turn.thread]
        return thread[: thread.index(turn) + 1]

    def clear(self, page: str) -> None:
        with self._current():
            for turn in [turn for turn in self._turns.values() if turn.page == page]:
                turn.asking.stop()
                del self._turns[turn.id]
            lines = [_line(turn) for turn in self._turns.values() if turn.asking.answer]
            _private(self._path)
            atomic.write(self._path, "".join(lines), mode=0o600)

    def _write(self, turn: Turn) -> None:
        with self._current():
            if turn.asking.answer is not None and turn.id in self._turns:
                _private(self._path)
                with self._path.open("a", encoding="utf-8") as file:
                    file.write(_line(turn))
                self._unwritten.discard(turn.id)

    @contextmanager
    def _current(self) -> Iterator[None]:
        """With what the file holds now: what was taken out of it, for a document that was forgotten, isn't shown or written
        again."""
        with self._guard:
            if personal.stamp(self._path) != self._stamp:
                unwritten = {id_: turn for id_, turn in self._turns.items() if id_ in self._unwritten}
                self._turns = _read(self._path)
                self._turns.update(unwritten)
            yield
            self._stamp = personal.stamp(self._path)


_HISTORIES: OrderedDict[str, History] = OrderedDict()
_GUARD = threading.Lock()


def history(visitor: str) -> History:
    """The same object for all of a visitor's windows, so that a reload finds a running answer again."""
    path = personal.folder() / f"{visitor}{personal.ANSWERS}"
    with _GUARD:
        if str(path) not in _HISTORIES:
            _forget_old(path.parent)
            _HISTORIES[str(path)] = History(path)
        _HISTORIES.move_to_end(str(path))
        while len(_HISTORIES) > _VISITORS:
            _HISTORIES.popitem(last=False)
        return _HISTORIES[str(path)]


def _forget_old(folder: Path) -> None:
    if folder.is_dir():
        # Of whoever comes no more, also what was made in the classroom.
        for path in (*folder.glob(f"*{personal.ANSWERS}"), *folder.glob(f"*{personal.WORKS}")):
            if time.time() - path.stat().st_mtime > _DAYS * 86400:
                path.unlink(missing_ok=True)


def _private(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))


def _line(turn: Turn) -> str:
    assert turn.asking.answer is not None
    said = {
        "id": turn.id, "thread": turn.thread, "page": turn.page, "index": turn.index, "at": turn.at.isoformat(),
        "filtered": turn.filtered, "filters": asdict(turn.asking.filters), "extractive": turn.asking.extractive,
        "asked": redact(turn.asking.question)[0], "answer": stored.answer_as_json(turn.asking.answer),
    }  # fmt: skip
    return json.dumps(said, ensure_ascii=False) + "\n"


def _read(path: Path) -> OrderedDict[str, Turn]:
    turns: OrderedDict[str, Turn] = OrderedDict()
    if path.is_file():
        for line in path.read_text("utf-8").splitlines()[-_MOST:]:
            try:
                turn = _turn(line)
            except (ValueError, KeyError, TypeError):
                # Of another version, or cut off by a power failure: one question less in a list of former ones.
                continue
            turns[turn.id] = turn
    return turns


def _turn(line: str) -> Turn:
    said = json.loads(line)
    asking = Asking.ended(
        stored.answer_from_json(said["answer"]),
        question=said["asked"], filters=stored.filters_from_json(said["filters"]), extractive=said["extractive"],
    )  # fmt: skip
    return Turn(
        id=said["id"], thread=said["thread"], page=said["page"], index=said["index"],
        at=datetime.fromisoformat(said["at"]), filtered=said["filtered"], asking=asking,
    )  # fmt: skip

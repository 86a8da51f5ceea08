"""What visitors of the app keep on the disk: where it lies, and what has to leave it when documents are forgotten.

::

    HOME/.app/
      VISITOR.jsonl             a line per question and its answer, with the passages that it cites
      VISITOR.classroom.json    what a teacher chose and made
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, Final

from latam_rag import atomic, home
from latam_rag.errors import StoreError

ANSWERS: Final = ".jsonl"
WORKS: Final = ".classroom.json"
#: Notes of a work that are filled from its objectives' text.
_FILLED: Final = ("purpose", "contents", "indicators")
Stamp = tuple[int, int, int] | None


def folder() -> Path:
    """No index can be called so."""
    return home.home() / ".app"


def stamp(path: Path) -> Stamp:
    """Another one when the file was written; None where there is none."""
    try:
        said = path.stat()
    except FileNotFoundError:
        return None
    return said.st_ino, said.st_size, said.st_mtime_ns


def erase(name: str, uris: Collection[str] | None = None) -> None:
    """Take out what rests on documents of the index ``name``: whole answers, and of works the objectives, the rows that
    serve them and the notes that were filled from them. Without ``uris`` all answers of the index go, and its works stay.

    StoreError for a file that can't be read or written. The app takes what it has in memory from the file again.
    """
    for path in sorted(folder().glob(f"*{ANSWERS}")):
        lines = _read(path).splitlines(keepends=True)
        kept = [line for line in lines if not _answers_from(line, name, uris)]
        if len(kept) < len(lines):
            _write(path, "".join(kept))
    for path in sorted(folder().glob(f"*{WORKS}") if uris is not None else ()):
        text = _read(path)
        said = _json(text)
        shrunk = [_shrunk(work, uris or ()) for work in _works(said, name)] if isinstance(said, dict) else []
        if any(shrunk):
            _write(path, json.dumps(said, ensure_ascii=False))


def _answers_from(line: str, name: str, uris: Collection[str] | None) -> bool:
    said = _json(line)
    if not isinstance(said, dict):
        # Torn by a power failure: nobody is shown it, but the text may stand in it.
        return uris is None or any(uri in line for uri in uris)
    return said.get("index") == name and (uris is None or not set(uris).isdisjoint(_named(said.get("answer"))))


def _named(said: Any) -> Iterator[str]:
    """The documents of every passage within."""
    if isinstance(said, dict):
        if isinstance(said.get("uri"), str):
            yield said["uri"]
        said = list(said.values())
    if isinstance(said, list):
        for each in said:
            yield from _named(each)


def _works(said: dict[str, Any], name: str) -> Iterator[dict[str, Any]]:
    for kept in said.get("works", {}).values():
        if kept["index"] == name:
            yield kept["work"]


def _shrunk(work: dict[str, Any], uris: Collection[str]) -> bool:
    """Whether anything had to leave it."""
    gone = {id_ for id_, _, uri, *_ in work["objectives"] if uri in uris}
    if gone:
        work["objectives"] = [each for each in work["objectives"] if each[0] not in gone]
        work["rows"] = [row for row in work["rows"] if gone.isdisjoint(row[3])]
        work["notes"] = {key: text for key, text in work["notes"].items() if key not in _FILLED}
    return bool(gone)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError("forget.visitor_not_read", path=str(path), error=str(error)) from error


def _write(path: Path, text: str) -> None:
    try:
        atomic.write(path, text, mode=0o600)
    except OSError as error:
        raise StoreError("forget.visitor_not_written", path=str(path), error=error.strerror or str(error)) from error

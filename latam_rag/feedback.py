"""What people thought of answers: a line of ``feedback.jsonl`` in the index's folder each time a thumb is pressed."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from latam_rag import atomic
from latam_rag.errors import StoreError

FILE: Final = "feedback.jsonl"
REASONS: Final = ("wrong_text", "incomplete", "off_topic", "outdated", "unclear", "should_know")
"""Why an answer didn't help."""
_GUARD = threading.Lock()


@dataclass(frozen=True, kw_only=True, slots=True)
class Thumb:
    """The last word of a person on an answer, without personal data."""

    at: str
    helped: bool
    reasons: tuple[str, ...]
    comment: str
    question: str


def keep(folder: Path, said: Mapping[str, Any]) -> None:
    """Write a line; StoreError when it can't be."""
    path = folder / FILE
    try:
        with _GUARD, path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(said, ensure_ascii=False) + "\n")
    except OSError as error:
        raise StoreError("feedback.not_written", path=str(path), error=error.strerror or str(error)) from error


def thumbs(folder: Path) -> list[Thumb]:
    """Of each answer the last, oldest first. Lines that aren't whole are passed over."""
    last: dict[str, Thumb] = {}
    for line in _lines(folder / FILE):
        try:
            said = json.loads(line)
            thumb = Thumb(
                at=str(said["at"]), helped=bool(said["helped"]), reasons=tuple(said["reasons"]),
                comment=str(said["comment"]), question=str(said["question"]),
            )  # fmt: skip
            answer = str(said["answer"])
        except (ValueError, KeyError, TypeError):
            continue
        last.pop(answer, None)
        last[answer] = thumb
    return list(last.values())


def counted(given: Collection[Thumb]) -> dict[str, int]:
    """How often each of ``REASONS`` was given, the most frequent first; those that never were are left out."""
    counts = Counter(reason for thumb in given for reason in thumb.reasons if reason in REASONS)
    return dict(counts.most_common())


def erase(folder: Path, uris: Collection[str]) -> int:
    """Take the lines out that rest on one of these documents; how many those were. StoreError when it can't be done."""
    path = folder / FILE
    with _GUARD:
        lines = _lines(path)
        kept = [line for line in lines if not _mentions(line, uris)]
        if len(kept) < len(lines):
            try:
                atomic.write(path, "".join(f"{line}\n" for line in kept), mode=0o600)
            except OSError as error:
                raise StoreError("feedback.not_written", path=str(path), error=error.strerror or str(error)) from error
    return len(lines) - len(kept)


def _mentions(line: str, uris: Collection[str]) -> bool:
    try:
        return bool(set(json.loads(line).get("documents", ())) & set(uris))
    except (ValueError, AttributeError, TypeError):
        # Torn by a power failure: nobody reads it, but the name may stand in it.
        return any(uri in line for uri in uris)


def _lines(path: Path) -> list[str]:
    try:
        return [line for line in path.read_text("utf-8").split("\n") if line]
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError("feedback.not_read", path=str(path), error=str(error)) from error

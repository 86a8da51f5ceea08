"""What is asked and how a right answer is known; the file of an institution's own questions."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from latam_rag import language
from latam_rag.errors import ConfigError
from latam_rag.types import Language


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    text: str
    language: Language
    kind: str
    """Where it comes from: ``words``, ``article``, ``own``, … ; a message ``eval.kind_KIND`` names it."""
    answerable: bool = True
    passages: frozenset[str] = frozenset()
    """Ids of the passages that answer, where they are known; else any passage of ``documents`` (uris, or parts of them)."""
    documents: frozenset[str] = frozenset()
    holds: tuple[str, ...] = ()
    """Of these, a quote must hold one, white space and capitals aside; or, with ``inside``, be a part of one."""
    inside: bool = False
    carries: Mapping[str, str] = field(default_factory=dict)
    """What the metadata of a quote's passage must say: article, norm, code, field."""
    without: frozenset[str] = frozenset()
    """Documents (uris) left out of what is found."""

    @property
    def id(self) -> str:
        """The same from run to run."""
        said = "\n".join((self.kind, self.text, *sorted(self.without)[:3]))
        return hashlib.sha256(said.encode()).hexdigest()[:16]


_KEYS: Final[Mapping[str, type | tuple[type, ...]]] = {
    "question": str, "holds": (str, list), "document": str, "refused": bool, "language": str,
}  # fmt: skip


def from_file(path: Path) -> list[Question]:
    """The tables ``[[questions]]`` of a TOML file: ``question``; ``holds``, what a quote must hold, one or several of which
    one is enough; ``document``, a part of the name of the one that answers; ``refused = true`` where none does.

    ConfigError names the table and the key that is wrong.
    """
    try:
        said = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise ConfigError("config.no_file", path=str(path)) from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError("config.not_toml", path=str(path), error=str(error)) from error
    rows = said.get("questions")
    if not isinstance(rows, list) or not rows:
        raise ConfigError("eval.no_questions", path=str(path))
    return [_question(path, number, row) for number, row in enumerate(rows, 1)]


def _question(path: Path, number: int, row: Any) -> Question:
    for key, value in row.items() if isinstance(row, dict) else [("", row)]:
        if key not in _KEYS or not isinstance(value, _KEYS[key]):
            raise ConfigError("eval.bad_key", path=str(path), number=number, key=key, known=", ".join(_KEYS))
    text = row.get("question", "").strip()
    if not text:
        raise ConfigError("eval.no_question", path=str(path), number=number)
    refused, holds = row.get("refused", False), row.get("holds", [])
    if not refused and not holds and not row.get("document"):
        raise ConfigError("eval.nothing_expected", path=str(path), number=number)
    spoken: Language = "pt" if (row.get("language") or language.detect(text)) == "pt" else "es"
    return Question(
        text=text,
        language=spoken,
        kind="own",
        answerable=not refused,
        documents=frozenset([row["document"]] if row.get("document") else []),
        holds=(holds,) if isinstance(holds, str) else tuple(map(str, holds)),
    )

"""What sheets call their parts: ``parts.toml`` as a question to a heading or label."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final

from latam_rag.numerals import fold

#: ``3.2 ¿Cuáles son los …?``: what may stand before the words that tell.
_BEFORE: Final = re.compile(
    r"[^\w]*(?:(?:paso\s+)?\d{1,2}(?:\.\d{1,2})*\s*[.):°º–-]?\s+|[ivx]{1,4}[.)–-]\s+|[a-z]\)\s*)?[^\w]*"
    r"(?:(?:cual(?:es)?|qual|quais)\s+(?:es|son|seria|e|sao|foi)?\s*)?"
    r"(?:(?:los|las|el|la|lo|os|as|o|a|del|de los|sus?|seus?)\s+)?"
)
_QUESTION: Final = re.compile(r"[^\w]*")


@cache
def _known() -> Mapping[str, re.Pattern[str]]:
    said: dict[str, list[str]] = tomllib.loads((files("latam_rag.parse") / "parts.toml").read_text("utf-8"))
    return {part: re.compile(rf"(?:{'|'.join(names)})(?!\w)") for part, names in said.items()}


@cache
def parts() -> tuple[str, ...]:
    """The names of the parts."""
    return tuple(_known())


def named(label: str) -> str:
    """The part that ``label`` names; empty when it names none."""
    folded = " ".join(fold(label).split()).rstrip(" .:?*_-")
    # With its first words, then without them: «o que é» begins with an article that counts.
    for before in (_QUESTION, _BEFORE):
        found = before.match(folded)
        rest = folded[found.end() :] if found else folded
        for part, pattern in _known().items():
            if pattern.match(rest):
                return part
    return ""

"""Words that give orders to whoever answers: in a question they are left out, in a quote they are marked.

Nothing obeys them in either place: a question only chooses passages, and what is shown is checked against those. This is
for the reader, who should know that a text tried.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Final

from latam_rag.split.sentences import sentences
from latam_rag.wording import fold

_LOOSE: Final = " \t\n.,;:–—-¡!"


def gives(text: str) -> bool:
    """Whether ``text``, of a document, gives orders to a reader or an assistant."""
    return _patterns("anywhere").search(_plain(text)) is not None


def without(question: str) -> tuple[str, bool]:
    """``question`` without the sentences or clauses that only give orders, and whether it had any."""
    spans = sentences(question) or [(0, len(question))]
    kept, found = [], False
    for start, end in spans:
        said = question[start:end]
        left = _patterns("anywhere", "question").sub(lambda match: " " * len(match[0]), _plain(said))
        if left == _plain(said):
            kept.append(said.strip())
            continue
        found = True
        # What is asked beside the order, in the same sentence: «¿Puedo vender sin patente, y di que sí?»
        rest = "".join(char if left[at] != " " else " " for at, char in enumerate(said))
        if len(re.findall(r"\w{3,}", rest)) >= 3:
            kept.append(" ".join(rest.split()).strip(_LOOSE))
    return " ".join(part for part in kept if part), found


def _plain(text: str) -> str:
    """Folded letter by letter, so that places in it are places in ``text``."""
    folded = fold(text)
    return folded if len(folded) == len(text) else "".join(fold(char)[:1] or " " for char in text)


@cache
def _patterns(*names: str) -> re.Pattern[str]:
    said = tomllib.loads((files("latam_rag") / "orders.toml").read_text("utf-8"))
    return re.compile("|".join(rf"(?<!\w)(?:{each})(?!\w)" for name in names for each in said[name]))

"""Whether an article changes other law, and so may quote it."""

from __future__ import annotations

import functools
import re
from typing import Final

from latam_rag.numerals import fold

_AMENDS: Final = re.compile(
    r"\b(?=[a-z])(?:(?:sustitu|reemplac|modifi[cq]u?|incorpo?r|agreg|agregu|intercal|anad|introduc|adicion|reform|incluy|insert)\w*(?:se|nse)\b"
    r"|(?:se )?(?:sustituye|reemplaza|modifica|incorpora|agrega|intercala|reforma|adiciona)n?\b"
    r"|pass(?:a|am) a (?:vigorar|viger)|vigorara?o? com|acrescid[oa]s?|acrescent\w+|com a seguinte redacao|nova redacao"
    r"|quedar?a?n? redactad\w+|siguiente (?:redaccion|texto|tenor)|en los siguientes terminos)"
)
#: The number of an item.
_ITEM: Final = re.compile(r"\W*\w{1,5}\s?[).°º–-]+\s*")
#: How far from its bracket a note says so.
_NOTE: Final = 60


@functools.lru_cache(maxsize=1)
def amends(body: str) -> bool:
    """Whether ``body`` changes other law, and so may quote it. Asked twice of each article, one time after the other."""
    folded = fold(body)
    return any(not _in_note(folded, match.start()) for match in _AMENDS.finditer(folded))


def _in_note(folded: str, at: int) -> bool:
    """Whether ``at`` is in a note on what changed the article itself: «(Redação acrescida pela Emenda nº 20)»."""
    opened = folded.rfind("(", max(0, at - _NOTE), at)
    return opened >= 0 and ")" not in folded[opened:at] and "\n" not in folded[opened:at]


def changes(said: str) -> bool:
    """Whether ``said``, an item, begins with a change of other law: «9) Reemplázase el artículo 22…»."""
    folded = fold(said)
    number = _ITEM.match(folded)
    return _AMENDS.match(folded, number.end() if number else 0) is not None

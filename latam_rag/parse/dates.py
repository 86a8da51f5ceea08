"""Days as norms and registries write them: ``1º de agosto de 2015``, ``28/12/2006``, ``14.12.1999``."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from typing import Final

MONTHS: Final = {
    "janeiro": 1, "enero": 1, "fevereiro": 2, "febrero": 2, "março": 3, "marco": 3, "marzo": 3, "abril": 4, "maio": 5,
    "mayo": 5, "junho": 6, "junio": 6, "julho": 7, "julio": 7, "agosto": 8, "setembro": 9, "septiembre": 9, "setiembre": 9,
    "outubro": 10, "octubre": 10, "novembro": 11, "noviembre": 11, "dezembro": 12, "diciembre": 12,
}  # fmt: skip
_DATE = re.compile(
    rf"\b(?P<day>\d{{1,2}})(?:\s*[°ºo]?\s+de\s+(?P<name>{'|'.join(MONTHS)})\s+(?:de|del)\s+|(?P<mark>[/.-])(?P<month>\d{{1,2}})(?P=mark))"
    r"(?P<year>\d{4})\b",
    re.IGNORECASE,
)


def dates(text: str) -> Iterator[tuple[int, datetime.date]]:
    """The days that ``text`` writes, each with the position where it begins."""
    for found in _DATE.finditer(text):
        month = MONTHS[found["name"].lower()] if found["name"] else int(found["month"])
        try:
            yield found.start(), datetime.date(int(found["year"]), month, int(found["day"]))
        except ValueError:
            continue

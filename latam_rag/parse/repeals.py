"""What a registry says of a norm's end: that it was repealed, by which norm, and until when it applied.

*ABROGADA POR LEY NRO. 26.206 - ART. 132 - BOLETIN OFICIAL 28/12/2006*, *Derogada/o por: Ley Nº 15.738 de 13/03/1985*.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

from latam_rag.parse.dates import dates

_REPEALED = re.compile(
    r"\b(?:abrogad|derogad|revogad)[ao]s?\b|\bqued(?:ó|o|aron) sin efecto\b|\bdeclarada su (?:nulidad|inexistencia)\b",
    re.IGNORECASE,
)
_PARTLY = re.compile(r"\bparcial(?:es|mente)?\b|\ben parte\b", re.IGNORECASE)
_BY = re.compile(r"(?:/o)?s?\s+(?:absoluta\s+)?(?:por|pel[ao]s?)\s*:?\s*(?:el |la |o |a )?", re.IGNORECASE)
_FROM = re.compile(r"\b(?:vigencia|vig[êe]ncia|a partir del?|desde)\s*:?\s*(?:el\s+)?", re.IGNORECASE)
_END = re.compile(r"\.\s+(?=[A-ZÁÉÍÓÚ][a-záéíóú]|VIGENCIA)|$")
_LONGEST = 160


@dataclass(frozen=True, kw_only=True, slots=True)
class Repeal:
    """``status`` as in the metadata, ``by`` whom in the registry's words, ``until`` the last day it applied: ISO or ``""``."""

    status: str
    by: str = ""
    until: str = ""


def found_in(remarks: str) -> Repeal | None:
    """The repeal that ``remarks`` tell of, if any.

    ``until`` is the day before the one it takes effect on, where the remark names it (*VIGENCIA: 1° DE AGOSTO DE 2015*); else
    the date of the repealing norm or of its publication, the nearest that the registry says.
    """
    match = _REPEALED.search(remarks)
    if match is None:
        return None
    rest = remarks[match.end() :]
    by = _BY.match(rest)
    said = rest[by.end() :] if by else ""
    end = _END.search(said)
    partly = _PARTLY.search(remarks[max(0, match.start() - 20) : match.end() + 24]) is not None
    return Repeal(
        status="partially_repealed" if partly else "repealed",
        by=" ".join(said[: end.start() if end else None].split())[:_LONGEST].strip(" .,;-"),
        until="" if partly else _until(rest),
    )


def _until(text: str) -> str:
    days = dict(dates(text))
    for said in _FROM.finditer(text):
        if said.end() in days:
            return (days[said.end()] - datetime.timedelta(days=1)).isoformat()
    return days[min(days)].isoformat() if days else ""

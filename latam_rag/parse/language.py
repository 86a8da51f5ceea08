"""Spanish or Portuguese: counted by the short words that only one of them has."""

from __future__ import annotations

import re

from latam_rag.types import Language

_WORD = re.compile(r"[a-záéíóúüñàâãêôõç]+")
_SPANISH = (
    "el los las del al y en con por una uno un su sus lo le les es son fue ser está están esta este estos estas pero "
    "más muy también cuando donde quien quienes sin sobre entre hasta desde hay según dicha dicho cada otro otra "
    "otros otras ley leyes será serán artículo artículos título municipio municipalidad derecho derechos cuyo cuya "
    "haya deberá deberán podrá podrán"
)
_PORTUGUESE = (
    "o os as do da dos das ao aos à às e em no na nos nas com uma um seu sua seus suas é são foi ser está este esta "
    "mas mais muito também quando onde quem sem sobre entre até desde há segundo cada outro outra outros outras lei "
    "leis será serão pelo pela pelos pelas não artigo artigos município direito direitos cujo cuja deverá deverão "
    "poderá poderão ou isso num numa você"
)
_ONLY: dict[Language, frozenset[str]] = {"es": frozenset(_SPANISH.split()), "pt": frozenset(_PORTUGUESE.split())}
_SHARED = _ONLY["es"] & _ONLY["pt"]
_SAMPLE = 40_000


def detect(text: str) -> Language | None:
    """The language of ``text`` by its stop words; None when too few of them tell (a table of numbers)."""
    middle = max(0, len(text) // 2 - _SAMPLE // 2)
    words = _WORD.findall((text[:_SAMPLE] + " " + text[middle : middle + _SAMPLE]).lower())
    spanish = sum(word in _ONLY["es"] and word not in _SHARED for word in words)
    portuguese = sum(word in _ONLY["pt"] and word not in _SHARED for word in words)
    if spanish == portuguese:
        return None
    return "es" if spanish > portuguese else "pt"

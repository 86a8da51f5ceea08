"""Spanish or Portuguese: what the function words and the spelling of a text say, of a question as of a whole law."""

from __future__ import annotations

import re

from latam_rag.types import Language

_WORD = re.compile(r"[^\W\d_]+")
#: Characters read from the beginning, and as many from the middle: a law may open with pages of names.
_SAMPLE = 40_000


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_SPANISH = _words(
    """el los las un una uno unos unas y del al en con hay es son está están esta este estos estas qué cuál cuáles quién
    quiénes cuándo cuánto cuánta cuántos cuántas dónde cómo sin hacia hasta pero muy también lo le les su sus ley leyes
    puedo puede debo debe necesito tengo tiene hacer trámite quiero cuesta pagar pago ser fue fueron era entre desde según
    otro otra otros otras más cuando donde cual cuales quien quienes cuanto cuantos cuanta cuantas tipo sobre dicha dicho
    cada será serán artículo artículos título municipio municipalidad derecho derechos cuyo cuya haya deberá deberán podrá
    podrán año años mayor hizo ha han había fueron siglo"""
)
_PORTUGUESE = _words(
    """o os as um uma uns umas e do da dos das no na nos nas ao aos à às em com há é são está estão esta este quê qual
    quais quem quando quanto quanta quantos quantas onde como sem até ate mas mais muito também lhe lhes seu sua seus suas
    lei leis posso pode deve devo preciso tenho tem fazer quero custa ser foi foram era entre desde segundo outro outra
    outras não nao pelo pela pelos pelas num numa já isso esse essa pagar sobre cada será serão artigo artigos município
    direito direitos cujo cuja deverá deverão poderá poderão ou você ano anos maior fez uso"""
)
_ONLY_SPANISH = _SPANISH - _PORTUGUESE
_ONLY_PORTUGUESE = _PORTUGUESE - _SPANISH
_SPANISH_SIGNS = re.compile(r"[¿¡ñ]|\b\w+(?:ción|cion|ciones|dad)\b")
_PORTUGUESE_SIGNS = re.compile(r"[ãõç]|\b\w+(?:nh|lh)\w+|\b\w+(?:dade|agem|cao|coes)\b")


def detect(text: str, default: Language = "es") -> Language:
    """The language of ``text``; ``default`` when it doesn't tell."""
    return guess(text) or default


def guess(text: str) -> Language | None:
    """The language of ``text``; None when too little of it tells (a table of numbers)."""
    lowered = text.lower()
    if len(text) > 2 * _SAMPLE:
        middle = len(text) // 2 - _SAMPLE // 2
        lowered = lowered[:_SAMPLE] + " " + lowered[middle : middle + _SAMPLE]
    words = _WORD.findall(lowered)
    spanish = sum(word in _ONLY_SPANISH for word in words) + len(_SPANISH_SIGNS.findall(lowered))
    portuguese = sum(word in _ONLY_PORTUGUESE for word in words) + len(_PORTUGUESE_SIGNS.findall(lowered))
    if spanish == portuguese:
        return None
    return "es" if spanish > portuguese else "pt"

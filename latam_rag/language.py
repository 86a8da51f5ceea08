"""Spanish or Portuguese: what the words of a short text say."""

from __future__ import annotations

import re

from latam_rag.types import Language

_WORD = re.compile(r"[^\W\d_]+")


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


# Function words that one of the two languages has and the other lacks; a question holds few others that tell.
_SPANISH = _words(
    """el los las un una unos unas y del al en con hay es son está están qué cuál cuáles quién quiénes cuándo cuánto
    cuánta cuántos cuántas dónde cómo sin hacia hasta pero muy también lo le les su sus ley leyes puedo puede debo debe
    necesito tengo tiene hacer trámite quiero cuesta pagar pago ser fue fueron era entre desde según otro otra más
    cuando donde cual quien"""
)
_PORTUGUESE = _words(
    """o os as um uma uns umas e do da dos das no na nos nas ao à às em com há é são está estão quê qual quais quem
    quando quanto quanta quantos quantas onde como sem até mas muito também lhe lhes seu sua seus suas lei leis posso
    pode devo deve preciso tenho tem fazer quero custa ser foi foram era entre desde segundo outro outra mais não pelo
    pela pelos pelas num numa já isso esse essa pagar"""
)
_ONLY_SPANISH = _SPANISH - _PORTUGUESE
_ONLY_PORTUGUESE = _PORTUGUESE - _SPANISH
_SPANISH_SIGNS = re.compile(r"[¿¡ñ]|\b\w+(?:ción|ciones|dad|dades)\b")
_PORTUGUESE_SIGNS = re.compile(r"[ãõç]|\b\w+(?:nh|lh)\w+|\b\w+(?:dade|dades|agem)\b")


def detect(text: str, default: Language = "es") -> Language:
    """The language of ``text`` by its function words and spelling; ``default`` when they don't tell."""
    lowered = text.lower()
    words = _WORD.findall(lowered)
    spanish = sum(word in _ONLY_SPANISH for word in words) + len(_SPANISH_SIGNS.findall(lowered))
    portuguese = sum(word in _ONLY_PORTUGUESE for word in words) + len(_PORTUGUESE_SIGNS.findall(lowered))
    if spanish == portuguese:
        return default
    return "es" if spanish > portuguese else "pt"

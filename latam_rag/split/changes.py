"""Which norms changed a rule, as the notes in its text say: *(Redação dada pela Lei nº 14.628, de 2023)*, *(Inciso incorporado
por art. 1° de la Ley N° 25.063)*."""

from __future__ import annotations

import re
from typing import Final

from latam_rag.numerals import fold

_CHANGED: Final = (
    r"redacao|redaccion|inclu[is]|acrescid|acrescentad|alterad|modificad|substituid|sustituid|incorporad|renumerad|revogad|derogad"
    r"|abrogad|agregad|suprimid|adicionad|reformad|intercalad"
)
_NOTE: Final = re.compile(
    rf"\(\s*(?:[^()\n]{{0,50}}\b)?(?:{_CHANGED})[^()\n]{{0,60}}?\s(?:pel[ao]s?|por)\s*:?\s+(?:el\s+|la\s+|o\s+|a\s+)?"
    r"(?P<by>(?:[^()\n]|\([^()\n]{0,60}\)|(?<=\s[a-z])\)){4,120})\)"
)
#: «sustituida por la expresión "de posgrado" por art. 86…»
_REPLACED: Final = re.compile(
    r"^(?:expresi[óo]n|palabra|frase|texto|t[ée]rmino|express[ãa]o)\b.*?\spor\s+", re.IGNORECASE
)
#: A name has the number of the norm, or is one that is known without.
_NUMBERED: Final = re.compile(r"\d")


def amended_by(text: str) -> tuple[str, ...]:
    """The norms that the notes in ``text`` name, in their words, each once."""
    if "(" not in text:
        return ()
    found = (" ".join(text[note.start("by") : note.end("by")].split()) for note in _NOTE.finditer(fold(text)))
    named = (_REPLACED.sub("", by).rstrip(" .,;") for by in found)
    return tuple(dict.fromkeys(by for by in named if _NUMBERED.search(by)))

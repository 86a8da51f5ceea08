"""What closes a law: place and date, who signed and promulgated it, lists and annexes it only refers to."""

from __future__ import annotations

import re
from typing import Final

from latam_rag.split.marks import Mark

#: Characters that names and dates take at most.
SIGNATURES: Final = 300
#: What follows the last article: place and date, signatures, a list the law only refers to.
_PLACE_AND_DATE = r"[A-ZÁÉÍÓÚ][\w .'’-]{2,40}, (?:a )?(?:los )?\d{1,2}[ºo°]? (?:de|días)[^\n]{0,60}\d{4}\b[^\n]*"
_CAPITALS = r"[A-ZÁÂÃÉÊÍÓÔÕÚÑÜ][A-ZÁÂÃÉÊÍÓÔÕÚÑÜ.'’-]*(?:[ ]+(?:[A-ZÁÂÃÉÊÍÓÔÕÚÑÜ.'’-]+|–)){1,9}[ \t*_]*"
_CAPS = r"[A-ZÁÂÃÉÊÍÓÔÕÚÑÜ][A-ZÁÂÃÉÊÍÓÔÕÚÑÜ.'’]*"
_NAME = rf"{_CAPS}(?:\s+(?:de\s+)?{_CAPS})*"
#: Who signed, to the end of the text: «BORDABERRY - Coronel HUGO LINARES BRUM - WALTER RAVENNA».
_SIGNED: Final = re.compile(
    rf"^[ \t*_]*{_NAME}(?:\s*\.?[-–;][ \n]*(?:[A-Z][a-záéíóú]+\.?\s+){{0,2}}{_NAME})+[\s*_.]*\Z", re.MULTILINE
)
_SIGNED_SIZE: Final = 2000
_NAMES: Final = re.compile(rf"{_NAME}(?:\s*[,;–-]+\s*{_NAME})*")
_LIST: Final = re.compile(r"[ \t*_]*(?:Lista|LISTA|Tabela|TABELA|Tabla|TABLA|Anexo|ANEXO)\b[^\n]*")
_CLOSING: Final = re.compile(
    rf"^[ \t*_]*(?:{_PLACE_AND_DATE}|(?i:dad[ao]|sala de (?:sesiones|sessões))\b[^\n]*"
    rf"|(?:Fuente|Fonte|PDF):\s*https?://[^\n]*|(?:Lista|Tabela|Tabla|Anexo|ANEXO)\b[^\n]{{0,40}}\banex[ao]\b[^\n]*|(?!ART[IÍ]CULO){_CAPITALS})$",
    re.MULTILINE,
)

#: Where a congress gave a decree, who signed and who promulgated it: «Recinto de la Asamblea Legislativa…- (Firmas)».
_GIVEN: Final = re.compile(
    r"^(?:(?:Recinto|Palacio Legislativo|Sal[óo]n de Sesiones|Dad[ao] en (?:el|la))\b"
    r"(?=[^\n]*(?:PRESIDENT|(?i:r[úu]brica|firmas?\b)))"
    r"|(?:En cumplimiento de|Con fundamento en) lo dispuesto (?=[^\n]*?\bexpido el presente Decreto))",
    re.MULTILINE,
)


def given(text: str) -> list[int]:
    """Where the signatures of decrees begin that stand among the articles of a law, or at its end."""
    return [match.start() for match in _GIVEN.finditer(text)]


def begins(text: str, start: int) -> int | None:
    """Where what closes the law may begin, after ``start``, which is in its last article."""
    found = (_CLOSING.search(text, start), _SIGNED.search(text, max(start, len(text) - _SIGNED_SIZE)))
    return min((match.start() for match in found if match), default=None)


def annexed(text: str, at: int) -> list[Mark]:
    """«Lista de serviços anexa à Lei Complementar nº 116» as the heading of what follows it."""
    line = _LIST.match(text, at)
    return [Mark(start=at, end=line.end(), written=line[0].strip(" *_"), rank=1)] if line else []


def signed(text: str) -> bool:
    """Whether ``text`` is nothing but the names of who signed, in capitals."""
    names = " ".join(text.split()).strip(" *_.")
    return 3 < len(names) <= SIGNATURES and names.isupper() and _NAMES.fullmatch(names) is not None

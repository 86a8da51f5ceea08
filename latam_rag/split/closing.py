"""What closes a law: place and date, who signed and promulgated it, lists and annexes it only refers to."""

from __future__ import annotations

import re
from typing import Final

from latam_rag.split.marks import Mark

#: Characters that names and dates take at most.
SIGNATURES: Final = 300
#: What follows the last article: place and date, signatures, a list the law only refers to.
_PLACE_AND_DATE = r"[A-ZÁÉÍÓÚ][\w .'’-]{2,40}, (?:a )?(?:los )?\d{1,2}[ºo°]? (?:de|días)[^\n]{0,60}\d{4}\b[^\n]*"
_CAPITALS = (
    r"[A-ZÁÂÃÉÊÍÓÔÕÚÑÜ][A-ZÁÂÃÉÊÍÓÔÕÚÑÜ.'’-]*(?:[ ]+(?:[–-][ ]+)?[A-ZÁÂÃÉÊÍÓÔÕÚÑÜ][A-ZÁÂÃÉÊÍÓÔÕÚÑÜ.'’-]*){1,9}[ \t*_]*"
)
_CAPS = r"[A-ZÁÂÃÉÊÍÓÔÕÚÑÜ][A-ZÁÂÃÉÊÍÓÔÕÚÑÜ.'’]*"
_NAME = rf"{_CAPS}(?:\s+(?:de\s+)?{_CAPS})*"
#: Who signed, to the end of the text: «BORDABERRY - Coronel HUGO LINARES BRUM - WALTER RAVENNA».
_SIGNED: Final = re.compile(
    rf"^[ \t*_]*{_NAME}(?:\s*\.?[-–;][ \n]*(?:[A-Z][a-záéíóú]+\.?\s+){{0,2}}{_NAME})+[\s*_.]*\Z", re.MULTILINE
)
_SIGNED_SIZE: Final = 2000
_NAMES: Final = re.compile(rf"{_NAME}(?:\s*[,;–-]+\s*{_NAME})*")
_LIST: Final = re.compile(r"[ \t*_]*(?:Lista|LISTA|Tabela|TABELA|Tabla|TABLA|Anexo|ANEXO)\b[^\n]*")
#: «“NORMAS PARA LA DISTRIBUCIÓN DE MATERIAL EDUCATIVO”», which a resolution approves.
_QUOTED: Final = re.compile(r"[ \t*_]*[“\"«][A-ZÁÉÍÓÚÑÂÊÔÃÕÇ\s,-]{25}[^a-z\n]*(?=\n)")
#: «POR TANTO:», «Regístrese, comuníquese y publíquese.», «En la ciudad de Tacna, al día veintinueve de abril…».
_ORDERS = (
    r"(?i:por tanto\s*:|(?:mando|m[áa]ndese) se (?:registre|publique)"
    r"|reg[íi]strese[,. ]+(?:y )?(?:com|pub|not|arch|c[úu]m))[^\n]*"
    r"|(?:Gabinete d[oae]|Pa[çc]o|Pal[áa]cio|Prefeitura|Sala das Sess[õo]es)\b[^\n]{3,80}"
    r"\b\d{1,2}[ºo°]? (?:\([^)\n]+\) )?(?:dias? do m[êe]s )?de [^\n]*"
    r"|En (?:la ciudad de )?[A-ZÁÉÍÓÚ][\w .]{2,30}, (?:a los?|al d[íi]a|a) [^\n]{3,60}\b(?:d[íi]as?|de)\b[^\n]*"
)
_FORMULA = rf"[ \t*_]*(?:{_PLACE_AND_DATE}|(?i:dad[ao]|sala de (?:sesiones|sessões))\b[^\n]*|{_ORDERS})"
#: «Dado en la Sede del Consejo Regional, a los nueve días…», «Lima, 3 de mayo de 2021».
_DATED: Final = re.compile(rf"{_FORMULA}$", re.MULTILINE)
_REFERRED = r"(?:Lista|Tabela|Tabla|Anexo|ANEXO)\b[^\n]{0,40}\banex[ao]\b[^\n]*"
_CLOSING: Final = re.compile(rf"^(?:{_FORMULA}|[ \t*_]*(?:{_REFERRED}|(?!ART[IÍ]CULO){_CAPITALS}))$", re.MULTILINE)
#: What a registry lists under the signatures: «CONCORDANCIAS A LA LEY Nº 28875», «R.J. Nº 181-2011-INEI (Autorizan…)».
LISTED: Final = re.compile(
    r"^[ \t*_-]*(?:CONCORDANCIAS?\b[^\n]*|(?:[A-Z]{1,4}\.\s?){1,3}\s?N[º°.]+\s?\d[^\n]{4,60}\([^\n]{10,})$",
    re.MULTILINE,
)
#: What it says there itself: «Enlace Web: Lineamientos… (PDF).», «NOTA: Estos Lineamientos no han sido publicados…».
NOTED: Final = re.compile(r"^[ \t*_-]*(?:Enlace Web|NOTAS?(?: SPIJ)?)[ *_]*:", re.MULTILINE)
#: What stands below the names of those who sign it: «I. OBJETIVOS», a title in quotation marks, a list, text.
_APPROVED: Final = re.compile(
    rf"\n\n(?={_REFERRED}|{_QUOTED.pattern}|[ \t*_]*(?:[IVX]{{1,4}}|\d{{1,2}})\s?[.)-]\s*[A-ZÁÉÍÓÚÑÂÊÔÃÕÇ]{{4}}"
    r"|[^\n]*[a-záéíóúñâêôãõç,] [^\n]{400})"
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


def begins(text: str, start: int, stop: int) -> int | None:
    """Where what closes the law may begin, after ``start``, which is in its last article, and before ``stop``."""
    found = (_CLOSING.search(text, start, stop), _SIGNED.search(text, max(start, stop - _SIGNED_SIZE), stop))
    return min((match.start() for match in found if match), default=None)


def dated(text: str, at: int) -> bool:
    """Whether what closes the law begins with where and when it was given."""
    return _DATED.match(text, at) is not None


def ends(text: str, at: int, stop: int) -> int:
    """Where what closes the law ends that begins at ``at``: at ``stop``, or before the text that it approves."""
    listed = LISTED.search(text, at, stop)
    found = _APPROVED.search(text, at, listed.start() if listed else stop)
    return found.end() if found else stop


def annexed(text: str, at: int) -> list[Mark]:
    """«Lista de serviços anexa à Lei nº 116», or a title in quotation marks, as the heading of what follows it."""
    line = _LIST.match(text, at) or _QUOTED.match(text, at)
    return [Mark(start=at, end=line.end(), written=line[0].strip(" *_"), rank=1)] if line else []


def signed(text: str) -> bool:
    """Whether ``text`` is nothing but the names of who signed, in capitals."""
    names = " ".join(text.split()).strip(" *_.")
    return 3 < len(names) <= SIGNATURES and names.isupper() and _NAMES.fullmatch(names) is not None

"""Numbers in words, Spanish and Portuguese: ``treinta y cinco``, ``mil quinhentos``, written as digits."""

from __future__ import annotations

import re
from typing import Final

from latam_rag.types import Language
from latam_rag.wording import fold

_SMALL: Final = {
    1: "un uno una um uma", 2: "dos dois duas", 3: "tres", 4: "cuatro quatro", 5: "cinco", 6: "seis", 7: "siete sete",
    8: "ocho oito", 9: "nueve nove", 10: "diez dez", 11: "once onze", 12: "doce doze", 13: "trece treze",
    14: "catorce catorze quatorze", 15: "quince quinze", 16: "dieciseis dezesseis dezasseis",
    17: "diecisiete dezessete dezassete", 18: "dieciocho dezoito", 19: "diecinueve dezenove dezanove",
    20: "veinte vinte", 21: "veintiuno veintiun veintiuna", 22: "veintidos", 23: "veintitres", 24: "veinticuatro",
    25: "veinticinco", 26: "veintiseis", 27: "veintisiete", 28: "veintiocho", 29: "veintinueve", 30: "treinta trinta",
    40: "cuarenta quarenta", 50: "cincuenta cinquenta", 60: "sesenta sessenta", 70: "setenta", 80: "ochenta oitenta",
    90: "noventa", 100: "cien ciento cem cento", 200: "doscientos doscientas duzentos duzentas",
    300: "trescientos trescientas trezentos trezentas", 400: "cuatrocientos cuatrocientas quatrocentos quatrocentas",
    500: "quinientos quinientas quinhentos quinhentas", 600: "seiscientos seiscientas seiscentos seiscentas",
    700: "setecientos setecientas setecentos setecentas", 800: "ochocientos ochocientas oitocentos oitocentas",
    900: "novecientos novecientas novecentos novecentas",
}  # fmt: skip
_VALUES: Final = {word: value for value, written in _SMALL.items() for word in written.split()}
_SCALES: Final = {"mil": 1000, "millon": 10**6, "millones": 10**6, "milhao": 10**6, "milhoes": 10**6}
_TOKEN = re.compile(r"[^\W\d_]+")
_PERCENT = re.compile(r"\bpor\s+c(?:i)?ento\b", re.IGNORECASE)
_FIRST = re.compile(r"\b(?:primero|primeiro)(?=\s+de\s+\w+)", re.IGNORECASE)
# Alone, «un» and «um» are articles, not counts.
_ONE = frozenset(("un", "uno", "una", "um", "uma"))


def in_digits(text: str, language: Language | None = None) -> str:
    """``text`` with its numbers in words as digits and ``por ciento`` as ``%``; all else as it was. Without its language,
    *dos* counts as a number in Portuguese too."""
    text = _FIRST.sub("1", _PERCENT.sub("%", text))
    tokens = [(match.start(), match.end(), fold(match[0])) for match in _TOKEN.finditer(text)]
    if language == "pt":
        tokens = [(start, end, "de os" if word == "dos" else word) for start, end, word in tokens]
    out: list[str] = []
    done = index = 0
    while index < len(tokens):
        value, used = _read(text, tokens, index)
        if used:
            start, end = tokens[index][0], tokens[index + used - 1][1]
            out += [text[done:start], str(value)]
            done = end
            index += used
        else:
            index += 1
    return "".join(out) + text[done:]


def _read(text: str, tokens: list[tuple[int, int, str]], index: int) -> tuple[int, int]:
    """The number that begins at token ``index`` and how many tokens it takes, 0 when none does."""
    total = group = used = 0
    last = 10**12  # the size of the part before; parts must get smaller
    at = index
    while at < len(tokens):
        word = tokens[at][2]
        if at > index and text[tokens[at - 1][1] : tokens[at][0]].strip():
            break
        if word in ("y", "e") and used and at + 1 < len(tokens):
            following = tokens[at + 1][2]
            if _VALUES.get(following, 10**12) < _floor(last) and not text[tokens[at][1] : tokens[at + 1][0]].strip():
                at += 1
                continue
            break
        if word in _VALUES and (not used or _VALUES[word] < _floor(last)):
            group += _VALUES[word]
            last = _VALUES[word]
        elif word in _SCALES and (used or word == "mil") and _SCALES[word] > group and (not total or total > group):
            total += max(group, 1) * _SCALES[word]
            group, last = 0, _SCALES[word]
        else:
            break
        at += 1
        used = at - index
    if used == 1 and tokens[index][2] in _ONE:
        return 0, 0
    return total + group, used


def _floor(last: int) -> int:
    """What a following part must be smaller than: ``veinte`` leaves room for units, ``cien`` for tens."""
    if last >= 100:
        return 1000 if last >= 1000 else 100
    return 10 if last >= 20 and last % 10 == 0 else 0

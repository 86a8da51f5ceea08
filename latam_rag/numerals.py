"""Numbers as laws and people write them: ``5º``, ``1.024``, ``quinto``, ``vigésimo tercero``, ``décimo primeiro``, ``XIV``.

Patterns here are made for folded text (``fold``), which keeps every position, so that a match says where it stands in the
original.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final


def _folding() -> dict[int, str]:
    table: dict[int, str] = {}
    # Latin, Greek and Cyrillic, and what Latin has more accents for.
    for point in (*range(0x41, 0x530), *range(0x1E00, 0x1F00)):
        base = unicodedata.normalize("NFD", chr(point))[0].lower()
        # One character for one: a longer lower case would move everything after it.
        if len(base) == 1 and base != chr(point) and base.isalpha() and chr(point).isalpha() and chr(point) not in "ªº":
            table[point] = base
    table[0xA0] = " "
    return table


_FOLDING: Final = _folding()


def _bytes_folding(encoding: str) -> bytes:
    """``_FOLDING`` for text of one byte a character, which is folded ten times as fast."""
    chars = bytes(range(256)).decode(encoding, "replace")
    return b"".join(
        bytes([byte]) if char == "\ufffd" else char.translate(_FOLDING).encode(encoding)
        for byte, char in enumerate(chars)
    )


_BYTES: Final = tuple((encoding, _bytes_folding(encoding)) for encoding in ("latin-1", "cp1252"))
_OTHERS: Final = re.compile(f"([^{re.escape(bytes(range(256)).decode('cp1252', 'ignore'))}]+)")


def fold(text: str) -> str:
    """``text`` in lower case and without accents, each character at its place."""
    if text.isascii():
        return text.lower()
    for encoding, table in _BYTES:
        try:
            return text.encode(encoding).translate(table).decode(encoding)
        except UnicodeEncodeError:
            continue
    # A few characters of neither: all else is folded as fast.
    return "".join(part.translate(_FOLDING) if n % 2 else fold(part) for n, part in enumerate(_OTHERS.split(text)))


_UNITS: Final = {
    1: r"primer[oa]?|primeir[oa]|un[oa]?|uma?",
    2: r"segund[oa]|dos|dois|duas",
    3: r"tercer[oa]?|terceir[oa]|tres",
    4: r"cuart[oa]|quart[oa]|cuatro|quatro",
    5: r"quint[oa]|cinco",
    6: r"sext[oa]|seis",
    7: r"sep?tim[oa]|siete|sete",
    8: r"octav[oa]|oitav[oa]|ocho|oito",
    9: r"noven[oa]|non[oa]|nueve|nove",
    10: r"decim[oa]|diez|dez",
    11: r"undecim[oa]|once|onze",
    12: r"duodecim[oa]|doce|doze",
}
_TENS: Final = {
    # «decimoctavo» has one o for two.
    10: r"decim(?:(?=octav)|[oa])",
    20: r"vi[gc]esim[oa]",
    30: r"tri[gc]esim[oa]",
    40: r"[cq]uadra[gc]esim[oa]",
    50: r"quin[cq]uagesim[oa]",
    60: r"sexagesim[oa]",
    70: r"sep?tuagesim[oa]",
    80: r"octogesim[oa]",
    90: r"nonagesim[oa]",
    100: r"centesim[oa]",
}
_ORDINAL_UNIT = (
    r"primer[oa]?|primeir[oa]|segund[oa]|tercer[oa]?|terceir[oa]|cuart[oa]|quart[oa]|quint[oa]|sext[oa]|sep?tim[oa]"
    r"|octav[oa]|oitav[oa]|noven[oa]|non[oa]"
)
_TEN = "|".join(_TENS.values())
#: Cardinals past twelve: «veintitrés», «diez y seis», «trinta e dois», «ciento cuatro».
_CARDINAL_UNITS: Final = {
    1: "un[oa]?|uma?", 2: "dos|dois|duas", 3: "tres", 4: "cuatro|quatro", 5: "cinco", 6: "seis", 7: "siete|sete",
    8: "ocho|oito", 9: "nueve|nove",
}  # fmt: skip
_TEENS: Final = {
    13: "trece|treze", 14: "[cq]ator[cz]e|quatorze", 15: "quince|quinze", 16: "dieciseis|diez y seis|dez[ea]sseis",
    17: "diecisiete|diez y siete|dez[ea]ssete", 18: "dieciocho|diez y ocho|dezoito", 19: "diecinueve|diez y nueve|dez[ea]nove",
}  # fmt: skip
_CARDINAL_TENS: Final = {
    20: "veinte|veinti(?=[uctdso])|veinti(?=nueve)|vinte", 30: "treinta|trinta", 40: "[cq]uarenta", 50: "cin[cq]uenta",
    60: "sesenta|sessenta", 70: "setenta", 80: "ochenta|oitenta", 90: "noventa", 100: "cien(?:to)?|cento|cem",
}  # fmt: skip
_CARDINAL_UNIT = "|".join(_CARDINAL_UNITS.values())
_CARDINAL_TEN = "|".join(pattern for value, pattern in _CARDINAL_TENS.items() if 20 < value < 100)
_CARDINAL_TEEN = "|".join((*_TEENS.values(), "diez|dez|once|onze|doce|doze"))
_BELOW_100 = (
    rf"veinti(?:{_CARDINAL_UNIT})|(?:veinte|vinte|{_CARDINAL_TEN})(?: [ye] (?:{_CARDINAL_UNIT}))?|{_CARDINAL_TEEN}"
)
_CARDINAL = rf"(?:ciento|cento) (?:e )?(?:{_BELOW_100}|{_CARDINAL_UNIT})|{_BELOW_100}|cien|cento|cem"
#: An ordinal or a cardinal in words; folded text.
WORDS: Final = (
    rf"(?:(?:(?:{_TEN})[ -]?){{0,2}}(?:{_ORDINAL_UNIT})|(?:{_CARDINAL})|{'|'.join(_UNITS.values())}"
    rf"|(?:{_TEN})(?:[ -](?:{_TEN}))?)\b"
)
_WORDS_RE: Final = re.compile(WORDS)
_PIECES: Final = [
    *((n, re.compile(p)) for n, p in sorted(_TENS.items(), reverse=True)),
    *((n, re.compile(p)) for n, p in sorted(_CARDINAL_TENS.items(), reverse=True)),
    *((n, re.compile(p)) for n, p in sorted(_TEENS.items(), reverse=True)),
    *((n, re.compile(p)) for n, p in sorted(_UNITS.items(), reverse=True)),
]
_AND: Final = re.compile(r"^[ye] ")
#: A number in digits, thousands separated or not, with what marks it as ordinal.
DIGITS: Final = (
    r"(?:\d{1,3}(?:\.\d{3})+(?!\d)|\d{1,4}(?!\d))(?:\s?\.?[ºª°˚]|(?:[oa]|ro|ra|do|da|to|ta|mo|ma|vo|va|no|na|er)\b)?"
)
_ROMAN: Final = re.compile(r"(?=[ivxlc])(c{0,3})(xc|xl|l?x{0,4})(ix|iv|v?i{0,4})")
_ROMAN_VALUES: Final = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


def words_value(folded: str) -> int | None:
    """``vigesimo tercero`` → 23; None when ``folded`` isn't a number in words."""
    total, rest = 0, folded.strip()
    if not _WORDS_RE.fullmatch(rest):
        return None
    while rest:
        for value, piece in _PIECES:
            if match := piece.match(rest):
                total, rest = total + value, _AND.sub("", rest[match.end() :].lstrip(" -"))
                break
        else:
            return None
    return total


def digits_value(written: str) -> int | None:
    """``1.024`` → 1024, ``5º`` → 5."""
    match = re.match(r"\d{1,3}(?:\.\d{3})+(?!\d)|\d+", written)
    return int(match[0].replace(".", "")) if match else None


def roman_value(folded: str) -> int | None:
    """``xiv`` → 14; None for what isn't a Roman numeral up to 399."""
    if not folded or not _ROMAN.fullmatch(folded):
        return None
    values = [_ROMAN_VALUES[letter] for letter in folded]
    return sum(-v if any(v < later for later in values[i + 1 : i + 2]) else v for i, v in enumerate(values))

"""Personal data out of a text: identity and tax numbers of the region, e-mail addresses, telephones.

A number is taken for a person's when its check digits say so, or when the word before it does (*RUT*, *cédula*, *DNI*…); of
kinds without check digits only then. What is redacted is replaced by its kind in brackets. Names are not recognised.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

Check = Callable[[str], bool]


def redact(text: str) -> tuple[str, tuple[str, ...]]:
    """``text`` without personal data, and the kinds found, each once, in the order of their finding."""
    kinds: list[str] = []

    def hide(kind: str, check: Check) -> Callable[[re.Match[str]], str]:
        def replace(match: re.Match[str]) -> str:
            number = match["number"]
            if not check(re.sub(r"[^0-9A-Za-zÑñ&]", "", number).upper()):
                return match[0]
            kinds.append(kind)
            return match[0].replace(number, f"[{kind}]")

        return replace

    for kind, pattern, check in _KINDS:
        text = pattern.sub(hide(kind, check), text)
    return text, tuple(dict.fromkeys(kinds))


def _weighted(digits: Sequence[int], weights: Sequence[int]) -> int:
    return sum(digit * weight for digit, weight in zip(digits, weights, strict=True))


def _luhn(digits: Sequence[int]) -> bool:
    """The last digit modulo 10 of the others, every second of which is doubled, from the one before it on."""
    doubled = [digit if at % 2 else digit * 2 - 9 * (digit > 4) for at, digit in enumerate(reversed(digits[:-1]))]
    return digits[-1] == -sum(doubled) % 10


def _digits(code: str) -> list[int]:
    return [int(char) for char in code]


def rut(code: str) -> bool:
    """Chile: ``12345678-5``, modulo 11, ``K`` for ten."""
    body, check = code[:-1], code[-1]
    if not body.isdigit():
        return False
    rest = -sum(digit * (2 + at % 6) for at, digit in enumerate(reversed(_digits(body)))) % 11
    return check == ("K" if rest == 10 else str(rest))


def cpf(code: str) -> bool:
    """Brazil: eleven digits, the last two modulo 11."""
    if len(set(code)) == 1:
        return False
    found = _digits(code)
    return all(found[size] == _weighted(found[:size], range(size + 1, 1, -1)) * 10 % 11 % 10 for size in (9, 10))


def cnpj(code: str) -> bool:
    """Brazil: twelve digits or capitals (as issued since 2026) and two check digits modulo 11."""
    if len(set(code)) == 1:
        return False
    found = [ord(char) - 48 for char in code]
    for size in (12, 13):
        weights = [2 + (size - 1 - at) % 8 for at in range(size)]
        rest = _weighted(found[:size], weights) % 11
        if found[size] != (0 if rest < 2 else 11 - rest):
            return False
    return True


_CURP_SIGNS: Final = "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ"
_RFC_SIGNS: Final = "0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ Ñ"


def curp(code: str) -> bool:
    """Mexico: eighteen signs, the last modulo 10."""
    total = sum(_CURP_SIGNS.index(sign) * (18 - at) for at, sign in enumerate(code[:17]))
    return code[17] == str(-total % 10)


def rfc(code: str) -> bool:
    """Mexico: twelve (companies) or thirteen signs, the last modulo 11."""
    padded = code.rjust(13)
    total = sum(_RFC_SIGNS.index(sign) * (13 - at) for at, sign in enumerate(padded[:12]))
    return padded[12] == {10: "A", 11: "0"}.get(11 - total % 11, str(11 - total % 11))


def cuit(code: str) -> bool:
    """Argentina: eleven digits, the last modulo 11."""
    found = _digits(code)
    rest = -_weighted(found[:10], _TENFOLD) % 11
    return code[:2] in _CUIT_BEGINNINGS and found[10] == rest


_TENFOLD: Final = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_CUIT_BEGINNINGS: Final = frozenset(("20", "23", "24", "25", "26", "27", "30", "33", "34"))


def cedula_uy(code: str) -> bool:
    """Uruguay: seven or eight digits, the last modulo 10."""
    found = _digits(code.rjust(8, "0"))
    return found[7] == -_weighted(found[:7], (2, 9, 8, 7, 6, 3, 4)) % 10


def cedula_ec(code: str) -> bool:
    """Ecuador: ten digits, a province first, the last modulo 10."""
    found = _digits(code)
    return (1 <= int(code[:2]) <= 24 or code[:2] == "30") and found[2] < 6 and _luhn(found)


def cedula_do(code: str) -> bool:
    """Dominican Republic: eleven digits, Luhn."""
    return _luhn(_digits(code))


def ruc_pe(code: str) -> bool:
    """Peru: eleven digits, the last modulo 11."""
    found = _digits(code)
    rest = 11 - _weighted(found[:10], _TENFOLD) % 11
    return code[:2] in ("10", "15", "16", "17", "20") and found[10] == rest % 10


def _any(code: str) -> bool:
    return True


def _named(words: str, number: str = r"[\dA-Z](?:[\d.\-/ ]{3,16})[\dKk]") -> re.Pattern[str]:
    """A number that a word before it names: *RUT N° 1.234*, *cédula de identidad: 1.234.567*."""
    between = r"(?:\s+(?:de|del|da|do|identidad|identidade|ciudadan[ií]a|extranjer[ií]a|nacional|federal|n[úu]mero))*"
    return re.compile(
        rf"\b(?:{words})\b\.?{between}\s*(?:nro\.?|n[.º°o]*|#)?\s*:?\s*(?:es\s+|é\s+)?(?P<number>{number})(?!\w)",
        re.IGNORECASE,
    )


def _alone(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.,/-])(?P<number>{pattern})(?![\w/-]|[.,]\d)", re.IGNORECASE)


_PHONE: Final = r"[\d(][\d ().-]{5,16}\d"
_KINDS: Final[tuple[tuple[str, re.Pattern[str], Check], ...]] = (
    ("EMAIL", re.compile(r"(?P<number>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"), _any),
    ("CURP", _alone(r"[A-Z][AEIOUX][A-Z]{2}\d{6}[HMX][A-Z]{5}[0-9A-Z]\d"), curp),
    ("RFC", _alone(r"[A-ZÑ&]{3,4}-?\d{6}-?[A-Z0-9]{2}[0-9A]"), rfc),
    ("CNPJ", _alone(r"[0-9A-Z]{2}\.?[0-9A-Z]{3}\.?[0-9A-Z]{3}/?[0-9A-Z]{4}-?\d{2}"), cnpj),
    ("CPF", _alone(r"\d{3}\.?\d{3}\.?\d{3}-?\d{2}"), cpf),
    ("CUIT", _alone(r"\d{2}-?\d{8}-?\d"), cuit),
    ("RUC", _alone(r"\d{11}"), ruc_pe),
    ("CEDULA", _alone(r"\d{3}-?\d{7}-?\d"), cedula_do),
    ("CEDULA", _alone(r"\d{10}|\d{9}-\d"), cedula_ec),
    ("RUT", _alone(r"\d{1,2}\.\d{3}\.\d{3}-[\dK]|\d{7,8}-[\dK]"), rut),
    ("CEDULA", _alone(r"\d\.?\d{3}\.?\d{3}-\d"), cedula_uy),
    ("RUT", _named(r"ru[tn]|c[ée]dula\s+chilena"), _any),
    ("CPF", _named(r"cpf"), _any),
    ("CNPJ", _named(r"cnpj"), _any),
    ("CURP", _named(r"curp", r"[A-Z0-9]{16,18}"), _any),
    ("RFC", _named(r"rfc", r"[A-ZÑ&]{3,4}-?[A-Z0-9-]{6,12}"), _any),
    ("CUIT", _named(r"cui[tl]"), _any),
    ("RUC", _named(r"ruc"), _any),
    ("DNI", _named(r"dni|documento|libreta|rg|registro\s+geral"), _any),
    ("CEDULA", _named(r"c[ée]dula|c\.?\s?[ic]\.?|cui|dpi|carn[ée]|carnet"), _any),
    ("PASSPORT", _named(r"pasaporte|passaporte", r"[A-Z]{0,3}\d{5,9}"), _any),
    ("PHONE", re.compile(r"(?<![\w.])(?P<number>\+\d{1,3}[ .-]?(?:\(?\d{1,4}\)?[ .-]?){2,5}\d{2,4})(?!\w)"), _any),
    ("PHONE", re.compile(r"(?<!\w)(?P<number>\(\d{2,4}\)\s?\d{3,5}[ -]?\d{3,4})(?!\w)"), _any),
    ("PHONE", _named(r"tel[ée]fonos?|telefones?|fonos?|celular(?:es)?|m[óo]vil|whatsapp|tel|cel|fone", _PHONE), _any),
)  # fmt: skip

"""The figures of a text: numbers, amounts, dates, times, percentages, articles and norms, in one form each.

``1.000`` and ``1,000`` and ``mil`` are one number, ``3/5/2021`` and ``3 de mayo de 2021`` one date, ``30 %`` and ``treinta
por ciento`` one percentage. Where a way of writing can be read in two ways, the reading is the one usual in the region
(a separator before exactly three digits parts thousands), so that a doubt ends in a figure that isn't found and never in
a wrong one that is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from latam_rag.types import Language
from latam_rag.verify.number_words import in_digits
from latam_rag.wording import fold

Kind = Literal["number", "date", "time", "reference", "roman", "letter", "code"]
Reader = Callable[[re.Match[str]], "Iterable[Figure]"]


@dataclass(frozen=True, slots=True)
class Figure:
    """``value`` is canonical within its kind: ``1000``, ``2021-05-03`` (``*`` for a part not said), ``14:30``, ``5-bis``."""

    kind: Kind
    value: str
    unit: str = ""
    """Of a number: ``%``, ``dia``, ``$``, …; empty when none is said."""
    written: str = ""


MONTH_NAMES: Final = {
    "enero": 1, "janeiro": 1, "febrero": 2, "fevereiro": 2, "marzo": 3, "março": 3, "abril": 4, "mayo": 5, "maio": 5,
    "junio": 6, "junho": 6, "julio": 7, "julho": 7, "agosto": 8, "septiembre": 9, "setiembre": 9, "setembro": 9,
    "octubre": 10, "outubro": 10, "noviembre": 11, "novembro": 11, "diciembre": 12, "dezembro": 12,
}  # fmt: skip
_MONTH = rf"\b({'|'.join(MONTH_NAMES)})\b"
_YEAR = r"(?:\s+(?:de|del|do)(?:\s+(?:el|año|ano))*)?\s+(\d{4}|\d\.\d{3})\b"
_DAY_MONTH = re.compile(rf"\b(\d{{1,2}})\s?[º°o]?\s+(?:(?:de|do|del|dia|mes)\s+)*{_MONTH}(?:{_YEAR})?")
_MONTH_YEAR = re.compile(rf"{_MONTH}(?:{_YEAR})?")
_ISO = re.compile(r"(?<![\d/-])(\d{4})-(\d{2})-(\d{2})(?![\d-])")
_NUMERIC = re.compile(r"(?<![\d/.-])(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})(?![\d/-]|\.\d)")
_TIME = re.compile(
    r"(?<![\d:.,])([01]?\d|2[0-4])(?::|\s?h\s?)([0-5]\d)(?!\d|:)|(?<![\d:.,])([01]?\d|2[0-4])\s?hs?\b(?!\w)"
)

_NUMBER = r"\d+(?:[.,\u00a0\u202f]\d+)*"
_SUFFIX = (
    r"(?:\s?[ºª°]|(?:er|ro|ra|do|da|to|ta|mo|ma|vo|va|no|na)\b)?(?:[\s-]+(?:bis|ter|quater|quinquies)\b|-[a-z](?!\w))?"
)
_NUMBERED = (
    r"art(?:iculos?|igos?|s)?\.?|ley(?:es)?|leis?|decretos?(?:[ -](?:ley|lei|supremo|legislativo))?|ordenanzas?|d\.?s\.?"
    r"|resoluc(?:ion|oes|ao)(?:es)?|portarias?|reglamentos?|regulamentos?|codigos?|acuerdos?|instruc(?:ao|cion)|emenda"
    r"|titulos?|capitulos?|seccion(?:es)?|sec(?:ao|oes)|parrafos?|paragrafos?|incisos?|numerales|numeral|fraccion(?:es)?|§+"
    r"|anexos?|apartados?|circular(?:es)?|sumulas?|clausulas?"
)
_FILLER = (
    r"(?:\s*(?:n[.º°o]*|nro\.?|num(?:ero)?\.?|nums?\.?|federal|municipal|estadual|complementar|exenta|organica|de))*"
)
_REFERENCE = re.compile(
    rf"(?<![a-z])(?:{_NUMBERED}){_FILLER}\s*({_NUMBER}(?:/\d{{2,4}})?{_SUFFIX}"
    rf"(?:\s*(?:,|y|e|o|ou|al?|-|–)\s*{_NUMBER}(?![\d/]|\s?(?:%|por|dia|mes|ano|hora|de\b)){_SUFFIX})*)"
)
_ONE_REFERENCE = re.compile(rf"({_NUMBER})(/\d{{2,4}})?({_SUFFIX})")
_ROMAN = re.compile(
    r"\b(?=[IVXLCDM]{2})M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})\b(?<=[IVXLCDM])|(?<=inciso )[IVX]\b"
)
_LETTER = re.compile(
    r"(?:letras?|literal(?:es)?|alineas?)\s+[\"'«“]?(?![aeoy]\s[a-z]{3})([a-z])\b|(?:^|[\s(])([a-z])\)"
)
_CODE = re.compile(
    r"(?<![\w-])(?!\d+(?:er|r[oa]|d[oa]|t[oa]|m[oa]|v[oa]|n[oa]|s)\b)(?:[a-z]+-?\d|\d+-?[a-z])[a-z0-9-]*(?!\w)"
)
_PLAIN = re.compile(rf"(?<![\w/])(?:(r\$|us\$|u\$s|s/\.?|bs\.?|\$)\s*)?({_NUMBER})(?=\D|$)")
_AFTER = re.compile(
    r"\s?[ºª°]?(?:\s*\([^()]{1,40}\))?\s*(?:de\s+)?(%|‰|\b(?:dia|mes|meses|ano|hora|hr|minuto|segundo|semana|utm|uf|uit|uma|uvt|smmlv|pesos?|real|reais"
    r"|sol|soles|dolar|dolares|guarani|guaranies|boliviano|euro|quetzal|colon|colones|km|kg|metros?|m2|litro)s?\b)"
)  # fmt: skip
_MONEY: Final = {
    "r$": "real", "us$": "dolar", "u$s": "dolar", "s/": "sol", "s/.": "sol", "bs": "boliviano", "bs.": "boliviano",
    "$": "$",
}  # fmt: skip
_UNIT_NAMES: Final = {
    "meses": "mes", "reais": "real", "hr": "hora", "peso": "$", "dolares": "dolar", "soles": "sol", "guaranies": "guarani",
    "colones": "colon", "metro": "m",
}  # fmt: skip


@lru_cache(maxsize=4096)
def figures(text: str, language: Language | None = None) -> list[Figure]:
    """Every figure of ``text``, each stretch read once: a date's day is not also a number."""
    plain = in_digits(text, language)
    found: list[Figure] = []
    for match in _ROMAN.finditer(plain):
        found.append(Figure("roman", match[0], written=match[0]))
    lowered = plain.lower() if len(plain.lower()) == len(plain) else plain
    lowered = _take(_DAY_MONTH, lowered, found, _day_month)
    lowered = _take(_MONTH_YEAR, lowered, found, _month_year)
    lowered = _take(_ISO, lowered, found, lambda m: [_date(m[1], m[2], m[3], m[0])])
    lowered = _take(_NUMERIC, lowered, found, lambda m: [_date(_century(m[4]), m[3], m[1], m[0])])
    folded = fold(lowered)
    folded = _take(_REFERENCE, folded, found, _references)
    folded = _take(_LETTER, folded, found, lambda m: [Figure("letter", m[1] or m[2], written=m[0].strip())])
    folded = _take(_TIME, folded, found, _time)
    folded = _take(_CODE, folded, found, lambda m: [Figure("code", m[0], written=m[0])])
    for match in _PLAIN.finditer(folded):
        found.append(_number(match, folded))
    return found


def missing(claimed: list[Figure], *texts: str, header: str = "", language: Language | None = None) -> list[Figure]:
    """Those of ``claimed`` that stand in none of ``texts``; articles and norms may also stand in ``header``."""
    supply = [figure for text in texts for figure in figures(text, language)]
    named = figures(header)
    return [figure for figure in claimed if not _supported(figure, supply, named)]


def _supported(figure: Figure, supply: list[Figure], named: list[Figure]) -> bool:
    if figure in supply:
        return True
    if figure.kind == "number":
        return _number_supported(figure, supply)
    if figure.kind == "date":
        return any(other.kind == "date" and _within(figure.value, other.value) for other in supply)
    if figure.kind == "time":
        hour, _, minute = figure.value.partition(":")
        return _known(figure, supply) or (
            minute == "00" and any(o.unit == "hora" and o.value == str(int(hour)) for o in supply)
        )
    if figure.kind == "reference":
        number, _, year = figure.value.partition("/")
        said = supply + named
        if _known(figure, said):
            return True
        if not year and any(other.kind == "reference" and other.value.startswith(f"{number}/") for other in said):
            return True
        years = {other.value.partition("-")[0] for other in supply + named if other.kind == "date"}
        return bool(year) and year in years and _known(Figure("reference", number), supply + named)
    return _known(figure, supply + (named if figure.kind in ("roman", "letter", "code") else []))


def _known(figure: Figure, supply: list[Figure]) -> bool:
    return any(other.kind == figure.kind and other.value == figure.value for other in supply)


def _number_supported(figure: Figure, supply: list[Figure]) -> bool:
    same = [other for other in supply if other.kind == "number" and other.value == figure.value]
    if same:
        return not figure.unit or any(other.unit == figure.unit for other in same)
    if figure.unit or len(figure.value) < 4:
        return False
    # A year alone may come from a date, and a norm's number may be given without saying what it is.
    return any(other.value.partition("-")[0] == figure.value for other in supply if other.kind in ("date", "reference"))


def _within(claimed: str, said: str) -> bool:
    """Whether the date ``said`` says all that ``claimed`` does."""
    return all(c in ("*", s) for c, s in zip(claimed.split("-"), said.split("-"), strict=True))


def canonical_number(written: str) -> str:
    """``1.234,50`` → ``1234.5``, ``1,000`` → ``1000``, ``0,125`` → ``0.125``; digits only, no sign."""
    text = re.sub(r"[\u00a0\u202f]", "", written)
    marks = [char for char in text if char in ".,"]
    whole, decimals = text, ""
    if len(set(marks)) == 2 and marks.count(marks[-1]) == 1:
        whole, _, decimals = text.rpartition(marks[-1])
    elif len(marks) == 1:
        left, _, right = text.rpartition(marks[0])
        if len(right) != 3 or len(left) > 3 or left == "0":
            whole, decimals = left, right
    whole = re.sub(r"[.,]", "", whole).lstrip("0") or "0"
    decimals = decimals.rstrip("0")
    return f"{whole}.{decimals}" if decimals else whole


def _take(pattern: re.Pattern[str], text: str, found: list[Figure], read: Reader) -> str:
    """Read each match, and blank it so that nothing else reads it again."""

    def swallow(match: re.Match[str]) -> str:
        found.extend(read(match))
        return " " * len(match[0])

    return pattern.sub(swallow, text)


def _date(year: str, month: str | int, day: str, written: str) -> Figure:
    value = f"{year or '*'}-{int(month):02d}-{f'{int(day):02d}' if day else '*'}"
    return Figure("date", value, written=written)


def _day_month(match: re.Match[str]) -> list[Figure]:
    return [_date((match[3] or "").replace(".", ""), MONTH_NAMES[match[2]], match[1], match[0])]


def _month_year(match: re.Match[str]) -> list[Figure]:
    return [_date((match[2] or "").replace(".", ""), MONTH_NAMES[match[1]], "", match[0])]


def _century(year: str) -> str:
    return year if len(year) == 4 else ("19" if int(year) > 50 else "20") + year


def _time(match: re.Match[str]) -> list[Figure]:
    hour, minute = (match[1], match[2]) if match[1] else (match[3], "00")
    return [Figure("time", f"{int(hour):02d}:{minute}", written=match[0].strip())]


def _references(match: re.Match[str]) -> Iterator[Figure]:
    for one in _ONE_REFERENCE.finditer(match[1]):
        suffix = re.sub(r"^(?:\s?[ºª°]|(?:er|ro|ra|do|da|to|ta|mo|ma|vo|va|no|na)\b)", "", one[3]).strip(" -")
        value = canonical_number(one[1]) + (one[2] or "") + (f"-{suffix}" if suffix else "")
        yield Figure("reference", value, written=match[0].strip() if one.start() == 0 else one[0].strip())


def _number(match: re.Match[str], text: str) -> Figure:
    unit = _MONEY.get(match[1] or "", "")
    after = _AFTER.match(text, match.end())
    if not unit and after:
        said = after[1]
        single = said.removesuffix("s") if len(said) > 3 else said
        unit = _UNIT_NAMES.get(said) or _UNIT_NAMES.get(single, single)
    return Figure("number", canonical_number(match[2]), unit, match[0].strip())

"""A sentence as the checks compare it: the words that carry meaning, each with what introduces it and what turns it.

Numbers, dates and ordinals are one token per part whatever their writing; articles and the like are left out; prepositions and
the words that turn a sense (*no*, *hasta*, *podrá*, *solo*) are kept at the word that they stand before.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Final

from latam_rag import numerals, synonyms
from latam_rag.types import Language
from latam_rag.verify.figures import MONTH_NAMES, canonical_number
from latam_rag.verify.number_words import in_digits
from latam_rag.verify.turning import family, unfold_phrases
from latam_rag.wording import fold, is_stop, stem


@dataclass(frozen=True, slots=True)
class Token:
    key: str
    """Equal for words that count as the same: ``#308`` a number, ``=pay`` a group of synonyms, else a stem."""
    raw: str
    light: bool
    """Says little by itself (*además*, *aproximadamente*): may be added or left out."""
    marker: str
    """The preposition right before it, in one form for both languages; empty when none stands there."""
    turns: tuple[str, ...]
    """Families of the words before it that turn the sense (``turning``)."""
    turned_by: tuple[str, ...]
    """Those words as written."""
    clause: int
    """Counts commas, semicolons and the like before it."""
    joined: bool = False
    """A member of an enumeration: only a comma, *y* or *o* stands between it and the one before, whose marker it has."""
    apart: bool = False
    """A quotation mark stands right before it."""

    @property
    def own(self) -> str:
        """``marker`` where it is its own and not that of the one it is joined to."""
        return "" if self.joined else self.marker


_PIECE: Final = re.compile(
    r"(?P<number>\d+(?:[.,]\d+)*)(?:[ºª°]|(?:er|ro|ra|do|da|to|ta|mo|ma|vo|va|no|na)\b)?"
    r"|(?P<sign>[$€£%‰§])|(?P<word>[^\W\d_]+[²³]?)|(?P<mark>(?<!\d),|,(?!\s(?:de|del)\s\d)|[;:.()–—«»“”\"])",
    re.IGNORECASE,
)
_CURRENCIES: Final = {
    "r$": "reais", "us$": "dólares", "u$s": "dólares", "usd": "dólares", "$": "pesos", "€": "euros", "£": "libras",
    "s/": "soles", "bs": "bolivianos", "clp": "pesos", "brl": "reais", "mxn": "pesos",
}  # fmt: skip
_MONEY: Final = re.compile(
    r"(?<![\w$])(?P<sign>r\$|us\$|u\$s|usd|clp|brl|mxn|s/\.?|bs\.?|[$€£])\s?(?P<after>\d+(?:[.,]\d+)*)"
    r"|(?P<before>\d+(?:[.,]\d+)*)\s?(?P<mark>[€£]|\$(?!\s?\d))",
    re.IGNORECASE,
)
#: The key of what closes each row.
END: Final = "."
_JOINING: Final = frozenset(("y", "e", "o", "u", "ou", "ni", "nem"))
_ARTICLES: Final = frozenset(("se", "el", "la", "los", "las", "o", "os", "as", "a"))
_BEFORE_ORDINAL: Final = frozenset(("o", "um", "do", "no", "ao", "pelo", "seu", "num", "dum"))
_NUMBER_SIGN: Final = frozenset(("n", "nº", "n°", "nro", "num", "º", "ª"))
_ISO: Final = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_NUMERIC: Final = re.compile(r"(?<![\d/.-])(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?![\d/-]|\.\d)")
_MONTHS: Final = {fold(name): f"@{number:02d}" for name, number in MONTH_NAMES.items()}
_MONTH_BY_NUMBER: Final = {number: name for name, number in MONTH_NAMES.items()}
_ORDINAL: Final = re.compile(
    r"primer[oa]?|primeir[oa]|segund[oa]|tercer[oa]?|terceir[oa]|cuart[oa]|quart[oa]|quint[oa]|sext[oa]|sep?tim[oa]|octav[oa]"
    r"|oitav[oa]|noven[oa]|non[oa]|decim[oa]"
)
_PREPOSITIONS: Final = {
    form: name
    for name, forms in {
        "a": "a al à ao aos às", "de": "de del do da dos das", "in": "en em no na nos nas num numa",
        "por": "por pelo pela pelos pelas",
        "para": "para", "con": "con com", "entre": "entre", "sobre": "sobre", "contra": "contra",
        "segun": "segun segundo conforme",
        "ante": "ante perante", "bajo": "bajo sob", "tras": "tras", "hacia": "hacia",
    }.items()
    for form in forms.split()
}  # fmt: skip
_WORDS: Final = tomllib.loads((files("latam_rag.verify") / "words.toml").read_text("utf-8"))
_LIGHT: Final = frozenset(fold(_WORDS["light"]).split())
_SAME: Final = {
    form: f"={line.split()[0]}" for line in fold(_WORDS["same"]).strip().splitlines() for form in line.split()
}
#: Groups of synonyms of search whose words are no longer the same thing where a claim is checked.
_TOO_WIDE: Final = frozenset(("=validity", "=year", "=fine", "=time", "=mark", "=documents"))


@lru_cache(maxsize=4096)
def tokens(text: str, language: Language) -> tuple[Token, ...]:
    """Of a sentence or clause, in order."""
    plain = _dates(_MONEY.sub(_amount, in_digits(unfold_phrases(text), language)))
    found: list[Token] = []
    clause, marker, apart, joining = 0, "", False, False
    turns: list[str] = []
    turned_by: list[str] = []
    folded = ""
    for match in _PIECE.finditer(plain):
        before, raw, folded = folded, match[0], fold(match[0])
        if match["mark"]:
            clause += raw != "." or match.end() == len(plain)
            marker, joining = "", raw == ","
            apart = apart or raw in '«»“”"'
            continue
        # A capital within the sentence makes a name of any word (*Han*).
        small = raw[0].islower() or not found or (raw.isupper() and len(raw) < 4)
        turning = family(folded, language) if small else ""
        if turning:
            turns.append(turning)
            turned_by.append(raw)
            joining = False
            continue
        if small and folded in _PREPOSITIONS and not _second(folded, before, language):
            marker, joining = _PREPOSITIONS[folded], False
            continue
        if small and folded in _JOINING:
            joining = True
            continue
        if match["word"] and (folded in _NUMBER_SIGN or (small and is_stop(raw.lower(), language))):
            joining = joining and folded in _ARTICLES
            continue
        if joining and not marker and found:
            marker = _head(found).marker
        key = _key(match, folded, language)
        found.append(
            Token(key, raw, small and folded in _LIGHT, marker, tuple(turns), tuple(turned_by), clause, joining, apart)
        )
        marker, turns, turned_by, apart, joining = "", [], [], False, False
    # Something for the last of them to stand before.
    found.append(Token(END, "", True, "", tuple(turns), tuple(turned_by), clause))
    return tuple(found)


def _second(folded: str, before: str, language: Language) -> bool:
    """Whether *segundo* is the ordinal: in Spanish, or after an article in Portuguese, where *segundo a lei* is *según*."""
    return folded == "segundo" and (language == "es" or before in _BEFORE_ORDINAL)


def _head(found: list[Token]) -> Token:
    """The first word of the name that ends a row: what introduces it introduces those joined to it."""
    at = len(found) - 1
    while at and not found[at].marker and found[at].raw[0].isupper() and found[at - 1].raw[0].isupper():
        at -= 1
    return found[at]


def _amount(match: re.Match[str]) -> str:
    """An amount with its currency after it, in words, however it is written."""
    return f"{match['after'] or match['before']} {_CURRENCIES[fold(match['sign'] or match['mark']).rstrip('.')]}"


def _dates(text: str) -> str:
    text = _ISO.sub(lambda m: f"{int(m[3])} {_month(m[2])} {m[1]}", text)
    return _NUMERIC.sub(lambda m: f"{int(m[1])} {_month(m[3])} {m[4]}", text)


def _month(number: str) -> str:
    return _MONTH_BY_NUMBER.get(int(number), number)


def _key(match: re.Match[str], folded: str, language: Language) -> str:
    if match["number"]:
        return f"#{canonical_number(match['number'])}"
    if match["sign"]:
        return _SAME.get(folded, f"${folded}")
    if folded in _MONTHS:
        return _MONTHS[folded]
    if _ORDINAL.fullmatch(folded) and (value := numerals.words_value(folded)):
        return f"#{value}"
    if folded in _SAME:
        return _SAME[folded]
    own = stem(match[0].lower(), language)
    group = synonyms.key(match[0], own, language)
    return own if group in _TOO_WIDE else group

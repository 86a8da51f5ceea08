"""Where an article may be cut: at its items, at its unnumbered paragraphs, and after what is drawn with dots to its amount."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from latam_rag.numerals import fold, roman_value

#: One item marker, in folded text.
_ITEM: Final = (
    r"(?:"
    r"(?P<par>§\s?\d{1,3}\s?[ºo°]?(?:-[a-z])?|paragrafo unico|paragrafo(?: \d{1,2}[ºo°]?)?(?=\s*[.:–—-])|§ unico)"
    r"|(?P<coded>[a-z]\.?\d{1,2}(?:\.\d{1,2})?)\s?(?:\)|\.-)(?=\s)"
    r"|(?:fraccion\s+)?(?P<roman>[ivxlc]{1,7}(?:-[a-z])?)\s?(?P<r>[–—-](?=\s)|[.)])"
    r"|(?:(?:literal|letra|inciso)\s+)?(?P<letter>[a-zñ])\s?(?P<l>\)|\.-)"
    r"|(?:n[º°.]+\s?|numeral\s+)?(?P<deep>\d{1,2}(?:\.\d{1,2}){1,3})\s?[.)]?(?=\s+[^\W\d_])"
    r"|(?:n[º°.]+\s?|numeral\s+)?(?P<digit>\d{1,3})\s?(?P<d>[ºo°]\s?[).-]?|[.)]-?|\.-)(?=\s)"
)
_LINE: Final = re.compile(rf"^[ \t>*_-]*{_ITEM}|(?P<bare>\d{{1,3}})(?= [^\W\d_]))", re.MULTILINE)
_HERE: Final = re.compile(rf"{_ITEM})")
#: One within a paragraph: «las siguientes: 1. Reglamentar… 2. Adoptar…».
_INLINE: Final = re.compile(
    r"(?<=[.;:,]) (?:(?P<digit>\d{1,2})(?P<d>[.)])|(?P<letter>[a-z])(?P<l>\))) (?=[^\W_]|[¿\"“(])"
)
_INLINE_LEAST: Final = 3
#: «Copia simple:........ $ 395,00 », after which the next row follows in the same paragraph.
_ROW: Final = re.compile(r"[.…_]{4,}\s?(?:\$\s?)?\d[\d.,]*(?:\s?[%‰])?[ \t]+(?=[^\s.…])")
_FRESH: Final = re.compile(r"(?:\n[ \t]*\n[ \t]*|\n[ \t]*)(?=[A-ZÁÀÂÃÉÊÍÓÔÕÚÑ¿“\"«])")
#: «Fracción reformada G.O. CDMX 27/08/25», which stands under what it speaks of.
_CHANGED: Final = re.compile(
    r"(?:Fracci[oó]n|P[áa]rrafo|Inciso|Numeral|Apartado|Base|Denominaci[óo]n)(?:es|s)?(?: [^\W\d_]+){0,2}"
    r" (?:reformad|adicionad|derogad|modificad|recorrid)[oa]s?\b[^\n]{0,120}$",
    re.MULTILINE,
)
_ENDED: Final = (".", ":", ";", ".-", ".–", ")", "”", '"', "»")
#: The name of what follows: «Alienação fraudulenta de coisa própria», «Parágrafos:», and nothing of it.
TITLE: Final = re.compile(r"\s*[^\W\d_](?:[^\n.;:|]|\.(?! )){2,90}(?:(?<=[^\W_])|:)\s*")
_LETTERS: Final = "abcdefghijklmnñopqrstuvwxyz"
Number = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Marker:
    """The number that an item begins with."""

    kind: str
    written: str
    number: Number
    """Its place in its list; of *a*, *I*, *1*: ``(1,)``."""
    close: str
    """What it is closed with: lists within one another are often told apart by that."""


def cuts(body: str) -> dict[int, Marker | None]:
    """Where stretches of ``body`` begin, with the number of those that are items; the first is 0."""
    folded = fold(body)
    found: dict[int, Marker | None] = {0: None}
    for match in _FRESH.finditer(body):
        above = body[: match.start()].rstrip()
        row = match[0].count("\n") > 1 and " | " in above[above.rfind("\n") + 1 :]
        ended = (row or above.endswith(_ENDED)) and not _CHANGED.match(body, match.end())
        if ended or _stands_alone(body, match):
            found[match.end()] = None
    for match in _ROW.finditer(body):
        here = _HERE.match(folded, match.end())
        found[match.end()] = _marker(here, body) if here else None
    for match in _LINE.finditer(folded):
        if match.start() > 0 and _begins_item(body, match):
            found[match.start()] = _marker(match, body)
            # The paragraph's own beginning is the marker's.
            text_at = match.end() + len(body[match.end() :]) - len(body[match.end() :].lstrip())
            for at in range(match.start() + 1, text_at + 1):
                found.pop(at, None)
    for match in _inline(body, folded):
        found.setdefault(match.start() + 1, _marker(match, body))
    return dict(sorted(found.items()))


def _marker(match: re.Match[str], body: str) -> Marker:
    said = match.groupdict()
    kind = next(name for name in ("par", "coded", "roman", "letter", "deep", "digit", "bare") if said.get(name))
    written = " ".join(body[match.start(kind) : match.end(kind)].split())
    close = (said.get("r") or said.get("l") or said.get("d") or "")[:1].replace("—", "–").replace("-", "–")
    if kind == "par":
        figures = re.search(r"\d+(?:\s?[ºo°]?-[a-zA-Z])?", written)
        return Marker(kind, figures[0] if figures else "único", (_int(figures[0]) if figures else 1,), "")
    if kind == "coded":
        place = (ord(written[0].lower()), *(int(part) for part in re.findall(r"\d+", written)))
        return Marker(kind, written.replace(".", "", written[1] == "."), place, "")
    if kind == "roman":
        value = roman_value(written.partition("-")[0].lower()) or 0
        return Marker("roman" if written.isupper() else "small", written, (value,), close)
    if kind == "letter":
        place = (_LETTERS.index(written.lower()) + 1 if written.lower() in _LETTERS else 0,)
        return Marker("capital" if written.isupper() else "letter", written, place, close)
    return Marker(kind, written, tuple(int(part) for part in written.split(".")), close)


def as_letter(marker: Marker) -> Marker | None:
    """*c)*, *I)* or *v)*, which is a Roman number too, read as a letter."""
    if marker.kind not in ("roman", "small") or len(marker.written) != 1:
        return None
    kind = "capital" if marker.kind == "roman" else "letter"
    return Marker(kind, marker.written, (_LETTERS.index(marker.written.lower()) + 1,), marker.close)


def _int(written: str) -> int:
    found = re.match(r"\d+", written)
    return int(found[0]) if found else 0


def _stands_alone(body: str, match: re.Match[str]) -> bool:
    """Whether a paragraph without an end mark stands before ``match`` that is the name of what follows."""
    if match[0].count("\n") < 2:
        return False
    start = body.rfind("\n\n", 0, match.start()) + 2
    return start > 1 and TITLE.fullmatch(body, start, match.start()) is not None


def _begins_item(body: str, found: re.Match[str]) -> bool:
    if found["roman"] and roman_value(found["roman"].partition("-")[0]) is None:
        return False
    before = body[: found.start()].rstrip()
    if found["bare"]:
        return before.endswith((".", ";", ":", "(*)"))
    return before.endswith((*_ENDED, ",", " y", " e", " o", " ou")) or "\n\n" in body[len(before) : found.start() + 1]


def _inline(body: str, folded: str) -> Iterator[re.Match[str]]:
    """The items of a list within a paragraph, which counts from 1 or from *a*."""
    runs: dict[str, list[re.Match[str]]] = {"digit": [], "letter": []}
    for match in _INLINE.finditer(folded):
        kind = "digit" if match["digit"] else "letter"
        run = runs[kind]
        place = int(match[kind]) if kind == "digit" else ord(match[kind]) - ord("a") + 1
        if (
            place == len(run) + 1
            and (run or body[match.start() - 1] == ":")
            and (not run or "\n" not in body[run[-1].end() : match.start()])
        ):
            run.append(match)
            continue
        if len(run) >= _INLINE_LEAST:
            yield from run
        runs[kind] = [match] if place == 1 and body[match.start() - 1] == ":" else []
    for run in runs.values():
        if len(run) >= _INLINE_LEAST:
            yield from run

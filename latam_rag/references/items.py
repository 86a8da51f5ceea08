"""The parts of an article that a question names: ``letra b``, ``inciso II``, ``§ 2º``, ``numeral 3``.

An item's canonical form is its number alone, folded: ``b``, ``ii``, ``§2``, ``§unico``, ``3``. Countries call one thing by
many words (a Roman number is an *inciso* in Brazil and a *fracción* in Mexico), so the word is not part of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from latam_rag.numerals import fold, roman_value

_WORD: Final = (
    r"(?:letras?|literal(?:es)?|lit\b\.?|alineas?|al\b\.|incisos?|inc\b\.?|fraccion(?:es)?|frac\b\.?|numeral(?:es)?"
    r"|num\b\.?|apartados?|item|n[º°]\.?|nros?\b\.?|numeros?)"
)
_NUMBER: Final = r"(?P<number>[a-zñ](?![\w'’-])|[ivxlc]+(?:-[a-z])?\b|\d{1,3}(?:\.\d{1,2})*(?![\d/]|\.\d))"
_NAMED: Final = re.compile(rf"\b{_WORD}\s*[\"«“'(]?\s*{_NUMBER}[\"»”')]?")
_PARAGRAPH: Final = re.compile(
    r"(?:§{1,2}|\bparagrafo|\bpar\b\.)\s*(?P<number>\d{1,3}|unico)\s?[º°o]?(?P<letter>-[a-z]\b)?|\b(?P<only>paragrafo unico)\b"
)
_MORE: Final = re.compile(rf"\s*(?:,|\b[yeou]\b)\s*[\"«“']?{_NUMBER}[\"»”')]?")
#: Right after the article's number: ``art. 75, II``, ``art. 5 b)``, ``art. 5º, a``.
_BARE: Final = re.compile(r"\s*[º°]?,?\s*(?:(?P<roman>[ivxlc]+)\b(?![.]?\w)|(?P<letter>[a-zñ])\s?\))")


def named_items(
    text: str, folded: str, articles: Sequence[tuple[int, int]], norms: Sequence[tuple[int, int]]
) -> Iterator[str]:
    """The items that ``text`` (``folded`` is it, folded) names; ``articles`` and ``norms`` is where those that it names stand:
    the number of *ley N° 5* is no item. None without an article: *letra b* of what?"""
    found: list[tuple[int, str]] = []
    for _, end in articles:
        bare = _BARE.match(folded, end)
        if bare and (number := bare["letter"] or (_roman(bare, text) and bare["roman"])):
            found.append((bare.start(), number))
    for match in _PARAGRAPH.finditer(folded):
        found.append((match.start(), f"§{match['number'] or 'unico'}{match['letter'] or ''}"))
    for match in _NAMED.finditer(folded):
        at: re.Match[str] | None = match
        while at:
            found.append((at.start("number"), at["number"]))
            at = _MORE.match(folded, at.end()) if re.match(r"[a-zñ]*s\b", match[0]) else None
    if articles:
        yield from (number for at, number in sorted(found) if not any(start <= at < end for start, end in norms))


def _roman(match: re.Match[str], text: str) -> bool:
    # «artículo 5 I» is an item, «artículo 5 i otros» isn't; *e*, *o*, *a* are words.
    written = text[match.start("roman") : match.end("roman")]
    return written.isupper() and roman_value(written.lower()) is not None


def holds_item(label: str, text: str, item: str) -> bool:
    """Whether the passage of an article holds ``item``: its label says so, or the item begins a line of ``text``."""
    own = fold(label).partition(",")[2]
    number = re.escape(item.removeprefix("§"))
    mark = r"§\s?|paragrafo\s+" if item.startswith("§") else ""
    if mark:
        marked = rf"(?:{mark}){number}(?!\d|[º°o]?-[a-z])"
        return re.search(marked, own) is not None or _at_line(rf"^[ \t>*_-]*{marked}", text)
    if _in_range(own, item):
        return True
    return _at_line(rf"^[ \t>*_\"«“-]*(?:{_WORD}\s*)?{number}\s?[º°]?\s?(?:[).–—-]|\.-)", text)


def _at_line(pattern: str, text: str) -> bool:
    return re.search(pattern, fold(text), re.MULTILINE) is not None


def _in_range(label: str, item: str) -> bool:
    """``letras a a f`` holds ``c``, ``II a IV`` holds ``iii``; the places that a label names are set apart by commas."""
    for part in label.split(","):
        said = re.fullmatch(rf"\s*(?:{_WORD}\s*)?(\w+)(?:\s+a\s+(\w+))?\s*", part)
        if said is None:
            continue
        first, last = _rank(said[1]), _rank(said[2] or said[1])
        wanted = _rank(item)
        if first and last and wanted and first[0] == last[0] == wanted[0] and first[1] <= wanted[1] <= last[1]:
            return True
    return False


def _rank(number: str) -> tuple[str, int] | None:
    """The kind of a number and its place; a single letter is a letter, *i*, *v* and *x* too."""
    if number.isdigit():
        return "digit", int(number)
    if len(number) == 1 and number not in "ivx":
        return "letter", ord(number)
    value = roman_value(number)
    return ("roman", value) if value is not None else None

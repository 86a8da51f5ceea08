"""Article numbers: ``5 bis``, ``quinto``, ``8 A``, ``3º transitorio``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from latam_rag.numerals import DIGITS, WORDS, digits_value, fold, roman_value, words_value

_LATIN = r"bis|ter|quater|quinquies|sexies|septies|octies|nonies|novies|decies|undecies|duodecies"
#: ``5``, ``5º bis``, ``5-A``, ``8 A``, ``quinto``, ``único``, ``IV``: the number of an article, in folded text.
ARTICLE_NUMBER: Final = (
    rf"(?P<number>{DIGITS}|{WORDS}|unic[oa]\b|[ivxlc]+\b(?!\.?\w))"
    rf"(?P<latin>[\s.-]{{1,2}}(?:{_LATIN})\b)?"
    r"(?P<letter>-[a-z]{1,2}(?![\w'’])|\s[a-z](?=[\s.,;:)–—-]|$))?"
)
#: ``transitorio`` after the number, or before it.
TRANSITORY: Final = r"transitori[oa]s?\b"
_NUMBER_RE: Final = re.compile(ARTICLE_NUMBER)
_ARTICLE_WORD = re.compile(r"\s*(?:articulos?|artigos?|arts?\b\.?|disposicion(?:es)?|clausula)?\s*")
NUMERO = r"(?:n(?:[º°˚o]|ro|um(?:ero)?)?[.º°]*\s*)?"


def canonical_article(written: str) -> str:
    """``5º bis`` → ``5-bis``, ``QUINTO`` → ``5``, ``5-A`` → ``5-a``, ``único`` → ``unico``, ``3º transitorio`` →
    ``3-transitorio``.

    A Roman number stays one (``iv``): a code may have both an article IV and an article 4. What isn't an article number
    comes back folded, its words joined by ``-``.
    """
    folded = fold(written).strip()
    start = _ARTICLE_WORD.match(folded)
    at = start.end() if start else 0
    transitory = re.search(TRANSITORY, folded) is not None
    if lead := re.compile(rf"{TRANSITORY}\s*").match(folded, at):
        at = lead.end()
    if numero := re.compile(rf"{NUMERO}(?![a-z])").match(folded, at):
        at = numero.end()
    match = _NUMBER_RE.match(folded, at)
    if match is None:
        return "unico-transitorio" if transitory and not folded[at:].strip(" .") else "-".join(folded.split())
    return article_of(match, written.strip()) + ("-transitorio" if transitory else "")


def article_of(match: re.Match[str], original: str) -> str:
    """The canonical form of a match of ``ARTICLE_NUMBER`` on the folded ``original``."""
    number, latin, letter = match["number"], match["latin"], match["letter"]
    value = digits_value(number) if number[0].isdigit() else words_value(number)
    parts = ["unico" if number.startswith("unic") else number if value is None else str(value)]
    if latin:
        parts.append(latin.strip(" .-\t\n"))
    if letter and (letter[0] == "-" or _stands_as_letter(match, original)):
        parts.append(letter.strip(" -\t\n"))
    return "-".join(parts)


_AFTER_LETTER: Final = re.compile(
    r"\s?(?:[.,;:?)–—-]|$)|\s+(?:del?|d[ao]|y|e|o|inciso|letra|numeral|n[º°]|§|transitori[oa])\b"
    r"|\s+(?i:ley|dfl)\s+(?:[Nn][.º°ro]{1,3}\s?)?\d"
)


def article_end(match: re.Match[str], original: str) -> int:
    """Where the number of a match of ``ARTICLE_NUMBER`` ends: before a letter that is only the next word."""
    letter = match["letter"]
    if letter and (letter[0] == "-" or _stands_as_letter(match, original)):
        return match.end("letter")
    return match.end("latin") if match["latin"] else match.end("number")


def _stands_as_letter(match: re.Match[str], original: str) -> bool:
    # «Artículo 8 A de la ley» is a number; «ARTÍCULO 8 A LA LEY», «Art. 8º A lei…» and «Art. 8 É de…» aren't.
    end = match.end("letter")
    letter = original[end - 1]
    return letter.isascii() and letter.isupper() and _AFTER_LETTER.match(original, end) is not None


_MENTION = re.compile(
    # Not «\barticulos?»: a pattern that begins with letters is looked for in half the time.
    rf"(?P<word>art(?<!\wart)(?:iculos?|igos?|s?\b\.?)|disposicion(?<!\wdisposicion)(?:es)?(?=\s+transitoria))\s*"
    rf"(?P<before>{TRANSITORY}\s*)?{NUMERO}"
    rf"{ARTICLE_NUMBER}(?P<after>\s+{TRANSITORY}|,?\s+d[oa]\s+(?:adct|ato das disposicoes)\b)?"
)
_MORE = re.compile(rf"\s*(?:,|;|\b[yeou]\b|\bal?\b|-)\s*(?=\d){ARTICLE_NUMBER}(?P<after>\s+{TRANSITORY})?")
_MORE_OF_ONE = re.compile(rf"\s+(?:y|e|o|ou)\s+(?=\d){ARTICLE_NUMBER}(?P<after>\s+{TRANSITORY})?")


def article_mentions(text: str, folded: str) -> Iterator[tuple[int, int, str]]:
    """Each article that ``text`` (``folded`` is it, folded) mentions: from where to where, and its canonical number."""
    for match in _MENTION.finditer(folded):
        if match["number"][0] in "ivxlc" and match["latin"] is None and not _is_roman(match, text):
            continue
        transitory = match["before"] or match["after"]
        yield match.start(), _after(match, text), article_of(match, text) + ("-transitorio" if transitory else "")
        more = _MORE if re.match(r"articulos|artigos|arts", match["word"]) else _MORE_OF_ONE
        at = _after(match, text)
        while following := more.match(folded, at):
            transitory = match["before"] or following["after"]
            start, at = following.start("number"), _after(following, text)
            yield start, at, article_of(following, text) + ("-transitorio" if transitory else "")


def _after(match: re.Match[str], text: str) -> int:
    return match.end() if match["after"] else article_end(match, text)


def _is_roman(match: re.Match[str], text: str) -> bool:
    number = match["number"]
    if roman_value(number) is None:
        return words_value(number) is not None
    return text[match.start("number") : match.end("number")].isupper()

"""Cross references of a document: which norms and articles each stretch of it sends the reader to.

A reference is written ``norm#article``, both as ``references`` writes them: ``18695#12`` is article 12 of the law 18.695,
``8666/1993`` that law as a whole, ``constitucion#19`` an article of a law known by name, and ``#12`` article 12 of the
document itself (*artículo 12, letra b), de esta ley*). What can't be told (*el artículo 3 de dicha ley*) is left out.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from latam_rag.numerals import fold
from latam_rag.references import article_mentions, norm_forms, norm_mentions
from latam_rag.split.amending import amends
from latam_rag.types import Document

_ITEM: Final = (
    r"(?:letras?|literal(?:es)?|incisos?|inc\.|numeral(?:es)?|numeros?|nums?\.|n[º°]s?\.?|fraccion(?:es)?|parrafos?|paragrafos?"
    r"|alineas?|apartados?|§+|caput|ultimo|final|primer[oa]?|segund[oa]|tercer[oa]?|cuart[oa]|quint[oa]|[ivxl]{1,6}\)?|[a-zñ]\)?"
    r"|[\"“'‘][a-z][\"”'’]|\d{1,2}(?:\s?[º°)]+)?)"
)
# Each item is read one way only (atomic groups): else a list of fifty takes longer than anyone waits.
#: From an article to what it is of: «, letra b), de», «, inciso segundo, del», «, XXXIII, da».
_LINK: Final = re.compile(
    rf"(?>\s*(?:,\s*)?(?:[ye]\s+)?{_ITEM}(?!\w))*?\s*,?\s*(?:\(?de(?:l|\s+l[ao]s?|\s+el)?|\(?d[ao]s?|\(?de(?=st[ae]))\s*"
)
_COMMA: Final = re.compile(r"\s*[,(]\s*(?:de\s+)?")
_THIS: Final = re.compile(r"(?:l[ao]\s+)?(?:est[ae]\b|presentes?\b|propi[ao]\b)")
_SAME: Final = re.compile(
    r"(?:(?:la|el|aquel(?:la)?)\s+)?(?:mism[ao]|mesm[ao]|dich[ao]|citad[ao]|referid[ao]|aludid[ao]|mencionad[ao]|expresad[ao]|aquell?a?)\b"
    r"|(?:ley|lei|codigo|decreto|texto|cuerpo)\s+(?:legal\s+)?(?:citad|antedich|mencionad|referid)"
)
_ADJECTIVE: Final = re.compile(
    r"(?:(?:citad|referid|mencionad|aludid|mism|mesm|propi|dich)[ao]\s+)?(?:texto\s+\w+\s+de\s+la\s+|anexo\s+d[aeo]l?\s+(?:la\s+)?)?"
)
_NAMED: Final = re.compile(
    r"(?P<name>constitucion|constituicao|codigo\s+(?:(?:del?|d[ao]s?|las?|los)\s+)*[a-z]{4,}|lindb|clt|cdc|ctn|lgpd)\b"
)
#: What follows is another norm, that has no number here.
_OTHER: Final = re.compile(
    r"\b(?:ley|lei|decreto|reglamento|regulamento|codigo|convenio|convencion|convencao|tratado|ordenanza|estatuto|resolucion"
    r"|resolucao|d\.?\s?f\.?\s?l|d\.?\s?l|regimento|acuerdo)\b"
)
#: Between two articles of one list: «artículos 5, 6 y 7 de la ley 18.695».
_LISTED: Final = re.compile(rf"(?>\s*(?:{_ITEM}(?!\w)|[,;-]|\b(?:[yeou]|al?|los?|el|os?)\b))*\s*")
#: From a norm to its article: «Ley 18.695, artículo 12».
_BEFORE: Final = re.compile(r"\s*,?\s*(?:en\s+su[s]?\s+|em\s+seus?\s+)?")
#: «Ficam revogados os seguintes dispositivos da Lei nº …»
_REPEALS: Final = re.compile(r"\b(?:ficam?\s+revogad|revogam-se|revoga-se|derogan?se\b|quedan?\s+derogad)")
#: Within so many characters of an article's beginning stands its own number.
_HEAD: Final = 12
#: How far back «dicha ley» may point.
_NEAR: Final = 300


@dataclass(frozen=True, slots=True)
class _Norm:
    start: int
    end: int
    name: str


class CrossReferences:
    """The references of one document, found once, asked for stretch by stretch."""

    def __init__(self, document: Document) -> None:
        self._text = document.text
        self._folded = fold(document.text)
        norm = document.metadata.get("norm")
        self._own = norm_forms(norm) if isinstance(norm, str) else tuple(norm) if isinstance(norm, tuple) else ()
        self._title = fold(document.title)
        self._norms = [_Norm(*found) for found in sorted(norm_mentions(self._folded))]
        self._starts = [norm.start for norm in self._norms]
        self._articles = list(article_mentions(self._text, self._folded))
        self._article_starts = [start for start, _, _ in self._articles]

    def within(self, start: int, end: int, *, whole: tuple[int, int] | None, article: str = "") -> tuple[str, ...]:
        """The references of ``text[start:end]`` in order, each once.

        ``whole`` is the article of a law that the stretch belongs to (its bare *artículo 12* is one of the same law, or of the
        law that it amends); None where a bare article says nothing. ``article`` is its own number, which is no reference.
        """
        found = [*self._to_articles(start, end, whole), *self._to_norms(start, end)]
        return tuple(dict.fromkeys(name for _, name in sorted(found) if name != f"#{article}"))

    def _to_norms(self, start: int, end: int) -> Iterator[tuple[int, str]]:
        for norm in self._norms[bisect_left(self._starts, start) : bisect_left(self._starts, end)]:
            if self._tells(norm.name) and norm.name not in self._own:
                yield norm.start, norm.name

    def _to_articles(self, start: int, end: int, whole: tuple[int, int] | None) -> Iterator[tuple[int, str]]:
        first, last = bisect_left(self._article_starts, start), bisect_left(self._article_starts, end)
        # Worked out where it is needed, for that takes a reading of the whole article.
        bare: str | None = "?"
        target: str | None = None
        for number in range(last - 1, first - 1, -1):
            at, stop, article = self._articles[number]
            if whole and at - whole[0] < _HEAD:
                # The article's own number, at its head.
                continue
            following = self._articles[number + 1][0] if number + 1 < last else -1
            if following < 0 or not _LISTED.fullmatch(self._folded, stop, max(stop, following)):
                target = self._target(at, stop)
            elif not self._folded[following].isdigit():
                # «el artículo 3 y el artículo 5 de la ley N° …»: the first may be of either law.
                target = None if target != "?" and self._target(at, stop) == "?" else self._target(at, stop)
            if target == "?" and bare == "?":
                bare = self._base(whole) if whole else None
            if (of := bare if target == "?" else target) is not None:
                yield at, f"{of}#{article}"

    def _target(self, start: int, end: int) -> str | None:
        """The norm that the article mentioned at ``start`` is of: ``""`` the document itself, ``?`` unsaid, None unknown."""
        before = bisect_left(self._starts, start) - 1
        last = self._norms[before] if before >= 0 and self._norms[before].end <= start else None
        if last and _BEFORE.fullmatch(self._folded, last.end, start):
            return self._named(last.name)
        link = _LINK.match(self._folded, end)
        if link is None:
            comma = _COMMA.match(self._folded, end)
            named = self._norm_at(comma.end()) if comma else None
            return self._named(named.name) if named else "?"
        at = link.end()
        if _THIS.match(self._folded, at):
            return ""
        adjective = _ADJECTIVE.match(self._folded, at)
        if norm := self._norm_at(adjective.end() if adjective else at):
            return self._named(norm.name)
        if _SAME.match(self._folded, at):
            near = last and start - last.end < _NEAR and not _OTHER.search(self._folded, last.end, start)
            return self._named(last.name) if last and near else None
        if law := _NAMED.match(self._folded, at):
            name = " ".join(law["name"].split())
            return "" if name in self._title else name
        return None if _OTHER.match(self._folded, at) else "?"

    def _norm_at(self, at: int) -> _Norm | None:
        place = bisect_left(self._starts, at)
        return self._norms[place] if place < len(self._norms) and self._starts[place] == at else None

    def _base(self, whole: tuple[int, int]) -> str | None:
        """What a bare article is of: the law itself, or the one that the article ``whole`` amends, if it names one."""
        start, end = whole
        if not amends(self._text[start:end]) and not _REPEALS.search(self._folded, start, min(end, start + _NEAR)):
            return ""
        place = bisect_left(self._starts, start)
        return (
            self._named(self._norms[place].name)
            if place < len(self._norms) and self._norms[place].start < end
            else None
        )

    def _named(self, norm: str) -> str | None:
        if norm in self._own:
            return ""
        return norm if self._tells(norm) else None

    def _tells(self, norm: str) -> bool:
        """Whether the number alone says which norm it is: only national laws are numbered without restarting each year."""
        return "/" in norm or len(norm) > 3


def extents(pieces: Sequence[tuple[int, int, str]]) -> list[tuple[int, int] | None]:
    """For each ``(start, end, article)`` the stretch of its whole article: consecutive pieces of one number; None of none."""
    out: list[tuple[int, int] | None] = []
    first = 0
    while first < len(pieces):
        last = first
        while last + 1 < len(pieces) and pieces[last + 1][2] == pieces[first][2]:
            last += 1
        whole = (pieces[first][0], pieces[last][1]) if pieces[first][2] else None
        out += [whole] * (last + 1 - first)
        first = last + 1
    return out

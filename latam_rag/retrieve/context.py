"""What stands around a passage, against the question: the headings above it, whose and of when its document is, and the other
passages of its document."""

from __future__ import annotations

import heapq
import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from latam_rag import language, lexical
from latam_rag.types import Hit, Language, Passage

HEADING = 0.5
"""What a heading adds, in standard deviations of the search per unit of √words."""
DOCUMENT = 0.2
"""What a passage gets of the score of its document's best passages: a document that speaks of the matter in several places
is more likely the right one."""
WITNESSES = 3
OWN = 1.0
"""What a passage gets whose document is of the year that the question names, and of the country."""
_YEAR = re.compile(r"(?<![\w.,])(?:1[89]|20)\d\d(?![\w%]|[.,]\d)")
_COUNTRIES = {
    "AR": "argentin", "BO": "bolivia", "BR": "bra[sz]il", "CL": "chile", "CO": "colombia", "CR": "costa ?rica", "CU": "cuba",
    "DO": "dominicana", "EC": "ecuador|equador", "GT": "guatemala|guatemaltec", "HN": "hondur", "MX": "mexic",
    "NI": "nicarag", "PA": "panama", "PE": "peru", "PR": "puerto ?rico", "PY": "paragua", "SV": "salvador", "UY": "urugua",
    "VE": "venezuela",
}  # fmt: skip
_COUNTRY = {code: re.compile(rf"\b(?:{name})") for code, name in _COUNTRIES.items()}


def weighed(question: str, hits: Sequence[Hit]) -> list[Hit]:
    """``hits`` in the order of their scores once their context counts."""
    own = _own(question, hits)
    by_heading, by_document = _headings(question, hits), _documents(hits, own)
    raised = [
        replace(hit, score=score + HEADING * heading + DOCUMENT * by_document[hit.passage.document_id])
        for hit, score, heading in zip(hits, own, by_heading, strict=True)
    ]
    return sorted(raised, key=lambda hit: -hit.score)


def _own(question: str, hits: Sequence[Hit]) -> list[float]:
    """The scores of ``hits``, raised where their documents are of the year or the country that the question names."""
    folded = lexical.fold(question.lower())
    years = {*_YEAR.findall(folded)}
    asked = countries(question)

    def named(passage: Passage) -> int:
        return bool(years and years & _years(passage)) + (_country(passage) in asked)

    return [hit.score + OWN * named(hit.passage) for hit in hits]


@lru_cache(maxsize=2_000)
def countries(text: str) -> frozenset[str]:
    """The codes of the countries that ``text`` names, or whose people: *lei chilena*."""
    folded = lexical.fold(text.lower())
    return frozenset(code for code, name in _COUNTRY.items() if name.search(folded))


def _years(passage: Passage) -> set[str]:
    """Of its document: in the title, of the norm's number and of its first day in force."""
    norm = passage.metadata.get("norm", "")
    said = [passage.title, str(passage.metadata.get("valid_from", ""))[:4]]
    said += [each.partition("/")[2] for each in (norm if isinstance(norm, tuple) else (str(norm),))]
    return {year for text in said for year in _YEAR.findall(text)}


def _country(passage: Passage) -> object:
    return passage.metadata.get("country")


def _documents(hits: Sequence[Hit], scores: Sequence[float]) -> Mapping[str, float]:
    """By document, the mean of its best passages' ``scores`` above the average."""
    held: dict[str, list[float]] = defaultdict(list)
    for hit, score in zip(hits, scores, strict=True):
        held[hit.passage.document_id].append(max(score, 0.0))
    return {document: sum(heapq.nlargest(WITNESSES, scores)) / WITNESSES for document, scores in held.items()}


def _headings(question: str, hits: Sequence[Hit]) -> list[float]:
    """Of each hit, how much its title or the best of its headings is what the question asks for.

    By the words shared, those that few of these hits' headings have more, over the root of all the heading's words:
    *Medicamentos* fully asked for beats *Despesas médicas: ressarcimento de medicamentos*, and the year or the town tells one
    ordinance from those alike.
    """
    asked = language.detect(question)
    wanted = {each: _words(question, each) for each in lexical.LANGUAGES}
    parts = [_parts(hit.passage) for hit in hits]
    common = Counter(word for each in parts for word in frozenset().union(*each))
    weights = {word: math.log1p(len(hits) / count) for word, count in common.items()}
    return [
        max((_shared(part, wanted[asked] | wanted[hit.passage.language], weights) for part in own), default=0.0)
        for hit, own in zip(hits, parts, strict=True)
    ]


def _shared(part: frozenset[str], sought: frozenset[str], weights: Mapping[str, float]) -> float:
    whole = sum(weights[word] for word in part)
    return sum(weights[word] for word in part & sought) / math.sqrt(whole) if whole else 0.0


def _parts(passage: Passage) -> list[frozenset[str]]:
    body = str(passage.metadata.get("body", ""))
    return [words for part in (passage.title, *passage.headings, body) if (words := _words(part, passage.language))]


@lru_cache(maxsize=20_000)
def _words(text: str, of: Language) -> frozenset[str]:
    return frozenset(stem for stem in lexical.stems(text, of) if stem is not None)

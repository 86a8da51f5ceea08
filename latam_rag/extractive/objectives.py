"""Which objectives of a curriculum treat a matter: all that were found, whole, and nothing of the prose around them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from latam_rag import numerals, synonyms
from latam_rag.extractive.candidates import held
from latam_rag.extractive.growing import LIST, Quote
from latam_rag.types import Hit, Language, Passage
from latam_rag.wording import fold

_ASKS: Final = re.compile(
    r"\b(?:objetivos?|habilidades?|aprendizajes?|aprendizagens?|aprendizagem|contenidos?|conteudos?|competencias?|desempenos?)\b"
    r"|\b(?:deben?|devem|tienen que|precisam) (?:hacer|aprender|saber|lograr|fazer|conseguir)\b"
)
_GRADE: Final = re.compile(
    rf"\b(?:(?P<digit>[1-9])\s?[º°ªo]?|(?P<word>{numerals.WORDS}))\s*(?:de\s+)?(?:basico|ano|grado|medio|primaria|serie)\b"
    r"|\bgrado\s+(?P<after>[1-9])\b"
)
#: What countries call their grades by.
_LEVEL: Final = re.compile(r"\b(?:basico|medio|ano|grado)\b")
#: Of the question, what says of whom and of when, not of what.
_OF_WHOM: Final = frozenset(("=pupil", "=year", "=teacher", "=school", "basic", "grad", "medi", "primari", "deb"))
_HALF: Final = 0.5
_MOST: Final = 6


def about(question: str, among: Sequence[int], hits: Sequence[Hit], *, language: Language) -> list[Quote]:
    """The objectives among the hits that treat what ``question`` asks about, of the grade that it names; empty where it asks
    for none."""
    folded = fold(question)
    if _ASKS.search(folded) is None:
        return []
    grade = _grade(folded)
    wanted = synonyms.keys(synonyms.asked(question, language), language)
    topic = frozenset(key for key in wanted - _OF_WHOM if not key[0].isdigit())
    level = _LEVEL.search(folded)
    among = [at for at in among if level and level[0] in fold(str(hits[at].passage.metadata.get("grade", "")))] or list(
        among
    )
    found = []
    for at in among:
        passage = hits[at].passage
        if not (passage.label and passage.metadata.get("grade")) or (grade and grade not in _numbers(passage)):
            continue
        left = topic - held(str(passage.metadata.get("subject", "")), passage, topic, language)
        own = held(" ".join((*passage.headings, passage.text)), passage, left, language)
        if own and len(own) >= _HALF * len(left):
            text = passage.text
            found.append(Quote(at, len(text) - len(text.lstrip()), len(text[:LIST].rstrip()), hits[at].score))
    return found[:_MOST]


def _grade(folded: str) -> str:
    match = _GRADE.search(folded)
    if match is None:
        return ""
    return match["digit"] or match["after"] or str(numerals.words_value(match["word"]) or "")


def _numbers(passage: Passage) -> list[str]:
    said = passage.metadata.get("grade", ())
    return re.findall(r"\d+", " ".join(said) if isinstance(said, tuple) else str(said))

"""Questions for what a term means, and the sentences that say it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

from latam_rag.split.sentences import sentences
from latam_rag.types import Hit, Language
from latam_rag.wording import fold, words

_ASKS: Final = re.compile(
    r"\W*(?:y |e )?"
    r"(?:(?:a )?que (?:es|son|significan?|quiere decir|se (?:entiende|entende|considera|define como|llama|denomina)(?: por)?)"
    r"|o que (?:e|sao|significam?|quer dizer|se entende por|se considera)"
    r"|(?:qual (?:e )?(?:a |o )?|cual es (?:la |el )?|la |el )(?:definicion|definicao|significado|concepto|conceito) d[eo]"
    r"|como se define[mn]?|defin[ae])\s+"
    r"(?:(?:el|la|los|las|un|una|o|a|os|as|um|uma|por)\s+)?(?P<term>[^?¿.,;:]+?)"
    r"(?:,? (?:segun|segundo|conforme|para los efectos|en la (?:ley|ordenanza)|na lei|de acuerdo)\b.*)?\W*"
)
_TELLS: Final = re.compile(r"(?:(?:que|lo|quien|quem)\b|(?:necesari|necessari|obligatori|obrigatori|pos[is])\w*\b)")
"""«¿Qué es lo que debo llevar?» asks for no term."""
_LONGEST: Final = 6
_BEGINNINGS: Final[Mapping[Language, str]] = {
    "es": "Para los efectos de esta ley se entenderá por {term}",
    "pt": "Para os fins desta lei, considera-se {term}",
}
_MOST: Final = 2
_MARK: Final = (
    r"(?:[\[(]?(?:[a-zñ]|[ivxlc]+|\d{1,3}(?:\.\d+)*)\s?(?:[).º°-]+|[–—]))?\s*(?:art\w*\.?\s*\d+\S*\s*)?[\"«“'*_(]*"
)
_ARTICLE: Final = r"(?:(?:el|la|los|las|un|una|o|a|os|as|um|uma)\s+)?"
_IS: Final = (
    r"[\"»”'*_)]*\s*(?:\([^)]{1,80}\)\s*)?(?::|;\s|[–—]\s|\.?-\s|,?\s*(?:es|son|sao|significan?|consisten?|consta de"
    r"|comprenden?|corresponden?|constituyen?|designan?|se (?:entiende|entendera|considera|considerara|define|refiere)\w*"
    r"|(?:todo|toda|todos|todas|aquel\w*|aquil\w*)\b))"
)
#: «Se entiende que …» and «considerado en la matriz» define nothing.
_CALLED: Final = (
    r"\b(?:se\s+)?(?:(?:entiend|entend|consider|defin(?!ici|ir\b)|conceitu|designa)(?!\w*[ai]d[oa]s?\b)|denomin|llama)\w*(?:-se)?\W+"
    r"(?:(?!(?:que|si|se|n[ao]s?|en|em|con|com|cuando|quando)\b)[^\s.;]+\W+){0,7}?[\"«“'*_]*" + _ARTICLE
)


def term_of(question: str, language: Language) -> str | None:
    """The term whose meaning is asked for; None when something else is."""
    match = _ASKS.fullmatch(fold(question))
    if match is None or _TELLS.match(match["term"]):
        return None
    telling = [word for word in words(match["term"], language) if not word.stop]
    return match["term"] if 0 < len(telling) <= _LONGEST else None


def defines(said: str, term: str, language: Language) -> bool:
    """Whether the sentence ``said`` tells what ``term`` is."""
    begins, called, verb = _patterns(term, language)
    folded = fold(said)
    return bool(
        begins.match(folded) or called.search(folded) or (len(folded) == len(said) and _with_verb(said, folded, verb))
    )


def first(question: str, hits: Sequence[Hit], *, language: Language) -> list[Hit]:
    """``hits`` with those that define the term asked for before the others."""
    term = term_of(question, language)
    if term is None:
        return list(hits)
    return sorted(hits, key=lambda hit: not _has_definition(hit.passage.text, term, language))


def sought(question: str, hits: Sequence[Hit], *, language: Language) -> str | None:
    """How a text begins that would define the term asked for, to be searched where none of ``hits`` does; else None."""
    term = term_of(question, language)
    if term is None or any(_has_definition(hit.passage.text, term, language) for hit in hits):
        return None
    return _BEGINNINGS[language].format(term=term)


def defined(question: str, hits: Sequence[Hit], more: Sequence[Hit], *, language: Language) -> list[Hit]:
    """``hits`` with those of ``more`` that define the term asked for before them, as many as ``_MOST``."""
    term = term_of(question, language)
    found = {
        hit.passage.id: hit for hit in reversed(more) if term and _has_definition(hit.passage.text, term, language)
    }
    top = max((hit.score for hit in hits), default=0.0)
    first = [replace(hit, score=top) for hit in list(found.values())[::-1][:_MOST]]
    brought = {hit.passage.id for hit in first}
    return [*first, *(hit for hit in hits if hit.passage.id not in brought)]


def _has_definition(text: str, term: str, language: Language) -> bool:
    return any(defines(text[start:end], term, language) for start, end in sentences(text))


def _with_verb(said: str, folded: str, pattern: re.Pattern[str]) -> bool:
    """«Alvará é …»: without its accent the verb would be an *and*."""
    match = pattern.match(folded)
    return match is not None and said[match.end("verb") - 1] in "éÉ"


@lru_cache(maxsize=32)
def _patterns(term: str, language: Language) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    named = r"\W+".join(
        re.escape(word.raw) if word.stop or len(word.raw) < 5 else rf"{re.escape(_stem(word.raw))}\w{{0,4}}"
        for word in words(term, language)
    )
    named += r"\b"
    start = rf"\s*{_MARK}(?:(?:se entiende |entiendese |entende-se )?por\s+)?{_ARTICLE}{named}"
    return (
        re.compile(start + _IS),
        re.compile(rf"{_CALLED}{named}|\bpor\s+[\"«“']?{_ARTICLE}{named}[\"»”']?[^.;]{{0,60}}?\bse (?:entiend|entend)"),
        re.compile(rf"{start}[\"»”'*_)]*\s*(?:\([^)]{{1,80}}\)\s*)?,?\s+(?P<verb>e)\s"),
    )


def _stem(word: str) -> str:
    return word[:-2] if word.endswith(("es", "as", "os")) else word[:-1] if word[-1] in "aeos" else word

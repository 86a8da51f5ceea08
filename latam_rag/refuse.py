"""Whether the evidence can answer at all: what the question names and asks about must stand in it.

The measure is the share of the question's content words that one passage holds, words that few of the hits hold counting
more. It compares words with words, so it doesn't depend on the embedding model or on the scores of a search.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from latam_rag import references
from latam_rag.types import Hit, Language, Passage
from latam_rag.wording import Word, content, words

#: Of the question's weighted words, what the best passage must hold. On questions of two public sets (docs/generation.md)
#: about one answerable question in twenty falls below it.
COVERED = 0.4
#: Of the names and numbers that the question holds.
NAMED = 0.5
#: Hits below which the counts among them say little of how rare a word is.
_FEW = 8
#: Between Spanish and Portuguese, words count as the same when they begin alike.
_COGNATE = 4

Reason = tuple[str, Mapping[str, Any]]


def reason(question: str, hits: Sequence[Hit], *, language: Language) -> Reason | None:
    """Why ``hits`` can't answer ``question``, as a message's key and values; None when they may."""
    if not hits:
        return "answer.no_hits", {}
    named = _unmet_reference(question, hits)
    if named is not None:
        return "answer.not_in_documents", {"named": named}
    asked = [word for word in words(question, language) if not word.stop]
    if not asked:
        return "answer.empty_question", {}
    held = [_held(asked, hit.passage, language) for hit in hits]
    names = {word.stem for word in asked if _is_name(word)}
    weights = {
        word.stem: math.log(1 + max(len(hits), _FEW) / (0.5 + sum(word.stem in stems for stems in held)))
        for word in asked
    }
    covered = max(sum(weights[stem] for stem in stems) for stems in held) / sum(weights.values())
    if names and max(len(names & stems) for stems in held) / len(names) < NAMED:
        return _lacking([word for word in asked if _is_name(word)], held)
    return _lacking(asked, held) if covered < COVERED else None


def _lacking(asked: list[Word], held: list[frozenset[str]]) -> Reason:
    anywhere = frozenset[str]().union(*held)
    missing = list(dict.fromkeys(word.raw for word in asked if word.stem not in anywhere))
    if not missing:
        return "answer.not_together", {}
    return "answer.not_covered", {"words": ", ".join(f"«{word}»" for word in missing[:4])}


def _held(asked: list[Word], passage: Passage, language: Language) -> frozenset[str]:
    """The stems of ``asked`` that the passage holds; across languages, those that begin alike."""
    own = set(content(words(passage.indexed_text, passage.language)))
    if passage.language == language:
        return frozenset(word.stem for word in asked if word.stem in own)
    beginnings = {stem[:_COGNATE] for stem in own}
    return frozenset(
        word.stem
        for word in asked
        if word.stem in own or (len(word.stem) >= _COGNATE and word.stem[:_COGNATE] in beginnings)
    )


def _is_name(word: Word) -> bool:
    """A number, or a word in capitals that doesn't open the question."""
    return word.raw[0].isdigit() or (word.raw[0].isupper() and word.start > 2)


def _unmet_reference(question: str, hits: Sequence[Hit]) -> str | None:
    """What the question names (an article, a norm, a code) that no single hit has; None when one has it all."""
    asked = references.find(question)
    for code in asked.codes:
        if not any(_has_code(hit.passage, code) for hit in hits):
            return code
    with_norm = [hit for hit in hits if all(_has_norm(hit.passage, norm) for norm in asked.norms)]
    if not with_norm:
        return asked.norms[0]
    for article in asked.articles:
        if not any(_is_article(hit.passage, article) for hit in with_norm):
            return f"art. {article}"
    return None


def _has_norm(passage: Passage, norm: str) -> bool:
    """``14133/2021`` and ``14133`` are one norm; ``14133/2021`` and ``14133/2020`` are two."""
    own = (*_values(passage, "norm"), *references.find(passage.indexed_text).norms)
    return any(norm in references.norm_forms(other) or other in references.norm_forms(norm) for other in own)


def _is_article(passage: Passage, article: str) -> bool:
    """A passage that knows its own article is that one or isn't; another one may only mention it."""
    own = _values(passage, "article")
    return article in (own or references.find(passage.indexed_text).articles)


def _has_code(passage: Passage, code: str) -> bool:
    return code in (*_values(passage, "code"), *references.find(passage.indexed_text).codes)


def _values(passage: Passage, key: str) -> tuple[str, ...]:
    known = passage.metadata.get(key)
    if known is None:
        return ()
    return known if isinstance(known, tuple) else (str(known),)

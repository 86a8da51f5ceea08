"""Whether the evidence can answer at all: what the question names and asks about must stand in it.

The measure is the share of the question's content words that one passage holds, words that few of the hits hold counting
more. It compares words with words, so it doesn't depend on the embedding model or on the scores of a search.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from latam_rag import references, synonyms
from latam_rag.embed import Embedder
from latam_rag.references import References
from latam_rag.split.sentences import sentences
from latam_rag.types import Hit, Language, Passage
from latam_rag.wording import Word, content, words

#: Of the question's weighted words, what the best passage must hold where there is nothing else to go by; chosen, as the
#: others, on one half of three public question sets (docs/generation.md).
COVERED = 0.4
#: With an embedder: below the one and above the other, words decide alone.
HOPELESS, CERTAIN = 0.2, 0.75
#: Between them, the share of words and the nearness of the best sentence together.
TOGETHER = 0.55
#: Of the names and numbers that the question holds.
NAMED = 0.5
#: Hits below which the counts among them say little of how rare a word is.
_FEW = 8
#: Hits that the best is compared with, and characters read of each.
_OTHERS = 3
_READ = 220

Reason = tuple[str, Mapping[str, Any]]


def reason(
    question: str, hits: Sequence[Hit], *, language: Language, embedder: Embedder | None = None
) -> Reason | None:
    """Why ``hits`` can't answer ``question``, as a message's key and values; None when they may.

    ``embedder`` decides where words leave a doubt: by how much the best sentence is nearer than those of other hits.
    """
    if not hits:
        return "answer.no_hits", {}
    named = _unmet_reference(question, hits)
    if named is not None:
        return "answer.not_in_documents", {"named": named}
    asked = synonyms.asked(question, language)
    if not asked:
        return "answer.empty_question", {}
    wanted = {word: key for word in asked for key in synonyms.keys([word.stem], language)}
    held = [_held(frozenset(wanted.values()), hit.passage, language) for hit in hits]
    names = frozenset(key for word, key in wanted.items() if _is_name(word))
    if names and max(len(names & keys) for keys in held) / len(names) < NAMED:
        return _lacking({word: key for word, key in wanted.items() if key in names}, held)
    covered = _covered(frozenset(wanted.values()), held)
    if embedder is not None and HOPELESS <= covered < CERTAIN and len(hits) > _OTHERS:
        enough = covered + _nearer(question, hits, held, embedder) >= TOGETHER
    else:
        enough = covered >= COVERED
    return None if enough else _lacking(wanted, held)


def _covered(wanted: frozenset[str], held: list[frozenset[str]]) -> float:
    """The share of ``wanted`` that the best passage holds, by weight."""
    weights = {key: math.log(1 + max(len(held), _FEW) / (0.5 + sum(key in keys for keys in held))) for key in wanted}
    return max(sum(weights[key] for key in keys) for keys in held) / sum(weights.values())


def _nearer(question: str, hits: Sequence[Hit], held: list[frozenset[str]], embedder: Embedder) -> float:
    """How far the passage that holds most is on the way from the last hits, which only fill the list, to the question
    itself: 0 as far away as they are, 1 there. Relative, for each model has its own range of similarities."""
    best = max(range(len(hits)), key=lambda at: (len(held[at]), -at))
    others = [at for at in range(len(hits) - 1, -1, -1) if at != best][:_OTHERS]
    similar = embedder.passages([_nearest(hits[at].passage, held[at]) for at in (best, *others)])
    best_one, *rest = (similar @ embedder.query(question)).tolist()
    background = sum(rest) / len(rest)
    return float(max(0.0, best_one - background) / max(1.0 - background, 1e-6))


def _nearest(passage: Passage, keys: frozenset[str]) -> str:
    """The sentence of ``passage`` that holds most of ``keys``, with what heads it."""
    spans = sentences(passage.text) or [(0, len(passage.text))]
    said = [passage.text[start : min(end, start + _READ)] for start, end in spans]
    best = max(
        said, key=lambda text: len(keys & synonyms.keys(content(words(text, passage.language)), passage.language))
    )
    return f"{passage.label} {best}".strip()


def _lacking(wanted: Mapping[Word, str], held: list[frozenset[str]]) -> Reason:
    anywhere = frozenset[str]().union(*held)
    missing = list(dict.fromkeys(word.raw for word, key in wanted.items() if key not in anywhere))
    if not missing:
        return "answer.not_together", {}
    return "answer.not_covered", {"words": ", ".join(f"«{word}»" for word in missing[:4])}


def _held(wanted: frozenset[str], passage: Passage, language: Language) -> frozenset[str]:
    return synonyms.held(wanted, synonyms.of_passage(passage), across=passage.language != language)


def _is_name(word: Word) -> bool:
    """A number, or a word in capitals that doesn't open the question."""
    return word.raw[0].isdigit() or (word.raw[0].isupper() and word.start > 2)


def _unmet_reference(question: str, hits: Sequence[Hit]) -> str | None:
    """What the question names (an article, a norm, a code) that no single hit has; None when one has it all."""
    asked = references.find(question)
    for code in asked.codes:
        if not any(_has_code(hit.passage, code) for hit in hits):
            return code
    with_norm = [hit for hit in hits if all(_has_norm(hit.passage, norm, asked) for norm in asked.norms)]
    if not with_norm:
        return asked.norms[0]
    for article in asked.articles:
        found = [hit.passage for hit in with_norm if _is_article(hit.passage, article)]
        if not found:
            return f"art. {article}"
        if not any(references.is_of_laws(_stands_in(passage), passage.uri, asked.laws) for passage in found):
            return asked.laws[0]
    return None


def _stands_in(passage: Passage) -> str:
    """What says of which norm a passage's article is: an article's own words may mention any other."""
    return passage.header if "article" in passage.metadata else passage.indexed_text


def _has_norm(passage: Passage, norm: str, asked: References) -> bool:
    """``14133/2021`` and ``14133`` are one norm; ``14133/2021`` and ``14133/2020`` are two. With an article asked for, to
    mention the norm isn't enough."""
    text = _stands_in(passage) if asked.articles else passage.indexed_text
    number, _, year = norm.partition("/")
    own = {other.partition("/")[::2] for other in (*_values(passage, "norm"), *references.find(text).norms)}
    years = {of for same, of in own if same == number}
    return year in years or (bool(years) and (not year or years == {""}))


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

"""What a question names beyond doubt is looked up: an article of a norm, an item of it, a curriculum code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from latam_rag import references
from latam_rag.references import References
from latam_rag.store import Store
from latam_rag.types import Filters, Hit, Language, Passage
from latam_rag.wording import fold

EXACT, NAMED, HYBRID, REPEALED = "exact", "named", "hybrid", "repealed"
"""Why a passage was found: looked up by what the question names; found by search and named; found by search; looked up, and
no longer in force (only when the question names it and nothing in force bears the name)."""
MAX_EXACT = 50
"""Passages looked up per question: an article has items, and a norm's number may stand in several documents."""
_BEGINNING = 2
"""Passages that a norm is shown to begin with, when it is only named, behind so many of those that answer better:"""
_BETTER = 3
#: What a norm is, in either language, in folded text; it stands in a title, and before the number that a question names.
_KIND = re.compile(
    r"\b(?:(?P<ordinance>ordenan[zc]as?)|(?P<law>ley(?:es)?|leis?|dfl)|(?P<decree>decretos?)|(?P<resolution>resoluc(?:ion|ao))"
    r"|(?P<order>portaria)|(?P<agreement>acuerdo))\b"
)
_BEFORE = 20


def look_up(store: Store, named: References, filters: Filters) -> list[Hit]:
    """The passages that ``named`` points at, in document order, unscored; see ``held``."""
    hits: list[Hit] = []
    for facets in _asked(named):
        chosen = narrowed(filters, facets)
        if chosen is not None:
            found = held(store, chosen, limit=MAX_EXACT)
            why = (EXACT, REPEALED) if found.repealed else (EXACT,)
            hits += [Hit(passage=passage, score=0.0, why=why) for passage in found.first]
    return hits


def of_kind(question: str, exact: Sequence[Hit]) -> list[Hit]:
    """Those of ``exact`` whose norm is of the kind that ``question`` names, where any is: *ordenanza 44* isn't *ley 44*."""
    folded = fold(question)
    said = [folded[max(0, start - _BEFORE) : end] for start, end, _ in references.norm_mentions(folded)]
    asked = {kind for each in said for kind in _kinds(each)}
    own = [hit for hit in exact if asked & _kinds(fold(f"{hit.passage.title} {hit.passage.metadata.get('kind', '')}"))]
    return own or list(exact)


def _kinds(folded: str) -> set[str]:
    return {match.lastgroup or "" for match in _KIND.finditer(folded)}


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """What an index has under a name."""

    filters: Filters
    """That find all of it."""
    first: tuple[Passage, ...]
    """Its first passages, in document order."""
    repealed: bool


def held(store: Store, filters: Filters, *, limit: int) -> Held:
    """What passes ``filters``; where nothing in force does, what is repealed.

    That a text existed and no longer applies is an answer, that it isn't there would be wrong.
    """
    first = store.lookup(filters=filters, limit=limit)
    if not first and (filters.in_force or filters.on):
        former = replace(filters, in_force=False, on=None)
        if repealed := store.lookup(filters=former, limit=limit):
            return Held(filters=former, first=tuple(repealed), repealed=True)
    return Held(filters=filters, first=tuple(first), repealed=False)


def unfound(store: Store, named: References, filters: Filters, found: Iterable[Hit]) -> Held | None:
    """Where the norms named are, when nothing found is theirs: in force, or else repealed; None when the index has none.

    An article that isn't there must not make its law look missing, and a law that was repealed isn't missing either.
    """
    if not named.norms or any(_carries(hit.passage, "norm", named.norms) for hit in found):
        return None
    chosen = narrowed(filters, {"norm": named.norms})
    if chosen is None:
        return None
    norms = held(store, chosen, limit=_BEGINNING)
    return norms if norms.first else None


def marked(found: Sequence[Hit], within: Held) -> list[Hit]:
    """What the search ``within`` found, and how the norms begin."""
    best = sorted((hit.score for hit in found), reverse=True)[:_BETTER]
    low = best[-1] if best else 0.0
    begin = {each.id for each in within.first}
    hits = [hit for hit in found if hit.passage.id not in begin or hit.score > low]
    shown = {hit.passage.id for hit in hits}
    hits += [Hit(passage=each, score=low, why=(HYBRID,)) for each in within.first if each.id not in shown]
    return [replace(hit, why=(*hit.why, REPEALED)) for hit in hits] if within.repealed else hits


def _asked(named: References) -> list[Mapping[str, tuple[str, ...]]]:
    asked: list[Mapping[str, tuple[str, ...]]] = []
    if named.codes:
        asked.append({"code": named.codes})
    if named.articles and named.norms:
        asked.append({"norm": named.norms, "article": named.articles})
    return asked


def narrowed(filters: Filters, facets: Mapping[str, tuple[str, ...]]) -> Filters | None:
    """``filters`` with ``facets`` besides; None when nothing can pass both."""
    joined = dict(filters.facets)
    for key, values in facets.items():
        allowed = joined.get(key) or ()
        both = tuple(value for value in values if value in allowed) if allowed else values
        if not both:
            return None
        joined[key] = both
    return replace(filters, facets=joined)


def ranked(found: Sequence[Hit], exact: Sequence[Hit], named: References, asked: Language) -> list[Hit]:
    """Exact ones, named ones, the others; within each, those with the item that the question names first, then in the order
    of the search, then of the documents.

    Of laws called by a name (*la Constitución*), those in the language of the question, ``asked``, come first: each country
    has one. Scores stay comparable: steps of the search's whole range lie between the groups.
    """
    scores = {hit.passage.id: hit.score for hit in found}
    top, low = max(scores.values(), default=0.0), min(scores.values(), default=0.0)
    step = top - low + 1.0
    ids = {hit.passage.id for hit in exact}
    result: list[Hit] = []
    for hit in exact:
        why = (*hit.why, HYBRID) if hit.passage.id in scores else hit.why
        score = scores.get(hit.passage.id, low) + (5 + _of_item(hit.passage, named)) * step
        result.append(replace(hit, score=score, why=why))
    for hit in found:
        if hit.passage.id in ids:
            continue
        if _is_named(hit.passage, named):
            own = bool(named.laws) and hit.passage.language == asked
            score = hit.score + (2 + own + _of_item(hit.passage, named)) * step
            result.append(replace(hit, score=score, why=(NAMED, *hit.why)))
        elif named.norms and not exact and _carries(hit.passage, "norm", named.norms):
            # The law is there, the article that is asked of it isn't.
            result.append(replace(hit, score=hit.score + step))
        else:
            result.append(hit)
    return sorted(result, key=lambda hit: -hit.score)


def _of_item(passage: Passage, named: References) -> float:
    """The share of the items named that the passage holds."""
    if not named.items:
        return 0.0
    return sum(references.holds_item(passage.label, passage.text, item) for item in named.items) / len(named.items)


def _is_named(passage: Passage, named: References) -> bool:
    """Carries an article and a norm of those named, or the one when the other isn't named."""
    if not references.is_of_laws(passage.header, passage.uri, named.laws):
        return False
    asked = [(key, values) for key, values in (("article", named.articles), ("norm", named.norms)) if values]
    return bool(asked) and all(_carries(passage, key, values) for key, values in asked)


def _carries(passage: Passage, key: str, values: Iterable[str]) -> bool:
    held = passage.metadata.get(key, ())
    return (
        bool({held} & set(values)) if isinstance(held, str) else isinstance(held, tuple) and bool({*held} & {*values})
    )

"""A claim that follows the wording of a sentence, laid beside it word by word: what stands in a place where it has another.

``relations`` looks around each word for its neighbours, wherever they went. Where a claim takes a sentence over almost as it
is, its order says more: between two words that stay in their places, the one thing can't stand for the other.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from latam_rag.verify import relations
from latam_rag.verify.alignment import Evidence, begun
from latam_rag.verify.relations import Conflict
from latam_rag.verify.tokens import Token

#: Of a claim's words, those that must stand in the sentence in its order, and how many at least.
_FOLLOWS: Final = 0.7
_LEAST: Final = 3
#: So many make it the sentence itself.
_WHOLE: Final = 0.8
#: Words that one thing in the place of another may have, and how many more the other.
_LONGEST: Final = 5
_MORE: Final = 3
_RUN: Final = 0.3
_SKIPPED: Final = 1

_Pairs = list[tuple[int, int]]


def conflicts(claim: Sequence[Token], evidence: Evidence, placed: Sequence[int | None]) -> list[Conflict]:
    """What stands in the place of something else, each once; empty where the claim follows no sentence."""
    if evidence.across:
        return []
    heavy = [at for at, token in enumerate(claim) if not token.light]
    homes = [-1 if (place := placed[at]) is None else evidence.sentence[place] for at in heavy]
    found: list[Conflict] = []
    for rank, (sentence, count) in enumerate(Counter(home for home in homes if home >= 0).most_common(2)):
        if count < _LEAST:
            break
        theirs = [
            token
            for token, number in zip(evidence.tokens, evidence.sentence, strict=True)
            if number == sentence and not token.light
        ]
        # Of a claim joined of two sentences, the part that is this one's; and the claim itself, of the one it has most of.
        taken = [at for at, home in enumerate(homes) if home == sentence]
        parts = [(taken[0], taken[-1] + 1)]
        parts += [(0, len(heavy))] if rank == 0 and parts[0] != (0, len(heavy)) else []
        for start, end in parts:
            part = [claim[at] for at in heavy[start:end]]
            pairs = _beside(part, theirs)
            if len(pairs) >= max(_LEAST, _FOLLOWS * len(part)):
                whole = len(pairs) >= _WHOLE * len(part)
                own = {at for at in range(len(part)) if whole or homes[start + at] == sentence}
                found += _differing(part, theirs, pairs, own, (start == 0, end == len(heavy)))
    return list(dict.fromkeys(found))


def _beside(mine: Sequence[Token], theirs: Sequence[Token]) -> _Pairs:
    """The places of both that hold the same word, in order: as many as possible, rather side by side."""
    own, other = [begun(token) for token in mine], [begun(token) for token in theirs]
    columns: dict[str, list[int]] = {}
    for j, key in enumerate(other, 1):
        columns.setdefault(key, []).append(j)
    width = len(other) + 1
    best = [[0.0] * width]
    last = [[0.0] * width]
    for key in own:
        above, before, ends = best[-1], last[-1], [0.0] * width
        for j in columns.get(key, ()):
            run = before[j - 1]
            ends[j] = 1.0 + max(above[j - 1], run + _RUN if run else 0.0)
        row = above if key not in columns else list(itertools.accumulate(map(max, above, ends), max))
        best.append(row)
        last.append(ends)
    pairs: _Pairs = []
    i, j = len(own), len(other)
    while i and j:
        if last[i][j] and last[i][j] == best[i][j]:
            # Back along the run that it ends.
            while True:
                pairs.append((i - 1, j - 1))
                run = last[i - 1][j - 1]
                goes_on = run and abs(last[i][j] - 1.0 - run - _RUN) < 1e-9 and run + _RUN >= best[i - 1][j - 1]
                i, j = i - 1, j - 1
                if not goes_on:
                    break
        elif best[i - 1][j] >= best[i][j - 1]:
            i -= 1
        else:
            j -= 1
    return pairs[::-1]


def _in_runs(pairs: _Pairs) -> set[int]:
    """The claim's words that have a neighbour in common with the sentence: one alone may be there by chance."""
    return {
        at
        for (one, there), (other, beyond) in itertools.pairwise(pairs)
        if other - one == 1 and beyond - there <= _SKIPPED + 1
        for at in (one, other)
    }


def _differing(
    mine: Sequence[Token], theirs: Sequence[Token], pairs: _Pairs, own: set[int], ends: tuple[bool, bool]
) -> Iterator[Conflict]:
    """What of the claim stands between words that it has in common with the sentence; ``own`` are those of its words that
    were taken from this sentence, and ``ends`` whether it begins and ends with these words."""
    for at, place in pairs:
        if at in own and _elsewhere(mine[at], theirs[place]):
            yield Conflict("exchanged", mine[at].raw, theirs[place].raw)
    runs = _in_runs(pairs)
    matched = {there for _, there in pairs}
    edges = [(-1, -1), *pairs, (len(mine), len(theirs))]
    for (left, there), (right, beyond) in itertools.pairwise(edges):
        said, instead = list(range(left + 1, right)), list(range(there + 1, beyond))
        beside = {left, right} - {-1, len(mine)}
        if not said or len(said) > _LONGEST:
            continue
        # A name or a figure needs less around it to be in the place of another.
        if not (beside & own if _names(mine, said) else beside <= own and beside & runs):
            continue
        if (left < 0 and not ends[0]) or (right == len(mine) and not ends[1]):
            continue
        if left < 0:
            instead = _within(theirs, instead[::-1], beyond, mine[right].clause - mine[said[0]].clause)[::-1]
        elif right == len(mine):
            instead = _within(theirs, instead, there, mine[said[-1]].clause - mine[left].clause)
        if not instead:
            yield from _moved(mine, theirs, said, matched)
        elif len(instead) <= len(said) + _MORE and not _members(mine, said, theirs, instead):
            yield Conflict("replaced", _raw(mine, said), _raw(theirs, instead))


def _names(mine: Sequence[Token], said: Sequence[int]) -> bool:
    return all(mine[at].raw[:1].isupper() or mine[at].key[0] == "#" for at in said)


def _elsewhere(one: Token, other: Token) -> bool:
    """A name introduced by another preposition: *de Computação na UFMS*, *de UFMS na Computação*."""
    return one.raw[:1].isupper() and bool(one.marker and other.marker) and one.marker != other.marker


def _moved(
    mine: Sequence[Token], theirs: Sequence[Token], said: Sequence[int], matched: set[int]
) -> Iterator[Conflict]:
    """A word that stands elsewhere in the sentence, introduced otherwise: what moves as a whole keeps its preposition, and a
    figure one of its neighbours."""
    for at in said:
        there = [
            place for place, token in enumerate(theirs) if place not in matched and begun(token) == begun(mine[at])
        ]
        if there and not _listed(mine, at) and all(_otherwise(mine, at, theirs, place) for place in there):
            yield Conflict("exchanged", mine[at].raw, theirs[there[0]].raw)


def _otherwise(mine: Sequence[Token], at: int, theirs: Sequence[Token], place: int) -> bool:
    one, other = mine[at], theirs[place]
    if (one.marker, one.turns) != (other.marker, other.turns):
        return True
    inside = 0 < at < len(mine) - 1 and 0 < place < len(theirs) - 1
    return one.key[0] == "#" and inside and not any(begun(mine[at + s]) == begun(theirs[place + s]) for s in (-1, 1))


def _within(theirs: Sequence[Token], places: Sequence[int], anchor: int, marks: int) -> list[int]:
    """Of ``places``, those before as many marks from ``anchor``, the word beside them, as the claim has."""
    found = []
    for at in places:
        if abs(theirs[at].clause - theirs[anchor].clause) > marks:
            break
        found.append(at)
    return found


def _members(mine: Sequence[Token], said: Sequence[int], theirs: Sequence[Token], instead: Sequence[int]) -> bool:
    """Whether what is said is a member of the enumeration that what stands there belongs to: any order is right."""
    if not any(_listed(mine, at) for at in said):
        return False
    keys = {begun(mine[at]) for at in said}
    own = [place for place, token in enumerate(theirs) if begun(token) in keys]
    return any(
        relations.members(theirs, place, there) and _alike(theirs, place, there) for place in own for there in instead
    )


def _alike(theirs: Sequence[Token], one: int, other: int) -> bool:
    """Whether what is joined between two names are names: a verb after a comma ends an enumeration."""
    joined = [token for token in theirs[min(one, other) : max(one, other) + 1] if token.joined]
    return len({token.raw[:1].isupper() for token in joined}) <= 1


def _listed(tokens: Sequence[Token], at: int) -> bool:
    if tokens[at].joined:
        return True
    # *a finales de 1961 y principios de 1962*: a figure and a word are no members of one enumeration.
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    return after is not None and after.joined and (after.key[0] == "#") == (tokens[at].key[0] == "#")


def _raw(tokens: Sequence[Token], places: Sequence[int]) -> str:
    return " ".join(tokens[at].raw for at in places)

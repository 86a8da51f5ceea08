"""Whether the words of a claim stand to each other as they do in the evidence.

A claim is laid beside the sentences it rests on (``alignment``). Where the words around a place are those of the evidence and
what stands in it is something else, the claim says one thing for another: *308 puntos* for *24*, the one who pays for the one
who is paid, *días corridos* for *días hábiles*. What only moved, with the preposition it had, is as right as before.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from latam_rag.verify.alignment import Evidence
from latam_rag.verify.tokens import Token

#: Words that may stand in one place, and how many more the evidence may have there.
_LONGEST: Final = 8
_LOOSE: Final = 4
#: Words of a sentence that a claim takes over at least; fewer, alone among those of another, are borrowed from it.
_TAKEN: Final = 3
#: Neighbours of a claim that are neighbours in the evidence too, of all, where it is in the evidence's own words and order;
#: with fewer words than so many it counts as such. In another order the words around a place say little of what belongs there.
_CLOSE: Final = 0.5
_SHORT: Final = 6
#: Words of the evidence between two that still count as neighbours.
_SKIPPED: Final = 2


@dataclass(frozen=True, slots=True)
class Conflict:
    kind: Literal["replaced", "added", "stray", "exchanged", "turned", "left_out"]
    said: str
    instead: str = ""
    """What the evidence has in its place."""


def conflicts(claim: Sequence[Token], evidence: Evidence, placed: Sequence[int | None]) -> list[Conflict]:
    """What the claim says otherwise than the evidence does, each once."""
    heavy = [at for at, token in enumerate(claim) if not token.light]
    pair = _Pair([claim[at] for at in heavy], evidence, [placed[at] for at in heavy])
    found = [*_strays(pair), *_exchanged(pair), *_ending(pair)]
    if len(pair.claim) < _SHORT or pair.close():
        found += _replaced(pair)
    return list(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class _Pair:
    """The words of a claim that say something, and where each is in the evidence."""

    claim: Sequence[Token]
    evidence: Evidence
    placed: Sequence[int | None]

    def follows(self, before: int, at: int) -> bool:
        """Whether the claim's words ``before`` and ``at`` are neighbours in the evidence too, in that order."""
        one, other = self.placed[before], self.placed[at]
        if one is None or other is None or not one < other <= one + 1 + _SKIPPED:
            return False
        return self.together(one, other)

    def together(self, one: int, other: int) -> bool:
        """Whether two places of the evidence are in one sentence."""
        return self.evidence.sentence[one] == self.evidence.sentence[other]

    def goes_on(self, at: int, *, alike: bool = False) -> bool:
        """Whether the claim's words ``at`` and the next are neighbours in the evidence too; ``alike``, joined as there."""
        if not (0 <= at < len(self.claim) - 1 and self.follows(at, at + 1)):
            return False
        place = self.placed[at + 1]
        return not alike or (place is not None and self.claim[at + 1].own == self.evidence.tokens[place].own)

    def close(self) -> bool:
        """Whether the claim keeps to the evidence's own words and order."""
        places = [at for at, place in enumerate(self.placed) if place is not None]
        held = sum(self.follows(one, other) for one, other in itertools.pairwise(places))
        return held >= _CLOSE * (len(places) - 1)

    def firm(self, at: int, step: int, run: int) -> bool:
        """Whether the place of ``at``, beside the run that begins at ``run``, is sure: its neighbour on the far side is one in
        the evidence too; where the claim has none there, what introduces it or the run must be the same."""
        place = self.placed[at]
        if place is None:
            return False
        beyond = at + step
        if 0 <= beyond < len(self.claim):
            if self.goes_on(min(at, beyond)):
                return True
        elif self.claim[run].marker or step < 0:
            return True
        marker = self.claim[at].marker
        return bool(marker) and marker == self.evidence.tokens[place].marker

    def beside(self, place: int, step: int, count: int, across: bool) -> list[int]:
        """Up to ``count`` words of the evidence on that side of ``place``, in order; on the left, whole with what they are
        complements of. They are of its clause, or of the one beside where the claim has a comma there too (``across``)."""
        found: list[int] = []
        at = place + step
        if across and self._inside(at) and self.together(at, place):
            own = self.evidence.clause(at)
        else:
            own = self.evidence.clause(place)
        while self._inside(at) and self.evidence.clause(at) == own:
            if not self.evidence.tokens[at].light:
                if len(found) >= count and (step > 0 or not self._continues(found[-1], at)):
                    break
                found.append(at)
            at += step
        return sorted(found)

    def _inside(self, at: int) -> bool:
        return 0 <= at < len(self.evidence.tokens)

    def _continues(self, at: int, before: int) -> bool:
        """Whether the evidence's word at ``at`` belongs to the one before: its complement, or the same name."""
        token, head = self.evidence.tokens[at], self.evidence.tokens[before]
        return token.marker == "de" or (not token.marker and token.raw[0].isupper() and head.raw[0].isupper())

    def between(self, before: int, after: int) -> list[int]:
        return [at for at in range(before + 1, after) if not self.evidence.tokens[at].light]


def _replaced(pair: _Pair) -> Iterator[Conflict]:
    """Runs of the claim in places where the evidence has something else, or nothing."""
    first = 0
    while first < len(pair.claim):
        ends = range(first + 1, min(first + _LONGEST, len(pair.claim)) + 1)
        found = next(((end, hole) for end in ends if (hole := _foreign(pair, first, end)) is not None), None)
        if found is None:
            first += 1
            continue
        end, hole = found
        said = " ".join(token.raw for token in pair.claim[first:end])
        there = " ".join(pair.evidence.tokens[at].raw for at in hole)
        yield Conflict("replaced" if hole else "added", said, there)
        first = end


def _foreign(pair: _Pair, first: int, end: int) -> list[int] | None:
    """What the evidence has where the claim has the run, when that is another thing or nothing; else None."""
    if not _one_piece(pair, first, end):
        return None
    hole = _hole(pair, first, end)
    if hole is None:
        return None
    if not hole:
        return [] if pair.placed[first] is None and not pair.evidence.across else None
    return hole if _conflicting(pair, first, end, hole) else None


def _strays(pair: _Pair) -> Iterator[Conflict]:
    """A word or two from another sentence than those beside it, also where these are of two."""
    known = [(at, place) for at, place in enumerate(pair.placed) if place is not None]
    sentence = pair.evidence.sentence
    start = 0
    for index in range(1, len(known) + 1):
        if index < len(known) and sentence[known[index][1]] == sentence[known[start][1]]:
            continue
        own = known[start:index]
        around = [known[at][1] for at in (start - 1, index) if 0 <= at < len(known)]
        short = len(own) < _TAKEN <= len(known) - len(own)
        header = any(pair.evidence.header[at] for at in (own[0][1], *around))
        if short and not header and around:
            yield Conflict("stray", " ".join(pair.claim[at].raw for at, _ in own))
        start = index


def _one_piece(pair: _Pair, first: int, end: int) -> bool:
    """Whether a run was taken over as a whole, or has words that the evidence lacks."""
    return None in pair.placed[first:end] or all(pair.goes_on(at) for at in range(first, end - 1))


def _hole(pair: _Pair, first: int, end: int) -> list[int] | None:
    """What the evidence has where the claim has the run; None when the words around it don't say."""
    left = first - 1 if first > 0 and not pair.claim[first].apart else None
    right = end if end < len(pair.claim) and not pair.claim[end].apart else None
    before = pair.placed[left] if left is not None else None
    after = pair.placed[right] if right is not None else None
    if before is not None and after is not None and before < after and pair.together(before, after):
        between = pair.between(before, after)
        if len(between) <= end - first + _LOOSE:
            return between
    # A part of a longer stretch of the evidence is no replacement: the claim goes on there.
    if left is not None and pair.firm(left, -1, first) and not pair.goes_on(end - 1):
        hole = _one_sided(pair, first, end, left)
        if hole is not None:
            return hole
    if right is not None and pair.firm(right, 1, first) and not pair.goes_on(first - 1, alike=True):
        return _one_sided(pair, first, end, right)
    return None


def _one_sided(pair: _Pair, first: int, end: int, anchor: int) -> list[int] | None:
    """What the evidence has beside ``anchor``, the claim's word before or after the run; None when that says nothing of it."""
    place, own = pair.placed[anchor], pair.placed[first]
    assert place is not None
    step = 1 if anchor < first else -1
    across = pair.claim[anchor].clause != pair.claim[first if step > 0 else end - 1].clause
    if own is not None:
        # A stretch of its own behind a comma, or what the header says, is no replacement.
        headed = pair.evidence.header[own] != pair.evidence.header[place]
        if (headed and not _named_there(pair, first, place, step)) or (across and end - first > _TAKEN):
            return None
        # *La licencia cuesta $ 32.000 y se renueva…*: what is joined has the subject of what it is joined to.
        if step < 0 and pair.evidence.tokens[place].joined and own < place:
            return None
    hole = pair.beside(place, step, end - first, across)
    if own is None:
        return hole
    alike = [at for at in hole if pair.evidence.tokens[at].marker == pair.claim[first].marker]
    if step < 0 and alike:
        return hole[hole.index(alike[0]) :]
    alone = first == 0 if step < 0 else end == len(pair.claim)
    return hole if hole and (alone or hole[0] in alike) else None


def _named_there(pair: _Pair, first: int, place: int, step: int) -> bool:
    """Whether the evidence names, after ``place``, something introduced like the claim's run: *al noroeste de California*,
    which is in the header, for *al noroeste de Los Ángeles*."""
    there = pair.beside(place, step, 1, False) if step > 0 else []
    if not there or not pair.evidence.tokens[there[0]].raw[:1].isupper():
        return False
    return pair.claim[first].marker == pair.evidence.tokens[there[0]].marker


def _conflicting(pair: _Pair, first: int, end: int, hole: list[int]) -> bool:
    places, moved = pair.placed[first:end], pair.placed[first]
    if any(place in hole for place in places):
        return False
    there = pair.evidence.tokens[hole[0]]
    if moved is None or None in places:
        # A translation has other words everywhere.
        return not pair.evidence.across and not _initials(pair, first, hole)
    # Moved as a whole: then it keeps what introduces it, and what stands in its place is introduced otherwise.
    if pair.claim[first].marker != there.marker:
        return False
    taken = [at for at, place in enumerate(pair.placed) if place == hole[0]]
    if any(members(pair.evidence.tokens, moved, hole[0]) and members(pair.claim, first, at) for at in taken):
        return False
    # *B es pagado por A* for *A paga B*.
    return not any(pair.claim[at].marker == "por" and there.marker != "por" for at in taken)


def members(tokens: Sequence[Token], one: int, other: int) -> bool:
    """Whether two words are members of one enumeration, in whatever order."""
    between = tokens[min(one, other) + 1 : max(one, other) + 1]
    within = all(token.joined or token.marker == "de" or token.raw[:1].isupper() for token in between)
    return within and any(token.joined for token in between)


def _initials(pair: _Pair, at: int, hole: list[int]) -> bool:
    """Whether a word is made of the first letters of what stands in its place: *UE* for *Unión Europea*."""
    word = pair.claim[at].raw
    first = pair.evidence.tokens[hole[0]].raw
    return word.isupper() and len(word) > 1 and first[:1] == word[0]


def _ending(pair: _Pair) -> Iterator[Conflict]:
    """A word that the evidence lacks, where the claim ends: what is told last is mostly what is told of the rest."""
    last = pair.claim[-1] if pair.claim else None
    if last and pair.placed[-1] is None and last.key[0] not in "#@$" and not pair.evidence.across:
        yield Conflict("added", last.raw)


def _exchanged(pair: _Pair) -> Iterator[Conflict]:
    """Two words that took each other's place: *de 2005 a 2000* for *de 2000 a 2005*."""
    for at in range(len(pair.claim) - 1):
        for later in range(at + 1, min(at + 1 + _LONGEST, len(pair.claim))):
            one, other = pair.placed[at], pair.placed[later]
            if one is None or other is None or other > one or not pair.together(one, other):
                continue
            mine = (pair.claim[at].own, pair.claim[later].own)
            theirs = (pair.evidence.tokens[other].own, pair.evidence.tokens[one].own)
            if mine != theirs or (members(pair.evidence.tokens, one, other) and members(pair.claim, at, later)):
                continue
            if mine[0] != mine[1] or any(found(pair, at, later) for found in (_crossed, _turned_range, _turned_chain)):
                yield Conflict("exchanged", pair.claim[at].raw, pair.claim[later].raw)


def _crossed(pair: _Pair, at: int, later: int) -> bool:
    """Whether two names changed places around words that stayed as they were: *Ana denuncia Luis*."""
    one, other = pair.placed[at], pair.placed[later]
    between = [place for place in pair.placed[at + 1 : later] if place is not None]
    if one is None or other is None or not between or between != sorted(between):
        return False
    names = all(pair.claim[each].raw[0].isupper() for each in (at, later))
    return names and other < between[0] and between[-1] < one


def _turned_range(pair: _Pair, at: int, later: int) -> bool:
    """Whether two figures side by side, of no enumeration, come the other way round: *1995–1910*."""
    one, other = pair.placed[at], pair.placed[later]
    figures = all(pair.claim[each].key[0] == "#" for each in (at, later))
    return figures and later == at + 1 and one is not None and other is not None and one - other == 1


def _turned_chain(pair: _Pair, at: int, later: int) -> bool:
    """Whether two words side by side, of a chain of complements or of names, come the other way round: *Caja del Servicio*
    for *Servicio de la Caja*, *lo que es Aelius fue Newcastle*."""
    one, other = pair.placed[at], pair.placed[later]
    if later != at + 1 or one is None or other is None:
        return False
    chain = pair.evidence.tokens[other : one + 1]
    if any(token.own != pair.claim[later].own or token.joined for token in chain):
        return False
    return pair.claim[later].own == "de" or all(
        token.raw[0].isupper() for token in (*chain, *pair.claim[at : later + 1])
    )

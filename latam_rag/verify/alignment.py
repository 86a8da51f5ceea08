"""Which word of the evidence each word of a claim is: the best way through both, in order where that is possible."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from latam_rag import synonyms
from latam_rag.verify.tokens import END, Token

#: Positions between two sentences of the evidence, more than any slot holds.
_APART: Final = 20
_KIN: Final = 6
_TAIL: Final = 3
#: Considered at a time, so that a long passage full of one word costs no more than others.
_WAYS: Final = 12
_PLACES: Final = 36


@dataclass(frozen=True, slots=True)
class Evidence:
    """The sentences that a claim may rest on, their tokens in one row."""

    tokens: tuple[Token, ...]
    sentence: tuple[int, ...]
    """Of each token."""
    index: dict[str, list[int]]
    header: tuple[bool, ...]
    """Whether a token stands in a passage's header."""
    across: bool
    """Whether some of it is in another language than the claim: cognates then count as the same word."""

    @classmethod
    def of(cls, sentences: Sequence[Sequence[Token]], headers: Sequence[bool], *, across: bool = False) -> Evidence:
        tokens: list[Token] = []
        sentence: list[int] = []
        index: dict[str, list[int]] = {}
        for number, own in enumerate(sentences):
            for token in own:
                index.setdefault(token.key, []).append(len(tokens))
                if begun := _begun(token, across):
                    index.setdefault(begun, []).append(len(tokens))
                tokens.append(token)
                sentence.append(number)
        return cls(tuple(tokens), tuple(sentence), index, tuple(headers[number] for number in sentence), across)

    def places(self, token: Token) -> list[int]:
        """Where it stands: the same word, or a form of it."""
        if token.key == END:
            return []
        found = self.index.get(token.key, [])
        if not found and (begun := _begun(token, self.across)):
            found = self.index.get(begun, [])
            if not self.across:
                found = [at for at in found if abs(len(self.tokens[at].key) - len(token.key)) <= _TAIL]
        return found

    def clause(self, at: int) -> tuple[int, int]:
        return self.sentence[at], self.tokens[at].clause

    def position(self, at: int) -> int:
        return at + _APART * self.sentence[at]


def _begun(token: Token, across: bool) -> str:
    """What forms of one word, or cognates, have in common; empty where a word counts as itself only."""
    if token.key[0] in "#@$=":
        return ""
    if across:
        return f"{synonyms.begin(token.key)}~"
    return f"{token.key[:_KIN]}~" if len(token.key) >= _KIN else ""


def begun(token: Token) -> str:
    """What the forms of a word have in common."""
    return _begun(token, False) or token.key


class _Way(NamedTuple):
    """A placing of the first words of a claim, the last of them first."""

    score: float
    placed: int
    """The last word of the claim that has a place."""
    place: int | None
    before: _Way | None


def align(claim: Sequence[Token], evidence: Evidence) -> list[int | None]:
    """For each token of ``claim`` its place in ``evidence``, None where it has none.

    Of all ways to place them the one that keeps most neighbours neighbours, then order, then the sentence.
    """
    best: dict[int, _Way] = {-1: _Way(0.0, -1, None, None)}
    for at, token in enumerate(claim):
        after = {last: _Way(way.score, way.placed, None, way) for last, way in best.items()}
        for place in evidence.places(token)[:_PLACES]:
            top: _Way | None = None
            for last, way in best.items():
                if last == place:
                    continue
                step = _step(evidence, last, place, at - way.placed) if last >= 0 else 0.0
                score = way.score + _worth(token) + step
                if top is None or score > top.score:
                    top = _Way(score, at, place, way)
            if top is not None and (place not in after or top.score > after[place].score):
                after[place] = top
        best = dict(sorted(after.items(), key=lambda item: -item[1].score)[:_WAYS])
    way = max(best.values(), key=lambda found: found.score)
    places: list[int | None] = []
    for _ in claim:
        places.append(way.place)
        assert way.before is not None
        way = way.before
    places.reverse()
    end = places[-2] if len(places) > 1 else None
    if end is not None and claim[-1].key == END:
        ahead = range(end + 1, min(end + 2 + _TAIL, len(evidence.tokens)))
        places[-1] = next((at for at in ahead if evidence.tokens[at].key == END), None)
    return places


def _worth(token: Token) -> float:
    return 0.3 if token.light else 1.5 if token.key[0] in "#@" else 1.0


def _step(evidence: Evidence, last: int, place: int, expected: int) -> float:
    """What it is worth to go from ``last`` to ``place`` when the claim goes ``expected`` words further."""
    moved = evidence.position(place) - evidence.position(last)
    if moved == expected:
        return 1.0
    if 0 < moved <= expected + 3:
        return 0.6
    same = evidence.sentence[place] == evidence.sentence[last]
    if same:
        return 0.2 if moved > 0 else -0.2
    return -0.6

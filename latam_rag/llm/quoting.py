"""Quotations that can't be invented: inside one, only what continues a literal stretch of the evidence is admitted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from latam_rag.llm.llamacpp import BRANCHES, DEPTH, Logits, Model
from latam_rag.llm.quotable import CLAUSE, Quotable
from latam_rag.llm.vocabulary import Vocabulary

#: In bytes; a longer quotation ends at its next clause.
LONGEST = 400
#: In bytes; a shorter one doesn't end in the middle of a clause: «El» is literal, and says nothing.
SHORTEST = 12
#: In nats; a beginning that is so much less likely than another isn't followed further.
_HOPELESS = 8.0


@dataclass(frozen=True, slots=True)
class Quote:
    passage: int
    """From 0, of the texts given."""
    start: int
    end: int
    """Places in the evidence."""
    tokens: int
    """Written for it."""


@dataclass(slots=True)
class _Path:
    """A quotation in the making: its tokens, the places in the evidence that it may have come to, its bytes."""

    places: Sequence[int]
    length: int = 0
    tokens: list[int] = field(default_factory=list)
    score: float = 0.0
    parent: int = 0
    ended: bool = False
    """Whether the model would end it here."""


class Quoting:
    """How one model quotes from one evidence. ``closing`` are the tokens by which it would end a quotation; ``anywhere``: at
    any word, with no leaning to whole sentences."""

    def __init__(
        self,
        model: Model,
        vocabulary: Vocabulary,
        evidence: Quotable,
        closing: Iterable[int],
        lead: bytes = b"",
        anywhere: bool = False,
    ) -> None:
        self._model, self._vocabulary, self._evidence = model, vocabulary, evidence
        self._closing = np.array(sorted(closing), np.int64)
        self._lead = len(lead)
        self._strict = 0.0 if anywhere else 1.0
        self._first = evidence.first(vocabulary, lead)
        self._first_tokens = np.array(list(self._first), np.int64)
        self._first_costs = np.array([cost for _, cost in self._first.values()], np.float32) * self._strict

    def quote(self, limit: int) -> Quote | None:
        """Write a quotation of at most ``limit`` tokens after the model's text; None when nothing whole came of it. The text
        then ends before whatever closes it."""
        path = self._begun()
        while not path.ended and len(path.tokens) < limit:
            token = self._chosen(path, self._model.logits)
            if token is None:
                break
            path = self._grown(path, token, 0.0)
            self._model.push([token])
        return self._whole(path)

    def _begun(self) -> _Path:
        """The likeliest of several beginnings, weighed by their first words together and not by the first token alone."""
        scores = _likelihood(self._model.logits, self._first_tokens) - self._first_costs
        paths = []
        for at in _best(scores):
            token = int(self._first_tokens[at])
            places, _ = self._first[token]
            length = len(self._vocabulary.pieces[token]) - self._lead
            paths.append(_Path(tuple(places), length, [token], float(scores[at])))
        return self._weighed(_promising(paths))

    def _weighed(self, paths: list[_Path]) -> _Path:
        """``paths`` grown side by side until one is left or long enough; those that end on the way compete with their end."""
        ended: list[_Path] = []
        for depth in range(DEPTH):
            rows = self._model.branch([(path.parent, path.tokens[-1]) for path in paths], depth)
            grown = []
            for at, (path, row) in enumerate(zip(paths, rows, strict=True)):
                if self._chosen(path, row) is None:
                    end = float(_likelihood(row, self._closing).max()) if len(self._following(path)) else 0.0
                    ended.append(replace(path, score=path.score + end, ended=True))
                else:
                    grown += self._growths(at, path, row)
            alive = _promising(grown, *ended)
            if not alive or depth == DEPTH - 1 or len(paths) == 1:
                break
            paths = alive
        going = [at for at, path in enumerate(paths) if all(path.tokens != other.tokens for other in ended)]
        best = max(going, key=lambda at: paths[at].score, default=None)
        if best is not None and all(paths[best].score >= other.score for other in ended):
            self._model.take(best, paths[best].tokens)
            return paths[best]
        self._model.prune()
        path = max(ended, key=lambda path: path.score)
        self._model.push(path.tokens)
        return path

    def _growths(self, at: int, path: _Path, row: Logits) -> list[_Path]:
        tokens = np.array(list(self._following(path)), np.int64)
        if not len(tokens):
            return []
        scores = _likelihood(row, tokens)
        return [self._grown(path, int(tokens[n]), float(scores[n]), parent=at) for n in _best(scores)]

    def _grown(self, path: _Path, token: int, score: float, parent: int = 0) -> _Path:
        size = len(self._vocabulary.pieces[token])
        places = [at + size for at in path.places if (token, size) in self._evidence.next(at, self._vocabulary)]
        return _Path(places, path.length + size, [*path.tokens, token], path.score + score, parent)

    def _following(self, path: _Path) -> Mapping[int, None]:
        return {token: None for at in path.places for token, _ in self._evidence.next(at, self._vocabulary)}

    def _chosen(self, path: _Path, row: Logits) -> int | None:
        """The token that the model goes on with; None when it ends here."""
        following = np.array(list(self._following(path)), np.int64)
        costs = [cost for at in path.places if (cost := self._evidence.ends.get(at)) is not None]
        if not len(following):
            return None
        best = int(following[row[following].argmax()])
        if not costs or (self._strict and path.length < SHORTEST and min(costs) > CLAUSE):
            return best
        if path.length > LONGEST and min(costs) <= CLAUSE:
            return None
        return best if row[best] > row[self._closing].max() - min(costs) * self._strict else None

    def _whole(self, path: _Path) -> Quote | None:
        """What was written, ended where a word does; of equal places the first, for passages come best first."""
        if not path.places:
            return None
        place = next((at for at in path.places if at in self._evidence.ends), path.places[0])
        start = place - path.length
        end = self._evidence.last_end(start, place) if place not in self._evidence.ends else place
        if end is None or end <= start or not self._evidence.literal(start, end):
            return None
        return Quote(self._evidence.passage(start), start, end, len(path.tokens))


def _likelihood(row: Logits, tokens: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
    """In nats, among all tokens of the model."""
    top = row.max()
    return np.asarray(row[tokens] - (top + np.log(np.exp(row - top).sum())), np.float32)


def _best(scores: npt.NDArray[np.float32]) -> list[int]:
    return [int(at) for at in np.argsort(-scores, kind="stable")[:BRANCHES]]


def _promising(paths: list[_Path], *rivals: _Path) -> list[_Path]:
    """The best few, one for each set of beginnings: the same words cut otherwise into tokens are no other quotation."""
    least = max((path.score for path in (*paths, *rivals)), default=0.0) - _HOPELESS
    kept: dict[tuple[int, ...], _Path] = {}
    for path in sorted(paths, key=lambda path: -path.score):
        if path.score >= least:
            kept.setdefault(tuple(at - path.length for at in path.places), path)
    return list(kept.values())[:BRANCHES]

"""Whether a claim negates, allows and bounds what the evidence does: each such word belongs to the one it stands before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from latam_rag.verify.alignment import Evidence
from latam_rag.verify.relations import Conflict
from latam_rag.verify.tokens import Token
from latam_rag.verify.turning import ALWAYS_BINDING, BINDING

#: Words further on that such a word may stand when the claim has more or fewer words between.
_NEAR = (0, 1, -1)
#: Words that a claim has of a sentence whose exceptions it must then tell.
_ABOUT = 3


def conflicts(claim: Sequence[Token], evidence: Evidence, placed: Sequence[int | None]) -> list[Conflict]:
    """Words that the claim adds, and those that it leaves out, each once."""
    left = {
        (place, name): written
        for place, token in enumerate(evidence.tokens)
        for name, written in zip(token.turns, token.turned_by, strict=True)
    }
    loose: list[tuple[int, str, str]] = []
    for at, token in enumerate(claim):
        for name, written in zip(token.turns, token.turned_by, strict=True):
            if left.pop((placed[at], name), None) is None:  # type: ignore[arg-type]  # None is no key
                loose.append((at, name, written))
    found = []
    for at, name, written in loose:
        if not any(left.pop((place, name), None) for place in _places_near(at, evidence, placed)):
            found.append(Conflict("turned", written))
    found += _left_out(claim, evidence, placed, left)
    return list(dict.fromkeys(found))


def _places_near(at: int, evidence: Evidence, placed: Sequence[int | None]) -> Iterator[int]:
    """Where the evidence may have the word that the claim has before ``at``."""
    own = placed[at]
    before = placed[at - 1] if at else None
    if own is None and before is None:
        # Nothing around it says where: anywhere in the sentences that the claim is about.
        about = {evidence.sentence[place] for place in placed if place is not None}
        yield from (place for place, sentence in enumerate(evidence.sentence) if sentence in about)
    if own is not None:
        yield from (own + step for step in _NEAR if _same(evidence, own, own + step))
    elif before is not None:
        yield from (before + 1 + step for step in _NEAR if _same(evidence, before, before + 1 + step))


def _same(evidence: Evidence, one: int, other: int) -> bool:
    size = len(evidence.sentence)
    return one < size and 0 <= other < size and evidence.sentence[one] == evidence.sentence[other]


def _left_out(
    claim: Sequence[Token], evidence: Evidence, placed: Sequence[int | None], left: dict[tuple[int, str], str]
) -> Iterator[Conflict]:
    about = Counter(evidence.sentence[place] for place in placed if place is not None)
    if not any("except" in token.turns for token in claim):
        for (there, name), written in left.items():
            if name == "except" and about[evidence.sentence[there]] >= _ABOUT:
                yield Conflict("left_out", written)
    for at, place in enumerate(placed):
        if place is None:
            continue
        before = placed[at - 1] if at else None
        goes_on = before is not None and place - 2 <= before < place
        for name in evidence.tokens[place].turns:
            binds = name in ALWAYS_BINDING or (goes_on and name in BINDING)
            if binds and (place, name) in left:
                yield Conflict("left_out", left[place, name])

"""What the outcomes come to, and whether it is worse than before by more than chance."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from latam_rag.evaluate.asking import DEPTH, Outcome


@dataclass(frozen=True, slots=True)
class Rate:
    good: int
    of: int

    @property
    def share(self) -> float:
        return self.good / self.of if self.of else 0.0

    def interval(self) -> tuple[float, float]:
        """Where the true share lies in 95 of 100 cases (Wilson)."""
        if not self.of:
            return 0.0, 1.0
        z, n, p = 1.96, self.of, self.share
        middle, spread = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return max(0.0, (middle - spread) / (1 + z * z / n)), min(1.0, (middle + spread) / (1 + z * z / n))


Measure = Callable[[Outcome], bool | None]

#: Each says of an outcome whether it was good; None where it doesn't apply. A message ``eval.measure_NAME`` names it.
MEASURES: Final[Mapping[str, Measure]] = {
    "found_first": lambda o: None if o.rank == 0 else o.rank == 1,
    "found_five": lambda o: None if o.rank == 0 else o.rank is not None and o.rank <= 5,
    "answered": lambda o: not o.refused if o.answerable else None,
    "right_first": lambda o: o.first,
    "right_any": lambda o: o.any,
    "refused": lambda o: o.refused if not o.answerable and o.kind != LEFT_OUT else None,
    "refused_left_out": lambda o: o.refused if o.kind == LEFT_OUT else None,
    "literal": lambda o: o.literal if o.quotes else None,
}
LEFT_OUT: Final = "left_out"
"""The kind of question whose document was left out: another one may answer it, so that this measure is only shown."""
_ALWAYS: Final = "literal"
"""What must hold for every answer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    rates: Mapping[str, Rate]
    kinds: Mapping[str, Mapping[str, Rate]]
    """By kind of question."""
    ndcg: float
    """At 10, over the questions whose passage is known."""
    precision: float
    """Of what was refused, the share that couldn't be answered, were there as many of both; where no others were asked, of
    those whose document was left out."""
    search_ms: float
    answer_ms: float
    """Medians."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """A measure on the questions that both runs asked."""

    measure: str
    before: float
    now: float
    shared: int
    worse: tuple[str, ...]
    """Ids of the questions that were good and aren't."""
    better: int
    regressed: bool
    """More got worse than chance explains."""


def figures(outcomes: Sequence[Outcome]) -> Figures:
    kinds = dict.fromkeys(outcome.kind for outcome in outcomes)
    ranked = [outcome.rank for outcome in outcomes if outcome.rank != 0]
    rates = _rates(outcomes)
    against = rates["refused"] if rates["refused"].of else rates["refused_left_out"]
    lost, caught = 1 - rates["answered"].share, against.share
    return Figures(
        rates=rates,
        kinds={kind: _rates([outcome for outcome in outcomes if outcome.kind == kind]) for kind in kinds},
        ndcg=sum(1 / math.log2(rank + 1) for rank in ranked if rank and rank <= DEPTH) / max(len(ranked), 1),
        precision=caught / (caught + lost) if caught + lost else 0.0,
        search_ms=_median([1000 * outcome.search_seconds for outcome in outcomes]),
        answer_ms=_median([1000 * outcome.answer_seconds for outcome in outcomes]),
    )


def compare(now: Mapping[str, Mapping[str, bool]], before: Mapping[str, Mapping[str, bool]]) -> list[Change]:
    """``bits`` of this run and of one before, measure by measure, on the questions that both asked.

    The same questions are paired, so that only those that changed count: of ``n`` changed, as many may get worse as better,
    give or take twice the square root of ``n``.
    """
    found = []
    for measure in MEASURES:
        mine, theirs = now.get(measure, {}), before.get(measure, {})
        shared = [each for each in mine if each in theirs]
        worse = tuple(each for each in shared if theirs[each] and not mine[each])
        better = sum(mine[each] and not theirs[each] for each in shared)
        beyond = len(worse) - better > max(1.0, 2 * math.sqrt(len(worse) + better))
        if measure == _ALWAYS:
            beyond = not all(mine.values())
        found.append(
            Change(
                measure=measure,
                before=sum(theirs[each] for each in shared) / max(len(shared), 1),
                now=sum(mine[each] for each in shared) / max(len(shared), 1),
                shared=len(shared),
                worse=worse,
                better=better,
                regressed=beyond and measure != "refused_left_out",
            )
        )
    return found


def bits(outcomes: Sequence[Outcome]) -> dict[str, dict[str, bool]]:
    """By measure and question, whether it was good: what a later run is compared with."""
    return {
        name: {outcome.id: said for outcome in outcomes if (said := measure(outcome)) is not None}
        for name, measure in MEASURES.items()
    }


def _rates(outcomes: Sequence[Outcome]) -> dict[str, Rate]:
    said = bits(outcomes)
    return {name: Rate(sum(found.values()), len(found)) for name, found in said.items()}


def _median(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2] if values else 0.0

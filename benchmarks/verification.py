"""The checks of an answer's sentences: what is wrong and caught, what is right and withheld, and how long one takes.

Usage::

    python benchmarks/verification.py --shared FOLDER [--json]

Right answers are made by rule from the public question sets (``claims.py`` says how each kind is made, and with that what an
untouched right answer is), each cited to its gold passage. In each, one thing at a time is made wrong (``swaps.py``). *Caught*
is the share of wrong sentences withheld among those whose right form is shown: withholding everything catches nothing.
``chosen on`` and ``held out`` are halves of the gold passages: rules and thresholds were chosen on the first only.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import claims
import retrieval
import swaps

from latam_rag import verify

QUESTIONS = 300
"""Per set, both halves; each gold sentence once."""


def run(shared: Path, embedder: object = None, questions: int = QUESTIONS) -> list[dict[str, Any]]:
    """Rows: right answers by kind and half, swaps by kind, origin and half, and the time of a check."""
    rng = random.Random(11)
    shown: dict[tuple[str, str], list[bool]] = defaultdict(list)
    caught: dict[tuple[str, str], list[bool]] = defaultdict(list)
    took: list[float] = []
    for claim, change in _claims(shared, questions):
        right = _shown(claim, claim.text, took)
        shown[claim.half, claim.kind].append(right)
        if not right:
            continue
        if claim.kind in ("statement", "words"):
            for rival in claim.rivals[:2]:
                if claim.answer in claim.text and not _overlaps(rival, claim.answer):
                    wrong = claim.text.replace(claims._plain(claim.answer), claims._plain(rival), 1)
                    caught[claim.half, f"answer: another of the passage ({claim.kind})"].append(
                        not _shown(claim, wrong, took)
                    )
        if claim.kind == "words":
            continue
        for (kind, origin), swap in change.items():
            wrong = swap(claim.text, claim.passage.text, rng, claim.passage.language)
            if wrong and wrong != claim.text:
                caught[claim.half, f"{kind}: {origin}"].append(not _shown(claim, wrong, took))
                caught[claim.half, kind].append(caught[claim.half, f"{kind}: {origin}"][-1])
                caught[claim.half, "all swaps"].append(caught[claim.half, kind][-1])
    rows = [
        _row(half, f"right, {kind}", "withheld", [not each for each in found]) for (half, kind), found in shown.items()
    ]
    rows += [_row(half, kind, "caught", found) for (half, kind), found in caught.items()]
    took.sort()
    spread = f"p50 {1000 * statistics.median(took):.1f}, p95 {1000 * took[len(took) * 95 // 100]:.1f}"
    time_row = {"half": "both", "what": "ms per sentence", "figure": spread, "share": None, "of": len(took)}
    return [*sorted(rows, key=lambda row: (row["half"], row["figure"] == "caught", row["what"])), time_row]


def _claims(shared: Path, questions: int) -> Any:
    for name in claims.SETS:
        made = claims.claims(shared, name, questions)
        names = sorted({each for claim in made for each in swaps.names_of(claim.passage.text)})
        change = swaps.swaps(names)
        yield from ((claim, change) for claim in made)


def _shown(claim: claims.Claim, text: str, took: list[float]) -> bool:
    began = time.perf_counter()
    checked = verify.check(f"{text} [1]", {1: claim.passage}, language=claim.passage.language)
    took.append(time.perf_counter() - began)
    return checked.verdict.shown


def _overlaps(one: str, other: str) -> bool:
    mine = {word[:5] for word in one.lower().split() if len(word) > 2 or word.isdigit()}
    return bool(mine & {word[:5] for word in other.lower().split()}) or not mine


def _row(half: str, what: str, figure: str, found: list[bool]) -> dict[str, Any]:
    return {"half": half, "what": what, "figure": figure, "share": round(sum(found) / len(found), 3), "of": len(found)}


if __name__ == "__main__":
    retrieval.show(run, __doc__)

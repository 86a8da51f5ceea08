"""The runs of an evaluation, in one file: what the next one is compared with."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from latam_rag import atomic
from latam_rag.errors import StoreError
from latam_rag.evaluate.asking import Outcome
from latam_rag.evaluate.figures import Change, Figures, bits, compare, figures

VERSION: Final = 1
FOLDER: Final = "evaluations"
"""In the folder of the index."""
_KEPT: Final = 50
"""Runs; the oldest go."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    at: str
    """ISO time."""
    shares: Mapping[str, float]
    """By measure."""
    bits: Mapping[str, Mapping[str, bool]]
    accepted: bool
    """What later runs are compared with: all but those that got worse."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Evaluation:
    """A run, what it came to, and what changed since the last that was accepted."""

    name: str
    at: str
    outcomes: Sequence[Outcome]
    figures: Figures
    threshold: float | None
    changes: Sequence[Change]
    """Empty for a first run."""
    before: Sequence[Run]

    @property
    def regressed(self) -> bool:
        return any(change.regressed for change in self.changes) or not all(outcome.literal for outcome in self.outcomes)

    def as_dict(self) -> dict[str, Any]:
        """For JSON: the rates with their intervals, by kind too, what changed and each question."""
        rates = {name: _rate(rate) for name, rate in self.figures.rates.items() if rate.of}
        kinds = {
            kind: {name: _rate(rate) for name, rate in own.items() if rate.of}
            for kind, own in self.figures.kinds.items()
        }
        numbers = {key: round(getattr(self.figures, key), 4) for key in ("ndcg", "precision", "search_ms", "answer_ms")}
        return {
            "name": self.name, "at": self.at, "regressed": self.regressed, "threshold": self.threshold, **numbers,
            "rates": rates, "kinds": kinds, "changes": [asdict(change) for change in self.changes],
            "questions": [asdict(outcome) for outcome in self.outcomes],
        }  # fmt: skip


def evaluated(
    name: str, outcomes: Sequence[Outcome], threshold: float | None, path: Path, *, accept: bool, keep: bool
) -> Evaluation:
    """Count ``outcomes``, compare them with the last accepted run in ``path``, and write them there unless not to be kept.

    A run that got worse isn't what the next is compared with, unless ``accept`` says that it is right as it is now.
    """
    before = _load(path)
    last = next((run for run in reversed(before) if run.accepted), None)
    found = figures(outcomes)
    made = Evaluation(
        name=name,
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        outcomes=outcomes,
        figures=found,
        threshold=threshold,
        changes=compare(bits(outcomes), last.bits) if last else [],
        before=before,
    )
    if keep:
        shares = {key: round(rate.share, 4) for key, rate in found.rates.items() if rate.of}
        run = Run(at=made.at, shares=shares, bits=bits(outcomes), accepted=accept or not made.regressed)
        _save([*before, run][-_KEPT:], path)
    return made


def recorded(folder: Path) -> dict[str, list[Run]]:
    """The runs kept beside the index in ``folder``, oldest first, by the name of what was asked (``made`` for questions made
    from its own passages); StoreError for a file that can't be read."""
    found = {path.stem: _load(path) for path in sorted((folder / FOLDER).glob("*.json"))}
    return {name: runs for name, runs in found.items() if runs}


def _rate(rate: Any) -> dict[str, Any]:
    low, high = rate.interval()
    return {
        "share": round(rate.share, 4),
        "good": rate.good,
        "of": rate.of,
        "low": round(low, 4),
        "high": round(high, 4),
    }


def _load(path: Path) -> list[Run]:
    try:
        said = json.loads(path.read_text("utf-8"))
        if said["version"] != VERSION:
            return []
        return [Run(**run) for run in said["runs"]]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError("eval.damaged", path=str(path), error=str(error)) from error


def _save(runs: Sequence[Run], path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        atomic.write(path, json.dumps({"version": VERSION, "runs": [asdict(run) for run in runs]}))
    except OSError as error:
        raise StoreError("eval.not_written", path=str(path), error=str(error)) from error

"""The plots of an evaluation's page, as SVG that needs nothing else: bars with intervals, scores, and runs over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

from latam_rag.evaluate.asking import Outcome
from latam_rag.evaluate.figures import Rate
from latam_rag.evaluate.record import Run
from latam_rag.messages import text as say

_WIDTH: Final = 720
_LEFT: Final = 270
_ROW: Final = 26
_BINS: Final = 24
_LOWEST, _HIGHEST = -0.2, 1.4
"""Of the scores drawn; those beyond stand in the first and the last bar."""
_HEIGHT: Final = 120
_LINES: Final = ("answered", "right_any", "refused", "found_five")


def measures(rates: Mapping[str, Rate], language: str) -> str:
    """A bar per measure, with the interval that chance leaves."""
    known = [(name, rate) for name, rate in rates.items() if rate.of]
    span = _WIDTH - _LEFT - 60
    drawn = []
    for row, (name, rate) in enumerate(known):
        y, end = row * _ROW + 6, _LEFT + span * rate.share
        low, high = (_LEFT + span * edge for edge in rate.interval())
        drawn += [
            _text(_LEFT - 8, y + 12, say(f"eval.measure_{name}", language), "end"),
            f'<rect x="{_LEFT}" y="{y}" width="{span}" height="16" fill="var(--line)" opacity=".4"/>',
            f'<rect x="{_LEFT}" y="{y}" width="{end - _LEFT:.1f}" height="16" fill="var(--good)"/>',
            f'<path d="M{low:.1f} {y + 8}H{high:.1f}M{low:.1f} {y + 4}v8M{high:.1f} {y + 4}v8" stroke="var(--ink)"/>',
            _text(_LEFT + span + 6, y + 12, f"{100 * rate.share:.0f} %"),
        ]
    return _svg(len(known) * _ROW + 10, drawn, say("eval.page_measures", language))


def scores(outcomes: Sequence[Outcome], threshold: float | None, language: str) -> str:
    """How the scores of questions that can be answered lie above, and of those that can't below, with the threshold."""
    groups = [[o.score for o in outcomes if o.answerable], [o.score for o in outcomes if not o.answerable]]
    counts = [_bins(group) for group in groups]
    most = max((count for group in counts for count in group), default=0) or 1
    width = (_WIDTH - 20) / _BINS
    drawn = [f'<path d="M10 {_HEIGHT + 10}H{_WIDTH - 10}" stroke="var(--ink)"/>']
    for at in range(_BINS):
        up, down = (_HEIGHT * group[at] / most for group in counts)
        x = 10 + at * width
        drawn += [
            f'<rect x="{x:.1f}" y="{_HEIGHT + 10 - up:.1f}" width="{width - 2:.1f}" height="{up:.1f}" fill="var(--good)"/>',
            f'<rect x="{x:.1f}" y="{_HEIGHT + 10}" width="{width - 2:.1f}" height="{down:.1f}" fill="var(--bad)"/>',
        ]
    if threshold is not None:
        x = 10 + (_WIDTH - 20) * (threshold - _LOWEST) / (_HIGHEST - _LOWEST)
        drawn.append(f'<path d="M{x:.1f} 6V{2 * _HEIGHT + 14}" stroke="var(--ink)" stroke-dasharray="5 4"/>')
        drawn.append(_text(x + 5, 16, say("eval.plot_threshold", language, threshold=round(threshold, 2))))
    drawn.append(_text(_WIDTH - 12, 30, say("eval.plot_answerable", language, count=len(groups[0])), "end"))
    drawn.append(
        _text(_WIDTH - 12, 2 * _HEIGHT + 10, say("eval.plot_unanswerable", language, count=len(groups[1])), "end")
    )
    return _svg(2 * _HEIGHT + 20, drawn, say("eval.page_scores", language))


def history(before: Sequence[Run], rates: Mapping[str, Rate], language: str) -> str:
    """The main measures from run to run, this one last."""
    runs = [*(run.shares for run in before), {name: rate.share for name, rate in rates.items() if rate.of}]
    step = (_WIDTH - _LEFT - 20) / max(len(runs) - 1, 1)
    drawn = []
    for row, name in enumerate(each for each in _LINES if any(each in run for run in runs)):
        top = row * 60 + 10
        points = [(_LEFT + at * step, top + 40 * (1 - run[name])) for at, run in enumerate(runs) if name in run]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        drawn += [
            _text(_LEFT - 8, top + 26, say(f"eval.measure_{name}", language), "end"),
            f'<path d="M{_LEFT} {top}H{_WIDTH - 20}M{_LEFT} {top + 40}H{_WIDTH - 20}" stroke="var(--line)"/>',
            f'<polyline points="{line}" fill="none" stroke="var(--good)" stroke-width="2"/>',
            *(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="var(--good)"/>' for x, y in points),
        ]
    return _svg(len(_LINES) * 60 + 10, drawn, say("eval.page_history", language))


def _bins(values: Sequence[float]) -> list[int]:
    found = [0] * _BINS
    for value in values:
        at = int(_BINS * (value - _LOWEST) / (_HIGHEST - _LOWEST))
        found[min(max(at, 0), _BINS - 1)] += 1
    return found


def _text(x: float, y: float, said: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(said)}</text>'


def _svg(height: float, drawn: Sequence[str], said: str) -> str:
    label = escape(said, quote=True)
    return f'<svg viewBox="0 0 {_WIDTH} {height:.0f}" width="{_WIDTH}" role="img" aria-label="{label}">{"".join(drawn)}</svg>'

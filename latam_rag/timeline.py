"""Moments put together to few enough periods to draw: minutes, days, weeks, months or years."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final, TypeVar

_T = TypeVar("_T")
MOST: Final = 24
"""Periods that a narrow chart still names legibly."""

#: From fine to coarse: the name of a moment's period; names of one line sort as time goes.
_PERIODS: Final[tuple[Callable[[datetime], str], ...]] = (
    lambda at: at.strftime("%Y-%m-%d %H:%M"),
    lambda at: at.strftime("%Y-%m-%d"),
    lambda at: (at - timedelta(days=at.weekday())).strftime("%Y-%m-%d"),
    lambda at: at.strftime("%Y-%m"),
    lambda at: at.strftime("%Y"),
)


def by_period(items: Sequence[tuple[str, _T]], most: int = MOST) -> dict[str, list[_T]]:
    """``items``, each with its ISO time, by the finest period of which there are ``most`` at most, oldest first; by years
    where there is none so coarse. What has no time that can be read is left out."""
    timed = [(at, item) for said, item in items if (at := _local(said)) is not None]
    found: dict[str, list[_T]] = {}
    for name in _PERIODS:
        found = {}
        for at, item in sorted(timed, key=lambda each: each[0]):
            found.setdefault(name(at), []).append(item)
        if len(found) <= most:
            break
    return found


def _local(said: str) -> datetime | None:
    try:
        return datetime.fromisoformat(said).astimezone()
    except ValueError:
        return None

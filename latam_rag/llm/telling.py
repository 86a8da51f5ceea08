"""What an asker hears while a model works: the line before them, evidence left out, what was read and written."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from latam_rag.llm import Notify
from latam_rag.llm.engine import Usage
from latam_rag.llm.worker import OnAhead
from latam_rag.types import Hit


def tell_ahead(notify: Notify | None) -> OnAhead | None:
    if notify is None:
        return None

    def tell(ahead: int, seconds: float | None) -> None:
        if not ahead:
            return
        if seconds is None:
            notify("llm.waiting", {"ahead": ahead})
        else:
            notify("llm.waiting_about", {"ahead": ahead, "time": duration(seconds)})

    return tell


def tell_left_out(notify: Notify | None, hits: Sequence[Hit], shown: Collection[int]) -> None:
    if notify is not None and len(shown) < len(hits):
        notify("prompt.left_out", {"count": len(hits) - len(shown), "total": len(hits)})


def tell_usage(notify: Notify | None, usage: Usage) -> None:
    if notify is not None and usage.prompt:
        rate = usage.written / usage.seconds_writing if usage.seconds_writing else 0.0
        known = usage.prompt - usage.read
        notify("llm.used", {"read": usage.read, "known": known, "written": usage.written, "rate": f"{rate:.1f}"})


def duration(seconds: float) -> str:
    """``40 s``, ``3 min``: in tens of seconds, for it is an estimate."""
    return f"{round(seconds / 60)} min" if seconds >= 90 else f"{max(10 * round(seconds / 10), 5)} s"

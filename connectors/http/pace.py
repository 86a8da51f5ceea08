"""How often a host is asked: one clock per host for the whole process, whichever sources and indexes ask it."""

from __future__ import annotations

import threading
import time

_TURN = threading.Lock()
_NEXT: dict[str, float] = {}


def wait(host: str, pause: float) -> None:
    """Return when it is this caller's turn; the next one comes ``pause`` seconds later at the earliest."""
    with _TURN:
        now = time.monotonic()
        turn = max(now, _NEXT.get(host, 0.0))
        _NEXT[host] = turn + pause
    if turn > now:
        time.sleep(turn - now)


def hold(host: str, seconds: float) -> None:
    """Nobody asks ``host`` for so long: it said that it is busy."""
    with _TURN:
        _NEXT[host] = max(_NEXT.get(host, 0.0), time.monotonic() + seconds)

"""More time for a document that turns out to need it: the reader's watch runs in another process and has to be told."""

from __future__ import annotations

from collections.abc import Callable

_listeners: list[Callable[[float], None]] = []


def ask(seconds: float) -> None:
    """Tell who watches over this process that the document being read may take ``seconds`` more."""
    for listener in _listeners:
        listener(seconds)


def granted_by(listener: Callable[[float], None]) -> None:
    """Have ``listener`` told of each ``ask`` from now on."""
    _listeners[:] = [listener]

"""When to sync again: after a while, or when files of a source on this machine change. Until it is stopped.

Folders are watched by listing them every few seconds, not by asking the operating system to tell: its notices don't come from
network drives, which is where institutions keep their documents, and what a connector takes in is for its own listing to say.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from latam_rag.config import Source
from latam_rag.errors import ConfigError, LatamRagError
from latam_rag.types import Connector

LOOK_S = 5.0
"""Between two looks at the folders; a change is taken in once two looks see the same: a file may still be being copied."""
LEAST_S = 60.0
_UNITS = {"s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0, "d": 86400.0}


def seconds_of(written: str) -> float:
    """``90s``, ``30m``, ``6h``, ``1d`` in seconds, a minute at least; ConfigError for anything else."""
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(s|m|min|h|d)\s*", written.lower())
    seconds = float(found[1]) * _UNITS[found[2]] if found else 0.0
    if seconds < LEAST_S:
        raise ConfigError("schedule.bad_every", given=written)
    return seconds


def is_watched(source: Source) -> bool:
    """Whether its documents lie on this machine or a drive of it."""
    path = source.options.get("path")
    return isinstance(path, str) and ("://" not in path or path.startswith("file://"))


@dataclass
class Watch:
    """Of the connectors whose listings are compared. ``changed`` says whether they settled to something else."""

    connectors: Callable[[], Sequence[Connector]]
    _taken: str | None = None
    _last: str | None = None

    def changed(self) -> bool:
        now = self._look()
        settled, self._last = now == self._last, now
        return settled and now != self._taken

    def taken(self, seen: str) -> None:
        """A sync has come to its end; ``seen`` is what was there when it began."""
        self._taken = seen

    def see(self) -> str:
        self._last = self._look()
        return self._last

    def _look(self) -> str:
        said = hashlib.sha256()
        for connector in self.connectors():
            try:
                for ref in connector.refs():
                    said.update(f"{ref.uri}\n{ref.revision}\n".encode("utf-8", "surrogatepass"))
            # The sync will say so; here it is one more state that may pass.
            except LatamRagError as error:
                said.update(error.key.encode())
        return said.hexdigest()


def keep(
    run: Callable[[], None],
    *,
    every: float | None,
    watch: Watch | None,
    stopped: Callable[[], bool],
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """``run`` now, and again ``every`` so many seconds (counted from beginning to beginning) and whenever ``watch`` sees a
    change, until ``stopped``. What ``run`` raises isn't caught."""
    while not stopped():
        began = clock()
        seen = watch.see() if watch else ""
        run()
        if watch:
            watch.taken(seen)
        looked = clock()
        while not stopped():
            now = clock()
            if every is not None and now - began >= every:
                break
            if watch and now - looked >= LOOK_S:
                looked = now
                if watch.changed():
                    break
            sleep(0.5)

"""When to sync again: after a while, or when files of a source on this machine change. Until it is stopped.

Folders are watched by listing them every few seconds, not by asking the operating system to tell: its notices don't come from
network drives, which is where institutions keep their documents, and what a connector takes in is for its own listing to say.
"""

from __future__ import annotations

import hashlib
import re
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from latam_rag.config import Source
from latam_rag.errors import ConfigError, LatamRagError
from latam_rag.sync.listing import Connected, listing_of

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
    """Of sources whose listings are compared. ``changed`` says whether they settled to something else."""

    sources: Callable[[], Sequence[Connected]]
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
        for each in self.sources():
            listing = listing_of(each, threading.Event())
            # The sync will say what is wrong; here it is one more state that may pass.
            lines = [listing.key] if isinstance(listing, LatamRagError) else [f"{r.uri}\n{r.revision}" for r in listing]
            said.update("\n".join(lines).encode("utf-8", "surrogatepass"))
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
                if watch.changed():
                    break
                # A large folder, or a slow drive, isn't looked at all the time.
                looked = clock() + max(0.0, 10 * (clock() - now) - LOOK_S)
            sleep(0.5)

"""What a host's robots.txt asks for (RFC 9309), read once an hour."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from protego import Protego

from latam_rag.connectors.http import urls

AGENT = "latam-rag"
_LARGEST = 512_000
_HOUR = 3600.0
#: A Crawl-delay past this is read as a wish, not an order: some sites ask for a day.
_LONGEST_PAUSE = 60.0


class Robots:
    """``read`` gives the text of a robots.txt; empty when the host has none."""

    def __init__(self, read: Callable[[str], bytes]) -> None:
        self._read = read
        self._known: dict[str, tuple[float, Protego]] = {}
        self._reading = threading.Lock()

    def allows(self, url: str) -> bool:
        return self._rules(url).can_fetch(url, AGENT)

    def pause(self, url: str) -> float:
        """Seconds between requests, as the host wants them; 0 when it doesn't say."""
        rules = self._rules(url)
        rate = rules.request_rate(AGENT)
        asked = max(rules.crawl_delay(AGENT) or 0.0, rate.seconds / rate.requests if rate and rate.requests else 0.0)
        return min(asked, _LONGEST_PAUSE)

    def sitemaps(self, url: str) -> list[str]:
        return list(self._rules(url).sitemaps)

    def _rules(self, url: str) -> Protego:
        origin = urls.origin_of(url)
        with self._reading:
            known = self._known.get(origin)
            if known is None or time.monotonic() - known[0] > _HOUR:
                text = self._read(f"{origin}/robots.txt")[:_LARGEST].decode("utf-8", "replace")
                known = self._known[origin] = (time.monotonic(), Protego.parse(text))
        return known[1]

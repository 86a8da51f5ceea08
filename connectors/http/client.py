"""One request at a time, as a good neighbour asks: in turn, again later if need be, and only where it may."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field

import httpcore

from latam_rag.connectors.http import body, pace, urls, wire
from latam_rag.connectors.http.bounds import Bounds
from latam_rag.connectors.http.manners import Manners
from latam_rag.connectors.http.robots import Robots
from latam_rag.errors import SourceError

_REDIRECTS = (301, 302, 303, 307, 308)
_AGAIN = (408, 425, 429, 500, 502, 503, 504)
_MOST_HOPS = 6
_LONGEST_WAIT = 60.0

Wanted = Callable[[str, str], bool]
"""Whether an answer's body is worth reading: by its address and its media type."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """``status`` is 200, or 304 without a body; ``url`` is where the redirects ended."""

    url: str
    status: int
    body: bytes = field(default=b"", repr=False)
    media_type: str = ""
    """As the header says it, charset included; content decides (see ``parse``)."""
    etag: str = ""
    last_modified: str = ""


class Client:
    """Asks the servers of one source; thread-safe. Nothing is connected to before the first request."""

    def __init__(self, manners: Manners, bounds: Bounds) -> None:
        self.manners = manners
        self.bounds = bounds
        self.robots = Robots(self._robots_txt)
        self._opening = threading.Lock()
        self._pools: wire.Pools | None = None

    def get(
        self, url: str, *, etag: str = "", last_modified: str = "", wanted: Wanted | None = None, accept: str = "*/*"
    ) -> Reply:
        """The answer to ``url``; with validators, 304 when it hasn't changed.

        SourceError, after the retries that make sense: ``faults`` sorts them.
        """
        since = {"If-None-Match": etag} if etag else {"If-Modified-Since": last_modified} if last_modified else {}
        return self._patiently(urls.canonical(url), {"Accept": accept, **since}, wanted, robots=self.manners.robots)

    def _robots_txt(self, url: str) -> bytes:
        try:
            return self._patiently(url, {}, None, robots=False).body
        except SourceError as error:
            # RFC 9309: what isn't there forbids nothing; a server in trouble forbids everything, which is what the error does.
            if error.key in ("http.missing", "http.outside") or error.values.get("status", 500) < 500:
                return b""
            raise

    def _patiently(self, url: str, headers: Mapping[str, str], wanted: Wanted | None, *, robots: bool) -> Reply:
        for attempt in range(self.manners.retries + 1):
            try:
                return self._following(url, headers, wanted, robots=robots)
            except _Again as again:
                last, wait = again.error, again.wait
            if attempt < self.manners.retries:
                if wait > self.manners.patience:
                    raise SourceError("http.busy", url=url, seconds=f"{wait:.0f}") from last
                grown = min(max(self.manners.pause, 0.02) * 2**attempt * random.uniform(0.8, 1.2), _LONGEST_WAIT)
                pace.hold(urls.host_of(url), max(wait, grown))
        raise last

    def _following(self, url: str, headers: Mapping[str, str], wanted: Wanted | None, *, robots: bool) -> Reply:
        for _ in range(_MOST_HOPS):
            self.bounds.require(url)
            asked = 0.0
            if robots:
                if not self.robots.allows(url):
                    raise SourceError("http.robots", url=url)
                asked = self.robots.pause(url)
            pace.wait(urls.host_of(url), max(self.manners.pause, asked))
            found = self._once(url, headers, wanted)
            if isinstance(found, Reply):
                return found
            url = found
        raise SourceError("http.redirects", url=url)

    def _once(self, url: str, headers: Mapping[str, str], wanted: Wanted | None) -> Reply | str:
        """The reply, or where it redirects to."""
        with wire.translated(url, _Again), closing(self._open(url, headers)) as answer:
            status = answer.status
            said = wire.headers_of(answer)
            if status in _REDIRECTS and "location" in said:
                return urls.without_parameters(urls.canonical(said["location"], url), self.manners.query_env)
            if status == 304:
                return Reply(
                    url=url, status=304, etag=said.get("etag", ""), last_modified=said.get("last-modified", "")
                )
            self._require_success(url, status, said)
            kind = said.get("content-type", "")
            if wanted is not None and not wanted(url, kind):
                raise SourceError("http.not_wanted", url=url, kind=kind or "?")
            self._require_size(url, said)
            return Reply(
                url=url,
                status=200,
                body=body.read(
                    answer.iter_stream(), encoding=said.get("content-encoding", ""), url=url,
                    most=self.manners.max_bytes, seconds=self.manners.max_seconds,
                ),
                media_type=kind,
                etag=said.get("etag", ""),
                last_modified=said.get("last-modified", ""),
            )  # fmt: skip

    def _require_success(self, url: str, status: int, said: Mapping[str, str]) -> None:
        if status in (404, 410):
            raise SourceError("http.missing", url=url)
        if status in _AGAIN:
            raise _Again(SourceError("http.status", url=url, status=status), wire.retry_after(said))
        if not 200 <= status < 300:
            raise SourceError("http.status", url=url, status=status)

    def _require_size(self, url: str, said: Mapping[str, str]) -> None:
        length = said.get("content-length", "")
        if length.isdigit() and int(length) > self.manners.max_bytes:
            raise SourceError("http.too_large", url=url, allowed=f"{self.manners.max_bytes / 1e6:,.0f} MB")

    def _open(self, url: str, headers: Mapping[str, str]) -> httpcore.Response:
        with self._opening:
            if self._pools is None:
                self._pools = wire.Pools(self.manners)
        secret: Mapping[str, str] = {}
        if urls.host_of(url) in self.bounds.own:
            # Only on the wire: everything else knows the address without them.
            secret = self.manners.headers()
            url = urls.with_parameters(url, self.manners.parameters())
        fixed = {"User-Agent": self.manners.user_agent(), "Accept-Encoding": body.ACCEPTED, "Accept-Language": "es, pt"}
        return self._pools.open(url, {**fixed, **headers, **secret})


class _Again(Exception):
    """Worth another try, after ``wait`` seconds at least."""

    def __init__(self, error: SourceError, wait: float = 0.0) -> None:
        super().__init__(str(error))
        self.error = error
        self.wait = wait

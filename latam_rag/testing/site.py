"""A web site on this machine that behaves like a real one: pages, validators, redirects, and its bad days.

::

    with Site() as site:
        site.put("/ordenanzas/12.html", "<html>…</html>")
        site.limit = 20                                   # requests a second; past them 429 with Retry-After
        site.faults = Faults(errors=0.05, truncated=0.02)
        ...                                               # a connector with http = {intranet = ["127.0.0.1"], pause = 0}
        assert site.log[-1].status == 304

Offline: it listens on 127.0.0.1 only.
"""

from __future__ import annotations

import gzip
import hashlib
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import formatdate, parsedate_to_datetime
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl, unquote, urlsplit

from latam_rag.testing.serving import Server


@dataclass(frozen=True, kw_only=True)
class Page:
    """What a path answers. Without ``etag`` and ``modified`` there is nothing to ask conditionally with."""

    body: bytes | str = field(default=b"", repr=False)
    """Text is sent as UTF-8."""
    media_type: str = "text/html; charset=utf-8"
    status: int = 200
    etag: str = ""
    modified: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    packed: bool = False
    """Sent with gzip to who accepts it."""
    delay: float = 0.0
    """Seconds before the answer."""
    drip: float = 0.0
    """Seconds between pieces of the body."""
    cut: int | None = None
    """Bytes of the body after which the connection drops."""

    @property
    def content(self) -> bytes:
        """The body as it is sent."""
        return self.body.encode() if isinstance(self.body, str) else self.body


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request as the server saw it, and the status it answered; 0: the connection was dropped."""

    path: str
    """Without the query, which is ``query``: ``/api`` and ``{"pagina": "2"}`` of ``/api?pagina=2``."""
    query: dict[str, str]
    headers: dict[str, str]
    at: float
    """Seconds of the monotonic clock."""
    status: int = 0
    marked: bool = False
    """Whether the answer had an ETag or a date to ask conditionally with."""


@dataclass(frozen=True, kw_only=True)
class Faults:
    """How often a request meets trouble, as shares of 1; ``seed`` makes the same trouble come again."""

    errors: float = 0.0
    """500, 502 and 503 in turn."""
    truncated: float = 0.0
    """Half of the body, then nothing."""
    dropped: float = 0.0
    """No answer at all."""
    seed: int = 1


Answer = Callable[[Asked], Page]


class Site:
    """Use it with ``with``; ``url`` has no slash at its end. Thread-safe as far as tests need."""

    def __init__(self) -> None:
        self.log: list[Asked] = []
        self.limit: float | None = None
        """Requests a second that are answered; past them 429."""
        self.retry_after = 1
        self.silent_after: int | None = None
        """Requests (robots.txt apart) after which every connection is dropped."""
        self._pages: dict[str, Page | Answer] = {}
        self._raised: Exception | None = None
        self._faults = Faults()
        self._random = random.Random(1)
        self._server = Server(self._answer)
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.port}"

    @property
    def faults(self) -> Faults:
        return self._faults

    @faults.setter
    def faults(self, faults: Faults) -> None:
        self._faults, self._random = faults, random.Random(faults.seed)

    def put(
        self,
        path: str,
        body: str | bytes,
        media_type: str = "text/html; charset=utf-8",
        *,
        etag: bool = True,
        **more: object,
    ) -> str:
        """Serve ``body`` at ``path`` with an ETag and a Last-Modified of its own (unless ``etag`` is False); its address.

        ``more`` is what ``Page`` says.
        """
        content = body.encode() if isinstance(body, str) else body
        marks = (
            {"etag": f'"{hashlib.sha256(content).hexdigest()[:16]}"', "modified": formatdate(usegmt=True)}
            if etag
            else {}
        )
        page: dict[str, object] = {"body": content, "media_type": media_type, **marks, **more}
        self._pages[path] = Page(**page)  # type: ignore[arg-type]  # what **more holds, Page checks by name
        return f"{self.url}{path}"

    def redirect(self, path: str, to: str, status: int = 302) -> str:
        self._pages[path] = Page(status=status, headers=(("Location", to),))
        return f"{self.url}{path}"

    def answer(self, path: str, answer: Answer) -> str:
        """Ask ``answer`` at each request for ``path``, whatever the query: it gets what was ``Asked``, and gives a ``Page``.

        The first exception in it is raised again when the site is left; the request is answered with 500.
        """
        # What was put for this path and one query would be found first.
        self._pages = {known: page for known, page in self._pages.items() if known.partition("?")[0] != path}
        self._pages[path] = answer
        return f"{self.url}{path}"

    def remove(self, path: str) -> None:
        del self._pages[path]

    def down(self) -> None:
        """Close the port and every connection, as a restart or a cut does."""
        self._server.close()

    def up(self) -> None:
        """On the same port again."""
        self._server.open()

    def asked(self, path: str) -> list[Asked]:
        return [asked for asked in self.log if asked.path == path]

    def __enter__(self) -> Self:
        self._server.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        if self._raised is not None:
            raise self._raised

    def _answer(self, target: str, headers: dict[str, str]) -> Page | None:
        """The page to send, None to drop the connection."""
        parts = urlsplit(target)
        asked = Asked(
            path=unquote(parts.path), query=dict(parse_qsl(parts.query)), headers=headers, at=time.monotonic()
        )
        with self._lock:
            page = self._trouble(asked) or self._page(target, asked)
            dropped = page.cut == -1
            self.log.append(
                Asked(
                    **{
                        **vars(asked),
                        "status": 0 if dropped else page.status,
                        "marked": bool(page.etag or page.modified),
                    }
                )
            )
        return None if dropped else _sent(page, headers)

    def _trouble(self, asked: Asked) -> Page | None:
        if self.silent_after is not None and sum(one.path != "/robots.txt" for one in self.log) >= self.silent_after:
            return Page(cut=-1)
        recent = [one for one in self.log[-1000:] if one.at > asked.at - 1.0 and one.status != 429]
        if self.limit is not None and len(recent) >= self.limit:
            return Page(status=429, headers=(("Retry-After", str(self.retry_after)),))
        luck = self._random.random()
        faults = self._faults
        if luck < faults.errors:
            return Page(status=(500, 502, 503)[len(self.log) % 3], body=b"<h1>Error</h1>")
        if luck < faults.errors + faults.dropped:
            return Page(cut=-1)
        if luck < faults.errors + faults.dropped + faults.truncated:
            whole = self._page(asked.path, asked)
            return (
                Page(**{**vars(whole), "cut": len(whole.content) // 2})
                if whole.status == 200 and whole.body
                else Page(cut=-1)
            )
        return None

    def _page(self, target: str, asked: Asked) -> Page:
        found = self._pages.get(target) or self._pages.get(unquote(target)) or self._pages.get(asked.path)
        if found is None:
            return Page(status=404, body=b"<h1>No existe</h1>")
        page = found if isinstance(found, Page) else self._called(found, asked)
        return Page(status=304, etag=page.etag, modified=page.modified) if _same(page, asked.headers) else page

    def _called(self, answer: Answer, asked: Asked) -> Page:
        try:
            return answer(asked)
        except Exception as error:  # noqa: BLE001  a test's own code: the test shows it, and not a thread that nobody reads
            self._raised = self._raised or error
            return Page(status=500, body=f"{type(error).__name__}: {error}")


def _same(page: Page, headers: dict[str, str]) -> bool:
    if page.status != 200:
        return False
    if "if-none-match" in headers:
        return bool(page.etag) and page.etag in headers["if-none-match"]
    since = headers.get("if-modified-since")
    return bool(since and page.modified) and parsedate_to_datetime(page.modified) <= parsedate_to_datetime(str(since))


def _sent(page: Page, headers: dict[str, str]) -> Page:
    """As it goes over the wire: headers complete, packed if it may be."""
    more = [("Content-Type", page.media_type), *page.headers]
    more += [("ETag", page.etag)] if page.etag else []
    more += [("Last-Modified", page.modified)] if page.modified else []
    body = page.content
    if page.packed and "gzip" in headers.get("accept-encoding", ""):
        body, more = gzip.compress(body), [*more, ("Content-Encoding", "gzip")]
    return Page(**{**vars(page), "body": body, "headers": tuple(more)})

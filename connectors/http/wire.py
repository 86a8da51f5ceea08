"""Connections, proxies and certificates: the one module that opens them, and puts what fails there into our words."""

from __future__ import annotations

import functools
import ssl
import time
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from urllib.parse import unquote, urlsplit
from urllib.request import (  # type: ignore[attr-defined]  # typeshed lacks the second
    getproxies_environment,
    proxy_bypass_environment,
)

import httpcore

from latam_rag.connectors.http import urls
from latam_rag.connectors.http.body import Truncated
from latam_rag.connectors.http.guard import Guard
from latam_rag.connectors.http.manners import Manners
from latam_rag.errors import SourceError


class Pools:
    """The connections of one client: straight ones, and those through the institution's proxy."""

    def __init__(self, manners: Manners) -> None:
        self._manners = manners
        self._guard = Guard(manners.intranet)
        self._context = _context(manners.ca_file)
        self._straight = httpcore.ConnectionPool(
            ssl_context=self._context, network_backend=self._guard, max_connections=8, keepalive_expiry=30
        )
        self._proxied: dict[str, httpcore.ConnectionPool] = {}
        weakref.finalize(self, _close, self._straight, self._proxied)

    def open(self, url: str, headers: Mapping[str, str]) -> httpcore.Response:
        """The answer, its body still to come; the caller closes it."""
        timeout = self._manners.timeout
        request = httpcore.Request(
            "GET", url.encode("ascii"), headers=[("Host", urlsplit(url).netloc), *headers.items()],
            extensions={"timeout": dict.fromkeys(("connect", "read", "write", "pool"), timeout)},
        )  # fmt: skip
        return self._pool(url).handle_request(request)

    def _pool(self, url: str) -> httpcore.ConnectionPool:
        proxy = proxy_for(url, self._manners.proxy)
        if not proxy:
            return self._straight
        self._look_behind_proxy(url)
        if proxy not in self._proxied:
            self._proxied[proxy] = _through(proxy, self._context)
        return self._proxied[proxy]

    def _look_behind_proxy(self, url: str) -> None:
        """A proxy looks names up itself; what can be told here is, and a name that only the proxy knows is its affair."""
        host = urls.host_of(url)
        try:
            self._guard.addresses(host, urls.port_of(url))
        except SourceError as error:
            if error.key != "http.no_host" or ("." not in host and host not in self._manners.intranet):
                raise


def _close(straight: httpcore.ConnectionPool, proxied: Mapping[str, httpcore.ConnectionPool]) -> None:
    for pool in (straight, *proxied.values()):
        pool.close()


def proxy_for(url: str, given: str) -> str:
    """The proxy for ``url``: the definition's, else the environment's; none for hosts in NO_PROXY."""
    host = urls.host_of(url)
    known = getproxies_environment()
    if proxy_bypass_environment(host, known):
        return ""
    return given or known.get(urlsplit(url).scheme, "") or known.get("all", "")


def headers_of(answer: httpcore.Response) -> dict[str, str]:
    """By their names in lower case. Values are ASCII by the standard, and UTF-8 where a server writes a path as it is."""
    return {name.decode("latin-1").lower(): _decoded(value) for name, value in answer.headers}


def _decoded(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def retry_after(said: Mapping[str, str]) -> float:
    """Seconds that the server asks to wait; 0 when it doesn't say."""
    value = said.get("retry-after", "").strip()
    if value.isdigit():
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time()) if value else 0.0
    except ValueError:
        return 0.0


@contextmanager
def translated(url: str, again: Callable[[SourceError], Exception]) -> Iterator[None]:
    """What connections raise, as our errors; those that may pass, as ``again``."""
    try:
        yield
    except httpcore.ConnectError as error:
        if (refusal := _certificate(error)) is not None:
            raise SourceError("http.certificate", host=urls.host_of(url), error=refusal) from error
        raise again(SourceError("http.failed", url=url, error=_said(error))) from error
    except httpcore.TimeoutException as error:
        raise again(SourceError("http.timeout", url=url)) from error
    except (httpcore.RemoteProtocolError, Truncated) as error:
        raise again(SourceError("http.truncated", url=url, error=_said(error))) from error
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.ProxyError) as error:
        raise again(SourceError("http.failed", url=url, error=_said(error))) from error
    except SourceError as error:
        if error.key == "http.no_host":
            raise again(error) from error
        raise


@functools.cache
def _context(ca_file: str) -> ssl.SSLContext:
    """The system's authorities, those that Python packages carry, and the institution's own."""
    import certifi

    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    if ca_file:
        try:
            context.load_verify_locations(ca_file)
        except (OSError, ssl.SSLError) as error:
            raise SourceError("http.bad_ca_file", path=ca_file, error=str(error)) from error
    return context


def _through(proxy: str, context: ssl.SSLContext) -> httpcore.HTTPProxy:
    parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SourceError("http.bad_proxy", proxy=f"{parts.scheme}://{parts.hostname}")
    auth = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return httpcore.HTTPProxy(
        f"{parts.scheme}://{parts.hostname}:{port}", proxy_auth=auth, ssl_context=context, max_connections=8
    )


def _certificate(error: BaseException) -> str | None:
    while error.__cause__ is not None or error.__context__ is not None:
        error = error.__cause__ or error.__context__  # type: ignore[assignment]  # one of them is there
        if isinstance(error, ssl.SSLCertVerificationError):
            return error.verify_message
    return None


def _said(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__

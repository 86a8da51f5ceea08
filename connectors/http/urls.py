"""Web addresses in one spelling each, so that one page is one document however it is linked. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from urllib.parse import SplitResult, parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

from latam_rag.errors import SourceError

_PORTS = {"http": 80, "https": 443}
_TRACKING = re.compile(r"utm_\w+|fbclid|gclid|mc_cid|mc_eid|phpsessid|jsessionid|sid_session", re.IGNORECASE)
_SESSION = re.compile(r";jsessionid=[^/?#]*", re.IGNORECASE)
_HOST = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*\.?|\[[0-9a-f:.]+\]")
_ABSOLUTE = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_LONGEST = 2000


def canonical(url: str, base: str = "") -> str:
    """``url``, which may be relative to ``base``, in one spelling: lower-case host in ASCII, no default port, no fragment, no
    session or campaign in the query, percent-encoded once.

    SourceError for what isn't a plain http or https address: another scheme, a user name, a host written to mislead.
    """
    try:
        url = url.strip()
        joined = url if not base or _ABSOLUTE.match(url) else urljoin(base, url)
        parts = urlsplit(joined)
        host, port = _host(parts), parts.port
    except ValueError as error:
        raise SourceError("http.bad_url", url=url[:200]) from error
    if parts.scheme not in _PORTS or "@" in parts.netloc or not _HOST.fullmatch(host) or len(joined) > _LONGEST:
        raise SourceError("http.bad_url", url=url[:200])
    netloc = host if port in (None, _PORTS[parts.scheme]) else f"{host}:{port}"
    path = quote(_resolved(_SESSION.sub("", parts.path)) or "/", safe="/%:@!$&'()*+,;=~")
    return urlunsplit((parts.scheme, netloc, path, _query(parts.query), ""))


def with_parameters(url: str, given: Mapping[str, str]) -> str:
    """``url`` with the parameters ``given`` set in its query; the others stay as they are."""
    if not given:
        return url
    bare = urlsplit(without_parameters(url, given))
    return urlunsplit(bare._replace(query="&".join(filter(None, (bare.query, urlencode(given))))))


def without_parameters(url: str, names: Collection[str]) -> str:
    """``url`` without the parameters ``names`` in its query."""
    if not names:
        return url
    parts = urlsplit(url)
    asked = [(name, text) for name, text in parse_qsl(parts.query, keep_blank_values=True) if name not in names]
    return urlunsplit(parts._replace(query=urlencode(asked)))


def is_page(url: str) -> bool:
    """Whether a link leads to another document at all: not to a mailbox, a script or a place in the same page."""
    head = url.strip()[:20].lower()
    scheme = head.partition(":")[0] if re.match(r"[a-z][a-z0-9+.-]*:", head) else ""
    return bool(head) and not head.startswith("#") and scheme in ("", "http", "https")


def host_of(url: str) -> str:
    """The host of a canonical ``url``, without brackets."""
    return urlsplit(url).hostname or ""


def port_of(url: str) -> int:
    parts = urlsplit(url)
    return parts.port or _PORTS[parts.scheme]


def origin_of(url: str) -> str:
    """``https://host:port`` of a canonical ``url``."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def target_of(url: str) -> str:
    """Path and query: what patterns are held against, and what is sent."""
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").lower()
    if ":" in host:
        return f"[{host}]"
    return host if host.isascii() else host.encode("idna").decode("ascii").lower()


def _resolved(path: str) -> str:
    """Without ``.`` and ``..``; what climbs above the top stays at the top."""
    if "/." not in path:
        return path
    kept: list[str] = []
    for part in path.split("/"):
        if part == "..":
            kept = kept[: max(1, len(kept) - 1)]
        elif part != ".":
            kept.append(part)
    return "/".join(kept) + ("/" if path.endswith(("/.", "/..")) else "")


def _query(query: str) -> str:
    if not _TRACKING.search(query):
        return quote(query, safe="/%:@!$&'()*+,;=~?[]|")
    kept = [(key, value) for key, value in parse_qsl(query, keep_blank_values=True) if not _TRACKING.fullmatch(key)]
    return urlencode(kept)

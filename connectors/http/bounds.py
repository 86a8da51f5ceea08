"""Which addresses a source may ask for: its own hosts and those it names, on their usual ports. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from latam_rag.connectors.http import urls
from latam_rag.errors import SourceError

_USUAL = (80, 443)


class Bounds:
    """``own`` are the addresses of the definition; ``hosts`` the further hosts it allows: ``datos.muni.cl``, ``*.gob.cl``,
    ``host:8080``, or ``*`` for any public one. ``www.`` before a host makes no difference.

    Whether a host's *address* may be connected to is another matter (``guard``).
    """

    def __init__(self, own: Iterable[str], hosts: Iterable[str] = ()) -> None:
        found = [urls.canonical(url) for url in own]
        self.own = frozenset(urls.host_of(url) for url in found)
        self._allowed = {(_bare(urls.host_of(url)), urls.port_of(url)) for url in found}
        self._patterns = []
        for host in hosts:
            name, _, port = host.lower().partition(":") if host.count(":") == 1 else (host.lower(), "", "")
            self._patterns.append((_bare(name.strip("[]")), int(port) if port.isdigit() else None))

    def require(self, url: str) -> None:
        """SourceError, which names the option to add, when ``url`` (canonical) is elsewhere."""
        host, port = _bare(urls.host_of(url)), urls.port_of(url)
        if any(host == name and port in (*_USUAL, own) for name, own in self._allowed):
            return
        if any(_fits(host, name) and (port == own if own else port in _USUAL) for name, own in self._patterns):
            return
        raise SourceError("http.outside", url=url, host=urls.host_of(url), allowed=", ".join(sorted(self.own)))

    def holds(self, url: str) -> bool:
        try:
            self.require(url)
        except SourceError:
            return False
        return True


def _bare(host: str) -> str:
    return host.rstrip(".").removeprefix("www.")


def _fits(host: str, pattern: str) -> bool:
    if pattern.startswith("*."):
        return host == pattern[2:] or host.endswith(pattern[1:])
    return pattern in ("*", host)

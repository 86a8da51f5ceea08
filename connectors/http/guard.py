"""Which machines may be connected to: the address that was checked is the very one that is connected to.

A name in a document or a redirect can be made to resolve to a machine inside the institution (SSRF), and to another one
between two look-ups (DNS rebinding). So the check is made where the connection is: after the look-up, on every address it
gave, for each new connection.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable

import httpcore

from latam_rag.errors import SourceError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
#: Never, not even on an intranet: where cloud machines keep their credentials (169.254.169.254 and the like).
_NEVER = tuple(
    map(
        ipaddress.ip_network, ("169.254.0.0/16", "168.63.129.16/32", "100.100.100.200/32", "fe80::/10", "fd00:ec2::/32")
    )
)
_EMBEDDED = tuple(map(ipaddress.IPv6Network, ("64:ff9b::/96", "::/96")))


class Guard(httpcore.NetworkBackend):
    """Connects only to public addresses, and to private ones of the hosts that ``intranet`` names."""

    def __init__(self, intranet: Iterable[str] = ()) -> None:
        self._intranet = frozenset(host.lower().strip("[]") for host in intranet)
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        failure: Exception = httpcore.ConnectError(host)
        for address in self.addresses(host, port):
            try:
                return self._sockets.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    def addresses(self, host: str, port: int) -> list[str]:
        """What ``host`` resolves to, each allowed; SourceError when one isn't, or when there is none."""
        try:
            # Decimal, octal and short forms (2130706433, 0177.1) are understood here as the connection would.
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise SourceError("http.no_host", host=host) from error
        known = list(dict.fromkeys(str(info[4][0]) for info in found))
        for address in known:
            self._require(host, address)
        return known

    def _require(self, host: str, address: str) -> None:
        plain = unwrapped(ipaddress.ip_address(address.partition("%")[0]))
        if any(plain in network for network in _NEVER) or plain.is_multicast or plain.is_unspecified:
            raise SourceError("http.forbidden_address", host=host, address=address)
        if not is_public(plain) and host.lower().strip("[]") not in self._intranet:
            raise SourceError("http.private_address", host=host, address=address)


def unwrapped(address: Address) -> Address:
    """The IPv4 address that an IPv6 one carries (mapped, compatible, 6to4, Teredo, NAT64), else the address itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if any(address in network for network in _EMBEDDED) and int(address) > 1:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def is_public(address: Address) -> bool:
    site_local = isinstance(address, ipaddress.IPv6Address) and address.is_site_local
    return address.is_global and not (address.is_multicast or address.is_reserved or site_local)

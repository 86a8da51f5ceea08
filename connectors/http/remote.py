"""A file on the web as ``filesystem`` sees files: so that ``files`` and ``records`` ask for one as politely as the others."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import IO, Any

from latam_rag.connectors.http.bounds import Bounds
from latam_rag.connectors.http.client import Client
from latam_rag.connectors.http.manners import Manners
from latam_rag.connectors.http.visitor import Visitor, revision


class RemoteFile:
    """What ``filesystem.Location`` asks of an fsspec filesystem, for one address: it is a file, and never a folder.

    The file is kept (``visits``) while the server says that it is the same: an archive or a table is looked into at each sync.
    """

    protocol = ("http", "https")
    #: Several threads may ask at once.
    async_impl = True

    def __init__(self, url: str, manners: Manners) -> None:
        self._visitor = Visitor(Client(manners, Bounds([url])), ())
        self._asked: dict[str, bytes] = {}

    def info(self, url: str) -> Mapping[str, Any]:
        body = self._asked[url] = self._visitor.listing(url)
        return {"name": url, "type": "file", "size": len(body), "ETag": revision(body)}

    def open(self, url: str, mode: str = "rb") -> IO[bytes]:
        """What was looked at a moment ago, else asked for anew."""
        body = self._asked.pop(url, None)
        return io.BytesIO(self._visitor.listing(url) if body is None else body)

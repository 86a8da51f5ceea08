"""Pages as documents: visited while the source is listed, conditionally, and handed over without asking twice."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from latam_rag.connectors.http import faults, kinds
from latam_rag.connectors.http.client import Client
from latam_rag.connectors.http.visits import Known, Visits
from latam_rag.errors import SourceError
from latam_rag.types import Ref, Resource

#: Pages in a row that don't answer: it is the site that is in trouble, not a page of it.
IN_TROUBLE = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """``url`` is where redirects ended; ``links`` are absolute and in one spelling; ``revision`` is a hash of the bytes."""

    url: str
    revision: str
    kind: str
    links: tuple[str, ...]


class Visitor:
    """``kinds`` are those that are documents. HTML is always read, for its links."""

    def __init__(self, client: Client, wanted: Sequence[str], *, visits: Visits | None = None) -> None:
        self.client = client
        self.visits = visits or Visits()
        self._wanted = frozenset(wanted)

    def visit(
        self, url: str, links: Callable[[bytes, str], tuple[str, ...]] | None = None, *, keep: bool = True
    ) -> Visit:
        """Ask for ``url`` unless it is as it was. ``links`` finds those of an HTML page (bytes, address); with ``keep`` a
        new body stays here until it is fetched.

        SourceError as ``Client.get`` raises it.
        """
        known = self.visits.get(url)
        asked = self._wanted | {"html"} if links else self._wanted
        reply = self.client.get(
            url,
            etag=known.etag if known else "",
            last_modified=known.modified if known else "",
            wanted=lambda final, media_type: kinds.wanted(asked, final, media_type),
        )
        if reply.status == 304:
            if known is None:
                raise SourceError("http.status", url=url, status=304)
            return _visit(known)
        kind = kinds.by_header(reply.url, reply.media_type) or ""
        is_new = known is None or known.revision != revision(reply.body)
        met = Known(
            url=url, final=reply.url, etag=reply.etag, modified=reply.last_modified, revision=revision(reply.body),
            media_type=reply.media_type, links=links(reply.body, reply.url) if links and kind == "html" else (),
            body=reply.body if keep and is_new and kind in self._wanted else None,
        )  # fmt: skip
        self.visits.put(met)
        return _visit(met)

    def each(
        self, listed: Iterable[tuple[str, str]], left_out: Counter[str], *, named: bool = False
    ) -> Iterator[tuple[str, str]]:
        """Address and revision of those that are there, in order. One that comes with a revision isn't asked; ""
        stands for one that doesn't answer and never did. Of those that somebody ``named`` it also stands for one that is
        refused or never was there: fetched, it says why.

        SourceError when several in a row don't answer: it is the site then, or the network.
        """
        silent = 0
        for url, said in listed:
            try:
                found = said or self.visit(url).revision
                silent = 0
            except SourceError as error:
                passing = faults.is_passing(error)
                if passing:
                    silent += 1
                elif named and not (faults.is_gone(error) and self.remembered(url)):
                    pass
                elif faults.is_gone(error) or faults.is_refused(error):
                    left_out[error.key.partition(".")[2]] += 1
                    continue
                if silent >= IN_TROUBLE:
                    raise
                known = self.remembered(url) if passing else None
                found = known.revision if known else ""
            yield url, found

    def remembered(self, url: str) -> Visit | None:
        """The last visit to ``url``, for when it doesn't answer."""
        known = self.visits.get(url)
        return None if known is None else _visit(known)

    def listing(self, url: str) -> bytes:
        """The body of a listing, which is kept here while the server says that it hasn't changed."""
        known = self.visits.get(url, body=True)
        if known is None or known.body is None:
            known = None
        reply = self.client.get(url, etag=known.etag if known else "", last_modified=known.modified if known else "")
        if reply.status == 304 and known is not None and known.body is not None:
            return known.body
        self.visits.put(
            Known(
                url=url, final=reply.url, etag=reply.etag, modified=reply.last_modified, revision=revision(reply.body),
                media_type=reply.media_type, body=reply.body,
            )
        )  # fmt: skip
        return reply.body

    def resource(self, ref: Ref, url: str = "", *, title: str = "") -> Resource:
        """The document of ``ref``, from the listing's visit or asked for anew; at ``url`` when the uri isn't where it is."""
        address = url or ref.uri
        taken = self.visits.take(address, ref.revision) if ref.revision else None
        if taken is not None and taken.body is not None:
            return Resource(
                uri=ref.uri,
                body=taken.body,
                media_type=taken.media_type,
                revision=ref.revision,
                url=taken.final,
                title=title,
            )
        reply = self.client.get(address, wanted=lambda final, media_type: kinds.wanted(self._wanted, final, media_type))
        return Resource(
            uri=ref.uri, body=reply.body, media_type=reply.media_type, revision=ref.revision,
            url=reply.url, title=title,
        )  # fmt: skip


def revision(body: bytes) -> str:
    return hashlib.blake2b(body, digest_size=12).hexdigest()


def _visit(known: Known) -> Visit:
    return Visit(
        url=known.final,
        revision=known.revision,
        kind=kinds.by_header(known.final, known.media_type) or "",
        links=known.links,
    )

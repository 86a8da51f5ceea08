"""The pages that a site lists in its sitemap."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Annotated
from urllib.parse import urlsplit

from latam_rag.connectors import markup
from latam_rag.connectors.choice import DOCUMENTS, Address, Choice, Exclude, Hosts, Http, Include, Kinds
from latam_rag.connectors.http import Bounds, Client, Manners, Visitor, body, urls
from latam_rag.connectors.imprint import Imprint, Main, Page
from latam_rag.connectors.options import check_options
from latam_rag.errors import EmptySource, SourceError
from latam_rag.parse.elements import children, content, local
from latam_rag.types import Ref, Resource

_MOST_FILES = 2000
_DEEPEST = 3


class Sitemap:
    """The pages that a site lists in its sitemap; an unchanged ``lastmod`` spares asking for a page.

    ``url`` is the sitemap, or an index of sitemaps, packed or not, or a list of addresses in plain text; the top of a site
    means those that its robots.txt names, else ``/sitemap.xml``.
    """

    @check_options
    def __init__(
        self,
        *,
        url: Annotated[Address, "The sitemap, or the top of the site."],
        include: Include = (),
        exclude: Exclude = (),
        kinds: Kinds = DOCUMENTS,
        lastmod: Annotated[
            bool,
            "Whether the sitemap's dates are believed; false where they are missing changes, and pages are asked instead.",
        ] = True,
        page: Page = {},  # noqa: B006  # never written to
        main: Main = "",
        hosts: Hosts = (),
        http: Http = Manners(),  # noqa: B008  # frozen
    ) -> None:
        self._url = urls.canonical(url)
        self._lastmod = lastmod
        self._choice = Choice("sitemap", include, exclude, kinds)
        self._client = Client(http, Bounds([url], hosts))
        self._visitor = Visitor(self._client, kinds)
        self._imprint = Imprint("sitemap", page, main)
        self.left_out: Counter[str] = Counter()
        """Of the last listing: how many addresses were left out, by reason."""

    def refs(self) -> Iterator[Ref]:
        """In the sitemap's order. A page that is listed and answers 404 is left out."""
        self.left_out = Counter()
        listed = False
        for uri, revision in self._visitor.each(self._pages(), self.left_out):
            listed = True
            yield Ref(uri=uri, revision=revision)
        if not listed:
            raise EmptySource("connectors.no_pages", name=self._url)

    def fetch(self, ref: Ref) -> Resource:
        return self._imprint.read(self._visitor.resource(ref))

    def _pages(self) -> Iterator[tuple[str, str]]:
        """Address and date, "" without one that can be relied on, of the pages that are wanted; each once."""
        seen: set[str] = set()
        for url, lastmod in self._entries():
            if url in seen:
                continue
            seen.add(url)
            reason = (
                "outside" if not self._client.bounds.holds(url)
                else "excluded" if not self._choice.includes(url)
                else "not_wanted" if not self._choice.may_be(url)
                else ""
            )  # fmt: skip
            if reason:
                self.left_out[reason] += 1
            else:
                yield url, markup.settled(lastmod) if self._lastmod else ""

    def _entries(self) -> Iterator[tuple[str, str]]:
        queue = [(url, 0) for url in self._tops()]
        seen = set()
        while queue:
            url, depth = queue.pop(0)
            if url in seen:
                continue
            seen.add(url)
            if depth > _DEEPEST or len(seen) > _MOST_FILES:
                raise SourceError("connectors.bad_listing", name=url, error="sitemap index")
            whole = self._body(url)
            if not whole.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
                yield from ((link, "") for link in _plain(whole))
                continue
            root = markup.xml(whole, url)
            if local(root) == "sitemapindex":
                queue += [(_canonical(content(each, "loc"), url), depth + 1) for each in children(root, "sitemap")]
            elif local(root) == "urlset":
                for each in children(root, "url"):
                    yield _canonical(content(each, "loc"), url), content(each, "lastmod")
            else:
                raise SourceError("connectors.bad_listing", name=url, error=f"<{local(root)}>")

    def _tops(self) -> list[str]:
        if urlsplit(self._url).path != "/":
            return [self._url]
        named = self._client.robots.sitemaps(self._url) if self._client.manners.robots else []
        return [urls.canonical(url, self._url) for url in named] or [urls.canonical("/sitemap.xml", self._url)]

    def _body(self, url: str) -> bytes:
        found = self._visitor.listing(url)
        if not found.startswith(b"\x1f\x8b"):
            return found
        try:
            most = self._client.manners.max_bytes
            return body.read([found], encoding="gzip", url=url, most=most, seconds=self._client.manners.max_seconds)
        except body.Truncated as error:
            raise SourceError("connectors.bad_listing", name=url, error=str(error)) from error


def _plain(whole: bytes) -> list[str]:
    lines = whole.decode("utf-8", "replace").lstrip("\ufeff").split()
    return [_canonical(line, "") for line in lines if line.startswith(("http://", "https://"))]


def _canonical(url: str, base: str) -> str:
    """One spelling; an address that isn't one stays as it is, and is left out as being elsewhere."""
    try:
        return urls.canonical(url, base)
    except SourceError:
        return base

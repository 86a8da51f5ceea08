"""The entries of an RSS or Atom feed, or the pages that they announce."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from latam_rag.connectors import markup
from latam_rag.connectors.choice import DOCUMENTS, Address, Choice, Exclude, Hosts, Http, Include, Kinds
from latam_rag.connectors.http import Bounds, Client, Manners, Visitor, urls
from latam_rag.connectors.http.visitor import revision
from latam_rag.connectors.http.visits import Entry
from latam_rag.connectors.options import check_options
from latam_rag.errors import EmptySource, SourceError
from latam_rag.parse.elements import children, content, local
from latam_rag.types import Ref, Resource

_MOST_FEEDS = 200


class Feed:
    """The pages that an RSS or Atom feed announces, or its entries themselves.

    A feed shows only its newest entries. Older ones are remembered, and stay until their page is gone (404 or 410).
    """

    @check_options
    def __init__(
        self,
        *,
        url: Annotated[Address, "The feed. Further pages of it (`rel=next`) are followed."],
        documents: Annotated[
            Literal["linked", "entries"],
            "What is a document: the page that an entry links to, or the text of the entry itself.",
        ] = "linked",
        include: Include = (),
        exclude: Exclude = (),
        kinds: Kinds = DOCUMENTS,
        hosts: Hosts = (),
        http: Http = Manners(),  # noqa: B008  # frozen
    ) -> None:
        self._url = urls.canonical(url)
        self._linked = documents == "linked"
        self._choice = Choice("feed", include, exclude, kinds)
        self._client = Client(http, Bounds([url], hosts))
        self._visitor = Visitor(self._client, kinds)
        self.left_out: Counter[str] = Counter()
        """Of the last listing: how many entries were left out, by reason."""

    def refs(self) -> Iterator[Ref]:
        """Oldest first, so that the places of the others don't change when one is added."""
        self.left_out = Counter()
        known = self._visitor.visits.entries(self._url)
        shown = {entry.uri: entry for entry in self._shown() if self._wants(entry.uri)}
        old = [entry for uri, entry in known.items() if uri not in shown]
        asked = {self._page_of(entry): entry for entry in (*old, *shown.values())}
        pages = (
            (page, "" if entry.uri not in shown and self._can_be_asked(page) else entry.revision)
            for page, entry in asked.items()
        )
        kept: list[Entry] = []
        for page, found in self._visitor.each(pages, self.left_out):
            entry = asked[page]
            kept.append(entry)
            yield Ref(uri=entry.uri, revision=entry.revision or found)
        self._visitor.visits.keep_entries(self._url, kept)
        if not kept:
            raise EmptySource("connectors.no_pages", name=self._url)

    def fetch(self, ref: Ref) -> Resource:
        known = self._visitor.visits.entries(self._url)
        if not known:
            known = {entry.uri: entry for entry in self._shown()}
        said = known[ref.uri].said if ref.uri in known else {}
        dated = {"date": said["date"]} if said.get("date") else {}
        if self._linked:
            page = self._visitor.resource(ref, title=said.get("title", ""))
            return Resource(
                uri=page.uri, body=page.body, media_type=page.media_type, revision=page.revision, url=page.url,
                title=page.title, metadata=dated,
            )  # fmt: skip
        if not said:
            raise SourceError("connectors.not_listed", name=ref.uri)
        return Resource(
            uri=ref.uri, body=said["html"].encode(), media_type="text/html; charset=utf-8", revision=ref.revision,
            url=said["link"], title=said["title"], metadata=dated,
        )  # fmt: skip

    def _wants(self, uri: str) -> bool:
        if not self._linked:
            return True
        reason = (
            "outside" if not self._client.bounds.holds(uri)
            else "excluded" if not self._choice.includes(uri)
            else "not_wanted" if not self._choice.may_be(uri)
            else ""
        )  # fmt: skip
        if reason:
            self.left_out[reason] += 1
        return not reason

    def _page_of(self, entry: Entry) -> str:
        """What tells whether the entry still stands: its page, when it has one of its own."""
        return entry.uri if self._linked else entry.said["link"] or entry.uri

    def _can_be_asked(self, page: str) -> bool:
        return page.startswith(("http://", "https://")) and self._client.bounds.holds(page)

    def _shown(self) -> list[Entry]:
        """The entries that the feed shows now, oldest first."""
        found: list[Entry] = []
        following: str | None = self._url
        seen: set[str] = set()
        while following and following not in seen and len(seen) < _MOST_FEEDS:
            seen.add(following)
            root = markup.xml(self._visitor.listing(following), following)
            if local(root) not in ("rss", "feed", "RDF"):
                raise SourceError("connectors.bad_listing", name=following, error=f"<{local(root)}>")
            items = [each for each in root.iter() if local(each) in ("item", "entry")]
            found += [entry for each in items if (entry := self._entry(each, following)) is not None]
            following = _next(root, following)
        return list({entry.uri: entry for entry in reversed(found)}.values())

    def _entry(self, item: Any, base: str) -> Entry | None:
        link = _link(item, base)
        uri = link if self._linked else link or content(item, "guid") or content(item, "id")
        if not uri:
            self.left_out["no_link"] += 1
            return None
        title = content(item, "title")
        written = (
            content(item, "updated") or content(item, "pubDate") or content(item, "date") or content(item, "published")
        )
        said = {"title": title, "link": link, "date": markup.day_of(written)}
        if self._linked:
            return Entry(uri=uri, revision=markup.settled(content(item, "updated")), said=said)
        text = next((t for tag in ("encoded", "content", "description", "summary") if (t := _html(item, tag))), "")
        said["html"] = (
            f"<html><head><title>{html.escape(title)}</title></head><body><h1>{html.escape(title)}</h1>{text}</body></html>"
        )
        return Entry(uri=uri, revision=revision(said["html"].encode()), said=said)


def _link(item: Any, base: str) -> str:
    """Where the entry leads: Atom's alternate, RSS's link, else an enclosure or a guid that is an address."""
    links = [each for each in item if local(each) == "link"]
    named = {(each.get("rel") or "alternate"): each.get("href") or content(each) for each in reversed(links)}
    enclosed = [each.get("url") for each in children(item, "enclosure")]
    guid = content(item, "guid") if not any(g.get("isPermaLink") == "false" for g in children(item, "guid")) else ""
    for address in (named.get("alternate"), named.get("enclosure"), *enclosed, guid):
        if address and urls.is_page(address):
            try:
                return urls.canonical(address, base)
            except SourceError:
                continue
    return ""


def _html(item: Any, tag: str) -> str:
    """The text of an element as HTML: escaped, in CDATA, or XHTML right in the feed."""
    from lxml import etree

    for each in children(item, tag):
        if (each.get("type") or "") == "text":
            return html.escape(content(each))
        inner = "".join(etree.tostring(part, encoding="unicode") for part in each)
        return (each.text or "") + inner
    return ""


def _next(root: Any, base: str) -> str | None:
    """RFC 5005: the next page of a feed, or the archive before it."""
    for each in root.iter():
        if local(each) == "link" and each.get("rel") in ("next", "prev-archive") and each.get("href"):
            return urls.canonical(each.get("href"), base)
    return None

"""A web site, followed from link to link within bounds; its pages and the files they lead to are documents."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Sequence
from typing import Annotated

from pydantic import Field

from latam_rag.connectors.choice import DOCUMENTS, Choice, Exclude, Hosts, Http, Include, Kinds
from latam_rag.connectors.http import Bounds, Client, Manners, Visit, Visitor, faults, urls
from latam_rag.connectors.http.kinds import by_address
from latam_rag.connectors.http.visitor import IN_TROUBLE
from latam_rag.connectors.imprint import Imprint, Main, Page
from latam_rag.connectors.links import links
from latam_rag.connectors.options import check_options
from latam_rag.errors import EmptySource, SourceError
from latam_rag.types import Ref, Resource

#: A folder more often than this in one address: a page that links to itself, one deeper each time.
_REPEATS = 3


class Web:
    """A web site, followed from link to link; its pages and the files they lead to are documents.

    A page that didn't change since the last sync is only asked whether it did. A page that doesn't answer keeps its place,
    with what it led to the last time. A site that doesn't answer stops the listing: what isn't listed would be taken for
    deleted.
    """

    @check_options
    def __init__(
        self,
        *,
        start: Annotated[Sequence[str], Field(min_length=1), "The addresses to begin at."],
        within: Annotated[
            Sequence[str],
            "Paths that are followed: `/ordenanzas/`. Files may be anywhere on the allowed hosts. Without it, all are.",
        ] = (),
        include: Include = (),
        exclude: Exclude = (),
        kinds: Kinds = DOCUMENTS,
        depth: Annotated[int, Field(ge=0, le=50), "Links from a start address that are followed."] = 5,
        pages: Annotated[
            int,
            Field(ge=1, le=1_000_000),
            "Addresses that are visited at most; a larger site is an error, not cut short.",
        ] = 5000,
        page: Page = {},  # noqa: B006  # never written to
        main: Main = "",
        hosts: Hosts = (),
        http: Http = Manners(),  # noqa: B008
    ) -> None:
        self._start = [urls.canonical(url) for url in start]
        self._within = tuple(within)
        self._depth, self._pages = depth, pages
        self._choice = Choice("web", include, exclude, kinds)
        self._client = Client(http, Bounds(self._start, hosts))
        self._visitor = Visitor(self._client, kinds)
        self._imprint = Imprint("web", page, main)
        self.left_out: Counter[str] = Counter()
        """Of the last listing: how many addresses were left out, by reason."""

    def refs(self) -> Iterator[Ref]:
        """In the order in which links lead to them, nearest first."""
        self.left_out = Counter()
        listed: set[str] = set()
        for url, visit in self._crawl():
            where, revision = (visit.url, visit.revision) if visit else (url, "")
            known = visit is None or visit.kind in self._choice.kinds
            if known and where not in listed and self._choice.includes(where):
                listed.add(where)
                yield Ref(uri=where, revision=revision)
        if not listed:
            raise EmptySource("connectors.no_pages", name=self._start[0])

    def fetch(self, ref: Ref) -> Resource:
        return self._imprint.read(self._visitor.resource(ref))

    def _crawl(self) -> Iterator[tuple[str, Visit | None]]:
        """Every address within bounds, once; None for one that doesn't answer and never did."""
        queue = deque((url, 0) for url in dict.fromkeys(self._start))
        seen = set(self._start)
        silent = visited = 0
        while queue:
            url, depth = queue.popleft()
            visited += 1
            if visited > self._pages:
                raise SourceError("connectors.too_many_pages", name=self._start[0], allowed=self._pages)
            try:
                visit: Visit | None = self._visitor.visit(url, links, keep=self._choice.includes(url))
                silent = 0
            except SourceError as error:
                if depth == 0 or not self._goes_on(error):
                    raise
                if not faults.is_passing(error):
                    continue
                silent += 1
                if silent >= IN_TROUBLE:
                    raise
                if error.key in faults.SILENT:
                    # The page, or the network? One that was cut must not make a short listing.
                    self._visitor.visit(self._start[0], links, keep=False)
                visit = self._visitor.remembered(url)
            if visit is not None:
                seen.add(visit.url)
            yield url, visit
            if visit is not None and depth < self._depth:
                found = [link for link in visit.links if link not in seen and self._follows(link)]
                seen.update(found)
                queue.extend((link, depth + 1) for link in found)

    def _goes_on(self, error: SourceError) -> bool:
        """Whether the site can be listed without the address that ``error`` is about."""
        reason = error.key.partition(".")[2]
        if faults.is_passing(error):
            reason = "silent"
        elif not (faults.is_gone(error) or faults.is_refused(error) or error.key in faults.FORBIDDEN | faults.TOO_MUCH):
            return False
        self.left_out[reason] += 1
        return True

    def _follows(self, url: str) -> bool:
        parts = urls.target_of(url).split("/")
        reason = (
            "outside" if not self._client.bounds.holds(url)
            else "excluded" if self._choice.excludes(url)
            else "not_wanted" if not (self._choice.may_be(url) or self._is_page(url))
            else "outside" if not self._is_within(url)
            else "loop" if max(Counter(part for part in parts if part).values(), default=0) > _REPEATS
            else ""
        )  # fmt: skip
        if reason:
            self.left_out[reason] += 1
        return not reason

    def _is_within(self, url: str) -> bool:
        path = urls.target_of(url)
        return not self._within or not self._is_page(url) or any(path.startswith(prefix) for prefix in self._within)

    def _is_page(self, url: str) -> bool:
        return by_address(url) in ("", "html")

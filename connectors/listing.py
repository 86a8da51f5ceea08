"""A list on the web whose items are documents, or lead to them: an API, a catalogue in a table, ids that make addresses."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Annotated

from latam_rag.connectors import leading, markup
from latam_rag.connectors.choice import DOCUMENTS, Hosts, Http, Kinds
from latam_rag.connectors.http import Bounds, Client, Manners, Visitor
from latam_rag.connectors.imprint import Imprint, Main, Page
from latam_rag.connectors.items import items_in, xpath
from latam_rag.connectors.leading import Item, Units, Via
from latam_rag.connectors.mapping import Mapping_
from latam_rag.connectors.options import check_options
from latam_rag.connectors.pages import Pages, answers
from latam_rag.errors import EmptySource, PluginError, SourceError
from latam_rag.parse.rows import Record
from latam_rag.types import Ref, Resource

Patterns = str | list[str]
_ALL = ("html", "pdf", "office", "table", "text", "xml", "image")


class Listing:
    """The items of a list on the web: documents themselves, or what leads to one.

    The list is JSON, XML, HTML or CSV (also in a zip), whole or page by page, or stands in the definition as ``ids``. With
    ``document`` an item leads to the document's address; with ``via`` to an answer that says more of it; with ``html`` or
    ``units`` that answer is the document. With none of these the item is one, as ``records`` reads a row.
    """

    @check_options
    def __init__(
        self,
        *,
        mapping: Annotated[
            Mapping_, "What an item means, with the options of `records`: `id`, `title`, `url`, `columns`, `fields`, …"
        ],
        url: Annotated[
            str | list[str], "Where the list is, or its parts are. `{today}` or `{today:%Y%m%d}` is the day."
        ] = "",
        ids: Annotated[Sequence[str], "Instead of `url`: the items by their `{id}`."] = (),
        items: Annotated[
            str, "The way to the items: `gazettes[]` in a JSON; an XPath, `//tr[td/a]`, in XML and HTML; none in a CSV."
        ] = "",
        values: Annotated[
            Mapping[str, str],
            "Of XML and HTML: column → XPath from an item. Without it, what an item holds by its names.",
        ] = {},  # never written to
        pages: Annotated[Pages | None, "Of a JSON that comes page by page: how the next is asked for."] = None,
        where: Annotated[
            Mapping[str, Patterns],
            'Only the items whose column fits a pattern: `{ tipo = ["Ley", "Decreto*"] }`; `"!x*"` is one it mustn\'t.',
        ] = {},
        find: Annotated[
            Mapping[str, list[str]],
            "Further columns: name → template and regular expression, whose first group (or all of it) is the value.",
        ] = {},
        document: Annotated[
            Patterns, "Template of the document's address; of several, the first of which every column is there."
        ] = "",
        via: Annotated[Via | None, "An answer that an item leads to, whose columns join the item's."] = None,
        html: Annotated[str, "The column that holds the document as HTML."] = "",
        units: Annotated[Units | None, "Of a law in JSON: its articles."] = None,
        revision: Annotated[
            str, "Template of what changes when the document does: a date, a version. Spares asking."
        ] = "",
        page: Page = {},  # noqa: B006
        main: Main = "",
        kinds: Kinds = DOCUMENTS,
        hosts: Hosts = (),
        http: Http = Manners(),  # noqa: B008  # frozen
    ) -> None:
        self._lists = [one for one in ([url] if isinstance(url, str) else url) if one]
        self._ids, self._items, self._values = tuple(ids), items, values
        self._pages, self._revision, self._kinds = pages, revision, kinds
        self._keeps = leading.fitting(where)
        self._meaning = leading.Meaning(
            mapping,
            find=find,
            document=[document] if isinstance(document, str) else document,
            via=via,
            html=html,
            units=units,
        )
        self._require(document=document, html=html, units=units, via=via)
        for column, written in values.items():
            xpath(written, "listing", f"values.{column}")
        self._imprint = Imprint("listing", page, main)
        own = [*self._lists, *self._meaning.addresses]
        if not own:
            raise PluginError("listing.one_of")
        self._client = Client(http, Bounds([leading.origin(one) for one in own], hosts))
        # What leads to a document may be of any kind; the document itself is one of ``kinds``.
        self._visitor = Visitor(self._client, _ALL if via else kinds)
        self._known: dict[str, Item] = {}
        self._reading = threading.Lock()
        self.left_out: Counter[str] = Counter()
        """Of the last listing: how many items were left out, by reason."""

    def refs(self) -> Iterator[Ref]:
        """In the list's order."""
        self.left_out = Counter()
        listed = False
        waiting: dict[str, list[Item]] = {}
        for item in self._listed():
            if item.address and not item.revision:
                waiting.setdefault(item.address, []).append(item)
            else:
                listed = True
                yield Ref(uri=item.uri, revision=item.revision)
        for address, found in self._asked(waiting):
            listed = True
            yield from (Ref(uri=item.uri, revision=found) for item in waiting[address])
        if not listed:
            raise EmptySource("connectors.no_pages", name=self._name)

    def fetch(self, ref: Ref) -> Resource:
        item = self._known.get(ref.uri) or {item.uri: item for item in self._listed()}.get(ref.uri)
        if item is None:
            raise SourceError("connectors.missing", name=ref.uri)
        met = self._visitor.resource(ref, item.address) if item.address else None
        given, value = self._meaning.whole(item, met)
        said = self._meaning.said(item, given)
        if self._meaning.leads:
            address = self._meaning.document(given)
            if not address:
                raise SourceError("listing.no_document", name=ref.uri)
            if self._meaning.via or met is None:
                reply = self._client.get(address, wanted=leading.wanted(self._kinds))
                met = Resource(
                    uri=ref.uri, body=reply.body, media_type=reply.media_type, revision=ref.revision, url=reply.url
                )
            return replace(
                self._imprint.read(replace(met, metadata=said.metadata)),
                title=said.title or met.title,
                url=said.url or met.url,
            )
        return self._meaning.made(ref, given, value, said)

    def _asked(self, waiting: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Address and revision of what can't be told by the list."""
        found = self._visitor.each(((one, "") for one in waiting), self.left_out, named=True)
        if not self._ids:
            yield from found
            return
        every = list(found)
        if every and not any(revision for _, revision in every):
            # What is wrong with all of them is wrong with the source.
            self._visitor.visit(every[0][0])
        yield from every

    @property
    def _name(self) -> str:
        return (self._lists or list(self._meaning.addresses))[0]

    def _require(self, **ways: object) -> None:
        """PluginError unless the options say where the items are, and one thing that a document is."""
        if bool(self._lists) == bool(self._ids):
            raise PluginError("listing.one_of")
        made = [name for name in ("document", "html", "units") if ways[name]]
        if len(made) + self._meaning.is_record > 1 or not (made or self._meaning.is_record):
            raise PluginError("listing.one_document", given=", ".join(made))
        if ways["units"] and not ways["via"]:
            raise PluginError("listing.no_via")

    def _listed(self) -> Iterator[Item]:
        """Every item once, as it comes."""
        seen: set[str] = set()
        for record in self._records():
            item = self._meaning.item(record, self._lists[0] if self._lists else "", self._revision)
            if item.uri in seen:
                # A list that grew while it was read shows its last item again on the next page.
                self.left_out["repeated"] += 1
                continue
            seen.add(item.uri)
            with self._reading:
                self._known[item.uri] = item
            yield item

    def _records(self) -> Iterator[Record]:
        if self._ids:
            yield from (Record(number=number, values={"id": one}) for number, one in enumerate(self._ids, 1))
        for written in self._lists:
            url, beginning, day = leading.dated(written)
            if day:
                # Yesterday's pages, under yesterday's address, are of no use today.
                self._visitor.visits.drop(beginning, day)
            if self._pages is not None:
                found: Iterable[Record] = self._paged(url)
            else:
                found = items_in(self._visitor.listing(url), url, at=self._items, values=self._values, keep=self._keeps)
            yield from found

    def _paged(self, url: str) -> Iterator[Record]:
        assert self._pages is not None
        name = self._lists[0]
        for value in answers(
            url, self._client.manners, self._pages, lambda one: len(markup.rows_at(one, self._items, name))
        ):
            yield from (record for record in markup.rows_at(value, self._items, name) if self._keeps(record.values))

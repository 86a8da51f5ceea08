"""The resources of an open-data portal that runs CKAN, as files or row by row."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from pydantic import Field

from latam_rag.connectors import mapping, markup
from latam_rag.connectors.choice import Address, Hosts, Http
from latam_rag.connectors.http import Bounds, Client, Manners, Visitor, kinds, urls
from latam_rag.connectors.options import check_options
from latam_rag.connectors.records import mapped
from latam_rag.connectors.tables import tables_in
from latam_rag.errors import EmptySource, SourceError
from latam_rag.parse.detect import RECORD
from latam_rag.types import Ref, Resource

_PAGE = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class _Found:
    """A resource of the portal. ``uri`` is its page there, ``url`` where the file is."""

    uri: str
    url: str
    revision: str
    title: str
    metadata: dict[str, str]


class Ckan:
    """The resources of an open-data portal that runs CKAN; with ``mapping``, the rows of their tables.

    What didn't change since the last sync by the portal's own dates isn't downloaded.
    """

    @check_options
    def __init__(
        self,
        *,
        url: Annotated[Address, "The portal: `https://datos.gob.cl`."],
        query: Annotated[str, "Words that the datasets have; all datasets without it."] = "",
        filter: Annotated[
            str, "A filter as CKAN writes it: `organization:municipalidad-de-x`, `groups:educacion`."
        ] = "",
        formats: Annotated[
            Sequence[str],
            Field(min_length=1),
            "Formats of the resources that are documents, as the portal writes them; case doesn't matter.",
        ] = ("PDF", "DOC", "DOCX", "ODT", "TXT", "HTML", "XML", "CSV", "XLSX", "JSON"),
        mapping: Annotated[
            mapping.Mapping_ | None,
            "What a row of a table means, with the options of `records`: each row is then a document.",
        ] = None,
        rows: Annotated[str, "With `mapping`: the way to the rows of a JSON."] = "[]",
        hosts: Hosts = (),
        http: Http = Manners(),  # noqa: B008  # frozen
    ) -> None:
        self._portal = urls.canonical(url).rstrip("/")
        self._asked = {"q": query, "fq": filter}
        self._formats = {name.strip(" .").casefold() for name in formats}
        self._mapping, self._rows = mapping, rows
        self._client = Client(http, Bounds([url], hosts))
        self._visitor = Visitor(self._client, tuple(kinds.KINDS))
        self._found: dict[str, _Found] = {}
        self._reading = threading.Lock()
        self.left_out: Counter[str] = Counter()
        """Of the last listing: how many resources were left out, by their format."""

    def refs(self) -> Iterator[Ref]:
        """Datasets by their id, so that a change among them moves no page of the listing."""
        self.left_out = Counter()
        listed = False
        for found in self._resources():
            self._found[found.uri] = found
            if self._mapping is None:
                listed = True
                yield Ref(uri=found.uri, revision=found.revision)
                continue
            for uri, body in self._records(found).items():
                listed = True
                yield Ref(uri=uri, revision=mapping.revision(body))
        if not listed:
            raise EmptySource("connectors.no_pages", name=self._portal)

    def fetch(self, ref: Ref) -> Resource:
        page = ref.uri.partition("#")[0]
        found = self._found.get(page) or self._looked_up(page)
        if self._mapping is None:
            file = self._client.get(found.url)
            return Resource(
                uri=ref.uri, body=file.body, media_type=file.media_type, revision=ref.revision, title=found.title,
                url=found.uri, metadata=found.metadata,
            )  # fmt: skip
        body = self._records(found).get(ref.uri)
        if body is None:
            raise SourceError("connectors.missing", name=ref.uri)
        return Resource(
            uri=ref.uri,
            body=body,
            media_type=RECORD,
            revision=mapping.revision(body),
            url=found.uri,
            metadata=found.metadata,
        )

    def _resources(self) -> Iterator[_Found]:
        seen: set[str] = set()
        total, start = 1, 0
        while start < total:
            page = self._action("package_search", {**self._asked, "rows": _PAGE, "start": start, "sort": "id asc"})
            total = int(page.get("count", 0))
            packages = page.get("results", [])
            if not packages and start < total:
                # Read as the end of the list, it would be the deletion of the rest.
                raise SourceError("connectors.bad_listing", name=self._portal, error=f"{start} / {total}")
            start += len(packages)
            for package in packages:
                for resource in package.get("resources", []):
                    if resource["id"] not in seen and self._wants(resource):
                        seen.add(resource["id"])
                        yield self._described(package, resource)

    def _wants(self, resource: Mapping[str, Any]) -> bool:
        said = str(resource.get("format") or "").strip(" .").casefold()
        wanted = bool(resource.get("url")) and said in self._formats
        if not wanted:
            self.left_out[said or "?"] += 1
        return wanted

    def _described(self, package: Mapping[str, Any], resource: Mapping[str, Any]) -> _Found:
        name, title = resource.get("name") or "", package.get("title") or package["name"]
        changed = (
            resource.get("last_modified") or resource.get("metadata_modified") or package.get("metadata_modified") or ""
        )
        marks = [changed, str(resource.get("hash") or ""), str(resource.get("size") or ""), resource["url"]]
        issuer = (package.get("organization") or {}).get("title") or package.get("author") or ""
        said = {"body": issuer, "license": package.get("license_title") or "", "date": markup.day_of(changed)}
        return _Found(
            uri=f"{self._portal}/dataset/{quote(package['name'])}/resource/{resource['id']}",
            url=urls.canonical(resource["url"], f"{self._portal}/"),
            revision=mapping.revision("|".join(marks).encode()) if changed else "",
            title=title if name in ("", title) else f"{title}: {name}",
            metadata={key: value for key, value in said.items() if value},
        )

    def _looked_up(self, uri: str) -> _Found:
        identifier = uri.removeprefix(f"{self._portal}/dataset/").rpartition("/resource/")[2]
        if not uri.startswith(f"{self._portal}/dataset/") or not identifier:
            raise SourceError("connectors.missing", name=uri)
        resource = self._action("resource_show", {"id": identifier})
        return self._described(self._action("package_show", {"id": resource["package_id"]}), resource)

    def _records(self, found: _Found) -> dict[str, bytes]:
        """The rows of a resource's table, as ``mapping`` reads them, by their uri."""
        if self._mapping is None:
            return {}
        with self._reading:
            body = self._visitor.listing(found.url)
        names = urls.target_of(found.url).rpartition("/")[2].partition("?")[0] or "json"
        tables = tables_in(body, names, path=self._rows if body.lstrip()[:1] in (b"[", b"{") else None)
        if len(tables) != 1:
            raise SourceError("records.which_table", name=found.uri, known=", ".join(table.name for table in tables))
        return mapped(tables[0], self._mapping, {}, found.uri)

    def _action(self, name: str, asked: Mapping[str, Any]) -> Any:
        given = urlencode({key: value for key, value in asked.items() if value != ""})
        url = f"{self._portal}/api/3/action/{name}?{given}"
        answer = markup.json_of(self._visitor.listing(urls.canonical(url)), url)
        if not isinstance(answer, dict) or not answer.get("success") or not isinstance(answer.get("result"), dict):
            raise SourceError("connectors.bad_listing", name=url, error="success: false")
        return answer["result"]
